"""What `make chapter` laid out and nobody has written yet: a page with it is not ready to be read."""

import re

import pytest

from editor import Remark, line_in, of_cell, report
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


def unannounced(path, text: str) -> list[Remark]:
    """Pages of the folder that stand in the table of contents, and nowhere else on the page that leads to them."""
    tables = re.compile(r"^(`{3,}){toctree}\n.*?^\1$", re.M | re.S)
    told = tables.sub("", text)
    return [
        Remark(path, line_in(text, f"\n{stem}\n") + 1, f"Nothing on this page says what {stem} is for.",
               "A reader meets it in the menu only.", "give it a row of the table above, with what it is for")
        for table in tables.finditer(text) for stem in re.findall(r"^[a-z0-9-]+$", table[0], re.M) if stem not in told
    ]


# The contributors' own pages speak of the mark.
@pytest.mark.parametrize("path", [path for path in PAGES if path.parent != TEMPLATE.parent], ids=lambda path: path.stem)
def test_a_page_is_written(path):
    report(unwritten(path, path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [path for path in PAGES if path.name == "index.md"], ids=lambda path: path.parent.name)
def test_a_page_says_what_each_page_below_it_is_for(path):
    report(unannounced(path, path.read_text(encoding="utf-8")))


def test_a_page_that_only_the_menu_knows_is_named():
    text = "| {ref}`known` | for this |\n\n```{toctree}\n:hidden:\n\nknown\nunknown\n```\n"
    (remark,) = unannounced(ROOT / "docs" / "index.md", text)
    assert str(remark).startswith("docs/index.md:7: Nothing on this page says what unknown is for.")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_written(path):
    report(unwritten_cells(path))
