"""When a slice breaks its promise: a line for each span of days, with its false alarms counted before anybody is woken.

In each slice the reference says how far what comes true lies from what the score promises: one offset of the log-odds.
From then on the count of positives among the labeled rows of a span is a sum of unequal coins, a Poisson binomial. The
coins are not known exactly: the offset was estimated, and weeks differ. Both enter as a normal spread of the log-odds,
integrated by Gauss–Hermite quadrature. An alarm is a count so low, or so high, that this gives it less than the level.

The level is the number of false alarms one is ready to answer a year, divided by the number of lines that are looked at
in a year. Expected false alarms add up whether or not slices hang together, so no independence is needed for that.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

SIDES = ("below", "above", "either")
EDGE = 1e-4  # a promise of exactly 0 or 1 could never be broken
NODES = 15
EXACT = 1_000  # from so many labels on, a normal curve stands for the sum of coins
OFTEN = 0.8  # how surely a fall is to be seen


def offset(p: np.ndarray, rows: np.ndarray, positives: float) -> tuple[float, float]:
    """The shift of the log-odds at which so many positives are expected, and the variance of the count there.

    p: promise of each cell; rows: labeled rows in it. All or none positive: half a row is taken or given, so that it
    stays finite. The standard error of the shift is 1 / √variance.
    """
    positives = min(max(positives, 0.5), rows.sum() - 0.5)
    logit = special.logit(p)
    found = optimize.brentq(lambda shift: rows @ special.expit(logit + shift) - positives, -30, 30, xtol=1e-12)
    kept = special.expit(logit + found)
    return float(found), float(rows @ (kept * (1 - kept)))


def spread_between(groups: list[tuple[np.ndarray, np.ndarray]]) -> tuple[float, float, int]:
    """Variance between spans of the log-odds, beyond chance; with Cochran's Q and its degrees of freedom.

    groups: for each slice the surplus (observed − expected) and the variance of each reference span. The moment
    estimate of DerSimonian and Laird (1986), pooled over slices.
    """
    q = scale = 0.0
    freedom = 0
    for surplus, variance in groups:
        use = variance > 0
        surplus, variance = surplus[use], variance[use]
        if len(surplus) < 2:
            continue
        q += float((surplus**2 / variance).sum() - surplus.sum() ** 2 / variance.sum())
        scale += float(variance.sum() - (variance**2).sum() / variance.sum())
        freedom += len(surplus) - 1
    return (max(0.0, (q - freedom) / scale) if scale else 0.0), q, freedom


def distribution(p: np.ndarray, variance: float, counts: np.ndarray) -> np.ndarray:
    """P(positives ≤ count) for the promises p of single rows, whose log-odds share a normal shift of this variance."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    nodes, weights = (nodes, weights / weights.sum()) if variance > 0 else (np.zeros(1), np.ones(1))
    logit, found = special.logit(p), np.zeros(len(counts))
    for node, weight in zip(nodes, weights, strict=True):
        moved = special.expit(logit + node * math.sqrt(variance))
        if len(p) <= EXACT:
            below = stats.poisson_binom.cdf(counts, moved)
        else:
            below = stats.norm.cdf(counts + 0.5, moved.sum(), math.sqrt((moved * (1 - moved)).sum()))
        found += weight * below
    return np.clip(found, 0, 1)


def tails(p: np.ndarray, variance: float, positives: int) -> tuple[float, float]:
    """P(as few or fewer positives), P(as many or more), if nothing changed."""
    below = distribution(p, variance, np.array([positives - 1, positives]))
    return float(below[1]), float(1 - below[0])


def chance_of(lower: float, upper: float, side: str) -> float:
    """The two tails as one chance, for the side that one wants to be told of."""
    return {"below": lower, "above": upper, "either": min(1.0, 2 * min(lower, upper))}[side]


def fallen(p: np.ndarray, change: float) -> np.ndarray:
    """Promises after the average moved by `change` (−0.15: fifteen of a hundred fewer), in proportion; within 0 and 1.

    A fall takes the same part of each chance to be positive, a rise the same part of each chance not to be.
    """
    mean = p.mean()
    if change <= 0:
        return np.clip(p * max(0.0, 1 + change / mean), EDGE, 1 - EDGE)
    return np.clip(1 - (1 - p) * max(0.0, 1 - change / (1 - mean)), EDGE, 1 - EDGE)


@dataclass(frozen=True)
class Line:
    """The alarm of one slice for a usual span: `labeled` rows with promises p, kept as in the reference.

    variance: of the log-odds, from the estimate and between spans. level: the most a false alarm may happen a span.
    side: which change rings.
    """

    name: str
    p: np.ndarray
    variance: float
    level: float
    side: str = "below"

    @property
    def labeled(self) -> int:
        return len(self.p)

    @property
    def expected(self) -> float:
        return float(self.p.sum())

    @cached_property
    def _calm(self) -> np.ndarray:
        return distribution(self.p, self.variance, np.arange(self.labeled + 1))

    @cached_property
    def low(self) -> int | None:
        """Ring at so many positives or fewer; None if not even none of them is rare enough."""
        level = {"below": self.level, "either": self.level / 2, "above": 0.0}[self.side]
        count = int(np.searchsorted(self._calm, level, side="right")) - 1
        return count if count >= 0 and level > 0 else None

    @cached_property
    def high(self) -> int | None:
        """Ring at so many positives or more; None if not even all of them are rare enough."""
        level = {"above": self.level, "either": self.level / 2, "below": 0.0}[self.side]
        above = 1 - np.concatenate([[0.0], self._calm])  # P(at least so many)
        rare = np.flatnonzero(above[: self.labeled + 1] <= level)
        return int(rare[0]) if len(rare) and level > 0 else None

    def rings(self, below: np.ndarray) -> float:
        """P(alarm) where `below` is the distribution of the count."""
        low = float(below[self.low]) if self.low is not None else 0.0
        high = 1 - float(below[self.high - 1]) if self.high is not None and self.high > 0 else 0.0
        return low + high

    @property
    def false(self) -> float:
        """P(alarm) in a span in which nothing changed."""
        return self.rings(self._calm)

    @cached_property
    def _chances(self) -> dict[float, float]:
        return {}

    def chance(self, change: float) -> float:
        """P(alarm) in a span in which the share of positives moved by `change`."""
        if change not in self._chances:
            below = distribution(fallen(self.p, change), self.variance, np.arange(self.labeled + 1))
            self._chances[change] = self.rings(below)
        return self._chances[change]

    def spans(self, change: float) -> int | None:
        """Spans after which the alarm has rung with a chance of 80 of 100; None where that takes more than ten years.

        Spans count as independent; one whose week was unlucky stays so if weeks hang together, and it takes longer.
        """
        chance = self.chance(change)
        if chance >= OFTEN:
            return 1
        if chance < 1e-4:
            return None
        return math.ceil(math.log(1 - OFTEN) / math.log1p(-chance) - 1e-9)


def usual(p: np.ndarray, rows: np.ndarray, size: int) -> np.ndarray:
    """The promises of a span of `size` labeled rows that looks like the cells: evenly spaced in their order."""
    order = np.argsort(p, kind="stable")
    ends = np.cumsum(rows[order])
    places = (np.arange(size) + 0.5) / size * ends[-1]
    return p[order][np.searchsorted(ends, places)]


def promises(cells: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Promise and labeled rows of each cell that has labels; the frame holds p and labeled."""
    cells = cells[cells.labeled > 0]
    return cells.p.to_numpy(float), cells.labeled.to_numpy(float)
