"""Stopping: the sum without what was spent, the worth of one more test, the date, and the date against feel.

Expected numbers are arithmetic shown beside the test, brute force over months, or a simulation held against the closed
formula and the other way round. None is this package's own output.
"""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpm import paint, proportions, stopping
from mlpm.stopping import words
from refusing import refused

BET = stopping.Bet(60_000, 0.15, 300_000)
TRIAL = stopping.Trial(12_500, 0.7, 0.3)
COURSE = stopping.Course(start=0.5, monthly=0.25, month=15_000, value=300_000)


# --- The sum ---------------------------------------------------------------------------------------------------------


def test_the_sum_of_the_notes():
    """0.15 × 300,000 − 60,000 = −15,000; 60,000 ÷ 300,000 = 20 of 100."""
    assert BET.worth == pytest.approx(-15_000)
    assert BET.break_even == pytest.approx(0.20)
    assert BET.decide() == "stop"


@given(st.floats(0, 1e6), st.floats(1, 1e7))
def test_at_the_break_even_chance_going_on_is_worth_nothing(to_go, value):
    chance = to_go / value
    if chance <= 1:
        assert stopping.Bet(to_go, chance, value).worth == pytest.approx(0, abs=1e-6 * value)


def test_one_more_test_is_worth_what_its_yes_is_worth():
    """Yes in 0.15 × 0.7 + 0.85 × 0.3 = 0.36; then 0.105 ÷ 0.36 × 300,000 − 60,000 = 27,500; a no changes nothing."""
    assert BET.test_worth(TRIAL) == pytest.approx(float(Fraction(36, 100) * 27_500))
    assert BET.after_yes(TRIAL) == pytest.approx(0.105 / 0.36)


def test_a_test_that_says_the_same_to_both_is_worth_nothing():
    assert BET.test_worth(stopping.Trial(0, 0.4, 0.4)) == pytest.approx(0, abs=1e-9)


def test_a_test_that_is_never_wrong_is_worth_the_chance_times_the_gain():
    """0.15 × (300,000 − 60,000) = 36,000."""
    assert BET.test_worth(stopping.Trial(0, 1, 0)) == pytest.approx(36_000)


@pytest.mark.parametrize(("bet", "trial", "decision"), [
    (BET, TRIAL, "stop"),
    (BET, stopping.Trial(12_500, 0.8, 0.2), "test_first"),
    (BET, stopping.Trial(9_899, 0.7, 0.3), "test_first"),
    (BET, stopping.Trial(9_901, 0.7, 0.3), "stop"),
    (stopping.Bet(60_000, 0.35, 300_000), stopping.Trial(30_000, 0.7, 0.3), "go_on"),
    (stopping.Bet(60_000, 0.35, 300_000), None, "go_on"),
])
def test_every_decision_is_reached(bet, trial, decision):
    assert bet.decide(trial) == decision
    assert decision in stopping.DECISIONS


# --- The date --------------------------------------------------------------------------------------------------------


def test_six_bad_months_make_fifteen_of_even_odds():
    """0.75 ** 6 = 0.178; 0.178 ÷ 1.178 = 0.151."""
    assert COURSE.belief(6) == pytest.approx(0.75**6 / (1 + 0.75**6))
    assert round(100 * float(COURSE.belief(6))) == 15


def test_a_month_is_worth_its_cost_from_twenty():
    """15,000 ÷ (0.25 × 300,000) = 0.2: belief is 0.24 after four months, 0.19 after five."""
    assert COURSE.enough == pytest.approx(0.2)
    assert COURSE.date() == 5


def test_explaining_half_away_doubles_the_date():
    """0.75 ** (m ÷ 2) = 0.25 at m = 9.6."""
    assert COURSE.date(0.5) == 10
    assert COURSE.date(1) == COURSE.longest


@given(st.floats(0.05, 0.95), st.floats(0.02, 0.8), st.floats(1_000, 60_000))
def test_no_other_date_is_worth_more(start, monthly, month):
    course = stopping.Course(start, monthly, month, 300_000)
    worth = course.worth(np.arange(course.longest + 1))
    assert course.worth(course.date()) == pytest.approx(worth.max(), abs=1e-6)


def test_worth_is_the_sum_over_months():
    """Month by month: pay, succeed or go on; a project that cannot work pays until the date."""
    total, alive = 0.0, 0.5
    for _ in range(5):
        total += alive * (0.25 * 300_000 - 15_000)
        alive *= 0.75
    assert COURSE.worth(5) == pytest.approx(total - 0.5 * 5 * 15_000)
    assert COURSE.succeeds(5) == pytest.approx(0.5 * (1 - 0.75**5))


def test_a_month_that_never_pays_is_not_begun():
    assert stopping.Course(0.5, 0.25, 80_000, 300_000).date() == 0


# --- Many projects ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table():
    return stopping.many(COURSE, explained=0.5, mood=0.3, optimist=0.7, projects=20_000, seed=7)


def test_the_date_of_many_projects_is_the_formula(table):
    first = table.iloc[0]
    assert abs(first["net"] - COURSE.worth(5)) < 3 * first["error"]
    assert first["succeed"] == pytest.approx(COURSE.succeeds(5), abs=0.012)
    assert first["given_up"] == pytest.approx(0.5 * 0.75**5, abs=0.01)
    assert first["lost"] == pytest.approx(0.5 * 5 * 15_000, rel=0.03)


def test_the_hopeful_date_is_its_own_formula(table):
    """Odds 0.7 ÷ 0.3 fall to a quarter after 7.8 months: eight."""
    assert COURSE.optimistic(0.7) == 8
    assert abs(table.loc[1, "net"] - COURSE.worth(8)) < 3 * table.loc[1, "error"]


def test_without_mood_and_excuses_feel_is_the_date():
    calm = stopping.many(COURSE, explained=0, mood=0, optimist=0.5, projects=500, seed=1)
    assert calm["net"].nunique() == 1
    assert calm.loc[3, "more"] == 0


def test_feel_without_mood_ends_at_its_date():
    late = stopping.many(COURSE, explained=0.5, mood=0, optimist=0.5, projects=20_000, seed=2)
    assert late.loc[3, "months"] == 10
    assert abs(late.loc[3, "net"] - COURSE.worth(10)) < 3 * late.loc[3, "error"]


def test_the_date_gives_up_more_that_would_have_worked(table):
    assert table.loc[0, "given_up"] > table.loc[3, "given_up"]
    assert table.loc[0, "net"] > table.loc[3, "net"]


def test_the_same_seed_gives_the_same_projects(table):
    again = stopping.many(COURSE, explained=0.5, mood=0.3, optimist=0.7, projects=20_000, seed=7)
    assert again.equals(table)


# --- Words, figures, refusals ----------------------------------------------------------------------------------------


def test_the_sum_is_said_with_what_it_leaves_out():
    said = words.about_sum(BET, 90_000)
    assert "0.15 × €300,000 − €60,000 = **−€15,000**" in said
    assert "20 of 100" in said
    assert "€90,000" in said
    assert "No chance would be enough" in words.about_sum(stopping.Bet(9, 0.5, 3), 0)


def test_voices_differ_or_agree():
    table = words.voices(BET, {"team": 0.35, "outside": 0.15})
    assert list(table["says"]) == ["go on", "stop"]
    assert "20 of 100 lies between" in words.about_voices(table, BET)
    assert "decides nothing" in words.about_voices(words.voices(BET, {"a": 0.3, "b": 0.9}), BET)


@pytest.mark.parametrize(("bet", "trial", "begins", "says"), [
    (BET, TRIAL, "**Stop.**", "falls below €45,000"),
    (BET, stopping.Trial(5_000, 0.9, 0.1), "**Test first", "A no ends it"),
    (stopping.Bet(60_000, 0.5, 300_000), TRIAL, "**Go on.**", "a state and a date"),
])
def test_the_memo_follows_the_decision(bet, trial, begins, says):
    memo = words.memo(bet, trial, 90_000, 2_500)
    assert memo.startswith(begins)
    assert says in memo


def test_what_the_date_saves_is_said_with_its_error(table):
    said = words.about_many(table, 20_000)
    assert said.startswith("A date saves about €12,000 a project (± €1,000 by the luck of so many draws")
    assert "loses about €6,000 beside it; feel without explaining away is as good, as far as" in said
    assert "gives up 12" in said
    swapped = table.assign(more=-table["more"])
    assert words.about_many(swapped, 20_000).startswith("By feel is better here")
    close = table.assign(more=table["more"] * 0.01)
    assert "cannot be told apart" in words.about_many(close, 20_000)


@pytest.mark.parametrize(("amount", "error", "shown"), [
    (11_751, 1_255, 12_000), (1_255, 1_255, 1_000), (538.5, 617, 500), (-5_591, 1_128, -6_000), (52_402, 0, 52_402),
    (52_402, 9.4, 52_402), (52_402.4, 0.2, 52_402.4),
])
def test_an_amount_ends_where_its_error_begins(amount, error, shown):
    assert words.rough(amount, error) == pytest.approx(shown)


def test_the_page_shows_what_the_draws_can_tell(table):
    assert list(words.ways(table)["net"]) == ["€52,000", "€47,000", "€52,000", "€41,000"]
    known = words.savings(table)
    assert known["saves"] == pytest.approx(-table["more"].iloc[-1], abs=500)
    assert known == {key: round(value, -2) for key, value in known.items()}


@pytest.mark.parametrize(("done", "verdict"), [
    (5, "missed by more than chance"), (8, "too small to tell"), (12, "too small to tell"), (19, "is reached"),
])
def test_the_last_try_is_held_against_the_state(done, verdict):
    """Wilson at 95%, 12 of 40 needed: 5 of 40 ends at 26 of 100, 8 at 35; 12 begins at 18, 19 at 33."""
    low, high = proportions.wilson(done, 40)
    assert verdict in words.about_last(done, 40, 12, float(low), float(high))


def test_a_maybe_has_a_price():
    """8 × 0.4 × 2,500 = 8,000."""
    assert "€8,000" in words.about_maybe(8, 0.4, 2_500)


@pytest.mark.parametrize("draw", [
    lambda: stopping.going_on_figure(BET, 90_000),
    lambda: stopping.trial_figure(BET, TRIAL),
    lambda: stopping.date_figure(COURSE, 0.5),
])
def test_every_figure_is_painted(draw):
    assert "<svg" in paint.svg(draw().to_dict(), "t", paint.NARROW)


def test_the_title_of_a_figure_is_its_finding():
    def title(figure):
        return paint.title(figure.to_dict())

    assert title(stopping.going_on_figure(BET, 0)) == (
        "With a chance of 15 of 100 going on is worth −€15,000; it pays from 20 of 100 on"
    )
    assert title(stopping.going_on_figure(stopping.Bet(9, 0.5, 6), 0)).endswith("it pays at no chance")
    said = "With a chance of 15 of 100 the test is worth €9,900"
    assert title(stopping.trial_figure(BET, TRIAL)) == f"{said}, less than the €12,500 it costs"
    assert title(stopping.trial_figure(BET, stopping.Trial(900, 0.7, 0.3))) == f"{said}, more than the €900 it costs"
    assert title(stopping.trial_figure(BET, stopping.Trial(9_900, 0.7, 0.3))) == f"{said}, just what it costs"
    assert title(stopping.date_figure(COURSE, 0.5)).startswith("Given 5 months a project brings €")
    assert "of each bad month explained away it gets 10" in title(stopping.date_figure(COURSE, 0.5))
    assert title(stopping.date_figure(COURSE, 0)).endswith("explaining away 0 of 100 of bad months changes nothing")


def test_the_figures_say_what_the_sums_say():
    said = paint.svg(stopping.going_on_figure(BET, 90_000).to_dict(), "t", paint.WIDE)
    assert "0.15 × €300,000 − €60,000 = −€15,000: stop" in said
    assert "worth €9,900: not worth running" in paint.svg(stopping.trial_figure(BET, TRIAL).to_dict(), "t", paint.WIDE)
    dates = paint.svg(stopping.date_figure(COURSE, 0.5).to_dict(), "t", paint.WIDE)
    assert f"date: month 5, €{COURSE.worth(5):,.0f} a project" in dates
    assert f"feel: month 10, €{COURSE.worth(10):,.0f} a project" in dates


@pytest.mark.parametrize(("build", "word"), [
    (lambda: stopping.Bet(-1, 0.5, 1), "to_go"),
    (lambda: stopping.Bet(1, 15, 1), "chance"),
    (lambda: stopping.Bet(1, 0.5, 0), "value"),
    (lambda: stopping.Trial(1, 90, 0.1), "yes_if_holds"),
    (lambda: stopping.Course(0, 0.1, 1, 1), "start"),
    (lambda: stopping.Course(0.5, 1, 1, 1), "monthly"),
    (lambda: stopping.many(COURSE, 1.5, 0, 0.5, 10, 1), "explained"),
    (lambda: stopping.many(COURSE, 0.5, 0, 0.5, 1, 1), "projects"),
])
def test_what_cannot_be_meant_is_refused_in_one_line(build, word):
    refused(build, word)
