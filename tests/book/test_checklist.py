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

from editor import Remark, line_at, report
from mlpm_sphinx import sources
from repository import ROOT

ENTRIES = parse_file(ROOT / sources.FILE).entries

LIST = Path(__file__).with_name("checklist.csv")
with LIST.open(encoding="utf-8", newline="") as file:
    reader = csv.DictReader(file)
    ROWS = [row | {"line": reader.line_num} for row in reader]
WRITTEN = [row for row in ROWS if (ROOT / f"{row['page']}.md").exists()]
WHY = "The list shows that the handbook says what the two articles say."
ALL = {f"A{n:02d}" for n in range(1, 66)} | {f"B{n:02d}" for n in range(1, 32)}


def named(row: dict) -> str:
    return f"{row['item']}-{row['page'].rsplit('/', 1)[-1]}"


each_row = pytest.mark.parametrize("row", WRITTEN, ids=named)


def under(path: Path, anchor: str) -> tuple[int | None, str]:
    """The line of an anchor and the words under it: from its heading to the next one that is not below it.

    The label of a page means all of it; an anchor that the page has not, nothing.
    """
    text = path.read_text(encoding="utf-8")
    if anchor == path.stem:
        return None, _words(_with_titles(text))
    headings = [(len(mark), make_id(title), at) for mark, title, at in _headings(text)]
    found = [number for number, (_, slug, _) in enumerate(headings) if slug == anchor]
    if len(found) != 1:
        return None, ""
    level, _, begin = headings[found[0]]
    end = next((at for depth, _, at in headings[found[0] + 1 :] if depth <= level), len(text))
    return line_at(text, begin), _words(_with_titles(text[begin:end]))


def _headings(text: str) -> list[tuple[str, str, int]]:
    code = re.sub(r"^(`{3,}|~{3,}).*?^\1", lambda block: " " * len(block[0]), text, flags=re.M | re.S)
    return [(match[1], match[2], match.start()) for match in re.finditer(r"^(#+) (.+)$", code, re.M)]


def _with_titles(text: str) -> str:
    """The page as its reader sees it: a reading list shows the title and the reason of each key."""

    def shown(block: re.Match) -> str:
        lines = re.sub(r"\n +", " ", block[1]).splitlines()
        keys = [line.partition("|")[0].strip() for line in lines]
        return "\n".join(
            f"{sources.plain(ENTRIES[key].fields['title'])}: "
            f"{line.partition('|')[2] or sources.plain(ENTRIES[key].fields['annote'])}"
            for key, line in zip(keys, lines, strict=True) if key in ENTRIES  # the build refuses an unknown key
        )

    return re.sub(r"^```{reading}\n(?::more: [^\n]*\n)?(.*?)^```", shown, text, flags=re.M | re.S)


def _words(text: str) -> str:
    text = re.sub(r"{term}`([^`<]+?)(?:\s*<[^`]+>)?`", r"\1", text)
    return " ".join(text.replace("*", "").split()).casefold()


# --- From a row to remarks ----------------------------------------------------------------------------------------


def in_list(row: dict, what: str, mend: str) -> Remark:
    """A remark on a row of the list itself."""
    return Remark(LIST, row["line"], f"{row['item']} {what}", WHY, mend)


def incomplete(rows: list[dict]) -> list[Remark]:
    """Remarks on items that the articles do not have, on those that the list forgets, and on rows that stand twice."""
    counted = Counter((row["item"], row["page"]) for row in rows)
    return [
        Remark(LIST, None, f"No row is about {item}.", WHY, "put it back, with the page that tells it")
        for item in sorted(ALL - {row["item"] for row in rows})
    ] + [
        in_list(row, "is no item of the articles.", "name one of A01 to A65 or B01 to B31")
        for row in rows if row["item"] not in ALL
    ] + [
        in_list(row, f"has {counted[row['item'], row['page']]} rows for {row['page']}.", "keep one of them")
        for row in rows if counted[row["item"], row["page"]] > 1
    ]


def missing(path: Path, row: dict) -> list[Remark]:
    """Remarks on the phrases of a row that a page does not say."""
    why = (f"It told {row['item']}, which one of the two articles behind the handbook says a newcomer has to learn "
           f"({LIST.parent.parent.name}/{LIST.parent.name}/{LIST.name}:{row['line']}).")
    line, text = under(path, row["anchor"])
    if not text:
        return [Remark(path, None, f"It has no section with the anchor #{row['anchor']}, or several.", why,
                       "if you renamed the section, write the new anchor into that line of the list")]
    return [
        Remark(path, line, f'{"This section" if line else "It"} no longer says "{phrase}".', why,
               "put it back, or, if you say it in other words, write two phrases of yours into that line of the list")
        for phrase in (row["first"], row["second"]) if _words(phrase) not in text
    ]


def unfit(row: dict) -> list[Remark]:
    """Remarks on phrases that would be found anywhere, or nowhere."""
    first, second = row["first"], row["second"]
    mend = "choose two different phrases of the page, of two to ten words"
    return [
        in_list(row, f'has the phrase "{phrase}"; it is not two to ten words long.', mend)
        for phrase in (first, second) if not 2 <= len(phrase.split()) <= 10
    ] + ([in_list(row, "has the same phrase twice.", mend)] if first == second else [])


def shared(rows: list[dict]) -> list[Remark]:
    """Remarks on phrases that stand for two items, or twice for one."""
    pairs = Counter((row["page"], phrase) for row in rows for phrase in (row["first"], row["second"]))
    return [
        in_list(row, f'shares the phrase "{phrase}" with another item.', "choose a phrase that only this item needs")
        for row in rows for phrase in (row["first"], row["second"]) if pairs[row["page"], phrase] > 1
    ]


# --- The list -----------------------------------------------------------------------------------------------------


def test_every_item_has_a_page():
    report(incomplete(ROWS))


def test_pages_are_chapters():
    report(
        in_list(row, f"names the page {row['page']}.", "name a page under docs/start, traps, skills or career")
        for row in ROWS if not re.match(r"docs/(start|traps|skills|career)/", row["page"])
    )
    assert {row["page"].split("/")[1] for row in ROWS} == {"start", "traps", "skills", "career"}
    assert len(WRITTEN) >= 50


def test_a_page_that_is_not_written_promises_nothing():
    report(
        in_list(row, f"has phrases, but {row['page']}.md does not exist.",
                "name the page on which it is told now; without a page its anchor and phrases are empty")
        for row in ROWS if row not in WRITTEN and row["anchor"] + row["first"] + row["second"]
    )


@each_row
def test_both_phrases_stand_under_the_anchor(row):
    report(missing(ROOT / f"{row['page']}.md", row))


@each_row
def test_phrases_are_worth_looking_for(row):
    report(unfit(row))


def test_no_two_items_hide_behind_one_phrase():
    report(shared(WRITTEN))
