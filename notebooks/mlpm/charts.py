"""Charts stored as data, with a description.

A notebook stores a chart as Vega-Lite JSON: small, diffable, comparable digit by digit. `mlpm.paint` makes of it what
the site and the reports show; its functions and colors are here as well, under one name.

Importing this module enables the house theme and the renderer that stores the JSON.
"""

import hashlib
import json
import re

import altair as alt

from mlpm.outputs import rounded
from mlpm.paint import (
    ACCENT,
    BAD,
    BAND,
    DARK,
    GOOD,
    GRID,
    INK,
    MIME,
    MUTED,
    NARROW,
    SECOND,
    THIRD,
    WIDE,
    bundle,
    describe,
    html,
    in_notebook,
    live,
    stylesheet,
    svg,
    vega,
)

__all__ = ["ACCENT", "BAD", "BAND", "DARK", "GOOD", "GRID", "INK", "MIME", "MUTED", "NARROW", "SECOND", "THIRD", "WIDE"]
__all__ += ["bundle", "describe", "figure", "html", "live", "render", "slider", "stored", "stylesheet", "svg", "theme"]
__all__ += ["vega"]


def theme() -> alt.theme.ThemeConfig:
    """The house theme: transparent, legible at phone width, the y title above the axis where it reads level."""
    font = {"labelFontSize": 12, "titleFontSize": 12.5, "labelColor": MUTED, "titleColor": INK, "titleFontWeight": 600}
    return {
        "config": {
            "background": "transparent",
            "font": "sans-serif",
            # The plot keeps its height; only the width follows the column.
            "autosize": {"type": "fit-x", "contains": "padding"},
            "padding": 4,
            "view": {"stroke": "transparent", "continuousHeight": 260, "discreteHeight": {"step": 30}},
            "mark": {"color": ACCENT},
            "line": {"strokeWidth": 2.25},
            "point": {"size": 70, "filled": True},
            "rule": {"color": MUTED},
            "bar": {"cornerRadiusEnd": 2},
            "text": {"color": INK, "fontSize": 12},
            "range": {"category": [ACCENT, SECOND, THIRD, GOOD, BAD, MUTED]},
            "title": {
                "color": INK,
                "fontSize": 14,
                "anchor": "start",
                "offset": 14,
                "subtitleColor": MUTED,
                "subtitleFontSize": 12,
            },
            "axis": font | {"gridColor": GRID, "domainColor": MUTED, "tickColor": MUTED, "labelLimit": 170},
            "axisX": {
                "grid": False,
                "titlePadding": 8,
                # A long title grows over the labels on its left, never out of a phone.
                "titleAnchor": "end",
                "labelOverlap": "greedy",
                "tickCount": {"expr": "ceil(width / 80)"},
            },
            "axisXQuantitative": {"grid": True},
            "axisY": {
                "domain": False,
                "ticks": False,
                "labelPadding": 6,
                "tickCount": 6,
                "titleAngle": 0,
                "titleAlign": "left",
                "titleBaseline": "bottom",
                "titleX": 0,
                "titleY": -8,
            },
            # Above the y title; one entry a line on a phone, where a row of them would be cut off.
            "legend": font
            | {
                "orient": "top",
                "offset": 28,
                "title": None,
                "columns": {"expr": "width < 420 ? 1 : 3"},
                "symbolSize": 90,
                "columnPadding": 16,
                "labelLimit": 200,
            },
            "header": font | {"labelAnchor": "start", "title": None},
            "facet": {"spacing": 24},
            "concat": {"spacing": 28},
        }
    }


def figure(chart: alt.TopLevelMixin, name: str, description: str) -> alt.TopLevelMixin:
    """Name and describe a chart; make it the last expression of a cell.

    name: kebab-case, unique in the notebook; a chapter shows the chart by it. description: one to four sentences; the
    first is the chart's point and stands above it as its title, the others say what is drawn and give the numbers. A
    screen reader speaks them, and they stand where charts cannot be drawn.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise ValueError(f"a chart's name is kebab-case, like 'effort-and-reward'; this one is {name!r}")
    described = chart.properties(name=name, description=" ".join(description.split()))
    describe(described.to_dict())
    return described


def slider(name: str, title: str, value: float, low: float, high: float, step: float) -> alt.Parameter:
    """A slider whose range holds its value: a reader's own input may lie outside the usual one."""
    low, high = min(low, value), max(high, value)
    return alt.param(name=name, value=value, bind=alt.binding_range(name=f"{title} ", min=low, max=high, step=step))


def said(base: alt.Chart, text: str, place: int, color: str, top: int = 8) -> alt.Chart:
    """A line of words above the plot, right-aligned: what the sliders' position says. text: a Vega expression.

    place: 0 for the first line; top: where it stands, in pixels.
    """
    return base.transform_calculate(text=text).mark_text(align="right", color=color, fontWeight="bold").encode(
        x=alt.value(alt.expr("width - 4")), y=alt.value(top + 18 * place), text="text:N"
    )


def render(spec: dict, **options) -> dict:
    """Altair's renderer: the spec as data, its floats rounded, its data named by their content, and its description."""
    description = describe(spec)
    return {MIME: in_notebook(stored(spec)), "text/plain": description}


def stored(spec: dict) -> dict:
    """Return a spec as it is stored: the same numbers give the same bytes on every run and every machine."""
    spec = rounded(spec)
    names = {}
    for old, rows in spec.get("datasets", {}).items():
        content = json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()
        names[old] = "data-" + hashlib.sha256(content).hexdigest()[:16]

    def renamed(part):
        if isinstance(part, list):
            return [renamed(item) for item in part]
        if not isinstance(part, dict):
            return part
        part = {key: renamed(item) for key, item in part.items()}
        if isinstance(part.get("data"), dict) and part["data"].get("name") in names:
            part["data"] = part["data"] | {"name": names[part["data"]["name"]]}
        return part

    datasets = spec.pop("datasets", None)
    spec = renamed(spec)
    if datasets:
        spec["datasets"] = {names[old]: rows for old, rows in datasets.items()}
    return spec


alt.theme.register("mlpm", enable=True)(theme)
alt.renderers.enable("mlpm")
