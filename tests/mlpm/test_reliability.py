"""Chains, services, tails and repeated runs.

Expected values are published (The Tail at Scale; the retry storm of the Amazon Builders' Library; estimators written
out), exact fractions over every sequence of events, or a simulation that shares nothing with the package.
"""

import math
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from mlpm import reliability as r
from refusing import refused

chances = st.floats(0, 1)


# --- Chains ----------------------------------------------------------------------------------------------------------


def test_twenty_steps_in_a_row():
    assert r.in_a_row(0.95, 20) == pytest.approx(float(Fraction(19, 20) ** 20))
    assert round(100 * r.in_a_row(0.95, 20)) == 36
    assert round(100 * r.in_a_row(0.99, 20)) == 82
    assert r.step_needed(0.9, 20) ** 20 == pytest.approx(0.9)


def by_hand(right, noticed, false_alarm, retries, stubborn):
    """(right, wrong, handed over, tries) of a step by every sequence of tries, in fractions."""
    stays = (1 - right) * stubborn
    found = [Fraction(0)] * 4
    for weight, p in ((stays, Fraction(0)), (1 - stays, right / (1 - stays))):
        for good, flags in product(product((True, False), repeat=retries + 1), repeat=2):
            chance, settled = weight, False
            for is_right, flagged in zip(good, flags, strict=True):
                chance *= p if is_right else 1 - p
                rate = false_alarm if is_right else noticed
                chance *= rate if flagged else 1 - rate
            for n, (is_right, flagged) in enumerate(zip(good, flags, strict=True)):
                if not flagged and not settled:
                    settled = True
                    found[0 if is_right else 1] += chance
                    found[3] += chance * (n + 1)
            if not settled:
                found[2] += chance
                found[3] += chance * (retries + 1)
    return found


@pytest.mark.parametrize("retries", [0, 1, 2])
@pytest.mark.parametrize("stubborn", [Fraction(0), Fraction(1, 2)])
def test_a_step_is_every_sequence_of_its_tries(retries, stubborn):
    case = (Fraction(19, 20), Fraction(4, 5), Fraction(1, 50), retries, stubborn)
    step = r.Step(*[float(v) for v in case[:3]], retries, float(stubborn))
    expected = [float(v) for v in by_hand(*case)]
    assert [step.passed_right, step.passed_wrong, step.handed_over, step.tries] == pytest.approx(expected)


@given(chances, chances, chances, st.integers(0, 4), chances, st.integers(1, 30))
def test_a_task_ends_right_wrong_or_with_a_person(right, noticed, alarm, retries, stubborn, steps):
    chain = r.Chain(r.Step(right, noticed, alarm, retries, stubborn), steps)
    assert chain.right + chain.wrong + chain.handed_over == pytest.approx(1)
    assert 1 - 1e-9 <= chain.step.tries <= retries + 1 + 1e-9
    assert chain.tries <= steps * (retries + 1) + 1e-6


def test_without_a_check_retries_buy_nothing():
    assert r.Chain(r.Step(0.95, retries=5), 20).right == pytest.approx(r.in_a_row(0.95, 20))


def test_failures_that_stay_are_not_tried_away():
    assert r.Step(0.9, noticed=1, retries=50).passed_right == pytest.approx(1)
    assert r.Step(0.9, noticed=1, retries=50, stubborn=1).passed_right == pytest.approx(0.9)
    assert r.Step(0.9, noticed=1, retries=50, stubborn=0.5).handed_over == pytest.approx(0.05)


# --- Services --------------------------------------------------------------------------------------------------------


def test_four_nines_services_in_a_row_are_down_nearly_three_hours():
    whole = r.in_series(0.999, 0.999, 0.999, 0.999)
    assert whole == pytest.approx(float(Fraction(999, 1000) ** 4))
    assert round(r.downtime(whole), 1) == 2.9
    assert r.series_needed(whole, 4) == pytest.approx(0.999)
    assert r.downtime(0.999, 365 * 24) == pytest.approx(8.76)  # the table of every operations handbook


@given(st.floats(0.5, 1), st.integers(2, 5), chances)
def test_copies_are_never_worse_than_one_nor_better_than_what_they_share(availability, number, shared):
    found = r.copies(availability, number, shared)
    assert availability - 1e-12 <= found <= 1 - shared * (1 - availability) + 1e-12


def test_two_copies_at_three_nines():
    assert r.copies(0.999, 2) == pytest.approx(1 - 1e-6)
    assert r.copies(0.999, 2, shared=0.1) == pytest.approx(1 - (1e-4 + 0.0009**2))
    assert r.copies(0.999, 1, shared=0.1) == 0.999


# --- Tails -----------------------------------------------------------------------------------------------------------


def test_the_tail_at_scale():
    """Dean and Barroso (2013): 1 in 100 slow and 100 calls → 63%; 1 in 10,000 and 2,000 calls → almost 1 in 5."""
    assert round(100 * r.meets_tail(0.01, 100)) == 63
    assert round(100 * r.meets_tail(0.0001, 2000)) == 18
    assert round(100 * r.meets_tail(0.01, 20)) == 18


def test_what_a_single_call_needs():
    assert r.quantile_needed(0.99, 20) == pytest.approx(0.99949761, abs=1e-8)
    assert r.meets_tail(1 - r.quantile_needed(0.99, 20), 20) == pytest.approx(0.01)
    assert r.calls_needed(0.01, 0.5) == 69


def test_retries_in_five_layers_multiply():
    assert r.amplified(3, 5) == 243
    assert r.amplified(1, 5) == 1
    assert r.amplified(3, 1, failing=0.5) == 1.75


def test_a_layer_tries_again_what_the_layer_below_gave_up():
    rng, total, runs = np.random.default_rng(1), 0, 20_000

    def call(layer):
        nonlocal total
        if layer == 0:
            total += 1
            return rng.random() > 0.4
        return any(call(layer - 1) for _ in range(2))

    for _ in range(runs):
        call(3)
    assert total / runs == pytest.approx(r.amplified(2, 3, failing=0.4), rel=0.02)


def test_a_latency_has_the_quantiles_it_was_given():
    latency = r.Latency(80, 400)
    assert latency.quantile(0.5) == pytest.approx(80)
    assert latency.quantile(0.99) == pytest.approx(400)
    assert latency.slower(400) == pytest.approx(0.01)
    draws = np.random.default_rng(2).lognormal(math.log(80), latency.sigma, (200_000, 20)).max(axis=1)
    assert latency.quantile(0.5, 20) == pytest.approx(np.median(draws), rel=0.01)


@pytest.mark.parametrize("limit", [20, 80, 300, 5000])
def test_the_wait_is_the_area_under_the_share_still_waiting(limit):
    latency = r.Latency(80, 400)
    area, _ = integrate.quad(latency.slower, 0, limit, limit=200, points=[1, 80] if limit > 80 else None)
    assert latency.wait(limit) == pytest.approx(area, rel=1e-6)


# --- Repeated runs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("solved", "runs", "k"), [(5, 8, 3), (8, 8, 8), (2, 8, 3), (0, 4, 1), (7, 8, 8)])
def test_the_estimate_is_every_choice_of_k_runs(solved, runs, k):
    marks = [1] * solved + [0] * (runs - solved)
    chosen = [all(choice) for choice in combinations(marks, k)]
    assert r.pass_hat(solved, runs, k) == pytest.approx(sum(chosen) / len(chosen))


@given(st.integers(2, 8), st.data(), st.floats(0.001, 0.999))
def test_the_estimate_is_unbiased(runs, data, p):
    k = data.draw(st.integers(1, runs))
    solved = np.arange(runs + 1)
    assert stats.binom.pmf(solved, runs, p) @ r.pass_hat(solved, runs, k) == pytest.approx(p**k, abs=1e-9)


def test_one_average_two_products():
    assert round(100 * r.mixed([1], [0.8], 8)) == 17
    assert round(100 * r.mixed([1, 1], [1, 0.6], 8)) == 51
    assert r.mixed([1, 1], [1, 0.6], 1) == pytest.approx(0.8)


def test_the_interval_covers_as_often_as_it_says():
    rng, found = np.random.default_rng(3), []
    for _ in range(120):
        chance = np.where(rng.random(60) < 0.5, 1.0, 0.6)
        found.append(r.Repeats(tuple(np.bincount(rng.binomial(8, chance), minlength=9).tolist())).interval(8))
    true = 0.5 + 0.5 * 0.6**8
    low, high = np.transpose(found)
    assert np.sum((low <= true) & (true <= high)) >= 107  # 114 expected; 107: 2.9 standard deviations below
    assert np.mean(high - low) == pytest.approx(2 * 1.96 * math.sqrt(true * (1 - true) / 60), rel=0.05)


def test_no_failure_is_not_certainty():
    flawless = r.Repeats((0, 0, 0, 0, 59))
    assert flawless.interval(4) == (pytest.approx(0.05 ** (1 / 59)), 1.0)
    assert r.Repeats((30, 0)).interval(1) == (0.0, pytest.approx(1 - 0.05 ** (1 / 30)))


def test_the_average_alone_promises_something_else():
    half = r.Repeats((0, 0, 0, 0, 0, 0, 10, 0, 10))
    assert half.at(1) == pytest.approx(7 / 8)
    assert half.if_alike(8) == pytest.approx((7 / 8) ** 8)
    assert half.at(8) == pytest.approx(0.5)


@pytest.mark.parametrize("wrong", [
    lambda: r.Repeats((3,)), lambda: r.Repeats((0, 1)), lambda: r.Repeats((1, -2, 4)), lambda: r.Repeats((1, 2)).at(2),
    lambda: r.Step(95), lambda: r.Step(0.9, retries=-1), lambda: r.Chain(r.Step(0.9), 0), lambda: r.in_series(99.9),
    lambda: r.copies(0.9, 0), lambda: r.Latency(100, 50), lambda: r.amplified(0, 3),
])
def test_what_cannot_be_meant_is_refused(wrong):
    refused(wrong, "Parameter")
