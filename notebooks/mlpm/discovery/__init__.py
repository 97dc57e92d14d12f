"""What may be concluded from a handful of interviews, and from counts beside them?

Interviews tell what happened and why; they count badly. Here is how badly, and what changes if the people who came are
not like those who did not, or keep quiet about what they have.

talks    a pain raised by so many of so many: what is still possible, and when the decision changes
counts   the same pain in the log: what a person meets, and whether it strikes at random
study    both for one set of parameters, and the decision: go_on, switch, drop or ask
figures  the charts
words    the findings in sentences
"""

from mlpm.discovery.counts import Silence
from mlpm.discovery.study import DECISIONS, Study, decide
from mlpm.discovery.talks import Talks, decided_by

__all__ = ["DECISIONS", "Silence", "Study", "Talks", "decide", "decided_by"]
