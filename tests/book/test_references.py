"""Every reference leads somewhere: to a page, a word, a source, a dated fact or a number of a notebook.

The build refuses what leads nowhere, too. This says it within seconds, and what the writer may have meant.
"""

import re
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import pytest
import test_glossary as glossary
from pybtex.database import parse_file

from editor import Remark, line_at, of_cell, report, without
from mlpm_sphinx import sources
from repository import NOTEBOOKS, PAGES, ROOT, notebook

MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)
FENCE = re.compile(r"^(`{3,}|~{3,}|:{3,})(?!`)([^\n]*)\n(.*?)^\1(?!`)[ \t]*$", re.M | re.S)
LITERAL = re.compile(r"(?<!`)``(?!`).*?(?<!`)``(?!`)", re.S)
ROLE = re.compile(r"{(ref|term|cite|cite:t|fact|glue:text)}`([^`]+)`")
LABEL = re.compile(r"^\((\S+)\)=$|^:label: (\S+)$", re.M)
# role → what it names, why that matters, how to mend it
KINDS = {
    "ref": ("the label", "A reader who clicks on it stays where they are.",
            "write a label that stands as (label)= above a title, often the name of the file"),
    "term": ("the word", "Its card would stay empty.",
             "write a word of docs/resources/glossary.md, or add it there with its meaning"),
    "cite": ("the source", "A reader cannot look it up.",
             "write a key of docs/resources/references.bib, or add the entry there"),
    "fact": ("the fact", "The page would print the name of it.",
             "write a name in brackets of docs/resources/facts.toml, or add the fact there"),
    "glue:text": ("the number", "The page would have a hole.",
                  "write /notebooks/stem.ipynb::name with a name that the notebook gives to outputs.glue, and run "
                  "`make outputs` if it is new"),
}
KINDS["cite:t"] = KINDS["cite"]


def labels(text: str) -> set[str]:
    return {first or second for first, second in LABEL.findall(text)}


def glued(path: Path) -> set[str]:
    """The numbers that a notebook stores, as a page names them."""
    stored = (output.get("metadata", {}) for cell in notebook(path).cells for output in cell.get("outputs", []))
    return {f"/notebooks/{path.name}::{one['scrapbook']['name']}" for one in stored if "scrapbook" in one}


def targets(pages: list[Path], books: list[Path]) -> dict[str, set[str]]:
    """Return what a role can name, by role."""
    texts = [path.read_text(encoding="utf-8") for path in pages]
    texts += [cell.source for path in books for cell in notebook(path).cells]
    keys = set(parse_file(ROOT / sources.FILE).entries)
    return {
        "ref": {label for text in texts for label in labels(text)},
        "term": {name.casefold() for entry in glossary.ENTRIES for name in entry.names},
        "cite": keys, "cite:t": keys,
        "fact": set(tomllib.loads((ROOT / "docs/resources/facts.toml").read_text(encoding="utf-8"))),
        "glue:text": {name for path in books for name in glued(path)},
    }


def prose(text: str) -> str:
    """A page without its code, on the lines where it was; what stands inside a directive is prose."""
    return without(LITERAL, FENCE.sub(_inside, without(MATTER, text)))


def _inside(block: re.Match) -> str:
    kept = FENCE.sub(_inside, block[3]) if block[2].lstrip().startswith("{") else "\n" * block[3].count("\n")
    return f"\n{kept}"


def named(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield what a text refers to: (place, role, target)."""
    for found in ROLE.finditer(text):
        role, target = found[1], " ".join(found[2].split())
        if role.startswith("cite"):
            yield from ((found.start(), role, key.strip()) for key in target.split(","))
        elif role == "glue:text":
            address, _, name = target.partition("::")
            yield found.start(), role, f"{address}::{name.partition(':')[0]}"
        else:
            inner = re.search(r"<([^>]+)>$", target)
            target = inner[1] if inner else target
            yield found.start(), role, target.casefold() if role == "term" else target


def unknown(role: str, target: str, known: dict[str, set[str]]) -> tuple[str, str, str] | None:
    """Say of a target what is wrong, why, and how to mend it; None if it exists."""
    if target in known[role]:
        return None
    what, why, mend = KINDS[role]
    close = get_close_matches(target, known[role], n=1, cutoff=0.8)
    return (f'names {what} "{target}", which does not exist{f"; {close[0]} does" if close else ""}.', why, mend)


def astray(path: Path, known: dict[str, set[str]]) -> list[Remark]:
    """Remarks on what a page or a notebook refers to in vain."""
    remarks = []
    if path.suffix == ".ipynb":
        for number, cell in enumerate(notebook(path).cells, 1):
            for _, role, target in named(prose(cell.source) if cell.cell_type == "markdown" else ""):
                if wrong := unknown(role, target, known):
                    remarks.append(of_cell(path, number, cell, *wrong))
        return remarks
    text = prose(path.read_text(encoding="utf-8"))
    for place, role, target in named(text):
        if wrong := unknown(role, target, known):
            what, why, mend = wrong
            remarks.append(Remark(path, line_at(text, place), f"It {what}", why, mend))
    return remarks


@pytest.fixture(scope="module")
def known():
    return targets(PAGES, NOTEBOOKS)


@pytest.mark.parametrize("path", [
    *[pytest.param(path, id=path.stem) for path in PAGES],
    *[pytest.param(path, id=path.name) for path in NOTEBOOKS],
])
def test_every_reference_leads_somewhere(path, known):
    report(astray(path, known))


def test_code_is_no_reference(tmp_path, known):
    page = tmp_path / "page.md"
    page.write_text("```md\n{ref}`nowhere`\n```\n\n``{term}`nothing` ``\n\n```{note}\n{ref}`nowhere`\n```\n", "utf-8")
    (remark,) = astray(page, known)
    assert remark.line == 8


def test_a_remark_says_what_the_writer_may_have_meant(tmp_path, known):
    page = tmp_path / "page.md"
    page.write_text("A {term}`cards <confusion matrx>`.\n", "utf-8")
    (remark,) = astray(page, known)
    assert 'the word "confusion matrx", which does not exist; confusion matrix does.' in remark.what
