"""How fast a launch goes out, what each stage can see, and when it is stopped.

Expected values are published (the canary of 4,673 sessions; the ramp of Crook, Frasca, Kohavi and Longbotham, 2009),
exact fractions, every sequence of errors written out, or a simulation of sessions that shares nothing with the package.
"""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mlpm import charts, rollout
from mlpm.rollout import figures, words
from mlpm.rollout.stop import Course
from refusing import refused
from titles import title_of

STAGES = ((0.01, 24), (0.05, 48), (0.20, 24), (0.50, 336))
GOOD = {
    "sessions": 2_000_000, "baseline": 0.005, "alarm": 0.01, "disaster": 0.05, "stages": STAGES, "false_alarm": 0.05,
    "power": 0.8, "rehearsed": 10, "unrehearsed": 360,
}
DAYS = (("Friday", 66_000, 0.05, 0.27, 0.275), ("Sunday", 66_000, 0.50, 0.21, 0.215))


@pytest.fixture(scope="module")
def ramp() -> rollout.Ramp:
    return rollout.Ramp(**GOOD)


# --- One look --------------------------------------------------------------------------------------------------------


def fleiss(old, new, level, power, others=1.0):
    """n = (z_α √(p̄ q̄ (1 + 1/r)) + z_β √(p₁q₁ + p₀q₀/r))² / (p₁ − p₀)², r sessions on the old side for each new one."""
    pooled = (new + others * old) / (1 + others)
    null = math.sqrt(pooled * (1 - pooled) * (1 + 1 / others))
    spread = math.sqrt(new * (1 - new) + old * (1 - old) / others)
    return ((stats.norm.isf(level) * null + stats.norm.ppf(power) * spread) / (new - old)) ** 2


def test_the_canary_has_the_published_size():
    assert rollout.canary_size(0.005, 0.01) == 4673
    assert rollout.canary_size(0.005, 0.01, sides=1) == 3681


@pytest.mark.parametrize(("sides", "others"), [(1, 1.0), (2, 1.0), (2, 99.0), (1, 4.0)])
def test_the_size_is_that_of_the_formula_by_hand(sides, others):
    size = rollout.canary_size(0.004, 0.009, 0.9, 0.05, sides=sides, others=others)
    assert size == math.ceil(fleiss(0.004, 0.009, 0.05 / sides, 0.9, others))


# --- The stop line ---------------------------------------------------------------------------------------------------


def test_of_equal_sides_an_error_falls_on_the_new_one_by_its_share():
    assert rollout.new_side(0.01) == pytest.approx(0.01)
    assert rollout.new_side(0.5, 2) == pytest.approx(2 / 3)
    assert rollout.new_side(0.2, 4) == pytest.approx(1 / 2)


@given(st.floats(0.01, 0.9), st.floats(1.2, 10), st.floats(0.001, 0.2), st.integers(1, 2000))
def test_the_line_is_where_the_odds_reach_their_limit(share, ratio, false_alarm, total):
    (line,) = rollout.odds_line(share, ratio, false_alarm, np.array([total]))
    q0, q1 = share, share * ratio / (share * ratio + 1 - share)

    def odds(k):
        return k * math.log(q1 / q0) + (total - k) * math.log((1 - q1) / (1 - q0)) - math.log(1 / false_alarm)

    assert odds(line) > -1e-6
    assert odds(line - 1) < 1e-6


def test_the_course_is_that_of_every_sequence_of_errors():
    """Looks after 2, 3 and 5 errors; stop at 2, 3 and 4 on the new side; one error in four falls there."""
    q = Fraction(1, 4)
    totals, line, stopped = (2, 3, 5), (2, 3, 4), [Fraction(0)] * 3
    for sides in product((0, 1), repeat=5):
        weight = math.prod(q if side else 1 - q for side in sides)
        for look, (total, limit) in enumerate(zip(totals, line, strict=True)):
            if sum(sides[:total]) >= limit:
                stopped[look] += weight
                break
    found = rollout.course(np.array(line), np.array(totals), 0.25)
    assert found.stopped == pytest.approx([float(part) for part in stopped])
    assert found.chance == pytest.approx(float(sum(stopped)))
    looks = sum((look + 1) * part for look, part in enumerate(stopped)) + 3 * (1 - sum(stopped))
    assert found.looks == pytest.approx(float(looks))


def test_a_line_above_the_errors_there_are_stops_nothing():
    assert rollout.course(np.array([9, 9]), np.array([3, 5]), 0.5).chance == 0
    assert Course(np.array([0.0, 0.0])).first(0.8) is None
    assert Course(np.array([0.5, 0.3])).first(0.8) == 2


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 0.9), st.floats(1.2, 8), st.floats(0.005, 0.2), st.integers(1, 30), st.integers(1, 80))
def test_a_healthy_launch_is_stopped_no_more_often_than_allowed(share, ratio, false_alarm, each, looks):
    """Ville, 1939: a nonnegative martingale that starts at 1 ever reaches 1/α with chance α at most."""
    totals = each * np.arange(1, looks + 1)
    line = rollout.odds_line(share, ratio, false_alarm, totals)
    assert rollout.course(line, totals, share).chance <= false_alarm + 1e-9


def test_a_single_look_of_the_naive_test_keeps_its_level_and_many_do_not():
    for share, total in ((0.5, 40), (0.05, 200), (0.01, 700)):
        one = rollout.naive_line(share, 0.05, np.array([total]))
        assert stats.binom.sf(one[0] - 1, total, share) <= 0.05 < stats.binom.sf(one[0] - 2, total, share)
    totals = 14 * np.arange(1, 337)
    assert rollout.course(rollout.naive_line(0.5, 0.05, totals), totals, 0.5).chance > 0.3


@pytest.mark.parametrize(("share", "hours", "rate"), [(0.05, 48, 0.005), (0.05, 48, 0.01), (0.2, 24, 0.01)])
def test_sessions_drawn_one_hour_at_a_time_end_as_the_exact_course_says(ramp, share, hours, rate):
    """20,000 launches: Poisson errors on each side every hour; the odds are added up and never rounded to a line."""
    random = np.random.default_rng(4)
    size = (20_000, hours)
    new = random.poisson(2_000_000 / 730 * share * rate, size).cumsum(axis=1)
    old = random.poisson(2_000_000 / 730 * (1 - share) * 0.005, size).cumsum(axis=1)
    q0, q1 = share, 2 * share / (1 + share)
    odds = new * math.log(q1 / q0) + old * math.log((1 - q1) / (1 - q0))
    reached = (odds >= math.log(4 / 0.05)).any(axis=1)
    found = ramp.course(share, rate, hours)
    assert found.chance == pytest.approx(reached.mean(), abs=0.012)
    first = np.where(reached, (odds >= math.log(80)).argmax(axis=1) + 1, hours)
    assert found.looks == pytest.approx(first.mean(), rel=0.03)


def test_a_new_test_every_hour_stops_as_many_healthy_launches_as_drawn(ramp):
    random = np.random.default_rng(5)
    total = np.array([round(2_000_000 / 730 * 0.005 * hour) for hour in range(1, 49)])
    new = random.binomial(np.diff(total, prepend=0), 0.05, (20_000, 48)).cumsum(axis=1)
    alarmed = (stats.binom.sf(new - 1, total, 0.05) <= 0.05).any(axis=1).mean()
    assert ramp.table["naive"][1] == pytest.approx(alarmed, abs=0.01)


# --- The ramp --------------------------------------------------------------------------------------------------------


def test_what_a_stage_exposes_and_whom_it_hits(ramp):
    """2,000,000 ÷ 730 × 0.2 × 24 sessions; a disaster at 50% is off after one look and ten minutes: 7/6 hours."""
    assert ramp.table["exposed"][2] == pytest.approx(2_000_000 / 730 * 0.2 * 24)
    straight = ramp.through(0.05, STAGES[-1:], 10)
    assert straight["hit"] == pytest.approx(2_000_000 / 730 * 0.5 * 0.045 * 7 / 6, rel=1e-3)
    assert ramp.through(0.05, STAGES[-1:], 360)["hit"] == pytest.approx(6 * straight["hit"], rel=1e-3)


def test_the_whole_ramp_stops_as_its_stages_do(ramp):
    assert ramp.whole["healthy"] == pytest.approx(1 - np.prod(1 - ramp.table["healthy"]))
    assert ramp.whole["healthy"] <= 0.05
    first = ramp.course(0.01, 0.01, 24)
    through = ramp.through(0.01, STAGES[:2], 0)
    second = ramp.course(0.05, 0.01, 48)
    assert through["unseen"] == pytest.approx((1 - first.chance) * (1 - second.chance))
    assert through["hours"] == pytest.approx(first.looks + (1 - first.chance) * second.looks)
    assert rollout.Ramp(**GOOD | {"stages": STAGES[:1]}).stage_alarm == 0.05


def test_small_rises_cost_the_same_at_any_small_share_and_disasters_do_not():
    """Wald: errors to a decision hardly depend on how fast they come; a disaster is over at the first look."""
    rows = figures.harm_rows(rollout.Ramp(**GOOD)).set_index(["kind", "percent"])["until"]
    assert rows["alarm", 5.0] / rows["alarm", 1.0] < 1.15
    assert rows["disaster", 50.0] / rows["disaster", 20.0] == pytest.approx(2.5, rel=0.01)


def test_the_line_for_whoever_is_on_call_says_nothing_where_nothing_is_enough(ramp):
    table = ramp.lines((5, 80))
    assert table.columns.tolist() == ["errors", "0.01", "0.05", "0.2", "0.5"]
    assert table["0.5"].isna().tolist() == [True, False]
    assert table["0.5"][1] == rollout.odds_line(0.5, 2, 0.0125, np.array([80]))[0]


# --- One pot ---------------------------------------------------------------------------------------------------------


def test_the_published_ramp_turns_its_sign_in_one_pot():
    """Crook et al., 2009: 1% then 50%; 2.02 against 2.30 and 1.00 against 1.20, together 1.68 against 1.20."""
    mixing = rollout.Mixing.of((
        ("Friday", 1_000_000, 0.01, 20_000 / 990_000, 230 / 10_000), ("Saturday", 1_000_000, 0.5, 0.01, 0.012),
    ))
    old, new = mixing.pooled
    assert old == pytest.approx(25_000 / 1_490_000)
    assert new == pytest.approx(6_230 / 510_000)
    assert new < old
    assert mixing.within > 0
    assert "turns the sign round" in words.about_mixing(mixing)


def test_equal_shares_may_be_put_into_one_pot():
    mixing = rollout.Mixing.of((("Friday", 100, 0.3, 0.2, 0.25), ("Sunday", 300, 0.3, 0.4, 0.45)))
    old, new = mixing.pooled
    assert new - old == pytest.approx(0.05)
    assert "no harm" in words.about_mixing(mixing)


# --- What the line takes for granted, and euros ---------------------------------------------------------------------


def drawn(ramp: rollout.Ramp, *, more: float = 1, together: int = 1, times: float = 1, ramps: int = 20_000) -> float:
    """The share of ramps that are stopped, with a random number of errors in each hour and the odds added up."""
    random, going = np.random.default_rng(11), np.ones(ramps, bool)
    for share, hours in ramp.stages:
        broken = share * 2 / (share * 2 + 1 - share)
        up, down = np.log(broken / share), np.log((1 - broken) / (1 - share))
        odds = np.zeros(ramps)
        for _ in range(hours):
            each = ramp.hourly * ramp.baseline / together
            new = together * random.poisson(each * share * more * times, ramps)
            old = together * random.poisson(each * (1 - share * more), ramps)
            odds += new * up + old * down
            going &= odds < np.log(len(ramp.stages) / ramp.false_alarm)
    return 1 - going.mean()


def test_what_the_line_takes_for_granted_costs_as_much_as_drawn(ramp):
    assert ramp.wrongly_stopped() == pytest.approx(ramp.whole["healthy"])
    assert ramp.wrongly_stopped(more=1.1) == pytest.approx(drawn(ramp, more=1.1), abs=0.02)
    assert ramp.wrongly_stopped(together=2) == pytest.approx(drawn(ramp, together=2), abs=0.02)


def test_the_line_lets_small_rises_through_that_one_test_at_the_end_sees(ramp):
    by_the_line, at_the_end = ramp.small_rise(1.2)
    assert by_the_line == pytest.approx(drawn(ramp, times=1.2), abs=0.02)
    # By hand: 230,137 sessions a side, 1,150.7 errors and 1,380.8; the difference is 4.6 standard errors.
    assert at_the_end == pytest.approx(stats.norm.sf(1.645 - 230.1 / np.sqrt(1150.7 + 1380.8)), abs=0.01)


def test_errors_and_waiting_in_euros_are_products(ramp):
    found, hit = ramp.in_euros(0.18, 7_200), ramp.ways.set_index(["way", "back"])["disaster"]
    assert found["rehearsal"] == pytest.approx(0.18 * (hit["straight", "not rehearsed"] - hit["straight", "rehearsed"]))
    assert found["waiting"] == pytest.approx(7_200 * 96 / 730)
    assert found["dead_long"] == pytest.approx(2_000_000 / 730 / 2 * 6 * 0.18)
    assert "even if the disaster were certain" in words.about_euros(ramp, 0.18, 7_200)
    assert "if at least" in words.about_euros(ramp, 40, 720)
    assert words.about_euros(ramp, 0.18, 0).endswith("The stages put nothing off.")
    refused(lambda: ramp.in_euros(-1, 0), "Parameter session is -1")


def test_a_large_product_is_followed_as_exactly_as_a_small_one():
    totals = np.array([40_000, 80_000])
    line = np.array([20_300, 40_400])
    first = stats.binom.sf(20_299, 40_000, 0.5)
    both = rollout.course(line, totals, 0.5)
    assert both.stopped[0] == pytest.approx(first, rel=1e-6)
    below = np.arange(19_000, 20_300)
    second = stats.binom.pmf(below, 40_000, 0.5) @ stats.binom.sf(40_399 - below, 40_000, 0.5)
    assert both.stopped[1] == pytest.approx(second, rel=1e-6)


# --- Parameters, sentences, charts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sessions": 100}, "Parameter sessions is 100"),
        ({"baseline": 0.5}, "Parameters baseline, alarm and disaster are 0.5, 0.01 and 0.05"),
        ({"alarm": 1}, "in this order"),
        ({"false_alarm": 5}, "such as 0.05"),
        ({"power": 1}, "Parameter power is 1"),
        ({"rehearsed": -1}, "Parameter rehearsed is -1"),
        ({"stages": ()}, "Parameter stages is ()"),
        ({"stages": ((0.2, 24), (0.1, 24))}, "the share 0.1 after 0.2"),
        ({"stages": ((0.2, 24), (1, 24))}, "without an old side"),
        ({"stages": ((0.2, 0),)}, "Parameter stages is 0"),
        ({"stages": ((0.2, 1e6),)}, "hours of a stage, 1 to 1,440"),
        ({"stages": (0.5, 24)}, "Parameter stages holds 0.5"),
        ({"stages": "half"}, "at least one stage"),
        ({"sessions": 1e12}, "730 to 100,000,000"),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_refused(wrong, said):
    refused(lambda: rollout.Ramp(**GOOD | wrong), said)


def test_a_day_that_cannot_be_meant_is_refused():
    refused(lambda: rollout.Mixing.of(DAYS[:1]), "at least two days")
    refused(lambda: rollout.Mixing.of((("Friday", 10, 1, 0.2, 0.2), DAYS[1])), "Give a share between 0 and 1")
    refused(lambda: rollout.Mixing.of((("Friday", 10, 0.2, 27, 0.2), DAYS[1])), "such as 0.27")
    refused(lambda: rollout.Mixing.named(friday=(1, 2, 3), sunday=DAYS[1][1:]), "Parameter friday is (1, 2, 3)")
    refused(lambda: rollout.Mixing.named(friday=5, sunday=DAYS[1][1:]), "Parameter friday is 5")


def test_days_keep_their_names():
    friday, sunday = (day[1:] for day in DAYS)
    assert rollout.Mixing.named(friday=friday, sunday=sunday).days == rollout.Mixing.of(DAYS).days


CASES = {
    "the ramp": {}, "small traffic": {"sessions": 40_000}, "one stage": {"stages": ((0.5, 24),)},
    "nothing seen": {"sessions": 5_000, "stages": ((0.01, 2), (0.02, 3))}, "rare": {"baseline": 1e-5, "alarm": 1e-4},
    "many errors": {"baseline": 0.1, "alarm": 0.15, "disaster": 0.5},
}


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_and_chart_reads_right_for_any_ramp(name):
    ramp, mixing = rollout.Ramp(**GOOD | CASES[name]), rollout.Mixing.of(DAYS)
    said = [
        words.about_size(ramp), words.about_line(ramp), words.about_stages(ramp), words.about_harm(ramp),
        words.about_mixing(mixing), words.memo(ramp, mixing, 0.18, 7_200), words.about_assumptions(ramp),
        words.about_euros(ramp, 0.18, 7_200),
    ]
    drawn = (
        rollout.canary_figure(ramp), rollout.false_alarm_figure(ramp), rollout.harm_figure(ramp),
        rollout.mixing_figure(mixing),
    )
    said += [charts.stored(figure.to_dict())["description"] for figure in drawn]
    for figure in drawn:
        title_of(figure)
    for text in said:
        assert text == text.strip()
        for wrong in ("nan", "None", "inf ", "  ", " ,", " .", "..", "np.", "{", "-0"):
            assert wrong not in text, text
    memo = said[5]
    assert ("for what breaks at once.**" in memo) == (name in {"the ramp", "small traffic", "rare"})
    assert ("No stage can see" in memo) == (name == "nothing seen")


def test_hours_read_as_people_say_them():
    said = [words.hours(value) for value in (1, 7, 48, 129, 336, None)]
    assert said == ["1 hour", "7 hours", "2 days", "5.4 days", "14 days", "more than 60 days"]
    assert (words.signed(-2.94), words.hit(8.06), words.hit(431.5)) == ("−2.9", "8.1", "432")
