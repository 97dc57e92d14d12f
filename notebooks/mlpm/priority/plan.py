"""What an order costs, and what fits: a rank is not a plan.

If everything will be built by one team, one idea after another, and brings its reward from then on, the order of
reward ÷ effort loses least to waiting (Smith's rule; with uncertain numbers: mean reward ÷ mean effort). If only some
fits, the best set is another question, and mlpm.scoping answers it.
"""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pandas as pd

from mlpm import scoping
from mlpm.priority.ideas import Idea

PERIOD = 3  # months: reach is counted a quarter


def lost_to_waiting(ideas: Sequence[Idea], people: float) -> float:
    """Expected reward lost while ideas wait in this order: reward a month × months until it is there, summed."""
    months = np.cumsum([idea.effort / people for idea in ideas])
    return float(sum(idea.reward / PERIOD * at for idea, at in zip(ideas, months, strict=True)))


def orders(ideas: Sequence[Idea], people: float) -> pd.DataFrame:
    """Every order, best first. Columns: order (names), lost, more (than the best order loses)."""
    rows = [
        {"order": " → ".join(idea.name for idea in order), "lost": lost_to_waiting(order, people)}
        for order in permutations(ideas)
    ]
    frame = pd.DataFrame(rows).sort_values("lost", kind="stable", ignore_index=True)
    return frame.assign(more=frame["lost"] - frame["lost"].min())


def sets(ideas: Sequence[Idea], capacity: float) -> tuple[list[str], list[str]]:
    """The best set that fits the person-months, and the set that a sorted list picks. Names."""
    rows = []
    for idea in ideas:
        reach, impact, confidence, _ = (spread.mean for spread in idea.spreads)
        ends = {f"{of}_{end}": value for of, value in (("reward", reach * impact), ("effort", idea.effort))
                for end in ("low", "likely", "high")}
        chances = dict.fromkeys(scoping.RISKS, 1.0) | {"value": confidence}
        rows.append({"slice": idea.name, **ends, **chances, "requires": None, "must_have": None})
    backlog = scoping.backlog(pd.DataFrame(rows), "ideas")
    chosen = (pick(backlog, capacity, backlog.reward) for pick in (scoping.best_set, scoping.greedy_set))
    best, listed = ([backlog.names[i] for i in np.flatnonzero(picked)] for picked in chosen)
    return best, listed
