"""The charts of the operations notebook. Those with sliders compute in the page, without Python."""

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.operations import gold, quality
from mlpm.operations.plan import Plan
from mlpm.operations.words import whole
from mlpm.phrases import euros, of_100, plural

HEIGHT = 260  # of a chart with lines, in pixels


def bill_figure(plan: Plan) -> alt.TopLevelMixin:
    """Where the money goes: labeling time, and what it leaves out."""
    rows = [
        {"part": row.part, "euros": row.euros, "text": f"€{row.euros:,.0f}", "time": row.part == "labeling time"}
        for row in plan.bill.itertuples()
        if row.euros >= 0.5
    ]
    most = max(row["euros"] for row in rows)
    names = [row["part"] for row in rows]
    # Room for the longest name in a font wider than the one the chart is measured with.
    axis = alt.Axis(minExtent=7 * max(map(len, names)))
    base = alt.Chart(pd.DataFrame(rows)).encode(y=alt.Y("part:N", title=None, sort=names, axis=axis))
    x = alt.X("euros:Q", title="Euros for the whole job", axis=alt.Axis(format="~s"))
    bars = base.mark_bar(height=18).encode(
        x=x.scale(domain=[0, most * 1.3], nice=False),  # room for the text behind the longest bar
        color=alt.condition("datum.time", alt.value(charts.ACCENT), alt.value(charts.MUTED)),
    )
    text = base.mark_text(align="left", dx=5).encode(x="euros:Q", text="text:N")
    return charts.figure(
        (bars + text).properties(width="container", height=alt.Step(28)),
        "the-bill",
        f"Labeling time takes {of_100(plan.labeling_cost / plan.cost)} euros of a job that costs {euros(plan.cost)}. "
        "What it costs, part by part: " + ", ".join(f"{row['part']} {row['text']}" for row in rows) + ".",
    )


def headcount_figure(plan: Plan) -> alt.TopLevelMixin:
    """Weeks to finish by number of raters, with the cap and as if there were none; sliders for cap, mix and hours."""
    sliders = [
        charts.slider("cap", "Cap, minutes a day on the hot queue", plan.cap_minutes, 15, 300, 15),
        charts.slider("hot", "Of 100 items, from the hot queue", round(100 * plan.hot_share), 5, 100, 5),
        charts.slider("hours", "Hours a day a rater labels at most", plan.labeling_hours, 2, 7, 0.5),
    ]
    weeks, widest = plan.days / 5, max(24, round(1.6 * plan.needed))
    capped = "min(60 * hours, 100 * cap / max(hot, 1e-9))"
    each = {  # minutes for items on an average day of one rater
        kind: f"max(1e-9, {minutes} - {plan.gold_day:.9g}) * {1 - plan.absence:.9g}"
        for kind, minutes in (("cap", capped), ("free", "60 * hours"))
    }
    job = f"{60 * plan.hours:.9g}"
    scale_x = alt.Scale(domain=[1, widest], nice=False)
    x = alt.X("raters:Q", title="Raters", scale=scale_x, axis=alt.Axis(format="d", tickMinStep=1))
    y = alt.Y("weeks:Q", title="Weeks to finish", scale=alt.Scale(domain=[0, round(3 * weeks)], nice=False))
    looks = (("free", charts.MUTED, [6, 4]), ("cap", charts.ACCENT, [1, 0]))
    lines = [
        alt.Chart(alt.sequence(1, widest + 0.01, 0.25, as_="raters"))
        .transform_calculate(weeks=f"{job} / (datum.raters * {each[kind]}) / 5")
        .mark_line(color=color, strokeDash=dash, clip=True)
        .encode(x=x, y=y)
        for kind, color, dash in looks
    ]
    due = alt.Chart(pd.DataFrame({"weeks": [weeks], "text": [f"due after {weeks:.0f} weeks"]}))
    rule = due.mark_rule(strokeDash=[2, 3], color=charts.SECOND, strokeWidth=1.5).encode(y="weeks:Q")
    tag = due.mark_text(align="right", x={"expr": "width - 4"}, dy=10, color=charts.SECOND).encode(
        y="weeks:Q", text="text:N"
    )
    one = alt.Chart(alt.Data(values=[{"one": 1}]))
    need = {kind: f"ceil({job} / ({weeks * 5:.9g} * {each[kind]}) - 1e-9)" for kind in each}
    points = [
        one.transform_calculate(raters=need[kind])
        .transform_calculate(weeks=f"{job} / (datum.raters * {each[kind]}) / 5")
        .transform_filter(f"datum.raters <= {widest}")
        .mark_point(size=120, color=color, shape=shape)
        .encode(x=x, y=y)
        for (kind, color, _), shape in zip(looks, ("circle", "diamond"), strict=True)
    ]
    said = one.transform_calculate(
        cap=f"'with the cap: ' + format({capped} / 60, '.1f') + ' h a day, ' + format({need['cap']}, 'd') + ' raters'",
        free=f"'as if without: ' + format(hours, '.1f') + ' h a day, ' + format({need['free']}, 'd') + ' raters'",
        now=f"'the {plan.raters} there are, capped: ' + "
        f"format(ceil({job} / ({plan.raters} * {each['cap']})) / 5, '.0f') + ' weeks'",
    )
    says = [
        said.mark_text(align="right", x={"expr": "width - 4"}, y=place, fontWeight="bold", color=color).encode(
            text=f"{name}:N"
        )
        for name, place, color in (("cap", 10, charts.ACCENT), ("free", 28, charts.MUTED), ("now", 46, charts.INK))
    ]
    return charts.figure(
        alt.layer(*lines, rule, tag, *points, *says)
        .add_params(*sliders)
        .properties(width="container", height=HEIGHT + 20),
        "raters-and-weeks",
        f"{_headcount_point(plan)} Weeks to finish by number of raters: with a cap of {plan.cap_minutes:.0f} minutes a "
        f"day on the hot queue, which holds {100 * plan.hot_share:.0f} of 100 items, a rater labels "
        f"{plan.minutes / 60:.1f} hours a day. The team of {plan.raters} would take "
        f"{plural(round(plan.days_with(plan.raters) / 5), 'week')}. Sliders move cap, mix and hours.",
    )


def _headcount_point(plan: Plan) -> str:
    """Raters for the date with the cap and as if there were none, beside those there are."""
    cap, needed, team = f"{plan.cap_minutes:.0f} minutes", plural(plan.needed, "rater"), f"the team has {plan.raters}"
    if not plan.capped:
        return f"The date takes {needed}, as a cap of {cap} a day shortens nobody's day, and {team}."
    return f"Under a cap of {cap} a day the date takes {needed}, without it {plan.uncapped_needed}, and {team}."


def pace_figure(plan: Plan) -> alt.TopLevelMixin:
    """What an item costs by seconds a label: time alone, and with the repair of wrong labels; two sliders."""
    sliders = [
        charts.slider("haste", "Conflicts added per 100 items at twice the pace", round(100 * plan.haste), 0, 60, 1),
        charts.slider("repair", "Euros to find and repair a wrong label", plan.wrong_cost, 0, 10, 0.5),
    ]
    usual, hour = plan.seconds, plan.wage * (1 + plan.pause_share)
    low, high = round(0.4 * usual), round(1.6 * usual)
    step = (high - low) / 60
    base = (
        alt.Chart(alt.sequence(low, high + step / 2, step, as_="seconds"))
        .transform_calculate(
            c=f"clamp({plan.conflict_rate:.9g} + haste / 100 * ({usual:.9g} / datum.seconds - 1), 0, 0.5)"
        )
        .transform_calculate(
            e="(1 - sqrt(1 - 2 * datum.c)) / 2", time=f"(2 + datum.c) * datum.seconds * {hour / 3600:.9g}"
        )
        .transform_calculate(wrong="datum.e * datum.e * (3 - 2 * datum.e)")
        .transform_calculate(cost="datum.time + repair * datum.wrong")
    )
    now = quality.pace(usual, usual, plan.conflict_rate, plan.haste, hour, plan.wrong_cost)["cost"][0]
    x = alt.X("seconds:Q", title="Seconds a label", scale=alt.Scale(domain=[low, high], nice=False))
    y = alt.Y(
        "cost:Q", title="Euros an item", scale=alt.Scale(domain=[0, 3 * now], nice=False), axis=alt.Axis(format=".2f")
    )
    whole = base.mark_line(color=charts.ACCENT, clip=True).encode(x=x, y=y)
    time = base.mark_line(color=charts.MUTED, strokeDash=[6, 4], clip=True).encode(x=x, y=alt.Y("time:Q"))
    best = base.transform_window(rank="row_number()", sort=[alt.SortField("cost")]).transform_filter("datum.rank == 1")
    best = best.transform_calculate(
        says="'cheapest at ' + format(datum.seconds, '.0f') + ' s: €' + format(datum.cost, '.2f') + ', ' + "
        "format(1000 * datum.wrong, '.0f') + ' wrong of 1,000'",
    )
    here = (
        alt.Chart(alt.Data(values=[{"seconds": usual}]))
        .transform_calculate(e=f"{quality.rater_error(plan.conflict_rate):.9g}")
        .transform_calculate(wrong="datum.e * datum.e * (3 - 2 * datum.e)")
        .transform_calculate(cost=f"{(2 + plan.conflict_rate) * usual * hour / 3600:.9g} + repair * datum.wrong")
        .transform_calculate(
            says=f"'now at {usual:.0f} s: €' + format(datum.cost, '.2f') + ', ' + "
            "format(1000 * datum.wrong, '.0f') + ' wrong of 1,000'"
        )
    )
    marks = [
        best.mark_point(size=130, color=charts.SECOND, shape="diamond").encode(x=x, y=y),
        here.mark_point(size=110, color=charts.ACCENT).encode(x=x, y=y),
    ]
    says = [
        layer.mark_text(align="right", x={"expr": "width - 4"}, y=place, fontWeight="bold", color=color).encode(
            text="says:N"
        )
        for layer, place, color in ((best, 10, charts.SECOND), (here, 28, charts.ACCENT))
    ]
    tag = (
        base.transform_filter(f"datum.seconds < {low + step / 2:.9g}")
        .mark_text(align="left", dx=14, dy=16, color=charts.MUTED)
        .encode(x=x, y="time:Q", text=alt.value("time alone"))
    )
    faster = 0.8 * usual
    found = quality.pace([usual, faster], usual, plan.conflict_rate, plan.haste, hour, plan.wrong_cost)
    return charts.figure(
        alt.layer(time, whole, tag, *marks, *says).add_params(*sliders).properties(width="container", height=HEIGHT),
        "pace",
        f"{_pace_point(*found.itertuples())} Euros an item by seconds a label. Time alone gets cheaper with every "
        f"second less; with the repair of wrong labels the cost has a lowest point. At {usual:.0f} seconds "
        f"€{found['cost'][0]:.2f} and {1000 * found['wrong'][0]:.0f} wrong of 1,000; at {faster:.0f} seconds "
        f"€{found['cost'][1]:.2f} and {1000 * found['wrong'][1]:.0f}.",
    )


def _pace_point(usual, faster) -> str:
    """What a fifth less time a label saves, and what it does to the labels."""
    saved = round(usual.cost, 2) - round(faster.cost, 2)
    does = f"saves {euros(saved)} an item" if saved > 0 else f"costs {euros(-saved)} an item more"
    if not saved:
        does = "saves no cent an item"
    wrong, before = (f"{1000 * one.wrong:.0f}" for one in (faster, usual))
    instead = ", as before" if wrong == before else f" instead of {before}"
    return (
        f"Labeling in {whole(faster.seconds)} instead of {whole(usual.seconds)} seconds {does}, with {wrong} of 1,000 "
        f"labels wrong{instead}."
    )


def gold_figure(plan: Plan) -> alt.TopLevelMixin:
    """The chance to notice a drop, by gold items a week: the drop asked about, one half and one twice as large."""
    found, usual, asked = plan.gold, plan.usual_correct, plan.dropped_to
    drops = [usual - (usual - asked) * times for times in (0.5, 1, 2)]
    levels = [level for level in drops if level > 0]
    items = np.arange(5, max(20, round(1.7 * found.items)) + 1)
    frame = pd.concat(
        gold.tests(items, usual, level, plan.false_alarm)[["items", "power"]].assign(to=f"down to {level:.0%}")
        for level in levels
    )
    names = [f"down to {level:.0%}" for level in levels]
    colors = [charts.MUTED, charts.ACCENT, charts.THIRD][: len(names)]
    base = alt.Chart(frame).encode(
        x=alt.X(
            "items:Q", title="Gold items a week, one rater", scale=alt.Scale(domain=[0, int(items[-1])], nice=False)
        ),
        y=alt.Y(
            "power:Q",
            title="Chance to notice",
            axis=alt.Axis(format="%"),
            scale=alt.Scale(domain=[0, 1.08], nice=False),
        ),
        color=alt.Color("to:N", scale=alt.Scale(domain=names, range=colors), legend=None),
    )
    lines = base.mark_line(strokeWidth=1.75)
    # In the corner that the lines leave free, the steepest on top.
    ends = [
        alt.Chart(pd.DataFrame({"to": [name]}))
        .mark_text(align="right", x={"expr": "width - 4"}, y=HEIGHT - 14 - 18 * place, fontWeight="bold", color=color)
        .encode(text="to:N")
        for place, (name, color) in enumerate(zip(names, colors, strict=True))
    ]
    asked_for = alt.Chart(pd.DataFrame({"power": [plan.power], "text": [f"{plan.power:.0%}"]}))
    rule = asked_for.mark_rule(strokeDash=[2, 3], color=charts.SECOND, strokeWidth=1.5).encode(y="power:Q")
    point = alt.Chart(pd.DataFrame({"items": [found.items], "power": [found.power], "text": [f"{found.items} items"]}))
    mark = point.mark_point(size=130, shape="diamond", color=charts.SECOND).encode(x="items:Q", y="power:Q")
    text = point.mark_text(align="left", dx=4, dy=16, fontWeight="bold", color=charts.SECOND).encode(
        x="items:Q", y="power:Q", text="text:N"
    )
    return charts.figure(
        alt.layer(rule, lines, *ends, mark, text).properties(width="container", height=HEIGHT),
        "gold-items",
        f"From {plural(found.items, 'gold item')} a week on, a drop from {100 * usual:g} to {100 * asked:g} of 100 "
        f"right is noticed in {of_100(plan.power)} weeks. The lines are the chance to notice in one week that a rater "
        f"who got {usual:.0%} of gold items right now gets fewer, by gold items a week. A drop half as large takes far "
        "more. Lines are jagged because items are whole.",
    )
