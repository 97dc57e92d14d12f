"""All of it for one ramp: what each stage sees, how long it has to last, and whom it hits before the switch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mlpm import InputError, checks
from mlpm.rollout.size import canary_size
from mlpm.rollout.stop import Course, course, naive_line, new_side, odds_line

HOURS_A_MONTH = 730  # 365 days × 24 hours ÷ 12
# How long to look for the hour by which a stage has seen something: 60 days.
LONGEST = 1440
NAIVE_LEVEL = 0.05
# More errors an hour than such a product has cannot be followed one by one in a notebook's time.
MOST_SESSIONS = 100_000_000


@dataclass(frozen=True)
class Ramp:
    """A ramp in stages and its stop line. Raises InputError where a parameter cannot be meant.

    sessions: a month, both sides together; baseline: share of sessions with an error today; alarm, disaster: shares on
    the new side that have to be noticed; stages: (share on the new side, hours) each; false_alarm: chance to stop a
    healthy launch anywhere in the ramp; power: the chance wanted to notice; rehearsed, unrehearsed: minutes from the
    alarm to the old version.
    """

    sessions: float
    baseline: float
    alarm: float
    disaster: float
    stages: Sequence[tuple[float, float]]
    false_alarm: float
    power: float
    rehearsed: float
    unrehearsed: float

    def __post_init__(self):
        meaning = f"sessions a month, {HOURS_A_MONTH} to {MOST_SESSIONS:,}"
        checks.number("sessions", self.sessions, HOURS_A_MONTH, MOST_SESSIONS, meaning)
        for name in ("baseline", "alarm", "disaster"):
            checks.share(name, getattr(self, name))
        if not 0 < self.baseline < self.alarm < self.disaster < 1:
            raise InputError(
                f"Parameters baseline, alarm and disaster are {self.baseline:g}, {self.alarm:g} and {self.disaster:g}. "
                "Give three shares above 0 and below 1, in this order."
            )
        for name in ("false_alarm", "power"):
            if not 0 < checks.share(name, getattr(self, name)) < 1:
                raise InputError(f"Parameter {name} is {getattr(self, name)!r}. Give a share between 0 and 1.")
        for name in ("rehearsed", "unrehearsed"):
            checks.number(name, getattr(self, name), 0, meaning="minutes, 0 or more")
        if not isinstance(self.stages, Sequence) or isinstance(self.stages, str) or not self.stages:
            raise InputError(f"Parameter stages is {self.stages!r}. Give at least one stage: (share, hours).")
        before = 0.0
        for stage in self.stages:
            if not isinstance(stage, Sequence) or isinstance(stage, str) or len(stage) != 2:
                raise InputError(f"Parameter stages holds {stage!r}. Give (share on the new side, hours) for each.")
            share, hours = stage
            checks.share("stages", share)
            checks.count("stages", hours, 1)
            checks.number("stages", hours, 1, LONGEST, f"hours of a stage, 1 to {LONGEST:,}")
            if not before < share < 1:
                raise InputError(
                    f"Parameter stages holds the share {share:g} after {before:g}. "
                    "Give shares that rise and stay below 1: without an old side there is nothing to compare with."
                )
            before = share

    # --- Traffic ---------------------------------------------------------------------------------------------------

    @property
    def hourly(self) -> float:
        """Sessions an hour, both sides, on average over the month."""
        return self.sessions / HOURS_A_MONTH

    @property
    def stage_alarm(self) -> float:
        """The false alarm of one stage: the ramp's, split evenly (Bonferroni)."""
        return self.false_alarm / len(self.stages)

    @property
    def design(self) -> float:
        """How many times the baseline the alarm is."""
        return self.alarm / self.baseline

    def totals(self, share: float, rate: float, hours: int) -> np.ndarray:
        """Errors on both sides after each hour, if the new side fails at `rate`; whole numbers, as expected."""
        each = self.hourly * (self.baseline * (1 - share) + rate * share)
        return np.round(each * np.arange(1, hours + 1)).astype(int)

    def course(self, share: float, rate: float, hours: int, *, naive: bool = False) -> Course:
        """The course of a launch that fails at `rate`, looked at every hour of one stage."""
        totals = self.totals(share, rate, hours)
        if naive:
            line = naive_line(share, NAIVE_LEVEL, totals)
        else:
            line = odds_line(share, self.design, self.stage_alarm, totals)
        return course(line, totals, new_side(share, rate / self.baseline))

    # --- One look ----------------------------------------------------------------------------------------------------

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Sessions of a canary for one look: equal sides, two- and one-sided; and beside a much larger old side."""
        share = self.stages[0][0]
        one = {"power": self.power}
        return {
            "two_sided": canary_size(self.baseline, self.alarm, **one),
            "one_sided": canary_size(self.baseline, self.alarm, sides=1, **one),
            "beside": canary_size(self.baseline, self.alarm, others=(1 - share) / share, **one),
        }

    # --- Stages ------------------------------------------------------------------------------------------------------

    def harmed(self, share: float, rate: float, found: Course, minutes: float = 0.0) -> float:
        """Sessions with an error that the old version would not have had, until the new one is off.

        Until the stop (or the end of the stage), and, if it stops, the minutes that the way back takes.
        """
        an_hour = self.hourly * share * (rate - self.baseline)
        return an_hour * (found.looks + found.chance * minutes / 60)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each stage.

        exposed: sessions on the new side; sees_alarm, sees_disaster: chance to stop within the stage; hours_alarm,
        hours_disaster: hours until it has stopped with the chance `power` (None: not in 60 days); harmed_alarm,
        harmed_disaster: expected sessions hit in this stage, rehearsed; healthy, naive: chance to stop a healthy
        launch, by the line and by a new test every hour.
        """
        rows = []
        for share, hours in self.stages:
            row = {"share": share, "hours": hours, "exposed": self.hourly * share * hours}
            for name, rate in (("alarm", self.alarm), ("disaster", self.disaster)):
                found = self.course(share, rate, hours)
                row[f"sees_{name}"] = found.chance
                row[f"hours_{name}"] = self.course(share, rate, LONGEST).first(self.power)
                row[f"harmed_{name}"] = self.harmed(share, rate, found, self.rehearsed)
            row["healthy"] = self.course(share, self.baseline, hours).chance
            row["naive"] = self.course(share, self.baseline, hours, naive=True).chance
            rows.append(row)
        return pd.DataFrame(rows)

    @cached_property
    def whole(self) -> dict[str, float]:
        """The ramp as one: chance to stop a healthy launch, with the line and with a new test every hour."""
        return {
            "healthy": 1 - float(np.prod(1 - self.table["healthy"])),
            "naive": 1 - float(np.prod(1 - self.table["naive"])),
        }

    def wrongly_stopped(self, *, more: float = 1.0, together: int = 1) -> float:
        """The chance that the line stops a healthy launch somewhere, if what it takes for granted is not so.

        more: how many times its share of the traffic the new side really gets; together: errors come in groups of so
        many on one side, all of them counted, as where a page that failed is tried again.
        """
        going = 1.0
        for share, hours in self.stages:
            groups = self.totals(share, self.baseline, hours) // together
            line = odds_line(share, self.design, self.stage_alarm, groups * together)
            going *= 1 - course(-(-line // together), groups, min(1.0, share * more)).chance
        return 1 - going

    def small_rise(self, times: float) -> tuple[float, float]:
        """The chance to notice errors that rise `times`: by the line in the whole ramp, by one test at its end."""
        rate = min(1.0, self.baseline * times)
        share, hours = self.stages[-1]
        total = self.totals(share, rate, hours)[-1:]
        one = course(naive_line(share, NAIVE_LEVEL, total), total, new_side(share, rate / self.baseline))
        return 1 - self.through(rate, self.stages, 0)["unseen"], one.chance

    def through(self, rate: float, stages: Sequence[tuple[float, float]], minutes: float) -> dict[str, float]:
        """A launch that fails at `rate`, through stages: hit before it is off, the chance that nothing stops it, hours.

        The chance to get through a stage multiplies: each stage counts its own errors.
        """
        reached, hit, hours = 1.0, 0.0, 0.0
        for share, length in stages:
            found = self.course(share, rate, length)
            hit += reached * self.harmed(share, rate, found, minutes)
            hours += reached * found.looks
            reached *= 1 - found.chance
        return {"hit": hit, "unseen": reached, "hours": hours}

    @cached_property
    def ways(self) -> pd.DataFrame:
        """Hit before the new version is off: by ramp or straight to the last stage, way back rehearsed or not."""
        rows = []
        for way, stages in (("in stages", self.stages), ("straight", self.stages[-1:])):
            for back, minutes in (("rehearsed", self.rehearsed), ("not rehearsed", self.unrehearsed)):
                row = {"way": way, "back": back}
                for name, rate in (("alarm", self.alarm), ("disaster", self.disaster)):
                    row[name] = self.through(rate, stages, minutes)["hit"]
                rows.append(row)
        return pd.DataFrame(rows)

    def in_euros(self, session: float, hoped: float) -> dict[str, float]:
        """What the errors of `ways` cost, if a session brings `session` euros on average.

        stages, rehearsal: what going in stages spares of a disaster, and what a rehearsed way back spares at the last
        stage; waiting: what the stages before the last put off, if the new version is hoped to bring `hoped` euros a
        month; dead, dead_long: the last stage, until the old version is back, if no session on the new side brought
        anything, with a way back rehearsed and not. Raises InputError.
        """
        checks.number("session", session, 0, meaning="euros, 0 or more")
        checks.number("hoped", hoped, 0, meaning="euros a month, 0 or more")
        hit = self.ways.set_index(["way", "back"])["disaster"]
        an_hour = self.hourly * self.stages[-1][0] * session
        return {
            "stages": session * (hit["straight", "rehearsed"] - hit["in stages", "rehearsed"]),
            "rehearsal": session * (hit["straight", "not rehearsed"] - hit["straight", "rehearsed"]),
            "waiting": hoped * sum(hours for _, hours in self.stages[:-1]) / HOURS_A_MONTH,
            "dead": an_hour * self.rehearsed / 60, "dead_long": an_hour * self.unrehearsed / 60,
        }

    def lines(self, totals: Sequence[int]) -> pd.DataFrame:
        """For whoever is on call: from how many errors on the new side to stop, by errors on both sides and stage.

        None where even all of them would not be enough.
        """
        rows = {"errors": list(totals)}
        for share, _ in self.stages:
            line = odds_line(share, self.design, self.stage_alarm, np.asarray(totals))
            rows[f"{share:.3g}"] = [int(k) if k <= total else None for k, total in zip(line, totals, strict=True)]
        return pd.DataFrame(rows).astype({name: "Int64" for name in rows if name != "errors"})
