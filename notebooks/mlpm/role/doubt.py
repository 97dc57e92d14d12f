"""How little twelve questions can tell: how often another honest scorer would come to another verdict.

The model: each of the twelve answers is right with probability 1 − off, and off by one up or down with off / 2 each,
independently; an answer at the end of its scale stays there instead of leaving it. Sums of four answers are convolved,
so every probability here is exact, not simulated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import product

import numpy as np

from mlpm import InputError
from mlpm.role.questions import MOST, SCALES
from mlpm.role.verdict import VERDICTS, Role, of_scores

# Half-points, so that the mean of two scorers has a place.
_STEPS = 2


@dataclass(frozen=True)
class Doubt:
    """verdicts: verdict → probability that one other scorer comes to it; another_verdict, another_leader: that the
    verdict, or the scale with the highest score, is another one than here (a tie for the lead counts as another);
    agree: that two other scorers come to the same verdict; another_verdict_of_two: that the mean of two scorers gives
    another verdict."""

    verdicts: Mapping[str, float]
    another_verdict: float
    another_leader: float
    agree: float
    another_verdict_of_two: float


def one_answer(answer: int, off: float) -> np.ndarray:
    """Probability of 0, 1, 2, 3 where the right answer is `answer`."""
    chances = np.zeros(MOST + 1)
    for step, chance in ((0, 1 - off), (1, off / 2), (-1, off / 2)):
        chances[min(max(answer + step, 0), MOST)] += chance
    return chances


def score(answers: Sequence[int], off: float) -> np.ndarray:
    """Probability of each score from 0 to 12."""
    return reduce(np.convolve, (one_answer(answer, off) for answer in answers))


@cache
def _verdict_at(points: int) -> np.ndarray:
    """Codes of the verdict for every three scores, in steps of 12 / (points − 1)."""
    codes = {verdict: code for code, verdict in enumerate(VERDICTS)}
    unit = 12 / (points - 1)
    cells = [
        codes[of_scores(dict(zip(SCALES, (unit * i for i in place), strict=True)))]
        for place in product(range(points), repeat=3)
    ]
    return np.array(cells).reshape(points, points, points)


def _joint(scores: Sequence[np.ndarray]) -> np.ndarray:
    return np.einsum("i,j,k->ijk", *scores)


def doubt(role: Role, off: float) -> Doubt:
    """What other scorers would say of this role. off: share of answers that are off by one, 0 to 1."""
    if isinstance(off, bool) or not isinstance(off, (int, float)) or not 0 <= off <= 1:
        raise InputError(f"Parameter off_by_one is {off!r}. Give the share of answers that are off by one, 0 to 1.")
    one = [score(role.answers[scale], off) for scale in SCALES]
    joint = _joint(one)
    names = list(VERDICTS)
    shares = np.bincount(_verdict_at(13).ravel(), weights=joint.ravel(), minlength=len(names))
    two = _joint([np.convolve(chances, chances) for chances in one])
    shares_of_two = np.bincount(_verdict_at(12 * _STEPS + 1).ravel(), weights=two.ravel(), minlength=len(names))
    first = list(SCALES).index(role.order[0])
    places = np.indices(joint.shape)
    others = np.maximum.reduce([places[other] for other in range(3) if other != first])
    here = names.index(role.verdict)
    return Doubt(
        {name: float(share) for name, share in zip(names, shares, strict=True) if share > 0},
        another_verdict=1 - float(shares[here]),
        another_leader=float(joint[places[first] <= others].sum()),
        agree=float(shares @ shares),
        another_verdict_of_two=1 - float(shares_of_two[here]),
    )


def lines_apart(role: Role, off: float, by: int = 2) -> float:
    """Of the twelve lines, how many two honest scorers answer `by` or more apart, on average."""
    apart = np.abs(np.subtract.outer(np.arange(MOST + 1), np.arange(MOST + 1))) >= by
    return float(sum((np.outer(p, p) * apart).sum() for p in (one_answer(a, off) for a in role.by_question)))


def lean(role: Role, toward: str) -> Role:
    """The same role scored by somebody who would like it to be another one: a point more on every line of `toward`,
    a point less on every line of the scale that leads."""
    shift = {toward: 1} if toward == role.order[0] else {toward: 1, role.order[0]: -1}
    return Role({
        scale: [min(max(answer + shift.get(scale, 0), 0), MOST) for answer in role.answers[scale]] for scale in SCALES
    })


def even(points: int) -> list[int]:
    """Four answers that sum to `points`, as even as they can be."""
    return [points // 4 + (place < points % 4) for place in range(4)]
