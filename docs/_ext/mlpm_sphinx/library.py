"""The library: a page of every source that is worth a reader's time, reading lists, and files to take along.

{reading}      a list of sources with a reason each: keys of the bibliography, one a line
{library}      every source with its reason, by topic; library.js filters the list
{named-by} A   the sources that an article behind this book names

What is shown is written once, in references.bib: see sources.py.
"""

import re
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from jinja2 import Environment
from pybtex.database import Entry
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from mlpm_sphinx import sources
from mlpm_sphinx.sources import Resource

logger = logging.getLogger(__name__)

PAGE = "docs/resources/library"
MARKUP = "docs/_templates/library-filter.html"
STYLE = "shelves.css"
FILES = {"BibTeX": "bib", "CSV": "csv", "JSON": "json"}


def bibliography(env: BuildEnvironment) -> dict[str, Entry]:
    """Return the entries by key, as sphinxcontrib-bibtex has read them."""
    return env.get_domain("cite").bibdata.data.entries


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|$])", r"\\\1", text)


def _linked(one: Resource, mark: str) -> str:
    """The title in Markdown, marked, as a link to where the source is."""
    title = f"{mark}{escaped(one.title)}{mark}"
    return f"[{title}](<{one.address}>)" if one.address else title


def _labels(one: Resource) -> str:
    """`book, paid`: what to know before one opens it."""
    status = "" if one.status == "live" else f", {sources.STATUSES[one.status].lower()}"
    return f"{sources.KINDS[one.kind].lower()}, {sources.COSTS[one.cost].lower()}{status}"


def _dates(one: Resource) -> list[str]:
    """When its cost and its address were seen: one date if it was the same day."""
    if one.checked == one.cost_seen:
        return [f"seen {one.checked}"]
    return [f"cost seen {one.cost_seen}", *([f"address seen {one.checked}"] if one.checked else [])]


def _successor(one: Resource, entries: dict[str, Entry]) -> str:
    """Markdown that says what to take instead of what is gone."""
    if not one.successor:
        return ""
    title = escaped(sources.plain(entries[one.successor].fields["title"]))
    return f" Withdrawn; take *{title}* {{cite}}`{one.successor}` instead."


class _Shelf(SphinxDirective):
    """What the directives share: the bibliography, and a list item for an entry."""

    option_spec: ClassVar[OptionSpec] = {}

    def entries(self) -> dict[str, Entry]:
        self.env.note_dependency(sources.FILE)
        return bibliography(self.env)

    def warn(self, text: str) -> None:
        logger.warning("%s", text, location=self.get_location(), type="library")

    def listed(self, lines: list[str]) -> list[nodes.Node]:
        """A reading list: it says why, so it is no page's claim."""
        return [nodes.container("", *self.parse_text_to_nodes("\n".join(lines)), classes=["reading"])] if lines else []

    def item(self, one: Resource, why: str, entries: dict[str, Entry]) -> str:
        title = _linked(one, "*")
        return f"- {title} {{cite}}`{one.key}`: {why}{_successor(one, entries)} [{_labels(one)}]{{.resource-labels}}"


class ReadingDirective(_Shelf):
    """{reading}: `key` or `key | why it is worth the time here`, one a line; an indented line goes on.

    `:more: area area` adds links to the library, narrowed to these areas.
    """

    has_content = True
    option_spec: ClassVar[OptionSpec] = {"more": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        entries, lines = self.entries(), []
        for line in filter(None, map(str.strip, re.sub(r"\n +", " ", "\n".join(self.content)).splitlines())):
            key, bar, here = (part.strip() for part in line.partition("|"))
            if key not in entries:
                self.warn(f"{sources.FILE} has no entry {key!r}: add it, or correct the key")
            elif not sources.in_library(entries[key]):
                self.warn(f"{key} is not in the library: give it its keywords and a reason in {sources.FILE}")
            elif bar and not here:
                self.warn(f"{key} has a bar and no reason behind it: `key | why it is worth the time here`")
            elif not list(sources.problems(key, entries)):  # the library's own page says what is wrong
                one = sources.resource(key, entries[key])
                lines.append(self.item(one, here or escaped(one.why), entries))
        return self.listed(lines) + self.more(self.options.get("more", "").split(), entries)

    def more(self, areas: list[str], entries: dict[str, Entry]) -> list[nodes.Node]:
        """Links to the library, narrowed to an area each."""
        if not areas:
            return []
        library = sources.resources(entries)
        line = nodes.paragraph("", "More in the library: ")
        for area in areas:
            if area not in sources.AREAS:
                self.warn(f"`:more:` names {area!r}, which is none of {', '.join(sources.AREAS)}")
                continue
            count = sum(area in one.areas for one in library)
            uri = f"{self.env.app.builder.get_relative_uri(self.env.docname, PAGE)}?area={area}"
            if len(line) > 1:
                line += nodes.Text(" · ")
            line += nodes.reference("", f"{sources.AREAS[area]}, {count}", refuri=uri, internal=True)
        return [line]


class NamedByDirective(_Shelf):
    """{named-by} A: what one of the two articles behind the book names."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        entries = self.entries()
        found = [one for one in sources.resources(entries) if self.arguments[0] in one.named_by]
        if not found:
            self.warn(f"no entry has the keyword named-by:{self.arguments[0]}")
            return []
        return self.listed([self.item(one, escaped(one.why), entries) for one in found])


class LibraryDirective(_Shelf):
    """{library}: every entry by topic, the filter that a script shows, and the files."""

    def run(self) -> list[nodes.Node]:
        entries = self.entries()
        for key in entries:
            for problem in sources.problems(key, entries):
                self.warn(f"{sources.FILE}: {key} {problem}")
        library = sources.resources(entries)
        self.env.note_dependency(MARKUP)
        markup = Path(self.env.srcdir, MARKUP).read_text(encoding="utf-8")
        html = Environment(autoescape=True).from_string(markup).render(choices=sources.CHOICES)
        files = nodes.paragraph("", f"All {len(library)} as a file: ")
        for name, suffix in FILES.items():
            if len(files) > 1:
                files += nodes.Text(" · ")
            files += nodes.reference("", name, refuri=f"library.{suffix}", internal=False)
        found: list[nodes.Node] = [files, nodes.raw("", html, format="html", library=True)]
        for topic, heading in sources.TOPICS.items():
            shelf = [one for one in library if one.topic == topic]
            if shelf:
                section = nodes.section("", nodes.title("", heading), ids=[f"topic-{topic}"], names=[heading.lower()])
                section += nodes.bullet_list("", *(self.shelved(one, entries) for one in shelf), classes=["shelf"])
                found.append(section)
        return found

    def shelved(self, one: Resource, entries: dict[str, Entry]) -> nodes.list_item:
        """An entry in full. What the filter asks for stands in its classes."""
        star = " [★]{.named}" if one.named_by else ""
        by = ", ".join(filter(None, (escaped(one.authors), one.year)))
        facts = [
            sources.KINDS[one.kind],
            f"level {one.level}",
            sources.COSTS[one.cost].lower(),
            *([] if one.status == "live" else [sources.STATUSES[one.status].lower()]),
            *(sources.AREAS[area].partition(":")[0] for area in one.areas),
            *_dates(one),
        ]
        lines = [
            f"{_linked(one, '**')}{star}, {by}: {escaped(one.why)}{_successor(one, entries)}",
            f"[{' · '.join(filter(None, facts))}]{{.resource-labels}}",
        ]
        classes = [f"kind-{one.kind}", f"topic-{one.topic}", f"level-{one.level}", f"cost-{one.cost}"]
        return nodes.list_item(
            "",
            *self.parse_text_to_nodes("\\\n".join(lines)),
            classes=classes + [f"area-{area}" for area in one.areas],
            ids=[f"library-{one.key.lower()}"],
        )


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the files that the page offers, unless they are newer than what they are made of."""
    if exception is not None or app.builder.format != "html" or PAGE not in app.env.all_docs:
        return
    source, base = Path(app.srcdir, sources.FILE), Path(app.outdir, PAGE)
    files = {suffix: base.with_suffix(f".{suffix}") for suffix in FILES.values()}
    made_from = max(path.stat().st_mtime_ns for path in (source, Path(sources.__file__)))
    if all(path.exists() and path.stat().st_mtime_ns > made_from for path in files.values()):
        return
    entries = bibliography(app.env)
    library = sources.resources(entries)
    files["json"].write_text(sources.as_json(library), encoding="utf-8")
    # A spreadsheet takes a file without the mark for Latin-1.
    files["csv"].write_text(sources.as_csv(library), encoding="utf-8-sig", newline="")
    files["bib"].write_text(sources.as_bibtex(library, entries), encoding="utf-8")


def add_assets(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None) -> None:
    """Load style and script on the page with the filter, and on no other."""
    if doctree is not None and any(node.get("library") for node in doctree.findall(nodes.raw)):
        app.add_css_file(STYLE)
        app.add_js_file("library.js", defer="defer")


def setup(app: Sphinx) -> None:
    app.add_directive("reading", ReadingDirective)
    app.add_directive("named-by", NamedByDirective)
    app.add_directive("library", LibraryDirective)
    app.connect("html-page-context", add_assets)
    app.connect("build-finished", write)
