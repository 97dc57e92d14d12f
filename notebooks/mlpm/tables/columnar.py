"""Parquet: one file, or a folder of them as one table."""

from pathlib import Path

import duckdb

from mlpm.tables.gate import Source
from mlpm.tables.places import embedded, literally, unreadable

NOT_PARQUET = ("is not a Parquet file that can be read", "Export it again")


class Parquet:
    """A Parquet file, or a folder of them, seen through a DuckDB of its own."""

    def __init__(self, path: Path):
        """Raises InputError for what is not Parquet."""
        self.path, self.con = path, embedded()
        # A row has a number only in one file: which comes first in a folder is nobody's word.
        numbered = "" if path.is_dir() else ", file_row_number = true"
        try:
            self.con.con.execute(f"CREATE VIEW file AS SELECT * FROM read_parquet({literally(path)}{numbered})")
        except duckdb.Error as problem:
            raise unreadable(path.name, *NOT_PARQUET, problem) from problem
        self.file = self.con.table("file")
        self.header = list(self.file.columns)[: None if path.is_dir() else -1]  # the last is the row number

    def read(self, places: list[int]) -> Source:
        cells = {f"c{i}": self.file[self.header[place]] for i, place in enumerate(places)}
        row = {} if self.path.is_dir() else {"row": self.file.file_row_number + 1}
        return Source(self.file.select(**cells, **row), self.path.name)
