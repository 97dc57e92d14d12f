"""Count ratings in the engine: every number that leaves it is a sum of integers, the same on every engine.

DuckDB holds one hash table of items at a time: ratings beyond PART are counted part by part, each with its own items
(a hash of their names says which), and the parts are added up. A cluster spreads items by itself and gets one part.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from mlpm.agreement.measures import FEWEST_BUCKETS, MAX_PATTERNS, Breakdown, Moments, bucket_count
from mlpm.agreement.sums import Sums

# Ratings counted at once by DuckDB; a hash table of their items and labels takes less than 2 GB.
PART = 12_500_000
# A pattern is written as digits of whole numbers; with more numbers than this it is not tried.
WORDS, WORD_BITS = 8, 62
HEX = 3  # digits of a hash: 4,096 values, dealt to the buckets
# Rows of cross products that leave the engine at most (200 MB), where FEWEST_BUCKETS allow.
ROWS = 4_000_000


@dataclass(frozen=True)
class Votes:
    """rows: one row a rating, with item (text) and rater, label, group (codes); an item has one row for each rater.

    labels: how many there are; parts: in how many the rows are counted, a power of two.
    """

    rows: ibis.Table
    labels: int
    parts: int = 1

    @classmethod
    def of(cls, rows: ibis.Table, labels: int, ratings: int) -> "Votes":
        parts = -(-ratings // PART) if rows.get_backend().name == "duckdb" else 1
        return cls(rows, labels, 1 << (parts - 1).bit_length())

    def filter(self, *predicates) -> "Votes":
        return Votes(self.rows.filter(*predicates), self.labels, self.parts)

    def tables(self, query: Callable[[ibis.Table], ibis.Table], most: int | None = None) -> list[pa.Table] | None:
        """What a query gives on each part; None if a part has more than `most` rows."""
        found = []
        for part in range(self.parts):
            rows = self.rows if self.parts == 1 else self.rows.filter((_.item.hash() & (self.parts - 1)) == part)
            asked = query(rows)
            found.append((asked if most is None else asked.limit(most + 1)).to_pyarrow())
            if most is not None and found[-1].num_rows > most:
                return None
        return found

    def gather(
        self, query: Callable[[ibis.Table], ibis.Table], most: int | None = None
    ) -> dict[str, np.ndarray] | None:
        """The same, one part after the other: column → values."""
        found = self.tables(query, most)
        if found is None:
            return None
        whole = pa.concat_tables(found)
        return {name: whole[name].to_numpy() for name in whole.column_names}


def given(rows: ibis.Table) -> ibis.Table:
    """How often an item got a label: item, label, n, and the first and last of its groups."""
    return rows.group_by("item", "label").aggregate(n=_.count(), group=_.group.min(), other=_.group.max())


def sized(labels: ibis.Table) -> ibis.Table:
    """From `given`, one row an item: size (ratings), kinds (different labels), top and squares of n, group, other."""
    return labels.group_by("item").aggregate(
        size=_.n.sum(), kinds=_.count(), top=_.n.max(), squares=(_.n * _.n).sum(), group=_.group.min(),
        other=_.other.max(),
    )


def overview(votes: Votes) -> dict[str, np.ndarray]:
    """Items by group, size and conflict (two different labels): group, size, conflict, items, mixed.

    mixed: items that are in more than one group.
    """
    return votes.gather(
        lambda rows: sized(given(rows))
        .mutate(conflict=(_.kinds > 1).cast("int64"))
        .group_by("group", "size", "conflict")
        .aggregate(items=_.count(), mixed=(_.group != _.other).cast("int64").sum())
    )


def patterns(votes: Votes, largest: int) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Count patterns by group: group, counts (patterns × labels), items; None where they are too many.

    largest: the most ratings an item has. A pattern travels as digits: with at most 7 ratings an item, three bits a
    label, 20 labels a whole number; adding the ratings up adds the digits up.
    """
    bits = int(largest).bit_length()
    each = WORD_BITS // bits
    words = -(-votes.labels // each)
    if words > WORDS:
        return None
    names = [f"word_{word}" for word in range(words)]
    digits = np.zeros((words, votes.labels), dtype=np.int64)
    for label in range(votes.labels):
        digits[label // each, label] = 1 << (bits * (label % each))
    table = ibis.memtable(pa.table({"label": range(votes.labels), **dict(zip(names, digits, strict=True))}))

    def query(rows: ibis.Table) -> ibis.Table:
        items = rows.join(table, "label").group_by("item").aggregate(
            group=_.group.min(), **{name: _[name].sum().cast("int64") for name in names}
        )
        return items.group_by("group", *names).aggregate(items=_.count())

    found = votes.gather(query, MAX_PATTERNS)
    if found is None:
        return None
    shifts = bits * (np.arange(votes.labels) % each)
    counts = np.stack([(found[f"word_{label // each}"] >> shifts[label]) & ((1 << bits) - 1)
                       for label in range(votes.labels)], axis=1)
    return found["group"], counts, found["items"]


def hashed(item: ibis.Value) -> ibis.Value:
    """Three hexadecimal digits of a hash that is the same on every engine."""
    return item.cast("string").hexdigest("md5").substr(0, HEX)


def bucketed(rows: ibis.Table, buckets: int) -> ibis.Table:
    """Add the bucket of each row's item."""
    digits = [f"{value:0{HEX}x}" for value in range(16**HEX)]
    table = ibis.memtable(pa.table({"digits": digits, "bucket": [value % buckets for value in range(16**HEX)]}))
    return rows.mutate(digits=hashed(rows.item)).join(table, "digits").drop("digits")


def products(votes: Votes, by: str = "", buckets: int = 0) -> dict[str, np.ndarray]:
    """Cross products of label counts: by, size, label, label_2 (not before label), product (Σ n·n′), items.

    by: "bucket" (of `buckets`), "group", or "" for neither.
    """

    def query(rows: ibis.Table) -> ibis.Table:
        labels = given(rows)
        items = sized(labels).select("item", "size", "group")
        if by == "bucket":
            items = bucketed(items, buckets)
        keys = [by, "size", "label", "label_2"] if by else ["size", "label", "label_2"]
        first = items.join(labels.select("item", "label", "n"), "item")
        second = labels.view().select("item", label_2="label", n_2="n")
        both = first.join(second, "item").filter(_.label <= _.label_2)
        return both.group_by(*keys).aggregate(product=(_.n * _.n_2).sum(), items=_.count())

    return votes.gather(query)


def cubes(found: Mapping[str, np.ndarray], labels: int, of: str = "product") -> dict[int, np.ndarray]:
    """Cross products as symmetric tables: number of ratings → labels × labels. found: as `products` gives them."""
    answer = {}
    for m in np.unique(found["size"]):
        mine = found["size"] == m
        table = np.zeros((labels, labels))
        np.add.at(table, (found["label"][mine], found["label_2"][mine]), found[of][mine])
        answer[int(m)] = table + np.triu(table, 1).T
    return answer


def moments(
    found: Mapping[str, np.ndarray], conflicts: int, values: np.ndarray, level: str, buckets: int = 0
) -> Moments:
    """Moments from `products`; buckets: how many they were counted in, 0 for none."""
    columns = np.unique(found["label"])
    places = np.zeros(len(values), dtype=np.int64)
    places[columns] = np.arange(len(columns))
    found = {**found, "label": places[found["label"]], "label_2": places[found["label_2"]]}
    labels, values = len(columns), np.asarray(values, dtype=float)[columns]
    tables = cubes(found, labels)
    # The products of an item with m ratings add up to m².
    items = {m: round(table.sum() / m**2) for m, table in tables.items()}
    given = {m: table.sum(axis=1) / m for m, table in tables.items()}
    pairable = [m for m in tables if m >= 2]
    nothing = np.zeros(labels)
    both = np.zeros((labels, labels), dtype=np.int64)
    np.add.at(both, (found["label"], found["label_2"]), found["items"])
    breakdown = Breakdown(
        items=sum(items.values()),
        pairable=sum(items[m] for m in pairable),
        conflicts=conflicts,
        ratings=sum(given.values(), nothing),
        totals=sum((given[m] for m in pairable), nothing),
        again=sum(((np.diag(tables[m]) - given[m]) / (m - 1) for m in pairable), nothing),
        both=both + np.triu(both, 1).T,
    )

    def by_bucket() -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        for m in tables:
            mine = found["size"] == m
            table = np.zeros((buckets, labels, labels))
            np.add.at(table, tuple(found[name][mine] for name in ("bucket", "label", "label_2")),
                      found["product"][mine])
            table += np.triu(table, 1).transpose(0, 2, 1)
            yield m, table.sum(axis=(1, 2)) / m**2, table

    whole = ((m, np.array([items[m]]), table[None]) for m, table in tables.items())
    return Moments(
        Sums.of_products(whole, values, level),
        Sums.of_products(by_bucket(), values, level) if buckets else None,
        breakdown, values, level, columns,
    )


def buckets_for(labels: int, sizes: int) -> int:
    """How many buckets of items: fewer where labels and numbers of ratings would send too many rows to Python."""
    fitting = bucket_count(labels)
    while fitting > FEWEST_BUCKETS and fitting * sizes * labels * (labels + 1) // 2 > ROWS:
        fitting //= 2
    return fitting


def against_others(votes: Votes) -> dict[str, np.ndarray]:
    """Each rater's labels against the other ratings of the same items: size, rater, label, other (label), n."""

    def query(rows: ibis.Table) -> ibis.Table:
        labels = given(rows)
        others = labels.select("item", other="label", n="n").join(sized(labels).select("item", "size"), "item")
        pairs = rows.select("item", "rater", "label").join(others, "item")
        return pairs.group_by("size", "rater", "label", "other").aggregate(
            n=(_.n - (_.label == _.other).cast("int64")).sum()
        )

    return votes.gather(query)


def pairs(votes: Votes) -> dict[str, np.ndarray]:
    """Labels of every two raters of an item, crossed: rater, rater_2 (after rater), label, label_2, items."""

    def query(rows: ibis.Table) -> ibis.Table:
        second = rows.view().select("item", rater_2="rater", label_2="label")
        both = rows.select("item", "rater", "label").join(second, "item").filter(_.rater < _.rater_2)
        return both.group_by("rater", "rater_2", "label", "label_2").aggregate(items=_.count())

    return votes.gather(query)


def left_out(votes: Votes, raters: Sequence[int]) -> dict[str, np.ndarray]:
    """Cross products on the items of each of these raters: rater, size, label, label_2, full (Σ n·n′) and less (the
    same once the rater's own rating is gone; size is that before).
    """

    def query(rows: ibis.Table) -> ibis.Table:
        labels = given(rows)
        theirs = rows.filter(_.rater.isin(list(raters))).select("item", "rater", own="label")
        first = sized(labels).select("item", "size").join(labels.select("item", "label", "n"), "item")
        second = labels.view().select("item", label_2="label", n_2="n")
        both = theirs.join(first.join(second, "item").filter(_.label <= _.label_2), "item")
        less, less_2 = (both[n] - (both[label] == both.own).cast("int64") for n, label in (("n", "label"),
                                                                                           ("n_2", "label_2")))
        return both.mutate(less=less * less_2, full=both.n * both.n_2).group_by(
            "rater", "size", "label", "label_2"
        ).aggregate(full=_.full.sum(), less=_.less.sum())

    return votes.gather(query)


def adjudicate(votes: Votes, limit: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The items to settle first: item, group, size, squares, tied; and their labels: item, label, n.

    First items without a majority, then the larger share of rater pairs in conflict, more ratings, the name.
    """

    def query(rows: ibis.Table) -> ibis.Table:
        labels = given(rows)
        items = sized(labels).filter(_.kinds > 1)
        first = labels.view().join(items, "item").filter(_.n == _.top).group_by("item").aggregate(
            group=_.group.min(), size=_.size.min(), squares=_.squares.min(), tied=(_.count() > 1).cast("int64")
        )
        # The share of rater pairs that agree, in whole billionths: integers sort alike on every engine.
        first = first.mutate(same=(first.squares - first.size) * 10**9 // (first.size * (first.size - 1)))
        return first.order_by(_.tied.desc(), _.same, _.size.desc(), _.item).limit(limit)

    found = votes.gather(query)
    order = np.lexsort((found["item"], -found["size"], found["same"], -found["tied"]))[:limit]
    found = {name: column[order] for name, column in found.items()}
    named = votes.filter(_.item.isin([str(item) for item in found["item"]] or [""]))
    return found, named.gather(lambda rows: given(rows).select("item", "label", "n"))

