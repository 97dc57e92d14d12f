"""Agora's event log behind the holdout: what buyers did, with and without the six launches of the year.

On 2026-01-05 Agora drew 5 of 100 buyers by lot, who keep last year's product until the year ends; who came later was
drawn at the first search. Six launches went out to all others, the last on 2026-09-28. The file holds everybody held
out and 12 of 100 of the others, drawn by lot: of buyers who had ordered in the quarter before the draw, and of those
who came since August. Orders are summed to one row for each four weeks. The truth the generator holds: together the
six launches raise what a buyer spends by eight percent, in the first four weeks as in the second. Planted besides:

- what a buyer spent before tells most of what the same buyer spends now, so it narrows the interval;
- of new buyers 56 of 100 write to a seller within a week; from the cohort of 2026-10-12 on it is 47 of 100;
- cohorts that came after September are too young to say who comes back;
- complaints stand close to their limit, the time a page takes does not.

The seed was chosen so that this one draw lands near the truth.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd

SEED = 26
HELD_SHARE, SAMPLED = 0.05, 0.12
OLD, NEW = 12_500, 6_500  # buyers of both kinds on Agora, before anybody is left out of the file
DRAW, SINCE, HALF, UNTIL = date(2026, 1, 5), date(2026, 9, 28), date(2026, 10, 26), date(2026, 11, 22)
COHORTS = date(2026, 8, 3)  # Monday of the first cohort
FEWER = date(2026, 10, 12)
EFFECT = 1.08


def buyer_events() -> pd.DataFrame:
    """One row per event; the columns stand in CARD."""
    rng = np.random.default_rng(SEED)
    parts = [_old(rng), _new(rng)]
    people = pd.concat(parts, ignore_index=True)
    events = [
        _events(people, "order", people.before_day, people.before),
        _events(people, "first_search", people.first_day),
        _events(people, "contact", people.contact_day),
        _events(people, "search", people.back_day),
    ]
    for start, end in ((SINCE, HALF), (HALF, UNTIL + timedelta(days=1))):
        here = np.clip((_ordinal(end) - people.first_day.fillna(0)) / (end - start).days, 0, 1)
        euros = 120 * people.habit * here * rng.gamma(12, 1 / 12, len(people)) * np.where(people.held, 1.0, EFFECT)
        earliest = np.maximum(_ordinal(start), people.first_day.fillna(0))
        day = np.floor(earliest + rng.random(len(people)) * (_ordinal(end) - earliest))
        events.append(_events(people, "order", day.where(euros >= 5), euros))
    slow = rng.random(len(people)) < 0.12
    latency = rng.lognormal(np.log(372), 0.3, len(people))
    events.append(_events(people, "page_ms", _within(rng, people).where(slow), pd.Series(latency)))
    complains = rng.random(len(people)) < 0.056
    events.append(_events(people, "complaint", _within(rng, people).where(complains)))
    log = pd.concat(events, ignore_index=True).dropna(subset="day")
    log["day"] = [date.fromordinal(int(day)).isoformat() for day in log.day]
    log["holdout"] = log.holdout.astype(int)
    log["value"] = log.value.round().astype("Int64")
    return log.sort_values(["day", "buyer", "event"], kind="stable").reset_index(drop=True)


def _draw(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Who is held out, of those who are or who came into the file; and how much each of them buys."""
    held = rng.random(count) < HELD_SHARE
    kept = held | (rng.random(count) < SAMPLED)
    return pd.DataFrame({"held": held[kept], "habit": rng.gamma(1.6, 1 / 1.6, kept.sum())})


def _old(rng: np.random.Generator) -> pd.DataFrame:
    people = _draw(rng, OLD)
    people["before"] = np.maximum(360 * people.habit * rng.gamma(12, 1 / 12, len(people)), 5)
    people["before_day"] = _ordinal(date(2025, 10, 6)) + rng.integers(0, 87, len(people))
    return people


def _new(rng: np.random.Generator) -> pd.DataFrame:
    people = _draw(rng, NEW)
    people["habit"] *= 0.5
    people["first_day"] = _ordinal(COHORTS) + rng.integers(0, (UNTIL - COHORTS).days + 1, len(people)).astype(float)
    writes = np.where(people.first_day >= _ordinal(FEWER), 0.47, 0.56)
    soon = rng.random(len(people)) < writes
    wait = np.where(soon, rng.geometric(0.4, len(people)) % 8, 8 + rng.geometric(0.05, len(people)))
    later = soon | (rng.random(len(people)) < 0.15)
    people["contact_day"] = _seen(people.first_day + wait, later)
    returns = rng.random(len(people)) < 0.36
    people["back_day"] = _seen(people.first_day + rng.integers(28, 56, len(people)), returns)
    return people


def _seen(day: pd.Series, happens: np.ndarray) -> pd.Series:
    """The day where it happens, and before the log ends."""
    return day.where(happens & (day <= _ordinal(UNTIL)))


def _within(rng: np.random.Generator, people: pd.DataFrame) -> pd.Series:
    earliest = np.maximum(_ordinal(SINCE), people.first_day.fillna(0))
    return np.floor(earliest + rng.random(len(people)) * (_ordinal(UNTIL) + 1 - earliest))


def _events(people: pd.DataFrame, event: str, day: pd.Series, value: pd.Series | None = None) -> pd.DataFrame:
    frame = pd.DataFrame({"buyer": people.index + 1_000, "day": day, "event": event, "holdout": people.held})
    frame.insert(3, "value", np.nan if value is None else value)
    return frame


def _ordinal(day: date) -> int:
    return day.toordinal()


FILES = {"agora-buyer-events.csv": buyer_events}

CARD = {
    "agora-buyer-events.csv": {
        "title": "What buyers did with the six launches of the year and, held out by lot, without them. All 5 of 100 "
        "who are held out are here, and 12 of 100 of the others.",
        "rows": "one event of one buyer",
        "columns": {
            "buyer": "the buyer",
            "day": "day of the event; orders are summed over four weeks, those before the draw over a quarter",
            "event": "`first_search` on Agora, `contact` with a seller (the first), `search` (a return, four to eight "
            "weeks after the first), `order`, `page_ms` (mean time a page took, one buyer in eight), `complaint`",
            "value": "euros of an `order`, milliseconds of a `page_ms`, else empty",
            "holdout": "1 if the buyer is held out of all six launches, else 0",
        },
    }
}
