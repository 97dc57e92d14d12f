"""Which action does least expected harm at which probability: straight lines, their lower envelope, in closed form.

Action a costs b_a + (v_a − b_a) p at a calibrated probability p of violating. Two lines cross at
t = (b2 − b1) / ((b2 − b1) + (v1 − v2)); an action is used between its crossings with its neighbors on the envelope, if
they come in this order. Everything here is exact (fractions). With an action whose two harms are equal, such as a
review that costs the same whatever it finds, this is Chow's rule (1970); with two actions it is Elkan's (2001).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest

from mlpm.treatment.harms import SIDES, Action

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Band:
    """An action and the probabilities from which and up to which it does least harm."""

    action: Action
    low: Fraction
    high: Fraction

    @property
    def name(self) -> str:
        return self.action.name


@dataclass(frozen=True)
class Unused:
    """An action no probability calls for.

    better: the action that is at least as good on decent and on violating items alike, or None; then at, its best
    probability, where one of `rivals` does less harm by `gap`. decent, violating: the weight under which, the other one
    unchanged, the action would come into use; None where no weight from zero up would do.
    """

    action: Action
    better: Action | None
    at: Fraction
    gap: Fraction
    rivals: tuple[Action, ...]
    decent: Fraction | None
    violating: Fraction | None


@dataclass(frozen=True)
class Room:
    """How far one weight may move, the others fixed, before another set of actions is used.

    low: None if down to zero nothing changes; high: None if nothing changes however large it gets. after_low,
    after_high: the names used beyond these ends.
    """

    action: Action
    side: str
    value: Fraction
    low: Fraction | None
    high: Fraction | None
    after_low: tuple[str, ...]
    after_high: tuple[str, ...]


def crossing(first: Action, second: Action) -> Fraction | None:
    """The probability at which two actions do the same expected harm; None for parallel lines."""
    decent, violating = second.decent - first.decent, first.violating - second.violating
    return decent / (decent + violating) if decent + violating else None


def bands(actions: Sequence[Action]) -> list[Band]:
    """The lower envelope from probability 0 to 1: who is used, and where."""
    # At 0 the least harm to decent items wins; where two tie, the one that gets worse more slowly.
    action, low, found = min(actions, key=lambda a: (a.decent, a.violating)), ZERO, []
    while True:
        flatter = [(crossing(action, other), other.slope, i) for i, other in enumerate(actions)
                   if other.slope < action.slope]
        high, _, place = min(flatter, default=(ONE, 0, None))
        if place is None or high >= ONE:
            return [*found, Band(action, low, ONE)]
        found.append(Band(action, low, high))
        action, low = actions[place], high


def used(actions: Sequence[Action]) -> tuple[str, ...]:
    return tuple(band.name for band in bands(actions))


def least(found: Sequence[Band], p: Fraction) -> Fraction:
    """The expected harm of the best action at p."""
    return min(band.action.harm(p) for band in found)


def corners(found: Sequence[Band]) -> list[Fraction]:
    """0, every switch point, 1."""
    return [ZERO, *(band.high for band in found)]


def unused(actions: Sequence[Action]) -> list[Unused]:
    """The actions that are never used, in the order given, each with its reason."""
    found = bands(actions)
    names, answer = {band.name for band in found}, []
    for action in (action for action in actions if action.name not in names):
        better = next((
            other for other in sorted(actions, key=lambda a: (a.violating, a.decent))
            if other is not action and other.decent <= action.decent and other.violating <= action.violating
        ), None)
        # The distance to a concave envelope is convex, so its least value is at a corner.
        at = min(corners(found), key=lambda p: action.harm(p) - least(found, p))
        rivals = tuple(band.action for band in found if band.action.harm(at) == least(found, at))
        limits = _limits(action, found)
        answer.append(Unused(action, better, at, action.harm(at) - least(found, at), rivals, *limits))
    return answer


def _weights_through(action: Action, side: str, found: Sequence[Band]) -> list[Fraction]:
    """Values of one weight at which the action's line passes through a corner of an envelope."""
    if side == "decent":
        return [(least(found, p) - action.violating * p) / (1 - p) for p in corners(found) if p < 1]
    return [(least(found, p) - action.decent * (1 - p)) / p for p in corners(found) if p > 0]


def _limits(action: Action, found: Sequence[Band]) -> list[Fraction | None]:
    """The weights, decent and violating, under which an action comes into use beside these bands."""
    limits = [max(_weights_through(action, side, found)) for side in SIDES]
    return [limit if limit > 0 else None for limit in limits]


def room(actions: Sequence[Action], action: Action, side: str) -> Room:
    """How far one weight of one action may move before the set of used actions changes."""
    others = bands([other for other in actions if other is not action])
    value, now = action.weight(side), set(used(actions))

    def names(weight: Fraction) -> tuple[str, ...]:
        return used([other.with_weight(side, weight) if other is action else other for other in actions])

    # Which of the others is used, and whether this one is, depends only on the sign of its distance to the corners of
    # the others' envelope: the set can change at these weights and nowhere else.
    turns = sorted({weight for weight in _weights_through(action, side, others) if weight >= 0})
    ends: dict[str, tuple[Fraction | None, tuple[str, ...]]] = {}
    sides = {"low": [t for t in reversed(turns) if t <= value], "high": [t for t in turns if t >= value]}
    for end, places in sides.items():
        ends[end] = (None, ())
        for place, following in zip_longest(places, places[1:]):
            beyond = _beyond(place, following, end)
            if beyond is not None and set(names(beyond)) != now:
                ends[end] = (place, names(beyond))
                break
    return Room(action, side, value, ends["low"][0], ends["high"][0], ends["low"][1], ends["high"][1])


def _beyond(place: Fraction, following: Fraction | None, end: str) -> Fraction | None:
    """A weight a little beyond a turn; None where that would be negative."""
    if following is not None:
        return (place + following) / 2
    return place + 1 if end == "high" else place / 2 if place > 0 else None
