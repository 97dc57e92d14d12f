"""Rows finer than what was randomized: sessions of buyers, buyers of cities. The cluster is the unit."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from test_experiment import close, typed

from mlpm import InputError, experiment
from mlpm.experiment import words

ASKED = {"variant": "v", "control": "old", "cluster": "buyer", "proportions": "bought", "means": "spent",
         "ratios": "spent/minutes"}


@pytest.fixture(scope="module")
def sessions():
    """About 1,700 sessions of 300 buyers; sessions of one buyer resemble each other, and frequent buyers spend more."""
    rng = np.random.default_rng(5)
    buyers = pd.DataFrame({"buyer": [f"b{i:03d}" for i in range(300)], "v": rng.choice(["old", "new"], 300)})
    buyers["habit"] = rng.gamma(2, 5, 300)
    frame = buyers.loc[buyers.index.repeat(1 + rng.poisson(buyers.habit / 2))].reset_index(drop=True)
    frame["before"] = frame.habit + rng.gamma(2, 1, len(frame))
    frame["spent"] = frame.habit + rng.gamma(2, 3, len(frame)) + 0.5 * (frame.v == "new")
    frame["bought"] = (rng.random(len(frame)) < np.minimum(frame.habit / 25, 0.9)).astype(int)
    frame["minutes"] = rng.poisson(5, len(frame)) + 1
    return frame


def analyzed(frame, **parameters):
    plan = experiment.plan(**ASKED | parameters)
    moments = experiment.moments(typed(frame), plan)
    return plan, moments, {e.metric.name: e for e in experiment.compare(plan, moments)}


def sandwich(frame, column, correction):
    """Difference and variance of statsmodels' OLS with errors clustered by buyer."""
    design = sm.add_constant((frame.v == "new").astype(float))
    groups = {"groups": pd.factorize(frame.buyer)[0], "use_correction": correction}
    fit = sm.OLS(frame[column].astype(float), design).fit(cov_type="cluster", cov_kwds=groups)
    return fit.params.iloc[1], fit.bse.iloc[1] ** 2


def by_sandwich(frame, moments, column):
    """Difference, standard error and degrees of freedom: statsmodels' sandwich of each variant, times G/(G-1)."""
    difference, together = sandwich(frame, column, correction=False)
    _, of_old = sandwich_of_one(frame[frame.v == "old"], column)
    units = moments.units
    parts = {"old": of_old * units["old"] / (units["old"] - 1),
             "new": (together - of_old) * units["new"] / (units["new"] - 1)}
    variance = sum(parts.values())
    return difference, variance**0.5, variance**2 / sum(parts[arm] ** 2 / (n - 1) for arm, n in units.items())


@pytest.mark.parametrize("column", ["spent", "bought"])
def test_a_mean_over_clusters_equals_clustered_least_squares(sessions, column):
    """The same sandwich; the factor for few clusters differs.

    statsmodels multiplies by G/(G-1) · (N-1)/(N-2), G clusters in all; a sample variance between the clusters of each
    variant means G/(G-1) within each, its own G. Without either factor both are equal.
    """
    _, moments, found = analyzed(sessions)
    difference, error, degrees = by_sandwich(sessions, moments, column)
    assert found[column].difference == close(difference, 1e-9)
    assert found[column].p_value == close(2 * stats.t.sf(abs(difference) / error, degrees), 1e-8)
    assert found[column].difference_high - difference == close(stats.t.ppf(0.975, degrees) * error, 1e-8)


def test_the_factor_for_few_clusters_differs_by_little(sessions):
    """Some 150 clusters a variant: our error is a seventh of a percent above statsmodels' default."""
    _, moments, _ = analyzed(sessions)
    _, error, _ = by_sandwich(sessions, moments, "spent")
    _, corrected = sandwich(sessions, "spent", correction=True)
    assert error / corrected**0.5 == pytest.approx(1.0014, abs=0.0002)


def sandwich_of_one(frame, column):
    groups = {"groups": pd.factorize(frame.buyer)[0], "use_correction": False}
    fit = sm.OLS(frame[column].astype(float), np.ones(len(frame))).fit(cov_type="cluster", cov_kwds=groups)
    return fit.params.iloc[0], fit.bse.iloc[0] ** 2


def test_a_ratio_over_clusters_is_that_of_the_sums_of_each_cluster(sessions):
    _, _, found = analyzed(sessions)
    summed = sessions.groupby(["v", "buyer"], as_index=False)[["spent", "minutes"]].sum()
    plan = experiment.plan(variant="v", control="old", ratios="spent/minutes")
    (expected,) = experiment.compare(plan, experiment.moments(typed(summed), plan))
    assert found["spent/minutes"].difference == close(expected.difference, 1e-10)
    assert found["spent/minutes"].p_value == close(expected.p_value, 1e-10)


def test_a_guardrail_is_judged_between_clusters(sessions):
    """Equal to a run on one row a cluster, with the mean written out as a ratio of sums."""
    asked = {"proportions": "", "means": "", "ratios": ""}
    _, _, found = analyzed(sessions, **asked, guardrails="minutes:lower:0.05")
    summed = sessions.assign(rows=1.0).groupby(["v", "buyer"], as_index=False)[["minutes", "rows"]].sum()
    _, _, expected = analyzed(summed, **asked, cluster="", guardrails="minutes/rows:lower:0.05")
    (mine,), (theirs,) = found.values(), expected.values()
    assert mine.p_value == close(theirs.p_value, 1e-9)
    assert (mine.relative_low, mine.relative_high) == close((theirs.relative_low, theirs.relative_high), 1e-9)


def test_one_row_a_cluster_is_the_ordinary_test(sessions):
    first = sessions.groupby("buyer", as_index=False).first()
    _, _, found = analyzed(first)
    _, _, ordinary = analyzed(first, cluster="")
    for name in ("spent", "spent/minutes"):
        assert found[name].p_value == close(ordinary[name].p_value, 1e-9)
        assert found[name].design_effect == close(1.0, 1e-9)


def test_the_design_effect_is_the_ratio_of_the_variances(sessions):
    """Clustered over naive, both from statsmodels."""
    _, moments, found = analyzed(sessions)
    _, clustered = sandwich(sessions, "spent", correction=False)
    naive = sum(x.var() / len(x) for _, x in sessions.groupby("v").spent)
    assert found["spent"].design_effect == pytest.approx(clustered / naive, rel=2 / min(moments.units.values()))
    assert found["spent"].design_effect > 2


def test_clusters_of_one_size_have_kishs_design_effect():
    """1 + (rows - 1) · intraclass correlation (Kish 1965), the correlation from the variance components."""
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"buyer": np.repeat(np.arange(4000), 5)})
    frame["v"] = np.where(frame.buyer % 2, "old", "new")
    frame["spent"] = 20 + rng.normal(0, 1, 4000)[frame.buyer] + rng.normal(0, 2, len(frame))
    frame["buyer"] = frame.buyer.astype(str)
    _, _, found = analyzed(frame, proportions="", ratios="")
    assert found["spent"].design_effect == pytest.approx(1 + 4 * 1 / (1 + 4), rel=0.05)


def test_covariates_are_taken_off_between_clusters(sessions):
    """CUPED by hand on each cluster's linear form: what a ratio of sums is near its value (delta method)."""
    _, _, found = analyzed(sessions, covariates="spent:before", proportions="", ratios="")
    sums = sessions.assign(rows=1.0).groupby(["v", "buyer"], as_index=False)[["spent", "before", "rows"]].sum()

    def linear(part, column):
        ratio = part[column].sum() / part.rows.sum()
        return ratio, (part[column] - ratio * part.rows) / part.rows.mean()

    (_, y), (x_all, x) = linear(sums, "spent"), linear(sums, "before")
    theta = np.cov(y, x)[0, 1] / x.var()
    values, parts = {}, {}
    for arm, part in sums.groupby("v"):
        (ry, y), (rx, x) = linear(part, "spent"), linear(part, "before")
        values[arm] = ry - theta * (rx - x_all)
        parts[arm] = (y - theta * x).var() / len(part)
    assert found["spent"].difference == close(values["new"] - values["old"], 1e-9)
    n = sums.v.value_counts()
    degrees = sum(parts.values()) ** 2 / sum(parts[arm] ** 2 / (n[arm] - 1) for arm in parts)
    half = stats.t.ppf(0.975, degrees) * sum(parts.values()) ** 0.5
    assert found["spent"].difference_high - found["spent"].difference == close(half, 1e-9)


def test_rows_without_a_value_leave_their_cluster_the_others(sessions):
    lacking = sessions.assign(spent=sessions.spent.astype(object).where(sessions.index % 4 > 0, None))
    lacking["spent"] = lacking.spent.astype("Float64")
    _, moments, found = analyzed(lacking, missing="drop", proportions="", ratios="")
    _, _, expected = analyzed(sessions[sessions.index % 4 > 0], proportions="", ratios="")
    assert found["spent"].p_value == close(expected["spent"].p_value, 1e-10)
    assert sum(moments.units.values()) == 300
    assert found["spent"].missing == 300 - sum(expected["spent"].units)


def test_missingness_counts_clusters_that_lack_a_value(sessions):
    spent = sessions.spent.where(~sessions.buyer.isin(["b000", "b001"]))
    plan, moments, _ = analyzed(sessions.assign(spent=spent.astype("Float64")), missing="drop", ratios="")
    (check,) = experiment.examine(moments, plan).missing
    assert sum(check.gap.lacking.values()) == 2
    assert check.gap.rows == sessions.buyer.isin(["b000", "b001"]).sum()


def test_the_sample_ratio_counts_clusters(sessions):
    plan, moments, _ = analyzed(sessions)
    counted = sessions.groupby("v").buyer.nunique()
    assert experiment.examine(moments, plan).ratio.observed == {"old": counted["old"], "new": counted["new"]}
    frame = words.split_frame(experiment.examine(moments, plan).ratio, moments.rows)
    assert frame.rows.tolist() == [(sessions.v == arm).sum() for arm in ("old", "new")]


# --- What is refused and what is said ------------------------------------------------------------------------------


def test_a_cluster_in_two_variants_is_refused_with_an_example(sessions):
    moved = sessions.copy()
    moved.loc[moved[moved.buyer.isin(["b007", "b123"])].groupby("buyer").head(1).index, "v"] = "third"
    with pytest.raises(InputError) as refusal:
        analyzed(moved)
    assert str(refusal.value) == (
        f"frame.csv, column 'buyer': 'b007' has rows in two variants, '{sessions.v[sessions.buyer == 'b007'].iloc[0]}' "
        "and 'third' (2 such clusters). Name the column with the randomized unit, or leave such clusters out and find "
        "out how they came about."
    )


def test_one_cluster_cannot_be_compared(sessions):
    one = sessions[(sessions.v == "old") | (sessions.buyer == sessions.buyer[sessions.v == "new"].iloc[0])]
    with pytest.raises(InputError, match=r"column 'buyer': variant 'new' has one cluster\. It needs at least two"):
        analyzed(pd.concat([one, one[one.v == "new"]]))


def test_the_memo_says_how_much_wider_the_intervals_are(sessions):
    plan, moments, found = analyzed(sessions)
    health = experiment.examine(moments, plan)
    text = words.memo(plan, experiment.decide(plan, list(found.values()), health), health)
    effects = {name: e.design_effect for name, e in found.items()}
    most = max(effects, key=effects.get)
    low, high = min(effects.values()) ** 0.5, max(effects.values()) ** 0.5
    assert "A unit is a `buyer`, however many rows it has." in text
    assert f"The intervals are {low:.1f} to {high:.1f} times as wide as if every row were one; most so that" in text
    assert f"that of `{most}`, with a design effect (the ratio of the variances) of {effects[most]:.1f}." in text
    assert "No unit column was named" not in text
    assert "too narrow all the same" not in text


def test_the_memo_warns_of_few_clusters(sessions):
    few = sessions[sessions.buyer.isin([f"b{i:03d}" for i in range(25)])]
    plan, _, found = analyzed(few, proportions="", ratios="")
    fewest = min(few.groupby("v").buyer.nunique())
    text = words.results_sentence(plan, list(found.values()))
    assert f"With {fewest} clusters in a variant the intervals tend to be too narrow all the same: bring more." in text
