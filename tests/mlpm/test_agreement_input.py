"""A reader's file of ratings: its columns, its repeated rows, and what is refused in one line."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_agreement import counted

from mlpm import InputError, agreement


def read(tmp_path, text, **options):
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return agreement.read(path, **({"item": "comment", "rater": "who", "label": "given"} | options))


HEAD = "comment,who,given\n"
GOOD = "comment,who,given,topic\n1,Ada,yes,food\n1,Bo,no,food\n2,Ada,no,cars\n2,Bo,no,cars\n"


def test_a_file_with_other_column_names(tmp_path):
    ratings = read(tmp_path, GOOD, group="topic")
    assert (ratings.labels, ratings.raters, ratings.groups) == (["no", "yes"], ["Ada", "Bo"], ["cars", "food"])
    assert (ratings.item_count, ratings.rating_count, ratings.notes) == (2, 4, [])
    assert agreement.to_adjudicate(ratings, None)[["item", "group"]].to_numpy().tolist() == [["1", "food"]]


def test_a_repeated_row_counts_once_and_is_noted(tmp_path):
    ratings = read(tmp_path, GOOD + "2,Bo,no,cars\n2,Bo,no,cars\n")
    assert ratings.rating_count == 4
    assert ratings.notes == ["2 rows repeat another one exactly (same item, rater and label): each counts once."]


def test_a_row_without_a_label_was_not_rated(tmp_path):
    ratings = read(tmp_path, GOOD + "3,Ada,,cars\n")
    assert ratings.item_count == 2
    assert ratings.notes == ["1 row without a label is left out."]


def test_a_group_column_that_is_not_there_is_noted(tmp_path):
    ratings = read(tmp_path, GOOD, group="rule")
    assert ratings.groups == [""]
    assert ratings.notes == ["There is no column 'rule' to group by."]


def test_spellings_of_one_label_are_noted(tmp_path):
    (note,) = read(tmp_path, GOOD + "3,Ada,Yes,cars\n").notes
    assert "'yes'" in note
    assert "'Yes'" in note


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (GOOD + "1,Bo,yes,food\n", {}, ["column 'given', row 5: 'yes' is a second label by rater 'Bo' for item '1'"]),
        (GOOD + "1,Bo,yes,food\n", {}, ["after 'no' (1 such pair). Keep one label"]),
        (GOOD.replace("Bo", "Ada").replace("no,food", "yes,food"), {}, ["column 'who'", "every rating is by 'Ada'"]),
        (HEAD + "1,Ada,yes\n2,Bo,no\n", {}, ["no item has ratings by two raters"]),
        (HEAD + "1,Ada,\n1,Bo,\n", {}, ["no row has a label"]),
        (GOOD, {"level": "ordinal"}, ["order is empty"]),
        (GOOD, {"level": "ordinal", "order": "maybe,yes"}, ["column 'given'", "1 label not in order: 'no'"]),
        (GOOD, {"level": "ordinal", "order": "no,yes,no"}, ["'no' twice"]),
        (GOOD, {"level": "interval"}, ["column 'given'", "'yes' is not a number"]),
        (GOOD.replace("yes", "1").replace("no", "-1"), {"level": "ratio"}, ["is below 0"]),
        (GOOD, {"level": "fuzzy"}, ["nominal, ordinal, interval, ratio"]),
        (GOOD, {"rater": "comment"}, ["item and rater both name the column 'comment'"]),
        (GOOD, {"label": "labels"}, ["no column 'labels'", "given"]),
        (GOOD[:-5] + "food\n", {"group": "topic"}, ["column 'topic'", "item '2' is in 'cars' and in 'food'"]),
        (HEAD + "".join(f"{i},{w},l{i}\n" for i in range(201) for w in "ab"), {}, ["201 different labels"]),
        (
            HEAD.replace("\n", ",topic\n") + "".join(f"{i},{w},yes,t{i}\n" for i in range(51) for w in "ab"),
            {"group": "topic"}, ["51 different values"],
        ),
    ],
)
def test_bad_ratings_are_refused_in_one_line(tmp_path, text, options, words):
    with pytest.raises(InputError) as refused:
        read(tmp_path, text, **options)
    message = str(refused.value)
    assert "\n" not in message
    assert str(tmp_path) not in message
    for word in words:
        assert word in message


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=30))
def test_counting_in_the_engine_is_counting(rows):
    """Whatever rows come in: the profiles hold the distinct ratings, or the rows are refused for a stated reason."""
    frame = pd.DataFrame([(str(i), f"r{r}", "abc"[k]) for i, r, k in rows], columns=["item", "rater", "label"])
    distinct = frame.drop_duplicates()
    try:
        ratings = counted(frame)
    except InputError as refusal:
        twice = distinct.duplicated(["item", "rater"]).any()
        alone = distinct.groupby("item").rater.nunique().max() < 2
        expected = twice if "second label" in str(refusal) else alone or frame.rater.nunique() < 2
        if not expected:
            raise
        return
    table = pd.crosstab(distinct.item, distinct.label)
    expected = sorted(map(tuple, table.to_numpy().tolist()))
    assert sorted(map(tuple, np.repeat(ratings.counts, ratings.items, axis=0).tolist())) == expected
    assert ratings.rating_count == len(distinct)
