"""One program or many: the same product in one deployable piece, or in services that call each other.

What is counted: downtime of a page whose services all have to be up, releases that somebody else's change holds up,
people on call, and upkeep of pipelines, upgrades and alerts. What is not: how fast a team is that waits for nobody,
which is what services are bought for; it stands in the words as what the price has to bring.
"""

from dataclasses import dataclass

from mlpm import checks
from mlpm.reliability import downtime, in_series


@dataclass(frozen=True)
class Split:
    """services: if split. on_path: of them those a page cannot do without. available: of one piece, of either kind.

    change_fails: share of changes that have to be repaired at once. train: changes that go out together. rotation:
    people it takes so that nobody is on call more than one week in so many. teams: with a rotation each, if split.
    upkeep: person-days a year of one service. whole: of the one program. day: euros of a person-day.
    """

    services: int
    on_path: int
    available: float
    change_fails: float
    train: int
    rotation: int
    teams: int
    upkeep: float
    whole: float
    day: float

    def __post_init__(self):
        for name in ("services", "on_path", "train", "rotation", "teams"):
            checks.count(name, getattr(self, name), 1)
        for name in ("available", "change_fails"):
            checks.share(name, getattr(self, name))
        for name in ("upkeep", "whole", "day"):
            checks.number(name, getattr(self, name), 0, meaning="0 or more")

    @property
    def down_split(self) -> float:
        """Hours down in 30 days of a page that needs all of its services."""
        return downtime(in_series(*[self.available] * self.on_path))

    @property
    def down_whole(self) -> float:
        return downtime(self.available)

    @property
    def held_up(self) -> float:
        """The chance that a release of a whole train of changes has to be repaired, by one change or another."""
        return 1 - (1 - self.change_fails) ** self.train

    @property
    def people_split(self) -> int:
        return self.rotation * self.teams

    @property
    def premium(self) -> float:
        """Euros a year that the services cost more in upkeep."""
        return (self.services * self.upkeep - self.whole) * self.day
