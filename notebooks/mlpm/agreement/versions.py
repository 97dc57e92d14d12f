"""Two versions of a guideline: alpha under each, and an interval for the difference."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import numpy as np
from ibis import _

from mlpm import tables
from mlpm.agreement import tally
from mlpm.agreement.coding import coded, scaled
from mlpm.agreement.measures import NO_PAIR, ONE_LABEL, PATTERN_CELLS, Estimate, interval
from mlpm.agreement.repeats import extra, refusal
from mlpm.agreement.sums import Sums
from mlpm.agreement.tally import Votes
from mlpm.phrases import plural


@dataclass(frozen=True)
class Versions:
    """Ratings of the same or of different items under two versions of a guideline, earlier first.

    votes: one row a rating; its label is a code of the second half where the rating is under the later version.
    sizes: ratings of an item under the earlier and under the later version, and how many items have these.
    """

    names: tuple[str, str]
    votes: Votes
    sizes: dict[str, np.ndarray]  # earlier, later, items
    scale: np.ndarray
    level: str

    def items(self, version: int) -> int:
        """Items with at least two ratings under a version."""
        return int(self.sizes["items"][self.sizes[("earlier", "later")[version]] >= 2].sum())

    @property
    def shared(self) -> int:
        """Items with ratings under both."""
        return int(self.sizes["items"][(self.sizes["earlier"] > 0) & (self.sizes["later"] > 0)].sum())

    @property
    def every(self) -> int:
        return int(self.sizes["items"].sum())

    def note(self) -> str:
        earlier, later = self.names
        return f"The ratings are those under version {later}; {earlier} is only compared with it."


@dataclass(frozen=True)
class Comparison:
    """Alpha under the earlier and the later version, and later − earlier, with bootstrap intervals over items."""

    versions: Versions
    alphas: tuple[Estimate, Estimate]
    difference: Estimate


def _natural(name: str) -> list:
    """v9 before v10."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name)]


def two_versions(
    rows: ibis.Table, *, level: str, order: Sequence[str], name: str, heads: Mapping[str, str], keep: bool
) -> Versions:
    """Count a clean table with the columns item, rater, label, version; raise InputError unless there are two versions.

    keep: whether a rater's repeated ratings under one version count one by one.
    """
    given = rows.filter(rows.label.notnull()).select("item", "rater", "label", "version")
    found = {column: given.select(column).distinct().to_pyarrow()[column].to_pylist()
             for column in ("rater", "label", "version")}
    names = sorted(found["version"], key=_natural)
    if len(names) != 2:
        listed = ", ".join(f"'{one}'" for one in names[:4]) + (" …" if len(names) > 4 else "")
        found_there = f"holds {plural(len(names), 'different value')} where there are labels"
        raise tables.error(name, heads["version"], found_there + f": {listed}" * bool(names),
                           "Name a column with exactly two, such as v1 and v2, or leave version empty")
    labels, scale = scaled(found["label"], level, order, name, heads["label"], [])
    ratings = given.count().to_pyarrow().as_py()
    votes = Votes.of(coded(given, sorted(found["rater"]), labels, [""]), len(labels), ratings)
    later = (votes.rows.version == names[1]).cast("int64")
    votes = Votes(
        votes.rows.mutate(label=_.label + later * len(labels), later=later).drop("version"), 2 * len(labels),
        votes.parts,
    )
    if not keep:
        # A rater under each version is two raters here.
        apart = Votes(votes.rows.mutate(rater=_.rater * 2 + _.later), votes.labels, votes.parts)
        repeated, mixed = extra(apart)
        if mixed:
            raise refusal(rows, name, heads, ["version"])
        if repeated:
            votes = Votes(votes.rows.distinct(), votes.labels, votes.parts)
    sizes = votes.gather(
        lambda part: part.group_by("item").aggregate(later=_.later.sum(), every=_.count())
        .mutate(earlier=_.every - _.later).group_by("earlier", "later").aggregate(items=_.count())
    )
    return Versions((names[0], names[1]), votes, sizes, scale, level)


def compare(versions: Versions, draws: int = 1000, seed: int = 0) -> Comparison:
    """Draw items again, each with all its ratings under both versions, and take the difference of the alphas.

    Items under one version only are drawn among themselves: two independent samples. Items under both are drawn as
    pairs, so that what is hard about an item cancels out.
    """
    sides, drawn = _drawn(versions, draws, np.random.default_rng(seed))
    alphas, replicates = [], []
    for whole, sample in zip(sides, drawn, strict=True):
        value, reason = float(whole.alpha()[0]), ""
        if not np.isfinite(value):
            reason = ONE_LABEL if whole.pairable[0] else NO_PAIR
        replicates.append(sample)
        alphas.append(Estimate(None, reason=reason) if reason else interval(value, sample))
    missing = next((one.reason for one in alphas if one.value is None), "")
    difference = Estimate(None, reason=missing) if missing else interval(
        alphas[1].value - alphas[0].value, replicates[1] - replicates[0]
    )
    return Comparison(versions, (alphas[0], alphas[1]), difference)


def _drawn(versions: Versions, draws: int, rng: np.random.Generator) -> tuple[list[Sums], list[np.ndarray]]:
    """For each version, the sums of all its items, and alpha in each replicate."""
    labels, scale, level = len(versions.scale), versions.scale, versions.level
    most = int(max(versions.sizes["earlier"].max(), versions.sizes["later"].max()))
    found = tally.patterns(versions.votes, most)
    if found is not None and len(found[1]) * (labels**2 if level == "ordinal" else labels) <= PATTERN_CELLS:
        return from_patterns(found[1], found[2], scale, level, draws, rng)
    sizes = len(np.unique(np.concatenate([versions.sizes["earlier"], versions.sizes["later"]])))
    buckets = tally.buckets_for(labels, sizes)
    # An item's two sets of ratings are in the same bucket, so one draw of buckets keeps pairs together.
    weights = rng.multinomial(buckets, np.full(buckets, 1 / buckets), size=draws).astype(float)
    chunk = max(1, PATTERN_CELLS // labels**2)
    wholes, samples = [], []
    for later in (0, 1):
        mine = versions.votes.filter(_.later == later)
        mine = Votes(mine.rows.mutate(label=_.label - later * labels), labels, mine.parts)
        moments = tally.moments(tally.products(mine, "bucket", buckets), 0, scale, level, buckets)
        wholes.append(moments.whole)
        samples.append(np.concatenate([
            moments.buckets.weighted(weights[start:start + chunk]).alpha() for start in range(0, draws, chunk)
        ]))
    return wholes, samples


def from_patterns(
    counts: np.ndarray, items: np.ndarray, scale: np.ndarray, level: str, draws: int, rng: np.random.Generator
) -> tuple[list[Sums], list[np.ndarray]]:
    """For each version, the sums of all its items, and alpha in each replicate.

    counts: patterns × twice the labels, those under the earlier version first; items: how many show each pattern.
    """
    labels = len(scale)
    order = np.lexsort(counts.T)
    counts, items = counts[order], items[order]
    halves = counts[:, :labels], counts[:, labels:]
    there = [half.any(axis=1) for half in halves]
    rows = [Sums.of_patterns(half[some], scale, level) for half, some in zip(halves, there, strict=True)]
    chunk = max(1, PATTERN_CELLS // max(len(items), labels**2))
    drawn: list[list[np.ndarray]] = [[], []]
    for start in range(0, draws, chunk):
        weights = np.zeros((min(chunk, draws - start), len(items)))
        # Items under one version only, under the other, and under both: each drawn among their own.
        for stratum in (there[0] & ~there[1], there[1] & ~there[0], there[0] & there[1]):
            count = int(items[stratum].sum())
            if count:
                weights[:, stratum] = rng.multinomial(count, items[stratum] / count, size=len(weights))
        for side in (0, 1):
            drawn[side].append(rows[side].weighted(weights[:, there[side]]).alpha())
    wholes = [row.weighted(items[None, some].astype(float)) for row, some in zip(rows, there, strict=True)]
    return wholes, [np.concatenate(parts) for parts in drawn]
