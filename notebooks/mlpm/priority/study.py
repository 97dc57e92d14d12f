"""All that the notebook says about one list, worked out once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mlpm import InputError, checks
from mlpm.priority import plan
from mlpm.priority.ideas import INPUTS, Idea, Listing


@dataclass(frozen=True)
class Study:
    """A list, the people it competes for, and the confidence that evidence has earned each idea.

    capacity: person-months until somebody asks; people: how many work at a time; earned: one confidence an idea.
    """

    listing: Listing
    capacity: float
    people: float
    earned: tuple[float, ...]

    def __post_init__(self):
        checks.number("capacity", self.capacity, 0, meaning="person-months, 0 or more")
        checks.number("people", self.people, 0.1, meaning="people who work at a time, above 0")
        ideas = len(self.listing.ideas)
        if not isinstance(self.earned, (tuple, list)) or len(self.earned) != ideas:
            raise InputError(f"Parameter earned is {self.earned!r}. Give one confidence for each of {ideas} ideas.")
        for share in self.earned:
            checks.share("earned", share)

    @property
    def ideas(self) -> tuple[Idea, ...]:
        return self.listing.ideas

    def table(self) -> pd.DataFrame:
        """One row an idea: idea, score, low and high (80 of 100 futures), mean, ratio (of means), first."""
        low, high = np.quantile(self.listing.scores, [0.1, 0.9], axis=0)
        return pd.DataFrame([
            {"idea": idea.name, "score": idea.score, "low": low[i], "high": high[i], "mean": idea.mean_score,
             "ratio": idea.ratio_of_means, "first": self.listing.ranks[i, 0]}
            for i, idea in enumerate(self.ideas)
        ])

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """Every input that is a range, the one to narrow first on top.

        Columns: idea, input, low, high, worth (EVPPI), changes (how often the answer changes what is first), share (of
        the variance of its own idea's score, as far as single inputs explain it).
        """
        rows = []
        for i, idea in enumerate(self.ideas):
            variances = [np.average((idea.given(k) - idea.mean_score) ** 2, weights=idea.spreads[k].weights)
                         for k in range(4)]
            for k, name in enumerate(INPUTS):
                low, _, high = idea.ranges[k]
                if high > low:
                    worth, changes = self.listing.knowing(i, k)
                    share = variances[k] / sum(variances) if sum(variances) else 0.0
                    rows.append({"idea": idea.name, "input": name, "low": low, "high": high, "worth": worth,
                                 "changes": changes, "share": share})
        frame = pd.DataFrame(rows, columns=["idea", "input", "low", "high", "worth", "changes", "share"])
        return frame.sort_values("worth", ascending=False, kind="stable", ignore_index=True)

    @cached_property
    def orders(self) -> pd.DataFrame:
        return plan.orders(self.ideas, self.people)

    @cached_property
    def sets(self) -> tuple[list[str], list[str]]:
        """What fits best, and what a sorted list picks, with the confidence as written."""
        return plan.sets(self.ideas, self.capacity)

    @cached_property
    def believed(self) -> tuple[Idea, ...]:
        """The ideas with the confidence that evidence has earned them."""
        return tuple(idea.believed(share) for idea, share in zip(self.ideas, self.earned, strict=True))

    @cached_property
    def planned(self) -> list[str]:
        """What fits best with the confidence that is earned."""
        return plan.sets(self.believed, self.capacity)[0]

    def reward(self, names: Sequence[str]) -> float:
        return sum(idea.reward for idea in self.ideas if idea.name in names)

    def effort(self, names: Sequence[str]) -> float:
        return sum(idea.effort for idea in self.ideas if idea.name in names)

    def evidence(self) -> pd.DataFrame:
        """The likely scores with the confidence as written and as earned. Columns: idea, said, earned, before, after,
        needs (the confidence at which it would be first among the earned; NaN if 1 is not enough)."""
        scores = [idea.score for idea in self.believed]
        rows = []
        for i, idea in enumerate(self.ideas):
            best, whole = max(np.delete(scores, i)), idea.believed(1.0).score
            needs = best / whole if whole >= best and whole else np.nan
            rows.append({"idea": idea.name, "said": idea.likely[2], "earned": self.earned[i], "before": idea.score,
                         "after": scores[i], "needs": needs})
        return pd.DataFrame(rows)

    @property
    def shown(self) -> int:
        """The idea whose effort is worth knowing most; the last one if none is."""
        worths = [self.listing.knowing(i, 3)[0] for i in range(len(self.ideas))]
        return int(np.argmax(worths)) if max(worths) > 0 else len(worths) - 1

    @property
    def rival(self) -> int:
        """The idea with the highest likely score among the others."""
        return max((i for i in range(len(self.ideas)) if i != self.shown), key=lambda i: self.ideas[i].score)
