"""The gate itself: a table as it came, checked cell by cell in its engine, and then typed or refused."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import ibis
import pandas as pd

from mlpm import InputError
from mlpm.phrases import listed
from mlpm.tables.kinds import (
    BLANKS,
    DECIMAL_COMMA,
    EITHER_COMMA,
    FEW,
    Kind,
    Label,
    Number,
    Text,
    as_text,
    fault_tests,
    is_suspect,
    trimmed,
    trouble,
    typed,
)
from mlpm.tables.refusals import Fault, enumerated, error, guess, printable, refusal, such

# How much else a fault spoils: what a row's values are, what a value is, whether it is there, what it is called.
ROWS, VALUES, MISSING, SPELLINGS, REPEATS = range(5)
MOST_TWINS = 3
RAW = "raw"  # the table of a text file's cells, which goes when they are typed


@dataclass(frozen=True)
class Table:
    """A reader's table that passed the gate.

    rows: the columns asked for, typed (string, float64, int64 when whole, boolean, date), in the engine;
    name: the file's name without its path, or the table's; count: its rows; notes: what the memo should say.
    """

    rows: ibis.Table
    name: str
    count: int
    notes: list[str] = field(default_factory=list)

    def frame(self) -> pd.DataFrame:
        """Bring every row into Python: for small tables."""
        return frame(self.rows)


class Lines(Protocol):
    """What only a text file has: rows that cannot be read at all, and the lines its rows stand in."""

    def broken(self) -> list[Fault]: ...

    def places(self, accepted: Iterable[int]) -> dict[int, tuple[int, int]]: ...


@dataclass
class Source:
    """A table as it came.

    raw: the columns in the order asked, named c0, c1 …, and `row`, a row's number, where rows have an order;
    name: the file's or the table's; lines: a text file's own lines.
    """

    raw: ibis.Table
    name: str
    lines: Lines | None = None

    def checked(self, columns: Mapping[str, Kind], key: Sequence[str] = (), merge_spellings: bool = False) -> Table:
        """Count in one pass what is missing or wrong; refuse all of it together, or type the rows.

        Raises InputError: one line for each fault, the most important first.
        """
        cells = {column: f"c{i}" for i, column in enumerate(columns)}
        broken = self.lines.broken() if self.lines else []
        rows, counts = self._counted(columns, cells)
        if not counts["rows"] and not broken:
            raise error(self.name, None, "has column names and no rows", "Add the data below the names")
        notes = []
        if commas := self._decimal_commas(rows, columns, cells, counts):
            rows, counts = self._counted(columns, cells, commas)
            notes += [f"Column '{printable(column)}': a comma is the decimal point." for column in commas]
        faults = list(broken)
        for column, cell in cells.items():
            if counts[f"{cell} suspect"]:
                found, said = self._judged(rows, cell, column, columns[column])
                faults, notes = faults + found, notes + said
        spellings = {}
        for column, cell in cells.items():
            few = 0 < counts.get(f"{cell} distinct", 0) <= FEW
            twins = _twins(self.raw[cell], columns[column]) if few else []
            if twins and not isinstance(columns[column], Label):
                notes += _noted(column, twins)
            elif twins and merge_spellings:
                spellings[cell] = _one_spelling(twins)
                notes.append(_merged(column, twins))
            elif twins:
                faults.append(_spelled_twice(column, twins))
        # Text that is clean already is passed on as it is: nothing to work out again in every later query.
        clean = {cell: cell if counts.get(f"{cell} changed") == 0 else f"typed_{cell}" for cell in cells.values()}
        rows = rows.select(**{c: rows[v].cases(*spellings[c].items(), else_=rows[v]) if c in spellings else rows[v]
                              for c, v in clean.items()}, **_row(rows))
        if not faults and self.lines:
            con = rows.get_backend()
            rows = con.create_table("typed", rows.drop("row"))
            rows = rows.mutate(row=rows.rowid() + 1)
            con.drop_table(RAW)
        if key and not any(_touches(fault, key) for fault in faults):
            faults += self._repeated(rows, cells, key)
        if faults:
            raise refusal(self.name, self._placed(faults))
        named = [rows[cell].name(column) for column, cell in cells.items()]
        return Table(rows.select(named), self.name, counts["rows"], notes)

    def _counted(
        self, columns: Mapping[str, Kind], cells: Mapping[str, str], commas: Sequence[str] = ()
    ) -> tuple[ibis.Table, dict[str, int]]:
        """The raw rows beside their trimmed and typed values, and in one pass what there is to look at."""
        # One level of SELECT for each step, or the engine works every expression out again wherever it stands.
        cut = {f"trimmed_{c}": trimmed(self.raw[c]) for c in cells.values()}
        cut |= {f"trimmed_{cells[name]}": trimmed(self.raw[cells[name]]).replace(",", ".") for name in commas}
        rows = self.raw.mutate(**cut)
        rows = rows.mutate(**{f"typed_{c}": typed(rows[f"trimmed_{c}"], columns[name]) for name, c in cells.items()})
        asked = {"rows": rows.count()}
        for column, cell in cells.items():
            value = rows[f"typed_{cell}"]
            asked[f"{cell} suspect"] = is_suspect(value, columns[column]).sum()
            if isinstance(columns[column], Text):
                asked[f"{cell} distinct"] = value.approx_nunique()
                if rows[cell].type().is_string():
                    asked[f"{cell} changed"] = (~rows[cell].identical_to(value)).sum()
        return rows, _counts(rows.aggregate(**asked))

    def _decimal_commas(
        self, rows: ibis.Table, columns: Mapping[str, Kind], cells: Mapping[str, str], counts: Mapping[str, int]
    ) -> list[str]:
        """The columns of numbers in which every comma is a decimal point, and nothing else can be meant.

        Some value has other than three digits behind its comma, and no value has a point.
        """
        doubtful = [
            (column, cell) for column, cell in cells.items()
            if isinstance(columns[column], Number) and counts[f"{cell} suspect"] and rows[cell].type().is_string()
        ]
        if not doubtful:
            return []
        asked = {}
        for __, cell in doubtful:
            text = rows[f"trimmed_{cell}"]
            comma = text.re_search(f"^{DECIMAL_COMMA}$")
            asked[f"{cell} clear"] = (comma & ~text.re_search(EITHER_COMMA)).sum()
            asked[f"{cell} point"] = text.contains(".").sum()
        found = _counts(rows.aggregate(**asked))
        return [column for column, cell in doubtful if found[f"{cell} clear"] and not found[f"{cell} point"]]

    def _judged(self, rows: ibis.Table, cell: str, column: str, kind: Kind) -> tuple[list[Fault], list[str]]:
        """What is wrong in a suspect column, and notes on what counts as missing in one that may have gaps."""
        tests = fault_tests(rows[f"trimmed_{cell}"], kind)
        counts = _counts(rows.aggregate(**{fault: where.sum() for fault, where in tests.items()}))
        faults, notes = [], []
        for fault, where in tests.items():
            kept = fault in ("word", "empty") and kind.missing == "keep"
            if not counts[fault] or (kept and fault == "empty"):
                continue
            found = rows.filter(where)
            found = found.order_by("row") if "row" in found.columns else found
            first = _records(found.select(text=as_text(found[cell]), **_row(found)).limit(1))[0]
            example = None if fault == "empty" else first["text"]
            if kept:
                word = f"'{printable(example)}'{'' if counts[fault] == 1 else ' and the like'}"
                notes.append(f"Column '{printable(column)}': {word} counts as missing {such(counts[fault])}.")
                continue
            rank = MISSING if fault in ("word", "empty") else VALUES
            faults.append(Fault(rank, *trouble(kind, fault, example), column, counts[fault], first.get("row"),
                                example=example))
        return faults, notes

    def _repeated(self, rows: ibis.Table, cells: Mapping[str, str], key: Sequence[str]) -> list[Fault]:
        keys = [cells[column] for column in key]
        rows = rows.filter(*[rows[cell].notnull() for cell in keys])
        repeated = rows.group_by(keys).aggregate(times=lambda t: t.count()).filter(lambda t: t.times > 1)
        extra = _counts(repeated.aggregate(n=(repeated.times - 1).sum()))["n"]
        if not extra:
            return []
        again = rows.semi_join(repeated, keys)
        if "row" in again.columns:
            nth = ibis.row_number().over(ibis.window(group_by=keys, order_by=again.row))
            again = again.mutate(nth=nth).filter(lambda t: t.nth > 0).order_by("row")
        first = _records(again.limit(1))[0]
        example = ", ".join(str(first[cell]) for cell in keys)
        return [Fault(REPEATS, "is there already", "Keep one row for each", key, extra, first.get("row"),
                      example=example)]

    def _placed(self, faults: Sequence[Fault]) -> list[Fault]:
        """The faults with their rows and lines in the file: one reading of it for all of them."""
        if not self.lines:
            return list(faults)
        wanted = {fault.row for fault in faults if fault.row and fault.rank != ROWS}
        places = self.lines.places(wanted) if wanted else {}
        placed = []
        for fault in faults:
            if fault.rank != ROWS:  # a row that cannot be read has its place already
                row, line = places.get(fault.row, (None, None))
                fault = replace(fault, row=row, line=line)
            placed.append(fault)
        return placed


# --- Words spelled in several ways --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Spelling:
    """One way a word is written: `raw` as in the file, `value` without outer blanks, in `times` rows."""

    times: int
    raw: str
    value: str

    def __str__(self) -> str:
        # A blank that could be overlooked is shown: at an end, beside another one, or of a kind that is not typed.
        overlooked = rf"^[{BLANKS}]+|[{BLANKS}]+$|[{BLANKS}]{{2,}}|[{BLANKS[1:]}]"
        seen = re.sub(overlooked, lambda found: "␣" * len(found[0]), self.raw)
        return f"'{printable(seen)}' ({self.times:,} row{'s' * (self.times != 1)})"


def _twins(column: ibis.Column, kind: Text) -> list[list[_Spelling]]:
    """Values that differ only in case, blanks or Unicode form, most frequent first; of a Label, outer blanks, too."""
    counts = column.name("raw").as_table().group_by("raw").aggregate(times=lambda t: t.count())
    counts = counts.mutate(value=typed(trimmed(counts.raw), kind), raw=counts.raw.cast("string"))
    times: Counter[tuple[str, str]] = Counter()
    for record in _records(counts.filter(counts.value.notnull())):
        raw = record["raw"] if isinstance(kind, Label) else record["value"]
        times[raw, record["value"]] += record["times"]
    groups: dict[str, list[_Spelling]] = {}
    for (raw, value), count in times.items():
        folded = "".join(unicodedata.normalize("NFKC", value).casefold().split())
        groups.setdefault(folded, []).append(_Spelling(count, raw, value))
    twins = [sorted(group, key=lambda one: (-one.times, one.raw)) for group in groups.values() if len(group) > 1]
    return sorted(twins, key=lambda group: (-sum(one.times for one in group[1:]), group[0].raw))


def _one_spelling(twins: Sequence[Sequence[_Spelling]]) -> dict[str, str]:
    """Value → the value it is written as from here on, the most frequent of its twins."""
    return {one.value: group[0].value for group in twins for one in group[1:] if one.value != group[0].value}


def _spelled_twice(column: str, twins: Sequence[Sequence[_Spelling]]) -> Fault:
    shown = "; ".join(listed([str(one) for one in group[:MOST_TWINS]]) for group in twins[:MOST_TWINS])
    more = f"; {len(twins) - MOST_TWINS:,} more such words" if len(twins) > MOST_TWINS else ""
    problem = f"spellings differ only in case or blanks: {shown}{more}"
    return Fault(SPELLINGS, problem, "Write each word one way, or set merge_spellings=yes to count them as one", column)


def _merged(column: str, twins: Sequence[Sequence[_Spelling]]) -> str:
    rows = sum(one.times for group in twins for one in group[1:])
    shown = "; ".join(f"{listed([str(one) for one in group[1:MOST_TWINS]])} as '{printable(group[0].value)}'"
                      for group in twins[:MOST_TWINS])
    more = f"; and {len(twins) - MOST_TWINS:,} more words" if len(twins) > MOST_TWINS else ""
    return f"Column '{printable(column)}': {rows:,} row{'s' * (rows != 1)} of another spelling counted: {shown}{more}."


def _noted(column: str, twins: Sequence[Sequence[_Spelling]]) -> list[str]:
    notes = [
        f"Column '{printable(column)}': {' and '.join(map(str, group))} differ only in case or blanks and count as "
        "different."
        for group in twins[:MOST_TWINS]
    ]
    if len(twins) > MOST_TWINS:
        notes.append(f"Column '{printable(column)}': {len(twins) - MOST_TWINS:,} more values have such twins.")
    return notes


# --- What comes out of an engine ----------------------------------------------------------------------------------


def frame(rows: ibis.Table) -> pd.DataFrame:
    """Bring the rows of a small table of any engine into Python."""
    return rows.to_pyarrow().to_pandas()


def _records(table: ibis.Table) -> list[dict]:
    """The rows of a small table: column → value."""
    return table.to_pyarrow().to_pylist()


def _counts(table: ibis.Table) -> dict[str, int]:
    """The one row of a table of counts; a sum over nothing is 0."""
    return {name: int(count or 0) for name, count in _records(table)[0].items()}


def _row(table: ibis.Table) -> dict:
    return {"row": table.row} if "row" in table.columns else {}


def _touches(fault: Fault, key: Sequence[str]) -> bool:
    return fault.rank == ROWS or fault.column in key


def pick(name: str, columns: Iterable[str], present: Sequence[str]) -> list[int]:
    """The place of each column asked for; refuse what is not there, or there twice, all of it together."""
    missing = [column for column in columns if column not in present]
    lines = [
        f"{printable(name)}: there is no column '{printable(column)}'. {guess(column, present)}"
        + (f"The columns are: {enumerated(present)}. Name the right one in the notebook's inputs."
           if column == missing[0] else "")
        for column in missing
    ]
    lines += [str(error(name, column, "the header has this name twice", "Rename or remove one of the two"))
              for column in columns if present.count(column) > 1]
    if lines:
        raise InputError("\n".join(line.strip() for line in lines))
    return [present.index(column) for column in columns]
