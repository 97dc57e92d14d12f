"""A chapter that pulls a number from a notebook is built again when the notebook changes.

myst-nb resolves glue when it writes a page, but does not tell Sphinx which notebook the page depends on; nor does it
forget what a notebook stored before.
"""

from pathlib import Path

from docutils import nodes
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def note_dependencies(app: Sphinx, doctree: nodes.document) -> None:
    """Tell Sphinx which notebooks a page takes numbers from."""
    for reference in doctree.findall(PendingGlueReference):
        app.env.note_dependency(str(app.env.doc2path(reference.refdoc)))


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Remove the numbers a notebook stored: when it is read again it stores them anew, or has none."""
    folder = Path(env.mystnb_config.output_folder)
    folder.joinpath(f"{docname}.glue.json").unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", note_dependencies)
    app.connect("env-purge-doc", forget)
