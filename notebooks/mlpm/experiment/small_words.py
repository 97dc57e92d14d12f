"""Numbers of an experiment as short texts, and a reader's own words, safe in Markdown."""

from mlpm.experiment.estimates import Estimate
from mlpm.phrases import minus


def quoted(name: str) -> str:
    """A reader's own word, safe in Markdown."""
    return "`" + name.replace("`", "'").replace("\n", " ") + "`"


def percent(share: float, signed: bool = True) -> str:
    text = minus(f"{share:{'+' if signed else ''}.1%}")
    return text[1:] if text in ("+0.0%", "−0.0%") else text


def p_text(p: float | None) -> str:
    return "–" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def p_short(p: float) -> str:
    return f"p = {p:.2f}" if p >= 0.0995 else f"p = {p:.2g}"


def value_text(value: float, kind: str) -> str:
    if kind == "proportion":
        return f"{value:.2%}"
    return minus(f"{value:,.2f}" if abs(value) >= 1 or value == 0 else f"{value:.3g}")


def change_text(e: Estimate) -> str:
    """The relative change, or the difference where a relative one has no meaning."""
    return percent(e.relative) if e.relative is not None else value_text(e.difference, "mean")


def interval_text(e: Estimate) -> str:
    if e.relative is not None:
        return f"{percent(e.relative_low)} to {percent(e.relative_high)}"
    if e.difference_low is None:
        return "–"
    return " to ".join(value_text(edge, "mean") for edge in (e.difference_low, e.difference_high))


def unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0")


def chance(p: float) -> str:
    """A small probability as a count: 74 of 100, 1 of 6,300."""
    if p >= 0.0095:
        return f"{100 * p:.0f} of 100" if p < 0.995 else "more than 99 of 100"
    return f"1 of {float(f'{1 / p:.2g}'):,.0f}" if p > 1e-9 else "fewer than 1 of a billion"


def named(e: Estimate, several: bool) -> str:
    """The metric, with its variant where there are several."""
    return f"{quoted(e.metric.name)} in {quoted(e.variant)}" if several else quoted(e.metric.name)
