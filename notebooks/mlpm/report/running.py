"""The run: a notebook in a kernel of its own, and what it stored for machines."""

import ast
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import nbformat
from nbformat.v4 import new_code_cell

from mlpm import InputError
from mlpm.outputs import RECORD
from mlpm.report import witness
from mlpm.report.asking import Request, short
from mlpm.report.markdown import plain

# The report's own cells around a notebook's; they never reach a page.
OURS = "report"


class StoppedError(Exception):
    """The run ended for a reason that is not the reader's."""


@dataclass(frozen=True)
class Done:
    """A notebook that ran. reads: what passed the gate, as `witness` noted it; versions: library → version."""

    notebook: nbformat.NotebookNode
    reads: list[dict]
    versions: dict[str, str]

    @property
    def cells(self) -> list[nbformat.NotebookNode]:
        return self.notebook.cells

    def records(self) -> dict:
        """What the notebook stored for machines: name → value."""
        found = {}
        for output in (output for cell in self.cells for output in cell.get("outputs", [])):
            for mime, text in output.get("data", {}).items():
                if mime == RECORD + "application/json":
                    found[output.metadata.scrapbook.name] = json.loads(text)
                elif mime == RECORD + "text/plain":
                    found[output.metadata.scrapbook.name] = ast.literal_eval(text)
        return found


def run(asked: Request, reached: Callable[[str], None] = lambda heading: None) -> Done:
    """Execute the notebook in a kernel of its own, in its own folder; the stored notebook is left alone.

    reached: called with each heading, as the run comes to it. Raises InputError for what is the reader's to mend,
    StoppedError for the rest.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    notebook = _witnessed(nbformat.read(asked.path, as_version=4))
    heading = "its first cell"

    def at(cell: nbformat.NotebookNode, **place) -> None:
        nonlocal heading
        if cell.cell_type == "markdown" and (found := re.findall(r"^#{1,6} +(.+)$", cell.source, re.MULTILINE)):
            heading = plain(found[-1])
            reached(heading)

    try:
        with _silence():
            # No path to write to: nothing of a run that is killed is left in a temporary folder.
            done = papermill.execute_notebook(
                notebook,
                None,
                asked.values,
                cwd=str(asked.path.parent),
                kernel_name="python3",
                progress_bar=False,
                on_cell_start=at,
            )
    except PapermillExecutionError as problem:
        if problem.ename == InputError.__name__:
            raise InputError(problem.evalue) from problem
        what = f"{problem.ename}: {short(problem.evalue)}"
        raise StoppedError(f"{asked.stem} stopped at '{heading}': {what}") from problem
    except Exception as problem:
        raise StoppedError(f"{asked.stem} stopped: {type(problem).__name__}: {short(str(problem))}") from problem
    (told,) = (
        output.data[witness.MIME]
        for cell in done.cells if OURS in cell.metadata.get("tags", [])
        for output in cell.outputs if witness.MIME in output.get("data", {})
    )
    done.cells = [cell for cell in done.cells if OURS not in cell.metadata.get("tags", [])]
    return Done(done, **json.loads(told))


def _witnessed(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook between two cells that have noted what it reads."""
    calls = ("watch", "tell")
    first, last = (
        new_code_cell(f"from mlpm.report import witness\nwitness.{call}()\ndel witness", metadata={"tags": [OURS]})
        for call in calls
    )
    notebook.cells = [first, *notebook.cells, last]
    return notebook


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


def said(problem: Exception) -> str:
    """What a reader is told in place of a report: what to mend in the file or the inputs, or that the fault is ours."""
    if isinstance(problem, InputError):
        return str(problem)
    what = problem if isinstance(problem, StoppedError) else f"{type(problem).__name__}: {short(str(problem))}"
    return f"{what}\nThis is a fault of the handbook: please open an issue and quote the line above."
