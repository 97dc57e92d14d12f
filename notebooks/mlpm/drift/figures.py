"""The charts of the monitoring notebook."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.drift import stability, wording
from mlpm.drift.alarm import Line
from mlpm.drift.counts import ALL
from mlpm.drift.study import Study, Watched
from mlpm.phrases import of_100, plural, short
from mlpm.scores import gap

SHOWN = 8  # slices in a chart


def _slices(found: Study) -> list[str]:
    """The slices a chart shows: those that rang, then the largest."""
    rang = {one.name for one in found.alarms}
    names = [name for name in found.names if name != ALL or not found.counts.sliced]
    return sorted(names, key=lambda name: (name not in rang, -found.kept(name, "now").rows))[:SHOWN]


def calm_figure(found: Study) -> alt.TopLevelMixin:
    """Positives above or below what was expected, of 100, span by span: slices thin, the average thick."""
    worst, shown = found.worst, _slices(found)
    watched = [*found.backwards, *found.watched]
    kinds = {ALL: "average"} | dict.fromkeys(shown, "slice") | ({worst: "worst"} if worst and worst != ALL else {})
    rows = [
        {"day": found.counts.span_start(one.span).isoformat(), "gap": 100 * one.gap, "name": one.name,
         "kind": kinds[one.name], "rang": one.rang}
        for one in watched if one.name in kinds
    ]
    colors = alt.Scale(domain=["slice", "average", "worst"], range=[charts.MUTED, charts.INK, charts.BAD])
    # Days as words: an axis of time would shift them by the reader's own clock.
    x = alt.X("day:O", title=f"{wording.unit(found).capitalize()} from",
              axis=alt.Axis(labelExpr="slice(datum.value, 5)", labelAngle=0, labelOverlap="greedy", labelSeparation=8))
    y = alt.Y("gap:Q", title="Positives beyond what was expected, of 100")
    base = alt.Chart(pd.DataFrame(rows, columns=["day", "gap", "name", "kind", "rang"])).encode(x=x, y=y)
    color = alt.Color("kind:N", scale=colors, legend=None)
    zero = alt.Chart(pd.DataFrame({"y": [0.0]})).mark_rule(color=charts.MUTED).encode(y="y:Q")
    start = alt.Chart(pd.DataFrame({"day": [found.counts.start.isoformat()]}))
    rule = start.mark_rule(color=charts.MUTED, strokeDash=[5, 4]).encode(x="day:O")
    thin = base.transform_filter("datum.kind == 'slice'").mark_line(strokeWidth=1.25, opacity=0.6).encode(
        color=color, detail="name:N")
    thick = base.transform_filter("datum.kind != 'slice'").mark_line(strokeWidth=3).encode(color=color, detail="name:N")
    bell = base.transform_filter("datum.rang").mark_point(size=150, shape="diamond", color=charts.BAD)
    ends = base.transform_filter("datum.kind != 'slice'").transform_aggregate(
        last="argmax(day)", groupby=["name", "kind"]
    ).transform_calculate(day="datum.last.day", gap="datum.last.gap")
    names = [
        ends.transform_filter(f"datum.kind == '{kind}'")
        .mark_text(align="right", dy=dy, dx=4, fontWeight="bold")
        .encode(x="day:O", y="gap:Q", text="name:N", color=color)
        for kind, dy in (("average", 15), ("worst", -14))
    ]
    said = "No count rings."
    if found.first_alarm is not None:
        first = found.first_alarm
        said = (f"{first.name} rings first, in the {wording.unit(found)} from {found.counts.span_start(first.span)}: "
                f"{first.positives} positives of {first.labeled} where {first.expected:.0f} were expected.")
    average = [one for one in found.watched if one.name == ALL and found.counts.sliced]
    if any(one.rang for one in average):
        said += f" The average strays by up to {max(abs(100 * one.gap) for one in average):.1f} of 100."
    return charts.figure(
        alt.layer(zero, rule, thin, thick, bell, *names).properties(width="container", height=280),
        "slices-and-average",
        f"{_calm_point(found)} Each {wording.unit(found)}, the positives above or below what was expected, of 100 "
        f"labeled rows, by slice and for all together; the dashed line is {found.counts.start}. {said}",
    )


def _calm_point(found: Study) -> str:
    """Which count rings first, beside an average that may not."""
    average = [one for one in found.watched if one.name == ALL and found.counts.sliced]
    within = f"{max((abs(100 * one.gap) for one in average), default=0):.1f} of 100"
    first = found.first_alarm
    if not found.watched:
        return "No count can ring yet, as labels on both sides do not fill a whole span."
    if first is None:
        none = f"Of {plural(len(found.watched), 'count')} since {found.counts.start} none rings"
        return f"{none}; the average stays within {within}." if average else f"{none}."
    if any(one.rang for one in average) or not average:
        first = next(one for one in found.alarms if one.name == ALL or not average)
        who = "average itself" if average else "count"
        counts = f"{first.positives:,} positives for {first.expected:,.0f} expected"
        return f"The {who} rings in the {_when(found, first)}, with {counts}."
    return f"The average stays within {within}, but {short(first.name)} rings in the {_when(found, first)}."


def _when(found: Study, one: Watched) -> str:
    return f"{wording.unit(found)} from {found.counts.span_start(one.span)}"


def kept_figure(found: Study) -> alt.TopLevelMixin:
    """Promised and come true by slice, of what is acted on, with the required line."""
    rows = []
    for name in [*([ALL] if found.counts.sliced else []), *_slices(found)]:
        for period, word in (("before", "reference"), ("now", "in question")):
            share = found.kept(name, period).acted_came
            if share.value == share.value:
                rows.append({"name": name, "when": word, "value": share.value, "low": share.low, "high": share.high,
                             "text": f"{100 * share.value:.0f}"})
    frame = pd.DataFrame(rows, columns=["name", "when", "value", "low", "high", "text"])
    order = list(dict.fromkeys(frame.name))
    y = alt.Y("name:N", axis=None, sort=order)
    off = alt.YOffset("when:N", sort=["reference", "in question"])
    color = alt.Color("when:N", legend=None, scale=alt.Scale(
        domain=["reference", "in question"], range=[charts.MUTED, charts.ACCENT]))
    low = min([0.6, *frame.low]) if len(frame) else 0.0
    scale = alt.Scale(domain=[max(0.0, low - 0.02), 1], nice=False, zero=False)

    def at(field):
        return alt.X(f"{field}:Q", title=f"Came true, of those from {found.act_from:g} on",
                     axis=alt.Axis(format="%"), scale=scale)

    x = at("low")
    base = alt.Chart(frame)
    line = base.mark_rule(strokeWidth=3, opacity=0.55).encode(x=x, x2="high:Q", y=y, yOffset=off, color=color)
    shape = alt.Shape("when:N", legend=None, scale=alt.Scale(
        domain=["reference", "in question"], range=["circle", "diamond"]))
    point = base.mark_point(size=90, opacity=1).encode(x=at("value"), y=y, yOffset=off, color=color, shape=shape)
    names = alt.Chart(pd.DataFrame({"name": order})).mark_text(align="left", dy=-21, fontWeight="bold").encode(
        x=alt.value(0), y=y, text="name:N")
    layers = [line, point, names]
    if order:
        first = base.transform_filter(alt.datum.name == order[0])
        layers.append(first.transform_calculate(word="datum.when").mark_text(align="right", dx=-8).encode(
            x=x, y=y, yOffset=off, color=color, text="word:N"))
    if found.required:
        required = alt.Chart(pd.DataFrame({"x": [found.required]}))
        layers.insert(0, required.mark_rule(color=charts.SECOND, strokeDash=[5, 4], strokeWidth=2).encode(x=at("x")))
    said = "; ".join(
        f"{row.name_}: {of_100(row.value)}" for row in
        frame[frame.when == "in question"].rename(columns={"name": "name_"}).itertuples()
    )
    asked = f" The dashed line is the {100 * found.required:.0f} of 100 that were asked for." if found.required else ""
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=alt.Step(28)),
        "promises-kept",
        f"{_kept_point(found)} What came true of those from {found.act_from:g} on, by slice, in the reference and "
        f"since {found.counts.start}, with 95% intervals. Since then {said or 'nothing is known'}.{asked}",
    )


def _kept_point(found: Study) -> str:
    """Who misses the line, or whether what comes true changed."""
    now, before = (found.kept(ALL, period).acted_came for period in ("now", "before"))
    if now.value != now.value:
        return f"What came true since {found.counts.start} is not known yet."
    text = f"Of those acted on, {of_100(now.value)} came true since {found.counts.start}"
    if not found.required:
        if before.value != before.value:
            return f"{text}, with nothing before to compare."
        change = gap(now, before)
        against = "which cannot be told from" if change.low <= 0 <= change.high else "against"
        return f"{text}, {against} {of_100(before.value)} before."
    line = f"the {100 * found.required:g} asked for"
    missing = [name for name in found.missing if name != ALL]
    if missing:
        drawn = [name for name in missing if name in _slices(found)] or missing
        came = {name: found.kept(name, "now").acted_came.value for name in drawn}
        worst = min(came, key=came.get)
        return f"In {short(worst)} {of_100(came[worst])} came true, below {line}, and all together {of_100(now.value)}."
    verdict = found.against_line(ALL)
    if found.counts.sliced and verdict != "misses":
        slices = [found.against_line(name) for name in found.names if name != ALL]
        clear = slices.count("holds")
        return f"No slice is shown to miss {line}, and {clear} of {len(slices)} clear{'s' * (clear == 1)} it."
    against = {"misses": "below", "holds": "which clears", "open": "which cannot be told from"}[verdict]
    return f"{text}, {against} {line}."


def noise_figure(found: Study) -> alt.TopLevelMixin:
    """The PSI that chance gives by rows of the smaller sample; sliders for bins and for rows of the reference."""
    slices = [one for one in found.drifts if one.name != ALL] or found.drifts
    smallest = min(slices, key=lambda one: one.span_rows) if slices else None
    before = smallest.before if smallest else 500
    sliders = [
        charts.slider("bins", "Bins", found.counts.bins, 2, 30, 1),
        charts.slider("before", "Rows in the reference", min(before, 5_000), 50, 5_000, 10),
    ]
    base = alt.Chart(alt.sequence(0, 81, as_="step")).transform_calculate(rows="pow(10, 1.3 + datum.step * 2.7 / 80)")
    # Wilson and Hilferty (1931): a chi-square divided by its degrees of freedom, to the power 1/3, is nearly normal.
    wide = "(1 / before + 1 / datum.rows)"
    high = "pow(1 - 2 / (9 * (bins - 1)) + 1.6449 * sqrt(2 / (9 * (bins - 1))), 3)"
    base = base.transform_calculate(
        mean=f"(bins - 1) * {wide}", top=f"(bins - 1) * {high} * {wide}",
    )
    scale = alt.Scale(domain=[0, 0.6], nice=False)
    x = alt.X("rows:Q", title="Rows in question", scale=alt.Scale(type="log", domain=[20, 10_000], nice=False),
              axis=alt.Axis(values=[20, 100, 500, 2_000, 10_000], format=",d", labelOverlap=False))
    title = "PSI if nothing changed"
    band = base.mark_area(color=charts.BAND, clip=True).encode(
        x=x, y=alt.Y("mean:Q", title=title, scale=scale), y2="top:Q")
    mean = base.mark_line(color=charts.ACCENT, clip=True).encode(x=x, y=alt.Y("mean:Q", title=title, scale=scale))
    top = base.mark_line(color=charts.ACCENT, strokeDash=[2, 3], strokeWidth=1.5, clip=True).encode(
        x=x, y=alt.Y("top:Q", title=title, scale=scale))
    customs = alt.Chart(pd.DataFrame({"y": [0.1, 0.2], "text": ["0.1, “look” by custom", "0.2, “act” by custom"]}))
    rules = customs.mark_rule(color=charts.SECOND, strokeDash=[5, 4]).encode(y=alt.Y("y:Q", title=title, scale=scale))
    tags = customs.mark_text(align="right", dy=-8, dx=-4, color=charts.SECOND).encode(
        x=alt.value({"expr": "width"}), y="y:Q", text="text:N")
    words = alt.Chart(pd.DataFrame({"n": [0]})).transform_calculate(
        mean="(bins - 1) * (1 / before + 1 / 60)",
        text="'60 rows: ' + format(datum.mean, '.2f') + ' on average'",
    )
    said = words.mark_text(align="right", baseline="top", fontWeight="bold", color=charts.ACCENT).encode(
        x=alt.value({"expr": "width - 4"}), y=alt.value(2), text="text:N")
    bins = plural(found.counts.bins, "bin")
    rows, noise = 60, stability.psi_noise(before, 60, found.counts.bins)
    text = f"With {bins}"
    if smallest:
        rows, noise = smallest.span_rows, smallest.span_noise
        text += (f" a single {wording.unit(found)} of {smallest.name}, {smallest.span_rows} rows against "
                 f"{smallest.before:,}, has a PSI of {smallest.span_noise:.2f} on average without any change")
    return charts.figure(
        alt.layer(band, mean, top, rules, tags, said).add_params(*sliders).properties(width="container", height=280),
        "psi-by-chance",
        f"If nothing changed, {plural(rows, 'row')} against {before:,} in {bins} still give a PSI of {noise:.2f} on "
        "average. The lines are the PSI of two samples without any change, by rows in question: the average, and the "
        f"value that one in twenty passes, beside the customary lines at 0.1 and 0.2. {text}. Sliders: bins, rows in "
        "the reference.",
    )


def delay_figure(found: Study) -> alt.TopLevelMixin:
    """Spans until a change is seen, by labels; sliders: lines, false alarms, change, share. By the normal curve."""
    line = found.lines.get(found.worst or ALL) or found.lines.get(ALL)
    share = round(line.expected / line.labeled, 2) if line else 0.8
    slices = max(1, len(found.lines))
    sliders = [
        charts.slider("lines", "Lines watched", slices, 1, 50, 1),
        charts.slider("falsely", "False alarms a year", found.false_alarms, 0.5, 24, 0.5),
        charts.slider("change", "Change, of 100", round(100 * found.change), 2, 50, 1),
        charts.slider("usual", "Usually positive, of 100", round(100 * share), 5, 95, 1),
    ]
    base = alt.Chart(alt.sequence(0, 121, as_="step")).transform_calculate(labels="pow(10, 1 + datum.step * 3 / 120)")
    up = {"below": "-", "above": "+", "either": "-"}[found.side]
    half = "2 * " if found.side == "either" else ""
    base = base.transform_calculate(
        z=f"quantileNormal(1 - min(0.5, falsely / ({half}lines * {found.spans_a_year:.6g})))",
        then=f"min(0.99, max(0.01, usual / 100 {up} change / 100))",
    ).transform_calculate(
        chance="cumulativeNormal((abs(datum.then - usual / 100) * sqrt(datum.labels) - datum.z * sqrt(usual / 100 * "
        "(1 - usual / 100))) / sqrt(datum.then * (1 - datum.then)))",
    ).transform_calculate(
        spans="datum.chance >= 0.8 ? 1 : log(0.2) / log(1 - min(0.9999, max(1e-6, datum.chance)))",
    )
    scale = alt.Scale(type="log", domain=[0.9, 150], nice=False)
    title = f"{wording.unit(found, 2).capitalize()} until seen (80 of 100)"
    x = alt.X("labels:Q", title=f"Labels a {wording.unit(found)} in the slice",
              scale=alt.Scale(type="log", domain=[10, 10_000], nice=False),
              axis=alt.Axis(values=[10, 50, 200, 1_000, 10_000], format=",d", labelOverlap=False))
    y = alt.Y("spans:Q", title=title, scale=scale, axis=alt.Axis(values=[1, 2, 4, 13, 26, 52, 104], format="d"))
    curve = base.mark_line(color=charts.ACCENT, clip=True).encode(x=x, y=y)
    words = base.transform_filter("datum.step == 36").transform_calculate(
        text="'80 labels: ' + (datum.spans > 520 ? 'more than 10 years' : format(ceil(datum.spans - 1e-9), 'd') + "
        f"(datum.spans > 1 ? ' {wording.unit(found, 2)}' : ' {wording.unit(found)}'))",
    ).mark_text(align="right", baseline="top", fontWeight="bold", color=charts.ACCENT).encode(
        x=alt.value({"expr": "width - 4"}), y=alt.value(2), text="text:N")
    point = base.transform_filter("datum.step == 36").mark_point(
        size=120, shape="diamond", color=charts.ACCENT, clip=True).encode(x=x, y=y)
    said = ""
    if line is not None and line.labeled:
        until = found.days_until(line, found.signed)
        said = f" Exactly, for {line.name} with {line.labeled} labels: {wording.days(found, until)}."
    return charts.figure(
        alt.layer(curve, point, words).add_params(*sliders).properties(width="container", height=280),
        "labels-and-delay",
        f"{_delay_point(found, line)} How many {wording.unit(found, 2)} pass until the alarm has seen a change with a "
        f"chance of 80 of 100, by labels a {wording.unit(found)}, for {plural(slices, 'line')} and "
        f"{found.false_alarms:g} false alarm{'s' * (found.false_alarms != 1)} a year in all: more labels, fewer lines "
        f"or more false alarms shorten it.{said} Sliders move all four.",
    )


def _delay_point(found: Study, line: Line | None) -> str:
    """After how long this line has rung if the change comes."""
    if line is None or not line.labeled:
        return "Without labels in the reference nobody can say how soon a change is seen."
    after = wording.days(found, found.days_until(line, found.signed))
    labels = f"{plural(line.labeled, 'label')} a {wording.unit(found)} show{'s' * (line.labeled == 1)}"
    return f"{labels} a change of {100 * found.change:g} of 100 after {after}, with a chance of 80 of 100."
