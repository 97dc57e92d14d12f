"""The ladder of permissions: who looks before an agent acts, by what a wrong action costs and what is known.

Three ways: the agent acts alone; it proposes, and a person approves; a person does it. An approval costs a person's
time and catches a share of what is wrong, measured by planted errors: proposals known to be wrong, slipped among the
real ones. How often people approve says next to nothing about that share.

Expected cost chooses between the ways. It has nothing to say about an attacker, who repeats what works, so two limits
stand beside it: what can go before somebody notices (cap × actions an hour × hours), and no rung at all for actions
without a cap.
"""

from dataclasses import dataclass

import pandas as pd
from scipy import stats

from mlpm import InputError, checks, proportions

CONFIDENCE = 0.95
# How often a healthy agent may be stopped by the audit of a week.
FALSE_STOP = 0.01
# Weeks of a month of 30 days.
WEEKS = 30 / 7
ALONE, PERSON, NEVER = "alone", "a person", "never"


@dataclass(frozen=True)
class Approval:
    """A way of approving. name; seconds of a person; planted: wrong proposals slipped in; refused: of them refused."""

    name: str
    seconds: float
    planted: int
    refused: int

    def __post_init__(self):
        checks.number("seconds", self.seconds, 0, meaning="seconds, 0 or more")
        checks.count("planted", self.planted, 1)
        if not 0 <= checks.count("refused", self.refused) <= self.planted:
            raise InputError(f"Parameter refused is {self.refused!r}. Give at most the planted, {self.planted}.")

    @property
    def caught(self) -> float:
        return self.refused / self.planted

    @property
    def interval(self) -> tuple[float, float]:
        low, high = proportions.wilson(self.refused, self.planted)
        return float(low), float(high)

    def price(self, hourly: float) -> float:
        """Euros of one approval at `hourly` euros of a person."""
        return self.seconds / 3600 * hourly


@dataclass(frozen=True)
class Action:
    """What an agent could do.

    requests: a month. amount: euros on average. cap: the most that one may move, enforced by code; None: no cap is
    possible. limit: actions an hour that code allows. runs, wrong: proposals that people judged, and wrong ones.
    """

    name: str
    requests: float
    amount: float
    cap: float | None
    limit: float
    runs: int
    wrong: int

    def __post_init__(self):
        checks.number("requests", self.requests, 0, meaning="requests a month, 0 or more")
        checks.number("amount", self.amount, 0, meaning="euros, 0 or more")
        checks.number("limit", self.limit, 0, meaning="actions an hour, 0 or more")
        if self.cap is not None and not checks.number("cap", self.cap, 0, meaning="euros, or None") >= self.amount:
            raise InputError(f"Parameter cap is {self.cap!r}. Give at least the average amount, {self.amount:g}.")
        checks.count("runs", self.runs)
        if checks.count("wrong", self.wrong) > self.runs:
            raise InputError(f"Parameter wrong is {self.wrong!r}. Give at most the proposals judged, {self.runs}.")

    @property
    def share(self) -> float | None:
        """Wrong proposals, as counted; None where none was judged."""
        return self.wrong / self.runs if self.runs else None

    @property
    def upper(self) -> float:
        """The largest share of wrong proposals that the count leaves open, one-sided."""
        return proportions.largest_share(self.wrong, self.runs, CONFIDENCE) if self.runs else 1.0


@dataclass(frozen=True)
class Ladder:
    """The prices that all actions share.

    approvals: ways of approving, cheapest first. hourly: euros of a person's hour. person: euros of a request that a
    person does. extra: euros of a wrong action beyond its amount. notice: hours until somebody notices that something
    is wrong. bearable: euros that may go until then.
    """

    approvals: tuple[Approval, ...]
    hourly: float
    person: float
    extra: float
    notice: float
    bearable: float

    def __post_init__(self):
        for name in ("hourly", "person", "extra", "notice", "bearable"):
            checks.number(name, getattr(self, name), 0, meaning="0 or more")
        if not self.approvals:
            raise InputError("Parameter approvals is empty. Give at least one way of approving.")

    def loss(self, action: Action) -> float:
        """Euros of one wrong action."""
        return action.amount + self.extra

    def costs(self, action: Action, wrong: float) -> dict[str, float]:
        """Euros of one request by each way, if a share `wrong` of the proposals is wrong."""
        harm = wrong * self.loss(action)
        by_approval = {one.name: one.price(self.hourly) + harm * (1 - one.caught) for one in self.approvals}
        return {ALONE: harm, **by_approval, PERSON: self.person}

    def break_even(self, action: Action) -> float:
        """Up to which share of wrong proposals alone is the cheapest way; 1 where it is up to any."""
        lines = [self.person / self.loss(action)] if self.loss(action) else [1.0]
        for one in self.approvals:
            saved = self.loss(action) * one.caught
            lines.append(one.price(self.hourly) / saved if saved else 1.0)
        return min(1.0, *lines)

    def exposure(self, action: Action) -> float | None:
        """Euros that can go before somebody notices, if everything is wrong; None where there is no cap."""
        return None if action.cap is None else action.cap * action.limit * self.notice

    def bounded(self, action: Action) -> bool:
        exposure = self.exposure(action)
        return exposure is not None and exposure <= self.bearable

    def proven(self, action: Action) -> bool:
        return action.upper <= self.break_even(action)

    def way(self, action: Action) -> str:
        """The rung: never without a cap; alone if proven and bounded; else the cheapest other way at the upper end."""
        if action.cap is None:
            return NEVER
        if self.proven(action) and self.bounded(action):
            return ALONE
        costs = self.costs(action, action.upper)
        return min((name for name in costs if name != ALONE), key=costs.get)

    def needed(self, action: Action) -> int | None:
        """Judged proposals that open the rung with as many wrong ones as so far; None where no number can.

        With none wrong it is the rule of three: 3 divided by the break-even share.
        """
        line = self.break_even(action)
        if action.cap is None or not 0 < line < 1:
            return None
        return proportions.trials_to_exclude(line, action.wrong, CONFIDENCE)

    def silent(self, action: Action) -> int | None:
        """Judged proposals, none of them wrong, that open the rung."""
        line = self.break_even(action)
        return proportions.silent_trials(line, CONFIDENCE) if action.cap is not None and 0 < line < 1 else None

    def to_come(self, action: Action) -> float | None:
        """Wrong ones among the judged proposals still missing, if the share stays as counted; None where no rung opens.

        Above the break-even it says that the rung opens only for an agent better than counted.
        """
        needed = self.needed(action)
        return None if needed is None or action.share is None else max(needed - action.runs, 0) * action.share

    def week(self, action: Action, wrong: float) -> float:
        """Euros a week that an action done alone loses, if a share `wrong` of it is wrong."""
        return action.requests * wrong * self.loss(action) / WEEKS

    def table(self, actions: tuple[Action, ...]) -> pd.DataFrame:
        """One row an action: what it costs alone, where alone stops being cheapest, evidence, exposure, rung."""
        return pd.DataFrame([
            {
                "action": one.name, "break_even": self.break_even(one), "wrong": one.wrong, "runs": one.runs,
                "upper": one.upper, "needed": self.needed(one), "exposure": self.exposure(one), "way": self.way(one),
            }
            for one in actions
        ])

    def month(self, actions: tuple[Action, ...], way: str | None = None) -> float:
        """Euros a month of all capped actions at the shares counted: by the rungs chosen, or all by one `way`."""
        total = 0.0
        for one in actions:
            if one.cap is not None:
                chosen = way or self.way(one)
                total += one.requests * self.costs(one, one.upper if one.share is None else one.share)[chosen]
        return total


@dataclass(frozen=True)
class Audit:
    """So many actions a week, drawn at random and judged by a person, and the count from which the rung closes."""

    size: int
    expected: float

    def __post_init__(self):
        checks.count("size", self.size, 1)
        checks.share("expected", self.expected)

    @property
    def line(self) -> int:
        """The fewest wrong ones that an agent as good as expected reaches in at most 1 of 100 weeks."""
        return int(stats.binom.isf(FALSE_STOP, self.size, self.expected)) + 1

    def price(self, approval: Approval, hourly: float) -> float:
        """Euros a week, if each action is judged as carefully as by `approval`."""
        return self.size * approval.price(hourly)

    def closes(self, share: float) -> float:
        """The chance that a week's audit closes the rung of an agent that is wrong in a share of its actions."""
        return float(stats.binom.sf(self.line - 1, self.size, share))


def caught_if(approved: float, wrong: float) -> tuple[float, float]:
    """What approving `approved` of everything can mean if `wrong` of it is wrong: caught by a coin, caught at best."""
    refused = 1 - checks.share("approved", approved)
    return refused, min(1.0, refused / wrong) if wrong else 1.0
