"""Both files of a report or neither: whatever ends a run, and at whichever moment, no reader finds half of one."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from lxml import html
from reporting import report

from mlpm.report import heal

PAIR = ["tally.html", "tally.json"]

# In a process of its own, which may fork. For each way to end, with an earlier pair and without, and for each moment of
# writing (before each call that touches the file system) a child ends there; then the folder is looked at twice: as the
# child left it, and after the next run has begun. argv: a folder.
WRITER = """
import json, os, signal, sys
from pathlib import Path
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from mlpm.report import Done, Request, files

def run(rows):
    data = {"application/papermill.record/application/json": json.dumps({"rows": rows})}
    record = new_output("display_data", data=data, metadata={"scrapbook": {"name": "result"}})
    notebook = new_notebook(cells=[new_markdown_cell("# Tally"), new_code_cell("", outputs=[record])])
    return Request(Path("tally.ipynb"), "", "", {}), Done(notebook, [], {})

def found(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() if path.is_file() else None
            for path in sorted(folder.rglob("*"))}
"""
MOMENTS = WRITER + """
def child(folder, moment, how):
    left = moment
    def count(event, arguments):
        nonlocal left
        if event.startswith("os.") or event == "open":
            left -= 1
            if left == 0:
                if how == "killed":
                    os.kill(os.getpid(), signal.SIGKILL)
                raise KeyboardInterrupt
    sys.addaudithook(count)
    try:
        files.write(*run(2), folder)
    except KeyboardInterrupt:
        os._exit(130)
    os._exit(0)

said = {}
for how in ("killed", "interrupted"):
    for before in ("earlier", "none"):
        looks, ended = said.setdefault(f"{how} {before}", []), None
        while ended != 0:
            folder = Path(sys.argv[1], how, before, str(len(looks)))
            folder.mkdir(parents=True)
            if before == "earlier":
                files.write(*run(1), folder)
            pid = os.fork()
            if not pid:
                child(folder, len(looks) + 1, how)
            ended = os.waitpid(pid, 0)[1]
            left = found(folder)
            files.heal(folder)
            looks.append([left, found(folder)])
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def moments(tmp_path_factory) -> dict:
    """How a child ended and what was there before it → for each moment, the folder as left and as healed."""
    folder = tmp_path_factory.mktemp("moments")
    done = subprocess.run([sys.executable, "-c", MOMENTS, folder], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def rows(left: dict) -> tuple:
    """Which run each file is of, by its hash and its content: (1, 2) is an old page beside a new answer."""
    answers = {}
    for number in (1, 2):
        answers[number] = json.dumps(
            {"rows": number, "report": {"notebook": "tally", "mlpm_version": "0.1.0", "data": None, "reads": [],
                                        "parameters": {}}}, indent=1) + "\n"
    page, answer = left.get("tally.html"), left.get("tally.json")
    hashes = {number: hashlib.sha256(text.encode()).hexdigest() for number, text in answers.items()}
    of_page = next((number for number, digest in hashes.items() if page and digest in page), page)
    of_answer = next((number for number, text in answers.items() if text == answer), answer)
    return of_page, of_answer


@pytest.mark.parametrize("how", ["killed", "interrupted"])
@pytest.mark.parametrize("earlier", ["earlier", "none"])
def test_at_every_moment_of_writing_there_is_one_pair_or_the_next_run_makes_it_one(moments, how, earlier):
    before = (1, 1) if earlier == "earlier" else (None, None)
    looks = moments[f"{how} {earlier}"]
    assert len(looks) > 15
    for left, healed in looks:
        if rows(left) not in (before, (2, 2)):
            # Between the two moves: the page's hash is not that of the answer, and the folder says what is missing.
            assert rows(left) == (2, before[1])
            assert ".tally.mlpm-ready/tally.json" in left
        assert rows(healed) in (before, (2, 2))
        assert sorted(healed) == (PAIR if rows(healed) != (None, None) else [])
    assert rows(looks[0][1]) == before
    assert rows(looks[-1][1]) == (2, 2)
    if how == "killed":
        assert (2, before[1]) in [rows(left) for left, __ in looks], "the moment between the two moves was tried"


# Four processes write into one folder, twenty times each.
CROWD = WRITER + """
folder = Path(sys.argv[1])
pids = []
for number in (1, 2, 1, 2):
    pid = os.fork()
    if not pid:
        for __ in range(20):
            files.write(*run(number), folder)
        os._exit(0)
    pids.append(pid)
print(json.dumps([[os.waitpid(pid, 0)[1] for pid in pids], found(folder)]))
"""


def test_runs_at_the_same_time_do_not_mix(tmp_path):
    done = subprocess.run([sys.executable, "-c", CROWD, tmp_path], capture_output=True, text=True, check=True)
    ended, left = json.loads(done.stdout)
    assert ended == [0, 0, 0, 0]
    assert sorted(left) == PAIR
    assert rows(left) in ((1, 1), (2, 2))


# --- The whole run ------------------------------------------------------------------------------------------------


def started(tally: Path, folder: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "mlpm", "report", "tally", "--notebooks", tally], cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )


def whole(folder: Path) -> bool:
    """Whether page and answer are there and of one run."""
    page = html.fromstring((folder / "tally.html").read_bytes())
    digest = hashlib.sha256((folder / "tally.json").read_bytes()).hexdigest()
    return digest == page.xpath("//table[@class='record']//tr[th='its SHA-256']/td")[0].text_content()


@pytest.fixture(scope="module")
def earlier(tally, tmp_path_factory):
    """A place with a report, and how long it took to make."""
    place = tmp_path_factory.mktemp("earlier")
    began = time.monotonic()
    ran = report("tally", place, "--notebooks", tally)
    assert (ran.code, ran.files) == (0, PAIR)
    return place, time.monotonic() - began


# Seeded, and spread evenly: the k-th of eight falls somewhere in the k-th eighth of a run.
CHANCE = random.Random(20261128)
SHARES = [(eighth + CHANCE.random()) / 8 for eighth in range(8)]


@pytest.mark.slow
@pytest.mark.parametrize("share", SHARES, ids=[f"{share:.2f}" for share in SHARES])
def test_a_run_killed_at_any_moment_leaves_one_whole_report_and_no_kernel(tally, earlier, share):
    place, seconds = earlier
    run = started(tally, place)
    time.sleep(share * seconds)
    try:
        kernels = psutil.Process(run.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        kernels = []
    run.kill()
    run.communicate()
    heal(place / "_build" / "reports")  # as the next run begins
    assert sorted(os.listdir(place / "_build" / "reports")) == PAIR
    assert whole(place / "_build" / "reports")
    __, alive = psutil.wait_procs(kernels, timeout=15)
    for process in alive:
        process.kill()
    assert alive == []


def test_a_run_that_is_stopped_says_so_and_leaves_the_earlier_report(tally, tmp_path):
    place = tmp_path / "_build" / "reports"
    place.mkdir(parents=True)
    for name in PAIR:
        (place / name).write_text("earlier")
    run = started(tally, tmp_path)
    watched = psutil.Process(run.pid)
    while not watched.children():  # the kernel is there, so the run is under way
        time.sleep(0.05)
    kernels = watched.children(recursive=True)
    os.kill(run.pid, signal.SIGINT)
    stdout, stderr = run.communicate(timeout=60)
    assert (run.returncode, stdout, stderr) == (130, "", "Stopped. No half report is left.\n")
    assert {path.name: path.read_text() for path in place.iterdir()} == dict.fromkeys(PAIR, "earlier")
    assert psutil.wait_procs(kernels, timeout=15)[1] == []
