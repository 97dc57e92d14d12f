"""From views to usable examples: every stage is a share of the one before, so the stages multiply."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mlpm import InputError, checks

STAGES = {"report_rate": "reports", "valid_share": "valid reports", "unique_share": "usable examples"}
FUTURES = 20_000
RANGE = (0.1, 0.9)  # what lies between them happens in 80 of 100 futures


@dataclass(frozen=True)
class Funnel:
    """A channel that turns views into examples.

    views: a day. report_rate: reports for each view. valid_share: of the reports, those a rater upholds. unique_share:
    of the valid reports, those of an item nobody has reported before. Each of the three is (low, likely, high).
    """

    views: float
    report_rate: Sequence[float]
    valid_share: Sequence[float]
    unique_share: Sequence[float]

    def __post_init__(self) -> None:
        checks.number("views", self.views, 1, meaning="a number of views a day, 1 or more")
        for name in STAGES:
            if checks.span(name, getattr(self, name), 0, 1)[1] == 0:
                raise InputError(f"Parameter {name} is likely 0. Give a likely share above 0, or drop the channel.")

    def likely(self, stage: str) -> float:
        return getattr(self, stage)[1]

    @property
    def reports(self) -> float:
        """Reports a day, likely."""
        return self.views * self.likely("report_rate")

    @property
    def usable(self) -> float:
        """Usable examples a day, likely."""
        return self.reports * self.likely("valid_share") * self.likely("unique_share")

    @property
    def to_label(self) -> float:
        """Items a day that raters see when duplicates are put together first: reports times the unique share."""
        return self.reports * self.likely("unique_share")

    def changed(self, **factors: float) -> "Funnel":
        """The funnel with stages multiplied by factors; no share exceeds 1."""
        return replace(self, **{
            stage: tuple(min(1.0, end * factor) for end in getattr(self, stage)) for stage, factor in factors.items()
        })

    def futures(self, seed: int) -> pd.DataFrame:
        """Draws of what comes out of each stage a day: triangular between low and high, the stages independent."""
        random = np.random.default_rng(seed)
        flow, drawn = np.full(FUTURES, float(self.views)), {}
        for stage, out in STAGES.items():
            low, likely, high = getattr(self, stage)
            # NumPy refuses a range without a width.
            flow = flow * (random.triangular(low, likely, high, FUTURES) if low < high else likely)
            drawn[out] = flow
        return pd.DataFrame(drawn)

    def table(self, seed: int) -> pd.DataFrame:
        """One row a stage: its likely share, what comes out of it a day, and the range of 80 of 100 futures."""
        futures = self.futures(seed)
        rows = [{"stage": "views", "share": None, "a_day": self.views, "low": self.views, "high": self.views}]
        for stage, out in STAGES.items():
            low, high = futures[out].quantile(RANGE)
            a_day = rows[-1]["a_day"] * self.likely(stage)
            rows.append({"stage": out, "share": self.likely(stage), "a_day": a_day, "low": low, "high": high})
        return pd.DataFrame(rows)

    def days(self, target: float, seed: int) -> tuple[float, float, float]:
        """Days until the target is met: with the likely shares, and the ends that hold 80 of 100 futures."""
        low, high = self.futures(seed)["usable examples"].quantile(RANGE)
        return tuple(target / flow if flow else float("inf") for flow in (self.usable, high, low))


def sensitivity(funnel: Funnel, existing: float) -> pd.DataFrame:
    """What each stage could bring: one row a stage.

    tenth: examples a day more when the stage is a tenth better; the same for every factor of a product. point: when it
    is one percentage point better (for the report rate, one report more in 10,000 views). room: the factor by which the
    stage could multiply what comes out before it is at 1, or everything that exists (examples a day) is found.
    """
    rows = []
    for stage, out in STAGES.items():
        share = funnel.likely(stage)
        step = 0.0001 if stage == "report_rate" else 0.01
        limit = existing / funnel.usable
        rows.append({
            "stage": out, "share": share, "tenth": 0.1 * funnel.usable, "point": step / share * funnel.usable,
            "room": max(1.0, limit if stage == "report_rate" else min(1 / share, limit)),
        })
    return pd.DataFrame(rows)


def measures(funnel: Funnel, planned: dict[str, Sequence[float]]) -> pd.DataFrame:
    """What planned changes bring, the best use of a person-week first.

    planned: name → (factor on the report rate, on the valid share, on the unique share, person-weeks). One change moves
    several stages: a button in sight brings more reports and worse ones.
    """
    rows = []
    for name, values in planned.items():
        *factors, weeks = values
        for factor in factors:
            checks.number(name, factor, 0, meaning="three factors and person-weeks, none below 0")
        checks.number(name, weeks, 0.01, meaning="three factors and person-weeks above 0")
        after = funnel.changed(**dict(zip(STAGES, factors, strict=True)))
        rows.append({
            "measure": name, "usable": after.usable, "gain": after.usable - funnel.usable, "weeks": weeks,
            "a_week": (after.usable - funnel.usable) / weeks,
        })
    return pd.DataFrame(rows).sort_values("a_week", ascending=False, ignore_index=True)
