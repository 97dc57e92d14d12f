"""The book to take along: an EPUB, and one document to print as a PDF, both made of the pages as they were built.

What needs a server, a script or a pointer is left out: what remains are text, tables, formulas as MathML and charts as
SVG. Written only when BOOK is set (make book), because nobody waits for a print while writing.
"""

import os
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from docutils import nodes
from lxml import etree, html
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from mlpm_sphinx import navigation

FOLDER, NAME = "book", "ml-pm-handbook"
# Pages that only repeat what stands in the chapters.
_REPEATS = {"docs/resources/claims", "docs/resources/exercises", "docs/resources/notebooks"}
_DROPPED = (
    "script",
    "noscript",
    "button",
    "form",
    "fieldset",
    "input",
    "select",
    "textarea",
    "output",
    "*[@hidden]",
    "a[contains(@class, 'headerlink')]",
    "details[contains(@class, 'hide')]",
    "*[contains(concat(' ', @class, ' '), ' chart-table ')]",
    "*[contains(concat(' ', @class, ' '), ' chart-narrow ')]",
    "*[contains(@class, 'pst-js-only')]",
    "*[contains(@class, 'practice-desk')]",
)
_XHTML, _SVG, _MATHML = (
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1998/Math/MathML",
)
# An HTML parser knows no capitals; these two are all that Vega's pictures have.
_CAPITALS = {"clippath": "clipPath", "viewbox": "viewBox"}
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """A page of the book. depth: 1 below a part; article: its text, cleaned."""

    docname: str
    title: str
    depth: int
    article: html.HtmlElement


@dataclass(frozen=True)
class Part:
    """A group of the menu with its pages, in reading order."""

    caption: str
    pages: list[Page]


# --- The pages ----------------------------------------------------------------------------------------------------


def cleaned(page: str) -> html.HtmlElement:
    """Return the article of a page's HTML without what a print or a reading device cannot use."""
    found = re.search(r'<article class="bd-article">.*?</article>', page, re.S)
    article = html.fromstring(found[0])
    for dropped in article.xpath(" | ".join(f".//{path}" for path in _DROPPED)):
        if dropped.getparent() is not None:
            dropped.drop_tree()
    for opened in article.xpath(".//details"):
        opened.tag = "div"
        for summary in opened.xpath("./summary"):
            summary.tag = "p"
    for picture in article.iter("svg"):
        # Of the width of the page; the height follows.
        picture.attrib.pop("height", None)
    for node in article.iter():
        for name in ("tabindex", "data-chart", "data-text", "data-href"):
            node.attrib.pop(name, None)
    return article


def read(app: Sphinx) -> list[Part]:
    """Return the parts of the book in the order of the menu; the front page is none."""
    tree = navigation.tree(app.env)

    def walk(docname: str, depth: int) -> Iterator[Page]:
        if docname not in _REPEATS:
            text = Path(app.outdir, f"{docname}.html").read_text(encoding="utf-8")
            yield Page(docname, app.env.titles[docname].astext(), depth, cleaned(text))
        for below in tree.below.get(docname, []):
            yield from walk(below, depth + 1)

    return [Part(group.caption, [page for top in group.pages for page in walk(top, 1)]) for group in tree.groups]


def pages_of(parts: list[Part]) -> list[Page]:
    return [page for part in parts for page in part.pages]


def relink(page: Page, known: dict[str, set[str]], address: Callable[[str, str], str], site: str) -> None:
    """Lead every link of a page to its place in the book, to the site, or nowhere.

    known: docname → ids; address: (docname, id or nothing) → where that is in the book; site: its address or nothing.
    """
    folder = Path(page.docname).parent.as_posix()
    for link in page.article.xpath(".//a[@href]"):
        target = link.get("href")
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        whole = os.path.normpath(os.path.join(folder, path)) if path else f"{page.docname}.html"
        docname = whole.removesuffix(".html")
        if docname in known and (not anchor or anchor in known[docname]):
            link.set("href", address(docname, anchor))
        elif site:
            link.set("href", f"{site}{whole}{'#' + anchor if anchor else ''}")
        else:
            link.drop_tag()


def ids_of(page: Page) -> set[str]:
    return set(page.article.xpath(".//@id"))


# --- One document to print ----------------------------------------------------------------------------------------


def _renamed(page: Page, prefix: str) -> None:
    """Put a prefix before every id of a page and every place that names one, but links."""
    for node in page.article.iter():
        for name, value in list(node.attrib.items()):
            if name == "id":
                node.set(name, f"{prefix}{value}")
            elif name in ("aria-describedby", "aria-labelledby", "for"):
                node.set(name, " ".join(f"{prefix}{one}" for one in value.split()))
            elif "url(#" in value:
                node.set(name, value.replace("url(#", f"url(#{prefix}"))


def _deeper(page: Page) -> None:
    """Lower the headings of a page by its depth: parts are the first level of the outline."""
    for level in range(6, 0, -1):
        for heading in page.article.xpath(f".//h{level}"):
            heading.tag = f"h{min(6, level + page.depth)}"
            heading.set("class", f"level-{level}")


def printable(parts: list[Part], site: str, project: str, author: str) -> str:
    """Return the book as one HTML document."""
    places = {page.docname: f"p{number}" for number, page in enumerate(pages_of(parts))}
    known = {page.docname: ids_of(page) for page in pages_of(parts)}

    def address(docname: str, anchor: str) -> str:
        return f"#{places[docname]}-{anchor}" if anchor else f"#{places[docname]}"

    body, contents = [], []
    for number, part in enumerate(parts):
        body.append(f'<h1 class="part" id="part-{number}">{escape(part.caption)}</h1>')
        contents.append(f'<p class="in-part"><a href="#part-{number}">{escape(part.caption)}</a></p>')
        for page in part.pages:
            place = places[page.docname]
            relink(page, known, address, site)
            _renamed(page, f"{place}-")
            _deeper(page)
            page.article.set("id", place)
            body.append(html.tostring(page.article, encoding="unicode"))
            title = escape(page.title)
            contents.append(f'<p class="depth-{page.depth}"><a href="#{place}">{title}</a></p>')
    style = (_HERE / "take_along.css").read_text(encoding="utf-8")
    rights = "Text and charts: CC BY 4.0. Code: MIT."
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(project)}</title>'
        f"<style>{style}</style></head><body>"
        f'<section class="title-page"><p class="book-title">{escape(project)}</p><p>{escape(author)}</p>'
        f"<p>{rights}</p></section>"
        f'<nav class="contents"><h1>Contents</h1>{"".join(contents)}</nav><main>{"".join(body)}</main></body></html>'
    )


# --- EPUB ---------------------------------------------------------------------------------------------------------


def _xhtml(article: html.HtmlElement) -> etree._Element:
    """Return an article as XHTML: formulas and pictures in their own namespaces."""

    def convert(node: etree._Element, space: str) -> etree._Element:
        space = {"svg": _SVG, "math": _MATHML}.get(node.tag, space)
        made = etree.Element(f"{{{space}}}{_CAPITALS.get(node.tag, node.tag)}", nsmap={None: space})
        for name, value in node.attrib.items():
            if name != "xmlns":
                made.set(_CAPITALS.get(name, name), value)
        made.text, made.tail = node.text, node.tail
        made.extend(convert(child, space) for child in node if isinstance(child.tag, str))
        return made

    return convert(article, _XHTML)


def _file(docname: str) -> str:
    return f"{docname.replace('/', '-')}.xhtml"


def _document(title: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        f'<html xmlns="{_XHTML}" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">'
        f'<head><title>{escape(title)}</title><link rel="stylesheet" href="book.css" type="text/css"/></head>'
        f"<body>{body}</body></html>"
    )


def _contents(parts: list[Part]) -> str:
    items = []
    for part in parts:
        inner = "".join(f'<li><a href="{_file(page.docname)}">{escape(page.title)}</a></li>' for page in part.pages)
        items.append(f"<li><span>{escape(part.caption)}</span><ol>{inner}</ol></li>")
    return f'<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>{"".join(items)}</ol></nav>'


def _package(parts: list[Part], properties: dict[str, str], meta: dict[str, str]) -> str:
    """Return the package document: what the book is, its files, and their order."""
    files = [_file(page.docname) for page in pages_of(parts)]
    manifest = "".join(
        f'<item id="i{number}" href="{name}" media-type="application/xhtml+xml"{properties[name]}/>'
        for number, name in enumerate(files)
    )
    spine = "".join(f'<itemref idref="i{number}"/>' for number in range(len(files)))
    access = {
        "accessMode": ["textual", "visual"],
        "accessModeSufficient": ["textual"],
        "accessibilityFeature": [
            "alternativeText",
            "MathML",
            "readingOrder",
            "structuralNavigation",
            "tableOfContents",
        ],
        "accessibilityHazard": ["none"],
        "accessibilitySummary": ["Charts have a description, formulas are MathML, tables have headings."],
    }
    facts = ((name, value) for name, values in access.items() for value in values)
    said = "".join(f'<meta property="schema:{name}">{value}</meta>' for name, value in facts)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book-id" xml:lang="en">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="book-id">{escape(meta["identifier"])}</dc:identifier>'
        f"<dc:title>{escape(meta['title'])}</dc:title><dc:language>en</dc:language>"
        f"<dc:creator>{escape(meta['author'])}</dc:creator>"
        f"<dc:description>{escape(meta['description'])}</dc:description><dc:rights>CC BY 4.0</dc:rights>"
        f'<meta property="dcterms:modified">{meta["modified"]}</meta>{said}</metadata>'
        '<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        f'<item id="style" href="book.css" media-type="text/css"/>{manifest}</manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )


_CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def pack(path: Path, parts: list[Part], site: str, meta: dict[str, str]) -> None:
    """Write the book as EPUB 3. meta: title, author, description, identifier, modified."""
    known = {page.docname: ids_of(page) for page in pages_of(parts)}
    texts, properties = {}, {}
    for page in pages_of(parts):
        relink(page, known, lambda docname, anchor: _file(docname) + (f"#{anchor}" if anchor else ""), site)
        body = etree.tostring(_xhtml(page.article), encoding="unicode")
        name = _file(page.docname)
        texts[name] = _document(page.title, body)
        kinds = [kind for kind, mark in (("mathml", "<math"), ("svg", "<svg")) if mark in body]
        properties[name] = f' properties="{" ".join(kinds)}"' if kinds else ""
    texts["nav.xhtml"] = _document("Contents", _contents(parts))
    texts["book.css"] = (_HERE / "take_along.css").read_text(encoding="utf-8")
    texts["package.opf"] = _package(parts, properties, meta)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        # First and not compressed, so that a file's first bytes say what it is.
        book.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", _CONTAINER)
        for name, text in texts.items():
            book.writestr(f"book/{name}", text)


# --- When the site has been built ---------------------------------------------------------------------------------


def description(env: BuildEnvironment) -> str:
    return str(env.metadata[env.config.root_doc].get("summary", env.config.project))


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the EPUB, and the document that printing turns into the PDF."""
    if exception is not None or app.builder.name != "html" or not app.config.mlpm_book:
        return
    folder = Path(app.outdir, FOLDER)
    folder.mkdir(exist_ok=True)
    site = app.config.html_baseurl
    meta = {
        "title": app.config.project,
        "author": app.config.author,
        "description": description(app.env),
        "identifier": uuid.uuid5(uuid.NAMESPACE_URL, NAME).urn,  # of every edition
        "modified": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    pack(folder / f"{NAME}.epub", read(app), site, meta)
    printed = printable(read(app), site, app.config.project, app.config.author)
    Path(app.doctreedir, f"{NAME}.html").write_text(printed, encoding="utf-8")


def link(app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Tell the foot of the page (take-along.html) whether there is a book."""
    context["books"] = {kind: f"{FOLDER}/{NAME}.{kind.lower()}" for kind in ("EPUB", "PDF") if app.config.mlpm_book}


def setup(app: Sphinx) -> None:
    app.add_config_value("mlpm_book", bool(os.environ.get("BOOK")), "html", types=[bool])
    app.connect("html-page-context", link)
    app.connect("build-finished", write, priority=950)
