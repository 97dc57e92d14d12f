"""The intervals within segments, as a chart."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.experiment.health import Health
from mlpm.experiment.plan import Plan
from mlpm.experiment.segment_words import title
from mlpm.experiment.segments import Segments
from mlpm.experiment.small_words import percent

MOST_ROWS = 40


def segments_rows(plan: Plan, segments: Segments) -> pd.DataFrame:
    """One row per interval that has a relative scale; beyond 40 those of the groups with most units."""
    several = len({one.variant for one in segments.comparisons}) > 1
    rows = []  # what tells rows apart stands first: a phone cuts long labels off
    for one in segments.comparisons:
        e = one.estimate
        if e is None or e.relative is None:
            continue
        group = [f"{one.segment} {one.value}" if len(plan.segments) > 1 else one.value]
        rows.append(
            {
                "row": " · ".join([*group, *[one.variant] * several, one.metric.name]),
                "change": e.relative,
                "low": e.relative_low,
                "high": e.relative_high,
                "found": "stands out" if one.stands_out(plan.level) else "does not stand out",
                "units": sum(e.units),
            }
        )
    frame = pd.DataFrame(rows, columns=["row", "change", "low", "high", "found", "units"])
    kept = frame.sort_values("units", ascending=False, kind="stable").head(MOST_ROWS).index
    return frame.loc[sorted(kept)]


def segments_figure(plan: Plan, segments: Segments, health: Health) -> alt.TopLevelMixin | None:
    """Relative change of each metric in each group with its interval; None where there is none that may be read."""
    frame = segments_rows(plan, segments)
    if frame.empty or health.alarm:
        return None
    looks = {"stands out": (charts.ACCENT, "square"), "does not stand out": (charts.MUTED, "circle")}
    present = [found for found in looks if found in set(frame.found)]
    signed = "datum.value == 0 ? '0' : format(datum.value, '+.0%')"
    base = alt.Chart(frame).encode(
        y=alt.Y("row:N", sort=None, title=None),
        color=alt.Color("found:N", scale=alt.Scale(domain=present, range=[looks[one][0] for one in present])),
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=charts.MUTED).encode(x="zero:Q")
    span = base.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("low:Q", title="Change against the control", axis=alt.Axis(labelExpr=signed)), x2="high:Q"
    )
    dots = base.mark_point(size=90, filled=True, opacity=1).encode(
        x="change:Q",
        shape=alt.Shape("found:N", scale=alt.Scale(domain=present, range=[looks[one][1] for one in present])),
    )
    all_of = len([one for one in segments.comparisons if one.estimate and one.estimate.relative is not None])
    left = f" The {MOST_ROWS} with most units of {all_of} are drawn." if all_of > MOST_ROWS else ""
    each = "; ".join(f"{row.row}: {percent(row.low)} to {percent(row.high)}" for row in frame.itertuples())
    return charts.figure(
        (zero + span + dots).properties(width="container"),
        "segments",
        f"{title(plan, segments)} Relative change of each metric in each group of units, with its interval, as if the "
        f"group were alone.{left} {each}.",
    )
