"""Difference-in-differences on one change a city: the estimate, and the interval that counts cities.

All rates and effects are in points: events per 100 units, such as orders per 100 contacts.

Collapsing every city to one change before the comparison is the remedy of Bertrand, Duflo and Mullainathan (2004) for
data in which one week of a city resembles the next. The interval by shuffling asks which effects are compatible with
the cities' own spread if any of them might have been treated (Fisher's randomization test, inverted).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import ceil, comb

import numpy as np
import pandas as pd

from mlpm import InputError, checks

ALPHA = 0.05
POWER = 0.8
# So many ways to choose the treated cities are all tried; beyond it, a seeded sample of them.
MOST_WAYS = 20_000
SEED = 28
SLACK = 1e-9


@dataclass(frozen=True)
class Interval:
    """An estimate in points, its 95% interval and the p-value of no effect (None where the method gives none)."""

    estimate: float
    low: float
    high: float
    p_value: float | None = None

    @property
    def holds_zero(self) -> bool:
        return self.low <= 0 <= self.high


def assignments(cities: int, treated: int) -> np.ndarray:
    """All ways to choose the treated cities, one row each, True where treated; a seeded sample if there are too many.

    The first row is the one in which the first `treated` cities are treated.
    """
    if comb(cities, treated) <= MOST_WAYS:
        chosen = np.array(list(combinations(range(cities), treated)))
    else:
        rng = np.random.default_rng(SEED)
        sampled = rng.permuted(np.tile(np.arange(cities), (MOST_WAYS - 1, 1)), axis=1)[:, :treated]
        chosen = np.vstack([np.arange(treated), sampled])
    rows = np.zeros((len(chosen), cities), bool)
    np.put_along_axis(rows, chosen, True, axis=1)
    return rows


def contrasts(rows: np.ndarray) -> np.ndarray:
    """Weights that turn changes of cities into a difference of two means, one row an assignment."""
    treated = rows.sum(axis=1, keepdims=True)
    return np.where(rows, 1 / treated, -1 / (rows.shape[1] - treated))


def shuffled(treated: Sequence[float], control: Sequence[float], alpha: float = ALPHA) -> Interval:
    """Exact test and interval by reassigning treatment; the interval is endless where there are too few ways.

    An effect is in the interval when, taken out of the treated cities, it leaves a difference that at least `alpha` of
    all assignments exceed or equal in size.
    """
    changes = np.concatenate([treated, control])
    weights = contrasts(assignments(len(changes), len(treated)))
    difference = weights @ changes                                # of each assignment, as observed
    taken = weights @ (np.arange(len(changes)) < len(treated))    # what each point of effect takes out of it
    estimate = difference[0]

    def p_value(effect):
        # Sizes that are equal on paper differ in the last digit.
        left = np.abs(difference[:, None] - taken[:, None] * np.atleast_1d(effect))
        return (left >= left[0] - SLACK).mean(axis=0)

    # p changes only where an assignment's difference, the effect taken out, is as large as the observed one.
    moving = np.abs(taken) < 1 - SLACK
    borders = np.concatenate([
        (estimate - difference[moving]) / (1 - taken[moving]), (estimate + difference[moving]) / (1 + taken[moving]),
    ])
    borders = np.unique(np.round(borders, 12))
    middles = (borders[1:] + borders[:-1]) / 2
    inside = np.flatnonzero(p_value(middles) > alpha)
    endless = 1 / len(weights) * (1 + (2 * len(treated) == len(changes))) > alpha
    if endless or not len(inside):
        low, high = -np.inf, np.inf
    else:
        low, high = borders[inside[0]], borders[inside[-1] + 1]
    return Interval(float(estimate), float(low), float(high), float(p_value(0.0)[0]))


def from_errors(treated: tuple[float, float], control: tuple[float, float]) -> Interval:
    """Difference of two changes, each with its standard error, as published tables give them (normal, independent)."""
    from scipy.stats import norm

    estimate, error = treated[0] - control[0], np.hypot(treated[1], control[1])
    reach = norm.ppf(1 - ALPHA / 2) * error
    p_value = 2 * norm.sf(abs(estimate) / error)
    return Interval(float(estimate), float(estimate - reach), float(estimate + reach), float(p_value))


@dataclass(frozen=True)
class Cities:
    """Rates of the cities with a change and of those without, before and after it.

    treated_before, …: events per 100 units, one number a city. units: units per city and period, the same everywhere
    (contacts). weeks: length of a period. value: euros of one event. Raises InputError.
    """

    treated_before: Sequence[float]
    treated_after: Sequence[float]
    control_before: Sequence[float]
    control_after: Sequence[float]
    units: int
    weeks: int
    value: float

    def __post_init__(self):
        for name in ("treated_before", "treated_after", "control_before", "control_after"):
            rates = getattr(self, name)
            if not isinstance(rates, Sequence) or isinstance(rates, str) or len(rates) < 2:
                raise InputError(f"Parameter {name} is {rates!r}. Give a list of rates, one a city, 2 cities or more.")
            for rate in rates:
                checks.number(name, rate, 0, 100, "events per 100 units in each city, from 0 to 100")
        for group in ("treated", "control"):
            before, after = getattr(self, f"{group}_before"), getattr(self, f"{group}_after")
            if len(before) != len(after):
                raise InputError(
                    f"Parameter {group}_after has {len(after)} cities, {group}_before has {len(before)}. "
                    "Give the same cities in the same order."
                )
        checks.count("units", self.units, 1)
        checks.count("weeks", self.weeks, 2)
        checks.number("value", self.value, 0, meaning="euros of one event, 0 or more")
        if self.spread < SLACK:
            raise InputError(
                "All cities of a region changed by the same: an interval needs cities that differ. "
                "Give the rates with more digits, or more cities."
            )

    @cached_property
    def changes(self) -> tuple[np.ndarray, np.ndarray]:
        """After minus before, of each treated and each control city."""
        return (
            np.asarray(self.treated_after, float) - np.asarray(self.treated_before, float),
            np.asarray(self.control_after, float) - np.asarray(self.control_before, float),
        )

    @property
    def before_after(self) -> float:
        """What a comparison with yesterday would report: the treated cities' own change."""
        return float(self.changes[0].mean())

    @property
    def trend(self) -> float:
        """The change where nothing was changed."""
        return float(self.changes[1].mean())

    @property
    def effect(self) -> float:
        return self.before_after - self.trend

    @cached_property
    def by_unit(self) -> Interval:
        """The interval that believes every unit: four independent binomial shares (Wald). Too narrow."""
        from scipy.stats import norm

        variance = sum(
            (np.asarray(rates) * (100 - np.asarray(rates))).sum() / len(rates) ** 2 / self.units
            for rates in (self.treated_before, self.treated_after, self.control_before, self.control_after)
        )
        error = np.sqrt(variance)
        reach = norm.ppf(1 - ALPHA / 2) * error
        p_value = 2 * norm.sf(abs(self.effect) / error)
        return Interval(self.effect, self.effect - reach, self.effect + reach, float(p_value))

    @cached_property
    def by_city(self) -> Interval:
        """The interval that counts each city once: Student's t with pooled variance on the changes."""
        from statsmodels.stats.weightstats import CompareMeans

        both = CompareMeans.from_data(*self.changes)
        low, high = both.tconfint_diff(ALPHA, usevar="pooled")
        return Interval(self.effect, float(low), float(high), float(both.ttest_ind(usevar="pooled")[1]))

    @cached_property
    def by_shuffling(self) -> Interval:
        """The interval that asks what chance alone would do, were any of the cities the treated ones."""
        return shuffled(*self.changes)

    @cached_property
    def spread(self) -> float:
        """Standard deviation of the changes of cities, pooled over both regions."""
        treated, control = self.changes
        deviations = np.concatenate([treated - treated.mean(), control - control.mean()])
        return float(np.sqrt((deviations**2).sum() / (len(deviations) - 2)))

    @cached_property
    def smallest(self) -> float:
        """The effect this many cities with this spread show in 80 of 100 cases."""
        from statsmodels.stats.power import TTestIndPower

        treated, control = (len(changes) for changes in self.changes)
        size = TTestIndPower().solve_power(nobs1=treated, ratio=control / treated, alpha=ALPHA, power=POWER)
        return self.spread * float(size)

    def cities_for(self, points: float) -> int:
        """Cities with the change, and as many without, to show so many points in 80 of 100 cases at this spread."""
        from statsmodels.stats.power import TTestIndPower

        size = abs(points) / self.spread
        return ceil(TTestIndPower().solve_power(effect_size=size, alpha=ALPHA, power=POWER))

    def a_month(self, points: float) -> float:
        """Euros a month that so many points are worth in the treated cities."""
        units = self.units * len(self.treated_before) / self.weeks * 365 / 7 / 12
        return units * points / 100 * self.value

    def table(self) -> pd.DataFrame:
        """One row a region: rate before, after, change."""
        rows = [
            {"region": name, "cities": len(before), "before": float(np.mean(before)), "after": float(np.mean(after)),
             "change": float(np.mean(after) - np.mean(before))}
            for name, before, after in (
                ("with the change", self.treated_before, self.treated_after),
                ("without", self.control_before, self.control_after),
            )
        ]
        return pd.DataFrame(rows)

    def intervals(self) -> pd.DataFrame:
        """One row a way of counting: what is counted once, how many there are, estimate, interval, p-value."""
        cities = len(self.treated_before) + len(self.control_before)
        ways = [
            ("every contact", 2 * cities * self.units, self.by_unit),
            ("every city", cities, self.by_city),
            ("every city, by shuffling", cities, self.by_shuffling),
        ]
        return pd.DataFrame([
            {"counted": name, "number": number, "estimate": found.estimate, "low": found.low, "high": found.high,
             "p_value": found.p_value}
            for name, number, found in ways
        ])
