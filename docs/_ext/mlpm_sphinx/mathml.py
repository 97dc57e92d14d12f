"""Math as MathML: drawn by the browser itself, with no script, no font and no other origin."""

from xml.etree import ElementTree

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


# How many parts an element must have: where TeX lacks one, latex2mathml writes the element without it.
_PARTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}


def mathml(tex: str, display: str) -> str:
    """Return a formula as MathML. ValueError: it cannot be drawn, or would be drawn wrong without a word."""
    try:
        drawn = convert(tex, display=display)
        elements = list(ElementTree.fromstring(drawn).iter())
    except Exception as error:  # the library has no base class for what it cannot read, and lets "&" through
        raise ValueError(str(error) or type(error).__name__) from error
    for element in elements:
        name = element.tag.rpartition("}")[2]
        if "\\" in (element.text or ""):
            raise ValueError(f"it does not know {element.text}")
        if len(element) != _PARTS.get(name, len(element)):
            raise ValueError(f"{name} has {len(element)} parts, not {_PARTS[name]}")
    return drawn


def _drawn(node: nodes.Element, display: str) -> str:
    try:
        return mathml(node.astext(), display)
    except ValueError as error:
        logger.warning("cannot draw this formula: %s: %s", node.astext(), error, location=node)
        return ""


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    self.body.append(_drawn(node, "inline"))
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on its own line, with its number if it has a label."""
    # The theme's script lets the keyboard scroll what has this class, if it is too wide.
    self.body.append(self.starttag(node, "div", CLASS="math pst-scrollable-table-container"))
    self.body.append(_drawn(node, "block"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
