"""Metric values that are missing: left out of the metrics that need them, or counted as 0, and never in silence."""

import numpy as np
import pandas as pd
import pytest
import tea_tasting
from scipy import stats
from test_experiment import close, typed

from mlpm import InputError, experiment, tables
from mlpm.experiment import words
from mlpm.experiment.moments import Gap

ASKED = {"variant": "v", "control": "old", "proportions": "bought", "means": "spent", "ratios": "spent/visits"}


@pytest.fixture(scope="module")
def gappy():
    """600 units in two variants: a fifth lacks what they spent, some others their visits, none whether they bought."""
    rng = np.random.default_rng(11)
    frame = pd.DataFrame({"v": np.repeat(["old", "new"], 300), "bought": rng.integers(0, 2, 600).astype(float)})
    frame["visits"] = rng.poisson(3, 600) + 1.0
    frame["before"] = rng.gamma(2, 10, 600)
    frame["spent"] = frame.before + rng.normal(3, 4, 600) + (frame.v == "new")
    frame.loc[rng.choice(600, 120, replace=False), "spent"] = np.nan
    frame.loc[rng.choice(600, 40, replace=False), "visits"] = np.nan
    return frame


def arms(frame, column):
    return [frame.loc[frame.v == v, column].dropna() for v in ("old", "new")]


def table_of(frame):
    """NaN becomes null, as the gate hands it on."""
    return typed(frame.astype(object).where(frame.notna(), None).convert_dtypes())


def analyzed(frame, **parameters):
    plan = experiment.plan(**ASKED | parameters)
    moments = experiment.moments(table_of(frame), plan)
    return plan, moments, {e.metric.name: e for e in experiment.compare(plan, moments, power=False)}


def test_a_mean_is_that_of_the_units_that_have_a_value(gappy):
    """scipy's Welch test on the rows that are left."""
    _, _, found = analyzed(gappy, missing="drop")
    old, new = arms(gappy, "spent")
    expected = stats.ttest_ind(new, old, equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert found["spent"].p_value == close(expected.pvalue)
    assert (found["spent"].difference_low, found["spent"].difference_high) == close((interval.low, interval.high))
    assert found["spent"].units == (len(old), len(new))
    assert found["spent"].missing == 120


def test_a_gap_touches_only_the_metrics_that_need_the_column(gappy):
    _, _, found = analyzed(gappy, missing="drop")
    _, _, whole = analyzed(gappy[["v", "bought"]], means="", ratios="")
    assert found["bought"].p_value == whole["bought"].p_value
    assert (found["bought"].units, found["bought"].missing) == ((300, 300), 0)
    both = gappy.dropna(subset=["spent", "visits"])
    _, _, complete = analyzed(both)
    assert found["spent/visits"].p_value == close(complete["spent/visits"].p_value, 1e-12)
    assert found["spent/visits"].missing == 600 - len(both)


def test_a_unit_without_its_covariate_is_left_out_of_the_metric_that_has_it(gappy):
    lacking = gappy.assign(before=gappy.before.where(gappy.index % 7 > 0), bought=1.0)
    asked = {"missing": "drop", "proportions": "", "ratios": "visits/bought", "covariates": "spent:before"}
    _, _, found = analyzed(lacking, **asked)
    _, _, complete = analyzed(lacking.dropna(subset=["spent", "before"]), **asked)
    assert found["spent"].difference == close(complete["spent"].difference, 1e-12)
    assert found["visits/bought"].units != found["spent"].units


def test_zero_counts_a_missing_value_as_0(gappy):
    _, _, found = analyzed(gappy, missing="zero")
    _, _, filled = analyzed(gappy.fillna(0.0))
    for name, e in found.items():
        assert e.p_value == close(filled[name].p_value, 1e-12)
        assert e.units == (300, 300)
    assert (found["spent"].missing, found["bought"].missing) == (120, 0)


def test_the_library_alone_would_count_missing_values_in_n(gappy):
    """The reason for dropping them first: with a fifth missing, tea-tasting's interval is a tenth too narrow."""
    rows = table_of(gappy).rows
    rows = rows.select("v", spent=rows.spent.cast("float64"))
    silent = tea_tasting.Experiment(spent=tea_tasting.Mean("spent")).analyze(rows.rename(variant="v"), control="old")
    _, _, found = analyzed(gappy, missing="drop")
    ours = found["spent"].difference_high - found["spent"].difference_low
    theirs = silent["spent"].effect_size_ci_upper - silent["spent"].effect_size_ci_lower
    assert theirs / ours == pytest.approx((480 / 600) ** 0.5, abs=0.01)


# --- Who lacks the value? ------------------------------------------------------------------------------------------


def test_missingness_is_pearsons_chi_square(gappy):
    plan, moments, _ = analyzed(gappy, missing="drop", ratios="")
    (check,) = experiment.examine(moments, plan).missing
    table = pd.crosstab(gappy.v, gappy.spent.isna())
    expected = np.outer(table.sum(axis=1), table.sum()) / 600
    chi_square = ((table - expected) ** 2 / expected).to_numpy().sum()
    assert check.gap == Gap("spent", {"old": int(table.loc["old", True]), "new": int(table.loc["new", True])}, 120, 600)
    assert check.p_value == close(stats.chi2.sf(chi_square, 1))
    assert not check.alarm


@pytest.fixture(scope="module")
def uneven(gappy):
    """The new version has lost the value of another 100 units."""
    lost = gappy.index.isin(gappy.index[gappy.v == "new"][:100])
    return gappy.assign(spent=gappy.spent.mask(lost), visits=1.0)


def test_values_missing_in_one_variant_make_every_result_invalid(uneven):
    plan, moments, found = analyzed(uneven, missing="drop")
    health = experiment.examine(moments, plan)
    decision = experiment.decide(plan, list(found.values()), health)
    assert decision.decision == "invalid"
    text = words.memo(plan, decision, health)
    assert text.startswith("**Invalid: read no result.** **Values are missing unevenly:** `spent` (")
    assert "set `missing` to `zero`" in text
    assert "assignment, redirects" not in text


def test_values_that_count_as_0_are_no_alarm(uneven):
    plan, moments, _ = analyzed(uneven, missing="zero")
    assert not experiment.examine(moments, plan).alarm


def test_the_memo_says_what_became_of_the_gaps(gappy):
    for missing, says in (
        ("drop", "Column `spent`: 120 of 600 rows have no value and are left out of `spent` and `spent/visits`."),
        ("zero", "Column `spent`: 120 of 600 rows have no value; they count as 0, as you declared."),
    ):
        plan, moments, found = analyzed(gappy, missing=missing)
        health = experiment.examine(moments, plan)
        text = words.memo(plan, experiment.decide(plan, list(found.values()), health), health, ["A note."])
        assert f"About the file: A note. {says}" in text


def test_health_says_that_nobody_lacks_values_more_often(gappy):
    plan, moments, _ = analyzed(gappy, missing="drop")
    says = words.health_sentences(experiment.examine(moments, plan))
    assert "No variant lacks values of `spent` and `visits` more often than chance explains" in says


# --- What is still refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("1,a,,2\n2,b,1,3\n", None),
        ("1,a,NA,2\n2,b,1,3\n", None),
        ("1,,0,2\n2,b,1,3\n", "column 'v', row 1 (line 2): the value is missing"),
        (",a,0,2\n2,b,1,3\n", "column 'u', row 1 (line 2): the value is missing"),
        ("1,a,often,2\n2,b,1,3\n", "column 'c', row 1 (line 2): 'often' is neither yes nor no"),
        ("1,a,1,two\n2,b,1,3\n", "column 'y', row 1 (line 2): 'two' is not a number"),
    ],
)
@pytest.mark.parametrize("missing", ["drop", "zero"])
def test_only_a_metric_may_be_missing(tmp_path, rows, says, missing):
    path = tmp_path / "test.csv"
    path.write_text("u,v,c,y\n" + rows, encoding="utf-8")
    plan = experiment.plan(variant="v", control="a", unit="u", proportions="c", means="y", missing=missing)
    if says is None:
        tables.read(path, plan.columns, key=plan.key)
        return
    with pytest.raises(InputError) as refusal:
        tables.read(path, plan.columns, key=plan.key)
    assert says in str(refusal.value)


def test_a_variant_without_a_value_is_refused():
    frame = pd.DataFrame({"v": list("aabbb"), "y": [1, 2, None, None, 3.0]})
    plan = experiment.plan(variant="v", control="a", means="y", missing="drop")
    with pytest.raises(InputError) as refusal:
        experiment.moments(table_of(frame), plan)
    says = "frame.csv, column 'y': fewer than two units of variant 'b' have every value that y needs."
    assert str(refusal.value) == f"{says} Leave the metric or its covariate out, or bring the values."
