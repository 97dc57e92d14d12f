"""Where examples come from: what each source brings a day, what one costs, and what several bring together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from mlpm import InputError, checks


@dataclass(frozen=True)
class Kind:
    """What is true of a source wherever it is used.

    skew: what it shows too much of. purpose: what has to be settled before a person's words are used. stock: it draws
    on the past, so it adds to what today brings.
    """

    title: str
    skew: str
    purpose: str
    stock: bool = False


KINDS = {
    "reports": Kind(
        "Reports",
        "too much of what was seen and disliked, whom regulars protect, and what brigades attack",
        "a line beside the button says that reports help to train the filter",
    ),
    "gray_area": Kind(
        "Gray area",
        "too much of what the model half sees, and nothing of what it is blind to",
        "the notice names training, and how to object",
    ),
    "random": Kind(
        "Random sample",
        "leans nowhere; the yardstick for all others",
        "no more than the job needs, and a date on which the rest is deleted",
    ),
    "appeals": Kind(
        "Appeals",
        "too many authors who read the notice and dare to answer",
        "the text of an appeal is for deciding it, not for training",
    ),
    "archive": Kind(
        "Archive",
        "too much of last year's words and last year's people",
        "it was written under an older notice, so Legal tests compatibility",
        stock=True,
    ),
}


@dataclass(frozen=True)
class Source:
    """One source in a plan. items: labeled a day. positive_share: of them, usable examples. cost_per_item: euros.

    starts: its first day, as 2026-11-30.
    """

    kind: str
    items: float
    positive_share: float
    cost_per_item: float
    starts: str

    def __post_init__(self) -> None:
        checks.number(f"{self.kind} items", self.items, 0, meaning="items a day, 0 or more")
        checks.share(f"{self.kind} positive_share", self.positive_share)
        checks.number(f"{self.kind} cost_per_item", self.cost_per_item, 0, meaning="euros, 0 or more")
        try:
            date.fromisoformat(self.starts)
        except (TypeError, ValueError) as problem:
            message = f"Parameter starts is {self.starts!r} for {self.kind}. Give a day such as 2026-11-30."
            raise InputError(message) from problem

    @property
    def about(self) -> Kind:
        return KINDS[self.kind]

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.starts)

    @property
    def positives(self) -> float:
        """Usable examples a day."""
        return self.items * self.positive_share

    @property
    def cost_per_positive(self) -> float | None:
        """Euros for one usable example; None where there is none."""
        return self.cost_per_item / self.positive_share if self.positive_share else None

    @property
    def cost(self) -> float:
        """Euros a day."""
        return self.items * self.cost_per_item


@dataclass(frozen=True)
class Flow:
    """What several sources bring: when they find different items, when independently, when they find the same ones."""

    most: float
    independent: float
    least: float


def together(sources: Sequence[Source], existing: float) -> Flow:
    """What sources bring together a day, out of `existing` positives; what draws on the past adds to it.

    Sources that find items independently of each other miss Π(1 − share found) of what exists.
    """
    today = [min(source.positives, existing) for source in sources if not source.about.stock]
    past = sum(source.positives for source in sources if source.about.stock)
    missed = np.prod([1 - flow / existing for flow in today]) if today else 1.0
    return Flow(
        min(sum(today), existing) + past, float(existing * (1 - missed)) + past, max(today, default=0.0) + past
    )


def by_day(sources: Sequence[Source], existing: float, days: float) -> tuple[Flow, float]:
    """What sources have brought, and cost in euros, after `days` days that begin with the first of them."""
    first = min(source.first_day for source in sources)
    delays = [min((source.first_day - first).days, days) for source in sources]
    stops = sorted({*delays, days})
    most = independent = least = 0.0
    for start, end in pairwise(stops):
        flow = together([source for source, delay in zip(sources, delays, strict=True) if delay <= start], existing)
        most += (end - start) * flow.most
        independent += (end - start) * flow.independent
        least += (end - start) * flow.least
    cost = sum((days - delay) * source.cost for source, delay in zip(sources, delays, strict=True))
    return Flow(most, independent, least), cost


def table(sources: Sequence[Source]) -> pd.DataFrame:
    """One row a source, the cheapest example first."""
    rows = [
        {
            "source": source.about.title, "items": source.items, "positives": source.positives,
            "cost_per_positive": source.cost_per_positive, "cost": source.cost,
        }
        for source in sources
    ]
    return pd.DataFrame(rows).sort_values("cost_per_positive", ignore_index=True, na_position="last")
