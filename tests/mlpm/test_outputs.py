"""What leaves a cell is rounded, plain and safe to show."""

import json

import numpy as np
import pandas as pd
import pytest

from mlpm import outputs


@pytest.fixture
def displayed(monkeypatch):
    calls = []
    monkeypatch.setattr(outputs, "display", lambda data, **rest: calls.append((data, rest["metadata"])))
    return calls


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (0.1 + 0.2, 0.3),
        (1 / 3, 0.333333333),
        (123456789.123, 123456789.0),
        (float("nan"), None),
        (float("-inf"), None),
        (pd.NA, None),
        (np.int64(7), 7),
        (np.bool_(True), True),
        (np.array([0.1 + 0.2, 1.0]), [0.3, 1.0]),
        ({"a": (1.0, {"b": np.float64(2 / 3)})}, {"a": [1.0, {"b": 0.666666667}]}),
    ],
)
def test_rounded_is_plain_and_nine_digits(value, stored):
    assert outputs.rounded(value) == stored
    assert type(outputs.rounded(value)) is type(stored)


def test_rounded_refuses_what_json_cannot_hold():
    with pytest.raises(TypeError, match="cannot store a set"):
        outputs.rounded({1, 2})


def test_glue_stores_what_the_role_reads(displayed):
    outputs.glue(effort=np.float64(1 / 3), name="cover")
    assert displayed == [
        ({"application/papermill.record/text/plain": "0.333333333"},
         {"scrapbook": {"name": "effort", "mime_prefix": "application/papermill.record/"}}),
        ({"application/papermill.record/text/plain": "'cover'"},
         {"scrapbook": {"name": "name", "mime_prefix": "application/papermill.record/"}}),
    ]


@pytest.mark.parametrize("value", [True, None, float("nan"), [1, 2]])
def test_glue_refuses_what_has_no_format(value, displayed):
    with pytest.raises(TypeError):
        outputs.glue(value=value)


def test_result_keeps_the_order_and_turns_nan_into_null(displayed):
    outputs.result(decision="ship", alpha=float("nan"))
    stored = displayed[0][0]["application/papermill.record/application/json"]
    assert json.loads(stored) == {"decision": "ship", "alpha": None}


def test_table_formats_aligns_and_shows_gaps():
    frame = pd.DataFrame({"slice_name": ["cover"], "reward": [1234.5], "p": [None]})
    assert outputs.table(frame, {"reward": ",.0f"}, {"reward": "Reward (€)"}).data.splitlines() == [
        "| slice name | Reward (€) | p |",
        "| --- | ---: | --- |",
        "| cover | 1,234 | – |",
    ]


def test_a_reader_s_label_cannot_break_the_table():
    shown = outputs.table(pd.DataFrame({"label": ["a|b\n<script>"]})).data
    assert shown.splitlines()[-1] == "| a\\|b &lt;script> |"
