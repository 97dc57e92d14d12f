"""Open weights on rented machines against a price per token: from how many calls on, and how full are they then?

Machines are paid for by the month whether or not anybody asks. The busiest hour decides how many serve, one more stands
by, and people keep them running. The price per token asks for none of that.
"""

import math
from dataclasses import dataclass

import numpy as np

from mlpm import checks


@dataclass(frozen=True)
class Machines:
    """price: euros a call elsewhere; machine: euros a month; each: calls a second that one serves when full.

    peak: calls of the busiest hour, times the mean; spare: machines that stand by; people: euros a month.
    """

    price: float
    machine: float
    each: float
    peak: float = 3.0
    spare: int = 1
    people: float = 0.0

    def __post_init__(self):
        for name in ("price", "machine", "each"):
            checks.number(name, getattr(self, name), 1e-12, meaning="a number above 0")
        checks.number("peak", self.peak, 1, meaning="1 or more: the busiest hour, times the mean")
        checks.count("spare", self.spare)
        checks.number("people", self.people, 0, meaning="euros a month, 0 or more")

    @property
    def capacity(self) -> float:
        """Calls a month of one machine that is always full."""
        return self.each * 3600 * 24 * 365 / 12

    def needed(self, calls):
        """Machines for so many calls a month, spares included. Takes arrays."""
        return np.maximum(1, np.ceil(np.asarray(calls, float) * self.peak / self.capacity - 1e-9)) + self.spare

    def month(self, calls):
        """Euros a month on machines of one's own. Takes arrays."""
        return self.needed(calls) * self.machine + self.people

    def elsewhere(self, calls):
        """Euros a month at the price per call. Takes arrays."""
        return np.asarray(calls, float) * self.price

    def full(self, calls: float) -> float:
        """How full all machines are on average, spares included: from 0 to 1."""
        return float(calls / (self.needed(calls) * self.capacity))

    @property
    def break_even(self) -> float:
        """The fewest calls a month at which own machines cost no more; infinite where they always cost more.

        Between two steps the own cost is flat, so each step has one candidate: its cost ÷ price.
        """
        for serving in range(1, 10_001):
            calls = ((serving + self.spare) * self.machine + self.people) / self.price
            first, last = (serving - 1) * self.capacity / self.peak, serving * self.capacity / self.peak
            if calls <= last:
                return max(calls, first)
        return math.inf

    @property
    def never(self) -> bool:
        """Whether a machine full at the peak still costs more than its calls elsewhere."""
        return self.machine >= self.price * self.capacity / self.peak
