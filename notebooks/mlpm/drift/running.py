"""Sentences, tables and charts of the notebook on running a model."""

import altair as alt
import numpy as np
import pandas as pd
from IPython.display import Markdown

from mlpm import charts, outputs
from mlpm.drift.calm import Calm
from mlpm.drift.retraining import WEEKS, Upkeep
from mlpm.drift.stability import CUSTOMS
from mlpm.phrases import euros, of_100, plain, short


def _custom(value: float) -> str:
    if value < CUSTOMS[0]:
        return f"below the customary {CUSTOMS[0]}"
    return f"between the customary {CUSTOMS[0]} and {CUSTOMS[1]}" if value < CUSTOMS[1] else (
        f"above the customary {CUSTOMS[1]}")


# --- A calm average -----------------------------------------------------------------------------------------------


def buckets(found: Calm, slice_name: str) -> Markdown:
    frame = pd.DataFrame({
        "bucket": [f"{number} of {len(found.before)}" for number in range(1, len(found.before) + 1)],
        "before": 100 * found.before, "now": 100 * found.now, "adds": found.parts, "inside": 100 * found.inside,
    })
    return outputs.table(frame, {"before": ".0f", "now": ".0f", "adds": ".4f", "inside": ".0f"}, {
        "bucket": "bucket, lowest first", "before": "before, of 100", "now": "now", "adds": "adds to the PSI",
        "inside": f"now in {plain(slice_name)}",
    })


def about_buckets(found: Calm) -> str:
    up = "grew" if found.top_points >= 0 else "shrank"
    return (
        f"The PSI of all rows is {found.psi:.2f}, {_custom(found.psi)}. The top bucket {up} by "
        f"{abs(100 * found.top_points):.0f} of 100 rows, {abs(found.top_growth):.0%} of itself. With "
        f"{found.rows_before:,} rows before and {found.rows:,} now chance gives {found.noise:.4f} on average: this is "
        f"{found.psi / found.noise:,.0f} times as much. Chance alone gives {CUSTOMS[0]} on average with "
        f"{found.rows_for():.0f} rows on each side."
    )


def about_slice(found: Calm, slice_name: str) -> str:
    name = f"*{plain(slice_name)}*"
    text = (
        f"{name} is {100 * found.part:.0f} of 100 rows. Its PSI is {found.psi_inside:.2f}, "
        f"{_custom(found.psi_inside)}; that of all the others {found.psi_outside:.2f}."
    )
    if 0 < found.from_slice <= 1 and found.top_points > 0:
        text += f" It brings {100 * found.from_slice:.0f} of every 100 rows that the top bucket gained."
    return text


def buckets_figure(found: Calm, slice_name: str) -> alt.TopLevelMixin:
    """Buckets before and now, of all and of the slice; sliders: the slice's part, and its top bucket."""
    last = len(found.before)
    top, part = round(100 * float(found.inside[-1])), round(100 * found.part)
    sliders = [
        charts.slider("part", f"{slice_name}, of 100 rows", part, 1, 60, 1),
        charts.slider("top", f"{slice_name}: top bucket, of 100", top, 5, 90, 1),
    ]
    rows = pd.DataFrame({
        "bucket": range(1, last + 1), "before": found.before, "inside": found.inside, "outside": found.outside,
    })
    base = alt.Chart(rows).transform_calculate(
        here=f"datum.bucket == {last} ? top / 100 : datum.inside * (1 - top / 100) / {1 - float(found.inside[-1]):.9g}",
    ).transform_calculate(now="part / 100 * datum.here + (1 - part / 100) * datum.outside")
    sums = base.transform_calculate(
        all="(datum.now - datum.before) * log(datum.now / datum.before)",
        one="(datum.here - datum.before) * log(datum.here / datum.before)",
        grown=f"datum.bucket == {last} ? datum.now - datum.before : 0",
    ).transform_aggregate(all="sum(all)", one="sum(one)", grown="sum(grown)")
    kinds = {"before": "before", "now": "now, all rows", "here": f"now, {slice_name}"}
    bars = base.transform_fold(list(kinds), as_=["kind", "share"])
    color = alt.Color("kind:N", legend=None, scale=alt.Scale(
        domain=list(kinds), range=[charts.MUTED, charts.ACCENT, charts.SECOND]))
    x = alt.X("bucket:O", title="Bucket of the score, lowest first", axis=alt.Axis(labelAngle=0))
    y = alt.Y("share:Q", title=None, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1], nice=False))
    bar = bars.mark_bar().encode(x=x, xOffset=alt.XOffset("kind:N", sort=list(kinds)), y=y, color=color)
    lines = [
        ("'now, all rows: PSI ' + format(datum.all, '.2f')", charts.ACCENT),
        (f"'now, {slice_name}: PSI ' + format(datum.one, '.2f')", charts.SECOND),
        ("'top bucket of all rows: ' + format(100 * datum.grown, '+.0f') + ' of 100'", charts.INK),
        ("'gray: before'", charts.MUTED),
    ]
    words = [
        sums.transform_calculate(text=text).mark_text(
            align="left", baseline="top", color=shade, fontWeight="bold" if number < 2 else "normal",
        ).encode(x=alt.value(6), y=alt.value(4 + 18 * number), text="text:N")
        for number, (text, shade) in enumerate(lines)
    ]
    return charts.figure(
        alt.layer(bar, *words).add_params(*sliders).properties(width="container", height=280),
        "calm-average",
        f"{_buckets_point(found, slice_name)} Shares of {last} buckets of a score, before and now. Of all rows the PSI "
        f"is {found.psi:.2f} while the top bucket moved by {100 * found.top_points:+.0f} of 100; in {slice_name}, "
        f"{100 * found.part:.0f} of 100 rows, it is {found.psi_inside:.2f}. Sliders move the slice's part and its "
        "top bucket.",
    )


def _buckets_point(found: Calm, slice_name: str) -> str:
    """The two indexes, and whether the average hides the slice."""
    inside = f"in {short(slice_name)}, {of_100(found.part)} of them, it is {found.psi_inside:.2f}"
    if found.psi < CUSTOMS[0] <= found.psi_inside:
        return f"All rows look calm with a PSI of {found.psi:.2f}, but {inside}."
    return f"All rows have a PSI of {found.psi:.2f}, and {inside}."


# --- Retraining ---------------------------------------------------------------------------------------------------


def costs(found: Upkeep) -> Markdown:
    rows = [(f"every {every} weeks" if every > 1 else "every week", WEEKS / every, found.calendar(every))
            for every in (1, 4, 13, 26, 52)]
    best = found.best_every
    rows.append((f"cheapest: every {best:.0f} weeks", WEEKS / best, found.calendar(best)))
    rows.append((f"on an alarm, and after {found.behind:.0f} weeks without one",
                 WEEKS / found.between(found.behind), found.alarm))
    frame = pd.DataFrame(rows, columns=["how", "trainings", "cost"])
    return outputs.table(frame, {"trainings": ".1f", "cost": euros},
                         {"how": "trained", "trainings": "trainings a year", "cost": "a year, losses included"})


def about_costs(found: Upkeep) -> str:
    better = "the alarm" if found.gain > 0 else "the calendar"
    text = (
        f"A training costs {euros(found.training)}, of which {euros(found.compute)} is compute: people who check it "
        f"are {100 * found.people / found.training:.0f} of every 100 euros. The cheapest calendar is about every "
        f"{found.best_every:.0f} weeks, {euros(found.calendar(found.best_every))} a year with what is lost meanwhile. "
        f"With an alarm it is {euros(found.alarm)}: **{better} is cheaper by {euros(abs(found.gain))} a year.**"
    )
    even = found.even_jump
    if not np.isfinite(even):
        return text + " No jump is large enough for this alarm to pay."
    if found.gain <= 0 and even > found.jump:
        return text + f" The alarm would pay from jumps of {even:.1f} points on; here they are {found.jump:g}."
    return text


def costs_figure(found: Upkeep) -> alt.TopLevelMixin:
    """What a year costs by interval, and with an alarm; sliders: training, jump, delay, slow loss."""
    top = float(f"{1.6 * max(found.calendar(8), found.alarm):.1g}")
    sliders = [
        charts.slider("training", "One training, euros", round(found.training), 100, 10_000, 100),
        charts.slider("jump", "A jump costs, points", found.jump, 0, 5, 0.1),
        charts.slider("delay", "Alarm to new model, weeks", found.delay, 0.5, 12, 0.5),
        charts.slider("slow", "Lost each week, points", found.slow, 0, 0.2, 0.005),
    ]
    base = alt.Chart(alt.sequence(1, 53, as_="every")).transform_calculate(
        cost=f"{WEEKS} / datum.every * training + {found.point_week:.9g} * ({WEEKS} * slow + {found.jumps:.9g} * jump) "
        "* datum.every / 2",
    )
    # Behind the alarm: the cheapest number of weeks without a training, of 1 to 104; any training starts the loss anew.
    rate = f"{max(found.rate, 1e-6):.9g}"
    alarm = alt.Chart(alt.sequence(1, 105, as_="behind")).transform_calculate(
        mean=f"(1 - exp(-{rate} * datum.behind)) / {rate}",
        square=f"2 / pow({rate}, 2) * (1 - exp(-{rate} * datum.behind) * (1 + {rate} * datum.behind))",
    ).transform_calculate(
        cost=f"{WEEKS} / datum.mean * training + {found.point_week:.9g} * {WEEKS} * slow * datum.square / "
        f"(2 * datum.mean) + {found.watching:.9g} + {found.point_week * found.jumps:.9g} * jump * delay",
    ).transform_joinaggregate(least="min(cost)").transform_filter("datum.cost == datum.least")
    scale = alt.Scale(domain=[0, top], nice=False)
    title = "A year, euros"
    x = alt.X("every:Q", title="Weeks between trainings", scale=alt.Scale(domain=[1, 52], nice=False),
              axis=alt.Axis(values=[1, 4, 13, 26, 39, 52]))
    y = alt.Y("cost:Q", title=title, scale=scale, axis=alt.Axis(format="~s"))
    curve = base.mark_line(color=charts.ACCENT, clip=True).encode(x=x, y=y)
    best = base.transform_joinaggregate(least="min(cost)").transform_filter("datum.cost == datum.least")
    point = best.mark_point(size=120, shape="diamond", color=charts.ACCENT, clip=True).encode(x=x, y=y)
    rule = alarm.mark_rule(color=charts.SECOND, strokeDash=[5, 4], strokeWidth=2, clip=True).encode(
        y=alt.Y("cost:Q", title=title, scale=scale))
    said = [
        best.transform_calculate(
            text="'calendar: every ' + format(datum.every, 'd') + ' weeks, €' + format(datum.cost, ',.0f')"
        ).mark_text(align="right", baseline="top", fontWeight="bold", color=charts.ACCENT).encode(
            x=alt.value({"expr": "width - 4"}), y=alt.value(232), text="text:N"),
        alarm.transform_calculate(text="'alarm: €' + format(datum.cost, ',.0f')").mark_text(
            align="right", baseline="top", fontWeight="bold", color=charts.SECOND).encode(
            x=alt.value({"expr": "width - 4"}), y=alt.value(250), text="text:N"),
    ]
    return charts.figure(
        alt.layer(curve, rule, point, *said).add_params(*sliders).properties(width="container", height=280),
        "calendar-or-alarm",
        f"{_costs_point(found)} What a year costs by weeks between trainings, losses included; the dashed line is the "
        f"alarm. Sliders: one training, the size of a jump, the alarm's delay, the slow loss.",
    )


def _costs_point(found: Upkeep) -> str:
    """Which of the two is cheaper by the year."""
    weeks = f"every {found.best_every:.0f} weeks" if found.best_every >= 1.5 else "every week"
    alarm, best = euros(found.alarm), euros(found.calendar(found.best_every))
    if alarm == best:
        return f"The best calendar, {weeks}, and training on an alarm cost the same, {alarm} a year."
    if found.gain > 0:
        return f"Training on an alarm costs {alarm} a year, less than {best} by the best calendar, {weeks}."
    return f"By the best calendar, {weeks}, a year costs {best}, less than {alarm} on an alarm."


def memo(calm: Calm, upkeep: Upkeep, slice_name: str) -> str:
    name = f"*{plain(slice_name)}*"
    if calm.psi_inside > calm.psi and calm.psi < CUSTOMS[0]:
        head = f"**Watch {name} by itself. The average is calm and it is not.**"
    else:
        head = "**Watch the slices; the average says the same here.**"
    better = "calendar" if upkeep.gain <= 0 else "alarm"
    every = f"every {upkeep.best_every:.0f} weeks" if better == "calendar" else (
        f"on the alarm, and after {upkeep.behind:.0f} weeks without one")
    return "\n\n".join([
        head,
        f"{about_slice(calm, slice_name)} {about_buckets(calm)}",
        f"Train {every}: {euros(min(upkeep.alarm, upkeep.calendar(upkeep.best_every)))} a year with what is lost "
        f"meanwhile, {euros(abs(upkeep.gain))} less than by the {'alarm' if better == 'calendar' else 'calendar'}. "
        "An alarm is worth having even where it does not pay as a trigger: what it switches off needs no training.",
    ])
