"""The charts of the requirements notebook. The one with sliders computes in the page, without Python."""

import altair as alt
import pandas as pd
from scipy import stats

from mlpm import charts
from mlpm.phrases import listed, of_100, plural
from mlpm.proportions import CONFIDENCE
from mlpm.requirements.study import Study

HEIGHT = 260
COLORS = {"holds": charts.GOOD, "open": charts.MUTED, "misses": charts.BAD}
SAYS = {"holds": "holds", "open": "cannot tell", "misses": "misses"}
Z = stats.norm.isf((1 - CONFIDENCE) / 2)


def _log_factorial(x: str) -> str:
    """Stirling's series to the third term as a Vega expression: off by less than 0.06% from 1 on, exact at 0."""
    series = f"{x} * log({x}) - {x} + 0.5 * log(6.283185307 * {x}) + 1 / (12 * {x}) - 1 / (360 * pow({x}, 3))"
    return f"({x} < 0.5 ? 0 : {series})"


LEAST = f"ceil(n * line / 100 + {Z:.9g} * sqrt(n * line / 100 * (1 - line / 100)) - 0.000000001)"


def _passes(base: alt.Chart) -> alt.Chart:
    """The chance to pass at each `p` (of 100) in the data, for the sliders: `sum` of one slice, `all` of all slices."""
    share = "clamp(datum.p / 100, 0.000000001, 0.999999999)"
    term = (
        f"exp({_log_factorial('n')} - {_log_factorial('datum.k')} - {_log_factorial('(n - datum.k)')}"
        f" + datum.k * log({share}) + (n - datum.k) * log(1 - {share}))"
    )
    return (
        base.transform_calculate(k=f"sequence(min({LEAST}, n), n + 1)")
        .transform_flatten(["k"])
        .transform_calculate(term=f"datum.k >= {LEAST} ? {term} : 0")
        .transform_aggregate(sum="sum(term)", groupby=["p"])
        .transform_calculate(all="100 * pow(min(datum.sum, 1), slices)")
    )


def gate_figure(study: Study) -> alt.TopLevelMixin:
    """The chance to pass by how good the model truly is, and both errors; sliders for items, line, truth and slices."""
    move = [
        charts.slider("n", "Items judged, in each slice", study.judged, 20, 2000, 10),
        charts.slider("line", "Line, of 100", round(100 * study.line), 50, 99, 1),
        charts.slider("truth", "Truly right, of 100", round(100 * study.hoped, 1), 50, 100, 0.5),
        charts.slider("slices", "Slices that must all pass", 1, 1, 12, 1),
    ]
    low = alt.ExprRef("max(line - (100 - line), 0)")
    x = alt.X("p:Q", title="Of 100 items, truly right", scale=alt.Scale(domainMin=low, domainMax=100, nice=False))
    y = alt.Y("all:Q", title="Of 100 such models, pass", scale=alt.Scale(domain=[0, 100], nice=False))
    grid = (
        alt.Chart(alt.sequence(0, 81, as_="i"))
        .transform_calculate(p="max(line - (100 - line), 0) + datum.i / 80 * (100 - max(line - (100 - line), 0))")
    )
    curve = _passes(grid)
    wrong = [
        curve.transform_filter("datum.p <= line").mark_area(color=charts.BAD, opacity=0.35).encode(x=x, y=y),
        curve.transform_filter("datum.p >= line").transform_calculate(top="100")
        .mark_area(color=charts.SECOND, opacity=0.22).encode(x=x, y=y, y2="top:Q"),
    ]
    here = _passes(alt.Chart(alt.Data(values=[{"one": 1}])).transform_calculate(p="truth")).transform_calculate(
        needs=f"{LEAST} > n ? 'no ' + n + ' items can show it' : 'needs ' + {LEAST} + ' of ' + n",
        says="'truly ' + format(truth, '.3~f') + ': ' + format(datum.all, '.0f') + ' of 100 pass'",
    )
    point = here.mark_point(size=130, shape="diamond", color=charts.ACCENT).encode(x=x, y=y)
    words = [
        here.mark_text(align="left", fontWeight="bold", color=color)
        .encode(x=alt.value(8), y=alt.value(place), text=f"{name}:N")
        for name, place, color in (("needs", 14, charts.INK), ("says", 32, charts.ACCENT))
    ]
    at = alt.Chart(alt.Data(values=[{"one": 1}])).transform_calculate(p="line", text="'line ' + line")
    rule = at.mark_rule(strokeDash=[5, 4], color=charts.MUTED).encode(x=x)
    tag = at.mark_text(align="right", dx=-5, color=charts.MUTED).encode(x=x, y=alt.value(HEIGHT - 60), text="text:N")
    names = [
        at.mark_text(align=align, dx=dx, fontWeight="bold", color=color)
        .encode(x=x, y=alt.value(place), text=alt.value(text))
        for align, dx, color, place, text in (
            ("right", -5, charts.BAD, HEIGHT - 14, "bad ones pass"), ("left", 5, charts.SECOND, 56, "good ones"),
            ("left", 5, charts.SECOND, 73, "fail"),
        )
    ]
    passing = of_100(study.test.chance(study.hoped))
    return charts.figure(
        alt.layer(*wrong, curve.mark_line(color=charts.ACCENT).encode(x=x, y=y), rule, tag, *names, point, *words)
        .add_params(*move).properties(width="container", height=HEIGHT),
        "pass-or-fail",
        f"{passing[0].upper()}{passing[1:]} models that are truly at {100 * study.hoped:g} of 100 pass a test of "
        f"{plural(study.judged, 'item')}. How many of 100 models pass at a line of {of_100(study.line)}, by how "
        f"good they truly are: it takes {study.test.least or 'more than all'} right ones, and of models that are "
        f"on the line {of_100(study.test.chance(study.line))} pass. Sliders move items, line, truth and the number "
        "of slices.",
    )


def slices_figure(study: Study) -> alt.TopLevelMixin:
    """Each slice with its interval against the line, and all items together."""
    rows = [
        {"slice": row.slice, "share": 100 * row.right / row.judged, "low": 100 * row.low, "high": 100 * row.high,
         "text": f"{row.right} of {row.judged}: {SAYS[row.verdict]}", "verdict": row.verdict}
        for row in study.by_slice().itertuples()
    ]
    rows.append({
        "slice": "all", "share": 100 * study.right / study.judged, "low": 100 * study.low, "high": 100 * study.high,
        "text": f"{study.right} of {study.judged}: {SAYS[study.verdict]}", "verdict": study.verdict,
    })
    names = [row["slice"] for row in rows]
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y("slice:N", title=None, sort=names, axis=alt.Axis(minExtent=min(150, 7 * max(map(len, names))))),
        color=alt.Color(
            "verdict:N", legend=None, scale=alt.Scale(domain=list(COLORS), range=list(COLORS.values()))
        ),
    )
    bottom = 10 * int(min(row["low"] for row in rows) // 10)
    x = {
        name: alt.X(f"{name}:Q", title="Of 100 items, right", scale=alt.Scale(domain=[bottom, 100], nice=False))
        for name in ("share", "low", "line")
    }
    interval = base.mark_rule(strokeWidth=3).encode(x=x["low"], x2="high:Q")
    point = base.mark_point(size=90).encode(
        x=x["share"], shape=alt.Shape("verdict:N", legend=None, scale=alt.Scale(
            domain=list(COLORS), range=["circle", "square", "diamond"],
        )),
    )
    text = base.mark_text(align="left", dy=-14, fontWeight="bold").encode(x=alt.value(2), text="text:N")
    line = alt.Chart(pd.DataFrame({"line": [100 * study.line]})).mark_rule(strokeDash=[5, 4], color=charts.INK).encode(
        x=x["line"]
    )
    said = "; ".join(f"{row['slice']}: {row['text']}" for row in rows)
    return charts.figure(
        alt.layer(line, interval, point, text).properties(width="container", height=alt.Step(46)),
        "slices-against-the-line",
        f"{_slices_point(rows, study.line)} The share right in each slice with its 95% interval, against the line of "
        f"{of_100(study.line)}. {said}.",
    )


def _slices_point(rows: list[dict], line: float) -> str:
    """How many slices are on which side of the line."""
    slices = [row["verdict"] for row in rows[:-1]]
    kinds = {"holds": ("holds", "hold"), "open": ("cannot tell", "cannot tell"), "misses": ("misses", "miss")}
    count = {kind: slices.count(kind) for kind in kinds}
    said = [f"{number} {kinds[kind][number > 1]}" for kind, number in count.items() if number]
    return f"Against the line of {of_100(line)}, of {plural(len(slices), 'slice')} {listed(said)}."
