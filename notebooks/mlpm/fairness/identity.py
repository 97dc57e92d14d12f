"""Base rate, share caught, share wrongly hit, share right: any three give the fourth (Chouldechova 2017).

base: of all, how many are positive; caught: of positives, how many are acted on (TPR); hit: of negatives, how many are
acted on (FPR); right: of those acted on, how many are positive (PPV). Shares from 0 to 1; all functions take arrays.

    hit = base / (1 − base) · (1 − right) / right · caught
"""


def right_share(base, caught, hit):
    """Of those acted on, the share that is positive: Bayes' rule."""
    return base * caught / (base * caught + (1 - base) * hit)


def hit_needed(base, caught, right):
    """The share of negatives that must be acted on; above 1 where nothing can be done to reach the two others."""
    return base / (1 - base) * (1 - right) / right * caught


def caught_needed(base, hit, right):
    """The share of positives that must be acted on; above 1 where nothing can be done to reach the two others."""
    return (1 - base) / base * right / (1 - right) * hit
