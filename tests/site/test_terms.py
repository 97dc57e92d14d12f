"""A word's meaning stands at each link to it, and the glossary says where the word is used."""

import pytest
from lxml import html

from building import MATTER, Project

GLOSSARY = (
    MATTER
    + """# Words

```{glossary}
base rate
base rates
  How often it is true, "before" anybody <looks> {cite}`a2020b`.

  *Why a PM cares:* it decides.

threshold
  The score from which the product acts.
```
"""
)
INDEX = """# A book

A {term}`base rate`, and {term}`the cut <threshold>`.

```{toctree}
docs/one
docs/resources/glossary
docs/resources/bibliography
```
"""


@pytest.fixture
def book(tmp_path):
    project = Project(tmp_path)
    project.write("docs/resources/references.bib", "@misc{a2020b, title={A}, year={2020}, keywords={seen:read}}")
    project.write("docs/resources/bibliography.md", MATTER + "# Sources\n\n```{bibliography}\n```\n")
    project.write("docs/resources/glossary.md", GLOSSARY)
    project.write("docs/one.md", MATTER + "# One\n\nMany {term}`base rates`.\n")
    project.write("index.md", INDEX)
    return project


def titles(built, name) -> list[str]:
    return html.fromstring(built.page(name)).xpath("//a[contains(@class, 'term')]/@title")


def used_in(built) -> list[str]:
    document = html.fromstring(built.page("docs/resources/glossary.html"))
    return [" ".join(line.text_content().split()) for line in document.xpath("//p[contains(@class, 'used-in')]")]


def test_a_link_carries_the_first_paragraph_without_its_citation(book):
    built = book.build()
    assert titles(built, "index.html") == [
        "How often it is true, “before” anybody <looks>.",
        "The score from which the product acts.",
    ]
    assert titles(built, "docs/one.html") == ["How often it is true, “before” anybody <looks>."]


def test_the_glossary_names_the_pages_that_use_a_word_by_any_of_its_names(book):
    assert used_in(book.build()) == ["Used in A book, One.", "Used in A book."]


def test_a_new_use_reaches_the_glossary_and_a_lost_one_leaves_it(book):
    book.build()
    book.write("docs/one.md", MATTER + "# One\n\nA {term}`threshold`.\n")
    assert used_in(book.build()) == ["Used in A book.", "Used in A book, One."]


def test_a_new_meaning_reaches_the_pages_that_use_the_word(book):
    book.build()
    book.write("docs/resources/glossary.md", GLOSSARY.replace("The score from which", "The point at which"))
    assert titles(book.build(), "index.html")[1] == "The point at which the product acts."


def test_a_new_title_reaches_the_glossary(book):
    book.build()
    book.write("docs/one.md", MATTER + "# Another\n\nMany {term}`base rates`.\n")
    assert used_in(book.build()) == ["Used in A book, Another.", "Used in A book."]


def test_the_script_is_loaded_where_a_word_is_used(book):
    book.write("docs/two.md", MATTER + "# Two\n")
    book.write("index.md", INDEX.replace("docs/one\n", "docs/one\ndocs/two\n"))
    built = book.build()
    assert "terms.js" in built.page("docs/one.html")
    assert "terms.js" not in built.page("docs/two.html")


def test_every_link_to_a_word_of_the_handbook_says_what_it_means(site):
    missing = []
    for path in site.html.rglob("*.html"):
        if path.relative_to(site.html).as_posix() == "docs/resources/glossary.html" or "_static" in path.parts:
            continue
        links = html.parse(path).xpath("//a[contains(concat(' ', @class, ' '), ' term ')]")
        missing += [(path.name, link.text_content()) for link in links if len(link.get("title", "")) < 25]
    assert missing == []
