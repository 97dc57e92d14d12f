"""The charts of the interviews notebook. Those with sliders compute in the page, without Python."""

from math import comb

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.discovery.study import Study
from mlpm.discovery.talks import Talks, decided_by
from mlpm.phrases import of_100, plural

HEIGHT = 260
MOST_TALKS, MOST_RAISED = 40, 12
MESSAGES = 8


def silence_figure(study: Study) -> alt.TopLevelMixin:
    """How likely it is to hear so little, by the share of users who have it; sliders for talks and for who talks."""
    talks = study.solution
    most, loud = max(MOST_TALKS, talks.asked), max(MOST_RAISED, talks.raised)
    move = [
        charts.slider("n", "Interviews", talks.asked, 1, most, 1),
        charts.slider("k", "Raised it, unasked", talks.raised, 0, loud, 1),
        charts.slider("come", "Who has it comes so many times as often", 1, 0.25, 2, 0.25),
        charts.slider("say", "Of 100 who have it, raise it unasked", 100, 20, 100, 10),
    ]
    rows = [{"n": n, "k": k, "ways": comb(n, k)} for n in range(1, most + 1) for k in range(min(n, loud) + 1)]
    x = alt.X("p:Q", title="Of 100 users, have it", scale=alt.Scale(domain=[0, 100], nice=False))
    y = alt.Y("sum:Q", title="Chance to hear of it no more often", axis=alt.Axis(format="%"))
    y = y.scale(domain=[0, 1], nice=False)
    curve = (
        alt.Chart(alt.Data(values=rows))
        .transform_filter("datum.n == n && datum.k <= k")
        .transform_calculate(p="sequence(0, 100.1, 0.2)")
        .transform_flatten(["p"])
        .transform_calculate(s="say / 100 * come * datum.p / (come * datum.p + 100 - datum.p)")
        .transform_calculate(term="datum.ways * pow(datum.s, datum.k) * pow(1 - datum.s, datum.n - datum.k)")
        .transform_aggregate(sum="sum(term)", groupby=["p"])
    )
    possible = curve.transform_filter("datum.sum >= 0.05")
    area = possible.mark_area(color=charts.BAND).encode(x=x, y=y)
    line = curve.mark_line(color=charts.ACCENT).encode(x=x, y=y)
    bar = alt.Chart(pd.DataFrame({"sum": [0.05]})).mark_rule(strokeDash=[5, 4], color=charts.MUTED).encode(y="sum:Q")
    end = possible.transform_aggregate(p="max(p)").transform_calculate(
        sum="0.05", says="'up to ' + format(datum.p, '.0f') + ' of 100 users may have it'",
        counts="min(k, n) + ' of ' + n + ' raised it:'",
    )
    point = end.mark_point(size=130, shape="diamond", color=charts.SECOND).encode(x=x, y=y)
    words = [
        end.mark_text(align="right", fontWeight="bold", color=color)
        .encode(x=alt.value({"expr": "width - 6"}), y=alt.value(place), text=f"{name}:N")
        for name, place, color in (("counts", 16, charts.INK), ("says", 36, charts.SECOND))
    ]
    return charts.figure(
        alt.layer(area, line, bar, point, *words).add_params(*move).properties(width="container", height=HEIGHT),
        "what-silence-says",
        f"If {talks.raised} of {talks.asked} people raise a pain, up to "
        f"{of_100(Talks(talks.asked, talks.raised).largest)} users may have it. How likely it is that at most "
        f"{talks.raised} of {talks.asked} interviewed people raise it, by how many of 100 users have it; up to that "
        "many it happens at least five times in a hundred. Sliders move the interviews, how many raised it, who "
        "comes and who speaks up.",
    )


def rounds_figure(study: Study) -> alt.TopLevelMixin:
    """Which counts settle it, by number of interviews: too few have it, enough have it, or nobody can tell."""
    most = max(30, study.solution.asked, study.other.asked, study.silent_in_all or 0) + 6
    frame = decided_by(study.line, range(1, most + 1))
    frame = frame.assign(below=frame["drop"].clip(lower=0), above=frame["build"].clip(upper=frame["asked"]))
    x = alt.X("asked:Q", title="Interviews", axis=alt.Axis(format="d")).scale(domain=[0, most], nice=False)
    top = max(1.6 * frame["build"].iloc[-1], study.solution.raised + 3, study.other.raised + 3)
    scale = alt.Scale(domain=[0, top], nice=False)
    y = alt.Y("below:Q", title="People who raise it", scale=scale, axis=alt.Axis(format="d"))
    base = alt.Chart(frame)
    unknown = base.mark_area(color=charts.BAND).encode(x=x, y=y, y2="above:Q")
    edges = [
        base.transform_filter(f"datum.{name} {rule}").mark_line(color=color, strokeWidth=2.5)
        .encode(x=x, y=alt.Y(f"{name}:Q", scale=scale))
        for name, rule, color in (("build", "<= datum.asked", charts.GOOD), ("drop", ">= 0", charts.BAD))
    ]
    last = frame.iloc[-1]
    zones = pd.DataFrame([
        {"asked": most, "at": 1.3 * last["build"], "text": "enough have it", "color": charts.GOOD},
        {"asked": most, "at": (last["drop"] + last["build"]) / 2, "text": "nobody can tell", "color": charts.INK},
    ])
    names = [
        alt.Chart(zones[i:i + 1]).mark_text(align="right", dx=-6, fontWeight="bold", color=row.color)
        .encode(x="asked:Q", y=alt.Y("at:Q", scale=scale), text="text:N")
        for i, row in enumerate(zones.itertuples())
    ]
    # Under the lower line there is no room for words, so they stand beside its end, above the axis.
    names.append(
        alt.Chart(zones[:1]).mark_text(align="right", dx=-6, dy=-9, fontWeight="bold", color=charts.BAD)
        .encode(x="asked:Q", y=alt.value(HEIGHT), text=alt.value("too few"))
    )
    here = pd.DataFrame([
        {"asked": talks.asked, "raised": talks.raised, "text": f"{talks.raised} of {talks.asked}: {what}"}
        for talks, what in ((study.solution, "the idea's pain"), (study.other, "the other pain"))
    ])
    points = alt.Chart(here).mark_point(size=120, color=charts.SECOND, shape="diamond").encode(
        x=x, y=alt.Y("raised:Q", scale=scale)
    )
    texts = alt.Chart(here).mark_text(align="left", dx=-62, dy=-16, color=charts.SECOND, fontWeight="bold").encode(
        x=x, y=alt.Y("raised:Q", scale=scale), text="text:N"
    )
    rows = {row.asked: row for row in frame.itertuples()}[study.solution.asked]
    dropped = f"at most {rows.drop}" if rows.drop > 0 else "silence" if rows.drop == 0 else "not even silence"
    enough = f"{rows.build} or more" if rows.build <= study.solution.asked else "not even all"
    return charts.figure(
        alt.layer(unknown, *edges, points, texts, *names).properties(width="container", height=HEIGHT),
        "drop-or-build",
        f"With {plural(study.solution.asked, 'interview')} {dropped} settles that fewer than {of_100(study.line)} have "
        f"the pain, {enough} that enough do. Which counts settle it, by number of interviews; between, nobody can "
        f"tell. Raised so far: the idea's pain by {study.solution.raised} of {study.solution.asked}, the other by "
        f"{study.other.raised} of {study.other.asked}.",
    )


def counts_figure(study: Study) -> alt.TopLevelMixin:
    """What a person meets by the messages she writes, if silence strikes at random; talks and the log beside it."""
    silence, (low, high) = study.silence, study.other.interval
    move = charts.slider("u", "Of 100 messages, unanswered", round(100 * silence.unanswered), 5, 95, 5)
    widest = max(MESSAGES, silence.messages)
    x = alt.X("m:Q", title="Messages written", axis=alt.Axis(format="d", tickMinStep=1))
    x = x.scale(domain=[1, widest], nice=False)
    y = alt.Y("share:Q", title="Of 100 buyers", scale=alt.Scale(domain=[0, 100], nice=False))
    band = pd.DataFrame([{
        "low": 100 * low, "high": 100 * high, "text": f"told us: {study.other.raised} of {study.other.asked}",
    }])
    told = alt.Chart(band).mark_rect(color=charts.BAND).encode(
        y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 100])), y2="high:Q"
    )
    says = alt.Chart(band).mark_text(align="right", dy=12, fontWeight="bold").encode(
        x=alt.value({"expr": "width - 6"}), y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 100])), text="text:N"
    ).transform_calculate(low="datum.low + 14")
    kinds = {  # name: share, color, where the name stands and how far from the point
        "some unanswered": ("100 * (1 - pow(1 - u / 100, datum.m))", charts.ACCENT, 3, "left", 12, 16),
        "nobody answers": ("100 * pow(u / 100, datum.m)", charts.SECOND, 2, "left", 12, -6),
    }
    lines = []
    for kind, (share, color, at, align, dx, dy) in kinds.items():
        base = alt.Chart(alt.sequence(1, widest + 1, 1, as_="m")).transform_calculate(share=share)
        lines += [
            base.mark_line(color=color).encode(x=x, y=y),
            base.mark_point(color=color).encode(x=x, y=y),
            base.transform_filter(f"datum.m == {at}")
            .mark_text(align=align, dx=dx, dy=dy, color=color, fontWeight="bold")
            .encode(x=x, y=y, text=alt.value(f"{kind}, by chance")),
        ]
    log = pd.DataFrame([{
        "m": silence.messages, "share": 100 * silence.counted, "low": 100 * silence.interval[0],
        "high": 100 * silence.interval[1], "text": f"in the log {100 * silence.counted:.0f}",
    }])
    base = alt.Chart(log)
    point = [
        base.mark_rule(color=charts.INK, strokeWidth=2).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_point(color=charts.INK, shape="diamond", size=120).encode(x=x, y=y),
        base.mark_text(align="left", dx=12, fontWeight="bold").encode(x=x, y=y, text="text:N"),
    ]
    return charts.figure(
        alt.layer(told, *lines, says, *point).add_params(move).properties(width="container", height=HEIGHT + 20),
        "talk-and-counts",
        f"With {plural(silence.messages, 'message')} {of_100(silence.nobody(silence.messages))} buyers would hear "
        f"from nobody by chance, and {of_100(silence.counted)} did. What buyers meet, by the messages they write, if "
        f"{of_100(silence.unanswered)} stay unanswered at random: with as many, "
        f"{of_100(silence.meets(silence.messages))} meet at least one silence. A band marks what {study.other.raised} "
        f"of {study.other.asked} interviews allow. The slider moves the share unanswered.",
    )
