"""What the notebook says after each result, and the memo: sentences that hold for any input."""

from mlpm.autonomy.ladder import ALONE, NEVER, PERSON, Action, Approval, Audit, Ladder, caught_if
from mlpm.phrases import euros, listed, of_100, plain, plural
from mlpm.reliability import Chain, Repeats, Step, in_a_row, step_needed


def about_chain(step: Step, better: float, steps: int, short: int) -> str:
    """What steps in a row do, and what a check, tries and fewer steps buy."""
    whole, fewer = Chain(step, steps), Chain(step, short)
    return (
        f"{plural(steps, 'step')}, each right in {of_100(step.right)}: {of_100(in_a_row(step.right, steps))} tasks "
        f"are right; at {100 * better:.3g} of 100 a step, {of_100(in_a_row(better, steps))}. "
        f"For 90 of 100 tasks a step would have to be right in {100 * step_needed(0.9, steps):.4g} of 100.\n\n"
        f"With a check after each step and {plural(step.retries, 'more try', 'more tries')}: "
        f"{of_100(whole.right)} right, {of_100(whole.handed_over)} handed to a person, and {of_100(whole.wrong)} wrong "
        f"without anybody knowing; {whole.step.tries:.3g} tries a step. "
        f"With {plural(short, 'step')} left to the model and the others written as code that is always right, "
        f"{of_100(in_a_row(step.right, short))} are right without a check, {of_100(fewer.right)} with it."
    )


def about_repeats(repeats: Repeats, k: int) -> str:
    """pass^k, its interval, and what the average would have promised."""
    low, high = repeats.interval(k)
    sure, never = repeats.tasks[-1], repeats.tasks[0]
    text = (
        f"Of {plural(repeats.number, 'task')}, each run {plural(repeats.runs, 'time')}, {of_100(repeats.at(1))} runs "
        f"are solved. {k} times in a row it is {of_100(repeats.at(k))} tasks ({100 * low:.0f} to {100 * high:.0f}). "
        f"Were all tasks alike, the same average would give {of_100(repeats.if_alike(k))}. "
        f"{plural(sure, 'task')} {'was' if sure == 1 else 'were'} solved in every run, {never or 'none'} in none"
    )
    between = repeats.number - sure - never
    if between:
        text += f"; the other {between} are the reading list: solved sometimes, so the agent can, and does not"
    return text + "."


def about_approvals(approvals: tuple[Approval, ...], hourly: float, approved: float, wrong: float) -> str:
    """Each approval by its planted errors, and why the rate of approval says nothing."""
    coin, best = caught_if(approved, wrong)
    lines = []
    for one in approvals:
        low, high = one.interval
        lines.append(
            f"- **{plain(one.name).capitalize()}**: {one.refused} of {one.planted} planted errors refused, "
            f"{of_100(one.caught)} ({100 * low:.0f} to {100 * high:.0f}), for {euros(one.price(hourly))} each."
        )
    return (
        f"Somebody approves {of_100(approved)} proposals. If {of_100(wrong)} are wrong, the refused ones may hold "
        f"{of_100(best)} of the errors, or, if refused by a coin, {of_100(coin)}. The rate cannot tell. Planted errors "
        "can:\n\n" + "\n".join(lines)
    )


def rung(way: str) -> str:
    """The rung as a table names it."""
    return {ALONE: "agent alone, logged", PERSON: "a person does it", NEVER: "never the agent"}.get(
        way, f"agent proposes, {way}"
    )


def money(amount: float | None) -> str:
    return "no cap" if amount is None or amount != amount else euros(amount)


def about_ladder(ladder: Ladder, actions: tuple[Action, ...]) -> str:
    """For each action why it is on its rung."""
    return "\n".join(f"- **{_headed(one)}**: {_why(ladder, one)}" for one in actions)


def _headed(action: Action) -> str:
    return plain(action.name)[:1].upper() + plain(action.name)[1:]


def _why(ladder: Ladder, action: Action) -> str:
    way, line = ladder.way(action), ladder.break_even(action)
    if way == NEVER:
        return (
            "never the agent. No cap is possible, so nothing bounds what goes before somebody notices; an average says "
            "nothing about somebody who repeats what works."
        )
    seen = "No proposal judged yet"
    if action.runs:
        seen = f"{action.wrong} of {action.runs:,} judged proposals wrong, so at most {100 * action.upper:.2g} of 100"
    text = f"{rung(way)}. {seen}; alone is the cheapest way up to {100 * line:.3g} of 100. "
    needed = ladder.needed(action)
    if not ladder.proven(action):
        more = None if needed is None else max(needed - action.runs, 0)
        text += (
            "No number of runs opens the rung. " if more is None
            else f"The rung opens at {needed:,} judged with no further wrong one: {more:,} more. "
        )
        if more and action.share and action.share >= line:
            text += (
                f"At the share counted, {100 * action.share:.2g} of 100, about {ladder.to_come(action):.2g} of these "
                "would be wrong: it opens only for an agent that is better than counted. "
            )
    text += f"Before somebody notices, {money(ladder.exposure(action))} can go"
    return text + (
        "." if ladder.bounded(action)
        else f", more than the {euros(ladder.bearable)} that can be borne: lower the limit."
    )


def about_audit(audit: Audit, action: Action, ladder: Ladder) -> str:
    """When the rung closes again, how sure that is, and what the audit costs beside what it watches."""
    line = ladder.break_even(action)
    double = min(1.0, 2 * line)
    careful = ladder.approvals[-1]
    return (
        f"Of the actions done alone, judge {audit.size} a week, drawn at random. Close the rung from {audit.line} "
        f"wrong ones on. An agent as good as counted, {100 * audit.expected:.2g} wrong of 100, is stopped in "
        f"{of_100(audit.closes(audit.expected))} weeks; one at the break-even of {100 * line:.3g} in "
        f"{of_100(audit.closes(line))}; one at twice that in {of_100(audit.closes(double))}.\n\n"
        f"Judged by {plain(careful.name)} each, the audit costs {euros(audit.price(careful, ladder.hourly))} a week. "
        f"As good as counted, these actions lose {euros(ladder.week(action, audit.expected))} a week; at twice the "
        f"break-even, {euros(ladder.week(action, double))}."
    )


def about_month(ladder: Ladder, actions: tuple[Action, ...]) -> str:
    """Euros a month by the rungs, and by one way for everything."""
    names = [ALONE, *(one.name for one in ladder.approvals), PERSON]
    others = listed([f"{euros(ladder.month(actions, name))} by {name}" for name in names])
    return (
        f"All actions with a cap, by these rungs: {euros(ladder.month(actions))} a month. All by one way: {others}. "
        "These are averages at the shares counted, without an attacker."
    )


def memo(
    ladder: Ladder, actions: tuple[Action, ...], repeats: Repeats, k: int, step: Step, steps: int, audit: Audit
) -> str:
    """Which rung for which action, what opens the next, what closes one."""
    low, high = repeats.interval(k)
    alone = [plain(one.name) for one in actions if ladder.way(one) == ALONE]
    never = [plain(one.name) for one in actions if ladder.way(one) == NEVER]
    rest = [one for one in actions if ladder.way(one) not in (ALONE, NEVER)]
    lines = [f"**Alone, logged:** {listed(alone)}." if alone else "**Alone: nothing yet.**"]
    for one in rest:
        needed = ladder.needed(one)
        opens = "" if needed is None or ladder.proven(one) else (
            f" Opens at {needed:,} judged proposals with {one.wrong or 'none'} wrong; so far {one.runs:,}."
        )
        lines.append(f"**{_headed(one)}:** {rung(ladder.way(one))}.{opens}")
    if never:
        lines.append(f"**Never, whatever the evidence:** {listed(never)}. There is no cap.")
    lines.append(
        f"**Do not promise the average.** {of_100(repeats.at(1)).capitalize()} runs are right; {k} in a row, "
        f"{of_100(repeats.at(k))} tasks ({100 * low:.0f} to {100 * high:.0f}). Without a check a task of "
        f"{plural(steps, 'step')} is right in {of_100(in_a_row(step.right, steps))}."
    )
    lines.append(
        f"**Closes at once:** a success in the red team, an action past its cap, the same one done twice, or "
        f"{audit.line} wrong of {audit.size} in a week's audit. A new model, prompt, tool or policy goes one rung down "
        "until it has been judged: evidence belongs to a version."
    )
    return "\n\n".join(lines)
