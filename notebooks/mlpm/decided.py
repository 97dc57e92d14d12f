"""A study that ends in one word for what to do, and one for the rule that said so."""


class Decided:
    """What such studies share: `decided`, the decision and the rule that took it, as their `decide` returned them."""

    decided: tuple[str, str]

    @property
    def decision(self) -> str:
        return self.decided[0]

    @property
    def rule(self) -> str:
        return self.decided[1]
