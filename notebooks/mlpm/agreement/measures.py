"""Agreement coefficients and their bootstrap intervals, from count patterns.

A *count pattern* says how many raters gave an item each label. Items with the same pattern are one row with a weight,
so nothing here grows with the number of ratings. Percent agreement, Fleiss' kappa (1971) and Gwet's AC1 (2008) are
generalized to missing ratings as the package irrCAC does: agreement is averaged over items with at least two ratings,
label shares over every item with a rating. Krippendorff's alpha comes from the `krippendorff` library; the bootstrap
needs it a thousand times and uses the same formula on weights (Krippendorff 2011, Computing Krippendorff's
Alpha-Reliability).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import krippendorff
import numpy as np

LEVELS = ("nominal", "ordinal", "interval", "ratio")
COEFFICIENTS = ("percent_agreement", "gwet_ac1", "fleiss_kappa", "krippendorff_alpha")

# The library holds several arrays of items × labels × labels: beyond this many cells (32 MB each) the same formula runs
# on count patterns instead. A test holds both to the same value.
LIBRARY_CELLS = 4_000_000
# Weights held at once by the bootstrap (32 MB).
BOOTSTRAP_CELLS = 4_000_000
# With more undefined replicates than this the interval would describe the lucky rest only.
UNDEFINED_REPLICATES = 0.05

NO_PAIR = "no item has two ratings"
ONE_LABEL = "every rating carries the same label, so agreement cannot be told from chance"


@dataclass(frozen=True)
class Patterns:
    """counts: patterns × labels, how many raters gave each label; items: how many items show each pattern.

    values: the labels as numbers (interval and ratio levels), else their positions in the given order.
    """

    counts: np.ndarray
    items: np.ndarray
    values: np.ndarray
    level: str = "nominal"

    @classmethod
    def group(cls, counts: np.ndarray, items: np.ndarray, values: Sequence[float], level: str) -> "Patterns":
        """Add up the items of identical rows, sort the rows, drop labels that nobody used."""
        used = counts.any(axis=0)
        counts, where = np.unique(counts[:, used], axis=0, return_inverse=True)
        totals = np.bincount(where.ravel(), weights=items, minlength=len(counts)).astype(np.int64)
        keep = (totals > 0) & counts.any(axis=1)
        return cls(counts[keep], totals[keep], np.asarray(values, dtype=float)[used], level)


@dataclass(frozen=True)
class Estimate:
    """A coefficient with its 95% percentile interval; None where it is undefined, and then the reason."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""


def _distances(values: np.ndarray, level: str) -> np.ndarray:
    """Krippendorff's squared differences between two labels, for every level but the ordinal one."""
    difference = np.abs(values[:, None] - values[None, :])
    if level == "nominal":
        return (difference > 0).astype(float)
    if level == "interval":
        return difference**2
    total = np.abs(values[:, None] + values[None, :])
    return np.divide(difference, total, out=np.zeros_like(difference), where=total > 0) ** 2


def _alpha(counts: np.ndarray, weights: np.ndarray, values: np.ndarray, level: str) -> np.ndarray:
    """Krippendorff's alpha for each row of weights (replicates × patterns); NaN where undefined."""
    ratings = counts.sum(axis=1)
    pairable = ratings >= 2
    counts, weights, ratings = counts[pairable], weights[:, pairable], ratings[pairable]
    share = 1 / (ratings - 1)
    totals = weights @ counts  # replicates × labels: pairable ratings with each label
    everything = totals.sum(axis=1)
    if level == "ordinal":
        # The distance between two ranks counts the ratings between them, so it moves with the replicate:
        # (F_c − F_k)² with F the rank at the middle of each label. Scaled to 0…1 to keep the digits.
        ranks = (np.cumsum(totals, axis=1) - totals / 2) / np.maximum(everything, 1)[:, None]
        spread = (weights @ (counts * (ratings * share)[:, None]) * ranks**2).sum(axis=1)
        within = np.einsum("rp,pr->r", weights * share, (counts @ ranks.T) ** 2)
        observed = 2 * (spread - within)
        expected = 2 * (everything * (totals * ranks**2).sum(axis=1) - (totals * ranks).sum(axis=1) ** 2)
    else:
        distances = _distances(values, level)
        observed = weights @ (((counts @ distances) * counts).sum(axis=1) * share)
        expected = ((totals @ distances) * totals).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - (everything - 1) * observed / expected, np.nan)


def _estimates(patterns: Patterns, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Every coefficient for each row of weights (replicates × patterns); NaN where undefined."""
    counts = patterns.counts.astype(float)
    weights = weights.astype(float)
    ratings = counts.sum(axis=1)
    pairs = ratings * (ratings - 1)
    same = (counts * (counts - 1)).sum(axis=1)
    agreement = np.divide(same, pairs, out=np.zeros_like(same), where=pairs > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = (weights @ agreement) / (weights @ (pairs > 0))
        shares = weights @ (counts / ratings[:, None]) / weights.sum(axis=1, keepdims=True)
        by_chance = (shares**2).sum(axis=1)
        gwet = (shares * (1 - shares)).sum(axis=1) / (counts.shape[1] - 1)
        return {
            "percent_agreement": observed,
            "gwet_ac1": (observed - gwet) / (1 - gwet),
            "fleiss_kappa": np.where(by_chance < 1, (observed - by_chance) / (1 - by_chance), np.nan),
            "krippendorff_alpha": _alpha(counts, weights, patterns.values, patterns.level),
        }


def alpha(patterns: Patterns) -> float | None:
    """Krippendorff's alpha; None where it is undefined. Any size, without an interval."""
    if reason(patterns, "krippendorff_alpha"):
        return None
    return float(_alpha(patterns.counts.astype(float), patterns.items[None, :].astype(float), patterns.values,
                        patterns.level)[0])


def library_alpha(patterns: Patterns) -> float:
    """Krippendorff's alpha by the `krippendorff` library: one row an item."""
    # As floats: the library multiplies counts in the type it is given, and a small one overflows from 16 × 16 on.
    counts = np.repeat(patterns.counts.astype(float), patterns.items, axis=0)
    return float(krippendorff.alpha(value_counts=counts, value_domain=patterns.values,
                                    level_of_measurement=patterns.level))


def reason(patterns: Patterns, coefficient: str) -> str:
    """Why a coefficient is undefined on these ratings; empty when it is defined."""
    pairable = patterns.counts.sum(axis=1) >= 2
    if not pairable.any():
        return NO_PAIR
    if coefficient == "percent_agreement":
        return ""
    # Alpha knows only ratings that can be paired; Fleiss and Gwet take label shares from every item.
    counts = patterns.counts[pairable] if coefficient == "krippendorff_alpha" else patterns.counts
    return ONE_LABEL if np.count_nonzero(counts.any(axis=0)) < 2 else ""


def _interval(values: np.ndarray) -> tuple[float | None, float | None]:
    defined = values[np.isfinite(values)]
    if len(defined) < (1 - UNDEFINED_REPLICATES) * len(values):
        return None, None
    low, high = np.percentile(defined, [2.5, 97.5])
    return float(low), float(high)


def coefficients(patterns: Patterns, draws: int = 1000, seed: int = 0) -> dict[str, Estimate]:
    """Every coefficient with the 95% percentile interval of a bootstrap over items.

    Each replicate draws as many items as there are, with replacement: one multinomial over the sorted patterns.
    """
    rng = np.random.default_rng(seed)
    total = int(patterns.items.sum())
    chunk = max(1, BOOTSTRAP_CELLS // len(patterns.items))
    parts = []
    for start in range(0, draws, chunk):
        weights = rng.multinomial(total, patterns.items / total, size=min(chunk, draws - start))
        parts.append(_estimates(patterns, weights))
    point = _estimates(patterns, patterns.items[None, :])
    answer = {}
    for name in COEFFICIENTS:
        why = reason(patterns, name)
        if why:
            answer[name] = Estimate(None, reason=why)
            continue
        value = float(point[name][0])
        if name == "krippendorff_alpha" and total * patterns.counts.shape[1] ** 2 <= LIBRARY_CELLS:
            value = library_alpha(patterns)
        low, high = _interval(np.concatenate([part[name] for part in parts]))
        answer[name] = Estimate(value, low, high, "" if low is not None else
                                "no interval: too many bootstrap samples hold a single label or no pair")
    return answer


def chance(patterns: Patterns) -> tuple[float, float] | None:
    """Percent agreement and the part of it that label shares alone explain, as Fleiss' kappa takes them.

    None where there is no pair. From these two, kappa is (observed − expected) / (1 − expected).
    """
    if reason(patterns, "percent_agreement"):
        return None
    counts = patterns.counts.astype(float)
    shares = np.average(counts / counts.sum(axis=1, keepdims=True), axis=0, weights=patterns.items)
    return float(_estimates(patterns, patterns.items[None, :])["percent_agreement"][0]), float((shares**2).sum())


def cohen(table: np.ndarray) -> tuple[float | None, float | None]:
    """Percent agreement and Cohen's kappa (1960) of a square table, rater 1 in rows; None where undefined."""
    total = table.sum()
    if total == 0:
        return None, None
    observed = float(np.trace(table) / total)
    expected = float(table.sum(axis=1) @ table.sum(axis=0) / total**2)
    return observed, ((observed - expected) / (1 - expected) if expected < 1 else None)
