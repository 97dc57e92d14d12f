"""Recall and false hits by slice, and what looking at several slices does by itself.

The worst of several equal slices is worse than their mean, by chance alone and more so the more and the smaller they
are. So a slice is compared with all others by an interval that holds for all comparisons at once (Bonferroni), and
beside the worst one stands what the worst would be if all were equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from mlpm.proportions import CONFIDENCE
from mlpm.scores import Scores, Share, gap, share

GRID = 4_000  # places at which the distribution of the worst is added up


@dataclass(frozen=True)
class Slice:
    """One slice at the threshold.

    recall: of its positives, acted on; hit: of its negatives, acted on; precision: of those acted on, positive, in the
    stream; gap_recall, gap_hit: the slice minus all other slices, at the level that holds for all comparisons; None
    where a class has fewer rows than the minimum, in the slice or in all others.
    """

    name: str
    rows: int
    positives: int
    negatives: int
    recall: Share
    hit: Share
    precision: Share
    gap_recall: Share | None
    gap_hit: Share | None

    @property
    def misses_more(self) -> bool:
        """Of its positives fewer are caught than elsewhere, beyond chance."""
        return self.gap_recall is not None and self.gap_recall.high < 0

    @property
    def hit_more(self) -> bool:
        """Of its negatives more are hit than elsewhere, beyond chance."""
        return self.gap_hit is not None and self.gap_hit.low > 0

    @property
    def flagged(self) -> bool:
        return self.misses_more or self.hit_more

    @property
    def judged(self) -> bool:
        return self.gap_recall is not None or self.gap_hit is not None


def compare(scores: Scores, place: int, minimum: int) -> list[Slice]:
    """The slices at a place, the flagged first, then by recall; nothing without at least two."""
    if not scores.has_groups:
        return []
    codes = range(len(scores.groups))
    enough = {
        side: [code for code in codes if _enough(scores, code, side, minimum)] for side in ("positive", "negative")
    }
    # Two slices are one comparison seen from two sides.
    looks = sum(1 if len(scores.groups) == 2 and found else len(found) for found in enough.values())
    confidence = 1 - (1 - CONFIDENCE) / max(looks, 1)
    found = []
    for code in codes:
        here = scores.group == code
        shares = {side: _acted(scores, here, place, side) for side in enough}
        gaps = {
            side: gap(_acted(scores, here, place, side, confidence), _acted(scores, ~here, place, side, confidence))
            if code in enough[side] else None
            for side in enough
        }
        rows = {side: int(getattr(scores, f"{side}_rows")[here].sum()) for side in enough}
        found.append(Slice(
            scores.groups[code], sum(rows.values()), rows["positive"], rows["negative"], shares["positive"],
            shares["negative"], _precision(scores, here, place), gaps["positive"], gaps["negative"],
        ))
    return sorted(found, key=lambda one: (not one.flagged, not one.judged, np.nan_to_num(one.recall.value, nan=2)))


def _enough(scores: Scores, code: int, side: str, minimum: int) -> bool:
    rows, here = getattr(scores, f"{side}_rows"), scores.group == code
    return min(rows[here].sum(), rows[~here].sum()) >= minimum


def _acted(scores: Scores, cells: np.ndarray, place: int, side: str, confidence: float = CONFIDENCE) -> Share:
    """Of one class in some cells, the share acted on."""
    acted = scores.bin >= place
    sums = [float(getattr(scores, side + what)[cells & part].sum())
            for what in ("s", "_squares") for part in (acted, ~acted)]
    return share(*sums, confidence=confidence)


def _precision(scores: Scores, cells: np.ndarray, place: int) -> Share:
    acted = cells & (scores.bin >= place)
    return share(*(float(getattr(scores, name)[acted].sum()) for name in (
        "positives", "negatives", "positive_squares", "negative_squares")))


def worst_by_chance(rate: float, sizes: Sequence[int]) -> Share:
    """The lowest of several observed shares when every slice has the same true one: its mean, and 5% to 95%.

    rate: the true share; sizes: rows of each slice. P(lowest > t) is the product over slices of P(X / n > t), X
    binomial; its integral from 0 to 1 is the mean.
    """
    t = (np.arange(GRID) + 0.5) / GRID
    above = np.prod([stats.binom.sf(np.floor(t * size + 1e-9), size, rate) for size in sizes], axis=0)
    low, high = (float(t[np.searchsorted(1 - above, q)]) if (1 - above)[-1] >= q else 1.0 for q in (0.05, 0.95))
    return Share(float(above.mean()), low, high)
