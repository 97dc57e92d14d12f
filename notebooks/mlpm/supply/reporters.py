"""Who reports whom: the mix of what is reported beside the mix of what happens, and what weights can repair."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mlpm import InputError, checks


def reported_mix(true: Sequence[float], propensity: Sequence[float]) -> np.ndarray:
    """Shares of the groups among what is reported. propensity: how often each group's items are reported, relative."""
    mixed = np.asarray(true, float) * np.asarray(propensity, float)
    return mixed / mixed.sum()


def effective_size(weights: Sequence[float], counts: Sequence[float] | None = None) -> float:
    """Kish's effective sample size, (Σw)² / Σw²: how many items drawn at random would be as precise.

    counts: how many items carry each weight; one each when left out. Source: Kish, Survey Sampling (1965).
    """
    weights = np.asarray(weights, float)
    counts = np.ones_like(weights) if counts is None else np.asarray(counts, float)
    return float((counts @ weights) ** 2 / (counts @ weights**2))


def kept(true: Sequence[float], observed: Sequence[float]) -> float:
    """Effective size for each item when groups observed in one mix are weighted to another: 1 / Σ(true² / observed)."""
    true, observed = np.asarray(true, float), np.asarray(observed, float)
    return effective_size(true / observed, observed)


def groups(names: Sequence[str], true: Sequence[float], propensity: Sequence[float], recall: float) -> pd.DataFrame:
    """One row a group: its share of what happens and of what is reported, its weight, how many of its items are found.

    recall: of all items, the share that is found through reports. Raises InputError.
    """
    if not len(names) == len(true) == len(propensity) or len(names) < 2:
        raise InputError("Parameters groups, true_mix and propensity differ in length. Give one value for each group.")
    for value in true:
        checks.number("true_mix", value, 1e-9, 1, "shares above 0 that add up to 1")
    if abs(sum(true) - 1) > 1e-6:
        raise InputError(f"Parameter true_mix adds up to {sum(true):g}. Give shares that add up to 1.")
    for value in propensity:
        checks.number(
            "propensity", value, 1e-9,
            meaning="numbers above 0: a group that is never reported has no weight that could bring it back",
        )
    reported = reported_mix(true, propensity)
    found = recall * reported / np.asarray(true, float)
    if found.max() > 1:
        raise InputError(
            f"Parameter propensity would have more of group {names[int(found.argmax())]!r} reported than there is. "
            "Give values closer to each other."
        )
    return pd.DataFrame({
        "group": list(names), "true": list(true), "reported": reported,
        "weight": np.asarray(true, float) / reported, "found": found,
    })


def after_random(true: Sequence[float], reported: Sequence[float], reports: float, random: float) -> float:
    """Effective size of reported examples together with examples from a random sample, all weighted to the true mix."""
    together = (reports * np.asarray(reported, float) + random * np.asarray(true, float)) / (reports + random)
    return (reports + random) * kept(true, together)


def to_balance(true: Sequence[float], reported: Sequence[float], reports: float) -> np.ndarray:
    """Examples to add to each group so that all reported ones are kept and the mix is the true one."""
    have = reports * np.asarray(reported, float)
    whole = (have / np.asarray(true, float)).max()
    return whole * np.asarray(true, float) - have
