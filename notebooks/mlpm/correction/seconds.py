"""What a suggestion saves its user when it is right, less what it costs when it is wrong: correction in numbers."""

import math
from dataclasses import dataclass

from mlpm import checks


@dataclass(frozen=True)
class Screen:
    """One screen on which the product decides something for a person, who may take it back.

    right: share of its decisions the person would have wanted. saved: seconds saved by one of those. effort: seconds to
    take back a wrong one. noticed: share of wrong ones the person notices. unnoticed: seconds that a wrong one costs
    later, if not.
    """

    right: float
    saved: float
    effort: float
    noticed: float = 1.0
    unnoticed: float = 0.0

    def __post_init__(self) -> None:
        checks.share("right", self.right)
        checks.share("noticed", self.noticed)
        for name in ("saved", "effort", "unnoticed"):
            checks.number(name, getattr(self, name), 0, math.inf, "seconds, 0 or more")

    @property
    def error(self) -> float:
        """Seconds that a wrong decision costs on average."""
        return self.noticed * self.effort + (1 - self.noticed) * self.unnoticed

    @property
    def net(self) -> float:
        """Seconds a decision saves on average; below 0 the person would be better off without."""
        return self.right * self.saved - (1 - self.right) * self.error

    @property
    def break_even(self) -> float | None:
        """The share right at which nothing is saved; None if a decision neither saves nor costs anything."""
        return self.error / (self.saved + self.error) if self.saved + self.error else None

    @property
    def per_point(self) -> float:
        """Seconds that one percentage point more right decisions brings."""
        return (self.saved + self.error) / 100

    @property
    def per_second(self) -> float:
        """Seconds that one second less of effort brings."""
        return (1 - self.right) * self.noticed

    def points_worth(self, seconds: float) -> float | None:
        """Percentage points of right decisions that would bring as much as `seconds` less of effort."""
        return seconds * self.per_second / self.per_point if self.per_point else None
