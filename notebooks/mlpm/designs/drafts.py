"""Two orders of a list against each other: team-draft interleaving and the A/B test, computed exactly.

A session is one buyer going down a list of ten listings. Each listing is looked at with probability `patience` after
the one above it; a buyer who looks contacts the seller with the listing's chance and then leaves; of those contacts a
share ends in an order. In team draft (Radlinski, Kurup and Joachims 2008) a coin decides in each round which order
picks first; each picks its best listing not yet in the list, and a contact is a point for the order that picked it.

Nothing is simulated: the coins of a list of ten have 32 outcomes, and every one is counted.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from scipy import stats

from mlpm import checks
from mlpm.designs.cities import ALPHA, POWER
from mlpm.designs.sizes import split_size

SHOWN = 10
# One standard deviation of photo multiplies contacts by exp(0.5), about 1.6.
APPEAL = 0.5
ACTS = ("contacts", "orders")


@dataclass(frozen=True)
class Market:
    """Queries with their listings. contact: chance of a contact if looked at, order: chance that a contact ends in an
    order, photo and answers: what an order can sort by, old: score of the old order; all queries × listings."""

    contact: np.ndarray
    order: np.ndarray
    photo: np.ndarray
    answers: np.ndarray
    old: np.ndarray
    patience: float

    @classmethod
    def draw(
        cls, queries: int, listings: int, contact_rate: float, order_rate: float, clash: float, reliance: float,
        patience: float, seed: int,
    ) -> "Market":
        """A seeded market. contact_rate: mean chance of a contact if looked at; order_rate: mean share of contacts
        that end in an order; clash: correlation of a fine photo with a seller who answers, from −1 to 1; reliance: how
        much one standard deviation of answering multiplies orders, in logs."""
        checks.count("listings", listings, SHOWN)
        checks.number("clash", clash, -1, 1, "a correlation from -1 to 1")
        for name, share in (("contact_rate", contact_rate), ("order_rate", order_rate), ("patience", patience)):
            checks.share(name, share)
            if name != "patience":  # without contacts or orders there is nothing to prefer
                checks.number(name, share, 1e-6, 1, "a share above 0, such as 0.04")
        checks.number("reliance", reliance, 0, 3, "a number from 0 to 3")
        rng = np.random.default_rng(seed)
        photo, other, luck = rng.standard_normal((3, queries, listings))
        answers = clash * photo + np.sqrt(1 - clash**2) * other
        # exp(s x) has mean exp(s²/2): divided by it, the means are those asked for.
        contact = np.clip(contact_rate * np.exp(APPEAL * photo - APPEAL**2 / 2), 0, 1)
        order = np.clip(order_rate * np.exp(reliance * answers - reliance**2 / 2), 0, 1)
        return cls(contact, order, photo, answers, luck, patience)

    def ranked(self, answers: float = 0.0, photo: float = 0.0) -> np.ndarray:
        """Listings of each query, best first, by the old score plus weights on what the seller and the photo are."""
        for weight in (answers, photo):
            checks.number("weights or bait", weight, meaning="a number for each weight")
        score = self.old + answers * self.answers + photo * self.photo
        return np.argsort(-score, axis=1, kind="stable")

    def events(self, lists: np.ndarray) -> dict[str, np.ndarray]:
        """Chance that a session's contact, or order, falls on each place; lists: queries × places, of listings."""
        contact = np.take_along_axis(self.contact, lists, axis=1)
        order = np.take_along_axis(self.order, lists, axis=1)
        stays = np.cumprod(self.patience * (1 - contact), axis=1)
        looks = np.hstack([np.ones((len(lists), 1)), stays[:, :-1]])
        return {"contacts": looks * contact, "orders": looks * contact * order}

    def rates(self, ranking: np.ndarray) -> dict[str, float]:
        """Contacts and orders a session if everybody gets one order."""
        return {act: float(found.sum(axis=1).mean()) for act, found in self.events(ranking[:, :SHOWN]).items()}


def drafted(first: np.ndarray, second: np.ndarray, coins) -> tuple[np.ndarray, np.ndarray]:
    """The drafted lists and whose pick each place is (True: `second`); coins: who picks first, one for each round."""
    queries, listings = first.shape
    places = [np.argsort(ranking, axis=1).astype(float) for ranking in (first, second)]
    rows, lists, teams = np.arange(queries), [], []
    for coin in coins:
        for team in ((1, 0) if coin else (0, 1)):
            pick = places[team].argmin(axis=1)
            for place in places:
                place[rows, pick] = listings  # taken: behind everything else
            lists.append(pick)
            teams.append(bool(team))
    return np.column_stack(lists), np.array(teams)


@dataclass(frozen=True)
class Duel:
    """A new order against the old one in a market. fair: whether a coin decides who picks first; if not, the new one
    always does."""

    market: Market
    old: np.ndarray
    new: np.ndarray
    fair: bool = True

    @cached_property
    def credit(self) -> dict[str, tuple[float, float]]:
        """Chance that a session is a point for the old and for the new order, by act."""
        rounds = SHOWN // 2
        outcomes = list(product((False, True), repeat=rounds)) if self.fair else [(True,) * rounds]
        total = {act: np.zeros(2) for act in ACTS}
        for coins in outcomes:
            lists, teams = drafted(self.old, self.new, coins)
            for act, found in self.market.events(lists).items():
                mean = found.mean(axis=0)
                total[act] += [mean[~teams].sum(), mean[teams].sum()]
        return {act: tuple(map(float, points / len(outcomes))) for act, points in total.items()}

    def preference(self, act: str) -> float:
        """Of all points, the share that the new order gets."""
        old, new = self.credit[act]
        return new / (old + new)

    @cached_property
    def rates(self) -> dict[str, tuple[float, float]]:
        """Contacts and orders a session, old and new, as an A/B test of long duration would show them."""
        old, new = self.market.rates(self.old), self.market.rates(self.new)
        return {act: (old[act], new[act]) for act in ACTS}

    def change(self, act: str) -> float:
        """Relative change from the old order to the new one if everybody gets it."""
        old, new = self.rates[act]
        return new / old - 1

    def sessions_drafted(self, act: str) -> float:
        """Sessions for 80% power of a two-sided z test of no preference; endless without a difference."""
        old, new = self.credit[act]
        difference = new - old
        if abs(difference) < 1e-12:
            return np.inf
        reach = stats.norm.ppf(1 - ALPHA / 2) + stats.norm.ppf(POWER)
        return float(reach**2 * (old + new - difference**2) / difference**2)

    def sessions_split(self, act: str) -> float:
        """Sessions, both arms together, for 80% power of an A/B test on the same act, counted once a session."""
        old, new = self.rates[act]
        return split_size(old, new - old)
