"""Everything the notebook says about one file, one cut and one goal, worked out once."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from mlpm import InputError, checks, scores, tables
from mlpm.fairness.decision import decide
from mlpm.fairness.goals import GOALS, NOW, Policy, policy, present_gaps
from mlpm.fairness.groups import MEASURES, Counts, Gap, Group, compare, rows_needed, same_score_odds, times_as_often
from mlpm.fairness.identity import caught_needed, hit_needed, right_share
from mlpm.fairness.versions import Version, version
from mlpm.scores import Scores, Share, share

BANDS = 5  # of the score, for the chart of what it means
Z = 1.959964


@dataclass(frozen=True)
class Forced:
    """What a group's third share must be where two are made equal to the reference's; ranges by its base rate's."""

    group: str
    right: Share  # caught and hit are equal
    hit: Share  # caught and right are equal
    caught: Share  # hit and right are equal; above 1 is impossible


@dataclass(frozen=True)
class Change:
    """What a policy costs more than the cut of now, in the unit; with a 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Study:
    """A file of labeled scores by group, the cut in use, and what somebody wants to be equal."""

    scores: Scores
    threshold: float
    goal: str = ""
    reference: str = ""
    false_positive: float = 1.0
    false_negative: float = 1.0
    matters: float = 0.05
    smallest: int = 100
    action: str = "acted on"
    unit: str = "points"
    others: Mapping[str, Scores] = field(default_factory=dict)
    before: Mapping[str, int] = field(default_factory=dict)

    # --- Groups -------------------------------------------------------------------------------------------------

    @cached_property
    def every(self) -> list[Group]:
        """All groups, the largest first."""
        found = [Group(name, self.scores.only(code)) for code, name in enumerate(self.scores.groups)]
        return sorted(found, key=lambda group: (-group.rows, group.name))

    @cached_property
    def groups(self) -> list[Group]:
        """Those large enough to say something about, the reference first."""
        found = [group for group in self.every if not group.too_small(self.smallest)]
        return sorted(found, key=lambda group: group.name != self.reference)  # stable: the largest without a reference

    @cached_property
    def small(self) -> list[Group]:
        return [group for group in self.every if group.too_small(self.smallest)]

    @property
    def base(self) -> Group:
        """The reference group."""
        return self.groups[0]

    @cached_property
    def place(self) -> int:
        """The first bin that is acted on; no bin straddles the threshold."""
        return int(np.searchsorted(self.scores.least, self.threshold))

    @cached_property
    def counts(self) -> dict[str, Counts]:
        return {group.name: group.at(self.place) for group in self.groups}

    @cached_property
    def unlabeled(self) -> list[str]:
        """Groups of which every labeled row was acted on: nobody looked at the rest."""
        return [name for name, counts in self.counts.items() if counts.acted == counts.rows]

    @property
    def comparable(self) -> bool:
        return len(self.groups) > 1 and not self.unlabeled

    # --- Gaps ---------------------------------------------------------------------------------------------------

    @cached_property
    def gaps(self) -> list[Gap]:
        """Every share of every group against the reference, at the cut of now."""
        own = self.counts[self.base.name]
        return [
            compare(measure, group.name, self.counts[group.name], own, self.matters)
            for group in self.groups[1:] for measure in MEASURES
        ]

    @cached_property
    def meanings(self) -> list[Gap]:
        return [same_score_odds(group, self.base) for group in self.groups[1:]]

    @property
    def all_gaps(self) -> list[Gap]:
        return [*self.gaps, *self.meanings]

    @cached_property
    def goal_gaps(self) -> tuple[Gap, ...]:
        return present_gaps(self.goal, self.groups, self.place, self.matters) if self.goal else ()

    def needed(self, group: Group, measure: str) -> int | None:
        """Rows of the class that the group must have to show a gap that matters to the reference."""
        own = self.counts[self.base.name]
        rate = own.share(measure).value
        if math.isnan(rate):
            return None
        return rows_needed(self.matters, rate, sum(own.sides(measure)))

    @cached_property
    def bands(self) -> pd.DataFrame:
        """What came true by band of the score and group, the sparse ones left out."""
        parts = []
        for group in self.groups:
            frame = scores.reliability(group.scores, groups=BANDS)
            parts.append(frame.assign(group=group.name))
        found = pd.concat(parts, ignore_index=True)
        return found[found.rows >= scores.FEW / 3]

    def meaning(self, group: Group) -> float:
        """Share of positives among a group's rows right at the cut."""
        return float(group.p[min(self.place, self.scores.bin_count - 1)])

    @cached_property
    def path(self) -> list[tuple[str, int, Share, Share]]:
        """For groups whose number before the filter is known: it, the share in the file, the share wrongly hit."""
        known = [(name, self.before[name], one) for name, one in self.counts.items() if name in self.before]
        return [
            (name, whole, share(one.rows, whole - one.rows), share(one.hit, whole - one.hit))
            for name, whole, one in known
        ]

    # --- What cannot hold together ------------------------------------------------------------------------------

    @cached_property
    def forced(self) -> list[Forced]:
        own = self.counts[self.base.name]
        caught, hit, right = (own.share(measure).value for measure in ("caught", "hit", "right"))
        if not (0 < right < 1 and hit > 0):
            return []
        found = []
        for group in self.groups[1:]:
            base = self.counts[group.name].share("base")
            ends = base.value, base.low, base.high
            found.append(Forced(
                group.name,
                Share(*(float(right_share(one, caught, hit)) for one in ends)),
                Share(*(float(hit_needed(one, caught, right)) for one in ends)),
                # A rarer positive asks for more of them.
                Share(*(float(caught_needed(one, hit, right)) for one in (ends[0], ends[2], ends[1]))),
            ))
        return found

    # --- Goals --------------------------------------------------------------------------------------------------

    @cached_property
    def now(self) -> Policy:
        return policy(NOW, self.groups, self.place, self.matters)

    @cached_property
    def policies(self) -> dict[str, Policy]:
        """The cut of now, then the cuts of each goal."""
        return {NOW: self.now} | {
            goal: policy(goal, self.groups, self.place, self.matters) for goal in GOALS
        }

    @cached_property
    def cheapest(self) -> str:
        """The goal with the lowest total cost; of equally cheap ones the first."""
        return min(GOALS, key=lambda goal: self.policies[goal].cost(self.false_positive, self.false_negative))

    def cost(self, found: Policy) -> float:
        return found.cost(self.false_positive, self.false_negative)

    def change(self, found: Policy) -> Change:
        """The cost of other cuts above the cut of now: only rows between two cuts of a group count."""
        value = squares = 0.0
        rows = sum(group.rows for group in self.groups)
        for old, new in zip(self.now.counts, found.counts, strict=True):
            hits, misses = new.hit - old.hit, new.missed - old.missed
            value += hits * self.false_positive + misses * self.false_negative
            squares += abs(hits) * self.false_positive**2 + abs(misses) * self.false_negative**2
        half = Z * math.sqrt(max(squares - value**2 / rows, 0.0))
        return Change(value, value - half, value + half)

    @property
    def goal_policy(self) -> Policy | None:
        return self.policies[self.goal] if self.goal and self.comparable else None

    @property
    def reached(self) -> bool:
        """Whether cuts by group would close the gaps of the goal."""
        return self.goal_policy is not None and self.goal_policy.reached

    def raw(self, place: int) -> float | None:
        """The score from which a policy acts; None where it acts on nobody."""
        return float(self.scores.least[place]) if place < self.scores.bin_count else None

    # --- Labels and versions ------------------------------------------------------------------------------------

    def wrong_labels(self, gap: Gap) -> tuple[int, int, str] | None:
        """How many labels of a group would have to be wrong for a gap to be none: how many, of how many, and which.

        which: `hit` (negatives acted on that were positive), `missed` or `caught` (positives that were negative).
        """
        here, own = self.counts[gap.group], self.counts[self.base.name]
        rate = own.share(gap.measure).value
        if math.isnan(gap.share.value):
            return None
        if gap.measure == "right":
            wrong = here.acted * (rate - here.share("right").value)
            return (math.ceil(wrong), here.hit, "hit") if wrong > 0 else (math.ceil(-wrong), here.caught, "caught")
        if gap.measure == "hit" and gap.share.value > 0 and rate < 1:
            return math.ceil((here.hit - here.negatives * rate) / (1 - rate)), here.hit, "hit"
        if gap.measure == "caught" and gap.share.value < 0 and rate > 0:
            return math.ceil(here.positives - here.caught / rate), here.missed, "missed"
        return None

    @cached_property
    def versions(self) -> list[Version]:
        """The score in use and its other versions, all acting on as many."""
        named = {"the score in use": self.scores} | dict(self.others)
        return [version(name, found, self.groups, self.now.acted, self.matters) for name, found in named.items()]

    # --- The answer ---------------------------------------------------------------------------------------------

    @cached_property
    def decision(self) -> str:
        ready = self.comparable and bool(self.goal)
        return decide(
            groups=len(self.groups), unlabeled=self.unlabeled, goal=self.goal,
            gaps=self.goal_gaps if ready else (), reached=ready and self.reached,
        )

    def result(self) -> dict:
        """The machine-readable answer."""
        return {
            "decision": self.decision,
            "goal": self.goal or None,
            "threshold": self.threshold,
            "items": self.scores.item_count,
            "reference": self.base.name if self.groups else None,
            "groups": [
                {"name": name, "rows": one.rows, "positives": one.positives, "acted": one.acted,
                 **{measure: one.share(measure).value for measure in ("base", *MEASURES)}}
                for name, one in self.counts.items()
            ],
            "gaps": [
                {"measure": one.measure, "group": one.group, "gap": one.share.value, "low": one.share.low,
                 "high": one.share.high, "verdict": one.verdict}
                for one in (self.all_gaps if self.comparable else [])
            ],
            "policies": [
                {"goal": goal, "cuts": [self.raw(place) for place in found.places],
                 "false_alarms": [one.hit for one in found.counts], "missed": [one.missed for one in found.counts],
                 "cost": self.cost(found), "reached": found.reached}
                for goal, found in (self.policies if self.comparable else {}).items()
            ],
            "too_small": [{"name": group.name, "rows": group.rows} for group in self.small],
            "too_small_reason": "fewer rows than the smallest group to report, or fewer than 30 of a class"
            if self.small else None,
            "notes": self.scores.notes,
        }

    def numbers(self) -> dict[str, int | float | str]:
        """What a chapter may want to quote, group 1 being the reference; only what this file has."""
        values: dict[str, int | float | str | None] = {
            "decision": self.decision, "threshold": self.threshold, "items": self.scores.item_count,
            "matters_of_100": 100 * self.matters, "false_positive": self.false_positive,
            "false_negative": self.false_negative, "smallest": self.smallest,
        }
        for number, (name, one) in enumerate(self.counts.items(), 1):
            values |= {f"group_{number}": name, f"group_{number}_rows": one.rows, f"group_{number}_acted": one.acted,
                       f"group_{number}_positives": one.positives, f"group_{number}_negatives": one.negatives,
                       f"group_{number}_caught": one.caught, f"group_{number}_hit": one.hit,
                       f"group_{number}_missed": one.missed}
            for measure in ("base", *MEASURES):
                values |= one.share(measure).of_100(f"group_{number}_{measure}")
        for number, group in enumerate(self.small, 1):
            values |= {f"small_{number}": group.name, f"small_{number}_rows": group.rows}
            if len(self.groups) > 1:
                values |= {f"small_{number}_needs_{measure}": self.needed(group, measure)
                           for measure in ("caught", "hit")}
        for number, (__, whole, filed, hit) in enumerate(self.path, 1):
            values |= {f"path_{number}_before": whole, f"path_{number}_filed_of_100": 100 * filed.value,
                       f"path_{number}_hit_of_1000": 1000 * hit.value}
        if len(self.path) > 1:
            (one, whole, __, hit), (other, other_whole, __, other_hit) = self.path[1], self.path[0]
            if hit.value > 0 and other_hit.value > 0:
                found = times_as_often(self.counts[one].hit, whole, self.counts[other].hit, other_whole)
                values |= {"path_times": found.value, "path_times_low": found.low, "path_times_high": found.high}
        if self.comparable:
            values |= self._compared()
        kept = {name: value for name, value in values.items() if value is not None and value == value}
        return {name: value for name, value in kept.items() if not isinstance(value, float) or math.isfinite(value)}

    def _compared(self) -> dict[str, int | float | str | None]:
        values: dict[str, int | float | str | None] = {}
        number = {group.name: place for place, group in enumerate(self.groups, 1)}
        for one in self.gaps:
            values |= one.share.of_100(f"gap_{number[one.group]}_{one.measure}")
            values[f"gap_{number[one.group]}_{one.measure}_verdict"] = one.verdict
            wrong = self.wrong_labels(one)
            if one.verdict == "shown" and wrong:
                values |= {f"labels_{number[one.group]}_{one.measure}": wrong[0],
                           f"labels_{number[one.group]}_{one.measure}_of": wrong[1]}
            if one.verdict == "open":
                values[f"needs_{number[one.group]}_{one.measure}"] = self.needed(
                    self.groups[number[one.group] - 1], one.measure)
        for one in self.meanings:
            place = number[one.group]
            values |= {f"odds_{place}": one.share.value, f"odds_{place}_low": one.share.low,
                       f"odds_{place}_high": one.share.high}
        values |= {f"meaning_{place}_of_100": 100 * self.meaning(group) for place, group in enumerate(self.groups, 1)}
        for one in self.forced:
            for measure in ("right", "hit", "caught"):
                values |= getattr(one, measure).of_100(f"forced_{number[one.group]}_{measure}")
        for goal, found in self.policies.items():
            slug = goal.replace(" ", "_")
            change = self.change(found)
            values |= {f"{slug}_cost": self.cost(found), f"{slug}_change": change.value,
                       f"{slug}_change_low": change.low, f"{slug}_change_high": change.high,
                       f"{slug}_saved": -change.value, f"{slug}_saved_low": -change.high,
                       f"{slug}_saved_high": -change.low,
                       f"{slug}_acted": found.acted,
                       f"{slug}_hit_all": sum(one.hit for one in found.counts),
                       f"{slug}_missed_all": sum(one.missed for one in found.counts)}
            for place, (cut, one) in enumerate(zip(found.places, found.counts, strict=True), 1):
                values |= {f"{slug}_{place}_cut": self.raw(cut), f"{slug}_{place}_hit": one.hit,
                           f"{slug}_{place}_missed": one.missed, f"{slug}_{place}_acted": one.acted,
                           f"{slug}_{place}_cost": one.cost(self.false_positive, self.false_negative)}
                values |= {f"{slug}_{place}_{measure}_of_100": 100 * one.share(measure).value for measure in MEASURES}
        for place, one in enumerate(self.versions):
            values |= {f"version_{place}_cut": one.cut, f"version_{place}_gap_of_100": 100 * one.gaps[0].share.value,
                       f"version_{place}_gap_low_of_100": 100 * one.gaps[0].share.low,
                       f"version_{place}_gap_high_of_100": 100 * one.gaps[0].share.high}
            values |= {f"version_{place}_hit_{which}_of_100": 100 * counts.share("hit").value
                       for which, counts in enumerate(one.counts, 1)}
        if len(self.versions) > 2:
            values["kept_of_100"] = 100 * self.versions[2].gaps[0].share.value / self.versions[1].gaps[0].share.value
        return values


def read(
    data, *, score: str, label: str, group: str, threshold: float, positive: str = "", engine: str = ""
) -> Scores:
    """Read labeled scores by group, counted so that no bin straddles the threshold; a group column there must be."""
    checks.number("threshold", threshold)
    if not group:
        raise InputError("Parameter group is empty. Name the column that says which group a row belongs to.")
    found = scores.read(
        data, score=score, label=label, positive=positive, group=group, engine=engine, edge=threshold
    )
    if found.groups == [""]:
        raise tables.error(found.name, None, f"there is no column '{group}'",
                           "Set group to the column that says which group a row belongs to")
    if not found.has_groups:
        raise tables.error(found.name, group, f"every row is '{found.groups[0]}'", "Groups are compared: name a column "
                           "with at least two")
    if not found.least[0] < threshold <= found.most[-1]:
        raise InputError(f"Parameter threshold is {threshold:g}, and the scores in {found.name} run from "
                         f"{found.least[0]:g} to {found.most[-1]:g}. Give a score that divides them.")
    return found


def analyze(
    found: Scores, *, threshold: float, goal: str = "", reference: str = "", cost_false_positive: float = 1.0,
    cost_false_negative: float = 1.0, gap_that_matters: float = 0.05, smallest_group: int = 100,
    action: str = "acted on", unit: str = "points", others: Mapping[str, Scores] | None = None, before: str = "",
) -> Study:
    """Check the parameters and put them beside the file; raise InputError for what cannot be meant."""
    goal = " ".join(goal.split()).lower()
    if goal and goal not in GOALS:
        raise InputError(f"Parameter goal is '{goal}'. Give one of {', '.join(GOALS)}, or nothing while nobody has "
                         "chosen.")
    if reference and reference not in found.groups:
        raise InputError(f"Parameter reference is '{reference}', and the groups are {_listed(found.groups)}. Name one "
                         "of them, or none for the largest.")
    for name, value in (("cost_false_positive", cost_false_positive), ("cost_false_negative", cost_false_negative)):
        checks.number(name, value, math.ulp(0), meaning="a number above 0")
    checks.number("gap_that_matters", gap_that_matters, 0.001, 0.5, "a share from 0.001 to 0.5, such as 0.05")
    checks.count("smallest_group", smallest_group, 1)
    return Study(
        found, threshold, goal, reference, cost_false_positive, cost_false_negative, gap_that_matters, smallest_group,
        " ".join(action.split()) or "acted on", " ".join(unit.split()) or "points", others or {},
        _before(before, found),
    )


def _before(text: str, found: Scores) -> dict[str, int]:
    """How many came to the filter in front of the file, from `"domestic=30000, foreign=8000"`."""
    numbers = {}
    for part in tables.names(text):
        name, sign, number = (piece.strip() for piece in part.rpartition("="))
        if not sign or name not in found.groups or not number.isdigit():
            raise InputError(f"Parameter before: '{part}' is not group=number. Write how many of a group came to the "
                             f"filter, such as {found.groups[0]}=30000.")
        rows = Group(name, found.only(found.groups.index(name))).rows
        if int(number) < rows:
            raise InputError(f"Parameter before says that {int(number):,} of {name} came to the filter, and the file "
                             f"has {rows:,} of them. Give the number before the filter.")
        numbers[name] = int(number)
    return numbers


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
