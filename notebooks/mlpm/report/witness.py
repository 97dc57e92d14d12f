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
    """Note from now on whatever passes the gate: `tables.read` itself, and where the gate calls it by name."""
    watched = _watched(tables.read)
    for scope in (vars(tables), tables.read.__globals__, tables.read_with_extra.__globals__):
        scope["read"] = watched


def _watched(read: Callable) -> Callable:
    @wraps(read)
    def watched(data: str | Path, columns: Mapping, *, engine: str = "", **others) -> tables.Table:
        place = str(data) if engine else os.path.abspath(os.path.expanduser(data))
        before = None if engine else stamp(place)
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
    """Size in bytes and time of the last change in nanoseconds: another stamp is another file. None: there is none."""
    try:
        found = os.stat(place)
    except (OSError, ValueError):
        return None
    return [found.st_size, found.st_mtime_ns]


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
