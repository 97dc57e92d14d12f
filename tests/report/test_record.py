"""A report names the very file it read, whatever its size, and loses nothing on paper."""

import os
import subprocess
import tracemalloc
from pathlib import Path

import nbformat
import pytest
from looking import look

from mlpm import InputError
from mlpm.report import Done, Request, files, parameters, witness, write
from mlpm.report.page import page
from repository import NOTEBOOKS, ROOT


def done(path: Path, **reads) -> Done:
    """The stored outputs of the tool that is quickest to draw, as if it had read this file."""
    stored = nbformat.read(ROOT / "notebooks" / "scope-an-mvp.ipynb", as_version=4)
    stored.cells = [cell for cell in stored.cells if "vega" not in str(cell.get("outputs", ""))]
    read = {"place": str(path), "address": "", "stamp": witness.stamp(path), "name": path.name, "rows": 1,
            "columns": ["a"], "engine": "DuckDB 1"}
    return Done(stored, [read | reads], {})


ASKED = Request(Path("scope-an-mvp.ipynb"), "", "", {})


@pytest.mark.parametrize("change", ["longer", "later", "gone"])
def test_a_file_that_changes_during_the_run_is_refused(tmp_path, change):
    path = tmp_path / "labels.csv"
    path.write_text("a\n1\n")
    run = done(path)
    if change == "longer":
        path.write_text("a\n1\n2\n")
    elif change == "later":
        os.utime(path, ns=(1, 1))
    else:
        path.unlink()
    with pytest.raises(InputError) as refusal:
        write(ASKED, run, tmp_path / "out")
    assert str(refusal.value) == "labels.csv: was changed while the report was made. Run the report again."
    assert not (tmp_path / "out").exists()


def test_a_file_of_any_size_is_hashed_in_little_memory(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    found = files._fingerprint(done(path).reads[0])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000
    # What sha256sum of GNU coreutils says of 200,000,000 zero bytes.
    assert found["sha256"] == "d162f6594b643795442d4c7bba3a1711962b9e63717625d9f1f9696df315c86b"


def test_a_folder_is_hashed_as_sha256sum_lists_it(tmp_path):
    folder = tmp_path / "parts of May"
    (folder / "week=2").mkdir(parents=True)
    for name in ("b.parquet", "a.parquet", "week=2/c.parquet"):
        (folder / name).write_bytes(name.encode())
    (folder / "notes.txt").write_text("not read")
    found = files._fingerprint(done(folder).reads[0])
    names = ["a.parquet", "b.parquet", "week=2/c.parquet"]
    listed = subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, check=True)
    whole = subprocess.run(["sha256sum"], input=listed.stdout, capture_output=True, check=True)
    assert found == {"sha256": whole.stdout.decode().split()[0], "sha256_of": "folder"}


def test_a_file_more_in_the_folder_is_another_folder(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "a.parquet").write_bytes(b"a")
    run = done(folder)
    (folder / "b.parquet").write_bytes(b"b")
    with pytest.raises(InputError, match=r"^parts: was changed while the report was made\."):
        write(ASKED, run, tmp_path / "out")


# --- On paper -----------------------------------------------------------------------------------------------------

TOOLS = [path for path in NOTEBOOKS if any(one.name == "data" for one in parameters(nbformat.read(path, 4)))]


@pytest.mark.slow
@pytest.mark.parametrize("path", TOOLS, ids=[path.stem for path in TOOLS])
def test_nothing_of_a_tool_is_cut_off_on_paper(tmp_path, path):
    """The page of its stored outputs, as Chromium lays it on paper; the two main tools are looked at in every run."""
    run = Done(nbformat.read(path, as_version=4), [], witness.versions())
    asked = Request(path, "", "", {})
    (tmp_path / "page.html").write_text(page(asked, run, files._rests_on(asked, run), ""), encoding="utf-8")
    (seen,) = look(tmp_path / "page.html", scripts=False)
    assert seen.outside == []
    assert set(map(tuple, seen.paper)) == {(595, 842)}
