"""Did a change work, and can the test be trusted?

plan        parameters → what is asked
moments     rows → counts and (co)variances of each variant, in grouped queries
adjust      a metric and its covariates → one number per unit
health      sample ratio, balance before the experiment, missing values
estimates   differences with intervals, Holm's correction, the smallest effect in reach
sequential  what looking costs, planned or at any time; how often a win is false
segments    the same in every group named beforehand, and whether the groups differ
decision    ship, stop, run_longer or invalid
words       the sentences of the memo; `caveats` those about missing values, clusters and looks at any time,
            `segment_words` and `figures` those about segments and their chart
"""

from mlpm.experiment import caveats, segment_words, words
from mlpm.experiment.decision import Decision, decide
from mlpm.experiment.estimates import Estimate, compare, compare_proportions
from mlpm.experiment.figures import segments_figure
from mlpm.experiment.health import ALARM, Health, balance, examine, sample_ratio
from mlpm.experiment.moments import Moments, moments
from mlpm.experiment.plan import Metric, Plan, plan
from mlpm.experiment.segments import Segments, segments
from mlpm.experiment.sequential import (
    AlwaysValid,
    critical_values,
    false_positive_risk,
    final_alpha,
    peeking_false_positives,
    sample_inflation,
)

__all__ = [
    "ALARM",
    "AlwaysValid",
    "Decision",
    "Estimate",
    "Health",
    "Metric",
    "Moments",
    "Plan",
    "Segments",
    "balance",
    "caveats",
    "compare",
    "compare_proportions",
    "critical_values",
    "decide",
    "examine",
    "false_positive_risk",
    "final_alpha",
    "moments",
    "peeking_false_positives",
    "plan",
    "sample_inflation",
    "sample_ratio",
    "segment_words",
    "segments",
    "segments_figure",
    "words",
]
