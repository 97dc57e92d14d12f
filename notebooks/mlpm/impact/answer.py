"""What leaves the notebook: the result for machines, and the numbers a chapter quotes."""

import numpy as np
import pandas as pd

from mlpm.impact import size
from mlpm.impact.log import EXPOSED, HELD
from mlpm.impact.study import Findings
from mlpm.impact.tiles import tiles
from mlpm.impact.voices import tally, unheard
from mlpm.impact.wins import left_of
from mlpm.impact.wording import percent, points
from mlpm.outputs import rounded


def result(f: Findings) -> dict:
    """The fields of a report's JSON; None where the log cannot say."""
    effect, claim = f.effect, f.claim
    return {
        "decision": f.decision,
        "alarms": f.alarms,
        "until": str(f.log.until),
        "holdout_users": f.log.users(HELD),
        "exposed_users": f.log.users(EXPOSED),
        "effect": effect.relative if effect else None,
        "effect_low": effect.relative_low if effect else None,
        "effect_high": effect.relative_high if effect else None,
        "difference": effect.difference if effect else None,
        "sample_ratio_p": f.ratio.p_value if f.ratio else None,
        "smallest_effect": f.smallest,
        "announced_sum": claim.total if claim else None,
        "announced_product": claim.product if claim else None,
        "expected_of_wins": claim.expected if claim else None,
        "arrived": f.ratio_to_claim[0] if f.ratio_to_claim else None,
        "holdout_cost_per_month": f.cost[0] if f.cost else None,
        "activation": f.activation.recent.value,
        "back": f.back.recent.value,
        "guardrails": [{"event": one.guardrail.event, "value": one.value, "verdict": one.verdict} for one in f.rails],
        "tiles": [{"tile": one.name, "state": one.state, "next_look": str(one.next_look)} for one in tiles(f)],
        "notes": f.log.notes,
    }


def numbers(f: Findings) -> dict[str, int | float | str]:
    """What a chapter may want to quote; only what this log has. Shares and relative changes in percent."""
    values: dict = {
        "events": f.log.rows,
        "held": f.log.users(HELD),
        "exposed": f.log.users(EXPOSED),
        "population": round(f.population),
        "days": f.log.days,
        "sampled": 100 * f.question.sampled,
        "until": str(f.log.until),
        "since": str(f.log.outcome_from),
        "next_outcome": str(f.next_outcome),
        "expected_held": 100 * f.question.expected_share,
        "activation_days": f.question.activation_days,
        "activation_floor": 100 * f.question.activation_floor,
        "back_floor": 100 * f.question.back_floor,
    }
    for name, one in (("activation", f.activation), ("back", f.back)):
        share, mixed = one.recent, int(one.frame.hits.sum())
        values |= {
            f"{name}_hits": share.hits,
            f"{name}_users": share.users,
            f"{name}": _percent(share.value),
            f"{name}_low": _percent(share.low),
            f"{name}_high": _percent(share.high),
            f"{name}_young": len(one.young),
            f"{name}_mature": len(one.mature),
            f"{name}_mixed": 100 * mixed / int(one.frame.users.sum()),
            f"{name}_mature_share": _percent(
                (share.hits + one.earlier.hits) / (share.users + one.earlier.users) if share.users else None
            ),
            f"{name}_next": str(one.next_look) if one.next_look else None,
        }
    for n, one in enumerate(f.rails, start=1):
        scale = 100 if one.guardrail.kind == "users" else 1
        values |= {
            f"rail_{n}": one.guardrail.event,
            f"rail_{n}_verdict": one.verdict,
            f"rail_{n}_limit": scale * one.guardrail.limit,
        }
        if one.value is not None:
            values |= {
                f"rail_{n}_value": scale * one.value,
                f"rail_{n}_low": scale * one.low,
                f"rail_{n}_high": scale * one.high,
            }
    for name, estimate in (("effect", f.effect), ("plain", f.plain), ("before", f.before)):
        if estimate is not None and estimate.relative is not None:
            values |= {
                name: _percent(estimate.relative),
                f"{name}_low": _percent(estimate.relative_low),
                f"{name}_high": _percent(estimate.relative_high),
                f"{name}_held": estimate.control,
                f"{name}_exposed": estimate.treatment,
                f"{name}_difference": estimate.difference,
            }
    if f.ratio is not None:
        values |= {"ratio_p": f.ratio.p_value, "ratio_expected": f.ratio.expected[HELD]}
    if f.before is not None:
        values["before_p"] = f.before.p_value
    if f.fading is not None:
        values |= {
            "early": _percent(f.fading.early.relative),
            "late": _percent(f.fading.late.relative),
            "fading": _percent(f.fading.change),
            "fading_low": _percent(f.fading.low),
            "fading_high": _percent(f.fading.high),
        }
    if f.claim is not None:
        claim = f.claim
        values |= {
            "wins": len(claim.wins),
            "tried": claim.tried,
            "sum": _percent(claim.total),
            "product": _percent(claim.product),
            "sum_low": _percent(claim.low),
            "sum_high": _percent(claim.high),
            "expected": _percent(claim.expected),
            "expected_low": _percent(claim.expected_low),
            "expected_high": _percent(claim.expected_high),
        }
        for n, (win, left) in enumerate(
            zip(claim.wins, claim.factors or [None] * len(claim.wins), strict=True), start=1
        ):
            values |= {
                f"win_{n}": win.name,
                f"win_{n}_effect": _percent(win.effect),
                f"win_{n}_low": _percent(win.low),
                f"win_{n}_high": _percent(win.high),
                f"win_{n}_left": _percent(left and left * win.effect),
            }
        for name, found in (("arrived", f.ratio_to_claim), ("gap_sum", f.gap_to_sum), ("gap", f.gap_to_expected)):
            if found is not None:
                values |= {
                    name: _percent(found[0]),
                    f"{name}_low": _percent(found[1]),
                    f"{name}_high": _percent(found[2]),
                }
    for one in f.sizes:
        name = f"size_{100 * one.share:.0f}"
        values |= {f"{name}_users": one.users, f"{name}_half": _percent(one.half), f"{name}_found": _percent(one.found)}
        values[f"{name}_cost"] = one.cost
    values |= {"deviation": f.deviation, "smallest": _percent(f.smallest), "needed": _percent(f.needed)}
    if f.cost is not None:
        values |= {"cost": f.cost[0], "cost_low": f.cost[1], "cost_high": f.cost[2]}
    values |= {
        f"tiles_{state}": sum(one.state == state for one in tiles(f)) for state in ("act", "watch", "fine", "wait")
    }
    values["tiles"] = len(tiles(f))
    for n, one in enumerate(f.rails, start=1):
        if one.value is not None:
            scale = 100 if one.guardrail.kind == "users" else 1
            values[f"rail_{n}_said"] = said(*(scale * x for x in (one.value, one.low, one.high)), "{:.3g}".format)
    if f.cost is not None:
        values["cost_said"] = said(*f.cost, "€{:,.0f}".format)
    if f.ratio_to_claim is not None:
        values["arrived_said"] = said(*(100 * part for part in f.ratio_to_claim), "{:.0f}".format)
    # Ends of intervals as a sentence has them, with a minus that is one.
    for name, one in (("effect", f.effect), ("plain", f.plain), ("before", f.before)):
        if one is not None and one.relative is not None:
            values[f"{name}_said"] = said(one.relative, one.relative_low, one.relative_high)
    if f.claim is not None and f.claim.expected_low is not None:
        values["expected_said"] = said(f.claim.expected, f.claim.expected_low, f.claim.expected_high)
    if f.fading is not None:
        values["fading_said"] = said(f.fading.change, f.fading.low, f.fading.high, points)
    for name, gap in (("gap_sum", f.gap_to_sum), ("gap", f.gap_to_expected)):
        if gap is not None:
            values[f"{name}_said"] = said(*gap, points)
    return {name: value for name, value in rounded(values).items() if value is not None}


def said(value: float, low: float, high: float, form=percent) -> str:
    """`+8.0% (+3.9% to +12.3%)`."""
    return f"{form(value)} ({form(low)} to {form(high)})"


def size_numbers(
    users: float, deviation: float, *, name: str, share: float = 0.05, target: float | None = None
) -> dict[str, float]:
    """Another company's holdout, in percent: its half-width, what it finds, the share that `target` needs."""
    needed = None if target is None else size.smallest(target, users, deviation)
    return ({} if needed is None else {f"{name}_needed": 100 * needed}) | {
        f"{name}_half": 100 * size.half_width(share, users, deviation),
        f"{name}_found": 100 * size.found(share, users, deviation),
    }


def voice_numbers(frame: pd.DataFrame, sample: int) -> dict[str, int | float | str]:
    """A tally for a chapter, in percent: theme_1 is the most frequent; unheard: what none of them may still be."""
    values: dict = {"voices_read": sample, "unheard": 100 * unheard(sample)}
    for n, row in enumerate(frame.itertuples(), start=1):
        values |= {
            f"theme_{n}": row.theme,
            f"theme_{n}_count": int(frame["count"].iloc[n - 1]),
            f"theme_{n}_low": 100 * row.low,
            f"theme_{n}_high": 100 * row.high,
            f"theme_{n}_said": f"{100 * row.low:.0f} to {100 * row.high:.0f}",
        }
    return values


def replied_numbers(empty: int, sample: int, unanswered: float) -> dict[str, float | str]:
    """Contacts without a real answer, of 100. empty: of a sample of answered ones; unanswered: share by the log."""
    row = tally({"empty": empty}, sample).iloc[0]
    real = [100 * (unanswered + (1 - unanswered) * row[part]) for part in ("share", "low", "high")]
    in_words = said(*real, "{:.0f}".format)
    return {"unanswered": 100 * unanswered, "unanswered_read": real[0], "unanswered_read_said": in_words}


def luck_numbers(cases: dict[str, tuple[int, int]]) -> dict[str, float]:
    """What is left of wins, in percent, for each name: (wins, tests)."""
    return {f"left_{name}": 100 * float(left_of(np.ones(1), wins / tests)[0]) for name, (wins, tests) in cases.items()}


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
