"""Agora's review log: what six reviewers said about comments the bullying classifier had scored, and what was true.

For four weeks Operations drew comments from the whole stream behind the first filter (8,000 a day, 10% bullying, scores
calibrated and distributed as Beta(0.1, 0.9)), more from the middle than the stream holds there; `stands_for` says how
many comments of the stream a row stands for. A coin decided whether the reviewer saw the score first. Two senior
moderators, who saw neither score nor verdict, then settled what each comment is. What is planted:

- by themselves, careful reviewers err less often than the model from about 0.1 to 0.8, and far less in the middle; at
  the ends, where the model is nearly always right, they err more often than it does;
- those who see the score first adopt the model's verdict without a second thought in about a third of the cases, and
  more often where the model is sure, wrong ones included;
- r05 does not read: a few seconds each, the model's verdict if it is shown, "fine" if it is not, and a quarter of all;
- comments come in the evening: the busiest hour brings more than twice the mean.
"""

import numpy as np
import pandas as pd
from scipy import stats

SEED = 25
STREAM, DAYS = 8_000, 28
CUT = 0.375  # from this score the model alone says bullying
# Lower end of a band of scores: rows drawn, and how often a careful reviewer finds bullying and lets decent ones pass.
BANDS = {
    0.00: (600, 0.66, 0.955),
    0.10: (650, 0.76, 0.910),
    0.25: (750, 0.87, 0.910),
    0.40: (750, 0.88, 0.910),
    0.55: (650, 0.89, 0.890),
    0.70: (450, 0.87, 0.740),
    0.85: (450, 0.90, 0.700),
}
REVIEWERS = {"r01": 0.17, "r02": 0.16, "r03": 0.15, "r04": 0.14, "r05": 0.25, "r06": 0.13}
HASTY = "r05"
# How often a reviewer who saw the score adopts the verdict unread: where the model is unsure, and where it is sure.
ADOPTS = {False: 0.30, True: 0.55}
# Of 1,000 comments, those that arrive in each hour from midnight on.
PROFILE = (14, 9, 6, 5, 5, 8, 15, 25, 32, 36, 39, 42, 46, 45, 44, 47, 52, 60, 74, 92, 104, 96, 68, 36)


def review_log() -> pd.DataFrame:
    """One row per reviewed comment; the columns stand in CARD."""
    rng = np.random.default_rng(SEED)
    stream = stats.beta(0.1, 0.9)
    lows = [*BANDS, 1.0]
    parts = []
    for (low, (rows, finds, passes)), high in zip(BANDS.items(), lows[1:], strict=True):
        held = stream.cdf(high) - stream.cdf(low)
        score = np.floor(1000 * stream.ppf(stream.cdf(low) + held * rng.random(rows))) / 1000
        truth = rng.random(rows) < score
        own = rng.random(rows) < np.where(truth, finds, 1 - passes)
        parts.append(pd.DataFrame({
            "score": score, "truth": truth, "own": own, "stands_for": round(STREAM * DAYS * held / rows, 2),
        }))
    log = pd.concat(parts, ignore_index=True)
    log = log.iloc[rng.permutation(len(log))].reset_index(drop=True)
    count = len(log)
    log["reviewer"] = rng.choice(list(REVIEWERS), count, p=list(REVIEWERS.values()))
    log["seen"] = rng.random(count) < 0.5
    model = log.score >= CUT
    sure = (log.score < 0.1) | (log.score >= 0.7)
    adopts = log.seen & (rng.random(count) < np.where(sure, ADOPTS[True], ADOPTS[False]))
    careful = np.where(adopts, model, log.own)
    unread = np.where(log.seen, model ^ (rng.random(count) < 0.02), rng.random(count) < 0.06)
    hasty = log.reviewer == HASTY
    log["verdict"] = np.where(hasty, unread, careful)
    # Mean 60 and 6 seconds; a few reviews lie open over lunch.
    log["seconds"] = np.where(
        hasty, rng.gamma(3, 2, count).clip(1), rng.lognormal(np.log(60) - 0.6**2 / 2, 0.6, count).clip(6)
    )
    log.loc[rng.random(count) < 0.003, "seconds"] += 1_800
    log["hour"] = rng.choice(24, count, p=np.array(PROFILE) / sum(PROFILE))
    log.insert(0, "comment", [f"c{number:04d}" for number in range(1, count + 1)])
    whole = dict.fromkeys(["hour", "seen", "verdict", "seconds", "truth"], int)
    return log[["comment", "score", "hour", "reviewer", "seen", "verdict", "seconds", "truth", "stands_for"]].round(
        {"seconds": 0}).astype(whole)


FILES = {"agora-review-log.csv": review_log}

CARD = {
    "agora-review-log.csv": {
        "title": "Reviews of 4,300 comments from all scores of the stream behind the first filter, with what an audit "
        "found. More were drawn from the middle than the stream holds there.",
        "rows": "one comment that one reviewer judged",
        "columns": {
            "comment": "the comment",
            "score": "the classifier's calibrated probability of bullying",
            "hour": "hour of the day in which the comment was written, 0 to 23",
            "reviewer": "who judged it, one of six",
            "seen": "1 if the reviewer saw the score and the model's verdict first, else 0; drawn by lot",
            "verdict": "1 if the reviewer called it bullying, else 0",
            "seconds": "time the comment was open",
            "truth": "1 if two senior moderators, who saw neither score nor verdict, found it to be bullying, else 0",
            "stands_for": "comments of the stream, in four weeks, that the row stands for",
        },
    }
}
