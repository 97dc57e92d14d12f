"""The greeting notebook: every tool is on its list, and a file dragged beside it comes back as a memo and a report."""

import re
import shutil

import nbformat
import pytest

from mlpm import report, shelf, welcome
from repository import NOTEBOOKS, ROOT

ROWS = "lab,note\nfine,x\nfine,y\nspam,z\n"


@pytest.fixture
def at_home(tally, tmp_path, monkeypatch):
    """A home folder as Binder's, with the notebooks in one folder of it: that folder, and we are there."""
    folder = tmp_path / "notebooks"
    shutil.copytree(tally, folder)
    monkeypatch.chdir(folder)
    return folder


def test_every_notebook_is_on_the_list_and_no_other():
    listed = re.findall(r"\]\(([^)]+)\)", welcome.tools().data)
    assert sorted(listed) == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb") if path.stem != "index")
    assert len(listed) == len(NOTEBOOKS)


def test_the_list_says_what_each_does_and_nothing_that_only_the_site_can_show():
    for line in welcome.tools().data.splitlines():
        if line.startswith("| ["):
            what = line.strip("| ").split(" | ")[1]
            assert len(what) > 40, line
            assert not re.search(r"chapter|\{ref\}|\{term\}", what), line


def test_tools_for_a_file_stand_apart_from_those_for_numbers():
    file, numbers = welcome.tools().data.split("**Takes your own numbers**")
    for path in NOTEBOOKS:
        asks = any(one.name == "data" for one in report.parameters(nbformat.read(path, as_version=4)))
        assert f"]({path.name})" in (file if asks else numbers)


def test_the_greeting_is_no_tool():
    assert (ROOT / "notebooks" / f"{shelf.GREETING}.ipynb").exists()
    assert shelf.GREETING not in [path.stem for path in shelf.notebooks()]
    assert "There is no notebook 'index'." in welcome.run("index", "x.csv").data


def test_without_a_file_it_says_where_its_name_goes():
    assert "between the quotation marks of `DATA`" in welcome.run("tally", "").data


@pytest.mark.parametrize("place", [".", ".."])
def test_a_file_here_or_above_comes_back_as_memo_and_report(at_home, place):
    (at_home / place / "theirs (1).csv").write_text(ROWS)
    said = welcome.run("tally", "theirs (1).csv", "label=lab", at_home).data
    links = re.findall(r"\]\(([^)]+)\)", said)
    assert links == ["../_build/reports/tally.html", "../_build/reports/tally.json"]
    assert all((at_home / link).is_file() for link in links)
    stored = nbformat.read(at_home / "tally.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in stored.cells), "the notebook itself is left alone"
    assert said.endswith("\n\n**Read 3 rows.** fine spam")


@pytest.mark.parametrize(
    ("notebook", "data", "settings", "told"),
    [
        ("tally", "nothing.csv", "", "nothing.csv"),
        ("taly", "theirs.csv", "", "tally"),
        ("tally", "theirs.csv", "lable=lab", "label"),
        ("tally", "theirs.csv", "label=lab strict=yes", "This is a fault of the handbook"),
    ],
)
def test_what_to_mend_comes_in_a_line_and_as_it_stands(at_home, notebook, data, settings, told):
    (at_home / "theirs.csv").write_text(ROWS)
    said = welcome.run(notebook, data, settings, at_home).data
    assert told in said
    assert "Traceback" not in said
    assert all(line.startswith("    ") for line in said.splitlines()), "shown as code"
    assert not (at_home.parent / "_build").exists()
