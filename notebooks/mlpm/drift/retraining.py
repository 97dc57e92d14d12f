"""Retrain by the calendar or by an alarm: what each costs in a year.

A model loses value in two ways: a little every week, and at once when the world jumps. Trained every T weeks, the slow
loss is half of what T weeks bring, and a jump is carried for T / 2 weeks on average, as it comes at no special time. An
alarm waits for its delay after a jump and does not see the slow loss, so it keeps a calendar behind it: after so many
weeks without a training there is one. Any training, on an alarm or not, starts the slow loss anew, so each of an
alarm's trainings saves part of one of the calendar's. Straight lines throughout: small losses, and a new model that is
as good as the first one was.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from mlpm import checks

WEEKS = 52
LONGEST = 104


@dataclass(frozen=True)
class Upkeep:
    """What a year costs, in euros.

    compute, people: of one training with its checks. point_week: a point of what the model is for, for a week. slow:
    points lost in each week after training. jumps: a year. jump: points lost at once. watching: labels and people of
    the alarm, a year. delay: weeks from a jump until the new model is in use. false: trainings a year for nothing.
    """

    compute: float
    people: float
    point_week: float
    slow: float
    jumps: float
    jump: float
    watching: float
    delay: float
    false: float = 1.0

    def __post_init__(self):
        for name in ("compute", "people", "point_week", "slow", "jumps", "jump", "watching", "delay", "false"):
            checks.number(name, getattr(self, name), 0, meaning="a number, 0 or more")
        checks.number("compute + people", self.training, 1, meaning="at least one euro for a training")

    @property
    def training(self) -> float:
        return self.compute + self.people

    def _every(self, points: float) -> float:
        """The cheapest interval where so many points a year are lost slowly: √(2 · 52 · training ÷ what they cost)."""
        weight = self.point_week * points
        return min(LONGEST, max(1.0, math.sqrt(2 * WEEKS * self.training / weight))) if weight > 0 else float(LONGEST)

    def calendar(self, every):
        """A year of training every so many weeks; takes arrays."""
        every = np.asarray(every, float)
        points = WEEKS * self.slow + self.jumps * self.jump
        found = WEEKS / every * self.training + self.point_week * points * every / 2
        return found if found.ndim else float(found)

    @property
    def best_every(self) -> float:
        """The cheapest interval of the calendar, from a week to two years."""
        return self._every(WEEKS * self.slow + self.jumps * self.jump)

    @property
    def behind(self) -> float:
        """The calendar behind an alarm: the cheapest number of weeks without a training, from a week to two years."""
        from scipy import optimize

        if not self.rate:
            return self._every(WEEKS * self.slow)
        return float(optimize.minimize_scalar(self.kept_up, bounds=(1, LONGEST), method="bounded").x)

    @property
    def rate(self) -> float:
        """Trainings a week that alarms start, true or false."""
        return (self.jumps + self.false) / WEEKS

    def between(self, behind: float) -> float:
        """Weeks between two trainings on average: until an alarm, which comes at any time, or at most `behind`."""
        return -math.expm1(-self.rate * behind) / self.rate if self.rate else behind

    def kept_up(self, behind: float) -> float:
        """A year of trainings and of the slow loss between them, with a calendar `behind` the alarm.

        The slow loss is that of the mean age of a model, E[t²] ÷ 2 E[t] over the times t between two trainings.
        """
        mean = self.between(behind)
        square = behind**2
        if self.rate:
            x = self.rate * behind
            square = 2 / self.rate**2 * (1 - math.exp(-x) * (1 + x))
        return WEEKS / mean * self.training + self.point_week * WEEKS * self.slow * square / (2 * mean)

    @property
    def alarm(self) -> float:
        """A year of training on an alarm, with a calendar behind it."""
        return self.kept_up(self.behind) + self.watching + self.carried * self.delay

    @property
    def carried(self) -> float:
        """What the jumps of a year cost in each week that they are carried."""
        return self.point_week * self.jumps * self.jump

    @property
    def gain(self) -> float:
        """What the alarm saves against the best calendar; below 0: it costs."""
        return self.calendar(self.best_every) - self.alarm

    @property
    def even_jump(self) -> float:
        """Points a jump must cost for the alarm to break even with the best calendar; NaN if none does up to 100."""
        from scipy import optimize

        def gain(jump: float) -> float:
            return replace(self, jump=jump).gain

        # The calendar's cost grows with the root of the jump, the alarm's in a straight line: look where it first pays.
        grid = np.linspace(0, 100, 2_001)
        pays = [gain(jump) >= 0 for jump in grid]
        first = int(np.argmax(pays))
        if not any(pays) or first == 0:
            return 0.0 if any(pays) else math.nan
        return float(optimize.brentq(gain, grid[first - 1], grid[first]))

    def numbers(self) -> dict[str, float]:
        quick = replace(self, delay=1.0)
        values = {
            "best_every": self.best_every, "calendar_best": self.calendar(self.best_every),
            "calendar_1": self.calendar(1), "calendar_4": self.calendar(4), "calendar_26": self.calendar(26),
            "calendar_52": self.calendar(52), "behind": self.behind, "alarm": self.alarm, "gain": self.gain,
            "lost_by_alarm": -self.gain, "training": self.training, "compute": self.compute, "people": self.people,
            "compute_100": 100 * self.compute / self.training, "point_week": self.point_week,
            "slow_year": WEEKS * self.slow, "jumps": self.jumps, "jump": self.jump, "watching": self.watching,
            "delay": self.delay, "false": self.false, "carried": self.carried, "even_jump": self.even_jump,
            "even_jump_in_a_week": quick.even_jump, "alarm_in_a_week": quick.alarm,
        }
        return {name: float(value) for name, value in values.items() if math.isfinite(value)}
