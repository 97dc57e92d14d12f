"""Weekly cohorts: how many users did something within so many days of their first use, and who is too young to say."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from mlpm.impact.log import Log
from mlpm.proportions import wilson

RECENT = 4  # mature cohorts that a tile looks at


@dataclass(frozen=True)
class Share:
    """A share of counted users with Wilson's 95% interval; None where nobody was counted."""

    hits: int
    users: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Cohorts:
    """One behavior by week of first use.

    frame: week, users, hits, share, low, high, mature, matures (the day after which it is). A cohort is mature when its
    youngest user has had every day the behavior may take. recent: the last mature cohorts together; earlier: the mature
    ones before them.
    """

    frame: pd.DataFrame
    recent: Share
    earlier: Share

    @property
    def mature(self) -> pd.DataFrame:
        return self.frame[self.frame.mature]

    @property
    def young(self) -> pd.DataFrame:
        return self.frame[~self.frame.mature]

    @property
    def next_look(self) -> date | None:
        """When the next cohort is mature."""
        return self.young.matures.iloc[0] if len(self.young) else None


def share(hits: int, users: int) -> Share:
    if not users:
        return Share(0, 0)
    low, high = wilson(hits, users)
    return Share(int(hits), int(users), float(hits / users), float(low), float(high))


def cohorts(log: Log, column: str, days: int) -> Cohorts:
    """column: "activated" or "returned"; days: after first use, within which it may happen."""
    frame = log.cohorts[["week", "users"]].copy()
    frame["hits"] = log.cohorts[column]
    found = [share(hits, users) for hits, users in zip(frame.hits, frame.users, strict=True)]
    frame["share"], frame["low"], frame["high"] = [
        [getattr(one, part) for one in found] for part in ("value", "low", "high")
    ]
    frame["matures"] = [week + timedelta(days=6 + days) for week in frame.week]
    frame["mature"] = pd.Series([day <= log.until for day in frame.matures], index=frame.index, dtype=bool)
    mature = frame[frame.mature]
    last, before = mature.tail(RECENT), mature.iloc[:-RECENT]
    return Cohorts(frame, share(last.hits.sum(), last.users.sum()), share(before.hits.sum(), before.users.sum()))
