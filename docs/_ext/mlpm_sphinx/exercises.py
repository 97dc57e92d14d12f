"""Exercises without an id that repeats, solutions that open on request, and the index of all exercises.

A solution is the browser's own <details>: no script, by keyboard, findable in the page.

{exercise-index} strategy    the exercises of one part, by the `skill` of its chapters
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, exercise_subtitle, solution_node

from mlpm_sphinx import front_matter, gathered


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


# --- The index ----------------------------------------------------------------------------------------------------


def asks(exercise: nodes.Element) -> str:
    """Return how an exercise begins and what it asks last: its first sentence, and its last question or sentence."""
    said = [" ".join(paragraph.astext().split()) for paragraph in exercise.findall(nodes.paragraph)]
    sentences = [sentence for text in said for sentence in re.split(r"(?<=[.?!:])[”\"]?\s+", text)]
    asked = [sentence for sentence in sentences if sentence.endswith("?")] or sentences
    return " … ".join(dict.fromkeys([sentence.rstrip(":") for sentence in (sentences[:1] + asked[-1:])]))


def named(exercise: nodes.Element) -> str:
    """Return the title of an exercise; a writer who is not done has not given it one."""
    title = exercise.next_node(exercise_subtitle)
    return title.astext() if title is not None else "Exercise"


class Exercises(gathered.Gatherer):
    """The exercises of a page: (id, title, what it asks)."""

    name = "exercises"

    def gather(self, app: Sphinx, doctree: nodes.document) -> list[tuple[str, str, str]]:
        docname = app.env.docname
        if front_matter.is_example(docname) or not front_matter.is_chapter(app.env.metadata[docname]):
            return []
        return [
            (exercise["ids"][0], named(exercise), asks(exercise))
            for exercise in doctree.findall(lambda node: isinstance(node, exercise_node | exercise_enumerable_node))
        ]


def index(env: BuildEnvironment, skill: str, page: str) -> list[nodes.Node]:
    """Return the exercises of one part, chapter by chapter in reading order."""
    found: list[nodes.Node] = []
    for docname, exercises in gathered.in_order(env, Exercises.name):
        if env.metadata[docname].get("skill") != skill:
            continue
        items = nodes.bullet_list()
        for anchor, title, asked in exercises:
            uri = f"{env.app.builder.get_relative_uri(page, docname)}#{anchor}"
            line = nodes.paragraph("", "", nodes.reference("", title, refuri=uri, internal=True))
            line += nodes.Text(f": {asked}")
            items += nodes.list_item("", line)
        found += [nodes.paragraph("", "", nodes.strong("", "", front_matter.link(page, "doc", f"/{docname}"))), items]
    return found or [nodes.paragraph("", "None.")]


def setup(app: Sphinx) -> None:
    gathered.add_list(app, "exercise-index", index, Exercises)
    app.connect("doctree-read", unwrap)
    app.connect("builder-inited", override)
