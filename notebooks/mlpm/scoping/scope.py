"""Everything the notebook says about one backlog, worked out once."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mlpm.scoping.backlog import Backlog, Draws, check_settings, draw, probability_first
from mlpm.scoping.information import Plan, Plans, answer, assumptions, decide
from mlpm.scoping.program import build_order, check_must_haves, greedy_set


@dataclass(frozen=True)
class Test:
    """The test that is worth most: of which assumption, and what each answer would change.

    `if_yes` and `if_no` are the best plans after each answer; `belief_yes` and `belief_no` what you then believe.
    """

    __test__ = False  # not a test of pytest's

    slice: str
    risk: str
    position: int
    probability: float
    evppi: float
    evsi: float
    break_even: float
    belief_yes: float
    belief_no: float
    if_yes: Plan
    if_no: Plan


@dataclass(frozen=True)
class Scope:
    """A backlog and the parameters under which it is decided. Raises InputError when they do not go together.

    capacity and test_effort in person-weeks, cost_per_week in the unit of the rewards: what a person-week is worth
    outside this list (0: the weeks are there either way).
    """

    slices: Backlog
    capacity: float
    sensitivity: float = 0.8
    false_alarm: float = 0.3
    test_effort: float = 1.0
    cost_per_week: float = 0.0
    draws: int = 20_000
    seed: int = 1

    def __post_init__(self):
        check_settings(**{name: getattr(self, name) for name in self.__dataclass_fields__ if name != "slices"})
        check_must_haves(self.slices, self.capacity)

    @cached_property
    def plans(self) -> Plans:
        return Plans(self.slices, self.capacity, self.cost_per_week)

    @property
    def chosen(self) -> np.ndarray:
        """The best set: a boolean for each slice."""
        return self.plans.best.chosen

    @cached_property
    def order(self) -> list[str]:
        """The chosen slices, in the order to build them."""
        return self.names(build_order(self.slices, self.chosen))

    @property
    def cut(self) -> list[str]:
        """What is not chosen, the best use of another week first."""
        by_ratio = np.argsort(-self.slices.frame["ratio"].to_numpy(), kind="stable")
        return self.names(i for i in by_ratio if not self.chosen[i])

    @cached_property
    def greedy(self) -> np.ndarray:
        return greedy_set(self.slices, self.capacity, self.plans.worth)

    @cached_property
    def futures(self) -> Draws:
        return draw(self.slices, self.draws, self.seed)

    @cached_property
    def first(self) -> np.ndarray:
        """Probability that each slice ranks first by reward per person-week."""
        return probability_first(self.futures.reward / self.futures.effort)

    @property
    def expected_reward(self) -> float:
        return float(self.slices.reward[self.chosen].sum())

    @property
    def expected_effort(self) -> float:
        return float(self.slices.effort[self.chosen].sum())

    @property
    def likely_effort(self) -> float:
        """The sum that a plan of most likely values promises."""
        return float(self.slices.frame["effort_likely"].to_numpy(float)[self.chosen].sum())

    @cached_property
    def effort(self) -> np.ndarray:
        """Drawn person-weeks of the chosen set."""
        return self.futures.effort[:, self.chosen].sum(axis=1)

    def effort_quantile(self, share: float) -> float:
        return float(np.quantile(self.effort, share))

    def chance_within(self, weeks: float) -> float:
        return float((self.effort <= weeks + 1e-9).mean())

    @cached_property
    def assumptions(self) -> pd.DataFrame:
        return assumptions(self.plans, self.sensitivity, self.false_alarm)

    @cached_property
    def test(self) -> Test | None:
        """The test that is worth most; None when knowing no single assumption could change the plan."""
        top = self.assumptions.iloc[0]
        if not top.evppi > 0:
            return None
        answers = {}
        for yes in (True, False):
            said, belief = answer(top.probability, self.sensitivity, self.false_alarm, yes=yes)
            belief = belief if said else top.probability
            answers[yes] = belief, self.plans.after(top.position, belief / top.probability)
        return Test(
            top["slice"], top.risk, int(top.position),
            *(float(top[name]) for name in ("probability", "evppi", "evsi", "break_even")),
            belief_yes=answers[True][0], if_yes=answers[True][1], belief_no=answers[False][0], if_no=answers[False][1],
        )

    @property
    def week(self) -> float:
        """What a person-week brings in the best plan, or outside this list if that is more."""
        return max(self.cost_per_week, self.expected_reward / self.expected_effort if self.chosen.any() else 0.0)

    @property
    def test_cost(self) -> float:
        return self.test_effort * self.week

    @property
    def decision(self) -> str:
        """build | test_first | stop: see `decide`."""
        return decide(self.plans.best.value(1), self.test.evsi if self.test else 0.0, self.test_cost)

    def names(self, chosen) -> list[str]:
        """Slice names of a boolean for each slice, or of positions."""
        chosen = np.asarray(list(chosen))
        positions = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        return [self.slices.names[int(i)] for i in positions]

    def answer(self) -> dict:
        """The machine-readable answer."""
        test = self.test
        return {
            "chosen": self.order,
            "cut": self.cut,
            "expected_reward": self.expected_reward,
            "effort_p50": self.effort_quantile(0.5),
            "effort_p85": self.effort_quantile(0.85),
            "test_first": test and {
                "slice": test.slice, "risk": test.risk, "probability": test.probability,
                "break_even": None if math.isnan(test.break_even) else test.break_even,
                "value_of_perfect_information": test.evppi, "value_of_test": test.evsi, "cost_of_test": self.test_cost,
            },
            "decision": self.decision,
        }
