"""Tools as reports, on files of other people: other names, other sizes, and every way to be wrong."""

import json
import random
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from reporting import Tool

from mlpm.report import parameters
from repository import NOTEBOOKS, ROOT, notebook

AGREEMENT = Tool(
    "measure-label-agreement",
    {
        "items": int,
        "raters": int,
        "ratings": int,
        "labels": int,
        "percent_agreement": float,
        "krippendorff_alpha": float,
        "krippendorff_alpha_low": float,
        "krippendorff_alpha_high": float,
        "fleiss_kappa": float,
        "gwet_ac1": float,
    },
    frozenset({"train", "fix_guideline", "retrain_raters", "collect_more"}),
)
EXPERIMENT = Tool(
    "analyze-an-experiment",
    {"sample_ratio_p_value": float, "metrics": list},
    frozenset({"ship", "stop", "run_longer", "invalid"}),
)
SCOPING = Tool(
    "scope-an-mvp",
    {
        "chosen": list,
        "cut": list,
        "expected_reward": float,
        "effort_p50": float,
        "effort_p85": float,
        "test_first": (dict, str, type(None)),
    },
    frozenset({"build", "test_first", "stop"}),
)
METRIC_FIELDS = [
    "metric",
    "kind",
    "variant",
    "control",
    "treatment",
    "difference",
    "difference_low",
    "difference_high",
    "p_value",
    "p_value_adjusted",
    "adjusted_by_covariate",
    "guardrail",
    "margin",
    "verdict",
]
RATED = "item=ticket rater=agent label=verdict group="
TESTED = "unit=user variant=arm control=A proportions=bought means=spent ratios=spent/sessions covariates= guardrails="


def labels(raters: int, items: int = 120) -> str:
    """Tickets that each rater calls spam or fine, right nine times in ten."""
    chance = random.Random(raters)
    lines = ["agent;remark;ticket;verdict"]
    for item in range(items):
        truth = chance.random() < 0.3
        for rater in range(raters):
            verdict = "spam" if truth ^ (chance.random() < 0.1) else "fine"
            lines.append(f'agent {rater};"so; so";T{item:04d};{verdict}')
    return "\n".join(lines)


def experiment(arms: int) -> str:
    chance = random.Random(arms)
    lines = ["user,arm,bought,spent,sessions"]
    for unit in range(4000):
        arm = "ABCD"[unit % arms]
        sessions = 1 + chance.randrange(5)
        bought = chance.random() < 0.2 + 0.02 * (arm == "B")
        lines.append(f"{unit:06d},{arm},{'yes' if bought else 'no'},{bought * chance.uniform(5, 50):.2f},{sessions}")
    return "\n".join(lines)


SLICES = """slice,reward_low,reward_likely,reward_high,effort_low,effort_likely,effort_high,\
value,usability,feasibility,viability,requires,must_have
Tickets,100,200,400,1,2,4,0.9,0.9,1,0.9,,yes
Search,50,80,100,1,1,2,0.6,0.9,0.9,1,Tickets,no
Answers,300,500,900,4,6,12,0.5,0.7,0.6,0.9,Tickets;Search,no
"""


# --- Files of other people ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("raters", [2, 20])
def test_agreement_of_few_and_of_many_raters(tmp_path, raters):
    answer = AGREEMENT.made(tmp_path, labels(raters), RATED)
    assert (answer["raters"], answer["items"], answer["ratings"], answer["labels"]) == (raters, 120, 120 * raters, 2)
    assert answer["krippendorff_alpha_low"] < answer["krippendorff_alpha"] < answer["krippendorff_alpha_high"]


@pytest.mark.parametrize("arms", [2, 4])
def test_experiment_with_two_and_with_four_arms(tmp_path, arms):
    answer = EXPERIMENT.made(tmp_path, experiment(arms), TESTED)
    assert answer["sample_ratio_p_value"] == 1.0
    assert {metric["variant"] for metric in answer["metrics"]} == set("BCD"[: arms - 1])
    assert {metric["metric"] for metric in answer["metrics"]} == {"bought", "spent", "spent/sessions"}
    for metric in answer["metrics"]:
        assert [name for name in METRIC_FIELDS if name not in metric] == []
        assert metric["difference_low"] <= metric["difference"] <= metric["difference_high"]


def test_scoping_of_other_slices(tmp_path):
    answer = SCOPING.made(tmp_path, SLICES, "capacity=6")
    assert sorted(answer["chosen"] + answer["cut"]) == ["Answers", "Search", "Tickets"]
    assert "Tickets" in answer["chosen"]


# --- What is refused ----------------------------------------------------------------------------------------------

# Every notebook that reads a file, on a file it cannot use.
READERS = {path.stem: parameters(notebook(path)) for path in NOTEBOOKS}
READERS = {stem: known for stem, known in READERS.items() if any(one.name == "data" for one in known)}
each_tool = pytest.mark.parametrize("tool", [Tool(stem, {}, frozenset()) for stem in READERS], ids=[*READERS])


def test_there_are_tools():
    assert len(READERS) >= 3


@each_tool
def test_an_unknown_parameter_is_refused(tmp_path, tool):
    message = tool.refused(tmp_path, "x\n1\n", "nonsense=1")
    assert message.startswith(f"{tool.notebook} has no parameter 'nonsense'.")
    assert "  # " not in message


@each_tool
def test_a_missing_column_is_refused(tmp_path, tool):
    # The example's own inputs, so that the notebook asks for the example's columns.
    own = [f"{one.name}={one.default}" for one in READERS[tool.notebook] if one.own != one.default]
    message = tool.refused(tmp_path, "some,other\n1,2\n", shlex.join(own))
    assert message.startswith("theirs.csv: there is no column '")
    assert "The columns are: some, other." in message


@each_tool
def test_an_empty_file_is_refused(tmp_path, tool):
    """The names of the example's columns, and nothing below."""
    (example,) = (one.default for one in READERS[tool.notebook] if one.name == "data")
    names = (ROOT / "notebooks" / example).read_text(encoding="utf-8").splitlines()[0]
    message = tool.refused(tmp_path, f"{names}\n")
    assert message == "theirs.csv: has column names and no rows. Add the data below the names."


@each_tool
def test_an_unreadable_file_is_refused(tmp_path, tool):
    (tmp_path / "theirs.csv").write_bytes(b"PK\x03\x04\x14\x00\x06\x00")
    message = tool.refused(tmp_path, None)
    assert message == "theirs.csv: is an Excel workbook or a zip archive. Save the sheet as CSV UTF-8."


def test_one_rater_is_refused(tmp_path):
    message = AGREEMENT.refused(tmp_path, labels(1), RATED)
    assert message.startswith("theirs.csv")
    assert "rater" in message


def test_one_variant_is_refused(tmp_path):
    message = EXPERIMENT.refused(tmp_path, experiment(1), TESTED)
    assert message.startswith("theirs.csv")
    assert "arm" in message


def test_a_missing_metric_is_refused(tmp_path):
    message = EXPERIMENT.refused(tmp_path, experiment(2).replace("no,0.00", "no,", 1), TESTED)
    assert message.startswith("theirs.csv, column 'spent', row ")
    assert "the value is missing (1 such row)" in message


def test_a_word_for_a_number_is_refused(tmp_path):
    message = SCOPING.refused(tmp_path, SLICES.replace("1,2,4", "1,two,4"))
    place = "theirs.csv, column 'effort_likely', row 1 (line 2)"
    assert message == f"{place}: 'two' is not a number (1 such row). Write numbers like 12.5."


# --- A million rows -----------------------------------------------------------------------------------------------

# Runs the report in a group of its own and adds up the memory of every process in it, kernel included, ten times
# a second. Shared pages are counted once per process, so the sum is an upper bound.
WATCH = """
import json, subprocess, sys, time
import psutil
started = time.monotonic()
child = subprocess.Popen([sys.executable, "-m", "mlpm.report", *sys.argv[1:]])
top = psutil.Process(child.pid)
peak = 0
while child.poll() is None:
    total = 0
    for process in [top, *top.children(recursive=True)]:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            pass
    peak = max(peak, total)
    time.sleep(0.1)
print(json.dumps({"code": child.returncode, "bytes": peak, "seconds": time.monotonic() - started}))
"""


def watched(folder: Path, tool: Tool, query: str, settings: str) -> dict:
    """Write a file of a million rows, run the report on it, and return its answer; its memory has a limit."""
    duckdb.sql(f"COPY ({query}) TO '{folder / 'million.csv'}'")
    arguments = ["--notebook", tool.notebook, "--data", "million.csv", "--set", settings]
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    used = json.loads(done.stdout.splitlines()[-1])
    print(f"{tool.notebook}, 1,000,000 rows: {used['bytes'] / 1e6:.0f} MB, {used['seconds']:.0f} s")
    assert used["code"] == 0, done.stderr
    assert used["bytes"] <= 1.5e9
    return json.loads((folder / "_build" / "reports" / f"{tool.notebook}.json").read_text())


def test_a_million_labels_in_little_memory(tmp_path):
    query = """SELECT 'ticket ' || i // 5 AS ticket, 'agent ' || (i * 7919 + i // 5) % 20 AS agent,
        ['fine', 'spam', 'rude'][1 + ((hash(i // 5) % 3)::INT + (hash(i) % 10 = 0)::INT) % 3] AS verdict
        FROM range(1000000) t(i)"""
    answer = watched(tmp_path, AGREEMENT, query, RATED)
    assert (answer["ratings"], answer["items"], answer["raters"]) == (1_000_000, 200_000, 20)


def test_a_million_units_in_little_memory(tmp_path):
    query = """SELECT 'user ' || i AS "user", ['A', 'B', 'C', 'D'][1 + i % 4] AS arm, hash(i) % 5 = 0 AS bought,
        round(hash(i + 1) % 10000 / 100 + (i % 4), 2) AS spent, 1 + hash(i + 2) % 7 AS sessions
        FROM range(1000000) t(i)"""
    answer = watched(tmp_path, EXPERIMENT, query, TESTED)
    assert len(answer["metrics"]) == 9
