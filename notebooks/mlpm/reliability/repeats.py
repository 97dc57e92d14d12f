"""pass^k: of a hundred tasks, how many are solved k times of k?

Yao, Shinn, Razavi and Narasimhan, τ-bench (2024): each task is run n times, solved c times; C(c, k) / C(n, k) is the
chance that k of its runs, drawn without putting back, were all solved, and an unbiased estimate of p^k. It is the
hypergeometric probability of k hits in k draws, which is how `scipy` spells it. The mean over tasks is pass^k.

Runs of one task resemble each other, so the interval resamples tasks, never runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from mlpm import InputError, checks, proportions

RESAMPLES = 4_000
SEED = 20261125


def pass_hat(solved, runs, k: int):
    """The unbiased estimate of p^k for each task, from `solved` of `runs`; runs ≥ k. Takes arrays."""
    return stats.hypergeom.pmf(k, runs, solved, k)


def mixed(shares: Sequence[float], chances: Sequence[float], k):
    """pass^k of a mix of tasks: shares of the tasks (any weights), the chance of each kind to be solved once."""
    weights = np.asarray(shares, float) / np.sum(shares)
    return float(weights @ np.asarray(chances, float) ** k)


@dataclass(frozen=True)
class Repeats:
    """Tasks run equally often. tasks[c]: how many tasks were solved c times, c from 0 to the number of runs."""

    tasks: tuple[int, ...]

    def __post_init__(self):
        for solved, count in enumerate(self.tasks):
            checks.count(f"tasks[{solved}]", count)
        if len(self.tasks) < 2 or sum(self.tasks) < 2:
            raise InputError(f"Parameter tasks is {self.tasks!r}. Give at least two tasks, by times solved: 0, 1, …")

    @property
    def runs(self) -> int:
        return len(self.tasks) - 1

    @property
    def number(self) -> int:
        return sum(self.tasks)

    def each(self, k: int) -> np.ndarray:
        """The estimate of each task, tasks in order of times solved."""
        self._holds(k)
        return np.repeat(pass_hat(np.arange(self.runs + 1), self.runs, k), self.tasks)

    def at(self, k: int) -> float:
        """pass^k. At 1 it is the average."""
        return float(self.each(k).mean())

    def interval(self, k: int, confidence: float = proportions.CONFIDENCE) -> tuple[float, float]:
        """Percentiles of the mean over tasks drawn anew; where all tasks give the same, 0 or 1, an exact bound.

        Resampling knows nothing about tasks that were not seen: if every task passed, it would say 1 to 1.
        """
        values = self.each(k)
        if np.ptp(values) == 0 and values[0] in (0, 1):
            worst = proportions.largest_share(0, self.number, confidence)
            return (1 - worst, 1.0) if values[0] else (0.0, worst)
        found = stats.bootstrap(
            (values,), np.mean, confidence_level=confidence, n_resamples=RESAMPLES, method="percentile",
            rng=np.random.default_rng(SEED), batch=500,
        ) if np.ptp(values) else None
        if found is None:  # all alike, between 0 and 1: nothing to resample
            return float(values[0]), float(values[0])
        return float(found.confidence_interval.low), float(found.confidence_interval.high)

    def if_alike(self, k: int) -> float:
        """What the average alone would promise: as if every task were solved with the same chance."""
        return self.at(1) ** k

    def _holds(self, k: int) -> None:
        if not 1 <= checks.count("k", k, 1) <= self.runs:
            raise InputError(f"Parameter k is {k!r}. Give at most the runs of each task, {self.runs}.")
