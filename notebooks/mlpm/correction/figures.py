"""The charts of the correction notebook. Those with sliders compute in the page, without Python."""

from dataclasses import replace
from math import ceil, comb

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.correction.expectation import meets
from mlpm.correction.study import Study
from mlpm.correction.words import seconds, whole
from mlpm.phrases import of_100, plural

HEIGHT = 260
MOST_USES = 20
NET = "datum.right * {saved:.9g} - (1 - datum.right) * datum.error"


def seconds_figure(study: Study) -> alt.TopLevelMixin:
    """Seconds saved by how often the product is right, before and after; sliders for both efforts and for noticing."""
    move = [
        charts.slider("now", "Correction now, seconds", study.effort_now, 0, 60, 1),
        charts.slider("later", "Correction then, seconds", study.effort_then, 0, 60, 1),
        charts.slider("seen", "Errors noticed, of 100", round(100 * study.noticed), 0, 100, 5),
        charts.slider("late", "Unnoticed error, seconds", study.unnoticed, 0, 300, 10),
    ]
    kinds, top = ["now", "then"], max(1, ceil(1.25 * study.saved))
    error = "seen / 100 * (datum.kind == 'now' ? now : later) + (1 - seen / 100) * late"
    net = NET.format(saved=study.saved)
    rows = [{"kind": kind, "right": share / 100} for kind in kinds for share in range(40, 101)]
    x = alt.X("right:Q", title="Right for its user", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0.4, 1]))
    y = alt.Y("net:Q", title="Seconds saved by a decision", scale=alt.Scale(domain=[-2 * top, top], nice=False))
    color = alt.Color("kind:N", sort=kinds, legend=None, scale=alt.Scale(range=[charts.SECOND, charts.ACCENT]))
    lines = (
        alt.Chart(alt.Data(values=rows)).transform_calculate(error=error).transform_calculate(net=net)
        .mark_line(clip=True)
        .encode(x=x, y=y, color=color, strokeDash=alt.StrokeDash("kind:N", sort=kinds, legend=None))
    )
    here = (
        alt.Chart(alt.Data(values=[{"kind": kind, "right": study.right} for kind in kinds]))
        .transform_calculate(error=error).transform_calculate(net=net)
        .transform_calculate(
            says="datum.kind + ': ' + format(datum.net, '.1f') + ' s, needs ' + "
            f"format(datum.error / ({study.saved:.9g} + datum.error), '.0%')"
        )
    )
    points = here.mark_point(size=110, clip=True).encode(
        x=x, y=y, color=color, shape=alt.Shape("kind:N", sort=kinds, legend=None)
    )
    texts = [
        here.transform_filter(alt.datum.kind == kind).mark_text(align="right", fontWeight="bold")
        .encode(x=alt.value({"expr": "width - 8"}), y=alt.value(HEIGHT - up), text="says:N", color=color)
        for kind, up in (("now", 34), ("then", 16))
    ]
    zero = alt.Chart(pd.DataFrame({"net": [0.0]})).mark_rule(color=charts.MUTED).encode(y="net:Q")
    return charts.figure(
        alt.layer(zero, lines, points, *texts).add_params(*move).properties(width="container", height=HEIGHT),
        "seconds-saved",
        f"At {study.right:.0%} right a decision saves {seconds(study.now.net)} with a correction of "
        f"{study.effort_now:g} seconds and {seconds(study.then.net)} with {study.effort_then:g}. Seconds a decision "
        "saves, by how often it is right for its user. Below the zero line users are better off "
        "without. Sliders move the efforts and how many errors are noticed.",
    )


def needed_figure(study: Study) -> alt.TopLevelMixin:
    """The share right that is needed, by the effort of a correction; beside it what was measured.

    One line if every error is noticed, one with the errors that are not.
    """
    longest = max(30, int(1.5 * study.effort_now))
    kinds = {"all errors noticed": study.seen(study.now)}
    if study.noticed < 1:
        kinds[f"{100 * study.noticed:.0f} of 100 noticed"] = study.now
    x = alt.X("effort:Q", title="Seconds to correct", scale=alt.Scale(domain=[0, longest], nice=False))
    y = alt.Y("needed:Q", title="Has to be right", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    color = alt.Color("kind:N", sort=list(kinds), legend=None)

    def needs(efforts) -> pd.DataFrame:
        rows = [
            {"kind": kind, "effort": effort, "needed": replace(screen, effort=effort).break_even}
            for kind, screen in kinds.items() for effort in efforts
        ]
        return pd.DataFrame(rows).dropna()

    lines = alt.Chart(needs(range(longest + 1))).mark_line().encode(
        x=x, y=y, color=color, strokeDash=alt.StrokeDash("kind:N", sort=list(kinds), legend=None)
    )
    points = needs([study.effort_now, study.effort_then])
    dots = alt.Chart(points).mark_point(size=90).encode(x=x, y=y, color=color)
    # The line with unnoticed errors lies above the other: its name goes above it, the other's below.
    ends = needs([longest])
    names = [
        alt.Chart(ends[ends["kind"] == kind]).mark_text(align="right", dx=-2, dy=dy, fontWeight="bold")
        .encode(x=x, y=y, color=color, text="kind:N")
        for kind, dy in zip(kinds, (22, -12), strict=False)
    ]
    base = alt.Chart(pd.DataFrame([{
        "low": study.promise.low, "high": study.promise.high, "right": study.right,
        "text": f"measured {study.right:.0%}",
    }]))
    scale = alt.Scale(domain=[0, 1])
    measured = [
        base.mark_rect(color=charts.BAND).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        base.mark_rule(color=charts.INK, strokeDash=[5, 4]).encode(y=alt.Y("right:Q", scale=scale)),
        base.mark_text(align="left", x=6, dy=-16).encode(y=alt.Y("right:Q", scale=scale), text="text:N"),
    ]
    said = "; ".join(f"{row.effort:g} seconds, {row.kind}: {row.needed:.0%}" for row in points.itertuples())
    return charts.figure(
        alt.layer(*measured, lines, dots, *names).properties(width="container", height=HEIGHT),
        "right-enough",
        f"{_needed_point(study)} How often the product has to be right to be worth having, by the seconds a correction "
        f"takes: {said}. A dashed line in its interval marks what was measured, {study.right:.0%}.",
    )


def _needed_point(study: Study) -> str:
    """What the two corrections ask for."""
    now, then = (replace(study.now, effort=effort).break_even for effort in (study.effort_now, study.effort_then))
    asks = [of_100(share) if share == share else "more than all" for share in (now, then)]
    return (
        f"A correction of {study.effort_now:g} seconds asks for {asks[0]} right, one of {study.effort_then:g} seconds "
        f"for {asks[1]}."
    )


def errors_figure(study: Study) -> alt.TopLevelMixin:
    """How many errors 100 new users meet in their first uses; sliders for accuracy and uses."""
    start = min(study.uses, MOST_USES)
    move = [
        charts.slider("right", "Right, of 100", round(100 * study.right), 50, 99, 1),
        charts.slider("uses", "Uses", start, 1, MOST_USES, 1),
    ]
    top = 6  # that many errors, or more
    rows = [
        {"n": n, "k": k, "ways": comb(n, k), "errors": str(k) if k < top else f"{top}+", "order": min(k, top)}
        for n in range(1, MOST_USES + 1) for k in range(n + 1)
    ]
    counted = (
        alt.Chart(alt.Data(values=rows))
        .transform_filter("datum.n == uses")
        .transform_calculate(p="100 * datum.ways * pow(1 - right / 100, datum.k) * pow(right / 100, datum.n - datum.k)")
    )
    base = counted.transform_aggregate(people="sum(p)", groupby=["errors", "order"])
    names = [str(k) for k in range(top)] + [f"{top}+"]
    x = alt.X("errors:N", sort=names, title="Errors met", axis=alt.Axis(labelAngle=0), scale=alt.Scale(domain=names))
    y = alt.Y("people:Q", title="Of 100 new users", scale=alt.Scale(domain=[0, 100], nice=False))
    bars = base.mark_bar(size=24).encode(
        x=x, y=y, color=alt.condition("datum.order >= 2", alt.value(charts.SECOND), alt.value(charts.ACCENT))
    )
    text = base.mark_text(dy=-9).encode(x=x, y=y, text=alt.Text("people:Q", format=".0f"))
    sums = counted.transform_calculate(one="datum.k >= 1 ? datum.p : 0", two="datum.k >= 2 ? datum.p : 0")
    sums = sums.transform_aggregate(one="sum(one)", two="sum(two)").transform_calculate(
        first="format(datum.one, '.0f') + ' of 100 meet an error'",
        second="format(datum.two, '.0f') + ' meet two or more'",
    )
    says = [
        sums.mark_text(align="right", fontWeight="bold", color=color)
        .encode(x=alt.value({"expr": "width - 6"}), y=alt.value(place), text=f"{name}:N")
        for name, place, color in (("first", 16, charts.INK), ("second", 34, charts.SECOND))
    ]
    one, two = (round(100 * meets(study.right, start, errors)) for errors in (1, 2))
    return charts.figure(
        alt.layer(bars, text, *says).add_params(*move).properties(width="container", height=240),
        "errors-met",
        f"Of 100 new users {one} meet an error in {plural(start, 'use')}, {two} meet two or more. The bars are how "
        f"many errors they meet when {study.right:.0%} of decisions are right for them. Sliders move both.",
    )


def authors_figure(study: Study) -> alt.TopLevelMixin:
    """What becomes of decent items treated by mistake, under each way back."""
    table, decent = study.authors(), study.treated.decent
    parts = ["given back", "only told", "never told"]
    rows = [
        {"way": row.way, "part": part, "order": order, "items": size,
         "text": f"told {whole(row.told)}, given back {whole(row.restored)}"}
        for row in table.itertuples()
        for order, (part, size) in enumerate(
            zip(parts, (row.restored, row.told - row.restored, decent - row.told), strict=True)
        )
    ]
    # Room for the names in a browser's widest font.
    room = alt.Axis(minExtent=min(170, 7.5 * max(map(len, table["way"]))))
    base = alt.Chart(pd.DataFrame(rows)).encode(y=alt.Y("way:N", title=None, sort=list(table["way"]), axis=room))
    x = alt.X("items:Q", stack="zero", title="Decent items treated by mistake, a day")
    bars = base.mark_bar(height=16, cornerRadius=0).encode(
        x=x.scale(domain=[0, decent], nice=False), order="order:Q",
        color=alt.Color(
            "part:N", sort=parts, scale=alt.Scale(domain=parts, range=[charts.GOOD, charts.BAND, charts.GRID])
        ),
    )
    text = base.transform_filter("datum.order == 0").mark_text(align="left", dy=-17).encode(
        x=alt.value(0), text="text:N"
    )
    said = "; ".join(f"{row.way}: {whole(row.restored)} given back" for row in table.itertuples())
    return charts.figure(
        alt.layer(bars, text).properties(width="container", height=alt.Step(50)),
        "way-back",
        f"{_way_point(study)} What becomes of the {whole(decent)} decent items a day that were treated by mistake, by "
        f"the way back their authors have. {said}.",
    )


def _way_point(study: Study) -> str:
    """The way that gives most back."""
    table, decent = study.authors(), study.treated.decent
    best = table.loc[table["restored"].idxmax()]
    if not best.restored > 0:
        return "No way back gives a decent item back."
    way = f"{best.way[0].upper()}{best.way[1:]}"
    return f"{way} gives back most, {whole(best.restored)} of {whole(decent)} decent items a day."
