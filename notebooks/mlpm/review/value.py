"""What a review is worth: the harm it avoids against the best thing done without it, less what it costs.

Without review each score gets the action of least expected harm (`mlpm.treatment.bands`): the mild and cheap ones, such
as cover, are what a review has to beat, not only show or hide. With review the verdict decides: yes gets the strictest
action, no the mildest. Both are priced on the truth, item by item, so the gain of a band is a mean of paired
differences with Student's interval (`statsmodels`), whatever the score is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.weightstats import DescrStatsW

from mlpm.review.log import Log
from mlpm.treatment.bands import bands
from mlpm.treatment.harms import Action

# Fewer audited reviews in a band say nothing about it.
FEW_ROWS = 30


@dataclass(frozen=True)
class Prices:
    """actions: used without review, from mild to strict, with the scores at which they change; yes, no: what a verdict
    leads to; harm: euros for a unit of harm; review: euros a review."""

    actions: tuple[Action, ...]
    switches: tuple[float, ...]
    yes: Action
    no: Action
    harm: float
    review: float = 0.0


def prices(actions: Sequence[Action], harm: float, review: float = 0.0) -> Prices:
    """Prices of a harm table, in euros a unit of harm and euros a review."""
    found = bands(actions)
    yes = min(actions, key=lambda action: (action.violating, action.decent))
    no = min(actions, key=lambda action: (action.decent, action.violating))
    return Prices(
        tuple(band.action for band in found), tuple(float(band.low) for band in found[1:]), yes, no, harm, review
    )


def harms(cells: pd.DataFrame, priced: Prices, against: str = "action") -> tuple[np.ndarray, np.ndarray]:
    """Euros of harm of one item of each audited cell: without review, and with the reviewer's verdict.

    against: what is done without review: the best "action" for the score, or the strictest and mildest one by the
    "model" verdict.
    """
    violating = (cells.truth == 1).to_numpy()

    def euros(actions: Sequence[Action]) -> np.ndarray:
        weights = np.array([(float(action.decent), float(action.violating)) for action in actions]).reshape(-1, 2)
        return priced.harm * np.where(violating, weights[:, 1], weights[:, 0])

    def by_verdict(says: pd.Series) -> np.ndarray:
        return euros([priced.yes if yes else priced.no for yes in says])

    without = by_verdict(cells.model) if against == "model" else euros([priced.actions[code] for code in cells.action])
    return without, by_verdict(cells.verdict)


@dataclass(frozen=True)
class Gain:
    """What a review saves in euros an item of a band, before its own cost: mean, standard error, 95% interval.

    None where fewer than FEW_ROWS audited reviews speak.
    """

    label: str
    rows: int
    without: float | None = None
    reviewed: float | None = None
    mean: float | None = None
    error: float | None = None
    low: float | None = None
    high: float | None = None


def gain(cells: pd.DataFrame, priced: Prices, label: str = "", against: str = "action") -> Gain:
    """The gain of a review over audited cells, against the best action or the model's verdict; other cells are out."""
    cells = cells[cells.truth >= 0]
    rows = int(cells.rows.sum())
    if rows < FEW_ROWS:
        return Gain(label, rows)
    without, reviewed = harms(cells, priced, against)
    counts = cells.rows.to_numpy()
    saved = DescrStatsW(without - reviewed, weights=counts)
    low, high = saved.tconfint_mean(alpha=0.05)
    return Gain(
        label, rows, float(np.average(without, weights=counts)), float(np.average(reviewed, weights=counts)),
        float(saved.mean), float(saved.std_mean), float(low), float(high),
    )


def by_band(log: Log, cells: pd.DataFrame, priced: Prices, against: str = "action") -> list[Gain]:
    """The gain in each band of the reviews in `cells`."""
    return [gain(cells[cells.band == band], priced, log.label(band), against) for band in range(len(log.edges) - 1)]


@dataclass(frozen=True)
class Window:
    """Neighboring bands sent to review: first and last band, items a day, and what that brings in euros a day.

    low, high: 95% interval of net, from the standard errors of the bands. share: of the window's items that reviewers
    have time for.
    """

    first: int
    last: int
    items: float
    net: float
    low: float
    high: float
    share: float = 1.0


def window(first: int, last: int, gains: Sequence[Gain], items: np.ndarray, review: float) -> Window | None:
    """The window of these bands; None where one of them has no gain."""
    mine = gains[first : last + 1]
    if any(one.mean is None for one in mine):
        return None
    held = items[first : last + 1]
    net = sum(n * (one.mean - review) for n, one in zip(held, mine, strict=True))
    half = 1.96 * float(np.sqrt(sum((n * one.error) ** 2 for n, one in zip(held, mine, strict=True))))
    return Window(first, last, float(held.sum()), float(net), float(net - half), float(net + half))


def best_window(gains: Sequence[Gain], items: np.ndarray, review: float, capacity: float) -> Window | None:
    """Where to send reviewers: the neighboring bands that bring most a day within so many reviews a day.

    Where not even one band that pays fits, the band that pays best an item, and the share of it there is time for. A
    window that loses money is returned only when none gains. None when no band has enough audited reviews.
    """
    found = [
        window(first, last, gains, items, review)
        for first in range(len(gains)) for last in range(first, len(gains))
    ]
    found = [one for one in found if one is not None and one.items > 0]
    if not found:
        return None
    fits = [one for one in found if one.items <= capacity + 1e-9]
    best = max(fits, key=lambda one: one.net, default=None)
    single = max((one for one in found if one.first == one.last), key=lambda one: one.net / one.items)
    if single.items > capacity and (best is None or single.net * capacity / single.items > max(best.net, 0.0)):
        part = max(capacity, 0.0) / single.items
        return Window(single.first, single.last, single.items, single.net * part, single.low * part,
                      single.high * part, part)
    return best if best is not None else single
