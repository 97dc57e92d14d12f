"""The command `mlpm`: reports on one's own files, a look at a file, the list of tools.

argparse reads what was typed: it is part of Python, so it adds nothing to the environment of Binder or of a company,
and the command answers `--help` before a larger library would be imported. For the same reason everything else is
imported where it is used.
"""

import argparse
import importlib.metadata
import os
import shutil
import sys
import textwrap
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from mlpm import InputError, shelf

OUT = Path("_build", "reports")
DONE, MEND, USAGE, FAULT, STOPPED = 0, 1, 2, 3, 130
CODES = f"""exit codes:
  {DONE}    done
  {MEND}    the file or an input must be mended; the message says what and how
  {USAGE}    the command was not understood
  {FAULT}    a fault of the handbook
  {STOPPED}  stopped, with Ctrl-C"""

EXAMPLES = {
    "": """examples:
  mlpm list
  mlpm list measure-label-agreement
  mlpm check labels.csv
  mlpm report measure-label-agreement --data labels.csv --set item=ticket rater=agent label=topic group=""",
    "report": """examples:
  mlpm report scope-an-mvp
      the handbook's own example
  mlpm report measure-label-agreement --data labels.csv --set item=ticket rater=agent label=topic group=
      a file; 'group=' names no column
  mlpm report choose-a-threshold --data "scores of May.csv" --set label=fraud "unit=lost euros" --out may
      blanks in a name or a value; another folder
  mlpm report analyze-an-experiment --data warehouse.units --engine duckdb://house.ddb --set variant=arm control=A
      a table of an engine

Two files are written, together or not at all: NOTEBOOK.html for people, NOTEBOOK.json for machines.""",
    "check": """examples:
  mlpm check labels.csv
      rows, columns, and what each column could be
  mlpm check labels.csv --columns ticket agent topic
      these columns alone
  mlpm check units.parquet --columns arm revenue:number bought:flag visits:whole day:day
      refused unless each holds what is said of it
  mlpm check warehouse.units --engine duckdb://house.ddb --columns arm revenue:number
      a table of an engine""",
    "list": """examples:
  mlpm list
      every notebook: those that take your file, then those that take your numbers
  mlpm list analyze-an-experiment
      its inputs, with type, meaning and default
  mlpm list analyze-an-experiment --data units.csv
      what the inputs are on that file""",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments, do what they ask and return the exit code; never a traceback."""
    given = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):  # a label may hold letters that this terminal has not
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = given.run(given)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # of `mlpm list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def parser() -> argparse.ArgumentParser:
    """The arguments the command understands."""

    def described(add, name: str, text: str) -> argparse.ArgumentParser:
        epilog = f"{EXAMPLES[name]}\n\n{CODES}"
        return add(description=text, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter)

    whole = described(
        lambda **texts: argparse.ArgumentParser(prog="mlpm", **texts), "",
        "Answers from your own file: a notebook of the ML PM Handbook, run on it, as a page that begins with the memo.",
    )
    version = f"mlpm {importlib.metadata.version('ml-pm-handbook')} (ml-pm-handbook)"
    whole.add_argument("--version", action="version", version=version)
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run, line: str, text: str) -> argparse.ArgumentParser:
        one = described(lambda **texts: commands.add_parser(name, help=line, **texts), name, text)
        one.set_defaults(run=run)
        return one

    def folder(one: argparse.ArgumentParser) -> None:
        one.add_argument("--notebooks", type=Path, default=shelf.FOLDER, metavar="DIR", help="where the notebooks are")

    one = command("report", made, "run a notebook on your file", "Run a notebook on your file and write a report.")
    one.add_argument("notebook", metavar="NOTEBOOK", help="its name; 'mlpm list' shows them")
    one.add_argument("--data", default="", metavar="FILE", help="a CSV or Parquet file; with --engine, a table's name")
    one.add_argument(
        "--set", default=[], nargs="+", action="extend", metavar="NAME=VALUE", help="inputs of the notebook"
    )
    one.add_argument("--engine", default="", metavar="URL", help="an Ibis address, such as duckdb://house.ddb")
    one.add_argument("--out", type=Path, default=OUT, metavar="DIR", help=f"where the files go (default: {OUT})")
    folder(one)

    one = command("check", checked, "look at a file before a report", "Say what a file is, in the words of the gate "
                  "that every report's data pass. Nothing is written.")
    one.add_argument("file", metavar="FILE", help="a CSV or Parquet file; with --engine, a table's name")
    one.add_argument("--columns", default=[], nargs="+", metavar="NAME[:KIND]",
                     help="these alone; KIND is text, number, whole, flag or day")
    one.add_argument("--engine", default="", metavar="URL", help="an Ibis address, such as duckdb://house.ddb")

    one = command("list", listed, "the notebooks, or the inputs of one", "List the notebooks, or the inputs of one.")
    one.add_argument("notebook", metavar="NOTEBOOK", nargs="?", default="", help="one of them")
    one.add_argument("--data", default="", metavar="FILE", help="show the defaults on this file")
    folder(one)
    return whole


# --- What the commands do -----------------------------------------------------------------------------------------


def made(given: argparse.Namespace) -> int:
    """Make a report. given.set: `name=value` each, or all of them in one text, as make hands them over."""

    def work() -> int:
        from mlpm import report
        from mlpm.report.asking import COMMAND, MAKE

        report.heal(given.out)
        called = MAKE if isinstance(given.set, str) else COMMAND
        asked = report.request(given.notebook, given.data, given.set, given.engine, given.notebooks.absolute(), called)
        with Progress(asked.stem) as progress:
            done = report.run(asked, progress.reached)
        html, answer = report.write(asked, done, given.out)
        print(f"Wrote {html} and {answer}")
        return DONE

    return _answered(work)


def checked(given: argparse.Namespace) -> int:
    """Print what a file is."""

    def work() -> int:
        from mlpm.report import look

        print("\n".join(look.seen(given.file, given.columns, given.engine)))
        return DONE

    return _answered(work)


def listed(given: argparse.Namespace) -> int:
    """Print the notebooks, or the inputs of one."""

    def work() -> int:
        from mlpm.report import catalog

        folder = given.notebooks.absolute()
        lines = catalog.inputs(given.notebook, given.data, folder) if given.notebook else catalog.tools(folder)
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 120
        for first, rest in lines:
            filled = textwrap.fill(rest, width, initial_indent=first, subsequent_indent=" " * len(first))
            print(filled or first.rstrip())
        return DONE

    return _answered(work)


def _answered(work) -> int:
    """The exit code of some work; what went wrong is said in words, on stderr."""
    try:
        return work()
    except KeyboardInterrupt:
        print("Stopped. No half report is left.", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        raise
    except Exception as problem:  # a fault of ours, perhaps, and still no traceback
        from mlpm.report import said

        print(said(problem), file=sys.stderr)
        return MEND if isinstance(problem, InputError) else FAULT


class Progress:
    """One line on a terminal: which section is computed, and for how long by now. In a pipe: nothing."""

    def __init__(self, stem: str):
        self.stem, self.heading = stem, "starting"
        self.began = time.monotonic()
        self.over = threading.Event()
        # Of our own: what libraries say on stderr is kept from the reader during a run.
        self.terminal = os.dup(sys.stderr.fileno()) if sys.stderr.isatty() else None
        self.clock = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Progress":
        if self.terminal is not None:
            self.clock.start()
        return self

    def __exit__(self, *problem) -> None:
        if self.terminal is not None:
            self.over.set()
            self.clock.join()
            os.write(self.terminal, b"\r\x1b[K")
            os.close(self.terminal)

    def reached(self, heading: str) -> None:
        """The run has come to this section."""
        self.heading = heading
        self._show()

    def _tick(self) -> None:
        while not self.over.wait(1):
            self._show()

    def _show(self) -> None:
        if self.terminal is not None:
            room = (os.get_terminal_size(self.terminal).columns or 80) - 1
            line = f"{time.monotonic() - self.began:3.0f} s  {self.stem}: {self.heading}"
            os.write(self.terminal, f"\r\x1b[K{line[:room]}".encode())


if __name__ == "__main__":
    sys.exit(main())
