"""What the segments show, in tables and sentences: they name only what was asked before."""

from collections.abc import Sequence

import pandas as pd

from mlpm.experiment.health import Health
from mlpm.experiment.plan import Plan
from mlpm.experiment.segments import Comparison, Heterogeneity, Segments
from mlpm.experiment.small_words import change_text, interval_text, p_text, quoted, unbroken
from mlpm.phrases import listed, plural


def segments_frame(segments: Segments) -> pd.DataFrame:
    """One row per comparison; a dash where a group has too few units."""
    several = _several(segments.comparisons)
    rows = []
    for one in segments.comparisons:
        e = one.estimate
        rows.append(
            {"segment": f"{one.segment} = {one.value}", "metric": one.metric.name}
            | ({"variant": one.variant} if several else {})
            | {
                "change": change_text(e) if e else "–",
                "interval": unbroken(interval_text(e)) if e else "–",
                "p": p_text(e.p_value) if e else "–",
                "adjusted p": p_text(e.p_value_adjusted) if e else "–",
                "units": f"{sum(e.units):,}" if e else "–",
            }
        )
    return pd.DataFrame(rows)


def heterogeneity_frame(segments: Segments) -> pd.DataFrame:
    """One row per question whether an effect depends on a segment."""
    several = _several(segments.heterogeneity)
    return pd.DataFrame(
        [
            {"segment": one.segment, "metric": one.metric.name}
            | ({"variant": one.variant} if several else {})
            | {
                "Q": "–" if one.q is None else f"{one.q:.1f}",
                "by chance": "–" if one.degrees is None else f"{one.degrees}",
                "p": p_text(one.p_value),
                "adjusted p": p_text(one.p_value_adjusted),
            }
            for one in segments.heterogeneity
        ]
    )


def _several(found: Sequence[Comparison | Heterogeneity]) -> bool:
    return len({one.variant for one in found}) > 1


def outstanding(plan: Plan, segments: Segments) -> list[Comparison]:
    """The comparisons that are significant when counted with all others."""
    return [one for one in segments.comparisons if one.stands_out(plan.level)]


def segments_sentence(plan: Plan, segments: Segments, health: Health) -> str:
    """What stands out, whether effects differ, and what may be concluded from that."""
    if not plan.segments:
        return (
            "No segments were named: the effect is one number for everybody. Name the groups you would treat "
            "differently, known of each unit before the test, and name them before you see a result."
        )
    if health.alarm:
        return "The test is invalid: no result is read in any group, either."
    return " ".join(
        [
            _found(plan, segments),
            "That an effect shows in one group and not in another does not say that they differ; the test of that is "
            "Q, the spread of the differences between groups, against what their own errors explain.",
            "Q is a test for one look, whatever the intervals allow." if plan.always_valid else "",
        ]
    ).strip()


def _found(plan: Plan, segments: Segments) -> str:
    tested = sum(one.estimate is not None and one.estimate.p_value is not None for one in segments.comparisons)
    return (
        f"Holm's correction looks at {plural(tested, 'comparison')} within segments together: "
        f"{_standing(plan, segments, outstanding(plan, segments))} {_differing(plan, segments)} A segment that was "
        "named after somebody saw results is a hypothesis, whatever its p: test it anew, by itself, before you ship to "
        "it alone."
    )


def _standing(plan: Plan, segments: Segments, found: Sequence[Comparison]) -> str:
    if not found:
        return "none stands out."
    several = _several(segments.comparisons)
    each = [
        f"{quoted(one.metric.name)} where {quoted(one.segment)} is {quoted(one.value)}"
        + (f", in {quoted(one.variant)}" if several else "")
        + f" ({change_text(one.estimate)}, {interval_text(one.estimate)})"
        for one in found[:5]
    ]
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return f"{len(found)} {'stands' if len(found) == 1 else 'stand'} out, {'; '.join(each)}{more}."


def _differing(plan: Plan, segments: Segments) -> str:
    several = _several(segments.heterogeneity)
    differ = [
        one
        for one in segments.heterogeneity
        if one.p_value_adjusted is not None and one.p_value_adjusted <= plan.level
    ]
    if not any(one.p_value is not None for one in segments.heterogeneity):
        return "Whether effects differ between groups cannot be tested."
    if not differ:
        return "Nothing shows that an effect differs between the groups of a segment."
    each = [
        f"{quoted(one.metric.name)} by {quoted(one.segment)}"
        + (f" in {quoted(one.variant)}" if several else "")
        + f" (Q = {one.q:.1f} where chance alone gives about {one.degrees}; adjusted p {p_text(one.p_value_adjusted)})"
        for one in differ
    ]
    return f"Effects differ by more than chance explains: {listed(each)}."


def memo_sentence(plan: Plan, segments: Segments, health: Health) -> str:
    """The paragraph of the memo; empty where no segment is named, or no result may be read."""
    return f"By segment: {_found(plan, segments)}" if plan.segments and not health.alarm else ""


def title(plan: Plan, segments: Segments) -> str:
    """The chart's finding: how many comparisons stand out."""
    shown = sum(one.estimate is not None and one.estimate.p_value is not None for one in segments.comparisons)
    found = len(outstanding(plan, segments))
    which = "none" if not found else "all" if found == shown > 1 else f"{found}"
    verb = "stands" if which in ("none", "1") else "stand"
    return f"Of {plural(shown, 'comparison')} within segments {which} {verb} out."
