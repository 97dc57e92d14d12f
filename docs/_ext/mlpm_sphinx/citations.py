"""Citations at the speed of the rest: a quarter of the build went into looking for one plug-in."""

from pybtex.plugin import find_plugin, register_plugin
from sphinx.application import Sphinx


def setup(app: Sphinx) -> None:
    # sphinxcontrib-bibtex asks for this for each citation, and each time every installed package was searched.
    register_plugin("pybtex.backends", "plaintext", find_plugin("pybtex.backends", "plaintext"), force=True)
