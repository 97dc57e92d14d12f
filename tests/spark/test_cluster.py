"""A real Spark cluster on this machine: both tools give DuckDB's answers, also when a worker dies while it computes.

The master and two workers of the standalone mode are started from the wheel, on loopback, and ended by their own
process numbers. The driver's own interface says whether a task runs: only then is a worker killed.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyspark
import pytest

from mlpm.tables import engines

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"
DEADLINE = 180  # seconds for a process to come up, or for a task to begin
EXPERIMENT = """SELECT i AS unit, ['a', 'b'][1 + (hash(i) % 2)::INT] AS arm, hash(i, 1) % 100 < 7 AS bought,
                (hash(i, 2) % 10000) / 100.0 AS spent, (hash(i, 3) % 10000) / 100.0 AS spent_before
                FROM range(12_000_000) t(i)"""
LABELS = """SELECT i // 4 AS item, 'rater ' || i % 4 AS rater,
            CASE WHEN hash(i) % 10 < 2
            THEN ['yes', 'no'][1 + (hash(i, 1) % 2)::INT] ELSE ['yes', 'no'][1 + (hash(i // 4) % 2)::INT] END AS label
            FROM range(4_000_000) t(i)"""
TOOLS = {
    "analyze-an-experiment": (
        EXPERIMENT, "unit=unit variant=arm control=a proportions=bought means=spent covariates=spent:spent_before"),
    "measure-label-agreement": (LABELS, "item=item rater=rater label=label"),
}


@dataclass
class Cluster:
    """Where the master listens, the folder its processes write to, and the workers that live."""

    address: str
    folder: Path
    environment: dict[str, str]
    workers: list[subprocess.Popen]
    ui: int

    def start_worker(self) -> None:
        number = len(self.workers)
        self.workers.append(self.start(f"worker-{number}", "worker.Worker", "--host", "127.0.0.1", "--cores", "1",
                                       "--memory", "3g", "--webui-port", str(free_port()), self.address))

    def start(self, name: str, role: str, *arguments: str) -> subprocess.Popen:
        """Start a process of the cluster, with a process group of its own for what it starts itself."""
        with open(self.folder / f"{name}.log", "wb") as log:
            return subprocess.Popen(
                [str(SPARK_CLASS), f"org.apache.spark.deploy.{role}", *arguments], env=self.environment, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True)

    def says(self, name: str, words: str) -> bool:
        return words in (self.folder / f"{name}.log").read_text(errors="replace")

    def running_tasks(self) -> int:
        """What the driver reports at this moment; 0 while there is no driver."""
        address = f"http://127.0.0.1:{self.ui}/api/v1/applications"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                number = json.load(answer)[0]["id"]
            with urllib.request.urlopen(f"{address}/{number}/stages?status=active", timeout=5) as answer:
                return sum(stage["numActiveTasks"] for stage in json.load(answer))
        except (OSError, urllib.error.URLError, IndexError, ValueError):
            return 0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(what: str, happened: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE
    while not happened():
        assert time.monotonic() < end, f"{what} did not happen in {DEADLINE} seconds"
        time.sleep(0.1)


def end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    port, ui = free_port(), free_port()
    # What a company's own spark-defaults.conf would be: the driver's interface is on, where this test can read it.
    (folder / "spark-defaults.conf").write_text(
        f"spark.ui.enabled true\nspark.ui.port {ui}\nspark.port.maxRetries 0\nspark.cores.max 2\n"
        "spark.executor.cores 1\nspark.executor.memory 2g\n")
    environment = os.environ | {
        "JAVA_HOME": engines.java_home(), "SPARK_HOME": str(SPARK_CLASS.parents[1]), "SPARK_CONF_DIR": str(folder),
        "SPARK_WORKER_DIR": str(folder / "work"), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1",
    }
    made = Cluster(f"spark://127.0.0.1:{port}", folder, environment, [], ui)
    master = made.start("master", "master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port",
                        str(free_port()))
    try:
        wait_for("the master's start", lambda: made.says("master", "I have been elected leader"))
        for number in range(2):
            made.start_worker()
            wait_for("a worker's start", lambda name=f"worker-{number}": made.says(name, "Successfully registered"))
        yield made
    finally:
        for process in (*made.workers, master):
            end(process)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for stem, (rows, __) in TOOLS.items():
        duckdb.sql(f"COPY ({rows}) TO '{folder / stem}.parquet' (ROW_GROUP_SIZE 1_000_000)")
    return folder


def report(stem: str, data: Path, out: Path, engine: str, environment: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "mlpm.report", "--notebook", stem, "--data", str(data / f"{stem}.parquet"), "--set",
         TOOLS[stem][1], "--engine", engine, "--out", str(out)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def answer(stem: str, out: Path) -> dict:
    """What a report answers, without what it says about itself."""
    return {name: value for name, value in json.loads((out / f"{stem}.json").read_text()).items() if name != "report"}


def alike(one: object, other: object) -> bool:
    """Equal: integers and words bit for bit, other numbers to nine digits."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-9, abs=1e-12)
    return one == other


def test_a_worker_that_dies_under_a_running_task_changes_no_answer(cluster, data, tmp_path):
    for stem in TOOLS:  # one after the other: both have the machine and the cluster for themselves
        outlive(stem, cluster, data, tmp_path)


def outlive(stem: str, cluster: Cluster, data: Path, tmp_path: Path) -> None:
    """Run a tool on DuckDB and on the cluster, kill a worker that computes for it, and compare the answers."""
    here = report(stem, data, tmp_path / "here", "", cluster.environment)
    said = here.communicate()[0]
    assert here.returncode == 0, said

    there = report(stem, data, tmp_path / "there", cluster.address, cluster.environment)
    wait_for("a task's start", lambda: there.poll() is not None or cluster.running_tasks())
    victim = next(worker for worker in cluster.workers if worker.poll() is None)
    running = cluster.running_tasks()
    os.killpg(victim.pid, signal.SIGKILL)
    assert there.poll() is None, there.communicate()[0]
    assert running > 0, "no task ran when the worker was killed: this run proves nothing"
    said = there.communicate()[0]
    assert there.returncode == 0, said
    assert cluster.says("master", "Removing worker worker-")  # the master noticed
    assert alike(answer(stem, tmp_path / "there"), answer(stem, tmp_path / "here"))
    cluster.start_worker()  # for the next tool
