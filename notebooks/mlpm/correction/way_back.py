"""The people who cannot see the screen: whose comment was treated, who is told, who asks again, who gets it back."""

import math
from dataclasses import dataclass

from scipy import stats

from mlpm import InputError, checks


@dataclass(frozen=True)
class Band:
    """What is treated a day: so many positives (rightly), so many decent items (wrongly)."""

    positive: float
    decent: float

    @property
    def items(self) -> float:
        return self.positive + self.decent

    @property
    def right(self) -> float:
        """Of the treated, the share that deserves it."""
        return self.positive / self.items


def band(stream: float, alpha: float, beta: float, low: float, high: float) -> Band:
    """What lies between two calibrated probabilities, when those of a day's stream follow Beta(alpha, beta).

    A calibrated p is positive with probability p, so positives between low and high are the mean of p over that band:
    alpha ÷ (alpha + beta) times the mass of Beta(alpha + 1, beta) there.
    """
    for name, value in (("alpha", alpha), ("beta", beta)):
        checks.number(name, value, 1e-9, math.inf, "a number above 0")
    checks.number("stream", stream, 0, math.inf, "items a day, 0 or more")
    if not 0 <= low < high <= 1:
        raise InputError(f"Parameters low and high are {low!r} and {high!r}. Give two shares from 0 to 1, low first.")
    items = stream * float(stats.beta(alpha, beta).cdf([low, high]) @ [-1, 1])
    positive = stream * alpha / (alpha + beta) * float(stats.beta(alpha + 1, beta).cdf([low, high]) @ [-1, 1])
    return Band(positive, items - positive)


@dataclass(frozen=True)
class WayBack:
    """What authors can do, and what follows, a day.

    told: share of authors who see that something happened. decent_ask, positive_ask: of those told, the share who ask
    again. decent_upheld, positive_upheld: of those who ask, the share who get their item back.
    """

    name: str
    told: float
    decent_ask: float
    positive_ask: float
    decent_upheld: float
    positive_upheld: float

    def __post_init__(self) -> None:
        for name in ("told", "decent_ask", "positive_ask", "decent_upheld", "positive_upheld"):
            checks.share(f"{name} ({self.name})", getattr(self, name))

    def decent_asking(self, treated: Band) -> float:
        return treated.decent * self.told * self.decent_ask

    def positive_asking(self, treated: Band) -> float:
        return treated.positive * self.told * self.positive_ask

    def asking(self, treated: Band) -> float:
        """Appeals a day; each is a label by a person who looked twice."""
        return self.decent_asking(treated) + self.positive_asking(treated)

    def restored(self, treated: Band) -> float:
        """Decent items given back a day."""
        return self.decent_asking(treated) * self.decent_upheld

    def let_back(self, treated: Band) -> float:
        """Positives given back a day, by mistake."""
        return self.positive_asking(treated) * self.positive_upheld

    def hours(self, treated: Band, seconds: float) -> float:
        """Hours of review a day."""
        return self.asking(treated) * seconds / 3600
