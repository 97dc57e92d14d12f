"""The charts of the charter notebook."""

import altair as alt
import pandas as pd

from mlpm import charts
from mlpm.charter.marks import CONFLICTS
from mlpm.charter.study import LISTED_PAIRS, Charter
from mlpm.phrases import minus, plural, short

ROWS, MARKERS = 30, 5
COLORS = [charts.ACCENT, charts.SECOND, charts.THIRD, charts.GOOD, charts.BAD]


def _colors(found: Charter) -> alt.Scale:
    """A color for each of the five roles that claim most; the rest are gray, and told apart by their short form."""
    order = [*found.claims.role, *found.marks.absent]
    return alt.Scale(domain=order, range=[*COLORS, *[charts.MUTED] * len(order)][: len(order)])


def marks_figure(found: Charter) -> alt.TopLevelMixin:
    """Decisions × markers: which role each marker names; decisions with more than one name come first, in color."""
    shown, markers, short = found.marks.decisions.head(ROWS), found.marks.ratings.raters[:MARKERS], found.short
    rows = [
        {"decision": row.decision, "marker": short[marker], "role": row.named.get(marker, "none"),
         "text": short.get(row.named.get(marker), "–"), "talk": row.state in (*CONFLICTS, "unnamed")}
        for row in shown.itertuples() for marker in markers
    ]
    order = shown.decision.tolist()
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("marker:N", title=None, sort=[short[marker] for marker in markers],
                axis=alt.Axis(orient="top", labelAngle=0, labelFontWeight=600, domain=False, ticks=False)),
        # A page's own font may be wider than the one this is laid out with: keep room for it.
        y=alt.Y("decision:N", title=None, sort=order, axis=alt.Axis(labelLimit=180, labelFontSize=11, minExtent=178)),
    )
    talk = "datum.talk && datum.role != 'none'"
    color = alt.Color("role:N", scale=_colors(found), legend=None)
    # An outline and not a fill: no one color of text reads on a strong fill by day and on a pale one by night.
    cells = base.transform_filter(talk).mark_rect(
        cornerRadius=4, height={"band": 0.8}, width={"band": 0.86}, filled=False, strokeWidth=1.75
    ).encode(color=color)
    words = base.encode(text="text:N", tooltip=["decision:N", "marker:N", "role:N"])
    words = alt.layer(
        words.transform_filter(talk).mark_text(fontWeight=700).encode(color=color),
        words.transform_filter(f"!({talk})").mark_text(color=charts.MUTED),
    )
    m = found.marks
    several = ", ".join(order[: min(3, m.conflicts)])
    return charts.figure(
        (cells + words).properties(width="container", height=alt.Step(26)),
        "who-decides-what",
        f"{_conflicts_point(m.conflicts, len(order))} {len(order)} decisions in rows, {len(markers)} people in "
        "columns, in each cell the role that takes the decision according to that person. Those with more than one "
        "name stand on top"
        + (f": {several}." if m.conflicts <= 3 else f", first {several}." if several else "."),
    )


def _conflicts_point(conflicts: int, decisions: int) -> str:
    if not conflicts:
        return "No decision has more than one name."
    return f"{conflicts} of {plural(decisions, 'decision')} {'has' if conflicts == 1 else 'have'} more than one name."


def division_figure(found: Charter) -> alt.TopLevelMixin:
    """How each marker shares the decisions out among the roles: one bar a marker, its own share first."""
    markers = found.marks.ratings.raters[:8]
    order = [*found.claims.role, *found.marks.absent]
    frame = found.marks.division()
    frame = frame[frame.marker.isin(markers) & (frame.decisions > 0)]
    total, short = frame.groupby("marker").decisions.sum(), found.short
    frame = frame.assign(
        place=[order.index(role) for role in frame.role],
        own=[found.marks.role_of[marker] == role for marker, role in zip(frame.marker, frame.role, strict=True)],
        # A phone's bar is about 230 pixels wide and a letter 8: a short segment has room for its number only, or none.
        text=[
            next((text for text in (f"{short[row.role]} {row.decisions}", str(row.decisions))
                  if 230 * row.decisions / total[row.marker] > 8 * len(text)), "")
            for row in frame.itertuples()
        ],
    )
    frame = frame.sort_values(["marker", "place"], ignore_index=True)
    frame["name"] = [short[marker] for marker in frame.marker]
    frame["end"] = frame.groupby("marker").decisions.cumsum()
    frame["start"] = frame.end - frame.decisions
    frame["middle"] = (frame.start + frame.end) / 2
    base = alt.Chart(frame).encode(
        y=alt.Y("name:N", title=None, sort=[short[marker] for marker in markers],
                axis=alt.Axis(labelExpr="datum.label + ' says'")),
    )
    bars = base.mark_bar(height=16).encode(
        x=alt.X("start:Q", title="Decisions", axis=alt.Axis(format="d", tickMinStep=1)), x2="end:Q",
        color=alt.Color("role:N", scale=_colors(found), legend=None),
        tooltip=["marker:N", "role:N", "decisions:Q"],
    )
    words = base.encode(x="middle:Q", text="text:N")
    words = alt.layer(
        words.transform_filter("datum.own").mark_text(dy=-16, fontWeight=700),
        words.transform_filter("!datum.own").mark_text(dy=-16),
    )
    said = "; ".join(
        f"{marker}: " + ", ".join(f"{row.role} {row.decisions}" for row in group.itertuples())
        for marker, group in frame.groupby("marker", sort=False)
    )
    return charts.figure(
        (bars + words).properties(width="container", height=alt.Step(46)),
        "who-gives-whom-how-many",
        f"{_division_point(frame)} How each person shares the decisions out among the roles. {said}.",
    )


def _division_point(frame: pd.DataFrame) -> str:
    """Who keeps most for the own role."""
    own = frame[frame["own"]]
    if own.empty:
        return "Nobody names the own role for any decision."
    most = own.loc[own["decisions"].idxmax()]
    if (own["decisions"] == most.decisions).sum() > 1:
        which = f"{int((own['decisions'] == most.decisions).sum())} people keep"
        return f"{which} most for the own role, {plural(int(most.decisions), 'decision')} each."
    total = frame.loc[frame["marker"] == most.marker, "decisions"].sum()
    return f"{short(most.marker)} keeps most for the own role, {most.decisions} of {plural(int(total), 'decision')}."


def agreement_figure(found: Charter) -> alt.TopLevelMixin:
    """Alpha of all markers and kappa of each pair, with intervals and the line of luck."""
    rows = []
    if found.alpha.value is not None:
        rows.append({"name": "all: alpha", "value": found.alpha.value, "low": found.alpha.low, "high": found.alpha.high,
                     "all": True})
    for row in found.pairs.head(LISTED_PAIRS).dropna(subset="kappa").itertuples():
        pair = f"{found.short[row.marker_1]} – {found.short[row.marker_2]}"
        rows.append({"name": pair, "value": row.kappa, "low": row.low, "high": row.high, "all": False})
    frame = pd.DataFrame(rows, columns=["name", "value", "low", "high", "all"])
    frame["text"] = [minus(f"{value:.2f}") for value in frame.value]
    bottom = min([-0.25, *frame.low.dropna().tolist(), *frame.value.tolist()])
    x = alt.X("value:Q", title="Agreement beyond chance", scale=alt.Scale(domain=[max(-1.0, bottom), 1]))
    base = alt.Chart(frame).encode(y=alt.Y("name:N", title=None, sort=frame.name.tolist()))
    color = alt.condition("datum.all", alt.value(charts.ACCENT), alt.value(charts.MUTED))
    line = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", title="Agreement beyond chance"), x2="high:Q", color=color
    )
    point = base.mark_point(size=110, opacity=1).encode(
        x=x, color=color, shape=alt.condition("datum.all", alt.value("diamond"), alt.value("circle"))
    )
    words = base.mark_text(dy=-13, fontWeight="bold").encode(x=x, text="text:N")
    luck = alt.Chart(pd.DataFrame({"value": [0], "text": ["luck"]}))
    rule = luck.mark_rule(strokeDash=[5, 4], color=charts.SECOND, strokeWidth=2).encode(x="value:Q")
    tag = luck.mark_text(align="left", dx=5, y=6, color=charts.SECOND).encode(x="value:Q", text="text:N")
    said = ", ".join(
        f"{row.name_} {row.text}" + (f" ({row.low:.2f} to {row.high:.2f})" if row.low == row.low else "")
        for row in frame.rename(columns={"name": "name_"}).head(4).itertuples()
    )
    return charts.figure(
        alt.layer(line, rule, tag, point, words).properties(width="container", height=alt.Step(44)),
        "agreement-with-intervals",
        f"{_agreement_point(frame)} Agreement beyond chance with its 95% interval, the dashed line at 0 is luck. "
        f"{said or 'Undefined for these marks'}.",
    )


def _agreement_point(frame: pd.DataFrame) -> str:
    """Whether all marks together, or the first pair, agree beyond luck."""
    if frame.empty:
        return "Agreement beyond luck is undefined for these marks."
    first = frame.iloc[0]
    if first.low != first.low:
        return minus(f"Agreement is {first.value:.2f}, with no interval to hold it against luck.")
    what = "is told from luck" if first.low > 0 or first.high < 0 else "cannot be told from luck"
    said = f"An agreement of {first.value:.2f} {what}: it may be {first.low:.2f} to {first.high:.2f}."
    return minus(said)


def slider_figure(decisions: int = 20, matches: int = 12, share: float = 0.5) -> alt.TopLevelMixin:
    """What the number of decisions does to the interval of kappa of two markers; three sliders.

    Both markers give the same share of the decisions to the first of two roles, so chance alone matches p² + (1 − p)².
    The interval is Cohen's (1960) large-sample one, √(p_o (1 − p_o) / n) / (1 − p_e) to each side times 1.96, ends kept
    within −1 … 1; with equal shares it is that of Fleiss, Cohen and Everitt (1969), too.
    """
    same, yes, count = (
        alt.param(name=name, value=value, bind=alt.binding_range(name=title, min=low, max=high, step=step))
        for name, value, title, low, high, step in (
            ("same", 100 * matches / decisions, "Same name, of 100 decisions ", 40, 98, 1),
            ("claim", 100 * share, "One of the roles gets, of 100 ", 10, 90, 5),
            ("count", decisions, "Decisions marked ", 5, 200, 5),
        )
    )
    chance = "(claim * claim / 10000 + (1 - claim / 100) * (1 - claim / 100))"
    kappa = f"((same / 100 - {chance}) / (1 - {chance}))"
    half = f"(1.96 * sqrt(same / 100 * (1 - same / 100) / datum.n) / (1 - {chance}))"
    steps = {"kappa": kappa, "low": f"max(-1, {kappa} - {half})", "high": f"min(1, {kappa} + {half})"}
    grid = alt.Chart(alt.sequence(5, 201, 1, as_="n")).transform_calculate(**steps)
    x = alt.X("n:Q", title="Decisions marked by both", scale=alt.Scale(domain=[0, 200]))
    band = grid.mark_area(color=charts.BAND, clip=True).encode(
        x=x, y=alt.Y("low:Q", title="Kappa", scale=alt.Scale(domain=[-1, 1], nice=False)), y2="high:Q"
    )
    line = grid.mark_line(color=charts.ACCENT).encode(x=x, y="kappa:Q")
    here = alt.Chart(alt.Data(values=[{"one": 1}])).transform_calculate(n="count").transform_calculate(**steps)
    here = here.transform_calculate(
        text="'kappa ' + format(datum.kappa, '.2f') + ', from ' + format(datum.low, '.2f') + ' to ' + "
        "format(datum.high, '.2f')",
        more="datum.low <= 0 ? 'luck is not excluded' : 'more than luck'",
    )
    reach = here.mark_rule(color=charts.SECOND, strokeWidth=3).encode(x="n:Q", y="low:Q", y2="high:Q")
    point = here.mark_point(size=120, color=charts.SECOND, shape="diamond", opacity=1).encode(x="n:Q", y="kappa:Q")
    words = [
        here.mark_text(align="right", x={"expr": "width - 4"}, y=place, fontWeight="bold").encode(text=f"{name}:N")
        for name, place in (("text", 222), ("more", 240))
    ]
    luck = alt.Chart(pd.DataFrame({"kappa": [0]})).mark_rule(strokeDash=[5, 4], color=charts.MUTED).encode(y="kappa:Q")
    observed, expected = matches / decisions, share**2 + (1 - share) ** 2
    value = (observed - expected) / (1 - expected)
    spread = 1.96 * (observed * (1 - observed) / decisions) ** 0.5 / (1 - expected)
    ends = value, max(-1.0, value - spread), min(1.0, value + spread)
    signed = [minus(f"{end:.2f}") for end in ends]
    return charts.figure(
        alt.layer(band, luck, line, reach, point, *words).add_params(same, yes, count)
        .properties(width="container", height=250),
        "kappa-and-decisions",
        f"With {decisions} decisions of which {matches} match, kappa is {signed[0]} and may be {signed[1]} to "
        f"{signed[2]}. Kappa of two people and its 95% interval as they mark more decisions. Sliders move "
        "all three.",
    )
