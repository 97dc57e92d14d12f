"""Agora's ranking experiment: buyers who saw listings in the old order against buyers who saw the new one, two weeks.

The truth the generator holds, which no analyst of a real test ever sees: the new ranking raises revenue per buyer by
three percent and the share of buyers who contact a seller by one and a half, and slows the page down by six tenths of a
percent. Buyers differ far more from one another than the ranking changes any of them, and what a buyer spent before
tells most of what he spends now. The seed was chosen so that this one draw lands near the truth.
"""

import numpy as np
import pandas as pd

BUYERS = 14_000
SEED = 105


def ranking_experiment() -> pd.DataFrame:
    """One row per buyer; the columns stand in CARD."""
    rng = np.random.default_rng(SEED)
    variant = rng.choice(["old", "new"], BUYERS)
    new = variant == "new"
    habit = rng.gamma(0.8, 1 / 0.8, BUYERS)  # how much this buyer buys: mean 1, most of the spread between buyers
    before = 60 * habit * rng.gamma(10, 0.1, BUYERS)
    revenue = 60 * habit * rng.gamma(10, 0.1, BUYERS) * np.where(new, 1.03, 1.0)
    visits = 1 + rng.poisson(4 * np.sqrt(habit))
    contacted = rng.random(BUYERS) < (0.16 + 0.14 * np.minimum(habit, 2)) * np.where(new, 1.015, 1.0)
    latency = rng.lognormal(np.log(380), 0.34, BUYERS) * np.where(new, 1.006, 1.0)
    return pd.DataFrame(
        {
            "buyer": rng.permutation(BUYERS) + 10_000,
            "variant": variant,
            "contacted": contacted.astype(int),
            "visits": visits,
            "revenue": revenue.round(1),
            "revenue_before": before.round(1),
            "latency_ms": latency.round().astype(int),
        }
    )


FILES = {"ranking-experiment.csv": ranking_experiment}

CARD = {
    "ranking-experiment.csv": {
        "title": "Two weeks of an A/B test of the order in which listings are shown.",
        "rows": "one buyer, the unit that was randomized",
        "columns": {
            "buyer": "identifier of the buyer",
            "variant": "`old` ranking (the control) or `new` ranking",
            "contacted": "1 if the buyer contacted a seller during the test, else 0",
            "visits": "visits during the test",
            "revenue": "what the buyer spent during the test, in euros",
            "revenue_before": "what the buyer spent in the two weeks before the test, in euros",
            "latency_ms": "mean time the buyer waited for a page of listings, in milliseconds",
        },
    }
}
