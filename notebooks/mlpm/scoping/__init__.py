"""Which slices ship first, and which assumption is tested before?

A slice is a part of the product that changes something for a user by itself. It has a reward and an effort, each a
range (low, likely, high: triangular, independent), and four assumptions (value, usability, feasibility, viability),
each with the probability that it holds, given that what the slice requires works. A slice works when its four
assumptions hold; it pays when it works and all it requires works, through others too. All are independent:

    expected reward = mean reward × product of the four probabilities of the slice and of all it requires

backlog      the reader's slices: read, checked, drawn at random
program      the best set within capacity, the set a sorted spreadsheet would pick, and what more weeks would bring
information  which assumption is worth testing, and the decision: build, test_first or stop
scope        all of it for one backlog and one set of parameters
words        the findings in sentences
"""

from mlpm.scoping.backlog import RISKS, backlog, check_settings, draw, probability_first, read, rice
from mlpm.scoping.information import Plans, answer, assumptions, break_even, decide, value_of_test
from mlpm.scoping.program import best_set, build_order, capacity_curve, capacity_steps, check_must_haves, greedy_set
from mlpm.scoping.scope import Scope

__all__ = [
    "RISKS", "Plans", "Scope", "answer", "assumptions", "backlog", "best_set", "break_even", "build_order",
    "capacity_curve", "capacity_steps", "check_must_haves", "check_settings", "decide", "draw", "greedy_set",
    "probability_first", "read", "rice", "value_of_test",
]
