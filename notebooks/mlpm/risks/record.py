"""Can the guesses be trusted? What you said, and what held."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import poisson_binom

from mlpm import InputError, checks

RECORD = "rows of three: the chance given (0 to 1), how many assumptions were given it, how many of them held"

# A chance of so few is added up assumption by assumption; nobody has kept a longer record.
MOST = 10_000


@dataclass(frozen=True)
class Record:
    """Assumptions that have been decided since. `rows`: (chance given, how many, how many held)."""

    rows: tuple[tuple[float, int, int], ...]

    def __post_init__(self):
        for row in self.rows:
            if not isinstance(row, (tuple, list)) or len(row) != 3:
                raise InputError(f"Parameter record has a row {row!r}. Give {RECORD}.")
            stated, asked, held = row
            checks.share("record (chance given)", stated)
            checks.count("record (how many)", asked)
            checks.number("record (how many)", asked, 0, MOST, f"a whole number, 0 to {MOST:,}")
            checks.count("record (how many held)", held)
            if held > asked:
                raise InputError(f"Parameter record says that {held} of {asked} held. Give {RECORD}.")

    @property
    def asked(self) -> int:
        return sum(asked for _, asked, _ in self.rows)

    @property
    def held(self) -> int:
        return sum(held for _, _, held in self.rows)

    @property
    def expected(self) -> float:
        """How many would have held, on average, had the chances been right."""
        return sum(stated * asked for stated, asked, _ in self.rows)

    @property
    def too_high(self) -> float:
        """By how much the chances were too high on average; below 0: too low. NaN without a record."""
        return (self.expected - self.held) / self.asked if self.asked else np.nan

    @property
    def luck(self) -> float:
        """The chance of so few or fewer if every chance was right (Poisson binomial)."""
        stated = np.repeat([row[0] for row in self.rows], [row[1] for row in self.rows])
        return float(poisson_binom.cdf(self.held, stated)) if self.asked else np.nan


def record(rows: Sequence[Sequence[float]]) -> Record:
    """A record from a notebook's parameter. Raises InputError."""
    if not isinstance(rows, (tuple, list)):
        raise InputError(f"Parameter record is {rows!r}. Give {RECORD}.")
    return Record(tuple(rows))
