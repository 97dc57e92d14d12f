"""A price list in one line, and what calls cost at it.

A token of input is paid once: at the price of input, of writing the cache, or of reading it. So the price of writing
replaces that of input and is not added to it; "writing is free" means that it equals the price of input.
"""

import math
from dataclasses import dataclass

from mlpm import InputError

MILLION = 1_000_000
SHAPE = "Write euros per million tokens, model input output cached written, such as large 1 5 0.1 1; small 0.2 1"


@dataclass(frozen=True)
class Price:
    """Euros per million tokens of one model.

    cached: of an input token read from the cache; written: of one that is written to it.
    """

    model: str
    input: float
    output: float
    cached: float
    written: float


def read_prices(text: str) -> dict[str, Price]:
    """Read a list such as `large 1 5 0.1 1; small 0.2 1`: model → Price, in the order given. Raises InputError."""
    found = {}
    for part in filter(None, (part.strip() for part in str(text).split(";"))):
        model, *numbers = part.split()
        try:
            values = [float(number) for number in numbers]
        except ValueError:
            values = []
        if not 2 <= len(values) <= 4 or not all(math.isfinite(value) and value >= 0 for value in values):
            raise InputError(f"Parameter prices: '{part}' is not a model and its prices. {SHAPE}.")
        if model in found:
            raise InputError(f"Parameter prices names '{model}' twice. Keep one line of prices a model.")
        fresh, output, cached, written = [*values, *[values[0]] * (4 - len(values))]
        found[model] = Price(model, fresh, output, cached, written)
    if not found:
        raise InputError(f"Parameter prices is empty. {SHAPE}.")
    return found


def cost(price: Price, calls, fresh, stable, output, hits=None):
    """Euros for calls of `fresh` and `stable` input tokens and `output` tokens each. Takes numbers or arrays.

    stable: tokens at the front of the prompt that are the same in call after call; hits: the share of them that is read
    from the cache, the others being written to it; None: there is no cache.
    """
    front = price.input if hits is None else hits * price.cached + (1 - hits) * price.written
    return calls * (fresh * price.input + stable * front + output * price.output) / MILLION


def hits_needed(price: Price) -> float:
    """The share of hits from which a cache costs less than none: 0 where writing costs no more than plain input.

    A hit saves input − cached, a miss costs written − input more. Infinite where a cached token is no cheaper.
    """
    if price.written <= price.input:
        return 0.0
    return (price.written - price.input) / (price.written - price.cached) if price.cached < price.input else math.inf
