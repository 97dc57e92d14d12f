"""What a column may be asked to hold, how a cell becomes a value of that kind, and what is wrong where it does not.

Everything here is an expression of Ibis: the engine that holds the rows works it out.
"""

import re
from dataclasses import dataclass

import ibis


@dataclass(frozen=True)
class Text:
    """A column of identifiers or any other words, as they are written: `007` stays `007`.

    missing, here and below: "refuse" a table with missing values, or "keep" them as nulls.
    """

    missing: str = "refuse"


@dataclass(frozen=True)
class Label(Text):
    """A column of few words that mean something: labels, raters, variants, groups.

    Two that differ only in case or blanks are one word, spelled twice, or two words: only the reader knows. They are
    refused, or written alike where the reader says so (`read(…, merge_spellings=True)`).
    """


@dataclass(frozen=True)
class Number:
    """A column of finite numbers, from `low` to `high` (both included).

    They have a decimal point, or all of them a decimal comma that cannot be taken for anything else.
    """

    low: float | None = None
    high: float | None = None
    whole: bool = False
    missing: str = "refuse"


@dataclass(frozen=True)
class Flag:
    """A column of 0/1, true/false or yes/no, in any case."""

    missing: str = "refuse"


@dataclass(frozen=True)
class Day:
    """A column of days, as ISO writes them: `2026-03-02`; of a time, `2026-03-02 23:10+01:00`, the day as written."""

    missing: str = "refuse"


Kind = Text | Number | Flag | Day


# What spreadsheets and web pages leave around a value: blanks, no-break and zero-width spaces, a byte order mark.
BLANKS = " \t\r\n\u00a0\u2007\u202f\u3000\u200b\ufeff"
# What programs write where a value is missing. Between numbers any case counts; in a column of text only these very
# spellings do: `None` is Python's, `none` may be a label.
MISSING_WORDS = ("NA", "N/A", "n/a", "#N/A", "NULL", "null", "None", "NaN", "nan", "-", "–", "—")
TRUE, FALSE = ("1", "1.0", "true", "yes"), ("0", "0.0", "false", "no")  # pandas writes 1.0 for 1 beside a gap
# No backslash: engines disagree on what it means in a string.
NUMBER = r"^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"
WHOLE = r"^[+-]?[0-9]+$"
INFINITE = r"^[+-]?inf(inity)?$"
CLOCK = r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)? ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)?"
DAY = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({CLOCK})?$"
THOUSANDS = r"[+-]?[0-9]{1,3}([,.'_ \u00a0\u202f][0-9]{3})+([.,][0-9]*)?"
DECIMAL_COMMA = r"[+-]?[0-9]*,[0-9]+"
EITHER_COMMA = r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"  # 1,234: a thousand, or a little more than one
EXACT = 2**53  # beyond it a float no longer holds every whole number
FEW = 10_000  # more distinct texts than this are identifiers, not labels


def trimmed(column: ibis.Value) -> ibis.Value:
    """Text without outer blanks, null when nothing is left; other types as they are."""
    return column.re_replace(f"^[{BLANKS}]+|[{BLANKS}]+$", "").nullif("") if column.type().is_string() else column


def typed(column: ibis.Value, kind: Kind) -> ibis.Value:
    """A trimmed column as its kind: null where the value is missing or is not of the kind."""
    if isinstance(kind, Number):
        number = _number(column)
        return _whole(column, number) if kind.whole else number.isinf().ifelse(None, number)
    if isinstance(kind, Flag):
        if column.type().is_boolean():
            return column
        text = as_text(column).lower()
        return ibis.cases((text.isin(TRUE), True), (text.isin(FALSE), False))
    if isinstance(kind, Day):
        if column.type().is_timestamp() or column.type().is_date():
            return column.cast("date")
        text = as_text(column)
        return text.re_search(DAY).ifelse(text.substr(0, 10).try_cast("date"), None)
    return as_text(column).isin(MISSING_WORDS).ifelse(None, as_text(column))


def as_text(column: ibis.Value) -> ibis.Value:
    """A column as text; NaN is missing, and 7.0 is 7: pandas turns whole identifiers beside a gap into floats."""
    if not column.type().is_floating():
        return column.cast("string")
    whole = (column % 1 == 0) & (column.abs() < EXACT)
    text = whole.ifelse(column.try_cast("int64").cast("string"), column.cast("string"))
    return column.isnan().ifelse(None, text)


def _number(column: ibis.Value) -> ibis.Value:
    """A column as float64, infinities included; null where it holds no number."""
    if column.type().is_floating():
        return column.isnan().ifelse(None, column).cast("float64")
    if column.type().is_numeric() or column.type().is_boolean():
        return column.cast("float64")
    text = as_text(column)
    return text.re_search(NUMBER).ifelse(text.try_cast("float64"), None)


def _whole(column: ibis.Value, number: ibis.Value) -> ibis.Value:
    """A column as int64, digit by digit where it holds only digits; null where it has decimals or too many digits."""
    if column.type().is_integer():
        return column.try_cast("int64")
    safe = (number % 1 == 0) & (number.abs() < float(2**63))
    through_float = safe.ifelse(number.try_cast("int64"), None)
    if not column.type().is_string():
        return through_float
    return column.re_search(WHOLE).ifelse(column.try_cast("int64"), through_float)


def is_suspect(value: ibis.Value, kind: Kind) -> ibis.Value:
    """Where a typed value is missing, of another kind or out of range: cheap, to be asked of every row."""
    found = value.isnull()
    if isinstance(kind, Number) and kind.low is not None:
        found = found | (value < kind.low)
    if isinstance(kind, Number) and kind.high is not None:
        found = found | (value > kind.high)
    return found


def fault_tests(column: ibis.Value, kind: Kind) -> dict[str, ibis.Value]:
    """What is wrong with a suspect column, and where, in the order it is refused."""
    text, value = as_text(column), typed(column, kind)
    words = (
        text.isin(MISSING_WORDS) if isinstance(kind, Text) else text.lower().isin([w.lower() for w in MISSING_WORDS])
    )
    faults = {}
    if isinstance(kind, Number):
        number = _number(column)
        faults["infinite"] = number.isinf() | text.lower().re_search(INFINITE)
        if kind.whole:
            faults["large"] = value.isnull() & (number % 1 == 0) & ~number.isinf()
            faults["broken"] = number % 1 != 0
        if kind.low is not None:
            faults["low"] = number < kind.low
        if kind.high is not None:
            faults["high"] = number > kind.high
    faults |= {"word": words, "empty": text.isnull()}
    faults = {fault: where.fill_null(False) for fault, where in faults.items()}
    other = value.isnull()
    for where in faults.values():
        other = other & ~where
    return {"other": other} | faults


def trouble(kind: Kind, fault: str, example: str | None) -> tuple[str, str]:
    """What is wrong with a value, and the remedy."""
    if fault == "empty":
        return "the value is missing", "Fill it in or leave the row out"
    if fault == "word":
        unless = "; if it is a real value, write it another way" if isinstance(kind, Text) and len(example) > 1 else ""
        return "counts as missing", f"Fill in the value or leave the row out{unless}"
    if isinstance(kind, Flag):
        return "is neither yes nor no", "Write 1 or 0, true or false, yes or no"
    if isinstance(kind, Day):
        return "is not a date of the calendar", "Write dates like 2026-03-02, or times like 2026-03-02 23:10"
    if fault == "low":
        return f"is below {kind.low:.12g}", "Correct the value or leave the row out"
    if fault == "high":
        return f"is above {kind.high:.12g}", "Correct the value or leave the row out"
    if fault == "infinite":
        return "is not a finite number", "Write the number or leave the row out"
    if fault == "broken":
        return "is not a whole number", "Write whole numbers like 12"
    if fault == "large":
        return "has too many digits for a whole number", "Write at most 18 digits"
    if re.fullmatch(THOUSANDS, example):
        return "has a thousands separator or a decimal comma", "Write numbers like 1234.5"
    if re.fullmatch(DECIMAL_COMMA, example):
        return "has a decimal comma", "Write numbers with a point, like 12.5"
    return "is not a number", "Write numbers like 12.5"
