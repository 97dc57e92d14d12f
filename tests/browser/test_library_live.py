"""The library's filter narrows the list, says how many are left, and keeps the choice in an address to send."""

from urllib.parse import parse_qs, urlsplit

import pytest
from patience import axe, until
from pybtex.database import parse_file

from mlpm_sphinx import sources
from repository import ROOT

PAGE = "docs/resources/library.html"
LIBRARY = sources.resources(parse_file(ROOT / sources.FILE).entries)


def shown(page) -> set[str]:
    return {item.get_attribute("id") for item in page.locator(".shelf > li:visible").all()}


def expected(**asked) -> set[str]:
    return {
        f"library-{one.key.lower()}"
        for one in LIBRARY
        if asked.get("area", one.areas[0]) in one.areas
        and all(str(getattr(one, name)) == value for name, value in asked.items() if name != "area")
    }


def choose(page, **asked):
    for name, value in asked.items():
        page.locator(f".library-filter [name={name}]").select_option(value)


def test_it_narrows_by_area_kind_level_and_cost(visit):
    page = visit(PAGE)
    assert len(shown(page)) == len(LIBRARY)
    for asked in (
        {"area": "trap-2"},
        {"area": "trap-2", "cost": "free"},
        {"kind": "book", "level": "1", "cost": "paid"},
    ):
        page.get_by_role("button", name="Show all").click()
        choose(page, **asked)
        assert shown(page) == expected(**asked)
        assert page.locator(".library-filter output").inner_text() == f"{len(expected(**asked))} of {len(LIBRARY)}"
    assert page.complaints == []


def test_a_shelf_without_a_hit_disappears(visit):
    page = visit(PAGE)
    choose(page, topic="llm")
    assert page.locator("section:has(> .shelf) > h2:visible").count() == 1


def test_words_narrow_too_and_nothing_left_is_said(visit):
    page = visit(PAGE)
    page.get_by_label("Words").fill("Kohavi")
    assert 0 < len(shown(page)) < 20
    page.get_by_label("Words").fill("zzzz")
    assert shown(page) == set()
    assert "None." in page.locator(".library-filter output").inner_text()


def test_the_choice_is_an_address_and_an_address_is_a_choice(visit):
    page = visit(PAGE)
    choose(page, area="trap-3", level="1")
    query = urlsplit(page.url).query
    assert parse_qs(query) == {"area": ["trap-3"], "level": ["1"]}
    assert shown(visit(f"{PAGE}?{query}")) == expected(area="trap-3", level="1")
    page.get_by_role("button", name="Show all").click()
    until(page, "!location.search")
    assert len(shown(page)) == len(LIBRARY)


def test_an_entry_that_a_link_leads_to_is_shown_whatever_was_asked_for(visit):
    hidden = next(one for one in LIBRARY if "trap-3" not in one.areas)
    page = visit(f"{PAGE}?area=trap-3#library-{hidden.key.lower()}")
    assert page.locator(f"#library-{hidden.key.lower()}").is_visible()
    assert not urlsplit(page.url).query


def test_the_way_back_brings_back_what_was_asked_for(visit):
    page = visit(f"{PAGE}?area=trap-3")
    choose(page, level="1")
    page.goto(page.url.replace(urlsplit(page.url).path, "/index.html"))
    page.go_back()
    assert page.locator("[name=area]").input_value() == "trap-3"
    assert shown(page) == expected(area="trap-3", level="1")


def test_an_address_that_asks_for_nonsense_shows_everything(visit):
    page = visit(f"{PAGE}?area=<script>alert(1)</script>&toString=x&level=9")
    assert len(shown(page)) == len(LIBRARY)
    assert page.complaints == []


def test_without_javascript_everything_is_listed_and_no_filter_is_shown(visit):
    page = visit(PAGE, java_script_enabled=False)
    assert page.locator(".library-filter").is_hidden()
    assert len(shown(page)) == len(LIBRARY)


@pytest.mark.parametrize("width", [320, 1440])
def test_the_filtered_page_is_accessible_and_fits(visit, width):
    page = visit(f"{PAGE}?area=trap-1", width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []
