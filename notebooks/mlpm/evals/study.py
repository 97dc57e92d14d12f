"""Everything the notebook says about one file of judged answers, worked out once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mlpm import InputError, checks, proportions, tables
from mlpm.evals import correct
from mlpm.evals.correct import Corrected, Reading
from mlpm.evals.decision import decide, judge_verdict
from mlpm.evals.judged import APART, RANDOM, Judged
from mlpm.evals.pairs import Pairs
from mlpm.scores import Share, against_rest, share

SURE = 0.95  # chance to meet a rare type of error at least once


@dataclass(frozen=True)
class ErrorType:
    """A type of failure. rows: failures of it that were read; let_pass: of them, how many the judge passed.

    share: of all coded failures as they were read; weight: what it is ranked by, its rows in a set read apart, else its
    share of the stream; let_share: of its failures in the stream, the share that the judge lets pass.
    """

    name: str
    rows: int
    let_pass: int
    share: Share
    weight: float
    let_share: float


@dataclass(frozen=True)
class Slice:
    """A slice of the stream. rows, passed: by the judge; read, good: by people; passed_share: of rows.

    gap: passed_share minus that of all other slices, at the level that holds for all slices at once; None where there
    is none to compare with.
    """

    name: str
    rows: int
    passed: int
    read: int
    good: int
    passed_share: Share
    gap: Share | None = None

    @property
    def fewer(self) -> bool:
        """Whether the judge passes fewer here than elsewhere, by more than chance lets the worst of so many."""
        return self.gap is not None and self.gap.high < 0


@dataclass(frozen=True)
class Study:
    """A file of judged answers, what is required of them, and perhaps comparisons of two versions."""

    judged: Judged
    required: float = 0.8
    severe: tuple[str, ...] = ()
    severe_at_most: float = 0.05
    margin: float = 0.04
    rare: float = 0.01
    minutes: float = 3.0
    wage: float = 36.0
    seed: int = 7
    pairs: Pairs | None = None

    # --- The judge against people -----------------------------------------------------------------------------------

    @cached_property
    def table(self) -> list[list[int]]:
        """Rows that were read: judge (rows) by person (columns), pass first."""
        return self.judged.table()

    @property
    def read(self) -> int:
        return sum(map(sum, self.table))

    @property
    def good(self) -> tuple[int, int]:
        """Answers that people call good: the judge's passes and fails."""
        return self.table[0][0], self.table[1][0]

    @property
    def bad(self) -> tuple[int, int]:
        return self.table[0][1], self.table[1][1]

    @property
    def same(self) -> int:
        return self.table[0][0] + self.table[1][1]

    @property
    def within(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Of the judge's passes and of its fails that were read: good and bad ones."""
        return tuple(self.table[0]), tuple(self.table[1])

    @property
    def apart(self) -> bool:
        return self.judged.chosen == APART

    @cached_property
    def rates(self) -> tuple[Share, Share]:
        """TPR and TNR. Wilson's intervals; weighted where passes and fails were read in other shares than they come."""
        if self.judged.chosen in (APART, RANDOM):
            return share(*self.good), share(*self.bad[::-1])
        return correct.weighted_rates(self.judged.by_judge, self.within, self.seed)

    @property
    def tpr(self) -> Share:
        return self.rates[0]

    @property
    def tnr(self) -> Share:
        return self.rates[1]

    @cached_property
    def power(self) -> Share:
        """TPR + TNR − 1."""
        if self.judged.chosen in (APART, RANDOM):
            return correct.youden(self.good, self.bad)
        return correct.gap(self.tpr, self.tnr.rest())

    @cached_property
    def kappa(self) -> Share:
        """On the rows as they were read."""
        return correct.kappa(self.table)

    @property
    def kappa_in_stream(self) -> float:
        """What kappa would be among answers as they come, with the same two rates."""
        return correct.kappa_at(self.rate.value, self.tpr.value, self.tnr.value)

    @cached_property
    def kappa_of_people(self) -> Share:
        return correct.kappa(self.judged.both_people)

    @property
    def read_twice(self) -> int:
        return sum(map(sum, self.judged.both_people))

    @property
    def people_agree(self) -> int:
        return self.judged.both_people[0][0] + self.judged.both_people[1][1]

    @property
    def judge_is(self) -> str:
        return judge_verdict(self.power)

    # --- The pass rate ----------------------------------------------------------------------------------------------

    @property
    def stream(self) -> int:
        return sum(self.judged.by_judge)

    @cached_property
    def raw(self) -> Share:
        """What the judge says, with the interval of a judge that never errs."""
        return share(*self.judged.by_judge)

    @cached_property
    def rate(self) -> Corrected:
        """The share of good answers in the stream."""
        if self.apart:
            return correct.from_apart(self.judged.by_judge, self.good, self.bad, self.seed)
        return correct.from_within(self.judged.by_judge, self.within)

    @cached_property
    def by_people(self) -> Share | None:
        """The share of good answers among those read, where they are a random sample; no judge needed."""
        if self.judged.chosen != RANDOM:
            return None
        return share(self.table[0][0] + self.table[1][0], self.table[0][1] + self.table[1][1])

    @property
    def same_number_alone(self) -> Share | None:
        """What as many readings at random would have told without a judge, at this rate; Wilson's interval."""
        if not self.rate.possible:
            return None
        good = round(self.rate.value * self.read)
        return share(good, self.read - good)

    # --- What goes wrong --------------------------------------------------------------------------------------------

    @cached_property
    def types(self) -> list[ErrorType]:
        """Failures that a person coded, the most frequent type first; of the stream, where it was read."""
        failed = self.judged.read[(self.judged.read.human == 0) & (self.judged.read.error != "")]
        total = int(failed.rows.sum())
        found = []
        for name, cells in failed.groupby("error"):
            rows, let = int(cells.rows.sum()), int(cells.rows[cells.judge].sum())
            # An answer stands for as many of the stream as were not read beside it.
            passes, fails = (let, rows - let) if self.apart else (
                number * hits / sum(read) if sum(read) else 0.0
                for number, hits, read in zip(self.judged.by_judge, (let, rows - let), self.within, strict=True)
            )
            found.append(ErrorType(name, rows, let, share(rows, total - rows), passes + fails,
                                   passes / (passes + fails)))
        return sorted(found, key=lambda one: (-one.weight, one.name))

    @property
    def coded(self) -> int:
        return sum(one.rows for one in self.types)

    @property
    def failures(self) -> int:
        return sum(self.bad)

    @property
    def unseen_share(self) -> float:
        """Share of the next failures that will be of a type nobody has met: types met once, of all (Good 1953)."""
        return sum(one.rows == 1 for one in self.types) / self.coded if self.coded else math.nan

    @property
    def blind_spot(self) -> ErrorType | None:
        """The type of which the judge lets pass a larger share than of the others, by more than chance; or None.

        Fisher's exact test of each against the rest: the odds ratio does not depend on how many passes and fails were
        read. The smallest p value counts, times the number of types (Bonferroni).
        """
        from scipy.stats import fisher_exact

        let = sum(one.let_pass for one in self.types)
        found = []
        for one in self.types:
            others = self.coded - one.rows
            table = [[one.let_pass, one.rows - one.let_pass], [let - one.let_pass, others - (let - one.let_pass)]]
            p = fisher_exact(table, alternative="greater").pvalue if others else 1.0
            found.append((float(p), one))
        best = min(found, key=lambda pair: pair[0], default=None)
        return best[1] if best and best[0] * len(found) < 0.05 else None

    def tnr_without(self, name: str) -> Share:
        """TNR among the other types of failure: what is left of the judge once this one is repaired."""
        rest = [one for one in self.types if one.name != name]
        let = sum(one.let_pass for one in rest)
        return share(sum(one.rows for one in rest) - let, let)

    @property
    def untyped(self) -> int:
        """Failures that were read and have no type: each may be of any."""
        return self.failures - self.coded

    def rate_of(self, name: str, *, untyped: bool = False) -> Corrected | None:
        """The share of all answers with this error; None where the readings cannot say.

        A set apart holds as many failures of a type as were put into it. untyped: count failures without a type, too.
        """
        if self.apart:
            return None
        parts = []
        for judge in (True, False):
            cells = self.judged.read[self.judged.read.judge == judge]
            names = [name, ""] if untyped else [name]
            hits = int(cells.rows[(cells.human == 0) & cells.error.isin(names)].sum())
            parts.append((hits, int(cells.rows.sum()) - hits))
        return correct.from_within(self.judged.by_judge, tuple(parts))

    @cached_property
    def severe_rates(self) -> dict[str, Corrected | None]:
        """Shares of all answers with an error that stops a launch; the upper end counts untyped failures, too."""
        rates = {}
        for name in self.severe:
            rate = self.rate_of(name)
            rates[name] = rate and replace(rate, high=self.rate_of(name, untyped=True).high)
        return rates

    @cached_property
    def slices(self) -> list[Slice]:
        """Slices of the stream, those the judge passes least first."""
        found = []
        for name in self.judged.groups:
            cells = self.judged.stream[self.judged.stream.group == name]
            everything = self.judged.read[self.judged.read.group == name]
            rows, passed = int(cells.rows.sum()), int(cells.rows[cells.judge].sum())
            found.append(Slice(name, rows, passed, int(everything.rows.sum()),
                               int(everything.rows[everything.human == 1].sum()), share(passed, rows - passed)))
        known = [one for one in found if one.rows]
        if len(known) > 1:
            gaps = against_rest([(one.passed, one.rows - one.passed) for one in known])
            gap_of = {one.name: gap for one, gap in zip(known, gaps, strict=True)}
            found = [replace(one, gap=gap_of.get(one.name)) for one in found]
        return sorted(found, key=lambda one: (one.passed_share.value if one.rows else 2.0, one.name))

    # --- What next --------------------------------------------------------------------------------------------------

    @cached_property
    def drawn(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Resamples of the share of good answers, TPR and TNR. Where the judge is a coin, half may be good."""
        if self.apart:
            passed, tpr, tnr = correct.drawn_apart(self.judged.by_judge, self.good, self.bad, self.seed)
            power = tpr + tnr - 1
            good = np.where(power > 0, (passed + tnr - 1) / np.where(power > 0, power, 1), 0.5)
        else:
            passed, first, second = correct.drawn_within(self.judged.by_judge, self.within, self.seed)
            good = passed * first + (1 - passed) * second
            tpr, tnr = correct.rates_of(passed, first, second)
        return good.clip(0.01, 0.99), tpr, tnr

    def plan(self, margin: float) -> list[Reading]:
        """How many answers to read for ± `margin`, by each road; empty where the share of good ones is not known.

        Where the judge adds next to nothing to a coin, only the road without it is left.
        """
        if not self.rate.possible:
            return []
        good = min(max(self.rate.value, 0.01), 0.99)
        found = correct.readings(margin, self.stream, good, self.tpr.value, self.tnr.value, self.drawn)
        lost = math.isnan(self.power.value) or self.power.value <= correct.NEAR_NOTHING
        return [one for one in found if one.road == correct.ALONE] if lost else found

    @cached_property
    def readings(self) -> list[Reading]:
        """How many answers to read for ± the margin that is wanted."""
        return self.plan(self.margin)

    def reading(self, road: str) -> Reading | None:
        """The reading by one road; None where it is no way to the margin."""
        return next((one for one in self.readings if one.road == road), None)

    @property
    def shortest(self) -> Reading | None:
        """The road on which the fewest answers are read; None where none leads to the margin."""
        return min((one for one in self.readings if one.count is not None), key=lambda one: one.count, default=None)

    @property
    def half_width(self) -> float:
        return (self.rate.high - self.rate.low) / 2

    @property
    def to_meet(self) -> int:
        """Answers to read so that an error of the rare rate turns up at least once in 95 of 100 tries."""
        return proportions.silent_trials(self.rare, SURE)

    def hours(self, answers: int) -> float:
        return answers * self.minutes / 60

    def cost(self, answers: int) -> float:
        return self.hours(answers) * self.wage

    @cached_property
    def decision(self) -> str:
        return decide(
            rate=self.rate, required=self.required, judge=self.judge_is, through_judge=self.apart,
            severe=list(self.severe_rates.values()), severe_at_most=self.severe_at_most,
        )

    def result(self) -> dict:
        """The machine-readable answer."""
        pairs = self.pairs
        return {
            "decision": self.decision,
            "judge": self.judge_is,
            "answers": self.stream,
            "passed_by_judge": self.judged.by_judge[0],
            "chosen": self.judged.chosen,
            "read": self.read,
            "table": self.table,
            "true_positive_rate": _triple(self.tpr),
            "true_negative_rate": _triple(self.tnr),
            "kappa": _triple(self.kappa),
            "pass_rate": _triple(self.rate.share),
            "pass_rate_reason": None if self.rate.possible else "the judge is not shown to tell good from bad",
            "cut_off": self.rate.outside,
            "required": self.required,
            "error_types": [{"name": one.name, "rows": one.rows, "passed_by_judge": one.let_pass}
                            for one in self.types],
            "severe": [
                {"name": name, "share": _triple(one.share) if one else None, "at_most": self.severe_at_most}
                for name, one in self.severe_rates.items()
            ],
            "slices": [
                {"name": one.name, "answers": one.rows, "passed_by_judge": one.passed, "read": one.read,
                 "against_others": _triple(one.gap) if one.gap else None, "fewer_beyond_chance": one.fewer}
                for one in self.slices
            ],
            "readings": [{"road": one.road, "answers": one.count, "low": one.low, "high": one.high}
                         for one in self.readings],
            "comparisons": None if pairs is None else {
                "count": pairs.count, "wins": pairs.wins, "losses": pairs.losses, "ties": pairs.ties,
                "win_rate_ties_out": _triple(pairs.ties_out), "win_rate_ties_half": _triple(pairs.ties_half),
                "order_changes_verdict": _triple(pairs.order), "better": pairs.better or None,
            },
            "notes": self.judged.notes,
        }

    def numbers(self, prefix: str = "") -> dict[str, int | float | str]:
        """What a chapter may want to quote; only what this file has."""
        values: dict[str, int | float | str | None] = {
            "decision": self.decision, "judge_is": self.judge_is, "answers": self.stream, "read": self.read,
            "passed": self.judged.by_judge[0], "failed": self.judged.by_judge[1], "same": self.same,
            "good": sum(self.good), "good_passed": self.good[0], "bad": sum(self.bad), "bad_failed": self.bad[1],
            "good_failed": self.good[1], "bad_passed": self.bad[0],
            "read_passed": sum(self.table[0]), "read_passed_good": self.table[0][0],
            "read_failed": sum(self.table[1]), "read_failed_good": self.table[1][0],
            "required": self.required, "required_of_100": 100 * self.required, "margin": self.margin,
            "margin_of_100": 100 * self.margin, "severe_at_most_of_100": 100 * self.severe_at_most,
            "rare": self.rare, "to_meet": self.to_meet,
            "minutes": self.minutes, "wage": self.wage, "severe_at_most": self.severe_at_most,
            "outside": self.rate.outside, "half_width": self.half_width, "coded": self.coded, "failures": self.failures,
            "kappa_in_stream": self.kappa_in_stream, "read_twice": self.read_twice, "people_agree": self.people_agree,
        }
        shares = {"tpr": self.tpr, "tnr": self.tnr, "power": self.power, "raw": self.raw, "rate": self.rate.share,
                  "kappa": self.kappa, "kappa_of_people": self.kappa_of_people, "alone": self.same_number_alone}
        for number, one in enumerate(self.types, 1):
            values |= {f"type_{number}": one.name, f"type_{number}_rows": one.rows, f"type_{number}_let": one.let_pass,
                       f"type_{number}_caught": one.rows - one.let_pass}
        if self.types:
            values |= {"fixed_first": self.types[0].name}
            shares["tnr_after"] = self.tnr_without(self.types[0].name)
        for number, (name, one) in enumerate(self.severe_rates.items(), 1):
            values[f"severe_{number}"] = name
            if one is not None:
                shares[f"severe_{number}_share"] = one.share
        for one in self.readings:
            road = {correct.BY_VERDICT: "within", correct.ALONE: "alone", correct.KNOWN: "known"}[one.road]
            values |= {f"to_read_{road}": one.count, f"to_read_{road}_first": one.first,
                       f"to_read_{road}_second": one.second, f"to_read_{road}_low": one.low,
                       f"to_read_{road}_high": one.high}
            if one.count is not None:
                values |= {f"to_read_{road}_hours": self.hours(one.count), f"to_read_{road}_cost": self.cost(one.count)}
        known = self.reading(correct.KNOWN)
        if known and known.second:
            bad = 1 - self.rate.value
            values["to_find_bad"] = math.ceil(known.second / bad - 1e-9) if bad > 0 else None
        if self.pairs is not None:
            pairs = self.pairs
            values |= {"pairs": pairs.count, "wins": pairs.wins, "losses": pairs.losses, "ties": pairs.ties,
                       "flips_first": pairs.first, "flips_second": pairs.second, "flips_half": pairs.half,
                       "inconsistent": pairs.inconsistent, "consistent": pairs.count - pairs.inconsistent,
                       "decided": pairs.wins + pairs.losses, "tied_both": pairs.count - pairs.inconsistent
                       - pairs.wins - pairs.losses}
            shares |= {"ties_out": pairs.ties_out, "ties_half": pairs.ties_half, "wins_only": pairs.wins_only,
                       "asked_once": pairs.asked_once, "order": pairs.order}
        for name, one in shares.items():
            if one is not None:
                values |= one.named(name) | one.of_100(name)
        return {
            prefix + name: value for name, value in values.items()
            if value is not None and (not isinstance(value, float) or math.isfinite(value))
        }


def _triple(found: Share) -> list[float]:
    return [found.value, found.low, found.high]


def analyze(
    judged: Judged, *, required: float = 0.8, severe: str = "", severe_at_most: float = 0.05, margin: float = 0.04,
    rare: float = 0.01, minutes: float = 3.0, wage: float = 36.0, seed: int = 7, pairs: Pairs | None = None,
) -> Study:
    """Check the parameters and put them beside the file; raise InputError for what cannot be meant."""
    for name, value in (("required", required), ("severe_at_most", severe_at_most)):
        checks.share(name, value)
    checks.number("margin", margin, 0.001, 0.5, "a share from 0.001 to 0.5, such as 0.04")
    checks.number("rare", rare, 0.0001, 0.5, "a share from 0.0001 to 0.5, such as 0.01")
    checks.number("minutes", minutes, 0, 1_000, "minutes from 0 to 1,000")
    checks.number("wage", wage, 0, meaning="a number, 0 or more")
    names = tuple(dict.fromkeys(tables.names(severe)))
    known = sorted({error for error in judged.cells.error if error})
    for name in names:
        if not known:
            raise InputError(f"Parameter severe names '{name}', and no answer has a type of error. Set error to the "
                             "column with the types, or severe to nothing.")
        if name not in known:
            raise InputError(f"Parameter severe names '{name}', and the types in {judged.name} are "
                             f"{_listed(known)}. Name one of them, or nothing.")
    return Study(judged, required, names, severe_at_most, margin, rare, minutes, wage, seed, pairs)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:12])


