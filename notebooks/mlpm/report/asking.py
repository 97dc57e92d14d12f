"""What a reader typed becomes a run, or is refused before anything starts."""

import ast
import difflib
import math
import os
import re
import shlex
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import nbformat

from mlpm import InputError, shelf, tables
from mlpm.tables.refusals import printable

# Inputs the report sets itself, from DATA and ENGINE.
SOURCE = ("data", "engine")
# Words beside the names of columns in a parameter such as "latency_ms:lower:0.02".
DIRECTIONS = ("higher", "lower")

Value = bool | int | float | str | list


class Called(NamedTuple):
    """What the reader calls the three things a run takes beside its notebook: a refusal names them so."""

    data: str
    settings: str
    engine: str


MAKE = Called("DATA", "SET", "ENGINE")
COMMAND = Called("--data", "--set", "--engine")


@dataclass(frozen=True)
class Parameter:
    """One line of a notebook's `parameters` cell: `name = default  # comment`.

    A default that only fits the example is followed by the one for a reader's file: `# comment [your file: 1]`. Text
    that names columns is kept all the same when the reader's file has every one of them.
    """

    name: str
    default: Value
    comment: str
    own: Value

    def default_on(self, columns: Sequence[str]) -> Value:
        """The default for a reader's file that has these columns."""
        named = re.findall(r"[^\W\d]\w*", self.default) if isinstance(self.default, str) else []
        named = [name for name in named if name not in DIRECTIONS]
        return self.default if named and set(named) <= set(columns) else self.own

    @property
    def kind(self) -> str:
        """Its type, in the words of a list of parameters."""
        words = {bool: "true/false", int: "whole number", float: "number", str: "text", list: "numbers"}
        return words[type(self.default)]


@dataclass(frozen=True)
class Request:
    """A run a reader asked for. data: a path or a table's name, as given; values: parameter → value."""

    path: Path
    data: str
    engine: str
    values: dict

    @property
    def stem(self) -> str:
        return self.path.stem

    def value(self, parameter: Parameter) -> Value:
        return self.values.get(parameter.name, parameter.default)

    def shown(self, parameter: Parameter) -> str:
        """A parameter's value as a page may show it: a file by its name, an engine without its password."""
        value = self.value(parameter)
        if parameter.name == "data" and (not self.engine or "/" in str(value)):
            return Path(str(value)).name
        if parameter.name == "engine" and value:
            return shown_engine(str(value))
        return f"{value:.12g}" if isinstance(value, float) else str(value)


def shown_engine(address: str) -> str:
    """An engine's address without user, password, port, options and folders."""
    parts = urlsplit(address)
    if not parts.scheme:  # local[2]
        return short(re.split("[;?@]", address)[0])
    return f"{parts.scheme}://{Path(parts.path).name if parts.scheme == 'duckdb' else parts.hostname or ''}"


def request(
    notebook: str,
    data: str,
    settings: str | Sequence[str],
    engine: str,
    folder: Path,
    called: Called = MAKE,
) -> Request:
    """Turn what the reader typed into a run; raise InputError for what the notebook does not know.

    settings: `name=value` each, or all in one text that is split as a shell would: `a=1 b="two words"`.
    """
    words = _split(settings, called) if isinstance(settings, str) else settings
    for typed in (notebook, data, engine, *words):
        _refuse_unwritable(typed)
    path = find(notebook, folder)
    known = {parameter.name: parameter for parameter in parameters(nbformat.read(path, as_version=4))}
    values = {}
    for name, text in _pairs(words, called):
        if name in SOURCE:
            raise InputError(f"Give {getattr(called, name)} beside {called.settings}, not {name}=… in it.")
        if name not in known:
            raise _unknown(path.stem, name, known)
        if name in values:
            raise InputError(f"{called.settings} gives '{name}' twice. Keep one of the two.")
        values[name] = _converted(known[name], text)
    _refuse_no_address(engine)
    if engine and not data:
        raise InputError(f"{called.engine} needs {called.data}, the name of a table in it.")
    for name, given in zip(SOURCE, (data, engine), strict=True):
        if given and name not in known:
            takes = f"{path.stem} takes no {getattr(called, name)}: it has no parameter '{name}'."
            raise InputError(f"{takes} {_listing(known)}")
    if data:
        values["data"] = place = tables.place(data, engine)
        # A file that cannot be read is refused here, in a second.
        columns = tables.header(place) if os.path.isabs(place) else []
        values = {one.name: one.default_on(columns) for one in known.values() if one.own != one.default} | values
        values |= {"engine": _absolute(engine)} if "engine" in known else {}
    return Request(path, data, engine, values)


def find(name: str, folder: Path) -> Path:
    """The notebook of that name in a folder, with or without `.ipynb`; raise InputError if there is none."""
    stems = [path.stem for path in shelf.notebooks(folder)]
    stem = Path(name).name.removesuffix(".ipynb")
    if stem in stems:
        return folder / f"{stem}.ipynb"
    if not stems:
        raise InputError(f"There are no notebooks in '{short(folder.name)}'. Name their folder: --notebooks FOLDER.")
    asked = f"There is no notebook '{short(name)}'." if name else "Which notebook?"
    raise InputError(f"{asked} Set NOTEBOOK to one of: {', '.join(_nearest_first(stem, stems))}.")


def parameters(notebook: nbformat.NotebookNode) -> list[Parameter]:
    """Read the cell tagged `parameters`: names, defaults, and what the comment on the line says."""
    cell = next((cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])), None)
    if cell is None:
        return []
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(StringIO(cell.source).readline)
        if token.type == tokenize.COMMENT
    }
    found = []
    for line in ast.parse(cell.source).body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            comment, __, own = comments.get(line.end_lineno, "").partition(" [your file: ")
            default = ast.literal_eval(line.value)
            own = ast.literal_eval(own.removesuffix("]")) if own else default
            found.append(Parameter(line.targets[0].id, default, comment, own))
    return found


def short(text: str) -> str:
    """Whatever a reader typed, on one line of at most 120 characters."""
    return printable(text, 120)


def _refuse_unwritable(typed: str) -> None:
    """A name in another encoding arrives as lone surrogates, which neither a page nor JSON can hold."""
    if any("\ud800" <= letter <= "\udfff" for letter in typed) or "\0" in typed:
        raise InputError(f"'{short(typed)}' is not UTF-8 text. Rename the file, or write the value in UTF-8.")


def _refuse_no_address(engine: str) -> None:
    try:
        shown_engine(engine)
    except ValueError as problem:
        raise InputError(
            f"Engine '{short(engine)}' is not an address. Give an Ibis address, such as duckdb://file.ddb."
        ) from problem


def _split(text: str, called: Called) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as problem:
        example = f"{called.settings}=\"name=value other='two words'\""
        raise InputError(f"{called.settings} has a quotation mark that is not closed. Write {example}.") from problem


def _pairs(words: Sequence[str], called: Called) -> list[tuple[str, str]]:
    for word in words:
        if not re.match(r"\w+=", word):
            raise InputError(
                f"{called.settings} holds '{short(word)}', which is not name=value. Quote a value with blanks in it."
            )
    return [tuple(word.split("=", 1)) for word in words]


def _converted(parameter: Parameter, text: str) -> Value:
    """The text as the type of the parameter's default; a list is written with commas."""
    default = parameter.default
    try:
        if isinstance(default, list):
            return [_number(float, item) for item in text.strip("[] ").split(",")]
        return text if isinstance(default, str) else _number(type(default), text)
    except (KeyError, ValueError, OverflowError) as problem:
        words = {
            bool: "true or false", int: "a whole number", float: "a number with a decimal point",
            list: "numbers with decimal points and commas between them",
        }
        like = ",".join(map(str, default)) if isinstance(default, list) else default
        raise InputError(
            f"{parameter.name}={short(text)} is not {words[type(default)]}. Write it like {parameter.name}={like}."
        ) from problem


def _number(kind: type, text: str) -> bool | int | float:
    if kind is bool:
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[text.lower()]
    value = kind(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _unknown(stem: str, name: str, known: Mapping[str, Parameter]) -> InputError:
    near = difflib.get_close_matches(name, known, n=1)
    guess = f" Did you mean '{near[0]}'?" if near else ""
    return InputError(f"{stem} has no parameter '{short(name)}'.{guess} {_listing(known, name)}")


def _listing(known: Mapping[str, Parameter], name: str = "") -> str:
    settable = [parameter for parameter in known if parameter not in SOURCE]
    if not settable:
        return "It has no parameters to set."
    shown = [known[key] for key in _nearest_first(name, settable)]
    return "Its parameters:\n" + "\n".join(f"  {_defaults(one)}  ({one.comment})" for one in shown)


def _defaults(parameter: Parameter) -> str:
    own = f", on your file {parameter.own!r}" if parameter.own != parameter.default else ""
    return f"{parameter.name} = {parameter.default!r}{own}"


def _nearest_first(name: str, candidates: Sequence[str]) -> list[str]:
    near = difflib.get_close_matches(name, candidates, n=len(candidates) or 1)
    return near + [candidate for candidate in candidates if candidate not in near]


def _absolute(engine: str) -> str:
    """An engine in a file is named from where the reader stands; the notebook runs in its own folder."""
    place = engine.removeprefix("duckdb://")
    return f"duckdb://{os.path.abspath(os.path.expanduser(place))}" if place and place != engine else engine
