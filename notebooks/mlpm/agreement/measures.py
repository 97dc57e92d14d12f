"""Agreement coefficients with bootstrap intervals, from count patterns or from moments.

A *count pattern* says how many raters gave an item each label. Items with the same pattern are one row with a weight.
With many labels and ratings nearly every item has a pattern of its own; *moments* (cross products of label counts) are
enough then. So nothing here grows with the number of ratings. Percent agreement, Fleiss' kappa (1971), its category
kappas, Gwet's AC1 (2008) and its weighted form AC2 are generalized to missing ratings as the package irrCAC does:
agreement is averaged over items with at least two ratings, label shares over every item with a rating. Krippendorff's
alpha comes from the `krippendorff` library; the bootstrap needs it a thousand times and uses the same formula on sums
(Krippendorff 2011, Computing Krippendorff's Alpha-Reliability).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import krippendorff
import numpy as np
from scipy.sparse import csr_array

from mlpm.agreement.sums import LEVELS, SCHEMES, Sums, agreement_weights

__all__ = [
    "COEFFICIENTS", "LEVELS", "SCHEMES", "Breakdown", "Estimate", "Moments", "Patterns", "Replicates", "alpha",
    "chance", "coefficients", "cohen", "library_alpha", "reason", "resample", "weighted_cohen",
]

COEFFICIENTS = ("percent_agreement", "gwet_ac1", "fleiss_kappa", "krippendorff_alpha")

# The library holds several arrays of items × labels × labels: beyond this many cells (32 MB each) the same formula runs
# on sums instead. A test holds both to the same value.
LIBRARY_CELLS = 4_000_000
# Weights held at once by the bootstrap (32 MB).
BOOTSTRAP_CELLS = 4_000_000
# With more patterns, or more cells of them, the bootstrap draws buckets of items instead of items.
MAX_PATTERNS = 20_000
PATTERN_CELLS = 10_000_000
# Items dealt at random to so many buckets give a standard error that is right to about 1/√(2 × 1024), 2%, as a thousand
# draws do. There are fewer where labels × labels × buckets would not fit PATTERN_CELLS.
BUCKETS, FEWEST_BUCKETS = 1024, 64
DEALT = 4_000_000  # items dealt to buckets at once
# With more undefined replicates than this the interval would describe the lucky rest only.
UNDEFINED_REPLICATES = 0.05

NO_PAIR = "no item has two ratings"
ONE_LABEL = "every rating carries the same label, so agreement cannot be told from chance"
NO_INTERVAL = "no interval: too many bootstrap samples hold a single label or no pair"


def bucket_count(labels: int, sizes: int = 1) -> int:
    """Buckets of items for so many labels and numbers of ratings per item: a power of two, FEWEST_BUCKETS … BUCKETS."""
    fitting = max(PATTERN_CELLS // (max(labels, 1) ** 2 * sizes), 1)
    return min(max(2 ** int(np.log2(fitting)), FEWEST_BUCKETS), BUCKETS)


def _as_numbers(counts: np.ndarray) -> np.ndarray:
    """Each row as digits of whole numbers, numbers × rows: they sort as the rows do, and several times faster."""
    bits = max(int(counts.max(initial=1)).bit_length(), 1)
    each = 62 // bits
    numbers = np.zeros((-(-counts.shape[1] // each), len(counts)), dtype=np.int64)
    for place in range(counts.shape[1]):
        numbers[place // each] |= counts[:, place].astype(np.int64) << (bits * (each - 1 - place % each))
    return numbers


@dataclass(frozen=True)
class Breakdown:
    """What stands behind the tables by label, as sums over items.

    items, pairable (with two ratings), conflicts (with two different labels): numbers of items; ratings, totals: each
    label's ratings on all and on pairable items; again: Σ n(n − 1)/(m − 1), how many other raters on average repeat it;
    both: items that received label and label (diagonal: that received it at all).
    """

    items: int
    pairable: int
    conflicts: int
    ratings: np.ndarray
    totals: np.ndarray
    again: np.ndarray
    both: np.ndarray


@dataclass(frozen=True)
class Patterns:
    """counts: patterns × labels, how many raters gave each label; items: how many items show each pattern.

    values: the labels as numbers (interval and ratio levels), else their positions in the given order; used: where
    these labels stand among all labels, None when that is all of them.
    """

    counts: np.ndarray
    items: np.ndarray
    values: np.ndarray
    level: str = "nominal"
    used: np.ndarray | None = None

    @classmethod
    def group(cls, counts: np.ndarray, items: np.ndarray, values: Sequence[float], level: str) -> "Patterns":
        """Add up the items of identical rows, sort the rows, drop labels that nobody used."""
        items = np.asarray(items)
        keep = (items > 0) & counts.any(axis=1)
        counts, items = counts[keep], items[keep]
        used = counts.any(axis=0)
        counts = counts[:, used]
        words = _as_numbers(counts)
        order = np.lexsort(words[::-1]) if len(words) else np.arange(len(counts))
        new = np.ones(len(counts), dtype=bool)
        new[1:] = (np.diff(words[:, order]) != 0).any(axis=0)
        totals = np.bincount(np.cumsum(new) - 1, weights=items[order]) if len(counts) else np.zeros(0)
        values = np.asarray(values, dtype=float)[used]
        return cls(counts[order[new]], totals.astype(np.int64), values, level, np.flatnonzero(used))

    @property
    def columns(self) -> np.ndarray:
        """Where the labels stand among all labels."""
        return np.arange(self.counts.shape[1]) if self.used is None else self.used

    @cached_property
    def sums(self) -> Sums:
        """One row a pattern."""
        return Sums.of_patterns(self.counts, self.values, self.level)

    @cached_property
    def whole(self) -> Sums:
        """One row: every item."""
        if self._large:
            return Sums.of_products(self.products(self.items[None, :]), self.values, self.level)
        return self.sums.weighted(self.items[None, :].astype(float))

    @property
    def _large(self) -> bool:
        patterns, labels = self.counts.shape
        return patterns > MAX_PATTERNS or patterns * (labels**2 if self.level == "ordinal" else labels) > PATTERN_CELLS

    def draws(self, rng: np.random.Generator) -> tuple[Sums, int, np.ndarray]:
        """What a bootstrap draws: the sums of each row, how many rows a replicate draws, and their chances."""
        total = int(self.items.sum())
        if not self._large:
            return self.sums, total, self.items / total
        buckets = bucket_count(self.counts.shape[1])
        dealt = csr_array((buckets, len(self.items)))
        ends = np.cumsum(self.items)
        for start in range(0, total, DEALT):
            place = np.arange(start, min(start + DEALT, total))
            cells = (rng.integers(buckets, size=len(place)), np.searchsorted(ends, place, side="right"))
            dealt = dealt + csr_array((np.ones(len(place)), cells), shape=dealt.shape)
        return Sums.of_products(self.products(dealt), self.values, self.level), buckets, np.full(buckets, 1 / buckets)

    def products(self, weights) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Cross products by number of ratings: (m, items, rows × labels × labels). weights: rows × patterns."""
        weights = csr_array(weights)
        size = self.counts.sum(axis=1)
        for m in np.unique(size):
            mine = np.flatnonzero(size == m)
            counts, part = self.counts[mine].astype(float), weights[:, mine].tocsr()
            products = np.stack([
                (counts[columns].T * part.data[a:b]) @ counts[columns]
                for a, b in zip(part.indptr[:-1], part.indptr[1:], strict=True) for columns in [part.indices[a:b]]
            ])
            yield int(m), part.sum(axis=1), products

    @cached_property
    def breakdown(self) -> Breakdown:
        counts, items = self.counts.astype(float), self.items
        m = counts.sum(axis=1)
        given, pairable = (counts > 0).astype(float), m >= 2
        once = items * pairable / np.maximum(m - 1, 1)
        return Breakdown(
            items=int(items.sum()),
            pairable=int(items[pairable].sum()),
            conflicts=int(items[given.sum(axis=1) > 1].sum()),
            ratings=items @ counts,
            totals=(items * pairable) @ counts,
            again=once @ (counts * (counts - 1)),
            both=np.rint(given.T @ (given * items[:, None])).astype(np.int64),
        )


@dataclass(frozen=True)
class Moments:
    """Cross products of label counts, already summed by the engine: what patterns are for where these are too many.

    Buckets of items carry the bootstrap: one pass, integers only, every level, ordinal distances included. A Poisson
    bootstrap in the engine would sum everything a thousand times over, and a linearization would need fourth moments.

    whole: one row, every item; buckets: one row for each of the buckets that items were dealt to by a hash of their
    names, None where no interval is asked for; the rest as in `Patterns`.
    """

    whole: Sums
    buckets: Sums | None
    breakdown: Breakdown
    values: np.ndarray
    level: str
    columns: np.ndarray

    def draws(self, rng: np.random.Generator) -> tuple[Sums, int, np.ndarray]:
        """What a bootstrap draws: the sums of each row, how many rows a replicate draws, and their chances."""
        count = len(self.buckets.items)
        return self.buckets, count, np.full(count, 1 / count)


@dataclass(frozen=True)
class Estimate:
    """A coefficient with its 95% percentile interval; None where it is undefined, and then the reason.

    error: its bootstrap standard error.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    error: float | None = None


@dataclass(frozen=True)
class Replicates:
    """Coefficients of the ratings (one each) and of every bootstrap sample of their items (an array each)."""

    point: dict[str, float]
    drawn: dict[str, np.ndarray]
    label_point: np.ndarray  # category kappas: labels
    label_drawn: np.ndarray  # replicates × labels
    reasons: dict[str, str]

    def estimate(self, name: str) -> Estimate:
        if self.reasons[name]:
            return Estimate(None, reason=self.reasons[name])
        return interval(self.point[name], self.drawn[name])

    def of_label(self, place: int) -> Estimate:
        """The category kappa of one label, by its place among the labels in use."""
        value = float(self.label_point[place])
        return interval(value, self.label_drawn[:, place]) if np.isfinite(value) else Estimate(None, reason=ONE_LABEL)


def interval(value: float, drawn: np.ndarray) -> Estimate:
    """An estimate with the 2.5th and 97.5th percentile of its replicates, where enough of these are defined."""
    defined = drawn[np.isfinite(drawn)]
    if len(defined) < (1 - UNDEFINED_REPLICATES) * len(drawn):
        return Estimate(value, reason=NO_INTERVAL)
    low, high = np.percentile(defined, [2.5, 97.5])
    return Estimate(value, float(low), float(high), error=float(np.std(defined, ddof=1)))


def resample(counted: Patterns | Moments, draws: int = 1000, seed: int = 0) -> Replicates:
    """Draw items again, with replacement, as many as there are: one multinomial over the sorted patterns.

    Where patterns are too many, items are dealt at random to BUCKETS buckets, and buckets are drawn (the method of
    random groups: Wolter, Introduction to Variance Estimation, 2007, chapter 2).
    """
    rng = np.random.default_rng(seed)
    sums, total, chances = counted.draws(rng)
    chunk = max(1, BOOTSTRAP_CELLS // max(len(chances), sums.crossed[0].size if sums.crossed is not None else 1))
    drawn: list[dict[str, np.ndarray]] = []
    kappas = []
    for start in range(0, draws, chunk):
        weights = rng.multinomial(total, chances, size=min(chunk, draws - start)).astype(float)
        sample = sums.weighted(weights)
        drawn.append(sample.estimates())
        kappas.append(sample.label_kappas())
    point = {name: float(value[0]) for name, value in counted.whole.estimates().items()}
    reasons = {name: reason(counted, name) for name in point}
    small = isinstance(counted, Patterns) and counted.items.sum() * counted.counts.shape[1] ** 2 <= LIBRARY_CELLS
    if small and not reasons["krippendorff_alpha"]:
        point["krippendorff_alpha"] = library_alpha(counted)
    return Replicates(
        point, {name: np.concatenate([part[name] for part in drawn]) for name in point},
        counted.whole.label_kappas()[0], np.concatenate(kappas), reasons,
    )


def coefficients(counted: Patterns | Moments, draws: int = 1000, seed: int = 0) -> dict[str, Estimate]:
    """Percent agreement, AC1, Fleiss' kappa and alpha, each with the 95% percentile interval of a bootstrap of items.
    """
    found = resample(counted, draws, seed)
    return {name: found.estimate(name) for name in COEFFICIENTS}


def alpha(counted: Patterns | Moments) -> float | None:
    """Krippendorff's alpha; None where it is undefined. Any size, without an interval."""
    return None if reason(counted, "krippendorff_alpha") else float(counted.whole.alpha()[0])


def library_alpha(patterns: Patterns) -> float:
    """Krippendorff's alpha by the `krippendorff` library: one row an item."""
    # As floats: the library multiplies counts in the type it is given, and a small one overflows from 16 × 16 on.
    counts = np.repeat(patterns.counts.astype(float), patterns.items, axis=0)
    return float(krippendorff.alpha(value_counts=counts, value_domain=patterns.values,
                                    level_of_measurement=patterns.level))


def reason(counted: Patterns | Moments, coefficient: str) -> str:
    """Why a coefficient is undefined on these ratings; empty when it is defined."""
    if not counted.breakdown.pairable:
        return NO_PAIR
    if coefficient in ("percent_agreement", "chance_agreement"):
        return ""
    # Alpha knows only ratings that can be paired; Fleiss and Gwet take label shares from every item.
    found = counted.breakdown.totals if coefficient == "krippendorff_alpha" else counted.breakdown.ratings
    return ONE_LABEL if np.count_nonzero(found) < 2 else ""


def chance(counted: Patterns | Moments) -> tuple[float, float] | None:
    """Percent agreement and the part of it that label shares alone explain, as Fleiss' kappa takes them.

    None where there is no pair. From these two, kappa is (observed − expected) / (1 − expected).
    """
    if reason(counted, "percent_agreement"):
        return None
    found = counted.whole.estimates()
    return float(found["percent_agreement"][0]), float(found["chance_agreement"][0])


def cohen(table: np.ndarray) -> tuple[float | None, float | None]:
    """Percent agreement and Cohen's kappa (1960) of a square table, rater 1 in rows; None where undefined."""
    total = table.sum()
    if total == 0:
        return None, None
    observed = float(np.trace(table) / total)
    expected = float(table.sum(axis=1) @ table.sum(axis=0) / total**2)
    return observed, ((observed - expected) / (1 - expected) if expected < 1 else None)


def weighted_cohen(table: np.ndarray, values: np.ndarray, scheme: str) -> float | None:
    """Cohen's weighted kappa (1968) of a square table, rater 1 in rows; None where undefined.

    values: the labels as numbers, or their places on the scale; scheme: linear or quadratic, as `agreement_weights`.
    """
    weights, total = agreement_weights(np.asarray(values, dtype=float), scheme), table.sum()
    if total == 0:
        return None
    observed = (weights * table).sum() / total
    expected = table.sum(axis=1) @ weights @ table.sum(axis=0) / total**2
    return float((observed - expected) / (1 - expected)) if expected < 1 else None
