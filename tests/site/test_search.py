"""The search index: an entry for each section, word and resource, none for what repeats, in step with the pages."""

import json
import re

import pytest

from building import CHAPTER, MATTER, Project
from mlpm_sphinx import search

PAGE = """<aside>Menu</aside><article class="bd-article">
<section id="one"><h1>One &amp; all<a class="headerlink" href="#one">#</a></h1><p>First <em>words</em>.</p>
<section id="below"><h2>Below</h2><p>Second &lt;b&gt;.</p><details><p>The answer</p></details>
<figure><svg><text>ticks</text></svg><p>Caption</p></figure></section>
<section id="reading"><h2>Further reading</h2><div class="reading docutils"><p>A book</p></div></section></section>
</article><footer>Foot</footer>"""
GLOSSARY = """<article class="bd-article"><section id="g"><h1>Words</h1>
<dl class="simple glossary"><dt id="term-river">river</dt><dt id="term-stream">stream</dt><dd><p>Water.</p></dd></dl>
</section></article>"""


def test_each_section_is_an_entry_with_its_own_words():
    entries = [search.Entry(*values) for values in search.entries(PAGE)]
    assert [(entry.anchor, entry.page, entry.title, entry.text) for entry in entries] == [
        ("", "One & all", "One & all", "First words."),
        ("below", "One & all", "Below", "Second <b>. Caption"),
    ]
    assert entries[0].weight > entries[1].weight


def test_each_word_of_the_glossary_is_an_entry():
    found = [(anchor, title, text) for anchor, _, title, text, _ in search.entries(GLOSSARY)]
    assert found == [("term-river", "river", "Water."), ("term-stream", "stream", "Water."), ("", "Words", "")]


def test_text_of_a_page_is_never_markup_for_the_index():
    made = search.markup(search.Entry("", "P", "<script>", '"</p><i>', 1.0), "a.html", ["<b>"], 1.0)
    assert "<script>" not in made
    assert "&lt;script&gt;" in made
    assert "&quot;&lt;/p&gt;&lt;i&gt;" in made


@pytest.mark.parametrize(
    ("docname", "matter", "expected"),
    [
        ("docs/skills/strategy/set-okrs", {"skill": "strategy", "traps": "none"}, ["Strategy"]),
        ("docs/skills/tech-fluency/x", {"skill": "tech-fluency", "traps": "2, 3"}, ["Tech fluency", "Traps"]),
        ("docs/traps/x", {"skill": "traps", "traps": "1"}, ["Traps"]),
        ("docs/skills/strategy/index", {}, ["Strategy"]),
        ("docs/resources/templates/prd", {"template": "T01"}, ["Templates"]),
        ("docs/resources/glossary", {}, ["Resources"]),
        ("notebooks/x", {}, ["Notebooks"]),
        ("index", {}, []),
    ],
)
def test_a_page_belongs_to_its_part(docname, matter, expected):
    assert search.parts(docname, matter) == expected
    assert set(expected) <= set(search.PARTS)


@pytest.fixture
def book(tmp_path):
    project = Project(tmp_path)
    project.write("docs/one.md", CHAPTER + "# One\n\nA zebra.\n\n## Below\n\nTwo.\n")
    project.write("docs/resources/claims.md", MATTER + "# Claims\n\nRepeated.\n")
    project.write("index.md", MATTER + "# A book\n\n```{toctree}\ndocs/one\ndocs/resources/claims\n```\n")
    return project


def count(built) -> int:
    return json.loads((built.html / "pagefind/pagefind-entry.json").read_text())["languages"]["en"]["page_count"]


def test_the_index_holds_sections_and_leaves_out_pages_that_repeat(book):
    built = book.build()
    assert (built.said, built.code) == ("", 0)
    assert count(built) == 3
    assert not (built.html / "searchindex.js").exists()
    assert "search-box" in built.page("search.html")


def test_the_index_keeps_up_with_the_pages_and_is_left_alone_otherwise(book):
    built = book.build()
    entry = built.html / "pagefind/pagefind-entry.json"
    before = entry.stat().st_mtime_ns
    book.build()
    assert entry.stat().st_mtime_ns == before
    book.write("docs/one.md", CHAPTER + "# One\n\n## Below\n\nTwo.\n\n## Last\n\nThree.\n")
    assert count(book.build()) == 4


def test_what_did_not_change_is_not_written_again(book):
    fragments = book.build().html / "pagefind/fragment"
    before = {path.name: path.stat().st_mtime_ns for path in fragments.iterdir()}
    book.write("docs/one.md", CHAPTER + "# One\n\nA zebra.\n\n## Below\n\nAnother.\n")
    book.build()
    after = {path.name: path.stat().st_mtime_ns for path in fragments.iterdir()}
    assert len(before) == len(after) == 3
    assert len(before.items() & after.items()) == 2


def test_while_somebody_writes_the_index_stays_as_it_began(book, monkeypatch):
    book.build()
    monkeypatch.setenv("LIVE", "1")
    book.write("docs/one.md", CHAPTER + "# One\n\n## Below\n\nTwo.\n\n## Last\n\nThree.\n")
    assert count(book.build()) == 3
    monkeypatch.delenv("LIVE")
    assert count(book.build()) == 4


def test_only_what_search_uses_is_published(site):
    names = {re.sub(r"en_\w+", "en", path.name) for path in (site.html / "pagefind").iterdir()}
    assert names == {
        "filter", "fragment", "index", "pagefind-entry.json", "pagefind.en.pf_meta", "pagefind.js", "wasm.en.pagefind",
    }  # fmt: skip
