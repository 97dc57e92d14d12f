"""The charts of the role notebook: the scorecard itself, the doubt about it, and the gap to close first."""

import json

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.phrases import of_100
from mlpm.role.doubt import doubt, even
from mlpm.role.questions import MOST, QUESTIONS, SCALES
from mlpm.role.skills import AREAS, needs
from mlpm.role.skills import MOST as MOST_SKILL
from mlpm.role.verdict import CLEAR, FLOOR, READ, TITLES, VERDICTS, Role

GRID = [share / 10 for share in range(9)]
# Pixels kept for the names on the left: a page's own font may be wider than the one this is laid out with.
NAMES = 92


def _path(verdict: str, line_break: str = " ") -> str:
    """`the charter → the threshold → the gray area`, in one line or in two."""
    first, second, *rest = (TITLES[stem] for stem in READ[verdict])
    return f"{first} → {second}" + (f" →{line_break}{' → '.join(rest)}" if rest else "")


def _lookup(values: dict[str, str], key: str) -> str:
    """A Vega expression that looks a key up in a table of texts."""
    return f"({json.dumps(values, ensure_ascii=False)})[{key}]"


def _verdict_of(score: dict[str, str]) -> tuple[str, str, str]:
    """Vega expressions for the highest score, its lead over the second, and the verdict, of three score expressions."""
    research, compute, business = (score[scale] for scale in SCALES)
    top = f"max({research}, {compute}, {business})"
    least = f"min({research}, {compute}, {business})"
    lead = f"({top} - ({research} + {compute} + {business} - {top} - {least}))"
    # The names of the scales near the top, joined; the first one brings no "+".
    joined = "''"
    for scale in SCALES:
        near = f"{top} - {score[scale]} < {CLEAR}"
        joined = f"{joined} + ({near} ? '+{scale}' : '')"
    return top, lead, f"({top} < {FLOOR} ? 'undefined' : substring({joined}, 1))"


def scorecard_figure(role: Role) -> alt.TopLevelMixin:
    """Twelve questions to answer in the page: three bars, the verdict and what to read, without a kernel.

    Everything is worked out by Vega: `research`, `compute` and `business` are sums of the twelve parameters q1 … q12.
    """
    asked = [
        alt.param(
            name=f"q{question.number}", value=answer,
            bind=alt.binding_select(
                name=f"{question.number} {question.look}. {question.text}", options=list(range(MOST + 1)),
                labels=[f"{points}: {said}" for points, said in enumerate(question.answers)],
            ),
        )
        for question, answer in zip(QUESTIONS, role.by_question, strict=True)
    ]
    sums = [
        alt.param(name=scale, expr=" + ".join(f"q{q.number}" for q in QUESTIONS if q.scale == scale))
        for scale in SCALES
    ]
    top, lead, code = _verdict_of({scale: scale for scale in SCALES})
    # Spoken and shown above the live chart; what to read stands in the picture and in a table beside it.
    says = {name: f"{title}. {says}" for name, (title, says) in VERDICTS.items()}
    verdict = [alt.param(name="code", expr=code), alt.param(name="answer", expr=_lookup(says, "code"))]
    rows = [{"scale": scale, "name": name} for scale, name in SCALES.items()]
    base = (
        alt.Chart(alt.Data(values=rows))
        .transform_calculate(score=" : ".join(f"datum.scale == '{scale}' ? {scale}" for scale in SCALES) + " : 0")
        .transform_calculate(near=f"{top} >= {FLOOR} && {top} - datum.score < {CLEAR}")
        .transform_calculate(text="datum.score + ' of 12'")
        .encode(y=alt.Y("name:N", title=None, sort=list(SCALES.values()), axis=alt.Axis(minExtent=NAMES)))
    )
    bars = base.mark_bar(height=22).encode(
        x=alt.X("score:Q", title="Points", axis=alt.Axis(format="d", tickMinStep=1),
                scale=alt.Scale(domain=[0, 15], nice=False)),
        color=alt.condition("datum.near", alt.value(charts.ACCENT), alt.value(charts.MUTED)),
    )
    words = base.mark_text(align="right", fontWeight=600, x={"expr": "width"}).encode(text="text:N")
    floor = alt.Chart(pd.DataFrame({"floor": [FLOOR]})).mark_rule(strokeDash=[5, 4]).encode(x="floor:Q")
    # Only a single job has a lead worth a word; of several the names say all.
    more = f"code == 'undefined' ? ': no scale reaches {FLOOR}' : indexof(code, '+') < 0 ? ', ahead by ' + {lead} : ''"
    head = alt.Chart(alt.Data(values=[{"one": 1}])).transform_calculate(
        text=f"{_lookup({name: title for name, (title, _) in VERDICTS.items()}, 'code')} + ({more})",
        path="'Read: ' + " + _lookup({name: _path(name, "\n") for name in VERDICTS}, "code"),
    )
    lines = [
        head.mark_text(align="left", fontSize=size, fontWeight=weight, lineBreak="\n", baseline="top").encode(
            x=alt.value(4 - NAMES), y=alt.value(y), text=f"{name}:N"
        )
        for name, y, size, weight in (("text", -62, 15, 700), ("path", -38, 12, 400))
    ]
    title, says_now = VERDICTS[role.verdict]
    said = ", ".join(f"{name} {role.scores[scale]}" for scale, name in SCALES.items())
    return charts.figure(
        alt.layer(bars, floor, words, *lines).add_params(*asked, *sums, *verdict)
        .properties(width="container", height=alt.Step(40)),
        "role-scorecard",
        f"The twelve answers come to {said}: {title}. Each question is answered with 0 to 3, and each scale has 12 "
        f"points at most. {says_now}",
    )


def doubt_figure(role: Role, off: float) -> alt.TopLevelMixin:
    """How often another honest scorer comes to another verdict, by the lead of the first scale; one slider."""
    first = role.order[0]
    others = [role.scores[scale] for scale in role.order[1:]]
    kinds = {"another verdict": "another_verdict", "another scale on top": "another_leader"}
    rows = []
    for share in GRID:
        for points in range(max(others), 13):
            answers = role.answers[first] if points == role.scores[first] else even(points)
            found = doubt(Role({**role.answers, first: answers}), share)
            rows += [
                {"off": round(share, 1), "lead": points - max(others), "kind": kind, "n": 100 * getattr(found, part)}
                for kind, part in kinds.items()
            ]
    share = alt.param(
        name="off", value=100 * min(GRID, key=lambda place: abs(place - off)),
        bind=alt.binding_range(name="Answers that are off by one, of 100 ", min=0, max=80, step=10),
    )
    base = alt.Chart(pd.DataFrame(rows)).transform_filter("abs(datum.off * 100 - off) < 1").encode(
        x=alt.X("lead:Q", title="Points by which the first scale leads", axis=alt.Axis(format="d", tickMinStep=1)),
        y=alt.Y("n:Q", title="Of 100 other scorers", scale=alt.Scale(domain=[0, 100])),
        color=alt.Color(
            "kind:N", legend=None, scale=alt.Scale(domain=list(kinds), range=[charts.ACCENT, charts.SECOND])
        ),
    )
    upper, lower = kinds
    here = base.transform_filter(f"datum.lead == {role.lead} && datum.kind == '{upper}'")
    # Both lines fall to the right: over the middle of the upper one, and in the corner under the lower one, is room.
    names = [
        alt.Chart(alt.Data(values=[{"kind": kind}]))
        .mark_text(align=align, fontWeight=600, x={"expr": x}, y=y, color=color).encode(text="kind:N")
        for kind, align, x, y, color in (
            (upper, "left", "0.42 * width", 92, charts.ACCENT), (lower, "left", "8", 222, charts.SECOND),
        )
    ]
    chart = alt.layer(
        base.mark_line().encode(strokeDash=alt.StrokeDash("kind:N", legend=None, sort=list(kinds))),
        base.mark_point(size=35, opacity=1),
        here.mark_point(size=150, shape="diamond", opacity=1),
        here.mark_text(dy=-14, fontWeight=700).encode(text=alt.Text("n:Q", format=".0f")),
        *names,
        alt.Chart(pd.DataFrame({"lead": [CLEAR]})).mark_rule(strokeDash=[2, 3]).encode(x="lead:Q"),
    )
    found = doubt(role, off)
    return charts.figure(
        chart.add_params(share).properties(width="container", height=240),
        "doubt-by-lead",
        f"At a lead of {role.lead}, {of_100(found.another_verdict)} other honest scorers come to another verdict. By "
        "the lead of the first scale, the lines are how many do, and how many put another scale on top or level, with "
        f"{100 * off:.0f} of 100 answers off by one. A slider moves that share.",
    )


def _gap_point(verdict: str, have: dict[str, int]) -> str:
    """Where most is missing."""
    gaps = {area: needs(verdict)[area] - have[area] for area in AREAS}
    widest = max(gaps, key=gaps.get)
    if gaps[widest] <= 0:
        return "You have what the job asks in all four areas."
    asked = needs(verdict)[widest]
    return f"The widest gap is {AREAS[widest]}: the job asks {asked} points of {MOST_SKILL}, you have {have[widest]}."


def skills_figure(verdict: str, have: dict[str, int]) -> alt.TopLevelMixin:
    """What the job asks of each area and what you have, with the gap to close first; four sliders and the job."""
    names = [name for name in VERDICTS if name != "undefined"]
    job = alt.param(
        name="job", value=verdict if verdict in names else names[-1],
        bind=alt.binding_select(name="The job ", options=names, labels=[VERDICTS[known][0] for known in names]),
    )
    sliders = [
        alt.param(name=area, value=have[area], bind=alt.binding_range(name=f"{title}, 0 to 6 ", min=0, max=6, step=1))
        for area, title in AREAS.items()
    ]
    asked = {name: needs(name) for name in names}
    rows = [{"area": area, "name": title} for area, title in AREAS.items()]
    gap = " , ".join(f"({json.dumps({n: a[area] for n, a in asked.items()})})[job] - {area}" for area in AREAS)
    table = {area: {name: need[area] for name, need in asked.items()} for area in AREAS}
    base = (
        alt.Chart(alt.Data(values=rows))
        .transform_calculate(
            have=" : ".join(f"datum.area == '{area}' ? {area}" for area in AREAS) + " : 0",
            asked=f"({json.dumps(table)})[datum.area][job]",
        )
        .transform_calculate(gap="datum.asked - datum.have")
        .transform_calculate(
            first=f"datum.gap > 0 && datum.gap == max({gap})",
            low="min(datum.asked, datum.have)", high="max(datum.asked, datum.have)",
        )
        .transform_calculate(
            text="datum.first ? 'gap ' + datum.gap + ', close first' : datum.gap > 0 ? 'gap ' + datum.gap "
            ": datum.gap < 0 ? -datum.gap + ' to spare' : 'enough'"
        )
        .encode(y=alt.Y("name:N", title=None, sort=list(AREAS.values()), axis=alt.Axis(minExtent=NAMES)))
    )
    color = alt.condition("datum.first", alt.value(charts.SECOND), alt.value(charts.MUTED))
    x = alt.X("low:Q", title="Points of 6", scale=alt.Scale(domain=[0, MOST_SKILL]), axis=alt.Axis(format="d"))
    chart = alt.layer(
        base.mark_rule(strokeWidth=4).encode(x=x, x2="high:Q", color=color),
        base.mark_point(size=120, opacity=1, color=charts.ACCENT).encode(x="have:Q"),
        base.mark_tick(thickness=4, size=24).encode(x="asked:Q", color=color),
        base.mark_text(dy=-18, align="left").encode(x=alt.value(0), text="text:N", color=color),
    )
    said = ", ".join(f"{AREAS[area]} asked {needs(verdict)[area]}, have {have[area]}" for area in AREAS)
    return charts.figure(
        chart.add_params(job, *sliders).properties(width="container", height=alt.Step(52)),
        "skill-gap",
        f"{_gap_point(verdict, have)} Four skill areas: a bar marks what the job asks of 6 points, a dot what you "
        f"have. {said}. Sliders and the job can be changed.",
    )
