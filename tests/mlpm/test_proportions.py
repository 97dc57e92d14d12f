"""Intervals of counts, and what a test of n items can show: published numbers, exact fractions, SciPy apart."""

import subprocess
import sys
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mlpm import InputError, proportions
from mlpm.proportions import Acceptance

# --- Intervals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(hits, trials, low, high):
    """Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3."""
    assert proportions.wilson(hits, trials) == pytest.approx((low, high), abs=5e-5)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_wilson_is_that_of_scipy(counts, confidence):
    found = stats.binomtest(*counts).proportion_ci(confidence, method="wilson")
    assert proportions.wilson(*counts, confidence) == pytest.approx((found.low, found.high), abs=1e-9)


def test_wilson_takes_arrays_and_counts_that_are_not_whole():
    low, high = proportions.wilson([45, 4.5], [50, 5])
    assert (low[0], high[0]) == pytest.approx((0.786398, 0.956524), abs=1e-6)
    assert low[1] < low[0] < high[0] < high[1]


@pytest.mark.parametrize(("trials", "percent"), [(8, 31.2), (20, 13.9), (59, 4.95), (299, 0.997)])
def test_none_of_n_leaves_this_much(trials, percent):
    """1 − 0.05 ** (1 / n); for large n the rule of three, Hanley and Lippman-Hand 1983, JAMA 249, 1743-1745."""
    assert proportions.largest_share(0, trials) == pytest.approx(1 - 0.05 ** (1 / trials))
    assert 100 * proportions.largest_share(0, trials) == pytest.approx(percent, abs=0.05)
    assert proportions.largest_share(0, trials) < 3 / trials


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_largest_share_is_the_exact_bound_of_scipy(counts):
    found = stats.binomtest(*counts, alternative="less").proportion_ci(0.95, method="exact")
    assert proportions.largest_share(*counts) == pytest.approx(found.high, abs=1e-9)


def test_the_largest_share_takes_arrays():
    assert proportions.largest_share([0, 8], 8) == pytest.approx([1 - 0.05 ** (1 / 8), 1])


# --- Silence ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "trials"), [(0.05, 59), (0.01, 299), (0.2, 14), (0.5, 5), (0.95, 1)])
def test_attempts_without_a_hit_that_show_less_than_a_share(share, trials):
    assert proportions.silent_trials(share) == trials
    assert proportions.trials_to_exclude(share, 0) == trials
    assert (1 - Fraction(share)) ** trials <= 0.05 + 1e-12
    assert (1 - Fraction(share)) ** (trials - 1) > 0.05


@pytest.mark.parametrize("hits", [0, 1, 2, 5])
def test_each_hit_costs_more_trials(hits):
    """The fewest trials at which at most `hits` of them would be a surprise: the binomial, in fractions."""
    share = Fraction(1, 5)

    def at_most(trials):
        return sum(comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(hits + 1))

    found = proportions.trials_to_exclude(0.2, hits)
    assert at_most(found) <= Fraction(1, 20) < at_most(found - 1)
    assert proportions.largest_share(hits, found) < 0.2 < proportions.largest_share(hits, found - 1)


def test_what_one_in_eight_has_may_never_come_up():
    assert proportions.heard_at_least_once(0.5, 8) == pytest.approx(255 / 256)
    assert proportions.heard_at_least_once(0.25, 2) == pytest.approx(7 / 16)


@pytest.mark.parametrize("share", [0, 1, 20, "a fifth"])
def test_a_share_that_means_nothing_is_refused(share):
    with pytest.raises(InputError, match="Parameter share is"):
        proportions.silent_trials(share)


# --- Acceptance ---------------------------------------------------------------------------------------------------


def test_the_test_of_the_notes():
    """372 of 400 clear 90 of 100, 371 do not; 93 of 100 do not either, though the share is the same."""
    test = Acceptance(0.9, 400)
    assert (test.least, test.passes(372), test.passes(371)) == (372, True, False)
    assert test.lower(372) == pytest.approx(0.901, abs=5e-4)
    small = Acceptance(0.9, 100)
    assert small.lower(93) == pytest.approx(0.8625, abs=5e-5)
    assert not small.passes(93)


def test_forty_people_and_a_line_at_forty_of_a_hundred():
    assert Acceptance(0.4, 40).least == 23
    assert Acceptance(0.4, 40, confidence=0.9).least == 22


@pytest.mark.parametrize(("quality", "chance"), [(0.93, 0.55), (0.95, 0.97)])
def test_a_good_model_may_fail(quality, chance):
    assert Acceptance(0.9, 400).chance(quality) == pytest.approx(chance, abs=0.005)


def test_the_chance_to_pass_is_the_binomial_tail():
    """In fractions: at least 372 of 400 at 19 of 20."""
    right, wrong = Fraction(19, 20), Fraction(1, 20)
    tail = sum(comb(400, k) * right**k * wrong ** (400 - k) for k in range(372, 401))
    assert Acceptance(0.9, 400).chance(0.95) == pytest.approx(float(tail), rel=1e-9)


@settings(max_examples=80, deadline=None)
@given(st.floats(0.05, 0.99), st.integers(1, 800), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_least_count_is_the_first_whose_lower_end_clears_the_line(line, trials, confidence):
    counts = np.arange(trials + 1)
    clears = counts[proportions.wilson(counts, trials, confidence)[0] >= line - 1e-12]
    assert Acceptance(line, trials, confidence).least == (clears[0] if len(clears) else None)


def test_a_few_items_cannot_show_much():
    """All of 34 right do not show 90 of 100; 35 do: n ≥ 1.96² × 0.9 / 0.1 = 34.6."""
    assert Acceptance(0.9, 34).least is None
    assert not Acceptance(0.9, 34).passes(34)
    assert Acceptance(0.9, 34).chance(1.0) == 0
    assert Acceptance(0.9, 35).least == 35


@settings(max_examples=40, deadline=None)
@given(st.floats(0.1, 0.97), st.integers(20, 3000))
def test_a_model_on_the_line_rarely_passes(line, trials):
    """Two-sided 95%: about 25 of 1,000; whole counts move it by little where both outcomes are expected."""
    if trials * min(line, 1 - line) >= 20:
        assert Acceptance(line, trials).chance(line) < 0.04


@pytest.mark.parametrize(
    ("line", "quality", "chance"), [(0.9, 0.93, 0.8), (0.9, 0.95, 0.8), (0.5, 0.65, 0.9), (0.99, 0.995, 0.8)]
)
def test_enough_items_are_enough_from_there_on(line, quality, chance):
    needed = proportions.trials_needed(line, quality, chance)
    later = np.arange(needed, 2 * needed)
    assert (proportions.pass_chance(line, later, quality) >= chance).all()
    assert proportions.pass_chance(line, needed - 1, quality) < chance


def test_the_number_of_items_is_near_the_textbooks():
    """(1.96 √(.9 × .1) + .8416 √(.95 × .05))² / .05² = 237; whole counts ask for a few more."""
    assert 237 <= proportions.trials_needed(0.9, 0.95) <= 237 + 20


def test_no_number_of_items_shows_what_is_not_so():
    assert proportions.trials_needed(0.9, 0.9) is None
    assert proportions.trials_needed(0.9, 0.9001) is None  # 9 million items
    assert proportions.trials_needed(0.9, 1.0) == 35


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 0.97), st.integers(1, 500))
def test_a_miss_is_shown_by_the_upper_end(line, trials):
    test, counts = Acceptance(line, trials), np.arange(trials + 1)
    below = counts[proportions.wilson(counts, trials)[1] <= line + 1e-12]
    assert test.most_below == (below[-1] if len(below) else None)
    assert [test.fails(hits) for hits in counts] == [hits in below for hits in counts]
    assert not any(test.passes(hits) and test.fails(hits) for hits in counts)


def test_the_chance_of_an_alarm_is_the_binomial_tail():
    """36 of 50 show that 90 of 100 is missed (upper end 82.5%), 41 do not (90.2%)."""
    test = Acceptance(0.9, 50)
    assert (test.most_below, test.fails(36), test.fails(41)) == (40, True, False)
    assert (test.upper(36), test.upper(41)) == pytest.approx((0.825, 0.902), abs=5e-4)
    share = Fraction(4, 5)
    tail = sum(comb(50, k) * share**k * (1 - share) ** (50 - k) for k in range(41))
    assert test.alarm_chance(0.8) == pytest.approx(float(tail))


def test_slices_multiply():
    assert proportions.all_pass(0.5, 3) == 0.125
    assert proportions.each_needs(0.125, 3) == pytest.approx(0.5)
    passes = Acceptance(0.9, 400).chance(0.95)
    assert proportions.all_pass(passes, 12) == pytest.approx(0.688, abs=5e-4)


@pytest.mark.parametrize(
    ("line", "trials", "named"),
    [
        (0, 400, "line"), (1, 400, "line"), (90, 400, "line"),
        (0.9, 0, "trials"), (0.9, 1.5, "trials"), (0.9, "many", "trials"),
    ],
)
def test_a_test_that_means_nothing_is_refused(line, trials, named):
    with pytest.raises(InputError, match=f"Parameter {named} is"):
        Acceptance(line, trials)


def test_importing_it_is_cheap():
    code = "import sys, mlpm.proportions; print([m for m in ('statsmodels', 'altair', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
