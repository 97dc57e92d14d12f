"""All of it for one plan: the date, what it is made of, what to cut, and how long the research may take."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mlpm import InputError, checks
from mlpm.schedule import throughput
from mlpm.schedule.futures import Futures, Tasks, chance, draw, quantile

# The share kept, and the box, are found to this many halvings of the interval: 2 ** -20 of it.
HALVINGS = 20
# Twenty years: beyond them a plan is not counted in weeks, and its guesses are a slip.
MOST_WEEKS = 1000


@dataclass(frozen=True)
class Study:
    """A plan and what is asked of it. Raises InputError where a parameter cannot be meant.

    tasks: name → (low, likely, high) weeks, done in sequence; research: the task whose scope may move; beside: the task
    other people could do at the same time; date: weeks from today, fixed; target: the chance wanted; together: how far
    delays move together in the second reading; box: weeks the research gets; weekly, items: past weekly counts and
    what is left.
    """

    tasks: Tasks
    research: str
    beside: str
    date: float
    target: float
    together: float
    box: float
    weekly: Sequence[int]
    items: int

    def __post_init__(self):
        if len(self.tasks) < 2:
            raise InputError(f"Parameter names is {tuple(self.tasks)!r}. Give at least two tasks.")
        for name, weeks in self.tasks.items():
            checks.span(f"guesses of '{name}'", weeks, 0, MOST_WEEKS)
            if weeks[2] <= 0:
                raise InputError(f"Parameter guesses of '{name}' is {weeks!r}. Take out a task that needs no time.")
        for parameter, name in (("research", self.research), ("beside", self.beside)):
            if name not in self.tasks:
                known = ", ".join(self.tasks)
                raise InputError(f"Parameter {parameter} is {name!r}. Give the name of a task: {known}.")
        if self.research == self.beside:
            raise InputError(f"Parameter beside is {self.beside!r}, as is research. Give another task.")
        checks.number("date", self.date, 0, MOST_WEEKS, f"weeks from today, 0 to {MOST_WEEKS:,}")
        checks.share("together", self.together)
        checks.number("box", self.box, 0, MOST_WEEKS, f"weeks, 0 to {MOST_WEEKS:,}")
        checks.count("items", self.items, 1)
        checks.number("items", self.items, 1, throughput.MOST, f"a whole number, 1 to {throughput.MOST:,}")
        if not 0 < checks.share("target", self.target) < 1:
            raise InputError(f"Parameter target is {self.target!r}. Give a share between 0 and 1, such as 0.8.")
        throughput.at_the_mean(self.weekly, self.items)

    # --- Futures -------------------------------------------------------------------------------------------------

    @cached_property
    def alone(self) -> Futures:
        """Delays are independent."""
        return draw(self.tasks)

    @cached_property
    def moved(self) -> Futures:
        """Delays move together."""
        return draw(self.tasks, self.together)

    @cached_property
    def whole(self) -> np.ndarray:
        """Weeks to the end of everything in sequence, delays independent."""
        return self.alone.finish()

    # --- The date ------------------------------------------------------------------------------------------------

    @property
    def likely(self) -> float:
        return sum(likely for _, likely, _ in self.tasks.values())

    @property
    def mean(self) -> float:
        return sum(sum(weeks) for weeks in self.tasks.values()) / 3

    @cached_property
    def readings(self) -> pd.DataFrame:
        """The date read twice: delays independent, and together."""
        rows = []
        for name, futures in (("independent", self.alone), ("together", self.moved)):
            finish = futures.finish()
            rows.append({
                "delays": name, "by_likely": chance(finish, self.likely), "by_date": chance(finish, self.date),
                "p50": quantile(finish, 0.5), "p85": quantile(finish, 0.85),
            })
        return pd.DataFrame(rows).set_index("delays")

    # --- What it is made of ----------------------------------------------------------------------------------------

    @cached_property
    def parts(self) -> pd.DataFrame:
        """A row for each task: its guesses, its mean, what the mean adds to the likely, and what settling it is worth.

        adds: mean − likely, in weeks; settled: chance of the date if the task took its likely weeks for certain, the
        other tasks as they are; settled_box: the same for the plan with the box beside the other task.
        """
        rows = []
        for name, (low, likely, high) in self.tasks.items():
            mean = (low + likely + high) / 3
            weeks = self.alone.weeks.copy()
            weeks[:, self.alone.names.index(name)] = likely
            settled = Futures(self.alone.names, weeks)
            rows.append({
                "task": name, "low": low, "likely": likely, "high": high, "mean": mean, "adds": mean - likely,
                "settled": chance(self.plan(settled, "all"), self.date),
                "settled_box": chance(self.plan(settled, "box beside"), self.date),
            })
        return pd.DataFrame(rows)

    # --- What to cut -----------------------------------------------------------------------------------------------

    @property
    def pair(self) -> tuple[str, str]:
        return self.research, self.beside

    def plan(self, futures: Futures, name: str) -> np.ndarray:
        """Weeks to the end of one of the plans: a row of `plans`."""
        research = self.research
        return {
            "all": lambda: futures.finish(),
            "half": lambda: futures.finish({research: 0.5}),
            "none": lambda: futures.finish({research: 0}),
            "beside": lambda: futures.finish(beside=self.pair),
            "box": lambda: futures.finish(box={research: self.box}),
            "box beside": lambda: futures.finish(box={research: self.box}, beside=self.pair),
        }[name]()

    @cached_property
    def plans(self) -> pd.DataFrame:
        """A row for each plan.

        by_date, together: chance of the date, delays independent and together; p85: weeks, independent; in: the chance
        that the research is finished and in (half of it counts).
        """
        done = chance(self.alone.task(self.research), self.box)
        inside = {"all": 1.0, "half": 1.0, "none": 0.0, "beside": 1.0, "box": done, "box beside": done}
        rows = []
        for name, research_in in inside.items():
            finish = self.plan(self.alone, name)
            rows.append({
                "name": name, "by_date": chance(finish, self.date),
                "together": chance(self.plan(self.moved, name), self.date),
                "p85": quantile(finish, 0.85), "in": research_in,
            })
        return pd.DataFrame(rows).set_index("name")

    @cached_property
    def kept(self) -> float | None:
        """The largest share of the research that keeps the target by the date; None if not even none of it does."""
        rest, weeks = self.whole - self.alone.task(self.research), self.alone.task(self.research)
        return _largest(lambda share: chance(rest + share * weeks, self.date) >= self.target, 1.0)

    @cached_property
    def longest_box(self) -> float | None:
        """The longest box of the research, beside the other task, that keeps the target; None if none does."""
        high = self.tasks[self.research][2]

        def holds(box: float) -> bool:
            finish = self.alone.finish(box={self.research: box}, beside=self.pair)
            return chance(finish, self.date) >= self.target

        return _largest(holds, high)

    @cached_property
    def boxes(self) -> pd.DataFrame:
        """By length of the box: chance of the date, in sequence and beside the other task; that the research is in."""
        research = self.alone.task(self.research)
        rows = [
            {
                "box": box,
                "sequence": chance(self.alone.finish(box={self.research: box}), self.date),
                "beside": chance(self.alone.finish(box={self.research: box}, beside=self.pair), self.date),
                "in": chance(research, box),
            }
            for box in np.linspace(0, self.tasks[self.research][2], 41)
        ]
        return pd.DataFrame(rows)

    # --- An earlier date -------------------------------------------------------------------------------------------

    def replanned(self, date: float, settled: str) -> dict[str, float]:
        """Chance of another date without the research, as it is and with one more move each time.

        settled: a task that is known to take its likely weeks; in another move, half of the task beside is done.
        """
        futures = self.alone
        weeks = futures.weeks.copy()
        weeks[:, futures.names.index(settled)] = self.tasks[settled][1]
        known = Futures(futures.names, weeks)
        without, less = {self.research: 0.0}, {self.research: 0.0, self.beside: 0.5}
        return {
            "early_all": chance(futures.finish(), date),
            "early_none": chance(futures.finish(without), date),
            "early_less": chance(futures.finish(less), date),
            "early_settled": chance(known.finish(without), date),
            "early_both": chance(known.finish(less), date),
        }

    # --- Side by side ----------------------------------------------------------------------------------------------

    @cached_property
    def merge(self) -> dict[str, float]:
        """Two tasks at once: what the likely values promise, what it takes on average, how often both are on time."""
        first, second = (self.alone.task(name) for name in self.pair)
        likely = [self.tasks[name][1] for name in self.pair]
        return {
            "likely": max(likely),
            "mean": float(np.maximum(first, second).mean()),
            "longer": max(sum(self.tasks[name]) / 3 for name in self.pair),
            "one": chance(first, max(likely)),
            "other": chance(second, max(likely)),
            "both": chance(np.maximum(first, second), max(likely)),
            "saved_likely": min(likely),
            "saved": float(np.minimum(first, second).mean()),
        }

    # --- The past weeks --------------------------------------------------------------------------------------------

    @cached_property
    def counted(self) -> dict[str, float]:
        """Weeks for the items left, from past weekly counts."""
        mean = throughput.at_the_mean(self.weekly, self.items)
        return {
            "a_week": sum(self.weekly) / len(self.weekly), "mean": mean,
            "chance": throughput.chance_of_items(self.weekly, self.items, mean),
            "p50": throughput.weeks_for_items(self.weekly, self.items, 0.5),
            "p85": throughput.weeks_for_items(self.weekly, self.items, 0.85),
        }


def named(names: Sequence[str], guesses: Sequence[Sequence[float]]) -> dict[str, Sequence[float]]:
    """The tasks of a plan from two parameters of equal length. Raises InputError."""
    for parameter, values in (("names", names), ("guesses", guesses)):
        if not isinstance(values, Sequence) or isinstance(values, str):
            raise InputError(f"Parameter {parameter} is {values!r}. Give a list with one entry for each task.")
    if len(names) != len(guesses):
        raise InputError(f"Parameter guesses has {len(guesses)} entries for {len(names)} names. Give one for each.")
    if len(set(names)) < len(names):
        raise InputError(f"Parameter names is {names!r}. Give each task a name of its own.")
    return dict(zip(names, guesses, strict=True))


def _largest(holds, high: float) -> float | None:
    """The largest number up to `high` for which a condition holds that fails for good somewhere; None if at none."""
    if holds(high):
        return high
    if not holds(0):
        return None
    low = 0.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
