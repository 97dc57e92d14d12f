"""The charts of the notebook, with sliders computed in the page."""

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts, proportions
from mlpm.autonomy.figures import BAND, HEIGHT, percent_axis
from mlpm.phrases import euros, of_100, plural
from mlpm.redteam.campaign import CONFIDENCE, Campaign
from mlpm.redteam.layers import Layers
from mlpm.redteam.learner import Lock
from mlpm.redteam.loss import Exposure

LEAST, MOST = 5, 300
# The share at which the bounds leave the plot.
TOP = 0.4
# Tries of the curves, and between two points of one.
LONGEST, STEP = 600, 20
LEAKS = range(10, 101, 10)


def attempts_figure(campaign: Campaign) -> alt.TopLevelMixin:
    """The largest share left open by n attempts: silent and alone, silent with other classes, one success; sliders."""
    weak = campaign.weakest
    tried = min(max(weak.tried, LEAST), MOST)
    classes = len(campaign.classes)
    sliders = [
        charts.slider("tried", "Attempts in a class", tried, LEAST, MOST, 1),
        charts.slider("classes", "Classes of attack", classes, 1, 20, 1),
    ]
    n = np.arange(LEAST, MOST + 1)
    frame = pd.DataFrame({"n": n, "one": proportions.largest_share(np.ones(len(n)), n, campaign.confidence)})
    error = f"{1 - campaign.confidence:.9g}"
    base = alt.Chart(frame).transform_calculate(
        alone=f"1 - pow({error}, 1 / datum.n)", many=f"1 - pow({error} / classes, 1 / datum.n)"
    )
    x = alt.X("n:Q", title="Attempts in a class", scale=alt.Scale(domain=[0, MOST], nice=False))
    y = alt.Y("share:Q", title="May still succeed, at most", axis=alt.Axis(format="%", values=[0, 0.1, 0.2, 0.3, 0.4]))
    y = y.scale(domain=[0, TOP * HEIGHT / (HEIGHT - BAND)], nice=False)
    layers = []
    # Dashed and on top: with six classes it lies on the line of one success.
    for place, (name, called, color, dash) in enumerate((
        ("one", "'one success: '", charts.BAD, [1, 0]),
        ("many", "'none, all of ' + classes + ' at once: '", charts.SECOND, [5, 4]),
        ("alone", "'none, one class alone: '", charts.ACCENT, [1, 0]),
    )):
        one = base.transform_calculate(share=f"datum.{name}")
        shown = one.transform_filter(f"datum.share <= {TOP}")
        layers.append(shown.mark_line(color=color, strokeDash=dash).encode(x=x, y=y))
        at = one.transform_filter("datum.n == tried")
        shown = at.transform_filter(f"datum.share <= {TOP}")
        layers.append(shown.mark_point(color=color, size=110, opacity=1).encode(x=x, y=y))
        layers.append(charts.said(at, f"{called} + format(100 * datum.share, '.1f') + ' of 100'", place, color))
    return charts.figure(
        alt.layer(*layers).add_params(*sliders).properties(width="container", height=HEIGHT),
        "attempts-and-bound",
        f"{_attempts_point(campaign)} The lines are the largest share of attacks that may still succeed, by attempts "
        "in a class: without a success if the class stands alone, or is one of several that are all to hold, and "
        "after one success. Sliders set attempts and classes.",
    )


def _attempts_point(campaign: Campaign) -> str:
    """What the class tried least leaves open."""
    weak = campaign.weakest
    seen = f"with {plural(weak.hits, 'success', 'successes')}" if weak.hits else "without a success"
    return (
        f"After {plural(weak.tried, 'attempt')} {seen}, at most {_bound(campaign.alone(weak))} of 100 attacks like "
        f"them succeed, at {100 * campaign.confidence:.4g}% confidence."
    )


def _bound(share: float) -> str:
    """A bound as a number of 100: one decimal, or two digits where that would leave none."""
    return f"{100 * share:.1f}" if share >= 0.01 else f"{100 * share:.2g}"


def learner_figure(lock: Lock, leak: float, tries: int) -> alt.TopLevelMixin:
    """The share of attackers who are in by a try: who draws, who learns; sliders for the leak and the tries."""
    start = min(LEAKS, key=lambda step: abs(step - 100 * leak))
    at = int(min(max(round(tries / STEP) * STEP, STEP), LONGEST))
    sliders = [
        charts.slider("leak", "Answers that give something away, of 100", start, LEAKS[0], LEAKS[-1], 10),
        charts.slider("tries", "Tries", at, STEP, LONGEST, STEP),
    ]
    steps = np.arange(STEP, LONGEST + 1, STEP)
    rows = [
        {"leaks": step, "n": int(n), "chance": chance}
        for step in LEAKS
        for n, chance in zip(steps, lock.learned(step / 100, LONGEST)[steps - 1], strict=True)
    ]
    x = alt.X("n:Q", title="Tries", scale=alt.Scale(domain=[0, LONGEST], nice=False))
    y = percent_axis("Attackers who are in")
    learned = alt.Chart(pd.DataFrame(rows)).transform_filter("datum.leaks == leak")
    drawn = alt.Chart(alt.sequence(STEP, LONGEST + 1, STEP, as_="n")).transform_calculate(
        chance=f"1 - pow(1 - {lock.share:.9g}, datum.n)"
    )
    layers = []
    for place, (base, called, color, dash) in enumerate((
        (learned, "who learns: ", charts.BAD, [1, 0]), (drawn, "who draws: ", charts.ACCENT, [5, 4]),
    )):
        layers.append(base.mark_line(color=color, strokeDash=dash).encode(x=x, y=y))
        point = base.transform_filter("datum.n == tries")
        layers.append(point.mark_point(color=color, size=110, opacity=1).encode(x=x, y=y))
        text = f"'{called}' + format(100 * datum.chance, '.0f') + ' of 100 in by try ' + tries"
        layers.append(charts.said(point, text, place, color))
    chance = lock.learned(start / 100, at)[-1]
    return charts.figure(
        alt.layer(*layers).add_params(*sliders).properties(width="container", height=HEIGHT),
        "drawn-and-learned",
        f"By try {at}, {of_100(lock.drawn(at))} attackers who draw are in, and {of_100(chance)} who learn from {start} "
        "of 100 answers. The lines are the share of attackers who have found a way in, by number of tries: who draws "
        "attacks at random, and who keeps what an answer gave away. Sliders set what answers give away, and the tries.",
    )


def layers_figure(layers: Layers) -> alt.TopLevelMixin:
    """Attempts of 1,000 past one filter, past two that fail apart, past two as counted; sliders."""
    first, second = (round(100 * share, 1) for share in (layers.first / layers.tried, layers.passes))
    sliders = [
        charts.slider("first", "Past the first filter, of 100", first, 0, 50, 0.5),
        charts.slider("second", "Past the second, of 100", second, 0, 50, 0.5),
        charts.slider("too", "Of 100 past the first: past both", round(100 * layers.passes_too, 1), 0, 100, 0.1),
    ]
    names = ["first filter only", "both, if apart", "both, counted"]
    base = (
        alt.Chart(pd.DataFrame({"way": names, "place": [0, 1, 2]}))
        .transform_calculate(
            past="datum.place == 0 ? 10 * first : datum.place == 1 ? first * second / 10 : first * too / 10"
        )
        .transform_calculate(text="format(datum.past, '.0f')")
    )
    y = alt.Y("way:N", title=None, sort=names, axis=alt.Axis(labelLimit=160, minExtent=112))
    x = alt.X("past:Q", title="Past the filters, of 1,000 attempts", axis=alt.Axis(format="d"))
    colors = alt.Scale(domain=names, range=[charts.MUTED, charts.GOOD, charts.BAD])
    bars = base.mark_bar().encode(y=y, x=x, color=alt.Color("way:N", scale=colors, legend=None))
    words = base.mark_text(align="left", dx=6, fontWeight="bold").encode(y=y, x=x, text="text:N")
    # Room for the words behind the longest bar.
    room = base.transform_aggregate(top="max(past)").transform_calculate(past="datum.top * 1.2")
    past = f"{1000 * layers.first / layers.tried:.3g}"
    return charts.figure(
        alt.layer(bars, words, room.mark_point(opacity=0).encode(x=x))
        .add_params(*sliders)
        .properties(width="container", height=alt.Step(44)),
        "layers-with-a-shared-hole",
        f"{_layers_point(layers)} The bars are attempts of 1,000 that get past the filters: {past} past the first, "
        f"then past both if they failed apart, and past both as counted on {plural(layers.tried, 'attempt')}. Sliders "
        "set how much gets past each, and how much of it past both.",
    )


def _layers_point(layers: Layers) -> str:
    """How many get past both, and whether that is more than filters that fail apart would let past."""
    both, low, high = (f"{1000 * share:.0f}" for share in (
        layers.both / layers.tried, *proportions.wilson(layers.both, layers.tried)))
    apart = 1000 * layers.apart / layers.tried
    alone = f"{apart:.0f}" if apart >= 0.5 else "fewer than 1"
    text = f"Of 1,000 attempts {both} ({low} to {high}) get past both filters"
    if layers.by_chance < 1 - CONFIDENCE:
        return f"{text}; if these failed apart it would be {alone}."
    return f"{text}, not told from the {alone} if these failed apart."


def gone_figure(exposure: Exposure, bearable: float) -> alt.TopLevelMixin:
    """Euros that one way in costs by hours until it is stopped, and a year of them on average; sliders."""
    sliders = [
        charts.slider("cap", "Euros that one action may move", exposure.cap, 5, 500, 5),
        charts.slider("limit", "Actions an hour", exposure.limit, 1, 60, 1),
        charts.slider("people", "People a year who learn", exposure.learners, 0, 24, 1),
        charts.slider("ways", "Of 100 of them get in unseen", round(100 * exposure.way_in, 2), 0, 100, 0.01),
        charts.slider("hours", "Hours until it is stopped", exposure.notice, 0.5, 12, 0.5),
    ]
    base = alt.Chart(alt.sequence(0, 12.01, 0.5, as_="time")).transform_calculate(
        once="cap * limit * datum.time", year="people * ways / 100 * cap * limit * datum.time"
    )
    x = alt.X("time:Q", title="Hours until it is stopped", scale=alt.Scale(domain=[0, 12], nice=False))
    y = alt.Y("gone:Q", title="Euros", axis=alt.Axis(format=",d"))
    layers = []
    for place, (name, called, color) in enumerate((
        ("once", "one way in, at most: ", charts.BAD), ("year", "a year, on average: ", charts.SECOND),
    )):
        one = base.transform_calculate(gone=f"datum.{name}")
        layers.append(one.mark_line(color=color).encode(x=x, y=y))
        at = one.transform_filter("datum.time == hours")
        layers.append(at.mark_point(color=color, size=110, opacity=1).encode(x=x, y=y))
        layers.append(charts.said(at, f"'{called}€' + format(datum.gone, ',.0f')", place, color))
    line = alt.Chart(pd.DataFrame({"gone": [bearable]}))
    layers.append(line.mark_rule(strokeDash=[5, 4]).encode(y=y))
    layers.append(
        line.transform_calculate(text=f"'bearable: €' + format({bearable:.9g}, ',.0f')")
        .mark_text(align="left", dx=4, dy=-8, color=charts.MUTED).encode(x=alt.value(0), y=y, text="text:N")
    )
    # Keeps the words above the lines.
    room = base.transform_aggregate(top="max(once)", other="max(year)").transform_calculate(
        gone=f"max(datum.top, datum.other, {bearable:.9g}) * {HEIGHT / (HEIGHT - BAND):.3f}"
    )
    layers.append(room.mark_point(opacity=0).encode(y=y))
    return charts.figure(
        alt.layer(*layers).add_params(*sliders).properties(width="container", height=HEIGHT),
        "what-can-go",
        f"{_gone_point(exposure, bearable)} The lines are euros gone by hours until it is stopped, beside what is "
        f"bearable; a year of them costs {euros(exposure.learned)} on average. Sliders set the cap, actions an hour, "
        "people, their chance and the hours.",
    )


def _gone_point(exposure: Exposure, bearable: float) -> str:
    """What one way in costs at most, beside what can be borne."""
    hours = "1 hour" if exposure.notice == 1 else f"{exposure.notice:g} hours"
    after = f"after {hours}" if exposure.notice else "at once"
    side = "above" if exposure.gone > bearable else "within"
    cost = f"at most {euros(exposure.gone)}, {side} the {euros(bearable)} bearable"
    return f"Stopped {after}, one way in has cost {cost}."
