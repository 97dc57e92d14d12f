"""What a page loads: one style sheet and one script for all pages, made of everybody's, without what no page uses.

The theme's and the extensions' styles come to 95 KB compressed, of which a page uses a tenth. They are joined in their
order and lose the classes, ids and variables that no page and no script of the site names; our own styles stay whole.
"""

import hashlib
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import lightningcss
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from mlpm_sphinx.pages import Memory

# In the order of the cascade; a name may be a pattern. Ours come last and are never trimmed.
THEIR_STYLES = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "mystnb.*.css",
    "copybutton.css",
    "exercise.css",
    "sphinx-design.min.css",
)
OUR_STYLES = ("charts.css", "handbook.css", "shelves.css", "practice.css")
# What every page runs, in order.
SCRIPTS = (
    "documentation_options.js",
    "scripts/sphinx-book-theme.js",
    "scripts/pydata-sphinx-theme.js",
)
STYLE, SCRIPT = "book.css", "book.js"
LINK = re.compile(rf"(_static/(?:{re.escape(STYLE)}|{re.escape(SCRIPT)})\?v=)(\w+)")
# Script of an extension → what a page that needs it has in its HTML.
NEEDED_BY = {
    "copybutton.js": '<div class="highlight',
    "clipboard.min.js": '<div class="highlight',
    "design-tabs.js": '"sd-tab-set',
}
# The theme's search and its key, which search.js replaces.
UNUSED = ("doctools.js", "sphinx_highlight.js")
# What the theme and Sphinx bring and nothing here loads: 5 MB of icons, source maps and a search of their own.
UNLOADED = (
    "scripts/bootstrap*",
    "scripts/fontawesome*",
    "scripts/*.map",
    "styles/*.map",
    "styles/theme.css",
    "vendor",
    "locales",
    "images",
    "*webpack-macros.html",
    "searchtools.js",
    "language_data.js",
    "copybutton_funcs.js",
    "*.png",
    "check-solid.svg",
    "copy-button.svg",
    *UNUSED,
)
# Not bundled with a page's own: a library of its own size and vocabulary.
_VEGA = "vega."


# --- In the page --------------------------------------------------------------------------------------------------


def is_bundled(filename: str) -> bool:
    """Say whether a file of a page's head is in the style sheet or the script of all pages."""
    name = filename.removeprefix("_static/")
    return any(Path(name).match(pattern) for pattern in (*THEIR_STYLES, *OUR_STYLES, *SCRIPTS, *UNUSED))


def is_needed(filename: str, body: str) -> bool:
    """Say whether a page needs a script; scripts that are not listed are needed where they are linked."""
    mark = NEEDED_BY.get(filename.rsplit("/", 1)[-1], "")
    return mark in body


def keep_few(app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Drop from a page's head what is bundled and what the page does not need; the rest runs when the page is read."""
    body = context.get("body", "")
    for kind in ("css_files", "script_files"):
        context[kind] = [
            file
            for file in context.get(kind, [])
            # A script without a file sets options of the theme's own search, which is not used.
            if (name := str(getattr(file, "filename", None) or "")) and not is_bundled(name) and is_needed(name, body)
        ]
    for script in context["script_files"]:
        script.attributes.setdefault("defer", "defer")


# --- The two files ------------------------------------------------------------------------------------------------


def _files(static: Path, names: Iterable[str]) -> list[Path]:
    """Return the files of the names, in their order. A name without a file: the theme has changed."""
    found = []
    for name in names:
        paths = sorted(static.glob(name))
        if not paths:
            raise ExtensionError(f"_static/{name} is not there: has an upgrade moved it? See mlpm_sphinx/assets.py")
        found += paths
    return found


def _joined(paths: Iterable[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def words(scripts: str) -> set[str]:
    """Return the words in a script's strings: classes that it gives to elements are among them."""
    strings = re.findall(r""""([^"\n]*)"|'([^'\n]*)'|`([^`]*)`""", scripts)
    return set(re.findall(r"-{0,2}[A-Za-z_][\w-]*", " ".join(" ".join(parts) for parts in strings)))


def names(page: str) -> set[str]:
    """Return the classes and ids of a page's HTML."""
    found = re.findall(r' class="([^"]*)"', page) + re.findall(r' id="([^"]*)"', page)
    return {name for value in found for name in value.split()}


def read(page: str) -> list:
    """Return the version of the two files that a page links, and the names in it."""
    version = LINK.search(page)
    return [version[2] if version else "", sorted(names(page))]


def dead_variables(css: str, named: set[str]) -> set[str]:
    """Return the variables that a style sheet sets and that nothing living reads. css: minified."""
    setting = re.compile(r"(?<=[{;])(--[\w-]+):([^;}]*)")
    reads: dict[str, set[str]] = {}
    for name, value in setting.findall(css):
        reads.setdefault(name, set()).update(re.findall(r"var\((--[\w-]+)", value))
    alive: set[str] = set()
    to_do = set(re.findall(r"var\((--[\w-]+)", setting.sub("", css))) | named
    while to_do:
        alive |= to_do
        to_do = set().union(*(reads.get(name, set()) for name in to_do)) - alive
    return reads.keys() - alive


def trimmed(theirs: str, ours: str, used: set[str]) -> str:
    """Return one style sheet, minified. used: the classes and ids of the site's pages, and the words of its scripts."""
    # Icons are drawn by our own style; their fonts would be three dead addresses.
    theirs = re.sub(r"@font-face\s*{[^}]*fontawesome[^}]*}", "", theirs)
    selectors = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
    unused = set(selectors.findall(theirs)) - set(selectors.findall(ours)) - used
    small = lightningcss.process_stylesheet(f"{theirs}\n{ours}", filename=STYLE, unused_symbols=unused)
    return lightningcss.process_stylesheet(small, filename=STYLE, unused_symbols=unused | dead_variables(small, used))


def prune(static: Path) -> None:
    """Delete what nothing loads. Sphinx brings it again with the next build."""
    for pattern in UNLOADED:
        for path in static.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def bundle(app: Sphinx, exception: Exception | None) -> None:
    """Write the style sheet and the script of all pages, when the pages are there that say what is used."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    prune(static)
    memory = Memory(app, "assets", read)
    seen = memory.look()
    used = {name for _, named in seen.values() for name in named}
    scripts = [path for path in static.rglob("*.js") if not path.name.startswith(_VEGA) and path.name != SCRIPT]
    used |= words(_joined(scripts))
    script = ";\n".join(path.read_text(encoding="utf-8") for path in _files(static, SCRIPTS))
    style = trimmed(_joined(_files(static, THEIR_STYLES)), _joined(_files(static, OUR_STYLES)), used)
    (static / SCRIPT).write_text(script, encoding="utf-8")
    (static / STYLE).write_text(style, encoding="utf-8")
    version = hashlib.sha256(f"{style}{script}".encode()).hexdigest()[:8]
    for address, known in seen.items():
        if known[0] != version:
            memory.rewrite(address, lambda page: LINK.sub(rf"\g<1>{version}", page))
            known[0] = version
    memory.keep()


def setup(app: Sphinx) -> None:
    # After every extension has added its own.
    app.connect("html-page-context", keep_few, priority=900)
    app.connect("build-finished", bundle, priority=900)
