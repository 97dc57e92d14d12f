"""Every chapter has the form of the template, so that a reader knows where to look and a contributor what to write."""

import re

import pytest

from repository import CHAPTERS, ROOT, front_matter

SECTIONS = ["Scenario", "…", "Worked example", "Common mistake", "Check yourself", "Take away", "Further reading"]


def body(path) -> str:
    return re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), count=1, flags=re.DOTALL)


def sections(path) -> list[str]:
    return re.findall(r"^## (.+)$", re.sub(r"^(`{3,}|~{3,}).*?^\1", "", body(path), flags=re.M | re.S), re.M)


def section(path, title: str) -> str:
    return re.split(rf"^## {re.escape(title)}$", body(path), flags=re.M)[1].split("\n## ")[0]


COMPUTED = [path for path in CHAPTERS if front_matter(path)["notebook"] != "none"]
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
each_computed_chapter = pytest.mark.parametrize("path", COMPUTED, ids=lambda path: path.stem)


def test_there_are_chapters():
    assert len(CHAPTERS) >= 4
    assert len(COMPUTED) >= 3


@each_chapter
def test_it_opens_with_label_title_decision_and_box(path):
    assert re.match(
        rf"\s*\({path.stem}\)=\n# [A-Z][^\n]+\n\n(?!#|```|:::)[^#]+?\n\n(```|:::)+ ?{{in-this-chapter}}", body(path)
    )


@each_chapter
def test_the_sections_stand_in_order(path):
    found = sections(path)
    first, rules, last = found[:1], found[1:-5], found[-5:]
    assert [*first, "…", *last] == SECTIONS
    assert 3 <= len(rules) <= 5, rules


@each_chapter
def test_its_length_is_a_sitting(path):
    assert 150 <= len(path.read_text(encoding="utf-8").splitlines()) <= 300


@each_chapter
def test_every_exercise_has_its_solution(path):
    exercises = re.findall(r"{exercise}.*\n:label: (\S+)", body(path))
    solutions = re.findall(r"{solution} (\S+)\n:class: dropdown", body(path))
    assert 2 <= len(exercises) <= 3
    assert exercises == solutions
    assert all(label.startswith(f"{path.stem}-exercise-") for label in exercises)


@each_chapter
def test_the_take_away_is_short_and_leads_on(path):
    bullets = re.findall(r"^- (.+)$", section(path, "Take away"), re.M)
    assert 3 <= len(bullets) <= 5
    assert bullets[-1].startswith("Next:")


@each_computed_chapter
def test_the_notebook_it_names_exists_and_is_used(path):
    stem = front_matter(path)["notebook"]
    assert (ROOT / "notebooks" / f"{stem}.ipynb").exists()
    assert f"/notebooks/{stem}.ipynb::" in section(path, "Worked example")
    assert f"{{chart}} /notebooks/{stem}.ipynb#" in body(path)


@each_computed_chapter
def test_no_figure_of_the_worked_example_is_typed(path):
    """Its digits come from glue; a chapter without a notebook shows its arithmetic in full."""
    prose = section(path, "Worked example")
    prose = re.sub(r"```.*?```", "", prose, flags=re.S)          # code, directives
    prose = re.sub(r"{[\w:-]+}`[^`]*`|`[^`]*`", "", prose)       # roles, literals
    prose = re.sub(r"\]\([^)]*\)", "]", prose)                   # link targets
    assert not re.findall(r"\d+(?:[.,]\d+)*\s?%?", prose)


@each_chapter
def test_its_reading_comes_from_the_library(path):
    """Each source has its reason there (tests/book/test_sources.py), or one for this chapter beside its key."""
    (block,) = re.findall(r"^```{reading}\n(?::more: .*\n)?(.*?)^```", section(path, "Further reading"), re.M | re.S)
    entries = re.sub(r"\n +", " ", block).splitlines()
    assert 3 <= len(entries) <= 8
    keys = [entry.partition("|")[0].strip() for entry in entries]
    assert len(set(keys)) == len(keys)
    for entry in entries:
        assert "|" not in entry or len(entry.partition("|")[2].strip()) >= 30, entry
    assert "{cite}" not in section(path, "Further reading")
