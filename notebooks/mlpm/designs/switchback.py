"""Buyers who compete, the split that they spoil, and the switchback that repairs it, with its own way to fail.

Rates are in points: events per 100 units, here messages answered per 100 sent. Closed forms throughout; what a wrong
analysis does, the false alarms of counting messages, is simulated with a seed.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import stats

from mlpm import checks
from mlpm.designs.cities import ALPHA

HOURS = 24
WORLDS = 1_000


@dataclass(frozen=True)
class Crowd:
    """Buyers who share sellers. Of 100 messages, `sent_now` go to a seller who answers in the old order and `sent_new`
    in the new one, as long as those sellers have time; together they can answer `room` of every 100 messages sent."""

    sent_now: float
    sent_new: float
    room: float

    def __post_init__(self):
        for name in ("sent_now", "sent_new"):
            checks.number(name, getattr(self, name), 0, 100, "messages of 100, from 0 to 100")
        checks.number("room", self.room, 1e-9, 100, "messages of 100, above 0 and up to 100")

    def served(self, share: float) -> float:
        """Share of the messages at those sellers that they have time for, when `share` of buyers get the new order."""
        return min(1.0, self.room / max(share * self.sent_new + (1 - share) * self.sent_now, 1e-9))

    def answered(self, share: float) -> tuple[float, float]:
        """Answered of 100 messages: buyers with the new order, buyers with the old one."""
        served = self.served(share)
        return self.sent_new * served, self.sent_now * served

    @property
    def truth(self) -> float:
        """What changes when everybody gets the new order."""
        return self.answered(1)[0] - self.answered(0)[1]

    def split(self, share: float = 0.5) -> float:
        """What a test shows that splits buyers."""
        new, now = self.answered(share)
        return new - now


@dataclass(frozen=True)
class Switchback:
    """A market that switches between two versions, all its users together.

    cities, days: how many, how long. block: hours between draws of the coin. messages: per city and hour. level:
    points. effect: points, once a switch has worked itself out. half_life: hours until half of the old version's trace
    is gone (0: none stays). washout: hours left out after each draw. hour_wobble: standard deviation in points of a
    city's hour, correlated with the next by `hour_memory`.
    """

    cities: int
    days: int
    block: int
    messages: int
    level: float
    effect: float
    half_life: float
    hour_wobble: float
    hour_memory: float
    washout: int = 0

    def __post_init__(self):
        for name in ("cities", "days", "block", "messages"):
            checks.count(name, getattr(self, name), 1)
        checks.number("level", self.level, 0, 100, "events per 100 units, from 0 to 100")
        for name in ("half_life", "hour_wobble"):
            checks.number(name, getattr(self, name), 0, meaning="a number, 0 or more")
        checks.number("hour_memory", self.hour_memory, 0, 0.999, "a correlation from 0 to below 1")
        checks.number("block", self.block, 1, self.days * HOURS / 2, "hours, at most half of the test")
        checks.number("washout", self.washout, 0, self.block - 1, "hours, fewer than a block has")

    @property
    def trace(self) -> float:
        """Share of the old version's influence that is left an hour later."""
        return 0.5 ** (1 / self.half_life) if self.half_life else 0.0

    @property
    def kept(self) -> float:
        """Share of the effect that the comparison of blocks shows: 1 without a trace.

        The block before was drawn by the same coin, so j hours into a block the versions differ by effect × (1 −
        trace^j); the mean over the hours that are kept is a geometric sum.
        """
        hours = np.arange(self.washout + 1, self.block + 1)
        return float(1 - (self.trace**hours).mean())

    @property
    def kept_alternating(self) -> float:
        """The same if versions take turns instead of being drawn: the block before is always the other version's.

        A block then ends at 1 / (1 + trace^block) of the way to its version, and hour j of the next shows
        1 − 2 trace^j / (1 + trace^block).
        """
        hours = np.arange(self.washout + 1, self.block + 1)
        return float(1 - (2 * self.trace**hours / (1 + self.trace**self.block)).mean())

    @property
    def bias(self) -> float:
        return -self.effect * (1 - self.kept)

    @property
    def blocks(self) -> float:
        return self.cities * self.days * HOURS / self.block

    @property
    def noise(self) -> float:
        """Standard deviation of a block's mean."""
        hours = self.block - self.washout
        lag = np.arange(hours)
        shared = self.hour_wobble**2 * ((hours - lag) * np.where(lag, 2, 1) * self.hour_memory**lag).sum() / hours**2
        return float(np.sqrt(shared + self.level * (100 - self.level) / self.messages / hours))

    @property
    def error(self) -> float:
        """Standard error of the difference between blocks with the new and with the old version, half of each."""
        return 2 * self.noise / np.sqrt(self.blocks)

    @property
    def miss(self) -> float:
        """Root mean square error: how far from the truth the answer is, bias and chance together."""
        return float(np.hypot(self.bias, self.error))

    def by_block(self, lengths) -> pd.DataFrame:
        """One row a block length (hours): blocks, share of the effect kept, bias, error, miss."""
        tests = [replace(self, block=int(length), washout=min(self.washout, int(length) - 1)) for length in lengths]
        return pd.DataFrame([
            {"block": test.block, "blocks": test.blocks, "kept": test.kept, "bias": test.bias, "error": test.error,
             "miss": test.miss}
            for test in tests
        ])

    @cached_property
    def lengths(self) -> list[int]:
        """Block lengths that fill a day or are whole days, up to a week, of which the test holds two or more."""
        lengths = [1, 2, 3, 4, 6, 8, 12, *range(HOURS, 7 * HOURS + 1, HOURS)]
        return [length for length in lengths if 2 * length <= self.days * HOURS]

    @cached_property
    def best(self) -> int:
        """The block length, of `lengths`, whose answer is nearest to the truth on average."""
        table = self.by_block(self.lengths)
        return int(table.block[table.miss.idxmin()])

    def draw(self, worlds: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Coins and observed block means: two arrays, worlds × (cities × blocks); the coin is True for the new version.

        Whole blocks only; hours of washout are drawn and left out.
        """
        rng = np.random.default_rng(seed)
        blocks = self.days * HOURS // self.block
        hours = blocks * self.block
        coins = rng.random((worlds, self.cities, blocks)) < 0.5
        wobble = rng.standard_normal((hours, worlds, self.cities), dtype=np.float32)
        exposed = np.empty_like(wobble)
        state = np.float32(0.5)  # before the test, neither version
        for hour in range(hours):
            if hour:
                wobble[hour] = self.hour_memory * wobble[hour - 1] + np.sqrt(1 - self.hour_memory**2) * wobble[hour]
            state = self.trace * state + (1 - self.trace) * coins[:, :, hour // self.block]
            exposed[hour] = state
        rate = np.clip((self.level + self.effect * exposed + self.hour_wobble * wobble) / 100, 0, 1)
        seen = 100 * rng.binomial(self.messages, rate) / self.messages
        seen = seen.reshape(blocks, self.block, worlds, self.cities)[:, self.washout:].mean(axis=1)
        return coins.reshape(worlds, -1), np.moveaxis(seen, 0, -1).reshape(worlds, -1)


def estimates(coins: np.ndarray, means: np.ndarray) -> np.ndarray:
    """New minus old of block means, one number a world."""
    return (means * coins).sum(1) / coins.sum(1) - (means * ~coins).sum(1) / (~coins).sum(1)


def p_values(coins: np.ndarray, means: np.ndarray, hours: int, units: int) -> dict[str, np.ndarray]:
    """p-values of no effect, one for each world: every message counted by itself (z test of two shares), and every
    block counted once (Welch's t on block means)."""
    new, old = coins.sum(1), (~coins).sum(1)
    difference = estimates(coins, means)
    share = means.mean(axis=1)
    error = np.sqrt(share * (100 - share) / (hours * units) * (1 / new + 1 / old))
    found = {"messages": 2 * stats.norm.sf(np.abs(difference) / error)}
    variances = []
    for arm, size in ((coins, new), (~coins, old)):
        center = (means * arm).sum(1) / size
        variances.append(((means - center[:, None]) ** 2 * arm).sum(1) / (size - 1) / size)
    error = np.sqrt(variances[0] + variances[1])
    df = error**4 / (variances[0] ** 2 / (new - 1) + variances[1] ** 2 / (old - 1))
    found["blocks"] = 2 * stats.t.sf(np.abs(difference) / error, df)
    return found


def false_alarms(test: Switchback, worlds: int = WORLDS, seed: int = 28) -> dict[str, float]:
    """Of all worlds without effect, the share that counting messages, and counting blocks, calls significant at 5%."""
    quiet = replace(test, effect=0.0)
    coins, means = quiet.draw(worlds, seed)
    found = p_values(coins, means, test.block - test.washout, test.messages)
    return {unit: float((values <= ALPHA).mean()) for unit, values in found.items()}
