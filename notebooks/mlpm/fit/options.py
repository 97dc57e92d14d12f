"""What an option costs and brings over time.

A gain is the share of what is at stake that an option wins. Where errors cost money, stake and gain say it, too: of
spam worth 0.02 euros an item, a rule that catches 62 of 100 wins 0.62 of the stake.
"""

import math
from dataclasses import dataclass

from mlpm import checks


@dataclass(frozen=True)
class Setting:
    """The decisions all options share.

    volume: decisions a month. stake: euros at stake in one. error: euros that a wrong decision costs beside the stake,
    as a complaint does. months: how many the comparison covers. week: euros of a person-week.
    """

    volume: float
    stake: float
    months: int
    week: float = 0.0
    error: float = 0.0

    def __post_init__(self) -> None:
        checks.number("volume", self.volume, 1e-9, meaning="decisions a month, above 0")
        checks.number("stake", self.stake, 1e-9, meaning="euros at stake in one decision, above 0")
        checks.count("months", self.months, 1)
        for name in ("week", "error"):
            checks.number(name, getattr(self, name), 0, meaning="euros, 0 or more")

    @property
    def base(self) -> float:
        """Euros at stake a month."""
        return self.volume * self.stake


@dataclass(frozen=True)
class Option:
    """One way to take the decisions; costs and gain are those over its `baseline`.

    build: person-weeks until it is live, which is after `months`. upkeep: person-weeks a month. bills: euros a month
    whatever the volume. price: euros a decision. wrong: share of decisions that are wrong at the price of
    `Setting.error`. gain: low, likely and high share of the stake that it wins over the baseline.
    """

    name: str
    setting: Setting
    gain: tuple[float, float, float]
    build: float = 0.0
    months: int = 0
    upkeep: float = 0.0
    bills: float = 0.0
    price: float = 0.0
    wrong: float = 0.0
    baseline: str = "the rule"

    def __post_init__(self) -> None:
        checks.span(f"gain of the {self.name}", self.gain, -1, 1)
        checks.count(f"months of the {self.name}", self.months)
        for name in ("build", "upkeep", "bills", "price"):
            checks.number(f"{name} of the {self.name}", getattr(self, name), 0, meaning="a number, 0 or more")
        checks.share(f"wrong of the {self.name}", self.wrong)

    @property
    def live(self) -> int:
        """Months of the comparison in which it works."""
        return max(0, self.setting.months - self.months)

    @property
    def built(self) -> float:
        """Euros spent before it is live."""
        return self.build * self.setting.week

    @property
    def fixed(self) -> float:
        """Euros a month that do not depend on the volume."""
        return self.upkeep * self.setting.week + self.bills

    @property
    def per_decision(self) -> float:
        """Euros a decision: the price of a call, and errors."""
        return self.price + self.wrong * self.setting.error

    @property
    def running(self) -> float:
        """Euros a month to run it, to look after it and to answer for its errors."""
        return self.fixed + self.setting.volume * self.per_decision

    def monthly(self, gain: float) -> float:
        """Euros a month once it is live."""
        return self.setting.base * gain - self.running

    def value(self, gain: float) -> float:
        """Euros over all months, building included."""
        return self.live * self.monthly(gain) - self.built

    def course(self, gain: float) -> list[float]:
        """Euros so far at the end of month 0, 1, …; the building is paid evenly until the option is live."""
        spent = [min(1.0, month / self.months) if self.months else 1.0 for month in range(self.setting.months + 1)]
        return [
            max(0, month - self.months) * self.monthly(gain) - self.built * part for month, part in enumerate(spent)
        ]

    # --- The bars -------------------------------------------------------------------------------------------------

    @property
    def keeps(self) -> float:
        """The gain that pays for running it: the bar once it is built, because what was spent is spent."""
        return self.running / self.setting.base

    @property
    def pays(self) -> float | None:
        """The gain that pays back the building, too: the bar before it is built. None if it is never live."""
        return self.keeps + self.built / self.live / self.setting.base if self.live else None

    def volume_needed(self, gain: float) -> float | None:
        """Decisions a month from which it pays; None where each decision loses money or it is never live."""
        margin = self.setting.stake * gain - self.per_decision
        if margin <= 0 or not self.live:
            return None
        return (self.fixed + self.built / self.live) / margin

    def stake_needed(self, gain: float) -> float | None:
        """Euros at stake in a decision from which it pays; None where it wins nothing or is never live."""
        if gain <= 0 or not self.live:
            return None
        return (self.running + self.built / self.live) / (self.setting.volume * gain)

    def build_allowed(self, gain: float) -> float | None:
        """Person-weeks of building that it pays back; None where it does not pay for running or weeks are free."""
        if self.monthly(gain) <= 0 or not self.setting.week:
            return None
        return self.live * self.monthly(gain) / self.setting.week

    def price_allowed(self, gain: float) -> float | None:
        """Euros a decision up to which it pays; None where it does not even if calls are free, or it is never live."""
        if not self.live:
            return None
        free = self.monthly(gain) + self.setting.volume * self.price - self.built / self.live
        return free / self.setting.volume if free >= 0 else None

    def months_needed(self, gain: float) -> int | None:
        """The month in which it has paid back; None if it never does."""
        if self.monthly(gain) <= 0:
            return None
        return self.months + math.ceil(round(self.built / self.monthly(gain), 9))
