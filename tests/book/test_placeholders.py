"""What `make chapter` laid out and nobody has written yet: a page with it is not ready to be read."""

import re

import pytest

from editor import Remark, of_cell, report
from mlpm_sphinx.scaffold import MARK, SOURCE
from repository import CHAPTERS, NOTEBOOKS, PAGES, ROOT, notebook

TEMPLATE = ROOT / SOURCE
LONG = 80  # letters: two writers can hit on the same short line


def paragraphs(text: str) -> dict[str, int]:
    """The long paragraphs of a page → the line where each begins."""
    found = re.finditer(r"(?:^(?![-|>`#*:(]).+\n)+", text, re.M)
    return {" ".join(one[0].split()): text.count("\n", 0, one.start()) + 1 for one in found if len(one[0]) >= LONG}


def unwritten(path, text: str) -> list[Remark]:
    """Lines that ask for words, and paragraphs that are the template's."""
    remarks = [
        Remark(path, number, f"It still says {MARK}.", "A reader would see that.",
               "write your own words there and delete the mark")
        for number, line in enumerate(text.splitlines(), 1) if MARK in line
    ]
    if path in CHAPTERS and path != TEMPLATE:
        of_template = paragraphs(TEMPLATE.read_text(encoding="utf-8"))
        remarks += [
            Remark(path, line, f"The paragraph that begins with \"{words[:40]}…\" is the template's.",
                   "It is about writing a chapter, and your reader came for yours.", "replace it by your own")
            for words, line in paragraphs(text).items() if words in of_template
        ]
    return remarks


def unwritten_cells(path) -> list[Remark]:
    return [
        of_cell(path, number, cell, f"still says {MARK}.", "A reader would see that.",
                "write your own words there, then `make outputs`")
        for number, cell in enumerate(notebook(path).cells, 1) if MARK in cell.source
    ]


# The contributors' own pages speak of the mark.
@pytest.mark.parametrize("path", [path for path in PAGES if path.parent != TEMPLATE.parent], ids=lambda path: path.stem)
def test_a_page_is_written(path):
    report(unwritten(path, path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_written(path):
    report(unwritten_cells(path))
