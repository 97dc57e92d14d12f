"""Exercises and figures are numbered page by page: adding a chapter does not renumber the others."""

from sphinx.application import Sphinx
from sphinx.builders import Builder


def number_by_page(app: Sphinx, builder: Builder) -> None:
    """Restart every kind of number on every page; only in memory, what Sphinx stored stays as it was."""
    for kinds in app.env.toc_fignumbers.values():
        for numbers in kinds.values():
            numbers.update({node_id: (position,) for position, node_id in enumerate(numbers, start=1)})


def setup(app: Sphinx) -> None:
    app.connect("write-started", number_by_page)
