"""A random sample: how large, what it says about the reports, and what silence says."""

import math

from statsmodels.stats.proportion import samplesize_confint_proportion

from mlpm import proportions


def size(share: float, half_width: float, confidence: float = 0.95) -> int:
    """Items to label so that the interval of a share is about share ± half_width (normal approximation)."""
    return math.ceil(samplesize_confint_proportion(share, half_width, alpha=1 - confidence))


def interval(found: int, looked_at: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share."""
    low, high = proportions.wilson(found, looked_at, confidence)
    return float(low), float(high)


def lincoln_petersen(first: float, second: float, both: float) -> float:
    """How many there are, from two lists and their overlap, if being on one list says nothing about the other.

    If what is on one list is more likely to be on the other, the result is too small.
    """
    return first * second / both


def report_chance(valid_reports: float, views: float, prevalence: float) -> float:
    """Of the views of an item that deserves a report, the share that brings one; views are spread over all items."""
    return valid_reports / (views * prevalence)


def after_silence(prior: float, chance: float, views: float) -> float:
    """The probability that an item deserves a report, once `views` people saw it and none reported it (Bayes).

    chance: that one viewer reports an item that deserves it. Viewers act independently; decent items are not reported.
    """
    silent = prior * (1 - chance) ** views
    return silent / (silent + 1 - prior)
