"""What tables of scores say, in a sentence."""

import pandas as pd

from mlpm.phrases import hundredth, minus, short
from mlpm.scores.sample import Scores


def top_range(scores: Scores, table: pd.DataFrame) -> str:
    """What came true where the score is highest, from the table of `reliability`, in one sentence."""
    least, most = (scores.least[0], scores.most[-1]) if scores.rescaled else (0.0, 1.0)
    top = table.iloc[-1]
    reach = " to ".join(minus(f"{least + (most - least) * end:.3g}") for end in (top.from_p, top.to_p))
    found = f"{hundredth(top.rate)} ({hundredth(top.low)} to {hundredth(top.high)})"
    return f"Of 100 items with a score of {reach}, {found} are labeled {short(scores.positive)}."
