"""Who comes, and how much they differ: a reader's traffic, counted in the engine.

Units return. So the distinct units of two weeks are not half of those of four, and a plan that multiplies the units of
a day by the days is wrong in the direction that pleases. Two grouped queries answer: the first day of every unit after
several start days (newcomers by days elapsed), and the moments of the metric over windows of full weeks, with the same
metric in the weeks before as covariate. Rows stay in the engine; a few dozen numbers leave it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import ibis
import numpy as np
import pyarrow as pa
from ibis import _
from tea_tasting.aggr import Aggregates

from mlpm import InputError, tables
from mlpm.sizing.question import Question, kinds

WEEK = 7
STARTS = 6  # start days that are followed; more would say the same
WINDOWS = 3  # windows of each length whose moments are averaged
FEWEST = 30  # units in a window: below it a spread is a guess
TOLD = 0.999  # a correlation with the weeks before from which on the column is a property and no metric
PARTIAL = 0.5  # a last day with less than this share of the same weekday's rows looks cut off


@dataclass(frozen=True)
class Spread:
    """What the metric is like over so many weeks: means over the windows of that length.

    variation: standard deviation over mean per unit; correlation: with the weeks before; guardrail: its variation.
    """

    weeks: int
    windows: int
    units: float
    baseline: float
    variation: float
    correlation: float
    guardrail: float | None = None


@dataclass(frozen=True)
class Traffic:
    """Distinct units by days elapsed, and the metric's spread by weeks.

    newcomers: units not seen before on day 1, 2, … after a start, mean over the starts that reach that day; all units,
    also where the file holds a share of them. curves: the same for each start, cumulated. spreads: by weeks, rising;
    empty where the file holds no metric. units: distinct in the file; rows: of the file.
    """

    newcomers: np.ndarray
    curves: list[np.ndarray]
    spreads: list[Spread]
    rows: int
    units: int | None = None
    first: str = ""
    last: str = ""
    guardrail: float | None = None
    notes: list[str] = field(default_factory=list)
    name: str = ""

    @property
    def days(self) -> int:
        """Days after a start that the file covers."""
        return len(self.newcomers)

    @property
    def weeks(self) -> int:
        """Full weeks after a start that the file covers."""
        return self.days // WEEK

    @property
    def pace(self) -> float:
        """Newcomers a day in the last full week seen: first weeks are no guide to later ones."""
        return float(self.newcomers[-min(WEEK, self.days):].mean())

    def distinct(self, days: float) -> float:
        """Units in so many days; beyond the file the last week's pace is kept, which promises rather too many."""
        seen = np.concatenate([[0.0], np.cumsum(self.newcomers)])
        if days <= self.days:
            return float(np.interp(days, np.arange(len(seen)), seen))
        return float(seen[-1] + (days - self.days) * self.pace)

    def days_for(self, units: float) -> float:
        """Days until so many units have come; infinite if nobody new comes any more."""
        seen = np.concatenate([[0.0], np.cumsum(self.newcomers)])
        if units <= seen[-1]:
            place = int(np.searchsorted(seen, units))
            return place - (seen[place] - units) / (seen[place] - seen[place - 1]) if place else 0.0
        return self.days + (units - seen[-1]) / self.pace if self.pace > 0 else math.inf

    def spread(self, weeks: int) -> Spread | None:
        """The spread over so many weeks; beyond the file, that of the longest window there is."""
        found = [spread for spread in self.spreads if spread.weeks <= weeks]
        return found[-1] if found else (self.spreads[0] if self.spreads else None)


def read(data, asked: Question, *, engine: str = "") -> Traffic:
    """Read a reader's file and count it; raise InputError for what a reader can get wrong."""
    table = tables.read(data, kinds(asked), engine=engine)
    return _from_counts(table, asked) if asked.counted else _from_units(table, asked)


# --- A file of counts ---------------------------------------------------------------------------------------------


def _from_counts(table: tables.Table, asked: Question) -> Traffic:
    frame = table.rows.select(day=asked.day, count=asked.count).order_by("day").to_pyarrow().to_pandas()
    twice = frame.day[frame.day.duplicated()]
    if len(twice):
        raise tables.error(table.name, asked.day, f"day {twice.iloc[0]} is there twice", "Keep one row for each day")
    falls = np.flatnonzero(np.diff(frame["count"]) < 0)
    if len(falls):
        day, count = frame.day[falls[0] + 1], frame["count"][falls[0] + 1]
        raise tables.error(
            table.name, asked.count, f"falls at day {day}, to {count:g}",
            "Count the distinct units since the start, which never become fewer",
        )
    last = int(frame.day.iloc[-1])
    if last < WEEK:
        raise _too_short(table.name, asked.day, last)
    if frame["count"].iloc[-1] <= 0:
        raise tables.error(table.name, asked.count, "is 0 on every day", "Give the distinct units since the start")
    notes = list(table.notes)
    if len(frame) < last:
        notes.append(f"{last - len(frame)} of {last} days have no row; their counts lie on the line between neighbors.")
    seen = np.interp(np.arange(last + 1), [0, *frame.day], [0, *frame["count"]]) / asked.share_of_units
    if not seen[WEEK] > 0:
        raise tables.error(
            table.name, asked.count, "is 0 for the first week", "Count the days from the first unit on",
        )
    newcomers = np.diff(seen)
    return Traffic(newcomers, [seen[1:]], [], table.count, notes=notes, name=table.name)


# --- A file of units and days -------------------------------------------------------------------------------------


def _from_units(table: tables.Table, asked: Question) -> Traffic:
    rows, first, last = _dated(table, asked)
    span = last - first + 1
    if span < WEEK:
        raise _too_short(table.name, asked.day, span)
    notes = [*table.notes, *_calendar(rows, first, last)]
    newcomers, curves = _newcomers(rows, first, last)
    if asked.weeks_before and (not asked.metric or span < (asked.weeks_before + 1) * WEEK):
        if asked.metric:
            short = f"The file is too short for {asked.weeks_before} weeks before a start"
            notes.append(f"{short}: no covariate was computed.")
        asked = replace(asked, weeks_before=0)
    spreads = _spreads(rows, asked, first, span, table.name) if asked.metric or asked.guardrail else []
    totals = rows.aggregate(units=_.unit.nunique()).to_pyarrow().to_pylist()[0]
    return Traffic(
        newcomers / asked.share_of_units,
        [curve / asked.share_of_units for curve in curves],
        spreads if asked.metric else [],
        table.count,
        units=int(totals["units"]),
        first=_date(first),
        last=_date(last),
        guardrail=spreads[0].guardrail if spreads and not asked.metric else None,
        notes=notes,
        name=table.name,
    )


def _too_short(name: str, column: str, days: int) -> InputError:
    return tables.error(name, column, f"covers {days} day{'s' * (days != 1)}", "Bring full weeks, best four or more")


def _date(day: int) -> str:
    return str(np.datetime64(day, "D"))


def _dated(table: tables.Table, asked: Question) -> tuple[ibis.Table, int, int]:
    """Rows as unit, day (a whole number), x, y and guard; the first and the last day."""
    text = table.rows[asked.day]
    day = text.substr(0, 10).try_cast("date").epoch_days().cast("int64")
    measured = dict(zip("xy", asked.metric, strict=False))
    columns = {name: table.rows[column].cast("float64") for name, column in measured.items()}
    if asked.guardrail:
        columns["guard"] = table.rows[asked.guardrail]
    rows = table.rows.select(unit=table.rows[asked.unit], day=day, **columns)
    found = rows.aggregate(first=_.day.min(), last=_.day.max(), bad=_.day.isnull().sum()).to_pyarrow().to_pylist()[0]
    if found["bad"]:
        wrong = table.rows.mutate(row=ibis.row_number()).filter(text.substr(0, 10).try_cast("date").isnull())
        example = wrong.select("row", text=asked.day).order_by("row").limit(1).to_pyarrow().to_pylist()[0]
        count = found["bad"]
        raise tables.error(
            table.name, asked.day, f"is not a day ({count:,} such row{'s' * (count != 1)})",
            "Write days like 2026-09-07",
            # Only DuckDB keeps rows in the order of the file.
            example["row"] + 1 if rows.get_backend().name == "duckdb" else None, example["text"],
        )
    return rows, int(found["first"]), int(found["last"])


def _calendar(rows: ibis.Table, first: int, last: int) -> list[str]:
    """What is odd about the days: gaps, and a last day that looks cut off."""
    found = rows.group_by("day").aggregate(rows=_.count()).order_by("day").to_pyarrow().to_pydict()
    counts = dict(zip(found["day"], found["rows"], strict=True))
    notes, missing = [], last - first + 1 - len(counts)
    if missing:
        gap = next(day for day in range(first, last) if day not in counts)
        notes.append(f"Days without a row: {missing}, the first {_date(gap)}. Was the log switched off?")
    before = counts.get(last - WEEK)
    if before and counts[last] < PARTIAL * before:
        notes.append(
            f"The last day, {_date(last)}, has {counts[last]:,} rows; a week before there were {before:,}: "
            "it may be cut off."
        )
    return notes


def _newcomers(rows: ibis.Table, first: int, last: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Units first seen on day 1, 2, … after each start, a week apart, all on the first day's weekday."""
    starts = [first + WEEK * k for k in range(STARTS) if first + WEEK * (k + 1) - 1 <= last]
    table = ibis.memtable(pa.table({"start": starts}))
    days = rows.select("unit", "day").distinct()
    since = days.inner_join(table, days.day >= table.start)
    firsts = since.group_by("start", "unit").aggregate(elapsed=(_.day - _.start).min())
    counts = firsts.group_by("start", "elapsed").aggregate(units=_.count()).to_pyarrow().to_pydict()
    length = last - first + 1
    new = np.full((len(starts), length), np.nan)
    for place, start in enumerate(starts):
        new[place, : last - start + 1] = 0
    for start, elapsed, units in zip(counts["start"], counts["elapsed"], counts["units"], strict=True):
        new[starts.index(start), elapsed] = units
    curves = [np.cumsum(line[~np.isnan(line)]) for line in new]
    return np.nanmean(new, axis=0), curves


def _spreads(rows: ibis.Table, asked: Question, first: int, span: int, name: str) -> list[Spread]:
    """Moments over windows of 1, 2, … full weeks, the latest few of each length, in one query."""
    whole, weeks_before = span // WEEK, asked.weeks_before
    windows = [
        (weeks, start)
        for weeks in range(1, min(whole - weeks_before, asked.weeks_longest) + 1)
        for start in range(whole - weeks, weeks_before - 1, -1)[:WINDOWS]
    ]
    table = ibis.memtable(pa.table({
        "weeks": [weeks for weeks, __ in windows], "start": [start for __, start in windows],
        "end": [start + weeks for weeks, start in windows], "from": [start - weeks_before for __, start in windows],
    }))
    weekly = _weekly(rows, asked, first)
    joined = weekly.inner_join(table, [weekly.week >= table["from"], weekly.week < table.end])
    units = _per_unit(joined, asked)
    measured = [c for c in ("x", "y", "x_before", "y_before", "guard") if c in units.columns]
    asks = {"units": _.count()}
    for column in measured:
        asks |= {f"mean {column}": units[column].mean(), f"var {column}": units[column].var(how="sample")}
    paired = [c for c in measured if c != "guard"]
    pairs = [(a, b) for place, a in enumerate(paired) for b in paired[place + 1 :]]
    asks |= {f"cov {a} {b}": units[a].cov(units[b], how="sample") for a, b in pairs}
    found = units.group_by("weeks", "start").aggregate(**asks).order_by("weeks", "start").to_pyarrow().to_pylist()
    spreads = []
    for weeks in sorted({record["weeks"] for record in found}):
        group = [_moments(record, measured, pairs) for record in found if record["weeks"] == weeks]
        spread = _spread(weeks, group, asked, name)
        if spread is not None:
            spreads.append(spread)
    if not spreads:
        most = max((record["units"] for record in found), default=0)
        raise tables.error(
            name, asked.unit, f"at most {most} units in a week or more", f"A spread takes {FEWEST} or more: bring more"
        )
    return spreads


def _weekly(rows: ibis.Table, asked: Question, first: int) -> ibis.Table:
    """One row per unit and week: sums (for a proportion, whether it ever was), and the guardrail's sum and count."""
    measured = [rows[column] for column in ("x", "y") if column in rows.columns]
    sums = {value.get_name(): _total(value, asked) for value in measured}
    if asked.guardrail:
        sums |= {"guard_sum": rows.guard.sum(), "guard_count": rows.guard.count()}
    week = ((rows.day - first) // WEEK).cast("int64")
    return rows.mutate(week=week).group_by("unit", "week").aggregate(**sums)


def _total(value: ibis.Value, asked: Question) -> ibis.Value:
    """A unit's value over several rows: the sum, or whether it ever was."""
    return value.max() if asked.kind == "proportion" else value.sum()


def _per_unit(joined: ibis.Table, asked: Question) -> ibis.Table:
    """One row per window and unit that came in it; what it did before as x_before and y_before, 0 if it was away."""
    inside = joined.week >= joined.start
    sums = {"seen": inside.max()}
    for column in ("x", "y"):
        if column in joined.columns:
            sums[column] = _total(inside.ifelse(joined[column], 0.0), asked)
            if asked.weeks_before:
                sums[f"{column}_before"] = _total(inside.ifelse(0.0, joined[column]), asked)
    if asked.guardrail:
        sums |= {
            "guard_sum": inside.ifelse(joined.guard_sum, 0.0).sum(),
            "guard_count": inside.ifelse(joined.guard_count, 0).sum(),
        }
    units = joined.group_by("weeks", "start", "unit").aggregate(**sums).filter(_.seen)
    return units.mutate(guard=units.guard_sum / units.guard_count.nullif(0)) if asked.guardrail else units


def _moments(record: dict, columns: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Aggregates:
    def value(key: str) -> float:
        return math.nan if record[key] is None else record[key]

    return Aggregates(
        record["units"],
        {c: value(f"mean {c}") for c in columns},
        {c: value(f"var {c}") for c in columns},
        {(a, b): value(f"cov {a} {b}") for a, b in pairs},
    )


def _spread(weeks: int, group: Sequence[Aggregates], asked: Question, name: str) -> Spread | None:
    """The mean over the windows of one length; None where a window holds too few units."""
    if min(moments.count() for moments in group) < FEWEST:
        return None
    guard = None
    if asked.guardrail:
        guard = float(np.mean([moments.var("guard") ** 0.5 / _above_zero(moments.mean("guard"), asked.guardrail, name)
                               for moments in group]))
    if not asked.metric:
        return Spread(weeks, len(group), _mean_count(group), math.nan, math.nan, 0.0, guard)
    base, variation, correlation = [], [], []
    for moments in group:
        x, y = "x", "y" if asked.kind == "ratio" else None
        if y:
            _above_zero(moments.mean(y), asked.metric[1], name)
        mean = _above_zero(moments.mean(x), asked.metric[0], name) / moments.mean(y)
        variance = moments.ratio_var(x, y)
        if not variance > 0:
            raise tables.error(name, asked.metric[0], "is the same for every unit", "Name a metric that differs")
        before = ("x_before", "y_before" if y else None)
        base.append(mean)
        variation.append(variance**0.5 / mean)
        correlation.append(_correlation(moments, (x, y), before, variance))
        if abs(correlation[-1]) > TOLD:
            raise tables.error(
                name, asked.metric[0], "is told by the weeks before, unit by unit, so no change could move it",
                "Name a metric that varies in time, or set weeks_before to 0",
            )
    return Spread(
        weeks, len(group), _mean_count(group), float(np.mean(base)), float(np.mean(variation)),
        float(np.mean(correlation)) if "x_before" in group[0].mean_ else asked.correlation, guard,
    )


def _mean_count(group: Sequence[Aggregates]) -> float:
    return float(np.mean([moments.count() for moments in group]))


def _correlation(moments: Aggregates, metric: tuple, before: tuple, variance: float) -> float:
    """With the same metric before, both linearized as the delta method does; 0 where nothing was measured before."""
    if "x_before" not in moments.mean_ or (before[1] and not moments.mean(before[1]) > 0):
        return 0.0
    spread = moments.ratio_var(*before)
    return moments.ratio_cov(*metric, *before) / (variance * spread) ** 0.5 if spread > 0 else 0.0


def _above_zero(mean: float, column: str, name: str) -> float:
    if not mean > 0:
        raise tables.error(
            name, column, f"is {mean:g} per unit on average, so a share of it means nothing",
            "Name a column whose mean is above zero",
        )
    return mean
