"""Can the data be trusted at all? Asked before anyone sees a result.

Duplicate units and, unless the plan says what they mean, missing values are refused when the file is read
(`mlpm.tables`): an average that leaves some rows out but counts them is wrong in silence. What can be judged only in
sum is judged here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2_contingency, chisquare
from statsmodels.stats.multitest import multipletests
from tea_tasting.metrics import Mean

from mlpm.experiment.adjust import reduced
from mlpm.experiment.moments import Gap, Moments
from mlpm.experiment.plan import Plan

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


class Corrected:
    """A check that was asked several times: its alarm goes by the corrected p-value, where there is one."""

    p_value_adjusted: float | None

    @property
    def alarm(self) -> bool:
        return self.p_value_adjusted is not None and self.p_value_adjusted < ALARM


@dataclass(frozen=True)
class Balance(Corrected):
    """A covariate in control and one variant: before the experiment nothing can have caused a difference."""

    covariate: str
    variant: str
    control: float
    treatment: float
    p_value: float | None
    p_value_adjusted: float | None


@dataclass(frozen=True)
class Missingness(Corrected):
    """Units that lack a value of a column: what is left is random only if chance alone decides which ones do.

    p_value None: the column lacks a value of every unit, or the values are counted as 0 and nothing is left out.
    """

    gap: Gap
    p_value: float | None
    p_value_adjusted: float | None


@dataclass(frozen=True)
class SegmentRatio(Corrected):
    """The sample ratio among the units of one value of a segment; p_value_adjusted: by Holm over all such values."""

    segment: str
    value: str
    ratio: SampleRatio
    p_value_adjusted: float


@dataclass(frozen=True)
class Health:
    """Every check that can forbid reading a result."""

    ratio: SampleRatio
    balance: tuple[Balance, ...] = ()
    missing: tuple[Missingness, ...] = ()
    segments: tuple[SegmentRatio, ...] = ()

    @property
    def alarm(self) -> bool:
        return self.ratio.alarm or any(check.alarm for check in (*self.balance, *self.missing, *self.segments))


def examine(moments: Moments, plan: Plan, by_segment: Sequence[tuple[str, str, Mapping[str, int]]] = ()) -> Health:
    """Ask all of it. by_segment: segment, value, units of each variant."""
    return Health(
        sample_ratio(moments.units, plan.expected_split),
        tuple(balance(moments, plan)),
        tuple(missingness(moments, plan)),
        tuple(segment_ratios(by_segment, plan)),
    )


def sample_ratio(observed: Mapping[str, int], expected_split: tuple[float, ...] = ()) -> SampleRatio:
    """Pearson's chi-square test of the counts against the split (equal when empty), for any number of variants."""
    total = sum(observed.values())
    shares = expected_split or [1 / len(observed)] * len(observed)
    expected = {variant: total * share for variant, share in zip(observed, shares, strict=True)}
    test = chisquare(list(observed.values()), list(expected.values()))
    return SampleRatio(dict(observed), expected, float(test.statistic), float(test.pvalue))


def segment_ratios(by_segment: Sequence[tuple[str, str, Mapping[str, int]]], plan: Plan) -> list[SegmentRatio]:
    """The sample ratio within every value of every segment; p-values by Holm over all of them."""
    ratios = [sample_ratio(units, plan.expected_split) for _, _, units in by_segment]
    adjusted = holm([ratio.p_value for ratio in ratios])
    return [
        SegmentRatio(segment, value, ratio, p)
        for (segment, value, _), ratio, p in zip(by_segment, ratios, adjusted, strict=True)
    ]


def missingness(moments: Moments, plan: Plan) -> list[Missingness]:
    """Does a column lack values more often in one variant? Pearson's chi-square over the variants, Holm over columns.

    Asked where units without a value are left out; a value that counts as 0 leaves nobody out.
    """
    tests = [_missing_p(gap, moments.units) if plan.missing == "drop" else None for gap in moments.gaps]
    return [Missingness(gap, p, holm_p) for gap, p, holm_p in zip(moments.gaps, tests, holm(tests), strict=True)]


def _missing_p(gap: Gap, units: Mapping[str, int]) -> float | None:
    lacking = np.array([gap.lacking[arm] for arm in units])
    present = np.array(list(units.values())) - lacking
    if not present.any() or not lacking.any():
        return None
    return float(chi2_contingency([lacking, present], correction=False).pvalue)


def balance(moments: Moments, plan: Plan) -> list[Balance]:
    """Compare every covariate between control and each variant; p-values by Holm over all comparisons."""
    pairs = [(covariate, variant) for covariate in plan.covariates for variant in moments.units]
    pairs = [(covariate, variant) for covariate, variant in pairs if variant != plan.control]
    tests = []
    for covariate, variant in pairs:
        arms = moments.of(covariate)
        with np.errstate(all="ignore"):  # no variance at all: NaN, which is no p-value
            tests.append(Mean("adjusted").analyze_aggregates(*reduced(covariate, arms[plan.control], arms[variant])))
    adjusted = holm([known(test.pvalue) for test in tests])
    return [
        Balance(covariate.name, variant, test.control, test.treatment, known(test.pvalue), p)
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
