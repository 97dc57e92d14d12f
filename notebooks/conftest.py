"""A stored output that its cell no longer gives is told in one line, above the difference that pytest-notebook prints.

pytest asks for hooks in the folder of what it runs, so this stands here; the site and the package leave it out.
"""

import json
import re
from pathlib import Path

import pytest
from nbclient.exceptions import CellExecutionError
from pytest_notebook.nb_regression import NBRegressionError

from editor import Remark, of_cell


def stale(path: Path, difference: str) -> Remark | None:
    """The remark on a notebook whose run differs; None if the difference only says what was stored anew."""
    changed = sorted({int(number) for number in re.findall(r"^## .*/cells/(\d+)/", difference, re.M)})
    if not changed:
        return None
    cell = json.loads(path.read_text(encoding="utf-8"))["cells"][changed[0]]
    more = f"; so have {len(changed) - 1} cells below it" if len(changed) > 1 else ""
    return of_cell(path, changed[0] + 1, cell, f"has a stored output that is not what the cell gives now{more}.",
                   "The site shows what is stored, and the chapters take their figures from it.",
                   "run `make outputs`, read the difference, commit it")


def failing(path: Path, error: CellExecutionError) -> Remark:
    """The remark on a notebook that a cell has ended."""
    return Remark(path, None, f"A cell ends with {error.ename}: {error.evalue}.", "The notebook does not run.",
                  "open it with `make lab`, run all cells, correct the one that stops, then `make outputs`")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    error = call.excinfo and call.excinfo.value
    if isinstance(error, NBRegressionError):
        remark = stale(item.path, str(error))
    elif isinstance(error, CellExecutionError):
        remark = failing(item.path, error)
    else:
        remark = None
    if remark:
        with pytest.raises(pytest.fail.Exception) as told:
            pytest.fail(f"{remark}\n\n{error}", pytrace=False)
        report.longrepr = told.getrepr(style="value")
    return report
