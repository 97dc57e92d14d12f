"""Pages ask nobody else, do not complain, fit a phone, and open their menus by tap and by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from repository import NOTEBOOKS, PAGES, ROOT

LANDING = "index.html"
CHAPTER = "docs/skills/delivery/scope-an-mvp.html"
NOTEBOOK = "notebooks/scope-an-mvp.html"
GLOSSARY = "docs/resources/glossary.html"
KINDS = [LANDING, CHAPTER, NOTEBOOK, GLOSSARY]
ALL = [path.relative_to(ROOT).with_suffix(".html").as_posix() for path in PAGES + NOTEBOOKS] + ["search.html"]


def read_to_the_end(page):
    """Scroll through a page, as a reader does, so that everything that wakes when seen is awake."""
    page.evaluate("""async () => {
        for (let y = 0; y < document.documentElement.scrollHeight; y += 600) {
            scrollTo(0, y);
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        }
    }""")
    page.wait_for_function("document.querySelectorAll('.chart:not(.is-live)').length === 0")


@pytest.mark.parametrize("path", ALL)
def test_nothing_scrolls_sideways_on_a_small_phone(visit, path):
    page = visit(path, 320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", KINDS)
def test_a_page_read_to_the_end_asks_no_other_origin_and_does_not_complain(visit, address, path):
    page = visit(path)
    read_to_the_end(page)
    assert [url for url in page.asked if not url.startswith((address, "data:"))] == []
    assert page.complaints == []


@pytest.mark.parametrize(
    ("path", "width", "mode"),
    [(path, *how) for path in ALL for how in ((390, "light"), (1440, "dark"))]
    + [(path, *how) for path in KINDS for how in ((390, "dark"), (1440, "light"))],
)
def test_axe_finds_nothing(visit, path, width, mode):
    page = visit(path, width, color_scheme=mode)
    read_to_the_end(page)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []


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


def test_search_finds_a_word_of_the_book(visit):
    page = visit(LANDING)
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("searchbox").fill("krippendorff")
    page.keyboard.press("Enter")
    page.locator("#search-results li a").first.wait_for()
    assert page.complaints == []


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
