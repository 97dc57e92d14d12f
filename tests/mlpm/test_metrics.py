"""mlpm.metrics: expected values are exact fractions, published arithmetic, another library's, or counts by hand."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from scipy import special, stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from mlpm import InputError, metrics, scores
from mlpm.agora import comment_scores
from mlpm.charts import stored
from mlpm.metrics import figures, listings, slices, wording
from mlpm.metrics.decision import decide
from titles import title_of

AGORA = {"threshold": 0.2, "base_rate": 0.1, "other_base_rate": 0.024, "claimed_recall": 0.82,
         "claimed_precision": 0.9, "items_per_day": 8_000}


@pytest.fixture(scope="module")
def rows():
    return comment_scores.comment_scores()


@pytest.fixture(scope="module")
def agora(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("agora") / "agora-comment-scores.csv"
    rows.to_csv(path, index=False)
    found = scores.read(path, score="score", label="bullying", positive="bullying", group="writes_in", edge=0.2)
    return metrics.analyze(found, **AGORA)


def drawn(size=4_000, seed=1, who=None):
    """Calibrated scores, and two kinds of authors who differ in nothing."""
    rng = np.random.default_rng(seed)
    score = rng.beta(0.5, 1.5, size).clip(0.001, 0.999)
    label = (rng.random(size) < score).astype(int)
    return {"score": score, "label": label, "who": who or np.where(rng.random(size) < 0.5, "a", "b")}


# --- At the threshold ---------------------------------------------------------------------------------------------


def test_the_four_cells_are_those_of_the_rows(agora, rows):
    acted, yes = rows.score >= 0.2, rows.bullying == "bullying"
    assert agora.rows == {
        "caught": (acted & yes).sum(), "missed": (~acted & yes).sum(), "hit": (acted & ~yes).sum(),
        "passed": (~acted & ~yes).sum(),
    }


@pytest.mark.parametrize("threshold", [0.0863, 0.31, 0.5381, 0.9])
def test_a_threshold_inside_a_bin_is_counted_to_the_row(rows, tmp_path, threshold):
    rows.to_csv(tmp_path / "scores.csv", index=False)
    found = scores.read(tmp_path / "scores.csv", score="score", label="bullying", positive="bullying", edge=threshold)
    counted = metrics.analyze(found, threshold=threshold).rows
    acted = rows[rows.score >= threshold].bullying.value_counts()
    assert (counted["caught"], counted["hit"]) == (acted["bullying"], acted["fine"])


def test_precision_and_recall_have_wilsons_interval(agora):
    caught, missed, hit, __ = agora.rows.values()
    assert agora.recall.value == caught / (caught + missed)
    assert [agora.recall.low, agora.recall.high] == pytest.approx(
        proportion_confint(caught, caught + missed, method="wilson"))
    assert [agora.precision.low, agora.precision.high] == pytest.approx(
        proportion_confint(caught, caught + hit, method="wilson"))


def test_whole_counts_add_up_and_grow_until_positives_can_be_seen(agora):
    assert sum(agora.whole.values()) == agora.per == 1_000
    assert agora.whole["caught"] + agora.whole["missed"] == 100
    rare = agora.at(0.0004)
    assert rare.per == 100_000
    assert sum(rare.whole.values()) == 100_000
    assert rare.whole["caught"] + rare.whole["missed"] == 40


def test_the_rows_may_stand_for_more_of_the_stream(read_scores):
    frame = {"score": [0.1, 0.1, 0.4, 0.4, 0.9, 0.9], "label": [0, 0, 0, 1, 1, 1], "w": [10, 10, 5, 5, 1, 1]}
    found = metrics.analyze(read_scores(frame, weight="w"), threshold=0.4, minimum=2)
    assert found.precision.value == pytest.approx(7 / 12)
    assert found.recall.value == 1
    assert found.accuracy.value == pytest.approx(27 / 32)


# --- Base rates ---------------------------------------------------------------------------------------------------


def test_the_textbook_test_is_right_fifteen_times_in_a_hundred():
    """1 of 100 ill; 90 of 100 found; 5 of 100 healthy ones flagged: 9 of 58.5 alarms, the example of many courses."""
    assert metrics.precision_at(0.01, 0.9, 0.05) == pytest.approx(float(Fraction(90, 585)))
    assert round(100 * metrics.precision_at(0.01, 0.9, 0.05)) == 15


def test_no_action_has_no_precision():
    assert math.isnan(metrics.precision_at(0.1, 0.0, 0.0))


@pytest.mark.parametrize("rate", [0.005, 0.024, 0.1, 0.5])
def test_another_base_rate_moves_precision_and_nothing_else(agora, rate):
    there = agora.at(rate)
    assert there.recall.value == pytest.approx(agora.recall.value)
    assert there.hit_share.value == pytest.approx(agora.hit_share.value)
    assert there.ranks == agora.ranks
    assert there.precision.value == pytest.approx(
        metrics.precision_at(rate, agora.recall.value, agora.hit_share.value))


def test_a_claim_holds_at_the_base_rate_behind_it(agora):
    assert agora.at(agora.claim_rate).precision.value == pytest.approx(0.9)


def test_no_claim_has_no_base_rate_behind_it(agora):
    assert metrics.analyze(agora.scores, threshold=0.2).claim_rate is None
    assert metrics.analyze(agora.scores, threshold=0.2, claimed_precision=1.0).claim_rate is None


def test_accuracy_is_that_of_the_rows_and_of_bayes(agora):
    caught, __, __, passed = agora.rows.values()
    assert agora.accuracy.value == pytest.approx((caught + passed) / 6_000)
    there = agora.elsewhere
    assert there.accuracy.value == pytest.approx(0.024 * agora.recall.value + 0.976 * (1 - agora.hit_share.value))
    assert there.always_no == pytest.approx(0.976)
    assert agora.at(0.8).always_no == pytest.approx(0.8)


def test_a_threshold_that_only_negatives_reach(read_scores):
    frame = drawn(600)
    frame["score"], frame["label"] = np.append(frame["score"], 0.9999), np.append(frame["label"], 0)
    frame["who"] = np.append(frame["who"], "a")
    sample = read_scores(frame, group="who")
    found = metrics.analyze(sample, threshold=0.9995, claimed_precision=0.9, claimed_recall=0.8)
    assert (found.recall.value, found.precision.value, found.claim_rate) == (0, 0, None)
    assert found.decision == "correct_claim"
    assert "nan" not in wording.memo(found)
    for figure in FIGURES:
        figure(found)


# --- Claims -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "verdict"), [(0.90, "too high"), (0.57, "holds"), (0.40, "too low")])
def test_a_claim_is_held_against_the_interval(agora, said, verdict):
    found = metrics.analyze(agora.scores, **AGORA | {"claimed_precision": said})
    assert [claim.verdict for claim in found.claims] == ["holds", verdict]
    assert found.claimed_too_much == (verdict == "too high")


# --- Slices -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "sizes"), [(0.8, [20] * 5), (0.815, [95, 104, 401]), (0.5, [10, 200])])
def test_the_worst_by_chance_is_that_of_a_simulation(rate, sizes):
    rng = np.random.default_rng(3)
    lowest = np.min([rng.binomial(size, rate, 40_000) / size for size in sizes], axis=0)
    found = metrics.worst_by_chance(rate, sizes)
    assert found.value == pytest.approx(lowest.mean(), abs=0.002)
    assert [found.low, found.high] == pytest.approx(np.quantile(lowest, [0.05, 0.95]), abs=0.011)


def test_the_worst_of_one_is_the_slice_itself():
    assert metrics.worst_by_chance(0.8, [1_000]).value == pytest.approx(0.8, abs=0.001)


def test_two_coins_by_hand():
    """Two slices of one row, true share 1/2: the lowest is 1 only if both are, so it is 1/4 on average."""
    assert metrics.worst_by_chance(0.5, [1, 1]).value == pytest.approx(0.25, abs=0.001)


def test_slang_is_planted_and_found(agora, rows):
    (one,) = agora.flagged
    assert (one.name, one.hit_more, one.misses_more) == ("slang", True, False)
    decent = rows[rows.bullying == "fine"]
    slang = decent.writes_in == "slang"
    assert one.hit.value == pytest.approx((decent[slang].score >= 0.2).mean())
    # Six comparisons: three slices, two shares each.
    low, high = confint_proportions_2indep(
        (decent[slang].score >= 0.2).sum(), slang.sum(), (decent[~slang].score >= 0.2).sum(), (~slang).sum(),
        method="newcomb", alpha=0.05 / 6,
    )
    assert [one.gap_hit.low, one.gap_hit.high] == pytest.approx([low, high])


def test_equal_slices_are_left_alone_in_most_reviews(read_scores):
    flagged = 0
    for seed in range(20):
        found = metrics.analyze(read_scores(drawn(1_000, seed), group="who"), threshold=0.5)
        flagged += bool(found.flagged)
    assert flagged <= 3


def test_two_slices_are_one_comparison(read_scores):
    found = metrics.analyze(read_scores(drawn(), group="who"), threshold=0.5)
    one, other = found.slices
    assert one.gap_hit.value == pytest.approx(-other.gap_hit.value)
    narrow = slices.gap(*(slices._acted(found.scores, found.scores.group == n, found.place, "negative", 1 - 0.05 / 2)
                          for n in (0, 1)))
    assert sorted([one.gap_hit.low, -one.gap_hit.high]) == pytest.approx(sorted([narrow.low, -narrow.high]))


def test_a_small_slice_is_shown_and_not_judged(read_scores):
    frame = drawn(400)
    frame["who"] = ["few"] * 25 + ["many"] * 375
    found = metrics.analyze(read_scores(frame, group="who"), threshold=0.5, minimum=30)
    assert not any(one.judged for one in found.slices)
    assert found.worst_recall is None
    assert "Too few rows to say anything" in wording.about_slices(found)


def test_a_file_without_slices_says_so(read_scores):
    found = metrics.analyze(read_scores(drawn()), threshold=0.5)
    assert found.slices == []
    assert "no column to slice by" in wording.about_slices(found)


# --- The decision -------------------------------------------------------------------------------------------------

FINE = {"fewest": 600, "minimum": 30, "ranks_low": 0.9, "claimed_too_much": False, "flagged": False,
        "calibrated": True}


@pytest.mark.parametrize(("changed", "decision", "rule"), [
    ({}, "may_say", "stands"),
    ({"calibrated": False}, "ranks_only", "score"),
    ({"flagged": True, "calibrated": False}, "name_slice", "slice"),
    ({"claimed_too_much": True, "flagged": True}, "correct_claim", "claim"),
    ({"ranks_low": 0.5, "claimed_too_much": True}, "collect_more", "coin"),
    ({"fewest": 29, "ranks_low": 0.5}, "collect_more", "few"),
])
def test_the_first_rule_that_fits_decides(changed, decision, rule):
    assert decide(**FINE | changed) == (decision, rule)
    assert decision in metrics.DECISIONS


def test_every_decision_can_be_reached_from_rows(read_scores, agora):
    even = read_scores(drawn(), group="who")
    assert metrics.analyze(even, threshold=0.5).decision == "may_say"
    squeezed = drawn() | {"score": special.expit(2 * special.logit(np.array(drawn()["score"]))).clip(1e-4, 1 - 1e-4)}
    assert metrics.analyze(read_scores(squeezed, group="who"), threshold=0.5).decision == "ranks_only"
    assert metrics.analyze(agora.scores, threshold=0.2, base_rate=0.1).decision == "name_slice"
    assert agora.decision == "correct_claim"
    assert metrics.analyze(read_scores(drawn(60)), threshold=0.5).decision == "collect_more"


# --- Refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("changed", "says"), [
    ({"threshold": 1.5}, "Parameter threshold is 1.5, and no row is acted on"),
    ({"threshold": 0.0}, "Parameter threshold is 0, and every row is acted on"),
    ({"base_rate": 10}, "Give a share from 0 to 1, such as 0.1"),
    ({"base_rate": 1}, "Give a share below 1"),
    ({"claimed_precision": 90}, "such as 0.9"),
    ({"minimum": 1}, "a whole number, 2 or more"),
    ({"items_per_day": 0}, "a number above 0"),
])
def test_what_cannot_be_meant_is_refused(agora, changed, says):
    with pytest.raises(InputError, match=says.replace(".", r"\.")):
        metrics.analyze(agora.scores, **{"threshold": 0.2} | changed)


# --- Words, tables, charts ----------------------------------------------------------------------------------------


def test_the_memo_says_what_may_be_said_what_not_and_what_to_ask(agora):
    text = wording.memo(agora)
    for part in ("Do not repeat the claim", "**May be said:**", "**May not be said:**", "**Ask next:**",
                 "\"precision 0.90\" without the mix", "the mean without *slang*", "57 (54 to 60)"):
        assert part in text, part


def test_every_rule_has_its_memo(read_scores, agora):
    even = read_scores(drawn(), group="who")
    points = drawn() | {"score": 600 + 40 * special.logit(np.array(drawn()["score"]))}
    coin = {"score": np.linspace(0.01, 0.99, 200), "label": [0, 1] * 100}
    for found in (
        metrics.analyze(even, threshold=0.5), metrics.analyze(read_scores(points), threshold=600),
        metrics.analyze(agora.scores, threshold=0.2), metrics.analyze(read_scores(drawn(60)), threshold=0.5),
        metrics.analyze(read_scores(coin), threshold=0.5), agora,
    ):
        text = wording.memo(found)
        assert wording.TITLES[found.decision] in text
        assert wording.question(found) in text
        assert "nan" not in text.lower().replace("finance", "")
        for say in (wording.about_file, wording.about_counts, wording.about_accuracy, wording.about_claims,
                    wording.about_rates, wording.about_ranks, wording.about_calibration, wording.about_slices):
            assert "nan" not in say(found)


def test_a_slices_name_cannot_break_the_memo(read_scores):
    frame = drawn()
    frame["score"] = np.where(np.arange(4_000) < 1_000, np.maximum(frame["score"], 0.6), frame["score"])
    frame["who"] = np.where(np.arange(4_000) < 1_000, "<b>*all*</b>", "rest")
    found = metrics.analyze(read_scores(frame, group="who"), threshold=0.5)
    assert "<b>" not in wording.memo(found)
    assert "&#60;b&#62;" in wording.memo(found)


def test_tables_hold_the_numbers(agora):
    assert "| 82 | 57 (54 to 60) |" in listings.rates(agora).data
    assert "| precision | 90 | 57 (54 to 60) | too high |" in listings.claims(agora).data
    assert listings.four_cells(agora).data.count("\n") == 5
    assert listings.slices(agora).data.count("\n") == 4


FIGURES = (figures.thousand_figure, figures.curves_figure, figures.calibration_figure, figures.slices_figure,
           figures.worst_figure)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.__name__)
def test_charts_are_the_same_twice_and_small(agora, figure):
    once, twice = (stored(figure(agora).to_dict()) for __ in range(2))
    assert once == twice
    title_of(figure(agora))
    assert len(str(once)) < 40_000
    assert once["width"] == "container"


def test_the_titles_of_the_charts_say_what_the_file_shows(agora):
    """The intervals are Wilson's; that slang alone is told from the others is planted and tested above."""
    said = {figure.__name__: title_of(figure(agora)) for figure in FIGURES}
    assert "57 (54 to 60) of 100 acted on are positive" in said["thousand_figure"]
    assert said["curves_figure"].endswith(
        "57 (54 to 60) are positive at a base rate of 10 of 100, 23 (20 to 25) at 2.4 of 100")
    assert said["calibration_figure"].startswith("Of 100 items with a score of 0.9 to 1, 86 (81 to 90) are labeled bu")
    assert said["slices_figure"] == "In slang more is wrongly hit than elsewhere: 14 (13 to 17) of 100 negatives"


def test_the_titles_hold_where_nothing_is_acted_on_and_no_slice_stands_out(read_scores):
    alike = metrics.analyze(read_scores(drawn(), group="who"), threshold=0.5)
    assert title_of(figures.slices_figure(alike)) == (
        "Of 2 slices with rows enough, none has more errors than the others beyond chance")
    frame = drawn(400)
    frame["who"] = ["a name. of 40 letters, and then some more"] * 25 + ["many"] * 375
    few = metrics.analyze(read_scores(frame, group="who"), threshold=0.5, minimum=30)
    assert title_of(figures.slices_figure(few)) == "No slice has rows enough to be compared with the others"
    same = metrics.analyze(read_scores(drawn()), threshold=0.5, base_rate=0.00002, other_base_rate=0.00002)
    assert title_of(figures.curves_figure(same)).endswith("are positive at a base rate of 0.002 of 100")
    for figure in FIGURES:
        if figure is not figures.slices_figure:
            title_of(figure(same))
    with pytest.raises(ValueError, match="no slices"):
        figures.slices_figure(same)


def test_a_slice_that_misses_more_is_named_first(read_scores):
    rng = np.random.default_rng(2)
    label, who = rng.integers(0, 2, 3_000), rng.integers(0, 3, 3_000)
    score = np.where(label, 0.9, 0.1)
    score[(who == 0) & (rng.random(3_000) < 0.4)] = 0.1  # the first misses
    score[(who == 1) & (label == 0) & (rng.random(3_000) < 0.4)] = 0.9  # the second hits
    found = metrics.analyze(read_scores({"score": score, "label": label, "who": np.array(["a", "b", "c"])[who]},
                                        group="who"), threshold=0.5)
    said = title_of(figures.slices_figure(found))
    missed = re.fullmatch(r"In a more is missed than elsewhere: \d+ \((\d+) to (\d+)\) of 100 positives; 1 other slice "
                          "stands out, too", said)
    assert int(missed[1]) <= 40 <= int(missed[2])


def test_the_curves_pass_through_the_threshold(agora):
    spec = stored(figures.curves_figure(agora).to_dict())
    (points,) = [rows for rows in spec["datasets"].values() if "recall" in rows[0]]
    (here,) = [row for row in points if row["score"] == 0.2]
    assert here["recall"] == pytest.approx(agora.recall.value, abs=1e-6)
    assert here["hit"] == pytest.approx(agora.hit_share.value, abs=1e-6)


def test_the_slider_stops_where_the_rows_are_counted(agora, rows):
    spec = stored(figures.curves_figure(agora).to_dict())
    (points,) = [rows for rows in spec["datasets"].values() if "recall" in rows[0]]
    bullying = rows[rows.bullying == "bullying"]
    for cut in (0.05, 0.4, 0.8, 0.945):
        here = min((row for row in points if row["score"] >= cut - 1e-9), key=lambda row: row["score"])
        # A bin is narrower than a slider's step.
        assert here["recall"] == pytest.approx((bullying.score >= cut).mean(), abs=0.004)


def test_the_base_rate_reaches_the_marked_point(agora):
    """Vega does not send a row on that stays the first: what hangs on the slider is computed after the choice."""
    spec = stored(figures.curves_figure(agora).to_dict())
    for layer in spec["layer"]:
        steps = layer.get("transform", [])
        chosen = [n for n, step in enumerate(steps) if "argmin" in str(step)]
        if chosen:
            later = [step for step in steps[chosen[0]:] if step.get("as") == "precision"]
            assert later, layer
            assert "base" in later[0]["calculate"]


def test_the_slider_of_slices_uses_the_normal_quantile_of_the_lowest():
    """P(lowest of k > t) = P(one > t) ** k: its median is the quantile of one at 1 − 0.5 ** (1 / k)."""
    k, n, true = 10, 400, 0.8
    approximate = true + math.sqrt(true * (1 - true) / n) * stats.norm.ppf(1 - 0.5 ** (1 / k))
    rng = np.random.default_rng(5)
    assert np.median(rng.binomial(n, true, (20_000, k)).min(axis=1) / n) == pytest.approx(approximate, abs=0.004)
