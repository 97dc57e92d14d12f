"""The glossary: each word has a plain definition, a reason to care and words to compare, and a chapter uses it."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from editor import Remark, line_at, line_with, report
from repository import CHAPTERS, ROOT

PAGE = ROOT / "docs/resources/glossary.md"
LENGTH = (25, 420)  # letters of the first paragraph


@dataclass(frozen=True)
class Entry:
    """Words with one meaning, what the glossary says of them, and the line of the first."""

    names: tuple[str, ...]
    body: str
    line: int


def entries(path: Path) -> list[Entry]:
    """Return the entries in the order of the page; none if it has no list of them."""
    text = path.read_text(encoding="utf-8")
    blocks = list(re.finditer(r"^```{glossary}\n(?::[^\n]*\n)*\n?(.*?)^```", text, re.M | re.S))
    if len(blocks) != 1:
        return []
    found = re.finditer(r"^((?:\S.*\n)+)((?:  .*\n|\n)+)", blocks[0][1], re.M)
    return [Entry(tuple(one[1].splitlines()), one[2], line_at(text, blocks[0].start(1) + one.start())) for one in found]


ENTRIES = entries(PAGE)
each_entry = pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.names[0]) for entry in ENTRIES])


def used() -> set[str]:
    """Words that a chapter links, in lower case."""
    found = set()
    for path in CHAPTERS:
        for text in re.findall(r"{term}`([^`]+)`", path.read_text(encoding="utf-8")):
            target = re.search(r"<([^>]+)>$", text.strip())
            found.add(" ".join((target[1] if target else text).split()).casefold())
    return found


USED = used()


# --- From an entry to remarks -------------------------------------------------------------------------------------


def explanation(path: Path, entry: Entry) -> list[Remark]:
    name = entry.names[0]
    paragraphs = [" ".join(paragraph.split()) for paragraph in entry.body.strip().split("\n\n")]
    length = len(re.sub(r"{[\w:-]+}`([^`<]+)[^`]*`", r"\1", paragraphs[0]))
    reasons = sum(paragraph.startswith("*Why a PM cares:*") for paragraph in paragraphs)
    remarks = []
    if not LENGTH[0] <= length <= LENGTH[1]:
        remarks.append(Remark(path, entry.line, f"The first paragraph of {name} has {length} letters, not {LENGTH[0]} "
                              f"to {LENGTH[1]}.", "It shows on a card beside the word, wherever a chapter uses it.",
                              "say there what the word means, and the rest in a second paragraph"))
    if reasons != 1:
        remarks.append(Remark(path, entry.line, f"{name} has {reasons} paragraphs *Why a PM cares:*, not one.",
                              "The meaning alone changes no decision.",
                              "write one paragraph that begins with *Why a PM cares:* and says which decision it "
                              "changes"))
    if not paragraphs[-1].startswith("*See also:* {term}`"):
        remarks.append(Remark(path, entry.line, f"{name} does not end with *See also:* and a {{term}}.",
                              "Words are understood beside other words.",
                              "end with a paragraph like *See also:* {term}`precision`, {term}`recall`"))
    return remarks


def use(path: Path, entry: Entry, linked: set[str]) -> list[Remark]:
    if {name.casefold() for name in entry.names} & linked:
        return []
    return [Remark(path, entry.line, f"No chapter uses {entry.names[0]}.", "A word nobody needs hides the others.",
                   f"write {{term}}`{entry.names[0]}` where a chapter speaks of it, or take the entry out")]


def twice(path: Path, found: list[Entry]) -> list[Remark]:
    names = Counter(name.casefold() for entry in found for name in entry.names)
    return [
        Remark(path, entry.line, f"The glossary explains {name} {names[name.casefold()]} times.",
               "A link can lead to one of them only.", "merge the entries, or give them different names")
        for entry in found for name in entry.names if names[name.casefold()] > 1
    ]


# --- The glossary -------------------------------------------------------------------------------------------------


def test_there_are_at_least_150_words():
    if len(ENTRIES) < 150:
        report([Remark(PAGE, line_with(PAGE, "```{glossary}"), f"Of its words {len(ENTRIES)} can be read, not 150.",
                       "What cannot be read is not checked.",
                       "keep one list from ```{glossary} to ```, with each meaning indented by two blanks")])


def test_no_word_stands_there_twice():
    report(twice(PAGE, ENTRIES))


@each_entry
def test_a_word_is_explained(entry):
    report(explanation(PAGE, entry))


@each_entry
def test_a_chapter_uses_the_word(entry):
    report(use(PAGE, entry, USED))
