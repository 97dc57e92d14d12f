"""Did the change work? Published counts and other implementations' digits for what the tool computes."""

import itertools

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import test_proportions_2indep as score_test
from tea_tasting.aggr import Aggregates
from tea_tasting.metrics import Mean, RatioOfMeans

from mlpm import experiment, tables
from mlpm.experiment.estimates import compare_means, smallest_change_of_mean, smallest_change_of_proportion
from mlpm.experiment.health import holm
from mlpm.experiment.plan import Metric

DIGITS = 1e-6  # as many as the references print
A_PROPORTION = Metric("returned", "proportion")
ENGINE = ibis.duckdb.connect()


def close(expected, tolerance=DIGITS):
    return pytest.approx(expected, rel=tolerance, abs=tolerance * 1e-3)


# --- Published counts ----------------------------------------------------------------------------------------------
# Differences, Newcombe's interval, p of the pooled z test without continuity correction: statsmodels = R prop.test.
# Cookie Cats: mobile game, gate at level 30 or 40. Hillstrom: MineThatData e-mail challenge, 2008. Udacity: free-trial
# screener of the A/B testing course, counts altered by the course, pattern kept.

COUNTS = {
    "Cookie Cats, day 1": (20034, 44700, 20119, 45489, -0.005905170, -0.012391905, 0.000582095, 0.0744096553),
    "Cookie Cats, day 7": (8502, 44700, 8279, 45489, -0.008201298, -0.013281941, -0.003121303, 0.00155424998),
    "Hillstrom, visit, men's": (2262, 21306, 3894, 21307, 0.076589564, 0.069953308, 0.083226741, 5.68516548e-112),
    "Hillstrom, visit, women's": (2262, 21306, 3238, 21387, 0.045233107, 0.038894095, 0.051574343, 3.18240316e-44),
    "Hillstrom, conversion, men's": (122, 21306, 267, 21307, 0.006805007, 0.005014345, 0.008640723, 1.52322350e-13),
    "Hillstrom, conversion, women's": (122, 21306, 189, 21387, 0.003111058, 0.001501657, 0.004745471, 0.000157105129),
    "Udacity, gross conversion": (3785, 17293, 3423, 17260, -0.020554875, -0.029118493, -0.011987859, 2.57840103e-06),
    "Udacity, net conversion": (2033, 17293, 1945, 17260, -0.004873723, -0.011605787, 0.001857994, 0.155840683),
    "Udacity, retention": (2033, 3785, 1945, 3423, 0.031094805, 0.008106501, 0.054024688, 0.00802709061),
    "Udacity, click-through": (28378, 345543, 28325, 344660, 5.66270916e-05, -0.001239042, 0.001352322, 0.931735952),
}


@pytest.mark.parametrize("name", COUNTS)
def test_proportions_equal_the_published_comparison(name):
    *counts, difference, low, high, p_value = COUNTS[name]
    found = experiment.compare_proportions(A_PROPORTION, "treatment", *counts)
    assert found.difference == pytest.approx(difference, abs=1e-9)
    assert (found.difference_low, found.difference_high) == pytest.approx((low, high), abs=1e-9)
    assert np.log10(found.p_value) == pytest.approx(np.log10(p_value), abs=1e-8)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((8502, 44700, 8279, 45489), 0.9311089948909286, 0.9833654702167273),
        ((122, 21306, 267, 21307), 1.7687530412325738, 2.707846389772978),
    ],
)
def test_relative_change_of_a_proportion_is_the_score_interval(counts, low, high):
    """statsmodels' score interval of the ratio, its variance times N/(N-1); ours keeps that of the z test."""
    found = experiment.compare_proportions(A_PROPORTION, "treatment", *counts)
    assert (found.relative_low + 1, found.relative_high + 1) == close((low, high), 5e-6)


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_harm_in_a_proportion_is_tested_as_statsmodels_does(better):
    counts = (8502, 44700, 8600, 45489)
    found = experiment.compare_proportions(Metric("y", "proportion", better, 0.02), "treatment", *counts)
    expected = score_test(
        *counts[2:], *counts[:2], compare="ratio", method="score", correction=False,
        value=0.98 if better == "higher" else 1.02,
        alternative="larger" if better == "higher" else "smaller",
    )
    assert found.p_value == close(expected.pvalue)


@pytest.mark.parametrize("units", [(2, 2), (3, 7), (20, 20), (10, 1000), (1_000_000, 999_000)])
@pytest.mark.parametrize("margin", [None, 0.02])
def test_every_pair_of_counts_has_an_interval_around_its_estimate(units, margin):
    """Proportions near 0 and 1 included, where statsmodels' score interval turns complex."""
    edges = [sorted({0, 1, n // 2, n - 1, n}) for n in units]
    for old, new in itertools.product(*edges):
        metric = Metric("y", "proportion", "lower", margin)
        found = experiment.compare_proportions(metric, "b", old, units[0], new, units[1])
        assert found.difference_low <= found.difference <= found.difference_high
        if old and 0 < old + new < sum(units):
            assert -1 <= found.relative_low <= found.relative <= found.relative_high
            assert 0 <= found.p_value <= 1


# --- Sample ratio mismatch -----------------------------------------------------------------------------------------
# Chi-square by scipy = R chisq.test. The fourth: Kohavi, Tang & Xu 2020, which prints 1.8E-6.

SPLITS = {
    "Cookie Cats": ((44700, 45489), "", 6.90240495, 0.00860798781),
    "Hillstrom, three arms": ((21306, 21307, 21387), "", 0.20253125, 0.903692958),
    "Udacity, page views": ((345543, 344660), "1:1", 1.12965171, 0.287849642),
    "Trustworthy Online Controlled Experiments": ((821588, 815482), "1:1", 22.7743688, 1.82179287e-06),
    "nine to one": ((9000, 1200), "9:1", 35.2941176, 2.83486993e-09),
}


@pytest.mark.parametrize("name", SPLITS)
def test_sample_ratio_equals_the_reference(name):
    counts, split, chi_square, p_value = SPLITS[name]
    plan = experiment.plan(variant="v", control="a", means="y", expected_split=split)
    found = experiment.sample_ratio(dict(zip("abc", counts, strict=False)), plan.expected_split)
    assert found.chi_square == close(chi_square, 1e-8)
    assert found.p_value == close(p_value, 1e-8)


def test_the_alarm_is_strict_enough_to_be_believed():
    """Cookie Cats fails a check at one percent and passes the alarm; a real mismatch does not."""
    assert not experiment.sample_ratio({"gate_30": 44700, "gate_40": 45489}).alarm
    assert experiment.sample_ratio({"old": 821588, "new": 815482}).alarm


# --- Means, CUPED, ratios ------------------------------------------------------------------------------------------


def moments_of(frame: pd.DataFrame) -> Aggregates:
    columns = list(frame.columns)
    covariances = frame.cov()
    return Aggregates(
        len(frame),
        {c: float(frame[c].mean()) for c in columns},
        {c: float(frame[c].var()) for c in columns},
        {(a, b): float(covariances.loc[a, b]) for a, b in itertools.combinations(columns, 2)},
    )


TINY = (
    moments_of(pd.DataFrame({"x": [2, 4, 6, 8, 10, 12], "y": [3, 5, 6, 9, 10, 13]})),
    moments_of(pd.DataFrame({"x": [1, 3, 6, 9, 11, 12], "y": [4, 5, 9, 11, 13, 16]})),
)


def test_welch_equals_the_reference():
    """Exact fractions: difference 2, standard error 2.412928, p .42750927."""
    found = compare_means(Metric("y", "mean"), "b", *TINY)
    assert found.difference == close(2)
    assert found.p_value == close(0.42750927053076904)
    assert not found.adjusted_by_covariate


def test_cuped_equals_the_reference():
    """theta = 169/168 over both variants together, the library's; here it equals theta within variants."""
    found = compare_means(Metric("y", "mean", covariate="x"), "b", *TINY)
    assert found.difference == close(2)
    assert (found.difference_low, found.difference_high) == close((1.1006691554236676, 2.899330844576329))
    assert found.p_value == close(0.0007908354973351009)
    assert found.adjusted_by_covariate


def test_a_covariate_can_be_left_out_to_show_what_it_brings():
    found = compare_means(Metric("y", "mean", covariate="x"), "b", *TINY, adjusted=False)
    assert found.p_value == close(0.42750927053076904)


def test_game_rounds_equal_the_reference():
    """Cookie Cats as means, from its moments: tea-tasting on the rows gives the same digits (p .00155653)."""
    counts = ((8502, 44700), (8279, 45489))
    arms = [Aggregates(n, {"y": k / n}, {"y": k * (n - k) / n / (n - 1)}, {}) for k, n in counts]
    found = compare_means(Metric("y", "mean"), "gate_40", *arms)
    assert found.p_value == close(0.001556530181006654)
    assert (found.difference_low, found.difference_high) == close((-0.013281677028690975, -0.00312091960172085))


def welch_by_hand(old: np.ndarray, new: np.ndarray, difference: float) -> tuple[float, float, float]:
    """p-value and 95% interval from the textbook: error from both variances, degrees of freedom by Satterthwaite."""
    parts = [x.var(ddof=1) / len(x) for x in (old, new)]
    error = sum(parts) ** 0.5
    degrees = sum(parts) ** 2 / sum(part**2 / (len(x) - 1) for part, x in zip(parts, (old, new), strict=True))
    half = stats.t.ppf(0.975, degrees) * error
    return 2 * stats.t.sf(abs(difference) / error, degrees), difference - half, difference + half


@settings(max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate])
@given(
    seed=st.integers(0, 2**32 - 1),
    sizes=st.tuples(st.integers(3, 40), st.integers(3, 40)),
    shift=st.sampled_from([0.0, 1e6]),
    strength=st.floats(0, 0.99),
)
def test_the_engine_equals_a_computation_by_hand(seed, sizes, shift, strength):
    """One grouped query and the library against NumPy on the rows; a large mean costs no digits."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.gamma(2, 10, (sum(sizes), 4)), columns=list("abcd"))
    frame["v"] = ["old"] * sizes[0] + ["new"] * sizes[1]
    frame["a"] = strength * frame.d + (1 - strength) * frame.a
    frame["a"] += shift
    plan = experiment.plan(variant="v", control="old", means="a", ratios="b/c", covariates="a:d")
    moments = experiment.moments(typed(frame), plan)
    a, b, c, d = ({v: g[column].to_numpy() for v, g in frame.groupby("v")} for column in "abcd")
    theta = np.cov(frame.a, frame.d)[0, 1] / np.var(frame.d, ddof=1)
    adjusted = {v: a[v] - theta * (d[v] - frame.d.mean()) for v in a}
    # Delta method: the error of a ratio is that of the mean of b - R·c, over the mean of c.
    linear = {v: (b[v] - b[v].mean() / c[v].mean() * c[v]) / c[v].mean() for v in b}
    ratio = {v: b[v].mean() / c[v].mean() for v in b}
    raw, by_ratio = experiment.compare(plan, moments, adjusted=False)
    cuped = experiment.compare(plan, moments)[0]
    for found, values, difference in (
        (raw, a, a["new"].mean() - a["old"].mean()),
        (cuped, adjusted, adjusted["new"].mean() - adjusted["old"].mean()),
        (by_ratio, linear, ratio["new"] - ratio["old"]),
    ):
        p_value, low, high = welch_by_hand(values["old"], values["new"], difference)
        assert found.difference == pytest.approx(difference, rel=1e-6, abs=1e-6)
        assert found.p_value == pytest.approx(p_value, rel=1e-5)
        assert (found.difference_low, found.difference_high) == pytest.approx((low, high), rel=1e-6, abs=1e-6)


def typed(frame: pd.DataFrame) -> tables.Table:
    """A table that passed the gate, without a file."""
    ENGINE.con.register("frame", frame)
    return tables.Table(ENGINE.table("frame"), "frame.csv", len(frame), [])


@pytest.fixture
def two_arms():
    rng = np.random.default_rng(3)
    x = rng.gamma(4, 5, (2, 400))
    return [pd.DataFrame({"x": row, "y": row + rng.normal(lift, 4, 400)}) for row, lift in zip(x, (0, 2), strict=True)]


@pytest.mark.parametrize(
    ("metric", "test"),
    [
        (Metric("y", "mean"), Mean("y", confidence_level=0.95)),
        (Metric("y/x", "ratio"), RatioOfMeans("y", "x", confidence_level=0.95)),
    ],
)
def test_the_relative_interval_ends_where_the_library_stops_rejecting(metric, test, two_arms):
    """Fieller: at its ends, treatment is just on the edge of differing from (1 + r) × control."""
    old, new = two_arms
    found = compare_means(metric, "new", moments_of(old), moments_of(new))
    for relative, edge in ((found.relative_low, "effect_size_ci_lower"), (found.relative_high, "effect_size_ci_upper")):
        scaled = moments_of(old.assign(y=old.y * (1 + relative)))
        distance = getattr(test.analyze_aggregates(scaled, moments_of(new)), edge)
        assert distance == pytest.approx(0, abs=1e-3 * (found.difference_high - found.difference_low))


def test_the_relative_interval_with_a_covariate_is_that_of_the_adjusted_rows(two_arms):
    both = pd.concat(two_arms)
    theta = np.cov(both.y, both.x)[0, 1] / both.x.var()
    adjusted = [moments_of(arm.assign(y=arm.y - theta * (arm.x - both.x.mean()))) for arm in two_arms]
    by_rows = compare_means(Metric("y", "mean"), "new", *adjusted)
    found = compare_means(Metric("y", "mean", covariate="x"), "new", *map(moments_of, two_arms))
    assert (found.relative_low, found.relative_high) == close((by_rows.relative_low, by_rows.relative_high))


def test_a_relative_change_of_something_near_zero_is_not_invented():
    near_zero = [moments_of(pd.DataFrame({"y": values})) for values in ([-3, 1, 2, 4], [-1, 2, 3, 6])]
    found = compare_means(Metric("y", "mean"), "b", *near_zero)
    assert found.p_value is not None
    assert found.relative is found.relative_low is found.relative_high is None


# --- Several comparisons, power ------------------------------------------------------------------------------------


def test_holm_equals_the_worked_example_of_its_definition():
    """Sorted p times 4, 3, 2, 1, never falling (Holm 1979): .01 .04 .03 .005 → .03 .06 .06 .02."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == close([0.03, 0.06, 0.06, 0.02])
    assert holm([0.01, None, 0.04]) == [close(0.02), None, close(0.04)]
    assert holm([None]) == [None]


@pytest.mark.parametrize(
    ("baseline", "effect", "units"),  # R power.prop.test = statsmodels samplesize_proportions_2indep, power .8
    [(0.10, 0.01, 14750.790), (0.05, 0.005, 31233.438), (0.02, 0.002, 80681.380), (0.20625, 0.01, 26154.967)],
)
def test_smallest_effect_of_a_proportion_inverts_power_prop_test(baseline, effect, units):
    found = smallest_change_of_proportion(A_PROPORTION, baseline, units, units, 0.05)
    assert found == pytest.approx(effect, rel=1e-6)


@pytest.mark.parametrize(("effect", "units"), [(0.2, 393.4057), (0.5, 63.76561)])
def test_smallest_effect_of_a_mean_inverts_the_power_of_the_t_test(effect, units):
    """Units per variant for d at power .8: statsmodels TTestIndPower = R power.t.test to its printed digits."""
    found = []
    for n in (int(units), int(units) + 1):
        arm = Aggregates(n, {"y": 10.0}, {"y": 1.0}, {})
        # Two variants alike: the variance over both, which the library takes, is short by the degrees of freedom.
        smallest = smallest_change_of_mean(Metric("y", "mean"), arm, arm, 0.05, adjusted=False)
        found.append(smallest / (arm + arm).var("y") ** 0.5)
    assert found[0] > effect > found[1]
