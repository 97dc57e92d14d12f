"""Where a reader's data may be: a file or a folder of this machine, read by a DuckDB of the handbook's own."""

import contextlib
import os
import shutil
import tempfile
import weakref
from pathlib import Path

import duckdb
import ibis

from mlpm import InputError
from mlpm.tables.refusals import error, guess, printable


def existing(data: str | Path) -> Path:
    """The path of a file that can be read, or of a folder with Parquet files in it; raise InputError otherwise."""
    if not str(data).strip():
        raise InputError("No data is given. Set DATA to a CSV or Parquet file.")
    path = Path(os.path.expanduser(data))
    try:
        if path.is_dir():
            if not parts(path):
                raise error(path.name, None, "is a folder without a Parquet file", "Name a CSV or Parquet file in it")
            return path.absolute()
        if not path.is_file():
            beside = [file.name for file in path.parent.iterdir() if file.is_file()] if path.parent.is_dir() else []
            hint = guess(path.name, sorted(beside)).strip() or "Check the name and the folder."
            raise InputError(f"{printable(path.name)}: there is no such file. {hint}")
        if not path.stat().st_size:
            raise error(path.name, None, "is empty (0 bytes)", "Export the data again")
        path.open("rb").close()
    except OSError as problem:
        remedy = "Check its name and your right to read it"
        raise error(path.name, None, f"cannot be opened ({problem.strerror})", remedy) from problem
    return path.absolute()


def parts(path: str | Path) -> list[Path]:
    """The files that a path stands for: itself, or all Parquet files in a folder, by name."""
    path = Path(path)
    return sorted(path.rglob("*.parquet")) if path.is_dir() else [path]


def head(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read(65_536)


def is_parquet(path: Path) -> bool:
    return path.is_dir() or head(path).startswith(b"PAR1") or path.suffix.lower() in (".parquet", ".pq")


def embedded(large: bool = False) -> ibis.BaseBackend:
    """A DuckDB of one's own that asks nothing of the network and spills to the disk what grows too large.

    large: keep its tables, compressed, in a file that goes when nobody reads from it any more.
    """
    folder = tempfile.mkdtemp(prefix="mlpm-duckdb-")
    con = ibis.duckdb.connect(
        f"{folder}/tables.ddb" if large else ":memory:",
        autoinstall_known_extensions=False, autoload_known_extensions=False, temp_directory=folder,
    )
    weakref.finalize(con, shutil.rmtree, folder, ignore_errors=True)
    return quiet(con)


def quiet(con: ibis.BaseBackend) -> ibis.BaseBackend:
    # Without ipywidgets a kernel has no progress bar, and DuckDB refuses to be told so.
    with contextlib.suppress(duckdb.InvalidInputException):
        con.con.execute("SET enable_progress_bar = false")
    return con


def unreadable(name: str, what: str, remedy: str, problem: duckdb.Error) -> Exception:
    """A refusal, unless the fault is in what we asked of DuckDB and not in the file."""
    ours = (duckdb.BinderException, duckdb.CatalogException, duckdb.ConversionException, duckdb.ParserException)
    return problem if isinstance(problem, ours) else error(name, None, what, remedy)


def literally(path: Path) -> str:
    """A path as a string of SQL that DuckDB takes for one file, not for a pattern; of a folder, its Parquet files."""
    one = "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
    return quoted(f"{one}/**/*.parquet" if path.is_dir() else one)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
