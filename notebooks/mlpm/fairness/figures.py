"""The charts of the fairness notebook."""

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.fairness.groups import MEASURES, Counts
from mlpm.fairness.study import Study
from mlpm.phrases import hundredth, short

COLORS = [charts.ACCENT, charts.SECOND, charts.THIRD, charts.GOOD, charts.BAD, charts.MUTED]
SHAPES = ["circle", "diamond", "square", "triangle-up", "cross", "triangle-down"]
MOST = len(COLORS)  # groups drawn; the tables have all


def _groups(found: Study) -> list[str]:
    return [group.name for group in found.groups[:MOST]]


def _scales(names: list[str]) -> tuple[alt.Color, alt.Shape]:
    legend = alt.Legend(symbolOpacity=1)  # or that of the intervals
    return (
        alt.Color("group:N", scale=alt.Scale(domain=names, range=COLORS[: len(names)]), sort=names, legend=legend),
        alt.Shape("group:N", scale=alt.Scale(domain=names, range=SHAPES[: len(names)]), sort=names, legend=legend),
    )


def _words(found: Study) -> dict[str, str]:
    did, yes, no = found.action, found.scores.positive, found.scores.negative
    return {"selected": f"of 100, {did}", "caught": f"of 100 {yes}, {did}", "hit": f"of 100 {no}, {did}",
            "right": f"of 100 {did}, {yes}"}


def rates_figure(found: Study) -> alt.TopLevelMixin:
    """The four shares of each group, with intervals."""
    names, words = _groups(found), _words(found)
    rows = []
    for measure in MEASURES:
        for place, name in enumerate(names):
            one = found.counts[name].share(measure)
            if one.value == one.value:
                rows.append({"share": words[measure], "group": name, "value": 100 * one.value, "low": 100 * one.low,
                             "high": 100 * one.high, "text": hundredth(one.value), "place": place})
    said = "; ".join(
        f"{words[measure]}: "
        + ", ".join(f"{name} {hundredth(found.counts[name].share(measure).value)}" for name in names)
        for measure in MEASURES
    )
    color, shape = _scales(names)
    y = alt.Y("share:N", axis=None, sort=[words[measure] for measure in MEASURES])
    offset = alt.YOffset("place:O", scale=alt.Scale(paddingOuter=0.9, paddingInner=0.2))
    base = alt.Chart(pd.DataFrame(rows))
    x = alt.X("value:Q", title="Of 100", scale=alt.Scale(domain=[0, 100], nice=False))
    line = base.mark_rule(strokeWidth=3, opacity=0.55).encode(
        x=alt.X("low:Q", title="Of 100"), x2="high:Q", y=y, yOffset=offset, color=color
    )
    point = base.mark_point(size=85, opacity=1).encode(x=x, y=y, yOffset=offset, color=color, shape=shape)
    text = base.mark_text(align="left", dx=5).encode(x="high:Q", y=y, yOffset=offset, text="text:N", color=color)
    heads = alt.Chart(pd.DataFrame({"share": [words[measure] for measure in MEASURES]}))
    step = 30 + 20 * len(names)
    heads = heads.mark_text(align="left", dy=8 - step / 2, fontWeight="bold").encode(
        x=alt.value(0), y=y, text="share:N")
    return charts.figure(
        alt.layer(line, point, text, heads).properties(width="container", height=step * len(MEASURES)),
        "shares-by-group",
        f"{_gap_point(rows)} Four shares of each group at the cut of {found.threshold:g}, with 95% intervals. {said}.",
    )


def _gap_point(rows: list[dict]) -> str:
    """In which share the intervals of the groups are furthest apart."""
    shares: dict[str, list[dict]] = {}
    for row in rows:
        shares.setdefault(row["share"], []).append(row)
    apart = {}
    for share, groups in shares.items():
        low, high = (pick(groups, key=lambda row: row["value"]) for pick in (min, max))
        apart[share] = (high["low"] - low["high"], low, high)
    if not apart or max(apart.values(), key=lambda one: one[0])[0] <= 0:
        return "In none of the four shares the groups can be told apart."
    share = max(apart, key=lambda one: apart[one][0])
    _, low, high = apart[share]
    ends = f"{low['text']} in {short(low['group'])}, {high['text']} in {short(high['group'])}"
    return f"The groups are furthest apart “{share}”: {ends}."


def meaning_figure(found: Study) -> alt.TopLevelMixin:
    """What came true by band of the score, in each group."""
    names = _groups(found)
    rows = found.bands[found.bands.group.isin(names)]
    s = found.scores
    low, high = (float(s.least[0]), float(s.most[-1])) if s.rescaled else (0.0, 1.0)
    rows = rows.assign(score=low + (high - low) * rows.p)[["group", "score", "rate", "low", "high"]]
    color, shape = _scales(names)
    x = alt.X("score:Q", title="Score", scale=alt.Scale(domain=[low, high], nice=False))
    title = f"Share that is {s.positive}"
    y = alt.Y("rate:Q", title=title, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart(rows)
    layers = []
    if not s.rescaled:
        layers.append(alt.Chart(pd.DataFrame({"score": [0.0, 1.0], "rate": [0.0, 1.0]})).mark_line(
            color=charts.MUTED, strokeDash=[5, 4], strokeWidth=1.5).encode(x=x, y=y))
    cut = alt.Chart(pd.DataFrame({"score": [found.threshold], "text": ["the cut"]}))
    layers.append(cut.mark_rule(color=charts.MUTED, strokeDash=[2, 3]).encode(x=x))
    layers.append(cut.mark_text(align="left", dx=5, y=8, color=charts.MUTED).encode(x=x, text="text:N"))
    layers.append(base.mark_rule(strokeWidth=3, opacity=0.55).encode(
        x=x, y=alt.Y("low:Q", title=title), y2="high:Q", color=color))
    layers.append(base.mark_line().encode(x=x, y=y, color=color))
    layers.append(base.mark_point(size=85, opacity=1).encode(x=x, y=y, color=color, shape=shape))
    said = "; ".join(
        f"right at the cut {hundredth(found.meaning(group))} of 100 in {group.name}" for group in found.groups[:MOST]
    )
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=270),
        "what-a-score-means",
        f"{_meaning_point(found)} Share that is {s.positive} by band of the score, for each group, with 95% "
        f"intervals: {said}.",
    )


def _meaning_point(found: Study) -> str:
    """What the same score means in two groups."""
    known = [group for group in found.groups[:MOST] if found.meaning(group) == found.meaning(group)]
    if len(known) < 2:
        return "What the cut means can be said of one group at most."
    low, high = (pick(known, key=found.meaning) for pick in (min, max))
    return (
        f"At the cut {hundredth(found.meaning(low))} of 100 are {short(found.scores.positive)} in {short(low.name)}, "
        f"{hundredth(found.meaning(high))} in {short(high.name)}."
    )


def forced_figure(found: Study) -> alt.TopLevelMixin:
    """Of 100 acted on, how many are positive, against the base rate; sliders: both base rates, caught, hit."""
    own = found.counts[found.base.name]
    other = found.groups[1]
    here = found.counts[other.name]
    caught, hit = own.share("caught").value, own.share("hit").value
    first, second = own.share("base").value, here.share("base").value
    sliders = [
        charts.slider("one", f"Base rate, {found.base.name}", round(first, 2), 0.01, 0.6, 0.01),
        charts.slider("two", f"Base rate, {other.name}", round(second, 2), 0.01, 0.6, 0.01),
        charts.slider("caught", "Caught, both", round(caught, 2), 0.05, 1.0, 0.01),
        charts.slider("hit", "Wrongly hit, both", round(hit, 2), 0.01, 0.6, 0.01),
    ]
    top = float(max(0.6, round(first, 2), round(second, 2)))
    formula = "datum.base * caught / (datum.base * caught + (1 - datum.base) * hit)"
    x = alt.X("base:Q", title="Base rate", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, top], nice=False))
    title = f"Of those {found.action}, {found.scores.positive}"
    y = alt.Y("right:Q", title=title, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1.05], nice=False))
    curve = alt.Chart(pd.DataFrame({"base": np.linspace(0.002, top, 120).round(4)})).transform_calculate(right=formula)
    layers = [curve.mark_line(color=charts.MUTED).encode(x=x, y=y)]
    for name, text, color, shape, dy, align in (
        ("one", found.base.name, COLORS[0], SHAPES[0], -14, "right"),
        ("two", other.name, COLORS[1], SHAPES[1], 20, "left"),
    ):
        point = alt.Chart(pd.DataFrame({"name": [text]})).transform_calculate(base=name).transform_calculate(
            right=formula).transform_calculate(text="datum.name + ': ' + format(100 * datum.right, '.0f') + ' of 100'")
        layers.append(point.mark_rule(color=color, strokeDash=[4, 4]).encode(x=x, y=y, y2=alt.value(270)))
        layers.append(point.mark_point(size=130, color=color, shape=shape, opacity=1).encode(x=x, y=y))
        layers.append(point.mark_text(align=align, dx=6 if align == "left" else -6, dy=dy, color=color,
                                      fontWeight="bold").encode(x=x, y=y, text="text:N"))
    right = [float(base * caught / (base * caught + (1 - base) * hit)) for base in (first, second)]
    return charts.figure(
        alt.layer(*layers).add_params(*sliders).properties(width="container", height=270),
        "same-errors-other-base-rate",
        f"With the same errors, of 100 {short(found.action)} {hundredth(right[0])} are {short(found.scores.positive)} "
        f"in {short(found.base.name)}, {hundredth(right[1])} in {short(other.name)}. With {hundredth(caught)} of 100 "
        f"{found.scores.positive} caught and {hundredth(hit)} of 100 {found.scores.negative} wrongly hit in both "
        f"groups, of 100 {found.action} {hundredth(right[0])} are {found.scores.positive} in {found.base.name} and "
        f"{hundredth(right[1])} in {other.name}: the base rates alone do that. Sliders move the base rates and the "
        "two shares.",
    )


def _by_goal(found: Study, what: str, title: str) -> alt.LayerChart:
    """One line a goal: how many of each group bear this error."""
    names = _groups(found)
    goals = list(found.policies)
    rows = [
        {"goal": goal, "group": name, "value": 100 * value, "text": hundredth(value)}
        for goal, policy in found.policies.items()
        for name, counts in zip(names, policy.counts, strict=False)
        if (value := _borne(counts, what)) == value
    ]
    color, shape = _scales(names)
    y = alt.Y("goal:N", axis=None, sort=goals)
    for goal in goals:  # a number on each side of the pair: they never overlap
        here = sorted((row for row in rows if row["goal"] == goal), key=lambda row: row["value"])
        for row in here:
            row["side"] = "left" if row is here[0] else "right" if row is here[-1] else "none"
    top = 1.18 * max(row["value"] for row in rows)
    base = alt.Chart(pd.DataFrame(rows))
    x = alt.X("value:Q", title=title, scale=alt.Scale(domain=[-0.09 * top, top], nice=False),
              axis=alt.Axis(values=[value for value in range(0, 101, 10 if top < 60 else 20) if value <= top]))
    span = base.mark_line(color=charts.MUTED, strokeWidth=1.5).encode(x=x, y=y, detail="goal:N")
    point = base.mark_point(size=85, opacity=1).encode(x=x, y=y, color=color, shape=shape)
    texts = [
        base.transform_filter(f"datum.side == '{side}'").mark_text(align=align, dx=dx).encode(
            x=x, y=y, text="text:N", color=color)
        for side, align, dx in (("left", "right", -7), ("right", "left", 7))
    ]
    heads = alt.Chart(pd.DataFrame({"goal": goals})).mark_text(align="left", dy=-15, fontWeight="bold").encode(
        x=alt.value(0), y=y, text="goal:N")
    return alt.layer(span, point, *texts, heads).properties(width="container", height=alt.Step(44))


def hit_figure(found: Study) -> alt.TopLevelMixin:
    """Who is wrongly hit by each goal."""
    chart = _by_goal(found, "hit", f"Of 100 {found.scores.negative}, {found.action}")
    return charts.figure(chart, "wrongly-hit-by-goal", _said(found, "hit", f"wrongly {found.action}"))


def missed_figure(found: Study) -> alt.TopLevelMixin:
    """Who is missed by each goal."""
    chart = _by_goal(found, "missed", f"Of 100 {found.scores.positive}, missed")
    return charts.figure(chart, "missed-by-goal", _said(found, "missed", "missed"))


def _borne(counts: Counts, what: str) -> float:
    """Share of negatives hit, or of positives missed."""
    return counts.share("hit").value if what == "hit" else 1 - counts.share("caught").value


def _said(found: Study, what: str, word: str) -> str:
    kind = found.scores.negative if what == "hit" else found.scores.positive
    parts = [
        f"{goal}: " + ", ".join(
            f"{group.name} {hundredth(_borne(counts, what))}"
            for group, counts in zip(found.groups[:MOST], policy.counts, strict=False))
        for goal, policy in found.policies.items()
    ]
    point = _goals_point(found, what, kind, word)
    return f"{point} Of 100 {kind} in each group, how many are {word} by the cuts of each goal. {'; '.join(parts)}."


def _goals_point(found: Study, what: str, kind: str, word: str) -> str:
    """Which goal sets the groups furthest apart."""
    borne = {goal: [_borne(counts, what) for counts in policy.counts[:MOST]] for goal, policy in found.policies.items()}
    spread = {goal: max(shares) - min(shares) for goal, shares in borne.items() if all(one == one for one in shares)}
    if not spread or max(spread.values()) <= 0:
        return f"By no goal the groups differ in how many are {word}."
    goal = max(spread, key=spread.get)
    low, high = hundredth(min(borne[goal])), hundredth(max(borne[goal]))
    return f"Furthest apart are the groups by {goal}: of 100 {short(kind)} {low} to {high} are {word}."
