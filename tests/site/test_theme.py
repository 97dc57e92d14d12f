"""The theme's own files that we replace have not changed since we copied them: an upgrade asks for a look."""

import re
from pathlib import Path

import pydata_sphinx_theme
import pytest
import sphinx_book_theme

from mlpm_sphinx.assets import is_needed
from repository import ROOT

PYDATA = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme"
BOOK = Path(sphinx_book_theme.__file__).parent / "theme" / "sphinx_book_theme"
OURS = ROOT / "docs" / "_templates"


def html_pages(site) -> list[Path]:
    return [path for path in site.html.rglob("*.html") if "_static" not in path.parts]


def assets(text: str) -> list[str]:
    return re.findall(r"""pathto\('(_static/[^']+)', 1\) }}(\?digest=\w+)?""", text)


def test_pages_load_the_themes_assets_but_two_scripts():
    """Fontawesome.js is redundant, bootstrap.js serves menus we do not use; the digests are of the theme installed."""
    theirs = [
        asset
        for asset in assets((PYDATA / "static" / "webpack-macros.html").read_text(encoding="utf-8"))
        if not asset[0].endswith(("fontawesome.js", "bootstrap.js"))
    ]
    ours = assets((OURS / "static" / "webpack-macros.html").read_text(encoding="utf-8"))
    assert {asset for asset in ours if "/fonts/" not in asset[0]} == set(theirs)


def test_no_page_loads_a_heavy_asset_of_the_theme(site):
    for path in html_pages(site):
        text = path.read_text(encoding="utf-8")
        assert "fontawesome.js" not in text
        assert "bootstrap.js" not in text
        if path.name != "search.html":
            assert "searchindex.js" not in text


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
    theirs = (BOOK / "components" / "sbt-sidebar-nav.html").read_text(encoding="utf-8")
    ours = (OURS / "sbt-sidebar-nav.html").read_text(encoding="utf-8")
    arguments = re.compile(r"generate_toctree_html\((.*?)\)\s*[|}]", re.S)
    assert arguments.search(ours)[1].split() == arguments.search(theirs)[1].split()


@pytest.mark.parametrize(
    ("file", "body", "needed"),
    [
        ("_static/copybutton.js", '<div class="highlight-python">', True),
        ("_static/copybutton.js", "<p>No code.</p>", False),
        ("_static/mystnb.0a1b.css", '<div class="cell tag_memo">', True),
        ("_static/mystnb.0a1b.css", "<p>A chapter.</p>", False),
        ("_static/handbook.css", "", True),
        ("", "", True),  # an inline script has no file
    ],
)
def test_a_page_loads_only_what_it_uses(file, body, needed):
    assert is_needed(file, body) is needed


def test_a_chapter_without_code_loads_no_copy_button(site):
    assert "copybutton" not in site.page("docs/start/what-an-ml-pm-is.html")
    assert "copybutton.js" in site.page("notebooks/scope-an-mvp.html")
