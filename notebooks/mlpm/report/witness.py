"""Inside the kernel of a run: what the gate read, and with which engine and versions.

A report puts one cell before a notebook and one behind it. The first has every call of `tables.read` noted, the second
tells the report what was noted. Rows stay where they are: a note holds names and counts.
"""

import importlib.metadata
import json
import os
import platform
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path

from IPython.display import display

from mlpm import tables

MIME = "application/vnd.mlpm.witness+json"
# What a number may depend on: name in a report → name of the distribution.
LIBRARIES = {
    "mlpm": "ml-pm-handbook",
    "DuckDB": "duckdb",
    "Ibis": "ibis-framework",
    "NumPy": "numpy",
    "pandas": "pandas",
    "SciPy": "scipy",
    "statsmodels": "statsmodels",
    "tea-tasting": "tea-tasting",
    "krippendorff": "krippendorff",
}
NAMES = {"duckdb": "DuckDB", "pyspark": "Spark"}

_notes: dict[tuple[str, str], dict] = {}


def watch() -> None:
    """Note from now on whatever passes the gate."""
    tables.read = _watched(tables.read)


def _watched(read: Callable) -> Callable:
    @wraps(read)
    def watched(data: str | Path, columns: Mapping, *, engine: str = "", **others) -> tables.Table:
        place = tables.place(data, engine)
        before = stamp(place) if os.path.isabs(place) else None
        table = read(data, columns, engine=engine, **others)
        backend = table.rows.get_backend()
        note = _notes.setdefault((engine, place), {
            "place": place, "address": engine, "stamp": before, "name": table.name, "rows": table.count,
            "columns": [], "engine": f"{NAMES.get(backend.name, backend.name)} {backend.version}",
        })
        note["columns"] += [column for column in columns if column not in note["columns"]]
        return table

    return watched


def stamp(place: str | Path) -> list[int] | None:
    """Size in bytes and time of the last change in nanoseconds: another stamp is another file. None: there is none.

    Of a folder: the size of its Parquet files, and the time of the last one.
    """
    try:
        found = [os.stat(part) for part in tables.parts(place)]
    except (OSError, ValueError):
        return None
    return [sum(one.st_size for one in found), max(one.st_mtime_ns for one in found)] if found else None


def versions() -> dict[str, str]:
    """The versions of Python and of the libraries a number may depend on."""
    found = {"Python": platform.python_version()}
    for name, distribution in LIBRARIES.items():
        try:
            found[name] = importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:  # a copy of the notebooks beside another installation
            found[name] = "not installed"
    return found


def tell() -> None:
    """Show the notes to the report, and to nobody else."""
    display({MIME: json.dumps({"reads": list(_notes.values()), "versions": versions()})}, raw=True)
