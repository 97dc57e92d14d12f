"""The charts of the supply notebook. Those with sliders compute in the page, without Python."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.phrases import hundredth, listed, of_100, plural, short
from mlpm.supply.plan import Plan
from mlpm.supply.sample import after_silence
from mlpm.supply.words import euros, whole

HEIGHT = 260  # of a chart with lines, in pixels


def by_name(field: str, names: list[str]) -> alt.Y:
    """A y axis of names in this order, with room for them in a browser's widest font."""
    room = min(170, 7.5 * max(map(len, names), default=0))
    return alt.Y(f"{field}:N", title=None, sort=names, axis=alt.Axis(minExtent=room))


def given(value: float) -> float:
    """A reader's own value as a slider's first one: rounded so little that the chart still says what the title says."""
    return float(f"{value:.6g}")


def stages_figure(plan: Plan) -> alt.TopLevelMixin:
    """What comes out of each stage a day, with its range, on a scale of factors: a share is a distance."""
    rows = [
        {"stage": row.stage, "a_day": row.a_day, "low": row.low, "high": row.high,
         "text": whole(row.a_day) + (f" ({whole(row.low)} to {whole(row.high)})" if row.low < row.high else "")}
        for row in plan.stages.itertuples()
    ]
    exist = "all there is"
    rows.append({"stage": exist, "a_day": plan.existing, "low": plan.existing, "high": plan.existing,
                 "text": whole(plan.existing)})
    top, bottom = max(row["high"] for row in rows), min(row["low"] for row in rows)
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=by_name("stage", [row["stage"] for row in rows]),
        color=alt.condition(f"datum.stage == '{exist}'", alt.value(charts.SECOND), alt.value(charts.ACCENT)),
    )
    scale = alt.Scale(type="log", domain=[bottom / 2, top * 2], nice=False)
    axis = alt.Axis(format="~s", tickCount=4)
    line = base.mark_rule(strokeWidth=5, opacity=0.35).encode(
        x=alt.X("low:Q", scale=scale, axis=axis, title="A day; a step right is ten times as many"), x2="high:Q"
    )
    point = base.mark_point(size=100).encode(
        x=alt.X("a_day:Q", scale=scale),
        shape=alt.condition(f"datum.stage == '{exist}'", alt.value("diamond"), alt.value("circle")),
    )
    middle = (top * bottom) ** 0.5
    texts = [  # on the side where there is room
        base.transform_filter(f"datum.a_day {side} {middle:.9g}").mark_text(align=align, dy=-14, dx=dx)
        .encode(x=alt.X("a_day:Q", scale=scale), text="text:N", color=alt.value(charts.INK))
        for side, align, dx in (("<=", "left", -5), (">", "right", 5))
    ]
    return charts.figure(
        alt.layer(line, point, *texts).properties(width="container", height=alt.Step(44)),
        "report-funnel",
        f"{_stages_point(plan)} From views to examples, stage by stage, each with its range. A diamond marks all there "
        f"is to be found: {whole(plan.existing)} a day.",
    )


def _stages_point(plan: Plan) -> str:
    """What the whole way brings a day. The likely number may lie outside the range: each end is said for what it is."""
    usable = plan.stages.iloc[-1]
    text = f"Of {whole(plan.funnel.views)} views a day {whole(usable.a_day)} likely end as usable examples"
    if whole(usable.low) == whole(usable.high):
        return f"{text}."
    return f"{text}, in 80 of 100 futures {whole(usable.low)} to {whole(usable.high)}."


def days_figure(plan: Plan) -> alt.TopLevelMixin:
    """Examples collected by day from reports alone, and if nothing were missed; a slider for each stage."""
    funnel = plan.funnel
    sliders = [
        charts.slider("rate", "Reports in 10,000 views", given(1e4 * funnel.likely("report_rate")), 0.5, 10, 0.1),
        charts.slider("valid", "Of 100 reports, valid", given(100 * funnel.likely("valid_share")), 5, 100, 1),
        charts.slider("unique", "Of 100 valid, reported first", given(100 * funnel.likely("unique_share")), 5, 100, 1),
    ]
    flow = f"min({plan.existing:.9g}, {funnel.views:.9g} * rate / 10000 * valid / 100 * unique / 100)"
    longest, target = 1000, f"{plan.target:.9g}"
    lines = [
        alt.Chart(alt.sequence(0, longest + 1, 25, as_="day"))
        .transform_calculate(collected=f"datum.day * {pace}")
        .mark_line(color=color, clip=True, strokeDash=dash)
        .encode(
            x=alt.X("day:Q", title="Day", scale=alt.Scale(domain=[0, longest], nice=False)),
            y=alt.Y("collected:Q", title="Usable examples", axis=alt.Axis(format=",d"),
                    scale=alt.Scale(domain=[0, plan.target * 1.15], nice=False)),
        )
        for pace, color, dash in ((flow, charts.ACCENT, [1, 0]), (f"{plan.existing:.9g}", charts.SECOND, [6, 4]))
    ]
    asked = alt.Chart(pd.DataFrame({"y": [plan.target], "text": [f"target {plan.target:,.0f}"]}))
    rule = asked.mark_rule(strokeDash=[2, 3], color=charts.MUTED).encode(y="y:Q")
    tag = asked.mark_text(align="left", x={"expr": "width * 0.3"}, dy=-8, color=charts.MUTED)
    tag = tag.encode(y="y:Q", text="text:N")
    one = alt.Chart(alt.Data(values=[{"one": 1}])).transform_calculate(flow=flow).transform_calculate(
        pace="datum.flow < 0.05 ? 'fewer than 0.1' : format(datum.flow, datum.flow < 9.95 ? ',.1f' : ',.0f')",
        days=f"{target} / datum.flow",
    ).transform_calculate(
        says="'reports: ' + datum.pace + ' a day, ' + (datum.days < 0.5 ? 'less than a day' : "
        "datum.days < 1.5 ? '1 day' : format(datum.days, ',.0f') + ' days')",
        most=f"'nothing missed: {whole(plan.existing)} a day, {_days(plan.perfect_days)}'",
    )
    says = [
        one.mark_text(
            align="right", x={"expr": "width - 6"}, y={"expr": f"height - {up}"}, fontWeight="bold", color=color
        ).encode(text=f"{name}:N")
        for name, up, color in (("most", 34, charts.SECOND), ("says", 14, charts.ACCENT))
    ]
    return charts.figure(
        alt.layer(*lines, rule, tag, *says).add_params(*sliders).properties(width="container", height=HEIGHT),
        "days-to-target",
        f"{_days_point(plan)} Usable examples collected over {longest:,d} days: {whole(funnel.usable)} a day from "
        f"reports; if nothing were missed, the target would be met after {_days(plan.perfect_days)}. Sliders move the "
        "three stages.",
    )


def _days(days: float) -> str:
    return "less than a day" if days < 0.5 else plural(round(days), "day")


def _days_point(plan: Plan) -> str:
    """When reports alone meet the target, with the ends of 80 of 100 futures."""
    likely, early, late = plan.days
    text = f"From reports alone the target of {plan.target:,.0f} is met after {_days(likely)}"
    if round(early) == round(late):
        return f"{text}."
    return f"{text}, in 80 of 100 futures {early:,.0f} to {late:,.0f}."


def reporters_figure(plan: Plan) -> alt.TopLevelMixin:
    """Each group's share of what happens and of what is reported; a slider for how unlike two groups are reported."""
    table, names = plan.reporters, list(plan.groups)
    # The slider moves the first group against the second; the others keep their place beside the second.
    second = plan.propensity[1]
    values = [
        {"group": name, "true": true, "k": propensity / second, "first": place == 0}
        for place, (name, true, propensity) in enumerate(zip(names, plan.true_mix, plan.propensity, strict=True))
    ]
    times = given(plan.propensity[0] / second)
    move = charts.slider("ratio", f"Reports of “{short(names[0])}”, times", times, 0.5, 10, 0.5)
    base = (
        alt.Chart(alt.Data(values=values))
        .transform_calculate(w="datum.true * (datum.first ? ratio : datum.k)")
        .transform_joinaggregate(sum="sum(w)")
        .transform_calculate(reported="datum.w / datum.sum")
        .transform_calculate(
            part="datum.true * datum.true / datum.reported",
            low="min(datum.true, datum.reported)", high="max(datum.true, datum.reported)",
            text="'true ' + format(datum.true, datum.true < 0.0995 ? '.1%' : '.0%') + ', reported ' + "
            "format(datum.reported, datum.reported < 0.0995 ? '.1%' : '.0%')",
        )
    )
    scale, y = alt.Scale(domain=[0, 1]), by_name("group", names)
    x = alt.X("true:Q", title="Share of the examples", axis=alt.Axis(format="%"), scale=scale)
    line = base.mark_rule(strokeWidth=3, color=charts.GRID).encode(x=x, x2="reported:Q", y=y)
    true = base.mark_point(size=100, color=charts.MUTED, filled=False, strokeWidth=2).encode(x=x, y=y)
    reported = base.mark_point(size=110, shape="diamond", color=charts.ACCENT).encode(
        x=alt.X("reported:Q", scale=scale), y=y
    )
    texts = [  # on the side where there is room
        base.transform_filter(f"datum.low + datum.high {side} 1").mark_text(align=align, dx=dx, dy=-16)
        .encode(x=alt.X(f"{end}:Q", scale=scale), y=y, text="text:N")
        for side, align, dx, end in (("<", "left", -5, "low"), (">=", "right", 5, "high"))
    ]
    says = (
        base.transform_aggregate(spread="sum(part)")
        .transform_calculate(
            says="'1,000 reports count as ' + format(1000 / datum.spread, ',.0f')"
        )
        .mark_text(align="left", baseline="bottom", fontWeight="bold", x=0, y=-12)
        .encode(text="says:N")
    )
    layers = alt.layer(line, true, reported, *texts, says).add_params(move)
    return charts.figure(
        layers.properties(width="container", height=alt.Step(56)),
        "who-is-reported",
        f"{_reporters_point(table)} Groups, each with its true share (circle) and its share of what is reported "
        "(diamond): "
        + ", ".join(f"{row.group} {hundredth(row.true)}% and {hundredth(row.reported)}%" for row in table.itertuples())
        + f". Weighted to the true mix, 1,000 reported examples are worth {1000 * plan.kept:,.0f}.",
    )


def _reporters_point(table: pd.DataFrame) -> str:
    """Who is reported most beyond the true share."""
    beyond = table["reported"] - table["true"]
    if beyond.abs().max() < 0.005:
        return "Reports have the true mix of the groups, to less than one in 100."
    most = table.loc[beyond.idxmax()]
    return f"{of_100(most.reported)} reports are {short(most.group)}, {hundredth(most.true)} of what there is."


def silence_figure(plan: Plan) -> alt.TopLevelMixin:
    """The chance that an item is positive after so many silent views, for each group; a slider for the prevalence."""
    chances, names = plan.group_report_chance(), list(plan.groups)
    move = charts.slider("prior", "Before anybody looked, of 100", given(100 * plan.prevalence), 0.1, 20, 0.1)
    rows = [
        {"group": name, "q": chance, "views": 10 ** (step / 8)}
        for name, chance in zip(names, chances, strict=True) for step in range(33)
    ]
    base = (
        alt.Chart(alt.Data(values=rows))
        .transform_calculate(silent="prior / 100 * pow(1 - datum.q, datum.views)")
        .transform_calculate(chance="datum.silent / (datum.silent + 1 - prior / 100)")
    )
    x = alt.X("views:Q", title="Views without a report", axis=alt.Axis(format="~s", tickCount=4))
    x = x.scale(type="log", domain=[1, 10_000], nice=False)
    y = alt.Y("chance:Q", title=f"Chance to be among {plan.what}", axis=alt.Axis(format="~%"))
    color = alt.Color("group:N", sort=names, legend=None)
    line = base.mark_line().encode(x=x, y=y, color=color, strokeDash=alt.StrokeDash("group:N", sort=names, legend=None))
    # Names stand in the corner that all lines leave free, each with its value where the lines are furthest apart.
    seen = 300
    corner = (
        alt.Chart(alt.Data(values=[{"group": name, "q": q} for name, q in zip(names, chances, strict=True)]))
        .transform_calculate(silent=f"prior / 100 * pow(1 - datum.q, {seen})")
        .transform_calculate(says="format(datum.silent / (datum.silent + 1 - prior / 100), '.1%') + ' ' + datum.group")
    )
    after = alt.Chart(alt.Data(values=[{"says": f"after {seen} views"}])).mark_text(align="left", color=charts.MUTED)
    up = {name: 18 * (len(names) - place) - 6 for place, name in enumerate(names)}
    text = [after.encode(x=alt.value(8), y=alt.value(HEIGHT - 18 * len(names) - 12), text="says:N")] + [
        corner.transform_filter(alt.datum.group == name).mark_text(align="left", fontWeight="bold")
        .encode(x=alt.value(8), y=alt.value(HEIGHT - up[name]), text="says:N", color=color)
        for name in names
    ]
    said = [
        f"{name} {percent(after_silence(plan.prevalence, chance, seen))}"
        for name, chance in zip(names, chances, strict=True)
    ]
    return charts.figure(
        alt.layer(line, *text).add_params(move).properties(width="container", height=HEIGHT),
        "what-silence-says",
        f"{_silence_point(plan, names, chances, seen)} The chance that an unreported item is one of the {plan.what}, "
        f"by how many people saw it. It starts at {percent(plan.prevalence)}; after {seen} silent views: "
        f"{', '.join(said)}. Silence says little where few look or report.",
    )


def percent(share: float) -> str:
    """A chance that may be very small: 2.4%, 0.003%."""
    if 0 < share < 1e-6:
        return "less than 0.0001%"
    return f"{share:.1%}" if share >= 0.0005 or share == 0 else f"{100 * share:.1g}%"


def _silence_point(plan: Plan, names: list[str], chances: list[float], seen: int) -> str:
    """In which group silence says least."""
    after = {name: after_silence(plan.prevalence, chance, seen) for name, chance in zip(names, chances, strict=True)}
    least = max(after, key=after.get)
    alike = percent(after[least]) == percent(min(after.values()))
    whose = "in every group" if alike else short(least)
    return (
        f"After {seen} silent views the chance is still {percent(after[least])} {whose}, from "
        f"{percent(plan.prevalence)} before."
    )


def sources_figure(plan: Plan) -> alt.TopLevelMixin:
    """What one usable example costs from each source, cheapest first, with what the source brings a day."""
    rows = [
        {"source": source.about.title, "cost": cost,
         "text": f"{euros(cost) if cost else 'paid'} · {whole(source.positives)} a day"}
        for source in plan.sources if (cost := source.cost_per_positive) is not None
    ]
    rows.sort(key=lambda row: row["cost"])
    most = max((row["cost"] for row in rows), default=0) or 1
    frame = pd.DataFrame(rows, columns=["source", "cost", "text"])
    base = alt.Chart(frame).encode(y=by_name("source", frame["source"].tolist()))
    x = alt.X("cost:Q", title="Euros of labeling for one usable example", axis=alt.Axis(values=_ticks(most)))
    # Room for the text behind the longest bar.
    bars = base.mark_bar(color=charts.ACCENT, height=18).encode(x=x.scale(domain=[0, most * 1.75], nice=False))
    text = base.mark_text(align="left", dx=5).encode(x="cost:Q", text="text:N")
    return charts.figure(
        (bars + text).properties(width="container", height=alt.Step(32)),
        "cost-of-one-example",
        f"{_sources_point(rows)} Euros of labeling for one usable example, by source: "
        + (", ".join(f"{row['source']} {row['text']}" for row in rows) or "none brings one") + ".",
    )


def _ticks(most: float) -> list[float]:
    """Ticks up to the longest bar, not into the room behind it."""
    step = next(step for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000, 1e9) if most / step <= 6)
    return [step * i for i in range(int(most / step) + 1)]


def _sources_point(rows: list[dict]) -> str:
    """Which sources are cheapest and dearest. What costs the same to the cent is a tie."""
    sources = {}
    for row in rows:
        sources.setdefault(euros(row["cost"]), []).append(row["source"])
    if not sources:
        return "No source brings a usable example."
    (low, cheapest), *_, (high, dearest) = [*sources.items(), *sources.items()]
    if len(sources) == 1:
        where = f"From {rows[0]['source']} alone" if len(rows) == 1 else f"From each of {len(rows)} sources"
        return f"{where} a usable example costs {'no' if low == euros(0) else f'{low} of'} labeling."
    cheap, dear = (listed(list(dict.fromkeys(names))) for names in (cheapest, dearest))
    return f"A usable example is cheapest from {cheap} and dearest from {dear}, at {high}."
