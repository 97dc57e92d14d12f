"""What can be learned where users cannot be split, and how each way of learning it fails.

Generated worlds in which the truth is known, and one calculation on the reader's own cities:

cities      difference-in-differences from one change a city: three intervals, and which one to believe
panel       worlds of cities by weeks: false alarms by what is counted, a drift and whether a test before sees it
switchback  buyers who compete and spoil a split; the switchback by city and hours, and what lingers in it
drafts      two orders of a list: team-draft interleaving against an A/B test, counted exactly
sizes       what a split of users can see
words       the findings in sentences
figures     the charts
"""

from mlpm.designs.cities import Cities, Interval, from_errors, shuffled
from mlpm.designs.drafts import ACTS, Duel, Market
from mlpm.designs.panel import Panel
from mlpm.designs.sizes import smallest_difference, split_size
from mlpm.designs.switchback import Crowd, Switchback

__all__ = [
    "ACTS", "Cities", "Crowd", "Duel", "Interval", "Market", "Panel", "Switchback", "from_errors", "shuffled",
    "smallest_difference", "split_size",
]
