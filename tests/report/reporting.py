"""Reports run as a reader runs them: in a process of their own, judged by what they print and write."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jsonschema import Draft202012Validator
from lxml import html

from repository import ROOT

SCHEMA = json.loads((ROOT / "notebooks" / "mlpm" / "report.schema.json").read_text(encoding="utf-8"))
VALID = Draft202012Validator(SCHEMA)


@dataclass
class Ran:
    """A finished report: its exit code, all it printed, and the folder it may have written to."""

    code: int
    stdout: str
    stderr: str
    folder: Path

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.rglob("*")) if self.folder.exists() else []


def report(notebook: str, folder: Path, *arguments: str, **environment: str) -> Ran:
    """Run `python -m mlpm.report` from `folder`, a place that is not the repository."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("REPORT_")}
    done = subprocess.run(
        [sys.executable, "-m", "mlpm.report", "--notebook", notebook, *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        env=inherited | environment,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr, folder / "_build" / "reports")


@dataclass(frozen=True)
class Tool:
    """A tool notebook, and what its answer must hold.

    fields: name in the JSON answer → type or types; decisions: the words its decision may be.
    """

    notebook: str
    fields: Mapping[str, type | tuple]
    decisions: frozenset[str]

    def made(self, folder: Path, content: str, settings: str = "") -> dict:
        """Run a report that must succeed; return its answer after looking over both files."""
        (folder / "theirs.csv").write_text(content)
        ran = report(self.notebook, folder, "--data", "theirs.csv", "--set", settings)
        assert (ran.code, ran.stderr) == (0, "")
        assert ran.files == [f"{self.notebook}.html", f"{self.notebook}.json"]
        answer = json.loads((ran.folder / f"{self.notebook}.json").read_text())
        assert [f"{error.json_path}: {error.message}" for error in VALID.iter_errors(answer)] == []
        for name, kind in self.fields.items():
            assert isinstance(answer[name], kind), name
        assert answer["decision"] in self.decisions
        assert answer["report"]["data"] == "theirs.csv"
        text = (ran.folder / f"{self.notebook}.html").read_text()
        page = html.fromstring(text)
        assert page.xpath("//main/*")[0].get("class") == "memo"
        assert len(page.xpath("//main/*")[0].text_content()) > 100
        assert str(folder) not in text
        return answer

    def refused(self, folder: Path, content: str | None, settings: str = "") -> str:
        """Run a report that must fail on `theirs.csv`; return its message. None: the file is there already."""
        if content is not None:
            (folder / "theirs.csv").write_text(content)
        return refusal(report(self.notebook, folder, "--data", "theirs.csv", "--set", settings))


def refusal(ran: Ran) -> str:
    """The message of a run that must fail: no traceback, no fault of the handbook, no file."""
    assert ran.code == 1
    assert "Traceback" not in ran.stdout + ran.stderr
    assert "fault of the handbook" not in ran.stderr
    assert ran.files == []
    return ran.stderr.strip()
