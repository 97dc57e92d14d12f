"""Lists made from the whole book: claims by certainty, exercises, notebooks. Each is complete and keeps up with it."""

import posixpath
import re

import pytest
from lxml import html

from building import CHAPTER, MATTER, Project, glued
from mlpm_sphinx import notebook
from repository import CHAPTERS, NOTEBOOKS, ROOT


def words(element) -> str:
    return " ".join(element.text_content().split())


# --- Claims -------------------------------------------------------------------------------------------------------

BIB = """
@misc{a2020, title={A}, author={Ay, A}, year={2020}, keywords={seen:read}}
@misc{b2021, title={B}, author={Bee, B}, year={2021}, keywords={seen:reported}}
"""
ONE = """---
summary: A page with claims, one of them in a sentence with a number from a notebook, and words without a source.
---

# One

Nothing here. Water is wet {cite}`a2020`. Then again {cite}`a2020,b2021`, at
{glue:text}`/notebooks/tool.ipynb::share:.1f` of *all* rivers. End.

## Below

A {term}`river` is long {cite}`b2021`.
"""
INDEX = (
    MATTER
    + """# A book

```{toctree}
docs/one
docs/claims
notebooks/tool
docs/resources/bibliography
docs/resources/glossary
```
"""
)


@pytest.fixture
def book(tmp_path):
    project = Project(tmp_path)
    project.write("docs/resources/references.bib", BIB)
    project.write("docs/resources/bibliography.md", MATTER + "# Sources\n\n```{bibliography}\n```\n")
    project.write("docs/resources/glossary.md", MATTER + "# Words\n\n```{glossary}\nriver\n  Water that goes.\n```\n")
    lists = "```{claims} read\n```\n\n## Reported\n\n```{claims} reported\n```\n"
    project.write("docs/claims.md", f"{MATTER}# Claims\n\n{lists}")
    project.write("docs/one.md", ONE)
    project.write("index.md", INDEX)
    project.notebook("tool", glued("share", 0.25))
    return project


def claims(built) -> list[tuple[str, str]]:
    document = html.fromstring(built.page("docs/claims.html"))
    return [
        (words(item).removesuffix(" in its place"), item.xpath(".//a[contains(@class, 'to-claim')]/@href")[0])
        for item in document.xpath("//article//li[.//a[contains(@class, 'to-claim')]]")
    ]


def test_a_sentence_is_as_sure_as_the_weakest_of_its_sources(book):
    built = book.build()
    assert (built.said, built.code) == ("", 0)
    assert claims(built) == [
        ("Water is wet [Ay, 2020].", "one.html"),
        ("Then again [Ay, 2020, Bee, 2021], at 0.2 of all rivers.", "one.html"),
        ("A river is long [Bee, 2021].", "one.html#below"),
    ]
    document = html.fromstring(built.page("docs/claims.html"))
    assert "Water is wet" in words(document.xpath("//section[@id='claims']")[0]).split("Reported")[0]
    assert "Then again" in words(document.xpath("//section[@id='reported']")[0])


def test_a_claim_that_changes_changes_in_the_list(book):
    book.build()
    book.write("docs/one.md", ONE.replace("Water is wet", "Water runs"))
    assert claims(book.build())[0][0] == "Water runs [Ay, 2020]."


def test_a_new_meaning_reaches_the_list_that_quotes_the_word(book):
    book.build()
    book.write("docs/resources/glossary.md", MATTER + "# Words\n\n```{glossary}\nriver\n  Water that stays.\n```\n")
    (title,) = html.fromstring(book.build().page("docs/claims.html")).xpath("//a[contains(@class, 'term')]/@title")
    assert title == "Water that stays."


def test_a_sentence_in_quotation_marks_keeps_both(book):
    book.write("docs/one.md", MATTER + "# One\n\nShe said “Water is wet {cite}`a2020`.” It is {cite}`b2021`.\n")
    assert [claim for claim, _ in claims(book.build())] == ["She said “Water is wet [Ay, 2020].”", "It is [Bee, 2021]."]


def test_a_claim_in_a_table_says_of_what(book):
    table = "| Of | Claim |\n| --- | --- |\n| **Water** | wet {cite}`a2020` |\n"
    book.write("docs/one.md", f"{MATTER}# One\n\n{table}\nA {{term}}`river` {{cite}}`b2021`.\n")
    assert claims(book.build())[0][0] == "Water: wet [Ay, 2020]"


def test_a_source_that_was_read_moves_its_claims_up(book):
    book.build()
    book.write("docs/resources/references.bib", BIB.replace("reported", "read"))
    document = html.fromstring(book.build().page("docs/claims.html"))
    assert words(document.xpath("//section[@id='reported']")[0]).endswith("None.")


def cited(element) -> set[str]:
    """Sources cited in an element, by the anchors of the bibliography; reading lists claim nothing."""
    links = element.xpath(
        ".//span[contains(@class, 'bibtex-citation')]//a[not(ancestor::div[contains(@class, 'reading')])]"
    )
    return {link.get("href").rsplit("#", 1)[1] for link in links}


def test_every_source_a_page_cites_is_in_the_list_under_that_page(site):
    listed: dict[str, set[str]] = {}
    for item in html.fromstring(site.page("docs/resources/claims.html")).xpath("//article//li"):
        for link in item.xpath(".//a[contains(@class, 'to-claim')]/@href"):
            page = posixpath.normpath(posixpath.join("docs/resources", link.partition("#")[0] or "claims.html"))
            listed.setdefault(page, set()).update(cited(item))
    assert len(listed) > 45
    for path in CHAPTERS:
        page = path.relative_to(ROOT).with_suffix(".html").as_posix()
        if "contribute" not in page:
            (article,) = html.fromstring(site.page(page)).xpath("//article")
            assert listed.get(page, set()) == cited(article), page


# --- Exercises ----------------------------------------------------------------------------------------------------


def test_a_chapter_that_is_not_done_does_not_stop_the_index(tmp_path):
    book = Project(tmp_path)
    exercise = "```{exercise-start}\n:label: one-exercise-1\n```\nWhat now?\n```{exercise-end}\n```\n"
    book.write("docs/one.md", f"---\nchapter: true\n---\n\n# One\n\n{exercise}")
    book.write("docs/two.md", f"{CHAPTER}# Two\n\n{exercise.replace('one-', 'two-')}")
    skill = re.search(r"^skill: (\S+)$", CHAPTER, re.M)[1]
    pages = "```{toctree}\ndocs/one\ndocs/two\n```\n"
    book.write("index.md", f"{MATTER}# A book\n\n```{{exercise-index}} {skill}\n```\n\n{pages}")
    built = book.build()
    (line,) = html.fromstring(built.page("index.html")).xpath("//article//li[.//a[contains(@href, 'exercise-1')]]")
    assert words(line) == "Exercise: What now?"


def test_every_exercise_of_the_handbook_is_in_the_index_once(site):
    document = html.fromstring(site.page("docs/resources/exercises.html"))
    listed = [link.rsplit("#", 1)[1] for link in document.xpath("//article//li//a/@href") if "-exercise-" in link]
    written = [
        label
        for path in CHAPTERS
        for label in re.findall(r"^:label: (\S+-exercise-\d)$", path.read_text("utf-8"), re.M)
        if path.stem != "chapter-template"
    ]
    assert sorted(listed) == sorted(written)
    for item in document.xpath("//article//li[.//a[contains(@href, '-exercise-')]]"):
        assert len(words(item)) > 30, words(item)


# --- Notebooks ----------------------------------------------------------------------------------------------------


def test_every_notebook_is_in_the_gallery_with_question_chart_inputs_and_command(site):
    document = html.fromstring(site.page("docs/resources/notebooks.html"))
    cards = {
        card.xpath(".//a/@href")[0].rsplit("/", 1)[1].removesuffix(".html"): card
        for card in document.xpath("//div[contains(concat(' ', @class, ' '), ' notebook-card ')]")
    }
    assert set(cards) == {path.stem for path in NOTEBOOKS}
    for path in NOTEBOOKS:
        card = cards[path.stem]
        title, _ = notebook.first_words(str(path))
        assert words(card).startswith(title)
        assert card.xpath(".//svg/@aria-label")
        names = [name.text_content() for name in card.xpath(".//dt/code")]
        assert names == [name for name, _, _ in notebook.inputs(str(path))]
        assert names
        tool = notebook.runs_as_report(str(path))
        assert (f"make report NOTEBOOK={path.stem} " in card.text_content()) == tool


def test_binder_is_offered_only_when_the_repository_has_an_address(tmp_path, site):
    assert "mybinder.org" not in site.page("docs/resources/notebooks.html")
    book = Project(tmp_path)
    book.notebook("tool", glued("share", 1))
    book.write("index.md", "# B\n\n```{notebook-gallery} calculators\n```\n\n```{toctree}\nnotebooks/tool\n```\n")
    built = book.build(GITHUB_SERVER_URL="https://github.com", GITHUB_REPOSITORY="owner/name")
    assert "https://mybinder.org/v2/gh/owner/name/HEAD?urlpath=lab/tree/notebooks/tool.ipynb" in built.page(
        "index.html"
    )
    # The button of the notebook's own page is the theme's, which would take a branch that is not there.
    (launch,) = set(re.findall(r'"(https://mybinder.org/v2/gh/[^"]+)"', built.page("notebooks/tool.html")))
    assert launch == "https://mybinder.org/v2/gh/owner/name/main?urlpath=lab/tree/notebooks/tool.ipynb"


def test_a_gallery_of_something_else_is_told(tmp_path):
    book = Project(tmp_path)
    book.write("index.md", "# B\n\n```{notebook-gallery} paintings\n```\n")
    assert "shows tools or calculators, not 'paintings'" in book.build().said
