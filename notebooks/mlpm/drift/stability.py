"""How far two sets of counts are apart, and how far chance alone puts them.

PSI = Σ (q − p) ln(q / p) over bins. If nothing changed, PSI ÷ (1/n + 1/m) is about chi-square with one degree of
freedom less than there are bins (Yurdakul, Naranjo 2020). So what chance gives depends on both sample sizes and on the
number of bins; a fixed line such as 0.1 is passed by chance in small samples and never by chance in large ones.
"""

import numpy as np
from scipy import stats

CUSTOMS = (0.1, 0.2)  # "look" and "act", by custom; some say 0.25
HALF = 0.5  # of a row, added to each bin: an empty bin would make the index infinite


def shares(rows) -> np.ndarray:
    """Counts by bin as shares, half a row added to each bin."""
    rows = np.asarray(rows, float)
    return (rows + HALF) / (rows.sum() + HALF * len(rows))


def parts(before, now) -> np.ndarray:
    """What each bin adds to the index; before, now: shares by bin, none of them 0."""
    before, now = np.asarray(before, float), np.asarray(now, float)
    return (now - before) * np.log(now / before)


def psi(before, now) -> float:
    """Population stability index of two sets of shares, none of them 0."""
    return float(parts(before, now).sum())


def psi_noise(n: float, m: float, bins: int) -> float:
    """The index that samples of n and m rows give on average if nothing changed."""
    return (bins - 1) * (1 / n + 1 / m)


def psi_line(n: float, m: float, bins: int, level: float, spread: float = 1.0) -> float:
    """The index that is passed with chance `level` if nothing changed; spread: weeks vary so many times more."""
    return float(spread * (1 / n + 1 / m) * stats.chi2.isf(level, bins - 1)) if bins > 1 else 0.0


def psi_chance(line: float, n: float, m: float, bins: int, spread: float = 1.0) -> float:
    """The chance that the index passes `line` although nothing changed."""
    return float(stats.chi2.sf(line / (spread * (1 / n + 1 / m)), bins - 1)) if bins > 1 else 0.0


def ks(before, now) -> float:
    """Kolmogorov–Smirnov distance of counts in ordered bins: the most by which the shares below any edge differ."""
    before, now = np.asarray(before, float), np.asarray(now, float)
    return float(np.abs(np.cumsum(before) / before.sum() - np.cumsum(now) / now.sum()).max())


def ks_line(n: float, m: float, level: float, spread: float = 1.0) -> float:
    """The distance that is passed with at most chance `level` if nothing changed (asymptotic; ties make it rarer)."""
    return float(stats.kstwobign.isf(level) * np.sqrt(spread * (1 / n + 1 / m)))


def moved(before, now) -> float:
    """The share of rows that would have to change bins to get from one set of shares to the other."""
    return float(np.abs(np.asarray(before, float) - np.asarray(now, float)).sum() / 2)
