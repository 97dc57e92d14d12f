"""From the counts to one word. First that applies:

start_holdout    nobody is held out: what the launches did together cannot be known
investigate      the holdout is not the share that was drawn, the groups differed before, or a guardrail is breached
report_harm      the interval of the holdout's effect lies below nothing: together the launches cost
report_holdout   it lies above nothing: this is the number to report, with its interval
report_no_gain   even its upper end is below the gain worth having
keep_measuring   none of these: the interval holds both nothing and a gain worth having
"""

DECISIONS = ("start_holdout", "investigate", "report_harm", "report_holdout", "report_no_gain", "keep_measuring")


def decide(low: float | None, high: float | None, minimum: float, *, holdout: bool = True, alarms: bool = False) -> str:
    """low, high: interval of the relative effect, as shares; None if the holdout's mean is not clearly above zero."""
    if not holdout:
        return "start_holdout"
    if alarms:
        return "investigate"
    if low is None or high is None:
        return "keep_measuring"
    if high < 0:
        return "report_harm"
    if low > 0:
        return "report_holdout"
    return "report_no_gain" if high < minimum else "keep_measuring"
