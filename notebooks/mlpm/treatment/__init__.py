"""Which score gets which treatment, who is hit by it, and what comes after?

A harm table says what each action does to a decent item and to a violating one. At a calibrated probability the action
with the least expected harm wins, so each action that is used has a band of probabilities, in closed form.

harms      the harm table, read from a line of text
bands      switch points, actions that are never used and why, how far each weight may move: exact fractions
policies   a day of the stream: volumes and harm, what each further action buys, what a limit costs
people     who is hit: decent items by group of authors, and bands that do not fit a group
follow_up  the queue that reviewers get, and appeals
decision   adopt the bands, stay with one cut, recalibrate first, or collect more labels
study      all of it, computed once for one file and one set of parameters
answer     the result for machines, and the numbers a chapter quotes
wording    the findings in sentences, and the memo: a treatment policy
figures    the charts
"""

from mlpm.treatment import wording
from mlpm.treatment.answer import example, numbers, result, slug
from mlpm.treatment.bands import Band, Room, Unused, bands, crossing, least, room, unused, used
from mlpm.treatment.decision import DECISIONS, FEW_ROWS, decide, items_to_tell
from mlpm.treatment.figures import (
    bands_figure,
    hit_figure,
    lines_figure,
    meaning_figure,
    policies_figure,
    volumes_figure,
)
from mlpm.treatment.follow_up import appeals, check_names, read_appeals, read_limit, review
from mlpm.treatment.harms import Action, read_harms
from mlpm.treatment.policies import (
    Day,
    Formula,
    Limit,
    Plan,
    by_number,
    edges,
    harm,
    plan,
    price,
    strictest,
    volumes,
)
from mlpm.treatment.study import Findings, Policy, analyze

__all__ = [
    "DECISIONS", "FEW_ROWS", "Action", "Band", "Day", "Findings", "Formula", "Limit", "Plan", "Policy",
    "Room", "Unused", "analyze", "appeals", "bands", "bands_figure", "by_number", "check_names", "crossing", "decide",
    "edges", "example", "harm", "hit_figure", "items_to_tell", "least", "lines_figure", "meaning_figure", "numbers",
    "plan",
    "policies_figure", "price", "read_appeals", "read_harms", "read_limit", "result", "review", "room", "slug",
    "strictest", "unused", "used", "volumes", "volumes_figure", "wording",
]
