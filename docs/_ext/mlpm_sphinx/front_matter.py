"""The front matter of a page: checked against a schema, and shown as the box on top of a chapter."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.i18n import format_date
from sphinx.util.typing import OptionSpec

from mlpm_sphinx import notebook
from mlpm_sphinx.sources import AREAS

logger = logging.getLogger(__name__)

SKILLS = ("start", "strategy", "delivery", "influencing", "tech-fluency", "traps", "career")


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


# key → (what is allowed, in words; the check)
CHAPTER: dict[str, tuple[str, Callable[[str], bool]]] = {
    "skill": (f"one of {', '.join(SKILLS)}", lambda value: value in SKILLS),
    "traps": ('none, or trap numbers like "2, 3"', _matches(r"none|[123](, [123]){0,2}")),
    "you_will": (
        "one to three things the reader will do, separated by semicolons",
        lambda value: 1 <= len(value.split(";")) <= 3 and all(part.strip() for part in value.split(";")),
    ),
    "you_need": ("what the reader must know or have", bool),
    "minutes": ("whole minutes of reading, 5 to 90", lambda value: value.isdecimal() and 5 <= int(value) <= 90),
    "last_reviewed": ("a date like 2026-01-31", _matches(r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")),
    "reviewed_by": ("the role of the last reviewer", bool),
    "notebook": ("the stem of a notebook, or none", _matches(r"[a-z0-9]+(-[a-z0-9]+)*")),
    "template": ("the stem of a template, or none", _matches(r"[a-z0-9]+(-[a-z0-9]+)*")),
    "summary": ("one sentence of 70 to 160 characters", lambda value: 70 <= len(value) <= 160),
}
TEMPLATE: dict[str, tuple[str, Callable[[str], bool]]] = {
    "template": ("its number, like T07", _matches(r"T\d\d")),
    "form": ("docx, or xlsx where people fill in tables", _matches(r"docx|xlsx")),
    "minutes": ("whole minutes to fill it in, 5 to 480", lambda value: value.isdecimal() and 5 <= int(value) <= 480),
    "chapter": ("the stem of the chapter that uses it", _matches(r"[a-z0-9]+(-[a-z0-9]+)*")),
    "summary": CHAPTER["summary"],
}
PAGE = {"summary": CHAPTER["summary"]}
_FROM_MYST = {"myst_slugs", "wordcount"}  # what the parser adds to a page's own keys


def of(env: BuildEnvironment, stem: str) -> dict:
    """Return the front matter of the page of the book with this stem, for a page that is being read; empty if none."""
    # Sphinx has listed the pages already: no walk through the folders.
    for docname in env.found_docs:
        if docname.startswith("docs/") and docname.rsplit("/", 1)[-1] == stem:
            env.note_dependency(f"{docname}.md")
            return read(Path(env.doc2path(docname)))
    return {}


def read(path: Path) -> dict:
    """Return the front matter of a file; empty if it has none."""
    matter = re.match(r"---\n(.*?)\n---\n", path.read_text(encoding="utf-8"), re.S)
    return yaml.safe_load(matter[1]) if matter else {}


def is_example(docname: str) -> bool:
    """A page for contributors shows how a chapter is written; the lists of the book leave it out."""
    return docname.startswith("docs/contribute/")


def is_chapter(matter: dict) -> bool:
    """A chapter says what the reader will do; an index page only what it is."""
    return "you_will" in matter or "skill" in matter


def schema_of(matter: dict) -> dict[str, tuple[str, Callable[[str], bool]]]:
    """A chapter, a template and any other page each promise something else."""
    return CHAPTER if is_chapter(matter) else TEMPLATE if "form" in matter else PAGE


def problems(matter: dict) -> list[tuple[str, str]]:
    """Return what is wrong with a page's front matter: (key, problem)."""
    matter = {key: value for key, value in matter.items() if key not in _FROM_MYST}
    schema = schema_of(matter)
    found = [
        (key, f"is missing: {allowed}") if key not in matter else (key, f"is {str(matter[key])!r}, not {allowed}")
        for key, (allowed, holds) in schema.items()
        if not holds(str(matter.get(key, "")))
    ]
    if schema is not PAGE:
        kind = "chapter" if schema is CHAPTER else "template"
        found += [(key, f"is not a key of a {kind}: {', '.join(schema)}") for key in matter if key not in schema]
    return found


class Box(nodes.General, nodes.Element):
    """Holds the place of the box until the front matter is known."""


class InThisChapter(SphinxDirective):
    """The box on top of a chapter, made from its front matter: {in-this-chapter}, without a body."""

    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        box = Box()
        self.set_source_info(box)
        return [box]


def row(term: str, *body: nodes.Node) -> nodes.definition_list_item:
    definition = nodes.definition("", *body)
    return nodes.definition_list_item("", nodes.term(term, term), definition)


def words(text: str) -> nodes.paragraph:
    return nodes.paragraph(text, text)


def link(docname: str, domain_type: str, target: str, text: str = "") -> addnodes.pending_xref:
    """Return a reference; without a text it shows the title of its target."""
    return addnodes.pending_xref(
        "",
        nodes.inline(text, text, classes=["xref", "std"]),
        refdomain="std",
        reftype=domain_type,
        reftarget=target,
        refexplicit=bool(text),
        refwarn=True,
        refdoc=docname,
    )


def framed(title: str, *rows: nodes.definition_list_item) -> nodes.Element:
    """The frame of a box: a title and rows."""
    heading = nodes.paragraph("", "", nodes.strong("", title), classes=["in-this-chapter-title"])
    return nodes.container("", heading, nodes.definition_list("", *rows), classes=["in-this-chapter"])


def _notebook_row(app: Sphinx, stem: str) -> nodes.definition_list_item:
    docname = app.env.docname
    body = [nodes.paragraph("", "", link(docname, "doc", f"/notebooks/{stem}"))]
    path = Path(app.srcdir, "notebooks", f"{stem}.ipynb")
    if path.is_file():
        app.env.note_dependency(str(path))
        if notebook.runs_as_report(str(path)):
            command = f"make report NOTEBOOK={stem} DATA=your-file.csv"
            body[0] += nodes.Text(", on your own file: ")
            body[0] += nodes.literal(command, command)
    return row("Notebook", *body)


def part(matter: dict) -> str:
    """Return the part of the book that a chapter belongs to, and the traps that it keeps its reader from."""
    skill = str(matter["skill"]).replace("-", " ").capitalize()
    numbers = [] if matter["traps"] == "none" else str(matter["traps"]).split(", ")
    return "; ".join([skill, *(AREAS[f"trap-{number}"].lower() for number in numbers)])


def box(app: Sphinx, matter: dict) -> nodes.Element:
    """Return the box for a chapter's front matter."""
    tasks = nodes.bullet_list(
        "", *(nodes.list_item("", words(task.strip())) for task in str(matter["you_will"]).split(";"))
    )
    rows = [
        row("You will", tasks),
        row("You need", words(str(matter["you_need"]))),
        row("Time", words(f"{matter['minutes']} minutes")),
    ]
    if matter["notebook"] != "none":
        rows.append(_notebook_row(app, matter["notebook"]))
    if matter["template"] != "none":
        form = link(app.env.docname, "ref", f"t-{matter['template']}")
        rows.append(row("Template", nodes.paragraph("", "", form)))
    rows.append(row("Part", words(part(matter))))
    reviewed = datetime.fromisoformat(str(matter["last_reviewed"]))
    day = format_date("%B %-d, %Y", date=reviewed, language=app.config.language)
    rows.append(row("Reviewed", words(f"{day}, by the {matter['reviewed_by']}")))
    return framed("In this chapter", *rows)


def check_and_show(app: Sphinx, doctree: nodes.document) -> None:
    """Check a page's front matter, then put the box in its place."""
    docname = app.env.docname
    path = str(app.env.doc2path(docname))
    if not path.endswith(".md"):
        return
    matter = app.env.metadata[docname]
    found = problems(matter)
    for key, problem in found:
        logger.warning("front matter: %s %s", key, problem, location=docname)
    for place in list(doctree.findall(Box)):
        if not is_chapter(matter):
            logger.warning("only a chapter has the box in-this-chapter: give it skill and you_will", location=place)
        if is_chapter(matter) and not found:
            place.replace_self(box(app, matter))
        else:
            place.parent.remove(place)


def setup(app: Sphinx) -> None:
    app.add_node(Box)
    app.add_directive("in-this-chapter", InThisChapter)
    app.connect("doctree-read", check_and_show)
