"""The charts of the designs notebook. Those with sliders compute in the page, without Python."""

from dataclasses import replace

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.designs.cities import ALPHA, Cities
from mlpm.designs.drafts import ACTS, Duel
from mlpm.designs.panel import METHODS, Panel, monte_carlo_error
from mlpm.designs.switchback import Crowd, Switchback
from mlpm.designs.words import points, size
from mlpm.phrases import listed, minus, of_100, plural

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
    spans = [f"{points(min(group))} to {points(max(group))}" for group in cities.changes]
    return charts.figure(
        alt.layer(zero, dots, ticks, text).properties(width="container", height=alt.Step(70)),
        "city-changes",
        f"With the change cities moved by {points(cities.before_after)} points on average, without it by "
        f"{points(cities.trend)}. The dots are single cities: with the change they moved by {spans[0]}, without it by "
        f"{spans[1]}{overlap}.",
    )


def intervals_figure(cities: Cities) -> alt.TopLevelMixin:
    """The same estimate with its interval, by what is counted once; and what before/after would have claimed."""
    table = cities.intervals()
    endless = ~table[["low", "high"]].abs().lt(1e9).all(axis=1)
    kept = table[~endless]
    told, ways = sum(row.low > 0 or row.high < 0 for row in kept.itertuples()), len(table)
    words = [f"counting {row.counted}, {points(row.low, 2)} to {points(row.high, 2)}" for row in kept.itertuples()]
    words += [f"counting {row.counted}, no end on either side (not drawn)" for row in table[endless].itertuples()]
    table = kept.assign(row=lambda rows: [f"{row.counted} ({row.number:,d})" for row in rows.itertuples()])
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
    return charts.figure(
        alt.layer(zero, claimed, said, span, dots, names).properties(width="container", height=alt.Step(58)),
        "three-intervals",
        f"{_told_point(cities.effect, told, ways)} The effect with its intervals: {listed(words)}. Before/after claims "
        f"{points(cities.before_after, 2)}.",
    )


def _told_point(effect: float, told: int, ways: int) -> str:
    """In how many ways of counting the interval leaves zero out."""
    what = f"An effect of {points(effect, 2)} points" if abs(effect) >= 0.005 else "An effect of less than 0.01 points"
    return f"{what} is told from zero in {told or 'none'} of {ways} ways of counting."


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
    said = "; ".join(
        f"{METHODS[method]} {', '.join(of_100(alarms[treated][method]).removesuffix(' of 100') for treated in counts)}"
        for method in METHODS
    )
    return charts.figure(
        alt.layer(promised, dots, text).properties(width="container", height=alt.Step(46)),
        "false-alarms",
        f"{_alarms_point(alarms)} A line marks the promise. In 100 such worlds with {listed(names)} treated, by what "
        f"is counted: {said}.",
    )


def _alarms_point(alarms: dict[int, pd.Series]) -> str:
    """The way of counting that breaks the promise most, beyond what the number of simulated worlds leaves open."""
    worst = max(alarms.values(), key=lambda shares: shares[list(METHODS)].max())[list(METHODS)]
    method, share = worst.idxmax(), float(worst.max())
    if share - 1.5 * monte_carlo_error(share) <= ALPHA:  # three standard errors: it is the highest of many
        return f"No way of counting is seen to raise more than the {of_100(ALPHA)} false alarms promised."
    what = f"Counting {METHODS[method]}" if METHODS[method].startswith("every") else f"With {METHODS[method]}"
    return f"{what}, up to {of_100(share)} worlds without effect raise an alarm, where 5 were promised."


def slope_figure(world: Panel, largest: float = 0.25, steps: int = 40) -> alt.TopLevelMixin:
    """Treated cities that drift away by themselves: what the estimate makes of it, and what a look at the weeks before
    sees of it; a slider moves the slope. A drift of the world beyond `largest`, or downward, widens the slider."""
    least, largest = min(0.0, world.drift), max(largest, world.drift)
    step = (largest - least) / steps
    grid = [replace(world, drift=round(least + i * step, 6), effect=0.0) for i in range(steps + 1)]
    shown = min(grid, key=lambda item: abs(item.drift - world.drift))
    rows = [
        {"slope": item.drift, "fakes": item.bias, "before": of_100(item.seen_before), "alarm": of_100(item.false_alarm)}
        for item in grid
    ]
    move = charts.slider("slope", "Drift, points a week", shown.drift, least, largest, round(step, 6))
    found = alt.Chart(alt.Data(values=rows)).transform_filter(f"abs(datum.slope - slope) < {step / 2:.9g}")
    found = found.transform_calculate(
        first="'fakes ' + format(datum.fakes, '.2f') + ' points'",
        second="'called significant: ' + datum.alarm",
        third="'seen in the weeks before: ' + datum.before",
    )
    weeks = [{"week": week, "kind": kind} for kind in ("with", "without") for week in range(1, world.weeks + 1)]
    top, bottom = world.level + largest * world.weeks, world.level + least * world.weeks
    y = alt.Y("rate:Q", title="Rate, points; nothing was changed", scale=alt.Scale(
        domain=[bottom - 0.5, world.level + 0.75 * (top - world.level)], nice=False, zero=False))
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
    return charts.figure(
        alt.layer(rule, name, lines, *texts).add_params(move).properties(width="container", height=HEIGHT),
        "slope-slider",
        f"{_slope_point(shown)} It fakes {size(shown.bias, 2)} points in the treated cities, and a test of the weeks "
        f"before sees a drift in {of_100(shown.seen_before)}. A slider moves the drift.",
    )


def _slope_point(world: Panel) -> str:
    """How often the drift alone passes for an effect; every world counted once a city."""
    drift = minus(f"a drift of {world.drift:.3g} points a week") if world.drift else "even no drift"
    return f"Without any effect, {drift} is called significant in {of_100(world.false_alarm)} worlds."


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
        f"{_crowd_point(crowd)} Answered of 100 messages by the share of buyers with the new order, where sellers have "
        f"room for {crowd.room:g} of 100. A slider moves the room.",
    )


def _crowd_point(crowd: Crowd) -> str:
    """What a split of buyers shows, and what happens if everybody gets the new order."""
    split, truth = points(crowd.split()), points(crowd.truth)
    if split == truth == points(0):
        return "The two orders differ by less than 0.1 points, half and half and for everybody."
    market = truth if truth != points(0) else "less than 0.1"
    alike = "and for everybody the market moves by as much" if split == truth else f"but for everybody it is {market}"
    return f"Half and half the two orders differ by {split} points, {alike}."


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
    return charts.figure(
        alt.layer(*layers, mark, *texts, *names).add_params(move).properties(width="container", height=HEIGHT),
        "block-length",
        f"{_block_point(table, test.best)} How far a switchback's answer is from the truth of {size(test.effect)} "
        "points, by hours in a block. Short blocks lose the effect to what lingers (half-life "
        f"{plural(test.half_life, 'hour') if test.half_life == 1 else f'{test.half_life:g} hours'}), long blocks leave "
        "few of them. A slider moves the half-life.",
    )


def _block_point(table: pd.DataFrame, best: int) -> str:
    """The length whose answer is nearest to the truth, and what it still misses."""
    row = table.set_index("block").loc[best]
    if table["miss"].max() - row.miss < 1e-9:
        return f"Blocks of any length come as close, with a standard error of {size(row.error)} points."
    lost, error = (size(abs(value)) if abs(value) >= 0.05 else "less than 0.1" for value in (row.bias, row.error))
    lost = lost if row.bias else "no"
    return f"Blocks of {plural(best, 'hour')} come closest: {lost} points lost, with a standard error of {error}."


def photo_figure(duels: dict[float, Duel], chosen: float) -> alt.TopLevelMixin:
    """What photos bring and cost by their weight in the new order, and whom the draft prefers; a slider moves it."""
    rows = [
        {"photo": weight, "act": act, "change": 100 * duel.change(act), "points": 100 * duel.preference(act)}
        for weight, duel in duels.items() for act in ACTS
    ]
    weights = sorted(duels)
    step = round(weights[1] - weights[0], 6)
    at = min(weights, key=lambda weight: abs(weight - chosen))  # a weight beyond those computed has no lines
    move = charts.slider("photo", "Weight of the photo", at, weights[0], weights[-1], step)
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
    duel = duels[at]
    contacts, orders = (f"{points(100 * duel.change(act))}%" for act in ACTS)
    return charts.figure(
        alt.layer(zero, lines, dots, *texts).add_params(move).properties(width="container", height=HEIGHT),
        "photo-weight",
        f"At a photo weight of {at:g} contacts change by {contacts} and orders by {orders}. The lines are contacts and "
        "orders by the weight of the photo in the new order, for everybody; at that "
        f"weight the draft gives the new order {100 * duel.preference('contacts'):.1f} of 100 contacts and "
        f"{100 * duel.preference('orders'):.1f} of 100 orders. A slider moves the weight.",
    )
