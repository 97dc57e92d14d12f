"""Do several raters mean the same thing by a label, and is that enough to train on?

reading    a reader's table and parameters: what is asked for, what is refused
coding     raters, labels and groups as whole numbers; labels as places on a scale
repeats    several ratings of an item by one rater: merged, refused, or kept as passes
ratings    one grouped query: who gave which label to which item, as profiles with weights
large      the same where profiles are too many: the engine counts, and only counts come out
tally      what is asked of the engine: count patterns, cross products, pairs of raters, items in conflict
sums       the sums over items that every coefficient is made of, and the coefficients
measures   percent agreement, Krippendorff's alpha, Fleiss' kappa, Gwet's AC1 and AC2, Cohen's kappa, their intervals
raters     pairs of raters, each rater against the rest
leaving    alpha once raters are set aside, one by one
breakdown  by label, by pair of labels, by group of items
votes      majority vote, Dawid–Skene, what to adjudicate first
versions   the difference between two versions of a guideline, with its interval
decision   train, fix the guideline, retrain raters or collect more; what a label costs
study      all of it, computed once for one set of ratings
wording    the findings in sentences, and the memo
figures    the charts
published  published tables and their numbers, beside ours
worked     the small cases of the chapter, which need no file
"""

from mlpm.agreement import wording
from mlpm.agreement.breakdown import by_group, by_label, by_pair_of_labels, conflicts
from mlpm.agreement.decision import (
    DECISIONS,
    TOO_WIDE,
    decide,
    items_for_width,
    items_to_settle,
    labels_per_item,
    majority_accuracy,
)
from mlpm.agreement.figures import coefficients_figure, conflicts_figure, more_raters_figure, paradox_figure
from mlpm.agreement.large import LargeRatings
from mlpm.agreement.measures import (
    Estimate,
    Moments,
    Patterns,
    alpha,
    chance,
    coefficients,
    cohen,
    library_alpha,
    resample,
    weighted_cohen,
)
from mlpm.agreement.published import published
from mlpm.agreement.raters import against_the_rest, drag, mean_pairwise_kappa, pair_counts, pairwise
from mlpm.agreement.ratings import Ratings, count
from mlpm.agreement.reading import read
from mlpm.agreement.study import Findings, analyze
from mlpm.agreement.versions import Comparison, Versions, compare, two_versions
from mlpm.agreement.votes import NO_MAJORITY, consensus, dawid_skene, majority, to_adjudicate
from mlpm.agreement.worked import worked

__all__ = [
    "DECISIONS",
    "NO_MAJORITY",
    "TOO_WIDE",
    "Comparison",
    "Estimate",
    "Findings",
    "LargeRatings",
    "Moments",
    "Patterns",
    "Ratings",
    "Versions",
    "against_the_rest",
    "alpha",
    "analyze",
    "by_group",
    "by_label",
    "by_pair_of_labels",
    "chance",
    "coefficients",
    "coefficients_figure",
    "cohen",
    "compare",
    "conflicts",
    "conflicts_figure",
    "consensus",
    "count",
    "dawid_skene",
    "decide",
    "drag",
    "items_for_width",
    "items_to_settle",
    "labels_per_item",
    "library_alpha",
    "majority",
    "majority_accuracy",
    "mean_pairwise_kappa",
    "more_raters_figure",
    "pair_counts",
    "pairwise",
    "paradox_figure",
    "published",
    "read",
    "resample",
    "to_adjudicate",
    "two_versions",
    "weighted_cohen",
    "wording",
    "worked",
]
