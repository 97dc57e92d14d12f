"""How many errors one person meets, and how exactly the product may say how well it works."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from mlpm import checks, proportions

# How wide an interval may be for a promise in counts, and in "1 in …". House rules; the idea is HAX pattern G2-B.
COUNTS, ONE_IN = 0.05, 0.20


def meets(right: float, uses: int, errors: int = 1) -> float:
    """The chance that somebody meets at least so many errors in so many uses, each right independently."""
    return float(stats.binom.sf(errors - 1, checks.count("uses", uses), 1 - checks.share("right", right)))


def met(right: float, uses: int) -> np.ndarray:
    """The chance to meet 0, 1, 2 … `uses` errors."""
    return stats.binom.pmf(np.arange(checks.count("uses", uses) + 1), uses, 1 - checks.share("right", right))


def half_met(right: float) -> int | None:
    """The use by which half of all people have met an error; None if there are none."""
    if checks.share("right", right) in (0, 1):  # SciPy divides by zero where nobody gets past the first use
        return None if right else 1
    return int(stats.geom.ppf(0.5, 1 - right))


@dataclass(frozen=True)
class Promise:
    """What may be said about how well the product works. kind: counts, one_in or words."""

    kind: str
    low: float
    high: float
    text: str


def promise(right: int, asked: int) -> Promise:
    """Words no more exact than what was measured: right decisions among those somebody was asked about.

    A narrow interval (Wilson, 95%) allows a count, a wider one only its unkind end, a wide one no number.
    """
    checks.count("asked", asked, 1)
    checks.number("kept", checks.count("kept", right), 0, asked, f"a whole number from 0 to asked, {asked}")
    low, high = (float(end) for end in proportions.wilson(right, asked))
    wrong, most = round(100 * (1 - right / asked)), 1 - low
    if high - low <= COUNTS:
        text = f"about {wrong} of 100" if 0 < wrong < 100 else f"fewer than {math.ceil(100 * most)} of 100"
        if wrong == 100:
            text = "nearly all"
        return Promise("counts", low, high, text)
    if high - low <= ONE_IN:
        one_in = math.floor(1 / most)
        return Promise("one_in", low, high, f"up to 1 in {one_in}" if one_in > 1 else "more than half")
    return Promise("words", low, high, "some, and we do not know yet how many")
