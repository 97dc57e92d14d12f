"""A bet on an idea: what it costs, what it is worth, and what has to hold for it to be worth anything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import nan

import numpy as np
import pandas as pd

from mlpm import InputError, checks
from mlpm.scoping import RISKS, answer, value_of_test

TEST = "(chance that it holds, cost of its test, test says yes if it holds, test says yes if it does not)"
# Below a cent nothing is worth more than anything else: sums of decimal fractions are equal.
SAME = 0.01


@dataclass(frozen=True)
class Risk:
    """One assumption, and the test at hand for it.

    `probability` that the assumption holds; `cost` of the test, in the money of the bet; `sensitivity`: P(test says yes
    | holds); `false_alarm`: P(test says yes | does not hold). The defaults are a free test that is never wrong.
    """

    name: str
    probability: float
    cost: float = 0.0
    sensitivity: float = 1.0
    false_alarm: float = 0.0

    def __post_init__(self):
        checks.share(f"{self.name} (chance that it holds)", self.probability)
        checks.number(f"{self.name} (cost of its test)", self.cost, 0, meaning="an amount, 0 or more")
        checks.share(f"{self.name} (says yes if it holds)", self.sensitivity)
        checks.share(f"{self.name} (says yes if it does not)", self.false_alarm)
        if self.sensitivity < self.false_alarm:
            raise InputError(
                f"Parameter {self.name}: its test says yes more often when the assumption is false "
                f"({self.false_alarm:g}) than when it holds ({self.sensitivity:g}). Swap the two."
            )

    @property
    def says_no(self) -> float:
        """The chance that the test says no: what it kills."""
        return answer(self.probability, self.sensitivity, self.false_alarm, yes=False)[0]

    @property
    def index(self) -> float:
        """Cost for each chance to kill: the lower, the earlier. See `order`."""
        return self.cost / self.says_no if self.says_no else (np.inf if self.cost else 0.0)


def four(**tests: Sequence[float]) -> tuple[Risk, ...]:
    """The four risks from a notebook's parameters: name = (chance, cost, says yes if it holds, says yes if not)."""
    for name, values in tests.items():
        if not isinstance(values, (tuple, list)) or len(values) != 4:
            raise InputError(f"Parameter {name} is {values!r}. Give {TEST}.")
    return tuple(Risk(name, *tests[name]) for name in RISKS)


@dataclass(frozen=True)
class Bet:
    """An idea that costs `cost`, spent either way, and is worth `worth` if every risk holds, otherwise nothing.

    `together`: in that share of futures one common cause decides all the risks; a risk that is likelier to hold then
    holds whenever a less likely one does. In the others they are independent. Each keeps its own probability.
    """

    risks: tuple[Risk, ...]
    worth: float
    cost: float
    together: float = 0.0

    def __post_init__(self):
        checks.number("worth", self.worth, 0, meaning="an amount, 0 or more")
        checks.number("cost", self.cost, 0, meaning="an amount, 0 or more")
        checks.share("together", self.together)

    @property
    def names(self) -> list[str]:
        return [risk.name for risk in self.risks]

    @cached_property
    def worlds(self) -> np.ndarray:
        """Every way the risks can turn out: worlds × risks, true where a risk holds; the last is the one that pays."""
        return np.array(list(product([False, True], repeat=len(self.risks))))

    @cached_property
    def chances(self) -> np.ndarray:
        """The probability of each world."""
        p = np.array([risk.probability for risk in self.risks])
        apart = np.where(self.worlds, p, 1 - p).prod(axis=1)
        # One cause: a number from 0 to 1 is drawn once, and what is likelier than it holds.
        highest = np.where(self.worlds, p, 1.0).min(axis=1)
        lowest = np.where(self.worlds, 0.0, p).max(axis=1)
        return (1 - self.together) * apart + self.together * np.maximum(highest - lowest, 0)

    @property
    def joint(self) -> float:
        """The chance that all risks hold."""
        return float(self.chances[-1])

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and highest joint chance with these single chances, whatever binds them (Fréchet)."""
        p = [risk.probability for risk in self.risks]
        return max(0.0, sum(p) - len(p) + 1), min(p)

    @property
    def build(self) -> float:
        """The expected value of building now, without a test."""
        return self.worth * self.joint - self.cost

    @property
    def now(self) -> float:
        """The expected value of the better of building now and not building."""
        return max(self.build, 0.0)

    @property
    def enough(self) -> float:
        """The joint chance from which building now pays."""
        return self.cost / self.worth if self.worth else nan

    def without_test(self, risk: Risk, belief: float) -> float:
        """The better of building and not, once you believe in one risk that much.

        Whatever binds the risks, P(all hold) is proportional to the belief in one of them.
        """
        return max(self.worth * self.joint * belief / risk.probability - self.cost, 0.0) if risk.probability else 0.0

    def perfect(self, risk: Risk) -> float:
        """EVPPI: what it is worth to know for certain whether one risk holds."""
        return value_of_test(lambda belief: self.without_test(risk, belief), risk.probability)

    def sample(self, risk: Risk) -> float:
        """EVSI: what the test at hand is worth, its cost not taken off."""
        return value_of_test(
            lambda belief: self.without_test(risk, belief), risk.probability, risk.sensitivity, risk.false_alarm
        )

    @property
    def everything(self) -> float:
        """EVPI: what it is worth to know all of them."""
        return value_of_test(lambda belief: max(self.worth * belief - self.cost, 0.0), self.joint)

    def break_even(self, risk: Risk) -> float:
        """The chance of one risk from which building now pays; NaN if not even certainty is enough."""
        belief = self.enough * risk.probability / self.joint if self.joint else nan
        return belief if belief <= 1 else nan

    def believed(self, risk: Risk, probability: float) -> "Bet":
        """The same bet with another chance for one risk."""
        return self.tested(risk, probability=probability)

    def tested(self, risk: Risk, **changes) -> "Bet":
        """The same bet with another test, or another chance, for one risk."""
        return replace(self, risks=tuple(replace(one, **changes) if one == risk else one for one in self.risks))

    def table(self) -> pd.DataFrame:
        """One row a risk: risk, probability, enough (break-even), perfect, sample, cost and left (sample - cost)."""
        return pd.DataFrame([
            {
                "risk": risk.name, "probability": risk.probability, "enough": self.break_even(risk),
                "perfect": self.perfect(risk), "sample": self.sample(risk), "cost": risk.cost,
                "left": self.sample(risk) - risk.cost,
            }
            for risk in self.risks
        ])

    def most_polite(self, risk: Risk) -> float:
        """The share of false yeses up to which the test of one risk repays its cost; NaN if no share does."""
        from scipy.optimize import brentq  # half a second that only this question needs

        def left(false_alarm):
            return self.sample(replace(risk, false_alarm=false_alarm)) - risk.cost

        low, high = 0.0, risk.sensitivity
        if left(low) < 0:
            return nan
        return float(high if left(high) >= 0 else brentq(left, low, high, xtol=1e-9))
