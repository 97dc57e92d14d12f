"""Everything the notebook shows about one set of marks, computed once."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd

from mlpm import InputError, agreement
from mlpm.charter.decision import decide
from mlpm.charter.marks import CONFLICTS, Marks
from mlpm.outputs import rounded
from mlpm.phrases import minus

DRAWS = 1000
LISTED_PAIRS = 10
LETTERS = 4  # of a name that is short enough for a cell on a phone


@dataclass(frozen=True)
class Charter:
    """What the marks say.

    alpha: Krippendorff's, with its bootstrap interval; observed, expected: percent agreement, and the part of it that
    the roles' shares alone explain; pairs, claims: as `pairs` and `Marks.claims` give them; unit: before a stake.
    """

    marks: Marks
    meeting_minutes: float
    minutes_each: float
    unit: str
    alpha: agreement.Estimate
    observed: float
    expected: float
    pairs: pd.DataFrame
    claims: pd.DataFrame
    decision: str
    rule: str

    @property
    def room(self) -> int:
        return int(self.meeting_minutes // self.minutes_each)

    @property
    def short(self) -> dict[str, str]:
        """Roles and people → their short forms in the charts; a role and a person of the same name share one."""
        return codes([*self.claims.role, *self.marks.absent, *self.marks.ratings.raters])

    @property
    def conflicts(self) -> pd.DataFrame:
        """The conflicts listed, the highest stake first, with `between`: the roles named, by the order of their
        claims."""
        listed = self.marks.decisions
        listed = listed[listed.state.isin(CONFLICTS)]
        order = {role: place for place, role in enumerate(self.claims.role)}
        between = [
            tuple(sorted(set(named.values()), key=lambda role: (order.get(role, len(order)), role)))
            for named in listed.named
        ]
        return listed.assign(between=between).reset_index(drop=True)

    @property
    def unnamed(self) -> pd.DataFrame:
        listed = self.marks.decisions
        return listed[listed.state == "unnamed"].reset_index(drop=True)

    @property
    def between(self) -> pd.DataFrame:
        """Between which roles the listed conflicts are: roles, conflicts, stake; most conflicts first."""
        frame = self.conflicts
        if frame.empty:
            return pd.DataFrame({"roles": [], "conflicts": [], "stake": []})
        groups = frame.groupby("between", sort=False).agg(conflicts=("decision", "size"), stake=("stake", "sum"))
        groups = groups.reset_index().rename(columns={"between": "roles"})
        groups["names"] = [", ".join(roles) for roles in groups.roles]
        groups = groups.sort_values(["conflicts", "stake", "names"], ascending=[False, False, True], ignore_index=True)
        return groups.drop(columns="names")

    @property
    def agenda(self) -> pd.DataFrame:
        """What the meeting takes, in this order: minute (it begins), decision, state, between, stake, due."""
        first = self.conflicts.head(self.room)
        first = first.assign(minute=[place * self.minutes_each for place in range(len(first))])
        return first[["minute", "decision", "state", "between", "stake", "due", "named"]]

    @property
    def stake_share(self) -> float | None:
        """The agenda's share of all that is at stake in the conflicts; None where no stake is given."""
        whole = self.conflicts.stake.sum()
        return float(self.agenda.stake.sum() / whole) if whole > 0 else None

    def decisions_for(self, half_width: float) -> int | None:
        """Decisions in all after which alpha's interval would be this wide to each side, if alpha stays where it is.

        Half-widths shrink with the square root of the number of decisions.
        """
        if self.alpha.low is None or self.alpha.high <= self.alpha.low:
            return None
        half = (self.alpha.high - self.alpha.low) / 2
        return math.ceil(self.marks.ratings.pairable_count * (half / half_width) ** 2)

    def result(self) -> dict:
        """The answer for machines: every number of the memo, and why a number is missing."""
        m, r, a = self.marks, self.marks.ratings, self.alpha
        return {
            "decision": self.decision,
            "rule": self.rule,
            "decisions": m.total,
            "markers": len(r.raters),
            "marks": r.rating_count,
            "percent_agreement": self.observed,
            "krippendorff_alpha": a.value,
            "krippendorff_alpha_low": a.low,
            "krippendorff_alpha_high": a.high,
            "reason": a.reason,
            "states": m.states,
            "conflicts": self.conflicts.decision.tolist(),
            "unnamed": self.unnamed.decision.tolist(),
            "agenda": [
                {"minute": row.minute, "decision": row.decision, "between": list(row.between), "stake": row.stake,
                 "due": row.due}
                for row in self.agenda.itertuples()
            ],
            "pairs": self.pairs.to_dict("records"),
            "claims": self.claims.to_dict("records"),
            "after": m.after,
            "stakes": m.stakes and {
                role: {"claimed": claimed, "after": taken} for role, (claimed, taken) in m.stakes.items()
            },
            "absent": m.absent,
            "notes": m.notes,
        }

    def numbers(self) -> dict[str, int | float | str]:
        """What a chapter may want to quote; only what these marks have."""
        m, conflicts = self.marks, self.conflicts
        values = {
            "decision": self.decision, "decisions": m.total, "markers": len(m.ratings.raters),
            "same_of_100": 100 * self.observed, "chance_of_100": 100 * self.expected, "alpha": self.alpha.value,
            "alpha_low": self.alpha.low, "alpha_high": self.alpha.high, "conflicts": m.conflicts,
            "agreed": m.states["agreed"], "several": m.states["several"], "nobody": m.states["nobody"],
            "one": m.states["one"], "room": self.room, "meeting_minutes": self.meeting_minutes,
            "minutes_each": self.minutes_each, "decisions_for_a_tenth": self.decisions_for(0.1),
            "stake_share_of_100": None if self.stake_share is None else 100 * self.stake_share,
        }
        for row in self.pairs.itertuples():
            key = f"{row.marker_1}_{row.marker_2}".lower()
            values |= {
                f"{key}_same": row.same, f"{key}_decisions": row.decisions, f"{key}_kappa": row.kappa,
                f"{key}_chance_of_100": 100 * row.expected,
                f"{key}_interval": minus(f"{row.low:.2f} to {row.high:.2f}") if row.low == row.low else None,
            }
        for row in self.claims.itertuples():
            key = row.role.lower()
            values |= {f"{key}_claims": row.claims, f"{key}_granted": row.granted, f"{key}_left": row.left}
        for place, row in enumerate(conflicts.head(8).itertuples(), start=1):
            values |= {f"conflict_{place}": row.decision, f"conflict_{place}_stake": row.stake,
                       f"conflict_{place}_due": row.due}
        for place, row in enumerate(self.between.itertuples(), start=1):
            values |= {f"between_{place}": " and ".join(row.roles), f"between_{place}_conflicts": row.conflicts}
        return {name: value for name, value in rounded(values).items() if value is not None}


def pairs(ratings: agreement.Ratings) -> pd.DataFrame:
    """Every two markers who share a decision, the lowest kappa first.

    Columns: marker_1, marker_2, decisions (both marked), same, agreement, expected (by chance), kappa, low, high:
    Cohen's kappa with the large-sample interval of Fleiss, Cohen and Everitt (1969), from statsmodels, ends kept within
    −1 … 1. Missing where it is undefined; no interval where all marks match or one of the two names a single role, as
    its standard error is then 0.
    """
    from statsmodels.stats.inter_rater import cohens_kappa  # half a second that a report on two columns may need

    counted = agreement.pair_counts(ratings)
    rows = []
    for a, one in enumerate(ratings.raters if counted.pairs is not None else []):
        for b in range(a + 1, len(ratings.raters)):
            table = counted.pairs[a, b]
            shared, same = int(table.sum()), int(table.trace())
            if not shared:
                continue
            observed, kappa = agreement.cohen(table)
            expected = float(table.sum(axis=1) @ table.sum(axis=0) / shared**2)
            low = high = None
            both_choose = min(np.count_nonzero(table.sum(axis=axis)) for axis in (0, 1)) > 1
            if kappa is not None and same < shared and both_choose:
                found = cohens_kappa(table)
                low, high = max(-1.0, float(found.kappa_low)), min(1.0, float(found.kappa_upp))
            rows.append((one, ratings.raters[b], shared, same, observed, expected, kappa, low, high))
    columns = ["marker_1", "marker_2", "decisions", "same", "agreement", "expected", "kappa", "low", "high"]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.astype(dict.fromkeys(columns[4:], float))
    return frame.sort_values(["kappa", "agreement", "marker_1", "marker_2"], na_position="last", ignore_index=True)


def codes(names: Iterable[str]) -> dict[str, str]:
    """A short form for each name, for charts on a phone: itself up to four letters, else its initials or its first
    letters, as many as it takes to tell the names apart."""
    names = list(dict.fromkeys(names))
    # Short names keep theirs; a long name has itself to fall back on, so no other may take that.
    found = {name: name for name in names if len(name) <= LETTERS}
    for name in names:
        initials = "".join(word[0] for word in re.findall(r"\w+", name)).upper()
        tries = [initials] if 1 < len(initials) <= LETTERS else []
        tries += [name[:letters] for letters in range(3, len(name))]
        free = (short for short in tries if short not in found.values() and short not in names)
        found.setdefault(name, next(free, name))
    return found


def by_hand() -> pd.DataFrame:
    """Two tables of two people and two roles, worked out by hand, beside this code: what, hand, here."""
    from statsmodels.stats.inter_rater import cohens_kappa

    rows = []
    # Rows: the first person gives a decision to role 1 or 2; columns: the second person does.
    for cells, match, chance, kappa, error in (
        ([[6, 4], [4, 6]], "0.60", "0.50", "0.20", "0.22"), ([[5, 1], [0, 4]], "0.90", "0.50", "0.80", "0.19"),
    ):
        table = np.array(cells)
        observed, found = agreement.cohen(table)
        total = table.sum()
        expected = float(table.sum(axis=1) @ table.sum(axis=0) / total**2)
        where = f"{table.trace()} of {total} decisions match"
        rows += [
            (f"{where}: share that matches", match, observed), (f"{where}: by chance", chance, expected),
            (f"{where}: kappa", kappa, found), (f"{where}: its standard error", error, cohens_kappa(table).std_kappa),
        ]
    frame = pd.DataFrame(rows, columns=["what", "hand", "here"])
    return frame.assign(here=[f"{value:.2f}" for value in frame.here])


def _checked(name: str, value, low: float, meaning: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not (math.isfinite(value) and value >= low):
        raise InputError(f"Parameter {name} is {value!r}. Give {meaning}.")
    return float(value)


def analyze(
    marks: Marks, *, meeting_minutes: float = 60, minutes_each: float = 10, unit: str = "", seed: int = 7
) -> Charter:
    """Compute everything; raise InputError for a parameter that makes no sense. unit: written before a stake."""
    meeting = _checked("meeting_minutes", meeting_minutes, 1, "minutes, 1 or more")
    each = _checked("minutes_each", minutes_each, 1, "minutes, 1 or more")
    if each > meeting:
        raise InputError(f"Parameter minutes_each is {each:g}, more than meeting_minutes, {meeting:g}: not one "
                         "conflict fits. Give fewer minutes to each, or a longer meeting.")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError(f"Parameter seed is {seed!r}. Give a whole number, such as 7.")
    patterns = marks.ratings.patterns
    alpha = agreement.coefficients(patterns, DRAWS, seed)["krippendorff_alpha"]
    observed, expected = agreement.chance(patterns)
    decision, rule = decide(
        marks.shared, marks.conflicts, marks.states["unnamed"], alpha.low, int(meeting // each)
    )
    return Charter(marks, meeting, each, unit, alpha, observed, expected, pairs(marks.ratings), marks.claims(),
                   decision, rule)
