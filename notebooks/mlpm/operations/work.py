"""How many labels an item takes, what that costs, and how many people it needs within hours and a cap.

Euros are what an hour costs the company; a share is from 0 to 1.
"""

import math
from datetime import date, timedelta

import numpy as np
import pandas as pd

SCHEMES = ("three", "two plus one", "two")
WEEK = 5  # working days
# Hours, items and people are equal when they differ by less: sums of decimal fractions are.
SAME = 1e-9


def labels_per_item(scheme: str, conflict_rate: float) -> float:
    """Labels an item takes. conflict_rate: the share of items on which the first two labels differ."""
    return {"three": 3.0, "two plus one": 2 + conflict_rate, "two": 2.0}[scheme]


def usable_share(scheme: str, conflict_rate: float, dropped: float) -> float:
    """Items that end with a label. Two labels that differ are none; dropped: items that cannot be labeled at all."""
    return (1 - dropped) * (1 - conflict_rate if scheme == "two" else 1)


def compare(items: float, seconds: float, wage: float, conflict_rate: float, dropped: float) -> pd.DataFrame:
    """The three schemes: labels, hours and euros of labeling, usable items, euros per usable item."""
    rows = []
    for scheme in SCHEMES:
        labels = items * labels_per_item(scheme, conflict_rate)
        usable = items * usable_share(scheme, conflict_rate, dropped)
        cost = labels * seconds / 3600 * wage
        rows.append((scheme, labels, labels * seconds / 3600, cost, usable, cost / usable if usable else math.nan))
    return pd.DataFrame(rows, columns=["scheme", "labels", "hours", "cost", "usable", "per_usable"])


def labeling_minutes(hours: float, cap: float, hot_share: float) -> float:
    """Minutes a day one person labels: the hours a day allows, or fewer if the cap is spent before.

    cap: minutes a day on harmful content; hot_share: the part of labeling time that counts toward it.
    """
    return min(60 * hours, cap / hot_share) if hot_share else 60 * hours


def people_needed(minutes: float, minutes_each: float) -> float:
    """Whole people for a day's minutes of work; infinite if one can give none."""
    return math.ceil(minutes / minutes_each - SAME) if minutes_each > 0 else math.inf


def working_days(begin: str, due: str) -> int:
    """Mondays to Fridays from `begin` to `due`, both included; holidays are in the share of days people are away."""
    return int(np.busday_count(begin, date.fromisoformat(due) + timedelta(days=1)))


def finish(begin: str, days: float) -> str:
    """The date on which a job of so many working days ends, if the first is `begin` or the next working day."""
    return str(np.busday_offset(begin, math.ceil(days - SAME) - 1, roll="forward"))


def later(day: str, weeks: int) -> str:
    return str(date.fromisoformat(day) + timedelta(weeks=weeks))


def nights(hours: float, weeks: float, wage: float, items_a_week: float, open_share: float, relabel: float) -> dict:
    """What a product manager's nights of reformatting cost: the hours, and the labels given under an open rule.

    hours: a week; wage: of the product manager; open_share: items that fall under the rule nobody settled meanwhile;
    relabel: euros to label one item again.
    """
    again = items_a_week * weeks * open_share
    return {"hours": hours * weeks, "paid": hours * weeks * wage, "again": again, "again_cost": again * relabel}
