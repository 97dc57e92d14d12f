"""The findings about the order of answers, in sentences."""

import numpy as np

from mlpm.phases.plan import RISKS, Plan, caught
from mlpm.phrases import euros, listed, of_100


def first_no(plan: Plan) -> str:
    """The first phase that can end the initiative, and what is spent by then."""
    at = next(position for position, phase in enumerate(plan.phases) if phase.name in plan.place.values())
    weeks = sum(phase.weeks for phase in plan.phases[: at + 1])
    return f"at the end of *{plan.phases[at].name}*, in week {weeks:g}, with {euros(plan.spent[at])} spent"


def about_plan(plan: Plan) -> str:
    return (
        f"*{plan.name}*: the first answer that can end it comes {first_no(plan)}. It ends with a no in "
        f"{of_100(1 - plan.success)} cases; on average {euros(plan.expected_cost)} are spent, "
        f"{euros(plan.wasted)} of them on what ends with a no."
    )


def about_orders(late: Plan, early: Plan, worth: float) -> str:
    """What the other order changes, in euros: the same chance of success at another price."""
    difference = late.expected_cost - early.expected_cost
    compared = (
        f"saves {euros(difference)}" if difference > 0 else f"costs {euros(-difference)} more"
        if difference < 0 else "changes nothing"
    )
    return (
        f"Success is worth {euros(worth)} and has a chance of {late.success:.1%} in both. The order *{early.name}* "
        f"{compared} on average. Expected value: {euros(late.net(worth))} with *{late.name}*, "
        f"{euros(early.net(worth))} with *{early.name}*. Nothing about the idea, the people or the "
        "phases differs, only when each question is asked."
    )


def about_missed(late: Plan, early: Plan, worth: float) -> str:
    """How good an early test has to be before the other order pays."""
    shares = np.linspace(0, 1, 101)
    spent = np.array([caught(early, late, share) for share in shares])
    pays = np.flatnonzero(spent < late.expected_cost)
    if not len(pays):
        return "However good the early tests are, they cost more than they save here."
    if pays[0] == 0:
        return "Even early tests that notice nothing cost no more than the plan as drawn."
    return (
        f"An early test need not be perfect. The other order pays as soon as its tests notice "
        f"{of_100(shares[pays[0]])} of the assumptions that are false; at 80 of 100 it saves "
        f"{euros(late.expected_cost - caught(early, late, 0.8))}."
    )


def moved(late: Plan, early: Plan) -> str:
    """Which questions change their place, and where to."""
    changes = [f"{risk} to *{early.place[risk]}*" for risk in RISKS if early.place[risk] != late.place[risk]]
    return f"Move {listed(changes)}." if changes else "Both orders ask every question in the same phase."


def memo(late: Plan, early: Plan, worth: float) -> str:
    better = early.expected_cost < late.expected_cost
    head = "**Ask earlier.**" if better else "**Keep the order.**"
    order = early if better else late
    go = "go on" if order.net(worth) > 0 else "do not start"
    return (
        f"{head} {moved(late, early) if better else 'The early tests cost more than the waste they prevent.'} "
        f"The first no can then come {first_no(order)}.\n\n{about_orders(late, early, worth)}\n\n"
        f"{about_missed(late, early, worth)}\n\nAt these chances: **{go}**. The chances are guesses of the people who "
        "answer for each risk; write them down before the tests, and look at them again after."
    )
