"""What the pain is made of, before anybody speaks of a model: cases read by hand, sorted by what could reach them."""

from collections.abc import Mapping

import pandas as pd
from scipy import stats

from mlpm import InputError, checks

# What reaches a cause, in the order to try it.
KINDS = ("fact", "process", "policy", "incentive", "rule", "prediction")


def table(causes: Mapping[str, tuple[int, str]]) -> pd.DataFrame:
    """One row a kind of remedy that reaches any, those that reach most first: kind, cases, share, low, high, causes.

    causes: name of a cause → (cases read, the kind of remedy that could reach it, of KINDS). low and high: Wilson's
    interval of the share, 95%, as if the cases had been drawn at random.
    """
    if not causes:
        raise InputError("Parameter causes is empty. Give at least one cause, with its cases and its kind.")
    for name, (cases, kind) in causes.items():
        checks.count(f"causes, {name!r}", cases)
        if kind not in KINDS:
            raise InputError(f"Parameter causes has the kind {kind!r} for {name!r}. Give one of {', '.join(KINDS)}.")
    read = [(kind, cases, name) for name, (cases, kind) in causes.items() if cases]
    frame = pd.DataFrame(read, columns=["kind", "cases", "of"])
    total = int(frame["cases"].sum())
    if not read:
        raise InputError("Parameter causes counts no case at all. Read some first.")
    rows = []
    for kind, part in frame.groupby("kind", sort=False):
        cases = int(part["cases"].sum())
        low, high = stats.binomtest(cases, total).proportion_ci(method="wilson")
        rows.append((kind, cases, cases / total, float(low), float(high), ", ".join(part["of"])))
    columns = ["kind", "cases", "share", "low", "high", "causes"]
    return pd.DataFrame(rows, columns=columns).sort_values("cases", ascending=False, kind="stable", ignore_index=True)
