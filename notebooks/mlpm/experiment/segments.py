"""Does the change do the same to everybody? Every metric that can win, in every group of units named beforehand.

The groups of a segment are known before the assignment, so each holds a test of its own. Whether their effects differ
is asked by Cochran's Q (1954): the spread of the differences against their own errors.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import ibis
import numpy as np
from statsmodels.stats.meta_analysis import combine_effects
from tea_tasting.aggr import Aggregates

from mlpm import InputError, tables
from mlpm.experiment.adjust import reduced, variance
from mlpm.experiment.estimates import Estimate, estimate
from mlpm.experiment.health import holm, known
from mlpm.experiment.moments import NO_VALUE, Moments, refuse_divided, selected, sufficient
from mlpm.experiment.plan import Metric, Plan
from mlpm.tables import Table

MOST_VALUES = 20


@dataclass(frozen=True)
class Comparison:
    """One metric in one variant against the control, among the units of one value of a segment.

    estimate: None where a variant has fewer than two such units, or nothing that can be divided; its adjusted p-value
    is by Holm over all comparisons of all segments. error: standard error of the difference.
    """

    segment: str
    value: str
    metric: Metric
    variant: str
    estimate: Estimate | None
    error: float | None = None

    def stands_out(self, level: float) -> bool:
        p = self.estimate.p_value_adjusted if self.estimate else None
        return p is not None and p <= level

    def record(self) -> dict:
        """The fields a report's JSON holds."""
        e = self.estimate
        return {
            "segment": self.segment,
            "value": self.value,
            "metric": self.metric.name,
            "variant": self.variant,
            "control_units": e.units[0] if e else None,
            "treatment_units": e.units[1] if e else None,
        } | {
            name: getattr(e, name) if e else None
            for name in (
                "control", "treatment", "difference", "difference_low", "difference_high", "p_value", "p_value_adjusted"
            )
        }


@dataclass(frozen=True)
class Heterogeneity:
    """Does a metric's difference depend on the value of a segment? Q on `degrees` degrees of freedom.

    p_value None where fewer than two values can be compared; p_value_adjusted: by Holm over all such questions.
    """

    segment: str
    metric: Metric
    variant: str
    q: float | None = None
    degrees: int | None = None
    p_value: float | None = None
    p_value_adjusted: float | None = None

    def record(self) -> dict:
        """The fields a report's JSON holds."""
        return {
            "segment": self.segment,
            "metric": self.metric.name,
            "variant": self.variant,
            "q": self.q,
            "degrees": self.degrees,
            "p_value": self.p_value,
            "p_value_adjusted": self.p_value_adjusted,
        }


@dataclass(frozen=True)
class Segments:
    """units: segment, value and units of each variant, the control first; empty lists where no segment is named."""

    units: list[tuple[str, str, dict[str, int]]]
    comparisons: list[Comparison]
    heterogeneity: list[Heterogeneity]


def segments(table: Table, plan: Plan, moments: Moments) -> Segments:
    """Compare within every value of every segment the plan names; a missing value is a group of its own.

    Three queries for each segment, however many rows. Raises InputError: one value, too many, a cluster with rows in
    two of them.
    """
    rows = selected(table, plan)
    units, comparisons = [], []
    for segment in plan.segments:
        if plan.cluster:
            refuse_divided(table, plan, segment, f"groups of '{segment}'")
        counted = _counted(rows, plan, segment, moments, table.name)
        units += [(segment, value, of) for value, of in counted.items()]
        comparisons += _compared(rows, plan, segment, list(counted), moments)
    adjusted = holm([one.estimate.p_value if one.estimate else None for one in comparisons])
    comparisons = [
        replace(one, estimate=replace(one.estimate, p_value_adjusted=p)) if one.estimate else one
        for one, p in zip(comparisons, adjusted, strict=True)
    ]
    return Segments(units, comparisons, _heterogeneity(plan, comparisons, moments))


def _value_of(rows: ibis.Table, segment: str) -> ibis.Value:
    return rows[segment].fill_null(NO_VALUE)


def _counted(
    rows: ibis.Table, plan: Plan, segment: str, moments: Moments, name: str
) -> dict[str, dict[str, int]]:
    """Units of each variant for each value, values in order of their names."""
    cells = rows.select(arm=rows[plan.variant], value=_value_of(rows, segment), **_cluster(rows, plan))
    few = cells.select("value").distinct().limit(MOST_VALUES + 1).to_pyarrow().to_pydict()["value"]
    if len(few) > MOST_VALUES:
        raise tables.error(
            name,
            segment,
            f"more than {MOST_VALUES} different values",
            "Name a column with few groups, or put rare values together",
        )
    if len(few) == 1:
        raise tables.error(name, segment, f"every row is '{few[0]}'", "Name a column that tells units apart")
    size = cells.cluster.nunique() if plan.cluster else cells.count()
    found = {value: dict.fromkeys(moments.units, 0) for value in sorted(few)}
    for cell in cells.group_by(["arm", "value"]).aggregate(units=size).to_pyarrow().to_pylist():
        found[cell["value"]][cell["arm"]] = int(cell["units"])
    return found


def _cluster(rows: ibis.Table, plan: Plan) -> dict[str, ibis.Value]:
    return {"cluster": rows[plan.cluster]} if plan.cluster else {}


def _compared(
    rows: ibis.Table, plan: Plan, segment: str, values: Sequence[str], moments: Moments
) -> list[Comparison]:
    """Each metric, each value, each variant; the moments of all cells come from one query."""
    arms = list(moments.units)
    value, arm = _value_of(rows, segment), rows[plan.variant]
    # One whole number for each cell: the library groups by one column.
    of_value = ibis.cases(*[(value == one, i) for i, one in enumerate(values)])
    of_arm = ibis.cases(*[(arm == one, i * len(values)) for i, one in enumerate(arms)])
    celled = rows.mutate(_cell=of_value + of_arm)
    found = []
    for metric, cells in sufficient(celled, plan, "_cell", plan.decision_metrics, moments.gaps):
        for i, value in enumerate(values):
            of = {one: cells.get(i + j * len(values)) for j, one in enumerate(arms)}
            found += [_comparison(plan, segment, value, metric, one, of) for one in arms[1:]]
    order = {metric.name: i for i, metric in enumerate(plan.decision_metrics)}
    return sorted(found, key=lambda one: (order[one.metric.name], values.index(one.value), arms.index(one.variant)))


def _comparison(
    plan: Plan, segment: str, value: str, metric: Metric, variant: str, of: dict[str, Aggregates | None]
) -> Comparison:
    pair = of[plan.control], of[variant]
    none = Comparison(segment, value, metric, variant, None)
    if any(arm is None or arm.count() < 2 for arm in pair):
        return none
    try:
        found = estimate(plan, metric, variant, *pair)
        error = variance(reduced(metric, *pair)) ** 0.5
    except InputError:  # divided by zero, or too like its covariate, in this group alone
        return none
    return replace(none, estimate=found, error=error)


def _heterogeneity(plan: Plan, comparisons: Sequence[Comparison], moments: Moments) -> list[Heterogeneity]:
    asked = [
        _q(segment, metric, variant, comparisons)
        for segment in plan.segments
        for metric in plan.decision_metrics
        for variant in moments.units
        if variant != plan.control
    ]
    adjusted = holm([one.p_value for one in asked])
    return [replace(one, p_value_adjusted=p) for one, p in zip(asked, adjusted, strict=True)]


def _q(segment: str, metric: Metric, variant: str, comparisons: Sequence[Comparison]) -> Heterogeneity:
    question = Heterogeneity(segment, metric, variant)
    mine = [
        one
        for one in comparisons
        if (one.segment, one.metric, one.variant) == (segment, metric, variant) and one.estimate and one.error
    ]
    if len(mine) < 2:
        return question
    with np.errstate(all="ignore"):  # what it says of random effects divides by Q, which may be 0
        combined = combine_effects(
            np.array([one.estimate.difference for one in mine]), np.array([one.error**2 for one in mine]), "chi2"
        )
        test = combined.test_homogeneity()
    return replace(question, q=float(test.statistic), degrees=int(test.df), p_value=known(test.pvalue))
