"""May a product ship on what a judge model says of its answers, and what should people read next?

judged    one grouped query: verdicts of judge and people, types of error, slices, and how the read ones were chosen
correct   the judge's two rates, the corrected pass rate, kappa, and what more reading would bring
pairs     two versions compared in both orders: win rates under a stated tie rule, position bias
decision  ship, fix first, put the judge aside, or read more
study     all of it, worked out once for one file
wording   the findings in sentences, and the memo
listings  the tables
figures   the charts
"""

from mlpm.evals.correct import Corrected, Reading, from_apart, from_within, kappa, kappa_at, readings, rogan_gladen
from mlpm.evals.decision import DECISIONS, decide, judge_verdict
from mlpm.evals.judged import CHOSEN, Judged, count, read
from mlpm.evals.pairs import Pairs
from mlpm.evals.pairs import read as read_pairs
from mlpm.evals.study import Study, analyze

__all__ = [
    "CHOSEN", "DECISIONS", "Corrected", "Judged", "Pairs", "Reading", "Study", "analyze", "count", "decide",
    "from_apart", "from_within", "judge_verdict", "kappa", "kappa_at", "read", "read_pairs", "readings", "rogan_gladen",
]
