"""The findings about the variables, in sentences."""

from mlpm.phrases import euros, listed, of_100
from mlpm.variables.study import HIGH, Study, Variable


def _named(variables: list[Variable]) -> str:
    return listed([f"*{variable.name}*" for variable in variables])


def about_corner(found: Study) -> str:
    if not found.corner:
        return f"No variable has {HIGH} or more on both ranks: rank again, with somebody who disagrees with you."
    stand = "stands" if len(found.corner) == 1 else "stand"
    return f"{_named(found.corner)} {stand} in the corner, {HIGH} or more on both ranks."


def about_worth(found: Study) -> str:
    """Where the order by ranks and the order by euros part."""
    first = found.by_worth[0]
    parts = [f"Most is gained by finding out about *{first.name}*: {euros(first.net)} after what the look costs."]
    idle = [variable for variable in found.by_score if variable.worth < 1e-9]
    if idle:
        parts.append(
            f"Knowing more about {_named(idle)} is worth nothing: whatever came out, nothing would be done differently."
        )
    missed = [variable for variable in found.plan if not variable.in_corner]
    if missed:
        parts.append(f"Outside the corner, {_named(missed)} {'is' if len(missed) == 1 else 'are'} worth a look, too.")
    return " ".join(parts)


def about_guesses(found: Study, factor: float) -> str:
    """How far the first places depend on the guesses."""
    shares = found.among_first(3, factor)
    first = sorted(shares, key=lambda name: (-shares[name], name))[:3]
    return (
        f"The euros are guesses. If odds, loss and remedy are each off by up to a factor of {factor:g}, these stay "
        "among the first three: " + listed([f"*{name}* in {of_100(shares[name])} cases" for name in first]) + "."
    )


def memo(found: Study, factor: float) -> str:
    plan = found.plan
    if not plan:
        return "**Find out nothing first.** No look is worth what it costs: start, and watch what turns out."
    days, net = sum(variable.days for variable in plan), sum(variable.net for variable in plan)
    lines = [
        f"{position}. *{variable.name}*: {variable.days:g} {'day' if variable.days == 1 else 'days'}, "
        f"{euros(variable.net)} to gain."
        for position, variable in enumerate(plan, start=1)
    ]
    late = [variable for variable in found.by_worth if variable.net > 0 and variable not in plan]
    rest = f"\n\nNot in these days: {_named(late)}." if late else ""
    return (
        f"**Find out about {_named(plan)} first.** That takes {days:g} of your {found.days:g} days and is worth "
        f"{euros(net)} by the guesses below.\n\n" + "\n".join(lines) + rest
        + f"\n\n{about_worth(found)}\n\n{about_guesses(found, factor)}"
    )
