"""A learning curve with a floor: the fit, and every curve the points do not rule out.

error = floor + scale · size^−exponent, with 0 ≤ floor, 0 ≤ scale, 0.02 ≤ exponent ≤ 2. `scipy.optimize.curve_fit` finds
it. The interval is the profile of the fit (Bates & Watts, Nonlinear Regression Analysis, 1988, ch. 6): the error at a
size may be any value for which *some* curve of this shape stays within the noise of the points. For a given exponent
the curve is linear in floor and scale, so these curves are ellipses and their ends closed formulas: no draws, no seed.

Why not the bootstrap or the delta method: in eight simulated settings of 300 curves each, 95% intervals held the true
floor in 82 to 95 of 100 curves with a parametric bootstrap (worst where each size is run once, as so often), in 91 to
96 with the delta method, in 93 to 99 with the profile. The delta method's are up to three times as wide, as it does
not know that a floor is never negative. Both findings are tests in tests/mlpm/test_learning_curve.py.
"""

import math
import warnings
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import stats
from scipy.optimize import OptimizeWarning, brentq, curve_fit

from mlpm.learning_curve.points import Points

# Deep networks were measured at 0.07 to 0.35 (Hestness et al., 2017), simple models come near 1.
MIN_EXPONENT, MAX_EXPONENT = 0.02, 2.0
CONFIDENCE = 0.95
# Our rule of thumb, not a theorem: a fit is not asked about more than ten times the largest size measured.
HORIZON = 10
# A curve that needs more items than this needs more than there are.
ENDLESS = 1e12
# A fall of less than this is the solver's, not the points'.
FLAT = 1e-6
# Points that a curve of this shape would give less often than this do not have this shape.
MISFIT = 0.01


def power_law(size, floor, scale, exponent):
    """floor + scale · size^−exponent."""
    return floor + scale * np.asarray(size, dtype=float) ** -exponent


def closed_form(first: float, second: float, third: float, ratio: float = 2.0) -> tuple[float, float] | None:
    """Floor and exponent through three errors at sizes n, ratio·n and ratio²·n, without a fit.

    ratio^exponent = (e1 − e2) / (e2 − e3); floor = (e1·e3 − e2²) / (e1 + e3 − 2·e2). None unless errors fall, each time
    by less than before: otherwise no such curve passes through them.
    """
    before, after = first - second, second - third
    if not before > after > 0:
        return None
    return (first * third - second**2) / (first + third - 2 * second), float(np.log(before / after) / np.log(ratio))


def log_log(sizes, errors) -> tuple[float, float]:
    """Scale and exponent of a line through logarithms, the floorless fit of a spreadsheet: least squares on log e."""
    slope, start = np.polyfit(np.log(sizes), np.log(errors), 1)
    return float(np.exp(start)), float(-slope)


def size_for(target: float, floor: float, scale: float, exponent: float) -> float:
    """Items at which the curve reaches the target; infinite when it never does."""
    if target <= floor or scale <= 0:
        return 0.0 if target > floor else np.inf
    with np.errstate(over="ignore"):
        return float(np.float64((target - floor) / scale) ** (-1 / exponent))


@dataclass(frozen=True)
class Curve:
    """A fitted learning curve.

    floor, scale, exponent: the fit; covariance: of the three, by the delta method; misfit: weighted sum of squares
    between the sizes' means and the curve; weights: one a size, one over the variance up to `dispersion`.
    """

    points: Points
    floor: float
    scale: float
    exponent: float
    covariance: np.ndarray
    weights: np.ndarray
    misfit: float
    pure: float  # weighted sum of squares of runs around their size's mean
    assumed_dispersion: float | None = None  # for runs that are only imagined
    more_test_items: float = 1.0  # times as many as there are, if imagined
    with_floor: bool = True

    def __call__(self, size):
        return power_law(size, self.floor, self.scale, self.exponent)

    @property
    def unknowns(self) -> int:
        return 3 if self.with_floor else 2

    @property
    def freedom(self) -> int:
        """Runs beyond the unknowns of the curve."""
        return self.points.rows - self.unknowns

    @property
    def dispersion(self) -> float | None:
        """What the scatter of the runs is, in units of the variance function; None if there is no run to spare."""
        if self.assumed_dispersion is not None:
            return self.assumed_dispersion
        return (self.misfit + self.pure) / self.freedom if self.freedom else None

    @property
    def tolerance(self) -> float | None:
        """How much worse than the fit a curve may be and still not be ruled out; None when nothing tells.

        From the scatter of the runs, an F quantile. Where the noise of a row is known, a χ² quantile, made wider by
        the scatter if that exceeds the known noise (the scale factor of the Particle Data Group).
        """
        if self.points.noise_is_known:
            return float(stats.chi2.ppf(CONFIDENCE, 1)) * max(1.0, self.dispersion or 1.0)
        if self.dispersion is None:
            return None
        return float(stats.f.ppf(CONFIDENCE, 1, self.freedom)) * self.dispersion

    @property
    def standard_errors(self) -> np.ndarray:
        """Of floor, scale and exponent, by the delta method; NaN when nothing tells."""
        factor = self.dispersion if not self.points.noise_is_known else max(1.0, self.dispersion or 1.0)
        return np.sqrt(np.diag(self.covariance) * (np.nan if factor is None else factor))

    @cached_property
    def _family(self) -> "_Family":
        return _Family.of(self.points.sizes, self.points.error, self.weights, self.exponent)

    def interval(self, size) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the 95% interval of the true error at each size; NaN when nothing tells. Infinite size: the floor.

        Runs scored on the same test items share those items' luck. It moves the whole curve, so no scatter shows it:
        its binomial variance is added to both sides in quadrature (Zou & Donner, 2008).
        """
        low, high = self.interval_of_fit(size)
        middle = self(size)
        luck = np.zeros_like(middle)
        if self.points.weighting == "test" and self.points.shared_test:
            items = self.points.test_items * self.more_test_items
            luck = stats.chi2.ppf(CONFIDENCE, 1) * self.points.spread(middle) / items
        below = np.sqrt(np.maximum(middle - low, 0) ** 2 + luck)
        above = np.sqrt(np.maximum(high - middle, 0) ** 2 + luck)
        return np.maximum(middle - below, 0), np.minimum(middle + above, 1)

    def interval_of_fit(self, size) -> tuple[np.ndarray, np.ndarray]:
        """The interval without the luck of a shared test set: what these test items would show at other sizes."""
        size = np.atleast_1d(np.asarray(size, dtype=float))
        if self.tolerance is None:
            return np.full_like(size, np.nan), np.full_like(size, np.nan)
        low, high = self._family.ends(size, self.misfit + self.tolerance)
        middle = self(size)
        return np.minimum(low, middle), np.maximum(high, middle)

    @property
    def interval_of_means(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the 95% interval of each size's mean, by the runs' scatter; if nothing tells, the runs' own range."""
        if self.tolerance is None:
            return self.points.low, self.points.high
        half = np.sqrt(self.tolerance / self.weights)
        return np.maximum(self.points.error - half, 0), np.minimum(self.points.error + half, 1)

    def expected(self, size: float, runs: int) -> tuple[float, float]:
        """Where the mean of new runs at a size lands in 95 of 100 cases, if the curve holds and the test items stay."""
        low, high = (float(end[0]) for end in self.interval_of_fit(size))
        middle, weight = float(self(size)), runs * self.points.weight.sum() / self.points.rows
        scatter = math.sqrt((self.tolerance or math.nan) * float(self.points.spread(middle)) / weight)
        below, above = math.hypot(middle - low, scatter), math.hypot(high - middle, scatter)
        return max(middle - below, 0.0), min(middle + above, 1.0)

    def reach(self, target: float) -> tuple[float, float, float]:
        """Items for a target error: by the fit, and the ends of the 95% interval; infinite means never."""
        ends = [self._crossing(target, end) for end in (0, 1)]
        return (size_for(target, self.floor, self.scale, self.exponent), *ends)

    def _crossing(self, target: float, end: int) -> float:
        """The size at which one end of the interval, which falls as size grows, meets the target."""

        def above(log_size: float) -> float:
            return float(self.interval(np.exp(log_size))[end][0]) - target

        if not above(np.log(ENDLESS)) <= 0:  # NaN as well: nothing tells
            return np.inf if self.tolerance is not None or end else np.nan
        return float(np.exp(brentq(above, 0.0, np.log(ENDLESS), xtol=1e-9))) if above(0.0) > 0 else 1.0

    @property
    def floor_interval(self) -> tuple[float, float]:
        low, high = self.interval(np.inf)
        return float(low[0]), float(high[0])

    @property
    def horizon(self) -> float:
        return HORIZON * self.points.largest

    @cached_property
    def rises(self) -> bool:
        """Whether errors grow with size by more than their scatter explains."""
        sizes = self.points.sizes
        if len(sizes) < 4 or self.points.error[-1] <= self.points.error[0]:
            return False
        (slope, __), covariance = np.polyfit(np.log(sizes), self.points.error, 1, w=np.sqrt(self.weights), cov=True)
        return bool(slope > stats.t.ppf(1 - (1 - CONFIDENCE) / 2, len(sizes) - 2) * np.sqrt(covariance[0, 0]))

    @property
    def misfit_p_value(self) -> float | None:
        """Chance of means this far from a curve of this shape, given the scatter of the runs; None without repeats."""
        between, within = len(self.points.sizes) - self.unknowns, self.points.rows - len(self.points.sizes)
        if between < 1 or within < 1 or self.pure <= 0:
            return None
        return float(stats.f.sf((self.misfit / between) / (self.pure / within), between, within))


def fit(points: Points, with_floor: bool = True) -> Curve:
    """Fit by weighted least squares; without a floor, the pure power law.

    Weights follow from the points and from the curve's own variance function, so the fit is repeated with the weights
    of the curve before. It starts at the best exponent of a grid, where floor and scale are linear least squares.
    """
    spread = points.spread(points.error)
    for __ in range(3):
        weights = points.weight / spread
        found, covariance = _least_squares(points.sizes, points.error, weights, with_floor)
        spread = points.spread(power_law(points.sizes, *found))
    misfit = float(weights @ (points.error - power_law(points.sizes, *found)) ** 2)
    return Curve(points, *found, covariance, weights, misfit, float((points.within * weights / points.weight).sum()),
                 with_floor=with_floor)


def imagined(curve: Curve, size: float, runs: int) -> Curve:
    """The curve after more runs at a size, if they land on it and scatter as the runs so far."""
    old, at = curve.points, float(curve(size))
    each = old.weight.sum() / old.rows
    sizes = np.union1d(old.sizes, [size])
    place, new = np.searchsorted(sizes, old.sizes), int(np.searchsorted(sizes, size))

    def spread_out(values, start):
        full = np.full(len(sizes), start, dtype=float)
        full[place] = values
        return full

    weight, runs_by_size = spread_out(old.weight, 0.0), spread_out(old.runs, 0)
    error = spread_out(old.error, at)
    error[new] = (error[new] * weight[new] + at * each * runs) / (weight[new] + each * runs)
    weight[new] += each * runs
    runs_by_size[new] += runs
    points = replace(
        old, sizes=sizes, error=error, weight=weight, within=spread_out(old.within, 0.0), runs=runs_by_size.astype(int),
        low=error, high=error,
    )
    weights = weight / points.spread(curve(sizes))
    misfit = float(weights @ (error - curve(sizes)) ** 2)
    return replace(curve, points=points, weights=weights, misfit=misfit, assumed_dispersion=curve.dispersion)


def _least_squares(sizes, errors, weights, with_floor: bool) -> tuple[tuple[float, float, float], np.ndarray]:
    """Floor, scale, exponent and their covariance in units of the variance function."""
    unit = float(np.exp(np.log(sizes).mean()))  # sizes near 1 keep scale and exponent apart
    family = _Family.of(sizes / unit, errors, weights, None)
    floor, scale, exponent = family.best() if with_floor else family.best_without_floor()

    def curve(x, *unknowns):
        return power_law(x, *unknowns) if with_floor else power_law(x, 0.0, *unknowns)

    start = [floor, scale, exponent] if with_floor else [scale, exponent]
    low = [0.0, 0.0, MIN_EXPONENT][-len(start):]
    high = [1.0, np.inf, MAX_EXPONENT][-len(start):]
    inside = np.clip(start, np.add(low, 1e-9), np.subtract(high, 1e-9))
    with warnings.catch_warnings():
        # Three points give no scatter, a flat curve no exponent: their covariance is not used.
        warnings.simplefilter("ignore", OptimizeWarning)
        found, covariance = curve_fit(
            curve, sizes / unit, errors, p0=inside, sigma=weights**-0.5, absolute_sigma=True, bounds=(low, high),
            xtol=1e-12, ftol=1e-14, gtol=1e-12, max_nfev=2000,
        )
    if not with_floor:
        found, covariance = np.array([0.0, *found]), np.pad(covariance, ((1, 0), (1, 0)))
    # Back from size / unit to size: scale takes unit^exponent with it.
    factor = unit ** found[2]
    change = np.array([[1, 0, 0], [0, factor, found[1] * factor * np.log(unit)], [0, 0, 1.0]])
    # A solver stops within its tolerance, elsewhere on another processor: keep the digits that are the same everywhere.
    floor, scale, exponent = (float(f"{value:.6g}") for value in (found[0], found[1] * factor, found[2]))
    if scale * float(sizes[0]) ** -exponent < FLAT:
        scale = 0.0
    return (floor, scale, exponent), change @ covariance @ change.T


@dataclass(frozen=True)
class _Family:
    """For each exponent of a grid, the weighted least squares of errors on (1, size^−exponent): arrays by exponent.

    With w the weights and x the powers: sums w, wx, wxx, wy, wxy, wyy.
    """

    exponents: np.ndarray
    unit: float
    w: float
    x: np.ndarray
    xx: np.ndarray
    y: float
    xy: np.ndarray
    yy: float

    @classmethod
    def of(cls, sizes, errors, weights, exponent: float | None) -> "_Family":
        exponents = np.geomspace(MIN_EXPONENT, MAX_EXPONENT, 800)
        if exponent is not None:
            exponents = np.union1d(exponents, [exponent])
        unit = float(sizes[-1])
        powers = (sizes[None, :] / unit) ** -exponents[:, None]
        return cls(
            exponents, unit, float(weights.sum()), powers @ weights, powers**2 @ weights, float(weights @ errors),
            powers @ (weights * errors), float(weights @ errors**2),
        )

    @cached_property
    def _center(self):
        """Floor, scale, what is left unexplained, and the inverse of the normal equations, before any bound."""
        det = self.w * self.xx - self.x**2
        scale = (self.w * self.xy - self.x * self.y) / det
        floor = (self.y - scale * self.x) / self.w
        left = self.yy - floor * self.y - scale * self.xy
        return floor, scale, left, self.xx / det, -self.x / det, self.w / det

    @cached_property
    def _without_floor(self):
        scale = self.xy / self.xx
        return scale, self.yy - scale * self.xy

    @property
    def _flat(self):
        return self.y / self.w, self.yy - self.y**2 / self.w

    def best(self) -> tuple[float, float, float]:
        """The best curve of the grid within bounds."""
        floor, scale, left, *__ = self._center
        inside = (floor >= 0) & (scale >= 0)
        steep, rest = self._without_floor
        candidates = [(np.where(inside, left, np.inf), floor, scale), (rest, np.zeros_like(floor), steep)]
        left, floor, scale = min(candidates, key=lambda found: found[0].min())
        at = int(left.argmin())
        if self._flat[1] <= left[at]:
            return self._flat[0], 0.0, 0.5
        return float(floor[at]), float(scale[at] * self.unit ** self.exponents[at]), float(self.exponents[at])

    def best_without_floor(self) -> tuple[float, float, float]:
        scale, left = self._without_floor
        at = int(left.argmin())
        return 0.0, float(scale[at] * self.unit ** self.exponents[at]), float(self.exponents[at])

    def ends(self, sizes: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
        """Smallest and largest error at each size over all curves within bounds that leave at most `limit` unexplained.

        For one exponent these curves are the part of an ellipse with floor ≥ 0 and scale ≥ 0. A linear function has its
        ends where the ellipse has them, or, if that is out of bounds, on an edge of the bounds.
        """
        floor, scale, left, s11, s12, s22 = (part[:, None] for part in self._center)
        with np.errstate(divide="ignore", invalid="ignore"):
            g = np.where(np.isinf(sizes), 0.0, (sizes[None, :] / self.unit) ** -self.exponents[:, None])
            variance = s11 + 2 * g * s12 + g**2 * s22
            reach = np.sqrt((limit - left) / variance)  # NaN: no curve with this exponent
            edges = self._edges(g, limit)
            found = []
            for sign, extreme, pick, none in ((-1, np.fmin, np.nanmin, np.inf), (1, np.fmax, np.nanmax, -np.inf)):
                inside = (floor + sign * reach * (s11 + g * s12) >= 0) & (scale + sign * reach * (s12 + g * s22) >= 0)
                on_ellipse = floor + scale * g + sign * reach * variance
                on_edge = extreme(edges[sign][0], edges[sign][1])
                at = np.where(inside & np.isfinite(reach), on_ellipse, on_edge)
                found.append(pick(np.where(np.isnan(at), none, at), axis=0))
        return found[0], found[1]

    def _edges(self, g: np.ndarray, limit: float) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """Ends on the two edges, by sign: no floor, and no fall."""
        scale, left = (part[:, None] for part in self._without_floor)
        wide = np.sqrt((limit - left) / self.xx[:, None])
        mean, rest = self._flat
        flat = np.full_like(g, np.sqrt((limit - rest) / self.w)) if limit >= rest else np.full_like(g, np.nan)
        edges = {}
        for sign in (-1, 1):
            steep = np.where(scale + wide >= 0, np.maximum(scale + sign * wide, 0), np.nan)
            edges[sign] = (steep * g, np.maximum(mean + sign * flat, 0))
        return edges
