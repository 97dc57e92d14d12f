"""Who differs, on which label, in which items; and which decision follows from it."""

import itertools
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from test_agreement import FOUR_CODERS, counted, long, noisy_ratings, raters_of

from mlpm import agreement


@pytest.fixture
def noisy():
    return noisy_ratings()


# --- Who, which label, which item, which group ------------------------------------------------------------------------


def test_the_rater_who_guesses_is_first_and_alone(noisy):
    ratings = counted(noisy)
    table = agreement.against_the_rest(ratings, agreement.pair_counts(ratings))
    assert table.rater[0] == "r5"
    assert table.agreement.is_monotonic_increasing
    assert agreement.drag(ratings, table, table.alpha_without[0]) == (["r5"], pytest.approx(table.alpha_without[0]))
    assert agreement.drag(ratings, table, 0.999) == ([], None)


def test_without_a_rater_is_as_if_the_rater_had_not_been_there(noisy):
    ratings = counted(noisy)
    table = agreement.against_the_rest(ratings, agreement.pair_counts(ratings)).set_index("rater")
    for rater in ratings.raters:
        alone = agreement.alpha(counted(noisy[noisy.rater != rater]).patterns)
        assert table.alpha_without[rater] == pytest.approx(alone, abs=1e-12)


def test_a_rater_against_the_rest_counts_every_item_once():
    """r1 agrees with both others, with one of two, with neither, and with the only other."""
    ratings = counted(long("aaba", "aaa.", "aba.", "...a"))
    table = agreement.against_the_rest(ratings, agreement.pair_counts(ratings)).set_index("rater")
    assert table.agreement["r1"] == pytest.approx((1 + 0.5 + 0 + 1) / 4)
    assert table.label["r1"] == "b"
    assert table.excess["r1"] == pytest.approx((1 - 0.5) / 4)


def test_at_most_one_rater_in_five_drags_and_two_remain():
    """Two guessers among five raters are two, and two raters have nobody to blame."""
    for table in (raters_of([1, 1, 1, 0.6, 0.6], 300, 4), raters_of([1, 0.6], 300, 4)):
        ratings = counted(table)
        rest = agreement.against_the_rest(ratings, agreement.pair_counts(ratings))
        assert agreement.drag(ratings, rest, 0.80) == ([], None)


def test_a_pair_counts_only_items_both_saw():
    ratings = counted(long("ab.a", "ab.b", "..aa"))
    pairs = agreement.pairwise(ratings, agreement.pair_counts(ratings))
    assert pairs["items"].tolist() == [3, 1, 1]
    assert pairs.agreement.tolist() == pytest.approx([2 / 3, 1, 0])
    assert pairs.kappa.isna().tolist() == [False, True, False]


def test_too_many_raters_have_no_pairs_but_a_rest(noisy, monkeypatch):
    monkeypatch.setattr("mlpm.agreement.raters.PAIR_CELLS", 10)
    ratings = counted(noisy)
    pairs = agreement.pair_counts(ratings)
    assert "too many" in pairs.reason
    assert agreement.pairwise(ratings, pairs).empty
    assert agreement.mean_pairwise_kappa(agreement.pairwise(ratings, pairs)) is None
    assert agreement.against_the_rest(ratings, pairs).kappa.notna().all()


def test_a_label_agrees_when_the_next_rater_gives_it_too():
    """Label a: six ratings on items aa, ab, aaa; in 1 + 0 + 3 of them the others' labels are a as well."""
    table = agreement.by_label(counted(long("aaa", "aba", "..a"))).set_index("label")
    assert table.agreement["a"] == pytest.approx((2 + 0 + 3) / 6)
    assert table["items"].to_dict() == {"a": 3, "b": 1}
    assert table["share"]["b"] == pytest.approx(1 / 7)


def test_pairs_of_labels_count_items():
    table = agreement.by_pair_of_labels(counted(long("aabc", "abcb", "a.a.")))
    assert table.to_numpy().tolist() == [["a", "b", 2], ["b", "c", 2], ["a", "c", 1]]


def test_groups_share_the_conflicts(noisy):
    ratings = counted(noisy)
    table = agreement.by_group(ratings)
    assert table["items"].sum() == ratings.item_count == noisy.item.nunique()
    assert table.conflicts.sum() == agreement.conflicts(ratings)
    assert table["share"].sum() == pytest.approx(1)
    alone = agreement.alpha(counted(noisy[noisy.group == "x"]).patterns)
    assert table.set_index("group").alpha["x"] == pytest.approx(alone, abs=1e-12)
    without_y = ratings.counted_without_group(ratings.groups.index("y"))
    assert agreement.alpha(without_y) == pytest.approx(alone, abs=1e-12)
    assert agreement.coefficients(ratings.patterns, 2) == agreement.coefficients(
        counted(noisy.drop(columns="group")).patterns, 2
    )


def test_adjudicate_ties_first_then_the_larger_conflict_and_nothing_agreed():
    ratings = counted(long("aaaaa", "babba", "..a.a", "..a.a"))
    found = agreement.to_adjudicate(ratings, agreement.consensus(ratings))
    assert found["item"].tolist() == ["001", "004", "003"]
    assert found.given.tolist() == ["1 × a, 1 × b", "1 × a, 1 × b", "3 × a, 1 × b"]
    assert found.conflict.tolist() == pytest.approx([1, 1, 0.5])


def test_nothing_to_adjudicate_when_all_agree():
    ratings = counted(long("ab", "ab"))
    assert agreement.to_adjudicate(ratings, agreement.consensus(ratings)).empty


def test_adjudicate_ties_before_a_wider_split_with_a_majority():
    """2-1-1-1 conflicts in nine pairs of ten and has a majority; 2-2 in four of six and has none."""
    found = agreement.to_adjudicate(counted(long("aa", "aa", "bb", "cb", "d.")), None)
    assert found["item"].tolist() == ["002", "001"]
    assert found.conflict.tolist() == pytest.approx([4 / 6, 9 / 10])


def test_a_tie_has_no_majority():
    counts = np.array([[1, 1, 0], [2, 1, 0], [0, 0, 3], [1, 1, 1]])
    assert agreement.majority(counts).tolist() == [agreement.NO_MAJORITY, 0, 2, agreement.NO_MAJORITY]


def test_consensus_accounts_for_every_item(noisy):
    ratings = counted(noisy)
    found = agreement.consensus(ratings)
    assert found.same + found.other + found.tied == ratings.item_count
    assert found.raters.set_index("rater").accuracy.idxmin() == "r5"


def test_weights_stand_for_items(noisy):
    """Dawid–Skene on profiles with weights and on one row an item: the same likelihood and rater errors."""
    ratings = counted(noisy)
    codes = [pd.factorize(noisy[column], sort=True)[0] for column in ("item", "rater", "label")]
    plain, weighted = agreement.dawid_skene(*codes), agreement.consensus(ratings).fit
    assert weighted.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
    assert weighted.confusion == pytest.approx(plain.confusion, abs=1e-6)


def test_a_fine_scale_has_no_consensus():
    values = list(range(40))
    rows = [(str(item), rater, number) for item, number in enumerate(values) for rater in "xy"]
    frame = pd.DataFrame(rows, columns=["item", "rater", "label"])
    assert agreement.consensus(counted(frame, "interval")) is None


# --- The decision ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alpha", "low", "high", "dragging", "decision"),
    [
        (None, None, None, [], "collect_more"),
        (0.90, None, None, [], "collect_more"),
        (0.90, 0.80, 0.95, [], "train"),
        (0.90, 0.80, 0.95, ["r1"], "train"),
        (0.85, 0.79, 0.91, [], "collect_more"),
        (0.81, 0.79, 0.83, [], "collect_more"),
        (0.75, 0.60, 0.85, ["r1"], "collect_more"),
        (0.79, 0.77, 0.81, [], "fix_guideline"),
        (0.79, 0.77, 0.81, ["r1"], "retrain_raters"),
        (0.55, 0.48, 0.62, ["r1"], "retrain_raters"),
        (0.55, 0.48, 0.62, [], "fix_guideline"),
        (0.55, 0.30, 0.79, [], "fix_guideline"),
    ],
)
def test_the_decision_table(alpha, low, high, dragging, decision):
    assert agreement.decide(alpha, low, high, 0.80, dragging)[0] == decision


@pytest.mark.parametrize(
    ("table", "decision"),
    [
        (raters_of([0.99, 0.99, 0.99], 300, 1), "train"),
        (raters_of([0.85, 0.85, 0.85], 300, 2), "fix_guideline"),
        (raters_of([0.99, 0.99, 0.60], 300, 3), "retrain_raters"),
        (FOUR_CODERS, "collect_more"),
        (long("aaaa", "aaaa"), "collect_more"),
    ],
)
def test_ratings_reach_every_decision(table, decision):
    ratings = counted(table)
    found = agreement.coefficients(ratings.patterns, 500)["krippendorff_alpha"]
    rest = agreement.against_the_rest(ratings, agreement.pair_counts(ratings))
    dragging, _ = agreement.drag(ratings, rest, 0.80)
    assert agreement.decide(found.value, found.low, found.high, 0.80, dragging)[0] == decision


def test_twice_the_precision_needs_four_times_the_items():
    assert agreement.items_to_settle(100, 0.85, 0.75, 0.95, 0.80) == 400
    assert agreement.items_to_settle(100, 0.75, 0.60, 0.95, 0.80) == 1600
    assert agreement.items_to_settle(100, 0.80, 0.70, 0.90, 0.80) is None


def test_two_plus_one_costs_two_and_the_conflicts():
    """200,000 items with 12% conflicts at 25 seconds and €18 an hour: €53,000 against €75,000 for three labels each."""
    euros = 25 * 18 / 3600
    assert round(200_000 * 3 * euros) == 75_000
    assert round(200_000 * agreement.labels_per_item(0.88) * euros) == 53_000


def test_two_plus_one_decides_as_three_do():
    for first, second, third in itertools.product([0, 1], repeat=3):
        two_plus_one = first if first == second else third
        assert two_plus_one == int(first + second + third >= 2)


@pytest.mark.parametrize(
    ("raters", "coin_flips", "right"),
    [(1, 0, "85.0%"), (3, 0, "93.9%"), (5, 0, "97.3%"), (3, 0.2, "89.1%"), (5, 0.2, "89.8%")],
)
def test_hard_items_limit_what_more_raters_buy(raters, coin_flips, right):
    """One item in five a coin flip for everyone, 85% right on average: 0.8 × majority of 93.75%-raters + 0.2 × ½."""
    assert f"{agreement.majority_accuracy(0.85, raters, coin_flips):.1%}" == right


def test_an_impossible_mix_and_an_even_vote_are_refused():
    with pytest.raises(ValueError, match="cannot be reached"):
        agreement.majority_accuracy(0.95, 3, 0.5)
    with pytest.raises(ValueError, match="tie"):
        agreement.majority_accuracy(0.85, 2)


def test_the_small_cases_of_the_chapter_are_worked_right():
    """By hand: each rater says yes to 4, or to 45 and 47, of 100; a label is 25 seconds at €18 an hour."""
    chance = {"rare": Fraction(4, 100) ** 2 + Fraction(96, 100) ** 2, "common": Fraction(45 * 47 + 55 * 53, 10_000)}
    same = {"rare": Fraction(96, 100), "common": Fraction(88, 100)}
    found = agreement.worked()
    for name in chance:
        kappa = (same[name] - chance[name]) / (1 - chance[name])
        assert found[f"{name}_same_of_100"] == pytest.approx(float(100 * same[name]))
        assert (found[f"{name}_chance"], found[f"{name}_kappa"]) == pytest.approx((float(chance[name]), float(kappa)))
    assert (found["label_cost"], found["remaining_labels_per_item"]) == pytest.approx((0.125, 2.12))
    assert (found["remaining_three_each"], found["remaining_two_plus_one"]) == pytest.approx((75_000, 53_000))
    assert found["report_a_items"] == 150 * 4
    right = Fraction(85, 100)
    assert found["majority_3"] == pytest.approx(float(right**3 + 3 * right**2 * (1 - right)))
