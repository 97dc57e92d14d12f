"""Random futures of a plan: how long each task takes, alone or together with the others."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, qmc

from mlpm.scoping.backlog import triangular

# 2 ** 17 = 131,072 futures from a Sobol' sequence: chances are off by less than 0.001, whatever the seed.
POWER = 17
SEED = 20_261_125
# A uniform number of 0 or 1 has no normal quantile.
EDGE = 1e-12
# Weeks are equal when they differ by less: sums of decimal fractions are not exact.
SAME = 1e-9

Tasks = Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Futures:
    """`weeks`: futures × tasks, in the order of `names`."""

    names: tuple[str, ...]
    weeks: np.ndarray

    def finish(
        self,
        share: Mapping[str, float] | None = None,
        box: Mapping[str, float] | None = None,
        beside: Sequence[str] = (),
    ) -> np.ndarray:
        """Weeks to the end of the plan, in each future.

        share: how much of a task is done (0.5: half of it; 0: dropped; 1 where not named); box: the weeks after which a
        task ends, finished or not; beside: tasks done at the same time by different people, all of which must end.
        Everything else is done in sequence.
        """
        weeks = self.weeks.copy()
        for name, part in (share or {}).items():
            weeks[:, self.names.index(name)] *= part
        for name, most in (box or {}).items():
            column = self.names.index(name)
            weeks[:, column] = np.minimum(weeks[:, column], most)
        together = [self.names.index(name) for name in beside]
        alone = [column for column in range(len(self.names)) if column not in together]
        finish = weeks[:, alone].sum(axis=1)
        return finish + weeks[:, together].max(axis=1) if together else finish

    def task(self, name: str) -> np.ndarray:
        """Weeks one task takes, in each future."""
        return self.weeks[:, self.names.index(name)]


def draw(tasks: Tasks, together: float = 0.0, power: int = POWER, seed: int = SEED) -> Futures:
    """Draw 2 ** power futures.

    together: the correlation of any two tasks' normal scores, 0 (independent) to 1 (one cause moves all). Each score is
    √together × common + √(1 − together) × own; its probability goes through the quantile function of the task's
    triangle (Gaussian copula with one factor). The uniform numbers are a scrambled Sobol' sequence (`scipy.stats.qmc`).
    """
    uniform = qmc.Sobol(len(tasks) + 1, rng=np.random.default_rng(seed)).random_base2(power)
    score = norm.ppf(np.clip(uniform, EDGE, 1 - EDGE))
    score = math.sqrt(together) * score[:, :1] + math.sqrt(1 - together) * score[:, 1:]
    low, likely, high = np.array(list(tasks.values()), float).T
    return Futures(tuple(tasks), triangular(low, likely, high, norm.cdf(score)))


def chance(finish: np.ndarray, date: float) -> float:
    """In which share of the futures the plan ends by a date, in weeks from today."""
    return float(np.mean(finish <= date + SAME))


def quantile(finish: np.ndarray, share: float) -> float:
    """The weeks within which a share of the futures ends."""
    return float(np.quantile(finish, share))
