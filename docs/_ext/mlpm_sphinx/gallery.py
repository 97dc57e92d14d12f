"""The gallery of notebooks: the question, the chart, the inputs and the ways to run each, read from the notebooks.

{notebook-gallery} tools          notebooks that also run on a reader's file
{notebook-gallery} calculators    notebooks that have inputs and sliders only
"""

from pathlib import Path
from typing import ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from mlpm import paint, shelf
from mlpm_sphinx import address, charts, front_matter, library, notebook

logger = logging.getLogger(__name__)

TOOLS, CALCULATORS = "tools", "calculators"


class GalleryDirective(SphinxDirective):
    """{notebook-gallery} tools or calculators."""

    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        kind = self.arguments[0]
        if kind not in (TOOLS, CALCULATORS):
            problem = f"{{notebook-gallery}} shows {TOOLS} or {CALCULATORS}, not {kind!r}"
            logger.warning("%s", problem, location=self.get_location())
            return []
        found: list[nodes.Node] = []
        for path in self.notebooks():
            self.env.note_dependency(str(path))
            if notebook.runs_as_report(str(path)) == (kind == TOOLS):
                found.append(self.card(path))
        return found

    def notebooks(self) -> list[Path]:
        """The notebooks in the order in which the front page lists them; in the order of their names without it."""
        paths = {path.stem: path for path in shelf.notebooks(Path(self.env.srcdir, "notebooks"))}
        front = Path(self.env.doc2path(self.env.config.root_doc))
        self.env.note_dependency(front.name)
        listed = [line.removeprefix("notebooks/") for line in front.read_text(encoding="utf-8").split()]
        return [paths.pop(stem) for stem in listed if stem in paths] + list(paths.values())

    def card(self, path: Path) -> nodes.Element:
        title, promise = notebook.first_words(str(path))
        specs = notebook.chart_specs(str(path))
        heading = front_matter.link(self.env.docname, "doc", f"/notebooks/{path.stem}", title)
        card = nodes.container("", nodes.paragraph("", "", nodes.strong("", "", heading)), classes=["notebook-card"])
        if specs:
            # The narrow picture as it is: no second one for wide columns, no data, no script that wakes it.
            svg = paint.svg(next(iter(specs.values())), f"gallery-{path.stem}", paint.NARROW)
            card += nodes.raw("", f'<div class="chart picture">{svg}</div>', format="html", picture=True)
        card += self.parse_text_to_nodes(promise)
        card += self.ways_to_run(path)
        card += self.inputs(path)
        return card

    def ways_to_run(self, path: Path) -> nodes.Element:
        links = nodes.paragraph("", classes=["notebook-ways"])
        binder = address.binder_url(self.config.mlpm_repository, path.stem)
        if binder:
            links += nodes.reference("", "Open in Binder", refuri=binder, internal=False)
        if notebook.runs_as_report(str(path)):
            command = f"make report NOTEBOOK={path.stem} DATA=your-file.csv"
            links += [nodes.Text(" · " if binder else ""), nodes.literal(command, command)]
        return links

    def inputs(self, path: Path) -> nodes.Element:
        """The inputs, closed until they are asked for."""
        rows = notebook.inputs(str(path))
        items = nodes.definition_list()
        for name, value, meaning in rows:
            items += nodes.definition_list_item(
                "",
                nodes.term("", "", nodes.literal(name, name), nodes.Text(f" = {value}")),
                nodes.definition("", nodes.paragraph("", meaning)),
            )
        return nodes.container(
            "",
            nodes.raw("", f"<details><summary>{len(rows)} inputs</summary>", format="html"),
            items,
            nodes.raw("", "</details>", format="html"),
            classes=["notebook-inputs"],
        )


def add_assets(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None) -> None:
    """Load the styles of the cards, and of the pictures that take the colors of the page."""
    if doctree is not None and any(node.get("picture") for node in doctree.findall(nodes.raw)):
        app.add_css_file(charts.STYLE)
        app.add_css_file(library.STYLE)


def setup(app: Sphinx) -> None:
    app.add_directive("notebook-gallery", GalleryDirective)
    app.connect("html-page-context", add_assets)
