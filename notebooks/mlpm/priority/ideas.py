"""Ideas scored by RICE with a range on each of the four numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mlpm import InputError, checks
from mlpm.scoping import rice
from mlpm.scoping.backlog import triangular

INPUTS = ("reach", "impact", "confidence", "effort")
FORM = "(name, reach, impact, confidence, effort), each of the four as (low, likely, high)"
POINTS = 10_000  # equal slices of a range, each by its middle: more digits of a mean than are ever shown


@dataclass(frozen=True)
class Spread:
    """A number nobody knows: its `points` and their `weights`, which add up to 1."""

    points: np.ndarray
    weights: np.ndarray

    @property
    def mean(self) -> float:
        return float(self.points @ self.weights)

    @property
    def inverse(self) -> float:
        """The mean of 1 ÷ the number: more than 1 ÷ the mean, unless the number is known."""
        return float((1 / self.points) @ self.weights)


def spread(low: float, likely: float, high: float) -> Spread:
    """The triangular distribution of a range, as points of equal weight."""
    middle = (np.arange(POINTS) + 0.5) / POINTS
    return Spread(triangular(low, likely, high, middle), np.full(POINTS, 1 / POINTS))


@dataclass(frozen=True)
class Idea:
    """An idea. `ranges`: (low, likely, high) for each of INPUTS; `spreads`: what is believed between, independent."""

    name: str
    ranges: tuple[tuple[float, float, float], ...]
    spreads: tuple[Spread, ...]

    @property
    def likely(self) -> tuple[float, ...]:
        return tuple(likely for _, likely, _ in self.ranges)

    def believed(self, confidence: float) -> "Idea":
        """The same idea with one number for its confidence."""
        ends = (confidence,) * 3
        return replace(
            self, ranges=(*self.ranges[:2], ends, self.ranges[3]),
            spreads=(*self.spreads[:2], spread(*ends), self.spreads[3]),
        )

    @property
    def score(self) -> float:
        """RICE of the likely values: what a spreadsheet shows."""
        return rice(*self.likely)

    @property
    def reward(self) -> float:
        """Mean of reach × impact × confidence."""
        return float(np.prod([spread.mean for spread in self.spreads[:3]]))

    @property
    def effort(self) -> float:
        """Mean effort, person-months."""
        return self.spreads[3].mean

    @property
    def mean_score(self) -> float:
        """Mean of the ratio: the mean reward × the mean of 1 ÷ effort."""
        return self.reward * self.spreads[3].inverse

    @property
    def ratio_of_means(self) -> float:
        """Mean reward ÷ mean effort: what a month of work brings in the long run."""
        return self.reward / self.effort

    def given(self, position: int) -> np.ndarray:
        """The mean score once one input is known, for each of its points."""
        known = self.spreads[position]
        if INPUTS[position] == "effort":
            return self.mean_score / known.inverse / known.points
        return self.mean_score / known.mean * known.points if known.mean else np.zeros(len(known.points))

    def draw(self, random: np.random.Generator, draws: int) -> np.ndarray:
        """Random scores."""
        reach, impact, confidence, effort = (random.choice(s.points, draws, p=s.weights) for s in self.spreads)
        return rice(reach, impact, confidence, effort)


def idea(parameter: str, values: Sequence) -> Idea:
    """An idea from a notebook's parameter. Raises InputError."""
    if not isinstance(values, (tuple, list)) or len(values) != 5 or not isinstance(values[0], str):
        raise InputError(f"Parameter {parameter} is {values!r}. Give {FORM}.")
    name, *ranges = values
    for input_, ends in zip(INPUTS, ranges, strict=True):
        checks.span(f"{parameter} ({input_})", ends, high=1 if input_ == "confidence" else np.inf)
    if ranges[3][0] <= 0:
        raise InputError(f"Parameter {parameter} (effort) begins at {ranges[3][0]:g}. Give person-months above 0.")
    ranges = tuple(tuple(ends) for ends in ranges)
    return Idea(name, ranges, tuple(spread(*ends) for ends in ranges))


@dataclass(frozen=True)
class Listing:
    """Several ideas that compete for the same people."""

    ideas: tuple[Idea, ...]
    draws: int = 20_000
    seed: int = 1

    def __post_init__(self):
        if len(self.ideas) < 2:
            raise InputError("Two ideas or more can be ranked; there are fewer.")
        names = [idea.name for idea in self.ideas]
        if len(set(names)) < len(names):
            raise InputError(f"Two ideas have the same name: {', '.join(names)}. Name each once.")

    @property
    def names(self) -> list[str]:
        return [idea.name for idea in self.ideas]

    @cached_property
    def means(self) -> np.ndarray:
        return np.array([idea.mean_score for idea in self.ideas])

    @property
    def first(self) -> int:
        """The idea to do first by what is known now: highest mean score."""
        return int(np.argmax(self.means))

    @cached_property
    def scores(self) -> np.ndarray:
        """Random scores: draws × ideas."""
        random = np.random.default_rng(self.seed)
        return np.column_stack([idea.draw(random, self.draws) for idea in self.ideas])

    @cached_property
    def ranks(self) -> np.ndarray:
        """ranks[i, k]: how often idea i is at place k (0: first). Ties are drawn."""
        ties = np.random.default_rng(self.seed + 1).random(self.scores.shape)
        order = np.lexsort((ties, -self.scores), axis=1)
        return np.array([[(order[:, k] == i).mean() for k in range(len(self.ideas))] for i in range(len(self.ideas))])

    def knowing(self, i: int, position: int) -> tuple[float, float]:
        """EVPPI of one input of idea i for the choice of what to do first, and how often the answer changes it.

        EVPPI: the mean score of the best choice once the input is known, less that of today's choice.
        """
        known, weights = self.ideas[i].given(position), self.ideas[i].spreads[position].weights
        others = np.delete(self.means, i)
        gain = others.max() - known if i == self.first else known - self.means[self.first]
        gain = np.maximum(gain, 0)
        same = gain > 1e-9 * self.means.max()  # a tie is no reason to change
        return float(gain @ weights), float(same @ weights)

    def everything(self) -> float:
        """EVPI: what it would be worth to know all numbers of all ideas before choosing. Random draws."""
        return float(self.scores.max(axis=1).mean() - self.scores.mean(axis=0).max())
