"""Who decides what on Agora's comment team, according to the product manager, the engineering manager and operations.

Nothing is drawn at random: these are marks as three people would make them in ten minutes each, invented. What is
planted:

- product and engineering divide the world between themselves: each claims ten of twenty decisions, they name the same
  role for twelve, and chance alone would give ten; both claim what happens to a comment at a score, neither claims what
  nobody is praised for;
- neither of them names operations once; operations claims the standard and the wording of the guideline, and which
  comments are labeled;
- the stakes are guesses of each marker: euros that a wrong call, or none, costs before somebody notices.
"""

import pandas as pd

MARKERS = ("PM", "EM", "Ops")
#  decision,                       PM    EM    Ops    stakes of PM, EM, Ops        due           settled in the meeting
MARKS = [
    ("Words on a covered comment",   "PM", "PM", "PM",   3_000,  2_000,  4_000, "",           ""),
    ("Score that hides a comment",   "PM", "EM", "PM",  50_000, 30_000, 40_000, "2026-12-18", "PM"),
    ("Treatment in the gray area",   "PM", "EM", "PM",  70_000, 30_000, 50_000, "2026-12-18", "PM"),
    ("What each error costs",        "PM", "EM", "PM",  80_000, 40_000, 60_000, "2026-12-04", "PM"),
    ("Ship, stop or roll back",      "PM", "PM", "PM",  30_000, 30_000, 30_000, "",           ""),
    ("Switch it off in an incident", "EM", "PM", "EM",  20_000, 40_000, 30_000, "2026-12-11", "EM"),
    ("Model family and features",    "EM", "EM", "EM",  10_000, 20_000,  9_000, "",           ""),
    ("Quality a release must reach", "PM", "EM", "EM",  20_000, 30_000, 10_000, "2026-12-18", "EM"),
    ("When to retrain",              "EM", "EM", "EM",  10_000, 15_000, 11_000, "",           ""),
    ("Date of a release",            "EM", "EM", "EM",   8_000, 10_000,  6_000, "",           ""),
    ("Latency and cost of a score",  "EM", "EM", "EM",   9_000, 12_000,  6_000, "",           ""),
    ("What raises an alarm",         "EM", "PM", "EM",  10_000, 20_000, 15_000, "2026-12-11", "EM"),
    ("How a score reaches a page",   "EM", "EM", "EM",   6_000, 12_000,  3_000, "",           ""),
    ("Test set and metric",          "EM", "EM", "EM",  15_000, 20_000, 10_000, "",           ""),
    ("Standard labels must meet",    "PM", "PM", "Ops", 25_000, 25_000, 25_000, "2026-12-04", "PM"),
    ("Wording of the guideline",     "PM", "PM", "Ops", 10_000,  6_000, 20_000, "2026-12-04", "Ops"),
    ("Label budget of the quarter",  "EM", "PM", "PM",  25_000, 20_000, 30_000, "2026-12-31", "PM"),
    ("Which comments get labeled",   "EM", "PM", "Ops",  6_000,  6_000, 12_000, "2026-12-04", "Ops"),
    ("The Report button",            "PM", "PM", "PM",  12_000,  6_000,  9_000, "",           ""),
    ("How fast an appeal is heard",  "PM", "PM", "PM",   8_000,  4_000, 12_000, "",           ""),
]


def marks() -> pd.DataFrame:
    """One row a mark: decision, marked_by, decides, stake, due, settled."""
    rows = [
        (decision, marker, names[place], names[3 + place], *rest)
        for decision, *names, due, settled in MARKS
        for rest in [(due or None, settled or None)]
        for place, marker in enumerate(MARKERS)
    ]
    return pd.DataFrame(rows, columns=["decision", "marked_by", "decides", "stake", "due", "settled"])


FILES = {"agora-role-marks.csv": marks}

CARD = {
    "agora-role-marks.csv": {
        "title": "Who decides what on the team around the comment-bullying classifier: twenty decisions, marked by "
        "three people who could not see each other's marks. Marks, stakes and dates are invented.",
        "rows": "what one person says about one decision",
        "columns": {
            "decision": "what has to be decided; three rows each",
            "marked_by": "who marked: `PM` product manager, `EM` engineering manager, `Ops` operations lead",
            "decides": "the role that takes the decision, according to this person",
            "stake": "this person's guess of what a wrong call, or none, costs before somebody notices, euros",
            "due": "the date by which the decision is taken next, where one is known",
            "settled": "the role agreed on in the meeting, where the marks differed",
        },
    },
}
