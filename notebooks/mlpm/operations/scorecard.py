"""One week of a labeling operation on seven lines: a number, a limit, who acts and how."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mlpm.agreement.measures import Estimate, Patterns, coefficients
from mlpm.operations.plan import Plan
from mlpm.operations.work import WEEK
from mlpm.phrases import minus

LATE_HOURS = 24  # a conflict or a question waits no longer
LATE_SHARE = 0.05  # of the week's conflicts that may
DEARER = 1.1  # a week's cost per usable item against the plan's
BEHIND = 0.9  # a week's usable items against the plan's
REPEATED = 3  # questions about one rule that make it a rule to rewrite


@dataclass(frozen=True)
class Week:
    """What Operations counts in a week.

    both_bullying, differ, both_fine: items of the random sample by their first two labels. correct: of each rater's
    gold items; gold: how many each had. late: of the conflicts, those open for longer than a day. hot_minutes: of each
    person, on the worst day. versions: of the guideline, in use. most_asked: questions about the rule asked about most.
    """

    usable: int
    both_bullying: int
    differ: int
    both_fine: int
    gold: int
    correct: Sequence[int]
    conflicts: int
    late: int
    euros: float
    hot_minutes: Sequence[float]
    versions: int
    most_asked: int

    def agreement(self, seed: int = 0) -> Estimate:
        """Krippendorff's alpha of the sample, with a bootstrap interval over items."""
        counts = np.array([[2, 0], [1, 1], [0, 2]])
        items = np.array([self.both_bullying, self.differ, self.both_fine])
        return coefficients(Patterns.group(counts, items, [0, 1], "nominal"), seed=seed)["krippendorff_alpha"]


@dataclass(frozen=True)
class Limits:
    """What the plan asks of a week."""

    usable: float
    alpha: float
    flag_at: int
    late: float
    per_usable: float
    minutes: float

    @classmethod
    def of(cls, plan: Plan) -> "Limits":
        usable = BEHIND * plan.pace * WEEK * (1 - plan.dropped)
        return cls(
            usable, plan.required_alpha, plan.gold.flag_at, LATE_SHARE, DEARER * plan.cost_per_usable, plan.cap_minutes
        )


def judge(week: Week, limits: Limits, seed: int = 0) -> pd.DataFrame:
    """The seven tiles: tile, week (in words), limit (in words), state, who, act (what follows when it is not green).

    state: green or act; for agreement also wait, when its interval holds the limit. No line names a person.
    """
    found = week.agreement(seed)
    flagged = sum(correct <= limits.flag_at for correct in week.correct)
    worst = max(week.hot_minutes)
    if found.value is None:
        agreement, said = "act", "undefined: one label only"
    else:
        agreement = "green" if found.low >= limits.alpha else "act" if found.high < limits.alpha else "wait"
        said = minus(f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})")
    late = week.late / week.conflicts if week.conflicts else 0.0
    cost = week.euros / week.usable if week.usable else float("inf")
    rows = [
        (
            "usable items",
            f"{week.usable:,d}",
            f"{limits.usable:,.0f} or more",
            week.usable >= limits.usable,
            "operations lead",
            "say which ran short, people, queue or rule; the product manager clears it within the week",
        ),
        (
            "agreement, alpha",
            said,
            f"lower end {limits.alpha:.2f} or more",
            agreement,
            "product manager and operations lead",
            "stop new batches; rewrite the rule with most conflicts; try it on 600 items",
        ),
        (
            "raters below the gold line",
            f"{flagged} of {len(week.correct)}",
            f"none at {limits.flag_at} or fewer of {week.gold}",
            flagged == 0,
            "operations lead",
            "read the missed items with the rater; pay and hours stay as they are",
        ),
        (
            f"conflicts open over {LATE_HOURS} h",
            f"{week.late:,d} of {week.conflicts:,d}",
            f"{limits.late:.0%} or fewer",
            late <= limits.late,
            "operations lead",
            "say how many expert hours are missing; the product manager finds them",
        ),
        (
            "euros per usable item",
            f"{cost:.2f}",
            f"{limits.per_usable:.2f} or less",
            cost <= limits.per_usable,
            "product manager",
            "explain it to whoever pays, or cut volume; never seconds",
        ),
        (
            "minutes on the hot queue, worst day of any person",
            f"{worst:.0f}",
            f"{limits.minutes:.0f} or fewer",
            worst <= limits.minutes,
            "operations lead",
            "mix that person's queue from the next morning; ask, do not warn",
        ),
        (
            "guideline versions; questions on one rule",
            f"{week.versions}; {week.most_asked}",
            f"1; fewer than {REPEATED}",
            week.versions == 1 and week.most_asked < REPEATED,
            "operations lead",
            "one version by Monday; answer with a rule",
        ),
    ]
    table = pd.DataFrame(rows, columns=["tile", "week", "limit", "state", "who", "act"])
    table.loc[table["state"] == "wait", "act"] = "pool with next week's sample; train nothing on it before"
    table["state"] = [state if isinstance(state, str) else "green" if state else "act" for state in table["state"]]
    return table
