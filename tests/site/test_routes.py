"""A reading route takes its times from the chapters, so that no sum on a page can be old."""

import re

import pytest

from building import Project
from mlpm_sphinx import routes

SUMMARY = "---\nsummary: A sentence that says what the page is about in enough words to be worth a line.\n---\n"
CHAPTER = """---
skill: start
traps: none
you_will: Do this; do that
you_need: nothing
minutes: {minutes}
last_reviewed: 2026-11-22
reviewed_by: authors
notebook: none
template: none
summary: A sentence that says what the page is about in enough words to be worth showing in a search.
---
({stem})=
# {stem}
"""
ROUTE = "one | Because it is first.\ntwo | Then this.\n\nfront | No minutes of its own."


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("routes"))
    toctree = "```{toctree}\ndocs/one\ndocs/two\n```\n"
    project.write("index.md", f"{SUMMARY}(front)=\n# Front\n\n```{{route}}\n{ROUTE}\n```\n\n"
                  f"```{{route}}\none\n```\n\n{toctree}")
    project.write("docs/one.md", CHAPTER.format(stem="one", minutes=25))
    project.write("docs/two.md", CHAPTER.format(stem="two", minutes=40))
    return project


@pytest.fixture(scope="module")
def built(book):
    return book.build()


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def test_each_stop_has_its_minutes_and_reason(built):
    page = words(built.page("index.html"))
    assert "one, 25 min. Because it is first." in page
    assert "Front. No minutes of its own." in page
    assert "Together 1 h 05 min of reading." in page


def test_a_stop_without_a_reason_is_a_warning(built):
    assert built.code != 0
    assert "a stop of a route reads `label | why to read it`, not 'one'" in built.said


def test_a_chapter_that_takes_longer_changes_the_sum(built, book):
    book.write("docs/two.md", CHAPTER.format(stem="two", minutes=60))
    assert "Together 1 h 25 min of reading." in words(book.build().page("index.html"))


@pytest.mark.parametrize(("minutes", "said"), [(45, "45 minutes"), (60, "1 h 00 min"), (125, "2 h 05 min")])
def test_minutes_are_said_in_hours(minutes, said):
    assert routes.together(minutes) == said
