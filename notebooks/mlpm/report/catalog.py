"""What `mlpm list` prints: the notebooks, or the inputs of one. A line is what stands first and what may be folded."""

from collections.abc import Iterator
from pathlib import Path

import nbformat

from mlpm import shelf, tables
from mlpm.report.asking import SOURCE, Parameter, find, parameters, short
from mlpm.report.markdown import plain

Line = tuple[str, str]


def tools(folder: Path) -> Iterator[Line]:
    """Every notebook of a folder with its title: those that take a file of the reader's first."""
    found: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for path in shelf.notebooks(folder):
        title, __ = shelf.first_words(shelf.cells(path))
        own = any(one.name in SOURCE for one in parameters(nbformat.read(path, as_version=4)))
        found[own].append((path.stem, plain(title)))
    width = max((len(stem) for group in found.values() for stem, __ in group), default=0)
    for own, heading in ((True, "Tools, which take your file:"), (False, "Calculators, which take your numbers:")):
        if found[own]:
            yield heading, ""
            yield from ((f"  {stem:<{width}}  ", title) for stem, title in found[own])
            yield "", ""
    yield "'mlpm list NOTEBOOK' shows the inputs of one.", ""


def inputs(notebook: str, data: str, folder: Path) -> Iterator[Line]:
    """The inputs of a notebook: type, default, the default on a reader's file, and the meaning with its unit.

    data: a file whose columns decide which default holds; empty: on any file.
    """
    path = find(notebook, folder)
    title, promise = shelf.first_words(shelf.cells(path))
    known = parameters(nbformat.read(path, as_version=4))
    columns = tables.header(data) if data else None
    yield plain(title), ""
    yield "", plain(promise)
    for one in known:
        yield "", ""
        yield f"  {one.name} = {one.default!r}  ", f"({_kind(one)})"
        if one.comment:
            yield "      ", one.comment
        if columns is not None and one.name not in SOURCE:
            yield f"      on {short(Path(data).name)}: ", repr(one.default_on(columns))
        elif one.own != one.default:
            yield "      on your file: ", f"{one.own!r}{_kept(one)}"


def _kind(parameter: Parameter) -> str:
    if parameter.name == "data":
        return "--data"
    return "--engine" if parameter.name == "engine" else parameter.kind


def _kept(parameter: Parameter) -> str:
    """Text that names columns of the example is kept on a file that has them all."""
    kept = isinstance(parameter.default, str) and parameter.default
    return f", or {parameter.default!r} where the file has every column it names" if kept else ""
