"""Everything that leaves a cell: rounded, named, readable.

Sums differ in their last digits from run to run and from processor to processor, and stored outputs are compared
digit by digit. So whatever is stored passes `rounded` first; prose and tables show far fewer digits.
"""

import json
import math
import numbers
from collections.abc import Callable, Mapping

import pandas as pd
from IPython.display import Markdown, display

SIGNIFICANT_DIGITS = 9

# The prefix under which myst-nb's `glue` stores a value that is not shown in the page. Writing the same output here
# keeps Sphinx out of the notebooks' environment (Binder, reports).
RECORD = "application/papermill.record/"


def rounded(value):
    """Round every float in `value` to nine significant digits; return plain Python data.

    Mappings and sequences are rounded item by item, NumPy scalars become `int`, `float` or `bool`, and what is
    not a finite number (NaN, infinities, pandas' missing values) becomes `None`: JSON has no word for it.
    """
    if isinstance(value, Mapping):
        return {str(key): rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy scalars and arrays
        return rounded(value.tolist())
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if math.isfinite(value) else None
    raise TypeError(f"cannot store a {type(value).__name__}: {value!r}")


def _record(name: str, mime: str, text: str) -> None:
    display({RECORD + mime: text}, raw=True, metadata={"scrapbook": {"name": name, "mime_prefix": RECORD}})


def glue(**values: int | float | str) -> None:
    """Store each value under its name, unseen, for chapters to pull in with the `glue:text` role.

    Only `int`, finite `float` and `str`, so that every chapter can name a format.
    """
    for name, value in values.items():
        value = rounded(value)
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise TypeError(f"glue takes int, finite float or str; {name} is {value!r}")
        _record(name, "text/plain", repr(value))


def result(**fields) -> None:
    """Store the notebook's answer for machines, unseen: a report writes it beside its page as JSON.

    A tool notebook calls this once. What cannot be computed is None, with its reason in a field of its own.
    """
    _record("result", "application/json", json.dumps(rounded(fields), ensure_ascii=False, indent=1))


def _cell(value, spec: str | Callable | None) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return "–"
    text = spec(value) if callable(spec) else format(value, spec or "")
    # Labels come from a reader's file: neither a bar nor a line break may end a cell, nor a tag begin one.
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def table(
    frame: pd.DataFrame,
    formats: Mapping[str, str | Callable] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Markdown:
    """Show a small frame as a Markdown table: numbers right-aligned, missing values as a dash.

    formats: column → format specification (".2f", ",d", ".1%") or a function of the value; headers: column → heading.
    """
    formats, headers = formats or {}, headers or {}
    titles = [_cell(headers.get(column, str(column).replace("_", " ")), None) for column in frame.columns]
    dtypes = [frame[column].dtype for column in frame.columns]
    numeric = [pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype) for dtype in dtypes]
    lines = [titles, ["---:" if right else "---" for right in numeric]]
    for row in frame.itertuples(index=False, name=None):
        lines.append([_cell(value, formats.get(column)) for column, value in zip(frame.columns, row, strict=True)])
    return Markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))


def memo(text: str) -> Markdown:
    """Show the decision in words. Its cell is tagged `memo`: the site frames it, a report puts it first."""
    return Markdown(text.strip())
