"""Agora's offer to sellers who may leave: who left by group of the score, and a pilot that drew lots.

A score says how likely each of 100,000 sellers is to leave within the quarter. In the last quarter nobody had an offer:
of the 1,000, 2,000, 5,000 and 10,000 highest scores 450, 750, 1,200 and 1,750 left. In the next two quarters a lot gave
500 sellers of each of the four upper groups a month without fees, and left 500 alone. What is planted:

- the first 1,000 have mostly stopped selling: a month without fees saves few of them (lost causes);
- the second 1,000 still sell, and fees hurt: half of their leavers stay for the offer;
- the next 3,000 are helped too, but not by enough to pay for the offer;
- the next 5,000 had forgotten their account: the letter reminds some of them to close it (sleeping dogs).
"""

import functools

import numpy as np
import pandas as pd

SEED = 18
ARM = 1_000  # sellers of each group in each arm, over the two quarters
# Group: sellers and leavers of the quarter without offers, scores from and to, leavers of 100 the offer prevents.
GROUPS = {
    "first 1,000": (1_000, 450, 0.36, 0.60, 2.0),
    "second 1,000": (1_000, 300, 0.24, 0.36, 15.0),
    "next 3,000": (3_000, 450, 0.125, 0.20, 4.5),
    "next 5,000": (5_000, 550, 0.10, 0.125, -3.5),
    "other 90,000": (90_000, 3_250, 0.0, 0.10, None),
}


@functools.cache
def _pilot() -> pd.DataFrame:
    """The sellers of the pilot, with their group."""
    rng = np.random.default_rng(SEED)
    parts = []
    for group, (sellers, leavers, low, high, prevented) in GROUPS.items():
        if prevented is None:
            continue
        offered = rng.permutation(np.repeat([0, 1], ARM))
        chance = leavers / sellers - offered * prevented / 100
        parts.append(pd.DataFrame({
            "group": group, "score": np.floor(1000 * rng.triangular(low, low, high, 2 * ARM)) / 1000,
            "offered": offered, "left": (rng.random(2 * ARM) < chance).astype(int),
        }))
    return pd.concat(parts, ignore_index=True)


def seller_groups() -> pd.DataFrame:
    """One row a group of the score, highest first; the columns stand in CARD."""
    frame = pd.DataFrame({
        "group": list(GROUPS), "sellers": [one[0] for one in GROUPS.values()],
        "left": [one[1] for one in GROUPS.values()],
    })
    arms = _pilot().groupby(["group", "offered"]).left.agg(["count", "sum"]).unstack("offered")
    for column, key in (("offered", ("count", 1)), ("offered_left", ("sum", 1)), ("alone", ("count", 0)),
                        ("alone_left", ("sum", 0))):
        frame[column] = frame["group"].map(arms[key]).astype("Int64")
    return frame


def seller_pilot() -> pd.DataFrame:
    """One row a seller of the pilot, in the order of the draw; the columns stand in CARD."""
    rng = np.random.default_rng(SEED + 1)
    rows = _pilot().drop(columns="group")
    return rows.iloc[rng.permutation(len(rows))]


FILES = {"agora-seller-groups.csv": seller_groups, "agora-seller-pilot.csv": seller_pilot}

CARD = {
    "agora-seller-groups.csv": {
        "title": "Sellers who left within a quarter, by group of a score that says who will, and the two arms of a "
        "pilot in the four upper groups.",
        "rows": "one group of sellers, highest scores first",
        "columns": {
            "group": "the group, counted from the highest score down",
            "sellers": "sellers of the group in the quarter without offers",
            "left": "of them, those who left within the quarter",
            "offered": "sellers of the pilot, two quarters, whom a lot gave the offer; empty where it did not run",
            "offered_left": "of them, those who left within their quarter",
            "alone": "sellers of the pilot whom the lot left alone",
            "alone_left": "of them, those who left within their quarter",
        },
    },
    "agora-seller-pilot.csv": {
        "title": "The 8,000 sellers of the pilot behind those counts: from each of the four upper groups 1,000 in each "
        "arm, so not as many as the groups hold.",
        "rows": "one seller in one quarter of the pilot",
        "columns": {
            "score": "the score: how likely the seller is to leave within the quarter",
            "offered": "1 if a lot gave the seller the offer, else 0",
            "left": "1 if the seller left within the quarter, else 0",
        },
    },
}
