"""One gate for a reader's file: read it, check it, type it, or refuse it in one line.

Engines disagree on most bad CSV files, so DuckDB alone reads files: everything as text, then checked, then typed.
The rows stay in the engine; what comes out is a clean Ibis table that holds exactly the columns asked for.
A table of an engine (DuckDB, Spark …) passes the same checks in place.
"""

import csv
import difflib
import io
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import ibis
import pandas as pd
from ibis import _

from mlpm import InputError

# What spreadsheets and web pages leave around a value: blanks, no-break and zero-width spaces, a byte order mark.
BLANKS = " \t\r\n\u00a0\u2007\u202f\u200b\ufeff"
# Words programs write where a value is missing. In a text column only these very spellings count:
# `none` may be a label, `None` is Python's.
MISSING_WORDS = ("NA", "N/A", "n/a", "#N/A", "NULL", "null", "None", "NaN", "nan", "-", "–", "—")
NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
DECIMAL_COMMA = r"^[+-]?[0-9.' ]*,[0-9]+$"
THOUSANDS = r"^[+-]?[0-9]{1,3}([,.'_ \u00a0\u202f][0-9]{3})+([.,][0-9]*)?$"
TRUE, FALSE = ("1", "1.0", "true", "yes"), ("0", "0.0", "false", "no")
EXACT = 2**53  # whole numbers beyond it lose digits as floats
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
FEW = 10_000  # distinct values of a text column that are still labels, not identifiers


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


Kind = Text | Number | Flag


@dataclass(frozen=True)
class Table:
    """A reader's table that passed the gate.

    rows: the columns asked for, typed (string, float64, int64 when whole, boolean), in the engine;
    name: the file's name, without its path, or the table's; count: its rows; notes: what the memo should say.
    """

    rows: ibis.Table
    name: str
    count: int
    notes: list[str] = field(default_factory=list)

    def frame(self) -> pd.DataFrame:
        """Bring every row into Python: for small tables."""
        return self.rows.to_pandas()


def names(text: str) -> list[str]:
    """Split a parameter at its commas: `"a, b"` → `["a", "b"]`; an empty one has no names."""
    return [name.strip() for name in text.split(",") if name.strip()]


def _printable(value) -> str:
    """One short line, whatever the file holds: no line break, no control character, at most 40 characters."""
    text = "".join(c if c.isprintable() else " " for c in str(value))
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"


def error(name: str, column: str | None, problem: str, remedy: str, row: int | str | None = None, example=None):
    """Say in the one house format what is wrong with a file or a parameter, and what to do.

    >>> error("slices.csv", "effort", "is not a number (1 such row)", "Write numbers like 12.5", 3, "abc")
    InputError("slices.csv, column 'effort', row 3: 'abc' is not a number (1 such row). Write numbers like 12.5.")
    """
    where = _printable(name)
    if column is not None:
        where += f", column '{_printable(column)}'"
    if row is not None:
        where += f", row {row}"
    what = problem if example is None else f"'{_printable(example)}' {problem}"
    return InputError(f"{where}: {what.rstrip('.')}. {remedy.rstrip('.')}.")


def _rows(count: int) -> str:
    return f"({count:,} such row{'s' if count != 1 else ''})"


def _listed(found: Sequence[str], limit: int = 12) -> str:
    text = ", ".join(_printable(name) or "(no name)" for name in found[:limit])
    return text if len(found) <= limit else f"{text} and {len(found) - limit:,} more"


def _nearest(word: str, candidates: Sequence[str]) -> str | None:
    """The candidate a reader most probably meant, or None."""
    folded = {candidate.casefold(): candidate for candidate in reversed(candidates)}
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def read(
    data: str | Path, columns: Mapping[str, Kind], *, engine: str = "", key: Sequence[str] = ()
) -> Table:
    """Read a CSV or Parquet file, or an engine's table, and return it checked and typed; raise InputError otherwise.

    data: a path, or with `engine` (an Ibis URL such as `duckdb://labels.ddb`) the name of a table;
    columns: the columns to read and what each must hold, others are ignored; key: columns that together are unique.
    """
    _different(columns)
    if engine:
        source = _engine_table(engine, str(data), columns)
    else:
        path = _existing(data)
        with open(path, "rb") as file:
            head = file.read(65_536)
        if head.startswith(b"PAR1") or path.suffix.lower() in (".parquet", ".pq"):
            source = _parquet(path, head, columns)
        else:
            source = _csv(path, head, columns)
    return source.checked(columns, key)


def _different(columns: Mapping[str, Kind]) -> None:
    """SQL cannot tell `id` from `ID`."""
    seen: dict[str, str] = {}
    for name in columns:
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            raise InputError(f"Columns '{other}' and '{name}' differ only in case. Rename one of them in the data.")


# --- The three doors ---------------------------------------------------------------------------------------------


@dataclass
class _Source:
    """A table as it came: its columns c0, c1 … in the order asked, and, where rows have an order, its row number."""

    raw: ibis.Table
    name: str
    row: ibis.Value | None = None
    lines: "_Lines | None" = None
    materialize: bool = False

    def checked(self, columns: Mapping[str, Kind], key: Sequence[str]) -> Table:
        raw = self.raw if self.row is None else self.raw.mutate(row=self.row)
        texts = {f"c{i}": _text(raw[f"c{i}"], self.materialize) for i in range(len(columns))}
        raw = raw.mutate(**texts)
        checks = [_check(raw[f"c{i}"], kind) for i, kind in enumerate(columns.values())]
        counted = {"count": raw.count()}
        for i, check in enumerate(checks):
            counted |= {f"{fault}_{i}": bad.sum().fill_null(0) for fault, bad in check.faults.items()}
            if check.is_text:
                counted[f"distinct_{i}"] = raw[f"c{i}"].approx_nunique()
        found = {name: int(value) for name, value in raw.aggregate(**counted).to_pandas().iloc[0].items()}
        if not found["count"]:
            raise error(self.name, None, "has column names and no rows", "Add the data below the first line")
        notes = []
        for i, ((column, kind), check) in enumerate(zip(columns.items(), checks, strict=True)):
            for fault, bad in check.faults.items():
                if found[f"{fault}_{i}"]:
                    first = self._first(raw, bad, f"c{i}")
                    if fault == "word" and kind.missing == "keep":
                        notes.append(
                            f"Column '{_printable(column)}': words such as '{_printable(first.value)}' count as "
                            f"missing {_rows(found[f'{fault}_{i}'])}."
                        )
                    elif fault not in ("empty", "word") or kind.missing == "refuse":
                        raise self._refusal(column, kind, fault, found[f"{fault}_{i}"], first)
        typed = raw.select(**{f"c{i}": check.value for i, check in enumerate(checks)})
        rows = typed
        if self.materialize:
            con = raw.get_backend()
            rows = con.create_table("typed", typed)
            self._refuse_repeats(rows.mutate(row=rows.rowid() + 1), columns, key)
            con.drop_table("raw")
        else:
            keyed = typed if self.row is None else raw.select(
                **{f"c{i}": check.value for i, check in enumerate(checks)}, row=raw.row
            )
            self._refuse_repeats(keyed, columns, key)
        for i, (column, check) in enumerate(zip(columns, checks, strict=True)):
            if check.is_text and found[f"distinct_{i}"] <= FEW:
                notes += _alike(rows[f"c{i}"], column)
        rows = rows.select(**{column: f"c{i}" for i, column in enumerate(columns)})
        return Table(rows, self.name, found["count"], notes)

    def _first(self, raw: ibis.Table, bad: ibis.Value, column: str) -> pd.Series:
        found = raw.filter(bad)
        if self.row is not None:
            found = found.order_by("row")
        chosen = {"value": found[column].cast("string")} | ({"row": found.row} if self.row is not None else {})
        return found.select(**chosen).limit(1).to_pandas().iloc[0]

    def _where(self, first: pd.Series) -> str | None:
        if self.row is None:
            return None
        row = int(first.row)
        line = self.lines.of(row) if self.lines else None
        return f"{row:,}" + (f" (line {line:,})" if line else "")

    def _refusal(self, column: str, kind: Kind, fault: str, count: int, first: pd.Series) -> InputError:
        example, such = first["value"], _rows(count)
        if fault == "empty":
            example, problem, remedy = None, f"the value is missing {such}", "Fill it in or leave the row out"
        elif fault == "word":
            problem = f"counts as missing {such}"
            remedy = "Fill in the value or leave the row out"
            if isinstance(kind, Text) and len(example) > 1:
                remedy += "; if it is a real value, write it another way"
        elif fault == "infinite":
            problem, remedy = f"is not a finite number {such}", "Leave the row out or write the number"
        elif fault == "broken":
            problem, remedy = f"is not a whole number {such}", "Write numbers like 12"
        elif fault == "range":
            if kind.low is not None and kind.high is not None:
                problem = f"is not between {kind.low:g} and {kind.high:g} {such}"
            elif kind.low is not None:
                problem = f"is below {kind.low:g} {such}"
            else:
                problem = f"is above {kind.high:g} {such}"
            remedy = "Correct the value or leave the row out"
        elif isinstance(kind, Flag):
            problem, remedy = f"is neither yes nor no {such}", "Write 1 or 0, true or false, yes or no"
        else:
            problem, remedy = _number_trouble(example, such)
        return error(self.name, column, problem, remedy, self._where(first), example)

    def _refuse_repeats(self, rows: ibis.Table, columns: Mapping[str, Kind], key: Sequence[str]) -> None:
        if not key:
            return
        places = list(columns)
        cells = [f"c{places.index(name)}" for name in key]
        rows = rows.filter(*[rows[cell].notnull() for cell in cells])
        groups = rows.group_by(cells).aggregate(times=_.count()).filter(_.times > 1)
        repeated = int(groups.aggregate(n=(groups.times - 1).sum()).to_pandas().n.fillna(0).iloc[0])
        if not repeated:
            return
        again = rows.semi_join(groups, cells)
        if self.row is None:
            first = again.limit(1).to_pandas().iloc[0]
        else:
            window = ibis.window(group_by=cells, order_by="row")
            again = again.mutate(time=ibis.row_number().over(window)).filter(_.time > 0)
            first = again.order_by("row").limit(1).to_pandas().iloc[0]
        example = ", ".join(str(first[cell]) for cell in cells)
        what = f"column '{_printable(key[0])}'" if len(key) == 1 else f"columns {_listed(key)}"
        where = f", row {self._where(first)}" if self.row is not None else ""
        raise InputError(
            f"{_printable(self.name)}, {what}{where}: '{_printable(example)}' is there already {_rows(repeated)}. "
            "Keep one row for each."
        )


def _missing_column(name: str, column: str, present: Sequence[str], parameter_hint: str) -> InputError:
    near = _nearest(column, present)
    guess = f"Did you mean '{_printable(near)}'? " if near else ""
    return InputError(
        f"{_printable(name)}: there is no column '{_printable(column)}'. {guess}"
        f"The columns are: {_listed(present)}. {parameter_hint}"
    )


HINT = "Name the column in the notebook's inputs, or rename it in the data."


def _pick(name: str, columns: Mapping[str, Kind], present: Sequence[str]) -> list[int]:
    """The place of each column asked for; refuse what is not there, or there twice."""
    for column in columns:
        if column not in present:
            raise _missing_column(name, column, present, HINT)
        if list(present).count(column) > 1:
            raise error(name, column, "the header names it twice", "Rename or remove one of the two")
    return [list(present).index(column) for column in columns]


def _engine_table(engine: str, table: str, columns: Mapping[str, Kind]) -> _Source:
    parts = urlsplit(engine)
    shown = f"{parts.scheme}://{parts.hostname or ''}" if parts.scheme else engine  # never a password
    try:
        if parts.scheme == "duckdb":
            place = engine.removeprefix("duckdb://").split("?")[0]
            if not Path(place).is_file():
                raise InputError(f"{Path(place).name or engine}: there is no such DuckDB file. Check ENGINE.")
            con = ibis.duckdb.connect(place, read_only=True)
        else:
            con = ibis.connect(engine)
    except InputError:
        raise
    except Exception as problem:
        raise InputError(
            f"Engine '{_printable(shown)}' cannot be reached ({type(problem).__name__}). "
            "Check ENGINE: it is an Ibis address such as duckdb://file.ddb, and its driver must be installed."
        ) from problem
    *place, last = table.split(".")
    try:
        found = con.table(last, database=tuple(place) if len(place) > 1 else (place[0] if place else None))
    except Exception as problem:
        try:
            there = con.list_tables()
        except Exception:
            there = []
        near = _nearest(table, there)
        guess = f"Did you mean '{_printable(near)}'? " if near else ""
        listed = f"Its tables are: {_listed(there)}." if there else "It lists no tables."
        raise InputError(f"{_printable(table)}: engine '{_printable(shown)}' has no such table. {guess}{listed}") from problem
    return _Source(_numbered(found, _pick(table, columns, found.columns)), table)


def _numbered(table: ibis.Table, places: Sequence[int]) -> ibis.Table:
    return table.select(**{f"c{i}": table[table.columns[place]] for i, place in enumerate(places)})


def _connect():
    """A DuckDB of one's own, in memory, that asks nothing of the network."""
    return ibis.duckdb.connect(
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
        temp_directory=str(Path(tempfile.gettempdir()) / "mlpm-duckdb"),
    )


def _existing(data: str | Path) -> Path:
    text = str(data).strip()
    if not text:
        raise InputError("No data given. Set DATA to a CSV or Parquet file.")
    path = Path(data).expanduser()
    name = _printable(path.name)
    try:
        if path.is_dir():
            raise InputError(f"{name}: is a folder, not a file. Name one CSV or Parquet file in it.")
        if not path.exists():
            beside = sorted(p.name for p in path.parent.iterdir() if p.is_file()) if path.parent.is_dir() else []
            near = _nearest(path.name, beside)
            guess = f"Did you mean '{_printable(near)}'?" if near else "Check the name and the folder."
            raise InputError(f"{name}: there is no such file. {guess}")
        if not path.is_file():
            raise InputError(f"{name}: is not a regular file. Name a CSV or Parquet file.")
        if not path.stat().st_size:
            raise InputError(f"{name}: is empty (0 bytes). Export the data again.")
        path.open("rb").close()
    except OSError as problem:
        raise InputError(
            f"{name}: cannot be opened ({problem.strerror or 'system error'}). Check the name and your rights to read it."
        ) from problem
    return path.absolute()


def _literally(path: Path) -> str:
    """A path DuckDB takes for itself and not for a pattern."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


def _parquet(path: Path, head: bytes, columns: Mapping[str, Kind]) -> _Source:
    con = _connect()
    try:
        if not head.startswith(b"PAR1"):
            raise ValueError("no magic bytes")
        con.con.execute("CREATE VIEW file AS SELECT * FROM read_parquet(" + _quoted(_literally(path)) + ", file_row_number = true)")
        table = con.table("file")
    except Exception as problem:
        raise InputError(f"{_printable(path.name)}: is not a Parquet file that can be read. Export it again.") from problem
    present = [name for name in table.columns if name != "file_row_number"]
    picked = _pick(path.name, columns, present)
    raw = table.select(
        **{f"c{i}": table[present[place]] for i, place in enumerate(picked)}, file_row_number=table.file_row_number
    )
    return _Source(raw, path.name, raw.file_row_number + 1)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# --- CSV ---------------------------------------------------------------------------------------------------------

FORMATS = {
    b"PK\x03\x04": ("is an Excel workbook or a zip archive, not text", "Save the sheet as CSV UTF-8"),
    b"\xd0\xcf\x11\xe0": ("is an old Excel workbook, not text", "Save the sheet as CSV UTF-8"),
    b"\x1f\x8b": ("is compressed", "Unpack it first"),
    b"%PDF": ("is a PDF, not a table", "Export the data as CSV UTF-8"),
}


def _csv(path: Path, head: bytes, columns: Mapping[str, Kind]) -> _Source:
    name = path.name
    for start, (problem, remedy) in FORMATS.items():
        if head.startswith(start):
            raise error(name, None, problem, remedy)
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    if encoding != "utf-16" and b"\0" in head:
        raise error(name, None, "is a binary file, not text", "Export the data as CSV UTF-8")
    skip, header, delimiter = _header(path, encoding, columns)
    picked = _pick(name, columns, header)
    lines = _Lines(path, encoding, delimiter, skip, len(header))
    con = _connect()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.csv"
        try:
            if encoding == "utf-16":
                _plain(path, encoding, copy)
                _load(con, copy, delimiter, skip, header, picked)
            else:
                try:
                    _load(con, path, delimiter, skip, header, picked)
                except Exception:  # mixed line ends stop DuckDB
                    _plain(path, encoding, copy)
                    _load(con, copy, delimiter, skip, header, picked)
        except UnicodeError as problem:
            raise _not_utf8(name) from problem
        except Exception as problem:
            raise error(name, None, "cannot be read as CSV", "Export it again as CSV UTF-8") from problem
    _refuse_rejects(con, name, lines)
    return _Source(con.table("raw"), name, con.table("raw").rowid() + 1, lines, materialize=True)


def _not_utf8(name: str, row: str | None = None) -> InputError:
    return error(name, None, "is not UTF-8 text", "Save it as CSV UTF-8", row)


def _header(path: Path, encoding: str, columns: Mapping[str, Kind]) -> tuple[int, list[str], str]:
    """Blank lines before the header, its names, and the delimiter that finds most of the columns asked for."""
    try:
        with open(path, encoding=encoding, newline="") as file:
            start = file.read(1_000_000)
    except UnicodeError:
        # The header itself may be fine: DuckDB says where the bad byte is.
        start = path.read_bytes()[:1_000_000].decode(encoding, errors="replace")
    lines = io.StringIO(start, newline="")
    skip = 0
    for line in lines:
        if line.strip(BLANKS):
            break
        skip += 1
    else:
        raise error(path.name, None, "holds nothing but blanks", "Export the data again")
    rest = start[sum(len(line) for line in io.StringIO(start, newline="").readlines()[:skip]) :]
    readings = []
    for delimiter in DELIMITERS:
        header = next(csv.reader(io.StringIO(rest, newline=""), delimiter=delimiter), [])
        header = [name.strip(BLANKS) for name in header]
        readings.append((len(set(header) & set(columns)), len(header), delimiter, header))
    __, __, delimiter, header = max(readings, key=lambda reading: reading[:2])
    return skip, header, delimiter


def _plain(path: Path, encoding: str, copy: Path) -> None:
    """Copy a file as UTF-8 with one kind of line end."""
    with open(path, encoding=encoding) as source, open(copy, "w", encoding="utf-8", newline="\n") as target:
        while block := source.read(1 << 20):
            target.write(block)


def _load(con, path: Path, delimiter: str, skip: int, header: Sequence[str], picked: Sequence[int]) -> None:
    """Read the columns picked into the table `raw`, as text without outer blanks; an empty text is NULL."""
    con.con.execute("DROP TABLE IF EXISTS raw; DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    declared = ", ".join(f"'h{i}': 'VARCHAR'" for i in range(len(header)))
    chosen = ", ".join(f"nullif(trim(h{place}, {_quoted(BLANKS)}), '') AS c{i}" for i, place in enumerate(picked))
    con.con.execute(
        f"""CREATE TABLE raw AS SELECT {chosen} FROM read_csv(
            {_quoted(_literally(path))}, columns = {{{declared}}}, auto_detect = false, header = true, skip = {skip},
            delim = {_quoted(delimiter)}, quote = '"', escape = '"', null_padding = false, strict_mode = true,
            compression = 'none', store_rejects = true, rejects_limit = 100000)"""
    )


REJECTS = {
    "INVALID ENCODING": ("is not UTF-8 text", "Save it as CSV UTF-8"),
    "UNQUOTED VALUE": ("a quotation mark is opened and not closed", "Close it, or double each mark inside a value"),
    "MISSING COLUMNS": ("the row has fewer values than the header", "Complete the row or remove it"),
    "TOO MANY COLUMNS": ("the row has more values than the header", "Put a value that holds the delimiter in quotes"),
    "LINE SIZE OVER MAXIMUM": ("the row is longer than 2 MB", "Look for a quotation mark that is not closed"),
}


def _refuse_rejects(con, name: str, lines: "_Lines") -> None:
    found = con.con.execute(
        "SELECT error_type::VARCHAR, min(line), count(DISTINCT line) FROM reject_errors GROUP BY 1 ORDER BY 2"
    ).fetchall()
    if not found:
        return
    # A file in another encoding has rows that look short as well.
    kinds = {kind: (line, count) for kind, line, count in found}
    kind = "INVALID ENCODING" if "INVALID ENCODING" in kinds else found[0][0]
    line, count = kinds[kind]
    problem, remedy = REJECTS.get(kind, ("the row cannot be read", "Export the file again as CSV UTF-8"))
    row = lines.row_at(line)
    raise error(name, None, f"{problem} {_rows(count)}", remedy, f"{row:,} (line {line:,})" if row else None)


class _Lines:
    """Where the rows of a CSV file stand: only asked when something is wrong, so it may read the file again."""

    def __init__(self, path: Path, encoding: str, delimiter: str, skip: int, width: int):
        self.path, self.encoding, self.delimiter, self.skip, self.width = path, encoding, delimiter, skip, width

    def _records(self) -> Iterator[tuple[int, int, int]]:
        """Row number, first line and last line of each row; the header is row 0."""
        with open(self.path, encoding=self.encoding, errors="replace", newline="") as file:
            for _line in range(self.skip):
                next(file)
            reader = csv.reader(file, delimiter=self.delimiter)
            row, last = 0, 0
            for record in reader:
                first, last = last + 1, reader.line_num
                if record or self.width == 1:
                    yield row, first + self.skip, last + self.skip
                    row += 1

    def of(self, row: int) -> int | None:
        try:
            return next((first for number, first, last in self._records() if number == row), None)
        except csv.Error:
            return None

    def row_at(self, line: int) -> int | None:
        try:
            return next((number for number, first, last in self._records() if first <= line <= last), None)
        except csv.Error:
            return None


# --- What a column must hold -------------------------------------------------------------------------------------


@dataclass
class _Check:
    value: ibis.Value  # typed; null where missing
    faults: dict[str, ibis.Value]  # fault → boolean column, in the order they are refused
    is_text: bool = False


def _text(column: ibis.Value, clean: bool) -> ibis.Value:
    """A text column without outer blanks, empty as null; other types as they are."""
    if clean or not column.type().is_string():
        return column
    blanks = f"[{BLANKS}]+"
    return column.re_replace(f"^{blanks}|{blanks}$", "").nullif("")


def _check(column: ibis.Value, kind: Kind) -> _Check:
    if isinstance(kind, Text):
        return _check_text(column)
    if isinstance(kind, Flag):
        return _check_flag(column)
    return _check_number(column, kind)


def _check_text(column: ibis.Value) -> _Check:
    text, dtype = column, column.type()
    if dtype.is_floating():
        # pandas turns whole identifiers with a gap into floats: 7.0 is 7.
        whole = (column == column.floor()) & (column.abs() < EXACT)
        text = ibis.cases((column.isnan(), None), (whole, column.try_cast("int64").cast("string")), else_=column.cast("string"))
    elif not dtype.is_string():
        text = column.cast("string")
    word = text.isin(MISSING_WORDS)
    return _Check(word.ifelse(None, text), {"word": word, "empty": text.isnull()}, is_text=True)


def _check_flag(column: ibis.Value) -> _Check:
    if column.type().is_boolean():
        return _Check(column, {"empty": column.isnull()})
    text = _check_text(column).value.lower() if not column.type().is_string() else column.lower()
    word = text.isin([w.lower() for w in MISSING_WORDS])
    value = ibis.cases((text.isin(TRUE), True), (text.isin(FALSE), False))
    return _Check(value, {"unclear": text.notnull() & value.isnull() & ~word, "word": word, "empty": text.isnull()})


def _check_number(column: ibis.Value, kind: Number) -> _Check:
    faults = {}
    dtype = column.type()
    if dtype.is_string():
        word = column.lower().isin([w.lower() for w in MISSING_WORDS])
        looks = column.re_search(NUMBER)
        number = looks.ifelse(column.try_cast("float64"), None)
        infinite = column.lower().re_search(r"^[+-]?inf(inity)?$") | (looks & (number.isnull() | number.isinf()))
        faults = {"unclear": column.notnull() & ~looks & ~word & ~infinite, "infinite": infinite}
        empty, whole = column.isnull(), column.try_cast("int64")
        whole = column.re_search("^[+-]?[0-9]+$").ifelse(whole, number.try_cast("int64"))
    elif dtype.is_numeric() or dtype.is_boolean():
        number = column.cast("float64")
        if dtype.is_floating():
            number = number.isnan().ifelse(None, number)
        word, empty = None, number.isnull()
        faults["infinite"] = number.isinf()
        whole = column.try_cast("int64") if dtype.is_integer() or dtype.is_boolean() else number.try_cast("int64")
    else:
        never = column.cast("string").length() < 0
        return _Check(ibis.null("float64"), {"unclear": column.notnull(), "empty": column.isnull() | never})
    value = number
    if kind.whole:
        faults["broken"] = number.notnull() & (whole.isnull() | ((number != number.floor()) & ~number.isinf()))
        value = whole
    bounds = [number < kind.low] if kind.low is not None else []
    bounds += [number > kind.high] if kind.high is not None else []
    for bound in bounds:
        faults["range"] = faults["range"] | bound if "range" in faults else bound
    if word is not None:
        faults["word"] = word
    faults["empty"] = empty
    return _Check(value, faults)


def _number_trouble(example: str, such: str) -> tuple[str, str]:
    import re

    if re.match(THOUSANDS, example):
        return f"has a thousands separator {such}", "Write numbers like 1234.5"
    if re.match(DECIMAL_COMMA, example):
        return f"has a decimal comma {such}", "Write numbers with a point, like 12.5"
    return f"is not a number {such}", "Write numbers like 12.5"


def _alike(column: ibis.Value, label: str) -> list[str]:
    """Notes on values that differ only in case, blanks or Unicode form: probably one label spelled twice."""
    counts = column.name("value").as_table().group_by("value").aggregate(times=_.count()).to_pandas()
    groups: dict[str, list[tuple[int, str]]] = {}
    for value, times in counts.dropna().itertuples(index=False):
        folded = "".join(unicodedata.normalize("NFKC", value).casefold().split())
        groups.setdefault(folded, []).append((-times, value))
    spellings = [sorted(group) for group in groups.values() if len(group) > 1]
    notes = []
    for group in sorted(spellings)[:3]:
        listed = ", ".join(f"'{_printable(value)}' ({-times:,})" for times, value in group)
        notes.append(f"Column '{_printable(label)}': {listed} differ only in case or blanks and count as different.")
    if len(spellings) > 3:
        notes.append(f"Column '{_printable(label)}': {len(spellings) - 3:,} more such groups of spellings.")
    return notes
