"""What a page says about itself: a description for search engines and shared links, a picture, who may read it."""

from html import escape
from pathlib import Path

import vl_convert
from docutils import nodes
from sphinx.application import Sphinx

_LONGEST = 160
PICTURE = "shared-link.png"
CLAIM = "Decide what a model does to people, on numbers."


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
        # A shared link needs whole addresses.
        tags |= {"og:image": f"{app.config.html_baseurl}{PICTURE}", "og:image:alt": f"{app.config.project}: {CLAIM}"}
    tags["og:description"] = summary
    context["metatags"] = context.get("metatags", "") + "".join(
        [
            f'<meta name="description" content="{escape(summary)}" />\n',
            *(f'<meta property="{name}" content="{escape(text, True)}" />\n' for name, text in tags.items()),
            '<meta name="twitter:card" content="summary_large_image" />\n' if "og:image" in tags else "",
        ]
    )


def picture(title: str) -> bytes:
    """Draw what stands beside a shared link, as PNG of 1200 × 630 pixels."""
    svg = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630" width="1200" height="630">
      <rect width="1200" height="630" fill="#fdfcf9"/>
      <path d="M80 330c105 0 120-255 195-255s60 135 165 135" transform="translate(0 -10)" fill="none" stroke="#1b5e86"
        stroke-width="34" stroke-linecap="round"/>
      <circle cx="275" cy="65" r="46" fill="#b4530a"/>
      <text x="80" y="450" font-family="serif" font-size="92" font-weight="600" fill="#182530">{escape(title)}</text>
      <text x="82" y="525" font-family="sans-serif" font-size="38" fill="#55616d">{escape(CLAIM)}</text>
    </svg>"""
    return vl_convert.svg_to_png(svg)


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write robots.txt, and the picture where links to it can be whole."""
    if exception is not None or app.builder.name != "html":
        return
    site, folder = app.config.html_baseurl, Path(app.outdir)
    lines = ["User-agent: *", "Allow: /", *([f"Sitemap: {site}sitemap.xml"] if site else [])]
    (folder / "robots.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if site:
        (folder / PICTURE).write_bytes(picture(app.config.project))


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write)
    app.connect("html-page-context", add_description)
