"""Do several raters mean the same thing by a label, and is that enough to train on?

ratings    one grouped query: who gave which label to which item, as profiles with weights
measures   percent agreement, Krippendorff's alpha, Fleiss' kappa, Gwet's AC1, Cohen's kappa, bootstrap intervals
raters     pairs of raters, each rater against the rest, alpha without one of them
breakdown  by label, by pair of labels, by group of items
votes      majority vote, Dawid–Skene, what to adjudicate first
decision   train, fix the guideline, retrain raters or collect more; what a label costs
study      all of it, computed once for one set of ratings
wording    the findings in sentences, and the memo
figures    the charts
published  published tables and their numbers, beside ours
worked     the small cases of the chapter, which need no file
"""

from mlpm.agreement import wording
from mlpm.agreement.breakdown import by_group, by_label, by_pair_of_labels, conflicts
from mlpm.agreement.decision import DECISIONS, TOO_WIDE, decide, items_to_settle, labels_per_item, majority_accuracy
from mlpm.agreement.figures import coefficients_figure, conflicts_figure, more_raters_figure, paradox_figure
from mlpm.agreement.measures import Estimate, Patterns, alpha, chance, coefficients, cohen, library_alpha
from mlpm.agreement.published import published
from mlpm.agreement.raters import against_the_rest, drag, mean_pairwise_kappa, pair_counts, pairwise
from mlpm.agreement.ratings import Ratings, count, read
from mlpm.agreement.study import Findings, analyze
from mlpm.agreement.votes import NO_MAJORITY, consensus, dawid_skene, majority, to_adjudicate
from mlpm.agreement.worked import worked

__all__ = [
    "DECISIONS",
    "NO_MAJORITY",
    "TOO_WIDE",
    "Estimate",
    "Findings",
    "Patterns",
    "Ratings",
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
    "conflicts",
    "conflicts_figure",
    "consensus",
    "count",
    "dawid_skene",
    "decide",
    "drag",
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
    "to_adjudicate",
    "wording",
    "worked",
]
