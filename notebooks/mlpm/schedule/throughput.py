"""A date without a guess: how many weeks until so many items are finished, if the future is like the past weeks?

Each coming week is one of the past weeks, drawn with replacement. The distribution of the sum is computed exactly, by
convolution, so nothing is random here.
"""

import math
from collections.abc import Sequence
from itertools import count

import numpy as np

from mlpm import InputError, checks

# The sum is made week by week and item by item; a longer list has to be counted in larger items.
MOST = 2_000


def _past(weekly: Sequence[int]) -> np.ndarray:
    """P(0 items), P(1 item), … in a week. Raises InputError."""
    if not isinstance(weekly, Sequence) or isinstance(weekly, str) or len(weekly) < 2:
        raise InputError(f"Parameter weekly is {weekly!r}. Give the items finished in each of at least two past weeks.")
    for items in weekly:
        checks.count("weekly", items)
        checks.number("weekly", items, 0, MOST, f"whole numbers, 0 to {MOST:,}")
    if not sum(weekly):
        raise InputError("Parameter weekly has only zeros. Without a finished item there is nothing to forecast from.")
    return np.bincount([int(items) for items in weekly]) / len(weekly)


def chance_of_items(weekly: Sequence[int], items: int, weeks: int) -> float:
    """P(at least `items` finished within `weeks`), each week drawn from the past ones. Raises InputError."""
    one = _past(weekly)
    fewer = np.ones(1)  # P(so many finished), for counts below `items` only
    for _ in range(weeks):
        fewer = np.convolve(fewer, one)[: int(items)]
    return float(1 - fewer.sum()) if items else 1.0


def weeks_for_items(weekly: Sequence[int], items: int, share: float) -> int:
    """The fewest weeks within which `items` are finished with a chance of at least `share`. Raises InputError."""
    one = _past(weekly)
    fewer = np.ones(1)
    for weeks in count():
        if 1 - fewer.sum() >= share - 1e-12 or not items:
            return weeks
        fewer = np.convolve(fewer, one)[: int(items)]


def at_the_mean(weekly: Sequence[int], items: int) -> int:
    """The weeks of the usual sum: items left ÷ items finished a week on average, rounded up. Raises InputError."""
    _past(weekly)
    return math.ceil(items * len(weekly) / sum(weekly) - 1e-12)
