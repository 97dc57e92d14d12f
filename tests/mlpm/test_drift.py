"""What moved, beyond what chance moves; how often an alarm is false; how soon it rings.

Expected numbers are worked out by hand beside each test, come from scipy or statsmodels by another way, or from
simulation with a fixed seed. None is this package's own output.
"""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats
from statsmodels.stats.meta_analysis import combine_effects

from mlpm import drift
from mlpm.agora import answer_scores as agora
from mlpm.drift import alarm, figures, running, stability, wording
from mlpm.drift.calm import Calm, read_shares
from mlpm.drift.retraining import Upkeep
from mlpm.paint import title
from refusing import refused

# --- How far apart, and how far by chance --------------------------------------------------------------------------


def test_psi_of_the_example_is_a_twentieth_though_the_top_bucket_grew_by_a_third():
    before, now = [0.25] * 4, [0.18, 0.22, 0.27, 0.33]
    by_hand = -0.07 * math.log(0.72) - 0.03 * math.log(0.88) + 0.02 * math.log(1.08) + 0.08 * math.log(1.32)
    assert stability.psi(before, now) == pytest.approx(by_hand, abs=1e-12)
    assert round(by_hand, 2) == 0.05
    assert stability.moved(before, now) == pytest.approx(0.10)


def test_half_a_row_keeps_an_empty_bin_finite():
    assert stability.shares([0, 9]) == pytest.approx([0.5 / 10, 9.5 / 10])


@pytest.mark.parametrize(("n", "m", "bins"), [(3_000, 800, 10), (2_000, 2_000, 4)])
def test_psi_by_chance_is_what_simulated_samples_give(n, m, bins):
    rng = np.random.default_rng(1)
    share = rng.dirichlet([5] * bins)
    ones, others = rng.multinomial(n, share, 4_000), rng.multinomial(m, share, 4_000)
    found = np.array([
        stability.psi(stability.shares(a), stability.shares(b)) for a, b in zip(ones, others, strict=True)
    ])
    assert found.mean() == pytest.approx(stability.psi_noise(n, m, bins), rel=0.04)
    assert (found > stability.psi_line(n, m, bins, 0.05)).mean() == pytest.approx(0.05, abs=0.012)
    line = np.quantile(found, 0.9)
    assert stability.psi_chance(line, n, m, bins) == pytest.approx(0.1, abs=0.02)


def test_ks_is_that_of_scipy():
    rng = np.random.default_rng(2)
    one, other = rng.integers(0, 50, 400), rng.integers(3, 50, 300)
    counts = np.bincount(one, minlength=50), np.bincount(other, minlength=50)
    assert stability.ks(*counts) == pytest.approx(stats.ks_2samp(one, other).statistic, abs=1e-12)
    line = stability.ks_line(40_000, 30_000, 0.01)
    assert stats.kstwo.sf(line, round(40_000 * 30_000 / 70_000)) == pytest.approx(0.01, rel=0.03)


# --- The alarm -----------------------------------------------------------------------------------------------------


def test_the_offset_brings_out_the_count():
    found, variance = alarm.offset(np.array([0.5]), np.array([100.0]), 60)
    assert found == pytest.approx(math.log(60 / 40))
    assert variance == pytest.approx(24)
    found, __ = alarm.offset(np.array([0.5]), np.array([100.0]), 100)  # all positive: half a row is taken
    assert found == pytest.approx(math.log(99.5 / 0.5))


def test_the_spread_between_weeks_is_dersimonian_and_lairds():
    surplus, variance = np.array([9.0, -7.0, 2.0, -6.0, 5.0]), np.array([10.0, 12.0, 8.0, 11.0, 9.0])
    theirs = combine_effects(surplus / variance, 1 / variance, method_re="dl")
    found, q, freedom = alarm.spread_between([(surplus, variance)])
    assert found == pytest.approx(theirs.tau2, rel=1e-9)
    assert q == pytest.approx(theirs.q, rel=1e-9)
    assert freedom == 4
    twice = alarm.spread_between([(surplus, variance), (surplus, variance)])
    assert twice[0] == pytest.approx(found)


def test_unequal_coins_are_counted_exactly():
    coins = [Fraction(1, 10), Fraction(1, 2), Fraction(4, 5)]
    below = [Fraction(0)] * 4
    for faces in product([0, 1], repeat=3):
        chance = math.prod(p if face else 1 - p for p, face in zip(coins, faces, strict=True))
        for count in range(sum(faces), 4):
            below[count] += chance
    found = alarm.distribution(np.array(coins, float), 0.0, np.arange(4))
    assert found == pytest.approx(np.array(below, float), abs=1e-12)
    assert alarm.tails(np.array(coins, float), 0.0, 0) == pytest.approx((0.09, 1.0))


def test_a_shared_shift_is_integrated():
    p, variance, count = np.full(40, 0.7), 0.15, 20

    def at(z):
        shifted = special.expit(special.logit(0.7) + z * math.sqrt(variance))
        return stats.norm.pdf(z) * stats.binom.cdf(count, 40, shifted)

    exact = integrate.quad(at, -8, 8, epsabs=1e-12)[0]
    assert alarm.distribution(p, variance, np.array([count]))[0] == pytest.approx(exact, rel=1e-4)


def test_many_labels_agree_with_few():
    """From a thousand labels on the normal curve stands in: 1,200 equal coins, against the binomial."""
    assert alarm.distribution(np.full(1_200, 0.6), 0.0, np.array([680]))[0] == pytest.approx(
        stats.binom.cdf(680, 1_200, 0.6), rel=0.03)


@pytest.mark.parametrize("side", alarm.SIDES)
def test_the_line_is_the_last_count_that_is_rare_enough(side):
    line = alarm.Line("x", np.full(60, 0.6), 0.0, 0.01, side)
    calm = stats.binom(60, 0.6)
    level = 0.01 / 2 if side == "either" else 0.01
    if side != "above":
        assert calm.cdf(line.low) <= level < calm.cdf(line.low + 1)
    else:
        assert line.low is None
    if side != "below":
        assert calm.sf(line.high - 1) <= level < calm.sf(line.high - 2)
    else:
        assert line.high is None
    low = calm.cdf(line.low) if line.low is not None else 0
    high = calm.sf(line.high - 1) if line.high is not None else 0
    assert line.false == pytest.approx(low + high, abs=1e-12)
    assert line.false <= 0.01


def test_how_soon_a_fall_is_seen():
    line = alarm.Line("x", np.full(60, 0.6), 0.0, 0.01)
    seen = stats.binom.cdf(line.low, 60, 0.45)
    assert line.chance(-0.15) == pytest.approx(seen, abs=1e-12)
    assert line.spans(-0.15) == math.ceil(math.log(0.2) / math.log(1 - seen))
    assert alarm.Line("x", np.full(60, 0.6), 0.0, 0.3).spans(-0.4) == 1
    assert alarm.Line("x", np.full(3, 0.6), 0.0, 0.01).spans(-0.15) is None  # not even none of three is that rare


def test_a_line_that_can_never_ring_has_no_count():
    line = alarm.Line("x", np.full(3, 0.6), 0.0, 0.01)
    assert (line.low, line.false) == (None, 0.0)


def test_a_change_moves_the_average_by_so_much():
    p = np.array([0.2, 0.5, 0.9])
    assert alarm.fallen(p, -0.15).mean() == pytest.approx(p.mean() - 0.15)
    assert alarm.fallen(p, 0.2).mean() == pytest.approx(p.mean() + 0.2)


def test_a_usual_span_looks_like_the_reference():
    found = alarm.usual(np.array([0.9, 0.1]), np.array([30.0, 10.0]), 8)
    assert sorted(found) == [0.1] * 2 + [0.9] * 6


def test_false_alarms_are_as_rare_as_stated_although_the_offset_is_an_estimate():
    """Exact, over every count the reference may show: the offset it gives, the line from there, the chance to ring.

    Without the estimate's variance a line would ring too often.
    """
    p, level = np.linspace(0.2, 0.95, 10), 0.02
    truth = special.expit(special.logit(p) + 0.4)
    before, week = stats.poisson_binom(np.repeat(truth, 12)), stats.poisson_binom(np.repeat(truth, 6))
    rings = {"with": 0.0, "without": 0.0}
    for total in range(60, 116):  # of 120; the others have a chance of less than one in a million
        shift, variance = alarm.offset(p, np.full(10, 12.0), total)
        kept = special.expit(special.logit(np.repeat(p, 6)) + shift)
        for name, spread in (("with", 1 / variance), ("without", 0.0)):
            low = alarm.Line("x", kept, spread, level).low
            rings[name] += before.pmf(total) * (week.cdf(low) if low is not None else 0.0)
    assert 0.6 * level < rings["with"] <= 1.1 * level
    assert rings["without"] > 1.3 * level


# --- A file --------------------------------------------------------------------------------------------------------

DAYS = pd.date_range("2026-01-05", periods=70).strftime("%Y-%m-%d")


def written(folder, rows: pd.DataFrame):
    path = folder / "theirs.csv"
    rows.to_csv(path, index=False)
    return path


def predictions(seed=1, per_day=40, fall=0.0, grow=0.0, push=0.0, unlabeled=0.0) -> pd.DataFrame:
    """Ten weeks; from the seventh on kind b falls by `fall`, has `grow` more of the rows, scores pushed by `push`."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(70), per_day)
    late = day >= 42
    kind = (rng.random(len(day)) < 0.5 + grow * late).astype(int)
    score = np.clip(rng.beta(3, 2, len(day)) + push * late * kind, 0.01, 0.99).round(3)
    answer = (rng.random(len(day)) < score * (1 - fall * late * kind)).astype(int).astype(object)
    answer[rng.random(len(day)) < unlabeled] = None
    return pd.DataFrame({"date": DAYS[day], "p": score, "paid": answer, "kind": np.array(["a", "b"])[kind]})


def studied(folder, rows, read=None, **settings) -> drift.Study:
    counts = drift.read(written(folder, rows), **{
        "day": "date", "score": "p", "label": "paid", "slices": "kind", "current_from": DAYS[42], **(read or {})})
    return drift.analyze(counts, act_from=0.5, **settings)


def test_rows_are_counted_by_span_bin_and_side(tmp_path):
    rows = pd.DataFrame({
        "date": ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06", "2026-01-07"],
        "p": [0.1, 0.9, 0.2, 0.8, 0.1, 0.9, 0.5], "paid": ["no", "yes", "", "yes", "no", "", "yes"],
        "kind": ["a", "b", "a", "", "a", "b", "b"],
    })
    counts = drift.read(written(tmp_path, rows), day="date", score="p", label="paid", slices="kind",
                        current_from="2026-01-04", days=2, ripe_after=1, act_from=0.5, bins=2)
    assert counts.slices == ["(none)", "a", "b"]
    assert counts.reference_spans == [-1]  # the first day stands alone
    assert counts.current_spans == [0]  # the last day is not ripe, so the second span is not whole
    assert [list(counts.rows(period)) for period in (0, 1)] == [[2, 1], [1, 3]]  # up to 0.2, the median before
    assert list(counts.mix(0)) == [0, 2, 1]
    assert list(counts.mix(1)) == [1, 1, 2]
    here = counts.cells[counts.cells.span == 0]
    assert (here.rows.sum(), here.labeled.sum(), here.positives.sum(), here.acted.sum()) == (2, 2, 1, 1)
    assert counts.cells.labeled.sum() == 4
    assert any("3 rows have no final label" in note for note in counts.notes)


def test_the_counts_are_those_of_pandas(tmp_path):
    rows = predictions(unlabeled=0.2)
    counts = drift.read(written(tmp_path, rows), day="date", score="p", label="paid", slices="kind",
                        current_from=DAYS[42], act_from=0.5)
    late = rows.date >= DAYS[42]
    for period, part in ((0, rows[~late]), (1, rows[late])):
        here = counts.cells[(counts.cells.span >= 0) == bool(period)]
        assert here.rows.sum() == len(part)
        assert here.labeled.sum() == part.paid.notna().sum()
        assert here.positives.sum() == part.paid.sum()
        assert here.promised.sum() == pytest.approx(part.p[part.paid.notna()].sum())
        assert here[here.acted == 1].rows.sum() == (part.p >= 0.5).sum()
        assert list(counts.mix(period)) == list(part.kind.value_counts().sort_index())
    first, second = (rows.p[mask & (rows.kind == "b")] for mask in (~late, late))
    # A thousand places of the score: the distance is at most what it is on the scores themselves, and near it.
    found, exact = stability.ks(counts.places(0, 1), counts.places(1, 1)), stats.ks_2samp(first, second).statistic
    assert exact - 0.01 <= found <= exact + 1e-12


def test_what_was_promised_and_what_came(tmp_path):
    rows = predictions(fall=0.5)
    found = studied(tmp_path, rows)
    part = rows[(rows.date >= DAYS[42]) & (rows.kind == "b")]
    kept = found.kept("b", "now")
    assert kept.promised == pytest.approx(part.p.mean(), abs=1e-9)
    assert kept.came.value == pytest.approx(part.paid.mean())
    assert kept.acted_labeled == (part.p >= 0.5).sum()
    low, high = stats.binomtest(int(part.paid.sum()), len(part)).proportion_ci(method="wilson")
    assert (kept.came.low, kept.came.high) == pytest.approx((low, high))


# --- What to do ----------------------------------------------------------------------------------------------------


def test_act_on_a_slice(tmp_path):
    found = studied(tmp_path, predictions(per_day=60, fall=0.3))
    assert (found.decision, found.rule) == ("act", "alarm")
    assert found.worst == "b"
    assert found.first_alarm.span == 0
    assert all(one.name != "a" for one in found.alarms)
    assert wording.memo(found).startswith("**Act: *b* ")


def test_act_on_a_missed_line_that_no_change_explains(tmp_path):
    """What is acted on comes true in about 70 of 100, always did; the line asks for 95."""
    found = studied(tmp_path, predictions(), required=0.95)
    assert (found.decision, found.rule, found.alarms) == ("act", "line", [])
    assert set(found.missing) == {"all together", "a", "b"}


def test_a_slice_holds_misses_or_is_open(tmp_path):
    rows = predictions()
    share = rows[(rows.date >= DAYS[42]) & (rows.p >= 0.5)].paid.mean()
    verdicts = [studied(tmp_path, rows, required=share + by).against_line("all together") for by in (-0.1, 0.0, 0.1)]
    assert verdicts == ["holds", "open", "misses"]
    assert studied(tmp_path, rows).against_line("all together") == "none"


def test_look_when_the_mix_or_the_scores_moved(tmp_path):
    found = studied(tmp_path, predictions(grow=0.2))
    assert (found.decision, found.rule) == ("look", "drift")
    assert [one.name for one in found.moved] == ["mix of slices"]
    found = studied(tmp_path, predictions(push=0.1))
    assert found.decision == "look"
    assert "b" in [one.name for one in found.moved]
    assert "a" not in [one.name for one in found.moved]


def test_a_small_move_beyond_chance_is_named_and_wakes_nobody(tmp_path):
    found = studied(tmp_path, predictions(per_day=1_500, push=0.02))
    by = {one.name: one for one in found.drifts}
    assert by["b"].verdict == "moved, little"
    assert found.decision == "quiet"


def test_quiet_has_to_be_earned(tmp_path):
    found = studied(tmp_path, predictions(per_day=60))
    assert (found.decision, found.rule, found.blind) == ("quiet", "calm", [])
    deaf = studied(tmp_path, predictions(per_day=60), change=0.03)
    assert (deaf.decision, deaf.rule) == ("not_enough", "blind")
    assert set(deaf.blind) >= {"a", "b"}
    unlabeled = studied(tmp_path, predictions(per_day=60), read={"label": ""})
    assert (unlabeled.decision, unlabeled.rule) == ("not_enough", "blind")
    assert unlabeled.lines == {}


def test_nothing_is_said_of_too_little(tmp_path):
    few = studied(tmp_path, predictions(per_day=1))
    assert (few.decision, few.rule) == ("not_enough", "few")
    unripe = studied(tmp_path, predictions(), read={"current_from": DAYS[66]})
    assert (unripe.decision, unripe.rule, unripe.counts.current_spans) == ("not_enough", "few", [])
    assert "Nothing can be said yet." in wording.memo(unripe)


def test_every_rule_can_be_reached():
    calm = {"spans": 4, "rows": 500, "least": 100, "alarms": 0, "missed": 0, "drifted": 0, "blind": 0}
    cases = {
        "few": {"spans": 0}, "alarm": {"alarms": 1, "missed": 1, "drifted": 1}, "line": {"missed": 1, "blind": 1},
        "drift": {"drifted": 1, "blind": 2}, "blind": {"blind": 1}, "calm": {},
    }
    found = {rule: drift.decide(**calm | change) for rule, change in cases.items()}
    assert {rule: one[1] for rule, one in found.items()} == {rule: rule for rule in cases}
    assert {one[0] for one in found.values()} == set(drift.DECISIONS)


def test_expected_false_alarms_stay_within_what_was_allowed(tmp_path):
    for allowed in (0.5, 4):
        found = studied(tmp_path, predictions(), false_alarms=allowed)
        assert found.level == pytest.approx(allowed * 7 / 365.25 / 3)
        assert 0.3 * allowed < found.false_a_year <= allowed


def test_the_average_hides_a_slice_by_its_share(tmp_path):
    found = studied(tmp_path, predictions())
    line, whole = found.lines["b"], found.lines["all together"]
    expected = whole.chance(-0.15 * line.labeled / whole.labeled)
    assert found.seen_by_all("b")[0] == pytest.approx(expected)
    assert expected < line.chance(-0.15)
    assert found.seen_by_all("all together") is None


def test_weeks_that_differ_move_the_lines_outward(tmp_path):
    """Every other week of the reference is half as good: the spread is seen, and an ordinary bad week is no alarm."""
    rows = predictions(per_day=60)
    week = pd.factorize(rows.date)[0] // 7
    rng = np.random.default_rng(5)
    spoiled = (week % 2 == 0) & (rng.random(len(rows)) < 0.3)
    rows.loc[spoiled, "paid"] = 0
    found = studied(tmp_path, rows)
    assert found.between[0] > 0.05
    assert found.alarms == []


def test_scores_that_are_no_probabilities_promise_what_came_of_them(tmp_path):
    rows = predictions(per_day=60, fall=0.35)
    rows["p"] = 1_000 * rows.p + 100
    found = studied(tmp_path, rows)
    assert not found.counts.probabilities
    before = found.kept("all together", "before")
    assert before.promised == pytest.approx(before.came.value, abs=0.002)
    assert found.worst == "b"
    assert found.decision == "act"


def test_a_short_reference_moves_the_lines_outward(tmp_path):
    """Two weeks of a reference know the offset less well than six: variance of the log-odds 1 / Σ n p (1 − p)."""
    rows = predictions(per_day=20)
    long, short = (studied(tmp_path, part) for part in (rows, rows[rows.date >= DAYS[28]]))
    part = rows[(rows.date < DAYS[42]) & (rows.date >= DAYS[28]) & (rows.kind == "b")]
    known = (part.p * (1 - part.p)).sum()  # nearly: the offset is small
    assert short.variance("b") - short.between[0] == pytest.approx(1 / known, rel=0.05)
    assert long.variance("b") - long.between[0] == pytest.approx(1 / known / 3, rel=0.2)


def test_what_ripens_late_is_seen_late(tmp_path):
    rows = predictions(per_day=60)
    at_once, late = (studied(tmp_path, rows, read={"ripe_after": after}) for after in (0, 5))
    line = late.lines["b"]
    assert late.days_until(line, -0.15) == line.spans(-0.15) * 7 + 5
    assert at_once.days_until(line, -0.15) == line.spans(-0.15) * 7


def test_a_file_without_slices_watches_the_whole(tmp_path):
    found = studied(tmp_path, predictions(per_day=60), read={"slices": ""})
    assert list(found.lines) == ["all together"]
    assert found.mix is None
    assert found.level == pytest.approx(7 / 365.25)


def test_the_last_four_spans_are_in_question_unless_said_otherwise(tmp_path):
    found = studied(tmp_path, predictions(), read={"current_from": ""})
    assert found.counts.start.isoformat() == DAYS[42]


def test_falling_numbers_of_labels_are_said(tmp_path):
    rows = predictions()
    rows.loc[(rows.date >= DAYS[42]) & (rows.index % 2 == 0), "paid"] = None
    assert any("Labels are known for" in note for note in studied(tmp_path, rows).all_notes())


# --- Titles --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "settings", "said"),
    [
        ({"fall": 0.3, "per_day": 60}, {"required": 0.6},
         "In b 49 of 100 came true, below the 60 asked for, and all to"),
        ({}, {"required": 0.6}, "No slice is shown to miss the 60 asked for, and 2 of 2 clear it"),
        ({}, {"required": 0.73}, "No slice is shown to miss the 73 asked for, and 0 of 2 clear it"),
        ({"fall": 0.6}, {"required": 0.9, "read": {"slices": ""}},
         "came true since 2026-02-16, below the 90 asked for"),
        ({"fall": 0.6}, {}, "came true since 2026-02-16, against 7"),
        ({}, {}, "Of those acted on, 73 of 100 came true since 2026-02-16, which cannot be told from 73 of 100 before"),
        ({}, {"read": {"label": ""}}, "What came true since 2026-02-16 is not known yet"),
    ],
    ids=["misses", "clears", "open", "unsliced", "fell", "as before", "no labels"],
)
def test_the_title_of_the_promises_says_who_misses_what(tmp_path, rows, settings, said):
    text = title(figures.kept_figure(studied(tmp_path, predictions(**rows), **settings)).to_dict())
    assert said in text
    assert len(text) < 120


@pytest.mark.parametrize(
    ("rows", "settings", "said"),
    [
        ({"fall": 0.6, "per_day": 100}, {},
         "The average itself rings in the week from 2026-02-16, with 284 positives for"),
        ({"fall": 0.6, "per_day": 60}, {"read": {"slices": ""}},
         "The count rings in the week from 2026-02-16, with 176 p"),
        ({}, {}, "Of 12 counts since 2026-02-16 none rings; the average stays within 5.8 of 100"),
        ({}, {"read": {"label": ""}}, "No count can ring yet, as labels on both sides do not fill a whole span"),
    ],
    ids=["average", "unsliced", "calm", "no labels"],
)
def test_the_title_of_the_weeks_says_what_rings(tmp_path, rows, settings, said):
    assert title(figures.calm_figure(studied(tmp_path, predictions(**rows), **settings)).to_dict()).startswith(said)


def test_a_slice_that_rings_under_a_calm_average_is_named_in_short(tmp_path):
    rows = predictions(per_day=60, fall=0.25)
    rows["kind"] = rows.kind.where(rows.kind == "a", "St. Really? A name far longer than thirty letters")
    found = studied(tmp_path, rows)
    assert [one.name for one in found.alarms if one.name == "all together"] == []
    text = title(figures.calm_figure(found).to_dict())
    assert text.startswith("The average stays within ")
    assert "but St Really A name far longer t… rings in the week from 2026-0" in text


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"change": 0.03}, "labels a week show a change of 3 of 100 after "),
        ({"read": {"label": ""}}, "Without labels in the reference nobody can say how soon a change is seen"),
    ],
)
def test_the_title_of_the_delay_says_when_a_change_is_seen(tmp_path, settings, said):
    found = studied(tmp_path, predictions(), **settings)
    assert said in title(figures.delay_figure(found).to_dict())
    assert title(figures.noise_figure(found).to_dict()).startswith("If nothing changed, 134 rows against 838 in 10")


# --- What is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("read", "message"), [
    ({"current_from": "soon"}, "Parameter current_from is 'soon'. Give a day like 2026-08-10, or nothing."),
    ({"current_from": "2025-01-01"},
     "Parameter current_from is 2025-01-01, and theirs.csv, column 'date' runs from 2026-01-05 to 2026-03-15. Give a "
     "day after the first and up to the last one."),
    ({"positive": "won"},
     "positive is 'won', and theirs.csv, column 'paid' holds '0', '1'. Set positive to the label that counts."),
    ({"slices": "p"}, "Parameters score and slices both name the column 'p'. Each needs one of its own."),
    ({"bins": 80}, "Parameter bins is 80. Give a whole number from 2 to 50."),
    ({"days": 0}, "Parameter days is 0. Give a whole number, 1 or more."),
])
def test_what_cannot_be_meant_is_refused(tmp_path, read, message):
    refused(lambda: studied(tmp_path, predictions(per_day=5), read), message)


@pytest.mark.parametrize(("settings", "message"), [
    ({"side": "down"}, "Parameter side is 'down'. Give one of below, above, either."),
    ({"required": 90}, "Parameter required is 90. Give a share from 0 to 1, such as 0.9."),
    ({"change": 0}, "Parameter drop is 0. Give a share from 0.005 to 0.95."),
    ({"false_alarms": 0}, "Parameter false_alarms is 0. Give how many a year, from 0.01 to 100."),
])
def test_settings_that_cannot_be_meant_are_refused(tmp_path, settings, message):
    refused(lambda: studied(tmp_path, predictions(per_day=5), **settings), message)


def test_a_file_that_cannot_be_used_is_refused(tmp_path):
    rows = predictions(per_day=5)
    refused(lambda: studied(tmp_path, rows.assign(p=0.5)),
            "theirs.csv, column 'p': every score is 0.5. Name the column of the scores.")
    refused(lambda: studied(tmp_path, rows.assign(paid=None)),
            "theirs.csv, column 'paid': no row has a label. Fill in what is known, or set label to nothing.")
    many = rows.assign(kind=[f"k{i}" for i in range(len(rows))])
    refused(lambda: studied(tmp_path, many), "theirs.csv, column 'kind': holds 350 different values.")


# --- The example ---------------------------------------------------------------------------------------------------


def test_the_example_holds_what_its_generator_says():
    rows = agora.answer_scores()
    known = rows[rows.answered.notna() & (rows.day < rows.day.max())]
    season = known.day >= "2026-08-10"
    moving = known.listing == "moving"
    odds = special.logit((known.answered == "yes").groupby([moving, season]).mean())
    assert len(rows) == 9 * 640
    assert odds[True, True] - odds[True, False] == pytest.approx(-1.2, abs=0.35)  # −1.5 at one score, less over many
    assert odds[False, True] - odds[False, False] == pytest.approx(0.15, abs=0.15)
    marked = known[known.score >= 0.85]
    assert (marked.answered == "yes").groupby(marked.day >= "2026-08-10").mean().min() > 0.92
    assert set(rows[rows.day == rows.day.max()].answered.dropna()) == {"yes"}


# --- Running a model: a calm average, and when to train again ------------------------------------------------------


def the_calm(**changes) -> Calm:
    given = {"before": "25, 25, 25, 25", "now": "18, 22, 27, 33", "part": 0.2, "inside": "10, 14, 27, 49"} | changes
    return Calm(**{
        name: read_shares(name, value) if isinstance(value, str) else value for name, value in given.items()
    })


def test_a_slice_moves_under_a_calm_average():
    """The rest of the rows by hand: (18 − 0.2 · 10) / 0.8 = 20, then 24, 27, 29."""
    calm = the_calm()
    assert calm.outside == pytest.approx([0.20, 0.24, 0.27, 0.29])
    by_hand = -0.15 * math.log(0.4) - 0.11 * math.log(0.56) + 0.02 * math.log(1.08) + 0.24 * math.log(1.96)
    assert calm.psi_inside == pytest.approx(by_hand)
    assert calm.psi == pytest.approx(0.05058, abs=1e-5)
    assert (calm.top_points, calm.top_growth) == pytest.approx((0.08, 0.32))
    assert calm.from_slice == pytest.approx(0.2 * 24 / 8)
    assert calm.parts.sum() == pytest.approx(calm.psi)


def test_chance_reaches_the_custom_with_few_rows():
    assert the_calm().rows_for(0.1) == pytest.approx(60)  # 3 · (1/60 + 1/60) = 0.1
    assert the_calm().noise == pytest.approx(3 * (1 / 100_000 + 1 / 20_000))


@pytest.mark.parametrize(("changes", "message"), [
    ({"now": "18, 22, 27"}, "Parameter now is '18, 22, 27'. Give at least two positive numbers that add up to 100"),
    ({"now": "18, x, 27, 33"}, "Parameter now is '18, x, 27, 33'. Give at least two positive numbers"),
    ({"inside": "20, 30, 50"}, "before, now and inside must name as many buckets each; they name 4, 4 and 3."),
    ({"part": 0.9}, "a slice cannot hold more rows of a bucket than there are"),
    ({"part": 0.0}, "Parameter part is 0.0. Give a share between 0 and 1."),
])
def test_buckets_that_cannot_be_meant_are_refused(changes, message):
    refused(lambda: the_calm(**changes), message)


def upkeep(**changes) -> Upkeep:
    return Upkeep(**({"compute": 400, "people": 2_500, "point_week": 830, "slow": 0.02, "jumps": 2, "jump": 0.5,
                      "watching": 4_160, "delay": 3, "false": 1} | changes))


def test_the_calendar_costs_what_a_year_told_week_by_week_costs():
    """Train every 13 weeks: lost points day by day, and one jump a year at a random day, on a fine grid."""
    found = upkeep(jumps=1)
    day = (np.arange(52 * 700) + 0.5) / 700
    slow = 0.02 * (day % 13)
    carried = 0.5 * (13 - day % 13)  # points × weeks, of a jump on that day
    told = 4 * 2_900 + 830 * (slow.mean() * 52 + carried.mean())
    assert found.calendar(13) == pytest.approx(told, rel=1e-6)


def test_the_best_interval_is_the_cheapest():
    found = upkeep()
    every = np.linspace(1, 104, 100_000)
    assert found.best_every == pytest.approx(every[np.argmin(found.calendar(every))], abs=0.002)
    assert upkeep(slow=0, jumps=0).best_every == 104
    assert upkeep(point_week=1e6).best_every == 1


def test_an_alarm_costs_what_drawn_years_cost():
    """Alarms at random times, or the calendar behind them: any training starts the slow loss anew."""
    found = upkeep()
    drawn = np.minimum(np.random.default_rng(1).exponential(52 / 3, 400_000), 20)
    told = 52 / drawn.mean() * 2_900 + 830 * 52 * 0.02 * (drawn**2).mean() / 2 / drawn.mean()
    assert found.kept_up(20) == pytest.approx(told, rel=0.005)
    assert found.alarm == pytest.approx(found.kept_up(found.behind) + 4_160 + 830 * 2 * 0.5 * 3)
    assert found.kept_up(found.behind) <= min(found.kept_up(t) for t in range(1, 105)) + 0.01
    never = upkeep(jumps=0, false=0)
    assert never.alarm == pytest.approx(never.calendar(never.best_every) + 4_160)


def test_an_alarm_pays_when_jumps_are_large():
    assert upkeep().gain < 0
    quick = upkeep(delay=1)
    assert upkeep(delay=1, jump=quick.even_jump).gain == pytest.approx(0, abs=0.01)
    assert upkeep(delay=1, jump=quick.even_jump * 1.2).gain > 0
    assert math.isnan(upkeep(delay=52).even_jump)


def test_the_memo_follows_the_numbers():
    assert running.memo(the_calm(), upkeep(), "new sellers").startswith("**Watch *new sellers* by itself.")
    same = running.memo(the_calm(inside="18, 22, 27, 33"), upkeep(delay=0.5, jump=3), "new sellers")
    assert same.startswith("**Watch the slices; the average says the same here.**")
    assert "Train on the alarm" in same


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "All rows look calm with a PSI of 0.05, but in new sellers, 20 of 100 of them, it is 0.36"),
        ({"inside": "18, 22, 27, 33"},
         "All rows have a PSI of 0.05, and in new sellers, 20 of 100 of them, it is 0.05"),
    ],
)
def test_the_title_of_the_buckets_calls_calm_what_hides_a_slice(changes, said):
    assert title(running.buckets_figure(the_calm(**changes), "new sellers").to_dict()) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "By the best calendar, every 13 weeks, a year costs €22,598, less than €26,284 on an alarm"),
        ({"delay": 0.5, "jump": 3},
         "Training on an alarm costs €26,284 a year, less than €41,980 by the best calendar, e"),
        ({"jumps": 0, "false": 0, "watching": 0},
         "The best calendar, every 19 weeks, and training on an alarm cost the "),
        ({"point_week": 1e6}, "By the best calendar, every week, a year costs"),
    ],
    ids=["calendar", "alarm", "the same", "every week"],
)
def test_the_title_of_the_costs_names_what_is_cheaper(changes, said):
    assert title(running.costs_figure(upkeep(**changes)).to_dict()).startswith(said)
