"""How many units and weeks does a test take, what can it see in the weeks there are, and what will a win mean?

question  parameters → what people decide: effect, power, split, looks, weeks
traffic   rows → distinct units by days elapsed, and the metric's spread by weeks, in two grouped queries
sizes     units for an effect, effect for units, chances: every formula has a name
plan      weeks, costs, guardrail, price and one decision, computed once
words     the findings in sentences, and the memo: an experiment brief
figures   the charts, two of them with sliders
"""

from mlpm.sizing import words
from mlpm.sizing.figures import chance_figure, proportion_slider, units_figure, weeks_slider
from mlpm.sizing.plan import DECISIONS, Plan, decide
from mlpm.sizing.question import Question, question
from mlpm.sizing.sizes import FORMULAS, Design, Guardrail, answers, dunnett
from mlpm.sizing.traffic import Spread, Traffic, read

__all__ = [
    "DECISIONS",
    "FORMULAS",
    "Design",
    "Guardrail",
    "Plan",
    "Question",
    "Spread",
    "Traffic",
    "answers",
    "chance_figure",
    "decide",
    "dunnett",
    "proportion_slider",
    "question",
    "read",
    "units_figure",
    "weeks_slider",
    "words",
]
