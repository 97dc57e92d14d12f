"""The counts in sentences. Each names its group once, and says what happens to people, not to a metric."""

import pandas as pd

from mlpm.story.counts import Choice, Cut, Told, least_per


def hundred(share: float) -> str:
    return f"{100 * share:.0f}"


def about_rates(cut: Cut) -> str:
    """What the two rates of a slide say, each of its own hundred, and the hundred that people think of."""
    names, passed = cut.names, round(100 * cut.stream.reach)
    filtered = (
        f" Of 100 {names.positive} {names.items} of all it is {hundred(cut.caught_of_all)}: the first filter passes "
        f"{passed} of them on, and the rest is judged by nobody."
        if passed < 100
        else ""
    )
    return (
        f"Of 100 {names.positive} {names.items} that the classifier reads, it catches {hundred(cut.recall)}.{filtered} "
        f"Of 100 {names.items} we {names.act}, {hundred(1 - cut.precision)} were {names.negative}. The hundreds are "
        "different ones; the numbers cannot be set against each other until both are counts of one group."
    )


def about_counts(told: Told) -> str:
    """One cut in one group."""
    names = told.cut.names
    return (
        f"Of {told.per:,} {names.items} {told.positive:,} are {names.positive}. With the {told.cut.name} we "
        f"{names.act} {told.acted:,}: {told.caught:,} {names.positive} and {told.wrong:,} {names.negative}. "
        f"{told.missed:,} {names.positive} {names.items} stay up."
    )


def about_group(choice: Choice, per: int) -> str:
    """Whether the group is large enough for its smallest count."""
    cuts, items = (choice.first, choice.second), choice.first.names.items
    least = least_per([share for cut in cuts for share in (cut.caught_share, cut.wrong_share)])
    if least is None:
        return f"Even of a million {items} one of the counts is less than one. Say of how many it is one."
    if least > per:
        return (
            f"In {per:,} {items} one of the counts is less than one and may round to none, and none is what people "
            f"remember. Tell it of {least:,}."
        )
    return f"In {per:,} {items} no count rounds to none: nothing that happens sounds as if it never did."


def between(span: tuple[int, int]) -> str:
    low, high = span
    return f"{low:,} to {high:,}" if low < high else f"{low:,}"


def about_chance(told: Told, tested: int, low: float, high: float) -> str:
    """Two kinds of not knowing: from one group to the next, and about the rate itself."""
    names, reach = told.cut.names, told.cut.stream.reach
    return (
        f"**In one group:** about {told.caught:,} of {told.positive:,} caught, {between(told.caught_range)} in 95 of "
        f"100 such groups, even if the rate is exactly right. **About the rate:** {round(told.cut.recall * tested):,} "
        f"of {tested:,} {names.positive} {names.items} in the test put the {hundred(told.cut.recall)} of 100 between "
        f"{hundred(low)} and {hundred(high)}; of {told.positive:,} that is {told.positive * low * reach:.0f} to "
        f"{told.positive * high * reach:.0f} in the long run. Say the first to whoever will count next week, the "
        "second to whoever decides."
    )


def change(choice: Choice, per: int) -> str:
    """What the second cut changes, absolute first, relative second."""
    first, second, names = choice.first.told(per), choice.second.told(per), choice.first.names
    times = f" ({choice.wrong_ratio:.1f} times as many)" if choice.first.wrong_share else ""
    return (
        f"With the {choice.second.name}, of {per:,} {names.items}, {names.positive} ones that stay up fall from "
        f"{first.missed:,} to {second.missed:,} ({hundred(1 - choice.missed_ratio)}% fewer), and {names.negative} ones "
        f"that are {names.acted} rise from {first.wrong:,} to {second.wrong:,}{times}."
    )


def point(choice: Choice, per: int) -> list[str]:
    """The title of the last chart, in two lines."""
    first, second, names = choice.first.told(per), choice.second.told(per), choice.first.names
    return [
        f"{choice.second.name.capitalize()}: {second.caught - first.caught:,} more {names.positive} {names.items}",
        f"{names.acted}, and {second.wrong - first.wrong:,} more {names.negative} ones",
    ]


def audiences(choice: Choice, writes: float) -> pd.DataFrame:
    """One result for three people: what each counts in a week, with each cut.

    writes: of the authors acted on by mistake, the share that writes to support. Columns: who, counts, first, second.
    """
    weekly, names = choice.first.stream.items, choice.first.names
    cuts = choice.first, choice.second
    wrong = [weekly * cut.wrong_share for cut in cuts]
    missed = [weekly * (cut.stream.share - cut.caught_share) for cut in cuts]
    rows = [
        ("legal", f"{names.negative} {names.items} {names.acted}, each with a reason to give", *wrong),
        ("head of product", f"{names.positive} {names.items} that stay up", *missed),
        ("seller support", "letters about it", *(writes * count for count in wrong)),
    ]
    return pd.DataFrame(rows, columns=["who", "counts", "first", "second"])


def decision(choice: Choice) -> str:
    """What the signed price says."""
    names, taken = choice.first.names, choice.second if choice.takes_second else choice.first
    return (
        f"{'Take' if choice.takes_second else 'Keep'} the {taken.name}. The {choice.second.name} has "
        f"{choice.exchange:.1f} {names.negative} {names.items} {names.acted} for each {names.positive} one it catches "
        f"more; the price that was signed is {choice.price:.1f}, {'more' if choice.takes_second else 'less'} than that."
    )


def memo(choice: Choice, per: int, writes: float) -> str:
    first, names = choice.first.told(per), choice.first.names
    people = audiences(choice, writes).set_index("who")
    legal, product, support = people.loc["legal"], people.loc["head of product"], people.loc["seller support"]
    other = choice.first if choice.takes_second else choice.second
    return (
        f"**{decision(choice)}**\n\n{about_counts(first)} {change(choice, per)}\n\n"
        f"A week, {choice.first.name} and {choice.second.name}: {product['first']:,.0f} and {product['second']:,.0f} "
        f"{names.positive} {names.items} stay up; {legal['first']:,.0f} and {legal['second']:,.0f} {names.negative} "
        f"ones are {names.acted}; {support['first']:,.0f} and {support['second']:,.0f} letters.\n\n"
        f"**Not known:** whether the stated rates hold on this stream, and for whom they are worse. One group of "
        f"{per:,} is no test of them: {between(first.caught_range)} caught of {first.positive:,} would not surprise."
        f"\n\n**We change our minds** to the {other.name} if those who live with the errors sign a price "
        f"{'under' if choice.takes_second else 'above'} {choice.exchange:.1f}. Which of the two errors would you "
        "rather have fewer of?"
    )
