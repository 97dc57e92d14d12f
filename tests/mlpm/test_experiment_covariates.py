"""What was measured before the test, taken off: one covariate as the library does, several as least squares does."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tea_tasting.metrics import Mean, RatioOfMeans
from test_experiment import close, typed

from mlpm import experiment
from mlpm.experiment.adjust import coefficients

ASKED = {"variant": "v", "control": "old"}


@pytest.fixture(scope="module")
def buyers():
    """900 buyers in three variants, with two measurements before the test, of which one is half of the other's news."""
    rng = np.random.default_rng(21)
    frame = pd.DataFrame({"v": rng.choice(["old", "new", "newer"], 900), "before": rng.gamma(2, 10, 900)})
    frame["visits_before"] = rng.poisson(2 + frame.before / 10) + 1.0
    frame["visits"] = rng.poisson(1 + frame.visits_before) + 1.0
    frame["spent"] = frame.before + 2 * frame.visits_before + rng.normal(30, 5, 900) + (frame.v == "newer")
    frame["cents"], frame["same"] = 1.1 * frame.before + 1e3, 7.0  # the same again, but for rounding
    return frame


def analyzed(frame, **parameters):
    plan = experiment.plan(**ASKED | parameters)
    moments = experiment.moments(typed(frame), plan)
    return plan, moments, experiment.compare(plan, moments)


@pytest.mark.parametrize(
    ("parameters", "test"),
    [
        ({"means": "spent", "covariates": "spent:before"}, Mean("spent", "before")),
        (
            {"ratios": "spent/visits", "covariates": "spent/visits:before/visits_before"},
            RatioOfMeans("spent", "visits", "before", "visits_before"),
        ),
        ({"ratios": "spent/visits", "covariates": "spent/visits:before"}, RatioOfMeans("spent", "visits", "before")),
    ],
)
def test_one_covariate_is_the_librarys_cuped(buyers, parameters, test):
    _, moments, found = analyzed(buyers, **parameters)
    (of,) = (moments.of(metric) for metric in {e.metric for e in found})
    for e in found:
        expected = test.analyze_aggregates(of["old"], of[e.variant])
        assert (e.control, e.treatment) == close((expected.control, expected.treatment), 1e-12)
        assert e.difference_low == close(expected.effect_size_ci_lower, 1e-11)
        assert e.difference_high == close(expected.effect_size_ci_upper, 1e-11)
        assert e.p_value == close(expected.pvalue, 1e-11)


@pytest.mark.parametrize("variant", ["new", "newer"])
def test_several_covariates_equal_least_squares_on_centered_rows(buyers, variant):
    """One coefficient for each over both variants, then Welch's test on what is left."""
    _, moments, found = analyzed(buyers, means="spent", covariates="spent:before+visits_before")
    e = next(e for e in found if e.variant == variant)
    both = buyers[buyers.v.isin(["old", variant])]
    x = both[["before", "visits_before"]].to_numpy()
    x = x - x.mean(axis=0)
    theta = np.linalg.lstsq(x, (both.spent - both.spent.mean()).to_numpy(), rcond=None)[0]
    left = both.spent - x @ theta
    expected = stats.ttest_ind(left[both.v == variant], left[both.v == "old"], equal_var=False)
    interval = expected.confidence_interval(0.95)
    of = moments.of(e.metric)
    assert coefficients(e.metric, of["old"], of[variant]) == close(theta, 1e-10)
    assert e.control == close(left[both.v == "old"].mean(), 1e-10)
    assert (e.difference_low, e.difference_high) == close((interval.low, interval.high), 1e-10)
    assert e.p_value == close(expected.pvalue, 1e-9)


def test_a_second_covariate_takes_off_more(buyers):
    widths = []
    for covariates in ("", "spent:before", "spent:before+visits_before"):
        _, _, found = analyzed(buyers, means="spent", covariates=covariates)
        widths.append(found[0].difference_high - found[0].difference_low)
    assert widths == sorted(widths, reverse=True)
    assert widths[2] < 0.9 * widths[1]


@pytest.mark.parametrize("covariates", ["before+cents", "before+same", "same+before+cents"])
def test_a_covariate_that_tells_nothing_new_changes_nothing(buyers, covariates):
    _, _, alone = analyzed(buyers, means="spent", covariates="spent:before")
    _, _, found = analyzed(buyers, means="spent", covariates=f"spent:{covariates}")
    for e, expected in zip(found, alone, strict=True):
        assert e.p_value == close(expected.p_value, 1e-7)
        assert e.difference == close(expected.difference, 1e-7)


def test_each_covariate_is_compared_before_the_test(buyers):
    plan, moments, _ = analyzed(buyers, means="spent", covariates="spent:before+visits_before")
    checks = experiment.balance(moments, plan)
    assert [(c.covariate, c.variant) for c in checks] == [
        (covariate, variant) for covariate in ("before", "visits_before") for variant in ("new", "newer")
    ]
    x = buyers.visits_before
    expected = stats.ttest_ind(x[buyers.v == "newer"], x[buyers.v == "old"], equal_var=False)
    assert checks[-1].p_value == close(expected.pvalue, 1e-9)


def test_a_guardrail_takes_several_covariates(buyers):
    """Harm beyond the margin: one-sided Welch on what is left, the control scaled to the margin."""
    _, _, found = analyzed(buyers, guardrails="spent:higher:0.02", covariates="spent:before+visits_before")
    e = next(e for e in found if e.variant == "newer")
    both = buyers[buyers.v.isin(["old", "newer"])].copy()
    both["scaled"] = both.spent.where(both.v == "newer", 0.98 * both.spent)
    x = both[["before", "visits_before"]].to_numpy()
    x = x - x.mean(axis=0)
    theta = np.linalg.lstsq(x, (both.scaled - both.scaled.mean()).to_numpy(), rcond=None)[0]
    left = both.scaled - x @ theta
    expected = stats.ttest_ind(
        left[both.v == "newer"], left[both.v == "old"], equal_var=False, alternative="greater"
    )
    assert e.p_value == close(expected.pvalue, 1e-9)
