"""What to do about it: train, fix the guideline, retrain raters, collect more; and what a label costs."""

import math
from collections.abc import Sequence
from math import comb

DECISIONS = ("train", "fix_guideline", "retrain_raters", "collect_more")
# An interval wider than this that still holds the required value cannot tell a good guideline from a poor one.
TOO_WIDE = 0.10
Z = 1.959964  # standard errors from the middle of a 95% interval to its end


def decide(
    alpha: float | None,
    low: float | None,
    high: float | None,
    required: float,
    dragging: Sequence[str] = (),
) -> tuple[str, str]:
    """The decision and the rule that took it; the first rule that fits wins.

    1. alpha or its interval is undefined                                → collect_more
    2. the interval's lower end reaches the required value               → train
    3. the interval holds the required value, and alpha reaches it or
       the interval is wider than TOO_WIDE: these items cannot tell      → collect_more
    4. without one or a few raters alpha reaches the required value      → retrain_raters
    5. all raters disagree about as much: it is the rule they are given  → fix_guideline
    """
    if alpha is None or low is None or high is None:
        return "collect_more", "undefined"
    if low >= required:
        return "train", "lower_end_reaches"
    if high >= required and (alpha >= required or high - low > TOO_WIDE):
        return "collect_more", "cannot_tell"
    if dragging:
        return "retrain_raters", "few_raters"
    return "fix_guideline", "all_raters"


def items_to_settle(items: int, alpha: float, low: float, high: float, required: float) -> int | None:
    """Items in all after which the interval would clear the required value if alpha stays where it is.

    Half-widths shrink with the square root of the number of items. None when alpha sits on the requirement.
    """
    gap = abs(alpha - required)
    side = alpha - low if alpha >= required else high - alpha
    return round(items * (side / gap) ** 2) if gap > 1e-9 else None


def items_for_width(items: int, error: float, width: float) -> int | None:
    """Items in all after which a 95% interval would be so wide from end to end, if they are like those at hand.

    error: the standard error from `items` of them. It shrinks with the square root of the number of items, and an
    interval is 2 × 1.96 standard errors wide. None where nothing varied.
    """
    return math.ceil(items * (2 * Z * error / width) ** 2 - 1e-9) if error > 0 else None


def labels_per_item(agreement: float) -> float:
    """Two-plus-one: two labels, and a third when they differ. 1 − agreement is the chance that two raters differ."""
    return 2 + (1 - agreement)


def majority_accuracy(accuracy: float, raters: int, coin_flips: float = 0.0) -> float:
    """How often the majority of an odd number of raters is right, for two labels.

    accuracy: how often one rater is right, over all items; errors independent given the item. coin_flips: the share of
    items on which every rater guesses; on the others raters are then right more often, so that the average stays.
    """
    if raters % 2 == 0:
        raise ValueError("an even number of raters can tie")
    easy = (accuracy - coin_flips / 2) / (1 - coin_flips) if coin_flips < 1 else 0.5
    if not 0 <= easy <= 1:
        raise ValueError(f"with {coin_flips:.0%} coin flips an average of {accuracy:.0%} cannot be reached")
    right = sum(comb(raters, k) * easy**k * (1 - easy) ** (raters - k) for k in range(raters // 2 + 1, raters + 1))
    return (1 - coin_flips) * right + coin_flips / 2
