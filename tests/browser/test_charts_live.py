"""A chart reads without JavaScript, lives when it is seen, answers the keyboard and follows the reader's theme."""

import pytest
from patience import until

from mlpm.charts import DARK
from mlpm.experiment import peeking_false_positives

CHAPTER = "docs/skills/delivery/scope-an-mvp.html"
NOTEBOOK = "notebooks/scope-an-mvp.html"
NOTEBOOKS = [NOTEBOOK, "notebooks/analyze-an-experiment.html", "notebooks/measure-label-agreement.html"]


def live(page, chart=None):
    """Scroll a chart into view and wait until it lives."""
    chart = chart or page.locator(".chart").first
    chart.scroll_into_view_if_needed()
    until(chart, "chart => chart.classList.contains('is-live')")
    return chart


def with_sliders(page):
    """The first chart of a page that has sliders."""
    charts = page.locator(".chart").all()
    return next(chart for chart in charts if '"input":"range"' in chart.locator(".chart-spec").text_content())


def drawn(chart) -> str:
    return chart.locator(".chart-stage svg").inner_html()


@pytest.mark.parametrize("path", [CHAPTER, NOTEBOOK])
@pytest.mark.parametrize("width", [390, 1440])
def test_without_javascript_every_chart_is_visible_once(visit, path, width):
    page = visit(path, width, java_script_enabled=False)
    charts = page.locator(".chart")
    assert charts.count() > 0
    for chart in charts.all():
        assert chart.locator("svg:visible").count() == 1
        assert chart.locator("input:visible").count() == 0


def test_without_javascript_text_and_menu_are_readable(visit):
    page = visit(CHAPTER, java_script_enabled=False)
    assert page.locator("article h1").is_visible()
    assert page.locator("article .in-this-chapter").is_visible()
    assert page.locator("#pst-primary-sidebar a").first.is_visible()


def test_a_chart_lives_when_it_is_scrolled_to_and_not_before(visit):
    page = visit(NOTEBOOK, 390)
    page.wait_for_timeout(300)
    last = page.locator(".chart").last
    assert "is-live" not in last.get_attribute("class")
    live(page, last)
    assert last.locator("svg:visible").count() == 1


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_every_chart_of_a_notebook_lives_without_a_complaint(visit, path):
    page = visit(path)
    for chart in page.locator(".chart").all():
        live(page, chart)
        assert chart.locator(".chart-stage svg").get_attribute("aria-label")
    assert page.complaints == []


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_a_slider_moved_by_keyboard_changes_the_picture(visit, path):
    page = visit(path)
    chart = live(page, with_sliders(page))
    slider = chart.get_by_role("slider").first
    chart.evaluate("chart => { chart.before = chart.querySelector('.chart-stage svg').innerHTML; }")
    before = chart.locator("output").first.inner_text()
    slider.focus()
    slider.press("ArrowRight")
    until(chart, "chart => chart.querySelector('.chart-stage svg').innerHTML !== chart.before")
    assert chart.locator("output").first.inner_text() != before


def test_the_front_page_gets_no_library_before_somebody_touches_its_chart_and_then_the_notebooks_number(visit):
    page = visit("index.html")
    slider = page.get_by_role("slider", name="Looks")
    slider.wait_for()
    assert not any("/vega." in address for address in page.asked)
    slider.focus()
    for _ in range(10 - int(slider.input_value())):
        slider.press("ArrowRight")
    chart = live(page, page.locator(".front-door .chart"))
    said = f"{round(100 * peeking_false_positives(10)[-1])} of 100 false"
    until(chart, f"chart => chart.querySelector('.chart-stage svg').textContent.includes('{said}')")
    assert page.complaints == []


def test_a_title_that_a_slider_has_overtaken_says_so(visit):
    page = visit(NOTEBOOK)
    chart = live(page, with_sliders(page))
    prefix = "title => getComputedStyle(title, '::before').content"
    assert chart.locator(".chart-title").evaluate(prefix) == "none"
    chart.get_by_role("slider").first.press("ArrowRight")
    assert chart.locator(".chart-title").evaluate(prefix) == '"As given: "'


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_every_slider_has_a_name_and_says_its_value(visit, path):
    page = visit(path)
    chart = live(page, with_sliders(page))
    for slider in chart.get_by_role("slider").all():
        assert chart.locator(f"label[for='{slider.get_attribute('id')}']").inner_text().strip()
        assert chart.locator(f"output[for='{slider.get_attribute('id')}']").inner_text().strip()


def test_a_chart_takes_the_new_width_of_its_column(visit):
    """Drawn anew, not shrunk with its labels."""
    page = visit(NOTEBOOK, 1440)
    chart = live(page)
    page.set_viewport_size({"width": 390, "height": 844})
    until(chart, "chart => Number(chart.querySelector('.chart-stage svg').getAttribute('width')) < 380")


COLORS = """chart => [...chart.querySelectorAll("svg [fill^='#'], svg [stroke^='#']")].flatMap(mark =>
    ["fill", "stroke"].filter(paint => mark.hasAttribute(paint)).map(paint =>
        [mark.getAttribute(paint), getComputedStyle(mark)[paint]]))"""


def rgb(color: str) -> str:
    return f"rgb({int(color[1:3], 16)}, {int(color[3:5], 16)}, {int(color[5:], 16)})"


@pytest.mark.parametrize("alive", [False, True])
def test_a_dark_page_recolors_the_chart(visit, alive):
    page = visit(NOTEBOOK, color_scheme="dark")
    chart = live(page) if alive else page.locator(".chart").last
    colors = [pair for pair in chart.evaluate(COLORS) if pair[0] in DARK]
    assert colors
    assert {shown for _, shown in colors} == {rgb(DARK[fixed]) for fixed, _ in colors}


def test_the_color_menu_recolors_a_living_chart(visit):
    page = visit(NOTEBOOK, color_scheme="light")
    chart = live(page)
    page.get_by_role("button", name="Color mode").click()
    page.get_by_role("button", name="Dark").click()
    colors = [pair for pair in chart.evaluate(COLORS) if pair[0] in DARK]
    assert {shown for _, shown in colors} == {rgb(DARK[fixed]) for fixed, _ in colors}


def test_a_chart_lives_under_a_strict_content_security_policy(visit, chromium):
    """Expressions are interpreted: nothing is evaluated from text, and no style element is added."""
    page = chromium.new_page()
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    def strict(route):
        answer = route.fetch()
        policy = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self'; img-src 'self' data:"
        route.fulfill(
            response=answer, headers=answer.headers | {"content-security-policy": f"{policy}; font-src 'self'"}
        )

    page.route("**/*.html", strict)
    page.goto(visit(NOTEBOOK).url)
    live(page, with_sliders(page))
    assert [said for said in complaints if "eval" in said or "Vega" in said] == []
    page.close()
