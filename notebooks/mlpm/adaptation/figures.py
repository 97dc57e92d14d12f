"""The charts of the notebook. Sliders compute in the page, without Python."""

from dataclasses import replace

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.adaptation.knowledge import WAYS, Knowledge
from mlpm.adaptation.machines import Machines
from mlpm.adaptation.tuning import Tuning
from mlpm.adaptation.words import horizon_said, months
from mlpm.phrases import euros, of_100, plural
from mlpm.tokens.prices import MILLION

HEIGHT = 260
MONTHS = 60


def _said(layer: alt.Chart, name: str, y, color, weight="bold") -> alt.Chart:
    return layer.mark_text(align="right", x={"expr": "width - 4"}, y=y, fontWeight=weight, color=color).encode(
        text=f"{name}:N"
    )


def tuning_figure(base: Tuning, hits: float) -> alt.TopLevelMixin:
    """The balance of tuning over five years; sliders: falling prices, growth, price of the tuned model, cache."""
    t, p = base.traffic, base.traffic.price
    sliders = [
        charts.slider("falls", "Of 100, what a price is after a year", round(100 * t.falls), 5, 100, 5),
        charts.slider("growth", "Traffic grows, % a month", round(100 * t.growth, 1), 0, 15, 0.5),
        charts.slider("times", "Tuned model, times as dear", base.times, 1, 3, 0.1),
        charts.slider("hits", "Of 100 repeating tokens, in the cache", round(100 * (t.hits or 0)), 0, 100, 5),
    ]
    # At no hit there is no cache: then nothing is written, either.
    token = f"(hits > 0 ? hits / 100 * {p.cached:.9g} + (1 - hits / 100) * {p.written:.9g} : {p.input:.9g})"
    rest = t.fresh * p.input + t.output * p.output
    now = f"({rest:.9g} + {t.stable:.9g} * {token})"
    tuned = f"times * ({rest:.9g} + {t.stable - base.saved:.9g} * {token})"
    saving = f"(({now} - {tuned}) / {MILLION})"
    again = f"floor((datum.month - 1) / {base.every:.9g}) * {base.retune:.9g}" if base.every else "0"
    rows = (
        alt.Chart(alt.sequence(1, MONTHS + 0.5, 1, as_="month"))
        .transform_calculate(
            saved=f"{saving} * {t.calls:.9g} * pow(1 + growth / 100, datum.month - 1) * "
            "pow(falls / 100, (datum.month - 1) / 12)"
        )
        .transform_window(sum="sum(saved)", sort=[alt.SortField("month")])
        .transform_calculate(balance=f"datum.sum - {base.setup:.9g} - {again}")
    )
    bound = max(2 * base.setup, 1)
    x = alt.X("month:Q", title="Months", scale=alt.Scale(domain=[0, MONTHS], nice=False))
    y = alt.Y(
        "balance:Q",
        title="Euros saved, less what tuning cost",
        axis=alt.Axis(format="~s"),
        scale=alt.Scale(domain=[-bound, bound], nice=False),
    )
    line = rows.mark_line(color=charts.ACCENT, clip=True).encode(x=x, y=y)
    zero = alt.Chart(pd.DataFrame({"balance": [0.0]})).mark_rule(color=charts.MUTED, strokeDash=[2, 3]).encode(y=y)
    first = (
        rows.transform_filter("datum.balance >= -0.000001")
        .transform_aggregate(first="min(month)")
        .transform_filter("isValid(datum.first)")
        .transform_calculate(month="datum.first", balance="0")
    )
    mark = first.mark_point(size=140, shape="diamond", color=charts.SECOND).encode(x=x, y=y)
    words = rows.transform_aggregate(best="max(balance)", least="min(saved)").transform_calculate(
        a=f"'saves ' + format({saving} * 1000, '.2f') + ' euros in 1,000 calls today'",
        b="datum.best >= -0.000001 ? '' : 'not repaid in five years: best ' + format(datum.best, ',.0f')",
    )
    after = horizon_said(base)
    repaid = f"repaid {after}" if base.months else f"not repaid {after.removeprefix('not ')}"
    when = first.transform_calculate(c="'repaid after ' + format(datum.first, 'd') + ' months'")
    return charts.figure(
        alt.layer(
            zero,
            line,
            mark,
            _said(words, "a", 10, charts.MUTED, "normal"),
            _said(words, "b", 28, charts.INK),
            _said(when, "c", 28, charts.SECOND),
        )
        .add_params(*sliders)
        .properties(width="container", height=HEIGHT),
        "when-tuning-repays",
        f"Tuning for {euros(base.setup, cents=False)} is {repaid} at {plural(round(t.calls), 'call')} a month. "
        "The line is the euros saved by tuning, less what it cost, over five years. Sliders move the fall in prices, "
        f"growth, the price of the tuned model and the cache{_cached(base, hits)}.",
    )


def _cached(base: Tuning, hits: float) -> str:
    """What a cache takes of the saving before tuning begins; nothing to say where it takes none."""
    left = replace(base, traffic=replace(base.traffic, hits=hits)).saving / base.saving if base.saving > 0 else 1.0
    if left >= 1:
        return ""
    gone = f"{of_100(1 - left)} euros of the saving are" if left > 0 else "all of the saving is"
    return f": with {100 * hits:.0f} of 100 repeating tokens cached, {gone} gone before tuning begins"


def cases_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The cases as a table shows them."""
    return table.assign(months=[months(value) for value in table.months])


def knowledge_figure(k: Knowledge) -> alt.TopLevelMixin:
    """Three ways to bring facts, by euros a month; sliders: length of the text, calls, changes, hits."""
    sliders = [
        charts.slider("calls", "Calls a month, thousands", round(k.calls / 1e3), 1, 500, 1),
        charts.slider("text", "All of the text, thousand tokens", round(k.text / 1e3), 1, 200, 1),
        charts.slider("hits", "Of 100 tokens of it, in the cache", round(100 * (k.hits or 0)), 0, 95, 5),
        charts.slider("changes", "Changes of the text a month", k.changes, 0, 10, 0.5),
    ]
    p = k.price
    token = f"(hits > 0 ? hits / 100 * {p.cached:.9g} + (1 - hits / 100) * {p.written:.9g} : {p.input:.9g})"
    each = k.passages * p.input / MILLION + k.search
    costs = {
        WAYS[0]: f"calls * text * {token}",
        WAYS[1]: f"calls * 1000 * {each:.9g} + {k.upkeep:.9g}",
        WAYS[2]: f"changes * {k.retune:.9g}",
    }
    value = " : ".join(f"datum.way == '{way}' ? {how}" for way, how in costs.items()) + " : 0"
    base = (
        alt.Chart(pd.DataFrame({"way": WAYS}))
        .transform_calculate(euros=value)
        .transform_calculate(text="'€' + format(datum.euros, ',.0f')", shown="max(datum.euros, 1)")
        .encode(y=alt.Y("way:N", title=None, sort=list(WAYS), axis=alt.Axis(minExtent=148)))
    )
    scale = alt.Scale(type="log", domain=[10, 100_000], nice=False, clamp=True)
    x = alt.X("shown:Q", title="Euros a month, logarithmic", scale=scale, axis=alt.Axis(format="~s", tickCount=4))
    points = base.mark_point(size=150, color=charts.ACCENT).encode(x=x)
    # Left of the point where the scale ends.
    text = base.mark_text(align="center", dy=-15, fontWeight="bold").encode(x=x, text="text:N")
    return charts.figure(
        alt.layer(points, text).add_params(*sliders).properties(width="container", height=alt.Step(46)),
        "ways-to-bring-facts",
        f"{_cheapest(k)} Three ways to bring facts that change into an answer, by euros a month: "
        + ", ".join(f"{way} {euros(k.month(way))}" for way in WAYS)
        + ". Sliders move calls, length of the text, hits of the cache and changes.",
    )


def _cheapest(k: Knowledge) -> str:
    first, second, _ = sorted(WAYS, key=k.month)
    return (
        f"The cheapest way to bring the facts is {first} at {euros(k.month(first), cents=False)} a month; next is "
        f"{second} at {euros(k.month(second), cents=False)}."
    )


def machines_figure(m: Machines, calls: float) -> alt.TopLevelMixin:
    """Own machines against a price per call, over calls a month; sliders: that price, a machine, people, the peak."""
    widest = max(2.2 * calls, min(2 * m.break_even, 100 * calls))
    sliders = [
        charts.slider("price", "Price per call, euros in 1,000 calls", round(1000 * m.price, 2), 0.1, 20, 0.1),
        charts.slider("machine", "One machine, euros a month", m.machine, 200, 10_000, 100),
        charts.slider("people", "People who keep them running, euros a month", m.people, 0, 20_000, 250),
        charts.slider("peak", "Busiest hour, times the mean", m.peak, 1, 10, 0.5),
    ]
    own = f"(max(1, ceil(datum.calls * peak / {m.capacity:.9g} - 1e-9)) + {m.spare}) * machine + people"
    top = 1.6 * float(max(m.elsewhere(widest), m.month(calls)))
    rows = alt.Chart(alt.sequence(0, widest * 1.0001, widest / 240, as_="calls")).transform_calculate(
        own=own, elsewhere="datum.calls * price / 1000"
    )
    x = alt.X(
        "calls:Q", title="Calls a month", axis=alt.Axis(format="~s"), scale=alt.Scale(domain=[0, widest], nice=False)
    )

    def y(name: str) -> alt.Y:
        return alt.Y(
            f"{name}:Q",
            title="Euros a month",
            axis=alt.Axis(format="~s"),
            scale=alt.Scale(domain=[0, top], nice=False),
        )

    lines = [
        rows.mark_line(color=charts.SECOND, interpolate="step-after", clip=True).encode(x=x, y=y("own")),
        rows.mark_line(color=charts.ACCENT, clip=True).encode(x=x, y=y("elsewhere")),
    ]
    today = alt.Chart(pd.DataFrame({"calls": [calls]})).mark_rule(color=charts.MUTED, strokeDash=[5, 4]).encode(x=x)
    here = (
        rows.transform_filter("datum.calls > 0 && datum.own <= datum.elsewhere")
        .transform_aggregate(first="min(calls)")
        .transform_filter("isValid(datum.first)")
    )
    said = here.transform_calculate(
        a="'machines pay from about ' + format(datum.first / 1000000, '.2f') + ' million calls'"
    )
    tags = alt.Chart(alt.Data(values=[{"one": 1}])).transform_calculate(
        b=f"'own machines: €' + format({own.replace('datum.calls', f'{calls:.9g}')}, ',.0f') + ' at today’s calls'",
        c=f"'price per call: €' + format({calls:.9g} * price / 1000, ',.0f')",
    )
    own_now = euros(float(m.month(calls)))
    pay = f"first pay at {m.break_even:,.0f} calls a month"
    if m.break_even >= 1e12:
        pay = "never pay, however many calls a month there are"
    return charts.figure(
        alt.layer(
            today,
            *lines,
            _said(said, "a", 10, charts.INK),
            _said(tags, "b", 28, charts.SECOND),
            _said(tags, "c", 46, charts.ACCENT),
        )
        .add_params(*sliders)
        .properties(width="container", height=HEIGHT + 20),
        "machines-or-a-price",
        f"Own machines {pay}; at {calls:,.0f} they cost {own_now} instead of {euros(float(m.elsewhere(calls)))}. "
        "Euros a month by calls: machines of one's own rise in steps, a price per call in a line. Sliders move the "
        "price, the machine, people and the peak.",
    )
