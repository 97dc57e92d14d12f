"""Does the queue hold at a steady pace? Erlang C: Poisson arrivals, exponential handling, nobody leaves the queue.

Load is counted in erlangs: reviewers that would be busy all the time. The chance to wait follows from Erlang B, which
is the Poisson distribution cut off at the number of reviewers (`scipy.stats`), so that no power or factorial overflows:

    B = pmf(c; a) / cdf(c; a)        C = B / (1 − a/c (1 − B))        P(wait > t) = C exp(−(c − a) t / s)

with c reviewers, a load of a erlangs and s seconds a review (Erlang 1917; Cooper, Introduction to Queueing Theory, 2nd
ed. 1981). Sources of the published numbers this is held against stand in the tests.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

MOST_REVIEWERS = 100_000


@dataclass(frozen=True)
class Wait:
    """A queue with `reviewers` at work.

    load: in erlangs; busy: share of the time a reviewer works (over 1: the queue grows); waits: chance that an item
    waits at all; mean: seconds an item waits on average; grows: items an hour by which the queue grows, else 0. waits
    and mean are None when the queue grows.
    """

    reviewers: int
    load: float
    seconds: float
    busy: float
    waits: float | None
    mean: float | None
    grows: float

    def within(self, seconds: float) -> float | None:
        """The share of items whose review begins within so many seconds; None when the queue grows."""
        if self.waits is None:
            return None
        return 1 - self.waits * math.exp(-(self.reviewers - self.load) * seconds / self.seconds)


def load(arrivals: float, seconds: float) -> float:
    """Erlangs: items an hour times seconds a review, over the seconds of an hour."""
    return arrivals * seconds / 3600


def erlang_b(erlangs: float, reviewers: int) -> float:
    """The chance that all reviewers are busy where nothing may wait."""
    poisson = stats.poisson(erlangs)
    return float(np.exp(poisson.logpmf(reviewers) - poisson.logcdf(reviewers)))


def erlang_c(erlangs: float, reviewers: int) -> float:
    """The chance that an item waits; needs more reviewers than erlangs."""
    if not 0 <= erlangs < reviewers:
        raise ValueError("the queue grows without end")
    blocked = erlang_b(erlangs, reviewers)
    return blocked / (1 - erlangs / reviewers * (1 - blocked))


def wait(arrivals: float, seconds: float, reviewers: int) -> Wait:
    """The queue for so many arrivals an hour, seconds a review and reviewers at work."""
    erlangs = load(arrivals, seconds)
    if erlangs >= reviewers:
        return Wait(reviewers, erlangs, seconds, erlangs / reviewers, None, None,
                    arrivals - reviewers * 3600 / seconds)
    waits = erlang_c(erlangs, reviewers)
    return Wait(reviewers, erlangs, seconds, erlangs / reviewers, waits, waits * seconds / (reviewers - erlangs), 0.0)


def needed(arrivals: float, seconds: float, *, share: float, within: float, busy: float = 1.0) -> Wait:
    """The queue with the fewest reviewers who begin `share` of items within `within` seconds and are `busy` at most."""
    erlangs = load(arrivals, seconds)
    reviewers = max(1, math.floor(erlangs) + 1, math.ceil(erlangs / busy - 1e-9))
    while True:
        found = wait(arrivals, seconds, reviewers)
        if found.within(within) >= share:
            return found
        reviewers += 1


def on_shift(reviewers: int, away: float) -> int:
    """People on a shift so that so many are at work while a share of each paid hour goes to breaks and training."""
    return math.ceil(reviewers / (1 - away) - 1e-9)
