"""Where do the examples come from, how many are there, and whom do they leave out?

funnel     views → reports → valid → not reported before: examples a day, days to a target, which stage to improve
reporters  who reports whom: the mix of what is reported, weights, Kish's effective size, topping up
sample     how large a random sample has to be, what two lists suggest, what silence says
sources    what one usable example costs from each source, and what several bring together
plan       all of it for one product
words      the findings in sentences, and the memo
figures    the charts
"""

from mlpm.supply import words
from mlpm.supply.figures import days_figure, reporters_figure, silence_figure, sources_figure, stages_figure
from mlpm.supply.funnel import Funnel, measures, sensitivity
from mlpm.supply.plan import Plan
from mlpm.supply.reporters import after_random, effective_size, groups, kept, reported_mix, to_balance
from mlpm.supply.sample import after_silence, interval, lincoln_petersen, report_chance, size
from mlpm.supply.sources import KINDS, Flow, Kind, Source, by_day, table, together

__all__ = [
    "KINDS", "Flow", "Funnel", "Kind", "Plan", "Source", "after_random", "after_silence", "by_day",
    "days_figure", "effective_size", "groups", "interval", "kept", "lincoln_petersen", "measures", "report_chance",
    "reported_mix", "reporters_figure", "sensitivity", "silence_figure", "size", "sources_figure", "stages_figure",
    "table", "to_balance", "together", "words",
]
