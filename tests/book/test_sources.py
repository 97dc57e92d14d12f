"""The bibliography: every entry says what readers need of it, is used, and stands there once."""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

import pytest
from pybtex.database import Entry, parse_file, parse_string

from editor import Remark, line_of, report
from mlpm_sphinx import sources
from repository import PAGES, ROOT

FILE = ROOT / sources.FILE
ENTRIES = parse_file(FILE).entries
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
    for block in re.findall(r"^```{reading}\n(?::more: [^\n]*\n)?(.*?)^```", text, re.M | re.S):
        keys |= {line.partition("|")[0].strip() for line in re.sub(r"\n +", " ", block).splitlines()}
    facts = tomllib.loads((ROOT / "docs/resources/facts.toml").read_text(encoding="utf-8"))
    return keys | {row["source"] for row in facts.values()}


# --- From an entry to remarks -------------------------------------------------------------------------------------


def remark(key: str, what: str, why: str, mend: str) -> Remark:
    """A remark on an entry of the bibliography."""
    return Remark(FILE, line_of(FILE, f"{{{key},"), f"{key} {what}", why, mend)


def unlike(key: str, entry: Entry) -> Iterator[Remark]:
    """Say where a DOI or an address of an entry does not have its form."""
    doi, url = entry.fields.get("doi"), entry.fields.get("url")
    if doi is not None and not re.fullmatch(r"10\.\d{4,9}/\S+", doi):
        yield remark(key, f"has the DOI {doi!r}.", "Its link would lead nowhere.",
                     "write it from 10. on, like 10.1145/3442188.3445922")
    if url is not None and re.match(r"https?://(dx\.)?doi\.org/", url):
        yield remark(key, f"has a DOI as its url, {url}.", "As a DOI, programs that keep references can read it.",
                     "move what follows doi.org/ into a field doi")
    elif url is not None and not re.fullmatch(r"https?://[^\s{}\\]+", url):
        yield remark(key, f"has the url {url!r}.", "Its link would lead nowhere.",
                     "write the whole address from https:// on, without blanks, braces and backslashes")


def alike(what: str, of: Callable[[Entry], object], entries: dict[str, Entry]) -> list[Remark]:
    """Remarks on entries that share something; None is shared with nobody. what: how they are the same, in words."""
    shared = defaultdict(list)
    for key, entry in entries.items():
        if (value := of(entry)) is not None:
            shared[value].append(key)
    return [
        remark(key, f"{what} {keys[0]}.", "A reader would meet one source twice.",
               "keep one entry and cite that, or say what sets the other one apart")
        for keys in shared.values() for key in keys[1:]
    ]


def authors_and_title(entry: Entry) -> tuple[str, str]:
    return sources.authors(entry), sources.plain(entry.fields.get("title", "")).casefold()


def thin(library: dict[str, Entry]) -> list[Remark]:
    """Remarks on a library that has too little to choose from."""
    why = "Readers come to the library to choose."
    counted = Counter(("area", area) for entry in library.values() for area in sources.tags(entry).get("area", []))
    counted += Counter(("kind", kind) for entry in library.values() for kind in sources.tags(entry)["kind"])
    least = {("area", area): 5 for area in sources.AREAS} | {("kind", kind): 1 for kind in sources.KINDS}
    remarks = [
        Remark(FILE, None, f"The library has {counted[name, value]} entries of {name}:{value}, fewer than {number}.",
               why, f"add a source with {name}:{value}, or give its keyword to one that is there")
        for (name, value), number in least.items() if counted[name, value] < number
    ]
    if len(library) < 120:
        remarks.append(Remark(FILE, None, f"The library has {len(library)} entries, fewer than 120.", why,
                              "add sources, with a kind:… among their keywords"))
    return remarks


def unnamed(library: dict[str, Entry]) -> list[Remark]:
    """Remarks on the two articles behind the handbook, and on what the first of them names."""
    marked = {key for key, entry in library.items() if "A" in sources.tags(entry).get("named-by", [])}
    return [
        remark(key, "is not in the library with named-by:A.", "The first article behind this handbook names it.",
               "put the entry back, with kind:… and named-by:A among its keywords")
        for key in sorted(NAMED_BY_A - marked)
    ] + [
        remark(key, "is not in the library.", "It is one of the two articles behind this handbook.",
               "put the entry back, with a kind:… among its keywords")
        for key in sorted({"via2024from", "adrienneTraps"} - set(library))
    ]


# --- The bibliography ---------------------------------------------------------------------------------------------


def test_every_entry_says_what_it_must():
    report(
        remark(key, f"{problem}.", "The library shows it beside the title, and readers choose by it.",
               "complete the entry; the one above it is an example")
        for key in ENTRIES for problem in sources.problems(key, ENTRIES)
    )


def test_the_library_is_worth_a_visit():
    report(thin(LIBRARY))


def test_what_the_two_articles_name_is_there_and_marked():
    report(unnamed(LIBRARY))


def test_every_entry_is_used():
    report(
        remark(key, "is cited nowhere, and is not in the library.", "Nobody will ever read it here.",
               "cite it with {cite}, give it a kind:… if it is worth a reader's time, or delete it")
        for key in sorted(set(ENTRIES) - set(LIBRARY) - cited())
    )


def test_no_two_entries_are_the_same_thing():
    report([
        *alike("has the DOI of", lambda entry: entry.fields.get("doi", "").lower() or None, ENTRIES),
        *alike("has authors and title of", authors_and_title, ENTRIES),
    ])


def test_no_reason_is_given_twice():
    report(alike("gives the same reason (annote) as", lambda entry: entry.fields.get("annote"), LIBRARY))


def test_addresses_and_dois_have_their_form():
    report(found for key, entry in ENTRIES.items() for found in unlike(key, entry))


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
