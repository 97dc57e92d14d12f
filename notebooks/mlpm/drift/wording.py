"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

import datetime

from mlpm import phrases
from mlpm.drift.counts import ALL
from mlpm.drift.study import LEAST, RHYTHMS, Drift, Study, Watched
from mlpm.phrases import listed, of_100, plain, plural
from mlpm.scores import Share


def safe(name: str) -> str:
    """A reader's own word in italics; the average in ours."""
    return ALL if name == ALL else phrases.safe(name)


def unit(found: Study, count: int = 1) -> str:
    """`week`, `weeks`, `days`, `spans of 10 days`."""
    days = found.counts.days
    one, many = {7: ("week", "weeks"), 1: ("day", "days")}.get(days, (f"span of {days} days", f"spans of {days} days"))
    return one if count == 1 else many


def spans(found: Study, count: int) -> str:
    return f"{count:,} {unit(found, count)}"


def span(found: Share) -> str:
    """`57 of 100 (54 to 60)`."""
    return f"{of_100(found.value)} ({100 * found.low:.0f} to {100 * found.high:.0f})"


def rarity(chance: float) -> str:
    """`1 in 320`; tiny chances without a show of precision."""
    if chance <= 0 or chance < 1e-6:
        return "less than 1 in a million"
    return f"1 in {1 / chance:,.0f}" if chance < 0.095 else of_100(chance)


def days(found: Study, value: int | None) -> str:
    return "more than ten years" if value is None else plural(value, "day")


def day(value: datetime.date) -> str:
    return value.isoformat()


def direction(found: Study) -> str:
    return {"below": "fewer", "above": "more", "either": "fewer or more"}[found.side]


# --- After each result --------------------------------------------------------------------------------------------


def about_file(found: Study) -> str:
    c = found.counts
    text = (
        f"{plain(c.name)}: {int(c.rows(0).sum()):,} predictions from {day(c.first)} to "
        f"{day(c.start - datetime.timedelta(days=1))} are the reference, {int(c.rows(1).sum()):,} from {day(c.start)} "
        f"to {day(c.last)} are in question."
    )
    if c.has_labels:
        text += (
            f" Labels count as final up to {day(c.ripe_until)}: that makes {spans(found, len(c.reference_spans))} "
            f"before and {spans(found, len(c.current_spans))} since with everything that will be known."
        )
    return " ".join([text, *map(plain, found.all_notes())])


def about_kept(found: Study, head: str = "All together, ") -> str:
    now, before = found.kept(ALL, "now"), found.kept(ALL, "before")
    if not now.labeled or not before.labeled:
        return ("Without final labels on both sides nobody can say whether promises are kept; only scores can be "
                "compared.")
    text = (
        f"{head}{100 * now.promised:.0f} of 100 were promised and {span(now.came)} came true; before, "
        f"{100 * before.promised:.0f} and {span(before.came)}."
    )
    if found.required and now.acted_labeled:
        verdicts = {"holds": "it holds", "misses": "it misses", "open": "these rows cannot tell"}
        verdict = verdicts[found.against_line(ALL)]
        text += (
            f" Of those from {found.act_from:g} on, {span(now.acted_came)} came true; the line is "
            f"{100 * found.required:.0f}: {verdict}."
        )
        missing = [name for name in found.missing if name != ALL]
        if missing:
            parts = [f"{safe(name)} {span(found.kept(name, 'now').acted_came)}" for name in missing]
            text += f" **Shown to miss it: {listed(parts)}.**"
    return text


def about_alarm(found: Study) -> str:
    if not found.watched:
        return "There is no whole span with final labels on both sides, so no alarm can be drawn or rung."
    rang, checked = found.alarms, len(found.watched)
    text = (
        f"{plural(len(found.lines), 'line')}, looked at every {unit(found)}, are "
        f"{len(found.lines) * found.spans_a_year:,.0f} looks a year. So each may ring falsely at most "
        f"{rarity(found.level)} times; as counts are whole, {found.false_a_year:.1f} false alarms a year are to be "
        f"expected, not {found.false_alarms:g}. "
    )
    first = found.first_alarm
    if first is None:
        return text + f"None of the {plural(checked, 'count')} since {day(found.counts.start)} rings."
    names = listed([safe(name) for name in dict.fromkeys(one.name for one in rang)])
    return text + f"**{len(rang)} of {checked:,} counts {'ring' if len(rang) > 1 else 'rings'}: {names}.** " + _first(
        found, first)


def _first(found: Study, first: Watched) -> str:
    return (
        f"The first, in the {unit(found)} from {day(found.counts.span_start(first.span))}: of {first.labeled:,} "
        f"labeled rows of {safe(first.name)} {first.positives:,} were positive, {first.expected:.0f} were to be "
        f"expected; so far off by chance: {rarity(first.chance)}."
    )


def about_reference(found: Study) -> str:
    """How the rule does on the weeks it was drawn from, and whether weeks differ more than coins do."""
    if not found.backwards:
        return "There is no whole span of labels in the reference."
    rang = sum(one.rang for one in found.backwards)
    expected = sum(line.false for line in found.lines.values()) * len(found.counts.reference_spans)
    text = (
        f"Run backwards over the reference, {rang} of {len(found.backwards):,} counts ring; {expected:.1f} were to be "
        "expected. The lines were drawn from these very rows, so this is a check of the arithmetic, not of the future. "
    )
    variance, q, freedom = found.between
    if not freedom:
        return text + "With one span in the reference nobody can say how much spans differ without any change."
    return text + (
        f"Spans differ from one another by {q:.1f}, where coins alone give {freedom} on average (Cochran's Q): "
        + (f"more than coins, so every line was moved outward by a spread of {variance ** 0.5:.2f} in the log-odds."
           if variance else "no more than coins do, so nothing was added. A short reference can hide such a spread.")
    )


def about_delay(found: Study) -> str:
    if not found.lines:
        return "Without labels in the reference nothing can be said about how soon a change would be seen."
    change = f"{100 * found.change:.0f} {direction(found)} of 100"
    worst = max(
        (name for name in found.lines if name != ALL or len(found.lines) == 1),
        key=lambda name: found.days_until(found.lines[name], found.signed) or 10**6,
    )
    line = found.lines[worst]
    text = (
        f"A change of {change} is seen latest in {safe(worst)}, with {line.labeled:,} labels a {unit(found)}: after "
        f"{days(found, found.days_until(line, found.signed))}, with a chance of 80 of 100."
    )
    diluted = found.seen_by_all(worst)
    if diluted is not None:
        text += (
            f" An alarm on the average alone would ring in {rarity(diluted[0])} {unit(found, 2)}, and see it after "
            f"{days(found, diluted[1])}."
        )
    if found.blind:
        text += (
            f" **Too late for the {found.notice_within} days you asked for: "
            f"{listed([safe(name) for name in found.blind])}.** More labels there, or a larger change, or more false "
            "alarms; nothing else helps."
        )
    return text


def about_rhythm(found: Study) -> str:
    """Looking less often with more labels: the same false alarms a year."""
    names = [name for name in found.lines if name != ALL] or list(found.lines)
    if not names:
        return ""
    name = min(names, key=lambda one: found.lines[one].labeled)
    parts = []
    for together in RHYTHMS:
        line = found.line(name, together)
        every = unit(found) if together == 1 else spans(found, together)
        parts.append(f"every {every}, {days(found, found.days_until(line, found.signed, together))}")
    return (f"The smallest slice, {safe(name)}, with as many false alarms a year but looked at more rarely: "
            f"{'; '.join(parts)}.")


def about_drift(found: Study) -> str:
    text = []
    moved = found.moved
    if moved:
        text.append(f"**Moved, by more than chance and more than matters: {listed([_moved(one) for one in moved])}.**")
    else:
        text.append("No score and no mix moved both beyond chance and by more than matters.")
    alone = [one for one in found.drifts if one.span_custom >= 0.05]
    if alone:
        most = max(alone, key=lambda one: one.span_custom)
        text.append(
            f"By custom a PSI above 0.1 calls for a look. A single {unit(found)} of {safe(most.name)} has about "
            f"{plural(most.span_rows, 'row')}: with {found.counts.bins} bins its PSI is {most.span_noise:.2f} on "
            f"average if nothing changes, and passes 0.1 in {of_100(most.span_custom)} {unit(found, 2)}."
        )
    quiet = [one for one in found.drifts + ([found.mix] if found.mix else []) if one.beyond and one.psi < 0.1]
    if quiet:
        text.append(
            f"And it passes over {listed([_named(one) for one in quiet])}: below 0.1, and more than chance does."
        )
    if found.spread > 1.05:
        text.append(f"Spans of the reference differ {found.spread:.1f} times more than independent rows would; "
                    "the lines take that in.")
    return " ".join(text)


def _named(one: Drift) -> str:
    name = "the mix of slices" if one.size_line is None else safe(one.name)
    return f"{name} (PSI {one.psi:.3f}, by chance {one.noise:.3f})"


def _moved(one: Drift) -> str:
    if one.size_line is None:
        return f"the mix of slices ({of_100(one.size)} rows are in another slice)"
    return f"scores of {safe(one.name)} (up to {of_100(one.size)} rows on the other side of some cut)"


# --- Memo ---------------------------------------------------------------------------------------------------------

HEADS = {
    "alarm": "Act: {worst} no longer {comes} true as promised.",
    "line": "Act: {missing} {misses} the line.",
    "drift": "Look: the scores or the mix moved, and no promise is shown to be broken.",
    "blind": "You cannot tell: labels are too few to see what you want to see.",
    "few": "Nothing can be said yet.",
    "calm": "Quiet, and it would have rung.",
}


def memo(found: Study) -> str:
    missing = [safe(name) for name in found.missing]
    rang = sorted({one.name for one in found.alarms}, key=lambda name: (name == ALL, name))
    head = HEADS[found.rule].format(
        worst=listed([safe(name) for name in rang]), comes="comes" if len(rang) == 1 else "come",
        missing=listed(missing) if missing else "", misses="misses" if len(missing) == 1 else "miss",
    )
    lines = [f"**{head}**"]
    if found.rule == "few":
        c = found.counts
        lines.append(
            f"It takes a whole {unit(found)} with final labels on both sides and {LEAST} rows in each; here are "
            f"{spans(found, len(c.reference_spans))} and {int(c.rows(0).sum()):,} rows before, "
            f"{spans(found, len(c.current_spans))} and {int(c.rows(1).sum()):,} rows since."
        )
        return "\n\n".join([*lines, *_notes(found)])
    if found.alarms:
        lines.append(_first(found, found.first_alarm) + _later(found))
        lines.append(_calm(found))
        lines.append(
            "Do it in this order: contain (take the mark, the action or the slice off; that is a switch, not a "
            "training), tell those who were promised something, then find out why. The scores may look as they "
            "always did: what changed can lie outside everything the model sees."
        )
    elif found.rule == "line":
        lines.append(about_kept(found) + " No alarm rang, so this is no sudden change: the slice may never have held.")
    elif found.rule == "drift":
        lines.append(about_drift(found))
        lines.append("Nobody is woken for this. Find the column or the campaign behind it within the week, and watch "
                     "what comes true in the slices that grew.")
    if found.rule != "alarm":
        lines.append(about_delay(found))
    if found.blind and found.rule in ("blind", "alarm"):
        lines.append(f"Too few labels to see a change of {100 * found.change:.0f} of 100 within {found.notice_within} "
                     f"days in {listed([safe(name) for name in found.blind])}: draw more there.")
    if found.lines:
        lines.append(
            f"False alarms to expect: {found.false_a_year:.1f} a year, over {plural(len(found.lines), 'line')} and "
            f"{found.spans_a_year:.0f} {unit(found, 2)}. Write beside each line who is called and what that person may "
            "switch off without asking."
        )
    return "\n\n".join([*lines, *_notes(found)])


def _later(found: Study) -> str:
    rang = len(found.alarms)
    return "" if rang == 1 else f" Since then {rang - 1} more {'count has' if rang == 2 else 'counts have'} rung."


def _calm(found: Study) -> str:
    """What the average showed meanwhile."""
    if ALL in {one.name for one in found.alarms} or not found.counts.sliced:
        return about_kept(found)
    parts = [about_kept(found, "The average did not show it: ")]
    worst = found.worst
    diluted = found.seen_by_all(worst) if worst else None
    if diluted:
        parts.append(f"A change of {100 * found.change:.0f} of 100 in {safe(worst)} alone would ring the average in "
                     f"{rarity(diluted[0])} {unit(found, 2)}.")
    drift = next((one for one in found.drifts if one.name == worst), None)
    if drift is not None and not drift.beyond:
        parts.append(f"Nor did its scores: PSI {drift.psi:.2f}, by chance {drift.noise:.2f}.")
    return " ".join(parts)


def _notes(found: Study) -> list[str]:
    return [" ".join(map(plain, found.all_notes()))] if found.all_notes() else []
