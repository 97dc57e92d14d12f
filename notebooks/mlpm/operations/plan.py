"""One labeling job, whole: people, dates, the bill, what runs short first, and what each lever changes."""

import math
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pandas as pd

from mlpm import InputError, checks
from mlpm.operations import gold, quality, work

DECISIONS = ("hold", "clear", "start")
SHARES = (
    "absence",
    "conflict_rate",
    "hot_share",
    "hot_bullying",
    "rest_bullying",
    "adjudicated",
    "dropped",
    "other_work",
)


@dataclass(frozen=True)
class Plan:
    """A job of two labels an item and a third where they differ. Euros are what an hour costs the company.

    items: to label; begin, due: first and last day, as 2027-01-04. seconds: one label. conflict_rate: items on which
    the first two labels differ. raters: those there are. labeling_hours: the most one labels on a day. absence: working
    days a rater is away. cap_minutes: a day and a person, on the hot queue. hot_share: items taken from the hot queue;
    hot_supply: items that arrive there a day. hot_bullying, rest_bullying: of the items in each, bullying.
    pause_share: paid minutes beside each labeling minute. other_work: of the hours the cap frees, those with other paid
    work. adjudicated: items an expert settles. dropped: items that cannot be labeled. lead_hours, checks_hours,
    expert_hours: a week; the last is what experts have for adjudication and gold items. gold_minutes: of experts, for
    one gold item. usual_correct, dropped_to, false_alarm, power: as `gold.needed` takes them. haste: conflicts added at
    twice the pace. wrong_cost: euros to find and repair one wrong label later.
    """

    items: float = 200_000
    begin: str = "2027-01-04"
    due: str = "2027-05-21"
    seconds: float = 25
    wage: float = 18.0
    conflict_rate: float = 0.12
    required_alpha: float = 0.8
    raters: int = 5
    labeling_hours: float = 5.0
    absence: float = 0.15
    cap_minutes: float = 90
    hot_share: float = 0.5
    hot_supply: float = 1_600
    hot_bullying: float = 0.45
    rest_bullying: float = 0.01
    pause_share: float = 0.25
    other_work: float = 0.8
    training_hours: float = 12
    adjudicated: float = 0.03
    adjudication_minutes: float = 3
    dropped: float = 0.02
    expert_wage: float = 36.0
    expert_hours: float = 10
    lead_hours: float = 12
    checks_hours: float = 4
    gold_minutes: float = 6
    usual_correct: float = 0.95
    dropped_to: float = 0.85
    false_alarm: float = 0.01
    power: float = 0.8
    haste: float = 0.3
    wrong_cost: float = 3.0
    budget: float = 53_000

    def __post_init__(self) -> None:
        for name in SHARES:
            checks.share(name, getattr(self, name))
        for name in ("false_alarm", "power", "required_alpha"):
            checks.number(name, getattr(self, name), 0.001, 0.999, "a share between 0 and 1")
        for name in ("items", "seconds", "wage", "cap_minutes", "labeling_hours", "expert_wage"):
            checks.number(name, getattr(self, name), 1e-6, meaning="a number above 0")
        for name in (
            "hot_supply",
            "pause_share",
            "training_hours",
            "adjudication_minutes",
            "expert_hours",
            "lead_hours",
            "checks_hours",
            "gold_minutes",
            "haste",
            "wrong_cost",
            "budget",
        ):
            checks.number(name, getattr(self, name), 0, meaning="a number, 0 or more")
        checks.count("raters", self.raters, 1)
        for name in ("conflict_rate", "absence", "dropped"):
            if getattr(self, name) > 0.5:
                raise InputError(f"Parameter {name} is {getattr(self, name):g}. Give a share up to 0.5.")
        for name in ("begin", "due"):
            try:
                date.fromisoformat(getattr(self, name))
            except (TypeError, ValueError):
                raise InputError(
                    f"Parameter {name} is {getattr(self, name)!r}. Give a date such as 2027-01-04."
                ) from None
        if self.days < 1:
            raise InputError(
                f"Parameter due is {self.due}, before any working day from {self.begin}. Give a later date."
            )
        if self.item_minutes <= 0:
            raise InputError(
                f"Gold items alone fill the {self.minutes:.0f} minutes a day that a rater may label. Give a lower "
                "dropped_to, or pool several weeks."
            )

    # --- The work ---------------------------------------------------------------------------------------------------

    @property
    def labels_each(self) -> float:
        return work.labels_per_item("two plus one", self.conflict_rate)

    @property
    def labels(self) -> float:
        return self.items * self.labels_each

    @property
    def hours(self) -> float:
        """Labeling hours of the whole job."""
        return self.labels * self.seconds / 3600

    @property
    def labeling_cost(self) -> float:
        """Euros for labeling time alone."""
        return self.hours * self.wage

    @property
    def usable(self) -> float:
        return self.items * (1 - self.dropped)

    @property
    def schemes(self) -> pd.DataFrame:
        return work.compare(self.items, self.seconds, self.wage, self.conflict_rate, self.dropped)

    # --- The standard -----------------------------------------------------------------------------------------------

    @property
    def bullying(self) -> float:
        """The share of items that are bullying in this mix, and so roughly of labels."""
        return self.hot_share * self.hot_bullying + (1 - self.hot_share) * self.rest_bullying

    @property
    def alpha(self) -> float:
        return quality.alpha(self.conflict_rate, self.bullying)

    @property
    def conflicts_allowed(self) -> float:
        return quality.conflicts_allowed(self.required_alpha, self.bullying)

    @property
    def wrong(self) -> float:
        """The share of wrong labels, if raters err independently."""
        return quality.wrong_labels(self.conflict_rate)

    # --- People and dates -------------------------------------------------------------------------------------------

    @cached_property
    def gold(self) -> gold.Gold:
        return gold.needed(self.usual_correct, self.dropped_to, self.false_alarm, self.power)

    @property
    def minutes(self) -> float:
        """Minutes a day one person labels."""
        return work.labeling_minutes(self.labeling_hours, self.cap_minutes, self.hot_share)

    @property
    def capped(self) -> bool:
        """Does the cap end a rater's labeling before the hours do?"""
        return self.minutes < 60 * self.labeling_hours - work.SAME

    @property
    def free_share(self) -> float:
        """The largest share of items from the hot queue at which the cap does not shorten a rater's day."""
        return math.floor(100 * min(1.0, self.cap_minutes / (60 * self.labeling_hours)) + work.SAME) / 100

    @property
    def gold_day(self) -> float:
        """Of these minutes, those that gold items take."""
        return self.gold.items * self.seconds / 60 / work.WEEK

    @property
    def item_minutes(self) -> float:
        """Minutes for items that one rater gives on an average working day, days away included."""
        return (self.minutes - self.gold_day) * (1 - self.absence)

    @property
    def days(self) -> int:
        return work.working_days(self.begin, self.due)

    @property
    def pace(self) -> float:
        """Items a day that the date asks for."""
        return self.items / self.days

    @property
    def day_hours(self) -> float:
        """Labeling hours a day that the date asks for."""
        return self.hours / self.days

    @property
    def needed(self) -> int:
        """Raters for the date."""
        return work.people_needed(60 * self.day_hours, self.item_minutes)

    @property
    def uncapped_needed(self) -> int:
        """Raters for the date if no cap ended a day: to show what the cap does, not to do without."""
        return replace(self, cap_minutes=1e6).needed

    def days_with(self, raters: float) -> int:
        """Working days in which so many raters finish."""
        return work.people_needed(60 * self.hours, raters * self.item_minutes)

    def pace_with(self, raters: float) -> float:
        """Items a day that so many raters finish."""
        return self.items * raters * self.item_minutes / (60 * self.hours)

    def finish_with(self, raters: float) -> str:
        return work.finish(self.begin, self.days_with(raters))

    @property
    def team(self) -> int:
        """The raters the plan is made for: those needed, or those there are if they suffice."""
        return max(self.needed, self.raters)

    @property
    def weeks(self) -> float:
        """Weeks in which the plan's team finishes."""
        return self.days_with(self.team) / work.WEEK

    @property
    def freed_hours(self) -> float:
        """Hours a day of the whole team that the cap leaves free for other work."""
        return self.team * (self.labeling_hours - self.minutes / 60) * (1 - self.absence)

    # --- The bill ---------------------------------------------------------------------------------------------------

    @cached_property
    def bill(self) -> pd.DataFrame:
        """Where the money goes: part, euros, per usable item. Labeling time first, the rest by size."""
        weeks, hour = self.weeks, self.expert_wage
        gold_hours = self.team * weeks * self.gold.items * self.seconds / 3600
        rest = {
            "breaks and talk": self.pause_share * (self.hours + gold_hours) * self.wage,
            "training": self.team * self.training_hours * self.wage,
            "labeling gold items": gold_hours * self.wage,
            "making gold items": self.gold.items * weeks * self.gold_minutes / 60 * hour,
            "adjudication": self.items * self.adjudicated * self.adjudication_minutes / 60 * hour,
            "checks by the lead": self.checks_hours * weeks * hour,
            "management": self.lead_hours * weeks * hour,
            "hours without work": self.freed_hours * work.WEEK * weeks * (1 - self.other_work) * self.wage,
        }
        rows = [("labeling time", self.labeling_cost), *sorted(rest.items(), key=lambda row: -row[1])]
        bill = pd.DataFrame(rows, columns=["part", "euros"])
        return bill.assign(per_usable=bill["euros"] / self.usable)

    @property
    def cost(self) -> float:
        return float(self.bill["euros"].sum())

    @property
    def cost_per_usable(self) -> float:
        return self.cost / self.usable

    @property
    def labeling_per_usable(self) -> float:
        return self.labeling_cost / self.usable

    # --- What runs short, and what decides --------------------------------------------------------------------------

    @property
    def resources(self) -> pd.DataFrame:
        """What the date needs and what there is, the scarcest first: resource, need, have, unit, load."""
        items_week = self.pace * work.WEEK
        adjudicating = items_week * self.adjudicated * self.adjudication_minutes / 60
        rows = [
            ("raters", self.day_hours, self.raters * self.item_minutes / 60, "labeling hours a day"),
            ("experts", adjudicating + self.gold.items * self.gold_minutes / 60, self.expert_hours, "hours a week"),
            ("budget", self.cost, self.budget, "euros"),
            ("hot queue", self.pace * self.hot_share, self.hot_supply, "items a day"),
        ]
        table = pd.DataFrame(rows, columns=["resource", "need", "have", "unit"])
        load = [
            need / have if have else (math.inf if need else 0.0)
            for need, have in zip(table.need, table.have, strict=True)
        ]
        return table.assign(load=load).sort_values("load", ascending=False, kind="stable", ignore_index=True)

    @property
    def short(self) -> pd.DataFrame:
        table = self.resources
        return table[table["load"] > 1 + work.SAME]

    @property
    def decision(self) -> str:
        """hold: conflicts are more than the standard allows; clear: something runs short; start: neither."""
        if self.conflict_rate > self.conflicts_allowed + work.SAME:
            return "hold"
        return "clear" if len(self.short) else "start"

    def levers(self) -> pd.DataFrame:
        """What the plan becomes when one thing changes.

        change; needed: raters for the date; finish: with those there are; cost; per_usable; wrong: labels of 1,000;
        found: usable items that are bullying, which is what the mix was chosen for.

        The cap is not among them: it is set for people, and only they and those who look after them may move it.
        """
        faster = 0.8 * self.seconds
        haste = quality.hasty_conflicts(faster, self.seconds, self.conflict_rate, self.haste)
        changes = {
            "as planned": {},
            f"{100 * self.free_share:.0f} of 100 items from the hot queue": {"hot_share": self.free_share},
            "due four weeks later": {"due": work.later(self.due, 4)},
            f"{faster:.0f} seconds a label": {"seconds": faster, "conflict_rate": haste},
            "a guideline that meets the standard": {"conflict_rate": self.conflicts_allowed},
        }
        if not self.capped:
            del changes[f"{100 * self.free_share:.0f} of 100 items from the hot queue"]
        if self.conflict_rate <= self.conflicts_allowed:
            del changes["a guideline that meets the standard"]
        rows = []
        for name, change in changes.items():
            plan = replace(self, **change)
            finish = plan.finish_with(self.raters)
            found = plan.usable * plan.bullying
            rows.append((name, plan.needed, finish, plan.cost, plan.cost_per_usable, 1000 * plan.wrong, found))
        columns = ["change", "needed", "finish", "cost", "per_usable", "wrong", "found"]
        return pd.DataFrame(rows, columns=columns)
