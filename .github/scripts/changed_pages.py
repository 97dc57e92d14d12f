"""Say in Markdown which pages a change touches. usage: changed_pages.py <base> <head>, after `make site`.

Sphinx knows what each page is made from: its source, the notebooks and the facts it quotes, its library entries. Which
notebooks run a changed package, or read a changed data file, is read from their cells. File names and titles are
whatever the author of the change wrote: nothing of them is run, and nothing of them is markup.
"""

import ast
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = "_build/.doctrees/environment.pickle"
EVERYWHERE = ("conf.py", "requirements.txt", "docs/_ext/", "docs/_static/", "docs/_templates/")
PACKAGE = "notebooks/mlpm/"


@dataclass(frozen=True)
class Page:
    """A page of the site: its title, its source, and every other file of the repository that it is made from."""

    title: str
    source: str
    parts: frozenset[str]

    @property
    def address(self) -> str:
        return str(Path(self.source).with_suffix(".html"))


def changed(base: str, head: str) -> dict[str, str]:
    """Return the files that head has changed since it left base: path → A (new), M or D (gone)."""
    said = subprocess.run(["git", "diff", "-z", "--name-status", "--no-renames", f"{base}...{head}"],
                          capture_output=True, encoding="utf-8", errors="replace", check=True).stdout.split("\0")[:-1]
    return dict(zip(said[1::2], said[::2], strict=True))


def pages(root: Path, files: dict[str, str]) -> list[Page]:
    """Return the pages of the last build, with those changed files that notebooks run or read. root: the repository."""
    with (root / ENVIRONMENT).open("rb") as file:
        built = pickle.load(file)
    found = []
    for name, title in sorted(built.titles.items()):
        source = str(built.project.doc2path(name, absolute=False))
        parts = {str(Path(part).relative_to(root)) for part in built.dependencies.get(name, ())
                 if Path(part).is_relative_to(root)}
        if source.endswith(".ipynb"):
            parts |= used(root, source, files)
        found.append(Page(title.astext(), source, frozenset(parts)))
    return found


def used(root: Path, notebook: str, files: dict[str, str]) -> set[str]:
    """Return the changed files that a notebook's cells run or read."""
    if not any(path.startswith("notebooks/") for path in files):
        return set()
    cells = json.loads((root / notebook).read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    running = {"__init__"}.union(*map(imports, code))
    waiting = list(running)
    while waiting:
        part = root / PACKAGE / waiting.pop()
        sources = part.rglob("*.py") if part.is_dir() else [part.with_suffix(".py")]
        more = set().union(*(imports(path.read_text(encoding="utf-8")) for path in sources if path.is_file())) - running
        running |= more
        waiting += more
    return {path for path in files
            if (path.startswith(PACKAGE) and re.split(r"[/.]", path.removeprefix(PACKAGE))[0] in running)
            or (path.startswith("notebooks/data/") and any(path.removeprefix("notebooks/") in cell for cell in code))}


def imports(code: str) -> set[str]:
    """Return the parts of mlpm that code names in its imports; none where it is no Python."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return set()
    named = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in named if name.startswith("mlpm.")}


def told(files: dict[str, str], known: list[Page]) -> Iterator[str]:
    """Yield the lines of the summary."""
    yield from section("Pages whose text changed", [
        line(page, "new" if files[page.source] == "A" else "") for page in known if page.source in files])
    yield from section("Pages made from something that changed", [
        line(page, ", ".join(code(path) for path in sorted(page.parts & files.keys())))
        for page in known if page.source not in files and page.parts & files.keys()])
    yield from section("Pages that are gone", [
        f"- {code(path)}" for path, status in sorted(files.items())
        if status == "D" and re.fullmatch(r"docs/(?!_).*\.md|index\.md|notebooks/[^/]*\.ipynb", path)])
    yield from section("Every page may look different", [
        f"- {code(path)}" for path in sorted(files) if path.startswith(EVERYWHERE)])


def section(heading: str, lines: list[str]) -> list[str]:
    return [f"### {heading}", "", *lines, ""] if lines else []


def line(page: Page, why: str) -> str:
    # A backslash before each sign that Markdown or HTML could read.
    title = re.sub(r"([!-/:-@[-`{-~])", r"\\\1", " ".join(page.title.split()))
    return f"- {title}, {code(page.address)}" + f" ({why})" * bool(why)


def code(path: str) -> str:
    return f"`{' '.join(path.replace('`', chr(39)).split())}`"


def main(base: str, head: str) -> None:
    files, root = changed(base, head), Path.cwd()
    print("\n".join(told(files, pages(root, files))) or "No page changes.")


if __name__ == "__main__":
    main(*sys.argv[1:3])
