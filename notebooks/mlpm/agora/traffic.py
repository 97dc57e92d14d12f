"""Agora's traffic before the ranking experiment: which buyers came on which day of six weeks, and what they did.

Operations drew one buyer in ten by the last digit of the account, so that each buyer is in the file with all of its
days or with none. What is planted:

- buyers return: a few come most days, many once a month, some are new and some leave, so that four weeks bring far
  fewer than twice the buyers of two;
- who buys much goes on buying much, so that the two weeks before tell most of the next two;
- how long a page takes depends on the buyer's device far more than on the day.
"""

import numpy as np
import pandas as pd

BUYERS = 1_945  # in the tenth that was drawn
WEEKS = 6
FIRST_DAY = "2026-06-01"  # a Monday
SEED = 28
WEEKDAYS = (1.0, 0.95, 0.95, 1.0, 1.05, 1.1, 0.95)


def traffic() -> pd.DataFrame:
    """One row a buyer and day on which the buyer searched; the columns stand in CARD."""
    rng = np.random.default_rng(SEED)
    days = 7 * WEEKS
    habit = rng.gamma(0.8, 1 / 0.8, BUYERS)  # how much this buyer buys: mean 1, as in the experiment's own data
    chance = 1 - np.exp(-0.17 * np.sqrt(habit)[:, None] * np.tile(WEEKDAYS, WEEKS))
    day = np.arange(days)
    arrives = np.where(rng.random(BUYERS) < 0.10, rng.integers(0, days, BUYERS), 0)
    leaves = np.where(rng.random(BUYERS) < 0.07, rng.integers(0, days, BUYERS), days)
    came = (rng.random((BUYERS, days)) < chance) & (day >= arrives[:, None]) & (day < leaves[:, None])
    week = came.reshape(BUYERS, WEEKS, 7).sum(axis=2)
    budget = 31.0 * habit[:, None] * rng.gamma(25, 1 / 25, (BUYERS, WEEKS))
    revenue = np.repeat(budget / np.maximum(week, 1), 7, axis=1)
    visits = 1 + rng.poisson(0.9, (BUYERS, days))
    contacted = rng.random((BUYERS, days)) < 0.085 + 0.05 * np.minimum(habit, 2)[:, None]
    device = rng.lognormal(np.log(370), 0.33, BUYERS)
    latency = device[:, None] * rng.lognormal(0, 0.12, (BUYERS, days))
    buyer, on = np.nonzero(came)
    names = rng.permutation(9_000)[:BUYERS] + 1_000
    frame = pd.DataFrame(
        {
            "buyer": names[buyer],
            "date": (np.datetime64(FIRST_DAY) + on).astype(str),
            "visits": visits[buyer, on],
            "contacted": contacted[buyer, on].astype(int),
            "revenue": revenue[buyer, on].round().astype(int),
            "latency_ms": latency[buyer, on].round().astype(int),
        }
    )
    return frame.sort_values(["date", "buyer"], ignore_index=True)


FILES = {"agora-traffic.csv": traffic}

CARD = {
    "agora-traffic.csv": {
        "title": "Six weeks of logged-in buyers, one in ten, before the test of the order of listings.",
        "rows": "one buyer on one day on which it searched",
        "columns": {
            "buyer": "identifier of the buyer",
            "date": "the day",
            "visits": "visits on that day",
            "contacted": "1 if the buyer contacted a seller on that day, else 0",
            "revenue": "what the buyer spent on that day, in euros",
            "latency_ms": "mean time the buyer waited for a page of listings on that day, in milliseconds",
        },
    }
}
