"""What to do with the marks: sign the charter, settle conflicts first, draw it anew, or collect more marks."""

DECISIONS = ("sign", "settle_first", "redraw", "collect_more")
# With fewer decisions that two people marked, no interval says anything, and a team has more of them than it listed.
LEAST = 10


def decide(shared: int, conflicts: int, unnamed: int, low: float | None, room: int) -> tuple[str, str]:
    """The decision and the rule that took it; the first rule that fits wins.

    shared: decisions on which at least two people named a role; conflicts: those of them with more than one name;
    unnamed: decisions with fewer than two names; low: the lower end of alpha's interval, None where there is none;
    room: how many conflicts the meeting can settle.

    1. fewer than LEAST decisions have two names                          → collect_more
    2. no conflict, but some decisions have fewer than two names          → collect_more
    3. no conflict                                                        → sign
    4. more conflicts than the meeting settles, and agreement on the rest
       that could be luck (the interval reaches 0 or does not exist)      → redraw
    5. conflicts that can be taken one by one                             → settle_first
    """
    if shared < LEAST:
        return "collect_more", "few"
    if not conflicts:
        return ("collect_more", "unnamed") if unnamed else ("sign", "no_conflict")
    if conflicts > room and (low is None or low <= 0):
        return "redraw", "luck"
    return "settle_first", "conflicts"
