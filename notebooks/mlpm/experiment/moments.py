"""From rows to sufficient statistics: counts, means and (co)variances of each variant, in grouped queries.

Rows stay in the engine, which computes (co)variances over centered values (Welford): a large mean costs no digits. How
many queries there are depends on the metrics, never on the rows: one for those whose columns have the same gaps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import ibis
from tea_tasting.aggr import Aggregates, read_aggregates

from mlpm import tables
from mlpm.experiment.plan import ROWS, Metric, Plan
from mlpm.tables import Table

MOST_ARMS = 50
NO_VALUE = "(no value)"  # the group of the units that lack a segment

Arms = dict[str, Aggregates]  # variant → its counts, means, variances and covariances; the control first


@dataclass(frozen=True)
class Gap:
    """A column without a value in some rows. lacking: variant → units that lack one; rows: rows that do, of `total`."""

    column: str
    lacking: dict[str, int]
    rows: int
    total: int


@dataclass(frozen=True)
class Moments:
    """All that leaves the engine. A unit is a row, or a cluster of rows where the plan names one.

    units: variant → units, the control first; rows: variant → rows; gaps: columns that lack values, where the plan says
    what to do about them; of_metric: metric or covariate → its arms; naive: the same as if every row were a unit, where
    units are clusters.
    """

    units: dict[str, int]
    rows: dict[str, int]
    of_metric: Mapping[str, Arms]
    gaps: list[Gap] = field(default_factory=list)
    naive: Mapping[str, Arms] | None = None

    def of(self, metric: Metric) -> Arms:
        return self.of_metric[metric.name]


def moments(table: Table, plan: Plan) -> Moments:
    """Counts, means, variances and covariances of each variant, for every metric and covariate.

    Raises InputError: one variant, too many, an unknown control, a variant of one unit, a split of another length,
    a cluster in two variants, no value left in a variant, a denominator that is zero on average, a guardrail whose
    control is not above zero.
    """
    rows = _arms(table, plan)
    found = selected(table, plan)
    if plan.cluster:
        refuse_divided(table, plan, plan.variant, "variants")
    units, gaps = (rows, []) if not (plan.cluster or plan.missing) else _units_and_gaps(found, plan, rows)
    small = min(units, key=units.get)
    if units[small] < 2:
        raise tables.error(
            table.name,
            plan.cluster,
            f"variant '{small}' has one cluster",
            "It needs at least two, and an interval one can trust needs dozens: bring more, or leave the variant out",
        )
    metrics = [*plan.metrics, *plan.covariates]
    of_metric = {}
    for metric, arms in sufficient(found, plan, plan.variant, metrics, gaps):
        of_metric[metric.name] = {arm: arms[arm] for arm in units if arm in arms and arms[arm].count() > 1}
        _computable(metric, of_metric[metric.name], units, table.name)
    naive = None
    if plan.cluster:
        per_row = replace(plan, cluster="")
        plain = [replace(metric, size=None) for metric in plan.metrics]
        naive = {metric.name: arms for metric, arms in sufficient(found, per_row, plan.variant, plain, gaps)}
    return Moments(units, rows, of_metric, gaps, naive)


def selected(table: Table, plan: Plan) -> ibis.Table:
    """The columns that are analyzed, numbers as floats; a missing value is null, or 0 where the plan says so."""
    named = [column for column in (plan.variant, plan.cluster, *plan.segments) if column]
    return table.rows.select(*named, **{c: table.rows[c].cast("float64") for c in plan.measured})


def sufficient(
    rows: ibis.Table, plan: Plan, key: str, metrics: Sequence[Metric], gaps: Sequence[Gap]
) -> Iterable[tuple[Metric, dict[object, Aggregates]]]:
    """Each metric with its moments by `key`: a column of the rows that says to which cell a row belongs.

    tea-tasting leaves a missing value out of mean and variance and counts it in n: rows that lack a value of a metric
    are dropped first, for that metric alone. Metrics that need the same columns with gaps share one query.
    """
    lacking = {gap.column for gap in gaps}
    shared = {}
    for metric in metrics:
        needed = tuple(column for column in dict.fromkeys(metric.columns) if column in lacking)
        shared.setdefault(() if plan.missing == "zero" else needed, []).append(metric)
    if plan.missing == "zero":
        rows = rows.mutate(**{column: rows[column].fill_null(0.0) for column in plan.measured})
    for needed, alike in shared.items():
        whole = rows.filter(*[rows[column].notnull() for column in needed]) if needed else rows
        if plan.cluster:
            sums = {column: whole[column].sum() for column in plan.measured}
            whole = whole.group_by([key, plan.cluster]).aggregate(**sums, **{ROWS: whole.count().cast("float64")})
        columns = [[column for ratio in metric.ratios for column in ratio if column] for metric in alike]
        every = list(dict.fromkeys(column for of_one in columns for column in of_one))
        # Every column of a metric with every other of the same metric: what delta method and CUPED need, no more.
        pairs = [(a, b) for of_one in columns for a in of_one for b in of_one if a < b]
        found = read_aggregates(whole, key, has_count=True, mean_cols=every, var_cols=every, cov_cols=pairs)
        yield from ((metric, found) for metric in alike)


def refuse_divided(table: Table, plan: Plan, column: str, what: str) -> None:
    """Refuse a cluster whose rows have more than one value of a column: variants or segments belong to the unit."""
    value = table.rows[column].fill_null(NO_VALUE)
    homes = table.rows.group_by(plan.cluster).aggregate(low=value.min(), high=value.max())
    divided = homes.filter(homes.low != homes.high)
    found = _record(divided.aggregate(clusters=divided.count(), first=divided[plan.cluster].min()))
    if found["clusters"]:
        one = _record(divided.filter(divided[plan.cluster] == found["first"]))
        such = f"({found['clusters']:,} such cluster{'s' * (found['clusters'] != 1)})"
        raise tables.error(
            table.name,
            plan.cluster,
            f"has rows in two {what}, '{one['low']}' and '{one['high']}' {such}",
            "Name the column with the randomized unit, or leave such clusters out and find out how they came about"
            if column == plan.variant
            else "Give each cluster the value it had when it was assigned",
            example=found["first"],
        )


def _units_and_gaps(rows: ibis.Table, plan: Plan, arms: Mapping[str, int]) -> tuple[dict[str, int], list[Gap]]:
    lost = {f"lost_{i}": rows[column].isnull().cast("int64") for i, column in enumerate(plan.measured)}
    units = rows.select(plan.variant, *[plan.cluster] * bool(plan.cluster), **lost)
    if plan.cluster:
        units = units.group_by([plan.variant, plan.cluster]).aggregate(**{name: units[name].sum() for name in lost})
    counted = units.group_by(plan.variant).aggregate(
        units=units.count(),
        **{name: units[name].sum() for name in lost},
        **{f"of_units_{name}": (units[name] > 0).cast("int64").sum() for name in lost},
    )
    found = {record[plan.variant]: record for record in counted.to_pyarrow().to_pylist()}
    gaps = []
    for name, column in zip(lost, plan.measured, strict=True):
        lacking = {arm: int(found[arm][f"of_units_{name}"]) for arm in arms}
        gaps.append(Gap(column, lacking, int(sum(found[arm][name] for arm in arms)), sum(arms.values())))
    return {arm: int(found[arm]["units"]) for arm in arms}, [gap for gap in gaps if gap.rows]


def _computable(metric: Metric, arms: Arms, units: Mapping[str, int], name: str) -> None:
    numerator, denominator = metric.parts
    control = next(iter(units))
    few = [arm for arm in units if arm not in arms]
    if few:
        raise tables.error(
            name,
            dict.fromkeys(metric.columns),
            f"fewer than two units of variant '{few[0]}' have every value that {metric.name} needs",
            "Leave the metric or its covariate out, or bring the values",
        )
    empty = [arm for arm, found in arms.items() if denominator and found.mean(denominator) == 0]
    if empty:
        raise tables.error(
            name,
            denominator,
            f"its mean is 0 in variant '{empty[0]}', so {metric.name} cannot be computed",
            "Choose a denominator that is not zero",
        )
    value = arms[control].mean(numerator) / arms[control].mean(denominator)
    if metric.guardrail and metric.kind != "proportion" and value <= 0:
        raise tables.error(
            name,
            numerator,
            f"is {value:g} in the control, so a margin that is a share of it means nothing",
            "Measure the guardrail so that the control is above zero",
        )


def _arms(table: Table, plan: Plan) -> dict[str, int]:
    """Rows of each variant, the control first, the others by name."""
    counts = table.rows.group_by(plan.variant).aggregate(units=ibis._.count())
    head = counts.order_by(ibis.desc("units")).limit(MOST_ARMS + 1).to_pyarrow().to_pydict()
    units = dict(zip(head[plan.variant], head["units"], strict=True))
    names = ", ".join(sorted(units)[:5]) + (" …" if len(units) > 5 else "")

    def refuse(problem: str, remedy: str):
        return tables.error(table.name, plan.variant, problem, remedy)

    if len(units) == 1:
        raise refuse(f"every row is '{names}': one variant cannot be compared", "Bring the rows of the others, too")
    if len(units) > MOST_ARMS:
        raise refuse(f"more than {MOST_ARMS} different values", "Name the column that holds the variant, not the unit")
    if plan.control not in units:
        raise refuse(f"no row is '{plan.control}', the control you named", f"Set control to one of: {names}")
    ordered = [plan.control, *sorted(set(units) - {plan.control})]
    small = min(units, key=units.get)
    if units[small] < 2:
        raise refuse(f"variant '{small}' has one row", "It needs at least two: bring more, or leave it out")
    if plan.expected_split and len(plan.expected_split) != len(units):
        raise refuse(
            f"{len(units)} variants, but expected_split has {len(plan.expected_split)} parts",
            f"Write one part per variant, in this order: {', '.join(ordered)}",
        )
    return {arm: units[arm] for arm in ordered}


def _record(one_row: ibis.Table) -> dict:
    return one_row.to_pyarrow().to_pylist()[0]
