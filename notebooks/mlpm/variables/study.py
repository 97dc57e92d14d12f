"""Variables with two ranks and a bet behind each: what it is worth to know before deciding.

The bet of a variable: the plan goes on as it is, and loses `loss` if the variable turns out bad (chance `chance`); or
the remedy is bought first, for `remedy`, whatever the variable is. Whoever knows buys the remedy only if it is needed:

    value of knowing = min(chance × loss, remedy) − chance × min(loss, remedy)

It is the expected value of perfect information for two actions (Hubbard, How to Measure Anything, on the value of
information). It is zero where nothing would be done differently: for a certain variable, and for one whose remedy costs
as much as the loss. A look that may be wrong is worth less.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mlpm import InputError, checks

HIGH = 4  # both ranks at least this: the corner that the articles' rule picks


@dataclass(frozen=True)
class Variable:
    """What may turn out otherwise. uncertain, impact: ranks 1 to 5; chance: that it turns out bad.

    loss: euros if it does and nothing was done; remedy: euros that guard against it; look: euros that finding out
    costs; days: working days of yours it takes.
    """

    name: str
    uncertain: int
    impact: int
    chance: float
    loss: float
    remedy: float
    look: float
    days: float

    @property
    def score(self) -> int:
        return self.uncertain * self.impact

    @property
    def in_corner(self) -> bool:
        return min(self.uncertain, self.impact) >= HIGH

    @property
    def worth(self) -> float:
        """Euros: the value of knowing, before what the look costs."""
        return float(value_of_knowing(self.chance, self.loss, self.remedy))

    @property
    def net(self) -> float:
        return self.worth - self.look


def value_of_knowing(chance, loss, remedy) -> np.ndarray:
    """Euros that it is worth to know before deciding; arrays of one shape, or numbers."""
    chance, loss, remedy = (np.asarray(value, dtype=float) for value in (chance, loss, remedy))
    return np.minimum(chance * loss, remedy) - chance * np.minimum(loss, remedy)


def read(names: str, **columns: Sequence[float]) -> list[Variable]:
    """Check the variables: names by comma, and a list each of uncertain, impact, chance, loss, remedy, look, days.

    Raises InputError: lists of different lengths, or a value that cannot be meant, named with its variable.
    """
    split = [name.strip() for name in str(names).split(",")]
    if len(split) < 2 or not all(split):
        raise InputError(f"Parameter names is {names!r}. Give two names or more, separated by commas.")
    twice = next((name for name in split if [other.casefold() for other in split].count(name.casefold()) > 1), None)
    if twice:
        raise InputError(f"Parameter names has {twice!r} twice. Give each variable a name of its own.")
    for column, values in columns.items():
        if not isinstance(values, Sequence) or isinstance(values, str) or len(values) != len(split):
            size = len(values) if isinstance(values, Sequence) and not isinstance(values, str) else repr(values)
            raise InputError(f"Parameter {column} has {size} values for {len(split)} names. Give one for each name.")
    found = []
    for at, name in enumerate(split):
        one = {column: values[at] for column, values in columns.items()}
        for rank in ("uncertain", "impact"):
            checks.number(f"{rank} of {name}", one[rank], 1, 5, "a rank from 1 to 5")
            checks.count(f"{rank} of {name}", one[rank])
        checks.share(f"chance of {name}", one["chance"])
        for euros in ("loss", "remedy", "look"):
            checks.number(f"{euros} of {name}", one[euros], 0, 1e12, "euros, 0 or more")
        checks.number(f"days of {name}", one["days"], 0.1, 1000, "working days, 0.1 or more")
        found.append(Variable(name, **one))
    return found


@dataclass(frozen=True)
class Study:
    """All variables and the working days you have for finding out."""

    variables: Sequence[Variable]
    days: float

    @property
    def by_score(self) -> list[Variable]:
        """Highest product of ranks first; names decide ties, so that the order is the same on every run."""
        return sorted(self.variables, key=lambda variable: (-variable.score, variable.name))

    @property
    def by_worth(self) -> list[Variable]:
        return sorted(self.variables, key=lambda variable: (-variable.net, variable.name))

    @property
    def corner(self) -> list[Variable]:
        return [variable for variable in self.by_score if variable.in_corner]

    @cached_property
    def plan(self) -> list[Variable]:
        """What is looked into: the set that is worth most within the days, none at a loss. Every set is tried."""
        worth_it = [variable for variable in self.by_worth if variable.net > 0]
        if len(worth_it) > 16:
            raise InputError(f"Parameter variables has {len(worth_it)} rows worth a look. Give the 16 that matter.")
        sets = np.arange(2 ** len(worth_it))[:, None] >> np.arange(len(worth_it)) & 1
        net = sets @ np.array([variable.net for variable in worth_it])
        fits = sets @ np.array([variable.days for variable in worth_it]) <= self.days + 1e-9
        best = sets[int(np.argmax(np.where(fits, net, -np.inf)))]
        return [variable for variable, taken in zip(worth_it, best, strict=True) if taken]

    def table(self) -> pd.DataFrame:
        """A row for each variable, highest product first."""
        return pd.DataFrame([
            {"variable": v.name, "uncertain": v.uncertain, "impact": v.impact, "score": v.score, "chance": v.chance,
             "worth": v.worth, "look": v.look, "net": v.net, "days": v.days}
            for v in self.by_score
        ])

    def among_first(self, places: int, factor: float, draws: int = 4_000, seed: int = 7) -> dict[str, float]:
        """Chance that each variable is among the first `places` by net worth if every guess may be off.

        Odds, loss and remedy are each multiplied by a factor from 1/`factor` to `factor`, uniform in its logarithm.
        """
        rng = np.random.default_rng(seed)
        guess = np.array([[v.chance, v.loss, v.remedy, v.look] for v in self.variables]).T[:, None, :]
        odds, loss, remedy = factor ** rng.uniform(-1, 1, (3, draws, len(self.variables)))
        chance = guess[0] * odds / (guess[0] * odds + 1 - guess[0])
        net = value_of_knowing(chance, guess[1] * loss, guess[2] * remedy) - guess[3]
        rank = (-net).argsort(axis=1, kind="stable").argsort(axis=1)
        return dict(zip([v.name for v in self.variables], (rank < places).mean(axis=0).tolist(), strict=True))
