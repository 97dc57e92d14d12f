"""What the privacy page says is kept is what is kept."""

import re

from repository import ROOT

CHAPTER = "docs/skills/delivery/launch.html"
KEPT = "[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"


def listed() -> set[str]:
    page = (ROOT / "docs" / "about" / "privacy.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([\w-]+)`", row)}


def test_the_browser_keeps_what_the_page_lists_and_nothing_else(visit, address):
    page = visit(CHAPTER)
    assert set(page.evaluate(KEPT)) == {"mode", "theme"}
    page.get_by_role("button", name="Color mode").first.click()
    page.get_by_role("button", name="Dark", exact=True).click()
    page.goto(address + "docs/skills/delivery/scope-an-mvp.html")
    page.goto(address + "docs/career/practice-interviews.html")
    page.locator(".practice-desk [data-do=draw]").first.click()
    page.goto(address + "search.html?q=recall")
    page.locator(".search-found li").first.wait_for()
    assert set(page.evaluate(KEPT)) == listed()
    assert page.evaluate("document.cookie") == ""
    assert page.context.cookies() == []
    assert page.evaluate("indexedDB.databases()") == []
