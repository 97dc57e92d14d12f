"""Did the change work? Published counts, other implementations' digits, and every decision the tool can take."""

import itertools
from dataclasses import replace

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import test_proportions_2indep as score_test
from tea_tasting.aggr import Aggregates

from mlpm import InputError, experiment, tables
from mlpm.experiment import words
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


@pytest.mark.parametrize("metric", [Metric("y", "mean"), Metric("y/x", "ratio")])
def test_the_relative_interval_ends_where_the_library_stops_rejecting(metric, two_arms):
    """Fieller: at its ends, treatment is just on the edge of differing from (1 + r) × control."""
    old, new = two_arms
    found = compare_means(metric, "new", moments_of(old), moments_of(new))
    test = metric.test(confidence_level=0.95)
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


# --- Looks and priors ----------------------------------------------------------------------------------------------
# R package rpact to its printed digits = an independent recursion; two-sided .05, equally spaced looks.

OBRIEN_FLEMING = {
    2: [2.796510, 1.977431],
    3: [3.471091, 2.454432, 2.004036],
    4: [4.048591, 2.862786, 2.337455, 2.024296],
    5: [4.561742, 3.225639, 2.633723, 2.280871, 2.040073],
}
POCOCK = {2: 2.178272, 3: 2.289478, 4: 2.361300, 5: 2.413180}


@pytest.mark.parametrize("looks", OBRIEN_FLEMING)
def test_obrien_fleming_bounds_equal_rpact(looks):
    assert experiment.critical_values(looks) == pytest.approx(OBRIEN_FLEMING[looks], abs=1e-6)


@pytest.mark.parametrize("looks", POCOCK)
def test_pocock_bounds_equal_rpact(looks):
    assert experiment.critical_values(looks, "pocock") == pytest.approx([POCOCK[looks]] * looks, abs=5e-6)


def test_one_look_is_the_ordinary_test():
    assert experiment.critical_values(1) == pytest.approx([1.959963985])
    assert experiment.final_alpha(1, 0.01) == 0.01


@pytest.mark.parametrize(("looks", "share"), [(2, 0.083118), (5, 0.141689), (10, 0.193357), (20, 0.247911)])
def test_peeking_equals_the_table(looks, share):
    """Repeated tests at 1.96: Armitage, McPherson & Rowe 1969 print .083 .142 .193 .248."""
    assert experiment.peeking_false_positives(looks)[-1] == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize(("looks", "text"), [
    (1, "With 1 look 5 of 100 tests of nothing are called significant, with 10 looks 19."),
    (5, "With 5 looks 14 of 100 tests of nothing are called significant, with 10 looks 19."),
    (10, "With 10 looks 19 of 100 tests of nothing are called significant."),
])
def test_the_title_about_peeking_says_the_table(looks, text):
    """Armitage, McPherson & Rowe 1969 print .142 and .193 for five and ten."""
    assert words.peeking(replace(A_PLAN, looks=looks), 10) == text


@pytest.mark.parametrize(("shape", "inflation"), [("obrien-fleming", 1.028411), ("pocock", 1.228573)])
def test_the_price_of_five_looks_equals_rpact(shape, inflation):
    """rpact's own tolerance shows in the fifth digit of its Pocock bounds, and so here."""
    assert experiment.sample_inflation(5, shape) == pytest.approx(inflation, abs=3e-5)


@pytest.mark.parametrize(("prior", "risk"), [(0.33, 0.06), (0.15, 0.15), (0.10, 0.22), (0.08, 0.26)])
def test_false_positive_risk_equals_the_published_table(prior, risk):
    """Kohavi, Deng & Vermeer 2022: winners only, alpha .05 two-sided, power .8."""
    assert round(experiment.false_positive_risk(prior), 2) == risk


# --- The reader's parameters and file ------------------------------------------------------------------------------

GOOD = {"variant": "v", "control": "a", "means": "y"}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"variant": ""}, "parameter 'variant': it is empty"),
        ({"control": ""}, "parameter 'control': it is empty"),
        ({"means": ""}, "no metric is named"),
        ({"means": "y, y"}, "'y' is named twice"),
        ({"means": "y:bigger"}, "'y:bigger' ends in 'bigger'"),
        ({"means": "y/x"}, "'y/x' is not a mean"),
        ({"ratios": "x"}, "'x' is not a ratio"),
        ({"means": "v"}, "'v' is a metric, too"),
        ({"unit": "v"}, "'v' is the variant, too"),
        ({"guardrails": "t:0.02"}, "'t:0.02' is not a guardrail"),
        ({"guardrails": "t:less:0.02"}, "'t:less:0.02' is not a guardrail"),
        ({"guardrails": "t:lower:2%"}, "'2%' is not a number from 0 to 1"),
        ({"guardrails": "t:lower:0.02, t:lower:0.03"}, "'t' is named twice"),
        ({"covariates": "y"}, "'y' has no column"),
        ({"covariates": "z:x"}, "'z' is not a metric"),
        ({"covariates": "y:y"}, "'y' is its own covariate"),
        ({"expected_split": "90%"}, "'90%' is not a split"),
        ({"expected_split": "1:0"}, "'1:0' is not a split"),
        ({"alpha": "five"}, "'five' is not a number from 0.0001 to 0.5"),
        ({"looks": 0}, "0 is not a whole number from 1 to 100"),
        ({"looks": 2.5}, "2.5 is not a whole number"),
        ({"prior_win_rate": 0}, "0 is not a number from 0.001 to 0.999"),
        ({"minimum_effect": -0.01}, "-0.01 is not a number from 0 to 10"),
    ],
)
def test_a_wrong_parameter_is_refused_in_one_line(changed, says):
    with pytest.raises(InputError, match=r"^parameter '") as refusal:
        experiment.plan(**GOOD | changed)
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("variants", "changed", "says"),
    [
        ("aaaa", {}, "column 'v': every row is 'a': one variant cannot be compared"),
        ("aabb", {"control": "A"}, "no row is 'A', the control you named. Set control to one of: a, b."),
        ("aaab", {}, "variant 'b' has one row"),
        ("aabb", {"expected_split": "1:1:1"}, "2 variants, but expected_split has 3 parts"),
        ([str(i) for i in range(60)], {"control": "0"}, "more than 50 different values. Name the column"),
        ("aabb", {"ratios": "y/zero"}, "column 'zero': its mean is 0 in variant 'a'"),
        ("aabb", {"guardrails": "zero:lower:0.02"}, "column 'zero': is 0 in the control"),
    ],
)
def test_a_file_that_is_no_experiment_is_refused_in_one_line(variants, changed, says):
    frame = pd.DataFrame({"v": list(variants), "y": np.arange(len(variants)) + 1.0, "zero": 0.0})
    with pytest.raises(InputError, match=r"^frame\.csv") as refusal:
        experiment.moments(typed(frame), experiment.plan(**GOOD | changed))
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("1,a,0,2\n1,b,1,3\n", "'1' is there already"),
        ("1,a,0,\n2,b,1,3\n", "column 'y', row 1 (line 2): the value is missing"),
        ("1,,0,2\n2,b,1,3\n", "column 'v', row 1 (line 2): the value is missing"),
        ("1,a,3,2\n2,b,1,3\n", "column 'c', row 1 (line 2): '3' is neither yes nor no"),
    ],
)
def test_repeated_units_missing_values_and_false_flags_are_refused(tmp_path, rows, says):
    path = tmp_path / "test.csv"
    path.write_text("u,v,c,y\n" + rows, encoding="utf-8")
    plan = experiment.plan(**GOOD | {"unit": "u", "proportions": "c"})
    with pytest.raises(InputError, match=r"^test\.csv") as refusal:
        tables.read(path, plan.columns, key=plan.key)
    assert says in str(refusal.value)


def test_the_control_comes_first_and_the_split_follows_that_order():
    frame = pd.DataFrame({"v": list("zzzzzzzzzbbcc"), "y": np.arange(13.0)})
    plan = experiment.plan(variant="v", control="z", means="y", expected_split="9:2:2")
    moments = experiment.moments(typed(frame), plan)
    assert list(moments) == ["z", "b", "c"]
    counts = {variant: found.count() for variant, found in moments.items()}
    assert experiment.sample_ratio(counts, plan.expected_split).chi_square == pytest.approx(0)


# --- Verdicts ------------------------------------------------------------------------------------------------------

HEALTHY = experiment.sample_ratio({"old": 1000, "new": 1000})
MISMATCHED = experiment.sample_ratio({"old": 1000, "new": 1300})
WIN = {"relative": 0.03, "relative_low": 0.01, "relative_high": 0.05, "p_value_adjusted": 0.004}
LOSS = {"relative": -0.03, "relative_low": -0.05, "relative_high": -0.01, "p_value_adjusted": 0.004}
FLAT = {"relative": 0.001, "relative_low": -0.002, "relative_high": 0.004, "p_value_adjusted": 0.5}
WIDE = {"relative": 0.02, "relative_low": -0.04, "relative_high": 0.08, "p_value_adjusted": 0.5}
REAL_BUT_SMALL = {"relative": 0.004, "relative_low": 0.001, "relative_high": 0.007, "p_value_adjusted": 0.01}
SMALL_ESTIMATE = {"relative": 0.008, "relative_low": 0.001, "relative_high": 0.015, "p_value_adjusted": 0.02}
SAFE = {"relative": 0.005, "relative_low": -0.005, "relative_high": 0.015}
NEAR = {"relative": 0.01, "relative_low": -0.005, "relative_high": 0.025}
HARM = {"relative": 0.05, "relative_low": 0.03, "relative_high": 0.07}
UNKNOWN = {"relative": None, "relative_low": None, "relative_high": None, "p_value_adjusted": None}
REVENUE, COST = Metric("revenue", "mean"), Metric("cost", "mean", "lower")
LATENCY, RETURNS = Metric("latency", "mean", "lower", 0.02), Metric("returns", "mean", "higher", 0.02)


def estimate(metric, values, variant="new"):
    change = values["relative"] or 0.0
    return experiment.Estimate(metric, variant, 100.0, 100.0 * (1 + change), 100.0 * change, **values)


def mirrored(values):
    """The same change where less is better."""
    low, high = -values["relative_high"], -values["relative_low"]
    return values | {"relative": -values["relative"], "relative_low": low, "relative_high": high}


A_PLAN = experiment.plan(variant="v", control="old", means="revenue", minimum_effect=0.01)


@pytest.mark.parametrize(
    ("metric", "values", "word"),
    [
        (REVENUE, WIN, "better"),
        (REVENUE, LOSS, "worse"),
        (REVENUE, FLAT, "too_small"),
        (REVENUE, REAL_BUT_SMALL, "too_small"),
        (REVENUE, SMALL_ESTIMATE, "unclear"),
        (REVENUE, WIDE, "unclear"),
        (REVENUE, UNKNOWN, "unclear"),
        (REVENUE, WIN | {"p_value_adjusted": 0.06}, "unclear"),
        (COST, mirrored(WIN), "better"),
        (COST, mirrored(LOSS), "worse"),
        (COST, mirrored(FLAT), "too_small"),
        (LATENCY, SAFE, "holds"),
        (LATENCY, NEAR, "unclear"),
        (LATENCY, HARM, "breached"),
        (LATENCY, mirrored(HARM), "holds"),
        (LATENCY, UNKNOWN, "unclear"),
        (RETURNS, mirrored(SAFE), "holds"),
        (RETURNS, mirrored(NEAR), "unclear"),
        (RETURNS, mirrored(HARM), "breached"),
    ],
)
def test_each_verdict_is_reached(metric, values, word):
    found = experiment.decide(A_PLAN, [estimate(metric, values)], HEALTHY)
    assert [e.verdict for e in found.estimates] == [word]


@pytest.mark.parametrize(
    ("estimates", "word"),
    [
        ([(REVENUE, WIN)], "ship"),
        ([(REVENUE, WIN), (LATENCY, SAFE)], "ship"),
        ([(REVENUE, WIN), (COST, WIDE), (LATENCY, SAFE)], "ship"),
        ([(LATENCY, SAFE)], "ship"),  # a change that only has to do no harm
        ([(REVENUE, WIN), (LATENCY, NEAR)], "run_longer"),
        ([(REVENUE, WIN), (LATENCY, UNKNOWN)], "run_longer"),
        ([(REVENUE, WIDE), (LATENCY, SAFE)], "run_longer"),
        ([(REVENUE, FLAT), (COST, WIDE)], "run_longer"),
        ([(REVENUE, UNKNOWN)], "run_longer"),
        ([(LATENCY, NEAR)], "run_longer"),
        ([(REVENUE, WIN), (LATENCY, HARM)], "stop"),
        ([(REVENUE, WIN), (COST, mirrored(LOSS))], "stop"),
        ([(REVENUE, FLAT), (LATENCY, SAFE)], "stop"),
        ([(REVENUE, FLAT), (COST, mirrored(FLAT)), (LATENCY, NEAR)], "stop"),
        ([(LATENCY, HARM)], "stop"),
    ],
)
def test_each_decision_is_reached(estimates, word):
    assert experiment.decide(A_PLAN, [estimate(*e) for e in estimates], HEALTHY).decision == word


def test_a_mismatch_makes_every_result_invalid():
    found = experiment.decide(A_PLAN, [estimate(REVENUE, WIN), estimate(LATENCY, SAFE)], MISMATCHED)
    assert found.decision == "invalid"
    assert {e.verdict for e in found.estimates} == {"invalid"}


def test_a_covariate_that_differs_before_the_test_makes_every_result_invalid():
    plan = experiment.plan(variant="v", control="old", means="revenue", covariates="revenue:before")
    rng = np.random.default_rng(1)
    arms = {}
    for variant, mean in (("old", 9), ("new", 10)):
        arms[variant] = moments_of(pd.DataFrame(rng.normal(mean, 1, (500, 2)), columns=["revenue", "before"]))
    checks = experiment.balance(arms, plan)
    assert [check.alarm for check in checks] == [True]
    assert experiment.decide(plan, experiment.compare(plan, arms), HEALTHY, checks).decision == "invalid"


@pytest.mark.parametrize(
    ("first", "second", "word", "chosen"),
    [
        (WIN, FLAT, "ship", "new"),
        (FLAT, WIN, "ship", "newer"),
        (WIN, WIN | {"relative": 0.04}, "ship", "newer"),
        (WIDE, LOSS, "run_longer", None),
        (FLAT, LOSS, "stop", None),
    ],
)
def test_the_best_variant_decides(first, second, word, chosen):
    found = experiment.decide(A_PLAN, [estimate(REVENUE, first), estimate(REVENUE, second, "newer")], HEALTHY)
    assert (found.decision, found.chosen) == (word, chosen)


def test_the_title_of_all_intervals_counts_the_verdicts():
    def said(*verdicts):
        return words.tally([replace(estimate(REVENUE, WIN), verdict=verdict) for verdict in verdicts])

    assert said() == "Nothing can be compared."
    assert said("unclear") == "Of 1 comparison 1 is unclear."
    assert said("better", "holds", "holds", "too_small") == "Of 4 comparisons 1 is better, 2 hold and 1 is too small."


def test_looks_take_their_price():
    """p = .045 wins a test that was read once, and not one that was read five times (2·(1 − Φ(2.040073)) = .0413)."""
    found = [estimate(REVENUE, WIN | {"p_value_adjusted": 0.045})]
    assert experiment.decide(A_PLAN, found, HEALTHY).decision == "ship"
    assert experiment.decide(replace(A_PLAN, looks=5), found, HEALTHY).decision == "run_longer"


# --- The whole way, from a file ------------------------------------------------------------------------------------


def answer(path, **parameters) -> experiment.Decision:
    plan = experiment.plan(**parameters)
    moments = experiment.moments(tables.read(path, plan.columns, key=plan.key), plan)
    counts = {variant: found.count() for variant, found in moments.items()}
    ratio = experiment.sample_ratio(counts, plan.expected_split)
    return experiment.decide(plan, experiment.compare(plan, moments), ratio, experiment.balance(moments, plan))


def test_cookie_cats_from_rows_to_the_word(tmp_path):
    """90,189 rows with the published counts: seven-day retention falls, so the gate stays at level 30."""
    arms = [("gate_30", 44700, 8502), ("gate_40", 45489, 8279)]
    frame = pd.concat(pd.DataFrame({"version": v, "returned": [True] * k + [False] * (n - k)}) for v, n, k in arms)
    frame.to_csv(tmp_path / "cookie-cats.csv", index=False)
    found = answer(tmp_path / "cookie-cats.csv", variant="version", control="gate_30", proportions="returned")
    (only,) = found.estimates
    assert only.p_value == close(0.00155424998)
    assert (only.difference_low, only.difference_high) == pytest.approx((-0.013281941, -0.003121303), abs=1e-9)
    assert found.decision == "stop"


def test_four_variants_and_a_ratio_from_parquet(tmp_path):
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"arm": rng.choice(list("wxyz"), 8000), "visits": rng.poisson(3, 8000) + 1})
    frame["spent"] = frame.visits * rng.gamma(2, 3, 8000) * np.where(frame.arm == "y", 1.1, 1)
    frame.to_parquet(tmp_path / "four.parquet")
    found = answer(tmp_path / "four.parquet", variant="arm", control="w", ratios="spent/visits")
    assert list(found.variants) == ["x", "y", "z"]
    assert found.chosen == "y"


def test_a_metric_that_never_varies_has_no_p_value(tmp_path):
    frame = pd.DataFrame({"v": list("aabb"), "same": 5, "never": 0, "y": [1, 2, 3, 4]})
    frame.to_csv(tmp_path / "flat.csv", index=False)
    found = answer(tmp_path / "flat.csv", variant="v", control="a", means="same, y", proportions="never")
    by_name = {e.metric.name: e for e in found.estimates}
    assert by_name["same"].p_value is by_name["never"].p_value is None
    assert by_name["y"].p_value_adjusted == by_name["y"].p_value


def test_the_record_holds_the_fields_of_the_report():
    fields = (
        "metric kind variant control treatment difference difference_low difference_high p_value p_value_adjusted "
        "adjusted_by_covariate guardrail margin verdict"
    )
    assert " ".join(estimate(REVENUE, WIN).record()) == fields


# --- Words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("estimates", "opening", "says"),
    [
        ([(REVENUE, WIN), (LATENCY, SAFE)], "**Ship `new`.**", "by 0.5%, at worst +1.5%, within the 2.0% you allow"),
        ([(LATENCY, SAFE)], "**Ship `new`.**", "Nothing had to win here"),
        ([(REVENUE, WIN), (LATENCY, NEAR)], "**Run longer; do not ship yet.**", "about 2,300 would settle `latency`"),
        ([(REVENUE, UNKNOWN)], "**Run longer; do not ship yet.**", "nothing can be tested"),
        ([(REVENUE, WIN), (LATENCY, HARM)], "**Stop.**", "at best +3.0%, beyond the 2.0% you allow"),
        ([(RETURNS, mirrored(HARM))], "**Stop.**", "fell by 5.0%, at best −3.0%, beyond the 2.0% you allow"),
        ([(REVENUE, LOSS)], "**Stop.**", "Turn it off."),
        ([(REVENUE, FLAT)], "**Stop.**", "less than you said is worth having"),
    ],
)
def test_the_memo_says_the_decision_first_and_its_reason(estimates, opening, says):
    tested = [replace(estimate(*e), p_value=e[1].get("p_value_adjusted")) for e in estimates]
    found = experiment.decide(A_PLAN, tested, HEALTHY)
    text = experiment.words.memo(A_PLAN, found, HEALTHY, [])
    assert text.startswith(opening)
    assert says in text
    assert not {"None", "nan", "inf"} & set(text.replace("`", " ").split())


def test_the_memo_of_a_mismatch_quotes_no_result():
    found = experiment.decide(A_PLAN, [estimate(REVENUE, WIN)], MISMATCHED)
    text = experiment.words.memo(A_PLAN, found, MISMATCHED, [])
    assert text.startswith("**Invalid: read no result.** **Sample ratio mismatch.**")
    assert "revenue" not in text


def test_a_small_chance_is_said_as_a_count():
    assert [experiment.words.chance(p) for p in (0.614, 0.0086, 1.82e-6)] == ["61 of 100", "1 of 120", "1 of 550,000"]


def test_what_the_decision_hangs_on_is_one_sentence():
    plans = [("as planned", "ship"), ("without covariates", "run_longer"), ("with 20 looks", "ship")]
    says = "What the decision hangs on: it stays `ship` with 20 looks; it would be `run_longer` without covariates."
    assert experiment.words.what_if_sentence(plans) == says
