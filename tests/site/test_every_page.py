"""What every page of the built handbook promises: links that lead somewhere, nobody else asked, words for machines."""

import json
import posixpath
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from mlpm_sphinx import notebook
from repository import NOTEBOOKS, ROOT


@cache
def pages(root: Path) -> dict[str, html.HtmlElement]:
    """Every page: address from the root → document."""
    return {
        path.relative_to(root).as_posix(): html.parse(path).getroot()
        for path in sorted(root.rglob("*.html"))
        if "_static" not in path.parts
    }


@cache
def anchors(document) -> set[str]:
    return set(document.xpath("//@id")) | set(document.xpath("//a/@name"))


def test_there_are_pages(site):
    assert len(pages(site.html)) > 15


def dead_links(site) -> list[tuple[str, str]]:
    documents = pages(site.html)
    dead = []
    for address, document in documents.items():
        for link in document.xpath("//a/@href | //link/@href | //img/@src | //script/@src"):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            base = "/" if parts.path.startswith("/") else posixpath.dirname("/" + address)
            target = (
                posixpath.normpath(posixpath.join(base, unquote(parts.path))).lstrip("/") if parts.path else address
            )
            anchor = unquote(parts.fragment)
            lost = anchor and target in documents and anchor not in anchors(documents[target])
            if lost or not (site.html / target).is_file():
                dead.append((address, link))
    return dead


def test_every_internal_link_and_anchor_leads_somewhere(site):
    assert dead_links(site) == []


ELSEWHERE = re.compile(r"^(https?:)?//", re.I)
ASKS = "//script/@src | //img/@src | //iframe/@src | //source/@src | //source/@srcset | //form/@action | //object/@data"


def test_no_page_asks_another_origin(site):
    asked = [
        (address, url)
        for address, document in pages(site.html).items()
        for url in [*document.xpath(ASKS), *document.xpath("//link[not(@rel='canonical')]/@href")]
        if ELSEWHERE.match(url)
    ]
    assert asked == []


def test_no_style_asks_another_origin(site):
    asks = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])((?:https?:)?//[^"')]+)""", re.I)
    sheets = {path.name: path.read_text(encoding="utf-8") for path in site.html.rglob("*.css")}
    sheets |= {
        address: "".join(document.xpath("//style/text() | //@style")) for address, document in pages(site.html).items()
    }
    assert {name: asks.findall(text) for name, text in sheets.items() if asks.search(text)} == {}


def test_no_script_asks_another_origin(site):
    asks = re.compile(
        r"""(?:fetch|import|importScripts|\.open|\.src\s*=|sendBeacon)\s*\(?\s*["'`](?:https?:)?//[^"'`]+"""
    )
    scripts = {path.name: path.read_text(encoding="utf-8") for path in site.html.rglob("*.js")}
    scripts |= {
        address: "".join(document.xpath("//script[not(@type) or @type='module']/text()"))
        for address, document in pages(site.html).items()
    }
    assert {name: asks.findall(text) for name, text in scripts.items() if asks.search(text)} == {}


def test_every_page_describes_itself_once(site):
    for address, document in pages(site.html).items():
        if address in ("404.html", "search.html"):
            continue
        descriptions = document.xpath("//meta[@name='description']/@content")
        assert len(descriptions) == 1, address
        assert 40 <= len(descriptions[0]) <= 160, address


def test_no_two_pages_have_the_same_title_or_description(site):
    for path in ("//title/text()", "//meta[@name='description']/@content"):
        values = [value for document in pages(site.html).values() for value in document.xpath(path)]
        assert sorted(set(values)) == sorted(values)


def test_no_id_occurs_twice_in_a_page(site):
    for address, document in pages(site.html).items():
        ids = document.xpath("//@id")
        assert sorted(set(ids)) == sorted(ids), address


def test_a_page_has_one_heading_of_the_first_order(site):
    for address, document in pages(site.html).items():
        assert len(document.xpath("//article//h1 | //div[@class='bd-search-container']//h1")) == 1, address


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_chart_of_a_notebook_is_in_its_page_painted_described_and_as_data(site, path):
    document = pages(site.html)[f"notebooks/{path.stem}.html"]
    specs = notebook.chart_specs(str(path))
    assert specs, "a tool has a chart"
    for name, spec in specs.items():
        (chart,) = document.xpath(f"//div[@class='chart'][@data-chart='{name}']")
        pictures = chart.xpath(".//div[@class='chart-painted']//svg")
        assert pictures
        assert {(picture.get("role"), picture.get("aria-label")) for picture in pictures} == {
            ("img", spec["description"])
        }
        assert json.loads(chart.xpath("string(.//script)")) == spec


def test_every_chart_of_a_chapter_is_the_notebooks_own(site):
    """In the order of the source, each from the notebook it names: two notebooks may call a chart the same."""
    shown = 0
    for address, document in pages(site.html).items():
        source = ROOT / address.replace(".html", ".md")
        if not (address.startswith("docs/") and source.exists()):
            continue
        text = source.read_text(encoding="utf-8")
        text = re.sub(r"^(`{4,}) *\w.*?^\1$", "", text, flags=re.M | re.S)  # directives shown as code
        asked = re.findall(r"^```{chart} /(notebooks/\S+\.ipynb)#(\S+)$", text, re.M)
        stored = [notebook.chart_specs(str(ROOT / path))[name] for path, name in asked]
        charts = document.xpath("//div[@class='chart']")
        assert [json.loads(chart.xpath("string(.//script)")) for chart in charts] == stored, address
        shown += len(charts)
    assert shown


def test_a_chapter_shows_what_its_front_matter_says(site):
    document = pages(site.html)["docs/skills/delivery/scope-an-mvp.html"]
    (box,) = document.xpath("//div[contains(@class, 'in-this-chapter')][not(contains(@class, 'title'))]")
    rows = {row.text: row.getnext().text_content().strip() for row in box.iter("dt")}
    assert list(rows) == ["You will", "You need", "Time", "Notebook", "Template", "Part", "Reviewed"]
    assert "make report NOTEBOOK=scope-an-mvp" in rows["Notebook"]
    assert rows["Part"] == "Delivery"
    assert re.fullmatch(r"November 2\d, 2026, by the authors", rows["Reviewed"])


def test_a_chapter_names_the_traps_it_keeps_from(site):
    document = pages(site.html)["docs/skills/delivery/know-the-phases.html"]
    (said,) = document.xpath("//dt[.='Part']/following-sibling::dd[1]")
    assert said.text_content().strip() == "Delivery; trap 2: the engineering manager's work"


def test_the_link_check_sees_a_dead_anchor(site, tmp_path):
    (tmp_path / "a.html").write_text(
        "<p id='x'><a href='b.html#here'>b</a><a href='#y'>y</a><a href='c.html'>c</a></p>"
    )
    (tmp_path / "b.html").write_text("<p id='there'>b</p>")

    class Sample:
        html = tmp_path

    assert dead_links(Sample) == [("a.html", "b.html#here"), ("a.html", "#y"), ("a.html", "c.html")]


def test_the_licenses_stand_on_every_page(site):
    for address, document in pages(site.html).items():
        assert len(document.xpath("//footer//a[@rel='license']")) == 2, address


def test_every_page_of_the_repository_is_in_the_site(site):
    sources = [ROOT / "index.md", *(ROOT / "docs").rglob("*.md"), *NOTEBOOKS]
    for path in sources:
        assert path.relative_to(ROOT).with_suffix(".html").as_posix() in pages(site.html)


# Pictures of something that has no axes: their numbers are their description.
DRAWINGS = {"chart-thousand-items", "chart-path-of-a-prediction"}


def test_every_chart_has_its_numbers_as_a_table_one_click_away(site):
    for address, document in pages(site.html).items():
        for chart in document.find_class("chart"):
            if "picture" in chart.classes:  # of a card of the gallery: the click leads to the notebook
                link = chart.xpath("ancestor::*[contains(@class, 'notebook-card')]//a/@href")[0]
                notebook_page = posixpath.normpath(posixpath.join(posixpath.dirname(address), link))
                assert pages(site.html)[notebook_page].find_class("chart-table"), link
                continue
            tables = chart.xpath("./details[not(@open)]/div/table[.//th and .//td]")
            assert len(tables) == (chart.get("id") not in DRAWINGS), (address, chart.get("id"))


def test_no_dollar_has_turned_prose_into_a_formula(site):
    """An amount without a backslash, and the next one, make a formula of what stands between them."""
    for address, document in pages(site.html).items():
        for formula in document.iter("math"):
            words = re.findall(r"\b[a-z]{9,}\b", "".join(node.text or "" for node in formula.iter("mi")))
            assert words == [], (address, words)
