"""A page that asks a model for something and can do without: the rule takes over when the answer is late.

Waiting costs orders, and the model brings some. A limit cuts off the tail: whoever is cut off sees the rule's order.
And a limit keeps the page alive when the model hangs: by Little's law (arrivals × time) calls that wait for an answer
hold as many workers as arrive in the time they wait.
"""

from dataclasses import dataclass

import numpy as np

from mlpm import checks
from mlpm.reliability import Latency

# Of the gain without a limit, what the limit has to keep.
KEPT = 0.99
STEPS = 40


@dataclass(frozen=True)
class Page:
    """revenue: euros a month. loss: share of it lost for each 100 ms that every user waits longer. peak: requests a
    second at the busiest. workers: requests that can be in the works at once.
    """

    revenue: float
    loss: float
    peak: float
    workers: int

    def __post_init__(self):
        checks.number("revenue", self.revenue, 0, meaning="euros a month, 0 or more")
        checks.share("loss", self.loss)
        checks.number("peak", self.peak, 1e-9, meaning="requests a second, above 0")
        checks.count("workers", self.workers, 1)

    @property
    def millisecond(self) -> float:
        """Euros a month of one millisecond that every user waits."""
        return self.revenue * self.loss / 100

    def waiting(self, latency: Latency, limit=None):
        """Euros a month that waiting for the model costs, hung up at `limit` milliseconds, or never. Takes arrays."""
        return self.millisecond * (latency.mean if limit is None else latency.wait(limit))

    def net(self, latency: Latency, gain: float, limit=None):
        """Euros a month: what a model brings that is worth `gain` where it answers in time, less the waiting."""
        in_time = 1.0 if limit is None else 1 - latency.slower(limit)
        return gain * in_time - self.waiting(latency, limit)

    def limit(self, latency: Latency, gain: float, kept: float = KEPT) -> float | None:
        """The shortest limit, in milliseconds, that keeps a share `kept` of the best net; None where none pays.

        The net of a log-normal latency rises to its best and falls slowly from there, so the first crossing lies below
        the best limit of a grid, and is found by halving.
        """
        grid = latency.median * np.exp(latency.sigma * np.linspace(-3, 9, 2_000))
        best = float(grid[np.argmax(self.net(latency, gain, grid))])
        line = kept * self.net(latency, gain, best)
        if line <= 0:
            return None
        low, high = 0.0, best
        for _ in range(STEPS):
            middle = (low + high) / 2
            low, high = (low, middle) if middle > 0 and self.net(latency, gain, middle) >= line else (middle, high)
        return high

    def held(self, limit: float) -> float:
        """Workers that hang, at the peak, if the model does not answer and callers hang up at `limit` milliseconds."""
        return self.peak * limit / 1000

    def full_after(self, limit: float) -> float | None:
        """Seconds until no worker is left, if the model does not answer; None if callers hang up in time."""
        return self.workers / self.peak if self.held(limit) >= self.workers else None
