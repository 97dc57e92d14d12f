"""Charts stored as data, with a description.

A notebook stores a chart as Vega-Lite JSON: small, diffable, comparable digit by digit. From that JSON the site and the
reports make the same thing: two SVG pictures painted at build time (one for a wide column, one for a phone), which read
without JavaScript, and a live chart that takes their place when it scrolls into view.

Importing this module enables the house theme and the renderer that stores the JSON.
"""

import hashlib
import json
import re
from functools import cache
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import altair as alt
import vl_convert

from mlpm.outputs import rounded

# JupyterLab draws this label and nbformat accepts it; Altair's own label for Vega-Lite 6 is refused by both.
MIME = "application/vnd.vegalite.v5+json"
# Width in pixels of the two pictures. The wide one fills the text column; the narrow one fits a phone of 360.
WIDE, NARROW = 672, 340
MIN_DESCRIPTION = 40

# The palette, for a light page. Every color keeps at least 4.5:1 against the page, GRID and BAND are backgrounds.
INK = "#22303c"  # text, the main line
MUTED = "#5a6672"  # axes, reference lines
GRID = "#e4e2dc"
ACCENT = "#1b5e86"
SECOND = "#b4530a"
THIRD = "#6d4a9c"
GOOD = "#2a7147"
BAD = "#b0302a"
BAND = "#cfe0ea"  # an interval behind a line

# The same color on a dark page: the stylesheet puts it in place of the fixed one, so a chart follows the page.
DARK = {
    INK: "#e4e7ea",
    MUTED: "#a3adb7",
    GRID: "#363d45",
    ACCENT: "#7fb9de",
    SECOND: "#f0a462",
    THIRD: "#bfa5e6",
    GOOD: "#84cfa0",
    BAD: "#f29a92",
    BAND: "#2b4557",
}

_SVG = "{http://www.w3.org/2000/svg}"
_HERE = Path(__file__).parent


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

    name: kebab-case, unique in the notebook; a chapter shows the chart by it. description: what the chart shows, with
    its finding, in one to three sentences; a screen reader speaks it, and it stands where charts cannot be drawn.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise ValueError(f"a chart's name is kebab-case, like 'effort-and-reward'; this one is {name!r}")
    described = chart.properties(name=name, description=" ".join(description.split()))
    describe(described.to_dict())
    return described


def describe(spec: dict) -> str:
    """Return a spec's description; a chart without one says nothing to a reader who cannot see it, so it is refused."""
    description = spec.get("description", "").strip()
    if len(description) < MIN_DESCRIPTION:
        raise ValueError(
            f"the chart {spec.get('name', 'without a name')!r} needs a description of at least {MIN_DESCRIPTION} "
            "characters that says what it shows: mlpm.charts.figure(chart, name, description)"
        )
    return description


def render(spec: dict, **options) -> dict:
    """Altair's renderer: the spec as data, its floats rounded, its data named by their content, and its description."""
    description = describe(spec)
    return {MIME: stored(spec), "text/plain": description}


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


def svg(spec: dict, prefix: str, width: int = WIDE) -> str:
    """Paint a spec as inline SVG, `width` pixels wide if the chart takes its container's width.

    prefix goes before every id, so that pictures do not clash in a page. A screen reader meets one image with one
    description, not the hundred marks inside it.
    """
    description = describe(spec)
    if spec.get("width") == "container":
        spec = spec | {"width": width}
    picture = ElementTree.fromstring(vl_convert.vegalite_to_svg(spec))
    ids = {node.get("id") for node in picture.iter()} - {None}
    for node in picture.iter():
        node.tag = node.tag.removeprefix(_SVG)  # HTML knows what an <svg> is
        for attribute, value in list(node.attrib.items()):
            if attribute == "role" or attribute.startswith("aria-"):
                del node.attrib[attribute]
            elif attribute == "id":
                node.set("id", f"{prefix}-{value}")
            elif ids and "#" in value:
                node.set(attribute, re.sub(r"#([\w-]+)", lambda m: f"#{prefix}-{m[1]}" if m[1] in ids else m[0], value))
    for attribute in ("version", "class"):
        picture.attrib.pop(attribute, None)
    picture.set("role", "img")
    picture.set("aria-label", description)
    return ElementTree.tostring(picture, encoding="unicode")


def html(spec: dict, prefix: str) -> str:
    """Return a chart ready to stand in a <figure>: painted for wide and narrow columns, with its spec beside it.

    The stylesheet shows the picture that fits; `bundle` makes it live. prefix is unique in the page.
    """
    describe(spec)
    widths = {"wide": WIDE, "narrow": NARROW} if spec.get("width") == "container" else {"only": WIDE}
    pictures = "".join(
        f'<div class="chart-{size}">{svg(spec, f"{prefix}-{size}", width)}</div>' for size, width in widths.items()
    )
    # A picture of fixed width may be wider than a phone: its box scrolls, by keyboard too.
    scrolls = "" if "narrow" in widths else ' tabindex="0"'
    # "<" may close the script element or open a comment in it; in JSON it can be written as an escape.
    data = json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<div class="chart" id="{escape(prefix)}" data-chart="{escape(spec.get("name", ""))}">'
        f'<div class="chart-painted"{scrolls}>{pictures}</div>'
        f'<div class="chart-live" hidden></div>'
        f'<script type="application/json" class="chart-spec">{data}</script></div>'
    )


@cache
def vega() -> str:
    """Return the Vega libraries as one script that defines `mlpmVegaEmbed`: 0.9 MB, so loaded when a chart is seen."""
    return f"(() => {{{vl_convert.javascript_bundle('globalThis.mlpmVegaEmbed = vegaEmbed;')}}})();"


def live() -> str:
    """Return the small script that makes painted charts live when they come into view."""
    return (_HERE / "charts.js").read_text(encoding="utf-8")


def bundle() -> str:
    """Return all the scripts a page needs that can load nothing: the Vega libraries and the small script."""
    return f"{vega()}\n{live()}"


def stylesheet() -> str:
    """Return the style of charts: which picture is shown, the sliders, and each fixed color's place in a dark page."""
    names = {color: f"--chart-{number}" for number, color in enumerate(DARK)}
    light = "".join(f"{names[color]}:{color};" for color in DARK)
    dark = "".join(f"{names[color]}:{night};" for color, night in DARK.items())
    mapped = "".join(
        f'.chart [{paint}="{color}"]{{{paint}:var({name})}}'
        for color, name in names.items()
        for paint in ("fill", "stroke")
    )
    variables = (
        f":root{{{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme]){{{dark}}}}}"
        f'@media screen{{:root[data-theme="dark"]{{{dark}}}}}'
    )
    return f"{variables}\n{mapped}\n{(_HERE / 'charts.css').read_text(encoding='utf-8')}"


alt.theme.register("mlpm", enable=True)(theme)
alt.renderers.enable("mlpm")
