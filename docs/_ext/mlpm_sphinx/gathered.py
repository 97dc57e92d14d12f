"""Lists made from the whole book: gathered page by page while it is read, filled in when their own page is written.

A list has a name. Its Gatherer says what a page adds to it; its filler makes the nodes from what all pages added. A
page that shows a list is written again when, and only when, what it shows has changed.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import docname_join
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

# Name of a list → makes its nodes (argument of the directive, page that shows it).
_FILLERS: dict[str, Callable[[BuildEnvironment, str, str], list[nodes.Node]]] = {}


def reading_order(env: BuildEnvironment) -> list[str]:
    """Return every page in the order of the toctrees."""
    found: dict[str, None] = {}

    def walk(docname: str) -> None:
        if docname not in found:
            found[docname] = None
            for below in env.toctree_includes.get(docname, []):
                walk(below)

    walk(env.config.root_doc)
    return list(found)


def store(env: BuildEnvironment, name: str) -> dict[str, Any]:
    """Return what pages added to a list: page → what it added."""
    if not hasattr(env, "mlpm_gathered"):
        env.mlpm_gathered = {}
    return env.mlpm_gathered.setdefault(name, {})


def in_order(env: BuildEnvironment, name: str) -> Iterator[tuple[str, Any]]:
    """Yield what pages added to a list, in reading order."""
    added = store(env, name)
    return ((docname, added[docname]) for docname in reading_order(env) if docname in added)


class Gatherer(EnvironmentCollector):
    """Keeps what a page adds to a list, in step with the page. What is kept must be picklable."""

    name: ClassVar[str]

    def gather(self, app: Sphinx, doctree: nodes.document) -> Any:
        """Return what the page adds; nothing if it adds nothing."""
        raise NotImplementedError

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        added = self.gather(app, doctree)
        if added:
            store(app.env, self.name)[app.env.docname] = added

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        store(env, self.name).pop(docname, None)

    def merge_other(self, app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment) -> None:
        theirs = store(other, self.name)
        store(env, self.name).update({docname: theirs[docname] for docname in docnames if docname in theirs})


# --- Where a list is shown ----------------------------------------------------------------------------------------


class Place(nodes.General, nodes.Element):
    """Holds the place of a list until every page has been read."""


class ListDirective(SphinxDirective):
    """{<name of the list>} argument."""

    optional_arguments = 1
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        return [Place(list=self.name, argument="".join(self.arguments))]


class Places(Gatherer):
    """Which pages show which lists."""

    name = "places"

    def gather(self, app: Sphinx, doctree: nodes.document) -> list[tuple[str, str]]:
        return [(place["list"], place["argument"]) for place in doctree.findall(Place)]


class Fill(SphinxPostTransform):
    """Put the lists in their places, before their references are resolved."""

    default_priority = 1

    def run(self, **kwargs: Any) -> None:
        for place in list(self.document.findall(Place)):
            place.replace_self(_FILLERS[place["list"]](self.env, place["argument"], self.env.docname))


def _as_shown(env: BuildEnvironment, found: list[nodes.Node], page: str) -> str:
    """Return the nodes of a list as text, with the titles of the pages they link to without saying them."""
    titles = [
        env.titles[name].astext()
        for node in found
        for link in node.findall(addnodes.pending_xref)
        if link["reftype"] == "doc" and (name := docname_join(page, link["reftarget"])) in env.titles
    ]
    return "\n".join([*(node.pformat() for node in found), *titles])


def pages_to_write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages whose lists now say something else."""
    shown = getattr(env, "mlpm_shown", {})
    env.mlpm_shown = {
        docname: [_as_shown(env, _FILLERS[name](env, argument, docname), docname) for name, argument in places]
        for docname, places in store(env, Places.name).items()
    }
    return [docname for docname, lists in env.mlpm_shown.items() if shown.get(docname) != lists]


def add_list(
    app: Sphinx, name: str, filler: Callable[[BuildEnvironment, str, str], list[nodes.Node]], *by: type[Gatherer]
) -> None:
    """Register a list: the directive that shows it, what fills it in, and who gathers for it."""
    _FILLERS[name] = filler
    app.add_directive(name, ListDirective)
    for gatherer in by:
        app.add_env_collector(gatherer)


def setup(app: Sphinx) -> None:
    app.add_node(Place)
    app.add_env_collector(Places)
    app.add_post_transform(Fill)
    app.connect("env-updated", pages_to_write)
