"""The report as one HTML page that asks nothing of any other place."""

import base64
import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template

import nbformat

from mlpm import paint
from mlpm.report.asking import Parameter, Request, parameters
from mlpm.report.markdown import AUTHORS, OUTPUTS, plain, visible
from mlpm.report.running import Done

TEMPLATE = Path(__file__).resolve().parents[1] / "report.html"
# A cell with this tag speaks of the handbook's example; a report on the reader's file leaves it out.
EXAMPLE = "example"

PRIVATE = range(0xF000, 0xF900)


def page(asked: Request, done: Done, rests_on: Mapping, json_text: str) -> str:
    """Return the page. rests_on: what the JSON says of the report; json_text: the JSON, whose hash the page carries."""
    cells = [cell for cell in done.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    title, rest = _title(cells)
    memo, body, drawn = [], [rest], 0
    for cell in cells:
        tags = cell.metadata.get("tags", [])
        if asked.data and EXAMPLE in tags:
            continue
        if cell.cell_type == "markdown":
            body.append(AUTHORS.render(plain(cell.source)))
            continue
        if "parameters" in tags:
            body.append(_inputs(asked, parameters(done.notebook)))
        shown = []
        for output in cell.get("outputs", []):
            if paint.MIME in output.get("data", {}):
                drawn += 1
                shown.append(f"<figure>{_painted(visible(output.data[paint.MIME]), f'chart-{drawn}')}</figure>")
            else:
                shown.append(_output(output))
        if "memo" in tags:
            if body and re.fullmatch(r"\s*<h2>Memo</h2>\s*", body[-1]):
                body.pop()
            memo += shown
        else:
            body += shown
    script = paint.bundle() if drawn else ""
    name = visible(rests_on["data"] or "")
    whole = f"{title}: {name}" if name else title
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(whole),
        description=escape(f"{title}: the handbook's notebook {asked.stem}, run on {name or 'its inputs'}."),
        script_hash=_hash_for_policy(script),
        chart_style=paint.stylesheet() if drawn else "",
        print_name=_for_css(whole),
        heading=escape(title),
        source=_source(asked, name, rests_on["reads"]),
        memo="\n".join(memo),
        body="\n".join(part for part in body if part.strip()),
        record=_record(asked, done, rests_on, json_text),
        script=script,
    )


def _title(cells: list) -> tuple[str, str]:
    """Take the title off the first Markdown cell; return it and the rest of the cell as HTML."""
    first = next(i for i, cell in enumerate(cells) if cell.cell_type == "markdown")
    text = plain(cells.pop(first).source).strip()
    title, __, rest = text.partition("\n")
    return title.lstrip("# ").strip(), AUTHORS.render(rest)


def _output(output: nbformat.NotebookNode) -> str:
    if output.output_type == "stream":
        return f"<pre>{escape(visible(output.text))}</pre>" if output.name == "stdout" else ""
    data = output.get("data", {})
    if "text/markdown" in data:
        return _scrolling(OUTPUTS.render(visible(data["text/markdown"])))
    if "text/plain" in data:
        return f"<pre>{escape(visible(data['text/plain']))}</pre>"
    return ""


def _painted(spec: dict, prefix: str) -> str:
    """A chart as HTML, emoji and all.

    Vega shortens a long label letter by letter, counted in halves of those beyond U+FFFF, and the painter measures no
    half. So while it paints, letters of private use stand for them.
    """
    text = json.dumps(spec, ensure_ascii=False)
    beyond = sorted({letter for letter in text if letter > "\uffff"})
    unused = (chr(code) for code in PRIVATE if chr(code) not in text)
    stand_in = dict(zip(beyond, unused, strict=False))
    if not stand_in:
        return paint.html(spec, prefix)
    html = paint.html(json.loads(text.translate(str.maketrans(stand_in))), prefix)
    return html.translate(str.maketrans({other: letter for letter, other in stand_in.items()}))


def _scrolling(html: str) -> str:
    """A wide table scrolls in its own box, and by keyboard, on a phone."""
    box = '<div class="scroll" tabindex="0" role="group" aria-label="Table">'
    return html.replace("<table>", f"{box}<table>").replace("</table>", "</table></div>")


def _inputs(asked: Request, known: Sequence[Parameter]) -> str:
    rows = []
    for parameter in known:
        value = visible(asked.shown(parameter))
        changed = ' class="changed"' if asked.value(parameter) != parameter.default else ""
        rows.append(
            f"<tr{changed}><th scope='row'>{escape(parameter.name)}</th><td>{escape(value) or '–'}</td>"
            f"<td>{escape(parameter.comment)}</td></tr>"
        )
    head = "<thead><tr><th scope='col'>input</th><th scope='col'>value</th><th scope='col'>meaning</th></tr></thead>"
    return f'<table class="inputs">{head}<tbody>{"".join(rows)}</tbody></table>' if rows else ""


def _source(asked: Request, name: str, reads: Sequence[Mapping]) -> str:
    if not name:
        return f"Notebook <b>{escape(asked.stem)}</b>"
    kind = "" if asked.data else ", the handbook’s synthetic example"
    count = f", {reads[0]['rows']:,} rows" if reads else ""
    return f"Data: <bdi><b>{escape(name)}</b></bdi>{count}{kind} · notebook {escape(asked.stem)}"


def _record(asked: Request, done: Done, rests_on: Mapping, json_text: str) -> str:
    """What a reviewer asks: which data, which columns, computed when and with what."""
    rows = []
    for read, noted in zip(rests_on["reads"], done.reads, strict=True):
        columns = ", ".join(f"<bdi>{escape(visible(column))}</bdi>" for column in read["columns"])
        rows += [
            ("data", f"<bdi>{escape(visible(read['name']))}</bdi>"),
            ("rows", f"{read['rows']:,}"),
            ("columns used", columns),
            (f"SHA-256 of the {read['sha256_of']}", f"<code>{read['sha256']}</code>"),
            ("read by", escape(noted["engine"])),
        ]
    rows += [(name, escape(str(rests_on["parameters"][name]))) for name in ("seed",) if name in rests_on["parameters"]]
    rows += [
        ("made", _now()),
        ("with", ", ".join(escape(f"{name} {version}") for name, version in done.versions.items())),
        ("answer for machines", escape(f"{asked.stem}.json")),
        ("its SHA-256", f"<code>{hashlib.sha256(json_text.encode()).hexdigest()}</code>"),
    ]
    body = "".join(f"<tr><th scope='row'>{name}</th><td>{value}</td></tr>" for name, value in rows)
    return f'<table class="record"><tbody>{body}</tbody></table>'


def _now() -> str:
    """The time in UTC, to the second; SOURCE_DATE_EPOCH in its place, for who must have the same page again."""
    try:
        moment = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        moment = datetime.now(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _for_css(text: str) -> str:
    """A string of CSS that is nothing but a string, whatever it holds: all but letters and digits by their numbers."""
    text = text if len(text) <= 90 else text[:89] + "…"
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text) + '"'


def _hash_for_policy(script: str) -> str:
    """Only the page's own script may run, whatever a reader's file holds."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
