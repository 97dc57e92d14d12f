"""Which variables of a new job are both uncertain and impactful, and what is finding out about them worth?

study    variables as read, the value of knowing each, what fits into the days there are, how stable the order is
words    the findings in sentences, and the memo
figures  the charts
"""

from mlpm.variables import words
from mlpm.variables.figures import order_figure, worth_figure
from mlpm.variables.study import Study, Variable, read, value_of_knowing

__all__ = ["Study", "Variable", "order_figure", "read", "value_of_knowing", "words", "worth_figure"]
