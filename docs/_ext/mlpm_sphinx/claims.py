"""Claims about the world: each sentence with a citation, gathered from the pages and listed by how sure we are of it.

{claims} read    the sentences whose sources we have read; other arguments: see sources.SEEN

How sure we are is said once a source, in its keyword seen:…, by the weakest of what we took from it. A sentence with
several sources is as sure as the weakest of them.
"""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from mlpm_sphinx import front_matter, gathered, library, sources

# Pages that are about sources rather than with them.
_LISTS = ("docs/resources/library", "docs/resources/bibliography", "docs/resources/facts", "docs/resources/index")
_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][”\"’)]))\s+(?=[A-Z“\"‘(\[])")


def sentences(paragraph: nodes.TextElement) -> Iterator[list[nodes.Node]]:
    """Split a paragraph at the ends of its sentences; what is inside emphasis or a link is never split."""
    sentence: list[nodes.Node] = []
    for child in paragraph.children:
        if not isinstance(child, nodes.Text):
            sentence.append(child)
            continue
        *ended, rest = _END.split(child.astext())
        for text in ended:
            yield [*sentence, nodes.Text(text)]
            sentence = []
        if rest:
            sentence.append(nodes.Text(rest))
    if sentence:
        yield sentence


def cited(sentence: list[nodes.Node]) -> list[str]:
    """Return the keys that a sentence cites."""
    return [
        key.strip()
        for node in sentence
        if isinstance(node, nodes.Element)
        for reference in node.findall(addnodes.pending_xref)
        if reference["refdomain"] == "cite"
        for key in reference["reftarget"].split(",")
    ]


def _is_reading(node: nodes.Node) -> bool:
    """Say whether a paragraph is an entry of a reading list: it says why, it claims nothing."""
    while node is not None:
        if isinstance(node, nodes.Element) and "reading" in node.get("classes", []):
            return True
        node = node.parent
    return False


class Claims(gathered.Gatherer):
    """The sentences of a page that cite: (keys, anchor of their section, nodes)."""

    name = "claims"

    def gather(self, app: Sphinx, doctree: nodes.document) -> list[tuple[list[str], str, list[nodes.Node]]]:
        docname = app.env.docname
        if not docname.startswith("docs/") or docname in _LISTS or front_matter.is_example(docname):
            return []
        found = []
        for paragraph in doctree.findall(nodes.paragraph):
            if _is_reading(paragraph):
                continue
            for sentence in sentences(paragraph):
                keys = cited(sentence)
                if keys:
                    said = [*_row(paragraph), *sentence]
                    found.append((keys, _anchor(paragraph), [_copied(node) for node in said]))
        return found


def _row(paragraph: nodes.paragraph) -> list[nodes.Node]:
    """Return what a table says first in the row of a paragraph: without it a cell claims nothing."""
    cell = paragraph.parent
    if not isinstance(cell, nodes.entry) or cell is cell.parent[0] or not cell.parent[0].children:
        return []
    return [*cell.parent[0][0].children, nodes.Text(": ")]


def _anchor(node: nodes.Node) -> str:
    """Return the id of the section a node is in; of the page itself, none."""
    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    return node["ids"][-1] if node is not None and isinstance(node.parent, nodes.section) else ""


def _copied(node: nodes.Node) -> nodes.Node:
    """Return a node without the ids that must not stand on two pages."""
    copy = node.deepcopy()
    if isinstance(copy, nodes.Element):
        for inner in copy.findall(nodes.Element):
            inner["ids"] = []
    return copy


def certainty(keys: list[str], env: BuildEnvironment) -> str:
    """Return the weakest of what the sources' keywords say; an unknown source is reported where it is cited."""
    order, entries = list(sources.SEEN), library.bibliography(env)
    known = [sources.tags(entries[key]).get("seen", ["unsure"])[0] for key in keys if key in entries]
    return max(known, key=lambda seen: order.index(seen) if seen in order else len(order), default="unsure")


def listed(env: BuildEnvironment, seen: str, page: str) -> list[nodes.Node]:
    """Return the sentences of one certainty, page by page in reading order."""
    found: list[nodes.Node] = []
    for docname, claims in gathered.in_order(env, Claims.name):
        items = nodes.bullet_list()
        for keys, anchor, sentence in claims:
            if certainty(keys, env) != seen:
                continue
            line = nodes.paragraph("", "", *(node.deepcopy() for node in sentence))
            for reference in line.findall(addnodes.pending_xref):
                reference["refdoc"] = page
            line += nodes.Text(" ")
            uri = env.app.builder.get_relative_uri(page, docname) + (f"#{anchor}" if anchor else "")
            line += nodes.reference("", "in its place", refuri=uri, internal=True, classes=["to-claim"])
            items += nodes.list_item("", line)
        if items.children:
            found.append(nodes.paragraph("", "", nodes.strong("", "", front_matter.link(page, "doc", f"/{docname}"))))
            found.append(items)
    return found or [nodes.paragraph("", "None.")]


def setup(app: Sphinx) -> None:
    gathered.add_list(app, "claims", listed, Claims)
