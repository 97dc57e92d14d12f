"""A word's meaning appears where the word is used, by mouse, keyboard or tap, and goes when it is sent away."""

import re

import pytest
from patience import axe

PAGE = "docs/traps/choose-a-threshold.html"


def word(page):
    return page.locator("article a.term").first


def card(page):
    return page.locator("#term-card")


def focus(page):
    page.evaluate("document.querySelector('article a.term').focus({focusVisible: true})")


def distance(page) -> float:
    """Pixels between the top of the word and the top of what is shown."""
    return card(page).bounding_box()["y"] - word(page).bounding_box()["y"]


@pytest.fixture
def chapter(visit):
    def open_chapter(width=1440, **options):
        page = visit(PAGE, width, **options)
        word(page).scroll_into_view_if_needed()
        return page

    return open_chapter


def test_hovering_shows_the_meaning_and_leaving_hides_it(chapter):
    page = chapter()
    word(page).hover()
    card(page).wait_for()
    assert len(card(page).inner_text()) > 25
    page.mouse.move(2, 2)
    card(page).wait_for(state="hidden")


def test_the_pointer_may_rest_on_the_meaning(chapter):
    page = chapter()
    word(page).hover()
    card(page).hover()
    page.wait_for_timeout(400)
    assert card(page).is_visible()


def test_the_keyboard_shows_it_escape_hides_it_and_a_screen_reader_hears_it(chapter):
    page = chapter()
    focus(page)
    card(page).wait_for()
    assert word(page).get_attribute("aria-description") == card(page).inner_text()
    assert card(page).get_attribute("role") == "tooltip"
    page.keyboard.press("Escape")
    card(page).wait_for(state="hidden")
    assert word(page).evaluate("link => link === document.activeElement")


def test_what_the_keyboard_shows_follows_its_word_until_the_word_leaves_the_window(chapter):
    page = chapter()
    focus(page)
    card(page).wait_for()
    before = distance(page)
    page.evaluate("scrollBy(0, 60)")
    page.wait_for_timeout(100)
    assert card(page).is_visible()
    assert distance(page) == pytest.approx(before, abs=1)
    page.evaluate("scrollBy(0, 3000)")
    card(page).wait_for(state="hidden")


def test_it_is_not_printed(chapter):
    page = chapter()
    focus(page)
    card(page).wait_for()
    page.emulate_media(media="print")
    assert card(page).is_hidden()


def test_a_tap_shows_it_and_a_second_tap_leads_to_the_glossary(chapter):
    page = chapter(390, has_touch=True)
    word(page).tap()
    card(page).wait_for()
    assert PAGE in page.url
    assert "Tap again" in card(page).inner_text()
    word(page).tap()
    page.wait_for_url(re.compile(r"glossary\.html#term-"))


def test_a_tap_elsewhere_hides_it(chapter):
    page = chapter(390, has_touch=True)
    word(page).tap()
    card(page).wait_for()
    page.locator("article h2").first.tap()
    card(page).wait_for(state="hidden")


@pytest.mark.parametrize("width", [320, 1440])
def test_it_stays_inside_the_window_and_passes_axe(chapter, width):
    page = chapter(width)
    word(page).hover()
    card(page).wait_for()
    box = card(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] >= 0
    assert page.complaints == []  # asked before axe, which looks for the style sheets of style sheets in a wrong place
    assert axe(page) == []


def test_without_javascript_the_browser_shows_the_title(chapter):
    page = chapter(java_script_enabled=False)
    assert len(word(page).get_attribute("title")) > 25
