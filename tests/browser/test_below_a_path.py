"""The site works below any path: on a project's page of a code host, on somebody's drive."""

import shutil

import pytest
from patience import read_to_the_end
from serving import served


@pytest.fixture(scope="module")
def below(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("host")
    shutil.copytree(site.html, folder / "some" / "where")
    with served(folder) as where:
        yield f"{where}some/where/"


def test_charts_live_and_search_finds(visit, below):
    page = visit("index.html")
    page.goto(below + "notebooks/scope-an-mvp.html")
    read_to_the_end(page)
    page.keyboard.press("/")
    page.keyboard.type("recall")
    page.locator("#pst-search-dialog .search-found a").first.click()
    page.wait_for_url(f"{below}**")
    assert page.locator("h1").first.is_visible()
    assert page.failed == []
    assert page.complaints == []
