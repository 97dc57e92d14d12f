"""The Sphinx side of the handbook: charts as data, numbers from notebooks, boxes, forms, sources, words, galleries."""

from sphinx.application import Sphinx

from mlpm_sphinx import (
    accessible,
    address,
    assets,
    charts,
    citations,
    cite_this,
    claims,
    dates,
    exercises,
    facts,
    front_matter,
    gallery,
    gathered,
    glue,
    head,
    library,
    links,
    mathml,
    navigation,
    numbering,
    pages,
    policy,
    practice,
    routes,
    search,
    take_along,
    templates,
    terms,
    third_party,
)


def setup(app: Sphinx) -> dict[str, bool | str]:
    """Register every part with Sphinx."""
    for part in (
        accessible,
        address,
        assets,
        charts,
        citations,
        cite_this,
        claims,
        dates,
        exercises,
        facts,
        front_matter,
        gallery,
        gathered,
        glue,
        head,
        library,
        links,
        mathml,
        navigation,
        numbering,
        policy,
        practice,
        routes,
        search,
        take_along,
        templates,
        terms,
        third_party,
    ):
        part.setup(app)
    return {"env_version": pages.CODE, "parallel_read_safe": True, "parallel_write_safe": True}
