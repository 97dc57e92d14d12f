"""Who disagrees with whom: pairs of raters, each rater against the rest, alpha without one of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mlpm.agreement.measures import alpha, cohen
from mlpm.agreement.ratings import Ratings

# A table of rater × rater × label × label beyond this (80 MB) is not read by anyone.
PAIR_CELLS = 10_000_000
# Alpha without one rater is computed for the raters who differ most from the rest.
LEFT_OUT = 20


@dataclass(frozen=True)
class Pairs:
    """Labels of raters who saw the same item, crossed.

    rest: raters × own label × others' label, every item counted once; pairs: rater × rater × label × label, or None
    with its reason.
    """

    rest: np.ndarray
    pairs: np.ndarray | None
    reason: str = ""


def pair_counts(ratings: Ratings) -> Pairs:
    """Cross the labels of every two raters who saw the same item."""
    raters, labels = len(ratings.raters), len(ratings.labels)
    wanted = (raters * labels) ** 2 <= PAIR_CELLS
    pairs = np.zeros((raters * labels) ** 2 if wanted else 0)
    rest = np.zeros(raters * labels * labels)
    size = ratings.size
    weight = ratings.items[ratings.profile]
    once = weight / np.maximum(size - 1, 1)[ratings.profile]
    for step in range(1, int(size.max())):
        # Votes are sorted by profile: the vote `step` places on belongs to the same items, or to other ones.
        a = np.flatnonzero(ratings.profile[:-step] == ratings.profile[step:])
        b = a + step
        for one, other in ((a, b), (b, a)):
            cells = (ratings.rater[one].astype(np.int64) * labels + ratings.label[one]) * labels + ratings.label[other]
            rest += np.bincount(cells, weights=once[one], minlength=len(rest))
        if wanted:
            cells = ratings.rater[a].astype(np.int64) * raters + ratings.rater[b]
            cells = (cells * labels + ratings.label[a]) * labels + ratings.label[b]
            pairs += np.bincount(cells, weights=weight[a], minlength=len(pairs))
    return Pairs(
        rest.reshape(raters, labels, labels),
        pairs.reshape(raters, raters, labels, labels) if wanted else None,
        "" if wanted else f"{raters:,} raters make too many pairs to read",
    )


def pairwise(ratings: Ratings, counted: Pairs) -> pd.DataFrame:
    """Cohen's kappa of every two raters who share an item: rater_1, rater_2, items, agreement, kappa (or missing)."""
    rows = []
    if counted.pairs is not None:
        for a, one in enumerate(ratings.raters):
            for b in range(a + 1, len(ratings.raters)):
                shared = int(counted.pairs[a, b].sum())
                if shared:
                    rows.append((one, ratings.raters[b], shared, *cohen(counted.pairs[a, b])))
    frame = pd.DataFrame(rows, columns=["rater_1", "rater_2", "items", "agreement", "kappa"])
    return frame.astype({"agreement": float, "kappa": float})


def against_the_rest(ratings: Ratings, counted: Pairs) -> pd.DataFrame:
    """Each rater against the other ratings of the same items, the one who differs most first.

    Columns: rater · items (rated) · shared (with another rater) · agreement (share of the others' labels that match) ·
    kappa (Cohen's, rater against the others) · alpha_without (missing where not computed) · label, excess: the label
    this rater gives more often than the others give it to the same items, and by how much (share of shared items).
    """
    items = np.bincount(ratings.rater, weights=ratings.items[ratings.profile], minlength=len(ratings.raters))
    rows = []
    for code, name in enumerate(ratings.raters):
        table = counted.rest[code]
        shared = table.sum()
        if not shared:
            rows.append((name, code, int(items[code]), 0, None, None, "", None))
            continue
        excess = (table.sum(axis=1) - table.sum(axis=0)) / shared
        most = int(np.argmax(excess))
        label = ratings.labels[most] if excess[most] > 0 else ""
        rows.append((name, code, int(items[code]), round(shared), *cohen(table), str(label), max(excess[most], 0.0)))
    frame = pd.DataFrame(
        rows, columns=["rater", "code", "items", "shared", "agreement", "kappa", "label", "excess"]
    ).astype({"agreement": float, "kappa": float, "excess": float})
    frame = frame.sort_values(["agreement", "rater"], na_position="last", ignore_index=True)
    without = [alpha(ratings.patterns_without([code])) for code in frame.code[:LEFT_OUT]]
    frame["alpha_without"] = pd.Series(without, dtype=float).reindex(frame.index)
    return frame.drop(columns="code")


def drag(ratings: Ratings, table: pd.DataFrame, required: float) -> tuple[list[str], float | None]:
    """The fewest raters whose leaving brings alpha to the required value: their names and that alpha; [] if none do.

    At most one rater in five (but one in any case), and at least two must remain: more than that is not a rater's
    problem. Raters leave one by one, each time the one whose leaving raises alpha most.
    """
    limit = min(max(1, len(ratings.raters) // 5), len(ratings.raters) - 2)
    candidates = [ratings.raters.index(name) for name in table.rater[:LEFT_OUT]]
    gone: list[int] = []
    while len(gone) < limit:
        left = [(alpha(ratings.patterns_without([*gone, code])), code) for code in candidates if code not in gone]
        left = [(value, code) for value, code in left if value is not None]
        if not left:
            return [], None
        value, code = max(left)
        gone.append(code)
        if value >= required:
            return [ratings.raters[code] for code in gone], value
    return [], None


def mean_pairwise_kappa(pairs: pd.DataFrame) -> float | None:
    """The mean of the pairs' kappas (Light's kappa), each pair counted once; None if no pair has one."""
    return float(pairs.kappa.mean()) if pairs.kappa.notna().any() else None
