"""Which slices fit best: the best set, the set a spreadsheet would pick, and what more weeks would bring."""

import contextlib
import ctypes
import os

import numpy as np
import pandas as pd
from scipy import optimize, sparse

from mlpm import tables
from mlpm.scoping.backlog import WEEKS, Backlog

# Sets are equally good when what they bring differs by less than this part of the best slice.
SAME = 1e-6


@contextlib.contextmanager
def _silence():
    """Drop what C code prints.

    The HiGHS of SciPy 1.17 leaves a debugging line on C's standard output in about one of a hundred solves, whatever
    its options say; in a notebook such a line ends up below some later cell.
    """
    c = ctypes.CDLL(None)
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    c.fflush(None)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        c.fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def best_set(slices: Backlog, capacity: float, worth: np.ndarray) -> np.ndarray | None:
    """The set whose `worth` adds up to most and whose expected effort fits: a boolean for each slice.

    A 0/1 program, solved by HiGHS through scipy: a slice comes with what it requires, must-haves are in. Of equally
    good sets, one with the least effort; None when the must-haves do not fit.
    """
    n, effort = len(slices), slices.effort
    pairs = [(i, j) for i, needed in enumerate(slices.requires) for j in sorted(needed)]
    rows = sparse.lil_array((1 + len(pairs), n))
    rows[0] = effort
    for k, (i, j) in enumerate(pairs, start=1):
        rows[k, [i, j]] = [1, -1]  # slice i only with slice j
    fits = optimize.LinearConstraint(rows.tocsr(), -np.inf, np.r_[capacity, np.zeros(len(pairs))])
    gain = worth / (np.abs(worth).max() or 1) - SAME * effort / effort.sum()
    with _silence():
        best = optimize.milp(
            -1e5 * gain,  # HiGHS stops within 1e-6 of the best objective: scaled up, far less than what breaks a tie
            constraints=fits,
            bounds=optimize.Bounds(slices.must_have.astype(float), np.ones(n)),
            integrality=np.ones(n),
            options={"mip_rel_gap": 0},
        )
    return None if best.x is None else np.round(best.x).astype(bool)


def check_must_haves(slices: Backlog, capacity: float) -> None:
    """Refuse a capacity that cannot hold the must-haves and what they require. Raises InputError."""
    needed = sorted(slices.closure(np.flatnonzero(slices.must_have)))
    weeks = slices.effort[needed].sum()
    if weeks > capacity + WEEKS:
        listed = ", ".join(slices.names[i] for i in needed)
        raise tables.error(
            slices.name, "must_have",
            f"the must-haves with what they require ({listed}) take {weeks:.1f} person-weeks on average, "
            f"{weeks - capacity:.1f} more than the capacity of {capacity:g}",
            "Raise capacity, cut their effort, or free one of them.",
        )


def greedy_set(slices: Backlog, capacity: float, worth: np.ndarray) -> np.ndarray:
    """What a sorted spreadsheet picks: must-haves, then down the list by worth per week, whatever still fits.

    A slice brings the prerequisites it lacks and is skipped when they do not all fit, or when it brings nothing.
    """
    effort = slices.effort
    taken = slices.closure(np.flatnonzero(slices.must_have))
    left = capacity - effort[sorted(taken)].sum()
    for i in np.argsort(-worth / effort, kind="stable"):
        new = sorted(slices.closure([i]) - taken)
        if worth[i] > 0 and effort[new].sum() <= left + WEEKS:
            taken |= set(new)
            left -= effort[new].sum()
    return np.isin(np.arange(len(slices)), sorted(taken))


def build_order(slices: Backlog, chosen: np.ndarray) -> list[int]:
    """The chosen slices in an order to build them: what pays most per week first, behind what it requires."""
    built: list[int] = []
    while len(built) < chosen.sum():
        bundles = [sorted(slices.closure([i]) - set(built)) for i in np.flatnonzero(chosen) if i not in built]
        best = max(bundles, key=lambda bundle: slices.reward[bundle].sum() / slices.effort[bundle].sum())
        while best:
            ready = next(i for i in best if slices.requires[i] <= set(built))
            built.append(int(ready))
            best.remove(ready)
    return built


def capacity_steps(slices: Backlog, at_most: int = 60) -> tuple[np.ndarray, float]:
    """Round capacities from what the must-haves need to what everything takes, evenly spaced, and their spacing."""
    low = slices.effort[sorted(slices.closure(np.flatnonzero(slices.must_have)))].sum()
    high = slices.effort.sum()
    sizes = (size * 10.0**power for power in range(-3, 13) for size in (1, 2, 5))
    step = next(size for size in sizes if (high - low) / size < at_most - 2)
    first = np.ceil((low - WEEKS) / step)
    last = max(np.ceil((high - WEEKS) / step), first + 1)
    return np.round(np.arange(first, last + 1) * step, 6), step


def capacity_curve(slices: Backlog, capacities, worth: np.ndarray) -> pd.DataFrame:
    """The best and the greedy set at every capacity: a row for each capacity and slice.

    Columns: capacity, slice, chosen, greedy (booleans), reward (expected, of the slice).
    """
    parts = []
    for capacity in capacities:
        best = best_set(slices, capacity, worth)
        greedy = greedy_set(slices, capacity, worth)
        parts.append(
            pd.DataFrame(
                {"capacity": capacity, "slice": slices.names, "chosen": best, "greedy": greedy, "reward": slices.reward}
            )
        )
    return pd.concat(parts, ignore_index=True)
