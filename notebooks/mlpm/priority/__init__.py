"""Which idea comes first, how sure is that, and which number should be found out before?

Ideas compete for the same people. Each has reach, impact, confidence and effort as ranges (low, likely, high:
triangular, independent). The score is mlpm.scoping.rice; new here are the places, the worth of narrowing one number,
and what an order costs.

ideas    ideas with ranges; places; what it is worth to know one number
plan     what an order loses to waiting, and what fits
study    all of it for one list
words    the findings in sentences, and the memo
figures  the charts
"""

from mlpm.priority import words
from mlpm.priority.figures import effort_figure, narrow_figure, ranks_figure, scores_figure
from mlpm.priority.ideas import INPUTS, Idea, Listing, Spread, idea, spread
from mlpm.priority.plan import lost_to_waiting, orders, sets
from mlpm.priority.study import Study

__all__ = [
    "INPUTS", "Idea", "Listing", "Spread", "Study", "effort_figure", "idea", "lost_to_waiting", "narrow_figure",
    "orders", "ranks_figure", "scores_figure", "sets", "spread", "words",
]
