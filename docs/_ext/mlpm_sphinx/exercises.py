"""Exercises without an id that repeats, and solutions that open on request.

A solution is the browser's own <details>: no script, by keyboard, findable in the page.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator
from sphinx_exercise.nodes import solution_node


def unwrap(app: Sphinx, doctree: nodes.document) -> None:
    """Take the content out of the section that sphinx-exercise puts it in, with the same id in every exercise."""
    for section in list(doctree.findall(nodes.section)):
        if {"exercise-content", "solution-content"} & set(section["ids"]):
            section["ids"].clear()  # or the first paragraph inherits it
            section.replace_self(section.children)


def visit(self: HTML5Translator, node: solution_node) -> None:
    """Open a solution; its title loses the link to the exercise, because a summary is a button already."""
    title = node.next_node(nodes.title)
    node.remove(title)
    node["classes"] = [name for name in node["classes"] if name != "dropdown"]
    self.body.append(self.starttag(node, "details", CLASS="solution-box"))
    self.body.append(f"<summary>{self.encode(title.astext())}</summary>\n")


def depart(self: HTML5Translator, node: solution_node) -> None:
    self.body.append("</details>\n")


def override(app: Sphinx) -> None:
    """Take over the HTML of solutions, once sphinx-exercise has registered its own."""
    app.registry.add_translation_handlers(solution_node, html=(visit, depart), epub=(visit, depart))


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", unwrap)
    app.connect("builder-inited", override)
