"""Count a reader's ratings in the engine: what leaves it are integers, one row a profile.

A *profile* is the set of (rater, label) pairs one item received. Items with the same profile count as one row with a
weight: five raters and two labels make at most 243 profiles, whatever the number of items. Count patterns, pairs of
raters, the alpha without one rater and Dawid–Skene all follow from the profiles: one grouped query answers everything.
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
from mlpm.agreement.measures import LEVELS, Patterns

# A nominal or ordinal column with more labels is an identifier or a free text; a scale with more steps wants rounding.
MAX_LABELS = 200
MAX_GROUPS = 50


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
    profiles: ibis.Table | None = None  # item, group, profile: to name items

    @property
    def values(self) -> np.ndarray:
        """Labels as numbers: themselves on an interval or ratio scale, else their places."""
        return np.array(self.labels if self.level in ("interval", "ratio") else range(len(self.labels)), dtype=float)

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

    def patterns_of_group(self, group: int) -> Patterns:
        return Patterns.group(self.counts, np.where(self.group == group, self.items, 0), self.values, self.level)

    def patterns_without_group(self, group: int) -> Patterns:
        """What is left when one group of items is set aside."""
        return Patterns.group(self.counts, np.where(self.group == group, 0, self.items), self.values, self.level)

    def patterns_without(self, raters: Sequence[int]) -> Patterns:
        """What is left when some raters' ratings are set aside; not grouped, as alpha alone is asked of it."""
        counts = self.counts.copy()
        gone = np.isin(self.rater, raters)
        np.subtract.at(counts, (self.profile[gone], self.label[gone]), counts.dtype.type(1))
        return Patterns(counts, self.items, self.values, self.level)

    def name_items(self, ranking: Mapping[int, float] | Sequence[int], limit: int) -> pd.DataFrame:
        """The first items of the profiles ranked (best first): columns item, group, profile (its code)."""
        codes, total = [], 0
        for code in ranking:
            codes.append(int(code))
            total += int(self.items[code])
            if total >= limit:
                break
        if not codes:
            return pd.DataFrame({"item": [], "group": [], "code": []})
        starts = np.searchsorted(self.profile, codes), np.searchsorted(self.profile, codes, side="right")
        votes = self.rater.astype(np.int64) * len(self.labels) + self.label
        wanted = ibis.memtable(
            pa.table({
                "profile": [votes[a:b].tolist() for a, b in zip(*starts, strict=True)],
                "group": [self.groups[self.group[c]] for c in codes],
                "place": range(len(codes)),
                "code": codes,
            })
        )
        found = self.profiles.join(wanted, ["profile", "group"]).order_by("place", "item").limit(limit)
        return found.select("item", "group", "code").to_pyarrow().to_pandas()


def read(
    data,
    *,
    item: str,
    rater: str,
    label: str,
    level: str = "nominal",
    order: str = "",
    group: str = "",
    engine: str = "",
) -> Ratings:
    """Read a reader's table, one row a rating, and count it; raise InputError for what a reader can get wrong.

    A row without a label is a rating that was not given: it is left out and noted. So is a missing group column.
    """
    if level not in LEVELS:
        raise InputError(f"level is '{level}'. Write one of: {', '.join(LEVELS)}.")
    scale = tables.names(order)
    if level == "ordinal" and not scale:
        raise InputError("level is 'ordinal' and order is empty. List the labels from lowest to highest, with commas.")
    if len(set(scale)) < len(scale):
        twice = next(name for name in scale if scale.count(name) > 1)
        raise InputError(f"order names '{twice}' twice. List each label once, from lowest to highest.")
    tables.named({"item": item, "rater": rater, "label": label, "group": group}, ("item", "rater", "label"))
    numeric = level in ("interval", "ratio")
    kinds = {
        item: tables.Text(),
        rater: tables.Text(),
        label: tables.Number(low=0 if level == "ratio" else None, missing="keep") if numeric
        else tables.Text(missing="keep"),
    }
    table, group, notes = tables.read_with_extra(data, kinds, group, engine=engine)
    rows = table.rows.select(item=item, rater=rater, label=label, **({"group": group} if group else {}))
    heads = {"item": item, "rater": rater, "label": label, "group": group}
    return count(rows, level=level, order=scale, name=table.name, heads=heads, notes=[*notes, *table.notes])


def count(
    rows: ibis.Table,
    *,
    level: str = "nominal",
    order: Sequence[str] = (),
    name: str = "ratings",
    heads: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> Ratings:
    """Count a clean table with the columns item, rater, label and perhaps group; heads: the reader's names for them."""
    heads = heads or {column: column for column in ("item", "rater", "label", "group")}
    notes = list(notes)
    everything = rows
    rows = rows.filter(rows.label.notnull())
    seen = {
        column: dict(zip(*rows[column].value_counts(name="n").to_pyarrow().to_pydict().values(), strict=True))
        for column in rows.columns if column != "item"
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
    labels = _labels(list(seen["label"]), level, order, name, heads["label"], notes)
    groups = [""]
    if "group" in rows.columns:
        rows = rows.mutate(group=rows.group.fill_null("(none)"))
        groups = sorted({text or "(none)" for text in seen["group"]})
        if len(groups) > MAX_GROUPS:
            raise tables.error(name, heads["group"], f"holds {len(groups):,} different values",
                               f"Choose a column with at most {MAX_GROUPS}, such as a topic or a week")
    else:
        rows = rows.mutate(group=ibis.literal(""))

    coded = (
        rows.join(ibis.memtable(pa.table({"rater": raters, "rater_code": range(len(raters))})), "rater")
        .join(ibis.memtable(pa.table({"label": labels, "label_code": range(len(labels))})), "label")
    )
    vote = (coded.rater_code * len(labels) + coded.label_code).cast("int64")
    # `distinct` keeps one of two identical rows; one rater with two labels shows up below.
    profiles = coded.mutate(vote=vote).group_by("item").aggregate(
        profile=_.vote.collect(distinct=True).sort(), group=_.group.min(), other=_.group.max()
    )
    found = (
        profiles.group_by("group", "profile")
        .aggregate(items=_.count(), mixed=(_.group != _.other).sum())
        .order_by("group", "profile")
        .to_pyarrow()
    )
    mixed = sum(found["mixed"].to_pylist())
    if mixed:
        raise _mixed_group(profiles, mixed, name, heads)
    votes = found["profile"].combine_chunks()
    length = np.diff(votes.offsets.to_numpy())
    flat = votes.values.to_numpy()[votes.offsets[0].as_py():votes.offsets[-1].as_py()]
    places = {text: place for place, text in enumerate(groups)}
    ratings = Ratings(
        labels=labels,
        raters=raters,
        profile=np.repeat(np.arange(len(length)), length),
        rater=(flat // len(labels)).astype(np.int32),
        label=(flat % len(labels)).astype(np.int32),
        items=found["items"].to_numpy().astype(np.int64),
        level=level,
        groups=groups,
        group=np.array([places[text] for text in found["group"].to_pylist()]),
        notes=notes,
        name=name,
        profiles=profiles.select("item", "group", "profile"),
    )
    if np.any((np.diff(ratings.profile) == 0) & (np.diff(ratings.rater) == 0)):
        raise _two_labels(everything, name, heads)
    if not ratings.pairable_count:
        raise tables.error(name, heads["item"], "no item has ratings by two raters",
                           "Give some of the same items to at least two raters")
    repeated = total - ratings.rating_count
    if repeated:
        notes.append(f"{repeated:,} row{'s' * (repeated != 1)} repeat{'s' * (repeated == 1)} another one exactly "
                     "(same item, rater and label): each counts once.")
    return ratings


def _labels(found: list, level: str, order: Sequence[str], name: str, column: str, notes: list[str]) -> list:
    """Labels in the order of their scale."""
    if level in ("interval", "ratio"):
        labels = sorted(float(value) for value in found)
    elif level == "ordinal":
        strange = sorted(set(found) - set(order))
        if strange:
            listed = ", ".join(f"'{value}'" for value in strange[:5]) + (" …" if len(strange) > 5 else "")
            raise tables.error(name, column, f"{len(strange)} label{'s' * (len(strange) != 1)} not in order: {listed}",
                               "Add them to order, from lowest to highest, or correct the data")
        labels = [value for value in order if value in set(found)]
        unused = [value for value in order if value not in set(found)]
        if unused:
            notes.append(f"No rating uses {', '.join(unused)}, which order names.")
    else:
        labels = sorted(found)
        if order:
            notes.append("order is only used with level = \"ordinal\".")
    if len(labels) > MAX_LABELS:
        raise tables.error(name, column, f"holds {len(labels):,} different labels",
                           f"Name the column of labels, or round a fine scale to at most {MAX_LABELS} steps")
    return labels


def _two_labels(rows: ibis.Table, name: str, heads: Mapping[str, str]) -> InputError:
    """Name the first row in which a rater gives an item a second, different label."""
    numbered = rows.mutate(row=ibis.row_number()).filter(_.label.notnull())
    again = numbered.mutate(earlier=_.label.first().over(group_by=["item", "rater"], order_by="row"))
    first = again.filter(_.label != _.earlier).order_by("row").limit(1).to_pyarrow().to_pylist()[0]
    pairs = rows.group_by("item", "rater").aggregate(kinds=_.label.nunique()).filter(_.kinds > 1)
    pairs = pairs.count().to_pyarrow().as_py()
    return tables.error(
        name, heads["label"],
        f"is a second label by rater '{first['rater']}' for item '{first['item']}', after '{first['earlier']}' "
        f"({pairs:,} such pair{'s' * (pairs != 1)})",
        "Keep one label for each item and rater",
        # Only DuckDB keeps rows in the order of the file.
        first["row"] + 1 if rows.get_backend().name == "duckdb" else None,
        str(first["label"]),
    )


def _mixed_group(profiles: ibis.Table, mixed: int, name: str, heads: Mapping[str, str]) -> InputError:
    first = profiles.filter(_.group != _.other).order_by("item").limit(1).to_pyarrow().to_pylist()[0]
    return tables.error(
        name, heads["group"],
        f"item '{first['item']}' is in '{first['group']}' and in '{first['other']}' "
        f"({mixed:,} such item{'s' * (mixed != 1)})",
        "A group must be the same for every rating of an item",
    )
