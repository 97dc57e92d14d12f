"""Agreement gives the published numbers and keeps its invariants. Other tests of agreement build on these tables.

Expected values are the papers' own, or were computed from the papers' cells by several independent programs that agree
(krippendorff, irrCAC, statsmodels, scikit-learn, R's psych and irr). None comes from the code under test.
"""

import functools

import ibis
import krippendorff
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from mlpm import agreement

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


def raters_of(accuracies, items, seed):
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 2, items)
    wrong = rng.random((len(accuracies), items)) > np.array(accuracies)[:, None]
    return long(*("".join("ab"[k] for k in row) for row in np.where(wrong, 1 - true, true)))


@functools.cache
def noisy_ratings() -> pd.DataFrame:
    """Two hundred items, five raters, three labels, gaps; rater r5 guesses."""
    rng = np.random.default_rng(7)
    rows = []
    for item in range(200):
        true = rng.choice(3, p=[0.6, 0.3, 0.1])
        for rater in rng.choice(5, size=rng.integers(1, 5), replace=False):
            wrong = rng.random() < (0.9 if rater == 4 else 0.15)
            rows.append((f"{item:03d}", f"r{rater + 1}", "abc"[rng.integers(3) if wrong else true], "xy"[item % 2]))
    return pd.DataFrame(rows, columns=["item", "rater", "label", "group"])


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



@pytest.fixture
def noisy():
    return noisy_ratings()


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
