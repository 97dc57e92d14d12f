"""Labeled scores of a model: counted once, and what a score means as a probability.

sample       one grouped query: positives and negatives by narrow bin of the score and by group
rates        shares with intervals, and how well the score ranks
calibration  is a score a probability, the map that makes it one, and another base rate
words        a sentence about them that several charts share
"""

from mlpm.scores.calibration import (
    METHODS,
    Calibration,
    calibrate,
    calibration_error,
    judge,
    predict,
    reliability,
    shift,
)
from mlpm.scores.rates import Share, against_rest, auc, gap, share
from mlpm.scores.sample import BINS, FEW, Scores, count, read
from mlpm.scores.words import top_range

__all__ = [
    "BINS", "FEW", "METHODS", "Calibration", "Scores", "Share", "against_rest", "auc", "calibrate",
    "calibration_error", "count", "gap", "judge", "predict", "read", "reliability", "share", "shift",
    "top_range",
]
