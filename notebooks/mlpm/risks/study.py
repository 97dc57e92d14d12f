"""All that the notebook says about one bet, worked out once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from mlpm import InputError, checks
from mlpm.risks import order
from mlpm.risks.bet import Bet, Risk
from mlpm.risks.record import Record
from mlpm.scoping import answer


@dataclass(frozen=True)
class Study:
    """A bet, a polite test to compare with, and the guesses' record.

    `polite`: (says yes if it holds, says yes if it does not) of a test that hardly can fail; `too_high`: by how much
    every guess may be too high; `record`: what earlier guesses were worth.
    """

    bet: Bet
    polite: tuple[float, float]
    too_high: float
    record: Record

    def __post_init__(self):
        if not isinstance(self.polite, (tuple, list)) or len(self.polite) != 2:
            raise InputError(f"Parameter polite is {self.polite!r}. Give (says yes if it holds, says yes if not).")
        for share in self.polite:
            checks.share("polite", share)
        checks.share("too_high", self.too_high)

    @cached_property
    def plan(self) -> order.Policy:
        return order.best(self.bet)

    @cached_property
    def way(self) -> order.Way:
        """The best plan as long as every no is the end."""
        return order.follow(self.bet, self.plan.path)

    @cached_property
    def ways(self) -> list[order.Way]:
        return order.ways(self.bet)

    @property
    def first(self) -> Risk | None:
        """The risk to test first; None when the best step is no test."""
        return self.risk(self.plan.first) if self.plan.path else None

    @property
    def riskiest(self) -> Risk:
        """The risk that is worth most to know; of equals the least likely to hold."""
        return max(self.bet.risks, key=lambda risk: (self.bet.perfect(risk), -risk.probability))

    @property
    def shown(self) -> Risk:
        """The risk whose belief the charts move: the first to be tested, else the one worth most to know."""
        return self.first or self.riskiest

    def risk(self, name: str) -> Risk:
        return self.bet.risks[self.bet.names.index(name)]

    def belief(self, risk: Risk, *, yes: bool) -> float:
        """What is believed about a risk after its test."""
        return answer(risk.probability, risk.sensitivity, risk.false_alarm, yes=yes)[1]

    @property
    def optimists(self) -> Bet:
        """The same bet, with every guess lowered by `too_high`."""
        lowered = [replace(risk, probability=max(risk.probability - self.too_high, 0)) for risk in self.bet.risks]
        return replace(self.bet, risks=tuple(lowered))

    def causes(self, shares: Sequence[float] = (0, 0.25, 0.5, 1)) -> pd.DataFrame:
        """What a common cause does. Columns: together, joint, build, first (the best first step), value (of it)."""
        rows = []
        for share in shares:
            bet = replace(self.bet, together=share)
            plan = order.best(bet)
            steps = " → ".join([*plan.path, plan.end])
            rows.append({"together": share, "joint": bet.joint, "build": bet.build, "plan": steps, "value": plan.value})
        return pd.DataFrame(rows)

    def tests(self) -> pd.DataFrame:
        """Four tests of the same risk: perfect, at hand, polite, a coin. Columns: test, said, belief, worth."""
        risk = self.shown
        kinds = {
            "never wrong": (1.0, 0.0), "the one at hand": (risk.sensitivity, risk.false_alarm), "polite": self.polite,
            "a coin": (0.5, 0.5),
        }
        rows = []
        for kind, (sensitivity, false_alarm) in kinds.items():
            tested = replace(risk, sensitivity=sensitivity, false_alarm=false_alarm)
            rows.append({
                "test": kind, "if_holds": sensitivity, "if_not": false_alarm, "belief": self.belief(tested, yes=True),
                "worth": self.bet.tested(risk, sensitivity=sensitivity, false_alarm=false_alarm).sample(tested),
            })
        return pd.DataFrame(rows)

    @cached_property
    def holds(self) -> pd.DataFrame:
        """Between which chances of each risk the first step stays the same. Columns: risk, probability, low, high,
        below and above (the best first step beyond)."""
        rows = [
            {"risk": risk.name, "probability": risk.probability, **order.first_step_holds(self.bet, risk.name)}
            for risk in self.bet.risks
        ]
        return pd.DataFrame(rows)
