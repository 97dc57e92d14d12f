"""A Chromium, the built site on this machine's own address, and pages that report what they ask and say."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from serving import served

from building import site  # noqa: F401, a fixture
from mlpm_sphinx.chromium import FLAGS, find_chromium


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def address(site):  # noqa: F811
    """The built site, served on the loopback interface."""
    with served(site.html) as where:
        yield where


@pytest.fixture(scope="session")
def chromium():
    program = find_chromium()
    assert program, "no Chromium: run 'make browser'"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, address):
    """Open a page of the site: visit("index.html", width=390, …) → page, with its asked, failed and complaints."""
    contexts = []

    def visit(path: str, width: int = 1440, **options):
        height = 844 if width < 800 else 900
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.failed, page.complaints = [], [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("requestfailed", lambda request: page.failed.append(request.url))
        page.on("response", lambda answer: page.failed.append(answer.url) if answer.status >= 400 else None)
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(address + path, wait_until="load")
        return page

    yield visit
    for context in contexts:
        context.close()
