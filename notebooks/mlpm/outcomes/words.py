"""The findings in sentences, true for whatever the inputs are, and the memo."""

import math
from collections.abc import Sequence

import pandas as pd

from mlpm.outcomes.proxy import TARGETS, Market
from mlpm.outcomes.results import EXPECTED, Guardrail, KeyResult, mean_score
from mlpm.outcomes.tree import Tree
from mlpm.phrases import euros, listed, minus, plural


def percent(share: float) -> str:
    """`+9.3%`, `−4.0%`: a change."""
    return f"{'−' if share < 0 else '+'}{abs(share):.1%}"


def signed(amount: float) -> str:
    """`+€7,398`, `−€15,250`."""
    return f"{'−' if amount < 0 else '+'}{euros(abs(amount), cents=False)}"


def value(number: float) -> str:
    """A node's value: a share as a percentage, anything else as it is."""
    if number < 1:
        return f"{100 * number:.3g}%"
    return f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"


def about_tree(tree: Tree) -> str:
    """What the outcome is made of."""
    product = " × ".join(f"{node.name} ({value(node.now)})" for node in tree.nodes)
    return f"{product} = **{euros(tree.value, cents=False)} a month**, {euros(12 * tree.value, cents=False)} a year."


def about_worth(tree: Tree) -> str:
    """Why one percent is worth the same everywhere, and where to work then."""
    worth = tree.worth()
    best = worth.loc[worth["gain"].idxmax()]
    text = (
        f"One percent more of any node is worth the same, {euros(0.01 * tree.value, cents=False)} a month: they are "
        "multiplied. So the question is which node can be moved how far, and by whom."
    )
    if best["gain"] <= 0:
        return text + " Nobody who was asked believes that any can be moved up."
    return text + (
        f" By the guesses you have, most is in *{best['node']}*: from {value(best['now'])} to "
        f"{value(best['reach'])} is worth {euros(best['gain'], cents=False)} a month, if the other nodes stay where "
        "they are. They seldom do."
    )


def about_moved(tree: Tree, then: Sequence[float]) -> str:
    """What moved the outcome, and what that cannot say."""
    moved = tree.what_moved(then)
    total = float(moved["part"].sum())
    up = moved[moved["part"] > 0].sort_values("part", ascending=False)
    down = moved[moved["part"] < 0].sort_values("part")
    text = (
        f"The outcome went from {euros(tree.value, cents=False)} to {euros(math.prod(then), cents=False)} a month, "
        f"{signed(total)}."
    )
    if len(up):
        text += f" Up: {listed([f'{row.node} {signed(row.part)}' for row in up.itertuples()])}."
    if len(down):
        text += f" Down: {listed([f'{row.node} {signed(row.part)}' for row in down.itertuples()])}."
    return text + " This says where it moved, not why: a season moves nodes, too. Why takes an experiment."


def about_scores(results: Sequence[KeyResult]) -> str:
    """The arithmetic of each score, what is expected of it, and the mean."""
    lines = []
    for one in results:
        low, high = one.interval
        text = (
            f"- **{one.name}** ({one.kind}): ({one.result:g} − {one.start:g}) ÷ ({one.target:g} − {one.start:g}) = "
            f"**{one.score:.2f}**"
        )
        if high - low > 0.005:
            text += minus(f", from {plural(one.cases, 'case')} {low:.2f} to {high:.2f}")
        if one.kind == "committed":
            text += ": kept." if one.met else ": missed, and to be explained; a committed result has no good share."
        else:
            text += f"; {EXPECTED['stretch']:g} or more is a good end." if one.met else "; short of a good end."
        lines.append(text)
    mean = mean_score(results)
    if mean is not None:
        lines.append(f"- Mean of the stretch goals: {mean:.2f}. It is for the calendar; act on each, not on the mean.")
    return "\n".join(lines)


def about_guardrails(guardrails: Sequence[Guardrail]) -> str:
    """Which hold."""
    broken = [guard for guard in guardrails if not guard.holds]
    if not guardrails:
        return "There is no guardrail. Then the scores above may have been bought."
    if not broken:
        count = {1: "The guardrail holds", 2: "Both guardrails hold"}.get(
            len(guardrails), f"All {len(guardrails)} guardrails hold"
        )
        return f"{count}: what was reached was not bought with them."
    names = listed([f"*{guard.name}* ({guard.result:g}, limit {guard.limit:g})" for guard in broken])
    return f"Broken: {names}. Until that is repaired, the scores above are not claimed."


def about_noise(result: KeyResult, cases: int) -> str:
    """What the same score would be worth, counted on few cases."""
    low, high = KeyResult(
        result.name, result.start, result.target, result.result, result.kind, cases, result.of
    ).interval
    return (
        f"Counted on {plural(cases, 'case')}, the same {result.score:.2f} could be anything from {low:.2f} to "
        f"{high:.2f}: the quarter cannot be scored. For an interval of 0.2 in all it takes "
        f"{result.cases_needed(0.2):,d} cases."
    ).replace(" -", " −")


def about_path(market: Market) -> str:
    """Where proxy and outcome part, what was promised, what remains."""
    path, turn, back = market.path(), market.parting(), market.back()
    start, last = path.iloc[0], path.iloc[-1]
    if turn["orders"] - start["orders"] < 0.05:
        head = (
            f"No weight on answers within an hour brings more orders than today, {start['orders']:.1f} of 100 "
            f"messages, while the proxy rises from {start['quick']:.0f}."
        )
    else:
        head = (
            f"Up to a weight of {turn['weight']:.2f} both rise: answers within an hour from {start['quick']:.0f} to "
            f"{turn['quick']:.0f} of 100 contacts, orders from {start['orders']:.1f} to {turn['orders']:.1f}. **There "
            "they part.**"
        )
    text = f"{head} "
    if back is not None:
        text += f"At {back['weight']:.2f} orders are no more than today, with {back['quick']:.0f} within an hour. "
    promised = start["orders"] + market.slope() * (last["quick"] - start["quick"])
    return text + (
        f"With all weight on the proxy it stands at {last['quick']:.0f}, a record; today's relation would promise "
        f"{promised:.1f} orders, and there are {last['orders']:.1f}."
    )


def about_causes(market: Market, without: Market) -> str:
    """How much of the loss comes from auto-replies, how much from leaning on any proxy this hard."""
    ours, theirs = market.path().iloc[-1], without.path().iloc[-1]
    honest, turn = market.parting(TARGETS[1]), market.parting()
    return (
        "Two things go wrong. *Auto-replies*: they set the proxy off without what it stood for. Without such shops the "
        f"same pressure would end at {theirs['orders']:.1f} orders in place of {ours['orders']:.1f}. *Leaning too "
        "hard*: even then orders fall in the end, because whoever is picked for one thing is not picked for another, "
        f"here for matching the search. A proxy closer to the outcome, *answered by a person*, reaches "
        f"{honest['orders']:.1f} orders in place of {turn['orders']:.1f}, and turns, too, at a weight of "
        f"{honest['weight']:.2f}."
    )


def about_stops(stops: pd.DataFrame) -> str:
    """Which guardrail would have called first."""
    caught = stops.dropna(subset=["weight"]).sort_values("weight", kind="stable")
    if caught.empty:
        return "None of the guardrails would have stopped it. They watch the wrong thing."
    row = caught.iloc[0]
    return (
        f"First to call: *{row['name']}*, at a weight of {row['weight']:.2f}, with {row['quick']:.0f} answers within "
        f"an hour and {row['orders']:.1f} orders."
    )


def memo(
    tree: Tree, then: Sequence[float], results: Sequence[KeyResult], guardrails: Sequence[Guardrail], market: Market
) -> str:
    """The decision for a stakeholder."""
    broken = [guard for guard in guardrails if not guard.holds]
    missed = [one for one in results if not one.met]
    if broken:
        head = f"**We do not claim this quarter.** Did not hold: {listed([f'*{guard.name}*' for guard in broken])}."
    elif missed:
        head = f"**{len(results) - len(missed)} of {len(results)} key results are where we expected; guardrails hold.**"
    else:
        head = "**Every key result is where we expected it, and the guardrails hold.**"
    scores = "\n".join(
        f"- *{one.name}* ({one.kind}): {one.score:.2f}{'' if one.met else ', short of what we expected'}"
        for one in results
    )
    moved = tree.what_moved(then)
    total, largest = float(moved["part"].sum()), moved.loc[moved["part"].abs().idxmax()]
    lines = [
        head,
        scores,
        f"**In euros:** {signed(total)} a month; the largest part is *{largest['node']}*, {signed(largest['part'])}. "
        "What of it is ours, only the experiment can say.",
    ]
    worth = tree.worth()
    best = worth.loc[worth["gain"].idxmax()]
    if best["gain"] > 0:
        who = f" ({best['who']})" if best["who"] else ""
        lines.append(
            f"**Where the quarter was aimed:** *{best['node']}*{who}, worth {euros(best['gain'], cents=False)} a month "
            "if it got as far as believed and the other nodes stayed."
        )
    turn = market.parting()
    lines.append(
        "**Not as a goal:** answers within an hour. In the trial market orders turn at a weight of "
        f"{turn['weight']:.2f} on them. We count an answer when a person wrote it, and keep every guardrail in the "
        "same table as the score."
    )
    return "\n\n".join(lines)
