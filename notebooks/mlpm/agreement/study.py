"""Everything the notebook shows about one set of ratings, computed once."""

import math
from dataclasses import dataclass
from numbers import Real

import pandas as pd

from mlpm import InputError
from mlpm.agreement.breakdown import by_group, by_label, by_pair_of_labels, conflicts
from mlpm.agreement.decision import decide, items_to_settle, labels_per_item
from mlpm.agreement.measures import Estimate, alpha, chance, coefficients
from mlpm.agreement.raters import against_the_rest, drag, mean_pairwise_kappa, pair_counts, pairwise
from mlpm.agreement.ratings import Ratings
from mlpm.agreement.votes import Consensus, consensus, to_adjudicate

DRAWS = 1000
# A group is where to start when it holds this share of all conflicts, and so many times its share of the items.
HOT_SHARE, HOT_RATE = 0.2, 1.5


@dataclass(frozen=True)
class Findings:
    ratings: Ratings
    required: float
    cost: float  # of one label, in euros
    estimates: dict[str, Estimate]
    observed: float  # percent agreement, mean over items
    expected: float  # the part of it that label shares alone explain
    conflicts: int  # items that received at least two labels
    labels: pd.DataFrame
    label_pairs: pd.DataFrame
    groups: pd.DataFrame | None
    alpha_elsewhere: float | None  # alpha without the group with most conflicts
    raters: pd.DataFrame
    rater_pairs: pd.DataFrame
    mean_kappa: float | None
    dragging: list[str]
    alpha_without_dragging: float | None
    consensus: Consensus | None
    adjudicate: pd.DataFrame
    decision: str
    rule: str

    @property
    def alpha(self) -> Estimate:
        return self.estimates["krippendorff_alpha"]

    @property
    def hot_group(self):
        """The row of the group with most conflicts, if it has far more than its share of them; else None."""
        if self.groups is None or not self.conflicts:
            return None
        top = self.groups.iloc[0]
        fair = top.pairable / self.ratings.pairable_count
        return top if top["share"] >= max(HOT_SHARE, HOT_RATE * fair) else None

    @property
    def labels_per_item(self) -> float:
        return labels_per_item(self.observed)

    @property
    def items_to_settle(self) -> int | None:
        """Items in all that would tell; None when no number of items follows from these."""
        found = self.alpha
        if found.value is None or found.low is None:
            return None
        return items_to_settle(self.ratings.pairable_count, found.value, found.low, found.high, self.required)


def _checked(name: str, value, low: float, high: float, meaning: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not (math.isfinite(value) and low <= value <= high):
        raise InputError(f"{name} is '{value}'. {meaning}")
    return float(value)


def analyze(
    ratings: Ratings, *, required_alpha: float, cost_per_label: float, seed: int, list_items: int = 10
) -> Findings:
    """Compute everything; raise InputError for a parameter that makes no sense."""
    required = _checked("required_alpha", required_alpha, 0, 1, "Write a number from 0 to 1, such as 0.8.")
    cost = _checked("cost_per_label", cost_per_label, 0, 1e9, "Write a number of euros, such as 0.125.")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError(f"seed is '{seed}'. Write a whole number, such as 7.")
    patterns = ratings.patterns
    estimates = coefficients(patterns, DRAWS, seed)
    observed, expected = chance(patterns)
    counted = pair_counts(ratings)
    raters, rater_pairs = against_the_rest(ratings, counted), pairwise(ratings, counted)
    dragging, alpha_without = drag(ratings, raters, required)
    groups = by_group(ratings) if len(ratings.groups) > 1 else None
    worst = ratings.groups.index(groups.group[0]) if groups is not None else None
    found = consensus(ratings)
    overall = estimates["krippendorff_alpha"]
    decision, rule = decide(overall.value, overall.low, overall.high, required, dragging)
    return Findings(
        ratings=ratings,
        required=required,
        cost=cost,
        estimates=estimates,
        observed=observed,
        expected=expected,
        conflicts=conflicts(ratings),
        labels=by_label(ratings),
        label_pairs=by_pair_of_labels(ratings),
        groups=groups,
        alpha_elsewhere=None if groups is None else alpha(ratings.patterns_without_group(worst)),
        raters=raters,
        rater_pairs=rater_pairs,
        mean_kappa=mean_pairwise_kappa(rater_pairs),
        dragging=dragging,
        alpha_without_dragging=alpha_without,
        consensus=found,
        adjudicate=to_adjudicate(ratings, found, list_items),
        decision=decision,
        rule=rule,
    )
