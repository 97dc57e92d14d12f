"""The charts of the notebook: downtime, tails and the limit with sliders; the path as a drawing in two columns."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.backend.page import Page
from mlpm.phrases import euros, of_100, plural
from mlpm.reliability import MONTH, Latency, downtime, in_series, meets_tail

HEIGHT = 280
# Room for words above the plot, in pixels.
BAND = 46
MOST_SERVICES, MOST_CALLS = 20, 100


def _hours(value: float) -> str:
    """Hours with one decimal, or minutes where that would leave little of them."""
    return f"{value:,.1f} hours" if value >= 1.95 else f"{60 * value:.3g} minutes"


def downtime_figure(available: float, services: int, soft: int) -> alt.TopLevelMixin:
    """Hours down in 30 days by services in a row, all needed, and with some that have a fallback; three sliders."""
    sliders = [
        charts.slider("each", "Each service up, %", round(100 * available, 4), 99, 99.99, 0.01),
        charts.slider("many", "Services in a row", services, 1, MOST_SERVICES, 1),
        charts.slider("soft", "Of them with a fallback", soft, 0, MOST_SERVICES, 1),
    ]
    base = alt.Chart(alt.sequence(1, MOST_SERVICES + 1, 1, as_="n"))
    x = alt.X("n:Q", title="Services in a row", scale=alt.Scale(domain=[0, MOST_SERVICES], nice=False))
    y = alt.Y("hours:Q", title="Hours down in 30 days")
    layers = []
    for place, (called, count, color) in enumerate((
        ("all needed", "datum.n", charts.BAD), ("with fallbacks", "max(0, datum.n - soft)", charts.GOOD),
    )):
        one = base.transform_calculate(hours=f"{MONTH:g} * (1 - pow(each / 100, {count}))")
        layers.append(one.mark_line(color=color).encode(x=x, y=y))
        at = one.transform_filter("datum.n == many")
        layers.append(at.mark_point(color=color, size=110, opacity=1).encode(x=x, y=y))
        layers.append(charts.said(at, f"'{called}: ' + format(datum.hours, '.1f') + ' h'", place, color))
    # The highest line and the room above it, so that words stand free at any setting.
    room = base.transform_filter(f"datum.n == {MOST_SERVICES}").transform_calculate(
        hours=f"{HEIGHT / (HEIGHT - BAND):.4f} * {MONTH:g} * (1 - pow(each / 100, {MOST_SERVICES}))"
    )
    layers.append(room.mark_point(opacity=0).encode(x=x, y=y))
    hard = in_series(*[available] * services)
    softer = in_series(*[available] * max(services - soft, 0)) if services > soft else 1.0
    return charts.figure(
        alt.layer(*layers).add_params(*sliders).properties(width="container", height=HEIGHT),
        "down-in-a-row",
        f"Of {plural(services, 'service')} in a row, each up {100 * available:g}% of the time, one or more is down "
        f"for {_hours(downtime(hard))} a month. Hours down in 30 days by number of services in a row that fail "
        f"independently; if {soft} have a fallback, {_hours(downtime(softer))}. Three sliders.",
    )


def tail_figure(slow: float, calls: int) -> alt.TopLevelMixin:
    """Pages that meet at least one slow call, by calls side by side; two sliders."""
    sliders = [
        charts.slider("slow", "Slow calls, of 1,000", round(1000 * slow, 3), 0.1, 50, 0.1),
        charts.slider("many", "Calls side by side", calls, 1, MOST_CALLS, 1),
    ]
    base = alt.Chart(alt.sequence(1, MOST_CALLS + 1, 1, as_="n")).transform_calculate(
        pages="1 - pow(1 - slow / 1000, datum.n)"
    )
    x = alt.X("n:Q", title="Calls side by side", scale=alt.Scale(domain=[0, MOST_CALLS], nice=False))
    y = alt.Y("pages:Q", title="Pages with a slow call", axis=alt.Axis(format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1]))
    y = y.scale(domain=[0, HEIGHT / (HEIGHT - BAND)], nice=False)
    at = base.transform_filter("datum.n == many")
    return charts.figure(
        alt.layer(
            base.mark_line(color=charts.ACCENT).encode(x=x, y=y),
            at.mark_point(color=charts.SECOND, size=110, opacity=1).encode(x=x, y=y),
            charts.said(
                at, "datum.n + ' calls: ' + format(100 * datum.pages, '.0f') + ' of 100 pages'", 0, charts.SECOND
            ),
            charts.said(
                at,
                "'for 1 of 100: each slow in ' + format(1e6 * (1 - pow(0.99, 1 / datum.n)), ',.3~r') + ' of 1,000,000'",
                1, charts.ACCENT,
            ),
        ).add_params(*sliders).properties(width="container", height=HEIGHT),
        "calls-side-by-side",
        f"With {plural(calls, 'call')}, each slow {1000 * slow:g} times in 1,000, {of_100(meets_tail(slow, calls))} "
        "pages wait for a slow one. Share of pages that meet at least one slow call, by calls side by side. Two "
        "sliders.",
    )


def limit_figure(page: Page, latency: Latency, gain: float, limit: float) -> alt.TopLevelMixin:
    """Euros a month that the model brings, waiting deducted, by the limit at which callers hang up; four sliders."""
    sliders = [
        charts.slider("half", "Median of the model, ms", latency.median, 10, 600, 10),
        charts.slider("last", "p99, times the median", round(latency.p99 / latency.median, 2), 1.5, 15, 0.5),
        charts.slider("worth", "Euros a month if it cost no time", gain, 0, 20_000, 200),
        charts.slider("lost", "Orders lost by 100 ms, of 10,000", round(10_000 * page.loss, 2), 0, 100, 1),
        charts.slider("at", "Hang up after, ms", round(limit / 20) * 20, 20, 2000, 20),
    ]
    base = (
        alt.Chart(alt.sequence(20, 2001, 20, as_="ms"))
        .transform_calculate(s="log(last) / 2.3263479")
        .transform_calculate(z="log(datum.ms / half) / datum.s")
        .transform_calculate(late="1 - cumulativeNormal(datum.z, 0, 1)")
        .transform_calculate(
            wait="half * exp(datum.s * datum.s / 2) * cumulativeNormal(datum.z - datum.s, 0, 1) + datum.ms * datum.late"
        )
        .transform_calculate(net=f"worth * (1 - datum.late) - {page.revenue:g} * lost / 10000 / 100 * datum.wait")
    )
    x = alt.X("ms:Q", title="Callers hang up after, milliseconds", scale=alt.Scale(domain=[0, 2000], nice=False))
    y = alt.Y("net:Q", title="Euros a month, waiting deducted", axis=alt.Axis(format=",.0f"))
    at = base.transform_filter("datum.ms == at")
    # An invisible point above the best, so that words stand free at any setting.
    room = base.transform_aggregate(top="max(net)", low="min(net)").transform_calculate(
        net=f"datum.top + (datum.top - datum.low) * {BAND / (HEIGHT - BAND):.4f}", ms="0"
    )
    best = page.net(latency, gain, limit)
    return charts.figure(
        alt.layer(
            base.mark_line(color=charts.ACCENT).encode(x=x, y=y),
            at.mark_point(color=charts.SECOND, size=110, opacity=1).encode(x=x, y=y),
            room.mark_point(opacity=0).encode(x=alt.X("ms:Q"), y=y),
            charts.said(at, "'€' + format(datum.net, ',.0f') + ' a month'", 0, charts.ACCENT),
            charts.said(at, "'the rule instead: ' + format(100 * datum.late, '.1f') + ' of 100'", 1, charts.SECOND),
        ).add_params(*sliders).properties(width="container", height=HEIGHT),
        "when-to-hang-up",
        f"A limit of {limit:.0f} ms brings {euros(best)} a month, with {of_100(latency.slower(limit))} answered by "
        "the rule. Euros a month that the model brings, waiting deducted, by the limit at which the page hangs up "
        "and takes the rule; a longer limit brings next to nothing, a much shorter one throws the model away. Five "
        "sliders.",
    )


# Two columns: what a user waits for, and what comes after. Column, row, words.
STATIONS = (
    (0, 0, "1  browser or app"), (0, 1, "2  gateway"), (0, 2, "3  features"), (0, 3, "4  model"), (0, 4, "5  page"),
    (1, 4, "6  event: contact"), (1, 3, "7  queue"), (1, 2, "8  log"), (1, 1, "9  label join"), (1, 0, "10  retrain"),
)
ARROWS = ((0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8), (8, 9))


def path_figure(times: dict[str, str]) -> alt.TopLevelMixin:
    """The request down the left, the event up the right. times: what stands under a station, by its number."""
    half, tall = 0.21, 0.30
    boxes = pd.DataFrame([
        {
            "x": 0.25 + 0.5 * column, "left": 0.25 + 0.5 * column - half, "right": 0.25 + 0.5 * column + half,
            "y": row, "low": row - tall, "high": row + tall, "name": words, "kind": column,
            "under": times.get(words.split()[0], ""),
        }
        for column, row, words in STATIONS
    ])
    lines = []
    for start, end in ARROWS:
        (c, r, _), (d, q, _) = STATIONS[start], STATIONS[end]
        if c == d:
            step = 1 if q > r else -1
            lines.append({
                "x": 0.25 + 0.5 * c, "x2": 0.25 + 0.5 * c, "y": r + step * tall, "y2": q - step * (tall + 0.06),
                "turn": 180 if step > 0 else 0,
            })
        else:
            lines.append({"x": 0.25 + half, "x2": 0.75 - half - 0.02, "y": r, "y2": q, "turn": 90})
    # Back from the new version to the model, between the columns.
    lines.append({"x": 0.75 - half, "x2": 0.5, "y": 0, "y2": 0, "turn": None})
    lines.append({"x": 0.5, "x2": 0.5, "y": 0, "y2": 3, "turn": None})
    lines.append({"x": 0.5, "x2": 0.25 + half + 0.02, "y": 3, "y2": 3, "turn": 270})
    arrows = alt.Chart(pd.DataFrame(lines))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.85, 4.4], nice=False, reverse=True))
    color = alt.condition("datum.kind == 0", alt.value(charts.ACCENT), alt.value(charts.SECOND))
    base = alt.Chart(boxes)
    heads = alt.Chart(pd.DataFrame([
        {"x": 0.25, "y": -0.65, "name": "while the user waits", "kind": 0},
        {"x": 0.75, "y": -0.65, "name": "afterwards", "kind": 1},
    ]))
    return charts.figure(
        alt.layer(
            arrows.mark_rule(color=charts.MUTED, strokeWidth=1.5).encode(x=x, x2="x2", y=y, y2="y2"),
            arrows.transform_filter("isValid(datum.turn)")
            .mark_point(shape="triangle", size=70, filled=True, color=charts.MUTED, opacity=1)
            .encode(x=alt.X("x2:Q", axis=None), y=alt.Y("y2:Q", axis=None), angle=alt.Angle("turn:Q", scale=None)),
            base.mark_rect(fillOpacity=0.12, cornerRadius=4).encode(
                x=alt.X("left:Q", axis=None), x2="right", y=alt.Y("low:Q", axis=None), y2="high",
                fill=color, stroke=color,
            ),
            base.mark_text(dy=-7, fontWeight="bold").encode(x=x, y=y, text="name:N"),
            base.mark_text(dy=9, color=charts.MUTED, fontSize=11).encode(x=x, y=y, text="under:N"),
            heads.mark_text(fontWeight="bold").encode(x=x, y=y, text="name:N", color=color),
        ).properties(width="container", height=430),
        "path-of-a-prediction",
        "A prediction passes five stations while the user waits, and five afterwards. While the user waits: browser "
        "or app, gateway, features, model, page. Afterwards: the event that somebody contacted a seller, queue, log, "
        "the join of each shown list with what came of it a day later, retraining; and from there a new version goes "
        "back to the model.",
    )
