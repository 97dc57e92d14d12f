"""The one house format in which a file or a parameter is refused, and the small words its sentences are made of."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mlpm import InputError

MOST_FAULTS = 8


def error(
    name: str,
    column: str | Sequence[str] | None,
    problem: str,
    remedy: str,
    row: int | str | None = None,
    example: object = None,
) -> InputError:
    """Say in the one house format what is wrong with a file or a parameter, and what to do about it.

    `error("slices.csv", "effort", "is not a number (1 such row)", "Write numbers like 12.5", 3, "abc")` reads
    slices.csv, column 'effort', row 3: 'abc' is not a number (1 such row). Write numbers like 12.5.
    """
    columns = [column] if isinstance(column, str) else list(column or [])
    where = [printable(name)]
    if columns:
        where.append(f"column{'s' * (len(columns) > 1)} " + " and ".join(f"'{printable(c)}'" for c in columns))
    if row is not None:
        where.append(f"row {row}")
    shown = "" if example is None else f"'{printable(example)}' "
    return InputError(f"{', '.join(where)}: {shown}{problem.rstrip('.')}. {remedy.rstrip('.')}.")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a table.

    rank: how much else it spoils, 0 first; count: the rows it is in; row: the first of them, counted below the header,
    None where rows have no order; line: its line in the file, None where that is not known.
    """

    rank: int
    problem: str
    remedy: str
    column: str | Sequence[str] | None = None
    count: int = 0
    row: int | None = None
    line: int | None = None
    example: object = None

    def told(self, name: str) -> str:
        place = f"{self.row} (line {self.line})" if self.row and self.line else self.row
        problem = f"{self.problem} {such(self.count)}" if self.count else self.problem
        return str(error(name, self.column, problem, self.remedy, place, self.example))


def refusal(name: str, faults: Iterable[Fault]) -> InputError:
    """One line for each fault of a table, the most important first; a last line counts what is left unsaid."""
    ordered = sorted(faults, key=lambda fault: (fault.rank, -fault.count))
    lines = [fault.told(name) for fault in ordered[:MOST_FAULTS]]
    if len(ordered) > MOST_FAULTS:
        lines.append(f"{printable(name)}: {len(ordered) - MOST_FAULTS:,} more faults. Mend these first.")
    return InputError("\n".join(lines))


def printable(value: object, most: int = 60) -> str:
    """Whatever a file holds, on one short line: no line break, no control character, at most so many letters."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def such(count: int) -> str:
    return f"({count:,} such row{'s' * (count != 1)})"


def enumerated(found: Sequence[str], limit: int = 12) -> str:
    """Names with commas, the first few of many."""
    text = ", ".join(printable(name) or "(no name)" for name in found[:limit])
    return f"{text} and {len(found) - limit:,} more" if len(found) > limit else text


def guess(word: str, candidates: Sequence[str]) -> str:
    """`Did you mean …? ` with the candidate nearest to what was written, or nothing."""
    folded = {candidate.casefold(): candidate for candidate in reversed(candidates)}
    close = difflib.get_close_matches(word.casefold(), folded, n=1)
    return f"Did you mean '{printable(folded[close[0]])}'? " if close else ""
