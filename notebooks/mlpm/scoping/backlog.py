"""The reader's slices: read, checked, and drawn at random."""

import difflib
import graphlib
import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mlpm import InputError, tables

RISKS = ("value", "usability", "feasibility", "viability")
RANGES, ENDS = ("reward", "effort"), ("low", "likely", "high")
COLUMNS = {
    "slice": tables.Text(),
    **{f"reward_{end}": tables.Number() for end in ENDS},
    **{f"effort_{end}": tables.Number(low=0) for end in ENDS},
    **{risk: tables.Number(low=0, high=1) for risk in RISKS},
    "requires": tables.Text(missing="keep"),
    "must_have": tables.Flag(missing="keep"),
}
# Not a person-week worth of difference: sums of decimal fractions are equal when they differ by less.
WEEKS = 1e-6


@dataclass(frozen=True)
class Backlog:
    """Slices with what follows from their ranges.

    `frame` has a row for each slice, in the file's order: the columns of the file and `mean_reward`, `mean_effort`
    (means of the triangular distributions), `probability` (that the slice pays: its four assumptions hold and those of
    all it requires), `expected_reward` (mean reward × probability) and `ratio` (expected reward per person-week).
    `requires[i]` holds the positions of the slices that slice i needs directly.
    """

    name: str
    frame: pd.DataFrame
    requires: tuple[frozenset[int], ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def names(self) -> list[str]:
        return self.frame["slice"].tolist()

    @property
    def effort(self) -> np.ndarray:
        return self.frame["mean_effort"].to_numpy(float)

    @property
    def reward(self) -> np.ndarray:
        return self.frame["expected_reward"].to_numpy(float)

    @property
    def must_have(self) -> np.ndarray:
        return self.frame["must_have"].to_numpy(bool)

    @property
    def needs(self) -> np.ndarray:
        """needs[i, j]: slice i pays only if slice j works (i itself, and all it requires, also through others)."""
        return np.array([np.isin(np.arange(len(self)), sorted(self.closure([i]))) for i in range(len(self))])

    def closure(self, wanted: Sequence[int]) -> set[int]:
        """`wanted` and everything they require, directly or through others."""
        return _closure(self.requires, wanted)


@dataclass(frozen=True)
class Draws:
    """Random futures of a backlog: arrays of draws × slices. `reward` is 0 where a slice does not pay."""

    reward: np.ndarray
    effort: np.ndarray


def rice(reach, impact, confidence, effort):
    """RICE = reach × impact × confidence ÷ effort (McBride, Intercom, 2016).

    Here reach × impact is the mean reward, confidence the probability that the slice pays.
    """
    return reach * impact * confidence / effort


def read(data: str, *, engine: str = "") -> Backlog:
    """Read a file of slices, one per row, through the handbook's one gate. Raises InputError."""
    table = tables.read(data, COLUMNS, engine=engine, key=["slice"])
    return backlog(table.frame(), table.name, table.notes)


def backlog(frame: pd.DataFrame, name: str = "slices", notes: Sequence[str] = ()) -> Backlog:
    """Check what the gate cannot see (ranges in order, prerequisites that exist and do not go in circles)."""
    frame = frame.reset_index(drop=True)
    for of in RANGES:
        low, likely, high = (frame[f"{of}_{end}"] for end in ENDS)
        for column, wrong in ((f"{of}_likely", likely < low), (f"{of}_high", high < likely)):
            if wrong.any():
                first = frame[wrong].iloc[0]
                ends = ", ".join(f"{first[f'{of}_{end}']:g}" for end in ENDS)
                raise tables.error(
                    name, column, f"the range {ends} of '{first['slice']}' is out of order ({wrong.sum()} such)",
                    "Give low ≤ likely ≤ high.", row=int(wrong.idxmax()) + 1,
                )
    free = frame["effort_high"] <= 0
    if free.any():
        raise tables.error(
            name, "effort_high", f"'{frame.loc[free.idxmax(), 'slice']}' takes no effort",
            "Give person-weeks above 0, or take out what is already done.", row=int(free.idxmax()) + 1,
        )
    requires = _requires(frame, name)
    mean = {of: frame[[f"{of}_{end}" for end in ENDS]].mean(axis=1) for of in RANGES}
    own = frame[list(RISKS)].prod(axis=1)
    probability = pd.Series([own[sorted(_closure(requires, [i]))].prod() for i in range(len(frame))])
    frame = frame.assign(
        must_have=[not pd.isna(flag) and bool(flag) for flag in frame["must_have"]],
        mean_reward=mean["reward"],
        mean_effort=mean["effort"],
        probability=probability,
        expected_reward=mean["reward"] * probability,
        ratio=rice(mean["reward"], 1, probability, mean["effort"]),
    )
    return Backlog(name, frame, requires, tuple(notes))


def _closure(requires: Sequence[frozenset[int]], wanted: Sequence[int]) -> set[int]:
    found: set[int] = set()
    waiting = list(wanted)
    while waiting:
        i = waiting.pop()
        if i not in found:
            found.add(i)
            waiting.extend(requires[i])
    return found


def _requires(frame: pd.DataFrame, name: str) -> tuple[frozenset[int], ...]:
    position = {slice_: i for i, slice_ in enumerate(frame["slice"])}
    requires = []
    for i, cell in enumerate(frame["requires"]):
        parts = [] if pd.isna(cell) else str(cell).split(";")
        wanted = [part.strip() for part in parts if part.strip()]
        unknown = [part for part in wanted if part not in position]
        if unknown:
            folded = {known.casefold(): known for known in position}
            near = difflib.get_close_matches(unknown[0].casefold(), folded, n=1)
            raise tables.error(
                name, "requires", "is not a slice of this file",
                (f"Did you mean '{folded[near[0]]}'? " if near else "")
                + "Write names exactly as in the column 'slice', separated by semicolons.",
                row=i + 1, example=unknown[0],
            )
        requires.append(frozenset(position[part] for part in wanted))
    try:
        graphlib.TopologicalSorter(dict(enumerate(requires))).prepare()
    except graphlib.CycleError as error:
        loop = error.args[1][::-1]  # graphlib names what is needed first; a reader starts at the slice that needs it
        raise tables.error(
            name, "requires", "slices wait for each other: " + " needs ".join(f"'{frame['slice'][i]}'" for i in loop),
            "Take one of these requirements out, or merge the slices.", row=loop[0] + 1,
        ) from None
    return tuple(requires)


SETTINGS = {  # parameter: lowest, highest, in words
    "capacity": (0, math.inf, "person-weeks, 0 or more"),
    "sensitivity": (0, 1, "a probability from 0 to 1"),
    "false_alarm": (0, 1, "a probability from 0 to 1"),
    "test_effort": (0, math.inf, "person-weeks, 0 or more"),
    "cost_per_week": (0, math.inf, "0 or more, in the unit of the rewards"),
    "draws": (100, 1_000_000, "a whole number from 100 to 1,000,000"),
    "seed": (0, 2**63, "a whole number, 0 or more"),
}


def check_settings(**settings) -> None:
    """Refuse parameters that mean nothing. Raises InputError."""
    for parameter, value in settings.items():
        low, high, meaning = SETTINGS[parameter]
        number = isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
        if not (number and low <= value <= high and (value == int(value) or "whole" not in meaning)):
            raise InputError(f"Parameter {parameter} is {value!r}. Give {meaning}.")
    if settings["sensitivity"] < settings["false_alarm"]:
        raise InputError(
            f"Parameter sensitivity is {settings['sensitivity']:g}, below false_alarm, {settings['false_alarm']:g}: "
            "such a test says yes more often when the assumption is false. Swap the two, or turn its question around."
        )


def triangular(low, likely, high, uniform):
    """Quantile function of the triangular distribution; low = likely = high gives that number.

    NumPy's own generator refuses a range of width 0. Arrays broadcast.
    """
    width = high - low
    rising = uniform * width <= likely - low
    return np.where(
        rising,
        low + np.sqrt(uniform * width * (likely - low)),
        high - np.sqrt((1 - uniform) * width * (high - likely)),
    )


def draw(slices: Backlog, draws: int, seed: int) -> Draws:
    """Draw rewards, efforts and the fate of the assumptions, all independent."""
    random = np.random.default_rng(seed)
    shape = (int(draws), len(slices))
    values = {}
    for of in RANGES:
        ends = (slices.frame[f"{of}_{end}"].to_numpy(float) for end in ENDS)
        values[of] = triangular(*ends, random.random(shape))
    works = random.random(shape) < slices.frame[list(RISKS)].prod(axis=1).to_numpy(float)
    pays = ~works @ slices.needs.T == 0  # nothing it needs, itself included, fails
    return Draws(np.where(pays, values["reward"], 0.0), values["effort"])


def probability_first(ratio: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """How often each slice has the highest ratio. `ratio`: futures × slices; ties are split evenly.

    `weights`: the probability of each future; equal when left out (random draws).
    """
    best = ratio == ratio.max(axis=1, keepdims=True)
    return np.average(best / best.sum(axis=1, keepdims=True), axis=0, weights=weights)
