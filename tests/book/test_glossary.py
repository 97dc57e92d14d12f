"""The glossary: each word has a plain definition, a reason to care and words to compare, and a chapter uses it."""

import re

import pytest

from repository import CHAPTERS, ROOT

TEXT = (ROOT / "docs/resources/glossary.md").read_text(encoding="utf-8")
(BODY,) = re.findall(r"^```{glossary}\n(.*?)^```", TEXT, re.M | re.S)


def entries() -> list[tuple[list[str], str]]:
    """Return the entries in the order of the page: (names, body)."""
    found = re.findall(r"^((?:\S.*\n)+)((?:  .*\n|\n)+)", re.sub(r"\A(:.*\n)+\n?", "", BODY), re.M)
    return [(names.splitlines(), body) for names, body in found]


ENTRIES = entries()
each_entry = pytest.mark.parametrize(("names", "body"), [pytest.param(*entry, id=entry[0][0]) for entry in ENTRIES])


def used() -> set[str]:
    """Words that a chapter links, in lower case."""
    found = set()
    for path in CHAPTERS:
        for text in re.findall(r"{term}`([^`]+)`", path.read_text(encoding="utf-8")):
            target = re.search(r"<([^>]+)>$", text.strip())
            found.add(" ".join((target[1] if target else text).split()).casefold())
    return found


USED = used()


def test_there_are_at_least_150_words():
    assert len(ENTRIES) >= 150
    names = [name for names, _ in ENTRIES for name in names]
    assert len(set(map(str.casefold, names))) == len(names)


@each_entry
def test_a_word_is_explained(names, body):
    paragraphs = [" ".join(paragraph.split()) for paragraph in body.strip().split("\n\n")]
    assert 25 <= len(re.sub(r"{[\w:-]+}`([^`<]+)[^`]*`", r"\1", paragraphs[0])) <= 420, "the card shows this paragraph"
    assert sum(paragraph.startswith("*Why a PM cares:*") for paragraph in paragraphs) == 1
    assert paragraphs[-1].startswith("*See also:* {term}`")


@each_entry
def test_a_chapter_uses_the_word(names, body):
    assert {name.casefold() for name in names} & USED, f"no chapter links {{term}}`{names[0]}`"
