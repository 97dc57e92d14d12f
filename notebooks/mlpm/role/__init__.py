"""Which of the jobs called ML product manager is it, and how much can twelve questions tell?

Four questions on each of three scales (research, heavy computation, business value), answered from evidence with 0 to
3. The highest scale is the job, if it leads by enough; two or three scales close together are two or three jobs.

questions  the twelve questions with what 0, 1, 2 and 3 mean
verdict    scores, verdict and reading path
doubt      how often another honest scorer would come to another verdict: exact, by convolution
skills     four areas: what the job asks, what you have, and the gap to close first
adverts    three invented job adverts, scored line by line
wording    the findings in sentences, and the memo
figures    the charts, one of them the scorecard itself
"""

from mlpm.role import wording
from mlpm.role.adverts import ADVERTS, scored
from mlpm.role.doubt import Doubt, doubt, lean, lines_apart
from mlpm.role.figures import doubt_figure, scorecard_figure, skills_figure
from mlpm.role.questions import QUESTIONS, SCALES, Question
from mlpm.role.skills import AREAS, gaps, needs
from mlpm.role.verdict import CLEAR, FLOOR, READ, VERDICTS, Role, check, of_scores

__all__ = [
    "ADVERTS",
    "AREAS",
    "CLEAR",
    "FLOOR",
    "QUESTIONS",
    "READ",
    "SCALES",
    "VERDICTS",
    "Doubt",
    "Question",
    "Role",
    "check",
    "doubt",
    "doubt_figure",
    "gaps",
    "lean",
    "lines_apart",
    "needs",
    "of_scores",
    "scorecard_figure",
    "scored",
    "skills_figure",
    "wording",
]
