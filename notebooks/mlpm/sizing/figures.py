"""The charts of the plan, and the two with sliders, which need no kernel."""

import math

import altair as alt
import numpy as np
import pandas as pd
from scipy.stats import norm

from mlpm import charts
from mlpm.phrases import plural
from mlpm.sizing import words as say
from mlpm.sizing.plan import Plan
from mlpm.sizing.traffic import WEEK
from mlpm.sizing.words import given, of_100, percent, time, whole

PERCENT = "format(100 * datum.value, '.3~g') + '%'"


def units_figure(plan: Plan) -> alt.TopLevelMixin:
    """Distinct units by day, against the line that multiplying draws."""
    traffic, allowed = plan.traffic, plan.allowed
    last = WEEK * plan.asked.weeks_longest
    days = np.arange(0, last + 1)
    line = pd.DataFrame({"day": days, "units": [traffic.distinct(day) for day in days]})
    line["part"] = np.where(line.day <= traffic.days, "seen", "drawn on")
    seen, later = line[line.day <= traffic.days], line[line.day >= min(traffic.days, last)]
    at = WEEK * allowed
    straight = pd.DataFrame({"day": [0.0, float(last)], "units": [0.0, plan.units_allowed / at * last]})
    top = max(1.25 * float(line.units.max()), 1.6 * plan.units_allowed)
    end = min(last, top / (plan.units_allowed / at))
    straight.loc[1] = [end, plan.units_allowed / at * end]
    x = alt.X("day:Q", title="Days since the start", axis=alt.Axis(values=list(range(0, last + 1, WEEK))))
    x = x.scale(domain=[0, last], nice=False)
    y = alt.Y("units:Q", title="Distinct units", axis=alt.Axis(format="~s")).scale(domain=[0, top], nice=False)
    starts = pd.concat([
        pd.DataFrame({"day": np.arange(1, len(curve) + 1), "units": curve, "start": number})
        for number, curve in enumerate(traffic.curves)
    ])
    starts = starts[starts.day <= last]
    layers = [
        alt.Chart(straight).mark_line(color=charts.SECOND, strokeDash=[5, 4]).encode(x=x, y=y),
        alt.Chart(starts).mark_line(color=charts.BAND, strokeWidth=1.5).encode(x=x, y=y, detail="start:N"),
        alt.Chart(seen).mark_line(color=charts.ACCENT).encode(x=x, y=y),
    ]
    if traffic.days < last:
        layers.append(alt.Chart(later).mark_line(color=charts.ACCENT, strokeDash=[2, 3]).encode(x=x, y=y))
    names = pd.DataFrame({
        "day": [end, last], "units": [plan.units_allowed / at * end, float(line.units.iloc[-1])],
        "name": ["if nobody returned", "distinct units"], "color": [charts.SECOND, charts.ACCENT],
    })
    bold = {"fontWeight": "bold"}
    layers.append(alt.Chart(names[:1]).mark_text(align="left", dx=8, dy=6, color=charts.SECOND, **bold).encode(
        x=x, y=y, text="name:N"))
    layers.append(alt.Chart(names[1:]).mark_text(align="right", dy=16, color=charts.ACCENT, **bold).encode(
        x=x, y=y, text="name:N"))
    point = pd.DataFrame({"day": [at], "units": [plan.units_allowed],
                          "name": [f"{plan.units_allowed:,.0f} in {plural(allowed, 'week')}"]})
    layers.append(alt.Chart(point).mark_point(color=charts.ACCENT, size=90, opacity=1).encode(x=x, y=y))
    layers.append(alt.Chart(point).mark_text(align="left", dx=8, dy=14, **bold).encode(x=x, y=y, text="name:N"))
    needed = plan.units_needed
    if math.isfinite(needed):
        told = f"{given(plan.asked.minimum_effect)} takes {whole(needed)}"
        if needed <= top:
            rule = alt.Chart(pd.DataFrame({"units": [needed], "name": [told]}))
            layers.append(rule.mark_rule(color=charts.GOOD, strokeWidth=1.5).encode(y=y))
            layers.append(rule.mark_text(align="left", dx=4, dy=-8, color=charts.GOOD, fontWeight="bold").encode(
                x=alt.value(0), y=y, text="name:N"))
        else:
            told += f": {needed / top:.1f} times this chart's height"
            layers.append(alt.Chart(pd.DataFrame({"name": ["↑ " + told]})).mark_text(
                align="right", x={"expr": "width - 4"}, y={"expr": "height - 12"}, color=charts.GOOD, **bold
            ).encode(text="name:N"))
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=280),
        "distinct-units",
        f"{_units_point(plan)} The line is distinct units by days since the start: {plan.units_allowed:,.0f} in "
        f"{plural(allowed, 'week')}, {plan.distinct(2 * allowed):,.0f} in {2 * allowed}, "
        f"{2 * plan.units_allowed:,.0f} if nobody returned.",
    )


def _units_point(plan: Plan) -> str:
    """Whether the units of the weeks allowed are enough for the minimum effect."""
    effect, needed = given(plan.asked.minimum_effect), plan.units_needed
    brings = f"{plural(plan.allowed, 'week')} bring{'s' * (plan.allowed == 1)}"
    text = f"{brings} {plural(round(plan.units_allowed), 'distinct unit')}"
    if not math.isfinite(needed):
        return f"{text}, and no number of them shows the minimum effect of {effect}."
    if needed > plan.units_allowed:
        return f"{text}, but the minimum effect of {effect} takes {whole(needed)}."
    return f"{text}, enough for the minimum effect of {effect}, which takes {whole(needed)}."


def chance_figure(plan: Plan) -> alt.TopLevelMixin:
    """How often the weeks allowed find an effect, by its true size."""
    design, units, minimum = plan.now, plan.units_allowed, plan.asked.minimum_effect
    end = 1.6 * max(plan.smallest or minimum, minimum)
    end = min(end, 0.999 * design.room)
    effects = np.linspace(0, end, 61)
    curve = pd.DataFrame({"effect": effects, "chance": [100 * design.chance(e, units) for e in effects]})
    x = alt.X("effect:Q", title="True change", axis=alt.Axis(labelExpr=PERCENT)).scale(domain=[0, end], nice=False)
    y = alt.Y("chance:Q", title="Tests that call it a win, of 100").scale(domain=[0, 100])
    marks = [(minimum, "minimum", charts.SECOND)]
    if plan.smallest:
        marks.append((plan.smallest, "smallest", charts.GOOD))
    points = pd.DataFrame([
        {"effect": effect, "chance": 100 * design.chance(effect, units),
         "name": f"{given(effect) if effect == minimum else percent(effect)}: {of_100(design.chance(effect, units))}"}
        for effect, __, __ in marks if effect <= end
    ])
    layers = [alt.Chart(curve).mark_line(color=charts.ACCENT).encode(x=x, y=y)]
    asked = pd.DataFrame({"chance": [100 * plan.asked.power]})
    layers.append(alt.Chart(asked).mark_rule(color=charts.MUTED, strokeDash=[5, 4]).encode(y=y))
    for place, (__, row) in enumerate(points.iterrows()):
        one = alt.Chart(pd.DataFrame([row]))
        color = marks[place][2]
        layers.append(one.mark_point(color=color, size=110, opacity=1).encode(x=x, y=y))
        late = row.effect > 0.55 * end
        side = {"align": "right", "dx": -10, "dy": -10} if late else {"align": "left", "dx": 10, "dy": 4}
        layers.append(one.mark_text(color=color, fontWeight="bold", **side).encode(x=x, y=y, text="name:N"))
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=240),
        "chance-by-effect",
        f"{_chance_point(plan)} The line is how many of 100 such tests call a true change a win, by its size: "
        + "; ".join(points["name"]) + f". The dashed line is the power asked for, {of_100(plan.asked.power)}.",
    )


def _chance_point(plan: Plan) -> str:
    """How often the minimum effect is found, and what is found as often as asked."""
    minimum, power = plan.asked.minimum_effect, of_100(plan.asked.power)
    found = of_100(plan.chance_of_minimum)
    text = f"Tests of {plural(plan.allowed, 'week')} call a true change of {given(minimum)} a win in {found} cases"
    return f"{text}, one of {percent(plan.smallest)} in {power}." if plan.smallest and found != power else f"{text}."


def weeks_slider(plan: Plan) -> alt.TopLevelMixin:
    """The smallest effect by weeks; sliders for baseline or spread, effect, power, traffic."""
    asked, now = plan.asked, plan.now
    rows = []
    for weeks in range(1, asked.weeks_longest + 1):
        design, units = plan.design(weeks), plan.distinct(weeks)
        if units <= 0:
            continue
        per_unit = (design.kept * design.inflation / design.pairs(1.0)) ** 0.5
        rows.append({"weeks": weeks, "units": units, "root": per_unit, "relative": design.variation / now.variation})
    frame = pd.DataFrame(rows)
    z = float(norm.isf(now.level / 2))
    proportion = asked.kind == "proportion"
    spread_now = now.baseline if proportion else float(f"{now.variation:.3g}")
    steps = _steps(spread_now, 0.99 if proportion else None)
    base = _slider("base", "Baseline (share) " if proportion else "Spread (deviation ÷ mean) ", spread_now, *steps)
    spread = "sqrt((1 - base) / base)" if proportion else "base"
    if proportion:
        frame["relative"] = 1.0
    effect = _slider("effect", "Effect worth finding ", asked.minimum_effect, *_steps(asked.minimum_effect, None))
    power = _slider("power", "Power ", asked.power, 0.5, 0.95, 0.05)
    flow = _slider("flow", "Traffic, times the file's ", 1, 0.25, 20, 0.25)
    told = alt.Chart(frame).transform_calculate(
        smallest=f"({z:.9g} + quantileNormal(power)) * {spread} * datum.relative * datum.root "
        "/ sqrt(datum.units * flow)"
    ).transform_calculate(
        enough=f"datum.smallest <= effect && datum.weeks >= {asked.weeks_least} ? datum.weeks : 999",
        found="datum.smallest <= effect ? 'found' : 'not'",
    ).transform_joinaggregate(first="min(enough)")
    x = alt.X("weeks:Q", title="Full weeks", axis=alt.Axis(values=list(frame.weeks), format="d"))
    x = x.scale(domain=[0.5, asked.weeks_longest + 0.5], nice=False)
    y = alt.Y("smallest:Q", title="Smallest effect found", axis=alt.Axis(labelExpr=PERCENT)).scale(domainMin=0)
    line = told.mark_line(color=charts.ACCENT).encode(x=x, y=y)
    dots = told.mark_point(size=90, opacity=1).encode(
        x=x, y=y,
        color=alt.Color("found:N", legend=None).scale(domain=["found", "not"], range=[charts.GOOD, charts.ACCENT]),
    )
    rule = alt.Chart(alt.Data(values=[{"one": 1}])).transform_calculate(smallest="effect")
    goal = rule.mark_rule(color=charts.GOOD, strokeWidth=1.5).encode(y=y)
    here = told.transform_filter(f"datum.weeks == {plan.allowed}")
    label = here.transform_calculate(
        text=f"'{plural(plan.allowed, 'week')}: ' + format(100 * datum.smallest, '.2~r') + '%. ' + "
        f"format(100 * effect, '.3~r') + '% takes ' + (datum.first > 900 ? 'more than {asked.weeks_longest}' : "
        "datum.first) + (datum.first == 1 ? ' week' : ' weeks')"
    ).mark_text(align="right", x={"expr": "width - 4"}, y={"expr": "height - 12"}, fontWeight="bold")
    label = label.encode(text="text:N")
    ring = here.mark_point(filled=False, size=260, color=charts.INK, strokeWidth=1.5, opacity=1).encode(x=x, y=y)
    return charts.figure(
        alt.layer(goal, line, dots, ring, label).add_params(base, effect, power, flow)
        .properties(width="container", height=260),
        "smallest-effect-by-week",
        f"{_weeks_point(plan)} The line is the smallest effect a test finds, by full weeks. Sliders change the "
        f"{'baseline' if proportion else 'spread'}, the effect worth finding, the power and the traffic; the line "
        "flattens where most units of later weeks have been there before.",
    )


def _weeks_point(plan: Plan) -> str:
    """What the weeks allowed find as often as asked, and how many weeks the minimum effect takes."""
    tests, often = f"tests of {plural(plan.allowed, 'week')}", f"in {of_100(plan.asked.power)} cases"
    needed = say.weeks(plan.weeks_for_metric, plan.asked.weeks_longest)
    takes = f"finding {given(plan.asked.minimum_effect)} takes {needed}"
    if not plan.smallest:
        return f"No change is so large that {tests} find it {often}; {takes}."
    return f"T{tests[1:]} find a change of {percent(plan.smallest)} {often}; {takes}."


def proportion_slider(plan: Plan) -> alt.TopLevelMixin:
    """Units and days for a proportion when every day brings new units: the usual calculator, with full weeks."""
    asked = plan.asked
    start = min(float(f"{plan.now.baseline:.3g}"), 0.9) if asked.kind == "proportion" else 0.04
    # The calculator is for rises; where the file's effect has no room upward, it starts with one that has.
    effect_now = min(asked.minimum_effect, 0.9 * (1 - start) / start, 1.0) if asked.kind == "proportion" else 0.05
    base = _slider("p", "Baseline (share) ", start, *_steps(start, 0.9))
    effect = _slider("lift", "Effect, relative ", effect_now, *_steps(effect_now, 1.0))
    often, new = 0.8, 50_000
    power = _slider("strength", "Power ", often, 0.5, 0.95, 0.05)
    daily = _slider("daily", "New units a day, all arms ", new, 1_000, 200_000, 1_000)
    z = float(norm.isf(0.025))
    size = (
        f"datum.p2 >= 1 ? NaN : pow({z:.10g} * sqrt((p + datum.p2) * (2 - p - datum.p2) / 2) "
        "+ quantileNormal(strength) * sqrt(p * (1 - p) + datum.p2 * (1 - datum.p2)), 2) / pow(datum.p2 - p, 2)"
    )
    low, high = 0.005, 1.0
    ratio = (high / low) ** (1 / 80)
    curve = (
        alt.Chart(alt.sequence(0, 81, 1, as_="step"))
        .transform_calculate(effect=f"{low} * pow({ratio:.9g}, datum.step)")
        .transform_calculate(p2="p * (1 + datum.effect)")
        .transform_calculate(units=size)
        .transform_filter("isValid(datum.units) && datum.units > 1")
    )
    ticks = alt.Axis(values=[0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1], labelExpr=PERCENT)
    x = alt.X("effect:Q", title="Relative effect", axis=ticks)
    x = x.scale(type="log", domain=[low, high], nice=False)
    powers = alt.Axis(format="~s", values=[10.0**k for k in range(1, 10)])
    y = alt.Y("units:Q", title="Units per arm", axis=powers).scale(type="log")
    here = (
        alt.Chart(alt.Data(values=[{"one": 1}]))
        .transform_calculate(effect="lift", p2="p * (1 + lift)")
        .transform_calculate(units=size)
        .transform_calculate(days="2 * datum.units / daily")
        .transform_calculate(weeks="max(2, ceil(datum.days / 7))")
        .transform_calculate(
            text="isValid(datum.units) ? format(ceil(datum.units), ',d') + ' per arm' : 'above 100%'",
            more="isValid(datum.units) ? format(datum.days, '.1f') + ' days: run ' + datum.weeks + ' full weeks' : ''",
        )
    )
    changed = start * (1 + effect_now)
    both = (start + changed) * (2 - start - changed) / 2
    apart = start * (1 - start) + changed * (1 - changed)
    units = (z * both**0.5 + float(norm.ppf(often)) * apart**0.5) ** 2 / (changed - start) ** 2
    point = (
        f"At a baseline of {given(float(f'{start:.3g}'))}, a rise of {given(float(f'{effect_now:.3g}'))} takes "
        f"{whole(units)} units per arm, {time(2 * units / new)} at {new:,} a day."
    )
    mark = here.mark_point(size=140, color=charts.SECOND, opacity=1).encode(x=x, y=y)
    words = [
        here.mark_text(align="right", x={"expr": "width - 4"}, y=place, fontWeight=weight).encode(text=f"{name}:N")
        for name, place, weight in (("text", 12, "bold"), ("more", 30, "normal"))
    ]
    return charts.figure(
        alt.layer(curve.mark_line(color=charts.ACCENT).encode(x=x, y=y), mark, *words)
        .add_params(base, effect, power, daily)
        .properties(width="container", height=260),
        "units-for-a-proportion",
        f"{point} The line is units per arm for a proportion, by the relative effect, both axes logarithmic: half the "
        "effect takes four times the units. Sliders set baseline, effect, power and the new units of a day; two full "
        "weeks is the least.",
    )


def _slider(name: str, title: str, value: float, low: float, high: float, step: float) -> alt.Parameter:
    return alt.param(name=name, value=value, bind=alt.binding_range(name=title, min=low, max=high, step=step))


def _steps(value: float, most: float | None) -> tuple[float, float, float]:
    """Low, high and step of a slider that starts at `value`, in round numbers that reach it."""
    step = float(f"{value / 20:.0e}")
    low, high = max(step, value / 5), value * 5
    if most is not None:
        high = min(high, most)
    # From the value down in whole steps, so that the slider can stand on it.
    low = value - math.floor((value - low) / step) * step
    return float(f"{low:.6g}"), float(f"{max(high, value):.6g}"), step
