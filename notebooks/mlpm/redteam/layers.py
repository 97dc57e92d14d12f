"""Two filters in a row, each tried alone on the same attempts: how much of the second is left where the first fails?

If they failed apart, the second would stop the same share of what gets past the first as of everything. Filters that
look at the same text with models trained on the same examples do not. `mlpm.reliability.copies` has the same thought
for machines, the beta factor; here the shared part is counted instead of assumed.
"""

from dataclasses import dataclass

from scipy import stats

from mlpm import InputError, checks, proportions


@dataclass(frozen=True)
class Layers:
    """tried: attempts run against each filter alone. first, second, both: how many got past the one, other, both."""

    tried: int
    first: int
    second: int
    both: int

    def __post_init__(self):
        checks.count("tried", self.tried, 1)
        for name in ("first", "second"):
            if not 1 <= checks.count(name, getattr(self, name)) <= self.tried:
                raise InputError(f"Parameter {name} is {getattr(self, name)!r}. Give 1 to {self.tried}, the attempts.")
        low = max(0, self.first + self.second - self.tried)
        if not low <= checks.count("both", self.both) <= min(self.first, self.second):
            raise InputError(f"Parameter both is {self.both!r}. Give {low} to {min(self.first, self.second)}.")

    @property
    def apart(self) -> float:
        """How many would get past both if the filters failed apart."""
        return self.first * self.second / self.tried

    @property
    def passes(self) -> float:
        """The share of everything that gets past the second."""
        return self.second / self.tried

    @property
    def passes_too(self) -> float:
        """The share of what gets past the first that gets past the second, too."""
        return self.both / self.first

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of `passes_too`."""
        low, high = proportions.wilson(self.both, self.first)
        return float(low), float(high)

    @property
    def by_chance(self) -> float:
        """The chance of so many or more past both if the filters failed apart: Fisher's exact test, one-sided."""
        rest = self.tried - self.first - self.second + self.both
        table = [[self.both, self.first - self.both], [self.second - self.both, rest]]
        return float(stats.fisher_exact(table, alternative="greater").pvalue)
