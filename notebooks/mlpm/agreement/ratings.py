"""Count a reader's ratings in the engine: what leaves it are integers, one row a profile.

A *profile* is the set of (rater, label) pairs one item received. Items with the same profile count as one row with a
weight: five raters and two labels make at most 243 profiles, whatever the number of items. Count patterns, pairs of
raters, the alpha without one rater and Dawid–Skene all follow from the profiles: one grouped query answers everything.
With many raters nearly every item has a profile of its own; beyond PROFILE_RATINGS these ratings stay in the engine
(`LargeRatings`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _

from mlpm import InputError, tables
from mlpm.agreement import repeats as repeated
from mlpm.agreement import tally
from mlpm.agreement.coding import coded, scaled
from mlpm.agreement.large import LargeRatings
from mlpm.agreement.measures import Patterns
from mlpm.agreement.repeats import Passes
from mlpm.agreement.tally import Votes
from mlpm.agreement.versions import Versions

MAX_GROUPS = 50
# So many ratings come into Python as profiles at most (0.5 GB); any number does where raters and labels can only make
# FEW_PROFILES: (labels + 1) to the power of raters.
PROFILE_RATINGS = 5_000_000
FEW_PROFILES = 2**17
# Ratings of a random sample of items, on which raters are left out one by one where not all fit.
SAMPLE = 1_000_000


@dataclass(frozen=True)
class Ratings:
    """Who gave which label to which item, as profiles.

    Votes are three arrays of the same length, sorted by profile, then rater: `profile`, `rater`, `label` (codes into
    `raters` and `labels`). `items` and `group` have one entry a profile: how many items show it, and their group.
    """

    labels: list  # text, or numbers at the interval and ratio levels; in the order of the scale, else alphabetical
    raters: list[str]
    profile: np.ndarray
    rater: np.ndarray
    label: np.ndarray
    items: np.ndarray
    level: str = "nominal"
    groups: list[str] = field(default_factory=lambda: [""])
    group: np.ndarray | None = None
    notes: list[str] = field(default_factory=list)
    name: str = ""
    votes: Votes | None = None  # the rows, to name items
    scale: np.ndarray | None = None
    passes: Passes | None = None  # repeated ratings that were kept
    versions: Versions | None = None  # both versions of the guideline, where the reader named a column of versions

    @property
    def values(self) -> np.ndarray:
        """Labels as numbers: themselves on an interval or ratio scale, else their places in the order."""
        return np.arange(len(self.labels), dtype=float) if self.scale is None else self.scale

    @property
    def size(self) -> np.ndarray:
        """Ratings per item, by profile."""
        return np.bincount(self.profile, minlength=len(self.items))

    @property
    def item_count(self) -> int:
        return int(self.items.sum())

    @property
    def rating_count(self) -> int:
        return int(self.items @ self.size)

    @property
    def pairable_count(self) -> int:
        """Items with at least two ratings."""
        return int(self.items[self.size >= 2].sum())

    @cached_property
    def counts(self) -> np.ndarray:
        """Profiles × labels: how many raters gave each label."""
        cells = self.profile * len(self.labels) + self.label
        counts = np.bincount(cells, minlength=len(self.items) * len(self.labels))
        return counts.reshape(len(self.items), len(self.labels)).astype(np.min_scalar_type(len(self.raters)))

    @cached_property
    def patterns(self) -> Patterns:
        return Patterns.group(self.counts, self.items, self.values, self.level)

    @property
    def counted(self) -> Patterns:
        """Everything, as the measures take it."""
        return self.patterns

    def counted_of_group(self, group: int, drawn: bool = False) -> Patterns:
        """The items of one group; drawn: as `LargeRatings` has it, patterns can always be drawn from."""
        return Patterns.group(self.counts, np.where(self.group == group, self.items, 0), self.values, self.level)

    def counted_without_group(self, group: int) -> Patterns:
        """What is left when one group of items is set aside."""
        return Patterns.group(self.counts, np.where(self.group == group, 0, self.items), self.values, self.level)

    def ratings_of(self) -> np.ndarray:
        """Items that each rater rated."""
        return np.bincount(self.rater, weights=self.items[self.profile], minlength=len(self.raters)).astype(np.int64)

    def name_items(self, ranking: Sequence[int], places: Sequence[int], limit: int) -> pd.DataFrame:
        """The first items of the profiles ranked (best first): columns item, group, code (of the profile).

        places: of the profiles ranked; items of profiles that share a place come in the order of their names.
        """
        ends = np.flatnonzero(np.cumsum(self.items[list(ranking)]) >= limit)
        last = places[int(ends[0])] if len(ends) else np.inf
        codes = [int(code) for code, place in zip(ranking, places, strict=True) if place <= last]
        places = list(places[: len(codes)])
        if not codes:
            return pd.DataFrame({"item": [], "group": [], "code": []})
        starts = np.searchsorted(self.profile, codes), np.searchsorted(self.profile, codes, side="right")
        votes = self.rater.astype(np.int64) * len(self.labels) + self.label
        wanted = ibis.memtable(
            pa.table({
                "profile": [votes[a:b].tolist() for a, b in zip(*starts, strict=True)],
                "group": [int(self.group[c]) for c in codes],
                "place": places,
                "code": codes,
            })
        )
        found = self.votes.tables(
            lambda rows: profiled(rows, len(self.labels)).join(wanted, ["profile", "group"])
            .order_by("place", "item").limit(limit).select("item", "group", "code", "place")
        )
        frame = pa.concat_tables(found).to_pandas().sort_values(["place", "item"], ignore_index=True).head(limit)
        return frame.assign(group=[self.groups[code] for code in frame.group])[["item", "group", "code"]]


def count(
    rows: ibis.Table,
    *,
    level: str = "nominal",
    order: Sequence[str] = (),
    name: str = "ratings",
    heads: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
    repeats: str = "",
    most: int | None = None,
) -> Ratings | LargeRatings:
    """Count a clean table with the columns item, rater, label and perhaps group; heads: the reader's names for them.

    most: with more ratings than this they stay in the engine, unless they can only make FEW_PROFILES; None: never.
    """
    heads = heads or {column: column for column in ("item", "rater", "label", "group")}
    notes = list(notes)
    keeping = repeated.checked(repeats)
    everything = rows
    if keeping and repeated.ordered(rows):
        rows = rows.mutate(row=ibis.row_number())
    rows = rows.filter(rows.label.notnull())
    seen = {
        column: dict(zip(*rows[column].value_counts(name="n").to_pyarrow().to_pydict().values(), strict=True))
        for column in rows.columns if column in ("rater", "label", "group")
    }
    total = sum(seen["label"].values())
    absent = everything.count().to_pyarrow().as_py() - total
    if not total:
        raise tables.error(name, heads["label"], "no row has a label", "Fill in the labels")
    if absent:
        notes.append(f"{absent:,} row{'s' * (absent != 1)} without a label {'are' if absent != 1 else 'is'} left out.")
    raters = sorted(seen["rater"])
    if len(raters) < 2:
        raise tables.error(name, heads["rater"], f"every rating is by '{raters[0]}'",
                           "Agreement needs at least two raters who label some of the same items")
    labels, scale = scaled(list(seen["label"]), level, order, name, heads["label"], notes)
    groups = sorted({text or "(none)" for text in seen["group"]}) if "group" in seen else [""]
    if len(groups) > MAX_GROUPS:
        raise tables.error(name, heads["group"], f"holds {len(groups):,} different values",
                           f"Choose a column with at most {MAX_GROUPS}, such as a topic or a week")
    votes = Votes.of(coded(rows, raters, labels, groups), len(labels), total)
    passes = None
    if keeping:
        votes, raters, passes = repeated.keep(votes, raters, name, heads["rater"])
        notes += [passes.note()] if passes else []
    common = {"labels": labels, "raters": raters, "level": level, "groups": groups, "notes": notes, "name": name,
              "scale": scale, "passes": passes}
    few = (len(labels) + 1) ** len(raters) <= FEW_PROFILES
    if most is None or total <= most or few:
        ratings = _profiles(votes, common, everything, heads)
    else:
        ratings = _large(votes, common, everything, heads)
    if not ratings.pairable_count:
        raise tables.error(name, heads["item"], "no item has ratings by two raters",
                           "Give some of the same items to at least two raters")
    again = total - ratings.rating_count
    if again:
        notes.append(f"{again:,} row{'s' * (again != 1)} repeat{'s' * (again == 1)} another one exactly "
                     "(same item, rater and label): each counts once.")
    return ratings


def profiled(rows: ibis.Table, labels: int) -> ibis.Table:
    """Each item's profile, a sorted list of rater × labels + label, and the first and last of its groups."""
    # `distinct` keeps one of two identical rows; one rater with two labels shows up in the profile.
    vote = (rows.rater * labels + rows.label).cast("int64")
    return rows.mutate(vote=vote).group_by("item").aggregate(
        profile=_.vote.collect(distinct=True).sort(), group=_.group.min(), other=_.group.max()
    )


def _profiles(votes: Votes, common: dict, everything: ibis.Table, heads: Mapping[str, str]) -> Ratings:
    """The ratings as profiles; raise InputError where a rater gave an item two labels, or an item has two groups."""
    labels, groups = len(common["labels"]), common["groups"]
    found = votes.tables(
        lambda rows: profiled(rows, labels).group_by("group", "profile")
        .aggregate(items=_.count(), mixed=(_.group != _.other).cast("int64").sum()).order_by("group", "profile")
    )
    found = _merged(found) if len(found) > 1 else found[0]
    if sum(found["mixed"].to_pylist()):
        raise _mixed_group(votes, groups, common["name"], heads)
    given = found["profile"].combine_chunks()
    length = np.diff(given.offsets.to_numpy())
    flat = given.values.to_numpy()[given.offsets[0].as_py():given.offsets[-1].as_py()]
    ratings = Ratings(
        profile=np.repeat(np.arange(len(length)), length),
        rater=(flat // labels).astype(np.int32),
        label=(flat % labels).astype(np.int32),
        items=found["items"].to_numpy().astype(np.int64),
        group=found["group"].to_numpy().astype(np.int64),
        votes=votes,
        **common,
    )
    if np.any((np.diff(ratings.profile) == 0) & (np.diff(ratings.rater) == 0)):
        raise repeated.refusal(everything, common["name"], heads)
    return ratings


def _merged(parts: list[pa.Table]) -> pa.Table:
    """Add up the items of one profile that is in several parts; few profiles, by what `count` lets in."""
    items: dict[tuple, list[int]] = {}
    for part in parts:
        for row in part.to_pylist():
            sums = items.setdefault((row["group"], tuple(row["profile"])), [0, 0])
            sums[0] += row["items"]
            sums[1] += row["mixed"]
    keys = sorted(items)
    return pa.table({
        "group": pa.array([group for group, _profile in keys], pa.int64()),
        "profile": pa.array([list(profile) for _group, profile in keys], pa.list_(pa.int64())),
        "items": [items[key][0] for key in keys],
        "mixed": [items[key][1] for key in keys],
    })


def _large(votes: Votes, common: dict, everything: ibis.Table, heads: Mapping[str, str]) -> LargeRatings:
    """The ratings as a table of the engine; refuse what `_profiles` refuses."""
    if common["passes"] is None:
        rows, mixed = repeated.extra(votes)
        if mixed:
            raise repeated.refusal(everything, common["name"], heads)
        if rows:
            votes = Votes(votes.rows.distinct(), votes.labels, votes.parts)
    found = tally.overview(votes)
    if found["mixed"].sum():
        raise _mixed_group(votes, common["groups"], common["name"], heads)
    return LargeRatings(votes=votes, found=found, **common)


def sample(ratings: LargeRatings) -> Ratings:
    """The ratings of a random part of the items, about SAMPLE of them, as profiles: by a hash, the same every time."""
    share = SAMPLE / ratings.rating_count
    first = f"{min(max(round(share * 16**tally.HEX), 1), 16**tally.HEX - 1):0{tally.HEX}x}"
    votes = ratings.votes.filter(tally.hashed(_.item) < first)
    common = {name: getattr(ratings, name) for name in ("labels", "raters", "level", "groups", "name", "scale")}
    return _profiles(Votes(votes.rows, votes.labels), {**common, "notes": [], "passes": None}, votes.rows, {})


def _mixed_group(votes: Votes, groups: Sequence[str], name: str, heads: Mapping[str, str]) -> InputError:
    items = votes.rows.group_by("item").aggregate(group=_.group.min(), other=_.group.max())
    mixed = items.filter(_.group != _.other)
    count = mixed.count().to_pyarrow().as_py()
    first = mixed.order_by("item").limit(1).to_pyarrow().to_pylist()[0]
    return tables.error(
        name, heads["group"],
        f"item '{first['item']}' is in '{groups[first['group']]}' and in '{groups[first['other']]}' "
        f"({count:,} such item{'s' * (count != 1)})",
        "A group must be the same for every rating of an item",
    )
