"""What a contact costs, what a saved customer brings, and what follows from that alone: closed forms, no data."""

import math
from dataclasses import dataclass

import numpy as np

from mlpm import InputError, checks
from mlpm.proportions import Interval


@dataclass(frozen=True)
class Amount(Interval):
    """Euros, or how many."""

    def per(self, months: float, less: float = 0.0) -> "Amount":
        """A round's amount by the month, less what a month costs anyway."""
        return Amount(self.value / months - less, self.low / months - less, self.high / months - less)


@dataclass(frozen=True)
class Terms:
    """The prices of one action on one kind of customer; euros, shares from 0 to 1, months.

    saved: share of the outcomes that the action prevents: low, likely, high. harm: share of those who would have been
    fine and whom the contact drives away. Raises InputError for what cannot be meant.
    """

    margin: float
    cost_per_contact: float = 0.0
    cost_per_acceptance: float = 0.0
    acceptance: float = 1.0
    saved: tuple[float, float, float] = (0.0, 0.0, 0.0)
    harm: float = 0.0
    fixed_cost: float = 0.0
    running_cost: float = 0.0
    round_months: float = 1.0
    horizon_months: float = 12.0
    capacity: int = 0
    look_cost: float = 0.0

    def __post_init__(self):
        checks.number("margin", self.margin, math.ulp(0), meaning="euros above 0: what a saved customer brings after "
                      "the costs of serving them")
        for name in ("cost_per_contact", "cost_per_acceptance", "fixed_cost", "running_cost", "look_cost"):
            checks.number(name, getattr(self, name), 0, meaning="euros, 0 or more")
        for name in ("acceptance", "harm"):
            checks.share(name, getattr(self, name))
        checks.span("saved", self.saved, 0, 1)
        for name in ("round_months", "horizon_months"):
            checks.number(name, getattr(self, name), math.ulp(0), meaning="months, more than 0")
        checks.count("capacity", self.capacity)
        if not self.unit_cost > 0:
            raise InputError("Parameters cost_per_contact and cost_per_acceptance are both 0 for every contact. Give "
                             "what a contact costs: without a price everybody would be contacted.")

    @property
    def unit_cost(self) -> float:
        """Euros a contact costs on average: paid for everybody contacted, and for those who accept."""
        return self.cost_per_contact + self.acceptance * self.cost_per_acceptance

    @property
    def likely(self) -> float:
        return float(self.saved[1])

    @property
    def monthly_cost(self) -> float:
        """Euros a month that do not depend on whom one contacts."""
        return self.running_cost + self.fixed_cost / self.horizon_months

    def gain(self, rate, saved: float | None = None):
        """Euros a contact brings in a group with this rate of outcomes, if `saved` of them (else the likely share)."""
        saved = self.likely if saved is None else saved
        return self.margin * (saved * rate - self.harm * (1 - rate)) - self.unit_cost

    def measured_gain(self, effect):
        """Euros a contact brings where a pilot measured the effect: outcomes fewer, per customer contacted, net."""
        return self.margin * effect - self.unit_cost

    @property
    def break_even_effect(self) -> float:
        """Outcomes fewer, per customer contacted, at which a contact pays for itself."""
        return self.unit_cost / self.margin

    @property
    def break_even_rate(self) -> float:
        """The share of outcomes a group must hold: cost / (saved × margin) where contacts harm nobody."""
        each = self.margin * (self.likely + self.harm)
        return (self.unit_cost + self.harm * self.margin) / each if each else math.inf

    def break_even_saved(self, rate):
        """The share of outcomes the action would have to prevent in a group with this rate; above 1 it cannot."""
        rate = np.asarray(rate, float)
        with np.errstate(divide="ignore"):
            found = (self.break_even_effect + self.harm * (1 - rate)) / rate
        return found if found.ndim else float(found)

    @property
    def look(self) -> tuple[float, tuple[float, float] | None]:
        """The most that a look by a person, who is right, may cost; and the risks between which one at look_cost pays.

        To contact one who would have been fine costs unit_cost; to pass over one with the outcome forgoes
        saved × margin − unit_cost. The rest is the review band of Chow (1970), as in `mlpm.threshold`.
        """
        from mlpm.threshold.prices import Price, most_for_a_review, review_band

        missed = self.margin * self.likely - self.unit_cost
        wasted = self.unit_cost + self.harm * self.margin
        if missed <= 0:
            return 0.0, None
        price = Price("", wasted, missed)
        return most_for_a_review(price), review_band(price, self.look_cost) if self.look_cost else None
