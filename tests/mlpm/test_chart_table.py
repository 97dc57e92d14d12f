"""The table under a chart says what the chart draws: compared with the frame that the chart was made of."""

import re
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pandas as pd
import pytest

from mlpm import chart_table

BARS = pd.DataFrame({"way": ["undo", "notice & form", "none; <b>"], "items": [24.57, 1234.0, -3.0]})


def cells(chart) -> list[list[str]]:
    """The heading and the rows of a chart's table, as text."""
    box = ElementTree.fromstring(chart_table.html(chart.to_dict()))
    return [["".join(cell.itertext()) for cell in line] for line in box.iter("tr")]


def note(chart) -> str:
    box = ElementTree.fromstring(chart_table.html(chart.to_dict()))
    return "".join("".join(line.itertext()) for line in box.iter("p"))


def test_a_bar_is_a_row_and_its_words_stay_words():
    chart = alt.Chart(BARS).mark_bar().encode(x=alt.X("items:Q", title="Items a day"), y=alt.Y("way:N", title=None))
    assert sorted(cells(chart)) == sorted(
        [["way", "Items a day"], ["undo", "24.57"], ["notice & form", "1,234"], ["none; <b>", "−3"]]
    )
    assert "none; &lt;b&gt;" in chart_table.html(chart.to_dict())
    assert note(chart) == ""


def test_an_interval_and_its_point_are_one_row():
    frame = pd.DataFrame({"row": ["a", "b"], "low": [0.1, 0.2], "rate": [0.15, 0.3], "high": [0.2, 0.4]})
    base = alt.Chart(frame).encode(y="row:N")
    ranges = base.mark_rule().encode(x=alt.X("low:Q", title="Right", axis=alt.Axis(format=".0%")), x2="high:Q")
    points = base.mark_point().encode(x=alt.X("rate:Q"))
    assert cells(ranges + points) == [
        ["row", "Right", "Right, from", "Right, to"],
        ["a", "15%", "10%", "20%"],
        ["b", "30%", "20%", "40%"],
    ]


def test_a_point_with_a_range_in_both_directions_is_one_row():
    frame = pd.DataFrame({"low": [1, 2], "mid": [2, 4], "high": [5, 6], "gain": [7, 8], "plan": ["cut", "built"]})
    base = alt.Chart(frame).encode(color="plan:N", y="gain:Q")
    both = base.mark_rule().encode(x=alt.X("low:Q", title="Weeks"), x2="high:Q") + base.mark_point().encode(x="mid:Q")
    assert cells(both) == [
        ["plan", "Weeks", "Weeks, from", "Weeks, to", "gain"],
        ["cut", "2", "1", "5", "7"],
        ["built", "4", "2", "6", "8"],
    ]


def test_two_measures_on_one_axis_keep_their_names():
    frame = pd.DataFrame({"week": [1, 2], "sure": [0.5, 0.25], "first_half": [1.0, 0.75]})
    base = alt.Chart(frame).encode(x=alt.X("week:Q", title="Week"))
    both = base.mark_line().encode(y=alt.Y("sure:Q", title="Chance")) + base.mark_line().encode(y="first_half:Q")
    assert cells(both) == [
        ["Week", "Chance: sure", "Chance: first half"],
        ["1", "0.5", "1"],
        ["2", "0.25", "0.75"],
    ]


def test_values_are_those_after_transforms_at_the_start_of_the_sliders():
    price = alt.param(name="price", value=3, bind=alt.binding_range(min=0, max=9, step=1, name="Price, euros:"))
    on = alt.param(name="on", value=True, bind=alt.binding_checkbox(name="With tax"))
    frame = pd.DataFrame({"n": [1, 2]})
    chart = (
        alt.Chart(frame)
        .transform_calculate(cost="datum.n * price * (on ? 2 : 1)")
        .mark_line()
        .encode(x="n:Q", y=alt.Y("cost:Q", title="Euros"))
        .add_params(price, on)
    )
    assert cells(chart)[1:] == [["1", "6"], ["2", "12"]]
    assert note(chart) == "With Price, euros 3, With tax on."


def test_a_long_series_keeps_its_ends_and_says_what_is_left_out():
    frame = pd.DataFrame({"x": np.arange(457), "y": np.arange(457) ** 2})
    chart = alt.Chart(frame).mark_line().encode(x="x:Q", y="y:Q")
    rows = cells(chart)[1:]
    assert (rows[0], rows[-1]) == (["0", "0"], ["456", "207,936"])
    steps = np.diff([int(row[0]) for row in rows])
    assert len(rows) <= chart_table.MOST_ROWS
    assert steps.max() - steps.min() <= 1
    assert note(chart) == f"{len(rows)} of 457 points, evenly spaced."


def test_each_line_of_several_keeps_its_ends():
    frame = pd.DataFrame({"x": [*range(50)] * 2, "kind": ["a"] * 50 + ["b"] * 50, "y": [*range(50), *range(100, 150)]})
    rows = cells(alt.Chart(frame).mark_line().encode(x="x:Q", y="y:Q", color="kind:N"))[1:]
    for kind, first, last in (("a", "0", "49"), ("b", "100", "149")):
        mine = [row for row in rows if kind in row]
        assert (mine[0][-1], mine[-1][-1]) == (first, last)
        assert len(mine) == 15


def test_points_have_the_label_that_stands_beside_them_unless_it_repeats_their_number():
    frame = pd.DataFrame({"x": [1, 2], "y": [3, 4], "name": ["the rule", "4"]})
    base = alt.Chart(frame).encode(x="x:Q", y="y:Q")
    assert cells(base.mark_point() + base.mark_text().encode(text="name:N")) == [
        ["label", "x", "y"],
        ["the rule", "1", "3"],
        ["", "2", "4"],
    ]


def test_a_line_across_the_chart_is_no_row():
    bars = alt.Chart(BARS).mark_bar().encode(x="items:Q", y="way:N")
    line = alt.Chart(pd.DataFrame({"items": [7]})).mark_rule().encode(x="items:Q")
    assert sorted(cells(line + bars)[1:]) == sorted(cells(bars)[1:])


def test_a_drawing_without_axes_has_no_numbers():
    frame = pd.DataFrame({"x": [1, 2], "y": [3, 4]})
    chart = alt.Chart(frame).mark_point().encode(x=alt.X("x:Q", axis=None), y=alt.Y("y:Q", axis=None))
    assert chart_table.html(chart.to_dict()) == ""


@pytest.mark.parametrize(
    ("value", "percent", "said"),
    [
        (0.12345, False, "0.1235"),
        (1234567.8, False, "1,234,568"),
        (-0.00004, True, "−0.004%"),
        (0.849, True, "84.9%"),
        (-0.0, False, "0"),
        (0.0, True, "0%"),
    ],
)
def test_numbers_are_as_long_as_a_reader_needs(value, percent, said):
    assert chart_table.shown(value, percent) == said


def test_numbers_stand_to_the_right_and_words_to_the_left():
    chart = alt.Chart(BARS).mark_bar().encode(x="items:Q", y="way:N")
    heads = re.findall(r"<th [^>]*>", chart_table.html(chart.to_dict()))
    assert ["text-right" in head for head in heads] == [False, True]
