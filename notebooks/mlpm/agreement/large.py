"""Ratings too many to bring into Python as profiles: the engine counts, and only the counts come out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from ibis import _

from mlpm.agreement import tally
from mlpm.agreement.measures import Moments, Patterns
from mlpm.agreement.repeats import Passes
from mlpm.agreement.sums import alpha_of
from mlpm.agreement.tally import Votes
from mlpm.agreement.versions import Versions


@dataclass(frozen=True)
class LargeRatings:
    """Who gave which label to which item, as a table of the engine. The fields are those of `Ratings`, as far as they
    go; found: items by group, number of ratings and conflict, from `tally.overview`.
    """

    labels: list
    raters: list[str]
    votes: Votes
    found: dict[str, np.ndarray]
    scale: np.ndarray  # the labels as numbers
    level: str = "nominal"
    groups: list[str] = field(default_factory=lambda: [""])
    notes: list[str] = field(default_factory=list)
    name: str = ""
    passes: Passes | None = None
    versions: Versions | None = None

    @property
    def values(self) -> np.ndarray:
        return self.scale

    @property
    def item_count(self) -> int:
        return int(self.found["items"].sum())

    @property
    def rating_count(self) -> int:
        return int(self.found["items"] @ self.found["size"])

    @property
    def pairable_count(self) -> int:
        """Items with at least two ratings."""
        return int(self.found["items"][self.found["size"] >= 2].sum())

    @cached_property
    def _patterns(self) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """Group, counts and items of every pattern; None where patterns are too many."""
        return tally.patterns(self.votes, int(self.found["size"].max()))

    @cached_property
    def _buckets(self) -> int:
        return tally.buckets_for(len(self.labels), len(np.unique(self.found["size"])))

    @cached_property
    def _products(self) -> dict[str, np.ndarray]:
        return tally.products(self.votes, "bucket", self._buckets)

    @cached_property
    def _by_group(self) -> dict[str, np.ndarray]:
        return tally.products(self.votes, "group")

    @cached_property
    def counted(self) -> Patterns | Moments:
        """Everything: patterns where they are few, else moments with their buckets."""
        if self._patterns is not None:
            return Patterns.group(*self._patterns[1:], self.values, self.level)
        return self._moments(self._products, self._conflicts(), "bucket")

    def counted_of_group(self, group: int, drawn: bool = False) -> Patterns | Moments:
        """The items of one group; drawn: with what a bootstrap needs."""
        conflicts = self._conflicts(self.found["group"] == group)
        if self._patterns is not None:
            return self._some(self._patterns[0] == group)
        if drawn:
            mine = self.votes.filter(_.group == group)
            return self._moments(tally.products(mine, "bucket", self._buckets), conflicts, "bucket")
        return self._moments(_only(self._by_group, self._by_group["group"] == group), conflicts)

    def counted_without_group(self, group: int) -> Patterns | Moments:
        """What is left when one group of items is set aside."""
        if self._patterns is not None:
            return self._some(self._patterns[0] != group)
        conflicts = self._conflicts(self.found["group"] != group)
        return self._moments(_only(self._by_group, self._by_group["group"] != group), conflicts)

    def _some(self, which: np.ndarray) -> Patterns:
        _groups, counts, items = self._patterns
        return Patterns.group(counts, np.where(which, items, 0), self.values, self.level)

    def _moments(self, found: dict[str, np.ndarray], conflicts: int, by: str = "") -> Moments:
        return tally.moments(found, conflicts, self.values, self.level, self._buckets if by else 0)

    def _conflicts(self, which=None) -> int:
        mine = self.found["conflict"] == 1
        return int(self.found["items"][mine if which is None else mine & which].sum())

    @cached_property
    def _cubes(self) -> dict[int, np.ndarray]:
        """Cross products, labels × labels, by number of ratings."""
        if self._patterns is not None:
            whole = Patterns(self._patterns[1], self._patterns[2], self.values, self.level)
            return {m: table[0] for m, _items, table in whole.products(whole.items[None, :])}
        return tally.cubes(self._products, len(self.labels))

    def alphas_without(self, raters: Sequence[int]) -> list[float | None]:
        """Alpha without each of these raters' ratings; None where undefined."""
        found = tally.left_out(self.votes, raters)
        answer = []
        for rater in raters:
            mine = _only(found, found["rater"] == rater)
            cubes = dict(self._cubes)
            theirs, left = (tally.cubes(mine, len(self.labels), name) for name in ("full", "less"))
            for m, table in theirs.items():
                cubes[m] = cubes[m] - table
                cubes[m - 1] = cubes.get(m - 1, 0) + left[m]
            answer.append(alpha_of(cubes, self.values, self.level))
        return answer

    def alpha_without(self, raters: Sequence[int]) -> float | None:
        """Alpha once the ratings of all these raters are gone."""
        left = tally.products(self.votes.filter(_.rater.notin(list(raters))))
        return alpha_of(tally.cubes(left, len(self.labels)), self.values, self.level)

    def pair_counts(self, wanted: bool) -> tuple[np.ndarray, np.ndarray | None]:
        """As `raters.Pairs`: rest, and pairs if they are wanted."""
        raters, labels = len(self.raters), len(self.labels)
        found = tally.against_others(self.votes)
        rest = np.zeros((raters, labels, labels))
        some = _only(found, found["size"] >= 2)
        np.add.at(rest, (some["rater"], some["label"], some["other"]), some["n"] / (some["size"] - 1))
        if not wanted:
            return rest, None
        crossed, found = np.zeros((raters, raters, labels, labels)), tally.pairs(self.votes)
        np.add.at(crossed, (found["rater"], found["rater_2"], found["label"], found["label_2"]), found["items"])
        return rest, crossed

    def ratings_of(self) -> np.ndarray:
        """Items that each rater rated."""
        found = self.votes.gather(lambda rows: rows.group_by("rater").aggregate(n=_.count()))
        return np.bincount(found["rater"], weights=found["n"], minlength=len(self.raters)).astype(np.int64)

    def to_adjudicate(self, limit: int) -> pd.DataFrame:
        """The first items: item, group, given, conflict."""
        items, labels = tally.adjudicate(self.votes, limit)
        rows = []
        for item, group, size, squares in zip(*(items[name] for name in ("item", "group", "size", "squares")),
                                              strict=True):
            mine = sorted(zip(*(labels[name][labels["item"] == item] for name in ("label", "n")), strict=True))
            said = ", ".join(f"{n} × {self.labels[label]}" for label, n in mine)
            rows.append((item, self.groups[group], said, float(1 - (squares - size) / (size * (size - 1)))))
        return pd.DataFrame(rows, columns=["item", "group", "given", "conflict"])


def _only(found: dict[str, np.ndarray], which: np.ndarray) -> dict[str, np.ndarray]:
    return {name: column[which] for name, column in found.items()}
