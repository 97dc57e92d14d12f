"""Any number of ratings: what the engine counts is what profiles hold, and buckets of items stand for items."""

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from test_agreement import counted, long, noisy_ratings, raters_of

from mlpm import InputError, agreement
from mlpm.agreement import repeats, tally

LEVELS = ["nominal", "ordinal", "interval", "ratio"]


def scaled(frame, level):
    return frame.assign(label=frame.label.map({"a": "1", "b": "2", "c": "5"})) if level in ("interval", "ratio") \
        else frame


@pytest.fixture
def in_engine(monkeypatch):
    """Count a frame and leave it in the engine, whatever its size."""
    monkeypatch.setattr("mlpm.agreement.ratings.FEW_PROFILES", 0)
    return lambda frame, level="nominal", **options: counted(scaled(frame, level), level, most=0, **options)


@pytest.fixture(params=["patterns", "moments", "moments, in parts"])
def way(request, monkeypatch):
    """Each way in which the engine counts: by pattern, by cross products, and these part by part."""
    if request.param != "patterns":
        monkeypatch.setattr("mlpm.agreement.tally.WORDS", 0)
    if "parts" in request.param:
        monkeypatch.setattr("mlpm.agreement.tally.PART", 300)
    return request.param


@pytest.mark.parametrize("level", LEVELS)
def test_the_engine_counts_what_profiles_hold(in_engine, way, level):
    frame = noisy_ratings()
    large, small = in_engine(frame, level), counted(scaled(frame, level), level)
    assert isinstance(large, agreement.LargeRatings)
    assert isinstance(large.counted, agreement.Patterns if way == "patterns" else agreement.Moments)
    if "parts" in way:
        assert large.votes.parts == 2
    for name in ("item_count", "rating_count", "pairable_count"):
        assert getattr(large, name) == getattr(small, name)
    there, here = agreement.resample(large.counted, 20), agreement.resample(small.counted, 20)
    assert there.point == pytest.approx(here.point, abs=1e-12)
    assert there.label_point == pytest.approx(here.label_point, abs=1e-12)
    pd.testing.assert_frame_equal(agreement.by_label(large), agreement.by_label(small), atol=1e-12)
    pd.testing.assert_frame_equal(agreement.by_pair_of_labels(large), agreement.by_pair_of_labels(small))
    pd.testing.assert_frame_equal(agreement.by_group(large), agreement.by_group(small), atol=1e-12)
    assert agreement.conflicts(large) == agreement.conflicts(small)
    for group in (0, 1):
        other = large.counted_without_group(group), small.counted_without_group(group)
        assert agreement.alpha(other[0]) == pytest.approx(agreement.alpha(other[1]), abs=1e-12)


@pytest.mark.parametrize("level", LEVELS)
def test_raters_are_counted_alike(in_engine, way, level):
    large, small = in_engine(noisy_ratings(), level), counted(scaled(noisy_ratings(), level), level)
    there, here = agreement.pair_counts(large), agreement.pair_counts(small)
    assert there.pairs.tolist() == here.pairs.tolist()
    assert there.rest == pytest.approx(here.rest, abs=1e-12)
    tables = agreement.against_the_rest(large, there), agreement.against_the_rest(small, here)
    pd.testing.assert_frame_equal(*tables, atol=1e-12)
    required = tables[1].alpha_without[0]
    assert agreement.drag(large, tables[0], required - 1e-9) == (["r5"], pytest.approx(required, abs=1e-12))
    assert agreement.drag(large, tables[0], 0.999) == ([], None)


def test_raters_who_leave_together_are_found_on_a_sample_and_judged_on_all(in_engine, monkeypatch):
    """Two of twelve raters guess; a third of the items is enough to see who, and alpha is that of all items."""
    frame = raters_of([0.97] * 10 + [0.5] * 2, 400, 3)
    large, small = in_engine(frame), counted(frame)
    monkeypatch.setattr("mlpm.agreement.ratings.SAMPLE", 1600)
    assert 100 < agreement.ratings.sample(large).item_count < 170
    found = agreement.drag(large, agreement.against_the_rest(large, agreement.pair_counts(large)), 0.85)
    names, alpha = agreement.drag(small, agreement.against_the_rest(small, agreement.pair_counts(small)), 0.85)
    assert sorted(names) == ["r11", "r12"]
    assert (sorted(found[0]), found[1]) == (sorted(names), pytest.approx(alpha, abs=1e-12))
    alone = agreement.alpha(counted(frame[~frame.rater.isin(names)]).counted)
    assert found[1] == pytest.approx(alone, abs=1e-12)


def test_items_to_adjudicate_come_from_the_engine_in_the_same_order(in_engine, way):
    frame = noisy_ratings()
    there = agreement.to_adjudicate(in_engine(frame), None, 25)
    here = agreement.to_adjudicate(counted(frame), None, 25)
    columns = ["item", "group", "given", "conflict"]
    pd.testing.assert_frame_equal(there[columns], here[columns])
    assert agreement.to_adjudicate(in_engine(raters_of([1, 1], 20, 1)), None).empty


def test_the_engine_puts_a_tie_before_a_wider_split_with_a_majority(in_engine):
    """2-1-1-1 conflicts in nine pairs of ten and has a majority; 2-2 in four of six and has none."""
    found = agreement.to_adjudicate(in_engine(long("aa", "aa", "bb", "cb", "d.")), None, 1)
    assert found["item"].tolist() == ["002"]


def test_the_whole_answer_is_the_same_but_for_dawid_and_skene(in_engine, monkeypatch):
    frame = noisy_ratings()
    answers = [agreement.analyze(r, required_alpha=0.8, cost_per_label=1, seed=1) for r in
               (in_engine(frame), counted(frame))]
    there, here = (found.result() for found in answers)
    assert there["consensus"] is None
    assert "Dawid–Skene is left out" in there["notes"][-1]
    assert "Dawid–Skene is left out" in agreement.wording.memo(answers[0])
    assert "Dawid–Skene is left out" in agreement.wording.about_consensus(answers[0])
    # Without it, items are not ranked by its certainty.
    for name in here.keys() - {"consensus", "notes", "adjudicate"}:
        assert there[name] == pytest.approx(here[name], abs=1e-12) if isinstance(here[name], float) else \
            there[name] == here[name] or name in ("reasons", "label_kappas")
    for text in (getattr(agreement.wording, name)(answers[0]) for name in dir(agreement.wording)
                 if name.startswith("about_")):
        assert "nan" not in text


@pytest.fixture(scope="module")
def many():
    """Six thousand items, five raters, three labels, gaps."""
    rng = np.random.default_rng(2)
    truth = rng.choice(3, size=6000, p=[0.6, 0.3, 0.1])
    label = np.where(rng.random((6000, 5)) < 0.75, truth[:, None], rng.integers(3, size=(6000, 5)))
    item, rater = np.nonzero(rng.random((6000, 5)) < 0.7)
    return pd.DataFrame({"item": [f"i{i}" for i in item], "rater": [f"r{r}" for r in rater],
                         "label": np.array(list("abc"))[label[item, rater]]})


# A standard error from 1,000 draws is right to 1/√2000; one from 1,024 buckets has 1/√2048 on top. Four times that.
MONTE_CARLO = 4 * np.sqrt(2 / 2000 + 1 / 2048)


@pytest.mark.parametrize("level", LEVELS)
def test_buckets_give_the_interval_of_items(in_engine, monkeypatch, many, level):
    """Percentiles at 2.5% move by about 2.7 standard errors' error each: four times that as well."""
    by_item = agreement.coefficients(counted(scaled(many, level), level).counted, 1000, 3)
    monkeypatch.setattr("mlpm.agreement.tally.WORDS", 0)
    by_bucket = agreement.coefficients(in_engine(many, level).counted, 1000, 3)
    monkeypatch.setattr("mlpm.agreement.measures.MAX_PATTERNS", 5)
    by_chance = agreement.coefficients(counted(scaled(many, level), level).counted, 1000, 3)
    for name, expected in by_item.items():
        for found in (by_bucket[name], by_chance[name]):
            assert found.value == pytest.approx(expected.value, abs=1e-12)
            assert found.error == pytest.approx(expected.error, rel=MONTE_CARLO)
            assert found.low == pytest.approx(expected.low, abs=0.35 * expected.error)
            assert found.high == pytest.approx(expected.high, abs=0.35 * expected.error)
    assert by_chance != by_item
    assert by_bucket != by_item


def test_one_seed_gives_one_interval_from_buckets(in_engine, monkeypatch, many):
    monkeypatch.setattr("mlpm.agreement.tally.WORDS", 0)
    shuffled = many.sample(frac=1, random_state=1)
    one, other = (agreement.coefficients(in_engine(frame).counted, 200, 3) for frame in (many, shuffled))
    assert one == other
    assert one != agreement.coefficients(in_engine(many).counted, 200, 4)


def test_many_labels_get_fewer_buckets():
    """Cross products of 200 labels: 64 buckets of 40,000 cells are 2.6 million numbers, 1,024 would be 41 million."""
    assert tally.buckets_for(3, 10) == 1024
    assert tally.buckets_for(20, 10) == 1024
    assert tally.buckets_for(20, 200) == 64
    assert tally.buckets_for(200, 2) == 64


# --- Bad ratings ------------------------------------------------------------------------------------------------------


def test_repeated_rows_count_once_in_the_engine(in_engine):
    frame = noisy_ratings()
    large = in_engine(pd.concat([frame, frame.head(30)]))
    assert large.rating_count == len(frame)
    assert large.notes == ["30 rows repeat another one exactly (same item, rater and label): each counts once."]
    assert agreement.alpha(large.counted) == pytest.approx(agreement.alpha(counted(frame).counted), abs=1e-12)


def test_kept_repeats_are_counted_in_the_engine(in_engine, way):
    frame = noisy_ratings()
    twice = pd.concat([frame, frame.sample(frac=0.3, random_state=1).assign(label="a")])
    large, small = in_engine(twice, repeats="keep"), counted(twice, repeats="keep")
    assert (large.raters, large.notes, large.rating_count) == (small.raters, small.notes, len(twice))
    assert agreement.alpha(large.counted) == pytest.approx(agreement.alpha(small.counted), abs=1e-12)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda frame: pd.concat([frame, frame.head(1).assign(label="z")]), "'z' is a second label by rater"),
        (lambda frame: frame.assign(group=[*"z", *frame.group[1:]]), "is in 'y' and in 'z'|is in 'x' and in 'z'"),
        (lambda frame: frame.drop_duplicates("item"), "no item has ratings by two raters"),
    ],
)
def test_bad_ratings_are_refused_in_the_engine_too(in_engine, way, spoil, words):
    with pytest.raises(InputError, match=words):
        in_engine(spoil(noisy_ratings()))


# --- Which way ------------------------------------------------------------------------------------------------------


def test_few_raters_and_labels_come_as_profiles_at_any_size(monkeypatch):
    """Two labels and five raters make at most 3⁵ profiles; eleven raters make 3¹¹, more than 2¹⁷."""
    five, eleven = raters_of([0.9] * 5, 60, 1), raters_of([0.9] * 11, 60, 1)
    assert isinstance(counted(five, most=10), agreement.Ratings)
    assert isinstance(counted(eleven, most=10), agreement.LargeRatings)
    assert isinstance(counted(eleven), agreement.Ratings)


def test_profiles_in_parts_are_profiles(monkeypatch):
    whole = counted(noisy_ratings())
    monkeypatch.setattr("mlpm.agreement.tally.PART", 100)
    parts = counted(noisy_ratings())
    for name in ("profile", "rater", "label", "items", "group"):
        assert getattr(parts, name).tolist() == getattr(whole, name).tolist()


class AskedError(Exception):
    """Stops before an engine is asked."""


def test_spark_takes_every_question(monkeypatch):
    """Each expression has a Spark form. (That the answers are the same was tried on a cluster; here there is none.)"""
    rows = ibis.table({"item": "string", "rater": "int64", "label": "int64", "group": "int64"}, name="votes")
    asked = []

    def ask(self, query, most=None):
        asked.append(PySparkCompiler().to_sqlglot(query(self.rows)).sql("databricks"))
        raise AskedError

    monkeypatch.setattr(tally.Votes, "tables", ask)
    votes = tally.Votes(rows, 4)
    for question in (
        tally.overview, lambda v: tally.patterns(v, 5), lambda v: tally.products(v, "bucket", 64), tally.products,
        lambda v: tally.products(v, "group"), tally.against_others, tally.pairs, lambda v: tally.left_out(v, [0, 2]),
        lambda v: tally.adjudicate(v, 10), repeats.extra,
    ):
        with pytest.raises(AskedError):
            question(votes)
    assert len(asked) == 10
    assert all("SELECT" in sql for sql in asked)


def test_patterns_of_many_ratings_are_read_back(in_engine):
    """Digits of a pattern must not run into each other: up to 70 ratings of an item, seven bits a label."""
    rng = np.random.default_rng(1)
    table = rng.multinomial(70, [0.5, 0.3, 0.2], size=20)
    rows = [(f"i{i}", f"r{r}", label) for i, row in enumerate(table)
            for r, label in enumerate("".join(a * n for a, n in zip("abc", row, strict=True)))]
    large = in_engine(pd.DataFrame(rows, columns=["item", "rater", "label"]))
    assert sorted(map(tuple, large.counted.counts.tolist())) == sorted(map(tuple, np.unique(table, axis=0).tolist()))


def test_an_arrow_table_of_rows_is_enough(in_engine):
    rows = ibis.memtable(pa.table({"item": ["1", "1", "2", "2"], "rater": list("abab"), "label": list("xyxx")}))
    large = agreement.count(rows, most=0)
    assert (large.item_count, large.rating_count, agreement.conflicts(large)) == (2, 4, 1)
