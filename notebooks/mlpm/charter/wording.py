"""The findings in sentences that are true for any file: what the notebook says after each result, and the memo."""

import math
from collections.abc import Iterator, Sequence

import pandas as pd

from mlpm.agreement.wording import number
from mlpm.charter.decision import LEAST
from mlpm.charter.marks import STATES
from mlpm.charter.study import Charter
from mlpm.phrases import listed, of_100, plain, plural, safe

# An interval wider than this to each side says so in the text.
WIDE = 0.1
LISTED_ROLES = 8
QUESTIONS = {
    "several": "who lives with the result when it is wrong, and can change it?",
    "nobody": "who hears of it first when it goes wrong, and can act that day?",
    "one": "does anybody object to the one who claims it, by name and with a reason?",
}


def stake(value: float | None, unit: str) -> str:
    """A stake with its unit; a dash where none was given."""
    if value is None or math.isnan(value):
        return "–"
    text = f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:,.2f}"
    return f"{unit}{text}" if len(unit) == 1 else f"{text} {unit}".strip()


def _names(names: Sequence[str], limit: int = 6) -> str:
    shown = [safe(name) for name in names[:limit]]
    return listed([*shown, f"{len(names) - limit} more"] if len(names) > limit else shown)


def about_marks(found: Charter) -> str:
    m = found.marks
    markers = m.ratings.raters
    shown = [safe(marker) for marker in markers[:LISTED_ROLES]]
    text = (
        f"{plural(m.ratings.rating_count, 'mark')} of {plural(m.total, 'decision')} by "
        f"{plural(len(markers), 'person', 'people')}: {', '.join(shown)}{' …' if len(markers) > LISTED_ROLES else ''}."
    )
    if m.states["unnamed"]:
        text += (
            f" {plural(m.states['unnamed'], 'decision has', 'decisions have')} fewer than two names: "
            f"{_names(found.unnamed.decision.tolist())}."
        )
    return " ".join([text, *map(plain, m.notes)])


def about_agreement(found: Charter) -> str:
    a = found.alpha
    text = (
        f"Take a decision and two of the people who marked it: they name the same role in "
        f"**{100 * found.observed:.0f}** of 100 cases."
    )
    if a.value is None:
        return text + " Krippendorff's alpha is undefined: everybody names the same role everywhere."
    text += (
        f" Handed out blindly, the same names would match in **{100 * found.expected:.0f}**. Krippendorff's alpha, "
        f"which takes that out, is **{number(a.value)}**"
    )
    if a.low is None:
        return text + ", without an interval: too many of the resamples hold one role only."
    text += f", with a 95% interval from {number(a.low)} to {number(a.high)}."
    wanted = found.decisions_for(WIDE)
    if wanted is not None and wanted > found.marks.ratings.pairable_count:
        text += (
            f" {plural(found.marks.ratings.pairable_count, 'decision')} cannot say it better: for ±{WIDE:.2f} it would "
            f"take about {wanted:,}. So do not manage by this number. The list of conflicts is the result."
        )
    return text


def about_pairs(found: Charter) -> str:
    if found.pairs.empty:
        return "No two people marked the same decision."
    low = found.pairs.iloc[0]
    text = (
        f"{safe(low.marker_1)} and {safe(low.marker_2)} name the same role on {low.same:,} of "
        f"{plural(low.decisions, 'decision')} both marked; chance alone would give {low.expected * low.decisions:.1f}."
    )
    if math.isnan(low.kappa):
        return text + " Both use one role only, so kappa is undefined."
    text += f" Kappa is {number(low.kappa)}"
    if math.isnan(low.low):
        return text + "; its formula gives no interval here, which does not mean that it is exact."
    text += f" ({number(low.low)} to {number(low.high)})"
    return text + ("; luck is not excluded." if low.low <= 0 else ".")


def about_claims(found: Charter) -> str:
    frame, m = found.claims, found.marks
    text = (
        f"The roles that marked claim {plural(int(frame.claims.sum()), 'decision')} between them; there are "
        f"{m.total:,}."
    )
    for row in frame.head(LISTED_ROLES).itertuples():
        text += f" {safe(row.role)} claims {row.claims:,}"
        if row.claims:
            plain_ones = {0: "none", row.claims: "all"}.get(row.granted, f"{row.granted:,}")
            text += f", {plain_ones} of them without contradiction"
        text += f", and is named by others for {row.left:,} it does not claim." if row.left else "."
    if m.absent:
        text += f" {_names(m.absent)} {'was' if len(m.absent) == 1 else 'were'} named and did not mark."
    if m.after is not None:
        text += " " + about_settlement(found)
    return text


def about_settlement(found: Charter) -> str:
    """What each role has once the settled names count, against what it claimed."""
    claimed = dict(zip(found.claims.role, found.claims.claims, strict=True))
    after = found.marks.after
    held = [f"{safe(role)} {n:,} (claimed {claimed.get(role, 0):,})" for role, n in
            sorted(after.items(), key=lambda item: (-item[1], item[0]))]
    more = [role for role, n in sorted(after.items()) if n > claimed.get(role, 0)]
    text = f"Once what was settled counts, decisions go to {listed(held)}."
    if more:
        verb = "comes" if len(more) == 1 else "come"
        text += f" {_names(more)} {verb} out with more than claimed: ask whether they want it."
    else:
        text += " Nobody comes out with more than was claimed."
    return text + _stakes(found)


def _stakes(found: Charter) -> str:
    """The same in stake: an even trade of decisions may be an uneven one of what hangs on them."""
    if found.marks.stakes is None:
        return ""
    unit, rows = found.unit, sorted(found.marks.stakes.items(), key=lambda item: (-item[1][1], item[0]))
    held = [f"{safe(role)} {stake(taken, unit)} (claimed {stake(claimed, unit)})" for role, (claimed, taken) in rows]
    text = f" By what is at stake: {listed(held)}."
    role, (claimed, taken) = min(rows, key=lambda item: (item[1][1] - item[1][0], item[0]))
    if claimed > taken:
        text += f" {safe(role)} gives up most, {stake(claimed - taken, unit)}: write the reason on the page."
    return text


def about_conflicts(found: Charter) -> str:
    m, states = found.marks, found.marks.states
    if not m.conflicts:
        return "No decision has more than one name."
    words = {"several": "claimed by several", "nobody": "claimed by nobody",
             "one": "claimed by one and placed elsewhere by others"}
    kinds = [f"{states[state]:,} {said}" for state, said in words.items() if states[state]]
    text = f"**{m.conflicts:,} of {plural(m.total, 'decision')} have more than one name**: {listed(kinds)}."
    top = found.between.iloc[0]
    if len(found.between) > 1:
        text += f" Most, {top.conflicts:,}, lie between {listed([safe(role) for role in top.roles])}."
    return text


def about_short(found: Charter) -> str:
    """What the short forms of the charts stand for; nothing where every name is short enough."""
    long = [f"{plain(short)} {safe(name)}" for name, short in found.short.items() if short != name]
    return f" In the charts: {', '.join(long)}." if long else ""


def about_agenda(found: Charter) -> str:
    agenda, m = found.agenda, found.marks
    if agenda.empty:
        return "There is nothing to settle."
    text = (
        f"{found.meeting_minutes:.0f} minutes, {found.minutes_each:.0f} for each, settle {len(agenda):,} of "
        f"{plural(m.conflicts, 'conflict')}"
    )
    if found.stake_share is not None and len(agenda) < m.conflicts:
        text += f", and with them {of_100(found.stake_share).replace(' of 100', ' of every 100')} at stake"
    return text + "."


# --- Tables -------------------------------------------------------------------------------------------------------


def marks_table(found: Charter, limit: int = 40) -> pd.DataFrame:
    """Each listed decision with every person's name for it: decision, one column a marker, state, stake, due."""
    listed_, markers = found.marks.decisions.head(limit), found.marks.ratings.raters[:LISTED_ROLES]
    frame = pd.DataFrame({"decision": listed_.decision})
    for marker in markers:
        frame[marker] = [named.get(marker) for named in listed_.named]
    frame["state"] = [STATES[state] for state in listed_.state]
    if listed_.stake.notna().any():
        frame["stake"] = [stake(value, found.unit) for value in listed_.stake]
    return frame


def agenda_table(found: Charter) -> pd.DataFrame:
    """The agenda as people read it: from, decision, with, ask, and stake and date where they are known."""
    agenda = found.agenda
    frame = pd.DataFrame({
        "from": [f"{row.minute:.0f} min" for row in agenda.itertuples()],
        "decision": agenda.decision,
        "with": [", ".join(roles) for roles in agenda.between],
        "ask": [QUESTIONS[state] for state in agenda.state],
    })
    if agenda.stake.notna().any():
        frame["stake"] = [stake(value, found.unit) for value in agenda.stake]
    if agenda.due.notna().any():
        frame["before"] = list(agenda.due)
    return frame


# --- Memo ---------------------------------------------------------------------------------------------------------


def memo(found: Charter) -> str:
    """The decision in words a manager reads; every number in it is one of the findings."""
    write = {"sign": _sign, "settle_first": _settle, "redraw": _redraw, "collect_more": _collect}
    parts = list(write[found.decision](found))
    if found.marks.notes:
        parts.append(" ".join(["*About the file.*", *map(plain, found.marks.notes)]))
    return "\n\n".join(parts)


def _measured(found: Charter) -> str:
    """One clause: agreement, with its interval where there is one."""
    a = found.alpha
    text = f"two people name the same role in {of_100(found.observed)} cases"
    if a.value is None:
        return text
    interval = f" ({number(a.low)} to {number(a.high)})" if a.low is not None else ""
    return f"{text}, {100 * found.expected:.0f} of which chance would give; alpha is {number(a.value)}{interval}"


def _item(row, unit: str) -> str:
    facts = [", ".join(plain(role) for role in row.between)]
    if not math.isnan(row.stake):
        facts.append(f"{stake(row.stake, unit)} at stake")
    if isinstance(row.due, str):
        facts.append(f"before {plain(row.due)}")
    return f"{safe(row.decision)} ({'; '.join(facts)}; {STATES[row.state]})"


def _still_open(found: Charter) -> Iterator[str]:
    m = found.marks
    if m.states["unnamed"]:
        yield (
            f"**No second name yet:** {_names(found.unnamed.decision.tolist())}. Ask those who left "
            f"{'it' if m.states['unnamed'] == 1 else 'them'} out whom they would call."
        )
    if m.absent:
        whom = "this role" if len(m.absent) == 1 else "these roles"
        yield (
            f"**Named without being asked:** {_names(m.absent)}. Show {whom} the lines before anybody relies on them."
        )


def _settle(found: Charter) -> Iterator[str]:
    m, conflicts = found.marks, found.conflicts
    yield (
        f"**Settle {plural(m.conflicts, 'decision')} before you sign anything.** "
        f"{plural(len(m.ratings.raters), 'person', 'people')} marked {plural(m.total, 'decision')}: "
        f"{_measured(found)}. Nobody can sign a list on which {m.conflicts:,} "
        f"{'has' if m.conflicts == 1 else 'have'} two names or none."
    )
    first = conflicts.head(found.room)
    lines = [f"{place}. {_item(row, found.unit)}" for place, row in enumerate(first.itertuples(), start=1)]
    yield (
        f"**One meeting of {found.meeting_minutes:.0f} minutes, {found.minutes_each:.0f} each, in this order:**\n\n"
        + "\n".join(lines)
    )
    rest = conflicts.iloc[found.room:]
    if len(rest):
        dated = sorted(date for date in rest.due if isinstance(date, str))
        when = f"; the first date is {plain(dated[0])}" if dated else ""
        yield (
            f"**The other {m.conflicts - len(first):,}, in writing or in a second meeting{when}:** "
            f"{_names(rest.decision.tolist())}."
        )
    yield (
        "Where two claim, ask who lives with the result when it is wrong; where nobody does, who would be called "
        "first. What is not settled in its minutes goes to the next level with both reasons on one page; until then "
        "the claimant who did not bring this list decides."
    )
    yield from _still_open(found)


def _redraw(found: Charter) -> Iterator[str]:
    m = found.marks
    yield (
        f"**Draw the charter anew; do not argue it line by line.** {m.conflicts:,} of {plural(m.total, 'decision')} "
        f"have more than one name, and one meeting settles {found.room:,}. What you do agree on could be luck: "
        f"{_measured(found)}."
    )
    yield (
        "Agree on the rule before the lines: what gets decided, and who lives with the result. Give out whole areas "
        "by it, the costliest first"
        + (f" ({_names(found.conflicts.decision.tolist(), 3)})" if len(found.conflicts) else "")
        + ", with whoever leads all of you in the room. Then have everybody mark the same list again, apart."
    )
    yield from _still_open(found)


def _collect(found: Charter) -> Iterator[str]:
    m = found.marks
    if found.rule == "unnamed":
        yield (
            f"**Collect {plural(m.states['unnamed'], 'more name')} before you sign.** Where two people marked they "
            f"agree: {plural(m.shared, 'decision')}, one name each. But not everything was marked."
        )
    else:
        yield (
            "**Mark more decisions before you conclude anything.** "
            f"{plural(m.shared, 'decision has', 'decisions have')} names from two people; from {LEAST} on the list "
            "begins to describe a team. Let each person add the five decisions that hurt last month, then mark all of "
            "them apart."
        )
    if m.conflicts:
        yield f"**Settle meanwhile:** {_names(found.conflicts.decision.tolist())}."
    yield from _still_open(found)


def _sign(found: Charter) -> Iterator[str]:
    m = found.marks
    settled = m.states["settled"]
    yield (
        f"**Sign it.** Each of {plural(m.total, 'decision')} has one name"
        + (f", {settled:,} of them since {'it was' if settled == 1 else 'they were'} settled" if settled else "")
        + "."
    )
    if m.after is not None:
        yield about_settlement(found)
    yield (
        "Write three things beside the names: who has to be heard before the decision is taken, to whom it goes when "
        "two people differ, and the date on which you mark again, apart. Without that date the charter describes the "
        "team you were."
    )
    yield from _still_open(found)
