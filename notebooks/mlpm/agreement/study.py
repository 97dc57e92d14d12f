"""Everything the notebook shows about one set of ratings, computed once."""

import math
from dataclasses import dataclass
from functools import cached_property
from numbers import Real

import pandas as pd

from mlpm import InputError
from mlpm.agreement.breakdown import by_group, by_label, by_pair_of_labels, conflicts
from mlpm.agreement.decision import decide, items_for_width, items_to_settle, labels_per_item
from mlpm.agreement.large import LargeRatings
from mlpm.agreement.measures import COEFFICIENTS, SCHEMES, Estimate, alpha, chance, coefficients, resample
from mlpm.agreement.raters import against_the_rest, drag, mean_pairwise_kappa, pair_counts, pairwise
from mlpm.agreement.ratings import PROFILE_RATINGS, Ratings
from mlpm.agreement.versions import Comparison, compare
from mlpm.agreement.votes import MAX_CATEGORIES, Consensus, consensus, to_adjudicate
from mlpm.outputs import rounded

DRAWS = 1000
# A group is where to start when it holds this share of all conflicts, and so many times its share of the items.
HOT_SHARE, HOT_RATE = 0.2, 1.5
# A lean of less than half an item in 100 is not worth a word.
LEAN = 0.005
LISTED_RATERS = 12
QUOTED_GROUPS = 6

NAMES = {
    "percent_agreement": "Percent agreement",
    "gwet_ac1": "Gwet's AC1",
    "gwet_ac2_linear": "Gwet's AC2, linear weights",
    "gwet_ac2_quadratic": "Gwet's AC2, quadratic weights",
    "fleiss_kappa": "Fleiss' kappa",
    "krippendorff_alpha": "Krippendorff's alpha",
}


@dataclass(frozen=True)
class Findings:
    ratings: Ratings | LargeRatings
    required: float
    cost: float  # of one label, in euros
    seed: int  # of every bootstrap
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
    wanted_width: float  # of alpha's interval, from end to end
    weighted_kappas: dict[str, float | None]  # by scheme; the mean of the pairs; empty on the nominal level
    comparison: Comparison | None  # of two versions of the guideline

    @property
    def measures(self) -> pd.DataFrame:
        """The measures of agreement with their intervals: measure, value, low, high; empty where undefined."""
        rows = [(NAMES[name], e.value, e.low, e.high) for name, e in self.estimates.items()]
        rows.append(("Cohen's kappa, mean of the pairs of raters", self.mean_kappa, None, None))
        rows += [(f"The same, {scheme} weights", value, None, None) for scheme, value in self.weighted_kappas.items()]
        return pd.DataFrame(rows, columns=["measure", "value", "low", "high"]).astype(dict.fromkeys(
            ["value", "low", "high"], float
        ))

    @property
    def rater_table(self) -> pd.DataFrame:
        """At most twelve raters, those who differ most, and how each leans."""
        table = self.raters.head(LISTED_RATERS).drop(columns=["shared", "label", "excess"])
        leans = [
            f"{100 * row.excess:.0f} more {row.label}" if row.excess >= LEAN else "" for row in
            self.raters.head(LISTED_RATERS).itertuples()
        ]
        return table.assign(leans=leans)

    def result(self) -> dict:
        """The answer for machines: every number of the memo, and why a number is missing."""
        a, r, c = self.alpha, self.ratings, self.consensus
        return {
            "items": r.item_count,
            "raters": len(r.raters),
            "ratings": r.rating_count,
            "labels": len(r.labels),
            "percent_agreement": self.observed,
            "krippendorff_alpha": a.value,
            "krippendorff_alpha_low": a.low,
            "krippendorff_alpha_high": a.high,
            "fleiss_kappa": self.estimates["fleiss_kappa"].value,
            "gwet_ac1": self.estimates["gwet_ac1"].value,
            "decision": self.decision,
            "reasons": {name: e.reason for name, e in self.estimates.items() if e.reason},
            "required_alpha": self.required,
            "level": r.level,
            "chance_agreement": self.expected,
            "mean_pairwise_kappa": self.mean_kappa,
            "conflicts": self.conflicts,
            "labels_per_item": self.labels_per_item,
            "retrain": self.dragging,
            "adjudicate": self.adjudicate["item"].tolist(),
            "consensus": None if c is None else {
                "same": c.same, "tied": c.tied, "other": c.other, "log_likelihood": c.fit.log_likelihood,
                "iterations": c.fit.iterations, "converged": c.fit.converged,
            },
            "notes": self.notes,
            "krippendorff_alpha_error": a.error,
            "wanted_width": self.wanted_width,
            "items_for_width": self.items_for_width,
            "gwet_ac2": {scheme: self.estimates[f"gwet_ac2_{scheme}"].value for scheme in self.weighted_kappas},
            "weighted_kappas": self.weighted_kappas,
            "label_kappas": [
                {"label": row.label, "kappa": row.kappa, "low": row.low, "high": row.high}
                for row in self.labels.itertuples()
            ],
            "repeated_pairs": r.passes.pairs if r.passes else None,
            "intra_rater_agreement": r.passes.agreement if r.passes else None,
            "versions": self._versions(),
        }

    @property
    def notes(self) -> list[str]:
        """What the memo says of the file, and what was left out for its size."""
        if not isinstance(self.ratings, LargeRatings) or len(self.ratings.labels) > MAX_CATEGORIES:
            return self.ratings.notes
        return [
            *self.ratings.notes,
            f"Dawid–Skene is left out: it needs every rating in memory, and {self.ratings.rating_count:,} are more "
            f"than {PROFILE_RATINGS:,}. A sample of the items, in a file of its own, gets it.",
        ]

    def _versions(self) -> dict | None:
        c = self.comparison
        if c is None:
            return None
        return {
            "names": list(c.versions.names), "items": [c.versions.items(side) for side in (0, 1)],
            "shared": c.versions.shared, "alphas": [one.value for one in c.alphas],
            "difference": c.difference.value, "low": c.difference.low, "high": c.difference.high,
            "reason": c.difference.reason,
        }

    def numbers(self) -> dict[str, int | float | str]:
        """What a chapter may want to quote; only what these ratings have."""
        top, first, c = self.hot_group, self.raters.dropna(subset="agreement").iloc[0], self.consensus
        common = self.labels.sort_values(["share", "label"]).iloc[-1]
        weakest = self.labels.sort_values(["agreement", "label"]).iloc[0]
        kappas = self.rater_pairs.dropna(subset="kappa").sort_values(["kappa", "rater_1", "rater_2"])
        values = {name: value for name, value in self.result().items() if isinstance(value, (int, float, str))}
        values |= {
            "same_of_100": 100 * self.observed, "chance_of_100": 100 * self.expected,
            "common_label": common.label, "common_label_of_100": 100 * common["share"],
            "weakest_label": weakest.label, "weakest_label_of_100": 100 * weakest.agreement,
            "first_rater": first.rater, "first_rater_of_100": 100 * first.agreement, "first_rater_label": first.label,
            "first_rater_excess_of_100": 100 * first.excess,
            "best_alpha_without": self.raters.alpha_without.max(),
            "lowest_alpha_without": self.raters.alpha_without.min(),
            "two_plus_one_1000": 1000 * self.labels_per_item * self.cost, "three_each_1000": 3000 * self.cost,
        }
        for number, row in enumerate([] if self.groups is None else self.groups.head(QUOTED_GROUPS).itertuples(), 1):
            values |= {
                f"group_{number}": row.group, f"group_{number}_items": row.items,
                f"group_{number}_conflicts": row.conflicts,
            }
        if len(kappas):
            values |= {"lowest_pair_kappa": kappas.kappa.iloc[0], "highest_pair_kappa": kappas.kappa.iloc[-1]}
        if top is not None:
            relabel = top["items"] * labels_per_item(top.agreement)
            values |= {
                "hot_group": top.group, "hot_conflicts": top.conflicts, "hot_items": top["items"],
                "hot_alpha": self.hot_alpha.value, "hot_alpha_low": self.hot_alpha.low,
                "hot_alpha_high": self.hot_alpha.high, "alpha_elsewhere": self.alpha_elsewhere,
                "hot_labels": relabel, "hot_cost": relabel * self.cost,
            }
        if c is not None:
            values |= {"consensus_same": c.same, "consensus_tied": c.tied, "consensus_other": c.other}
        return {name: value for name, value in rounded(values).items() if value is not None}

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

    @cached_property
    def hot_alpha(self) -> Estimate | None:
        """Alpha within that group, with its interval: a group is a small sample, and looks it."""
        top = self.hot_group
        if top is None:
            return None
        mine = self.ratings.counted_of_group(self.ratings.groups.index(top.group), drawn=True)
        return coefficients(mine, DRAWS, self.seed)["krippendorff_alpha"]

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

    @property
    def items_for_width(self) -> int | None:
        """Items in all for an interval of the wanted width; None where these items say nothing about it."""
        if not self.alpha.error:
            return None
        return items_for_width(self.ratings.pairable_count, self.alpha.error, self.wanted_width)


def _checked(name: str, value, low: float, high: float, meaning: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not (math.isfinite(value) and low <= value <= high):
        raise InputError(f"{name} is '{value}'. {meaning}")
    return float(value)


def analyze(
    ratings: Ratings | LargeRatings,
    *,
    required_alpha: float,
    cost_per_label: float,
    seed: int,
    list_items: int = 10,
    wanted_width: float = 0.10,
) -> Findings:
    """Compute everything; raise InputError for a parameter that makes no sense."""
    required = _checked("required_alpha", required_alpha, 0, 1, "Write a number from 0 to 1, such as 0.8.")
    cost = _checked("cost_per_label", cost_per_label, 0, 1e9, "Write a number of euros, such as 0.125.")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError(f"seed is '{seed}'. Write a whole number, such as 7.")
    width = _checked("wanted_width", wanted_width, 0.001, 1, "Write a width from 0.001 to 1, such as 0.1.")
    drawn = resample(ratings.counted, DRAWS, seed)
    nominal = ratings.level == "nominal"
    estimates = {name: drawn.estimate(name) for name in NAMES if name in COEFFICIENTS or not nominal}
    observed, expected = chance(ratings.counted)
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
        seed=seed,
        estimates=estimates,
        observed=observed,
        expected=expected,
        conflicts=conflicts(ratings),
        labels=by_label(ratings, drawn),
        label_pairs=by_pair_of_labels(ratings),
        groups=groups,
        alpha_elsewhere=None if groups is None else alpha(ratings.counted_without_group(worst)),
        raters=raters,
        rater_pairs=rater_pairs,
        mean_kappa=mean_pairwise_kappa(rater_pairs),
        dragging=dragging,
        alpha_without_dragging=alpha_without,
        consensus=found,
        adjudicate=to_adjudicate(ratings, found, list_items),
        decision=decision,
        rule=rule,
        wanted_width=width,
        weighted_kappas={} if nominal else {
            scheme: mean_pairwise_kappa(rater_pairs, f"kappa_{scheme}") for scheme in SCHEMES
        },
        comparison=None if ratings.versions is None else compare(ratings.versions, DRAWS, seed),
    )
