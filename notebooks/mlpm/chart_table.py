"""The numbers that a chart draws, as a table: read off the marks of the drawing, so nothing is said twice.

Vega describes every mark it draws ("Seconds: 12; way: undo") for screen readers. Here the names in these descriptions
are replaced by channels before drawing, and the values come back as rows: after transforms, at the sliders' starting
values, exactly what a reader sees.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from html import escape

import vl_convert

from mlpm.phrases import minus

# A longer series is thinned evenly: a reader wants its course, and the page its weight.
MOST_ROWS = 30
_DISCRETE = ("nominal", "ordinal")
_SAID = ("x", "x2", "y", "y2", "theta", "color", "fill", "stroke", "shape", "strokeDash", "size", "text")
# How marks lie, not what they say.
_SILENT = ("order", "detail", "angle", "opacity", "strokeWidth", "xOffset", "yOffset")
# Between these stand the channel's place in the list of `_mark_up`; private use, so no data contains them.
_OPEN, _CLOSE = "\ue000", "\ue001"
_LABEL = "label"
_PART = re.compile(rf"(?:^|; ){_OPEN}(\d+){_CLOSE}: (.*?)(?=; {_OPEN}\d+{_CLOSE}: |$)", re.S)


@dataclass(frozen=True)
class Channel:
    """What a mark encodes. percent: whether it is written as a percentage; bare: whether a place without an axis."""

    name: str
    field: str
    title: str
    kind: str
    percent: bool
    bare: bool

    @property
    def axis(self) -> str:
        return self.name[0] if self.name in ("x", "x2", "y", "y2") else ""

    @property
    def discrete(self) -> bool:
        return self.kind in _DISCRETE


@dataclass
class Row:
    """Cells by heading. keys: the headings that say what the row is about; drawn: the kind of its first mark;
    series: the line that it is a point of.
    """

    cells: dict[str, str]
    keys: set[str]
    drawn: str
    series: tuple


def _mark_up(spec: dict) -> tuple[dict, list[Channel]]:
    """Return a copy of a spec whose channels are titled by number and unformatted, and the channels by number."""
    spec, channels = json.loads(json.dumps(spec)), []

    def visit(node: object) -> None:
        if isinstance(node, list):
            for child in node:
                visit(child)
        elif isinstance(node, dict):
            for name, channel in (node.get("encoding") or {}).items():
                if name in _SAID + _SILENT and isinstance(channel, dict) and "field" in channel:
                    channels.append(_channel(name, channel))
                    channel["title"] = f"{_OPEN}{len(channels) - 1}{_CLOSE}"
            for key, child in node.items():
                if key != "datasets":
                    visit(child)

    visit(spec)
    # Layers share an axis, and its format stands in one of them.
    shares = {channel.axis for channel in channels if channel.percent and channel.axis}
    return spec, [replace(channel, percent=True) if channel.axis in shares else channel for channel in channels]


def _channel(name: str, encoding: dict) -> Channel:
    """Read a channel and take what formats its values out of the spec."""
    guides = [encoding, *(guide for guide in map(encoding.get, ("axis", "legend")) if isinstance(guide, dict))]
    titles = [guide.pop("title") for guide in guides if "title" in guide]
    formats = [guide.pop("format") for guide in guides if "format" in guide]
    title = next(filter(None, titles), "")
    return Channel(
        name,
        encoding["field"].replace("_", " "),
        " ".join(title) if isinstance(title, list) else title,
        encoding.get("type", ""),
        any("%" in str(style) for style in formats),
        encoding.get("axis", ...) is None or name.endswith("2"),
    )


def _marks(node: dict) -> list[tuple[str, dict]]:
    """Return (kind of mark, item) for every mark that stands for data, in the order they are drawn."""
    found = []
    kind = node.get("marktype")
    for item in node.get("items") or []:
        if node.get("role") == "mark" and kind != "group":
            found.append((kind, item))
        elif isinstance(item, dict):
            found += _marks(item)
    return found


def _number(text: str) -> float | None:
    try:
        return float(text.replace("−", "-").replace(",", ""))
    except ValueError:
        return None


def shown(value: float, percent: bool = False) -> str:
    """Return a number as a table shows it: three digits of a percentage, four of anything else."""
    if percent:
        text = f"{100 * value:.3g}%"
    elif abs(value) >= 1000:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.4g}"
    return minus("0" if re.fullmatch(r"-0\.?0*", text) else text)


def _headings(channels: list[Channel], drawn: list[list[tuple[int, str]]]) -> dict[int, str]:
    """Return a heading for each channel. drawn: per mark, its (channel, value) pairs."""
    pairs = ((one, other) for values in drawn for one, _ in values for other, _ in values)
    ranged = {one for one, other in pairs if _ends(channels[one], channels[other])}
    headings = {}
    for axis in ("x", "y"):
        mine = [number for number in range(len(channels)) if channels[number].axis == axis]
        title = next((channels[number].title for number in mine if channels[number].title), "")
        points = {
            channels[number].field
            for values in drawn
            for number, _ in values
            if len(values) > 1 and number in mine and number not in ranged and not channels[number].discrete
        }
        for number in mine:
            channel = channels[number]
            if number in ranged:
                end = "to" if channel.name.endswith("2") else "from"
                headings[number] = f"{title}, {end}" if title else channel.field
            elif title and len(points) < 2:
                headings[number] = title
            else:
                headings[number] = f"{title}: {channel.field}" if title and not channel.discrete else channel.field
    for number, channel in enumerate(channels):
        headings.setdefault(number, channel.title or channel.field)
    return headings


def _ends(one: Channel, other: Channel) -> bool:
    """Say whether two channels of a mark are the two ends of a range."""
    return one.axis != "" and one.axis == other.axis and one.name != other.name


def _fits(row: Row, other: Row) -> bool:
    """Say whether two rows are about the same thing and contradict each other in nothing."""
    common = row.cells.keys() & other.cells.keys()
    return bool(row.keys & other.keys) and all(row.cells[name] == other.cells[name] for name in common)


def _thinned(rows: list[Row]) -> list[Row]:
    """Keep the ends of each series and rows between them evenly, and every row that is no point of a line."""
    lines = Counter(row.series for row in rows if row.drawn in ("line", "area"))
    room = max(5, MOST_ROWS // max(1, len(lines)))
    kept, place = [], Counter()
    for row in rows:
        count, at = lines[row.series], place[row.series]
        if row.drawn in ("line", "area") and count > room:
            place[row.series] += 1
            # The k-th of `room` rows stands at k (count − 1) / (room − 1), rounded.
            step = (count - 1) / (room - 1)
            if round(round(at / step) * step) != at:
                continue
        kept.append(row)
    return kept


@dataclass(frozen=True)
class Table:
    """names: the headings, in order; total: how many rows there were before long series were thinned."""

    names: list[str]
    rows: list[Row]
    total: int


def table(spec: dict) -> Table:
    """Return the numbers that a chart draws; none for a drawing without axes."""
    spec, channels = _mark_up(spec)
    if all(channel.bare for channel in channels if channel.axis):
        return Table([], [], 0)
    drawing = vl_convert.vegalite_to_scenegraph(spec)["scenegraph"]
    drawn, labels = [], []
    for kind, item in _marks(drawing):
        values = [(int(number), value) for number, value in _PART.findall(item.get("description") or "")]
        (labels if kind == "text" else drawn).append((kind, values))
    headings = _headings(channels, [values for _, values in drawn])
    found: list[Row] = []
    for kind, values in drawn:
        row = _row(kind, values, channels, headings)
        # A line across the whole chart is said in its label.
        if len(row.cells) > 1:
            same = next((other for other in found if _fits(other, row)), None)
            if same:
                same.cells |= row.cells
                same.keys |= row.keys
            else:
                found.append(row)
    for kind, values in labels:
        _label(found, _row(kind, values, channels, headings))
    # What a row is about comes first, then its numbers by axis, each before the ends of its interval.
    keys = set().union(*(row.keys for row in found))
    words = {headings[number] for number, channel in enumerate(channels) if channel.discrete}
    places = {}
    for number, channel in enumerate(channels):
        place = ("x", "y", "").index(channel.axis), ("from", "to").count(headings[number].rsplit(", ", 1)[-1])
        places[headings[number]] = min(place, places.get(headings[number], place))
    names = list(dict.fromkeys(name for row in found for name in row.cells))
    names.sort(key=lambda name: (name != _LABEL, name not in words, name not in keys, places.get(name, ())))
    return Table(names, _thinned(found), len(found))


def _row(kind: str, values: list[tuple[int, str]], channels: list[Channel], headings: dict[int, str]) -> Row:
    cells, keys, series = {}, set(), []
    names = {channels[number].name for number, _ in values}
    measured = {channels[number].axis for number, _ in values if not channels[number].discrete}
    for number, text in values:
        channel, heading = channels[number], _LABEL if channels[number].name == "text" else headings[number]
        if channel.name in _SILENT or heading in cells:
            continue
        value = None if channel.discrete else _number(text)
        cells[heading] = text if value is None else shown(value, channel.percent)
        # Of a curve, the value below it is what the row is about.
        if channel.discrete or (channel.name == "x" and "y" in measured and "x2" not in names):
            keys.add(heading)
        if channel.discrete and not channel.axis:
            series.append(text)
    return Row(cells, keys, kind, tuple(series))


def _says(cell: str) -> bool:
    """Say whether a cell has a letter, so is no bare number."""
    return re.search(r"[^\W\d_]", cell) is not None


def _label(found: list[Row], label: Row) -> None:
    """Give a label to the row it stands beside, if it tells more than the row does."""
    text = label.cells.pop(_LABEL, "")
    for row in found:
        common = label.cells.keys() & row.cells.keys()
        if len(common) > 1 and all(row.cells[name] == label.cells[name] for name in common):
            if _says(text) and not any(text in cell or cell in text for cell in row.cells.values() if _says(cell)):
                row.cells.setdefault(_LABEL, text)
            return


def html(spec: dict) -> str:
    """Return a closed box with a chart's numbers as a table; empty for a drawing without axes, which has none."""
    numbers = table(spec)
    names, rows = numbers.names, numbers.rows
    if not rows:
        return ""
    numeric = {name for name in names if all(_is_number(row.cells[name]) for row in rows if name in row.cells)}
    side = {name: ' class="text-right"' if name in numeric else "" for name in names}
    head = "".join(f'<th scope="col"{side[name]}>{escape(name)}</th>' for name in names)
    lines = ("".join(f"<td{side[name]}>{escape(row.cells.get(name, ''))}</td>" for name in names) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    said = _note(spec, len(rows), numbers.total)
    return (
        '<details class="chart-table"><summary>The numbers as a table</summary>'
        f'<div class="pst-scrollable-table-container" tabindex="0"><table class="table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{f'<p>{escape(said)}</p>' if said else ''}</details>"
    )


def _is_number(cell: str) -> bool:
    return _number(cell.rstrip("%")) is not None


def _note(spec: dict, kept: int, total: int) -> str:
    """Say at which values of the sliders the numbers stand, and what was left out."""
    said = []
    bound = [parameter for parameter in spec.get("params", []) if (parameter.get("bind") or {}).get("input")]
    if bound:
        starts = (f"{_name(parameter)} {_start(parameter)}" for parameter in bound)
        said.append(f"With {', '.join(starts)}.")
    if kept < total:
        said.append(f"{kept} of {total} points, evenly spaced.")
    return " ".join(said)


def _name(parameter: dict) -> str:
    return str(parameter["bind"].get("name") or parameter["name"]).strip().rstrip(":")


def _start(parameter: dict) -> str:
    value, bind = parameter.get("value"), parameter["bind"]
    if bind["input"] == "checkbox":
        return "on" if value else "off"
    options = bind.get("options") or []
    if value in options and bind.get("labels"):
        return str(bind["labels"][options.index(value)])
    return shown(value) if isinstance(value, int | float) else str(value)
