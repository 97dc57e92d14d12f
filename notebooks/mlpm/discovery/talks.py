"""A pain that so many of so many interviewed people raised: which shares of all users are still possible."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mlpm import checks, proportions


@dataclass(frozen=True)
class Talks:
    """`raised` of `asked` people raised a pain by themselves.

    accepts: how likely somebody who has the pain is to come to an interview, beside somebody who has not (1: alike).
    volunteers: of people who have it, the share that raises it without being asked (0 to 1).
    """

    asked: int
    raised: int
    accepts: float = 1.0
    volunteers: float = 1.0

    def __post_init__(self):
        checks.count("asked", self.asked, 1)
        checks.number("raised", checks.count("raised", self.raised), 0, self.asked, f"a number from 0 to {self.asked}")
        checks.number("accepts", self.accepts, 0.01, 100, "a ratio such as 0.5, from 0.01 to 100")
        checks.number("volunteers", self.volunteers, 0.01, 1, "a share above 0, up to 1")

    def heard(self, share):
        """The share of interviewed people who raise what a share of all users have. Takes arrays."""
        come = self.accepts * share / (self.accepts * share + 1 - share)
        return self.volunteers * come

    def users(self, heard: float) -> float:
        """The share of all users behind a share of interviewed people who raise it; 1 where even all are too few."""
        come = min(heard / self.volunteers, 1.0)
        return come / (come + self.accepts * (1 - come))

    @property
    def largest(self) -> float:
        """The largest share of users who may have it (95%, one-sided, exact)."""
        return self.users(proportions.largest_share(self.raised, self.asked))

    @property
    def interval(self) -> tuple[float, float]:
        """The shares of users who may have it (Wilson, 95%, two-sided)."""
        low, high = proportions.wilson(self.raised, self.asked)
        return self.users(float(low)), self.users(float(high))

    def unheard(self, share: float) -> float:
        """The chance that nobody raises what a share of all users have."""
        return 1 - proportions.heard_at_least_once(self.heard(share), self.asked)


def decided_by(line: float, asked: Sequence[int]) -> pd.DataFrame:
    """From which counts on so many interviews settle whether a share of `line` has a pain.

    Columns asked, drop (raised by at most so many: fewer than `line` have it, exact, one-sided 95%; −1: not even by
    nobody) and build (by at least so many: more than `line` have it, Wilson's lower end; above `asked`: not even by
    all). Between the two nobody can tell.
    """
    checks.number("line", line, 0.001, 0.999, "a share between 0 and 1")
    asked = np.asarray(asked, int)
    drop = [int((proportions.largest_share(np.arange(n + 1), np.full(n + 1, n)) < line).sum()) - 1 for n in asked]
    return pd.DataFrame({"asked": asked, "drop": drop, "build": proportions.least_counts(line, asked)})
