"""What to do: collect more, recalibrate, settle the prices, do without a cut, or use it."""

from mlpm.proportions import Interval
from mlpm.scores import FEW

DECISIONS = ("use_cut", "settle_costs", "recalibrate", "collect_more", "no_cut")


def decide(
    *, fewest: int, ranks_low: float, saving: Interval | None, misread: Interval | None, disputed: bool, cost: float,
    tolerance: float, whole: bool,
) -> tuple[str, str]:
    """The decision and the rule that took it; the first rule that fits wins.

    fewest: rows of the rarer class; ranks_low: lower end of the area under the ROC curve; saving: what the cut saves
    over the better of acting on everything and on nothing, None where the cut is one of the two (`whole`); misread:
    what it would cost more to enter the cut as a raw score, None where scores are no probabilities; disputed: by
    somebody's own prices the cut costs more than tolerance above that person's cut; cost: of the cut.

    1. fewer than 30 rows of a class, or the score may rank by coin              → collect_more
    2. the saving's interval reaches zero                                         → collect_more
    3. entering the cut as a raw score costs more than tolerance, beyond chance   → recalibrate
    4. disputed                                                                   → settle_costs
    5. no score reaches the cut, or every one does                                → no_cut
    6. otherwise                                                                  → use_cut
    """
    if fewest < FEW:
        return "collect_more", "few"
    if ranks_low <= 0.5:
        return "collect_more", "coin"
    if saving is not None and saving.low <= 0:
        return "collect_more", "saving"
    if misread is not None and misread.low > 0 and misread.value > tolerance * cost:
        return "recalibrate", "misread"
    if disputed:
        return "settle_costs", "disputed"
    if whole:
        return "no_cut", "whole"
    return "use_cut", "agreed"
