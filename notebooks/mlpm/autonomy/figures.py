"""The charts of the notebook: steps in a row, pass^k, the cost of each way. Sliders are computed in the page."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.autonomy.ladder import ALONE, PERSON, Action, Ladder
from mlpm.phrases import euros, hundredth, listed, of_100, plural, short
from mlpm.reliability import Chain, Repeats, Step, in_a_row

HEIGHT = 300
# Room for words above the plot, in pixels.
BAND = 64
MOST_STEPS = 40


def percent_axis(title: str) -> alt.Y:
    y = alt.Y("chance:Q", title=title, axis=alt.Axis(format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1]))
    return y.scale(domain=[0, HEIGHT / (HEIGHT - BAND)], nice=False)


def chain_figure(step: Step, steps: int) -> alt.TopLevelMixin:
    """A task of 1 to 40 steps: right without a check, right with one, and wrong without anybody knowing; sliders."""
    sliders = [
        charts.slider("right", "Steps right at the first try, of 100", round(100 * step.right, 3), 80, 99.9, 0.1),
        charts.slider("seen", "Wrong steps that the check flags, of 100", round(100 * step.noticed, 3), 0, 100, 5),
        charts.slider("stay", "Failures with a cause that stays, of 100", round(100 * step.stubborn, 3), 0, 100, 5),
        charts.slider("again", "Tries after the first", step.retries, 0, 4, 1),
        charts.slider("at", "Steps of the task", steps, 1, MOST_STEPS, 1),
    ]
    tries = "(abs(1 - {g}) < 1e-9 ? again + 1 : (1 - pow({g}, again + 1)) / (1 - {g}))"
    alarm = f"{step.false_alarm:g}"
    base = (
        alt.Chart(alt.sequence(1, MOST_STEPS + 1, 1, as_="steps"))
        .transform_calculate(stays="(1 - right / 100) * stay / 100")
        .transform_calculate(p="datum.stays < 1 ? right / 100 / (1 - datum.stays) : 0")
        .transform_calculate(g=f"datum.p * {alarm} + (1 - datum.p) * seen / 100", h="seen / 100")
        .transform_calculate(t=tries.format(g="datum.g"), u=tries.format(g="datum.h"))
        .transform_calculate(
            good=f"(1 - datum.stays) * datum.t * datum.p * (1 - {alarm})",
            bad="(1 - seen / 100) * ((1 - datum.stays) * datum.t * (1 - datum.p) + datum.stays * datum.u)",
        )
        .transform_calculate(
            plain="pow(right / 100, datum.steps)",
            checked="pow(datum.good, datum.steps)",
            silent="datum.bad * (datum.good > 1 - 1e-9 ? datum.steps : "
            "(1 - pow(datum.good, datum.steps)) / (1 - datum.good))",
        )
    )
    x = alt.X("steps:Q", title="Steps in a row", scale=alt.Scale(domain=[0, MOST_STEPS], nice=False))
    layers = []
    for place, (name, called, color) in enumerate((
        ("checked", "check and tries: right in", charts.GOOD),
        ("plain", "no check: right in", charts.ACCENT),
        ("silent", "check: wrong, unseen, in", charts.BAD),
    )):
        one = base.transform_calculate(chance=f"datum.{name}")
        layers.append(one.mark_line(color=color).encode(x=x, y=percent_axis("Tasks")))
        at = one.transform_filter("datum.steps == at")
        layers.append(at.mark_point(color=color, size=110, opacity=1).encode(x=x, y=percent_axis("Tasks")))
        layers.append(charts.said(at, f"'{called} ' + format(100 * datum.chance, '.0f') + ' of 100'", place, color))
    whole = Chain(step, steps)
    return charts.figure(
        alt.layer(*layers).add_params(*sliders).properties(width="container", height=HEIGHT),
        "steps-in-a-row",
        f"Of tasks of {plural(steps, 'step')}, each right in {100 * step.right:.3g} of 100, "
        f"{of_100(in_a_row(step.right, steps))} come out right unchecked. The lines are shares of tasks by number of "
        f"steps. With the check and its tries {of_100(whole.right)} are right, {of_100(whole.wrong)} wrong without "
        "anybody knowing. Sliders move all five numbers.",
    )


def pass_figure(repeats: Repeats, always: float, rest: float) -> alt.TopLevelMixin:
    """pass^k as measured with its interval, what the average alone would promise, and a mix with two sliders."""
    sliders = [
        charts.slider("sure", "Tasks solved always, of 100", round(100 * always, 3), 0, 100, 5),
        charts.slider("odd", "All others: solved, of 100 runs", round(100 * rest, 3), 0, 100, 5),
    ]
    rows = []
    for k in range(1, repeats.runs + 1):
        low, high = repeats.interval(k)
        rows.append({"k": k, "measured": repeats.at(k), "low": low, "high": high, "alike": repeats.if_alike(k)})
    frame = pd.DataFrame(rows)
    base = alt.Chart(frame)
    x = alt.X("k:Q", title="Times in a row", axis=alt.Axis(values=frame["k"].tolist(), format="d"))
    x = x.scale(domain=[0.7, repeats.runs + 0.3], nice=False)
    y = percent_axis("Tasks solved every time")
    span = base.mark_rule(color=charts.ACCENT, strokeWidth=6, opacity=0.3).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    dots = base.transform_calculate(chance="datum.measured").mark_point(color=charts.ACCENT, opacity=1).encode(x=x, y=y)
    alike = base.transform_calculate(chance="datum.alike")
    dashed = alike.mark_line(color=charts.BAD, strokeDash=[5, 4]).encode(x=x, y=y)
    mix = base.transform_calculate(chance="sure / 100 + (1 - sure / 100) * pow(odd / 100, datum.k)")
    curve = mix.mark_line(color=charts.SECOND).encode(x=x, y=y)
    last = f"datum.k == {repeats.runs}"
    words = [
        charts.said(
            base.transform_filter(last),
            "'measured: ' + format(100 * datum.measured, '.0f') + ' of 100 (' + format(100 * datum.low, '.0f') + "
            "' to ' + format(100 * datum.high, '.0f') + ')'", 0, charts.ACCENT,
        ),
        charts.said(
            mix.transform_filter(last),
            "'mix: ' + format(100 * datum.chance, '.0f') + ' of 100, once ' + "
            "format(sure + (1 - sure / 100) * odd, '.0f')", 1, charts.SECOND,
        ),
        charts.said(
            alike.transform_filter(last), "'all alike: ' + format(100 * datum.chance, '.0f') + ' of 100'", 2, charts.BAD
        ),
    ]
    return charts.figure(
        alt.layer(span, dashed, curve, dots, *words)
        .add_params(*sliders)
        .properties(width="container", height=HEIGHT),
        "pass-hat-k",
        f"{_pass_point(repeats)} Share of tasks solved k times of k, on {plural(repeats.number, 'task')}, with its "
        f"95% interval; were all tasks alike, it would be {of_100(repeats.if_alike(repeats.runs))} at the end. Two "
        "sliders set a mix of tasks.",
    )


def _pass_point(repeats: Repeats) -> str:
    """How many tasks are solved once, and how many every time."""
    low, high = repeats.interval(repeats.runs)
    every = f"{of_100(repeats.at(repeats.runs))} ({hundredth(low)} to {hundredth(high)})"
    if repeats.runs == 1:
        return f"Solved once are {every} tasks."
    return f"Solved once are {of_100(repeats.at(1))} tasks, {repeats.runs} times in a row {every}."


def ways_figure(ladder: Ladder, action: Action) -> alt.TopLevelMixin:
    """Euros of one request by each way, the cheapest marked; sliders for amount, errors and the better approval."""
    wrong = action.upper if action.share is None else action.share
    best = max(ladder.approvals, key=lambda one: one.caught)
    sliders = [
        charts.slider("amount", "Euros moved on average", round(action.amount, 2), 0, 400, 5),
        charts.slider("wrong", "Wrong proposals, of 1,000", round(1000 * wrong, 1), 0, 150, 1),
        charts.slider("caught", f"Caught by {best.name}, of 100", round(100 * best.caught, 1), 0, 100, 5),
        charts.slider("took", f"Seconds of {best.name}", best.seconds, 0, 600, 10),
    ]
    rows = [{"way": ALONE, "price": 0.0, "kept": 1.0, "best": False}]
    for one in ladder.approvals:
        rows.append(
            {"way": one.name, "price": one.price(ladder.hourly), "kept": 1 - one.caught, "best": one is best}
        )
    rows.append({"way": PERSON, "price": ladder.person, "kept": 0.0, "best": False})
    base = (
        alt.Chart(pd.DataFrame(rows))
        .transform_calculate(harm=f"wrong / 1000 * (amount + {ladder.extra:g})")
        .transform_calculate(
            cost=f"datum.best ? took / 3600 * {ladder.hourly:g} + datum.harm * (1 - caught / 100) : "
            "datum.price + datum.harm * datum.kept"
        )
        .transform_joinaggregate(least="min(cost)")
        .transform_calculate(chosen="datum.cost <= datum.least + 1e-9")
    )
    names = [row["way"] for row in rows]
    y = alt.Y("way:N", title=None, sort=names, axis=alt.Axis(labelLimit=130))
    x = alt.X("cost:Q", title="Euros a request", scale=alt.Scale(nice=True, zero=True), axis=alt.Axis(format=",.1f"))
    bars = base.mark_bar().encode(
        y=y, x=x, color=alt.condition("datum.chosen", alt.value(charts.GOOD), alt.value(charts.MUTED))
    )
    # Words inside the plot's left edge would collide with short bars: they follow the bar, within the padding.
    text = base.transform_calculate(text="'€' + format(datum.cost, ',.2f')").mark_text(
        align="left", dx=6, fontWeight="bold"
    ).encode(y=y, x=x, text="text:N")
    room = base.transform_aggregate(top="max(cost)").transform_calculate(cost="datum.top * 1.3")
    spacer = room.mark_point(opacity=0).encode(x=x)
    costs = ladder.costs(action, wrong)
    rest = ", ".join(f"{short(name)} {euros(cost)}" for name, cost in costs.items())
    return charts.figure(
        alt.layer(bars, text, spacer).add_params(*sliders).properties(width="container", height=36 * len(rows)),
        "cost-of-each-way",
        f"{_ways_point(action.name, costs)} Euros of one request by each way, at {1000 * wrong:.3g} wrong proposals in "
        f"1,000: {rest}. Sliders move amount, errors, and what the most careful approval catches.",
    )


def _ways_point(name: str, costs: dict[str, float]) -> str:
    """The cheapest way; those of one price together."""
    price = euros(min(costs.values()))
    cheapest = [short(way, 24) for way, cost in costs.items() if euros(cost) == price]
    if len(cheapest) == 1:
        return f"Cheapest for {short(name)} is {cheapest[0]} at {price} a request."
    ways = listed(cheapest) if len(cheapest) == 2 else f"{len(cheapest)} of {len(costs)} ways"
    return f"Cheapest for {short(name)} are {ways}, at {price} a request."
