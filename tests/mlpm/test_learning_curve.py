"""Learning curves against closed forms, exact fractions, other solvers and simulation; never against our own output."""

import math
import re
from fractions import Fraction

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.optimize import minimize

from mlpm import InputError, paint
from mlpm import learning_curve as lc
from mlpm.agora.learning_curve import EXPONENT, FLOOR, SCALE, learning_curve
from mlpm.learning_curve import noise, wording
from mlpm.learning_curve.curve import _Family
from mlpm.learning_curve.plan import best_measurement, decide

# floor .08, scale .9, exponent .45 at 100, 200 … 3200; the second row is what somebody measured.
SIZES = [100, 200, 400, 800, 1600, 3200]
EXACT = [0.08 + 0.9 * n**-0.45 for n in SIZES]
MEASURED = [0.193, 0.165, 0.141, 0.124, 0.113, 0.104]
AGORA = [250, 500, 1000, 2000, 4000]
PLAN = {"supply": 10_000, "cost_per_label": 0.125, "labels_per_item": 2.12}


def unweighted(sizes, errors) -> lc.Points:
    """Points whose variance does not depend on the error: ordinary least squares, as in published fits."""
    return lc.points(sizes, errors, weighting="standard_error")


def noisy(rng, floor, scale, exponent, sizes, runs, scatter, **options) -> lc.Points:
    n = np.repeat(np.array(sizes, dtype=float), runs)
    errors = lc.power_law(n, floor, scale, exponent) * (1 + scatter * rng.standard_normal(len(n)))
    return lc.points(n, errors, **options)


def scored(points: lc.Points, items: int, shared: bool) -> lc.Points:
    """The same runs, each scored on so many test items."""
    return lc.Points(
        points.sizes, points.error, points.weight * items, points.within * items, points.runs, points.low, points.high,
        "test", shared,
    )


# --- The fit ------------------------------------------------------------------------------------------------------


def test_an_exact_curve_is_found():
    curve = lc.fit(lc.points(SIZES, EXACT))
    assert (curve.floor, curve.scale, curve.exponent) == pytest.approx((0.08, 0.9, 0.45), rel=1e-4)
    assert curve(10_000) == pytest.approx(0.094264, abs=1e-6)


def test_the_unweighted_fit_of_measured_points_is_the_published_one():
    curve = lc.fit(unweighted(SIZES, MEASURED))
    assert (curve.floor, curve.scale, curve.exponent) == pytest.approx((0.077583, 0.840929, 0.430258), rel=2e-6)
    errors = np.sqrt(np.diag(curve.covariance) * curve.misfit / 3)
    assert errors == pytest.approx([0.0043, 0.0925, 0.0305], rel=0.01)
    assert float(curve(10_000)) == pytest.approx(0.093569, abs=1e-6)


def test_the_line_through_logarithms_is_too_optimistic():
    scale, exponent = lc.log_log(SIZES, MEASURED)
    assert exponent == pytest.approx(0.179539, abs=1e-6)
    promised = scale * 10_000**-exponent
    assert promised == pytest.approx(0.081659, abs=1e-6)
    assert 1 - promised / 0.093569 == pytest.approx(0.127, abs=5e-4)


def test_four_errors_on_a_line_without_a_floor():
    scale, exponent = lc.log_log([1000, 2000, 4000, 8000], [0.18, 0.15, 0.125, 0.104])
    assert (scale, exponent) == pytest.approx((1.113, 0.2637), abs=5e-4)
    needed = [lc.size_for(target, 0, scale, exponent) for target in (0.10, 0.05, 0.01)]
    assert needed == pytest.approx([9.3e3, 129e3, 58e6], rel=0.01)


@pytest.mark.parametrize(("target", "items"), [(0.10, 4718.52), (0.09, 22017.15)])
def test_items_for_a_target(target, items):
    assert lc.size_for(target, 0.08, 0.9, 0.45) == pytest.approx(items, abs=0.01)


@pytest.mark.parametrize("target", [0.08, 0.05])
def test_a_target_at_or_below_the_floor_is_never_reached(target):
    assert lc.size_for(target, 0.08, 0.9, 0.45) == math.inf


def test_three_points_by_hand():
    floor, exponent = lc.closed_form(*EXACT[:3])
    assert (floor, exponent) == pytest.approx((0.08, 0.45), abs=1e-9)
    # 30, 24, 19.2%: steps of 6 and 4.8, so ×0.8 a doubling and no floor; four doublings more make 9.8%.
    floor, exponent = lc.closed_form(0.30, 0.24, 0.192)
    assert floor == pytest.approx(0, abs=1e-12)
    assert 2**-exponent == pytest.approx(0.8)
    assert 0.30 * Fraction(4, 5) ** 5 == pytest.approx(0.098304)
    assert lc.size_for(0.05, 0, 0.30 * 500**exponent, exponent) == pytest.approx(131e3, rel=0.01)


@pytest.mark.parametrize("errors", [(0.3, 0.2, 0.1), (0.3, 0.2, 0.2), (0.3, 0.3, 0.2), (0.1, 0.2, 0.25)])
def test_three_points_that_do_not_flatten_have_no_such_curve(errors):
    assert lc.closed_form(*errors) is None


def test_the_fit_is_the_weighted_minimum():
    """Against another solver, with the weights the fit ends with."""
    points = noisy(np.random.default_rng(5), 0.06, 2.3, 0.45, AGORA, 3, 0.05)
    curve = lc.fit(points)

    def loss(unknowns):
        return curve.weights @ (points.error - lc.power_law(points.sizes / 1000, *unknowns)) ** 2

    found = minimize(loss, [0.05, 0.1, 0.5], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-16,
                                                                            "maxiter": 5000, "maxfev": 5000})
    assert curve.misfit == pytest.approx(found.fun, rel=1e-6)
    assert (curve.floor, curve.exponent) == pytest.approx((found.x[0], found.x[2]), rel=1e-3)


def test_weights_follow_the_binomial_variance():
    curve = lc.fit(scored(lc.points(SIZES, EXACT), 500, shared=False))
    assert curve.weights == pytest.approx([500 / (e * (1 - e)) for e in EXACT], rel=1e-4)


def test_more_weight_pulls_the_curve():
    heavy = lc.Points(
        np.array([100.0, 200, 400, 800]), np.array([0.20, 0.16, 0.15, 0.13]), np.array([1.0, 1, 1e6, 1]), np.zeros(4),
        np.ones(4, int), np.zeros(4), np.ones(4), "standard_error",
    )
    assert lc.fit(heavy)(400) == pytest.approx(0.15, abs=1e-4)


def test_a_curve_that_rises_has_no_fall():
    curve = lc.fit(lc.points(AGORA, [0.10, 0.12, 0.14, 0.16, 0.18]))
    assert curve.scale == 0
    assert curve.rises
    assert not lc.fit(lc.points(AGORA, [0.14, 0.12, 0.15, 0.13, 0.141])).rises
    assert not lc.fit(lc.points(SIZES, MEASURED)).rises


# --- The interval -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [500.0, 4000.0, 40_000.0, math.inf])
@pytest.mark.parametrize("truth", [(0.06, 2.3, 0.45), (0.0, 1.1, 0.26)], ids=["a floor", "none"])
def test_the_interval_is_the_profile(size, truth):
    """Against a search: the smallest and largest error at a size over curves within bounds and within the tolerance."""
    points = noisy(np.random.default_rng(8), *truth, AGORA, 3, 0.03)
    curve = lc.fit(points)
    limit = curve.misfit + stats.f.ppf(0.95, 1, 12) * (curve.misfit + curve.pure) / 12
    power = 0.0 if math.isinf(size) else size / 4000

    def left(unknowns):
        return curve.weights @ (points.error - lc.power_law(points.sizes / 4000, *unknowns)) ** 2

    def at(unknowns):
        return unknowns[0] + (unknowns[1] * power ** -unknowns[2] if power else 0.0)

    start = [curve.floor, curve.scale * 4000**-curve.exponent, curve.exponent]
    ends = []
    for sign in (1, -1):
        found = minimize(
            lambda u, s=sign: s * at(u), start, method="SLSQP", bounds=[(0, 1), (0, None), (0.02, 2)],
            constraints={"type": "ineq", "fun": lambda u: 1e4 * (limit - left(u))},
            options={"ftol": 1e-12, "maxiter": 500},
        )
        ends.append(at(found.x))
    low, high = curve.interval(size)
    assert (low[0], high[0]) == pytest.approx(ends, abs=2e-4)


def test_the_interval_falls_with_size_and_holds_the_curve():
    curve = lc.fit(lc.points(SIZES, MEASURED))
    sizes = np.geomspace(10, 1e9, 60)
    low, high = curve.interval(sizes)
    assert np.all(np.diff(low) <= 1e-12)
    assert np.all(np.diff(high) <= 1e-12)
    assert np.all((low <= curve(sizes)) & (curve(sizes) <= high))


def test_the_items_for_a_target_are_where_the_interval_crosses_it():
    curve = lc.fit(noisy(np.random.default_rng(8), 0.06, 2.3, 0.45, AGORA, 3, 0.03))
    needed, low, high = curve.reach(0.11)
    assert float(curve(needed)) == pytest.approx(0.11)
    assert curve.interval(low)[0][0] == pytest.approx(0.11, abs=1e-6)
    assert curve.interval(high)[1][0] == pytest.approx(0.11, abs=1e-6)
    assert low < needed < high


def test_a_target_below_the_floors_interval_is_never_reached():
    curve = lc.fit(noisy(np.random.default_rng(8), 0.06, 2.3, 0.45, AGORA, 3, 0.01))
    assert curve.floor_interval[0] > 0.03
    assert curve.reach(0.03) == (math.inf, math.inf, math.inf)


def test_shared_test_items_add_their_luck_in_quadrature():
    points = noisy(np.random.default_rng(8), 0.06, 2.3, 0.45, AGORA, 3, 0.03)
    alone, shared = lc.fit(points), lc.fit(scored(points, 2900, shared=True))
    (low, high), (low_shared, high_shared) = (curve.interval(4000) for curve in (alone, shared))
    error = float(alone(4000))
    luck = 1.959964**2 * error * (1 - error) / 2900
    assert high_shared[0] - error == pytest.approx(math.sqrt((high[0] - error) ** 2 + luck), rel=1e-6)
    assert error - low_shared[0] == pytest.approx(math.sqrt((error - low[0]) ** 2 + luck), rel=1e-6)


def test_known_noise_is_the_least_the_interval_allows():
    """Points that lie on a curve to the last digit are not that sure when each is a share of 200 test items."""
    curve = lc.fit(scored(lc.points(AGORA, lc.power_law(AGORA, 0.06, 2.3, 0.45)), 200, shared=False))
    assert curve.tolerance == pytest.approx(3.841459, abs=1e-6)
    assert curve.floor_interval[1] - curve.floor_interval[0] > 0.05


def test_without_a_run_to_spare_there_is_no_interval():
    curve = lc.fit(lc.points([100, 200, 400], EXACT[:3]))
    assert curve.tolerance is None
    assert all(map(math.isnan, curve.floor_interval))
    assert math.isnan(curve.expected(800, 3)[0])
    needed, low, high = curve.reach(0.10)
    assert needed == pytest.approx(4718.5, rel=1e-3)
    assert math.isnan(low)
    assert high == math.inf


@pytest.mark.parametrize(
    ("truth", "sizes", "runs", "scatter", "how"),
    [
        ((0.06, 2.3, 0.45), AGORA, 3, 0.03, "scatter"),
        ((0.08, 0.9, 0.45), SIZES, 1, 0.02, "scatter"),
        ((0.06, 2.3, 0.45), AGORA, 3, 0.03, "shared"),
        ((0.06, 2.3, 0.45), AGORA, 1, 0.0, "own"),
    ],
)
def test_intervals_hold_the_truth_about_95_times_in_100(truth, sizes, runs, scatter, how):
    """150 curves each: floor, error at ten times the largest size, and items for a target between the two."""
    rng, curves, items = np.random.default_rng(17), 150, 2900
    n = np.repeat(np.array(sizes, dtype=float), runs)
    far, target = 10 * sizes[-1], truth[0] + 0.7 * truth[1] * sizes[-1] ** -truth[2]
    at_far, needed = lc.power_law(far, *truth), lc.size_for(target, *truth)
    held = np.zeros(3)
    for __ in range(curves):
        errors = lc.power_law(n, *truth) * (1 + scatter * rng.standard_normal(len(n)))
        if how == "shared":
            errors += rng.normal(0, math.sqrt(0.1 * 0.9 / items))
        if how == "own":
            errors = rng.binomial(items, errors) / items
        points = lc.points(n, errors)
        curve = lc.fit(points if how == "scatter" else scored(points, items, how == "shared"))
        low, high = curve.floor_interval
        (far_low,), (far_high,) = curve.interval(far)
        __, least, most = curve.reach(target)
        held += low <= truth[0] <= high, far_low <= at_far <= far_high, least <= needed <= most
    # Of 150 curves 95% ± 5.3 points is chance at three standard errors; wider than needed is allowed, narrower is not.
    assert np.all(held >= 0.897 * curves), held / curves


def test_the_bootstrap_misses_the_floor_of_single_runs():
    """A bootstrap takes the scatter it sees for all there is, and with two runs to spare it sees little or much."""
    rng, truth, curves = np.random.default_rng(4), (0.06, 2.3, 0.45), 80
    bootstrap = profile = 0
    for __ in range(curves):
        curve = lc.fit(noisy(rng, *truth, AGORA, 1, 0.03))
        middle, spread = curve(AGORA), np.sqrt(curve.dispersion / curve.weights)
        drawn = [
            _Family.of(curve.points.sizes, middle + spread * rng.standard_normal(5), curve.weights, None).best()[0]
            for __ in range(120)
        ]
        low, high = np.quantile(drawn, [0.025, 0.975])
        bootstrap += low <= truth[0] <= high
        low, high = curve.floor_interval
        profile += low <= truth[0] <= high
    assert bootstrap / curves < 0.88 < 0.9 <= profile / curves


def test_the_delta_method_is_wide_where_there_is_no_floor():
    rng, delta, profile = np.random.default_rng(6), [], []
    for __ in range(60):
        curve = lc.fit(noisy(rng, 0.0, 1.1, 0.26, AGORA, 3, 0.03))
        delta.append(2 * stats.t.ppf(0.975, 12) * curve.standard_errors[0])
        low, high = curve.floor_interval
        profile.append(high - low)
    assert np.median(delta) > 2 * np.median(profile)


def test_the_mean_of_new_runs_lands_where_it_is_expected():
    rng, truth, hits = np.random.default_rng(3), (0.06, 2.3, 0.45), 0
    for __ in range(100):
        curve = lc.fit(noisy(rng, *truth, AGORA, 3, 0.03))
        low, high = curve.expected(8000, 3)
        hits += low <= lc.power_law(8000, *truth) * (1 + 0.03 * rng.standard_normal(3).mean()) <= high
    assert 0.9 <= hits / 100 <= 0.99


def test_points_of_another_shape_are_noticed():
    steps = [0.20, 0.20, 0.20, 0.10, 0.10]
    shaken = [e + d for e in steps for d in (-0.002, 0, 0.002)]
    assert lc.fit(lc.points(np.repeat(AGORA, 3), shaken)).misfit_p_value < 0.001
    assert lc.fit(noisy(np.random.default_rng(8), 0.06, 2.3, 0.45, AGORA, 3, 0.03)).misfit_p_value > 0.05
    assert lc.fit(lc.points(SIZES, MEASURED)).misfit_p_value is None


def test_the_misfit_is_an_f_test_against_the_scatter_of_repeats():
    """15 runs at 5 sizes: 5 − 3 degrees of freedom around the curve, 15 − 5 within sizes."""
    rng = np.random.default_rng(8)
    n = np.repeat(AGORA, 3)
    errors = lc.power_law(n, 0.06, 2.3, 0.45) * (1 + 0.03 * rng.standard_normal(15))
    curve = lc.fit(lc.points(n, errors))
    expected = curve(n)
    means = np.repeat(errors.reshape(5, 3).mean(axis=1), 3)
    weights = 1 / (expected * (1 - expected))
    ratio = (weights @ (means - expected) ** 2 / 2) / (weights @ (errors - means) ** 2 / 10)
    assert curve.misfit_p_value == pytest.approx(stats.f.sf(ratio, 2, 10), rel=1e-3)


def test_imagined_runs_on_the_curve_narrow_the_range_and_keep_the_fit():
    curve = lc.fit(noisy(np.random.default_rng(8), 0.06, 2.3, 0.45, AGORA, 3, 0.03))
    after = lc.imagined(curve, 8000, 3)
    assert (after.floor, after.misfit) == (curve.floor, pytest.approx(curve.misfit))
    assert after.points.runs.tolist() == [3, 3, 3, 3, 3, 3]
    assert after.freedom == curve.freedom + 3
    __, low, high = curve.reach(0.11)
    __, low_after, high_after = after.reach(0.11)
    assert low < low_after < high_after < high
    assert lc.imagined(curve, 4000, 3).points.runs.tolist() == [3, 3, 3, 3, 6]


# --- Arithmetic around it -----------------------------------------------------------------------------------------


def test_wrong_test_labels_lift_an_error():
    # Of 100 items 8 are wrong; 5 of 100 labels are flipped: 8 × 0.95 + 92 × 0.05 = 12.2 look wrong.
    assert noise.measured(0.08, 0.05) == pytest.approx(0.122)
    assert noise.true_error(0.122, 0.05) == pytest.approx(0.08)
    assert noise.measured(0.0, 0.05) == pytest.approx(0.05)
    assert noise.true_error(0.03, 0.05) == 0


def test_slips_behind_disagreement():
    # One in ten slips: two differ on 2 × 0.1 × 0.9 = 18 of 100 items.
    assert noise.flips_of_pairs(0.18) == pytest.approx(0.1)
    assert noise.flips_of_pairs(0) == 0
    with pytest.raises(ValueError, match="at most half"):
        noise.flips_of_pairs(0.6)


def test_draws_for_a_rare_class():
    assert noise.draws(24, 0.024) == pytest.approx(1000)
    sure = int(noise.draws(24, 0.024, 0.95))
    assert stats.binom.sf(23, sure, 0.024) >= 0.95 > stats.binom.sf(23, sure - 1, 0.024)


@pytest.mark.parametrize(("error", "margin", "items"), [(0.9, 0.03, 385), (0.5, 0.05, 385), (0.1, 0.02, 865)])
def test_test_items_for_a_margin(error, margin, items):
    """1.96² · p(1 − p) / margin²: 384.15 for the first two, so 384 leave the margin a hair too wide."""
    assert noise.test_items(error, margin) == items == math.ceil(1.959964**2 * error * (1 - error) / margin**2)


def test_no_failure_in_299():
    assert noise.clean_items(0.01) == 299
    assert 0.99**299 <= 0.05 < 0.99**298


# --- The plan -----------------------------------------------------------------------------------------------------

OPEN = {
    "sizes": 5, "error_high": 0.13, "floor_low": 0.02, "low": 4700.0, "high": 22_000.0, "horizon": 40_000.0,
    "attainable": 204_000.0,
}


@pytest.mark.parametrize(
    ("change", "decision", "rule"),
    [
        ({"error_high": 0.10, "rises": True, "sizes": 3}, "enough", "met"),
        ({"rises": True, "sizes": 3}, "change_the_problem", "rises"),
        ({"sizes": 3, "floor_low": 0.2}, "measure_more", "too_few"),
        ({"floor_low": math.nan}, "measure_more", "too_few"),
        ({"floor_low": 0.101, "low": math.inf, "high": math.inf}, "change_the_problem", "floor_above"),
        ({"low": 205_000.0, "high": math.inf}, "change_the_problem", "out_of_reach"),
        ({"low": math.inf, "high": math.inf, "attainable": math.inf}, "change_the_problem", "out_of_reach"),
        ({}, "collect", "within_horizon"),
        ({"high": 40_000.0, "attainable": math.inf}, "collect", "within_horizon"),
        ({"high": 40_001.0}, "measure_more", "no_promise"),
        ({"high": math.inf}, "measure_more", "no_promise"),
        ({"attainable": 20_000.0}, "measure_more", "no_promise"),
    ],
)
def test_decisions(change, decision, rule):
    assert decide(0.10, **(OPEN | change)) == (decision, rule)
    assert decision in lc.DECISIONS


@pytest.fixture(scope="module")
def agora() -> lc.Points:
    rows = learning_curve()
    return scored(lc.points(rows.comments, rows.decent_share), 2900, shared=True)


def found(points, target=0.10, **changes) -> lc.Findings:
    return lc.analyze(points, target=target, **(PLAN | {"available": 200_000} | changes))


@pytest.mark.parametrize(
    ("target", "decision"),
    [(0.13, "enough"), (0.10, "collect"), (0.05, "measure_more"), (0.01, "change_the_problem")],
)
def test_one_curve_gives_every_decision(agora, target, decision):
    assert found(agora, target).answer.decision == decision


def test_agoras_curve_is_the_planted_one_within_its_interval(agora):
    curve = lc.fit(agora)
    low, high = curve.floor_interval
    assert low < FLOOR < high
    __, least, most = curve.reach(0.10)
    assert least < lc.size_for(0.10, FLOOR, SCALE, EXPONENT) < most


def test_money_and_months(agora):
    plan = found(agora)
    assert plan.price == pytest.approx(0.265)
    assert plan.euros(204_000) == pytest.approx(53_000)
    assert plan.months(204_000) == pytest.approx(20)
    assert plan.euros(3000) == 0


def test_stages_double_and_end_with_all_there_is(agora):
    assert found(agora).stages["items"].tolist() == [4000, 8000, 16_000, 32_000, 204_000]
    assert found(agora, 0.05).stages["items"].tolist() == [4000, 8000, 16_000, 32_000, 40_000, 204_000]
    assert found(agora, available=10_000).stages["items"].tolist() == [4000, 8000, 14_000]
    assert found(agora, 0.05, available=0).stages["items"].tolist() == [4000, 8000, 16_000, 32_000, 40_000]


def test_a_measurement_is_worth_what_it_saves_less_what_it_costs(agora):
    plan = found(agora)
    table = plan.measurements.set_index("what")
    double = table.loc["3 runs at 8,000"]
    assert double["items"] == 4000
    # Labels up to the lower end are needed anyway; those from there to 8,000 perhaps not.
    cost = (8000 - plan.answer.low) * plan.price
    assert double.worth == pytest.approx((plan.answer.high - double.high) * plan.price - cost)
    again = table.loc["3 more runs at each size"]
    assert again["items"] == again.euros == 0
    assert again.worth == pytest.approx((plan.answer.high - again.high) * plan.price)
    assert plan.next_measurement.what == "3 more runs at each size"


def test_an_open_answer_measures_what_settles_it(agora):
    plan = found(agora, 0.05)
    assert plan.next_measurement.decision == "change_the_problem"
    assert sum(plan.measurements.decision == "change_the_problem") > 1
    assert plan.next_measurement.euros == 0
    open_still = plan.measurements.assign(decision="measure_more")
    assert best_measurement(plan.answer, open_still).what == "3 runs at 8,000"
    assert found(agora, 0.01).next_measurement is None
    assert found(agora, 0.13).next_measurement is None


def test_the_floorless_curve_always_promises(agora):
    plan = found(agora, 0.01)
    assert math.isinf(plan.answer.low)
    scale, exponent = lc.log_log(agora.sizes, agora.error)
    # Least squares on errors, not on their logarithms, so close and not the same.
    assert plan.without_floor(0.01) == pytest.approx(lc.size_for(0.01, 0, scale, exponent), rel=0.4)


def test_by_hand_takes_evenly_spaced_sizes(agora):
    sizes, solved = found(agora).by_hand
    assert sizes == (250, 1000, 4000)
    means = [agora.error[i] for i in (0, 2, 4)]
    assert solved == pytest.approx(lc.closed_form(*means, ratio=4))
    assert found(lc.points(SIZES, EXACT)).by_hand == ((200, 800, 3200), pytest.approx((0.08, 0.45)))
    assert found(lc.points([100, 200, 300, 500], [0.3, 0.25, 0.22, 0.2])).by_hand is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"target": 10}, "Parameter target is 10. Give a share from 0 to 1, such as 0.1."),
        ({"target": 0}, "Parameter target is 0. Give an error above 0 and below 1, such as 0.1."),
        ({"asked": "0.05; 0.01"}, "Parameter asked holds '0.05; 0.01'. List errors with commas, such as 0.05, 0.01."),
        ({"asked": "5"}, "Parameter asked is 5.0. Give a share from 0 to 1, such as 0.05."),
        ({"supply": 0}, "Parameter supply is 0. Give items labeled a month, more than 0."),
        ({"labels_per_item": 0.5}, "Parameter labels_per_item is 0.5. Give a number of 1 or more."),
        ({"label_flips": 0.5}, "Parameter label_flips is 0.5. Give a share from 0 to below 0.5, such as 0.02."),
        ({"available": -1}, "Parameter available is -1. Give the number of unlabeled items, or 0 if there is no end."),
    ],
)
def test_parameters_that_cannot_be_meant_are_refused(agora, changes, message):
    with pytest.raises(InputError) as problem:
        found(agora, **changes)
    assert str(problem.value) == message


# --- Reading ------------------------------------------------------------------------------------------------------

HEAD = "size,error\n"
GOOD = "100,0.30\n200,0.25\n400,0.21\n800,0.19\n"


def read(tmp_path, text, **options):
    path = tmp_path / "curve.csv"
    path.write_text(text)
    return lc.read(path, **({"size": "size", "error": "error"} | options))


def test_rows_are_summed_by_size(tmp_path):
    rows = "200,0.24\n100,0.30\n100,0.32\n400,0.20\n200,0.26\n"
    points = read(tmp_path, HEAD + rows)
    assert points.sizes.tolist() == [100, 200, 400]
    assert points.error == pytest.approx([0.31, 0.25, 0.20])
    assert points.within == pytest.approx([0.0002, 0.0002, 0])
    assert points.runs.tolist() == [2, 2, 1]
    assert (points.low.tolist(), points.high.tolist()) == ([0.30, 0.24, 0.20], [0.32, 0.26, 0.20])


def test_reading_agrees_with_plain_sequences(tmp_path, agora):
    path = tmp_path / "agora.csv"
    learning_curve().to_csv(path, index=False)
    points = lc.read(path, size="comments", error="decent_share", run="run", test="judged")
    for name in ("sizes", "error", "weight", "within", "runs"):
        assert getattr(points, name) == pytest.approx(getattr(agora, name)), name


def test_accuracy_is_turned_round(tmp_path):
    text = "size,accuracy\n100,0.70\n200,0.75\n400,0.79\n"
    points = read(tmp_path, text, error="accuracy", measure="accuracy")
    assert points.error == pytest.approx([0.30, 0.25, 0.21])


def test_standard_errors_are_weights(tmp_path):
    text = "size,error,se\n100,0.30,0.01\n100,0.33,0.02\n200,0.25,0.01\n400,0.21,0.01\n"
    points = read(tmp_path, text, standard_error="se")
    assert points.weight == pytest.approx([12_500, 10_000, 10_000])
    assert points.error[0] == pytest.approx((0.30 * 10_000 + 0.33 * 2500) / 12_500)


def test_a_million_runs_are_a_few_sums(tmp_path):
    path = tmp_path / "runs.parquet"
    duckdb.sql(
        f"""COPY (SELECT (250 * 2 ** (i % 5))::INT AS size, 0.1 + 0.9 * (250 * 2 ** (i % 5)) ** -0.45 AS error, i AS run
        FROM range(1000000) t(i)) TO '{path}'"""
    )
    points = lc.read(path, size="size", error="error", run="run")
    assert points.runs.tolist() == [200_000] * 5
    assert lc.fit(points).floor == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (HEAD + GOOD.replace("0.25", "25"), {},
         "curve.csv, column 'error', row 2: '25' is above 1 (1 such row). Write shares: 0.125, not 12.5 for 12.5%."),
        (HEAD + GOOD.replace("0.25", "-0.25"), {},
         "curve.csv, column 'error', row 2 (line 3): '-0.25' is below 0 (1 such row). "
         "Correct the value or leave the row out."),
        (HEAD + GOOD.replace("200,", "0,"), {},
         "curve.csv, column 'size', row 2 (line 3): '0' is below 1 (1 such row). "
         "Correct the value or leave the row out."),
        (HEAD + "100,0.3\n200,0.2\n200,0.21\n", {},
         "curve.csv, column 'size': holds 2 training sizes (100 and 200), and a curve takes three or more. "
         "Train on four sizes, each about double the one before."),
        ("size,error,run\n100,0.3,1\n100,0.3,1\n200,0.2,1\n400,0.2,1\n", {"run": "run"},
         "curve.csv, columns 'size' and 'run', row 2 (line 3): '100, 1' is there already (1 such row). "
         "Keep one row for each."),
        ("size,error,se\n100,0.3,0.1\n200,0.2,0\n400,0.2,0.1\n", {"standard_error": "se"},
         "curve.csv, column 'se', row 2: '0' is a standard error of 0 (1 such row). "
         "Give each row's standard error, or none."),
        (HEAD + GOOD, {"measure": "f1"}, "measure is 'f1'. Write one of: error, accuracy."),
        (HEAD + GOOD, {"test": "a", "standard_error": "b"},
         "test and standard_error are both given. Name the one that the noise of a row follows from."),
        (HEAD + GOOD, {"test": "size"},
         "Parameters size and test both name the column 'size'. Each needs one of its own."),
        (HEAD + GOOD, {"shared_test": "yes"}, "shared_test is 'yes'. Write True or False."),
    ],
)
def test_bad_files_and_columns_are_refused_in_one_line(tmp_path, text, options, message):
    with pytest.raises(InputError) as problem:
        read(tmp_path, text, **options)
    assert str(problem.value) == message


def test_an_identifier_is_not_a_training_size(tmp_path):
    with pytest.raises(InputError, match="holds more than 500 training sizes"):
        read(tmp_path, HEAD + "".join(f"{i},0.5\n" for i in range(1, 600)))


# --- Words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "words"),
    [(8520, "8,500"), (22_370, "22,000"), (986, "990"), (1_340_000, "1.3 million"), (58e6, "58 million"),
     (3e10, "more than a billion"), (math.inf, "never")],
)
def test_sizes_are_said_as_far_as_they_are_known(items, words):
    assert wording.about(items) == words


@pytest.mark.parametrize(("error", "words"), [(0.1, "10 of 100"), (0.0592, "5.9 of 100"), (0.015, "1.5 of 100")])
def test_errors_are_said_as_counts(error, words):
    assert wording.of_100(error) == words


@pytest.mark.parametrize(
    ("target", "start"),
    [(0.13, "**Stop buying labels"), (0.10, "**Collect, in stages"), (0.05, "**Promise nothing yet"),
     (0.01, "**Do not buy more of the same data")],
)
def test_the_memo_begins_with_the_decision(agora, target, start):
    assert wording.memo(found(agora, target)).startswith(start)


def test_the_memo_names_horizon_money_stage_and_stop(agora):
    text = wording.memo(found(agora, 0.10, asked="0.05, 0.01"))
    for words in ("€53,000", "20 months", "Next stage", "Stop when", "is not reachable", "honest horizon of 40,000",
                  "no new label"):
        assert words in text, words


SHAPES = {
    "three sizes": lc.points([100, 200, 400], [0.3, 0.25, 0.22]),
    "single runs": lc.points(AGORA, [0.25, 0.2, 0.165, 0.137, 0.115]),
    "rising": lc.points(AGORA, [0.10, 0.12, 0.14, 0.16, 0.18]),
    "flat": lc.points(np.repeat(AGORA, 3), [0.2, 0.21, 0.19] * 5),
    "no error": lc.points(AGORA, [0.02, 0.01, 0.0, 0.0, 0.0]),
    "all wrong": lc.points(AGORA, [1.0, 1.0, 1.0, 1.0, 1.0]),
    "no floor": lc.points(AGORA, [1.1 * n**-0.26 for n in AGORA]),
    "wild": lc.points(np.repeat(AGORA, 2), [0.25, 0.1, 0.3, 0.1, 0.2, 0.05, 0.2, 0.1, 0.15, 0.1]),
    "huge": lc.points([1e6, 1e7, 1e8, 1e9], [0.3, 0.2, 0.15, 0.13]),
    "one item": lc.points([1, 2, 4, 8, 16], [0.9, 0.6, 0.5, 0.4, 0.38]),
}


@pytest.mark.parametrize("points", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("target", [0.3, 0.1, 0.001])
def test_any_curve_has_words_charts_and_an_answer(points, target):
    plan = found(points, target, asked="0.2", available=0, prevalence=0.1, base_rate=0.02, label_flips=0.02)
    assert plan.answer.decision in lc.DECISIONS
    sayers = [getattr(wording, name) for name in dir(wording) if name.startswith("about_")]
    for text in [wording.memo(plan), *(say(plan) for say in sayers)]:
        assert not re.search(r"\b(nan|inf|None)\b", text), text
    for draw in (lc.curve_figure, lc.money_figure, lc.slider_figure):
        assert draw(plan).to_dict()["description"]


def test_the_title_of_the_curve_says_what_the_target_takes(agora):
    def title(points, target):
        return paint.title(lc.curve_figure(found(points, target)).to_dict())

    assert title(agora, 0.10).startswith("By the fit an error of 10 of 100 takes ")
    assert ", between " in title(agora, 0.10)
    assert title(agora, 0.001) == "By the fit an error of 0.1 of 100 is not reached with any number of items"
    assert title(agora, 0.3) == "The 4,000 items there are suffice for an error of 30 of 100"


def test_a_curve_that_rises_or_jumps_is_said(agora):
    assert "The error grows with the amount of data" in wording.memo(found(SHAPES["rising"]))
    assert "single runs differ by more than the whole curve falls" in wording.memo(found(SHAPES["wild"]))
    assert "nothing is left to show that it is wrong" in wording.memo(found(SHAPES["three sizes"]))
    assert "Before you rely on it" not in wording.memo(found(agora))


def test_result_holds_what_a_program_asks(agora):
    result = found(agora, 0.10, asked="0.01").result()
    assert result["decision"] == "collect"
    assert result["reachable"] == "yes"
    assert result["asked"][0]["decision"] == "change_the_problem"
    assert result["horizon"] == 40_000
    assert pd.notna(result["items_needed"])
