"""Has the world moved under a model, in which slice, and who should be told?

stability   how far two sets of counts are apart (PSI, Kolmogorov–Smirnov), and how far chance alone puts them
counts      three grouped queries over a file of predictions
alarm       a line for each slice and week whose false alarms are counted before anybody is woken
decision    act, look, collect what is missing, or nothing
study       all of it, worked out once for one file
wording     the findings in sentences, and the memo
listings    the tables
figures     the charts
calm        a slice that moves under a calm average; shares only, no file
retraining  retrain by the calendar or by an alarm: what each costs
running     sentences and charts of the notebook on running a model
"""

from mlpm.drift.counts import ALL, Counts, read
from mlpm.drift.decision import DECISIONS, decide
from mlpm.drift.study import Study, analyze

__all__ = ["ALL", "DECISIONS", "Counts", "Study", "analyze", "decide", "read"]
