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


def known(root: Path) -> list[Path]:
    """Return what the next commit of a repository could hold: what git knows, and what is new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, capture_output=True,
        text=True, check=True,
    )
    paths = (root / name for name in listed.stdout.split("\0") if name)
    return sorted({path for path in paths if path.is_symlink() or path.is_file()})  # not what was deleted since


def tree(into: Path) -> Path:
    """Copy the repository to a folder, as a clone of the next commit would be; return the folder."""
    for path in known(ROOT):
        target = into / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return into
