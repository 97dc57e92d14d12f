"""Each page says how to cite it, and so does the repository, with the same words."""

import tomllib

import yaml
from lxml import html
from pybtex.database import parse_string

from building import CHAPTER, Project
from mlpm_sphinx import cite_this
from repository import ROOT

CFF = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
# The keys of version 1.2.0 of the format, and those without which a file is refused: its schema guide.
REQUIRED = {"cff-version", "message", "title", "authors"}
ALLOWED = REQUIRED | {
    *("abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license", "license-url"),
    *("preferred-citation", "references", "repository", "repository-artifact", "repository-code", "type", "url"),
    "version",
}


def test_the_citation_file_has_the_form_of_its_version():
    assert CFF["cff-version"] == "1.2.0"
    assert set(CFF) >= REQUIRED
    assert set(CFF) <= ALLOWED
    assert CFF["type"] in ("software", "dataset")
    assert all({"name"} <= set(author) or {"family-names"} <= set(author) for author in CFF["authors"])


def test_the_citation_file_and_the_package_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert CFF["version"] == project["version"]
    assert set(CFF["license"]) == {"CC-BY-4.0", project["license"]}


def test_every_page_says_how_to_cite_it(site):
    for path in site.html.rglob("*.html"):
        address = path.relative_to(site.html).as_posix()
        if "_static" in path.parts or address in ("search.html", "404.html"):
            continue
        document = html.parse(path)
        (box,) = document.xpath("//details[@class='cite-this']")
        entries = parse_string(box.xpath("string(.//pre)"), "bibtex").entries
        (entry,) = entries.values()
        assert CFF["title"] in box.xpath("string(.//p)")
        assert CFF["title"] in entry.fields["howpublished"]


def test_a_citation_has_the_date_of_review_and_the_address_when_they_are_known(tmp_path):
    book = Project(tmp_path)
    book.write("CITATION.cff", (ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    book.write("docs/one.md", CHAPTER + '(one)=\n# Do `this`, not "that"?\n')
    book.write("index.md", "# Front\n\n```{toctree}\ndocs/one\n```\n")
    built = book.build(SITE_URL="https://book.example/ml/")
    box = html.fromstring(built.page("docs/one.html")).xpath("//details[@class='cite-this']")[0]
    assert box.xpath("string(.//p)") == (
        f"The ML PM Handbook authors (2026). Do this, not “that”? In: The ML PM Handbook, version {CFF['version']}, "
        "reviewed 2026-02-03. https://book.example/ml/docs/one.html"
    )
    (entry,) = parse_string(box.xpath("string(.//pre)"), "bibtex").entries.values()
    assert entry.fields["url"] == "https://book.example/ml/docs/one.html"
    assert entry.fields["year"] == "2026"
    assert [str(person) for person in entry.persons["author"]] == ["{The ML PM Handbook authors}"]
    front = html.fromstring(built.page("index.html")).xpath("string(//details[@class='cite-this']//p)")
    assert front.startswith(
        f"The ML PM Handbook authors. Front. In: The ML PM Handbook, version {CFF['version']}. http"
    )


def test_a_new_version_reaches_every_page(tmp_path):
    book = Project(tmp_path)
    about = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    book.write("CITATION.cff", about)
    book.write("docs/one.md", CHAPTER + "# One\n")
    book.write("index.md", "# Front\n\n```{toctree}\ndocs/one\n```\n")
    book.build()
    book.write("CITATION.cff", about.replace(f"version: {CFF['version']}", "version: 99.1"))
    assert "version 99.1" in book.build().page("docs/one.html")


def test_pages_of_the_same_name_are_cited_by_different_keys():
    about = {"title": "B", "version": "1", "authors": [{"name": "X"}]}
    entries = [cite_this.bibtex(about, name, "T", "", "") for name in ("docs/a/index", "docs/b/index")]
    keys = [key for entry in entries for key in parse_string(entry, "bibtex").entries]
    assert keys == ["mlpm-a-index", "mlpm-b-index"]


def test_a_title_is_cited_as_it_is_read():
    assert cite_this.plain_title("R&amp;D in <code>a &lt; b</code>") == "R&D in a < b"


def test_a_book_without_the_file_offers_no_citation(tmp_path):
    book = Project(tmp_path)
    book.write("index.md", "# Front\n")
    assert "cite-this" not in book.build().page("index.html")


def test_words_end_once():
    about = {"title": "B", "version": "1", "authors": [{"name": "X"}]}
    assert cite_this.words(about, "Why?", "", "") == "X. Why? In: B, version 1."
