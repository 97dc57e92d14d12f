"""What one cut does to a group, in counts, and how far two groups are apart.

A cut is the place of the first bin that is acted on, from 0 (act on all) to the number of bins (on nobody).
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mlpm.scores import FEW, Scores, Share, auc, calibrate, gap, share

MEASURES = ("selected", "caught", "hit", "right")
SAME_ODDS = 0.8, 1.25  # odds at the same score within these are near enough: a convention, as in bioequivalence
POWER = 0.8
MOST = 10_000_000  # rows beyond which a sample size is no help


@dataclass(frozen=True)
class Counts:
    """A group at a cut: positives and negatives that are acted on, and those that are not."""

    caught: int
    hit: int
    missed: int
    passed: int

    @property
    def rows(self) -> int:
        return self.caught + self.hit + self.missed + self.passed

    @property
    def acted(self) -> int:
        return self.caught + self.hit

    @property
    def positives(self) -> int:
        return self.caught + self.missed

    @property
    def negatives(self) -> int:
        return self.hit + self.passed

    def share(self, measure: str) -> Share:
        """selected: of all, caught: of positives, hit: of negatives are acted on; right: of acted on, positives."""
        return share(*self.sides(measure))

    def sides(self, measure: str) -> tuple[int, int]:
        """What the share counts, and the others."""
        return {
            "base": (self.positives, self.negatives),
            "selected": (self.acted, self.missed + self.passed),
            "caught": (self.caught, self.missed),
            "hit": (self.hit, self.passed),
            "right": (self.caught, self.hit),
        }[measure]

    def cost(self, false_positive: float, false_negative: float) -> float:
        return self.hit * false_positive + self.missed * false_negative


@dataclass(frozen=True)
class Group:
    """One group of a file. scores: its rows, in the bins of the whole file."""

    name: str
    scores: Scores

    @cached_property
    def caught(self) -> np.ndarray:
        """Positives at or above each place: one entry more than there are bins."""
        return _above(self.scores.by_bin(self.scores.positive_rows))

    @cached_property
    def hit(self) -> np.ndarray:
        return _above(self.scores.by_bin(self.scores.negative_rows))

    @property
    def acted(self) -> np.ndarray:
        return self.caught + self.hit

    @property
    def rows(self) -> int:
        return int(self.acted[0])

    @property
    def positives(self) -> int:
        return int(self.caught[0])

    @property
    def negatives(self) -> int:
        return int(self.hit[0])

    def at(self, place: int) -> Counts:
        caught, hit = int(self.caught[place]), int(self.hit[place])
        return Counts(caught, hit, self.positives - caught, self.negatives - hit)

    def curve(self, measure: str) -> np.ndarray:
        """A share at every place; NaN where it is a share of nothing."""
        whole = {"selected": self.rows, "caught": self.positives, "hit": self.negatives, "right": self.acted}[measure]
        part = {"selected": self.acted, "caught": self.caught, "hit": self.hit, "right": self.caught}[measure]
        return np.divide(part, whole, out=np.full(len(part), np.nan), where=np.asarray(whole) > 0)

    @cached_property
    def p(self) -> np.ndarray:
        """What a score means in this group: the chance of a positive in each bin, never falling."""
        return calibrate(self.scores).p

    @cached_property
    def ranks(self) -> Share:
        return auc(self.scores)

    def too_small(self, smallest: int) -> bool:
        """Whether nothing may be said: too few rows, or too few of a class for a share of it to mean anything."""
        return self.rows < smallest or min(self.positives, self.negatives) < FEW


def _above(bins: np.ndarray) -> np.ndarray:
    return np.concatenate([np.cumsum(bins[::-1])[::-1], [0]]).astype(np.int64)


@dataclass(frozen=True)
class Gap:
    """One group's share minus the reference group's, and what these rows can say about it.

    verdict: `small`, the interval lies within ± what matters; else `shown`, it does not hold 0; else `open`.
    """

    measure: str
    group: str
    share: Share
    verdict: str


def compare(measure: str, group: str, one: Counts, other: Counts, matters: float) -> Gap:
    """The gap between two groups at their cuts; Newcombe's interval (1998, method 10)."""
    found = gap(one.share(measure), other.share(measure))
    return Gap(measure, group, found, verdict(found, -matters, matters, 0.0))


def verdict(found: Share, low: float, high: float, nothing: float) -> str:
    if math.isnan(found.value):
        return "open"
    if low <= found.low and found.high <= high:
        return "small"
    return "shown" if not found.low <= nothing <= found.high else "open"


def same_score_odds(one: Group, other: Group) -> Gap:
    """At the same score, how many times the odds of a positive of the other group this group has.

    Mantel and Haenszel's common odds ratio over the bins (1959), interval of Robins, Breslow, Greenland (1986), both of
    `statsmodels`: they hold for many thin bins. 1 says that the score means the same in both.
    """
    from statsmodels.stats.contingency_tables import StratifiedTable  # a second that not every page needs

    tables = np.array([
        [group.scores.by_bin(group.scores.positive_rows), group.scores.by_bin(group.scores.negative_rows)]
        for group in (one, other)
    ], dtype=float)  # group × class × bin
    tables = tables[:, :, (tables.sum(axis=1) > 0).all(axis=0)]
    agree, cross = tables[0, 0] * tables[1, 1], tables[0, 1] * tables[1, 0]
    if not agree.any() or not cross.any():
        return Gap("meaning", one.name, Share(math.nan, math.nan, math.nan), "open")
    found = StratifiedTable(tables)
    ratio = Share(*map(float, (found.oddsratio_pooled, *found.oddsratio_pooled_confint())))
    return Gap("meaning", one.name, ratio, verdict(ratio, *SAME_ODDS, 1.0))


def times_as_often(part: int, whole: int, other_part: int, other_whole: int) -> Share:
    """How many times one share is the other, with the interval of Katz et al. (1978), of `statsmodels`.

    Both parts must be above 0.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(part, whole, other_part, other_whole, compare="ratio", method="log")
    return Share(part / whole / (other_part / other_whole), float(low), float(high))


def rows_needed(difference: float, rate: float, others: int) -> int | None:
    """Rows of the class a group must have to show such a difference from the others' rate in four of five samples.

    Two-sided test at 5%, `statsmodels`; the direction nearer to one half, where it is harder. None where no number is
    enough, as the others are too few.
    """
    from statsmodels.stats.proportion import power_proportions_2indep

    away = difference if rate < 0.5 else -difference
    if not 0 < rate + away < 1:
        away = -away
    if not 0 < rate + away < 1:
        return None

    def enough(rows: int) -> bool:
        return power_proportions_2indep(away, rate, rows, ratio=others / rows, return_results=False) >= POWER

    if not enough(MOST):
        return None
    low, high = 1, MOST
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low
