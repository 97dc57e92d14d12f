"""The small cases the chapter works out by hand, computed by the functions the notebook uses: no file is needed."""

import numpy as np

from mlpm.agreement.decision import items_to_settle, labels_per_item, majority_accuracy
from mlpm.agreement.measures import cohen

# Two raters, 100 comments, rater 1 in rows; the first label is "bullying".
RARE = ((2, 2), (2, 94))
COMMON = ((40, 5), (7, 48))
# What is still to label, and what a label costs: seconds of an hour at a wage.
REMAINING, SECONDS, WAGE = 200_000, 25, 18
DIFFER = 0.12  # share of items on which two raters differ
RIGHT, GUESSED = 0.85, 0.2  # how often one rater is right; share of items on which everybody guesses


def worked() -> dict[str, int | float]:
    """Name → number, as the chapter pulls them in."""
    values: dict[str, int | float] = {}
    for name, cells in (("rare", RARE), ("common", COMMON)):
        table = np.array(cells)
        same, kappa = cohen(table)
        values |= {
            f"{name}_same_of_100": 100 * same, f"{name}_kappa": kappa, f"{name}_chance": (same - kappa) / (1 - kappa),
        }
    label = SECONDS * WAGE / 3600
    per_item = labels_per_item(1 - DIFFER)
    return values | {
        "label_cost": label, "remaining_items": REMAINING, "remaining_labels_per_item": per_item,
        "remaining_three_each": REMAINING * 3 * label, "remaining_two_plus_one": REMAINING * per_item * label,
        "report_a_items": items_to_settle(150, 0.84, 0.76, 0.91, 0.80),
        "majority_3": majority_accuracy(RIGHT, 3), "majority_5": majority_accuracy(RIGHT, 5),
        "majority_3_guessing": majority_accuracy(RIGHT, 3, GUESSED),
        "majority_5_guessing": majority_accuracy(RIGHT, 5, GUESSED),
    }
