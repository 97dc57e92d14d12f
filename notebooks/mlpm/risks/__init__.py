"""Which of the four risks is worth a test before anybody builds, and in which order?

An idea is a bet: it costs the same either way, and is worth something only if value, usability, feasibility and
viability all hold. The arithmetic of a single test is that of mlpm.scoping; new here are what binds the risks, the
order of the tests and the record of earlier guesses.

bet      one idea, its risks and their tests: the chance that all hold, break-even, value of information
order    which test first, which next, and when to stop asking
record   what earlier guesses were worth
study    all of it for one bet
words    the findings in sentences, and the memo
figures  the charts
"""

from mlpm.risks import words
from mlpm.risks.bet import Bet, Risk, four
from mlpm.risks.figures import beliefs_figure, hundred_figure, knowing_figure, orders_figure
from mlpm.risks.order import Policy, Way, best, by_index, first_step_holds, follow, least_worth, orders, ways
from mlpm.risks.record import Record, record
from mlpm.risks.study import Study

__all__ = [
    "Bet", "Policy", "Record", "Risk", "Study", "Way", "beliefs_figure", "best", "by_index", "first_step_holds",
    "follow", "four", "hundred_figure", "knowing_figure", "least_worth", "orders", "orders_figure", "record", "ways",
    "words",
]
