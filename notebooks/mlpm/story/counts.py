"""What recall and precision say, as whole counts of so many items that add up."""

import math
from dataclasses import dataclass
from functools import cached_property

from scipy import stats

from mlpm import InputError, checks

# The groups a count may be told of, smallest first: people picture a hundred or a thousand better than 250.
GROUPS = (100, 1_000, 10_000, 100_000, 1_000_000)
# How much of the chance from one group to the next a range holds.
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Names:
    """What people call the item, its two kinds, and what the product does: `comment`, `bullying`, `decent`, `hide`."""

    item: str = "item"
    positive: str = "positive"
    negative: str = "negative"
    act: str = "act on"
    acted: str = "acted on"

    @property
    def items(self) -> str:
        return self.item + "s"

    @property
    def rows(self) -> list[str]:
        """The two counts a choice of cuts is about."""
        return [f"{self.positive}, {self.acted}", f"{self.negative}, {self.acted}"]


@dataclass(frozen=True)
class Stream:
    """All items, and the part of them that a first filter lets a classifier read; both in a week.

    items: of all, and share of them positive; read: items the classifier reads, and share of those positive. Raises
    InputError where the classifier would read more items, or more positive ones, than there are.
    """

    items: float
    share: float
    read: float
    share_read: float
    names: Names = Names()

    def __post_init__(self):
        checks.number("items", self.items, 1, meaning="items a week, 1 or more")
        checks.number("share", self.share, 1e-6, 1 - 1e-6, "a share between 0 and 1")
        checks.number("read", self.read, 1, self.items, f"items a week, from 1 to all {self.items:,.0f}")
        checks.share("share_read", self.share_read)
        if self.read * self.share_read > self.items * self.share * (1 + 1e-9):
            raise InputError(
                f"Parameter share_read is {self.share_read!r}: the classifier would read "
                f"{self.read * self.share_read:,.0f} positive items of {self.items * self.share:,.0f} there are. "
                "Give a smaller share, or more items."
            )

    @property
    def reach(self) -> float:
        """Of the positive items, the share that the classifier gets to read."""
        return self.read * self.share_read / (self.items * self.share)


@dataclass(frozen=True)
class Cut:
    """A score from which on the product acts, by the rates a review states for what the classifier reads.

    recall: caught, of the positive items it reads; precision: positive, of the items it acts on (0 to 1, above 0).
    """

    name: str
    recall: float
    precision: float
    stream: Stream

    def __post_init__(self):
        checks.share("recall", self.recall)
        checks.number("precision", self.precision, 1e-6, 1, "a share above 0, up to 1")
        if self.wrong_share > self.decent_read:
            raise InputError(
                f"Parameter precision is {self.precision!r} at recall {self.recall!r}: it would act wrongly on more "
                "items than the classifier reads. Look at which stream the two were measured on."
            )

    @property
    def names(self) -> Names:
        return self.stream.names

    @property
    def caught_of_all(self) -> float:
        """Of all positive items, the filter's misses included, the share that is caught."""
        return self.recall * self.stream.reach

    @property
    def caught_share(self) -> float:
        """Of all items, the share that is positive and caught."""
        return self.stream.share * self.caught_of_all

    @property
    def wrong_share(self) -> float:
        """Of all items, the share that is negative and acted on."""
        return self.caught_share * (1 - self.precision) / self.precision

    @property
    def decent_read(self) -> float:
        """Of all items, the share that is negative and read by the classifier."""
        return self.stream.read * (1 - self.stream.share_read) / self.stream.items

    @property
    def false_alarms(self) -> float:
        """Of the negative items the classifier reads, the share acted on: the x of a ROC curve."""
        return self.wrong_share / self.decent_read if self.decent_read else 0.0

    def told(self, per: int) -> "Told":
        return Told(self, checks.count("per", per, 1))


@dataclass(frozen=True)
class Told:
    """A cut told of `per` items. Whole counts add up: of what is rounded, the rest is the difference."""

    cut: Cut
    per: int

    @property
    def positive(self) -> int:
        return round(self.per * self.cut.stream.share)

    @property
    def caught(self) -> int:
        return round(self.per * self.cut.caught_share)

    @property
    def wrong(self) -> int:
        return round(self.per * self.cut.wrong_share)

    @property
    def missed(self) -> int:
        return self.positive - self.caught

    @property
    def left(self) -> int:
        """Negative items left alone."""
        return self.per - self.positive - self.wrong

    @property
    def acted(self) -> int:
        return self.caught + self.wrong

    @cached_property
    def caught_range(self) -> tuple[int, int]:
        """Caught, in 95 of 100 groups with this many positive items, if the rate is what was stated."""
        return _range(self.positive, self.cut.caught_of_all)

    @cached_property
    def wrong_range(self) -> tuple[int, int]:
        decent = self.per - self.positive
        return _range(decent, self.cut.wrong_share / (1 - self.cut.stream.share))


def _range(items: int, share: float) -> tuple[int, int]:
    low, high = stats.binom.interval(CONFIDENCE, items, share)
    return int(low), int(high)


def least_per(shares) -> int | None:
    """The smallest usual group in which no share that is not 0 rounds to none; None where a million is too few."""
    smallest = min((share for share in shares if share > 0), default=1.0)
    return next((group for group in GROUPS if group * smallest >= 1), None)


@dataclass(frozen=True)
class Choice:
    """Two cuts of one classifier; `second` catches more and acts wrongly on more.

    price: wrong actions that one miss is worth, as signed by those who live with the errors. Raises InputError where
    one cut is at least as good in both: then there is no story to tell, only a cut to take.
    """

    first: Cut
    second: Cut
    price: float

    def __post_init__(self):
        checks.number("price", self.price, 0, meaning="wrong actions one miss is worth, 0 or more")
        more = self.second.caught_share - self.first.caught_share
        wrong = self.second.wrong_share - self.first.wrong_share
        if more <= 0 or wrong <= 0:
            raise InputError(
                f"Parameters of the two cuts: {self.second.name} has to catch more than {self.first.name} and to act "
                "wrongly on more. Exchange the two, or take the one that is better in both."
            )

    @property
    def exchange(self) -> float:
        """Wrong actions more for each positive item caught more."""
        return (self.second.wrong_share - self.first.wrong_share) / (
            self.second.caught_share - self.first.caught_share
        )

    @property
    def takes_second(self) -> bool:
        """At the signed price the second cut is worth it."""
        return self.price > self.exchange

    @property
    def missed_ratio(self) -> float:
        """Positive items left, with the second cut, as a share of those left with the first."""
        share = self.first.stream.share
        return (share - self.second.caught_share) / (share - self.first.caught_share)

    @property
    def wrong_ratio(self) -> float:
        return self.second.wrong_share / self.first.wrong_share if self.first.wrong_share else math.inf

    @cached_property
    def binormal(self) -> tuple[float, float]:
        """Intercept and slope of the binormal ROC curve through both cuts: z(hit) = a + b · z(false alarm)."""
        x = [stats.norm.ppf(_inside(cut.false_alarms)) for cut in (self.first, self.second)]
        y = [stats.norm.ppf(_inside(cut.recall)) for cut in (self.first, self.second)]
        slope = (y[1] - y[0]) / (x[1] - x[0])
        return y[0] - slope * x[0], slope

    @property
    def auc(self) -> float:
        """Area under that curve: Φ(a / √(1 + b²))."""
        intercept, slope = self.binormal
        return float(stats.norm.cdf(intercept / math.hypot(1, slope)))


def _inside(share: float) -> float:
    return min(max(share, 1e-6), 1 - 1e-6)
