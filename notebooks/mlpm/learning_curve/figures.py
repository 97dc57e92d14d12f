"""The charts of the learning-curve notebook."""

import math

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.learning_curve.study import Findings
from mlpm.learning_curve.wording import about, count_of, of_100

STEPS = 160
OF_100 = "format(datum.value * 100, '.3~f')"


def _axis_end(found: Findings) -> float:
    """How far to the right a chart goes: past the horizon, and to what can be had."""
    end = 4 * found.curve.horizon
    return max(end, 1.2 * found.attainable) if math.isfinite(found.attainable) else end


def _sizes(start: float, end: float) -> alt.X:
    """A logarithmic axis of sizes, with few ticks: powers of ten, and their halves where these are too few."""
    powers = [10.0**k for k in range(-1, 14)]
    ticks = [tick for tick in powers if start <= tick <= end]
    if len(ticks) < 3:
        ticks = [tick * by for tick in powers for by in (1, 2, 5) if start <= tick * by <= end]
    axis = alt.Axis(values=ticks, labelExpr="format(datum.value, '~s')", labelFlush=True)
    return alt.X("size:Q", title="Labeled items trained on", axis=axis).scale(
        type="log", domain=[start, end], nice=False
    )


def _lines(found: Findings, sizes: np.ndarray) -> pd.DataFrame:
    low, high = found.curve.interval(sizes)
    return pd.DataFrame({
        "size": sizes, "error": found.curve(sizes), "low": low, "high": high, "floorless": found.floorless(sizes)
    })


def curve_figure(found: Findings) -> alt.TopLevelMixin:
    """Points, both curves with the interval of the first, the target and the honest horizon, on a logarithmic axis."""
    p, c = found.points, found.curve
    start, end = float(p.sizes[0]) / 1.3, _axis_end(found)
    lines = _lines(found, np.geomspace(start, end, STEPS))
    top = float(max(p.high.max(), lines["error"].max())) * 1.08
    x = _sizes(start, end)
    y = alt.Y("error:Q", title="Error, of 100", axis=alt.Axis(labelExpr=OF_100)).scale(domain=[0, top])
    far = pd.DataFrame({"from": [c.horizon], "to": [end], "name": ["beyond 10×: no promise"]})
    shade = alt.Chart(far).mark_rect(color=charts.GRID, opacity=0.55).encode(x=alt.X("from:Q"), x2="to:Q")
    beyond = alt.Chart(far).mark_text(align="right", dx=-4, dy=12, color=charts.MUTED, fontSize=11).encode(
        x="to:Q", y=alt.value(0), text="name:N"
    )
    base = alt.Chart(lines).encode(x=x)
    band = base.mark_area(color=charts.BAND, opacity=0.75).encode(y=alt.Y("low:Q", title="Error, of 100"), y2="high:Q")
    floorless = base.mark_line(color=charts.SECOND, strokeDash=[5, 4], clip=True).encode(y="floorless:Q")
    line = base.mark_line(color=charts.ACCENT, clip=True).encode(y=y)
    low, high = c.interval_of_means
    means = alt.Chart(pd.DataFrame({"size": p.sizes, "error": p.error, "low": low, "high": high})).encode(x=x)
    ranges = means.mark_rule(color=charts.INK, strokeWidth=1.5).encode(y="low:Q", y2="high:Q")
    dots = means.mark_point(color=charts.INK, size=45, opacity=1).encode(y=y)
    aim = f"target {of_100(found.target)}"
    goal = alt.Chart(pd.DataFrame({"error": [found.target], "size": [start], "name": [aim]}))
    rule = goal.mark_rule(color=charts.GOOD, strokeWidth=1.5).encode(y="error:Q")
    tag = goal.mark_text(align="left", dx=3, dy=-7, color=charts.GOOD, fontWeight="bold").encode(
        x=x, y="error:Q", text="name:N"
    )
    layers = [shade, band, rule, floorless, line, ranges, dots, tag, beyond]
    a = found.answer
    if math.isfinite(a.low) and a.low < end and a.decision != "enough":
        needed = pd.DataFrame({"low": [max(a.low, start)], "high": [min(a.high, end)], "error": [found.target]})
        layers.append(alt.Chart(needed).mark_rule(color=charts.GOOD, strokeWidth=5).encode(
            x=alt.X("low:Q"), x2="high:Q", y="error:Q"
        ))
        if a.needed < end:
            layers.append(alt.Chart(pd.DataFrame({"size": [a.needed], "error": [found.target]})).mark_point(
                color=charts.GOOD, shape="diamond", size=120, opacity=1
            ).encode(x=x, y=y))
    ends = lines.iloc[[-1]]
    for column, name, color, dy in (("error", "with a floor", charts.ACCENT, -16),
                                    ("floorless", "without", charts.SECOND, 14)):
        layers.append(alt.Chart(ends.assign(name=name)).mark_text(align="right", dy=dy, color=color, fontWeight="bold")
                      .encode(x=x, y=f"{column}:Q", text="name:N"))
    low, high = c.floor_interval
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=300),
        "learning-curve",
        f"{_curve_point(found)} Error by training size, measured from {p.sizes[0]:,.0f} to {p.largest:,.0f} items and "
        f"drawn on. The curve with a floor flattens at {of_100(c.floor)} (interval {count_of(low)} to "
        f"{count_of(high)}); the one without falls on forever. Beyond {c.horizon:,.0f} items nothing is promised.",
    )


def _curve_point(found: Findings) -> str:
    """How many items the target takes."""
    a, target = found.answer, f"an error of {of_100(found.target)}"
    if a.decision == "enough":
        return f"The {found.points.largest:,.0f} items there are suffice for {target}."
    if not math.isfinite(a.needed):
        return f"By the fit {target} is not reached with any number of items."
    text = f"By the fit {target} takes {about(a.needed)} items"
    if math.isfinite(a.low) and math.isfinite(a.high):
        return f"{text}, between {about(a.low)} and {about(a.high)}."
    return f"{text}, at least {about(a.low)}." if math.isfinite(a.low) else f"{text}."


def money_figure(found: Findings) -> alt.TopLevelMixin:
    """The same curve against euros, on an even axis: where the money goes flat."""
    p, c = found.points, found.curve
    end = found.attainable if math.isfinite(found.attainable) else c.horizon
    sizes = np.unique(np.concatenate([np.geomspace(p.largest, end, 80), np.linspace(p.largest, end, 60)]))
    lines = _lines(found, sizes)
    lines["spent"] = (sizes - p.largest) * found.price
    by = "euros" if found.price else "items"
    lines["spent"] = lines["spent"] if found.price else sizes - p.largest
    title = "Euros for labels beyond what you have" if found.price else "Items beyond what you have"
    x = alt.X("spent:Q", title=title, axis=alt.Axis(labelExpr="format(datum.value, '~s')", labelFlush=True))
    x = x.scale(domain=[0, float(lines["spent"].max())], nice=False)
    top = max(float(lines["high"].max(skipna=True)), float(lines["error"].max()), found.target) * 1.1
    y = alt.Y("error:Q", title="Error, of 100", axis=alt.Axis(labelExpr=OF_100)).scale(domain=[0, top])
    base = alt.Chart(lines).encode(x=x)
    band = base.mark_area(color=charts.BAND, opacity=0.75).encode(y=alt.Y("low:Q", title="Error, of 100"), y2="high:Q")
    line = base.mark_line(color=charts.ACCENT).encode(y=y)
    floorless = base.mark_line(color=charts.SECOND, strokeDash=[5, 4]).encode(y="floorless:Q")
    goal = alt.Chart(pd.DataFrame({"error": [found.target], "name": [f"target {of_100(found.target)}"]}))
    rule = goal.mark_rule(color=charts.GOOD, strokeWidth=1.5).encode(y="error:Q")
    tag = goal.mark_text(align="right", dx=-4, dy=-7, color=charts.GOOD, fontWeight="bold").encode(
        x=alt.value({"expr": "width"}), y="error:Q", text="name:N"
    )
    last = lines.iloc[[-1]]
    first_error, last_error, promised = (float(v) for v in (lines["error"].iloc[0], last["error"].iloc[0],
                                                            last["floorless"].iloc[0]))
    names = [
        alt.Chart(last.assign(name=name)).mark_text(align="right", dx=-4, dy=dy, color=color, fontWeight="bold").encode(
            x=x, y=f"{column}:Q", text="name:N"
        )
        for column, name, color, dy in (
            ("error", f"with a floor: {of_100(last_error)}", charts.ACCENT, -12),
            ("floorless", f"without: {of_100(promised)}", charts.SECOND, 14),
        )
    ]
    return charts.figure(
        alt.layer(band, rule, line, floorless, *names, tag).properties(width="container", height=240),
        "error-by-euros",
        f"With a floor the error ends at {of_100(last_error)}, without one it would be {of_100(promised)}. Error "
        f"against {by} spent on labels beyond the {p.largest:,.0f} items there are, to {about(end)} items. With a "
        f"floor it begins at {of_100(first_error)} and falls most at the start.",
    )


def slider_figure(found: Findings) -> alt.TopLevelMixin:
    """A curve through the largest size measured whose floor, exponent and target the reader moves."""
    p, c = found.points, found.curve
    now = round(float(c(p.largest)), 4)
    most = max(math.floor(now * 200) / 200 - 0.005, 0.0) if now > 0.005 else round(now / 2, 4)
    step = 0.005 if most >= 0.02 else max(round(most / 20, 5), 1e-5)
    most = max(most, step)

    def near(value: float, low: float, high: float, by: float) -> float:
        return round(min(max(round(value / by) * by, low), high), 6)

    floor, exponent, target = (
        alt.param(name=name, value=value, bind=alt.binding_range(name=title, min=low, max=high, step=by))
        for name, title, value, low, high, by in (
            ("floor", "Floor (error that stays) ", near(c.floor, 0, most, step), 0, most, step),
            ("exponent", "Exponent (steepness) ", near(c.exponent, 0.1, 1, 0.05), 0.1, 1, 0.05),
            ("target", "Target error ", near(found.target, step, now, step), step, round(now, 3), step),
        )
    )
    start, end = float(p.sizes[0]), 1000 * p.largest
    error = f"floor + ({now} - floor) * pow(datum.size / {p.largest:g}, -exponent)"
    x = _sizes(start, end)
    top = float(p.error.max()) * 1.05
    y = alt.Y("error:Q", title="Error, of 100", axis=alt.Axis(labelExpr=OF_100))
    y = y.scale(domain=[0, top], nice=False)
    ratio = (end / start) ** (1 / 100)
    line = (
        alt.Chart(alt.sequence(0, 101, 1, as_="step"))
        .transform_calculate(size=f"{start:g} * pow({ratio:.8g}, datum.step)")
        .transform_calculate(error=error)
        .mark_line(color=charts.ACCENT, clip=True)
        .encode(x=x, y=y)
    )
    far = pd.DataFrame({"from": [c.horizon], "to": [end]})
    shade = alt.Chart(far).mark_rect(color=charts.GRID, opacity=0.55).encode(x="from:Q", x2="to:Q")
    dots = alt.Chart(pd.DataFrame({"size": p.sizes, "error": p.error})).mark_point(color=charts.INK, size=40, opacity=1)
    one = alt.Chart(alt.Data(values=[{"one": 1}]))
    goal = one.transform_calculate(error="target").mark_rule(color=charts.GOOD, strokeWidth=1.5).encode(y="error:Q")
    here = one.transform_calculate(
        error="target",
        size=f"target > floor ? {p.largest:g} * pow(({now} - floor) / (target - floor), 1 / exponent) : 0",
    ).transform_calculate(
        text="datum.size <= 0 ? 'never: the floor is not below the target' : "
        "format(datum.size, ',.3r') + ' items for ' + format(100 * target, '.3~r') + ' of 100'",
        more=f"datum.size <= 0 ? '' : datum.size > {c.horizon:g} ? "
        f"'beyond ten times what was measured: no promise' : "
        f"datum.size <= {p.largest:g} ? 'no more than you have' : format(datum.size - {p.largest:g}, ',.3r') + "
        f"' more, €' + format((datum.size - {p.largest:g}) * {found.price:g}, ',.0f')",
    )
    mark = here.transform_filter(f"datum.size > {start:g} && datum.size < {end:g}").mark_point(
        color=charts.GOOD, shape="diamond", size=130, opacity=1
    ).encode(x=x, y=y)
    words = [
        here.mark_text(align="right", x={"expr": "width - 4"}, y=place, fontWeight=weight).encode(text=f"{name}:N")
        for name, place, weight in (("text", 14, "bold"), ("more", 32, "normal"))
    ]
    return charts.figure(
        alt.layer(shade, goal, line, dots.encode(x=x, y=y), mark, *words)
        .add_params(floor, exponent, target)
        .properties(width="container", height=260),
        "move-the-floor",
        f"The error is {of_100(now)} at {p.largest:,.0f} items, and what the target takes hangs most on the floor. A "
        "learning curve through it, with the measured points. Sliders move its "
        "floor, its exponent and the target; the chart says how many items the target then takes, or never. Half a "
        "point of floor moves the answer more than any other slider.",
    )
