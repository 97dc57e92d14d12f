"""Charts in a page: painted from a notebook's stored spec, in the notebook's own page and in the chapters that use it.

The pictures are painted when a page is read, so a page that did not change is not painted again.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import vl_convert
from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec
from sphinx.writers.html5 import HTML5Translator

from mlpm import paint
from mlpm_sphinx import notebook

logger = logging.getLogger(__name__)

STYLE, SCRIPT = "charts.css", "charts.js"


class Chart(nodes.General, nodes.Element):
    """A painted chart. Its child is its description, for formats that cannot draw it and for the search index."""


def visit_html(self: HTML5Translator, node: Chart) -> None:
    self.body.append(node["html"])
    raise nodes.SkipNode


def visit_description(self: nodes.NodeVisitor, node: Chart) -> None:
    """Leave the chart to its child, the description."""


@lru_cache(maxsize=256)
def _html(spec: str, prefix: str) -> str:
    """Paint a chart once, although its notebook and a chapter show it."""
    return paint.html(json.loads(spec), prefix)


def painted(spec: dict, env: BuildEnvironment) -> Chart:
    """Return the node of a chart, with an id that no other chart of its page has. ValueError: no description."""
    description = paint.describe(spec)
    prefix = f"chart-{spec['name']}"
    used = env.temp_data.setdefault("mlpm_charts", [])
    used.append(prefix)
    if used.count(prefix) > 1:
        prefix = f"{prefix}-{used.count(prefix)}"
    return Chart("", nodes.paragraph(description, description), html=_html(json.dumps(spec), prefix))


class ChartMimeRenderer:
    """Draw the charts in the page of their notebook (a plug-in of myst-nb)."""

    mime_priority_overrides: ClassVar[list[tuple[str, str, int | None]]] = [("*", paint.MIME, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Return the nodes of a stored chart; None leaves an output to other renderers."""
        if data.mime_type != paint.MIME or inline:
            return None
        env = renderer.renderer.sphinx_env
        # myst-nb counts ten thousand lines a cell: no file has such a line.
        where, cell = env.docname, f"cell {data.line // 10_000}"
        if not data.content.get("name"):
            logger.warning("%s: a chart has no name: mlpm.charts.figure(chart, name, description)", cell,
                           location=where)
            return []
        if f"chart-{data.content['name']}" in env.temp_data.get("mlpm_charts", []):
            logger.warning("%s: two charts are named %r; a chapter could mean either", cell, data.content["name"],
                           location=where)
        try:
            chart = painted(data.content, env)
        except ValueError as error:
            logger.warning("%s: %s", cell, error, location=where)
            return []
        return [nodes.figure("", chart, classes=["chart-figure"])]


class ChartDirective(SphinxDirective):
    """Show a notebook's chart in a chapter: {chart} /notebooks/<stem>.ipynb#<name>, the caption as its body."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        file, _, name = self.arguments[0].partition("#")
        relative, path = self.env.relfn2path(file)
        self.env.note_dependency(relative)
        if not Path(path).is_file():
            return self.refuse(f"there is no notebook {relative}")
        specs = notebook.chart_specs(path)
        if name not in specs:
            have = ", ".join(sorted(specs)) or "none"
            return self.refuse(f"{relative} has no chart named {name!r}; it has: {have}")
        try:
            chart = painted(specs[name], self.env)
        except ValueError as error:
            return self.refuse(str(error))
        figure = nodes.figure("", chart, classes=["chart-figure"])
        self.set_source_info(figure)
        if self.content:
            caption = nodes.caption()
            caption += self.parse_inline(" ".join(self.content), lineno=self.content_offset)[0]
            figure += caption
        return [figure]

    def refuse(self, problem: str) -> list[nodes.Node]:
        logger.warning("%s", problem, location=self.get_location())
        return []


def vega_file() -> str:
    """Name the Vega bundle by what it is made of: a browser keeps it until it changes, a build makes it once."""
    versions = f"{vl_convert.__version__} {vl_convert.get_vega_version()} {vl_convert.get_vega_embed_version()}"
    return f"vega.{hashlib.sha256(versions.encode()).hexdigest()[:12]}.js"


def add_assets(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None) -> None:
    """Load the chart style and script on pages that have a chart."""
    if doctree is not None and next(doctree.findall(Chart), None) is not None:
        app.add_css_file(STYLE)
        app.add_js_file(SCRIPT, defer="defer", **{"data-vega": vega_file()})


def write_assets(app: Sphinx) -> None:
    """Write what `add_assets` names; before the pages, because Sphinx puts a file's checksum in its address."""
    if app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    static.joinpath(STYLE).write_text(paint.stylesheet(), encoding="utf-8")
    static.joinpath(SCRIPT).write_text(paint.live(), encoding="utf-8")
    vega = static / vega_file()
    if not vega.exists():
        for old in static.glob("vega.*.js"):
            old.unlink()
        vega.write_text(paint.vega(), encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.add_node(
        Chart,
        html=(visit_html, None),
        epub=(visit_html, None),
        latex=(visit_description, visit_description),
        text=(visit_description, visit_description),
        man=(visit_description, visit_description),
        texinfo=(visit_description, visit_description),
    )
    app.add_directive("chart", ChartDirective)
    app.connect("html-page-context", add_assets)
    app.connect("builder-inited", write_assets)
