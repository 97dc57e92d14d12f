"""The charts of the variables: two orders side by side, and the bet behind one variable with sliders."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.phrases import euros, listed, of_100, plural, short
from mlpm.variables.study import Study, value_of_knowing

BAR = 26  # pixels a bar takes, with its gap


def order_figure(found: Study) -> alt.TopLevelMixin:
    """Euros to gain by finding out, in the order of the ranks: where the bars do not fall, the two orders part."""
    rows = pd.DataFrame([
        {"variable": f"{v.name} ({v.uncertain}×{v.impact})", "net": v.net, "planned": v in found.plan,
         "text": euros(v.net), "stands": max(v.net, 0.0)}
        for v in found.by_score
    ])
    y = alt.Y("variable:N", sort=None, title=None, axis=alt.Axis(labelLimit=190))
    color = alt.condition(alt.datum.planned, alt.value(charts.ACCENT), alt.value(charts.MUTED))
    low, high = min(0.0, rows["net"].min()), rows["net"].max()
    x = alt.X(
        "net:Q", title="Euros to gain by finding out, after its cost",
        scale=alt.Scale(domain=[low, high + 0.3 * (high - low or 1)]),
        axis=alt.Axis(format="~s", tickCount=4),
    )
    bars = alt.Chart(rows).mark_bar(height=BAR - 8).encode(x=x, y=y, color=color)
    # On the right of a loss, too: on its left stands the name.
    texts = bars.mark_text(align="left", dx=4).encode(x="stands:Q", text="text:N", color=alt.value(charts.INK))
    planned = listed([v.name for v in found.plan]) or "nothing"
    return charts.figure(
        alt.layer(bars, texts).properties(width="container", height=BAR * len(rows)),
        "worth-by-rank",
        f"{_order_point(found)} Bars of the euros to gain by finding out, one for each variable, highest product of "
        f"ranks on top; they {'fall' if rows['net'].is_monotonic_decreasing else 'do not fall'} in that order. Looked "
        f"into first, in the strong color: {planned}.",
    )


def _order_point(found: Study) -> str:
    """Where most is to be gained, and how many variables rank higher."""
    top = found.by_worth[0]
    if top.net <= 0:
        return "No look at any of the variables is worth what it costs."
    text = f"Finding out about {short(top.name)} gains most, {euros(top.net)}"
    above = sum(one.score > top.score for one in found.variables)
    if not above:
        return f"{text}, and nothing ranks higher."
    return f"{text}, though {plural(above, 'variable')} rank{'s' * (above == 1)} higher."


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
    worth_now = float(value_of_knowing(chance, loss, remedy))
    now = euros(worth_now) if worth_now >= 0.5 else "nothing"
    shape = (
        "nothing when it is certain either way, most where going on and buying the remedy cost the same"
        if 0 < remedy < loss else "nothing at any chance, as the same is done whatever is known"
    )
    return charts.figure(
        alt.layer(
            line, point.encode(x=x, y=y), text.encode(x=alt.value({"expr": "width"}), y=alt.value(8), text="text:N")
        ).add_params(*sliders).properties(width="container", height=240),
        "worth-of-knowing",
        f"Knowing about {short(name, 24)} is worth {now} where it turns out bad in {of_100(chance)} cases. The line is "
        f"what it is worth to know about {name} before deciding, by the chance that it turns out bad: {shape}. Sliders "
        "move the chance, the loss and the remedy.",
    )
