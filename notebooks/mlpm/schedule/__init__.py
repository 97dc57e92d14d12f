"""What date may be promised, and what goes if the date is fixed?

A plan is a list of tasks, each with three guesses in weeks (low, likely, high: triangular). One of them is research: it
may be shrunk, dropped, or given a box of time after which the team goes on without it. One other task can be done
beside it, by other people. Delays are independent, or move together through one common cause (normal copula).

futures     random futures of a plan, drawn so evenly that no shown digit depends on the seed
study       all of it for one plan: the date, what it is made of, what to cut, how long the research may take
throughput  a date from past weekly counts, without a guess
figures     the charts
words       the findings in sentences
"""

from mlpm.schedule.figures import box_figure, date_figure, tasks_figure
from mlpm.schedule.futures import Futures, draw
from mlpm.schedule.study import Study, named
from mlpm.schedule.throughput import chance_of_items, weeks_for_items

__all__ = [
    "Futures", "Study", "box_figure", "chance_of_items", "date_figure", "draw", "named", "tasks_figure",
    "weeks_for_items",
]
