"""From what a judge says to what is so: its two rates, the corrected pass rate, kappa, and what reading would bring.

Two roads lead from a judge's pass rate to the share of good answers, and they need different readings.

- *Apart*: people read a set of known good and known bad answers. It tells how the judge treats either, and the judge's
  pass rate is solved for the share of good ones (Rogan and Gladen 1978). It holds if the judge treats the answers of
  the stream as it treats those of the set.
- *Within*: people read answers of the stream itself, drawn at random, or at random within the judge's passes and within
  its fails. Then the share of good ones among either is known, and the judge only says how to weight the two
  (a stratified, or double, sample: Neyman 1938).
"""

import math
from dataclasses import dataclass

import numpy as np

from mlpm.scores import Share, gap, share

DRAWS = 20_000
Z = 1.959964
NEAR_NOTHING = 0.1  # TPR + TNR − 1 below which a division by it says anything
SLACK = 1e-9  # counts are whole; so much of one is a rounding error
TINY = 1e-12
FEW = 10  # known answers of either kind without which a rate of the judge is not used to correct


@dataclass(frozen=True)
class Corrected:
    """A pass rate with its 95% interval.

    possible: whether the readings allow a correction at all; where not, the interval is everything. outside: share of
    resamples whose rate lay below 0 or above 1 and was cut off there.
    """

    value: float
    low: float
    high: float
    possible: bool = True
    outside: float = 0.0

    @property
    def share(self) -> Share:
        return Share(self.value, self.low, self.high)


NOTHING = Corrected(math.nan, 0.0, 1.0, possible=False)


def rogan_gladen(passed: float, tpr: float, tnr: float) -> float:
    """The share of good answers behind a judge's pass rate (Rogan and Gladen 1978); may leave 0 to 1."""
    return (passed + tnr - 1) / (tpr + tnr - 1)


def youden(good: tuple[int, int], bad: tuple[int, int]) -> Share:
    """TPR + TNR − 1, what the judge adds to a coin, as a difference of two shares (Newcombe 1998, method 10).

    good: known good answers that the judge passed and failed; bad: known bad ones that it passed and failed.
    """
    return gap(share(*good), share(*bad))


def resampled(rng: np.random.Generator, hits: int, trials: int) -> np.ndarray:
    """Shares of a bootstrap sample, drawn again and again.

    Where none or all are hits a bootstrap never varies; then the share is drawn from Jeffreys' posterior instead.
    """
    if 0 < hits < trials:
        return rng.binomial(trials, hits / trials, DRAWS) / trials
    return rng.beta(hits + 0.5, trials - hits + 0.5, DRAWS)


def drawn_apart(judged: tuple[int, int], good: tuple[int, int], bad: tuple[int, int], seed: int):
    """Resamples of the judge's pass rate in the stream and of its TPR and TNR; arguments as for `from_apart`."""
    rng = np.random.default_rng(seed)
    return tuple(
        resampled(rng, hits, sum(both)) for hits, both in ((judged[0], judged), (good[0], good), (bad[1], bad))
    )


def drawn_within(judged: tuple[int, int], read: tuple[tuple[int, int], tuple[int, int]], seed: int):
    """Resamples of the judge's pass rate, and of the share of good ones among its passes and among its fails."""
    rng = np.random.default_rng(seed)
    return (resampled(rng, judged[0], sum(judged)), *(resampled(rng, one[0], sum(one)) for one in read))


def from_apart(judged: tuple[int, int], good: tuple[int, int], bad: tuple[int, int], seed: int) -> Corrected:
    """The corrected pass rate from a set of known answers; bootstrap percentiles, cut at 0 and 1.

    judged: the judge's passes and fails in the stream; good, bad: as for `youden`. All three counts are drawn again.
    """
    if min(sum(good), sum(bad)) < FEW or youden(good, bad).low <= NEAR_NOTHING:
        return NOTHING
    value = rogan_gladen(judged[0] / sum(judged), good[0] / sum(good), bad[1] / sum(bad))
    passed, tpr, tnr = drawn_apart(judged, good, bad, seed)
    informed = tpr + tnr - 1 > 0
    rates = rogan_gladen(passed[informed], tpr[informed], tnr[informed])
    # A resample in which the judge is no better than a coin says nothing: half of them may be anything on either side.
    lost = np.resize([0.0, 1.0], int((~informed).sum()))
    low, high = np.percentile(np.r_[rates.clip(0, 1), lost], [2.5, 97.5])
    outside = float(((rates < 0) | (rates > 1)).sum() + len(lost)) / DRAWS
    return Corrected(float(np.clip(value, 0, 1)), float(low), float(high), True, outside)


def from_within(judged: tuple[int, int], read: tuple[tuple[int, int], tuple[int, int]]) -> Corrected:
    """A share of the stream from answers read within the judge's passes and within its fails.

    read: of the judge's passes that were read, how many have it and how many do not; the same of its fails. Each part
    brings Wilson's interval; they are joined as squares (Newcombe's and Zou's way), the share of passes among them.
    """
    total = sum(judged)
    passes = share(*judged)
    parts = [share(*one) for one in read]
    weights = [number / total for number in judged]
    known = [(weight, part) for weight, part in zip(weights, parts, strict=True) if weight > 0]
    value = sum(weight * part.value for weight, part in known)
    slope = parts[0].value - parts[1].value if len(known) == 2 else 0.0
    down = [weight * (part.value - part.low) for weight, part in known]
    up = [weight * (part.high - part.value) for weight, part in known]
    sides = (passes.value - passes.low, passes.high - passes.value)
    down.append(abs(slope) * sides[0 if slope > 0 else 1])
    up.append(abs(slope) * sides[1 if slope > 0 else 0])
    return Corrected(value, max(value - math.hypot(*down), 0.0), min(value + math.hypot(*up), 1.0))


def rates_of(passed, first, second):
    """TPR and TNR of a judge from its pass rate and the share of good ones among its passes and among its fails."""
    with np.errstate(invalid="ignore", divide="ignore"):
        good, missed = passed * first, (1 - passed) * second
        caught, let = (1 - passed) * (1 - second), passed * (1 - first)
        return good / (good + missed), caught / (caught + let)


def weighted_rates(
    judged: tuple[int, int], read: tuple[tuple[int, int], tuple[int, int]], seed: int
) -> tuple[Share, Share]:
    """TPR and TNR of a judge where its passes and its fails were read in other shares than they come.

    read: of the judge's passes that were read, good and bad; of its fails, good and bad. Each counts for as many
    answers of the stream as it stands for; bootstrap percentiles.
    """
    values = rates_of(judged[0] / sum(judged), *(one[0] / sum(one) if sum(one) else math.nan for one in read))
    drawn = rates_of(*drawn_within(judged, read, seed))
    found = []
    for value, many in zip(values, drawn, strict=True):
        low, high = np.nanpercentile(many, [2.5, 97.5])
        found.append(Share(float(value), float(low), float(high)))
    return found[0], found[1]


# --- Agreement ----------------------------------------------------------------------------------------------------


def kappa(table) -> Share:
    """Cohen's kappa of a square table with the large-sample interval of Fleiss, Cohen and Everitt (1969), statsmodels.

    NaN where a rater used one label only: there is no chance to agree beyond.
    """
    from statsmodels.stats.inter_rater import cohens_kappa  # half a second that not every page needs

    counts = np.asarray(table, float)
    if counts.sum() == 0 or (counts.sum(0) > 0).sum() < 2 or (counts.sum(1) > 0).sum() < 2:
        return Share(math.nan, math.nan, math.nan)
    found = cohens_kappa(counts)
    half = Z * float(found.std_kappa)
    return Share(float(found.kappa), max(float(found.kappa) - half, -1.0), min(float(found.kappa) + half, 1.0))


def kappa_at(good: float, tpr: float, tnr: float) -> float:
    """The kappa that a judge with these rates has where a share `good` of answers is good."""
    passed = good * tpr + (1 - good) * (1 - tnr)
    chance = good * passed + (1 - good) * (1 - passed)
    same = good * tpr + (1 - good) * tnr
    return (same - chance) / (1 - chance) if chance < 1 else math.nan


# --- What more reading would bring --------------------------------------------------------------------------------


BY_VERDICT, ALONE, KNOWN = "within the judge's verdicts", "at random, no judge", "known good and known bad"


@dataclass(frozen=True)
class Reading:
    """How many answers of two kinds to read for a wanted width, by one road. first, second: what the kinds are.

    None of either: no number is enough, as the judged sample itself is too small for it. low, high: what the sum would
    be at the rates of 95 of 100 resamples; None where that has no end.
    """

    road: str
    first: int | None
    second: int | None = None
    low: int | None = None
    high: int | None = None

    @property
    def count(self) -> int | None:
        return None if self.first is None else self.first + (self.second or 0)


def _split(budget, spreads: tuple) -> np.ndarray:
    """Split a variance over two kinds so that the fewest are read (Neyman 1934): a row each."""
    spreads = np.array(np.broadcast_arrays(*spreads), float)
    with np.errstate(divide="ignore"):
        numbers = np.ceil(spreads * spreads.sum(0) / np.maximum(budget, 0) - SLACK)
    return np.maximum(numbers, 2)


def _spread(value):
    """Standard deviation of one answer; a share of none or all is planned with as one in a hundred."""
    value = np.clip(value, 0.01, 0.99)
    return np.sqrt(value * (1 - value))


def plans(margin: float, judged: int, good, tpr, tnr) -> dict[str, np.ndarray]:
    """Answers to read by road, a row a kind; infinite where no number is enough. Takes arrays of rates."""
    target = (margin / Z) ** 2
    power = tpr + tnr - 1
    passed = np.clip(good * tpr + (1 - good) * (1 - tnr), TINY, 1 - TINY)
    sampled = passed * (1 - passed) / judged
    right, wrong = good * tpr / passed, good * (1 - tpr) / (1 - passed)  # good ones among its passes, among its fails
    return {
        BY_VERDICT: _split(target - sampled * (right - wrong) ** 2,
                           (passed * _spread(right), (1 - passed) * _spread(wrong))),
        ALONE: np.ceil(np.array([_spread(good) ** 2]) / target - SLACK),
        KNOWN: _split(np.where(power > 0, target * power**2 - sampled, 0.0),
                      (good * _spread(tpr), (1 - good) * _spread(tnr))),
    }


def readings(margin: float, judged: int, good: float, tpr: float, tnr: float, drawn=None) -> list[Reading]:
    """Answers to read for an interval of ± `margin`, by each road, if the rates are as they look; normal theory.

    judged: answers the judge has seen; good: share of good ones; drawn: resamples of good, tpr and tnr, for a range.
    """
    found = {road: [int(one) if math.isfinite(one) else None for one in numbers]
             for road, numbers in plans(margin, judged, good, tpr, tnr).items()}
    ranges = dict.fromkeys(found, (None, None))
    if drawn is not None:
        for road, numbers in plans(margin, judged, *drawn).items():
            ends = np.percentile(numbers.sum(0), [2.5, 97.5], method="inverted_cdf")
            ranges[road] = tuple(int(end) if math.isfinite(end) else None for end in ends)
    return [
        Reading(road, *([None, None] if None in numbers else (*numbers, None)[:2]), *ranges[road])
        for road, numbers in found.items()
    ]
