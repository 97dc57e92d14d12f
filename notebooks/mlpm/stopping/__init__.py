"""Go on, test first or stop: what is still to be spent against what it brings, and a date set beforehand against mood.

bet      the sum without what was spent: worth of going on, break-even chance, worth of one more test, the decision
course   months of trying without a success: the belief that falls, the date to stop, deciding by feel, many projects
words    the findings in sentences, and the memo
figures  the charts
"""

from mlpm.stopping import words
from mlpm.stopping.bet import DECISIONS, Bet, Trial
from mlpm.stopping.course import Course, many
from mlpm.stopping.figures import date_figure, going_on_figure, trial_figure

__all__ = [
    "DECISIONS", "Bet", "Course", "Trial", "date_figure", "going_on_figure", "many", "trial_figure", "words",
]
