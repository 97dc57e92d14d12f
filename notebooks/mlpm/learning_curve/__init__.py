"""How much labeled data does a target take, and is it a question of amount at all?

points      one grouped query: training runs, summed by size
curve       the fit with a floor, the interval of every size by profile, the items a target takes
noise       wrong labels, rare classes and test sets, as arithmetic
plan        collect, measure more, change the problem or stop; stages, money, what to measure next
study       all of it, computed once for one curve
wording     the findings in sentences, and the memo
figures     the charts
"""

from mlpm.learning_curve import noise, wording
from mlpm.learning_curve.curve import Curve, closed_form, fit, imagined, log_log, power_law, size_for
from mlpm.learning_curve.figures import curve_figure, money_figure, slider_figure
from mlpm.learning_curve.plan import DECISIONS, Answer, answer, decide, next_measurements, stages
from mlpm.learning_curve.points import Points, points, read
from mlpm.learning_curve.study import Findings, analyze

__all__ = [
    "DECISIONS",
    "Answer",
    "Curve",
    "Findings",
    "Points",
    "analyze",
    "answer",
    "closed_form",
    "curve_figure",
    "decide",
    "fit",
    "imagined",
    "log_log",
    "money_figure",
    "next_measurements",
    "noise",
    "points",
    "power_law",
    "read",
    "size_for",
    "slider_figure",
    "stages",
    "wording",
]
