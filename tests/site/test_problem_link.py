"""A page asks whether it is wrong where the answer has somewhere to go, and names itself in the form."""

from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html

from building import MATTER, Project
from mlpm_sphinx.address import problem_url


@pytest.mark.parametrize(
    ("repository", "path", "title", "body"),
    [
        ("https://github.com/owner/name", "/owner/name/issues/new", "title", "body"),
        ("https://gitlab.com/owner/name", "/owner/name/-/issues/new", "issue[title]", "issue[description]"),
    ],
)
def test_the_form_is_filled_in_with_the_page(repository, path, title, body):
    parts = urlsplit(problem_url(repository, "Costs & cuts, 50%", "docs/costs.md"))
    asked = parse_qs(parts.query)
    assert parts.path == path
    assert asked[title] == ["Wrong: Costs & cuts, 50%"]
    assert asked[body][0].startswith("Page: docs/costs.md\n")


@pytest.mark.parametrize("repository", ["", "https://bitbucket.org/owner/name", "https://git.example.org/owner/name"])
def test_where_no_form_is_known_there_is_no_link(repository):
    assert problem_url(repository, "A title", "docs/page.md") == ""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    book = Project(tmp_path_factory.mktemp("problem"))
    book.write("index.md", MATTER + "# Book\n\n```{toctree}\ndocs/page\n```\n")
    book.write("docs/page.md", MATTER + "# Costs & cuts\n")
    return book


def problem_links(built) -> list[str]:
    return html.fromstring(built.page("docs/page.html")).xpath("//a[.='Was this wrong?']/@href")


def test_a_page_of_a_known_repository_links_the_form_and_one_of_none_does_not(book):
    known = book.build(GITHUB_SERVER_URL="https://github.com", GITHUB_REPOSITORY="owner/name")
    assert (known.said, known.code) == ("", 0)
    (link,) = problem_links(known)
    assert parse_qs(urlsplit(link).query)["title"] == ["Wrong: Costs & cuts"]
    assert "docs/page.md" in parse_qs(urlsplit(link).query)["body"][0]
    assert problem_links(book.build()) == []
