"""The site works below any path: on a project's page of a code host, on somebody's drive."""

import shutil
import threading
from functools import partial
from http.server import ThreadingHTTPServer

import pytest
from patience import read_to_the_end

from conftest import Quiet


@pytest.fixture(scope="module")
def below(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("host")
    shutil.copytree(site.html, folder / "some" / "where")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/some/where/"
        server.shutdown()


def test_charts_live_and_search_finds(visit, below):
    page = visit("index.html")
    failed = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.goto(below + "notebooks/scope-an-mvp.html")
    read_to_the_end(page)
    page.keyboard.press("/")
    page.keyboard.type("recall")
    page.locator("#pst-search-dialog .search-found a").first.click()
    page.wait_for_url(f"{below}**")
    assert page.locator("h1").first.is_visible()
    assert failed == []
    assert page.complaints == []
