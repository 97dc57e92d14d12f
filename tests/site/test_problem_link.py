"""A page asks whether it is wrong where the answer has somewhere to go, and names itself in the form."""

from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from lxml import html

from building import MATTER, Project
from mlpm_sphinx.address import PROBLEM_FORM, problem_url
from repository import ROOT


def asked(address: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


def test_github_opens_the_form_filled_in_with_the_page():
    address = problem_url("https://github.com/owner/name", "Costs & cuts, 50%", "docs/costs.md")
    assert urlsplit(address).path == "/owner/name/issues/new"
    assert asked(address) == {"template": PROBLEM_FORM, "title": "Wrong: Costs & cuts, 50%", "page": "docs/costs.md"}


def test_gitlab_opens_an_issue_that_names_the_page():
    address = problem_url("https://gitlab.com/owner/name", "Costs & cuts, 50%", "docs/costs.md")
    assert urlsplit(address).path == "/owner/name/-/issues/new"
    assert asked(address)["issue[title]"] == "Wrong: Costs & cuts, 50%"
    assert asked(address)["issue[description]"].startswith("Page: docs/costs.md\n")


def test_the_form_has_the_fields_that_the_address_fills_in():
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE" / PROBLEM_FORM).read_text(encoding="utf-8"))
    assert [field["id"] for field in form["body"]] == ["page", "wrong", "right"]
    assert asked(problem_url("https://github.com/owner/name", "T", "s"))["title"] == form["title"] + "T"


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
    assert asked(link)["title"] == "Wrong: Costs & cuts"
    assert asked(link)["page"] == "docs/page.md"
    assert problem_links(book.build()) == []
