"""The menu beside a page shows the parts of the book and the way down to the page; a changed title reaches it."""

import re

import pytest
from lxml import html

from building import MATTER, Project
from repository import NOTEBOOKS


def menu(page: str) -> html.HtmlElement:
    return html.fromstring(page).xpath("//nav[contains(@class, 'bd-links')]")[0]


def lines(page: str) -> list[str]:
    return menu(page).xpath(".//li/a/text()")


def test_a_chapter_stands_among_its_neighbors_below_its_part(site):
    beside = menu(site.page("docs/skills/delivery/launch.html"))
    here = beside.xpath(".//a[@aria-current='page']")
    assert [link.text for link in here] == ["Launch"]
    assert [link.text for link in here[0].xpath("ancestor::li/a")] == ["The four skills", "Delivery", "Launch"]
    neighbors = here[0].xpath("../../li/a/text()")
    assert neighbors[0] == "Know the phases"
    assert neighbors[-1] == "Learn without an A/B test"


def test_other_parts_are_closed(site):
    shown = lines(site.page("docs/skills/delivery/launch.html"))
    assert {"The three traps", "Strategy", "Career"} <= set(shown)
    assert not {"Set OKRs", "Choose a threshold", "Plan the first 90 days"} & set(shown)


def test_the_tools_are_listed_beside_tools_and_behind_one_link_elsewhere(site):
    chapter, tool = site.page("docs/skills/delivery/launch.html"), site.page("notebooks/launch.html")
    links = [(a.text, a.get("href")) for a in menu(chapter).xpath(".//a[contains(@href, 'notebooks')]")]
    assert links == [(f"All {len(NOTEBOOKS)} tools", "../../resources/notebooks.html")]
    assert len(menu(tool).xpath(".//a[not(contains(@href, '/'))]")) == len(NOTEBOOKS)


def test_the_front_page_and_the_search_page_show_the_parts(site):
    for page in ("index.html", "search.html"):
        assert lines(site.page(page))[:3] == ["Start here", "The three traps", "The four skills"]


def test_the_page_for_no_such_page_links_from_the_root(site):
    links = menu(site.page("404.html")).xpath(".//a/@href")
    assert links
    assert all(link.startswith("/") for link in links)


def contents(*pages: str) -> str:
    return "```{toctree}\n" + "\n".join(pages) + "\n```\n"


@pytest.fixture(scope="module")
def retitled(tmp_path_factory):
    """Pages before and after a title was changed, and a page put below another, on top of the first build."""
    book = Project(tmp_path_factory.mktemp("retitled"))
    book.write("index.md", MATTER + "# Book\n\n" + contents("docs/one/index", "docs/two/index"))
    for part in ("one", "two"):
        book.write(f"docs/{part}/index.md", MATTER + f"# Part {part}\n\n" + contents("first", "second"))
        for page in ("first", "second"):
            book.write(f"docs/{part}/{page}.md", MATTER + f"# The {page} of {part}\n")
    first = book.build()
    before = {path: path.stat().st_mtime_ns for path in first.html.rglob("*.html")}
    book.write("docs/one/second.md", MATTER + "# A better name & more\n")
    return first, before, book.build()


def test_a_changed_title_reaches_the_menu_of_its_neighbors(retitled):
    *_, second = retitled
    for page in ("docs/one/first.html", "docs/one/index.html"):
        assert "A better name & more" in lines(second.page(page))


def test_pages_whose_menu_does_not_show_it_are_not_written_again(retitled):
    first, before, second = retitled
    assert (first.said, first.code, second.said, second.code) == ("", 0, "", 0)
    written = {path.parent.name for path, time in before.items() if path.stat().st_mtime_ns != time}
    assert "one" in written
    assert "two" not in written


def test_titles_are_text_in_the_menu(retitled):
    assert re.search(r"A better name &amp; more</a>", retitled[2].page("docs/one/first.html"))
