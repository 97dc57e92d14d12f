"""What changed, by how much, and how surely: every metric in every variant against the control.

Proportions: Newcombe's interval, pooled z test without continuity correction. Means: Welch. Ratios, and everything
where units are clusters of rows: delta method. With covariates: CUPED on top of either. Where a test may be read at any
time, every difference is judged by its mixture. The libraries compute; this module chooses, and keeps what has no
answer None.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    power_proportions_2indep,
    proportions_ztest,
)
from tea_tasting.aggr import Aggregates
from tea_tasting.metrics import Mean

from mlpm import InputError
from mlpm.experiment.adjust import reduced, together, variance
from mlpm.experiment.health import holm, known
from mlpm.experiment.moments import Moments
from mlpm.experiment.plan import Metric, Plan
from mlpm.experiment.sequential import AlwaysValid

POWER = 0.8
# Where no minimum effect says which differences are expected: a tenth of a standard deviation, half of what is called
# a small effect. The interval is then at its best, against one that is read once, at about 1,700 units a variant.
USUAL_SPREAD = 0.1


@dataclass(frozen=True)
class Estimate:
    """One metric in one variant against the control.

    control, treatment, difference (treatment - control) and its interval are in the metric's own unit; with a covariate
    the two values are the adjusted ones. relative… is the difference over the control's value, with an interval that
    counts the control's own error; None where the control is not clearly above zero. smallest_effect: the difference
    this sample would find 80 times in 100. p_value: no difference, two-sided; for a guardrail: harm beyond its margin
    is not excluded, one-sided. verdict: see `decision`. units: those with every value the metric needs, control and
    treatment; missing: those left out, or counted as 0, because a value is missing. design_effect: variance of the
    difference over what it would be if every row were a unit, where units are clusters. widened: width of the interval
    over that of one read once, where it may be read at any time; spread: τ of its mixture, in the metric's own unit.
    """

    metric: Metric
    variant: str
    control: float
    treatment: float
    difference: float
    difference_low: float | None = None
    difference_high: float | None = None
    relative: float | None = None
    relative_low: float | None = None
    relative_high: float | None = None
    p_value: float | None = None
    p_value_adjusted: float | None = None
    smallest_effect: float | None = None
    adjusted_by_covariate: bool = False
    verdict: str = "unclear"
    units: tuple[int, int] = (0, 0)
    missing: int = 0
    design_effect: float | None = None
    widened: float | None = None
    spread: float | None = None

    @property
    def smallest_relative_effect(self) -> float | None:
        return self.smallest_effect / self.control if self.smallest_effect is not None and self.control > 0 else None

    def record(self) -> dict:
        """The fields a report's JSON holds."""
        return {
            "metric": self.metric.name,
            "kind": self.metric.kind,
            "variant": self.variant,
            "control": self.control,
            "treatment": self.treatment,
            "difference": self.difference,
            "difference_low": self.difference_low,
            "difference_high": self.difference_high,
            "p_value": self.p_value,
            "p_value_adjusted": self.p_value_adjusted,
            "adjusted_by_covariate": self.adjusted_by_covariate,
            "guardrail": self.metric.guardrail,
            "margin": self.metric.margin,
            "verdict": self.verdict,
            "control_units": self.units[0],
            "treatment_units": self.units[1],
            "missing": self.missing,
            "design_effect": self.design_effect,
            "widened": self.widened,
        }


def compare(plan: Plan, moments: Moments, *, adjusted: bool = True, power: bool = True) -> list[Estimate]:
    """Estimate every metric in every variant; intervals at the level the last look leaves.

    Holm's correction covers the metrics that can win, in all variants. Guardrails stay outside: all of them must hold,
    and a rule that asks for all cannot be passed more easily by asking more often (intersection–union test).
    adjusted=False leaves the covariates out, to show what they bring; power=False leaves out the smallest effects,
    which take most of the time.
    """
    control, *others = moments.units
    estimates = []
    for metric in plan.metrics:
        of = moments.of(metric)
        for variant in others:
            found = estimate(plan, metric, variant, of[control], of[variant], adjusted=adjusted)
            found = replace(found, missing=missing(plan, moments, metric, variant))
            if moments.naive:
                rows = moments.naive[metric.name]
                deff = design_effect(metric, of[control], of[variant], rows[control], rows[variant], adjusted)
                found = replace(found, design_effect=deff)
            if power and found.p_value is not None:
                smallest = _smallest_effect(found, of[control], of[variant], plan.level)
                found = replace(found, smallest_effect=smallest)
            estimates.append(found)
    winners = [one for one in estimates if not one.metric.guardrail]
    corrected = dict(zip(map(id, winners), holm([one.p_value for one in winners]), strict=True))
    return [replace(e, p_value_adjusted=corrected.get(id(e), e.p_value)) for e in estimates]


def estimate(
    plan: Plan, metric: Metric, variant: str, control: Aggregates, treatment: Aggregates, *, adjusted: bool = True
) -> Estimate:
    """One metric in one variant against the control, as the plan judges it."""
    plain = metric.kind == "proportion" and not metric.size and not plan.always_valid
    if plain and not (adjusted and metric.covariate):
        column = metric.name
        counts = [(round(arm.mean(column) * arm.count()), arm.count()) for arm in (control, treatment)]
        found = compare_proportions(metric, variant, *counts[0], *counts[1], alpha=plan.level)
    else:
        minimum = plan.minimum_effect if plan.always_valid else None
        found = compare_means(metric, variant, control, treatment, plan.level, adjusted, always_valid=minimum)
    return replace(found, units=(control.count(), treatment.count()))


def missing(plan: Plan, moments: Moments, metric: Metric, variant: str) -> int:
    """Units of the control and the variant whose value is not there: left out, or counted as 0."""
    arms = (plan.control, variant)
    if plan.missing == "drop":
        return sum(moments.units[arm] - moments.of(metric)[arm].count() for arm in arms)
    # A unit without two values of one metric is counted once: the column with most gaps says how many at least.
    lacking = [sum(gap.lacking[arm] for arm in arms) for gap in moments.gaps if gap.column in metric.columns]
    return max(lacking, default=0)


def design_effect(
    metric: Metric,
    control: Aggregates,
    treatment: Aggregates,
    control_rows: Aggregates,
    treatment_rows: Aggregates,
    adjusted: bool = True,
) -> float | None:
    """Variance of the difference between clusters, over what it would be if every row were a unit (Kish 1965)."""
    by_row = replace(metric, size=None)
    clustered = variance(reduced(metric, control, treatment, adjusted))
    naive = variance(reduced(by_row, control_rows, treatment_rows, adjusted))
    return clustered / naive if naive > 0 else None


# --- Proportions ---------------------------------------------------------------------------------------------------


def compare_proportions(
    metric: Metric,
    variant: str,
    control_count: int,
    control_units: int,
    treatment_count: int,
    treatment_units: int,
    alpha: float = 0.05,
) -> Estimate:
    """Two proportions from their counts."""
    control, treatment = control_count / control_units, treatment_count / treatment_units
    counts = (treatment_count, treatment_units, control_count, control_units)
    low, high = confint_proportions_2indep(*counts, method="newcomb", compare="diff", alpha=alpha)
    estimate = Estimate(metric, variant, control, treatment, treatment - control, float(low), float(high))
    if not 0 < control_count + treatment_count < control_units + treatment_units:
        return estimate  # nothing varies
    if control_count:
        ratio_low, ratio_high = _ratio_interval(*counts, norm.isf(alpha / 2))
        estimate = replace(
            estimate, relative=treatment / control - 1, relative_low=ratio_low - 1, relative_high=ratio_high - 1
        )
    if not metric.guardrail:
        test = proportions_ztest([treatment_count, control_count], [treatment_units, control_units])
        return replace(estimate, p_value=float(test[1]))
    harm = metric.sign * _ratio_score(*counts, _worst_tolerated(metric))
    return replace(estimate, p_value=float(norm.sf(harm)) if control_count else None)


def _ratio_score(treatment_count: int, treatment_units: int, control_count: int, control_units: int, ratio: float):
    """z of the score test that the treatment's proportion is `ratio` times the control's (Koopman 1984).

    At ratio 1 it is the pooled z test. Written out because the library's loses itself in complex numbers where a
    proportion is near 1.
    """
    a = (treatment_units + control_units) * ratio
    b = treatment_units * ratio + treatment_count + control_units + control_count * ratio
    c = treatment_count + control_count
    # The likeliest proportions that stand exactly in this ratio; the smaller root, in the form that does not cancel.
    control = min(2 * c / (b + max(b**2 - 4 * a * c, 0.0) ** 0.5), 1.0)
    treatment = min(ratio * control, 1.0)
    variance = treatment * (1 - treatment) / treatment_units + ratio**2 * control * (1 - control) / control_units
    difference = treatment_count / treatment_units - ratio * control_count / control_units
    return difference / variance**0.5 if variance > 0 else np.copysign(np.inf, difference)


def _ratio_interval(
    treatment_count: int, treatment_units: int, control_count: int, control_units: int, z: float
) -> tuple[float, float]:
    """All ratios the score test does not reject: it holds 1 exactly where the pooled z test finds nothing."""
    counts = (treatment_count, treatment_units, control_count, control_units)
    estimate = treatment_count / treatment_units / (control_count / control_units)

    def edge(start: float, factor: float, bound: float) -> float:
        far = start * factor
        while (_ratio_score(*counts, far) - bound) * np.sign(bound) < 0:
            far *= factor
        return float(brentq(lambda ratio: _ratio_score(*counts, ratio) - bound, *sorted((start, far)), xtol=1e-14))

    low = edge(estimate, 0.5, z) if treatment_count else 0.0
    return low, edge(estimate or 1e-12, 2.0, -z)


# --- Means and ratios ----------------------------------------------------------------------------------------------


def compare_means(
    metric: Metric,
    variant: str,
    control: Aggregates,
    treatment: Aggregates,
    alpha: float = 0.05,
    adjusted: bool = True,
    always_valid: float | None = None,
) -> Estimate:
    """Two means or two ratios of means from their moments; CUPED where the metric has covariates.

    always_valid: None for a test read once; otherwise the smallest change worth having, a share of the control's value,
    from which a test that may be read at any time takes the differences it expects (0: none is named).
    """
    arms = _reduced(metric, control, treatment, adjusted)
    found = _analyzed(metric, Mean("adjusted", confidence_level=1 - alpha), *arms)
    estimate = Estimate(
        metric,
        variant,
        float(found.control),
        float(found.treatment),
        float(found.effect_size),
        adjusted_by_covariate=adjusted and metric.covariate is not None,
    )
    if known(found.pvalue) is None:
        return estimate  # nothing varies
    low, high, p_value = map(float, (found.effect_size_ci_lower, found.effect_size_ci_upper, found.pvalue))
    mixture = None
    if always_valid is not None:
        mixture = AlwaysValid(estimate.difference, variance(arms) ** 0.5, _spread(arms, always_valid))
        half, once = mixture.critical(alpha) * mixture.error, high - estimate.difference
        low, high, p_value = estimate.difference - half, estimate.difference + half, mixture.p_value
        estimate = replace(estimate, widened=half / once, spread=mixture.spread)
    estimate = replace(estimate, difference_low=low, difference_high=high)
    relative_low, relative_high = _relative_interval(arms, estimate)
    if metric.guardrail:
        p_value = _harm_excluded(metric, control, treatment, adjusted, mixture)
    return replace(
        estimate,
        relative=None if relative_low is None else estimate.difference / estimate.control,
        relative_low=relative_low,
        relative_high=relative_high,
        p_value=p_value,
    )


def _reduced(metric: Metric, control: Aggregates, treatment: Aggregates, adjusted: bool) -> list[Aggregates]:
    try:
        return reduced(metric, control, treatment, adjusted)
    except (OverflowError, ValueError, ZeroDivisionError) as problem:
        raise _unstable(metric) from problem


def _analyzed(metric: Metric, test: Mean, control: Aggregates, treatment: Aggregates):
    try:
        with np.errstate(all="ignore"):  # no variance at all: NaN, which the caller reads as "no answer"
            return test.analyze_aggregates(control, treatment)
    except (OverflowError, ValueError, ZeroDivisionError) as problem:
        raise _unstable(metric) from problem


def _unstable(metric: Metric) -> InputError:
    return InputError(
        f"metric '{metric.name}': its mean is too near zero, or its covariate too like it, for a stable result. "
        "Choose another covariate, or add a constant to the column."
    )


def _spread(arms: Sequence[Aggregates], minimum_effect: float) -> float:
    """τ: the smallest change worth having where there is one, else a tenth of the standard deviation of a unit."""
    usual = USUAL_SPREAD * (sum(arm.var("adjusted") for arm in arms) / 2) ** 0.5  # one variant alone may not vary
    return minimum_effect * abs(arms[0].mean("adjusted")) or usual


def _scaled(control: Aggregates, metric: Metric, factor: float) -> Aggregates:
    """The control as if its metric were `factor` times what it is: to test treatment against that."""
    numerator = metric.parts[0]
    return Aggregates(
        control.count_,
        control.mean_ | {numerator: control.mean_[numerator] * factor},
        control.var_ | {numerator: control.var_[numerator] * factor**2},
        {pair: value * factor ** pair.count(numerator) for pair, value in control.cov_.items()},
    )


def _worst_tolerated(metric: Metric) -> float:
    """Treatment over control at which a guardrail's harm reaches its margin."""
    return 1 - metric.sign * metric.margin


def _harm_excluded(
    metric: Metric, control: Aggregates, treatment: Aggregates, adjusted: bool, mixture: AlwaysValid | None
) -> float | None:
    """p-value of the test that the harm is at least the margin: low means the margin holds."""
    arms = _reduced(metric, _scaled(control, metric, _worst_tolerated(metric)), treatment, adjusted)
    if mixture is None:
        test = Mean("adjusted", alternative="less" if metric.better == "lower" else "greater")
        return known(_analyzed(metric, test, *arms).pvalue)
    # The mixture is two-sided: on the safe side of the margin its p is a little too large, on the other it is none.
    distance = arms[1].mean("adjusted") - arms[0].mean("adjusted")
    return AlwaysValid(distance, variance(arms) ** 0.5, mixture.spread).p_value if metric.sign * distance > 0 else 1.0


def _relative_interval(arms: Sequence[Aggregates], estimate: Estimate) -> tuple[float | None, float | None]:
    """All relative changes r at which treatment does not differ from (1 + r) times the control: Fieller's interval.

    (None, None) where the control is not clearly above zero, for then the interval has no end.
    """
    c, t = estimate.control, estimate.treatment
    c_error, t_error = (arm.var("adjusted") / arm.count() for arm in arms)
    quantile = (estimate.difference_high - estimate.difference) ** 2 / (c_error + t_error)  # squared, as the library's
    clear = c**2 - quantile * c_error
    if c <= 0 or clear <= 0:
        return None, None
    half = (quantile * (c_error * t**2 + t_error * clear)) ** 0.5
    return (c * t - half) / clear - 1, (c * t + half) / clear - 1


# --- The smallest effect in reach ----------------------------------------------------------------------------------


def _smallest_effect(e: Estimate, control: Aggregates, treatment: Aggregates, alpha: float) -> float | None:
    if e.widened is not None:
        # At this look alone: an estimate exceeds the interval's half width in 80 of 100 tests of such an effect.
        error = variance(_reduced(e.metric, control, treatment, e.adjusted_by_covariate)) ** 0.5
        return float(e.difference_high - e.difference + norm.ppf(POWER) * error)
    if e.metric.kind == "proportion" and not e.metric.size and not e.adjusted_by_covariate:
        return smallest_change_of_proportion(e.metric, e.control, control.count(), treatment.count(), alpha)
    return smallest_change_of_mean(e.metric, control, treatment, alpha, adjusted=e.adjusted_by_covariate)


def smallest_change_of_proportion(
    metric: Metric, control: float, control_units: float, treatment_units: float, alpha: float
) -> float | None:
    """Power of the pooled z test in the good direction (R's power.prop.test), solved for the difference."""
    room = (1 - control) if metric.sign > 0 else control

    def missing_power(difference: float) -> float:
        return POWER - power_proportions_2indep(
            metric.sign * difference,
            control,
            treatment_units,
            ratio=control_units / treatment_units,
            alpha=alpha / 2,
            alternative="larger" if metric.sign > 0 else "smaller",
            return_results=False,
        )

    if room <= 1e-9 or missing_power(room * (1 - 1e-9)) > 0:
        return None  # not even the largest possible change would show
    return float(brentq(missing_power, room * 1e-9, room * (1 - 1e-9), xtol=1e-14))


def smallest_change_of_mean(
    metric: Metric, control: Aggregates, treatment: Aggregates, alpha: float, adjusted: bool
) -> float | None:
    """Power of the library's t test, with the variance of both variants together, solved for the difference."""
    ratio = treatment.count() / control.count()
    test = Mean("adjusted", alpha=alpha, power=POWER, ratio=ratio)
    try:
        solved = test.solve_power_from_aggregates(together(metric, control, treatment, adjusted), "effect_size")
    except ValueError:  # a handful of units: the noncentral t has no value where the solver looks
        return None
    return float(solved[0].effect_size)
