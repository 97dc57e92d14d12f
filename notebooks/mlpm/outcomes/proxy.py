"""A small market in which a ranking is made for a proxy, more and more, until the outcome turns.

Buyers search; a page shows twenty sellers drawn at random; they write to the upper five, to the first most often. A
person answers within a day with a chance that depends on how much the seller cares. An order takes an answer by a
person and a listing that matches. The proxy, *answered within an hour*, goes up with care, and with auto-replies: shops
have these, and answer in person a little less than others who care as much.

All numbers are expectations over chances, so the only randomness is who is in the market (seeded).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd
from scipy import optimize, special

from mlpm import InputError, checks

SELLERS, SEARCHES, SHOWN, CONTACTED = 800, 1_200, 20, 5
A_MONTH = 3  # messages that a seller gets on average
CARE, LESS, QUICK, MATCH, NOISE = 1.6, 1.0, 0.8, 0.4, 0.1
WEIGHTS = np.round(np.linspace(0, 1, 51), 2)
TARGETS = ("within an hour", "by a person")
ANSWERED, ORDERS = 0.60, 0.12  # of a message, at weight 0: today


@dataclass(frozen=True)
class Guard:
    """A guardrail in this market. measure: a column of `path`; limit: the most, or the least, that is borne."""

    name: str
    measure: str
    limit: float
    most: bool = True


@dataclass(frozen=True)
class Market:
    """shops: share of sellers with auto-replies. auto: of the messages they get, the share answered by a machine."""

    shops: float = 0.12
    auto: float = 0.9
    seed: int = 20261125

    def __post_init__(self) -> None:
        checks.share("shops", self.shops)
        checks.share("auto", self.auto)
        checks.count("seed", self.seed)

    @cached_property
    def _who(self) -> dict[str, np.ndarray]:
        """Care, shop or not, noise of the estimate of each seller; who is shown in each search, and the match."""
        random = np.random.default_rng(self.seed)
        care, turn, noise = random.normal(size=SELLERS), random.permutation(SELLERS), random.normal(size=SELLERS)
        return {
            "care": care, "shop": turn < round(self.shops * SELLERS), "noise": noise,
            "shown": random.integers(0, SELLERS, size=(SEARCHES, SHOWN)),
            "match": random.normal(size=(SEARCHES, SHOWN)),
        }

    def _page(self, score: np.ndarray) -> np.ndarray:
        """Places on the page of the sellers contacted, best first."""
        return np.argsort(-score, axis=1, kind="stable")[:, :CONTACTED]

    @cached_property
    def _chances(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """By seller: answered in person within a day, answered within an hour; by place shown: an order if answered."""
        who = self._who
        page = self._page(who["match"])
        sellers, match = (np.take_along_axis(who[name], page, 1) for name in ("shown", "match"))

        def person(level: float) -> np.ndarray:
            return special.expit(level + CARE * who["care"] - LESS * who["shop"])

        # Levels such that today, ranked by match alone, a message is answered and ends in an order as often as said.
        level = optimize.brentq(lambda level: self._mean(person(level)[sellers]) - ANSWERED, -9, 9)
        answers = person(level)
        quick = np.where(who["shop"], self.auto, answers * special.expit(QUICK * who["care"]))
        orders = ORDERS / self._mean(answers[sellers] * np.exp(MATCH * match)) * np.exp(MATCH * who["match"])
        return answers, quick, orders

    @staticmethod
    def _mean(by_place: np.ndarray) -> float:
        """The mean over messages: the first place gets most, the second half as many, and so on."""
        share = 1 / np.arange(1, CONTACTED + 1)
        return float((by_place * share).sum(axis=1).mean() / share.sum())

    @cache  # noqa: B019 (a market is small, frozen, and asked again by every chart)
    def path(self, target: str = TARGETS[0]) -> pd.DataFrame:
        """One row a weight on the target, 0 to 1: weight, quick, answered, orders, alone, to_shops, per_answer.

        quick, answered, orders: of 100 messages, answered within an hour, answered by a person within a day, ending in
        an order. alone: of 100 sellers, with no message in a month. to_shops: of 100 messages. per_answer: orders of
        100 answers by a person.
        """
        if target not in TARGETS:
            raise InputError(f"Parameter target is {target!r}. Give one of: {', '.join(TARGETS)}.")
        who = self._who
        answers, quick, orders = self._chances
        wanted = (quick if target == TARGETS[0] else answers) + NOISE * who["noise"]
        standard = ((wanted - wanted.mean()) / wanted.std())[who["shown"]]
        rows = []
        for weight in WEIGHTS:
            page = self._page((1 - weight) * who["match"] + weight * standard)
            sellers, close = np.take_along_axis(who["shown"], page, 1), np.take_along_axis(orders, page, 1)
            share = np.broadcast_to(1 / np.arange(1, CONTACTED + 1), sellers.shape)
            messages = np.bincount(sellers.ravel(), share.ravel(), minlength=SELLERS)
            alone = np.exp(-messages * SELLERS * A_MONTH / messages.sum()).mean()
            rows.append((
                weight, self._mean(quick[sellers]), self._mean(answers[sellers]), self._mean(answers[sellers] * close),
                alone, self._mean(who["shop"][sellers]),
            ))
        columns = ["weight", "quick", "answered", "orders", "alone", "to_shops"]
        path = pd.DataFrame(rows, columns=columns)
        path[columns[1:]] *= 100
        return path.assign(per_answer=100 * path["orders"] / path["answered"])

    def parting(self, target: str = TARGETS[0]) -> pd.Series:
        """The row at which orders are highest: from there on target and outcome part."""
        path = self.path(target)
        return path.loc[path["orders"].idxmax()]

    def back(self, target: str = TARGETS[0]) -> pd.Series | None:
        """The first row after the parting with no more orders than today; None if there is none."""
        path = self.path(target)
        after = path[(path["weight"] > self.parting(target)["weight"]) & (path["orders"] <= path["orders"][0])]
        return None if after.empty else after.iloc[0]

    def slope(self) -> float:
        """Orders of 100 messages that a point of the proxy goes with today, over sellers: what a forecast would use."""
        answers, quick, _ = self._chances
        # An order is an answer by a person times the same match for all, on average.
        return float(np.polyfit(quick, ORDERS / ANSWERED * answers, 1)[0])

    def stops(self, guards: Sequence[Guard]) -> pd.DataFrame:
        """Where each guardrail would have stopped the weight: name, limit, weight, quick, orders; missing if never."""
        path = self.path()
        rows = []
        for guard in guards:
            if guard.measure not in path:
                raise InputError(f"Parameter measure is {guard.measure!r}. Give one of: {', '.join(path)}.")
            over = path[guard.measure] > guard.limit if guard.most else path[guard.measure] < guard.limit
            row = path[over].iloc[0] if over.any() else {}
            rows.append((guard.name, guard.limit, guard.most, *(row.get(key) for key in ("weight", "quick", "orders"))))
        columns = ["name", "limit", "most", "weight", "quick", "orders"]
        return pd.DataFrame(rows, columns=columns).astype({"weight": float, "quick": float, "orders": float})
