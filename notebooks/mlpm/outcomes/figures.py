"""The charts of the notebook on goals. Those with sliders compute in the page, without Python."""

from collections.abc import Sequence
from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.outcomes import words
from mlpm.outcomes.proxy import TARGETS, Guard, Market
from mlpm.outcomes.results import EXPECTED, KeyResult
from mlpm.outcomes.tree import Tree
from mlpm.phrases import euros, short

HEIGHT = 280
NOTHING = 0.005  # less than half a cent
WIDE = 0.2  # an interval of a score from which on it tells little
LETTER = 7.2  # pixels of room for a letter of a name, in a font wider than the one a chart is measured with


def _names(names: Sequence[str]) -> alt.Y:
    room = min(170, LETTER * max(map(len, names)))
    return alt.Y("node:N", title=None, sort=list(names), axis=alt.Axis(minExtent=room, labelLimit=170))


def _signed(size: str = "datum.part") -> dict:
    return alt.condition(f"{size} >= 0", alt.value(charts.ACCENT), alt.value(charts.SECOND))


def what_moved_figure(tree: Tree, then: Sequence[float]) -> alt.TopLevelMixin:
    """The change of the outcome, shared out among its nodes; they add up to the last bar."""
    moved = tree.what_moved(then)
    total = float(moved["part"].sum())
    rows = [
        {"node": row.node, "part": row.part, "text": f"{words.signed(row.part)} ({words.percent(row.change)})"}
        for row in moved.itertuples()
    ]
    rows.append({"node": "all together", "part": total,
                 "text": f"{words.signed(total)} ({words.percent(total / tree.value)})"})
    names = [row["node"] for row in rows]
    reach = max(abs(row["part"]) for row in rows) or 1.0
    scale = alt.Scale(domain=[-1.1 * reach, 1.1 * reach], nice=False)
    x = alt.X("part:Q", title="Euros a month", axis=alt.Axis(format="~s", tickCount=5), scale=scale)
    base = alt.Chart(pd.DataFrame(rows)).encode(y=_names(names))
    bars = base.mark_bar(height=14).encode(x=x, color=_signed())
    text = base.mark_text(align="left", dy=-15).encode(x=alt.value(2), text="text:N")
    return charts.figure(
        (bars + text).properties(width="container", height=alt.Step(44)),
        "what-moved",
        f"{_moved_point(moved)} The bars share the change of {words.signed(total)} a month out, node by node: "
        + "; ".join(f"{row['node']} {row['text']}" for row in rows[:-1])
        + ". The parts add up to the whole.",
    )


def _moved_point(moved: pd.DataFrame) -> str:
    """How far the outcome moved, and the node with the largest part in it."""
    total, largest = float(moved["part"].sum()), moved.loc[moved["part"].abs().idxmax()]
    if abs(largest["part"]) < NOTHING:
        return "No node moved, so the outcome stays what it was."
    part = f"the largest part is {words.signed(largest['part'])} from {short(largest['node'])}"
    if abs(total) < NOTHING:
        return f"Nodes moved, but the outcome did not; {part}."
    return f"The outcome moved by {words.signed(total)} a month; {part}."


def scores_figure(results: Sequence[KeyResult]) -> alt.TopLevelMixin:
    """How far each key result got on its way from start to target, with the interval of a result that was counted."""
    rows = []
    for result in results:
        low, high = result.interval
        rows.append({
            "node": result.name, "score": result.scored(result.result), "low": max(-0.15, low), "high": min(1.25, high),
            "expected": EXPECTED[result.kind], "met": result.met,
            "text": f"{result.start:g} → {result.target:g}, now {result.result:g}: {result.score:.2f} ({result.kind})",
        })
    frame = pd.DataFrame(rows)
    scale = alt.Scale(domain=[-0.15, 1.25], nice=False)

    def x(field: str) -> alt.X:
        axis = alt.Axis(format=".1f", tickCount=6)
        return alt.X(f"{field}:Q", title="Of the way from start to target", axis=axis, scale=scale)

    y = alt.Y("node:N", sort=list(frame["node"]), axis=None)
    base = alt.Chart(frame.assign(zero=0.0, one=1.0)).encode(y=y)
    track = base.mark_rule(color=charts.GRID, strokeWidth=8).encode(x=x("zero"), x2="one:Q")
    span = base.mark_rule(color=charts.BAND, strokeWidth=8).encode(x=x("low"), x2="high:Q")
    aim = base.mark_tick(color=charts.INK, thickness=2.5, height=14).encode(x=x("expected"))
    color = alt.condition("datum.met", alt.value(charts.GOOD), alt.value(charts.SECOND))
    dots = base.mark_point(size=110, clip=True).encode(x=x("score"), color=color)
    name = base.mark_text(align="left", dy=-30, fontWeight="bold").encode(x=alt.value(2), text="node:N")
    text = base.mark_text(align="left", dy=-15).encode(x=alt.value(2), text="text:N")
    return charts.figure(
        alt.layer(track, span, aim, dots, name, text).properties(width="container", height=alt.Step(66)),
        "scores",
        f"{_scores_point(results)} The points are key results on the way from start, 0, to target, 1; a tick marks "
        "what is expected, a band how exactly it is known. "
        + "; ".join(f"{row['node']}: {row['text']}" for row in rows) + ".",
    )


def _unsure(result: KeyResult) -> bool:
    low, high = result.interval
    return low < EXPECTED[result.kind] <= high and high - low > WIDE


def _scores_point(results: Sequence[KeyResult]) -> str:
    """How many got as far as expected of their kind, and which is furthest from it or not known well enough."""
    met = sum(one.met for one in results)
    said = f"{met} of {len(results)} key results got as far as expected" if len(results) > 1 else (
        f"The only key result {'got as far as' if met else 'fell short of what was'} expected")
    least = min(results, key=lambda one: one.scored(one.result) - EXPECTED[one.kind])
    unsure = sum(_unsure(one) for one in results)
    if unsure:
        which = "" if len(results) == 1 else f"for {unsure} of them "
        return f"{said}, but {which}the count is too small to tell."
    if least.met:
        return f"{said}." if len(results) == 1 else f"{said}; the least of them stands at {least.score:.2f} of its way."
    if len(results) == 1:
        return f"{said}, at {least.score:.2f} of the way."
    return f"{said}; furthest off is {short(least.name)}, at {least.score:.2f} of the way."


def path_figure(market: Market, guards: Sequence[Guard]) -> alt.TopLevelMixin:
    """Orders by the proxy as the ranking is made for it, more and more; sliders for the weight and for auto-replies."""
    start, turn = market.path().iloc[0], market.parting()
    step = round(market.shops / 2, 4) or 0.06
    shares = [round(step * k, 4) for k in range(6) if step * k <= 1]
    rows = []
    for share in shares:
        path = replace(market, shops=share).path()
        rows += [
            {"shops": round(100 * share, 2), "weight": row.weight, "quick": row.quick, "orders": row.orders}
            for row in path.itertuples()
        ]
    move = [
        charts.slider("weight", "Weight on answers within an hour", float(turn["weight"]), 0, 1, 0.02),
        charts.slider(
            "shops", "Shops with auto-replies, of 100 sellers", round(100 * market.shops, 2), 0, 100 * shares[-1],
            100 * step,
        ),
    ]
    most = 1.5 * start["orders"]
    left = min(row["quick"] for row in rows) - 3
    x = alt.X("quick:Q", title="Answered within an hour, of 100 contacts",
              scale=alt.Scale(domain=[left, 100], nice=False))
    y = alt.Y("orders:Q", title="Orders, of 100 contacts", scale=alt.Scale(domain=[0, most], nice=False))
    here = alt.Chart(alt.Data(values=rows)).transform_filter("abs(datum.shops - shops) < 1e-6")
    line = here.mark_line(color=charts.ACCENT, clip=True).encode(x=x, y=y, order="weight:Q")
    today = here.transform_filter("datum.weight == 0")
    dot = here.transform_filter("abs(datum.weight - weight) < 1e-6")
    says = dot.transform_calculate(
        says="'weight ' + format(datum.weight, '.2f') + ': ' + format(datum.quick, '.0f') + ' within an hour, ' + "
        "format(datum.orders, '.1f') + ' orders'"
    )
    honest = market.path(TARGETS[1])
    other = (
        alt.Chart(honest[["weight", "quick", "orders"]])
        .mark_line(color=charts.GOOD, strokeDash=[6, 4], clip=True).encode(x=x, y=y, order="weight:Q")
    )
    slope, ends = market.slope(), np.array([start["quick"], 100.0])
    hoped = pd.DataFrame({"quick": ends, "orders": start["orders"] + slope * (ends - ends[0])})
    promise = alt.Chart(hoped).mark_line(color=charts.MUTED, strokeDash=[2, 3], strokeWidth=1.5, clip=True).encode(
        x=x, y=y
    )
    label = alt.Chart(pd.DataFrame([{"one": 1}]))
    names = [
        label.mark_text(align="left", x=6, y=place, color=color, fontWeight="bold").encode(text=alt.value(text))
        for place, color, text in (
            (HEIGHT - 46, charts.MUTED, "dots: what today's relation promises"),
            (HEIGHT - 28, charts.GOOD, "dashes: ranked for a person's answer"),
            (HEIGHT - 10, charts.ACCENT, "line: ranked for an answer within an hour"),
        )
    ]
    layers = [
        promise, other, line,
        today.mark_point(size=90, color=charts.INK).encode(x=x, y=y),
        today.mark_text(align="left", dx=-4, dy=16).encode(x=x, y=y, text=alt.value("today")),
        dot.mark_point(size=130, color=charts.SECOND).encode(x=x, y=y),
        says.mark_text(align="left", x=6, y=12, fontWeight="bold", color=charts.SECOND).encode(text="says:N"),
        *names,
    ]
    last = market.path().iloc[-1]
    stopped = "; ".join(
        f"{row.name}: weight {row.weight:.2f}" for row in market.stops(guards).itertuples(index=False)
        if not np.isnan(row.weight)
    )
    return charts.figure(
        alt.layer(*layers).add_params(*move).properties(width="container", height=HEIGHT + 20),
        "proxy-and-orders",
        f"{_path_point(start, turn, last)} The line is orders by answers within an hour, as a ranking is made for the "
        f"latter: today {start['orders']:.1f} at {start['quick']:.0f}, at a weight of {turn['weight']:.2f} "
        f"{turn['orders']:.1f} at {turn['quick']:.0f}, with all weight {last['orders']:.1f} at {last['quick']:.0f} of "
        f"100 contacts. Guardrails stop it: {stopped or 'none'}. Sliders move the weight and the shops.",
    )


def _path_point(start: pd.Series, turn: pd.Series, last: pd.Series) -> str:
    """Up to which weight orders rise with the proxy, and what the full weight leaves."""
    if turn["orders"] - start["orders"] < 0.05:
        return f"No weight on fast answers brings more orders than today's {start['orders']:.1f} of 100 contacts."
    rise = f"Orders rise with fast answers up to a weight of {turn['weight']:.2f}, to {turn['orders']:.1f} of 100"
    if turn["orders"] - last["orders"] < 0.05:
        return f"{rise}, and do not fall after it."
    return f"{rise}, then fall to {last['orders']:.1f}."


def sliders_figure(tree: Tree) -> alt.TopLevelMixin:
    """What each node brings when it is moved by hand: sliders for all, at first as far as believed possible."""
    move, ratios = [], []
    for place, node in enumerate(tree.nodes):
        far = max(0.2, 1.5 * abs(node.reach / node.now - 1))
        today, unit = (100 * node.now, "of 100") if node.is_share else (100, "% of today")
        move.append(charts.slider(f"node{place}", f"{node.name}, {unit}", round(today * node.reach / node.now, 2),
                           round(today * (1 - far)), round(today * (1 + far)), 0.1 if node.is_share else 0.5))
        ratios.append(f"log(node{place} / {today:.9g})")
    logs = "(" + " + ".join(ratios) + ")"
    now = f"{tree.value:.9g}"
    change = f"({now} * (exp({logs}) - 1))"
    mean = f"(abs({logs}) < 1e-9 ? {now} : {change} / {logs})"
    names = [node.name for node in tree.nodes]
    rows = [{"node": name, "place": place} for place, name in enumerate(names)]
    pick = " : ".join(f"datum.place == {place} ? {ratio}" for place, ratio in enumerate(ratios)) + " : 0"
    most = 0.3 * tree.value
    scale = alt.Scale(domain=[-most, most], nice=False)
    x = alt.X("part:Q", title="Euros a month", axis=alt.Axis(format="~s", tickCount=5), scale=scale)
    parts = alt.Chart(alt.Data(values=rows)).transform_calculate(part=f"{mean} * ({pick})").transform_calculate(
        text="format(datum.part, '+,.0f')"
    ).encode(y=_names(names))
    bars = parts.mark_bar(height=14, clip=True).encode(x=x, color=_signed())
    text = parts.mark_text(align="left", dy=-15).encode(x=alt.value(2), text="text:N")
    total = alt.Chart(alt.Data(values=[{"one": 1}])).transform_calculate(
        says=f"'€' + format({now} + {change}, ',.0f') + ' a month, ' + format({change}, '+,.0f')"
    )
    says = total.mark_text(align="right", x={"expr": "width - 4"}, y=12, fontWeight="bold", fontSize=13).encode(
        text="says:N"
    )
    reach = tree.what_moved([node.reach for node in tree.nodes])
    return charts.figure(
        alt.layer(bars, text, says).add_params(*move).properties(width="container", height=alt.Step(46)),
        "tree-by-hand",
        f"{_reach_point(reach)} The bars are what each node of the outcome, {euros(tree.value, cents=False)} a month "
        "today, adds if all get as far as believed possible: "
        + "; ".join(f"{row.node} {words.signed(row.part)}" for row in reach.itertuples())
        + ". Sliders move each node by hand, and the parts add up to the change.",
    )


def _reach_point(reach: pd.DataFrame) -> str:
    """The node that would bring most if all got as far as believed."""
    total, best = float(reach["part"].sum()), reach.loc[reach["part"].idxmax()]
    if best["part"] < NOTHING:
        return "No node is believed to get any higher than it is today."
    most = f"{words.signed(best['part'])} would come from {short(best['node'])}"
    return f"Of {words.signed(total)} a month believed possible, {most}."
