"""Does the queue hold through a day? Peaks, shifts, a closed night: a fluid model, a shift plan and a simulation.

Time runs by the hour. In the *fluid* model items flow in and out at their rates: it says how long a backlog gets when
more comes in than reviewers can judge, which no formula for a steady queue can. The *plan* is the cheapest set of
shifts (Dantzig's covering program, `scipy.optimize.milp`) with which the fluid model keeps the promise. The
*simulation* draws single items and reviewers, assumes neither steadiness nor fluid, and holds both to account.
"""

import heapq
import math
import re
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from mlpm import InputError, tables
from mlpm.review import queue

HOURS = 24
SPAN = re.compile(r"(\d{1,2})\s*[-–]\s*(\d{1,2})")


def _span(parameter: str, text: str, example: str) -> tuple[int, int]:
    match = SPAN.fullmatch(text.strip())
    start, end = (int(match[1]), int(match[2])) if match else (0, 0)
    if not match or start > 23 or end > 24 or start == end:
        raise InputError(
            f"Parameter {parameter}: '{text.strip()}' is not a span of hours. Write start-end, such as {example}."
        )
    return start, end


def _covered(start: int, end: int) -> np.ndarray:
    """Which of 24 hours a span holds; it may run over midnight."""
    hours = np.arange(HOURS)
    return (hours >= start) & (hours < end) if start < end else (hours >= start) | (hours < end)


def read_open(text: str) -> np.ndarray:
    """The hours in which somebody reviews, such as `8-24`: 24 booleans. Raises InputError."""
    return _covered(*_span("open_hours", str(text), "8-24"))


def read_shifts(text: str) -> list[tuple[int, int, int]]:
    """Shifts such as `9-17: 3, 16-24: 2`: start, end, people. Raises InputError."""
    found = []
    for part in tables.names(str(text)):
        span, colon, people = part.partition(":")
        start, end = _span("shifts", span, "9-17: 3")
        if not colon or not people.strip().isdigit() or int(people) < 1:
            raise InputError(f"Parameter shifts: '{part}' names no people. Write start-end: people, such as 9-17: 3.")
        found.append((start, end, int(people)))
    if not found:
        raise InputError("Parameter shifts is empty. Write start-end: people, such as 9-17: 3, 16-24: 2.")
    return found


def on_shift(shifts: list[tuple[int, int, int]]) -> np.ndarray:
    """People on shift in each of 24 hours."""
    people = np.zeros(HOURS, dtype=int)
    for start, end, count in shifts:
        people[_covered(start, end)] += count
    return people


def said(shifts: list[tuple[int, int, int]]) -> str:
    """Shifts in words: `3 people 9–17, 1 person 16–24`."""
    return ", ".join(f"{count} {'person' if count == 1 else 'people'} {start}–{end}" for start, end, count in shifts)


@dataclass(frozen=True)
class Pace:
    """How fast people review: seconds a review, and the share of a paid hour that is not spent on the queue."""

    seconds: float
    away: float = 0.0

    @property
    def per_hour(self) -> float:
        """Items one person on shift judges in an hour."""
        return (1 - self.away) * 3600 / self.seconds


@dataclass(frozen=True)
class Backlog:
    """The queue at the end of each hour of several days, from an empty start.

    items: one entry an hour; grows: items a day by which arrivals exceed what people can judge, 0 if they do not;
    longest: hours the unluckiest item of the last day waits, None when the queue grows; opened: the same, counted in
    hours that count.
    """

    items: np.ndarray
    grows: float
    longest: float | None
    opened: float | None


def fluid(
    arrivals: np.ndarray, people: np.ndarray, pace: Pace, days: int = 7, opened: np.ndarray | None = None
) -> Backlog:
    """The backlog when so many items arrive in each of 24 hours and so many people are on shift.

    opened: the hours in which a wait counts as one; those with people if not given.
    """
    come, done = np.tile(arrivals, days), np.tile(people * pace.per_hour, days)
    items, waiting = np.zeros(days * HOURS), 0.0
    for hour in range(days * HOURS):
        waiting = max(0.0, waiting + come[hour] - done[hour])
        items[hour] = waiting
    grows = max(0.0, float(arrivals.sum() - people.sum() * pace.per_hour))
    if grows > 1e-9:
        return Backlog(items, grows, None, None)
    # From an empty start the second day is already the same as all later ones; count waits in a day in the middle.
    total, served = np.r_[0.0, np.cumsum(come)], np.r_[0.0, np.cumsum(come) - items]
    moments = np.linspace((days - 2) * HOURS, (days - 1) * HOURS, HOURS * 60 + 1)
    clock = np.arange(days * HOURS + 1)
    reached = _crossing(served, np.interp(moments, clock, total))
    counts = people > 0 if opened is None else opened
    work = np.r_[0.0, np.cumsum(np.tile(counts, days))]
    opened = np.interp(reached, clock, work) - np.interp(moments, clock, work)
    return Backlog(items, 0.0, float(max(0.0, (reached - moments).max())), float(max(0.0, opened.max())))


def _crossing(served: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The moment at which the served curve reaches each amount: the left end where it is flat."""
    place = np.clip(np.searchsorted(served, wanted - 1e-9), 1, len(served) - 1)
    low, high = served[place - 1], served[place]
    part = np.divide(wanted - low, high - low, out=np.ones_like(wanted), where=high > low)
    return place - 1 + np.clip(part, 0, 1)


@dataclass(frozen=True)
class Plan:
    """Shifts that keep the promise, people on shift by hour, and the paid hours a day. None found: shifts empty."""

    shifts: list[tuple[int, int, int]]
    people: np.ndarray
    paid: int


def plan(
    arrivals: np.ndarray, pace: Pace, *, opened: np.ndarray, within: float, share: float, busy: float, length: int = 8
) -> Plan:
    """The cheapest shifts of `length` hours with which every item is begun within so many hours of the open clock.

    The open clock stands still while nobody works: what comes at night is there, all at once, at the opening. busy: the
    highest share of their queue time people may be busy, a reserve for what a fluid does not show. Under an hour there
    is no time to catch up: each hour is then sized by Erlang C for `share` as well, and the night's items get an hour.
    Raises InputError when a shift does not fit into the open hours.
    """
    order = _in_order(opened)
    n, around = len(order), len(order) == HOURS
    if length > n:
        raise InputError(
            f"Parameter shift_hours is {length}, longer than the {n} open hours. Shorten it or open longer."
        )
    come, night = arrivals[order].copy(), float(arrivals[~opened].sum())
    if within < 1:
        come[0], night = come[0] + night, 0.0
    begins = range(n) if around else range(n - length + 1)
    covers = np.zeros((n, len(begins)))
    for column, begin in enumerate(begins):
        covers[(begin + np.arange(length)) % n, column] = 1
    rows, least = [], []

    def served(first: int, held: int, items: float) -> None:
        """What came in a window is done when it ends, so many hours later."""
        done = min(held + math.floor(within), n) if held >= n else held + math.floor(within)
        rows.append(pace.per_hour * busy * np.bincount((first + np.arange(done)) % n, minlength=n) @ covers)
        least.append(items)

    for first in range(n):
        for held in range(1, n + 1):
            passed = first + held >= n and (first > 0 or held == n)
            served(first, held, come[(first + np.arange(held)) % n].sum() + night * passed)
    for held in range(n if night else 0):
        served(0, held, night + come[:held].sum())
    if within < 1:
        for hour in range(n):
            found = queue.needed(come[hour], pace.seconds, share=share, within=within * 3600, busy=busy)
            rows.append(covers[hour])
            least.append(queue.on_shift(found.reviewers, pace.away))
    # Among equally cheap plans the one that starts earlier: one answer on every machine.
    cost = 1 + 1e-6 * np.arange(len(begins))
    answer = optimize.milp(
        cost, constraints=optimize.LinearConstraint(np.array(rows), np.array(least), np.inf),
        integrality=np.ones(len(cost)),
    )
    counts = np.round(answer.x).astype(int)
    shifts = [
        (int(order[begin]), int(order[(begin + length - 1) % n]) + 1, int(count))
        for begin, count in zip(begins, counts, strict=True) if count
    ]
    return Plan(sorted(shifts), on_shift(shifts), int(counts.sum()) * length)


def _in_order(opened: np.ndarray) -> np.ndarray:
    """The open hours from the opening on; from midnight if nothing ever closes."""
    begins = np.flatnonzero(opened & ~np.roll(opened, 1))
    first = int(begins[0]) if len(begins) else 0
    return (first + np.arange(int(opened.sum()))) % HOURS


@dataclass(frozen=True)
class Simulated:
    """What single items met: share begun in time and mean wait in minutes, with 95% intervals over days."""

    days: int
    items: int
    share: float
    share_low: float
    share_high: float
    mean: float
    mean_low: float
    mean_high: float
    waited: float  # share of items that waited at all
    left: int  # items in the queue when the last day ended


def simulate(
    arrivals: np.ndarray, people: np.ndarray, pace: Pace, *, within: float, days: int, seed: int, warm_up: int = 1,
    opened: np.ndarray | None = None,
) -> Simulated:
    """Draw Poisson arrivals hour by hour and exponential handling times; first come, first served.

    within: minutes; opened: the hours that count, those with people if not given: an item that comes in another one
    starts to wait at the next opening. People are away for a share of each hour: their reviews take that much longer. A
    reviewer whose shift ends finishes the item at hand.
    Intervals are Student's t over days.
    """
    rng = np.random.default_rng(seed)
    total = days + warm_up
    rates, staffed = np.tile(arrivals, total), np.tile(people, total)
    counts = rng.poisson(rates)
    moments = np.sort(np.repeat(np.arange(total * HOURS), counts) + rng.random(counts.sum()))
    takes = rng.exponential(pace.seconds / (1 - pace.away) / 3600, len(moments))
    begun = _served(moments, takes, staffed)
    opening = _opening(np.tile(people > 0 if opened is None else opened, total))
    since, served = np.maximum(moments, opening[moments.astype(int)]), np.isfinite(begun)
    wait = np.full(len(moments), np.inf)
    wait[served] = 60 * (begun[served] - since[served])
    day = (moments // HOURS).astype(int)
    kept = day >= warm_up
    group, wait = day[kept] - warm_up, np.maximum(wait[kept], 0)
    finite = np.isfinite(wait)
    with np.errstate(invalid="ignore"):  # a day without an item has no share
        shares = np.bincount(group, weights=wait <= within + 1e-9, minlength=days) / np.bincount(group, minlength=days)
        means = np.bincount(group[finite], weights=wait[finite], minlength=days) / np.bincount(
            group[finite], minlength=days)
    share, share_low, share_high = _over_days(shares)
    mean, mean_low, mean_high = _over_days(means)
    return Simulated(
        days, int(kept.sum()), share, max(share_low, 0.0), min(share_high, 1.0), mean, max(mean_low, 0.0), mean_high,
        float((wait > 1e-9).mean()) if len(wait) else math.nan, int((~served).sum()),
    )


def _opening(opened: np.ndarray) -> np.ndarray:
    """For each hour the start of the first open one from then on; infinite if there is none."""
    opening, following = np.full(len(opened), np.inf), np.inf
    for hour in range(len(opened) - 1, -1, -1):
        following = hour if opened[hour] else following
        opening[hour] = following
    return opening


def _served(moments: np.ndarray, takes: np.ndarray, staffed: np.ndarray) -> np.ndarray:
    """When each item's review begins; infinite if it never does. Event by event: an end, a new hour, an arrival."""
    begun = np.full(len(moments), np.inf)
    busy: list[float] = []  # when each review at hand ends
    now, last = 0.0, float(len(staffed))
    for item, moment in enumerate(moments):
        now = max(now, moment)
        while now < last:
            while busy and busy[0] <= now:
                heapq.heappop(busy)
            if len(busy) < staffed[int(now)]:
                begun[item] = now
                heapq.heappush(busy, now + takes[item])
                break
            ends = busy[0] if busy else last
            now = min(ends, math.floor(now) + 1.0)
    return begun


def _over_days(values: np.ndarray) -> tuple[float, float, float]:
    values = values[np.isfinite(values)]
    mean = float(values.mean()) if len(values) else math.nan
    if len(values) < 2:
        return mean, math.nan, math.nan
    half = float(stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values)))
    return mean, mean - half, mean + half
