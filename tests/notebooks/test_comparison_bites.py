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


KERNEL = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}


def rerun(folder, *options):
    """Run pytest on the notebooks of a folder as the project does, and return what it said."""
    # Inside a worker of pytest-xdist these variables would make the inner run believe it is one too.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml",
         "--rootdir", folder, *options, folder],
        capture_output=True, text=True, env=environment, cwd=folder, check=False,
    ).stdout


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    """What pytest says of a stored notebook, and of a copy for each kind of output with one digit changed."""
    folder = tmp_path_factory.mktemp("notebooks")
    cells = [v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
    nbformat.write(v4.new_notebook(cells=cells, metadata=KERNEL), folder / "unchanged.ipynb")
    rerun(folder, "--nb-force-regen")
    for name in CELLS:
        book = json.loads((folder / "unchanged.ipynb").read_text(encoding="utf-8"))
        (changed,) = [cell for cell in book["cells"] if cell["id"] == name]
        outputs = json.dumps(changed["outputs"])
        assert "1234" in outputs
        changed["outputs"] = json.loads(outputs.replace("1234", "1235", 1))
        (folder / f"{name}.ipynb").write_text(json.dumps(book), encoding="utf-8")
    return rerun(folder)


@pytest.mark.parametrize("name", CELLS)
def test_one_changed_digit_fails(name, answer):
    assert re.search(rf"^FAILED .*{name}\.ipynb", answer, re.MULTILINE), answer


def test_an_unchanged_notebook_passes(answer):
    assert re.search(rf"^{len(CELLS)} failed, 1 passed", answer, re.MULTILINE), answer
