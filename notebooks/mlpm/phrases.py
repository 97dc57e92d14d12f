"""Small words that the sentences of every notebook share: counts, lists, a reader's own names."""

import math
import re
from collections.abc import Sequence


def short(name: str, most: int = 30) -> str:
    """A reader's own word in the title of a chart: at most so many letters, and no stop that would end the title."""
    words = " ".join(str(name).split())
    text = re.sub(r"[.?!]+(?=\s|$)", "", words).strip() or f"“{words}”"
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 rater`, `1,435 ratings`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def of_100(share: float) -> str:
    """A share as a natural frequency: `60 of 100`; never none or all where it is neither."""
    if 0 < share < 0.005:
        return "fewer than 1 of 100"
    if 0.995 <= share < 1:
        return "more than 99 of 100"
    return f"{100 * share:.0f} of 100"


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; `nothing` for none."""
    *first, last = items or ["nothing"]
    return f"{', '.join(first)} and {last}" if first else last


def minus(number: str) -> str:
    """A number as text with the true minus sign: `−0.5`, which is as wide as a plus and never ends a line."""
    return number.replace("-", "−")


def hundredth(share: float) -> str:
    """A share as a number of 100: whole from ten on and for none, else with one decimal; a dash for a share of nothing.
    """
    if math.isnan(share):
        return "–"
    text = f"{100 * share:.0f}" if abs(share) >= 0.0995 or share == 0 else f"{100 * share:.1f}"
    return minus(text) if text.strip("-0.") else "0"


def within(found) -> str:
    """A share with its interval, of 100: `86 (77 to 98)`."""
    return f"{hundredth(found.value)} ({hundredth(found.low)} to {hundredth(found.high)})"


def euros(amount: float, *, cents: bool = True) -> str:
    """`€53,000`, `−€0.40`: whole from ten up. cents: whether a whole amount below ten has them, too (`€5.00`)."""
    if not math.isfinite(amount):
        return "–"
    whole = abs(amount) >= 9.995 or (not cents and amount == round(amount))
    text = f"€{abs(amount):,.0f}" if whole else f"€{abs(amount):,.2f}"
    return f"−{text}" if amount < 0 and text.strip("€0.,") else text


def plain(text) -> str:
    """A reader's own word, with nothing in it that Markdown or HTML would act on."""
    text = " ".join(str(text).split())
    return "".join(f"&#{ord(letter)};" if letter in "\\`*_[]<>|#&$~" else letter for letter in text)


def safe(text) -> str:
    """A reader's own word in italics."""
    return f"*{plain(text)}*"
