"""Key results and guardrails: how far from start to target, in either direction, and how exactly that is known."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

from mlpm import InputError, checks

# A stretch goal is set so that 0.7 is a good end; a committed one is a promise, expected at 1.0 (Google's playbook).
EXPECTED = {"stretch": 0.7, "committed": 1.0}
SAME = 1e-9


@dataclass(frozen=True)
class KeyResult:
    """A number that shows arrival. kind: stretch or committed.

    start, target, result: in one unit; up or down follows from the first two. cases: what the result was counted on,
    where it is so many of `of` (100 by default); 0 where it is not a share, or not from a sample.
    """

    name: str
    start: float
    target: float
    result: float
    kind: str = "stretch"
    cases: int = 0
    of: float = 100

    def __post_init__(self) -> None:
        for field in ("start", "target", "result"):
            checks.number(f"{field} of {self.name!r}", getattr(self, field))
        if self.start == self.target:
            raise InputError(f"{self.name!r} starts at its target, {self.start:g}. Give another target.")
        if self.kind not in EXPECTED:
            raise InputError(f"{self.name!r} is {self.kind!r}. Give stretch or committed.")
        if checks.count(f"cases of {self.name!r}", self.cases) and not 0 <= self.result <= self.of:
            raise InputError(f"{self.name!r} ends at {self.result:g}. Give 0 to {self.of:g}, or no cases.")

    def scored(self, result: float) -> float:
        """How much of the way from start to target; below 0 backward, above 1 beyond."""
        return (result - self.start) / (self.target - self.start)

    @property
    def score(self) -> float:
        """The score as it is written down: from 0 to 1."""
        return min(1.0, max(0.0, self.scored(self.result)))

    @property
    def interval(self) -> tuple[float, float]:
        """The score at both ends of the result's interval (Wilson, 95%), not cut off; twice itself without cases."""
        if not self.cases:
            return (self.scored(self.result),) * 2
        found = stats.binomtest(round(self.result / self.of * self.cases), self.cases)
        ends = found.proportion_ci(method="wilson")
        return tuple(sorted(self.scored(self.of * end) for end in (ends.low, ends.high)))

    @property
    def met(self) -> bool:
        """Did it reach what is expected of its kind?"""
        return self.scored(self.result) >= EXPECTED[self.kind] - SAME

    def cases_needed(self, width: float) -> int:
        """Cases for an interval of the score no wider than `width` in all, by the normal approximation."""
        checks.number("width", width, 1e-9, meaning="a width above 0")
        share, half = self.result / self.of, width / 2 * abs(self.target - self.start) / self.of
        return max(1, round(stats.norm.ppf(0.975) ** 2 * share * (1 - share) / half**2))


def mean_score(results: Sequence[KeyResult]) -> float | None:
    """The mean score of the stretch goals; None without any. Committed ones are met or not, and have no mean."""
    scores = [result.score for result in results if result.kind == "stretch"]
    return sum(scores) / len(scores) if scores else None


@dataclass(frozen=True)
class Guardrail:
    """A number that must not get worse than a limit while another one is pursued. most: is the limit the most?"""

    name: str
    limit: float
    result: float
    most: bool = True

    def __post_init__(self) -> None:
        for field in ("limit", "result"):
            checks.number(f"{field} of {self.name!r}", getattr(self, field))

    @property
    def holds(self) -> bool:
        return self.result <= self.limit + SAME if self.most else self.result >= self.limit - SAME
