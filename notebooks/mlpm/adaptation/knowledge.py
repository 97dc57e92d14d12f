"""Three ways to bring facts that change into an answer, by euros a month.

All of it in the prompt: the tokens repeat, so a cache holds them, and each change of the text empties it. Retrieval: a
few passages, other ones in each call, so no cache; somebody keeps the index. Tuning on the text: again at each change.
"""

import math
from dataclasses import dataclass

import pandas as pd

from mlpm import checks
from mlpm.tokens.prices import MILLION, Price

WAYS = ("all in the prompt", "retrieval", "tuning at each change")


@dataclass(frozen=True)
class Knowledge:
    """calls: a month that need the facts; text: tokens of all of it; passages: tokens retrieved a call.

    search: euros a call; upkeep: euros a month for the index; retune: euros each time; changes: a month; hits: share of
    the text read from a cache, None for no cache.
    """

    calls: float
    text: float
    passages: float
    price: Price
    search: float = 0.0
    upkeep: float = 0.0
    retune: float = 0.0
    changes: float = 0.0
    hits: float | None = None

    def __post_init__(self):
        for name in ("calls", "text", "passages"):
            checks.number(name, getattr(self, name), 1e-9, meaning="a number above 0")
        for name in ("search", "upkeep", "retune", "changes"):
            checks.number(name, getattr(self, name), 0, meaning="0 or a number above it")
        if self.hits is not None:
            checks.share("hits", self.hits)

    @property
    def token(self) -> float:
        """Euros of a token of the whole text in the prompt."""
        p = self.price
        each = p.input if self.hits is None else self.hits * p.cached + (1 - self.hits) * p.written
        return each / MILLION

    def month(self, way: str) -> float:
        """Euros a month."""
        if way == "all in the prompt":
            return self.calls * self.text * self.token
        if way == "retrieval":
            return self.calls * (self.passages * self.price.input / MILLION + self.search) + self.upkeep
        return self.changes * self.retune

    @property
    def table(self) -> pd.DataFrame:
        return pd.DataFrame({"way": WAYS, "month": [self.month(way) for way in WAYS]})

    @property
    def calls_for_retrieval(self) -> float:
        """Calls a month from which retrieval costs less than all in the prompt; infinite where it never does."""
        each = self.text * self.token - self.passages * self.price.input / MILLION - self.search
        return self.upkeep / each if each > 0 else math.inf
