"""What the workflows say to people: which pages a change touches, what a weekly check found, what a release brings."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from building import MATTER, Project, build, glued
from mlpm_sphinx.charts import vega_file
from repository import ROOT

SCRIPTS = ROOT / ".github/scripts"


def run(folder: Path, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, SCRIPTS / script, *arguments], cwd=folder, env=os.environ | environment,
                          capture_output=True, text=True, timeout=120)


# --- Which pages a change touches ---------------------------------------------------------------------------------

ODD = "docs/it's `odd` $(touch owned).md"


@pytest.fixture(scope="module")
def changes(tmp_path_factory) -> dict[str, list[str]]:
    """A small book with a second commit, as the summary tells it: heading → lines."""
    book = Project(tmp_path_factory.mktemp("changes"))

    def git(*words: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *words], cwd=book.folder, check=True, capture_output=True)

    book.write(".gitignore", "_build/")
    book.write("docs/resources/facts.toml", "")
    book.write("index.md", MATTER + "# Book\n\n```{toctree}\n:glob:\n\ndocs/*\nnotebooks/*\n```\n")
    book.write("docs/untouched.md", MATTER + "# Untouched\n")
    book.write("docs/edited.md", MATTER + "# Edited\n\n{glue:text}`/notebooks/rerun.ipynb::sum:d`\n")
    book.write("docs/gone.md", MATTER + "# Gone\n")
    book.write("docs/quotes.md", MATTER + "# Quotes\n\n{glue:text}`/notebooks/rerun.ipynb::sum:d`\n")
    for stem, code in {
        "rerun": "1", "runs": "from mlpm import deep", "reads": "data = 'data/rows.csv'", "alone": "%no python",
    }.items():
        book.notebook(stem, glued("sum", 7), text=stem.title())
        path = book.folder / f"notebooks/{stem}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[1].source = code
        nbformat.write(notebook, path)
    book.write("notebooks/mlpm/deep/__init__.py", "from mlpm.deep import words\n")
    book.write("notebooks/mlpm/deep/words.py", "from mlpm.shallow import plain\n")
    book.write("notebooks/mlpm/shallow.py", "import mlpm.base\n")
    book.write("notebooks/mlpm/base.py", "plain = 1\n")
    book.write("notebooks/mlpm/other.py", "")
    book.write("notebooks/data/rows.csv", "1\n")
    git("init", "-q", "-b", "main")
    git("add", "--all")
    git("commit", "-q", "-m", "before")

    for name in ("docs/edited.md", "notebooks/rerun.ipynb", "notebooks/mlpm/base.py", "notebooks/mlpm/other.py",
                 "notebooks/data/rows.csv", "conf.py"):
        (book.folder / name).write_text((book.folder / name).read_text(encoding="utf-8") + "\n", encoding="utf-8")
    book.write(ODD, MATTER + "# <b>Bold</b> [link](https://a.example) `code`\n")
    (book.folder / "docs/gone.md").unlink()
    git("add", "--all")
    git("commit", "-q", "-m", "after")

    book.write(f"_build/html/_static/{vega_file()}", "")
    assert build(book.folder, book.folder / "_build").said == ""
    said = run(book.folder, "changed_pages.py", "HEAD^1", "HEAD")
    assert (said.returncode, said.stderr) == (0, "")
    assert not (book.folder / "owned").exists()
    sections = [section.split("\n\n") for section in said.stdout.split("### ")[1:]]
    return {heading: lines.splitlines() for heading, lines, *__ in sections}


def test_a_page_whose_source_changed_is_listed_with_its_title(changes):
    assert "- Edited, `docs/edited.html`" in changes["Pages whose text changed"]
    assert "- Rerun, `notebooks/rerun.html`" in changes["Pages whose text changed"]
    assert len(changes["Pages whose text changed"]) == 3


def test_what_the_author_wrote_is_no_markup(changes):
    (odd,) = [line for line in changes["Pages whose text changed"] if "Bold" in line]
    assert odd == (r"- \<b\>Bold\<\/b\> link code, `docs/it's 'odd' $(touch owned).html` (new)")


def test_a_page_made_from_what_changed_says_from_what(changes):
    assert changes["Pages made from something that changed"] == [
        "- Quotes, `docs/quotes.html` (`notebooks/rerun.ipynb`)",
        "- Reads, `notebooks/reads.html` (`notebooks/data/rows.csv`)",
        "- Runs, `notebooks/runs.html` (`notebooks/mlpm/base.py`)",
    ]


def test_a_page_that_is_gone_is_listed(changes):
    assert changes["Pages that are gone"] == ["- `docs/gone.md`"]


def test_what_every_page_is_made_with_is_named(changes):
    assert changes["Every page may look different"] == ["- `conf.py`"]


# --- What a weekly check found ------------------------------------------------------------------------------------


def look(folder: Path, command: str, report: str = "") -> subprocess.CompletedProcess:
    return run(folder, "look.py", COMMAND=command, REPORT=report, TITLE="Trouble", GITHUB_SERVER_URL="https://h.example",
               GITHUB_REPOSITORY="o/n", GITHUB_RUN_ID="7")


def left(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in (folder / "_build/week").iterdir()}


def test_trouble_leaves_the_end_of_the_output_and_the_way_to_the_run(tmp_path):
    assert look(tmp_path, "seq 100 >&2\nfalse").returncode == 0
    found = left(tmp_path)
    assert (found["title"], found["trouble"]) == ("Trouble", "yes")
    assert "\n    seq 100 >&2\n    false\n" in found["report.md"]
    assert "~~~text\n41\n42\n" in found["report.md"]
    assert found["report.md"].endswith("\n100\n~~~\n\nEverything it said: [the run](https://h.example/o/n/actions/runs/7).\n")


@pytest.mark.parametrize("command", ["false\ntrue", "false | true", "echo $NO_SUCH_NAME"])
def test_a_fault_in_the_middle_is_trouble(tmp_path, command):
    look(tmp_path, command)
    assert left(tmp_path)["trouble"] == "yes"


def test_no_trouble_says_no(tmp_path):
    look(tmp_path, "true")
    assert left(tmp_path)["trouble"] == "no"


def test_output_does_not_get_out_of_its_fence_and_fits_an_issue(tmp_path):
    look(tmp_path, "for n in $(seq 60); do printf '%02000d\\n' 0; done; printf '  ~~~~~\\n# Free @everyone\\n'")
    text = left(tmp_path)["report.md"]
    assert "\n  ~~~~~\n# Free @everyone\n~~~~~~\n\nEverything" in text
    assert "\n~~~~~~text\n" in text
    assert len(text) < 65_536


def test_a_report_of_the_command_s_own_is_the_report(tmp_path):
    look(tmp_path, "echo '## Dead: 1' > own.md; false", "own.md")
    assert left(tmp_path)["report.md"].startswith("## Dead: 1\n")
    assert left(tmp_path)["trouble"] == "yes"


def test_a_check_that_broke_down_leaves_nothing_for_the_issue(tmp_path):
    broken = look(tmp_path, "false", "own.md")
    assert (broken.returncode, left(tmp_path)) == (1, {})
    assert "there is no own.md" in broken.stderr


# --- What a release brings ----------------------------------------------------------------------------------------

LOG = "# Changelog\n\n## [Unreleased]\n\n- Later.\n\n## [0.2.0] - 2026-12-01\n\n### Added\n\n- Two.\n\n## [0.1.0] - {}"


@pytest.fixture
def release(tmp_path):
    """Return a function: tag, versions and changelog → what the script said, and the notes it wrote."""

    def write(tag: str, log: str = LOG, version: str = "0.2.0", cited: str = "0.2.0") -> tuple[str, str]:
        (tmp_path / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n', encoding="utf-8")
        (tmp_path / "CITATION.cff").write_text(f"cff-version: 1.2.0\nversion: {cited}\n", encoding="utf-8")
        (tmp_path / "CHANGELOG.md").write_text(log, encoding="utf-8")
        notes = tmp_path / "new/notes.md"
        said = run(tmp_path, "release_notes.py", tag, str(notes))
        assert said.returncode == (0 if notes.exists() else 1)
        return said.stderr, notes.read_text(encoding="utf-8") if notes.exists() else ""

    return write


def test_the_notes_are_the_section_of_the_version(release):
    assert release("v0.2.0") == ("", "### Added\n\n- Two.\n")


@pytest.mark.parametrize(("words", "says"), [
    ({"log": LOG.replace("0.2.0", "0.2.1")}, "CHANGELOG.md has no section '## [0.2.0] - YYYY-MM-DD'"),
    ({"log": LOG.replace(" - 2026-12-01", "")}, "CHANGELOG.md has no section"),
    ({"log": LOG.replace("### Added\n\n- Two.\n", "")}, "the section [0.2.0] of CHANGELOG.md is empty"),
    ({"version": "0.1.0"}, "the tag is v0.2.0 and pyproject.toml says 0.1.0"),
    ({"cited": "0.1.0"}, "the tag is v0.2.0 and CITATION.cff says 0.1.0"),
])
def test_a_tag_without_its_section_or_its_version_is_refused_in_one_line(release, words, says):
    refusal, notes = release("v0.2.0", **words)
    assert refusal.startswith(f"No release: {says}")
    assert (refusal.count("\n"), notes) == (1, "")


def test_the_handbook_s_own_changelog_has_a_place_for_what_comes():
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
