"""What is said of the world has a source in the same paragraph: a citation, a dated fact, or the chapter that tells it.

A machine cannot tell a claim from advice. It can tell what gives most claims away: a company, a study, a year.
"""

import re
from pathlib import Path

import pytest

from editor import Remark, line_at, quoted, report, without
from repository import CHAPTERS

SIGNS = re.compile(
    r"\b(Airbnb|Amazon|Anthropic|Apple|Booking|Bing|Court of Justice|DoorDash|Facebook|Google|IBM|Instagram|Klarna|"
    r"Knight|LinkedIn|Meta|Microsoft|Netflix|OpenAI|Spotify|Twitter|Uber|Walmart|YouTube|Zillow|according to|"
    r"researchers (?:at|found|report|show)\w*|stud(?:y|ies) (?:at|by|found|in|of|show)\w*|surveys? (?:by|found|of)|"
    r"19[5-9]\d|20[01]\d|202[0-4])\b"
)
SOURCE = re.compile(r"{(?:cite|fact|ref)\b")
MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)
# What only looks like the world: exercises set their own scene, a reading list gives reasons, code is code.
APART = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.M | re.S)
NOT_PROSE = re.compile(r"{[\w:-]+}`[^`]*`|`[^`]*`")
PARAGRAPH = re.compile(r"(?:^.*\S.*\n?)+", re.M)


def unsourced(path: Path) -> list[Remark]:
    """Remarks on the paragraphs that name a company, a study or a year, and no source."""
    body = without(APART, without(MATTER, path.read_text(encoding="utf-8")))
    remarks = []
    for paragraph in PARAGRAPH.finditer(body):
        sign = SIGNS.search(without(NOT_PROSE, paragraph[0]))
        if sign and not SOURCE.search(paragraph[0]):
            remarks.append(Remark(
                path, line_at(body, paragraph.start()),
                f'The paragraph {quoted(paragraph[0])} says "{sign[0]}" and has no source.',
                "A reader cannot tell whether it is true.",
                "add {cite} with a key of the bibliography, {fact}, or {ref} to the chapter that tells it; or say it "
                "without the name or the year"))
    return remarks


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_what_is_said_of_the_world_has_a_source(path):
    report(unsourced(path))


@pytest.mark.parametrize(("text", "found"), [
    ("---\nskill: start\n---\n# A page\n\nIn 2012 it lost\nmoney.\n\nA study of teams agrees {cite}`a2020b`.\n",
     [(6, '"In 2012 it lost money."')]),
    ("In 2012 it lost money.\n\nA study of teams agrees.\n",
     [(1, '"In 2012 it lost money."'), (3, '"A study of teams agrees."')]),
    ("```{exercise} E\nGoogle calls.\n```\n\nGoogle calls.", [(5, '"Google calls."')]),
    ("~~~{exercise} E\nGoogle calls.\n~~~\n\nIt rings.", []),
    ("A word like `Google` or {term}`Apple` is no claim.", []),
])
def test_a_claim_without_a_source_is_found(tmp_path, text, found):
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    remarks = unsourced(page)
    assert [remark.line for remark in remarks] == [line for line, _ in found]
    assert all(words in remark.what for remark, (_, words) in zip(remarks, found, strict=True))
