"""What is left of announced wins once it is counted that they were picked for looking good.

Take the true effects of all ideas that were tested to be spread normally around nothing, and every test with a z above
1.96 to be a win. Then the share of tests that won says how wide that spread is, and what a winner truly does is, on
average, its estimate times spread² / (spread² + error²): the mean of a normal prior given the estimate, which does not
care that the estimate was picked. With equal errors the factor is 1 − (z(1 − wins/tried) / 1.96)², whatever the error.
Lee and Shen (2018) correct the same sum without a prior, from the estimates of all tests, losers included.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from mlpm.impact.question import Win

Z = float(norm.isf(0.025))
# A share of wins that wins by luck alone would reach, and one above which nothing was picked.
LUCK, NO_PICKING = 0.025, 0.5


@dataclass(frozen=True)
class Claim:
    """What the wins amount to: sum, product, and what to expect of them; shares of the outcome.

    low, high: the sum with the intervals of the tests alone. expected…: after the winner's curse; None where the number
    of tests behind the wins, or every interval, is unknown. factors: what is left of each win.
    """

    wins: tuple[Win, ...]
    total: float
    product: float
    low: float | None = None
    high: float | None = None
    expected: float | None = None
    expected_low: float | None = None
    expected_high: float | None = None
    factors: tuple[float, ...] = ()
    tried: int = 0

    @property
    def error(self) -> float | None:
        """Standard error of the sum, as if nothing had been picked."""
        return None if self.low is None else (self.high - self.low) / 2 / Z

    @property
    def expected_error(self) -> float | None:
        return None if self.expected_low is None else (self.expected_high - self.expected_low) / 2 / Z


def claim(wins: Sequence[Win], tried: int = 0) -> Claim | None:
    """Add the wins up, and discount them if it is known how many tests they came out of; None without wins."""
    if not wins:
        return None
    effects = np.array([win.effect for win in wins])
    total, product = float(effects.sum()), float(np.prod(1 + effects) - 1)
    errors = standard_errors(wins)
    low = high = None
    if errors is not None:
        half = Z * float(np.sqrt((errors**2).sum()))
        low, high = total - half, total + half
    if not tried:
        return Claim(tuple(wins), total, product, low, high)
    factors = left_of(errors if errors is not None else np.ones(len(wins)), len(wins) / tried)
    expected = float((factors * effects).sum())
    half = None if errors is None else Z * float(np.sqrt((factors * errors**2).sum()))
    return Claim(
        tuple(wins),
        total,
        product,
        low,
        high,
        expected,
        None if half is None else expected - half,
        None if half is None else expected + half,
        tuple(map(float, factors)),
        tried,
    )


def standard_errors(wins: Sequence[Win]) -> np.ndarray | None:
    """From the intervals, taken for 95%; a win without one gets the mean of the others. None if nobody has one."""
    known = [(win.high - win.low) / 2 / Z for win in wins if win.low is not None]
    if not known:
        return None
    return np.array([np.mean(known) if win.low is None else (win.high - win.low) / 2 / Z for win in wins])


def spread(errors: np.ndarray, share: float) -> float:
    """Standard deviation of the true effects at which `share` of tests with these errors win; 0 if luck is enough."""
    if share <= LUCK:
        return 0.0
    if share >= NO_PICKING:
        return float("inf")

    def too_many(deviation: float) -> float:
        return float(norm.sf(Z * errors / np.hypot(deviation, errors)).mean() - share)

    top = errors.max()
    while too_many(top) < 0:
        top *= 2
    return float(brentq(too_many, 0.0, top, xtol=1e-15))


def left_of(errors: np.ndarray, share: float) -> np.ndarray:
    """For each win, the part of its estimate that is expected to be true, from 0 to 1."""
    deviation = spread(errors, share)
    if deviation == float("inf"):
        return np.ones(len(errors))
    return deviation**2 / (deviation**2 + errors**2)
