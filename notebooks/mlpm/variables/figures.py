"""The charts of the variables: two orders side by side, and the bet behind one variable with sliders."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.phrases import euros, listed
from mlpm.variables.study import Study

BAR = 26  # pixels a bar takes, with its gap


def order_figure(found: Study) -> alt.TopLevelMixin:
    """Euros to gain by finding out, in the order of the ranks: where the bars do not fall, the two orders part."""
    rows = pd.DataFrame([
        {"variable": f"{v.name} ({v.uncertain}×{v.impact})", "net": v.net, "planned": v in found.plan,
         "text": euros(v.net)}
        for v in found.by_score
    ])
    y = alt.Y("variable:N", sort=None, title=None, axis=alt.Axis(labelLimit=190))
    color = alt.condition(alt.datum.planned, alt.value(charts.ACCENT), alt.value(charts.MUTED))
    low, high = min(0.0, rows["net"].min()), rows["net"].max()
    room = 0.3 * (high - low or 1)
    x = alt.X(
        "net:Q", title="Euros to gain by finding out, after its cost",
        scale=alt.Scale(domain=[low - (room if low < 0 else 0), high + room]),
        axis=alt.Axis(format="~s", tickCount=4),
    )
    bars = alt.Chart(rows).mark_bar(height=BAR - 8).encode(x=x, y=y, color=color)
    right = alt.Chart(rows).transform_filter("datum.net >= 0").mark_text(align="left", dx=4, color=charts.INK)
    left = alt.Chart(rows).transform_filter("datum.net < 0").mark_text(align="right", dx=-4, color=charts.INK)
    texts = [mark.encode(x=x, y=y, text="text:N") for mark in (right, left)]
    planned = listed([v.name for v in found.plan]) or "nothing"
    return charts.figure(
        alt.layer(bars, *texts).properties(width="container", height=BAR * len(rows)),
        "worth-by-rank",
        "Bars of the euros to gain by finding out, one for each variable, highest product of ranks on top. They do not "
        f"fall in that order. Looked into first, in the strong color: {planned}.",
    )


def worth_figure(name: str, chance: float, loss: float, remedy: float) -> alt.TopLevelMixin:
    """What knowing is worth, by the chance that it turns out bad; sliders for the loss and the remedy."""
    top = 2 * max(loss, remedy)
    sliders = [
        charts.slider("chance_bad", "chance that it turns out bad", chance, 0, 1, 0.01),
        charts.slider("loss_bad", "euros lost if it does", loss, 0, top, top / 100),
        charts.slider("remedy_cost", "euros the remedy costs", remedy, 0, top, top / 100),
    ]
    worth = "min(datum.p * loss_bad, remedy_cost) - datum.p * min(loss_bad, remedy_cost)"
    grid = alt.Chart(alt.Data(values=[{"p": step / 100} for step in range(101)])).transform_calculate(worth=worth)
    x = alt.X("p:Q", title="Chance that it turns out bad", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("worth:Q", title="Euros it is worth to know", axis=alt.Axis(format=",.0f"))
    line = grid.mark_line(strokeWidth=2.5, color=charts.ACCENT).encode(x=x, y=y)
    here = (
        alt.Chart(alt.Data(values=[{}])).transform_calculate(p="chance_bad").transform_calculate(worth=worth)
        .transform_calculate(
            text="'€' + format(datum.worth, ',.0f') + (datum.worth < 0.5 ? ': nothing to find out'"
            " : datum.p * loss_bad < remedy_cost ? ': you would go on' : ': you would buy the remedy')"
        )
    )
    point = here.mark_point(size=90, filled=True, color=charts.SECOND)
    text = here.mark_text(align="right", fontWeight=600, color=charts.INK)
    return charts.figure(
        alt.layer(
            line, point.encode(x=x, y=y), text.encode(x=alt.value({"expr": "width"}), y=alt.value(8), text="text:N")
        ).add_params(*sliders).properties(width="container", height=240),
        "worth-of-knowing",
        f"What it is worth to know about {name} before deciding, by the chance that it turns out bad: nothing when it "
        "is certain either way, most where going on and buying the remedy cost the same. Sliders move the chance, the "
        "loss and the remedy.",
    )
