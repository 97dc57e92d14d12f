"""Months of trying without a success: how far belief falls, when to stop, and what deciding by feel costs.

A project that can work succeeds in each month with the same chance; one that cannot never does. Nobody knows which it
is, so each month without a success is evidence. As belief only falls, looking one month ahead is enough to stop at the
best time (a monotone stopping problem: Chow, Robbins and Siegmund, *Great Expectations*, 1971).
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mlpm import checks

LONGEST = 24


@dataclass(frozen=True)
class Course:
    """start: chance at the start that the project can work; monthly: chance of success in a month if it can;
    month: euros a month; value: euros of a success; longest: months after which everybody stops."""

    start: float
    monthly: float
    month: float
    value: float
    longest: int = LONGEST

    def __post_init__(self):
        checks.number("start", self.start, 1e-6, 1 - 1e-6, "a share between 0 and 1")
        checks.number("monthly", self.monthly, 1e-6, 1 - 1e-6, "a share between 0 and 1")
        checks.number("month", self.month, 1e-9, meaning="euros a month, above 0")
        checks.number("value", self.value, 1e-9, meaning="euros, above 0")
        checks.count("longest", self.longest, 1)

    @property
    def odds(self) -> float:
        return self.start / (1 - self.start)

    @property
    def enough(self) -> float:
        """The belief at which one more month costs what it is expected to bring."""
        return self.month / (self.monthly * self.value)

    def belief(self, months, explained: float = 0.0):
        """The chance that it can work after so many months without a success. Takes arrays.

        explained: share of each bad month's evidence that is explained away (0: none, Bayes' rule; 1: all of it).
        """
        odds = self.odds * (1 - self.monthly) ** (np.asarray(months, float) * (1 - explained))
        return odds / (1 + odds)

    def date(self, explained: float = 0.0) -> int:
        """Months tried before one more does not look worth it."""
        months = np.arange(self.longest)
        tired = self.belief(months, explained) <= self.enough
        return int(months[tired][0]) if tired.any() else self.longest

    def optimistic(self, start: float) -> int:
        """The date of somebody who takes the chance at the start for `start`, and is right about all else."""
        return replace(self, start=start).date()

    def succeeds(self, months):
        """The chance that a project ends in success if it is stopped after so many months. Takes arrays."""
        return self.start * (1 - (1 - self.monthly) ** np.asarray(months, float))

    def worth(self, months):
        """Expected euros of a project that is stopped after so many months without a success. Takes arrays."""
        months = np.asarray(months, float)
        tried = (1 - (1 - self.monthly) ** months) / self.monthly  # months paid by a project that can work
        return self.succeeds(months) * self.value - self.month * (
            self.start * tried + (1 - self.start) * months
        )


def many(
    course: Course, explained: float, mood: float, optimist: float, projects: int, seed: int
) -> pd.DataFrame:
    """Four ways to decide, on the same projects.

    explained: share of a bad month that is explained away; mood: standard deviation of the mood on a given day, in log
    odds; optimist: the chance at the start as its promoters see it. Columns: way; months (until stopped, on average, of
    projects without success); succeed, given_up (could have worked), both shares of all; lost (euros a project spent on
    what could not work); net, error (euros a project and the standard error of that average), more (net beside the
    first way), more_error. The first way is the date set beforehand.
    """
    checks.share("explained", explained)
    checks.number("mood", mood, 0, meaning="a standard deviation, 0 or more")
    checks.count("projects", projects, 2)
    rng = np.random.default_rng(seed)
    works = rng.random(projects) < course.start
    at = rng.geometric(course.monthly, projects)
    moods = rng.normal(0, 1, (projects, course.longest)) * mood
    ways = {
        "a date set beforehand": np.full(projects, course.date()),
        "the same, chance seen too high": np.full(projects, course.optimistic(optimist)),
        "by feel, nothing explained away": _by_feel(course, 0.0, moods),
        "by feel, bad months explained away": _by_feel(course, explained, moods),
    }
    rows, first = [], None
    for way, until in ways.items():
        done = works & (at <= until)
        paid = np.where(done, at, until)
        net = done * course.value - paid * course.month
        first = net if first is None else first
        rows.append({
            "way": way, "months": until[~done].mean() if (~done).any() else math.nan, "succeed": done.mean(),
            "given_up": (works & ~done).mean(), "lost": (paid * course.month * ~works).mean(), "net": net.mean(),
            "error": net.std(ddof=1) / math.sqrt(projects), "more": (net - first).mean(),
            "more_error": (net - first).std(ddof=1) / math.sqrt(projects),
        })
    return pd.DataFrame(rows)


def _by_feel(course: Course, explained: float, moods: np.ndarray) -> np.ndarray:
    """Months until one more does not look good: the first day on which belief, as felt, is below what is enough."""
    if course.enough >= 1:
        return np.zeros(len(moods), int)
    months = np.arange(course.longest)
    felt = math.log(course.odds) + (1 - explained) * months * math.log(1 - course.monthly) + moods
    tired = felt <= math.log(course.enough / (1 - course.enough))
    return np.where(tired.any(axis=1), tired.argmax(axis=1), course.longest)
