"""What a decision saves once its errors are counted, how many errors one person meets, who gets an item back.

Expected numbers are arithmetic shown beside the test, brute force over every case, or published (Wilson's intervals:
Newcombe, Statistics in Medicine 17, 1998, table I). None is this package's own output.
"""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpm import correction, paint
from mlpm.correction import words
from refusing import refused

SCREEN = correction.Screen(right=0.85, saved=4.7, effort=20)
TREATED = correction.Treated(positive=254, decent=292)
NOTHING = correction.WayBack("nothing said", 0, 0, 0, 0.95, 0.1)
TAP = correction.WayBack("one tap", 0.75, 0.4, 0.13, 0.95, 0.1)


def study(**changes):
    fields = {
        "kept": 850, "asked": 1000, "saved": 4.7, "effort_now": 20, "effort_then": 5, "noticed": 0.8, "unnoticed": 60,
        "more_right": 0.03, "accuracy_weeks": 6, "effort_weeks": 3, "uses": 10, "views": 76_000, "treated": TREATED,
        "ways": [NOTHING, TAP], "seconds": 60, "wage": 18,
    }
    return correction.Study(**fields | changes)


# --- Seconds ---------------------------------------------------------------------------------------------------------


def test_the_worked_number_of_the_chapter():
    """.85 × 4.7 − .15 × 20 = 0.995; .85 × 4.7 − .15 × 5 = 3.245."""
    assert SCREEN.net == pytest.approx(0.995)
    assert replace(SCREEN, effort=5).net == pytest.approx(3.245)


def test_an_error_that_is_not_noticed_costs_later():
    """.8 × 20 + .2 × 60 = 28; .85 × 4.7 − .15 × 28 = −0.205."""
    screen = replace(SCREEN, noticed=0.8, unnoticed=60)
    assert screen.error == pytest.approx(28)
    assert screen.net == pytest.approx(-0.205)


def test_break_even_is_where_nothing_is_saved():
    """20 ÷ 24.7 and 5 ÷ 9.7."""
    assert SCREEN.break_even == pytest.approx(20 / 24.7)
    assert replace(SCREEN, effort=5).break_even == pytest.approx(5 / 9.7)


@given(st.floats(0.01, 100), st.floats(0, 100), st.floats(0, 1), st.floats(0, 100))
def test_at_break_even_the_net_is_zero(saved, effort, noticed, unnoticed):
    screen = correction.Screen(0.5, saved, effort, noticed, unnoticed)
    assert replace(screen, right=screen.break_even).net == pytest.approx(0, abs=1e-9)


def test_where_nothing_is_at_stake_nothing_is_needed():
    assert correction.Screen(0.5, 0, 0).break_even is None
    assert correction.Screen(0.5, 0, 0).points_worth(1) is None


def test_a_point_and_a_second_are_what_a_step_of_each_brings():
    screen = replace(SCREEN, noticed=0.8, unnoticed=60)
    assert screen.per_point == pytest.approx(replace(screen, right=0.86).net - screen.net)
    assert screen.per_second == pytest.approx(replace(screen, effort=19).net - screen.net)


def test_seconds_are_worth_the_points_that_bring_as_much():
    """15 s × .15 = 2.25 s a decision; a point brings (4.7 + 20) ÷ 100: 9.1 points."""
    points = SCREEN.points_worth(15)
    assert points == pytest.approx(2.25 / 0.247)
    assert replace(SCREEN, right=0.85 + points / 100).net == pytest.approx(replace(SCREEN, effort=5).net)


# --- Errors met, and what may be promised ----------------------------------------------------------------------------


def test_errors_met_by_listing_every_course_of_three_uses():
    right = Fraction(4, 5)
    courses = {
        case: right ** case.count(1) * (1 - right) ** case.count(0) for case in product([0, 1], repeat=3)
    }
    for errors in range(4):
        exact = sum(chance for case, chance in courses.items() if case.count(0) == errors)
        assert correction.met(0.8, 3)[errors] == pytest.approx(float(exact))
        least = sum(chance for case, chance in courses.items() if case.count(0) >= errors)
        assert correction.meets(0.8, 3, errors) == pytest.approx(float(least))


def test_ten_uses_at_85_of_100():
    """1 − .85^10 = 80.3%; less 10 × .15 × .85^9 = 45.6%."""
    assert correction.meets(0.85, 10) == pytest.approx(1 - 0.85**10)
    assert correction.meets(0.85, 10, 2) == pytest.approx(1 - 0.85**10 - 10 * 0.15 * 0.85**9)


def test_half_have_met_an_error_at_the_first_use_that_leaves_half_without():
    """.85^4 = 52%, .85^5 = 44%."""
    assert correction.half_met(0.85) == 5
    assert correction.half_met(0.4) == 1
    assert correction.half_met(0) == 1
    assert correction.half_met(1) is None


@pytest.mark.parametrize(
    ("right", "asked", "kind", "text"),
    [
        (850, 1000, "counts", "about 15 of 100"),
        (85, 100, "one_in", "up to 1 in 4"),             # up to 23% wrong
        (182, 263, "one_in", "up to 1 in 2"),            # published: 25.5% to 36.6% of 81 in 263; 1 ÷ .366 = 2.7
        (34, 40, "words", "some, and we do not know yet how many"),
        (1000, 1000, "counts", "fewer than 1 of 100"),   # at most 3.84 ÷ 1,003.84 wrong
        (0, 1000, "counts", "nearly all"),
        (40, 100, "one_in", "more than half"),
        (1, 1, "words", "some, and we do not know yet how many"),
    ],
)
def test_a_promise_is_no_more_exact_than_what_was_measured(right, asked, kind, text):
    found = correction.promise(right, asked)
    assert (found.kind, found.text) == (kind, text)


def test_the_interval_behind_a_promise_is_the_published_one():
    found = correction.promise(81, 263)
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


# --- Authors ---------------------------------------------------------------------------------------------------------


def test_the_way_back_by_hand():
    """292 × .75 = 219 told, × .40 = 87.6 ask, × .95 = 83.2 back; 254 × .75 × .13 = 24.8 ask, × .1 = 2.5 back."""
    assert TAP.decent_asking(TREATED) == pytest.approx(87.6)
    assert TAP.restored(TREATED) == pytest.approx(83.22)
    assert TAP.positive_asking(TREATED) == pytest.approx(24.765)
    assert TAP.let_back(TREATED) == pytest.approx(2.4765)
    assert TAP.hours(TREATED, 60) == pytest.approx((87.6 + 24.765) / 60)
    assert NOTHING.asking(TREATED) == 0
    assert study().hours_for_all == pytest.approx(546 / 60)


# --- The study -------------------------------------------------------------------------------------------------------


def test_the_table_has_both_sums_and_their_interval():
    now, then = study().table().itertuples()
    assert (now.if_seen, now.net, now.error) == pytest.approx((0.995, -0.205, 28))
    assert (then.if_seen, then.net, then.error) == pytest.approx((3.245, 1.595, 16))
    assert now.needed == pytest.approx(28 / 32.7)
    assert now.low < now.net < now.high


def test_the_interval_is_that_of_the_share_right():
    found = study(kept=182, asked=263, more_right=0)
    low, high = found.range(found.now)
    for end, share in ((low, 1 - 0.3662), (high, 1 - 0.2553)):
        assert end == pytest.approx(share * 4.7 - (1 - share) * 28, abs=0.005)


def test_levers_are_ordered_by_what_a_week_brings():
    """.03 × (4.7 + 28) = 0.981 in six weeks; 15 × .15 × .8 = 1.8 in three."""
    first, second = study().levers().itertuples()
    assert (first.lever, second.lever) == ("15 seconds less to correct", "3 points more right")
    assert (first.gain, first.a_week, second.gain) == pytest.approx((1.8, 0.6, 0.981))
    assert study(effort_weeks=30).levers().lever[0] == "3 points more right"


def test_hours_are_those_of_all_users():
    """76,000 × 1.595 s ÷ 3,600."""
    found = study()
    assert found.hours(found.then) == pytest.approx(76_000 * 1.595 / 3600)


STUDIES = {
    "the example": ({}, "**Make the way back cheaper"),
    "accuracy is cheaper": ({"effort_weeks": 50}, "**Make the model better"),
    "nothing on sale": ({"effort_then": 20, "more_right": 0}, "**Change neither"),
    "all noticed": ({"noticed": 1.0}, "**Make the way back"),
    "none noticed": ({"noticed": 0.0}, "**Make the model better"),
    "hopeless": ({"kept": 100, "more_right": 0.1}, "**Make"),
    "perfect": ({"kept": 1000, "more_right": 0}, "**Change neither"),
    "never right": ({"kept": 0}, "**Make"),
    "free": ({"saved": 0, "effort_now": 0, "effort_then": 0, "unnoticed": 0}, "**Change neither"),
    "few asked": ({"kept": 17, "asked": 20}, "**Make the way back"),
    "one use": ({"uses": 1}, "**Make the way back"),
    "nobody treated": ({"treated": correction.Treated(0, 0)}, "**Make the way back"),
    "markup": ({"ways": [replace(TAP, name="a|b"), replace(TAP, name="<b>*x*")]}, "**Make the way back"),
}


@pytest.mark.parametrize("name", STUDIES)
def test_every_sentence_reads_right_whatever_the_inputs(name):
    changes, head = STUDIES[name]
    found = study(**changes)
    said = [
        words.about_right(found), words.about_seconds(found), words.about_unnoticed(found),
        words.about_break_even(found), words.about_levers(found), words.about_errors_met(found),
        words.about_promise(found), words.about_authors(found), words.memo(found),
    ]
    for text in said:
        assert text == text.strip()
        for wrong in ("nan", "None", "inf ", "  ", " .", " ,", "..", "np.", "{", "<b>", "-0", "−0.0 s", " 1 hours"):
            assert wrong not in text, text
    assert said[-1].startswith(head)


def test_the_memo_says_do_less_only_while_it_may_hurt():
    assert "costs its users more than it saves" in words.memo(study(kept=700, more_right=0.03))
    assert "nobody can say that today's screen saves" in words.memo(study())
    assert "do less" not in words.memo(study(kept=950))


def test_the_memo_gives_no_sum_whose_sign_nobody_knows():
    assert "the answers cannot tell" in words.memo(study())
    assert "lose 4.2 hours" not in words.memo(study())
    assert "All users together lose" in words.memo(study(kept=700, more_right=0.03))
    assert "All users together save" in words.memo(study(kept=950))


def test_the_title_of_a_chart_is_its_finding():
    def title(figure, **changed):
        return paint.title(figure(study(**changed)).to_dict())

    assert title(correction.needed_figure) == (
        "A correction of 20 seconds asks for 86 of 100 right, one of 5 seconds for 77 of 100"
    )
    assert title(correction.errors_figure) == "Of 100 new users 80 meet an error in 10 uses, 46 meet two or more"
    assert title(correction.errors_figure, uses=1).endswith("meet an error in 1 use, 0 meet two or more")
    assert "gives back most, 83 of " in title(correction.authors_figure)


def test_charts_compute_in_the_page_what_the_tables_say():
    """Painted by Vega from the sliders' start values; the numbers are those of the tests above."""
    found = study()
    painted = {
        figure: paint.svg(figure(found).to_dict(), "x")
        for figure in (correction.seconds_figure, correction.errors_figure, correction.authors_figure)
    }
    assert "now: −0.2 s, needs 86%" in painted[correction.seconds_figure]
    assert "then: 1.6 s, needs 77%" in painted[correction.seconds_figure]
    assert "80 of 100 meet an error" in painted[correction.errors_figure]
    assert "46 meet two or more" in painted[correction.errors_figure]
    assert "told 219, given back 83" in painted[correction.authors_figure]


# --- What wrong parameters are told ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kept": 85.5}, ("Parameter kept is 85.5", "whole number")),
        ({"kept": 1001}, ("Parameter kept is 1001", "0 to asked, 1000")),
        ({"asked": 0}, ("Parameter asked is 0", "1 or more")),
        ({"noticed": 80}, ("Parameter noticed is 80", "such as 0.8")),
        ({"saved": -1}, ("Parameter saved", "seconds, 0 or more")),
        ({"effort_now": "long"}, ("Parameter effort is 'long'",)),
        ({"more_right": 0.3}, ("Parameter more_right is 0.3", "above 1")),
        ({"effort_weeks": 0}, ("Parameter effort_weeks", "above 0")),
        ({"uses": 0}, ("Parameter uses is 0", "1 or more")),
        ({"uses": 2.5}, ("Parameter uses is 2.5",)),
        ({"wage": -1}, ("Parameter wage",)),
    ],
)
def test_a_study_that_cannot_be_meant_is_refused(changes, said):
    refused(lambda: study(**changes), *said)


def test_a_way_back_that_cannot_be_meant_is_refused():
    refused(lambda: replace(TAP, decent_ask=40), "decent_ask (one tap) is 40", "such as 0.4")
    refused(lambda: correction.Treated(-1, 2), "Parameter treated positive is -1", "0 or more")
