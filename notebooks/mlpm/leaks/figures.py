"""The charts of the notebook."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.leaks.orders import SUSPECTS
from mlpm.leaks.study import AT_RANDOM, BY_TIME, SETS, Study
from mlpm.leaks.words import area, level_change
from mlpm.phrases import of_100
from mlpm.scores import gap, share

TITLE = "Pairs ranked right (area under the ROC curve)"
AREA = {"title": TITLE, "scale": alt.Scale(domain=[0.5, 1.0], nice=False),
        "axis": alt.Axis(format=".1f", values=[0.5, 0.6, 0.7, 0.8, 0.9, 1.0], tickCount=6)}


def switches_figure(found: Study) -> alt.TopLevelMixin:
    """All sixteen models; three switches choose the fields, a list the split. The chosen one is marked."""
    rows = pd.DataFrame([
        {"split": split, **{field: field in some for field in SUSPECTS}, "fields": len(some),
         "auc": one.ranks.value, "low": one.ranks.low, "high": one.ranks.high}
        for (split, some), one in found.fits.items()
    ])
    switches = [
        alt.param(name=field, value=True, bind=alt.binding_checkbox(name=f"{field} ")) for field in SUSPECTS
    ]
    split = alt.param(
        name="split", value=AT_RANDOM, bind=alt.binding_select(name="Split ", options=[AT_RANDOM, BY_TIME])
    )
    chosen = " && ".join(f"datum.{field} == {field}" for field in SUSPECTS)
    x = alt.X("auc:Q", **AREA)
    base = alt.Chart(rows).transform_filter("datum.split == split")
    all_of_them = base.mark_tick(color=charts.MUTED, thickness=2, size=22).encode(x=x, y=alt.value(95))
    here = base.transform_filter(chosen)
    line = here.mark_rule(color=charts.ACCENT, strokeWidth=4, opacity=0.55).encode(
        x=alt.X("low:Q", **AREA), x2="high:Q", y=alt.value(65))
    point = here.mark_point(color=charts.ACCENT, size=150, opacity=1).encode(x=x, y=alt.value(65))
    said = [
        here.transform_calculate(text=text).mark_text(
            align="left", baseline="top", fontWeight="bold", fontSize=13, color=charts.ACCENT
        ).encode(x=alt.value(0), y=alt.value(2 + 20 * line), text="text:N")
        for line, text in enumerate((
            "format(datum.auc, '.2f') + ' (' + format(datum.low, '.2f') + ' to ' + format(datum.high, '.2f') + ')'",
            "'with ' + datum.fields + ' of the 3 suspects, split ' + datum.split",
        ))
    ]
    note = alt.Chart(pd.DataFrame({"text": ["gray: the other sets of fields under this split"]})).mark_text(
        align="left", baseline="top", color=charts.MUTED).encode(x=alt.value(0), y=alt.value(113), text="text:N")
    full, bare = (found.fits[AT_RANDOM, some] for some in (SETS[-1], SETS[0]))
    return charts.figure(
        alt.layer(all_of_them, line, point, *said, note).add_params(*switches, split)
        .properties(width="container", height=135),
        "three-switches",
        f"Split at random, the model ranks {of_100(full.ranks.value)} pairs right with all three fields, "
        f"{of_100(bare.ranks.value)} without. The chart shows the area under the ROC curve with and without each "
        f"of the three, under two splits: {area(full.ranks)} with all, {area(bare.ranks)} without any. Switches turn "
        "the fields on and off.",
    )


def steps_figure(found: Study) -> alt.TopLevelMixin:
    """From the slide to the number to decide on, a step a line, with intervals."""
    rows = pd.DataFrame([
        {"step": name, "auc": one.ranks.value, "low": one.ranks.low, "high": one.ranks.high,
         "text": f"{one.ranks.value:.2f}", "last": number == len(found.steps) - 1}
        for number, (name, one) in enumerate(found.steps)
    ])
    y = alt.Y("step:N", axis=None, sort=list(rows.step))
    x = alt.X("auc:Q", **AREA)
    color = alt.condition("datum.last", alt.value(charts.GOOD), alt.value(charts.ACCENT))
    base = alt.Chart(rows)
    line = base.mark_rule(strokeWidth=4, opacity=0.55).encode(x=alt.X("low:Q", **AREA), x2="high:Q", y=y, color=color)
    point = base.mark_point(size=110, opacity=1).encode(x=x, y=y, color=color)
    text = base.mark_text(dy=15, fontWeight="bold").encode(x=x, y=y, text="text:N", color=color)
    names = base.mark_text(align="left", dy=-14, fontWeight="bold").encode(x=alt.value(0), y=y, text="step:N")
    said = "; ".join(f"{name}: {one.ranks.value:.2f}" for name, one in found.steps)
    return charts.figure(
        alt.layer(line, point, text, names).properties(width="container", height=alt.Step(52)),
        "from-slide-to-truth",
        f"{_steps_point(found)} Area under the ROC curve with 95% intervals as one field after another is left out, "
        f"then split by time. {said}.",
    )


def _steps_point(found: Study) -> str:
    """What is left of the slide's number once it may be decided on."""
    slide, honest = found.promised.ranks, found.honest.ranks
    change = gap(honest, slide)
    if change.high < 0:
        return (
            f"Of the {slide.value:.2f} on the slide, {area(honest)} is left once three fields are out and the split "
            "is by time."
        )
    more = "is above" if change.low > 0 else "cannot be told from"
    return f"Without the three fields and split by time, {area(honest)} {more} the slide's {slide.value:.2f}."


def weeks_figure(found: Study, events: dict[str, str]) -> alt.TopLevelMixin:
    """Share of orders refunded, by two weeks; a switch shows what happened when. events: day → words."""
    rows = found.weeks.assign(week=found.weeks.week.dt.strftime("%Y-%m-%d"))
    show = alt.param(name="history", value=False, bind=alt.binding_checkbox(name="Show what happened "))
    # The days are days of the file: without UTC a reader in America would see each a day early.
    x = alt.X("week:T", title="Two weeks from", axis=alt.Axis(format="%b"), scale=alt.Scale(type="utc"))
    y = alt.Y("rate:Q", title="Share refunded", axis=alt.Axis(format="%"),
              scale=alt.Scale(domain=[0, 0.36], nice=False, clamp=True))
    base = alt.Chart(rows)
    band = base.mark_area(color=charts.BAND).encode(x=x, y=alt.Y("low:Q", title="Share refunded"), y2="high:Q")
    line = base.mark_line(color=charts.ACCENT).encode(x=x, y=y)
    ripe = found.orders.frame.ordered_on[found.ripe].max()
    events = events | {f"{ripe:%Y-%m-%d}": "not ripe from here"}
    told = pd.DataFrame([{"week": day, "text": text, "line": n} for n, (day, text) in enumerate(events.items())])
    happened = alt.Chart(told).transform_filter("history")
    rule = happened.mark_rule(color=charts.SECOND, strokeDash=[5, 4], strokeWidth=2).encode(x=x)
    words = happened.transform_calculate(place="0.355 - 0.03 * datum.line").mark_text(
        align="right", baseline="top", dx=-5, color=charts.SECOND).encode(x=x, y="place:Q", text="text:N")
    weeks = found.weeks
    return charts.figure(
        alt.layer(band, line, rule, words).add_params(show).properties(width="container", height=280),
        "refunds-by-fortnight",
        f"{_weeks_point(weeks)} Share of orders refunded by two weeks of the order, with 95% intervals: "
        f"{of_100(weeks.rate[:6].mean())} in the first twelve weeks, {of_100(weeks.rate.iloc[-1])} in the last two. A "
        "switch shows what happened.",
    )


def _weeks_point(weeks: pd.DataFrame) -> str:
    """From which level to which the share goes, and when; the last six weeks, not all ripe, set no level."""
    rows = weeks.iloc[:-3].assign(refunds=weeks.rate * weeks.orders)
    if len(rows) > 6:
        at = level_change(rows.rate.to_numpy())
        before, after = (
            share(part.refunds.sum(), (part.orders - part.refunds).sum()) for part in (rows.iloc[:at], rows.iloc[at:])
        )
        change = gap(after, before)
        if change.low > 0 or change.high < 0:
            return (
                f"The share refunded goes from {100 * before.value:.0f} to {100 * after.value:.0f} of 100 orders in "
                f"the two weeks from {rows.week.iloc[at]:%Y-%m-%d}, and ends at {100 * weeks.rate.iloc[-1]:.0f}."
            )
    least, most = 100 * weeks.rate.min(), 100 * weeks.rate.max()
    return f"Across the fortnights the share refunded runs from {least:.0f} to {most:.0f} of 100 orders."
