"""How many gold items tell a drop from bad luck, and how often a good week looks like a bad one.

A gold item is one whose label is settled, mixed unseen into the queue. The test is the exact binomial one, one-sided:
flag a rater with at most `flag_at` of `items` correct, where a rater as good as ever has so few in at most
`false_alarm` of weeks.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binom

from mlpm import InputError

MOST = 50_000


@dataclass(frozen=True)
class Gold:
    """items: a week and a rater; flag_at: correct ones, or fewer; false_alarm, power: as they come out.

    luckiest: the smallest number that reaches the power; some numbers above it miss it again.
    """

    items: int
    flag_at: int
    false_alarm: float
    power: float
    luckiest: int

    def ever(self, weeks: float) -> float:
        """The chance that a rater as good as ever is flagged at least once in so many weeks."""
        return 1 - (1 - self.false_alarm) ** weeks

    def any_of(self, raters: float) -> float:
        """The chance that at least one of so many raters, all as good as ever, is flagged in a week."""
        return 1 - (1 - self.false_alarm) ** raters


def tests(items, usual: float, dropped: float, false_alarm: float) -> pd.DataFrame:
    """The test for each number of items: items, flag_at (−1: never), false_alarm, power."""
    items = np.atleast_1d(items)
    flag_at = binom.ppf(false_alarm, items, usual).astype(int)
    # ppf is the first count whose tail reaches false_alarm; one fewer stays under it, unless it is met exactly.
    flag_at -= binom.cdf(flag_at, items, usual) > false_alarm * (1 + 1e-12)
    return pd.DataFrame(
        {
            "items": items,
            "flag_at": flag_at,
            "false_alarm": np.where(flag_at < 0, 0.0, binom.cdf(flag_at, items, usual)),
            "power": np.where(flag_at < 0, 0.0, binom.cdf(flag_at, items, dropped)),
        }
    )


def needed(usual: float, dropped: float, false_alarm: float = 0.05, power: float = 0.8) -> Gold:
    """The fewest gold items from which on the drop is noticed with this power, whatever number is taken.

    Power rises in a sawtooth: a single number may reach it by luck of its whole counts, the next miss it. Raises
    InputError when a drop is none, or so small that 50,000 items do not show it.
    """
    if not 0 < dropped < usual < 1:
        raise InputError(
            f"Parameter dropped_to is {dropped!r}, usual_correct {usual!r}. Give two shares between 0 and 1, the first "
            "below the second."
        )
    # The normal approximation, with twice its size as the end of the search: beyond it the sawtooth is past.
    spread = np.sqrt(usual * (1 - usual)) * 1.645 + np.sqrt(dropped * (1 - dropped)) * 0.842
    end, low = int(50 + 3 * (spread / (usual - dropped)) ** 2), 0
    while end <= MOST:
        found = tests(np.arange(1, end + 1), usual, dropped, false_alarm)
        short = np.flatnonzero(found["power"] < power)
        low = int(short[-1]) + 1 if len(short) else 0
        if low < 0.8 * end:
            break
        end *= 2
    if end > MOST:
        raise InputError(
            f"More than {MOST:,} gold items would be needed to tell {usual:.1%} from {dropped:.1%}. Give a larger drop "
            "or pool several weeks."
        )
    row = found.iloc[low]
    luckiest = int(found.loc[(found["power"] >= power).idxmax(), "items"])
    return Gold(int(row["items"]), int(row["flag_at"]), float(row["false_alarm"]), float(row["power"]), luckiest)


def against_others(ratings: pd.DataFrame, rater: str, since: int, label: str) -> pd.DataFrame:
    """How a rater compares with the others before and since a week; each pair of ratings of one item counts.

    ratings: item ("comment"), rater, label, week. Returns two rows, before and since: same (pairs with the same
    label), pairs, caught (the other said `label` and so did the rater), said (the other said it).
    """
    pairs = ratings.merge(ratings, on="comment", suffixes=("", "_other"))
    pairs = pairs[(pairs["rater"] == rater) & (pairs["rater_other"] != rater)]
    said = pairs["label_other"] == label
    found = pd.DataFrame(
        {
            "when": np.where(pairs["week"] >= since, "since", "before"),
            "same": pairs["label"] == pairs["label_other"],
            "pairs": True,
            "caught": said & (pairs["label"] == label),
            "said": said,
        }
    )
    return found.groupby("when")[["same", "pairs", "caught", "said"]].sum().astype(int)
