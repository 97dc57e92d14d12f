"""How a check speaks: like an editor. Where, what, why, and how to mend it; no traceback."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pybtex
import pytest
import yaml
from pybtex.database import parse_file

ROOT = Path(__file__).resolve().parents[1]
MOST = 20  # remarks that are read at once


@dataclass(frozen=True)
class Remark:
    """One finding. line: where in the file, or None for all of it. what and why: sentences; mend: what to do."""

    path: Path
    line: int | None
    what: str
    why: str
    mend: str

    def __str__(self) -> str:
        path = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        place = f"{path.as_posix()}:{self.line}" if self.line else path.as_posix()
        return f"{place}: {self.what} {self.why} Mend: {self.mend}."


def report(remarks: Iterable[Remark]) -> None:
    """Fail with all remarks, if there are any; the most important one comes first."""
    found = list(dict.fromkeys(remarks))
    if found:
        more = len(found) - MOST
        lines = [*map(str, found[:MOST]), *([f"… and {more} more."] if more > 0 else [])]
        pytest.fail("\n".join(lines), pytrace=False)


def line_of(path: Path, words: str) -> int | None:
    """Return the line in which words first stand; None if they do not."""
    return line_in(path.read_text(encoding="utf-8"), words)


def line_in(text: str, words: str) -> int | None:
    """Return the line of a text in which words first stand; None if they do not."""
    at = text.find(words)
    return None if at < 0 else line_at(text, at)


def line_with(path: Path, beginning: str) -> int | None:
    """Return the first line that begins so; None if there is none."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(beginning)), None)


def line_at(text: str, at: int) -> int:
    """Return the line of a text that holds this character."""
    return text.count("\n", 0, at) + 1


def without(pattern: re.Pattern, text: str) -> str:
    """Return a text without what the pattern finds; the rest stays on its lines."""
    return pattern.sub(lambda found: "\n" * found[0].count("\n"), text)


def quoted(text: str, mark: str = '"', most: int = 50) -> str:
    """Return the beginning of a text, on one line and between quotation marks."""
    words = " ".join(text.split())
    return f"{mark}{words if len(words) <= most else words[:most].rstrip() + '…'}{mark}"


def of_cell(path: Path, number: int, cell: dict, what: str, why: str, mend: str) -> Remark:
    """A remark on a notebook's cell, the first being 1. what goes on after the cell's name: Cell 3 (`x = 1`) …"""
    first = re.sub(r"\A\(.*\)=\n", "", "".join(cell["source"]).strip()).partition("\n")[0]
    line = line_of(path, f'"id": "{cell.get("id")}"')
    return Remark(path, line, f"Cell {number} ({quoted(first, '`')}) {what}", why, mend)


def unreadable(root: Path) -> list[Remark]:
    """Remarks on files that every check reads first, and that cannot be read; tests/conftest.py asks before all."""
    remarks = []
    for path in [root / "index.md", *sorted((root / "docs").rglob("*.md"))]:
        matter = re.match(r"---\n(.*?)\n---\n", path.read_text(encoding="utf-8"), re.S)
        try:
            if matter and not isinstance(yaml.safe_load(matter[1]), dict):
                remarks.append(Remark(path, 2, "Its front matter is no list of keys and values.",
                                      "Nothing is known of the page.", "write key: value in each line between the ---"))
        except yaml.MarkedYAMLError as error:
            remarks.append(Remark(path, error.problem_mark.line + 2,
                                  f"Its front matter cannot be read: {error.problem}.", "Nothing is known of the page.",
                                  "put a text that holds a colon and a blank, or begins with a sign, between quotation "
                                  "marks"))
    path = root / "docs" / "resources" / "references.bib"
    try:
        parse_file(path)
    except pybtex.exceptions.PybtexError as error:
        remarks.append(Remark(path, getattr(error, "lineno", None), f"It cannot be read: {error}.",
                              "No page can cite anything.",
                              "look at that entry and the one above it for a comma, a brace or a key used twice"))
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            remarks.append(Remark(path, error.lineno, f"It cannot be read: {error.msg}.",
                                  "Jupyter cannot open it either; often a merge has left its marks.",
                                  "take one of both versions whole, then `make outputs`"))
    return remarks
