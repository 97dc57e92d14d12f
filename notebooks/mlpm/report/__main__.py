"""`python -m mlpm.report`: the report of the Makefile, which puts what the reader typed into the environment."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from mlpm import shelf
from mlpm.command import CODES, made


def main(arguments: Sequence[str] | None = None) -> int:
    get = os.environ.get
    parser = argparse.ArgumentParser(
        prog="python -m mlpm.report",
        description="A notebook run on a reader's file, as one HTML page and one JSON file.",
        epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--notebook", default=get("REPORT_NOTEBOOK", ""), help="a notebook's name, without .ipynb")
    parser.add_argument("--data", default=get("REPORT_DATA", ""), help="a CSV or Parquet file; with --engine, a table")
    parser.add_argument("--set", default=get("REPORT_SET", ""), help="inputs: \"name=value other='two words'\"")
    parser.add_argument("--engine", default=get("REPORT_ENGINE", ""), help="an Ibis address, such as duckdb://file.ddb")
    parser.add_argument("--out", type=Path, default=Path("_build/reports"), help="where the two files go")
    parser.add_argument("--notebooks", type=Path, default=shelf.FOLDER, help="where the notebooks are")
    return made(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
