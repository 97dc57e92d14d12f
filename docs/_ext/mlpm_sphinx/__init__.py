"""The Sphinx side of the handbook: charts as data, numbers from notebooks, the box on top of a chapter, forms."""

from sphinx.application import Sphinx

from mlpm_sphinx import (
    accessible,
    address,
    assets,
    charts,
    citations,
    exercises,
    facts,
    front_matter,
    glue,
    head,
    mathml,
    numbering,
    practice,
    routes,
    templates,
)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register every part with Sphinx."""
    for part in (
        accessible,
        address,
        assets,
        charts,
        citations,
        exercises,
        facts,
        front_matter,
        glue,
        head,
        mathml,
        numbering,
        practice,
        routes,
        templates,
    ):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
