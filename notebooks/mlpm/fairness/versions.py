"""The same people under other versions of the score: does dropping a column, or new labels, close a gap?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlpm import InputError, scores, tables
from mlpm.fairness.groups import Counts, Gap, Group, compare


@dataclass(frozen=True)
class Version:
    """A version of the score at the cut that acts on as many as the score in use. gaps: of hit, to the reference."""

    name: str
    cut: float
    counts: tuple[Counts, ...]
    gaps: tuple[Gap, ...]


def read_versions(names: str, data, *, score: str, **columns) -> dict[str, scores.Scores]:
    """Read each named column as a score of the same rows; columns: as for `mlpm.scores.read`."""
    found = {}
    for name in tables.names(names):
        if name == score or name in found:
            raise InputError(f"Parameter versions names '{name}' twice. Name each other score once.")
        found[name] = scores.read(data, score=name, **columns)
    return found


def version(name: str, found: scores.Scores, groups: Sequence[Group], target: int, matters: float) -> Version:
    """One version, for the same groups in the same order, acting on `target` rows or as near as its ties allow."""
    own = [Group(group.name, found.only(found.groups.index(group.name))) for group in groups]
    acted = sum(group.acted for group in own)
    place = int(np.argmin(np.abs(acted - target)))
    counts = tuple(group.at(place) for group in own)
    gaps = tuple(
        compare("hit", group.name, one, counts[0], matters) for group, one in zip(own[1:], counts[1:], strict=True)
    )
    return Version(name, float(found.least[min(place, found.bin_count - 1)]), counts, gaps)
