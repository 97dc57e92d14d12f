"""All of it for one product: what reports bring, what exists, whom reports leave out, and a plan of sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from mlpm import InputError, checks
from mlpm.supply import reporters, sample, sources
from mlpm.supply.funnel import Funnel, measures, sensitivity
from mlpm.supply.sources import Flow, Source


@dataclass(frozen=True)
class Plan:
    """What is asked and what is there.

    what: the positives, as a plural, such as "bullying comments". items: new ones a day, reported or not. prevalence:
    of them, positives. target: usable examples asked for. horizon: days in which somebody hopes to have them. changes:
    name → factors and person-weeks, as `measures` takes them. groups, true_mix, propensity: as `reporters.groups` takes
    them. random_share: of all items, drawn at random and labeled. sources: the plan.
    """

    funnel: Funnel
    items: float
    prevalence: float
    target: float
    horizon: float
    changes: dict[str, Sequence[float]]
    groups: Sequence[str]
    true_mix: Sequence[float]
    propensity: Sequence[float]
    random_share: float
    sources: Sequence[Source]
    what: str = "positives"
    seed: int = 0

    def __post_init__(self) -> None:
        checks.number("items", self.items, 1, meaning="a number of items a day, 1 or more")
        checks.number("prevalence", self.prevalence, 1e-9, 1, "a share above 0, up to 1")
        checks.number("target", self.target, 1, meaning="a number of usable positives, 1 or more")
        checks.number("horizon", self.horizon, 1, meaning="a number of days, 1 or more")
        checks.number("random_share", self.random_share, 1e-9, 1, "a share above 0, up to 1")
        if self.funnel.usable > self.existing:
            raise InputError(
                f"The funnel brings {self.funnel.usable:.4g} usable examples a day, but items × prevalence is only "
                f"{self.existing:.4g}: more than exists. Measure prevalence, valid_share and unique_share again."
            )

    @property
    def existing(self) -> float:
        """Positives that come into being a day, found or not."""
        return self.items * self.prevalence

    @property
    def recall(self) -> float:
        """Of the positives that exist, the share that reports find."""
        return self.funnel.usable / self.existing

    @property
    def perfect_days(self) -> float:
        """Days until the target if nothing were missed."""
        return self.target / self.existing

    @cached_property
    def days(self) -> tuple[float, float, float]:
        """Days until the target from reports alone: likely, and the ends of 80 of 100 futures."""
        return self.funnel.days(self.target, self.seed)

    @cached_property
    def stages(self) -> pd.DataFrame:
        return self.funnel.table(self.seed)

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        return sensitivity(self.funnel, self.existing)

    @cached_property
    def measures(self) -> pd.DataFrame:
        return measures(self.funnel, self.changes)

    @cached_property
    def reporters(self) -> pd.DataFrame:
        return reporters.groups(self.groups, self.true_mix, self.propensity, self.recall)

    @property
    def kept(self) -> float:
        """What one reported example is worth, once weighted to the true mix: a share of an example drawn at random."""
        return reporters.kept(self.true_mix, self.reporters["reported"])

    @property
    def report_chance(self) -> float:
        """Of the views of a positive item, the share that brings a valid report."""
        return sample.report_chance(
            self.funnel.reports * self.funnel.likely("valid_share"), self.funnel.views, self.prevalence
        )

    def group_report_chance(self) -> list[float]:
        """The same for each group; weighted with the true mix they average to `report_chance`. Raises InputError."""
        scale = self.report_chance / sum(t * p for t, p in zip(self.true_mix, self.propensity, strict=True))
        chances = [scale * propensity for propensity in self.propensity]
        if max(chances) > 1:
            raise InputError(
                f"Group {self.groups[chances.index(max(chances))]!r} would have {max(chances):.3g} valid reports a "
                "view: more than one. Measure report_rate, valid_share and prevalence again, or give values of "
                "propensity closer to each other."
            )
        return chances

    @property
    def random_week(self) -> float:
        """Items of the random sample a week."""
        return 7 * self.items * self.random_share

    @property
    def flow(self) -> Flow:
        """What the sources bring a day once all have started."""
        return sources.together(self.sources, self.existing)

    @property
    def cost(self) -> float:
        """Euros a day for labeling once all sources have started."""
        return sum(source.cost for source in self.sources)

    @cached_property
    def in_horizon(self) -> tuple[Flow, float]:
        """Examples, and euros for labeling, by the end of the horizon, which begins with the first source."""
        return sources.by_day(self.sources, self.existing, self.horizon)
