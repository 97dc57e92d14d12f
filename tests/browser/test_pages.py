"""Pages ask nobody else, do not complain, fit a phone, and open their menus by tap and by keyboard."""

import re

import pytest
from patience import axe, read_to_the_end

from repository import NOTEBOOKS, PAGES, ROOT

LANDING = "index.html"
CHAPTER = "docs/skills/delivery/scope-an-mvp.html"
NOTEBOOK = "notebooks/scope-an-mvp.html"
LIBRARY = "docs/resources/library.html"
KINDS = [LANDING, CHAPTER, NOTEBOOK, LIBRARY]
ALL = [path.relative_to(ROOT).with_suffix(".html").as_posix() for path in PAGES + NOTEBOOKS] + ["search.html"]


def width_needed(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


def elsewhere(page, address) -> list[str]:
    """What a page asked of another origin."""
    return [url for url in page.asked if not url.startswith((address, "data:"))]


@pytest.mark.parametrize("path", ALL)
def test_on_a_small_phone_it_is_whole_and_neither_browser_nor_axe_complains(visit, address, path):
    page = visit(path, 320)
    assert width_needed(page) <= 320
    page.set_viewport_size({"width": 390, "height": 844})
    assert width_needed(page) <= 390
    read_to_the_end(page)
    assert width_needed(page) <= 390
    # Before axe, which asks for the style sheets by itself.
    assert page.complaints == page.failed == elsewhere(page, address) == []
    assert axe(page) == []


# The other looks: of a page of each kind always, of every page before a release.
LOOKS = [
    pytest.param(path, width, mode, marks=[] if path in KINDS else [pytest.mark.slow])
    for path in ALL
    for width, mode in ((390, "dark"), (1440, "light"), (1440, "dark"))
]


@pytest.mark.parametrize(("path", "width", "mode"), LOOKS)
def test_neither_browser_nor_axe_complains_of_another_look(visit, address, path, width, mode):
    page = visit(path, width, color_scheme=mode)
    read_to_the_end(page)
    assert page.complaints == page.failed == elsewhere(page, address) == []
    assert axe(page) == []


@pytest.mark.parametrize(
    ("toggle", "menu", "link"),
    [
        (".primary-toggle", "#pst-primary-sidebar-modal", "The three traps"),
        (".secondary-toggle", "#pst-secondary-sidebar-modal", "Worked example"),
    ],
)
@pytest.mark.parametrize("by", ["tap", "keyboard"])
def test_on_a_phone_the_menus_open(visit, toggle, menu, link, by):
    page = visit(CHAPTER, 412, has_touch=True, is_mobile=True)
    button = page.locator(f"{toggle}:visible")
    if by == "tap":
        button.tap()
    else:
        button.focus()
        page.keyboard.press("Enter")
    page.locator(menu).get_by_role("link", name=link, exact=True).wait_for(state="visible")
    page.keyboard.press("Escape")
    page.locator(menu).wait_for(state="hidden")


def test_the_first_tab_stop_skips_to_the_text(visit):
    page = visit(CHAPTER)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main-content")


def test_a_solution_is_closed_until_it_is_asked_for(visit):
    page = visit(CHAPTER)
    solution = page.locator("details.solution-box").first
    assert not solution.locator("p").first.is_visible()
    solution.locator("summary").press("Enter")
    assert solution.locator("p").first.is_visible()


@pytest.mark.parametrize("path", [CHAPTER, NOTEBOOK])
def test_on_paper_there_are_text_and_pictures_dark_on_white_and_nothing_to_press(visit, path):
    page = visit(path, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.locator(":is(nav, button, input, select):visible").all_inner_texts() == []
    for chart in page.locator(".chart").all():
        assert chart.locator("svg:visible").count() == 1
    ink, paper = page.evaluate("['color', 'backgroundColor'].map((part) => getComputedStyle(document.body)[part])")
    assert [max(map(int, re.findall(r"\d+", ink))) < 80, min(map(int, re.findall(r"\d+", paper))) > 240] == [True, True]
    boxes = page.locator(".bd-article :is(pre, .pst-scrollable-table-container, .chart-painted):visible").all()
    assert {box.evaluate("box => getComputedStyle(box).overflowX") for box in boxes} <= {"visible"}


def test_whoever_asks_for_less_motion_gets_none(visit):
    page = visit(CHAPTER, reduced_motion="reduce")
    moving = """[...document.querySelectorAll("*")].filter((node) => {
        const style = getComputedStyle(node);
        const lasts = (times) => times.split(",").some((time) => parseFloat(time) > 0);
        const slides = style.transitionProperty !== "none" && lasts(style.transitionDuration);
        return slides || style.animationName !== "none";
    }).map((node) => node.outerHTML.slice(0, 80))"""
    assert page.evaluate(moving) == []
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


STOP = """() => {
    const here = document.activeElement, ring = getComputedStyle(here);
    const seen = here.matches(":focus-visible") && ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2;
    return [[...document.querySelectorAll("*")].indexOf(here), here.outerHTML.slice(0, 120), seen];
}"""


@pytest.mark.parametrize("path", KINDS)
def test_the_keyboard_goes_through_a_page_in_its_order_and_every_stop_is_seen(visit, path):
    page = visit(path)
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        place, html, seen = page.evaluate(STOP)
        if html.startswith("<body"):  # after the last stop
            break
        stops.append((place, html, seen))
    assert len(stops) > 30
    places = [place for place, _, _ in stops]
    assert places == sorted(set(places))
    assert [html for _, html, seen in stops if not seen] == []
