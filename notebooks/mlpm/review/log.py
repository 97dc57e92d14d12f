"""Count a reader's review log in the engine: what leaves it are counts, one row for each kind of review.

A *cell* is everything two reviews can share that matters here: score band, the action the score alone would get,
whether the reviewer saw the score first, the reviewer, the model's verdict, the reviewer's, and the truth where an
audit found it. Errors, gains, anchoring and hasty reviewers all follow from the cells, so nothing here grows with rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import ibis
import numpy as np
import pandas as pd

from mlpm import InputError, checks, tables

MOST_BANDS = 20
MOST_REVIEWERS = 5_000
# A review that stays open longer was interrupted; its seconds say nothing about reading.
IDLE_SECONDS = 900
GRID = 100  # steps of the score, for how many items any band would hold


@dataclass(frozen=True)
class Columns:
    """The reader's names for the columns; empty where the log has none. score, verdict and truth must be there."""

    score: str
    verdict: str
    truth: str
    item: str = ""
    seen: str = ""
    reviewer: str = ""
    seconds: str = ""
    hour: str = ""
    weight: str = ""


@dataclass(frozen=True)
class Log:
    """A review log, counted.

    cells: band, action (codes), seen, model, verdict (bool), reviewer, truth (1, 0 or −1 for not audited), rows,
    weight (items of the stream they stand for), score (sum), timed (rows with seconds), seconds (their sum), hasty
    (rows under the floor). edges: of the bands, 0 and 1 included. hours: 24 × bands, weight by hour of arrival, or
    None. grid: weight by hundredths of the score.
    """

    cells: pd.DataFrame
    edges: tuple[float, ...]
    grid: np.ndarray
    hours: np.ndarray | None = None
    columns: Columns = Columns("score", "verdict", "truth")
    name: str = "reviews"
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return int(self.cells.rows.sum())

    @property
    def weight(self) -> float:
        return float(self.cells.weight.sum())

    @property
    def audited(self) -> pd.DataFrame:
        """The cells whose truth is known."""
        return self.cells[self.cells.truth >= 0]

    @property
    def volumes(self) -> np.ndarray:
        """Weight of each band."""
        return self.cells.groupby("band").weight.sum().reindex(range(len(self.edges) - 1), fill_value=0.0).to_numpy()

    @property
    def tells_seen(self) -> bool:
        """Whether some reviewers saw the score first and some did not."""
        return self.cells.seen.nunique() == 2

    def label(self, band: int) -> str:
        return f"{shown(self.edges[band])}–{shown(self.edges[band + 1])}"


def shown(edge: float) -> str:
    """An edge as people write it: .25, 0, 1."""
    return f"{edge:.3f}".rstrip("0").rstrip(".").replace("0.", ".", 1) if 0 < edge < 1 else f"{edge:.0f}"


def read_edges(text: str) -> tuple[float, ...]:
    """Edges of score bands such as `0.1, 0.25, 0.7`; 0 and 1 are added. Raises InputError."""
    try:
        inner = [float(part) for part in tables.names(str(text))]
    except ValueError:
        inner = [np.nan]
    edges = (0.0, *[edge for edge in inner if edge not in (0, 1)], 1.0)
    if not all(low < high for low, high in pairwise(edges)):
        raise InputError(f"Parameter bands is {text!r}. Give edges between 0 and 1 that rise, such as 0.1, 0.3, 0.7.")
    if len(edges) - 1 > MOST_BANDS:
        raise InputError(f"Parameter bands makes {len(edges) - 1} bands. Give edges of at most {MOST_BANDS}.")
    return edges


def read(
    data,
    columns: Columns,
    *,
    edges: Sequence[float],
    cut: float,
    switches: Sequence[float] = (),
    positive: str = "",
    floor: float = 10.0,
    engine: str = "",
) -> Log:
    """Read a table with one row a review and count it; raise InputError for what a reader can get wrong.

    edges: of the bands, from 0 to 1; cut: the score from which the model says yes; switches: the scores at which the
    action without review changes; positive: what verdict and truth say for yes, empty for 1/0 or yes/no; floor: seconds
    under which nobody has read the item.
    """
    checks.share("cut", cut)
    checks.number("floor", floor, 0, IDLE_SECONDS, f"seconds from 0 to {IDLE_SECONDS}")
    given = tables.named(vars(columns), ("score", "verdict", "truth"))
    said = tables.Text if positive else tables.Flag
    kinds = {
        "item": tables.Text(),
        "score": tables.Number(0, 1),
        "verdict": said(),
        "truth": said(missing="keep"),
        "seen": tables.Flag(),
        "reviewer": tables.Text(missing="keep"),
        "seconds": tables.Number(0, missing="keep"),
        "hour": tables.Number(0, 23, whole=True),
        "weight": tables.Number(0),
    }
    table = tables.read(
        data, {name: kinds[role] for role, name in given.items()}, engine=engine,
        key=[columns.item] if columns.item else [],
    )
    rows = table.rows.select(**given)
    if positive:
        _check_words(rows, table.name, columns, positive)
    return count(rows, edges=edges, cut=cut, switches=switches, positive=positive, floor=floor,
                 columns=columns, name=table.name, notes=table.notes)


def count(
    rows: ibis.Table,
    *,
    edges: Sequence[float],
    cut: float,
    switches: Sequence[float] = (),
    positive: str = "",
    floor: float = 10.0,
    columns: Columns = Columns("score", "verdict", "truth"),
    name: str = "reviews",
    notes: Sequence[str] = (),
) -> Log:
    """Count a clean table with the columns score, verdict, truth and perhaps others, named by their roles."""
    has = set(rows.columns)
    yes = (lambda column: column == positive) if positive else (lambda column: column)
    seconds = rows.seconds if "seconds" in has else ibis.null("float64")
    timed = seconds.notnull() & (seconds <= IDLE_SECONDS)
    kinds = rows.select(
        band=_place(rows.score, edges[1:-1]),
        action=_place(rows.score, switches),
        model=rows.score >= float(cut),
        verdict=yes(rows.verdict),
        truth=rows.truth.isnull().ifelse(-1, yes(rows.truth).cast("int64")).fill_null(-1),
        seen=rows.seen if "seen" in has else ibis.literal(True),
        reviewer=(rows.reviewer if "reviewer" in has else ibis.null("string")).fill_null(""),
        weight=(rows.weight if "weight" in has else ibis.literal(1.0)).cast("float64"),
        score=rows.score,
        timed=timed.fill_null(False),
        seconds=timed.fill_null(False).ifelse(seconds, 0.0),
        hasty=(timed & (seconds < float(floor))).fill_null(False),
        idle=(seconds > IDLE_SECONDS).fill_null(False),
        hour=rows.hour if "hour" in has else ibis.literal(0, "int64"),
        step=(rows.score * GRID).floor().cast("int64").clip(upper=GRID - 1),
    )
    keys = ["band", "action", "seen", "reviewer", "model", "verdict", "truth"]
    cells = tables.frame(kinds.group_by(keys).aggregate(
        rows=kinds.count(), weight=kinds.weight.sum(), score=kinds.score.sum(), timed=kinds.timed.sum(),
        seconds=kinds.seconds.sum(), hasty=kinds.hasty.sum(), idle=kinds.idle.sum(),
    ).order_by(keys))
    notes = list(notes)
    if "weight" in has and not cells.weight.sum() > 0:
        raise tables.error(name, columns.weight, "adds up to nothing", "Give the items each row stands for")
    if cells.reviewer.nunique() > MOST_REVIEWERS:
        raise tables.error(name, columns.reviewer, f"holds {cells.reviewer.nunique():,} different values",
                           f"Choose a column with at most {MOST_REVIEWERS:,}, one a person")
    if not (cells.truth >= 0).any():
        raise tables.error(name, columns.truth, "no row has a truth",
                           "Have a sample of the reviews settled by somebody who sees neither verdict nor score")
    idle = int(cells.idle.sum())
    if idle:
        notes.append(
            f"{idle:,} review{'s' * (idle != 1)} stayed open for more than {IDLE_SECONDS // 60} minutes: interrupted, "
            "so left out of the mean time."
        )
    hours = None
    if "hour" in has:
        by_hour = tables.frame(kinds.group_by(["hour", "band"]).aggregate(weight=kinds.weight.sum()))
        hours = np.zeros((24, len(edges) - 1))
        hours[by_hour.hour, by_hour.band] = by_hour.weight
    steps = tables.frame(kinds.group_by("step").aggregate(weight=kinds.weight.sum()))
    grid = np.zeros(GRID)
    grid[steps.step] = steps.weight
    return Log(cells.drop(columns="idle"), tuple(edges), grid, hours, columns, name, notes)


def _place(score: ibis.Value, edges: Sequence[float]) -> ibis.Value:
    """In which of the intervals between the edges a score lies, from 0; an edge belongs to the upper one."""
    place = ibis.literal(0, "int64")
    for edge in edges:
        place = place + (score >= float(edge)).cast("int64")
    return place


def _check_words(rows: ibis.Table, name: str, columns: Columns, positive: str) -> None:
    """Refuse a word for yes that no verdict holds: everything would count as no."""
    counts = rows.group_by("verdict").aggregate(n=rows.count()).order_by(ibis.desc("n"), "verdict")
    found = tables.frame(counts.limit(6))
    hits = tables.frame(rows.aggregate(n=(rows.verdict == positive).sum())).n[0]
    if not hits:
        there = ", ".join(f"'{word}'" for word in found.verdict)
        raise tables.error(name, columns.verdict, f"never says '{positive}'. It says {there}",
                           "Set positive to the word for a violation")
