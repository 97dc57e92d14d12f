"""One logistic regression for a set of fields and a split: what it promises on held-out orders, and what it does live.

The areas under the curve and their intervals are those of `mlpm.scores` (DeLong et al. 1988), the fits those of
`statsmodels`.
"""

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import stats

from mlpm import scores
from mlpm.leaks.orders import Orders
from mlpm.scores import Share


@dataclass(frozen=True)
class Fit:
    """What a model with these suspects promises on its held-out orders, and what the same model does when live.

    split: `at random` or `by time`; ranks, live_ranks: pairs ranked right, the first with its interval; caught,
    live_caught: of the refunds, those with a chance of at least the cut.
    """

    split: str
    suspects: frozenset[str]
    ranks: Share
    live_ranks: float
    caught: Share
    live_caught: Share


def split_at_random(ripe: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Orders to be tested on: so many of the ripe ones, drawn at random."""
    rows = np.flatnonzero(ripe)
    drawn = np.random.default_rng(seed).permutation(rows)[: round(share * len(rows))]
    return np.isin(np.arange(len(ripe)), drawn)


def split_by_time(ripe: np.ndarray, share: float) -> np.ndarray:
    """Orders to be tested on: the last so many of the ripe ones, which stand in the order of their days."""
    rows = np.flatnonzero(ripe)
    return np.isin(np.arange(len(ripe)), rows[len(rows) - round(share * len(rows)) :])


def fit(
    orders: Orders, suspects: frozenset[str], split: str, learned: np.ndarray, tested: np.ndarray, cut: float
) -> Fit:
    """Learn from some orders and look at others."""
    seen = orders.features(suspects)
    model = _model(orders, seen, learned)
    promised = model.predict(seen[tested]).to_numpy()
    live = model.predict(orders.features(suspects, live=True)[tested]).to_numpy()
    label = orders.label[tested]
    return Fit(split, suspects, ranks(promised, label), _area(live, label), _caught(promised, label, cut),
               _caught(live, label, cut))


def honest_area(orders: Orders, learned: np.ndarray, tested: np.ndarray) -> float:
    """The area under the curve without any suspect, exact and without its interval: for many splits."""
    seen, label = orders.features(), orders.label[tested]
    chance = _model(orders, seen, learned).predict(seen[tested]).to_numpy()
    return _area(chance, label)


def _area(chance: np.ndarray, label: np.ndarray) -> float:
    """Pairs ranked right: the statistic of Mann and Whitney over the number of pairs."""
    return float(stats.mannwhitneyu(chance[label], chance[~label]).statistic / (label.sum() * (~label).sum()))


def _model(orders: Orders, seen: pd.DataFrame, learned: np.ndarray):
    import statsmodels.api as sm  # a second that not every page needs

    return sm.GLM(orders.label[learned].astype(float), seen[learned], family=sm.families.Binomial()).fit()


def ranks(score: np.ndarray, label: np.ndarray) -> Share:
    """Pairs of a refunded and another order in which the refunded one scores higher, ties at half."""
    rows = pa.table({"score": np.asarray(score, float), "label": np.where(label, "yes", "no")})
    return scores.auc(scores.count(ibis.memtable(rows)))


def _caught(chance: np.ndarray, label: np.ndarray, cut: float) -> Share:
    found = int((chance[label] >= cut).sum())
    return scores.share(found, int(label.sum()) - found)
