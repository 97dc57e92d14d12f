"""Everything the notebook says about one file and one set of prices, worked out once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mlpm import checks
from mlpm.decided import Decided
from mlpm.proportions import Interval
from mlpm.scores import Calibration, Scores, Share, auc, calibrate, gap, predict, reliability, share, shift
from mlpm.threshold.decision import decide
from mlpm.threshold.outcomes import PER, Cuts, Outcome
from mlpm.threshold.prices import (
    ABOVE_ZERO,
    Price,
    implied_ratio,
    most_for_a_review,
    read_stakeholders,
    review_band,
)

SAMPLES = 200  # bootstrap samples for the interval of the raw cut
RATIOS = np.geomspace(0.02, 50, 401)  # price ratios tried to find how far prices may move


@dataclass(frozen=True)
class Named:
    """A cut with a name, what it does and what it costs by the proposed prices. extra: above the proposed cut."""

    name: str
    p: float | None
    raw: float | None
    outcome: Outcome
    cost: Interval
    extra: Interval


@dataclass(frozen=True)
class Band:
    """A review band: what is reviewed, what is left wrong outside it, and what all that costs, per 1,000 items."""

    low: float
    high: float
    raw_low: float | None
    raw_high: float | None
    reviewed: float
    missed: float
    hit: float
    cost: float
    saving: Interval


@dataclass(frozen=True)
class GroupLine:
    """One group at the proposed cut. gap: its share of negatives hit minus that of all other groups, with interval."""

    name: str
    rows: int
    outcome: Outcome
    gap: Share


@dataclass(frozen=True)
class Study(Decided):
    """A file of labeled scores, the proposed prices, and who disagrees with them."""

    scores: Scores
    fitted: Calibration  # at the file's own base rate
    price: Price
    stakeholders: Sequence[Price] = ()
    base_rate: float = 0.0  # of the stream; 0: the file's
    other_base_rate: float = 0.0  # to try; 0: half
    items_per_day: float = 1_000
    review_cost: float = 0.0  # 0: nobody reviews
    tolerance: float = 0.1
    unit: str = "points"
    seed: int = 7

    # --- The stream ---------------------------------------------------------------------------------------------

    @cached_property
    def calibration(self) -> Calibration:
        """What a score means in the stream."""
        return self.fitted.at_base_rate(self.base_rate) if self.base_rate else self.fitted

    @property
    def rate(self) -> float:
        return self.calibration.base_rate

    @property
    def moved(self) -> bool:
        """The stream's base rate is not the file's."""
        return abs(self.rate - self.scores.base_rate) > 0.005 * self.scores.base_rate

    @cached_property
    def cuts(self) -> Cuts:
        return Cuts(self.calibration.scores, rate_known=bool(self.base_rate))

    @cached_property
    def ranks(self) -> Share:
        return auc(self.scores)

    # --- The cut ------------------------------------------------------------------------------------------------

    def place(self, price: Price) -> int:
        return self.calibration.first_bin(price.cut)

    @cached_property
    def cut(self) -> Named:
        return self._named("proposed", self.place(self.price), self.price.cut)

    @property
    def raw_cut(self) -> float | None:
        return self.cut.raw

    @cached_property
    def raw_range(self) -> tuple[float, float] | None:
        """Where other samples of this size would put the raw cut: 2.5th to 97.5th percentile of a bootstrap."""
        if not self.has_cut:
            return None
        rng, found = np.random.default_rng(self.seed), []
        target = shift(self.price.cut, self.rate, self.scores.base_rate)
        for __ in range(SAMPLES):
            sample = self.scores.resampled(rng)
            p = predict(sample, sample, self.fitted.method)
            raw = None if p is None else Calibration(
                self.scores, np.maximum.accumulate(p), self.fitted.method, self.fitted.methods
            ).raw_cut(float(target))
            found.append(math.inf if raw is None else raw)
        low, high = np.quantile(found, [0.025, 0.975], method="nearest")
        return float(low), float(min(high, self.scores.most[-1]))

    @property
    def has_cut(self) -> bool:
        return 0 < self.cut.outcome.place < self.scores.bin_count

    @cached_property
    def trivial(self) -> Named:
        """The better of acting on everything and on nothing."""
        everything, nothing = self.everything, self.nothing
        return everything if everything.cost.value < nothing.cost.value else nothing

    @cached_property
    def everything(self) -> Named:
        return self._named("act on everything", 0, None)

    @cached_property
    def nothing(self) -> Named:
        return self._named("act on nothing", self.scores.bin_count, None)

    @cached_property
    def saving(self) -> Interval | None:
        """What the cut saves over that, per 1,000 items."""
        if not self.has_cut:
            return None
        return self.cuts.extra(self.trivial.outcome.place, self.cut.outcome.place, self.price)

    @cached_property
    def flat(self) -> tuple[float, float, int, int]:
        """How far the cut may move at a cost within tolerance: from and to which p, and the places of the two."""
        cost, here = self.expected_cost(self.price), self.cut.outcome.place
        low, high = _stretch(cost <= (1 + self.tolerance) * cost[here] + 1e-12, here)
        p = self.calibration.p
        return float(p[min(low, len(p) - 1)]), float(p[min(high, len(p) - 1)]), low, high

    def expected_cost(self, price: Price) -> np.ndarray:
        """What the errors of each cut are expected to cost by these prices, per 1,000 items."""
        return self.cuts.expected_cost(price, self.calibration.p)

    @cached_property
    def reliability(self) -> pd.DataFrame:
        """What came true by tenth of the score, in the file."""
        return reliability(self.scores)

    # --- Other ways to cut --------------------------------------------------------------------------------------

    @cached_property
    def typed(self) -> Named | None:
        """The cut on p entered as if the score were p; None where it cannot be."""
        if self.scores.rescaled:
            return None
        return self._raw("entered as it stands", self.price.cut)

    @cached_property
    def half(self) -> Named:
        """0.5: on the score, or where that is no probability, on p."""
        if self.scores.rescaled:
            return self._named("0.5 on p", self.calibration.first_bin(0.5), 0.5)
        return self._raw("0.5 on the score", 0.5)

    @cached_property
    def best_f1(self) -> Named:
        place = int(np.argmax(self.cuts.f1[:-1]))
        return self._named("best F1", place, float(self.calibration.p[place]), float(self.scores.least[place]))

    @property
    def f1(self) -> float:
        return float(self.cuts.f1.max())

    @property
    def f1_ratio(self) -> float:
        """The price ratio that the F1 cut implies: of its p, the mean of the bins it divides."""
        return implied_ratio(self._p_between(self.best_f1.outcome.place))

    @cached_property
    def others(self) -> list[Named]:
        """Cuts people use without asking for a price, and no cut at all."""
        found = [self.half, self.best_f1, self.everything, self.nothing]
        return [self.typed, *found] if self.typed else found

    def _p_between(self, place: int) -> float:
        p = self.calibration.p
        return float((p[max(place - 1, 0)] + p[min(place, len(p) - 1)]) / 2)

    def _raw(self, name: str, raw: float) -> Named:
        place = int(np.searchsorted(self.scores.mean, raw - 1e-12))
        p = self.calibration.p_at(raw)
        return self._named(name, place, p, raw)

    def _named(self, name: str, place: int, p: float | None, raw: float | None = None) -> Named:
        if raw is None and p is not None:
            raw = self.calibration.raw_cut(p)
        here = self.place(self.price)
        return Named(name, p, raw, self.cuts.at(place), self.cuts.cost_of(place, self.price),
                     self.cuts.extra(place, here, self.price))

    # --- Who pays by whose prices -------------------------------------------------------------------------------

    @cached_property
    def voices(self) -> list[Named]:
        """Each stakeholder's cut, the lowest first."""
        ordered = sorted(self.stakeholders, key=lambda price: (price.cut, price.name))
        return [self._named(price.name, self.place(price), price.cut) for price in ordered]

    def regret(self, place: int, price: Price) -> float:
        """What a cut is expected to cost above the cut of these prices, by these prices, as a share: never below 0."""
        cost = self.expected_cost(price)
        return float(cost[place] / cost[self.place(price)] - 1)

    @cached_property
    def regrets(self) -> pd.DataFrame:
        """Rows: whose cut is used (the proposal first, then the compromise last); columns: by whose prices."""
        rows = {"the proposal": self.cut.outcome.place}
        rows |= {voice.name: voice.outcome.place for voice in self.voices}
        rows["the compromise"] = self.compromise
        by = {price.name: price for price in sorted(self.stakeholders, key=lambda price: (price.cut, price.name))}
        return pd.DataFrame(
            {name: [self.regret(place, price) for place in rows.values()] for name, price in by.items()},
            index=list(rows),
        )

    @cached_property
    def compromise(self) -> int:
        """The cut whose largest regret over the stakeholders is smallest: where to start if you must."""
        if not self.stakeholders:
            return self.cut.outcome.place
        costs = [self.expected_cost(price) for price in self.stakeholders]
        return int(np.argmin(np.max([cost / cost.min() for cost in costs], axis=0)))

    @cached_property
    def disputes(self) -> list[tuple[Price, float]]:
        """Stakeholders for whom the proposal costs more than tolerance above their own cut, beyond chance."""
        found = []
        for price in sorted(self.stakeholders, key=lambda price: (price.cut, price.name)):
            place, own = self.cut.outcome.place, self.place(price)
            regret = self.regret(place, price)
            if regret > self.tolerance and self.cuts.extra(place, own, price).low > 0:
                found.append((price, regret))
        return found

    @cached_property
    def ratio_regrets(self) -> np.ndarray:
        """What the proposed cut costs above the best one at each ratio of RATIOS."""
        return np.array([self.regret(self.cut.outcome.place, Price("", 1.0, float(ratio))) for ratio in RATIOS])

    @cached_property
    def ratio_range(self) -> tuple[float, float]:
        """The price ratios for which the proposed cut stays within tolerance of the best: the factor to settle."""
        here = int(np.argmin(np.abs(np.log(RATIOS / self.price.ratio))))
        low, high = _stretch(self.ratio_regrets <= self.tolerance, here)
        return float(RATIOS[low]), float(RATIOS[high])

    @property
    def between(self) -> float:
        """Items per 1,000 on which the stakeholders' cuts differ."""
        return self.voices[0].outcome.acted - self.voices[-1].outcome.acted if self.voices else 0.0

    # --- Another base rate --------------------------------------------------------------------------------------

    @property
    def tried_rate(self) -> float:
        return self.other_base_rate or self.rate / 2

    @cached_property
    def elsewhere(self) -> "Study":
        """The same prices and scores in a stream with the base rate to try."""
        return Study(self.scores, self.fitted, self.price, base_rate=self.tried_rate, other_base_rate=self.rate,
                     items_per_day=self.items_per_day, tolerance=self.tolerance, seed=self.seed)

    @cached_property
    def left(self) -> Named:
        """The present raw cut, left where it is, in that stream."""
        return self.elsewhere._named("left", self.cut.outcome.place, None)

    @property
    def left_p(self) -> float:
        """The probability at which the raw cut would act there."""
        return float(shift(self.price.cut, self.rate, self.tried_rate))

    # --- Review -------------------------------------------------------------------------------------------------

    @cached_property
    def band(self) -> Band | None:
        """Where a person looks instead; None without a review, or where no review pays."""
        limits = review_band(self.price, self.review_cost) if self.review_cost else None
        if limits is None:
            return None
        found, cuts = self.calibration, self.cuts
        low, high = (found.first_bin(p) for p in limits)
        reviewed = cuts.caught[low] + cuts.hit[low] - cuts.caught[high] - cuts.hit[high]
        missed, hit = float(cuts.missed[low]), float(cuts.hit[high])
        bins, here = np.arange(self.scores.bin_count), self.cut.outcome.place
        inside, acted = (bins >= low) & (bins < high), bins >= here
        saving = cuts.mean_cost(
            np.where(inside, np.where(acted, 0.0, self.price.false_negative) - self.review_cost, 0.0),
            np.where(inside, np.where(acted, self.price.false_positive, 0.0) - self.review_cost, 0.0),
        )
        cost = self.price.false_negative * missed + self.price.false_positive * hit + self.review_cost * reviewed
        return Band(*limits, found.raw_cut(limits[0]), found.raw_cut(limits[1]), float(reviewed), missed, hit,
                    float(cost), saving)

    @property
    def review_limit(self) -> float:
        return most_for_a_review(self.price)

    # --- Groups -------------------------------------------------------------------------------------------------

    @cached_property
    def group_lines(self) -> list[GroupLine]:
        """The groups at the proposed cut, the one whose negatives are hit most often first."""
        if not self.scores.has_groups:
            return []
        here, cuts, stream = self.cut.outcome.place, self.cuts, self.calibration.scores
        lines = []
        for code, name in enumerate(stream.groups):
            own = stream.only(code)
            found = cuts.at(here, code)
            lines.append(GroupLine(name, own.item_count, found, gap(found.hit_share, self._rest(code, here))))
        return sorted(lines, key=lambda line: (-np.nan_to_num(line.outcome.hit_share.value), line.name))

    def _rest(self, group: int, place: int) -> Share:
        """Share of negatives hit outside a group."""
        stream = self.calibration.scores
        others, acted = stream.group != group, stream.bin >= place
        sums = [float(counts[others & side].sum()) for counts in (stream.negatives, stream.negative_squares)
                for side in (acted, ~acted)]
        return share(*sums)

    # --- The answer ---------------------------------------------------------------------------------------------

    @cached_property
    def decided(self) -> tuple[str, str]:
        return decide(
            fewest=self.scores.rarer_count, ranks_low=self.ranks.low, saving=self.saving,
            misread=self.typed and self.typed.extra, disputed=bool(self.disputes), cost=self.cut.cost.value,
            tolerance=self.tolerance, whole=not self.has_cut,
        )

    @property
    def per_day(self) -> float:
        """From 1,000 items to a day."""
        return self.items_per_day / PER

    def result(self) -> dict:
        """The machine-readable answer; per 1,000 items where a field is a count or a cost."""
        cut = self.cut.outcome
        return {
            "decision": self.decision,
            "rule": self.rule,
            "items": self.scores.item_count,
            "positives": self.scores.positive_count,
            "base_rate": self.rate,
            "auc": self.ranks.value,
            "calibration": self.fitted.method,
            "cut": self.price.cut,
            "raw_cut": self.raw_cut,
            "raw_cut_reason": None if self.has_cut else "at these prices every item is on one side of the cut",
            "raw_cut_low": self.raw_range and self.raw_range[0],
            "raw_cut_high": self.raw_range and self.raw_range[1],
            "caught": cut.caught.value, "caught_low": cut.caught.low, "caught_high": cut.caught.high,
            "missed": cut.missed.value, "missed_low": cut.missed.low, "missed_high": cut.missed.high,
            "wrongly_hit": cut.hit.value, "wrongly_hit_low": cut.hit.low, "wrongly_hit_high": cut.hit.high,
            "wrong_share": cut.wrong.value, "wrong_share_low": cut.wrong.low, "wrong_share_high": cut.wrong.high,
            "cost": self.cut.cost.value, "cost_low": self.cut.cost.low, "cost_high": self.cut.cost.high,
            "ratio_from": self.ratio_range[0], "ratio_to": self.ratio_range[1],
            "stakeholders": [
                {"name": voice.name, "cut": voice.p, "raw_cut": voice.raw,
                 "extra_cost": self.regret(cut.place, price)}
                for voice, price in zip(
                    self.voices, sorted(self.stakeholders, key=lambda price: (price.cut, price.name)), strict=True)
            ],
            "review_band": self.band and [self.band.low, self.band.high],
            "notes": self.scores.notes,
        }

    def numbers(self) -> dict[str, int | float | str]:
        """What a chapter may want to quote; only what this file and these prices have."""
        values = {name: value for name, value in self.result().items() if isinstance(value, (int, float, str))}
        values |= {
            "positive": self.scores.positive, "negative": self.scores.negative,
            "false_positive": self.price.false_positive, "false_negative": self.price.false_negative,
            "ratio": self.price.ratio, "review_cost": self.review_cost, "review_limit": self.review_limit,
            "items_per_day": self.items_per_day, "per_day": self.per_day,
            "auc_of_100": 100 * self.ranks.value, "tolerance_of_100": 100 * self.tolerance,
            "nothing_cost": self.nothing.cost.value, "f1": self.f1, "f1_ratio": self.f1_ratio,
            "there_rate_of_100": 100 * self.tried_rate, "there_raw": self.elsewhere.raw_cut,
            "there_cost": self.elsewhere.cut.cost.value, "there_f1_ratio": self.elsewhere.f1_ratio,
            "there_caught_of_100": 100 * self.elsewhere.cut.outcome.caught_share.value,
            "left_p": self.left_p, "left_cost": self.left.cost.value,
            "left_wrong_of_100": 100 * self.left.outcome.wrong.value,
            "left_extra": self.left.cost.value - self.elsewhere.cut.cost.value,
            "between": self.between, "between_day": self.between * self.per_day,
            "start_p": float(self.calibration.p[min(self.compromise, self.scores.bin_count - 1)]),
            "start_raw": float(self.scores.least[min(self.compromise, self.scores.bin_count - 1)]),
            "flat_low": self.flat[0], "flat_high": self.flat[1],
            "flat_raw_low": float(self.scores.least[min(self.flat[2], self.scores.bin_count - 1)]),
            "flat_raw_high": float(self.scores.most[min(self.flat[3], self.scores.bin_count) - 1]),
            **{f"{name}_day": getattr(self.cut.outcome, name).value * self.per_day
               for name in ("caught", "missed", "hit")},
        }
        wrong = self.cut.outcome.wrong
        values |= {"wrong_of_100": 100 * wrong.value, "wrong_low_of_100": 100 * wrong.low,
                   "wrong_high_of_100": 100 * wrong.high}
        for name, cut in (("half", self.half), ("f1_cut", self.best_f1), ("typed", self.typed)):
            if cut is not None:
                values |= _quoted(name, cut)
        for number, voice in enumerate(self.voices, 1):
            price = next(price for price in self.stakeholders if price.name == voice.name)
            values |= _quoted(f"voice_{number}", voice) | {
                f"voice_{number}": voice.name, f"voice_{number}_ratio": price.ratio,
                f"voice_{number}_extra_of_100": 100 * self.regret(self.cut.outcome.place, price),
                f"voice_{number}_f1_extra_of_100": 100 * self.regret(self.best_f1.outcome.place, price),
                f"voice_{number}_half_extra_of_100": 100 * self.regret(self.half.outcome.place, price),
                f"voice_{number}_start_extra_of_100": 100 * self.regret(self.compromise, price),
            }
        for number, line in enumerate(self.group_lines, 1):
            values |= {
                f"group_{number}": line.name, f"group_{number}_hit_of_100": 100 * line.outcome.hit_share.value,
                f"group_{number}_others_of_100": 100 * (line.outcome.hit_share.value - line.gap.value),
                f"group_{number}_wrong_of_100": 100 * line.outcome.wrong.value,
            }
        if self.band is not None:
            values |= {
                "band_low": self.band.low, "band_high": self.band.high, "band_cost": self.band.cost,
                "band_day": self.band.reviewed * self.per_day, "band_hours": self.band.reviewed * self.per_day / 60,
            }
        table = self.reliability
        worst = table.loc[((table.p - table.rate).abs() * table.rows.pow(0.5)).idxmax()]
        values |= {"worst_from": worst.from_p, "worst_to": worst.to_p, "worst_rows": int(worst.rows),
                   "worst_said_of_100": 100 * worst.p, "worst_true_of_100": 100 * worst.rate}
        kept = {name: float(value) if isinstance(value, float) else value for name, value in values.items()}
        return {name: value for name, value in kept.items() if value is not None and value == value}


def _quoted(name: str, cut: Named) -> dict[str, float | None]:
    """One cut's numbers under a name."""
    o = cut.outcome
    return {
        f"{name}_p": cut.p, f"{name}_raw": cut.raw, f"{name}_caught": o.caught.value, f"{name}_missed": o.missed.value,
        f"{name}_hit": o.hit.value, f"{name}_wrong_of_100": 100 * o.wrong.value, f"{name}_cost": cut.cost.value,
        f"{name}_ratio": implied_ratio(cut.p) if cut.p and 0 < cut.p < 1 else None,
    }


def _stretch(fine: np.ndarray, here: int) -> tuple[int, int]:
    """The first and last place of the unbroken stretch of true values around `here`."""
    wrong = np.flatnonzero(~fine)
    below, above = wrong[wrong < here], wrong[wrong > here]
    return int(below[-1]) + 1 if len(below) else 0, int(above[0]) - 1 if len(above) else len(fine) - 1


def analyze(
    scores: Scores, *, cost_false_positive: float, cost_false_negative: float, stakeholders: str = "",
    base_rate: float = 0.0, other_base_rate: float = 0.0, items_per_day: float = 1_000, review_cost: float = 0.0,
    tolerance: float = 0.1, unit: str = "points", seed: int = 7,
) -> Study:
    """Check the parameters and put them beside the file; raise InputError for what cannot be meant."""
    price = Price("proposal", cost_false_positive, cost_false_negative)
    for name, value in (("base_rate", base_rate), ("other_base_rate", other_base_rate)):
        checks.share(name, value)
        checks.number(name, value, 0, 1 - 1e-9, "a share below 1; 0 leaves it open")
    checks.number("items_per_day", items_per_day, math.ulp(0), meaning=ABOVE_ZERO)
    checks.number("review_cost", review_cost, 0, meaning="a cost, or 0 if nobody reviews")
    checks.share("tolerance", tolerance)
    return Study(
        scores, calibrate(scores, seed=seed), price, read_stakeholders(stakeholders), base_rate, other_base_rate,
        items_per_day, review_cost, tolerance, " ".join(unit.split()) or "points", seed,
    )
