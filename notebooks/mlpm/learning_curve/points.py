"""Read a learning curve: one row a training run. What leaves the engine is one row a training size.

A run at one size enters the fit only through a weight, so weights, weighted errors and their squares, summed over the
runs of a size, are all a fit needs: a million runs cost one grouped query.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import ibis
import numpy as np
from ibis import _

from mlpm import InputError, tables

MEASURES = ("error", "accuracy")
# Three unknowns take three sizes; with more than this the column is an identifier or a clock, not a training size.
MIN_SIZES, MAX_SIZES = 3, 500
# An error of 0 has no binomial variance, and would outweigh everything else.
NO_ERROR = 1e-4


@dataclass(frozen=True)
class Points:
    """A learning curve by training size, ascending: arrays of one entry a size.

    sizes: items trained on; error: weighted mean over the runs; weight: sum of the weights; within: weighted sum of
    squares around that mean; runs: rows; low, high: smallest and largest error.

    A row's weight is its test items, one over its squared standard error, or 1. Its variance is `spread(error)` over
    the weight, up to a factor: e(1 − e), as for a share, or 1 if standard errors are given.
    """

    sizes: np.ndarray
    error: np.ndarray
    weight: np.ndarray
    within: np.ndarray
    runs: np.ndarray
    low: np.ndarray
    high: np.ndarray
    weighting: str = "equal"  # equal, test or standard_error
    shared_test: bool = True  # with test: every row was scored on the same items
    name: str = "curve"
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return int(self.runs.sum())

    @property
    def largest(self) -> float:
        return float(self.sizes[-1])

    @property
    def test_items(self) -> float | None:
        """Test items behind a row, on average."""
        return float(self.weight.sum() / self.rows) if self.weighting == "test" else None

    @property
    def noise_is_known(self) -> bool:
        """Whether a row says how far chance alone moves it: by its standard error, or by test items of its own."""
        return self.weighting == "standard_error" or (self.weighting == "test" and not self.shared_test)

    def spread(self, error) -> np.ndarray:
        """The variance function: what a row's variance is proportional to, beside its weight."""
        error = np.asarray(error, dtype=float)
        if self.weighting == "standard_error":
            return np.ones_like(error)
        error = np.clip(error, NO_ERROR, 1 - NO_ERROR)
        return error * (1 - error)


def points(sizes: Sequence[float], errors: Sequence[float], **options) -> Points:
    """A curve from two sequences, one entry a run, all of the same weight; options: other fields of Points."""
    sizes, errors = np.asarray(sizes, dtype=float), np.asarray(errors, dtype=float)
    found = np.unique(sizes)
    groups = [errors[sizes == size] for size in found]
    return Points(
        sizes=found,
        error=np.array([group.mean() for group in groups]),
        weight=np.array([float(len(group)) for group in groups]),
        within=np.array([((group - group.mean()) ** 2).sum() for group in groups]),
        runs=np.array([len(group) for group in groups]),
        low=np.array([group.min() for group in groups]),
        high=np.array([group.max() for group in groups]),
        **options,
    )


def read(
    data,
    *,
    size: str,
    error: str,
    measure: str = "error",
    run: str = "",
    test: str = "",
    standard_error: str = "",
    shared_test: bool = True,
    engine: str = "",
) -> Points:
    """Read a reader's table, one row a training run, and sum it by size; raise InputError for what can be wrong.

    size, error: columns; measure: `error`, or `accuracy` for 1 − error; run: column that tells repeats apart;
    test: column with the test items behind the error; standard_error: column with its standard error, instead.
    """
    if measure not in MEASURES:
        raise InputError(f"measure is '{measure}'. Write one of: {', '.join(MEASURES)}.")
    if not isinstance(shared_test, bool):
        raise InputError(f"shared_test is '{shared_test}'. Write True or False.")
    if test and standard_error:
        raise InputError("test and standard_error are both given. Name the one that the noise of a row follows from.")
    named = {"size": size, "error": error, "run": run, "test": test, "standard_error": standard_error}
    tables.named(named, ("size", "error"))
    columns: dict[str, tables.Kind] = {size: tables.Number(low=1, whole=True), error: tables.Number(low=0)}
    columns |= {run: tables.Text()} if run else {}
    columns |= {test: tables.Number(low=1, whole=True)} if test else {}
    columns |= {standard_error: tables.Number(low=0)} if standard_error else {}
    table = tables.read(data, columns, engine=engine, key=[size, run] if run else ())
    rows = table.rows.select(
        size=_[size], error=1 - _[error] if measure == "accuracy" else _[error], given=_[error],
        sure=_[standard_error] if standard_error else ibis.literal(1.0),
        weight=_[test].cast("float64") if test else _[standard_error] ** -2 if standard_error else ibis.literal(1.0),
    )
    percent = "Write shares: 0.125, not 12.5 for 12.5%"
    _refuse(rows, rows.given > 1, rows.given, table, error, "is above 1", percent, not engine)
    certain = "Give each row's standard error, or none"
    _refuse(rows, rows.sure == 0, rows.sure, table, standard_error, "is a standard error of 0", certain, not engine)
    summed = rows.group_by("size").aggregate(
        runs=_.count(), weight=_.weight.sum(), low=_.error.min(), high=_.error.max(),
        first=(_.weight * _.error).sum(), second=(_.weight * _.error**2).sum(),
    )
    found = summed.order_by("size").limit(MAX_SIZES + 1).to_pyarrow().to_pandas()
    if len(found) < MIN_SIZES:
        sizes = " and ".join(f"{value:,}" for value in found["size"])
        problem = f"holds {len(found)} training size{'s' * (len(found) > 1)} ({sizes}), and a curve takes three or more"
        raise tables.error(table.name, size, problem, "Train on four sizes, each about double the one before")
    if len(found) > MAX_SIZES:
        problem = f"holds more than {MAX_SIZES} training sizes"
        raise tables.error(table.name, size, problem, "Name the column with the number of items trained on")
    mean = found["first"] / found["weight"]
    return Points(
        sizes=found["size"].to_numpy(float),
        error=mean.to_numpy(float),
        weight=found["weight"].to_numpy(float),
        within=(found["second"] - found["first"] * mean).clip(lower=0).to_numpy(float),
        runs=found["runs"].to_numpy(int),
        low=found["low"].to_numpy(float),
        high=found["high"].to_numpy(float),
        weighting="test" if test else "standard_error" if standard_error else "equal",
        shared_test=shared_test,
        name=table.name,
        notes=list(table.notes),
    )


def _refuse(rows, where, shown, table, column: str, problem: str, remedy: str, ordered: bool) -> None:
    """Refuse the table if a row is wrong in a way the gate cannot know; rows of an engine's table have no order."""
    count = int(where.sum().to_pyarrow().as_py() or 0)
    if not count:
        return
    found = rows.mutate(row=ibis.row_number() + 1 if ordered else ibis.null("int64"), shown=shown).filter(where)
    first = found.select("row", "shown").limit(1).to_pyarrow().to_pylist()[0]
    such = f"({count:,} such row{'s' * (count != 1)})"
    raise tables.error(table.name, column, f"{problem} {such}", remedy, first["row"], f"{first['shown']:g}")
