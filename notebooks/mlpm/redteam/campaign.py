"""A red team's attempts, counted by class of attack, and the shares of successes that they leave open.

A bound holds for attacks drawn like those that were tried, on the version on which they were tried. Four bounds:

pooled      all attempts as one sample: holds for the mix of classes in which they were made. With sizes fixed by
            class it is on the safe side: Π(1 − pᵢ)^nᵢ is at most (1 − p̄)^n, for the average p̄ of the attempts made
by ideas    variants of one idea fail together: at worst an idea counts once
alone       one class by itself; the class was named before the count was seen
at once     all classes, whatever each one shows: Bonferroni, the error shared out over the classes
the gate    "it opens only if no class had a success": each class needs the bound alone, nothing is shared out. If some
            class were worse than its own bound, silence there, and so the opening, would have a chance of at most
            1 − confidence (an intersection-union test: Berger 1982, Technometrics 24, 295-300)
"""

from dataclasses import dataclass

import pandas as pd

from mlpm import InputError, checks, proportions

CONFIDENCE = 0.95


@dataclass(frozen=True)
class AttackClass:
    """name; tried: attempts; hits: attempts that reached the harm named before."""

    name: str
    tried: int
    hits: int = 0

    def __post_init__(self):
        checks.count(f"attempts of {self.name}", self.tried, 1)
        if checks.count(f"successes of {self.name}", self.hits) > self.tried:
            raise InputError(f"Class {self.name} has {self.hits} successes. Give at most its attempts, {self.tried}.")


@dataclass(frozen=True)
class Campaign:
    """classes: what was tried. ideas: the attempts are variants of so many. confidence: one-sided, of every bound."""

    classes: tuple[AttackClass, ...]
    ideas: int
    confidence: float = CONFIDENCE

    def __post_init__(self):
        checks.number("confidence", self.confidence, 0.5, 0.9999, "a share from 0.5 up to 0.9999")
        if not self.classes:
            raise InputError("No attack class is given. Give at least one: name, attempts, successes.")
        if checks.count("ideas", self.ideas, 1) > self.tried:
            raise InputError(f"Parameter ideas is {self.ideas!r}. Give at most the attempts, {self.tried}.")

    @property
    def tried(self) -> int:
        return sum(one.tried for one in self.classes)

    @property
    def hits(self) -> int:
        return sum(one.hits for one in self.classes)

    @property
    def shared_out(self) -> float:
        """The confidence of each class so that all bounds hold together: Bonferroni."""
        return 1 - (1 - self.confidence) / len(self.classes)

    @property
    def pooled(self) -> float:
        return proportions.largest_share(self.hits, self.tried, self.confidence)

    @property
    def by_ideas(self) -> float:
        """The share of ideas that silence leaves open if the variants of one always succeed or fail together."""
        return proportions.largest_share(min(self.hits, self.ideas), self.ideas, self.confidence)

    def alone(self, one: AttackClass) -> float:
        return proportions.largest_share(one.hits, one.tried, self.confidence)

    def at_once(self, one: AttackClass) -> float:
        return proportions.largest_share(one.hits, one.tried, self.shared_out)

    @property
    def weakest(self) -> AttackClass:
        """The class of which the count says least: an attacker chooses the class."""
        return max(self.classes, key=self.alone)

    def needed(self, share: float, *, at_once: bool = False) -> int:
        """Attempts in each class, none a success, that put its bound below `share`."""
        return proportions.silent_trials(share, self.shared_out if at_once else self.confidence)

    def missing(self, share: float) -> dict[str, int]:
        """Class → attempts still to be made, all silent, for a bound alone below `share`; empty: none is missing."""
        short = {
            one.name: proportions.trials_to_exclude(share, one.hits, self.confidence) - one.tried
            for one in self.classes
        }
        return {name: count for name, count in short.items() if count > 0}

    def table(self) -> pd.DataFrame:
        """One row a class: name, tried, hits, the bound alone and at once."""
        return pd.DataFrame([
            {"name": one.name, "tried": one.tried, "hits": one.hits, "alone": self.alone(one),
             "at_once": self.at_once(one)}
            for one in self.classes
        ])
