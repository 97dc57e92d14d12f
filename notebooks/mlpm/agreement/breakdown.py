"""Where the disagreement sits: by label, by pair of labels, by group."""

import numpy as np
import pandas as pd

from mlpm.agreement.large import LargeRatings
from mlpm.agreement.measures import Replicates, alpha, chance
from mlpm.agreement.ratings import Ratings


def by_label(ratings: Ratings | LargeRatings, drawn: Replicates | None = None) -> pd.DataFrame:
    """Each label against all others: label, share (of ratings), items (that got it from somebody), agreement, kappa,
    low, high.

    agreement: when one rater gives this label, how often another rater of the item gives it too. kappa: Fleiss' kappa
    of "this label or not"; with the same number of ratings on every item it is Fleiss' own category kappa (1971). low,
    high: its 95% interval, where `drawn` holds bootstrap samples of these ratings.
    """
    counted = ratings.counted
    found, kappas = counted.breakdown, counted.whole.label_kappas()[0]
    rows = []
    for place, column in enumerate(counted.columns):
        total = found.totals[place]
        estimate = drawn.of_label(place) if drawn is not None else None
        rows.append((
            str(ratings.labels[column]), float(found.ratings[place] / found.ratings.sum()),
            int(found.both[place, place]), float(found.again[place] / total) if total else None, kappas[place],
            estimate and estimate.low, estimate and estimate.high,
        ))
    frame = pd.DataFrame(rows, columns=["label", "share", "items", "agreement", "kappa", "low", "high"])
    return frame.astype(dict.fromkeys(["agreement", "kappa", "low", "high"], float))


def conflicts(ratings: Ratings | LargeRatings) -> int:
    """Items that received at least two different labels."""
    return ratings.counted.breakdown.conflicts


def by_pair_of_labels(ratings: Ratings | LargeRatings, limit: int = 10) -> pd.DataFrame:
    """Which labels are mistaken for each other: label_1, label_2, items that received both; most frequent first."""
    counted = ratings.counted
    both, names = np.triu(counted.breakdown.both, k=1), [str(ratings.labels[column]) for column in counted.columns]
    rows = [(names[a], names[b], int(both[a, b])) for a, b in np.argwhere(both)]
    frame = pd.DataFrame(rows, columns=["label_1", "label_2", "items"])
    frame = frame.sort_values(["items", "label_1", "label_2"], ascending=[False, True, True], ignore_index=True)
    return frame.head(limit)


def by_group(ratings: Ratings | LargeRatings) -> pd.DataFrame:
    """Each group of items, most conflicts first.

    Columns: group, items, pairable (items with two ratings), conflicts, share (of all conflicts), agreement, alpha.
    """
    every = conflicts(ratings)
    rows = []
    for code, name in enumerate(ratings.groups):
        counted = ratings.counted_of_group(code)
        mine, agreed = counted.breakdown, chance(counted)
        rows.append((
            name, mine.items, mine.pairable, mine.conflicts, mine.conflicts / every if every else 0.0,
            agreed[0] if agreed else None, alpha(counted),
        ))
    columns = ["group", "items", "pairable", "conflicts", "share", "agreement", "alpha"]
    frame = pd.DataFrame(rows, columns=columns).astype({"agreement": float, "alpha": float})
    return frame.sort_values(["conflicts", "group"], ascending=[False, True], ignore_index=True)
