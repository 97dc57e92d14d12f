"""Words this handbook does without: filler, placeholders, and what only its makers' machine knows."""

import re

import pytest

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


def texts():
    for path in PAGES:
        yield pytest.param(path.read_text(encoding="utf-8"), id=path.stem)
    for path in NOTEBOOKS:
        cells = "\n".join(cell.source for cell in notebook(path).cells)
        yield pytest.param(cells, id=path.name)


each_text = pytest.mark.parametrize("text", list(texts()))


@each_text
def test_no_filler(text):
    assert not [match[0] for match in FILLER.finditer(text)]


@each_text
def test_nothing_unfinished(text):
    assert not [match[0] for match in UNFINISHED.finditer(text)]


@each_text
def test_american_spelling(text):
    assert not [match[0] for match in BRITISH.finditer(text)]
