"""Generated worlds for difference-in-differences: cities by weeks, with a truth that is known.

The rate of city c in week t, in points, is level + drift × (week, if treated) + effect (if treated and after) + a
wobble of the city that fades: a stationary AR(1) with standard deviation `wobble` and correlation `memory` from week
to week. What is seen is a binomial count of `units` a week. A wave that all cities share cancels out; it is left out.

Because the wobble has a known covariance, biases, standard errors and the power of the tests have closed forms; what
has none, the false alarms of a method, is simulated with a seed.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import stats

from mlpm import checks
from mlpm.designs.cities import ALPHA, POWER, assignments, contrasts

WORLDS = 4_000
# So many standard errors away, a test sees everything; further out, the noncentral t has no numbers.
FAR = 30
METHODS = {
    "contacts": "every contact",
    "city_weeks": "every city-week",
    "clusters": "errors clustered by city",
    "cities": "every city",
    "shuffled": "every city, by shuffling",
}


@dataclass(frozen=True)
class Panel:
    """A world. cities, treated: how many; before, after: weeks; units: per city and week; level, wobble: points;
    memory: 0 to below 1; drift: points a week that the treated cities move away by themselves; effect: points."""

    cities: int
    treated: int
    before: int
    after: int
    units: int
    level: float
    wobble: float
    memory: float
    drift: float = 0.0
    effect: float = 0.0

    def __post_init__(self):
        checks.count("cities", self.cities, 4)
        checks.number("treated", self.treated, 1, self.cities - 1, f"a whole number from 1 to {self.cities - 1}")
        for name in ("before", "after"):
            checks.count(name, getattr(self, name), 2)
        checks.count("units", self.units, 1)
        checks.number("level", self.level, 0, 100, "events per 100 units, from 0 to 100")
        checks.number("wobble", self.wobble, 0, meaning="points, 0 or more")
        checks.number("drift", self.drift, meaning="points a week")
        checks.number("memory", self.memory, 0, 0.999, "a correlation from 0 to below 1")

    @property
    def weeks(self) -> int:
        return self.before + self.after

    @property
    def distance(self) -> float:
        """Weeks from the middle of the period before to the middle of the period after."""
        return self.weeks / 2

    @property
    def bias(self) -> float:
        """What the drift adds to the estimate."""
        return self.drift * self.distance

    @property
    def placebo_bias(self) -> float:
        """What it adds to a placebo: a launch that never was, in the middle of the weeks before."""
        return self.drift * self.before / 2

    @cached_property
    def covariance(self) -> np.ndarray:
        """Covariance of a city's observed weekly rates (points squared): the wobble's, plus counting noise."""
        return self._covariance(self.weeks)

    def _covariance(self, weeks: int) -> np.ndarray:
        week = np.arange(weeks)
        shared = self.wobble**2 * self.memory ** np.abs(week[:, None] - week)
        return shared + np.eye(weeks) * self.level * (100 - self.level) / self.units

    def spread(self, weights: np.ndarray) -> float:
        """Standard deviation of a city's weighted sum of weeks."""
        return float(np.sqrt(weights @ self.covariance @ weights))

    @property
    def change(self) -> np.ndarray:
        """Weights of the weeks in a city's change: mean after minus mean before."""
        return np.concatenate([np.full(self.before, -1 / self.before), np.full(self.after, 1 / self.after)])

    @property
    def trend(self) -> np.ndarray:
        """Weights of the weeks in a city's slope over the weeks before (least squares)."""
        week = np.arange(self.before) - (self.before - 1) / 2
        return np.concatenate([week / (week**2).sum(), np.zeros(self.after)])

    @property
    def placebo(self) -> np.ndarray:
        """Weights of the weeks in a city's change at the placebo date."""
        half = self.before // 2
        weights = np.zeros(self.weeks)
        weights[:half], weights[half:self.before] = -1 / half, 1 / (self.before - half)
        return weights

    @property
    def error(self) -> float:
        """Standard error of the difference-in-differences."""
        return self.spread(self.change) * np.sqrt(1 / self.treated + 1 / (self.cities - self.treated))

    def switched_error(self, weeks: int) -> float:
        """Standard error if the same cities switched by a coin of each city and week, compared within city and week.

        Coins are independent, so what one week of a city has in common with the next costs nothing; taking out the
        city's mean takes out the part of its wobble that all its weeks share.
        """
        around = self._covariance(weeks)
        left = (np.trace(around) - around.sum() / weeks) / (weeks - 1)  # a week's variance around its city's mean
        compared = 0.25 * (self.cities - 1) * (weeks - 1)  # squares of a fair coin, city and week means taken out
        return float(np.sqrt(left / compared))

    def switched_smallest(self, weeks: int) -> float:
        """The effect that 80 of 100 such switchbacks show."""
        df = (self.cities - 1) * (weeks - 1) - 1
        return self.switched_error(weeks) * float(stats.t.ppf(1 - ALPHA / 2, df) + stats.t.ppf(POWER, df))

    def power(self, size: float, weights: np.ndarray) -> float:
        """Chance that a t test on one number a city (its `weights`) shows a true difference of `size`."""
        error = self.spread(weights) * np.sqrt(1 / self.treated + 1 / (self.cities - self.treated))
        df = self.cities - 2
        bound = stats.t.ppf(1 - ALPHA / 2, df)
        shift = min(abs(size) / error, FAR)
        # The far side holds less than 1e-6 from three errors on, and scipy's value for it is not always a number.
        other = stats.nct.cdf(-bound, df, shift) if shift < 5 else 0.0
        return float(stats.nct.sf(bound, df, shift) + other)

    @property
    def seen_before(self) -> float:
        """Chance that a test of the slopes in the weeks before sees the drift."""
        return self.power(self.drift, self.trend)

    @property
    def seen_by_placebo(self) -> float:
        return self.power(self.placebo_bias, self.placebo)

    @property
    def false_alarm(self) -> float:
        """Chance that the drift alone makes the estimate significant, each city counted once."""
        return self.power(self.bias, self.change)

    def draw(self, worlds: int, seed: int) -> np.ndarray:
        """Observed rates in points, shape (worlds, cities, weeks); the treated cities come first."""
        rng = np.random.default_rng(seed)
        wobble = rng.standard_normal((worlds, self.cities, self.weeks))
        for week in range(1, self.weeks):
            wobble[..., week] = (
                self.memory * wobble[..., week - 1] + np.sqrt(1 - self.memory**2) * wobble[..., week]
            )
        rate = self.level + self.wobble * wobble
        week = np.arange(self.weeks)
        rate[:, :self.treated] += self.drift * week + self.effect * (week >= self.before)
        return 100 * rng.binomial(self.units, np.clip(rate / 100, 0, 1)) / self.units


def p_values(rates: np.ndarray, treated: int, before: int, units: int) -> dict[str, np.ndarray]:
    """p-values of no effect under five ways of counting, one for each world (rates: worlds × cities × weeks).

    contacts: four pooled shares, every unit independent. city_weeks: least squares with a level for each city and each
    week, every city-week independent. clusters: the same with errors clustered by city (CR1, t with cities − 1
    degrees of freedom; statsmodels' `cov_type="cluster"`). cities: t test on one change a city. shuffled: all
    assignments of treatment to cities.
    """
    _, cities, weeks = rates.shape
    changes = rates[:, :, before:].mean(axis=2) - rates[:, :, :before].mean(axis=2)
    rows = assignments(cities, treated)
    estimate = changes @ contrasts(rows[:1])[0]
    found = {}

    variance = 0
    for group in (rates[:, :treated], rates[:, treated:]):
        for part in (group[..., :before], group[..., before:]):
            share = part.mean(axis=(1, 2))
            variance = variance + share * (100 - share) / (units * part[0].size)
    found["contacts"] = 2 * stats.norm.sf(np.abs(estimate) / np.sqrt(variance))

    # Frisch-Waugh: sweep city and week means out of the rates and of the treatment, then one regressor is left.
    swept = rates - rates.mean(axis=2, keepdims=True) - rates.mean(axis=1, keepdims=True) + rates.mean(
        axis=(1, 2), keepdims=True)
    given = np.outer(np.arange(cities) < treated, np.arange(weeks) >= before).astype(float)
    given = given - given.mean(axis=1, keepdims=True) - given.mean(axis=0, keepdims=True) + given.mean()
    left = swept - estimate[:, None, None] * given
    squares, observed, columns = (given**2).sum(), cities * weeks, cities + weeks
    error = np.sqrt((left**2).sum(axis=(1, 2)) / (observed - columns) / squares)
    found["city_weeks"] = 2 * stats.t.sf(np.abs(estimate) / error, observed - columns)

    scores = (left * given).sum(axis=2)
    correction = cities / (cities - 1) * (observed - 1) / (observed - columns)
    error = np.sqrt(correction * (scores**2).sum(axis=1)) / squares
    found["clusters"] = 2 * stats.t.sf(np.abs(estimate) / error, cities - 1)

    deviations = changes.copy()
    deviations[:, :treated] -= changes[:, :treated].mean(axis=1, keepdims=True)
    deviations[:, treated:] -= changes[:, treated:].mean(axis=1, keepdims=True)
    pooled = (deviations**2).sum(axis=1) / (cities - 2)
    error = np.sqrt(pooled * (1 / treated + 1 / (cities - treated)))
    found["cities"] = 2 * stats.t.sf(np.abs(estimate) / error, cities - 2)

    found["shuffled"] = _shuffled(changes, contrasts(rows))
    return found


def _shuffled(changes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """p-values over all assignments, a thousand worlds at a time: what is held at once stays small."""
    parts = []
    for start in range(0, len(changes), 1000):
        sizes = np.abs(changes[start:start + 1000] @ weights.T)
        parts.append((sizes >= sizes[:, :1] - 1e-9).mean(axis=1))
    return np.concatenate(parts)


def false_alarms(world: Panel, worlds: int = WORLDS, seed: int = 28) -> pd.Series:
    """Of all worlds without effect and without drift, the share each way of counting calls significant at 5%."""
    quiet = replace(world, drift=0.0, effect=0.0)
    found = p_values(quiet.draw(worlds, seed), world.treated, world.before, world.units)
    return pd.Series({method: float((values <= ALPHA).mean()) for method, values in found.items()})


def monte_carlo_error(share: float, worlds: int = WORLDS) -> float:
    """Half the width of a 95% interval of a simulated share."""
    return float(1.96 * np.sqrt(share * (1 - share) / worlds))
