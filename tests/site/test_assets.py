"""What a page loads: one style sheet and one script, trimmed to what the site uses, in step with it."""

import gzip
import re

import lightningcss
import pytest
from lxml import html

from building import MATTER, Project
from mlpm_sphinx import assets

THEIRS = """
:root { --used: 1px; --through: var(--used); --dead: 2px; --deader: var(--dead); --set-by-script: 0 }
@font-face { font-family: "Font Awesome"; src: url(../vendor/fontawesome/webfonts/fa-solid-900.woff2) }
.card { margin: var(--through) }
.ghost, .card:hover { color: red }
.ghost .card { color: blue }
#door { color: green }
.waking { color: gray }
"""
OURS = ".ours { color: black } .ours .later { color: white }"


def test_what_no_page_names_goes_and_what_is_ours_stays():
    css = assets.trimmed(THEIRS, OURS, {"card", "waking", "--set-by-script"})
    assert css == (
        ":root{--used:1px;--through:var(--used);--set-by-script:0}.card{margin:var(--through)}"
        # A list stays whole when one of its selectors is used.
        ".ghost,.card:hover{color:red}.waking{color:gray}.ours{color:#000}.ours .later{color:#fff}"
    )


def test_the_classes_that_a_script_gives_are_used():
    script = "node.classList.add('is-open'); document.querySelector(`.tip.${side}`); const no = plain;"
    assert {"is-open", "tip"} <= assets.words(script)
    assert "plain" not in assets.words(script)


@pytest.mark.parametrize(
    ("file", "body", "needed"),
    [
        ("_static/copybutton.js", '<div class="highlight-python">', True),
        ("_static/copybutton.js", "<p>No code.</p>", False),
        ("_static/terms.js", "", True),
    ],
)
def test_a_page_loads_only_the_scripts_it_uses(file, body, needed):
    assert assets.is_needed(file, body) is needed


@pytest.fixture
def book(tmp_path):
    project = Project(tmp_path)
    project.write("docs/one.md", MATTER + "# One\n")
    project.write("index.md", MATTER + "# A book\n\n```{toctree}\ndocs/one\n```\n")
    return project


def version(built, page: str) -> str:
    found = set(re.findall(r"_static/book\.(?:css|js)\?v=(\w+)", built.page(page)))
    assert len(found) == 1
    return found.pop()


def test_a_page_links_one_style_sheet_and_one_script_of_the_same_version(book):
    built = book.build()
    head = html.fromstring(built.page("docs/one.html")).find("head")
    assert [re.sub(r"\?.*", "", link) for link in head.xpath("link[@rel='stylesheet']/@href")] == [
        "../_static/book.css"
    ]
    assert re.sub(r"\?.*", "", head.xpath("script/@src")[0]) == "../_static/book.js"
    assert version(built, "index.html") == version(built, "docs/one.html") != "0"


def test_a_class_that_a_page_begins_to_use_comes_into_the_style_and_every_page_learns_of_it(book):
    built = book.build()
    before = version(built, "index.html")
    assert ".sd-badge{" not in (built.html / "_static/book.css").read_text(encoding="utf-8")
    book.write("docs/one.md", MATTER + "# One\n\n{bdg}`New`\n")
    built = book.build()
    assert version(built, "index.html") == version(built, "docs/one.html") != before
    assert ".sd-badge{" in (built.html / "_static/book.css").read_text(encoding="utf-8")


def test_a_build_that_changes_nothing_writes_no_page(book):
    built = book.build()
    pages = [built.html / name for name in ("index.html", "docs/one.html")]  # Sphinx makes 404 and search each time
    before = [path.stat().st_mtime_ns for path in pages]
    book.build()
    assert [path.stat().st_mtime_ns for path in pages] == before


def test_an_upgrade_that_moves_a_style_is_told(book, monkeypatch):
    static = book.build().html / "_static"
    with pytest.raises(assets.ExtensionError, match=r"_static/styles/gone\.css is not there"):
        assets._files(static, ["styles/gone.css"])


def test_the_style_of_the_handbook_is_valid_and_light(site):
    css = (site.html / "_static" / assets.STYLE).read_text(encoding="utf-8")
    lightningcss.process_stylesheet(css, filename=assets.STYLE)  # raises on what it cannot read
    assert len(gzip.compress(css.encode())) <= 30 * 1024
    for address in re.findall(r"url\(([^)]+)\)", css):
        address = address.strip("\"'")
        assert address.startswith("data:") or (site.html / "_static" / address).is_file(), address


def test_every_rule_of_theirs_that_can_match_a_page_is_kept(site):
    """The oracle reads the theme's own style sheets anew: selectors whose classes all stand in pages."""
    static = site.html / "_static"
    theirs = "\n".join(path.read_text(encoding="utf-8") for path in assets._files(static, assets.THEIR_STYLES))
    theirs = re.sub(r"/\*.*?\*/", "", re.sub(r"url\([^)]*\)", "", theirs), flags=re.S)
    kept = set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", (static / assets.STYLE).read_text(encoding="utf-8")))
    used = set()
    for path in site.html.rglob("*.html"):
        if "_static" not in path.parts:
            page = html.parse(path)
            used |= {name for names in page.xpath("//@class") for name in names.split()} | set(page.xpath("//@id"))
    lost = set()
    for selectors in re.findall(r"([^{};]+){", theirs):
        for selector in selectors.split(","):
            named = set(re.findall(r"[.#](-?[A-Za-z_][\w-]*)", selector))
            if named <= used:
                lost |= set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", selector)) - kept
    assert lost == set()


def test_no_style_asks_for_an_icon_font(site):
    """A rule of the theme that draws with one shows an empty box: each is silenced in our style."""
    css = (site.html / "_static" / assets.STYLE).read_text(encoding="utf-8")
    icons = re.findall(r"([^{}]+)\{[^}]*font:var\(--fa-font-(?:brands|solid)\)", css)
    assert {selector for rule in icons for selector in rule.split(",")} == {
        "a.github:before",
        "a.gitlab:before",
        "nav.bd-links li>a.reference.external:after",  # no link of the menu leads outside
        ".admonition>.admonition-title:after",
        "div.admonition>.admonition-title:after",
    }
    assert "a:is(.github,.gitlab):before{content:none!important}" in css
