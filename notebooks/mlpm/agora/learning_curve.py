"""Agora's learning curve: what the bullying classifier would hide, trained on more and more fresh labels.

The classifier judges the stream behind a first filter, in which 10% of the comments are bullying. Its team has 4,000
comments of that stream labeled under the new guideline, two plus one, and trained it on 250 to 4,000 of them, three
random draws each. Every run was scored on the same week of the stream, 56,000 comments: it hides the 2,900 it is surest
about, about one in twenty, and the error is the share of these that are decent. What is planted:

- the true curve is 0.06 + 2.3 · n^−0.45: no number of comments brings fewer than 6 decent ones among 100 hidden;
- runs scatter by 3% around it; the week of the test moves all of them alike, by less than half a point.
"""

import numpy as np
import pandas as pd

SEED = 7
SIZES, RUNS = (250, 500, 1000, 2000, 4000), 3
FLOOR, SCALE, EXPONENT = 0.06, 2.3, 0.45
SCATTER, LUCK = 0.03, 0.002
JUDGED = 2_900


def learning_curve() -> pd.DataFrame:
    """One row a training run: comments, run, judged, decent_share."""
    rng = np.random.default_rng(SEED)
    luck = LUCK * rng.uniform(-1, 1)
    rows = []
    for size in SIZES:
        for run in range(1, RUNS + 1):
            share = (FLOOR + SCALE * size**-EXPONENT) * (1 + SCATTER * rng.standard_normal()) + luck
            rows.append((size, run, JUDGED, round(round(share * JUDGED) / JUDGED, 4)))
    return pd.DataFrame(rows, columns=["comments", "run", "judged", "decent_share"])


FILES = {"agora-learning-curve.csv": learning_curve}

CARD = {
    "agora-learning-curve.csv": {
        "title": "How often the bullying classifier would hide a decent comment, by the number of comments it was "
        "trained on.",
        "rows": "one training run",
        "columns": {
            "comments": "labeled comments of the stream the run was trained on",
            "run": "1 to 3: another random draw of as many comments",
            "judged": "comments of the test week that the run would hide, each judged by people",
            "decent_share": "share of these that are decent, 0 to 1",
        },
    },
}
