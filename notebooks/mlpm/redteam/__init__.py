"""What does a red team's silence prove, and what has to hold where it proves nothing?

campaign  attempts by class of attack: the largest share that may still succeed, one class alone, all classes at once
learner   somebody who changes one thing at a time and keeps what seems to help, against somebody who draws anew
layers    two filters that share a hole: what the second one really adds
loss      what a break-in costs with the cap, the limit and the hours of `mlpm.autonomy`, and which lever saves most
figures   the charts, with sliders
words     what the notebook says after each result, and the memo
"""

from mlpm.redteam.campaign import AttackClass, Campaign
from mlpm.redteam.figures import attempts_figure, gone_figure, layers_figure, learner_figure
from mlpm.redteam.layers import Layers
from mlpm.redteam.learner import Lock
from mlpm.redteam.loss import Exposure

__all__ = [
    "AttackClass", "Campaign", "Exposure", "Layers", "Lock", "attempts_figure", "gone_figure", "layers_figure",
    "learner_figure",
]
