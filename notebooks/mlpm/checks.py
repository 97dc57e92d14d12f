"""Parameters of a calculator that cannot be meant are refused in one line: the name, what was given, what to give.

Each function returns the value it was given, so that it can stand where the value is used.
"""

import math
import numbers
from collections.abc import Sequence

from mlpm import InputError


def number(name: str, value: object, low: float = -math.inf, high: float = math.inf, meaning: str = "a number"):
    """A finite number from `low` to `high`. Raises InputError, whose remedy says `meaning`."""
    sound = isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
    if not (sound and low <= value <= high):
        raise InputError(f"Parameter {name} is {value!r}. Give {meaning}.")
    return value


def share(name: str, value: object):
    """A share from 0 to 1. Raises InputError; 35 for 35% is the usual slip."""
    slip = isinstance(value, numbers.Real) and not isinstance(value, bool) and 1 < value <= 100
    return number(name, value, 0, 1, f"a share from 0 to 1{f', such as {value / 100:g}' if slip else ''}")


def count(name: str, value: object, least: int = 0):
    """A whole number, `least` or more. Raises InputError."""
    meaning = f"a whole number, {least} or more"
    if isinstance(value, numbers.Real) and not isinstance(value, bool) and value % 1 != 0:
        raise InputError(f"Parameter {name} is {value!r}. Give {meaning}.")
    return number(name, value, least, math.inf, meaning)


def span(name: str, values: object, low: float = 0, high: float = math.inf) -> tuple[float, float, float]:
    """Three numbers: low, likely, high, in this order, from `low` to `high`. Raises InputError."""
    meaning = f"three numbers from {low:g} to {high:g}" if math.isfinite(high) else f"three numbers from {low:g} up"
    meaning += ", low, likely and high in this order"
    if not isinstance(values, Sequence) or isinstance(values, str) or len(values) != 3:
        raise InputError(f"Parameter {name} is {values!r}. Give {meaning}.")
    first, likely, last = (number(name, value, low, high, meaning) for value in values)
    if not first <= likely <= last:
        raise InputError(f"Parameter {name} is {values!r}. Give {meaning}.")
    return first, likely, last
