"""The result for machines, and the numbers a chapter quotes."""

import math

from mlpm.outputs import rounded
from mlpm.proportions import Interval
from mlpm.tokens.prices import hits_needed
from mlpm.tokens.study import Findings
from mlpm.tokens.tails import Tail
from mlpm.tokens.worth import tasks_to_see


def _interval(one: Interval) -> dict:
    return {"value": one.value, "low": one.low, "high": one.high}


def _tail(one: Tail) -> dict:
    return {"value": one.value, "low": one.low, "high": one.high, "times": one.times, "needed": one.needed}


def result(f: Findings) -> dict:
    """Every number of the memo; what is undefined is None."""
    c = f.cascade
    return {
        "decision": f.decision,
        "rule": f.rule,
        "tasks": f.log.tasks,
        "calls": f.log.calls,
        "turns": f.log.turns,
        "solved": f.log.ended("solved"),
        "handed_over": f.log.ended("handed"),
        "neither": f.log.ended("lost"),
        "cost_per_call": f.model * f.log.tasks / f.log.calls,
        "model_per_task": f.model,
        "model_per_task_uncached": f.plain,
        "people_per_task": f.people,
        "cost_per_task": _interval(f.whole),
        "cost_per_solved_task": _interval(f.per_solved),
        "people_alone": f.inputs.person,
        "hit_share": f.log.hits,
        "hit_share_measured": f.log.measured,
        "worth_of_a_point": f.point,
        "times_dearer_allowed": None if math.isinf(allowed := f.allowed(f.model)) else allowed,
        "tasks_to_see": f.tasks_to_see,
        "carried_by_dearest_tenth": f.carried(10),
        "cascade": None
        if c is None
        else {
            "measured": c.measured,
            "model_saved": c.saved,
            "net": c.net,
            "slips_allowed": c.slips_allowed,
        },
        "waiting_ms": {what: {tail.name: _tail(tail) for tail in tails} for what, tails in f.log.tails.items()},
        "notes": f.log.notes,
    }


def numbers(f: Findings) -> dict[str, int | float | str]:
    """What a chapter may want to quote; only what this log has."""
    tasks, month, inputs = f.log.tasks, f.inputs.month, f.inputs
    parts = f.parts()
    values: dict = {
        "tasks": tasks,
        "calls": f.log.calls,
        "turns": f.log.turns,
        "calls_each": f.log.calls / tasks,
        "solved": f.log.ended("solved"),
        "handed": f.log.ended("handed"),
        "lost": f.log.ended("lost"),
        "handed_of_100": 100 * f.handed.value,
        "handed_low": 100 * f.handed.low,
        "handed_high": 100 * f.handed.high,
        "solved_of_100": 100 * f.log.ended("solved") / tasks,
        "lost_of_100": 100 * f.log.ended("lost") / tasks,
        "input_each": f.log.groups.input.sum() / f.log.calls,
        "output_each": f.log.groups.output.sum() / f.log.calls,
        "stable_each": f.log.groups.cacheable.sum() / f.log.calls,
        "model": f.model,
        "plain": f.plain,
        "held": f.held,
        "cache_saved": f.cache_saved,
        "cache_saved_of_100": 100 * f.cache_saved / f.plain if f.plain else 0.0,
        "plain_month": f.plain * month,
        "model_month": f.model * month,
        "cache_saved_month": f.cache_saved * month,
        "people": f.people,
        "people_month": f.people * month,
        "calls_month": f.log.calls / tasks * month,
        "handed_month": f.handed.value * month,
        "lost_month": f.log.ended("lost") / tasks * month,
        "handed_bill": 100 * f.handed_bill,
        "solved_month": f.solved_share * month,
        "people_low": inputs.person * f.handed.low,
        "people_high": inputs.person * f.handed.high,
        "times_model": f.times_model,
        "times_plain": f.people / f.plain if f.plain else 0.0,
        "whole": f.whole.value,
        "whole_low": f.whole.low,
        "whole_high": f.whole.high,
        "whole_month": f.whole.value * month,
        "per_solved": f.per_solved.value,
        "per_solved_low": f.per_solved.low,
        "per_solved_high": f.per_solved.high,
        "own": f.model_per_own,
        "person": inputs.person,
        "month": month,
        "alone_month": inputs.person * month,
        "saved": inputs.person - f.whole.value,
        "saved_month": (inputs.person - f.whole.value) * month,
        "point": f.point,
        "point_month": f.point * month,
        "points": inputs.points,
        "gain": f.gain,
        "times": inputs.times,
        "extra": f.extra(f.model),
        "extra_plain": f.extra(f.plain),
        "allowed": f.allowed(f.model),
        "allowed_plain": f.allowed(f.plain),
        "tasks_to_see": f.tasks_to_see,
        "carried_10": 100 * f.carried(10),
        "half_by": f.half_carried_by,
        "hits_needed": 100 * hits_needed(f.price),
        "hot": f.log.hot,
        "hot_of_100": 100 * f.log.hot / f.log.turns,
        "part_fresh": parts["fresh input"],
        "part_stable": parts["input that repeats"],
        "part_output": parts["output"],
        "price_input": f.price.input,
        "price_output": f.price.output,
        "price_cached": f.price.cached,
    }
    # A tenth of the price, two points, half the output: what a chapter asks beside the inputs.
    values |= {
        "model_tenth": f.model / 10,
        "whole_tenth": f.whole.value - 0.9 * f.model,
        "two_points": 2 * f.point,
        "two_net_month": (2 * f.point - f.model) * month,
        "two_tasks": tasks_to_see(f.handed.value, 2),
        "half_output": parts["output"] / 2,
        "half_output_month": parts["output"] / 2 * month,
        "better_net": f.gain - f.extra(f.model),
        "better_net_month": (f.gain - f.extra(f.model)) * month,
        "even_person": f.model / f.handed.value if f.handed.value else math.inf,
    }
    if f.log.hits is not None:
        values["hits"] = 100 * f.log.hits
    if f.cascade is not None:
        c = f.cascade
        values |= {
            "cascade_small": c.small,
            "cascade_model": c.model,
            "cascade_saved": c.saved,
            "cascade_net": c.net,
            "cascade_loss": -c.net,
            "cascade_slips": c.slips,
            "cascade_slip_cost": c.slips / 100 * c.person,
            "cascade_keeps": 100 * c.keeps,
            "cascade_ratio": 100 * c.small / c.large if c.large else 0.0,
            "cascade_slips_allowed": c.slips_allowed,
            "cascade_saved_month": c.saved * month,
            "cascade_loss_month": -c.net * month,
            "cascade_net_month": c.net * month,
        }
    for what, tails in f.log.tails.items():
        for tail in tails:
            name = f"{what.replace(' ', '_')}_{tail.name}"
            for end in ("value", "low", "high"):
                if getattr(tail, end) is not None:
                    values[name if end == "value" else f"{name}_{end}"] = getattr(tail, end) / 1000
            values |= {f"{name}_effective": tail.effective, f"{name}_needed": tail.needed}
    for name, __, tails in f.log.steps:
        if tails[1].value is not None:
            values[f"step_{name}_p95"] = tails[1].value / 1000
            values[f"step_{name}_p50"] = tails[0].value / 1000
    if f.log.steps and all(tails[1].value is not None for *__, tails in f.log.steps):
        values["steps_p95_added"] = sum(tails[1].value for *__, tails in f.log.steps) / 1000
    for place, row in enumerate(f.kinds.itertuples(), start=1):
        if row.kind:
            values |= {
                f"kind_{place}": row.kind,
                f"kind_{place}_part": 100 * row.part,
                f"kind_{place}_output": row.output,
                f"kind_{place}_input": row.input,
                f"kind_{place}_calls_month": row.calls * month / tasks,
                f"kind_{place}_month": row.part * f.model * month,
                f"kind_{place}_thousand": row.thousand,
            }
    for place, row in enumerate(f.levers.itertuples(), start=1):
        values |= {f"lever_{place}": row.lever, f"lever_{place}_task": row.task, f"lever_{place}_month": row.month}
    finite = {name: value for name, value in values.items() if isinstance(value, str) or math.isfinite(value)}
    return rounded(finite)
