"""The menu beside every page: the parts of the book, and the way down to the page itself.

The theme resolves the whole table of contents again for every page, and parses its HTML twice. Here the tree is read
once for a build; a page writes the few links that it shows. A page is written again when one of these changes.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

# A group too long to stand beside every page → the page that shows it, and how the menu calls that page.
GALLERIES = {"Tools": ("docs/resources/notebooks", "All {count} tools")}


@dataclass(frozen=True)
class Group:
    """A caption of the front page with its pages."""

    caption: str
    pages: list[str]


@dataclass(frozen=True)
class Tree:
    """below: page → the pages below it, in order; above: page → the pages on the way down to it, the nearest last."""

    groups: list[Group]
    below: dict[str, list[str]]
    above: dict[str, list[str]]


@dataclass(frozen=True)
class Entry:
    """A line of the menu. state: current for the page itself, above for what leads to it, or empty."""

    page: str
    title: str
    state: str
    below: list["Entry"]


def grow(env: BuildEnvironment) -> Tree:
    """Read the tables of contents."""
    root = env.config.root_doc
    groups = [
        Group(listed.get("caption") or "", [page for _, page in listed["entries"] if page in env.titles])
        for listed in env.get_doctree(root).findall(addnodes.toctree)
    ]
    below = {page: [child for child in pages if child in env.titles] for page, pages in env.toctree_includes.items()}
    above: dict[str, list[str]] = {}

    def walk(page: str, way: list[str]) -> None:
        if page not in above:
            above[page] = way
            for child in below.get(page, []):
                walk(child, [*way, page])

    for group in groups:
        for page in group.pages:
            walk(page, [])
    return Tree(groups, below, above)


def tree(env: BuildEnvironment) -> Tree:
    """Return the tree, grown once for a build."""
    if not hasattr(env, "mlpm_tree"):
        env.mlpm_tree = grow(env)
    return env.mlpm_tree


def menu(env: BuildEnvironment, page: str) -> list[tuple[str, list[Entry]]]:
    """Return what the menu beside a page shows: (caption, lines)."""
    known = tree(env)
    way = known.above.get(page, [])

    def lines(pages: list[str]) -> Iterator[Entry]:
        for line in pages:
            state = "current" if line == page else "above" if line in way else ""
            yield Entry(line, env.titles[line].astext(), state, list(lines(known.below.get(line, []))) if state else [])

    found = []
    for group in known.groups:
        gallery, name = GALLERIES.get(group.caption, ("", ""))
        if gallery in env.titles and page not in group.pages:
            found.append((group.caption, [Entry(gallery, name.format(count=len(group.pages)), "", [])]))
        else:
            found.append((group.caption, list(lines(group.pages))))
    return found


def markup(lines: list[Entry], address: Callable[[str], str], depth: int = 1) -> str:
    """Return lines of the menu as the theme's list."""
    items = []
    for line in lines:
        state = " current active" if line.state else ""
        here = ' aria-current="page"' if line.state == "current" else ""
        below = markup(line.below, address, depth + 1) if line.below else ""
        items.append(
            f'<li class="toctree-l{depth}{state}"><a href="{escape(address(line.page))}"{here}>{escape(line.title)}</a>'
            f"{below}</li>"
        )
    classes = ' class="nav bd-sidenav"' if depth == 1 else ""
    return f"<ul{classes}>{''.join(items)}</ul>"


def add(app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Hand the menu to the template."""

    def address(page: str) -> str:
        if pagename == app.config.notfound_pagename:  # shown at any address, so it cannot link from where it stands
            return app.config.notfound_urls_prefix + app.builder.get_target_uri(page)
        return app.builder.get_relative_uri(pagename, page)

    context["navigation"] = "".join(
        (f'<p class="caption" role="heading" aria-level="2">{escape(caption)}</p>' if caption else "")
        + markup(lines, address)
        for caption, lines in menu(app.env, pagename)
    )


def changed(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages whose menu is not what they were written with."""
    env.mlpm_tree = grow(env)
    shown = {page: hashlib.sha256(repr(menu(env, page)).encode()).hexdigest() for page in env.titles}
    before, env.mlpm_menus = getattr(env, "mlpm_menus", {}), shown
    return [page for page, now in shown.items() if before.get(page, now) != now]


def setup(app: Sphinx) -> None:
    app.connect("env-updated", changed)
    app.connect("html-page-context", add)
