"""Can the data be trusted at all? Asked before anyone sees a result.

Duplicate units and missing values are refused when the file is read (`mlpm.tables`): an average that leaves some rows
out but counts them is wrong in silence. What can be judged only in sum is judged here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scipy.stats import chisquare
from statsmodels.stats.multitest import multipletests
from tea_tasting.aggr import Aggregates

from mlpm.experiment.plan import Metric, Plan

# An alarm that stops a decision must be rarely false: every healthy experiment is checked, and checked again each day.
# At 0.001 one healthy check in a thousand is stopped; a real mismatch in a large test goes far below.
ALARM = 0.001


@dataclass(frozen=True)
class SampleRatio:
    """Units counted per variant against units expected from the split. `alarm` means: do not read the results."""

    observed: dict[str, int]
    expected: dict[str, float]
    chi_square: float
    p_value: float

    @property
    def alarm(self) -> bool:
        return self.p_value < ALARM


@dataclass(frozen=True)
class Balance:
    """A covariate in control and one variant: before the experiment nothing can have caused a difference."""

    covariate: str
    variant: str
    control: float
    treatment: float
    p_value: float | None
    p_value_adjusted: float | None

    @property
    def alarm(self) -> bool:
        return self.p_value_adjusted is not None and self.p_value_adjusted < ALARM


def sample_ratio(observed: Mapping[str, int], expected_split: tuple[float, ...] = ()) -> SampleRatio:
    """Pearson's chi-square test of the counts against the split (equal when empty), for any number of variants."""
    total = sum(observed.values())
    shares = expected_split or [1 / len(observed)] * len(observed)
    expected = {variant: total * share for variant, share in zip(observed, shares, strict=True)}
    test = chisquare(list(observed.values()), list(expected.values()))
    return SampleRatio(dict(observed), expected, float(test.statistic), float(test.pvalue))


def balance(moments: Mapping[str, Aggregates], plan: Plan) -> list[Balance]:
    """Compare every covariate between control and each variant; p-values by Holm over all comparisons."""
    covariates = dict.fromkeys(metric.covariate for metric in plan.metrics if metric.covariate)
    pairs = [(covariate, variant) for covariate in covariates for variant in moments if variant != plan.control]
    tests = []
    for covariate, variant in pairs:
        metric = Metric(covariate, "ratio" if "/" in covariate else "mean")
        tests.append(metric.test().analyze_aggregates(moments[plan.control], moments[variant]))
    adjusted = holm([known(test.pvalue) for test in tests])
    return [
        Balance(covariate, variant, test.control, test.treatment, known(test.pvalue), p)
        for (covariate, variant), test, p in zip(pairs, tests, adjusted, strict=True)
    ]


def known(p_value: float) -> float | None:
    """The p-value, or None where there is none: nothing varies, so nothing can be tested."""
    return float(p_value) if p_value == p_value else None


def holm(p_values: list[float | None]) -> list[float | None]:
    """p-values corrected by Holm (1979); those that do not exist neither count nor change."""
    present = [p for p in p_values if p is not None]
    if not present:
        return list(p_values)
    adjusted = iter(multipletests(present, method="holm")[1])
    return [None if p is None else float(next(adjusted)) for p in p_values]
