"""One rater, one item, several ratings: merged where they are the same, refused where not, or kept as passes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis import _

from mlpm import InputError, tables
from mlpm.agreement.tally import Votes
from mlpm.phrases import of_100, plural
from mlpm.tables.refusals import printable

KEEP = "keep"
EXAMPLES = 3


@dataclass(frozen=True)
class Passes:
    """Repeated ratings that were kept. pairs: of an item and a rater with several ratings; compared: pairs of ratings
    in them; same: how many of these carry the same label; ordered: whether the rows' order said which came first.
    """

    pairs: int
    compared: int
    same: int
    ordered: bool

    @property
    def agreement(self) -> float:
        """Intra-rater agreement: how often a rater's two ratings of an item are the same."""
        return self.same / self.compared

    def note(self) -> str:
        """What the memo says of them."""
        order = (
            "in the order of the rows" if self.ordered
            else "in the order of their labels, as this engine does not keep the order of rows"
        )
        pairs = plural(self.pairs, "pair of an item and a rater has", "pairs of an item and a rater have")
        return (
            f"{pairs} several ratings. They are kept as passes, {order}: a second rating counts as a rater of its own "
            f"(pass 2). Raters agreed with themselves in {of_100(self.agreement)} cases."
        )


def checked(repeats: str) -> bool:
    """Whether repeated ratings are kept; raise InputError for another word."""
    word = str(repeats).strip()
    if word not in ("", KEEP):
        raise InputError(f"repeats is '{_shown(word)}'. Leave it empty, or write {KEEP} to count them as passes.")
    return word == KEEP


def ordered(rows: ibis.Table) -> bool:
    """Only DuckDB keeps rows in the order of the file."""
    return rows.get_backend().name == "duckdb"


def keep(votes: Votes, raters: Sequence[str], name: str, column: str) -> tuple[Votes, list[str], Passes | None]:
    """Give each further rating of an item by a rater to a rater of its own, "Dev, pass 2"; None if there is none.

    votes.rows: also has `row`, a row's place, where the engine keeps the order.
    """
    by_row = "row" in votes.rows.columns
    several = votes.gather(
        lambda rows: rows.group_by("item", "rater").aggregate(n=_.count()).filter(_.n > 1)
        .group_by("n").aggregate(pairs=_.count())
    )
    if not len(several["n"]):
        return Votes(votes.rows.drop("row") if by_row else votes.rows, votes.labels, votes.parts), list(raters), None
    same = votes.gather(
        lambda rows: rows.group_by("item", "rater", "label").aggregate(n=_.count()).filter(_.n > 1)
        .aggregate(same=(_.n * (_.n - 1)).sum())
    )
    rows = votes.rows
    again = rows.group_by("item", "rater").aggregate(n=_.count()).filter(_.n > 1).select("item", "rater")
    window = ibis.window(group_by=["item", "rater"], order_by=["row" if by_row else "label"])
    columns = ["item", "rater", "label", "group"]
    repeated = rows.semi_join(again, ["item", "rater"]).mutate(nth=ibis.row_number().over(window).cast("int64"))
    single = rows.anti_join(again, ["item", "rater"]).mutate(nth=ibis.literal(0, "int64"))
    numbered = ibis.union(single.select(*columns, "nth"), repeated.select(*columns, "nth"))
    found = Votes(numbered, votes.labels, votes.parts).gather(
        lambda part: part.group_by("rater", "nth").aggregate(n=_.count())
    )
    passes = sorted({(int(rater), int(nth)) for rater, nth in zip(found["rater"], found["nth"], strict=True)})
    called = [raters[rater] if nth == 0 else f"{raters[rater]}, pass {nth + 1}" for rater, nth in passes]
    twin = next((one for one in called if called.count(one) > 1), None) if len(set(called)) < len(called) else None
    if twin:
        raise tables.error(name, column, f"'{_shown(twin)}' is a rater and would be a pass of another",
                           "Rename that rater")
    order = sorted(range(len(called)), key=called.__getitem__)
    code = {place: new for new, place in enumerate(order)}
    table = ibis.memtable(pa.table({
        "rater": [rater for rater, _nth in passes], "nth": [nth for _rater, nth in passes],
        "code": [code[place] for place in range(len(passes))],
    }))
    coded = numbered.join(table, ["rater", "nth"]).select("item", "label", "group", rater="code")
    compared = int((several["pairs"] * several["n"] * (several["n"] - 1)).sum()) // 2
    alike = sum(int(value or 0) for value in same["same"] if value == value) // 2
    kept = Passes(int(several["pairs"].sum()), compared, alike, by_row)
    return Votes(coded, votes.labels, votes.parts), [called[place] for place in order], kept


def extra(votes: Votes) -> tuple[int, int]:
    """Rows that repeat an item and a rater, and pairs of these that carry different labels."""
    found = votes.gather(
        lambda rows: rows.group_by("item", "rater").aggregate(n=_.count(), low=_.label.min(), high=_.label.max())
        .filter(_.n > 1).aggregate(rows=(_.n - 1).sum(), mixed=(_.low != _.high).cast("int64").sum())
    )
    rows, mixed = (sum(int(value) for value in found[name] if value == value and value is not None)
                   for name in ("rows", "mixed"))
    return rows, mixed


def refusal(rows: ibis.Table, name: str, heads: Mapping[str, str], extra_key: Sequence[str] = ()) -> InputError:
    """Name up to three rows in which a rater gives an item a second, different label.

    rows: item, rater, label as they were read, unlabeled rows included, so that rows can be numbered; extra_key: other
    columns that set ratings of one item by one rater apart.
    """
    key = ["item", "rater", *extra_key]
    in_order = ordered(rows)
    numbered = (rows.mutate(row=ibis.row_number()) if in_order else rows).filter(_.label.notnull())
    mixed = numbered.group_by(key).aggregate(low=_.label.min(), high=_.label.max()).filter(_.low != _.high)
    count = mixed.count().to_pyarrow().as_py()
    again = numbered.semi_join(mixed, key)
    if in_order:
        first = again.group_by(key).aggregate(earlier=_.label.argmin(_.row))
        second = again.join(first, key).filter(_.label != _.earlier)
        second = second.group_by(*key, "earlier").aggregate(label=_.label.argmin(_.row), row=_.row.min())
        shown = second.order_by("row")
    else:
        shown = mixed.mutate(earlier=_.low, label=_.high).order_by(*key)
    first, *others = shown.limit(EXAMPLES).to_pyarrow().to_pylist()
    more = "".join(
        f"; {'row {}: '.format(one['row'] + 1) if in_order else ''}'{_shown(one['label'])}' by rater "
        f"'{_shown(one['rater'])}' for item '{_shown(one['item'])}', after '{_shown(one['earlier'])}'"
        for one in others
    )
    return tables.error(
        name, heads["label"],
        f"is a second label by rater '{_shown(first['rater'])}' for item '{_shown(first['item'])}', after "
        f"'{_shown(first['earlier'])}' ({count:,} such pair{'s' * (count != 1)}{more})",
        f"Keep one label for each item and rater, or set repeats={KEEP} to count them as passes",
        first["row"] + 1 if in_order else None,
        str(first["label"]),
    )


def _shown(value: object) -> str:
    """A reader's own word on one short line."""
    return printable(value, 40)
