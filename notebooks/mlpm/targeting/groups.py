"""Count a reader's customers by group of the score: what leaves the engine is one row a group.

The reader brings the groups (a lift table: group, customers, outcomes), or one row a customer, from which the engine
makes groups of equal size in one query: equal scores never part, whatever the engine. The outcome is the event that the
action is to prevent. A pilot adds, for each group, the customers and outcomes of two arms drawn by lot.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import ibis
import numpy as np
import pandas as pd
from ibis import _

from mlpm import InputError, checks, tables
from mlpm.phrases import plural

MAX_GROUPS = 50  # more are scores, not groups
COUNTS = ("customers", "outcomes", "treated", "treated_outcomes", "control", "control_outcomes")
PILOT = COUNTS[2:]


@dataclass(frozen=True)
class Groups:
    """Customers by group, in the order in which the score would have them contacted; arrays of one entry a group.

    customers: a round's, to price; base, outcomes: the untreated customers the risk is counted on, and how many of
    them had the outcome; treated, treated_outcomes, control, control_outcomes: of the pilot, 0 where it did not run.
    """

    names: list[str]
    customers: np.ndarray
    base: np.ndarray
    outcomes: np.ndarray
    treated: np.ndarray
    treated_outcomes: np.ndarray
    control: np.ndarray
    control_outcomes: np.ndarray
    history: bool = True  # the risk is counted on other customers than the pilot's
    name: str = "groups"
    notes: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.names)

    @property
    def rate(self) -> np.ndarray:
        """Share with the outcome if nobody acts."""
        return self.outcomes / self.base

    @property
    def expected(self) -> np.ndarray:
        """Outcomes in a round if nobody acts."""
        return self.rate * self.customers

    @property
    def piloted(self) -> np.ndarray:
        """Which groups have both arms."""
        return (self.treated > 0) & (self.control > 0)

    @property
    def has_pilot(self) -> bool:
        return bool(self.piloted.any())

    def names_of(self, where) -> list[str]:
        return [name for name, here in zip(self.names, where, strict=True) if here]

    def of_population(self, size: int) -> "Groups":
        """The same groups as they would be in a round of `size` customers; 0 leaves them as they are.

        Risks and intervals stay: they are counted on the rows there are.
        """
        checks.count("population", size)
        total = int(self.customers.sum())
        if not size or size == total:
            return self
        note = f"Counts are scaled from {total:,} customers in the file to {size:,} a round."
        return replace(self, customers=self.customers * (size / total), notes=[*self.notes, note])


def groups(names: Sequence[str], customers, outcomes, pilot=None, **options) -> Groups:
    """Groups from counts: customers and outcomes of each group; pilot: four arrays as in PILOT. options: of Groups."""
    customers, outcomes = np.asarray(customers, float), np.asarray(outcomes, float)
    arms = np.zeros((4, len(names)), int) if pilot is None else np.asarray(pilot, int)
    return Groups(list(names), customers, options.pop("base", customers), outcomes, *arms, **options)


def read(
    data, *, group: str = "", customers: str = "", outcomes: str = "", cumulative: bool = False, pilot: str = "",
    score: str = "", outcome: str = "", treated: str = "", groups: int = 10, engine: str = "",
) -> Groups:
    """Read a reader's table; raise InputError for what a reader can get wrong.

    With `score` the table has one row a customer: score, outcome (0/1) and, for a pilot, treated (0/1, empty: not in
    it). Without, it is a lift table, highest risk first: group, customers, outcomes, and for a pilot the four columns
    named in `pilot`: treated customers, their outcomes, control customers, their outcomes.
    """
    if not isinstance(cumulative, bool):
        raise InputError(f"Parameter cumulative is {cumulative!r}. Write True or False.")
    if score:
        return _customers(data, score, outcome, treated, checks.count("groups", groups, 2), engine)
    arms = tables.names(pilot)
    if len(arms) not in (0, 4):
        raise InputError(f"Parameter pilot names {plural(len(arms), 'column')}. Name four: treated customers, their "
                         "outcomes, control customers, their outcomes; or none.")
    return _table(data, [group, customers, outcomes, *arms], cumulative, engine)


# --- A lift table -------------------------------------------------------------------------------------------------


def _table(data, columns: list[str], cumulative: bool, engine: str) -> Groups:
    heads = dict(zip(("group", *COUNTS), columns, strict=False))
    tables.named(heads, list(heads), {part: f"pilot {place}" for place, part in enumerate(PILOT, 1)})
    whole = tables.Number(low=0, whole=True)
    kinds = {heads["group"]: tables.Text(), heads["customers"]: tables.Number(low=1, whole=True)}
    kinds |= {heads["outcomes"]: whole}
    kinds |= {heads[part]: tables.Number(low=0, whole=True, missing="keep") for part in PILOT if part in heads}
    table = tables.read(data, kinds, engine=engine, key=[heads["group"]])
    if table.count > MAX_GROUPS:
        raise tables.error(table.name, heads["group"], f"holds {table.count:,} groups, and a lift table has at most "
                           f"{MAX_GROUPS}", "Bring fewer groups, or one row a customer and name its score")
    if table.count < 2:
        raise tables.error(table.name, heads["group"], "holds one group, and nobody can be chosen from one",
                           "Bring two groups or more")
    frame = table.frame().rename(columns={column: part for part, column in heads.items()})
    row = (lambda place: place + 1) if not engine else (lambda place: None)
    if engine:  # rows of an engine have no order
        frame = frame.iloc[np.argsort(_order(frame, cumulative), kind="stable")].reset_index(drop=True)
    counts = frame.reindex(columns=[*COUNTS]).astype(float)
    if cumulative:
        counts = counts.ffill().fillna(0)
        counts = _steps(counts, table.name, heads, row)
    counts = counts.fillna(0)
    for part, whole_part in (("outcomes", "customers"), ("treated_outcomes", "treated"),
                             ("control_outcomes", "control")):
        over = np.flatnonzero(counts[part] > counts[whole_part])
        if len(over):
            first = int(over[0])
            raise tables.error(
                table.name, heads[part], f"is more than the {counts[whole_part][first]:,.0f} in column "
                f"'{heads[whole_part]}'", "Correct the counts; if they add up over the groups, set cumulative to True",
                row(first), f"{counts[part][first]:,.0f}",
            )
    notes = list(table.notes)
    if not counts.outcomes.sum():
        raise tables.error(table.name, heads["outcomes"], "every count is 0: there is nothing to prevent",
                           "Name the column that counts the outcome")
    found = Groups(
        frame["group"].tolist(), counts.customers.to_numpy(), counts.customers.to_numpy(), counts.outcomes.to_numpy(),
        *(counts[part].to_numpy(int) for part in PILOT), name=table.name, notes=notes,
    )
    return _checked(found, heads.get("treated", ""))


def _order(frame: pd.DataFrame, cumulative: bool) -> np.ndarray:
    """Highest risk first: by the cumulative count, by numbers as group names, or by the share of outcomes."""
    if cumulative:
        return frame.customers.to_numpy(float)
    numbers = pd.to_numeric(frame["group"], errors="coerce")
    return numbers.to_numpy() if numbers.notna().all() else -(frame.outcomes / frame.customers).to_numpy(float)


def _steps(counts: pd.DataFrame, name: str, heads: dict[str, str], row) -> pd.DataFrame:
    """Counts of each group from counts that add up; refuse those that fall."""
    for part in (part for part in COUNTS if part in heads):
        fallen = np.flatnonzero(np.diff(counts[part]) < (1 if part == "customers" else 0))
        if len(fallen):
            first = int(fallen[0]) + 1
            before = counts[part][first - 1]
            falls = "falls" if counts[part][first] < before else "adds nobody"
            raise tables.error(
                name, heads[part], f"{falls} after {before:,.0f}, and cumulative counts rise",
                "Put the highest risk first, or set cumulative to False", row(first), f"{counts[part][first]:,.0f}",
            )
    return counts.diff().fillna(counts.iloc[:1])


# --- One row a customer -------------------------------------------------------------------------------------------


def _customers(data, score: str, outcome: str, treated: str, groups: int, engine: str) -> Groups:
    tables.named({"score": score, "outcome": outcome, "treated": treated}, ("score", "outcome"))
    if groups > MAX_GROUPS:
        raise InputError(f"Parameter groups is {groups}. Give a whole number from 2 to {MAX_GROUPS}.")
    kinds = {score: tables.Number(), outcome: tables.Flag()}
    kinds |= {treated: tables.Flag(missing="keep")} if treated else {}
    table = tables.read(data, kinds, engine=engine)
    arm = _[treated].cast("int64") if treated else ibis.null("int64")
    rows = table.rows.select(score=_[score], outcome=_[outcome].cast("int64"), arm=arm)
    # The rank of the first of equals: equal scores fall into one group, and every engine makes the same groups.
    ranked = rows.mutate(rank=ibis.rank().over(order_by=ibis.desc("score")))
    placed = ranked.mutate(group=(_.rank * groups / table.count).floor().cast("int64"), is_in=_.arm == 1)
    counted = placed.group_by("group").aggregate(
        customers=_.count(), low=_.score.min(), high=_.score.max(),
        all_outcomes=_.outcome.sum(),
        treated=_.arm.sum(), treated_outcomes=(_.arm * _.outcome).sum(),
        control=(1 - _.arm).sum(), control_outcomes=((1 - _.arm) * _.outcome).sum(),
    )
    found = counted.order_by("group").to_pyarrow().to_pandas().fillna(0)
    if len(found) < 2:
        raise tables.error(table.name, score, "gives one group: nearly every score is the same",
                           "Name the column of the model's scores")
    notes = list(table.notes)
    if len(found) < groups:
        notes.append(f"Equal scores stay together: {len(found)} groups instead of {groups}.")
    if treated and not (found.treated.sum() and found.control.sum()):
        value = 1 if found.treated.sum() else 0
        raise tables.error(table.name, treated, f"holds {value} and no {1 - value}: a pilot needs both arms",
                           "Name a column with 1 for the treated and 0 for those left alone by lot, or leave it empty")
    base = found.customers - found.treated
    bare = np.flatnonzero(base == 0)
    if len(bare):
        raise tables.error(table.name, treated, f"leaves nobody untreated among scores {found.low[bare[0]]:.4g} to "
                           f"{found.high[bare[0]]:.4g}, so their risk is unknown", "Ask for fewer groups")
    outcomes = found.all_outcomes - found.treated_outcomes
    if not outcomes.sum():
        raise tables.error(table.name, outcome, "is 0 for every untreated customer: there is nothing to prevent",
                           "Name the column of the outcome")
    names = [f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
             for low, high in zip(found.low, found.high, strict=True)]
    names = [f"{place + 1}: scores {name}" for place, name in enumerate(names)]
    made = Groups(names, *(part.to_numpy(float) for part in (found.customers, base, outcomes)),
                  *(found[part].to_numpy(int) for part in PILOT), history=False, name=table.name, notes=notes)
    return _checked(made, treated)


# --- Both ---------------------------------------------------------------------------------------------------------


def _checked(found: Groups, column: str) -> Groups:
    """Refuse a pilot without a second arm; say what looks odd."""
    notes = list(found.notes)
    arms = (found.treated > 0) | (found.control > 0)
    if arms.any() and not found.has_pilot:
        raise tables.error(found.name, column or None, "no group has both arms, treated and control",
                           "Leave some customers of each group alone, by lot")
    lone = [name for name, one, both in zip(found.names, arms, found.piloted, strict=True) if one and not both]
    if lone:
        notes.append(f"Only one arm ran in {', '.join(lone[:3])}{' and others' if len(lone) > 3 else ''}: there the "
                     "pilot measured nothing.")
    half = max(found.count // 2, 1)
    upper, lower = (part.sum() for part in (found.outcomes[:half], found.outcomes[half:]))
    if upper / found.base[:half].sum() < lower / found.base[half:].sum():
        notes.append("The groups contacted first have fewer outcomes than the others: is the highest risk on top?")
    return replace(found, notes=notes)
