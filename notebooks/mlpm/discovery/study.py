"""The interviews and the counts beside them, and the decision."""

from dataclasses import dataclass, replace

import pandas as pd

from mlpm import checks, proportions
from mlpm.discovery.counts import Silence
from mlpm.discovery.talks import Talks, decided_by

DECISIONS = ("go_on", "switch", "drop", "ask")
# Numbers of interviews to show beside the one there is.
ROUNDS = (8, 14, 20, 30, 40, 60, 100)


def decide(solution: tuple[float, float], other: tuple[float, float], line: float) -> str:
    """What to do about the idea. solution, other: lowest and largest share of users who may have each pain.

    go_on: enough have the pain the idea is for. switch: enough have the other one, and not shown for this one.
    drop: too few have this one, and for the other it is not known. ask: nobody can tell yet.
    """
    if solution[0] >= line:
        return "go_on"
    if other[0] >= line:
        return "switch"
    return "drop" if solution[1] < line else "ask"


@dataclass(frozen=True)
class Study:
    """solution: talks about the pain the idea is for. other: about the pain people told of instead.

    line: share of users who must have a pain for it to be worth a team. accepts, volunteers: what if those who have
    the pain come so much more rarely, or raise it unasked so seldom. a_week: interviews held in a week.
    """

    solution: Talks
    other: Talks
    line: float
    silence: Silence
    accepts: float = 1.0
    volunteers: float = 1.0
    a_week: int = 3

    def __post_init__(self):
        checks.number("line", self.line, 0.001, 0.999, "a share between 0 and 1")
        checks.count("a_week", self.a_week, 1)

    @property
    def decision(self) -> str:
        return decide(
            (self.solution.interval[0], self.solution.largest), (self.other.interval[0], self.other.largest), self.line
        )

    @property
    def silent_in_all(self) -> int | None:
        """How many interviews it takes to drop the idea if nobody else raises its pain; None if it is dropped now."""
        if self.solution.largest < self.line:
            return None
        return proportions.trials_to_exclude(self.line, self.solution.raised)

    @property
    def weeks(self) -> float | None:
        """Weeks until then."""
        needed = self.silent_in_all
        return None if needed is None else (needed - self.solution.asked) / self.a_week

    @property
    def grudge(self) -> float | None:
        """How many times as often those with the other pain may have come before its lowest share falls to the line.

        None if it is under the line anyway. Solves line = q ÷ (q + c × (1 − q)) for c, with q the lowest share heard.
        """
        heard = self.other.interval[0]
        if not self.line <= heard < 1:
            return None
        return heard * (1 - self.line) / (self.line * (1 - heard))

    def rounds(self) -> pd.DataFrame:
        """What so many interviews would settle: asked, drop, build."""
        asked = sorted({*ROUNDS, self.solution.asked, *([self.silent_in_all] if self.silent_in_all else [])})
        return decided_by(self.line, asked)

    def what_if(self) -> pd.DataFrame:
        """The largest share of users if the people who came, or what they said, were not like all. what, largest."""
        cases = [
            ("as if drawn at random, and nobody holds back", 1.0, 1.0),
            (f"who has the pain comes {self.accepts:g} times as often", self.accepts, 1.0),
            (f"of 100 who have it, {100 * self.volunteers:.0f} raise it unasked", 1.0, self.volunteers),
            ("both", self.accepts, self.volunteers),
        ]
        rows = [
            (what, replace(self.solution, accepts=accepts, volunteers=volunteers).largest)
            for what, accepts, volunteers in cases
        ]
        return pd.DataFrame(rows, columns=["what", "largest"])
