"""Nothing, a rule, a model or a call of somebody else's model: which one is worth building?

causes   what the pain is made of, and which remedy could reach it
options  what an option costs and brings over time; the bars it has to clear
chance   what is believed of a gain, and what that makes of an option: chances, expected values, the worth of knowing
study    all options of one case, the rule first, and the decision
words    the findings in sentences, and the memo
figures  the charts
"""

from mlpm.fit import causes, words
from mlpm.fit.chance import Belief
from mlpm.fit.figures import chance_figure, time_figure, volume_figure
from mlpm.fit.options import Option, Setting
from mlpm.fit.study import DECISIONS, Study

__all__ = [
    "DECISIONS", "Belief", "Option", "Setting", "Study", "causes", "chance_figure", "time_figure",
    "volume_figure", "words",
]
