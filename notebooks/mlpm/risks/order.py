"""Which test first, which next, and when to stop asking.

With a fixed set of independent tests and a stop at the first no, what is built in the end does not depend on the
order, only what is spent on tests does: sum of cost × P(every test before said yes). It is lowest in the order of
cost ÷ P(the test says no): cheap and deadly first (Mitten, An Analytic Solution to the Least Cost Testing Sequence
Problem, Journal of Industrial Engineering 11, 1960). Which tests belong to the set at all, and whether a no is really
the end, is found by working backward from every possible set of answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations
from math import nan

import numpy as np
import pandas as pd

from mlpm.risks.bet import SAME, Bet

STOP, BUILD = "stop", "build"


@dataclass(frozen=True)
class Way:
    """One sequence of tests, stopped at the first no; after the last yes the better of building and not.

    `tests`: names in order; `stops`: the chance that each of them ends it; `spent`: expected cost of tests; `built`,
    `works`: the chance that the idea is built, and is built and works; `lost`: that it would have worked, but a wrong
    no ended it; `value`: expected value, tests paid.
    """

    tests: tuple[str, ...]
    stops: tuple[float, ...]
    spent: float
    built: float
    works: float
    lost: float
    value: float


def _says_yes(bet: Bet, position: int) -> np.ndarray:
    """P(the test of the risk at `position` says yes), for each world."""
    risk = bet.risks[position]
    return np.where(bet.worlds[:, position], risk.sensitivity, risk.false_alarm)


def follow(bet: Bet, tests: Sequence[str]) -> Way:
    """Run tests in this order; stop at the first no."""
    weight, spent, stops = bet.chances, 0.0, []
    for name in tests:
        position = bet.names.index(name)
        before = weight.sum()
        spent += bet.risks[position].cost * before
        weight = weight * _says_yes(bet, position)
        stops.append(float(before - weight.sum()))
    payoff = bet.worth * weight[-1] - bet.cost * weight.sum()
    built = payoff > 0
    works = float(weight[-1]) if built else 0.0
    return Way(
        tuple(tests), tuple(stops), float(spent), float(weight.sum()) if built else 0.0, works, bet.joint - works,
        float(max(payoff, 0.0) - spent),
    )


def by_index(bet: Bet, names: Sequence[str] | None = None) -> list[str]:
    """Names in the order of cost ÷ chance to kill; ties in the order of the bet."""
    chosen = [risk for risk in bet.risks if names is None or risk.name in names]
    return [risk.name for risk in sorted(chosen, key=lambda risk: risk.index)]


def orders(bet: Bet, names: Sequence[str]) -> pd.DataFrame:
    """Every order of the tests `names`, best first. Columns: tests (a tuple), value, spent."""
    ways = [follow(bet, tests) for tests in permutations(names)]
    frame = pd.DataFrame([{"tests": way.tests, "value": way.value, "spent": way.spent} for way in ways])
    return frame.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def ways(bet: Bet) -> list[Way]:
    """Every sequence of any of the tests, none included."""
    return [follow(bet, tests) for size in range(len(bet.risks) + 1) for tests in permutations(bet.names, size)]


class Policy:
    """The best thing to do after any set of answers, found backward. Each test can be run once."""

    def __init__(self, bet: Bet):
        self.bet = bet
        self._yes = [_says_yes(bet, i) for i in range(len(bet.risks))]
        self._solved = cache(self._solve)
        self._start = (None,) * len(bet.risks)

    @property
    def value(self) -> float:
        """Expected value at the start, tests paid."""
        return self._solved(self._start)[0]

    @property
    def first(self) -> str:
        """What to do first: the name of a risk to test, `build` or `stop`."""
        return self.after()

    def after(self, **answers: bool) -> str:
        """What to do once these tests have said yes (True) or no (False)."""
        return self._solved(tuple(answers.get(name) for name in self.bet.names))[1]

    @property
    def path(self) -> list[str]:
        """The tests to run as long as every one says yes; what follows the last is `build`, or `stop`."""
        return self._path[0]

    @property
    def end(self) -> str:
        return self._path[1]

    @property
    def _path(self) -> tuple[list[str], str]:
        answers: dict[str, bool] = {}
        while (step := self.after(**answers)) not in (STOP, BUILD):
            answers[step] = True
        return list(answers), step

    @property
    def deadly(self) -> bool:
        """Whether each no on the path means stop."""
        path = self.path
        return all(
            self.after(**dict.fromkeys(path[:place], True), **{name: False}) == STOP for place, name in enumerate(path)
        )

    def starting(self, name: str) -> float:
        """Expected value when this test comes first, whatever is best after."""
        return self._tested(self._start, self.bet.names.index(name))

    def _weight(self, state) -> np.ndarray:
        weight = self.bet.chances
        for yes, said in zip(self._yes, state, strict=True):
            if said is not None:
                weight = weight * (yes if said else 1 - yes)
        return weight

    def _tested(self, state, i: int) -> float:
        mass = self._weight(state).sum()
        answers = (self._solved((*state[:i], said, *state[i + 1 :]))[0] for said in (True, False))
        return float(sum(answers) - self.bet.risks[i].cost * mass)

    def _solve(self, state) -> tuple[float, str]:
        """The best value, weighted by the chance of these answers, and the act that brings it."""
        weight = self._weight(state)
        best, act = 0.0, STOP
        build = float(self.bet.worth * weight[-1] - self.bet.cost * weight.sum())
        options = [(build, BUILD)]
        options += [(self._tested(state, i), self.bet.names[i]) for i, said in enumerate(state) if said is None]
        for value, name in options:
            if value > best + SAME * weight.sum():  # a tie goes to the simpler act
                best, act = value, name
        return best, act


def best(bet: Bet) -> Policy:
    """The best policy for a bet."""
    return Policy(bet)


def first_step_holds(bet: Bet, name: str) -> dict:
    """Between which chances of one risk the best first step stays what it is now, and what it becomes beyond.

    low, high: the ends, looked up in steps of 0.01 from the chance given while the others stay; below, above: the best
    first step beyond them, None where there is no beyond.
    """
    risk = bet.risks[bet.names.index(name)]
    act, found = best(bet).first, {}
    for step, end, beyond in ((-1, "low", "below"), (1, "high", "above")):
        at, other = risk.probability, None
        while other is None and 0 <= (further := round(at + step * 0.01, 10)) <= 1:
            step_there = best(bet.believed(risk, further)).first
            if step_there == act:
                at = further
            else:
                other = step_there
        found |= {end: at, beyond: other}
    return found


def least_worth(bet: Bet) -> float:
    """The worth from which the best first step is no longer to stop, to the euro; NaN if no worth is enough."""
    if not bet.joint:
        return nan
    low, high = 0.0, bet.cost / bet.joint + 1  # from there on building at once pays
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (middle, high) if best(replace(bet, worth=middle)).first == STOP else (low, middle)
    return high
