"""A cost once against tokens saved in each call: after how many calls, and months, does tuning repay itself?

Month m (from 1) has calls · (1 + growth)^(m − 1) calls, at prices that are falls^((m − 1) / 12) times today's: `falls`
is what a price is after a year, 1 for one that stays, 0.1 for one that falls to a tenth.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mlpm import checks
from mlpm.tokens.prices import Price, cost

MOST_MONTHS = 240  # after twenty years nothing of the sum is left


@dataclass(frozen=True)
class Traffic:
    """Calls a month and what one holds: fresh and repeating input tokens, output tokens; the price they are billed at.

    hits: share of repeating tokens read from a cache, None for no cache; growth: of calls, a month.
    """

    calls: float
    fresh: float
    stable: float
    output: float
    price: Price
    hits: float | None = None
    growth: float = 0.0
    falls: float = 1.0

    def __post_init__(self):
        checks.number("calls", self.calls, 1e-9, meaning="calls a month, above 0")
        for name in ("fresh", "stable", "output"):
            checks.number(name, getattr(self, name), 0, meaning="tokens a call, 0 or more")
        if self.hits is not None:
            checks.share("hits", self.hits)
        checks.number("growth", self.growth, -0.5, 1, "a share a month from −0.5 to 1, such as 0.05")
        checks.number("falls", self.falls, 1e-6, 2, "what a price is after a year, such as 0.5 for half")

    @property
    def call(self) -> float:
        """Euros a call."""
        return float(cost(self.price, 1, self.fresh, self.stable, self.output, self.hits))


@dataclass(frozen=True)
class Tuning:
    """Tuning a model on one's own examples, for a prompt that is shorter by `saved` repeating tokens.

    setup: euros once (examples, training, evaluation); times: the tuned model's price, times today's; retune: euros
    each time it is tuned again, every so many months, 0 for never.
    """

    traffic: Traffic
    setup: float
    saved: float
    times: float = 1.0
    retune: float = 0.0
    every: float = 0.0

    def __post_init__(self):
        checks.number("setup", self.setup, 0, meaning="euros, 0 or more")
        checks.number("saved", self.saved, 0, self.traffic.stable, "tokens a call, at most those that repeat")
        checks.number("times", self.times, 0.01, meaning="times today's price, such as 1.5")
        checks.number("retune", self.retune, 0, meaning="euros, 0 or more")
        checks.number("every", self.every, 0, meaning="months, 0 for never")

    @property
    def tuned(self) -> float:
        """Euros a call of the tuned model."""
        return self.times * replace(self.traffic, stable=self.traffic.stable - self.saved).call

    @property
    def saving(self) -> float:
        """Euros a call, at today's prices; below 0 where the tuned model costs more."""
        return self.traffic.call - self.tuned

    @property
    def calls_to_repay(self) -> float:
        """Calls at today's prices, without retuning; infinite where nothing is saved."""
        return self.setup / self.saving if self.saving > 1e-15 else math.inf

    @property
    def dearest(self) -> float:
        """The multiple of today's price at which the tuned model saves nothing."""
        return self.traffic.call / (self.tuned / self.times)

    def saved_by_month(self, months: int = MOST_MONTHS) -> np.ndarray:
        """Euros saved in each month, before setup and retuning."""
        m = np.arange(months)
        t = self.traffic
        return self.saving * t.calls * (1 + t.growth) ** m * t.falls ** (m / 12)

    def balance(self, months: int = MOST_MONTHS) -> np.ndarray:
        """Euros saved by the end of each month, less setup and retuning so far."""
        m = np.arange(months)
        again = np.floor(m / self.every) if self.every else np.zeros(months)
        return np.cumsum(self.saved_by_month(months)) - self.setup - self.retune * again

    @property
    def months(self) -> int | None:
        """The first month by whose end it has repaid itself; None where it has not within twenty years."""
        reached = np.flatnonzero(self.balance() >= -1e-6)
        return int(reached[0]) + 1 if reached.size else None

    @property
    def most(self) -> float:
        """The best balance it ever reaches, in euros."""
        return float(self.balance().max())

    @property
    def bearable_fall(self) -> float:
        """What a price may be after a year, at the least, if tuning is to repay itself at all: a geometric series.

        Savings s · q^m add up to s / (1 − q), which has to reach the setup; q = (1 + growth) · falls^(1/12). Without
        retuning. 0 where any fall is bearable, infinite where nothing is saved.
        """
        first = self.saving * self.traffic.calls
        if first <= 0:
            return math.inf
        if first >= self.setup:
            return 0.0
        return ((1 - first / self.setup) / (1 + self.traffic.growth)) ** 12


def cases(base: Tuning, *, hits: float, times: float, retune: float, every: float, falls: float, growth: float):
    """The base, and each of its assumptions changed alone: case, saving (euros a call), months (NaN: never), most."""
    t = base.traffic
    changed = {
        "as in the proposal": base,
        f"with the cache, {100 * hits:.0f} of 100 hits": replace(base, traffic=replace(t, hits=hits)),
        f"tuned model {times:g} times as dear": replace(base, times=times),
        f"tuned again every {every:g} months": replace(base, retune=retune, every=every),
        f"prices fall to {100 * falls:.0f} of 100 a year": replace(base, traffic=replace(t, falls=falls)),
        f"traffic grows {100 * growth:.0f}% a month": replace(base, traffic=replace(t, growth=growth)),
        "all of these at once": replace(
            base,
            times=times,
            retune=retune,
            every=every,
            traffic=replace(t, hits=hits, falls=falls, growth=growth),
        ),
    }
    rows = [(name, one.saving, np.nan if one.months is None else one.months, one.most) for name, one in changed.items()]
    return pd.DataFrame(rows, columns=["case", "saving", "months", "most"])
