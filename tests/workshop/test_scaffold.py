"""`make chapter`: what it lays out passes every check but the one that asks for words; what it cannot do it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlpm_sphinx import scaffold
from mlpm_sphinx.front_matter import SKILLS
from repository import ROOT, tree

STEM = "price-a-mistake"


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory) -> tuple[Path, str]:
    """A copy of the repository with a new chapter, notebook and template; and what the command said."""
    copy = tree(tmp_path_factory.mktemp("copy"))
    return copy, python(copy, "-m", "mlpm_sphinx.scaffold", CHAPTER_STEM=STEM, CHAPTER_PART="delivery",
                        CHAPTER_TEMPLATE="yes").stdout


def python(copy: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run Python on the copy's own packages."""
    paths = os.pathsep.join(str(copy / name) for name in ("notebooks", "docs/_ext"))
    return subprocess.run([sys.executable, *arguments], cwd=copy, capture_output=True, text=True, timeout=300,
                          env=os.environ | {"PYTHONPATH": paths} | environment)


def test_it_says_what_it_wrote_and_what_to_do_next(laid_out):
    copy, said = laid_out
    written = re.findall(r"^  (\S+)$", said, re.M)
    assert written == [
        f"docs/skills/delivery/{STEM}.md", "docs/skills/delivery/index.md", f"notebooks/{STEM}.ipynb", "index.md",
        f"docs/resources/templates/{STEM}-form.md"]
    assert all((copy / name).is_file() for name in written)
    assert "make live" in said


def test_the_new_files_pass_every_check_but_the_one_for_what_is_left_to_write(laid_out):
    copy, __ = laid_out
    run = python(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", STEM, "tests/book", "tests/notebooks",
                 f"notebooks/{STEM}.ipynb")
    failed = set(re.findall(r"^FAILED (\S+?)::", run.stdout, re.M))
    assert failed == {"tests/book/test_placeholders.py"}, run.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", run.stdout)[1]) > 30


@pytest.mark.slow
def test_the_site_builds_with_them(laid_out, tmp_path):
    copy, __ = laid_out
    run = python(copy, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", "-b", "html", ".", str(tmp_path / "html"))
    assert (run.returncode, run.stderr) == (0, "")
    assert scaffold.MARK in (tmp_path / "html" / "docs" / "skills" / "delivery" / f"{STEM}.html").read_text()


@pytest.mark.slow
def test_a_notebook_that_cannot_be_run_is_not_passed_over(tmp_path):
    copy = tree(tmp_path)
    (copy / "notebooks" / "mlpm" / "checks.py").write_text("raise ImportError('no such luck')\n")
    run = python(copy, "-m", "mlpm_sphinx.scaffold", CHAPTER_STEM=STEM, CHAPTER_PART="delivery")
    assert run.returncode == 1
    assert f"docs/skills/delivery/{STEM}.md" in run.stdout
    assert run.stderr.startswith("Its notebook could not be run")
    assert "no such luck" in run.stderr


def test_every_section_of_the_new_page_says_what_belongs_into_it():
    page = scaffold.chapter(ROOT, STEM, "delivery", computed=True, template=False, today=scaffold.date(2026, 11, 28))
    told = re.findall(rf"^## (.+)\n\n\*{scaffold.MARK}: ", page, re.M)
    assert {"Scenario", "Worked example", "Common mistake", "Check yourself", "Take away"} <= set(told)
    assert "chapter-template" not in page
    assert f"/notebooks/{STEM}.ipynb::total:,.0f`" in page


def test_every_part_of_the_handbook_can_get_a_chapter():
    assert [scaffold.folder_of(ROOT, part).joinpath("index.md").is_file() for part in SKILLS] == [True] * len(SKILLS)


@pytest.mark.parametrize(("asked", "says"), [
    ({"STEM": "Price", "PART": "delivery"}, r"STEM is 'Price'\. Give a verb phrase in small letters with hyphens"),
    ({"STEM": "", "PART": "delivery"}, r"STEM is ''\. Give a verb phrase"),
    ({"STEM": "../up-and-out", "PART": "delivery"}, r"STEM is '\.\./up-and-out'\."),
    ({"STEM": "price-a-mistake", "PART": "sales"}, r"PART is 'sales'\. Give one of start, strategy, delivery,"),
    ({"STEM": "price-a-mistake", "PART": ""}, r"PART is ''\. Give one of"),
    ({"STEM": "scope-an-mvp", "PART": "delivery"}, r"scope-an-mvp\.md is there already\. Choose another STEM\."),
    ({"STEM": "price-a-mistake", "PART": "delivery", "NOTEBOOK": "maybe"}, r"NOTEBOOK is 'maybe'\. Give yes or no\."),
])
def test_what_cannot_be_laid_out_is_refused_and_nothing_is_written(tmp_path, asked, says):
    for name in ("docs/skills/delivery/index.md", "docs/skills/delivery/scope-an-mvp.md", scaffold.SOURCE, "index.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    with pytest.raises(scaffold.RefusalError, match=says):
        scaffold.lay_out(tmp_path, asked)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_the_command_answers_a_refusal_in_words(tmp_path):
    run = python(ROOT, "-m", "mlpm_sphinx.scaffold", CHAPTER_STEM="Price", CHAPTER_PART="delivery")
    assert run.returncode == 1
    assert "Usage: make chapter STEM=" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_template_of_the_same_name_is_not_written_over(tmp_path):
    copy = tree(tmp_path)
    form = copy / "docs" / "resources" / "templates" / f"{STEM}-form.md"
    form.write_text("somebody's form")
    with pytest.raises(scaffold.RefusalError, match=rf"{STEM}-form\.md is there already\. Choose another STEM\."):
        scaffold.lay_out(copy, {"STEM": STEM, "PART": "delivery", "TEMPLATE": "yes"})
    assert form.read_text() == "somebody's form"
