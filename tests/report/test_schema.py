"""The answer for machines has a schema that says all it can hold, and every tool's answer keeps to it."""

import copy
import json
from pathlib import Path

import nbformat
import pytest
from jsonschema import Draft202012Validator
from reporting import SCHEMA, VALID

from mlpm.report import Done, Request, files, parameters
from repository import NOTEBOOKS

TOOLS = [path for path in NOTEBOOKS if any(one.name == "data" for one in parameters(nbformat.read(path, 4)))]
SHA = "0" * 64


def stored(path: Path) -> dict:
    """The answer that a notebook stores, as a report on its example would write it."""
    done = Done(nbformat.read(path, as_version=4), [], {})
    read = {"name": "example.csv", "rows": 1, "columns": ["a"], "sha256": SHA, "sha256_of": "file"}
    rests_on = files._rests_on(Request(path, "", "", {}), done) | {"reads": [read]}
    return json.loads(json.dumps(done.records()["result"] | {"report": rests_on}))


ANSWERS = {path.stem: stored(path) for path in TOOLS}
each = pytest.mark.parametrize("stem", ANSWERS)


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_it_knows_every_tool_and_no_other():
    chosen = [rule["then"]["$ref"].rsplit("/", 1)[1] for rule in SCHEMA["allOf"]]
    asked = [rule["if"]["properties"]["report"]["properties"]["notebook"]["const"] for rule in SCHEMA["allOf"]]
    assert chosen == asked == sorted(ANSWERS)


@each
def test_the_stored_answer_keeps_to_it(stem):
    """If a tool says more than before: write the new field into notebooks/mlpm/report.schema.json."""
    assert [f"{error.json_path}: {error.message}" for error in VALID.iter_errors(ANSWERS[stem])] == []


@each
def test_an_answer_without_a_field_with_another_or_of_another_type_does_not(stem):
    answer = ANSWERS[stem]
    for name in answer:
        assert not VALID.is_valid({key: value for key, value in answer.items() if key != name}), name
        assert not VALID.is_valid(answer | {name: {"of": ["another type"]} if name != "report" else {}}), name
    assert not VALID.is_valid(answer | {"another": 1})
    assert not VALID.is_valid(answer | {"decision": "perhaps"})


@pytest.mark.parametrize(("name", "value"), [
    ("sha256", "0" * 63), ("sha256", SHA.replace("0", "G")), ("rows", 0), ("columns", []), ("name", None),
    ("sha256_of", "nothing"), ("path", "/home/me"),
])
def test_what_is_said_of_the_data_is_whole(name, value):
    answer = copy.deepcopy(ANSWERS["scope-an-mvp"])
    assert VALID.is_valid(answer)
    answer["report"]["reads"][0][name] = value
    assert not VALID.is_valid(answer)


@pytest.mark.parametrize("extra", ["made", "html_sha256", "path"])
def test_nothing_that_differs_from_run_to_run_is_in_it(extra):
    answer = copy.deepcopy(ANSWERS["scope-an-mvp"])
    answer["report"][extra] = "2026-11-28"
    assert not VALID.is_valid(answer)
