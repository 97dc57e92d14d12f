"""Agora's table of orders, made to learn "will this order end in a refund?", with leaks and a history.

The question is asked when the order is placed; the table was extracted much later, on 2026-11-15. What is planted:

- three fields that know the answer: `refund_date` (written when a refund is opened; a few are withdrawn),
  `agent_notes` (characters an agent wrote about the order, most of them while refunding) and `buyer_refunds` (the
  buyer's share of refunded orders over the whole table, this order and later ones included);
- a definition that changed: since 2026-06-01 partial refunds are booked as refunds, too;
- labels that are not ripe: a refund is opened one day to two months after the order, so that the last weeks look
  better than they are;
- a world that changed: from the moving season on (2026-08-10) refunds come from far and bulky deliveries, before from
  new sellers and dear things. A split at random has seen the season, a split by time has not;
- something honest to learn from: the seller's days on Agora, photos, price, distance, category, and what a buyer had
  had refunded by the day of the order.
"""

import numpy as np
import pandas as pd
from scipy import special

SEED = 2  # others move the areas under the curve by about 0.02, and the story stays
ORDERS, BUYERS, DAYS = 5_000, 700, 308
FIRST = pd.Timestamp("2026-01-05")
EXTRACTED = pd.Timestamp("2026-11-15")
PARTIAL_SINCE = pd.Timestamp("2026-06-01")
SEASON_SINCE = pd.Timestamp("2026-08-10")
HISTORY = {f"{PARTIAL_SINCE:%Y-%m-%d}": "partial refunds count", f"{SEASON_SINCE:%Y-%m-%d}": "moving season begins"}
CATEGORIES = ("clothing", "electronics", "furniture", "other")


def refund_orders() -> pd.DataFrame:
    """One row an order: what was known when it was placed, what was written later, and whether it was refunded."""
    rng = np.random.default_rng(SEED)
    day = np.sort(rng.integers(0, DAYS, ORDERS))
    ordered = FIRST + pd.to_timedelta(day, unit="D")
    buyer = rng.choice(BUYERS, ORDERS, p=rng.dirichlet(np.full(BUYERS, 1.5)))
    tendency = rng.normal(0, 0.7, BUYERS)
    category = rng.choice(4, ORDERS, p=[0.3, 0.25, 0.2, 0.25])
    price = np.exp(rng.normal(3.4, 0.9, ORDERS)).clip(3, 900).round().astype(int)
    seller_days = rng.exponential(240, ORDERS).round().astype(int)
    photos = rng.poisson(3, ORDERS).clip(0, 12)
    distance = rng.exponential(6, ORDERS).clip(0.1, 60).round(1)

    season, partial = ordered >= SEASON_SINCE, ordered >= PARTIAL_SINCE
    logit = -3.2 + tendency[buyer] + 0.5 * partial - 0.28 * (photos - 3) + 0.35 * (category == 1)
    logit += np.where(season, 0.5, 0.9) * (np.log(price) - 3.4)
    logit += np.where(season, 0.9, 2.3) * np.exp(-seller_days / 60)
    logit += np.where(season, 0.08, 0.025) * (distance - 6) + np.where(season, 0.9, -0.1) * (category == 2)
    will = rng.random(ORDERS) < special.expit(logit)

    opened = ordered + pd.to_timedelta(1 + rng.gamma(2.0, 8.0, ORDERS).clip(0, 60).round().astype(int), unit="D")
    refunded = will & (opened <= EXTRACTED)
    withdrawn = ~will & (rng.random(ORDERS) < 0.012) & (opened <= EXTRACTED)
    # Refunds settled by hand, as a voucher, never got a date.
    dated = (refunded & (rng.random(ORDERS) < 0.80)) | withdrawn
    talked = refunded | withdrawn | (rng.random(ORDERS) < 0.25)
    notes = np.where(talked, np.exp(rng.normal(np.where(refunded, 4.9, 4.5), 0.75)), 0).round().astype(int)
    notes = np.where(refunded & (rng.random(ORDERS) < 0.25), 0, notes)

    frame = pd.DataFrame({
        "order": [f"r{number + 1:04d}" for number in range(ORDERS)],
        "ordered_on": ordered.strftime("%Y-%m-%d"),
        "buyer": [f"b{number:04d}" for number in buyer],
        "category": np.array(CATEGORIES)[category],
        "price": price,
        "seller_days": seller_days,
        "photos": photos,
        "distance_km": distance,
        "buyer_refunds": np.nan,
        "agent_notes": notes,
        "refund_date": pd.Series(opened.strftime("%Y-%m-%d")).where(dated, ""),
        "refunded": np.where(refunded, "yes", "no"),
    })
    frame["buyer_refunds"] = pd.Series(refunded).groupby(frame.buyer).transform("mean").round(2)
    return frame


FILES = {"agora-refund-orders.csv": refund_orders}

CARD = {
    "agora-refund-orders.csv": {
        "title": "Orders on Agora as a table for the question \"will this order end in a refund?\", extracted on "
        "2026-11-15. Not every column was known when the order was placed.",
        "rows": "an order, placed between 2026-01-05 and 2026-11-08",
        "columns": {
            "order": "the order",
            "ordered_on": "day on which it was placed",
            "buyer": "who ordered",
            "category": "`clothing`, `electronics`, `furniture` or `other`",
            "price": "in euros",
            "seller_days": "days since the seller's first listing, on the day of the order",
            "photos": "photos in the listing, on the day of the order",
            "distance_km": "kilometers between buyer and seller",
            "buyer_refunds": "share of the buyer's orders that were refunded",
            "agent_notes": "characters in the notes of support agents on the order",
            "refund_date": "day of the refund; empty if none",
            "refunded": "`yes` or `no`",
        },
    },
}
