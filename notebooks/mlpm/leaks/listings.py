"""The tables of the notebook."""

import pandas as pd
from IPython.display import Markdown

from mlpm import outputs
from mlpm.leaks.orders import COLUMNS
from mlpm.leaks.study import Study


def first_rows(found: Study) -> Markdown:
    """A few orders, turned so that each line is a column of the file: refunded ones first, as they differ most."""
    frame = found.orders.frame[list(COLUMNS)]
    some = frame.loc[sorted([*frame.index[frame.refunded][:2], *frame.index[~frame.refunded][:2]])]
    texts = some.astype(object).where(some.notna(), "").map(_text)
    turned = texts.set_index("order").T.reset_index(names="column")
    return outputs.table(turned)


def _text(value) -> str:
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def alone(found: Study) -> Markdown:
    """Each field by itself."""
    return outputs.table(
        found.alone.assign(filled_yes=lambda t: 100 * t.filled_yes, filled_no=lambda t: 100 * t.filled_no)
        [["field", "ranks", "filled_yes", "filled_no"]],
        {"ranks": ".2f", "filled_yes": ".0f", "filled_no": ".0f"},
        {"ranks": "area under the curve, alone", "filled_yes": "of 100 refunded, filled",
         "filled_no": "of 100 others, filled"},
    )


def splits(found: Study) -> Markdown:
    """Promised and live, with all suspects and with none, under both splits."""
    frame = pd.DataFrame([
        {"split": one.split, "suspects": len(some), "promised": one.ranks.value, "live": one.live_ranks,
         "caught": 100 * one.caught.value, "live_caught": 100 * one.live_caught.value}
        for (split, some), one in found.fits.items() if len(some) in (0, 3)
    ])
    return outputs.table(
        frame, {"promised": ".2f", "live": ".2f", "caught": ".0f", "live_caught": ".0f"},
        {"suspects": "suspects in", "promised": "area, promised", "live": "area, live",
         "caught": "of 100 refunds, promised", "live_caught": "of 100 refunds, live"},
    )
