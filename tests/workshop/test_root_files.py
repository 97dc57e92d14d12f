"""What a visitor of the repository reads before the handbook: its links lead somewhere, its commands are there."""

import json
import re

import pytest

from repository import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / ".github").rglob("*.md")])
GUIDES = [*PAGES, *sorted((ROOT / "docs" / "contribute").glob("*.md")), ROOT / "docs/resources/when-binder-is-busy.md"]
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
CONTAINER = ROOT / ".devcontainer" / "devcontainer.json"


def dead(folder, text: str) -> list[str]:
    """The relative links of a Markdown text that lead nowhere from a folder."""
    links = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", text)
    return [link for link in links if not (folder / link).exists()]


def unknown(text: str) -> set[str]:
    """The targets of `make …` in a text that the Makefile does not have."""
    return set(re.findall(r"(?:^|`|&& )make (?:-C \w+ )?([a-z][a-z-]*)", text, re.M)) - TARGETS


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_link_leads_to_a_file(path):
    assert dead(path.parent, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_a_command_that_is_named_is_there(path):
    assert unknown(path.read_text(encoding="utf-8")) == set()


def test_a_dead_link_and_a_mistyped_command_are_found(tmp_path):
    assert dead(tmp_path, "[a](docs/gone.md) and [b](https://example.org/x) and [c](#here)") == ["docs/gone.md"]
    assert unknown("Run `make chek` or\nmake -C handbook labs\nand make sure of it") == {"chek", "labs"}


def container() -> dict:
    """The container's description; it may have comments."""
    return json.loads(re.sub(r"^\s*//.*$", "", CONTAINER.read_text(encoding="utf-8"), flags=re.M))


def test_the_container_has_the_python_of_binder_and_sets_itself_up_by_make():
    """The keys are those of the development container specification, containers.dev."""
    described = container()
    assert set(described) <= {"name", "image", "postCreateCommand", "portsAttributes", "customizations"}
    python = (ROOT / ".binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert re.fullmatch(rf"python:{re.escape(python)}-[a-z]+", described["image"])
    assert described["postCreateCommand"] == "make .venv/.ready"
    assert re.search(r"^READY := \$\(VENV\)/\.ready$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    extensions = described["customizations"]["vscode"]["extensions"]
    assert all(re.fullmatch(r"[a-z-]+\.[a-z-]+", extension) for extension in extensions)
