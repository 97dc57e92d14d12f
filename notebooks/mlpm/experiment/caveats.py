"""What was done to the data and to the intervals, in words: missing values, clusters of rows, looks at any time."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from mlpm.experiment.estimates import USUAL_SPREAD, Estimate, compare
from mlpm.experiment.health import ALARM, Health, Missingness
from mlpm.experiment.moments import Moments
from mlpm.experiment.plan import Plan
from mlpm.experiment.small_words import named, p_short, percent, quoted, value_text
from mlpm.phrases import listed, plural

FEW_CLUSTERS = 30  # of a variant; errors begin to be too small between 20 and 50 in all (Cameron & Miller 2015)

# --- Missing values ------------------------------------------------------------------------------------------------


def gap_notes(plan: Plan, health: Health) -> list[str]:
    """One sentence for each column that lacks values: how many, and what became of them."""
    notes = []
    for check in health.missing:
        gap = check.gap
        have = f"{gap.rows:,} of {plural(gap.total, 'row')} {'has' if gap.rows == 1 else 'have'} no value"
        if plan.missing == "zero":
            fate = "it counts as 0, as you declared" if gap.rows == 1 else "they count as 0, as you declared"
            notes.append(f"Column {quoted(gap.column)}: {have}; {fate}.")
        else:
            needing = listed([quoted(metric.name) for metric in plan.metrics if gap.column in metric.columns])
            notes.append(f"Column {quoted(gap.column)}: {have} and {_are(gap.rows)} left out of {needing}.")
    return notes


def _are(rows: int) -> str:
    return "is" if rows == 1 else "are"


def missing_sentence(health: Health) -> str:
    """Does a column lack values more often in one variant? Empty where nothing was left out."""
    judged = [check for check in health.missing if check.p_value_adjusted is not None]
    if not judged:
        return ""
    alarms = [check for check in judged if check.alarm]
    if alarms:
        return (
            f"**Values are missing unevenly:** {listed([_shares(check, health) for check in alarms])}; adjusted p "
            f"below {ALARM:g}. What is left is no random sample of what was assigned, so leaving values out is no "
            "remedy."
        )
    smallest = min(check.p_value_adjusted for check in judged)
    names = listed([quoted(check.gap.column) for check in judged])
    return (
        f"No variant lacks values of {names} more often than chance explains (smallest adjusted {p_short(smallest)}; "
        f"alarm below {ALARM:g})."
    )


def _shares(check: Missingness, health: Health) -> str:
    units = health.ratio.observed
    shares = [f"{check.gap.lacking[arm] / units[arm]:.1%} of {quoted(arm)}" for arm in units]
    return f"{quoted(check.gap.column)} ({', '.join(shares)})"


def segment_ratio_sentence(health: Health) -> str:
    """The groups in which the split is not as asked; empty where there is none."""
    alarms = [check for check in health.segments if check.alarm]
    if not alarms:
        return ""
    groups = [f"{quoted(check.segment)} = {quoted(check.value)} ({_counts(check.ratio.observed)})" for check in alarms]
    return (
        f"**Sample ratio mismatch within segments:** {listed(groups)}; adjusted p below {ALARM:g}. Either units were "
        "lost there, or the change itself moves units between these groups: then name what was known of them before "
        "the assignment."
    )


def _counts(observed: dict[str, int]) -> str:
    return ", ".join(f"{quoted(arm)} {units:,}" for arm, units in observed.items())


# --- Clusters ------------------------------------------------------------------------------------------------------


def cluster_sentence(plan: Plan, estimates: Sequence[Estimate]) -> str:
    """How much wider the intervals are than if every row were a unit; empty without clusters."""
    if not plan.cluster:
        return ""
    several = len({e.variant for e in estimates}) > 1
    found = [e for e in estimates if e.design_effect]
    text = f"A unit is a {quoted(plan.cluster)}, however many rows it has."
    if found:
        most = max(found, key=lambda e: e.design_effect)
        low, high = (f"{edge(e.design_effect for e in found) ** 0.5:.1f}" for edge in (min, max))
        text += (
            f" The intervals are {low if low == high else f'{low} to {high}'} times as wide as if every row were one; "
            f"most so that of {named(most, several)}, with a design effect (the ratio of the variances) of "
            f"{most.design_effect:.1f}."
        )
    fewest = min((units for e in estimates for units in e.units), default=0)
    if 0 < fewest < FEW_CLUSTERS:
        text += f" With {fewest} clusters in a variant the intervals tend to be too narrow all the same: bring more."
    return text


# --- Looks at any time ---------------------------------------------------------------------------------------------


def always_sentence(plan: Plan, estimates: Sequence[Estimate]) -> str:
    """What looking at any time costs in width; empty where looks are planned."""
    widened = [e.widened for e in estimates if e.widened is not None]
    if not plan.always_valid or not widened:
        return ""
    low, high = f"{min(widened):.1f}", f"{max(widened):.1f}"
    return (
        f"Intervals and p-values hold at every look, whenever you stop, at {plan.alpha:g} in all. For that intervals "
        f"are {low if low == high else f'{low} to {high}'} times as wide as those of a test that is read once."
    )


def width_at_any_time(plan: Plan, moments: Moments) -> tuple[float, float] | None:
    """Least and most of what the intervals of this test would be wider, were it read at any time and not once."""
    found = compare(replace(plan, sequential="always"), moments, power=False)
    widened = [e.widened for e in found if e.widened is not None]
    return (min(widened), max(widened)) if widened else None


def width_frame(estimates: Sequence[Estimate]) -> pd.DataFrame:
    """One row per interval that may be read at any time: the differences it expects, and what it costs in width."""
    several = len({e.variant for e in estimates}) > 1
    return pd.DataFrame(
        [
            {"metric": e.metric.name}
            | ({"variant": e.variant} if several else {})
            | {
                "expected differences": value_text(e.spread, e.metric.kind),
                "width": f"{e.widened:.2f}\u00a0×",
                "units that make up for it": f"{e.widened**2:.1f}\u00a0×",
            }
            for e in estimates
            if e.widened is not None
        ]
    )


def price_sentence(plan: Plan) -> str:
    """Where the expected differences come from, and what the reader may do."""
    origin = (
        f"They are {percent(plan.minimum_effect, signed=False)} of the control's value, your minimum effect."
        if plan.minimum_effect
        else f"You named no minimum effect, so they are {USUAL_SPREAD:g} standard deviations of a unit."
    )
    return (
        f"You may look as often as you like and stop when you like: in at most {100 * plan.alpha:g} of 100 tests of "
        "nothing is there ever a look that calls a metric significant. The price is the width: so many times that of "
        "a test read once on the same units, which about so many times the units make up for. It is least where true "
        f"differences are about as large as expected. {origin} A `looks` of more than 1 has no part in this."
    )
