"""The library page, the reading lists and the files are one bibliography: nothing is lost, nothing is typed twice."""

import csv
import io
import json
import re

import pytest
from lxml import html
from pybtex.database import parse_file, parse_string

from building import MATTER, Project
from mlpm_sphinx import sources
from repository import ROOT

PAGE = "docs/resources/library.html"
ENTRIES = parse_file(ROOT / sources.FILE).entries
LIBRARY = sources.resources(ENTRIES)

BIB = r"""
@book{new2025book, author = {New, Ann}, title = {A {Book} \& More}, publisher = {P}, year = {2025},
  url = {https://a.example/}, urldate = {2026-02-01},
  keywords = {kind:book, area:strategy, topic:value, level:1, cost:paid, cost-seen:2026-01-31, status:live, seen:read},
  annote = {it has a reason with 5\% and a_b in it, long enough to be one.}}
@misc{old2021course, title = {An old course}, author = {{A School}},
  keywords = {kind:course, area:trap-2, topic:llm, level:2, cost:free, cost-seen:2026-01-31, status:withdrawn,
    successor:new2025book, named-by:A, seen:known},
  annote = {four lessons that a school took down; their place is taken by a book.}}
@misc{claim2020only, title = {Only cited}, keywords = {seen:reported}}
"""
INDEX = f"""{MATTER}# A book

{{cite}}`claim2020only`

```{{reading}}
new2025book
old2021course | Here it matters for *another* reason,
  on two lines.
```

```{{bibliography}}
```

```{{toctree}}
docs/resources/library
```
"""
SHELVES = f"{MATTER}# Library\n\n```{{library}}\n```\n\n## By A\n\n```{{named-by}} A\n```\n"


@pytest.fixture
def book(tmp_path):
    project = Project(tmp_path)
    project.write("docs/resources/references.bib", BIB)
    project.write("docs/resources/library.md", SHELVES)
    project.write("index.md", INDEX)
    return project


def plain(text: str) -> str:
    """Return text with straight quotation marks, which Sphinx turns around."""
    return " ".join(text.translate(str.maketrans("’‘“”", "''\"\"")).split())


def words(element) -> str:
    return plain(element.text_content())


# --- The handbook's own -------------------------------------------------------------------------------------------


def test_every_source_is_on_the_page_with_its_reason_and_its_labels(site):
    items = html.fromstring(site.page(PAGE)).xpath("//ul[contains(@class, 'shelf')]/li")
    shown = {item.get("id"): item for item in items}
    assert list(shown) == [f"library-{one.key.lower()}" for one in LIBRARY]
    for one in LIBRARY:
        item = shown[f"library-{one.key.lower()}"]
        assert plain(one.title) in words(item)
        assert plain(one.why) in words(item)
        assert set(item.get("class").split()) >= {f"kind-{one.kind}", f"cost-{one.cost}", f"level-{one.level}"}
        assert [link for link in item.xpath(".//a/@href") if link == one.address] or not one.address


def test_the_withdrawn_course_shows_what_to_take_instead(site):
    (withdrawn,) = [one for one in LIBRARY if one.status == "withdrawn"]
    (item,) = html.fromstring(site.page(PAGE)).xpath(f"//li[@id='library-{withdrawn.key.lower()}']")
    successor = sources.plain(ENTRIES[withdrawn.successor].fields["title"])
    assert f"Withdrawn; take {successor}" in words(item)


def test_without_javascript_the_page_is_a_plain_list(site):
    document = html.fromstring(site.page(PAGE))
    (form,) = document.xpath("//form[@class='library-filter']")
    assert "hidden" in form.attrib
    assert not document.xpath("//ul[contains(@class, 'shelf')]/li[@hidden]")


def test_the_files_hold_the_same_as_the_page(site):
    base = site.html / "docs/resources/library"
    as_json = json.loads(base.with_suffix(".json").read_text(encoding="utf-8"))
    as_csv = list(csv.DictReader(io.StringIO(base.with_suffix(".csv").read_text(encoding="utf-8-sig"), newline="")))
    as_bib = parse_string(base.with_suffix(".bib").read_text(encoding="utf-8"), "bibtex").entries
    keys = [one.key for one in LIBRARY]
    assert [row["key"] for row in as_json] == [row["key"] for row in as_csv] == list(as_bib) == keys
    for row, line, one in zip(as_json, as_csv, LIBRARY, strict=True):
        assert row["why"] == line["why"] == one.why
        assert row["address"] == line["address"] == one.address
        assert line["areas"].split() == row["areas"] == list(one.areas)
    assert sources.resources(as_bib) == LIBRARY  # the exported BibTeX means the same, letter by letter


# --- A small one --------------------------------------------------------------------------------------------------


def test_a_reading_list_takes_title_and_reason_from_the_bibliography(book):
    built = book.build()
    assert (built.said, built.code) == ("", 0)
    first, second = html.fromstring(built.page("index.html")).xpath("//div[contains(@class, 'reading')]//li")
    assert words(first).startswith("A Book & More [New, 2025]: it has a reason with 5% and a_b in it, long")
    assert words(first).endswith("book, paid")
    assert "Here it matters for another reason, on two lines." in words(second)
    assert "Withdrawn; take A Book & More [New, 2025] instead." in words(second)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nobody2000x", "has no entry 'nobody2000x'"),
        ("claim2020only", "claim2020only is not in the library"),
        ("new2025book |", "has a bar and no reason"),
    ],
)
def test_a_reading_list_that_cannot_be_is_told(book, line, said):
    book.write("index.md", INDEX.replace("new2025book\n", f"{line}\n"))
    built = book.build()
    assert built.code
    assert said in built.said


def test_a_list_leads_to_the_rest_of_its_area(book):
    book.write("index.md", INDEX.replace("{reading}\n", "{reading}\n:more: trap-2 strategy sport\n"))
    built = book.build()
    links = html.fromstring(built.page("index.html")).xpath("//a[contains(@href, '?area=')]")
    assert [(words(link), link.get("href")) for link in links] == [
        ("Trap 2: the engineering manager's work, 1", "docs/resources/library.html?area=trap-2"),
        ("Strategy, 1", "docs/resources/library.html?area=strategy"),
    ]
    assert "`:more:` names 'sport'" in built.said


def test_an_entry_without_a_reason_fails_the_build(book):
    book.write("docs/resources/references.bib", re.sub(r"\n  annote = .*book\.}", "", BIB))
    built = book.build()
    assert built.code
    assert "old2021course needs annote: why it is worth the time" in built.said


def test_an_article_that_names_nothing_is_told(book):
    book.write("docs/resources/library.md", SHELVES.replace("{named-by} A", "{named-by} B"))
    assert "no entry has the keyword named-by:B" in book.build().said


def test_a_change_of_the_bibliography_reaches_page_list_and_files(book):
    book.build()
    book.write("docs/resources/references.bib", BIB.replace("long enough to be one", "and changed after the build"))
    built = book.build()
    for name in ("index.html", PAGE, "docs/resources/library.csv", "docs/resources/library.bib"):
        assert "changed after the build" in built.page(name), name
