"""Agora's order of listings after its launch: promises that a moving season breaks for a few while the average is calm.

The score is the chance that a contact made now is answered within a day. From 0.85 on the listing carries the mark
"usually answers within a day"; the requirement says that at least 90 of 100 of those do. Whether a reply is an answer,
and not an automatic one, takes a person: support reads 640 contacts a week, drawn at random. What is planted:

- until 2026-08-09 the score is a probability, in every slice;
- from 2026-08-10 on people who move sell what they cannot take along. Their listings grow from 8 to 14 of 100
  contacts, and at the same score they answer far less: the log-odds fall by 1.5, and nothing the model sees changes;
- in the other slices the log-odds rise by 0.2: fewer buyers write in August, and sellers have time. So the average
  hardly moves;
- one contact in ten is not read in time. On the last day a yes is known already and a no is not.
"""

import numpy as np
import pandas as pd
from scipy import special

SEED = 2026
FIRST, WEEKS, SEASON, PER_WEEK = "2026-07-06", 9, 5, 640  # SEASON: weeks before the moving season
LISTINGS = ("home", "toys", "tech", "garden", "moving")
BEFORE, DURING = (0.36, 0.26, 0.18, 0.12, 0.08), (0.34, 0.24, 0.17, 0.11, 0.14)
MARKED = 0.31  # share with a score of 0.85 or more
FALL, RISE = -1.5, 0.2  # of the log-odds, moving and others, in the season
UNREAD = 0.1


def answer_scores() -> pd.DataFrame:
    """One row a contact: day, listing, score, answered (yes, no or empty)."""
    rng = np.random.default_rng(SEED)
    week = np.repeat(np.arange(WEEKS), PER_WEEK)
    season = week >= SEASON
    number = week * 7 + np.sort(rng.integers(0, 7, (WEEKS, PER_WEEK)), axis=1).ravel()
    draw = rng.random(len(week))
    ends = np.where(season[:, None], np.cumsum(DURING), np.cumsum(BEFORE))
    listing = np.minimum((draw[:, None] > ends).sum(axis=1), len(LISTINGS) - 1)
    marked = rng.random(len(week)) < MARKED
    score = np.where(marked, 0.85 + 0.145 * rng.beta(2.4, 1.6, len(week)), 0.85 * rng.beta(2.2, 1.8, len(week)))
    score = np.clip(np.round(score, 3), 0.01, 0.995)
    moving = listing == len(LISTINGS) - 1
    answers = rng.random(len(week)) < special.expit(special.logit(score) + season * np.where(moving, FALL, RISE))
    label = np.where(answers, "yes", "no").astype(object)
    label[rng.random(len(week)) < UNREAD] = None
    label[(number == number.max()) & ~answers] = None
    return pd.DataFrame({
        "day": (pd.Timestamp(FIRST) + pd.to_timedelta(number, unit="D")).strftime("%Y-%m-%d"),
        "listing": np.array(LISTINGS)[listing],
        "score": score,
        "answered": label,
    })


FILES = {"agora-answer-scores.csv": answer_scores}

CARD = {
    "agora-answer-scores.csv": {
        "title": "Contacts with sellers, 640 a week drawn at random, with the chance that the model gave and what came "
        "of it; a moving season begins on 2026-08-10.",
        "rows": "one contact of a buyer with a seller",
        "columns": {
            "day": "day of the contact, 2026-07-06 to 2026-09-06",
            "listing": "kind of listing: `home`, `toys`, `tech`, `garden`, or `moving`: sold because its owner moves",
            "score": "chance of an answer within a day, as the model gave it; the mark is shown from 0.85 on",
            "answered": "`yes` or `no`, as read by support; empty where nobody has read it, or a no is not final",
        },
    },
}
