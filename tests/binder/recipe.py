"""The recipe of Binder's image, as repo2docker prints it, and its lines run without Docker."""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from repository import tree

# What a base image brings beside the packages that our lock names again; conda's name → PyPI's.
BROUGHT = {"jupyter-offlinenotebook": "jupyter-offlinenotebook", "jupyter-resource-usage": "jupyter-resource-usage"}


def printed(folder: Path) -> str:
    """Return the Dockerfile that repo2docker makes of a folder. It asks no network and no Docker."""
    repo2docker = Path(sys.executable).with_name("jupyter-repo2docker")
    command = [repo2docker, "--no-build", "--debug", "--user-id", "1000", "--user-name", "jovyan", folder]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    said = run.stdout + run.stderr
    if run.returncode or "FROM " not in said:
        raise AssertionError(f"repo2docker printed no recipe:\n{said[-2000:]}")
    return said[said.index("FROM ") :]


def ours(recipe: str) -> list[str]:
    """Return the RUN lines that act on this repository's files: they name `.binder`."""
    return [line.removeprefix("RUN ") for line in recipe.splitlines() if line.startswith("RUN ") and ".binder" in line]


def python_version(recipe: str) -> str:
    """Return the Python of the base environment, as in its lock's name: `3.11`."""
    return re.search(r"environment-2epy-2d(\d)-2e(\d+)", recipe).expand(r"\1.\2")


def brought(version: str) -> list[str]:
    """Return the base's own extensions as requirements, at the versions of its lock."""
    # Found, not imported: its imports warn.
    name = f"repo2docker/buildpacks/conda/environment.py-{version}-linux-64.lock"
    lock = Path(distribution("jupyter-repo2docker").locate_file(name)).read_text(encoding="utf-8")
    found = {conda: re.search(rf"/{conda}-([\d.]+)-", lock) for conda in BROUGHT}
    return [f"{BROUGHT[conda]}=={match[1]}" for conda, match in found.items() if match]


@dataclass(frozen=True)
class Image:
    """What the recipe leaves: an environment and a home folder. seconds: of each line that was run."""

    environment: Path
    home: Path
    seconds: dict[str, float]

    @property
    def python(self) -> Path:
        return self.environment / "bin" / "python"

    def variables(self, **more: str) -> dict[str, str]:
        """The variables of a process in the image: none of those that this machine's tests set for Python."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
        path = f"{self.environment / 'bin'}:{kept['PATH']}"
        return kept | {"PATH": path, "KERNEL_PYTHON_PREFIX": str(self.environment)} | more

    @property
    def megabytes(self) -> float:
        """What the environment takes on the disk."""
        found = (path.lstat().st_size for path in self.environment.rglob("*") if not path.is_symlink())
        return sum(found) / 1e6


def make(into: Path) -> Image:
    """Run the recipe's own lines in a clean environment and a copy of the repository."""
    home, environment = tree(into / "home"), into / "environment"
    recipe = printed(home)
    version = python_version(recipe)
    if version != "{}.{}".format(*sys.version_info):
        raise AssertionError(f"The image runs Python {version}; run this test with that one.")
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    image = Image(environment, home, {})
    for line in ours(recipe):
        began = time.monotonic()
        subprocess.run(["bash", "-euc", line], cwd=home, env=image.variables(), check=True, capture_output=True)
        image.seconds[line] = time.monotonic() - began
    subprocess.run([image.python, "-m", "pip", "install", "-q", "--no-deps", *brought(version)], check=True,
                   env=image.variables())
    return image
