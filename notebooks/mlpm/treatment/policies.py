"""What a set of bands does to a day of items: volumes, harm, what each further action buys, what a limit costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from mlpm.treatment.bands import Band, bands
from mlpm.treatment.harms import Action


@dataclass(frozen=True)
class Day:
    """A day of the stream by calibrated probability: three arrays of the same length, p increasing.

    violating, decent: items a day at each probability. They are counts of labeled items, scaled; not p times items, so
    that a policy is judged by labels and not by the model it cuts.
    """

    p: np.ndarray
    violating: np.ndarray
    decent: np.ndarray

    @property
    def items(self) -> float:
        return float(self.violating.sum() + self.decent.sum())

    def split(self, cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Violating and decent items between the cuts, one more entry than cuts; at a cut the stricter side wins."""
        where = np.searchsorted(cuts, self.p, side="right")
        violating, decent = (
            np.bincount(where, weights=weights, minlength=len(cuts) + 1) for weights in (self.violating, self.decent)
        )
        return violating, decent


@dataclass(frozen=True)
class Formula:
    """A stream whose calibrated probability follows a Beta(a, b): exact volumes to hold a count against."""

    a: float
    b: float
    items: float = 1.0

    def split(self, cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        edge, mean = np.r_[0.0, cuts, 1.0], self.a / (self.a + self.b)
        everything = self.items * np.diff(stats.beta(self.a, self.b).cdf(edge))
        # p times the density of Beta(a, b) is the mean times that of Beta(a + 1, b).
        violating = self.items * mean * np.diff(stats.beta(self.a + 1, self.b).cdf(edge))
        return violating, everything - violating


Stream = Day | Formula


@dataclass(frozen=True)
class Limit:
    """At most per_100 of 100 items with this action may be decent. Only the strictest used action can have one."""

    name: str
    per_100: float


@dataclass(frozen=True)
class Plan:
    """A policy: actions from mild to strict, the cuts between them on the probability, and the harm it does a day."""

    actions: tuple[Action, ...]
    cuts: np.ndarray
    harm: float

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(action.name for action in self.actions)


def edges(found: Sequence[Band]) -> np.ndarray:
    """The switch points as floats, 0 and 1 left out."""
    return np.array([float(band.low) for band in found[1:]])


def volumes(stream: Stream, actions: Sequence[Action], cuts: np.ndarray) -> pd.DataFrame:
    """One row a band: action, low, high, items, violating, decent (a day), harm, share, decent_of_100, caught."""
    violating, decent = stream.split(cuts)
    frame = pd.DataFrame({
        "action": [action.name for action in actions],
        "low": [0.0, *cuts], "high": [*cuts, 1.0],
        "items": violating + decent, "violating": violating, "decent": decent,
        "harm": [float(a.violating) * v + float(a.decent) * d
                 for a, v, d in zip(actions, violating, decent, strict=True)],
    })
    return frame.assign(
        share=frame["items"] / stream.items,
        decent_of_100=100 * frame.decent / frame["items"].where(frame["items"] > 0),
        caught=frame.violating / violating.sum(),
    )


def harm(stream: Stream, actions: Sequence[Action], cuts: np.ndarray) -> float:
    """Harm a day of actions between cuts, in units of the harm table."""
    violating, decent = stream.split(cuts)
    rates = np.array([(float(action.violating), float(action.decent)) for action in actions])
    return float(rates[:, 0] @ violating + rates[:, 1] @ decent)


def plan(stream: Stream, actions: Sequence[Action], limit: Limit | None = None) -> Plan:
    """The least harmful policy that may use these actions: cut in closed form, or higher where a limit asks for it.

    Under a limit the strictest action starts at the lowest probability, not below its own cut, from which it keeps the
    limit; below, the other actions share the items as they would without it. stream: a Day if there is a limit.
    """
    found = bands(actions)
    chosen, cuts = tuple(band.action for band in found), edges(found)
    if limit is not None and limit.name == chosen[-1].name:
        cut = _kept_from(stream, float(found[-1].low), limit.per_100)
        if cut > float(found[-1].low):
            others = [action for action in actions if action.name != limit.name]
            below = [band for band in bands(others) if float(band.low) < cut] if others else []
            kept = cut <= 1
            chosen = (*(band.action for band in below), *([found[-1].action] if kept or not below else []))
            cuts = np.array([*edges(below), *([cut] if kept and below else [])])
    return Plan(chosen, cuts, harm(stream, chosen, cuts))


def _kept_from(day: Day, start: float, per_100: float) -> float:
    """The lowest probability, not below start, from which at most per_100 of 100 items are decent; 2 if none is."""
    decent, items = (np.cumsum(counts[::-1])[::-1] for counts in (day.decent, day.decent + day.violating))
    # Items of one probability are treated alike: they go in together or not at all.
    first = np.r_[True, np.diff(day.p) > 0]
    kept = np.flatnonzero((day.p >= start) & first & (items > 0) & (100 * decent <= per_100 * items + 1e-9))
    if not len(kept):
        return 2.0
    return start if not (day.p[: kept[0]] >= start).any() else float(day.p[kept[0]])


def price(found: Plan, actions: Sequence[Action], limit: Limit) -> float | None:
    """The harm of one decent item that would put the limited cut there by itself; None if the action is never taken.

    At a cut two actions do the same harm: price × (1 − cut) + violating × cut = what the best other one does there.
    """
    last = found.actions[-1]
    if last.name != limit.name or not len(found.cuts):
        return None
    cut = Fraction(float(found.cuts[-1]))
    if cut >= 1:
        return None
    other = min(action.harm(cut) for action in actions if action is not last)
    return float((other - last.violating * cut) / (1 - cut))


def strictest(actions: Sequence[Action]) -> Action:
    """The action that leaves least harm of a violating item, such as hide."""
    return min(actions, key=lambda action: (action.violating, action.decent))


def by_number(stream: Stream, actions: Sequence[Action], limit: Limit | None = None) -> list[Plan]:
    """The best policy with one action, with two and so on, until another action brings nothing."""
    answer: list[Plan] = []
    for size in range(1, len(actions) + 1):
        best = min((plan(stream, chosen, limit) for chosen in combinations(actions, size)), key=lambda one: one.harm)
        if answer and (len(best.names) < size or best.harm >= answer[-1].harm):
            break
        answer.append(best)
    return answer
