"""One gate for a reader's file: read it, check it, type it, or refuse it in one line.

Engines disagree on most bad CSV files, so DuckDB alone reads files: everything as text, then checked, then typed.
The rows stay in the engine; what comes out is a clean Ibis table that holds exactly the columns asked for.
A table of an engine (DuckDB, Spark …) passes the same checks in place.
"""

import contextlib
import csv
import difflib
import io
import itertools
import os
import re
import tempfile
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import ibis
import pandas as pd
from ibis.common.exceptions import IbisError

from mlpm import InputError
from mlpm.phrases import listed

# --- What a notebook asks for, and what it gets -------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """A column of labels or identifiers, as they are written: `007` stays `007`."""

    missing: str = "refuse"


@dataclass(frozen=True)
class Number:
    """A column of finite numbers with a decimal point, from `low` to `high` (both included)."""

    low: float | None = None
    high: float | None = None
    whole: bool = False
    missing: str = "refuse"


@dataclass(frozen=True)
class Flag:
    """A column of 0/1, true/false or yes/no, in any case."""

    missing: str = "refuse"


@dataclass(frozen=True)
class Day:
    """A column of days, as ISO writes them: `2026-03-02`; of a time, `2026-03-02 23:10+01:00`, the day as written."""

    missing: str = "refuse"


Kind = Text | Number | Flag | Day


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


def read(data: str | Path, columns: Mapping[str, Kind], *, engine: str = "", key: Sequence[str] = ()) -> Table:
    """Read a CSV or Parquet file, or a table of an engine, and return it checked and typed; raise InputError otherwise.

    data: a path, or with `engine` (an Ibis address such as `duckdb://labels.ddb`) the name of a table;
    columns: the columns to read and what each must hold, others are ignored; key: columns that together are unique.
    """
    for column in columns:
        twin = next((other for other in columns if other != column and other.casefold() == column.casefold()), None)
        if twin is not None:  # SQL cannot tell them apart
            raise error(
                Path(data).name, [column, twin], "the names differ only in case", "Rename one of them in the data"
            )
    if engine:
        return _read_table(engine, str(data), columns, key)
    path = _existing(data)
    return _read_parquet(path, columns, key) if _is_parquet(path) else _read_csv(path, columns, key)


def read_with_extra(
    data: str | Path, columns: Mapping[str, Kind], extra: str, *, engine: str = ""
) -> tuple[Table, str, list[str]]:
    """Read `columns` and, if there, a column of text to group by: the table, the name it was found under, notes.

    The breakdown is an extra: a file without that column is not a wrong file. Its name is then empty; a note says so.
    """
    if not extra:
        return read(data, columns, engine=engine), "", []
    try:
        return read(data, {**columns, extra: Text(missing="keep")}, engine=engine), extra, []
    except InputError as refusal:
        if f"there is no column '{extra}'" not in str(refusal):
            raise
    return read(data, columns, engine=engine), "", [f"There is no column '{extra}' to group by."]


def header(data: str | Path) -> list[str]:
    """Read the names of a file's columns and nothing else; raise InputError for a file that `read` would refuse."""
    path = _existing(data)
    if not _is_parquet(path):
        return _lines(path).find_header({})
    con = _connect()
    try:
        con.con.execute(f"CREATE VIEW file AS SELECT * FROM read_parquet({_literally(path)})")
    except duckdb.Error as problem:
        raise _unreadable(path, *NOT_PARQUET, problem) from problem
    return list(con.table("file").columns)


def names(text: str) -> list[str]:
    """Split a parameter at its commas: `"a, b"` gives `["a", "b"]`, an empty one nothing."""
    return [name.strip() for name in text.split(",") if name.strip()]


def named(
    columns: Mapping[str, str], required: Sequence[str] = (), parameters: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The columns that a reader named, by role; refuse one that must be named and is not, or one named for two roles.

    parameters: role → what the notebook's inputs call it, where that is not the role's own name.
    """
    called = {role: (parameters or {}).get(role, role) for role in columns}
    given = {role: column for role, column in columns.items() if column}
    for role in required:
        if role not in given:
            raise InputError(f"Parameter {called[role]} is empty. Name the column.")
    for column in given.values():
        roles = [called[role] for role in given if given[role] == column]
        if len(roles) > 1:
            raise InputError(
                f"Parameters {listed(roles)} {'both' if len(roles) == 2 else 'all'} name the column "
                f"'{_printable(column)}'. Each needs one of its own."
            )
    return given


def frame(rows: ibis.Table) -> pd.DataFrame:
    """Bring the rows of a small table of any engine into Python."""
    return rows.to_pyarrow().to_pandas()


def error(
    name: str,
    column: str | Sequence[str] | None,
    problem: str,
    remedy: str,
    row: int | str | None = None,
    example: object = None,
) -> InputError:
    """Say in the one house format what is wrong with a file or a parameter, and what to do about it.

    `error("slices.csv", "effort", "is not a number (1 such row)", "Write numbers like 12.5", 3, "abc")` reads
    slices.csv, column 'effort', row 3: 'abc' is not a number (1 such row). Write numbers like 12.5.
    """
    columns = [column] if isinstance(column, str) else list(column or [])
    where = [_printable(name)]
    if columns:
        where.append(f"column{'s' * (len(columns) > 1)} " + " and ".join(f"'{_printable(c)}'" for c in columns))
    if row is not None:
        where.append(f"row {row}")
    shown = "" if example is None else f"'{_printable(example)}' "
    return InputError(f"{', '.join(where)}: {shown}{problem.rstrip('.')}. {remedy.rstrip('.')}.")


def _printable(value: object) -> str:
    """Whatever a file holds, on one short line: no line break, no control character."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def _such(count: int) -> str:
    return f"({count:,} such row{'s' * (count != 1)})"


def _listed(found: Sequence[str], limit: int = 12) -> str:
    text = ", ".join(_printable(name) or "(no name)" for name in found[:limit])
    return f"{text} and {len(found) - limit:,} more" if len(found) > limit else text


def _guess(word: str, candidates: Sequence[str]) -> str:
    """`Did you mean …? ` with the candidate nearest to what was written, or nothing."""
    folded = {candidate.casefold(): candidate for candidate in reversed(candidates)}
    close = difflib.get_close_matches(word.casefold(), folded, n=1)
    return f"Did you mean '{_printable(folded[close[0]])}'? " if close else ""


# --- What a column must hold --------------------------------------------------------------------------------------

# What spreadsheets and web pages leave around a value: blanks, no-break and zero-width spaces, a byte order mark.
BLANKS = " \t\r\n\u00a0\u2007\u202f\u3000\u200b\ufeff"
# What programs write where a value is missing. Between numbers any case counts; in a column of text only these very
# spellings do: `None` is Python's, `none` may be a label.
MISSING_WORDS = ("NA", "N/A", "n/a", "#N/A", "NULL", "null", "None", "NaN", "nan", "-", "–", "—")
TRUE, FALSE = ("1", "1.0", "true", "yes"), ("0", "0.0", "false", "no")  # pandas writes 1.0 for 1 beside a gap
NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
WHOLE = r"^[+-]?[0-9]+$"
INFINITE = r"^[+-]?inf(inity)?$"
CLOCK = r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)? ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)?"
DAY = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({CLOCK})?$"
THOUSANDS = r"[+-]?[0-9]{1,3}([,.'_ \u00a0\u202f][0-9]{3})+([.,][0-9]*)?"
DECIMAL_COMMA = r"[+-]?[0-9]*,[0-9]+"
EXACT = 2**53  # beyond it a float no longer holds every whole number
FEW = 10_000  # more distinct texts than this are identifiers, not labels


def _trimmed(column: ibis.Value) -> ibis.Value:
    """Text without outer blanks, null when nothing is left; other types as they are."""
    return column.re_replace(f"^[{BLANKS}]+|[{BLANKS}]+$", "").nullif("") if column.type().is_string() else column


def _value(column: ibis.Value, kind: Kind) -> ibis.Value:
    """A trimmed column as its kind: null where the value is missing or is not of the kind."""
    if isinstance(kind, Number):
        number = _number(column)
        return _whole(column, number) if kind.whole else number.isinf().ifelse(None, number)
    if isinstance(kind, Flag):
        if column.type().is_boolean():
            return column
        text = _shown(column).lower()
        return ibis.cases((text.isin(TRUE), True), (text.isin(FALSE), False))
    if isinstance(kind, Day):
        if column.type().is_timestamp() or column.type().is_date():
            return column.cast("date")
        text = _shown(column)
        return text.re_search(DAY).ifelse(text.substr(0, 10).try_cast("date"), None)
    return _shown(column).isin(MISSING_WORDS).ifelse(None, _shown(column))


def _shown(column: ibis.Value) -> ibis.Value:
    """A column as text; NaN is missing, and 7.0 is 7: pandas turns whole identifiers beside a gap into floats."""
    if not column.type().is_floating():
        return column.cast("string")
    whole = (column % 1 == 0) & (column.abs() < EXACT)
    text = whole.ifelse(column.try_cast("int64").cast("string"), column.cast("string"))
    return column.isnan().ifelse(None, text)


def _number(column: ibis.Value) -> ibis.Value:
    """A column as float64, infinities included; null where it holds no number."""
    if column.type().is_floating():
        return column.isnan().ifelse(None, column).cast("float64")
    if column.type().is_numeric() or column.type().is_boolean():
        return column.cast("float64")
    text = _shown(column)
    return text.re_search(NUMBER).ifelse(text.try_cast("float64"), None)


def _whole(column: ibis.Value, number: ibis.Value) -> ibis.Value:
    """A column as int64, digit by digit where it holds only digits; null where it has decimals or too many digits."""
    if column.type().is_integer():
        return column.try_cast("int64")
    safe = (number % 1 == 0) & (number.abs() < float(2**63))
    through_float = safe.ifelse(number.try_cast("int64"), None)
    if not column.type().is_string():
        return through_float
    return column.re_search(WHOLE).ifelse(column.try_cast("int64"), through_float)


def _suspect(value: ibis.Value, kind: Kind) -> ibis.Value:
    """Where a typed value is missing, of another kind or out of range: cheap, to be asked of every row."""
    suspect = value.isnull()
    if isinstance(kind, Number) and kind.low is not None:
        suspect = suspect | (value < kind.low)
    if isinstance(kind, Number) and kind.high is not None:
        suspect = suspect | (value > kind.high)
    return suspect


def _faults(column: ibis.Value, kind: Kind) -> dict[str, ibis.Value]:
    """What is wrong with a suspect column, and where, in the order it is refused."""
    text, value = _shown(column), _value(column, kind)
    words = (
        text.isin(MISSING_WORDS) if isinstance(kind, Text) else text.lower().isin([w.lower() for w in MISSING_WORDS])
    )
    faults = {}
    if isinstance(kind, Number):
        number = _number(column)
        faults["infinite"] = number.isinf() | text.lower().re_search(INFINITE)
        if kind.whole:
            faults["large"] = value.isnull() & (number % 1 == 0) & ~number.isinf()
            faults["broken"] = number % 1 != 0
        if kind.low is not None:
            faults["low"] = number < kind.low
        if kind.high is not None:
            faults["high"] = number > kind.high
    faults |= {"word": words, "empty": text.isnull()}
    faults = {fault: where.fill_null(False) for fault, where in faults.items()}
    other = value.isnull()
    for where in faults.values():
        other = other & ~where
    return {"other": other} | faults


def _trouble(kind: Kind, fault: str, example: str | None) -> tuple[str, str]:
    """What is wrong with a value, and the remedy."""
    if fault == "empty":
        return "the value is missing", "Fill it in or leave the row out"
    if fault == "word":
        unless = "; if it is a real value, write it another way" if isinstance(kind, Text) and len(example) > 1 else ""
        return "counts as missing", f"Fill in the value or leave the row out{unless}"
    if isinstance(kind, Flag):
        return "is neither yes nor no", "Write 1 or 0, true or false, yes or no"
    if isinstance(kind, Day):
        return "is not a date of the calendar", "Write dates like 2026-03-02, or times like 2026-03-02 23:10"
    if fault == "low":
        return f"is below {kind.low:.12g}", "Correct the value or leave the row out"
    if fault == "high":
        return f"is above {kind.high:.12g}", "Correct the value or leave the row out"
    if fault == "infinite":
        return "is not a finite number", "Write the number or leave the row out"
    if fault == "broken":
        return "is not a whole number", "Write whole numbers like 12"
    if fault == "large":
        return "has too many digits for a whole number", "Write at most 18 digits"
    if re.fullmatch(THOUSANDS, example):
        return "has a thousands separator or a decimal comma", "Write numbers like 1234.5"
    if re.fullmatch(DECIMAL_COMMA, example):
        return "has a decimal comma", "Write numbers with a point, like 12.5"
    return "is not a number", "Write numbers like 12.5"


# --- The gate -----------------------------------------------------------------------------------------------------


@dataclass
class _Source:
    """A table as it came.

    raw: the columns in the order asked, named c0, c1 …, and `row`, a row's number, where rows have an order;
    name: the file's or the table's; lines: a CSV file's own lines.
    """

    raw: ibis.Table
    name: str
    lines: "_Lines | None" = None

    def checked(self, columns: Mapping[str, Kind], key: Sequence[str]) -> Table:
        """Count in one pass what is missing or wrong; refuse the first fault, type the rest."""
        cells = {column: f"c{i}" for i, column in enumerate(columns)}
        # One level of SELECT for each step, or the engine works every expression out again wherever it stands.
        trimmed = self.raw.mutate(**{f"trimmed_{c}": _trimmed(self.raw[c]) for c in cells.values()})
        typed = trimmed.mutate(**{f"typed_{c}": _value(trimmed[f"trimmed_{c}"], columns[n]) for n, c in cells.items()})

        asked = {"rows": typed.count()}
        for column, cell in cells.items():
            value = typed[f"typed_{cell}"]
            asked[f"{cell} suspect"] = _suspect(value, columns[column]).sum()
            if isinstance(columns[column], Text):
                asked[f"{cell} distinct"] = value.approx_nunique()
                if typed[cell].type().is_string():
                    asked[f"{cell} changed"] = (~typed[cell].identical_to(value)).sum()
        counts = _counts(typed.aggregate(**asked))
        self._refuse_rejects()
        if not counts["rows"]:
            raise error(self.name, None, "has column names and no rows", "Add the data below the names")
        notes = []
        for column, cell in cells.items():
            if counts[f"{cell} suspect"]:
                notes += self._judged(typed, cell, column, columns[column])

        # Text that is clean already is passed on as it is: nothing to work out again in every later query.
        clean = {cell: cell if counts.get(f"{cell} changed") == 0 else f"typed_{cell}" for cell in cells.values()}
        rows = typed.select(**clean, **self._row(typed))
        if self.lines:
            rows = self.raw.get_backend().create_table("typed", rows.drop("row"))
            rows = rows.mutate(row=rows.rowid() + 1)
        self._refuse_repeats(rows, cells, key)
        for column, cell in cells.items():
            if 0 < counts.get(f"{cell} distinct", 0) <= FEW:
                notes += _alike(rows, cell, column)
        named = [rows[cell].name(column) for column, cell in cells.items()]
        return Table(rows.select(named), self.name, counts["rows"], notes)

    def _judged(self, typed: ibis.Table, cell: str, column: str, kind: Kind) -> list[str]:
        """Refuse a suspect column, or say in a note what it counts as missing."""
        faults = _faults(typed[f"trimmed_{cell}"], kind)
        counts = _counts(typed.aggregate(**{fault: where.sum() for fault, where in faults.items()}))
        notes = []
        for fault, where in faults.items():
            kept = fault in ("word", "empty") and kind.missing == "keep"
            if not counts[fault] or (kept and fault == "empty"):
                continue
            found = typed.filter(where)
            found = found.order_by("row") if "row" in found.columns else found
            first = found.select(text=_shown(found[cell]), **self._row(found))
            first = _records(first.limit(1))[0]
            example = None if fault == "empty" else first["text"]
            if not kept:
                problem, remedy = _trouble(kind, fault, example)
                problem = f"{problem} {_such(counts[fault])}"
                raise error(self.name, column, problem, remedy, self._place(first), example)
            others = "" if counts[fault] == 1 else " and the like"
            word = f"'{_printable(example)}'{others}"
            notes.append(f"Column '{_printable(column)}': {word} counts as missing {_such(counts[fault])}.")
        return notes

    @staticmethod
    def _row(table: ibis.Table) -> dict:
        return {"row": table.row} if "row" in table.columns else {}

    def _place(self, record: Mapping) -> str | None:
        """`3 (line 4)`: the row counted below the header, and its line in the file where that is known."""
        if "row" not in record:
            return None
        line = self.lines and self.lines.of_row(int(record["row"]))
        return f"{record['row']} (line {line})" if line else f"{record['row']}"

    def _refuse_repeats(self, rows: ibis.Table, cells: Mapping[str, str], key: Sequence[str]) -> None:
        if not key:
            return
        keys = [cells[column] for column in key]
        rows = rows.filter(*[rows[cell].notnull() for cell in keys])
        repeated = rows.group_by(keys).aggregate(times=lambda t: t.count()).filter(lambda t: t.times > 1)
        extra = _counts(repeated.aggregate(n=(repeated.times - 1).sum()))["n"]
        if not extra:
            return
        again = rows.semi_join(repeated, keys)
        if "row" in again.columns:
            nth = ibis.row_number().over(ibis.window(group_by=keys, order_by=again.row))
            again = again.mutate(nth=nth).filter(lambda t: t.nth > 0).order_by("row")
        first = _records(again.limit(1))[0]
        example = ", ".join(str(first[cell]) for cell in keys)
        raise error(
            self.name, key, f"is there already {_such(extra)}", "Keep one row for each", self._place(first), example
        )

    def _refuse_rejects(self) -> None:
        if self.lines is None:
            return
        found = self.raw.get_backend().con.execute(
            "SELECT error_type::VARCHAR, min(line), count(DISTINCT line) FROM reject_errors GROUP BY 1 ORDER BY 2, 1"
        )
        rejects = {kind: (line, count) for kind, line, count in found.fetchall()}
        if not rejects:
            return
        # Rows of a file in another encoding look broken in other ways as well.
        kind = "INVALID ENCODING" if "INVALID ENCODING" in rejects else next(iter(rejects))
        line, count = rejects[kind]
        problem, remedy = REJECTS.get(kind, ("the row cannot be read", "Export the file again as CSV UTF-8"))
        place = self.lines.at(line)
        raise error(
            self.name, None, f"{problem} {_such(count)}", remedy, "{} (line {})".format(*place) if place else None
        )


def _counts(table: ibis.Table) -> dict[str, int]:
    """The one row of a table of counts; a sum over nothing is 0."""
    return {name: int(count or 0) for name, count in _records(table)[0].items()}


def _records(table: ibis.Table) -> list[dict]:
    """The rows of a small table: column → value."""
    return table.to_pyarrow().to_pylist()


def _alike(rows: ibis.Table, cell: str, column: str) -> list[str]:
    """Notes on values that differ only in case, blanks or Unicode form: probably one label, spelled twice."""
    counts = rows.group_by(value=rows[cell]).aggregate(times=lambda t: t.count())
    groups: dict[str, list[tuple[int, str]]] = {}
    for value, times in (record.values() for record in _records(counts.filter(counts.value.notnull()))):
        folded = "".join(unicodedata.normalize("NFKC", value).casefold().split())
        groups.setdefault(folded, []).append((-times, value))
    twins = sorted(sorted(group) for group in groups.values() if len(group) > 1)
    notes = [
        f"Column '{_printable(column)}': "
        + " and ".join(f"'{_printable(value)}' ({-times:,} row{'s' * (times != -1)})" for times, value in group)
        + " "
        "differ only in case or blanks and count as different."
        for group in twins[:3]
    ]
    if len(twins) > 3:
        notes.append(f"Column '{_printable(column)}': {len(twins) - 3:,} more values have such twins.")
    return notes


def _pick(name: str, columns: Mapping[str, Kind], present: Sequence[str]) -> list[int]:
    """The place of each column asked for; refuse what is not there, or there twice."""
    for column in columns:
        if column not in present:
            raise InputError(
                f"{_printable(name)}: there is no column '{_printable(column)}'. {_guess(column, present)}"
                f"The columns are: {_listed(present)}. Name the right one in the notebook's inputs."
            )
        if present.count(column) > 1:
            raise error(name, column, "the header has this name twice", "Rename or remove one of the two")
    return [present.index(column) for column in columns]


# --- Tables of an engine, and Parquet -----------------------------------------------------------------------------


def _read_table(engine: str, table: str, columns: Mapping[str, Kind], key: Sequence[str]) -> Table:
    parts = urlsplit(engine)
    shown = _printable(f"{parts.scheme}://{parts.hostname or ''}" if parts.scheme else engine)  # never a password
    try:
        con = _connect_to(engine)
    except InputError:
        raise
    except Exception as problem:
        raise InputError(
            f"Engine '{shown}' cannot be reached ({type(problem).__name__}). "
            "Give an Ibis address, such as duckdb://file.ddb, whose driver is installed."
        ) from problem
    try:
        return _checked_table(con, shown, table, columns, key)
    except InputError:
        con.disconnect()  # nobody reads from it again, and Python 3.13 warns of one that is left open
        raise


def _checked_table(con, shown: str, table: str, columns: Mapping[str, Kind], key: Sequence[str]) -> Table:
    """Read a table of an open connection; shown: what a refusal calls the engine."""
    *schema, last = table.split(".")
    try:
        found = con.table(last, database=tuple(schema) if len(schema) > 1 else "".join(schema) or None)
    except Exception as problem:
        there = _tables(con)
        listed = f"Its tables are: {_listed(there)}" if there else "It lists no tables"
        raise InputError(
            f"{_printable(table)}: engine '{shown}' has no such table. {_guess(table, there)}{listed}."
        ) from problem
    present = list(found.columns)
    places = _pick(table, columns, present)
    raw = found.select(**{f"c{i}": found[present[place]] for i, place in enumerate(places)})
    try:
        return _Source(raw, table).checked(columns, key)
    except IbisError as problem:
        raise InputError(
            f"{_printable(table)}: engine '{shown}' cannot check it ({type(problem).__name__}). "
            "Export the table as Parquet and name the file."
        ) from problem


def _tables(con) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Ibis 12 still asks DuckDB in the old way
        return con.list_tables()


def _connect_to(engine: str):
    if not engine.startswith("duckdb://"):
        return ibis.connect(engine)
    path = _existing(engine.removeprefix("duckdb://"))  # DuckDB would make a new, empty file
    return _quiet(ibis.duckdb.connect(path, read_only=True))


def _connect():
    """A DuckDB of one's own, in memory, that asks nothing of the network."""
    folder = str(Path(tempfile.gettempdir()) / "mlpm-duckdb")
    con = ibis.duckdb.connect(
        autoinstall_known_extensions=False, autoload_known_extensions=False, temp_directory=folder
    )
    return _quiet(con)


def _quiet(con):
    # Without ipywidgets a kernel has no progress bar, and DuckDB refuses to be told so.
    with contextlib.suppress(duckdb.InvalidInputException):
        con.con.execute("SET enable_progress_bar = false")
    return con


def _existing(data: str | Path) -> Path:
    if not str(data).strip():
        raise InputError("No data is given. Set DATA to a CSV or Parquet file.")
    path = Path(os.path.expanduser(data))
    try:
        if path.is_dir():
            raise error(path.name, None, "is a folder", "Name one CSV or Parquet file in it")
        if not path.is_file():
            beside = [file.name for file in path.parent.iterdir() if file.is_file()] if path.parent.is_dir() else []
            guess = _guess(path.name, sorted(beside)).strip() or "Check the name and the folder."
            raise InputError(f"{_printable(path.name)}: there is no such file. {guess}")
        if not path.stat().st_size:
            raise error(path.name, None, "is empty (0 bytes)", "Export the data again")
        path.open("rb").close()
    except OSError as problem:
        remedy = "Check its name and your right to read it"
        raise error(path.name, None, f"cannot be opened ({problem.strerror})", remedy) from problem
    return path.absolute()


def _head(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read(65_536)


def _is_parquet(path: Path) -> bool:
    return _head(path).startswith(b"PAR1") or path.suffix.lower() in (".parquet", ".pq")


def _unreadable(path: Path, what: str, remedy: str, problem: duckdb.Error) -> Exception:
    """A refusal, unless the fault is in what we asked of DuckDB and not in the file."""
    ours = (duckdb.BinderException, duckdb.CatalogException, duckdb.ConversionException, duckdb.ParserException)
    return problem if isinstance(problem, ours) else error(path.name, None, what, remedy)


def _literally(path: Path) -> str:
    """A path as a string of SQL that DuckDB takes for one file and not for a pattern."""
    return _quoted("".join(f"[{c}]" if c in "*?[" else c for c in str(path)))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


NOT_PARQUET = ("is not a Parquet file that can be read", "Export it again")


def _read_parquet(path: Path, columns: Mapping[str, Kind], key: Sequence[str]) -> Table:
    con = _connect()
    try:
        con.con.execute(f"CREATE VIEW file AS SELECT * FROM read_parquet({_literally(path)}, file_row_number = true)")
        file = con.table("file")
        present = list(file.columns)
        places = _pick(path.name, columns, present[:-1])  # the last is the row number
        cells = {f"c{i}": file[present[place]] for i, place in enumerate(places)}
        return _Source(file.select(**cells, row=file.file_row_number + 1), path.name).checked(columns, key)
    except duckdb.Error as problem:
        raise _unreadable(path, *NOT_PARQUET, problem) from problem


# --- CSV ----------------------------------------------------------------------------------------------------------

DELIMITERS = ",;\t|"
OTHER_FORMATS = {
    b"PK\x03\x04": ("is an Excel workbook or a zip archive", "Save the sheet as CSV UTF-8"),
    b"\xd0\xcf\x11\xe0": ("is an Excel workbook", "Save the sheet as CSV UTF-8"),
    b"\x1f\x8b": ("is compressed", "Unpack it first"),
    b"%PDF": ("is a PDF", "Export the data as CSV UTF-8"),
}
NOT_UTF8 = ("is not UTF-8 text", "Save it as CSV UTF-8")
REJECTS = {
    "INVALID ENCODING": NOT_UTF8,
    "UNQUOTED VALUE": ("a quotation mark is opened and not closed", "Close it; double each mark inside a value"),
    "MISSING COLUMNS": ("the row has fewer values than the header has names", "Complete the row or remove it"),
    "TOO MANY COLUMNS": ("the row has more values than the header has names", "Quote values that hold the delimiter"),
    "LINE SIZE OVER MAXIMUM": ("the row is longer than 2 MB", "Look for a quotation mark that is not closed"),
}


def _lines(path: Path) -> "_Lines":
    """The file as lines, in its encoding; refuse what is not text."""
    head = _head(path)
    for start, (problem, remedy) in OTHER_FORMATS.items():
        if head.startswith(start):
            raise error(path.name, None, problem, remedy)
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in head and not utf16:
        raise error(path.name, None, "is not text", "Export the data as CSV UTF-8")
    return _Lines(path, "utf-16" if utf16 else "utf-8-sig")


def _read_csv(path: Path, columns: Mapping[str, Kind], key: Sequence[str]) -> Table:
    lines = _lines(path)
    present = lines.find_header(columns)
    places = _pick(path.name, columns, present)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.csv"
        try:
            if lines.encoding != "utf-16":
                try:
                    return _csv_source(path, lines, len(present), places).checked(columns, key)
                except duckdb.InvalidInputException:
                    pass  # mixed line ends stop DuckDB: a copy has one kind
            lines.copy(copy)
            return _csv_source(copy, lines, len(present), places).checked(columns, key)
        except UnicodeError as problem:
            raise error(path.name, None, *NOT_UTF8) from problem
        except duckdb.Error as problem:
            raise _unreadable(path, "cannot be read as CSV", "Export it again as CSV UTF-8", problem) from problem


def _csv_source(path: Path, lines: "_Lines", width: int, places: Sequence[int]) -> _Source:
    con = _connect()
    declared = ", ".join(f"'h{i}': 'VARCHAR'" for i in range(width))
    chosen = ", ".join(f"h{place} AS c{i}" for i, place in enumerate(places))
    con.con.execute(
        f"""CREATE VIEW file AS SELECT {chosen}, row_number() OVER () AS row FROM read_csv(
            {_literally(path)}, columns = {{{declared}}}, auto_detect = false, header = true, skip = {lines.skip},
            delim = {_quoted(lines.delimiter)}, quote = '"', escape = '"', null_padding = false, strict_mode = true,
            compression = 'none', store_rejects = true, rejects_limit = 1000000)"""
    )
    return _Source(con.table("file"), lines.path.name, lines)


class _Lines:
    """A CSV file as lines: its header, and, when something is wrong, where its rows stand."""

    def __init__(self, path: Path, encoding: str):
        self.path, self.encoding = path, encoding
        self.skip, self.delimiter, self.width = 0, ",", 0

    def find_header(self, columns: Mapping[str, Kind]) -> list[str]:
        """The names in the first line that is not blank, split by what finds most of the columns asked for."""
        with open(self.path, encoding=self.encoding, errors="replace", newline="") as file:
            lines = io.StringIO(file.read(1_000_000), newline="").readlines()
        self.skip = next((i for i, line in enumerate(lines) if line.strip(BLANKS)), len(lines))
        headers = {}
        for delimiter in DELIMITERS:
            record = next(csv.reader(lines[self.skip :], delimiter=delimiter), [])
            headers[delimiter] = [name.strip(BLANKS) for name in record]
        self.delimiter = max(headers, key=lambda d: (len(set(headers[d]) & set(columns)), len(headers[d])))
        header = headers[self.delimiter]
        self.width = len(header)
        if not header:
            raise error(self.path.name, None, "holds nothing but blanks", "Export the data again")
        if "\ufffd" in "".join(header):
            raise error(self.path.name, None, *NOT_UTF8)
        return header

    def copy(self, target: Path) -> None:
        """Write the file as UTF-8 with one kind of line end."""
        with open(self.path, encoding=self.encoding) as source, open(target, "w", encoding="utf-8", newline="") as file:
            while block := source.read(1 << 20):
                file.write(block)

    def of_row(self, row: int) -> int | None:
        """The line a row begins in."""
        return next((line for __, number, line in self._records() if number == row), None)

    def at(self, nth: int) -> tuple[int, int] | None:
        """Row and line of the record DuckDB counts as its nth: it counts blank lines, not those inside quotes."""
        return next(((row, line) for number, row, line in self._records() if number == nth), None)

    def _records(self) -> Iterator[tuple[int, int, int]]:
        """Each row as DuckDB counts it, as a reader counts it (the header is row 0), and the line it begins in."""
        with open(self.path, encoding=self.encoding, errors="replace", newline="") as file:
            for __ in range(self.skip):
                next(file)
            reader = csv.reader(file, delimiter=self.delimiter)
            row = 0
            for nth in itertools.count(self.skip + 1):
                line = self.skip + reader.line_num + 1
                try:
                    record = next(reader)
                except StopIteration:
                    return
                except csv.Error:  # a value longer than Python's reader takes: a quotation mark is not closed
                    yield nth, row, line
                    return
                if record or self.width == 1:
                    yield nth, row, line
                    row += 1
