"""A reader's judged answers: read, checked, counted in one grouped query.

What people say is compared with what the judge says, so it matters how the answers that people read were chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import ibis
import pandas as pd

from mlpm import InputError, tables

# How the answers that people read were chosen.
RANDOM, BY_JUDGE, APART = "random", "by judge", "apart"
CHOSEN = (RANDOM, BY_JUDGE, APART)
MOST_KINDS = 40  # types of error, and slices: with more the column holds notes, not names
UNREAD = -1


@dataclass(frozen=True)
class Judged:
    """A file of judged answers.

    cells: rows counted by judge (True is a pass), human and other (1 pass, 0 fail, −1 unread), error and group (text,
    empty where there is none); chosen: one of `CHOSEN`.
    """

    cells: pd.DataFrame
    chosen: str
    name: str = "answers"
    notes: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return int(self.cells.rows.sum())

    @cached_property
    def stream(self) -> pd.DataFrame:
        """The answers whose pass rate is asked for: a set that was read apart does not belong to them."""
        return self.cells[self.cells.human == UNREAD] if self.chosen == APART else self.cells

    @cached_property
    def read(self) -> pd.DataFrame:
        """The answers that a person read."""
        return self.cells[self.cells.human != UNREAD]

    @cached_property
    def by_judge(self) -> tuple[int, int]:
        """Of the stream: how many the judge passed, and how many it failed."""
        return _rows(self.stream[self.stream.judge]), _rows(self.stream[~self.stream.judge])

    def table(self, cells: pd.DataFrame | None = None) -> list[list[int]]:
        """Rows that were read: judge pass and fail (rows) by person pass and fail (columns)."""
        found = self.read if cells is None else cells
        return [[_rows(found[(found.judge == judge) & (found.human == human)]) for human in (1, 0)]
                for judge in (True, False)]

    @cached_property
    def both_people(self) -> list[list[int]]:
        """Rows that two people read: the first pass and fail (rows) by the second."""
        found = self.read[self.read.other != UNREAD]
        return [[_rows(found[(found.human == one) & (found.other == two)]) for two in (1, 0)] for one in (1, 0)]

    @property
    def groups(self) -> list[str]:
        return sorted({group for group in self.cells.group if group})


def _rows(cells: pd.DataFrame) -> int:
    return int(cells.rows.sum())


def read(
    data, *, judge: str, human: str, chosen: str, good: str = "pass", error: str = "", other: str = "",
    group: str = "", answer: str = "", engine: str = "",
) -> Judged:
    """Read a table with one row a judged answer; raise InputError for what a reader can get wrong.

    judge, human, other: columns with the verdicts of the judge, of a person, of a second person; good: what a verdict
    says of a good answer, in any case, empty for 1/0 or yes/no; error: the type of failure as a person coded it; group:
    the slice; answer: an identifier, checked for repeats. All but judge and human may be empty.
    """
    if chosen not in CHOSEN:
        raise InputError(f"Parameter chosen is '{chosen}'. Say how the answers that people read were chosen: random, "
                         "by "
                         "judge (at random within the judge's passes and within its fails) or apart (a set of its "
                         "own).")
    given = tables.named(
        {"judge": judge, "human": human, "other": other, "error": error, "group": group, "answer": answer},
        ("judge", "human"), {"other": "second"},
    )
    said = tables.Text if good else tables.Flag
    kinds = {"judge": said(), "human": said(missing="keep"), "other": said(missing="keep"),
             "error": tables.Text(missing="keep"), "group": tables.Text(missing="keep"), "answer": tables.Text()}
    table = tables.read(data, {name: kinds[role] for role, name in given.items()}, engine=engine,
                        key=[answer] if answer else [])
    return count(table.rows.select(**given), chosen=chosen, good=good, name=table.name, notes=table.notes, heads=given)


def count(
    rows: ibis.Table, *, chosen: str, good: str = "pass", name: str = "answers", notes: Sequence[str] = (),
    heads: dict[str, str] | None = None,
) -> Judged:
    """Count a clean table with the columns judge, human and perhaps other, error and group."""
    heads = heads or {role: role for role in rows.columns}
    notes, has = list(notes), set(rows.columns)
    for role in ("error", "group"):
        if role in has and (kinds := int(tables.frame(rows.aggregate(n=rows[role].nunique())).n[0])) > MOST_KINDS:
            raise tables.error(name, heads[role], f"holds {kinds:,} different values",
                               f"Choose a column with at most {MOST_KINDS}: names, not notes")
    for role in ("judge", "human", "other"):
        if good and role in has:
            _check_words(rows, role, good, name, heads)

    def verdict(role: str) -> ibis.Value:
        if role not in has:
            return ibis.literal(UNREAD, "int64")
        value = rows[role].lower() == good.casefold() if good else rows[role]
        return rows[role].isnull().ifelse(UNREAD, value.cast("int64")).fill_null(UNREAD)

    kinds = rows.select(
        judge=verdict("judge"), human=verdict("human"), other=verdict("other"),
        error=(rows.error if "error" in has else ibis.null("string")).fill_null(""),
        group=(rows.group if "group" in has else ibis.null("string")).fill_null(""),
    )
    keys = ["judge", "human", "other", "error", "group"]
    cells = tables.frame(kinds.group_by(keys).aggregate(rows=kinds.count()).order_by(keys))
    cells["judge"] = cells.judge == 1
    odd = _rows(cells[(cells.human == 1) & (cells.error != "")])
    if odd:
        notes.append(f"{odd:,} answer{'s' * (odd != 1)} that a person passed {'have' if odd != 1 else 'has'} a type of "
                     "error all the same; it is not counted.")
    stray = _rows(cells[(cells.human == UNREAD) & (cells.other != UNREAD)])
    if stray:
        notes.append(f"{stray:,} answer{'s' * (stray != 1)} with a second person's verdict but no first one count as "
                     "unread.")
    found = Judged(cells, chosen, name, notes)
    _check_read(found, heads)
    return found


def _check_words(rows: ibis.Table, role: str, good: str, name: str, heads: dict[str, str]) -> None:
    """Refuse a column of verdicts with a third word, or none that says good: it would count as a failure."""
    spelled = rows[role].lower()
    words = tables.frame(rows.select(word=spelled).filter(spelled.notnull()).distinct().order_by("word").limit(6)).word
    others = [word for word in words if word != good.casefold()]
    listed = ", ".join(f"'{word}'" for word in words)
    if len(others) > 1:
        raise tables.error(name, heads[role], f"holds more than two verdicts: {listed}",
                           "Settle each answer as pass or fail; leave the cell empty where nobody has")
    if others and len(words) == 1 and role == "judge":
        raise tables.error(name, heads[role], f"never says '{good}'. It says {listed}",
                           "Set good to the word for a good answer")


def _check_read(found: Judged, heads: dict[str, str]) -> None:
    human = heads.get("human", "human")
    if not len(found.read):
        raise tables.error(found.name, human, "is empty: nobody has read an answer",
                           "Have a person judge at least a hundred without seeing the judge's verdict")
    if not len(found.stream):
        raise tables.error(found.name, human, "every answer was read, so there is none that only the judge has seen",
                           "Set chosen=random if they are all of a random sample, or add the judge's verdicts of your "
                           "traffic")
    if found.chosen != APART:
        for judge, word, number in zip((True, False), ("passed", "failed"), found.by_judge, strict=True):
            if number and not len(found.read[found.read.judge == judge]):
                raise tables.error(found.name, human, f"nobody has read an answer that the judge {word}",
                                   "Read some of both")
