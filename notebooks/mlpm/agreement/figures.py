"""The charts of the agreement notebook."""

from math import comb

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.agreement.decision import majority_accuracy
from mlpm.agreement.study import NAMES, Findings
from mlpm.phrases import hundredth, minus, of_100, plural, short

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
    y = alt.Y("name:N", title=None, sort=[row["name"] for row in rows])
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
        f"{_coefficients_point(found)} Measures of agreement on the same ratings, each with its 95% interval: {said}. "
        f"A dashed line marks the alpha you asked for, {found.required:.2f}.",
    )


def _coefficients_point(found: Findings) -> str:
    """Whether alpha reaches what was asked for."""
    alpha = found.estimates["krippendorff_alpha"]
    if alpha.value is None:
        return "Agreement beyond chance is undefined for these ratings."
    text, asked = minus(f"Alpha is {alpha.value:.2f}"), f"{found.required:.2f}"
    if alpha.low is None:
        return f"{text}, from too few items to say how near it is to the {asked} asked for."
    text += minus(f" ({alpha.low:.2f} to {alpha.high:.2f})")
    if alpha.low < found.required <= alpha.high:
        return f"{text} and cannot be told from the {asked} asked for."
    return f"{text}, {'below' if alpha.value < found.required else 'not below'} the {asked} asked for."


def conflicts_figure(found: Findings) -> alt.TopLevelMixin:
    """Items in conflict by group; without groups, by pair of labels."""
    if found.groups is not None:
        rows = [
            {"name": row.group, "conflicts": row.conflicts, "text": f"{row.conflicts:,} of {row.pairable:,}",
             "said": short(row.group)}
            for row in found.groups.head(ROWS).itertuples()
        ]
        what = "group of items"
    else:
        total = found.ratings.pairable_count
        rows = [
            {"name": f"{row.label_1} / {row.label_2}", "conflicts": row.items,
             "text": f"{row.items:,} of {total:,}", "said": f"{short(row.label_1, 20)} / {short(row.label_2, 20)}"}
            for row in found.label_pairs.head(ROWS).itertuples()
        ] or [{"name": "no conflict", "conflicts": 0, "text": f"0 of {total:,}", "said": "no conflict"}]
        what = "pair of labels"
    most = max(row["conflicts"] for row in rows)
    base = alt.Chart(pd.DataFrame(rows)).encode(y=alt.Y("name:N", title=None, sort=[row["name"] for row in rows]))
    bars = base.mark_bar(color=charts.ACCENT, height=18).encode(
        # Room for the text behind the longest bar.
        x=alt.X("conflicts:Q", title="Items with different labels", axis=alt.Axis(format="d", tickMinStep=1))
        .scale(domain=[0, max(most * 1.3, 1)], nice=False)
    )
    text = base.mark_text(align="left", dx=5).encode(x="conflicts:Q", text="text:N")
    return charts.figure(
        (bars + text).properties(width="container", height=alt.Step(30)),
        "where-raters-differ",
        f"{_conflicts_point(rows)} Items that received different labels, by {what}, most first: "
        + (", ".join(f"{row['name']} {row['text']} items" for row in rows[1:4]) or "no other") + ".",
    )


def _conflicts_point(rows: list[dict]) -> str:
    first = rows[0]
    if not first["conflicts"]:
        return "No item received different labels."
    most = [row["said"] for row in rows if row["conflicts"] == first["conflicts"]]
    if len(most) == len(rows) > 1:
        return f"All {len(rows)} have equally many conflicts: {plural(first['conflicts'], 'item')} each."
    if len(most) > 1:
        return f"Most conflicts, {plural(first['conflicts'], 'item')} each, are in {len(most)} of {len(rows)}."
    return f"Most conflicts are in {first['said']}: {first['text']} items."


def more_raters_figure(accuracy: float = 0.85, coin_flips: float = 0.2) -> alt.TopLevelMixin:
    """What more raters buy: how often the majority is right, with and without items everybody guesses; two sliders."""
    one, hard = (
        alt.param(name=name, value=value, bind=alt.binding_range(name=title, min=low, max=high, step=0.01))
        for name, title, value, low, high in (
            ("one", "One rater is right, share of items ", accuracy, 0.55, 0.99),
            ("hard", "Everybody guesses, share of items ", coin_flips, 0.0, 0.4),
        )
    )
    counts = list(range(1, 10, 2))
    kinds = ["no item is a guess", "some are"]
    rows = [
        {"raters": n, "right": k, "ways": comb(n, k), "kind": kind}
        for kind in kinds for n in counts for k in range(n // 2 + 1, n + 1)
    ]
    term = "datum.ways * pow(datum.p, datum.right) * pow(1 - datum.p, datum.raters - datum.right)"
    # On items nobody has to guess raters are right more often, so that the average stays; they cannot be right above 1.
    easy = "min(1, (one - datum.guess / 2) / (1 - datum.guess))"
    base = (
        alt.Chart(alt.Data(values=rows))
        .transform_calculate(guess="datum.kind == 'some are' ? hard : 0")
        .transform_calculate(p=easy)
        .transform_calculate(term=term)
        .transform_aggregate(sum="sum(term)", guess="max(guess)", groupby=["raters", "kind"])
        .transform_calculate(accuracy="(1 - datum.guess) * datum.sum + datum.guess / 2")
        .encode(
            x=alt.X("raters:O", title="Raters per item (majority vote)", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("accuracy:Q", title="Majority is right", axis=alt.Axis(format="%")).scale(domain=[0.5, 1]),
            color=alt.Color("kind:N", sort=kinds, legend=None),
        )
    )
    named = base.transform_filter("datum.raters == 9").transform_calculate(
        name="datum.kind == 'some are' ? 'everybody guesses on ' + format(datum.guess, '.0%') : 'nobody guesses'"
    )
    lines = alt.layer(
        base.mark_line().encode(strokeDash=alt.StrokeDash("kind:N", sort=kinds, legend=None)),
        base.mark_point().encode(shape=alt.Shape("kind:N", sort=kinds, legend=None)),
        named.mark_text(align="right", dx=8, dy=16, fontWeight="bold").encode(text="name:N"),
    )
    plain, mixed = ([majority_accuracy(accuracy, count, share) for count in (3, 5)] for share in (0, coin_flips))
    return charts.figure(
        lines.add_params(one, hard).properties(width="container", height=240),
        "more-raters",
        f"Three raters are right on {of_100(plain[0])} items if errors are independent, on {of_100(mixed[0])} if all "
        f"guess on {hundredth(coin_flips)}. How often the majority of raters is right when one rater is right on "
        f"{accuracy:.0%} of the items. Five reach {plain[1]:.0%} and {mixed[1]:.0%}: where items are guessed, the "
        "line goes flat.",
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
    y = alt.Y("kappa:Q", title="Kappa", scale=alt.Scale(domain=[-0.25, 1], nice=False))
    # Two raters who use the rare label equally often, on a share p of the items. Both say it on p − (1 − same) / 2 of
    # them, which cannot be negative.
    chance = "(datum.p * datum.p + (1 - datum.p) * (1 - datum.p))"
    steps = {"kappa": f"(same - {chance}) / (1 - {chance})", "both": "100 * (datum.p - (1 - same) / 2)"}
    possible = "datum.both > -0.000001"
    curve = (
        alt.Chart(alt.sequence(0.005, 0.501, 0.005, as_="p"))
        .transform_calculate(**steps)
        .transform_filter(possible)
        .mark_line(color=charts.ACCENT, clip=True)
        .encode(x=x, y=y)
    )
    here = alt.Chart(alt.Data(values=[{"one": 1}])).transform_calculate(p="yes").transform_calculate(**steps)
    here = here.transform_calculate(
        text=f"{possible} ? 'kappa ' + format(datum.kappa, '.2f') + '; of 100 items both' : 'not possible: more items'",
        more=f"{possible} ? 'say yes to ' + format(datum.both, '.3~r') + ' and differ on ' + "
        "format(100 * (1 - same), '.0f') : 'differ than labels are rare'",
    )
    point = here.transform_filter(possible).mark_point(size=130, color=charts.SECOND, shape="diamond")
    point = point.encode(x="p:Q", y="kappa:Q")
    words = [
        here.mark_text(align="right", x={"expr": "width - 6"}, y=place, fontWeight="bold").encode(text=f"{name}:N")
        for name, place in (("text", 150), ("more", 168))
    ]
    bar = alt.Chart(pd.DataFrame({"kappa": [0.8]})).mark_rule(strokeDash=[5, 4], color=charts.MUTED).encode(y="kappa:Q")
    return charts.figure(
        alt.layer(curve, bar, point, *words).add_params(same, yes).properties(width="container", height=260),
        "kappa-and-prevalence",
        f"{_paradox_point(agreement, prevalence)} Kappa of two raters by the share of the rare label, at a percent "
        "agreement that stays, where both use it equally often. Sliders move both.",
    )


def _paradox_point(agreement: float, prevalence: float) -> str:
    """The same agreement at an even split and at the rare label's share, where the two can be together."""
    text = f"Agreeing on {of_100(agreement)} items is a kappa of {_kappa(agreement, 0.5):.2f} at an even split"
    both = prevalence - (1 - agreement) / 2
    if both < -1e-9:
        return f"{text}; with only {100 * prevalence:.3g} rare, so many conflicts cannot be."
    if not 0 < prevalence < 1:
        return f"{text}, and undefined where all labels are the same."
    rare = minus(f"{_kappa(agreement, prevalence):.2f}")
    return f"{text}, {rare} where {100 * prevalence:.3g} are rare and both say so on {round(100 * both, 9):.3g}."


def _kappa(agreement: float, share: float) -> float:
    """Kappa of two raters who give a label equally often."""
    by_chance = share**2 + (1 - share) ** 2
    return (agreement - by_chance) / (1 - by_chance)
