"""Does a human in the loop help, and can the queue hold?

Two questions that are settled apart and then together. From a log of reviews with the truth of an audit: where
reviewers beat what is done without them, what their verdict costs and brings, whether they follow the model or read.
From arrivals, seconds and shifts: whether items are begun in time, through peaks and closed nights.

log        the reader's reviews: read, checked, counted in one grouped query
errors     who is wrong where; paired comparison; anchoring; reviewers who do not read
value      what a review is worth against the best action without it; the band to review
queue      a steady queue: Erlang C
day        a day: shifts, peaks, a fluid backlog, the cheapest shifts, a simulation of single items
decision   review a band, fix the review first, do without, or collect more
study      all of it, computed once for one log and one set of inputs
answer     the result for machines, and the numbers a chapter quotes
wording    the findings in sentences, and the memo: a review plan
figures    the charts
"""

from mlpm.review import wording
from mlpm.review.answer import numbers, queue_numbers, result
from mlpm.review.day import Pace, fluid, on_shift, plan, read_open, read_shifts, simulate
from mlpm.review.decision import DECISIONS, decide, rows_to_tell
from mlpm.review.errors import Pair, Share, following, overrides, reviewers
from mlpm.review.figures import (
    backlog_figure,
    band_figure,
    errors_figure,
    following_figure,
    queue_figure,
    shifts_figure,
    value_figure,
)
from mlpm.review.log import Columns, Log, count, read, read_edges
from mlpm.review.queue import erlang_b, erlang_c, load, needed, wait
from mlpm.review.study import Findings, Inputs, analyze
from mlpm.review.value import Gain, Prices, Window, best_window, gain, prices, window

__all__ = [
    "DECISIONS", "Columns", "Findings", "Gain", "Inputs", "Log", "Pace", "Pair", "Prices", "Share", "Window",
    "analyze", "backlog_figure", "band_figure", "best_window", "count", "decide", "erlang_b", "erlang_c",
    "errors_figure", "fluid", "following", "following_figure", "gain", "load", "needed", "numbers", "on_shift",
    "overrides", "plan", "prices", "queue_figure", "queue_numbers", "read", "read_edges", "read_open",
    "read_shifts", "result", "reviewers", "rows_to_tell", "shifts_figure", "simulate", "value_figure", "wait",
    "window", "wording",
]
