"""The tables of the notebook."""

import pandas as pd
from IPython.display import Markdown

from mlpm import outputs
from mlpm.metrics.study import Study
from mlpm.scores import Share


def _span(found: Share, digits: int = 0) -> str:
    if found.value != found.value:
        return "–"
    return f"{100 * found.value:.{digits}f} ({100 * found.low:.{digits}f} to {100 * found.high:.{digits}f})"


def four_cells(found: Study) -> Markdown:
    """The confusion: rows of the file, and of 1,000 items of the stream, or more where positives are rare."""
    positive, negative = found.scores.positive, found.scores.negative
    frame = pd.DataFrame({
        "what": [f"{positive}, acted on: caught", f"{positive}, let pass: missed", f"{negative}, acted on: wrongly hit",
                 f"{negative}, let pass"],
        "rows": list(found.rows.values()),
        "per": list(found.whole.values()),
    })
    return outputs.table(frame, {"rows": ",d", "per": ",d"},
                         {"what": " ", "rows": "rows of the file", "per": f"of {found.per:,}"})


def claims(found: Study) -> Markdown:
    """What was claimed beside what the file says."""
    frame = pd.DataFrame({
        "what": [claim.what for claim in found.claims],
        "said": [f"{100 * claim.said:.0f}" for claim in found.claims],
        "found": [_span(claim.found) for claim in found.claims],
        "verdict": [claim.verdict for claim in found.claims],
    })
    return outputs.table(frame, {}, {"what": "of 100", "said": "claimed", "found": "the file (95%)",
                                     "verdict": "the claim"})


def rates(found: Study) -> Markdown:
    """The same model and threshold in streams with other base rates."""
    streams = {round(rate, 6) for rate in (found.rate, found.tried_rate, 0.5, found.claim_rate) if rate}
    studies = [found.at(rate) for rate in sorted(streams)]
    frame = pd.DataFrame({
        "rate": [100 * one.rate for one in studies],
        "recall": [100 * one.recall.value for one in studies],
        "precision": [_span(one.precision) for one in studies],
        "accuracy": [100 * one.accuracy.value for one in studies],
        "never": [100 * one.always_no for one in studies],
    })
    return outputs.table(
        frame, {"rate": ".1f", "recall": ".0f", "accuracy": ".1f", "never": ".1f"},
        {"rate": "of 100, positive", "recall": "of 100 positives, caught", "precision": "of 100 acted on, positive",
         "accuracy": "of 100, treated rightly", "never": "without any model"},
    )


def slices(found: Study) -> Markdown:
    """Each slice; counts of 100, with 95% intervals."""
    frame = pd.DataFrame({
        "slice": [one.name for one in found.slices],
        "positives": [f"{one.positives:,} of {one.rows:,}" for one in found.slices],
        "recall": [_span(one.recall) for one in found.slices],
        "hit": [_span(one.hit, 1) for one in found.slices],
        "precision": [_span(one.precision) for one in found.slices],
    })
    return outputs.table(frame, {}, {
        "positives": "positive rows", "recall": "of 100 positives, caught", "hit": "of 100 negatives, hit",
        "precision": "of 100 acted on, positive",
    })
