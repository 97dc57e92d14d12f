"""Agora's comment labels: five raters, one guideline, and a rule in it that nobody reads alike.

A first filter passes some comments to the bullying classifier. Of those it passes 10% are bullying (of all comments on
Agora, 2.4%). Operations drew 600 of them over four weeks, filed each under the guideline's rule it falls under, and had
each labeled by two or three of five raters. What is planted:

- sarcasm: raters see bullying in half of the cases that are and in a third of those that are not;
- from the third week on one rater, Dev, lets most bullying pass.
"""

import numpy as np
import pandas as pd

SEED = 6
RATERS = ("Ada", "Ben", "Chloe", "Dev", "Elif")
LABELS = ("fine", "bullying")
WEEKS = 4
THREE_RATINGS = 0.4  # share of comments labeled three times; the others twice
DRIFTER, DRIFTS_FROM, DRIFT = "Dev", 3, 0.15  # from this week the rater finds this share of what was found before

# Rule of the guideline: comments, of them bullying, chance that a rater sees bullying where it is, and where it is not.
RULES = {
    "no rule": (330, 2, 0.90, 0.008),
    "dispute": (102, 6, 0.80, 0.03),
    "banter": (48, 4, 0.75, 0.06),
    "sarcasm": (60, 20, 0.52, 0.34),
    "insult": (48, 18, 0.94, 0.04),
    "threat": (12, 10, 0.98, 0.05),
}


def labels() -> pd.DataFrame:
    """One row a rating: comment, rater, label, rule, week."""
    rng = np.random.default_rng(SEED)
    comments = [
        (rule, hit if number < bullying else false_alarm)
        for rule, (count, bullying, hit, false_alarm) in RULES.items() for number in range(count)
    ]
    rows = []
    for number, place in enumerate(rng.permutation(len(comments))):
        rule, chance = comments[place]
        week = 1 + number * WEEKS // len(comments)
        chosen = rng.choice(len(RATERS), size=3 if rng.random() < THREE_RATINGS else 2, replace=False)
        for rater in sorted(RATERS[code] for code in chosen):
            seen = chance * (DRIFT if rater == DRIFTER and week >= DRIFTS_FROM else 1)
            rows.append((f"c{number + 1:03d}", rater, LABELS[int(rng.random() < seen)], rule, week))
    return pd.DataFrame(rows, columns=["comment", "rater", "label", "rule", "week"])


FILES = {"agora-labels.csv": labels}

CARD = {
    "agora-labels.csv": {
        "title": "Labels of 600 comments that a first filter passed to the bullying classifier (10% bullying there).",
        "rows": "one rating of one comment by one rater",
        "columns": {
            "comment": "the comment; two or three rows each",
            "rater": "who gave the label, one of five",
            "label": "`bullying` or `fine`",
            "rule": "rule of the guideline that Operations filed the comment under before it was labeled",
            "week": "week in which the comment was labeled, 1 to 4",
        },
    },
}
