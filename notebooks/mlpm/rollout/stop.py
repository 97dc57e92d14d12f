"""When to stop a ramp: a line that may be looked at every hour.

Errors are counted on both sides of the split. If new and old fail equally often, each error falls on the new side with
the chance of that side's share of traffic, s; if the new one fails r times as often, with s r / (s r + 1 − s). So of
each error it is asked on which side it fell: neither a bad hour, nor the time of day, nor the true error rate matters.

Each error on the new side multiplies the odds that something is broken by one factor, each on the old side by another
(Wald's sequential probability ratio). The launch stops when the odds reach 1 ÷ the false alarm that is allowed. A
healthy launch ever reaches them with at most that chance, however often somebody looks (Ville's inequality).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

# A number of errors less likely than this is not carried to the next look.
NEGLIGIBLE = 1e-15


def new_side(share: float, ratio: float = 1.0) -> float:
    """P(an error falls on the new side), if new fails `ratio` times as often as old."""
    return share * ratio / (share * ratio + 1 - share)


def odds_line(share: float, ratio: float, false_alarm: float, totals: np.ndarray) -> np.ndarray:
    """From how many errors on the new side to stop, at each total of errors on both sides; more than the total: never.

    The smallest k with k log(q₁/q₀) + (total − k) log((1 − q₁)/(1 − q₀)) ≥ log(1 / false_alarm).
    """
    healthy, broken = new_side(share), new_side(share, ratio)
    up, down = math.log(broken / healthy), math.log((1 - broken) / (1 - healthy))
    return np.ceil((math.log(1 / false_alarm) - totals * down) / (up - down) - 1e-9).astype(int)


def naive_line(share: float, level: float, totals: np.ndarray) -> np.ndarray:
    """The line of a one-sided binomial test at `level`, made anew at each look as if it were the only one."""
    return binom.isf(level, totals, new_side(share)).astype(int) + 1


@dataclass(frozen=True)
class Course:
    """What happens to a launch under a line: `stopped[j]` is P(stopped at look j + 1)."""

    stopped: np.ndarray

    @property
    def chance(self) -> float:
        """P(stopped by the last look)."""
        return float(self.stopped.sum())

    @property
    def looks(self) -> float:
        """Looks until it is stopped or the stage ends, on average."""
        numbers = np.arange(1, len(self.stopped) + 1)
        return float(self.stopped @ numbers + (1 - self.chance) * len(self.stopped))

    def first(self, share: float) -> int | None:
        """The look by which it is stopped with a chance of at least `share`; None if not within the stage."""
        enough = np.flatnonzero(np.cumsum(self.stopped) >= share - 1e-12)
        return int(enough[0]) + 1 if len(enough) else None


def _arrivals(errors: int, new: float) -> tuple[np.ndarray, int]:
    """P(so many of `errors` fall on the new side), for the numbers that can happen, and the lowest of them."""
    # Twelve standard deviations, and some for few errors: a large product has too many to list them all.
    reach = 12 * math.sqrt(errors * new * (1 - new)) + 40
    low, high = max(0, math.floor(errors * new - reach)), min(errors, math.ceil(errors * new + reach))
    return binom.pmf(np.arange(low, high + 1), errors, new), low


def course(line: np.ndarray, totals: np.ndarray, new: float) -> Course:
    """The exact course of a launch: at each look, P(stopped there).

    line, totals: at each look, from how many errors on the new side to stop, and the errors on both sides so far. new:
    P(an error falls on the new side). Numbers on the new side that have not reached a line are carried to the next look
    by a binomial step (Armitage, McPherson and Rowe, 1969, for normal data).
    """
    going, lowest, before = np.ones(1), 0, 0  # P(still going with lowest, lowest + 1, … errors on the new side)
    stopped = np.zeros(len(totals))
    for look, (limit, total) in enumerate(zip(line, totals, strict=True)):
        more, fewest = _arrivals(int(total - before), new)
        before = total
        going = np.convolve(going, more)
        lowest += fewest
        stopped[look] = going[max(limit - lowest, 0):].sum()
        going = going[: max(limit - lowest, 0)]
        likely = np.flatnonzero(going > NEGLIGIBLE)
        if not len(likely):
            break
        going = going[likely[0] : likely[-1] + 1]
        lowest += int(likely[0])
    return Course(stopped)
