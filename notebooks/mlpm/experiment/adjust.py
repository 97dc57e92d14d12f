"""A metric and its covariates, reduced to one number per unit: what a t test needs.

Ratios by the delta method: a ratio of means is, near its value, a weighted sum of the columns (Deng, Knoblich & Lu
2018). Covariates by CUPED (Deng et al. 2013): what they explain is taken off, with one coefficient for each, estimated
over both variants together. The library's CUPED takes one covariate; this one takes several, and gives the same for
one.
"""

from collections.abc import Sequence

import numpy as np
from tea_tasting.aggr import Aggregates

from mlpm.experiment.plan import Metric, Ratio


def reduced(metric: Metric, control: Aggregates, treatment: Aggregates, adjusted: bool = True) -> list[Aggregates]:
    """Control and treatment as samples of one column, "adjusted": count, mean and variance of the metric per unit.

    Without covariates, or with adjusted=False, the metric itself.
    """
    both = control + treatment
    ratios = metric.ratios if adjusted else metric.ratios[:1]
    weights = _weights(both, ratios)
    center = _values(both, ratios)
    return [_sample(arm, ratios, weights, center) for arm in (control, treatment)]


def together(metric: Metric, control: Aggregates, treatment: Aggregates, adjusted: bool = True) -> Aggregates:
    """Both variants as one sample of that column: the variance that a forecast of power takes."""
    both = control + treatment
    ratios = metric.ratios if adjusted else metric.ratios[:1]
    return _sample(both, ratios, _weights(both, ratios), _values(both, ratios))


def variance(arms: Sequence[Aggregates]) -> float:
    """Squared standard error of the difference between two samples of that column."""
    return sum(arm.var("adjusted") / arm.count() for arm in arms)


def coefficients(metric: Metric, control: Aggregates, treatment: Aggregates) -> np.ndarray:
    """How much of each covariate is taken off, shape (covariates,); zero for one that never varies."""
    return -_weights(control + treatment, metric.ratios)[1:]


def _sample(arm: Aggregates, ratios: Sequence[Ratio], weights: np.ndarray, center: np.ndarray) -> Aggregates:
    values = _values(arm, ratios)
    mean = values[0] + weights[1:] @ (values - center)[1:]
    variance = weights @ _spread(arm, ratios) @ weights
    return Aggregates(arm.count(), {"adjusted": float(mean)}, {"adjusted": float(variance)})


def _values(arm: Aggregates, ratios: Sequence[Ratio]) -> np.ndarray:
    return np.array([arm.mean(numerator) / arm.mean(denominator) for numerator, denominator in ratios])


def _weights(both: Aggregates, ratios: Sequence[Ratio]) -> np.ndarray:
    """1 for the metric, minus its coefficient for each covariate: least squares on scaled covariates.

    Where two covariates tell the same, each takes half of what they tell together.
    """
    if len(ratios) == 1:
        return np.ones(1)
    spread = _spread(both, ratios)
    scale = np.sqrt(np.diag(spread)[1:])
    scale[scale == 0] = 1.0
    alike = spread[1:, 1:] / np.outer(scale, scale)
    found = np.linalg.lstsq(alike, spread[1:, 0] / scale, rcond=None)[0] / scale
    return np.concatenate([[1.0], -found])


def _spread(arm: Aggregates, ratios: Sequence[Ratio]) -> np.ndarray:
    """Covariance of the ratios per unit, shape (ratios, ratios): gradient times covariance of the columns."""
    columns = list(dict.fromkeys(column for ratio in ratios for column in ratio if column))
    covariance = np.array([[arm.var(a) if a == b else arm.cov(a, b) for b in columns] for a in columns], dtype=float)
    gradient = np.zeros((len(ratios), len(columns)))
    for row, (numerator, denominator) in zip(gradient, ratios, strict=True):
        row[columns.index(numerator)] += 1 / arm.mean(denominator)
        if denominator:
            row[columns.index(denominator)] -= arm.mean(numerator) / arm.mean(denominator) ** 2
    return gradient @ covariance @ gradient.T
