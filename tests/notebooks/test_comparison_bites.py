"""The proof of the proof: one changed digit in anything a notebook stores makes its re-run fail."""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat import v4

from repository import ROOT

CELLS = {
    "imports": "from mlpm import charts, outputs\nimport altair as alt, pandas as pd\nprint(1234)",
    "text": "outputs.memo('Relabel 1234 comments.')",
    "glued": "outputs.glue(alpha=0.1234)",
    "result": "outputs.result(alpha=0.1234)",
    "chart": (
        "frame = pd.DataFrame({'x': [1, 2], 'y': [0.1234, 1]})\n"
        "chart = alt.Chart(frame).mark_line().encode(x='x:Q', y='y:Q')\n"
        "charts.figure(chart, 'a-line', 'A line that rises from the first point to the second, which is higher.')"
    ),
}


def rerun(path, *options):
    """Run pytest on one notebook as the project does, and return what it said."""
    # Inside a worker of pytest-xdist these variables would make the inner run believe it is one too.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml",
         "--rootdir", path.parent, *options, path],
        capture_output=True, text=True, env=environment, cwd=path.parent, check=False,
    )


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    path = tmp_path_factory.mktemp("notebook") / "small.ipynb"
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    cells = [v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
    nbformat.write(v4.new_notebook(cells=cells, metadata=kernel), path)
    rerun(path, "--nb-force-regen")
    unchanged = rerun(path)
    assert unchanged.returncode == 0, unchanged.stdout
    return path


@pytest.mark.parametrize("cell", CELLS)
def test_one_changed_digit_fails(cell, stored, tmp_path):
    book = json.loads(stored.read_text(encoding="utf-8"))
    (changed,) = [c for c in book["cells"] if c["id"] == cell]
    outputs = json.dumps(changed["outputs"])
    assert "1234" in outputs
    changed["outputs"] = json.loads(re.sub("1234", "1235", outputs, count=1))
    path = tmp_path / "small.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    answer = rerun(path)
    assert answer.returncode == 1, answer.stdout
    assert "1235" in answer.stdout
