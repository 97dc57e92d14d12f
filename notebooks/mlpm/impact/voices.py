"""What was read beside the numbers: themes in a sample of sessions or messages, each with what so few can say."""

import pandas as pd

from mlpm import InputError, checks, tables
from mlpm.proportions import largest_share, wilson


def read_voices(text: str, sample: int) -> dict[str, int]:
    """`no answer: 7, sold: 4` as counts out of a sample of items read. Raises InputError."""
    checks.count("voices_read", sample)
    counts: dict[str, int] = {}
    for entry in tables.names(str(text)):
        theme, _, count = (part.strip() for part in entry.rpartition(":"))
        if not theme or not count.isdecimal():
            raise InputError(f"Parameter voices: '{entry}' is not a theme. Write theme: count, like no answer: 7.")
        if theme in counts:
            raise InputError(f"Parameter voices: '{theme}' is named twice. Name each theme once.")
        if int(count) > sample:
            raise InputError(
                f"Parameter voices: '{entry}' is more than the {sample} that voices_read gives. Correct one."
            )
        counts[theme] = int(count)
    return counts


def tally(counts: dict[str, int], sample: int) -> pd.DataFrame:
    """Theme, count, share with Wilson's 95% interval, most frequent first. An item may have several themes."""
    frame = pd.DataFrame(sorted(counts.items(), key=lambda item: -item[1]), columns=["theme", "count"])
    frame["share"] = frame["count"] / sample if len(frame) else 0.0
    frame["low"], frame["high"] = wilson(frame["count"], sample) if len(frame) else ([], [])
    return frame


def unheard(sample: int) -> float:
    """The largest share of all items that a theme nobody showed may still have (exact, 95%, one-sided)."""
    return float(largest_share(0, sample))
