"""A page stays light: what a first visit brings, compressed, before a chart is seen."""

import gzip
from urllib.parse import urlsplit

import pytest


def weight(file) -> int:
    """Bytes on the wire: a font is compressed already."""
    content = file.read_bytes()
    return len(content if file.suffix == ".woff2" else gzip.compress(content, 6))


@pytest.mark.parametrize(
    ("path", "kilobytes", "requests"),
    [
        ("index.html", 90, 9),
        ("docs/start/what-an-ml-pm-is.html", 90, 9),
        ("docs/skills/delivery/scope-an-mvp.html", 110, 10),
        ("notebooks/scope-an-mvp.html", 130, 11),
    ],
)
def test_a_page_is_light(visit, site, path, kilobytes, requests):
    page = visit(path, 390)
    page.wait_for_load_state("networkidle")
    files = [site.html / urlsplit(url).path.lstrip("/") for url in page.asked if not url.startswith("data:")]
    assert sum(weight(file) for file in files) <= kilobytes * 1024
    assert len(files) <= requests
    assert not [file.name for file in files if file.name.startswith("vega.")]
