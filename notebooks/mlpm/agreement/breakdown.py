"""Where the disagreement sits: by label, by pair of labels, by group."""

import numpy as np
import pandas as pd

from mlpm.agreement.measures import Patterns, alpha, chance
from mlpm.agreement.ratings import Ratings


def by_label(ratings: Ratings) -> pd.DataFrame:
    """Each label against all others: label, share (of ratings), items (that got it from somebody), agreement, kappa.

    agreement: when one rater gives this label, how often another rater of the item gives it too. kappa: Fleiss' kappa
    of "this label or not"; with the same number of ratings on every item it is Fleiss' own category kappa (1971).
    """
    counts, items = ratings.patterns.counts.astype(float), ratings.patterns.items
    used = [ratings.labels[k] for k in np.flatnonzero(ratings.counts.any(axis=0))]
    size = counts.sum(axis=1)
    pairable = size >= 2
    others = np.where(pairable, size - 1, 1)
    rows = []
    for k, label in enumerate(used):
        n = counts[:, k]
        pairs = (items * pairable) @ n
        agreement = float((items / others * pairable) @ (n * (n - 1)) / pairs) if pairs else None
        found = chance(Patterns(np.column_stack([n, size - n]), items, np.arange(2)))
        kappa = (found[0] - found[1]) / (1 - found[1]) if found and found[1] < 1 else None
        rows.append((str(label), float(items @ n / (items @ size)), int(items[n > 0].sum()), agreement, kappa))
    frame = pd.DataFrame(rows, columns=["label", "share", "items", "agreement", "kappa"])
    return frame.astype({"agreement": float, "kappa": float})


def conflicts(ratings: Ratings) -> int:
    """Items that received at least two different labels."""
    return int(ratings.items[(ratings.counts > 0).sum(axis=1) > 1].sum())


def by_pair_of_labels(ratings: Ratings, limit: int = 10) -> pd.DataFrame:
    """Which labels are mistaken for each other: label_1, label_2, items that received both; most frequent first."""
    given = (ratings.counts > 0).astype(float)
    both = np.triu(given.T @ (given * ratings.items[:, None]), k=1)
    rows = [(str(ratings.labels[a]), str(ratings.labels[b]), int(both[a, b])) for a, b in np.argwhere(both)]
    frame = pd.DataFrame(rows, columns=["label_1", "label_2", "items"])
    frame = frame.sort_values(["items", "label_1", "label_2"], ascending=[False, True, True], ignore_index=True)
    return frame.head(limit)


def by_group(ratings: Ratings) -> pd.DataFrame:
    """Each group of items, most conflicts first.

    Columns: group, items, pairable (items with two ratings), conflicts, share (of all conflicts), agreement, alpha.
    """
    different = (ratings.counts > 0).sum(axis=1) > 1
    every = conflicts(ratings)
    rows = []
    for code, name in enumerate(ratings.groups):
        mine = ratings.group == code
        count = int(ratings.items[mine & different].sum())
        patterns = ratings.patterns_of_group(code)
        found = chance(patterns)
        rows.append((
            name, int(ratings.items[mine].sum()), int(ratings.items[mine & (ratings.size >= 2)].sum()), count,
            count / every if every else 0.0, found[0] if found else None, alpha(patterns),
        ))
    columns = ["group", "items", "pairable", "conflicts", "share", "agreement", "alpha"]
    frame = pd.DataFrame(rows, columns=columns).astype({"agreement": float, "alpha": float})
    return frame.sort_values(["conflicts", "group"], ascending=[False, True], ignore_index=True)
