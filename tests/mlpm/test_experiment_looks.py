"""What looking costs, and how often a win is false: bounds and shares that are published."""

import pytest

from mlpm import experiment
from mlpm.experiment import words

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
    plan = experiment.plan(variant="v", control="old", means="revenue", looks=looks)
    assert words.peeking(plan, 10) == text


@pytest.mark.parametrize(("shape", "inflation"), [("obrien-fleming", 1.028411), ("pocock", 1.228573)])
def test_the_price_of_five_looks_equals_rpact(shape, inflation):
    """rpact's own tolerance shows in the fifth digit of its Pocock bounds, and so here."""
    assert experiment.sample_inflation(5, shape) == pytest.approx(inflation, abs=3e-5)


@pytest.mark.parametrize(("prior", "risk"), [(0.33, 0.06), (0.15, 0.15), (0.10, 0.22), (0.08, 0.26)])
def test_false_positive_risk_equals_the_published_table(prior, risk):
    """Kohavi, Deng & Vermeer 2022: winners only, alpha .05 two-sided, power .8."""
    assert round(experiment.false_positive_risk(prior), 2) == risk
