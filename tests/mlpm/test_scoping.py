"""Which slices ship first, which assumption is tested before, and what a wrong file is told.

Expected numbers are published or worked out by hand: RICE is McBride's formula (Intercom, 2016); values of information
follow from EVPPI(X) = E_X max_d E[payoff | X] - max_d E[payoff] (Raiffa and Schlaifer, Applied Statistical Decision
Theory, 1961), as exact fractions beside each test. None is this package's own output.
"""

import ctypes
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mlpm import scoping
from mlpm.agora import slices as agora
from mlpm.scoping import words
from mlpm.scoping.backlog import triangular
from refusing import refused

RISKS = ["value", "usability", "feasibility", "viability"]


def slices(*rows, **columns):
    """A backlog of slices whose fields are fixed unless a row says otherwise: rows of dicts."""
    fields = {"requires": None, "must_have": None, **dict.fromkeys(RISKS, 1.0), **columns}
    table = []
    for i, row in enumerate(rows):
        row = {"slice": f"S{i}", "reward": 10, "effort": 1, **fields, **row}
        for of in ("reward", "effort"):
            low, likely, high = np.broadcast_to(row.pop(of), 3)
            row |= {f"{of}_low": float(low), f"{of}_likely": float(likely), f"{of}_high": float(high)}
        table.append(row)
    return scoping.backlog(pd.DataFrame(table), "slices.csv")


# --- Ranking -------------------------------------------------------------------------------------------------------


def test_rice_gives_the_published_scores_and_order():
    projects = {"A": (1000, 2, 0.8, 4), "B": (500, 3, 0.5, 1), "C": (4000, 1, 0.5, 8), "D": (200, 3, 1, 1)}
    scores = {name: scoping.rice(*inputs) for name, inputs in projects.items()}
    assert scores == {"A": 400, "B": 750, "C": 250, "D": 600}
    assert sorted(scores, key=scores.get, reverse=True) == ["B", "D", "A", "C"]


def test_probability_of_first_is_exact_on_every_future():
    """Reward and effort of three projects take few values: list every future with its probability."""
    half = Fraction(1, 2)
    reward = [{2: half, 10: half}, {4: half, 6: half}, {0: Fraction(3, 4), 24: Fraction(1, 4)}]
    effort = [{1: half, 3: half}, {2: Fraction(1)}, {2: half, 4: half}]
    futures = list(product(*reward, *effort))
    weights = [np.prod([part[value] for part, value in zip(reward + effort, f, strict=True)]) for f in futures]
    ratio = np.array([[f[i] / f[i + 3] for i in range(3)] for f in futures])
    first = scoping.probability_first(ratio, np.array(weights, float))
    assert first == pytest.approx([29 / 64, 21 / 64, 14 / 64], abs=1e-12)


def test_ties_for_first_are_split():
    assert scoping.probability_first(np.array([[1.0, 1.0, 0.0], [2.0, 1.0, 0.0]])) == pytest.approx([0.75, 0.25, 0])


# --- Ranges --------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.tuples(*[st.floats(-1000, 1000) for _ in range(3)]).map(sorted), st.floats(0, 1, exclude_max=True))
def test_the_triangle_is_that_of_scipy(ends, uniform):
    low, likely, high = ends
    drawn = float(triangular(low, likely, high, uniform))
    assert low - 1e-9 <= drawn <= high + 1e-9
    if high - low > 1e-3:
        other = stats.triang((likely - low) / (high - low), loc=low, scale=high - low)
        assert drawn == pytest.approx(other.ppf(uniform), abs=1e-6 * (high - low))


def test_means_are_those_of_the_triangle_and_draws_follow():
    backlog = slices({"reward": (100, 150, 500), "effort": (2, 3, 7), "value": 0.5, "viability": 0.8})
    row = backlog.frame.iloc[0]
    assert row.mean_reward == pytest.approx(stats.triang(50 / 400, loc=100, scale=400).mean())
    assert row.mean_effort == pytest.approx(stats.triang(1 / 5, loc=2, scale=5).mean())
    assert row.expected_reward == pytest.approx(250 * 0.4)
    draws = scoping.draw(backlog, 200_000, 1)
    assert draws.reward.mean() == pytest.approx(100, abs=1)
    assert (draws.reward > 0).mean() == pytest.approx(0.4, abs=0.005)
    assert draws.effort.std() == pytest.approx(stats.triang(1 / 5, loc=2, scale=5).std(), rel=0.01)


def test_a_range_of_width_zero_is_a_number():
    draws = scoping.draw(slices({"reward": 7, "effort": 3}), 100, 0)
    assert (draws.reward == 7).all()
    assert (draws.effort == 3).all()


def test_same_seed_same_draws():
    backlog = slices({"reward": (1, 2, 3)}, {"reward": (1, 2, 3)})
    assert (scoping.draw(backlog, 100, 5).reward == scoping.draw(backlog, 100, 5).reward).all()
    assert (scoping.draw(backlog, 100, 5).reward != scoping.draw(backlog, 100, 6).reward).any()


def test_the_sum_of_likely_values_is_a_promise_kept_once_in_25():
    """Five tasks in sequence, min-mode-max weeks: sum 12.5, P50 16.4, P85 19.1, 4% (100,000 draws, one decimal)."""
    tasks = [(1, 1.5, 6), (1, 2, 3), (2, 4, 10), (1, 2, 4), (2, 3, 7)]
    weeks = scoping.draw(slices(*[{"effort": task} for task in tasks]), 200_000, 12).effort.sum(axis=1)
    assert np.quantile(weeks, [0.5, 0.85]) == pytest.approx([16.4, 19.1], abs=0.06)
    assert (weeks <= 12.5).mean() == pytest.approx(0.04, abs=0.005)


def test_a_slice_pays_only_if_what_it_requires_works():
    backlog = slices(
        {"slice": "score", "feasibility": 0.8},
        {"slice": "cover", "requires": "score", "value": 0.5},
        {"slice": "hide", "requires": "cover; score", "viability": 0.5},
    )
    assert backlog.frame.probability.tolist() == pytest.approx([0.8, 0.4, 0.2])
    paid = scoping.draw(backlog, 50_000, 3).reward > 0
    assert paid.mean(axis=0) == pytest.approx([0.8, 0.4, 0.2], abs=0.01)
    assert not (paid[:, 2] & ~paid[:, 1]).any()


# --- The best set --------------------------------------------------------------------------------------------------


def brute_force(backlog, capacity, worth):
    """The best value over every allowed set, or None."""
    best, must = None, set(np.flatnonzero(backlog.must_have))
    for picks in product([False, True], repeat=len(backlog)):
        chosen = set(np.flatnonzero(picks))
        if must <= chosen and all(backlog.requires[i] <= chosen for i in chosen):
            members = sorted(chosen)
            if backlog.effort[members].sum() <= capacity + 1e-9:
                value = worth[members].sum()
                best = value if best is None else max(best, value)
    return best


@st.composite
def backlogs(draw, most=7):
    n = draw(st.integers(1, most))
    rows = []
    for i in range(n):
        row = {"reward": draw(st.integers(0, 60)), "effort": draw(st.integers(1, 12)) / 2}
        row["value"] = draw(st.integers(1, 10)) / 10
        if i and draw(st.integers(0, 2)) == 0:
            row["requires"] = f"S{draw(st.integers(0, i - 1))}"
        row["must_have"] = draw(st.integers(0, 7)) == 0
        rows.append(row)
    return slices(*rows)


@settings(max_examples=40, deadline=None)
@given(backlogs(), st.integers(0, 60), st.sampled_from([0.0, 3.0]))
def test_the_best_set_is_that_of_brute_force(backlog, half_weeks, cost):
    capacity = half_weeks / 2
    worth = backlog.reward - cost * backlog.effort
    chosen = scoping.best_set(backlog, capacity, worth)
    best = brute_force(backlog, capacity, worth)
    if best is None:
        assert chosen is None
    else:
        assert worth[chosen].sum() == pytest.approx(best, abs=1e-4)
        assert backlog.effort[chosen].sum() <= capacity + 1e-6
        assert all(backlog.requires[i] <= set(np.flatnonzero(chosen)) for i in np.flatnonzero(chosen))
        greedy = scoping.greedy_set(backlog, capacity, worth)
        assert worth[greedy].sum() <= best + 1e-9
        assert backlog.effort[greedy].sum() <= capacity + 1e-6
        order = scoping.build_order(backlog, chosen)
        assert sorted(order) == list(np.flatnonzero(chosen))
        assert all(backlog.requires[i] <= set(order[:place]) for place, i in enumerate(order))


def test_greedy_order_is_wrong_where_small_slices_fill_the_weeks():
    backlog = slices({"reward": 60, "effort": 10}, {"reward": 100, "effort": 20}, {"reward": 120, "effort": 30})
    worth = backlog.reward  # the textbook knapsack of 50: ratios 6, 5, 4
    assert scoping.greedy_set(backlog, 50, worth).tolist() == [True, True, False]
    assert scoping.best_set(backlog, 50, worth).tolist() == [False, True, True]


def test_a_slice_comes_with_what_it_requires():
    backlog = slices({"reward": 0}, {"reward": 9, "requires": "S0"}, {"reward": 5}, effort=2)
    assert scoping.best_set(backlog, 2, backlog.reward).tolist() == [False, False, True]
    assert scoping.best_set(backlog, 4, backlog.reward).tolist() == [True, True, False]


def test_of_equally_good_sets_the_lighter_one():
    backlog = slices({"reward": 10, "effort": 3}, {"reward": 10, "effort": 2}, {"reward": 0, "effort": 1})
    assert scoping.best_set(backlog, 4, backlog.reward).tolist() == [False, True, False]


def test_what_pays_most_per_week_is_built_first_behind_what_it_requires():
    backlog = slices(
        {"slice": "queue", "reward": 20, "effort": 2},
        {"slice": "score", "reward": 0, "effort": 1},
        {"slice": "cover", "reward": 60, "effort": 2, "requires": "score"},
    )
    assert [backlog.names[i] for i in scoping.build_order(backlog, np.ones(3, bool))] == ["score", "cover", "queue"]


def test_more_weeks_never_bring_less_and_cover_everything_at_the_end():
    backlog = slices(*[{"reward": r, "effort": e} for r, e in [(9, 4), (7, 3), (5, 2.5), (1, 1)]], {"must_have": True})
    capacities, step = scoping.capacity_steps(backlog)
    assert len(capacities) <= 60
    assert np.diff(capacities) == pytest.approx(step)
    curve = scoping.capacity_curve(backlog, capacities, backlog.reward)
    total = curve[curve.chosen].groupby("capacity").reward.sum()
    assert (total.diff().dropna() >= -1e-9).all()
    assert total.iloc[-1] == backlog.reward.sum()
    assert curve[curve["slice"] == "S4"].chosen.all()


@pytest.mark.parametrize("capacity", [17.5, 19.5, 20])
def test_solving_prints_nothing(capacity, capfd):
    """On these three, the HiGHS of SciPy 1.17 leaves a debugging line on C's standard output."""
    backlog = scoping.backlog(agora.slices())
    scoping.best_set(backlog, capacity, backlog.reward)
    ctypes.CDLL(None).fflush(None)
    assert capfd.readouterr() == ("", "")


# --- What a test is worth --------------------------------------------------------------------------------------------

FOUR = dict(zip(RISKS, (0.6, 0.9, 0.8, 0.75), strict=True))


def build_or_not(payoff, cost, risk):
    """The value of the better of building and not, as a function of the belief in one risk."""
    others = np.prod([p for name, p in FOUR.items() if name != risk])
    return lambda belief: max(payoff * others * belief - cost, 0)


@pytest.mark.parametrize(
    ("payoff", "expected"),
    [
        (1000, {"value": 100, "usability": 25, "feasibility": 50, "viability": 62.5}),
        (600, {"value": 44.4, "usability": 0, "feasibility": 0, "viability": 6.9}),
    ],
)
def test_perfect_information_about_each_of_four_risks(payoff, expected):
    """P = 81/250. At 1000, building pays 74: EVPPI = 250 (1 - p). At 600 it loses 55.6: EVPPI = p × max(·, 0)."""
    for risk, p in FOUR.items():
        assert scoping.value_of_test(build_or_not(payoff, 250, risk), p) == pytest.approx(expected[risk], abs=1e-9)


@pytest.mark.parametrize(("payoff", "expected"), [(1000, 169), (600, 113.4)])
def test_perfect_information_about_all_four_at_once(payoff, expected):
    """EVPI = .324 × (payoff - 250) - max(.324 × payoff - 250, 0)."""
    assert scoping.value_of_test(lambda belief: max(payoff * belief - 250, 0), 0.324) == pytest.approx(expected)


def test_an_imperfect_test_of_value():
    """P(yes) .6, beliefs .8 and .3, payoffs 182 and -88: .6 × 182 - 74 = 35.2."""
    assert scoping.answer(0.6, 0.8, 0.3, yes=True) == pytest.approx((0.6, 0.8))
    assert scoping.answer(0.6, 0.8, 0.3, yes=False) == pytest.approx((0.4, 0.3))
    assert scoping.value_of_test(build_or_not(1000, 250, "value"), 0.6, 0.8, 0.3) == pytest.approx(35.2)


def test_one_factor_can_be_worth_all_the_information():
    """Payoff A × B - 7, A 10 or 30, B .1 or .7, each half: -6 0 / -4 14, mean 1. EVPPI 3/2 and 5/2, EVPI 5/2."""
    a = scoping.value_of_test(lambda belief: max((10 + 20 * belief) * 0.4 - 7, 0), 0.5)
    b = scoping.value_of_test(lambda belief: max(20 * (0.1 + 0.6 * belief) - 7, 0), 0.5)
    # Everything known: build only where both are high, one time in four; in the other three the payoff averages -10/3.
    both = scoping.value_of_test(lambda belief: max(14 * belief - 10 / 3 * (1 - belief), 0), 0.25)
    assert (a, b, both) == pytest.approx((1.5, 2.5, 2.5))


@settings(deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0, 1), st.floats(0, 1), st.floats(1, 1000), st.floats(0, 500))
def test_a_test_is_never_worth_less_than_nothing_nor_more_than_certainty(p, sensitivity, false_alarm, payoff, price):
    def worth(belief):
        return max(payoff * belief - price, 0)

    imperfect, perfect = scoping.value_of_test(worth, p, sensitivity, false_alarm), scoping.value_of_test(worth, p)
    assert 0 <= imperfect <= perfect + 1e-5 * payoff
    assert scoping.value_of_test(worth, p, 0.5, 0.5) == 0


def test_the_whole_way_from_a_file_gives_the_same_four_risks():
    """One slice of 250 person-weeks at 1 a week: the plan it stands against is to do nothing."""
    plans = scoping.Plans(slices({"reward": 1000, "effort": 250, **FOUR}), 250, cost_per_week=1)
    found = scoping.assumptions(plans, 0.8, 0.3)
    assert plans.best.value(1) == pytest.approx(74)
    assert found["risk"].tolist() == ["value", "viability", "feasibility", "usability"]
    assert found.evppi.tolist() == pytest.approx([100, 62.5, 50, 25])
    assert found.evsi[0] == pytest.approx(35.2)
    assert found.break_even.tolist() == pytest.approx([250 / 324 * p for p in (0.6, 0.75, 0.8, 0.9)])


@settings(max_examples=15, deadline=None)
@given(backlogs(most=6), st.integers(4, 40), st.sampled_from([0.0, 3.0]))
def test_value_of_information_is_that_of_brute_force(backlog, half_weeks, cost):
    """Choose again for every answer, over every set, doing nothing among them."""
    capacity = half_weeks / 2
    if brute_force(backlog, capacity, backlog.reward) is None:
        return
    found = scoping.assumptions(scoping.Plans(backlog, capacity, cost), 0.8, 0.3).set_index(["slice", "risk"])
    for i, name in enumerate(backlog.names):
        p = backlog.frame.value[i]

        def worth(belief, i=i, p=p):
            reward = np.where(backlog.needs[:, i], belief / p, 1) * backlog.reward
            return max(brute_force(backlog, capacity, reward - cost * backlog.effort), 0)

        expected = p * worth(1) + (1 - p) * worth(0) - worth(p)
        assert found.evppi[name, "value"] == pytest.approx(expected, abs=1e-3)
        yes, no = 0.8 * p + 0.3 * (1 - p), 0.2 * p + 0.7 * (1 - p)
        expected = yes * worth(0.8 * p / yes) + no * worth(0.2 * p / no) - worth(p)
        assert found.evsi[name, "value"] == pytest.approx(expected, abs=1e-3)


def test_what_cannot_change_the_plan_is_not_worth_knowing():
    """A must-have stays whatever its risk; with room for everything, nothing competes."""
    backlog = slices({"must_have": True, "value": 0.5}, {"reward": 20, "value": 0.5})
    assert (scoping.assumptions(scoping.Plans(backlog, 2), 0.8, 0.3).evppi == 0).all()


def test_doing_nothing_is_a_plan_even_against_a_must_have():
    plans = scoping.Plans(slices({"reward": 10, "must_have": True, "value": 0.5}), 1, cost_per_week=6)
    assert not plans.best.chosen.any()
    assert plans.best.value(1) == 0
    found = scoping.assumptions(plans, 1.0, 0.0)
    assert found.evppi[0] == pytest.approx(0.5 * (10 - 6))


def test_a_plan_that_is_best_only_between_two_beliefs_is_found():
    """S0 opens the way to S1. As its chances t grow from 0 to 2, the best plan is S2 + S3 (26), S0 + S2 (22 + 10 t),
    S0 + S1 (40 t). A no at belief 2/9 means t = 4/9, the one in the middle: .55 × 640/11 + .45 × 238/9 - 40 = 3.9.
    """
    backlog = slices(
        {"reward": 20, "value": 0.5}, {"reward": 60, "effort": 2, "requires": "S0"},
        {"reward": 22, "effort": 2}, {"reward": 4},
    )
    found = scoping.assumptions(scoping.Plans(backlog, 3), 0.8, 0.3)
    assert (found["slice"][0], found.risk[0]) == ("S0", "value")
    assert found.evsi[0] == pytest.approx(3.9)
    assert found.evppi[0] == pytest.approx(0.5 * 80 + 0.5 * 26 - 40)
    assert found.break_even[0] == pytest.approx(0.2)


def test_break_even_is_the_belief_at_which_the_plan_changes():
    backlog = slices({"reward": 100, "value": 0.6}, {"reward": 45})
    found = scoping.assumptions(scoping.Plans(backlog, 1), 0.8, 0.3)
    assert (found["slice"][0], found.risk[0]) == ("S0", "value")
    assert found.break_even[0] == pytest.approx(0.45)
    assert found.evppi[0] == pytest.approx(0.6 * 100 + 0.4 * 45 - 60)


# --- The decision ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan_value", "test_value", "test_cost", "decision"),
    [
        (100, 30, 10, "test_first"),
        (0, 30, 10, "test_first"),   # not worth building now, worth finding out
        (100, 10, 10, "build"),      # a test must be worth more than it costs
        (100, 0, 10, "build"),
        (0, 0, 0, "stop"),
        (0, 5, 10, "stop"),
    ],
)
def test_every_decision_is_reached(plan_value, test_value, test_cost, decision):
    assert scoping.decide(plan_value, test_value, test_cost) == decision


# --- What a wrong file or parameter is told --------------------------------------------------------------------------


def test_a_range_out_of_order_is_refused():
    order = "low ≤ likely ≤ high"
    refused(lambda: slices({}, {"effort": (3, 2, 4)}), "slices.csv", "effort_likely", "row 2", "3, 2, 4", order)
    refused(lambda: slices({"reward": (1, 5, 4)}), "reward_high", "row 1")


def test_a_slice_without_effort_is_refused():
    refused(lambda: slices({"effort": 0}), "effort_high", "row 1", "S0", "above 0")


def test_an_unknown_requirement_is_refused():
    refused(lambda: slices({}, {"requires": "S0; s0"}), "requires", "row 2", "'s0'", "mean 'S0'", "semicolons")


@pytest.mark.parametrize(("first", "second"), [("S1", "S0"), ("S0", None)])
def test_slices_that_wait_for_each_other_are_refused(first, second):
    refused(lambda: slices({"requires": first}, {"requires": second}), "requires", "'S0'", "wait for each other")


def test_must_haves_that_do_not_fit_are_refused_by_how_much():
    backlog = slices({"effort": 4}, {"effort": 3, "must_have": True, "requires": "S0"}, {})
    refused(lambda: scoping.check_must_haves(backlog, 5), "must_have", "S0, S1", "7.0", "2.0 more", "capacity of 5")
    refused(lambda: scoping.Scope(backlog, 5), "2.0 more")
    scoping.check_must_haves(backlog, 7)


GOOD = {"capacity": 12, "sensitivity": 0.8, "false_alarm": 0.3, "test_effort": 1, "cost_per_week": 0}
GOOD |= {"draws": 1000, "seed": 0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"capacity": -1}, {"capacity": "twelve"}, {"capacity": float("nan")}, {"sensitivity": 1.2}, {"sensitivity": 80},
        {"false_alarm": -0.1}, {"draws": 10}, {"draws": 1000.5}, {"seed": -1}, {"cost_per_week": -4},
        {"test_effort": True},
    ],
)
def test_a_parameter_that_means_nothing_is_refused(wrong):
    scoping.check_settings(**GOOD)
    refused(lambda: scoping.check_settings(**GOOD | wrong), f"Parameter {next(iter(wrong))} is", "Give ")
    refused(lambda: scoping.Scope(slices({}), **GOOD | wrong), f"Parameter {next(iter(wrong))} is", "Give ")


def test_a_test_that_points_the_wrong_way_is_refused():
    refused(lambda: scoping.check_settings(**GOOD | {"sensitivity": 0.2}), "sensitivity", "false_alarm", "Swap")


# --- One backlog, whole ----------------------------------------------------------------------------------------------


def whole(backlog, capacity, **parameters):
    return scoping.Scope(backlog, capacity, draws=2000, **parameters)


RISKY = {"value": 0.6, "usability": 0.9, "feasibility": 0.8, "viability": 0.75}
BET = {"slice": "bet", "reward": (50, 100, 300), "effort": (2, 3, 7), **RISKY}
SAFE = {"slice": "safe", "reward": 45, "effort": 4}
CASES = {
    "test_first": (slices(BET, SAFE), 4, {"test_effort": 0.1}, "test_first"),
    "test, then maybe": (slices({"reward": 600, "effort": 250, **RISKY}), 250, {"cost_per_week": 1.0}, "test_first"),
    "build": (slices(BET, SAFE), 4, {"test_effort": 5.0}, "build"),
    "room for all": (slices(BET, SAFE), 50, {}, "build"),
    "one certain slice": (slices({}), 5, {}, "build"),
    "forty": (slices(*[{"reward": (i, 2 * i, 5 * i), "effort": (1, 2, 3), "value": 0.5} for i in range(40)]), 9, {}, 0),
    "nothing fits": (slices({"effort": 3}, {"effort": 4}), 2, {}, "stop"),
    "nothing brings anything": (slices({"reward": 0}, {"reward": 0, "must_have": True}), 2, {}, "stop"),
    "not worth its weeks": (slices({"reward": 10, "value": 0.5}), 2, {"cost_per_week": 20.0}, "stop"),
    "must-haves only": (slices({"must_have": True}, {"must_have": True, "reward": (1, 2, 3)}), 2, {}, "build"),
    "a test that says nothing": (slices(BET, SAFE), 4, {"sensitivity": 0.5, "false_alarm": 0.5}, "build"),
    "a free test": (slices(BET, SAFE), 4, {"sensitivity": 1.0, "false_alarm": 0.0, "test_effort": 0.0}, "test_first"),
    "marked-up names": (slices({"slice": "a|b *c* <d>_e_"}, {"requires": "a|b *c* <d>_e_"}), 9, {}, "build"),
}


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_reads_right_for_any_file(name):
    backlog, capacity, parameters, decision = CASES[name]
    scope = whole(backlog, capacity, **parameters)
    capacities, step = scoping.capacity_steps(backlog)
    said = [
        words.checked(scope), words.first(scope), words.best_set(scope), words.effort(scope), words.test(scope),
        words.first_title(scope), words.test_title(scope),
        words.greedy_over(scoping.capacity_curve(backlog, capacities, scope.plans.worth), step), words.memo(scope),
    ]
    for text in said:
        assert text == text.strip()
        for wrong in ("nan", "None", "inf", "  ", "**.", " ,", " .", "..", "np.", "{"):
            assert wrong not in text, text
    if decision:
        assert scope.decision == decision
    memo = said[-1]
    assert memo.startswith({"test_first": "**Test before", "build": "**Build", "stop": "**Stop"}[scope.decision])
    if scope.decision != "stop":
        assert "**Stop rule:**" in memo
        assert ("**Cut:**" in memo) == bool(scope.cut)
    assert "<d>" not in memo


def test_the_answer_names_every_slice_once():
    scope = whole(slices(BET, {"slice": "needy", "requires": "safe"}, SAFE), 4, test_effort=0.1)
    answer = scope.answer()
    assert list(answer) == [
        "chosen", "cut", "expected_reward", "effort_p50", "effort_p85", "test_first", "decision"
    ]
    assert sorted(answer["chosen"] + answer["cut"]) == ["bet", "needy", "safe"]
    assert answer["chosen"] == ["bet"]
    assert answer["cut"] == ["safe", "needy"]  # the better use of another week first
    assert answer["expected_reward"] == pytest.approx(150 * 0.324)
    assert (answer["test_first"]["slice"], answer["test_first"]["risk"]) == ("bet", "value")
    assert answer["effort_p50"] < answer["effort_p85"]


def test_the_slices_come_through_the_gate(tmp_path):
    """Empty `requires` and `must_have` columns, and a file with two slices."""
    path = tmp_path / "mine.csv"
    header = "slice,reward_low,reward_likely,reward_high,effort_low,effort_likely,effort_high,"
    rows = "a,1,2,3,1,1,1,1,1,1,1,,\nb,1,1,1,1,2,3,1,1,1,.5,a,\n"
    path.write_text(header + ",".join(RISKS) + ",requires,must_have\n" + rows)
    backlog = scoping.read(str(path))
    assert backlog.names == ["a", "b"]
    assert backlog.requires == (frozenset(), frozenset({0}))
    assert not backlog.must_have.any()
    path.write_text(path.read_text().replace(",.5,", ",50,"))
    refused(lambda: scoping.read(str(path)), "mine.csv", "viability", "'50'")


AMOUNTS = [(0, "0"), (1234567, "1,230,000"), (510.8, "511"), (46.52, "46.5"), (0.1234, "0.123")]


@pytest.mark.parametrize(("value", "text"), AMOUNTS)
def test_amounts_show_three_digits(value, text):
    assert words.amount(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.6, "60 of 100"), (0.001, "fewer than 1 of 100"), (0.999, "more than 99 of 100")]
)
def test_probabilities_are_counts(value, text):
    assert words.of_100(value) == text


def test_the_titles_of_charts_follow_the_findings():
    sure = whole(slices({"slice": "A"}, {"slice": "B", "effort": 30}), 40)
    assert words.first_title(sure) == "A is first in 100 of 100 futures."
    assert words.test_title(sure) == "No test of a single assumption can change the plan."
    open_race = whole(slices(*[{"slice": str(i), "reward": (1, 5, 20)} for i in range(4)]), 4)
    assert words.first_title(open_race).startswith("No slice is first in half of the futures; ")
    backlog, capacity, parameters, _ = CASES["a free test"]
    assert words.test_title(whole(backlog, capacity, **parameters)).endswith("more than the 0 that its weeks cost.")
    backlog, capacity, parameters, _ = CASES["build"]
    assert " is worth " in (title := words.test_title(whole(backlog, capacity, **parameters)))
    assert ", less than the " in title


def test_names_in_a_scatter_do_not_cover_each_other():
    same = words.label_places([0.3] * 4, [0.5] * 4, ["Report button"] * 4)
    assert len(set(same)) == 4
