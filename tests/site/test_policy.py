"""Every page names what it may load and run, and holds nothing that this would stop."""

import base64
import hashlib
from html import unescape

import pytest
from lxml import html

from mlpm_sphinx import policy


def pages(site):
    for path in site.html.rglob("*.html"):
        if "_static" not in path.parts:
            yield path.relative_to(site.html).as_posix(), html.parse(path)


def test_every_page_begins_with_the_policy(site):
    for name, page in pages(site):
        (content,) = page.xpath("//head/meta[@http-equiv='Content-Security-Policy']/@content")
        assert content == policy.text(policy.POLICY), name
        head = [element.tag for element in page.find("head")]
        assert "script" not in head[: head.index("meta") + 3], name
        before = page.xpath("//meta[@http-equiv='Content-Security-Policy']/preceding-sibling::*")
        assert {element.tag for element in before} <= {"meta"}, name


def test_no_page_has_an_inline_script_a_handler_or_a_style_that_the_policy_stops(site):
    allowed = policy.POLICY["script-src"]
    for name, page in pages(site):
        for script in page.xpath("//script[not(@src)][not(@type) or contains(@type, 'javascript') or @type='module']"):
            digest = base64.b64encode(hashlib.sha256((script.text or "").encode()).digest()).decode()
            assert f"'sha256-{digest}'" in allowed, (name, script.text[:60])
        assert page.xpath("//@*[starts-with(name(), 'on')]") == [], name
        assert page.xpath("//style | //@style") == [], name
        assert page.xpath("//*[starts-with(@href, 'javascript:')]") == [], name


def test_nothing_unsafe_is_allowed_but_the_search_engine():
    text = policy.text(policy.POLICY)
    assert "'unsafe-inline'" not in text
    assert "'unsafe-eval'" not in text
    assert text.count("unsafe") == 1
    assert "'wasm-unsafe-eval'" in policy.POLICY["script-src"]
    assert "http" not in text  # no other origin
    assert policy.POLICY["default-src"] == "'none'"


def test_hosts_that_send_headers_get_the_same_policy(site):
    lines = (site.html / "_headers").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "/*"
    headers = dict(line.strip().split(": ", 1) for line in lines[1:])
    assert headers["Content-Security-Policy"] == policy.text(policy.POLICY) + "; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("live", "script"), [("", policy.FIRST), ("1", "new WebSocket('ws://127.0.0.1:8000')")])
def test_only_while_somebody_writes_may_a_page_load_itself_again(monkeypatch, live, script):
    monkeypatch.setenv("LIVE", live)
    context = {}
    policy.add(None, "page", "page.html", context, None)
    allowed = "'unsafe-inline'" if live else policy.source(script)
    assert allowed in unescape(context["metatags"])
    assert (" ws:" in context["metatags"]) == bool(live)
