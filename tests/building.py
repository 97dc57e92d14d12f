"""The handbook, built once for a whole test run, and small projects with the handbook's own settings.

Several processes run the tests: the first that needs the site builds it, the others wait for it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock

from mlpm_sphinx.charts import vega_file
from repository import ROOT

# What a machine says about itself must not decide what the tests see.
ELSEWHERE = ("SITE_URL", "GITHUB_REPOSITORY", "GITHUB_SERVER_URL", "CI_PROJECT_URL")


@dataclass(frozen=True)
class Built:
    """A finished build: its pages, what it said, and how it ended (0: no warning)."""

    html: Path
    said: str
    code: int

    def page(self, name: str) -> str:
        return (self.html / name).read_text(encoding="utf-8")


def build(source: Path, into: Path, **environment: str) -> Built:
    """Build strictly, as `make site` does."""
    html = into / "html"
    sphinx = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", "-b", "html"]
    run = subprocess.run(
        [*sphinx, "-d", into / ".doctrees", source, html],
        env={name: value for name, value in os.environ.items() if name not in ELSEWHERE} | environment,
        capture_output=True,
        text=True,
    )
    return Built(html, run.stdout + run.stderr, run.returncode)


def once(base: Path, worker_id: str, name: str, make: Callable[[Path], dict]) -> tuple[Path, dict]:
    """Make a folder once for all processes of a test run; return it, and what `make` said of it.

    base: the process's temporary folder. make: fills the folder and returns what JSON can hold.
    """
    folder = base / name if worker_id == "master" else base.parent / name
    record = folder.with_suffix(".json")
    with FileLock(folder.with_suffix(".lock")):
        if not record.exists():
            record.write_text(json.dumps(make(folder)), encoding="utf-8")
    return folder, json.loads(record.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id) -> Built:
    """The whole handbook, built from clean."""
    def make(folder: Path) -> dict:
        built = build(ROOT, folder)
        return {"said": built.said, "code": built.code}

    folder, made = once(tmp_path_factory.getbasetemp(), worker_id, "site", make)
    return Built(folder / "html", **made)


# The front matter of a page under docs/ that is no chapter.
MATTER = "---\nsummary: A sentence that says what the page is about in enough words to be worth a line.\n---\n\n"
# That of a chapter.
CHAPTER = """---
skill: delivery
traps: none
you_will: See it
you_need: Nothing
minutes: 5
last_reviewed: 2026-02-03
reviewed_by: authors
notebook: none
template: none
summary: A sentence that says what the page is about in enough words to be worth a line.
---

"""


class Project:
    """A small book in a folder of its own, with the handbook's settings, extension and look."""

    def __init__(self, folder: Path):
        self.folder = folder / "book"
        self.write("conf.py", (ROOT / "conf.py").read_text(encoding="utf-8"))
        self.write("docs/resources/references.bib", "")
        for part in ("_static", "_templates"):
            (self.folder / "docs" / part).symlink_to(ROOT / "docs" / part)
        # The chart library is not what these projects are about, and takes two seconds to write.
        self.write(f"../built/html/_static/{vega_file()}", "")

    def write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def notebook(self, stem: str, *outputs: dict, text: str = "A notebook") -> None:
        """Write a notebook whose code cells have these outputs: mime type → content."""
        cells = [nbformat.v4.new_markdown_cell(f"({stem}-notebook)=\n# {text}", id="title")]
        for number, data in enumerate(outputs):
            scrap = {"scrapbook": {"name": data.pop("glue"), "mime_prefix": RECORD}} if "glue" in data else {}
            output = nbformat.v4.new_output("display_data", data, metadata=scrap)
            cells.append(nbformat.v4.new_code_cell("1", outputs=[output], execution_count=1, id=f"cell-{number}"))
        kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
        book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        self.write(f"notebooks/{stem}.ipynb", nbformat.writes(book))

    def build(self, **environment: str) -> Built:
        return build(self.folder, self.folder.parent / "built", **environment)


RECORD = "application/papermill.record/"


def glued(name: str, value) -> dict:
    """The output of glue(name=value)."""
    return {"glue": name, RECORD + "text/plain": repr(value)}
