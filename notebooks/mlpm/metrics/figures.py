"""The charts of the notebook."""

import math
from statistics import NormalDist

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.metrics.slices import Slice
from mlpm.metrics.study import Study
from mlpm.phrases import hundredth, of_100, plural, short, within
from mlpm.scores import top_range

ROWS, PLACES = 20, 80  # rows of fifty in the picture of 1,000; places along the curves beside those of the slider
SHIFT = 1.22  # where the second panel begins, in widths of the first
KINDS = {"caught": charts.ACCENT, "wrongly hit": charts.BAD, "missed": charts.SECOND, "let pass": charts.GRID}
LEVEL = 0.05  # the worst of several lies below its 5% point in one of twenty reviews


def _sliders(found: Study) -> list[alt.Parameter]:
    return [
        charts.slider("base", "Base rate: share that is positive", round(found.rate, 4), 0.005, 0.5, 0.001),
        charts.slider("recall", "Recall: share of positives caught", round(found.recall.value, 4), 0.05, 1, 0.005),
        charts.slider("hit", "Share of negatives hit", round(found.hit_share.value, 4), 0, 0.5, 0.001),
    ]


def thousand_figure(found: Study) -> alt.TopLevelMixin:
    """1,000 items of the stream in rows of fifty: caught, wrongly hit, missed, let pass; sliders for the rates."""
    ends = {
        "caught": "round(1000 * base * recall)",
        "wrongly hit": "round(1000 * base * recall) + round(1000 * (1 - base) * hit)",
        "missed": "round(1000 * base) + round(1000 * (1 - base) * hit)",
        "let pass": "1000",
    }
    starts = dict(zip(ends, ["0", *list(ends.values())[:-1]], strict=True))
    per = 1000 // ROWS

    def piece(kind):
        base = alt.Chart(alt.sequence(0, ROWS, as_="row"))
        for name, expression in {
            "from": f"max({starts[kind]}, datum.row * {per}) - datum.row * {per}",
            "to": f"min({ends[kind]}, datum.row * {per} + {per}) - datum.row * {per}",
            "top": "datum.row + 0.08", "bottom": "datum.row + 0.92",
        }.items():
            base = base.transform_calculate(**{name: expression})
        base = base.transform_filter("datum.to > datum.from")
        x = alt.X("from:Q", axis=None, scale=alt.Scale(domain=[0, per], nice=False))
        y = alt.Y("top:Q", axis=None, scale=alt.Scale(domain=[-6.2, ROWS], reverse=True, nice=False))
        return base.mark_rect(color=KINDS[kind]).encode(x=x, x2="to:Q", y=y, y2="bottom:Q")

    one = alt.Chart(pd.DataFrame({"n": [0]}))
    acted = "(round(1000 * base * recall) + round(1000 * (1 - base) * hit))"
    sentences = [
        ("format(round(1000 * base * recall), 'd') + ' caught'", charts.ACCENT, "bold"),
        ("format(round(1000 * (1 - base) * hit), 'd') + ' wrongly hit'", charts.BAD, "bold"),
        ("format(round(1000 * base) - round(1000 * base * recall), 'd') + ' missed, of 1,000'", charts.SECOND, "bold"),
        (f"{acted} > 0 ? 'Of 100 acted on, ' + format(100 * round(1000 * base * recall) / {acted}, '.0f') + "
         "' are positive' : 'Nothing is acted on'", charts.INK, "normal"),
        ("'Letting all pass: ' + format(100 * (1 - base), '.1f') + '% accurate'", charts.INK, "normal"),
    ]
    marks = []
    for line, (text, color, weight) in enumerate(sentences):
        mark = one.transform_calculate(text=text).mark_text(
            align="left", baseline="top", color=color, fontWeight=weight, fontSize=13 if line < 3 else 12
        )
        marks.append(mark.encode(x=alt.value(0), y=alt.value(17 * line), text="text:N"))
    counts, here = found.whole, [piece(kind) for kind in KINDS]
    return charts.figure(
        alt.layer(*here, *marks).add_params(*_sliders(found)).properties(width="container", height=350),
        "thousand-items",
        f"{_thousand_point(found)} A thousand items stand in twenty rows of fifty. Of {found.per:,} items "
        f"{counts['caught']:,} are positive and caught, {counts['missed']:,} positive and missed, {counts['hit']:,} "
        "negative and wrongly hit. Sliders move the base rate, the recall and the share of negatives hit.",
    )


def _thousand_point(found: Study) -> str:
    """What an alarm is worth at the base rate of the stream."""
    if math.isnan(found.precision.value):
        return "At this threshold nothing is acted on."
    return (
        f"Where {_rate(found.rate)} of 100 items are positive and {hundredth(found.recall.value)} of 100 of those are "
        f"caught, {within(found.precision)} of 100 acted on are positive."
    )


def _rate(share: float) -> str:
    """A base rate as a number of 100: two digits however rare."""
    return hundredth(share) if share >= 0.01 else f"{100 * share:.2g}" if share >= 1e-6 else "fewer than 0.0001"


def curves_figure(found: Study) -> alt.TopLevelMixin:
    """ROC on the left, precision and recall on the right; one slider for the base rate, one for the threshold."""
    s = found.scores
    yes = np.concatenate([np.cumsum(s.bin_positives[::-1])[::-1], [0.0]]) / s.bin_positives.sum()
    no = np.concatenate([np.cumsum(s.bin_negatives[::-1])[::-1], [0.0]]) / s.bin_negatives.sum()
    step = float(f"{(s.most[-1] - s.least[0]) / 200:.1g}")
    first, last = math.floor(s.least[0] / step) * step, float(s.most[-1])
    # Every place the slider can stop at, and more where few scores lie and a curve is long.
    stops = np.searchsorted(s.least, np.arange(first, last, step) - 1e-9)
    even = np.linspace(0, 1, PLACES // 2)
    bends = [len(side) - 1 - np.searchsorted(side[::-1], even, side="right").clip(1) + 1 for side in (yes, no)]
    places = np.unique(np.concatenate([*bends, stops, [found.place]]).clip(0, s.bin_count - 1))
    rows = pd.DataFrame({
        "score": np.where(places == found.place, found.threshold, s.least[places]),
        "recall": yes[places], "hit": no[places],
    }).round(6)
    scores = [charts.slider("base", "Base rate", round(found.rate, 4), 0.005, 0.6, 0.001),
              charts.slider("cut", "Threshold", found.threshold, first, last, step)]
    precision = "base * datum.recall / (base * datum.recall + (1 - base) * datum.hit)"
    base = alt.Chart(rows).transform_calculate(precision=precision, right=f"datum.recall + {SHIFT}")
    ticks = [0, 0.5, 1]
    axis = alt.Axis(
        values=[*ticks, *(tick + SHIFT for tick in ticks)], tickCount=6, grid=True, labelOverlap=False,
        # On a phone the end of one axis would touch the beginning of the other.
        labelExpr=f"width < 420 && abs(datum.value - {1 + SHIFT / 2 - 0.5}) < 0.2 ? '' : "
        f"format(datum.value > 1.1 ? datum.value - {SHIFT} : datum.value, '.0%')",
    )
    x = alt.X("hit:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, 1 + SHIFT], nice=False))
    y = alt.Y("recall:Q", title=None, axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
              scale=alt.Scale(domain=[0, 1.3], nice=False))
    roc = base.mark_line(color=charts.ACCENT, interpolate="step-before").encode(x=x, y=y, order="score:Q")
    curve = base.mark_line(color=charts.SECOND, clip=True).encode(x="right:Q", y="precision:Q", order="score:Q")
    coin = alt.Chart(pd.DataFrame({"x": [0, 1], "y": [0, 1]})).mark_line(
        color=charts.MUTED, strokeDash=[5, 4], strokeWidth=1.5).encode(x="x:Q", y="y:Q")
    floor = alt.Chart(pd.DataFrame({"x": [SHIFT], "x2": [1 + SHIFT]})).transform_calculate(y="base").mark_rule(
        color=charts.MUTED, strokeDash=[5, 4], strokeWidth=1.5).encode(x="x:Q", x2="x2:Q", y="y:Q")
    here = (
        base.transform_filter("datum.score >= cut - 1e-9").transform_aggregate(first="argmin(score)")
        .transform_filter("isValid(datum.first)")
        .transform_calculate(
            hit="datum.first.hit", recall="datum.first.recall", right="datum.first.right",
            # Again, from the slider: the first row stays the first when the base rate moves, and is not sent on.
            precision=precision.replace("datum.", "datum.first."),
            roc="format(datum.first.recall, '.0%') + ' caught'",
            roc2="'at ' + format(datum.first.hit, '.1%') + ' hit'",
            pr="format(datum.precision, '.0%') + ' right'",
            pr2="'at ' + format(datum.first.recall, '.0%') + ' caught'",
        )
    )
    layers = [coin, floor, roc, curve]
    for across, up, color in (("hit", "recall", charts.ACCENT), ("right", "precision", charts.SECOND)):
        layers.append(here.mark_point(size=130, shape="diamond", color=color).encode(x=f"{across}:Q", y=f"{up}:Q"))
    heads = [("ROC", "roc", "roc2", 0, charts.ACCENT), ("Precision, recall", "pr", "pr2", SHIFT, charts.SECOND)]
    for head, first, second, left, color in heads:
        place = alt.X("place:Q", title=None)
        titled = here.transform_calculate(place=str(left), head=f"'{head}'")
        for line, (text, weight) in enumerate(((head, "bold"), (first, "normal"), (second, "normal"))):
            field = "head" if text == head else text
            layers.append(
                titled.mark_text(align="left", baseline="top", color=color, fontWeight=weight)
                .encode(x=place, y=alt.value(17 * line), text=f"{field}:N")
            )
    return charts.figure(
        alt.layer(*layers).add_params(*scores).properties(width="container", height=320),
        "roc-and-precision",
        f"{_rates_point(found)} Two curves of the same scores. Left, ROC: at the threshold "
        f"{of_100(found.recall.value)} positives are caught and {of_100(found.hit_share.value)} negatives hit, at any "
        "base rate; right, precision against recall. Sliders move the base rate and the threshold; only the right "
        "curve moves with the base rate.",
    )


def _rates_point(found: Study) -> str:
    """What the same threshold is worth at two base rates."""
    if math.isnan(found.precision.value):
        return "At this threshold nothing is acted on."
    there, text = found.elsewhere, f"Of 100 acted on, {within(found.precision)} are positive at a base rate of"
    rates = _rate(found.rate), _rate(there.rate)
    if rates[0] == rates[1]:
        return f"{text} {rates[0]} of 100."
    return f"{text} {rates[0]} of 100, {within(there.precision)} at {rates[1]} of 100."


def calibration_figure(found: Study) -> alt.TopLevelMixin:
    """What came true by tenth of the score, with intervals, against what the score says."""
    s, table = found.scores, found.reliability
    span = (float(s.least[0]), float(s.most[-1])) if s.rescaled else (0.0, 1.0)
    rows = pd.DataFrame({
        "score": span[0] + (span[1] - span[0]) * table.p, "rate": table.rate, "low": table.low, "high": table.high,
    })
    x = alt.X("score:Q", title="Score", scale=alt.Scale(domain=list(span), nice=False))
    y = alt.Y("rate:Q", title=f"Share that is {s.positive}", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    layers = []
    if not s.rescaled:
        diagonal = pd.DataFrame({"score": [0.0, 1.0], "rate": [0.0, 1.0]})
        layers.append(alt.Chart(diagonal).mark_line(color=charts.MUTED, strokeDash=[5, 4], strokeWidth=1.5)
                      .encode(x=x, y=y))
        name = pd.DataFrame({"score": [0.44], "rate": [0.52], "text": ["if it were a chance"]})
        layers.append(alt.Chart(name).mark_text(align="right", color=charts.MUTED, dy=-6)
                      .encode(x=x, y=y, text="text:N"))
    base = alt.Chart(rows)
    layers.append(base.mark_rule(color=charts.ACCENT, strokeWidth=3, opacity=0.55).encode(
        x=x, y=alt.Y("low:Q", title=f"Share that is {s.positive}"), y2="high:Q"))
    layers.append(base.mark_point(color=charts.ACCENT, size=90).encode(x=x, y=y))
    top = table.iloc[-1]
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=280),
        "score-and-truth",
        f"{top_range(s, table)} Share of items labeled so by tenth of the score, with 95% intervals; the "
        f"highest one in use has {plural(int(top.rows), 'item')}.",
    )


def slices_figure(found: Study) -> alt.TopLevelMixin:
    """Missed and wrongly hit in each slice, with intervals; below, what the worst would be if all were equal.

    ValueError: the file has no slices.
    """
    if not found.slices:
        raise ValueError("The file has no slices to draw.")
    lines = [(one.name, one.recall.rest(), one.hit, one) for one in found.slices]
    chance = "worst of them, if all were equal"
    missed = found.worst_recall[1].rest() if found.worst_recall else None
    hit = found.worst_hit[1] if found.worst_hit else None
    if missed or hit:
        lines.append((chance, missed, hit, None))
    # The words stand where the two marks are furthest apart.
    apart = [abs(one.recall.rest().value - one.hit.value) for one in found.slices]
    worded = int(np.argmax(np.nan_to_num(apart)))
    rows = [
        {"slice": name, "what": what if one else f"{what} ", "value": share.value, "low": share.low, "high": share.high,
         "text": f"{100 * share.value:.0f}" + (f" of 100 {what}" if line == worded else "")}
        for line, (name, *shares, one) in enumerate(lines)
        for what, share in zip(("missed", "wrongly hit"), shares, strict=True)
        if share is not None and share.value == share.value
    ]
    kinds = ["missed", "wrongly hit", "missed ", "wrongly hit "]
    color = alt.Color("what:N", legend=None, scale=alt.Scale(
        domain=kinds, range=[charts.SECOND, charts.BAD, charts.MUTED, charts.MUTED]))
    shape = alt.Shape("what:N", legend=None, scale=alt.Scale(
        domain=kinds, range=["circle", "diamond", "circle", "diamond"]))
    order = [name for name, *__ in lines]
    y = alt.Y("slice:N", axis=None, sort=order)
    base = alt.Chart(pd.DataFrame(rows))
    axis = alt.Axis(format="%")
    x = alt.X("low:Q", title="Share of its positives missed, of its negatives hit", axis=axis,
              scale=alt.Scale(domainMin=0))
    line = base.mark_rule(strokeWidth=3, opacity=0.55).encode(x=x, x2="high:Q", y=y, color=color)
    point = base.mark_point(size=90, opacity=1).encode(x="value:Q", y=y, color=color, shape=shape)
    text = base.mark_text(dy=15).encode(x="value:Q", y=y, text="text:N", color=color)
    names = alt.Chart(pd.DataFrame({"slice": order})).mark_text(align="left", dy=-17, fontWeight="bold").encode(
        x=alt.value(0), y=y, text="slice:N")
    told = _told(found)
    known = [one for one in found.slices if one is not told and not math.isnan(one.recall.value + one.hit.value)]
    said = "; ".join(
        f"{one.name}: {of_100(1 - one.recall.value)} missed, {of_100(one.hit.value)} wrongly hit" for one in known[:8]
    )
    return charts.figure(
        alt.layer(line, point, text, names).properties(width="container", height=alt.Step(58)),
        "errors-by-slice",
        f"{_slices_point(found)} Errors by slice, with 95% intervals, above what the worst slice would show by "
        f"chance.{f' {said}.' if said else ''}",
    )


def _told(found: Study) -> Slice | None:
    """The slice of which the title speaks: one that misses more before one that is hit more."""
    return next((one for one in found.flagged if one.misses_more), next(iter(found.flagged), None))


def _slices_point(found: Study) -> str:
    """Which slice has more errors than the others beyond chance, as an interval for all comparisons at once says."""
    told = _told(found)
    if told is None:
        judged = sum(one.judged for one in found.slices)
        if not judged:
            return "No slice has rows enough to be compared with the others."
        return f"Of {plural(judged, 'slice')} with rows enough, none has more errors than the others beyond chance."
    errors, kind, of = (
        (told.recall.rest(), "missed", "positives") if told.misses_more else (told.hit, "wrongly hit", "negatives")
    )
    more = len(found.flagged) - 1
    also = f"; {plural(more, 'other slice')} stand{'s' if more == 1 else ''} out, too" if more else ""
    return f"In {short(told.name)} more is {kind} than elsewhere: {within(errors)} of 100 {of}{also}."


def worst_figure(found: Study) -> alt.TopLevelMixin:
    """The worst of k equal slices by k; sliders: rows of a slice and the true share. Normal quantiles, exact in k."""
    sizes = [one.positives for one in found.slices] or [found.scores.positive_count // 4]
    # Both within the reach of their sliders.
    rows, true = min(max(int(np.median(sizes)), 10), 500), min(max(round(100 * found.recall.value) / 100, 0.5), 0.99)
    sliders = [
        charts.slider("rows", "Positives in each slice", rows, 10, 500, 5),
        charts.slider("all", "True recall of every slice", true, 0.5, 0.99, 0.01),
    ]
    base = alt.Chart(alt.sequence(1, 21, as_="k"))
    # P(lowest of k > t) = P(one > t) ** k, so the q-quantile of the lowest is that of one at 1 − (1 − q) ** (1 / k).
    for name, q in (("low", LEVEL), ("mid", 0.5), ("high", 1 - LEVEL)):
        quantile = f"all + sqrt(all * (1 - all) / rows) * quantileNormal(1 - pow({1 - q:.9g}, 1 / datum.k))"
        base = base.transform_calculate(**{name: f"min(1, max(0, {quantile}))"})
    x = alt.X("k:Q", title="Slices looked at", scale=alt.Scale(domain=[1, 20], nice=False))
    y = alt.Y("mid:Q", title="Recall of the worst slice", axis=alt.Axis(format="%"),
              scale=alt.Scale(domain=[0.3, 1], nice=False))
    band = base.mark_area(color=charts.BAND, clip=True).encode(
        x=x, y=alt.Y("low:Q", title="Recall of the worst slice", scale=alt.Scale(domain=[0.3, 1], zero=False)),
        y2="high:Q")
    line = base.mark_line(color=charts.ACCENT, clip=True).encode(x=x, y=y)
    truth = base.transform_filter("datum.k == 1").mark_rule(color=charts.MUTED, strokeDash=[5, 4]).encode(
        y=alt.Y("truth:Q", title="Recall of the worst slice")).transform_calculate(truth="all")
    words = base.transform_filter("datum.k == 20").transform_calculate(
        text="'the worst of 20: ' + format(datum.mid, '.0%') + ', from ' + format(datum.low, '.0%') + ' to ' + "
        "format(datum.high, '.0%')",
        place="datum.low",
    ).mark_text(align="right", dy=18, color=charts.ACCENT).encode(x=x, y="place:Q", text="text:N")
    # Half of all such twenty are worse, half better.
    half = NormalDist().inv_cdf(1 - 0.5 ** (1 / 20))
    worst_of_20 = min(1.0, max(0.0, true + (true * (1 - true) / rows) ** 0.5 * half))
    return charts.figure(
        alt.layer(band, truth, line, words).add_params(*sliders).properties(width="container", height=260),
        "worst-of-several",
        f"If every slice truly has a recall of {true:.0%}, the worst of 20 shows {worst_of_20:.0%} or less in every "
        f"second review. The line is the middle of what the worst of so many slices shows, with {rows} positives in "
        "each, and the band holds nine reviews of ten: the more slices you look at, the worse the worst one is, by "
        "chance alone. Sliders move the rows of a slice and the true recall.",
    )
