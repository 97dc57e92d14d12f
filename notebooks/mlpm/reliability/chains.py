"""Steps in a row: what is left after twenty of them, and what trying again or a check buys.

A step is right or wrong. A check flags what it takes for wrong: a share of wrong steps, and by mistake a share of right
ones. What is flagged is tried again; what is still flagged after the last try goes to a person. What is wrong and not
flagged goes on as if it were right. The first step that is not right settles the task: no later step repairs it.

Trying again helps only against failures by chance. `stubborn` is the share of failures whose cause stays (a missing
document, a rule misread): they fail at every try.
"""

from dataclasses import dataclass

from mlpm import checks, proportions


def in_a_row(right, steps):
    """The chance that so many steps, each right with chance `right`, are all right. Takes arrays."""
    return proportions.all_pass(right, steps)


def step_needed(whole: float, steps: int) -> float:
    """How often each of the steps has to be right so that all of them are with chance `whole`."""
    return proportions.each_needs(checks.share("whole", whole), checks.count("steps", steps, 1))


@dataclass(frozen=True)
class Step:
    """One step with a check behind it, all chances from 0 to 1.

    right: chance that one try is right. noticed: share of wrong tries that the check flags. false_alarm: share of right
    tries that it flags. retries: how often a flagged step is tried again. stubborn: share of failures whose cause
    stays, so that every try fails.
    """

    right: float
    noticed: float = 0.0
    false_alarm: float = 0.0
    retries: int = 0
    stubborn: float = 0.0

    def __post_init__(self):
        for name in ("right", "noticed", "false_alarm", "stubborn"):
            checks.share(name, getattr(self, name))
        checks.count("retries", self.retries)

    @property
    def _cases(self) -> list[tuple[float, float]]:
        """(how often, chance that a try is right) for a cause that stays and for failures by chance."""
        stays = (1 - self.right) * self.stubborn
        return [(stays, 0.0), (1 - stays, self.right / (1 - stays) if stays < 1 else 0.0)]

    def _flagged(self, right: float) -> float:
        return right * self.false_alarm + (1 - right) * self.noticed

    def _tries(self, right: float) -> float:
        """Tries expected: each is followed by another with the chance that it is flagged, up to the last."""
        return sum(self._flagged(right) ** n for n in range(self.retries + 1))

    @property
    def tries(self) -> float:
        return sum(weight * self._tries(right) for weight, right in self._cases)

    @property
    def passed_right(self) -> float:
        """Goes on, and is right."""
        return sum(w * self._tries(right) * right * (1 - self.false_alarm) for w, right in self._cases)

    @property
    def passed_wrong(self) -> float:
        """Goes on, and is wrong: nobody knows."""
        return sum(w * self._tries(right) * (1 - right) * (1 - self.noticed) for w, right in self._cases)

    @property
    def handed_over(self) -> float:
        """Still flagged after the last try: a person takes it."""
        return sum(w * self._flagged(right) ** (self.retries + 1) for w, right in self._cases)


@dataclass(frozen=True)
class Chain:
    """So many equal steps in a row; chances of the whole task, settled by the first step that is not right."""

    step: Step
    steps: int

    def __post_init__(self):
        checks.count("steps", self.steps, 1)

    @property
    def right(self) -> float:
        return float(in_a_row(self.step.passed_right, self.steps))

    @property
    def reached(self) -> float:
        """Steps begun on average before the first that is not right: 1 + p + p² + …"""
        return sum(self.step.passed_right**n for n in range(self.steps))

    @property
    def wrong(self) -> float:
        """Ends as if it were right, and is not."""
        return self.step.passed_wrong * self.reached

    @property
    def handed_over(self) -> float:
        return self.step.handed_over * self.reached

    @property
    def tries(self) -> float:
        """Tries of all steps on average, until the task is done or has left the right path."""
        return self.step.tries * self.reached
