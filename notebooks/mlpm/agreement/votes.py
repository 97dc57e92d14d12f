"""One label for each item: majority vote, Dawid–Skene, and what to adjudicate first."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from mlpm.agreement.large import LargeRatings
from mlpm.agreement.ratings import Ratings

# A consensus by vote or by Dawid–Skene is about categories; a fine scale wants a median instead.
MAX_CATEGORIES = 30
NO_MAJORITY = -1


def majority(counts: np.ndarray) -> np.ndarray:
    """The label most raters gave (its code), by row of counts; NO_MAJORITY where two labels share the first place."""
    top = counts.max(axis=1, keepdims=True)
    return np.where((counts == top).sum(axis=1) == 1, counts.argmax(axis=1), NO_MAJORITY)


@dataclass(frozen=True)
class DawidSkene:
    """posterior: items × labels; prevalence: labels; confusion: raters × true label × given label.

    EM climbs to a local maximum of the likelihood: the start (soft majority) and the log-likelihood reached go with it.
    """

    posterior: np.ndarray
    prevalence: np.ndarray
    confusion: np.ndarray
    log_likelihood: float
    iterations: int
    converged: bool


def dawid_skene(item, rater, label, weight=None, tolerance: float = 1e-9, most: int = 500) -> DawidSkene:
    """Estimate true labels and raters' error rates together, by EM (Dawid & Skene 1979).

    item, rater, label: integer codes, one entry a rating; a rater may rate an item several times. weight: how many
    items stand behind each item code. Start: the share of raters for each label. Stop: the log-likelihood gains less
    than `tolerance` of itself, or `most` iterations.
    """
    item, rater, label = (np.asarray(codes, dtype=np.int64) for codes in (item, rater, label))
    items, raters, labels = (int(codes.max()) + 1 for codes in (item, rater, label))
    weight = np.ones(items) if weight is None else np.asarray(weight, dtype=float)
    votes = csr_array((np.ones(len(item)), (item, rater * labels + label)), shape=(items, raters * labels))
    given = votes.T.tocsr()
    posterior = votes @ np.tile(np.eye(labels), (raters, 1))
    posterior /= posterior.sum(axis=1, keepdims=True)
    tiny = np.finfo(float).tiny  # log 0 without its infinity
    reached, converged, step = -np.inf, False, 0
    while step < most and not converged:
        step += 1
        weighted = posterior * weight[:, None]
        prevalence = weighted.sum(axis=0) / weight.sum()
        confusion = (given @ weighted).reshape(raters, labels, labels).transpose(0, 2, 1)
        seen = confusion.sum(axis=2, keepdims=True)
        confusion = np.divide(confusion, seen, out=np.zeros_like(confusion), where=seen > 0)
        chances = np.log(np.maximum(confusion, tiny)).transpose(0, 2, 1).reshape(raters * labels, labels)
        joint = votes @ chances + np.log(np.maximum(prevalence, tiny))
        top = joint.max(axis=1, keepdims=True)
        posterior = np.exp(joint - top)
        total = posterior.sum(axis=1, keepdims=True)
        posterior /= total
        likelihood = float(weight @ (top + np.log(total))[:, 0])
        converged = likelihood - reached <= tolerance * (1 + abs(likelihood))
        reached = likelihood
    return DawidSkene(posterior, prevalence, confusion, reached, step, converged)


@dataclass(frozen=True)
class Consensus:
    """Majority vote and Dawid–Skene for each profile, and how many items each rule decides."""

    majority: np.ndarray  # label code, NO_MAJORITY on a tie
    estimated: np.ndarray  # label code
    certainty: np.ndarray  # posterior probability of the estimated label
    same: int  # items: the majority's label is the estimated one
    other: int  # items: Dawid–Skene overrules a majority
    tied: int  # items: no majority, Dawid–Skene decides
    raters: pd.DataFrame  # rater, accuracy, and one column a label: chance to give it when it is the estimated truth
    fit: DawidSkene


def consensus(ratings: Ratings | LargeRatings) -> Consensus | None:
    """Both rules side by side; None when the labels are a fine scale, or the ratings too many to come into Python.

    Items with one rating count as well.
    """
    if len(ratings.labels) > MAX_CATEGORIES or isinstance(ratings, LargeRatings):
        return None
    fit = dawid_skene(ratings.profile, ratings.rater, ratings.label, ratings.items)
    voted, estimated = majority(ratings.counts), fit.posterior.argmax(axis=1)
    items = ratings.items
    accuracy = np.einsum("k,rkk->r", fit.prevalence, fit.confusion)
    raters = pd.DataFrame({"rater": ratings.raters, "accuracy": accuracy})
    for code, label in enumerate(ratings.labels):
        raters[label] = fit.confusion[:, code, code]
    return Consensus(
        voted, estimated, fit.posterior.max(axis=1),
        same=int(items[voted == estimated].sum()),
        other=int(items[(voted != estimated) & (voted != NO_MAJORITY)].sum()),
        tied=int(items[voted == NO_MAJORITY].sum()),
        raters=raters, fit=fit,
    )


def to_adjudicate(ratings: Ratings | LargeRatings, found: Consensus | None, limit: int = 10) -> pd.DataFrame:
    """Which items an expert should settle first: item, group, the labels given, conflict, certainty.

    First items without a majority, then the larger share of rater pairs in conflict, then the less certain consensus,
    then more ratings, then the item's name. Items on which everybody agrees are not listed.
    """
    if isinstance(ratings, LargeRatings):
        return ratings.to_adjudicate(limit).assign(certainty=np.nan)
    counts = ratings.counts.astype(float)
    size = counts.sum(axis=1)
    same = (counts * (counts - 1)).sum(axis=1)
    pairs = size * (size - 1)
    conflict = 1 - np.divide(same, pairs, out=np.ones_like(same), where=pairs > 0)
    tied = majority(ratings.counts) == NO_MAJORITY
    certainty = np.ones(len(size)) if found is None else np.round(found.certainty, 9)
    keys = np.stack([~tied, -conflict.round(9), certainty, -size])
    ranked = np.lexsort(keys[::-1])
    ranked = ranked[conflict[ranked] > 0]
    places = np.concatenate([[0], np.cumsum((np.diff(keys[:, ranked]) != 0).any(axis=0))])[: len(ranked)]
    frame = ratings.name_items(ranked.tolist(), places.tolist(), limit)
    if not len(frame):
        return pd.DataFrame(columns=["item", "group", "given", "conflict", "certainty"])
    codes = frame.pop("code").to_numpy()
    frame["given"] = [
        ", ".join(f"{n} × {label}" for n, label in zip(ratings.counts[code], ratings.labels, strict=True) if n)
        for code in codes
    ]
    frame["conflict"], frame["certainty"] = conflict[codes], certainty[codes]
    return frame
