"""Which groups does one cut treat alike, in which sense, and what would it cost whom to be alike in another?

Four shares can be made equal: of all, of the positives, of the negatives, and of those acted on how many are positive;
and a score can mean the same for everybody. Where base rates differ they cannot all be (Chouldechova 2017; Kleinberg,
Mullainathan, Raghavan 2017). So a goal is chosen, by somebody, and the others are its price.

identity  three shares and a base rate: any three give the fourth
groups    what a cut does to a group, in counts; the gaps between groups; what a score means in each
goals     cuts by group that reach each goal with as many actions as now
versions  the same people under other versions of the score
study     all of it, worked out once for one file, one cut and one goal
decision  keep the cut, change it, mend the score, collect more, label the rest, or choose a goal first
wording   the findings in sentences, and the memo
listings  the tables
figures   the charts
"""

from mlpm.fairness.decision import DECISIONS, decide
from mlpm.fairness.goals import GOALS, Policy
from mlpm.fairness.groups import Counts, Gap, Group
from mlpm.fairness.identity import caught_needed, hit_needed, right_share
from mlpm.fairness.study import Study, analyze, read
from mlpm.fairness.versions import Version, read_versions

__all__ = [
    "DECISIONS", "GOALS", "Counts", "Gap", "Group", "Policy", "Study", "Version", "analyze", "caught_needed", "decide",
    "hit_needed", "read", "read_versions", "right_share",
]
