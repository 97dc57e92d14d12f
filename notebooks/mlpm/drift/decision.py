"""What to do about a week of predictions: act, look, collect what is missing, or nothing."""

DECISIONS = ("act", "look", "not_enough", "quiet")


def decide(*, spans: int, rows: int, least: int, alarms: int, missed: int, drifted: int, blind: int) -> tuple[str, str]:
    """The decision and the rule that took it; the first rule that fits wins.

    spans: whole spans before and after, the fewer of the two; rows: the fewer rows of the two periods; least: rows
    below which nothing is said; alarms: slices whose alarm rang; missed: slices shown to miss the required line;
    drifted: scores or mixes that moved beyond chance and by more than what matters; blind: slices in which a change
    that matters would not be seen in time.

    1. no whole span, or too few rows, on one of the two sides     → not_enough
    2. in a slice the alarm rang                                   → act
    3. a slice is shown to miss the line                           → act
    4. scores or the mix moved                                     → look
    5. in a slice a change that matters would not be seen in time  → not_enough
    6. otherwise                                                   → quiet
    """
    if spans < 1 or rows < least:
        return "not_enough", "few"
    if alarms:
        return "act", "alarm"
    if missed:
        return "act", "line"
    if drifted:
        return "look", "drift"
    if blind:
        return "not_enough", "blind"
    return "quiet", "calm"
