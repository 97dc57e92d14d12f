"""Kappas in which a near miss counts for something, and the kappas of single labels with their intervals.

Expected values of the two-rater tables were computed from the papers' cells by several independent programs that agree
(scikit-learn, statsmodels, R's psych and vcd; for AC2 the package irrCAC).
"""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa
from test_agreement import FOUR_CODERS, PATIENTS, counted, long, raters_of, square, value

from mlpm import agreement

PSYCHOSIS = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
WINNIPEG = [[38, 5, 0, 1], [33, 11, 3, 0], [10, 14, 5, 6], [3, 7, 3, 10]]
NEW_ORLEANS = [[5, 3, 0, 0], [3, 11, 4, 0], [2, 13, 3, 4], [1, 2, 4, 14]]
SEXUAL_FUN = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
# Cells, kappa with linear and with quadratic weights. Feinstein & Cicchetti 1990; Fleiss's psychosis table; Cohen 1968
# (his 200 cases as 100); Landis & Koch 1977, multiple sclerosis in Winnipeg and New Orleans; R's vcd; Gwet's two.
TABLES = [
    ([[20, 5], [10, 15]], 0.400000, 0.400000),
    ([[40, 9], [6, 45]], 0.699519, 0.699519),
    ([[80, 10], [5, 5]], 0.318182, 0.318182),
    ([[45, 15], [25, 15]], 0.130435, 0.130435),
    ([[25, 35], [5, 35]], 0.259259, 0.259259),
    ([[118, 5], [2, 0]], -0.023392, -0.023392),
    (PSYCHOSIS, 0.722222, 0.755319),
    ([[44, 7, 9], [5, 20, 5], [1, 3, 6]], 0.473684, 0.454545),
    (WINNIPEG, 0.379731, 0.524576),
    (NEW_ORLEANS, 0.477273, 0.625581),
    (SEXUAL_FUN, 0.237381, 0.332046),
    ([[40, 4, 4, 17], [6, 25, 2, 13], [4, 1, 21, 12], [15, 5, 9, 45]], 0.406811, 0.383186),
    ([[13, 0, 0], [0, 20, 7], [0, 4, 56]], 0.842902, 0.892157),
]


@pytest.mark.parametrize(("table", "linear", "quadratic"), TABLES)
def test_weighted_kappa_of_two_raters_is_the_published_one(table, linear, quadratic):
    ratings = counted(square(table), "ordinal")
    (pair,) = agreement.pairwise(ratings, agreement.pair_counts(ratings)).itertuples()
    assert (pair.kappa_linear, pair.kappa_quadratic) == pytest.approx((linear, quadratic), abs=6e-7)


@settings(deadline=None)
@given(st.integers(2, 5).flatmap(lambda k: st.lists(st.integers(0, 30), min_size=k * k, max_size=k * k)))
def test_weighted_kappa_is_that_of_statsmodels(cells):
    table = np.array(cells).reshape(int(len(cells) ** 0.5), -1)
    for scheme in ("linear", "quadratic"):
        kappa = agreement.weighted_cohen(table, np.arange(len(table)), scheme)
        one = np.count_nonzero(table.sum(axis=0) + table.sum(axis=1)) < 2
        if one:
            assert kappa is None
        else:
            assert kappa == pytest.approx(cohens_kappa(table, wt=scheme, return_results=False), abs=1e-9)


@pytest.mark.parametrize("scheme", ["linear", "quadratic"])
def test_the_weighted_kappa_of_several_raters_is_the_mean_over_pairs(scheme):
    ratings = counted(PATIENTS, "ordinal")
    wide = PATIENTS.pivot(index="item", columns="rater", values="label")
    each = [
        cohens_kappa(pd.crosstab(wide[a], wide[b]).reindex(index=list("12345"), columns=list("12345"), fill_value=0),
                     wt=scheme, return_results=False)
        for a, b in itertools.combinations(wide.columns, 2)
    ]
    found = agreement.analyze(ratings, required_alpha=0.8, cost_per_label=1, seed=1)
    assert found.weighted_kappas[scheme] == pytest.approx(np.mean(each), abs=1e-9)
    assert found.result()["weighted_kappas"][scheme] == found.weighted_kappas[scheme]


def test_a_level_that_nobody_used_keeps_its_place():
    """On 1 … 5 without a 3, from 2 to 4 are two steps; statsmodels gets the row and the column of zeros."""
    table = np.array([[5, 2, 0, 1, 0], [1, 6, 0, 2, 0], [0, 0, 0, 0, 0], [0, 3, 0, 7, 1], [1, 0, 0, 2, 4]])
    ratings = counted(square(table), "ordinal", order="01234")
    (pair,) = agreement.pairwise(ratings, agreement.pair_counts(ratings)).itertuples()
    assert pair.kappa_linear == pytest.approx(cohens_kappa(table, wt="linear", return_results=False), abs=1e-9)
    assert ratings.values.tolist() == [0, 1, 3, 4]


def test_on_an_interval_scale_weights_are_those_of_the_numbers():
    """By hand: 0, 1 and 10, so 0 and 1 agree by 0.9 (linear) and 0.99 (quadratic); ten items, both raters 5 0s."""
    frame = long("0000011111", "0000111110").replace({"label": {"1": "10"}})
    frame.loc[frame.item == "001", "label"] = "1"
    ratings = counted(frame, "interval")
    table = np.array([[3, 0, 1], [0, 1, 0], [1, 0, 4]])  # 0, 1, 10
    for scheme, near in (("linear", 0.9), ("quadratic", 0.99)):
        far = {"linear": 0.1, "quadratic": 1 - 0.81}[scheme]
        weights = np.array([[1, near, 0], [near, 1, far], [0, far, 1]])
        observed, margins = (weights * table).sum() / 10, np.outer(table.sum(axis=1), table.sum(axis=0)) / 100
        expected = (weights * margins).sum()
        (pair,) = agreement.pairwise(ratings, agreement.pair_counts(ratings)).itertuples()
        by_hand = (observed - expected) / (1 - expected)
        assert getattr(pair, f"kappa_{scheme}") == pytest.approx(by_hand, abs=1e-12)


@pytest.mark.parametrize(
    ("frame", "linear", "quadratic"),
    [
        (square(PSYCHOSIS), 0.895501, 0.913043),
        (square(WINNIPEG), 0.465107, 0.622092),
        (square(NEW_ORLEANS), 0.532254, 0.698369),
        (square(SEXUAL_FUN), 0.273003, 0.378020),
        (FOUR_CODERS, 0.858739, 0.914001),
    ],
)
def test_gwets_ac2_is_that_of_irrcac(frame, linear, quadratic):
    found = agreement.resample(counted(frame, "ordinal").counted, draws=50)
    assert found.estimate("gwet_ac2_linear").value == pytest.approx(linear, abs=6e-7)
    assert found.estimate("gwet_ac2_quadratic").value == pytest.approx(quadratic, abs=6e-7)
    assert found.estimate("gwet_ac2_linear").low < linear < found.estimate("gwet_ac2_linear").high


@pytest.mark.parametrize(
    ("table", "ordinal", "interval"),
    [(PSYCHOSIS, 0.715522, 0.756218), (WINNIPEG, 0.456687, 0.498674), (NEW_ORLEANS, 0.615415, 0.620949)],
)
def test_alpha_of_two_raters_on_a_scale(table, ordinal, interval):
    assert value(square(table), "krippendorff_alpha", "ordinal") == pytest.approx(ordinal, abs=6e-7)
    assert value(square(table), "krippendorff_alpha", "interval") == pytest.approx(interval, abs=6e-7)


@pytest.mark.parametrize(("level", "shown"), [("nominal", False), ("ordinal", True), ("interval", True)])
def test_weights_are_shown_where_labels_lie_on_a_scale(level, shown):
    found = agreement.analyze(counted(PATIENTS, level), required_alpha=0.8, cost_per_label=1, seed=1)
    names = found.measures.measure.tolist()
    for words in ("Gwet's AC2, linear weights", "Gwet's AC2, quadratic weights", "The same, linear weights"):
        assert (words in names) == shown
    assert bool(found.result()["weighted_kappas"]) == bool(found.result()["gwet_ac2"]) == shown


# --- Single labels ---------------------------------------------------------------------------------------------------


def test_category_kappas_have_the_interval_of_drawing_items():
    """Fleiss 1971, with statsmodels on each label against the rest, on items drawn one by one."""
    ratings = counted(PATIENTS)
    table = agreement.by_label(ratings, agreement.resample(ratings.counted, 2000, 3))
    counts = pd.crosstab(PATIENTS.item, PATIENTS.label).to_numpy()
    rng = np.random.default_rng(8)
    drawn = [counts[rng.integers(30, size=30)] for _ in range(2000)]
    for place in range(5):
        kappas = [fleiss_kappa(np.column_stack([one[:, place], 6 - one[:, place]])) for one in drawn
                  if one[:, place].any()]
        assert (table.low[place], table.high[place]) == pytest.approx(np.percentile(kappas, [2.5, 97.5]), abs=0.025)
    assert ((table.low < table.kappa) & (table.kappa < table.high)).all()


def test_a_label_on_one_item_only_has_no_interval():
    """A third of the samples miss that item, and then the label has no kappa."""
    ratings = counted(long("ab" * 20 + "c", "ab" * 20 + "c"))
    table = agreement.by_label(ratings, agreement.resample(ratings.counted, 300, 1)).set_index("label")
    assert table.kappa["c"] == pytest.approx(1)
    assert np.isnan(table.low["c"])
    assert table.low["a"] == table.high["a"] == pytest.approx(1)


def test_label_kappas_are_part_of_the_answer_for_machines():
    found = agreement.analyze(counted(raters_of([0.9, 0.8, 0.9], 100, 1)), required_alpha=0.8, cost_per_label=1, seed=1)
    for row, shown in zip(found.result()["label_kappas"], found.labels.itertuples(), strict=True):
        assert row == {"label": shown.label, "kappa": shown.kappa, "low": shown.low, "high": shown.high}
        assert row["low"] < row["kappa"] < row["high"]
