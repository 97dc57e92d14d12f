"""The answer of the notebook: for machines, and the numbers a chapter may quote."""

from fractions import Fraction

import numpy as np

from mlpm.outputs import rounded
from mlpm.proportions import wilson
from mlpm.treatment import wording
from mlpm.treatment.harms import read_harms
from mlpm.treatment.policies import Formula, Limit, plan, price, volumes
from mlpm.treatment.study import Findings

# The handbook's example: its harms, and the distribution its comments are drawn from.
AGORA = "show: 0/1, rank last: .08/.40, cover: .15/.25, hide: .60/0"
AGORA_STREAM = Formula(0.1, 0.9, 1_000_000)


def slug(text: str) -> str:
    return "_".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def result(found: Findings) -> dict:
    """The answer for machines."""
    bounds = found.ranges.set_index("action")
    treated = [
        {"action": row.action, "from_probability": row.low, "from_score": raw, "items": row.items,
         "violating": row.violating, "decent": row.decent, "harm": row.harm,
         "items_low": bounds.items_low[row.action], "items_high": bounds.items_high[row.action],
         "decent_low": bounds.decent_low[row.action], "decent_high": bounds.decent_high[row.action]}
        for row, raw in zip(found.volumes.itertuples(), [None, *found.raw_cuts], strict=True)
    ]
    best = found.best_cut
    return {
        "decision": found.decision,
        "rule": found.rule,
        "items": found.scores.item_count,
        "violating": found.scores.positive_count,
        "base_rate": found.scores.base_rate,
        "items_per_day": found.items_per_day,
        "calibration": found.calibration.method,
        "actions": treated,
        "never_used": [out.action.name for out in found.unused],
        "harm": found.plan.harm,
        "policies": [
            {"policy": one.name, "harm": one.harm.value, "harm_low": one.harm.low, "harm_high": one.harm.high,
             "saving": one.saving.value, "saving_low": one.saving.low, "saving_high": one.saving.high}
            for one in found.policies
        ],
        "best_single_cut": None if best is None else best.name,
        "saving": None if best is None else best.saving.value,
        "saving_low": None if best is None else best.saving.low,
        "saving_high": None if best is None else best.saving.high,
        "worthwhile": found.worthwhile,
        "limit": None if found.limit is None else {
            "action": found.limit.name, "per_100": found.limit.per_100, "price": found.price,
            "costs": found.full.harm - found.free.harm,
        },
        "hit": found.hit.to_dict("records") if found.scores.has_groups else [],
        "score_means_something_else": found.otherwise.to_dict("records"),
        "review": found.queue.to_dict("records"),
        "appeals": found.appeals.to_dict("records"),
        "notices": found.notices,
        "weights": found.room_table.to_dict("records"),
        "notes": found.scores.notes,
    }


def numbers(found: Findings) -> dict[str, int | float | str]:
    """What a chapter may want to quote: only what this file has. Names of actions and groups are part of the key."""
    values = {
        "decision": found.decision, "labeled": found.scores.item_count,
        "labeled_violating": found.scores.positive_count, "items_per_day": found.items_per_day,
        "base_rate": found.scores.base_rate, "harm": found.plan.harm, "notices": found.notices,
    }
    for part in (_of_actions, _of_policies, _of_meaning, _of_groups, _of_follow_up, _of_weights):
        values |= part(found)
    return {name: value for name, value in rounded(values).items() if value is not None}


def _of_actions(found: Findings) -> dict:
    bounds, values = found.ranges.set_index("action"), {}
    for row, raw in zip(found.volumes.itertuples(), [None, *found.raw_cuts], strict=True):
        key, ends = slug(row.action), bounds.loc[row.action]
        values |= {
            f"{key}_cut": row.low, f"{key}_raw": raw, f"{key}_items": row.items, f"{key}_violating": row.violating,
            f"{key}_decent": row.decent, f"{key}_harm": row.harm, f"{key}_thousand": 1000 * row.share,
            f"{key}_decent_of_100": row.decent_of_100, f"{key}_caught_of_100": 100 * row.caught,
            f"{key}_hours": row.items * found.review_minutes / 60,
            f"{key}_range": f"{ends.items_low:,.0f} to {ends.items_high:,.0f}",
            f"{key}_decent_range": f"{ends.decent_low:,.0f} to {ends.decent_high:,.0f}",
        }
    return values


def _of_policies(found: Findings) -> dict:
    values = {}
    for one in found.policies:
        key = "_".join(["policy", *map(slug, one.plan.names)])
        values |= {key: one.harm.value, f"{key}_range": wording.span(one.harm), f"{key}_saving": wording.saving(one)}
        values |= {f"{key}_cut_{slug(name)}": float(cut)
                   for name, cut in zip(one.plan.names[1:], one.plan.cuts, strict=True)}
    return values


def _of_meaning(found: Findings) -> dict:
    values = {}
    if found.calibration.slope is not None:
        values |= dict(zip(("slope", "slope_low", "slope_high"), found.calibration.slope, strict=True))
    if found.face is not None:
        values |= {"face_harm": float(found.face.harm.sum())} | {
            f"face_{slug(row.action)}_{what}": getattr(row, what)
            for row in found.face.itertuples() for what in ("items", "decent", "violating")
        }
    return values


def _of_groups(found: Findings) -> dict:
    values = {}
    for row in found.hit.itertuples() if found.scores.has_groups else ():
        key = f"hit_{slug(row.group)}"
        values |= {
            f"{key}_of_100": 100 * row.rate, f"{key}_rest_of_100": 100 * row.rest, f"{key}_day": row.hit,
            f"{key}_times": row.rate / row.rest if row.rest else None, f"{key}_decent_day": row.decent,
        }
    for row in found.otherwise.itertuples():
        key, ends = f"otherwise_{slug(row.group)}", f"{100 * row.last_low:.0f} to {100 * row.last_high:.0f}"
        values |= {
            f"{key}_day": row.last_weight * found.items_per_day / found.scores.weight, f"{key}_instead": row.instead,
            f"{key}_expected": 100 * row.last_expected, f"{key}_found": f"{100 * row.last_violating:.0f} ({ends})",
        }
    return values


def _of_follow_up(found: Findings) -> dict:
    values = {"review_hours": found.queue_hours, "review_cost": found.queue_hours * found.hourly_cost}
    for name, frame in (("review", found.queue), ("appeals", found.appeals)):
        for row in frame.to_dict("records"):
            action = slug(row.pop("action"))
            values |= {f"{name}_{action}_{what}": value for what, value in row.items()}
    if len(found.appeals):
        values |= {f"appeals_{what}": float(found.appeals[what].sum()) for what in found.appeals.columns[1:]}
        values["appeals_hours"] = values["appeals_appeals"] * found.review_minutes / 60
    return values


def _of_weights(found: Findings) -> dict:
    return {
        f"room_{slug(one.action.name)}_{one.side}_{end}": None if at is None else float(at)
        for one in found.rooms for end, at in (("low", one.low), ("high", one.high))
    }


def example(found: Findings) -> dict[str, int | float]:
    """Figures of the chapter that only Agora has: its stream as a formula, and the exercises. Empty for other harms."""
    actions = read_harms(AGORA)
    if found.actions != actions:
        return {}
    every, single = plan(AGORA_STREAM, actions), plan(AGORA_STREAM, [actions[0], actions[-1]])
    hidden = volumes(AGORA_STREAM, every.actions, every.cuts).iloc[-1]
    violating, decent = AGORA_STREAM.split(np.array([0.95]))
    milder = plan(found.day, [action.with_weight("decent", Fraction("0.05")) if action.name == "cover" else action
                              for action in actions])
    values = {
        "million_harm": every.harm, "million_single_harm": single.harm, "million_single_cut": single.cuts[0],
        "million_saved": single.harm - every.harm, "million_saved_of_100": 100 * (1 - every.harm / single.harm),
        "million_hidden_decent": hidden.decent, "million_caught_of_100": 100 * hidden.caught,
        "million_95_decent": decent[1], "million_95_caught_of_100": 100 * violating[1] / violating.sum(),
        "milder_cover": milder.cuts[0], "milder_hide": milder.cuts[1], "milder_harm": milder.harm,
    }
    return rounded(values | _limited_to_two(found, actions))


def _limited_to_two(found: Findings, actions: list) -> dict[str, int | float]:
    """At most 2 decent comments of 100 hidden: where the cut goes, what it costs, what the labels can show."""
    limit = Limit("hide", 2)
    asked = plan(found.day, actions, limit)
    if asked.names[-1] != "hide":
        return {}
    over = volumes(found.day, asked.actions, asked.cuts).iloc[-1]
    rows, wrong = (float(over[what]) * found.scores.item_count / found.items_per_day for what in ("items", "decent"))
    return {
        "legal_cut": asked.cuts[-1], "legal_items": over["items"], "legal_violating": over.violating,
        "legal_decent": over.decent, "legal_price": price(asked, actions, limit), "legal_rows": round(rows),
        "legal_high_of_100": 100 * float(wilson(wrong, rows)[1]), "legal_costs": asked.harm - found.full.harm,
        "legal_costs_of_100": 100 * (asked.harm / found.full.harm - 1),
    }
