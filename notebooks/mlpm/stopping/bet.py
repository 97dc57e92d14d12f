"""What is still to be spent against what it brings. What was spent is in no formula here."""

import math
from dataclasses import dataclass

from mlpm import checks
from mlpm.scoping.information import answer, value_of_test

DECISIONS = ("go_on", "test_first", "stop")


@dataclass(frozen=True)
class Trial:
    """One more yes/no test: its cost in euros, and to how many bets that hold, and that do not, it says yes."""

    cost: float
    yes_if_holds: float
    yes_if_not: float

    def __post_init__(self):
        checks.number("test_cost", self.cost, 0, meaning="euros, 0 or more")
        checks.share("yes_if_holds", self.yes_if_holds)
        checks.share("yes_if_not", self.yes_if_not)


@dataclass(frozen=True)
class Bet:
    """to_go: euros still to be spent; chance: that it works (0 to 1); value: euros if it does."""

    to_go: float
    chance: float
    value: float

    def __post_init__(self):
        checks.number("to_go", self.to_go, 0, meaning="euros, 0 or more")
        checks.share("chance", self.chance)
        checks.number("value", self.value, 1e-9, meaning="euros, above 0")

    @property
    def worth(self) -> float:
        """Expected euros of going on, more or less than of stopping now."""
        return self.chance * self.value - self.to_go

    @property
    def break_even(self) -> float:
        """The chance from which going on is worth it; above 1 where no chance is high enough."""
        return self.to_go / self.value

    def test_worth(self, trial: Trial) -> float:
        """Euros that the answer is worth before its cost: expected value of sample information."""
        return value_of_test(
            lambda belief: max(0.0, belief * self.value - self.to_go), self.chance, trial.yes_if_holds,
            trial.yes_if_not,
        )

    def after_yes(self, trial: Trial) -> float:
        """The chance once the test has said yes; NaN where it never does."""
        said, belief = answer(self.chance, trial.yes_if_holds, trial.yes_if_not, yes=True)
        return belief if said else math.nan

    def decide(self, trial: Trial | None = None) -> str:
        """go_on | test_first | stop.

        | one more test is worth more than it costs | going on is worth more than 0 | decision |
        |---|---|---|
        | yes | either | test_first |
        | no, or there is none | yes | go_on |
        | no, or there is none | no | stop |
        """
        if trial and self.test_worth(trial) > trial.cost:
            return "test_first"
        return "go_on" if self.worth > 0 else "stop"
