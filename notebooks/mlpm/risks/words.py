"""The findings in sentences that stay true for any four risks."""

import math

from mlpm.phrases import euros, listed, of_100, plural
from mlpm.risks.order import BUILD, STOP, by_index, least_worth
from mlpm.risks.study import Study
from mlpm.scoping.words import CHEAPEST_TEST, QUESTION, chances

NEAR = 0.05  # a luck below one in twenty is called more than luck


def money(amount: float) -> str:
    """Euros, to the nearest ten from a thousand up: the inputs carry no more."""
    return euros(round(amount, -1) if abs(amount) >= 1000 else amount, cents=False)


def signed(amount: float) -> str:
    text = money(amount)
    return f"+{text}" if amount > 0 and text.strip("€0.,") else text


def act(name: str) -> str:
    """A step of a plan, as something to do."""
    return {STOP: "drop it", BUILD: "build it"}.get(name, f"test {name}")


def odds(study: Study) -> str:
    """The product, the bet, and what the product hides."""
    bet = study.bet
    product = " × ".join(f"{risk.probability:g}" for risk in bet.risks)
    shared = "" if not bet.together else f", and one cause deciding {of_100(bet.together)} futures"
    low, high = bet.bounds
    text = (
        f"{product}{shared}: all hold in **{of_100(bet.joint)}** futures. Building now is worth "
        f"{money(bet.worth)} × {bet.joint:.3g} − {money(bet.cost)} = **{signed(bet.build)}**"
    )
    enough = f"it pays from {of_100(bet.enough)} on." if bet.enough <= 1 else "no chance is high enough to pay for it."
    text += f"; {enough}"
    text += (
        f"\n\nIf every guess is {100 * study.too_high:.0f} points too high, it is {of_100(study.optimists.joint)}, and "
        f"building now is worth {signed(study.optimists.build)}. The same single chances allow anything from "
        f"{of_100(low)} to {of_100(high)}, depending on what they have in common."
    )
    return text


def knowing(study: Study) -> str:
    """What is worth knowing, and what is only uncertain."""
    bet, table = study.bet, study.bet.table()
    if table["perfect"].max() <= 0:
        return (
            f"Nothing is worth knowing alone: whatever one test says, you {act(BUILD if bet.build > 0 else STOP)}. "
            f"Knowing all of it would be worth {money(bet.everything)}."
        )
    most = table.loc[table["perfect"].idxmax()]
    unsure = table.loc[(table["probability"] - 0.5).abs().idxmin()]
    text = (
        f"To know for certain about **{most.risk}** would be worth {money(most.perfect)}; about everything, "
        f"{money(bet.everything)}."
    )
    idle = table.loc[table["perfect"] <= 0, "risk"].tolist()
    if idle:
        text += f" Knowing about {listed(idle)} alone is worth nothing: no answer would change what you do."
    if unsure.risk != most.risk:
        text += f" The least certain is {unsure.risk}; the one worth knowing is {most.risk}."
    pays = table.loc[table["left"] > 0, "risk"].tolist()
    text += f" Run alone, {listed(pays)} repay{'s' if len(pays) == 1 else ''} the test." if pays else (
        " Run alone, no test repays its cost."
    )
    return text


def plan(study: Study) -> str:
    """The best sequence, and how it was found."""
    best, bet = study.plan, study.bet
    if not best.path:
        return f"The best first step is no test: {act(best.first)}. Every sequence of tests leaves less."
    steps = [act(name) for name in (*best.path, best.end)]
    text = f"Best: **{', then '.join(steps)}**, worth {signed(best.value)} with the tests paid. "
    if best.deadly:
        text += "Any no is the end. "
        rest = [name for name in bet.names if name not in best.path]
        if len(best.path) > 1:
            indexes = ", ".join(f"{name} {money(study.risk(name).index)}" for name in best.path)
            agrees = by_index(bet, best.path) == best.path
            text += (
                f"Cost for each chance to kill: {indexes}. "
                + ("Cheap and deadly first: that order is the best of all " if agrees else
                   "The best order is not that of the index here; of all ")
                + f"{math.factorial(len(best.path))} orders of these tests. "
            )
        if rest:
            text += f"Not worth the cost even after those: {listed(rest)}."
    else:
        text += "A no is not always the end here: after some, another test or building is still better than stopping."
    return text.strip()


def hundred(study: Study) -> str:
    """What becomes of a hundred such ideas."""
    way, bet = study.way, study.bet
    if not way.tests:
        return (
            f"Of 100 such ideas {100 * way.built:.0f} are built and {100 * way.works:.0f} work." if way.built else
            f"Of 100 such ideas nobody builds any; {100 * way.lost:.0f} would have worked."
        )
    return (
        f"Of 100 such ideas the tests stop {100 * (1 - way.built):.0f}, for {money(way.spent)} each on average. "
        f"{100 * way.built:.0f} are built and {100 * way.works:.0f} of those work. A wrong no stops "
        f"{100 * way.lost:.0f} that would have worked. Without tests all 100 are built and {100 * bet.joint:.0f} work."
    )


def polite(study: Study) -> str:
    """A test that hardly can fail."""
    risk, table = study.shown, study.tests().set_index("test")
    soft = table.loc["polite"]
    text = (
        f"The polite test of {risk.name} says yes to {of_100(soft.if_holds)} that hold and to {of_100(soft.if_not)} "
        "that do not. "
        + (f"A yes moves you from {chances(risk.probability)} to {100 * soft.belief:.0f}, and is worth " if
           math.isfinite(soft.belief) else "It never says yes, and is worth ")
        + f"{money(soft.worth)}."
    )
    limit = study.bet.most_polite(risk)
    if math.isnan(limit):
        return f"{text} The test at hand would not repay its {money(risk.cost)} even if it never said yes by mistake."
    if limit >= risk.sensitivity - 1e-9:
        return f"{text} The test at hand is free, so it may be as polite as it likes."
    return (
        f"{text} The test at hand repays its {money(risk.cost)} as long as it says yes to at most {of_100(limit)} that "
        "do not hold."
    )


def causes(study: Study) -> str:
    """What dependence does to the product and to the plan."""
    table = study.causes()
    first, last = table.iloc[0], table.iloc[-1]
    return (
        f"Independent, all hold in {of_100(first.joint)} futures; if one cause decided them all, in "
        f"{of_100(last.joint)}: they then fail together and hold together. The best plan goes from *{first.plan}* "
        f"({signed(first.value)}) to *{last.plan}* ({signed(last.value)}). Asked as *given that the ones before "
        "hold*, the chances multiply whatever binds them."
    )


def guesses(study: Study) -> str:
    """How wrong the guesses may be, and how wrong they used to be."""
    ranges = [
        f"{row.risk} from {100 * row.low:.0f} to {100 * row.high:.0f} (you say {100 * row.probability:.0f})"
        for row in study.holds.itertuples()
    ]
    text = f"The first step, *{act(study.plan.first)}*, stays the best for {listed(ranges)}, one moved at a time."
    text += f" {_moves(study, study.shown.name)}"
    if study.bet.joint and study.bet.cost:
        text += (
            f"\n\nThe worth is a guess, too. Something pays from {money(least_worth(study.bet))} on, building at once "
            f"from {money(study.bet.cost / study.bet.joint)}; you say {money(study.bet.worth)}."
        )
    record = study.record
    if not record.asked:
        return f"{text}\n\nThere is no record yet of what earlier guesses were worth. Begin one today."
    text += (
        f"\n\nOf {plural(record.asked, 'earlier assumption')} {record.held} held; {record.expected:.1f} were to be "
        f"expected from what was said. The guesses were {abs(100 * record.too_high):.0f} points too "
        f"{'high' if record.too_high > 0 else 'low'}. "
    )
    if record.too_high <= 0:
        return f"{text}There is no sign of optimism."
    return text + (
        f"So few or fewer would come of honest guesses in {of_100(record.luck)} such records: "
        + ("more than luck. Lower the guesses." if record.luck < NEAR else
           "it could be luck, so keep counting before you correct anybody.")
    )


def _moves(study: Study, name: str) -> str:
    """What the best first step becomes when the chance of one risk leaves its range."""
    row = study.holds.set_index("risk").loc[name]
    moves = [
        f"{side} {100 * end:.0f} chances in 100 for {name}, {act(step)} first" if step not in (STOP, BUILD) else
        f"{side} {100 * end:.0f} chances in 100 for {name}, {act(step)}"
        for side, end, step in (("below", row.low, row.below), ("above", row.high, row.above)) if step
    ]
    text = "; ".join(moves)
    return f"{text[0].upper()}{text[1:]}." if text else f"No chance of {name} makes another first step better."


def memo(study: Study) -> str:
    """The decision for a stakeholder."""
    bet, best = study.bet, study.plan
    said = (
        f"**The bet:** {money(bet.cost)} now for {money(bet.worth)} if all four hold, {of_100(bet.joint)} by our own "
        f"guesses. Built today it is worth {signed(bet.build)}."
    )
    if not best.path:
        head = "**Build it; no test at hand is worth its cost.**" if best.first == BUILD else (
            "**Drop it: neither building nor testing is worth the money.**"
        )
        return f"{head}\n\n{said}"
    first = study.first
    lines = [
        f"**Before anybody builds, test {first.name}: {QUESTION[first.name]}**", said,
        f"**The plan:** {', then '.join(act(name) for name in (*best.path, best.end))}; worth {signed(best.value)} "
        "with the tests paid.",
        f"**The first test:** {CHEAPEST_TEST[first.name]}. {money(first.cost)}; worth {money(bet.sample(first))} by "
        "itself.",
    ]
    after = f"After a no we give it {chances(study.belief(first, yes=False))}"
    step = best.after(**{first.name: False})
    lines.append(
        f"**What counts as a no is written down before the test.** {after} and {act(step)}. After a yes, "
        f"{chances(study.belief(first, yes=True))}: {act(best.after(**{first.name: True}))}."
    )
    rest = [name for name in bet.names if name not in best.path]
    if rest and best.deadly:
        lines.append(
            f"**Not tested:** {listed(rest)}; at these costs no answer is worth it. Write down who accepted that."
        )
    lines.append(f"**We think again** if a guess moves. {_moves(study, first.name)}")
    return "\n\n".join(lines)
