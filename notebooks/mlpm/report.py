"""A notebook run on a reader's file, as one HTML page and one JSON file.

`make report` puts the reader's values into the environment; `python -m mlpm.report --help` lists the same as arguments.
Whatever goes wrong, the reader sees one message without a traceback, and earlier reports stay as they were.
"""

import argparse
import ast
import base64
import difflib
import hashlib
import importlib.metadata
import json
import math
import os
import re
import shlex
import sys
import tempfile
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from html import escape
from io import StringIO
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

import nbformat
from markdown_it import MarkdownIt

from mlpm import InputError, paint, shelf, tables
from mlpm.outputs import RECORD

HERE = Path(__file__).resolve().parent
# Inputs the report sets itself, from DATA and ENGINE.
SOURCE = ("data", "engine")
# A cell with this tag speaks of the handbook's example; a report on the reader's file leaves it out.
EXAMPLE = "example"
# Words beside the names of columns in a parameter such as "latency_ms:lower:0.02".
DIRECTIONS = ("higher", "lower")


class StoppedError(Exception):
    """The run ended for a reason that is not the reader's."""


# --- What is asked -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parameter:
    """One line of a notebook's `parameters` cell: `name = default  # comment`.

    A default that only fits the example is followed by the one for a reader's file: `# comment [your file: 1]`. Text
    that names columns is kept all the same when the reader's file has every one of them.
    """

    name: str
    default: bool | int | float | str
    comment: str
    own: bool | int | float | str

    def default_on(self, columns: Sequence[str]) -> bool | int | float | str:
        """The default for a reader's file that has these columns."""
        named = re.findall(r"[^\W\d]\w*", self.default) if isinstance(self.default, str) else []
        named = [name for name in named if name not in DIRECTIONS]
        return self.default if named and set(named) <= set(columns) else self.own


@dataclass(frozen=True)
class Request:
    """A run a reader asked for. data: a path or a table's name, as given; values: parameter → value."""

    path: Path
    data: str
    engine: str
    values: dict

    @property
    def stem(self) -> str:
        return self.path.stem

    def value(self, parameter: Parameter) -> bool | int | float | str:
        return self.values.get(parameter.name, parameter.default)


def request(notebook: str, data: str, settings: str, engine: str, folder: Path) -> Request:
    """Turn what the reader typed into a run; refuse what the notebook does not know before it starts."""
    path = _notebook(notebook, folder)
    known = {parameter.name: parameter for parameter in parameters(nbformat.read(path, as_version=4))}
    values = {}
    for name, text in _settings(settings):
        if name in SOURCE:
            raise InputError(f"Give {name.upper()}=… beside SET, not {name}=… in it.")
        if name not in known:
            raise _unknown(path.stem, name, known)
        if name in values:
            raise InputError(f"SET gives '{name}' twice. Keep one of the two.")
        values[name] = _converted(known[name], text)
    if engine and not data:
        raise InputError("ENGINE needs DATA, the name of a table in it.")
    for name, given in zip(SOURCE, (data, engine), strict=True):
        if given and name not in known:
            raise InputError(f"{path.stem} takes no {name.upper()}: it has no parameter '{name}'. {_listing(known)}")
    if data:
        columns = [] if engine else tables.header(data)  # a file that cannot be read is refused here, in a second
        values = {one.name: one.default_on(columns) for one in known.values() if one.own != one.default} | values
        values["data"] = data if engine else os.path.abspath(os.path.expanduser(data))
        values |= {"engine": _absolute(engine)} if "engine" in known else {}
    return Request(path, data, engine, values)


def _notebook(name: str, folder: Path) -> Path:
    stems = [path.stem for path in shelf.notebooks(folder)]
    stem = Path(name).name.removesuffix(".ipynb")
    if stem in stems:
        return folder / f"{stem}.ipynb"
    asked = f"There is no notebook '{_short(name)}'." if name else "Which notebook?"
    raise InputError(f"{asked} Set NOTEBOOK to one of: {', '.join(_nearest_first(stem, stems))}.")


def parameters(notebook: nbformat.NotebookNode) -> list[Parameter]:
    """Read the cell tagged `parameters`: names, defaults, and what the comment on the line says."""
    cell = next((cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])), None)
    if cell is None:
        return []
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(StringIO(cell.source).readline)
        if token.type == tokenize.COMMENT
    }
    found = []
    for line in ast.parse(cell.source).body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            comment, __, own = comments.get(line.end_lineno, "").partition(" [your file: ")
            default = ast.literal_eval(line.value)
            own = ast.literal_eval(own.removesuffix("]")) if own else default
            found.append(Parameter(line.targets[0].id, default, comment, own))
    return found


def _settings(text: str) -> list[tuple[str, str]]:
    """Split SET as a shell would: `a=1 b="two words"`."""
    try:
        words = shlex.split(text)
    except ValueError as problem:
        example = "SET=\"name=value other='two words'\""
        raise InputError(f"SET has a quotation mark that is not closed. Write {example}.") from problem
    for word in words:
        if not re.match(r"\w+=", word):
            raise InputError(f"SET holds '{_short(word)}', which is not name=value. Quote a value with blanks in it.")
    return [tuple(word.split("=", 1)) for word in words]


def _converted(parameter: Parameter, text: str) -> bool | int | float | str:
    """The text as the type of the parameter's default."""
    flags = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    kind = type(parameter.default)
    try:
        if kind is bool:
            return flags[text.lower()]
        if kind is int:
            return int(text)
        if kind is float:
            value = float(text)
            if not math.isfinite(value):
                raise ValueError(text)
            return value
    except (KeyError, ValueError) as problem:
        word = {bool: "true or false", int: "a whole number", float: "a number with a decimal point"}[kind]
        raise InputError(
            f"{parameter.name}={_short(text)} is not {word}. Write it like {parameter.name}={parameter.default}."
        ) from problem
    return text


def _unknown(stem: str, name: str, known: Mapping[str, Parameter]) -> InputError:
    near = difflib.get_close_matches(name, known, n=1)
    guess = f" Did you mean '{near[0]}'?" if near else ""
    return InputError(f"{stem} has no parameter '{_short(name)}'.{guess} {_listing(known, name)}")


def _listing(known: Mapping[str, Parameter], name: str = "") -> str:
    settable = [parameter for parameter in known if parameter not in SOURCE]
    if not settable:
        return "It has no parameters to set."
    shown = [known[key] for key in _nearest_first(name, settable)]
    return "Its parameters:\n" + "\n".join(f"  {_defaults(one)}  ({one.comment})" for one in shown)


def _defaults(parameter: Parameter) -> str:
    own = f", on your file {parameter.own!r}" if parameter.own != parameter.default else ""
    return f"{parameter.name} = {parameter.default!r}{own}"


def _nearest_first(name: str, candidates: Sequence[str]) -> list[str]:
    near = difflib.get_close_matches(name, candidates, n=len(candidates) or 1)
    return near + [candidate for candidate in candidates if candidate not in near]


def _short(text: str) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= 120 else text[:119] + "…"


def _absolute(engine: str) -> str:
    """An engine in a file is named from where the reader stands; the notebook runs in its own folder."""
    place = engine.removeprefix("duckdb://")
    return f"duckdb://{os.path.abspath(os.path.expanduser(place))}" if place and place != engine else engine


# --- The run -----------------------------------------------------------------------------------------------------


def run(asked: Request) -> nbformat.NotebookNode:
    """Execute the notebook in a kernel of its own, in its own folder; the stored notebook is left alone."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    with tempfile.TemporaryDirectory() as folder, _silence():
        copy = Path(folder) / asked.path.name
        try:
            papermill.execute_notebook(
                str(asked.path),
                str(copy),
                asked.values,
                cwd=str(asked.path.parent),
                kernel_name="python3",
                progress_bar=False,
            )
        except PapermillExecutionError as problem:
            if problem.ename == InputError.__name__:
                raise InputError(problem.evalue) from problem
            heading = _heading_above(nbformat.read(copy, as_version=4))
            raise StoppedError(
                f"{asked.stem} stopped at '{heading}': {problem.ename}: {_short(problem.evalue)}"
            ) from problem
        except Exception as problem:
            raise StoppedError(f"{asked.stem} stopped: {type(problem).__name__}: {_short(str(problem))}") from problem
        return nbformat.read(copy, as_version=4)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep what the kernel and its libraries say on stderr from the reader: what matters is raised."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)


def _heading_above(notebook: nbformat.NotebookNode) -> str:
    """The last heading before the cell that failed."""
    heading = "its first cell"
    for cell in notebook.cells:
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            break
        if cell.cell_type == "markdown" and "papermill-error-cell-tag" not in cell.metadata.get("tags", []):
            heading = (re.findall(r"^#{1,6} +(.+)$", cell.source, re.MULTILINE) or [heading])[-1]
    return plain(heading)


def records(notebook: nbformat.NotebookNode) -> dict:
    """What the notebook stored for machines: name → value."""
    found = {}
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        for mime, text in output.get("data", {}).items():
            if mime == RECORD + "application/json":
                found[output.metadata.scrapbook.name] = json.loads(text)
            elif mime == RECORD + "text/plain":
                found[output.metadata.scrapbook.name] = ast.literal_eval(text)
    return found


# --- The page ----------------------------------------------------------------------------------------------------

# The authors' Markdown may link; what comes out of a cell holds the reader's labels, which are text and nothing else.
AUTHORS = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
OUTPUTS = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink"])


def plain(text: str) -> str:
    """Take out what only the site understands: labels, roles, directives, links to other pages."""

    def role(match: re.Match) -> str:
        name, content = match[1], match[2]
        if titled := re.fullmatch(r"(.+?)\s*<[^<>]+>", content, re.DOTALL):
            return titled[1]
        if name.startswith("cite"):
            return ", ".join(re.sub(r"^([a-z]+?)(\d{4})\w*$", _author, key.strip()) for key in content.split(","))
        return content.strip("/").split("/")[-1].replace("-", " ") if name in ("ref", "doc") else content

    text = re.sub(r"^\([\w-]+\)=\s*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^(`{3,}|:{3,})\{[\w:-]+\}.*\n((?::[\w-]+:.*\n)*)((?:.*\n)*?)\1 *$", r"\3", text, flags=re.MULTILINE)
    text = re.sub(r"\{([a-z][\w:-]*)\}`([^`]+)`", role, text)
    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?://)[^)]*\)", r"\1", text)


def _author(match: re.Match) -> str:
    return f"{match[1].capitalize()} {match[2]}"


def page(asked: Request, notebook: nbformat.NotebookNode) -> str:
    """Return the report as one HTML page that asks nothing of any other place."""
    cells = [cell for cell in notebook.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    title, rest = _title(cells)
    memo, body, drawn = [], [rest], 0
    inputs = _inputs(asked, parameters(notebook))
    for cell in cells:
        tags = cell.metadata.get("tags", [])
        if asked.data and EXAMPLE in tags:
            continue
        if cell.cell_type == "markdown":
            body.append(AUTHORS.render(plain(cell.source)))
            continue
        if "parameters" in tags:
            body.append(inputs)
        shown = []
        for output in cell.get("outputs", []):
            if paint.MIME in output.get("data", {}):
                drawn += 1
                shown.append(f"<figure>{paint.html(output.data[paint.MIME], f'chart-{drawn}')}</figure>")
            else:
                shown.append(_output(output))
        if "memo" in tags:
            if body and re.fullmatch(r"\s*<h2>Memo</h2>\s*", body[-1]):
                body.pop()
            memo += shown
        else:
            body += shown
    script = paint.bundle() if drawn else ""
    template = Template((HERE / "report.html").read_text(encoding="utf-8"))
    name = data_name(asked, notebook)
    return template.substitute(
        title=escape(f"{title}: {name}" if name else title),
        description=escape(f"{title}: the handbook's notebook {asked.stem}, run on {name or 'its inputs'}."),
        script_hash=_hash_for_policy(script),
        chart_style=paint.stylesheet() if drawn else "",
        heading=escape(title),
        source=_source(asked, name, records(notebook).get("rows")),
        memo="\n".join(memo),
        body="\n".join(part for part in body if part.strip()),
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
        return f"<pre>{escape(output.text)}</pre>" if output.name == "stdout" else ""
    data = output.get("data", {})
    if "text/markdown" in data:
        return _scrolling(OUTPUTS.render(data["text/markdown"]))
    if "text/plain" in data:
        return f"<pre>{escape(data['text/plain'])}</pre>"
    return ""


def _scrolling(html: str) -> str:
    """A wide table scrolls in its own box, and by keyboard, on a phone."""
    box = '<div class="scroll" tabindex="0" role="group" aria-label="Table">'
    return html.replace("<table>", f"{box}<table>").replace("</table>", "</table></div>")


def _inputs(asked: Request, known: Sequence[Parameter]) -> str:
    rows = []
    for parameter in known:
        value = shown_value(asked, parameter)
        changed = ' class="changed"' if asked.value(parameter) != parameter.default else ""
        rows.append(
            f"<tr{changed}><th scope='row'>{escape(parameter.name)}</th><td>{escape(value) or '–'}</td>"
            f"<td>{escape(parameter.comment)}</td></tr>"
        )
    head = "<thead><tr><th scope='col'>input</th><th scope='col'>value</th><th scope='col'>meaning</th></tr></thead>"
    return f'<table class="inputs">{head}<tbody>{"".join(rows)}</tbody></table>' if rows else ""


def shown_value(asked: Request, parameter: Parameter) -> str:
    """A parameter's value as a page may show it: a file by its name, an engine without its password."""
    value = asked.value(parameter)
    if parameter.name == "data" and not asked.engine:
        return Path(str(value)).name
    if parameter.name == "engine" and value:
        parts = urlsplit(str(value))
        return f"{parts.scheme}://{Path(parts.path).name if parts.scheme == 'duckdb' else parts.hostname or ''}"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def data_name(asked: Request, notebook: nbformat.NotebookNode) -> str:
    """The name of the file or table the run read, never its path; empty when the notebook reads none."""
    return next((shown_value(asked, known) for known in parameters(notebook) if known.name == "data"), "")


def _source(asked: Request, name: str, rows: int | None) -> str:
    if not name:
        return f"Notebook <b>{escape(asked.stem)}</b>"
    kind = "" if asked.data else ", the handbook’s synthetic example"
    count = f", {rows:,} rows" if rows is not None else ""
    return f"Data: <b>{escape(name)}</b>{count}{kind} · notebook {escape(asked.stem)}"


def _hash_for_policy(script: str) -> str:
    """Only the page's own script may run, whatever a reader's file holds."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


# --- The files ---------------------------------------------------------------------------------------------------


def write(asked: Request, notebook: nbformat.NotebookNode, folder: Path) -> tuple[Path, Path]:
    """Write the page, then the JSON that carries the page's hash: a reader of the JSON knows which page is its own."""
    found = records(notebook)
    if "result" not in found:
        raise StoppedError(f"{asked.stem} stopped at its end: it stored no result")
    html = page(asked, notebook).encode()
    known = parameters(notebook)
    answer = found["result"] | {
        "report": {
            "notebook": asked.stem,
            "data": data_name(asked, notebook) or None,
            "parameters": {p.name: shown_value(asked, p) if p.name in SOURCE else asked.value(p) for p in known},
            "html_sha256": hashlib.sha256(html).hexdigest(),
            "mlpm_version": importlib.metadata.version("ml-pm-handbook"),
        }
    }
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    targets = folder / f"{asked.stem}.html", folder / f"{asked.stem}.json"
    drafts = [target.with_name(f".{target.name}.{os.getpid()}") for target in targets]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        drafts[0].write_bytes(html)
        drafts[1].write_text(text, encoding="utf-8")
        for draft, target in zip(drafts, targets, strict=True):
            draft.replace(target)
    except OSError as problem:
        raise InputError(f"{folder.name}: the report cannot be written there ({problem.strerror}).") from problem
    finally:
        for draft in drafts:
            with suppress(OSError):
                draft.unlink()
    return targets


def said(problem: Exception) -> str:
    """What a reader is told in place of a report: what to mend in the file or the inputs, or that the fault is ours."""
    if isinstance(problem, InputError):
        return str(problem)
    what = problem if isinstance(problem, StoppedError) else f"{type(problem).__name__}: {_short(str(problem))}"
    return f"{what}\nThis is a fault of the handbook: please open an issue and quote the line above."


def main(arguments: Sequence[str] | None = None) -> int:
    get = os.environ.get
    parser = argparse.ArgumentParser(prog="python -m mlpm.report", description=__doc__.splitlines()[0])
    parser.add_argument("--notebook", default=get("REPORT_NOTEBOOK", ""), help="a notebook's name, without .ipynb")
    parser.add_argument("--data", default=get("REPORT_DATA", ""), help="a CSV or Parquet file; with --engine, a table")
    parser.add_argument("--set", default=get("REPORT_SET", ""), help="inputs: \"name=value other='two words'\"")
    parser.add_argument("--engine", default=get("REPORT_ENGINE", ""), help="an Ibis address, such as duckdb://file.ddb")
    parser.add_argument("--out", type=Path, default=Path("_build/reports"), help="where the two files go")
    parser.add_argument("--notebooks", type=Path, default=HERE.parent, help="where the notebooks are")
    given = parser.parse_args(arguments)
    try:
        asked = request(given.notebook, given.data, given.set, given.engine, given.notebooks.absolute())
        html, answer = write(asked, run(asked), given.out)
    except KeyboardInterrupt:
        print("Stopped. Nothing was written.", file=sys.stderr)
        return 130
    except Exception as problem:  # a fault of ours, perhaps, and still no traceback
        print(said(problem), file=sys.stderr)
        return 1
    print(f"Wrote {html} and {answer}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
