"""What a stored notebook promises beyond "it runs and gives the same": pytest-notebook checks that one itself."""

import ast
import json
import re
from collections import Counter

import pytest

from mlpm import paint
from mlpm.outputs import rounded
from repository import NOTEBOOKS, ROOT, code_cells, notebook, tagged
from titles import MOST

CHART = "application/vnd.vegalite.v5+json"
ALLOWED_TAGS = {"parameters", "memo", "example", "hide-input", "hide-output", "remove-input"}
ALLOWED_METADATA = {"kernelspec", "language_info"}

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def outputs(path):
    return [output for cell in code_cells(path) for output in cell.outputs]


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 3


@each_notebook
def test_every_code_cell_ran_in_order(path):
    assert [cell.execution_count for cell in code_cells(path)] == list(range(1, len(code_cells(path)) + 1))


@each_notebook
def test_no_cell_switches_a_check_off(path):
    """`skip-execution` hides a stale output, `raises-exception` an error, `nbreg` metadata a difference."""
    assert set(notebook(path).metadata) <= ALLOWED_METADATA
    for cell in notebook(path).cells:
        assert set(cell.metadata) <= {"tags"}, cell.id
        assert set(cell.metadata.get("tags", [])) <= ALLOWED_TAGS, cell.id


@each_notebook
def test_no_output_is_an_error_a_warning_or_a_picture(path):
    for output in outputs(path):
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output.text
        kinds = set(output.get("data", {}))
        assert not {kind for kind in kinds if kind.startswith("image/") or kind == "text/html"}, kinds


@each_notebook
def test_every_number_for_machines_is_rounded(path):
    """Nine significant digits, or the comparison of two runs depends on the processor."""
    for output in outputs(path):
        for kind, data in output.get("data", {}).items():
            if kind == CHART:
                assert rounded(data) == data
            elif kind.endswith("json"):
                assert rounded(json.loads(data)) == json.loads(data)


@each_notebook
def test_every_chart_is_named_once_and_described(path):
    charts = [output.data[CHART] for output in outputs(path) if CHART in output.get("data", {})]
    assert charts
    assert all(len(chart.get("description", "")) >= 40 for chart in charts)
    assert max(Counter(chart.get("name") for chart in charts).values()) == 1


def encodings(part):
    """Every channel of a chart that stands for a time."""
    if isinstance(part, dict):
        if part.get("type") == "temporal" and "field" in part:
            yield part
        part = list(part.values())
    for item in part if isinstance(part, list) else []:
        yield from encodings(item)


@each_notebook
def test_the_first_sentence_of_a_description_is_short_enough_to_be_the_title(path):
    for output in outputs(path):
        if CHART in output.get("data", {}):
            title = paint.title(output.data[CHART])
            assert 20 <= len(title) <= MOST, title


@each_notebook
def test_no_day_moves_with_the_clock_of_the_reader(path):
    charts = [output.data[CHART] for output in outputs(path) if CHART in output.get("data", {})]
    assert [one["field"] for one in encodings(charts) if one.get("scale", {}).get("type") != "utc"] == []


@each_notebook
def test_code_is_clean(path):
    for cell in code_cells(path):
        assert not re.search(r"^\s*[!%]", cell.source, re.MULTILINE), cell.id
        assert "import *" not in cell.source, cell.id
        assert "warnings." not in cell.source, cell.id


@each_notebook
def test_length_is_readable(path):
    assert len(code_cells(path)) <= 15


@each_notebook
def test_the_parts_stand_in_order(path):
    text = "\n".join(cell.source for cell in notebook(path).cells if cell.cell_type == "markdown")
    headings = re.findall(r"^#{1,2} (.+)$", text, re.MULTILINE)
    parts = ["Inputs", "Memo", "Change the inputs", "How this was computed"]
    assert [heading for heading in headings if heading in parts] == parts
    assert notebook(path).cells[0].source.startswith(f"({path.stem}-notebook)=\n# ")


@each_notebook
def test_every_parameter_says_what_it_is(path):
    (cell,) = tagged(path, "parameters")
    lines = [line for line in cell.source.splitlines() if line.strip() and not line.startswith("#")]
    for line in lines:
        assert re.fullmatch(r"\w+ = .+?  # .{8,}", line), line
        ast.literal_eval(ast.parse(line).body[0].value)  # a report reads the defaults without running them


@each_notebook
def test_one_memo(path):
    (cell,) = tagged(path, "memo")
    assert any("text/markdown" in output.get("data", {}) for output in cell.outputs)


def test_no_function_is_defined_in_two_notebooks():
    names = [
        node.name
        for path in NOTEBOOKS
        for cell in code_cells(path)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.FunctionDef)
    ]
    assert len(names) == len(set(names))


@each_notebook
def test_a_chapter_uses_it(path):
    assert list((ROOT / "docs").rglob(f"{path.stem}.md"))
