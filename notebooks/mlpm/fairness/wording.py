"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

import math

from mlpm.fairness.goals import GOALS, NOW
from mlpm.fairness.groups import Counts, Gap, Group, times_as_often
from mlpm.fairness.study import Study
from mlpm.phrases import hundredth, listed, minus, plain, plural, safe, within
from mlpm.scores import Share


def number(value: float) -> str:
    """An amount or a score: three digits or all whole ones, a true minus sign."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
    return minus(text)


def points(found: Share) -> str:
    """A gap in items of 100, with its interval; always one decimal."""
    if math.isnan(found.value):
        return "–"
    value, low, high = (minus(f"{100 * one + 0.0:+.1f}") for one in (found.value, found.low, found.high))
    return f"{value} ({low} to {high})".replace("+0.0", "0.0").replace("−0.0", "0.0")


def times(found: Share) -> str:
    """A ratio of odds with its interval: `0.29 times (0.22 to 0.38)`."""
    return "–" if math.isnan(found.value) else f"{found.value:.2f} times ({found.low:.2f} to {found.high:.2f})"


def limit(found: Study) -> str:
    """The gap that matters, in items of 100."""
    return number(100 * found.matters)


def positive(found: Study) -> str:
    return safe(found.scores.positive)


def negative(found: Study) -> str:
    return safe(found.scores.negative)


def amount(found: Study, value: float) -> str:
    return f"{number(value)} {plain(found.unit)}"


def asked(found: Study, measure: str) -> str:
    """What a share is of, in words: `of 100 *honest*, checked`."""
    did = plain(found.action)
    return {
        "selected": f"of 100 rows, {did}",
        "caught": f"of 100 {positive(found)}, {did}",
        "hit": f"of 100 {negative(found)}, {did}",
        "right": f"of 100 {did}, {positive(found)}",
        "meaning": "what a score means",
    }[measure]


# --- The file -----------------------------------------------------------------------------------------------------


def about_file(found: Study) -> str:
    """No total is said from which the counts of a group left out could be taken by subtraction."""
    s = found.scores
    text = (
        f"{plain(s.name)}: {plural(s.item_count, 'labeled row')}; from a score of {number(found.threshold)} on, "
        f"a row is {plain(found.action)}. "
    )
    if len(found.groups) > 1:
        bases = listed([
            f"{safe(name)} {hundredth(one.share('base').value)} of 100 ({one.positives:,} of {one.rows:,})"
            for name, one in found.counts.items()
        ])
        text += f"How many are {positive(found)}: {bases}. "
    return " ".join([text + _about_small(found), *map(plain, s.notes)]).strip()


def _about_small(found: Study) -> str:
    said = []
    for group in found.small:
        few = "are too few" if group.rows < found.smallest else "hold too few of a label"
        text = (
            f"**Nothing is said about {plain(group.name)}**: {plural(group.rows, 'row')} {few}, and "
            f"{'it is' if group.rows == 1 else 'they are'} not in the totals below."
        )
        said.append(f"{text} {_needs(found, group)}".strip())
    return " ".join(said)


def _needs(found: Study, group: Group) -> str:
    if not found.comparable:
        return ""
    hit, caught = found.needed(group, "hit"), found.needed(group, "caught")
    parts = [
        f"{rows:,} {word} rows for {what}" for rows, word, what in (
            (hit, negative(found), "wrong hits"), (caught, positive(found), "the share caught")) if rows
    ]
    return (
        f"To show a gap of {limit(found)} of 100 to {safe(found.base.name)} in four of five samples takes "
        f"{listed(parts)}." if parts else ""
    )


# --- Rates and gaps -----------------------------------------------------------------------------------------------


def about_gaps(found: Study) -> str:
    """Which gaps are shown, which are small, which nobody can tell."""
    sorted_out = {kind: [gap for gap in found.gaps if gap.verdict == kind] for kind in ("shown", "small", "open")}
    parts = []
    if sorted_out["shown"]:
        parts.append("**Shown**: " + "; ".join(
            f"{safe(gap.group)}, {asked(found, gap.measure)}: {_both(found, gap)}" for gap in sorted_out["shown"]
        ) + ".")
    if sorted_out["small"]:
        parts.append(
            f"**Small**, within {limit(found)} of 100 either way: "
            + "; ".join(f"{safe(gap.group)}, {asked(found, gap.measure)}" for gap in sorted_out["small"]) + "."
        )
    if sorted_out["open"]:
        parts.append("**Open**, as these rows can tell it neither from nothing nor from what matters: " + "; ".join(
            f"{safe(gap.group)}, {asked(found, gap.measure)}{_takes(found, gap)}" for gap in sorted_out["open"]
        ) + ".")
    count = len(found.gaps)
    parts.append(f"Of {count} such intervals, about {count / 20:.1f} miss the truth by chance alone.")
    return " ".join(parts)


def _both(found: Study, gap: Gap) -> str:
    here, own = (found.counts[name].share(gap.measure).value for name in (gap.group, found.base.name))
    return f"{hundredth(here)} against {hundredth(own)}"


def _takes(found: Study, gap: Gap) -> str:
    group = next(one for one in found.groups if one.name == gap.group)
    rows = found.needed(group, gap.measure)
    if not rows:
        return ""
    kind = {"caught": positive(found), "hit": negative(found)}.get(gap.measure)
    have = sum(found.counts[gap.group].sides(gap.measure))
    if rows <= have:
        return ""
    return f" (there are {have:,}{f' {kind}' if kind else ''}; to show a gap that matters takes {rows:,})"


def about_meaning(found: Study) -> str:
    said = []
    for gap in found.meanings:
        if math.isnan(gap.share.value):
            said.append(f"{safe(gap.group)} and {safe(found.base.name)} share too few scores to compare.")
            continue
        group = next(one for one in found.groups if one.name == gap.group)
        text = (
            f"At the same score, the odds of {positive(found)} are {gap.share.value:.2f} times as high in "
            f"{safe(gap.group)} as in {safe(found.base.name)} ({gap.share.low:.2f} to {gap.share.high:.2f}). "
        )
        text += {
            "shown": "**The same score does not mean the same.**",
            "small": "The same score means nearly the same.",
            "open": "These rows cannot tell whether it means the same.",
        }[gap.verdict]
        said.append(
            f"{text} Right at the cut, about {hundredth(found.meaning(group))} of 100 in {safe(gap.group)} are "
            f"{positive(found)}, and {hundredth(found.meaning(found.base))} of 100 in {safe(found.base.name)}."
        )
    return " ".join(said)


# --- What cannot hold together ------------------------------------------------------------------------------------


def about_forced(found: Study) -> str:
    if not found.forced:
        return "At this cut one of the shares is none or all, so nothing follows from the others."
    said = []
    own = found.counts[found.base.name]
    for one in found.forced:
        here = found.counts[one.group]
        text = (
            f"{safe(one.group)} has {hundredth(here.share('base').value)} of 100 {positive(found)}, "
            f"{safe(found.base.name)} {hundredth(own.share('base').value)}. Let both be caught and wrongly hit alike: "
            "of "
            f"100 {plain(found.action)}, {within(one.right)} are then {positive(found)} here and "
            f"{hundredth(own.share('right').value)} there, with any score. Let catches and that share be alike: then "
            f"{_possible(one.hit)} of 100 {negative(found)} must be hit here, and "
            f"{hundredth(own.share('hit').value)} there. Let wrong hits and that share be alike: then "
            f"{_possible(one.caught)} of 100 {positive(found)} must be caught here"
        )
        said.append(text + (", which cannot be." if one.caught.value > 1 else "."))
    return "\n\n".join(said)


def _possible(share: Share) -> str:
    return f"{hundredth(share.value)}{'' if share.value <= 1 else ', more than there are,'}"


# --- Goals --------------------------------------------------------------------------------------------------------


def about_goals(found: Study) -> str:
    best, now = found.policies[found.cheapest], found.now
    change = found.change(best)
    text = (
        f"With {now.acted:,} {plain(found.action)} in any case, the one cut costs {amount(found, found.cost(now))}. "
    )
    if change.high < 0:
        text += (
            f"*{found.cheapest}* costs least: {number(-change.value)} less ({number(-change.high)} to "
            f"{number(-change.low)}). "
        )
    else:
        text += "No goal costs less by more than chance. "
    dearest = max(GOALS, key=lambda goal: found.cost(found.policies[goal]))
    dear = found.change(found.policies[dearest])
    if dear.low > 0:
        text += (
            f"*{dearest}* costs most: {number(dear.value)} more ({number(dear.low)} to {number(dear.high)}). "
        )
    unreached = [goal for goal in GOALS if not found.policies[goal].reached]
    if unreached:
        text += f"Cuts by group do not reach {listed([f'*{goal}*' for goal in unreached])} on these rows. "
    return text + "A total hides whom it falls on: read the lines of the groups."


def about_path(found: Study) -> str:
    if len(found.path) < 2:
        return (
            "How many of each group came to whatever decided who is in this file is not given, so nothing is said "
            "about "
            "the whole path."
        )
    parts = [
        f"of {whole:,} {safe(name)}, {found.counts[name].rows:,} came into the file ({hundredth(filed.value)} of 100) "
        "and "
        f"{found.counts[name].hit:,} were wrongly {plain(found.action)} ({1000 * hit.value:.1f} of 1,000)"
        for name, whole, filed, hit in found.path
    ]
    shares = [(hit.value, name, whole) for name, whole, __, hit in found.path]
    (low, least, fewer), (high, most, whole) = min(shares), max(shares)
    text = f"Counted from the start: {'; '.join(parts)}."
    if low > 0 and high / low >= 1.25:
        ratio = times_as_often(found.counts[most].hit, whole, found.counts[least].hit, fewer)
        said = (
            f"Over the whole path {safe(most)} are wrongly hit {ratio.value:.1f} times as often as {safe(least)} "
            f"({ratio.low:.1f} to {ratio.high:.1f})"
        )
        text += f" **{said}.**" if ratio.low > 1 else f" {said}: these counts cannot tell it from once."
    return text


# --- Labels and versions ------------------------------------------------------------------------------------------


def about_labels(found: Study) -> str:
    said = []
    for gap in found.gaps:
        wrong = found.wrong_labels(gap)
        if gap.verdict != "shown" or wrong is None:
            continue
        count, whole, which = wrong
        kind, truth = (
            (negative(found), positive(found)) if which == "hit" else (positive(found), negative(found))
        )
        where = "not " if which == "missed" else ""
        said.append(
            f"{safe(gap.group)}, {asked(found, gap.measure)}: the gap is gone if {count:,} of the {whole:,} labeled "
            f"{kind} "
            f"that were {where}{plain(found.action)} were {truth} in truth."
            if count <= whole else
            f"{safe(gap.group)}, {asked(found, gap.measure)}: no error in these labels explains the whole gap."
        )
    text = "Every share above is a share of labels. "
    if not said:
        return text + "No gap is shown that such errors would have to explain."
    return text + "How wrong they must be for a gap to be theirs: " + " ".join(said)


def about_versions(found: Study) -> str:
    if not found.others:
        return "No other version of the score is named, so there is nothing to compare."
    said = []
    for one in found.versions:
        gap = max(one.gaps, key=lambda gap: abs(gap.share.value))
        said.append(f"{safe(one.name)} {points(gap.share)}")
    return (
        f"With as many {plain(found.action)}, the largest gap in wrong hits to {safe(found.base.name)}, of 100 "
        f"{negative(found)}: {'; '.join(said)}."
    )


# --- The memo -----------------------------------------------------------------------------------------------------


def not_comparable() -> str:
    """Why nothing is computed below."""
    return "No gap is computed: the memo below says why."


def memo(found: Study) -> str:
    """The decision for a stakeholder: what to do, what it does to whom, and what it leaves unequal."""
    parts = [_headline(found)]
    if found.comparable:
        parts += [_unequal(found), _price(found), about_path(found) if len(found.path) > 1 else "", _labels(found)]
    return "\n\n".join([*filter(None, parts), *filter(None, [_about_small(found)]), *map(plain, found.scores.notes)])


def _headline(found: Study) -> str:
    return {
        "too_few": _too_few, "label_the_rest": _label_the_rest, "choose_goal": _choose, "mend_score": _mend,
        "change_cut": _change, "collect_more": _collect, "keep_cut": _keep,
    }[found.decision](found)


def _too_few(found: Study) -> str:
    return (
        f"**Say nothing about fairness yet.** Fewer than two groups have {found.smallest:,} labeled rows and 30 of "
        "each "
        "label. Whatever gap these rows show, another sample would show another. Collect labels in the small groups "
        "first, or say in writing that nobody knows."
    )


def _label_the_rest(found: Study) -> str:
    return (
        f"**Label some of those who were not {plain(found.action)}.** In "
        f"{listed([safe(name) for name in found.unlabeled])} every labeled row was. Nobody looked at the others, so "
        "who "
        f"was missed, and how many {negative(found)} were left alone, is unknown, and no gap can be computed. Draw a "
        "few "
        "hundred at random below the cut in every group, and look."
    )


def _choose(found: Study) -> str:
    return (
        "**Choose what must be equal before anybody moves a cut.** The table of goals says what each would cost whom. "
        f"They differ in who bears the errors: {_range(found)}. Somebody who answers for that signs one of them, with "
        "the "
        "reason; the data cannot."
    )


def _range(found: Study) -> str:
    own = found.base.positives / found.base.rows
    group = max(found.groups[1:], key=lambda one: abs(one.positives / one.rows - own))
    place = found.groups.index(group)
    rates = {goal: policy.counts[place].share("hit").value for goal, policy in found.policies.items() if goal != NOW}
    low, high = min(rates, key=rates.get), max(rates, key=rates.get)
    return (
        f"of 100 {negative(found)} in {safe(group.name)}, {hundredth(rates[low])} are wrongly {plain(found.action)} by "
        f"*{low}* and {hundredth(rates[high])} by *{high}*"
    )


def _goal_words(found: Study, verdict: str | None = None) -> str:
    said = []
    for gap in found.goal_gaps:
        if verdict and gap.verdict != verdict:
            continue
        if math.isnan(gap.share.value):
            said.append(
                f"{safe(gap.group)} and {safe(found.base.name)} cannot be compared in {asked(found, gap.measure)}: too "
                "few rows have it"
            )
        elif gap.measure == "meaning":
            said.append(
                f"at the same score the odds of {positive(found)} are {gap.share.value:.2f} times as high in "
                f"{safe(gap.group)} as in {safe(found.base.name)} ({gap.share.low:.2f} to {gap.share.high:.2f})"
            )
        else:
            said.append(
                f"{asked(found, gap.measure)}: {_both(found, gap)} in {safe(gap.group)} and {safe(found.base.name)}, "
                "a gap "
                f"of {points(gap.share)}"
            )
    return "; ".join(said)


def _keep(found: Study) -> str:
    near = "near enough" if found.goal == "equal meaning" else f"within the {limit(found)} that matter"
    return (
        f"**Keep the one cut, and say in which sense it is fair.** The goal is *{found.goal}*: {_goal_words(found)}, "
        f"{near}."
    )


def _collect(found: Study) -> str:
    takes = [
        f"{safe(gap.group)}, {asked(found, gap.measure)}{_takes(found, gap)}"
        for gap in found.goal_gaps if gap.verdict == "open" and gap.measure != "meaning"
    ]
    return (
        f"**Collect more before you claim *{found.goal}*.** {_goal_words(found, 'open')}: neither shown nor shown to "
        "be "
        "small." + (f" What is missing: {'; '.join(takes)}." if takes else "")
    )


def _change(found: Study) -> str:
    policy = found.goal_policy
    cuts = listed([
        f"{'none' if (raw := found.raw(place)) is None else number(raw)} for {safe(group.name)}"
        for group, place in zip(found.groups, policy.places, strict=True)
    ])
    return (
        f"**The one cut misses the goal, and cuts by group would reach it.** The goal is *{found.goal}*; now, "
        f"{_goal_words(found, 'shown')}. With as many {plain(found.action)}, these cuts close it here: {cuts}. Ask "
        "counsel before you set them: to treat people differently by their group may be unlawful even where it evens "
        "out "
        f"errors. Ask first whether a better score, or a cheaper error, does it without. {_shift(found)}"
    )


def _shift(found: Study) -> str:
    """Whom the cuts of the goal hit instead of whom."""
    policy = found.goal_policy
    return "Then " + "; ".join(
        f"in {safe(group.name)}, {_more(new.hit - old.hit)} {negative(found)} {plain(found.action)} and "
        f"{_more(new.missed - old.missed)} {positive(found)} missed"
        for group, old, new in zip(found.groups, found.now.counts, policy.counts, strict=True)
    ) + "."


def _more(count: int) -> str:
    return f"{abs(count):,} {'more' if count >= 0 else 'fewer'}"


def _mend(found: Study) -> str:
    ranks = listed([f"{hundredth(group.ranks.value)} in {safe(group.name)}" for group in found.groups])
    return (
        f"**Mend the score: no cut reaches the goal.** The goal is *{found.goal}*; now, {_goal_words(found, 'shown')}. "
        "Cuts by group leave a gap that chance does not explain, as the score does not rank alike in the groups: of "
        "100 "
        f"pairs of one {positive(found)} and one {negative(found)}, it ranks right {ranks}. Equal errors by cuts alone "
        "would mean more errors where it ranks well. Look for labels and features of the group it ranks worst."
    )


def _unequal(found: Study) -> str:
    """What the cut leaves unequal, beside the goal."""
    about = set(GOALS.get(found.goal, ()))
    left = [gap for gap in found.gaps if gap.verdict == "shown" and gap.measure not in about]
    if not left:
        return ""
    said = "; ".join(
        f"{asked(found, gap.measure)}, {_both(found, gap)} in {safe(gap.group)} and "
        f"{safe(found.base.name)}" for gap in left
    )
    text = f"**What stays unequal**, and somebody will compute: {said}."
    worst = next((one for one in found.forced if {"hit", "caught"} & about and one.group == left[0].group), None)
    if worst is not None and any(gap.measure == "right" for gap in left):
        text += (
            f" With these base rates something must: to be right as often, at the same share caught, "
            f"{_possible(worst.hit)} of 100 {negative(found)} in {safe(worst.group)} would be {plain(found.action)}, "
            "and the wrong hits would differ."
        )
    return text


def _price(found: Study) -> str:
    best = found.policies[found.cheapest]
    change = found.change(best)
    if found.decision in ("change_cut", "choose_goal", "mend_score"):
        return about_goals(found)
    if change.high >= 0:
        return ""
    moved = "; ".join(
        f"{safe(group.name)} {old.hit:,} → {new.hit:,} {negative(found)} hit, {old.missed:,} → {new.missed:,} missed"
        for group, old, new in zip(found.groups, found.now.counts, best.counts, strict=True)
    )
    return (
        f"**What it costs.** The cuts of *{found.cheapest}* would cost {number(-change.value)} {plain(found.unit)} "
        "less "
        f"({number(-change.high)} to {number(-change.low)}) with as many {plain(found.action)}: {moved}."
    )


def _labels(found: Study) -> str:
    said = about_labels(found)
    return f"**The labels.** {said}"


def cell(counts: Counts, measure: str) -> str:
    """`210 of 2,100`."""
    part, rest = counts.sides(measure)
    return f"{part:,} of {part + rest:,}"
