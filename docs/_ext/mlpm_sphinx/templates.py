"""Templates: pages with a form in it, the files made of the form, the box that offers them, and their list."""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from mlpm_sphinx import facts, forms, front_matter, notebook

logger = logging.getLogger(__name__)

FOLDER = "docs/resources/templates"
PROGRAMS = {"md": "Markdown", "docx": "Word", "xlsx": "Excel"}
FILLED = "-agora"
ARCHIVE = "ml-pm-templates.zip"
ABOUT = """Templates of the ML PM Handbook, CC BY 4.0: use them, change them, name the source.

empty/      to fill in, as Markdown and as a Word or Excel file
filled-in/  the same forms as Agora, the invented company of the handbook, filled them in
"""


def is_template(docname: str, matter: dict) -> bool:
    return docname.startswith(f"{FOLDER}/") and "form" in matter


# --- The form's words ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _titles(root: str, changed: int) -> dict[str, str]:
    """Labels of the book's headings → their words."""
    found = {}
    for path in [Path(root, "index.md"), *Path(root, "docs").rglob("*.md")]:
        found |= dict(re.findall(r"^\((\S+)\)=\n#+ (.+)$", path.read_text(encoding="utf-8"), re.M))
    return found


def words(root: Path) -> forms.Words:
    """Where a form's roles get their words from: stored notebooks and the book's headings. root: the source folder."""

    def glued(target: str) -> str:
        path, _, rest = target.partition("::")
        name, _, form = rest.partition(":")
        values = notebook.glued(str(root / path.lstrip("/")))
        if name not in values:
            raise ValueError(f"{path} stores no {name!r}")
        return format(values[name], form)

    def title(label: str) -> str:
        newest = max(path.stat().st_mtime_ns for path in Path(root, "docs").rglob("*.md"))
        titles = _titles(str(root), newest)
        if label not in titles:
            raise ValueError(f"a form says where {{ref}}`{label}` leads: {{ref}}`words <{label}>`")
        return titles[label]

    def fact(key: str) -> str:
        known = facts.load(root)
        if key not in known:
            raise ValueError(facts.missing(key))
        return facts.plain(known[key])

    return forms.Words(glued, title, fact)


# --- The box ------------------------------------------------------------------------------------------------------


class Offer(nodes.General, nodes.Element):
    """Holds the place of the box until the front matter is known."""


class TemplateDirective(SphinxDirective):
    """The box above a form, made from the front matter: {template}, without a body."""

    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        offer = Offer()
        self.set_source_info(offer)
        return [offer]


def _files(stem: str, form: str) -> nodes.paragraph:
    links = nodes.paragraph()
    for kind in ("md", form):
        if links.children:
            links += nodes.Text(" · ")
        links += nodes.reference("", PROGRAMS[kind], refuri=f"{stem}.{kind}", internal=False)
    return links


def box(docname: str, matter: dict) -> nodes.Element:
    """Return the box of a template."""
    stem = docname.rsplit("/", 1)[-1]
    chapter = nodes.paragraph("", "", front_matter.link(docname, "ref", matter["chapter"]))
    legend = nodes.paragraph("", "", nodes.inline("", "Marked", classes=["fill"]))
    legend += nodes.Text(" words are what Agora filled in; the rest is the form.")
    return front_matter.framed(
        "This template",
        front_matter.row("Chapter", chapter),
        front_matter.row("Time", front_matter.words(f"{matter['minutes']} minutes")),
        front_matter.row("Empty", _files(stem, matter["form"])),
        front_matter.row("Filled in", _files(stem + FILLED, matter["form"])),
        front_matter.row("Below", legend),
    )


def show(app: Sphinx, doctree: nodes.document) -> None:
    """Put the box in its place, and say what is wrong with the form."""
    docname = app.env.docname
    matter = app.env.metadata[docname]
    for place in list(doctree.findall(Offer)):
        if is_template(docname, matter) and not front_matter.problems(matter):
            place.replace_self(box(docname, matter))
        else:
            place.parent.remove(place)
    if is_template(docname, matter):
        try:
            readable(app, docname)
        except ValueError as problem:
            logger.warning("%s", problem, location=docname)


def readable(app: Sphinx, docname: str) -> str:
    """Return a template's form without roles. ValueError: something in it cannot be carried into a file."""
    source = app.env.doc2path(docname).read_text(encoding="utf-8")
    return forms.without_roles(forms.markup(source), words(Path(app.srcdir)))


# --- The files ----------------------------------------------------------------------------------------------------


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the files of every template, empty and filled; what has not changed is not made again."""
    if exception is not None or app.builder.format != "html":
        return
    written: dict[str, str] = {}
    made_by = max(Path(module.__file__).stat().st_mtime for module in (forms, notebook))
    for docname, matter in app.env.metadata.items():
        if not is_template(docname, matter) or front_matter.problems(matter):
            continue
        try:
            form = readable(app, docname)
        except ValueError:
            continue  # said when the page was read
        for blank, folder in ((True, "empty"), (False, "filled-in")):
            base = Path(app.outdir, docname + ("" if blank else FILLED))
            text, office = base.with_suffix(".md"), base.with_suffix(f".{matter['form']}")
            new = forms.markdown(form, blank)
            written |= {text.name: f"{folder}/{text.name}", office.name: f"{folder}/{office.name}"}
            # The text is written last: where it is as it should be, a build that was cut off has left the other whole.
            same = text.exists() and text.read_text(encoding="utf-8") == new
            if same and office.exists() and office.stat().st_mtime > made_by:
                continue
            base.parent.mkdir(parents=True, exist_ok=True)
            office.write_bytes(forms.docx(new, base.parent) if matter["form"] == "docx" else forms.xlsx(form, blank))
            text.write_text(new, encoding="utf-8")
    pack(Path(app.outdir, FOLDER), written)


def pack(folder: Path, written: dict[str, str]) -> None:
    """Write all into one file, and remove those whose template is gone. written: file name → name in the ZIP."""
    if not written:
        return
    for path in folder.iterdir():
        if path.suffix.removeprefix(".") in PROGRAMS and path.name not in written:
            path.unlink()
    files = {name: (folder / file).read_bytes() for file, name in written.items()}
    (folder / ARCHIVE).write_bytes(forms.zipped({"README.txt": ABOUT.encode()} | files))


# --- The gallery --------------------------------------------------------------------------------------------------


class TemplateList(SphinxDirective):
    """The templates of one part, from their front matter: {template-list} skill."""

    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        found = []
        for path in Path(self.env.srcdir, FOLDER).glob("*.md"):
            matter = front_matter.read(path)
            if "form" not in matter:
                continue
            self.env.note_dependency(os.path.relpath(path, self.env.srcdir))
            if front_matter.of(self.env, matter["chapter"]).get("skill") == self.arguments[0]:
                found.append((str(matter["template"]), path.stem, matter))
        if not found:
            problem = f"no template belongs to a chapter with skill: {self.arguments[0]}"
            logger.warning("%s", problem, location=self.get_location())
        return [self.entry(stem, matter) for _, stem, matter in sorted(found, key=lambda one: one[:2])]

    def entry(self, stem: str, matter: dict) -> nodes.Element:
        about = f"**{{ref}}`t-{stem}`**, {matter['minutes']} minutes, for {{ref}}`{matter['chapter']}`. "
        about += matter["summary"]
        files = nodes.paragraph("", "Empty: ", classes=["template-files"])
        base = self.env.app.builder.get_relative_uri(self.env.docname, f"{FOLDER}/{stem}").rsplit("/", 1)
        folder = f"{base[0]}/" if len(base) > 1 else ""
        files += _files(f"{folder}{stem}", matter["form"]).children
        files += nodes.Text(" · Filled in: ")
        files += _files(f"{folder}{stem}{FILLED}", matter["form"]).children
        return nodes.container("", *self.parse_text_to_nodes(about), files, classes=["template-entry"])


class TemplateArchive(SphinxDirective):
    """The link to all templates in one file: {template-archive}, without a body."""

    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        link = nodes.reference("", f"All templates in one file, {ARCHIVE}", refuri=ARCHIVE, internal=False)
        return [nodes.paragraph("", "", link)]


def setup(app: Sphinx) -> None:
    app.add_node(Offer)
    app.add_directive("template", TemplateDirective)
    app.add_directive("template-list", TemplateList)
    app.add_directive("template-archive", TemplateArchive)
    app.connect("doctree-read", show)
    app.connect("build-finished", write)
