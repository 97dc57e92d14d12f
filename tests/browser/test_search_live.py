"""Search opens with a key, answers while one types, puts chapters first, narrows to a part, and stays light."""

import gzip
import json
from urllib.parse import urlsplit

import pytest
from patience import axe, until

PAGE = "docs/start/what-an-ml-pm-is.html"


def field(page):
    return page.locator(".search-box [name=q]:visible")


def ask(page, words: str):
    field(page).fill(words)
    answered(page, words)


def answered(page, words: str):
    until(page.locator(".search-box:visible"), f"box => box.dataset.answered === {json.dumps(words.strip())}")


def pages_found(page) -> list[str]:
    return page.locator(".search-found .search-page").all_inner_texts()


@pytest.mark.parametrize("key", ["Control+k", "/"])
def test_it_opens_with_a_key_and_closes_with_escape(visit, key):
    page = visit(PAGE)
    page.keyboard.press(key)
    field(page).wait_for()
    assert field(page).evaluate("field => field === document.activeElement")
    page.keyboard.press("Escape")
    field(page).wait_for(state="hidden")


def test_a_slash_in_a_field_is_a_slash(visit):
    page = visit("docs/resources/library.html")
    page.get_by_label("Words").press("/")
    assert page.get_by_label("Words").input_value() == "/"
    assert not page.locator("#pst-search-dialog").is_visible()


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("threshold", "Choose a threshold"),
        ("okr", "Set OKRs"),
        ("mvp", "Scope an MVP"),
        ("how do I price a prediction?", "Price a prediction"),
        ("label agreement", "Measure label agreement"),
    ],
)
def test_the_chapter_comes_first(visit, words, first):
    page = visit(PAGE)
    page.keyboard.press("Control+k")
    ask(page, words)
    assert pages_found(page)[0] == first
    assert page.complaints == []


def test_a_place_is_one_link_away_and_the_keyboard_finds_it(visit):
    page = visit(PAGE)
    page.keyboard.press("Control+k")
    ask(page, "novelty effect")
    link = page.get_by_role("link", name="novelty effect", exact=True)
    assert link.get_attribute("href").endswith("glossary.html#term-novelty-effect")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('.search-found') !== null")
    page.keyboard.press("ArrowUp")
    assert field(page).evaluate("field => field === document.activeElement")
    link.click()
    page.wait_for_url("**/glossary.html#term-novelty-effect")


def test_it_narrows_to_a_part(visit):
    page = visit("search.html?q=threshold&part=Notebooks")
    answered(page, "threshold")
    assert set(page.locator(".search-found .search-part").all_inner_texts()) == {"Notebooks"}
    page.get_by_label("Traps").check()
    until(page, "document.querySelector('.search-part')?.textContent.includes('Traps')")
    assert all("Traps" in part for part in page.locator(".search-found .search-part").all_inner_texts())


def test_words_that_never_meet_are_looked_for_alone_and_this_is_said(visit):
    page = visit("search.html")
    ask(page, "zebra threshold")
    assert "No place has all of these words" in page.locator(".search-said").inner_text()
    assert pages_found(page)[0] == "Choose a threshold"
    ask(page, "<img src=x onerror=alert(1)>")
    assert page.complaints == []


def test_more_shows_more(visit):
    page = visit("search.html?q=model")
    page.get_by_role("button", name="More").wait_for()
    before = len(pages_found(page))
    page.get_by_role("button", name="More").click()
    until(page, f"document.querySelectorAll('.search-page').length > {before}")


def test_a_page_loads_nothing_of_it_and_a_first_question_is_light(visit, site):
    page = visit(PAGE, 390)
    page.wait_for_load_state("networkidle")
    assert not [url for url in page.asked if "pagefind" in url]
    page.locator(".search-button__button:visible").click()
    ask(page, "threshold")
    files = [site.html / urlsplit(url).path.lstrip("/") for url in page.asked if "/pagefind/" in url]
    sizes = [path.stat().st_size if path.suffix != ".js" else len(gzip.compress(path.read_bytes())) for path in files]
    assert sum(sizes) <= 150 * 1024
    assert page.complaints == []


def test_it_says_so_when_it_cannot_load(visit):
    page = visit(PAGE)
    page.route("**/pagefind/**", lambda route: route.abort())
    page.keyboard.press("Control+k")
    ask(page, "threshold")
    assert page.locator(".search-said").inner_text() == "The search did not load. Try again."
    page.unroute("**/pagefind/**")


def test_without_javascript_the_way_leads_to_words_by_hand(visit):
    page = visit("search.html", java_script_enabled=False)
    assert page.locator(".search-box").is_hidden()
    assert page.get_by_role("link", name="glossary").is_visible()


@pytest.mark.parametrize(("width", "mode"), [(320, "light"), (320, "dark"), (1440, "light"), (1440, "dark")])
def test_what_is_found_is_accessible_and_fits(visit, width, mode):
    page = visit(PAGE, width, color_scheme=mode)
    page.locator(".search-button__button:visible").first.click()
    ask(page, "threshold")
    box = page.locator("#pst-search-dialog").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []


def test_an_excerpt_does_not_begin_with_the_title_above_it(visit):
    page = visit("search.html")
    ask(page, "threshold")
    titles = page.locator(".search-found .search-place:has(a)").all()
    said = [(place.locator("a").inner_text(), place.locator("p").inner_text()) for place in titles]
    assert ("Scenario", "“Which threshold do we ship?”") in [(title, text[:29]) for title, text in said]
    assert [title for title, text in said if text.startswith(f"{title}. ")] == []


def test_search_is_in_sight_when_a_long_menu_is_scrolled_to_its_page(visit):
    page = visit("docs/resources/templates/launch-and-kill-criteria.html")
    until(page, "document.querySelector('#pst-primary-sidebar').scrollTop > 100")
    page.locator(".bd-header-article").get_by_role("button", name="Search").click()
    field(page).wait_for()
