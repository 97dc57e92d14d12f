"""From a chart's stored data to what a page shows, without Altair: the site and the reports only read.

A chart becomes two SVG pictures painted at build time (one for a wide column, one for a phone), which read without
JavaScript, and a live chart that takes their place when it scrolls into view.
"""

import json
import re
from functools import cache
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import vl_convert

from mlpm import chart_table

# JupyterLab draws this label and nbformat accepts it; Altair's own label for Vega-Lite 6 is refused by both.
MIME = "application/vnd.vegalite.v5+json"
# Width in pixels of the two pictures. The wide one fills the text column; the narrow one fits a phone of 360.
WIDE, NARROW = 672, 340
CONTAINER = "container"  # the width of a chart that is as wide as the column it stands in
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


def describe(spec: dict) -> str:
    """Return a spec's description; a chart without one says nothing to a reader who cannot see it, so it is refused."""
    description = spec.get("description", "").strip()
    if len(description) < MIN_DESCRIPTION:
        raise ValueError(
            f"the chart {spec.get('name', 'without a name')!r} needs a description of at least {MIN_DESCRIPTION} "
            "characters that says what it shows: mlpm.charts.figure(chart, name, description)"
        )
    return description


def in_notebook(spec: dict) -> dict:
    """Return a spec as a notebook stores it: a chart as wide as its container gets a width in pixels there.

    JupyterLab adds a picture to the output of every chart it has drawn, and draws a chart that asks for its container's
    width anew for each addition, without end (seen with 4.5.11 and 4.6.6). `on_page` takes the number back.
    """
    return spec | {"width": WIDE, "usermeta": {"width": CONTAINER}} if spec.get("width") == CONTAINER else spec


def on_page(spec: dict) -> dict:
    """Return a spec as it was before `in_notebook`."""
    if spec.get("usermeta", {}).get("width") != CONTAINER:
        return spec
    return {key: value for key, value in spec.items() if key != "usermeta"} | {"width": CONTAINER}


def title(spec: dict) -> str:
    """Return a chart's point: the first sentence of its description, without its period."""
    return re.split(r"(?<=[.?!])\s", describe(spec), maxsplit=1)[0].rstrip(".")


def svg(spec: dict, prefix: str, width: int = WIDE) -> str:
    """Paint a spec as inline SVG, `width` pixels wide if the chart takes its container's width.

    prefix goes before every id, so that pictures do not clash in a page. A screen reader meets one image with one
    description, not the hundred marks inside it.
    """
    description, spec = describe(spec), on_page(spec)
    if spec.get("width") == CONTAINER:
        spec = spec | {"width": width}
    picture = ElementTree.fromstring(vl_convert.vegalite_to_svg(spec))
    # vl_convert counts on from picture to picture; numbered anew, the same spec gives the same text.
    found = [node.get("id") for node in picture.iter() if node.get("id")]
    ids = {name: f"{prefix}-{number}" for number, name in enumerate(found)}
    for node in picture.iter():
        node.tag = node.tag.removeprefix(_SVG)  # HTML knows what an <svg> is
        for attribute, value in list(node.attrib.items()):
            if attribute == "role" or attribute.startswith("aria-"):
                del node.attrib[attribute]
            elif attribute == "id":
                node.set("id", ids[value])
            elif ids and "#" in value:
                node.set(attribute, re.sub(r"#([\w-]+)", lambda m: f"#{ids.get(m[1], m[1])}", value))
    for attribute in ("version", "class"):
        picture.attrib.pop(attribute, None)
    picture.set("role", "img")
    picture.set("aria-label", description)
    return ElementTree.tostring(picture, encoding="unicode")


def html(spec: dict, prefix: str) -> str:
    """Return a chart ready to stand in a <figure>: its point, two pictures of it, its numbers and its spec.

    One is for wide columns, one for narrow ones: the stylesheet shows the one that fits; `bundle` makes it live. prefix
    is unique in the page.
    """
    spec = on_page(spec)
    fills = spec.get("width") == CONTAINER
    widths = {"wide": WIDE, "narrow": NARROW} if fills else {"only": WIDE}
    pictures = "".join(
        f'<div class="chart-{size}">{svg(spec, f"{prefix}-{size}", width)}</div>' for size, width in widths.items()
    )
    # A picture of fixed width may be wider than a phone: its box scrolls, by keyboard too.
    scrolls = "" if "narrow" in widths else ' tabindex="0"'
    # "<" may close the script element or open a comment in it; in JSON it can be written as an escape.
    data = json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<div class="chart" id="{escape(prefix)}" data-chart="{escape(spec.get("name", ""))}">'
        # Hidden from a screen reader, which hears it with the picture.
        f'<p class="chart-title" aria-hidden="true">{escape(title(spec))}</p>'
        f'<div class="chart-painted"{scrolls}>{pictures}</div>'
        f'<div class="chart-live" hidden></div>'
        f"{chart_table.html(spec | {'width': WIDE} if fills else spec)}"
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
