"""A reader in Binder: every notebook opens in JupyterLab, runs to its end, draws its charts, gives what is stored."""

import time

import nbformat
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from mlpm.paint import MIME
from mlpm_sphinx.chromium import FLAGS, find_chromium
from repository import NOTEBOOKS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PATIENCE = 90_000  # milliseconds for JupyterLab to open on two busy cores


@pytest.fixture
def page(lab):
    """A page of a browser of its own: what one notebook leaves behind must not slow the next."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        yield page
        browser.close()
    lab.shut_down()


def wait_until_idle(lab, seconds: float = 120) -> None:
    """Wait until the kernel has had nothing to do three times in a row. AssertionError: it still has."""
    end, quiet = time.monotonic() + seconds, 0
    while quiet < 3:
        assert time.monotonic() < end, f"the kernel is {lab.state()} after {seconds} s"
        quiet = quiet + 1 if lab.state() == "idle" else 0
        time.sleep(0.3)


def open_notebook(page: Page, lab, stem: str) -> None:
    page.goto(lab.address(f"notebooks/{stem}.ipynb"))
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    wait_until_idle(lab)


def run_all(page: Page, lab) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    time.sleep(1)
    wait_until_idle(lab)


def save(page: Page, lab, stem: str) -> nbformat.NotebookNode:
    """Save the notebook and return it once every code cell in the file was run."""
    path = lab.home / "notebooks" / f"{stem}.ipynb"
    end = time.monotonic() + 30
    while True:
        page.keyboard.press("Control+s")
        time.sleep(0.7)
        saved = nbformat.read(path, as_version=4)
        code = [cell for cell in saved.cells if cell.cell_type == "code"]
        if all(cell.execution_count for cell in code):
            return saved
        assert time.monotonic() < end, "not every cell was run"


def outputs(book: nbformat.NotebookNode) -> list[list[dict]]:
    """The outputs of each code cell; JupyterLab adds a picture of every chart, which is nobody's result."""
    found = []
    for cell in book.cells:
        if cell.cell_type == "code":
            kept = [dict(output) | {"execution_count": None} for output in cell.outputs]
            for output in kept:
                if MIME in output.get("data", {}):
                    output["data"] = {key: value for key, value in output["data"].items() if key != "image/png"}
            found.append(kept)
    return found


def charts(book: nbformat.NotebookNode) -> int:
    return sum(MIME in output.get("data", {}) for cell in outputs(book) for output in cell)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_in_jupyterlab_and_gives_what_is_stored(page, lab, path):
    stored = nbformat.read(path, as_version=4)
    # Without its outputs, what is drawn and saved afterwards is what was run.
    bare = nbformat.read(path, as_version=4)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(bare, lab.home / "notebooks" / path.name)
    open_notebook(page, lab, path.stem)
    run_all(page, lab)
    drawn = page.locator(".jp-OutputArea-output .vega-embed :is(canvas, svg.marks)")
    expect(drawn).to_have_count(charts(stored), timeout=30_000)
    saved = save(page, lab, path.stem)
    assert outputs(saved) == outputs(stored)
    assert page.faults == []


def test_a_reader_uploads_a_file_and_the_report_comes_back(page, lab, tmp_path):
    rows = "comment,who,verdict\n" + "".join(
        f"c{item},{who},{'bad' if item % 3 == 0 or (item + place) % 7 == 0 else 'fine'}\n"
        for item in range(60) for place, who in enumerate("abc"))
    own = tmp_path / "my labels.csv"
    own.write_text(rows)
    open_notebook(page, lab, "index")
    with page.expect_file_chooser() as chooser:
        page.get_by_title("Upload Files").first.click()
    chooser.value.set_files(own)
    page.locator(".jp-DirListing-item", has_text=own.name).wait_for()
    # JupyterLab shows what was uploaded; the notebook is one tab away.
    page.get_by_role("tab", name="index.ipynb").click()
    cell = page.locator(".jp-CodeCell", has_text="welcome.run")
    editor = cell.locator(".cm-content")
    page.mouse.move(760, 500)
    for __ in range(30):  # JupyterLab hides what is far away, and shows it to whoever scrolls there
        if editor.is_visible() and editor.bounding_box()["y"] < 800:
            break
        page.mouse.wheel(0, 400)
        time.sleep(0.2)
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(
        'from mlpm import welcome\nwelcome.run("measure-label-agreement", "my labels.csv", '
        '"item=comment rater=who label=verdict")')
    page.keyboard.press("Shift+Enter")
    report = cell.get_by_role("link", name="The whole report")
    report.wait_for()
    wait_until_idle(lab)
    # Where the reader is: beside the file, which is as it was.
    assert (lab.home / "_build/reports/measure-label-agreement.html").read_text().count("my labels.csv")
    assert (lab.home / "notebooks" / own.name).read_text() == rows
    report.click()
    page.get_by_role("tab", name="measure-label-agreement.html").wait_for()
    shown = page.frame_locator("iframe:visible")
    expect(shown.get_by_text("my labels.csv").first).to_be_visible(timeout=30_000)
