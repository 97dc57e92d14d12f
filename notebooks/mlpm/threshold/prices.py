"""What two errors cost, and what follows from that alone: closed forms, no data."""

import math
from dataclasses import dataclass

from mlpm import InputError, checks, tables

ABOVE_ZERO = "a number above 0"


@dataclass(frozen=True)
class Price:
    """What a wrong answer costs above the right one, in any unit: acting on a negative, letting a positive pass."""

    name: str
    false_positive: float
    false_negative: float

    def __post_init__(self):
        for side in ("false_positive", "false_negative"):
            checks.number(f"cost_{side}", getattr(self, side), math.ulp(0), meaning=ABOVE_ZERO)

    @property
    def cut(self) -> float:
        """Act from this calibrated probability on."""
        return self.false_positive / (self.false_positive + self.false_negative)

    @property
    def ratio(self) -> float:
        """How many wrong hits one miss is worth."""
        return self.false_negative / self.false_positive


def implied_ratio(cut: float) -> float:
    """The price ratio at which a cut on a calibrated probability would be right: what it says without saying so."""
    return (1 - cut) / cut


def review_band(price: Price, review: float) -> tuple[float, float] | None:
    """The probabilities between which a review that costs `review` and is right beats both answers; None: nowhere.

    Chow (1970): reviewing beats letting pass where C_FN p > review, and beats acting where C_FP (1 − p) > review.
    """
    low, high = review / price.false_negative, 1 - review / price.false_positive
    return (low, high) if low < high else None


def most_for_a_review(price: Price) -> float:
    """What a review may cost at most: the expected cost of an item right on the cut."""
    return price.cut * price.false_negative


def read_stakeholders(text: str) -> list[Price]:
    """Prices from `"trust and safety=5, legal=2"`: how many wrong hits each says one miss is worth."""
    found = []
    for part in tables.names(text):
        name, sign, number = (piece.strip() for piece in part.rpartition("="))
        try:
            ratio = float(number)
        except ValueError:
            ratio = 0.0
        if not (sign and name and math.isfinite(ratio) and ratio > 0):
            raise InputError(f"Parameter stakeholders: '{part}' is not name=ratio. Write how many wrong hits one miss "
                             "is worth to whom, such as legal=2.")
        if name.casefold() in {price.name.casefold() for price in found}:
            raise InputError(f"Parameter stakeholders names '{name}' twice. Give each one ratio.")
        found.append(Price(name, 1.0, ratio))
    return found
