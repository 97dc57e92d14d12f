"""Published tables and the numbers printed with them: the proof, shown in the notebook, that the method gives them.

Rows are raters, characters are items, a point is a rating that was not given.
"""

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from mlpm.agreement.measures import alpha, coefficients, cohen
from mlpm.agreement.ratings import Ratings, count
from mlpm.agreement.votes import dawid_skene

# Hayes & Krippendorff 2007; Krippendorff, Content Analysis.
FOUR_CODERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
# Fleiss 1971: thirty patients, six psychiatrists, five diagnoses.
SIX_PSYCHIATRISTS = (
    "422521311511212311215221121215", "423521311542242311235421421235", "423523334544244311435444421435",
    "453543334544344341455454421435", "453543534544344351455454425435", "455543544544345552455454545435",
)
# Dawid & Skene 1979, table 1; the first observer saw every patient three times.
FIVE_OBSERVERS = (
    "131222132242121111222222112111131224223111212", "131222232342122111222222113111131223233112322",
    "132222232242121111222221112112131223123111212", "142333232243131211212232112111131234233112212",
    "131123142243121111232222112111121223224111212", "132222132244111111222222112112131234333111212",
    "142122133343121111122122112111131223232111212",
)
OBSERVER = (0, 0, 0, 1, 2, 3, 4)


def _ratings(rows: tuple[str, ...], level: str) -> Ratings:
    given = [(i, r, label) for r, row in enumerate(rows) for i, label in enumerate(row) if label != "."]
    items, raters, labels = zip(*given, strict=True)
    columns = {"item": [f"{i:03d}" for i in items], "rater": [str(r) for r in raters], "label": labels}
    if level in ("interval", "ratio"):
        columns["label"] = [float(label) for label in labels]
    return count(ibis.memtable(pa.table(columns)), level=level, order="12345" if level == "ordinal" else ())


def published() -> pd.DataFrame:
    """Each published number beside ours: source, what, published (as printed), here."""
    rows = []
    for level, printed in {"nominal": ".743", "ordinal": ".815", "interval": ".849", "ratio": ".797"}.items():
        ours = alpha(_ratings(FOUR_CODERS, level).patterns)
        rows.append(("Hayes & Krippendorff 2007, 4 coders × 12 units", f"alpha, {level}", printed, f"{ours:.3f}"))
    ours = coefficients(_ratings(SIX_PSYCHIATRISTS, "nominal").patterns, draws=2)["fleiss_kappa"].value
    rows.append(("Fleiss 1971, 30 patients × 6 psychiatrists", "Fleiss' kappa", ".430", f"{ours:.3f}"))
    for cells, printed in (([[40, 9], [6, 45]], ".70"), ([[80, 10], [5, 5]], ".32")):
        same, ours = cohen(np.array(cells))
        what = f"Cohen's kappa, both yes {cells[0][0]}, both no {cells[1][1]}, same label {same:.0%}"
        rows.append(("Feinstein & Cicchetti 1990, 2 raters × 100 items", what, printed, f"{ours:.2f}"))
    votes = [(i, OBSERVER[p], int(k) - 1) for p, row in enumerate(FIVE_OBSERVERS) for i, k in enumerate(row)]
    shares = dawid_skene(*zip(*votes, strict=True)).prevalence
    rows.append((
        "Dawid & Skene 1979, 45 patients × 5 observers", "estimated share of each class", ".40 .42 .11 .07",
        " ".join(f"{share:.2f}" for share in shares),
    ))
    frame = pd.DataFrame(rows, columns=["source", "what", "published", "here"])
    frame["here"] = frame.here.str.replace("0.", ".", regex=False)
    return frame
