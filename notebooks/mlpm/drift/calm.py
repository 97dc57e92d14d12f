"""A slice that moves under a calm average: shares by bucket, before and now, and no file."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mlpm import InputError, checks
from mlpm.drift import stability


def read_shares(name: str, text: str) -> np.ndarray:
    """`"25, 25, 25, 25"`, of a hundred, as shares that add up to 1. Raises InputError."""
    meaning = "at least two positive numbers that add up to 100, with commas"
    try:
        found = np.array([float(part) for part in str(text).split(",")])
    except ValueError:
        found = np.zeros(0)
    if len(found) < 2 or not np.isfinite(found).all() or (found <= 0).any() or abs(found.sum() - 100) > 0.05:
        raise InputError(f"Parameter {name} is {text!r}. Give {meaning}.")
    return found / found.sum()


@dataclass(frozen=True)
class Calm:
    """Buckets of a score, lowest first: shares of all rows, and of the rows of one slice.

    before, now: of all rows. part: the slice's share of all rows. inside: its buckets now; before they were those of
    all rows. rows, rows_before: of all, now and in the reference.
    """

    before: np.ndarray
    now: np.ndarray
    part: float
    inside: np.ndarray
    rows: int = 20_000
    rows_before: int = 100_000

    def __post_init__(self):
        checks.number("part", self.part, 0.001, 0.999, "a share between 0 and 1")
        checks.count("rows", self.rows, 10)
        checks.count("rows_before", self.rows_before, 10)
        if not len(self.before) == len(self.now) == len(self.inside):
            raise InputError("before, now and inside must name as many buckets each; they name "
                             f"{len(self.before)}, {len(self.now)} and {len(self.inside)}.")
        least = self.outside.min()
        if least <= 0:
            raise InputError(
                f"Parameter inside leaves the other rows a share of {100 * least:.1f} of 100 in some bucket: a "
                "slice cannot hold more rows of a bucket than there are. Give a smaller part, or other shares."
            )

    @cached_property
    def outside(self) -> np.ndarray:
        """The buckets of all other rows now."""
        return (self.now - self.part * self.inside) / (1 - self.part)

    @property
    def psi(self) -> float:
        return stability.psi(self.before, self.now)

    @property
    def psi_inside(self) -> float:
        return stability.psi(self.before, self.inside)

    @property
    def psi_outside(self) -> float:
        return stability.psi(self.before, self.outside)

    @property
    def parts(self) -> np.ndarray:
        return stability.parts(self.before, self.now)

    @property
    def top_points(self) -> float:
        """By how much of all rows the top bucket grew."""
        return float(self.now[-1] - self.before[-1])

    @property
    def top_growth(self) -> float:
        """By how much of itself."""
        return float(self.now[-1] / self.before[-1] - 1)

    @property
    def from_slice(self) -> float:
        """Of the top bucket's growth, the share that the slice brings."""
        grown = self.part * (self.inside[-1] - self.before[-1])
        return float(grown / self.top_points) if self.top_points else 0.0

    @property
    def noise(self) -> float:
        """The index on average without any change."""
        return stability.psi_noise(self.rows_before, self.rows, len(self.before))

    @property
    def noise_inside(self) -> float:
        return stability.psi_noise(self.rows_before * self.part, self.rows * self.part, len(self.before))

    def rows_for(self, line: float = stability.CUSTOMS[0]) -> float:
        """Rows, as many before as now, at which chance alone gives this index on average."""
        return 2 * (len(self.before) - 1) / line

    def numbers(self) -> dict[str, int | float]:
        values: dict[str, int | float] = {
            "psi": self.psi, "psi_inside": self.psi_inside, "psi_outside": self.psi_outside,
            "top_points": 100 * self.top_points, "top_growth_100": 100 * self.top_growth,
            "top_before": 100 * float(self.before[-1]), "top_now": 100 * float(self.now[-1]),
            "top_inside": 100 * float(self.inside[-1]), "part_100": 100 * self.part,
            "from_slice_100": 100 * self.from_slice, "noise": self.noise, "noise_inside": self.noise_inside,
            "rows": self.rows, "rows_before": self.rows_before, "rows_for_custom": self.rows_for(),
            "times_noise": self.psi / self.noise,
        }
        for number, (before, now, inside, part) in enumerate(
            zip(self.before, self.now, self.inside, self.parts, strict=True), 1
        ):
            values |= {f"before_{number}": 100 * float(before), f"now_{number}": 100 * float(now),
                       f"inside_{number}": 100 * float(inside), f"adds_{number}": float(part)}
        return values
