"""How small a holdout can be and still tell, and what it costs while it stands."""

import math
from dataclasses import dataclass

from scipy.stats import norm

Z, POWER = float(norm.isf(0.025)), 0.8
REACH = Z + float(norm.ppf(POWER))  # 2.80: an effect of so many standard errors is found 80 times in 100
SHARES = (0.01, 0.02, 0.05, 0.10, 0.20)


@dataclass(frozen=True)
class Size:
    """A holdout of `share` of all users: relative half-width of its 95% interval, and the effect found 80 in 100."""

    share: float
    users: int
    half: float
    found: float
    cost: float | None = None


def half_width(share: float, users: float, deviation: float) -> float:
    """Half of the 95% interval of the relative effect.

    deviation: standard deviation of the outcome over its mean, what a covariate explains taken off; users: everybody,
    held out or not.
    """
    return Z * deviation * math.sqrt(1 / (share * users) + 1 / ((1 - share) * users))


def found(share: float, users: float, deviation: float) -> float:
    """The smallest relative effect that such a holdout finds 80 times in 100, two-sided at 5%."""
    return half_width(share, users, deviation) / Z * REACH


def smallest(effect: float, users: float, deviation: float) -> float | None:
    """The smallest share to hold out that finds a relative effect 80 times in 100; None if not even a half does."""
    if not effect > 0:
        return None
    product = (REACH * deviation / effect) ** 2 / users  # = share · (1 − share)
    return None if product > 0.25 else (1 - math.sqrt(1 - 4 * product)) / 2


def sizes(users: float, deviation: float, gain: float | None = None) -> list[Size]:
    """A row for each usual share. gain: what a user with the launches brings more a month, in money."""
    return [
        Size(
            share,
            round(share * users),
            half_width(share, users, deviation),
            found(share, users, deviation),
            None if gain is None else share * users * gain,
        )
        for share in SHARES
    ]
