"""What has been spent by the time a no is heard, and what does another order of the same phases change?

plan     phases with their cost, the phase that answers each assumption, and the money still being spent
words    the findings in sentences, and the memo
figures  the charts
"""

from mlpm.phases import words
from mlpm.phases.figures import choose_figure, spending_figure
from mlpm.phases.plan import RISKS, Phase, Plan, caught, read_phases, read_places, read_shares

__all__ = [
    "RISKS", "Phase", "Plan", "caught", "choose_figure", "read_phases", "read_places", "read_shares",
    "spending_figure", "words",
]
