"""Agora's comment scores: an over-confident classifier, and decent slang that it takes for bullying.

A first filter passes 8,000 comments a day to the bullying classifier, which another team owns. Of those it passes 10%
are bullying (of all comments on Agora, 2.4%). Operations drew 6,000 of them at random over four weeks and had them
labeled. What is planted:

- the chance p that a comment with a given score is bullying is drawn from Beta(0.1, 0.9), and the label from p: the
  probability that belongs to a score is known exactly;
- the classifier is over-confident: its score has 1.6 times the log-odds of p, and half a point more; a score of 0.50
  belongs to a comment of which about 42 in 100 are bullying, a score of 0.90 to 74 in 100;
- among decent comments with a high score, authors who write slang are over-represented: hiding by this score wrongly
  hits them more often. The score is right on average all the same.
"""

import numpy as np
import pandas as pd
from scipy import special

SEED = 265  # chosen so that 600 of the 6,000 are bullying: exactly the 10% of the stream
COMMENTS, WEEKS = 6_000, 4
ALPHA, BETA = 0.1, 0.9
SLOPE, INTERCEPT = 1.6, 0.5
WRITES_IN = ("standard", "slang", "second language")
OTHERS = 0.18  # share of bullying, and of decent comments far from any cut, whose author writes in a second language
SLANG, SLANG_HIGH = 0.15, 0.35  # share of slang among bullying and low scores, and what a high score of decent adds


def comment_scores() -> pd.DataFrame:
    """One row a comment: comment, score, bullying, writes_in, week."""
    rng = np.random.default_rng(SEED)
    p = rng.beta(ALPHA, BETA, COMMENTS)
    bullying = rng.random(COMMENTS) < p
    score = special.expit(INTERCEPT + SLOPE * special.logit(np.clip(p, 1e-12, 1 - 1e-12)))
    slang = SLANG + np.where(bullying, 0.0, SLANG_HIGH * p ** 0.25 * (p > 0.01))
    draw = rng.random(COMMENTS)
    writes_in = np.select([draw < slang, draw < slang + OTHERS], WRITES_IN[1:], WRITES_IN[0])
    return pd.DataFrame({
        "comment": [f"s{number + 1:04d}" for number in range(COMMENTS)],
        "score": np.clip(np.round(score, 4), 0.0001, 0.9999),
        "bullying": np.where(bullying, "bullying", "fine"),
        "writes_in": writes_in,
        "week": 1 + np.arange(COMMENTS) * WEEKS // COMMENTS,
    })


FILES = {"agora-comment-scores.csv": comment_scores}

CARD = {
    "agora-comment-scores.csv": {
        "title": "Scores and labels of 6,000 random comments that a first filter passed to the bullying classifier "
        "(10% bullying there).",
        "rows": "one comment, drawn at random from four weeks of that stream",
        "columns": {
            "comment": "the comment",
            "score": "what the classifier gave it, 0.0001 to 0.9999; over-confident",
            "bullying": "`bullying` or `fine`, as labeled by people",
            "writes_in": "how its author writes: `standard`, `slang` or `second language`",
            "week": "week in which the comment was written, 1 to 4",
        },
    },
}
