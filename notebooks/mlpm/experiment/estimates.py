"""What changed, by how much, and how surely: every metric in every variant against the control.

Proportions: Newcombe's interval, pooled z test without continuity correction. Means: Welch. Ratios: delta method.
With a covariate: CUPED on top of either. The libraries compute; this module chooses, and keeps what has no answer None.
"""

from collections.abc import Mapping
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

from mlpm import InputError
from mlpm.experiment.health import holm, known
from mlpm.experiment.plan import Metric, Plan, parts
from mlpm.experiment.sequential import final_alpha

POWER = 0.8


@dataclass(frozen=True)
class Estimate:
    """One metric in one variant against the control.

    control, treatment, difference (treatment - control) and its interval are in the metric's own unit; with a covariate
    the two values are the adjusted ones. relative… is the difference over the control's value, with an interval that
    counts the control's own error; None where the control is not clearly above zero. smallest_effect: the difference
    this sample would find 80 times in 100. p_value: no difference, two-sided; for a guardrail: harm beyond its margin
    is not excluded, one-sided. verdict: see `decision`.
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
        }


def compare(
    plan: Plan, moments: Mapping[str, Aggregates], *, adjusted: bool = True, power: bool = True
) -> list[Estimate]:
    """Estimate every metric in every variant; intervals at the level the last look leaves.

    Holm's correction covers the metrics that can win, in all variants. Guardrails stay outside: all of them must hold,
    and a rule that asks for all cannot be passed more easily by asking more often (intersection–union test).
    adjusted=False leaves the covariates out, to show what they bring; power=False leaves out the smallest effects,
    which take most of the time.
    """
    alpha = final_alpha(plan.looks, plan.alpha)
    control, *others = moments
    estimates = []
    for metric in plan.metrics:
        for variant in others:
            arms = moments[control], moments[variant]
            found = _estimate(metric, variant, *arms, alpha, adjusted)
            if power and found.p_value is not None:
                found = replace(found, smallest_effect=_smallest_effect(found, *arms, alpha))
            estimates.append(found)
    winners = [estimate for estimate in estimates if not estimate.metric.guardrail]
    corrected = dict(zip(map(id, winners), holm([estimate.p_value for estimate in winners]), strict=True))
    return [replace(e, p_value_adjusted=corrected.get(id(e), e.p_value)) for e in estimates]


def _estimate(
    metric: Metric, variant: str, control: Aggregates, treatment: Aggregates, alpha: float, adjusted: bool
) -> Estimate:
    if metric.kind == "proportion" and not (adjusted and metric.covariate):
        column = metric.parts[0]
        counts = [(round(arm.mean(column) * arm.count()), arm.count()) for arm in (control, treatment)]
        return compare_proportions(metric, variant, *counts[0], *counts[1], alpha=alpha)
    return compare_means(metric, variant, control, treatment, alpha=alpha, adjusted=adjusted)


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
) -> Estimate:
    """Two means or two ratios of means from their moments; CUPED where the metric has a covariate."""
    metric_test = metric.test(adjusted=adjusted, confidence_level=1 - alpha)
    found = _analyzed(metric, metric_test, control, treatment)
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
    estimate = replace(
        estimate, difference_low=float(found.effect_size_ci_lower), difference_high=float(found.effect_size_ci_upper)
    )
    relative_low, relative_high = _relative_interval(metric, control, treatment, estimate)
    return replace(
        estimate,
        relative=None if relative_low is None else estimate.difference / estimate.control,
        relative_low=relative_low,
        relative_high=relative_high,
        p_value=_harm_excluded(metric, control, treatment, adjusted) if metric.guardrail else float(found.pvalue),
    )


def _analyzed(metric: Metric, test, control: Aggregates, treatment: Aggregates):
    try:
        with np.errstate(all="ignore"):  # no variance at all: NaN, which the caller reads as "no answer"
            return test.analyze_aggregates(control, treatment)
    except (OverflowError, ValueError, ZeroDivisionError) as problem:
        raise InputError(
            f"metric '{metric.name}': its mean is too near zero, or its covariate too like it, for a stable result. "
            "Choose another covariate, or add a constant to the column."
        ) from problem


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


def _harm_excluded(metric: Metric, control: Aggregates, treatment: Aggregates, adjusted: bool) -> float | None:
    """p-value of the test that the harm is at least the margin: low means the margin holds."""
    test = metric.test(adjusted=adjusted, alternative="less" if metric.better == "lower" else "greater")
    return known(_analyzed(metric, test, _scaled(control, metric, _worst_tolerated(metric)), treatment).pvalue)


def _relative_interval(metric: Metric, control: Aggregates, treatment: Aggregates, estimate: Estimate):
    """All relative changes r at which treatment does not differ from (1 + r) times the control: Fieller's interval.

    (None, None) where the control is not clearly above zero, for then the interval has no end.
    """
    covariates = parts(metric.covariate) if estimate.adjusted_by_covariate else (None, None)
    both = control + treatment
    spread = both.ratio_var(*covariates) if covariates[0] else 0.0
    theta = both.ratio_cov(*metric.parts, *covariates) / spread if spread else 0.0

    def error(arm: Aggregates) -> float:
        variance = arm.ratio_var(*metric.parts)
        if theta:
            variance += theta**2 * arm.ratio_var(*covariates) - 2 * theta * arm.ratio_cov(*metric.parts, *covariates)
        return variance / arm.count()

    c, t, c_error, t_error = estimate.control, estimate.treatment, error(control), error(treatment)
    quantile = (estimate.difference_high - estimate.difference) ** 2 / (c_error + t_error)  # squared, as the library's
    clear = c**2 - quantile * c_error
    if c <= 0 or clear <= 0:
        return None, None
    half = (quantile * (c_error * t**2 + t_error * clear)) ** 0.5
    return (c * t - half) / clear - 1, (c * t + half) / clear - 1


# --- The smallest effect in reach ----------------------------------------------------------------------------------


def _smallest_effect(e: Estimate, control: Aggregates, treatment: Aggregates, alpha: float) -> float | None:
    if e.metric.kind == "proportion" and not e.adjusted_by_covariate:
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
    test = metric.test(adjusted=adjusted, alpha=alpha, power=POWER, ratio=ratio)
    try:
        solved = test.solve_power_from_aggregates(control + treatment, "effect_size")
    except ValueError:  # a handful of units: the noncentral t has no value where the solver looks
        return None
    return float(solved[0].effect_size)
