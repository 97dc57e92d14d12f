"""Words this handbook does without: filler, placeholders, and what only its makers' machine knows."""

import re
from pathlib import Path

import pytest

from editor import Remark, line_at, of_cell, report
from repository import NOTEBOOKS, PAGES, notebook

FILLER = re.compile(
    r"\b(it is important to note|it's important to note|in today's|fast-paced|delve|leverag\w+|robust(ly)?|"
    r"best[- ]in[- ]class|seamless(ly)?|crucial(ly)?|game[- ]changer|cutting[- ]edge|"
    r"state[- ]of[- ]the[- ]art|utilize\w*)\b",
    re.IGNORECASE,
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|TBD|XXX|lorem ipsum|coming soon)\b", re.IGNORECASE)
BRITISH = re.compile(
    r"\b(behaviour\w*|colour\w*|favour\w*|labell\w+|modell\w+|neighbour\w*|organis\w+|prioritis\w+|randomis\w+|licence\w*|"
    r"judgement\w*|centre\w*|analyse|analysed|analysing|summaris\w+|generalis\w+)\b"
)


# pattern, why, how to mend it
FILLERS = (FILLER, "It adds a word and no meaning.",
           "cut it, or say the number, the case or the step that it stands for")
PLACEHOLDERS = (UNFINISHED, "A reader would see it.", "write what is missing, or take it out")
SPELLINGS = (BRITISH, "The book is spelled as in the United States, and its search finds one spelling.",
             "spell it like color, labeled, organize, center")


def words(path: Path, pattern: re.Pattern, why: str, mend: str) -> list[Remark]:
    """Remarks on what the pattern finds in a page, or in the cells of a notebook."""
    if path.suffix == ".ipynb":
        return [
            of_cell(path, number, cell, f'says "{match[0]}".', why, f"{mend}, then `make outputs`")
            for number, cell in enumerate(notebook(path).cells, 1) for match in pattern.finditer(cell.source)
        ]
    text = path.read_text(encoding="utf-8")
    return [Remark(path, line_at(text, match.start()), f'It says "{match[0]}".', why, mend)
            for match in pattern.finditer(text)]


each_text = pytest.mark.parametrize("path", [
    *[pytest.param(path, id=path.stem) for path in PAGES],
    *[pytest.param(path, id=path.name) for path in NOTEBOOKS],
])


@each_text
def test_no_filler(path):
    report(words(path, *FILLERS))


@each_text
def test_nothing_unfinished(path):
    report(words(path, *PLACEHOLDERS))


@each_text
def test_american_spelling(path):
    report(words(path, *SPELLINGS))
