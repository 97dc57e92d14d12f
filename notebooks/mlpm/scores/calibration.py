"""Do 30 of 100 items with a score of 0.30 turn out positive? And if not, what does a score mean?

Three maps from score to probability compete: the score as it stands, a logistic curve in the score's log-odds
(Platt 1999; for scores that are no probabilities, in the score itself) and isotonic regression (Zadrozny, Elkan 2002).
Each is judged on rows it was not fitted on; of those within one standard error of the best, the simplest is used.
"""

import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import optimize, special

from mlpm.scores.rates import share
from mlpm.scores.sample import Scores

METHODS = ("none", "logistic", "isotonic")  # from the simplest
PARTS = 5
EDGE = 1e-6  # a score of exactly 0 or 1 has no log-odds


@dataclass(frozen=True)
class Calibration:
    """What a score means.

    p: calibrated probability of each bin, non-decreasing; method: the map used; methods: one row a map, with its
    log loss and calibration error on rows it was not fitted on; slope, intercept: (value, low, high) of the logistic
    curve, where a calibrated score has 1 and 0 and a slope below 1 means over-confident; None where scores are no
    probabilities or the classes do not overlap.
    """

    scores: Scores
    p: np.ndarray
    method: str
    methods: pd.DataFrame
    slope: tuple[float, float, float] | None = None
    intercept: tuple[float, float, float] | None = None

    @property
    def base_rate(self) -> float:
        return self.scores.base_rate

    def at_base_rate(self, rate: float) -> "Calibration":
        """The same scores in a stream with another share of positives: probabilities and weights move together."""
        return replace(self, scores=self.scores.at_base_rate(rate), p=shift(self.p, self.base_rate, rate))

    def first_bin(self, cut: float) -> int:
        """The first bin whose probability reaches the cut; the number of bins if none does."""
        return int(np.searchsorted(self.p, cut - 1e-12))

    def raw_cut(self, cut: float) -> float | None:
        """The score from which on the probability reaches the cut, in the file's units; None if no bin reaches it.

        Between two bins the score is interpolated by log-odds: a sample has gaps, the next item may fall into one.
        """
        first = self.first_bin(cut)
        if first == len(self.p):
            return None
        if first == 0:
            return float(self.scores.least[0])
        below, above = special.logit(np.clip(self.p[first - 1:first + 1], EDGE, 1 - EDGE))
        part = (special.logit(np.clip(cut, EDGE, 1 - EDGE)) - below) / (above - below) if above > below else 1.0
        low, high = self.scores.mean[first - 1], self.scores.mean[first]
        raw = low + float(np.clip(part, 0, 1)) * (high - low)
        # Whatever the curve says, the cut lies between the bins it divides.
        return float(np.clip(raw, np.nextafter(self.scores.most[first - 1], np.inf), self.scores.least[first]))

    def p_at(self, raw: float) -> float:
        """The probability of a score in the file's units."""
        return float(np.interp(raw, self.scores.mean, self.p))


def shift(p, old: float, new: float) -> np.ndarray:
    """Calibrated probabilities after the base rate moved from old to new, the classes themselves unchanged.

    Elkan (2001), theorem 2; Saerens, Latinne, Decaestecker (2002): odds are multiplied by the ratio of the new to the
    old odds of the base rate.
    """
    p = np.asarray(p, dtype=float)
    up, down = p * new / old, (1 - p) * (1 - new) / (1 - old)
    return up / (up + down)


def calibrate(scores: Scores, method: str = "", seed: int = 7) -> Calibration:
    """Fit the three maps, judge them on rows left out, and use one; method: use this one whatever the judgment."""
    judged = judge(scores, seed)
    chosen = method or _simplest(judged)
    if chosen not in set(judged.method):
        raise ValueError(f"method is {chosen!r}; here it can be one of {', '.join(judged.method)}")
    slope = intercept = None
    if not scores.rescaled and (fitted := _logistic(scores)) is not None:
        low, high = fitted.conf_int().T
        intercept, slope = zip(fitted.params, low, high, strict=True)
    return Calibration(
        scores, predict(scores, scores, chosen), chosen, judged,
        slope and tuple(float(x) for x in slope), intercept and tuple(float(x) for x in intercept),
    )


def judge(scores: Scores, seed: int = 7) -> pd.DataFrame:
    """One row a map that can be fitted: log loss and calibration error on parts it was not fitted on.

    worse: log loss above the best one's; worse_error: standard error of that difference over rows.
    """
    parts = scores.parts(PARTS, seed)
    maps = {}
    for method in METHODS:
        predicted = [predict(rest, part, method) for rest, part in parts]
        if all(p is not None for p in predicted):
            maps[method] = np.array(predicted)
    loss = {method: _losses(p) for method, p in maps.items()}
    mean = {method: _mean(parts, values)[0] for method, values in loss.items()}
    best = min(mean, key=mean.get)
    rows = []
    for method, p in maps.items():
        worse, error = _mean(parts, {side: loss[method][side] - loss[best][side] for side in loss[best]})
        rows.append((method, mean[method], _cross_error(parts, p), worse, error))
    return pd.DataFrame(rows, columns=["method", "log_loss", "calibration_error", "worse", "worse_error"])


def _simplest(judged: pd.DataFrame) -> str:
    """The one-standard-error rule."""
    return judged.method[judged.worse <= judged.worse_error].iloc[0]


def _losses(p: np.ndarray) -> dict[str, np.ndarray]:
    return {"positive": -np.log(p), "negative": -np.log1p(-p)}


def _mean(parts, values: dict[str, np.ndarray]) -> tuple[float, float]:
    """Weighted mean over held-out rows and its standard error; values: side → parts × bins."""
    total = weight = 0.0
    for side in values:
        for n, (__, part) in enumerate(parts):
            counts = part.by_bin(getattr(part, f"{side}s"))
            total, weight = total + counts @ values[side][n], weight + counts.sum()
    mean = total / weight
    spread = sum(
        part.by_bin(getattr(part, f"{side}_squares")) @ (values[side][n] - mean) ** 2
        for side in values for n, (__, part) in enumerate(parts)
    )
    return float(mean), float(np.sqrt(spread) / weight)


def predict(fit_on: Scores, scores: Scores, method: str) -> np.ndarray | None:
    """Probability of each bin by a map fitted on some rows of the same bins; None where the map cannot be fitted.

    Kept within half a row of 0 and 1: no sample shows that something never happens.
    """
    if method == "none":
        if scores.rescaled:
            return None
        p = scores.unit
    elif method == "logistic":
        fitted = _logistic(fit_on)
        if fitted is None:
            return None
        p = special.expit(fitted.params[0] + fitted.params[1] * _feature(scores))
    elif method == "isotonic":
        if not fit_on.positive_count or fit_on.positive_count == fit_on.item_count:
            return None
        p = _isotonic(fit_on)
    else:
        raise ValueError(f"method is {method!r}; write one of {', '.join(METHODS)}")
    edge = 0.5 / (fit_on.item_count + 1)
    return np.clip(p, edge, 1 - edge)


def _feature(scores: Scores) -> np.ndarray:
    if scores.rescaled:
        return scores.unit
    return special.logit(np.clip(scores.unit, EDGE, 1 - EDGE))


def _logistic(scores: Scores):
    """Logistic regression of the label on the score; None where it has no finite solution.

    Weights are scaled to sum to Kish's effective number of rows, so that the interval of the slope is not too narrow.
    """
    import statsmodels.api as sm  # a second that not every page needs
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

    positives, negatives = scores.bin_positives, scores.bin_negatives
    used = positives + negatives > 0
    if not positives.any() or not negatives.any() or np.ptp(_feature(scores)[used]) == 0:
        return None
    scale = scores.weight / (scores.positive_squares.sum() + scores.negative_squares.sum())
    counts = np.column_stack([positives, negatives])[used] * scale
    with warnings.catch_warnings():
        for trouble in (ConvergenceWarning, PerfectSeparationWarning, RuntimeWarning):
            warnings.simplefilter("error", trouble)
        try:
            fitted = sm.GLM(counts, sm.add_constant(_feature(scores)[used]), family=sm.families.Binomial()).fit()
        except (ConvergenceWarning, PerfectSeparationWarning, RuntimeWarning, np.linalg.LinAlgError):
            return None
    return fitted if fitted.params[1] > 0 else None


def _isotonic(scores: Scores) -> np.ndarray:
    positives, weights = scores.bin_positives, scores.bin_positives + scores.bin_negatives
    used = weights > 0
    fitted = optimize.isotonic_regression(positives[used] / weights[used], weights=weights[used]).x
    return np.interp(scores.mean, scores.mean[used], fitted)


def reliability(scores: Scores, p: np.ndarray | None = None, groups: int = 10) -> pd.DataFrame:
    """Predicted against observed share of positives in equally wide ranges of p (default: the score itself).

    Columns: from_p, to_p, p (mean), rate, low, high (95%, Wilson), rows, weight; ranges without rows are left out.
    """
    p = scores.unit if p is None else p
    place = np.minimum((p * groups + 1e-9).astype(int), groups - 1)
    sums = {name: np.bincount(place, scores.by_bin(getattr(scores, name)), minlength=groups) for name in (
        "positives", "negatives", "positive_rows", "negative_rows", "positive_squares", "negative_squares")}
    weight = sums["positives"] + sums["negatives"]
    predicted = np.bincount(place, p * (scores.bin_positives + scores.bin_negatives), minlength=groups)
    rows = []
    for n in np.flatnonzero(weight):
        found = share(*(float(sums[name][n]) for name in (
            "positives", "negatives", "positive_squares", "negative_squares")))
        rows.append((n / groups, (n + 1) / groups, predicted[n] / weight[n], found.value, found.low, found.high,
                     int(sums["positive_rows"][n] + sums["negative_rows"][n]), weight[n]))
    return pd.DataFrame(rows, columns=["from_p", "to_p", "p", "rate", "low", "high", "rows", "weight"])


def calibration_error(scores: Scores, p: np.ndarray | None = None, groups: int = 10) -> float:
    """Mean distance of predicted from observed share over the ranges of `reliability`, by weight (ECE, Guo 2017)."""
    table = reliability(scores, p, groups)
    return float((table.p - table.rate).abs() @ table.weight / table.weight.sum())


def _cross_error(parts, p: np.ndarray, groups: int = 10) -> float:
    """The same over held-out rows, where a bin has one probability for each part."""
    gap, weight = np.zeros(groups), 0.0
    for n, (__, part) in enumerate(parts):
        place = np.minimum((p[n] * groups + 1e-9).astype(int), groups - 1)
        positives, negatives = part.bin_positives, part.bin_negatives
        gap += np.bincount(place, p[n] * (positives + negatives) - positives, minlength=groups)
        weight += (positives + negatives).sum()
    return float(np.abs(gap).sum() / weight)
