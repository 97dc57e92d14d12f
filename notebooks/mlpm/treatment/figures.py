"""The charts of the treatment notebook."""

import math
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.phrases import listed, of_100, short
from mlpm.scores import reliability
from mlpm.treatment.bands import bands, crossing
from mlpm.treatment.harms import Action
from mlpm.treatment.study import Findings

COLORS = [charts.MUTED, charts.THIRD, charts.ACCENT, charts.SECOND, charts.GOOD, charts.BAD, charts.INK, charts.BAND]
MOST_SLIDERS = 8
STEP = 1 / 320  # width of the ranges of probability in the chart that moves; binary, so that sixteenths are edges
RANGES = 10
GROUPS = 10


def palette(actions: Sequence[Action]) -> alt.Scale:
    """One color an action, from mild to strict; the same in every chart."""
    return alt.Scale(domain=[action.name for action in actions], range=COLORS[: len(actions)])


def small(value: float) -> str:
    """A probability or a score: as many digits as tell cuts apart."""
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.4g}"


def meaning_figure(found: Findings) -> alt.TopLevelMixin:
    """How many of 100 items with a score are violating: counted, with intervals, and the curve the cuts go through."""
    scores, curve = found.scores, found.calibration
    low, high = float(scores.least[0]), float(scores.most[-1])

    def raw(unit):
        return low + unit * (high - low) if scores.rescaled else unit

    counted = reliability(scores, groups=RANGES).assign(at=lambda rows: raw(rows.p))
    places = np.unique(np.linspace(0, scores.bin_count - 1, 120).round().astype(int))
    line = pd.DataFrame({"at": scores.mean[places], "p": curve.p[places]})
    span = [low, high] if scores.rescaled else [0, 1]
    cuts = pd.DataFrame([
        {"p": float(cut), "zero": 0, "left": span[0], "at": raw_cut, "name": f"{name} {small(float(cut))}",
         "score": small(raw_cut), "says": f"{name} from {small(float(cut))}, score {small(raw_cut)}"}
        for name, cut, raw_cut in zip(found.plan.names[1:], found.plan.cuts, found.raw_cuts, strict=True)
        if raw_cut is not None
    ], columns=["p", "zero", "left", "at", "name", "score", "says"])
    x = alt.X("at:Q", title="Score", scale=alt.Scale(domain=span, nice=False))
    y = alt.Y("p:Q", title=f"Share that is {found.violating}", scale=alt.Scale(domain=[0, 1]))
    layers = [alt.Chart(line).mark_line(color=charts.ACCENT).encode(x=x, y=y)]
    if not scores.rescaled:
        ends = pd.DataFrame({"at": [0, 1], "p": [0, 1]})
        layers.insert(0, alt.Chart(ends).mark_line(color=charts.MUTED, strokeDash=[5, 4], strokeWidth=1.5)
                      .encode(x=x, y=y))
    points = alt.Chart(counted)
    layers += [
        points.mark_rule(strokeWidth=2, color=charts.INK).encode(x=x, y="low:Q", y2="high:Q"),
        points.mark_point(color=charts.INK, size=50).encode(x=x, y="rate:Q"),
    ]
    if len(cuts):
        marks = alt.Chart(cuts)
        layers += [
            marks.mark_rule(color=charts.SECOND, strokeWidth=1.5).encode(x=x, x2="left:Q", y=y),
            marks.mark_rule(color=charts.SECOND, strokeWidth=1.5).encode(x=x, y=y, y2="zero:Q"),
            marks.mark_text(align="left", dx=4, dy=-8, color=charts.SECOND, fontWeight="bold")
            .encode(x=alt.value(0), y=y, text="name:N"),
            marks.mark_text(align="left", dx=4, dy=-8, color=charts.SECOND, fontWeight="bold")
            .encode(x=x, y="zero:Q", text="score:N"),
        ]
    top = counted.iloc[-1]
    diagonal = "" if scores.rescaled else " A dashed diagonal shows a score that is a probability."
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=300),
        "what-a-score-means",
        f"At a mean score of {small(float(top['at']))} {of_100(top.rate)} items are {short(found.violating)}. Share of "
        f"items that are {found.violating}, by score, with 95% intervals.{diagonal} A curve through the points gives "
        "the score of each "
        "switch point: " + ("; ".join(cuts.says) or "no score reaches one") + ".",
    )


def lines_figure(found: Findings) -> alt.TopLevelMixin:
    """The expected harm of each action by probability, the lower envelope, and where it switches."""
    actions, envelope = found.actions, bands(found.actions)
    ends = pd.DataFrame([
        {"action": action.name, "p": p, "harm": float(action.harm(p)),
         "high": float(max(action.decent, action.violating))}
        for action in actions for p in (0, 1)
    ])
    path = pd.DataFrame([
        {"p": float(at), "harm": float(band.action.harm(at)), "order": place}
        for place, (band, at) in enumerate([*((one, one.low) for one in envelope), (envelope[-1], envelope[-1].high)])
    ])
    switch = pd.DataFrame([
        {"p": float(band.low), "text": small(float(band.low))} for band in envelope[1:]
    ], columns=["p", "text"])
    x = alt.X("p:Q", title=f"Probability that an item is {found.violating}", scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("harm:Q", title="Expected harm of one item")
    color = alt.Color("action:N", scale=palette(actions), legend=None)
    lines = alt.Chart(ends)
    # A line is named at its upper end, where it leaves the others.
    named = lines.transform_filter("datum.harm == datum.high")
    layers = [
        lines.mark_line(strokeWidth=1.75).encode(x=x, y=y, color=color),
        alt.Chart(path).mark_line(strokeWidth=5, opacity=0.45, color=charts.INK).encode(x=x, y=y, order="order:Q"),
        named.transform_filter("datum.p == 1").mark_text(align="right", dx=-4, dy=-9, fontWeight="bold")
        .encode(x=x, y=y, text="action:N", color=color),
        named.transform_filter("datum.p == 0").mark_text(align="left", dx=4, dy=-9, fontWeight="bold")
        .encode(x=x, y=y, text="action:N", color=color),
        alt.Chart(switch).mark_rule(strokeDash=[4, 4], color=charts.MUTED).encode(x="p:Q"),
        alt.Chart(switch).mark_text(align="left", dx=3, baseline="top", fontSize=11)
        .encode(x="p:Q", y=alt.value(2), text="text:N"),
    ]
    said = ", ".join(f"{band.name} from {small(float(band.low))}" for band in envelope[1:])
    never = f" Never the least: {listed([out.action.name for out in found.unused])}." if found.unused else ""
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=280),
        "expected-harm",
        f"{_envelope_point(envelope)} Expected harm of each action as a straight line over the probability that an "
        f"item is {found.violating}. The thick line is the least of them: "
        f"{envelope[0].name}{f', then {said}' if said else ' everywhere'}.{never}",
    )


def _envelope_point(envelope: Sequence) -> str:
    """Where the second action becomes the lesser harm."""
    first = short(envelope[0].name)
    if len(envelope) == 1:
        return f"At every probability the least harm is done by {first}."
    then = envelope[1]
    return f"From a probability of {small(float(then.low))} on, {short(then.name)} does less harm than {first}."


def volumes_figure(found: Findings) -> alt.TopLevelMixin:
    """Items a day with each action but the first, decent and violating apart, with intervals."""
    table = found.volumes.merge(found.ranges, on="action").query("action != @found.first.name")
    sides = {"decent": "decent", "violating": found.violating}
    rows = pd.DataFrame([
        {"action": row["action"], "side": word, "items": row[side], "low": row[f"{side}_low"],
         "high": row[f"{side}_high"], "text": f"{row[side]:,.0f} {word}"}
        for _, row in table.iterrows() for side, word in sides.items()
    ], columns=["action", "side", "items", "low", "high", "text"])
    top = max([1.0, *rows.high])
    names = [name for name in found.plan.names if name != found.first.name]
    base = alt.Chart(rows).encode(
        # Room for the names in a font wider than the one that measures them.
        y=alt.Y("action:N", title=None, sort=names, axis=alt.Axis(
            labelLimit=120, minExtent=min(120, 8 * max(map(len, names), default=0)))),
        yOffset=alt.YOffset("side:N", sort=list(sides.values())),
    )
    x = alt.X("items:Q", title="Items a day", axis=alt.Axis(format=",d")).scale(domain=[0, top * 1.45], nice=False)
    color = alt.Color("side:N", legend=None, scale=alt.Scale(
        domain=list(sides.values()), range=[charts.MUTED, charts.BAD]))
    layers = [
        base.mark_bar(height=16).encode(x=x, color=color),
        base.mark_rule(strokeWidth=2, color=charts.INK).encode(x="low:Q", x2="high:Q"),
        base.mark_text(align="left", dx=6).encode(x="high:Q", text="text:N"),
    ]
    said = "; ".join(
        f"{row['action']} {row['items']:,.0f} items, {row.decent:,.0f} of them decent" for _, row in table.iterrows()
    )
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=alt.Step(26)),
        "volumes",
        f"{_volumes_point(table)} Items a day that are not left as they are, decent and {found.violating} apart, with "
        f"95% intervals: {said or 'none'}.",
    )


def _volumes_point(table: pd.DataFrame) -> str:
    if not table["items"].sum() > 0:
        return "Every item is left as it is."
    items, decent = table["items"].sum(), table["decent"].sum()
    return f"{items:,.0f} items a day are not left as they are, {decent:,.0f} of them decent."


def policies_figure(found: Findings) -> alt.TopLevelMixin:
    """Harm a day of each policy, with intervals; ours in color."""
    shown = [one for one in found.policies if one.harm.value <= 4 * found.policies[0].harm.value]
    rows = pd.DataFrame([
        {"name": one.name, "harm": one.harm.value, "low": one.harm.low, "high": one.harm.high,
         "ours": one.plan.names == found.plan.names,
         "text": f"{one.harm.value:,.0f}" if one.harm.value >= 20 else f"{one.harm.value:,.3g}"}
        for one in shown
    ])
    base = alt.Chart(rows).encode(y=alt.Y("name:N", title=None, sort=list(rows.name), axis=alt.Axis(
        labels=False, domain=False, ticks=False)))
    x = alt.X("harm:Q", title="Harm a day").scale(domain=[0, float(rows.high.max()) * 1.15], nice=False)
    color = alt.condition("datum.ours", alt.value(charts.ACCENT), alt.value(charts.MUTED))
    layers = [
        base.mark_bar(height=14, yOffset=9).encode(x=x, color=color),
        base.mark_rule(strokeWidth=2, color=charts.INK, yOffset=9).encode(x="low:Q", x2="high:Q"),
        base.mark_text(align="left", dx=6, dy=9, fontWeight="bold").encode(x="high:Q", text="text:N"),
        base.mark_text(align="left", dy=-8).encode(x=alt.value(2), text="name:N"),
    ]
    said = "; ".join(f"{row.name_} {row.text}" for row in rows.rename(columns={"name": "name_"}).itertuples())
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=alt.Step(42)),
        "harm-by-policy",
        f"{_policies_point(rows)} Harm a day of each policy, with 95% intervals, less is better: {said}.",
    )


def _policies_point(rows: pd.DataFrame) -> str:
    """What the chosen policy does, beside the least."""
    ours, least = rows[rows["ours"]].iloc[0], rows.loc[rows["harm"].idxmin()]
    text = f"The policy chosen does a harm of {ours.text} a day"
    if ours.harm <= least.harm:
        return f"{text}, the least of {len(rows)}." if len(rows) > 1 else f"{text}."
    return f"{text}; the least is {least.text}."


def hit_figure(found: Findings) -> alt.TopLevelMixin:
    """Of 100 decent items of each group, how many are hit, with intervals."""
    rows = found.hit.dropna(subset="rate").head(GROUPS).assign(
        of_100=lambda f: 100 * f.rate, low=lambda f: 100 * f.low, high=lambda f: 100 * f.high,
        text=lambda f: [f"{100 * rate:.1f}" for rate in f.rate],
    )
    overall = 100 * float(found.hit.hit.sum() / found.hit.decent.sum())
    # Names of groups are the reader's, of any length: they stand in the plot, not beside it.
    base = alt.Chart(rows).encode(y=alt.Y("group:N", title=None, sort=list(rows.group), axis=alt.Axis(
        labels=False, domain=False, ticks=False)))
    x = alt.X("of_100:Q", title=f"Of 100 decent items: {_or(found.hit_names)}")
    x = x.scale(domain=[0, max(float(rows.high.max()) * 1.15, 1e-9)], nice=False)
    color = alt.condition("datum.more", alt.value(charts.SECOND), alt.value(charts.ACCENT))
    line = alt.Chart(pd.DataFrame({"all": [overall], "text": [f"all: {overall:.1f}"]}))
    layers = [
        line.mark_rule(strokeDash=[5, 4], color=charts.MUTED).encode(x="all:Q"),
        line.mark_text(align="left", dx=4, baseline="bottom", color=charts.MUTED)
        .encode(x="all:Q", y=alt.value(-2), text="text:N"),
        base.mark_rule(strokeWidth=3, yOffset=10).encode(x="low:Q", x2="high:Q", color=color),
        base.mark_point(size=110, yOffset=10).encode(x=x, color=color),
        base.mark_text(align="left", dx=6, dy=10, fontWeight="bold").encode(x="high:Q", text="text:N"),
        base.mark_text(align="left", dy=-9).encode(x=alt.value(2), text="group:N"),
    ]
    said = ", ".join(f"{row.group} {row.of_100:.1f} ({row.low:.1f} to {row.high:.1f})" for row in rows.itertuples())
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=alt.Step(44)),
        "who-is-hit",
        f"{_hit_point(rows, overall)} Of 100 decent items, how many get {_or(found.hit_names)}, by group of authors, "
        f"with 95% intervals: {said}; all together {overall:.1f}.",
    )


def _or(names: Sequence[str]) -> str:
    return listed(names).replace(" and ", " or ")


# --- The chart that moves -----------------------------------------------------------------------------------------


def _sliders(actions: Sequence[Action]) -> dict[str, tuple[Action, str]]:
    """Which weights get a slider: those above zero, but for the unit, the first action's harm of a violating item."""
    found = {
        f"{side[0]}{place}": (action, side)
        for place, action in enumerate(actions) for side in ("decent", "violating")
        if action.weight(side) and not (place == 0 and side == "violating")
    }
    return dict(list(found.items())[:MOST_SLIDERS])


def _weights(actions: Sequence[Action], sliders: dict, side: str) -> list[str]:
    """The weights of all actions as expressions: a slider's name, or the number."""
    return [
        f"{side[0]}{place}" if f"{side[0]}{place}" in sliders else repr(float(action.weight(side)))
        for place, action in enumerate(actions)
    ]


def _binned(found: Findings) -> list[dict]:
    """The day in narrow ranges of probability, none of them across a cut of the start: p, violating, decent."""
    day, first = found.day, found.actions[0]
    single = [crossing(first, other) for other in found.actions[1:]]
    edges = np.unique([*np.arange(0, 1, STEP), *found.plan.cuts, *(float(cut) for cut in single if cut is not None)])
    frame = pd.DataFrame({
        "place": np.searchsorted(edges, day.p, side="right"), "v": day.violating, "d": day.decent,
        "w": (day.violating + day.decent) * day.p,
    })
    sums = frame.groupby("place").sum()
    sums = sums[sums.v + sums.d > 0]
    sums["p"] = sums.w / (sums.v + sums.d)
    return sums[["p", "v", "d"]].to_dict("records")


def _hit_point(rows: pd.DataFrame, overall: float) -> str:
    """Who is hit most, where the interval tells."""
    worst = rows.loc[rows["of_100"].idxmax()]
    if worst.low <= overall:
        return f"No group is shown to be hit more than the {overall:.1f} of 100 decent items of all."
    return f"Of 100 decent items {worst.of_100:.1f} are hit in {short(worst.group)}, {overall:.1f} in all together."


def bands_figure(found: Findings) -> alt.TopLevelMixin:
    """Bands and volumes for harm weights that a reader moves; without a kernel, all in Vega's expressions."""
    actions, sliders = found.actions, _sliders(found.actions)
    decent, violating = (_weights(actions, sliders, side) for side in ("decent", "violating"))
    names = [action.name for action in actions]
    top = max(float(action.weight(side)) for action, side in [*sliders.values(), (actions[0], "violating")])
    step = 10 ** math.floor(math.log10(top / 100)) if top else 0.01
    params = [
        alt.param(name=key, value=float(action.weight(side)), bind=alt.binding_range(
            min=0, max=top, step=step,
            name=f"{action.name}, {'decent' if side == 'decent' else found.violating} item ",
        ))
        for key, (action, side) in sliders.items()
    ]
    slopes = [f"({v} - {d})" for d, v in zip(decent, violating, strict=True)]
    # An action is used from its crossings with steeper lines up to those with flatter ones.
    low = ["0"] + [f"{s} > datum.s ? (datum.b - {d}) / ({s} - datum.s) : "
                   f"({s} == datum.s && ({d} < datum.b || ({d} == datum.b && {place} < datum.i)) ? 2 : 0)"
                   for place, (d, s) in enumerate(zip(decent, slopes, strict=True))]
    high = ["1"] + [f"{s} < datum.s ? ({d} - datum.b) / (datum.s - {s}) : 1"
                    for d, s in zip(decent, slopes, strict=True)]
    rows = alt.Chart(alt.Data(values=[{"i": place, "action": name} for place, name in enumerate(names)]))
    rows = (
        rows.transform_calculate(b=f"[{', '.join(decent)}][datum.i]", v=f"[{', '.join(violating)}][datum.i]")
        .transform_calculate(s="datum.v - datum.b")
        .transform_calculate(low=f"max({', '.join(low)})", high=f"min({', '.join(high)})")
        .transform_calculate(used="datum.high - datum.low > 0.0000001")
        # 11/16 minus a rounding error would show as 0.687.
        .transform_calculate(band="datum.action + ': ' + (datum.used ? format(datum.low + 1e-9, '.3~f') + ' to ' + "
                                  "format(datum.high + 1e-9, '.3~f') : 'not used')")
    )
    y = alt.Y("action:N", sort=names, title=None, axis=alt.Axis(labels=False, domain=False, ticks=False))
    x = alt.X("low:Q", title=f"Probability that an item is {found.violating}", scale=alt.Scale(domain=[0, 1]))
    color = alt.Color("action:N", scale=palette(actions), legend=None)
    harms = [f"({d} + {s} * datum.p)" for d, s in zip(decent, slopes, strict=True)]
    best = f"min({', '.join(harms)})"
    place = "".join(f"{harm} <= datum.best + 1e-12 ? {i} : " for i, harm in reversed(list(enumerate(harms)))) + "0"
    items = alt.Chart(alt.Data(values=_binned(found))).transform_calculate(best=best).transform_calculate(i=place)

    def harm_of(chosen: str) -> str:
        return f"datum.v * [{', '.join(violating)}][{chosen}] + datum.d * [{', '.join(decent)}][{chosen}]"

    volumes = (
        items.transform_aggregate(v="sum(v)", d="sum(d)", groupby=["i"])
        .transform_calculate(
            action=f"{names!r}[datum.i]",
            says="format(datum.v + datum.d, ',.0f') + ' a day: ' + format(datum.v, ',.0f') + "
                 f"' {_quoted(found.violating)}, ' + format(datum.d, ',.0f') + ' decent'",
        )
    )
    single = {f"c{i}": harm_of(f"({harms[i]} < {harms[0]} ? {i} : 0)") for i in range(1, len(actions))}
    total = items.transform_calculate(mine=harm_of("datum.i"), **single).transform_aggregate(
        mine="sum(mine)", **{key: f"sum({key})" for key in single}
    ).transform_calculate(
        says="'Harm a day ' + format(datum.mine, ',.3~r') + '; best with one cut ' + "
             f"format(min({', '.join(f'datum.{key}' for key in single)}), ',.3~r')"
    )
    layers = [
        rows.transform_filter("datum.used").mark_bar(height=12, yOffset=18).encode(x=x, x2="high:Q", y=y, color=color),
        rows.mark_text(align="left", dy=-16, fontWeight="bold").encode(x=alt.value(2), y=y, text="band:N"),
        volumes.mark_text(align="left", dy=0).encode(x=alt.value(2), y=y, text="says:N"),
        total.mark_text(align="left", baseline="bottom", fontWeight="bold").encode(
            x=alt.value(0), y=alt.value(-6), text="says:N"),
    ]
    envelope = bands(actions)
    said = ", ".join(f"{band.name} {small(float(band.low))} to {small(float(band.high))}" for band in envelope)
    return charts.figure(
        alt.layer(*layers).add_params(*params).properties(width="container", height=alt.Step(58)),
        "bands-by-harm",
        f"{_bands_point(envelope)} The band of each action on the probability that an item is {found.violating}, and "
        f"its items a day; sliders move the harm weights. With the weights given: {said}.",
    )


def _quoted(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "\\'")


def _bands_point(envelope: Sequence) -> str:
    first, last = envelope[0], envelope[-1]
    if len(envelope) == 1:
        return f"With the weights given {short(first.name)} is right at every probability."
    ends, begins = small(float(first.high)), small(float(last.low))
    return f"With the weights given {short(first.name)} ends at {ends} and {short(last.name)} begins at {begins}."
