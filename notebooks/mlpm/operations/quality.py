"""What conflicts say about labels: the alpha they allow, the errors behind them, and what haste adds.

The error model is the simplest that can be argued with: two labels, every rater errs on the same share of items, errors
are independent. Where raters err together (a rule they all misread), wrong labels are more, and conflicts show less.
"""

import math

import numpy as np
import pandas as pd


def alpha(conflict_rate: float, label_share: float) -> float:
    """Krippendorff's alpha of two labels for each of many items: 1 − conflicts / (2 s (1 − s)).

    label_share: s, the share of all labels that are the rarer one. The small-sample term 1 − 1/n is left out.
    """
    chance = 2 * label_share * (1 - label_share)
    return 1 - conflict_rate / chance if chance else math.nan


def conflicts_allowed(required_alpha: float, label_share: float) -> float:
    """The most conflicts, as a share of items, at which alpha still reaches the requirement."""
    return (1 - required_alpha) * 2 * label_share * (1 - label_share)


def rater_error(conflict_rate: float) -> float:
    """The error rate e of one rater from the share of items on which two differ, 2 e (1 − e). At most one in two."""
    return (1 - math.sqrt(max(0.0, 1 - 2 * conflict_rate))) / 2


def wrong_labels(conflict_rate: float) -> float:
    """The share of items whose label is wrong after two plus one: both err, or one does and so does the third."""
    e = rater_error(conflict_rate)
    return e * e * (3 - 2 * e)


def hasty_conflicts(seconds: float, usual_seconds: float, conflict_rate: float, haste: float) -> float:
    """The conflict rate at another pace: `haste` is added when raters go twice as fast; never below 0 or above 1/2."""
    return min(0.5, max(0.0, conflict_rate + haste * (usual_seconds / seconds - 1)))


def pace(
    seconds, usual_seconds: float, conflict_rate: float, haste: float, wage: float, wrong_cost: float
) -> pd.DataFrame:
    """For each pace: conflicts, wrong labels, and the euros one item costs in time, in repair and together.

    seconds: one label each; wage: of an hour of labeling, breaks included; wrong_cost: to find and repair one wrong
    label later.
    """
    rows = []
    for each in np.atleast_1d(seconds):
        conflicts = hasty_conflicts(each, usual_seconds, conflict_rate, haste)
        time, wrong = (2 + conflicts) * each / 3600 * wage, wrong_labels(conflicts)
        rows.append((float(each), conflicts, wrong, time, wrong * wrong_cost, time + wrong * wrong_cost))
    return pd.DataFrame(rows, columns=["seconds", "conflicts", "wrong", "time", "repair", "cost"])


def offer_per_label(price: float, conflict_rate: float, dropped: float) -> float:
    """Euros per usable item of an offer that charges every label, those of dropped items too."""
    return price * (2 + conflict_rate) / (1 - dropped)
