"""What a split of users can see: two formulas of statsmodels, for two arms of the same size."""

import numpy as np

from mlpm.designs.cities import ALPHA, POWER


def split_size(rate: float, difference: float) -> float:
    """Units, both arms together, that show a difference from `rate` (shares) in 80 of 100 tests; endless for none."""
    from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

    if abs(difference) < 1e-12:
        return np.inf
    # One-sided at half of alpha is two-sided at alpha, but for errors in the wrong direction, which are next to none.
    side = "larger" if difference > 0 else "smaller"
    return 2 * float(samplesize_proportions_2indep_onetail(difference, rate, POWER, alpha=ALPHA / 2, alternative=side))


def smallest_difference(units: int, rate: float) -> float:
    """The smallest rise from `rate` (a share) that so many units, both arms together, show in 80 of 100 tests."""
    from scipy.optimize import brentq

    return float(brentq(lambda difference: split_size(rate, difference) - units, 1e-6, 0.999 - rate))
