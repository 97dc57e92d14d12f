"""The charts of the priorities. The one with sliders computes in the page, without Python."""

from math import ceil

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.phrases import of_100, short
from mlpm.priority.ideas import spread
from mlpm.priority.study import Study
from mlpm.priority.words import CLOSE
from mlpm.scoping.words import amount

HEIGHT = 260
PLACES = ["first", "second", "third", "fourth", "fifth", "sixth"]
MOST = 8  # inputs shown


def room(names) -> alt.Axis:
    """Room for the names in a browser's widest font."""
    return alt.Axis(minExtent=min(170, 7 * max(map(len, names))))


def ranks_figure(study: Study) -> alt.TopLevelMixin:
    """How often each idea is first, second, third …"""
    names, places = study.listing.names, PLACES[: len(study.ideas)]
    rows = [
        {"idea": name, "place": place, "order": k, "share": 100 * study.listing.ranks[i, k]}
        for i, name in enumerate(names) for k, place in enumerate(places)
    ]
    shades = [charts.ACCENT, charts.BAND, charts.GRID, charts.GRID, charts.GRID, charts.GRID][: len(places)]
    base = alt.Chart(pd.DataFrame(rows)).encode(y=alt.Y("idea:N", sort=names, title=None, axis=room(names)))
    bars = base.mark_bar(height=20, cornerRadius=0).encode(
        x=alt.X("share:Q", stack="zero", title="Of 100 futures", scale=alt.Scale(domain=[0, 100], nice=False)),
        order="order:Q",
        color=alt.Color("place:N", sort=places, scale=alt.Scale(domain=places, range=shades)),
    )
    text = base.transform_filter("datum.order == 0").transform_calculate(
        says="'first in ' + format(datum.share, '.0f')"
    ).mark_text(align="left", dy=-18).encode(x=alt.value(0), text="says:N")
    said = "; ".join(f"{name} is first in {of_100(study.listing.ranks[i, 0])}" for i, name in enumerate(names))
    return charts.figure(
        alt.layer(bars, text).properties(width="container", height=alt.Step(52)),
        "who-is-first",
        f"{_ranks_point(study)} Bars show how often each idea takes which place, over {study.listing.draws:,} random "
        f"futures: {said}.",
    )


def _ranks_point(study: Study) -> str:
    """How often the likeliest first idea is first."""
    first = study.listing.ranks[:, 0]
    best, next_best = np.argsort(-first, kind="stable")[:2]
    name = short(study.ideas[best].name)
    if study.listing.scores.max() <= 0:
        return "No idea brings anything, so which of them is first is a matter of luck."
    if first[best] == 1:
        return f"In every one of {study.listing.draws:,} futures {name} is first."
    if first[best] < 0.5:
        return f"No idea is first in half of the futures; {name} comes nearest, with {of_100(first[best])}."
    return f"In {of_100(first[best])} futures {name} is first, in {of_100(first[next_best])} the runner-up."


def scores_figure(study: Study) -> alt.TopLevelMixin:
    """The scores with their ranges: 80 of 100 futures, the mean, and the score of the likely values."""
    table = study.table()
    names = list(table["idea"])
    y = alt.Y("idea:N", sort=names, title=None, axis=room(names))
    base = alt.Chart(table).encode(y=y)
    x = alt.X("low:Q", title="RICE, a person-month", scale=alt.Scale(zero=True), axis=alt.Axis(format="~s"))
    bars = base.mark_bar(height=12, color=charts.BAND, cornerRadius=0).encode(x=x, x2="high:Q")
    mean = base.mark_point(size=90, color=charts.ACCENT).encode(x="mean:Q")
    likely = base.mark_tick(thickness=3, size=24, color=charts.SECOND).encode(x="score:Q")
    texts = table.assign(text=[
        f"likely {amount(row.score)}, mean {amount(row.mean)}" for row in table.itertuples()
    ])
    text = alt.Chart(texts).mark_text(align="left", dy=-19).encode(x=alt.value(0), y=y, text="text:N")
    said = "; ".join(
        f"{row.idea}: {amount(row.score)} by its likely values, {amount(row.low)} to {amount(row.high)} in 80 of 100 "
        "futures" for row in table.itertuples()
    )
    return charts.figure(
        alt.layer(bars, mean, likely, text).properties(width="container", height=alt.Step(52)),
        "scores-with-ranges",
        f"{_scores_point(table)} Scores with their ranges. {said}. Orange mark: likely values; dot: mean.",
    )


def _scores_point(table: pd.DataFrame) -> str:
    """Whether the likely values put one idea first, and whether the ranges let it stay there."""
    first, second = table.sort_values("score", ascending=False, kind="stable").head(2).itertuples()
    if first.score <= 0:
        return "No idea brings anything by its likely values."
    if second.score > (1 - CLOSE) * first.score:
        both = " and ".join(dict.fromkeys([amount(first.score), amount(second.score)]))
        text = f"By likely values the first two ideas tie at {both}"
    else:
        text = f"By likely values {short(first.idea, 24)} leads with {amount(first.score)} to {amount(second.score)}"
    if first.low == first.high and second.low == second.high:
        return f"{text}, and neither has a range."
    overlap = first.low <= second.high and second.low <= first.high
    return f"{text}, and their ranges {'overlap' if overlap else 'do not overlap'}."


def narrow_figure(study: Study) -> alt.TopLevelMixin:
    """Which number is worth narrowing: its value for the choice of what comes first."""
    table = study.inputs.head(MOST)
    table = table.assign(
        label=[f"{row.input}, {row.idea}" for row in table.itertuples()],
        text=[f"{row.input} of {row.idea}: {amount(row.worth)}" for row in table.itertuples()],
    )
    labels = list(table["label"])
    base = alt.Chart(table[["label", "worth", "share", "text"]]).encode(
        y=alt.Y("label:N", sort=labels, title=None, axis=None)
    )
    bars = base.mark_bar(height=10, color=charts.ACCENT).encode(
        x=alt.X("worth:Q", title="Worth knowing, RICE a person-month", scale=alt.Scale(zero=True))
    )
    text = base.mark_text(align="left", dy=-13).encode(x=alt.value(0), text="text:N")
    said = "; ".join(f"{row.input} of {row.idea}: {amount(row.worth)}" for row in table.head(3).itertuples())
    point = "No single number could change what comes first."
    if len(table) and table["worth"].iloc[0] > 0:
        top = table.iloc[0]
        point = f"Most worth knowing is the {top.input} of {short(top.idea)}: {amount(top.worth)} RICE a person-month."
    return charts.figure(
        alt.layer(bars, text).properties(width="container", height=alt.Step(36)),
        "narrow-first",
        f"{point} Bars show what it is worth to know one number before choosing what comes first. "
        f"{said or 'Nothing has a range'}.",
    )


def effort_figure(study: Study) -> alt.TopLevelMixin:
    """One idea's score by its effort, against the next best; sliders for its range and its confidence."""
    idea, rival = study.ideas[study.shown], study.ideas[study.rival]
    low, likely, high = idea.ranges[3]
    longest = max(8.0, ceil(1.5 * high))
    move = [
        charts.slider("low", "Effort at least, person-months", low, 0.5, longest, 0.5),
        charts.slider("likely", "Effort, most likely", likely, 0.5, longest, 0.5),
        charts.slider("high", "Effort at most", high, 0.5, longest, 0.5),
        charts.slider("sure", "Confidence, of 100", round(100 * idea.likely[2]), 0, 100, 1),
    ]
    whole, level = idea.likely[0] * idea.likely[1], rival.score
    a, b = "min(low, likely, high)", "max(low, likely, high)"
    m = f"(low + likely + high - {a} - {b})"
    tie = f"({whole:.9g} * sure / 100 / {level:.9g})" if level else "1e9"
    chance = (
        f"{tie} >= {b} ? 1 : {tie} <= {a} ? 0 : {tie} <= {m} ? "
        f"pow({tie} - {a}, 2) / (({b} - {a}) * ({m} - {a})) : 1 - pow({b} - {tie}, 2) / (({b} - {a}) * ({b} - {m}))"
    )
    top = 2.5 * max(level, idea.score) or 1.0
    x = alt.X("effort:Q", title="Effort, person-months", scale=alt.Scale(domain=[0, longest], nice=False))
    y = alt.Y("score:Q", title="RICE", scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(format="~s"))
    rows = [{"effort": float(e)} for e in np.round(np.arange(0.25, longest + 0.01, 0.25), 2)]
    curve = (
        alt.Chart(alt.Data(values=rows)).transform_calculate(score=f"{whole:.9g} * sure / 100 / datum.effort")
        .mark_line(clip=True, color=charts.ACCENT).encode(x=x, y=y)
    )
    one = alt.Chart(alt.Data(values=[{"id": 0}])).transform_calculate(from_=a, to=b, score=f"{level:.9g}")
    band = one.mark_rect(color=charts.BAND, clip=True).encode(
        x=alt.X("from_:Q", scale=alt.Scale(domain=[0, longest], nice=False)), x2="to:Q"
    )
    rule = one.mark_rule(color=charts.SECOND, strokeDash=[5, 4]).encode(y=y)
    name = one.mark_text(align="right", dy=-8, color=charts.SECOND, fontWeight="bold").encode(
        x=alt.value({"expr": "width - 6"}), y=y, text=alt.value(f"{rival.name} {amount(level)}")
    )
    says = one.transform_calculate(chance=chance).transform_calculate(
        says=f"'{_quoted(idea.name)} ahead in ' + format(100 * datum.chance, '.0f') + ' of 100'"
    ).mark_text(align="right", fontWeight="bold", color=charts.ACCENT).encode(
        x=alt.value({"expr": "width - 6"}), y=alt.value(14), text="says:N"
    )
    return charts.figure(
        alt.layer(band, curve, rule, name, says).add_params(*move).properties(width="container", height=HEIGHT),
        "one-effort",
        f"{_effort_point(study)} The line is the score of {idea.name} by its effort, from {low:g} to {high:g} "
        f"person-months, against {rival.name} at {amount(level)}. Sliders move the range and the confidence; the rest "
        "stays at its likely value.",
    )


def _effort_point(study: Study) -> str:
    """How often the idea is ahead where the sliders start."""
    idea, level = study.ideas[study.shown], study.ideas[study.rival].score
    name, (low, likely, high) = short(idea.name), idea.ranges[3]
    if level <= 0:
        return f"Whatever its effort, {name} has no rival that scores anything."
    tie = idea.likely[0] * idea.likely[1] * round(100 * idea.likely[2]) / 100 / level
    ahead = float((spread(low, likely, high).points <= tie).mean())
    efforts = f"At {low:g} to {high:g} person-months" if high > low else "At its known effort"
    return f"{efforts} {name} is ahead of its rival in {of_100(ahead)} futures."


def _quoted(name: str) -> str:
    """A name inside a Vega string."""
    return name.replace("\\", "\\\\").replace("'", "\\'")
