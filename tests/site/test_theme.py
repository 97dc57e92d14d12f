"""The theme's own files that we replace have not changed since we copied them: an upgrade asks for a look."""

import re
from pathlib import Path

import pydata_sphinx_theme
import sphinx_book_theme

from mlpm_sphinx import assets
from repository import ROOT

PYDATA = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme"
BOOK = Path(sphinx_book_theme.__file__).parent / "theme" / "sphinx_book_theme"
OURS = ROOT / "docs" / "_templates"


def html_pages(site) -> list[Path]:
    return [path for path in site.html.rglob("*.html") if "_static" not in path.parts]


def block(text: str, name: str) -> str:
    """Return a block of a template, without comments and blank lines."""
    found = re.search(rf"{{%-? block {name} -?%}}(.*?){{%-? endblock(?: {name})? -?%}}", text, re.S)[1]
    found = re.sub(r"{#.*?#}|<!--.*?-->", "", found, flags=re.S)
    return "\n".join(line.strip() for line in found.splitlines() if line.strip())


def test_the_head_that_we_replace_is_the_one_we_know():
    """Ours sets the mode before the page is painted, links one style sheet, and leaves the page's own to Sphinx."""
    theirs = block((PYDATA / "layout.html").read_text(encoding="utf-8"), "css")
    known = """
        <script data-cfasync="false">
        document.documentElement.dataset.mode = localStorage.getItem("mode") || "{{ default_mode }}";
        document.documentElement.dataset.theme = localStorage.getItem("theme") || "{{ default_mode }}";
        </script>
        <noscript>
        <style>
        .pst-js-only { display: none !important; }
        </style>
        </noscript>
        {{ _webpack.head_pre_assets() }}
        {{- css() }}
        {{ _webpack.head_js_preload() }}
    """
    assert theirs.split("\n") == [line.strip() for line in known.strip().splitlines()]


def test_the_files_that_the_theme_loads_are_in_ours_or_left_out():
    linked = re.findall(r"_static/([^'\"]+)'", (PYDATA / "static" / "webpack-macros.html").read_text(encoding="utf-8"))
    files = {name for name in linked if name.endswith((".js", ".css"))}
    # theme.css only imports basic.css; the menus of bootstrap.js are the browser's own here, and so are the icons.
    left_out = {"styles/theme.css", "scripts/bootstrap.js", "scripts/fontawesome.js"}
    assert files - left_out == {name for name in files if assets.is_bundled(f"_static/{name}")}
    assert left_out <= files


def test_the_parts_of_the_theme_that_we_put_in_another_order_are_there():
    theirs = (PYDATA / "layout.html").read_text(encoding="utf-8")
    for name in ("css", "extrahead", "search_dialog", "docs_body", "scripts_end"):
        assert f"block {name} " in theirs
    body = block(theirs, "docs_body")
    assert '<article class="bd-article">' in body
    assert body.count("include") == 1  # the box of the theme's search; ours has none
    assert "pst-search-dialog" in (PYDATA / "static/scripts/pydata-sphinx-theme.js").read_text(encoding="utf-8")


def test_no_page_loads_a_heavy_asset_of_the_theme(site):
    heavy = ("fontawesome.js", "bootstrap.js", "searchindex.js", "searchtools.js", "pydata-sphinx-theme.css")
    found = [(path.name, name) for path in html_pages(site) for name in heavy if name in path.read_text("utf-8")]
    assert found == []


def test_every_icon_of_a_page_is_drawn_by_our_style(site):
    drawn = set(
        re.findall(r"\.(fa-[a-z-]+) \{ --icon", (ROOT / "docs/_static/handbook.css").read_text(encoding="utf-8"))
    )
    used = {
        name
        for path in html_pages(site)
        for classes in re.findall(r'class="([^"]*\bfa-solid\b[^"]*)"', path.read_text(encoding="utf-8"))
        for name in classes.split()
        if name.startswith("fa-")
    }
    assert used - {"fa-solid", "fa-lg", "fa-fw"} <= drawn


def test_the_themes_side_bar_is_the_one_we_copied():
    """All of it but the call that makes the lists."""
    theirs, ours = (
        (folder / "sbt-sidebar-nav.html").read_text(encoding="utf-8") for folder in (BOOK / "components", OURS)
    )
    shell = [re.sub(r"{% if.*endif -?%}|{{.*?}}|{#.*?#}|\s", "", text, flags=re.S) for text in (theirs, ours)]
    assert shell[0] == shell[1]
    assert "generate_toctree_html" in theirs


def test_a_chapter_without_code_loads_no_copy_button(site):
    assert "copybutton" not in site.page("docs/start/what-an-ml-pm-is.html")
    assert "copybutton.js" in site.page("notebooks/scope-an-mvp.html")
