"""What each action does to a decent item and to a violating one, in one unit; read from a line of text.

The unit is the reader's own, such as one bullying comment shown to everybody. Weights are kept as exact fractions, so
that a switch point is the fraction it is and not its neighbor.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from mlpm import InputError, tables

MOST_ACTIONS = 8
NUMBER = re.compile(r"[0-9]*\.?[0-9]+([eE][+-]?[0-9]{1,2})?|[0-9]+\.")
SIDES = ("decent", "violating")
EXAMPLE = "show: 0/1, cover: .15/.25, hide: .60/0"


@dataclass(frozen=True)
class Action:
    """decent, violating: the harm done when the action is taken on a decent item and on a violating one."""

    name: str
    decent: Fraction
    violating: Fraction

    @property
    def slope(self) -> Fraction:
        return self.violating - self.decent

    def harm(self, p):
        """Expected harm at a calibrated probability p of violating: decent + (violating − decent) p."""
        exact = isinstance(p, (int, Fraction))
        decent, slope = (self.decent, self.slope) if exact else (float(self.decent), float(self.slope))
        return decent + slope * p

    def weight(self, side: str) -> Fraction:
        return self.decent if side == "decent" else self.violating

    def with_weight(self, side: str, value: Fraction) -> "Action":
        return replace(self, **{side: Fraction(value)})


def pairs(parameter: str, text: str, example: str) -> dict[str, tuple[Fraction, Fraction]]:
    """Read `name: number/number, …` in the order given. parameter, example: what a refusal names and shows."""
    found = {}
    for part in tables.names(str(text)):
        name, colon, numbers = (piece.strip() for piece in part.partition(":"))
        values = [value.strip() for value in numbers.split("/")]
        if not (colon and name and len(values) == 2 and all(NUMBER.fullmatch(value) for value in values)):
            raise InputError(
                f"Parameter {parameter}: '{part}' is not an action with two harms or shares that are not negative. "
                f"Write name: decent/violating, such as {example}."
            )
        if name.casefold() in (other.casefold() for other in found):
            raise InputError(f"Parameter {parameter} names '{name}' twice. Give each action once.")
        found[name] = (Fraction(values[0]), Fraction(values[1]))
    return found


def read_harms(text: str) -> list[Action]:
    """Actions of a harm table such as `show: 0/1, cover: .15/.25, hide: .60/0`; the first one is what happens today."""
    found = [Action(name, *weights) for name, weights in pairs("harms", text, EXAMPLE).items()]
    if not 2 <= len(found) <= MOST_ACTIONS:
        raise InputError(
            f"Parameter harms names {len(found)} action{'s' * (len(found) != 1)}. "
            f"Give two to {MOST_ACTIONS}, such as {EXAMPLE}."
        )
    return found
