"""Quantiles of waiting times, with intervals by order statistics: no shape of the distribution is assumed.

Of n independent times the number below the true q-quantile is binomial (n, q). So the two times whose ranks are the
binomial's quantiles hold it between them (David and Nagaraja 2003, section 7.1). Times of one task resemble one
another; Woodruff (1952) inverts the interval of the share below instead, and with its design effect n shrinks to as
many independent times as carry the same information. Where no rank is high enough there is no upper end, and a
quantile without one is not quoted.
"""

import math
from dataclasses import dataclass

import ibis
from scipy import stats

CONFIDENCE = 0.95
SHARES = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Tail:
    """A quantile in milliseconds.

    value, low, high are None where `times` are too few to quote it. effective: independent times that would tell as
    much; needed: times, dependent like these, from which on it can be quoted.
    """

    share: float
    times: int
    effective: float
    value: float | None
    low: float | None
    high: float | None
    needed: int

    @property
    def name(self) -> str:
        return f"p{100 * self.share:g}"


def needed(share: float, confidence: float = CONFIDENCE) -> int:
    """The fewest independent times whose largest is an upper end for a quantile: share ** n ≤ (1 − confidence) / 2."""
    return math.ceil(math.log((1 - confidence) / 2) / math.log(max(share, 1 - share)) - 1e-9)


def ranks(times: int, share: float, confidence: float = CONFIDENCE) -> tuple[int, int] | None:
    """The ranks, from 1, of the times that hold the quantile between them; None where there are too few times."""
    half = (1 - confidence) / 2
    low = int(stats.binom.ppf(half, times, share))
    high = int(stats.binom.ppf(1 - half, times, share)) + 1
    return (low, high) if low >= 1 and high <= times else None


def quantiles(rows: ibis.Table, shares=SHARES, confidence: float = CONFIDENCE) -> list[Tail]:
    """Quantiles of the column `value` (ms) of rows that belong to a `task`: what leaves the engine does not grow."""
    totals = rows.aggregate(n=rows.count(), tasks=rows.task.nunique()).to_pyarrow().to_pylist()[0]
    n, tasks = int(totals["n"]), int(totals["tasks"])
    if not n:
        return [Tail(share, 0, 0.0, None, None, None, needed(share, confidence)) for share in shares]
    points = _at(rows, [_rank(share, n) for share in shares])
    effects = _design_effects(rows, list(points), n, tasks)
    wanted, found = [], []
    for share, effect in zip(shares, effects, strict=True):
        effective = max(1, math.floor(n / effect + 1e-9))
        held = ranks(effective, share, confidence)
        found.append((share, effective, effect, held))
        wanted += (
            []
            if held is None
            else [_scaled(held[0], effective, n, math.floor), _scaled(held[1], effective, n, math.ceil)]
        )
    ends = iter(_at(rows, wanted)) if wanted else iter(())
    tails = []
    for (share, effective, effect, held), point in zip(found, points, strict=True):
        low, high = (None, None) if held is None else (next(ends), next(ends))
        least = math.ceil(needed(share, confidence) * effect - 1e-9)
        tails.append(Tail(share, n, effective, point if held else None, low, high, least))
    return tails


def _rank(share: float, n: int) -> int:
    """The rank, from 1, of the quantile: the smallest time with at least `share` of all at or below it."""
    return max(1, math.ceil(share * n - 1e-9))


def _scaled(rank: int, effective: int, n: int, whole) -> int:
    return min(n, max(1, whole(rank * n / effective)))


def _at(rows: ibis.Table, places: list[int]) -> list[float]:
    """The values at these ranks."""
    ordered = rows.select(value=rows.value, place=ibis.row_number().over(order_by=rows.value) + 1)
    # Equal times have equal values whichever comes first, so ties need no further order.
    found = ordered.filter(ordered.place.isin(sorted(set(places)))).to_pyarrow().to_pylist()
    by_place = {row["place"]: float(row["value"]) for row in found}
    return [by_place[place] for place in places]


def _design_effects(rows: ibis.Table, points: list[float], n: int, tasks: int) -> list[float]:
    """By how much the variance of the share above each point exceeds that of independent times; at least 1."""
    if tasks in (1, n):
        return [1.0 if tasks == n else float(n)] * len(points)
    above = {f"a{i}": (rows.value > point).cast("int64").sum() for i, point in enumerate(points)}
    each = rows.group_by("task").aggregate(m=rows.count(), **above)
    sums = {"mm": (each.m * each.m).sum()}
    for i in range(len(points)):
        a = each[f"a{i}"]
        sums |= {f"s{i}": a.sum(), f"aa{i}": (a * a).sum(), f"am{i}": (a * each.m).sum()}
    row = {name: float(value) for name, value in each.aggregate(**sums).to_pyarrow().to_pylist()[0].items()}
    effects = []
    for i in range(len(points)):
        p = row[f"s{i}"] / n
        if p in (0.0, 1.0):
            effects.append(1.0)
            continue
        squares = row[f"aa{i}"] - 2 * p * row[f"am{i}"] + p * p * row["mm"]
        effects.append(max(1.0, squares * tasks / (tasks - 1) / (n * p * (1 - p))))
    return effects
