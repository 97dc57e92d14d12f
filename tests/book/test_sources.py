"""The bibliography: every entry says what readers need of it, is used, and stands there once."""

import re
import tomllib
from collections import Counter

import pytest
from pybtex.database import parse_file, parse_string

from mlpm_sphinx import sources
from repository import PAGES, ROOT

ENTRIES = parse_file(ROOT / sources.FILE).entries
LIBRARY = {key: entry for key, entry in ENTRIES.items() if sources.in_library(entry)}
# What Anna Via's article names, as far as it has a title; her two crash courses had no link we know, so two stand in.
NAMED_BY_A = {
    "cagan2017inspired",
    "cagan2020empowered",
    "torres2021continuous",
    "knaflic2015storytelling",
    "horowitz2012good",
    "viaLess",
    "via2023working",
    "savina2019mapping",
    "thomas2020ethics",
    "ng2021mlops",
    "schwaber2020scrum",
    "atlassianAgile",
    "atlassianLearning",
}


def cited() -> set[str]:
    """Keys that a page or a dated fact uses, as a citation or in a reading list."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    keys = {key.strip() for keys in re.findall(r"{cite(?::\w+)?}`([^`]+)`", text) for key in keys.split(",")}
    for block in re.findall(r"^```{reading}\n(?::more: .*\n)?(.*?)^```", text, re.M | re.S):
        keys |= {line.partition("|")[0].strip() for line in re.sub(r"\n +", " ", block).splitlines()}
    facts = tomllib.loads((ROOT / "docs/resources/facts.toml").read_text(encoding="utf-8"))
    return keys | {row["source"] for row in facts.values()}


def test_every_entry_says_what_it_must():
    assert [f"{key} {problem}" for key in ENTRIES for problem in sources.problems(key, ENTRIES)] == []


def test_the_library_is_worth_a_visit():
    assert len(LIBRARY) >= 120
    assert {kind for entry in LIBRARY.values() for kind in sources.tags(entry)["kind"]} == set(sources.KINDS)
    for area in sources.AREAS:
        assert sum(area in sources.tags(entry)["area"] for entry in LIBRARY.values()) >= 5, area


def test_what_the_two_articles_name_is_there_and_marked():
    marked = {key for key, entry in LIBRARY.items() if "A" in sources.tags(entry).get("named-by", [])}
    assert marked >= NAMED_BY_A
    assert {"via2024from", "adrienneTraps"} <= set(LIBRARY)


def test_every_entry_is_used():
    assert set(ENTRIES) - set(LIBRARY) - cited() == set()


def test_no_two_entries_are_the_same_thing():
    dois = Counter(entry.fields["doi"].lower() for entry in ENTRIES.values() if "doi" in entry.fields)
    assert [doi for doi, count in dois.items() if count > 1] == []
    titles = Counter(
        (sources.authors(entry), sources.plain(entry.fields["title"]).casefold()) for entry in ENTRIES.values()
    )
    assert [title for title, count in titles.items() if count > 1] == []


def test_no_reason_is_given_twice():
    reasons = Counter(entry.fields["annote"] for entry in LIBRARY.values())
    assert [reason for reason, count in reasons.items() if count > 1] == []


def test_addresses_and_dois_have_their_form():
    for key, entry in ENTRIES.items():
        assert re.fullmatch(r"10\.\d{4,9}/\S+", entry.fields.get("doi", "10.1234/x")), key
        assert re.fullmatch(r"https?://[^\s{}\\]+", entry.fields.get("url", "https://x")), key
        assert not re.match(r"https?://(dx\.)?doi\.org/", entry.fields.get("url", "")), f"{key}: a DOI goes into doi"


# --- Faulty entries -----------------------------------------------------------------------------------------------

GOOD = """@misc{a2020b, title = {A}, url = {https://a.example/}, urldate = {2026-01-31},
  keywords = {kind:guide, area:trap-1, topic:people, level:1, cost:free, cost-seen:2026-01-31, status:live, seen:read},
  annote = {a reason that is long enough to say what changes for somebody who reads it.}}"""


def problems(text: str) -> list[str]:
    entries = parse_string(text, "bibtex").entries
    return [problem for key in entries for problem in sources.problems(key, entries)]


def test_words_and_addresses_lose_their_latex_only():
    text = r"""@misc{a, title = {{A} 5\% \& \$2 b\_c ``q'' K{\"u}ttler}, url = {https://a.example/~x/b\_c?d=1\%20e}}"""
    (entry,) = parse_string(text, "bibtex").entries.values()
    assert sources.plain(entry.fields["title"]) == "A 5% & $2 b_c “q” Küttler"
    assert sources.address(entry) == "https://a.example/~x/b_c?d=1%20e"


def test_a_good_entry_has_no_problem():
    assert problems(GOOD) == []
    assert problems("@misc{a, title = {A}, keywords = {seen:reported}}") == []


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("kind:guide", "kind:scroll", "kind:…, one of book"),
        ("area:trap-1, ", "", "area:…"),
        ("area:trap-1", "area:trap-4", "area:…"),
        ("level:1", "level:1, level:2", "level:…, one of 1, 2, 3"),
        ("cost:free", "cost:cheap", "cost:…"),
        ("cost-seen:2026-01-31", "cost-seen:yesterday", "cost-seen:…"),
        ("cost-seen:2026-01-31", "cost-seen:2099-01-31", "cost-seen:…"),
        ("status:live", "status:withdrawn", "successor"),
        ("status:live", "status:live, successor:a2020b", "successor"),
        ("status:live", "status:withdrawn, successor:nobody", "no key of"),
        ("seen:read", "seen:often", "seen:…, one of read"),
        ("seen:read", "seen:read, named-by:C", "named-by"),
        ("annote = {a reason", "annotation = {a reason", "annote"),
        ("who reads it.", "who reads it", "annote"),
        ("urldate = {2026-01-31}", "urldate = {January}", "urldate"),
        ("url = {https://a.example/}, ", "", "neither url nor doi"),
    ],
)
def test_a_faulty_entry_is_told_with_its_remedy(good, bad, said):
    assert good in GOOD
    found = problems(GOOD.replace(good, bad))
    assert len(found) == 1
    assert said in found[0]
