"""Which treatment at which score, what a day of it does, and when the numbers do not carry a policy.

Expected values are exact fractions worked out by hand, published rules (Elkan 2001, Chow 1970), or an independent
computation: a grid of probabilities, an integral by scipy, a full list of outcomes. None is this package's own output.
"""

import re
from fractions import Fraction

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from scipy import integrate, special, stats
from statsmodels.stats.proportion import proportion_confint

from mlpm import InputError, charts, scores, treatment
from mlpm.agora.comment_scores import comment_scores
from mlpm.treatment import Action, Day, Formula, Limit, figures
from titles import title_of

REFERENCE = treatment.read_harms("keep: 0/100, demote: 3/40, collapse: 8/20, hide: 25/0")
AGORA = treatment.read_harms("show: 0/1, rank last: .08/.40, cover: .15/.25, hide: .60/0")


def cuts(actions):
    return [(band.name, band.low) for band in treatment.bands(actions)]


def changed(actions, name, **weights):
    return [
        Action(a.name, Fraction(weights.get("decent", a.decent)), Fraction(weights.get("violating", a.violating)))
        if a.name == name else a
        for a in actions
    ]


# --- The harm table -----------------------------------------------------------------------------------------------


def test_weights_are_exact():
    assert AGORA[1] == Action("rank last", Fraction(2, 25), Fraction(2, 5))
    assert treatment.read_harms("a: 1./2, b: 1e-1/.5")[1].decent == Fraction(1, 10)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("show: 0/1, hide .60/0", "'hide .60/0' is not an action with two harms"),
        ("show: 0/1, hide: .60", "'hide: .60' is not an action"),
        ("show: 0/1, hide: -1/0", "'hide: -1/0' is not an action"),
        ("show: 0/1, hide: nan/0", "'hide: nan/0' is not an action"),
        ("show: 0/1, hide: 0,6/0", "'hide: 0' is not an action"),
        ("show: 0/1, Show: 1/0", "names 'Show' twice"),
        ("show: 0/1", "names 1 action. Give two to 8"),
        ("", "names 0 actions. Give two to 8"),
    ],
)
def test_a_harm_table_that_cannot_be_read_is_refused_in_one_line(text, says):
    with pytest.raises(InputError) as refusal:
        treatment.read_harms(text)
    assert str(refusal.value).startswith("Parameter harms")
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


# --- Switch points ------------------------------------------------------------------------------------------------


def test_switch_points_of_the_reference_are_exact():
    at = [0, Fraction(1, 21), Fraction(1, 5), Fraction(17, 37)]
    assert cuts(REFERENCE) == list(zip(["keep", "demote", "collapse", "hide"], at, strict=True))


def test_switch_points_of_agora_are_exact():
    at = [0, Fraction(2, 17), Fraction(7, 22), Fraction(9, 14)]
    assert cuts(AGORA) == list(zip(["show", "rank last", "cover", "hide"], at, strict=True))


@pytest.mark.parametrize(
    ("pair", "at"),
    [
        (("keep", "hide"), Fraction(1, 5)),
        (("demote", "hide"), Fraction(11, 31)),
        (("keep", "collapse"), Fraction(1, 11)),
    ],
)
def test_pairs_that_the_envelope_leaves_out_cross_where_they_should(pair, at):
    first, second = (next(a for a in REFERENCE if a.name == name) for name in pair)
    assert treatment.crossing(first, second) == at


def test_two_actions_are_the_threshold_of_elkan():
    """Act from FP / (FP + FN): 25 / 125."""
    assert cuts(treatment.read_harms("pass: 0/100, act: 25/0")) == [("pass", 0), ("act", Fraction(1, 5))]


def test_a_review_with_one_price_is_the_band_of_chow():
    """FP 25, FN 100, review 5: review from 5/100 to 1 − 5/25; none from FP·FN / (FP + FN) = 20 on."""
    assert cuts(treatment.read_harms("pass: 0/100, review: 5/5, act: 25/0")) == [
        ("pass", 0), ("review", Fraction(1, 20)), ("act", Fraction(4, 5)),
    ]
    assert treatment.used(treatment.read_harms("pass: 0/100, review: 19.9/19.9, act: 25/0"))[1] == "review"
    assert treatment.used(treatment.read_harms("pass: 0/100, review: 20/20, act: 25/0")) == ("pass", "act")


def test_a_milder_cover_drives_rank_last_out():
    cheaper = changed(AGORA, "cover", decent=Fraction(5, 100))
    assert cuts(cheaper) == [("show", 0), ("cover", Fraction(1, 16)), ("hide", Fraction(11, 16))]
    (out,) = treatment.unused(cheaper)
    assert (out.action.name, out.better.name) == ("rank last", "cover")


def test_an_action_beaten_only_by_two_together_says_where_and_by_how_much():
    """Line 12/45 lies above keep|demote|collapse everywhere; nearest at 1/5, where demote and collapse do 10.4."""
    actions = [*REFERENCE, Action("warn", Fraction(12), Fraction(20, 1) + Fraction(1, 1))]
    (out,) = treatment.unused(actions)
    assert out.better.name == "collapse"
    actions = [*REFERENCE, Action("warn", Fraction(4), Fraction(39))]
    (out,) = treatment.unused(actions)
    assert out.better is None
    assert (out.at, out.gap) == (Fraction(1, 5), Fraction(4) + 35 * Fraction(1, 5) - Fraction(52, 5))
    assert {rival.name for rival in out.rivals} == {"demote", "collapse"}


weight = st.integers(0, 40).map(lambda n: Fraction(n, 40))
tables = st.lists(st.tuples(weight, weight), min_size=2, max_size=6).map(
    lambda rows: [Action(f"a{i}", decent, violating) for i, (decent, violating) in enumerate(rows)]
)


@given(tables, st.fractions(0, 1, max_denominator=200))
def test_at_every_probability_the_band_does_least_harm(actions, p):
    found = treatment.bands(actions)
    assert [found[0].low, *(band.low for band in found[1:]), 1] == [0, *(band.high for band in found[:-1]), 1]
    assert all(band.low < band.high for band in found)
    (band,) = [band for band in found if band.low <= p and (p < band.high or p == band.high == 1)]
    assert band.action.harm(p) == min(action.harm(p) for action in actions)


@given(tables)
def test_an_unused_action_comes_into_use_just_under_its_limit_and_not_above(actions):
    for out in treatment.unused(actions):
        for side in ("decent", "violating"):
            limit = getattr(out, side)
            if limit is None:
                tiny = changed(actions, out.action.name, **{side: Fraction(1, 10**9)})
                assert out.action.name not in treatment.used(tiny)
            else:
                assert limit <= out.action.weight(side)
                below = changed(actions, out.action.name, **{side: limit - Fraction(1, 10**9)})
                above = changed(actions, out.action.name, **{side: limit + Fraction(1, 10**9)})
                assert out.action.name in treatment.used(below)
                assert out.action.name not in treatment.used(above)


weights = st.fractions(Fraction(1, 97), 3, max_denominator=97)


@given(tables, st.sampled_from(["decent", "violating"]), st.integers(0, 5), weights)
def test_inside_its_room_a_weight_changes_no_action_and_beyond_it_does(actions, side, place, other):
    action = actions[place % len(actions)]
    room, now = treatment.room(actions, action, side), set(treatment.used(actions))
    inside = (room.low is None or room.low < other) and (room.high is None or other < room.high)
    if inside:
        assert set(treatment.used(changed(actions, action.name, **{side: other}))) == now
    for end, away, after in ((room.low, -1, room.after_low), (room.high, 1, room.after_high)):
        if end is not None:
            beyond = changed(actions, action.name, **{side: end + Fraction(away, 10**9)})
            assert set(treatment.used(beyond)) == set(after) != now


def test_the_room_of_agoras_weights():
    """Cover on decent items: below 1/10 its line passes under the corner show|rank last at 2/17, above 11/40 it is out.

    1/10 solves b + (1/4 − b) 2/17 = 2/17; 11/40 solves b + (1/4 − b) 13/23 = (3/5) 10/23, the corner rank last|hide.
    """
    cover = AGORA[2]
    room = treatment.room(AGORA, cover, "decent")
    assert (room.low, room.high) == (Fraction(1, 10), Fraction(11, 40))
    assert set(room.after_low) == {"show", "cover", "hide"}
    assert set(room.after_high) == {"show", "rank last", "hide"}


# --- A day of it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beta", "four", "one_cut", "hide_all", "keep_all"),
    [
        ((1, 1), 8.023166, 10, 12.5, 50),
        ((1, 9), 5.856032, 8.657823, 22.5, 10),
        ((2, 8), 9.040175, 13.960202, 20, 20),
    ],
)
def test_expected_harm_of_the_reference(beta, four, one_cut, hide_all, keep_all):
    keep, *_, hide = REFERENCE
    harms = [treatment.plan(Formula(*beta), chosen).harm for chosen in (REFERENCE, [keep, hide], [hide], [keep])]
    assert harms == pytest.approx([four, one_cut, hide_all, keep_all], abs=1e-6)
    # Once more by integrating the least harm over the density.
    def least(p):
        return min(action.harm(float(p)) for action in REFERENCE) * stats.beta(*beta).pdf(p)
    assert harms[0] == pytest.approx(integrate.quad(least, 0, 1, points=[1 / 21, 0.2, 17 / 37])[0], rel=1e-9)


def test_shares_of_the_reference():
    found = treatment.bands(REFERENCE)
    table = treatment.volumes(Formula(1, 9), [band.action for band in found], treatment.edges(found))
    assert table.share.tolist() == pytest.approx([0.355391, 0.510391, 0.130278, 0.003940], abs=1e-6)


def test_ten_scores_by_hand():
    p = np.array([0.01, 0.03, 0.05, 0.12, 0.18, 0.25, 0.33, 0.41, 0.62, 0.90])
    day, found = Day(p, p, 1 - p), treatment.bands(REFERENCE)
    table = treatment.volumes(day, [band.action for band in found], treatment.edges(found))
    assert table["items"].round(12).tolist() == [2, 3, 3, 2]
    assert table.harm.sum() == pytest.approx(73.83, abs=1e-9)


def test_a_million_comments_of_agora():
    """Figures of the chapter, by the incomplete beta function: hide from 9/14, hide from .95, one cut at 3/8."""
    stream, found = Formula(0.1, 0.9, 1e6), treatment.bands(AGORA)
    table = treatment.volumes(stream, [band.action for band in found], treatment.edges(found)).set_index("action")
    assert round(table.decent["hide"]) == 9401
    assert table.caught["hide"] == pytest.approx(0.42, abs=0.005)
    assert round(table.harm.sum()) == 39920
    one = treatment.plan(stream, [AGORA[0], AGORA[3]])
    assert (one.cuts.tolist(), round(one.harm)) == ([0.375], 52657)
    violating, decent = stream.split(np.array([0.95]))
    assert (round(decent[1]), round(100 * violating[1] / violating.sum())) == (180, 7)


def test_an_item_at_a_cut_gets_the_stricter_action():
    violating, decent = Day(np.array([0.2, 0.5]), np.array([1.0, 2.0]), np.array([3.0, 4.0])).split(np.array([0.5]))
    assert (violating.tolist(), decent.tolist()) == ([1, 2], [3, 4])


def test_the_best_policies_by_number_of_actions():
    """Every pair and triple by its own closed form; one cut is best spent on covering, not on hiding."""
    found = treatment.by_number(Formula(0.1, 0.9, 1e6), AGORA)
    assert [one.names for one in found] == [
        ("show",), ("show", "cover"), ("show", "cover", "hide"), ("show", "rank last", "cover", "hide"),
    ]
    assert found[1].cuts.tolist() == [1 / 6]
    covered = 1 - stats.beta(0.1, 0.9).cdf(1 / 6)
    bullying = 0.1 * (1 - stats.beta(1.1, 0.9).cdf(1 / 6))
    assert found[1].harm == pytest.approx(1e6 * (0.1 - bullying + 0.15 * (covered - bullying) + 0.25 * bullying))


def test_an_action_that_brings_nothing_is_not_counted():
    found = treatment.by_number(Formula(1, 1), treatment.read_harms("show: 0/1, hide: .6/0, shame: .9/.5"))
    assert [one.names for one in found] == [("hide",), ("show", "hide")]


def test_an_action_for_which_there_are_no_items_is_not_counted():
    """Nothing lies between 2/17 and 9/14: rank last and cover have bands, and no comments."""
    p = np.array([0.05, 0.9])
    found = treatment.by_number(Day(p, 100 * p, 100 * (1 - p)), AGORA)
    assert [one.names for one in found] == [("cover",), ("show", "hide")]


# --- A limit ------------------------------------------------------------------------------------------------------


def test_a_limit_moves_the_strictest_cut_up_to_the_lowest_that_keeps_it():
    """Hidden from the top: .9 holds 10 decent of 100, .9 and .8 hold 30 of 200, and with .7 60 of 300."""
    p = np.array([0.1, 0.5, 0.7, 0.8, 0.9])
    day = Day(p, 100 * p, 100 * (1 - p))
    found = treatment.plan(day, AGORA, Limit("hide", 15))
    assert found.names == ("show", "rank last", "cover", "hide")
    assert found.cuts.tolist() == pytest.approx([2 / 17, 7 / 22, 0.8])
    hidden = treatment.volumes(day, found.actions, found.cuts).iloc[-1]
    assert (hidden["items"], hidden.decent) == (200, pytest.approx(30))
    # What is no longer hidden gets the best of the other actions: at .7 that is cover, .15 × .3 + .25 × .7.
    free = treatment.plan(day, AGORA).harm
    assert found.harm - free == pytest.approx(100 * (0.15 * 0.3 + 0.25 * 0.7 - 0.6 * 0.3))


def test_a_limit_that_is_kept_anyway_changes_nothing():
    p = np.array([0.1, 0.9])
    day = Day(p, 100 * p, 100 * (1 - p))
    found = treatment.plan(day, AGORA, Limit("hide", 10))
    assert found.cuts.tolist() == treatment.plan(day, AGORA).cuts.tolist()


def test_a_limit_nothing_can_keep_takes_the_action_away():
    p = np.array([0.1, 0.9])
    found = treatment.plan(Day(p, 100 * p, 100 * (1 - p)), AGORA, Limit("hide", 5))
    assert found.names == ("show", "rank last", "cover")
    assert treatment.price(found, AGORA, Limit("hide", 5)) is None


def test_a_limit_is_not_kept_by_items_below_the_cut():
    """From .5 up 150 of 900 are decent, but .5 is not hidden anyway; from .7 up 150 of 600, from .9 up 50 of 300."""
    day = Day(np.array([0.5, 0.7, 0.9]), np.array([300.0, 200, 250]), np.array([0.0, 100, 50]))
    assert treatment.plan(day, AGORA, Limit("hide", 20)).cuts[-1] == 0.9


def test_below_a_limit_no_action_starts_above_it():
    """Without hiding, warning would start at .6; hiding starts at .5, so there is nothing left to warn about."""
    actions = treatment.read_harms("show: 0/1, cover: .15/.25, warn: .30/.15, hide: .35/0")
    day = Day(np.array([0.1, 0.47, 0.5, 0.9]), np.array([10.0, 30, 80, 90]), np.array([90.0, 70, 20, 10]))
    found = treatment.plan(day, actions, Limit("hide", 20))
    assert treatment.used(actions) == ("show", "cover", "hide")
    assert found.names == ("show", "cover", "hide")
    assert found.cuts.tolist() == pytest.approx([1 / 6, 0.5])


def test_items_of_one_probability_are_hidden_together_or_not_at_all():
    """Two bins at .9: the upper one alone would keep the limit, both do not."""
    day = Day(np.array([0.1, 0.9, 0.9]), np.array([10.0, 80, 99]), np.array([90.0, 20, 1]))
    assert "hide" not in treatment.plan(day, AGORA, Limit("hide", 5)).names


def test_a_limit_is_a_price_of_one_decent_item():
    """With that price in the harm table the switch point is the limit's cut, without any limit."""
    p = np.linspace(0.005, 0.995, 100)
    day, limit = Day(p, 10 * p, 10 * (1 - p)), Limit("hide", 2)
    found = treatment.plan(day, AGORA, limit)
    dearer = changed(AGORA, "hide", decent=Fraction(treatment.price(found, AGORA, limit)))
    assert dearer[3].decent > Fraction(3, 5)
    assert treatment.plan(day, dearer).cuts.tolist() == pytest.approx(found.cuts.tolist(), abs=1e-12)
    share = [day.decent[p >= cut].sum() / (day.decent + day.violating)[p >= cut].sum()
             for cut in (found.cuts[-1], found.cuts[-1] - 0.011)]
    assert share[0] <= 0.02 + 1e-12 < share[1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hide", "Write action: number, such as hide: 2"),
        ("hide: two", "Write action: number"),
        ("hide: 120", "Write action: number"),
        ("ban: 2", "names 'ban'. The actions in harms are: show, rank last, cover, hide."),
        ("cover: 2", "the strictest action in use, hide"),
    ],
)
def test_a_limit_that_cannot_be_meant_is_refused(text, says):
    with pytest.raises(InputError, match="Parameter limit") as refusal:
        treatment.read_limit(text, AGORA)
    assert says in str(refusal.value)


def test_a_limit_is_read():
    assert treatment.read_limit("hide: 2.5", AGORA) == Limit("hide", 2.5)
    assert treatment.read_limit(" ", AGORA) is None


# --- Review and appeals -------------------------------------------------------------------------------------------


def table_of(**bands):
    """A volumes table from name=(violating, decent)."""
    actions = [next(a for a in AGORA if a.name.replace(" ", "_") == name) for name in bands]
    p = (np.arange(len(bands)) + 0.5) / len(bands)
    day = Day(p, *(np.array(side, float) for side in zip(*bands.values(), strict=True)))
    return treatment.volumes(day, actions, np.arange(1, len(bands)) / len(bands))


def test_the_queue_of_a_reviewed_band():
    """300 covered, 200 of them decent, 90 seconds each: 7.5 hours; 1.5 reads for each decent one."""
    queue = treatment.review(table_of(show=(5, 900), cover=(100, 200)), ["cover"], 1.5)
    (row,) = queue.to_dict("records")
    assert (row["items"], row["hours"], row["wrong"], row["reads_per_wrong"]) == (300, 7.5, 200, 1.5)
    assert row["saves"] == pytest.approx(0.15 * 200 + 0.25 * 100)


def test_appeals_come_from_decent_and_from_violating_authors():
    """Of 80 decent and 320 violating hidden, 30% and 10% appeal: 24 and 32; granted 90% and 25%: 21.6 and 8."""
    rates = treatment.read_appeals("hide: .3/.1", AGORA)
    (row,) = treatment.appeals(table_of(show=(5, 900), hide=(320, 80)), rates, 0.9, 0.25).to_dict("records")
    assert row == pytest.approx(
        {"action": "hide", "appeals": 56, "decent": 24, "granted": 29.6, "restored": 21.6, "let_back": 8, "silent": 56}
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ban: .1/.1", "names 'ban'. The actions in harms are: show, rank last, cover, hide."),
        ("hide: 30/10", "'hide' has a share above 1. Give shares from 0 to 1"),
        ("hide: .3", "'hide: .3' is not an action with two"),
    ],
)
def test_appeals_that_cannot_be_meant_are_refused(text, says):
    with pytest.raises(InputError, match="Parameter appeals") as refusal:
        treatment.read_appeals(text, AGORA)
    assert says in str(refusal.value)


# --- The decision -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "decision"),
    [
        ({}, ("adopt_bands", "worthwhile")),
        ({"saving": (0.16, 0.05, 0.2)}, ("adopt_bands", "worthwhile")),
        ({"saving": (0.16, 0.04, 0.2)}, ("collect_more", "cannot_tell")),
        ({"saving": (0.03, 0.01, 0.05)}, ("collect_more", "cannot_tell")),
        ({"saving": (0.03, 0.01, 0.04)}, ("one_cut_is_enough", "too_little")),
        ({"used": 2}, ("one_cut_is_enough", "two_actions")),
        ({"saving": None, "used": 1}, ("one_cut_is_enough", "two_actions")),
        ({"is_probability": True}, ("recalibrate_first", "not_a_probability")),
        ({"is_probability": True, "method": "none"}, ("adopt_bands", "worthwhile")),
        ({"rows": 49}, ("collect_more", "too_few")),
        ({"rows": 49, "is_probability": True}, ("collect_more", "too_few")),
        ({"rows": 50}, ("adopt_bands", "worthwhile")),
    ],
)
def test_the_first_rule_that_fits_decides(changes, decision):
    usual = {"rows": 600, "is_probability": False, "method": "logistic", "used": 4, "saving": (0.16, 0.11, 0.2),
             "worthwhile": 0.05}
    assert treatment.decide(**usual | changes) == decision


def test_every_decision_is_reached_above():
    (mark,) = test_the_first_rule_that_fits_decides.pytestmark
    assert {decision for _, (decision, _) in mark.args[1]} == set(treatment.DECISIONS)


def test_items_to_tell_follow_the_root():
    """Half-width .05 has to shrink to .08 − .05 = .03: (5/3)² times as many items."""
    assert treatment.items_to_tell(900, (0.08, 0.03, 0.14), 0.05) == 2500
    assert treatment.items_to_tell(900, (0.05, 0.03, 0.14), 0.05) is None


# --- All of it on Agora's file ------------------------------------------------------------------------------------

SETTINGS = {
    "harms": "show: 0/1, rank last: .08/.40, cover: .15/.25, hide: .60/0", "items_per_day": 8000, "base_rate": 0.1,
    "hit": "cover, hide", "reviewed": "cover", "appeals": "hide: .3/.1", "granted_decent": 0.9,
}


@pytest.fixture(scope="module")
def comments():
    """Each labeled comment with the probability that its score was made from: logit(score) = 0.5 + 1.6 logit(p)."""
    frame = comment_scores()
    return frame.assign(p=special.expit((special.logit(frame.score) - 0.5) / 1.6), bad=frame.bullying == "bullying")


@pytest.fixture
def fewer(monkeypatch):
    monkeypatch.setattr("mlpm.treatment.study.DRAWS", 200)


few_draws = pytest.mark.usefixtures("fewer")


def counted(rows, positive="bullying"):
    """Scores of a frame with the columns score, label and perhaps group."""
    return scores.count(ibis.memtable(pa.Table.from_pandas(rows, preserve_index=False)), positive=positive)


@pytest.fixture(scope="module")
def labeled(comments):
    return counted(comments.rename(columns={"bullying": "label", "writes_in": "group"})[["score", "label", "group"]])


@pytest.fixture(scope="module")
def found(labeled):
    return treatment.analyze(labeled, **SETTINGS)


def test_volumes_are_those_of_the_true_probability(found, comments):
    """The generator's own p, cut at the switch points and counted row by row."""
    place = np.searchsorted([2 / 17, 7 / 22, 9 / 14], comments.p, side="right")
    for row, (_, true) in zip(found.volumes.itertuples(), comments.groupby(place), strict=True):
        scale = 8000 / len(comments)
        assert row.items == pytest.approx(len(true) * scale, rel=0.06)
        # Intervals are of the policy with this sample's map; the true map differs by its estimation error.
        bounds = found.ranges[found.ranges.action == row.action].iloc[0]
        assert bounds.decent_low <= (~true.bad).sum() * scale <= bounds.decent_high
        assert bounds.violating_low <= true.bad.sum() * scale <= bounds.violating_high


def test_harm_is_counted_row_by_row(found, comments):
    """Cut the raw score at the translated cuts and add up each comment's own harm."""
    place = np.searchsorted(found.raw_cuts, comments.score, side="right")
    weights = np.array([(0, 1), (0.08, 0.4), (0.15, 0.25), (0.6, 0)])
    harm = weights[place, comments.bad.astype(int)].sum() * 8000 / len(comments)
    assert found.plan.harm == pytest.approx(harm, rel=1e-9)


def test_the_interval_of_the_saving_is_that_of_a_bootstrap_of_rows(found, comments):
    """Two hundred resamples of comments, the true map in place of the fitted one: the same width to a quarter."""
    rng, weights = np.random.default_rng(1), np.array([(0, 1), (0.08, 0.4), (0.15, 0.25), (0.6, 0)])
    bands = np.searchsorted([2 / 17, 7 / 22, 9 / 14], comments.p, side="right")
    single = np.where(comments.p >= 1 / 6, 2, 0)
    bad = comments.bad.to_numpy().astype(int)
    mine, other = weights[bands, bad], weights[single, bad]
    draws = rng.integers(0, len(bad), (200, len(bad)))
    saving = 1 - mine[draws].sum(axis=1) / other[draws].sum(axis=1)
    low, high = np.percentile(saving, [2.5, 97.5])
    assert found.best_cut.name == "show or cover"
    assert found.best_cut.saving.high - found.best_cut.saving.low == pytest.approx(high - low, rel=0.25)
    assert found.best_cut.saving.value == pytest.approx(1 - mine.sum() / other.sum(), abs=0.01)


def test_the_interval_of_the_harm_saved_holds_the_exact_value(found):
    """Agora's labels are a sample of Beta(0.1, 0.9): the exact saving over the best single cut is 16.4%."""
    stream = Formula(0.1, 0.9)
    exact = 1 - treatment.plan(stream, AGORA).harm / treatment.plan(stream, [AGORA[0], AGORA[2]]).harm
    assert exact == pytest.approx(0.1645, abs=1e-4)
    assert found.best_cut.saving.low < exact < found.best_cut.saving.high
    assert found.decision == "adopt_bands"


def test_who_is_hit_is_counted_among_decent_comments(found, comments):
    hit = comments.score >= found.raw_cuts[1]
    for row in found.hit.itertuples():
        decent = comments[~comments.bad & (comments.writes_in == row.group)]
        others = comments[~comments.bad & (comments.writes_in != row.group)]
        assert row.decent_rows == len(decent)
        assert row.rate == pytest.approx(hit[decent.index].mean())
        assert row.rest == pytest.approx(hit[others.index].mean())
        assert (row.low, row.high) == pytest.approx(
            proportion_confint(hit[decent.index].sum(), len(decent), method="wilson"))
    assert found.hit.group[0] == "slang"
    assert found.hit.more.tolist() == [True, False, False]


def test_a_small_group_does_not_stand_out_by_chance(fewer):
    """3 of 40 decent items hit against 20 of 1,000: four times as often, but it may be no more than 2.6 of 100."""
    rows = [("small", 0.9, 0)] * 3 + [("small", 0.1, 0)] * 37 + [("large", 0.9, 0)] * 20 + [("large", 0.1, 0)] * 980
    rows += [("large", 0.9, 1)] * 100 + [("large", 0.1, 1)] * 60
    frame = pd.DataFrame(rows, columns=["group", "score", "label"]).astype({"label": str})
    found = treatment.analyze(counted(frame, "1"), harms="show: 0/1, hide: .6/0", items_per_day=1200)
    small = found.hit.set_index("group").loc["small"]
    assert (small.rate, small["rest"]) == (0.075, 0.02)
    assert small.low < small.rest_high < small.rate
    assert not small.more


def test_the_score_as_it_stands_is_cut_as_it_stands(found, comments):
    hidden = comments[comments.score >= 9 / 14]
    last = found.face.iloc[-1]
    assert last["items"] == pytest.approx(len(hidden) * 8000 / 6000)
    assert last.decent == pytest.approx((~hidden.bad).sum() * 8000 / 6000)


def test_without_a_base_rate_of_its_own_the_share_of_violating_items_is_drawn(labeled, fewer):
    """Showing everything does 800 of harm a day, give or take 1.96 × 8,000 × √(.1 × .9 / 6,000) = 61."""
    found = treatment.analyze(labeled, **SETTINGS | {"base_rate": 0})
    harm = found.policy("show").harm
    assert harm.value == pytest.approx(800)
    assert (harm.low, harm.high) == pytest.approx((739, 861), abs=15)


def test_a_group_for_which_the_score_says_too_much_is_named(found, comments):
    slang = comments[(comments.writes_in == "slang") & (comments.score >= found.raw_cuts[2])]
    row = found.otherwise.set_index("group").loc["slang"]
    assert row.last_rows == len(slang)
    assert row.last_violating == pytest.approx(slang.bad.mean())
    assert row.last_expected == pytest.approx(slang.p.mean(), abs=0.02)
    assert (row["last"], row.instead) == ("hide", "cover")
    assert "second language" not in set(found.otherwise.group)


@few_draws
def test_another_base_rate_moves_labels_and_probabilities_together(labeled):
    """At 5% every violating item weighs .05/.10 and every decent one .95/.90."""
    half = treatment.analyze(labeled, **SETTINGS | {"base_rate": 0.05})
    assert half.day.violating.sum() == pytest.approx(400)
    # The map at 10%, its odds times (.05/.95) / (.10/.90): Saerens and others, 2002.
    odds = 0.05 / 0.95 / (0.1 / 0.9)
    full = scores.calibrate(labeled).p
    assert half.day.p == pytest.approx(full * odds / (full * odds + 1 - full), rel=1e-9)


@few_draws
def test_a_probability_that_is_none_has_to_be_recalibrated(labeled):
    found = treatment.analyze(labeled, **SETTINGS, score_is="probability")
    assert (found.decision, found.rule) == ("recalibrate_first", "not_a_probability")
    assert treatment.wording.memo(found).startswith("**Recalibrate first.**")


@few_draws
def test_a_saving_that_is_not_worthwhile_leaves_one_cut(labeled):
    found = treatment.analyze(labeled, **SETTINGS, worthwhile=0.3)
    assert (found.decision, found.plan.names) == ("one_cut_is_enough", ("show", "cover"))
    assert found.volumes.action.tolist() == ["show", "cover"]
    assert found.ranges.action.tolist() == ["show", "cover"]
    assert "**One cut is enough: cover from 0.167.**" in treatment.wording.memo(found)


@few_draws
def test_a_saving_near_what_is_worthwhile_asks_for_labels(labeled):
    found = treatment.analyze(labeled, **SETTINGS, worthwhile=0.15)
    assert (found.decision, found.rule) == ("collect_more", "cannot_tell")
    assert found.items_to_tell > 6000


@few_draws
def test_a_limit_holds_for_the_policy_of_the_memo(labeled, found):
    limited = treatment.analyze(labeled, **SETTINGS, limit="hide: 10")
    last = limited.volumes.iloc[-1]
    assert last.action == "hide"
    assert last.decent_of_100 <= 10 < found.volumes.decent_of_100.iloc[-1]
    assert limited.full.harm > found.full.harm
    assert "The limit is a price" in treatment.wording.memo(limited)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"score_is": "odds"}, "Parameter score_is is 'odds'. Write raw or probability."),
        ({"worthwhile": 5}, "Parameter worthwhile is 5."),
        ({"base_rate": 1}, "Parameter base_rate is 1"),
        ({"items_per_day": 0}, "Parameter items_per_day is 0."),
        ({"review_minutes": -1}, "Parameter review_minutes is -1."),
        ({"hit": "ban"}, "Parameter hit names 'ban'. The actions in harms are: show, rank last, cover, hide."),
        ({"reviewed": "ban"}, "Parameter reviewed names 'ban'."),
        ({"seed": 1.5}, "Parameter seed is 1.5."),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(labeled, setting, says):
    with pytest.raises(InputError) as refusal:
        treatment.analyze(labeled, **SETTINGS | setting)
    assert str(refusal.value).startswith(says)


@few_draws
def test_margins_are_no_probabilities(comments):
    rows = comments.assign(score=special.logit(comments.score), label=comments.bullying)[["score", "label"]]
    margins = counted(rows)
    with pytest.raises(InputError, match="scores run beyond 0 and 1"):
        treatment.analyze(margins, **SETTINGS, score_is="probability")
    found = treatment.analyze(margins, **SETTINGS)
    assert found.face is None
    assert found.volumes["items"].sum() == pytest.approx(8000)


def test_the_same_seed_gives_the_same_answer(labeled, found):
    assert treatment.numbers(treatment.analyze(labeled, **SETTINGS)) == treatment.numbers(found)


# --- What a reader reads ------------------------------------------------------------------------------------------


def test_the_memo_holds_the_policy_and_what_follows(found):
    memo = treatment.wording.memo(found)
    assert memo.startswith("**Adopt the bands: show, rank last, cover or hide.**")
    for row in found.volumes.itertuples():
        assert f"| {row.action} |" in memo
    for part in ("Volumes.", "Who is hit.", "Review and appeal.", "What would change it.", "Not covered: threats"):
        assert part in memo


@few_draws
def test_a_readers_words_stay_text(comments):
    rows = comments.assign(
        label=np.where(comments.bad, "<b>*bad*</b>", "ok"), group=comments.writes_in.replace("slang", "a|b\n<script>")
    )[["score", "label", "group"]]
    found = treatment.analyze(
        counted(rows, "<b>*bad*</b>"),
        **SETTINGS | {"harms": "show: 0/1, <i>*x*: .1/.3, hide: .6/0", "hit": "", "reviewed": "", "appeals": ""},
    )
    memo = treatment.wording.memo(found)
    assert not [tag for tag in ("<b>", "<script>", "<i>", "*bad*", "*x*") if tag in memo]


@pytest.mark.parametrize(
    "figure",
    [treatment.meaning_figure, treatment.lines_figure, treatment.volumes_figure, treatment.policies_figure,
     treatment.hit_figure, treatment.bands_figure],
)
@pytest.mark.parametrize("width", [charts.NARROW, charts.WIDE])
def test_every_chart_is_drawn(found, figure, width):
    title_of(figure(found))
    spec = charts.stored(figure(found).to_dict())
    assert charts.svg(spec, "c", width).startswith("<svg")


def test_the_titles_follow_the_intervals_and_the_plan():
    rows = pd.DataFrame({"group": ["a", "b"], "of_100": [9.0, 3.0], "low": [7.0, 2.0]})
    assert figures._hit_point(rows, 4.0) == "Of 100 decent items 9.0 are hit in a, 4.0 in all together."
    assert figures._hit_point(rows, 8.0) == "No group is shown to be hit more than the 8.0 of 100 decent items of all."
    plans = pd.DataFrame({"ours": [True, False], "harm": [5.0, 4.0], "text": ["5", "4"]})
    assert figures._policies_point(plans) == "The policy chosen does a harm of 5 a day; the least is 4."
    assert figures._policies_point(plans.assign(harm=[3.0, 4.0])).endswith("a day, the least of 2.")
    assert figures._volumes_point(pd.DataFrame({"items": [], "decent": []})) == "Every item is left as it is."


def test_the_chart_that_moves_starts_with_the_findings(found):
    """What Vega's expressions compute from the sliders' values is what the tables say."""
    text = "".join(html.fromstring(charts.svg(charts.stored(treatment.bands_figure(found).to_dict()), "c")).itertext())
    for row in found.volumes.itertuples():
        assert f"{row.items:,.0f} a day: {row.violating:,.0f} bullying, {row.decent:,.0f} decent" in text
    for band in ("0 to 0.118", "0.118 to 0.318", "0.318 to 0.643", "0.643 to 1"):
        assert band in text
    assert f"Harm a day {found.plan.harm:.0f}; best with one cut {found.best_cut.harm.value:.0f}" in text


def test_the_chart_that_moves_follows_its_sliders(found):
    """Cover on a decent item from .15 to .05: rank last is not used, cover runs from 1/16 to 11/16."""
    spec = charts.stored(treatment.bands_figure(found).to_dict())
    (slider,) = [one for one in spec["params"] if one["bind"]["name"] == "cover, decent item "]
    slider["value"] = 0.05
    text = "; ".join(html.fromstring(charts.svg(spec, "c")).xpath("//text/text()"))
    assert "not used" in text
    assert "0.063 to 0.688" in text
    milder = treatment.plan(found.day, changed(AGORA, "cover", decent=Fraction(1, 20)))
    exact = treatment.volumes(found.day, milder.actions, milder.cuts)["items"].tolist()
    shown = [float(number.replace(",", "")) for number in re.findall(r"([0-9,]+) a day:", text)]
    assert shown == [round(number) for number in exact]


# --- The chapter's own figures ------------------------------------------------------------------------------------


def test_the_chapters_figures_are_those_of_the_formula_and_the_file(found, comments):
    """By the incomplete beta function, and row by row: cut where the labels above keep 2 of 100."""
    values = treatment.example(found)
    assert round(values["million_harm"]) == 39920
    assert round(values["million_single_harm"]) == 52657
    assert (round(values["million_hidden_decent"]), round(values["million_caught_of_100"])) == (9401, 42)
    assert (round(values["million_95_decent"]), round(values["million_95_caught_of_100"])) == (180, 7)
    assert (values["milder_cover"], values["milder_hide"]) == (1 / 16, 11 / 16)
    top = comments.sort_values(["score"], ascending=False).head(values["legal_rows"])
    assert (~top.bad).mean() <= 0.02
    assert values["legal_items"] == pytest.approx(len(top) * 8000 / 6000)


def test_other_harms_have_no_chapter(labeled, fewer):
    assert treatment.example(treatment.analyze(labeled, harms="show: 0/1, hide: .6/0", items_per_day=8000)) == {}
