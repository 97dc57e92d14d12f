"""The difference between two versions of a guideline, and how many items an interval takes."""

import ibis
import krippendorff
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.stats import binom
from test_agreement import raters_of

from mlpm import InputError, agreement
from mlpm.agreement import versions as module

COLUMNS = {"item": "item", "rater": "rater", "label": "label", "group": "", "version": "version"}


def two(earlier: pd.DataFrame, later: pd.DataFrame, level="nominal", order=(), keep=False) -> agreement.Versions:
    frame = pd.concat([earlier.assign(version="v1"), later.assign(version="v2")])
    rows = ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))
    return agreement.two_versions(rows, level=level, order=order, name="ratings", heads=COLUMNS, keep=keep)


def matrix(frame: pd.DataFrame, items=None) -> np.ndarray:
    """Raters × items, labels as numbers, NaN where there is none."""
    wide = frame.assign(code=frame.label.map(lambda text: float(ord(text)))).pivot(index="rater", columns="item",
                                                                                   values="code")
    return wide.reindex(columns=items).to_numpy() if items is not None else wide.to_numpy()


def library(table: np.ndarray, level="nominal") -> float:
    return krippendorff.alpha(reliability_data=table, level_of_measurement=level)


def other_items(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(item="other " + frame.item)


EARLIER, LATER = raters_of([0.85, 0.8, 0.85], 150, 1), raters_of([0.95, 0.9, 0.9], 120, 2)


def test_alphas_and_difference_are_those_of_the_library():
    found = agreement.compare(two(EARLIER, other_items(LATER)), 50, 1)
    alphas = library(matrix(EARLIER)), library(matrix(LATER))
    assert [one.value for one in found.alphas] == pytest.approx(alphas, abs=1e-12)
    assert found.difference.value == pytest.approx(alphas[1] - alphas[0], abs=1e-12)


def test_the_interval_of_other_items_is_that_of_two_independent_samples():
    found = agreement.compare(two(EARLIER, other_items(LATER)), 2000, 1)
    rng = np.random.default_rng(3)
    a, b = matrix(EARLIER), matrix(LATER)
    drawn = [
        library(b[:, rng.integers(b.shape[1], size=b.shape[1])])
        - library(a[:, rng.integers(a.shape[1], size=a.shape[1])]) for _ in range(1500)
    ]
    assert (found.difference.low, found.difference.high) == pytest.approx(np.percentile(drawn, [2.5, 97.5]), abs=0.015)
    assert found.versions.shared == 0


def hard_items() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same 200 items under both versions; a third of them are hard under both, which only pairs can know."""
    rng = np.random.default_rng(5)
    truth, hard = rng.integers(2, size=200), rng.random(200) < 0.33
    frames = []
    for easy in (0.93, 0.97):
        right = rng.random((4, 200)) < np.where(hard, 0.55, easy)
        frames.append(pd.DataFrame(
            [(f"{i:03d}", f"r{r}", "ab"[truth[i] if right[r, i] else 1 - truth[i]]) for r in range(4)
             for i in range(200)], columns=["item", "rater", "label"],
        ))
    return frames[0], frames[1]


def test_the_interval_of_the_same_items_is_paired():
    earlier, later = hard_items()
    found = agreement.compare(two(earlier, later), 2000, 1)
    rng = np.random.default_rng(6)
    a, b = matrix(earlier), matrix(later)
    paired, independent = [], []
    for _ in range(1500):
        which, other = rng.integers(200, size=200), rng.integers(200, size=200)
        paired.append(library(b[:, which]) - library(a[:, which]))
        independent.append(library(b[:, other]) - library(a[:, which]))
    assert (found.difference.low, found.difference.high) == pytest.approx(np.percentile(paired, [2.5, 97.5]), abs=0.01)
    assert np.std(paired) < 0.9 * np.std(independent)  # else the test could not tell pairs from samples
    assert found.difference.error == pytest.approx(np.std(paired), rel=0.08)
    assert found.versions.shared == found.versions.every == 200


def test_the_same_ratings_twice_differ_by_nothing():
    found = agreement.compare(two(EARLIER, EARLIER), 200, 1).difference
    assert (found.value, found.low, found.high) == pytest.approx((0, 0, 0), abs=1e-12)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_buckets_of_items_give_the_same_difference(level, monkeypatch):
    """Where patterns are too many: the same alphas, and the same standard error within 4 of its own errors."""
    earlier, later = hard_items()
    if level == "interval":
        earlier, later = (one.assign(label=one.label.map({"a": 1.0, "b": 2.0})) for one in (earlier, later))
    versions = two(earlier, later, level, "ab" if level == "ordinal" else ())
    by_pattern = agreement.compare(versions, 1000, 1)
    monkeypatch.setattr("mlpm.agreement.tally.WORDS", 0)
    by_bucket = agreement.compare(versions, 1000, 1)
    assert by_bucket.difference.value == pytest.approx(by_pattern.difference.value, abs=1e-12)
    assert by_bucket.alphas[0].value == pytest.approx(by_pattern.alphas[0].value, abs=1e-12)
    errors_error = np.sqrt(2 / 2000 + 1 / 400)  # of 1,000 draws twice, and of 200 items in buckets
    assert by_bucket.difference.error == pytest.approx(by_pattern.difference.error, rel=4 * errors_error)


def test_the_interval_covers_the_true_difference():
    """Two raters, two equally frequent labels, right with chance p: alpha is 1 − 4p(1 − p) for endless items.

    Of 400 simulated comparisons as many must cover the truth as in all but one of a thousand runs with chance 0.95.
    """
    def alpha(p):
        return 1 - 4 * p * (1 - p)

    rng = np.random.default_rng(11)
    covered, accuracies = 0, (0.85, 0.92)
    truth = alpha(accuracies[1]) - alpha(accuracies[0])
    for _ in range(400):
        counts, items = [], []
        for side, (p, n) in enumerate(zip(accuracies, (250, 300), strict=True)):
            same = p**2 + (1 - p) ** 2
            drawn = rng.multinomial(n, [same / 2, 1 - same, same / 2])
            for (first, second), times in zip(((2, 0), (1, 1), (0, 2)), drawn, strict=True):
                counts.append([0, 0, first, second] if side else [first, second, 0, 0])
                items.append(times)
        keep = np.array(items) > 0
        __, samples = module.from_patterns(np.array(counts)[keep], np.array(items)[keep], np.arange(2.0), "nominal",
                                           400, rng)
        low, high = np.percentile(samples[1] - samples[0], [2.5, 97.5])
        covered += low <= truth <= high
    assert binom.ppf(0.001, 400, 0.95) <= covered <= binom.ppf(0.999, 400, 0.95)


def test_no_alpha_under_one_version_is_no_difference():
    found = agreement.compare(two(EARLIER.assign(label="a"), other_items(LATER)), 100, 1)
    assert found.difference.value is None
    assert "same label" in found.difference.reason
    alone = LATER.drop_duplicates("item")
    assert "two ratings" in agreement.compare(two(EARLIER, other_items(alone)), 100, 1).difference.reason


# --- The reader's file ------------------------------------------------------------------------------------------------


def read(tmp_path, frame, **options):
    path = tmp_path / "mine.csv"
    frame.to_csv(path, index=False)
    names = {"item": "item", "rater": "rater", "label": "label", "version": "guide"}
    return agreement.read(path, **(names | options))


def both(earlier, later, names=("v9", "v10")):
    return pd.concat([earlier.assign(guide=names[0]), later.assign(guide=names[1])])


def analyzed(ratings):
    return agreement.analyze(ratings, required_alpha=0.8, cost_per_label=1, seed=1)


def test_everything_else_is_about_the_later_version(tmp_path):
    """v10 comes after v9; the file's rows about v9 are only in the comparison."""
    found = analyzed(read(tmp_path, both(EARLIER, other_items(LATER))))
    assert found.ratings.item_count == 120
    assert found.alpha.value == pytest.approx(library(matrix(LATER)), abs=1e-9)
    assert found.comparison.versions.names == ("v9", "v10")
    assert "The ratings are those under version v10; v9 is only compared with it." in found.ratings.notes
    answer = found.result()["versions"]
    assert answer["names"] == ["v9", "v10"]
    assert answer["items"] == [150, 120]
    assert answer["shared"] == 0
    assert answer["low"] < answer["difference"] < answer["high"]


def test_versions_and_groups_go_together(tmp_path):
    frame = both(EARLIER, other_items(LATER)).assign(topic=lambda rows: "topic " + rows.item.str[-1])
    found, plain = (analyzed(read(tmp_path, frame, group=group)) for group in ("topic", ""))
    assert found.comparison.difference == plain.comparison.difference
    assert found.groups["items"].sum() == 120


@pytest.mark.parametrize(
    ("earlier", "later", "words"),
    [
        (EARLIER, other_items(LATER), ["No item was rated under both", "two independent samples", "**+0."]),
        (*hard_items(), ["200 items were rated under both: the interval is paired"]),
        (EARLIER, pd.concat([EARLIER.head(90), other_items(LATER)]), ["Of 270 items 90 were rated under both"]),
        (EARLIER, EARLIER, ["**0.00**", "cannot tell"]),
        (raters_of([0.99, 0.99], 200, 1), other_items(raters_of([0.7, 0.7], 200, 1)),
         ["**−0.", "agree less under v10"]),
        (EARLIER.assign(label="a"), other_items(LATER), ["undefined under v9", "no difference to tell"]),
    ],
)
def test_the_memo_says_which_interval_it_is(tmp_path, earlier, later, words):
    found = analyzed(read(tmp_path, both(earlier, later)))
    said = agreement.wording.about_versions(found)
    for word in words:
        assert word in said
    assert said in agreement.wording.memo(found)


def test_without_a_column_of_versions_there_is_a_way_to_get_it(tmp_path):
    found = analyzed(read(tmp_path, EARLIER, version=""))
    assert found.comparison is None
    assert found.result()["versions"] is None
    assert "Name a column in `version`" in agreement.wording.about_versions(found)
    assert "version" not in agreement.wording.memo(found)


def test_a_rater_may_change_his_mind_from_one_version_to_the_next(tmp_path):
    """The same rater, item and another label under each version is no contradiction; under one version it is."""
    flipped = EARLIER.assign(label=EARLIER.label.map({"a": "b", "b": "a"}))
    found = analyzed(read(tmp_path, both(EARLIER, flipped)))
    assert found.comparison.difference.value == pytest.approx(0, abs=1e-12)
    twice = pd.concat([both(EARLIER, LATER), EARLIER.head(1).assign(guide="v9", label="z")])
    with pytest.raises(InputError, match="column 'label', row 811: 'z' is a second label by rater 'r1' for item '001'"):
        read(tmp_path, twice)
    assert analyzed(read(tmp_path, twice, repeats="keep")).comparison.versions.items(0) == 150
    again = pd.concat([both(EARLIER, LATER), both(EARLIER, LATER).head(5)])
    assert analyzed(read(tmp_path, again)).comparison.alphas[0].value == pytest.approx(library(matrix(EARLIER)))


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("v1", "v1"), "column 'guide': holds 1 different value where there are labels: 'v1'. Name a column with"),
        (("v1", "v2", "v3"), "column 'guide': holds 3 different values where there are labels: 'v1', 'v2', 'v3'"),
    ],
)
def test_a_column_without_two_versions_is_refused(tmp_path, names, words):
    frame = pd.concat([other_items(EARLIER).assign(guide=name, item=name + EARLIER.item) for name in names])
    with pytest.raises(InputError, match=words):
        read(tmp_path, frame)


# --- How many items an interval takes --------------------------------------------------------------------------------


def population(items: int, rng) -> agreement.Patterns:
    """Three raters who are right with chance 0.9 on two labels, one of them on 30% of the items."""
    truth = rng.random(items) < 0.3
    wrong = rng.random((3, items)) < 0.1
    yes = (truth ^ wrong).sum(axis=0)
    return agreement.Patterns.group(np.column_stack([yes, 3 - yes]), np.ones(items), np.arange(2.0), "nominal")


@pytest.mark.parametrize("wanted", [0.05, 0.20])
def test_so_many_items_give_so_wide_an_interval(wanted):
    """Asked of 400 items, drawn from the population anew: over ten files the widths are right to a tenth on average."""
    rng = np.random.default_rng(9)
    widths = []
    for _ in range(10):
        error = agreement.coefficients(population(400, rng), 600)["krippendorff_alpha"].error
        items = agreement.items_for_width(400, error, wanted)
        found = agreement.coefficients(population(items, rng), 600)["krippendorff_alpha"]
        widths.append(found.high - found.low)
    assert np.mean(widths) == pytest.approx(wanted, rel=0.1)


def test_half_the_width_takes_four_times_the_items():
    """By hand: 2 × 1.96 × 0.05 is 0.196 wide; a width of 0.098 takes 4 × 100 items."""
    assert agreement.items_for_width(100, 0.05, 2 * 1.959964 * 0.05) == 100
    assert agreement.items_for_width(100, 0.05, 1.959964 * 0.05) == 400
    assert agreement.items_for_width(100, 0.0, 0.1) is None


def test_the_sentence_says_what_the_wanted_width_takes():
    ratings = raters_of([0.85, 0.85, 0.85], 300, 2)
    found = analyzed(agreement.count(ibis.memtable(pa.Table.from_pandas(ratings, preserve_index=False))))
    said = agreement.wording.about_width(found)
    assert "One 0.10 wide, from end to end, takes about" in said
    assert f"{found.result()['items_for_width']:,} such items in all" in said
    assert found.result()["wanted_width"] == 0.1
