"""The findings in sentences that hold for any ramp."""

import pandas as pd

from mlpm.phrases import euros, listed, minus, of_100, plain
from mlpm.rollout.mixing import Mixing
from mlpm.rollout.ramp import LONGEST, NAIVE_LEVEL, Ramp


def percent(share: float) -> str:
    """`0.5%`, `20%`."""
    return f"{100 * share:.3g}%"


def hours(amount: float | None) -> str:
    """`7 hours`, `5.4 days`; `more than 60 days` for none."""
    if amount is None or pd.isna(amount):
        return f"more than {LONGEST // 24} days"
    if amount == 1:
        return "1 hour"
    if amount < 48:
        return f"{amount:.0f} hours"
    return f"{amount / 24:.1f} days".replace(".0 ", " ")


def signed(points: float) -> str:
    """`+0.5`, `−2.9`."""
    return minus(f"{points:+.1f}")


def hit(amount: float) -> str:
    """A number of sessions, whole from ten up."""
    return f"{amount:,.0f}" if amount >= 9.95 else f"{amount:.1f}"


def about_size(ramp: Ramp) -> str:
    """The usual sample size, and what it means in hours of the first stage."""
    sizes, share = ramp.sizes, ramp.stages[0][0]
    return (
        f"To notice a rise from {percent(ramp.baseline)} to {percent(ramp.alarm)} with a chance of "
        f"{of_100(ramp.power)} at "
        f"one look, {sizes['two_sided']:,} sessions on each side are needed (two-sided, 5%), or {sizes['one_sided']:,} "
        f"one-sided. Beside an old side that has the other {percent(1 - share)}, {sizes['beside']:,} on the new side "
        "are "
        f"enough. At {percent(share)} of {ramp.hourly:,.0f} sessions an hour the {sizes['two_sided']:,} take "
        f"{hours(sizes['two_sided'] / (share * ramp.hourly))}, the {sizes['beside']:,} "
        f"{hours(sizes['beside'] / (share * ramp.hourly))}."
    )


def about_line(ramp: Ramp) -> str:
    """False alarms of the line and of a new test every hour."""
    whole = ramp.whole
    return (
        f"A test at {percent(NAIVE_LEVEL)}, made anew every hour, stops {of_100(whole['naive'])} healthy launches "
        "somewhere "
        f"in this ramp. The line below, looked at as often, stops {of_100(whole['healthy'])}; it was allowed "
        f"{of_100(ramp.false_alarm)}, {percent(ramp.stage_alarm)} in each stage."
    )


# What the line takes for granted is tried at these: a tenth more traffic, errors in pairs, a rise by a fifth.
MORE, TOGETHER, SMALL_RISE = 1.1, 2, 1.2


def about_assumptions(ramp: Ramp) -> str:
    """What the line takes for granted, and what it lets through."""
    share, _ = ramp.stages[-1]
    seen, at_the_end = ramp.small_rise(SMALL_RISE)
    return (
        "The line takes two things for granted. **The split is the one that was set.** If the new side gets a tenth "
        f"more traffic than its share, {of_100(ramp.wrongly_stopped(more=MORE))} healthy ramps are stopped: count "
        "sessions on both sides, and make the table for the share you count. **Errors come one at a time.** If each "
        "is counted twice, because a page that failed is tried again, "
        f"{of_100(ramp.wrongly_stopped(together=TOGETHER))} are stopped: count the first of each user. And it lets "
        f"small rises through. One to {SMALL_RISE:g} times is stopped in {of_100(seen)} ramps; a single test at "
        f"{percent(NAIVE_LEVEL)} when the stage at {percent(share)} ends notices it in {of_100(at_the_end)}."
    )


def about_stages(ramp: Ramp) -> str:
    """What each stage can see in its hours."""
    table = ramp.table
    blind = table[table["sees_alarm"] < ramp.power]
    lines = []
    for row in table.itertuples():
        lines.append(
            f"- **{percent(row.share)}, {hours(row.hours)}:** {row.exposed:,.0f} sessions on the new side. A rise to "
            f"{ramp.design:.3g} times is stopped in {of_100(row.sees_alarm)}; for {of_100(ramp.power)} it takes "
            f"{hours(row.hours_alarm)}. One to {ramp.disaster / ramp.baseline:.3g} times takes "
            f"{hours(row.hours_disaster)}."
        )
    text = "\n".join(lines)
    if len(blind):
        shares = listed([percent(share) for share in blind["share"]])
        text += (
            f"\n\nAt {shares} the planned hours are too short for a rise to {ramp.design:.3g} times. "
            "Use such a stage for what breaks at once, or make it longer."
        )
    return text


def about_harm(ramp: Ramp) -> str:
    """Whom a broken launch hits: by ramp, straight, and with a way back nobody has tried."""
    ways = ramp.ways.set_index(["way", "back"])
    table = ramp.table
    low, high = table["harmed_alarm"].iloc[-1], table["harmed_disaster"].iloc[-1]
    tried, not_tried = ways.loc[("straight", "rehearsed")], ways.loc[("straight", "not rehearsed")]
    return (
        f"A launch that fails {ramp.disaster / ramp.baseline:.3g} times as often hits "
        f"{hit(ways.loc[('in stages', 'rehearsed'), 'disaster'])} sessions in stages and {hit(high)} if it starts at "
        f"{percent(ramp.stages[-1][0])}. One that fails {ramp.design:.3g} times as often hits "
        f"{hit(ways.loc[('in stages', 'rehearsed'), 'alarm'])} and {hit(low)}: a small rise has to be paid for in "
        "errors "
        f"before anybody can see it, at any share. With a way back of {ramp.unrehearsed:,.0f} minutes instead of "
        f"{ramp.rehearsed:,.0f} the disaster hits {hit(ways.loc[('in stages', 'not rehearsed'), 'disaster'])} in "
        "stages and "
        f"{hit(not_tried.disaster)} straight, not {hit(tried.disaster)}."
    )


def about_euros(ramp: Ramp, session: float, hoped: float) -> str:
    """What failed pages cost, against what waiting costs."""
    found = ramp.in_euros(session, hoped)
    text = (
        f"At {euros(session)} a session, starting in stages spares {euros(found['stages'])} of a rise to "
        f"{ramp.disaster / ramp.baseline:.3g} times, and a rehearsed way back {euros(found['rehearsal'])} at "
        f"{percent(ramp.stages[-1][0])}. If no session on the new side brought anything there, the way back would "
        f"cost {euros(found['dead'])} rehearsed and {euros(found['dead_long'])} not rehearsed. "
    )
    if not found["waiting"]:
        return text + "The stages put nothing off."
    text += f"The stages before the last put off a gain of {euros(found['waiting'])}. "
    if found["stages"] > found["waiting"]:
        repaid = of_100(found["waiting"] / found["stages"])
        return text + f"They repay that if at least {repaid} launches are such a disaster."
    return text + (
        "By failed pages alone they do not repay that, even if the disaster were certain. They have to be there for "
        "what is not counted here, above all what cannot be taken back. If there is nothing of that kind, start "
        "further up."
    )


def about_mixing(mixing: Mixing) -> str:
    """Two days in one pot."""
    old, new = mixing.pooled
    days = "; ".join(
        f"{plain(day.name)}, {percent(day.share)} new: old {100 * day.old:.1f}, new {100 * day.new:.1f} of 100"
        for day in mixing.days
    )
    text = (
        f"{days}. In one pot: old {100 * old:.1f}, new {100 * new:.1f}, a difference of {signed(100 * (new - old))} "
        "points. "
        f"Within days it is {signed(100 * mixing.within)}. "
    )
    if (new - old) * mixing.within < 0:
        return text + "The pot turns the sign round: most sessions of the new side come from one kind of day."
    if abs(new - old - mixing.within) < 0.0005:
        return text + "Here the pot does no harm, because the shares or the rates hardly differ between days."
    return text + "The pot moves the difference, because the days differ and so do their shares."


def memo(ramp: Ramp, mixing: Mixing, session: float, hoped: float) -> str:
    """What each stage is for, when to stop, what the way back is worth, and what the ramp's data must not be used "
    "for."""
    table, ways = ramp.table, ramp.ways.set_index(["way", "back"])
    blind = table[table["sees_alarm"] < ramp.power]
    stages = ", ".join(f"{percent(row.share)} for {hours(row.hours)}" for row in table.itertuples())
    lines = [f"**Ramp: {stages}.** One stop line for each stage, looked at every hour, by whoever is on call."]
    if len(blind) == len(table):
        lines.append(
            f"**No stage can see a rise to {ramp.design:.3g} times in its hours.** With this traffic the ramp "
            "protects from "
            "what breaks at once and from nothing else. Compare new and old on the same sessions in the dark, have "
            "people "
            "read results, and start where you can telephone the users."
        )
    elif len(blind):
        verb = "is" if len(blind) == 1 else "are"
        best = "It stops" if len(blind) == 1 else "The best of them stops"
        lines.append(
            f"**{listed([percent(share) for share in blind['share']])} {verb} for what breaks at once.** {best} a "
            "rise to "
            f"{ramp.design:.3g} times in {of_100(blind['sees_alarm'].max())} within its hours. Silence there is no "
            "proof."
        )
    lines.append(
        f"**Stop without asking** when a line is reached. A healthy launch is stopped in "
        f"{of_100(ramp.whole['healthy'])} such ramps; with a new test every hour it would be "
        f"{of_100(ramp.whole['naive'])}, and after the second false alarm nobody would pull the switch."
    )
    lines.append(
        f"**Rehearse the way back first.** If errors rise to {ramp.disaster / ramp.baseline:.3g} times at "
        f"{percent(ramp.stages[-1][0])}, {ramp.rehearsed:,.0f} minutes cost "
        f"{hit(ways.loc[('straight', 'rehearsed'), 'disaster'])} sessions, {ramp.unrehearsed:,.0f} cost "
        f"{hit(ways.loc[('straight', 'not rehearsed'), 'disaster'])}. The difference is "
        f"{euros(ramp.in_euros(session, hoped)['rehearsal'])} where a failed page is all that fails; where it is not, "
        "the minutes are the same and the price is another."
    )
    lines.append(
        "**Do not read the effect from the ramp.** Shares change from stage to stage; in one pot even the sign can "
        "turn. "
        "The effect is read from the last stage, at one share, from its first hour on."
    )
    return "\n\n".join(lines)
