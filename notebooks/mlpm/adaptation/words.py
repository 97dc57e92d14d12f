"""The findings in sentences that are true whatever the inputs are, and the memo."""

import math

from mlpm.adaptation.knowledge import WAYS, Knowledge
from mlpm.adaptation.machines import Machines
from mlpm.adaptation.tuning import MOST_MONTHS, Tuning
from mlpm.phrases import euros, minus, of_100, plural
from mlpm.tokens.wording import money


def months(value: float | None) -> str:
    """`30 months`, `never`."""
    if value is None or math.isnan(value):
        return "never"
    return plural(round(value), "month")


def after(value: float | None) -> str:
    """`after 30 months`, `never`."""
    text = months(value)
    return text if text == "never" else f"after {text}"


def signed(amount: float) -> str:
    """Euros a call with their sign: `0.0020`, `−0.0007`."""
    return minus(f"{amount:.4f}")


def about_call(base: Tuning) -> str:
    """What a call costs now and tuned."""
    text = (
        f"A call costs {money(base.traffic.call)} now and {money(base.tuned)} with the tuned model: "
        f"{money(abs(base.saving))} {'less' if base.saving >= 0 else 'more'}."
    )
    if base.saving > 1e-15:
        return text + (
            f" {euros(base.setup)} come back after **{base.calls_to_repay:,.0f} calls**. The tuned model may be up to "
            f"{base.dearest:.2f} times as dear a token before it saves nothing."
        )
    return text + f" It never repays itself. It would save nothing from {base.dearest:.2f} times the price a token on."


def about_cases(table) -> str:
    """What the table of cases says."""
    base = table.iloc[0]
    others = table.iloc[1:-1]
    # A case that is never repaid comes last, however much it has saved.
    worst = others.sort_values(["months", "most"], ascending=[False, True], na_position="first").iloc[0]
    best = others.sort_values("months", na_position="last").iloc[0]
    text = f"As proposed it takes **{months(base.months)}**. Alone, *{worst.case}* moves it most for the worse: "
    text += f"{months(worst.months)}."
    if not math.isnan(best.months) and (math.isnan(base.months) or best.months < base.months):
        text += f" *{best.case.capitalize()}* helps: {months(best.months)}."
    every = table.iloc[-1]
    return text + f" All at once: {months(every.months)}; the best balance it reaches is {euros(every.most)}."


def about_fall(base: Tuning) -> str:
    """The fall in prices that tuning can bear."""
    bearable = base.bearable_fall
    if math.isinf(bearable):
        return "Nothing is saved, so no course of prices helps."
    if bearable >= 1:
        return "It repays itself only if token prices rise."
    if not bearable:
        return "It repays itself in the first month, whatever prices do afterwards."
    return (
        f"If prices for the same quality fall to less than **{of_100(bearable)} in a year**, the savings shrink faster "
        "than they add up, and tuning never repays itself, however long you wait."
    )


def about_knowledge(k: Knowledge) -> str:
    cheapest = min(WAYS, key=k.month)
    text = f"Cheapest here: **{cheapest}**, {euros(k.month(cheapest))} a month."
    if math.isfinite(k.calls_for_retrieval):
        text += (
            f" Retrieval costs less than all of the text in the prompt from {k.calls_for_retrieval:,.0f} calls a month "
            "on."
        )
    else:
        text += " Retrieval never costs less than the text in the prompt: the text is too short for it."
    return text + " Cost settles this only where all three answer equally well: measure that first."


def about_machines(m: Machines, calls: float) -> str:
    own, there = float(m.month(calls)), float(m.elsewhere(calls))
    text = (
        f"{calls:,.0f} calls a month cost {euros(there)} at the price per call and {euros(own)} on "
        f"{m.needed(calls):.0f} machines, which would be full to {100 * m.full(calls):.1f}%."
    )
    if not math.isfinite(m.break_even):
        return text + " At this price per call own machines never cost less: a full one costs more than its calls."
    return text + (
        f" They cost no more from **{m.break_even:,.0f} calls** a month on, {m.break_even / calls:.1f} times today's, "
        f"and are then full to {100 * m.full(m.break_even):.0f}%. Each further machine is a step, so just after a step "
        "the price per call may win again."
    )


def memo(base: Tuning, table, k: Knowledge, m: Machines, horizon: float) -> str:
    """What to do, in the order of what costs least."""
    proposed, every = table.iloc[0], table.iloc[-1]
    pays = not math.isnan(proposed.months) and proposed.months <= horizon
    fails = [row.case for row in table.iloc[1:-1].itertuples() if math.isnan(row.months) or row.months > horizon]
    if pays and not fails:
        head = "**Tune, if the evaluation says the answers are as good.**"
    elif pays:
        head = "**Tune only if what the proposal assumes is shown first.**"
    else:
        head = "**Do not tune.**"
    head += f" It repays itself {after(proposed.months)}; you asked for {horizon:.0f}"
    head += f", and with all assumptions changed at once {after(every.months)}." if pays else "."
    lines = [head]
    if pays and fails:
        lines.append(f"**It fails with:** {'; '.join(fails)}.")
    cheapest = min(WAYS, key=k.month)
    facts = {
        "all in the prompt": "Put all of the text into the prompt, at its front, and let the cache hold it",
        "retrieval": "Retrieve the passages that bear on the question",
        "tuning at each change": "Tuning at each change costs least on paper and adds facts poorly, so retrieve",
    }
    lines.append(f"**For facts that change:** {facts[cheapest]}: {euros(k.month(cheapest))} a month.")
    calls = base.traffic.calls
    if m.break_even <= calls:
        lines.append(
            f"**Machines of your own** would cost less: {euros(float(m.month(calls)))} in place of "
            f"{euros(float(m.elsewhere(calls)))} a month. Ask who is called at night before you ask for the quote."
        )
    elif math.isfinite(m.break_even):
        lines.append(
            f"**No machines of your own** for their price: they take {m.break_even / calls:.1f} times today's calls. "
            "Data that may not leave the house is another reason; it needs no sum."
        )
    else:
        lines.append("**No machines of your own** for their price: at this price per call they never cost less.")
    fall = base.bearable_fall
    again = (
        "**Look again when** calls double, or the evaluation shows a form or a skill that no prompt holds. Before "
        "either: an evaluation that tells better from worse."
    )
    if 0 < fall < 1:
        again += f" If prices fall to under {of_100(fall)} a year, tuning for the price never repays itself."
    lines.append(again)
    return "\n\n".join(lines)


def horizon_said(one: Tuning) -> str:
    """`after 30 months`, or that twenty years are not enough."""
    return f"after {months(one.months)}" if one.months else f"not within {MOST_MONTHS // 12} years"
