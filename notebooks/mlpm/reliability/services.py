"""Services behind a page: how available is what needs all of them, and what do copies bring?

Availability is the share of time (or of requests) in which a part answers as agreed. In series all parts have to be up.
If parts fail at the same time (one network, one deploy, one certificate), a chain in series loses less than the
product says, and copies lose more: `shared` is the beta factor of reliability engineering, the share of a copy's
downtime that takes all copies down at once.
"""

import numpy as np

from mlpm import checks

# Hours of the month that downtimes are told for: 30 days.
MONTH = 30 * 24.0


def in_series(*availabilities: float) -> float:
    """All have to be up, and fail independently: the product."""
    for place, value in enumerate(availabilities, start=1):
        checks.share(f"availability {place}", value)
    return float(np.prod(availabilities))


def series_needed(whole: float, parts: int) -> float:
    """The availability that each of so many parts in series needs."""
    return checks.share("whole", whole) ** (1 / checks.count("parts", parts, 1))


def copies(availability: float, number: int, shared: float = 0.0) -> float:
    """At least one of `number` copies is up: 1 − (β·u + ((1 − β)·u)ⁿ), u the downtime of one, β = `shared`.

    One copy gives `availability` back, whatever is shared.
    """
    down = 1 - checks.share("availability", availability)
    checks.share("shared", shared)
    if checks.count("number", number, 1) == 1:
        return float(availability)
    return float(1 - (shared * down + ((1 - shared) * down) ** number))


def downtime(availability, hours: float = MONTH):
    """Hours down in a period of `hours`. Takes arrays."""
    return (1 - availability) * hours
