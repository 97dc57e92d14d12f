"""What is believed of a gain before it is measured, and what that makes of an option.

The belief is triangular: low, likely, high, as three guesses are usually read. An option's value is a straight line in
its gain, so chances and means are exact; nothing is simulated.
"""

from dataclasses import dataclass
from functools import cached_property

from scipy import stats

from mlpm.fit.options import Option


@dataclass(frozen=True)
class Belief:
    """An option with the range of its gain taken seriously."""

    option: Option

    @cached_property
    def gain(self):
        """The gain as a distribution; one value where low and high are the same."""
        low, likely, high = self.option.gain
        if low == high:
            return stats.uniform(low, 0)
        return stats.triang((likely - low) / (high - low), low, high - low)

    @property
    def mean(self) -> float:
        """The mean gain."""
        return sum(self.option.gain) / 3

    def above(self, bar: float | None) -> float:
        """The chance that the gain is at least `bar`; 0 for a bar that nothing reaches."""
        low, _, high = self.option.gain
        if bar is None or bar > high:
            return 0.0
        return 1.0 if bar <= low else float(self.gain.sf(bar))

    def over(self, bar: float | None) -> float:
        """The mean of what the gain has above `bar`, counting 0 where it has less.

        The integral of the chance to be above, from the bar on. SciPy's own (`expect`) would find it numerically.
        """
        low, likely, high = self.option.gain
        if bar is None or bar >= high:
            return 0.0
        if bar <= low:
            return self.mean - bar
        if bar >= likely:
            return (high - bar) ** 3 / (3 * (high - low) * (high - likely))
        return self.mean - bar + (bar - low) ** 3 / (3 * (high - low) * (likely - low))

    @property
    def expected(self) -> float:
        """Expected euros if it is built and kept whatever it brings."""
        return self.option.value(self.mean)

    @property
    def with_switch(self) -> float:
        """Expected euros if it is built and switched off at once where it does not pay for running."""
        option = self.option
        return option.live * option.setting.base * self.over(option.keeps) - option.built

    @property
    def informed(self) -> float:
        """Expected euros if the gain were known before anything is built."""
        return self.option.live * self.option.setting.base * self.over(self.option.pays)

    @property
    def knowing(self) -> float:
        """Expected value of perfect information: the most that finding out beforehand can be worth."""
        return max(0.0, self.informed - max(0.0, self.with_switch))
