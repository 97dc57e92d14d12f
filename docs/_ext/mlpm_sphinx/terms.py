"""Words of the glossary: what they mean is shown where they are used, and where they are used is said in the glossary.

A link to a word carries its definition as its title: a browser shows it on hover, terms.js also on focus and on a tap.
"""

from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from mlpm_sphinx import front_matter, gathered

PAGE = "docs/resources/glossary"
_SHOWN = 4  # chapters named under a word


def _meaning(definition: nodes.definition) -> str:
    """Return the first paragraph without its citations."""
    paragraph = definition.next_node(nodes.paragraph)
    if paragraph is None:
        return ""
    said = paragraph.deepcopy()
    for cited in [one for one in said.findall(addnodes.pending_xref) if one["refdomain"] == "cite"]:
        cited.parent.remove(cited)
    return " ".join(said.astext().split()).replace(" .", ".").replace(" ,", ",").replace(" :", ":").replace(" ;", ";")


class Meanings(gathered.Gatherer):
    """Of the glossary: id of a word → what it means."""

    name = "meanings"

    def gather(self, app: Sphinx, doctree: nodes.document) -> dict[str, str]:
        if app.env.docname != PAGE:
            return {}
        return {
            anchor: _meaning(item.next_node(nodes.definition))
            for item in doctree.findall(nodes.definition_list_item)
            for term in item.findall(nodes.term)
            for anchor in term["ids"]
        }


class Uses(gathered.Gatherer):
    """The words a page uses, as it spells them in lower case."""

    name = "terms"

    def gather(self, app: Sphinx, doctree: nodes.document) -> list[str]:
        if app.env.docname == PAGE or front_matter.is_example(app.env.docname):
            return []
        return sorted(
            {
                " ".join(reference["reftarget"].split()).lower()
                for reference in doctree.findall(addnodes.pending_xref)
                if (reference["refdomain"], reference["reftype"]) == ("std", "term")
            }
        )


# --- Where a word is used -----------------------------------------------------------------------------------------


def uses(env: BuildEnvironment) -> dict[str, list[str]]:
    """Return word in lower case → the pages that use it, chapters first, each in reading order."""
    found: dict[str, list[str]] = {}
    for docname, words in gathered.in_order(env, Uses.name):
        for word in words:
            found.setdefault(word, []).append(docname)
    for docnames in found.values():
        docnames.sort(key=lambda docname: not front_matter.is_chapter(env.metadata[docname]))
    return found


class UsedIn(nodes.General, nodes.Element):
    """Holds the place of the line under a word."""


def make_room(app: Sphinx, doctree: nodes.document) -> None:
    """Leave a place under each word of the glossary, and put the letters above it."""
    if app.env.docname != PAGE:
        return
    letters: dict[str, nodes.reference] = {}
    for item in doctree.findall(nodes.definition_list_item):
        term = item.next_node(nodes.term)
        letter = term.astext()[:1].upper()
        letters.setdefault(letter, nodes.reference("", letter, refid=term["ids"][0], internal=True))
        words = [" ".join(term.astext().split()).lower() for term in item.findall(nodes.term)]
        item.next_node(nodes.definition).append(gathered.Place(list="used-in", argument="\n".join(words)))
    for glossary in doctree.findall(addnodes.glossary):
        row = nodes.paragraph("", classes=["glossary-letters"])
        for letter in letters.values():
            row += [letter, nodes.Text(" ")]
        glossary.parent.insert(glossary.parent.index(glossary), row)
        break


def used_in(env: BuildEnvironment, words: str, page: str) -> list[nodes.Node]:
    """Return the line that names the chapters; nothing for a word that nobody uses (a test finds it)."""
    where = uses(env)
    docnames = list(dict.fromkeys(docname for word in words.split("\n") for docname in where.get(word, [])))
    if not docnames:
        return []
    line = nodes.paragraph("", "Used in ", classes=["used-in"])
    for position, docname in enumerate(docnames[:_SHOWN]):
        if position:
            line += nodes.Text(", ")
        line += front_matter.link(page, "doc", f"/{docname}")
    more = len(docnames) - _SHOWN
    line += nodes.Text(f" and {more} more." if more > 0 else ".")
    return [line]


# --- What a word means, where it is used --------------------------------------------------------------------------


def _links(doctree: nodes.document) -> Iterator[tuple[nodes.reference, str]]:
    """Yield the links of a page that lead to a word, with the word's id."""
    for link in doctree.findall(nodes.reference):
        words = link.next_node(nodes.inline)
        if words is not None and "std-term" in words["classes"]:
            yield link, link.get("refid") or link.get("refuri", "").partition("#")[2]


def explain(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give the links of a page the meaning of their word."""
    meanings = gathered.store(app.env, Meanings.name).get(PAGE, {})
    for link, anchor in _links(doctree):
        link["classes"].append("term")
        if docname != PAGE and meanings.get(anchor):
            link["reftitle"] = meanings[anchor]


def pages_to_write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages that use a word whose meaning has changed, and those whose lists may quote such a page."""
    now = gathered.store(env, Meanings.name).get(PAGE, {})
    before, env.mlpm_explained = getattr(env, "mlpm_explained", None), now
    if before is None or before == now:
        return []
    return sorted(gathered.store(env, Uses.name).keys() | gathered.store(env, gathered.Places.name).keys())


def add_assets(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None) -> None:
    """Load the script on pages with a word to explain."""
    if doctree is not None and pagename != PAGE and next(_links(doctree), None):
        app.add_js_file("terms.js", defer="defer")


def setup(app: Sphinx) -> None:
    gathered.add_list(app, "used-in", used_in, Meanings, Uses)
    # Before the places are counted.
    app.connect("doctree-read", make_room, priority=400)
    app.connect("doctree-resolved", explain)
    app.connect("env-updated", pages_to_write)
    app.connect("html-page-context", add_assets)
