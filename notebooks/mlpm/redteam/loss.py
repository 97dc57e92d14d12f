"""What a way in costs. The cap, the limit an hour and the hours until somebody notices are those of `mlpm.autonomy`.

Two kinds of people. Strays try something once or twice, like the red team's list: for them the bound counts. Who
learns finds a way in with some chance before anybody looks, and then repeats it: for those the bound says nothing, and
what code allows until somebody notices is what can go.
"""

from dataclasses import dataclass, replace

from mlpm import autonomy, checks
from mlpm.redteam.learner import Lock

# Exposure is a question of caps and hours alone; a ladder wants a way of approving, and nobody looks here.
NO_LOOK = autonomy.Approval("no look", 0, 1, 0)


@dataclass(frozen=True)
class Exposure:
    """One action of an agent, and who tries to get it.

    amount: euros on average; extra: euros beyond it, per wrong action. cap: the most one may move, by code. limit:
    actions an hour, by code. notice: hours until it is stopped. strays: attempts a year like the red team's. learners:
    people a year who adapt. unseen: tries that one of them has until somebody looks. leak: as in `Lock.learned`.
    """

    lock: Lock
    amount: float
    extra: float
    cap: float
    limit: float
    notice: float
    strays: float
    learners: float
    unseen: int
    leak: float

    def __post_init__(self):
        for name in ("strays", "learners"):
            checks.number(name, getattr(self, name), 0, meaning="a number a year, 0 or more")
        checks.count("unseen", self.unseen, 1)
        checks.share("leak", self.leak)
        # The others are checked where they are used: by the action and the ladder.
        _ = self.gone

    @property
    def action(self) -> autonomy.Action:
        return autonomy.Action("the action", 0, self.amount, self.cap, self.limit, 0, 0)

    @property
    def gone(self) -> float:
        """Euros that can go before somebody notices, once a way in is found."""
        ladder = autonomy.Ladder((NO_LOOK,), 0, 0, self.extra, self.notice, 0)
        return ladder.exposure(self.action)

    @property
    def way_in(self) -> float:
        """The chance that one who learns gets in before anybody looks."""
        return float(self.lock.learned(self.leak, self.unseen)[-1])

    def stray(self, share: float) -> float:
        """Euros a year by strays, if a share of their attempts succeeds."""
        return self.strays * share * (self.amount + self.extra)

    @property
    def learned(self) -> float:
        """Euros a year, on average, by those who learn."""
        return self.learners * self.way_in * self.gone

    def levers(self) -> dict[str, "Exposure"]:
        """Each lever moved to half, by itself. A cap below the average amount brings that down as well."""
        return {
            "what answers give away": replace(self, leak=self.leak / 2),
            "tries until somebody looks": replace(self, unseen=max(1, self.unseen // 2)),
            "hours until it is stopped": replace(self, notice=self.notice / 2),
            "actions an hour": replace(self, limit=self.limit / 2),
            "the cap": replace(self, cap=self.cap / 2, amount=min(self.amount, self.cap / 2)),
        }
