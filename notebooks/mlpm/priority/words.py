"""The findings in sentences that stay true for any list of ideas."""

import numpy as np

from mlpm.phrases import listed, of_100, plain
from mlpm.priority.study import Study
from mlpm.scoping.words import amount

CLOSE = 0.05  # scores that differ by less are a tie: nobody's guesses are that good


def months(value: float) -> str:
    return f"{value:.1f} person-months"


def italic(names) -> str:
    return listed([f"*{plain(name)}*" for name in names])


def scores(study: Study) -> str:
    """What the sorted list says, and whether that is a tie."""
    ordered = sorted(study.ideas, key=lambda idea: -idea.score)
    text = "The list as a spreadsheet has it: " + ", ".join(
        f"*{plain(idea.name)}* {amount(idea.score)}" for idea in ordered
    ) + "."
    top, second = ordered[:2]
    if top.score <= 0:
        return f"{text} Nothing on it brings anything."
    if second.score > (1 - CLOSE) * top.score:
        text += f" The first two are a tie: {amount(top.score)} and {amount(second.score)}."
    return text


def ranks(study: Study) -> str:
    """How often each idea is first."""
    table = study.table()
    likely = int(np.argmax(study.listing.ranks[:, 0]))
    table = table.sort_values("first", ascending=False, kind="stable")
    places = [f"*{plain(row.idea)}* in {of_100(row.first)} futures" for row in table.itertuples()]
    text = f"First: {', '.join(places)}."
    if study.listing.ranks[likely, 0] < 0.5:
        return f"{text} None is first in half of them: the order is an opinion."
    best = table.loc[study.listing.first]
    if study.listing.first != likely:
        return f"{text} The highest mean score is that of *{plain(best.idea)}*, which is first less often."
    return text


def means(study: Study) -> str:
    """Ratio of means against mean of ratios."""
    table = study.table()
    gaps = (table["mean"] / table["ratio"].where(table["ratio"] > 0)).fillna(1.0) - 1
    gap, widest = gaps.max(), table.loc[gaps.idxmax()]
    by_mean, by_ratio = table.loc[table["mean"].idxmax(), "idea"], table.loc[table["ratio"].idxmax(), "idea"]
    if not gap > 1e-6:
        return "No effort has a range, so the mean of the scores is the mean reward divided by the effort."
    text = (
        f"The mean score flatters wide efforts. *{plain(widest.idea)}* scores {amount(widest['mean'])} on average; its "
        f"mean reward divided by its mean effort is {amount(widest.ratio)}. "
    )
    if by_mean == by_ratio:
        return f"{text}Both put *{plain(by_mean)}* first."
    return (
        f"{text}The first puts *{plain(by_mean)}* in front, the second *{plain(by_ratio)}*. What a month of work "
        "brings in the long run is the second."
    )


def narrow(study: Study) -> str:
    """Which number to find out first."""
    table = study.inputs
    if table.empty or table["worth"].max() <= 0:
        return "No single number could change what comes first. Do not narrow anything; begin."
    top = table.iloc[0]
    widest = table.loc[(table["high"] / table["low"].clip(lower=1e-9)).idxmax()]
    best = study.listing.means.max()
    text = (
        f"Find out first about the **{top.input} of *{plain(top.idea)}***: the answer changes what comes first in "
        f"{of_100(top.changes)} futures, and is worth {amount(top.worth)} a person-month, {top.worth / best:.0%} of "
        "the best mean score."
    )
    if (widest.idea, widest.input) != (top.idea, top.input):
        text += (
            f" The widest range is another: the {widest.input} of *{plain(widest.idea)}*, {widest.low:g} to "
            f"{widest.high:g}. Knowing it is worth {amount(widest.worth)}."
        )
    idle = int((table["worth"] <= 0).sum())
    if idle:
        text += f" Of {len(table)} ranges {idle} cannot change what comes first: leave them wide."
    return text


def waiting(study: Study) -> str:
    """What the order costs if everything is built."""
    worst, best = study.orders.iloc[-1], study.orders.iloc[0]
    if not best.lost > 0:
        return "Nothing brings anything, so nothing is lost by waiting."
    return (
        f"If all are built by {study.people:g} people, one after another, *{plain(best.order)}* loses least to "
        "waiting: the order of mean reward ÷ mean effort. The next best order loses "
        f"{study.orders.iloc[1].more / best.lost:.1%} more; the worst, *{plain(worst.order)}*, "
        f"{worst.more / best.lost:.0%}."
    )


def fits(study: Study) -> str:
    """A rank is not a plan."""
    best, picked = study.sets
    if not best:
        return f"Nothing fits into {study.capacity:g} person-months."
    text = (
        f"With {study.capacity:g} person-months the best set is {italic(best)}: reward {amount(study.reward(best))}, "
        f"{months(study.effort(best))}."
    )
    if study.reward(picked) < study.reward(best) * (1 - 1e-6):
        return (
            f"{text} Going down the sorted list takes {italic(picked)}: {amount(study.reward(picked))}, "
            f"{1 - study.reward(picked) / study.reward(best):.0%} less. The list ranks; it does not plan."
        )
    return f"{text} Here the sorted list picks a set that is as good."


def evidence(study: Study) -> str:
    """Confidence as evidence."""
    table = study.evidence()
    after = table.loc[table["after"].idxmax()]
    if after.after <= 0:
        return "No confidence has been earned, so nothing comes first."
    leading = table.loc[table["before"] > (1 - CLOSE) * table["before"].max(), "idea"].tolist()
    text = f"With the confidence as written, {italic(leading)} {'is first' if len(leading) == 1 else 'tie'}. With what "
    text += f"evidence has earned, *{plain(after.idea)}* is first: {amount(after.after)}."
    for row in table.itertuples():
        if row.idea != after.idea:
            text += f" *{plain(row.idea)}* " + (
                f"would need {row.needs:.0%}, and has {row.earned:.0%}." if np.isfinite(row.needs) else
                "could not be first at any confidence."
            )
    return text


def memo(study: Study) -> str:
    """The decision for a stakeholder."""
    earned = study.evidence()
    first = earned.loc[earned["after"].idxmax()]
    top = study.inputs.iloc[0] if len(study.inputs) else None
    head = f"**First: *{plain(first.idea)}*.**" if first.after > 0 else "**Nothing comes first.**"
    lines = [f"{head} {evidence(study)}"]
    likely = int(np.argmax(study.listing.ranks[:, 0]))
    lines.append(
        f"**How sure:** by the ranges as they were written, *{plain(study.ideas[likely].name)}* is first in "
        f"{of_100(study.listing.ranks[likely, 0])} futures. Nobody should lose an argument to the list."
    )
    if top is not None and top.worth > 0:
        lines.append(
            f"**Find out next:** the {top.input} of *{plain(top.idea)}*. No other number is worth more to know."
        )
    else:
        lines.append("**Find out next:** nothing; no single number could change the order.")
    if study.planned:
        lines.append(
            f"**In {study.capacity:g} person-months**, with the confidence earned: {italic(study.planned)}, "
            f"{months(study.effort(study.planned))} on average."
        )
    lines.append(
        "**Not on this list:** what the law asks for, what is on fire, and what only makes other work possible. "
        "They are not scored; they are done, or not, and their people are taken off the capacity first."
    )
    return "\n\n".join(lines)
