"""Others' work inside the pages: what it is, in which version, whose, and under which license.

Versions and notices are read from what is installed. The table is the directive {third-party}; the notices that must
travel with copies are in one text file of the site.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import ClassVar

import vl_convert
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

FILE = "third-party-licenses.txt"


def _notice(package: str) -> str:
    """Return the license file of an installed package."""
    files = [path for path in metadata.files(package) or [] if re.match(r"(?i)licen[sc]e", path.name)]
    if not files:
        raise FileNotFoundError(f"{package} carries no license file: has an upgrade moved it?")
    return files[0].locate().read_text(encoding="utf-8").strip()


def _banner(package: str, file: str, pattern: str) -> str:
    """Return what a pattern finds in a file of an installed package: a version in a script's first lines."""
    root = Path(str(metadata.distribution(package).locate_file("")))
    found = re.search(pattern, (root / file).read_text(encoding="utf-8"))
    if not found:
        raise ValueError(f"{file} of {package} does not say {pattern}: has an upgrade changed it?")
    return found[1]


def _under(package: str, holder: str) -> str:
    """Return the license that a package has, as another holder's: below the line of the copyright."""
    text = _notice(package)
    start = re.search(r"(?m)^(Permission is hereby|Redistribution and use)", text).start()
    return f"Copyright (c) {holder}\n\n{text[start:]}"


@dataclass(frozen=True)
class Work:
    """A work of others. what: of it is in the pages; files: in _static, as patterns, or a part of one."""

    name: str
    version: Callable[[], str]
    license: str
    what: str
    notice: Callable[[], str]


def _package(name: str, package: str, license: str, what: str) -> Work:
    return Work(name, lambda: metadata.version(package), license, what, lambda: _notice(package))


_PYDATA = "pydata_sphinx_theme/theme/pydata_sphinx_theme/static/styles/pydata-sphinx-theme.css"
_CLIPBOARD = "sphinx_copybutton/_static/clipboard.min.js"
_UW = "2015, University of Washington Interactive Data Lab"
# Of D3, whose parts Vega contains.
_ISC = """Copyright 2010-2023 Mike Bostock

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE."""
_FONT = Path(__file__).parents[2] / "_static" / "fonts" / "OFL.txt"

WORKS = (
    _package("Sphinx", "sphinx", "BSD-2-Clause", "a part of the style sheet"),
    _package("PyData Sphinx Theme", "pydata-sphinx-theme", "BSD-3-Clause", "style and script of the page"),
    _package("Sphinx Book Theme", "sphinx-book-theme", "BSD-3-Clause", "style and script of the page"),
    Work(
        "Bootstrap",
        lambda: _banner("pydata-sphinx-theme", _PYDATA, r"Bootstrap +v([\d.]+)"),
        "MIT",
        "a part of the theme's style",
        lambda: _under("sphinx-design", "2011-2024 The Bootstrap Authors"),
    ),
    _package("MyST-NB", "myst-nb", "BSD-3-Clause", "style of notebooks"),
    _package("sphinx-design", "sphinx-design", "MIT", "style of cards and tabs"),
    _package("sphinx-exercise", "sphinx-exercise", "MIT", "style of exercises"),
    _package("sphinx-copybutton", "sphinx-copybutton", "MIT", "the button that copies code"),
    Work(
        "clipboard.js",
        lambda: _banner("sphinx-copybutton", _CLIPBOARD, r"clipboard\.js v([\d.]+)"),
        "MIT",
        "the button that copies code",
        lambda: _under("sphinx-design", "Zeno Rocha"),
    ),
    _package("Pygments", "pygments", "BSD-2-Clause", "colors of code"),
    _package("accessible-pygments", "accessible-pygments", "BSD-3-Clause", "colors of code"),
    Work(
        "Vega",
        vl_convert.get_vega_version,
        "BSD-3-Clause",
        "live charts",
        lambda: _under("vl-convert-python", _UW),
    ),
    Work(
        "Vega-Lite",
        lambda: vl_convert.get_vegalite_versions()[-1],
        "BSD-3-Clause",
        "live charts",
        lambda: _under("vl-convert-python", _UW),
    ),
    Work(
        "Vega-Embed",
        vl_convert.get_vega_embed_version,
        "BSD-3-Clause",
        "live charts",
        lambda: _under("vl-convert-python", _UW),
    ),
    Work("D3", lambda: "as in Vega", "ISC", "live charts", lambda: _ISC),
    Work(
        "Pagefind",
        lambda: metadata.version("pagefind-bin"),
        "MIT",
        "search",
        lambda: _under("sphinx-design", "2022 CloudCannon"),
    ),
    Work("Source Serif 4", lambda: "4", "OFL-1.1", "the type of headings", lambda: _FONT.read_text(encoding="utf-8")),
)


@cache
def notices() -> str:
    """Return the licenses of all works, as they have to travel with copies."""
    rule = "=" * 72
    parts = [f"{rule}\n{work.name} {work.version()} ({work.license})\n{rule}\n\n{work.notice()}\n" for work in WORKS]
    return "Others' work in the pages of this site, and the licenses it comes with.\n\n" + "\n".join(parts)


class ThirdParty(SphinxDirective):
    """{third-party}: the table of others' work."""

    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        lines = ["| work | version | license | here it is |", "|---|---|---|---|"]
        lines += [f"| {work.name} | {work.version()} | {work.license} | {work.what} |" for work in WORKS]
        to_file = "../" * self.env.docname.count("/") + FILE
        link = nodes.reference("", "one file", refuri=to_file)
        first, last = nodes.Text("Their licenses in full, as they have to travel with copies, are in "), nodes.Text(".")
        said = nodes.paragraph("", "", first, link, last)
        return [*self.parse_text_to_nodes("\n".join(lines)), said]


def write(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.name == "html":
        Path(app.outdir, FILE).write_text(notices(), encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.add_directive("third-party", ThirdParty)
    app.connect("build-finished", write)
