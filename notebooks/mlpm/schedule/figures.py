"""The charts of the schedule notebook. What their sliders move was computed for each position of the slider."""

import math

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.phrases import of_100, short
from mlpm.schedule.futures import chance, draw
from mlpm.schedule.study import Study
from mlpm.schedule.words import weeks

HEIGHT = 330
# Above the lines stands what they say at the slider's position; the axis of chances ends below it.
BAND = 82
CHANCE = alt.Scale(domain=[0, HEIGHT / (HEIGHT - BAND)], nice=False)
PERCENT = alt.Axis(format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
# Positions of the slider for delays that move together, and the futures drawn for each: 2 ** 14.
TOGETHER = tuple(step / 10 for step in range(10))
POWER = 14
LOOKS = {"all": (charts.SECOND, [1, 0]), "half": (charts.MUTED, [6, 3]), "none": (charts.ACCENT, [1, 0])}


def names(study: Study) -> dict[str, str]:
    """What the three plans of the date chart are called."""
    return {"all": f"all of {study.research}", "half": "half of it", "none": "without it"}


def date_rows(study: Study) -> tuple[pd.DataFrame, float]:
    """Chance to be done, by week, for three plans and each position of the slider; and the step between two weeks.

    The weeks are counted from the date in both directions, so that the date is one of them.
    """
    first = sum(low for low, _, _ in study.tasks.values()) - study.tasks[study.research][0]
    last = sum(high for _, _, high in study.tasks.values())
    # A date far from the work makes the steps longer, not the table.
    step = max(0.5, math.ceil((max(last, study.date) - min(first, study.date)) / 30) / 2)
    before, after = math.ceil(max(study.date - first, 0) / step), math.ceil(max(last - study.date, 0) / step)
    weeks = study.date + step * np.arange(-before, after + 1)
    rows = []
    for together in TOGETHER:
        futures = draw(study.tasks, together, POWER)
        finish = {name: study.plan(futures, name) for name in LOOKS}
        for week in weeks:
            rows.append({"together": together, "week": week})
            rows[-1] |= {name: round(chance(times, week), 4) for name, times in finish.items()}
    frame = pd.DataFrame(rows)
    late = frame[["all", "half", "none"]].min(axis=1) < 0.9995
    return frame[late | (frame["week"] <= study.date)], step


def date_figure(study: Study) -> alt.TopLevelMixin:
    """Chance to be done by week, for three plans; sliders for the date and for delays that move together."""
    rows, step = date_rows(study)
    called = names(study)
    low, high = float(rows["week"].min()), float(rows["week"].max())
    # The slider's key is a whole number: a tenth has no exact binary form to compare.
    rows = rows.assign(key=(10 * rows["together"]).round().astype(int)).drop(columns="together")
    sliders = [
        charts.slider("date", "The date, week", study.date, low, high, step),
        charts.slider("tied", "Delays move together, of 10", 0, 0, 9, 1),
    ]
    base = alt.Chart(rows).transform_filter("datum.key == tied").transform_fold(list(LOOKS), as_=["plan", "chance"])
    x = alt.X("week:Q", title="Weeks from today", scale=alt.Scale(domain=[low, high], nice=False))
    y = alt.Y("chance:Q", title="Chance to be done", axis=PERCENT, scale=CHANCE)
    here = base.transform_filter(f"abs(datum.week - date) < {step / 4:g}")
    layers = []
    for place, (plan, (color, dash)) in enumerate(LOOKS.items()):
        one = base.transform_filter(f"datum.plan == '{plan}'")
        layers.append(one.mark_line(color=color, strokeDash=dash).encode(x=x, y=y))
        point = here.transform_filter(f"datum.plan == '{plan}'")
        layers.append(point.mark_point(color=color, size=90, opacity=1).encode(x=x, y=y))
        said = point.transform_calculate(text=f"'{called[plan]}: ' + format(100 * datum.chance, '.0f') + ' of 100'")
        layers.append(
            said.mark_text(align="right", color=color, fontWeight="bold").encode(
                x=alt.value(alt.expr("width - 4")), y=alt.value(26 + 18 * place), text="text:N"
            )
        )
    one = alt.Chart(alt.Data(values=[{"one": 1}]))
    rule = one.transform_calculate(week="date", top="1").mark_rule(strokeDash=[5, 4], color=charts.MUTED).encode(
        x=x, y=alt.Y("top:Q"), y2=alt.datum(0)
    )
    goal = alt.Chart(pd.DataFrame({"chance": [study.target], "text": [f"{of_100(study.target)} wanted"]}))
    wanted = goal.mark_rule(strokeDash=[2, 3], color=charts.MUTED).encode(y="chance:Q")
    tag = goal.mark_text(align="right", x={"expr": "width - 4"}, dy=10, color=charts.MUTED).encode(
        y="chance:Q", text="text:N"
    )
    title = one.transform_calculate(text="'by week ' + format(date, '.3~r')")
    title = title.mark_text(align="right", color=charts.INK).encode(
        x=alt.value(alt.expr("width - 4")), y=alt.value(8), text="text:N"
    )
    plans = study.plans["by_date"]
    return charts.figure(
        alt.layer(wanted, tag, rule, *layers, title).add_params(*sliders).properties(width="container", height=HEIGHT),
        "chance-by-week",
        f"Week {study.date:g} holds in {of_100(plans['all'])} futures with all of {short(study.research, 24)}, in "
        f"{_bare(plans['none'])} without it. The lines are the chance to be done, by week, if delays are independent. "
        f"By week {study.date:g}: with all of {study.research} {of_100(plans['all'])}, with half of it "
        f"{of_100(plans['half'])}, without it {of_100(plans['none'])}. "
        "Sliders move the date and how far delays move together.",
    )


def _bare(share: float) -> str:
    """`85`, after a first share of 100."""
    return of_100(share).removesuffix(" of 100")


def tasks_figure(study: Study) -> alt.TopLevelMixin:
    """Each task's range with its likely and its average weeks, and what the average adds."""
    rows = study.parts.assign(text=[f"+{adds:.1f}" if adds >= 0 else f"−{-adds:.1f}" for adds in study.parts["adds"]])
    order = list(rows["task"])
    base = alt.Chart(rows[["task", "low", "likely", "high", "mean", "text"]].round(6))
    y = alt.Y("task:N", title=None, sort=order, axis=alt.Axis(minExtent=7 * max(map(len, order))))
    most = float(rows["high"].max())
    scale = alt.Scale(domain=[0, most * 1.22], nice=False)
    line = base.mark_rule(strokeWidth=7, color=charts.BAND).encode(
        x=alt.X("low:Q", title="Weeks (tick: likely; diamond: average)", scale=scale), x2="high:Q", y=y
    )
    likely = base.mark_tick(thickness=3, size=20, color=charts.INK).encode(x="likely:Q", y=y)
    mean = base.mark_point(shape="diamond", size=110, color=charts.SECOND, opacity=1).encode(x="mean:Q", y=y)
    text = base.mark_text(align="left", dx=6, color=charts.SECOND, fontWeight="bold").encode(
        x="high:Q", y=y, text="text:N"
    )
    adds = ", ".join(f"{row.task} {row.text}" for row in rows.itertuples())
    return charts.figure(
        alt.layer(line, likely, mean, text).properties(width="container", height=alt.Step(38)),
        "what-each-task-adds",
        f"{_tasks_point(study)} The range of each task with its likely and its average weeks. The average adds to the "
        f"likely: {adds}; together {study.mean - study.likely:.1f} weeks.",
    )


def _tasks_point(study: Study) -> str:
    """How far the average is from the likely sum."""
    extra = study.mean - study.likely
    text = f"On average the work takes {weeks(study.mean)}"
    if abs(extra) < 0.05:
        return f"{text}, just what its likely values add up to."
    return f"{text}, {abs(extra):.1f} {'more' if extra > 0 else 'less'} than its likely values add up to."


def box_figure(study: Study) -> alt.TopLevelMixin:
    """What a longer box costs and brings: the chance of the date, and the chance that the research is in."""
    rows = study.boxes.round(4)
    high = float(rows["box"].max())
    step = high / (len(rows) - 1)
    at = round(study.box / step) * step
    box = charts.slider("box", f"Box for {study.research}, weeks", min(at, high), 0, high, step)
    x = alt.X("box:Q", title=f"Weeks that {study.research} gets", scale=alt.Scale(domain=[0, high], nice=False))
    kinds = {
        "beside": (f"by week {study.date:g}, beside {study.beside}", charts.ACCENT, [1, 0]),
        "sequence": (f"by week {study.date:g}, in sequence", charts.MUTED, [6, 3]),
        "in": (f"{study.research} is in", charts.SECOND, [1, 0]),
    }
    base = alt.Chart(rows)
    layers = []
    for place, (name, (called, color, dash)) in enumerate(kinds.items()):
        y = alt.Y(f"{name}:Q", title="Chance", axis=PERCENT, scale=CHANCE)
        layers.append(base.mark_line(color=color, strokeDash=dash).encode(x=x, y=y))
        here = base.transform_filter(f"abs(datum.box - box) < {step / 2:g}")
        layers.append(here.mark_point(color=color, size=90, opacity=1).encode(x=x, y=y))
        said = here.transform_calculate(text=f"'{called}: ' + format(100 * datum['{name}'], '.0f') + ' of 100'")
        layers.append(
            said.mark_text(align="right", color=color, fontWeight="bold").encode(
                x=alt.value(alt.expr("width - 4")), y=alt.value(10 + 18 * place), text="text:N"
            )
        )
    plans, length = study.plans, "1 week" if study.box == 1 else f"{study.box:g} weeks"
    return charts.figure(
        alt.layer(*layers).add_params(box).properties(width="container", height=HEIGHT),
        "the-box",
        f"Given {length}, {short(study.research, 20)} is done in {of_100(plans['in']['box'])} futures, and week "
        f"{study.date:g} holds in {_bare(plans['by_date']['box beside'])}. A longer box brings {study.research} in "
        f"more often and costs the date. With {length}, beside {study.beside}, "
        f"{of_100(plans['by_date']['box beside'])} futures end by week {study.date:g} and {study.research} is in in "
        f"{of_100(plans['in']['box'])}; in sequence {of_100(plans['by_date']['box'])} end in time. The slider moves "
        "the box.",
    )
