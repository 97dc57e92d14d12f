"""Reports run as a reader runs them: in a process of their own, judged by what they print and write."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


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


def report(notebook: str, folder: Path, *arguments: str, **options) -> Ran:
    """Run `python -m mlpm.report` from `folder`, a place that is not the repository."""
    done = subprocess.run(
        [sys.executable, "-m", "mlpm.report", "--notebook", notebook, *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("REPORT_")},
        check=False,
        **options,
    )
    return Ran(done.returncode, done.stdout, done.stderr, folder / "_build" / "reports")
