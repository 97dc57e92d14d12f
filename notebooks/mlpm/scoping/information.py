"""What is it worth to know, before you build, whether an assumption holds?

Knowing is worth what it changes: the best plan is chosen again for each answer, and weeks that a failed assumption
frees go to the next best slices. So reward and effort never have to be put on one scale by hand: the weeks of a slice
cost what else they would have brought.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from mlpm.scoping.backlog import RISKS, Backlog
from mlpm.scoping.program import SAME, best_set


def value_of_test(
    worth: Callable[[float], float], probability: float, sensitivity: float = 1.0, false_alarm: float = 0.0
) -> float:
    """What a yes/no test of one assumption is worth to someone who then takes the best choice.

    Expected value of sample information; with the defaults (a perfect test) expected value of perfect information.
    `worth`: the expected value of the best choice, as a function of the belief that the assumption holds.
    `sensitivity`: P(test says yes | holds); `false_alarm`: P(test says yes | fails).
    """
    informed = 0.0
    for yes in (True, False):
        said, belief = answer(probability, sensitivity, false_alarm, yes=yes)
        informed += said * worth(belief) if said else 0.0
    now = worth(probability)
    return informed - now if informed - now > SAME * max(abs(informed), abs(now)) else 0.0


def answer(probability: float, sensitivity: float, false_alarm: float, *, yes: bool) -> tuple[float, float]:
    """P(the test says so), and the belief that the assumption holds once it has (Bayes; NaN if it never does)."""
    holds, fails = (sensitivity, false_alarm) if yes else (1 - sensitivity, 1 - false_alarm)
    said = holds * probability + fails * (1 - probability)
    return said, holds * probability / said if said else math.nan


@dataclass(frozen=True)
class Plan:
    """A set of slices, and its expected net reward with one slice `times` as likely to work: fixed + moving × times."""

    chosen: np.ndarray
    fixed: float
    moving: float

    def value(self, times: float) -> float:
        return self.fixed + self.moving * times


class Plans:
    """The best plan and its expected net reward, now and as beliefs change. Doing nothing is possible, worth 0."""

    def __init__(self, slices: Backlog, capacity: float, cost_per_week: float = 0.0):
        self.slices, self.capacity = slices, capacity
        self.cost = cost_per_week * slices.effort
        self._needs = slices.needs
        self.best = self._solve(np.ones(len(slices), bool), 1.0)
        self.candidates = cache(self._candidates)

    @property
    def worth(self) -> np.ndarray:
        """Expected net reward of each slice: its expected reward, less what its weeks are worth outside this list."""
        return self.slices.reward - self.cost

    def after(self, position: int, times: float) -> Plan:
        """The best plan when the slice at `position` is `times` as likely to work as the file says."""
        return max(self.candidates(position), key=lambda plan: plan.value(times))

    def _solve(self, moves: np.ndarray, times: float) -> Plan:
        worth = self.slices.reward * np.where(moves, times, 1.0) - self.cost
        chosen = best_set(self.slices, self.capacity, worth)
        if chosen is None or worth[chosen].sum() < 0:
            chosen = np.zeros(len(self.slices), bool)
        moving = self.slices.reward[chosen & moves].sum()
        return Plan(chosen, float(self.slices.reward[chosen & ~moves].sum() - self.cost[chosen].sum()), float(moving))

    def _candidates(self, position: int) -> list[Plan]:
        """Every plan that is best for some belief in the slice at `position`.

        The value of a plan is a straight line in that belief, so the best of them form a convex chain of lines. Between
        two known lines another can only show where they cross: look there, and go on until nothing new shows
        (parametric programming: Eisner and Severance, Journal of the ACM 23, 1976).
        """
        moves = self._needs[:, position]  # the slice, and all that pays only if it works
        beliefs = [p for p in self.slices.frame.loc[position, list(RISKS)] if p > 0]
        ends = 0.0, 1 / min(beliefs, default=1.0)
        found = [self._solve(moves, end) for end in ends]
        waiting = [tuple(found)]
        while waiting:
            left, right = waiting.pop()
            if right.moving <= left.moving:
                continue
            cross = (left.fixed - right.fixed) / (right.moving - left.moving)
            new = self._solve(moves, cross)
            if not any((new.chosen == plan.chosen).all() for plan in found):
                found.append(new)
                waiting += [(left, new), (new, right)]
        return found


def assumptions(plans: Plans, sensitivity: float, false_alarm: float) -> pd.DataFrame:
    """Every assumption, the one to test first on top: highest evsi, then highest evppi.

    Columns: slice, risk, probability; evppi and evsi (expected value of perfect information, and of the imperfect
    test, in the unit of the rewards); break_even (see there); position (of the slice). What nobody can know exactly
    is worth testing only as far as the test at hand can change the plan: so evsi comes before evppi.
    """
    rows = []
    for position, row in plans.slices.frame.iterrows():
        for risk in RISKS:
            probability = float(row[risk])

            def worth(belief, position=position, probability=probability):
                times = belief / probability
                return plans.after(position, times).value(times)

            evppi = value_of_test(worth, probability) if 0 < probability < 1 else 0.0
            evsi = value_of_test(worth, probability, sensitivity, false_alarm) if evppi > 0 else 0.0
            enough = break_even(plans, position, probability)
            rows.append((row["slice"], risk, probability, evppi, evsi, enough, position))
    columns = ["slice", "risk", "probability", "evppi", "evsi", "break_even", "position"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["evsi", "evppi"], ascending=False, kind="stable", ignore_index=True)


def break_even(plans: Plans, position: int, probability: float) -> float:
    """The belief in one assumption of a slice below which the best plan leaves the slice out.

    0 when the plan keeps it whatever you believe, NaN when the plan leaves it out even if the assumption is certain.
    `probability`: what the file says of that assumption.
    """
    plans_with = [plan for plan in plans.candidates(position) if plan.chosen[position]]
    without = [plan.fixed for plan in plans.candidates(position) if not plan.chosen[position]]
    if not without:
        return 0.0
    crossings = [(max(without) - plan.fixed) / plan.moving for plan in plans_with if plan.moving > 0]
    belief = max(min(crossings, default=math.inf) * probability, 0.0)
    return belief if belief <= 1 else math.nan


def decide(plan_value: float, test_value: float, test_cost: float) -> str:
    """build | test_first | stop.

    | the test is worth more than it costs | the best plan brings more than nothing | decision |
    |---|---|---|
    | yes | either | test_first |
    | no | yes | build |
    | no | no | stop |

    plan_value: expected net reward of the best plan; test_value: of the best test; test_cost: what the weeks of the
    test would bring otherwise. All in the unit of the rewards.
    """
    if test_value > test_cost:
        return "test_first"
    return "build" if plan_value > 0 else "stop"
