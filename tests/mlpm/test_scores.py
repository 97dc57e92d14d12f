"""mlpm.scores: expected values are exact fractions, published formulas or another library's, worked out row by row."""

import subprocess
import sys

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from mlpm import InputError, proportions, scores
from mlpm.agora import comment_scores
from mlpm.scores.calibration import _simplest

# --- Reading and counting -----------------------------------------------------------------------------------------

SIX = {"score": [0.1, 0.1, 0.4, 0.4, 0.9, 0.9], "label": [0, 0, 0, 1, 1, 1]}


def test_counts_are_those_of_the_rows(read_scores):
    found = read_scores(SIX)
    assert found.mean.tolist() == [0.1, 0.4, 0.9]
    assert found.bin_positives.tolist() == [0, 1, 2]
    assert found.bin_negatives.tolist() == [2, 1, 0]
    assert (found.item_count, found.positive_count, found.base_rate) == (6, 3, 0.5)


def test_cells_keep_groups_apart_and_sum_to_the_bins(read_scores):
    found = read_scores(SIX | {"who": ["a", "b", "a", "b", "a", "a"]}, group="who")
    assert found.groups == ["a", "b"]
    assert found.only(0).bin_positives.tolist() == [0, 0, 2]
    assert found.only(1).bin_negatives.tolist() == [1, 0, 0]
    assert found.by_bin(found.positive_rows).tolist() == [0, 1, 2]


def test_weights_count_items_of_the_stream(read_scores):
    found = read_scores(SIX | {"w": [10, 10, 5, 5, 1, 1]}, weight="w")
    assert found.weighted
    assert found.bin_negatives.tolist() == [20, 5, 0]
    assert found.base_rate == pytest.approx(7 / 32)
    assert found.positive_squares.sum() == 27


def test_a_million_rows_leave_the_engine_as_a_thousand_bins(tmp_path):
    path = tmp_path / "many.parquet"
    duckdb.sql("SELECT setseed(0.5)")
    duckdb.sql(f"""COPY (SELECT r AS score, (random() < r)::INT AS label
                   FROM (SELECT random() AS r FROM range(1000000))) TO '{path}'""")
    found = scores.read(path, score="score", label="label")
    assert found.bin_count <= scores.BINS
    assert found.item_count == 1_000_000
    assert np.all(found.least[1:] > found.most[:-1])


def test_the_highest_score_shares_the_last_bin(read_scores):
    found = read_scores({"score": [0.1, 0.9999999, 1.0], "label": [0, 1, 1]})
    assert found.bin_positives.tolist() == [0, 2]
    assert found.most.tolist() == [0.1, 1.0]


def test_the_same_rows_in_an_engine_give_the_same_counts(tmp_path, agora_scores):
    frame = comment_scores.comment_scores()
    with duckdb.connect(tmp_path / "agora.ddb") as con:
        con.execute("CREATE TABLE scored AS SELECT * FROM frame")
    there = scores.read("scored", score="score", label="bullying", positive="bullying", group="writes_in",
                        engine=f"duckdb://{tmp_path / 'agora.ddb'}")
    assert there.positive_rows.tolist() == agora_scores.positive_rows.tolist()
    assert there.mean.tolist() == pytest.approx(agora_scores.mean.tolist(), abs=1e-12)
    assert len(frame) == agora_scores.item_count


@pytest.mark.parametrize("labels", [["no", "no", "no", "yes", "yes", "yes"], [False] * 3 + [True] * 3,
                                    ["fine"] * 3 + ["bullying"] * 3])
def test_labels_may_be_words(read_scores, labels):
    found = read_scores(SIX | {"label": labels}, positive="bullying" if "fine" in labels else "")
    assert found.bin_positives.tolist() == [0, 1, 2]


def test_a_label_left_open_is_left_out_and_noted(read_scores):
    found = read_scores({"score": [*SIX["score"], 0.5], "label": [*SIX["label"], None]})
    assert found.item_count == 6
    assert "1 row without a label is left out." in found.notes


def test_other_labels_count_as_the_opposite_and_the_memo_is_told(read_scores):
    found = read_scores(SIX | {"label": ["fine", "unsure", "fine", "bad", "bad", "bad"]}, positive="bad")
    assert found.negative == "not bad"
    assert any("fine, unsure" in note for note in found.notes)


def test_scores_that_are_no_probabilities_are_rescaled_and_noted(read_scores):
    found = read_scores(SIX | {"score": [-4, -4, 0, 0, 6, 6]})
    assert found.rescaled
    assert found.unit.tolist() == [0, 0.4, 1]
    assert found.mean.tolist() == [-4, 0, 6]
    assert any("from -4 to 6" in note for note in found.notes)


def test_few_positives_few_scores_and_a_coin_are_noted(read_scores):
    found = read_scores({"score": [0.1, 0.2, 0.1, 0.2], "label": [0, 0, 1, 1]})
    text = " ".join(found.notes)
    assert "Only 2 rows are labeled '1'" in text
    assert "only 2 different scores" in text
    assert "50 is a coin" in text


def test_a_missing_group_column_is_noted(read_scores):
    found = read_scores(SIX, group="who")
    assert not found.has_groups
    assert found.notes[0] == "There is no column 'who' to group by."


@pytest.mark.parametrize(("frame", "options", "words"), [
    (SIX | {"label": [1] * 6}, {}, "every row is labeled '1'"),
    (SIX | {"label": [0] * 6}, {}, "every row is labeled '0'"),
    (SIX | {"label": [None] * 6}, {}, "no row has a label"),
    (SIX | {"label": ["fine"] * 3 + ["bad"] * 3}, {}, "positive does not say which of them counts"),
    (SIX | {"label": ["fine"] * 3 + ["bad"] * 3}, {"positive": "awful"}, "positive is 'awful'"),
    (SIX | {"label": [0, 0, 2, 1, 1, 1]}, {}, "row 3: '2' is neither yes nor no"),
    (SIX | {"label": ["bad", "fine", "fine", "Bad", "bad", "bad"]}, {"positive": "bad"}, "row 4: 'Bad' is 'bad' in"),
    (SIX | {"label": ["0", "no", "0", "1", "1", "1"]}, {}, "more than one spelling of yes or no"),
    (SIX | {"score": [0.5] * 6}, {}, "every score is 0.5"),
    (SIX | {"w": [1, 2, 0, 1, 1, 1]}, {"weight": "w"}, "row 3: '0' is no weight (1 such row)"),
    (SIX | {"w": [1, -2, 0, 1, 1, 1]}, {"weight": "w"}, "row 2: '-2' is no weight (2 such rows)"),
    (SIX | {"label": [1, 1, 1, 0, 0, 0]}, {}, "runs the wrong way"),
    (SIX, {"group": "label"}, "label and group both name the column 'label'"),
    ({"score": range(42), "label": [0, 1] * 21, "who": range(42)}, {"group": "who"}, "holds 42 different values"),
])
def test_what_can_be_read_in_two_ways_is_refused_in_one_line(read_scores, frame, options, words):
    with pytest.raises(InputError) as refusal:
        read_scores(frame, **options)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


# --- Shares and ranks ---------------------------------------------------------------------------------------------


def test_share_of_rows_is_wilsons_published_interval():
    # 45 of 50: .786398 to .956524 (reference table, section 4).
    found = scores.share(45, 5)
    assert (found.value, found.low, found.high) == pytest.approx((0.9, 0.786398, 0.956524), abs=1e-6)


def test_equal_weights_change_no_interval_and_unequal_ones_widen_it():
    plain, equal = scores.share(45, 5), scores.share(450, 50, 4500, 500)
    assert (equal.low, equal.high) == pytest.approx((plain.low, plain.high))
    uneven = scores.share(45, 5, 45 * 3, 5 * 3)
    assert uneven.low < plain.low
    assert uneven.high > plain.high


def test_weighted_interval_has_the_linearized_variance():
    weights, hits = np.array([1.0, 2, 3, 4, 5, 6]), np.array([1, 0, 1, 0, 0, 1])
    mean = weights @ hits / weights.sum()
    variance = (weights**2 @ (hits - mean) ** 2) / weights.sum() ** 2
    found = scores.share(weights @ hits, weights @ (1 - hits), weights**2 @ hits, weights**2 @ (1 - hits))
    size = mean * (1 - mean) / variance
    z = stats.norm.isf(0.025)
    middle = (mean + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * np.sqrt(mean * (1 - mean) / size + z**2 / (4 * size**2))
    assert (found.low, found.high) == pytest.approx((middle - half, middle + half))


def test_share_of_nothing_is_unknown():
    assert np.isnan(scores.share(0, 0).value)


def test_auc_is_the_share_of_pairs_ranked_right(read_scores):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"score": rng.random(300).round(2), "label": rng.integers(0, 2, 300)})
    frame["score"] = (frame.score + 0.3 * frame.label).clip(0, 1).round(2)
    found = scores.auc(read_scores(frame))
    yes, no = frame.score[frame.label == 1].to_numpy(), frame.score[frame.label == 0].to_numpy()
    pairs = (yes[:, None] > no) + 0.5 * (yes[:, None] == no)
    assert found.value == pytest.approx(pairs.mean(), abs=1e-12)
    # DeLong's variance, row by row, with n instead of n - 1.
    variance = pairs.mean(axis=1).var() / len(yes) + pairs.mean(axis=0).var() / len(no)
    half = 1.959964 * np.sqrt(variance) / (found.value * (1 - found.value))
    assert special.logit(found.high) - special.logit(found.value) == pytest.approx(half, rel=1e-5)


# --- Calibration --------------------------------------------------------------------------------------------------


def drawn(slope, intercept, size=20_000, seed=1):
    """Scores whose label has the log-odds intercept + slope × the score's."""
    rng = np.random.default_rng(seed)
    score = rng.beta(0.5, 0.5, size).clip(0.001, 0.999)
    p = special.expit(intercept + slope * special.logit(score))
    return {"score": score, "label": (rng.random(size) < p).astype(int)}


def test_a_calibrated_score_is_left_as_it_is(read_scores):
    assert scores.calibrate(read_scores(drawn(1, 0))).method == "none"


def test_an_overconfident_score_gets_its_logistic_curve(read_scores):
    found = scores.calibrate(read_scores(drawn(0.5, -1)))
    assert found.method == "logistic"
    assert found.slope[1] < 0.5 < found.slope[2]
    assert found.intercept[1] < -1 < found.intercept[2]


def test_a_step_is_no_logistic_curve(read_scores):
    rng = np.random.default_rng(2)
    score = rng.random(20_000)
    chance = np.select([score < 0.3, score < 0.35, score < 0.9], [0.05, 0.5, 0.55], 0.6)
    found = read_scores({"score": score, "label": (rng.random(20_000) < chance) * 1})
    assert scores.calibrate(found).method == "isotonic"


def test_the_planted_curve_of_agora_is_found(agora_scores):
    found = scores.calibrate(agora_scores)
    # log-odds of the score = 0.5 + 1.6 × those of p
    assert found.method == "logistic"
    assert found.slope[1] < 1 / 1.6 < found.slope[2]
    assert found.intercept[1] < -0.5 / 1.6 < found.intercept[2]


def test_a_map_is_not_judged_on_the_rows_it_was_fitted_on(read_scores):
    """With labels by coin, isotonic regression fits noise: its loss on its own rows is below that of the base rate."""
    rng = np.random.default_rng(5)
    found = read_scores({"score": rng.random(400), "label": rng.integers(0, 2, 400)})
    judged = scores.judge(found).set_index("method")
    own = scores.predict(found, found, "isotonic")
    own_loss = -(found.bin_positives @ np.log(own) + found.bin_negatives @ np.log(1 - own)) / found.item_count
    assert own_loss < np.log(2) < judged.log_loss["isotonic"]


@pytest.mark.parametrize(("worse", "error", "chosen"), [
    ([0.01, 0.004, 0.0], [0.011, 0.005, 0.0], "none"), ([0.01, 0.004, 0.0], [0.009, 0.005, 0.0], "logistic"),
    ([0.01, 0.004, 0.0], [0.009, 0.003, 0.0], "isotonic"),
])
def test_the_simplest_map_within_one_standard_error_is_used(worse, error, chosen):
    judged = pd.DataFrame({"method": scores.METHODS, "worse": worse, "worse_error": error})
    assert _simplest(judged) == chosen


def test_parts_hold_every_row_once(agora_scores):
    parts = agora_scores.parts(5, seed=1)
    assert sum(part.positive_rows for __, part in parts).tolist() == agora_scores.positive_rows.tolist()
    for rest, part in parts:
        assert (rest.negative_rows + part.negative_rows).tolist() == agora_scores.negative_rows.tolist()
        assert 1_000 < part.item_count < 1_400


def test_isotonic_map_is_the_textbook_one(read_scores):
    # Pooling 1/2 and 0/2 gives 1/4; 3/3 stays, half a row short of certain.
    found = read_scores({"score": [0.1, 0.1, 0.5, 0.5, 0.9, 0.9, 0.9], "label": [0, 1, 0, 0, 1, 1, 1]})
    assert scores.predict(found, found, "isotonic").tolist() == [0.25, 0.25, 1 - 0.5 / 8]


def test_classes_that_do_not_overlap_have_no_logistic_curve(read_scores):
    found = read_scores({"score": [0.1, 0.2, 0.3, 0.7, 0.8, 0.9] * 20, "label": [0, 0, 0, 1, 1, 1] * 20})
    assert scores.predict(found, found, "logistic") is None
    assert scores.calibrate(found).slope is None


def test_scores_that_are_no_probabilities_are_never_left_as_they_are(read_scores):
    frame = drawn(1, 0, 4_000)
    frame["score"] = special.logit(frame["score"])
    found = scores.calibrate(read_scores(frame))
    assert "none" not in set(found.methods.method)
    assert found.slope is None
    assert found.raw_cut(0.5) == pytest.approx(0, abs=0.15)


def test_reliability_counts_and_error_are_those_of_the_definition(read_scores):
    found = read_scores({"score": [0.05] * 10 + [0.62] * 4, "label": [1] + [0] * 9 + [1, 1, 0, 0]})
    table = scores.reliability(found)
    assert table.rate.tolist() == [0.1, 0.5]
    assert table.rows.tolist() == [10, 4]
    low, high = proportions.wilson(2, 4)
    assert (table.low[1], table.high[1]) == pytest.approx((low, high))
    assert scores.calibration_error(found) == pytest.approx((10 * 0.05 + 4 * 0.12) / 14)


def test_weights_enter_the_map_as_repeated_rows_would(read_scores):
    frame = pd.DataFrame(drawn(0.7, -0.5, 2_000))
    frame["score"] = frame.score.round(2)
    once = read_scores(frame.assign(w=1 + frame.label), weight="w")
    twice = read_scores(pd.concat([frame, frame[frame.label == 1]]))
    for method in ("logistic", "isotonic"):
        assert scores.predict(once, once, method) == pytest.approx(scores.predict(twice, twice, method), abs=1e-3)


# --- Another base rate --------------------------------------------------------------------------------------------


def test_shift_is_elkans_theorem_2():
    # p' = b'(p − pb) / (b − pb + b'p − bb')
    p, b, new = np.array([0.01, 0.2, 0.5, 0.9]), 0.1, 0.024
    elkan = new * (p - p * b) / (b - p * b + new * p - b * new)
    assert scores.shift(p, b, new) == pytest.approx(elkan)
    assert scores.shift(scores.shift(p, b, new), new, b) == pytest.approx(p)


def test_shifting_the_map_equals_fitting_it_on_shifted_rows(read_scores):
    """Isotonic blocks depend on the order of the odds alone, and a base rate multiplies them all."""
    found = read_scores(drawn(0.7, -0.5, 2_000))
    moved = found.at_base_rate(0.1)
    assert moved.base_rate == pytest.approx(0.1)
    assert moved.weight == pytest.approx(found.weight)
    refit = scores.predict(moved, moved, "isotonic")
    inner = (refit > 0.01) & (refit < 0.99)
    shifted = scores.calibrate(found, method="isotonic").at_base_rate(0.1).p
    assert shifted[inner] == pytest.approx(refit[inner], abs=1e-9)


def test_a_rarer_class_moves_the_raw_cut_up_and_leaves_the_cut_on_p(agora_scores):
    found = scores.calibrate(agora_scores)
    rarer = found.at_base_rate(0.024)
    # The p that 1/6 at 2.4% corresponds to at 10%: odds times (0.1/0.9) / (0.024/0.976).
    odds = (1 / 5) * (0.1 / 0.9) / (0.024 / 0.976)
    assert rarer.raw_cut(1 / 6) == pytest.approx(found.raw_cut(odds / (1 + odds)), abs=1e-9)
    assert rarer.raw_cut(1 / 6) > found.raw_cut(1 / 6)


@pytest.mark.parametrize("cut", [0.01, 0.1, 1 / 6, 0.5, 0.9])
def test_the_raw_cut_divides_the_bins_that_the_cut_on_p_divides(agora_scores, cut):
    found = scores.calibrate(agora_scores)
    raw, first = found.raw_cut(cut), found.first_bin(cut)
    assert agora_scores.most[first - 1] < raw <= agora_scores.least[first]
    assert np.all(found.p[first:] >= cut)
    assert np.all(found.p[:first] < cut)


def test_a_cut_no_score_reaches_has_no_raw_score(read_scores):
    found = scores.calibrate(read_scores(drawn(0.2, -3)))
    assert found.raw_cut(0.9) is None
    assert found.first_bin(0.9) == len(found.p)
    assert found.raw_cut(0.0) == pytest.approx(found.scores.least[0])


def test_a_base_rate_without_one_class_is_refused(agora_scores):
    with pytest.raises(InputError, match="between 0 and 1"):
        agora_scores.at_base_rate(0)


# --- The bootstrap, the example, the import -----------------------------------------------------------------------


def test_bootstrap_samples_spread_as_binomials_do(agora_scores):
    rng = np.random.default_rng(0)
    cut = np.searchsorted(agora_scores.mean, 0.5)
    caught = [found.bin_positives[cut:].sum() for found in (agora_scores.resampled(rng) for __ in range(400))]
    share = agora_scores.bin_positives[cut:].sum() / 600
    assert np.mean(caught) == pytest.approx(600 * share, abs=2)
    assert np.std(caught) == pytest.approx(np.sqrt(600 * share * (1 - share)), rel=0.12)


def test_a_bootstrap_sample_keeps_the_base_rate_that_was_set(agora_scores):
    found = agora_scores.at_base_rate(0.024).resampled(np.random.default_rng(1))
    assert found.base_rate == pytest.approx(0.024)


def test_the_example_holds_what_its_card_says(agora_scores):
    assert (agora_scores.item_count, agora_scores.positive_count) == (6_000, 600)
    assert not agora_scores.notes
    cut = np.searchsorted(agora_scores.mean, 0.5)
    wrong = {}
    for code, group in enumerate(agora_scores.groups):
        found = agora_scores.only(code)
        wrong[group] = scores.share(found.bin_negatives[cut:].sum(), found.bin_negatives[:cut].sum())
    assert wrong["slang"].low > wrong["standard"].high


def test_importing_it_brings_no_statsmodels_and_no_altair():
    code = "import sys, mlpm.scores; print([m for m in ('statsmodels', 'altair') if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
