"""Where things are, for every test: the repository, its chapters and its notebooks."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import nbformat

from mlpm import shelf
from mlpm_sphinx.front_matter import is_chapter, read

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = shelf.notebooks(ROOT / "notebooks")
PAGES = [ROOT / "index.md", *sorted((ROOT / "docs").rglob("*.md"))]


@cache
def front_matter(path: Path) -> dict:
    return read(path)


CHAPTERS = [path for path in PAGES if is_chapter(front_matter(path))]


@cache
def notebook(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook(path).cells if cell.cell_type == "code"]


def tagged(path: Path, tag: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook(path).cells if tag in cell.metadata.get("tags", [])]


def tree(into: Path) -> Path:
    """Copy what git knows and what is new to a folder, as a clone of the next commit would be; return the folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True,
        text=True, check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():  # not what was deleted and is not committed yet
            target = into / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    return into
