"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

import math

from mlpm.phrases import euros, of_100, plain, plural
from mlpm.proportions import Interval
from mlpm.tokens.prices import hits_needed
from mlpm.tokens.study import Findings
from mlpm.tokens.tails import Tail

NAMES = {"call": "A call", "turn": "A whole turn", "first word": "The first word of a turn"}


def money(amount: float) -> str:
    """Euros with three significant digits and at least cents: `€1.58`, `€0.064`, `−€0.10`."""
    if not math.isfinite(amount):
        return "–"
    if abs(amount) >= 1 or amount == 0:
        return euros(amount)
    decimals = max(2, 2 - math.floor(math.log10(abs(amount))))
    text = f"{abs(amount):.{decimals}f}"
    while text.endswith("0") and len(text.split(".")[1]) > 2:
        text = text[:-1]
    return f"{'−' if amount < 0 else ''}€{text}"


def seconds(milliseconds: float | None) -> str:
    """`9.4 s`, `320 ms`."""
    if milliseconds is None:
        return "–"
    return f"{milliseconds:.0f} ms" if milliseconds < 1_000 else f"{milliseconds / 1_000:.1f} s"


def between(one: Interval) -> str:
    return f"{money(one.low)} to {money(one.high)}" if math.isfinite(one.low) else "one task tells no interval"


def about_log(f: Findings) -> str:
    log = f.log
    text = (
        f"{plural(log.calls, 'call')} in {plural(log.tasks, 'task')}, {log.calls / log.tasks:.1f} a task. "
        f"{log.ended('solved'):,} tasks were solved by the model, {log.ended('handed'):,} handed over to a person"
    )
    text += f", {log.ended('lost'):,} ended with neither." if log.ended("lost") else "."
    if log.hits is None:
        text += " The log names no tokens that repeat, so nothing is said about a cache."
    elif log.measured:
        text += f" Of tokens that repeat, {of_100(log.hits)} were read from the cache."
    else:
        text += (
            f" The log does not count what was read from a cache: the bill is taken as one without, and a cache is a "
            f"plan with {of_100(log.hits)} tokens found."
        )
    if not log.steps:
        text += " No step tells which calls run at the same time, or a turn has too many to show: waits are added up."
    return " ".join([text, *[plain(note) for note in log.notes]])


def about_cost(f: Findings) -> str:
    """The whole against the model."""
    text = (
        f"A call costs {money(f.model * f.log.tasks / f.log.calls)}, the model **{money(f.model)}** a task. With "
        f"{of_100(f.handed.value)} tasks handed over at {money(f.inputs.person)}, people cost **{money(f.people)}** a "
        f"task"
    )
    text += f", {f.times_model:.1f} times as much." if math.isfinite(f.times_model) and f.people else "."
    if f.unsolved:
        text += f" Tasks that end with neither add {money(f.unsolved)}."
    if f.running:
        text += f" Running it adds {money(f.running)}."
    return text + (
        f" All together **{money(f.whole.value)}** a task ({between(f.whole)}), and **{money(f.per_solved.value)}** a "
        f"task that somebody solved ({between(f.per_solved)}); people alone cost {money(f.inputs.person)}. The model "
        f"bill by the tasks the model solved itself would be {money(f.model_per_own)}: it leaves out the others."
    )


def about_few(f: Findings) -> str:
    return (
        f"The dearest 10 of 100 tasks carry {of_100(f.carried(10))} euros of the model bill; half of it is carried by "
        f"the dearest {f.half_carried_by} of 100. Tasks that end with a person all the same take "
        f"{of_100(f.handed_bill)} euros of it. Read those tasks before you shorten a prompt for all."
    )


def about_cache(f: Findings) -> str:
    """What a cache saves, and from which share of hits on."""
    if f.log.hits is None:
        return "Name the column of tokens that repeat to see what a cache is worth."
    price = f.price
    how = "found" if f.log.measured else "to be found"
    text = (
        f"Without a cache the model would cost {money(f.plain)} a task; with {of_100(f.log.hits)} repeating tokens "
        f"{how} in it, {money(f.held)}: "
    )
    if f.cache_saved >= 0:
        text += (
            f"{money(f.cache_saved)}, or {of_100(f.cache_saved / f.plain if f.plain else 0)} euros, less: "
            f"{euros(f.cache_saved * f.inputs.month)} a month."
        )
    else:
        text += f"{money(-f.cache_saved)} **more**, {euros(-f.cache_saved * f.inputs.month)} a month."
    least = hits_needed(price)
    if not math.isfinite(least):
        return text + f" At these prices a cached token of {price.model} is no cheaper than another: no cache pays."
    if least:
        return text + (
            f" Writing costs €{price.written:g} a million instead of €{price.input:g}, so the cache pays from "
            f"{of_100(least)} hits on."
        )
    return text + " Writing to it costs no more than plain input, so each hit is gained."


def about_levers(f: Findings) -> str:
    """What the first line of the table means."""
    first = f.levers.iloc[0]
    text = f"Largest: *{plain(first.lever)}*, {money(first.task)} a task, {euros(first.month)} a month."
    if f.people > f.model and f.point > 0:
        points = f.model / f.point
        text += (
            f" If the model cost nothing at all, you would save as much as {points:.1f} of 100 more tasks solved: no "
            "saving of tokens can bring more."
        )
    return text


def about_point(f: Findings) -> str:
    """A point, a dearer model, and what it takes to see the points."""
    i = f.inputs
    extra = f.extra(f.model)
    text = (
        f"One more of 100 tasks solved is worth {money(f.point)} a task, {euros(f.point * i.month)} a month. "
        f"{i.points:g} more are worth {money(f.gain)}; a model {i.times:g} times as dear costs {money(extra)} more: "
    )
    text += "**it pays**" if f.gain > extra else "**it does not pay**"
    text += f", up to {f.allowed(f.model):.1f} times." if math.isfinite(f.allowed(f.model)) else "."
    if f.log.hits is not None and f.plain != f.model:
        pays = "it would pay as well" if f.gain > f.extra(f.plain) else "it would not"
        text += f" Without the cache it costs {money(f.extra(f.plain))} more, and {pays}."
    if math.isfinite(f.tasks_to_see):
        text += (
            f" To see {i.points:g} fewer of 100 handed over (80% power) takes {f.tasks_to_see:,.0f} tasks with each "
            "model. A promise is not a point."
        )
    return text


def about_cascade(f: Findings) -> str:
    c = f.cascade
    if c is None:
        return "Name a cheaper model of the price list in `small` to see what a cascade would do."
    source = "as the log has it" if c.measured else "as assumed"
    text = (
        f"*{plain(f.inputs.small)}* costs {of_100(c.small / c.large if c.large else 0)} cents of the larger one a task "
        f"and keeps {of_100(c.keeps)} tasks, {source}. "
    )
    if c.saved <= 0:
        return text + "Every task pays it, so the cascade costs more than it saves, before any slip."
    text += (
        f"The cascade saves {money(c.saved)} of model a task. Each task it gets wrong unnoticed costs "
        f"{money(c.person)}: at {c.slips:.2g} of 100 that is {money(c.slips / 100 * c.person)}, "
    )
    text += "so **it pays**" if c.net > 0 else "so **it does not pay**"
    return text + f"; {c.slips_allowed:.2g} of 100 would be the end of it."


def tail(one: Tail) -> str:
    if one.value is None:
        return f"{one.name} not told"
    return f"{one.name} {seconds(one.value)} ({seconds(one.low)} to {seconds(one.high)})"


def about_waiting(f: Findings) -> str:
    """Quantiles with their intervals, and what is not told."""
    lines = []
    for what, tails in f.log.tails.items():
        said = ", ".join(tail(one) for one in tails if one.value is not None)
        line = f"- **{NAMES[what]}:** {said or 'nothing to tell'}."
        silent = [one for one in tails if one.value is None]
        for one in silent:
            line += (
                f" {one.name} is not told: of {plural(one.times, 'time')} none may lie above it; "
                f"{one.needed:,} would do."
            )
        lines.append(line)
    text = "\n".join(lines)
    hot = f.log.tails["call"][-1]
    if hot.value is not None:
        text += (
            f"\n\nOne call in a hundred is slower than {seconds(hot.value)}; such a call sits in "
            f"{of_100(f.log.hot / f.log.turns)} turns."
        )
    if len(f.log.steps) > 1 and all(tails[1].value is not None for *__, tails in f.log.steps):
        added, turn = sum(tails[1].value for *__, tails in f.log.steps), f.tail("turn")
        if turn.value is not None:
            text += (
                f" The p95 of the steps add up to {seconds(added)}; the p95 of a turn is {seconds(turn.value)}: means "
                "add up, quantiles do not."
            )
    return text


HEADS = {
    "dearer_than_people": "**Stop, or change it from the ground.**",
    "over_limit": "**Cut the wait first.**",
    "model_larger": "**Cut tokens.**",
    "people_larger": "**Raise resolution; leave the tokens.**",
    "too_few": "**Measure more.**",
    "saving_unclear": "**Measure more.**",
    "larger_unclear": "**Measure more.**",
}


def memo(f: Findings) -> str:
    """The decision, the figure it rests on, the next step, and what the figures leave out."""
    i, turn = f.inputs, f.tail("turn")
    head = HEADS[f.rule]
    if f.rule == "dearer_than_people":
        head += f" A solved task costs {money(f.per_solved.value)} with the model, {money(i.person)} by people alone."
    elif f.rule == "over_limit":
        head += (
            f" 1 turn in 20 takes longer than {seconds(turn.value)} (at least {seconds(turn.low)}); the limit is "
            f"{seconds(i.limit)}."
        )
    elif f.rule == "model_larger":
        head += f" The model costs {money(f.model)} a task, people {money(f.people)}."
    elif f.rule == "people_larger":
        head += (
            f" People cost {money(f.people)} a task and the model {money(f.model)}: one more of 100 tasks solved "
            f"brings {money(f.point)}."
        )
    elif f.rule == "too_few":
        head += f" {plural(f.log.tasks, 'task')} cannot tell what a task costs."
    elif f.rule == "saving_unclear":
        head += (
            f" A solved task costs {money(f.per_solved.value)} ({between(f.per_solved)}), people alone "
            f"{money(i.person)}: from {plural(f.log.tasks, 'task')} the saving may be one or none."
        )
    else:
        head += (
            f" The model costs {money(f.model)} a task, people {money(i.person * f.handed.low)} to "
            f"{money(i.person * f.handed.high)}: either may be the larger."
        )
    lines = [head]
    lines.append(
        f"**The figure.** {money(f.per_solved.value)} a solved task ({between(f.per_solved)}), people included; "
        f"{money(f.whole.value)} a task, {euros(f.whole.value * i.month)} a month at {i.month:,.0f} tasks. People "
        f"alone: {money(i.person)}, {euros(i.person * i.month)} a month."
    )
    if f.rule == "people_larger":
        pays = f.gain > f.extra(f.model)
        verdict = "worth a test" if pays else "not worth a test"
        more = f", of {f.tasks_to_see:,.0f} tasks with each" if pays and math.isfinite(f.tasks_to_see) else ""
        lines.append(
            f"**Next.** Read the {f.log.ended('handed'):,} tasks that were handed over and sort them by cause. A model "
            f"{i.times:g} times as dear that solves {i.points:g} more of 100 is {verdict}{more}."
        )
    elif f.rule == "model_larger":
        lines.append(
            f"**Next.** The dearest 10 of 100 tasks carry {of_100(f.carried(10))} euros of it: read them first. Then "
            f"*{plain(_cheapest(f))}*."
        )
    elif f.rule == "over_limit":
        slow = max(f.log.steps, key=lambda step: step[2][0].value or 0)[0] if f.log.steps else ""
        lines.append(
            "**Next.** " + (f"Step {slow} takes longest. " if slow else "") + "Start at once what need not wait, "
            "stream what may be read before it is checked, shorten the output; then measure again."
        )
    if f.cascade is not None and f.cascade.net <= 0:
        lines.append(
            f"**Not now.** *{plain(i.small)}* first: it saves at most {money(max(0.0, f.cascade.saved))} a task, "
            f"and pays only below {max(0.0, f.cascade.slips_allowed):.1f} unnoticed slips of 100."
        )
    beyond = "**Before you promise it.** A saving is money only if fewer hours of people are paid for."
    if not i.running:
        beyond += " Running it (evaluation, on-call, hosting) is not in the figures."
    if f.log.ended("lost") and not i.unsolved:
        beyond += (
            f" {plural(f.log.ended('lost'), 'task')} that ended with neither cost nothing here, and somebody something."
        )
    lines.append(
        f"{beyond} From {plural(f.log.tasks, 'task')}, {100 * f.handed.low:.0f} to {100 * f.handed.high:.0f} of 100 "
        "handed over are all compatible with this log."
    )
    return "\n\n".join(lines)


def _cheapest(f: Findings) -> str:
    """The largest lever that is one on tokens."""
    tokens = f.levers[~f.levers.lever.str.contains("solved|times as dear|for nothing")]
    return tokens.lever.iloc[0] if len(tokens) else "fewer output tokens"
