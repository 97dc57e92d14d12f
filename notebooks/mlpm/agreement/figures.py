"""The charts of the agreement notebook."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.agreement.study import Findings
from mlpm.agreement.wording import of_100

NAMES = {
    "percent_agreement": "Percent agreement",
    "gwet_ac1": "Gwet's AC1",
    "fleiss_kappa": "Fleiss' kappa",
    "krippendorff_alpha": "Krippendorff's alpha",
}
ROWS = 12


def coefficients_figure(found: Findings) -> alt.TopLevelMixin:
    """Each coefficient with its interval, and the required value of alpha."""
    rows = [
        {"name": NAMES[name], "value": e.value, "low": e.low, "high": e.high, "text": f"{e.value:.2f}",
         "alpha": name == "krippendorff_alpha"}
        for name, e in found.estimates.items() if e.value is not None
    ]
    bottom = min([0.0, *[row["low"] for row in rows if row["low"] is not None], *[row["value"] for row in rows]])
    x = alt.X("value:Q", title="Agreement", scale=alt.Scale(domain=[bottom, 1]))
    y = alt.Y("name:N", title=None, sort=list(NAMES.values()))
    color = alt.condition("datum.alpha", alt.value(charts.ACCENT), alt.value(charts.MUTED))
    base = alt.Chart(pd.DataFrame(rows))
    line = base.mark_rule(strokeWidth=3).encode(x=alt.X("low:Q", title="Agreement"), x2="high:Q", y=y, color=color)
    point = base.mark_point(size=110).encode(
        x=x, y=y, color=color, shape=alt.condition("datum.alpha", alt.value("diamond"), alt.value("circle"))
    )
    text = base.mark_text(dy=-13, fontWeight="bold").encode(x=x, y=y, text="text:N")
    required = alt.Chart(pd.DataFrame({"required": [found.required], "text": [f"required alpha {found.required:.2f}"]}))
    rule = required.mark_rule(strokeDash=[5, 4], color=charts.SECOND, strokeWidth=2).encode(x="required:Q")
    tag = required.mark_text(align="right", dx=-6, y=8, color=charts.SECOND).encode(x="required:Q", text="text:N")
    said = ", ".join(f"{row['name']} {row['text']}" for row in rows)
    return charts.figure(
        alt.layer(line, point, text, rule, tag).properties(width="container", height=190),
        "agreement-coefficients",
        f"Four measures of agreement on the same ratings, each with its 95% interval: {said}. "
        f"A dashed line marks the alpha you asked for, {found.required:.2f}.",
    )


def conflicts_figure(found: Findings) -> alt.TopLevelMixin:
    """Items in conflict by group; without groups, by pair of labels."""
    if found.groups is not None:
        rows = [
            {"name": row.group, "share": row.conflicts / row.pairable if row.pairable else 0.0,
             "text": f"{row.conflicts} of {row.pairable}"}
            for row in found.groups.head(ROWS).itertuples()
        ]
        title, what = "Share of the group's items with two different labels", "groups of items"
    else:
        pairs = found.label_pairs.head(ROWS)
        rows = [
            {"name": f"{row.label_1} / {row.label_2}", "share": row.items / found.ratings.pairable_count,
             "text": f"{row.items}"}
            for row in pairs.itertuples()
        ] or [{"name": "no conflict", "share": 0.0, "text": "0"}]
        title, what = "Share of items that received both labels", "pairs of labels"
    top = max(row["share"] for row in rows)
    base = alt.Chart(pd.DataFrame(rows)).encode(y=alt.Y("name:N", title=None, sort=[row["name"] for row in rows]))
    bars = base.mark_bar(color=charts.ACCENT, height=18).encode(
        # Room for the text behind the longest bar.
        x=alt.X("share:Q", title=title, axis=alt.Axis(format="%", tickCount=5)).scale(domain=[0, max(top * 1.25, 0.05)])
    )
    text = base.mark_text(align="left", dx=5).encode(x="share:Q", text="text:N")
    return charts.figure(
        (bars + text).properties(width="container", height=alt.Step(30)),
        "where-raters-differ",
        f"Conflicts by {what}, most conflicts first. {rows[0]['name']}: {rows[0]['text']} items, a share of "
        f"{of_100(rows[0]['share'])}.",
    )


def paradox_figure(agreement: float = 0.96, prevalence: float = 0.04) -> alt.TopLevelMixin:
    """Kappa of two raters as the rare label gets rarer, at a percent agreement that stays; two sliders."""
    slider = {"same": ("Same label, share of items ", 0.6, 0.99), "yes": ("Rare label, share of labels ", 0.01, 0.5)}
    same, yes = (
        alt.param(name=name, value=value, bind=alt.binding_range(name=title, min=low, max=high, step=0.01))
        for (name, (title, low, high)), value in zip(slider.items(), (agreement, prevalence), strict=True)
    )
    x = alt.X("p:Q", title="Share of labels that are the rare one", axis=alt.Axis(format="%"))
    x = x.scale(domain=[0, 0.5])
    y = alt.Y("kappa:Q", title="Kappa", scale=alt.Scale(domain=[-0.1, 1], nice=False))
    # Two raters who use the rare label equally often, on a share p of the items. Both say it on p − (1 − same) / 2 of
    # them, which cannot be negative.
    chance = "(datum.p * datum.p + (1 - datum.p) * (1 - datum.p))"
    steps = {"kappa": f"(same - {chance}) / (1 - {chance})", "both": "100 * (datum.p - (1 - same) / 2)"}
    possible = "datum.both > -0.000001"
    curve = (
        alt.Chart(alt.sequence(0.005, 0.501, 0.005, as_="p"))
        .transform_calculate(**steps)
        .transform_filter(possible)
        .mark_line(color=charts.ACCENT)
        .encode(x=x, y=y)
    )
    here = alt.Chart(alt.Data(values=[{"one": 1}])).transform_calculate(p="yes").transform_calculate(**steps)
    here = here.transform_calculate(
        text=f"{possible} ? 'kappa ' + format(datum.kappa, '.2f') + ': of 100 items both say yes to ' + "
        "format(datum.both, '.3~r') + ', differ on ' + format(100 * (1 - same), '.0f') : "
        "'not possible: more items differ than labels are rare'"
    )
    point = here.transform_filter(possible).mark_point(size=130, color=charts.SECOND, shape="diamond")
    point = point.encode(x="p:Q", y="kappa:Q")
    text = here.mark_text(align="left", x=6, y=10, fontWeight="bold").encode(text="text:N")
    bar = alt.Chart(pd.DataFrame({"kappa": [0.8]})).mark_rule(strokeDash=[5, 4], color=charts.MUTED).encode(y="kappa:Q")
    return charts.figure(
        alt.layer(curve, bar, point, text).add_params(same, yes).properties(width="container", height=260),
        "kappa-and-prevalence",
        "Two raters who give the same label to 96 of 100 items. When each label makes up half, kappa is 0.92; when the "
        "rare label makes up 4 of 100, both say yes to 2 items and kappa is 0.48. Sliders move both shares.",
    )
