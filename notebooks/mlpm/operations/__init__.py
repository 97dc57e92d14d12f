"""What does a labeling job take, in people, weeks and money, and what has to be out of the way first?

Operations does the work; this is the sum a product manager brings to the table: nothing here judges a rater.

work       labels an item, hours, heads, dates; what a cap on exposure does
quality    the alpha that conflicts allow, the errors behind them, what haste adds
gold       how many gold items tell a drop from bad luck (exact binomial)
plan       all of it for one job: bill, resources, levers, and the decision: hold, clear or start
scorecard  one week on seven lines: a number, a limit, who acts
words      the findings in sentences, and the memo
figures    the charts
"""

from mlpm.operations import gold, quality, words, work
from mlpm.operations.figures import bill_figure, gold_figure, headcount_figure, pace_figure
from mlpm.operations.plan import DECISIONS, Plan
from mlpm.operations.scorecard import Limits, Week, judge

__all__ = [
    "DECISIONS", "Limits", "Plan", "Week", "bill_figure", "gold", "gold_figure", "headcount_figure", "judge",
    "pace_figure", "quality", "words", "work",
]
