"""The reader's parameters and file: what cannot be meant is refused in one line."""

import numpy as np
import pandas as pd
import pytest
from test_experiment import typed

from mlpm import InputError, experiment, tables

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
        ({"means": "v"}, "'v' is a metric or a covariate, too"),
        ({"unit": "v"}, "'v' is the variant, too"),
        ({"guardrails": "t:0.02"}, "'t:0.02' is not a guardrail"),
        ({"guardrails": "t:less:0.02"}, "'t:less:0.02' is not a guardrail"),
        ({"guardrails": "t:lower:2%"}, "'2%' is not a number from 0 to 1"),
        ({"guardrails": "t:lower:0.02, t:lower:0.03"}, "'t' is named twice"),
        ({"covariates": "y"}, "'y' has no column"),
        ({"covariates": "z:x"}, "'z' is not a metric"),
        ({"covariates": "y:y"}, "'y' is its own covariate"),
        ({"covariates": "y:x+"}, "'y:x+' lacks a column"),
        ({"covariates": "y:x+x"}, "'y:x+x' names a covariate twice"),
        ({"covariates": "y:x, y:z"}, "'y' is named twice. Write y:x+z."),
        ({"covariates": "y:w", "proportions": "w"}, "'w' is measured by the test itself"),
        ({"missing": "skip"}, "'skip' is unknown. Write drop or zero, or leave it empty."),
        ({"sequential": "daily"}, "'daily' is unknown. Write always, or leave it empty."),
        ({"cluster": "v"}, "'v' is the variant, too"),
        ({"cluster": "y"}, "'y' is a metric or a covariate, too"),
        ({"cluster": "u", "unit": "u"}, "'u' is the unit, too"),
        ({"segments": "a, b, c, d"}, "4 columns, and at most 3 can be asked for"),
        ({"segments": "a, a"}, "'a' is named twice"),
        ({"segments": "v"}, "'v' is the variant, too"),
        ({"segments": "y"}, "'y' is a metric or a covariate, too"),
        ({"segments": "g", "means": "", "guardrails": "t:lower:0.02"}, "only guardrails are named"),
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
    assert list(moments.units) == ["z", "b", "c"]
    assert experiment.sample_ratio(moments.units, plan.expected_split).chi_square == pytest.approx(0)
