"""The charts of the evals notebook. Those with sliders compute in the page, without Python."""

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.evals import correct
from mlpm.evals.correct import Z, kappa_at
from mlpm.evals.study import Study
from mlpm.evals.wording import many
from mlpm.phrases import plural, short, within

MOST = 10  # types drawn; the table has all


def _rate(name: str) -> alt.X:
    return alt.X(f"{name}:Q", title="Of 100 answers, good", scale=alt.Scale(domain=[0, 100], nice=False))


def correction_figure(found: Study) -> alt.TopLevelMixin:
    """The judge's word and the corrected rate; sliders: pass rate, both rates, answers read of either kind, judged."""
    tpr = round(100 * found.tpr.value) if found.tpr.value == found.tpr.value else 90
    tnr = round(100 * found.tnr.value) if found.tnr.value == found.tnr.value else 80
    sliders = [
        charts.slider("passed", "Of 100 answers, the judge passes", round(100 * found.raw.value), 1, 99, 1),
        charts.slider("tpr", "Of 100 good ones it passes", tpr, 50, 100, 1),
        charts.slider("tnr", "Of 100 bad ones it fails", tnr, 10, 100, 1),
        charts.slider("good", "Good ones read", max(sum(found.good), 10), 10, 1000, 10),
        charts.slider("bad", "Bad ones read", max(sum(found.bad), 10), 10, 1000, 10),
        charts.slider("judged", "Answers judged", found.stream, 100, 10000, 100),
    ]
    data = alt.Chart(alt.Data(values=[{"one": 1}]))
    base = (
        data.transform_calculate(p="passed / 100", t="tpr / 100", s="tnr / 100")
        .transform_calculate(power="datum.t + datum.s - 1")
        .transform_calculate(
            vp="datum.p * (1 - datum.p) / judged", vt="datum.t * (1 - datum.t) / good",
            vs="datum.s * (1 - datum.s) / bad", top="datum.p + datum.s - 1",
        )
        # Fieller's interval (1954) of the ratio: the roots of a x² − 2 b x + c; none where a is not positive.
        .transform_calculate(
            a=f"pow(datum.power, 2) - {Z**2} * (datum.vs + datum.vt)",
            b=f"datum.top * datum.power - {Z**2} * datum.vs",
            c=f"pow(datum.top, 2) - {Z**2} * (datum.vp + datum.vs)",
        )
        .transform_calculate(
            sound="datum.power > 0 && datum.a > 0",
            root="sqrt(max(pow(datum.b, 2) - datum.a * datum.c, 0))",
            raw="100 * datum.p", rawhalf=f"100 * {Z} * sqrt(datum.vp)",
        )
        .transform_calculate(
            rate="min(max(100 * datum.top / max(datum.power, 0.01), 0), 100)",
            low="datum.sound ? min(max(100 * (datum.b - datum.root) / datum.a, 0), 100) : 0",
            high="datum.sound ? min(max(100 * (datum.b + datum.root) / datum.a, 0), 100) : 100",
            rawlow="max(datum.raw - datum.rawhalf, 0)",
            rawhigh="min(datum.raw + datum.rawhalf, 100)",
            rawsaid="'the judge says ' + format(datum.raw, '.0f')",
        )
        .transform_calculate(
            said="datum.sound ? 'corrected ' + format(datum.rate, '.0f') + ' (' + format(datum.low, '.0f') + ' to ' + "
            "format(datum.high, '.0f') + ')' : 'cannot be corrected: any share'",
        )
    )
    layers = []
    for y, low, value, high, said, color, shape, shown in (
        (52, "rawlow", "raw", "rawhigh", "rawsaid", charts.MUTED, "circle", "true"),
        (122, "low", "rate", "high", "said", charts.ACCENT, "diamond", "datum.sound"),
    ):
        place = alt.value(y)
        layers.append(base.mark_rule(strokeWidth=4, opacity=0.55, color=color).encode(
            x=_rate(low), x2=f"{high}:Q", y=place))
        layers.append(base.transform_filter(shown).mark_point(size=130, color=color, shape=shape, opacity=1).encode(
            x=_rate(value), y=place))
        layers.append(base.mark_text(align="left", x=0, dy=-20, fontWeight="bold", color=color).encode(
            y=place, text=f"{said}:N"))
    bar = alt.Chart(pd.DataFrame({"bar": [100 * found.required], "text": [f"required {100 * found.required:g}"]}))
    layers.append(bar.mark_rule(color=charts.SECOND, strokeDash=[5, 4], strokeWidth=2).encode(x=_rate("bar")))
    layers.append(bar.mark_text(align="right", dx=-6, y=8, color=charts.SECOND).encode(x=_rate("bar"), text="text:N"))
    rate = within(found.rate) if found.rate.possible else "no number at all"
    return charts.figure(
        alt.layer(*layers).add_params(*sliders).properties(width="container", height=160),
        "corrected-pass-rate",
        f"{_correction_point(found)} What the judge says, {within(found.raw)} of 100 good, and what is left after the "
        f"correction: {rate}; required are {100 * found.required:g}. Sliders move the judge's pass rate, its two "
        "rates and how many answers were read apart; the band they move is a formula, Fieller's, and may be a point "
        "off the bootstrap.",
    )


def _correction_point(found: Study) -> str:
    """What is left of the judge's word, beside what is required."""
    if not found.rate.possible:
        return "This judge is too weak to correct: no number is left of its word."
    required = f"{100 * found.required:g} are required"
    return f"Of 100 answers {within(found.rate)} are good once the judge is corrected, and {required}."


def types_figure(found: Study) -> alt.TopLevelMixin:
    """Failures by type: those the judge fails and those it lets pass."""
    types = found.types[:MOST]
    rows = []
    for one in types:
        caught = one.rows - one.let_pass
        rows.append({"type": one.name, "what": "the judge fails", "start": 0, "end": caught})
        rows.append({"type": one.name, "what": "the judge lets pass", "start": caught, "end": one.rows})
    names = [one.name for one in types]
    y = alt.Y("type:N", axis=None, sort=names)
    x = alt.X("start:Q", title="Failures that people found", axis=alt.Axis(tickMinStep=1, format="d"))
    color = alt.Color("what:N", scale=alt.Scale(domain=["the judge fails", "the judge lets pass"],
                                                range=[charts.MUTED, charts.BAD]),
                      sort=["the judge fails", "the judge lets pass"])
    bars = alt.Chart(pd.DataFrame(rows)).mark_bar(height=16, cornerRadiusEnd=0).encode(
        x=x, x2="end:Q", y=y, color=color)
    texts = pd.DataFrame([
        {"type": one.name, "text": f"{one.name}: {one.rows}" + (f", {one.let_pass} pass" if one.let_pass else "")}
        for one in types
    ])
    text = alt.Chart(texts).mark_text(align="left", dy=-16, fontWeight="bold").encode(
        x=alt.value(0), y=y, text="text:N")
    said = "; ".join(f"{one.name} {one.rows}, of them {one.let_pass} let pass" for one in types)
    return charts.figure(
        alt.layer(bars, text).properties(width="container", height=alt.Step(46)),
        "failures-by-type",
        f"{_types_point(types)} Failures that people found, by what went wrong first, and whether the judge fails "
        f"them too: {said}.",
    )


def _types_point(types) -> str:
    """What goes wrong most, and how much of it the judge lets pass."""
    if not types:
        return "People found no failure."
    most = max(types, key=lambda one: one.rows)
    alike = sum(one.rows == most.rows for one in types)
    if alike > 1:
        return f"No type of failure is the most common: {alike} of {len(types)} have {most.rows} each."
    return f"Most failures are {short(most.name)}: {most.rows}, of which the judge lets {most.let_pass} pass."


def reading_figure(found: Study) -> alt.TopLevelMixin:
    """Answers to read against the width wanted, by each road."""
    rows = []
    names = {correct.BY_VERDICT: "by verdict", correct.ALONE: "no judge", correct.KNOWN: "known answers"}
    best, ends = found.shortest, []
    for margin in np.arange(0.02, 0.1001, 0.0025):
        for one in found.plan(float(margin)):
            place = {"margin": round(100 * float(margin), 2)}
            if one.count is not None:
                rows.append(place | {"road": names[one.road], "count": one.count})
            if best and one.road == best.road and one.high is not None:
                ends.append(place | {"low": one.low, "high": one.high})
    frame = pd.DataFrame(rows)
    order = list(names.values())
    color = alt.Color("road:N", sort=order, scale=alt.Scale(
        domain=order, range=[charts.ACCENT, charts.SECOND, charts.MUTED]))
    dash = alt.StrokeDash("road:N", sort=order, scale=alt.Scale(domain=order, range=[[1, 0], [6, 4], [2, 3]]),
                          legend=alt.Legend(symbolOpacity=1))
    base = alt.Chart(frame)
    x = alt.X("margin:Q", title="± of 100 answers", scale=alt.Scale(domain=[2, 10], nice=False))
    y = alt.Y("count:Q", title="Answers to read", scale=alt.Scale(type="log"), axis=alt.Axis(
        values=[10, 30, 100, 300, 1000, 3000, 10000], format=",d"))
    ends = pd.DataFrame(ends, columns=["margin", "low", "high"])
    band = alt.Chart(ends).mark_area(opacity=0.2, color=charts.ACCENT).encode(x=x, y="low:Q", y2="high:Q")
    line = base.mark_line().encode(x=x, y=y, color=color, strokeDash=dash)
    wanted = alt.Chart(pd.DataFrame({"margin": [100 * found.margin]})).mark_rule(
        color=charts.MUTED, strokeDash=[2, 3]).encode(x=x)
    said = ", ".join(f"{names[one.road]} {many(one)}" for one in found.readings if one.count is not None)
    return charts.figure(
        alt.layer(band, wanted, line).properties(width="container", height=260),
        "answers-to-read",
        f"{_reading_point(found, names)} How many answers people must read for a wanted width, by three ways of "
        f"choosing them. For plus or minus {100 * found.margin:g} of 100: {said or 'no number is enough'}. The band "
        "is the range of the shortest way, at the rates of 95 of 100 resamples.",
    )


def _reading_point(found: Study, names: dict) -> str:
    """The road that takes the fewest answers."""
    roads = [one for one in found.readings if one.count is not None]
    wanted = f"±{100 * found.margin:g} of 100"
    if not roads:
        return f"No number of answers is enough for {wanted}."
    least = min(roads, key=lambda one: one.count)
    return f"For {wanted} people read fewest answers by the road “{names[least.road]}”, {least.count:,.0f}."


def kappa_figure(found: Study) -> alt.TopLevelMixin:
    """Kappa of one judge against the share of good answers; sliders: its two rates."""
    tpr = round(100 * found.tpr.value) if found.tpr.value == found.tpr.value else 90
    tnr = round(100 * found.tnr.value) if found.tnr.value == found.tnr.value else 80
    sliders = [
        charts.slider("t", "Of 100 good ones the judge passes", tpr, 50, 100, 1),
        charts.slider("s", "Of 100 bad ones it fails", tnr, 10, 100, 1),
    ]
    share = np.linspace(0.01, 0.99, 99).round(2)
    passed = "(datum.g * t / 100 + (1 - datum.g) * (1 - s / 100))"
    chance = "(datum.g * datum.passed + (1 - datum.g) * (1 - datum.passed))"
    same = "(datum.g * t / 100 + (1 - datum.g) * s / 100)"

    def curve(frame: pd.DataFrame) -> alt.Chart:
        return (
            alt.Chart(frame).transform_calculate(passed=passed).transform_calculate(chance=chance, same=same)
            .transform_calculate(kappa="(datum.same - datum.chance) / (1 - datum.chance)", good="100 * datum.g")
        )

    x = alt.X("good:Q", title="Of 100 answers, good", scale=alt.Scale(domain=[0, 100], nice=False))
    y = alt.Y("kappa:Q", title="Kappa", scale=alt.Scale(domain=[0, 1], clamp=True))
    layers = [curve(pd.DataFrame({"g": share})).mark_line(color=charts.ACCENT).encode(x=x, y=y)]
    read = sum(found.good) / found.read
    places = [{"g": read, "name": "as read"}]
    if found.rate.possible and abs(found.rate.value - read) > 0.05:
        places.append({"g": min(max(found.rate.value, 0.01), 0.99), "name": "as they come"})
    for number, place in enumerate(places):
        point = curve(pd.DataFrame([place])).transform_calculate(
            text="datum.name + ': ' + format(datum.kappa, '.2f')")
        color = (charts.SECOND, charts.ACCENT)[number]
        shape = ("circle", "diamond")[number]
        right = place["g"] > 0.6
        layers.append(point.mark_point(size=120, color=color, shape=shape, opacity=1).encode(x=x, y=y))
        layers.append(point.mark_text(align="right" if right else "center", dx=-4 if right else 0,
                                      dy=22 if right else -14, color=color, fontWeight="bold").encode(
            x=x, y=y, text="text:N"))
    fixed = [kappa_at(one["g"], tpr / 100, tnr / 100) for one in places]
    said = " and ".join(f"{value:.2f} {one['name']}" for one, value in zip(places, fixed, strict=True))
    return charts.figure(
        alt.layer(*layers).add_params(*sliders).properties(width="container", height=240),
        "kappa-by-mix",
        f"By the mix of good and bad answers the same judge has a kappa of {said}. It passes {tpr} of 100 good answers "
        f"and fails {tnr} of 100 bad ones. Sliders move its two rates.",
    )


def pairs_figure(found: Study) -> alt.TopLevelMixin:
    """All comparisons, by what the two orders say."""
    p = found.pairs
    rows, start = [], 0
    kinds = (
        ("A in both orders", p.wins, charts.ACCENT), ("B in both orders", p.losses, charts.SECOND),
        ("tie in both", p.count - p.inconsistent - p.wins - p.losses, charts.MUTED),
        ("whatever comes first", p.first, charts.BAD), ("whatever comes second", p.second, charts.THIRD),
        ("winner and tie", p.half, charts.MUTED),
    )
    for name, count, color in kinds:
        rows.append({"name": name, "count": count, "text": f"{name}: {count}", "color": color})
        start += count
    frame = pd.DataFrame(rows)
    y = alt.Y("name:N", axis=None, sort=[row["name"] for row in rows])
    base = alt.Chart(frame)
    bars = base.mark_bar(height=14).encode(
        x=alt.X("count:Q", title="Comparisons", axis=alt.Axis(tickMinStep=1, format="d")), y=y,
        color=alt.Color("color:N", scale=None))
    text = base.mark_text(align="left", dy=-15, fontWeight="bold").encode(x=alt.value(0), y=y, text="text:N")
    said = ", ".join(f"{row['name']} {row['count']}" for row in rows)
    return charts.figure(
        alt.layer(bars, text).properties(width="container", height=alt.Step(42)),
        "comparisons-in-both-orders",
        f"Of {plural(p.count, 'comparison')} A wins {p.wins} in both orders and B {p.losses}; {p.inconsistent} hang on "
        "the order. Comparisons of versions A and B, by what the judge says when each is shown first once: "
        f"{said}.",
    )
