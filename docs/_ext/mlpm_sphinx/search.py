"""Search: an entry for each section, word and resource, indexed by Pagefind from the pages as they were written.

Entries are small, so that a first query loads little, and each leads to its place; search.js puts them together by
page. Pages that only repeat what stands elsewhere are left out.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pagefind_bin
from docutils import nodes
from lxml import html
from sphinx.application import Sphinx

from mlpm_sphinx import front_matter
from mlpm_sphinx.pages import Memory

FOLDER, PAGE = "pagefind", "search"
_MEMORY = Path("/dev/shm")
SCRIPT = "search.js"
# What a reader can narrow a search to, in the order of the buttons.
PARTS = (
    "Start",
    "Strategy",
    "Delivery",
    "Influencing",
    "Tech fluency",
    "Traps",
    "Career",
    "Notebooks",
    "Templates",
    "Resources",
)
_REPEATS = ("docs/resources/claims", "docs/resources/exercises", "docs/resources/bibliography", PAGE, "404")
# How much a word counts: in the title of a page, of a section, in what is said. A chapter comes before its notebook and
# its template, whose titles say the same.
_TITLE, _HEADING = 10, 7
_OTHERS_TITLE = 8
_CHAPTER, _OTHER = 1.5, 1.0
_SILENT = {"script", "style", "svg", "section", "details"}  # a section speaks for itself; an answer would be given away

_WITHIN = {"a", "abbr", "b", "code", "em", "i", "mark", "span", "strong", "sub", "sup"}  # of a line: no blank after it


@dataclass(frozen=True)
class Entry:
    """What can be found. anchor: of its place, empty for the page; weight: of its title."""

    anchor: str
    page: str
    title: str
    text: str
    weight: float


# --- Entries of a page --------------------------------------------------------------------------------------------


def _text(element: html.HtmlElement) -> Iterator[str]:
    """Yield what an element says, without what is silent and what is an entry of its own."""
    if element.text:
        yield element.text
    for child in element:
        silent = not isinstance(child.tag, str) or child.tag in _SILENT or "headerlink" in child.get("class", "")
        if not silent:
            yield from _text(child)
        if child.tail:
            yield child.tail
    if element.tag not in _WITHIN:
        yield " "


def _plain(parts: Iterator[str]) -> str:
    return " ".join("".join(parts).split())


def entries(page: str) -> list[tuple]:
    """Return the entries of a page's HTML, each as the values of an Entry."""
    found = re.search(r'<article class="bd-article">.*?</article>', page, re.S)
    article = html.fromstring(found[0]) if found else None
    headings = article.xpath(".//section/h1") if article is not None else []
    if not headings:
        return []
    name = _plain(_text(headings[0]))
    made = []
    for word in article.xpath(".//dl[contains(@class, 'glossary')]/dt[@id]"):
        meaning = next((node for node in word.itersiblings() if node.tag == "dd"), word)
        made.append((word.get("id"), name, _plain(_text(word)), _plain(_text(meaning)), _TITLE))
    for resource in article.xpath(".//li[@id][ancestor::*[contains(@class, 'shelf')]]"):
        title = resource.xpath("string(.//strong)") or resource.text_content()[:60]
        made.append((resource.get("id"), name, " ".join(title.split()), _plain(_text(resource)), _HEADING))
    # What is an entry already, and the reading lists, which the library holds whole.
    for apart in article.xpath(".//dl[contains(@class, 'glossary')] | .//*[contains(@class, 'shelf')]"):
        apart.drop_tree()
    for reading in article.xpath(".//section[div[contains(concat(' ', @class, ' '), ' reading ')]]"):
        reading.drop_tree()
    for section in article.iter("section"):
        heading = next((child for child in section if child.tag in ("h1", "h2", "h3", "h4")), None)
        if heading is None:
            continue
        title, first = _plain(_text(heading)), heading.tag == "h1"
        heading.clear(keep_tail=True)
        text = _plain(_text(section))
        made.append(("" if first else section.get("id"), name, title, text, _TITLE if first else _HEADING))
    return made


def parts(docname: str, matter: dict) -> list[str]:
    """Return what a page belongs to, of PARTS."""
    skill = str(matter.get("skill", "")).replace("-", " ").capitalize()
    if skill:
        return [skill, *["Traps"] * (skill != "Traps" and matter.get("traps", "none") != "none")]
    for folder, part in {
        "notebooks/": "Notebooks",
        "docs/resources/templates/": "Templates",
        "docs/resources/": "Resources",
        "docs/traps/": "Traps",
        "docs/career/": "Career",
        "docs/start/": "Start",
    }.items():
        if docname.startswith(folder):
            return [part]
    folder = docname.removeprefix("docs/skills/").split("/")[0].replace("-", " ").capitalize()
    return [folder] if folder in PARTS else []


# --- The index ----------------------------------------------------------------------------------------------------


def markup(entry: Entry, address: str, of: list[str], chapter: bool) -> str:
    """Return an entry as the small page that Pagefind reads. of: what it belongs to; chapter: it is of one."""
    place = f"{address}#{entry.anchor}" if entry.anchor else address
    apart = [("meta", "place", place), ("meta", "page", entry.page), *(("filter", "part", part) for part in of)]
    known = "".join(
        f'<i data-pagefind-{kind}="{name}" data-pagefind-ignore>{escape(value)}</i>' for kind, name, value in apart
    )
    heading = entry.weight if chapter or entry.anchor else min(entry.weight, _OTHERS_TITLE)
    title = f'<h1 data-pagefind-weight="{heading}">{escape(entry.title)}</h1>'
    said = f'<p data-pagefind-weight="{_CHAPTER if chapter else _OTHER}">{escape(entry.text)}</p>'
    return f'<html lang="en"><body><main data-pagefind-body>{title}{known}{said}</main></body></html>'


def index(pages: list[str], folder: Path) -> None:
    """Write the index of small pages; of an index that is there already, only what is new.

    They go through a folder: Pagefind's own Python service waits a tenth of a second for each. In memory where there is
    such a folder, because thousands of small files on a disk take longer than Pagefind does.
    """
    memory = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as desk:
        site, made = Path(desk, "site"), Path(desk, "made")
        site.mkdir()
        for number, page in enumerate(pages):
            (site / f"{number}.html").write_text(page, encoding="utf-8")
        command = [str(pagefind_bin.get_executable()), "--site", str(site), "--output-path", str(made), "--silent"]
        subprocess.run(command, check=True)
        for unused in made.glob("pagefind-*.*"):  # user interfaces and a worker: ours is search.js
            if unused.name != "pagefind-entry.json":
                unused.unlink()
        (made / "wasm.unknown.pagefind").unlink(missing_ok=True)  # for languages we do not write in
        _take_over(made, folder)


def _files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _take_over(made: Path, folder: Path) -> None:
    """Make a folder hold what another holds. A file in a folder of its own is named by its content."""
    new, old = _files_of(made), _files_of(folder)
    for name in old - new:
        (folder / name).unlink()
    for name in new:
        if name not in old or "/" not in name:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made / name, folder / name)


def write(app: Sphinx, exception: Exception | None) -> None:
    """Make the index anew when a page says something else.

    While somebody writes (make live) the first one stays: half of the time between a change and its page went into it.
    """
    if exception is not None or app.builder.format != "html":
        return
    if os.environ.get("LIVE") and Path(app.outdir, FOLDER).is_dir():
        return
    memory = Memory(app, "search", entries)
    before = dict(memory.pages)
    seen = memory.look()
    memory.keep()
    folder = Path(app.outdir, FOLDER)
    said = {address: known[2] for address, known in before.items()}
    if folder.is_dir() and said == seen:
        return
    pages = []
    for address, made in seen.items():
        docname = address.removesuffix(".html")
        matter = app.env.metadata.get(docname, {})
        if docname not in _REPEATS and docname in app.env.all_docs:
            pages += [
                markup(Entry(*values), address, parts(docname, matter), front_matter.is_chapter(matter))
                for values in made
            ]
    index(pages, folder)


# --- The page and the field ---------------------------------------------------------------------------------------


def replace_theirs(app: Sphinx) -> None:
    """Make no index of Sphinx's: 131 KB at 200 pages, which every page of the theme loads."""
    if app.builder.format == "html":
        app.builder.search = False


def add(app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    context["search_parts"] = PARTS
    context["is_search"] = pagename == PAGE
    app.add_js_file(SCRIPT, defer="defer")


def own_page(app: Sphinx) -> list[tuple[str, dict, str]]:
    return [(PAGE, {"title": "Search"}, "search-page.html")]


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", replace_theirs)
    app.connect("html-collect-pages", own_page)
    app.connect("html-page-context", add)
    # After the two files of all pages have got their version: that changes the pages.
    app.connect("build-finished", write, priority=950)
