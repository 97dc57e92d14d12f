"""The findings in sentences."""

import numpy as np

from mlpm.leaks.orders import SUSPECTS
from mlpm.leaks.study import AT_RANDOM, BY_TIME, Study
from mlpm.phrases import of_100, plural
from mlpm.scores import Share


def area(found: Share) -> str:
    """`0.97 (0.96 to 0.98)`."""
    return f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"


def about_table(found: Study) -> str:
    orders, young = found.orders, int((~found.ripe).sum())
    left = (
        f"So an order younger than {found.ripe_days} days has no label yet: {plural(young, 'order')} are left out of "
        f"every fit below, of which so far {of_100(found.unripe_rate.value)} are refunded."
        if young else f"At an age of {found.ripe_days} days every order counts as ripe, and none is left out."
    )
    return (
        f"{plural(len(orders.frame), 'order')} of {plural(orders.frame.buyer.nunique(), 'buyer')}, extracted on "
        f"{orders.extracted:%Y-%m-%d}; {of_100(orders.label.mean())} are refunded. Of the refunds that have a date, "
        f"half were opened within {found.delay[0]} days of the order and 95 of 100 within {found.delay[1]}. {left}"
    )


def about_alone(found: Study) -> str:
    table = found.alone.sort_values("ranks", ascending=False)
    first = table.iloc[0]
    honest = table[~table.field.isin(SUSPECTS)].iloc[0]
    return (
        f"One field alone, `{first.field}`, ranks {of_100(first.ranks)} pairs right. The best of those that describe "
        f"the order and its seller, `{honest.field}`, ranks {of_100(honest.ranks)}. A single field that is better than "
        "a whole model deserves is no luck. It is a question: on which day was it written?"
    )


def about_switches(found: Study) -> str:
    full, bare = (found.fits[AT_RANDOM, some] for some in (frozenset(SUSPECTS), frozenset()))
    return (
        f"With all three suspects the model ranks {of_100(full.ranks.value)} pairs right, without any of them "
        f"{of_100(bare.ranks.value)}. The areas do not say which field is honest; the day on which it is written does."
    )


def about_steps(found: Study) -> str:
    parts = [f"{one.ranks.value:.2f} {name}" for name, one in found.steps]
    return f"{', '.join(parts)}. Each step was a question, and none needed the model's code."


def about_splits(found: Study) -> str:
    random, time = (found.fits[split, frozenset()] for split in (AT_RANDOM, BY_TIME))
    leaky = found.fits[BY_TIME, frozenset(SUSPECTS)]
    gap = random.ranks.value - time.ranks.value
    said = (
        f"A split at random promises {area(random.ranks)}, a split by time {area(time.ranks)}: the first has already "
        f"seen orders of the weeks it is tested on. That is no accident of one draw: {len(found.other_splits)} other "
        f"splits at random, learned from as few orders as the one by time, promise "
        f"{found.other_splits[0]:.2f} to {found.other_splits[-1]:.2f}."
        if gap > 0.005 and time.ranks.value < found.other_splits[0] else
        f"Two splits: {area(random.ranks)} at random, {area(time.ranks)} by time."
    )
    return (
        f"{said} A split by time does not find a leak, though: with all three suspects it still says "
        f"{area(leaky.ranks)}, as the fields are as wise about August as about May."
    )


def about_live(found: Study) -> str:
    leaky, honest = found.fits[BY_TIME, frozenset(SUSPECTS)], found.honest
    return (
        f"On the day of the order nobody has written a date or a note. Fed with what is there then, the model with the "
        f"suspects ranks {of_100(leaky.live_ranks)} pairs right, about what the honest one does "
        f"({of_100(honest.live_ranks)}). But it has learned that an order without a refund date is fine: of 100 "
        f"refunds it promised to catch {100 * leaky.caught.value:.0f} at a chance of {found.cut:g}, and live it "
        f"catches {100 * leaky.live_caught.value:.0f}."
    )


def about_weeks(found: Study) -> str:
    weeks = found.weeks
    middle = weeks.iloc[:-3]
    jump = level_change(middle.rate.to_numpy())
    before, after = middle.rate.iloc[:jump].mean(), middle.rate.iloc[jump:].mean()
    return (
        f"The share is not one number: it is about {of_100(before)} up to the "
        f"two weeks from {middle.week.iloc[jump]:%Y-%m-%d} and {of_100(after)} from then on, and in the last two "
        f"weeks it is {of_100(weeks.rate.iloc[-1])}. Who would you ask, and what?"
    )


def level_change(rate: np.ndarray) -> int:
    """The place that divides a series best into two levels."""
    places = range(3, len(rate) - 3)
    return min(places, key=lambda n: rate[:n].var() * n + rate[n:].var() * (len(rate) - n))


def memo(found: Study) -> str:
    promised, honest = found.promised, found.honest
    leaky = found.fits[BY_TIME, frozenset(SUSPECTS)]
    return (
        f"**Do not plan with {promised.ranks.value:.2f}.** Three fields are written after the order: `refund_date` and "
        "`agent_notes` while the refund is handled, `buyer_refunds` over the whole table, this order included. Without "
        f"them, split by time, the model ranks {area(honest.ranks)}: that is the number to decide on.\n\n"
        f"**What it would have cost:** at a chance of {found.cut:g} the slide promises {100 * leaky.caught.value:.0f} "
        f"of 100 refunds caught; live it would have been {100 * leaky.live_caught.value:.0f}.\n\n"
        "**Ask next:** the engineer who owns the orders table, for the day on which each column is first written and "
        "what changed in the week the share of refunds jumped; operations, how long a refund may take to be opened."
    )
