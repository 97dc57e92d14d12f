"""Read a reader's table of ratings: what each parameter asks for, and what is refused before anything is counted."""

from dataclasses import replace

from mlpm import InputError, tables
from mlpm.agreement.large import LargeRatings
from mlpm.agreement.measures import LEVELS
from mlpm.agreement.ratings import PROFILE_RATINGS, Ratings, count
from mlpm.agreement.repeats import checked
from mlpm.agreement.versions import two_versions


def read(
    data,
    *,
    item: str,
    rater: str,
    label: str,
    level: str = "nominal",
    order: str = "",
    group: str = "",
    repeats: str = "",
    version: str = "",
    engine: str = "",
) -> Ratings | LargeRatings:
    """Read a reader's table, one row a rating, and count it; raise InputError for what a reader can get wrong.

    A row without a label is a rating that was not given: it is left out and noted. So is a missing group column.
    repeats: "keep" counts a rater's second rating of an item as that of a rater of its own. version: a column with two
    values; the ratings are then those under the later one, and `versions` holds both.
    """
    if level not in LEVELS:
        raise InputError(f"level is '{level}'. Write one of: {', '.join(LEVELS)}.")
    scale = tables.names(order)
    if level == "ordinal" and not scale:
        raise InputError("level is 'ordinal' and order is empty. List the labels from lowest to highest, with commas.")
    if len(set(scale)) < len(scale):
        twice = next(name for name in scale if scale.count(name) > 1)
        raise InputError(f"order names '{twice}' twice. List each label once, from lowest to highest.")
    checked(repeats)
    roles = {"item": item, "rater": rater, "label": label, "group": group, "version": version}
    tables.named(roles, ("item", "rater", "label"))
    numeric = level in ("interval", "ratio")
    kinds = {
        item: tables.Text(),
        rater: tables.Text(),
        label: tables.Number(low=0 if level == "ratio" else None, missing="keep") if numeric
        else tables.Text(missing="keep"),
    }
    if version:
        kinds[version] = tables.Text()
    table, group, notes = tables.read_with_extra(data, kinds, group, engine=engine)
    heads = {"item": item, "rater": rater, "label": label, "group": group, "version": version}
    rows = table.rows.select(**{role: column for role, column in heads.items() if column})
    notes = [*notes, *table.notes]
    scale = {"level": level, "order": scale}
    options = {**scale, "name": table.name, "heads": heads, "repeats": repeats, "most": PROFILE_RATINGS}
    if not version:
        return count(rows, notes=notes, **options)
    if level == "nominal" and order:
        scale["order"] = ()  # noted below, once
    both = two_versions(rows, name=table.name, heads=heads, keep=checked(repeats), **scale)
    later = rows.filter(rows.version == both.names[1]).drop("version")
    return replace(count(later, notes=[*notes, both.note()], **options), versions=both)
