"""mlpm.fairness: expected values are exact fractions, published formulas, forms of the generator or row counts."""

import itertools
import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats
from statsmodels.stats.proportion import confint_proportions_2indep

from mlpm import InputError, fairness, scores
from mlpm.agora import payout_checks
from mlpm.fairness import figures, listings, wording
from mlpm.fairness.goals import NOW, policy
from mlpm.fairness.groups import Gap, Group, compare, rows_needed, same_score_odds, times_as_often
from mlpm.scores import Share

CHECKS = payout_checks.payout_checks()


def read(tmp_path, frame, threshold=0.5, **options):
    path = tmp_path / "scores.csv"
    pd.DataFrame(frame).to_csv(path, index=False)
    columns = {"score": "score", "label": "label", "group": "group"} | options
    return fairness.read(path, threshold=threshold, **columns)


def rows(group: str, caught: int, missed: int, hit: int, passed: int, high=0.9, low=0.1) -> list[dict]:
    """A group with two scores: counts at a cut between them are these."""
    kinds = ((caught, high, 1), (missed, low, 1), (hit, high, 0), (passed, low, 0))
    return [{"score": score, "label": label, "group": group} for count, score, label in kinds for __ in range(count)]


def drawn(group: str, positives: int, negatives: int, distance: float, seed: int, shift: float = 0.0) -> pd.DataFrame:
    """A group whose scores of positives lie so many standard deviations above those of negatives."""
    rng = np.random.default_rng(seed)
    signal = np.r_[rng.normal(distance + shift, 1, positives), rng.normal(shift, 1, negatives)]
    return pd.DataFrame({
        "score": special.expit(2 * signal - 2), "label": np.r_[np.ones(positives, int), np.zeros(negatives, int)],
        "group": group,
    })


@pytest.fixture(scope="module")
def agora(tmp_path_factory):
    path = tmp_path_factory.mktemp("agora") / "checks.csv"
    CHECKS.to_csv(path, index=False)
    columns = {"label": "verdict", "positive": "scam", "group": "document"}
    found = fairness.read(path, score="score", threshold=0.31, **columns)
    others = fairness.read_versions("first_score, blind_score", path, score="score", **columns)

    def study(**options):
        known = {"cost_false_positive": 40, "cost_false_negative": 90, "others": others}
        return fairness.analyze(found, threshold=0.31, **known | options)

    return study


# --- The identity -------------------------------------------------------------------------------------------------


def test_the_identity_gives_the_published_example():
    """30% and 10% with 80 caught and 10 hit of 100: 0.24 / 0.31 and 0.08 / 0.17."""
    assert fairness.right_share(0.3, 0.8, 0.1) == pytest.approx(24 / 31)
    assert fairness.right_share(0.1, 0.8, 0.1) == pytest.approx(8 / 17)


def test_the_three_forms_are_one_identity():
    for base, caught, hit in itertools.product((0.05, 0.3, 0.8), (0.2, 0.9), (0.01, 0.4)):
        right = fairness.right_share(base, caught, hit)
        assert fairness.hit_needed(base, caught, right) == pytest.approx(hit)
        assert fairness.caught_needed(base, hit, right) == pytest.approx(caught)


def test_what_cannot_be_comes_out_above_one():
    """1/10 base rate, PPV 24/31, FPR 1/10: TPR = 9 · (24/7) · 0.1 = 108/35."""
    assert fairness.caught_needed(0.1, 0.1, 24 / 31) == pytest.approx(108 / 35)


# --- Counts and gaps ----------------------------------------------------------------------------------------------


def test_the_example_holds_what_its_card_says(agora):
    counts = agora().counts
    assert counts["domestic"] == fairness.Counts(caught=720, hit=210, missed=180, passed=1_890)
    assert counts["foreign"] == fairness.Counts(caught=160, hit=180, missed=40, passed=1_620)
    assert [group.name for group in agora().small] == ["travel document"]
    assert (len(CHECKS), (CHECKS.document == "travel document").sum()) == (5_045, 45)


def test_the_cut_is_counted_to_the_row(tmp_path):
    """Two scores of one bin, with the threshold on the upper one."""
    frame = [{"score": score, "label": label, "group": group} for score in (0.5, 0.50001) for label in (0, 1)
             for group in "ab" for __ in range(3)]
    frame += [{"score": 0.9, "label": 1, "group": "a"}, {"score": 0.1, "label": 0, "group": "b"}]
    found = fairness.analyze(read(tmp_path, frame, 0.50001), threshold=0.50001)
    assert {group.name: group.at(found.place).acted for group in found.every} == {"a": 7, "b": 6}


def test_gaps_have_newcombes_interval():
    one, other = fairness.Counts(56, 0, 14, 0), fairness.Counts(48, 0, 32, 0)  # 56/70 and 48/80, Newcombe 1998
    found = compare("caught", "a", one, other, 0.05)
    low, high = confint_proportions_2indep(56, 70, 48, 80, method="newcomb", compare="diff")
    assert (found.share.value, found.share.low, found.share.high) == pytest.approx((0.2, low, high))
    assert (found.share.low, found.share.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert found.verdict == "shown"


@pytest.mark.parametrize(("counts", "matters", "said"), [
    ((800, 0, 200, 0), 0.05, "small"),   # none against none, ± 3.5
    ((80, 0, 20, 0), 0.05, "open"),      # none against none, ± 11
    ((900, 0, 100, 0), 0.05, "shown"),
    ((830, 0, 170, 0), 0.1, "small"),    # 3 of 100, interval within ± 10
])
def test_a_gap_is_shown_small_or_open(counts, matters, said):
    other = fairness.Counts(80, 0, 20, 0) if sum(counts) == 100 else fairness.Counts(800, 0, 200, 0)
    assert compare("caught", "a", fairness.Counts(*counts), other, matters).verdict == said


def test_a_share_of_nothing_is_open():
    nobody, some = fairness.Counts(0, 0, 5, 5), fairness.Counts(5, 5, 5, 5)
    assert compare("right", "a", nobody, some, 0.05).verdict == "open"


def test_the_planted_meaning_of_a_score_is_found(agora):
    """Alike given the label, base rates 3/10 and 1/10: at every score the odds differ by (1/9) / (3/7) = 7/27."""
    (gap,) = agora().meanings
    assert gap.share.low < 7 / 27 < gap.share.high
    assert gap.verdict == "shown"


def test_meaning_is_mantel_haenszels_ratio(tmp_path):
    """By hand: strata (a: 9 of 10, b: 5 of 10) and (a: 4 of 10, b: 1 of 10), n = 20 each."""
    frame = rows("a", 9, 4, 1, 6) + rows("b", 5, 1, 5, 9)
    found = read(tmp_path, frame)
    a, b = (Group(name, found.only(code)) for code, name in enumerate("ab"))
    assert same_score_odds(a, b).share.value == pytest.approx((9 * 5 + 4 * 9) / (1 * 5 + 6 * 1))


def test_groups_without_a_common_score_have_no_common_meaning(tmp_path):
    frame = rows("a", 5, 5, 5, 5) + rows("b", 5, 5, 5, 5, high=0.8, low=0.2)
    found = read(tmp_path, frame)
    a, b = (Group(name, found.only(code)) for code, name in enumerate("ab"))
    assert math.isnan(same_score_odds(a, b).share.value)


def test_nothing_is_said_of_a_share_of_nothing(tmp_path):
    """Nobody of b is acted on, and the groups have no score in common."""
    frame = rows("a", 40, 40, 40, 40) + rows("b", 0, 40, 0, 80, low=0.2)
    found = fairness.analyze(read(tmp_path, frame), threshold=0.5, goal="equal precision")
    assert found.decision == "collect_more"
    said = [wording.memo(found), wording.about_meaning(found), listings.gaps(found).data, listings.rates(found).data]
    assert "nan" not in "".join(said)
    assert found.numbers()["group_2_hit"] == 0
    apart = fairness.analyze(found.scores, threshold=0.5, goal="equal meaning")
    assert "cannot be compared" in wording.memo(apart)


def test_importing_it_brings_no_statsmodels_and_no_altair():
    code = "import sys, mlpm.fairness; print({'statsmodels', 'altair'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_rows_needed_have_the_power_they_promise():
    """By simulation of the test itself: power near 80% at that size, and well below at half of it."""
    size = rows_needed(0.05, 0.1, 2_100)
    rng = np.random.default_rng(3)

    def power(rows: int) -> float:
        one, other = rng.binomial(rows, 0.15, 20_000), rng.binomial(2_100, 0.1, 20_000)
        pooled = (one + other) / (rows + 2_100)
        z = (one / rows - other / 2_100) / np.sqrt(pooled * (1 - pooled) * (1 / rows + 1 / 2_100))
        return float((np.abs(z) > stats.norm.isf(0.025)).mean())

    assert power(size) == pytest.approx(0.8, abs=0.03)
    assert power(size // 2) < 0.7


def test_no_size_is_enough_against_a_handful():
    assert rows_needed(0.01, 0.5, 20) is None


# --- Goals --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two groups with other base rates and other spreads, 3,000 and 2,000."""
    frame = pd.concat([drawn("a", 1_000, 2_000, 2.0, 1), drawn("b", 300, 1_700, 1.4, 2, shift=0.3)])
    found = read(tmp_path_factory.mktemp("two"), frame)
    return frame, [Group(name, found.only(code)) for code, name in enumerate("ab")], found


@pytest.mark.parametrize("goal", [goal for goal in fairness.GOALS if goal not in ("equal odds", "equal meaning")])
def test_cuts_of_a_goal_close_its_gap_with_as_many_actions(two, goal):
    frame, groups, found = two
    place = int(np.searchsorted(found.least, 0.5))
    reached = policy(goal, groups, place, 0.05)
    now = policy(NOW, groups, place, 0.05)
    assert reached.acted == pytest.approx(now.acted, abs=4)
    (measure,) = fairness.GOALS[goal]
    one, other = (counts.share(measure).value for counts in reached.counts)
    assert one == pytest.approx(other, abs=0.006)
    assert reached.reached
    # The same counts, row by row.
    for group, cut, counts in zip("ab", reached.places, reached.counts, strict=True):
        own = frame[(frame.group == group) & (frame.score.round(12) >= found.least[cut] - 1e-12)]
        assert (own.label.sum(), (1 - own.label).sum()) == (counts.caught, counts.hit)


def test_equal_meaning_catches_most_with_so_many_actions(two):
    """Neyman and Pearson: rows in the order of their chance; no other goal may catch more by more than the map errs."""
    __, groups, found = two
    place = int(np.searchsorted(found.least, 0.5))
    caught = {goal: sum(one.caught for one in policy(goal, groups, place, 0.05).counts) for goal in fairness.GOALS}
    assert max(caught.values()) - caught["equal meaning"] <= 5
    assert caught["equal meaning"] > caught["equal selection"] + 30


def test_equal_odds_is_not_reached_where_the_score_ranks_one_group_worse(two):
    __, groups, found = two
    place = int(np.searchsorted(found.least, 0.5))
    assert not policy("equal odds", groups, place, 0.05).reached


def test_equal_odds_is_reached_where_curves_meet(agora):
    assert agora().policies["equal odds"].reached


def test_equal_odds_picks_the_nearest_pair(tmp_path):
    """Three scores; b's upper cut is a's lower one, exactly: the pair is found whatever the thresholds are called."""
    kinds = {"a": {0.9: (10, 0), 0.6: (10, 5), 0.1: (20, 35)}, "b": {0.9: (20, 5), 0.6: (5, 5), 0.1: (15, 30)}}
    frame = [{"score": score, "label": label, "group": group} for group, cells in kinds.items()
             for score, counts in cells.items() for label, count in zip((1, 0), counts, strict=True)
             for __ in range(count)]
    found = read(tmp_path, frame)
    groups = [Group(name, found.only(code)) for code, name in enumerate("ab")]
    reached = policy("equal odds", groups, 1, 0.05)
    assert [one.share("caught").value for one in reached.counts] == [0.5, 0.5]
    assert [one.share("hit").value for one in reached.counts] == [0.125, 0.125]


def test_costs_count_errors_at_their_prices(agora):
    found = agora()
    assert found.cost(found.now) == 390 * 40 + 220 * 90
    change = found.change(found.policies["equal selection"])
    moved = found.policies["equal selection"].counts
    assert change.value == sum(one.hit * 40 + one.missed * 90 for one in moved) - found.cost(found.now)
    assert change.low < change.value < change.high


def test_change_has_the_spread_of_a_bootstrap(agora):
    """Rows drawn anew, cuts kept: the standard error of the difference in cost."""
    found = agora()
    other = found.policies["equal meaning"]
    frame = CHECKS[CHECKS.document != "travel document"]
    cuts = {group.name: found.raw(place) for group, place in zip(found.groups, other.places, strict=True)}
    new, old = frame.score >= frame.document.map(cuts), frame.score >= 0.31
    honest = frame.verdict == "honest"
    extra = np.where(honest, 40.0, -90.0) * (new.to_numpy(int) - old.to_numpy(int))
    rng = np.random.default_rng(5)
    draws = [extra[rng.integers(0, len(extra), len(extra))].sum() for __ in range(2_000)]
    change = found.change(other)
    assert change.value == pytest.approx(extra.sum())
    assert (change.high - change.low) / (2 * 1.96) == pytest.approx(np.std(draws), rel=0.06)


# --- Forced, path, labels, versions -------------------------------------------------------------------------------


def test_what_two_equal_shares_force_on_the_third(agora):
    (one,) = agora().forced
    assert one.right.value == pytest.approx(8 / 17)
    assert one.hit.value == pytest.approx(1 / 9 * 7 / 24 * 0.8)
    assert one.caught.value == pytest.approx(108 / 35)
    assert one.caught.low < one.caught.value < one.caught.high
    assert one.hit.low < one.hit.value < one.hit.high


def test_the_whole_path_counts_from_the_start(agora):
    found = agora(before="domestic=30000, foreign=8000")
    shares = {name: (filed.value, hit.value) for name, __, filed, hit in found.path}
    assert shares == {"domestic": (0.1, 0.007), "foreign": (0.25, 0.0225)}
    assert "3.2 times as often as *domestic* (2.6 to 3.9).**" in wording.about_path(found)


def test_a_ratio_of_few_is_not_told_from_once():
    # Katz by hand: 2 * exp(± 1.96 * sqrt(1/8 - 1/1000 + 1/4 - 1/1000)) = 0.6042 and 6.6206
    found = times_as_often(8, 1000, 4, 1000)
    assert (found.value, found.low, found.high) == pytest.approx((2, 0.6042, 6.6206), rel=1e-4)


def test_a_path_of_few_wrong_hits_cannot_be_told_from_once(tmp_path):
    frame = rows("a", 40, 20, 4, 96) + rows("b", 40, 20, 8, 92)
    found = fairness.analyze(read(tmp_path, frame), threshold=0.5, before="a=1000, b=1000")
    said = wording.about_path(found)
    assert "b are wrongly hit 2.0 times as often as" in said.replace("*", "")
    assert "(0.6 to 6.6): these counts cannot tell it from once." in said


def test_wrong_labels_close_the_gap_and_one_fewer_does_not(agora):
    found = agora()
    gap = next(one for one in found.gaps if one.measure == "right")
    count, whole, which = found.wrong_labels(gap)
    assert (whole, which) == (180, "hit")
    assert (160 + count) / 340 >= 720 / 930 > (160 + count - 1) / 340


@pytest.mark.parametrize(("measure", "counts"), [("hit", (50, 30, 50, 70)), ("caught", (30, 10, 70, 90))])
def test_wrong_labels_of_hits_and_misses(tmp_path, measure, counts):
    """The reference catches 50 of 100 and hits 10 of 100."""
    caught, hit, missed, passed = counts
    frame = rows("a", caught, missed, hit, passed) + rows("b", 100, 100, 20, 180)
    found = fairness.analyze(read(tmp_path, frame), threshold=0.5)
    gap = next(one for one in found.gaps if one.measure == measure)
    count, __, __ = found.wrong_labels(gap)

    def left(wrong: int) -> float:
        if measure == "hit":
            return (hit - wrong) / (hit + passed - wrong) - 0.1
        return 0.5 - caught / (caught + missed - wrong)

    assert left(count) <= 1e-12 < left(count - 1)


def test_dropping_the_column_keeps_most_of_the_gap(agora):
    """By hand from the rows: the same number is checked by each version."""
    own, first, blind = agora().versions
    frame = CHECKS[CHECKS.document != "travel document"]
    for one, column in ((own, "score"), (first, "first_score"), (blind, "blind_score")):
        acted = frame[column] >= one.cut
        share = acted[frame.verdict == "honest"].groupby(frame.document).mean()
        assert one.gaps[0].share.value == pytest.approx(share["foreign"] - share["domestic"])
        assert acted.sum() == pytest.approx(1_270, abs=6)
    assert own.gaps[0].verdict == "small"
    assert first.gaps[0].share.value > blind.gaps[0].share.value > 0.6 * first.gaps[0].share.value


# --- Decisions ----------------------------------------------------------------------------------------------------

SMALL, OPEN, SHOWN = (Gap("hit", "b", Share(0, -0.01, 0.01), kind) for kind in ("small", "open", "shown"))


@pytest.mark.parametrize(("options", "decision"), [
    ({"groups": 1}, "too_few"),
    ({"unlabeled": ["b"]}, "label_the_rest"),
    ({"goal": ""}, "choose_goal"),
    ({"gaps": [SMALL, SHOWN], "reached": False}, "mend_score"),
    ({"gaps": [OPEN, SHOWN]}, "change_cut"),
    ({"gaps": [SMALL, OPEN]}, "collect_more"),
    ({}, "keep_cut"),
])
def test_the_first_rule_that_fits_decides(options, decision):
    known = {"groups": 2, "unlabeled": [], "goal": "equal odds", "gaps": [SMALL], "reached": True}
    assert fairness.decide(**known | options) == decision


def test_every_decision_is_reachable():
    source = fairness.decide.__doc__
    assert all(f"→ {decision}" in source for decision in fairness.DECISIONS)


@pytest.mark.parametrize(("goal", "decision", "words"), [
    ("", "choose_goal", "Choose what must be equal"),
    ("equal false alarms", "keep_cut", "Keep the one cut"),
    ("equal odds", "collect_more", "1,419"),
    ("equal precision", "change_cut", "Ask counsel"),
    ("Equal  Meaning", "change_cut", "Ask counsel"),
])
def test_the_memo_says_the_decision(agora, goal, decision, words):
    found = agora(goal=goal)
    assert found.decision == decision
    assert words in wording.memo(found)


def test_a_score_that_ranks_one_group_worse_is_to_be_mended(two):
    found = fairness.analyze(two[2], threshold=0.5, goal="equal odds")
    assert found.decision == "mend_score"
    assert "no cut reaches the goal" in wording.memo(found)


def test_small_groups_are_left_out_and_not_to_be_found_by_subtraction(agora):
    found = agora(before="domestic=30000")
    said = wording.about_file(found) + wording.memo(found)
    assert "Nothing is said about travel document" in said
    assert "385" in said
    whole = (CHECKS.verdict == "scam").sum(), (CHECKS.score >= 0.31).sum()
    assert not [count for count in whole if f"{count:,}" in said]
    assert found.now.acted == 1_270


def test_a_large_group_with_few_of_a_label_is_too_small(tmp_path):
    frame = rows("a", 60, 40, 30, 70) + rows("b", 10, 19, 100, 300)
    found = fairness.analyze(read(tmp_path, frame), threshold=0.5)
    assert [group.name for group in found.small] == ["b"]
    assert "429 rows hold too few of a label" in wording.about_file(found)


def test_one_large_group_says_nothing(tmp_path):
    frame = rows("a", 60, 40, 30, 70) + rows("b", 10, 5, 5, 10)
    found = fairness.analyze(read(tmp_path, frame), threshold=0.5, goal="equal odds")
    assert found.decision == "too_few"
    assert "Say nothing about fairness yet" in wording.memo(found)


def test_rows_labeled_because_they_were_acted_on_say_nothing_about_the_missed(tmp_path):
    frame = rows("a", 60, 40, 50, 70) + rows("b", 80, 0, 60, 0)
    found = fairness.analyze(read(tmp_path, frame), threshold=0.5, goal="equal catch")
    assert found.decision == "label_the_rest"
    assert "*b* every labeled row was" in wording.memo(found)
    assert found.result()["gaps"] == []


# --- What is refused ----------------------------------------------------------------------------------------------

TWO = rows("a", 5, 5, 5, 5) + rows("b", 5, 5, 5, 5)


@pytest.mark.parametrize(("options", "words"), [
    ({"group": ""}, "Parameter group is empty."),
    ({"group": "where"}, "scores.csv: there is no column 'where'."),
    ({"threshold": 0.95}, "Parameter threshold is 0.95, and the scores in scores.csv run from 0.1 to 0.9."),
    ({"threshold": 0.1}, "Parameter threshold is 0.1"),
    ({"threshold": "high"}, "Parameter threshold is 'high'."),
])
def test_a_file_that_cannot_be_compared_is_refused(tmp_path, options, words):
    with pytest.raises(InputError) as refusal:
        read(tmp_path, TWO, **options)
    assert str(refusal.value).startswith(words)


def test_one_group_is_refused(tmp_path):
    with pytest.raises(InputError, match="column 'group': every row is 'a'"):
        read(tmp_path, rows("a", 5, 5, 5, 5))


@pytest.mark.parametrize(("options", "words"), [
    ({"goal": "fairness"}, "Parameter goal is 'fairness'. Give one of equal selection"),
    ({"reference": "c"}, "Parameter reference is 'c', and the groups are 'a', 'b'."),
    ({"cost_false_positive": 0}, "Parameter cost_false_positive is 0."),
    ({"gap_that_matters": 5}, "Parameter gap_that_matters is 5."),
    ({"smallest_group": 0}, "Parameter smallest_group is 0."),
    ({"before": "a"}, "Parameter before: 'a' is not group=number."),
    ({"before": "c=100"}, "Parameter before: 'c=100' is not group=number."),
    ({"before": "a=10"}, "Parameter before says that 10 of a came to the filter, and the file has 20"),
])
def test_a_parameter_that_cannot_be_meant_is_refused(tmp_path, options, words):
    with pytest.raises(InputError) as refusal:
        fairness.analyze(read(tmp_path, TWO), threshold=0.5, **options)
    assert str(refusal.value).startswith(words)


def test_a_version_named_twice_is_refused(tmp_path):
    read(tmp_path, TWO)
    with pytest.raises(InputError, match="names 'score' twice"):
        fairness.read_versions("score", tmp_path / "scores.csv", score="score", label="label", group="group")


def test_scores_that_are_no_probabilities_are_compared_all_the_same(tmp_path):
    frame = pd.concat([drawn("a", 300, 700, 2, 3), drawn("b", 200, 600, 2, 4)])
    frame["score"] = 600 + 40 * special.logit(frame.score)
    found = fairness.analyze(read(tmp_path, frame, 600.0), threshold=600.0, goal="equal precision")
    assert found.decision in ("keep_cut", "change_cut", "collect_more")
    assert wording.about_goals(found)
    assert scores.reliability(found.groups[0].scores).rows.sum() == 1_000


def test_the_title_names_the_share_whose_intervals_are_furthest_apart():
    def rows(share, first, second):
        return [
            {"share": share, "group": group, "value": value, "low": value - 2, "high": value + 2, "text": str(value)}
            for group, value in (("a", first), ("b", second))
        ]

    near, far = rows("of 100, hit", 10, 12), rows("of 100 hit, bad", 77, 47)
    assert figures._gap_point([*near, *far]) == (
        "The groups are furthest apart “of 100 hit, bad”: 47 in b, 77 in a."
    )
    assert figures._gap_point(near) == "In none of the four shares the groups can be told apart."
