"""Arithmetic around a curve: wrong labels, rare classes, test sets. Counts and shares, no data."""

import math

from scipy import stats
from statsmodels.stats.proportion import samplesize_confint_proportion


def measured(error: float, flips: float) -> float:
    """The error a test shows when a share of its labels is wrong, whatever the item: e(1 − 2η) + η.

    A model that is right where the label is wrong counts as wrong, and the other way round (η below one half).
    """
    return error * (1 - 2 * flips) + flips


def true_error(shown: float, flips: float) -> float:
    """The error behind a measured one; 0 when wrong labels alone would show as much."""
    return max((shown - flips) / (1 - 2 * flips), 0.0)


def flips_of_pairs(disagreement: float) -> float:
    """How often one rater slips if two differ on this share of items and slips are independent: d = 2η(1 − η)."""
    if not 0 <= disagreement <= 0.5:
        raise ValueError(f"two raters with independent slips differ on at most half of the items, not {disagreement}")
    return (1 - math.sqrt(1 - 2 * disagreement)) / 2


def draws(positives: int, prevalence: float, sure: float | None = None) -> float:
    """Items to draw for so many of a rare class: on average, or to be that sure of having them (negative binomial)."""
    if sure is None:
        return positives / prevalence
    return float(stats.nbinom.ppf(sure, positives, prevalence)) + positives


def test_items(error: float, margin: float) -> int:
    """Test items after which the 95% interval of an error is at most ± margin (normal approximation), rounded up."""
    return math.ceil(samplesize_confint_proportion(error, margin, method="normal") - 1e-9)


def clean_items(error: float, confidence: float = 0.95) -> int:
    """Test items without one failure that rule out an error of this size or more: (1 − error)^n ≤ 1 − confidence."""
    return math.ceil(math.log(1 - confidence) / math.log1p(-error))
