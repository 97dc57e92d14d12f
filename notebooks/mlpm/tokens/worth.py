"""What a point of resolution is worth, how dear a better model may be, and when a small model first pays.

Euros are per task. A point is 1 of 100 tasks that ends solved and no longer with a person.
"""

import math
from dataclasses import dataclass


def per_point(person: float) -> float:
    """Euros a task that one point more resolution is worth, if a task handed over costs `person`."""
    return person / 100


def dearer(points: float, person: float, model: float) -> float:
    """How many times today's model cost a model may cost that resolves `points` more of 100; infinite at cost 0."""
    return 1 + points * per_point(person) / model if model > 0 else math.inf


def tasks_to_see(rate: float, points: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """Tasks in each of two arms that show `points` fewer of 100 handed over (two-sided test of two proportions)."""
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    later = rate - points / 100
    if not 0 < rate < 1 or not 0 <= later < 1 or points == 0:
        return math.nan
    effect = abs(proportion_effectsize(rate, later))
    return math.ceil(NormalIndPower().solve_power(effect, power=power, alpha=alpha))


@dataclass(frozen=True)
class Cascade:
    """A small model first, the large one where a check sends the task on.

    small, large: euros of model a task; keeps: share the small one keeps; slips: of 100 tasks, those it gets wrong
    unnoticed and the large one would not have; person: euros each slip costs; measured: from the log, not assumed.
    """

    small: float
    large: float
    keeps: float
    slips: float
    person: float
    measured: bool = False

    @property
    def model(self) -> float:
        """Euros of model a task: every task pays the small model, those sent on pay both."""
        return self.small + (1 - self.keeps) * self.large

    @property
    def saved(self) -> float:
        """Euros of model a task."""
        return self.large - self.model

    @property
    def net(self) -> float:
        """Euros a task after what slips cost."""
        return self.saved - self.slips / 100 * self.person

    @property
    def slips_allowed(self) -> float:
        """Slips of 100 tasks at which it saves nothing; below 0 where it does not even save model cost."""
        return 100 * self.saved / self.person if self.person else math.inf


def cascade(small: float, large: float, keeps: float, slips: float, person: float, measured: bool = False) -> Cascade:
    """It saves model cost only if small / large is below `keeps`, and money only if slips are rare enough."""
    return Cascade(small, large, keeps, slips, person, measured)
