"""What `mlpm check` prints: a file as the gate sees it, through the gate's own public functions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import ibis

from mlpm import InputError, tables
from mlpm.phrases import plural
from mlpm.report.asking import short

KINDS = {
    "text": tables.Text(missing="keep"),
    "number": tables.Number(missing="keep"),
    "whole": tables.Number(whole=True, missing="keep"),
    "flag": tables.Flag(missing="keep"),
    "day": tables.Day(missing="keep"),
}
# A column is tried as a kind if at least every other value looks like one: the gate says what is wrong with the rest,
# and of a column of names that they are no numbers, nobody has to be told.
LOOKS = {
    "number": r"^[+-]?[0-9][0-9.,' ]*([eE][+-]?[0-9]+)?$",
    "day": r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}",
    "flag": r"^(?i:1|0|true|false|yes|no|1\.0|0\.0)$",
}
EXACTLY = 1_000_000  # rows up to which different values are counted one by one


@dataclass
class Column:
    """What one column holds. can: the kinds it can be read as; nearly: why it cannot be read as others."""

    name: str
    missing: int
    different: str
    example: str
    can: list[str] = field(default_factory=list)
    nearly: list[str] = field(default_factory=list)


def seen(data: str, columns: Sequence[str], engine: str) -> list[str]:
    """Lines on a file or a table: rows, columns, what each could be, and what the gate says.

    columns: `name` or `name:kind`, which must hold what is said; none: all of a file. Raises InputError for what the
    gate refuses.
    """
    asked = dict(map(_asked, columns))
    if not asked and engine:
        raise InputError("A table of an engine may be wide. Name the columns to look at: --columns NAME …")
    notes: list[str] = []
    names = list(asked) or _readable(tables.header(data), notes)
    demanded = {name: KINDS[kind or "text"] for name, kind in asked.items()} or dict.fromkeys(names, KINDS["text"])
    table = tables.read(data, demanded, engine=engine)
    as_text = dict.fromkeys(names, KINDS["text"])
    text = tables.read(data, as_text, engine=engine) if any(asked.values()) else table
    found = [_column(text, name, data, engine) for name in names]
    notes += list(dict.fromkeys([*table.notes, *text.notes]))
    notes += [line for one in found for line in one.nearly]
    lines = [f"{short(table.name)}: {plural(table.count, 'row')}, {plural(len(names), 'column')}", ""]
    lines += _aligned([
        ("column", "can be read as", "missing", "different", "for example"),
        *((short(one.name), ", ".join(one.can), f"{one.missing:,}", one.different, short(one.example)[:40])
          for one in found),
    ])
    return [*lines, "", "The gate says:", *(f"  {note}" for note in notes)] if notes else lines


def _asked(text: str) -> tuple[str, str]:
    """A name and a kind; a name may hold colons."""
    name, colon, kind = text.rpartition(":")
    return (name, kind) if colon and kind in KINDS else (text, "")


def _readable(header: Sequence[str], notes: list[str]) -> list[str]:
    """The columns that can be asked for together; a note on each that cannot."""
    names: dict[str, str] = {}
    for name in header:
        twin = names.get(name.casefold())
        if not name:
            notes.append("A column has no name and cannot be asked for.")
        elif twin == name:
            notes.append(f"The header has '{short(name)}' twice: rename or remove one of the two.")
        elif twin is not None:
            notes.append(f"Columns '{short(twin)}' and '{short(name)}' differ only in case: rename one of them.")
        else:
            names[name.casefold()] = name
    return [name for name in names.values() if header.count(name) == 1]


def _column(table: tables.Table, name: str, data: str, engine: str) -> Column:
    values = table.rows[name]
    counted = table.rows.aggregate(
        there=values.count(),
        different=values.nunique() if table.count <= EXACTLY else values.approx_nunique(),
        example=values.min(),
        **{kind: values.re_search(pattern).sum() for kind, pattern in LOOKS.items()},
    )
    (facts,) = counted.to_pyarrow().to_pylist()
    different = f"{facts['different']:,}" if table.count <= EXACTLY else f"about {facts['different']:,.2g}"
    column = Column(name, table.count - facts["there"], different, facts["example"] or "", ["text"])
    for kind in (kind for kind in LOOKS if facts["there"] and 2 * (facts[kind] or 0) >= facts["there"]):
        try:
            read = tables.read(data, {name: KINDS[kind]}, engine=engine)
        except InputError as refusal:
            column.nearly.append(str(refusal))
        else:
            column.can.append("whole number" if kind == "number" and _whole(read, name) else kind)
    return column


def _whole(table: tables.Table, name: str) -> bool:
    (facts,) = table.rows[name].as_table().aggregate(broken=(ibis._[name] % 1 != 0).sum()).to_pyarrow().to_pylist()
    return not facts["broken"]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    right = {2, 3}
    return [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
