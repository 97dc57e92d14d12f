"""From a curve to a plan: what to decide, what to buy in which stage, what to measure next."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from mlpm.learning_curve.curve import Curve, imagined

DECISIONS = ("enough", "change_the_problem", "collect", "measure_more")
# Through three sizes there is always a curve with three unknowns: nothing is left to show that the shape is wrong.
ENOUGH_SIZES = 4
# Runs of a point that is measured next.
REPEATS = 3


def decide(
    target: float,
    *,
    sizes: int,
    error_high: float,
    floor_low: float,
    low: float,
    high: float,
    horizon: float,
    attainable: float = math.inf,
    rises: bool = False,
) -> tuple[str, str]:
    """The decision about a target, and the rule that took it; the first rule that fits wins.

    1. at the largest size measured even the interval's upper end meets the target → enough
    2. errors grow with data: amount is not what is missing                         → change_the_problem
    3. fewer than four sizes, or no interval                                        → measure_more
    4. even the lower end of the floor's interval lies above the target             → change_the_problem
    5. even the lower end of the items needed is more than can be had, or endless   → change_the_problem
    6. the upper end of the items needed is within the horizon and can be had       → collect
    7. otherwise nothing can be promised yet                                        → measure_more

    sizes: training sizes measured; error_high: upper end at the largest of them; floor_low: lower end of the floor;
    low, high: ends of the items needed, infinite for never; horizon, attainable: items.
    """
    if error_high <= target:
        return "enough", "met"
    if rises:
        return "change_the_problem", "rises"
    if sizes < ENOUGH_SIZES or math.isnan(floor_low):
        return "measure_more", "too_few"
    if floor_low > target:
        return "change_the_problem", "floor_above"
    if low > attainable or math.isinf(low):
        return "change_the_problem", "out_of_reach"
    if high <= min(horizon, attainable):
        return "collect", "within_horizon"
    return "measure_more", "no_promise"


@dataclass(frozen=True)
class Answer:
    """What a target takes. needed, low, high: labeled items in all, infinite for never; the rest: see `decide`."""

    target: float
    needed: float
    low: float
    high: float
    decision: str
    rule: str


def answer(curve: Curve, target: float, attainable: float) -> Answer:
    """What a target takes by a curve, of which so many items in all can be had."""
    needed, low, high = curve.reach(target)
    points = curve.points
    decision, rule = decide(
        target, sizes=len(points.sizes), error_high=float(curve.interval(points.largest)[1][0]),
        floor_low=curve.floor_interval[0], low=low, high=high, horizon=curve.horizon, attainable=attainable,
        rises=curve.rises,
    )
    return Answer(target, needed, low, high, decision, rule)


def stages(curve: Curve, attainable: float, price: float, supply: float, until: float) -> pd.DataFrame:
    """What each doubling buys, and all that can be had: one row a stage.

    Columns: items (in all), new (over what is labeled), euros, months, error, low, high. price: euros an item; supply:
    items labeled a month; until: the stages end with the first at or beyond this size, the horizon or what can be had.
    """
    largest = curve.points.largest
    last = min(curve.horizon, attainable)
    sizes = [largest]
    while sizes[-1] < min(until, last):
        sizes.append(min(2 * sizes[-1], last))
    if math.isfinite(attainable) and attainable > sizes[-1]:
        sizes.append(attainable)
    low, high = curve.interval(sizes)
    table = pd.DataFrame({"items": sizes})
    table["new"] = table["items"] - largest
    return table.assign(
        euros=table["new"] * price, months=table["new"] / supply, error=curve(sizes), low=low, high=high
    )


def next_measurements(curve: Curve, found: Answer, attainable: float, price: float) -> pd.DataFrame:
    """What one more measurement would do to the answer, if it lands where the curve says.

    Columns: what, size (of new runs, NaN if it is none), items (to label for it), euros, low, high, decision, worth.
    Worth, in euros: by how much the upper end comes down, times the price, less what the measurement costs beyond items
    that are needed anyway. An open upper end counts as all that can be had or, without an end, as the horizon.
    """
    largest = curve.points.largest
    most = attainable if math.isfinite(attainable) else curve.horizon
    rows = []
    for what, size, items, wasted, after in _candidates(curve, found.low, attainable):
        then = answer(after, found.target, attainable)
        saved = min(found.high, most) - min(then.high, most)
        low = max(then.low, largest)
        rows.append((what, size, items, items * price, low, then.high, then.decision, (saved - wasted) * price))
    return pd.DataFrame(rows, columns=["what", "size", "items", "euros", "low", "high", "decision", "worth"])


def best_measurement(found: Answer, measurements: pd.DataFrame):
    """The row to measure next, or None.

    For an open answer the cheapest that would settle it, or, if none would, the next larger size; for a plan to collect
    the one that is worth most.
    """
    if found.decision in ("enough", "change_the_problem") or measurements.empty:
        return None
    if found.decision == "measure_more":
        settles = measurements[measurements.decision != "measure_more"]
        if len(settles):
            return settles.sort_values("euros", kind="stable").iloc[0]
        larger = measurements[measurements["size"].notna()]
        return (larger if len(larger) else measurements).iloc[0]
    best = measurements.sort_values("worth", ascending=False, kind="stable").iloc[0]
    return best if best.worth > 0 else None


def _candidates(curve: Curve, low: float, attainable: float) -> Iterator[tuple[str, float, float, float, Curve]]:
    """Each measurement: name, size, items to label, how many of these are not needed anyway, the curve after it."""
    points = curve.points
    again = curve
    for size in points.sizes:
        again = imagined(again, size, REPEATS)
    yield f"{REPEATS} more runs at each size", math.nan, 0.0, 0.0, again
    for times in (2, 4):
        size = times * points.largest
        if size <= attainable:
            unneeded = max(size - max(min(low, curve.horizon), points.largest), 0.0)
            more = size - points.largest
            yield f"{REPEATS} runs at {size:,.0f}", size, more, unneeded, imagined(curve, size, REPEATS)
    if points.weighting == "test" and points.shared_test:
        items = points.test_items
        yield "twice the test items", math.nan, items, items, replace(curve, more_test_items=2.0)
