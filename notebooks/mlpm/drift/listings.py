"""The tables of the notebook."""

import pandas as pd
from IPython.display import Markdown

from mlpm import outputs
from mlpm.drift import wording
from mlpm.drift.study import RHYTHMS, Study
from mlpm.scores import Share


def _span(found: Share) -> str:
    if found.value != found.value:
        return "–"
    return f"{100 * found.value:.0f} ({100 * found.low:.0f} to {100 * found.high:.0f})"


def kept(found: Study) -> Markdown:
    """Promised and come true, by slice, of 100 labeled rows; and of those acted on."""
    rows = []
    for name in found.names:
        before, now = found.kept(name, "before"), found.kept(name, "now")
        rows.append({
            "slice": name, "labeled": now.labeled,
            "promised": 100 * now.promised if now.labeled else None,
            "came": _span(now.came), "before": _span(before.came), "acted": _span(now.acted_came),
        })
    frame = pd.DataFrame(rows)
    return outputs.table(frame, {"labeled": ",d", "promised": ".0f"}, {
        "labeled": "labels since", "promised": "promised, of 100", "came": "came true (95%)",
        "before": "in the reference", "acted": f"from {found.act_from:g} on",
    })


def lines(found: Study) -> Markdown:
    """The alarm lines: from which count on, how often falsely, how soon a change is seen."""
    rows = []
    for name, line in found.lines.items():
        ends = ([f"≤ {line.low:,}"] if line.low is not None else []) + (
            [f"≥ {line.high:,}"] if line.high is not None else [])
        diluted = found.seen_by_all(name)
        seen = found.days_until(line, found.signed)
        rows.append({
            "slice": name, "labels": line.labeled, "rings": " or ".join(ends) or "never",
            "false": wording.rarity(line.false) if line.false else "never",
            "days": "over 10 years" if seen is None else f"{seen:,}",
            "average": "" if diluted is None else "over 10 years" if diluted[1] is None else f"{diluted[1]:,}",
        })
    frame = pd.DataFrame(rows, columns=["slice", "labels", "rings", "false", "days", "average"])
    return outputs.table(frame, {"labels": ",d"}, {
        "labels": f"labels a {wording.unit(found)}", "rings": "rings at", "false": "for nothing",
        "days": "days until seen", "average": "by the average alone",
    })


def alarms(found: Study) -> Markdown:
    """The counts that rang; without any, the rarest."""
    chosen = found.alarms or sorted(found.watched, key=lambda one: one.chance)[:3]
    frame = pd.DataFrame([
        {"from": found.counts.span_start(one.span).isoformat(), "slice": one.name, "labeled": one.labeled,
         "positives": one.positives, "expected": one.expected,
         "chance": wording.rarity(one.chance) + ("" if one.rang else ": quiet")}
        for one in chosen[:12]
    ], columns=["from", "slice", "labeled", "positives", "expected", "chance"])
    return outputs.table(frame, {"labeled": ",d", "positives": ",d", "expected": ".0f"}, {
        "from": f"{wording.unit(found)} from", "labeled": "labels", "chance": "so far off by chance",
    })


def rhythms(found: Study) -> Markdown:
    """The same false alarms a year, looked at every span, or several spans at a time: days until the change is seen."""
    rows = []
    for name in found.lines:
        row = {"slice": name}
        for together in RHYTHMS:
            line = found.line(name, together)
            seen = found.days_until(line, found.signed, together)
            row[f"every {together}"] = "over 10 years" if seen is None else f"{seen:,}"
        rows.append(row)
    heads = {f"every {n}": f"every {wording.unit(found)}" if n == 1 else f"every {wording.spans(found, n)}"
             for n in RHYTHMS}
    return outputs.table(pd.DataFrame(rows, columns=["slice", *heads]), {}, heads)


def drifts(found: Study) -> Markdown:
    """PSI and KS distance beside what chance gives."""
    every = [*found.drifts, *([found.mix] if found.mix else [])]
    frame = pd.DataFrame([
        {"what": one.name, "psi": one.psi, "noise": one.noise, "line": one.line,
         "size": f"{100 * one.size:.1f}" + (f" ({100 * one.size_line:.1f})" if one.size_line is not None else ""),
         "verdict": one.verdict}
        for one in every
    ], columns=["what", "psi", "noise", "line", "size", "verdict"])
    return outputs.table(frame, {"psi": ".3f", "noise": ".3f", "line": ".3f"}, {
        "what": "scores of", "psi": "PSI", "noise": "by chance, average", "line": "rings at",
        "size": "of 100 rows, moved (rings at)",
    })
