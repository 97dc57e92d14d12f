"""What a reader types becomes a run or one refusal: never anything else, whatever the text."""

import shlex

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlpm import InputError
from mlpm.report import request
from mlpm.report.asking import COMMAND, MAKE, shown_engine

# Every letter there is, lone surrogates too: a file's name may be in another encoding.
TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
NAMES = ("label", "share", "least", "strict", "repeats", "note", "weights", "data", "engine")
ODD = ["1", "-0", "1e999", "9" * 400, "9" * 5000, "٣", "1_0", "nan", "yes", "", "0,5", "[1.0, 2]"]
VALUES = TEXT | st.sampled_from(ODD)
PAIR = st.builds("{}={}".format, st.sampled_from(NAMES) | TEXT, VALUES)
NOTEBOOK = st.sampled_from(["tally", "tally.ipynb", "x/tally", "index"]) | TEXT
DATA = st.sampled_from(["", ".", "~", "~nobody", "/", "/dev/null", "x" * 5000, "\0"]) | TEXT
ENGINE = st.sampled_from(["", "duckdb://", "duckdb://x.ddb", "http://[", "sc://a:b@c:d;e", "://"]) | TEXT
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def asked(tally, *typed):
    """A request, or the refusal in its place; anything else that is raised fails the test."""
    try:
        return request(*typed[:4], tally, *typed[4:])
    except InputError as refusal:
        str(refusal).encode()  # a terminal can show it
        return refusal


@quick
@given(NOTEBOOK, DATA, TEXT | st.lists(PAIR, max_size=4).map(shlex.join), ENGINE)
def test_any_text_through_make_is_a_run_or_a_refusal(tally, notebook, data, text, engine):
    asked(tally, notebook, data, text, engine, MAKE)


@quick
@given(NOTEBOOK, DATA, st.lists(PAIR | TEXT, max_size=4), ENGINE)
def test_any_words_through_the_command_are_a_run_or_a_refusal(tally, notebook, data, words, engine):
    asked(tally, notebook, data, words, engine, COMMAND)


@quick
@given(st.sampled_from(NAMES[:7]), VALUES)
def test_a_value_is_of_the_type_of_its_parameter_or_refused(tally, name, value):
    found = asked(tally, "tally", "", [f"{name}={value}"], "", COMMAND)
    kinds = dict(zip(NAMES, (str, float, int, bool, int, str, list), strict=False))
    assert isinstance(found, InputError) or type(found.values[name]) is kinds[name]


@pytest.mark.parametrize(("text", "value"), [("1,2.5", [1.0, 2.5]), ("[1, 2.5, 3e1]", [1.0, 2.5, 30.0])])
def test_a_list_is_written_with_commas(tally, text, value):
    assert request("tally", "", [f"weights={text}"], "", tally).values == {"weights": value}


def test_a_list_that_is_none_is_refused_with_its_default(tally):
    message = str(asked(tally, "tally", "", ["weights=1;2"], "", COMMAND))
    assert message == (
        "weights=1;2 is not numbers with decimal points and commas between them. Write it like weights=0.5,1.0."
    )


@pytest.mark.parametrize(("called", "message"), [
    (MAKE, "ENGINE needs DATA, the name of a table in it."),
    (COMMAND, "--engine needs --data, the name of a table in it."),
])
def test_a_refusal_calls_things_as_the_reader_did(tally, called, message):
    assert str(asked(tally, "tally", "", [], "duckdb://x.ddb", called)) == message


def test_a_name_in_another_encoding_is_refused(tally):
    message = str(asked(tally, "tally", "caf\udce9.csv", [], "", COMMAND))
    assert message == "'caf .csv' is not UTF-8 text. Rename the file, or write the value in UTF-8."


def test_what_is_no_address_is_refused(tally):
    message = str(asked(tally, "tally", "labels", [], "sc://[host", COMMAND))
    assert message == "Engine 'sc://[host' is not an address. Give an Ibis address, such as duckdb://file.ddb."


def test_an_address_is_shown_without_its_secrets():
    assert shown_engine("sc://me:secret@host:15002/;token=secret") == "sc://host"
    assert shown_engine("duckdb:///home/me/house.ddb") == "duckdb://house.ddb"
    assert shown_engine("local[2];token=secret") == "local[2]"
