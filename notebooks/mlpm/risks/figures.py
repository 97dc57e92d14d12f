"""The charts of the four risks. The one with sliders computes in the page, without Python."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.phrases import of_100, plural
from mlpm.risks.bet import SAME
from mlpm.risks.order import Way
from mlpm.risks.study import Study
from mlpm.risks.words import act, money, signed

HEIGHT = 260


def knowing_figure(study: Study) -> alt.TopLevelMixin:
    """What it is worth to know about each risk: for certain, by the test at hand, and what that test costs."""
    table = study.bet.table()
    names = list(table["risk"])
    rows = [
        {"risk": row.risk, "perfect": row.perfect, "sample": row.sample, "cost": row.cost,
         "text": f"test {money(row.sample)}, costs {money(row.cost)}"}
        for row in table.itertuples()
    ]
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y("risk:N", sort=names, title=None, axis=alt.Axis(minExtent=78))
    )
    x = alt.X("perfect:Q", title="Worth knowing, €", axis=alt.Axis(format="~s"))
    perfect = base.mark_bar(height=18, color=charts.BAND).encode(x=x)
    sample = base.mark_bar(height=8, color=charts.ACCENT).encode(x="sample:Q")
    cost = base.mark_tick(thickness=3, size=22, color=charts.SECOND).encode(x="cost:Q")
    text = base.mark_text(align="left", dy=-18).encode(x=alt.value(0), text="text:N")
    said = "; ".join(
        f"{row.risk}: {money(row.perfect)} for certain, {money(row.sample)} by a test that costs {money(row.cost)}"
        for row in table.itertuples()
    )
    top = table.loc[table["perfect"].idxmax()]
    point = (
        f"Knowing about {top.risk} is worth most: {money(top.perfect)} for certain, {money(top['sample'])} by a test "
        f"for {money(top.cost)}."
    )
    if top.perfect < SAME:
        point = "No answer about one risk alone would change what you do."
    return charts.figure(
        alt.layer(perfect, sample, cost, text).properties(width="container", height=alt.Step(52)),
        "worth-knowing",
        f"{point} Bars show what it is worth to know about each risk before building. {said}. Pale: certainty; dark: "
        "the test at hand; orange mark: its cost.",
    )


def orders_figure(study: Study) -> alt.TopLevelMixin:
    """Every sequence of tests, in a row by the test it begins with; the best one marked."""
    ways = [way for way in study.ways if way.tests]
    best = max(study.ways, key=lambda way: way.value)
    names = sorted(study.bet.names, key=lambda name: -max(way.value for way in ways if way.tests[0] == name))
    rows = [{"first": f"{way.tests[0]} first", "value": way.value} for way in ways]
    order = [f"{name} first" for name in names]
    y = alt.Y("first:N", sort=order, title=None, axis=alt.Axis(minExtent=102))
    x = alt.X("value:Q", title="Expected value, tests paid, €", axis=alt.Axis(format="~s"))
    ticks = alt.Chart(pd.DataFrame(rows)).mark_tick(thickness=2, size=20, color=charts.ACCENT, opacity=0.75).encode(
        x=x, y=y
    )
    layers = [ticks]
    if best.tests:
        mark = alt.Chart(pd.DataFrame([{
            "first": f"{best.tests[0]} first", "value": best.value,
            "text": f"{' → '.join(best.tests)}: {signed(best.value)}",
        }]))
        layers += [
            mark.mark_point(shape="diamond", size=150, color=charts.SECOND).encode(x=x, y=y),
            mark.mark_text(align="right", dy=-19, fontWeight="bold", color=charts.SECOND).encode(
                x=alt.value({"expr": "width"}), y=y, text="text:N"
            ),
        ]
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=charts.MUTED).encode(x="value:Q")
    said = "; ".join(
        f"{name} first, at best {signed(max(way.value for way in ways if way.tests[0] == name))}" for name in names
    )
    return charts.figure(
        alt.layer(zero, *layers).properties(width="container", height=alt.Step(50)),
        "every-order",
        f"{_orders_point(study, best, len(ways))} Ticks are the expected values of all sequences of tests, each "
        f"stopped at the first no: {said}.",
    )


def _orders_point(study: Study, best: Way, count: int) -> str:
    """With which test the best sequence begins, and what it brings over no test."""
    untested = study.bet.now
    if best.value < untested + SAME:
        return f"Not one of {plural(count, 'sequence')} brings more than no test, which is worth {signed(untested)}."
    worth = f"{signed(best.value)}, against {signed(untested)} without a test"
    return f"The best of {plural(count, 'sequence')} begins with {best.tests[0]} and is worth {worth}."


def hundred_figure(study: Study) -> alt.TopLevelMixin:
    """What becomes of 100 such ideas under the best plan."""
    way = study.way
    rows = [
        {"fate": f"stopped by {name}", "ideas": 100 * stops, "kind": "stopped"}
        for name, stops in zip(way.tests, way.stops, strict=True)
    ]
    if not way.built:
        rows = [{"fate": "dropped", "ideas": 100.0, "kind": "stopped"}]
    else:
        rows += [
            {"fate": "built, fails", "ideas": 100 * (way.built - way.works), "kind": "fails"},
            {"fate": "built, works", "ideas": 100 * way.works, "kind": "works"},
        ]
    frame = pd.DataFrame(rows)
    base = alt.Chart(frame).encode(
        y=alt.Y("fate:N", sort=list(frame["fate"]), title=None, axis=alt.Axis(minExtent=130)),
        x=alt.X("ideas:Q", title="Of 100 such ideas", scale=alt.Scale(domain=[0, 100], nice=False)),
    )
    kinds = ["stopped", "fails", "works"]
    bars = base.mark_bar(height=18).encode(
        color=alt.Color("kind:N", sort=kinds, legend=None,
                        scale=alt.Scale(domain=kinds, range=[charts.MUTED, charts.BAD, charts.GOOD]))
    )
    text = base.mark_text(align="left", dx=6).encode(text=alt.Text("ideas:Q", format=".0f"))
    said = ", ".join(f"{row.fate}: {row.ideas:.0f}" for row in frame.itertuples())
    return charts.figure(
        alt.layer(bars, text).properties(width="container", height=alt.Step(32)),
        "hundred-ideas",
        f"{_hundred_point(study)} Bars show what becomes of 100 such ideas under the best plan. {said}.",
    )


def _hundred_point(study: Study) -> str:
    """How many are built and fail, beside building all of them."""
    way = study.way
    if not way.built:
        return f"The best plan builds none of 100 such ideas, of which {100 * way.lost:.0f} would have worked."
    fails = plural(round(100 * (way.built - way.works)), "failure")
    if not way.tests:
        return f"The best plan builds all of 100 such ideas untested, with {fails}."
    untested = round(100 * (1 - study.bet.joint))
    built = of_100(way.built)
    return f"Stopped at the first no, the best plan builds {built} such ideas, with {fails} instead of {untested}."


def beliefs_figure(study: Study) -> alt.TopLevelMixin:
    """Build now or ask first, by the belief in one risk; sliders for the others, the worth and false alarms."""
    bet, risk = study.bet, study.shown
    others = [other for other in bet.risks if other.name != risk.name]
    worth = bet.worth / 1000
    move = [
        *[charts.slider(other.name, f"{other.name.capitalize()}, of 100", round(100 * other.probability), 0, 100, 1)
          for other in others],
        charts.slider("worth", "Worth if all hold, € thousand", round(worth), 0, max(10, 5 * round(worth / 2)), 5),
        charts.slider("wrong", "Test says yes to a false one, of 100", round(100 * risk.false_alarm), 0,
               round(100 * risk.sensitivity), 1),
    ]
    product = " * ".join(f"{other.name} / 100" for other in others)
    least = ", ".join(f"{other.name} / 100" for other in others)
    joint = (
        f"{1 - bet.together:.9g} * datum.belief * {product} + {bet.together:.9g} * min(datum.belief, {least})"
    )
    cost, price, says = bet.cost / 1000, risk.cost / 1000, f"{risk.sensitivity:.9g}"
    gain = (
        f"max(0, worth * {says} * datum.joint - {cost:.9g} * datum.yes) + "
        f"max(0, worth * (1 - {says}) * datum.joint - {cost:.9g} * (1 - datum.yes)) - {price:.9g}"
    )

    def computed(rows) -> alt.Chart:
        return (
            alt.Chart(alt.Data(values=rows))
            .transform_calculate(joint=joint)
            .transform_calculate(yes=f"{says} * datum.belief + wrong / 100 * (1 - datum.belief)")
            .transform_calculate(
                value=f"datum.kind == 'build' ? worth * datum.joint - {cost:.9g} : {gain}"
            )
        )

    kinds = ["build", "ask"]
    # The whole height a reader can reach with the sliders as they stand: sure of everything, or of nothing.
    x = alt.X("belief:Q", title=f"Chance of {risk.name}", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("value:Q", title="Expected value, € thousand",
              scale=alt.Scale(domain=[-1.05 * cost, max(cost, worth - cost)], nice=False))
    color = alt.Color("kind:N", sort=kinds, legend=None,
                      scale=alt.Scale(domain=kinds, range=[charts.SECOND, charts.ACCENT]))
    lines = computed([{"kind": kind, "belief": share / 100} for kind in kinds for share in range(101)]).mark_line(
        clip=True
    ).encode(x=x, y=y, color=color, strokeDash=alt.StrokeDash("kind:N", sort=kinds, legend=None))
    here = computed([{"kind": kind, "belief": risk.probability} for kind in kinds]).transform_calculate(
        says="(datum.kind == 'build' ? 'build now: ' : 'ask first: ') + format(1000 * datum.value, '+,.0f')"
    )
    points = here.mark_point(size=110, clip=True).encode(
        x=x, y=y, color=color, shape=alt.Shape("kind:N", sort=kinds, legend=None)
    )
    texts = [
        here.transform_filter(alt.datum.kind == kind).mark_text(align="left", fontWeight="bold").encode(
            x=alt.value(8), y=alt.value(place), text="says:N", color=color
        )
        for kind, place in (("ask", 14), ("build", 32))
    ]
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=charts.MUTED).encode(y="value:Q")
    return charts.figure(
        alt.layer(zero, lines, points, *texts).add_params(*move).properties(width="container", height=HEIGHT),
        "build-or-ask",
        f"With {risk.name} at {of_100(risk.probability)}, asking first is worth "
        f"{signed(bet.now + bet.sample(risk) - risk.cost)} and building now {signed(bet.build)}. The lines are the "
        f"expected values of building now and of testing {risk.name} first, by the chance that {risk.name} holds; best "
        f"of all: {act(study.plan.first)}. Sliders move the other risks, the worth and the false yeses.",
    )
