"""Prompt, retrieval, tuning, or machines of one's own: when does a fixed cost repay itself?

tuning     a cost once against tokens saved in each call, with a cache, retuning, falling prices and growing traffic
knowledge  three ways to bring facts that change into an answer, by what they cost a month
machines   open weights on rented machines against a price per token
words      the findings in sentences, and the memo
figures    the charts
"""

from mlpm.adaptation import words
from mlpm.adaptation.figures import knowledge_figure, machines_figure, tuning_figure
from mlpm.adaptation.knowledge import Knowledge
from mlpm.adaptation.machines import Machines
from mlpm.adaptation.tuning import Traffic, Tuning, cases

__all__ = [
    "Knowledge",
    "Machines",
    "Traffic",
    "Tuning",
    "cases",
    "knowledge_figure",
    "machines_figure",
    "tuning_figure",
    "words",
]
