"""Agora's orders as a table to learn from: what a column held on the day of the order, and which labels are ripe.

A column is read at two times. The table was extracted in November, when refunds had long been opened; the question is
asked when an order is placed. `past` is the honest twin of `buyer_refunds`: only what had been opened by then.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from mlpm import tables

SUSPECTS = ("refund_date", "agent_notes", "buyer_refunds")
KNOWN = {"price": tables.Number(low=0), "seller_days": tables.Number(low=0), "photos": tables.Number(low=0),
         "distance_km": tables.Number(low=0)}
COLUMNS = {
    "order": tables.Text(), "ordered_on": tables.Day(), "buyer": tables.Text(), "category": tables.Text(), **KNOWN,
    "buyer_refunds": tables.Number(low=0, high=1), "agent_notes": tables.Number(low=0),
    "refund_date": tables.Day(missing="keep"), "refunded": tables.Flag(),
}
PRIOR_ORDERS = 3  # a buyer's past counts as if this many orders at the usual rate came before it


@dataclass(frozen=True)
class Orders:
    """Orders by the day they were placed, oldest first. frame: the columns of the file, days as timestamps."""

    frame: pd.DataFrame
    extracted: pd.Timestamp  # the last day that the table can know of

    @cached_property
    def label(self) -> np.ndarray:
        return self.frame.refunded.to_numpy(dtype=bool)

    @cached_property
    def past(self) -> np.ndarray:
        """Share of the buyer's earlier orders for which a refund had been opened before the day of the order.

        Shrunk towards the table's rate by three orders' worth, so that a new buyer has the usual rate.
        """
        each = self.frame[["buyer", "ordered_on"]].reset_index(names="row")
        earlier = self.frame[["buyer", "ordered_on", "refund_date", "refunded"]]
        pairs = each.merge(earlier, on="buyer", suffixes=("", "_then"))
        pairs = pairs[pairs.ordered_on_then < pairs.ordered_on]
        opened = pairs.refunded & (pairs.refund_date < pairs.ordered_on)
        before = pairs.groupby("row").size().reindex(each.row, fill_value=0)
        known = opened.groupby(pairs.row).sum().reindex(each.row, fill_value=0)
        return ((known + PRIOR_ORDERS * self.label.mean()) / (before + PRIOR_ORDERS)).to_numpy()

    def ripe(self, days: int) -> np.ndarray:
        """Orders old enough for their refund to have been opened."""
        return (self.extracted - self.frame.ordered_on).dt.days.to_numpy() >= days

    @cached_property
    def delays(self) -> np.ndarray:
        """Days from an order to its refund, where both are written."""
        dated = self.frame[self.frame.refunded & self.frame.refund_date.notna()]
        return np.sort((dated.refund_date - dated.ordered_on).dt.days.to_numpy())

    def features(self, suspects: frozenset[str] = frozenset(), live: bool = False) -> pd.DataFrame:
        """What a model sees: the fields known on the day, and those of the suspects that are switched on.

        live: the suspects as they are on the day of the order: no refund date, no notes, the buyer's past only.
        """
        frame = self.frame
        columns = {f"is_{name}": (frame.category == name).astype(float)
                   for name in sorted(frame.category.unique())[1:]}
        columns |= {"log_price": np.log(frame.price.clip(lower=1)), "log_seller_days": np.log1p(frame.seller_days),
                    "photos": frame.photos.astype(float), "distance_km": frame.distance_km.astype(float)}
        leaked = "buyer_refunds" in suspects and not live
        columns["buyer"] = frame.buyer_refunds if leaked else pd.Series(self.past, frame.index)
        if "refund_date" in suspects:
            columns["has_refund_date"] = frame.refund_date.notna().astype(float) * (not live)
        if "agent_notes" in suspects:
            columns["log_agent_notes"] = np.log1p(frame.agent_notes) * (not live)
        return pd.DataFrame(columns).assign(constant=1.0)


def read(path: str | Path) -> Orders:
    """Read the example's file."""
    frame = tables.read(path, COLUMNS, key=["order"]).frame()
    for column in ("ordered_on", "refund_date"):
        frame[column] = pd.to_datetime(frame[column])
    frame = frame.sort_values(["ordered_on", "order"], ignore_index=True)
    return Orders(frame, max(frame.ordered_on.max(), frame.refund_date.max()))
