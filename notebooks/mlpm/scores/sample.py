"""Count a reader's labeled scores in the engine: what leaves it is one row for each bin of the score and each group.

A bin is a narrow range of scores. Its edges are even on the arcsine of the root of the score, so that they are finest
where scores crowd, near 0 and near 1: 0.000002 wide there, 0.0016 in the middle. A column with few different scores
keeps each in a bin of its own. Everything a threshold needs follows from the counts: a million rows and six thousand
cost Python the same.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import ibis
import numpy as np
from ibis import _

from mlpm import InputError, tables
from mlpm.phrases import of_100, plural
from mlpm.scores.rates import auc

BINS = 1_000
MAX_GROUPS = 20
MAX_LABELS = 20  # more different values are a free text or a number, not a label
FEW = 30  # with fewer rows of a class, every share of that class is wide open: the memo says so


@dataclass(frozen=True)
class Scores:
    """Labeled scores as counts. *Bins* ascend with the score; a *cell* is a bin in one group.

    Arrays of bins: `least`, `mean`, `most` in the file's units, `unit` the mean on 0 to 1. Arrays of cells, sorted by
    bin, then group: `bin` and `group` (codes), `positives` and `negatives` (sums of weights), `positive_rows` and
    `negative_rows` (whole numbers), `positive_squares` and `negative_squares` (sums of squared weights).
    """

    least: np.ndarray
    mean: np.ndarray
    most: np.ndarray
    unit: np.ndarray
    bin: np.ndarray
    group: np.ndarray
    positives: np.ndarray
    negatives: np.ndarray
    positive_rows: np.ndarray
    negative_rows: np.ndarray
    positive_squares: np.ndarray
    negative_squares: np.ndarray
    positive: str = "yes"
    negative: str = "no"
    groups: list[str] = field(default_factory=lambda: [""])
    rescaled: bool = False  # the file's scores are not within 0 and 1: they cannot be read as probabilities
    weighted: bool = False
    name: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def item_count(self) -> int:
        """Rows with a label."""
        return int(self.positive_rows.sum() + self.negative_rows.sum())

    @property
    def positive_count(self) -> int:
        """Rows whose label is the positive one."""
        return int(self.positive_rows.sum())

    @property
    def rarer_count(self) -> int:
        """Rows of the rarer of the two labels."""
        return min(self.positive_count, self.item_count - self.positive_count)

    @property
    def bin_count(self) -> int:
        return len(self.mean)

    @property
    def weight(self) -> float:
        """How many items of the stream the rows stand for; without weights, the number of rows."""
        return float(self.positives.sum() + self.negatives.sum())

    @property
    def base_rate(self) -> float:
        """Share of positives, by weight."""
        return float(self.positives.sum()) / self.weight

    @property
    def has_groups(self) -> bool:
        return len(self.groups) > 1

    @cached_property
    def bin_positives(self) -> np.ndarray:
        return self.by_bin(self.positives)

    @cached_property
    def bin_negatives(self) -> np.ndarray:
        return self.by_bin(self.negatives)

    def by_bin(self, cells: np.ndarray) -> np.ndarray:
        """Sum an array of cells over the groups: an array of bins."""
        return np.bincount(self.bin, cells, minlength=self.bin_count)

    def only(self, group: int) -> "Scores":
        """The cells of one group; the bins stay the same."""
        here = self.group == group
        cells = {name: getattr(self, name)[here] for name in ("bin", "group", *COUNTS)}
        return replace(self, **cells)

    def at_base_rate(self, rate: float) -> "Scores":
        """The same rows as they would weigh in a stream with another share of positives.

        How scores spread within positives and within negatives is kept; only how many there are of each changes
        (prior or label shift: Saerens, Latinne, Decaestecker 2002). Total weight is kept.
        """
        if not 0 < rate < 1:
            raise InputError(f"A base rate of {rate} leaves one class empty. Give a share between 0 and 1.")
        up, down = rate / self.base_rate, (1 - rate) / (1 - self.base_rate)
        return replace(
            self,
            positives=self.positives * up, negatives=self.negatives * down,
            positive_squares=self.positive_squares * up**2, negative_squares=self.negative_squares * down**2,
        )

    def resampled(self, rng: np.random.Generator) -> "Scores":
        """One bootstrap sample: as many rows of each class, drawn with replacement. Rows of a cell weigh alike in it.

        The classes keep their sizes, so that a base rate that was set stays as it was set.
        """
        drawn = {}
        for side in ("positive", "negative"):
            rows = getattr(self, f"{side}_rows")
            times = rng.multinomial(rows.sum(), rows / rows.sum())
            ratio = np.divide(times, rows, out=np.zeros(len(rows)), where=rows > 0)
            drawn[f"{side}_rows"] = times
            drawn[f"{side}s"] = getattr(self, f"{side}s") * ratio
            drawn[f"{side}_squares"] = getattr(self, f"{side}_squares") * ratio
        return replace(self, **drawn)

    def parts(self, count: int, seed: int) -> list[tuple["Scores", "Scores"]]:
        """Split the rows at random into `count` parts: for each, the others (to fit on) and the part (to judge on).

        Rows of one cell and class differ in nothing but their weight, so that parts can be drawn from the counts
        alone: the same seed gives the same parts on every engine.
        """
        rng = np.random.default_rng(seed)
        dealt = {side: rng.multinomial(getattr(self, f"{side}_rows"), [1 / count] * count) for side in SIDES}
        return [
            (self._part({side: dealt[side].sum(axis=1) - dealt[side][:, n] for side in SIDES}),
             self._part({side: dealt[side][:, n] for side in SIDES}))
            for n in range(count)
        ]

    def _part(self, rows: Mapping[str, np.ndarray]) -> "Scores":
        counts = {}
        for side, taken in rows.items():
            whole = getattr(self, f"{side}_rows")
            ratio = np.divide(taken, whole, out=np.zeros(len(whole)), where=whole > 0)
            counts |= {
                f"{side}_rows": taken,
                f"{side}s": getattr(self, f"{side}s") * ratio,
                f"{side}_squares": getattr(self, f"{side}_squares") * ratio,
            }
        return replace(self, **counts)


SIDES = ("positive", "negative")
COUNTS = tuple(f"{side}{what}" for side in SIDES for what in ("s", "_rows", "_squares"))


def read(
    data, *, score: str, label: str, positive: str = "", group: str = "", weight: str = "", engine: str = "",
    edge: float | None = None,
) -> Scores:
    """Read a reader's table, one row a labeled item, and count it; raise InputError for what a reader can get wrong.

    positive: the label that counts as positive; empty only for labels that are 0/1, yes/no or true/false. weight: the
    column that says how many items of the stream a row stands for. A row without a label is left out and noted; so is
    a missing group column. edge: a score that no bin may straddle, so that a cut there is counted to the row.
    """
    heads = {"score": score, "label": label, "group": group, "weight": weight}
    tables.named(heads, ("score", "label"))
    kinds = {score: tables.Number(), label: tables.Text(missing="keep")}
    kinds |= {weight: tables.Number()} if weight else {}
    table, group, notes = tables.read_with_extra(data, kinds, group, engine=engine)
    rows = table.rows.select(
        score=score, label=label, **({"group": group} if group else {}), **({"weight": weight} if weight else {})
    )
    notes = [*notes, *table.notes]
    return count(rows, positive=positive, name=table.name, heads=heads | {"group": group}, notes=notes, edge=edge)


def count(
    rows: ibis.Table, *, positive: str = "", name: str = "scores", heads: Mapping[str, str] | None = None,
    notes: Sequence[str] = (), edge: float | None = None,
) -> Scores:
    """Count a clean table: columns score, label, perhaps group and weight; heads: the reader's names for them.

    edge: a score that no bin may straddle.
    """
    heads = heads or {column: column for column in ("score", "label", "group", "weight")}
    notes, everything = list(notes), rows
    if "weight" in rows.columns:
        _refuse_weights(rows, name, heads)
    seen = dict(zip(*rows.label.value_counts(name="n").to_pyarrow().to_pydict().values(), strict=True))
    absent = seen.pop(None, 0)
    if absent:
        notes.append(f"{plural(absent, 'row')} without a label {'are' if absent > 1 else 'is'} left out.")
    yes, no = _sides(everything, seen, positive, name, heads, notes)
    rows = rows.filter(rows.label.notnull())
    groups = [""]
    if "group" in rows.columns:
        rows = rows.mutate(group=rows.group.fill_null("(none)"))
        groups = sorted(rows.select("group").distinct().to_pyarrow()["group"].to_pylist())
        if len(groups) > MAX_GROUPS:
            raise tables.error(name, heads["group"], f"holds {len(groups):,} different values",
                               f"Choose a column with at most {MAX_GROUPS}, such as a kind of author or a language")
    else:
        rows = rows.mutate(group=ibis.literal(""))
    low, high = rows.aggregate(low=_.score.min(), high=_.score.max()).to_pyarrow().to_pylist()[0].values()
    if low == high:
        raise tables.error(name, heads["score"], f"every score is {low:g}", "Name the column of the model's scores")
    rescaled = not 0 <= low <= high <= 1
    if rescaled:
        notes.append(f"Scores run from {low:.6g} to {high:.6g}: they are not probabilities as they stand.")
    found = _binned(rows, yes, low if rescaled else 0.0, high if rescaled else 1.0, edge)
    counted = _scores(found, groups, rescaled)
    ranks = auc(counted)
    if ranks.high < 0.5:
        raise tables.error(
            name, heads["score"], f"runs the wrong way: a row labeled '{no}' has a higher score than one labeled "
            f"'{yes}' in {of_100(1 - ranks.value)} pairs", f"Set positive to '{no}', or name a score that is high "
            f"for '{yes}'",
        )
    if ranks.low <= 0.5:
        notes.append(f"The score may not tell '{yes}' from '{no}' at all: it ranks {of_100(ranks.value)} pairs right "
                     f"({100 * ranks.low:.0f} to {100 * ranks.high:.0f}), and 50 is a coin.")
    if counted.bin_count < 10:
        notes.append(f"There are only {counted.bin_count} different scores, so only as many places for a cut.")
    for label, number in ((yes, counted.positive_count), (no, counted.item_count - counted.positive_count)):
        if number < FEW:
            notes.append(f"Only {plural(number, 'row')} {'is' if number == 1 else 'are'} labeled '{label}': "
                         "every share of them is a guess with a wide interval.")
    return replace(
        counted, positive=yes, negative=no, weighted="weight" in everything.columns, name=name, notes=notes
    )


def _sides(
    rows: ibis.Table, seen: Mapping[str, int], positive: str, name: str, heads: Mapping[str, str], notes: list[str]
) -> tuple[str, str]:
    """The label that counts as positive and a word for the others; refuse what can be read in two ways."""
    labels = sorted(seen)
    listed = ", ".join(f"'{text}'" for text in labels[:6]) + (" …" if len(labels) > 6 else "")
    column = heads["label"]
    if not labels:
        raise tables.error(name, column, "no row has a label", "Fill in the labels")
    if len(labels) > MAX_LABELS:
        raise tables.error(name, column, f"holds {len(labels):,} different values", "Name the column of labels")
    yes = positive.strip()
    if not yes:
        truths = [text for text in labels if text.lower() in tables.TRUE]
        others = [text for text in labels if text.lower() not in tables.TRUE + tables.FALSE]
        if others and len(others) < len(labels):
            first = _first(rows, rows.label.isin(others))
            raise tables.error(
                name, column, f"is neither yes nor no (the labels are {listed})",
                "Set positive to the label that counts, or leave such rows out", first["row"], first["label"],
            )
        if others:
            raise tables.error(name, column, f"holds {listed}, and positive does not say which of them counts",
                               f"Set positive, for example to '{labels[0]}'")
        if len(truths) > 1 or len(labels) - len(truths) > 1:
            raise tables.error(name, column, f"holds more than one spelling of yes or no: {listed}",
                               "Write one spelling for each")
        yes = truths[0] if truths else ""
    elif yes not in seen:
        raise InputError(f"positive is '{yes}', and {name}, column '{column}' holds {listed}. "
                         "Set positive to the label that counts.")
    if not yes or len(labels) == 1:
        raise tables.error(name, column, f"every row is labeled '{labels[0]}'",
                           "A threshold needs labeled rows of both kinds")
    twins = [text for text in labels if text != yes and text.strip().casefold() == yes.casefold()]
    if twins:
        first = _first(rows, rows.label.isin(twins))
        raise tables.error(name, column, f"is '{yes}' in another spelling ({plural(seen[twins[0]], 'such row')})",
                           "Write one spelling", first["row"], first["label"])
    others = [text for text in labels if text != yes]
    if len(others) > 1:
        notes.append(f"{len(labels)} labels: all but '{yes}' count as its opposite "
                     f"({', '.join(others[:5])}{' …' if len(others) > 5 else ''}).")
    return yes, others[0] if len(others) == 1 else f"not {yes}"


def _refuse_weights(rows: ibis.Table, name: str, heads: Mapping[str, str]) -> None:
    bad = rows.aggregate(n=(rows.weight <= 0).sum()).to_pyarrow().to_pylist()[0]["n"]
    if bad:
        first = _first(rows, rows.weight <= 0)
        raise tables.error(
            name, heads["weight"], f"is no weight ({plural(bad, 'such row')})",
            "A weight says how many items the row stands for: write a number above 0, or leave the row out",
            first["row"], f"{first['weight']:g}",
        )


def _first(rows: ibis.Table, where: ibis.Value) -> dict:
    """The first row of the file for which something holds, with its number; None for it where rows have no order."""
    numbered = rows.mutate(row=ibis.row_number(), here=where).filter(_.here)
    first = numbered.order_by("row").limit(1).to_pyarrow().to_pylist()[0]
    # Only DuckDB keeps rows in the order of the file.
    return first | {"row": first["row"] + 1 if rows.get_backend().name == "duckdb" else None}


def _binned(
    rows: ibis.Table, yes: str, low: float, high: float, edge: float | None = None
) -> Mapping[str, np.ndarray]:
    """The one grouped query: counts by bin and group."""
    unit = ((rows.score - low) / (high - low)).clip(0, 1)
    # Half a millionth up: a score on an edge falls into the same bin whatever the processor's last digit.
    code = (unit.sqrt().asin() * (2 * BINS / math.pi) + 5e-7).floor().clip(upper=BINS - 1).cast("int64")
    if edge is not None:  # the bin that holds it becomes two
        code = 2 * code + (rows.score >= edge).cast("int64")
    weight = rows.weight if "weight" in rows.columns else ibis.literal(1.0)
    coded = rows.select(
        code=code, group=rows.group, score=rows.score, yes=(rows.label == yes).cast("int64"), weight=weight
    )
    counted = coded.group_by("code", "group").aggregate(
        rows=_.count(), positive_rows=_.yes.sum(), total=_.weight.sum(), positives=(_.weight * _.yes).sum(),
        squares=(_.weight * _.weight).sum(), positive_squares=(_.weight * _.weight * _.yes).sum(),
        least=_.score.min(), most=_.score.max(), score=_.score.sum(),
    )
    found = counted.order_by("code", "group").to_pyarrow()
    return {column: found[column].to_numpy() for column in found.column_names}


def _scores(found: Mapping[str, np.ndarray], groups: Sequence[str], rescaled: bool) -> Scores:
    places = np.unique(found["code"], return_inverse=True)[1]
    starts = np.flatnonzero(np.diff(found["code"], prepend=-1))
    mean = np.bincount(places, found["score"]) / np.bincount(places, found["rows"])
    least, most = np.minimum.reduceat(found["least"], starts), np.maximum.reduceat(found["most"], starts)
    # A mean of equal numbers may differ from them in its last digit.
    mean = np.clip(mean, least, most)
    low, high = (least[0], most[-1]) if rescaled else (0.0, 1.0)
    place = {text: code for code, text in enumerate(groups)}
    return Scores(
        least=least, mean=mean, most=most, unit=(mean - low) / (high - low), bin=places,
        group=np.array([place[text] for text in found["group"]]),
        positives=found["positives"].astype(float),
        negatives=np.where(found["rows"] > found["positive_rows"], found["total"] - found["positives"], 0.0),
        positive_rows=found["positive_rows"].astype(np.int64),
        negative_rows=(found["rows"] - found["positive_rows"]).astype(np.int64),
        positive_squares=found["positive_squares"].astype(float),
        negative_squares=np.where(
            found["rows"] > found["positive_rows"], found["squares"] - found["positive_squares"], 0.0
        ),
        groups=list(groups), rescaled=rescaled,
    )
