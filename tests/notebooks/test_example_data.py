"""The example files are what their seeded generators make, and their card describes every column."""

import csv
from pathlib import Path

import pytest

from editor import Remark, line_of, report
from mlpm.agora.__main__ import write
from repository import ROOT

DATA = ROOT / "notebooks" / "data"
MOST = 500_000  # bytes


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    return {path.name: path for path in write(folder)}


def stale(folder: Path, made: dict[str, Path]) -> list[Remark]:
    """Remarks on the files of a folder that are not what the generators make. made: name → file."""
    there = {path.name for path in folder.iterdir()}
    return [
        Remark(folder / name, None, "No generator makes it.", "A reader could not know where its rows come from.",
               "write a seeded generator in notebooks/mlpm/agora, then `make data`; or delete the file")
        for name in sorted(there - set(made))
    ] + [
        Remark(folder / name, None, f"It is {'not what its generator makes' if name in there else 'missing'}.",
               "The notebooks would show numbers that nobody can make again.",
               "run `make data`, read the difference, commit it; then `make outputs`")
        for name, path in made.items() if name not in there or path.read_bytes() != (folder / name).read_bytes()
    ]


def undescribed(card: Path, table: Path) -> list[Remark]:
    """Remarks on the columns of a CSV file that the card, a README, does not describe."""
    text = card.read_text(encoding="utf-8")
    _, found, rest = text.partition(f"## {table.name}\n")
    section = rest.split("\n## ")[0]
    with table.open(encoding="utf-8", newline="") as rows:
        columns = next(csv.reader(rows))
    return [
        Remark(DATA / card.name, line_of(card, f"## {table.name}\n") if found else None,
               f"Of {table.name} it does not describe the column {column}.", "A reader could not know what it means.",
               "describe it in the generator, notebooks/mlpm/agora, then `make data`")
        for column in columns if f"| `{column}` |" not in section
    ]


def test_the_folder_holds_what_the_generators_make(made):
    report(stale(DATA, made))


def test_the_card_names_every_column(made):
    report(remark for name, path in made.items() if name.endswith(".csv")
           for remark in undescribed(made["README.md"], path))


def test_the_files_stay_small(made):
    report(
        Remark(DATA / name, None, f"Its generator makes {path.stat().st_size:,} bytes, more than {MOST:,}.",
               "Everybody who copies the repository carries it.", "make fewer rows or columns, then `make data`")
        for name, path in made.items() if path.stat().st_size > MOST
    )
