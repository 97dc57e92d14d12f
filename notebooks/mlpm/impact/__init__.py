"""What did the launches do together, and which number on the dashboard would change what we do?

question  parameters → events, days, limits, announced wins
log       the reader's events: read, checked, folded into one row a user, counted by week and group
cohorts   activation and return by week of first use; who is too young to count
wins      announced wins added up, and what is left of them once it counts that they were picked
voices    what was read beside the numbers: themes in a sample, with intervals
size      how small a holdout can be and still tell, and what it costs
decision  start a holdout, investigate, report, or keep measuring
study     all of it, computed once for one log and one question
tiles     the dashboard: value, decision, rule, next look
answer    the result for machines, and the numbers a chapter quotes
wording   the findings in sentences, and the memo
figures   the charts
"""

from mlpm.impact import wording
from mlpm.impact.answer import luck_numbers, numbers, replied_numbers, result, size_numbers, voice_numbers
from mlpm.impact.cohorts import Cohorts, cohorts
from mlpm.impact.decision import DECISIONS, decide
from mlpm.impact.figures import claims_figure, cohort_figure, rails_figure, size_figure
from mlpm.impact.log import EXPOSED, HELD, Log, read
from mlpm.impact.question import Columns, Guardrail, Question, Win, ask, read_wins
from mlpm.impact.study import Findings, analyze, fading
from mlpm.impact.tiles import Tile, tiles
from mlpm.impact.voices import read_voices, tally, unheard
from mlpm.impact.wins import Claim, claim, left_of, spread

__all__ = [
    "DECISIONS",
    "EXPOSED",
    "HELD",
    "Claim",
    "Cohorts",
    "Columns",
    "Findings",
    "Guardrail",
    "Log",
    "Question",
    "Tile",
    "Win",
    "analyze",
    "ask",
    "claim",
    "claims_figure",
    "cohort_figure",
    "cohorts",
    "decide",
    "fading",
    "left_of",
    "luck_numbers",
    "numbers",
    "rails_figure",
    "read",
    "read_voices",
    "read_wins",
    "replied_numbers",
    "result",
    "size_figure",
    "size_numbers",
    "spread",
    "tally",
    "tiles",
    "unheard",
    "voice_numbers",
    "wording",
]
