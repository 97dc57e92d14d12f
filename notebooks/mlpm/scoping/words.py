"""The findings in sentences that stay true for any file."""

import math

import numpy as np

from mlpm import phrases
from mlpm.phrases import of_100, plain, plural, short
from mlpm.scoping.scope import Scope

QUESTION = {
    "value": "do people choose to use it?",
    "usability": "can people work out how to use it?",
    "feasibility": "can the team build it, with the data and the time it has?",
    "viability": "does it work for the business: law, cost, support, reputation?",
}
CHEAPEST_TEST = {
    "value": "a fake door, or a person behind the screen in place of the model, for the people it is meant for; "
    "count who takes it up and who comes back",
    "usability": "a clickable prototype, wrong answers included, before people who have never seen it; "
    "count who gets through and who recovers from a wrong answer",
    "feasibility": "a time-boxed try on a few hundred real items, labeled by hand; "
    "compare it with the simplest rule you can write",
    "viability": "one written page with the worst case, read by legal, support and finance before anything is built",
}


def amount(value: float) -> str:
    """A reward: three digits, thousands separated."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 100:
        digits = 2 - math.floor(math.log10(abs(value)))
        return f"{round(value, digits):,.0f}"
    return f"{value:.3g}"


def weeks(value: float) -> str:
    return f"{value:.1f} person-week" + ("" if f"{value:.1f}" == "1.0" else "s")


def chances(probability: float) -> str:
    """A belief: `60 chances in 100`."""
    return f"{of_100(probability).removesuffix(' of 100')} chances in 100"


def named(names: list[str], mark: str = "*", limit: int = 10) -> str:
    """`A, B and C`, in italics unless `mark` is empty; what is beyond the limit is counted; `nothing` for none."""
    marked = [f"*{plain(name)}*" if mark else name for name in names]
    if len(marked) > limit:
        marked[limit - 1 :] = [f"{len(marked) - limit + 1} more"]
    return phrases.listed(marked)


def checked(scope: Scope) -> str:
    """What was read."""
    must, frame = scope.names(scope.slices.must_have), scope.slices.frame
    needing = sum(bool(needed) for needed in scope.slices.requires)
    lines = [
        f"{plain(scope.slices.name)}: {plural(len(frame), 'slice')}, "
        f"{weeks(scope.slices.effort.sum())} of expected effort against a capacity of {scope.capacity:g}. "
        f"Of these, {needing} require{'s' if needing == 1 else ''} others; must-haves: {named(must)}."
    ]
    return "\n\n".join([*lines, *map(plain, scope.slices.notes)])


def first(scope: Scope) -> str:
    """How far the top of the ranking can be trusted."""
    ratio = scope.slices.frame["ratio"].to_numpy()
    top, often = int(np.argmax(ratio)), int(np.argmax(scope.first))
    if len(ratio) == 1:
        return "There is one slice, so there is nothing to rank."
    if ratio[top] <= 0:
        return "No slice is expected to bring anything, so none ranks first."
    text = (
        f"*{plain(scope.slices.names[top])}* has the highest expected reward per person-week, and is really the best "
        f"use of a week in {of_100(scope.first[top])} futures."
    )
    if often != top:
        text += f" *{plain(scope.slices.names[often])}* is, more often: {of_100(scope.first[often])}."
    if scope.first.max() < 0.5:
        text += " No slice is first in half of them: the order of this list is an opinion, not a finding."
    return text


def first_title(scope: Scope) -> str:
    """Which slice is first most often, and whether that is often."""
    often = int(np.argmax(scope.first))
    name, share = short(scope.slices.names[often]), of_100(scope.first[often])
    if scope.first[often] < 0.5:
        return f"No slice is first in half of the futures; {name} comes nearest, in {share}."
    return f"{name} is first in {share} futures."


def test_title(scope: Scope) -> str:
    """Whether the test is worth its weeks."""
    found = scope.test
    if found is None:
        return "No test of a single assumption can change the plan."
    worth, cost = amount(found.evsi), amount(scope.test_cost)
    which = f"Testing the {found.risk} of {short(found.slice)} is worth {worth}"
    if worth == cost:
        return f"{which}, as much as its weeks cost."
    return f"{which}, {'more' if found.evsi > scope.test_cost else 'less'} than the {cost} that its weeks cost."


def best_set(scope: Scope) -> str:
    """The best set beside the greedy one."""
    if scope.chosen.any() and scope.plans.best.value(1) <= 0:
        return f"The best set for {scope.capacity:g} person-weeks, {named(scope.order)}, is expected to bring nothing."
    if not scope.chosen.any():
        if scope.slices.effort.min() > scope.capacity:
            return (
                f"Nothing fits: the smallest slice takes {weeks(scope.slices.effort.min())} on average, "
                f"the capacity is {scope.capacity:g}."
            )
        return "No set is expected to bring more than its weeks are worth."
    reward, worth = scope.slices.reward, scope.plans.worth
    text = (
        f"The best set for {scope.capacity:g} person-weeks: {named(scope.order)}. Expected reward "
        f"{amount(scope.expected_reward)}, expected effort {weeks(scope.expected_effort)}."
    )
    loss = worth[scope.chosen].sum() - worth[scope.greedy].sum()
    if loss <= 1e-6 * abs(worth[scope.chosen].sum()):
        return text + " Here the sorted list picks a set that is as good."
    picked = scope.names(scope.greedy & ~scope.chosen)
    missed = scope.names(scope.chosen & ~scope.greedy)
    text += (
        f" The sorted list brings {amount(reward[scope.greedy].sum())}: {loss / worth[scope.chosen].sum():.0%} less. "
    )
    if not picked:
        return f"{text}It lacks {named(missed)}."
    return f"{text}It holds {named(picked)} in place of {named(missed)}."


def greedy_over(curve, step: float) -> str:
    """How often, and how badly, the sorted list is wrong as capacity moves."""
    by = curve.assign(best=curve.reward * curve.chosen, listed=curve.reward * curve.greedy).groupby("capacity")
    total = by[["best", "listed"]].sum()
    loss = ((total.best - total.listed) / total.best.where(total.best > 0)).fillna(0.0)
    wrong = loss > 1e-6
    if not wrong.any():
        return f"The sorted list picks as good a set at all {len(total)} capacities tried."
    text = (
        f"The sorted list is wrong at {wrong.sum()} of {len(total)} capacities tried, by up to {loss.max():.0%} "
        f"(at {loss.idxmax():g} person-weeks)."
    )
    falls = total.listed.diff()
    if falls.min() < -1e-6 * total.best.max():
        at = falls.idxmin()
        text += f" Going from {at - step:g} to {at:g} person-weeks, it even brings less for more work."
    return text


def effort(scope: Scope) -> str:
    """P50 and P85 against the sum of likely values."""
    if not scope.chosen.any():
        return "Nothing is chosen, so there is no effort to forecast."
    likely, p50, p85 = scope.likely_effort, scope.effort_quantile(0.5), scope.effort_quantile(0.85)
    if p85 - p50 < 0.05 and abs(p50 - likely) < 0.05:
        return f"The chosen set takes {weeks(likely)}; its efforts have no range."
    return (
        f"The most likely efforts of the chosen set add up to {weeks(likely)}. It takes no longer than that in "
        f"{of_100(scope.chance_within(likely))} futures. Half of them need more than {p50:.1f} (P50), 15 of 100 more "
        f"than {p85:.1f} (P85); {of_100(scope.chance_within(scope.capacity))} fit the capacity of {scope.capacity:g}."
    )


def test(scope: Scope) -> str:
    """What knowing is worth, and the answer of a test."""
    found = scope.test
    if found is None:
        return (
            "No single assumption can change the plan: whatever a test says about one of them, the same slices are "
            "built. Nothing here is worth a test before you build."
        )
    riskiest = scope.assumptions.loc[scope.assumptions["evppi"].idxmax()]
    frame = scope.slices.frame
    least = frame.loc[frame["probability"].idxmin()]
    text = (
        f"Knowing for certain about the {found.risk} of *{plain(found.slice)}* ({QUESTION[found.risk].rstrip('?')}) "
        f"would be worth {amount(found.evppi)}"
    )
    if riskiest["evppi"] <= 1.01 * found.evppi:
        text += "; no other assumption is worth more to know. "
    else:
        text += (
            f". Certainty about the {riskiest['risk']} of *{plain(riskiest['slice'])}* would be worth more, "
            f"{amount(riskiest['evppi'])}, but a test as weak as this one serves it less. "
        )
    text += (
        f"A test that says yes in {of_100(scope.sensitivity)} cases where that holds, and in "
        f"{of_100(scope.false_alarm)} where it does not, is worth {amount(found.evsi)}; "
        f"its {weeks(scope.test_effort)} would bring {amount(scope.test_cost)} in the plan."
    )
    if least["slice"] != found.slice and not scope.assumptions.loc[
        scope.assumptions["slice"] == least["slice"], "evsi"
    ].any():
        text += (
            f" The slice least likely to pay, *{plain(least['slice'])}*, is not worth this test: neither answer would "
            "change what you build."
        )
    return text


def memo(scope: Scope) -> str:
    """The decision for a stakeholder: first slices, what is cut, riskiest assumption, cheapest test, stop rule."""
    return "\n\n".join(
        [_headline(scope), *_plan(scope), *_risk(scope), *_stop(scope), *map(plain, scope.slices.notes)]
    )


def _headline(scope: Scope) -> str:
    found = scope.test
    if scope.decision == "test_first":
        return f"**Test before you build *{plain(found.slice)}*: {QUESTION[found.risk]}**"
    if scope.decision == "build":
        return f"**Build, starting with *{plain(scope.order[0])}*.**"
    return f"**Stop: nothing here is worth its weeks.** {best_set(scope)}"


def _plan(scope: Scope) -> list[str]:
    if scope.decision == "stop":
        return []
    found, lines = scope.test, []
    if scope.decision == "test_first":
        safe = scope.names(found.if_yes.chosen & found.if_no.chosen)
        safe = [name for name in scope.order if name in safe] + [name for name in safe if name not in scope.order]
        if safe:
            lines.append(f"**First slices:** {named(safe)}, while the test runs: they are built whatever it says.")
        else:
            lines.append("**First slices:** none until the test has spoken: no slice is built after either answer.")
    if scope.chosen.any():
        lines.append(
            f"**The plan for {scope.capacity:g} person-weeks:** {named(scope.order)}. "
            f"Expected reward {amount(scope.expected_reward)}."
        )
        lines.append(_promise(scope))
    if scope.cut:
        lines.append(f"**Cut:** {named(scope.cut)}.")
    return lines


def _promise(scope: Scope) -> str:
    likely, p85 = scope.likely_effort, scope.effort_quantile(0.85)
    if f"{p85:.1f}" == f"{likely:.1f}":
        return f"**Promise:** {weeks(p85)}."
    text = (
        f"**Promise:** {p85:.1f} person-weeks (P85). The sum of the most likely efforts, {likely:.1f}, is enough in "
        f"{of_100(scope.chance_within(likely))} futures"
    )
    if p85 > scope.capacity:
        text += (
            f"; the {scope.capacity:g} you have, in {of_100(scope.chance_within(scope.capacity))}. "
            "Ask for the difference, or agree now which slice goes if it gets late"
        )
    return text + "."


def _risk(scope: Scope) -> list[str]:
    found = scope.test
    if found is None:
        return [] if scope.decision == "stop" else ["**Riskiest assumption:** none that could change the plan."]
    turn = ""
    if 0 < found.break_even < found.probability:
        turn = f"; below {found.break_even * 100:.0f} the slice leaves the plan"
    elif found.break_even >= found.probability:
        turn = f"; from {found.break_even * 100:.0f} the slice enters the plan"
    lines = [
        f"**Riskiest assumption:** {found.risk} of *{plain(found.slice)}*: {QUESTION[found.risk]} You give it "
        f"{chances(found.probability)}{turn}."
    ]
    worth = scope.test_cost and found.evsi / scope.test_cost * scope.test_effort
    if scope.decision == "test_first":
        lines.append(
            f"**Cheapest test:** {CHEAPEST_TEST[found.risk]}. It is worth {amount(found.evsi)}"
            + (f", or {weeks(worth)} of the plan, and takes {scope.test_effort:g}." if worth else ".")
        )
    else:
        lines.append(
            f"**Cheapest test:** none is worth its {weeks(scope.test_effort)}: the best is worth {amount(found.evsi)}, "
            f"those weeks {amount(scope.test_cost)}. It pays once it is cheaper, or sharper."
        )
    return lines


def _stop(scope: Scope) -> list[str]:
    found = scope.test
    if scope.decision == "stop":
        return []
    rule = []
    if scope.decision == "test_first":
        dropped = scope.names(found.if_yes.chosen & ~found.if_no.chosen)
        instead = scope.names(found.if_no.chosen & ~found.if_yes.chosen)
        rule = [
            "Write down today which result counts as a no.",
            f"After a no you give it {chances(found.belief_no)}: leave out {named(dropped)}"
            + (f", build {named(instead)} instead." if instead else "."),
        ]
    if scope.chosen.any():
        rule.append(f"At {scope.effort_quantile(0.85):.1f} person-weeks, finished or not, stop and cut scope.")
    return ["**Stop rule:** " + " ".join(rule)]


def label_places(x, y, texts: list[str], width: float = 270, height: float = 360) -> list[tuple[float, float, str]]:
    """Where to write the names in a scatter of a phone's width: (dx, dy, align) for each point, the first place free.

    `x`, `y`: positions as shares of the axes. Letters are taken as 6 pixels wide, lines as 13 high.
    """
    points = [(across * width, (1 - up) * height) for across, up in zip(x, y, strict=True)]
    taken = [(left - 3, left + 3, top - 3, top + 3) for left, top in points]
    offsets = [(side * 7, dy) for dy in (-8, 14, -21, 27, -34, 40) for side in (1, -1)]
    places = [(7, -8, "left")] * len(points)
    for i in sorted(range(len(points)), key=lambda i: points[i]):
        for dx, dy in offsets:
            left = points[i][0] + dx - (6 * len(texts[i]) if dx < 0 else 0)
            box = left, left + 6 * len(texts[i]), points[i][1] + dy - 9, points[i][1] + dy + 4
            inside = box[0] >= 0 and box[1] <= width and box[2] >= 0 and box[3] <= height
            if inside and not any(_overlap(box, other) for other in taken):
                places[i] = dx, dy, "right" if dx < 0 else "left"
                taken.append(box)
                break
    return places


def _overlap(box, other) -> bool:
    return box[0] < other[1] and other[0] < box[1] and box[2] < other[3] and other[2] < box[3]
