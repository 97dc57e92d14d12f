"""The findings in sentences that are true for any file, and the memo: a treatment policy to sign."""

import math
from collections.abc import Sequence

from mlpm.outputs import table
from mlpm.phrases import listed, minus, of_100, plain, plural
from mlpm.proportions import Interval
from mlpm.treatment.decision import FEW_ROWS
from mlpm.treatment.study import Findings, Policy

# Saves this share of the best set's harm, or it is the last to be built.
LITTLE = 0.05


def number(value: float) -> str:
    """Items or harm a day: whole from 20 on."""
    return f"{value:,.0f}" if abs(value) >= 20 or value == round(value) else f"{value:,.1f}"


def cut(value: float) -> str:
    """A probability or a score."""
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.4g}"


def weight(value: float) -> str:
    return f"{value:.3g}"


def per_100(share: float, like: float | None = None) -> str:
    """A share as a number of 100: one decimal where it, or what it stands beside, is small."""
    small = abs(share if like is None else like) < 0.095
    return f"{100 * share:.1f}" if small and round(100 * share, 6) % 1 else f"{100 * share:.0f}"


def span(one: Interval) -> str:
    return minus(f"{number(one.low)} to {number(one.high)}")


def shares(one: Interval) -> str:
    """An interval of a share, of 100."""
    return minus(" to ".join(per_100(end, one.value) for end in (one.low, one.high)))


def saving(policy: Policy) -> str:
    """What our policy saves over another, with its interval."""
    return f"{per_100(policy.saving.value)}% ({shares(policy.saving)})"


def either(names: Sequence[str]) -> str:
    return listed([plain(name) for name in names]).replace(" and ", " or ")


def word(found: Findings) -> str:
    """The word for a violating item, as plain text."""
    return plain(found.violating)


def about_scores(found: Findings) -> str:
    scores = found.scores
    text = (
        f"{plural(scores.item_count, 'labeled item')}, {scores.positive_count:,} of them {word(found)}. The stream "
        f"has {number(found.items_per_day)} items a day, {per_100(scores.base_rate)} of 100 {word(found)}."
    )
    return " ".join([text, *map(plain, scores.notes)])


def about_meaning(found: Findings) -> str:
    curve = found.calibration
    fit = "logistic curve" if curve.method == "logistic" else "rising staircase (isotonic regression)"
    if found.scores.rescaled:
        return (
            f"The score is no probability as it stands. A {fit} through the labels turns it into one; every cut below "
            "is first a probability and then the score that belongs to it."
        )
    if curve.method == "none":
        return (
            f"The score can be read as a probability: on labels left out, no curve does better by more than chance. "
            f"Look again whenever the model, its version or the share of {word(found)} items changes."
        )
    text = f"**The score is not a probability.** On labels left out, a {fit} does better by more than chance. "
    if curve.slope is not None and curve.slope[2] < 1:
        text += f"The score is over-confident: its log-odds have to be multiplied by {curve.slope[0]:.2f}. "
    elif curve.slope is not None and curve.slope[1] > 1:
        text += f"The score is under-confident: its log-odds have to be multiplied by {curve.slope[0]:.2f}. "
    return text + about_face(found) + (
        " So a cut is set on the probability. The score beside it is a translation: it holds for this version of the "
        "model and this stream."
    )


def about_face(found: Findings) -> str:
    """What happens if the cuts are put on the score as it stands."""
    face, table_, harm = found.face, found.volumes, float(found.face.harm.sum())
    last, told = face.iloc[-1], table_.iloc[-1]
    more = f", {per_100(harm / found.plan.harm - 1)}% more" if found.plan.harm else ""
    return minus(
        f"Put the switch points on it as it stands, and {number(last['items'])} items a day get *{plain(told.action)}* "
        f"instead of {number(told['items'])}, {number(last.decent)} of them decent instead of {number(told.decent)}; "
        f"harm is {number(harm)} instead of {number(found.plan.harm)}{more}."
    )


def about_bands(found: Findings) -> str:
    full = found.full
    if len(full.names) == 1:
        return f"One action does least harm at every probability: *{plain(full.names[0])}*."
    steps = [f"*{plain(name)}* from {cut(float(at))}" for name, at in zip(full.names[1:], full.cuts, strict=True)]
    text = f"Below {cut(float(full.cuts[0]))}, *{plain(full.names[0])}*; then {listed(steps)}."
    return " ".join([text, *(_why_unused(found, out) for out in found.unused)])


def _why_unused(found: Findings, out) -> str:
    text = f"*{plain(out.action.name)}* is never the least harmful: "
    if out.better is not None:
        text += f"*{plain(out.better.name)}* is no worse on either kind of item"
    else:
        rivals = listed([f"*{plain(rival.name)}*" for rival in out.rivals])
        text += f"even at {cut(float(out.at))}, its best place, {rivals} do{'es' * (len(out.rivals) == 1)} less harm"
    wanted = [
        f"below {weight(float(limit))} on {'a decent' if side == 'decent' else f'a {word(found)}'} item"
        for side, limit in (("decent", out.decent), ("violating", out.violating)) if limit is not None
    ]
    return text + (f". It would come in with a harm {' or '.join(wanted)}." if wanted else ".")


def about_room(found: Findings) -> str:
    """Which weight is nearest to changing the set of actions."""
    near = [
        (abs(float(end) - float(one.value)) / float(one.value), one, float(end), after)
        for one in found.rooms
        for end, after in ((one.low, one.after_low), (one.high, one.after_high)) if end is not None
    ]
    if not near:
        return "No weight alone, however it moves, changes which actions are used."
    distance, one, end, after = min(near, key=lambda item: (item[0], item[1].action.name))
    kind = "a decent" if one.side == "decent" else f"a {word(found)}"
    now = [band.name for band in found.bands]
    gone, new = [n for n in now if n not in after], [n for n in after if n not in now]
    change = listed([*(f"*{plain(name)}* goes" for name in gone), *(f"*{plain(name)}* comes in" for name in new)])
    return (
        f"The switch points move with every weight. Which actions are used is steadier: the first weight to change it "
        f"is the harm of *{plain(one.action.name)}* to {kind} item, now {weight(float(one.value))}. "
        f"{'Below' if end < one.value else 'Above'} {weight(end)}, {100 * distance:.0f}% away, {change}. Spend the "
        "meeting on that number."
    )


def about_volumes(found: Findings) -> str:
    rows, ranges = found.volumes, found.ranges.set_index("action")
    hit = rows[rows.action != found.first.name]
    if hit.empty:
        return "No item is treated differently from today."
    last = hit.iloc[-1]
    bounds = ranges.loc[last.action]
    text = (
        f"Of {number(found.items_per_day)} items a day {number(hit['items'].sum())} are treated: "
        f"{number(hit.violating.sum())} {word(found)}, {number(hit.decent.sum())} decent. "
        f"*{plain(last.action)}* gets {number(last['items'])}, of which {number(last.decent)} are decent "
        f"({number(bounds.decent_low)} to {number(bounds.decent_high)})"
    )
    if last.decent > 0:
        text += f": one in {last['items'] / last.decent:.1f}"
    left = rows[rows.action == found.first.name]
    if len(left):
        text += (
            f". {number(float(left.violating.sum()))} {word(found)} items a day stay with "
            f"*{plain(found.first.name)}*, {of_100(float(left.caught.sum()))}"
        )
    return text + "."


def about_policies(found: Findings) -> str:
    full, best = found.full, found.best_cut
    if best is None:
        return "One action for everything does as little harm as any cut."
    text = (
        f"With one cut, the best is *{plain(best.name)}* from {cut(float(best.plan.cuts[0]))}: harm "
        f"{number(best.harm.value)} a day."
    )
    if len(full.names) == 2:
        return text + " No third action is used."
    ours = next(one for one in found.policies if one.plan.names == full.names)
    text += (
        f" All bands together: {number(ours.harm.value)} ({span(ours.harm)}). They save "
        f"{saving(best)}."
    )
    hide = found.policy(found.first.name, full.names[-1])
    if hide is not None and hide is not best:
        text += (
            f" Over *{plain(hide.name)}* from {cut(float(hide.plan.cuts[0]))} they save {saving(hide)}."
        )
    return " ".join([text, *_little(found)])


def _little(found: Findings) -> list[str]:
    """The last action to build, if it saves little."""
    full = found.full
    fewer = next((one for one in found.policies if len(one.plan.names) == len(full.names) - 1 > 2), None)
    if fewer is None or fewer.saving.value >= LITTLE:
        return []
    (out,) = [name for name in full.names if name not in fewer.plan.names]
    none = ", which may be nothing" if fewer.saving.low <= 0 else ""
    steps = [f"*{plain(name)}* starts at {cut(float(at))}"
             for name, at in zip(fewer.plan.names[1:], fewer.plan.cuts, strict=True)]
    return [
        f"*{plain(out)}* brings the last {saving(fewer)}{none}: build it last, if at all. Until it is there, "
        f"{listed(steps)}."
    ]


def about_limit(found: Findings) -> str:
    limit, full = found.limit, found.full
    if limit is None:
        return (
            "No limit is set. To set one, such as at most 2 decent items of 100, give `limit` the strictest action and "
            f"the number: `limit = \"{plain(found.bands[-1].name)}: 2\"`."
        )
    name, more = f"*{plain(limit.name)}*", found.full.harm - found.free.harm
    asked = f"At most {weight(limit.per_100)} of 100 items with {name} may be decent"
    if limit.name not in full.names:
        return f"{asked}. No cut keeps that, so {name} is not used, and harm is {number(more)} a day higher."
    here = found.volumes.iloc[-1] if found.plan is full else None
    text = f"{asked}: {name} starts at {cut(float(full.cuts[-1]))} instead of {cut(float(found.free.cuts[-1]))}"
    if float(full.cuts[-1]) == float(found.free.cuts[-1]):
        return f"{asked}, and that holds without moving its cut."
    if here is not None:
        text += f" and gets {number(here['items'])} items a day, {number(here.decent)} of them decent"
    text += f". Harm is {number(more)} a day higher."
    if found.price is not None:
        was = next(action.decent for action in found.actions if action.name == limit.name)
        text += (
            f" The limit is a price: it acts as if {name} on a decent item did a harm of {weight(found.price)}, not "
            f"{weight(float(was))}."
        )
    return text


def about_hit(found: Findings) -> str:
    if not found.scores.has_groups:
        return "Name a column in `group` (how or where authors write, new or old accounts) to see who is hit."
    rows = found.hit.dropna(subset="rate")
    worst, hit = rows.iloc[0], either(found.hit_names)
    text = (
        f"Of 100 decent items by *{plain(worst.group)}* authors, {per_100(worst.rate)} get {hit} "
        f"({shares(Interval(worst.rate, worst.low, worst.high))}); of 100 by all others, {per_100(worst.rest)}"
    )
    if worst.more:
        times = f"**{worst.rate / worst.rest:.1f} times as often**" if worst.rest > 0 else "**only they are**"
        text += f". Decent people of that group are hit {times}" if worst.rest > 0 else f". Of the decent, {times}"
    else:
        text += ": no group is hit clearly more often than the rest"
    return " ".join([f"{text}.", *_otherwise(found)])


def _otherwise(found: Findings) -> list[str]:
    """Groups for which the score says too much, one sentence a group; the others follow in one."""
    frame = found.otherwise
    over = frame[frame.violating < frame.expected]
    sentences = []
    for row in over.itertuples():
        text = (
            f"For *{plain(row.group)}* the score says too much: of 100 that get *{plain(row.last)}* it expects "
            f"{100 * row.last_expected:.0f} to be {word(found)}, and {100 * row.last_violating:.0f} are "
            f"({100 * row.last_low:.0f} to {100 * row.last_high:.0f})"
        )
        if row.instead != row.last:
            text += f", a share that calls for *{plain(row.instead)}*"
        sentences.append(f"{text}.")
    under = [f"*{plain(group)}*" for group in frame.group[frame.violating > frame.expected]]
    if over.empty and under:
        sentences.append(f"For {listed(under)} the score says too little.")
    return sentences


def about_review(found: Findings) -> str:
    if found.queue.empty:
        return "Nobody reviews: name the actions whose items people look at in `reviewed`."
    queue, hours = found.queue, found.queue_hours
    text = (
        f"{either(queue.action).capitalize()} sends people {number(queue['items'].sum())} items a day: {hours:,.1f} "
        f"hours at {weight(found.review_minutes)} minute{'s' * (found.review_minutes != 1)} each"
    )
    text += f", {_euros(hours * found.hourly_cost)}." if found.hourly_cost else "."
    wrong = float(queue.wrong.sum())
    if wrong > 0:
        text += f" They find one decent item in every {queue['items'].sum() / wrong:.1f} they read."
    if found.minutes_per_day:
        capacity = found.minutes_per_day / found.review_minutes if found.review_minutes else math.inf
        if capacity >= queue["items"].sum():
            text += f" Your {number(found.minutes_per_day)} minutes a day are enough."
        else:
            text += (
                f" Your {number(found.minutes_per_day)} minutes a day are enough for {number(capacity)}: the others "
                "wait or stay unreviewed. Narrow what is reviewed, or add people."
            )
    return text + (
        f" At best, with reviewers who never err and come first, review takes away {number(queue.saves.sum())} of the "
        f"{number(found.plan.harm)} harm a day."
    )


def _euros(amount: float) -> str:
    return f"€{amount:,.0f}" if amount >= 10 else f"€{amount:,.2f}"


def about_appeals(found: Findings) -> str:
    rows = found.appeals
    if rows.empty:
        return "No appeals are expected: give `appeals` the shares of authors who appeal, by action."
    total = rows.sum(numeric_only=True)
    return (
        f"{number(total.appeals)} appeals a day, {total.appeals * found.review_minutes / 60:,.1f} hours. "
        f"{number(total.restored)} decent items come back, and so do {number(total.let_back)} {word(found)} ones. "
        f"**{number(total.silent)} decent items a day are treated and their authors say nothing**: few appeals are no "
        "proof of few errors. Count errors on a labeled sample."
    )


# --- The memo -----------------------------------------------------------------------------------------------------


def memo(found: Findings) -> str:
    """The decision in words a stakeholder reads, with the policy in a table; every number is one of the findings."""
    write = {
        "adopt_bands": _adopt, "one_cut_is_enough": _one_cut, "recalibrate_first": _recalibrate,
        "collect_more": _collect,
    }
    parts = write[found.decision](found)
    if found.scores.notes:
        parts.append(" ".join(["*About the file.*", *map(plain, found.scores.notes)]))
    return "\n\n".join(parts)


def policy(found: Findings) -> str:
    """The policy as a table."""
    frame = found.policy_table
    return table(
        frame.assign(action=[plain(name) for name in frame.action]),
        {"from_p": ".3f", "from_score": cut, "items": number, "violating": number, "decent": number},
        {"from_p": "from probability", "from_score": "from score", "items": "items a day",
         "violating": word(found)},
    ).data


def _after(found: Findings) -> list[str]:
    """What follows the decision in every memo that has a policy: who is hit, what comes after, what would change it."""
    parts = [f"**Volumes.** {about_volumes(found)}"]
    if found.scores.has_groups:
        parts.append(f"**Who is hit.** {about_hit(found)}" + _remedy(found))
    if found.limit is not None:
        parts.append(f"**Limit.** {about_limit(found)}")
    work = [about_review(found)] if len(found.queue) else []
    work += [about_appeals(found)] if len(found.appeals) else []
    work.append(f"{number(found.notices)} authors a day have to be told what happened, why, and how to object.")
    parts.append(f"**Review and appeal.** {' '.join(work)}")
    parts.append(
        f"**What would change it.** {about_room(found)} A new version of the model, another stream or a drift in the "
        "calibration makes every score in the table void; the probabilities stay."
    )
    parts.append(
        "Not covered: threats, self-harm, and whatever the law wants removed. These follow rules and people, at any "
        "score. Before this goes live it needs an owner, a version, a review date and a switch."
    )
    return parts


def _remedy(found: Findings) -> str:
    worst = found.hit.dropna(subset="rate").iloc[0]
    if not worst.more and found.otherwise.empty:
        return ""
    return (
        " Before you adopt, read these items with Operations: is it the guideline, the labels or the model? Until that "
        "is repaired, have a person look before the strictest action stays on them."
    )


def _adopt(found: Findings) -> list[str]:
    return [
        f"**Adopt the bands: {either(found.plan.names)}.** {about_policies(found)}", policy(found), *_after(found),
    ]


def _one_cut(found: Findings) -> list[str]:
    best, chosen = found.best_cut, found.plan
    if len(chosen.names) == 1:
        head = f"**No cut is needed: {plain(chosen.names[0])} does least harm at every probability.**"
    else:
        head = f"**One cut is enough: {plain(chosen.names[1])} from {cut(float(chosen.cuts[0]))}.**"
    if found.rule == "too_little":
        head += (
            f" All bands together would save {per_100(best.saving.value)}% of its harm "
            f"({shares(best.saving)}); you ask for {per_100(found.worthwhile)}% before another treatment is "
            "built, explained and appealed."
        )
    elif len(chosen.names) == 2:
        head += f" {about_policies(found)}"
    return [head, policy(found), *_after(found)]


def _recalibrate(found: Findings) -> list[str]:
    return [
        "**Recalibrate first.** Production reads the score as a probability, and labels say that it is none. "
        + about_face(found),
        f"The cuts follow from the harms alone and stand: {about_bands(found)} Until the probability is right, the "
        "cuts on the score are these:",
        policy(found),
        "Ask the owner of the model to ship the map from score to probability with the model, under the same version, "
        "and to check it on a labeled sample every month.",
    ]


def _collect(found: Findings) -> list[str]:
    scores, best = found.scores, found.best_cut
    if found.rule == "too_few":
        rare = scores.rarer_count
        kind = found.violating if rare == scores.positive_count else "decent"
        return [
            f"**Collect more labels first.** There are {plural(rare, f'{plain(kind)} item')} with a label; with fewer "
            f"than {FEW_ROWS} nobody can say what a score means.",
            f"What does not wait for labels: {about_bands(found)} {about_room(found)}",
        ]
    text = (
        "**Collect more labels before you build more than one cut.** All bands together save "
        f"{per_100(best.saving.value)}% of the harm of the best single cut ({shares(best.saving)}); you ask "
        f"for {per_100(found.worthwhile)}%. The interval holds both answers."
    )
    wanted = found.items_to_tell
    if wanted is not None and scores.item_count < wanted <= 100 * scores.item_count:
        text += (
            f" If the saving stays where it is, about {wanted:,} labeled items in all would tell, "
            f"{wanted - scores.item_count:,} more."
        )
    start = f"Start with the single cut: *{plain(best.name)}* from {cut(float(best.plan.cuts[0]))}."
    return [text, f"{start} {about_room(found)}"]

