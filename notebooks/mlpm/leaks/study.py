"""The table, its suspects one by one, all eight sets of them under two splits, and its weeks."""

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations

import numpy as np
import pandas as pd

from mlpm import checks, scores
from mlpm.leaks.fits import Fit, fit, honest_area, ranks, split_at_random, split_by_time
from mlpm.leaks.orders import SUSPECTS, Orders
from mlpm.proportions import wilson
from mlpm.scores import Share

SETS = [frozenset(some) for some in chain.from_iterable(combinations(SUSPECTS, n) for n in range(4))]
AT_RANDOM, BY_TIME = "at random", "by time"
OTHERS = 20  # other splits at random
FIELDS = ("price", "seller_days", "photos", "distance_km", *SUSPECTS)


@dataclass(frozen=True)
class Study:
    """One table and how it is split. ripe_days: age an order needs; test_share: held out; cut: acted on from here."""

    orders: Orders
    ripe_days: int
    test_share: float
    cut: float
    seed: int

    @cached_property
    def ripe(self) -> np.ndarray:
        return self.orders.ripe(self.ripe_days)

    @cached_property
    def tested(self) -> dict[str, np.ndarray]:
        return {AT_RANDOM: split_at_random(self.ripe, self.test_share, self.seed),
                BY_TIME: split_by_time(self.ripe, self.test_share)}

    def learned(self, split: str) -> np.ndarray:
        """Ripe orders that are not tested; by time also none whose label ripened only while others were tested."""
        rest = self.ripe & ~self.tested[split]
        if split == AT_RANDOM:
            return rest
        days = self.orders.frame.ordered_on
        gap = pd.Timedelta(days=self.ripe_days)
        return rest & (days < days[self.tested[split]].min() - gap).to_numpy()

    @cached_property
    def fits(self) -> dict[tuple[str, frozenset[str]], Fit]:
        """Sixteen: each set of suspects under each split."""
        return {
            (split, some): fit(self.orders, some, split, self.learned(split), tested, self.cut)
            for split, tested in self.tested.items() for some in SETS
        }

    @cached_property
    def steps(self) -> list[tuple[str, Fit]]:
        """From the slide to the truth: one suspect after another leaves, then the split."""
        steps, left = [("as on the slide", self.fits[AT_RANDOM, frozenset(SUSPECTS)])], list(SUSPECTS)
        while left:
            gone = left.pop(0)
            steps.append((f"without {gone}", self.fits[AT_RANDOM, frozenset(left)]))
        return [*steps, ("split by time", self.fits[BY_TIME, frozenset()])]

    @cached_property
    def alone(self) -> pd.DataFrame:
        """Each field by itself: how well it ranks ripe orders, whichever way, and how often it is filled.

        A field that is filled counts as filled, whatever it holds, where it is a date. Columns: field, ranks, low,
        high, filled_yes, filled_no (share of refunded and of other orders in which it is neither empty nor 0).
        """
        frame, label = self.orders.frame[self.ripe], self.orders.label[self.ripe]
        rows = []
        for field in FIELDS:
            column = frame[field]
            value = column.notna().to_numpy(float) if field == "refund_date" else column.to_numpy(float)
            found = _either_way(value, label)
            filled = value != 0
            rows.append((field, found.value, found.low, found.high, filled[label].mean(), filled[~label].mean()))
        return pd.DataFrame(rows, columns=["field", "ranks", "low", "high", "filled_yes", "filled_no"])

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """Share of orders refunded by two weeks, the first day of each, with 95% intervals."""
        frame = self.orders.frame
        first = frame.ordered_on.min()
        start = first + pd.to_timedelta((frame.ordered_on - first).dt.days // 14 * 14, unit="D")
        by = frame.groupby(start).refunded.agg(["sum", "size"])
        low, high = wilson(by["sum"], by["size"])
        return pd.DataFrame({"week": by.index, "rate": (by["sum"] / by["size"]).to_numpy(), "low": low, "high": high,
                             "orders": by["size"].to_numpy()})

    @property
    def promised(self) -> Fit:
        return self.steps[0][1]

    @property
    def honest(self) -> Fit:
        """What a decision may rest on: no suspect, a split by time."""
        return self.fits[BY_TIME, frozenset()]

    @cached_property
    def other_splits(self) -> np.ndarray:
        """What the honest model promises in other splits at random: how far one draw of orders can be off.

        Each learns from as many orders as the split by time, so that none is better for having seen more of them.
        """
        few, areas = int(self.learned(BY_TIME).sum()), []
        for seed in range(self.seed + 1, self.seed + OTHERS + 1):
            tested = split_at_random(self.ripe, self.test_share, seed)
            rest = self.ripe & ~tested
            learned = split_at_random(rest, few / rest.sum(), seed)
            areas.append(honest_area(self.orders, learned, tested))
        return np.sort(areas)

    @cached_property
    def delay(self) -> tuple[int, int]:
        """Days by which half, and 95 of 100, of the dated refunds had been opened."""
        delays = self.orders.delays
        return int(delays[len(delays) // 2]), int(delays[int(0.95 * len(delays))])

    @cached_property
    def unripe_rate(self) -> Share:
        """Share refunded of the orders that are not ripe: what a careless split tests on."""
        return _rate(self.orders.label[~self.ripe])

    def rate_between(self, first: str, last: str) -> Share:
        """Share refunded of orders from one day to another, both included."""
        return _rate(self.orders.label[self.orders.frame.ordered_on.between(first, last).to_numpy()])

    def numbers(self) -> dict[str, int | float | str]:
        """What the chapter quotes; shares of 100."""
        orders, frame = self.orders, self.orders.frame
        values = {
            "orders": len(frame), "refunds": int(orders.label.sum()), "rate_of_100": 100 * orders.label.mean(),
            "buyers": int(frame.buyer.nunique()), "ripe": int(self.ripe.sum()), "ripe_days": self.ripe_days,
            "tested": int(self.tested[BY_TIME].sum()),
            "last_learned": f"{frame.ordered_on[self.learned(BY_TIME)].max():%Y-%m-%d}",
            "undated_of_100": 100 * frame.refund_date[orders.label].isna().mean(),
            "extracted": f"{orders.extracted:%Y-%m-%d}",
            "first_tested": f"{frame.ordered_on[self.tested[BY_TIME]].min():%Y-%m-%d}",
            "half_opened": self.delay[0], "most_opened": self.delay[1],
            "unripe_rate_of_100": 100 * self.unripe_rate.value,
            "unripe_low_of_100": 100 * self.unripe_rate.low, "unripe_high_of_100": 100 * self.unripe_rate.high,
        }
        for number, (name, one) in enumerate(self.steps):
            values |= {f"step_{number}": name, f"step_{number}_auc": one.ranks.value,
                       f"step_{number}_low": one.ranks.low, f"step_{number}_high": one.ranks.high}
        for name, one in (("promised", self.promised), ("leaky_by_time", self.fits[BY_TIME, frozenset(SUSPECTS)]),
                          ("honest", self.honest), ("honest_random", self.fits[AT_RANDOM, frozenset()])):
            values |= {f"{name}_auc": one.ranks.value, f"{name}_low": one.ranks.low, f"{name}_high": one.ranks.high,
                       f"{name}_live_auc": one.live_ranks, f"{name}_caught_of_100": 100 * one.caught.value,
                       f"{name}_live_caught_of_100": 100 * one.live_caught.value}
        values |= {"others": OTHERS, "others_low": self.other_splits[0], "others_high": self.other_splits[-1],
                   "others_mean": self.other_splits.mean()}
        for row in self.alone.itertuples():
            values |= {f"{row.field}_alone": row.ranks, f"{row.field}_filled_yes_of_100": 100 * row.filled_yes,
                       f"{row.field}_filled_no_of_100": 100 * row.filled_no}
        for field in SUSPECTS:
            values[f"only_{field}_auc"] = self.fits[AT_RANDOM, frozenset([field])].ranks.value
        plain = {name: float(value) if isinstance(value, np.floating) else value for name, value in values.items()}
        return {name: value for name, value in plain.items() if value == value}


def _either_way(value: np.ndarray, label: np.ndarray) -> Share:
    """How well a field ranks, whichever way it runs."""
    up = pd.Series(value).rank().to_numpy()
    runs_up = up[label].mean() >= up[~label].mean()
    return ranks(value if runs_up else -value, label)


def _rate(label: np.ndarray) -> Share:
    return scores.share(int(label.sum()), int((~label).sum()))


def analyze(orders: Orders, *, ripe_days: int = 45, test_share: float = 0.25, cut: float = 0.5, seed: int = 7) -> Study:
    """Check the parameters; raise InputError for what cannot be meant."""
    checks.count("ripe_days", ripe_days)
    checks.number("ripe_days", ripe_days, 0, 180, "days from 0 to 180, so that half a year of orders is left")
    checks.number("test_share", test_share, 0.1, 0.5, "a share from 0.1 to 0.5")
    checks.number("cut", cut, 0.01, 0.99, "a chance between 0.01 and 0.99")
    return Study(orders, ripe_days, test_share, cut, seed)
