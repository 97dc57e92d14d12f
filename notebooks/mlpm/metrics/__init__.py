"""What may be said about a model at its threshold, on which stream, and which question comes next?

Recall and the share of negatives that is hit belong to the model and its threshold. Precision and accuracy belong to
the stream as well: they move with the base rate, and a number measured on another mix is true of that mix alone.

slices    recall and false hits by slice: against the others, and against what chance does to the worst of several
study     all of it, worked out once for one file, one threshold and what was claimed
decision  say it, name the slice, say ranks only, correct the claim, or collect more
wording   the findings in sentences, and the memo
listings  the tables
figures   the charts
"""

from mlpm.metrics.decision import DECISIONS, decide
from mlpm.metrics.slices import Slice, worst_by_chance
from mlpm.metrics.study import Claim, Study, analyze, precision_at

__all__ = ["DECISIONS", "Claim", "Slice", "Study", "analyze", "decide", "precision_at", "worst_by_chance"]
