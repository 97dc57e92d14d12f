"""One gate for a reader's file: read it, check it, type it, or refuse it in one line for each fault.

Engines disagree on most bad CSV files, so DuckDB alone reads text: everything as it stands, then checked, then typed.
The rows stay in the engine; what comes out is a clean Ibis table that holds exactly the columns asked for.
A table of an engine (DuckDB, Spark …) passes the same checks in place.

kinds      what a column may be asked to hold, and how a cell becomes a value
gate       a table as it came, checked in its engine, and typed or refused
delimited  CSV and its kin
columnar   Parquet files and folders
engines    tables of DuckDB, Spark and others
places     files and folders of this machine
refusals   the one form in which something is refused
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
from ibis.common.exceptions import IbisError

from mlpm import InputError
from mlpm.phrases import listed
from mlpm.tables import columnar, engines
from mlpm.tables.columnar import Parquet
from mlpm.tables.delimited import Delimited
from mlpm.tables.gate import Source, Table, frame, pick
from mlpm.tables.kinds import FALSE, TRUE, Day, Flag, Kind, Label, Number, Text
from mlpm.tables.places import existing, is_parquet, parts, unreadable
from mlpm.tables.refusals import error, printable

__all__ = [
    "FALSE", "TRUE", "Day", "Flag", "Kind", "Label", "Number", "Table", "Text",
    "error", "frame", "header", "named", "names", "parts", "place", "read", "read_with_extra",
]


def read(
    data: str | Path,
    columns: Mapping[str, Kind],
    *,
    engine: str = "",
    key: Sequence[str] = (),
    merge_spellings: bool = False,
) -> Table:
    """Read a CSV or Parquet file, or a table of an engine, and return it checked and typed; raise InputError otherwise.

    data: a path of a file, or of a folder of Parquet files; with `engine` (an Ibis address such as
    `duckdb://labels.ddb`, or Spark's: `spark://host:7077`, `sc://host`, `local[2]`) the name of a table, or a path
    that Spark can see. columns: the columns to read and what each must hold, others are ignored; key: columns that
    together are unique; merge_spellings: whether a Label that is written in several ways becomes the most frequent one.
    """
    for column in columns:
        twin = next((other for other in columns if other != column and other.casefold() == column.casefold()), None)
        if twin is not None:  # SQL cannot tell them apart
            raise error(
                Path(data).name, [column, twin], "the names differ only in case", "Rename one of them in the data"
            )
    if not engine:
        return _in_file(existing(data), columns, key, merge_spellings)
    if engines.is_spark(engine) and "/" in (where := place(data, engine)):
        return _in_spark(where, engine, columns, key, merge_spellings)
    return _in_engine(str(data), engine, columns, key, merge_spellings)


def read_with_extra(
    data: str | Path, columns: Mapping[str, Kind], extra: str, *, engine: str = "", merge_spellings: bool = False
) -> tuple[Table, str, list[str]]:
    """Read `columns` and, if there, a column of text to group by: the table, the name it was found under, notes.

    The breakdown is an extra: a file without that column is not a wrong file. Its name is then empty; a note says so.
    """
    options = {"engine": engine, "merge_spellings": merge_spellings}
    if not extra:
        return read(data, columns, **options), "", []
    try:
        return read(data, {**columns, extra: Text(missing="keep")}, **options), extra, []
    except InputError as refusal:
        if f"there is no column '{extra}'" not in str(refusal):
            raise
    return read(data, columns, **options), "", [f"There is no column '{extra}' to group by."]


def header(data: str | Path) -> list[str]:
    """Read the names of a file's columns and nothing else; raise InputError for a file that `read` would refuse."""
    path = existing(data)
    return Parquet(path).header if is_parquet(path) else Delimited(path).find_header({})


def place(data: str | Path, engine: str = "") -> str:
    """Where the data are, as another folder would have to name them: a file by its whole path, a table by its name."""
    text = str(data)
    if engine and (not engines.is_spark(engine) or "://" in text):
        return text
    path = os.path.expanduser(text)
    return os.path.abspath(path) if not engine or os.path.exists(path) or "/" in text else text


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
                f"'{printable(column)}'. Each needs one of its own."
            )
    return given


def _in_file(path: Path, columns: Mapping[str, Kind], key: Sequence[str], merge_spellings: bool) -> Table:
    if not is_parquet(path):
        lines = Delimited(path)
        places = pick(path.name, columns, lines.find_header(columns))
        return lines.read(places).checked(columns, key, merge_spellings)
    file = Parquet(path)
    places = pick(path.name, columns, file.header)
    try:
        return file.read(places).checked(columns, key, merge_spellings)
    except duckdb.Error as problem:
        raise unreadable(path.name, *columnar.NOT_PARQUET, problem) from problem


def _in_engine(
    name: str, engine: str, columns: Mapping[str, Kind], key: Sequence[str], merge_spellings: bool
) -> Table:
    con = engines.connect(engine)
    try:
        return _checked(engines.table(con, engine, name, columns), engine, columns, key, merge_spellings)
    except InputError:
        con.disconnect()  # nobody reads from it again, and Python 3.13 warns of one that is left open
        raise


def _in_spark(
    where: str, engine: str, columns: Mapping[str, Kind], key: Sequence[str], merge_spellings: bool
) -> Table:
    """Let Spark compute on Parquet that it sees, or on the typed rows of a text file of this machine."""
    path = None if "://" in where else existing(where)
    if path and not engines.sees_this_machine(engine):
        raise error(path.name, None, f"is on this machine, where the workers of '{engines.shown(engine)}' cannot read",
                    "Put it where they can and give that address, like s3a://…, or name a table")
    if path is None or is_parquet(path):
        found = engines.parquet(engines.connect(engine), engine, path or where, columns)
        return _checked(found, engine, columns, key, merge_spellings)
    table = _in_file(path, columns, key, merge_spellings)
    folder = Path(tempfile.mkdtemp(prefix="mlpm-typed-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    typed = folder / "typed.parquet"
    table.rows.to_parquet(typed)
    rows = engines.connect(engine).read_parquet(engines.literally(typed))
    return replace(table, rows=rows)


def _checked(
    source: Source, engine: str, columns: Mapping[str, Kind], key: Sequence[str], merge_spellings: bool
) -> Table:
    try:
        return source.checked(columns, key, merge_spellings)
    except IbisError as problem:
        raise InputError(
            f"{printable(source.name)}: engine '{engines.shown(engine)}' cannot check it ({type(problem).__name__}). "
            "Export the table as Parquet and name the file."
        ) from problem
