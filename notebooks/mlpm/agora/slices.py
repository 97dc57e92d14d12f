"""The slices from which the team around the comment-bullying classifier chooses its first release.

Nothing is drawn at random: these are judgments, invented as a team would write them down in one meeting. Agora has
about 250,000 comments a week, of which 6,000 (2.4%) are bullying; the classifier exists, and what readers see has not
changed yet.
"""

import pandas as pd

SCORE = "Live score"
#   slice,                 reward: low, likely, high; effort: low, likely, high; four risks; requires; must have
SLICES = [
    ("Report button",          150, 300,  500,  2.0,  3,  5,  0.90, 0.90, 0.95, 0.90, "",                     0),
    ("Word list",               60, 200,  350,  0.5,  1,  2,  0.70, 0.90, 0.95, 0.70, "Appeal form",          0),
    ("Appeal form",              0,   0,    0,  1.0,  2,  3,  0.95, 0.90, 1.00, 0.95, "",                     1),
    (SCORE,                      0,   0,    0,  2.0,  3,  6,  1.00, 1.00, 0.85, 0.95, "",                     0),
    ("Cover with a click",     400, 800, 1300,  3.0,  4,  7,  0.60, 0.80, 0.95, 0.95, SCORE,                  0),
    ("Rank last",              150, 300,  500,  1.0,  2,  3,  0.70, 0.90, 0.90, 0.95, SCORE,                  0),
    ("Ask before posting",     200, 500, 1000,  2.0,  3,  5,  0.50, 0.80, 0.95, 0.85, SCORE,                  0),
    ("Hide at high scores",    250, 450,  600,  1.0,  2,  4,  0.90, 0.90, 0.90, 0.60, f"{SCORE}; Appeal form", 0),
    ("Retrain on reports",     100, 500, 1500,  6.0, 10, 18,  0.80, 0.95, 0.50, 0.90, "Report button",        0),
]
MEANING = {
    "slice": "name of the slice",
    "reward_low": "bullying comments a week that nobody has to read any more if the slice works: low",
    "reward_likely": "the same: most likely",
    "reward_high": "the same: high",
    "effort_low": "person-weeks until the slice is in front of users: low",
    "effort_likely": "the same: most likely",
    "effort_high": "the same: high",
    "value": "probability that people choose to use it, given that what it requires works",
    "usability": "probability that they can work out how",
    "feasibility": "probability that the team can build it with the data and the time it has",
    "viability": "probability that it works for the business: law, cost, support, reputation",
    "requires": "slices that must be built before, separated by semicolons",
    "must_have": "1 if no release goes out without it",
}


def slices() -> pd.DataFrame:
    """Nine slices with ranges, risks and prerequisites."""
    return pd.DataFrame(SLICES, columns=list(MEANING))


FILES = {"agora-slices.csv": slices}
CARD = {
    "agora-slices.csv": {
        "title": "What the first release against comment bullying could hold: ranges and probabilities are invented "
        "judgments, not measurements. Each comment is counted in one slice, so that rewards add up; of about 250,000 "
        "comments a week, 6,000 are bullying.",
        "rows": "a slice of the product",
        "columns": MEANING,
    }
}
