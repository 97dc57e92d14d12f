"""Count a reader's event log in the engine: what leaves it are counts by week and moments by group.

The log is folded into one row a user, which stays in the engine: first use, whether it was followed by the activation
and by a return in time, the value of the outcome before and since, and what the guardrails ask for. Cohorts and moments
are grouped queries over these rows, so nothing that enters Python grows with the log.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import ibis
import pandas as pd
from tea_tasting.aggr import Aggregates, read_aggregates

from mlpm import InputError, tables
from mlpm.impact.question import Columns, Question, unknown

EXPOSED, HELD = "exposed", "holdout"
MOST_EVENTS, MOST_GROUPS = 2_000, 50
# Users in both groups, or seen before their first use: a few are devices that were shared and clocks that were wrong.
FEW_MIXED, FEW_EARLY = 0.01, 0.05
# A last day further than this behind nearly all rows is not a quiet end but a wrong date.
GAP_DAYS, NEARLY_ALL = 60, 0.999
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Log:
    """An event log, counted.

    cohorts: one row a week of first use, of the exposed: week (Monday), users, activated, returned. moments: counts,
    means and (co)variances by group ("holdout", "exposed"; only the latter without a group column) of value, early,
    late (halves of the period), before, and for the nth guardrail has_n, count_n, sum_n. mixed: users in both groups,
    left out. early: users seen before their first use. unseen: users without one.
    """

    name: str
    rows: int
    cohorts: pd.DataFrame
    moments: dict[str, Aggregates]
    outcome_from: date
    until: date
    began: date | None
    mixed: int = 0
    early: int = 0
    unseen: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def has_holdout(self) -> bool:
        return HELD in self.moments

    def users(self, group: str) -> int:
        return int(self.moments[group].count()) if group in self.moments else 0

    @property
    def days(self) -> int:
        """Length of the period in which the outcome is counted."""
        return (self.until - self.outcome_from).days + 1


def read(data, columns: Columns, question: Question, *, engine: str = "") -> Log:
    """Read a table with one row an event and count it; raise InputError for what a reader can get wrong."""
    given = tables.named(vars(columns), ("user", "time", "event"))
    kinds = {
        "user": tables.Text(),
        "time": tables.Day(),
        "event": tables.Text(),
        "value": tables.Number(missing="keep"),
        "group": tables.Text(),
    }
    table = tables.read(data, {name: kinds[role] for role, name in given.items()}, engine=engine)
    rows = table.rows.select(**given)
    # A log without values or groups gets columns of their own all the same: one value an event, everybody in one group.
    lacking = {role: one for role, one in (("value", 1.0), ("group", "")) if role not in rows.columns}
    rows = rows.mutate(day=rows.time.epoch_days(), **{role: ibis.literal(one) for role, one in lacking.items()})
    return _Counting(rows, columns, question, table).log()


class _Counting:
    """One log on its way to its counts: every step checks what the next one relies on."""

    def __init__(self, rows: ibis.Table, columns: Columns, question: Question, table: tables.Table):
        self.rows, self.columns, self.question, self.table = rows, columns, question, table
        self.notes = list(table.notes)

    def log(self) -> Log:
        self._check_events()
        since, until = self._period()
        began = self.question.began
        groups = self._groups()
        people = self._people(_number(since), _number(until), _number(began) if began else None, groups).cache()
        whole = _record(
            people.aggregate(
                users=people.count(),
                mixed=people.mixed.sum(),
                unseen=people.first.isnull().sum(),
                early=(people.before_first > 0).sum(),
            )
        )
        self._check_people(whole, people)
        people = people.filter(~people.mixed)
        moments = self._moments(people)
        return Log(
            self.table.name,
            self.table.count,
            self._cohorts(people),
            moments,
            since,
            until,
            began,
            mixed=int(whole["mixed"]),
            early=int(whole["early"]),
            unseen=int(whole["unseen"]),
            notes=self.notes,
        )

    def _refuse(self, role: str, problem: str, remedy: str, example: object = None) -> InputError:
        return tables.error(self.table.name, getattr(self.columns, role), problem, remedy, example=example)

    def _check_events(self) -> None:
        rows = self.rows
        gone = rows.value.isnull()
        found = tables.frame(
            rows.group_by("event")
            .aggregate(n=rows.count(), gone=gone.sum())
            .order_by(ibis.desc("n"), "event")
            .limit(MOST_EVENTS + 1)
        )
        there = found.event.tolist()
        if len(there) > MOST_EVENTS:
            raise self._refuse(
                "event",
                f"holds more than {MOST_EVENTS:,} different events",
                "Name the column that says what happened, not to whom or when",
            )
        if len(there) == 1:
            raise self._refuse(
                "event",
                f"every row is '{there[0]}': one kind of event says nothing of what follows it",
                "Bring first use, activation, return and outcome in one file",
            )
        for parameter, event in self.question.events:
            if event not in there:
                raise self._refuse("event", f"no row is '{event}', which {parameter} names", unknown(event, there))
        valued = [self.question.outcome, *(rail.event for rail in self.question.guardrails if rail.kind == "mean")]
        empty = found[found.event.isin(valued) & (found.gone > 0)]
        if len(empty):
            event, count = empty.event.iloc[0], int(empty.gone.iloc[0])
            raise self._refuse(
                "value",
                f"is missing for '{event}' ({count:,} such row{'s' * (count != 1)})",
                "Fill in the value, 0 where there was none",
            )

    def _period(self) -> tuple[date, date]:
        """The days between which the outcome is counted; refuse days that cannot be."""
        rows, q = self.rows, self.question
        days = tables.frame(rows.group_by("day").aggregate(n=rows.count()).order_by("day"))
        first, last = _date(days.day.iloc[0]), _date(days.day.iloc[-1])
        if q.until is None:
            share = days.n.cumsum() / days.n.sum()
            usual = _date(days.day[share >= NEARLY_ALL].iloc[0])
            if (last - usual).days > GAP_DAYS:
                raise self._refuse(
                    "time",
                    f"lies {(last - usual).days:,} days after nearly all other rows",
                    "Correct the date, or set until to the last day of the log",
                    last,
                )
        until = q.until or last
        if last > until:
            late = int(days.n[days.day > _number(until)].sum())
            raise self._refuse(
                "time",
                f"is after until, {until} ({late:,} such row{'s' * (late != 1)})",
                "Correct the dates, leave the rows out, or set until to the last day of the log",
                last,
            )
        if until > last + timedelta(days=GAP_DAYS):
            raise InputError(f"Parameter until is {until}, but the log ends {last}. Give its last complete day.")
        since = q.outcome_from or q.began or first
        for parameter, day in (("outcome_from", q.outcome_from), ("began", q.began)):
            if day is not None and not first <= day <= until:
                raise InputError(
                    f"Parameter {parameter} is {day}, outside the log ({first} to {until}). Give a day in it."
                )
        if q.began is not None and q.began > since:
            raise InputError(
                f"Parameter began is {q.began}, after outcome_from, {since}. "
                "The holdout begins before its outcome is counted: swap or correct them."
            )
        return since, until

    def _groups(self) -> bool:
        """Whether somebody is held out; refuse a group column that cannot say who."""
        if not self.columns.group:
            return False
        rows = self.rows
        found = tables.frame(
            rows.group_by("group").aggregate(n=rows.count()).order_by(ibis.desc("n"), "group").limit(MOST_GROUPS + 1)
        )
        there = found.group.tolist()
        if len(there) > MOST_GROUPS:
            raise self._refuse(
                "group", f"holds more than {MOST_GROUPS} different values", "Name the column that says who is held out"
            )
        if not self.question.held:
            raise InputError(
                f"Parameter held is empty. Give the value of '{self.columns.group}' that means held out. "
                f"{unknown('', there)}."
            )
        if self.question.held not in there:
            raise self._refuse(
                "group",
                f"no row is '{self.question.held}', so nobody is held out",
                f"Set held to the word for the holdout. {unknown(self.question.held, there)}",
            )
        if len(there) == 1:
            raise self._refuse(
                "group",
                f"every row is '{there[0]}': nobody has the launches",
                "Bring the rows of the users who have them, too",
            )
        return True

    def _people(self, since: int, until: int, began: int | None, groups: bool) -> ibis.Table:
        """One row a user, in the engine."""
        rows, q = self.rows, self.question
        first = rows.day.min(where=rows.event == q.first) if q.first else rows.day.min()
        rows = rows.mutate(first=first.over(ibis.window(group_by="user")))
        age = rows.day - rows.first
        value = rows.value
        outcome = (rows.event == q.outcome) & (rows.day >= since)
        middle = since + (until - since + 1) // 2
        returns = rows.event.isin(q.back) if q.back else ibis.literal(True)
        group = rows.group
        asked = {
            "first": rows.first.min(),
            "before_first": (age < 0).fill_null(False).sum(),
            "activated": _any((rows.event == q.activation) & age.between(0, q.activation_days)),
            "returned": _any(returns & age.between(q.back_from, q.back_to)),
            "mixed": group.min() != group.max(),
            "group": ((group == q.held).max() if groups else ibis.literal(False)).ifelse(HELD, EXPOSED),
            "value": _sum(value, outcome),
            "early": _sum(value, outcome & (rows.day < middle)),
            "late": _sum(value, outcome & (rows.day >= middle)),
            "before": _sum(value, (rows.event == q.outcome) & (rows.day < began)) if began else ibis.literal(0.0),
        }
        for n, rail in enumerate(q.guardrails):
            hit = (rows.event == rail.event) & (rows.day >= since)
            asked |= {
                f"has_{n}": _any(hit),
                f"count_{n}": _sum(ibis.literal(1.0), hit),
                f"sum_{n}": _sum(value if rail.kind == "mean" else ibis.literal(1.0), hit),
            }
        return rows.group_by("user").aggregate(**asked)

    def _check_people(self, whole: dict, people: ibis.Table) -> None:
        users, mixed, early = (int(whole[name]) for name in ("users", "mixed", "early"))
        if mixed > FEW_MIXED * users:
            example = _record(people.filter(people.mixed).aggregate(user=lambda t: t.user.min()))["user"]
            raise self._refuse(
                "user",
                f"is in both groups, as {mixed:,} of {users:,} users are",
                "Give each user the group of the draw, on every row",
                example,
            )
        if mixed:
            self.notes.append(f"{mixed:,} of {users:,} users are in both groups and left out.")
        known = users - int(whole["unseen"])
        if early > FEW_EARLY * max(known, 1):
            raise self._refuse(
                "event",
                f"'{self.question.first}' is not the first event of {early:,} of the {known:,} users who have it",
                "Set first to the event that every user begins with, or leave it empty: then a user's first row counts",
            )
        if early:
            self.notes.append(
                f"{early:,} of {known:,} users have events before their first use; those count for nothing."
            )
        if whole["unseen"]:
            self.notes.append(
                f"{int(whole['unseen']):,} of {users:,} users have no first use in the log: they were there before, so "
                "they count in the outcome and in no cohort."
            )
        if not self.question.first:
            self.notes.append(
                "First use is taken to be a user's first row: in the first weeks of the log that includes old users."
            )

    def _cohorts(self, people: ibis.Table) -> pd.DataFrame:
        seen = people.filter(people.first.notnull() & (people.group == EXPOSED))
        seen = seen.mutate(week=(seen.first + 3) // 7)  # day 0 was a Thursday
        found = tables.frame(
            seen.group_by("week")
            .aggregate(users=seen.count(), activated=seen.activated.sum(), returned=seen.returned.sum())
            .order_by("week")
        )
        found["week"] = [_date(7 * week - 3) for week in found.week]
        return found.astype({"users": int, "activated": int, "returned": int})

    def _moments(self, people: ibis.Table) -> dict[str, Aggregates]:
        rails = range(len(self.question.guardrails))
        extra = [f"{part}_{n}" for n in rails for part in ("has", "count", "sum")]
        columns = ["value", "early", "late", "before", *extra]
        numbers = people.select("group", **{column: people[column].cast("float64") for column in columns})
        halves = [("early", "late"), ("early", "before"), ("late", "before")]
        pairs = [("value", "before"), *halves, *((f"count_{n}", f"sum_{n}") for n in rails)]
        found = read_aggregates(numbers, "group", has_count=True, mean_cols=columns, var_cols=columns, cov_cols=pairs)
        for group in (HELD, EXPOSED):
            if group in found and found[group].count() < 2:
                raise self._refuse("group", f"the group '{group}' has one user", "It needs at least two")
        return {group: found[group] for group in (HELD, EXPOSED) if group in found}


def _any(where: ibis.Value) -> ibis.Value:
    return where.fill_null(False).max()


def _sum(value: ibis.Value, where: ibis.Value) -> ibis.Value:
    return where.ifelse(value, 0.0).sum().fill_null(0.0)


def _number(day: date) -> int:
    return (day - EPOCH).days


def _date(number: int) -> date:
    return EPOCH + timedelta(days=int(number))


def _record(table: ibis.Table) -> dict:
    return table.to_pyarrow().to_pylist()[0]
