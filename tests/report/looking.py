"""Reports as a browser shows them: opened from disk without a network, read to the end, laid on A4 paper."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# The width of the text on A4 paper with the margins of the page's style: 210 − 2 × 16 mm at 96 points an inch.
COLUMN = round((210 - 2 * 16) / 25.4 * 96)

# What is seen of the page and crosses the edge of the column: on paper it is cut there.
OUTSIDE = """() => [...document.querySelectorAll("body *")]
  .filter((node) => node.checkVisibility() && !node.closest("details, script"))
  .map((node) => [node.tagName, node.getBoundingClientRect(), node.textContent.trim().slice(0, 40)])
  .filter(([, box]) => box.width && (box.right > innerWidth + 1 || box.left < -1))
  .map(([tag, box, text]) => `${tag} ${Math.round(box.left)} to ${Math.round(box.right)}: ${text}`)"""
DRAWN = "[...document.querySelectorAll('.chart svg text')].map((node) => node.textContent)"
SLEEPING = "document.querySelectorAll('.chart:not(.is-live)').length"


@dataclass(frozen=True)
class Seen:
    """What a browser showed of a report.

    text: what a reader could select; drawn: the words in charts; dialogs and complaints: what scripts said; asked: the
    addresses the page asked for beside its own; outside: what crosses the edge of the paper; sleeping: charts that did
    not wake; paper: points (1/72 inch) of each printed page.
    """

    text: str
    drawn: list[str]
    dialogs: list[str]
    complaints: list[str]
    asked: list[str]
    outside: list[str]
    sleeping: int
    paper: list[list[int]]


def look(*pages: Path, scripts: bool = True) -> list[Seen]:
    """Open pages; scripts: whether theirs may run. A process of its own: one can talk to one Chromium in this way."""
    done = subprocess.run(
        [sys.executable, __file__, str(int(scripts)), *map(str, pages)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [Seen(**one) for one in json.loads(done.stdout)]


def main() -> None:
    import io

    import pikepdf
    from playwright.sync_api import sync_playwright

    from mlpm_sphinx.chromium import FLAGS, find_chromium

    scripts, found = sys.argv[1] == "1", []
    program = find_chromium()
    assert program, "no Chromium: run 'make browser'"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for path in sys.argv[2:]:
            page = browser.new_page(
                java_script_enabled=scripts, viewport={"width": COLUMN, "height": 900}, offline=True
            )
            dialogs, complaints, asked = [], [], []
            page.on("dialog", lambda dialog, dialogs=dialogs: (dialogs.append(dialog.message), dialog.dismiss()))
            page.on("console", lambda said, kept=complaints: kept.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error, kept=complaints: kept.append(str(error)))
            page.on("request", lambda request, kept=asked: kept.append(request.url))
            page.goto(Path(path).absolute().as_uri())
            charts = page.locator(".chart")
            for number in range(charts.count() if scripts else 0):
                charts.nth(number).scroll_into_view_if_needed()
                for __ in range(100):
                    if "is-live" in charts.nth(number).get_attribute("class"):
                        break
                    page.wait_for_timeout(50)
            seen = {
                "text": page.inner_text("body"), "drawn": page.evaluate(DRAWN), "dialogs": dialogs,
                "complaints": complaints, "asked": asked[1:], "sleeping": page.evaluate(SLEEPING),
            }
            page.emulate_media(media="print")
            page.wait_for_timeout(100)
            seen["outside"] = page.evaluate(OUTSIDE)
            with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as paper:
                seen["paper"] = [[round(float(side)) for side in sheet.mediabox[2:]] for sheet in paper.pages]
            found.append(seen)
            page.close()
        browser.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
