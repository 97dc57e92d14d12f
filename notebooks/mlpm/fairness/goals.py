"""Cuts by group that reach a goal, with as many actions as now: who is hit instead of whom.

The number of actions is kept, so that goals can be compared: it is what people and money allow, and what is left free
is only whom the actions fall on. Cuts are found on the rows they are judged on; the intervals say how open a gap that
is closed here will be in other rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlpm.fairness.groups import Counts, Gap, Group, compare, same_score_odds

# A goal, and the shares it makes equal.
GOALS = {
    "equal selection": ("selected",),
    "equal catch": ("caught",),
    "equal false alarms": ("hit",),
    "equal odds": ("caught", "hit"),
    "equal precision": ("right",),
    "equal meaning": ("meaning",),
}
NOW = "one cut"


@dataclass(frozen=True)
class Policy:
    """A goal, the place of the cut in each group, and what that does. gaps: of the shares the goal is about."""

    goal: str
    places: tuple[int, ...]
    counts: tuple[Counts, ...]
    gaps: tuple[Gap, ...]

    @property
    def reached(self) -> bool:
        """No gap of the goal is left that chance does not explain."""
        return all(gap.verdict != "shown" for gap in self.gaps)

    @property
    def acted(self) -> int:
        return sum(counts.acted for counts in self.counts)

    def cost(self, false_positive: float, false_negative: float) -> float:
        return sum(counts.cost(false_positive, false_negative) for counts in self.counts)


def policy(goal: str, groups: Sequence[Group], place: int, matters: float) -> Policy:
    """The cuts of a goal, or the cut of now for `NOW`; the first group is the reference."""
    target = sum(int(group.acted[place]) for group in groups)
    if goal == NOW:
        places = (place,) * len(groups)
    elif goal == "equal odds":
        places = _nearest(groups, target)
    elif goal == "equal meaning":
        places = _level([group.p for group in groups], groups, target)
    elif goal == "equal precision":
        # The lowest cut from which on the share is reached: more are caught than at any higher one.
        rising = [np.maximum.accumulate(np.nan_to_num(group.curve("right")[:-1])) for group in groups]
        places = _level(rising, groups, target)
    else:
        (measure,) = GOALS[goal]
        places = _level([-group.curve(measure) for group in groups], groups, target)
    return at(goal, groups, places, matters)


def at(goal: str, groups: Sequence[Group], places: Sequence[int], matters: float) -> Policy:
    """What these cuts do, and how far the groups are then apart in what the goal is about."""
    counts = tuple(group.at(place) for group, place in zip(groups, places, strict=True))
    gaps = tuple(
        compare(measure, group.name, own, counts[0], matters)
        for measure in GOALS.get(goal, ()) if measure != "meaning"
        for group, own in zip(groups[1:], counts[1:], strict=True)
    )
    return Policy(goal, tuple(int(place) for place in places), counts, gaps)


def _level(curves: Sequence[np.ndarray], groups: Sequence[Group], target: int) -> tuple[int, ...]:
    """The places at which rising curves first reach one level, that level being the one with `target` actions."""
    levels = np.unique(np.concatenate(curves))
    levels = levels[levels <= min(curve[-1] for curve in curves)]
    places = [np.searchsorted(curve, levels) for curve in curves]
    acted = sum(group.acted[place] for group, place in zip(groups, places, strict=True))
    best = int(np.argmin(np.abs(acted - target)))
    return tuple(int(place[best]) for place in places)


def _nearest(groups: Sequence[Group], target: int) -> tuple[int, ...]:
    """For each cut of the first group, the cuts of the others with the nearest pair of shares; then as above."""
    first, *others = groups
    own = np.column_stack([first.curve("caught"), first.curve("hit")])
    places = [np.arange(len(own))]
    for other in others:
        theirs = np.column_stack([other.curve("caught"), other.curve("hit")])
        distance = np.abs(own[:, None] - theirs[None]).max(axis=2)
        # Of equally near ones the last, as bins without rows of a group change nothing.
        places.append(distance.shape[1] - 1 - np.argmin(distance[:, ::-1], axis=1))
    acted = sum(group.acted[place] for group, place in zip(groups, places, strict=True))
    best = int(np.argmin(np.abs(acted - target)))
    return tuple(int(place[best]) for place in places)


def present_gaps(goal: str, groups: Sequence[Group], place: int, matters: float) -> tuple[Gap, ...]:
    """How far the groups are apart now, in what the goal is about."""
    if goal == "equal meaning":
        return tuple(same_score_odds(group, groups[0]) for group in groups[1:])
    return at(goal, groups, [place] * len(groups), matters).gaps
