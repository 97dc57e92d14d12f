"""Alpha once a rater's ratings are set aside, and then the next one's: only that rater's items are counted again."""

from itertools import pairwise

import numpy as np

from mlpm.agreement.ratings import Ratings
from mlpm.agreement.sums import alpha_of


class Leaving:
    """Ratings that raters leave one by one."""

    def __init__(self, ratings: Ratings):
        self.ratings = ratings
        self.counts = ratings.counts.astype(float)
        self.size = ratings.size.copy()
        order = np.argsort(ratings.rater, kind="stable")
        ends = np.searchsorted(ratings.rater[order], np.arange(len(ratings.raters) + 1))
        self._votes = [order[a:b] for a, b in pairwise(ends)]
        self._tables: dict[int, np.ndarray] = {}
        self._add(self._tables, np.arange(len(self.size)), self.counts, self.size, 1)

    def _add(self, tables: dict[int, np.ndarray], profiles, counts, size, sign: int) -> None:
        items = self.ratings.items[profiles]
        for m in np.unique(size):
            mine = size == m
            table = (counts[mine].T * (sign * items[mine])) @ counts[mine]
            tables[int(m)] = tables[int(m)] + table if int(m) in tables else table

    def _without(self, rater: int) -> tuple[np.ndarray, np.ndarray, dict[int, np.ndarray]]:
        votes = self._votes[rater]
        profiles = self.ratings.profile[votes]
        before = self.counts[profiles]
        after = before.copy()
        after[np.arange(len(votes)), self.ratings.label[votes]] -= 1
        tables = dict(self._tables)
        self._add(tables, profiles, before, self.size[profiles], -1)
        self._add(tables, profiles, after, self.size[profiles] - 1, 1)
        return profiles, after, tables

    def alpha_without(self, rater: int) -> float | None:
        """Alpha if this rater left as well; None where undefined."""
        return alpha_of(self._without(rater)[2], self.ratings.values, self.ratings.level)

    def leave(self, rater: int) -> None:
        """Set the rater's ratings aside for good."""
        profiles, after, self._tables = self._without(rater)
        self.counts[profiles] = after
        self.size[profiles] -= 1
