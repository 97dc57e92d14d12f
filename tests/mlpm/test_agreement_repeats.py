"""Several ratings of an item by one rater: merged, refused with examples, or kept as passes."""

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from test_agreement import counted, noisy_ratings

from mlpm import InputError, agreement

HEAD = "comment,who,given\n"
ROWS = "1,Ada,yes\n1,Bo,no\n2,Ada,no\n2,Bo,no\n3,Ada,yes\n3,Bo,yes\n"
AGAIN = "1,Bo,yes\n2,Ada,yes\n3,Bo,yes\n2,Bo,no\n1,Bo,no\n"  # Bo sees item 1 three times: no, yes, no


def read(tmp_path, text, **options):
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    return agreement.read(path, **({"item": "comment", "rater": "who", "label": "given"} | options))


def votes(ratings) -> pd.DataFrame:
    """The ratings as rows again: profile, rater, label."""
    return pd.DataFrame({
        "profile": ratings.profile, "rater": [ratings.raters[code] for code in ratings.rater],
        "label": [ratings.labels[code] for code in ratings.label],
    })


def test_contradictions_are_refused_with_three_examples(tmp_path):
    with pytest.raises(InputError) as refused:
        read(tmp_path, ROWS + "1,Bo,yes\n2,Ada,yes\n3,Bo,no\n2,Bo,yes\n")
    assert str(refused.value) == (
        "mine.csv, column 'given', row 7: 'yes' is a second label by rater 'Bo' for item '1', after 'no' (4 such "
        "pairs; row 8: 'yes' by rater 'Ada' for item '2', after 'no'; row 9: 'no' by rater 'Bo' for item '3', after "
        "'yes'). Keep one label for each item and rater, or set repeats=keep to count them as passes."
    )


def test_rows_are_counted_with_those_that_carry_no_label(tmp_path):
    with pytest.raises(InputError, match="row 4: 'yes' is a second label by rater 'Bo'"):
        read(tmp_path, "1,Ada,\n1,Ada,yes\n1,Bo,no\n1,Bo,yes\n")


def test_names_in_a_refusal_stay_on_one_line():
    frame = pd.DataFrame([("a\nb", "r\n1", "x"), ("a\nb", "r\n1", "y"), ("a\nb", "s", "y")],
                         columns=["item", "rater", "label"])
    with pytest.raises(InputError) as refused:
        counted(frame)
    assert "\n" not in str(refused.value)


def test_an_engine_without_order_names_examples_without_rows(monkeypatch):
    monkeypatch.setattr("mlpm.agreement.repeats.ordered", lambda rows: False)
    frame = pd.DataFrame([("1", "Bo", "yes"), ("1", "Bo", "no"), ("1", "Ada", "no"), ("2", "Ada", "no"),
                          ("2", "Ada", "yes")], columns=["item", "rater", "label"])
    with pytest.raises(InputError) as refused:
        counted(frame)
    assert ": 'yes' is a second label by rater 'Bo' for item '1', after 'no' (2 such pairs; 'yes' by rater 'Ada' for " \
        "item '2', after 'no')" in str(refused.value)
    assert "row" not in str(refused.value)


def test_kept_repeats_are_raters_of_their_own_in_the_order_of_the_file(tmp_path):
    ratings = read(tmp_path, ROWS + AGAIN, repeats="keep")
    assert ratings.raters == ["Ada", "Ada, pass 2", "Bo", "Bo, pass 2", "Bo, pass 3"]
    table = votes(ratings)
    item_1 = table[table.profile == table.profile[table.rater == "Bo, pass 3"].iloc[0]]
    item_1 = item_1.set_index("rater").label.to_dict()
    assert item_1 == {"Ada": "yes", "Bo": "no", "Bo, pass 2": "yes", "Bo, pass 3": "no"}
    assert ratings.rating_count == 11


def test_the_memo_says_how_often_raters_agreed_with_themselves(tmp_path):
    """Bo on 1: no, yes, no (1 of 3 pairs the same); Ada on 2: no, yes; Bo on 3 and on 2 the same: 3 of 6."""
    ratings = read(tmp_path, ROWS + AGAIN, repeats="keep")
    assert (ratings.passes.pairs, ratings.passes.compared, ratings.passes.same) == (4, 6, 3)
    assert ratings.notes == [
        "4 pairs of an item and a rater have several ratings. They are kept as passes, in the order of the rows: a "
        "second rating counts as a rater of its own (pass 2). Raters agreed with themselves in 50 of 100 cases."
    ]
    found = agreement.analyze(ratings, required_alpha=0.8, cost_per_label=1, seed=1)
    assert (found.result()["repeated_pairs"], found.result()["intra_rater_agreement"]) == (4, 0.5)
    assert "agreed with themselves in 50 of 100 cases" in agreement.wording.memo(found)


def test_keeping_is_as_if_the_reader_had_named_the_passes():
    """Two thirds of the ratings a second time, some with another label, under names of their own."""
    frame = noisy_ratings()
    rng = np.random.default_rng(4)
    second = frame[rng.random(len(frame)) < 0.66].copy()
    second["label"] = np.where(rng.random(len(second)) < 0.2, "a", second.label)
    named = pd.concat([frame, second.assign(rater=second.rater + ", pass 2")])
    kept, by_hand = counted(pd.concat([frame, second]), repeats="keep"), counted(named)
    assert kept.raters == by_hand.raters
    assert votes(kept).equals(votes(by_hand))
    assert agreement.coefficients(kept.counted, 100) == agreement.coefficients(by_hand.counted, 100)
    same = frame.merge(second, on=["item", "rater"])
    assert kept.passes.agreement == pytest.approx((same.label_x == same.label_y).mean())


def test_without_order_passes_go_by_label_and_the_memo_says_so(monkeypatch):
    monkeypatch.setattr("mlpm.agreement.repeats.ordered", lambda rows: False)
    frame = pd.DataFrame([("1", "Bo", "yes"), ("1", "Bo", "no"), ("1", "Ada", "no")],
                         columns=["item", "rater", "label"])
    ratings = counted(frame, repeats="keep")
    assert votes(ratings).set_index("rater").label.to_dict() == {"Ada": "no", "Bo": "no", "Bo, pass 2": "yes"}
    assert "in the order of their labels, as this engine does not keep the order of rows" in ratings.notes[0]


def test_keeping_changes_nothing_where_nothing_repeats(tmp_path):
    ratings = read(tmp_path, ROWS, repeats="keep")
    assert (ratings.raters, ratings.notes, ratings.passes) == (["Ada", "Bo"], [], None)
    found = agreement.analyze(ratings, required_alpha=0.8, cost_per_label=1, seed=1)
    assert found.result()["repeated_pairs"] is None


def test_a_rater_named_like_a_pass_is_refused(tmp_path):
    with pytest.raises(InputError, match="column 'who': 'Bo, pass 2' is a rater and would be a pass of another"):
        read(tmp_path, ROWS + '1,"Bo, pass 2",no\n1,Bo,yes\n', repeats="keep")


@pytest.mark.parametrize("word", ["first", "merge", "Keep"])
def test_another_word_for_repeats_is_refused(tmp_path, word):
    with pytest.raises(InputError, match=f"repeats is '{word}'. Leave it empty, or write keep"):
        read(tmp_path, ROWS, repeats=word)


def test_one_rater_alone_stays_refused_with_his_own_passes():
    rows = ibis.memtable(pa.table({"item": ["1", "1"], "rater": ["Bo", "Bo"], "label": ["x", "y"]}))
    with pytest.raises(InputError, match="every rating is by 'Bo'"):
        agreement.count(rows, repeats="keep")
