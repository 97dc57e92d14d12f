"""What looking more than once costs, and how often a significant win is false.

Bounds for equally spaced looks at growing data, two-sided. No Python library in reach has the classical bounds (R has
several), so the recursion of Armitage, McPherson and Rowe (1969) is written out here: after each look the sum of
standard normal increments has a density on the stretch where the test goes on; the next look's density is that one
convolved with a normal. Each convolution is a Gauss–Legendre sum.

Where looks are not planned, a mixture of likelihood ratios may be read at any time (mSPRT: Johari, Koomen, Pekelis &
Walsh 2022). With an estimated error it is the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy &
Ramdas (2024).
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

Shape = Literal["obrien-fleming", "pocock"]

# The integrand is a bump one unit wide on at most ±25 units (100 looks): 200 nodes reach 1e-12.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)


def crossings(bounds: np.ndarray, drift: float = 0.0) -> np.ndarray:
    """Probability that z first reaches its bound at each look: shape (looks, 2), below and above.

    bounds: critical value of |z| at each look. drift: expected z at the last look; 0 when there is no effect.
    """
    step = drift / np.sqrt(len(bounds))
    sums, mass = np.zeros(1), np.ones(1)  # where the sum of increments may stand while the test goes on
    found = np.empty((len(bounds), 2))
    for look, bound in enumerate(bounds, start=1):
        limit = bound * np.sqrt(look)
        found[look - 1] = norm.cdf(-limit - sums - step) @ mass, norm.sf(limit - sums - step) @ mass
        here = limit * _NODES
        distance = here[:, None] - sums[None, :] - step
        density = np.exp(-0.5 * distance**2) / np.sqrt(2 * np.pi) @ mass
        sums, mass = here, density * limit * _WEIGHTS
    return found


def peeking_false_positives(looks: int, alpha: float = 0.05) -> np.ndarray:
    """Share of tests of nothing called significant by look 1, 2, … `looks`, when each look is judged at `alpha`."""
    return crossings(np.full(looks, norm.isf(alpha / 2))).sum(axis=1).cumsum()


def critical_values(looks: int, shape: Shape = "obrien-fleming", alpha: float = 0.05) -> np.ndarray:
    """Critical values of |z| at each look that hold all looks together at `alpha`, two-sided.

    "obrien-fleming": c·√(looks/look): strict early, at the end almost the single-look value (O'Brien & Fleming 1979).
    "pocock": the same c at every look (Pocock 1977).
    """
    single = norm.isf(alpha / 2)
    if looks == 1:
        return np.array([single])
    form = np.sqrt(looks / np.arange(1, looks + 1)) if shape == "obrien-fleming" else np.ones(looks)
    bonferroni = norm.isf(alpha / 2 / looks)  # as if the looks were separate tests: c is never larger
    c = brentq(lambda c: crossings(c * form).sum() - alpha, single, bonferroni, xtol=1e-12)
    return c * form


@cache
def final_alpha(looks: int, alpha: float = 0.05) -> float:
    """Level at which a p-value is judged at the last of `looks` looks under O'Brien–Fleming bounds."""
    return alpha if looks == 1 else float(2 * norm.sf(critical_values(looks, alpha=alpha)[-1]))


@dataclass(frozen=True)
class AlwaysValid:
    """A difference with its standard error, judged so that it may be read after every unit.

    spread: τ, the standard deviation of the differences one expects among ideas, in the difference's own unit. It must
    not follow the data: any τ keeps the promise, the one near the true difference gives the narrowest interval.
    """

    difference: float
    error: float
    spread: float

    @property
    def likelihood_ratio(self) -> float:
        """Λ: how many times likelier the data are when true differences scatter by τ around zero than at zero."""
        error, spread = self.error**2, self.spread**2
        exponent = self.difference**2 * spread / (2 * error * (error + spread))
        return float(np.sqrt(error / (error + spread)) * np.exp(min(exponent, 700.0)))

    @property
    def p_value(self) -> float:
        """Below a level in at most that share of tests of nothing, at whatever look one stops."""
        return min(1.0, 1 / self.likelihood_ratio)

    def critical(self, alpha: float) -> float:
        """How many standard errors the interval reaches to each side: where Λ is 1/alpha."""
        growth = (self.spread / self.error) ** 2
        return float(np.sqrt((1 + 1 / growth) * (np.log1p(growth) - 2 * np.log(alpha))))


def sample_inflation(looks: int, shape: Shape = "obrien-fleming", alpha: float = 0.05, power: float = 0.8) -> float:
    """How many times the single-look sample the largest planned sample must be to keep `power`."""
    bounds = critical_values(looks, shape, alpha)
    single = norm.isf(alpha / 2) + norm.isf(1 - power)
    drift = brentq(lambda d: crossings(bounds, d)[:, 1].sum() - power, single / 2, 3 * single, xtol=1e-10)
    return float((drift / single) ** 2)


def false_positive_risk(prior_win_rate: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """Share of significant wins that are false, where `prior_win_rate` of the ideas tested truly win.

    Only wins count, so a two-sided test lets through α/2 of the ideas that do nothing, and the share is
    (α/2)(1−π) / ((α/2)(1−π) + power·π) (Kohavi, Deng & Vermeer 2022). An average over all p < α: at a p just under α
    the risk is higher.
    """
    false_wins = alpha / 2 * (1 - prior_win_rate)
    return false_wins / (false_wins + power * prior_win_rate)
