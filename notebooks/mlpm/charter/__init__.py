"""Who decides what, according to whom: where the people of a team agree, and what they have to settle first.

Several people mark, without seeing each other's marks, which role takes each decision. The marks are ratings, so their
agreement is measured by `mlpm.agreement`; the result a team can use is the list of decisions with two names or none.

marks     a reader's file read and counted in the engine: each decision's state, and who claims how many
decision  sign, settle first, redraw or collect more
study     all of it for one set of marks: agreement with its interval, pairs, conflicts by stake, the agenda
wording   the findings in sentences, and the memo
figures   the charts
"""

from mlpm.charter import wording
from mlpm.charter.decision import DECISIONS, LEAST, decide
from mlpm.charter.figures import agreement_figure, division_figure, marks_figure, slider_figure
from mlpm.charter.marks import STATES, Marks, count, read
from mlpm.charter.study import Charter, analyze, by_hand, pairs

__all__ = [
    "DECISIONS", "LEAST", "STATES", "Charter", "Marks", "agreement_figure", "analyze", "by_hand", "count", "decide",
    "division_figure", "marks_figure", "pairs", "read", "slider_figure", "wording",
]
