"""Shares of counted things: their intervals, and whether a test of n items says what somebody wants it to say.

Intervals and distributions are those of `statsmodels` and `scipy`; what is here is the arithmetic around them.

An acceptance line such as "at least 90 of 100" is held against the lower end of Wilson's interval, not against the
share that was seen. That lower end inverts the score test, so the smallest count that clears a line has a formula.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from mlpm import checks

CONFIDENCE = 0.95
# The most items a sample size is looked for.
MOST_TRIALS = 1_000_000
# Counts are whole; so much of one is a rounding error.
SLACK = 1e-9


@dataclass(frozen=True)
class Interval:
    """An estimate between the ends of its 95% interval; NaN where there is none."""

    value: float
    low: float
    high: float

    def named(self, name: str) -> dict[str, float]:
        """For `glue` and `result`: `name`, `name_low` and `name_high`."""
        return {name: self.value, f"{name}_low": self.low, f"{name}_high": self.high}

    def of_100(self, name: str) -> dict[str, float]:
        """The same as numbers of 100: `name_of_100`, `name_low_of_100`, `name_high_of_100`."""
        return {f"{key}_of_100": 100 * value for key, value in self.named(name).items()}


def wilson(hits, trials, confidence: float = CONFIDENCE) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's score interval (1927), two-sided, of hits of trials; takes arrays, and counts that are not whole."""
    from statsmodels.stats.proportion import proportion_confint  # half a second that not every page needs

    low, high = proportion_confint(np.asarray(hits, float), np.asarray(trials, float), 1 - confidence, method="wilson")
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def largest_share(hits, trials, confidence: float = CONFIDENCE):
    """The largest share that hits of trials are still compatible with: one-sided, exact (Clopper and Pearson 1934).

    For none of n it is 1 − (1 − confidence) ** (1 / n), near 3 / n at 95%. Takes arrays.
    """
    hits, trials = np.asarray(hits, float), np.asarray(trials, float)
    found = np.where(hits < trials, stats.beta.ppf(confidence, hits + 1, np.maximum(trials - hits, SLACK)), 1.0)
    return found if found.ndim else float(found)


def silent_trials(share: float, confidence: float = CONFIDENCE) -> int:
    """How many trials, none of them a hit, it takes to say that the share is below `share` (0 to 1, exclusive)."""
    checks.number("share", share, SLACK, 1 - SLACK, "a share between 0 and 1")
    return math.ceil(math.log1p(-confidence) / math.log1p(-share) - SLACK)


def trials_to_exclude(share: float, hits: int, confidence: float = CONFIDENCE) -> int:
    """The fewest trials with `hits` hits among them that put `largest_share` below `share` (0 to 1, exclusive).

    With no hit it is `silent_trials`; each further hit costs more trials than the one before.
    """
    trials = silent_trials(share, confidence) + hits
    # P(at most `hits` of n) falls as n grows: the first n at which it is no more than 1 − confidence.
    while stats.binom.cdf(hits, trials, share) > 1 - confidence + SLACK:
        trials += 1
    return trials


def heard_at_least_once(share, trials):
    """The chance that something which a share of people has comes up in at least one of so many of them."""
    return 1 - (1 - share) ** trials


@dataclass(frozen=True)
class Acceptance:
    """A line and the test that is to show it: at least `line` of `trials` items, by Wilson's lower end.

    line: the share asked for (0 to 1, exclusive). trials: items judged. confidence: of the two-sided interval; the
    lower end at 95% two-sided is exceeded by chance in at most about 25 of 1,000 tests of a model that is on the line.
    """

    line: float
    trials: int
    confidence: float = CONFIDENCE

    def __post_init__(self):
        checks.number("line", self.line, SLACK, 1 - SLACK, "a share between 0 and 1")
        checks.count("trials", self.trials, 1)

    def lower(self, hits) -> float:
        """The lower end of the interval, which is what is held against the line."""
        return float(wilson(hits, self.trials, self.confidence)[0])

    def passes(self, hits: int) -> bool:
        return self.least is not None and hits >= self.least

    @property
    def least(self) -> int | None:
        """The smallest count that clears the line; None where not even all of the items do."""
        least = int(least_counts(self.line, self.trials, self.confidence))
        return least if least <= self.trials else None

    def chance(self, quality):
        """The chance that a model which is truly right on a share `quality` of items passes; exact. Takes arrays."""
        return pass_chance(self.line, self.trials, quality, self.confidence)

    def upper(self, hits) -> float:
        """The upper end of the interval: below the line, the test shows that the line is missed."""
        return float(wilson(hits, self.trials, self.confidence)[1])

    def fails(self, hits: int) -> bool:
        """Whether the test shows that the line is missed. One that neither passes nor fails cannot tell."""
        return self.most_below is not None and hits <= self.most_below

    @property
    def most_below(self) -> int | None:
        """The largest count that shows the line is missed; None where not even none of the items does."""
        most = self.trials - int(least_counts(1 - self.line, self.trials, self.confidence))
        return most if most >= 0 else None

    def alarm_chance(self, quality):
        """The chance that a model of true quality `quality` is shown to miss the line; exact. Takes arrays."""
        return pass_chance(1 - self.line, self.trials, 1 - np.asarray(quality), self.confidence)


def least_counts(line: float, trials, confidence: float = CONFIDENCE) -> np.ndarray:
    """The smallest counts whose Wilson lower end is at least `line`; above `trials` where none is. Takes arrays.

    The lower end is the share at which the score test just fails, so hits ≥ n·line + z·√(n·line·(1 − line)).
    """
    trials = np.asarray(trials, float)
    z = stats.norm.isf((1 - confidence) / 2)
    return np.ceil(trials * line + z * np.sqrt(trials * line * (1 - line)) - SLACK).astype(int)


def pass_chance(line: float, trials, quality, confidence: float = CONFIDENCE):
    """The chance to clear `line` with `trials` items at true quality `quality`; binomial, exact. Arrays broadcast."""
    found = stats.binom.sf(least_counts(line, trials, confidence) - 1, trials, quality)
    return found if np.ndim(found) else float(found)


def trials_needed(line: float, quality: float, chance: float = 0.8, confidence: float = CONFIDENCE) -> int | None:
    """From how many items on a model of true quality `quality` passes with at least `chance`, whatever the number.

    Counts are whole, so the chance goes up and down by a little from one number of items to the next: this is the
    number from which on it does not fall below `chance` again. None where the quality is not above the line, or where
    `MOST_TRIALS` are too few.
    """
    checks.number("chance", chance, SLACK, 1 - SLACK, "a probability between 0 and 1")
    if quality <= line:
        return None
    z, up = stats.norm.isf((1 - confidence) / 2), stats.norm.ppf(chance)
    spread = z * math.sqrt(line * (1 - line)) + max(up, 0) * math.sqrt(quality * (1 - quality))
    # Twice what the normal approximation asks for, and some where it asks for few: the chance is well above by then.
    most = 2 * (spread / (quality - line)) ** 2 + 40 / (1 - line) + 40
    if most > MOST_TRIALS:
        return None
    trials = np.arange(1, math.ceil(most) + 1)
    short = pass_chance(line, trials, quality, confidence) < chance
    return int(trials[short][-1]) + 1 if short.any() else 1


def all_pass(chance, slices):
    """The chance that so many slices, each passing with `chance` by itself, all pass."""
    return chance**slices


def each_needs(chance: float, slices: int) -> float:
    """The chance that each of the slices needs so that all of them pass with `chance`."""
    return chance ** (1 / slices)
