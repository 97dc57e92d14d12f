"""How to cite a page: words and BibTeX at its end, made from CITATION.cff and from the page itself."""

import re
from functools import lru_cache
from html import unescape
from pathlib import Path

import yaml
from pybtex.database import BibliographyData, Entry, Person
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

FILE = "CITATION.cff"


@lru_cache(maxsize=2)
def _read(path: str, changed: int) -> dict:
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def book(root: Path) -> dict:
    """Return what CITATION.cff says; nothing if there is none. root: the source folder."""
    path = root / FILE
    return _read(str(path), path.stat().st_mtime_ns) if path.exists() else {}


def plain_title(html: str) -> str:
    """Return a page's title without markup."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def words(about: dict, title: str, reviewed: str, url: str) -> str:
    """Return the citation in words. reviewed: ISO date of the last review, or nothing; url: of the page, or nothing."""
    year = f" ({reviewed[:4]})" if reviewed else ""
    said = f"{about['authors'][0]['name']}{year}. {title}{'' if title[-1:] in '.?!' else '.'} "
    said += f"In: {about['title']}, version {about['version']}"
    said += f", reviewed {reviewed}." if reviewed else "."
    return f"{said} {url}" if url else said


def bibtex(about: dict, docname: str, title: str, reviewed: str, url: str) -> str:
    """Return the citation as BibTeX; what is not known is left out."""
    fields = {"title": "{" + title + "}", "howpublished": f"{about['title']}, version {about['version']}"}
    fields |= {"year": reviewed[:4], "note": f"Reviewed {reviewed}"} if reviewed else {}
    fields |= {"url": url} if url else {}
    # The authors are a group: in braces, or BibTeX takes the last word for a family name.
    entry = Entry("misc", fields, {"author": [Person(last="{" + about["authors"][0]["name"] + "}")]})
    key = "mlpm-" + re.sub(r"\W+", "-", docname.removeprefix("docs/"))
    return BibliographyData({key: entry}).to_string("bibtex").strip()


def add(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    """Give the template of the page's end what it shows."""
    about = book(Path(app.srcdir))
    if not about or doctree is None:
        return
    title = plain_title(context.get("title", ""))
    page = (title, str((context.get("meta") or {}).get("last_reviewed", "")), context.get("pageurl") or "")
    context["cite_words"] = words(about, *page)
    context["cite_bibtex"] = bibtex(about, pagename, *page)


def pages_to_write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return every page when the book's own citation has changed."""
    now = book(Path(app.srcdir))
    before, env.mlpm_book = getattr(env, "mlpm_book", now), now
    return [] if before == now else sorted(env.all_docs)


def setup(app: Sphinx) -> None:
    app.connect("env-updated", pages_to_write)
    app.connect("html-page-context", add)
