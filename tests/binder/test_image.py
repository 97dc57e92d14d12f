"""Binder's environment installs from nothing and runs a notebook."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from repository import ROOT


@pytest.mark.slow
def test_binder_environment_installs_and_runs_a_notebook(tmp_path):
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    subprocess.run(
        [uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", ROOT / ".binder/requirements.txt"],
        check=True,
    )
    home = tmp_path / "home"
    shutil.copytree(ROOT, home, ignore=shutil.ignore_patterns(".venv", "_build", ".git"))
    subprocess.run(["bash", ".binder/postBuild"], cwd=home, check=True,
                   env={**os.environ, "PATH": f"{python.parent}:{os.environ['PATH']}"})
    assert not list(environment.glob("lib/*/site-packages/sphinx")), "Binder does without Sphinx"
    subprocess.run(
        [python, "-m", "papermill", "--no-progress-bar", "--cwd", home / "notebooks",
         home / "notebooks/measure-label-agreement.ipynb", tmp_path / "out.ipynb"],
        check=True,
    )
