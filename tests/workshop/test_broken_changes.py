"""Eight changes that somebody will make by mistake. Each fails, and says where, what, why and how to mend it.

Each begins with a copy that passes, so that it is the change that is refused.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
import test_chapter_anatomy as anatomy
import test_comparison_bites as comparison
import test_integrity as integrity
import test_references as references
import test_stored_notebooks as stored
from nbformat import v4

from building import MATTER, Built, Project
from editor import Remark, line_in, line_with, report
from mlpm.charts import MIME
from repository import NOTEBOOKS, PAGES, ROOT


def refusal(remarks: list[Remark]) -> str:
    """What the contributor reads when a test reports these remarks, with no traceback."""
    with pytest.raises(pytest.fail.Exception) as failed:
        report(remarks)
    assert not failed.value.pytrace
    return str(failed.value)


def tells(message: str, path: Path, line: int | None, words: str) -> bool:
    """Say whether a message names the file and its line, the fault in these words, a reason and a remedy."""
    place = re.escape(f"{path}:{line}" if line else str(path))
    return re.fullmatch(rf"{place}: .*{re.escape(words)}.*\. \S.*\. Mend: \S.*\.", message) is not None


@pytest.fixture
def chapter(tmp_path) -> Path:
    """A copy of a chapter that has a notebook."""
    return Path(shutil.copy(anatomy.COMPUTED[0], tmp_path))


def rewrite(path: Path, pattern: str, into: str) -> None:
    """Exchange what the pattern finds in a file; it must find something."""
    text, number = re.subn(pattern, into, path.read_text(encoding="utf-8"), flags=re.M | re.S)
    assert number
    path.write_text(text, encoding="utf-8")


# --- In a chapter -------------------------------------------------------------------------------------------------


def test_1_a_digit_in_a_sentence_that_was_typed_and_not_glued(chapter):
    assert anatomy.typed_figures(chapter) == []
    rewrite(chapter, r"^## Worked example\n", "## Worked example\n\nIt costs 14.2 euros.\n")
    message = refusal(anatomy.typed_figures(chapter))
    assert tells(message, chapter, line_with(chapter, "It costs 14.2"), 'The figure "14.2" is typed')


def test_2_a_link_to_a_page_that_does_not_exist(chapter):
    known = references.targets(PAGES, NOTEBOOKS)
    assert references.astray(chapter, known) == []
    wrong = f"{chapter.stem}s"
    rewrite(chapter, r"^## Common mistake\n", f"## Common mistake\n\nSee {{ref}}`{wrong}`.\n")
    message = refusal(references.astray(chapter, known))
    assert tells(message, chapter, line_with(chapter, f"See {{ref}}`{wrong}`"),
                 f'names the label "{wrong}", which does not exist; {chapter.stem} does')


def test_4_a_word_that_the_glossary_does_not_explain(chapter):
    known = references.targets(PAGES, NOTEBOOKS)
    rewrite(chapter, r"^## Common mistake\n", "## Common mistake\n\nBeware of {term}`confusion <flabbergast>`.\n")
    message = refusal(references.astray(chapter, known))
    assert tells(message, chapter, line_with(chapter, "Beware of"), 'the word "flabbergast", which does not exist')


def test_8_a_chapter_without_an_exercise(chapter):
    assert anatomy.exercises(chapter) == []
    rewrite(chapter, r"^(`{3,}){(?:exercise|solution)}.*?^\1\n", "")
    message = refusal(anatomy.exercises(chapter))
    assert tells(message, chapter, line_with(chapter, "## Check yourself"), "It has no exercise")


# --- In a notebook ------------------------------------------------------------------------------------------------


def test_3_a_chart_without_a_description(tmp_path):
    book = next(path for path in NOTEBOOKS if stored.charts(path))
    assert stored.undescribed(book) == []
    cells = json.loads(book.read_text(encoding="utf-8"))
    number, chart = next(
        (number, output["data"][stored.CHART]) for number, cell in enumerate(cells["cells"], 1)
        for output in cell.get("outputs", []) if stored.CHART in output.get("data", {}))
    del chart["description"]
    copy = tmp_path / book.name
    copy.write_text(json.dumps(cells, indent=1), encoding="utf-8")
    message = refusal(stored.undescribed(copy))
    line = line_with(copy, f'   "id": "{cells["cells"][number - 1]["id"]}"')
    assert tells(message, copy, line, f"draws the chart '{chart['name']}' with less than 40 letters of description")
    assert message.startswith(f"{copy}:{line}: Cell {number} (`")


@pytest.fixture(scope="module")
def compared(tmp_path_factory) -> tuple[Path, str]:
    """A notebook that gives what is stored, and one of which a digit was changed; and what pytest says of them."""
    folder = tmp_path_factory.mktemp("notebooks")
    shutil.copy(ROOT / "notebooks" / "conftest.py", folder)
    for name, text in (("fresh", "1234\n"), ("stale", "1235\n")):
        cells = [
            v4.new_markdown_cell("# A tool", id="title"),
            v4.new_code_cell("print(1234)", id="answer", execution_count=1,
                             outputs=[v4.new_output("stream", name="stdout", text=text)]),
            v4.new_code_cell("1 / 2", id="other", execution_count=2,
                             outputs=[v4.new_output("execute_result", {"text/plain": "0.5"}, execution_count=2)]),
        ]
        nbformat.write(v4.new_notebook(cells=cells, metadata=comparison.KERNEL), folder / f"{name}.ipynb")
    return folder, comparison.rerun(folder)


def test_5_a_stored_output_that_is_stale(compared):
    folder, answer = compared
    assert re.search(r"^1 failed, 1 passed", answer, re.M), answer
    book = folder / "stale.ipynb"
    (message,) = re.findall(rf"^{folder}.*", answer, re.M)
    assert tells(message, book, line_with(book, '   "id": "answer"'),
                 "Cell 2 (`print(1234)`) has a stored output that is not what the cell gives now")
    assert "run `make outputs`, read the difference, commit it." in message


def test_5_the_difference_stands_below_the_remark(compared):
    assert re.search(r"Mend: .*^-1235\n\+1234$", compared[1], re.M | re.S), compared[1]


# --- In the repository --------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    return tmp_path


def test_6_a_file_that_is_too_large(folder):
    assert integrity.oversize(folder) == []
    rows = folder / "rows.csv"
    rows.write_text("1,2\n" * 150_000, encoding="utf-8")
    assert tells(refusal(integrity.oversize(folder)), rows, None, "It has 600,000 bytes, more than 500,000")


def test_7_a_secret(folder):
    assert integrity.secrets(folder) == []
    script = folder / "fetch.py"
    script.write_text("import os\n\nTOKEN = 'ghp_" + "x1Y2" * 9 + "'\n", encoding="utf-8")
    message = refusal(integrity.secrets(folder))
    assert tells(message, script, 3, "This looks like a GitHub token")
    assert "revoke it now" in message


# --- What the build says of those that it refuses too -------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Built:
    """A book with a sound page, a dead link, an unknown word and a chart that nobody described."""
    book = Project(tmp_path_factory.mktemp("built"))
    book.write("docs/sound.md", f"{MATTER}(sound)=\n# Sound\n\nBack to {{ref}}`sound`.\n")
    book.write("docs/link.md", f"{MATTER}# Link\n\nSee {{ref}}`nowhere`.\n")
    book.write("docs/word.md", f"{MATTER}# Word\n\nBeware of {{term}}`flabbergast`.\n")
    book.notebook("mute", {MIME: {"name": "bars", "mark": "bar", "data": {"values": []}}, "text/plain": "a chart"})
    pages = "docs/sound\ndocs/link\ndocs/word\nnotebooks/mute"
    book.write("index.md", f"{MATTER}# Book\n\n```{{toctree}}\n{pages}\n```\n")
    return book.build()


@pytest.mark.parametrize(("page", "words"), [
    ("docs/link.md", "See {ref}`nowhere`."),
    ("docs/word.md", "Beware of {term}`flabbergast`."),
])
def test_2_and_4_the_build_names_the_page_and_the_line(built, page, words):
    line = line_in(f"{MATTER}# T\n\n{words}", words)
    target = re.search(r"`(\w+)`", words)[1]
    assert built.code == 1
    (warning,) = [told for told in built.said.splitlines() if page in told]
    assert re.search(rf"{page}:{line}: WARNING: .*'{target}'", warning), warning


def test_3_the_build_names_the_notebook_and_the_remedy(built):
    (warning,) = [told for told in built.said.splitlines() if "mute.ipynb" in told]
    assert "mute.ipynb: WARNING: cell 2: the chart 'bars' needs a description" in warning
    assert "mlpm.charts.figure(chart, name, description)" in warning


def test_the_build_has_nothing_to_say_of_a_sound_page(built):
    assert "sound.md" not in built.said
    assert built.said.count("WARNING") == 3
