"""The answer for machines, and the numbers a chapter quotes."""

from mlpm.outputs import rounded
from mlpm.review import day, queue
from mlpm.review.study import Day, Findings
from mlpm.review.value import Window


def _window(f: Findings, found: Window | None) -> dict | None:
    if found is None:
        return None
    return {
        "low": f.log.edges[found.first], "high": f.log.edges[found.last + 1], "items_per_day": found.items,
        "share": found.share, "net_per_day": found.net, "net_per_day_low": found.low, "net_per_day_high": found.high,
    }


def _day(one: Day) -> dict:
    return {
        "band": one.label, "items_per_day": one.items, "work_per_day": one.work, "able_per_day": one.able,
        "shifts": [list(shift) for shift in one.shifts], "paid_hours": one.paid, "busy": one.busy,
        "backlog_grows_per_day": one.backlog.grows, "longest_open_hours": one.backlog.opened,
        "begun_in_time": one.simulated.share if one.simulated else None,
    }


def result(f: Findings) -> dict:
    """Every number of the memo; what is undefined is None."""
    every = f.following[0]
    return {
        "decision": f.decision,
        "rule": f.rule,
        "reviews": f.log.rows,
        "audited": int(f.log.audited.rows.sum()),
        "reviewers": len(f.people),
        "review_cost": f.priced.review,
        "band": _window(f, f.chosen),
        "in_use": _window(f, f.in_use),
        "repaired": _window(f, f.repaired),
        "today": _window(f, f.today),
        "queue_today": _day(f.now),
        "queue_planned": _day(f.planned),
        "peak_hour": f.peak[0],
        "peak_items": f.peak[1],
        "peak_reviewers": f.steady.reviewers,
        "model_wrong": f.errors[-1].model.value,
        "reviewed_wrong": f.errors[-1].done.value,
        "own_wrong": f.errors[-1].own.value if f.errors[-1].own else None,
        "override_rate": f.overrides.rate.value,
        "override_right": f.overrides.right.value,
        "follows_wrong_seen": every.wrong_shown.value,
        "follows_wrong_hidden": every.wrong_own.value,
        "rubber_stamps": f.stamps,
        "uncalibrated": f.uncalibrated,
        "notes": f.log.notes,
    }


def numbers(f: Findings) -> dict[str, int | float | str]:
    """What a chapter may want to quote; only what this log has."""
    values: dict = {
        "reviews": f.log.rows, "review_cost": f.priced.review, "everything": float(f.items.sum()),
        "seconds": f.seconds, "measured_seconds": f.measured, "paid_today": f.now.paid, "paid_planned": f.planned.paid,
        "peak_from": f.peak[0], "peak_to": f.peak[0] + 1, "peak_items": f.peak[1],
        "steady_load": f.steady.load, "steady_reviewers": f.steady.reviewers, "steady_wait": f.steady.mean,
        "override_rate": 100 * f.overrides.rate.value, "override_right": 100 * (f.overrides.right.value or 0),
        "share_seen": int(f.log.cells.rows[f.log.cells.seen].sum()),
    }
    for name, one in {"now": f.now, "narrowed": f.narrowed, "planned": f.planned}.items():
        values |= {
            f"{name}_items": one.items, f"{name}_work": one.work, f"{name}_able": one.able,
            f"{name}_busy": 100 * one.busy, f"{name}_grows": one.backlog.grows, f"{name}_longest": one.backlog.opened,
            f"{name}_begun": 100 * one.simulated.share if one.simulated else None,
            f"{name}_unreviewed": 100 * max(0.0, 1 - one.able / one.work),
        }
    for name, found in {
        "in_use": f.in_use, "repaired": f.repaired, "today": f.today, "against_model": f.today_against_model,
    }.items():
        if found is not None:
            values |= {
                f"{name}_from": f.log.edges[found.first], f"{name}_to": f.log.edges[found.last + 1],
                f"{name}_net": found.net, f"{name}_low": found.low, f"{name}_high": found.high,
                f"{name}_loss": -found.net, f"{name}_items": found.items,
            }
    for place, one in enumerate(f.errors):
        name = "all" if place == len(f.errors) - 1 else f"band_{place + 1}"
        values |= {
            f"{name}_model": _of_100(one.model), f"{name}_done": _of_100(one.done),
            f"{name}_own": _of_100(one.own) if one.own else None,
        }
        if one.own_pair is not None:
            values |= {f"{name}_corrected": one.own_pair.model, f"{name}_spoiled": one.own_pair.reviewer}
    for gains, name in ((f.gains, "done"), (f.repaired_gains or [], "own")):
        values |= {
            f"band_{place + 1}_gain_{name}": gain.mean for place, gain in enumerate(gains) if gain.mean is not None
        }
    for one in f.following:
        name = one.name.split()[0]
        values |= {
            f"{name}_repeat_seen": _of_100(one.wrong_shown), f"{name}_repeat_hidden": _of_100(one.wrong_own),
            f"{name}_right_seen": _of_100(one.right_shown), f"{name}_right_hidden": _of_100(one.right_own),
        }
    if f.following[0].pulled is not None:
        more, low, high = f.following[0].pulled
        values |= {"pulled": 100 * more, "pulled_low": 100 * low, "pulled_high": 100 * high}
    values["planned_shifts"] = day.said(f.planned.shifts)
    if f.today is not None:
        values["today_year"] = round(-365 * f.today.net, -3)
    if f.stamps:
        row = f.people[f.people.stamps].iloc[0]
        values |= {
            "stamp": row.reviewer, "stamp_hasty": 100 * row.hasty, "stamp_overrides": 100 * row.overrides,
            "stamp_seconds": row.seconds, "stamp_part": 100 * row.reviews / f.people.reviews.sum(),
            "stamp_wrong": 100 * row.wrong,
        }
    if f.steady_check is not None:
        values |= {"simulated_wait": 60 * f.steady_check.mean, "simulated_low": 60 * f.steady_check.mean_low,
                   "simulated_high": 60 * f.steady_check.mean_high, "simulated_items": f.steady_check.items}
    return {name: value for name, value in rounded(values).items() if value is not None}


def queue_numbers(
    arrivals: float, seconds: float, *, share: float, within: float, busy: float, name: str
) -> dict[str, int | float]:
    """A steady queue and its fewest reviewers, for a chapter: load, reviewers, busy and begun of 100, mean wait."""
    found = queue.needed(arrivals, seconds, share=share, within=within, busy=busy)
    return {
        f"{name}_load": found.load, f"{name}_reviewers": found.reviewers, f"{name}_busy": 100 * found.busy,
        f"{name}_begun": 100 * found.within(within), f"{name}_wait": found.mean, f"{name}_waits": 100 * found.waits,
    }


def _of_100(share) -> float | None:
    return 100 * share.value if share.trials else None
