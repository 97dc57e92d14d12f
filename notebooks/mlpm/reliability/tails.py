"""Calls side by side wait for the slowest; calls that are repeated multiply.

After Dean and Barroso, The Tail at Scale (2013): where one call in a hundred is slow, 63 of a hundred pages that need a
hundred calls are. Calls are taken as independent; where one cause slows all at once, fewer pages are hit, each by more.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from mlpm import InputError, checks, proportions


def meets_tail(slow, calls):
    """The chance that at least one of the calls is among the slow share `slow`: 1 − (1 − slow)ⁿ. Takes arrays."""
    return proportions.heard_at_least_once(slow, calls)


def quantile_needed(whole: float, calls: int) -> float:
    """The quantile of a single call that is the quantile `whole` of the slowest of so many: 0.99 of 20 → 0.9995."""
    return proportions.each_needs(checks.share("whole", whole), checks.count("calls", calls, 1))


def calls_needed(slow: float, chance: float) -> int:
    """From how many calls on at least one is slow with chance `chance`. Both exclusive of 0 and 1."""
    return proportions.silent_trials(slow, chance)


def tries_expected(failing: float, tries: int) -> float:
    """Calls made on average where a failed one is repeated until `tries` are made; failures independent."""
    checks.share("failing", failing)
    return sum(failing**n for n in range(checks.count("tries", tries, 1)))


def amplified(tries: int, layers: int, failing: float = 1.0) -> float:
    """Calls that reach the last of so many layers for one of a user, each layer trying `tries` times.

    failing: chance that a try of the last layer fails. At 1 (it is down) it is tries ** layers: three tries in five
    layers, 243. Between, an upper layer tries again only what every try of the layer below has failed.
    """
    checks.share("failing", failing)
    checks.count("tries", tries, 1)
    calls = 1.0
    for _ in range(checks.count("layers", layers, 1)):
        calls *= tries_expected(failing, tries)
        failing **= tries
    return calls


@dataclass(frozen=True)
class Latency:
    """How long a call takes: log-normal, by its median and its 99th percentile, in milliseconds.

    Real latencies have a longer tail or two humps; what a limit does to the share cut off is better counted in the log.
    """

    median: float
    p99: float

    def __post_init__(self):
        checks.number("median", self.median, 1e-9, meaning="milliseconds above 0")
        if not checks.number("p99", self.p99, meaning="milliseconds") > self.median:
            raise InputError(f"Parameter p99 is {self.p99!r}. Give milliseconds above the median, {self.median:g}.")

    @property
    def sigma(self) -> float:
        return math.log(self.p99 / self.median) / special.ndtri(0.99)

    @property
    def mean(self) -> float:
        """Milliseconds on average; the tail lifts it above the median."""
        return self.median * math.exp(self.sigma**2 / 2)

    def slower(self, limit):
        """Share of calls that take longer than `limit` milliseconds. Takes arrays."""
        return special.ndtr(-np.log(np.divide(limit, self.median)) / self.sigma)

    def quantile(self, share, calls: int = 1):
        """The time within which the slowest of so many calls is back with chance `share`. Takes arrays."""
        return self.median * np.exp(self.sigma * special.ndtri(np.power(share, 1 / calls)))

    def wait(self, limit):
        """The mean of min(time, limit): what a caller waits on average who hangs up at `limit` ms. Takes arrays."""
        inside = special.ndtr(np.log(np.divide(limit, self.median)) / self.sigma - self.sigma)
        return self.mean * inside + limit * self.slower(limit)
