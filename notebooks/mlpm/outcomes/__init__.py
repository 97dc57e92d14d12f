"""From a model's metric to the outcome it is for: which number is the goal, what moved it, when does a proxy turn?

tree     a metric as the product of its nodes; what each is worth; a change shared out among them
results  key results and guardrails: scores in both directions, and how exactly they are known
proxy    a small market in which a ranking is made for a proxy, more and more
words    the findings in sentences, and the memo
figures  the charts
"""

from mlpm.outcomes import words
from mlpm.outcomes.figures import path_figure, scores_figure, sliders_figure, what_moved_figure
from mlpm.outcomes.proxy import Guard, Market
from mlpm.outcomes.results import Guardrail, KeyResult, mean_score
from mlpm.outcomes.tree import Node, Tree

__all__ = [
    "Guard", "Guardrail", "KeyResult", "Market", "Node", "Tree", "mean_score", "path_figure", "scores_figure",
    "sliders_figure", "what_moved_figure", "words",
]
