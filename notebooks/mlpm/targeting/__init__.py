"""What is a prediction worth, once somebody acts on it? Whom to contact, and whether anybody.

A contact in a group pays if the outcomes it prevents there, times the margin, exceed its cost. With an assumed share
saved that is a bar on the group's risk, cost / (saved × margin), which the last group added has to reach. With a
randomized pilot it is a bar on the measured effect, and the order of effects need not be that of risks.

groups    one grouped query: customers, outcomes and the arms of a pilot, by group of the score
terms     prices, and what follows from them alone: break-even risk, effect, share saved, a look by a person
pilot     effects with intervals, whether the arms lie evenly, how many customers a pilot takes
study     all of it, worked out once for one file and one set of prices
decision  contact the top, other groups, everybody or nobody, or run a pilot
wording   the findings in sentences, and the memo
listings  the tables
figures   the charts
"""

from mlpm.targeting.decision import DECISIONS, decide
from mlpm.targeting.groups import Groups, groups, read
from mlpm.targeting.study import Study, analyze
from mlpm.targeting.terms import Amount, Terms

__all__ = ["DECISIONS", "Amount", "Groups", "Study", "Terms", "analyze", "decide", "groups", "read"]
