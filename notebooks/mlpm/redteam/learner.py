"""Somebody who learns, and somebody who draws: the same lock, two ways of trying it.

The lock is an invention with one true property: attacks have parts, and an attack that is almost right is worth more
than a wrong one, to whoever can see that it is almost right. An attack is `choices` choices with `options` options
each; one option of each fits the hole, and the attack gets through if at least `needed` choices fit.

Who draws makes each attack anew, at random. Who learns changes one choice at a time to another option and sees each
success. Short of one, an answer gives away with the chance `leak` whether the change came closer; changes seen to help
are kept, all others taken back. That is a slow learner, without a plan: published ones do better (Nasr et al. 2025), so
its tries are no lower bound for a real one.

It is a chain with one step up, so the chance to be in by a try is exact; `simulate` plays it out choice by choice.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from mlpm import InputError, checks


@dataclass(frozen=True)
class Lock:
    """choices, options of each, and how many choices have to fit."""

    choices: int
    options: int
    needed: int

    def __post_init__(self):
        checks.count("choices", self.choices, 1)
        checks.count("options", self.options, 2)
        if not 1 <= checks.count("needed", self.needed) <= self.choices:
            raise InputError(f"Parameter needed is {self.needed!r}. Give 1 to {self.choices}, the choices there are.")

    @property
    def share(self) -> float:
        """The share of attacks drawn at random that get through."""
        return float(stats.binom.sf(self.needed - 1, self.choices, 1 / self.options))

    def drawn(self, tries):
        """The chance that one of so many attacks, drawn at random, gets through. Takes arrays."""
        return 1 - (1 - self.share) ** np.asarray(tries)

    def learned(self, leak: float, tries: int) -> np.ndarray:
        """The chance to be in by try 1, 2, … `tries`, for who learns. With no leak there is nothing to learn: drawn."""
        if checks.share("leak", leak) == 0:
            return self.drawn(np.arange(1, checks.count("tries", tries, 1) + 1))
        fits = np.arange(self.needed)
        closer = (self.choices - fits) / self.choices / (self.options - 1)
        # The last step is a success, which shows without being told.
        closer[:-1] *= leak
        steps = np.diag(np.append(1 - closer, 1.0)) + np.diag(closer, 1)
        place = np.append(stats.binom.pmf(fits, self.choices, 1 / self.options), self.share)
        found = np.empty(checks.count("tries", tries, 1))
        for index in range(tries):
            found[index] = place[-1]
            place = place @ steps
        return found

    def median(self, leak: float, most: int = 100_000) -> int | None:
        """The first try by which half of those who learn are in; None where `most` tries are too few."""
        if leak == 0:
            return int(np.ceil(np.log(0.5) / np.log1p(-self.share)))
        tries = 1_000
        while tries <= most:
            found = self.learned(leak, tries)
            if found[-1] >= 0.5:
                return int(np.argmax(found >= 0.5)) + 1
            tries *= 10
        return None

    def simulate(self, leak: float, attackers: int, tries: int, seed: int) -> np.ndarray:
        """The try at which each of so many learners gets in, choice by choice; 0 for those who do not within `tries`.

        Option 0 is the one that fits.
        """
        rng = np.random.default_rng(seed)
        rows = np.arange(attackers)
        now = rng.integers(self.options, size=(attackers, self.choices))
        found = np.where((now == 0).sum(axis=1) >= self.needed, 1, 0)
        for turn in range(2, tries + 1):
            tried = now.copy()
            at = rng.integers(self.choices, size=attackers)
            tried[rows, at] = (now[rows, at] + rng.integers(1, self.options, size=attackers)) % self.options
            before, after = (now == 0).sum(axis=1), (tried == 0).sum(axis=1)
            found = np.where((found == 0) & (after >= self.needed), turn, found)
            keep = (after > before) & (rng.random(attackers) < leak)
            now = np.where(keep[:, None], tried, now)
        return found

    def simulate_drawn(self, attackers: int, tries: int, seed: int) -> np.ndarray:
        """As `simulate`, for those who draw each attack anew."""
        rng = np.random.default_rng(seed)
        found = np.zeros(attackers, int)
        for turn in range(1, tries + 1):
            fits = (rng.integers(self.options, size=(attackers, self.choices)) == 0).sum(axis=1)
            found = np.where((found == 0) & (fits >= self.needed), turn, found)
        return found
