"""What two articles say a newcomer has to learn stands in the handbook, each item where a reader would look for it.

Items A are from Anna Via, "From Data Scientist to ML / AI Product Manager" (Towards Data Science, 2024), items B from
Adrienne and Alexis, "How to avoid 3 traps for ML PMs". checklist.csv names, for each item, the pages it belongs on, an
anchor (a heading's, or the page's label) and two phrases that stand under it. A page that is not written yet has no
phrases; once it exists, they are due.
"""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from docutils.nodes import make_id
from pybtex.database import parse_file

from mlpm_sphinx import sources
from repository import ROOT

ENTRIES = parse_file(ROOT / sources.FILE).entries

with Path(__file__).with_name("checklist.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
WRITTEN = [row for row in ROWS if (ROOT / f"{row['page']}.md").exists()]
ALL = {f"A{n:02d}" for n in range(1, 66)} | {f"B{n:02d}" for n in range(1, 32)}


def named(row: dict) -> str:
    return f"{row['item']}-{row['page'].rsplit('/', 1)[-1]}"


each_row = pytest.mark.parametrize("row", WRITTEN, ids=named)


def under(page: str, anchor: str) -> str:
    """The words under an anchor: from its heading to the next one that is not below it; the label means the page."""
    text = _with_titles((ROOT / f"{page}.md").read_text(encoding="utf-8"))
    headings = [(len(mark), make_id(title), at) for mark, title, at in _headings(text)]
    if anchor == page.rsplit("/", 1)[-1]:
        return _words(text)
    (start,) = [number for number, (_, slug, _) in enumerate(headings) if slug == anchor]
    level, _, begin = headings[start]
    end = next((at for depth, _, at in headings[start + 1 :] if depth <= level), len(text))
    return _words(text[begin:end])


def _headings(text: str) -> list[tuple[str, str, int]]:
    code = re.sub(r"^(`{3,}|~{3,}).*?^\1", lambda block: " " * len(block[0]), text, flags=re.M | re.S)
    return [(match[1], match[2], match.start()) for match in re.finditer(r"^(#+) (.+)$", code, re.M)]


def _with_titles(text: str) -> str:
    """The page as its reader sees it: a reading list shows the title and the reason of each key."""

    def shown(block: re.Match) -> str:
        lines = re.sub(r"\n +", " ", block[1]).splitlines()
        entries = [ENTRIES[line.partition("|")[0].strip()].fields for line in lines]
        return "\n".join(
            f"{sources.plain(fields['title'])}: {line.partition('|')[2] or sources.plain(fields['annote'])}"
            for line, fields in zip(lines, entries, strict=True)
        )

    return re.sub(r"^```{reading}\n(?::more: .*\n)?(.*?)^```", shown, text, flags=re.M | re.S)


def _words(text: str) -> str:
    text = re.sub(r"{term}`([^`<]+?)(?:\s*<[^`]+>)?`", r"\1", text)
    return " ".join(text.replace("*", "").split()).casefold()


def test_every_item_has_a_page():
    assert {row["item"] for row in ROWS} == ALL
    assert max(Counter((row["item"], row["page"]) for row in ROWS).values()) == 1


def test_pages_are_chapters():
    assert {row["page"].split("/")[1] for row in ROWS} == {"start", "traps", "skills", "career"}
    assert len(WRITTEN) >= 50


def test_a_page_that_is_not_written_promises_nothing():
    for row in ROWS:
        assert row in WRITTEN or not row["anchor"] + row["first"] + row["second"], row


@each_row
def test_both_phrases_stand_under_the_anchor(row):
    text = under(row["page"], row["anchor"])
    for phrase in (row["first"], row["second"]):
        assert _words(phrase) in text, phrase


@each_row
def test_phrases_are_worth_looking_for(row):
    first, second = row["first"], row["second"]
    assert first != second
    assert all(2 <= len(phrase.split()) <= 10 for phrase in (first, second))


def test_no_two_items_hide_behind_one_phrase():
    pairs = Counter((row["page"], phrase) for row in WRITTEN for phrase in (row["first"], row["second"]))
    assert [pair for pair, count in pairs.items() if count > 1] == []
