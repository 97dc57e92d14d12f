"""The charts of the review notebook."""

import math
from collections.abc import Sequence
from itertools import pairwise

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.phrases import listed, of_100, plural
from mlpm.review import queue
from mlpm.review.errors import Share
from mlpm.review.log import GRID, shown
from mlpm.review.study import Day, Findings

DAYS = 5  # shown of a backlog
MOST_AT_WORK = 60  # reviewers in the chart that sizes a queue

MODEL, DONE, OWN = "model alone", "reviewed as done", "own verdict first"
COLORS = {MODEL: charts.MUTED, DONE: charts.SECOND, OWN: charts.ACCENT}


def own_name(found: Findings) -> str:
    """What the repaired reviews are called: they judged first, or only those who read are left."""
    return OWN if "seen" in found.repairs else "those who read"


def _spread(values: Sequence[float], gap: float) -> list[float]:
    """Places for labels near these values, at least `gap` apart, in the same order."""
    order = np.argsort(values, kind="stable")
    places = np.array(values, dtype=float)
    for before, after in pairwise(order):
        places[after] = max(places[after], places[before] + gap)
    return places.tolist()


def errors_figure(found: Findings) -> alt.TopLevelMixin:
    """The share of wrong verdicts by score: the model, reviews as done, repaired reviews; with intervals."""
    own = own_name(found)
    rows = []
    for place, one in enumerate(found.errors[:-1]):
        middle = (found.log.edges[place] + found.log.edges[place + 1]) / 2
        shares: dict[str, Share | None] = {MODEL: one.model, DONE: one.done, own: one.own}
        rows += [
            {"score": middle, "band": one.label, "who": who, "wrong": share.value, "low": share.low, "high": share.high}
            for who, share in shares.items() if share is not None and share.trials
        ]
    frame = pd.DataFrame(rows)
    names = [name for name in (MODEL, DONE, own) if name in set(frame.who)]
    colors = [COLORS[MODEL], COLORS[DONE], COLORS[OWN]][: len(names)]
    top = min(1.0, float(frame.high.max()) * 1.08)
    x = alt.X("score:Q", title="Score of the model", scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("wrong:Q", title="Wrong verdicts", axis=alt.Axis(format="%")).scale(domain=[0, top], nice=False)
    scale, key = alt.Scale(domain=names, range=colors), alt.Legend(symbolStrokeWidth=0)
    base = alt.Chart(frame).encode(x=x, color=alt.Color("who:N", scale=scale, legend=key))
    layers = [
        base.mark_rule(strokeWidth=1.5).encode(y=alt.Y("low:Q", title="Wrong verdicts"), y2="high:Q"),
        # A line of its own for each: a dash in the legend would fray its symbols.
        *(alt.Chart(frame[frame.who == name]).mark_line(color=hue, strokeDash=dash).encode(x=x, y=y)
          for name, hue, dash in zip(names, colors, ([1, 0], [6, 3], [2, 2]), strict=False)),
        base.mark_point(opacity=1).encode(y=y, shape=alt.Shape("who:N", scale=alt.Scale(domain=names), legend=key)),
    ]
    said = "; ".join(
        f"{one.label}: model {one.model.value:.0%}, as done {one.done.value:.0%}"
        + (f", {own} {one.own.value:.0%}" if one.own is not None and one.own.trials else "")
        for one in found.errors[:-1] if one.model.trials and one.done.trials
    )
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=290),
        "errors-by-score",
        f"{_errors_point(found)} Share of verdicts that are wrong by score of the model, with 95% intervals. {said}.",
    )


def _errors_point(found: Findings) -> str:
    """What reviews make of the model's errors, over all scores."""
    whole = found.errors[-1]
    if not (whole.model.trials and whole.done.trials):
        return "No item was judged by both the model and a reviewer."
    text = f"Wrong are {of_100(whole.model.value)} verdicts of the model, {100 * whole.done.value:.0f} reviewed as done"
    if whole.own is None or not whole.own.trials:
        return f"{text}."
    return f"{text}, {100 * whole.own.value:.0f} with the own verdict first."


def following_figure(found: Findings) -> alt.TopLevelMixin | None:
    """How often reviewers repeat the model's error, having seen its verdict or not; None if nobody can tell."""
    kinds = {"seen": "wrong_shown", "hidden": "wrong_own"}
    rows = [
        {"where": one.name, "kind": kind, "share": share.value, "low": share.low, "high": share.high,
         "text": f"{share.hits} of {share.trials}"}
        for one in found.following for kind, name in kinds.items() for share in [getattr(one, name)] if share.trials
    ]
    frame = pd.DataFrame(rows)
    if frame.empty or frame.kind.nunique() < 2:
        return None
    y = alt.Y("where:N", title=None, sort=[one.name for one in found.following], axis=alt.Axis(minExtent=70))
    offset = alt.YOffset("kind:N", sort=list(kinds), scale=alt.Scale(domain=list(kinds)))
    color = alt.Color("kind:N", legend=None, scale=alt.Scale(domain=list(kinds), range=[charts.SECOND, charts.ACCENT]))
    base = alt.Chart(frame).encode(y=y, yOffset=offset, color=color)
    title = "Repeats the model's error"
    x = alt.X("share:Q", title=title, axis=alt.Axis(format="%")).scale(domain=[0, 1])
    named = base.transform_filter(alt.datum.where == frame["where"][0])
    layers = [
        base.mark_rule(strokeWidth=3).encode(x=alt.X("low:Q", title=title), x2="high:Q"),
        base.mark_point(size=100, opacity=1).encode(x=x, shape=alt.Shape("kind:N", sort=list(kinds), legend=None)),
        base.transform_filter(alt.datum.where != frame["where"][0]).mark_text(align="left", dx=8).encode(
            x="high:Q", text="text:N"),
        named.transform_calculate(both="datum.text + ', ' + datum.kind").mark_text(
            align="left", dx=8, fontWeight="bold").encode(x="high:Q", text="both:N"),
    ]
    all_of = found.following[0]
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=alt.Step(24)),
        "following-the-model",
        f"Reviewers repeat {of_100(all_of.wrong_shown.value)} wrong verdicts they see, and give "
        f"{100 * all_of.wrong_own.value:.0f} of themselves. How often reviewers give the model's verdict where it is "
        f"wrong, with 95% intervals. With the verdict in sight {all_of.wrong_shown.hits} of "
        f"{all_of.wrong_shown.trials}, without it {all_of.wrong_own.hits} of {all_of.wrong_own.trials}.",
    )


def value_figure(found: Findings) -> alt.TopLevelMixin:
    """What a review of each band brings in euros an item, its cost taken off; the price of harm and the time move."""
    own, price = own_name(found), found.priced.harm
    sets = {DONE: found.gains} | ({own: found.repaired_gains} if found.repaired_gains else {})
    rows = [
        {"band": gain.label, "who": who, "mean": gain.mean / price, "low": gain.low / price, "high": gain.high / price}
        for who, gains in sets.items() for gain in gains if gain.mean is not None
    ] if price > 0 else []
    columns = ["band", "who", "mean", "low", "high"]
    frame = pd.DataFrame(rows, columns=columns)
    bands, names = [gain.label for gain in found.gains], list(sets)
    most = float(np.ceil(max(10.0, 3 * price)))
    worth = alt.param(name="worth", value=price, bind=alt.binding_range(
        min=0, max=most, step=most / 100, name="One unit of harm, euros "))
    takes = alt.param(name="takes", value=found.seconds, bind=alt.binding_range(
        min=5, max=max(300.0, math.ceil(2 * found.seconds)), step=5, name="A review, seconds "))
    used = (1 - found.inputs.away) * found.inputs.busy
    cost = f"takes / 3600 * {found.inputs.wage / used:.9g}"
    base = alt.Chart(frame).transform_calculate(
        net=f"datum.mean * worth - {cost}", least=f"datum.low * worth - {cost}", most=f"datum.high * worth - {cost}",
    ).encode(
        y=alt.Y("band:N", title="Score", sort=bands),
        yOffset=alt.YOffset("who:N", sort=names, scale=alt.Scale(domain=names)),
        color=alt.Color("who:N", scale=alt.Scale(domain=names, range=[charts.SECOND, charts.ACCENT][: len(names)])),
    )
    title = "Euros an item after the cost of the review"
    zero = alt.Chart(pd.DataFrame({"net": [0]})).mark_rule(color=charts.INK, strokeWidth=1.5).encode(x="net:Q")
    chart = alt.layer(
        zero,
        base.mark_rule(strokeWidth=3).encode(x=alt.X("least:Q", title=title), x2="most:Q"),
        base.mark_point(size=90, opacity=1).encode(
            x=alt.X("net:Q", title=title, axis=alt.Axis(format="+.1f")),
            shape=alt.Shape("who:N", scale=alt.Scale(domain=names)),
        ),
    )
    review = found.priced.review
    paying = listed([
        f"{sum(gain.low is not None and gain.low > review for gain in gains)} ({who})" for who, gains in sets.items()
    ])
    said = "; ".join(
        f"{who}: " + (", ".join(gain.label for gain in gains if gain.low is not None and gain.low > review) or "none")
        for who, gains in sets.items()
    )
    return charts.figure(
        chart.add_params(worth, takes).properties(width="container", height=alt.Step(19)),
        "worth-of-a-review",
        f"Of {plural(len(next(iter(sets.values()))), 'score band')} a review pays in {paying}. Euros that reviewing "
        "one item of each score band brings, the cost of the review taken off, with 95% intervals. Bands whose whole "
        f"interval is above zero: {said}. Sliders move the price of harm and the time.",
    )


def backlog_figure(found: Findings) -> alt.TopLevelMixin:
    """The fluid backlog over five days: today's band, the band to review on today's shifts, and on planned ones."""
    days: dict[str, Day] = {"today": found.now}
    if found.chosen is not None:
        days["band alone"] = found.narrowed
    days["band and shifts" if found.chosen is not None else "new shifts"] = found.planned
    hours = DAYS * 24
    rows = [
        {"hour": (hour + 1) / 24, "items": items, "plan": name}
        for name, one in days.items() for hour, items in enumerate(one.backlog.items[:hours])
    ]
    frame = pd.DataFrame(rows)
    top = max(1.0, float(frame["items"].max()))
    # Each line is named at its highest point of the last day.
    last = frame[frame.hour > DAYS - 1]
    named = last.loc[last.groupby("plan")["items"].idxmax()].set_index("plan").loc[list(days)].reset_index()
    named["place"] = _spread((named["items"] + 0.05 * top).tolist(), 0.085 * top)
    colors = [charts.BAD, charts.SECOND, charts.ACCENT] if len(days) == 3 else [charts.BAD, charts.ACCENT]
    color = alt.Color("plan:N", legend=None, scale=alt.Scale(domain=list(days), range=colors))
    x = alt.X("hour:Q", title="Day", axis=alt.Axis(values=list(range(DAYS + 1)), format="d")).scale(domain=[0, DAYS])
    chart = alt.layer(
        alt.Chart(frame).mark_line(strokeWidth=2).encode(
            x=x, y=alt.Y("items:Q", title="Items that wait", axis=alt.Axis(format=",d"))
            .scale(domain=[0, max(1.15 * top, float(named.place.max()) + 0.08 * top)], nice=False),
            color=color, strokeDash=alt.StrokeDash("plan:N", sort=list(days), legend=None),
        ),
        alt.Chart(named).mark_text(align="right", fontWeight="bold").encode(
            x=alt.value({"expr": "width"}), y="place:Q", text="plan:N", color=color),
    )
    grows = [f"{name} by {one.backlog.grows:,.0f} items a day" for name, one in days.items() if one.backlog.grows]
    said = f"It grows without end: {', '.join(grows)}." if grows else "It is worked off every day in all of them."
    peaks = ", ".join(f"{name} {one.backlog.items[:hours].max():,.0f}" for name, one in days.items())
    return charts.figure(
        chart.properties(width="container", height=260),
        "backlog-over-days",
        f"{_backlog_point(days)} Items that wait for a review, hour by hour over {DAYS} days from an empty start. "
        f"{said} Most that wait: {peaks}.",
    )


def _backlog_point(days: dict[str, Day]) -> str:
    """Whether what is done today ends, and whether another plan does."""
    name, one = next(iter(days.items()))
    if not one.backlog.grows:
        return f"The backlog of {name} is worked off every day."
    ends = [other for other, day in days.items() if not day.backlog.grows]
    text = f"The backlog of {name} grows by {one.backlog.grows:,.0f} items a day"
    return f"{text}; under “{ends[0]}” it is worked off." if ends else f"{text}, and no plan here ends it."


def shifts_figure(found: Findings) -> alt.TopLevelMixin:
    """Arrivals by hour against what people on shift can judge, today and as planned."""
    hours = np.arange(24)
    per = 3600 / found.seconds * (1 - found.inputs.away)
    bars = pd.DataFrame({"hour": hours, "end": hours + 0.92, "items": found.planned.arrivals, "zero": 0})
    steps = pd.DataFrame([
        {"hour": float(hour), "items": float(one.people[min(hour, 23)] * per), "plan": name}
        for name, one in (("today", found.now), ("planned", found.planned)) for hour in range(25)
    ])
    # Today is named where most people begin, the plan where most of them end.
    first, last = int(found.now.people.argmax()), 24 - int(found.planned.people[::-1].argmax())
    named = pd.DataFrame([
        {"hour": float(hour), "items": float(one.people.max() * per), "plan": name, "kind": kind}
        for hour, name, kind, one in (
            (first, "shifts today", "today", found.now), (last, "shifts planned", "planned", found.planned))
    ])
    top = max(float(bars["items"].max()), float(steps["items"].max()), 1.0)
    named["items"] = _spread(named["items"].tolist(), 0.07 * top)
    color = alt.Color("plan:N", legend=None, scale=alt.Scale(
        domain=["today", "planned", "shifts today", "shifts planned"],
        range=[charts.SECOND, charts.ACCENT, charts.SECOND, charts.ACCENT]))
    x = alt.X("hour:Q", title="Hour of the day", axis=alt.Axis(values=[0, 4, 8, 12, 16, 20, 24], format="d"))
    x = x.scale(domain=[0, 24])
    y = alt.Y("items:Q", title="Items an hour", axis=alt.Axis(format=",d")).scale(domain=[0, 1.2 * top], nice=False)
    chart = alt.layer(
        alt.Chart(bars).mark_rect(color=charts.BAND).encode(x=x, x2="end:Q", y=y, y2="zero:Q"),
        alt.Chart(steps).mark_line(interpolate="step-after").encode(
            x=x, y=y, color=color,
            strokeDash=alt.StrokeDash("plan:N", sort=["planned", "today"], legend=None)),
        *(alt.Chart(named).transform_filter(alt.datum.kind == kind)
          .mark_text(align=align, dx=dx, dy=-9, fontWeight="bold").encode(x=x, y=y, text="plan:N", color=color)
          for kind, align, dx in (("today", "left", 3), ("planned", "right", -3))),
    )
    hour, items = found.peak
    return charts.figure(
        chart.properties(width="container", height=240),
        "arrivals-and-shifts",
        f"Most items arrive from {hour} to {hour + 1} o'clock, {items:,.0f} of them. Items that arrive for review in "
        f"each hour, against what people on shift can judge: today {day_words(found.now)}, planned "
        f"{day_words(found.planned)}.",
    )


def day_words(one: Day) -> str:
    return ", ".join(f"{count} from {start} to {end}" for start, end, count in one.shifts)


def queue_figure(arrivals: float, seconds: float, within: float, busy: float, reviewers: int) -> alt.TopLevelMixin:
    """A steady queue by Erlang C in the page: share begun in time and share of time busy, by reviewers; four sliders.

    arrivals: an hour; within: minutes; busy: the highest share of time reviewers may be busy; reviewers: at the start.
    The Poisson terms that Erlang B is made of are summed over rows by a window, so no factorial leaves its logarithm.
    """
    most_arrivals = max(200.0, 10 * math.ceil(0.3 * arrivals))
    most = int(np.clip(1.6 * queue.load(most_arrivals, seconds), 20, MOST_AT_WORK))
    sliders = {
        "come": ("Items an hour ", arrivals, 1, most_arrivals, 1),
        "takes": ("Seconds a review ", seconds, 5, max(300.0, math.ceil(2 * seconds)), 1),
        "staff": ("Reviewers at work ", min(reviewers, most), 1, most, 1),
        "minutes": ("Begun within, minutes ", within, 1, max(240.0, within), 1),
    }
    params = [
        alt.param(name=name, value=value, bind=alt.binding_range(name=title, min=low, max=high, step=step))
        for name, (title, value, low, high, step) in sliders.items()
    ]
    rows = pd.DataFrame({"c": range(most + 1), "log_factorial": [math.lgamma(c + 1) for c in range(most + 1)]})
    base = (
        alt.Chart(rows)
        .transform_calculate(a="come * takes / 3600")
        .transform_calculate(term="exp(datum.c * log(datum.a) - datum.log_factorial - datum.a)")
        .transform_window(sort=[alt.SortField("c")], frame=[None, 0], below="sum(term)")
        .transform_filter("datum.c > 0")
        .transform_calculate(blocked="datum.term / datum.below", holds="datum.c > datum.a")
        .transform_calculate(
            waits="datum.holds ? datum.blocked / (1 - datum.a / datum.c * (1 - datum.blocked)) : 1")
        .transform_calculate(
            answered="datum.holds ? 1 - datum.waits * exp(-(datum.c - datum.a) * minutes * 60 / takes) : 0",
            busy="min(1, datum.a / datum.c)",
            mean="datum.waits * takes / (datum.c - datum.a)",
        )
    )
    x = alt.X("c:Q", title="Reviewers at work", axis=alt.Axis(format="d")).scale(domain=[0, most], nice=False)
    y = alt.Y("share:Q", title="Share", axis=alt.Axis(format="%")).scale(domain=[0, 1], nice=False)
    folded = base.transform_fold(["answered", "busy"], as_=["what", "share"])
    color = alt.Color("what:N", legend=None, scale=alt.Scale(
        domain=["answered", "busy"], range=[charts.ACCENT, charts.SECOND]))
    ends = folded.transform_filter(f"datum.c == {most}").transform_calculate(
        name="datum.what == 'busy' ? 'of the time busy' : 'of items begun in time'")
    here = base.transform_filter("datum.c == staff")
    say = here.transform_calculate(
        first="datum.holds ? format(datum.answered, '.1%') + ' begun within ' + minutes + ' min' : "
        "'unstable: the queue grows by'",
        second="datum.holds ? 'busy ' + format(datum.busy, '.0%') + ', mean wait ' + (datum.mean < 90 ? "
        "format(datum.mean, '.0f') + ' s' : format(datum.mean / 60, ',.0f') + ' min') : "
        "format(come - staff * 3600 / takes, ',.0f') + ' items an hour'",
    )
    layers = [
        alt.Chart(pd.DataFrame({"share": [busy]})).mark_rule(strokeDash=[5, 4], color=charts.MUTED).encode(y=y),
        folded.mark_line(interpolate="monotone", strokeWidth=1.75).encode(x=x, y=y, color=color),
        folded.mark_point(size=22, opacity=1).encode(x=x, y=y, color=color),
        here.mark_rule(color=charts.INK, strokeWidth=1.5).encode(x=x),
        folded.transform_filter("datum.c == staff").mark_point(size=120, shape="diamond", opacity=1).encode(
            x=x, y=y, color=color),
        ends.mark_text(align="right", dx=4, dy=-13, fontWeight="bold").encode(x=x, y=y, text="name:N", color=color),
        *(say.mark_text(align="right", fontWeight="bold", x={"expr": "width"}, y=place).encode(text=f"{name}:N")
          for name, place in (("first", 96), ("second", 114))),
    ]
    found = queue.wait(arrivals, seconds, min(reviewers, most))
    said = (
        f"{found.within(60 * within):.1%} are begun within {within:g} minutes and reviewers are busy {found.busy:.0%} "
        "of the time" if found.waits is not None else f"the queue grows by {found.grows:,.0f} items an hour"
    )
    begun, minutes = found.within(60 * within), f"{within:g} minute{'s' * (within != 1)}"
    point = f"With {plural(found.reviewers, 'reviewer')} "
    point += (
        f"{of_100(begun)} items are begun within {minutes}." if found.waits is not None
        else f"the queue grows by {found.grows:,.0f} items an hour."
    )
    return charts.figure(
        alt.layer(*layers).add_params(*params).properties(width="container", height=260),
        "queue-size",
        f"{point} Erlang C: with {arrivals:,.0f} items an hour, {seconds:g} seconds each and {found.reviewers} "
        f"reviewers at work {said}. Sliders move arrivals, seconds, reviewers and the time to begin.",
    )


def band_figure(found: Findings) -> alt.TopLevelMixin:
    """Items a day in a band against what reviewers have time for; sliders move the band and the paid hours."""
    log, inputs = found.log, found.inputs
    steps = pd.DataFrame({"score": np.arange(GRID) / GRID, "items": log.grid * found.items.sum() / log.weight})
    chosen = found.chosen
    low, high = (
        (log.edges[chosen.first], log.edges[chosen.last + 1]) if chosen else
        tuple(float(part) for part in inputs.reviewed.split("-"))
    )
    paid = float(found.planned.paid or 8)
    per = 3600 / found.seconds * (1 - inputs.away) * inputs.busy
    sliders = {
        "low": ("Band from ", low, 0, 1, 0.01), "high": ("Band to ", high, 0, 1, 0.01),
        "paid": ("Paid hours a day ", paid, 0, math.ceil(max(4 * paid, 40)), 1),
    }
    params = [
        alt.param(name=name, value=value, bind=alt.binding_range(name=title, min=least, max=most, step=step))
        for name, (title, value, least, most, step) in sliders.items()
    ]
    everything = float(found.items.sum())
    sums = (
        alt.Chart(steps)
        .transform_calculate(held="datum.score >= low - 0.001 && datum.score < high - 0.001 ? datum.items : 0")
        .transform_aggregate(held="sum(held)")
        .transform_calculate(
            work=f"datum.held + {inputs.other_per_day:g} + {inputs.audit:g} * ({everything:g} - datum.held)",
            able=f"paid * {per:.9g}",
        )
    )
    bars = sums.transform_fold(["work", "able"], as_=["what", "items"]).transform_calculate(
        name="datum.what == 'work' ? 'to review' : 'time for'",
        text="format(datum.items, ',.0f') + ' a day'",
    )
    names = ["to review", "time for"]
    y = alt.Y("name:N", title=None, sort=names, axis=alt.Axis(minExtent=60))
    top = max(3 * found.planned.work, 2 * found.now.work)
    x = alt.X("items:Q", title="Reviews a day, appeals and audit included", axis=alt.Axis(format=",d"))
    x = x.scale(domain=[0, top], nice=False, clamp=True)
    over = "datum.work - datum.able"
    say = sums.transform_calculate(says=(
        f"{over} <= 0 ? 'holds: ' + format(datum.held, ',.0f') + ' items of the band, ' + "
        "format(datum.work / datum.able, '.0%') + ' of the time' : "
        f"'does not hold: ' + format({over}, ',.0f') + ' a day too many'"
    ))
    layers = [
        bars.mark_bar(height=24).encode(x=x, y=y, color=alt.Color("name:N", legend=None, scale=alt.Scale(
            domain=names, range=[charts.SECOND, charts.ACCENT]))),
        bars.mark_text(align="left", dx=5).encode(x=x, y=y, text="text:N"),
        say.mark_text(align="left", baseline="bottom", fontWeight="bold").encode(
            x=alt.value(0), y=alt.value(-8), text="says:N"),
    ]
    held = float(steps["items"][(steps.score >= low - 0.001) & (steps.score < high - 0.001)].sum())
    return charts.figure(
        alt.layer(*layers).add_params(*params).properties(width="container", height=alt.Step(40)),
        "band-and-capacity",
        f"The band holds {held:,.0f} items a day, and {paid:g} paid hours have time for {paid * per:,.0f} reviews. "
        f"Reviews a day that a band from {shown(low)} to {shown(high)} asks for, {held:,.0f} items of its own, "
        f"against what {paid:g} paid hours have time for, {paid * per:,.0f}. Sliders move the band and the hours.",
    )
