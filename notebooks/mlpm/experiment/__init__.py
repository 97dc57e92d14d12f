"""Did a change work, and can the test be trusted?

plan        parameters → what is asked
moments     rows → counts and (co)variances of each variant, in one query
health      sample ratio, balance before the experiment
estimates   differences with intervals, Holm's correction, the smallest effect in reach
sequential  what looking costs; how often a win is false
decision    ship, stop, run_longer or invalid
words       the sentences of the memo
"""

from mlpm.experiment import words
from mlpm.experiment.decision import Decision, decide
from mlpm.experiment.estimates import Estimate, compare, compare_proportions
from mlpm.experiment.health import ALARM, balance, sample_ratio
from mlpm.experiment.moments import moments
from mlpm.experiment.plan import Metric, Plan, plan
from mlpm.experiment.sequential import (
    critical_values,
    false_positive_risk,
    final_alpha,
    peeking_false_positives,
    sample_inflation,
)

__all__ = [
    "ALARM",
    "Decision",
    "Estimate",
    "Metric",
    "Plan",
    "balance",
    "compare",
    "compare_proportions",
    "critical_values",
    "decide",
    "false_positive_risk",
    "final_alpha",
    "moments",
    "peeking_false_positives",
    "plan",
    "sample_inflation",
    "sample_ratio",
    "words",
]
