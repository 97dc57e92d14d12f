"""Interview practice: cards, the ten lines and model answers, each written once and read from the page it stands on.

{model-answer}     an answer that opens on request
{practice-cards}   every prompt by round, with a link to its answer
{practice-lines}   the ten lines of the rubric
{practice-desk}    where practice.js sets up clock, scores and history; the body is what a page without a script says
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from jinja2 import Environment
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

PROMPTS = "docs/career/interview-prompts"
RUBRIC = "docs/career/pass-the-interviews"
MARKUP = "docs/_templates/practice-desk.html"


@dataclass(frozen=True)
class Card:
    """A prompt. label: of its heading; round: the heading above it; text: what the interviewer says."""

    label: str
    round: str
    title: str
    text: str


@dataclass(frozen=True)
class Line:
    """A line of the rubric, with what its ends sound like."""

    name: str
    zero: str
    three: str


def cards(text: str) -> list[Card]:
    """Return the prompts of a page, in its order. ValueError: a prompt without its words, or none at all."""
    found, part = [], ""
    for match in re.finditer(r"^## (.+)$|^\((prompt-[\w-]+)\)=\n### (.+)\n\n((?:>.*\n)*)", text, re.M):
        if match[1]:
            part = match[1]
            continue
        said = " ".join(line.lstrip("> ").strip() for line in match[4].splitlines())
        if not said:
            raise ValueError(f"({match[2]})= has no card: a quotation (> …) right under its heading")
        found.append(Card(match[2], part, match[3], said))
    if not found:
        raise ValueError("has no prompt: (prompt-…)= above a heading of the third order, then > its words")
    return found


def rubric(text: str) -> list[Line]:
    """Return the lines of the table under (interview-rubric)=. ValueError: no such table."""
    _, label, below = text.partition("(interview-rubric)=\n")
    table = re.search(r"(?:^\|.*\n)+", below, re.M)
    if not label or table is None:
        raise ValueError("has no table under (interview-rubric)=")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table[0].splitlines()[2:]]
    if any(len(row) != 3 for row in rows):
        raise ValueError("the table under (interview-rubric)= needs three columns: line, 0, 3")
    return [Line(*row) for row in rows]


def _read(directive: SphinxDirective, page: str, parse: Callable[[str], list]) -> list:
    """Return what a page holds; empty, with a warning, when it holds none of it."""
    directive.env.note_dependency(f"{page}.md")
    try:
        return parse(Path(directive.env.srcdir, f"{page}.md").read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        logger.warning("%s.md: %s", page, problem, location=directive.get_location())
        return []


class ModelAnswer(nodes.General, nodes.Element):
    """An answer that is closed until it is asked for."""


class ModelAnswerDirective(SphinxDirective):
    """{model-answer}: the answer is its body."""

    has_content = True
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        answer = ModelAnswer("", *self.parse_content_to_nodes())
        self.set_source_info(answer)
        return [answer]


def visit(self: HTML5Translator, node: ModelAnswer) -> None:
    self.body.append(self.starttag(node, "details", CLASS="solution-box"))
    self.body.append("<summary>A model answer, in full</summary>\n")


def depart(self: HTML5Translator, node: ModelAnswer) -> None:
    self.body.append("</details>\n")


def ignore(self: nodes.NodeVisitor, node: ModelAnswer) -> None:
    """Where nothing opens, the answer just stands there."""


class _Listed(SphinxDirective):
    """A list made from another page, which is the only place where its words are written."""

    option_spec: ClassVar[OptionSpec] = {}
    source: ClassVar[str]

    def lines(self, text: str) -> list[str]:
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        read = _read(self, self.source, self.lines)
        return self.parse_text_to_nodes("\n".join(read)) if read else []


class PracticeCards(_Listed):
    """{practice-cards}: the prompts, numbered through, under their rounds."""

    source = PROMPTS

    def lines(self, text: str) -> list[str]:
        found, part = [], ""
        for number, card in enumerate(cards(text), 1):
            if card.round != part:
                part = card.round
                found += ["", f"**{part}**", ""]
            found.append(f"{number}. {{ref}}`{card.title} <{card.label}>`: {card.text}")
        return found


class PracticeLines(_Listed):
    """{practice-lines}: the rubric as a table."""

    source = RUBRIC

    def lines(self, text: str) -> list[str]:
        rows = [f"| {line.name} | {line.zero} | {line.three} |" for line in rubric(text)]
        return ["| line | 0 sounds like | 3 sounds like |", "|---|---|---|", *rows]


class PracticeDesk(SphinxDirective):
    """{practice-desk}: the script shows the desk and hides the body."""

    has_content = True
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        found, lines = _read(self, PROMPTS, cards), _read(self, RUBRIC, rubric)
        if not (found and lines):
            return []
        self.env.note_dependency(MARKUP)
        template = Environment(autoescape=True).from_string(Path(self.env.srcdir, MARKUP).read_text(encoding="utf-8"))
        answers = self.env.app.builder.get_relative_uri(self.env.docname, PROMPTS)
        html = template.render(cards=found, lines=lines, answers=answers)
        without = nodes.container("", *self.parse_content_to_nodes(), classes=["practice-without"])
        return [nodes.raw("", html, format="html", desk=True), without]


def add_assets(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None) -> None:
    """Load script and style on the page with the desk, and on no other."""
    if doctree is not None and any(node.get("desk") for node in doctree.findall(nodes.raw)):
        app.add_css_file("practice.css")
        app.add_js_file("practice.js", defer="defer")


def setup(app: Sphinx) -> None:
    app.add_node(
        ModelAnswer,
        html=(visit, depart),
        epub=(visit, depart),
        latex=(ignore, ignore),
        text=(ignore, ignore),
        man=(ignore, ignore),
        texinfo=(ignore, ignore),
    )
    app.add_directive("model-answer", ModelAnswerDirective)
    app.add_directive("practice-cards", PracticeCards)
    app.add_directive("practice-lines", PracticeLines)
    app.add_directive("practice-desk", PracticeDesk)
    app.connect("html-page-context", add_assets)
