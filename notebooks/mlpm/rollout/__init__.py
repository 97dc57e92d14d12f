"""How fast does a launch go out, what can each stage see, and when is it stopped?

size     how many sessions a canary needs for one look
stop     a line that may be looked at every hour, and the exact course of a launch under it
ramp     all of it for one ramp: stages, chances, people hit before the switch, rehearsed or not
mixing   why days with different shares must not be poured into one pot
figures  the charts, three of them with sliders
words    the findings in sentences
"""

from mlpm.rollout.figures import canary_figure, false_alarm_figure, harm_figure, mixing_figure
from mlpm.rollout.mixing import Mixing
from mlpm.rollout.ramp import Ramp
from mlpm.rollout.size import canary_size
from mlpm.rollout.stop import course, naive_line, new_side, odds_line

__all__ = [
    "Mixing", "Ramp", "canary_figure", "canary_size", "course", "false_alarm_figure", "harm_figure", "mixing_figure",
    "naive_line", "new_side", "odds_line",
]
