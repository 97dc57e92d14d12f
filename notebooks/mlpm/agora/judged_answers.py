"""Answers of Agora's support assistant, as a judge model and people see them; and two versions compared.

What is planted:

- the stream: 1,000 answers of August 2026 to real questions, which no buyer has seen; the judge passes 820;
- a set read apart by the support operations lead, 50 good and 50 bad answers, mostly of the first version: the judge
  passes 46 of the good and fails 40 of the bad ones. Of the 20 that failed at first sight on 2026-07-27 (`first_look`)
  7 are wrong policy, 5 missed handoff, 3 tone, 2 tool, and 3 pass on the second look;
- a judge that is blind in one eye: of the 10 bad answers it lets pass, 8 are missed handoffs. They read well;
- a colleague who read 60 of the set without seeing the first verdict, and says the same of 52;
- the same stream with 153 answers read afterwards, 96 that the judge had passed and 57 that it had failed, drawn at
  random within either: 93 and 21 are good, and wrong policy has become rare;
- 200 questions answered by the new retrieval (A) and the old one (B), each pair judged in both orders: in 40 pairs the
  judge prefers whichever it reads first.
"""

import numpy as np
import pandas as pd

SEED = 36
TOPICS = {"where is my order": 0.46, "refund rules": 0.32, "change my address": 0.22}
# The judge's passes of 1,000, by topic: refund rules are hardest.
STREAM = {"where is my order": (460, 403), "refund rules": (320, 231), "change my address": (220, 186)}
# Bad answers of the set apart: type, rows, of them those the judge lets pass, of them failed at first sight.
BAD = (("wrong policy", 20, 2, 7), ("missed handoff", 15, 8, 5), ("tone", 9, 0, 3), ("tool", 6, 0, 2))
GOOD, GOOD_FAILED, SECOND_LOOK = 50, 4, 3
AGREED = {("pass", "pass"): 27, ("fail", "fail"): 25, ("fail", "pass"): 5, ("pass", "fail"): 3}
# Read afterwards: of the judge's passes and of its fails, rows and the types of the bad ones.
LATER = {"pass": (96, {"missed handoff": 3}), "fail": (57, {"missed handoff": 11, "tone": 15, "tool": 8,
                                                            "wrong policy": 2})}
PAIRS = {("A", "A"): 84, ("B", "B"): 46, ("tie", "tie"): 12, ("A", "B"): 40, ("B", "A"): 10, ("A", "tie"): 3,
         ("tie", "B"): 3, ("B", "tie"): 1, ("tie", "A"): 1}


def _stream() -> pd.DataFrame:
    """The same 1,000 answers for both files."""
    rng = np.random.default_rng(SEED)
    parts = [
        pd.DataFrame({"topic": topic, "judge": ["pass"] * passed + ["fail"] * (rows - passed)})
        for topic, (rows, passed) in STREAM.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
    frame.insert(0, "answer", [f"s{number:04d}" for number in range(1, len(frame) + 1)])
    return frame


def judged_answers() -> pd.DataFrame:
    """One row a judged answer: 1,000 of the stream, unread, then 100 read apart."""
    rng = np.random.default_rng(SEED + 3)
    known = []
    for kind, rows, let, early in BAD:
        for number in range(rows):
            # Which are let pass and which were found early has nothing to do with each other: counted from two ends.
            known.append({"judge": "pass" if number >= rows - let else "fail", "person": "fail", "error": kind,
                          "first_look": "fail", "read_on": "2026-07-27" if number < early else "2026-08-17"})
    for number in range(GOOD):
        known.append({"judge": "fail" if number < GOOD_FAILED else "pass", "person": "pass", "error": "",
                      "first_look": "fail" if number >= GOOD - SECOND_LOOK else "pass", "read_on": "2026-07-27"})
    known = pd.DataFrame(known)
    known["colleague"] = ""
    for verdict in ("pass", "fail"):
        said = [two for (one, two), rows in AGREED.items() if one == verdict for __ in range(rows)]
        rows = rng.permutation(known.index[known.person == verdict].to_numpy())[: len(said)]
        known.loc[rows, "colleague"] = said
    known = known.iloc[rng.permutation(len(known))].reset_index(drop=True)
    known["topic"] = rng.choice(list(TOPICS), len(known), p=list(TOPICS.values()))
    known.insert(0, "answer", [f"k{number:03d}" for number in range(1, len(known) + 1)])
    columns = ["answer", "topic", "judge", "person", "error", "colleague", "first_look", "read_on"]
    return pd.concat([_stream(), known], ignore_index=True)[columns].fillna("")


def read_answers() -> pd.DataFrame:
    """One row an answer of the stream, 153 of them read afterwards."""
    frame = _stream().assign(person="", error="")
    rng = np.random.default_rng(SEED + 1)
    for verdict, (rows, bad) in LATER.items():
        drawn = rng.permutation(frame.index[frame.judge == verdict].to_numpy())[:rows]
        kinds = [kind for kind, count in bad.items() for __ in range(count)]
        frame.loc[drawn, "person"] = "pass"
        frame.loc[drawn[: len(kinds)], "person"] = "fail"
        frame.loc[drawn[: len(kinds)], "error"] = kinds
    return frame


def answer_pairs() -> pd.DataFrame:
    """One row a question that two versions answered: the judge's verdict in both orders."""
    rng = np.random.default_rng(SEED + 2)
    rows = [kind for kind, count in PAIRS.items() for __ in range(count)]
    frame = pd.DataFrame(rows, columns=["a_first", "b_first"]).iloc[rng.permutation(len(rows))].reset_index(drop=True)
    frame.insert(0, "question", [f"q{number:03d}" for number in range(1, len(frame) + 1)])
    return frame


FILES = {
    "agora-judged-answers.csv": judged_answers,
    "agora-read-answers.csv": read_answers,
    "agora-answer-pairs.csv": answer_pairs,
}

_VERDICTS = {
    "answer": "the answer",
    "topic": "what the customer asked about",
    "judge": "the judge model's verdict, `pass` or `fail`",
}

CARD = {
    "agora-judged-answers.csv": {
        "title": "1,100 answers of the support assistant with a judge model's verdict: 1,000 of the stream that nobody "
        "read, and a set of 50 good and 50 bad ones that was read apart.",
        "rows": "one answer",
        "columns": _VERDICTS | {
            "person": "the support operations lead's settled verdict; empty in the stream",
            "error": "the first thing that went wrong, as she coded it; empty for a good answer",
            "colleague": "a second person's verdict on 60 of them, given without seeing the first",
            "first_look": "her verdict at first sight",
            "read_on": "when she read it",
        },
    },
    "agora-read-answers.csv": {
        "title": "The same 1,000 answers of the stream, 153 of them read afterwards: 96 of the judge's passes and 57 "
                 "of "
        "its fails, drawn at random within either.",
        "rows": "one answer",
        "columns": _VERDICTS | {
            "person": "the support operations lead's verdict; empty where she did not read",
            "error": "the first thing that went wrong, as she coded it; empty for a good answer",
        },
    },
    "agora-answer-pairs.csv": {
        "title": "200 questions answered by two versions of the assistant, each pair judged in both orders.",
        "rows": "one question",
        "columns": {
            "question": "the question",
            "a_first": "the judge's verdict, `A`, `B` or `tie`, with A's answer shown first",
            "b_first": "its verdict with B's answer shown first",
        },
    },
}
