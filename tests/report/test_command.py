"""The command `mlpm`: help that can be typed off, a look at a file, the list of tools, exit codes, a quiet pipe."""

import json
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import nbformat
import pytest

from mlpm import shelf
from mlpm.command import EXAMPLES, main, parser
from mlpm.report import parameters
from repository import NOTEBOOKS, notebook

PARAMETERS = {path.stem: [one.name for one in parameters(notebook(path))] for path in NOTEBOOKS}


def ran(folder: Path, *arguments: str, program=("-m", "mlpm"), **options) -> subprocess.CompletedProcess:
    """The command in a process of its own, in a folder that is not the repository."""
    return subprocess.run(
        [sys.executable, *program, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False,
        **options,
    )


@pytest.fixture
def said(capsys):
    """Run the command here and return its exit code and what it printed, on stdout and on stderr."""

    def said(*arguments) -> tuple[int, str, str]:
        code = main([*map(str, arguments)])
        return code, *capsys.readouterr()

    return said


@pytest.fixture
def labels(tmp_path):
    path = tmp_path / "labels.csv"
    rows = "1;fine;2026-03-02;yes;3.5\n2;Fine;2026-03-03;no;4\n3;fine;2026-03-04;yes;\n"
    path.write_text(f"item;label;day;kept;seconds\n{rows}")
    return path


# --- Help ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["", "report", "check", "list"])
def test_help_has_examples_and_the_exit_codes(capsys, level):
    with pytest.raises(SystemExit) as end:
        main([*level.split(), "--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert "examples:\n  mlpm " in text
    assert re.findall(r"^  (\d+)  ", text, re.MULTILINE) == ["0", "1", "2", "3", "130"]


@pytest.mark.parametrize("line", [
    line for text in EXAMPLES.values() for line in re.findall(r"^  (mlpm .+)$", text, re.MULTILINE)
])
def test_an_example_can_be_typed_off(line):
    given = parser().parse_args(shlex.split(line)[1:])
    stem = getattr(given, "notebook", "")
    assert not stem or stem in PARAMETERS
    assert [pair for pair in getattr(given, "set", []) if pair.split("=")[0] not in PARAMETERS[stem]] == []


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert (end.value.code, capsys.readouterr().out) == (0, "mlpm 0.1.0 (ml-pm-handbook)\n")


@pytest.mark.parametrize("words", ["", "chek labels.csv", "report", "report x --nonsense", "check", "report x --set"])
def test_what_is_not_understood_ends_with_2(capsys, words):
    with pytest.raises(SystemExit) as end:
        main(words.split())
    assert end.value.code == 2
    assert "usage: mlpm" in capsys.readouterr().err


def test_help_waits_for_no_library(tmp_path):
    heavy = "import sys, mlpm.command as c\ntry: c.main(['--help'])\nexcept SystemExit: pass\n"
    heavy += "print([name for name in ('ibis', 'pandas', 'papermill', 'nbformat') if name in sys.modules])"
    assert ran(tmp_path, program=("-c", heavy)).stdout.splitlines()[-1] == "[]"


# --- list ---------------------------------------------------------------------------------------------------------


def test_the_list_has_every_notebook_and_tools_first(said):
    code, out, err = said("list")
    tools, calculators = out.split("Calculators, which take your numbers:")
    assert (code, err) == (0, "")
    assert sorted(re.findall(r"^  ([a-z0-9-]+) ", out, re.MULTILINE)) == sorted(path.stem for path in shelf.notebooks())
    for stem, names in PARAMETERS.items():
        assert f"  {stem} " in (tools if "data" in names else calculators)


def test_inputs_come_with_type_meaning_and_both_defaults(said, tally):
    code, out, __ = said("list", "tally", "--notebooks", tally)
    assert code == 0
    assert out.startswith("Tally the labels\nSays how many rows carry each label.")
    assert "\n  data = 'data/example.csv'  (--data)\n      a CSV or Parquet file\n" in out
    assert "\n  share = 0.5  (number)\n      the share of one label that counts as a majority\n" in out
    assert "\n  repeats = 3  (whole number)\n      how often the example was counted\n      on your file: 1\n" in out
    assert "\n  strict = False  (true/false)\n" in out
    assert "\n  weights = [0.5, 1.0]  (numbers)\n" in out
    kept = "on your file: '', or 'remark:lower:0.5' where the file has every column it names\n"
    assert f"\n  note = 'remark:lower:0.5'  (text)\n      a column of the example\n      {kept}" in out


def test_inputs_on_a_file_are_those_a_report_would_take(said, tally, tmp_path):
    (tmp_path / "own.csv").write_text("remark\nx\n")
    __, out, __ = said("list", "tally", "--notebooks", tally, "--data", tmp_path / "own.csv")
    assert "      on own.csv: 'remark:lower:0.5'\n" in out
    assert "      on own.csv: 1\n" in out


def test_a_folder_without_notebooks_is_said(said, tmp_path):
    message = f"There are no notebooks in '{tmp_path.name}'. Name their folder: --notebooks FOLDER.\n"
    assert said("report", "tally", "--notebooks", tmp_path) == (1, "", message)


def test_a_reader_who_has_seen_enough_is_no_fault(tmp_path):
    script = f"{sys.executable} -m mlpm list | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("Tools, which take your file:\n0\n", "")


# --- check --------------------------------------------------------------------------------------------------------


def test_a_look_says_rows_columns_kinds_and_what_the_gate_says(said, labels):
    code, out, err = said("check", labels)
    assert (code, err) == (0, "")
    first, __, __, *rows = out.splitlines()
    assert first == "labels.csv: 3 rows, 5 columns"
    assert [re.split(r"  +", row) for row in rows[:5]] == [
        ["item", "text, whole number", "0", "3", "1"],
        ["label", "text", "0", "2", "Fine"],
        ["day", "text, day", "0", "3", "2026-03-02"],
        ["kept", "text, flag", "0", "2", "no"],
        ["seconds", "text, number", "1", "2", "3.5"],
    ]
    twins = "Column 'label': 'fine' (2 rows) and 'Fine' (1 row) differ only in case or blanks and count as different."
    assert rows[5:] == ["", "The gate says:", f"  {twins}"]


def test_a_value_that_spoils_a_column_of_numbers_is_named_as_the_gate_names_it(said, labels):
    labels.write_text(labels.read_text().replace(";4\n", ";4,5\n"))
    code, out, __ = said("check", labels)
    assert code == 0
    assert "\nseconds  text " in out
    place = "labels.csv, column 'seconds', row 2 (line 3)"
    assert f"  {place}: '4,5' has a decimal comma (1 such row). Write numbers with a point, like 12.5.\n" in out


def test_columns_must_hold_what_is_said_of_them(said, labels):
    assert said("check", labels, "--columns", "item:whole", "day:day", "kept:flag", "label")[0] == 0
    code, out, err = said("check", labels, "--columns", "item", "label:number")
    assert (code, out) == (1, "")
    assert err.startswith("labels.csv, column 'label', row 1 (line 2): 'fine' is not a number (3 such rows).")


def test_a_look_at_a_table_of_an_engine(said, tmp_path):
    with duckdb.connect(str(tmp_path / "house.ddb")) as con:
        con.execute("CREATE TABLE units AS SELECT i AS unit, i % 2 = 0 AS bought FROM range(100) t(i)")
    there = ("units", "--engine", f"duckdb://{tmp_path / 'house.ddb'}")
    code, out, __ = said("check", *there, "--columns", "unit:whole", "bought")
    assert (code, out.splitlines()[0]) == (0, "units: 100 rows, 2 columns")
    assert said("check", *there)[0] == 1


@pytest.mark.parametrize(("header", "said_of_it"), [
    ("a,a,b", "The header has 'a' twice: rename or remove one of the two."),
    ("a,A,b", "Columns 'a' and 'A' differ only in case: rename one of them."),
    ("a,,b", "A column has no name and cannot be asked for."),
])
def test_a_header_that_cannot_be_asked_for_is_said(said, tmp_path, header, said_of_it):
    (tmp_path / "odd.csv").write_text(f"{header}\n1,2,3\n")
    code, out, __ = said("check", tmp_path / "odd.csv")
    assert code == 0
    assert f"  {said_of_it}\n" in out


def test_a_file_that_is_refused_ends_with_1_and_one_line(said, tmp_path):
    code, out, err = said("check", tmp_path / "nothing.csv")
    assert (code, out) == (1, "")
    assert err == "nothing.csv: there is no such file. Check the name and the folder.\n"


# --- report -------------------------------------------------------------------------------------------------------

NAME = "my 'own' $HOME $(id) `id` \"l\" é שלום 🦜 #1.csv"
VALUE = "lab el $(id) \"x\" 'y'"


def test_a_file_and_a_value_arrive_as_they_were_typed(tally, tmp_path):
    """Blanks, quotes, dollars and letters of any language, through the command and through the Makefile's variables."""
    column = VALUE.replace('"', '""')
    (tmp_path / NAME).write_text(f'"{column}"\nfine\n')
    words = ("report", "tally", "--notebooks", tally, "--data", NAME, "--out", "by command")
    by_command = ran(tmp_path, *words, "--set", f"label={VALUE}", "share=0.1", "--set", "least=2")
    assert (by_command.returncode, by_command.stderr) == (0, "")
    setting = shlex.join([f"label={VALUE}", "share=0.1", "least=2"])
    typed = {"REPORT_NOTEBOOK": "tally", "REPORT_DATA": NAME, "REPORT_SET": setting, "REPORT_ENGINE": ""}
    by_make = ran(
        tmp_path, "--notebooks", tally, "--out", "by make", program=("-m", "mlpm.report"), env=os.environ | typed
    )
    assert (by_make.returncode, by_make.stderr) == (0, "")
    first, second = ((tmp_path / f"by {way}" / "tally.json").read_bytes() for way in ("command", "make"))
    assert first == second
    rests_on = json.loads(first)["report"]
    assert (rests_on["data"], rests_on["parameters"]["label"]) == (NAME, VALUE)
    assert (rests_on["parameters"]["share"], rests_on["parameters"]["least"]) == (0.1, 2)


@pytest.mark.parametrize(("words", "message"), [
    (["--set", "lable=x"], "tally has no parameter 'lable'. Did you mean 'label'? Its parameters:\n  label = 'label'"),
    (["--set", "label=a", "label=b"], "--set gives 'label' twice. Keep one of the two.\n"),
    (["--set", "data=x.csv"], "Give --data beside --set, not data=… in it.\n"),
    (["--data", "no.csv"], "no.csv: there is no such file."),
])
def test_what_must_be_mended_ends_with_1(said, tally, tmp_path, words, message):
    code, out, err = said("report", "tally", "--notebooks", tally, "--out", tmp_path, *words)
    assert (code, out) == (1, "")
    assert err.startswith(message)
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_that_cannot_be_read_is_a_fault_of_ours_and_ends_with_3(said, tmp_path):
    (tmp_path / "broken.ipynb").write_text("{}")
    code, out, err = said("report", "broken", "--notebooks", tmp_path)
    assert (code, out) == (3, "")
    assert err.endswith("This is a fault of the handbook: please open an issue and quote the line above.\n")
    assert "Traceback" not in err


def test_the_next_run_ends_what_a_killed_one_had_decided_and_touches_nothing_of_others(said, tally, tmp_path):
    mine = {"tally.json": "decided", ".other.draft/other.html": "decided", ".other.mlpm-draft/mine.txt": "decided"}
    left = [(".tally.mlpm-ready", ["tally.json"]), (".one.mlpm-draft", ["one.html"])]
    for folder, names in [*left, (".other.draft", ["other.html"]), (".other.mlpm-draft", ["mine.txt", "other.json"])]:
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / name).write_text("decided")
    assert said("report", "taly", "--notebooks", tally, "--out", tmp_path)[0] == 1
    there = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.relative_to(tmp_path).as_posix(): path.read_text() for path in there} == mine


def test_a_terminal_is_told_the_section_and_a_pipe_nothing(tally, tmp_path):
    """The pipe: every other test here, whose stderr is empty."""
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "mlpm", "report", "tally", "--notebooks", str(tally)], cwd=tmp_path,
        stdout=subprocess.PIPE, stderr=theirs, text=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # Linux: the other end is closed
        pass
    os.close(ours)
    assert (run.communicate()[0].startswith("Wrote "), run.returncode) == (True, 0)
    lines = shown.decode().split("\r\x1b[K")
    assert lines[0] == lines[-1] == "", "it cleans up behind itself"
    sections = [re.fullmatch(r" *\d+ s  tally: (.+)", line)[1] for line in lines[1:-1]]
    headings = [
        re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE)[-1]
        for cell in nbformat.read(tally / "tally.ipynb", as_version=4).cells
        if cell.cell_type == "markdown" and "\n#" in f"\n{cell.source}"
    ]
    assert [section for section in dict.fromkeys(sections) if section != "starting"] == headings
