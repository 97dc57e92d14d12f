"""mlpm.threshold: expected values are exact fractions, published numbers, or counts of small files made by hand."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special

from mlpm import InputError, proportions, scores, threshold
from mlpm.agora import comment_scores
from mlpm.charts import stored
from mlpm.proportions import Interval
from mlpm.scores import Share
from mlpm.threshold import decision, figures, listings, prices, wording
from mlpm.threshold.outcomes import Cuts
from mlpm.threshold.study import _stretch
from titles import title_of

AGORA = {
    "cost_false_positive": 0.6, "cost_false_negative": 1.0, "base_rate": 0.1, "other_base_rate": 0.024,
    "items_per_day": 8_000, "review_cost": 0.1,
    "stakeholders": "trust and safety=5, legal=2, seller support=1",
}


@pytest.fixture(scope="module")
def agora(agora_scores):
    return threshold.analyze(agora_scores, **AGORA)


def drawn(size=4_000, slope=1.0, intercept=0.0, seed=1, spread=0.5):
    """Scores whose label has the log-odds intercept + slope × the score's."""
    rng = np.random.default_rng(seed)
    score = rng.beta(spread, spread, size).clip(0.001, 0.999)
    p = special.expit(intercept + slope * special.logit(score))
    return {"score": score, "label": (rng.random(size) < p).astype(int)}


# --- Prices -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("false_positive", "false_negative", "cut"), [
    (1, 10, Fraction(1, 11)), (4, 10, Fraction(2, 7)), (25, 100, Fraction(1, 5)),  # the handbook's reference table
    (1, 5, Fraction(1, 6)), (1, 2, Fraction(1, 3)), (1, 1, Fraction(1, 2)), (0.6, 1, Fraction(3, 8)),
])
def test_cut_is_elkans(false_positive, false_negative, cut):
    price = threshold.Price("", false_positive, false_negative)
    assert price.cut == pytest.approx(float(cut))
    # On the cut both answers cost the same.
    assert false_positive * (1 - price.cut) == pytest.approx(false_negative * price.cut)
    assert prices.implied_ratio(price.cut) == pytest.approx(price.ratio)


def test_review_band_is_chows():
    price = threshold.Price("", 25, 100)
    assert threshold.review_band(price, 5) == pytest.approx((0.05, 0.80))
    assert prices.most_for_a_review(price) == pytest.approx(20)
    assert threshold.review_band(price, 20) is None
    assert threshold.review_band(price, 19.99) == pytest.approx((0.1999, 0.2004))
    assert threshold.review_band(price, 30) is None


def test_stakeholders_are_read():
    found = threshold.read_stakeholders("trust and safety = 5, legal=2.5,")
    assert [(price.name, price.ratio) for price in found] == [("trust and safety", 5), ("legal", 2.5)]
    assert threshold.read_stakeholders(" ") == []


@pytest.mark.parametrize(("text", "words"), [
    ("legal", "'legal' is not name=ratio"), ("legal=", "'legal=' is not"), ("legal=two", "'legal=two' is not"),
    ("=2", "'=2' is not"), ("legal=0", "'legal=0' is not"), ("legal=-1", "is not name=ratio"),
    ("legal=nan", "is not name=ratio"), ("legal=inf", "is not name=ratio"),
    ("legal=2, Legal=3", "names 'Legal' twice"),
])
def test_stakeholders_that_cannot_be_meant_are_refused(text, words):
    with pytest.raises(InputError, match=r"Parameter stakeholders") as refusal:
        threshold.read_stakeholders(text)
    assert words in str(refusal.value)


@pytest.mark.parametrize(("name", "value"), [
    ("cost_false_positive", 0), ("cost_false_negative", -1), ("cost_false_negative", math.nan), ("base_rate", 10),
    ("base_rate", 1), ("other_base_rate", -0.1), ("items_per_day", 0), ("review_cost", -1), ("tolerance", 2),
])
def test_parameters_that_cannot_be_meant_are_refused(agora_scores, name, value):
    with pytest.raises(InputError, match=f"Parameter {name} is"):
        threshold.analyze(agora_scores, **AGORA | {name: value})


# --- Outcomes -----------------------------------------------------------------------------------------------------

TEN = {"score": [0.1, 0.1, 0.1, 0.1, 0.5, 0.5, 0.5, 0.9, 0.9, 0.9], "label": [0, 0, 0, 0, 0, 0, 1, 0, 1, 1]}


def test_counts_of_a_cut_are_those_of_the_rows(read_scores):
    cuts = Cuts(read_scores(TEN))
    assert cuts.caught.tolist() == [300, 300, 200, 0]
    assert cuts.hit.tolist() == [700, 300, 100, 0]
    assert cuts.missed.tolist() == [0, 0, 100, 300]
    assert cuts.cost(threshold.Price("", 2, 3)).tolist() == [1400, 600, 500, 900]
    assert cuts.f1.tolist() == pytest.approx([6 / 13, 6 / 9, 4 / 6, 0])


def test_intervals_of_a_cut_are_wilsons(read_scores):
    found = Cuts(read_scores(TEN)).at(2)
    assert found.acted == pytest.approx(300)
    low, high = proportions.wilson(1, 3)
    assert (found.wrong.value, found.wrong.low, found.wrong.high) == pytest.approx((1 / 3, low, high))
    low, high = proportions.wilson(2, 10)
    assert (found.caught.low, found.caught.high) == pytest.approx((1000 * low, 1000 * high))


def test_a_base_rate_that_is_given_is_no_source_of_doubt(read_scores):
    found = Cuts(read_scores(TEN).at_base_rate(0.2), rate_known=True).at(2)
    low, high = proportions.wilson(2, 3)
    assert (found.caught.low, found.caught.high) == pytest.approx((200 * low, 200 * high))
    assert (found.missed.low, found.missed.high) == pytest.approx((200 * (1 - high), 200 * (1 - low)))
    low, high = proportions.wilson(1, 7)
    assert (found.hit.value, found.hit.low, found.hit.high) == pytest.approx((800 / 7, 800 * low, 800 * high))


def test_cost_and_difference_have_the_variance_of_their_rows(read_scores):
    cuts, price = Cuts(read_scores(TEN)), threshold.Price("", 2, 3)
    row_costs = np.array([0, 0, 0, 0, 0, 0, 3, 2, 0, 0])  # at place 2
    half = 1.959964 * row_costs.std() / math.sqrt(10)
    found = cuts.cost_of(2, price)
    assert (found.value, found.high - found.value) == pytest.approx((500, 1000 * half))
    # Cut 1 against cut 2: the three rows between them.
    differences = np.array([0, 0, 0, 0, 2, 2, -3, 0, 0, 0])
    half = 1.959964 * differences.std() / math.sqrt(10)
    found = cuts.extra(1, 2, price)
    assert (found.value, found.high - found.value) == pytest.approx((100, 1000 * half))
    assert cuts.extra(2, 1, price).value == pytest.approx(-100)


def test_with_a_given_base_rate_only_the_spread_within_classes_counts(read_scores):
    cuts = Cuts(read_scores(TEN), rate_known=True)
    found = cuts.cost_of(2, threshold.Price("", 2, 3))
    within = sum(costs.var() * len(costs) for costs in (np.array([3, 0, 0]), np.array([2, 0, 0, 0, 0, 0, 0])))
    assert found.high - found.value == pytest.approx(1000 * 1.959964 * math.sqrt(within) / 10)


def test_expected_cost_is_lowest_at_the_cut_of_its_price(agora):
    for price in (agora.price, *agora.stakeholders):
        assert np.argmin(agora.expected_cost(price)) == agora.place(price)


# --- The example against its generator ----------------------------------------------------------------------------


def truth():
    """p, and what a cut on p does in Beta(0.1, 0.9), by the distribution and not by a sample."""
    from scipy import stats

    p = stats.beta(comment_scores.ALPHA, comment_scores.BETA)
    positive = stats.beta(comment_scores.ALPHA + 1, comment_scores.BETA)  # density of p among positives
    negative = stats.beta(comment_scores.ALPHA, comment_scores.BETA + 1)
    return p.mean(), positive, negative


def test_the_example_does_what_its_distribution_says(agora):
    rate, positive, negative = truth()
    o = agora.cut.outcome
    assert o.caught.low < 1000 * rate * positive.sf(0.375) < o.caught.high
    assert o.hit.low < 1000 * (1 - rate) * negative.sf(0.375) < o.hit.high
    # The score with p = .375: log-odds 0.5 + 1.6 × those of .375.
    low, high = agora.raw_range
    assert low < special.expit(0.5 + 1.6 * special.logit(0.375)) < high
    assert low < agora.raw_cut < high


def test_the_example_asks_for_the_price(agora):
    assert (agora.decision, agora.rule) == ("settle_costs", "disputed")
    assert [price.name for price, __ in agora.disputes] == ["trust and safety"]
    # Extra cost of cutting at 3/8 when the price is 1 : 5, by the distribution.
    rate, positive, negative = truth()

    def cost(cut):
        return 5 * rate * positive.cdf(cut) + (1 - rate) * negative.sf(cut)

    assert agora.disputes[0][1] == pytest.approx(cost(0.375) / cost(1 / 6) - 1, abs=0.06)
    assert [voice.name for voice in agora.voices] == ["trust and safety", "legal", "seller support"]


def test_the_range_of_prices_is_where_the_extra_cost_is_the_tolerance(agora):
    rate, positive, negative = truth()

    def extra(ratio, cut=0.375):
        def cost(at):
            return ratio * rate * positive.cdf(at) + (1 - rate) * negative.sf(at)

        return cost(cut) / cost(1 / (1 + ratio)) - 1 - 0.1

    low, high = agora.ratio_range
    assert low == pytest.approx(optimize.brentq(extra, 0.1, 1.6), rel=0.15)
    assert high == pytest.approx(optimize.brentq(extra, 1.8, 20), rel=0.15)


@pytest.mark.parametrize(("tolerance", "decided"), [(0.2, "settle_costs"), (0.3, "use_cut")])
def test_what_nobody_would_call_a_meeting_for_is_no_dispute(agora_scores, tolerance, decided):
    # By the price of trust and safety the proposal costs 23% more, beyond chance.
    assert threshold.analyze(agora_scores, **AGORA | {"tolerance": tolerance}).decision == decided


@pytest.mark.parametrize(("fine", "here", "stretch"), [
    ([0, 1, 1, 1, 0, 1], 2, (1, 3)), ([1, 1, 1], 1, (0, 2)), ([0, 0, 1], 2, (2, 2)), ([1, 0, 1, 0], 0, (0, 0)),
])
def test_a_stretch_ends_where_it_is_broken(fine, here, stretch):
    assert _stretch(np.array(fine, dtype=bool), here) == stretch


def test_the_compromise_is_no_worse_for_anybody_than_the_worst_of_any_other_cut(agora):
    worst = agora.regrets.max(axis=1)
    assert worst["the compromise"] == worst.min()
    assert np.all(agora.regrets.to_numpy() >= -1e-12)


def test_a_rarer_class_leaves_the_cut_on_p_and_moves_the_score(agora):
    there = agora.elsewhere
    assert there.price.cut == agora.price.cut
    assert there.raw_cut > agora.raw_range[1]
    assert there.raw_range[0] < there.raw_cut < there.raw_range[1]
    odds = 0.6 * (0.024 / 0.976) / (0.1 / 0.9)
    assert agora.left_p == pytest.approx(odds / (1 + odds))
    assert agora.left.cost.value > there.cut.cost.value
    assert agora.left.outcome.wrong.value > agora.cut.outcome.wrong.value


def test_the_f1_cut_changes_its_price_with_the_base_rate(agora):
    # With calibrated scores the F1-optimal cut is half of the best F1 (Lipton, Elkan, Narayanaswamy 2014).
    assert agora.best_f1.p == pytest.approx(agora.f1 / 2, abs=0.06)
    assert agora.elsewhere.f1_ratio > 1.4 * agora.f1_ratio


def test_the_review_band_costs_what_its_parts_cost(agora):
    band, cuts = agora.band, agora.cuts
    low, high = agora.calibration.first_bin(0.1), agora.calibration.first_bin(5 / 6)
    assert (band.low, band.high) == pytest.approx((0.1, 5 / 6))
    assert band.missed == pytest.approx(cuts.missed[low])
    assert band.hit == pytest.approx(cuts.hit[high])
    reviewed = cuts.caught[low] + cuts.hit[low] - cuts.caught[high] - cuts.hit[high]
    assert band.cost == pytest.approx(band.missed + 0.6 * band.hit + 0.1 * reviewed)
    assert band.saving.value == pytest.approx(agora.cut.cost.value - band.cost)


def test_slang_is_wrongly_hit_more_often(agora):
    first = agora.group_lines[0]
    assert first.name == "slang"
    assert first.gap.low > 0
    slang, acted = agora.scores.groups.index("slang"), agora.scores.bin >= agora.cut.outcome.place
    inside, outside = agora.scores.group == slang, agora.scores.group != slang
    fine = agora.scores.negatives
    hit = [fine[side & acted].sum() / fine[side].sum() for side in (inside, outside)]
    assert first.gap.value == pytest.approx(hit[0] - hit[1])


def test_the_gap_has_newcombes_interval():
    # Newcombe (1998), table II, method 10, case (a): 56/70 against 48/80, .0524 to .3339.
    one, other = (Share(hits / of, *map(float, proportions.wilson(hits, of))) for hits, of in ((56, 70), (48, 80)))
    found = scores.gap(one, other)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


# --- The decision -------------------------------------------------------------------------------------------------

SOUND = {
    "fewest": 300, "ranks_low": 0.9, "saving": Interval(5, 4, 6), "misread": Interval(0, -1, 1), "disputed": False,
    "cost": 50.0, "tolerance": 0.1, "whole": False,
}


@pytest.mark.parametrize(("change", "expected"), [
    ({}, ("use_cut", "agreed")),
    ({"fewest": 29}, ("collect_more", "few")),
    ({"fewest": 30}, ("use_cut", "agreed")),
    ({"ranks_low": 0.5}, ("collect_more", "coin")),
    ({"saving": Interval(5, 0, 10)}, ("collect_more", "saving")),
    ({"misread": Interval(5.1, 0.1, 9)}, ("recalibrate", "misread")),
    ({"misread": Interval(5.1, -0.1, 9)}, ("use_cut", "agreed")),
    ({"misread": Interval(4.9, 1, 9)}, ("use_cut", "agreed")),
    ({"misread": None}, ("use_cut", "agreed")),
    ({"disputed": True}, ("settle_costs", "disputed")),
    ({"disputed": True, "misread": Interval(9, 1, 12)}, ("recalibrate", "misread")),
    ({"whole": True, "saving": None}, ("no_cut", "whole")),
    ({"whole": True, "saving": None, "disputed": True}, ("settle_costs", "disputed")),
    ({"fewest": 3, "misread": Interval(9, 1, 12), "disputed": True}, ("collect_more", "few")),
])
def test_the_first_rule_that_fits_wins(change, expected):
    assert threshold.decide(**SOUND | change) == expected
    assert expected[0] in threshold.DECISIONS


def decided(read_scores, frame, **options):
    return threshold.analyze(read_scores(frame), **{"cost_false_positive": 1, "cost_false_negative": 2} | options)


def test_a_calibrated_score_and_one_price_use_the_cut(read_scores):
    found = decided(read_scores, drawn())
    assert found.decision == "use_cut"
    assert found.raw_cut == pytest.approx(1 / 3, abs=0.01)


def test_a_score_that_is_not_p_where_it_matters_is_recalibrated(read_scores):
    found = decided(read_scores, drawn(intercept=-2.5))
    assert found.decision == "recalibrate"
    assert found.raw_cut == pytest.approx(special.expit(special.logit(1 / 3) + 2.5), abs=0.05)


def test_a_file_of_another_base_rate_is_recalibrated(read_scores):
    assert decided(read_scores, drawn(), base_rate=0.03).decision == "recalibrate"


def test_too_few_positives_ask_for_more(read_scores):
    assert decided(read_scores, drawn(40)).rule == "few"


def test_a_coin_asks_for_more(read_scores):
    rng = np.random.default_rng(3)
    found = decided(read_scores, {"score": rng.random(400), "label": rng.integers(0, 2, 400)})
    assert found.rule == "coin"


def test_a_saving_that_may_be_zero_asks_for_more(read_scores):
    # A miss worth 15 wrong hits puts the cut at 1/16; hardly an item lies under it.
    rng = np.random.default_rng(6)
    score = rng.uniform(0.04, 1, 400)
    found = decided(read_scores, {"score": score, "label": (rng.random(400) < score) * 1}, cost_false_negative=15)
    assert (found.rule, found.saving.low <= 0) == ("saving", True)


def test_prices_no_score_reaches_ask_for_no_cut(read_scores):
    rng = np.random.default_rng(4)
    score = rng.uniform(0.05, 0.4, 3_000)
    frame = {"score": score, "label": (rng.random(3_000) < score) * 1}
    found = decided(read_scores, frame, cost_false_positive=10, cost_false_negative=1)
    assert (found.decision, found.raw_cut, found.raw_range) == ("no_cut", None, None)
    assert "act on nothing" in wording.memo(found)
    found = decided(read_scores, frame, cost_false_positive=1, cost_false_negative=90)
    assert found.decision == "no_cut"
    assert "act on everything" in wording.memo(found)


def test_prices_that_differ_less_than_they_cost_are_no_dispute(read_scores):
    assert decided(read_scores, drawn(), stakeholders="a=1.9, b=2.2").decision == "use_cut"
    assert decided(read_scores, drawn(), stakeholders="a=1.9, b=40").decision == "settle_costs"


# --- Any file gets its sentences and charts -----------------------------------------------------------------------

WITHOUT_OVERLAP = {"score": [0.1, 0.2, 0.3, 0.7, 0.8, 0.9] * 20, "label": [0, 0, 0, 1, 1, 1] * 20}


def logits():
    frame = drawn()
    return frame | {"score": special.logit(frame["score"])}


USUAL = drawn()
NO_STUDY_ALIKE = [
    *[(USUAL, options) for options in (
        {}, {"stakeholders": "a=0.01, b=100"}, {"review_cost": 0.2}, {"review_cost": 5}, {"base_rate": 0.02},
        {"cost_false_positive": 1e6}, {"cost_false_negative": 1e6}, {"other_base_rate": 0.9},
    )],
    *[(frame, options) for frame in (drawn(60), logits(), WITHOUT_OVERLAP, TEN) for options in (
        {"review_cost": 0.2, "stakeholders": "a=0.5, b=9"}, {"cost_false_positive": 1e6},
    )],
]


@pytest.mark.parametrize(("frame", "options"), NO_STUDY_ALIKE)
def test_every_file_gets_sentences_charts_and_an_answer(read_scores, frame, options):
    found = decided(read_scores, frame, **options)
    said = [getattr(wording, name)(found) for name in dir(wording) if name.startswith("about_")]
    text = " ".join([*said, wording.memo(found), listings.maps(found).data, listings.cuts(found.others).data])
    assert "nan" not in text.replace("finan", "")
    assert "inf" not in text.replace("information", "")
    assert "None" not in text
    drawn_charts = [figures.cost_figure(found), figures.reliability_figure(found), figures.counts_figure(found),
                    figures.extra_figure(found)]
    for chart in drawn_charts:
        assert "nan" not in chart.to_dict()["description"]
        title_of(chart)
        stored(chart.to_dict())
    assert found.result()["decision"] in decision.DECISIONS
    assert all(isinstance(value, (int, float, str)) for value in found.numbers().values())


@pytest.mark.parametrize(("shares", "title"), [
    ([("a", 9, 7, 11), ("b", 3, 2, 4)], "9 of 100 fine items are acted on in a, against 3 in b"),
    ([("a", 9, 2, 16), ("b", 3, 2, 9)],
     "No group is shown to be hit more than another; 9 of 100 fine items are acted on in a"),
    ([("a", 9, 7, 11)], "9 of 100 fine items are acted on in a"),
])
def test_the_title_about_groups_follows_the_intervals(shares, title):
    rows = [{"group": name, "value": share, "low": low, "high": high, "text": f"{share}"}
            for name, share, low, high in shares]
    assert figures._groups_point(rows, "fine") == f"{title}."


def test_what_a_reader_wrote_is_shown_as_text(read_scores):
    frame = pd.DataFrame(drawn()).assign(who=["<b>x</b>", "*y*"] * 2_000)
    frame["label"] = np.where(frame.label == 1, "<i>bad</i>", "fine")
    found = threshold.analyze(
        read_scores(frame, positive="<i>bad</i>", group="who"), cost_false_positive=1, cost_false_negative=2,
        stakeholders="<u>legal</u>=40", unit="<s>euros</s>",
    )
    text = " ".join([wording.memo(found), wording.about_groups(found), wording.about_people(found)])
    assert "<" not in text
    assert "*y*" not in text.replace("**", "")
