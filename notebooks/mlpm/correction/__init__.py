"""What is a wrong answer's way back worth, and what may the product promise?

seconds      what a decision saves its user, less what its errors cost; break-even; what a point and a second bring
expectation  how many errors one person meets; how exactly the product may say how well it works
way_back     authors: who is told, who asks again, who gets the item back
study        all of it for one screen, before and after
words        the findings in sentences, and the memo
figures      the charts
"""

from mlpm.correction import words
from mlpm.correction.expectation import Promise, half_met, meets, met, promise
from mlpm.correction.figures import authors_figure, errors_figure, needed_figure, seconds_figure
from mlpm.correction.seconds import Screen
from mlpm.correction.study import Study
from mlpm.correction.way_back import Treated, WayBack

__all__ = [
    "Promise", "Screen", "Study", "Treated", "WayBack", "authors_figure", "errors_figure", "half_met", "meets", "met",
    "needed_figure", "promise", "seconds_figure", "words",
]
