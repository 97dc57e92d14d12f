"""Which fields of a table know the answer, and what is a model worth without them?

orders    Agora's orders as a table: what was known by the day of the order, which labels are ripe
fits      one logistic regression for each set of fields and each split; what it promises and what it does when live
study     all of it for one table, worked out once
listings  the tables
figures   the charts, two of them with switches
words     the findings in sentences
"""

from mlpm.leaks.fits import Fit, split_at_random, split_by_time
from mlpm.leaks.orders import SUSPECTS, Orders, read
from mlpm.leaks.study import Study, analyze

__all__ = ["SUSPECTS", "Fit", "Orders", "Study", "analyze", "read", "split_at_random", "split_by_time"]
