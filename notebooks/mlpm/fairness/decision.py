"""What to do about a cut, once somebody has said which gap it must not have."""

from collections.abc import Sequence

from mlpm.fairness.groups import Gap

DECISIONS = (
    "too_few", "label_the_rest", "choose_goal", "mend_score", "change_cut", "collect_more", "keep_cut",
)


def decide(*, groups: int, unlabeled: Sequence[str], goal: str, gaps: Sequence[Gap], reached: bool) -> str:
    """The decision; the first rule that fits wins.

    groups: how many are large enough; unlabeled: groups without a labeled row below the cut; goal: empty where nobody
    has chosen; gaps: of the goal, now; reached: whether cuts by group would close them.

    1. fewer than two groups are large enough                         → too_few
    2. in some group all labeled rows were acted on                    → label_the_rest
    3. nobody has said what must be equal                             → choose_goal
    4. a gap is shown, and no cuts by group close it                  → mend_score
    5. a gap is shown                                                 → change_cut
    6. a gap is open: these rows cannot tell it from what matters     → collect_more
    7. every gap is small                                             → keep_cut
    """
    if groups < 2:
        return "too_few"
    if unlabeled:
        return "label_the_rest"
    if not goal:
        return "choose_goal"
    verdicts = {gap.verdict for gap in gaps}
    if "shown" in verdicts:
        return "change_cut" if reached else "mend_score"
    return "collect_more" if "open" in verdicts else "keep_cut"
