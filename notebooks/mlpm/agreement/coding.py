"""Raters, labels and groups as whole numbers, and labels as places on a scale."""

from collections.abc import Sequence

import ibis
import numpy as np
import pyarrow as pa

from mlpm import tables
from mlpm.phrases import plural

# A nominal or ordinal column with more labels is an identifier or a free text; a scale with more steps wants rounding.
MAX_LABELS = 200


def coded(rows: ibis.Table, raters: Sequence[str], labels: Sequence, groups: Sequence[str]) -> ibis.Table:
    """Item, and rater, label and group as codes; `row` and `version` stay where they are there."""
    rows = rows.mutate(group=rows.group.fill_null("(none)") if "group" in rows.columns else ibis.literal(""))
    for column, names in (("rater", raters), ("label", labels), ("group", groups)):
        table = ibis.memtable(pa.table({column: list(names), "code": range(len(names))}))
        rows = rows.join(table, column).drop(column).rename({column: "code"})
    return rows


def scaled(
    found: list, level: str, order: Sequence[str], name: str, column: str, notes: list[str]
) -> tuple[list, np.ndarray]:
    """Labels in the order of their scale, and what they are as numbers: themselves, or their places in the order."""
    places = None
    if level in ("interval", "ratio"):
        labels = sorted(float(value) for value in found)
        places = labels
    elif level == "ordinal":
        strange = sorted(set(found) - set(order))
        if strange:
            listed = ", ".join(f"'{value}'" for value in strange[:5]) + (" …" if len(strange) > 5 else "")
            raise tables.error(name, column, f"{plural(len(strange), 'label')} not in order: {listed}",
                               "Add them to order, from lowest to highest, or correct the data")
        labels = [value for value in order if value in set(found)]
        places = [place for place, value in enumerate(order) if value in set(found)]
        unused = [value for value in order if value not in set(found)]
        if unused:
            notes.append(f"No rating uses {', '.join(unused)}, which order names.")
    else:
        labels = sorted(found)
        if order:
            notes.append("order is only used with level = \"ordinal\".")
    if len(labels) > MAX_LABELS:
        raise tables.error(name, column, f"holds {len(labels):,} different labels",
                           f"Name the column of labels, or round a fine scale to at most {MAX_LABELS} steps")
    return labels, np.array(range(len(labels)) if places is None else places, dtype=float)
