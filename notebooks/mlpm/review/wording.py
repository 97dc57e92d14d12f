"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

from collections.abc import Iterator

from mlpm.phrases import euros, listed, minus, of_100, plain, plural
from mlpm.review import day, queue
from mlpm.review.decision import rows_to_tell
from mlpm.review.errors import Share
from mlpm.review.log import shown
from mlpm.review.study import MOST_A_DAY, Day, Findings
from mlpm.review.value import FEW_ROWS, Window

# House rules of the plan, not measurements: minutes at a stretch, and when a reviewer should hand an item on.
STRETCH, HAND_ON = 90, 2
WEEK = 7 / 5  # a shift every day of the week takes more people than one from Monday to Friday


def signed(amount: float) -> str:
    return minus(f"{amount:+.2f}")


def ratio(share: Share) -> str:
    """`41 of 100`, with the counts behind it."""
    return f"{of_100(share.value)} ({share.hits:,} of {share.trials:,})"


def p_value(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def hour_of(hour: float) -> str:
    """A span of hours: `50 minutes`, `7.9 hours`."""
    return f"{60 * hour:.0f} minutes" if hour < 1.5 else f"{hour:.1f} hours"


def minutes(value: float) -> str:
    return f"{60 * value:.0f} seconds" if value < 1.5 else f"{value:.0f} minutes"


def about_log(f: Findings) -> str:
    log = f.log
    audited = int(log.audited.rows.sum())
    people = len(f.people)
    text = plural(log.rows, "review")
    if people:
        text += f" by {plural(people, 'reviewer')}"
    text += f"; {audited:,} of them have a truth to be judged by." if audited < log.rows else ", each with a truth."
    if log.tells_seen:
        sighted = int(log.cells.rows[log.cells.seen].sum())
        text += f" In {sighted:,} the reviewer saw the model's verdict first, in {log.rows - sighted:,} not."
    else:
        text += " The log does not tell who saw the model's verdict first, so anchoring stays unseen."
    if not f.inputs.items_per_day:
        text += f" items_per_day is not given: the {f.items.sum():,.0f} items of the log are taken for one day."
    if log.hours is None:
        text += " Without a column of hours every hour of the day gets the same number of items: peaks stay unseen."
    if f.uncalibrated:
        text += (
            f" In {plural(len(f.uncalibrated), 'band')} ({listed(f.uncalibrated)}) the mean score lies outside the "
            "interval of the share that is violating: the score is not a probability there. Gains below are counted "
            "on the truth and stay right; the actions without review are not the best this model could have."
        )
    return " ".join([text, *map(plain, log.notes)])


def about_errors(f: Findings) -> str:
    total = f.errors[-1]
    if not total.done.trials:
        return "No review that was done as usual has a truth: nothing can be said about errors."
    text = (
        f"Over the items of the log, of which some bands hold more than their share, the model alone is wrong on "
        f"{ratio(total.model)} and reviews as they are done on {ratio(total.done)}."
    )
    better = [one for one in f.errors[:-1] if (one.done_pair.p or 1) < 0.05]
    helps = [one.label for one in better if one.done_pair.model > one.done_pair.reviewer]
    harms = [one.label for one in better if one.done_pair.model < one.done_pair.reviewer]
    if helps:
        text += f" Item by item, reviewers correct more than they spoil at {listed(helps)}."
    if harms:
        text += f" **They spoil more than they correct at {listed(harms)}**: there the model alone is more often right."
    if not helps and not harms:
        text += " In no band is one of the two shown to be more often right than the other."
    if total.own is not None and total.own.trials:
        who = "reviewers who judge before they see the model's verdict" if "seen" in f.repairs else "the reviewers"
        who += ", and who read," if f.stamps and "seen" in f.repairs else " who read" if f.stamps else ""
        worse = [
            f"{one.label} ({one.own_pair.reviewer} spoiled, {one.own_pair.model} corrected)" for one in f.errors[:-1]
            if one.own_pair and (one.own_pair.p or 1) < 0.05 and one.own_pair.model < one.own_pair.reviewer
        ]
        text += f" By themselves {who} are wrong on {ratio(total.own)}."
        if worse:
            text += f" Even they are more often wrong than the model at {listed(worse)}."
    return text


def about_following(f: Findings) -> str:
    rate, right = f.overrides.rate, f.overrides.right
    text = f"Reviewers give another verdict than the model on {ratio(rate)} items"
    text += f", and are right to on {ratio(right)} of those that have a truth." if right.trials else "."
    every = f.following[0]
    if every.pulled is None:
        return text + (
            " How often they would repeat its errors without seeing them is unknown: hide the verdict in a part of the "
            "reviews, drawn by lot, and log in which."
        )
    more, low, high = every.pulled
    text += (
        f" Where the model is wrong, those who saw its verdict repeat the error on {ratio(every.wrong_shown)} items, "
        f"those who did not on {ratio(every.wrong_own)}. "
    )
    if low > 0:
        text += (
            f"**That is {100 * more:.0f} of 100 more ({100 * low:.0f} to {100 * high:.0f}): the verdict in sight pulls "
            "them along**, and a review meant to catch the model's errors lets them through."
        )
    elif high < 0:
        text += "They repeat its errors less often when they see them: something else sets the two kinds apart."
    else:
        text += f"The difference, {100 * more:.0f} of 100 ({100 * low:.0f} to {100 * high:.0f}), may be chance."
    if f.stamps:
        text += f" {listed([plain(name) for name in f.stamps])} {'is' if len(f.stamps) == 1 else 'are'} left out here."
    return text


def about_reviewers(f: Findings) -> str:
    if not len(f.people):
        return "The log names no reviewers, so nobody who does not read can be told apart."
    if not f.people.hasty.notna().any():
        return "Without seconds nobody who does not read can be told apart from somebody who agrees."
    if not f.stamps:
        return (
            f"Nobody is both mostly under {f.inputs.floor:g} seconds and far from the others in overrides: no sign of "
            "a rubber stamp."
        )
    said = []
    for row in f.people[f.people.stamps].itertuples():
        said.append(
            f"**{plain(row.reviewer)}** stays under {f.inputs.floor:g} seconds on {of_100(row.hasty)} items and "
            f"differs from the model on {of_100(row.overrides)} (the others: about "
            f"{of_100(_others(f, row.reviewer))})"
        )
    part = f.people.reviews[f.people.stamps].sum() / f.people.reviews.sum()
    return (
        f"{'; '.join(said)}. Both signs together look like a stamp, on {of_100(part)} of all reviews. Ask before you "
        "judge: a quota, a broken tool or a shift without breaks reads the same in a log."
    )


def _others(f: Findings, name: str) -> float:
    rest = f.people[(f.people.reviewer != name) & ~f.people.stamps]
    return float((rest.overrides * rest.reviews).sum() / rest.reviews.sum()) if len(rest) else 0.0


def about_value(f: Findings) -> str:
    acts = listed([action.name for action in f.priced.actions])
    text = (
        f"A review costs {euros(f.priced.review)}, breaks and reserve included. It has to beat what is done without it "
        f"({acts}, each where it does least harm), not only show or hide. "
    )
    if f.today is None:
        text += f"The band reviewed today has fewer than {FEW_ROWS} audited reviews somewhere: its worth is unknown. "
    else:
        verb, other = ("brings", "costs") if f.today.net > 0 else ("costs", "brings")
        if f.now.backlog.grows:
            verb = f"were all of it reviewed, {verb}"
        text += (
            f"Today's band, {f.now.label}, {verb} **{euros(abs(f.today.net))} a day** more than it {other} "
            f"({interval(f.today)} a day). "
        )
        other = f.today_against_model
        if other is not None and other.low > 0 > f.today.high:
            text += (
                f"Held against nothing but show or hide by the model's verdict it would look like a gain of "
                f"{euros(other.net)}: the milder actions already take most of what a review would save. "
            )
    if f.in_use is not None:
        text += (
            f"As reviews are done, the best band is {f.label(f.in_use)}: {euros(f.in_use.net)} a day "
            f"({interval(f.in_use)}). "
        )
    if f.repaired is not None:
        text += (
            f"With {_repaired_who(f)} it is {f.label(f.repaired)}: **{euros(f.repaired.net)} a day** "
            f"({interval(f.repaired)})."
        )
    return text.strip()


def interval(window: Window) -> str:
    return f"{euros(window.low)} to {euros(window.high)}"


def _repaired_who(f: Findings) -> str:
    """What spoils the reviews, taken away: `the verdict hidden and r05 left out`."""
    parts = ["the verdict hidden"] if "seen" in f.repairs else []
    return " and ".join(parts + ([f"{listed([plain(name) for name in f.stamps])} left out"] if f.stamps else []))


def about_today(f: Findings) -> str:
    return f"*Today* (scores {f.now.label}, {day.said(f.now.shifts)}): {_holds(f, f.now)}"


def _holds(f: Findings, one: Day) -> str:
    text = f"{one.work:,.0f} reviews a day, time for {one.able:,.0f}. "
    if one.backlog.grows:
        return text + (
            f"**Unstable: the backlog grows by {one.backlog.grows:,.0f} items a day**; of 100 items "
            f"{100 * (1 - one.able / one.work):.0f} are never reviewed."
        )
    return f"{text}It holds; people are busy {100 * one.busy:.0f}% of their queue time. {_kept(f, one)}"


def _kept(f: Findings, one: Day) -> str:
    """How long items wait where the queue holds."""
    text = f"The unluckiest item waits {hour_of(one.backlog.opened)} of open time"
    if one.backlog.longest - one.backlog.opened > 0.1:
        text += f", {hour_of(one.backlog.longest)} with the night"
    if one.simulated is None:
        return f"{text}."
    share = one.simulated.share
    kept = "more than 99.9" if 0.9995 <= share < 1 else f"{100 * share:.1f}"
    return (
        f"{text}. In a simulation of {one.simulated.days} days {kept} of 100 items are begun within "
        f"{minutes(f.inputs.within)}."
    )


def about_plan(f: Findings) -> str:
    parts = [about_today(f)]
    if f.chosen is not None and f.chosen.share == 1:
        parts.append(f"*The band {f.narrowed.label} alone, on today's shifts:* {_holds(f, f.narrowed)}")
    parts.append(
        f"*Planned* ({f.planned.label}, {day.said(f.planned.shifts)}, {f.planned.paid} paid hours instead of "
        f"{f.now.paid}): {_holds(f, f.planned)}"
    )
    return "\n\n".join(parts)


def about_steady(f: Findings) -> str:
    q, (hour, items) = f.steady, f.peak
    text = (
        f"If the busiest hour, {hour} to {hour + 1} o'clock with {items:,.1f} items, never ended: {q.load:.2f} "
        f"reviewers would be busy all the time. {q.reviewers} at work begin {100 * q.within(60 * f.inputs.within):.1f} "
        f"of 100 items within {minutes(f.inputs.within)} and are busy {100 * q.busy:.0f}% of it; an item waits "
        f"{q.mean:.1f} seconds on average, and {of_100(q.waits)} wait at all. With "
        f"{100 * f.inputs.away:.0f}% of paid time away from the queue that takes "
        f"{queue.on_shift(q.reviewers, f.inputs.away)} on shift. "
    )
    s = f.steady_check
    if s is None:
        return text + f"Days of more than {MOST_A_DAY:,} items are not simulated."
    agrees = s.mean_low <= q.mean / 60 <= s.mean_high
    return text + (
        f"A simulation of {s.items:,} single items that knows no formula finds a mean wait of {60 * s.mean:.1f} "
        f"seconds ({60 * s.mean_low:.1f} to {60 * s.mean_high:.1f}): the formula lies "
        f"{'inside' if agrees else '**outside**'} that interval."
    )


def memo(f: Findings) -> str:
    """The decision and the review plan; every number in it is one of the findings."""
    write = {
        "review_band": _review, "fix_review_first": _fix, "no_review": _without, "collect_more": _collect,
    }
    parts = list(write[f.decision](f))
    parts.append(
        "What law, contract or an appeal puts before a person goes to one, whatever the sum says: then the question is "
        "what makes that review a real one."
    )
    if f.log.notes or f.uncalibrated:
        warned = list(map(plain, f.log.notes))
        if f.uncalibrated:
            warned.append(f"The score is not a probability at {listed(f.uncalibrated)}: calibrate it.")
        parts.append(" ".join(["*About the file.*", *warned]))
    return "\n\n".join(parts)


def _review(f: Findings) -> Iterator[str]:
    yield (
        f"**Review scores {f.label(f.in_use)}, and only those.** As reviews are done they bring "
        f"{euros(f.in_use.net)} a day more than they cost ({interval(f.in_use)}), against the best that is done "
        "without them."
    )
    if f.repaired is not None and f.repaired.net > f.in_use.net:
        yield (
            f"There is more to win: with {_repaired_who(f)}, scores {f.label(f.repaired)} bring "
            f"{euros(f.repaired.net)} a day ({interval(f.repaired)})."
        )
    yield about_today(f)
    yield _plan(f)


def _fix(f: Findings) -> Iterator[str]:
    lead = "**Fix the review before you pay for more of it.** "
    if f.in_use is None:
        lead += "What reviews bring as they are done is not known. "
    else:
        lead += (
            f"As reviews are done, no band is shown to earn the {euros(f.priced.review)} a review costs; the best, "
            f"{f.label(f.in_use)}, brings {euros(f.in_use.net)} a day ({interval(f.in_use)})"
        )
        lead += (
            f", and all that is reviewed today, {f.now.label}, {euros(f.today.net)}. " if f.today is not None else ". "
        )
    yield lead + (
        f"With {_repaired_who(f)}, scores {f.label(f.repaired)} bring **{euros(f.repaired.net)} a day** "
        f"({interval(f.repaired)})."
    )
    reasons = []
    pulled = f.following[0].pulled
    if "seen" in f.repairs and pulled is not None:
        reasons.append(
            f"those who see the model's verdict repeat {of_100(f.following[0].wrong_shown.value)} of its errors, those "
            f"who do not {of_100(f.following[0].wrong_own.value)}"
        )
    if f.stamps:
        part = f.people.reviews[f.people.stamps].sum() / f.people.reviews.sum()
        reasons.append(
            f"{listed([plain(name) for name in f.stamps])}, with {of_100(part)} reviews, "
            f"{'shows' if len(f.stamps) == 1 else 'show'} the signs of somebody who does not read"
        )
    if reasons:
        yield f"What stands in the way: {'; and '.join(reasons)}."
    yield about_today(f)
    yield "Once that is fixed, run this plan for two weeks and measure again:"
    yield _plan(f)


def _without(f: Findings) -> Iterator[str]:
    best = f.in_use or f.repaired
    yield (
        f"**Do without routine review.** In no band does what a review saves reach the {euros(f.priced.review)} it "
        f"costs; the best, {f.label(best)}, brings {euros(best.net)} a day ({interval(best)}). The actions without "
        "review do as well for less."
    )
    yield about_today(f)
    yield (
        f"Keep {100 * f.inputs.audit:g}% of all items for a blind audit and answer appeals: without them nobody would "
        "notice when this stops being true. Ask again when a review gets cheaper, a unit of harm dearer, or the model "
        "worse."
    )


def _collect(f: Findings) -> Iterator[str]:
    if f.rule == "too_few":
        yield (
            f"**Collect more audited reviews before you decide.** No band has {FEW_ROWS} reviews with a truth. Have "
            "somebody who sees neither score nor verdict settle a sample from every band."
        )
        yield about_today(f)
        return
    best = max((one for one in (f.in_use, f.repaired) if one is not None), key=lambda one: one.net)
    gains = f.repaired_gains if best is f.repaired and f.repaired_gains else f.gains
    rows = sum(one.rows for one in gains[best.first : best.last + 1])
    yield (
        f"**Collect more audited reviews before you decide.** Review may pay at {f.label(best)}: {euros(best.net)} a "
        f"day, but anything from {euros(best.low)} to {euros(best.high)} fits {plural(rows, 'audited review')}."
    )
    wanted = rows_to_tell(rows, best)
    if wanted is not None and wanted > rows and wanted <= 100 * rows:
        yield (
            f"If the mean stays where it is, about {wanted:,} audited reviews there would tell. Let a coin decide who "
            "sees the model's verdict first: it answers two questions with one audit."
        )
    else:
        yield "Review and its alternative are so close that no audit would tell them apart: decide by what is simpler."
    yield about_today(f)


def _plan(f: Findings) -> str:
    """The review plan as a list."""
    w, one, i = f.chosen, f.planned, f.inputs
    acts = f.priced.actions
    rest = "; ".join(
        f"{plain(action.name)} from {shown(edge)}" if edge else f"{plain(action.name)} below"
        for action, edge in reversed(list(zip(acts, (0.0, *f.priced.switches), strict=True)))
    )
    gains = f.gains if f.decision == "review_band" else f.repaired_gains
    order = sorted(range(w.first, w.last + 1), key=lambda band: gains[band].mean)
    people = sum(count for _, _, count in one.shifts)
    share = "" if w.share == 1 else f", of which people have time for {of_100(w.share)}, drawn by lot"
    lines = [
        f"**Band.** {shown(f.log.edges[w.first])} to {shown(f.log.edges[w.last + 1])}: {w.items:,.0f} of "
        f"{f.items.sum():,.0f} items a day{share}. All others, and these while they wait, get their action without "
        f"review: {rest}.",
        f"**Staff.** {day.said(one.shifts)}: {one.paid} paid hours for {one.work:,.0f} reviews a day with appeals and "
        f"audit (today {f.now.paid}); people are busy {100 * one.busy:.0f}% of their queue time. {_kept(f, one)} Seven "
        f"days a week that is {people * WEEK:.1f} full contracts, before leave and sickness.",
        "**Screen.** The item and its context; the reviewer's own verdict; only then score and the model's verdict. A "
        "change after that takes a reason, and both verdicts are logged.",
        "**Order.** Appeals first, never to the person who decided; then the oldest. Nobody picks.",
        f"**Audit.** {100 * i.audit:g}% of what is not reviewed, {i.audit * (f.items.sum() - w.items * w.share):,.0f} "
        "a day, comes mixed in and looks the same; two people who see no verdict settle a part of it every week.",
        f"**Escalation.** After {HAND_ON * f.seconds:.0f} seconds without a verdict, or for a threat, to a senior; "
        "the answer becomes an example in the guideline.",
        f"**Care.** Sized with {100 * (1 - i.busy):.0f}% of queue time in reserve and {100 * i.away:.0f}% of paid time "
        f"away from the queue; at most {STRETCH} minutes at a stretch; anybody may pass an item on, uncounted.",
        f"**Overflow.** When the oldest item has waited {minutes(i.within)} of open time, give "
        f"{listed([f.log.label(band) for band in order])} back to the action without review, in this order. Never ask "
        "for fewer seconds.",
    ]
    return "\n".join(f"- {line}" for line in lines)
