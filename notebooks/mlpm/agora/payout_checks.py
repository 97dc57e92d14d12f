"""Agora's payout checks: a score that sends a seller to a manual identity check, and three kinds of documents.

A rule flags new seller accounts before their first payout. A score then sends some of them to a person who checks the
identity document: five days' delay for an honest seller, a scam stopped otherwise. For six weeks every flagged account
was checked, whatever its score, by checkers who saw neither score nor country: so each row has a label. What is
planted:

- the rule flags accounts with a foreign document on slighter grounds, so that among flagged ones 30 of 100 with a
  domestic document are scams (900 of 3,000), and 10 of 100 with a foreign one (200 of 2,000);
- from 0.31 on, exactly 80 of 100 scams and 10 of 100 honest sellers are sent to the check, in both groups: scores of
  scams and scores of honest sellers are spread alike, whatever the document;
- so the score, right on average, means less with a foreign document: its odds are 0.26 times those of a domestic one;
- 45 accounts came with a travel document, as refugees have: too few to say anything about;
- `first_score` is an older version, trained on verdicts of checkers who saw the document and took foreign ones for
  scams too often: the log-odds of a foreign document are 1.2 higher. `blind_score` is the best prediction of the same
  verdicts without that column: it sees the country of the bank account, which is foreign for 85 of 100 sellers with a
  foreign document and for 5 of 100 with a domestic one.
"""

import numpy as np
import pandas as pd
from scipy import special, stats

SEED = 40
CUT = 0.31
# Document: scams, of them at or above the cut, honest sellers, of them at or above the cut.
GROUPS = {
    "domestic": (900, 720, 2_100, 210),
    "foreign": (200, 160, 1_800, 180),
    "travel document": (6, 5, 39, 6),
}
RATE = 1_100 / 5_000  # share of scams among domestic and foreign together: what the score believes of everybody
DISTANCE = stats.norm.isf(0.1) - stats.norm.isf(0.8)  # of scams from honest sellers, in standard deviations
SUSPICION = 1.2  # what the old verdicts add to the log-odds of a document that is not domestic
FOREIGN_BANK = {"domestic": 0.05, "foreign": 0.85, "travel document": 0.85}
# Share of documents that are not domestic, by the country of the bank: Bayes' rule on 3,000 and 2,000 accounts.
NOT_DOMESTIC = {True: 0.85 * 2 / (0.85 * 2 + 0.05 * 3), False: 0.15 * 2 / (0.15 * 2 + 0.95 * 3)}


def payout_checks() -> pd.DataFrame:
    """One row a flagged account: account, document, score, first_score, blind_score, verdict."""
    rng = np.random.default_rng(SEED)
    place = (special.logit(CUT) - special.logit(RATE) + DISTANCE**2 / 2) / DISTANCE
    parts = []
    for document, (scams, caught, honest, hit) in GROUPS.items():
        for verdict, rows, above, center in (("scam", scams, caught, DISTANCE), ("honest", honest, hit, 0.0)):
            # Drawn on each side of the cut, so that the counts are exact and the rest is chance.
            below = stats.norm.cdf(place - center)
            u = rng.random(rows)
            u = np.where(np.arange(rows) < above, below + u * (1 - below), u * below)
            signal = center + stats.norm.ppf(u)
            odds = special.logit(RATE) + DISTANCE * signal - DISTANCE**2 / 2
            bank = rng.random(rows) < FOREIGN_BANK[document]
            suspected = special.expit(odds + SUSPICION)
            share = np.where(bank, NOT_DOMESTIC[True], NOT_DOMESTIC[False])
            parts.append(pd.DataFrame({
                "document": document,
                "score": special.expit(odds),
                "first_score": special.expit(odds) if document == "domestic" else suspected,
                "blind_score": share * suspected + (1 - share) * special.expit(odds),
                "verdict": verdict,
            }))
    checks = pd.concat(parts, ignore_index=True)
    checks = checks.iloc[rng.permutation(len(checks))].reset_index(drop=True)
    checks.insert(0, "account", [f"a{number:04d}" for number in range(1, len(checks) + 1)])
    scores = ["score", "first_score", "blind_score"]
    # Cut off, not rounded: no score crosses the cut by its last digit.
    checks[scores] = np.floor(checks[scores].clip(0.001, 0.999) * 1_000 + 1e-6) / 1_000
    return checks


FILES = {"agora-payout-checks.csv": payout_checks}

CARD = {
    "agora-payout-checks.csv": {
        "title": "Scores and verdicts of 5,045 seller accounts that a rule had flagged before their first payout. For "
        "six weeks all of them were checked, whatever the score said.",
        "rows": "one flagged account",
        "columns": {
            "account": "the account",
            "document": "where the identity document was issued: `domestic`, `foreign`, or a `travel document` as "
            "refugees have",
            "score": "the score in use, 0.001 to 0.999; from 0.31 on an account goes to the manual check",
            "first_score": "an older version, trained with the document's country on verdicts of checkers who saw it",
            "blind_score": "the older version without the document's country",
            "verdict": "`scam` or `honest`, by checkers who saw neither score nor country",
        },
    }
}
