"""From which score on do we act? By what the two errors cost, not by 0.5.

At a calibrated probability p, acting costs C_FP (1 − p) on average and not acting C_FN p, both counted above the cost
of the right answer. So act from p = C_FP / (C_FP + C_FN) on (Elkan 2001). The cut on p depends on prices alone; the raw
score behind it also depends on what the score means and on how rare the positives are.

prices    what two errors cost, according to whom; the cut, the review band, the price a cut implies
outcomes  what a cut does to the rows: caught, missed, wrongly hit, and what that costs
study     all of it, worked out once for one file and one set of prices
decision  use the cut, settle the prices, recalibrate, collect more, or do not cut
wording   the findings in sentences, and the memo
listings  the tables
figures   the charts
"""

from mlpm.threshold.decision import DECISIONS, decide
from mlpm.threshold.outcomes import Cuts, Outcome
from mlpm.threshold.prices import Price, read_stakeholders, review_band
from mlpm.threshold.study import Study, analyze

__all__ = [
    "DECISIONS", "Cuts", "Outcome", "Price", "Study", "analyze", "decide", "read_stakeholders", "review_band",
]
