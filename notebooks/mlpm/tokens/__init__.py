"""What does a solved task cost, people included, and how long does somebody wait for it?

The reader's log of model calls is counted in the engine at a price list; what people cost beside it decides.

prices    a price list in one line; what calls cost at it
log       the reader's calls: read, checked, summed by model, task and turn in grouped queries
tails     quantiles of waiting times with intervals by order statistics, or the refusal to quote them
worth     a point of resolution, a dearer model, a cascade: what each may cost
decision  stop, cut waiting, cut tokens, raise resolution, or measure more
study     all of it, computed once for one log and one set of inputs
answer    the result for machines, and the numbers a chapter quotes
wording   the findings in sentences, and the memo
figures   the charts
"""

from mlpm.tokens import wording
from mlpm.tokens.answer import numbers, result
from mlpm.tokens.decision import DECISIONS, decide
from mlpm.tokens.figures import cascade_figure, cost_figure, few_figure, point_figure, waiting_figure
from mlpm.tokens.log import Columns, Log, count, read
from mlpm.tokens.prices import Price, cost, read_prices
from mlpm.tokens.study import Findings, Inputs, analyze
from mlpm.tokens.tails import Tail, needed, ranks
from mlpm.tokens.worth import Cascade, cascade, dearer, per_point, tasks_to_see

__all__ = [
    "DECISIONS", "Cascade", "Columns", "Findings", "Inputs", "Log", "Price", "Tail", "analyze", "cascade",
    "cascade_figure", "cost", "cost_figure", "count", "dearer", "decide", "few_figure", "needed", "numbers",
    "per_point", "point_figure", "ranks", "read", "read_prices", "result", "tasks_to_see", "waiting_figure", "wording",
]
