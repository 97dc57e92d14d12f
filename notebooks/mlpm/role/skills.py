"""The four skill areas: what each job asks of them, what you have, and the gap to close first."""

from collections.abc import Mapping

import pandas as pd

from mlpm import InputError

# In this order a tie is broken: a mistake in strategy makes the other three expensive.
AREAS = {"strategy": "Strategy", "delivery": "Delivery", "influencing": "Influencing", "tech": "Tech fluency"}
MOST = 6
# What a job asks of each area, on the scale of the self-check (0 to 6). Our judgment, to be argued with.
ASKED = {
    "research": {"strategy": 3, "delivery": 3, "influencing": 5, "tech": 6},
    "compute": {"strategy": 3, "delivery": 5, "influencing": 4, "tech": 6},
    "business": {"strategy": 6, "delivery": 5, "influencing": 5, "tech": 4},
}
# Points beyond what is asked from which work in an area will find you.
PULL = 2


def needs(verdict: str) -> dict[str, int]:
    """What a verdict asks of each area: of several jobs the most; of an undefined one the most of all three."""
    jobs = [job for job in verdict.split("+") if job in ASKED] or list(ASKED)
    return {area: max(ASKED[job][area] for job in jobs) for area in AREAS}


def gaps(verdict: str, have: Mapping[str, int]) -> pd.DataFrame:
    """Columns area, asked, have, gap (asked − have): the gap to close first on top. Raises InputError."""
    for area in AREAS:
        value = have.get(area)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
            raise InputError(f"Parameter {area} is {value!r}. Give the sum of the self-check, a whole number, 0 to 6.")
    asked = needs(verdict)
    frame = pd.DataFrame([(area, asked[area], have[area], asked[area] - have[area]) for area in AREAS],
                         columns=["area", "asked", "have", "gap"])
    return frame.sort_values("gap", ascending=False, kind="stable", ignore_index=True)
