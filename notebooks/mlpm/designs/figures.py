"""The charts of the designs notebook. Those with sliders compute in the page, without Python."""

from dataclasses import replace

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.designs.cities import Cities
from mlpm.designs.drafts import ACTS, Duel
from mlpm.designs.panel import METHODS, Panel
from mlpm.designs.switchback import Crowd, Switchback
from mlpm.phrases import listed

HEIGHT = 260


def says(data: alt.Chart, field: str, up: float, color: str, **options) -> alt.Chart:
    """A sentence of the data's one row, at the right end of the plot, `up` pixels from its top."""
    return data.mark_text(align="right", fontWeight="bold", color=color, **options).encode(
        x=alt.value({"expr": "width - 6"}), y=alt.value(up), text=f"{field}:N"
    )


def changes_figure(cities: Cities) -> alt.TopLevelMixin:
    """One dot a city: its change, in two rows, with each row's mean."""
    names = ["with the change", "without"]
    rows = pd.DataFrame([
        {"region": name, "change": float(change)}
        for name, group in zip(names, cities.changes, strict=True) for change in group
    ])
    y = alt.Y("region:N", sort=names, title=None, axis=alt.Axis(minExtent=105))
    color = alt.Color("region:N", sort=names, legend=None, scale=alt.Scale(range=[charts.ACCENT, charts.SECOND]))
    x = alt.X("change:Q", title="Change of a city, points", axis=alt.Axis(format="+.1f"))
    zero = alt.Chart(pd.DataFrame({"change": [0.0]})).mark_rule(color=charts.MUTED).encode(x="change:Q")
    dots = alt.Chart(rows).mark_point(size=90, opacity=0.75).encode(x=x, y=y, color=color)
    means = alt.Chart(pd.DataFrame({"region": names, "change": [cities.before_after, cities.trend]}))
    ticks = means.mark_tick(thickness=3, size=30, opacity=1).encode(x="change:Q", y=y, color=color)
    text = means.mark_text(dy=-24, fontWeight="bold").encode(
        x="change:Q", y=y, color=color, text=alt.Text("change:Q", format="+.1f")
    )
    overlap = "; the two rows overlap" if min(map(max, cities.changes)) >= max(map(min, cities.changes)) else ""
    spans = [f"{min(group):+.1f} to {max(group):+.1f}" for group in cities.changes]
    return charts.figure(
        alt.layer(zero, dots, ticks, text).properties(width="container", height=alt.Step(70)),
        "city-changes",
        f"With the change cities moved by {cities.before_after:+.1f} points, without it by {cities.trend:+.1f}. The "
        f"change of every city: with the change single cities moved by {spans[0]}, without it by {spans[1]}{overlap}.",
    )


def intervals_figure(cities: Cities) -> alt.TopLevelMixin:
    """The same estimate with its interval, by what is counted once; and what before/after would have claimed."""
    table = cities.intervals()
    endless = ~table[["low", "high"]].abs().lt(1e9).all(axis=1)
    table = table[~endless].assign(row=lambda rows: [f"{row.counted} ({row.number:,d})" for row in rows.itertuples()])
    order = list(table["row"])
    y = alt.Y("row:N", sort=order, title=None, axis=None)
    zero = alt.Chart(pd.DataFrame({"low": [0.0]})).mark_rule(color=charts.MUTED).encode(x="low:Q")
    base = alt.Chart(table).encode(y=y)
    color = alt.condition("datum.low > 0 || datum.high < 0", alt.value(charts.SECOND), alt.value(charts.ACCENT))
    span = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", title="Effect, points", axis=alt.Axis(format="+.1f"), scale=alt.Scale(padding=12)),
        x2="high:Q", color=color,
    )
    dots = base.mark_point(size=90, opacity=1).encode(x="estimate:Q", color=color)
    names = base.mark_text(align="left", dy=-15, color=charts.INK).encode(x=alt.value(0), text="row:N")
    claim = alt.Chart(pd.DataFrame({"claim": [cities.before_after], "text": ["before/after"]}))
    claimed = claim.mark_rule(color=charts.BAD, strokeDash=[5, 4]).encode(x="claim:Q")
    said = claim.mark_text(align="right", dx=-5, color=charts.BAD).encode(x="claim:Q", y=alt.value(8), text="text:N")
    told = sum(row.low > 0 or row.high < 0 for row in table.itertuples())
    words = listed([f"counting {row.counted}, {row.low:+.2f} to {row.high:+.2f}" for row in table.itertuples()])
    return charts.figure(
        alt.layer(zero, claimed, said, span, dots, names).properties(width="container", height=alt.Step(58)),
        "three-intervals",
        f"An effect of {cities.effect:+.2f} is told from zero in {told} of {len(table)} ways of counting. The effect "
        f"with its intervals: {words}. Before/after claims {cities.before_after:+.2f}.",
    )


def alarms_figure(alarms: dict[int, pd.Series], cities: int) -> alt.TopLevelMixin:
    """False alarms of 100 worlds without effect, by what is counted, for several numbers of treated cities."""
    order = list(METHODS.values())
    counts = sorted(alarms, reverse=True)
    names = [f"{treated} of {cities} cities" for treated in counts]
    rows = pd.DataFrame([
        {"method": METHODS[method], "treated": name, "of_100": 100 * share}
        for treated, name in zip(counts, names, strict=True) for method, share in alarms[treated].items()
    ])
    y = alt.Y("method:N", sort=order, title=None, axis=None)
    colors = [charts.ACCENT, charts.THIRD, charts.SECOND, charts.GOOD][:len(names)]
    shapes = ["circle", "square", "triangle-up", "diamond"][:len(names)]
    base = alt.Chart(rows).encode(
        x=alt.X("of_100:Q", title="False alarms in 100 worlds without effect", scale=alt.Scale(domainMin=0)), y=y,
    )
    dots = base.mark_point(size=100, opacity=1).encode(
        color=alt.Color("treated:N", sort=names, scale=alt.Scale(domain=names, range=colors)),
        shape=alt.Shape("treated:N", sort=names, scale=alt.Scale(domain=names, range=shapes)),
    )
    text = alt.Chart(pd.DataFrame({"method": order})).mark_text(align="left", dy=-15).encode(
        x=alt.value(0), y=y, text="method:N"
    )
    promised = alt.Chart(pd.DataFrame({"of_100": [5]})).mark_rule(color=charts.MUTED, strokeDash=[5, 4]).encode(
        x="of_100:Q")
    worst = round(100 * max(float(alarms[treated][method]) for treated in counts for method in METHODS))
    said = listed([
        f"{METHODS[method]}: " + ", ".join(f"{100 * alarms[treated][method]:.0f}" for treated in counts)
        for method in METHODS
    ])
    return charts.figure(
        alt.layer(promised, dots, text).properties(width="container", height=alt.Step(46)),
        "false-alarms",
        f"Up to {worst} of 100 worlds without effect raise an alarm, where 5 were promised. False alarms in 100 "
        f"worlds without effect, with {listed(names)} treated, the promise dashed. {said}.",
    )


def slope_figure(world: Panel, largest: float = 0.25, steps: int = 40) -> alt.TopLevelMixin:
    """Treated cities that drift away by themselves: what the estimate makes of it, and what a look at the weeks before
    sees of it; a slider moves the slope. A drift of the world beyond `largest` widens the slider."""
    largest = max(largest, world.drift)
    step = largest / steps
    grid = [replace(world, drift=round(i * step, 6), effect=0.0) for i in range(steps + 1)]
    rows = [
        {"slope": item.drift, "fakes": item.bias, "before": 100 * item.seen_before, "alarm": 100 * item.false_alarm}
        for item in grid
    ]
    start = round(world.drift / step) * step
    move = charts.slider("slope", "Drift, points a week", round(start, 6), 0, largest, round(step, 6))
    found = alt.Chart(alt.Data(values=rows)).transform_filter(f"abs(datum.slope - slope) < {step / 2:.9g}")
    found = found.transform_calculate(
        first="'fakes ' + format(datum.fakes, '.2f') + ' points'",
        second="'called significant: ' + format(datum.alarm, '.0f') + ' of 100'",
        third="'seen in the weeks before: ' + format(datum.before, '.0f') + ' of 100'",
    )
    weeks = [{"week": week, "kind": kind} for kind in ("with", "without") for week in range(1, world.weeks + 1)]
    top = world.level + largest * world.weeks
    y = alt.Y("rate:Q", title="Rate, points; nothing was changed", scale=alt.Scale(
        domain=[world.level - 0.5, world.level + 0.75 * (top - world.level)], nice=False, zero=False))
    x = alt.X("week:Q", title="Week", axis=alt.Axis(format="d"), scale=alt.Scale(domain=[1, world.weeks], nice=False))
    lines = (
        alt.Chart(alt.Data(values=weeks))
        .transform_calculate(rate=f"{world.level:.9g} + (datum.kind == 'with' ? slope * (datum.week - 1) : 0)")
        .mark_line(clip=True)
        .encode(x=x, y=y, color=alt.Color("kind:N", legend=None, scale=alt.Scale(
            domain=["with", "without"], range=[charts.ACCENT, charts.SECOND])), strokeDash=alt.StrokeDash(
            "kind:N", legend=None, scale=alt.Scale(domain=["with", "without"], range=[[1, 0], [6, 4]])))
    )
    launch = alt.Chart(pd.DataFrame({"week": [world.before + 0.5], "text": ["launch"]}))
    rule = launch.mark_rule(color=charts.MUTED, strokeDash=[3, 3]).encode(x="week:Q")
    name = launch.mark_text(align="right", dx=-5, color=charts.MUTED).encode(
        x="week:Q", y=alt.value(HEIGHT - 10), text="text:N")
    texts = [
        found.mark_text(align="left", fontWeight="bold", color=color).encode(
            x=alt.value(8), y=alt.value(up), text=f"{field}:N")
        for field, up, color in (("first", 14, charts.BAD), ("second", 32, charts.BAD), ("third", 50, charts.INK))
    ]
    flat = alt.Chart(pd.DataFrame({"week": [world.weeks], "rate": [world.level], "text": ["cities without"]}))
    texts.append(flat.mark_text(align="right", dx=-4, dy=16, fontWeight="bold", color=charts.SECOND).encode(
        x=x, y=y, text="text:N"))
    drifting = alt.Chart(alt.Data(values=[{"week": 0.8 * world.weeks}])).transform_calculate(
        rate=f"{world.level:.9g} + slope * (datum.week - 1)", text="'cities with'")
    texts.append(drifting.mark_text(align="right", dx=-8, dy=-8, fontWeight="bold", color=charts.ACCENT).encode(
        x=x, y=y, text="text:N"))
    shown = replace(world, drift=start)
    return charts.figure(
        alt.layer(rule, name, lines, *texts).add_params(move).properties(width="container", height=HEIGHT),
        "slope-slider",
        f"Without any effect, a drift of {start:.3f} points a week is called significant in "
        f"{100 * shown.false_alarm:.0f} of 100 worlds. It fakes {shown.bias:.2f} points in the treated cities, and a "
        f"test of the weeks before sees the drift in {100 * shown.seen_before:.0f} of 100. A slider moves the drift.",
    )


def crowd_figure(crowd: Crowd) -> alt.TopLevelMixin:
    """Answered messages by the share of buyers who get the new order; a slider moves the sellers' room."""
    low, high = min(crowd.sent_now, crowd.sent_new), max(crowd.sent_now, crowd.sent_new)
    least, most = min(round(0.85 * low), crowd.room), max(round(1.1 * high), crowd.room)
    move = charts.slider("room", "Room, messages of 100", crowd.room, least, most, 1)
    kinds = ["new order", "old order"]
    served = f"min(1, room / (datum.share * {crowd.sent_new:.9g} + (1 - datum.share) * {crowd.sent_now:.9g}))"
    per = f"(datum.kind == 'new order' ? {crowd.sent_new:.9g} : {crowd.sent_now:.9g})"
    rows = [{"share": i / 50, "kind": kind} for kind in kinds for i in range(51)]
    y = alt.Y("answered:Q", title="Answered of 100 messages", scale=alt.Scale(
        domain=[least * low / max(high, 1e-9), high + 8], nice=False, zero=False))
    x = alt.X("share:Q", title="Buyers with the new order", axis=alt.Axis(format="%"))
    color = alt.Color("kind:N", legend=None, scale=alt.Scale(domain=kinds, range=[charts.ACCENT, charts.SECOND]))
    lines = (
        alt.Chart(alt.Data(values=rows)).transform_calculate(answered=f"{served} * {per}")
        .mark_line(clip=True).encode(x=x, y=y, color=color)
    )
    ends = [{"share": 1.0, "kind": "new order"}, {"share": 0.0, "kind": "old order"}]
    points = (
        alt.Chart(alt.Data(values=ends)).transform_calculate(answered=f"{served} * {per}")
        .mark_point(size=110, opacity=1, clip=True).encode(x=x, y=y, color=color)
    )
    names = [
        alt.Chart(alt.Data(values=[{"share": share, "kind": kind, "text": kind}]))
        .transform_calculate(answered=f"{served} * {per}")
        .mark_text(align=align, dx=dx, dy=dy, fontWeight="bold").encode(x=x, y=y, color=color, text="text:N")
        for share, kind, align, dx, dy in (
            (0.0, "new order", "left", 4, -12), (1.0, "old order", "right", -4, 16))
    ]
    now, new = f"{crowd.sent_now:.9g}", f"{crowd.sent_new:.9g}"
    one = alt.Chart(alt.Data(values=[{}])).transform_calculate(
        split=f"({new} - {now}) * min(1, room / (({now} + {new}) / 2))",
        truth=f"min({new}, room) - min({now}, room)",
    ).transform_calculate(
        first="'half and half: ' + format(datum.split, '+.1f')",
        second="'for everybody: ' + format(datum.truth, '+.1f')",
    )
    texts = [says(one, "first", 14, charts.BAD), says(one, "second", 32, charts.GOOD)]
    return charts.figure(
        alt.layer(lines, points, *names, *texts).add_params(move).properties(width="container", height=HEIGHT),
        "buyers-compete",
        f"Half and half the two orders differ by {crowd.split():+.1f}, while the whole market changes by "
        f"{crowd.truth:+.1f}. Answered of 100 messages by the share of buyers with the new order, where sellers have "
        f"room for {crowd.room:g} of 100. A slider moves the room.",
    )


def block_figure(test: Switchback) -> alt.TopLevelMixin:
    """Bias, standard error and both together by block length; a slider moves how long the old version lingers."""
    table = test.by_block(test.lengths)
    kinds = ["lost to the trace", "chance", "both"]
    move = charts.slider("half", "Half-life of the trace, hours", test.half_life, min(0.5, test.half_life), 12, 0.5)
    rows = [{"block": int(row.block), "error": row.error, "wash": min(test.washout, int(row.block) - 1)}
            for row in table.itertuples()]
    trace = "pow(0.5, 1 / half)"
    # The mean of trace^j over the hours of a block that are kept, as in `Switchback.kept`.
    lost = (
        f"{abs(test.effect):.9g} * (pow({trace}, datum.wash + 1) - pow({trace}, datum.block + 1)) / (1 - {trace}) "
        "/ (datum.block - datum.wash)"
    )
    base = alt.Chart(alt.Data(values=rows)).transform_calculate(lost=lost).transform_calculate(
        both="sqrt(pow(datum.lost, 2) + pow(datum.error, 2))")
    scale = alt.Scale(type="log", domain=[1, max(test.lengths)], nice=False)
    x = alt.X("block:Q", title="Hours in a block", scale=scale,
              axis=alt.Axis(values=[1, 2, 4, 8, 24, 72, 168], format="d"))
    y = alt.Y("value:Q", title="Points away from the truth", scale=alt.Scale(
        domain=[0, 1.05 * max(abs(test.effect), table.error.max())], nice=False))
    colors = [charts.BAD, charts.SECOND, charts.INK]
    layers = [
        base.transform_calculate(value=f"datum.{field}").mark_line(
            color=color, strokeDash=dash, clip=True, point=False, strokeWidth=width).encode(x=x, y=y)
        for field, color, dash, width in (
            ("lost", colors[0], [6, 4], 2.25), ("error", colors[1], [2, 3], 2.25), ("both", colors[2], [1, 0], 3))
    ]
    best = base.transform_window(rank="rank()", sort=[alt.SortField("both")]).transform_filter("datum.rank == 1")
    best = best.transform_calculate(
        value="datum.both",
        first="'best block: ' + datum.block + ' h'",
        second=f"'shows ' + format({test.effect:.9g} * (1 - datum.lost / {max(abs(test.effect), 1e-9):.9g}), '.1f')"
        f" + ' of {test.effect:.1f}, error ' + format(datum.error, '.1f')",
    )
    mark = best.mark_point(size=130, color=charts.INK, opacity=1).encode(x=x, y=y)
    texts = [says(best, "first", 14, charts.INK), says(best, "second", 32, charts.INK)]
    names = [
        alt.Chart(pd.DataFrame({"text": [f"{sign} {kind}"]})).mark_text(
            align="right", fontWeight="bold", color=color).encode(
            x=alt.value({"expr": "width - 6"}), y=alt.value(up), text="text:N")
        for sign, kind, color, up in zip(("- -", "···", "—"), kinds, colors, (58, 76, 94), strict=True)
    ]
    row = table.set_index("block").loc[test.best]
    return charts.figure(
        alt.layer(*layers, mark, *texts, *names).add_params(move).properties(width="container", height=HEIGHT),
        "block-length",
        f"Blocks of {test.best} hours come closest: {abs(row.bias):.1f} points lost, with a standard error of "
        f"{row.error:.1f}. How far a switchback's answer is from the truth of {test.effect:.1f} points, by hours in a "
        f"block. Short blocks lose the effect to what lingers (half-life {test.half_life:g} hours), long blocks leave "
        "few of them. A slider moves the half-life.",
    )


def photo_figure(duels: dict[float, Duel], chosen: float) -> alt.TopLevelMixin:
    """What photos bring and cost by their weight in the new order, and whom the draft prefers; a slider moves it."""
    rows = [
        {"photo": weight, "act": act, "change": 100 * duel.change(act), "points": 100 * duel.preference(act)}
        for weight, duel in duels.items() for act in ACTS
    ]
    weights = sorted(duels)
    step = round(weights[1] - weights[0], 6)
    move = charts.slider("photo", "Weight of the photo", chosen, weights[0], weights[-1], step)
    color = alt.Color("act:N", legend=None, scale=alt.Scale(domain=list(ACTS), range=[charts.ACCENT, charts.SECOND]))
    x = alt.X("photo:Q", title="Weight of the photo in the new order", scale=alt.Scale(nice=False))
    y = alt.Y("change:Q", title="Change if everybody gets it, percent", axis=alt.Axis(format="+.0f"))
    base = alt.Chart(alt.Data(values=rows))
    zero = alt.Chart(pd.DataFrame({"change": [0.0]})).mark_rule(color=charts.MUTED).encode(y="change:Q")
    lines = base.mark_line().encode(x=x, y=y, color=color)
    here = base.transform_filter(f"abs(datum.photo - photo) < {step / 2:.9g}")
    dots = here.mark_point(size=110, opacity=1).encode(x=x, y=y, color=color)
    told = here.transform_calculate(
        text="datum.act + ' ' + format(datum.change, '+.1f') + '%, draft: ' + format(datum.points, '.1f') + ' of 100'")
    texts = [
        told.transform_filter(f"datum.act == '{act}'").mark_text(align="left", fontWeight="bold", color=shade).encode(
            x=alt.value(8), y=alt.value(up), text="text:N")
        for act, up, shade in (("contacts", 14, charts.ACCENT), ("orders", 32, charts.SECOND))
    ]
    duel = duels[min(duels, key=lambda weight: abs(weight - chosen))]
    return charts.figure(
        alt.layer(zero, lines, dots, *texts).add_params(move).properties(width="container", height=HEIGHT),
        "photo-weight",
        f"At a photo weight of {chosen:g} contacts change by {duel.change('contacts'):+.1%} and orders by "
        f"{duel.change('orders'):+.1%}. Contacts and orders by the weight of the photo in the new order; at that "
        f"weight the draft gives the new order {100 * duel.preference('contacts'):.1f} of 100 contacts and "
        f"{100 * duel.preference('orders'):.1f} of 100 orders. A slider moves the weight.",
    )
