"""The JSON text, and both files written together or not at all.

Two files cannot be put in place in one step. So both are written into a hidden folder beside their places and flushed
to the disk; renaming that folder decides; then each file is moved over the one before it. A run that is killed before
the rename leaves the old pair; after it, the next run into the folder ends the moves. Between the two moves the new
page stands beside the old JSON: it shows, because the page carries the hash of its own JSON. (A link that is swapped
would have no such moment, but links are not the files that people copy and send.)

All this happens under a lock on the folder, so what a run finds half done there was left by one that is dead.
"""

import fcntl
import hashlib
import importlib.metadata
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from mlpm import InputError, tables
from mlpm.report import witness
from mlpm.report.asking import SOURCE, Request, parameters, shown_engine
from mlpm.report.page import page
from mlpm.report.running import Done, StoppedError

DRAFT, READY = ".mlpm-draft", ".mlpm-ready"  # of no program but this one
SUFFIXES = (".html", ".json")


def write(asked: Request, done: Done, folder: Path) -> tuple[Path, Path]:
    """Write the page and the JSON, and return where. Raises InputError where the folder cannot be written to."""
    answer = done.records().get("result")
    if answer is None:
        raise StoppedError(f"{asked.stem} stopped at its end: it stored no result")
    rests_on = _rests_on(asked, done)
    text = json.dumps(answer | {"report": rests_on}, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    contents = page(asked, done, rests_on, text), text
    targets = tuple(folder / f"{asked.stem}{suffix}" for suffix in SUFFIXES)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder) as place:
            _put(targets, contents)
            os.fsync(place)
    except OSError as problem:
        raise InputError(f"{folder.name}: the report cannot be written there ({problem.strerror}).") from problem
    return targets


def heal(folder: Path) -> None:
    """End what a run that was killed had decided, and take away what it had not."""
    with suppress(OSError), _locked(folder):
        _settle(folder)


def _rests_on(asked: Request, done: Done) -> dict:
    """What the answer rests on: the same file, inputs and seed give the same text, so there is no time in it."""
    known = parameters(done.notebook)
    return {
        "notebook": asked.stem,
        "mlpm_version": importlib.metadata.version("ml-pm-handbook"),
        "data": next((asked.shown(one) for one in known if one.name == "data"), "") or None,
        "reads": [
            {"name": read["name"], "rows": read["rows"], "columns": read["columns"]} | _fingerprint(read)
            for read in done.reads
        ],
        "parameters": {one.name: asked.shown(one) if one.name in SOURCE else asked.value(one) for one in known},
    }


def _fingerprint(read: Mapping) -> dict[str, str]:
    """The hash of a file, read in pieces; of a folder, that of the lines which sha256sum prints for its files; of a
    table, whose rows stay in their engine, that of its name.
    """
    if read["stamp"] is None:
        named = f"{shown_engine(read['address'])} {read['place']}"
        return {"sha256": hashlib.sha256(named.encode()).hexdigest(), "sha256_of": "engine and table name"}
    place = Path(read["place"])
    try:
        hashes = {part: _sha256(part) for part in tables.parts(place)}
    except OSError:
        hashes = {}
    if not hashes or witness.stamp(place) != read["stamp"]:
        raise InputError(f"{read['name']}: was changed while the report was made. Run the report again.")
    if not place.is_dir():
        return {"sha256": hashes[place], "sha256_of": "file"}
    lines = "".join(f"{found}  {part.relative_to(place).as_posix()}\n" for part, found in hashes.items())
    return {"sha256": hashlib.sha256(lines.encode()).hexdigest(), "sha256_of": "folder"}


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    """Hold a folder: one run at a time. The lock is the system's and ends with the process, however that ends."""
    place = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a network folder that knows no locks
            fcntl.flock(place, fcntl.LOCK_EX)
        yield place
    finally:
        os.close(place)


def _put(targets: tuple[Path, ...], contents: tuple[str, ...]) -> None:
    folder, stem = targets[0].parent, targets[0].stem
    draft, ready = folder / f".{stem}{DRAFT}", folder / f".{stem}{READY}"
    _settle(folder)
    for target in targets:
        if target.is_dir():
            raise IsADirectoryError(None, "a folder has the report's name")
    try:
        draft.mkdir()
        for target, content in zip(targets, contents, strict=True):
            with open(draft / target.name, "wb") as file:
                file.write(content.encode())
                file.flush()
                os.fsync(file.fileno())
        with _locked(draft) as place:
            os.fsync(place)
        draft.rename(ready)
        _move(ready)
    finally:
        _settle(folder)


def _settle(folder: Path) -> None:
    """Move what is decided into place; take away what is not. Files of others are left alone, and stop nobody."""
    for ready in folder.glob(f".*{READY}"):
        with suppress(OSError):
            _move(ready)
    for draft in folder.glob(f".*{DRAFT}"):
        with suppress(OSError):
            for name in _names(draft, DRAFT):
                (draft / name).unlink(missing_ok=True)
            draft.rmdir()


def _move(ready: Path) -> None:
    """Page first, answer second; either may have been moved already."""
    for name in _names(ready, READY):
        with suppress(FileNotFoundError):
            (ready / name).replace(ready.parent / name)
    ready.rmdir()


def _names(hidden: Path, kind: str) -> list[str]:
    stem = hidden.name.removeprefix(".").removesuffix(kind)
    return [f"{stem}{suffix}" for suffix in SUFFIXES]
