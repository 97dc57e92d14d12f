"""The charts of the notebook."""

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.phrases import listed, minus, short
from mlpm.targeting.study import Study
from mlpm.targeting.wording import count, euros, points

ROWS = 12  # groups a chart shows
CENT = 0.005  # euros that nobody sees
UNEVEN = "The arms were not drawn by one lot for all, so the differences may not be due to the action."
EURO = "(datum.{0} < 0 ? '−€' : '€') + format(abs(datum.{0}), ',.{1}f')"


def _title(text: str) -> str:
    """A title that begins with a capital; the reader's own capitals stay."""
    return text[:1].upper() + text[1:]


def _slider(name: str, title: str, value: float, low: float, high: float, step: float) -> alt.Parameter:
    return alt.param(
        name=name, value=round(min(max(value, low), high), 6),
        bind=alt.binding_range(name=f"{title} ", min=low, max=high, step=step),
    )


def _step(value: float) -> float:
    """A step of a slider that divides what people type: a hundredth or so of the value."""
    power = 10.0 ** np.floor(np.log10(value))
    return round(float(power / 10), 10)


def profit_figure(found: Study) -> alt.TopLevelMixin:
    """What a contact in the last group added brings, and the profit down to it; sliders: cost, share saved, margin."""
    t = found.terms
    best, after, cuts = found.best, found.next, found.cuts
    # Of many cuts those around the best one are drawn; which of them is best is asked of all.
    start = 0 if best is None else max(0, int(best.name) + 2 - ROWS)
    rows = cuts[["contacted", "size", "cases", "rate", "rate_low", "rate_high"]].copy()
    rows["name"] = [f"first {count(value)}" for value in rows.contacted]
    rows["drawn"] = [start <= place < start + ROWS for place in range(len(rows))]
    rows = rows.round(6)
    drawn = rows[rows.drawn]
    cost_step, margin_step = _step(t.unit_cost), _step(t.margin)
    sliders = [
        _slider("cost", "A contact costs, euros", t.unit_cost, cost_step, round(3 * t.unit_cost, 6), cost_step),
        _slider("saved", f"Of 100 {found.cases}, saved", 100 * t.likely, 0, 100, 1),
        _slider("margin", "A saved one brings, euros", t.margin, margin_step, round(3 * t.margin, 6), margin_step),
    ]
    harm = f"{t.harm:g} * margin"
    low, gain, high = (
        f"saved / 100 * margin * datum.{rate} - {harm} * (1 - datum.{rate}) - cost"
        for rate in ("rate_low", "rate", "rate_high")
    )
    base = (
        alt.Chart(rows)
        .transform_calculate(
            gain=gain, gain_low=low, gain_high=high,
            profit=f"saved / 100 * margin * datum.cases - {harm} * (datum.contacted - datum.cases) - "
            "cost * datum.contacted",
        )
        .transform_joinaggregate(best="max(profit)")
        .transform_filter("datum.drawn")
        .transform_calculate(
            kind="datum.profit == datum.best && datum.best > 0 ? 'best' : datum.gain >= 0 ? 'pays' : 'loses'",
            label="datum.name + (datum.kind == 'best' ? ': stop here' : '')",
            total=EURO.format("profit", 0),
            here="'holds ' + format(100 * datum.rate, '.2~r') + ' of 100, a contact brings ' + "
            + EURO.format("gain", 2),
        )
    )
    names = drawn.name.tolist()
    y = alt.Y("name:N", axis=None, sort=names)
    reach = 1.5 * max(float(np.abs(t.gain(drawn.rate)).max()), t.unit_cost)
    title, scale = "Euros a contact in the last group brings", alt.Scale(domain=[-reach, reach], nice=False, clamp=True)
    x = alt.X("gain:Q", title=title, scale=scale)
    color = alt.Color(
        "kind:N", legend=None,
        scale=alt.Scale(domain=["best", "pays", "loses"], range=[charts.GOOD, charts.ACCENT, charts.BAD]),
    )
    bars = base.mark_bar(height=9).encode(x=x, y=y, color=color)
    reached = base.mark_rule(color=charts.INK, strokeWidth=1.5).encode(
        x=alt.X("gain_low:Q", title=title, scale=scale), x2="gain_high:Q", y=y
    )
    zero = alt.Chart(pd.DataFrame({"gain": [0.0]})).mark_rule(color=charts.INK).encode(x="gain:Q")
    name = base.mark_text(align="left", dy=-17, fontWeight="bold").encode(x=alt.value(0), y=y, text="label:N")
    total = base.mark_text(align="right", dy=-17, fontWeight="bold").encode(
        x=alt.value({"expr": "width"}), y=y, text="total:N", color=color
    )
    here = base.mark_text(align="left", dy=15, color=charts.MUTED, fontSize=11).encode(
        x=alt.value(0), y=y, text="here:N"
    )
    few = f" around the best of {len(rows)}" if len(drawn) < len(rows) else ""
    said = "" if best is None else ", for the best cut " + " to ".join(
        euros(found.profit_of(t.likely, cases, best.contacted)) for cases in (best.cases_low, best.cases_high)
    )
    if best is not None and after is not None:
        said += f"; in the group after it a contact brings {euros(after.gain)}"
    return charts.figure(
        alt.layer(bars, reached, zero, name, total, here).add_params(*sliders).properties(
            width="container", height=alt.Step(62)),
        "profit-by-cut",
        f"{_cut_point(found)} The bars are, for each cut{few}, what a contact in the last group added brings, with a "
        "95% interval for how exactly its risk is known. On the right stands the profit of a round down to it"
        f"{said}. Sliders move the three.",
    )


def _cut_point(found: Study) -> str:
    """The cut that pays best at the prices given; only likely where the risks of the groups around it leave it open."""
    t, best, after = found.terms, found.best, found.next
    saved = f"{points(t.likely)} of 100" if t.likely else "none"
    text = f"At {euros(t.unit_cost)} a contact, {saved} saved and {euros(t.margin)} each"
    if best is None:
        open_to = found.cuts.iloc[0]
        return f"{text}, no cut {'is likely to pay' if t.gain(open_to.rate_high) > 0 else 'pays'}."
    alike = found.cuts.profit > best.profit - CENT
    if alike.sum() > 1:
        names = listed([count(value) for value in found.cuts.contacted[alike].iloc[[0, -1]]])
        return f"{text}, the first {names} pay best alike, {euros(best.profit)} a round."
    sure = t.gain(best.rate_low) > 0 and (after is None or t.gain(after.rate_high) < 0)
    pay = "pay" if sure else "likely pay"
    return f"{text}, the first {count(best.contacted)} {pay} best, {euros(best.profit)} a round."


def saved_figure(found: Study) -> alt.TopLevelMixin:
    """Profit of the best cut, and of the one that looks best today, at every share saved; the reader's range."""
    t = found.terms
    first = found.cuts.iloc[0] if found.best is None else found.best
    end = min(1.0, max(1.5 * t.saved[2], 1.3 * min(found.saved_needed, 1.0), 0.1))
    shares = np.linspace(0, end, 61)
    name = f"the first {count(first.contacted)}"
    rows = pd.DataFrame({
        "saved": np.tile(100 * shares, 2),
        "profit": [*(found.profit_of(s, first.cases, first.contacted) for s in shares),
                   *(found.best_at(s)[1] for s in shares)],
        "line": np.repeat([name, "the best cut at each share"], len(shares)),
    })
    x = alt.X("saved:Q", title=f"Of 100 {found.cases} contacted, saved", scale=alt.Scale(nice=False))
    y = alt.Y("profit:Q", title="Euros a round", axis=alt.Axis(format=",.0f"))
    color = alt.Color("line:N", legend=None, scale=alt.Scale(
        domain=[name, "the best cut at each share"], range=[charts.ACCENT, charts.SECOND]))
    band = alt.Chart(pd.DataFrame({
        "saved": 100 * shares, "low": [found.profit_of(s, first.cases_low, first.contacted) for s in shares],
        "high": [found.profit_of(s, first.cases_high, first.contacted) for s in shares],
    })).mark_area(color=charts.ACCENT, opacity=0.18, clip=True).encode(
        x=x, y=alt.Y("low:Q", title="Euros a round"), y2="high:Q")
    lines = alt.Chart(rows).mark_line(clip=True).encode(
        x=x, y=y, color=color, strokeDash=alt.StrokeDash("line:N", legend=None, scale=alt.Scale(
            domain=[name, "the best cut at each share"], range=[[1, 0], [6, 4]])))
    layers = [band, lines]
    if t.saved[2] > t.saved[0]:
        shade = alt.Chart(pd.DataFrame({"from": [100 * t.saved[0]], "to": [100 * t.saved[2]]}))
        layers.insert(0, shade.mark_rect(color=charts.BAND, opacity=0.6).encode(x=alt.X("from:Q"), x2="to:Q"))
        layers.append(
            alt.Chart(pd.DataFrame({"at": [100 * (t.saved[0] + t.saved[2]) / 2], "text": ["your range"]}))
            .mark_text(dy=8, color=charts.MUTED, baseline="top").encode(x="at:Q", y=alt.value(0), text="text:N")
        )
    zero = alt.Chart(pd.DataFrame({"profit": [0.0]})).mark_rule(color=charts.INK).encode(y="profit:Q")
    layers.append(zero)
    tags = ((rows[rows.line == name].iloc[[0]], "left", 28, 4), (rows.iloc[[-1]], "right", -4, -10))
    layers += [
        alt.Chart(row).mark_text(align=align, dx=dx, dy=dy, fontWeight="bold")
        .encode(x=x, y=y, text="line:N", color=color)
        for row, align, dx, dy in tags
    ]
    if found.saved_needed <= end:
        bar = pd.DataFrame({"saved": [100 * found.saved_needed], "profit": [0.0],
                            "text": [f"pays from {points(found.saved_needed)} of 100"]})
        layers.append(alt.Chart(bar).mark_point(color=charts.ACCENT, shape="diamond", size=120, opacity=1).encode(
            x=x, y=y))
        layers.append(alt.Chart(bar).mark_text(align="left", dx=8, dy=14, color=charts.ACCENT).encode(
            x=x, y=y, text="text:N"))
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=240),
        "profit-by-share-saved",
        f"{_saved_point(found, _title(name))} The lines are the profit of a round against the share of {found.cases} "
        f"that the action saves, for {name}, with a 95% interval for how exactly their risk is known, and for the best "
        "cut at each share.",
    )


def _saved_point(found: Study, name: str) -> str:
    """The share saved from which on the best cut pays, and where the range given lies to it."""
    needed, (low, __, high) = found.saved_needed, found.terms.saved
    least, most = found.saved_needed_within
    if needed > 1:
        return f"{name} would {'likely ' if least <= 1 else ''}not pay even if all were saved."
    one = low == high
    given = f"the {points(low)} given" if one else f"the {points(low)} to {points(high)} given"
    lie = "lies" if one else "lie"
    if low >= most:
        told = f"{given} {lie} above that"
    elif high < least:
        told = f"{given} {lie} below that"
    elif low < least and high >= most:
        told = f"{given} lie on both sides of that"
    else:
        told = f"whether {given} {'is' if one else 'are'} enough is open"
    need = f"{points(needed)} ({points(least)} to {points(min(1.0, most))}) of 100"
    return f"{name} pay from {need} saved on, and {told}."


def effects_figure(found: Study) -> alt.TopLevelMixin | None:
    """Measured and assumed effect in each group of a pilot, with the bar that pays; None without a pilot."""
    if not found.has_pilot:
        return None
    measured = found.measured.head(ROWS)
    rows = pd.DataFrame({
        "group": measured["group"], "effect": 100 * measured.effect, "low": 100 * measured.low,
        "high": 100 * measured.high, "assumed": 100 * measured.assumed, "shows": measured.shows,
        "label": [f"{row['group']}: {row.shows}" for __, row in measured.iterrows()],
        "text": [points(value) for value in measured.effect],
    })
    rows["kind"] = rows.shows.map({"pays": "pays", "harms": "harms"}).fillna("other")
    y = alt.Y("group:N", axis=None, sort=rows["group"].tolist())
    title = _title(f"{found.cases} prevented in 100 contacted")
    color = alt.Color("kind:N", legend=None, scale=alt.Scale(
        domain=["pays", "other", "harms"], range=[charts.GOOD, charts.ACCENT, charts.BAD]))
    base = alt.Chart(rows)
    line = base.mark_rule(strokeWidth=3, opacity=0.6).encode(x=alt.X("low:Q", title=title), x2="high:Q", y=y,
                                                              color=color)
    dot = base.mark_point(size=100, opacity=1).encode(x=alt.X("effect:Q", title=title), y=y, color=color)
    text = base.mark_text(dy=15, fontWeight="bold").encode(x="effect:Q", y=y, text="text:N", color=color)
    assumed = base.mark_point(shape="diamond", filled=False, size=90, strokeWidth=2, color=charts.SECOND, opacity=1)
    assumed = assumed.encode(x="assumed:Q", y=y)
    first = base.transform_window(place="row_number()").transform_filter("datum.place == 1").transform_calculate(
        word="'as assumed'")
    word = first.mark_text(align="left", dx=-5, dy=15, color=charts.SECOND).encode(x="assumed:Q", y=y, text="word:N")
    bar = 100 * found.terms.break_even_effect
    marks = pd.DataFrame({"at": [0.0, bar], "text": ["", f"pays from {points(bar / 100)} of 100"]})
    rules = alt.Chart(marks).mark_rule(strokeDash=[4, 4], strokeWidth=1, color=charts.MUTED).encode(
        x=alt.X("at:Q", title=title))
    tag = alt.Chart(marks).mark_text(align="left", dx=4, baseline="bottom", color=charts.INK, fontSize=11).encode(
        x="at:Q", y=alt.value(0), text="text:N")
    names = base.mark_text(align="left", dy=-17, fontWeight="bold").encode(x=alt.value(0), y=y, text="label:N")
    said = "; ".join(f"{row['group']} {points(row.effect)} ({points(row.low)} to {points(row.high)}, {row.shows})"
                     for __, row in measured.iterrows())
    few = f", the first {ROWS} of {len(found.measured)}" if len(found.measured) > ROWS else ""
    return charts.figure(
        alt.layer(rules, tag, line, assumed, word, dot, text, names).properties(
            width="container", height=alt.Step(62)),
        "effect-by-group",
        f"{_effects_point(found)} The points are {found.cases} prevented in 100 contacted, by group, highest risk "
        f"first{few}, as a pilot measured it, with 95% intervals, beside the effect assumed. A contact pays from "
        f"{points(bar / 100)} of 100. {said}.",
    )


def _effects_point(found: Study) -> str:
    """In how many groups contacts are shown to pay, where they prevent most, and in how many they do harm."""
    if not found.balanced:
        return UNEVEN
    shown, groups = found.measured.head(ROWS), len(found.measured)
    pay, harm = shown[shown.shows == "pays"].sort_values("effect", ascending=False), int((shown.shows == "harms").sum())
    if groups == 1:
        verdict = "pay" if len(pay) else "do harm" if harm else "are not shown to pay"
        return f"In the only group of the pilot, contacts {verdict}."
    of = f"{groups} groups" if groups <= ROWS else f"the first {ROWS} groups"
    harmed = f", and harm in {harm}" if harm else ""
    if pay.empty:
        return f"In none of {of} are contacts shown to pay{harmed}."
    best = pay.iloc[0]
    # The highest of several estimates is the most only where its interval lies above the others'.
    where = "in" if len(pay) == 1 else "most in" if best.low > pay.high.iloc[1:].max() else "such as"
    return (f"Contacts pay in {len(pay)} of {of}, {where} {short(best['group'])}, where 100 prevent "
            f"{points(best.effect)} ({points(best.low)} to {points(best.high)}){harmed}.")


def gains_figure(found: Study) -> alt.TopLevelMixin | None:
    """Prevented by customers contacted, in the order of risk and of effect (Qini curve); None without a pilot."""
    if not found.has_pilot:
        return None
    rows = found.gains_curve.copy()
    names = {"risk": "by risk", "effect": "by measured effect"}
    rows["line"] = rows.order.map(names)
    x = alt.X("contacted:Q", title=_title(f"{found.people} contacted"), axis=alt.Axis(
        labelExpr="format(datum.value, '~s')"), scale=alt.Scale(nice=False))
    y = alt.Y("prevented:Q", title=_title(f"{found.cases} prevented"))
    color = alt.Color("line:N", legend=None, scale=alt.Scale(
        domain=list(names.values()), range=[charts.ACCENT, charts.SECOND]))
    base = alt.Chart(rows)
    risk = base.transform_filter("datum.order == 'risk'")
    band = risk.mark_area(color=charts.BAND, opacity=0.7).encode(
        x=x, y=alt.Y("low:Q", title=_title(f"{found.cases} prevented")), y2="high:Q")
    last = rows.iloc[-1]
    chance = pd.DataFrame({"contacted": [0.0, last.contacted], "prevented": [0.0, last.prevented]})
    random = alt.Chart(chance).mark_line(color=charts.MUTED, strokeDash=[3, 3], strokeWidth=1.5).encode(x=x, y=y)
    # What the contacts cost, in outcomes prevented: above this line a cut earns more than it costs.
    bar = found.terms.break_even_effect
    cost = pd.DataFrame({"contacted": [0.0, last.contacted], "prevented": [0.0, bar * last.contacted]})
    needed = alt.Chart(cost).mark_line(color=charts.BAD, strokeWidth=1.5).encode(x=x, y=y)
    lines = base.mark_line().encode(x=x, y=y, color=color, strokeDash=alt.StrokeDash(
        "line:N", legend=None, scale=alt.Scale(domain=list(names.values()), range=[[1, 0], [6, 4]])))
    dots = base.mark_point(size=50, opacity=1).encode(x=x, y=y, color=color)
    ends = pd.DataFrame([
        {"contacted": last.contacted, "prevented": bar * last.contacted, "text": "what the contacts cost",
         "kind": "cost"},
        {"contacted": last.contacted, "prevented": last.prevented, "text": "everybody in it", "kind": "all"},
    ])
    words = alt.Chart(ends).mark_text(align="right", dx=-6, dy={"expr": "datum.kind == 'all' ? 22 : -8"}).encode(
        x=x, y=y, text="text:N", color=alt.Color("kind:N", legend=None, scale=alt.Scale(
            domain=["cost", "all", *names.values()], range=[charts.BAD, charts.MUTED, charts.ACCENT, charts.SECOND])))
    peaks = []
    for order, dy, align in (("effect", -14, "right"), ("risk", 16, "left")):
        part = rows[rows.order == order]
        peaks.append({"order": order, "text": names[order], **part.iloc[min(len(part) - 1, 2)][
            ["contacted", "prevented"]].to_dict(), "dy": dy, "align": align})
    tags = [
        alt.Chart(pd.DataFrame([peak])).mark_text(
            align=peak["align"], dx=-8 if peak["align"] == "right" else 8, dy=peak["dy"], fontWeight="bold",
            color=charts.SECOND if peak["order"] == "effect" else charts.ACCENT).encode(x=x, y=y, text="text:N")
        for peak in peaks
    ]
    top, hindsight = (rows.loc[rows[rows.order == order].prevented.idxmax()] for order in ("risk", "effect"))
    return charts.figure(
        alt.layer(band, random, needed, lines, dots, words, *tags).resolve_scale(color="independent").properties(
            width="container", height=280),
        "prevented-by-contacts",
        f"{_gains_point(found, top)} The lines are {found.cases} prevented against {found.people} contacted, in the "
        "order of risk with its 95% interval and in the order of measured effect (a Qini curve), beside the line of "
        f"what the contacts cost. In hindsight, by effect, {many(hindsight.prevented)} would be prevented with "
        f"{count(hindsight.contacted)} contacted.",
    )


def many(value: float) -> str:
    """How many, with one decimal below ten where there is one: `343`, `−0.4`, `0`."""
    text = f"{value:,.0f}" if abs(value) >= 9.95 else f"{value:.1f}".removesuffix(".0")
    return minus(text) if text.strip("-0.") else "0"


def _gains_point(found: Study, top: pd.Series) -> str:
    """How many the best cut by risk prevents, and what the groups after it add or take away."""
    if not found.balanced:
        return UNEVEN
    curve = found.gains_curve[found.gains_curve.order == "risk"]
    everybody = curve.iloc[-1]
    if not top.contacted:
        return "In the order of risk, no cut is seen to prevent more than contacting nobody."
    which = "By risk" if found.groups.piloted.all() else "By risk, in the groups of the pilot"
    first = (f"{which}, the first {count(top.contacted)} contacts prevent {many(top.prevented)} ({many(top.low)} to "
             f"{many(top.high)})")
    if top.low <= 0:
        return f"{first}, which may be chance."
    if top.contacted == everybody.contacted:
        return f"{first}, and no smaller cut is seen to prevent more."
    sizes = np.where(found.groups.piloted, found.groups.customers, 0.0)
    after = np.where(np.cumsum(sizes) > top.contacted, sizes, 0.0)
    if found.effects.total(after)[2] < 0:
        return f"{first}, and all {count(everybody.contacted)} only {many(everybody.prevented)}."
    return f"{first}; whether the others add to it is open."
