"""The people who cannot see the screen: whose comment was treated, who is told, who asks again, who gets it back."""

from dataclasses import dataclass

from mlpm import checks


@dataclass(frozen=True)
class Treated:
    """What is treated a day: so many positives (rightly), so many decent items (wrongly)."""

    positive: float
    decent: float

    def __post_init__(self) -> None:
        for name in ("positive", "decent"):
            checks.number(f"treated {name}", getattr(self, name), 0, meaning="items a day, 0 or more")

    @property
    def items(self) -> float:
        return self.positive + self.decent


@dataclass(frozen=True)
class WayBack:
    """What authors can do, and what follows, a day.

    told: share of authors who see that something happened. decent_ask, positive_ask: of those told, the share who ask
    again. decent_upheld, positive_upheld: of those who ask, the share who get their item back.
    """

    name: str
    told: float
    decent_ask: float
    positive_ask: float
    decent_upheld: float
    positive_upheld: float

    def __post_init__(self) -> None:
        for name in ("told", "decent_ask", "positive_ask", "decent_upheld", "positive_upheld"):
            checks.share(f"{name} ({self.name})", getattr(self, name))

    def decent_asking(self, treated: Treated) -> float:
        return treated.decent * self.told * self.decent_ask

    def positive_asking(self, treated: Treated) -> float:
        return treated.positive * self.told * self.positive_ask

    def asking(self, treated: Treated) -> float:
        """Appeals a day; each is a label by a person who looked twice."""
        return self.decent_asking(treated) + self.positive_asking(treated)

    def restored(self, treated: Treated) -> float:
        """Decent items given back a day."""
        return self.decent_asking(treated) * self.decent_upheld

    def let_back(self, treated: Treated) -> float:
        """Positives given back a day, by mistake."""
        return self.positive_asking(treated) * self.positive_upheld

    def hours(self, treated: Treated, seconds: float) -> float:
        """Hours of review a day."""
        return self.asking(treated) * seconds / 3600
