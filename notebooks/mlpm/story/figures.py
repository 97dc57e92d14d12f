"""The slide of a model review, redrawn in five steps: context, right visual, declutter, focus, story.

The steps are the lessons of Knaflic's *Storytelling with Data* (2015) as this handbook uses them; the chart before them
is what a model review shows.
"""


import altair as alt
import numpy as np
import pandas as pd
from scipy import stats

from mlpm import charts
from mlpm.story import words
from mlpm.story.counts import Choice, Names

HEIGHT = 210
GRAY = charts.MUTED
LABELS = alt.Axis(title=None, labelFontSize=12, labelColor=charts.INK, labelLimit=130, minExtent=116)


def _title(*lines: str, below: str = "") -> alt.TitleParams:
    return alt.TitleParams(list(lines), subtitle=below) if below else alt.TitleParams(list(lines))


def slide_figure(choice: Choice) -> alt.TopLevelMixin:
    """The slide as it came: a ROC curve, its chance line, two letters and four metrics."""
    intercept, slope = choice.binormal
    alarms = np.concatenate([[0.0], np.geomspace(1e-4, 1, 60)])
    with np.errstate(divide="ignore"):
        hits = stats.norm.cdf(intercept + slope * stats.norm.ppf(alarms))
    curve = pd.DataFrame({"x": alarms, "y": hits})
    points = pd.DataFrame([
        {"x": cut.false_alarms, "y": cut.recall, "letter": letter}
        for cut, letter in ((choice.first, "A"), (choice.second, "B"))
    ])
    says = [f"AUC = {choice.auc:.4f}"]
    for cut, letter in ((choice.first, "A"), (choice.second, "B")):
        f1 = 2 * cut.precision * cut.recall / (cut.precision + cut.recall)
        says.append(f"{letter}: P={cut.precision:.3f} R={cut.recall:.3f} F1={f1:.3f}")
    box = pd.DataFrame({"x": 0.98, "y": [0.36, 0.24, 0.12], "text": says})
    axis = alt.Axis(grid=True, values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    x = alt.X("x:Q", title="False Positive Rate", axis=axis, scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("y:Q", title="True Positive Rate", axis=axis, scale=alt.Scale(domain=[0, 1]))
    line = alt.Chart(curve).mark_line(color=charts.ACCENT).encode(x=x, y=y)
    chance = alt.Chart(pd.DataFrame({"x": [0, 1], "y": [0, 1]})).mark_line(
        color=GRAY, strokeDash=[4, 3], strokeWidth=1.5
    ).encode(x="x:Q", y="y:Q")
    dots = alt.Chart(points).mark_point(color=charts.SECOND, size=90).encode(x="x:Q", y="y:Q")
    letters = alt.Chart(points).mark_text(dx=12, dy=10, fontWeight="bold").encode(x="x:Q", y="y:Q", text="letter:N")
    text = alt.Chart(box).mark_text(align="right", fontSize=11, color=GRAY).encode(x="x:Q", y="y:Q", text="text:N")
    return charts.figure(
        (chance + line + dots + letters + text).properties(
            width="container", height=HEIGHT + 20, title="Classifier v2: ROC curve (test set)"
        ),
        "slide-as-it-came",
        f"Nothing on this slide says what happens to one {choice.first.names.item}. The slide of the model review: a "
        f"ROC curve with area {choice.auc:.3f} and two cuts, A and B, so close to the left edge that they can hardly "
        "be told apart.",
    )


def counts_figure(choice: Choice, per: int) -> alt.TopLevelMixin:
    """Step 1, context: the same two points, in counts of one group, under the question somebody has to answer."""
    rows = [
        {"wrong": told.wrong, "caught": told.caught, "cut": told.cut.name}
        for told in (choice.first.told(per), choice.second.told(per))
    ]
    names, positive = choice.first.names, choice.first.told(per).positive
    most = max(row["wrong"] for row in rows)
    x = alt.X(
        "wrong:Q", title=f"{names.negative.capitalize()} {names.items} {names.acted}",
        scale=alt.Scale(domain=[0, 1.6 * most + 1]),
    )
    y = alt.Y(
        "caught:Q", title=f"{names.positive.capitalize()} {names.items} {names.acted}, of {positive:,}",
        scale=alt.Scale(domain=[0, positive]),
    )
    base = alt.Chart(pd.DataFrame(rows)).encode(x=x, y=y)
    return charts.figure(
        (base.mark_point(size=110) + base.mark_text(align="left", dx=10, dy=12).encode(text="cut:N")).properties(
            width="container", height=HEIGHT,
            title=_title("Which of two cuts do we use?", below=f"Of {per:,} {choice.first.names.items}"),
        ),
        "step-context",
        f"In counts the two cuts are {abs(rows[1]['caught'] - rows[0]['caught']):,} {names.positive} and "
        f"{abs(rows[1]['wrong'] - rows[0]['wrong']):,} {names.negative} {names.items} apart. Two cuts as two points, "
        f"in counts of {per:,} {names.items}: {rows[0]['cut']}, {rows[0]['caught']} {names.positive} and "
        f"{rows[0]['wrong']} {names.negative} {names.acted}; {rows[1]['cut']}, {rows[1]['caught']} and "
        f"{rows[1]['wrong']}.",
    )


def _outcomes(choice: Choice, per: int) -> pd.DataFrame:
    rows, names = [], choice.first.names
    for told in (choice.first.told(per), choice.second.told(per)):
        for name, count in (
            (names.rows[0], told.caught), (f"{names.positive}, stays up", told.missed), (names.rows[1], told.wrong),
            (f"{names.negative}, stays up", told.left),
        ):
            rows.append({"outcome": name, "count": count, "cut": told.cut.name, "text": f"{count:,} {told.cut.name}"})
    return pd.DataFrame(rows)


def cluttered_figure(choice: Choice, per: int) -> alt.TopLevelMixin:
    """Step 2, the right visual: bars, whose lengths can be compared; everything is still in."""
    rows = _outcomes(choice, per)
    cuts = [choice.first.name, choice.second.name]
    order = list(dict.fromkeys(rows["outcome"]))
    bars = alt.Chart(rows).mark_bar().encode(
        x=alt.X("count:Q", title=choice.first.names.items.capitalize(), axis=alt.Axis(grid=True)),
        y=alt.Y("outcome:N", sort=order, axis=LABELS),
        yOffset=alt.YOffset("cut:N", sort=cuts),
        color=alt.Color("cut:N", scale=alt.Scale(domain=cuts, range=[charts.ACCENT, charts.SECOND])),
    )
    names = choice.first.names
    left = rows.loc[rows["outcome"] == order[-1], "count"]
    return charts.figure(
        bars.properties(width="container", height=HEIGHT - 30, title=_title("Which of two cuts do we use?")),
        "step-right-visual",
        f"The {left.max():,} and {left.min():,} {names.negative} ones that stay up fill the chart. "
        f"All four outcomes of {per:,} {names.items} as bars, for both cuts; the bars the choice is about are slivers.",
    )


def plain_figure(choice: Choice, per: int) -> alt.TopLevelMixin:
    """Step 3, declutter: what no cut changes is gone, and axis, grid and legend with it."""
    rows = _outcomes(choice, per)
    cuts, names = [choice.first.name, choice.second.name], choice.first.names
    order = list(dict.fromkeys(rows["outcome"]))[:-1]
    rows = rows[rows["outcome"].isin(order)]
    base = alt.Chart(rows).encode(
        x=alt.X("count:Q", axis=None, scale=alt.Scale(domain=[0, 1.9 * rows["count"].max()])),
        y=alt.Y("outcome:N", sort=order, axis=LABELS, scale=alt.Scale(paddingInner=0.3)),
        yOffset=alt.YOffset("cut:N", sort=cuts),
    )
    bars = base.mark_bar().encode(
        color=alt.Color("cut:N", legend=None, scale=alt.Scale(domain=cuts, range=[charts.ACCENT, charts.SECOND]))
    )
    text = base.mark_text(align="left", dx=5).encode(text="text:N")
    return charts.figure(
        (bars + text).properties(
            width="container", height=HEIGHT - 30,
            title=_title("Which of two cuts do we use?", below=f"Of {per:,} {choice.first.names.items}"),
        ),
        "step-declutter",
        "What no cut changes is gone, and with it axis, grid and legend. Six bars with their counts written at their "
        f"ends, no axis and no legend: of {per:,} {names.items}, what is {names.acted} with {cuts[0]} and {cuts[1]}, "
        f"and what stays up that is {names.positive}.",
    )


def _pairs(choice: Choice, per: int) -> pd.DataFrame:
    rows = []
    for place, told in enumerate((choice.first.told(per), choice.second.told(per))):
        for row, count, (low, high) in zip(
            choice.first.names.rows, (told.caught, told.wrong), (told.caught_range, told.wrong_range), strict=True
        ):
            rows.append({
                "row": row, "cut": told.cut.name, "count": count, "low": low, "high": high,
                "paint": "plain" if place == 0 else row,
                "short": f"{count:,} {told.cut.name}",
                "text": f"{count:,} {told.cut.name} ({words.between((low, high))})",
            })
    return pd.DataFrame(rows)


def _paint(names: Names) -> alt.Color:
    scale = alt.Scale(domain=["plain", *names.rows], range=[GRAY, charts.ACCENT, charts.SECOND])
    return alt.Color("paint:N", legend=None, scale=scale)


def _bars(rows: pd.DataFrame, cuts: list[str], most: float) -> alt.Chart:
    return alt.Chart(rows).encode(
        x=alt.X("count:Q", axis=None, scale=alt.Scale(domain=[0, most])),
        y=alt.Y("row:N", sort=list(dict.fromkeys(rows["row"])), axis=LABELS, scale=alt.Scale(paddingInner=0.3)),
        yOffset=alt.YOffset("cut:N", sort=cuts),
    )


def focus_figure(choice: Choice, per: int) -> alt.TopLevelMixin:
    """Step 4, focus: gray is what we have, color is what would change."""
    rows = _pairs(choice, per)
    cuts = [choice.first.name, choice.second.name]
    base = _bars(rows, cuts, 1.9 * rows["count"].max())
    weight = alt.when(alt.datum.paint == "plain").then(alt.value(GRAY)).otherwise(alt.value(charts.INK))
    return charts.figure(
        (base.mark_bar().encode(color=_paint(choice.first.names))
         + base.mark_text(align="left", dx=5).encode(text="short:N", color=weight)).properties(
            width="container", height=HEIGHT - 70,
            title=_title("Which of two cuts do we use?", below=f"Of {per:,} {choice.first.names.items}"),
        ),
        "step-focus",
        f"Gray is what we have, and color is what would change. The two counts that the choice is about, of {per:,} "
        f"{choice.first.names.items}: gray for {cuts[0]}, color "
        f"for {cuts[1]}. " + "; ".join(f"{row.row}, {row.short}" for row in rows.itertuples()) + ".",
    )


def point_figure(choice: Choice, per: int) -> alt.TopLevelMixin:
    """Step 5, the story: the title is the point, each count has its range, and the last line is the decision."""
    rows = _pairs(choice, per)
    cuts = [choice.first.name, choice.second.name]
    most = 2.9 * max(rows["count"].max(), 1)
    base = _bars(rows, cuts, most)
    ranges = base.mark_rule(color=charts.INK, strokeWidth=1.5).encode(x=alt.X("low:Q", axis=None), x2="high:Q")
    text = base.mark_text(align="left", dx=6).encode(x=alt.X("high:Q", axis=None), text="text:N")
    title = words.point(choice, per)
    names, positive = choice.first.names, choice.first.told(per).positive
    return charts.figure(
        (base.mark_bar().encode(color=_paint(choice.first.names)) + ranges + text).properties(
            width="container", height=HEIGHT - 70,
            title=_title(*title, below=f"Of {per:,} {names.items}, {positive:,} of them {names.positive}"),
        ),
        "step-story",
        f"The title is the point, and each count has its range. {' '.join(title)}, of {per:,} {names.items} of which "
        f"{positive:,} are {names.positive}. "
        + "; ".join(f"{row.row}, {row.text}" for row in rows.itertuples())
        + ". In brackets what 95 of 100 such groups show.",
    )


def own_figure(choice: Choice, per: int) -> alt.TopLevelMixin:
    """The last chart with the reader's own rates; counts and exchange are computed in the page."""
    stream, names = choice.first.stream, choice.first.names
    cuts = [choice.first.name, choice.second.name]
    most = max(100, per / 10)
    sliders = [charts.slider("positive", f"{names.positive.capitalize()}, of {per:,}", per * stream.share, 1, most, 1)]
    for place, cut in enumerate((choice.first, choice.second), 1):
        title = f"{cut.name.capitalize()}: "
        fine = round(100 - 100 * cut.precision, 6)
        sliders += [
            charts.slider(f"recall{place}", title + "caught, of 100 read", round(100 * cut.recall, 6), 1, 100, 1),
            charts.slider(f"fine{place}", title + f"{names.negative}, of 100 {names.acted}", fine, 0, 90, 1),
        ]
    caught = [f"(positive * recall{place} / 100 * {stream.reach:.9g})" for place in (1, 2)]
    wrong = [f"({found} * fine{place} / (100 - fine{place}))" for place, found in enumerate(caught, 1)]
    rows = pd.DataFrame([
        {"row": row, "cut": cut, "paint": "plain" if place == 0 else row, "place": place, "kind": kind}
        for place, cut in enumerate(cuts) for kind, row in enumerate(names.rows)
    ])
    count = (
        f"datum.kind == 0 ? (datum.place == 0 ? {caught[0]} : {caught[1]}) "
        f": (datum.place == 0 ? {wrong[0]} : {wrong[1]})"
    )
    text = "format(round(datum.count), ',') + ' ' + datum.cut"
    base = _bars(rows, cuts, 1).transform_calculate(count=count).transform_calculate(text=text)
    longest = {"expr": f"2 * max({caught[0]}, {caught[1]}, {wrong[0]}, {wrong[1]}, 1)"}
    base = base.encode(x=alt.X("count:Q", axis=None, scale=alt.Scale(domainMin=0, domainMax=longest)))
    more, worse = f"({caught[1]} - {caught[0]})", f"({wrong[1]} - {wrong[0]})"
    trade = (
        f"{more} * {worse} > 0 ? format({worse} / {more}, '.1f') + ' {names.negative} for each {names.positive} one' "
        f": ({more} >= 0 && {worse} <= 0 ? 'The {cuts[1]} is no worse in both' : 'The {cuts[0]} is no worse in both')"
    )
    says = alt.Chart(alt.Data(values=[{}])).transform_calculate(says=trade).mark_text(
        align="left", fontWeight="bold"
    ).encode(text="says:N", x=alt.value(0), y=alt.value(-12))
    bars = base.mark_bar().encode(color=_paint(names))
    return charts.figure(
        alt.layer(bars, base.mark_text(align="left", dx=5).encode(text="text:N"), says)
        .add_params(*sliders).properties(width="container", height=HEIGHT - 70),
        "your-own-counts",
        f"{_trade_point(choice)} The bars are {names.rows[0]} and {names.rows[1]}, of {per:,} {names.items}, with "
        f"{cuts[0]} and {cuts[1]}; sliders move how many are {names.positive} and what each cut catches and gets "
        "wrong.",
    )


def _trade_point(choice: Choice) -> str:
    """What one more caught costs, where the cuts trade one for the other."""
    names = choice.first.names
    return (
        f"As given, {choice.exchange:.1f} {names.negative} ones are {names.acted} for each {names.positive} one caught "
        "more."
    )
