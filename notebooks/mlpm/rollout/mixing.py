"""Why days with different shares must not be poured into one pot: Simpson's paradox of a ramp."""

from collections.abc import Sequence
from dataclasses import dataclass

from mlpm import InputError, checks


@dataclass(frozen=True)
class Day:
    """One day of a ramp: its sessions, the share on the new side, and the rate on each side."""

    name: str
    sessions: float
    share: float
    old: float
    new: float


@dataclass(frozen=True)
class Mixing:
    """Days of one ramp. Raises InputError where a day cannot be meant."""

    days: Sequence[Day]

    def __post_init__(self):
        if len(self.days) < 2:
            raise InputError(f"Parameter days has {len(self.days)} entries. Give at least two days.")
        for day in self.days:
            checks.number(f"days ('{day.name}', sessions)", day.sessions, 1, meaning="sessions, 1 or more")
            for what in ("share", "old", "new"):
                checks.share(f"days ('{day.name}', {what})", getattr(day, what))
            if not 0 < day.share < 1:
                raise InputError(
                    f"Parameter days ('{day.name}', share) is {day.share!r}. Give a share between 0 and 1."
                )

    @classmethod
    def of(cls, rows: Sequence[Sequence]) -> "Mixing":
        """From rows of (name, sessions, share of new, rate of old, rate of new)."""
        return cls([Day(*row) for row in rows])

    @classmethod
    def named(cls, **days: Sequence[float]) -> "Mixing":
        """From a notebook's parameters: day = (sessions, share of new, rate of old, rate of new)."""
        for name, day in days.items():
            if not isinstance(day, Sequence) or isinstance(day, str) or len(day) != 4:
                raise InputError(
                    f"Parameter {name} is {day!r}. Give (sessions, share on the new side, rate old, rate new)."
                )
        return cls([Day(name.capitalize(), *day) for name, day in days.items()])

    @property
    def pooled(self) -> tuple[float, float]:
        """Rate of the old and of the new side, all days in one pot."""
        new = sum(day.sessions * day.share for day in self.days)
        old = sum(day.sessions * (1 - day.share) for day in self.days)
        return (
            sum(day.sessions * (1 - day.share) * day.old for day in self.days) / old,
            sum(day.sessions * day.share * day.new for day in self.days) / new,
        )

    @property
    def within(self) -> float:
        """The difference new − old, taken within each day and weighted by the day's sessions."""
        total = sum(day.sessions for day in self.days)
        return sum(day.sessions * (day.new - day.old) for day in self.days) / total
