"""Print the joined document of take_along as a PDF, with the Chromium of the browser tests.

Its PDFs are tagged, keep charts as vectors, draw MathML, and make an outline of the headings.
"""

import argparse
import sys
from pathlib import Path

import pikepdf
from playwright.sync_api import sync_playwright

from mlpm_sphinx.chromium import FLAGS, find_chromium

_NUMBER = (
    '<div style="width: 100%; font-size: 8pt; text-align: center; font-family: Georgia, serif">'
    '<span class="pageNumber"></span></div>'
)


def finish(path: Path, into: Path) -> None:
    """Write a PDF in half of its size, readable before it is there as a whole, with its title in the window."""
    with pikepdf.open(path) as book:
        book.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        with book.open_metadata() as meta:
            meta["dc:title"] = str(book.docinfo["/Title"])
            meta["dc:language"] = {str(book.Root.Lang)}
        packed = pikepdf.ObjectStreamMode.generate
        book.save(into, object_stream_mode=packed, recompress_flate=True, linearize=True)


def pdf(document: Path, into: Path) -> None:
    """Print an HTML document. RuntimeError: no Chromium."""
    program = find_chromium()
    if program is None:
        raise RuntimeError("no Chromium: run 'make browser'")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page(java_script_enabled=False)
        page.goto(document.absolute().as_uri())
        draft = into.with_suffix(".draft.pdf")
        page.pdf(
            path=draft,
            prefer_css_page_size=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_NUMBER,
            tagged=True,
            outline=True,
        )
        browser.close()
    finish(draft, into)
    draft.unlink()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("document", type=Path, help="the joined document, HTML")
    parser.add_argument("into", type=Path, help="the PDF to write")
    asked = parser.parse_args()
    if not asked.document.exists():
        print(f"{asked.document} is not there: build the site with BOOK=1 first.", file=sys.stderr)
        return 1
    pdf(asked.document, asked.into)
    return 0


if __name__ == "__main__":
    sys.exit(main())
