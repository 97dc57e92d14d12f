"""Shares and ranks of weighted counts, with their intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from mlpm.proportions import CONFIDENCE, Interval, wilson

if TYPE_CHECKING:
    from mlpm.scores.sample import Scores


@dataclass(frozen=True)
class Share(Interval):
    """A share; NaN where nothing was counted."""

    def times(self, factor: float) -> "Share":
        """The share of a number of items, as items."""
        return Share(self.value * factor, self.low * factor, self.high * factor)

    def rest(self) -> "Share":
        """What the share leaves."""
        return Share(1 - self.value, 1 - self.high, 1 - self.low)


def share(
    hits: float, others: float, hit_squares: float | None = None, other_squares: float | None = None,
    confidence: float = CONFIDENCE,
) -> Share:
    """The share hits / (hits + others) with Wilson's interval (1927), two-sided.

    Without sums of squares the counts are rows. With them they are sums of weights, and Wilson's interval is taken at
    the number of equal rows that would be as uncertain (linearized variance of a weighted mean; where the share is 0
    or 1, Kish's effective sample size). Equal weights give the plain interval.
    """
    total = hits + others
    if not total > 0:
        return Share(np.nan, np.nan, np.nan)
    value = hits / total
    squares = (hits if hit_squares is None else hit_squares), (others if other_squares is None else other_squares)
    variance = ((1 - value) ** 2 * squares[0] + value**2 * squares[1]) / total**2
    size = value * (1 - value) / variance if variance > 0 else total**2 / sum(squares)
    low, high = wilson(value * size, size, confidence)
    return Share(float(value), float(low), float(high))


def gap(one: Share, other: Share) -> Share:
    """One share minus another, with the interval built from theirs (Newcombe 1998, method 10)."""
    value = one.value - other.value
    low = value - math.hypot(one.value - one.low, other.high - other.value)
    high = value + math.hypot(one.high - one.value, other.value - other.low)
    return Share(value, low, high)


def against_rest(parts: Sequence[tuple[float, float]]) -> list[Share]:
    """The share of each part minus that of all others together; parts: hits and others of each.

    The intervals hold for all comparisons at once (Bonferroni), as whoever looks for the worst has looked at all. Two
    parts are one comparison seen from two sides.
    """
    confidence = 1 - (1 - CONFIDENCE) / (1 if len(parts) == 2 else max(len(parts), 1))
    hits, others = (sum(part[side] for part in parts) for side in (0, 1))
    return [
        gap(share(*part, confidence=confidence), share(hits - part[0], others - part[1], confidence=confidence))
        for part in parts
    ]


def auc(scores: "Scores") -> Share:
    """The chance that a positive scores above a negative, ties at half; interval of DeLong et al. (1988).

    Their structural components are shares of the bins, weighted; the standard error enters on the logit scale, so that
    the interval stays within 0 and 1.
    """
    positives, negatives = scores.bin_positives, scores.bin_negatives
    below = (np.cumsum(negatives) - negatives / 2) / negatives.sum()
    above = 1 - (np.cumsum(positives) - positives / 2) / positives.sum()
    value = float(below @ positives / positives.sum())
    variance = sum(
        (parts - value) ** 2 @ weights / weights.sum() * squares.sum() / weights.sum() ** 2
        for parts, weights, squares in (
            (below, positives, scores.positive_squares), (above, negatives, scores.negative_squares),
        )
    )
    if not 0 < value < 1:
        return Share(value, value, value)
    half = stats.norm.isf(0.025) * np.sqrt(variance) / (value * (1 - value))
    odds = value / (1 - value)
    low, high = odds * np.exp(-half), odds * np.exp(half)
    return Share(value, float(low / (1 + low)), float(high / (1 + high)))
