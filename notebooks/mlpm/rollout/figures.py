"""The charts of the launch notebook. Sliders compute in the page, without Python."""

import altair as alt
import numpy as np
import pandas as pd
from scipy.stats import norm

from mlpm import charts
from mlpm.phrases import of_100, plural
from mlpm.rollout.mixing import Mixing
from mlpm.rollout.ramp import NAIVE_LEVEL, Ramp
from mlpm.rollout.size import canary_size
from mlpm.rollout.words import signed

HEIGHT = 320
# What a chart says at its slider's position stands in a band above the lines.
BAND = 70
TOP = 10


def canary_figure(ramp: Ramp) -> alt.TopLevelMixin:
    """Chance that one look at a canary notices errors that rise, by hours; four sliders."""
    share, _ = ramp.stages[0]
    sliders = [
        charts.slider("base", "Sessions with an error today, of 1,000", round(1000 * ramp.baseline, 3), 1, 50, 1),
        charts.slider("times", "Noticed if it rises to, times", round(ramp.design, 3), 1.1, 10, 0.1),
        charts.slider("part", "On the new side, of 100 sessions", round(100 * share, 3), 1, 50, 1),
        charts.slider("traffic", "Sessions a month, thousands", round(ramp.sessions / 1000, 3), 10, 5000, 10),
    ]
    level = norm.isf(NAIVE_LEVEL)
    base = (
        alt.Chart(alt.sequence(0, 3.0001, 0.02, as_="power"))
        .transform_calculate(hours="pow(10, datum.power)")
        .transform_calculate(
            s="part / 100", old="base / 1000", new="min(0.999, base * times / 1000)", all="traffic * 1000 / 730"
        )
        .transform_calculate(n="datum.s * datum.all * datum.hours", m="(1 - datum.s) * datum.all * datum.hours")
        .transform_calculate(both="datum.s * datum.new + (1 - datum.s) * datum.old")
        .transform_calculate(
            null="sqrt(datum.both * (1 - datum.both) * (1 / datum.n + 1 / datum.m))",
            spread="sqrt(datum.new * (1 - datum.new) / datum.n + datum.old * (1 - datum.old) / datum.m)",
        )
        .transform_calculate(
            seen=f"cumulativeNormal((datum.new - datum.old - {level:.6f} * datum.null) / datum.spread, 0, 1)"
        )
    )
    x = alt.X("hours:Q", title="Hours of the stage", scale=alt.Scale(type="log", domain=[1, 1000], nice=False))
    x = x.axis(values=[1, 3, 10, 24, 72, 168, 720], format="d", grid=True)
    y = alt.Y("seen:Q", title="Chance to notice at one look")
    y = y.axis(format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    y = y.scale(domain=[0, HEIGHT / (HEIGHT - BAND)], nice=False)
    line = base.mark_line(color=charts.ACCENT).encode(x=x, y=y)
    goal = alt.Chart(pd.DataFrame({"seen": [ramp.power]}))
    rule = goal.mark_rule(strokeDash=[5, 4], color=charts.MUTED).encode(y="seen:Q")
    first = (
        base.transform_filter(f"datum.seen >= {ramp.power}")
        .transform_window(rank="row_number()", sort=[alt.SortField("hours")])
        .transform_filter("datum.rank == 1")
    )
    point = first.mark_point(size=110, color=charts.SECOND, shape="diamond", opacity=1).encode(x=x, y=y)
    reached = charts.said(
        first,
        f"'{of_100(ramp.power)}: ' + format(datum.hours, ',.2~r') + ' hours, ' + format(datum.n, ',.2~r') + ' "
        "sessions'",
        0, charts.SECOND, TOP,
    )
    day = base.transform_filter("abs(datum.power - 1.38) < 0.001")
    after = charts.said(day, "'after a day: ' + format(100 * datum.seen, '.0f') + ' of 100'", 1, charts.ACCENT, TOP)
    needed = canary_size(ramp.baseline, ramp.alarm, ramp.power, NAIVE_LEVEL, sides=1, others=(1 - share) / share)
    hours = needed / (share * ramp.hourly)
    return charts.figure(
        alt.layer(line, rule, point, reached, after)
        .add_params(*sliders)
        .properties(width="container", height=HEIGHT),
        "what-a-canary-sees",
        f"It takes {'1 hour' if round(hours) == 1 else f'{hours:,.0f} hours' if hours > 1 else 'less than an hour'} "
        f"until one look notices {of_100(ramp.power)} rises to {ramp.design:.3g} times. "
        f"Chance that one look notices such errors, by hours of the stage, with {share:.0%} of {ramp.sessions:,.0f} "
        "sessions a month on the new side. Sliders move rate, rise, share and traffic.",
    )


def false_alarm_figure(ramp: Ramp) -> alt.TopLevelMixin:
    """How often a healthy launch has been stopped, by hours: with a new test every hour, and with the line."""
    share, hours = max(ramp.stages, key=lambda stage: stage[1])
    found = {
        "a new test every hour": ramp.course(share, ramp.baseline, hours, naive=True),
        "the stop line": ramp.course(share, ramp.baseline, hours),
    }
    colors = dict(zip(found, (charts.SECOND, charts.ACCENT), strict=True))
    rows = [
        {"hour": hour + 1, "stopped": round(float(stopped), 5), "how": how}
        for how, one in found.items()
        for hour, stopped in enumerate(np.cumsum(one.stopped))
        if hour < 24 or hour % max(1, hours // 100) == 0 or hour == hours - 1
    ]
    top = 1.25 * max(row["stopped"] for row in rows)
    x = alt.X("hour:Q", title="Hours, one look each", scale=alt.Scale(domain=[0, hours], nice=False))
    y = alt.Y("stopped:Q", title="Healthy launches stopped so far", axis=alt.Axis(format="%"))
    y = y.scale(domain=[0, top], nice=False)
    layers = []
    for how, color in colors.items():
        base = alt.Chart(pd.DataFrame([row for row in rows if row["how"] == how]))
        layers.append(base.mark_line(color=color).encode(x=x, y=y))
        chance = found[how].chance
        end = pd.DataFrame([{"hour": hours, "stopped": chance, "text": f"{how}: {of_100(chance)}"}])
        layers.append(
            alt.Chart(end)
            .mark_text(align="right", dx=-4, dy=-12, color=color, fontWeight="bold")
            .encode(x=x, y=y, text="text:N")
        )
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=240),
        "healthy-launches-stopped",
        f"After {plural(hours, 'hour')} a new test every hour has stopped "
        f"{of_100(found['a new test every hour'].chance)} healthy launches, the stop line "
        f"{of_100(found['the stop line'].chance)}. Healthy launches stopped by "
        f"error, by hours, at {share:.0%} on the new side: by a new test at {NAIVE_LEVEL:.0%} every hour, and by the "
        "stop line, looked at as often.",
    )


def harm_rows(ramp: Ramp) -> pd.DataFrame:
    """By share: sessions hit until the line stops a doubling and a disaster, and how many more each hour costs."""
    rows = []
    for share in (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5):
        for name, rate in (("alarm", ramp.alarm), ("disaster", ramp.disaster)):
            found = ramp.course(share, rate, 720)
            rows.append({
                "percent": 100 * share, "kind": name, "until": round(ramp.harmed(share, rate, found), 3),
                "hour": round(ramp.hourly * share * (rate - ramp.baseline), 5),
            })
    return pd.DataFrame(rows)


def harm_figure(ramp: Ramp) -> alt.TopLevelMixin:
    """Whom a broken launch hits, by share on the new side; a slider for the minutes the way back takes."""
    rows = harm_rows(ramp)
    minutes = charts.slider("minutes", "Minutes from the alarm to the old version", ramp.rehearsed, 0, 480, 10)
    kinds = {
        "disaster": (f"errors {ramp.disaster / ramp.baseline:.3g} times", charts.SECOND),
        "alarm": (f"errors {ramp.design:.3g} times", charts.ACCENT),
    }
    worst = float((rows["until"] + 8 * rows["hour"]).max())
    x = alt.X("percent:Q", title="On the new side, of 100 sessions")
    x = x.scale(type="log", domain=[1, 50], nice=False).axis(values=[1, 2, 5, 10, 20, 50], format="d", grid=True)
    y = alt.Y("hit:Q", title="Sessions hit, until the old version is back")
    y = y.scale(type="log", domain=[max(1, 0.5 * float(rows["until"].min())), 4 * worst], nice=False)
    y = y.axis(values=[1, 3, 10, 30, 100, 300, 1000, 3000, 10_000], format=",d")
    layers = []
    for place, (kind, (called, color)) in enumerate(kinds.items()):
        base = alt.Chart(rows[rows["kind"] == kind]).transform_calculate(hit="datum.until + datum.hour * minutes / 60")
        layers.append(base.mark_line(color=color).encode(x=x, y=y))
        layers.append(base.mark_point(color=color, size=60).encode(x=x, y=y))
        first = base.transform_filter("datum.percent == 1 || datum.percent == 50")
        first = first.transform_aggregate(low="min(hit)", high="max(hit)")
        layers.append(
            charts.said(
                first, f"'{called}: ' + format(datum.low, ',.0f') + ' to ' + format(datum.high, ',.0f')", place, color,
                TOP,
            )
        )
    table = ramp.ways.set_index(["way", "back"])
    small = rows.loc[rows["kind"] == "alarm", "until"]
    return charts.figure(
        alt.layer(*layers).add_params(minutes).properties(width="container", height=HEIGHT),
        "whom-it-hits",
        f"{_harm_point(table)} Sessions hit by a broken launch until the old version is back, by share on the new "
        f"side. A rise to {ramp.design:.3g} times costs {small.min():.0f} to {small.max():.0f}, because it takes "
        f"errors to see it at any share. A rise to {ramp.disaster / ramp.baseline:.3g} times costs more the larger "
        f"the share: in stages {table.loc[('in stages', 'rehearsed'), 'disaster']:.0f}, straight to the last stage "
        f"{table.loc[('straight', 'rehearsed'), 'disaster']:.0f}. A slider moves the minutes of the way back.",
    )


def _harm_point(table: pd.DataFrame) -> str:
    """What stages spare when a launch is a disaster."""
    stages, straight = (table.loc[(way, "rehearsed"), "disaster"] for way in ("in stages", "straight"))
    return f"A disaster hits {stages:.0f} sessions if the launch goes in stages, {straight:.0f} if it goes straight."


def mixing_figure(mixing: Mixing) -> alt.TopLevelMixin:
    """Two days in one pot: the difference seen against the true one, by the share of the first day; one slider."""
    first, second = mixing.days[:2]
    other = charts.slider("other", f"{second.name}: rate of the old side, of 100", round(100 * second.old, 3), 5, 50, 1)
    gap = second.new - second.old
    n, others = first.sessions, second.sessions * second.share
    rest = second.sessions - others
    base = (
        alt.Chart(alt.sequence(1, 99.01, 1, as_="percent"))
        .transform_calculate(s="datum.percent / 100", rate="other / 100")
        .transform_calculate(
            new=f"({n:g} * datum.s * {first.new:g} + {others:g} * (datum.rate + {gap:g}))",
            old=f"({n:g} * (1 - datum.s) * {first.old:g} + {rest:g} * datum.rate)",
        )
        .transform_calculate(
            new=f"datum.new / ({n:g} * datum.s + {others:g})", old=f"datum.old / ({n:g} * (1 - datum.s) + {rest:g})"
        )
        .transform_calculate(seen="100 * (datum.new - datum.old)")
    )
    x = alt.X("percent:Q", title=f"{first.name}: on the new side, of 100", scale=alt.Scale(domain=[0, 100], nice=False))
    y = alt.Y("seen:Q", title="New − old, points, both days in one pot")
    seen = base.mark_line(color=charts.SECOND).encode(x=x, y=y)
    at = round(100 * first.share)
    point = base.transform_filter(f"datum.percent == {at}")
    mark = point.mark_point(size=110, color=charts.SECOND, shape="diamond", opacity=1).encode(x=x, y=y)
    words = point.transform_calculate(text="format(datum.seen, '+.1f') + ' points'").mark_text(
        align="left", dx=12, dy=4, color=charts.SECOND, fontWeight="bold"
    ).encode(x=x, y=y, text="text:N")
    within = 100 * mixing.within
    true = alt.Chart(pd.DataFrame({"seen": [within], "text": [f"each day: {signed(within)}"]}))
    rule = true.mark_rule(color=charts.ACCENT, strokeWidth=2).encode(y="seen:Q")
    tag = true.mark_text(align="right", x={"expr": "width - 4"}, dy=-9, color=charts.ACCENT, fontWeight="bold").encode(
        y="seen:Q", text="text:N"
    )
    old, new = mixing.pooled
    return charts.figure(
        alt.layer(rule, tag, seen, mark, words).add_params(other).properties(width="container", height=260),
        "two-days-in-one-pot",
        f"In one pot the new side differs by {signed(100 * (new - old))} points, though by "
        f"{signed(100 * mixing.within)} on each day. The difference between new and old when {first.name} and "
        f"{second.name} are put into one pot, by the share on the new side on {first.name}, here {first.share:.0%}; "
        f"only with equal shares on both days it is right. A slider moves the rate on {second.name}.",
    )
