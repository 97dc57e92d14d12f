"""What the site says of itself is so: who may read it, whose work is in it, and that it works anywhere."""

import re
from importlib import metadata

from lxml import html

from mlpm_sphinx import assets, third_party


def pages(site):
    for path in site.html.rglob("*.html"):
        if "_static" not in path.parts:
            yield path.relative_to(site.html).as_posix(), html.parse(path)


def test_robots_may_read_everything_and_get_no_address_that_is_not_known(site):
    assert site.page("robots.txt") == "User-agent: *\nAllow: /\n"
    assert not (site.html / "shared-link.png").exists()
    assert "og:image" not in site.page("index.html")


def test_no_page_but_that_for_no_such_page_knows_where_the_site_lies(site):
    """So it works below any address."""
    rooted = [
        (name, value)
        for name, page in pages(site)
        for value in page.xpath("//@href | //@src | //@action")
        if value.startswith("/") and name != "404.html"
    ]
    assert rooted == []


def test_every_work_of_others_is_listed_with_the_version_that_is_installed(site):
    page = html.fromstring(site.page("docs/about/third-party.html"))
    rows = [[cell.text_content().strip() for cell in row] for row in page.xpath("//tbody/tr")]
    assert [row[0] for row in rows] == [work.name for work in third_party.WORKS]
    versions = {row[0]: row[1] for row in rows}
    assert versions["sphinx-design"] == metadata.version("sphinx-design")
    assert re.fullmatch(r"5\.\d+\.\d+", versions["Bootstrap"])


def test_every_notice_travels_with_the_site(site):
    text = " ".join(site.page("third-party-licenses.txt").split())
    for work in third_party.WORKS:
        assert f"{work.name} {work.version()} ({work.license})" in text
    assert text.count("Permission is hereby granted, free of charge") >= 6
    assert text.count("Redistribution and use in source and binary forms") >= 8
    assert "SIL OPEN FONT LICENSE" in text
    for holder in ("The Bootstrap Authors", "CloudCannon", "University of Washington", "Mike Bostock"):
        assert holder in text


def test_every_file_of_the_site_is_loaded_by_something(site):
    """By a page, by what a page loads, or by the build, which joins the styles and scripts that all pages need."""
    static = site.html / "_static"
    files = {path for path in static.rglob("*") if path.is_file() and path.suffix != ".txt"}
    joined = (*assets.THEIR_STYLES, *assets.OUR_STYLES, *assets.SCRIPTS)
    loaded = {path for pattern in joined for path in static.glob(pattern)}
    loaded |= {path for path in files if path.name in assets.NEEDED_BY}
    said = "".join(site.page(name) for name, _ in pages(site))
    while new := {path for path in files - loaded if path.name in said}:
        loaded |= new
        said = "".join(path.read_text(encoding="utf-8") for path in new if path.suffix in (".css", ".js"))
    assert sorted(path.relative_to(static).as_posix() for path in files - loaded) == []


def test_every_page_leads_to_what_the_site_promises(site):
    for name, page in pages(site):
        links = [link.text for link in page.xpath("//footer//p[@class='about-this-site']/a")]
        assert links == ["Accessibility", "Privacy", "Others' work"], name
