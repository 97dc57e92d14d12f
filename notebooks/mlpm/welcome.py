"""What the greeting notebook does: a list of the others, and a report on the reader's file without a terminal."""

import os
import re
from pathlib import Path
from urllib.parse import quote

import nbformat
from IPython.display import Markdown

from mlpm import report, shelf

REPORTS = Path("..", "_build", "reports")  # seen from the notebooks' folder, where a notebook runs


def tools(folder: Path = shelf.FOLDER) -> Markdown:
    """Every notebook as a link, with its question's promise: those that take a file of the reader's first."""
    rows: dict[bool, list[str]] = {True: [], False: []}
    for path in shelf.notebooks(folder):
        title, promise = shelf.first_words(shelf.cells(path))
        own = any(one.name == "data" for one in report.parameters(nbformat.read(path, as_version=4)))
        # Sentences about the chapter belong to the site.
        sentences = re.split(r"(?<=[.!?]) +", promise)
        said = " ".join(one for one in sentences if "chapter" not in one and "{ref}" not in one)
        rows[own].append(f"| [{title}]({path.name}) | {report.plain(said)} |")
    parts = [
        f"**{words}**\n\n| question | what it does |\n|---|---|\n" + "\n".join(rows[own])
        for own, words in ((True, "Takes your own file"), (False, "Takes your own numbers"))
        if rows[own]
    ]
    return Markdown("\n\n".join(parts))


def run(notebook: str, data: str, settings: str = "", folder: Path = shelf.FOLDER, into: Path = REPORTS) -> Markdown:
    """Run a notebook on the reader's file; return its memo under links to the report, or what to mend in one line.

    data: as it is called in the list of files, here or in the folder above; settings: `"name=value other='two words'"`.
    """
    if not data:
        return Markdown("No file yet: put its name between the quotation marks of `DATA`, then run the cell again.")
    place = Path(data) if Path(data).exists() else Path("..", data)
    try:
        asked = report.request(notebook, str(place if place.exists() else data), settings, "", folder)
        done = report.run(asked)
        html, answer = (quote(path.as_posix()) for path in report.write(asked, done, into))
    except Exception as problem:  # a fault of ours, perhaps, and still no traceback
        # As code: nothing in it is taken for Markdown.
        return Markdown("\n".join(f"    {line}" for line in report.said(problem).splitlines()))
    memo = "\n\n".join(
        output["data"]["text/markdown"]
        for cell in done.cells
        if "memo" in cell.metadata.get("tags", [])
        for output in cell.get("outputs", [])
        if "text/markdown" in output.get("data", {})
    )
    size = os.path.getsize(into / f"{asked.stem}.html") / 1e6
    return Markdown(f"[The whole report]({html}), one page of {size:.1f} MB that works without a network. "
                    f"[The same for machines]({answer}).\n\n{memo}")
