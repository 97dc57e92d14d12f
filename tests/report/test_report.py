"""What every report promises, shown on the smallest tool notebook: two files, or one message and no file."""

import base64
import hashlib
import importlib.metadata
import json
import platform
import re
import shutil
import subprocess

import duckdb
import nbformat
import pytest
from lxml import html
from reporting import report

from repository import ROOT

LABELS = 'lab,note\nfine,x\n"<img src=x onerror=alert(1)>",y\n![a](http://evil.example/x.png),z\n[l](http://evil.example),z\n'
DATA = "my <i>own 'own' $HOME; \"l\" é.csv"


@pytest.fixture(scope="module")
def made(tally, tmp_path_factory):
    """One report on a reader's file with a difficult name and difficult labels."""
    folder = tmp_path_factory.mktemp("reader's place")
    (folder / DATA).write_text(LABELS)
    typed = ["--notebooks", tally, "--data", DATA, "--set", "label=lab share=0.25 strict=no"]
    ran = report("tally", folder, *typed, SOURCE_DATE_EPOCH="1795864807")
    assert ran.code == 0, ran.stderr
    return ran


@pytest.fixture(scope="module")
def answer(made) -> dict:
    return json.loads((made.folder / "tally.json").read_text())


@pytest.fixture(scope="module")
def page(made):
    return html.fromstring((made.folder / "tally.html").read_bytes())


def refused(tally, folder, *arguments, code=1) -> str:
    """What a reader sees when nothing can be written: never a traceback, never half a report."""
    ran = report("tally", folder, "--notebooks", tally, *arguments)
    assert ran.code == code
    assert "Traceback" not in ran.stdout + ran.stderr
    assert ran.files == []
    assert ran.stdout == ""
    return ran.stderr.strip()


# --- A good run ---------------------------------------------------------------------------------------------------


def test_two_files_are_written_and_named(made):
    assert made.files == ["tally.html", "tally.json"]
    assert made.stdout.strip() == "Wrote _build/reports/tally.html and _build/reports/tally.json"
    assert made.stderr == ""


def test_the_json_holds_the_answer_and_where_it_comes_from(made, answer):
    assert answer == {
        "rows": 4,
        "share": 0.25,
        "least": 1,
        "missing": None,
        "report": {
            "notebook": "tally",
            "mlpm_version": "0.1.0",
            "data": DATA,
            "reads": [
                {
                    "name": DATA, "rows": 4, "columns": ["lab", "note"],
                    "sha256": hashlib.sha256(LABELS.encode()).hexdigest(), "sha256_of": "file",
                },
            ],
            "parameters": {
                "data": DATA, "engine": "", "label": "lab", "share": 0.25, "least": 1, "strict": False, "repeats": 1,
                "note": "", "weights": [0.5, 1.0], "seed": 7,
            },
        },
    }


def test_no_file_says_where_it_was_made(made, tally):
    for name in made.files:
        text = (made.folder / name).read_text()
        assert str(made.folder.parent.parent) not in text
        assert made.folder.parent.parent.name not in text
        assert str(tally) not in text
        assert str(ROOT) not in text


def test_the_page_says_what_it_is(page):
    assert page.get("lang") == "en"
    assert page.findtext("head/title") == f"Tally the labels: {DATA}"
    assert len(page.xpath("//meta[@name='description']/@content")[0]) > 40
    assert page.xpath("//meta[@name='viewport']")
    assert page.xpath("string(//h1)") == "Tally the labels"
    assert page.xpath("string(//p[@class='source'])") == f"Data: {DATA}, 4 rows · notebook tally"


def test_the_memo_comes_first_and_once(page):
    first = page.xpath("//main/*")[0]
    assert first.get("class") == "memo"
    assert "Read 4 rows." in first.text_content()
    assert page.text_content().count("Read 4 rows.") == 1
    assert page.xpath("//h2/text()") == [
        "Memo",
        "Inputs",
        "Answer",
        "Counts",
        "Change the inputs",
        "How this was computed",
        "What this report rests on",
    ]


def test_the_inputs_show_what_was_changed(page):
    rows = [[cell.text_content() for cell in row] for row in page.xpath("//table[@class='inputs']/tbody/tr")]
    assert rows[0] == ["data", DATA, "a CSV or Parquet file"]
    assert rows[3] == ["share", "0.25", "the share of one label that counts as a majority"]
    assert page.xpath("//tr[@class='changed']/th/text()") == ["data", "label", "share", "repeats", "note"]


def test_the_page_says_what_it_rests_on(made, page):
    duck = importlib.metadata.version("duckdb")
    said = {row[0].text_content(): row[1].text_content() for row in page.xpath("//table[@class='record']//tr")}
    libraries = said.pop("with")
    assert said == {
        "data": DATA,
        "rows": "4",
        "columns used": "lab, note",
        "SHA-256 of the file": hashlib.sha256(LABELS.encode()).hexdigest(),
        "read by": f"DuckDB {duck}",
        "seed": "7",
        "made": "2026-11-28 11:20:07 UTC",
        "answer for machines": "tally.json",
        "its SHA-256": hashlib.sha256((made.folder / "tally.json").read_bytes()).hexdigest(),
    }
    assert libraries.startswith(f"Python {platform.python_version()}, mlpm 0.1.0, DuckDB {duck}, Ibis ")
    for name in ("numpy", "pandas", "scipy", "statsmodels", "tea-tasting", "krippendorff"):
        assert re.search(rf"\b{name} {re.escape(importlib.metadata.version(name))}\b", libraries, re.IGNORECASE), name


def test_every_page_on_paper_has_its_number_and_its_name(page):
    style = "".join(page.xpath("//style/text()"))
    (name,) = re.findall(r'@bottom-left \{ content: "([^"]+)"', style)
    assert re.sub(r"\\([0-9a-f]+) ", lambda match: chr(int(match[1], 16)), name) == f"Tally the labels: {DATA}"
    assert "@bottom-right { content: counter(page)" in style


def test_the_page_shows_no_code(page, tally):
    text = page.xpath("string(//main)")
    for cell in nbformat.read(tally / "tally.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            assert not [line for line in cell.source.splitlines() if len(line) > 12 and line in text]
    assert "make report NOTEBOOK=tally" in text
    assert page.xpath("//main//pre/text()") == ["plain 1\n", "0.25"]


def test_nothing_is_asked_of_any_other_place(page):
    loads = page.xpath(
        "//@src | //link/@href | //@srcset | //@data | //@poster | //@action | //*[local-name()='image']/@*"
    )
    assert loads == ["data:,"]
    assert page.xpath("//a/@href") == ["https://example.org/"]
    for style in page.xpath("//style/text() | //@style"):
        assert "url(" not in style
        assert "@import" not in style
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")


def test_only_the_pages_own_script_may_run(page):
    scripts = page.xpath("//script[not(@type='application/json')]/text()")
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page.xpath("//meta[@http-equiv]/@content")[0]
    assert not page.xpath("//@*[starts-with(name(), 'on')]")


def test_a_label_is_text_and_nothing_else(page):
    cells = page.xpath("//table[not(.//tr/th[@scope='row'])][not(ancestor::details)]//tr/td[1]/text()")
    assert cells == [
        "![a](http://evil.example/x.png)",
        "<img src=x onerror=alert(1)>",
        "[l](http://evil.example)",
        "fine",
    ]
    (memo,) = page.xpath("//*[@class='memo']/p")
    assert memo.text_content() == f"Read 4 rows. {' '.join(cells)}"
    assert not page.xpath("//img")


def test_charts_are_painted_described_and_live(page):
    assert page.xpath("//figure//svg/@aria-label")[0].startswith("Rows for each label")
    (spec,) = page.xpath("//script[@type='application/json']/text()")
    assert json.loads(spec)["params"][0]["bind"]["input"] == "range"
    assert "mlpmVegaEmbed" in page.xpath("//script[not(@type)]/text()")[0]


def test_what_only_the_site_understands_becomes_plain_text(page):
    text = page.xpath("string(//main)")
    assert "Back to the chapter." in text
    assert "See label, Cohen 1960, the page and a paper." in text
    assert not re.search(r"\{\w+\}|\)=", text)


def test_the_page_fits_dark_paper_and_phone(page):
    style = "".join(page.xpath("//style/text()"))
    for wanted in ("prefers-color-scheme: dark", "@media print {\n  body {", "overflow-x: auto"):
        assert wanted in style


def test_the_same_input_gives_the_same_bytes_and_only_the_page_has_the_time(made, tally, tmp_path):
    (tmp_path / DATA).write_text(LABELS)
    again = report("tally", tmp_path, "--notebooks", tally, "--data", DATA, "--set", "label=lab share=0.25 strict=no")
    assert (again.folder / "tally.json").read_bytes() == (made.folder / "tally.json").read_bytes()
    pages = [(ran.folder / "tally.html").read_text() for ran in (made, again)]
    times = [re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", page) for page in pages]
    assert [len(found) for found in times] == [1, 1]
    assert pages[0].replace(times[0][0], "now") == pages[1].replace(times[1][0], "now")


def test_another_file_gives_another_answer_though_its_counts_are_the_same(made, tally, tmp_path):
    (tmp_path / DATA).write_text(LABELS.replace(",x", ",w"))  # in a column that nobody counts
    other = report("tally", tmp_path, "--notebooks", tally, "--data", DATA, "--set", "label=lab share=0.25 strict=no")
    first, second = (json.loads((ran.folder / "tally.json").read_text()) for ran in (made, other))
    assert first["report"]["reads"][0].pop("sha256") != second["report"]["reads"][0].pop("sha256")
    assert first == second


def test_without_data_it_runs_on_its_example(tally, tmp_path):
    ran = report("tally", tmp_path, "--notebooks", tally, "--out", tmp_path / "here")
    assert (ran.code, ran.stderr) == (0, "")
    assert sorted(path.name for path in (tmp_path / "here").iterdir()) == ["tally.html", "tally.json"]
    text = (tmp_path / "here" / "tally.html").read_text()
    assert "Data: <bdi><b>example.csv</b></bdi>, 3 rows, the handbook’s synthetic example" in text


def test_what_only_fits_the_example_stays_with_it(made, answer, page, tally, tmp_path):
    assert answer["report"]["parameters"]["repeats"] == 1
    assert "in the example" not in page.text_content()
    assert "thin air" not in page.text_content()
    ran = report("tally", tmp_path, "--notebooks", tally)
    assert json.loads((ran.folder / "tally.json").read_text())["report"]["parameters"]["repeats"] == 3
    shown = html.fromstring((ran.folder / "tally.html").read_bytes()).text_content()
    assert "thin air" in shown
    assert "counted 3 times in the example" in shown


def test_a_reader_may_set_what_only_fits_the_example(tally, tmp_path):
    (tmp_path / "own.csv").write_text("label\nfine\n")
    ran = report("tally", tmp_path, "--notebooks", tally, "--data", "own.csv", "--set", "repeats=3")
    assert json.loads((ran.folder / "tally.json").read_text())["report"]["parameters"]["repeats"] == 3


def test_columns_of_the_example_are_used_where_the_file_has_them(tally, tmp_path):
    (tmp_path / "own.csv").write_text("label;remark\nfine;x\n")
    ran = report("tally", tmp_path, "--notebooks", tally, "--data", "own.csv")
    assert json.loads((ran.folder / "tally.json").read_text())["report"]["parameters"]["note"] == "remark:lower:0.5"


def test_a_folder_of_parquet_files(tally, tmp_path):
    (tmp_path / "weeks").mkdir()
    for week, label in enumerate(("fine", "bad")):
        duckdb.sql(f"COPY (SELECT '{label}' AS label) TO '{tmp_path}/weeks/{week}.parquet'")
    ran = report("tally", tmp_path, "--notebooks", tally, "--data", "weeks")
    assert (ran.code, ran.stderr) == (0, "")
    (read,) = json.loads((ran.folder / "tally.json").read_text())["report"]["reads"]
    assert (read["name"], read["rows"], read["sha256_of"]) == ("weeks", 2, "folder")


def test_a_file_of_this_machine_on_spark(tally, tmp_path):
    """Named from where the reader stands; its rows go to Spark, its path nowhere."""
    (tmp_path / "labels.csv").write_text(LABELS)
    ran = report("tally", tmp_path, "--notebooks", tally, "--data", "labels.csv", "--set", "label=lab",
                 "--engine", "local[2]")
    assert (ran.code, ran.stderr) == (0, "")
    answer = json.loads((ran.folder / "tally.json").read_text())
    assert answer["report"]["data"] == answer["report"]["parameters"]["data"] == "labels.csv"
    (read,) = answer["report"]["reads"]
    assert read == {
        "name": "labels.csv", "rows": answer["rows"], "columns": ["lab", "note"],
        "sha256": hashlib.sha256(LABELS.encode()).hexdigest(), "sha256_of": "file",
    }
    text = (ran.folder / "tally.html").read_text()
    assert re.search(r"Spark 4\.\d", text)
    assert str(tmp_path) not in text + json.dumps(answer)


def test_a_table_of_an_engine(tally, tmp_path):
    with duckdb.connect(str(tmp_path / "house.ddb")) as con:
        con.execute("CREATE TABLE labels AS SELECT 'fine' AS label")
    ran = report("tally", tmp_path, "--notebooks", tally, "--data", "labels", "--engine", "duckdb://house.ddb")
    assert (ran.code, ran.stderr) == (0, "")
    answer = json.loads((ran.folder / "tally.json").read_text())
    assert (answer["rows"], answer["report"]["data"]) == (1, "labels")
    assert answer["report"]["parameters"]["engine"] == "duckdb://house.ddb"
    named = hashlib.sha256(b"duckdb://house.ddb labels").hexdigest()
    (read,) = answer["report"]["reads"]
    assert read == {
        "name": "labels", "rows": 1, "columns": ["label"], "sha256": named, "sha256_of": "engine and table name",
    }
    text = (ran.folder / "tally.html").read_text()
    assert "SHA-256 of the engine and table name" in text
    assert str(tmp_path) not in text


# --- What is refused ----------------------------------------------------------------------------------------------

PARAMETERS = """Its parameters:
  label = 'label'  (the column that holds the label)
  share = 0.5  (the share of one label that counts as a majority)
  least = 1  (rows below which nothing is said)
  strict = False  (stop at the first surprise)
  repeats = 3, on your file 1  (how often the example was counted)
  note = 'remark:lower:0.5', on your file ''  (a column of the example)
  weights = [0.5, 1.0]  (of the two halves, as shares)
  seed = 7  (of draws that nobody makes)"""


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("lable=x", f"tally has no parameter 'lable'. Did you mean 'label'? {PARAMETERS}"),
        ("least=2.5", "least=2.5 is not a whole number. Write it like least=1."),
        ("share=half", "share=half is not a number with a decimal point. Write it like share=0.5."),
        ("share=0,5", "share=0,5 is not a number with a decimal point. Write it like share=0.5."),
        ("share=nan", "share=nan is not a number with a decimal point. Write it like share=0.5."),
        ("strict=maybe", "strict=maybe is not true or false. Write it like strict=False."),
        ("label=my label", "SET holds 'label', which is not name=value. Quote a value with blanks in it."),
        ("label='x", "SET has a quotation mark that is not closed. Write SET=\"name=value other='two words'\"."),
        ("label=a label=b", "SET gives 'label' twice. Keep one of the two."),
        ("data=x.csv", "Give DATA beside SET, not data=… in it."),
    ],
)
def test_a_wrong_setting_is_refused_before_the_notebook_runs(tally, tmp_path, settings, message):
    settings = settings.replace("label=my label", "share=0.1 label")
    assert refused(tally, tmp_path, "--set", settings) == message


def test_the_nearest_parameter_is_listed_first(tally, tmp_path):
    message = refused(tally, tmp_path, "--set", "stict=1")
    assert message.splitlines()[1] == "  strict = False  (stop at the first surprise)"
    assert len(message.splitlines()) == 9


def test_an_unknown_notebook_lists_those_there_are(tally, tmp_path):
    ran = report("taly", tmp_path, "--notebooks", tally)
    assert (ran.code, ran.files) == (1, [])
    assert ran.stderr.strip() == "There is no notebook 'taly'. Set NOTEBOOK to one of: tally."


def test_an_engine_needs_a_table(tally, tmp_path):
    assert refused(tally, tmp_path, "--engine", "duckdb://x.ddb") == "ENGINE needs DATA, the name of a table in it."


def test_data_for_a_notebook_that_reads_none(tally, tmp_path):
    notebook = nbformat.read(tally / "tally.ipynb", as_version=4)
    notebook.cells[2].source = "share = 0.5  # the share that counts"
    nbformat.write(notebook, tmp_path / "tally.ipynb")
    message = refused(tmp_path, tmp_path, "--data", "labels.csv")
    assert (
        message
        == "tally takes no DATA: it has no parameter 'data'. Its parameters:\n  share = 0.5  (the share that counts)"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "labels.csv: there is no such file. Check the name and the folder."),
        ("", "labels.csv: is empty (0 bytes). Export the data again."),
        ("a,b\n1,2\n", "labels.csv: there is no column 'label'. The columns are: a, b."),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tally, tmp_path, content, message):
    if content is not None:
        (tmp_path / "labels.csv").write_text(content)
    said = refused(tally, tmp_path, "--data", "labels.csv")
    assert said.startswith(message)
    assert "\n" not in said


def test_a_fault_of_ours_is_said_in_two_lines(tally, tmp_path):
    assert refused(tally, tmp_path, "--set", "strict=yes", code=3) == (
        "tally stopped at 'Counts': ZeroDivisionError: division by zero\n"
        "This is a fault of the handbook: please open an issue and quote the line above."
    )


def test_a_kernel_that_dies_is_said(tally, tmp_path):
    notebook = nbformat.read(tally / "tally.ipynb", as_version=4)
    notebook.cells[5].source = "import os\nos._exit(9)"
    nbformat.write(notebook, tmp_path / "tally.ipynb")
    shutil.copytree(tally / "data", tmp_path / "data")
    assert refused(tmp_path, tmp_path, code=3).startswith("tally stopped: DeadKernelError: Kernel died")


def test_a_failed_run_leaves_earlier_files_alone(tally, tmp_path):
    folder = tmp_path / "_build" / "reports"
    folder.mkdir(parents=True)
    (folder / "tally.html").write_text("earlier")
    (folder / "tally.json").write_text("earlier")
    ran = report("tally", tmp_path, "--notebooks", tally, "--set", "label=nothing")
    assert (ran.code, ran.files) == (1, ["tally.html", "tally.json"])
    assert {path.read_text() for path in folder.iterdir()} == {"earlier"}


def test_a_folder_that_cannot_be_written_is_said(tally, tmp_path):
    (tmp_path / "taken").write_text("a file")
    message = refused(tally, tmp_path, "--out", tmp_path / "taken")
    assert message == "taken: the report cannot be written there (File exists)."


# --- make ---------------------------------------------------------------------------------------------------------


def test_make_hands_every_character_over(tmp_path):
    """Blanks, quotes, dollar signs and semicolons reach Python as they were typed."""
    name = "my 'own' $HOME $(x); \"l\" `id` é #1.csv"
    (tmp_path / name).write_text("a\n1\n")
    typed = ["NOTEBOOK=scope-an-mvp", f"DATA={tmp_path / name}", "SET=capacity=20 nonsense='$(HOME) \"x\"'"]
    done = subprocess.run(["make", "report", *typed], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "scope-an-mvp has no parameter 'nonsense'." in done.stderr
    done = subprocess.run(["make", "report", *typed[:2]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.startswith(f"{name}: there is no column ")
    assert "Traceback" not in done.stdout + done.stderr
