"""What a randomized pilot measured: the outcomes an action prevents, group by group, and how many it takes to see that.

The effect of a group is its share of outcomes in the control arm less that in the treated arm, so that arms of unequal
size, and groups drawn with unequal shares, do no harm. Intervals are those of Newcombe (1998, method 10); sums of
groups take theirs from the groups' (square and add: Zou and Donner 2008). All are statsmodels' or scipy's.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from mlpm.targeting.groups import Groups

CONFIDENCE = 0.95
POWER = 0.8
# Arms drawn by lot are this uneven over the groups once in a thousand pilots.
UNEVEN = 0.001


@dataclass(frozen=True)
class Effects:
    """Outcomes fewer per customer contacted: arrays of one entry a group, NaN where the pilot did not run."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def total(self, weights) -> tuple[float, float, float]:
        """The weighted sum with its interval; NaN if a group with a weight was not measured."""
        return square_and_add(weights, self.value, self.low, self.high)


def square_and_add(weights, value, low, high) -> tuple[float, float, float]:
    """A weighted sum of independent estimates, with an interval from theirs; weights of 0 or more."""
    weights = np.asarray(weights, float)
    here = weights > 0
    w, v = weights[here], np.asarray(value, float)[here]
    total = float(w @ v)
    down = np.sqrt(np.sum((w * (v - np.asarray(low, float)[here])) ** 2))
    up = np.sqrt(np.sum((w * (np.asarray(high, float)[here] - v)) ** 2))
    return total, float(total - down), float(total + up)


def effects(found: Groups, confidence: float = CONFIDENCE) -> Effects:
    """The effect in each group."""
    from statsmodels.stats.proportion import confint_proportions_2indep  # half a second that not every page needs

    rows = []
    for t, t_out, c, c_out, ran in zip(found.treated, found.treated_outcomes, found.control, found.control_outcomes,
                                       found.piloted, strict=True):
        if not ran:
            rows.append((math.nan,) * 3)
            continue
        low, high = confint_proportions_2indep(
            c_out, c, t_out, t, compare="diff", method="newcomb", alpha=1 - confidence, correction=False
        )
        rows.append((c_out / c - t_out / t, float(low), float(high)))
    return Effects(*np.array(rows).T)


def even_for_groups(count: int, confidence: float = CONFIDENCE) -> float:
    """The confidence of each of `count` intervals that together miss as seldom as one (Bonferroni)."""
    return 1 - (1 - confidence) / max(count, 1)


def balance(found: Groups) -> float:
    """The chance that arms drawn by lot with one share for all would lie as unevenly over the groups (chi-squared)."""
    ran = found.piloted
    if ran.sum() < 2:
        return 1.0
    return float(stats.chi2_contingency([found.treated[ran], found.control[ran]], correction=False).pvalue)


def same_everywhere(found: Groups) -> float:
    """The chance of effects at least as far apart if the effect were the same in all groups (Cochran's Q)."""
    from statsmodels.stats.meta_analysis import combine_effects

    ran = found.piloted
    if ran.sum() < 2:
        return 1.0
    # A half added to every cell (Agresti and Caffo 2000): a group without outcomes has a variance, too.
    shares = [((out + 1) / (of + 2), of + 2) for out, of in (
        (found.treated_outcomes[ran], found.treated[ran]), (found.control_outcomes[ran], found.control[ran]))]
    (t, t_of), (c, c_of) = shares
    with np.errstate(divide="ignore"):  # a share of variance that is not used here, where all effects are equal
        combined = combine_effects(c - t, c * (1 - c) / c_of + t * (1 - t) / t_of)
    return float(combined.test_homogeneity().pvalue)


def aged(found: Groups) -> float:
    """The chance that outcomes in the control arm differ as much from the risks on file if these still hold.

    1 where risk and pilot are counted on the same customers.
    """
    ran = found.piloted
    if not ran.any() or not found.history:
        return 1.0
    share = (found.outcomes + found.control_outcomes)[ran] / (found.base + found.control)[ran]
    spread = share * (1 - share) * (1 / found.base[ran] + 1 / found.control[ran])
    gap = found.rate[ran] - found.control_outcomes[ran] / found.control[ran]
    told = spread > 0
    return float(stats.chi2.sf(np.sum(gap[told] ** 2 / spread[told]), max(int(told.sum()), 1)))


def per_arm(rate: float, effect: float, power: float = POWER, alpha: float = 1 - CONFIDENCE) -> float:
    """Customers in each arm to see an effect where there is one: of 100 such pilots, `power` do; infinite for none.

    rate: share with the outcome in the control arm. Agrees with R's power.prop.test.
    """
    from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

    if not 0 < effect <= rate or rate >= 1:
        return math.inf
    return math.ceil(samplesize_proportions_2indep_onetail(-effect, rate, power, 1, alpha, alternative="two-sided"))


def per_arm_beyond(rate: float, effect: float, bar: float, power: float = POWER, alpha: float = 1 - CONFIDENCE):
    """Customers in each arm to tell an effect from `bar`, an effect that only just pays; infinite where they are equal.

    Normal approximation with the variances of both arms as they are.
    """
    from statsmodels.stats.power import NormalIndPower

    low = rate - effect
    if not 0 <= low < 1 or not 0 < rate < 1 or math.isclose(effect, bar, abs_tol=1e-9):
        return math.inf
    spread = math.sqrt((rate * (1 - rate) + low * (1 - low)) / 2)
    return math.ceil(NormalIndPower().solve_power(abs(effect - bar) / spread, power=power, alpha=alpha))
