"""The charts of the threshold notebook."""

import math

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.phrases import plural, short
from mlpm.scores import top_range
from mlpm.threshold.prices import Price
from mlpm.threshold.study import RATIOS, Study
from mlpm.threshold.wording import items, number, ratio

POINTS = 160  # places of the cut in the live chart
RATIO_SLIDER = 0.2, 20.0
ROWS = 8
MAPS = {"none": "the score as it stands", "logistic": "a logistic curve", "isotonic": "isotonic steps"}


def _places(found: Study) -> np.ndarray:
    """Places to draw: even in the score and even in the root of p, so that the curve is smooth at both ends."""
    by_score = np.searchsorted(found.scores.unit, np.linspace(0, 1, POINTS // 2))
    by_p = np.searchsorted(found.calibration.p, np.linspace(0, 1, POINTS // 2) ** 2)
    places = np.concatenate([by_score, by_p, [found.cut.outcome.place]])
    return np.unique(np.clip(places, 0, found.scores.bin_count - 1))


def cost_figure(found: Study) -> alt.TopLevelMixin:
    """What the errors of each cut cost, as a share of acting on nothing; sliders: price ratio and base rate."""
    s, rate_now = found.scores, found.rate
    places = _places(found)
    cuts = found.cuts
    odds = np.clip(found.calibration.p[places], 1e-9, 1 - 1e-9)
    rows = pd.DataFrame(
        {
            "score": np.where(places == found.cut.outcome.place, found.raw_cut or 0.0, s.least[places]),
            "caught": cuts.caught[places] / cuts.caught[0],
            "hit": cuts.hit[places] / cuts.hit[0],
            "odds": odds / (1 - odds),
        }
    ).round(6)
    step = 0.002 if rate_now < 0.2 else 0.01
    first = min(max(found.price.ratio, RATIO_SLIDER[0]), RATIO_SLIDER[1])
    sliders = [
        alt.param(
            name="ratio",
            value=round(first, 2),
            bind=alt.binding_range(
                name="One miss is worth, wrong hits ", min=RATIO_SLIDER[0], max=RATIO_SLIDER[1], step=0.01
            ),
        ),
        alt.param(
            name="base",
            value=round(rate_now, 4),
            bind=alt.binding_range(
                name="Base rate of the stream ", min=step, max=round(min(0.9, max(0.3, 3 * rate_now)), 2), step=step
            ),
        ),
    ]
    # Odds move with the odds of the base rate (Elkan 2001, theorem 2).
    moved = f"datum.odds * base / (1 - base) * {(1 - rate_now) / rate_now:.9g}"
    steps = {
        "here": f"{moved} / (1 + {moved})",
        "missed": "1000 * base * (1 - datum.caught)",
        "wrong": "1000 * (1 - base) * datum.hit",
        "cost": "(ratio * datum.missed + datum.wrong) / (ratio * 1000 * base)",
    }
    base = alt.Chart(rows)
    for name, expression in steps.items():
        base = base.transform_calculate(**{name: expression})
    low, high = (0, 1) if not s.rescaled else (float(s.least[0]), float(s.most[-1]))
    x = alt.X("score:Q", title="Act from this score on", scale=alt.Scale(domain=[low, high], nice=False))
    y = alt.Y(
        "cost:Q",
        title="Cost of errors (of acting on nothing: 100%)",
        axis=alt.Axis(format="%"),
        scale=alt.Scale(domain=[0, 1.5], nice=False),
    )
    line = base.mark_line(color=charts.ACCENT, clip=True).encode(x=x, y=y)
    # A step of the sample is never exactly where p reaches the cut: the first one at or above it.
    chosen = (
        base.transform_filter("datum.here >= 1 / (1 + ratio)")
        .transform_aggregate(first="argmin(score)")
        .transform_filter("isValid(datum.first)")
        .transform_calculate(score="datum.first.score", cost="datum.first.cost")
        .transform_calculate(
            where="'act from ' + format(datum.score, '.3~r') + ' on, where p reaches ' + "
            "format(1 / (1 + ratio), '.3~f')",
            what="'of 1,000: ' + format(1000 * base - datum.first.missed, '.1f') + ' caught, ' + "
            "format(datum.first.missed, '.1f') + ' missed,'",
            what2="format(datum.first.wrong, '.1f') + ' wrongly hit'",
        )
    )
    rule = chosen.mark_rule(color=charts.SECOND, strokeDash=[5, 4], strokeWidth=2).encode(
        x="score:Q", y=alt.value(58), y2=alt.value(280)  # below the words
    )
    point = chosen.mark_point(size=130, color=charts.SECOND, shape="diamond", clip=True).encode(x="score:Q", y="cost:Q")
    words = [
        chosen.mark_text(align="right", x={"expr": "width - 4"}, y=place, fontWeight=weight).encode(text=f"{name}:N")
        for name, place, weight in (("where", 10, "bold"), ("what", 28, "normal"), ("what2", 46, "normal"))
    ]
    cut = found.cut
    o = cut.outcome
    point_, said = "At the proposed prices no cut divides the items.", ""
    if found.has_cut:
        worth = ratio(found.price.ratio)
        point_ = f"Where a miss is worth {worth} wrong hits, act from a score of {number(cut.raw)} on."
        said = (
            f"There, of 1,000 items {items(o.caught.value)} are caught, {items(o.missed.value)} missed, "
            f"{items(o.hit.value)} wrongly hit. "
        )
    return charts.figure(
        alt.layer(line, rule, point, *words).add_params(*sliders).properties(width="container", height=280),
        "cost-by-cut",
        f"{point_} Cost of errors against the score from which on you act, as a share of what acting on nothing costs. "
        f"{said} Sliders move the price ratio and the base rate; the raw score of the cut follows.",
    )


def reliability_figure(found: Study) -> alt.TopLevelMixin:
    """What came true by tenth of the score, with intervals; the diagonal; the map in use."""
    s = found.scores
    table = found.reliability
    span = (float(s.least[0]), float(s.most[-1])) if s.rescaled else (0.0, 1.0)

    def raw(unit):
        return span[0] + (span[1] - span[0]) * unit

    rows = pd.DataFrame({"score": raw(table.p), "rate": table.rate, "low": table.low, "high": table.high})
    curve = pd.DataFrame({"score": s.mean, "rate": found.fitted.p}).iloc[_places(found)]
    x = alt.X("score:Q", title="Score", scale=alt.Scale(domain=list(span), nice=False))
    y = alt.Y("rate:Q", title=f"Share that is {s.positive}", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    layers = []
    if not s.rescaled:
        diagonal = pd.DataFrame({"score": [0.0, 1.0], "rate": [0.0, 1.0]})
        layers.append(
            alt.Chart(diagonal).mark_line(color=charts.MUTED, strokeDash=[5, 4], strokeWidth=1.5).encode(x=x, y=y)
        )
        name = pd.DataFrame({"score": [0.44], "rate": [0.52], "text": ["if the score were p"]})
        layers.append(
            alt.Chart(name).mark_text(align="right", color=charts.MUTED, dy=-6).encode(x=x, y=y, text="text:N")
        )
    if found.fitted.method != "none":
        layers.append(alt.Chart(curve).mark_line(color=charts.SECOND).encode(x=x, y=y))
        name = pd.DataFrame({"score": [raw(0.6)], "rate": [found.fitted.p_at(raw(0.6))], "text": ["p as used below"]})
        layers.append(
            alt.Chart(name)
            .mark_text(align="left", color=charts.SECOND, dx=4, dy=34, fontWeight="bold")
            .encode(x=x, y=y, text="text:N")
        )
    base = alt.Chart(rows)
    layers.append(
        base.mark_rule(color=charts.ACCENT, strokeWidth=3, opacity=0.55).encode(
            x=x, y=alt.Y("low:Q", title=f"Share that is {s.positive}"), y2="high:Q"
        )
    )
    layers.append(base.mark_point(color=charts.ACCENT, size=90).encode(x=x, y=y))
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=280),
        "score-and-truth",
        f"{top_range(s, table)} Share of items labeled so by tenth of the score, with 95% intervals, beside the map in "
        f"use ({MAPS[found.fitted.method]}); the highest tenth in use has {plural(int(table.rows.iloc[-1]), 'item')}.",
    )


def counts_figure(found: Study) -> alt.TopLevelMixin:
    """Missed and wrongly hit per 1,000 items at each cut somebody stands for, with intervals."""
    named = {
        f"{voice.name} (1 : {ratio(price.ratio)})": voice
        for voice, price in zip(
            found.voices, sorted(found.stakeholders, key=lambda one: (one.cut, one.name)), strict=True
        )
    }
    named = {f"proposal (1 : {ratio(found.price.ratio)})": found.cut} | named
    named |= {found.half.name: found.half, "best F1": found.best_f1}
    ordered = sorted(list(named.items())[:ROWS], key=lambda one: one[1].outcome.place)
    rows = [
        {"cut": name, "what": what, "value": share.value, "low": share.low, "high": share.high,
         # The first line names the two marks: no legend to look up.
         "text": items(share.value) + (f" {what}" if not line else "")}
        for line, (name, one) in enumerate(ordered)
        for what, share in (("missed", one.outcome.missed), ("wrongly hit", one.outcome.hit))
    ]
    kinds = ["missed", "wrongly hit"]
    color = alt.Color("what:N", legend=None, scale=alt.Scale(domain=kinds, range=[charts.ACCENT, charts.BAD]))
    shape = alt.Shape("what:N", legend=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond"]))
    y = alt.Y("cut:N", axis=None, sort=[name for name, __ in ordered])
    base = alt.Chart(pd.DataFrame(rows))
    title = "Items per 1,000"
    line = base.mark_rule(strokeWidth=3, opacity=0.55).encode(
        x=alt.X("low:Q", title=title), x2="high:Q", y=y, color=color
    )
    point = base.mark_point(size=90, opacity=1).encode(
        x=alt.X("value:Q", title=title), y=y, color=color, shape=shape
    )
    text = base.mark_text(dy=15).encode(x="value:Q", y=y, text="text:N", color=color)
    said = "; ".join(
        f"{name}: {items(one.outcome.missed.value)} missed, {items(one.outcome.hit.value)} wrongly hit"
        for name, one in ordered
    )
    return charts.figure(
        alt.layer(line, point, text, _names(ordered, "cut", y)).properties(width="container", height=alt.Step(58)),
        "counts-by-price",
        f"{_counts_point(found)} What each cut does to 1,000 items, with 95% intervals. {said}.",
    )


def _names(ordered: list, column: str, y: alt.Y) -> alt.Chart:
    """The name of each line above it: a long one would take a phone's whole width beside it."""
    names = pd.DataFrame({column: [name for name, __ in ordered]})
    mark = alt.Chart(names).mark_text(align="left", dy=-17, fontWeight="bold")
    return mark.encode(x=alt.value(0), y=y, text=f"{column}:N")


def extra_figure(found: Study) -> alt.TopLevelMixin:
    """What the proposed cut costs above the best one at every price ratio, and where the stakeholders stand."""
    here = (RATIOS >= 0.2) & (RATIOS <= 20)
    curves = {"the proposed cut": found.cut.outcome.place}
    if found.disputes and 0 < found.compromise < found.scores.bin_count:
        curves["where to start"] = found.compromise
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "ratio": RATIOS[here],
                    "cut": name,
                    "extra": [found.regret(place, Price("", 1.0, float(one))) for one in RATIOS[here]],
                }
            )
            for name, place in curves.items()
        ]
    )
    worst = max([2 * found.tolerance, *[found.regret(found.cut.outcome.place, one) for one in found.stakeholders]])
    top = float(np.clip(1.8 * worst, 0.2, 3.0))
    x = alt.X(
        "ratio:Q",
        title="One miss is worth, wrong hits",
        scale=alt.Scale(type="log", domain=[0.2, 20], nice=False),
        axis=alt.Axis(values=[0.2, 0.5, 1, 2, 5, 10, 20], format="~g", labelOverlap=False),
    )
    y = alt.Y(
        "extra:Q",
        title="Extra cost, above the best cut",
        axis=alt.Axis(format="%"),
        scale=alt.Scale(domain=[min(-0.05, -top / 12), top], nice=False),
    )
    names = list(curves)
    color = alt.Color("cut:N", scale=alt.Scale(domain=names, range=[charts.ACCENT, charts.SECOND][: len(names)]))
    dash = alt.StrokeDash("cut:N", scale=alt.Scale(domain=names, range=[[1, 0], [6, 4]][: len(names)]))
    layers = [alt.Chart(rows).mark_line(clip=True).encode(x=x, y=y, color=color, strokeDash=dash)]
    limit = alt.Chart(pd.DataFrame({"extra": [found.tolerance], "text": [f"{found.tolerance:.0%} more"]}))
    layers.append(limit.mark_rule(color=charts.MUTED, strokeDash=[2, 3]).encode(y="extra:Q"))
    layers.append(limit.mark_text(align="left", x=4, dy=-7, color=charts.MUTED).encode(y="extra:Q", text="text:N"))
    # The farthest from the proposal highest: no line crosses a name.
    shown = [one for one in found.stakeholders if 0.2 <= one.ratio <= 20][:ROWS]
    voices = [
        {
            "ratio": one.ratio,
            "extra": min(found.regret(found.cut.outcome.place, one), top),
            "name": one.name,
            "level": float(top * (0.92 - 0.09 * n)),
        }
        for n, one in enumerate(sorted(shown, key=lambda one: -abs(math.log(one.ratio / found.price.ratio))))
    ]
    if voices:
        base = alt.Chart(pd.DataFrame(voices))
        layers.append(base.mark_rule(color=charts.MUTED, strokeWidth=1).encode(x="ratio:Q", y="extra:Q", y2="level:Q"))
        layers.append(base.mark_point(size=110, shape="diamond", color=charts.ACCENT).encode(x="ratio:Q", y="extra:Q"))
        # Names stand inside the bowl, where no curve runs.
        for side, align, dx in (("<", "left", 5), (">=", "right", -5)):
            names = base.transform_filter(f"datum.ratio {side} {found.price.ratio:.6g}")
            names = names.mark_text(align=align, dx=dx, fontWeight="bold")
            layers.append(names.encode(x="ratio:Q", y="level:Q", text="name:N"))
    low, high = found.ratio_range
    said = "".join(
        f" By the price of {one.name} ({ratio(one.ratio)}): {found.regret(found.cut.outcome.place, one):.0%}."
        for one in found.stakeholders
    )
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=280),
        "extra-cost-by-price",
        f"The proposed cut costs at most {found.tolerance:.0%} more than the best while a miss is worth {ratio(low)} "
        f"to {ratio(high)} wrong hits. What it costs above the best one at every price of a miss.{said}",
    )


def groups_figure(found: Study) -> alt.TopLevelMixin | None:
    """Of 100 negatives of each group, how many are hit; None without groups."""
    lines = found.group_lines[:ROWS]
    if not lines:
        return None
    rows = [
        {
            "group": line.name,
            "value": 100 * line.outcome.hit_share.value,
            "low": 100 * line.outcome.hit_share.low,
            "high": 100 * line.outcome.hit_share.high,
            "text": f"{100 * line.outcome.hit_share.value:.1f}",
        }
        for line in lines
        if line.outcome.hit_share.value == line.outcome.hit_share.value
    ]
    y = alt.Y("group:N", axis=None, sort=[row["group"] for row in rows])
    title = f"Of 100 {found.scores.negative} items, acted on"
    base = alt.Chart(pd.DataFrame(rows))
    line = base.mark_rule(color=charts.BAD, strokeWidth=3, opacity=0.55).encode(
        x=alt.X("low:Q", title=title, scale=alt.Scale(zero=True)), x2="high:Q", y=y
    )
    point = base.mark_point(color=charts.BAD, size=100, shape="diamond", opacity=1).encode(
        x=alt.X("value:Q", title=title), y=y
    )
    text = base.mark_text(dy=15, color=charts.BAD).encode(x="value:Q", y=y, text="text:N")
    names = _names([(row["group"], row) for row in rows], "group", y)
    said = ", ".join(f"{row['group']} {row['text']} ({row['low']:.1f} to {row['high']:.1f})" for row in rows)
    return charts.figure(
        alt.layer(line, point, text, names).properties(width="container", height=alt.Step(54)),
        "wrongly-hit-by-group",
        f"{_groups_point(rows, found.scores.negative)} Of 100 {found.scores.negative} items of each group, how many "
        f"are acted on at the proposed cut, with 95% intervals: {said}.",
    )


def _counts_point(found: Study) -> str:
    """What the proposed cut does."""
    o = found.cut.outcome
    return f"Of 1,000 items the proposed cut misses {items(o.missed.value)} and wrongly hits {items(o.hit.value)}."


def _groups_point(rows: list[dict], negative: str) -> str:
    """Who is hit most, where the intervals tell."""
    worst, *_, best = sorted(rows, key=lambda row: -row["value"]) if len(rows) > 1 else [rows[0], rows[0]]
    hit = f"{worst['text']} of 100 {short(negative)} items are acted on in {short(worst['group'])}"
    if len(rows) < 2:
        return f"{hit}."
    if worst["low"] <= best["high"]:
        return f"No group is shown to be hit more than another; {hit}."
    return f"{hit}, against {best['text']} in {short(best['group'])}."
