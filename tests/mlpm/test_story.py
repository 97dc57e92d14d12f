"""Rates told as counts: whole, adding up, of one group; the range of the next group; the exchange between two cuts.

Expected numbers are fractions worked beside the test, a sum over the binomial written out here, or the counts of the
handbook's own exercise (per 1,000 comments with 24 bullying: A hides 18 and 2 decent, B 21 and 9).
"""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mlpm import paint, story
from mlpm.story import words
from refusing import refused
from titles import title_of

NAMES = story.Names("comment", "bullying", "decent", "hide", "hidden")
# 250,000 × 2.4% = 6,000 bullying a week; the filter passes 56,000 × 10% = 5,600 of them.
STREAM = story.Stream(250_000, 0.024, 56_000, 0.10, NAMES)
FIRST = story.Cut("present cut", 0.82, 0.90, STREAM)
SECOND = story.Cut("lower cut", 0.95, 0.71, STREAM)
CHOICE = story.Choice(FIRST, SECOND, 1.67)
# No filter: the classifier reads everything.
WHOLE = story.Stream(1_000, 0.024, 1_000, 0.024, NAMES)


def test_the_filter_passes_14_of_15():
    assert STREAM.reach == pytest.approx(float(Fraction(5_600, 6_000)))
    assert FIRST.caught_of_all == pytest.approx(float(Fraction(82, 100) * Fraction(14, 15)))


def test_the_exercise_of_the_chapter_from_its_rates():
    """18 of 24 caught and 18 of 20 hidden right; 21 of 24 and 21 of 30."""
    a = story.Cut("A", 18 / 24, 18 / 20, WHOLE).told(1_000)
    b = story.Cut("B", 21 / 24, 21 / 30, WHOLE).told(1_000)
    assert (a.positive, a.caught, a.wrong, a.missed, a.left) == (24, 18, 2, 6, 974)
    assert (b.caught, b.wrong, b.missed, b.left) == (21, 9, 3, 967)


def test_agora_is_told_in_the_same_counts():
    """24 × 0.82 × 14/15 = 18.4, ÷ 9 = 2.04; 24 × 0.95 × 14/15 = 21.3, × 29/71 = 8.7."""
    assert (FIRST.told(1_000).caught, FIRST.told(1_000).wrong) == (18, 2)
    assert (SECOND.told(1_000).caught, SECOND.told(1_000).wrong) == (21, 9)
    assert FIRST.wrong_share * 1_000 == pytest.approx(float(24 * Fraction(82, 100) * Fraction(14, 15) / 9))


@given(st.floats(0.01, 1), st.floats(0.1, 1), st.sampled_from([100, 1_000, 10_000]))
def test_counts_add_up_and_none_is_negative(recall, precision, per):
    assume(recall * 0.024 * (1 - precision) / precision <= 0.976)
    told = story.Cut("one", recall, precision, WHOLE).told(per)
    assert told.caught + told.missed == told.positive
    assert told.caught + told.missed + told.wrong + told.left == per
    assert told.acted == told.caught + told.wrong
    assert min(told.caught, told.missed, told.wrong, told.left) >= 0


def test_the_next_group_is_14_to_22_of_24():
    """At most 25 of 1,000 groups are below, at most 25 above; the binomial summed by hand."""
    low, high = FIRST.told(1_000).caught_range
    share = 0.82 * 14 / 15
    chance = [math.comb(24, k) * share**k * (1 - share) ** (24 - k) for k in range(25)]
    assert (low, high) == (14, 22)
    assert sum(chance[:low]) <= 0.025 < sum(chance[: low + 1])
    assert sum(chance[high + 1 :]) <= 0.025 < sum(chance[high:])


@pytest.mark.parametrize(("shares", "per"), [
    ([0.02, 0.3], 100), ([0.0099], 1_000), ([0.001], 1_000), ([0.0009, 0.5], 10_000), ([1e-7], None), ([0.0], 100),
])
def test_the_smallest_group_in_which_nothing_is_none(shares, per):
    assert story.least_per(shares) == per


def test_the_exchange_is_decent_hidden_for_each_bullying_caught():
    """13 of 100 more caught: 24 × 0.13 × 14/15 = 2.912; 8.692 − 2.041 = 6.651; 6.651 ÷ 2.912 = 2.284."""
    assert CHOICE.exchange == pytest.approx(6.6509 / 2.912, rel=1e-4)
    assert not CHOICE.takes_second
    assert story.Choice(FIRST, SECOND, 2.3).takes_second


def test_relative_change_is_of_the_exact_counts():
    """24 − 18.368 = 5.632 and 24 − 21.28 = 2.72; 8.6918 ÷ 2.0409."""
    assert CHOICE.missed_ratio == pytest.approx(2.72 / 5.632)
    assert CHOICE.wrong_ratio == pytest.approx(4.2589, rel=1e-4)


def test_the_curve_of_the_slide_goes_through_both_cuts():
    from scipy import stats

    intercept, slope = CHOICE.binormal
    for cut in (FIRST, SECOND):
        assert stats.norm.cdf(intercept + slope * stats.norm.ppf(cut.false_alarms)) == pytest.approx(cut.recall)
    # 5,600 × 0.82 ÷ 9 wrong of 50,400 decent ones that are read.
    assert FIRST.false_alarms == pytest.approx(5_600 * 0.82 / 9 / 50_400)


def test_the_area_is_that_of_the_drawn_curve():
    from scipy import integrate, stats

    intercept, slope = CHOICE.binormal
    area, _ = integrate.quad(lambda x: stats.norm.cdf(intercept + slope * stats.norm.ppf(x)), 0, 1, limit=200)
    assert CHOICE.auc == pytest.approx(area, abs=1e-5)


def test_the_sentences_carry_the_counts():
    told = words.about_counts(FIRST.told(1_000))
    assert told == (
        "Of 1,000 comments 24 are bullying. With the present cut we hide 20: 18 bullying and 2 decent. 6 bullying "
        "comments stay up."
    )
    assert "catches 82" in words.about_rates(FIRST)
    assert "it is 77" in words.about_rates(FIRST)
    assert "filter" not in words.about_rates(story.Cut("A", 0.75, 0.9, WHOLE))
    assert "from 6 to 3 (52% fewer)" in words.change(CHOICE, 1_000)
    assert "from 2 to 9 (4.3 times as many)" in words.change(CHOICE, 1_000)
    assert "14 to 22 in 95 of 100" in words.about_chance(FIRST.told(1_000), 200, 0.76, 0.87)


def test_a_group_too_small_is_said():
    assert "no count rounds to none" in words.about_group(CHOICE, 1_000)
    assert "Tell it of 1,000" in words.about_group(CHOICE, 100)


def test_each_audience_gets_what_it_will_meet_in_a_week():
    """250 thousands a week: 5.632 missed, 2.0409 wrong; of 10 authors one writes."""
    people = words.audiences(CHOICE, 0.1).set_index("who")
    assert people.loc["head of product", "first"] == pytest.approx(250 * 5.632)
    assert people.loc["legal", "second"] == pytest.approx(250 * 8.6918, rel=1e-4)
    assert people.loc["seller support", "first"] == pytest.approx(people.loc["legal", "first"] / 10)


@pytest.mark.parametrize(("price", "says", "turns"), [
    (1.67, "Keep the present cut", "to the lower cut if those who live with the errors sign a price above 2.3"),
    (5, "Take the lower cut", "to the present cut if those who live with the errors sign a price under 2.3"),
])
def test_the_memo_decides_and_says_what_would_change_it(price, says, turns):
    memo = words.memo(story.Choice(FIRST, SECOND, price), 1_000, 0.1)
    assert memo.startswith(f"**{says}")
    assert turns in memo


@pytest.mark.parametrize(("build", "word"), [
    (lambda: story.Stream(1_000, 0.01, 500, 0.5), "share_read"),
    (lambda: story.Stream(1_000, 0.01, 2_000, 0.01), "read"),
    (lambda: story.Cut("A", 82, 0.9, STREAM), "recall"),
    (lambda: story.Cut("A", 0.82, 0, STREAM), "precision"),
    (lambda: story.Cut("A", 1, 0.02, WHOLE), "precision"),
    (lambda: story.Choice(SECOND, FIRST, 1), "catch more"),
    (lambda: story.Choice(FIRST, SECOND, -1), "price"),
    (lambda: FIRST.told(0.5), "per"),
])
def test_what_cannot_be_meant_is_refused_in_one_line(build, word):
    refused(build, word)


@pytest.mark.parametrize("draw", [
    lambda: story.slide_figure(CHOICE),
    lambda: story.counts_figure(CHOICE, 1_000),
    lambda: story.cluttered_figure(CHOICE, 1_000),
    lambda: story.plain_figure(CHOICE, 1_000),
    lambda: story.focus_figure(CHOICE, 1_000),
    lambda: story.point_figure(CHOICE, 1_000),
    lambda: story.own_figure(CHOICE, 1_000),
])
def test_every_figure_can_be_painted_at_phone_width(draw):
    assert "<svg" in paint.svg(draw().to_dict(), "t", paint.NARROW)
    title_of(draw())


def test_the_last_title_is_the_point():
    title = story.point_figure(CHOICE, 1_000).to_dict()["title"]["text"]
    assert title == ["Lower cut: 3 more bullying comments", "hidden, and 7 more decent ones"]
