"""All of it for one screen: what users gain, which lever is cheaper, what they meet, what authors can do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from mlpm import InputError, checks
from mlpm.correction.expectation import Promise, half_met, meets, promise
from mlpm.correction.seconds import Screen
from mlpm.correction.way_back import Treated, WayBack


@dataclass(frozen=True)
class Study:
    """One screen, before and after its correction is made cheaper.

    kept, asked: people who were asked whether the decision was right for them, and said yes. effort_now, effort_then:
    seconds to take a wrong one back. more_right: points of accuracy for sale, as a share, and accuracy_weeks their
    person-weeks; effort_weeks: those of the cheaper correction. uses: how often a new user meets a decision in the
    first week. views: decisions met a day by all. treated: items a day. ways: how authors can ask again; the first is
    today's, the last the planned one. seconds: to review one appeal; wage: euros an hour.
    """

    kept: int
    asked: int
    saved: float
    effort_now: float
    effort_then: float
    noticed: float
    unnoticed: float
    more_right: float
    accuracy_weeks: float
    effort_weeks: float
    uses: int
    views: float
    treated: Treated
    ways: Sequence[WayBack]
    seconds: float
    wage: float

    def __post_init__(self) -> None:
        promise(self.kept, self.asked)
        checks.number(
            "more_right", self.more_right, 0, 1 - self.right, "a share that does not bring the share right above 1"
        )
        for name in ("accuracy_weeks", "effort_weeks"):
            checks.number(name, getattr(self, name), 1e-9, meaning="person-weeks above 0")
        for name in ("views", "seconds", "wage"):
            checks.number(name, getattr(self, name), 0, meaning="a number, 0 or more")
        if checks.count("uses", self.uses) < 1:
            raise InputError(f"Parameter uses is {self.uses}. Give a whole number, 1 or more.")
        _ = self.now, self.then

    @property
    def right(self) -> float:
        return self.kept / self.asked

    @property
    def promise(self) -> Promise:
        return promise(self.kept, self.asked)

    @property
    def now(self) -> Screen:
        return Screen(self.right, self.saved, self.effort_now, self.noticed, self.unnoticed)

    @property
    def then(self) -> Screen:
        return replace(self.now, effort=self.effort_then)

    @staticmethod
    def seen(screen: Screen) -> Screen:
        """The same screen if every error were noticed: the sum people do first."""
        return replace(screen, noticed=1.0)

    def range(self, screen: Screen) -> tuple[float, float]:
        """What a decision saves, at both ends of the interval of the share right."""
        return replace(screen, right=self.promise.low).net, replace(screen, right=self.promise.high).net

    def table(self) -> pd.DataFrame:
        """One row a screen: seconds an error costs, seconds saved on average, share right needed; with and without
        errors nobody notices."""
        rows = []
        for name, screen in (("now", self.now), ("then", self.then)):
            seen, (low, high) = self.seen(screen), self.range(screen)
            rows.append({
                "screen": name, "effort": screen.effort, "if_seen": seen.net, "error": screen.error, "net": screen.net,
                "low": low, "high": high, "needed": screen.break_even,
            })
        return pd.DataFrame(rows)

    def levers(self) -> pd.DataFrame:
        """What is for sale: more right decisions, or a cheaper correction; the best use of a person-week first."""
        better = replace(self.now, right=self.right + self.more_right).net - self.now.net
        cheaper = self.then.net - self.now.net
        rows = [
            {"lever": f"{100 * self.more_right:g} points more right", "gain": better, "weeks": self.accuracy_weeks},
            {"lever": f"{self.effort_now - self.effort_then:g} seconds less to correct", "gain": cheaper,
             "weeks": self.effort_weeks},
        ]
        table = pd.DataFrame(rows).assign(a_week=lambda rows: rows.gain / rows.weeks)
        return table.sort_values("a_week", ascending=False, ignore_index=True)

    def hours(self, screen: Screen) -> float:
        """Hours that all users save a day; below 0 they lose them."""
        return self.views * screen.net / 3600

    def meets(self, errors: int) -> float:
        return meets(self.right, self.uses, errors)

    @property
    def half_met(self) -> int | None:
        return half_met(self.right)

    @property
    def hours_for_all(self) -> float:
        """Hours a day to review everything that is treated, asked or not."""
        return self.treated.items * self.seconds / 3600

    def authors(self) -> pd.DataFrame:
        """One row a way back, a day: decent authors told, asking, given back; positives let back; hours of review."""
        rows = [
            {
                "way": way.name, "told": self.treated.decent * way.told, "asking": way.decent_asking(self.treated),
                "restored": way.restored(self.treated), "let_back": way.let_back(self.treated),
                "labels": way.asking(self.treated), "hours": way.hours(self.treated, self.seconds),
            }
            for way in self.ways
        ]
        return pd.DataFrame(rows)
