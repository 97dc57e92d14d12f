"""What is said of the world has a source in the same paragraph: a citation, a dated fact, or the chapter that tells it.

A machine cannot tell a claim from advice. It can tell what gives most claims away: a company, a study, a year.
"""

import re

import pytest

from repository import CHAPTERS

SIGNS = re.compile(
    r"\b(Airbnb|Amazon|Anthropic|Apple|Booking|Bing|Court of Justice|DoorDash|Facebook|Google|IBM|Instagram|Klarna|"
    r"Knight|LinkedIn|Meta|Microsoft|Netflix|OpenAI|Spotify|Twitter|Uber|Walmart|YouTube|Zillow|according to|"
    r"researchers (?:at|found|report|show)\w*|stud(?:y|ies) (?:at|by|found|in|of|show)\w*|surveys? (?:by|found|of)|"
    r"19[5-9]\d|20[01]\d|202[0-4])\b"
)
SOURCE = re.compile(r"{(?:cite|fact|ref)\b")
# What only looks like the world: exercises set their own scene, a reading list gives reasons, code is code.
APART = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.M | re.S)


def unsourced(text: str) -> list[str]:
    """Return the paragraphs that name a company, a study or a year, and no source."""
    body = APART.sub("", re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S))
    found = []
    for paragraph in re.split(r"\n\s*\n", body):
        words = re.sub(r"{[\w:-]+}`[^`]*`|`[^`]*`", "", paragraph)
        if SIGNS.search(words) and not SOURCE.search(paragraph):
            found.append(" ".join(paragraph.split()))
    return found


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_what_is_said_of_the_world_has_a_source(path):
    found = unsourced(path.read_text(encoding="utf-8"))
    assert found == [], "add {cite} or {fact}, or {ref} to the chapter that tells it"


def test_a_claim_without_a_source_is_found():
    page = "---\nskill: start\n---\n# A page\n\nIn 2012 it lost money.\n\nA study of teams agrees {cite}`a2020b`.\n"
    assert unsourced(page) == ["In 2012 it lost money."]
    assert unsourced(page.replace(" {cite}`a2020b`", "")) == ["In 2012 it lost money.", "A study of teams agrees."]
    assert unsourced("```{exercise} E\nGoogle calls.\n```\n\nGoogle calls.") == ["Google calls."]
