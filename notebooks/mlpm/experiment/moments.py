"""From rows to sufficient statistics: counts, means and (co)variances of each variant, in one grouped query.

Rows stay in the engine, which computes (co)variances over centered values (Welford): a large mean costs no digits.
"""

import ibis
from tea_tasting.aggr import Aggregates, read_aggregates

from mlpm import tables
from mlpm.experiment.plan import Metric, Plan
from mlpm.tables import Table

MOST_ARMS = 50


def moments(table: Table, plan: Plan) -> dict[str, Aggregates]:
    """Counts, means, variances and covariances of each variant: the control first, the others by name.

    Raises InputError: one variant, too many, an unknown control, a variant of one unit, a split of another length,
    a denominator that is zero on average, a guardrail whose control is not above zero.
    """
    arms = _arms(table, plan)
    rows = table.rows.select(plan.variant, **{c: table.rows[c].cast("float64") for c in plan.measured})
    # Every column of a metric with every other of the same metric: what delta method and CUPED need, no more.
    wanted = [metric.test().aggr_cols for metric in plan.metrics]
    found = read_aggregates(
        rows,
        plan.variant,
        has_count=True,
        mean_cols=plan.measured,
        var_cols=plan.measured,
        cov_cols=[pair for columns in wanted for pair in columns.cov_cols],
    )
    found = {arm: found[arm] for arm in arms}
    for metric in plan.metrics:
        _computable(metric, found, plan.control, table.name)
    return found


def _computable(metric: Metric, moments: dict[str, Aggregates], control: str, name: str) -> None:
    numerator, denominator = metric.parts
    empty = [arm for arm, found in moments.items() if denominator and found.mean(denominator) == 0]
    if empty:
        raise tables.error(
            name,
            denominator,
            f"its mean is 0 in variant '{empty[0]}', so {metric.name} cannot be computed",
            "Choose a denominator that is not zero",
        )
    value = moments[control].mean(numerator) / moments[control].mean(denominator)
    if metric.guardrail and metric.kind != "proportion" and value <= 0:
        raise tables.error(
            name,
            numerator,
            f"is {value:g} in the control, so a margin that is a share of it means nothing",
            "Measure the guardrail so that the control is above zero",
        )


def _arms(table: Table, plan: Plan) -> list[str]:
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
    small = min(units, key=units.get)
    if units[small] < 2:
        raise refuse(f"variant '{small}' has one row", "It needs at least two: bring more, or leave it out")
    if plan.expected_split and len(plan.expected_split) != len(units):
        raise refuse(
            f"{len(units)} variants, but expected_split has {len(plan.expected_split)} parts",
            f"Write one part per variant, in this order: {', '.join(_ordered(units, plan.control))}",
        )
    return _ordered(units, plan.control)


def _ordered(units, control: str) -> list[str]:
    return [control, *sorted(set(units) - {control})]
