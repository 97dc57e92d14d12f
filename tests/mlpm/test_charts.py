"""A chart is stored as data, with its description, the same bytes on every run; and painted from that data alone."""

import json
import re
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest

from mlpm import charts, paint

DESCRIPTION = "The second bar is twice as long as the first: b has two, a has one."
FRAME = pd.DataFrame({"x": [1.0, 2.0], "y": ["a", "b"]})


def bars(frame=FRAME, **properties):
    chart = alt.Chart(frame).mark_bar().encode(x="x:Q", y="y:N")
    return chart.properties(**({"width": "container"} | properties))


def stored(chart) -> dict:
    """What a notebook stores for a chart."""
    return chart._repr_mimebundle_()[charts.MIME]


def spec(**properties) -> dict:
    return stored(charts.figure(bars(**properties), "two-bars", DESCRIPTION))


def picture(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def test_a_figure_carries_its_name_and_description():
    assert (spec()["name"], spec()["description"]) == ("two-bars", DESCRIPTION)


def test_a_description_is_one_line():
    chart = charts.figure(bars(), "two-bars", "The second bar is twice as long\n    as the first: b has two.")
    assert stored(chart)["description"] == "The second bar is twice as long as the first: b has two."


@pytest.mark.parametrize("description", ["", "   ", "A bar chart."])
def test_a_figure_without_a_description_is_refused(description):
    with pytest.raises(ValueError, match="'two-bars' needs a description of at least 40"):
        charts.figure(bars(), "two-bars", description)


@pytest.mark.parametrize("name", ["", "Two bars", "two_bars", "2-bars", "two--bars"])
def test_a_name_that_is_not_kebab_case_is_refused(name):
    with pytest.raises(ValueError, match="kebab-case"):
        charts.figure(bars(), name, DESCRIPTION)


def test_a_chart_that_is_no_figure_cannot_be_shown():
    with pytest.raises(ValueError, match=r"needs a description.*mlpm\.charts\.figure"):
        bars()._repr_mimebundle_()


def test_a_chart_is_stored_under_the_label_that_notebooks_accept_with_its_description_as_text():
    bundle = charts.figure(bars(), "two-bars", DESCRIPTION)._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.vegalite.v5+json", "text/plain"}
    assert bundle["text/plain"] == DESCRIPTION


def test_the_last_digits_of_a_sum_do_not_change_what_is_stored():
    one, other = FRAME.assign(x=[0.1 + 0.2, 2.0]), FRAME.assign(x=[0.3, 2.0])
    assert json.dumps(spec(frame=one)) == json.dumps(spec(frame=other))


def test_data_are_named_by_their_content_and_found_by_that_name():
    two = charts.figure(bars() | bars(FRAME.assign(x=[3.0, 4.0])), "two-charts", DESCRIPTION)
    content = stored(two)
    names = {part["data"]["name"] for part in content["hconcat"]}
    assert names == set(content["datasets"])
    assert len(names) == 2
    assert all(re.fullmatch(r"data-[0-9a-f]{16}", name) for name in names)


def test_other_data_have_another_name():
    assert set(spec()["datasets"]) != set(spec(frame=FRAME.assign(x=[1.0, 2.000001]))["datasets"])


def test_a_missing_number_is_null():
    rows = next(iter(spec(frame=FRAME.assign(x=[1.0, float("nan")]))["datasets"].values()))
    assert rows[1]["x"] is None


def test_the_house_theme_is_in_what_is_stored():
    config = spec()["config"]
    assert config["background"] == "transparent"
    assert config["range"]["category"][0] == charts.ACCENT


def contrast(one: str, other: str) -> float:
    """The contrast of two colors, by WCAG 2.2."""

    def luminance(color: str) -> float:
        parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


WORDS_AND_LINES = [color for color in charts.DARK if color not in (charts.GRID, charts.BAND)]


@pytest.mark.parametrize("color", WORDS_AND_LINES)
def test_a_color_can_be_read_on_a_light_and_on_a_dark_page(color):
    assert contrast(color, "#fdfcf9") >= 4.5
    assert contrast(charts.DARK[color], "#14191e") >= 4.5


@pytest.mark.parametrize("color", WORDS_AND_LINES)
def test_a_color_can_be_read_on_a_band(color):
    assert contrast(color, charts.BAND) >= 3
    assert contrast(charts.DARK[color], charts.DARK[charts.BAND]) >= 3


def test_every_color_of_the_theme_has_a_place_in_a_dark_page():
    used = set(re.findall(r"#[0-9a-f]{6}", json.dumps(charts.theme())))
    assert used <= set(charts.DARK)


def test_a_picture_is_one_image_with_one_description():
    root = picture(charts.svg(spec(), "c"))
    assert (root.get("role"), root.get("aria-label")) == ("img", DESCRIPTION)
    inner = [node for node in root.iter() if node is not root]
    assert not [node for node in inner for name in node.attrib if name == "role" or name.startswith("aria-")]


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_a_picture_is_as_wide_as_asked(width):
    assert picture(charts.svg(spec(), "c", width)).get("width") == str(width)


def test_a_chart_of_fixed_width_keeps_it():
    wide = {width: picture(charts.svg(spec(width=200), "c", width)).get("width") for width in (340, 672)}
    assert wide[340] == wide[672]


def test_a_picture_keeps_its_fixed_colors_for_the_stylesheet():
    fills = {node.get("fill") for node in picture(charts.svg(spec(), "c")).iter()}
    assert charts.ACCENT in fills


@pytest.fixture
def graded() -> dict:
    """The spec of a chart whose picture has ids."""
    gradient = alt.Gradient(
        gradient="linear", stops=[alt.GradientStop(color="white", offset=0), alt.GradientStop(color="red", offset=1)]
    )
    return stored(charts.figure(bars().mark_bar(color=gradient), "two-bars", DESCRIPTION))


def test_the_same_chart_is_the_same_picture_each_time(graded):
    assert charts.svg(graded, "one") == charts.svg(graded, "one")


def test_ids_of_two_pictures_do_not_clash(graded):
    one, other = (charts.svg(graded, prefix) for prefix in ("one", "other"))
    ids = re.findall(r' id="([^"]+)"', one)
    assert ids
    assert not set(ids) & set(re.findall(r' id="([^"]+)"', other))
    assert f"url(#{ids[0]})" in one


def test_a_slider_is_painted_at_its_initial_value():
    size = alt.param(name="size", value=7, bind=alt.binding_range(min=1, max=10, step=1, name="Size "))
    text = alt.Chart(FRAME).mark_text().encode(text=alt.value(alt.ExprRef("'size ' + size"))).add_params(size)
    chart = charts.figure(text.properties(width="container"), "a-slider", DESCRIPTION)
    assert "size 7" in charts.svg(stored(chart), "c")


def test_the_fragment_has_a_picture_for_a_wide_and_for_a_narrow_column_and_the_data():
    fragment = picture(charts.html(spec(), "c").replace(" hidden", ""))
    assert fragment.get("class") == "chart"
    assert fragment.get("data-chart") == "two-bars"
    assert [svg.get("width") for svg in fragment.iter("svg")] == [str(charts.WIDE), str(charts.NARROW)]
    drawn = json.loads(fragment.find("script").text)
    assert drawn["width"] == "container"
    assert drawn == paint.on_page(spec())


def test_a_notebook_stores_a_width_in_pixels_and_a_page_takes_it_back():
    """JupyterLab never ends drawing a chart as wide as its container; tests/binder opens them all."""
    made = charts.figure(bars(), "two-bars", DESCRIPTION).to_dict()
    assert spec()["width"] == paint.WIDE
    assert paint.on_page(paint.in_notebook(made)) == made
    fixed = charts.figure(bars(width=200), "two-bars", DESCRIPTION).to_dict()
    assert paint.in_notebook(fixed) == paint.on_page(fixed) == fixed


def test_a_chart_of_fixed_width_is_painted_once_and_its_box_scrolls_by_keyboard():
    fragment = picture(charts.html(spec(width=200), "c").replace(" hidden", ""))
    assert len(list(fragment.iter("svg"))) == 1
    assert fragment.find("div").get("tabindex") == "0"


def test_data_cannot_break_out_of_the_page():
    hostile = spec(frame=FRAME.assign(y=["</script><script>alert(1)</script>", "<!--"]))
    fragment = charts.html(hostile, "c")
    assert "</script><script>" not in fragment
    assert "<!--" not in fragment
    assert json.loads(re.search(r"<script[^>]*>(.*?)</script>", fragment)[1]) == paint.on_page(hostile)


def test_the_stylesheet_gives_every_fixed_color_a_light_and_a_dark_value():
    style = charts.stylesheet()
    for light, dark in charts.DARK.items():
        assert f'.chart [fill="{light}"]' in style
        assert f'.chart [stroke="{light}"]' in style
        assert f":{light};" in style
        assert f":{dark};" in style


def test_the_bundle_is_complete_and_can_stand_in_a_page():
    bundle = charts.bundle()
    assert charts.live() in bundle
    assert re.search(r"globalThis\.mlpmVegaEmbed\s*=", bundle)
    assert not re.search(r"^\s*(import|export)\b", bundle, re.M)
    assert "</script" not in bundle


def test_a_sliders_range_holds_its_value():
    for value, low, high in ((5, 0, 10), (15, 0, 15), (-2, -2, 10)):
        param = charts.slider("x", "Reports", value, 0, 10, 0.5)
        (made,) = alt.Chart(pd.DataFrame({"a": [1]})).mark_point().add_params(param).to_dict()["params"]
        bind = {"input": "range", "name": "Reports ", "min": low, "max": high, "step": 0.5}
        assert made == {"name": "x", "value": value, "bind": bind}
