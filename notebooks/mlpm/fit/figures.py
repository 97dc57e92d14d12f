"""The charts of the notebook on fit. The one with sliders computes in the page, without Python."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from mlpm import charts
from mlpm.fit import words
from mlpm.fit.chance import Belief
from mlpm.fit.study import Study
from mlpm.phrases import of_100, short

HEIGHT = 280
COLORS = (charts.ACCENT, charts.SECOND, charts.THIRD, charts.GOOD)


def _color(names: list[str], colors: Sequence[str]) -> alt.Color:
    return alt.Color(
        "option:N", sort=names, legend=None, scale=alt.Scale(domain=names, range=list(colors[: len(names)]))
    )


def time_figure(study: Study) -> alt.TopLevelMixin:
    """Euros so far, month by month, more or less than with the rule alone; the range of the best option as a band."""
    months = range(study.setting.months + 1)
    rule, best = study.first, study.best
    courses = {f"no {rule.option.name}": [-value for value in rule.option.course(rule.mean)]}
    courses |= {one.option.name: one.option.course(one.mean) for one in study.beliefs}
    names = list(courses)
    rows = [
        {"month": month, "euros": value, "option": name}
        for name, course in courses.items() for month, value in zip(months, course, strict=True)
    ]
    low, _, high = best.option.gain
    ends = zip(months, best.option.course(low), best.option.course(high), strict=True)
    range_rows = [{"month": month, "low": least, "high": most} for month, least, most in ends]
    x = alt.X("month:Q", title="Months from now", scale=alt.Scale(domain=[0, study.setting.months], nice=False))
    title = f"Euros so far, beside the {rule.option.name} alone"
    y = alt.Y("euros:Q", title=title, axis=alt.Axis(format="~s"))
    color = _color(names, [charts.MUTED, *COLORS])
    band = alt.Chart(pd.DataFrame(range_rows)).mark_area(color=charts.BAND).encode(
        x=x, y=alt.Y("low:Q", title=title), y2="high:Q"
    )
    lines = alt.Chart(pd.DataFrame(rows)).mark_line().encode(x=x, y=y, color=color)
    zero = alt.Chart(pd.DataFrame({"euros": [0.0]})).mark_rule(color=charts.INK, strokeWidth=1.5).encode(y="euros:Q")
    tag = (
        alt.Chart(pd.DataFrame({"month": [0], "euros": [0.0], "text": [f"the {rule.option.name} alone"]}))
        .mark_text(align="left", dx=4, dy=-9, fontWeight="bold").encode(x=x, y="euros:Q", text="text:N")
    )
    last = pd.DataFrame([row for row in rows if row["month"] == study.setting.months])
    last["text"] = [f"{row.option} {words.amount(row.euros)}" for row in last.itertuples()]
    # A rising line leaves room above its end, a falling one below.
    rises = last["euros"] >= 0
    said = [
        alt.Chart(last[which]).mark_text(align="right", dx=-4, dy=dy, fontWeight="bold")
        .encode(x=x, y="euros:Q", text="text:N", color=color)
        for which, dy in ((rises, -10), (~rises, 14))
    ]
    told = "; ".join(f"{row.option} {words.amount(row.euros)}" for row in last.itertuples())
    return charts.figure(
        alt.layer(band, zero, lines, tag, *said).properties(width="container", height=HEIGHT),
        "value-over-time",
        f"{_time_point(study, last)} Euros so far, more or less than with the {rule.option.name} alone, over "
        f"{study.setting.months} months at the mean gains. At the end: {told}. The band is the guessed range of the "
        f"{best.option.name}, from {words.amount(best.option.value(low))} to {words.amount(best.option.value(high))}.",
    )


def _time_point(study: Study, last: pd.DataFrame) -> str:
    """What the best option has brought at the end, beside the rule alone."""
    top = last.loc[last["euros"].idxmax()]
    after, amount = f"After {study.setting.months} months", words.amount(abs(top.euros))
    if top.euros <= 0:
        return f"{after} nothing has brought more than the {short(study.rule.name)} alone."
    return f"{after} the {short(top.option)} has brought {amount} more than the {short(study.rule.name)} alone."


def chance_figure(one: Belief) -> alt.TopLevelMixin:
    """What is believed of the gain of an option, cut at its two bars."""
    option = one.option
    low, likely, high = option.gain
    width = (high - low) or 0.01
    grid = np.unique(np.r_[np.linspace(low, high, 161), likely, option.keeps, option.pays or option.keeps])
    peak = 2 / width
    rows = [
        {"gain": float(gain), "density": float(one.gain.pdf(gain)) if high > low else peak}
        for gain in grid if low <= gain <= high
    ]
    frame = pd.DataFrame(rows)
    scale = alt.Scale(domain=[min(low, 0) - 0.03 * width, max(high, option.pays or 0) + 0.03 * width], nice=False)
    x = alt.X("gain:Q", title=f"Gain over {option.baseline}", axis=alt.Axis(format="+~p"), scale=scale)
    y = alt.Y("density:Q", axis=None, scale=alt.Scale(domain=[0, 1.55 * peak], nice=False))
    shape = alt.Chart(frame).mark_area(color=charts.GRID).encode(x=x, y=y)
    over = frame[frame["gain"] >= (option.pays if option.pays is not None else np.inf)]
    paying = alt.Chart(over).mark_area(color=charts.BAND).encode(x=x, y=y)
    outline = alt.Chart(frame).mark_line(color=charts.ACCENT).encode(x=x, y=y)
    bars = [("stays", option.keeps, charts.SECOND, 10), ("worth building", option.pays, charts.ACCENT, 28)]
    layers = []
    for text, bar, color, place in bars:
        if bar is None:
            continue
        says = f"{text} from {words.percent(bar)}: {100 * one.above(bar):.0f} of 100"
        here = alt.Chart(pd.DataFrame([{"gain": bar, "text": says}]))
        layers += [
            here.mark_rule(color=color, strokeDash=[5, 3], strokeWidth=1.5, clip=True).encode(
                x=x, y=alt.value(40), y2=alt.value(HEIGHT - 80)
            ),
            here.mark_text(align="right", x={"expr": "width - 4"}, y=place, color=color, fontWeight="bold").encode(
                text="text:N"
            ),
        ]
    return charts.figure(
        alt.layer(shape, paying, outline, *layers).properties(width="container", height=HEIGHT - 80),
        "chance-of-the-gain",
        f"The {short(option.name)} is worth building in {of_100(one.above(option.pays))} futures, and once built worth "
        f"keeping in {of_100(one.above(option.keeps))}. What is believed of its gain over "
        f"{option.baseline}, from {words.percent(low)} to {words.percent(high)}, most likely {words.percent(likely)}.",
    )


def volume_figure(study: Study) -> alt.TopLevelMixin:
    """Euros over all months beside the rule alone, by decisions a month; sliders for gains, upkeep and price."""
    setting = study.setting
    options = [one.option for one in study.beliefs]
    most = 3 * setting.volume
    names = [option.name for option in options]
    sliders, parts = [], []
    for place, option in enumerate(options):
        start = round(100 * option.gain[1], 2)
        gain = f"Gain of the {option.name}, %"
        sliders.append(charts.slider(f"gain{place}", gain, start, -1, max(6, 2 * start), 0.1))
        cost = f"{option.price:.9g}"
        if option.price:
            cost = f"price{place} / 100"
            top = max(1.0, round(300 * option.price, 2))
            sliders.append(charts.slider(f"price{place}", "Cents a call", round(100 * option.price, 4), 0, top, 0.01))
        fixed = f"{option.fixed:.9g}"
        if place == 0:
            fixed = f"(upkeep * {setting.week:.9g} + {option.bills:.9g})"
            title = f"Upkeep of the {option.name}, person-weeks a month"
            sliders.append(charts.slider("upkeep", title, option.upkeep, 0, 4, 0.1))
        margin = f"({setting.stake:.9g} * gain{place} / 100 - {cost} - {option.wrong * setting.error:.9g})"
        parts.append((option, margin, fixed))
    scale = alt.Scale(domain=[0, most], nice=False)
    x = alt.X("volume:Q", title="Decisions a month", axis=alt.Axis(format="~s"), scale=scale)
    span = max(abs(one.option.value(end)) for one in study.beliefs for end in one.option.gain)
    y = alt.Y(
        "euros:Q", title=f"Euros in {setting.months} months beside the {study.rule.name} alone",
        axis=alt.Axis(format="~s"), scale=alt.Scale(domain=[-span, span]),
    )
    color = _color(names, COLORS)
    layers = [
        alt.Chart(pd.DataFrame({"euros": [0.0]})).mark_rule(color=charts.INK, strokeWidth=1.5).encode(y="euros:Q"),
        alt.Chart(pd.DataFrame({"volume": [setting.volume]})).mark_rule(color=charts.MUTED, strokeDash=[2, 3]).encode(
            x="volume:Q", y=alt.value(12 + 18 * len(options)), y2=alt.value(HEIGHT)
        ),
    ]
    for place, (option, margin, fixed) in enumerate(parts):
        euros = f"{option.live} * (datum.volume * {margin} - {fixed}) - {option.built:.9g}"
        line = alt.Chart(alt.sequence(0, most + 1, most / 40, as_="volume")).transform_calculate(
            euros=euros, option=f"'{option.name}'"
        )
        here = alt.Chart(alt.Data(values=[{"volume": setting.volume}])).transform_calculate(
            euros=euros, option=f"'{option.name}'"
        )
        from_ = f"({fixed} + {option.built / max(1, option.live):.9g}) / {margin}"
        says = here.transform_calculate(
            says=f"'{option.name}: ' + ({margin} > 0 ? ({from_} < 1e6 ? 'pays from ' + format({from_}, ',.0f') : "
            f"'pays from ' + format({from_} / 1e6, '.1f') + ' million') : 'loses on each')"
        )
        layers += [
            line.mark_line(clip=True).encode(x=x, y=y, color=color),
            here.mark_point(size=100, clip=True).encode(x=x, y=y, color=color),
            says.mark_text(align="left", x=6, y=10 + 18 * place, fontWeight="bold").encode(text="says:N", color=color),
        ]
    told = "; ".join(
        f"{option.name} at {words.percent(option.gain[1])}: "
        + (f"from {need:,.0f} a month" if (need := option.volume_needed(option.gain[1])) else "at no volume")
        for option in options
    )
    return charts.figure(
        alt.layer(*layers).add_params(*sliders).properties(width="container", height=HEIGHT),
        "pays-from",
        f"{_volume_point(options)} Euros in {setting.months} months, more or less than with the {study.rule.name} "
        f"alone, by decisions a month. It pays: {told}. There are {setting.volume:,.0f}. Sliders move gains, upkeep "
        "and the price of a call.",
    )


def _volume_point(options: Sequence) -> str:
    """From how many decisions on the first option pays at its likely gain."""
    needs = {option.name: option.volume_needed(option.gain[1]) for option in options}
    pays = {name: need for name, need in needs.items() if need}
    if not pays:
        return "At the likely gains none of the options pays at any volume."
    first = min(pays, key=pays.get)
    return f"At its likely gain the {short(first)} pays from {pays[first]:,.0f} decisions a month on."
