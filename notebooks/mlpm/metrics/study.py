"""Everything the notebook says about one file and one threshold, worked out once."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mlpm import InputError, checks
from mlpm.decided import Decided
from mlpm.metrics.decision import decide
from mlpm.metrics.slices import Slice, compare, worst_by_chance
from mlpm.proportions import Interval
from mlpm.scores import Calibration, Scores, Share, auc, calibrate, calibration_error, reliability
from mlpm.threshold import Cuts, Outcome, Price
from mlpm.threshold.outcomes import PER

COUNTED_ALIKE = Price("every error counts one", 1.0, 1.0)


def precision_at(rate: float, recall: float, hit: float) -> float:
    """Of those acted on, the share that is positive: Bayes' theorem. NaN where nothing is acted on.

    rate: base rate; recall: of the positives, acted on; hit: of the negatives, acted on.
    """
    caught, wrong = rate * recall, (1 - rate) * hit
    return caught / (caught + wrong) if caught + wrong > 0 else math.nan


@dataclass(frozen=True)
class Claim:
    """A number on somebody's slide beside the file's, with its interval."""

    what: str
    said: float
    found: Share

    @property
    def verdict(self) -> str:
        if self.said > self.found.high:
            return "too high"
        return "too low" if self.said < self.found.low else "holds"


@dataclass(frozen=True)
class Study(Decided):
    """A file of labeled scores at a threshold, and what was claimed about it. Shares are from 0 to 1."""

    scores: Scores
    fitted: Calibration  # at the file's own base rate
    threshold: float
    base_rate: float = 0.0  # of the stream; 0: the file's
    other_base_rate: float = 0.0  # to try; 0: a quarter of the stream's
    claimed_recall: float = 0.0  # 0: nobody claimed one
    claimed_precision: float = 0.0
    minimum: int = 30
    items_per_day: float = 1_000

    # --- At the threshold ---------------------------------------------------------------------------------------

    @cached_property
    def place(self) -> int:
        """The first bin acted on."""
        return int(np.searchsorted(self.scores.least, self.threshold))

    @cached_property
    def cuts(self) -> Cuts:
        stream = self.scores.at_base_rate(self.base_rate) if self.base_rate else self.scores
        return Cuts(stream, rate_known=bool(self.base_rate))

    @property
    def rate(self) -> float:
        return self.cuts.scores.base_rate

    @property
    def moved(self) -> bool:
        """The stream's base rate is not the file's."""
        return abs(self.rate - self.scores.base_rate) > 0.005 * self.scores.base_rate

    @cached_property
    def outcome(self) -> Outcome:
        """Per 1,000 items of the stream."""
        return self.cuts.at(self.place)

    @property
    def recall(self) -> Share:
        return self.outcome.caught_share

    @property
    def hit_share(self) -> Share:
        return self.outcome.hit_share

    @property
    def precision(self) -> Share:
        return self.outcome.wrong.rest()

    @cached_property
    def rows(self) -> dict[str, int]:
        """The four cells in rows of the file: caught, missed, hit, passed."""
        acted, s = self.scores.bin >= self.place, self.scores
        return {
            "caught": int(s.positive_rows[acted].sum()), "missed": int(s.positive_rows[~acted].sum()),
            "hit": int(s.negative_rows[acted].sum()), "passed": int(s.negative_rows[~acted].sum()),
        }

    @property
    def per(self) -> int:
        """Of how many items to speak, so that there are at least ten positives and as many negatives among them."""
        rarer = min(self.rate, 1 - self.rate)
        return max(PER, 10 ** math.ceil(math.log10(10 / rarer) - 1e-9))

    @cached_property
    def whole(self) -> dict[str, int]:
        """The four cells of `per` items of the stream, as whole numbers that add up: caught, missed, hit, passed."""
        positives = _half_up(self.per * self.rate)
        caught = _half_up(self.per * self.rate * self.recall.value)
        hit = _half_up(self.per * (1 - self.rate) * self.hit_share.value)
        return {"caught": caught, "missed": positives - caught, "hit": hit, "passed": self.per - positives - hit}

    @cached_property
    def ranks(self) -> Share:
        return auc(self.scores)

    # --- Accuracy -----------------------------------------------------------------------------------------------

    @cached_property
    def accuracy(self) -> Share:
        """Of all items, those treated rightly."""
        return _accuracy(self.cuts.cost_of(self.place, COUNTED_ALIKE))

    @property
    def always_no(self) -> float:
        """The accuracy of acting on nothing: of acting on everything, where positives are the more."""
        return max(1 - self.rate, self.rate)

    # --- Claims -------------------------------------------------------------------------------------------------

    @cached_property
    def claims(self) -> list[Claim]:
        said = (("recall", self.claimed_recall, self.recall), ("precision", self.claimed_precision, self.precision))
        return [Claim(what, value, found) for what, value, found in said if value]

    @property
    def claimed_too_much(self) -> bool:
        return any(claim.verdict == "too high" for claim in self.claims)

    @property
    def claim_rate(self) -> float | None:
        """The base rate at which the claimed precision would come out at this threshold; None without a claim.

        Solved from Bayes' theorem: the odds of the base rate are the odds of the precision times hit share ÷ recall.
        """
        if not 0 < self.claimed_precision < 1 or not self.hit_share.value > 0 or not self.recall.value > 0:
            return None
        odds = self.claimed_precision / (1 - self.claimed_precision) * self.hit_share.value / self.recall.value
        return odds / (1 + odds)

    # --- Another base rate --------------------------------------------------------------------------------------

    @property
    def tried_rate(self) -> float:
        return self.other_base_rate or self.rate / 4

    def at(self, rate: float) -> "Study":
        """The same model and threshold in a stream with another base rate: each kind looks as before."""
        return Study(self.scores, self.fitted, self.threshold, rate, self.rate, minimum=self.minimum,
                     items_per_day=self.items_per_day)

    @cached_property
    def elsewhere(self) -> "Study":
        return self.at(self.tried_rate)

    # --- Calibration --------------------------------------------------------------------------------------------

    @property
    def calibrated(self) -> bool:
        """The score can be read as a probability: no map predicts held-out rows better beyond chance."""
        return self.fitted.method == "none"

    @cached_property
    def reliability(self) -> pd.DataFrame:
        return reliability(self.scores)

    @cached_property
    def calibration_error(self) -> float:
        return calibration_error(self.scores)

    @cached_property
    def furthest(self) -> pd.Series:
        """The range of the score that is furthest off for its number of rows."""
        table = self.reliability
        return table.loc[((table.p - table.rate).abs() * table.rows.pow(0.5)).idxmax()]

    # --- Slices -------------------------------------------------------------------------------------------------

    @cached_property
    def slices(self) -> list[Slice]:
        return compare(self.cuts.scores, self.place, self.minimum)

    @property
    def flagged(self) -> list[Slice]:
        return [one for one in self.slices if one.flagged]

    @cached_property
    def worst_recall(self) -> tuple[Slice, Share] | None:
        """The judged slice with the lowest recall, and what the lowest would be if all slices had the same."""
        judged = [one for one in self.slices if one.positives >= self.minimum]
        if len(judged) < 2:
            return None
        worst = min(judged, key=lambda one: one.recall.value)
        return worst, worst_by_chance(self.recall.value, [one.positives for one in judged])

    @cached_property
    def worst_hit(self) -> tuple[Slice, Share] | None:
        """The judged slice whose negatives are hit most often, and what that would be if all slices were equal."""
        judged = [one for one in self.slices if one.negatives >= self.minimum]
        if len(judged) < 2:
            return None
        worst = max(judged, key=lambda one: one.hit.value)
        passed = worst_by_chance(1 - self.hit_share.value, [one.negatives for one in judged])
        return worst, passed.rest()

    # --- The answer ---------------------------------------------------------------------------------------------

    @cached_property
    def decided(self) -> tuple[str, str]:
        return decide(
            fewest=self.scores.rarer_count, minimum=self.minimum, ranks_low=self.ranks.low,
            claimed_too_much=self.claimed_too_much, flagged=bool(self.flagged), calibrated=self.calibrated,
        )

    @property
    def per_day(self) -> float:
        """From 1,000 items to a day."""
        return self.items_per_day / PER

    def result(self) -> dict:
        """The machine-readable answer; caught, missed, hit and passed are of `per` items."""
        return {
            "decision": self.decision, "rule": self.rule,
            "items": self.scores.item_count, "positives": self.scores.positive_count,
            "base_rate": self.rate, "threshold": self.threshold,
            **self.recall.named("recall"), **self.precision.named("precision"),
            **self.hit_share.named("hit_share"), **self.ranks.named("auc"),
            **self.accuracy.named("accuracy"), "always_no": self.always_no,
            "per": self.per, **self.whole,
            "other_base_rate": self.tried_rate, **self.elsewhere.precision.named("other_precision"),
            "calibration": self.fitted.method, "calibration_error": self.calibration_error,
            "claims": [
                {"what": one.what, "said": one.said, "found": one.found.value, "verdict": one.verdict}
                for one in self.claims
            ],
            "claim_rate": self.claim_rate,
            "claim_rate_reason": None if self.claim_rate is not None
            else "no claim of a precision below 1, or one kind is never acted on",
            "slices": [
                {"name": one.name, "rows": one.rows, "positives": one.positives, "recall": one.recall.value,
                 "hit_share": one.hit.value, "precision": one.precision.value, "judged": one.judged,
                 "flagged": one.flagged}
                for one in self.slices
            ],
            "notes": self.scores.notes,
        }

    def numbers(self) -> dict[str, int | float | str]:
        """What a chapter may want to quote; only what this file has."""
        values = {name: value for name, value in self.result().items() if isinstance(value, (int, float, str))}
        values |= {f"rows_{name}": count for name, count in self.rows.items()}
        values |= self.recall.of_100("recall") | self.precision.of_100("precision")
        values |= self.hit_share.of_100("hit_share") | self.accuracy.of_100("accuracy") | self.ranks.of_100("auc")
        there = self.elsewhere
        values |= there.precision.of_100("other_precision") | there.accuracy.of_100("other_accuracy")
        values |= {
            "positive": self.scores.positive, "negative": self.scores.negative,
            "rate_of_100": 100 * self.rate, "other_rate_of_100": 100 * self.tried_rate,
            "always_no_of_100": 100 * self.always_no, "other_always_no_of_100": 100 * there.always_no,
            "caught_day": self.outcome.caught.value * self.per_day,
            "missed_day": self.outcome.missed.value * self.per_day, "hit_day": self.outcome.hit.value * self.per_day,
            "hidden_day": self.outcome.acted * self.per_day,
            "other_hit": there.outcome.hit.value, "other_caught": there.outcome.caught.value,
            "calibration_error_of_100": 100 * self.calibration_error,
            "furthest_from": self.furthest.from_p, "furthest_to": self.furthest.to_p,
            "furthest_rows": int(self.furthest.rows), "furthest_said_of_100": 100 * self.furthest.p,
            "furthest_true_of_100": 100 * self.furthest.rate, "furthest_low_of_100": 100 * self.furthest.low,
            "furthest_high_of_100": 100 * self.furthest.high,
        }
        if self.claim_rate is not None:
            values["claim_rate_of_100"] = 100 * self.claim_rate
        for claim in self.claims:
            values[f"claimed_{claim.what}_of_100"] = 100 * claim.said
        for number, one in enumerate(self.slices, 1):
            values |= {f"slice_{number}": one.name, f"slice_{number}_rows": one.rows,
                       f"slice_{number}_positives": one.positives, f"slice_{number}_negatives": one.negatives}
            for what, found in (("recall", one.recall), ("hit", one.hit), ("precision", one.precision)):
                values |= found.of_100(f"slice_{number}_{what}")
        for what, found in (("recall", self.worst_recall), ("hit", self.worst_hit)):
            if found is not None:
                values[f"worst_{what}"] = found[0].name
                values |= found[1].of_100(f"worst_{what}_by_chance")
        kept = {name: float(value) if isinstance(value, float) else value for name, value in values.items()}
        return {name: value for name, value in kept.items() if value is not None and value == value}


def _half_up(value: float) -> int:
    return math.floor(value + 0.5 + 1e-9)


def _accuracy(errors: Interval) -> Share:
    low, high = (min(max(1 - value / PER, 0.0), 1.0) for value in (errors.high, errors.low))
    return Share(1 - errors.value / PER, low, high)


def analyze(
    scores: Scores, *, threshold: float, base_rate: float = 0.0, other_base_rate: float = 0.0,
    claimed_recall: float = 0.0, claimed_precision: float = 0.0, minimum: int = 30, items_per_day: float = 1_000,
    seed: int = 7,
) -> Study:
    """Check the parameters and put them beside the file; raise InputError for what cannot be meant."""
    checks.number("threshold", threshold)
    low, high = float(scores.least[0]), float(scores.most[-1])
    if not low < threshold <= high:
        acted = "every row is" if threshold <= low else "no row is"
        raise InputError(
            f"Parameter threshold is {threshold:g}, and {acted} acted on: {scores.name} has scores from {low:.6g} to "
            f"{high:.6g}. Give the score from which on the product acts."
        )
    for name, value in (("base_rate", base_rate), ("other_base_rate", other_base_rate)):
        checks.share(name, value)
        checks.number(name, value, 0, 1 - 1e-9, "a share below 1; 0 leaves it open")
    checks.share("claimed_recall", claimed_recall)
    checks.share("claimed_precision", claimed_precision)
    checks.count("minimum", minimum, 2)
    checks.number("items_per_day", items_per_day, math.ulp(0), meaning="a number above 0")
    return Study(
        scores, calibrate(scores, seed=seed), threshold, base_rate, other_base_rate, claimed_recall,
        claimed_precision, minimum, items_per_day,
    )
