"""Who is wrong where: the model alone, reviewers by themselves, and reviewers who saw the model's verdict first.

Shares have Wilson intervals. The model and a reviewer judged the same items, so they are compared in pairs (McNemar
1947): only items on which exactly one of the two is wrong can tell. Reviewers who saw the verdict and reviewers who did
not judged different items; their difference has Newcombe's interval (1998, method 10). All from `statsmodels`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep

from mlpm import proportions
from mlpm.review.log import Log

CONFIDENCE = 0.95
# A reviewer or a band with fewer reviews is not judged.
FEW_REVIEWS = 30
# With this share of reviews under the floor, nobody reads most items.
MOSTLY = 0.5


@dataclass(frozen=True)
class Share:
    """hits of trials, with a 95% Wilson interval; all None without trials."""

    hits: int
    trials: int

    @property
    def value(self) -> float | None:
        return self.hits / self.trials if self.trials else None

    @property
    def interval(self) -> tuple[float | None, float | None]:
        if not self.trials:
            return None, None
        low, high = proportions.wilson(self.hits, self.trials, CONFIDENCE)
        return float(low), float(high)

    @property
    def low(self) -> float | None:
        return self.interval[0]

    @property
    def high(self) -> float | None:
        return self.interval[1]


@dataclass(frozen=True)
class Pair:
    """Items on which exactly one errs: only the model, only the reviewer; p: exact McNemar, None without any."""

    model: int
    reviewer: int

    @property
    def p(self) -> float | None:
        if not self.model + self.reviewer:
            return None
        return float(mcnemar([[0, self.model], [self.reviewer, 0]], exact=True).pvalue)


def share(cells: pd.DataFrame, hit: pd.Series) -> Share:
    return Share(int(cells.rows[hit].sum()), int(cells.rows.sum()))


def wrong(cells: pd.DataFrame, who: str) -> pd.Series:
    """Where `who` (model or verdict) differs from the truth; of audited cells only."""
    return cells[who].astype(int) != cells.truth


def pair(cells: pd.DataFrame) -> Pair:
    model, reviewer = wrong(cells, "model"), wrong(cells, "verdict")
    return Pair(int(cells.rows[model & ~reviewer].sum()), int(cells.rows[reviewer & ~model].sum()))


def difference(first: Share, second: Share) -> tuple[float, float, float] | None:
    """first − second with its 95% interval; None where one of them has no trials."""
    if not (first.trials and second.trials):
        return None
    low, high = confint_proportions_2indep(
        first.hits, first.trials, second.hits, second.trials, method="newcomb", compare="diff", alpha=1 - CONFIDENCE
    )
    return first.value - second.value, float(low), float(high)


@dataclass(frozen=True)
class BandErrors:
    """One band. model: over all audited reviews; done: reviews as they are done; own: repaired ones, None without any.

    done_pair, own_pair: the same reviews against the model's verdicts on the same items.
    """

    label: str
    violating: Share
    score: float | None
    model: Share
    done: Share
    done_pair: Pair
    own: Share | None = None
    own_pair: Pair | None = None


def by_band(log: Log, done: pd.DataFrame, own: pd.DataFrame | None = None) -> list[BandErrors]:
    """Errors in each band, and over all of the log in a last entry. done, own: cells of the log."""
    found = []
    for band in [*range(len(log.edges) - 1), None]:
        every, mine, repaired = (
            None if cells is None else cells[(cells.truth >= 0) & ((cells.band == band) | (band is None))]
            for cells in (log.cells, done, own)
        )
        rows = int(every.rows.sum())
        found.append(BandErrors(
            "all" if band is None else log.label(band),
            share(every, every.truth == 1),
            float(every.score.sum() / rows) if rows else None,
            share(every, wrong(every, "model")),
            share(mine, wrong(mine, "verdict")),
            pair(mine),
            None if repaired is None else share(repaired, wrong(repaired, "verdict")),
            None if repaired is None else pair(repaired),
        ))
    return found


@dataclass(frozen=True)
class Following:
    """How often reviewers give the model's verdict when it is wrong and when it is right, having seen it or not."""

    name: str
    wrong_shown: Share
    wrong_own: Share
    right_shown: Share
    right_own: Share

    @property
    def pulled(self) -> tuple[float, float, float] | None:
        """More of the model's errors repeated by those who saw its verdict: difference, low, high."""
        return difference(self.wrong_shown, self.wrong_own)


def following(cells: pd.DataFrame, name: str = "all") -> Following:
    """Anchoring in audited cells."""
    cells = cells[cells.truth >= 0]
    same = cells.model == cells.verdict
    shares = {}
    for right in (False, True):
        for seen in (True, False):
            mine = (cells.seen == seen) & (wrong(cells, "model") != right)
            shares[right, seen] = share(cells[mine], same[mine])
    return Following(name, shares[False, True], shares[False, False], shares[True, True], shares[True, False])


@dataclass(frozen=True)
class Overrides:
    """Verdicts other than the model's: of all reviews, and how many of the audited ones were right to differ."""

    rate: Share
    right: Share


def overrides(cells: pd.DataFrame) -> Overrides:
    other = cells.model != cells.verdict
    audited = cells[other & (cells.truth >= 0)]
    return Overrides(share(cells, other), share(audited, ~wrong(audited, "verdict")))


def off(found: list[BandErrors]) -> list[str]:
    """Bands whose mean score lies outside the interval of the share that is violating: the score is not calibrated."""
    return [
        one.label for one in found[:-1]
        if one.violating.trials >= FEW_REVIEWS and not one.violating.low <= one.score <= one.violating.high
    ]


# --- Who does not read --------------------------------------------------------------------------------------------

def reviewers(log: Log) -> pd.DataFrame:
    """One row a reviewer: reviewer, reviews, seconds (mean), hasty (share under the floor), overrides, low, high, wrong
    (share of audited), stamps.

    stamps: at least half of the reviews are under the floor, and verdicts differ from the model's more rarely than the
    others' do (Wilson intervals of the two apart), among reviews with the model's verdict in sight where there are any.
    Either sign alone may be skill; both together are a person who does not read.
    """
    sighted = log.cells[log.cells.seen] if log.cells.seen.any() else log.cells
    rows = []
    for name, mine in log.cells.groupby("reviewer"):
        if not name:
            continue
        rate = overrides(sighted[sighted.reviewer == name]).rate
        others = overrides(sighted[sighted.reviewer != name]).rate
        timed = int(mine.timed.sum())
        hasty = float(mine.hasty.sum() / timed) if timed else np.nan
        audited = mine[mine.truth >= 0]
        stamps = (
            int(mine.rows.sum()) >= FEW_REVIEWS and hasty >= MOSTLY and bool(rate.trials and others.trials)
            and rate.high < others.low
        )
        rows.append((
            name, int(mine.rows.sum()), float(mine.seconds.sum() / timed) if timed else np.nan, hasty,
            rate.value, rate.low, rate.high, share(audited, wrong(audited, "verdict")).value, stamps,
        ))
    columns = ["reviewer", "reviews", "seconds", "hasty", "overrides", "low", "high", "wrong", "stamps"]
    frame = pd.DataFrame(rows, columns=columns)
    numbers = dict.fromkeys(["seconds", "hasty", "overrides", "low", "high", "wrong"], float)
    return frame.astype(numbers | {"stamps": bool}).sort_values(
        ["stamps", "hasty", "reviewer"], ascending=[False, False, True], ignore_index=True
    )
