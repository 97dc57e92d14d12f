"""A page loads only the scripts and styles that something on it uses."""

import re

from docutils import nodes
from sphinx.application import Sphinx

# File of an extension → what a page that needs it has in its HTML.
NEEDED_BY = {
    r"mystnb\.\w+\.css": 'class="cell',
    r"sphinx-design\.min\.css": '"sd-',
    r"design-tabs\.js": '"sd-tab-set',
    r"exercise\.css": '"exercise',
    r"copybutton\.(css|js)": '<div class="highlight',
    r"clipboard\.min\.js": '<div class="highlight',
}


def is_needed(filename: str, body: str) -> bool:
    """Say whether a page needs a file; files that are not listed are needed everywhere."""
    name = filename.rsplit("/", 1)[-1]
    return all(mark in body for pattern, mark in NEEDED_BY.items() if re.fullmatch(pattern, name))


def drop_unneeded(app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Drop what the page does not need from the files Sphinx links in it."""
    for kind in ("css_files", "script_files"):
        files = context.get(kind, [])
        files[:] = [
            file for file in files if is_needed(str(getattr(file, "filename", "") or ""), context.get("body", ""))
        ]


def setup(app: Sphinx) -> None:
    # After every extension has added its own.
    app.connect("html-page-context", drop_unneeded, priority=900)
