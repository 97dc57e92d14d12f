"""Who disagrees with whom: pairs of raters, each rater against the rest, alpha without one of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mlpm.agreement.large import LargeRatings
from mlpm.agreement.leaving import Leaving
from mlpm.agreement.measures import SCHEMES, cohen, weighted_cohen
from mlpm.agreement.ratings import Ratings, sample

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


def pair_counts(ratings: Ratings | LargeRatings) -> Pairs:
    """Cross the labels of every two raters who saw the same item."""
    raters, labels = len(ratings.raters), len(ratings.labels)
    wanted = (raters * labels) ** 2 <= PAIR_CELLS
    reason = "" if wanted else f"{raters:,} raters make too many pairs to read"
    if isinstance(ratings, LargeRatings):
        return Pairs(*ratings.pair_counts(wanted), reason)
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
        reason,
    )


def pairwise(ratings: Ratings | LargeRatings, counted: Pairs) -> pd.DataFrame:
    """Cohen's kappa of every two raters who share an item.

    Columns: rater_1, rater_2, items, agreement, kappa (or missing), and on a scale kappa_linear, kappa_quadratic.
    """
    rows, schemes = [], SCHEMES if ratings.level != "nominal" else ()
    if counted.pairs is not None:
        for a, one in enumerate(ratings.raters):
            for b in range(a + 1, len(ratings.raters)):
                table = counted.pairs[a, b]
                shared = int(table.sum())
                if shared:
                    near = [weighted_cohen(table, ratings.values, scheme) for scheme in schemes]
                    rows.append((one, ratings.raters[b], shared, *cohen(table), *near))
    kappas = ["agreement", "kappa", *(f"kappa_{scheme}" for scheme in schemes)]
    return pd.DataFrame(rows, columns=["rater_1", "rater_2", "items", *kappas]).astype(dict.fromkeys(kappas, float))


def against_the_rest(ratings: Ratings | LargeRatings, counted: Pairs) -> pd.DataFrame:
    """Each rater against the other ratings of the same items, the one who differs most first.

    Columns: rater · items (rated) · shared (with another rater) · agreement (share of the others' labels that match) ·
    kappa (Cohen's, rater against the others) · alpha_without (missing where not computed) · label, excess: the label
    this rater gives more often than the others give it to the same items, and by how much (share of shared items).
    """
    items = ratings.ratings_of()
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
    codes = [int(code) for code in frame.code[:LEFT_OUT]]
    if isinstance(ratings, LargeRatings):
        without = ratings.alphas_without(codes)
    else:
        everybody = Leaving(ratings)
        without = [everybody.alpha_without(code) for code in codes]
    frame["alpha_without"] = pd.Series(without, dtype=float).reindex(frame.index)
    return frame.drop(columns="code")


def drag(
    ratings: Ratings | LargeRatings, table: pd.DataFrame, required: float
) -> tuple[list[str], float | None]:
    """The fewest raters whose leaving brings alpha to the required value: their names and that alpha; [] if none do.

    At most one rater in five (but one in any case), and at least two must remain: more than that is not a rater's
    problem. Raters leave one by one, each time the one whose leaving raises alpha most. Of `LargeRatings`, who leaves
    is found on a random sample of items; the alpha that decides is that of all of them.
    """
    limit = min(max(1, len(ratings.raters) // 5), len(ratings.raters) - 2)
    candidates = [ratings.raters.index(name) for name in table.rater[:LEFT_OUT]]
    large = isinstance(ratings, LargeRatings)
    for gone, found in _leaving(sample(ratings) if large else ratings, candidates, limit):
        if found >= required:
            value = ratings.alpha_without(gone) if large else found
            if value is not None and value >= required:
                return [ratings.raters[code] for code in gone], value
    return [], None


def _leaving(ratings: Ratings, candidates: Sequence[int], limit: int) -> Iterator[tuple[list[int], float]]:
    """Raters who left so far, and alpha without them, one more each time."""
    left, gone = Leaving(ratings), []
    while len(gone) < limit:
        found = [(left.alpha_without(code), code) for code in candidates if code not in gone]
        found = [(value, code) for value, code in found if value is not None]
        if not found:
            return
        value, code = max(found)
        left.leave(code)
        gone.append(code)
        yield list(gone), value


def mean_pairwise_kappa(pairs: pd.DataFrame, column: str = "kappa") -> float | None:
    """The mean of the pairs' kappas (Light's kappa), each pair counted once; None if no pair has one."""
    return float(pairs[column].mean()) if column in pairs and pairs[column].notna().any() else None
