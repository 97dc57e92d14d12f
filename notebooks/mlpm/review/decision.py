"""What to do: review a band, fix the review first, collect more audited reviews, or do without."""

from collections.abc import Sequence

from mlpm.review.value import Gain, Window

DECISIONS = ("review_band", "fix_review_first", "no_review", "collect_more")


def decide(
    in_use: Window | None,
    repaired: Window | None,
    gains: Sequence[Gain],
    review: float,
) -> tuple[str, str]:
    """The decision and the rule that took it; the first rule that fits wins.

    in_use: the best window of the reviews as they are done; repaired: that of the reviews without what is suspected to
    spoil them (verdict in sight, reviewers who do not read), None where nothing is; gains: of all bands, both ways.

    1. no band has enough audited reviews                                       → collect_more
    2. as done, the best window brings more than it costs: the lower end is > 0 → review_band
    3. as done it does not, but the repaired reviews do: lower end > 0          → fix_review_first
    4. in no band does the interval of the gain reach the cost of a review      → no_review
    5. some band may pay and none is shown to                                   → collect_more
    """
    if in_use is None and repaired is None:
        return "collect_more", "too_few"
    if in_use is not None and in_use.low > 0:
        return "review_band", "pays"
    if repaired is not None and repaired.low > 0:
        return "fix_review_first", "would_pay"
    known = [one for one in gains if one.high is not None]
    if all(one.high < review for one in known):
        return "no_review", "never_pays"
    return "collect_more", "cannot_tell"


def rows_to_tell(rows: int, found: Window) -> int | None:
    """Audited reviews in the window after which its interval would leave zero if the mean stays; None on the mark.

    Half-widths shrink with the square root of the rows.
    """
    half = (found.high - found.low) / 2
    return round(rows * (half / found.net) ** 2) if abs(found.net) > 1e-9 else None
