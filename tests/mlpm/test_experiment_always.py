"""A test that may be read at any time: the mixture of likelihood ratios, its promise and its price."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats
from test_experiment import close, typed

from mlpm import experiment
from mlpm.experiment import AlwaysValid, words

# Two normal variants of n units, standard deviation 1, τ² = .01 (Johari et al. 2022, closed form): Λ, p, half width.
PUBLISHED = [
    (1000, 0.1, 3.278722, 0.304997, 0.136674),
    (5000, 0.1, 32538.6047, 1 / 32538.6047, None),
    (10000, 0.05, 64.170151, 0.0155836, 0.0449928),
]


@pytest.mark.parametrize(("n", "difference", "ratio", "p_value", "half"), PUBLISHED)
def test_the_mixture_equals_the_reference(n, difference, ratio, p_value, half):
    found = AlwaysValid(difference, (2 / n) ** 0.5, 0.1)
    assert found.likelihood_ratio == close(ratio)
    assert found.p_value == close(p_value, 1e-5)
    if half:
        assert found.critical(0.05) * found.error == close(half, 1e-5)


@pytest.mark.parametrize(("difference", "error", "spread"), [(0.3, 0.2, 0.1), (0.0, 1.0, 3.0), (-2.0, 0.5, 1.0)])
def test_the_mixture_is_the_likelihood_ratio_averaged_over_what_is_expected(difference, error, spread):
    def weighted(true):
        ratio = stats.norm.pdf(difference, true, error) / stats.norm.pdf(difference, 0, error)
        return ratio * stats.norm.pdf(true, 0, spread)

    expected, _ = integrate.quad(weighted, -30 * spread, 30 * spread, points=[0, difference], epsabs=1e-12, limit=200)
    assert AlwaysValid(difference, error, spread).likelihood_ratio == close(expected, 1e-8)


@pytest.mark.parametrize("n", [50, 3000, 10**6])
@pytest.mark.parametrize("alpha", [0.05, 0.001])
def test_the_interval_is_the_asymptotic_confidence_sequence(n, alpha):
    """Waudby-Smith et al. 2024, for the mean of n values with standard deviation s, at ρ = τ/s."""
    s, rho = 3.0, 0.02
    expected = s * (2 * (n * rho**2 + 1) / (n**2 * rho**2) * np.log((n * rho**2 + 1) ** 0.5 / alpha)) ** 0.5
    error = s / n**0.5
    assert AlwaysValid(0.0, error, rho * s).critical(alpha) * error == close(expected, 1e-12)


@pytest.mark.parametrize("difference", [0.13, 0.1366, 0.1368, 0.2])
def test_p_is_below_alpha_just_where_the_interval_leaves_zero(difference):
    found = AlwaysValid(difference, (2 / 1000) ** 0.5, 0.1)
    assert (found.p_value < 0.05) == (abs(difference) > found.critical(0.05) * found.error)


def test_whoever_looks_a_hundred_times_still_keeps_the_promise():
    """2,000 tests of nothing, read after every 40 units a variant, variances estimated.

    At alpha .05 the share that ever shows significance must not exceed .05; seen in 2,000 tests it stays below the
    1 − 1e-6 quantile of that. Judged at 1.96 each time, a third of them show it.
    """
    rng = np.random.default_rng(17)
    tests, looks, step = 2000, 100, 40
    crossed = {"always": np.zeros(tests, bool), "each at 1.96": np.zeros(tests, bool)}
    sums, squares = np.zeros((2, tests)), np.zeros((2, tests))
    for look in range(1, looks + 1):
        rows = rng.exponential(1.0, (2, tests, step))
        sums, squares, n = sums + rows.sum(axis=2), squares + (rows**2).sum(axis=2), look * step
        means = sums / n
        error = ((squares / n - means**2).sum(axis=0) / (n - 1)) ** 0.5
        difference = means[1] - means[0]
        for i in np.flatnonzero(~crossed["always"]):
            crossed["always"][i] = AlwaysValid(difference[i], error[i], 0.1).p_value <= 0.05
        crossed["each at 1.96"] |= np.abs(difference) > 1.96 * error
    most = stats.binom.ppf(1 - 1e-6, tests, 0.05) / tests
    assert crossed["always"].mean() <= most
    assert crossed["always"].mean() > 0.005
    assert crossed["each at 1.96"].mean() > 4 * most


# --- In the notebook's own way -------------------------------------------------------------------------------------

ASKED = {"variant": "v", "control": "old", "proportions": "bought", "means": "spent", "ratios": "spent/visits",
         "expected_split": "6:4"}


@pytest.fixture(scope="module")
def buyers():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"v": rng.choice(["old", "new"], 5000, p=[0.6, 0.4])})
    frame["before"] = rng.gamma(2, 10, 5000)
    frame["visits"] = rng.poisson(3, 5000) + 1
    frame["spent"] = frame.before + rng.normal(30, 8, 5000) + 2.0 * (frame.v == "new")
    frame["bought"] = (rng.random(5000) < 0.3).astype(int)
    frame["wait"] = rng.normal(400, 90, 5000)
    return frame


def analyzed(frame, **parameters):
    plan = experiment.plan(**ASKED | {"sequential": "always"} | parameters)
    moments = experiment.moments(typed(frame), plan)
    estimates = experiment.compare(plan, moments)
    return plan, moments, estimates, {e.metric.name: e for e in estimates}


def error_of(frame, column):
    return sum(x.var() / len(x) for _, x in frame.groupby("v")[column]) ** 0.5


@pytest.mark.parametrize("column", ["spent", "bought"])
@pytest.mark.parametrize("minimum", [0.0, 0.01])
def test_each_difference_is_judged_by_its_own_mixture(buyers, column, minimum):
    _, _, _, found = analyzed(buyers, minimum_effect=minimum)
    old, new = (buyers[buyers.v == v][column] for v in ("old", "new"))
    difference = new.mean() - old.mean()
    spread = minimum * old.mean() or 0.1 * ((old.var() + new.var()) / 2) ** 0.5
    expected = AlwaysValid(difference, error_of(buyers, column), spread)
    half = expected.critical(0.05) * expected.error
    assert found[column].p_value == close(expected.p_value, 1e-9)
    low, high = found[column].difference_low, found[column].difference_high
    assert (low, high) == close((difference - half, difference + half), 1e-9)
    assert found[column].spread == close(expected.spread, 1e-9)


def test_covariates_ratios_and_relative_changes_follow(buyers):
    """Zero lies outside the relative interval just where it lies outside the other one."""
    _, _, _, found = analyzed(buyers, covariates="spent:before")
    once = analyzed(buyers, covariates="spent:before", sequential="")[3]
    for name in ("spent", "spent/visits"):
        e = found[name]
        assert e.difference == once[name].difference
        width = (e.difference_high - e.difference_low) / (once[name].difference_high - once[name].difference_low)
        assert e.widened == close(width, 1e-9)
        assert 1.2 < width < 2.5
        assert (e.relative_low > 0) == (e.difference_low > 0)
        assert e.relative_low < once[name].relative_low < e.relative < once[name].relative_high < e.relative_high


def test_at_best_it_is_half_as_wide_again_as_a_single_look():
    """The least width on a fine grid of g = τ²/s², over that of one look: the numbers that the notebook names."""
    growth = np.geomspace(0.1, 1000, 20_001)
    found = [AlwaysValid(0.0, 1.0, g**0.5).critical(0.05) / stats.norm.isf(0.025) for g in growth]
    assert min(found) == pytest.approx(1.55, abs=0.005)
    assert growth[np.argmin(found)] ** 0.5 == pytest.approx(2.9, abs=0.05)
    assert 2 * growth[np.argmin(found)] / 0.1**2 == pytest.approx(1700, abs=100)  # units a variant at the usual spread


def test_the_price_is_told_to_those_who_planned_their_looks(buyers):
    plan, moments, estimates, _ = analyzed(buyers, sequential="", looks=3)
    anytime = experiment.caveats.width_at_any_time(plan, moments)
    widened = [e.widened for e in analyzed(buyers)[2]]
    assert anytime == (min(widened), max(widened))
    assert "times as wide as those of a single look." in words.looks_sentence(plan, anytime)
    assert "at any time" not in words.looks_sentence(plan)
    assert all(e.widened is None for e in estimates)


def test_looks_have_no_part_in_it(buyers):
    assert analyzed(buyers, looks=14)[2][0].p_value == analyzed(buyers)[2][0].p_value
    assert experiment.plan(**ASKED, looks=14, sequential="always").level == 0.05


@pytest.mark.parametrize(("margin", "certain"), [(0.2, True), (0.001, False)])
def test_a_guardrail_is_judged_at_its_margin(buyers, margin, certain):
    """Its interval at alpha, and a p-value that is small only on the safe side of the margin."""
    _, _, _, found = analyzed(buyers, guardrails=f"wait:lower:{margin}")
    e = found["wait"]
    old, new = (buyers[buyers.v == v].wait for v in ("old", "new"))
    distance = new.mean() - (1 + margin) * old.mean()
    error = (new.var() / len(new) + (1 + margin) ** 2 * old.var() / len(old)) ** 0.5
    spread = 0.1 * ((old.var() + new.var()) / 2) ** 0.5
    expected = AlwaysValid(distance, error, spread).p_value if distance < 0 else 1.0
    assert e.p_value == close(expected, 1e-9)
    assert (e.p_value < 0.05) == certain


def test_a_control_that_never_varies_has_its_answer_all_the_same(buyers):
    e = analyzed(buyers.assign(bought=buyers.bought * (buyers.v == "new")))[3]["bought"]
    assert e.p_value < 1e-6
    assert 0 < e.difference_low < e.difference < e.difference_high
    assert e.relative is None


def test_harm_at_the_margin_is_no_proof_that_it_holds(buyers):
    slow = buyers.assign(wait=buyers.wait * np.where(buyers.v == "new", 1.5, 1.0))
    assert analyzed(slow, guardrails="wait:lower:0.02")[3]["wait"].p_value == 1.0


def test_the_smallest_effect_is_found_80_times_in_100():
    """By simulation of what one look sees: 2,000 normal estimates with the error of 10,000 units."""
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"v": np.repeat(["old", "new"], 5000), "y": rng.normal(10, 2, 10_000)})
    plan = experiment.plan(variant="v", control="old", means="y", sequential="always")
    (e,) = experiment.compare(plan, experiment.moments(typed(frame), plan))
    error = error_of(frame, "y")
    seen = rng.normal(e.smallest_effect, error, 2000)
    found = [AlwaysValid(difference, error, e.spread).p_value <= 0.05 for difference in seen]
    assert np.mean(found) == pytest.approx(0.8, abs=4 * (0.16 / 2000) ** 0.5)


def test_what_a_covariate_is_worth_does_not_hang_on_the_looks(buyers):
    worth = []
    for sequential in ("", "always"):
        asked = {"covariates": "spent:before", "sequential": sequential, "minimum_effect": 0.03}
        plan, moments, estimates, _ = analyzed(buyers, **asked)
        plain = experiment.compare(plan, moments, adjusted=False)
        worth.append([words.variance_kept(a, r) for a, r in zip(estimates, plain, strict=True)])
    assert worth[1] == close(worth[0], 1e-9)


# --- What is said --------------------------------------------------------------------------------------------------


def test_the_memo_says_that_looks_are_free_and_what_they_cost(buyers):
    plan, moments, estimates, _ = analyzed(buyers, minimum_effect=0.02)
    health = experiment.examine(moments, plan)
    text = words.memo(plan, experiment.decide(plan, estimates, health), health)
    assert "Intervals and p-values hold at every look, whenever you stop, at 0.05 in all." in text
    widths = [e.widened for e in estimates]
    assert f"{min(widths):.1f} to {max(widths):.1f} times as wide as those of a test that is read once" in text
    assert "one look more" not in text
    assert "2.0% of the control's value, your minimum effect" in words.looks_sentence(plan)
    assert len(words.looks_frame(plan, estimates)) == 3
    assert "read once, on a day fixed before" in dict(words.what_if(plan, moments, health))


def test_without_a_minimum_effect_it_says_what_is_expected(buyers):
    assert "so they are 0.1 standard deviations of a unit" in words.looks_sentence(analyzed(buyers)[0])


def test_a_test_to_run_longer_may_be_read_again(buyers):
    plan, moments, estimates, _ = analyzed(buyers, means="", ratios="")
    health = experiment.examine(moments, plan)
    text = words.memo(plan, experiment.decide(plan, estimates, health), health)
    assert text.startswith("**Run longer")
    assert "Read it again whenever you like" in text
