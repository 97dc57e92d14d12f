"""The example files are what their seeded generators make, and their card describes every column."""

import csv

import pytest

from mlpm.agora.__main__ import write
from repository import ROOT

DATA = ROOT / "notebooks" / "data"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    return {path.name: path for path in write(folder)}


def test_the_folder_holds_what_the_generators_make(made):
    assert {path.name for path in DATA.iterdir()} == set(made)
    for name, path in made.items():
        assert path.read_bytes() == (DATA / name).read_bytes(), f"{name}: run `make data`"


def test_the_card_names_every_column(made):
    card = made["README.md"].read_text(encoding="utf-8")
    for name, path in made.items():
        if name.endswith(".csv"):
            section = card.split(f"## {name}\n")[1].split("\n## ")[0]
            with path.open(encoding="utf-8", newline="") as rows:
                assert all(f"| `{column}` |" in section for column in next(csv.reader(rows))), name


def test_the_files_stay_small(made):
    assert all(path.stat().st_size <= 500_000 for path in made.values())
