"""Three grouped queries: how many predictions, of which score, in which slice and week, and what came true of them."""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import ibis
import numpy as np
import pandas as pd
from ibis import _

from mlpm import InputError, checks, tables
from mlpm.phrases import plural
from mlpm.scores import BINS

MAX_SLICES, MAX_SPANS = 50, 400
ALL = "all together"


@dataclass(frozen=True)
class Counts:
    """What is known of a file of predictions.

    cells: one row for each span, slice, bin of the score and side of `act_from`: rows, score (sum), labeled, positives,
    promised (sum of the scores of labeled rows). Spans of `days` days count from current_from: −1 is the last one of
    the reference, 0 the first one in question. Only labels that had time to become final count as labels. fine: rows by
    period (0 reference, 1 current), slice and one of a thousand places of the score.
    """

    name: str
    slices: list[str]
    cells: pd.DataFrame
    fine: pd.DataFrame
    first: datetime.date
    start: datetime.date  # current_from
    last: datetime.date
    days: int
    ripe_after: int
    bins: int
    probabilities: bool
    has_labels: bool
    notes: list[str] = field(default_factory=list)

    @property
    def sliced(self) -> bool:
        return len(self.slices) > 1

    @property
    def ripe_until(self) -> datetime.date:
        """The last day whose labels are final."""
        return self.last - datetime.timedelta(days=self.ripe_after)

    def span_start(self, span: int) -> datetime.date:
        return self.start + datetime.timedelta(days=int(span) * self.days)

    @cached_property
    def reference_spans(self) -> list[int]:
        """Whole spans before current_from, earliest first."""
        return list(range(-((self.start - self.first).days // self.days), 0))

    @cached_property
    def current_spans(self) -> list[int]:
        """Whole spans from current_from on whose labels are final."""
        return list(range(((self.ripe_until - self.start).days + 1) // self.days))

    def rows(self, period: int, code: int | None = None) -> np.ndarray:
        """Rows by bin of the score, in a slice or in all."""
        here = self.cells[(self.cells.span >= 0) == bool(period)]
        here = here if code is None else here[here.slice == code]
        return np.bincount(here.bin, here.rows, minlength=self.bins)

    def mix(self, period: int) -> np.ndarray:
        """Rows by slice."""
        here = self.cells[(self.cells.span >= 0) == bool(period)]
        return np.bincount(here.slice, here.rows, minlength=len(self.slices))

    def places(self, period: int, code: int | None = None) -> np.ndarray:
        """Rows by place of the score."""
        here = self.fine[self.fine.period == period]
        here = here if code is None else here[here.slice == code]
        return np.bincount(here.code, here.rows, minlength=BINS)


def read(
    data, *, day: str, score: str, label: str = "", positive: str = "", slices: str = "", engine: str = "",
    current_from: str = "", days: int = 7, ripe_after: int = 0, act_from: float = 0.5, bins: int = 10,
) -> Counts:
    """Read a reader's table, one row a prediction, and count it; raise InputError for what a reader can get wrong.

    label: empty for no labels; a row without a label counts as not labeled yet. positive: the label that counts; empty
    for 0/1 or yes/no. slices: column to group by, may be empty or missing. current_from: the first day in question,
    empty for the last four spans; everything before is the reference.
    """
    checks.count("days", days, 1)
    checks.count("ripe_after", ripe_after)
    checks.count("bins", bins, 2)
    checks.number("bins", bins, 2, 50, "a whole number from 2 to 50")
    checks.number("act_from", act_from)
    tables.named({"day": day, "score": score, "label": label, "slices": slices}, ("day", "score"))
    kinds = {day: tables.Day(), score: tables.Number()}
    if label:
        kinds[label] = tables.Text(missing="keep") if positive else tables.Flag(missing="keep")
    table, slices, notes = tables.read_with_extra(data, kinds, slices, engine=engine)
    notes = [*notes, *table.notes]
    rows = table.rows.select(
        day=day, score=score, slice=table.rows[slices].fill_null("(none)") if slices else ibis.literal(ALL),
        label=_label(table, label, positive),
    )
    ends = rows.aggregate(
        first=_.day.min(), last=_.day.max(), low=_.score.min(), high=_.score.max(), labels=_.label.count(),
        slices=_.slice.nunique(),
    ).to_pyarrow().to_pylist()[0]
    if ends["slices"] > MAX_SLICES:
        raise tables.error(table.name, slices, f"holds {ends['slices']:,} different values",
                           f"Choose a column with at most {MAX_SLICES}, such as a category or a country")
    if ends["low"] == ends["high"]:
        raise tables.error(table.name, score, f"every score is {ends['low']:g}", "Name the column of the scores")
    if label and not ends["labels"]:
        raise tables.error(table.name, label, "no row has a label", "Fill in what is known, or set label to nothing")
    start = _start(current_from, ends["first"], ends["last"], days, table.name, day)
    if (ends["last"] - ends["first"]).days // days > MAX_SPANS:
        raise InputError(f"{table.name} spans {(ends['last'] - ends['first']).days:,} days: more than {MAX_SPANS} "
                         f"times {days}. Give a larger number of days, or fewer years.")
    probabilities = ends["low"] >= 0 and ends["high"] <= 1
    if not probabilities:
        notes.append(f"Scores run from {ends['low']:.6g} to {ends['high']:.6g}: they are no probabilities. What a "
                     "score promises is what came true of it in the reference.")
    return _count(rows, ends, start, name=table.name, days=days, ripe_after=ripe_after, act_from=act_from, bins=bins,
                  probabilities=probabilities, has_labels=bool(label), notes=notes)


def _label(table: tables.Table, label: str, positive: str) -> ibis.Value:
    """1, 0 or null."""
    if not label:
        return ibis.null("int64")
    column = table.rows[label]
    if not positive:
        return column.cast("int64")
    seen = sorted(value for value in table.rows.select(label).distinct().to_pyarrow()[label].to_pylist() if value)
    if positive not in seen:
        listed = ", ".join(f"'{value}'" for value in seen[:6]) or "nothing"
        raise InputError(f"positive is '{positive}', and {table.name}, column '{label}' holds {listed}. "
                         "Set positive to the label that counts.")
    return (column == positive).cast("int64")


def _start(text: str, first: datetime.date, last: datetime.date, days: int, name: str, column: str) -> datetime.date:
    if not str(text).strip():
        return max(last - datetime.timedelta(days=4 * days - 1), first)
    try:
        start = datetime.date.fromisoformat(str(text).strip())
    except ValueError:
        raise InputError(f"Parameter current_from is {text!r}. Give a day like 2026-08-10, or nothing.") from None
    if not first < start <= last:
        raise InputError(f"Parameter current_from is {start}, and {name}, column '{column}' runs from {first} to "
                         f"{last}. Give a day after the first and up to the last one.")
    return start


def _count(
    rows: ibis.Table, ends: dict, start: datetime.date, *, name: str, days: int, ripe_after: int, act_from: float,
    bins: int, probabilities: bool, has_labels: bool, notes: Sequence[str],
) -> Counts:
    low, high = (0.0, 1.0) if probabilities else (ends["low"], ends["high"])
    unit = ((rows.score - low) / (high - low)).clip(0, 1)
    # Narrow at both ends, where probabilities crowd; half a millionth up, so that the last digit decides nothing.
    code = (unit.sqrt().asin() * (2 * BINS / math.pi) + 5e-7).floor().clip(upper=BINS - 1).cast("int64")
    # Spans count from `start`; both sides of the division stay positive, as engines round negative numbers differently.
    before = (start - ends["first"]).days
    shift = -(-before // days)
    since = rows.day.delta(ibis.literal(ends["first"]), unit="day")
    span = (since + (shift * days - before)) // days - shift
    ripe = rows.day <= ibis.literal(ends["last"] - datetime.timedelta(days=ripe_after))
    coded = rows.select(
        "slice", "score", span=span.cast("int64"), code=code, acted=(rows.score >= act_from).cast("int64"),
        label=ripe.ifelse(rows.label, None),
    )
    fine = coded.group_by(period=(_.span >= 0).cast("int64"), slice=_.slice, code=_.code).aggregate(rows=_.count())
    fine = fine.to_pyarrow().to_pandas()
    edges = _edges(fine[fine.period == 0], bins)
    place = sum(((coded.code > edge).cast("int64") for edge in edges), ibis.literal(0))
    labeled = coded.label.notnull()
    cells = coded.mutate(bin=place, known=labeled.cast("int64")).group_by("span", "slice", "bin", "acted").aggregate(
        rows=_.count(), score=_.score.sum(), labeled=_.known.sum(), positives=_.label.sum(),
        promised=(_.score * _.known).sum(),
    ).to_pyarrow().to_pandas()
    names = sorted(set(cells.slice))
    codes = {text: number for number, text in enumerate(names)}
    for frame in (cells, fine):
        frame["slice"] = frame.slice.map(codes).astype(int)
    cells["positives"] = cells.positives.fillna(0)
    cells = cells.astype({"rows": int, "labeled": int, "positives": int, "bin": int, "span": int, "acted": int})
    unknown = int(cells.rows.sum() - cells.labeled.sum())
    notes = list(notes)
    if has_labels and unknown:
        notes.append(f"{plural(unknown, 'row')} {'has' if unknown == 1 else 'have'} no final label and "
                     f"count{'s' * (unknown == 1)} for the mix and the scores only.")
    return Counts(
        name=name, slices=names, cells=cells.sort_values(["span", "slice", "bin", "acted"], ignore_index=True),
        fine=fine.sort_values(["period", "slice", "code"], ignore_index=True), first=ends["first"], start=start,
        last=ends["last"], days=days, ripe_after=ripe_after, bins=len(edges) + 1, probabilities=probabilities,
        has_labels=has_labels, notes=notes,
    )


def _edges(fine: pd.DataFrame, bins: int) -> list[int]:
    """Last place of each bin but the highest, so that bins hold about as many rows of the reference each."""
    rows = np.bincount(fine.code, fine.rows, minlength=BINS)
    below = np.cumsum(rows) / rows.sum()
    wanted = np.arange(1, bins) / bins
    edges = sorted({int(np.searchsorted(below, share - 1e-9)) for share in wanted})
    top = int(np.flatnonzero(rows)[-1])
    return [edge for edge in edges if edge < top]
