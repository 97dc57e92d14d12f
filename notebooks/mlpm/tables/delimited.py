"""CSV and its kin: text files read by DuckDB, everything as text, with a note of every row it could not read."""

import csv
import io
import itertools
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb

from mlpm.tables.gate import RAW, ROWS, Source
from mlpm.tables.kinds import BLANKS
from mlpm.tables.places import embedded, head, literally, quoted, unreadable
from mlpm.tables.refusals import Fault, error

DELIMITERS = ",;\t|"
LARGE = 64_000_000  # bytes of text whose rows would fill too much memory as they stand
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


class Delimited:
    """A text file as lines: its header, and, when something is wrong, where its rows stand."""

    def __init__(self, path: Path):
        """Raises InputError for what is not text."""
        start = head(path)
        for mark, (problem, remedy) in OTHER_FORMATS.items():
            if start.startswith(mark):
                raise error(path.name, None, problem, remedy)
        utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
        if b"\0" in start and not utf16:
            raise error(path.name, None, "is not text", "Export the data as CSV UTF-8")
        self.path, self.encoding = path, "utf-16" if utf16 else "utf-8-sig"
        self.skip, self.delimiter, self.width = 0, ",", 0
        self._rejects: list[tuple[str, int]] = []  # what is wrong with which record, as DuckDB counts them

    def find_header(self, columns: Iterable[str]) -> list[str]:
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

    def read(self, places: Sequence[int]) -> Source:
        """Bring the columns at these places of the header into a DuckDB of their own; raise InputError."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.csv"
            try:
                if self.encoding != "utf-16":
                    try:
                        return self._read(self.path, places)
                    except duckdb.InvalidInputException:
                        pass  # mixed line ends stop DuckDB: a copy has one kind
                self._copy(copy)
                return self._read(copy, places)
            except UnicodeError as problem:
                raise error(self.path.name, None, *NOT_UTF8) from problem
            except duckdb.Error as problem:
                what = "cannot be read as CSV", "Export it again as CSV UTF-8"
                raise unreadable(self.path.name, *what, problem) from problem

    def _read(self, path: Path, places: Sequence[int]) -> Source:
        con = embedded(large=path.stat().st_size > LARGE)
        declared = ", ".join(f"'h{i}': 'VARCHAR'" for i in range(self.width))
        chosen = ", ".join(f"h{place} AS c{i}" for i, place in enumerate(places))
        con.con.execute(
            f"""CREATE TABLE {RAW} AS SELECT {chosen} FROM read_csv(
                {literally(path)}, columns = {{{declared}}}, auto_detect = false, header = true, skip = {self.skip},
                delim = {quoted(self.delimiter)}, quote = '"', escape = '"', null_padding = false, strict_mode = true,
                compression = 'none', store_rejects = true, rejects_limit = 1000000)"""
        )
        self._rejects = con.con.execute("SELECT DISTINCT error_type::VARCHAR, line FROM reject_errors").fetchall()
        file = con.table(RAW)
        return Source(file.mutate(row=file.rowid() + 1), self.path.name, self)

    def _copy(self, target: Path) -> None:
        """Write the file as UTF-8 with one kind of line end."""
        with open(self.path, encoding=self.encoding) as source, open(target, "w", encoding="utf-8", newline="") as file:
            while block := source.read(1 << 20):
                file.write(block)

    def broken(self) -> list[Fault]:
        """The rows that could not be read, by what is wrong with them."""
        nths: dict[str, list[int]] = {}
        for kind, nth in self._rejects:
            nths.setdefault(kind, []).append(nth)
        if "INVALID ENCODING" in nths:  # rows of a file in another encoding look broken in other ways as well
            nths = {"INVALID ENCODING": nths["INVALID ENCODING"]}
        first = {min(found) for found in nths.values()}
        places = _first(((nth, (row, line)) for nth, row, line in self._records()), first)
        found = []
        for kind, at in nths.items():
            problem, remedy = REJECTS.get(kind, ("the row cannot be read", "Export the file again as CSV UTF-8"))
            row, line = places.get(min(at), (None, None))
            found.append(Fault(ROWS, problem, remedy, count=len(at), row=row, line=line))
        return found

    def places(self, accepted: Iterable[int]) -> dict[int, tuple[int, int]]:
        """For the nth row that could be read: which row of the file it is, and the line it begins in."""
        rejected = {nth for __, nth in self._rejects}
        kept = ((row, line) for nth, row, line in self._records() if nth not in rejected)
        return _first(enumerate(kept), accepted)

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


def _first(pairs: Iterable[tuple[int, tuple[int, int]]], wanted: Iterable[int]) -> dict[int, tuple[int, int]]:
    """The values of the wanted keys; reads no further than it has to."""
    left, found = set(wanted), {}
    for key, value in pairs:
        if not left:
            break
        if key in left:
            found[key] = value
            left.remove(key)
    return found
