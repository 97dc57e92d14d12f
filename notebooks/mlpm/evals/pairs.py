"""Two versions compared answer by answer, each pair judged twice with the places changed.

A judge that likes what it reads first gives half of its wins away by the order. So each comparison is asked in both
orders, and a version wins it only where both orders say so.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scipy import stats

from mlpm import InputError, tables
from mlpm.proportions import wilson
from mlpm.scores import Share, share

SAYS = ("a", "b", "tie")


@dataclass(frozen=True)
class Pairs:
    """Comparisons counted by (verdict with A shown first, verdict with B shown first), each `a`, `b` or `tie`."""

    counts: Mapping[tuple[str, str], int]
    name: str = "comparisons"

    def _sum(self, *kinds: tuple[str, str]) -> int:
        return sum(self.counts.get(kind, 0) for kind in kinds)

    @cached_property
    def count(self) -> int:
        return sum(self.counts.values())

    @property
    def wins(self) -> int:
        """Comparisons that A wins in both orders."""
        return self._sum(("a", "a"))

    @property
    def losses(self) -> int:
        return self._sum(("b", "b"))

    @property
    def ties(self) -> int:
        """Everything else: a tie in both orders, or another verdict when the places change."""
        return self.count - self.wins - self.losses

    @property
    def first(self) -> int:
        """Comparisons won by whichever was shown first."""
        return self._sum(("a", "b"))

    @property
    def second(self) -> int:
        return self._sum(("b", "a"))

    @property
    def half(self) -> int:
        """A tie in one order and a winner in the other."""
        return self.inconsistent - self.first - self.second

    @property
    def inconsistent(self) -> int:
        return self.count - self.wins - self.losses - self._sum(("tie", "tie"))

    # --- Win rates --------------------------------------------------------------------------------------------------

    @property
    def ties_out(self) -> Share:
        """Of the comparisons that one version wins, those that A wins; Wilson's interval."""
        return share(self.wins, self.losses)

    @property
    def ties_half(self) -> Share:
        """A win counts one, a tie one half; Wilson's interval at the size that would be as uncertain.

        Also where A never wins or loses: then ties are all, and the rate is one half of as many comparisons.
        """
        value = (self.wins + self.ties / 2) / self.count
        squares = self.wins * (1 - value) ** 2 + self.ties * (0.5 - value) ** 2 + self.losses * value**2
        size = value * (1 - value) * self.count**2 / squares if squares > 0 else self.count
        low, high = wilson(value * size, size)
        return Share(value, float(low), float(high))

    @property
    def wins_only(self) -> Share:
        """Of all comparisons, those that A wins: a tie is no reason to change."""
        return share(self.wins, self.count - self.wins)

    @property
    def asked_once(self) -> Share:
        """What would have been said with A always shown first, ties out."""
        says = [self._sum(*((word, other) for other in SAYS)) for word in ("a", "b")]
        return share(*says)

    # --- Order ------------------------------------------------------------------------------------------------------

    @property
    def order(self) -> Share:
        """Share of comparisons with another verdict when the places change."""
        return share(self.inconsistent, self.count - self.inconsistent)

    @property
    def order_p_value(self) -> float:
        """Whether flips favor one place by more than chance: exact two-sided sign test, scipy; NaN without flips."""
        flips = self.first + self.second
        return float(stats.binomtest(self.first, flips).pvalue) if flips else math.nan

    @property
    def better(self) -> str:
        """`a`, `b`, or empty where the comparisons cannot tell: by the interval with ties out."""
        if self.wins + self.losses == 0:
            return ""
        return "a" if self.ties_out.low > 0.5 else "b" if self.ties_out.high < 0.5 else ""


def read(name: str, data, *, a_first: str, b_first: str, engine: str = "") -> Pairs | None:
    """Read comparisons from a file that lies beside `data`, or from a table of the engine; None without a name."""
    if not name:
        return None
    if not engine and Path(name).name != name:
        raise InputError("Parameter pairs is a path. Put the file beside the data and give its name alone.")
    tables.named({"a_first": a_first, "b_first": b_first}, ("a_first", "b_first"))
    where = name if engine else Path(data).parent / name
    table = tables.read(where, {a_first: tables.Text(), b_first: tables.Text()}, engine=engine)
    rows = table.rows.select(one=table.rows[a_first].lower(), two=table.rows[b_first].lower())
    for side, column in (("one", a_first), ("two", b_first)):
        odd = rows.filter(~rows[side].isin(SAYS)).limit(1).to_pyarrow().to_pylist()
        if odd:
            raise tables.error(table.name, column, "is not a verdict", "Write A, B or tie", example=odd[0][side])
    found = rows.group_by(["one", "two"]).aggregate(rows=rows.count()).to_pyarrow().to_pylist()
    return Pairs({(row["one"], row["two"]): row["rows"] for row in sorted(found, key=str)}, table.name)
