"""The dashboard: few tiles, each with the decision it serves, the rule that triggers it, and the day of the next look.

A tile's state: act, its rule has fired; watch, its interval holds the line of the rule; fine; wait, nothing is mature
yet; no rule, nobody has said which value would change what: such a tile has no place on the page.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from mlpm.impact.cohorts import RECENT, Cohorts
from mlpm.impact.study import Findings, Rail

WEEK = timedelta(days=7)
STATES = ("act", "watch", "fine", "wait", "no rule")


@dataclass(frozen=True)
class Tile:
    """One tile. kind: leading, lagging, guardrail or health; value, low, high: in the unit `form` formats."""

    name: str
    kind: str
    value: float | None
    low: float | None
    high: float | None
    form: str
    decision: str
    rule: str
    state: str
    next_look: date


def tiles(f: Findings) -> list[Tile]:
    """Every tile the log has data for, leading ones first."""
    q, soon = f.question, f.log.until + WEEK
    found = [
        _cohort_tile(
            f"{q.activation} within {q.activation_days} days",
            f.activation,
            q.activation_floor,
            "activation_floor",
            "Work on the first days, or on what comes after them",
            soon,
        ),
        _cohort_tile(
            f"back on day {q.back_from} to {q.back_to}",
            f.back,
            q.back_floor,
            "back_floor",
            "Bring in more users, or first keep those who come",
            soon,
        ),
    ]
    if f.effect is not None:
        found.append(_outcome_tile(f))
        if f.fading is not None:
            found.append(_fading_tile(f))
    found += [_rail_tile(rail, soon) for rail in f.rails]
    if f.ratio is not None:
        users = f.log.users("holdout") / sum(f.ratio.observed.values())
        found.append(
            Tile(
                "held out, of users in the file",
                "health",
                users,
                None,
                None,
                "share",
                "Whether anything about the holdout may be read",
                f"p under 0.001 against {100 * q.expected_share:.1f} expected, or unlike before: find the fault",
                "act" if f.ratio.alarm or any("before" in alarm for alarm in f.alarms) else "fine",
                soon,
            )
        )
    return found


def _cohort_tile(name: str, one: Cohorts, floor: float, parameter: str, decision: str, soon: date) -> Tile:
    share = one.recent
    rule = f"last {RECENT} mature cohorts, all of the interval under {100 * floor:g}: act"
    if not share.users:
        state = "wait"
    elif not floor:
        state, rule = "no rule", f"none: set {parameter}, or take the tile off"
    else:
        state = "act" if share.high < floor else "fine" if share.low >= floor else "watch"
    return Tile(
        name, "leading", share.value, share.low, share.high, "share", decision, rule, state, one.next_look or soon
    )


def _outcome_tile(f: Findings) -> Tile:
    effect = f.effect
    state = {"report_harm": "act", "report_no_gain": "act", "report_holdout": "fine", "keep_measuring": "watch"}
    word = "act" if f.alarms else state[f.decision]
    return Tile(
        f"{f.question.outcome}, with launches against without",
        "lagging",
        effect.relative,
        effect.relative_low,
        effect.relative_high,
        "relative",
        "Which number is reported, and whether the launches stay",
        f"all above 0: report it; all below 0: take them back; all under {100 * f.question.minimum:g}%: stop such work",
        word,
        f.next_outcome,
    )


def _fading_tile(f: Findings) -> Tile:
    fading = f.fading
    state = "act" if fading.high < 0 else "watch" if fading.low < -max(f.effect.relative or 0, 0) / 2 else "fine"
    return Tile(
        "its change, second half less first",
        "lagging",
        fading.change,
        fading.low,
        fading.high,
        "points",
        "Whether the number may be carried into next year",
        "all under 0: it fades, so report the second half",
        state,
        f.next_outcome,
    )


def _rail_tile(rail: Rail, soon: date) -> Tile:
    one = rail.guardrail
    limit = f"{100 * one.limit:g} of 100 users" if one.kind == "users" else f"{one.limit:g}"
    state = {"breached": "act", "near": "watch", "holds": "fine", "unseen": "wait"}[rail.verdict]
    return Tile(
        f"{one.event}, {'users with it' if one.kind == 'users' else 'mean'}",
        "guardrail",
        rail.value,
        rail.low,
        rail.high,
        "share" if one.kind == "users" else "plain",
        "Whether the last launch stays on",
        f"all over {limit}: off the same day",
        state,
        soon,
    )
