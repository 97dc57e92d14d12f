"""The charts of the cost notebook. Those with sliders compute in the page, without Python."""

import math

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.phrases import of_100
from mlpm.tokens.prices import MILLION
from mlpm.tokens.study import Findings
from mlpm.tokens.wording import money, seconds

HEIGHT = 260  # of a chart with lines, in pixels


def _one() -> alt.Chart:
    return alt.Chart(alt.Data(values=[{"one": 1}]))


def _said(layer: alt.Chart, name: str, place: float, color=None, weight="bold") -> alt.Chart:
    """A line of words at the upper right, `place` pixels down."""
    mark = {"align": "right", "x": {"expr": "width - 4"}, "y": place, "fontWeight": weight}
    return layer.mark_text(**mark, color=color or charts.INK).encode(text=f"{name}:N")


def cost_figure(f: Findings) -> alt.TopLevelMixin:
    """What a task costs, part by part; sliders: token price, hits of the cache, handed over, price of a person."""
    sums = f.log.groups
    rate = {
        part: sum(getattr(row, what) * getattr(f.prices[row.model], part) for row in sums.itertuples())
        for part, what in (("output", "output"), ("cached", "cacheable"), ("written", "cacheable"))
    }
    fresh = sum((row.input - row.cacheable) * f.prices[row.model].input for row in sums.itertuples())
    each = {name: value / MILLION / f.log.tasks for name, value in (*rate.items(), ("fresh", fresh))}
    plain = sum(row.cacheable * f.prices[row.model].input for row in sums.itertuples()) / MILLION / f.log.tasks
    billed = f.log.hits if f.log.measured and f.log.hits is not None else 0.0
    sliders = [
        charts.slider("times", "Token prices, times today's", 1, 0.1, 5, 0.1),
        charts.slider("handed", "Of 100 tasks, handed over", round(100 * f.handed.value), 0, 100, 1),
        charts.slider("person", "Euros a task costs by a person", f.inputs.person, 0.5, 20, 0.5),
    ]
    front = f"{plain:.9g}"
    if f.log.hits is not None:
        sliders.insert(
            1, charts.slider("hits", "Of 100 repeating tokens, found in the cache", round(100 * billed), 0, 100, 5)
        )
        # At no hit there is no cache: then nothing is written, either.
        front = (
            f"(hits > 0 ? hits / 100 * {each['cached']:.9g} + (1 - hits / 100) * {each['written']:.9g} : {plain:.9g})"
        )
    rest = f.unsolved + f.running
    steps = {
        "fresh input": f"times * {each['fresh']:.9g}",
        "repeating input": f"times * {front}",
        "output": f"times * {each['output']:.9g}",
        "people": "handed / 100 * person",
    }
    if rest:
        steps["other"] = f"{rest:.9g}"
    names = list(steps)
    value = " : ".join(f"datum.part == '{name}' ? {how}" for name, how in steps.items()) + " : 0"
    base = (
        alt.Chart(pd.DataFrame({"part": names}))
        .transform_calculate(euros=value)
        .transform_calculate(text="'€' + format(datum.euros, datum.euros < 0.995 ? '.3f' : '.2f')")
        .encode(y=alt.Y("part:N", title=None, sort=names, axis=alt.Axis(minExtent=112)))
    )
    most = max(f.people, f.model, rest, f.inputs.person / 2) * 1.35
    x = alt.X("euros:Q", title="Euros a task", scale=alt.Scale(domain=[0, most], nice=False, clamp=True))
    color = alt.condition("datum.part == 'people'", alt.value(charts.SECOND), alt.value(charts.ACCENT))
    bars = base.mark_bar(height=18).encode(x=x, color=color)
    text = base.mark_text(align="left", dx=5).encode(x=x, text="text:N")
    model = f"({steps['fresh input']} + {steps['repeating input']} + {steps['output']})"
    whole = f"({model} + {steps['people']} + {rest:.9g})"
    words = _one().transform_calculate(
        a=f"'model €' + format({model}, '.3f') + ' · all €' + format({whole}, '.2f') + ' a task'",
        b=f"'€' + format({whole} / {max(f.solved_share, 1e-9):.9g}, '.2f') + ' a solved task; people alone €' + "
        "format(person, '.2f')",
    )
    heads = [
        words.mark_text(align="left", x=-112, y=place, fontWeight=weight, color=tone).encode(text=f"{name}:N")
        for name, place, weight, tone in (("a", -34, "normal", charts.MUTED), ("b", -16, "bold", charts.INK))
    ]
    return charts.figure(
        alt.layer(bars, text, *heads).add_params(*sliders).properties(width="container", height=30 * len(names) + 6),
        "cost-of-a-task",
        f"A task costs {money(f.whole.value)} ({money(f.whole.low)} to {money(f.whole.high)}), of which people are "
        f"{money(f.people)}. What a task costs, part by part, the model {money(f.model)}; a solved task costs "
        f"{money(f.per_solved.value)}. Sliders move token prices, hits of the cache, tasks handed over and the price "
        "of a person.",
    )


def few_figure(f: Findings) -> alt.TopLevelMixin:
    """The model bill by tasks, the dearest first."""
    shares = f.log.shares
    rows = pd.DataFrame(
        {
            "tasks": [0, *shares.hundredth],
            "bill": [0.0, *(shares.bill.cumsum() / max(shares.bill.sum(), 1e-300))],
        }
    )
    x = alt.X("tasks:Q", title="Of 100 tasks, the dearest first", scale=alt.Scale(domain=[0, 100], nice=False))
    y = alt.Y(
        "bill:Q", title="Of the model bill", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1.02], nice=False)
    )
    line = alt.Chart(rows).mark_area(line={"color": charts.ACCENT}, color=charts.BAND, opacity=0.6).encode(x=x, y=y)
    even = (
        alt.Chart(pd.DataFrame({"tasks": [0, 100], "bill": [0, 1]}))
        .mark_line(color=charts.MUTED, strokeDash=[5, 4], strokeWidth=1.5)
        .encode(x=x, y=y)
    )
    points = pd.DataFrame({"tasks": [10, f.half_carried_by], "bill": [f.carried(10), f.carried(f.half_carried_by)]})
    marks = alt.Chart(points).mark_point(size=110, color=charts.SECOND, shape="diamond").encode(x=x, y=y)
    # Under the diagonal, where nothing else can be.
    said = [
        (f"10 of 100 carry {100 * f.carried(10):.0f}%", charts.SECOND, "bold"),
        (f"half is carried by {f.half_carried_by} of 100", charts.SECOND, "bold"),
        ("dashed: if all cost the same", charts.MUTED, "normal"),
    ]
    words = [
        alt.Chart(pd.DataFrame({"text": [text]}))
        .mark_text(
            align="right", x={"expr": "width - 6"}, y={"expr": f"height - {50 - 18 * n}"}, color=color, fontWeight=w
        )
        .encode(text="text:N")
        for n, (text, color, w) in enumerate(said)
    ]
    return charts.figure(
        alt.layer(line, even, marks, *words).properties(width="container", height=HEIGHT - 20),
        "few-carry-most",
        f"The dearest 10 of 100 tasks carry {of_100(f.carried(10))} euros of the model bill. The share of the bill "
        f"that the dearest tasks carry; half of it is carried by {f.half_carried_by} of 100 tasks.",
    )


def point_figure(f: Findings) -> alt.TopLevelMixin:
    """How dear a model may be by the points it brings; sliders: points, times, price of a person."""
    i = f.inputs
    sliders = [
        charts.slider("points", "More of 100 tasks solved", i.points, 0, 12, 0.5),
        charts.slider("dear", "Times as dear as today's model", i.times, 1, 12, 0.1),
        charts.slider("person", "Euros a task costs by a person", i.person, 0.5, 20, 0.5),
    ]
    lines = [("as billed", max(f.model, 1e-9), charts.ACCENT, [1, 0])]
    if f.log.hits is not None and not math.isclose(f.plain, f.held, rel_tol=1e-6):
        if f.log.measured:
            lines.append(("without a cache", f.plain, charts.MUTED, [6, 4]))
        else:
            lines.append(("with the cache", max(f.held, 1e-9), charts.MUTED, [6, 4]))
    widest = max(12.0, i.points)
    top = max(12.0, i.times, 1.3 * min(f.allowed(lines[0][1]), 40))
    x = alt.X("gain:Q", title="More of 100 tasks solved", scale=alt.Scale(domain=[0, widest], nice=False))
    y = alt.Y("times:Q", title="May cost, times today's model", scale=alt.Scale(domain=[1, top], nice=False))
    drawn = [
        alt.Chart(alt.sequence(0, widest + 0.01, widest / 60, as_="gain"))
        .transform_calculate(times=f"1 + datum.gain / 100 * person / {model:.9g}")
        .mark_line(color=color, strokeDash=dash, clip=True)
        .encode(x=x, y=y)
        for __, model, color, dash in lines
    ]
    here = _one().transform_calculate(gain="points", times="dear")
    mark = here.mark_point(size=150, shape="diamond", color=charts.SECOND, clip=True).encode(x=x, y=y)
    said = {
        f"t{n}": f"'{name}: up to ' + format(1 + points / 100 * person / {model:.9g}, '.1f') + ' times, ' + "
        f"(dear < 1 + points / 100 * person / {model:.9g} ? 'pays' : 'does not pay')"
        for n, (name, model, *__) in enumerate(lines)
    }
    words = _one().transform_calculate(**said)
    # Below the lines, where few points never pay.
    texts = [
        words.mark_text(
            align="right", x={"expr": "width - 4"}, y=HEIGHT - 30 + 18 * n, fontWeight="bold", color=color
        ).encode(text=f"t{n}:N")
        for n, (__, ___, color, ____) in enumerate(lines)
    ]
    return charts.figure(
        alt.layer(*drawn, mark, *texts).add_params(*sliders).properties(width="container", height=HEIGHT),
        "what-a-point-pays-for",
        f"A model that solves {i.points:g} more of 100 tasks may cost {_times(f.allowed(f.model))} as much. The lines "
        "are how much a model may cost by the tasks it solves more; without a cache "
        f"{_times(f.allowed(f.plain))}, and {i.times:g} times is asked about. Sliders move points, times and the price "
        "of a person.",
    )


def _times(factor: float) -> str:
    """How many times as much; a model that costs next to nothing has no upper end."""
    return f"up to {factor:,.1f} times" if factor < 1e6 else "any number of times"


def cascade_figure(f: Findings) -> alt.TopLevelMixin:
    """What a cascade brings by slips; sliders: relative price of the small model, what it keeps, price of a person."""
    c = f.cascade
    large = c.large if c else f.model
    ratio, keeps, slips = (100 * c.small / large if large else 0, 100 * c.keeps, c.slips) if c else (20, 70, 2)
    sliders = [
        charts.slider("small", "Price of the small model, of 100", round(ratio), 1, 100, 1),
        charts.slider("keeps", "Of 100 tasks, the small one keeps", round(keeps), 0, 100, 1),
        charts.slider("slips", "Of 100, wrong and not noticed", round(slips, 1), 0, 6, 0.1),
        charts.slider("person", "Euros a slip costs", f.inputs.person, 0.5, 20, 0.5),
    ]
    saved = f"({large:.9g} * (keeps - small) / 100)"
    widest = max(6.0, slips)
    bound = max(large, f.inputs.person * widest / 200)
    x = alt.X("wrong:Q", title="Of 100 tasks, wrong and not noticed", scale=alt.Scale(domain=[0, widest], nice=False))
    y = alt.Y(
        "net:Q",
        title="Euros saved a task",
        scale=alt.Scale(domain=[-bound, bound], nice=False),
        axis=alt.Axis(format=".2f"),
    )
    line = (
        alt.Chart(alt.sequence(0, widest + 0.01, widest / 60, as_="wrong"))
        .transform_calculate(net=f"{saved} - datum.wrong / 100 * person")
        .mark_line(color=charts.ACCENT, clip=True)
        .encode(x=x, y=y)
    )
    zero = alt.Chart(pd.DataFrame({"net": [0.0]})).mark_rule(color=charts.MUTED, strokeDash=[2, 3]).encode(y="net:Q")
    here = (
        _one()
        .transform_calculate(wrong="slips", net=f"{saved} - slips / 100 * person")
        .mark_point(size=150, shape="diamond", color=charts.SECOND, clip=True)
        .encode(x=x, y=y)
    )
    words = _one().transform_calculate(
        a=f"'saves €' + format({saved}, '.3f') + ' of model, loses €' + format(slips / 100 * person, '.3f')",
        b=f"{saved} > 0 ? 'pays below ' + format(100 * {saved} / person, '.2f') + ' slips of 100' : "
        "'never pays: it saves no model cost'",
    )
    return charts.figure(
        alt.layer(zero, line, here, _said(words, "b", 10), _said(words, "a", 28, charts.MUTED, "normal"))
        .add_params(*sliders)
        .properties(width="container", height=HEIGHT),
        "small-model-first",
        f"{_cascade_point(slips, c)} What sending every task to a small model first saves, by the tasks it gets wrong "
        f"unnoticed. At {slips:.1f} of 100 the cascade brings {money(c.net) if c else '–'} a task; it stops paying at "
        f"{max(c.slips_allowed, 0) if c else 0:.2f} of 100. Sliders move price, share kept, slips and their cost.",
    )


def _cascade_point(slips: float, cascade) -> str:
    if not cascade:
        return "Whether a small model first would save anything is not known."
    verb = "saves" if cascade.net > 0 else "loses" if cascade.net < 0 else "brings"
    return f"With {slips:.1f} of 100 wrong unnoticed, a small model first {verb} {money(abs(cascade.net))} a task."


TOO_FEW = "too few times"


def waiting_figure(f: Findings) -> alt.TopLevelMixin:
    """Quantiles of a call, a turn and its first word, each with its interval."""
    names = {"call": "a call", "turn": "a turn", "first word": "its first word"}
    rows = [
        {
            "what": names[what],
            "quantile": tail.name,
            "value": tail.value / 1e3,
            "low": tail.low / 1e3,
            "high": tail.high / 1e3,
            "text": seconds(tail.value),
        }
        for what, tails in f.log.tails.items()
        for tail in tails
        if tail.value is not None and tail.value > 0
    ]
    if not rows:
        rows = [{"what": "a call", "quantile": "p50", "value": 1.0, "low": 1.0, "high": 1.0, "text": TOO_FEW}]
    frame = pd.DataFrame(rows)
    frame["row"] = frame.what + ", " + frame["quantile"]
    low, high = float(np.maximum(frame.low, 1e-3).min()) * 0.8, float(frame.high.max()) * 2.2  # room for the words
    scale = alt.Scale(type="log", base=2, domain=[low, high], nice=False)
    axis = alt.Axis(format="~g", values=[2.0**n for n in range(-6, 13) if low <= 2.0**n <= high])
    title = "Seconds, on a logarithmic scale"
    tones = alt.Color(
        "what:N",
        legend=None,
        scale=alt.Scale(domain=list(names.values()), range=[charts.MUTED, charts.ACCENT, charts.SECOND]),
    )
    base = alt.Chart(frame).encode(y=alt.Y("row:N", title=None, sort=None, axis=alt.Axis(minExtent=132)), color=tones)
    spans = base.mark_rule(strokeWidth=6, opacity=0.35).encode(
        x=alt.X("low:Q", scale=scale, title=title, axis=axis), x2="high:Q"
    )
    points = base.mark_point(size=90).encode(x=alt.X("value:Q", scale=scale, title=title, axis=axis))
    words = base.mark_text(align="left", dx=9).encode(
        x=alt.X("high:Q", scale=scale, title=title, axis=axis), text="text:N"
    )
    layers = [spans, points, words]
    if f.inputs.limit and low < f.inputs.limit / 1e3 < high:
        limit = alt.Chart(pd.DataFrame({"value": [f.inputs.limit / 1e3]}))
        rule = limit.mark_rule(color=charts.BAD, strokeDash=[5, 4]).encode(x=alt.X("value:Q", scale=scale, axis=axis))
        tag = limit.mark_text(color=charts.BAD, align="center", y=-8)
        layers = [
            rule,
            *layers,
            tag.encode(x="value:Q", text=alt.value("limit for a turn, p95")),
        ]
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=alt.Step(27)),
        "how-long-people-wait",
        f"{_waiting_point(rows)} Waiting times with 95% intervals: "
        + "; ".join(f"{row['what']} {row['quantile']} {row['text']}" for row in rows)
        + ".",
    )


def _waiting_point(rows: list[dict]) -> str:
    """How long the longest wait of all quantiles is."""
    longest = max(rows, key=lambda row: row["value"])
    if longest["text"] == TOO_FEW:
        return "Too few waiting times were measured to say how long people wait."
    what = longest["what"]
    return f"{what[0].upper()}{what[1:]} takes {longest['text']} at {longest['quantile']}, the longest wait of all."
