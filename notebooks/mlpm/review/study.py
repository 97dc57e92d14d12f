"""Everything the notebook shows about one review log and one set of inputs, computed once."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mlpm import InputError, checks
from mlpm.review import day, queue
from mlpm.review.decision import decide
from mlpm.review.errors import BandErrors, Following, Overrides, by_band, following, off, overrides, reviewers
from mlpm.review.log import Log, shown
from mlpm.review.value import Gain, Prices, Window, best_window, window
from mlpm.review.value import by_band as gains_by_band

# A simulation of more items than this takes longer than its answer is worth; a day alone may hold so many.
SIMULATED_ITEMS, MOST_A_DAY = 150_000, 200_000
LISTED_REVIEWERS = 12


@dataclass(frozen=True)
class Day:
    """A band sent to review on a set of shifts: does the queue hold?

    items: a day, from the band; work: with appeals and the audit; arrivals: work by hour; able: reviews a day the
    shifts have time for; simulated: None where the queue grows or a day holds too many items.
    """

    label: str
    items: float
    arrivals: np.ndarray
    shifts: list[tuple[int, int, int]]
    people: np.ndarray
    able: float
    backlog: day.Backlog
    simulated: day.Simulated | None = None

    @property
    def work(self) -> float:
        return float(self.arrivals.sum())

    @property
    def busy(self) -> float:
        return self.work / self.able

    @property
    def paid(self) -> int:
        return int(self.people.sum())


@dataclass(frozen=True)
class Inputs:
    """What a reader sets beside the log; units in the notebook's parameters."""

    items_per_day: float
    other_per_day: float
    audit: float
    reviewed: str
    handling: float
    shifts: str
    shift_hours: int
    open_hours: str
    away: float
    busy: float
    within: float
    answered: float
    wage: float
    harm_price: float
    floor: float
    seed: int

    def __post_init__(self):
        for name in ("items_per_day", "other_per_day", "wage", "harm_price"):
            checks.number(name, getattr(self, name), 0, 1e9, "a number from 0 up")
        for name in ("audit", "answered"):
            checks.share(name, getattr(self, name))
        checks.number("away", self.away, 0, 0.95, "a share from 0 to 0.95, such as 0.3")
        checks.number("busy", self.busy, 0.05, 1, "a share from 0.05 to 1, such as 0.8")
        checks.number("answered", self.answered, 0, 0.9999, "a share under 1, such as 0.9")
        checks.number("within", self.within, 0.01, 10_000, "minutes, such as 120")
        checks.number("handling", self.handling, 0, 36_000, "seconds, or 0 to take them from the log")
        checks.count("shift_hours", self.shift_hours, 1)
        checks.number("shift_hours", self.shift_hours, 1, 24, "whole hours from 1 to 24")
        checks.count("seed", self.seed)


@dataclass(frozen=True)
class Findings:
    log: Log
    priced: Prices
    inputs: Inputs
    items: np.ndarray  # items a day in each band
    errors: list[BandErrors]
    people: pd.DataFrame  # reviewers
    overrides: Overrides
    following: list[Following]  # all scores, where the model is unsure, where it is sure
    uncalibrated: list[str]
    gains: list[Gain]  # as the reviews are done
    repaired_gains: list[Gain] | None
    repairs: list[str]  # of "verdict in sight" and the reviewers who do not read
    in_use: Window | None
    repaired: Window | None
    today: Window | None  # what the band reviewed today brings
    today_against_model: Window | None  # the same, against showing or hiding by the model's verdict
    seconds: float  # of a review, for planning
    measured: float | None  # mean seconds of those who read
    now: Day
    narrowed: Day  # the band to review on today's shifts
    planned: Day  # the band to review on the planned shifts
    steady: queue.Wait  # the busiest hour as if it never ended
    steady_check: day.Simulated | None
    decision: str
    rule: str

    @property
    def chosen(self) -> Window | None:
        """The band the plan is made for."""
        if self.decision == "review_band":
            return self.in_use
        return self.repaired if self.decision == "fix_review_first" else None

    @property
    def stamps(self) -> list[str]:
        """Reviewers who seem not to read."""
        return self.people.reviewer[self.people.stamps].tolist()

    def label(self, found: Window) -> str:
        return f"{shown(self.log.edges[found.first])} to {shown(self.log.edges[found.last + 1])}"

    @property
    def error_table(self) -> pd.DataFrame:
        """One row a band: items a day, shares wrong, and how many errors reviewers corrected and made.

        own, corrected and spoiled are of the repaired reviews, or of all where nothing is to repair.
        """
        rows = []
        for place, one in enumerate(self.errors[:-1]):
            own, pair = (one.own, one.own_pair) if one.own is not None else (one.done, one.done_pair)
            rows.append((
                one.label, float(self.items[place]), one.model.value, one.done.value, own.value,
                pair.model, pair.reviewer, pair.p,
            ))
        columns = ["score", "items", "model", "done", "own", "corrected", "spoiled", "p"]
        frame = pd.DataFrame(rows, columns=columns)
        numbers = dict.fromkeys(["model", "done", "own", "p"], float)
        return frame.astype(numbers).drop(columns=[] if self.repairs else ["own"])

    @property
    def value_table(self) -> pd.DataFrame:
        """One row a band: items a day, euros of harm an item without review, and what a review saves of them."""
        rows = [
            (one.label, float(self.items[place]), one.without, one.mean,
             self.repaired_gains[place].mean if self.repaired_gains else None)
            for place, one in enumerate(self.gains)
        ]
        frame = pd.DataFrame(rows, columns=["score", "items", "without", "done", "own"])
        numbers = dict.fromkeys(["without", "done", "own"], float)
        return frame.astype(numbers).drop(columns=[] if self.repaired_gains else ["own"])

    @property
    def reviewer_table(self) -> pd.DataFrame:
        """At most twelve reviewers, the hastiest first."""
        return self.people.head(LISTED_REVIEWERS).drop(columns=["low", "high", "stamps"])

    @property
    def peak(self) -> tuple[int, float]:
        """The busiest hour of the band to review, and its arrivals."""
        hour = int(self.planned.arrivals.argmax())
        return hour, float(self.planned.arrivals[hour])


def _today(log: Log, text: str) -> tuple[int, int]:
    """First and last band of a span such as `0.1-0.7`; its ends must be edges of bands."""
    low, dash, high = str(text).partition("-")
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = (1.0, 0.0)
    if not dash or not ends[0] < ends[1]:
        raise InputError(f"Parameter reviewed is {text!r}. Write the span of scores reviewed today, such as 0.1-0.7.")
    places = [int(np.argmin(np.abs(np.array(log.edges) - end))) for end in ends]
    for end, place in zip(ends, places, strict=True):
        if abs(log.edges[place] - end) > 1e-9:
            raise InputError(f"Parameter reviewed ends at {end:g}, which is no edge of a band. Add {end:g} to bands.")
    return places[0], places[1] - 1


def _repairs(log: Log, people: pd.DataFrame) -> tuple[list[str], pd.DataFrame | None]:
    """What may spoil the reviews as they are done, and the reviews without it; None where nothing may."""
    stamps = people.reviewer[people.stamps].tolist()
    found = (["seen"] if log.tells_seen else []) + stamps
    if not found:
        return [], None
    cells = log.cells
    if log.tells_seen:
        cells = cells[~cells.seen]
    return found, cells[~cells.reviewer.isin(stamps)]


def analyze(log: Log, priced: Prices, inputs: Inputs) -> Findings:
    """Compute everything; raise InputError for an input that makes no sense. The price of a review is set here."""
    opened, shifts = day.read_open(inputs.open_hours), day.read_shifts(inputs.shifts)
    first, last = _today(log, inputs.reviewed)
    items = log.volumes * (inputs.items_per_day or log.weight) / log.weight
    people = reviewers(log)
    read = log.cells[~log.cells.reviewer.isin(people.reviewer[people.stamps])]
    measured = float(read.seconds.sum() / read.timed.sum()) if read.timed.sum() else None
    seconds = float(inputs.handling or measured or 0)
    if not seconds:
        raise InputError("Parameter handling is 0 and the log has no seconds. Give the seconds a review takes.")
    pace = day.Pace(seconds, inputs.away)
    staffed = day.on_shift(shifts)
    # What the reserve, appeals and the audit leave for a band.
    capacity = float(staffed.sum()) * pace.per_hour * inputs.busy - inputs.other_per_day - inputs.audit * items.sum()

    as_done = log.cells[log.cells.seen] if log.tells_seen else log.cells
    gains = gains_by_band(log, as_done, priced)
    repairs, without = _repairs(log, people)
    repaired_gains = gains_by_band(log, without, priced) if without is not None else None
    # Breaks and reserve are paid too.
    review = inputs.wage / (pace.per_hour * inputs.busy)
    priced = replace(priced, review=review)
    in_use = best_window(gains, items, review, capacity)
    repaired = best_window(repaired_gains, items, review, capacity) if repaired_gains else None
    errors = by_band(log, as_done, without)
    decision, rule = decide(in_use, repaired, [*gains, *(repaired_gains or [])], review)
    chosen = {"review_band": in_use, "fix_review_first": repaired}.get(decision)
    wanted = (chosen.first, chosen.last) if chosen else (first, last)

    def worked(span: tuple[int, int], on: list[tuple[int, int, int]], part: float = 1.0) -> Day:
        arrivals = _arrivals(log, items, span, inputs, part)
        staff = day.on_shift(on)
        held = f"{shown(log.edges[span[0]])} to {shown(log.edges[span[1] + 1])}"
        backlog = day.fluid(arrivals, staff, pace, opened=opened)
        simulated = None
        if not backlog.grows and 0 < arrivals.sum() <= MOST_A_DAY:
            days = int(np.clip(SIMULATED_ITEMS / arrivals.sum(), 5, 100))
            simulated = day.simulate(
                arrivals, staff, pace, within=inputs.within, days=days, seed=inputs.seed, opened=opened, warm_up=2
            )
        return Day(held, float(items[span[0] : span[1] + 1].sum()), arrivals, on, staff,
                   float(staff.sum()) * pace.per_hour, backlog, simulated)

    part = chosen.share if chosen else 1.0
    # The fluid plan lets items wait as long as it may, and chance makes some of them late: promise less, hour by hour,
    # until the simulation keeps the promise that was asked for.
    hours = inputs.within / 60
    for promised in [hours, *range(int(np.ceil(hours)) - 1, 0, -1)]:
        plan = day.plan(
            _arrivals(log, items, wanted, inputs, part), pace, opened=opened, within=promised, share=inputs.answered,
            busy=inputs.busy, length=inputs.shift_hours,
        )
        planned = worked(wanted, plan.shifts or shifts, part)
        if planned.simulated is None or planned.simulated.share_low >= inputs.answered:
            break
    rate = float(planned.arrivals.max())
    steady = queue.needed(rate, seconds, share=inputs.answered, within=60 * inputs.within, busy=inputs.busy)
    check = None
    if 0 < rate * 24 <= MOST_A_DAY:
        check = day.simulate(
            np.full(24, rate), np.full(24, steady.reviewers), day.Pace(seconds), within=inputs.within,
            days=int(np.clip(SIMULATED_ITEMS / (24 * rate), 5, 100)), seed=inputs.seed,
        )
    unsure = [code for code, action in enumerate(priced.actions) if action not in (priced.yes, priced.no)]
    careful = log.cells[~log.cells.reviewer.isin(people.reviewer[people.stamps])]
    middle = careful.action.isin(unsure)
    return Findings(
        log=log,
        priced=priced,
        inputs=inputs,
        items=items,
        errors=errors,
        people=people,
        overrides=overrides(as_done),
        following=[
            following(careful, "all scores"),
            *([following(careful[middle], "unsure"), following(careful[~middle], "sure")]
              if middle.any() and not middle.all() else []),
        ],
        uncalibrated=off(errors),
        gains=gains,
        repaired_gains=repaired_gains,
        repairs=repairs,
        in_use=in_use,
        repaired=repaired,
        today=window(first, last, gains, items, review),
        today_against_model=window(first, last, gains_by_band(log, as_done, priced, "model"), items, review),
        seconds=seconds,
        measured=measured,
        now=worked((first, last), shifts),
        narrowed=worked(wanted, shifts, part),
        planned=planned,
        steady=steady,
        steady_check=check,
        decision=decision,
        rule=rule,
    )


def _arrivals(log: Log, items: np.ndarray, span: tuple[int, int], inputs: Inputs, part: float) -> np.ndarray:
    """Items by hour: those of the bands, appeals, and the audit of what is not reviewed; all come at the same hours."""
    mine = float(items[span[0] : span[1] + 1].sum()) * part
    work = mine + inputs.other_per_day + inputs.audit * (float(items.sum()) - mine)
    profile = np.full(day.HOURS, 1 / day.HOURS)
    if log.hours is not None:
        held = log.hours[:, span[0] : span[1] + 1].sum(axis=1)
        held = held if held.sum() > 0 else log.hours.sum(axis=1)
        profile = held / held.sum()
    return profile * work
