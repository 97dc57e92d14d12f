"""The charts of the phases notebook: who is still spending, and the same with the reader's own order."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.phases.plan import RISKS, Plan
from mlpm.phrases import euros

HEIGHT = 270
Y = "Chance that money is still being spent"
TENTHS = alt.Axis(format=".0%", values=[0, 0.2, 0.4, 0.6, 0.8, 1])


def _steps(plan: Plan) -> list[dict]:
    """Corners of the line: level over a phase, down where it ends."""
    ends = plan.spent
    return [
        *({"plan": plan.name, "spent": end - cost, "chance": chance}
          for end, cost, chance in zip(ends, plan.costs, plan.entered, strict=True)),
        {"plan": plan.name, "spent": ends[-1], "chance": plan.entered[-1]},
    ]


def spending_figure(late: Plan, early: Plan) -> alt.TopLevelMixin:
    """The chance that an initiative is still spending, by euros spent; the area under a line is its expected cost."""
    plans, colors = [late.name, early.name], [charts.SECOND, charts.ACCENT]
    rows = pd.DataFrame(_steps(late) + _steps(early))
    color = alt.Color("plan:N", legend=None, scale=alt.Scale(domain=plans, range=colors))
    x = alt.X("spent:Q", title="Euros spent", axis=alt.Axis(format=",.0f"))
    y = alt.Y("chance:Q", title=Y, scale=alt.Scale(domain=[0, 1.3]), axis=TENTHS)
    base = alt.Chart(rows).encode(x=x, y=y, color=color)
    area = base.mark_area(interpolate="step-after", opacity=0.14).encode(y=alt.Y("chance:Q", stack=None, title=Y))
    line = base.mark_line(interpolate="step-after", strokeWidth=2.5).encode(
        strokeDash=alt.StrokeDash("plan:N", legend=None, sort=plans)
    )
    last = late.spent[-1]
    says = pd.DataFrame([
        {"plan": p.name, "spent": last, "chance": place, "text": f"{p.name}: {euros(p.expected_cost)} on average"}
        for p, place in ((late, 1.22), (early, 1.11))
    ])
    text = alt.Chart(says).mark_text(align="right", fontWeight=600).encode(
        x="spent:Q", y="chance:Q", text="text:N", color=color
    )
    return charts.figure(
        (area + line + text).properties(width="container", height=HEIGHT),
        "money-at-stake",
        f"{_order_point(late, early)} Chance that an initiative is still spending, by euros spent; the area under a "
        f"line is its average cost. {late.name}: {euros(late.expected_cost)}. {early.name}: "
        f"{euros(early.expected_cost)}. Both have the same chance of success, {late.success:.0%}.",
    )


def _order_point(late: Plan, early: Plan) -> str:
    """What the other order of the same questions costs."""
    one, two = euros(late.expected_cost), euros(early.expected_cost)
    if one == two:
        return f"Both orders of the questions cost {one} on average."
    return f"In another order the same questions cost {two} instead of {one} on average."


def choose_figure(plan: Plan) -> alt.TopLevelMixin:
    """The same line for the order that the reader picks: a list for each risk, computed in the page."""
    names = [phase.name for phase in plan.phases]
    lists = [
        alt.param(name=risk, value=names.index(plan.place[risk]), bind=alt.binding_select(
            options=list(range(len(names))), labels=names, name=f"{risk.capitalize()} is answered in "))
        for risk in RISKS
    ]
    alive = " * ".join(f"(datum.at > {risk} ? {plan.chances[risk]:.9g} : 1)" for risk in RISKS)
    rows = [
        {"at": at, "phase": phase.name, "start": end - cost, "end": end, "cost": cost}
        for at, (phase, end, cost) in enumerate(zip(plan.phases, plan.spent, plan.costs, strict=True))
    ]
    base = (
        alt.Chart(alt.Data(values=rows)).transform_calculate(chance=alive)
        .transform_calculate(part="datum.chance * datum.cost")
        .transform_joinaggregate(total="sum(part)")
    )
    x = alt.X("start:Q", title="Euros spent", axis=alt.Axis(format=",.0f"))
    y = alt.Y("chance:Q", title=Y, scale=alt.Scale(domain=[0, 1.12]), axis=TENTHS)
    bars = base.mark_rect(opacity=0.35, stroke=charts.ACCENT, strokeWidth=1).encode(
        x=x, x2="end:Q", y=y, y2=alt.datum(0), color=alt.value(charts.ACCENT)
    )
    named = (
        base.transform_filter("datum.cost > 4500 && width > 420 || datum.cost > 9000")
        .transform_calculate(middle="(datum.start + datum.end) / 2")
        .mark_text(baseline="bottom", dy=-5, color=charts.MUTED)
        .encode(x="middle:Q", y="chance:Q", text="phase:N")
    )
    total = (
        base.transform_filter(alt.datum.at == 0)
        .transform_calculate(text="'€' + format(datum.total, ',.0f') + ' on average'")
        .mark_text(align="right", fontWeight=600, color=charts.INK)
        .encode(x=alt.value({"expr": "width"}), y=alt.value(10), text="text:N")
    )
    return charts.figure(
        (bars + named + total).add_params(*lists).properties(width="container", height=HEIGHT),
        "your-order",
        f"In this order {euros(plan.expected_cost)} are spent on average. One bar for each phase: as wide as its "
        "cost, as high as the chance that it is begun. Choose in which phase each of the four risks is answered; "
        "moving an answer to an earlier phase lowers every bar after it.",
    )
