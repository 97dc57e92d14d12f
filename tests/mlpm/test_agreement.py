"""Agreement gives the published numbers, keeps its invariants, refuses bad ratings, and every decision can be reached.

Expected values are the papers' own, or were computed from the papers' cells by several independent programs that agree
(krippendorff, irrCAC, statsmodels, scikit-learn, R's psych and irr). None comes from the code under test.
"""

import functools
import itertools
import json
import re
from fractions import Fraction

import ibis
import krippendorff
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from mlpm import InputError, agreement
from mlpm.outputs import rounded
from titles import title_of

GAP = "."


def long(*raters: str) -> pd.DataFrame:
    """One string a rater, one character an item, a point where the rater gave no label."""
    return pd.DataFrame(
        [(f"{i + 1:03d}", f"r{r + 1}", label) for r, labels in enumerate(raters) for i, label in enumerate(labels)
         if label != GAP],
        columns=["item", "rater", "label"],
    )


def counted(frame: pd.DataFrame, level="nominal", order=None, **options) -> agreement.Ratings:
    if level in ("interval", "ratio"):
        frame = frame.assign(label=frame.label.astype(float))
    order = sorted(set(frame.label)) if level == "ordinal" and order is None else order or ()
    rows = ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))
    return agreement.count(rows, level=level, order=order, **options)


def square(table) -> pd.DataFrame:
    """The long form of a square table of two raters, rater 1 in rows."""
    cells = [(a, b) for a, row in enumerate(table) for b, n in enumerate(row) for _ in range(n)]
    return long("".join(str(a) for a, _ in cells), "".join(str(b) for _, b in cells))


def value(frame, name, level="nominal"):
    return agreement.coefficients(counted(frame, level).patterns, draws=10)[name].value


# --- Published tables ----------------------------------------------------------------------------------------------

# Krippendorff, Content Analysis; Hayes & Krippendorff 2007: four coders, twelve units.
FOUR_CODERS = long("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
# The worked example of the encyclopedia article on the coefficient: three coders, fifteen units.
THREE_CODERS = long(".....34121133.3", "1.213343.......", "..21344.21133.4")
# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability: binary and nominal data, two observers.
BINARY = long("0100000010", "1110010000")
NOMINAL = long("112243335441", "212223335444")
# Teaching set of the R package irr: anxiety of twenty subjects, three raters.
ANXIETY = long("33345523522615221243", "36462424332333221334", "21443216111233113322")
# Fleiss 1971, Psychological Bulletin 76: thirty patients, six psychiatrists, five diagnoses.
PATIENTS = long(
    "422521311511212311215221121215", "423521311542242311235421421235", "423523334544244311435444421435",
    "453543334544344341455454421435", "453543534544344351455454425435", "455543544544345552455454545435",
)
# Dawid & Skene 1979, table 1: forty-five patients, five observers; observer 1 saw each of them three times.
PASSES = (
    "131222132242121111222222112111131224223111212", "131222232342122111222222113111131223233112322",
    "132222232242121111222221112112131223123111212", "142333232243131211212232112111131234233112212",
    "131123142243121111232222112111121223224111212", "132222132244111111222222112112131234333111212",
    "142122133343121111122122112111131223232111212",
)
OBSERVER = [0, 0, 0, 1, 2, 3, 4]
# Fleiss' kappa, the widely used teaching example: counts of five categories, ten subjects, fourteen raters each.
TEN_SUBJECTS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]

ALPHAS = [
    (FOUR_CODERS, {"nominal": 0.743421, "ordinal": 0.815388, "interval": 0.849107, "ratio": 0.797403}),
    (THREE_CODERS, {"nominal": 0.691358, "ordinal": 0.806721, "interval": 0.810845, "ratio": 0.808944}),
    (BINARY, {"nominal": 0.095238}),
    (NOMINAL, {"nominal": 0.691964}),
    (PATIENTS, {"nominal": 0.433410}),
    (ANXIETY, {"nominal": -0.023725, "ordinal": 0.228387, "interval": 0.170099, "ratio": 0.141801}),
    (long(*PASSES), {"nominal": 0.582571, "ordinal": 0.795573, "interval": 0.791029}),
]


@pytest.mark.parametrize(
    ("table", "level", "published"), [(table, *pair) for table, levels in ALPHAS for pair in levels.items()]
)
def test_krippendorff_alpha_is_the_published_one(table, level, published):
    assert value(table, "krippendorff_alpha", level) == pytest.approx(published, abs=6e-7)
    assert agreement.alpha(counted(table, level).patterns) == pytest.approx(published, abs=6e-7)


def test_order_and_not_the_alphabet_ranks_labels():
    named = FOUR_CODERS.assign(label=FOUR_CODERS.label.map(dict(zip("12345", "beadc", strict=True))))
    assert agreement.alpha(counted(named, "ordinal", order="beadc").patterns) == pytest.approx(0.815388, abs=6e-7)


@pytest.mark.parametrize(
    ("table", "name", "published"),
    [
        (FOUR_CODERS, "percent_agreement", 0.818182),
        (FOUR_CODERS, "gwet_ac1", 0.775444),
        (FOUR_CODERS, "fleiss_kappa", 0.761169),
        (THREE_CODERS, "gwet_ac1", 0.709164),
        (BINARY, "gwet_ac1", 0.310345),
        (BINARY, "fleiss_kappa", 0.047619),
        (NOMINAL, "gwet_ac1", 0.689655),
        (NOMINAL, "fleiss_kappa", 0.678571),
        (PATIENTS, "percent_agreement", 0.555556),
        (PATIENTS, "fleiss_kappa", 0.430245),
        (PATIENTS, "gwet_ac1", 0.447885),
        (ANXIETY, "fleiss_kappa", -0.041076),
    ],
)
def test_coefficients_are_the_published_ones(table, name, published):
    assert value(table, name) == pytest.approx(published, abs=6e-7)


def test_fleiss_kappa_of_ten_subjects_and_fourteen_raters():
    patterns = agreement.Patterns(np.array(TEN_SUBJECTS), np.ones(10, dtype=int), np.arange(5.0))
    assert agreement.coefficients(patterns, draws=2)["fleiss_kappa"].value == pytest.approx(0.209931, abs=6e-7)
    assert agreement.chance(patterns) == pytest.approx((0.378022, 0.212755), abs=6e-7)


def test_category_kappas_of_fleiss_1971():
    table = agreement.by_label(counted(PATIENTS))
    assert table.kappa.tolist() == pytest.approx([0.244755, 0.244755, 0.520000, 0.471127, 0.566118], abs=6e-7)
    assert table["share"].tolist() == pytest.approx([0.144444, 0.144444, 0.166667, 0.305556, 0.238889], abs=6e-7)


def test_mean_pairwise_kappa_is_lights():
    for table, published in ((PATIENTS, 0.459412), (ANXIETY, -0.017479)):
        ratings = counted(table)
        pairs = agreement.pairwise(ratings, agreement.pair_counts(ratings))
        assert agreement.mean_pairwise_kappa(pairs) == pytest.approx(published, abs=6e-7)


# Two raters. Feinstein & Cicchetti 1990 (the paradoxes; they print .70, .32, .13, .26), Gwet (high prevalence), Fleiss
# (three diagnoses; prints .68), Cohen 1968 (prints .49), Landis & Koch 1977 (multiple sclerosis; print .208, .297).
# Cells, percent agreement, kappa, alpha, AC1.
TWO_RATERS = [
    ([[20, 5], [10, 15]], 0.70, 0.400000, 0.400000, 0.405941),
    ([[40, 9], [6, 45]], 0.85, 0.699519, 0.700752, 0.700748),
    ([[80, 10], [5, 5]], 0.85, 0.318182, 0.317714, 0.808000),
    ([[45, 15], [25, 15]], 0.60, 0.130435, 0.125275, 0.266055),
    ([[25, 35], [5, 35]], 0.60, 0.259259, 0.195960, 0.207921),
    ([[118, 5], [2, 0]], 0.944, -0.023392, -0.024691, 0.940776),
    ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.89, 0.676471, 0.676900, 0.867570),
    ([[44, 7, 9], [5, 20, 5], [1, 3, 6]], 0.70, 0.491525, 0.489744, 0.575972),
    ([[38, 5, 0, 1], [33, 11, 3, 0], [10, 14, 5, 6], [3, 7, 3, 10]], 0.429530, 0.207942, 0.180995, 0.257780),
    ([[5, 3, 0, 0], [3, 11, 4, 0], [2, 13, 3, 4], [1, 2, 4, 14]], 0.478261, 0.296517, 0.288517, 0.311084),
]


@pytest.mark.parametrize(("table", "observed", "kappa", "alpha", "ac1"), TWO_RATERS)
def test_two_rater_tables_are_the_published_ones(table, observed, kappa, alpha, ac1):
    ratings = counted(square(table))
    (pair,) = agreement.pairwise(ratings, agreement.pair_counts(ratings)).itertuples()
    found = agreement.coefficients(ratings.patterns, draws=2)
    assert (pair.agreement, pair.kappa) == pytest.approx((observed, kappa), abs=6e-7)
    assert found["percent_agreement"].value == pytest.approx(observed, abs=6e-7)
    assert (found["krippendorff_alpha"].value, found["gwet_ac1"].value) == pytest.approx((alpha, ac1), abs=6e-7)


def votes(passes):
    return zip(*[(i, OBSERVER[p], int(label) - 1) for p, row in enumerate(passes) for i, label in enumerate(row)],
               strict=True)


def test_dawid_and_skene_1979():
    fit = agreement.dawid_skene(*votes(PASSES), tolerance=1e-12)
    assert fit.converged
    assert np.round(fit.prevalence, 2).tolist() == [0.40, 0.42, 0.11, 0.07]  # as the paper prints them
    assert fit.prevalence == pytest.approx([0.399555, 0.421983, 0.111795, 0.066667], abs=6e-7)
    assert fit.log_likelihood == pytest.approx(-192.890881, abs=6e-7)
    assert np.round(fit.confusion[0], 3).tolist() == [
        [0.889, 0.111, 0, 0], [0.071, 0.876, 0.053, 0], [0, 0.339, 0.661, 0], [0, 0, 0.556, 0.444]
    ]
    assert "".join(str(k + 1) for k in fit.posterior.argmax(axis=1)) == "142222132243121111222222112111131224233111212"
    uncertain = {item + 1 for item in np.flatnonzero(fit.posterior.max(axis=1) < 0.9995)}
    assert uncertain == {7, 30, 35, 38}
    assert fit.posterior[6, :2] == pytest.approx([0.981, 0.019], abs=6e-4)


def test_dawid_and_skene_starts_from_the_soft_majority():
    """From the hard majority EM stops at −193.974640: another, lower top. The default tolerance must not stop early."""
    assert agreement.dawid_skene(*votes(PASSES)).log_likelihood == pytest.approx(-192.890881, abs=1e-6)


def test_the_vote_differs_from_dawid_and_skene_at_three_patients():
    counts = np.zeros((45, 4), dtype=int)
    for item, _, label in zip(*votes(PASSES), strict=True):
        counts[item, label] += 1
    voted = agreement.majority(counts)
    lowest = np.where(voted == agreement.NO_MAJORITY, counts.argmax(axis=1), voted)
    estimated = agreement.dawid_skene(*votes(PASSES)).posterior.argmax(axis=1)
    assert (np.flatnonzero(lowest != estimated) + 1).tolist() == [2, 12, 36]


# --- Independent programs, on tables nobody chose -------------------------------------------------------------------


@st.composite
def complete_counts(draw):
    raters, labels = draw(st.integers(2, 6)), draw(st.integers(2, 4))
    item = st.lists(st.integers(0, labels - 1), min_size=raters, max_size=raters)
    rows = draw(st.lists(item, min_size=2, max_size=12))
    counts = np.array([np.bincount(row, minlength=labels) for row in rows])
    return counts[:, counts.any(axis=0)]


@settings(deadline=None)
@given(complete_counts())
def test_fleiss_kappa_is_that_of_statsmodels(counts):
    patterns = agreement.Patterns.group(counts, np.ones(len(counts)), np.arange(counts.shape[1]), "nominal")
    found = agreement.coefficients(patterns, draws=2)["fleiss_kappa"]
    if counts.shape[1] == 1:
        assert found.value is None
        assert "same label" in found.reason
    else:
        assert found.value == pytest.approx(fleiss_kappa(counts), abs=1e-9)


@settings(deadline=None)
@given(st.integers(2, 5).flatmap(lambda k: st.lists(st.integers(0, 30), min_size=k * k, max_size=k * k)))
def test_cohens_kappa_is_that_of_statsmodels(cells):
    table = np.array(cells).reshape(int(len(cells) ** 0.5), -1)
    _, kappa = agreement.cohen(table)
    total = table.sum()
    if total == 0 or table.sum(axis=0) @ table.sum(axis=1) == total**2:
        assert kappa is None
    else:
        assert kappa == pytest.approx(cohens_kappa(table, return_results=False), abs=1e-9)


@st.composite
def gapped_counts(draw):
    labels = draw(st.integers(2, 5))
    rows = draw(st.lists(st.lists(st.integers(0, 3), min_size=labels, max_size=labels), min_size=2, max_size=10))
    weights = draw(st.lists(st.integers(1, 4), min_size=len(rows), max_size=len(rows)))
    values = draw(st.lists(st.integers(0, 50), min_size=labels, max_size=labels, unique=True).map(sorted))
    level = draw(st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
    return agreement.Patterns.group(np.array(rows), np.array(weights), values, level)


@settings(deadline=None)
@given(gapped_counts())
def test_alpha_from_patterns_is_that_of_the_library(patterns):
    """The bootstrap's formula on weighted patterns and the library on one row an item: one number."""
    ours = agreement.alpha(patterns)
    if ours is not None:
        assert ours == pytest.approx(agreement.library_alpha(patterns), abs=1e-9)


# --- What must not matter ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("raters", [15, 16, 40])
def test_many_raters_of_one_item_are_counted_right(raters):
    """Against the library on the table of raters × items itself: its path through counts overflows in small types."""
    matrix = np.random.default_rng(raters).random((raters, 30)) < np.linspace(0.02, 0.98, 30)
    frame = long(*("".join("yn"[cell] for cell in row) for row in matrix.astype(int)))
    published = krippendorff.alpha(reliability_data=matrix.astype(float), level_of_measurement="nominal")
    assert value(frame, "krippendorff_alpha") == pytest.approx(published, abs=1e-9)



@pytest.fixture(scope="module")
def noisy():
    """Two hundred items, five raters, three labels, gaps; rater r5 guesses."""
    rng = np.random.default_rng(7)
    rows = []
    for item in range(200):
        true = rng.choice(3, p=[0.6, 0.3, 0.1])
        for rater in rng.choice(5, size=rng.integers(1, 5), replace=False):
            wrong = rng.random() < (0.9 if rater == 4 else 0.15)
            rows.append((f"{item:03d}", f"r{rater + 1}", "abc"[rng.integers(3) if wrong else true], "xy"[item % 2]))
    return pd.DataFrame(rows, columns=["item", "rater", "label", "group"])


def renamed(frame, column):
    names = sorted(set(frame[column]))
    return frame.assign(**{column: frame[column].map(dict(zip(names, reversed(names), strict=True)))})


@pytest.mark.parametrize("column", ["item", "rater", "label"])
def test_names_do_not_matter(noisy, column):
    ratings, other = counted(noisy), counted(renamed(noisy, column))
    for name, estimate in agreement.coefficients(ratings.patterns, draws=2).items():
        assert agreement.coefficients(other.patterns, draws=2)[name].value == pytest.approx(estimate.value, abs=1e-12)
    fits = [agreement.consensus(r).fit.log_likelihood for r in (ratings, other)]
    assert fits[0] == pytest.approx(fits[1], abs=1e-6)


def test_the_order_of_rows_does_not_matter(noisy):
    one, other = counted(noisy), counted(noisy.sample(frac=1, random_state=3))
    assert one.profile.tolist() == other.profile.tolist()
    assert agreement.coefficients(one.patterns, 200, 1) == agreement.coefficients(other.patterns, 200, 1)


def test_the_interval_is_that_of_drawing_items_one_by_one(noisy):
    ratings = counted(noisy)
    rng = np.random.default_rng(0)
    rows = np.repeat(ratings.counts, ratings.items, axis=0)
    once = np.ones(len(rows))
    samples = [rows[rng.integers(len(rows), size=len(rows))] for _ in range(1500)]
    drawn = [agreement.alpha(agreement.Patterns(sample, once, np.arange(3.0))) for sample in samples]
    found = agreement.coefficients(ratings.patterns, 1500, 0)["krippendorff_alpha"]
    assert (found.low, found.high) == pytest.approx(np.percentile(drawn, [2.5, 97.5]), abs=0.012)
    assert found.low < found.value < found.high


def test_one_seed_gives_one_interval_in_chunks_or_not(noisy, monkeypatch):
    patterns = counted(noisy).patterns
    whole = agreement.coefficients(patterns, 300, 5)
    monkeypatch.setattr("mlpm.agreement.measures.BOOTSTRAP_CELLS", len(patterns.items) * 7)
    parts = agreement.coefficients(patterns, 300, 5)
    for name, estimate in whole.items():
        assert (parts[name].low, parts[name].high) == pytest.approx((estimate.low, estimate.high), abs=1e-12)
    assert agreement.coefficients(patterns, 300, 6) != whole


def test_large_tables_get_the_same_alpha_without_the_library(noisy, monkeypatch):
    patterns = counted(noisy).patterns
    by_library = agreement.coefficients(patterns, 2)["krippendorff_alpha"].value
    monkeypatch.setattr("mlpm.agreement.measures.LIBRARY_CELLS", 0)
    assert agreement.coefficients(patterns, 2)["krippendorff_alpha"].value == pytest.approx(by_library, abs=1e-12)


# --- Undefined, with its reason ---------------------------------------------------------------------------------------


def test_one_label_leaves_chance_correction_undefined():
    found = agreement.coefficients(counted(long("aaaa", "aaa.")).patterns, draws=20)
    assert found["percent_agreement"].value == 1
    for name in ("krippendorff_alpha", "fleiss_kappa", "gwet_ac1"):
        assert found[name].value is None
        assert "same label" in found[name].reason


def test_no_pair_leaves_everything_undefined():
    patterns = agreement.Patterns(np.eye(2, dtype=int), np.array([3, 4]), np.arange(2.0))
    for estimate in agreement.coefficients(patterns, draws=20).values():
        assert estimate.value is None
        assert "two ratings" in estimate.reason
    assert agreement.chance(patterns) is None


def test_too_few_conflicts_leave_the_interval_undefined():
    """One item in four carries the other label: a third of the samples miss it, and have no alpha."""
    found = agreement.coefficients(counted(long("aaab", "aaab")).patterns, draws=400)["krippendorff_alpha"]
    assert found.value == 1
    assert found.low is None
    assert "bootstrap" in found.reason


# --- Who, which label, which item, which group ------------------------------------------------------------------------


def test_the_rater_who_guesses_is_first_and_alone(noisy):
    ratings = counted(noisy)
    table = agreement.against_the_rest(ratings, agreement.pair_counts(ratings))
    assert table.rater[0] == "r5"
    assert table.agreement.is_monotonic_increasing
    assert agreement.drag(ratings, table, table.alpha_without[0]) == (["r5"], pytest.approx(table.alpha_without[0]))
    assert agreement.drag(ratings, table, 0.999) == ([], None)


def test_without_a_rater_is_as_if_the_rater_had_not_been_there(noisy):
    ratings = counted(noisy)
    table = agreement.against_the_rest(ratings, agreement.pair_counts(ratings)).set_index("rater")
    for rater in ratings.raters:
        alone = agreement.alpha(counted(noisy[noisy.rater != rater]).patterns)
        assert table.alpha_without[rater] == pytest.approx(alone, abs=1e-12)


def test_a_rater_against_the_rest_counts_every_item_once():
    """r1 agrees with both others, with one of two, with neither, and with the only other."""
    ratings = counted(long("aaba", "aaa.", "aba.", "...a"))
    table = agreement.against_the_rest(ratings, agreement.pair_counts(ratings)).set_index("rater")
    assert table.agreement["r1"] == pytest.approx((1 + 0.5 + 0 + 1) / 4)
    assert table.label["r1"] == "b"
    assert table.excess["r1"] == pytest.approx((1 - 0.5) / 4)


def test_at_most_one_rater_in_five_drags_and_two_remain():
    """Two guessers among five raters are two, and two raters have nobody to blame."""
    for table in (raters_of([1, 1, 1, 0.6, 0.6], 300, 4), raters_of([1, 0.6], 300, 4)):
        ratings = counted(table)
        rest = agreement.against_the_rest(ratings, agreement.pair_counts(ratings))
        assert agreement.drag(ratings, rest, 0.80) == ([], None)


def test_a_pair_counts_only_items_both_saw():
    ratings = counted(long("ab.a", "ab.b", "..aa"))
    pairs = agreement.pairwise(ratings, agreement.pair_counts(ratings))
    assert pairs["items"].tolist() == [3, 1, 1]
    assert pairs.agreement.tolist() == pytest.approx([2 / 3, 1, 0])
    assert pairs.kappa.isna().tolist() == [False, True, False]


def test_too_many_raters_have_no_pairs_but_a_rest(noisy, monkeypatch):
    monkeypatch.setattr("mlpm.agreement.raters.PAIR_CELLS", 10)
    ratings = counted(noisy)
    pairs = agreement.pair_counts(ratings)
    assert "too many" in pairs.reason
    assert agreement.pairwise(ratings, pairs).empty
    assert agreement.mean_pairwise_kappa(agreement.pairwise(ratings, pairs)) is None
    assert agreement.against_the_rest(ratings, pairs).kappa.notna().all()


def test_a_label_agrees_when_the_next_rater_gives_it_too():
    """Label a: six ratings on items aa, ab, aaa; in 1 + 0 + 3 of them the others' labels are a as well."""
    table = agreement.by_label(counted(long("aaa", "aba", "..a"))).set_index("label")
    assert table.agreement["a"] == pytest.approx((2 + 0 + 3) / 6)
    assert table["items"].to_dict() == {"a": 3, "b": 1}
    assert table["share"]["b"] == pytest.approx(1 / 7)


def test_pairs_of_labels_count_items():
    table = agreement.by_pair_of_labels(counted(long("aabc", "abcb", "a.a.")))
    assert table.to_numpy().tolist() == [["a", "b", 2], ["b", "c", 2], ["a", "c", 1]]


def test_groups_share_the_conflicts(noisy):
    ratings = counted(noisy)
    table = agreement.by_group(ratings)
    assert table["items"].sum() == ratings.item_count == noisy.item.nunique()
    assert table.conflicts.sum() == agreement.conflicts(ratings)
    assert table["share"].sum() == pytest.approx(1)
    alone = agreement.alpha(counted(noisy[noisy.group == "x"]).patterns)
    assert table.set_index("group").alpha["x"] == pytest.approx(alone, abs=1e-12)
    without_y = ratings.patterns_without_group(ratings.groups.index("y"))
    assert agreement.alpha(without_y) == pytest.approx(alone, abs=1e-12)
    assert agreement.coefficients(ratings.patterns, 2) == agreement.coefficients(
        counted(noisy.drop(columns="group")).patterns, 2
    )


def test_adjudicate_ties_first_then_the_larger_conflict_and_nothing_agreed():
    ratings = counted(long("aaaaa", "babba", "..a.a", "..a.a"))
    found = agreement.to_adjudicate(ratings, agreement.consensus(ratings))
    assert found["item"].tolist() == ["001", "004", "003"]
    assert found.given.tolist() == ["1 × a, 1 × b", "1 × a, 1 × b", "3 × a, 1 × b"]
    assert found.conflict.tolist() == pytest.approx([1, 1, 0.5])


def test_nothing_to_adjudicate_when_all_agree():
    ratings = counted(long("ab", "ab"))
    assert agreement.to_adjudicate(ratings, agreement.consensus(ratings)).empty


def test_adjudicate_ties_before_a_wider_split_with_a_majority():
    """2-1-1-1 conflicts in nine pairs of ten and has a majority; 2-2 in four of six and has none."""
    found = agreement.to_adjudicate(counted(long("aa", "aa", "bb", "cb", "d.")), None)
    assert found["item"].tolist() == ["002", "001"]
    assert found.conflict.tolist() == pytest.approx([4 / 6, 9 / 10])


def test_a_tie_has_no_majority():
    counts = np.array([[1, 1, 0], [2, 1, 0], [0, 0, 3], [1, 1, 1]])
    assert agreement.majority(counts).tolist() == [agreement.NO_MAJORITY, 0, 2, agreement.NO_MAJORITY]


def test_consensus_accounts_for_every_item(noisy):
    ratings = counted(noisy)
    found = agreement.consensus(ratings)
    assert found.same + found.other + found.tied == ratings.item_count
    assert found.raters.set_index("rater").accuracy.idxmin() == "r5"


def test_weights_stand_for_items(noisy):
    """Dawid–Skene on profiles with weights and on one row an item: the same likelihood and rater errors."""
    ratings = counted(noisy)
    codes = [pd.factorize(noisy[column], sort=True)[0] for column in ("item", "rater", "label")]
    plain, weighted = agreement.dawid_skene(*codes), agreement.consensus(ratings).fit
    assert weighted.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
    assert weighted.confusion == pytest.approx(plain.confusion, abs=1e-6)


def test_a_fine_scale_has_no_consensus():
    values = list(range(40))
    rows = [(str(item), rater, number) for item, number in enumerate(values) for rater in "xy"]
    frame = pd.DataFrame(rows, columns=["item", "rater", "label"])
    assert agreement.consensus(counted(frame, "interval")) is None


# --- The decision ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alpha", "low", "high", "dragging", "decision"),
    [
        (None, None, None, [], "collect_more"),
        (0.90, None, None, [], "collect_more"),
        (0.90, 0.80, 0.95, [], "train"),
        (0.90, 0.80, 0.95, ["r1"], "train"),
        (0.85, 0.79, 0.91, [], "collect_more"),
        (0.81, 0.79, 0.83, [], "collect_more"),
        (0.75, 0.60, 0.85, ["r1"], "collect_more"),
        (0.79, 0.77, 0.81, [], "fix_guideline"),
        (0.79, 0.77, 0.81, ["r1"], "retrain_raters"),
        (0.55, 0.48, 0.62, ["r1"], "retrain_raters"),
        (0.55, 0.48, 0.62, [], "fix_guideline"),
        (0.55, 0.30, 0.79, [], "fix_guideline"),
    ],
)
def test_the_decision_table(alpha, low, high, dragging, decision):
    assert agreement.decide(alpha, low, high, 0.80, dragging)[0] == decision


def raters_of(accuracies, items, seed):
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 2, items)
    wrong = rng.random((len(accuracies), items)) > np.array(accuracies)[:, None]
    return long(*("".join("ab"[k] for k in row) for row in np.where(wrong, 1 - true, true)))


@pytest.mark.parametrize(
    ("table", "decision"),
    [
        (raters_of([0.99, 0.99, 0.99], 300, 1), "train"),
        (raters_of([0.85, 0.85, 0.85], 300, 2), "fix_guideline"),
        (raters_of([0.99, 0.99, 0.60], 300, 3), "retrain_raters"),
        (FOUR_CODERS, "collect_more"),
        (long("aaaa", "aaaa"), "collect_more"),
    ],
)
def test_ratings_reach_every_decision(table, decision):
    ratings = counted(table)
    found = agreement.coefficients(ratings.patterns, 500)["krippendorff_alpha"]
    rest = agreement.against_the_rest(ratings, agreement.pair_counts(ratings))
    dragging, _ = agreement.drag(ratings, rest, 0.80)
    assert agreement.decide(found.value, found.low, found.high, 0.80, dragging)[0] == decision


def test_twice_the_precision_needs_four_times_the_items():
    assert agreement.items_to_settle(100, 0.85, 0.75, 0.95, 0.80) == 400
    assert agreement.items_to_settle(100, 0.75, 0.60, 0.95, 0.80) == 1600
    assert agreement.items_to_settle(100, 0.80, 0.70, 0.90, 0.80) is None


def test_two_plus_one_costs_two_and_the_conflicts():
    """200,000 items with 12% conflicts at 25 seconds and €18 an hour: €53,000 against €75,000 for three labels each."""
    euros = 25 * 18 / 3600
    assert round(200_000 * 3 * euros) == 75_000
    assert round(200_000 * agreement.labels_per_item(0.88) * euros) == 53_000


def test_two_plus_one_decides_as_three_do():
    for first, second, third in itertools.product([0, 1], repeat=3):
        two_plus_one = first if first == second else third
        assert two_plus_one == int(first + second + third >= 2)


@pytest.mark.parametrize(
    ("raters", "coin_flips", "right"),
    [(1, 0, "85.0%"), (3, 0, "93.9%"), (5, 0, "97.3%"), (3, 0.2, "89.1%"), (5, 0.2, "89.8%")],
)
def test_hard_items_limit_what_more_raters_buy(raters, coin_flips, right):
    """One item in five a coin flip for everyone, 85% right on average: 0.8 × majority of 93.75%-raters + 0.2 × ½."""
    assert f"{agreement.majority_accuracy(0.85, raters, coin_flips):.1%}" == right


def test_an_impossible_mix_and_an_even_vote_are_refused():
    with pytest.raises(ValueError, match="cannot be reached"):
        agreement.majority_accuracy(0.95, 3, 0.5)
    with pytest.raises(ValueError, match="tie"):
        agreement.majority_accuracy(0.85, 2)


def test_the_small_cases_of_the_chapter_are_worked_right():
    """By hand: each rater says yes to 4, or to 45 and 47, of 100; a label is 25 seconds at €18 an hour."""
    chance = {"rare": Fraction(4, 100) ** 2 + Fraction(96, 100) ** 2, "common": Fraction(45 * 47 + 55 * 53, 10_000)}
    same = {"rare": Fraction(96, 100), "common": Fraction(88, 100)}
    found = agreement.worked()
    for name in chance:
        kappa = (same[name] - chance[name]) / (1 - chance[name])
        assert found[f"{name}_same_of_100"] == pytest.approx(float(100 * same[name]))
        assert (found[f"{name}_chance"], found[f"{name}_kappa"]) == pytest.approx((float(chance[name]), float(kappa)))
    assert (found["label_cost"], found["remaining_labels_per_item"]) == pytest.approx((0.125, 2.12))
    assert (found["remaining_three_each"], found["remaining_two_plus_one"]) == pytest.approx((75_000, 53_000))
    assert found["report_a_items"] == 150 * 4
    right = Fraction(85, 100)
    assert found["majority_3"] == pytest.approx(float(right**3 + 3 * right**2 * (1 - right)))


# --- The words -------------------------------------------------------------------------------------------------------


def analyzed(frame, level="nominal", required=0.80, **options):
    ratings = counted(frame, level, **options)
    return agreement.analyze(ratings, required_alpha=required, cost_per_label=0.125, seed=1)


def one_hard_group():
    easy, hard = raters_of([1, 1, 1], 150, 2), raters_of([0.6, 0.6, 0.6], 60, 3)
    return pd.concat([easy.assign(group="easy"), hard.assign(group="hard", item="h" + hard.item)])


STORIES = {
    "train": (raters_of([0.99, 0.99, 0.99], 300, 1), {}),
    "fix_guideline": (raters_of([0.85, 0.85, 0.85], 300, 2), {}),
    "fix, two raters": (raters_of([0.85, 0.85], 300, 2), {}),
    "fix, no group stands out": (raters_of([0.85, 0.85, 0.85], 300, 2).assign(group=lambda d: d.item.str[-1]), {}),
    "fix, one group stands out": (one_hard_group(), {}),
    "fix, too many to relabel at once": (raters_of([0.7, 0.7, 0.7], 1500, 2), {}),
    "retrain_raters": (raters_of([0.99, 0.99, 0.60], 300, 3), {}),
    "retrain, twenty raters": (raters_of([0.99] * 18 + [0.5] * 2, 200, 3), {"required": 0.9}),
    "collect_more": (FOUR_CODERS, {}),
    "collect, on the line": (FOUR_CODERS, {"required": 0.743}),
    "one label": (long("aaaa", "aaaa"), {}),
    "perfect": (long("ab" * 20, "ab" * 20), {}),
    "ordinal": (FOUR_CODERS, {"level": "ordinal"}),
    "interval": (PATIENTS, {"level": "interval"}),
    "odd names": (raters_of([0.8, 0.8], 50, 5).replace({"label": {"a": "<b>|*yes*", "b": "$no_"}}), {}),
}


@functools.cache
def told(story):
    frame, options = STORIES[story]
    return analyzed(frame, **options)


each_story = pytest.mark.parametrize("found", [pytest.param(story, id=story) for story in STORIES], indirect=True)


@pytest.fixture
def found(request):
    return told(request.param)


@each_story
def test_every_sentence_can_be_read_for_any_file(found):
    words = [getattr(agreement.wording, name)(found) for name in dir(agreement.wording) if name.startswith("about_")]
    for text in [*words, agreement.wording.memo(found)]:
        assert text.rstrip().endswith((".", "|"))
        assert not re.search(r"nan|None|\binf\b|  |\.\.|-0\.|<b>|(?<![\d,.])(1 items|1 labels|0 more)", text), text


FIELDS = [
    "items", "raters", "ratings", "labels", "percent_agreement", "krippendorff_alpha", "krippendorff_alpha_low",
    "krippendorff_alpha_high", "fleiss_kappa", "gwet_ac1", "decision",
]


@each_story
def test_the_answer_for_machines_has_its_fields_and_a_reason_for_each_gap(found):
    answer = json.loads(json.dumps(rounded(found.result())))
    assert list(answer)[: len(FIELDS)] == FIELDS
    for name in ("percent_agreement", "krippendorff_alpha", "fleiss_kappa", "gwet_ac1"):
        assert (answer[name] is None) <= bool(answer["reasons"].get(name))
    assert (answer["krippendorff_alpha_low"] is None) <= ("krippendorff_alpha" in answer["reasons"])
    assert all(isinstance(value, (int, float, str)) for value in found.numbers().values())


@each_story
def test_every_chart_can_be_drawn_for_any_file(found):
    for chart in (agreement.coefficients_figure(found), agreement.conflicts_figure(found)):
        assert "nan" not in chart.description
        title_of(chart)


def test_the_titles_of_the_charts_are_their_findings():
    """Kappa by hand: 0.96 and 0.5 by chance is 0.46/0.5; 0.96 and 0.9232 by chance is 0.0368/0.0768."""
    said = title_of(agreement.paradox_figure())
    assert said == (
        "Agreeing on 96 of 100 items is a kappa of 0.92 at an even split, 0.48 where 4 are rare and both say so on 2")
    assert title_of(agreement.paradox_figure(0.9, 0.02)).endswith("with only 2 rare, so many conflicts cannot be")
    assert title_of(agreement.paradox_figure(0.9, 0.0)).endswith("with only 0 rare, so many conflicts cannot be")
    assert title_of(agreement.paradox_figure(1.0, 0.0)).endswith("undefined where all labels are the same")
    assert ", −0.05 where 5 are rare and both say so on 0" in title_of(agreement.paradox_figure(0.9, 0.05))
    hard = told("fix, one group stands out")
    assert title_of(agreement.conflicts_figure(hard)).startswith("Most conflicts are in hard: ")
    assert title_of(agreement.coefficients_figure(hard)).startswith("Alpha is ")


def test_a_group_is_hot_when_it_has_far_more_than_its_share():
    assert told("fix, one group stands out").hot_group.group == "hard"
    assert "guideline says about *hard*" in agreement.wording.memo(told("fix, one group stands out"))
    assert told("fix, no group stands out").hot_group is None


def test_alpha_within_the_hot_group_has_the_interval_of_its_own_items():
    found = told("fix, one group stands out")
    frame = one_hard_group()
    frame = frame[frame.group == "hard"]
    codes = frame.assign(code=frame.label.map({"a": 0.0, "b": 1.0})).pivot(index="rater", columns="item", values="code")
    rng = np.random.default_rng(5)
    drawn = [
        krippendorff.alpha(codes.to_numpy()[:, rng.integers(codes.shape[1], size=codes.shape[1])],
                           level_of_measurement="nominal")
        for _ in range(1000)
    ]
    assert (found.hot_alpha.low, found.hot_alpha.high) == pytest.approx(np.percentile(drawn, [2.5, 97.5]), abs=0.02)
    assert found.hot_alpha.value == pytest.approx(found.groups.set_index("group").alpha["hard"])
    assert told("fix_guideline").hot_alpha is None


def test_groups_can_be_quoted_with_what_they_hold():
    frame = one_hard_group()
    split = frame.groupby(["group", "item"]).label.nunique().gt(1).groupby("group").agg(["sum", "size"])
    numbers = told("fix, one group stands out").numbers()
    for place in (1, 2):
        conflicts, items = split.loc[numbers[f"group_{place}"]]
        assert (numbers[f"group_{place}_conflicts"], numbers[f"group_{place}_items"]) == (conflicts, items)
    assert numbers["group_1_conflicts"] >= numbers["group_2_conflicts"]
    assert "group_1" not in told("fix_guideline").numbers()


def test_the_interval_says_that_it_takes_raters_as_given():
    """Of three raters one guesses: without r3 the others agree nearly always, and the sentence shows the range."""
    found = told("retrain_raters")
    without = {
        name: krippendorff.alpha(
            found_frame.pivot(index="rater", columns="item", values="code").to_numpy(), level_of_measurement="nominal"
        )
        for name in ("r1", "r2", "r3")
        for found_frame in [
            STORIES["retrain_raters"][0].query("rater != @name").assign(code=lambda d: (d.label == "a") * 1.0)
        ]
    }
    low, high = (f"{end:.2f}" for end in (min(without.values()), max(without.values())))
    assert f"leave one of them out, and alpha is {low} to {high}." in agreement.wording.about_alpha(found)
    assert "leave one of them out" not in agreement.wording.about_alpha(told("fix, two raters"))


def test_agreement_is_not_sold_as_correctness():
    assert "not that they read right" in agreement.wording.memo(told("train"))
    assert "on fresh items" in agreement.wording.memo(told("fix_guideline"))


def test_many_items_are_not_relabeled_before_a_trial():
    assert "have 600 of them labeled again" in agreement.wording.memo(told("fix, too many to relabel at once"))
    assert "have 600" not in agreement.wording.memo(told("fix_guideline"))


def test_the_memo_begins_with_the_decision():
    starts = {
        "train": "**Train on", "fix_guideline": "**Do not train yet: fix", "collect_more": "**Collect more",
        "retrain_raters": "**Do not train a model yet",
    }
    decided = [told(story) for story in STORIES]
    assert {found.decision for found in decided} == set(agreement.DECISIONS) == set(starts)
    for found in decided:
        assert agreement.wording.memo(found).startswith(starts[found.decision])


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("required_alpha", 80), ("required_alpha", "0.8"), ("required_alpha", True), ("cost_per_label", -1),
     ("cost_per_label", float("nan")), ("seed", 1.5), ("seed", -1)],
)
def test_a_parameter_without_sense_is_refused(parameter, value):
    given = {"required_alpha": 0.8, "cost_per_label": 1, "seed": 1} | {parameter: value}
    with pytest.raises(InputError, match=parameter):
        agreement.analyze(counted(BINARY), **given)


def test_the_published_numbers_of_the_notebook_are_met():
    table = agreement.published()
    assert table.published.tolist() == table.here.tolist()
    assert len(table) == 8


# --- The reader's file ------------------------------------------------------------------------------------------------


def read(tmp_path, text, **options):
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return agreement.read(path, **({"item": "comment", "rater": "who", "label": "given"} | options))


HEAD = "comment,who,given\n"
GOOD = "comment,who,given,topic\n1,Ada,yes,food\n1,Bo,no,food\n2,Ada,no,cars\n2,Bo,no,cars\n"


def test_a_file_with_other_column_names(tmp_path):
    ratings = read(tmp_path, GOOD, group="topic")
    assert (ratings.labels, ratings.raters, ratings.groups) == (["no", "yes"], ["Ada", "Bo"], ["cars", "food"])
    assert (ratings.item_count, ratings.rating_count, ratings.notes) == (2, 4, [])
    assert agreement.to_adjudicate(ratings, None)[["item", "group"]].to_numpy().tolist() == [["1", "food"]]


def test_a_repeated_row_counts_once_and_is_noted(tmp_path):
    ratings = read(tmp_path, GOOD + "2,Bo,no,cars\n2,Bo,no,cars\n")
    assert ratings.rating_count == 4
    assert ratings.notes == ["2 rows repeat another one exactly (same item, rater and label): each counts once."]


def test_a_row_without_a_label_was_not_rated(tmp_path):
    ratings = read(tmp_path, GOOD + "3,Ada,,cars\n")
    assert ratings.item_count == 2
    assert ratings.notes == ["1 row without a label is left out."]


def test_a_group_column_that_is_not_there_is_noted(tmp_path):
    ratings = read(tmp_path, GOOD, group="rule")
    assert ratings.groups == [""]
    assert ratings.notes == ["There is no column 'rule' to group by."]


def test_spellings_of_one_label_are_noted(tmp_path):
    (note,) = read(tmp_path, GOOD + "3,Ada,Yes,cars\n").notes
    assert "'yes'" in note
    assert "'Yes'" in note


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (GOOD + "1,Bo,yes,food\n", {}, ["column 'given', row 5: 'yes' is a second label by rater 'Bo' for item '1'"]),
        (GOOD + "1,Bo,yes,food\n", {}, ["after 'no' (1 such pair). Keep one label"]),
        (GOOD.replace("Bo", "Ada").replace("no,food", "yes,food"), {}, ["column 'who'", "every rating is by 'Ada'"]),
        (HEAD + "1,Ada,yes\n2,Bo,no\n", {}, ["no item has ratings by two raters"]),
        (HEAD + "1,Ada,\n1,Bo,\n", {}, ["no row has a label"]),
        (GOOD, {"level": "ordinal"}, ["order is empty"]),
        (GOOD, {"level": "ordinal", "order": "maybe,yes"}, ["column 'given'", "1 label not in order: 'no'"]),
        (GOOD, {"level": "ordinal", "order": "no,yes,no"}, ["'no' twice"]),
        (GOOD, {"level": "interval"}, ["column 'given'", "'yes' is not a number"]),
        (GOOD.replace("yes", "1").replace("no", "-1"), {"level": "ratio"}, ["is below 0"]),
        (GOOD, {"level": "fuzzy"}, ["nominal, ordinal, interval, ratio"]),
        (GOOD, {"rater": "comment"}, ["item and rater both name the column 'comment'"]),
        (GOOD, {"label": "labels"}, ["no column 'labels'", "given"]),
        (GOOD[:-5] + "food\n", {"group": "topic"}, ["column 'topic'", "item '2' is in 'cars' and in 'food'"]),
        (HEAD + "".join(f"{i},{w},l{i}\n" for i in range(201) for w in "ab"), {}, ["201 different labels"]),
        (
            HEAD.replace("\n", ",topic\n") + "".join(f"{i},{w},yes,t{i}\n" for i in range(51) for w in "ab"),
            {"group": "topic"}, ["51 different values"],
        ),
    ],
)
def test_bad_ratings_are_refused_in_one_line(tmp_path, text, options, words):
    with pytest.raises(InputError) as refused:
        read(tmp_path, text, **options)
    message = str(refused.value)
    assert "\n" not in message
    assert str(tmp_path) not in message
    for word in words:
        assert word in message


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=30))
def test_counting_in_the_engine_is_counting(rows):
    """Whatever rows come in: the profiles hold the distinct ratings, or the rows are refused for a stated reason."""
    frame = pd.DataFrame([(str(i), f"r{r}", "abc"[k]) for i, r, k in rows], columns=["item", "rater", "label"])
    distinct = frame.drop_duplicates()
    try:
        ratings = counted(frame)
    except InputError as refusal:
        twice = distinct.duplicated(["item", "rater"]).any()
        alone = distinct.groupby("item").rater.nunique().max() < 2
        expected = twice if "second label" in str(refusal) else alone or frame.rater.nunique() < 2
        if not expected:
            raise
        return
    table = pd.crosstab(distinct.item, distinct.label)
    expected = sorted(map(tuple, table.to_numpy().tolist()))
    assert sorted(map(tuple, np.repeat(ratings.counts, ratings.items, axis=0).tolist())) == expected
    assert ratings.rating_count == len(distinct)
