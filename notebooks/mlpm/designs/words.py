"""The findings in sentences, true for whatever the inputs are, and the memo."""

import math

import pandas as pd

from mlpm.designs.cities import Cities, Interval
from mlpm.designs.drafts import Duel
from mlpm.designs.panel import METHODS, Panel
from mlpm.designs.switchback import Crowd, Switchback
from mlpm.phrases import euros, listed, minus, plural


def points(value: float, digits: int = 1) -> str:
    """`+0.5`, `−0.2`, `0.0`; a minus, not a hyphen."""
    text = f"{abs(value):.{digits}f}"
    return text if not float(text) else f"{'−' if value < 0 else '+'}{text}"


def size(value: float, digits: int = 1) -> str:
    return minus(f"{value:.{digits}f}")


def between(interval: Interval, digits: int = 1) -> str:
    """`−0.2 to 1.2`; without ends where none can be given."""
    if not math.isfinite(interval.low):
        return "no end on either side"
    return f"{size(interval.low, digits)} to {size(interval.high, digits)}"


def p_text(value: float) -> str:
    """`= 0.14`, `below 0.001`."""
    return "below 0.001" if value < 0.001 else f"= {value:.2f}" if value >= 0.1 else f"= {value:.3f}"


def sessions(number: float) -> str:
    """`1,041,000`, `24,000`, `420`: three digits; `no number` where nothing is to be seen."""
    if not math.isfinite(number):
        return "no number"
    digits = max(0, math.floor(math.log10(max(number, 1))) - 2)
    return f"{round(number, -digits):,.0f}"


def about_changes(cities: Cities) -> str:
    """Before/after against the difference of differences."""
    claim, elsewhere = (euros(cities.a_month(moved)) for moved in (cities.before_after, cities.trend))
    return (
        f"With the change, the rate moved by **{points(cities.before_after)}** points. Where nothing was changed, it "
        f"moved by {points(cities.trend)}. What is left between the two, **{points(cities.effect)}**, is the effect, "
        f"if all cities would have moved alike. Before/after would claim {claim} a month; {elsewhere} of it came "
        "without the change."
    )


def about_intervals(cities: Cities) -> str:
    """Which interval to believe, and what it allows to say."""
    contact, city, shuffling = cities.by_unit, cities.by_city, cities.by_shuffling
    count = len(cities.treated_before) + len(cities.control_before)
    text = (
        f"Counting every contact, the effect is {between(contact, 2)}, p {p_text(contact.p_value)}. But nobody gave "
        f"the change to {2 * count * cities.units:,d} contacts one by one. It was given to "
        f"{plural(len(cities.treated_before), 'city', 'cities')} of {count}, and cities move for reasons of their own. "
        f"Counting every city once, it is **{between(city)}**; shuffling which cities had the change says "
        f"{between(shuffling)} (p {p_text(shuffling.p_value)})."
    )
    if city.holds_zero:
        return f"{text} Zero is inside: an effect is **not shown**. That is not the same as none."
    return f"{text} Zero is outside: an effect is shown, as far as the trends were parallel."


def about_smallest(cities: Cities) -> str:
    """What the design could have shown."""
    text = f"With these cities and this spread, 80 of 100 tests show an effect of {size(cities.smallest, 2)} points."
    if abs(cities.effect) > 1e-9 and cities.smallest > abs(cities.effect):
        text += (
            f" To show {size(abs(cities.effect), 2)} it would take {cities.cities_for(cities.effect)} cities with the "
            "change and as many without."
        )
    return text


def about_alarms(alarms: dict[int, pd.Series], cities: int, error: float) -> str:
    """False alarms by what is counted."""
    most = max(alarms)
    quiet = alarms[most]
    counted = listed([f"{METHODS[method]} {100 * quiet[method]:.0f}" for method in METHODS])
    text = (
        f"In 100 worlds without any effect, {most} of {cities} cities treated, the false alarms are: {counted} (give "
        f"or take {100 * error:.0f}). Promised are 5."
    )
    few = min(alarms)
    if few < most:
        text += (
            f" With {plural(few, 'treated city', 'treated cities')}, errors clustered by city, the usual repair, alarm "
            f"in {100 * alarms[few]['clusters']:.0f} of 100; shuffling in {100 * alarms[few]['shuffled']:.0f}"
        )
        text += (
            ": there are too few ways to shuffle for it ever to speak up." if alarms[few]["shuffled"] == 0 else "."
        )
    return text


def about_slope(world: Panel) -> str:
    """What a drift does, and whether the weeks before show it."""
    text = (
        f"Let the treated cities drift by {size(world.drift, 4)} points a week more than the others, without any "
        f"effect. The middles of the two periods are {world.distance:g} weeks apart, so the estimate is off by "
        f"{size(world.drift, 4)} × {world.distance:g} = **{size(world.bias, 2)} points**. A test of the slopes in the "
        f"{world.before} weeks before sees the drift in **{100 * world.seen_before:.0f} of 100** worlds, a placebo "
        f"date in their middle in {100 * world.seen_by_placebo:.0f}."
    )
    if world.seen_before < 0.5:
        text += " To see nothing before the launch is what happens mostly, drift or no drift."
    return text


def about_crowd(crowd: Crowd) -> str:
    """Split against the truth."""
    new, now = crowd.answered(0.5)
    text = (
        f"Half and half, buyers with the new order get {size(new)} of 100 messages answered and the others "
        f"{size(now)}: **{points(crowd.split())}**. From nobody to everybody, it goes from "
        f"{size(crowd.answered(0)[1])} to {size(crowd.answered(1)[0])}: **{points(crowd.truth)}**."
    )
    if abs(crowd.split() - crowd.truth) > 0.05:
        text += (
            f" Sellers who answer have room for {crowd.room:g} of 100 messages; what the new order's buyers win, "
            "they partly take from the others."
        )
        if abs(crowd.answered(0)[1] - now) < 0.05:
            text += (
                " And the old order's buyers show nothing: they do as well at half and half as with nobody. The room "
                "runs out later."
            )
    return text


def about_blocks(test: Switchback, alarms: dict[str, float]) -> str:
    """The length of a block, and what to count."""
    counted = (
        f"Count blocks: in 100 tests of nothing with blocks of {plural(test.block, 'hour')}, counting messages calls "
        f"{100 * alarms['messages']:.0f} significant, counting blocks {100 * alarms['blocks']:.0f}."
    )
    if abs(test.effect) < 0.05:
        return f"With everybody on it nothing changes, so there is nothing to lose to a trace. {counted}"
    table = test.by_block(test.lengths).set_index("block")
    if test.best == table.index[0]:
        return (
            f"With a trace that halves in {test.half_life:g} hours, the shortest blocks of "
            f"{plural(test.best, 'hour')} come nearest to the truth, all in all. {counted}"
        )
    short, best = table.iloc[0], table.loc[test.best]
    return (
        f"After a switch, half of the old version's trace is gone in {test.half_life:g} hours. Blocks of "
        f"{plural(int(table.index[0]), 'hour')} show {size(test.effect + short.bias)} of {size(test.effect)} points, "
        f"with a small error ({size(short.error)}): precise and wrong. Blocks of {test.best} hours show "
        f"{size(test.effect + best.bias)} with an error of {size(best.error)}: nearest to the truth, all in all. "
        f"{counted}"
    )


def about_duel(duel: Duel, what: str) -> str:
    """One new order against the old one, in orders and in contacts."""
    return (
        f"{what}: contacts {points(100 * duel.change('contacts'))}%, orders {points(100 * duel.change('orders'))}% if "
        f"everybody gets it. The draft gives it {100 * duel.preference('contacts'):.1f} of 100 contacts and "
        f"{100 * duel.preference('orders'):.1f} of 100 orders."
    )


def about_sessions(duel: Duel, a_month: float) -> str:
    """What each design needs."""
    drafted, split = duel.sessions_drafted("orders"), duel.sessions_split("orders")
    if not math.isfinite(drafted + split):
        return "Judged by orders, the two do not differ: no number of sessions shows it."
    text = (
        f"Judged by orders, the draft needs {sessions(drafted)} sessions and the A/B test {sessions(split)}, "
        f"{split / drafted:.0f} times as many."
    )
    if a_month:
        text += f" At {a_month:,.0f} sessions a month: {_time(drafted / a_month)} against {_time(split / a_month)}."
    return text


def _time(months: float) -> str:
    days = months * 365 / 12
    if days < 1.5:
        return f"{24 * days:.0f} hours"
    return f"{days:.0f} days" if days < 60 else f"{months:.0f} months"


def about_bait(duel: Duel) -> str:
    """Where the draft is wrong."""
    contacts, orders = duel.change("contacts"), duel.change("orders")
    text = about_duel(duel, "With fine photos first")
    if contacts > 0 > orders:
        text += (
            f" {sessions(duel.sessions_drafted('contacts'))} sessions are enough to show that buyers prefer the order "
            "that sells less."
        )
        if duel.preference("orders") >= 0.4975:
            text += (
                " Counting orders does not save you: in a mixed list the fine photo takes the buyer's one contact away "
                "from the other team, so the harm is charged to both."
            )
    return text


def memo(cities: Cities, world: Panel, weeks: int, duel: Duel) -> str:
    """What to say, what to do from Monday, what would change it."""
    found = cities.by_city
    claim = (
        f"In the cities with the change the rate moved by {points(cities.before_after)} points; by "
        f"{points(cities.trend)} it moved elsewhere too. That leaves {points(cities.effect)} ({between(found)})"
    )
    low, high = (euros(cities.a_month(end), cents=False) for end in (found.low, found.high))
    coin = (
        f"draw a coin for each of the {world.cities} cities and each week, for {weeks} weeks, and switch. Each city is "
        "then its own control, and the coin, not a launch plan, decides who differs. The error falls from "
        f"{size(world.error, 2)} to {size(world.switched_error(weeks), 2)} points; 80 of 100 such tests show an effect "
        f"of {size(world.switched_smallest(weeks), 2)}."
    )
    drafted = duel.sessions_drafted("orders")
    needed = f" ({sessions(drafted)} sessions)" if math.isfinite(drafted) else ""
    if found.holds_zero:
        action = coin
    elif found.low > 0:
        action = (
            "keep it, and bring it to the other cities one by one, in an order drawn by lot: each step is then a "
            f"comparison again. If somebody doubts that the regions would have moved alike, {coin}"
        )
    else:
        action = f"take it back. If somebody doubts that the regions would have moved alike, {coin}"
    lines = [
        f"**Say:** “{claim}{': not shown yet' if found.holds_zero else ''}, if the regions would have moved alike.” "
        f"Do not say {points(cities.before_after)}. In euros a month: {low} to {high}.",
        f"**Do:** {action}",
        f"**For the next order of listings:** draft it against the old one first, counted in orders{needed}; what "
        "passes goes into an A/B test, whose number is the one you publish.",
        "**What would change this:** a version that lingers for days after the switch, that people learn to live with, "
        "or that cannot be switched off. Then bring it to the remaining cities one by one, in an order drawn by lot.",
    ]
    return "\n\n".join(lines)
