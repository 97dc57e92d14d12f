"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

import math
from collections.abc import Iterator

from mlpm import phrases
from mlpm.learning_curve import noise
from mlpm.learning_curve.plan import ENOUGH_SIZES, REPEATS, Answer
from mlpm.learning_curve.study import Findings, about
from mlpm.phrases import listed, plain, plural

# Curves that differ by less than this where they were measured look the same to whoever draws them.
ALIKE = 0.01
DECIDED = {
    "enough": "enough",
    "collect": "collect",
    "measure_more": "measure more",
    "change_the_problem": "change the problem",
}


def of_100(error: float) -> str:
    """An error as a count: `10 of 100`, `8.2 of 100`."""
    count = f"{100 * error:.1f}".removesuffix(".0")
    return f"{count} of 100"


def count_of(error: float) -> str:
    return f"{100 * error:.1f}".removesuffix(".0")


def euros(amount: float) -> str:
    return phrases.euros(amount, cents=False)


def months(time: float) -> str:
    if not math.isfinite(time):
        return "–"
    if time < 0.1:
        return "a few days" if time > 0 else "no time"
    return f"{time:.1f} months" if time < 10 else f"{time:,.0f} months"


def decided(decision: str) -> str:
    return DECIDED[decision]


def between(low: float, high: float, have: float) -> str:
    """A range of items; open where nothing bounds it."""
    if not math.isfinite(low):
        return "never, at either end"
    return f"{about(low) if low > have else 'what you have'} to {about(high)}"


def power(exponent: float) -> str:
    """A size to a negative power: `size⁻⁰·⁴⁴`."""
    return "size" + f"-{exponent:.2f}".translate(str.maketrans("-.0123456789", "⁻·⁰¹²³⁴⁵⁶⁷⁸⁹"))


def about_points(found: Findings) -> str:
    p = found.points
    text = (
        f"{plural(p.rows, 'run')} at {plural(len(p.sizes), 'training size')}, from {p.sizes[0]:,.0f} to "
        f"{p.largest:,.0f} items. The error falls from {of_100(p.error[0])} to {of_100(p.error[-1])}."
    )
    if p.error[-1] >= p.error[0]:
        text = text.replace("falls", "goes")
    if p.rows == len(p.sizes):
        text += " No size was run twice: what part of the curve is chance, the points themselves cannot say."
    return " ".join([text, *warnings(found)])


def warnings(found: Findings) -> Iterator[str]:
    """What a reader of the memo has to know about the points."""
    p = found.points
    yield from map(plain, p.notes)
    if len(p.sizes) < ENOUGH_SIZES:
        yield f"{len(p.sizes)} sizes fit a curve with three unknowns exactly: nothing is left to show that it is wrong."
    if found.short:
        yield (
            f"The largest size is only {p.largest / p.sizes[0]:.1f} times the smallest: too little to see a curve "
            "bend. Train on less, too: that costs no label."
        )
    if found.curve.rises:
        yield (
            "The error grows with the amount of data, by more than the scatter explains. Some learning curves do get "
            "worse; more often the added items are of another kind, or the model was tuned at one size only."
        )
    if found.wild_sizes:
        sizes = listed([f"{size:,}" for size in found.wild_sizes[:5]])
        yield f"At {sizes} items single runs differ by more than the whole curve falls: look at them before the curve."
    if found.misfits:
        yield (
            "The means do not lie on a curve of this shape: by chance they would miss it this far in fewer than 1 of "
            "100 cases. Read the fit as a sketch."
        )


def about_fit(found: Findings) -> str:
    c = found.curve
    low, high = c.floor_interval
    if c.scale == 0:
        return (
            f"The best curve is a flat line at {of_100(c.floor)}: within what was measured, more data brought nothing."
        )
    text = (
        f"Fit: error = {c.floor:.3f} + {c.scale:.3g} · {power(c.exponent)}. With each doubling what lies above the "
        f"floor shrinks to {2 ** -c.exponent:.0%} of what it was. The floor is **{of_100(c.floor)}**"
    )
    if math.isnan(low):
        return text + "; its interval cannot be given, as no run repeats another and no row says how sure it is."
    text += f", with an interval from {count_of(low)} to {count_of(high)}."
    if p := found.points.test_items:
        luck = "moves all points alike" if found.points.shared_test else "is part of each point's scatter"
        text += f" The luck of the {p:,.0f} test items {luck}, and is in the interval."
    return text


def about_check(found: Findings) -> str:
    """The closed form through three points beside the fit."""
    if found.by_hand is None:
        return "No three sizes are evenly spaced, in ratio, so the curve cannot be checked by hand."
    sizes, solved = found.by_hand
    through = f"Through the means at {listed([f'{size:,.0f}' for size in sizes])}, without a fit,"
    if solved is None:
        return f"{through} no curve with a floor passes: the second step down is no smaller than the first."
    floor, exponent = solved
    return f"{through} passes the curve with a floor of {of_100(max(floor, 0))} and an exponent of {exponent:.2f}."


def about_floor(found: Findings) -> str:
    """The floorless curve as the mistake it is, unless the points have no floor."""
    c, f = found.curve, found.floorless
    far = found.attainable if math.isfinite(found.attainable) else c.horizon
    if c.scale == 0:
        return "A flat line and a falling one without a floor part at once: do not extrapolate the second."
    text = (
        f"Leave the floor out and the fit is error = {f.scale:.3g} · {power(f.exponent)}, a straight line on "
        "logarithmic axes, which always reaches every target. "
    )
    text += (
        f"Where you measured, the two differ by at most {count_of(found.gap)} in 100. At {far:,.0f} items the one "
        f"without promises {of_100(float(f(far)))}, the other {of_100(float(c(far)))}."
    )
    if c.floor < 5e-4:
        return text + " These points show no floor so far. That is no promise for ten times as many."
    if found.gap < ALIKE:
        return text + " The points you have hardly tell them apart. The bill does."
    return text + " The points you have can tell them apart already."


def about_target(found: Findings) -> str:
    return _about_answer(found, found.answer)


def _about_answer(found: Findings, a: Answer) -> str:
    c, p = found.curve, found.points
    start = f"An error of {of_100(a.target)}"
    now = float(c(p.largest))
    if a.decision == "enough":
        high = float(c.interval(p.largest)[1][0])
        return (
            f"{start} is met with the {p.largest:,.0f} items you have: {of_100(now)} there, and even the upper end of "
            f"the interval is {of_100(high)}."
        )
    if a.rule == "rises":
        return f"{start} is not a question of amount: the curve rises."
    if a.rule == "too_few":
        fit = f"would take {about(a.needed)} items" if math.isfinite(a.needed) else "would never be reached"
        return f"{start} {fit} by the fit, if these points could be trusted with a curve."
    if a.rule == "floor_above":
        return (
            f"{start} is not reachable with more of the same data: the floor's interval, "
            f"{count_of(c.floor_interval[0])} to {count_of(c.floor_interval[1])} of 100, lies above it."
        )
    if a.rule == "out_of_reach":
        least = f"{about(a.low)} items" if math.isfinite(a.low) else "more items than anybody has"
        had = f", and {found.attainable:,.0f} can be had" if math.isfinite(found.attainable) else ""
        return f"{start} is out of reach: even the favorable end of the interval takes {least}{had}."
    ten = f"the honest horizon of {c.horizon:,.0f}, ten times the largest size measured (a rule of thumb of ours)"
    if math.isinf(a.needed):
        text = (
            f"{start} is **never** reached by the fit, whose floor is {count_of(c.floor)}; but that floor may be as "
            f"low as {count_of(c.floor_interval[0])}, and then {about(a.low)} items would do."
        )
        return f"{text} Those are beyond {ten}: a drawing, not a promise." if a.low > c.horizon else text
    if a.needed <= p.largest:
        text = f"{start} takes **no more than you have** by the fit; the interval goes to {about(a.high)}."
    else:
        text = f"{start} takes **{about(a.needed)} items** by the fit, with an interval from "
        text += f"{between(a.low, a.high, p.largest)}."
    if math.isinf(a.high):
        text += " Never, because the floor may lie above the target."
    if a.needed > c.horizon:
        text += f" That is beyond {ten}: a drawing, not a promise."
    elif a.high > c.horizon and math.isfinite(a.high):
        text += f" The upper end lies beyond {ten}: promise nothing yet."
    return text


def about_asked(found: Findings) -> str:
    others = found.answers[1:]
    return "\n".join(f"- {_about_answer(found, a)}" for a in others) or "No other target was asked about."


def about_money(found: Findings) -> str:
    """What the target costs, and what everything would."""
    a, p = found.answer, found.points
    text = (
        f"An item costs €{found.price:.3g}: {found.labels_per_item:.3g} labels at "
        f"€{found.price / found.labels_per_item:.3g}. You label {found.supply:,.0f} items a month."
    )
    if a.decision == "enough":
        text += " Nothing has to be bought for this target."
    elif math.isfinite(a.needed):
        more = found.more(a.needed)
        text += (
            f" The {about(a.needed)} items of the fit are {about(more)} more than you have, "
            f"{euros(found.euros(a.needed))} and {months(found.months(a.needed))}"
            if more else " By the fit nothing has to be bought"
        )
        if math.isfinite(a.high):
            text += f"; the upper end takes {euros(found.euros(a.high))} and {months(found.months(a.high))}"
        text += "."
    if math.isfinite(found.attainable):
        least, all_of_it = float(found.curve(p.largest)), float(found.curve(found.attainable))
        text += (
            f" All {found.attainable - p.largest:,.0f} that can be had cost {euros(found.euros(found.attainable))} and "
            f"{months(found.months(found.attainable))}, and bring the error from {of_100(least)} to "
            f"{of_100(all_of_it)}"
            + (": a drawing, as that is beyond the horizon." if found.attainable > found.curve.horizon else ".")
        )
    return text


def about_next(found: Findings) -> str:
    """What to measure next."""
    best, a = found.next_measurement, found.answer
    if a.decision == "enough":
        return "Nothing to measure for this target."
    if a.decision == "change_the_problem":
        return "No further point would change the answer. Measure again when labels, features or the target change."
    if best is None:
        return "No further point pays for itself: the range is as narrow as it needs to be. Buy the next stage."
    span = between(best.low, best.high, found.points.largest)
    cost = "no new label" if best["items"] == 0 else f"{best['items']:,.0f} items to label, {euros(best.euros)}"
    text = f"Next, **{best.what}**: {cost}. If they land on the curve, the range becomes {span}"
    if best.decision != a.decision:
        return f"{text}, and the answer *{decided(best.decision)}*."
    if best.worth > 0:
        return f"{text}, and {euros(best.worth)} need not be set aside."
    return f"{text}. No single measurement settles it; this is the next stage."


def about_labels(found: Findings) -> str:
    """What wrong test labels do to the floor."""
    flips, floor, target = found.label_flips, found.curve.floor, found.target
    if flips == 0:
        return "Test labels are taken as right. If you know how many are wrong, set `label_flips`."
    text = (
        f"If {count_of(flips)} of 100 test labels are wrong, whatever the item, a model without a mistake still shows "
        f"an error of {of_100(flips)}."
    )
    if floor <= flips:
        return f"{text} The floor, {of_100(floor)}, is no more than that: all of it may be the labels, not the model."
    text += f" Of the floor, {of_100(floor)}, the model then owns {count_of(noise.true_error(floor, flips))}"
    if target > flips:
        text += f"; to show {count_of(target)} it has to reach {count_of(noise.true_error(target, flips))}"
    else:
        text += f"; the target of {of_100(target)} cannot be shown at all with such labels"
    return text + ". Better test labels can be cheaper than more training data."


def about_rare(found: Findings) -> str:
    """How many of the rare class are in what is bought."""
    rare, items = found.rare, found.rare / found.prevalence
    text = f"{about(items)} items with {of_100(found.prevalence)} of the rare class hold about {about(rare)} of it."
    if 0 < found.base_rate < found.prevalence:
        many, sure = noise.draws(rare, found.base_rate), noise.draws(rare, found.base_rate, 0.95)
        text += (
            f" Drawn where only {of_100(found.base_rate)} are, as many take {many:,.0f} draws on average and "
            f"{sure:,.0f} to be 95% sure of them."
        )
    return text + " A curve drawn at one share does not hold at another."


def about_test(found: Findings) -> str:
    """How many test items tell the target from its neighbor."""
    needed = noise.test_items(found.target, found.margin)
    text = (
        f"To know an error of {of_100(found.target)} to ±{count_of(found.margin)} takes {needed:,} test items, of the "
        "kind the error is counted on."
    )
    have = found.points.test_items
    if have is not None:
        text += f" You have {have:,.0f}: {'enough' if have >= needed else 'too few'}."
    return text


# --- The memo -----------------------------------------------------------------------------------------------------


def memo(found: Findings) -> str:
    """The decision in words: what, for how much, until when, and when to stop."""
    parts = {"enough": _enough, "collect": _collect, "measure_more": _measure, "change_the_problem": _change}
    paragraphs = [*parts[found.answer.decision](found), *_others(found)]
    notes = list(warnings(found))
    return "\n\n".join([*paragraphs, *(["**Before you rely on it:** " + " ".join(notes)] if notes else [])])


def _enough(found: Findings) -> Iterator[str]:
    yield f"**Stop buying labels for this target.** {_about_answer(found, found.answer)}"
    yield (
        "Spend on what the test does not show: fresh items, rare kinds, labels that went wrong. Measure again in a "
        "quarter."
    )


def _collect(found: Findings) -> Iterator[str]:
    a = found.answer
    yield f"**Collect, in stages, and not everything.** {_about_answer(found, a)}"
    yield f"**Money and time.** {about_money(found)}"
    yield from _stage(found)
    if found.next_measurement is not None:
        yield f"**Before that.** {about_next(found)}"


def _stage(found: Findings, title: str = "Next stage") -> Iterator[str]:
    stage = found.next_stage
    if stage is None:
        return
    text = (
        f"**{title}.** Label {stage.new:,.0f} more, {stage['items']:,.0f} in all: {euros(stage.euros)}, "
        f"{months(stage.months)}. "
    )
    low, high = found.curve.expected(float(stage["items"]), REPEATS)
    if not math.isnan(low):
        text += (
            f"The mean of {REPEATS} runs there, on the same test items, should show between {count_of(low)} and "
            f"{of_100(high)}; outside, the curve is wrong and buying stops until somebody knows why. "
        )
    yield text + (
        f"Stop when the interval's upper end is at or below {of_100(found.target)}, or when the lower end of the floor "
        "is above it."
    )


def _measure(found: Findings) -> Iterator[str]:
    a = found.answer
    yield f"**Promise nothing yet: measure more.** {_about_answer(found, a)}"
    if a.rule == "too_few":
        yield (
            "Train at four sizes at least, each about double the one before, with three random draws at each, on the "
            "labels you have."
        )
        return
    yield f"**Measure.** {about_next(found)}"
    best = found.next_measurement
    on_the_way = best is not None and found.next_stage is not None and best["size"] > found.next_stage["items"]
    yield from _stage(found, "On the way" if on_the_way else "Next stage")


def _change(found: Findings) -> Iterator[str]:
    a, c = found.answer, found.curve
    yield f"**Do not buy more of the same data: change the problem.** {_about_answer(found, a)}"
    if a.rule == "rises":
        yield (
            "Compare the items added last with those before: source, time, labelers, duplicates of test items. Tune "
            "the model again at every size. Then measure the curve anew."
        )
        return
    if math.isfinite(found.attainable):
        yield (
            f"All {found.attainable - found.points.largest:,.0f} items that can be had cost "
            f"{euros(found.euros(found.attainable))} and {months(found.months(found.attainable))}; by the fit they "
            f"would leave the error at {of_100(float(c(found.attainable)))}."
        )
    yield (
        f"What moves a floor: labels (have the errors of the best run judged again, blind), inputs the model does not "
        f"see, another model, or a treatment that bears more errors. {about_labels(found)}"
    )


def _others(found: Findings) -> Iterator[str]:
    if len(found.answers) > 1:
        yield "**Also asked.** " + " ".join(_about_answer(found, a).replace("**", "") for a in found.answers[1:])
