"""What every coefficient of agreement is made of: a few sums over items, and the coefficients that follow from them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np

LEVELS = ("nominal", "ordinal", "interval", "ratio")
SCHEMES = ("linear", "quadratic")
CONSTANT = ("full", "distances")  # the same for every row


def agreement_weights(values: np.ndarray, scheme: str) -> np.ndarray:
    """What two labels count as agreement, labels × labels: 1 for the same label, 0 for the two ends of the scale.

    linear: 1 − |a − b| / range; quadratic: 1 − (a − b)² / range² (Cohen 1968; Gwet's AC2 takes the same weights).
    """
    distance = np.abs(values[:, None] - values[None, :]) / max(float(np.ptp(values)), np.finfo(float).tiny)
    return 1 - (distance if scheme == "linear" else distance**2)


def _distances(values: np.ndarray, level: str) -> np.ndarray | None:
    """Krippendorff's squared differences between two labels; None on the ordinal level, where they depend on counts."""
    if level == "ordinal":
        return None
    difference = np.abs(values[:, None] - values[None, :])
    if level == "nominal":
        return (difference > 0).astype(float)
    if level == "interval":
        return difference**2
    total = np.abs(values[:, None] + values[None, :])
    return np.divide(difference, total, out=np.zeros_like(difference), where=total > 0) ** 2


@dataclass(frozen=True)
class Sums:
    """Sums over items, one row a pattern (of one item), a bucket of items, a replicate, or everything.

    n: an item's ratings with a label; m: all its ratings; *pairable* items have at least two.
    items, pairable: how many there are · same: share of rater pairs with the same label · near: as same, by the weights
    of SCHEMES (rows × 2) · shares: n/m (rows × labels, as all that follow but `apart`) · totals: n, pairable items only
    · binary: share of rater pairs that agree on "this label or not" · apart: n·n′·distance/(m − 1) · crossed, on the
    ordinal level only: n·n′/(m − 1) (rows × labels × labels) · full: the sum of each scheme's weights · distances:
    between labels (labels × labels), None on the ordinal level.
    """

    items: np.ndarray
    pairable: np.ndarray
    same: np.ndarray
    near: np.ndarray
    shares: np.ndarray
    totals: np.ndarray
    binary: np.ndarray
    apart: np.ndarray
    crossed: np.ndarray | None
    full: np.ndarray
    distances: np.ndarray | None

    @classmethod
    def of_patterns(cls, counts: np.ndarray, values: np.ndarray, level: str) -> "Sums":
        """One row a pattern, for one item of it. counts: patterns × labels."""
        counts, values = counts.astype(float), np.asarray(values, dtype=float)
        m = counts.sum(axis=1)
        pairable = (m >= 2).astype(float)
        pairs = np.where(pairable > 0, m * (m - 1), 1)
        weights = np.array([agreement_weights(values, scheme) for scheme in SCHEMES])
        rest, share, distances = m[:, None] - counts, pairable / np.where(m >= 2, m - 1, 1), _distances(values, level)
        ordinal = distances is None
        return cls(
            items=np.ones(len(counts)),
            pairable=pairable,
            same=pairable * (counts * (counts - 1)).sum(axis=1) / pairs,
            near=np.column_stack([pairable * (((counts @ w) * counts).sum(axis=1) - m) / pairs for w in weights]),
            shares=counts / m[:, None],
            totals=counts * pairable[:, None],
            binary=pairable[:, None] * (counts * (counts - 1) + rest * (rest - 1)) / pairs[:, None],
            apart=np.zeros(len(counts)) if ordinal else ((counts @ distances) * counts).sum(axis=1) * share,
            crossed=counts[:, :, None] * counts[:, None, :] * share[:, None, None] if ordinal else None,
            full=weights.sum(axis=(1, 2)),
            distances=distances,
        )

    @classmethod
    def of_products(
        cls, parts: Iterable[tuple[int, np.ndarray, np.ndarray]], values: np.ndarray, level: str
    ) -> "Sums":
        """Sum up (m, items, products) over m: items by row; products, rows × labels × labels: the sum of n·n′."""
        values = np.asarray(values, dtype=float)
        weights = np.array([agreement_weights(values, scheme) for scheme in SCHEMES])
        distances = _distances(values, level)
        sums: list | None = None
        for m, items, products in parts:
            items, products = np.asarray(items, dtype=float), np.asarray(products, dtype=float)
            n = products.sum(axis=2) / m
            row = [items, 0 * items, 0 * items, np.zeros((len(items), len(weights))), n / m, 0 * n, 0 * n, 0 * items,
                   0 * products if distances is None else None]
            if m >= 2:
                pairs, squares = m * (m - 1), np.einsum("rkk->rk", products)
                row[1] = items
                row[2] = (squares.sum(axis=1) - n.sum(axis=1)) / pairs
                row[3] = (np.einsum("rkl,wkl->rw", products, weights) - n.sum(axis=1, keepdims=True)) / pairs
                row[5] = n
                # The sum of n(n − 1) + (m − n)(m − n − 1)
                row[6] = (2 * squares - 2 * m * n + items[:, None] * pairs) / pairs
                if distances is None:
                    row[8] = products / (m - 1)
                else:
                    row[7] = (products * distances).sum(axis=(1, 2)) / (m - 1)
            sums = row if sums is None else [a if b is None else a + b for a, b in zip(sums, row, strict=True)]
        return cls(*sums, weights.sum(axis=(1, 2)), distances)

    def weighted(self, weights) -> "Sums":
        """The sums over rows, each as often as its weight says. weights: replicates × rows, dense or sparse."""
        values = []
        for field in fields(self):
            rows = getattr(self, field.name)
            if rows is not None and field.name not in CONSTANT:
                rows = (weights @ rows.reshape(len(rows), -1)).reshape(weights.shape[0], *rows.shape[1:])
            values.append(rows)
        return Sums(*values)

    def alpha(self) -> np.ndarray:
        """Krippendorff's alpha of each row; NaN where undefined."""
        everything = self.totals.sum(axis=1)
        if self.distances is None:
            # The distance between two ranks counts the ratings between them, so it moves with the replicate:
            # (F_c − F_k)² with F the rank at the middle of each label. Scaled to 0…1 to keep the digits.
            ranks = (np.cumsum(self.totals, axis=1) - self.totals / 2) / np.maximum(everything, 1)[:, None]
            spread = (self.crossed.sum(axis=2) * ranks**2).sum(axis=1)
            within = (np.matmul(self.crossed, ranks[:, :, None])[:, :, 0] * ranks).sum(axis=1)
            observed = 2 * (spread - within)
            expected = 2 * (everything * (self.totals * ranks**2).sum(axis=1) - (self.totals * ranks).sum(axis=1) ** 2)
        else:
            observed, expected = self.apart, ((self.totals @ self.distances) * self.totals).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(expected > 0, 1 - (everything - 1) * observed / expected, np.nan)

    def label_kappas(self) -> np.ndarray:
        """Fleiss' kappa of "this label or not" (his category kappas), rows × labels; NaN where undefined."""
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = self.shares / self.items[:, None]
            by_chance = shares**2 + (1 - shares) ** 2
            kappas = (self.binary / self.pairable[:, None] - by_chance) / (1 - by_chance)
            return np.where(by_chance < 1, kappas, np.nan)

    def estimates(self) -> dict[str, np.ndarray]:
        """Every coefficient of each row, and chance_agreement, which Fleiss' kappa takes out; NaN where undefined."""
        labels = self.shares.shape[1]
        with np.errstate(invalid="ignore", divide="ignore"):
            observed = self.same / self.pairable
            shares = self.shares / self.items[:, None]
            by_chance = (shares**2).sum(axis=1)
            spread = (shares * (1 - shares)).sum(axis=1)
            gwet = spread / (labels - 1)
            found = {
                "percent_agreement": observed,
                "chance_agreement": by_chance,
                "gwet_ac1": (observed - gwet) / (1 - gwet),
                "fleiss_kappa": np.where(by_chance < 1, (observed - by_chance) / (1 - by_chance), np.nan),
                "krippendorff_alpha": self.alpha(),
            }
            for scheme, near, full in zip(SCHEMES, self.near.T, self.full, strict=True):
                chance = full * spread / (labels * (labels - 1))
                found[f"gwet_ac2_{scheme}"] = (near / self.pairable - chance) / (1 - chance)
        return found


def alpha_of(tables: dict[int, np.ndarray], values: np.ndarray, level: str) -> float | None:
    """Alpha from cross products of label counts (number of ratings → labels × labels); None where undefined."""
    parts = [(m, np.array([table.sum() / m**2]), table[None]) for m, table in tables.items() if m >= 2]
    if not parts:
        return None
    value = float(Sums.of_products(parts, values, level).alpha()[0])
    return value if np.isfinite(value) else None
