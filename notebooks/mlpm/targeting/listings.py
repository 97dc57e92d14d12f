"""The tables of the notebook: small frames, and the formats of their columns."""

import pandas as pd
from IPython.display import Markdown

from mlpm import outputs
from mlpm.targeting.study import Study
from mlpm.targeting.wording import count, euros, points


def prices(found: Study) -> Markdown:
    """What each of four things that can happen brings."""
    t = found.terms
    wasted = -(t.unit_cost + t.harm * t.margin)
    frame = pd.DataFrame({
        "you": ["contact", "contact", "leave alone", "leave alone"],
        "and it would have been": ["one who leaves", "one who stays"] * 2,
        "brings": [euros(t.margin * t.likely - t.unit_cost), euros(wasted), "€0", "€0"],
        "because": [
            f"{t.likely:g} × {euros(t.margin)} − {euros(t.unit_cost)}",
            f"−{euros(t.unit_cost)}" + (f" − {t.harm:g} × {euros(t.margin)}" if t.harm else ""),
            "lost with or without the score", "nothing happened",
        ],
    })
    return outputs.table(frame)


def cuts(found: Study) -> Markdown:
    """Every cut: how many, what the last group holds, what all of it brings."""
    frame = pd.DataFrame({
        "first": found.cuts.contacted, "cases": found.cuts.cases, "rate": found.cuts.rate,
        "profit": found.cuts.profit,
        "range": [_whole(f"{euros(row.low)} to {euros(row.high)}") for row in found.cuts.itertuples()],
    })
    return outputs.table(
        frame, {"first": count, "cases": count, "rate": points, "profit": euros},
        {"cases": found.cases, "rate": "last, of 100"},
    )


def effects(found: Study) -> Markdown:
    """What a pilot measured in each group: outcomes of 100 left alone and of 100 contacted, and the difference."""
    rows = found.measured
    frame = pd.DataFrame({
        "group": rows["group"], "alone": rows.rate, "contacted": rows.treated_rate,
        "prevented": [_whole(f"{points(row.effect)} ({points(row.low)} to {points(row.high)})")
                      for row in rows.itertuples()],
        "brings": rows.gain, "shown": rows.shows,
    })
    return outputs.table(
        frame, {"alone": points, "contacted": points, "brings": euros}, {"alone": "left alone", "brings": "a contact"}
    )


def _whole(text: str) -> str:
    """Text that stays on one line."""
    return text.replace(" ", "\u00a0")
