"""Who is hit: decent items by the group of their authors, and groups for which the score means something else."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from mlpm.scores import Scores, share
from mlpm.treatment.policies import Plan

# With fewer decent rows than this a group's share says nothing.
FEW_DECENT = 30


def places(p: np.ndarray, found: Plan) -> np.ndarray:
    """The action of each bin, as a code into the plan's actions."""
    return np.searchsorted(found.cuts, p, side="right")


def _counts(scores: Scores, where: np.ndarray, chosen: Collection[int]) -> dict[str, tuple[float, float]]:
    """Sums of cells whose action is chosen, and of the others: count → (chosen, others)."""
    picked = np.isin(where[scores.bin], list(chosen))
    names = ("positives", "negatives", "positive_squares", "negative_squares", "positive_rows", "negative_rows")
    return {name: (float(getattr(scores, name)[picked].sum()), float(getattr(scores, name)[~picked].sum()))
            for name in names}


def hit(scores: Scores, p: np.ndarray, found: Plan, names: Collection[str], per_day: float) -> pd.DataFrame:
    """One row a group: of its decent items, the share that gets one of the named actions, most first.

    Columns: group, decent_rows, decent (a day), hit (a day), rate, low, high (95%, Wilson), rest, rest_low, rest_high
    (the same for all other groups together), more: the interval lies above that of the rest. per_day: items a day for
    each unit of weight.
    """
    where, chosen = places(p, found), [i for i, name in enumerate(found.names) if name in names]
    rows = []
    for code, group in enumerate(scores.groups):
        here = _counts(scores.only(code), where, chosen)
        all_ = _counts(scores, where, chosen)
        rest = {name: tuple(a - b for a, b in zip(all_[name], here[name], strict=True)) for name in here}
        rate, other = (
            share(*one["negatives"], *one["negative_squares"]) for one in (here, rest)
        )
        rows.append((
            group, int(sum(here["negative_rows"])), per_day * sum(here["negatives"]), per_day * here["negatives"][0],
            rate.value, rate.low, rate.high, other.value, other.low, other.high,
            sum(here["negative_rows"]) >= FEW_DECENT and rate.low > other.high,
        ))
    frame = pd.DataFrame(rows, columns=[
        "group", "decent_rows", "decent", "hit", "rate", "low", "high", "rest", "rest_low", "rest_high", "more",
    ])
    return frame.sort_values(["rate", "group"], ascending=[False, True], ignore_index=True, na_position="last")


def read_otherwise(scores: Scores, p: np.ndarray, found: Plan, names: Collection[str]) -> pd.DataFrame:
    """Groups for which the score means something else: one row where labels contradict the probability.

    Columns: group, rows (items with one of the named actions), weight, expected (mean probability of them), violating
    (the share found), low, high (95%, Wilson), and the same for the strictest action alone, with `last_` before each;
    last: its name; instead: the action that the share found there calls for.
    """
    where, rows = places(p, found), []
    chosen, last = [i for i, name in enumerate(found.names) if name in names], len(found.names) - 1
    for code, group in enumerate(scores.groups if scores.has_groups else []):
        mine = scores.only(code)
        whole, strict = _against(mine, p, where, chosen), _against(mine, p, where, [last])
        if whole is None or strict is None or whole["low"] <= whole["expected"] <= whole["high"]:
            continue
        instead = found.names[int(np.searchsorted(found.cuts, strict["violating"], side="right"))]
        rows.append({"group": group} | whole | {f"last_{key}": value for key, value in strict.items()}
                    | {"last": found.names[last], "instead": instead})
    columns = ["group", *KEYS, *(f"last_{key}" for key in KEYS), "last", "instead"]
    return pd.DataFrame(rows, columns=columns)


KEYS = ("rows", "weight", "expected", "violating", "low", "high")


def _against(scores: Scores, p: np.ndarray, where: np.ndarray, chosen: Collection[int]) -> dict | None:
    """What the probability expects of some items, and what labels say; None without items."""
    here = _counts(scores, where, chosen)
    positives, negatives = here["positives"][0], here["negatives"][0]
    if not positives + negatives > 0:
        return None
    picked = np.isin(where[scores.bin], list(chosen))
    expected = p[scores.bin[picked]] @ (scores.positives + scores.negatives)[picked] / (positives + negatives)
    seen = share(positives, negatives, here["positive_squares"][0], here["negative_squares"][0])
    rows = int(here["positive_rows"][0] + here["negative_rows"][0])
    return dict(zip(KEYS, (rows, positives + negatives, float(expected), seen.value, seen.low, seen.high), strict=True))
