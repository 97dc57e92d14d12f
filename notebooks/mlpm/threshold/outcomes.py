"""What a cut does to the labeled rows: how many are caught, missed and wrongly hit, and what that costs.

A cut is the place of the first bin that is acted on, from 0 (act on everything) to the number of bins (on nothing).
Everything is per 1,000 items of the stream.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mlpm.proportions import Interval
from mlpm.scores import Scores, Share, share
from mlpm.threshold.prices import Price

PER = 1_000


@dataclass(frozen=True)
class Outcome:
    """What happens at one cut. caught, missed, hit: per 1,000 items; wrong: share of those acted on that are negative.

    caught_share: of the positives; hit_share: of the negatives.
    """

    place: int
    caught: Share
    missed: Share
    hit: Share
    wrong: Share
    caught_share: Share
    hit_share: Share

    @property
    def acted(self) -> float:
        return self.caught.value + self.hit.value


@dataclass(frozen=True)
class Cuts:
    """Every cut of one stream. rate_known: the base rate was given, so that it adds nothing to the intervals."""

    scores: Scores
    rate_known: bool = False

    @cached_property
    def caught(self) -> np.ndarray:
        """Positives at or above each place, per 1,000 items: one entry more than there are bins."""
        return self._above(self.scores.bin_positives)

    @cached_property
    def hit(self) -> np.ndarray:
        return self._above(self.scores.bin_negatives)

    @property
    def missed(self) -> np.ndarray:
        return self.caught[0] - self.caught

    def _above(self, bins: np.ndarray) -> np.ndarray:
        sums = np.concatenate([np.cumsum(bins[::-1])[::-1], [0.0]])
        return sums * PER / self.scores.weight

    def cost(self, price: Price) -> np.ndarray:
        """What the errors of each cut cost, per 1,000 items."""
        return price.false_negative * self.missed + price.false_positive * self.hit

    def expected_cost(self, price: Price, p: np.ndarray) -> np.ndarray:
        """The same by the calibrated probabilities in place of the labels: smooth, and lowest at the cut of the price.

        p: of each bin. Comparisons of prices use this one, which knows no luck of the sample beyond that of the map.
        """
        weight = self.scores.bin_positives + self.scores.bin_negatives
        passed = self._above(weight * p)
        return price.false_negative * (passed[0] - passed) + price.false_positive * self._above(weight * (1 - p))

    @property
    def f1(self) -> np.ndarray:
        """F1 of each cut: the harmonic mean of precision and recall."""
        return 2 * self.caught / (self.caught + self.caught[0] + self.hit)

    def at(self, place: int, group: int | None = None) -> Outcome:
        """The outcome of one cut, with intervals; for a group, per 1,000 items of the group."""
        found = self.scores if group is None else self.scores.only(group)
        acted = found.bin >= place
        sums = {}
        for side in ("positive", "negative"):
            for what in ("s", "_squares"):
                counts = getattr(found, side + what)
                sums[side + what] = float(counts[acted].sum()), float(counts[~acted].sum())
        yes, no = sums["positives"], sums["negatives"]
        yes_squares, no_squares = sums["positive_squares"], sums["negative_squares"]
        caught_share, hit_share = share(*yes, *yes_squares), share(*no, *no_squares)
        total, squares = sum(yes) + sum(no), sum(yes_squares) + sum(no_squares)
        if self.rate_known:
            positives = PER * sum(yes) / total
            caught, hit = caught_share.times(positives), hit_share.times(PER - positives)
            missed = caught_share.rest().times(positives)
        else:
            caught, missed, hit = (
                share(n, total - n, m, squares - m).times(PER)
                for n, m in ((yes[0], yes_squares[0]), (yes[1], yes_squares[1]), (no[0], no_squares[0]))
            )
        wrong = share(no[0], yes[0], no_squares[0], yes_squares[0])
        return Outcome(place, caught, missed, hit, wrong, caught_share, hit_share)

    def cost_of(self, place: int, price: Price) -> Interval:
        """The cost of one cut, with its interval."""
        acted = np.arange(self.scores.bin_count) >= place
        return self.mean_cost(np.where(acted, 0.0, price.false_negative), np.where(acted, price.false_positive, 0.0))

    def extra(self, place: int, other: int, price: Price) -> Interval:
        """What one cut costs more than another: only items whose scores lie between the two count."""
        bins = np.arange(self.scores.bin_count)
        between = (bins >= min(place, other)) & (bins < max(place, other))
        sign = 1 if place < other else -1  # the lower cut acts on what lies between
        return self.mean_cost(np.where(between, -sign * price.false_negative, 0.0),
                          np.where(between, sign * price.false_positive, 0.0))

    def mean_cost(self, positives: np.ndarray, negatives: np.ndarray) -> Interval:
        """Weighted mean over rows of a cost by bin and class, per 1,000; normal interval, linearized variance."""
        found = self.scores
        yes, no = positives @ found.bin_positives, negatives @ found.bin_negatives
        mean = (yes + no) / found.weight
        centers = mean, mean
        if self.rate_known:  # the size of each class is no accident of the sample: only the spread within it counts
            centers = yes / found.bin_positives.sum(), no / found.bin_negatives.sum()
        spread = sum(
            found.by_bin(squares) @ (costs - center) ** 2
            for costs, squares, center in zip(
                (positives, negatives), (found.positive_squares, found.negative_squares), centers, strict=True
            )
        )
        half = 1.959964 * np.sqrt(spread) / found.weight
        return Interval(*(float(PER * value) for value in (mean, mean - half, mean + half)))
