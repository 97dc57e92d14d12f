"""Phases in sequence, four assumptions, and the phase in which each is answered: what is spent before the no.

An initiative ends with the phase in which an assumption turns out false. Assumptions are independent of one another.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mlpm import InputError, checks, phrases
from mlpm.scoping.backlog import RISKS


@dataclass(frozen=True)
class Phase:
    """A phase: its name, its length in weeks, and how many people work on it."""

    name: str
    weeks: float
    people: float

    @property
    def person_weeks(self) -> float:
        return self.weeks * self.people


@dataclass(frozen=True)
class Plan:
    """An order of answers: `place[risk]` is the name of the phase that answers it.

    chances: probability that each assumption holds. person_week: euros. added: euros that an early test costs on top,
    by phase.
    """

    name: str
    phases: Sequence[Phase]
    place: Mapping[str, str]
    chances: Mapping[str, float]
    person_week: float
    added: Mapping[str, float] = field(default_factory=dict)

    @property
    def costs(self) -> np.ndarray:
        """Euros of each phase, shape (phases,)."""
        return np.array([p.person_weeks * self.person_week + self.added.get(p.name, 0.0) for p in self.phases])

    @property
    def spent(self) -> np.ndarray:
        """Euros spent when a phase ends, shape (phases,)."""
        return np.cumsum(self.costs)

    @property
    def alive(self) -> np.ndarray:
        """Chance that the initiative still runs when a phase ends, shape (phases,)."""
        return np.cumprod([
            np.prod([self.chances[risk] for risk in RISKS if self.place[risk] == phase.name]) for phase in self.phases
        ])

    @property
    def entered(self) -> np.ndarray:
        """Chance that a phase is begun, shape (phases,)."""
        return np.concatenate([[1.0], self.alive[:-1]])

    @property
    def success(self) -> float:
        """Chance that all four assumptions hold."""
        return float(self.alive[-1])

    @property
    def expected_cost(self) -> float:
        """Euros spent on average: each phase's cost times the chance that it is begun."""
        return float(self.costs @ self.entered)

    @property
    def wasted(self) -> float:
        """Euros spent on average on what ends with a no."""
        return self.expected_cost - self.success * float(self.spent[-1])

    def net(self, worth: float) -> float:
        """Expected euros: what success is worth, less what is spent either way."""
        return self.success * worth - self.expected_cost

    def table(self) -> pd.DataFrame:
        """A row for each phase: what it costs, what is spent by its end, which risk it answers, who is left."""
        week = np.cumsum([phase.weeks for phase in self.phases])
        return pd.DataFrame({
            "phase": [phase.name for phase in self.phases],
            "until_week": week,
            "cost": self.costs,
            "spent": self.spent,
            "answers": [", ".join(r for r in RISKS if self.place[r] == p.name) or "–" for p in self.phases],
            "ends_here": self.entered - self.alive,
            "goes_on": self.alive,
        })


def caught(early: Plan, late: Plan, share: float) -> float:
    """Euros spent on average if an early test notices a false assumption only with probability `share`.

    What it misses is noticed where the late plan would have noticed it, never before. Exact: all combinations of
    assumptions that hold, fail and are noticed, and fail and are missed. An early test never rejects a true one.
    """
    order = {phase.name: position for position, phase in enumerate(early.phases)}
    total = 0.0
    for fates in itertools.product(("holds", "noticed", "missed"), repeat=len(RISKS)):
        probability, ends = 1.0, [len(early.phases) - 1]
        for risk, fate in zip(RISKS, fates, strict=True):
            moved = order[early.place[risk]] < order[late.place[risk]]
            seen = share if moved else 1.0
            false = 1 - early.chances[risk]
            probability *= {"holds": 1 - false, "noticed": false * seen, "missed": false * (1 - seen)}[fate]
            if fate == "noticed":
                ends.append(order[early.place[risk]])
            elif fate == "missed":
                ends.append(order[late.place[risk]])
        total += probability * early.spent[min(ends)]
    return float(total)


def read_phases(names: str, weeks: str, people: str) -> list[Phase]:
    """Phases from three comma-separated lists of the same length. Raises InputError."""
    called = [name.strip() for name in names.split(",")]
    if len(set(called)) != len(called) or not all(called):
        raise InputError(f"Parameter phases is {names!r}. Give each phase a name of its own, separated by commas.")
    columns = {}
    for parameter, text in (("weeks", weeks), ("people", people)):
        given = [part.strip() for part in str(text).split(",")]
        if len(given) != len(called):
            raise InputError(
                f"Parameter {parameter} has {phrases.plural(len(given), 'number')} and there are "
                f"{phrases.plural(len(called), 'phase')}. Give one for each, separated by commas."
            )
        columns[parameter] = [_number(parameter, part) for part in given]
    return [Phase(*row) for row in zip(called, columns["weeks"], columns["people"], strict=True)]


def read_places(parameter: str, text: str, phases: Sequence[Phase]) -> dict[str, str]:
    """`value: discovery, usability: design, …`: the phase that answers each of the four risks. Raises InputError."""
    return _pairs(parameter, text, RISKS, {phase.name: phase.name for phase in phases}.get,
                  f"one of {phrases.listed([phase.name for phase in phases])}")


def read_shares(parameter: str, text: str) -> dict[str, float]:
    """`value: 0.5, usability: 0.8, …`: the probability that each assumption holds. Raises InputError."""
    return {risk: checks.share(f"{parameter}, {risk},", share)
            for risk, share in _pairs(parameter, text, RISKS, lambda t: _number(parameter, t), "a share").items()}


def read_added(parameter: str, text: str, phases: Sequence[Phase]) -> dict[str, float]:
    """`discovery: 1800`: euros that tests add to a phase; empty for none. Raises InputError."""
    names = [phase.name for phase in phases]
    return _pairs(parameter, text, names, lambda t: _number(parameter, t), "euros", complete=False) if text else {}


def _number(parameter: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = text
    return checks.number(parameter, value, 0, 1e12, "numbers from 0 up")


def _pairs(parameter: str, text: str, names: Sequence[str], read, meaning: str, *, complete: bool = True) -> dict:
    """`name: value` pairs, every name once and, if complete, none missing. Raises InputError."""
    found: dict = {}
    for pair in text.split(","):
        name, mark, value = (part.strip() for part in pair.partition(":"))
        if name not in names or not mark or name in found or (known := read(value)) is None:
            raise InputError(
                f"Parameter {parameter} holds {pair.strip()!r}. Write name: value, separated by commas, each of "
                f"{phrases.listed(list(names))} {'once' if complete else 'at most once'}, its value {meaning}."
            )
        found[name] = known
    if complete and (missing := [name for name in names if name not in found]):
        raise InputError(f"Parameter {parameter} says nothing about {phrases.listed(missing)}. Add it as name: value.")
    return found
