"""What may an agent do alone, what with a person's look, what never, and how much evidence opens the next rung?

ladder   actions of an agent: what each way of doing them costs, what can go before somebody notices, what opens a rung
figures  steps in a row, pass^k, the cost of each way: with sliders
words    what the notebook says after each result, and the memo
"""

from mlpm.autonomy.figures import chain_figure, pass_figure, ways_figure
from mlpm.autonomy.ladder import Action, Approval, Audit, Ladder

__all__ = ["Action", "Approval", "Audit", "Ladder", "chain_figure", "pass_figure", "ways_figure"]
