"""What others write that a screen reader stumbles over, or that HTML does not allow."""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def visit_entry(self: HTML5Translator, node: nodes.entry) -> None:
    """Write a table cell; an empty corner above a column of row names is no heading."""
    HTML5Translator.visit_entry(self, node)
    if isinstance(node.parent.parent, nodes.thead) and not node.astext().strip():
        self.body[-1] = self.body[-1].replace("<th", "<td", 1)
        self.context[-1] = "</td>\n"


def depart_entry(self: HTML5Translator, node: nodes.entry) -> None:
    HTML5Translator.depart_entry(self, node)


def visit_citation(self: HTML5Translator, node: nodes.citation) -> None:
    """Write an entry of the bibliography as an item of its list; docutils uses a role that browsers no longer know."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div role="list" class="citation-list">\n')
    self.body.append(self.starttag(node, "div", classes=["citation"], role="listitem"))


def depart_citation(self: HTML5Translator, node: nodes.citation) -> None:
    HTML5Translator.depart_citation(self, node)


def visit_hidden_code(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Open a box that hides code. myst-nb writes paragraphs into its heading, and a name that is not what it says."""
    self.body.append(self.starttag(node, "details", classes=["hide"]))
    prompts = {"collapsed": node["prompt_show"], "expanded": node["prompt_hide"]}
    said = "".join(f'<span class="{state}">{self.encode(prompt)}</span>' for state, prompt in prompts.items())
    self.body.append(f"<summary>{said}</summary>\n")


def depart_hidden_code(self: HTML5Translator, node: HideCodeCellNode) -> None:
    self.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    app.add_node(nodes.entry, override=True, html=(visit_entry, depart_entry))
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_code, depart_hidden_code))
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
