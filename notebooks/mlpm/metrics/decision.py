"""What to do with the numbers of a review: collect more, correct a claim, name a slice, say ranks only, say it."""

DECISIONS = ("may_say", "ranks_only", "name_slice", "correct_claim", "collect_more")


def decide(
    *, fewest: int, minimum: int, ranks_low: float, claimed_too_much: bool, flagged: bool, calibrated: bool
) -> tuple[str, str]:
    """The decision and the rule that took it; the first rule that fits wins.

    fewest: rows of the rarer class; minimum: the fewest rows about which anything is said; ranks_low: lower end of the
    area under the ROC curve; claimed_too_much: a claimed number lies above its interval; flagged: a slice is worse
    than the others beyond what several looks do by chance; calibrated: the score can be read as a probability.

    1. fewer rows of a class than the minimum, or the score may rank by coin  → collect_more
    2. a claimed number lies above what the file allows                       → correct_claim
    3. a slice is worse beyond chance                                         → name_slice
    4. the score is no probability                                            → ranks_only
    5. otherwise                                                              → may_say
    """
    if fewest < minimum:
        return "collect_more", "few"
    if ranks_low <= 0.5:
        return "collect_more", "coin"
    if claimed_too_much:
        return "correct_claim", "claim"
    if flagged:
        return "name_slice", "slice"
    if not calibrated:
        return "ranks_only", "score"
    return "may_say", "stands"
