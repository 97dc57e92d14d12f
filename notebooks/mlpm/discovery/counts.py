"""What the log says about the same pain: how many messages go unanswered, and who meets it."""

from dataclasses import dataclass

from mlpm import checks, proportions


@dataclass(frozen=True)
class Silence:
    """What the log holds.

    unanswered: share of messages with no answer. Of `wrote` people who wrote `messages`, `silent` heard from nobody.
    """

    unanswered: float
    messages: int
    wrote: int
    silent: int

    def __post_init__(self):
        checks.number("unanswered", self.unanswered, 0.01, 0.99, "a share from 0.01 to 0.99")
        checks.count("messages", self.messages, 1)
        checks.count("wrote", self.wrote, 1)
        checks.number("silent", checks.count("silent", self.silent), 0, self.wrote, f"a number from 0 to {self.wrote}")

    def meets(self, messages: int) -> float:
        """Chance of at least one unanswered among so many messages, if each is as likely to be."""
        return proportions.heard_at_least_once(self.unanswered, messages)

    def nobody(self, messages: int) -> float:
        """Chance that none of so many messages is answered, if each is as likely to be."""
        return self.unanswered**messages

    @property
    def counted(self) -> float:
        """The share of people who heard from nobody, in the log."""
        return self.silent / self.wrote

    @property
    def interval(self) -> tuple[float, float]:
        low, high = proportions.wilson(self.silent, self.wrote)
        return float(low), float(high)

    @property
    def times(self) -> float:
        """How many times as often as chance would have it somebody hears from nobody."""
        return self.counted / self.nobody(self.messages)

    @property
    def clusters(self) -> bool:
        """Whether people hear from nobody more often than chance has it: silence is not spread evenly."""
        return self.interval[0] > self.nobody(self.messages)
