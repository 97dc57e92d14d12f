"""How often something made of parts works: steps in a row, services behind a page, calls side by side, runs repeated.

chains    steps in a row, each right with some chance: tried again, checked, or not
services  availability in series and of copies, with failures that copies share; downtime of a period
tails     calls side by side that wait for the slowest, latency with a limit, tries that multiply
repeats   pass^k: the share of tasks solved k times of k, from runs repeated for each task, or from a mix of tasks

Every product of chances here takes parts to fail independently unless a parameter says what they share. Where they do
not, a chain in series does better than its product, and copies do worse: each function says which.
"""

from mlpm.reliability.chains import Chain, Step, in_a_row, step_needed
from mlpm.reliability.repeats import Repeats, mixed, pass_hat
from mlpm.reliability.services import MONTH, copies, downtime, in_series, series_needed
from mlpm.reliability.tails import Latency, amplified, calls_needed, meets_tail, quantile_needed, tries_expected

__all__ = [
    "MONTH", "Chain", "Latency", "Repeats", "Step", "amplified", "calls_needed", "copies", "downtime", "in_a_row",
    "in_series", "meets_tail", "mixed", "pass_hat", "quantile_needed", "series_needed", "step_needed",
    "tries_expected",
]
