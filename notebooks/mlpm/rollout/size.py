"""How many sessions a canary needs for one look."""

import math


def canary_size(
    baseline: float, alarm: float, power: float = 0.8, level: float = 0.05, *, sides: int = 2, others: float = 1.0
) -> int:
    """Sessions on the new side so that one look notices errors rising from `baseline` to `alarm`.

    others: sessions on the old side for each on the new side (99 for a canary of 1%). Two proportions, normal
    approximation, pooled variance under no difference and unpooled under the alarm (Fleiss, without correction): the
    formula of `statsmodels.stats.proportion.samplesize_proportions_2indep_onetail`.
    """
    from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail  # half a second to import

    size = samplesize_proportions_2indep_onetail(
        alarm - baseline, baseline, power, ratio=others, alpha=level,
        alternative={1: "larger", 2: "two-sided"}[sides],
    )
    return math.ceil(size - 1e-9)
