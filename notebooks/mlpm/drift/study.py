"""Everything the notebook says about one file of predictions, worked out once."""

import math
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from mlpm import InputError, checks
from mlpm.decided import Decided
from mlpm.drift import stability
from mlpm.drift.alarm import EDGE, SIDES, Line, chance_of, offset, promises, spread_between, tails, usual
from mlpm.drift.counts import ALL, Counts
from mlpm.drift.decision import decide
from mlpm.proportions import Acceptance
from mlpm.scores import Share, share

YEAR = 365.25
LEAST = 100  # rows in each period below which nothing is said
CONFIDENCE = 0.95
RHYTHMS = (1, 2, 4)  # spans that are put together, to compare how soon a fall is seen


@dataclass(frozen=True)
class Kept:
    """What was promised and what came true of the labeled rows of a slice in a period; of acted: from act_from on."""

    rows: int
    labeled: int
    promised: float  # mean
    came: Share
    acted: int
    acted_labeled: int
    acted_came: Share


@dataclass(frozen=True)
class Watched:
    """One slice in one span: the count, what the reference lets expect, and how rare so far a count is."""

    name: str
    span: int
    labeled: int
    positives: int
    promised: float  # sum of promises
    expected: float
    chance: float  # of a count as far off, if nothing changed
    rang: bool

    @property
    def gap(self) -> float:
        """Positives above what was expected, of a row."""
        return (self.positives - self.expected) / self.labeled


@dataclass(frozen=True)
class Drift:
    """How far the scores of a slice, or the mix of slices, moved; and what chance alone does to samples of this size.

    size: the distance that is compared with what matters: Kolmogorov–Smirnov for scores, moved share for the mix.
    """

    name: str
    before: int
    now: int
    psi: float
    noise: float  # PSI on average if nothing changed, rows independent
    line: float  # PSI that is passed so rarely
    size: float
    size_line: float | None  # KS distance that is passed so rarely; None for a mix
    custom: float  # chance to pass 0.1 if nothing changed
    span_rows: int  # rows of a usual span in question
    span_noise: float  # PSI of one such span on average if nothing changed
    span_custom: float  # chance that one such span passes 0.1 if nothing changed
    matters: float

    @property
    def beyond(self) -> bool:
        """More than chance does."""
        return self.psi > self.line or (self.size_line is not None and self.size > self.size_line)

    @property
    def verdict(self) -> str:
        if not self.beyond:
            return "within chance"
        return "moved" if self.size >= self.matters else "moved, little"


@dataclass(frozen=True)
class Study(Decided):
    counts: Counts
    act_from: float
    required: float = 0.0  # share of positives asked of what is acted on; 0: none
    side: str = "below"
    false_alarms: float = 1.0  # a year, on each of the two lists
    change: float = 0.15  # of the share of positives, that must be noticed
    notice_within: int = 28  # days
    matters: float = 0.05  # share of rows
    notes: list[str] = field(default_factory=list)

    # --- Promises -----------------------------------------------------------------------------------------------

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The counts, with the promise p of each cell: its mean score, or what came true of its bin before."""
        cells = self.counts.cells.copy()
        if self.counts.probabilities:
            mean = np.where(cells.labeled > 0, cells.promised / cells.labeled.clip(lower=1), cells.score / cells.rows)
        else:
            before = cells[cells.span < 0]
            labeled = np.bincount(before.bin, before.labeled, minlength=self.counts.bins)
            came = np.bincount(before.bin, before.positives, minlength=self.counts.bins)
            mean = ((came + 0.5) / (labeled + 1))[cells.bin]
        cells["p"] = np.clip(mean, EDGE, 1 - EDGE)
        return cells

    def _cells(self, code: int | None, spans=None) -> pd.DataFrame:
        cells = self.cells if code is None else self.cells[self.cells.slice == code]
        if spans is None:
            return cells
        return cells[cells.span < 0] if spans == "before" else cells[cells.span >= 0] if spans == "now" else (
            cells[cells.span == spans])

    @cached_property
    def names(self) -> dict[str, int | None]:
        """What is watched: all together, and each slice. Name → code."""
        named = dict(enumerate(self.counts.slices)) if self.counts.sliced else {}
        return {ALL: None} | {name: code for code, name in named.items()}

    @cached_property
    def fits(self) -> dict[str, tuple[float, float]]:
        """Offset of the log-odds in the reference and the variance of the count; only slices with labels there."""
        found = {}
        for name, code in self.names.items():
            cells = self._cells(code, "before")
            p, rows = promises(cells)
            if rows.sum() >= 2:
                found[name] = offset(p, rows, float(cells.positives.sum()))
        return found

    @cached_property
    def between(self) -> tuple[float, float, int]:
        """Variance of the log-odds between spans of the reference, with Q and its degrees of freedom."""
        groups = []
        for name, code in self.names.items():
            if name not in self.fits or (name == ALL and self.counts.sliced):
                continue
            values = [self._expected(name, code, span) for span in self.counts.reference_spans]
            values = [(positives - expected, variance) for __, positives, __, expected, variance in values]
            if values:
                groups.append(tuple(np.array(values, float).T))
        return spread_between(groups)

    def _expected(self, name: str, code: int | None, span: int) -> tuple[int, int, float, float, float]:
        """Labeled, positives, promised, expected and its variance in a span, by the offset of the reference."""
        cells = self._cells(code, span)
        p, rows = promises(cells)
        kept = _shifted(p, self.fits[name][0])
        return (int(rows.sum()), int(cells.positives.sum()), float(rows @ p), float(rows @ kept),
                float(rows @ (kept * (1 - kept))))

    def variance(self, name: str) -> float:
        """Of the log-odds of a new span: between spans, and because the offset is an estimate."""
        return self.between[0] + 1 / self.fits[name][1]

    # --- The alarm ----------------------------------------------------------------------------------------------

    @property
    def spans_a_year(self) -> float:
        return YEAR / self.counts.days

    @property
    def level(self) -> float:
        """The most a line may ring falsely in a span."""
        return min(0.5, self.false_alarms / self.spans_a_year / max(1, len(self.fits)))

    def line(self, name: str, together: int = 1) -> Line | None:
        """The alarm of a usual span, or of several put together with as many false alarms a year; None without labels.

        A variance between spans does not average out: the spans of a month may share it.
        """
        if name not in self.fits or not self.counts.reference_spans:
            return None
        cells = self._cells(self.names[name], "before")
        p, rows = promises(cells)
        whole = cells[cells.span.isin(self.counts.reference_spans)].labeled.sum()
        size = round(whole / len(self.counts.reference_spans) * together)
        if size < 1:
            return None
        p = usual(_shifted(p, self.fits[name][0]), rows, size)
        return Line(name, p, self.variance(name), min(0.5, self.level * together), self.side)

    @cached_property
    def lines(self) -> dict[str, Line]:
        found = {name: self.line(name) for name in self.names}
        return {name: line for name, line in found.items() if line is not None}

    @property
    def false_a_year(self) -> float:
        """False alarms a year to expect of all lines together; less than asked for, as counts are whole."""
        return sum(line.false for line in self.lines.values()) * self.spans_a_year

    @property
    def signed(self) -> float:
        """The change that must be noticed, with its sign."""
        return self.change if self.side == "above" else -self.change

    def days_until(self, line: Line, change: float, together: int = 1) -> int | None:
        """Days from the change until the alarm has rung with a chance of 80 of 100, labels ripe."""
        spans = line.spans(change)
        return None if spans is None else spans * self.counts.days * together + self.counts.ripe_after

    def seen_by_all(self, name: str) -> tuple[float, int | None] | None:
        """If only this slice changes: the chance that the alarm on all together rings in a span, and after how long."""
        if ALL not in self.lines or name == ALL or name not in self.lines:
            return None
        diluted = self.signed * self.lines[name].labeled / self.lines[ALL].labeled
        return self.lines[ALL].chance(diluted), self.days_until(self.lines[ALL], diluted)

    @cached_property
    def watched(self) -> list[Watched]:
        """Every line in every whole span in question."""
        return [one for span in self.counts.current_spans for one in self._watch(span)]

    @cached_property
    def backwards(self) -> list[Watched]:
        """The same lines on the spans of the reference they were drawn from: what rings there is chance."""
        return [one for span in self.counts.reference_spans for one in self._watch(span)]

    def _watch(self, span: int) -> list[Watched]:
        found = []
        for name in self.fits:
            labeled, positives, promised, expected, __ = self._expected(name, self.names[name], span)
            if not labeled:
                continue
            p, rows = promises(self._cells(self.names[name], span))
            kept = np.repeat(_shifted(p, self.fits[name][0]), rows.astype(int))
            chance = chance_of(*tails(kept, self.variance(name), positives), self.side)
            found.append(Watched(name, span, labeled, positives, promised, expected, chance, chance <= self.level))
        return found

    @property
    def alarms(self) -> list[Watched]:
        return [one for one in self.watched if one.rang]

    @cached_property
    def first_alarm(self) -> Watched | None:
        return min(self.alarms, key=lambda one: (one.span, one.chance), default=None)

    @cached_property
    def worst(self) -> str | None:
        """The slice that is furthest from what was expected: of those that rang, else of all."""
        ranked = [one for one in self.watched if one.name != ALL or not self.counts.sliced]
        ranked = [one for one in ranked if one.rang] or ranked
        return min(ranked, key=lambda one: one.chance).name if ranked else None

    # --- What came true -----------------------------------------------------------------------------------------

    def kept(self, name: str, period: str) -> Kept:
        """period: before or now."""
        cells = self._cells(self.names[name], period)
        acted = cells[cells.acted == 1]
        labeled, known = int(cells.labeled.sum()), int(acted.labeled.sum())
        return Kept(
            rows=int(cells.rows.sum()), labeled=labeled,
            promised=float(cells.p @ cells.labeled) / labeled if labeled else math.nan,
            came=share(float(cells.positives.sum()), float(labeled - cells.positives.sum())),
            acted=int(acted.rows.sum()), acted_labeled=known,
            acted_came=share(float(acted.positives.sum()), float(known - acted.positives.sum())),
        )

    @property
    def line_confidence(self) -> float:
        """Of the interval by which a slice is accused: 95% for all of them together (Bonferroni)."""
        return 1 - (1 - CONFIDENCE) / len(self.names)

    def against_line(self, name: str, period: str = "now") -> str:
        """holds, misses or open: what is acted on, against the required share; none without a line or labels.

        To hold is to clear the line by itself, at 95%. To miss is an accusation, and one of several is made by chance.
        """
        kept = self.kept(name, period)
        if not self.required or not kept.acted_labeled:
            return "none"
        hits = round(kept.acted_came.value * kept.acted_labeled)
        if Acceptance(self.required, kept.acted_labeled, CONFIDENCE).passes(hits):
            return "holds"
        return "misses" if Acceptance(self.required, kept.acted_labeled, self.line_confidence).fails(hits) else "open"

    @cached_property
    def missing(self) -> list[str]:
        return [name for name in self.names if self.against_line(name) == "misses"]

    # --- Scores and mix -----------------------------------------------------------------------------------------

    @property
    def drift_level(self) -> float:
        """The chance allowed to each comparison of scores, if one looks once a span."""
        comparisons = len(self.names) + (1 if self.counts.sliced else 0)
        return min(0.5, self.false_alarms / self.spans_a_year / comparisons)

    @cached_property
    def spread(self) -> float:
        """How many times more the scores of reference spans differ than chance among independent rows lets them."""
        ratios = []
        whole = self.counts.rows(0)
        for span in self.counts.reference_spans:
            here = self.counts.cells[self.counts.cells.span == span]
            one = np.bincount(here.bin, here.rows, minlength=self.counts.bins)
            rest = whole - one
            if one.sum() and rest.sum():
                found = stability.psi(stability.shares(rest), stability.shares(one))
                ratios.append(found / stability.psi_noise(one.sum(), rest.sum(), self.counts.bins))
        return max(1.0, float(np.mean(ratios))) if len(ratios) > 1 and self.counts.bins > 1 else 1.0

    def _drift(self, name: str, before: np.ndarray, now: np.ndarray, size: float, ordered: bool) -> Drift | None:
        n, m, bins = int(before.sum()), int(now.sum()), len(before)
        if not n or not m or bins < 2:
            return None
        days = (self.counts.last - self.counts.start).days + 1
        one = max(1, round(m / max(1.0, days / self.counts.days)))
        return Drift(
            name, n, m, stability.psi(stability.shares(before), stability.shares(now)),
            stability.psi_noise(n, m, bins), stability.psi_line(n, m, bins, self.drift_level, self.spread), size,
            stability.ks_line(n, m, self.drift_level, self.spread) if ordered else None,
            stability.psi_chance(stability.CUSTOMS[0], n, m, bins), one, stability.psi_noise(n, one, bins),
            stability.psi_chance(stability.CUSTOMS[0], n, one, bins), self.matters,
        )

    @cached_property
    def drifts(self) -> list[Drift]:
        """The scores of all together and of each slice."""
        found = []
        for name, code in self.names.items():
            before, now = self.counts.places(0, code), self.counts.places(1, code)
            if before.sum() and now.sum():
                found.append(self._drift(name, self.counts.rows(0, code), self.counts.rows(1, code),
                                         stability.ks(before, now), ordered=True))
        return [one for one in found if one is not None]

    @cached_property
    def mix(self) -> Drift | None:
        """The shares of the slices; None without slices."""
        if not self.counts.sliced:
            return None
        before, now = self.counts.mix(0), self.counts.mix(1)
        moved = stability.moved(before / before.sum(), now / now.sum())
        return self._drift("mix of slices", before, now, moved, ordered=False)

    @property
    def moved(self) -> list[Drift]:
        return [one for one in [*self.drifts, self.mix] if one is not None and one.verdict == "moved"]

    # --- The answer ---------------------------------------------------------------------------------------------

    @cached_property
    def blind(self) -> list[str]:
        """Slices in which a change that matters would not be seen in time, or that have no labels at all."""
        found = []
        for name in self.names:
            days = self.days_until(self.lines[name], self.signed) if name in self.lines else None
            if days is None or days > self.notice_within or not any(one.name == name for one in self.watched):
                found.append(name)
        return found

    @cached_property
    def decided(self) -> tuple[str, str]:
        spans = min(len(self.counts.reference_spans), len(self.counts.current_spans))
        return decide(
            spans=spans, rows=min(self.counts.rows(0).sum(), self.counts.rows(1).sum()), least=LEAST,
            alarms=len(self.alarms), missed=len(self.missing), drifted=len(self.moved), blind=len(self.blind),
        )

    def all_notes(self) -> list[str]:
        return [*self.counts.notes, *self.notes]

    def result(self) -> dict:
        """The machine-readable answer."""
        return self._result

    @cached_property
    def _result(self) -> dict:
        slices = []
        for name in self.names:
            before, now = self.kept(name, "before"), self.kept(name, "now")
            line, drift = self.lines.get(name), next((one for one in self.drifts if one.name == name), None)
            slices.append({
                "name": name, "rows_before": before.rows, "rows": now.rows, "labeled": now.labeled,
                "promised": now.promised, "came": now.came.value, "came_low": now.came.low, "came_high": now.came.high,
                "came_before": before.came.value, "against_line": self.against_line(name),
                "labeled_a_span": line.labeled if line else 0, "alarm_below": line.low if line else None,
                "alarm_above": line.high if line else None, "false_alarm": line.false if line else None,
                "chance_to_see": line.chance(self.signed) if line else None,
                "days_to_see": self.days_until(line, self.signed) if line else None,
                "alarms": sum(one.rang for one in self.watched if one.name == name),
                "psi": drift.psi if drift else None, "psi_by_chance": drift.noise if drift else None,
                "ks": drift.size if drift else None, "scores": drift.verdict if drift else None,
            })
        first = self.first_alarm
        return {
            "decision": self.decision, "rule": self.rule,
            "rows_before": int(self.counts.rows(0).sum()), "rows": int(self.counts.rows(1).sum()),
            "spans_before": len(self.counts.reference_spans), "spans": len(self.counts.current_spans),
            "days": self.counts.days, "slices": slices, "alarms": len(self.alarms),
            "first_alarm": None if first is None else {
                "slice": first.name, "from": self.counts.span_start(first.span).isoformat(),
                "labeled": first.labeled, "positives": first.positives, "expected": first.expected,
                "chance": first.chance,
            },
            "missing_the_line": self.missing, "blind": self.blind, "level": self.level,
            "false_alarms_a_year": self.false_a_year, "variance_between": self.between[0],
            "mix_psi": self.mix.psi if self.mix else None, "mix_moved": self.mix.size if self.mix else None,
            "mix": self.mix.verdict if self.mix else None, "notes": self.all_notes(),
        }

    def numbers(self) -> dict[str, int | float | str]:
        """What a chapter may want to quote; only what this file has."""
        answer = self.result()
        values = {name: value for name, value in answer.items() if isinstance(value, (int, float, str))}
        values |= {
            "slices_watched": len(self.lines), "lines_a_year": len(self.lines) * self.spans_a_year,
            "reference_rings": sum(one.rang for one in self.backwards), "reference_lines": len(self.backwards),
            "reference_rings_expected": sum(line.false for line in self.lines.values())
            * len(self.counts.reference_spans),
            "spread": self.spread, "between_q": self.between[1], "between_freedom": self.between[2],
            "change_of_100": 100 * self.change, "notice_within": self.notice_within,
            "required_of_100": 100 * self.required, "allowed": self.false_alarms,
            "last_day": self.counts.last.isoformat(), "start_day": self.counts.start.isoformat(),
        }
        for key, name in {"all": ALL, "worst": self.worst}.items():
            if name is None:
                continue
            before, now = self.kept(name, "before"), self.kept(name, "now")
            values |= {
                f"{key}_name": name, f"{key}_rows": now.rows,
                f"{key}_share_of_100": 100 * now.rows / max(1, self.counts.rows(1).sum()),
                f"{key}_share_before_of_100": 100 * before.rows / max(1, self.counts.rows(0).sum()),
            }
            for when, kept in (("", now), ("_before", before)):
                values |= {f"{key}_labeled{when}": kept.labeled, f"{key}_acted{when}": kept.acted_labeled,
                           f"{key}_promised{when}_of_100": 100 * kept.promised}
                values |= kept.came.of_100(f"{key}_came{when}") | kept.acted_came.of_100(f"{key}_acted_came{when}")
                hits = kept.acted_came.value * kept.acted_labeled
                values[f"{key}_acted_right{when}"] = round(hits) if hits == hits else 0
            line = self.lines.get(name)
            if line:
                values |= {f"{key}_line": line.low if line.low is not None else -1, f"{key}_line_of": line.labeled,
                           f"{key}_expected": line.expected, f"{key}_false": line.false,
                           f"{key}_false_one_in": 1 / line.false if line.false else math.nan,
                           f"{key}_see_of_100": 100 * line.chance(self.signed),
                           f"{key}_days": self.days_until(line, self.signed) or -1}
            diluted = self.seen_by_all(name)
            if diluted:
                values |= {f"{key}_seen_by_all_of_100": 100 * diluted[0], f"{key}_days_by_all": diluted[1] or -1}
            drift = next((one for one in self.drifts if one.name == name), None)
            if drift:
                values |= {f"{key}_psi": drift.psi, f"{key}_psi_noise": drift.noise, f"{key}_psi_line": drift.line,
                           f"{key}_ks_of_100": 100 * drift.size, f"{key}_ks_line_of_100": 100 * drift.size_line,
                           f"{key}_custom_of_100": 100 * drift.custom, f"{key}_week_rows": drift.span_rows,
                           f"{key}_week_noise": drift.span_noise, f"{key}_week_custom_of_100": 100 * drift.span_custom}
            for together in RHYTHMS:
                one = self.line(name, together)
                if one is not None:
                    values |= {f"{key}_days_{together}": self.days_until(one, self.signed, together) or -1,
                               f"{key}_of_{together}": one.labeled, f"{key}_line_{together}": one.low or -1}
            rang = [one for one in self.watched if one.name == name and one.rang]
            values[f"{key}_rang"] = len(rang)
        first = self.first_alarm
        if first is not None:
            end = self.counts.span_start(first.span + 1)
            values |= {
                "first_labeled": first.labeled, "first_positives": first.positives, "first_expected": first.expected,
                "first_chance": first.chance, "first_one_in": 1 / first.chance if first.chance else math.inf,
                "first_from": self.counts.span_start(first.span).isoformat(),
                "first_day": (end + pd.Timedelta(days=self.counts.ripe_after)).strftime("%Y-%m-%d"),
            }
        if self.mix:
            values |= {"mix_noise": self.mix.noise, "mix_moved_of_100": 100 * self.mix.size}
        kept = {name: float(value) if isinstance(value, float) else value for name, value in values.items()}
        return {name: value for name, value in kept.items()
                if value is not None and value == value and value != math.inf}


def _shifted(p: np.ndarray, by: float) -> np.ndarray:
    odds = p / (1 - p) * math.exp(by)
    return odds / (1 + odds)


def analyze(
    counts: Counts, *, act_from: float, required: float = 0.0, side: str = "below", false_alarms: float = 1.0,
    change: float = 0.15, notice_within: int = 28, matters: float = 0.05,
) -> Study:
    """Check the parameters and put them beside the counts; raise InputError for what cannot be meant."""
    if side not in SIDES:
        raise InputError(f"Parameter side is {side!r}. Give one of {', '.join(SIDES)}.")
    checks.share("required", required)
    checks.number("required", required, 0, 0.999, "a share below 1, or 0 for no line")
    checks.number("false_alarms", false_alarms, 0.01, 100, "how many a year, from 0.01 to 100")
    checks.share("drop", change)
    checks.number("drop", change, 0.005, 0.95, "a share from 0.005 to 0.95")
    checks.count("notice_within", notice_within, 1)
    checks.share("shift_that_matters", matters)
    found = Study(counts, act_from, required, side, false_alarms, change, notice_within, matters)
    notes = []
    if len(counts.reference_spans) < 4 and counts.has_labels:
        notes.append(f"The reference holds {len(counts.reference_spans)} whole spans of {counts.days} days: how much "
                     "they differ without any change is hardly known. Take two months or more.")
    now = found.kept(ALL, "now")
    before = found.kept(ALL, "before")
    if before.labeled and now.rows and now.labeled / now.rows < 0.7 * before.labeled / before.rows:
        notes.append(f"Labels are known for {now.labeled:,} of {now.rows:,} rows in question, before for "
                     f"{before.labeled:,} of {before.rows:,}: if what is missing differs, so does the answer.")
    return replace(found, notes=notes)
