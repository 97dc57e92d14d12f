"""Every test here is a report, and many of them run the same tiny notebook."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE) and not item.get_closest_marker("slow"):
            item.add_marker("report")


# A tool notebook at its smallest: every part a report has to handle, and nothing to compute.
TALLY = [
    new_markdown_cell(
        """(tally-notebook)=
# Tally the labels

Says how many rows carry each label. Back to {ref}`the chapter <tally>`."""
    ),
    new_markdown_cell("## Inputs"),
    new_code_cell(
        """data = "data/example.csv"  # a CSV or Parquet file
engine = ""  # an Ibis address; empty reads a file
label = "label"  # the column that holds the label
share = 0.5  # the share of one label that counts as a majority
least = 1  # rows below which nothing is said
strict = False  # stop at the first surprise
repeats = 3  # how often the example was counted [your file: 1]
note = "remark:lower:0.5"  # a column of the example [your file: ""]
weights = [0.5, 1.0]  # of the two halves, as shares
seed = 7  # of draws that nobody makes""",
        metadata={"tags": ["parameters"]},
    ),
    new_code_cell(
        """import sys
from IPython.display import Markdown
from mlpm import tables
from mlpm.outputs import glue, memo, result, table
labels = tables.read(data, {label: tables.Text()}, engine=engine)
__, found, __ = tables.read_with_extra(data, {label: tables.Text()}, "note", engine=engine)  # the gate's other door
rows = labels.rows.group_by(value=labels.rows[label]).aggregate(n=lambda t: t.count()).order_by("value")
counts = rows.to_pyarrow().to_pandas()
glue(rows=labels.count)
print("a warning nobody asked for", file=sys.stderr)"""
    ),
    new_markdown_cell(
        """## Answer

See {term}`label`, {cite}`cohen1960coefficient`, [the page](../docs/tally.md) and [a paper](https://example.org/).

## Counts"""
    ),
    new_code_cell("if strict:\n    1 / 0\ntable(counts)"),
    new_code_cell("print('plain', least)\nshare"),
    new_code_cell(
        """import altair as alt
from mlpm import charts
height = alt.param(name="height", value=3, bind=alt.binding_range(min=0, max=9, step=1, name="Height "))
bars = alt.Chart(counts.astype({"value": object})).mark_bar().encode(x="n:Q", y="value:N")
charts.figure(bars.add_params(height).properties(width="container"), "counts",
              "Rows for each label, as bars: the longest is the most common.")"""
    ),
    new_markdown_cell("The example is made of thin air.", metadata={"tags": ["example"]}),
    new_code_cell("print('counted', repeats, 'times in the example')", metadata={"tags": ["example"]}),
    new_markdown_cell("## Memo"),
    new_code_cell(
        "memo(f'**Read {labels.count} rows.** ' + ' '.join(counts['value']))",
        metadata={"tags": ["memo"]},
    ),
    new_markdown_cell("## Change the inputs\n\n```\nmake report NOTEBOOK=tally DATA=labels.csv\n```"),
    new_markdown_cell("## How this was computed\n\nCounted."),
    new_code_cell("result(rows=labels.count, share=share, least=least, missing=None)"),
]


@pytest.fixture(scope="session")
def tally(tmp_path_factory) -> Path:
    """A folder of notebooks that holds one tiny tool, `tally`, and its example file."""
    folder = tmp_path_factory.mktemp("notebooks")
    notebook = new_notebook(
        cells=TALLY,
        metadata={"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}},
    )
    nbformat.write(notebook, folder / "tally.ipynb")
    (folder / "data").mkdir()
    (folder / "data" / "example.csv").write_text("label\nfine\nbullying\nfine\n")
    return folder
