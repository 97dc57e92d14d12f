"""The findings in sentences that hold for any plan."""

import math

import pandas as pd

from mlpm.phrases import listed, of_100, plain, plural
from mlpm.schedule.study import Study


def weeks(amount: float) -> str:
    """`1 week`, `16.4 weeks`."""
    return "1 week" if f"{amount:.1f}" == "1.0" else f"{amount:.1f} weeks"


def number(amount: float) -> str:
    """`4`, `1.5`: a reader's own number as it was given."""
    return f"{amount:g}"


def rounded_down(amount: float) -> float:
    """To a tenth of a week: a limit is not rounded up."""
    return math.floor(10 * amount + 1e-9) / 10


def about_date(study: Study) -> str:
    """The sum of likely values against what futures say, delays independent and together."""
    alone, moved = study.readings.loc["independent"], study.readings.loc["together"]
    text = (
        f"The likely weeks add up to {number(study.likely)}, the average ones to {study.mean:.1f}. By week "
        f"{number(study.likely)} the work is done in {of_100(alone.by_likely)} futures; half of them need more than "
        f"{weeks(alone.p50)} (P50), 15 of 100 more than {alone.p85:.1f} (P85). "
    )
    if study.together:
        text += (
            f"If delays move together (correlation {number(study.together)}), the P85 is {moved.p85:.1f} and "
            f"{of_100(moved.by_likely)} end by week {number(study.likely)}: luck comes in series, good and bad, so "
            "both ends move out. "
        )
    return text + (
        f"By week {number(study.date)}: {of_100(alone.by_date)}"
        + (f", together {of_100(moved.by_date)}." if study.together else ".")
    )


def about_parts(study: Study) -> str:
    """Where the weeks over the likely sum come from, and which task is worth settling first."""
    parts = study.parts
    most = parts["adds"].max()
    adding = [f"*{plain(row.task)}*" for row in parts.itertuples() if row.adds > most - 1e-9]
    extra = study.mean - study.likely
    first = parts.loc[parts["settled"].idxmax()]
    now = study.readings.loc["independent", "by_date"]
    if extra <= 0:
        text = "The average is no longer than the likely sum: these ranges reach further down than up. "
    else:
        each = "each" if len(adding) > 1 else "alone"
        text = (
            f"The average is {extra:.1f} weeks longer than the likely sum. {listed(adding)} {each} "
            f"{'add' if len(adding) > 1 else 'adds'} {most:.1f}. "
        )
    if first.settled - now < 0.005:
        return text + "Settling a single task hardly moves the chance of the date."
    return text + (
        f"Settle *{plain(first.task)}* first: if it took its likely {number(first.likely)} for certain, the date would "
        f"hold in {of_100(first.settled)} futures instead of {of_100(now)}, more than after settling any other task."
    )


def named_plans(study: Study) -> pd.DataFrame:
    """The plans, called what a reader would call them."""
    research, beside = study.research, study.beside
    called = {
        "all": "everything, in sequence", "half": f"half of {research}", "none": f"without {research}",
        "beside": f"everything, {research} beside {beside}", "box": f"{research} in a box of {number(study.box)} weeks",
        "box beside": f"the box, beside {beside}",
    }
    return study.plans.rename(index=called).rename_axis("plan").reset_index()


def about_plans(study: Study) -> str:
    """What reaches the target by the date."""
    plans, research = study.plans["by_date"], plain(study.research)
    text = (
        f"By week {number(study.date)} you want {of_100(study.target)}. "
        f"All of *{research}* gives {of_100(plans['all'])}, half of it {of_100(plans['half'])}, none of it "
        f"{of_100(plans['none'])}. "
    )
    if study.kept is None:
        text += "Even without it the date does not hold: something else has to go, or the date. "
    elif study.kept == 1:
        text += "Nothing has to be cut. "
    else:
        text += f"{study.kept:.0%} of it could stay" + (", so shrinking is no way out. " if study.kept < 0.25 else ". ")
    if study.together:
        moved = study.plans["together"]
        text += (
            f"If delays move together the three are {of_100(moved['all'])}, {of_100(moved['half'])} and "
            f"{of_100(moved['none'])}."
        )
    return text.strip()


def about_merge(study: Study) -> str:
    """Two tasks at once: the wait for the later one."""
    found = study.merge
    research, beside = plain(study.research), plain(study.beside)
    return (
        f"At the same time, by different people, *{research}* and *{beside}* need {weeks(found['mean'])} on average, "
        f"more than the longer of the two alone ({found['longer']:.1f}), because the next task waits for whichever is "
        f"late. Within {number(found['likely'])} weeks *{research}* is done in {of_100(found['one'])} futures, "
        f"*{beside}* in {of_100(found['other'])}, both in {of_100(found['both'])}. It still saves "
        f"{weeks(found['saved'])}, and the date holds in {of_100(study.plans['by_date']['beside'])}."
    )


def about_box(study: Study) -> str:
    """A box beside the other task: what the date and the research have of it."""
    plans = study.plans
    date, inside = plans["by_date"], plans["in"]["box beside"]
    research, beside = plain(study.research), plain(study.beside)
    text = (
        f"Give *{research}* {number(study.box)} weeks beside *{beside}*, then go on with what there is: the date holds "
        f"in {of_100(date['box beside'])} futures, and in {of_100(inside)} *{research}* is in. "
        f"The same box in sequence would leave {of_100(date['box'])}. "
    )
    if study.longest_box is None:
        return text + f"No box keeps {of_100(study.target)}."
    if study.longest_box >= study.tasks[study.research][2]:
        return text + f"No box is needed for {of_100(study.target)}."
    return text + f"The longest box that keeps {of_100(study.target)} is {weeks(rounded_down(study.longest_box))}."


def about_counted(study: Study) -> str:
    """A date from past weekly counts."""
    found = study.counted
    return (
        f"In {plural(len(study.weekly), 'past week')} the team finished {plural(sum(study.weekly), 'item')}, "
        f"{found['a_week']:.1f} a week. {study.items} are left: {found['mean']} weeks by the average, a promise kept "
        f"in {of_100(found['chance'])} futures that are made of such weeks. Promise {found['p85']} (85 of 100 or more)."
    )


def memo(study: Study) -> str:
    """What to promise, what goes, what starts today, and when to decide again."""
    plans, date = study.plans, number(study.date)
    research, beside = plain(study.research), plain(study.beside)
    alone, moved = study.readings.loc["independent"], study.readings.loc["together"]
    boxed = plans.loc["box beside"]
    if alone.by_date >= study.target:
        head = f"**Promise everything by week {date}.** It holds in {of_100(alone.by_date)} futures."
    elif boxed.by_date >= study.target:
        head = (
            f"**Promise week {date} without *{research}*; give *{research}* a box of {number(study.box)} weeks beside "
            f"*{beside}*.** The date holds in {of_100(boxed.by_date)} futures; in {of_100(boxed['in'])} *{research}* "
            "is in, as a bonus."
        )
    elif plans.by_date["none"] >= study.target:
        shorter = study.longest_box
        head = (
            f"**Promise week {date} without *{research}*.** That holds in {of_100(plans.by_date['none'])} futures. A "
            f"box of {number(study.box)} weeks leaves {of_100(boxed.by_date)}"
            + (f"; {weeks(rounded_down(shorter))} would be the longest." if shorter is not None else ".")
        )
    else:
        head = (
            f"**Do not promise week {date}.** Even without *{research}* it holds in {of_100(plans.by_date['none'])} "
            f"futures only; that plan takes {plans.p85['none']:.1f} weeks (P85)."
        )
    lines = [head]
    lines.append(
        f"**What not to say:** {number(study.likely)} weeks, the sum of the likely ones. Everything takes "
        f"{weeks(alone.p85)} (P85), {moved.p85:.1f} if delays move together."
        if study.together else
        f"**What not to say:** {number(study.likely)} weeks, the sum of the likely ones. Everything takes "
        f"{weeks(alone.p85)} (P85)."
    )
    first = study.parts.loc[study.parts["settled_box"].idxmax()]
    if first.settled_box - boxed.by_date >= 0.005:
        lines.append(
            f"**Starts today:** *{plain(first.task)}*. Known to take its likely {number(first.likely)}, it would lift "
            f"the plan with the box from {of_100(boxed.by_date)} to {of_100(first.settled_box)}."
        )
    lines.append(
        f"**Decided on the day the box ends:** is *{research}* better than what ships without it, by the measure "
        "written down today? If yes, it goes in. If no, the date stands and it does not."
    )
    if study.together:
        lines.append(
            f"**How sure:** the ranges are guesses. If delays move together, the plan with the box holds in "
            f"{of_100(boxed.together)} and the one without *{research}* in {of_100(plans.together['none'])}. "
            "Read the plan again when the first task ends: its weeks are then known."
        )
    return "\n\n".join(lines)
