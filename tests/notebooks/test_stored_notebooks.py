"""What a stored notebook promises beyond "it runs and gives the same": pytest-notebook checks that one itself."""

import ast
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from editor import Remark, of_cell, report
from mlpm import paint
from mlpm.outputs import rounded
from repository import NOTEBOOKS, ROOT, notebook, tagged
from titles import MOST

CHART = "application/vnd.vegalite.v5+json"
ALLOWED_TAGS = {"parameters", "memo", "example", "hide-input", "hide-output", "remove-input"}
ALLOWED_METADATA = {"kernelspec", "language_info"}
PARTS = ["Inputs", "Memo", "Change the inputs", "How this was computed"]
MOST_CELLS = 15
AGAIN = "then `make outputs`"

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)

Numbered = tuple[int, dict]  # a cell, and its place among all cells of its notebook, the first being 1


def code(path: Path) -> list[Numbered]:
    return [(number, cell) for number, cell in enumerate(notebook(path).cells, 1) if cell.cell_type == "code"]


def outputs(path: Path) -> Iterator[tuple[int, dict, dict]]:
    """Yield every output with its cell: (number, cell, output)."""
    for number, cell in code(path):
        for output in cell.outputs:
            yield number, cell, output


def charts(path: Path) -> list[tuple[int, dict, dict]]:
    """Return every stored chart with its cell: (number, cell, specification)."""
    return [(number, cell, output.data[CHART]) for number, cell, output in outputs(path)
            if CHART in output.get("data", {})]


# --- From a notebook to remarks -----------------------------------------------------------------------------------


def out_of_order(path: Path) -> list[Remark]:
    for place, (number, cell) in enumerate(code(path), 1):
        if cell.execution_count != place:
            ran = f"ran as number {cell.execution_count}" if cell.execution_count else "was not run"
            return [of_cell(path, number, cell, f"{ran}, and stands there as number {place}.",
                            "What it shows may come from cells that a reader does not see.",
                            "run `make outputs`: it runs all cells in order and stores what they give")]
    return []


def switched_off(path: Path) -> list[Remark]:
    """`skip-execution` hides a stale output, `raises-exception` an error, `nbreg` metadata a difference."""
    why = "Some of it switches checks off."
    remarks = []
    if extra := set(notebook(path).metadata) - ALLOWED_METADATA:
        remarks.append(Remark(path, None, f"The notebook has the metadata {', '.join(sorted(extra))}.", why,
                              "in JupyterLab, open the property inspector and delete it"))
    for number, cell in enumerate(notebook(path).cells, 1):
        if extra := set(cell.metadata) - {"tags"}:
            remarks.append(of_cell(path, number, cell, f"has the metadata {', '.join(sorted(extra))}.", why,
                                   "in JupyterLab, open the property inspector and delete it"))
        if extra := set(cell.metadata.get("tags", [])) - ALLOWED_TAGS:
            remarks.append(of_cell(path, number, cell, f"has the tag {', '.join(sorted(extra))}.", why,
                                   f"take it off; tags that may stay are {', '.join(sorted(ALLOWED_TAGS))}"))
    return remarks


def unfit_outputs(path: Path) -> list[Remark]:
    remarks = []
    for number, cell, output in outputs(path):
        if output.output_type == "error":
            remarks.append(of_cell(path, number, cell, f"has stored an error, {output.ename}: {output.evalue}.",
                                   "A reader would see that it does not work.", f"correct the cell, {AGAIN}"))
        if output.get("name") == "stderr":
            remarks.append(of_cell(path, number, cell, f"has stored a warning, {output.text.strip()[:100]!r}.",
                                   "A reader would take it for a fault of the handbook.",
                                   f"change the code so that nothing warns, {AGAIN}"))
        for kind in output.get("data", {}):
            if kind.startswith("image/") or kind == "text/html":
                remarks.append(of_cell(path, number, cell, f"has stored an output of the kind {kind}.",
                                       "The site has no dark form, no description and no table for it.",
                                       "draw charts with mlpm.charts.figure, print tables with mlpm.outputs.table, "
                                       f"{AGAIN}"))
    return remarks


def unrounded(path: Path) -> list[Remark]:
    """Nine significant digits, or the comparison of two runs depends on the processor."""
    remarks = []
    for number, cell, output in outputs(path):
        for kind, stored in output.get("data", {}).items():
            if kind != CHART and not kind.endswith("json"):
                continue
            data = stored if kind == CHART else json.loads(stored)
            if rounded(data) != data:
                remarks.append(of_cell(path, number, cell, f"has stored a number of more than nine digits ({kind}).",
                                       "The last digits depend on the processor, and a run elsewhere would differ.",
                                       "give it to mlpm.outputs or mlpm.charts.figure, which round it, " + AGAIN))
    return remarks


def undescribed(path: Path) -> list[Remark]:
    found = charts(path)
    if not found:
        return [Remark(path, None, "It has no chart.", "Its chapter shows the finding in one.",
                       f"draw one with Altair and give it to mlpm.charts.figure, {AGAIN}")]
    names = Counter(chart.get("name") for _, _, chart in found)
    return [
        of_cell(path, number, cell, f"draws the chart {chart.get('name')!r} with less than 40 letters of description.",
                "Somebody who cannot see the chart gets the description instead, and its first sentence is the title.",
                "give mlpm.charts.figure a description whose first sentence says the finding with its numbers, "
                + AGAIN)
        for number, cell, chart in found if len(chart.get("description", "")) < 40
    ] + [
        of_cell(path, number, cell, f"draws one of {names[chart.get('name')]} charts named {chart.get('name')!r}.",
                "A chapter could mean either.", f"give each chart its own name, {AGAIN}")
        for number, cell, chart in found if names[chart.get("name")] > 1
    ]


def long_titles(path: Path) -> list[Remark]:
    remarks = []
    for number, cell, chart in charts(path):
        if len(chart.get("description", "").strip()) < paint.MIN_DESCRIPTION:
            continue  # a finding of its own
        title = paint.title(chart)
        if not 20 <= len(title) <= MOST:
            remarks.append(of_cell(path, number, cell, f'has the chart title "{title}", of {len(title)} letters.',
                                   "The first sentence of the description is the title, read on a phone.",
                                   f"make that sentence 20 to {MOST} letters, say the rest in a second one, {AGAIN}"))
    return remarks


def encodings(part: object) -> Iterator[dict]:
    """Yield every channel of a chart that stands for a time."""
    if isinstance(part, dict):
        if part.get("type") == "temporal" and "field" in part:
            yield part
        part = list(part.values())
    for item in part if isinstance(part, list) else []:
        yield from encodings(item)


def local_times(path: Path) -> list[Remark]:
    return [
        of_cell(path, number, cell, f"draws {one['field']!r} in the local time of whoever looks.",
                "West of Greenwich every day moves to the day before.",
                f'give its axis scale=alt.Scale(type="utc"), {AGAIN}')
        for number, cell, chart in charts(path) for one in encodings(chart)
        if one.get("scale", {}).get("type") != "utc"
    ]


def unclean(path: Path) -> list[Remark]:
    refused = [
        (r"^\s*[!%]", "has a line that begins with ! or %.",
         "It runs in Jupyter only, and what it installs is in no lock.",
         "write Python; what the notebooks need is named in pyproject.toml"),
        (r"import \*", "says import *.", "Nobody can see where a name comes from.", "import the names that it uses"),
        (r"warnings\.", "handles warnings.", "A silenced warning is a fault that nobody sees.",
         "change the code so that nothing warns"),
    ]
    return [
        of_cell(path, number, cell, what, why, f"{mend}, {AGAIN}")
        for number, cell in code(path) for pattern, what, why, mend in refused
        if re.search(pattern, cell.source, re.MULTILINE)
    ]


def too_long(path: Path) -> list[Remark]:
    cells = code(path)
    if len(cells) <= MOST_CELLS:
        return []
    number, cell = cells[MOST_CELLS]
    return [of_cell(path, number, cell, f"is the first beyond {MOST_CELLS} code cells; there are {len(cells)}.",
                    "A notebook is read in one go.", "merge small cells, or move computing into the package mlpm")]


def misplaced_parts(path: Path) -> list[Remark]:
    told = [(number, cell) for number, cell in enumerate(notebook(path).cells, 1) if cell.cell_type == "markdown"]
    found = [(heading, number, cell) for number, cell in told
             for heading in re.findall(r"^#{1,2} (.+)$", cell.source, re.MULTILINE) if heading in PARTS]
    why = "A reader knows the parts from the other notebooks, and a report looks for them."
    remarks = [
        Remark(path, None, f"The part ## {part} is missing.", why, f"add it; the order is {', '.join(PARTS)}")
        for part in PARTS if part not in [heading for heading, _, _ in found]
    ]
    if not remarks and [heading for heading, _, _ in found] != PARTS:
        heading, number, cell = next(
            (one for one, due in zip(found, PARTS, strict=False) if one[0] != due), found[-1])
        remarks.append(of_cell(path, number, cell, f"begins the part ## {heading} out of order, or again.", why,
                               f"have each once, in the order {', '.join(PARTS)}"))
    first = notebook(path).cells[0]
    if not first.source.startswith(f"({path.stem}-notebook)=\n# "):
        remarks.append(of_cell(path, 1, first, "does not begin with the notebook's label and title.",
                               "Chapters link to the label.",
                               f"begin with the line ({path.stem}-notebook)= and, in the next one, # and the title"))
    return remarks


def tagged_once(path: Path, tag: str, what: str) -> list[Remark]:
    found = len(tagged(path, tag))
    return [] if found == 1 else [
        Remark(path, None, f"{found} cells carry the tag {tag}, not one.", f"A report takes {what} from it.",
               f"in JupyterLab, open the property inspector and give the tag to the one cell with {what}")]


def unclear_parameters(path: Path) -> list[Remark]:
    remarks = tagged_once(path, "parameters", "the inputs")
    for number, cell in code(path):
        if remarks or "parameters" not in cell.metadata.get("tags", []):
            continue
        for line in cell.source.splitlines():
            if line.strip() and not line.startswith("#") and not re.fullmatch(r"\w+ = .+?  # .{8,}", line):
                remarks.append(of_cell(path, number, cell, f"has the line {line!r}, which does not explain an input.",
                                       "Whoever runs it on their own file has to know what to fill in, in which unit.",
                                       f"write each input as `price = 4.0  # euros for one thing`, with two blanks "
                                       f"before #, {AGAIN}"))
            elif line.strip() and not line.startswith("#") and not literal(line):
                remarks.append(of_cell(path, number, cell, f"computes an input in the line {line!r}.",
                                       "A report reads the inputs without running them.",
                                       f"set it to a number, a text, True or False, {AGAIN}"))
    return remarks


def literal(line: str) -> bool:
    """Say whether a line gives a name to a plain value."""
    try:
        ast.literal_eval(ast.parse(line).body[0].value)
    except (SyntaxError, ValueError):
        return False
    return True


def without_memo(path: Path) -> list[Remark]:
    remarks = tagged_once(path, "memo", "the memo")
    for number, cell in enumerate(notebook(path).cells, 1):
        if "memo" in cell.metadata.get("tags", []) and not any(
                "text/markdown" in output.get("data", {}) for output in cell.get("outputs", [])):
            remarks.append(of_cell(path, number, cell, "carries the tag memo and gives no Markdown.",
                                   "The memo is what a stakeholder reads, and it follows the inputs.",
                                   f"make it a code cell that ends with mlpm.outputs.memo(…), {AGAIN}"))
    return remarks


def shared_functions(paths: list[Path]) -> list[Remark]:
    remarks, defined = [], defaultdict(list)
    for path in paths:
        for number, cell in code(path):
            try:
                nodes = list(ast.walk(ast.parse(cell.source)))
            except SyntaxError as error:
                remarks.append(of_cell(path, number, cell, f"is not Python: {error.msg}.", "It cannot run.",
                                       f"correct its line {error.lineno}"))
                continue
            for node in nodes:
                if isinstance(node, ast.FunctionDef):
                    defined[node.name].append((path, number, cell))
    return remarks + [
        of_cell(path, number, cell, f"defines {name}(), and so does {others[0][0].name}.",
                "Copies drift apart.", "move the function into the package notebooks/mlpm, with a test, and import it")
        for name, (*others, (path, number, cell)) in defined.items() if others
    ]


def unused(path: Path) -> list[Remark]:
    if list((ROOT / "docs").rglob(f"{path.stem}.md")):
        return []
    return [Remark(path, None, "No chapter has its name.", "Nobody would find it from the book.",
                   f"write the chapter {path.stem}.md, or name the notebook as its chapter")]


# --- All notebooks ------------------------------------------------------------------------------------------------


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 3


@each_notebook
def test_every_code_cell_ran_in_order(path):
    report(out_of_order(path))


@each_notebook
def test_no_cell_switches_a_check_off(path):
    report(switched_off(path))


@each_notebook
def test_no_output_is_an_error_a_warning_or_a_picture(path):
    report(unfit_outputs(path))


@each_notebook
def test_every_number_for_machines_is_rounded(path):
    report(unrounded(path))


@each_notebook
def test_every_chart_is_named_once_and_described(path):
    report(undescribed(path))


@each_notebook
def test_the_first_sentence_of_a_description_is_short_enough_to_be_the_title(path):
    report(long_titles(path))


@each_notebook
def test_no_day_moves_with_the_clock_of_the_reader(path):
    report(local_times(path))


@each_notebook
def test_code_is_clean(path):
    report(unclean(path))


@each_notebook
def test_length_is_readable(path):
    report(too_long(path))


@each_notebook
def test_the_parts_stand_in_order(path):
    report(misplaced_parts(path))


@each_notebook
def test_every_parameter_says_what_it_is(path):
    report(unclear_parameters(path))


@each_notebook
def test_one_memo(path):
    report(without_memo(path))


def test_no_function_is_defined_in_two_notebooks():
    report(shared_functions(NOTEBOOKS))


@each_notebook
def test_a_chapter_uses_it(path):
    report(unused(path))
