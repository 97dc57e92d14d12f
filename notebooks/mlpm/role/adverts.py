"""Three job adverts, invented, under one title; each signal is quoted, with the line it answers and its points."""

from collections.abc import Sequence

import pandas as pd

from mlpm.role.questions import QUESTIONS, SCALES

# Advert → (quoted words, number of the question, points).
ADVERTS: dict[str, Sequence[tuple[str, int, int]]] = {
    "A": (
        ("publish at the leading conferences", 1, 3),
        ("a two-year program", 2, 2),
        ("speak for our work in the research community", 3, 3),
        ("open problems in reasoning over images and text", 4, 3),
        ("judge progress on public benchmarks", 12, 0),
    ),
    "B": (
        ("cut p99 latency and the GPU bill by 40%", 5, 3),
        ("plan capacity for twice the traffic", 6, 2),
        ("with the platform team and our cloud provider", 7, 3),
        ("report the cost of a thousand predictions to the CFO", 8, 3),
        ("the search and ads teams are your customers", 3, 2),
    ),
    "C": (
        ("own the activation of new buyers", 9, 3),
        ("decide with design what they see", 10, 2),
        ("talk to buyers every week", 11, 3),
        ("agree with operations what a good recommendation is", 12, 3),
        ("within 30 days", 2, 0),
    ),
}


def scored() -> pd.DataFrame:
    """Each advert: the sum of its quoted signals on each scale, and how many of the twelve lines stay blank."""
    scale_of = {question.number: question.scale for question in QUESTIONS}
    rows = []
    for advert, signals in ADVERTS.items():
        sums = dict.fromkeys(SCALES, 0)
        for _, number, points in signals:
            sums[scale_of[number]] += points
        rows.append({"advert": advert, **sums, "blank": len(QUESTIONS) - len({number for _, number, _ in signals})})
    return pd.DataFrame(rows)
