"""From twelve answers to three scores, from three scores to a verdict and what to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mlpm import InputError
from mlpm.role.questions import MOST, QUESTIONS, SCALES

# Below this no scale describes a job: fewer than five of twelve points on each.
FLOOR = 5
# A scale within less than this of the highest is a job of its own.
CLEAR = 3

# Verdict → its name, and what to do about it. Verdicts are joined names of scales, in their order.
VERDICTS = {
    "undefined": ("No job yet", "No scale reaches 5 of 12. Ask three people what you would be praised for in a year, "
                  "and take no task before you have the answers."),
    "research": ("Research end", "Few of this book's numbers exist here. Keep one real use in sight, agree on what "
                 "would make everybody stop, and discount what is said about thresholds and tests."),
    "compute": ("Heavy computation", "Ask who would notice faster or cheaper, and from which value on. That number is "
                "your product; how it is reached is not."),
    "business": ("Business value", "This book is written for this job: problem, errors, experience, supply of data."),
    "research+compute": ("Two jobs: research and computation", "Both are far from users. Get one of them a user or a "
                         "budget owner before you plan either."),
    "research+business": ("Two jobs: research and business", "One is judged in years, the other in weeks. Agree which "
                          "of them a bad quarter would end."),
    "compute+business": ("Two jobs: computation and business", "The bill and the user can want opposite things. Agree "
                         "whose number wins when they do."),
    "research+compute+business": ("Three jobs at once", "Nobody does three. Show your manager the three scores and ask "
                                  "which two go."),
}
# Stems of chapters, in the order to read them.
READ = {
    "undefined": ("what-an-ml-pm-is", "write-a-role-charter"),
    "research": ("write-a-role-charter", "scope-an-mvp", "estimate-data-quantity", "measure-label-agreement"),
    "compute": ("write-a-role-charter", "scope-an-mvp", "analyze-an-experiment"),
    "business": ("write-a-role-charter", "choose-a-threshold", "design-the-gray-area", "scope-an-mvp"),
    "research+compute": ("write-a-role-charter", "scope-an-mvp", "estimate-data-quantity"),
    "research+business": ("write-a-role-charter", "scope-an-mvp", "choose-a-threshold"),
    "compute+business": ("write-a-role-charter", "choose-a-threshold", "analyze-an-experiment"),
    "research+compute+business": ("write-a-role-charter", "what-an-ml-pm-is"),
}
TITLES = {
    "what-an-ml-pm-is": "what the job is for", "write-a-role-charter": "the charter", "scope-an-mvp": "the MVP",
    "choose-a-threshold": "the threshold", "design-the-gray-area": "the gray area",
    "estimate-data-quantity": "how much data", "measure-label-agreement": "label agreement",
    "analyze-an-experiment": "the experiment",
}


def of_scores(scores: Mapping[str, float]) -> str:
    """The verdict on three scores, a key of VERDICTS."""
    top = max(scores[scale] for scale in SCALES)
    if top < FLOOR:
        return "undefined"
    return "+".join(scale for scale in SCALES if top - scores[scale] < CLEAR)


def check(answers: Mapping[str, Sequence[int]]) -> None:
    """Refuse answers that are not four whole numbers from 0 to 3 on each scale. Raises InputError."""
    for scale in SCALES:
        given = answers.get(scale)
        sound = (
            isinstance(given, (list, tuple)) and len(given) == 4
            and all(isinstance(a, int) and not isinstance(a, bool) and 0 <= a <= MOST for a in given)
        )
        if not sound:
            raise InputError(f"Parameter {scale} is {given!r}. Give four answers of 0, 1, 2 or 3, as in [0, 2, 1, 3].")


@dataclass(frozen=True)
class Role:
    """answers: scale → four answers, in the order of the questions."""

    answers: Mapping[str, Sequence[int]]

    def __post_init__(self):
        check(self.answers)

    @property
    def scores(self) -> dict[str, int]:
        return {scale: sum(self.answers[scale]) for scale in SCALES}

    @property
    def verdict(self) -> str:
        return of_scores(self.scores)

    @property
    def order(self) -> list[str]:
        """Scales, the highest score first; of equal ones the one nearer to research first."""
        return sorted(SCALES, key=lambda scale: -self.scores[scale])

    @property
    def lead(self) -> int:
        """Points between the highest and the second score."""
        first, second, _ = (self.scores[scale] for scale in self.order)
        return first - second

    @property
    def by_question(self) -> list[int]:
        """The twelve answers in the order of the questions."""
        given = {scale: iter(answers) for scale, answers in self.answers.items()}
        return [next(given[question.scale]) for question in QUESTIONS]
