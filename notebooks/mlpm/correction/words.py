"""The findings in sentences, true for whatever the inputs are, and the memo."""

from mlpm.correction.seconds import Screen
from mlpm.correction.study import Study
from mlpm.phrases import euros, of_100, plain, plural


def seconds(value: float) -> str:
    """`1.0 s`, `−0.2 s`; a minus, not a hyphen."""
    text = f"{abs(value):.1f} s"
    return f"−{text}" if value < 0 and text != "0.0 s" else text


def hours(value: float) -> str:
    """`34 hours`, `1.9 hours`."""
    text = f"{abs(value):,.0f}" if abs(value) >= 9.95 else f"{abs(value):.1f}"
    return f"{text} {'hour' if text == '1.0' else 'hours'}"


def _won(value: float) -> str:
    return f"{'lose' if value < 0 else 'save'} {hours(value)}"


def _all_users(study: Study) -> str:
    """Hours a day of all users; a sum whose sign the answers cannot tell is not given."""
    low, high = study.range(study.now)
    today = (
        "Whether all users together lose or save time today, the answers cannot tell; with the cheaper one they"
        if low < 0 < high else f"All users together {_won(study.hours(study.now))} a day today and"
    )
    return f"{today} would {_won(study.hours(study.then))}{' a day' if low < 0 < high else ''}."


def whole(value: float) -> str:
    return f"{value:,.0f}" if value >= 9.95 or value == 0 else f"{value:.1f}"


def _sum(screen: Screen) -> str:
    return (
        f"{screen.right:.2f} × {screen.saved:g} − {1 - screen.right:.2f} × {screen.effort:g} = {seconds(screen.net)}"
    )


def about_right(study: Study) -> str:
    """What was measured."""
    return (
        f"{study.kept:,d} of {study.asked:,d} people asked would have decided the same: {of_100(study.right)} "
        f"({study.promise.low:.1%} to {study.promise.high:.1%}). Those who simply went on are not counted as content."
    )


def about_seconds(study: Study) -> str:
    """The first sum: every error is noticed."""
    now, then = study.seen(study.now), study.seen(study.then)
    text = (
        f"If every error is noticed, a decision saves {_sum(now)}. With a correction of {then.effort:g} seconds it "
        f"saves {_sum(then)}."
    )
    if now.net > 0 and then.net > 1.05 * now.net:
        text += f" The model is the same; its users get {then.net / now.net:.1f} times as much from it."
    return text


def about_unnoticed(study: Study) -> str:
    """The second sum: some errors are not."""
    now, then = study.now, study.then
    if now.noticed == 1:
        return "You say that every error is noticed, so the sum above is the whole of it."
    text = (
        f"But only {of_100(now.noticed)} errors are noticed, and one that is not costs {now.unnoticed:g} seconds "
        f"later. An error then costs {now.error:.1f} seconds now and {then.error:.1f} with the cheaper correction, "
        f"and a decision saves **{seconds(now.net)}** now and **{seconds(then.net)}** then."
    )
    if now.net < 0 < study.seen(now).net:
        text += f" The sum without them was too kind: it had {seconds(study.seen(now).net)} in place of a loss."
    left = (1 - now.noticed) * now.unnoticed
    if then.error > 0 and left > 0.5 * then.error:
        text += (
            f" After the repair {left:.1f} of the {then.error:.1f} seconds come from errors nobody notices: the next "
            "thing to make is a way to notice them."
        )
    return text


def about_break_even(study: Study) -> str:
    """How right the product has to be."""
    now, then = study.now, study.then
    if now.break_even is None or then.break_even is None:
        return "Nothing is saved and nothing is lost, so no share right is asked for."
    text = (
        f"To be worth having, {100 * now.break_even:.0f} of 100 decisions have to be right with today's correction, "
        f"{100 * then.break_even:.0f} with the cheaper one; you have {of_100(study.right)}."
    )
    low, high = study.promise.low, study.promise.high
    if low < now.break_even < high:
        text += " Today's need lies inside the interval of what you measured: nobody can say whether the product helps."
    return text


def about_levers(study: Study) -> str:
    """Which lever is cheaper."""
    now, table = study.now, study.levers()
    best = table.iloc[0]
    less = study.effort_now - study.effort_then
    points = now.points_worth(less)
    text = (
        f"One point more right decisions brings {now.per_point:.2f} seconds, one second less of correcting "
        f"{now.per_second:.2f}."
    )
    if points is not None and less > 0:
        text += f" {less:g} seconds less are worth {points:.1f} points of accuracy"
        text += "." if 100 * study.right + points <= 100 else ", more than there are left to win."
    if best.gain > 0:
        text += (
            f" *{best.lever}* is the better use of a person-week: {best.a_week:.2f} seconds a decision for each, "
            f"against {table.a_week.iloc[1]:.2f}."
        )
    return text


def about_errors_met(study: Study) -> str:
    """What a new user meets."""
    one, two = study.meets(1), study.meets(2)
    text = (
        f"In {plural(study.uses, 'use')}, {of_100(one)} new users meet at least one error and {of_100(two)} meet two "
        "or more"
    )
    half = study.half_met
    if half is None:
        return f"{text}."
    return (
        f"{text}. By use {half}, half of them have met one. An average is what you see; a run of errors at the start "
        "is what some of them see."
    )


def about_promise(study: Study) -> str:
    """How exactly it may be said."""
    found = study.promise
    how = {
        "counts": "is known well enough for a count",
        "one_in": "is known well enough for its unkind end, not for a count",
        "words": "is not known well enough for a number",
    }[found.kind]
    return (
        f"From {study.asked:,d} answers the share wrong is {1 - found.high:.1%} to {1 - found.low:.1%}. That {how}: "
        f"*wrong: {found.text}*."
    )


def about_authors(study: Study) -> str:
    """Who is wronged and never asks."""
    treated, table = study.treated, study.authors()
    first, last = table.iloc[0], table.iloc[-1]
    share = last.restored / treated.decent if treated.decent else 0.0
    text = (
        f"Of {whole(treated.items)} items treated a day, {whole(treated.decent)} are decent. Today "
        f"{whole(first.restored)} of these are given back. With *{plain(last.way)}* it is {whole(last.restored)}, "
        f"{of_100(share)}; {whole(treated.decent - last.restored)} are not. The price: {whole(last.labels)} appeals, "
        f"{hours(last.hours)} of review a day ({euros(last.hours * study.wage)}), and {whole(last.let_back)} items "
        f"given back that should not be. The by-product: {whole(last.labels)} labels a day by somebody who looked "
        "twice."
    )
    if study.hours_for_all > 0:
        text += f" Reading everything that is treated, asked or not, would take {hours(study.hours_for_all)}."
    return text


def memo(study: Study) -> str:
    """The decision for a stakeholder."""
    now, then, levers, authors = study.now, study.then, study.levers(), study.authors()
    best = levers.iloc[0]
    if best.gain <= 0:
        head = "**Change neither: nothing on sale makes this screen better.**"
    elif best.lever.endswith("to correct"):
        head = "**Make the way back cheaper before you make the model better.**"
    else:
        head = "**Make the model better; the way back is cheap enough.**"
    (low, high), (low_then, high_then) = study.range(now), study.range(then)
    lines = [
        f"{head} A decision saves its user {seconds(now.net)} today ({seconds(low)} to {seconds(high)}), and "
        f"{seconds(then.net)} ({seconds(low_then)} to {seconds(high_then)}) if a correction takes {then.effort:g} "
        f"seconds instead of {now.effort:g}. {_all_users(study)}",
    ]
    if high < 0:
        lines.append(
            "**Until then, do less:** today the screen costs its users more than it saves. Decide for them only "
            "where you are surer, and leave the rest alone."
        )
    elif low < 0:
        lines.append(
            "**Until then, do less:** from what was measured nobody can say that today's screen saves anything. "
            "Decide for users only where you are surer, and leave the rest alone."
        )
    lines.append(
        "**What the screen may say:** how often people would have decided otherwise, no more exactly than "
        f"*{study.promise.text}*, and then what to do about it. Never a percentage on a single item."
    )
    lines.append(
        f"**What to expect:** {of_100(study.meets(2))} new users meet two errors or more in their first "
        f"{plural(study.uses, 'use')}. Support hears it from us before it hears it from them."
    )
    last = authors.iloc[-1]
    lines.append(
        f"**For authors:** *{plain(last.way)}*. It gives back {whole(last.restored)} of {whole(study.treated.decent)} "
        f"decent items a day for {hours(last.hours)} of review, and {whole(last.labels)} labels."
    )
    lines.append(
        "**We undo this** if the share right for users, asked again after four weeks, falls under "
        + (f"{then.break_even:.0%}" if then.break_even is not None else "what it is today")
        + ", or if review takes twice the hours above."
    )
    return "\n\n".join(lines)
