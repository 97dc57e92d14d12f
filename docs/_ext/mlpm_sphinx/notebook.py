"""What the site reads from a stored notebook."""

import ast
import re
from functools import lru_cache
from pathlib import Path

from mlpm import shelf
from mlpm.paint import MIME, on_page

_RECORD = "application/papermill.record/"
_REPORT_RECORD = _RECORD + "application/json"


@lru_cache(maxsize=64)
def _cells(path: str, changed: int) -> list[dict]:
    return shelf.cells(Path(path))


@lru_cache(maxsize=64)
def _outputs(path: str, changed: int) -> list[dict]:
    return [output for cell in _cells(path, changed) for output in cell.get("outputs", []) if "data" in output]


def outputs(path: str) -> list[dict]:
    """Return the rich outputs of a notebook, in order."""
    return _outputs(path, Path(path).stat().st_mtime_ns)


def chart_specs(path: str) -> dict[str, dict]:
    """Return the charts stored in a notebook: name → Vega-Lite spec."""
    specs = [on_page(output["data"][MIME]) for output in outputs(path) if MIME in output["data"]]
    return {spec.get("name", ""): spec for spec in specs}


@lru_cache(maxsize=64)
def _glued(path: str, changed: int) -> dict[str, int | float | str]:
    return {
        output["metadata"]["scrapbook"]["name"]: ast.literal_eval("".join(output["data"][_RECORD + "text/plain"]))
        for output in _outputs(path, changed)
        if _RECORD + "text/plain" in output["data"]
    }


def glued(path: str) -> dict[str, int | float | str]:
    """Return the numbers and words a notebook stored for chapters: name → value."""
    return _glued(path, Path(path).stat().st_mtime_ns)


def runs_as_report(path: str) -> bool:
    """Say whether a notebook is a tool: it takes a reader's file and stores an answer for machines."""
    takes_file = any(name == "data" for name, __, __ in inputs(path))
    return takes_file and any(_REPORT_RECORD in output["data"] for output in outputs(path))


def first_words(path: str) -> tuple[str, str]:
    """Return a notebook's title and its first paragraph, as Markdown."""
    return shelf.first_words(_cells(path, Path(path).stat().st_mtime_ns))


def inputs(path: str) -> list[tuple[str, str, str]]:
    """Return the inputs of a notebook, in order: (name, value in the example, meaning with its unit)."""
    found = []
    for cell in _cells(path, Path(path).stat().st_mtime_ns):
        if "parameters" in cell["metadata"].get("tags", []):
            found += re.findall(r"^(\w+) = (.+?)  # (.+)$", "".join(cell["source"]), re.M)
    return found
