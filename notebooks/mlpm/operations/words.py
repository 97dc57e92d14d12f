"""The findings in sentences that are true for any inputs, and the memo: an operating plan."""

from mlpm.operations.gold import needed
from mlpm.operations.plan import Plan
from mlpm.operations.quality import hasty_conflicts, pace, wrong_labels
from mlpm.phrases import euros, listed, minus, of_100, plural

TRIAL = 600  # items on which a guideline is tried before it is paid for


def whole(value: float) -> str:
    """A count or an amount with at most one digit behind the point."""
    return f"{value:,.0f}" if value >= 100 or abs(value - round(value)) < 0.05 else f"{value:,.1f}"


def work(plan: Plan) -> str:
    """The three schemes side by side."""
    three, plus, two = plan.schemes.itertuples()
    text = (
        f"Two plus one takes {plan.labels_each:.2f} labels an item: {plus.hours:,.0f} hours, {euros(plus.cost)}. Three "
        f"each would cost {euros(three.cost)} for the same majority."
    )
    if two.per_usable > plus.per_usable:
        text += (
            f" Two labels and no third look cheapest, {euros(two.cost)}, and are not: where two differ nobody has a "
            f"label, so a usable item costs €{two.per_usable:.3f} instead of €{plus.per_usable:.3f}, and the hard "
            "items are the ones that are missing."
        )
    return text


def conflicts(plan: Plan) -> str:
    """The alpha that the conflicts planned for allow, and what the standard leaves room for."""
    alpha = f"alpha is about {plan.alpha:.2f}" if plan.bullying else "alpha is undefined, as all labels are the same"
    return minus(
        f"With {of_100(plan.conflict_rate)} items in conflict {alpha}; the standard asks for "
        f"{plan.required_alpha:.2f}, which leaves room for {100 * plan.conflicts_allowed:.1f} of 100."
    )


def standard(plan: Plan) -> str:
    """Whether the conflicts that are planned for can meet the standard at all."""
    text = f"In this mix about {of_100(plan.bullying)} labels are the rarer one. {conflicts(plan)}"
    if plan.decision == "hold":
        return text + (
            f" So {euros(plan.labeling_cost)} would buy labels that fail. Repair the guideline first; the budget "
            "shrinks with the conflicts."
        )
    return text + " The plan can meet it; measure it every week."


def bill(plan: Plan) -> str:
    """The whole against labeling time."""
    largest = plan.bill.iloc[1]
    return (
        f"Labeling time is {euros(plan.labeling_cost)}, or €{plan.labeling_per_usable:.2f} per usable item. The job "
        f"costs **{euros(plan.cost)}**, or **€{plan.cost_per_usable:.2f}**: {plan.cost / plan.labeling_cost:.1f} times "
        f"as much. The largest part beside the labels is {largest['part']}, {euros(largest['euros'])}."
    )


def people(plan: Plan) -> str:
    """Hours, heads and dates."""
    text = (
        f"{whole(plan.pace)} items a day are {whole(plan.day_hours)} labeling hours. A rater labels "
        f"{plan.minutes / 60:.1f} hours a day, {plan.gold_day:.0f} minutes of it gold items, and is there on "
        f"{of_100(1 - plan.absence)} days: {plan.item_minutes / 60:.2f} hours for items. So the date takes "
        f"**{plural(plan.needed, 'rater')}**. With {plan.raters}, as now, it is {whole(plan.pace_with(plan.raters))} "
        f"items a day and an end on **{plan.finish_with(plan.raters)}**; due is {plan.due}."
    )
    if plan.capped:
        text += (
            f" The cap ends a rater's labeling before the hours do. With at most {100 * plan.free_share:.0f} of 100 "
            "items from the hot queue it would not."
        )
    else:
        text += " The cap does not shorten anybody's day in this mix; the hours do."
    return text


def gold(plan: Plan) -> str:
    """Gold items, and what a flag is worth."""
    found, weeks = plan.gold, plan.weeks
    text = (
        f"To notice in one week, with {plan.power:.0%} power, that a rater fell from {plan.usual_correct:.0%} to "
        f"{plan.dropped_to:.0%} correct takes **{found.items} gold items**: {found.items * plan.seconds / 60:.0f} "
        f"minutes of the week. Flag at {found.flag_at} right or fewer. A rater as good as ever gets there in "
        f"{100 * found.false_alarm:.1f} of 100 weeks, so over {weeks:.0f} weeks {of_100(found.ever(weeks))} good "
        "raters are flagged at least once: a flag opens a talk and settles nothing."
    )
    if found.luckiest < found.items:
        text += f" {found.luckiest} items would do by the luck of whole numbers; a few more would miss again."
    return text


def drift(found, rater: str, label: str, plan: Plan) -> str:
    """What a rater's drift looked like over all labels and on one of them, and which gold items would have shown it.

    found: `gold.against_others`, rows before and since.
    """
    before, since = found.loc["before"], found.loc["since"]
    overall = needed(before.same / before.pairs, since.same / since.pairs, plan.false_alarm, plan.power)
    on_label = needed(before.caught / before.said, since.caught / since.said, plan.false_alarm, plan.power)
    return (
        f"{rater} gave the same label as another rater {before.same} of {before.pairs} times, and since the drift "
        f"{since.same} of {since.pairs}: nothing to stop for. Where the other said *{label}*, {rater} said so "
        f"{before.caught} of {before.said} times, and since then {since.caught} of {since.said}. Gold items drawn like "
        f"the stream would take **{overall.items:,d}** a week to show that drop; gold items that are *{label}*, "
        f"**{on_label.items}**. So read them by label, as you read agreement."
    )


def speed(plan: Plan) -> str:
    """What a fifth less time does."""
    faster, hour = 0.8 * plan.seconds, plan.wage * (1 + plan.pause_share)
    now, then = pace(
        [plan.seconds, faster], plan.seconds, plan.conflict_rate, plan.haste, hour, plan.wrong_cost
    ).itertuples()
    saved, more = now.time - then.time, then.repair - now.repair
    if abs(saved - more) < 0.005:
        verdict = "about as much as it saves"
    else:
        verdict = "more than it saves" if more > saved else "less than it saves, if the guesses hold"
    return (
        f"At {faster:.0f} seconds instead of {plan.seconds:.0f} an item saves €{saved:.3f} of time. Conflicts rise "
        f"from {100 * now.conflicts:.1f} to {100 * then.conflicts:.1f} of 100, wrong labels from "
        f"{1000 * now.wrong:.0f} to {1000 * then.wrong:.0f} of 1,000, and their repair costs €{more:.3f} more: "
        f"{verdict}. The slope is a guess until a pilot has measured it."
    )


def levers(plan: Plan) -> str:
    """What the table of levers says."""
    table = plan.levers()
    base, others = table.iloc[0], table.iloc[1:]
    fewest = others.sort_values(["needed", "wrong"], kind="stable").iloc[0]
    text = f"As planned: {plural(int(base.needed), 'rater')}, {euros(base.cost)}."
    if fewest.needed < base.needed:
        text += f" *{fewest.change.capitalize()}* saves most people: {int(base.needed - fewest.needed)}."
        if fewest.found < base.found:
            text += f" It finds {fewest.found:,.0f} of the rarer label instead of {base.found:,.0f}: that is its price."
    haste = wrong_labels(hasty_conflicts(0.8 * plan.seconds, plan.seconds, plan.conflict_rate, plan.haste))
    if haste > plan.wrong:
        text += (
            f" Speed is paid in wrong labels: {1000 * haste:.0f} instead of {1000 * plan.wrong:.0f} of 1,000, if "
            "raters err independently."
        )
    return text + " The cap is not in the table: it belongs to those who read the comments."


def nights(found: dict) -> str:
    """What the nights of reformatting cost, beside a script."""
    return (
        f"{found['hours']:.0f} hours of yours, {euros(found['paid'])}. Meanwhile {found['again']:,.0f} items were "
        f"labeled under a rule nobody settled: {euros(found['again_cost'])} to label them again. And everything on "
        "your list for this week waited."
    )


def scorecard(table) -> str:
    """Who has to act after a week."""
    act = table[table["state"] == "act"]
    if act.empty:
        return "Nothing asks for a decision this week. Say so, thank the raters, and cancel the meeting."
    lines = [
        f"- **{row.tile}**, {row.week} (limit: {row.limit}). *{row.who.capitalize()}:* {row.act}."
        for row in act.itertuples()
    ]
    return f"{plural(len(act), 'line asks', 'lines ask')} for a decision:\n\n" + "\n".join(lines)


def removals(plan: Plan) -> list[str]:
    """What the product manager takes out of the way this week, the standard first, then the scarcest resource."""
    found = []
    if plan.decision == "hold":
        hour = plan.wage * (1 + plan.pause_share)
        trial = TRIAL * plan.labels_each * plan.seconds / 3600 * hour
        found.append(
            f"An afternoon with the operations lead on the rule with most conflicts, and {euros(trial)} for a trial of "
            f"{TRIAL} items. No batch before it passes."
        )
    for row in plan.short.itertuples():
        if row.resource == "raters":
            mix = (
                f", or a mix with at most {100 * plan.free_share:.0f} of 100 items from the hot queue"
                if plan.capped
                else ""
            )
            found.append(
                f"{plural(plan.needed - plan.raters, 'more rater')}, trained before {plan.begin}{mix}; or you tell "
                f"whoever waits that it will be {plan.finish_with(plan.raters)}."
            )
        elif row.resource == "experts":
            found.append(
                f"{whole(row.need - row.have)} more hours a week of people who may settle conflicts and gold items."
            )
        elif row.resource == "budget":
            found.append(
                f"The other {euros(row.need - row.have)}: show the bill, not the price of a label, to whoever signed "
                f"{euros(row.have)}."
            )
        else:
            found.append(
                f"A smaller share from the hot queue: {whole(row.need)} items a day are wanted, {whole(row.have)} "
                "arrive."
            )
    if plan.freed_hours >= 0.5:
        found.append(
            f"Other work, at the same pay, for the {whole(plan.freed_hours)} hours a day that the cap frees in a team "
            f"of {plan.team}."
        )
    return found


def memo(plan: Plan) -> str:
    """The operating plan: decision, people, dates, money, the first bottleneck, and what is cleared this week."""
    if plan.decision == "hold":
        head = f"**Hold the batches until the guideline passes its trial.** {conflicts(plan)}"
    elif plan.decision == "clear":
        head = f"**Clear the way before {plan.begin}.** {plural(len(plan.short), 'thing runs', 'things run')} short."
    else:
        head = f"**Start on {plan.begin}.** Nothing runs short."
    lines = [
        head,
        f"**The plan.** {plural(plan.team, 'rater')}, {plan.minutes / 60:.1f} hours of labeling a day each, from "
        f"{plan.begin}: {plan.items:,.0f} items by {plan.finish_with(plan.team)} (due {plan.due}). {euros(plan.cost)}, "
        f"or €{plan.cost_per_usable:.2f} per usable item; labeling time alone is {euros(plan.labeling_cost)}.",
    ]
    blocks = ["the guideline"] if plan.decision == "hold" else []
    blocks += [
        f"{row.resource} ({whole(row.need)} {row.unit} needed, {whole(row.have)} there)"
        for row in plan.short.itertuples()
    ]
    if blocks:
        first, *others = blocks
        then = f", then {listed(others)}" if others else ""
        lines.append(f"**First bottleneck.** {first[0].upper()}{first[1:]}{then}.")
    else:
        closest = plan.resources.iloc[0]
        lines.append(
            f"**Closest to its limit.** {closest.resource.capitalize()}, with {of_100(closest.load)} used: "
            f"{whole(closest.need)} of {whole(closest.have)} {closest.unit}."
        )
    cleared = removals(plan)
    if cleared:
        lines.append("**You clear this week**\n\n" + "\n".join(f"- {line}" for line in cleared))
    lines.append(
        f"**Not for sale.** {plan.cap_minutes:.0f} minutes a day and a person on the hot queue, and pay by the hour. "
        f"Operations decides who labels what, when, and how it is checked; {plan.gold.items} gold items a rater and "
        "week, read by label, are enough to notice."
    )
    return "\n\n".join(lines)
