"""Does a test of n items show that a line is held, in every slice, and after launch?

study    one acceptance test: verdict, both errors of the gate, items needed, slices, and the checks after launch
figures  the charts
words    the findings in sentences
"""

from mlpm.requirements.study import DECISIONS, VERDICTS, Slice, Study, read_slices, verdict

__all__ = ["DECISIONS", "VERDICTS", "Slice", "Study", "read_slices", "verdict"]
