"""Binder's environment, made by the recipe's own lines: how large it is, what is not in it, how soon it answers."""

import subprocess
import time

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
MOST = 800  # megabytes of the environment


def test_the_environment_is_small_and_has_no_sphinx(image, record_property):
    for line, seconds in image.seconds.items():
        record_property(line, round(seconds, 1))
    print(f"\n{image.megabytes:.0f} MB; " + "; ".join(f"{line}: {s:.0f} s" for line, s in image.seconds.items()))
    assert image.megabytes <= MOST
    assert not list(image.environment.glob("lib/*/site-packages/sphinx")), "Binder does without Sphinx"


def test_a_notebook_answers_soon_after_the_image_starts(image, tmp_path):
    """A first run from the command line: the kernel's start, the imports and the whole of a tool."""
    began = time.monotonic()
    subprocess.run(
        [image.python, "-m", "papermill", "--no-progress-bar", "--cwd", "notebooks",
         "notebooks/measure-label-agreement.ipynb", tmp_path / "out.ipynb"],
        cwd=image.home, env=image.variables(), check=True, capture_output=True,
    )
    seconds = time.monotonic() - began
    print(f"\nfirst result after {seconds:.1f} s")
    assert seconds < 60
