"""The charts of the notebook on measuring impact."""

import math

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.impact import size
from mlpm.impact.cohorts import RECENT, Cohorts
from mlpm.impact.study import Findings
from mlpm.impact.wins import claim
from mlpm.impact.wording import difference, interval, percent
from mlpm.phrases import of_100, plural

SUM, EXPECTED, HOLDOUT, PLAIN = "wins, added up", "wins, less luck", "holdout", "same, unadjusted"
MOST_TESTS = 120
CURVE = [0.0025 * step for step in range(2, 121)]  # shares held out, half a percent to 30


def cohort_figure(one: Cohorts, name: str, what: str, floor: float) -> alt.TopLevelMixin | None:
    """Share by week of first use: mature cohorts with intervals, young ones hollow and apart, the floor dashed.

    None without a cohort.
    """
    if not len(one.frame):
        return None
    frame = one.frame[["week", "share", "low", "high", "mature"]].astype({"week": str})
    top = min(1.0, max(float(frame.high.max()), floor) * 1.12)
    # Ordinal: a time axis would move Mondays to Sundays west of Greenwich.
    axis = alt.Axis(
        labelExpr="slice(datum.label, 5)", labelAngle=0, labelOverlap="greedy", labelSeparation=8, ticks=False
    )
    x = alt.X("week:O", title="Week of first use", axis=axis)
    y = alt.Y("share:Q", title=what, axis=alt.Axis(format="%")).scale(domain=[0, top], nice=False)
    mature, young = frame[frame.mature], frame[~frame.mature]
    layers = []
    if floor:
        layers.append(
            alt.Chart(pd.DataFrame({"share": [floor]})).mark_rule(color=charts.BAD, strokeDash=[6, 4]).encode(y=y)
        )
    layers += [
        alt.Chart(mature)
        .mark_rule(color=charts.ACCENT, strokeWidth=2)
        .encode(x=x, y=alt.Y("low:Q", title=what), y2="high:Q"),
        alt.Chart(mature).mark_line(color=charts.ACCENT, opacity=0.5).encode(x=x, y=y),
        alt.Chart(mature).mark_point(color=charts.ACCENT, opacity=1, size=70).encode(x=x, y=y),
        alt.Chart(young).mark_point(color=charts.MUTED, filled=False, size=60, strokeWidth=1.5).encode(x=x, y=y),
        alt.Chart(young.head(1))
        .mark_text(color=charts.MUTED, align="right", fontWeight="bold")
        .encode(x=alt.value({"expr": "width"}), y=alt.value(10), text=alt.value("hollow: too young to count")),
    ]
    recent, stand = one.recent, "stands" if len(young) == 1 else "stand"
    counted = plural(min(RECENT, len(mature)), "mature cohort")
    said = [f"of the last {counted} {recent.hits:,} of {recent.users:,} users"] if recent.users else []
    said += [f"{plural(len(young), 'young cohort')} {stand} apart, hollow"] if len(young) else []
    said += [f"a dashed line marks the floor of {100 * floor:g} of 100"] if floor else []
    said = "; ".join(said)
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=240),
        name,
        f"{_cohort_point(one, floor)} {what} by week of first use, with 95% intervals: {said}.",
    )


def _cohort_point(one: Cohorts, floor: float) -> str:
    """Where the last mature cohorts stand, against the floor or else against those before."""
    recent, earlier, count = one.recent, one.earlier, min(RECENT, len(one.mature))
    if not recent.users:
        return "No cohort is old enough yet to say anything."
    stand = "The only mature cohort stands" if count == 1 else f"The last {count} mature cohorts stand"
    stand += f" at {of_100(recent.value)} users"
    if floor:
        if recent.low < floor <= recent.high:
            return f"{stand} and cannot be told from the floor of {100 * floor:g}."
        return f"{stand}, {'below' if recent.high < floor else 'above'} the floor of {100 * floor:g}."
    if not earlier.users:
        return f"{stand}, with none before to compare."
    low, high = difference(one)
    if low <= 0 <= high:
        return f"{stand} and cannot be told from those before, {of_100(earlier.value)}."
    return f"{stand}, {'fewer' if high < 0 else 'more'} than those before, {of_100(earlier.value)}."


def claims_figure(f: Findings) -> alt.TopLevelMixin | None:
    """What was announced, what is to be expected of it, what the holdout shows; a slider for the tests behind it."""
    rows = []
    if f.claim is not None:
        rows.append(_row(SUM, f.claim.total, f.claim.low, f.claim.high))
        for tests in range(len(f.claim.wins), max(MOST_TESTS, f.claim.tried) + 1):
            one = claim(f.claim.wins, tests)
            rows.append(_row(EXPECTED, one.expected, one.expected_low, one.expected_high, tests))
    for name, one in ((HOLDOUT, f.effect), (PLAIN, f.plain)):
        if one is not None and one.relative is not None and (name == HOLDOUT or f.effect.adjusted_by_covariate):
            rows.append(_row(name, one.relative, one.relative_low, one.relative_high))
    if not rows:
        return None
    frame = pd.DataFrame(rows)
    names = [name for name in (SUM, EXPECTED, HOLDOUT, PLAIN) if name in set(frame.name)]
    start = (f.claim.tried or min(MOST_TESTS, 5 * len(f.claim.wins))) if f.claim is not None else 1
    tests = alt.param(
        name="tests",
        value=start,
        bind=alt.binding_range(
            min=len(f.claim.wins) if f.claim else 1,
            max=max(MOST_TESTS, f.claim.tried) if f.claim else 2,
            step=1,
            name="Tests behind the wins ",
        ),
    )
    color = alt.Color(
        "name:N",
        legend=None,
        scale=alt.Scale(
            domain=names,
            range=[
                {SUM: charts.SECOND, EXPECTED: charts.THIRD, HOLDOUT: charts.ACCENT, PLAIN: charts.MUTED}[n]
                for n in names
            ],
        ),
    )
    known = frame.dropna(subset="low")
    low, high = (
        min(0.0, float(known.low.min(skipna=True) if len(known) else 0)),
        float(max(frame.value.max(), known.high.max() if len(known) else 0)),
    )
    y = alt.Y("name:N", title=None, sort=names, axis=alt.Axis(minExtent=112))
    title = "Change of the outcome per user"
    x = alt.X("value:Q", title=title, axis=alt.Axis(format="+.0%")).scale(domain=[low * 1.2, high * 1.2], nice=False)
    base = alt.Chart(frame)
    if f.claim is not None:
        base = base.transform_filter("!isValid(datum.tests) || datum.tests == tests")
    layers = [
        alt.Chart(pd.DataFrame({"value": [0]})).mark_rule(color=charts.INK).encode(x=x),
        base.mark_rule(strokeWidth=4, opacity=0.55).encode(
            x=alt.X("low:Q", title=title), x2="high:Q", y=y, color=color
        ),
        base.mark_point(size=110, opacity=1).encode(x=x, y=y, color=color),
        base.transform_calculate(text="format(datum.value, '+.1%')")
        .mark_text(dy=-13, fontWeight="bold")
        .encode(x=x, y=y, text="text:N", color=color),
    ]
    if f.claim is not None:
        layers[1] = layers[1].add_params(tests)
    said = "; ".join(
        f"{name} {percent(row.value)}" + (f" ({percent(row.low)} to {percent(row.high)})" if row.low == row.low else "")
        for name in names
        for row in frame[(frame.name == name) & (frame.tests.isna() | (frame.tests == start))].itertuples()
    )
    slider = " The slider sets how many tests the wins are of." if f.claim is not None else ""
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=alt.Step(52)),
        "claims-and-holdout",
        f"{_claims_point(f, start)} Change of the outcome per user, with 95% intervals: {said}.{slider}",
    )


def _claims_point(f: Findings, tests: int) -> str:
    """What was announced, what so many tests leave of it, and what the holdout can say."""
    effect = f.effect if f.effect is not None and f.effect.relative is not None else None
    unread = effect is not None and f.ratio.alarm
    chance = effect is not None and effect.relative_low <= 0 <= effect.relative_high
    if f.claim is None:
        if effect is None or unread or chance:
            return "The holdout cannot tell whether the launches changed the outcome."
        ends = interval(effect.relative_low, effect.relative_high)
        return f"The launches changed the outcome by {percent(effect.relative)} ({ends}) against the holdout."
    leaves = "leaves" if f.claim.tried else "would leave"
    left = percent(claim(f.claim.wins, tests).expected)
    text = f"Of {percent(f.claim.total)} announced, luck in {plural(tests, 'test')} {leaves} {left}; "
    if effect is None:
        return f"{text}what arrived is not known."
    if unread:
        return f"{text}the holdout cannot be read."
    shown = percent(effect.relative)
    return f"{text}the holdout's {shown} may be chance." if chance else f"{text}the holdout shows {shown}."


def _row(name: str, value: float, low: float | None, high: float | None, tests: int | None = None) -> dict:
    return {"name": name, "value": value, "low": low, "high": high, "tests": tests}


def rails_figure(f: Findings) -> alt.TopLevelMixin | None:
    """Guardrails as parts of their limit, with intervals; None without one that was seen."""
    rows = [
        {
            "name": one.guardrail.event,
            "value": one.value / one.guardrail.limit,
            "low": one.low / one.guardrail.limit,
            "high": one.high / one.guardrail.limit,
            "verdict": one.verdict,
        }
        for one in f.rails
        if one.value is not None
    ]
    if not rows:
        return None
    frame = pd.DataFrame(rows)
    # The axis is as wide as its longest name, or a wider font cuts it off.
    names = alt.Axis(minExtent=min(170, 8 * int(frame.name.str.len().max())))
    y = alt.Y("name:N", title=None, sort=frame.name.tolist(), axis=names)
    title = "Part of the limit"
    domain = [min(0.5, frame.low.min() * 0.95), max(1.15, frame.high.max() * 1.05)]
    x = alt.X("value:Q", title=title, axis=alt.Axis(format="%")).scale(domain=domain, nice=False)
    color = alt.Color(
        "verdict:N",
        legend=None,
        scale=alt.Scale(domain=["holds", "near", "breached"], range=[charts.GOOD, charts.SECOND, charts.BAD]),
    )
    base = alt.Chart(frame).encode(y=y, color=color)
    layers = [
        alt.Chart(pd.DataFrame({"value": [1.0]})).mark_rule(color=charts.BAD, strokeDash=[6, 4]).encode(x=x),
        base.mark_rule(strokeWidth=4, opacity=0.55).encode(x=alt.X("low:Q", title=title), x2="high:Q"),
        base.mark_point(size=110, opacity=1).encode(x=x, shape=alt.Shape("verdict:N", legend=None)),
        base.mark_text(dy=-13, fontWeight="bold").encode(x=x, text="verdict:N"),
    ]
    said = "; ".join(
        f"{row.name} at {row.value:.0%} of its limit ({row.low:.0%} to {row.high:.0%}), {row.verdict}"
        for row in frame.itertuples()
    )
    return charts.figure(
        alt.layer(*layers).properties(width="container", height=alt.Step(48)),
        "guardrails",
        f"{_rails_point(f)} Guardrails among users with the launches as parts of their limits, with 95% intervals: "
        f"{said}.",
    )


def _rails_point(f: Findings) -> str:
    """How many guardrails are over their limit, may be, or hold; counted in parts of the limit."""
    verdict = next(word for word in ("breached", "near", "holds") if any(one.verdict == word for one in f.rails))
    these = [one for one in f.rails if one.verdict == verdict]
    least, most = (max(getattr(one, end) / one.guardrail.limit for one in these) for end in ("low", "high"))
    one, several = {
        "breached": ("is over its limit, at {least} of it or more", "are over their limits, one at {least} or more"),
        "near": ("may be over its limit, at up to {most} of it", "may be over their limits, at up to {most}"),
        "holds": ("keeps its limit, at {most} of it or less", "keep their limits, the nearest at {most} or less"),
    }[verdict]
    which = "The only guardrail" if len(f.rails) == 1 else f"{len(these)} of {len(f.rails)} guardrails"
    said = (one if len(these) == 1 else several).format(least=f"{least:.0%}", most=f"{most:.0%}")
    return f"{which} {said}."


def size_figure(f: Findings) -> alt.TopLevelMixin | None:
    """What a holdout finds, by its share; sliders for the users, their spread, and the share held out."""
    if f.deviation is None:
        return None
    users = max(1.0, f.population / 1_000)
    most = 10 ** math.ceil(math.log10(4 * users))
    least = most / 1_000
    sliders = {
        "thousands": ("Users, thousands ", float(f"{users:.3g}"), least, most, least),
        "spread": ("Spread over mean ", round(f.deviation, 2), 0.05, max(3.0, math.ceil(2 * f.deviation)), 0.01),
        "held": ("Held out, of 100 ", round(100 * f.question.holdout_share, 1), 0.5, 30, 0.5),
    }
    params = [
        alt.param(name=name, value=value, bind=alt.binding_range(name=title, min=low, max=high, step=step))
        for name, (title, value, low, high, step) in sliders.items()
    ]
    error = "spread * sqrt(1 / (datum.share * thousands * 1000) + 1 / ((1 - datum.share) * thousands * 1000))"
    base = (
        alt.Chart(pd.DataFrame({"share": CURVE}))
        .transform_calculate(error=error)
        .transform_calculate(found=f"{size.REACH:.9g} * datum.error", half=f"{size.Z:.9g} * datum.error")
    )
    x = alt.X("share:Q", title="Share of users held out", axis=alt.Axis(format="%")).scale(domain=[0, 0.3], nice=False)
    top = min(1.0, 1.05 * size.found(CURVE[0], f.population, f.deviation))
    y = alt.Y("found:Q", title="Change that is found in 80 of 100 cases", axis=alt.Axis(format="+.0%")).scale(
        domain=[0, top], nice=False, clamp=True
    )
    here = (
        alt.Chart(pd.DataFrame({"one": [1]}))
        .transform_calculate(share="held / 100")
        .transform_calculate(error=error)
        .transform_calculate(
            found=f"{size.REACH:.9g} * datum.error",
            half=f"{size.Z:.9g} * datum.error",
            first="format(held * thousands * 10, ',.0f') + ' users held out'",
            second="find ".join(["'", f"' + format({size.REACH:.9g} * datum.error, '+.1%')"]),
            third=f"'interval ±' + format({100 * size.Z:.9g} * datum.error, '.1f') + ' points'",
        )
    )
    layers = [
        base.mark_line(color=charts.ACCENT).encode(x=x, y=y),
        here.mark_point(color=charts.SECOND, size=140, opacity=1).encode(x=x, y=y),
    ]
    if f.claim is not None and (f.claim.expected or f.claim.total) > 0:
        line = pd.DataFrame({"found": [f.claim.expected or f.claim.total]})
        layers.append(alt.Chart(line).mark_rule(color=charts.THIRD, strokeDash=[6, 4]).encode(y=y))
    layers += [
        here.mark_text(align="right", dx=-4, fontWeight="bold", color=charts.SECOND).encode(
            x=alt.value({"expr": "width"}), y=alt.value(place), text=f"{text}:N"
        )
        for place, text in ((14, "first"), (32, "second"), (50, "third"))
    ]
    five = size.found(f.question.holdout_share, f.population, f.deviation)
    chart = alt.layer(*layers)
    return charts.figure(
        chart.add_params(*params).properties(width="container", height=260),
        "holdout-size",
        f"With {100 * f.question.holdout_share:g} of 100 of {f.population:,.0f} users held out, a change of {five:.1%} "
        "is found in 80 of 100 cases. The line is the change that is found, by the share of users held out: the "
        "smaller the share, the larger it is. Sliders set users, spread and share.",
    )
