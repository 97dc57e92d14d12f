"""The handbook builds without a warning; what is wrong in a page is a warning that names the page and the fault."""

import pytest

from building import Project, glued
from mlpm.charts import MIME

FRONT_MATTER = """---
skill: delivery
traps: none
you_will: Do this; do that
you_need: nothing
minutes: 25
last_reviewed: 2026-11-22
reviewed_by: authors
notebook: tool
template: none
summary: A sentence that says what the page is about in enough words to be worth showing in a search.
---
"""
SUMMARY = "---\nsummary: A sentence that says what the page is about in enough words to be worth a line.\n---\n"
SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "name": "bars",
    "description": "Two bars, of which the second is twice as long as the first.",
    "width": "container",
    "data": {"values": [{"x": 1, "y": "a"}, {"x": 2, "y": "b"}]},
    "mark": "bar",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "nominal"}},
}


def chart(**changes) -> dict:
    spec = {key: value for key, value in (SPEC | changes).items() if value is not None}
    return {MIME: spec, "text/plain": "a chart"}


def chapter(title: str, body: str, front_matter: str = FRONT_MATTER) -> str:
    return f"{front_matter}({title})=\n# {title}\n\n{body}\n"


def table_of_contents(*pages: str) -> str:
    return SUMMARY + "# A book\n\n```{toctree}\n" + "\n".join(pages) + "\n```\n"


def test_the_handbook_builds_from_clean_without_a_warning(site):
    assert site.said == ""
    assert site.code == 0


# What is wrong, and what the build says about it.
FAULTS = {
    "unknown-number": (
        "{glue:text}`/notebooks/tool.ipynb::absent:.2f`",
        "unknown-number.md:16: WARNING: Glue reference",
    ),
    "number-of-no-notebook": (
        "{glue:text}`/notebooks/none.ipynb::ratio:.2f`",
        "Glue reference 'ratio' not found in doc",
    ),
    "unknown-chart": ("```{chart} /notebooks/tool.ipynb#absent\n```", "has no chart named 'absent'; it has: bars"),
    "chart-of-no-notebook": ("```{chart} /notebooks/none.ipynb#bars\n```", "there is no notebook notebooks/none.ipynb"),
    "unreadable-formula": ("$\\frac{1}$", "unreadable-formula.md:16: WARNING: cannot draw this formula"),
    "unknown-reference": ("{ref}`absent`", "undefined label: 'absent'"),
    "unknown-term": ("{term}`absent`", "term not in glossary: 'absent'"),
    "unknown-source": ("{cite}`absent`", 'could not find bibtex key "absent"'),
}
MATTER = {
    "skill-wrong": (("skill: delivery", "skill: juggling"), "front matter: skill is 'juggling', not one of start,"),
    "traps-wrong": (("traps: none", "traps: 4"), "front matter: traps is '4', not none, or trap numbers"),
    "too-many-tasks": (("Do this; do that", "a; b; c; d"), "front matter: you_will is 'a; b; c; d', not one to three"),
    "minutes-wrong": (("minutes: 25", "minutes: long"), "front matter: minutes is 'long', not whole minutes"),
    "date-wrong": (("2026-11-22", "22.11.2026"), "front matter: last_reviewed is '22.11.2026', not a date like"),
    "summary-short": (
        ("summary: A sentence that says", "summary: Short # "),
        "front matter: summary is 'Short', not one",
    ),
    "key-missing": (("you_need: nothing\n", ""), "front matter: you_need is missing"),
    "key-unknown": (("traps: none", "traps: none\nmood: good"), "front matter: mood is not a key of a chapter"),
    "notebook-unknown": (("notebook: tool", "notebook: absent"), "unknown document: '/notebooks/absent'"),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """One build of a book in which every page has one fault."""
    book = Project(tmp_path_factory.mktemp("faulty"))
    book.notebook("tool", glued("ratio", 6.25), chart())
    book.notebook("mute", chart(description=None))
    book.notebook("nameless", chart(name=None))
    book.notebook("twins", chart(), chart())
    for stem, (body, _) in FAULTS.items():
        book.write(f"docs/{stem}.md", chapter(stem, body))
    for stem, (change, _) in MATTER.items():
        book.write(f"docs/{stem}.md", chapter(stem, "```{in-this-chapter}\n```", FRONT_MATTER.replace(*change)))
    book.write("docs/bare.md", "# A page without front matter\n")
    book.write("docs/no-chapter.md", SUMMARY + "# An index\n\n```{in-this-chapter}\n```\n")
    book.write(
        "index.md",
        table_of_contents(
            *[f"docs/{stem}" for stem in [*FAULTS, *MATTER, "bare", "no-chapter"]],
            *[f"notebooks/{stem}" for stem in ("tool", "mute", "nameless", "twins")],
        ),
    )
    return book.build()


@pytest.mark.parametrize("stem", FAULTS | MATTER)
def test_a_fault_in_a_page_is_a_warning_that_names_it(faulty, stem):
    said = (FAULTS | MATTER)[stem][1]
    assert [line for line in faulty.said.splitlines() if f"/{stem}.md:" in line and said in line]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("notebooks/mute.ipynb", "the chart 'bars' needs a description"),
        ("notebooks/nameless.ipynb", "a chart has no name"),
        ("notebooks/twins.ipynb", "two charts are named 'bars'"),
        ("docs/bare.md", "front matter: summary is missing"),
        ("docs/no-chapter.md", "only a chapter has the box in-this-chapter"),
    ],
)
def test_a_fault_in_a_notebook_or_an_index_is_a_warning_that_names_it(faulty, page, said):
    assert [line for line in faulty.said.splitlines() if page in line and said in line]


def test_a_warning_fails_the_build(faulty):
    assert faulty.code == 1


def test_nothing_but_the_faults_is_warned_about(faulty):
    assert len([line for line in faulty.said.splitlines() if "WARNING" in line]) == len(FAULTS | MATTER) + 5


def book_with_numbers(folder, ratio: float, **spec) -> Project:
    book = Project(folder)
    book.notebook("tool", glued("ratio", ratio), chart(**spec))
    number = "The ratio is {glue:text}`/notebooks/tool.ipynb::ratio:.2f`."
    body = f"{number}\n\n```{{chart}} /notebooks/tool.ipynb#bars\nThe caption says {number}\n```\n"
    book.write("docs/numbers.md", chapter("numbers", body))
    book.write("docs/charts.md", chapter("charts", "```{chart} /notebooks/tool.ipynb#bars\n```\n"))
    book.write("index.md", table_of_contents("docs/numbers", "docs/charts", "notebooks/tool"))
    return book


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """A book before and after its notebook changed, the second build on top of the first."""
    book = book_with_numbers(tmp_path_factory.mktemp("twice"), 6.25)
    first = book.build(SITE_URL="https://example.org/handbook")
    before = {name: first.page(name) for name in ("docs/numbers.html", "docs/charts.html", "index.html")}
    book.notebook("tool", glued("ratio", 7.5), chart(description="Two bars, of which the second is now far longer."))
    second = book.build(SITE_URL="https://example.org/handbook")
    return first, before, second


def test_a_sound_book_builds_twice_without_a_warning(twice):
    first, _, second = twice
    assert (first.said, first.code, second.said, second.code) == ("", 0, "", 0)


def test_a_number_comes_from_the_notebook(twice):
    assert 'The ratio is <span class="pasted-text">6.25</span>' in twice[1]["docs/numbers.html"]


def test_a_changed_number_rebuilds_the_chapter_that_uses_it(twice):
    page = twice[2].page("docs/numbers.html")
    assert "7.50" in page
    assert "6.25" not in page


def test_a_changed_chart_rebuilds_the_chapter_that_shows_it(twice):
    assert "now far longer" in twice[2].page("docs/charts.html")


def test_the_address_of_the_site_makes_canonical_links_and_a_site_map(twice):
    built, pages, _ = twice
    assert '<link rel="canonical" href="https://example.org/handbook/docs/numbers.html"' in pages["docs/numbers.html"]
    assert "<loc>https://example.org/handbook/docs/numbers.html</loc>" in built.page("sitemap.xml")
    assert 'href="/handbook/_static/' in built.page("404.html")
    assert built.page("robots.txt").splitlines()[-1] == "Sitemap: https://example.org/handbook/sitemap.xml"


def test_a_shared_link_has_a_picture_where_its_address_is_known(twice):
    built, pages, _ = twice
    assert 'property="og:image" content="https://example.org/handbook/shared-link.png"' in pages["docs/numbers.html"]
    head = (built.html / "shared-link.png").read_bytes()[:24]
    assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (1200, 630)


def test_only_pages_with_a_chart_load_its_script(twice):
    assert "charts.js" in twice[1]["docs/charts.html"]
    assert "charts.js" not in twice[1]["index.html"]
