"""What a page says about itself in its head: a description for search engines and for shared links."""

from html import escape

from docutils import nodes
from sphinx.application import Sphinx

_LONGEST = 160


def first_words(doctree: nodes.document) -> str:
    """Return the first paragraph of a page, cut at a word; a notebook has no front matter to say it better."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if len(text) > 40:
            return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rsplit(" ", 1)[0] + " …"
    return ""


def add_description(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Add the meta description and what shows when the page's address is shared."""
    summary = (context.get("meta") or {}).get("summary") or (first_words(doctree) if doctree else "")
    if not summary:
        return
    tags = {"og:type": "article", "og:site_name": app.config.project, "og:title": context.get("title", "")}
    if context.get("pageurl"):
        tags["og:url"] = context["pageurl"]
    tags["og:description"] = summary
    context["metatags"] = context.get("metatags", "") + "".join(
        [
            f'<meta name="description" content="{escape(summary)}" />\n',
            *(f'<meta property="{name}" content="{escape(text, True)}" />\n' for name, text in tags.items()),
        ]
    )


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", add_description)
