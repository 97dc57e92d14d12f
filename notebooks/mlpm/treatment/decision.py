"""Bands, one cut, recalibration, or more labels: which of the four the numbers carry."""

import math

DECISIONS = ("adopt_bands", "one_cut_is_enough", "recalibrate_first", "collect_more")
# With fewer labeled items of a kind neither a probability nor a saving can be told.
FEW_ROWS = 50


def decide(
    rows: int, is_probability: bool, method: str, used: int, saving: tuple[float, float, float] | None,
    worthwhile: float,
) -> tuple[str, str]:
    """The decision and the rule that took it; the first rule that fits wins.

    1. fewer than FEW_ROWS labeled items of either kind                             → collect_more
    2. production reads the score as a probability, and labels say it is none        → recalibrate_first
    3. one or two actions are used, or even the upper end of what the others save
       over the best single cut is less than worthwhile                              → one_cut_is_enough
    4. the lower end of that saving is worthwhile                                     → adopt_bands
    5. the interval holds worthwhile: these labels cannot tell                        → collect_more

    rows: labeled items of the rarer kind; method: the map that turns the score into a probability, "none" if it is one;
    used: actions in use; saving: share of the best single cut's harm, with its interval; worthwhile: a share.
    """
    if rows < FEW_ROWS:
        return "collect_more", "too_few"
    if is_probability and method != "none":
        return "recalibrate_first", "not_a_probability"
    if used <= 2 or saving is None:
        return "one_cut_is_enough", "two_actions"
    _, low, high = saving
    if high < worthwhile:
        return "one_cut_is_enough", "too_little"
    if low >= worthwhile:
        return "adopt_bands", "worthwhile"
    return "collect_more", "cannot_tell"


def items_to_tell(items: int, saving: tuple[float, float, float], worthwhile: float) -> int | None:
    """Labeled items in all after which the interval would clear worthwhile, if the saving stays where it is.

    Half-widths shrink with the square root of the number of items. None when the saving sits on what is worthwhile.
    """
    value, low, high = saving
    gap = abs(value - worthwhile)
    side = value - low if value >= worthwhile else high - value
    return math.ceil(items * (side / gap) ** 2 - 1e-6) if gap > 1e-9 else None
