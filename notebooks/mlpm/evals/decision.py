"""Ship, fix first, read more, or put the judge aside."""

from collections.abc import Sequence

from mlpm.evals.correct import Corrected
from mlpm.scores import Share

DECISIONS = ("ship", "fix_first", "judge_not_usable", "read_more")
USABLE, OPEN, NOT_USABLE = "usable", "open", "not usable"
LEAST = 0.5  # TPR + TNR − 1: below it, a correction more than doubles every uncertainty


def judge_verdict(power: Share) -> str:
    """Whether the readings show that the judge may watch: TPR + TNR − 1 against `LEAST`, by its interval."""
    if power.low >= LEAST:
        return USABLE
    return NOT_USABLE if power.high < LEAST else OPEN


def decide(
    *, rate: Corrected, required: float, judge: str, through_judge: bool,
    severe: Sequence[Corrected | None] = (), severe_at_most: float = 1.0,
) -> str:
    """The decision; the first rule that fits wins.

    rate: the share of good answers; required: the share agreed on before; judge: its verdict; through_judge: whether
    the rate was solved from the judge's two rates; severe: shares of answers with an error that stops a launch, None
    where the readings cannot say; severe_at_most: how large such a share may be.

    1. the rate rests on a judge that is shown not to be usable               → judge_not_usable
    2. the whole interval lies below what is required, or a severe error is
       shown to be more frequent than it may be                              → fix_first
    3. the whole interval lies at or above it, and each severe error is shown
       to be rare enough                                                     → ship
    4. the judge is shown not to be usable                                    → judge_not_usable
    5. these readings cannot tell                                             → read_more
    """
    if through_judge and judge == NOT_USABLE:
        return "judge_not_usable"
    if rate.high < required or any(one is not None and one.low > severe_at_most for one in severe):
        return "fix_first"
    if rate.low >= required and all(one is not None and one.high <= severe_at_most for one in severe):
        return "ship"
    return "judge_not_usable" if judge == NOT_USABLE else "read_more"
