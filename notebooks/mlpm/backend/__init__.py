"""A page made of services: what is down, what is slow, what a limit with a fallback saves, and what splitting costs.

page     a page that calls a model: euros of waiting, the limit to hang up at, workers when the model hangs
split    one program or many services: releases, people on call, upkeep, downtime
figures  downtime in series, calls side by side, the limit, the path of a request and of an event
words    what the notebook says after each result, and the memo
"""

from mlpm.backend.figures import downtime_figure, limit_figure, path_figure, tail_figure
from mlpm.backend.page import Page
from mlpm.backend.split import Split

__all__ = ["Page", "Split", "downtime_figure", "limit_figure", "path_figure", "tail_figure"]
