"""Read and count marks: one row says which role takes a decision, according to one person.

The rows stay in the engine. What comes out are the profiles of `mlpm.agreement` (who marked what, with how many
decisions behind it), the number of decisions in each state, and the first few hundred decisions that need a talk.
"""

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import numpy as np
import pandas as pd
from ibis import _

from mlpm import agreement, tables
from mlpm.phrases import plural

# A column of roles with more values holds persons or sentences.
MAX_ROLES = 40
# Decisions brought into Python, those that need a talk first; a meeting never gets this far.
LISTED = 200
# Words that name nobody: the decision has no name yet. As they are compared: folded, without blanks.
NOBODY = frozenset({"nobody", "noone", "none", "?", "unknown", "unclear", "unsure", "dontknow", "don'tknow", "open"})
# What the marks say about a decision. A claim is a mark that names the marker's own role.
STATES = {
    "agreed": "one name",
    "settled": "settled",
    "several": "claimed by several",
    "nobody": "claimed by nobody",
    "one": "claimed by one, seen elsewhere",
    "unnamed": "fewer than two names",
}
CONFLICTS = ("several", "nobody", "one")
ISO_DATE = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"


@dataclass(frozen=True)
class Marks:
    """Who decides what, according to whom.

    ratings: marks as ratings of decisions by markers; role_of: marker → the role the marker holds;
    states: how many decisions are in each state of STATES;
    decisions: the first LISTED decisions, those that need a talk first: decision, state, names (how many roles are
    named), claims (how many are claimed), marks, differ (share of pairs of marks that name different roles), stake
    (mean of the markers' guesses), due, settled, and `named`, a dict marker → role;
    after: role → decisions it takes once what was settled is counted; None without settled names;
    stakes: role → what hangs on the decisions it claimed, and on those it takes; None without settled names or stakes.
    """

    ratings: agreement.Ratings
    role_of: dict[str, str]
    states: dict[str, int]
    decisions: pd.DataFrame
    after: dict[str, int] | None = None
    stakes: dict[str, tuple[float, float]] | None = None
    blanks: int = 0  # marks that name nobody
    notes: list[str] = field(default_factory=list)
    name: str = ""

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def conflicts(self) -> int:
        return sum(self.states[state] for state in CONFLICTS)

    @property
    def shared(self) -> int:
        """Decisions on which at least two people named a role."""
        return self.total - self.states["unnamed"]

    @property
    def absent(self) -> list[str]:
        """Roles that were named and did not mark."""
        held = set(self.role_of.values())
        return [role for role in self.ratings.labels if role not in held]

    def claims(self) -> pd.DataFrame:
        """Each role that marked: role, claims (decisions it takes for itself), granted (of these, nobody who marked
        names another role), left (named by somebody else, but not claimed)."""
        r = self.ratings
        roles = [role for role in r.labels if role in self.role_of.values()]
        roles += sorted(set(self.role_of.values()) - set(roles))  # marked, and named by nobody
        own = np.array([self.role_of[marker] for marker in r.raters], dtype=object)[r.rater]
        named = np.array(r.labels, dtype=object)[r.label]
        rows = []
        for role in roles:
            claimed, named_by_other, other_role = (
                np.bincount(r.profile[which], minlength=len(r.items)) > 0
                for which in ((own == role) & (named == role), (own != role) & (named == role), named != role)
            )
            rows.append((
                role, int(r.items[claimed].sum()), int(r.items[claimed & ~other_role].sum()),
                int(r.items[named_by_other & ~claimed].sum()),
            ))
        frame = pd.DataFrame(rows, columns=["role", "claims", "granted", "left"])
        return frame.sort_values(["claims", "left", "role"], ascending=[False, False, True], ignore_index=True)

    def division(self) -> pd.DataFrame:
        """How each marker shares the decisions out: marker, role (named), decisions."""
        r = self.ratings
        cells = r.rater.astype(np.int64) * len(r.labels) + r.label
        counts = np.bincount(cells, weights=r.items[r.profile], minlength=len(r.raters) * len(r.labels))
        rows = [
            (marker, label, int(counts[a * len(r.labels) + b]))
            for a, marker in enumerate(r.raters) for b, label in enumerate(r.labels)
        ]
        return pd.DataFrame(rows, columns=["marker", "role", "decisions"])


def read(
    data,
    *,
    decision: str,
    marker: str,
    decides: str,
    role: str = "",
    stake: str = "",
    due: str = "",
    settled: str = "",
    engine: str = "",
) -> Marks:
    """Read a reader's table, one row a mark, and count it; raise InputError for what a reader can get wrong.

    role: the column with the marker's own role; empty when `marker` holds roles. An empty `decides`, or a word for
    nobody, is a decision without a name. stake, due, settled: columns, or empty.
    """
    heads = tables.named(
        {"decision": decision, "marker": marker, "decides": decides, "role": role, "stake": stake, "due": due,
         "settled": settled},
        ("decision", "marker", "decides"),
    )
    kinds: dict[str, tables.Kind] = {decision: tables.Text(), marker: tables.Text()}
    kinds[decides] = tables.Text(missing="keep")
    for part, column in heads.items():
        if part == "role":
            kinds[column] = tables.Text()
        elif part == "stake":
            kinds[column] = tables.Number(low=0, missing="keep")
        elif part in ("due", "settled"):
            kinds[column] = tables.Text(missing="keep")
    table = tables.read(data, kinds, engine=engine, key=[decision, marker])
    rows = table.rows.select(**heads)
    # Spellings of one role are merged here, and said below.
    notes = [note for note in table.notes if "differ only in case" not in note]
    return count(rows, name=table.name, heads=heads, notes=notes)


def count(
    rows: ibis.Table, *, name: str = "marks", heads: Mapping[str, str] | None = None, notes: Sequence[str] = ()
) -> Marks:
    """Count a clean table with the columns decision, marker, decides and perhaps role, stake, due, settled.

    heads: the reader's names for them. Raises InputError.
    """
    heads, notes = dict(heads or {column: column for column in rows.columns}), list(notes)
    rows, merged, blanks = _one_spelling(rows, name, heads)
    notes += merged
    role_of = _roles(rows, name, heads)
    if len(role_of) < 2:
        raise tables.error(name, heads["marker"], f"every mark is by '{next(iter(role_of))}'",
                           "Have a second person mark the same decisions, without showing these marks")
    given = rows.filter(rows.decides.notnull())
    states, first = _by_decision(rows, given, name, heads)
    if not any(states[state] for state in STATES if state != "unnamed"):
        raise tables.error(name, heads["decision"], "no decision has a name from two people",
                           "Have at least two people mark the same decisions")
    ratings = agreement.count(given.select(item="decision", rater="marker", label="decides"), name=name,
                              heads={"item": heads["decision"], "rater": heads["marker"], "label": heads["decides"]})
    if len(ratings.labels) > MAX_ROLES:
        raise tables.error(name, heads["decides"], f"names {len(ratings.labels):,} different roles",
                           f"Name roles, at most {MAX_ROLES}, not persons or reasons")
    silent = sorted(set(role_of) - set(ratings.raters))
    if silent:
        notes.append(f"{', '.join(silent)} named nobody for any decision, and is left out of the agreement.")
    notes += ratings.notes + _lookalikes(ratings, role_of)
    if blanks:
        notes.append(f"{plural(blanks, 'mark names', 'marks name')} nobody.")
    after, stakes = _settlement(rows)
    return Marks(ratings, role_of, states, _named(given, first), after, stakes, blanks, notes, name)


# --- Spelling -----------------------------------------------------------------------------------------------------


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _one_spelling(rows: ibis.Table, name: str, heads: Mapping[str, str]) -> tuple[ibis.Table, list[str], int]:
    """Merge roles that differ only in case or blanks, empty the words for nobody; say what was merged, and count the
    marks that name nobody."""
    columns = [column for column in ("marker", "role", "decides", "settled") if column in rows.columns]
    times: dict[str, int] = {}
    for column in columns:
        found = rows.filter(rows[column].notnull())[column].value_counts(name="n")
        if found.count().to_pyarrow().as_py() > 10_000:
            raise tables.error(name, heads[column], "holds more than 10,000 different values",
                               "Name roles, or the people who marked")
        for text, n in zip(*found.to_pyarrow().to_pydict().values(), strict=True):
            times[text] = times.get(text, 0) + n
    groups: dict[str, list[str]] = {}
    for text in sorted(times, key=lambda text: (-times[text], text)):
        groups.setdefault(_folded(text), []).append(text)
    change = {other: group[0] for group in groups.values() for other in group[1:]}
    if change:
        rows = rows.mutate(**{column: rows[column].substitute(change) for column in columns})
    nobody = [group[0] for folded, group in groups.items() if folded in NOBODY]
    if nobody:
        emptied = [column for column in ("decides", "settled") if column in columns]
        rows = rows.mutate(**{column: rows[column].isin(nobody).ifelse(None, rows[column]) for column in emptied})
    blanks = int(rows.decides.isnull().sum().to_pyarrow().as_py() or 0)
    said = [
        "'" + "' and '".join(group) + f"' are one role, written '{group[0]}' here."
        for folded, group in groups.items() if len(group) > 1 and folded not in NOBODY
    ]
    return rows, said, blanks


def _lookalikes(ratings: agreement.Ratings, role_of: Mapping[str, str]) -> list[str]:
    """Roles that look like another one, or were named and did not mark."""
    times = np.bincount(ratings.label, weights=ratings.items[ratings.profile], minlength=len(ratings.labels))
    held, notes = set(role_of.values()), []
    for role, n in zip(ratings.labels, times, strict=True):
        if role in held:
            continue
        near = difflib.get_close_matches(role.casefold(), [other.casefold() for other in held], n=1, cutoff=0.75)
        near = next((other for other in sorted(held) if near and other.casefold() == near[0]), None)
        marks = plural(int(n), "mark")
        notes.append(
            f"'{role}' is named in {marks} and looks like '{near}': correct it if it is a slip." if near else
            f"'{role}' is named in {marks} and did not mark: ask whether they know."
        )
    return notes


# --- By marker, by decision ---------------------------------------------------------------------------------------


def _roles(rows: ibis.Table, name: str, heads: Mapping[str, str]) -> dict[str, str]:
    """Marker → the role the marker holds: itself when there is no column of roles."""
    if "role" not in rows.columns:
        found = rows.select("marker").distinct().order_by("marker").to_pyarrow().to_pydict()["marker"]
        return {marker: marker for marker in found}
    held = rows.group_by("marker").aggregate(role=_.role.min(), other=_.role.max()).order_by("marker")
    records = held.to_pyarrow().to_pylist()
    mixed = [record for record in records if record["role"] != record["other"]]
    if mixed:
        first = mixed[0]
        raise tables.error(
            name, heads["role"],
            f"'{first['marker']}' is '{first['role']}' and '{first['other']}' ({len(mixed):,} such)",
            "Give each person one role; a person who wears two hats marks twice, under two names",
        )
    return {record["marker"]: record["role"] for record in records}


def _by_decision(
    rows: ibis.Table, given: ibis.Table, name: str, heads: Mapping[str, str]
) -> tuple[dict[str, int], pd.DataFrame]:
    """How many decisions are in each state, and the first of them, those that need a talk first."""
    role = rows.role if "role" in rows.columns else rows.marker
    rows = rows.mutate(
        own=(rows.decides == role).ifelse(role, None),
        stake=rows.stake if "stake" in rows.columns else ibis.null("float64"),
        due=rows.due if "due" in rows.columns else ibis.null("string"),
        settled=rows.settled if "settled" in rows.columns else ibis.null("string"),
    )
    every = rows.group_by("decision").aggregate(
        claims=_.own.nunique(), marks=_.decides.count(), names=_.decides.nunique(), stake=_.stake.mean(),
        due=_.due.min(), settled=_.settled.min(), other=_.settled.max(),
    )
    alike = given.group_by("decision", "decides").aggregate(n=_.count())
    alike = alike.group_by("decision").aggregate(alike=(_.n * (_.n - 1)).sum())
    table = every.left_join(alike, "decision").drop("decision_right")
    table = table.mutate(
        state=ibis.cases(
            (table.settled.notnull(), "settled"),
            (table.marks < 2, "unnamed"),
            (table.names == 1, "agreed"),
            (table.claims > 1, "several"),
            (table.claims == 0, "nobody"),
            else_="one",
        ),
        differ=(table.marks > 1).ifelse(
            1 - table.alike.fill_null(0).cast("float64") / (table.marks * (table.marks - 1)).nullif(0), 0.0
        ),
    )
    _refuse(rows, table, name, heads)
    counts = table.group_by("state").aggregate(n=_.count()).to_pyarrow().to_pydict()
    states = dict.fromkeys(STATES, 0) | dict(zip(counts["state"], counts["n"], strict=True))
    # Conflicts by stake, then by how far the marks differ, then by date; then what has no name; then the rest.
    turn = ibis.cases((table.state.isin(CONFLICTS), 0), (table.state == "unnamed", 1), else_=2)
    ranked = table.mutate(turn=turn, worth=table.stake.fill_null(-1.0), when=table.due.fill_null("9999"))
    ranked = ranked.order_by("turn", ibis.desc("worth"), ibis.desc("differ"), "when", "decision").limit(LISTED)
    ranked = ranked.select("decision", "state", "names", "claims", "marks", "differ", "stake", "due", "settled")
    return states, ranked.to_pyarrow().to_pandas()


def _refuse(rows: ibis.Table, table: ibis.Table, name: str, heads: Mapping[str, str]) -> None:
    """Refuse a date that is none, and two settled names for one decision."""
    if "due" in heads:
        wrong = rows.filter(rows.due.notnull() & ~rows.due.re_search(ISO_DATE)).select("due").distinct()
        wrong = wrong.order_by("due").to_pyarrow().to_pydict()["due"]
        if wrong:
            raise tables.error(name, heads["due"], f"is not a date ({len(wrong):,} such)",
                               "Write dates like 2026-01-31", example=wrong[0])
    if "settled" in heads:
        twice = table.filter(table.settled != table.other).order_by("decision").limit(1).to_pyarrow().to_pylist()
        if twice:
            first = twice[0]
            raise tables.error(
                name, heads["settled"],
                f"decision '{first['decision']}' is settled for '{first['settled']}' and for '{first['other']}'",
                "A decision has one name: keep one in all its rows",
            )


def _named(given: ibis.Table, first: pd.DataFrame) -> pd.DataFrame:
    """Add to each listed decision who named which role: a dict marker → role."""
    wanted = given.filter(given.decision.isin(first["decision"].tolist())).select("decision", "marker", "decides")
    named: dict[str, dict[str, str]] = {decision: {} for decision in first["decision"]}
    for record in wanted.order_by("decision", "marker").to_pyarrow().to_pylist():
        named[record["decision"]][record["marker"]] = record["decides"]
    return first.assign(named=[named[decision] for decision in first["decision"]])


def _settlement(rows: ibis.Table) -> tuple[dict[str, int] | None, dict[str, tuple[float, float]] | None]:
    """What each role takes once what was settled counts, in decisions and in stake; None without settled names.

    A decision goes to the settled name, else to the one name all marks give. Ten small ones for one large one are an
    even trade only in decisions, so the stake of what a role claimed stands beside the stake of what it takes.
    """
    if "settled" not in rows.columns or not rows.settled.notnull().any().to_pyarrow().as_py():
        return None, None
    role = rows.role if "role" in rows.columns else rows.marker
    rows = rows.mutate(
        own=(rows.decides == role).ifelse(role, None),
        stake=rows.stake if "stake" in rows.columns else ibis.null("float64"),
    )
    one = rows.group_by("decision").aggregate(
        settled=_.settled.min(), decides=_.decides.min(), other=_.decides.max(), marks=_.decides.count(),
        stake=_.stake.mean(),
    )
    agreed = ((one.decides == one.other) & (one.marks > 1)).ifelse(one.decides, None)
    one = one.mutate(after=one.settled.fill_null(agreed))
    taken = one.filter(one.after.notnull()).group_by("after").aggregate(n=_.count(), stake=_.stake.sum())
    held = {record["after"]: record for record in taken.order_by("after").to_pyarrow().to_pylist()}
    claims = rows.filter(rows.own.notnull()).select("decision", "own").distinct()
    claims = claims.join(one.select("decision", "stake"), "decision").group_by("own").aggregate(stake=_.stake.sum())
    claimed = dict(zip(*claims.to_pyarrow().select(["own", "stake"]).to_pydict().values(), strict=True))
    after = {role: int(record["n"]) for role, record in held.items()}
    stakes = {
        role: (float(claimed.get(role) or 0), float(held.get(role, {}).get("stake") or 0))
        for role in sorted(set(claimed) | set(held))
    }
    return after, stakes if any(sum(pair) for pair in stakes.values()) else None
