"""What can be learned without an A/B test: estimates, intervals, false alarms, and where each design is wrong.

Expected numbers are published (Card and Krueger 1994, table 3), exact by hand, or computed by statsmodels and scipy.
Simulated shares are held against their promise within 3.3 Monte Carlo standard errors; seeds are fixed.
"""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.power import TTestIndPower, tt_ind_solve_power
from statsmodels.stats.proportion import power_proportions_2indep

from mlpm import charts, designs
from mlpm.designs import drafts, figures, panel, switchback, words
from mlpm.designs.cities import assignments
from refusing import refused
from titles import title_of

AGORA = designs.Cities(
    [12.4, 11.2, 12.9, 11.6, 12.3, 11.6], [14.3, 11.6, 14.2, 12.3, 13.9, 12.3],
    [11.9, 10.8, 12.2, 11.1, 11.7, 11.3], [12.0, 12.0, 12.7, 11.4, 12.7, 11.8], 77_000, 8, 6,
)
WORLD = designs.Panel(12, 6, 8, 8, 9_625, 12, 0.55, 0.8)
TEST = designs.Switchback(12, 14, 24, 57, 60, 3, 2, 5, 0.95)


def near(share, promised, worlds):
    """Within 3.3 standard errors of a share simulated in so many worlds."""
    return abs(share - promised) <= 3.3 * np.sqrt(promised * (1 - promised) / worlds)


# --- Difference-in-differences on cities -----------------------------------------------------------------------------


def test_the_case_gives_half_a_point_and_not_one_and_a_tenth():
    assert AGORA.before_after == pytest.approx(13.1 - 12.0, abs=1e-12)
    assert AGORA.trend == pytest.approx(12.1 - 11.5, abs=1e-12)
    assert AGORA.effect == pytest.approx(0.5, abs=1e-12)


def test_card_and_krueger_1994_table_3():
    """Change in employment: New Jersey 0.59 (0.54), Pennsylvania −2.16 (1.25), difference 2.76 (1.36) as printed."""
    found = designs.from_errors((0.59, 0.54), (-2.16, 1.25))
    assert found.estimate == pytest.approx(2.76, abs=0.011)  # the printed changes are rounded
    assert (found.high - found.low) / 2 / 1.959964 == pytest.approx(1.36, abs=0.005)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(2.76 / 1.36), abs=0.002)


def test_the_interval_by_city_is_student_s():
    """Changes 0.9, 0.3, 0.6 and 0.2, 0.4, 0.0: 0.4 ± t(4) √(0.065 · 2/3), by hand."""
    cities = designs.Cities([10, 10, 10], [10.9, 10.3, 10.6], [10, 10, 10], [10.2, 10.4, 10.0], 1_000, 4, 1)
    reach = 2.776445 * np.sqrt(0.065 * 2 / 3)
    assert cities.spread == pytest.approx(np.sqrt(0.065))
    assert cities.by_city.low == pytest.approx(0.4 - reach, abs=1e-6)
    assert cities.by_city.high == pytest.approx(0.4 + reach, abs=1e-6)


def test_the_interval_by_city_agrees_with_scipy():
    found = stats.ttest_ind(*AGORA.changes)
    assert AGORA.by_city.p_value == pytest.approx(found.pvalue)
    assert (AGORA.by_city.low, AGORA.by_city.high) == pytest.approx(tuple(found.confidence_interval()))


def test_the_interval_that_counts_contacts_is_the_sum_of_four_binomial_variances():
    """√(Σ p(1−p)/n) over four shares of 462,000 contacts each, cities of equal size: slightly below pooled shares."""
    shares = [0.120, 0.131, 0.115, 0.121]
    error = 100 * np.sqrt(sum(p * (1 - p) / 462_000 for p in shares))
    assert (AGORA.by_unit.high - AGORA.by_unit.low) / 2 == pytest.approx(1.959964 * error, rel=2e-3)


def test_the_case_is_certain_by_contacts_and_open_by_cities():
    assert AGORA.by_unit.low > 0
    assert AGORA.by_city.holds_zero
    assert AGORA.by_shuffling.holds_zero
    by_contacts, by_cities = (found.high - found.low for found in (AGORA.by_unit, AGORA.by_city))
    assert by_cities > 3 * by_contacts


def test_shuffling_agrees_with_scipy_s_exact_test():
    found = stats.permutation_test(
        AGORA.changes, lambda a, b, axis: np.abs(a.mean(axis=axis) - b.mean(axis=axis)), n_resamples=np.inf,
        vectorized=True, alternative="greater",
    )
    assert AGORA.by_shuffling.p_value == pytest.approx(found.pvalue)


@pytest.mark.parametrize("sizes", [(4, 4), (3, 6), (5, 3)])
def test_the_interval_by_shuffling_inverts_the_test(sizes):
    """Just inside its ends the effect is compatible with the data, just outside it is not: tried by scipy's test."""
    rng = np.random.default_rng(5)
    treated, control = (rng.normal(size=size).round(2) for size in sizes)
    found = designs.shuffled(treated, control)

    def p_value(effect):
        return stats.permutation_test(
            (treated - effect, control), lambda a, b, axis: np.abs(a.mean(axis=axis) - b.mean(axis=axis)),
            n_resamples=np.inf, vectorized=True, alternative="greater",
        ).pvalue

    for end, inward in ((found.low, 1), (found.high, -1)):
        assert p_value(end + inward * 1e-6) > 0.05
        assert p_value(end - inward * 1e-6) <= 0.05


@pytest.mark.parametrize(("sizes", "least"), [((1, 11), 1 / 12), ((2, 4), 1 / 15), ((3, 3), 2 / 20)])
def test_with_too_few_ways_to_shuffle_no_effect_can_be_ruled_out(sizes, least):
    found = designs.shuffled(np.full(sizes[0], 100.0) + np.arange(sizes[0]), np.arange(sizes[1]) * 1.0)
    assert found.p_value == pytest.approx(least)
    assert (found.low, found.high) == (-np.inf, np.inf)


def test_all_ways_are_tried_or_a_sample_that_holds_the_actual_one():
    assert len(assignments(12, 6)) == 924
    many = assignments(30, 15)
    assert len(many) == 20_000
    assert (many.sum(axis=1) == 15).all()
    assert many[0, :15].all()


def test_the_smallest_effect_is_the_one_that_statsmodels_gives():
    size = tt_ind_solve_power(nobs1=6, alpha=0.05, power=0.8)
    assert AGORA.smallest == pytest.approx(size * AGORA.spread)
    needed = tt_ind_solve_power(effect_size=0.5 / AGORA.spread, alpha=0.05, power=0.8)
    assert needed <= AGORA.cities_for(0.5) < needed + 1


def test_euros_follow_contacts_of_a_month():
    """462,000 contacts in eight weeks, 365/12 days a month: 0.5 points of them at 6 euros."""
    assert AGORA.a_month(0.5) == pytest.approx(462_000 / 56 * 365 / 12 * 0.005 * 6)


@pytest.mark.parametrize(("change", "words"), [
    ({"treated_after": [13.0]}, ["treated_after", "2 cities"]),
    ({"treated_after": [13.0, 12.0]}, ["treated_after has 2 cities", "treated_before has 6"]),
    ({"control_before": [11.9, 10.8, 12.2, 11.1, 11.7, 113]}, ["control_before is 113", "0 to 100"]),
    ({"control_before": "11.9"}, ["control_before", "list"]),
    ({"control_before": [11.9, None, 12.2, 11.1, 11.7, 11]}, ["control_before is None"]),
    ({"units": 0}, ["units is 0", "1 or more"]),
    ({"weeks": 1}, ["weeks is 1", "2 or more"]), ({"weeks": 8.5}, ["weeks is 8.5", "whole"]),
    ({"value": -1}, ["value is -1"]),
    ({"treated_after": [13.4, 12.2, 13.9, 12.6, 13.3, 12.6], "control_after": [12.9, 11.8, 13.2, 12.1, 12.7, 12.3]},
     ["cities that differ"]),
])
def test_cities_that_cannot_be_meant_are_refused(change, words):
    refused(lambda: replace(AGORA, **change), *words)


# --- Worlds of cities by weeks ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rates():
    return WORLD.draw(40, 7)


def frame(rates, treated, before):
    cities, weeks = rates.shape
    table = pd.DataFrame({
        "rate": rates.ravel(), "city": np.repeat(np.arange(cities), weeks), "week": np.tile(np.arange(weeks), cities),
    })
    return table.assign(given=((table.city < treated) & (table.week >= before)).astype(float))


@pytest.mark.parametrize("treated", [6, 3, 1])
def test_p_values_of_the_regressions_are_statsmodels(rates, treated):
    found = panel.p_values(rates, treated, 8, 9_625)
    for world in range(3):
        table = frame(rates[world], treated, 8)
        model = ols("rate ~ C(city) + C(week) + given", table)
        assert found["city_weeks"][world] == pytest.approx(model.fit().pvalues["given"], rel=1e-6)
        clustered = model.fit(cov_type="cluster", cov_kwds={"groups": table.city}, use_t=True)
        assert found["clusters"][world] == pytest.approx(clustered.pvalues["given"], rel=1e-6)


def test_p_values_of_one_change_a_city_are_scipy_s(rates):
    found = panel.p_values(rates, 4, 8, 9_625)
    for world in range(3):
        changes = rates[world, :, 8:].mean(axis=1) - rates[world, :, :8].mean(axis=1)
        assert found["cities"][world] == pytest.approx(stats.ttest_ind(changes[:4], changes[4:]).pvalue)
        shuffled = designs.shuffled(changes[:4], changes[4:])
        assert found["shuffled"][world] == pytest.approx(shuffled.p_value)


def test_p_values_of_contacts_are_those_of_the_cities_interval(rates):
    """Cities of equal size: the pooled share is the mean share, and the variance differs only by their spread."""
    parts = rates[0, :6, :8], rates[0, :6, 8:], rates[0, 6:, :8], rates[0, 6:, 8:]
    cities = designs.Cities(*(part.mean(axis=1).tolist() for part in parts), 9_625 * 8, 8, 1)
    found = panel.p_values(rates[:1], 6, 8, 9_625)["contacts"][0]
    assert stats.norm.isf(found / 2) == pytest.approx(stats.norm.isf(cities.by_unit.p_value / 2), rel=5e-3)


@pytest.fixture(scope="module")
def alarms():
    return {treated: panel.false_alarms(replace(WORLD, treated=treated)) for treated in (6, 1)}


def test_the_titles_of_the_charts_are_their_findings(alarms, market):
    assert title_of(figures.changes_figure(AGORA)) == (  # 13.1 − 12.0 and 12.1 − 11.5
        "With the change cities moved by +1.1 points on average, without it by +0.6"
    )
    # Certain by contacts, open by cities and by shuffling.
    assert "told from zero in 1 of 3 ways" in title_of(figures.intervals_figure(AGORA))
    assert "; the two rows overlap" in figures.changes_figure(AGORA).description
    apart = replace(AGORA, treated_after=[rate + 50 for rate in AGORA.treated_after])
    assert "overlap" not in figures.changes_figure(apart).description
    worst = round(100 * max(found["contacts"] for found in alarms.values()))
    assert title_of(figures.alarms_figure(alarms, 12)) == (
        f"Counting every contact, up to {worst} of 100 worlds without effect raise an alarm, where 5 were promised"
    )
    for chart in (figures.slope_figure(WORLD), figures.crowd_figure(designs.Crowd(10, 14, 12)),
                  figures.block_figure(TEST), figures.photo_figure({0.4: duel(market), 0.5: duel(market)}, 0.5)):
        title_of(chart)


FEW = designs.Cities([10.0, 10.0], [9.0, 9.5], [10.0] * 4, [10.1, 10.2, 9.9, 9.8], 1_000, 4, 1)
STILL = replace(TEST, half_life=0, hour_wobble=0)  # only counting noise, and it does not care how hours are cut


def alike(share):
    """Every way of counting with the same share of false alarms."""
    return {6: pd.Series(dict.fromkeys(panel.METHODS, share))}


@pytest.mark.parametrize(
    ("draw", "said", "unsaid"),
    [
        # Two cities fell by 1.0 and 0.5, four moved by 0.1, 0.2, −0.1 and −0.2.
        (lambda: figures.changes_figure(FEW), "moved by −0.8 points on average, without it by 0.0", "+"),
        # 15 ways to choose two of six: shuffling gives no interval, and still is one of the ways.
        (lambda: figures.intervals_figure(FEW), "An effect of −0.75 points is told from zero in 1 of 3 ways", "+"),
        (lambda: figures.intervals_figure(replace(FEW, treated_after=[9.5, 10.5])),
         "An effect of less than 0.01 points is told from zero in none of 3 ways", "0.00"),
        (lambda: figures.alarms_figure(alike(0.05), 12), "No way of counting is seen to raise more", "up to"),
        # The error of 4,000 worlds is √(0.055 × 0.945 ÷ 4,000) = 0.0036: half a point more is chance, two are not.
        (lambda: figures.alarms_figure(alike(0.055), 12), "No way of counting is seen to raise", "up to"),
        (lambda: figures.alarms_figure(alike(0.07), 12), "up to 7 of 100 worlds without effect", "No way"),
        (lambda: figures.slope_figure(WORLD), "even no drift is called significant in 5 of 100", "0.000"),
        (lambda: figures.slope_figure(replace(WORLD, drift=-0.1)), "a drift of −0.1 points a week", "of 0.1"),
        # Room for all: the split is right. Room for 63: from 60 to 63. Room for 50: from 50 to 50.
        (lambda: figures.crowd_figure(designs.Crowd(60, 66, 99)), "differ by +6.0 points, and for everybody", "but"),
        (lambda: figures.crowd_figure(designs.Crowd(66, 60, 63)), "−6.0 points, but for everybody it is −3.0", "-"),
        (lambda: figures.crowd_figure(designs.Crowd(60, 66, 50)), "but for everybody it is less than 0.1", "0.0"),
        (lambda: figures.crowd_figure(designs.Crowd(60, 60, 50)), "The two orders differ by less than 0.1", "but"),
        # 2 × √(60 × 40 ÷ 57) ÷ √(12 × 14 × 24 hours) = 0.2 for every length.
        (lambda: figures.block_figure(STILL), "Blocks of any length come as close, with a standard error of 0.2", "24"),
        (lambda: figures.block_figure(replace(TEST, half_life=0)), "Blocks of 1 hour come closest: no points", "hours"),
        (lambda: figures.block_figure(replace(TEST, half_life=0.1)), "1 hour come closest: less than 0.1", "0.0"),
    ],
)
def test_titles_are_true_of_odd_inputs(draw, said, unsaid):
    title = title_of(draw())
    assert said in title
    assert unsaid not in title


def test_a_weight_beyond_the_chart_is_not_told_with_the_numbers_of_its_end(market):
    grid = {weight: duel(market, photo=weight) for weight in (0.0, 0.3, 0.6)}
    title = title_of(figures.photo_figure(grid, 0.9))
    assert title == title_of(figures.photo_figure(grid, 0.6))
    assert title.startswith("At a photo weight of 0.6 contacts change by +")
    assert "-" not in title


def test_a_drift_downward_has_its_lines_and_its_words():
    chart = figures.slope_figure(replace(WORLD, drift=-0.1)).to_dict()
    assert "fakes −0.80 points" in "".join(charts.svg(charts.stored(chart), "t"))


@pytest.mark.parametrize("method", ["cities", "shuffled"])
def test_counting_cities_keeps_the_promise_of_5_in_100(alarms, method):
    assert near(alarms[6][method], 0.05 if method == "cities" else 46 / 924, panel.WORLDS)


def test_counting_contacts_or_city_weeks_breaks_it(alarms):
    """Bertrand, Duflo and Mullainathan (2004): up to 45 of 100 placebo laws, serial correlation ignored."""
    assert alarms[6]["contacts"] > 0.4
    assert alarms[6]["city_weeks"] > 0.2


def test_clustered_errors_hold_with_six_treated_cities_and_fail_with_one(alarms):
    assert alarms[6]["clusters"] < 0.08
    assert alarms[1]["clusters"] > 0.4
    assert alarms[1]["shuffled"] == 0


def test_without_wobble_every_way_of_counting_is_honest():
    quiet = panel.false_alarms(replace(WORLD, wobble=0.0))
    assert all(near(quiet[method], 0.05, panel.WORLDS) for method in ("contacts", "city_weeks", "cities"))


def test_the_interval_by_city_covers_the_truth_in_95_of_100_worlds():
    world = replace(WORLD, effect=0.5)
    rates = world.draw(2_000, 3)
    shifted = rates - np.where((np.arange(12) < 6)[:, None] & (np.arange(16) >= 8), 0.5, 0.0)
    covered = (panel.p_values(shifted, 6, 8, 9_625)["cities"] > 0.05).mean()
    assert near(covered, 0.95, 2_000)


def test_a_drift_biases_by_slope_times_distance():
    """Middles of weeks 1-8 and 9-16 are 8 weeks apart: 8 × 0.0625 = 0.5; of weeks 1-4 and 5-8, 4 weeks."""
    world = replace(WORLD, drift=0.0625)
    assert world.bias == 0.5
    assert world.placebo_bias == 0.25
    rates = world.draw(4_000, 11)
    changes = rates @ world.change
    estimates = changes[:, :6].mean(axis=1) - changes[:, 6:].mean(axis=1)
    assert estimates.mean() == pytest.approx(0.5, abs=3.3 * world.error / np.sqrt(4_000))
    assert estimates.std() == pytest.approx(world.error, rel=0.04)


@pytest.mark.parametrize("name", ["seen_before", "seen_by_placebo", "false_alarm"])
def test_the_power_of_each_look_is_what_simulation_gives(name):
    world = replace(WORLD, drift=0.1)
    weights = {"seen_before": world.trend, "seen_by_placebo": world.placebo, "false_alarm": world.change}[name]
    found = world.draw(4_000, 13) @ weights
    simulated = (stats.ttest_ind(found[:, :6], found[:, 6:], axis=1).pvalue <= 0.05).mean()
    assert near(simulated, getattr(world, name), 4_000)


def test_the_power_of_one_number_a_city_is_statsmodels():
    world = replace(WORLD, treated=4)
    size = 0.8 / world.spread(world.change)
    assert world.power(0.8, world.change) == pytest.approx(TTestIndPower().power(size, 4, 0.05, ratio=2), rel=1e-6)


def test_periods_of_different_length_are_six_weeks_apart():
    """Middles of weeks 1-4 and 5-12: 2.5 and 8.5."""
    assert replace(WORLD, before=4).distance == 6


def test_a_huge_drift_is_always_seen():
    assert replace(WORLD, drift=5.0).seen_before == pytest.approx(1, abs=1e-6)
    assert replace(WORLD, drift=-5.0).seen_before == pytest.approx(1, abs=1e-6)


def test_what_ruins_the_estimate_is_rarely_seen_before():
    world = replace(WORLD, drift=0.0625)
    assert world.seen_before < 0.2
    assert world.false_alarm > 0.3


def test_a_coin_for_each_city_and_week_beats_a_launch_by_region():
    """Simulated: city and week means taken out of the rates and of the coins."""
    rng = np.random.default_rng(17)
    rates = replace(WORLD, before=4, after=4).draw(2_000, 19)

    def swept(values):
        return (values - values.mean(axis=1, keepdims=True) - values.mean(axis=2, keepdims=True)
                + values.mean(axis=(1, 2), keepdims=True))

    coins = swept((rng.random(rates.shape) < 0.5).astype(float))
    estimates = (swept(rates) * coins).sum(axis=(1, 2)) / (coins**2).sum(axis=(1, 2))
    assert estimates.std() == pytest.approx(WORLD.switched_error(8), rel=0.04)
    assert WORLD.switched_error(8) < WORLD.error / 2


@pytest.mark.parametrize(("change", "words"), [
    ({"cities": 3}, ["cities is 3", "4 or more"]), ({"treated": 12}, ["treated is 12", "1 to 11"]),
    ({"before": 1}, ["before is 1"]), ({"drift": None}, ["drift is None"]),
    ({"memory": 1}, ["memory is 1"]), ({"wobble": -1}, ["wobble is -1"]),
])
def test_worlds_that_cannot_be_meant_are_refused(change, words):
    refused(lambda: replace(WORLD, **change), *words)


# --- Buyers who compete, and the switchback --------------------------------------------------------------------------


def test_a_split_doubles_an_effect_that_sellers_cannot_serve():
    """66 and 60 fit into 63 at half and half, so the split shows 6; for everybody there is room for 63, so it is 3."""
    crowd = designs.Crowd(60, 66, 63)
    assert crowd.split() == pytest.approx(6)
    assert crowd.truth == pytest.approx(3)
    assert crowd.answered(0.5) == pytest.approx((66, 60))  # the old order's buyers show nothing


def test_with_room_for_all_the_split_is_right_and_with_none_it_invents():
    assert designs.Crowd(60, 66, 70).split() == designs.Crowd(60, 66, 70).truth == 6
    full = designs.Crowd(60, 66, 60)
    assert full.truth == pytest.approx(0)
    assert full.split() == pytest.approx(6 * 60 / 63)


def test_what_a_block_keeps_is_a_geometric_sum():
    """Half-life 1 hour: 1 − (1/2 + 1/4)/2 = 5/8 in blocks of two hours; without the first hour 1 − 1/4 = 3/4."""
    test = replace(TEST, half_life=1, block=2)
    assert test.kept == pytest.approx(5 / 8)
    assert replace(test, washout=1).kept == pytest.approx(3 / 4)
    assert replace(test, half_life=0).kept == 1
    assert test.bias == pytest.approx(-3 * 3 / 8)


def test_taking_turns_keeps_less_than_a_coin():
    """Half-life 1 hour, turns of an hour: after many, new hours end at 2/3 and old ones at 1/3; a coin keeps 1/2."""
    test = replace(TEST, half_life=1, block=1)
    assert test.kept_alternating == pytest.approx(1 / 3)
    assert test.kept == pytest.approx(1 / 2)
    state, last = 0.5, []
    for hour in range(60):
        state = state / 2 + (hour // 3 % 2 == 0) / 2
        last = [*last, state][-6:]
    assert replace(test, block=3).kept_alternating == pytest.approx(np.mean(last[:3]) - np.mean(last[3:]))


@pytest.mark.parametrize(("block", "washout"), [(3, 0), (12, 4), (24, 0)])
def test_bias_and_error_are_what_simulation_gives(block, washout):
    test = replace(TEST, block=block, washout=washout)
    found = switchback.estimates(*test.draw(500, 23))
    assert found.mean() == pytest.approx(test.effect + test.bias, abs=3.3 * test.error / np.sqrt(500))
    assert found.std() == pytest.approx(test.error, rel=0.12)


def test_the_best_block_lies_between_the_shortest_and_the_longest():
    table = TEST.by_block(TEST.lengths)
    assert 1 < TEST.best < max(TEST.lengths)
    assert table.bias.abs().is_monotonic_decreasing
    assert table.error.is_monotonic_increasing
    assert replace(TEST, half_life=6).best > TEST.best > replace(TEST, half_life=0.5).best


def test_counting_blocks_keeps_the_promise_and_counting_messages_breaks_it():
    alarms = switchback.false_alarms(TEST)
    assert near(alarms["blocks"], 0.05, switchback.WORLDS)
    assert alarms["messages"] > 0.4


def test_p_values_of_blocks_are_scipy_s():
    coins, means = replace(TEST, days=4).draw(2, 29)
    found = switchback.p_values(coins, means, 24, 57)
    for world in range(2):
        expected = stats.ttest_ind(means[world][coins[world]], means[world][~coins[world]], equal_var=False).pvalue
        assert found["blocks"][world] == pytest.approx(expected)


@pytest.mark.parametrize(("change", "words"), [
    ({"block": 200}, ["block is 200", "half of the test"]), ({"washout": 24}, ["washout is 24", "fewer"]),
    ({"half_life": -1}, ["half_life is -1"]), ({"days": 0}, ["days is 0"]),
])
def test_switchbacks_that_cannot_be_meant_are_refused(change, words):
    refused(lambda: replace(TEST, **change), *words)


# --- Two orders of a list --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def market():
    return designs.Market.draw(400, 20, 0.041, 0.165, -0.6, 1.0, 0.92, 28)


def duel(market, answers=0.06, photo=0.05, fair=True):
    return designs.Duel(market, market.ranked(), market.ranked(answers, photo), fair)


def test_the_draft_by_hand():
    """Old 0 1 2 3, new 2 0 1 3. New picks first, then old: 2, 0, 1, 3. Old first, then new: 0, 2, 3 (new: 1 next)."""
    old, new = np.array([[0, 1, 2, 3]]), np.array([[2, 0, 1, 3]])
    lists, teams = drafts.drafted(old, new, (True, False))
    assert lists.tolist() == [[2, 0, 1, 3]]
    assert teams.tolist() == [True, False, False, True]
    lists, teams = drafts.drafted(old, new, (False, True))
    assert lists.tolist() == [[0, 2, 1, 3]]
    assert teams.tolist() == [False, True, True, False]


def test_a_drafted_list_holds_every_listing_once(market):
    for coins in product((False, True), repeat=2):
        lists, _ = drafts.drafted(market.ranked(), market.ranked(0.5, 0.5), coins * 2 + (True,))
        assert all(len(set(row)) == drafts.SHOWN for row in lists)


def test_events_of_a_list_by_hand():
    """Chances 1/2 and 1/3, patience 1/2: places 1/2 and (1/2 · 1/2) · 1/3 = 1/12; orders with 1/5 and 1/4 of them."""
    market = designs.Market(
        np.array([[1 / 2, 1 / 3]]), np.array([[1 / 5, 1 / 4]]), *np.zeros((3, 1, 2)), patience=1 / 2)
    found = market.events(np.array([[0, 1]]))
    assert found["contacts"] == pytest.approx(np.array([[1 / 2, 1 / 12]]))
    assert found["orders"] == pytest.approx(np.array([[1 / 10, 1 / 48]]))


def test_credit_is_what_simulated_sessions_give(market):
    """Sessions one by one: draw a query, flip the coins, go down the list until a contact or until patience ends."""
    contest = duel(market, photo=0.4)
    rng, size = np.random.default_rng(31), 40_000
    queries, coins = rng.integers(400, size=size), rng.integers(32, size=size)
    outcomes = list(product((False, True), repeat=5))
    points = {False: 0, True: 0}
    lists_of = [drafts.drafted(contest.old, contest.new, outcome) for outcome in outcomes]
    for query, coin in zip(queries, coins, strict=True):
        lists, teams = lists_of[coin]
        for place in range(10):
            if rng.random() < market.contact[query, lists[query, place]]:
                points[bool(teams[place])] += 1
                break
            if rng.random() > market.patience:
                break
    for team, expected in zip((False, True), contest.credit["contacts"], strict=True):
        assert near(points[team] / size, expected, size)


def test_identical_orders_are_even_and_a_draft_without_a_coin_is_not(market):
    old = market.ranked()
    assert designs.Duel(market, old, old).preference("contacts") == pytest.approx(0.5, abs=1e-12)
    assert designs.Duel(market, old, old, fair=False).preference("contacts") > 0.53


def test_sessions_for_80_of_100(market):
    """Draft: the z test's power at that size by its normal formula. Split: statsmodels' power function."""
    contest = duel(market)
    old, new = contest.credit["orders"]
    n, gap = contest.sessions_drafted("orders"), new - old
    error = np.sqrt((old + new - gap**2) / n)
    assert stats.norm.sf(stats.norm.isf(0.025) - gap / error) == pytest.approx(0.8, abs=1e-6)
    old, new = contest.rates["orders"]
    power = power_proportions_2indep(new - old, old, contest.sessions_split("orders") / 2).power
    assert power == pytest.approx(0.8, abs=0.005)


def test_the_draft_is_far_more_sensitive_where_buyers_leave_after_a_contact(market):
    contest = duel(market)
    for act in designs.ACTS:
        assert contest.sessions_split(act) > 10 * contest.sessions_drafted(act)


def test_the_market_is_the_case_s(market):
    """25 of 100 sessions contact a seller, 3 of 100 end in an order; learned order: contacts +0.5%, orders +3%."""
    rates = market.rates(market.ranked())
    assert rates["contacts"] == pytest.approx(0.25, abs=0.005)
    assert rates["orders"] == pytest.approx(0.03, abs=0.0005)
    contest = duel(market)
    assert contest.change("contacts") == pytest.approx(0.005, abs=0.002)
    assert contest.change("orders") == pytest.approx(0.03, abs=0.003)


def test_fine_photos_win_the_draft_and_lose_orders(market):
    contest = duel(market, photo=0.4)
    assert contest.preference("contacts") > 0.6
    assert contest.change("orders") < -0.02
    assert contest.preference("orders") > 0.4975  # even counted in orders, the draft does not see the harm
    assert contest.sessions_drafted("contacts") < 1_000


def test_nothing_to_see_takes_endless_sessions(market):
    contest = designs.Duel(market, market.ranked(), market.ranked())
    assert contest.sessions_split("orders") == np.inf
    assert contest.sessions_drafted("orders") == np.inf


@pytest.mark.parametrize(("rate", "other", "an_arm"), [
    (0.10, 0.11, 14750.790), (0.05, 0.055, 31233.438), (0.02, 0.022, 80681.380),
])
def test_sizes_of_a_split_are_those_of_r(rate, other, an_arm):
    """R 4: power.prop.test(p1, p2, power = 0.8)."""
    assert designs.split_size(rate, other - rate) / 2 == pytest.approx(an_arm, rel=1e-6)


def test_what_a_small_firm_can_see():
    smallest = designs.smallest_difference(5_000, 0.12)
    assert power_proportions_2indep(smallest, 0.12, 2_500).power == pytest.approx(0.8, abs=0.002)


@pytest.mark.parametrize(("change", "words"), [
    ({"clash": 2}, ["clash is 2"]), ({"patience": 92}, ["patience is 92", "0.92"]),
    ({"listings": 5}, ["listings is 5"]), ({"contact_rate": 0}, ["contact_rate is 0", "above 0"]),
])
def test_markets_that_cannot_be_meant_are_refused(change, words):
    sound = {"queries": 2, "listings": 20, "contact_rate": 0.04, "order_rate": 0.1, "clash": 0, "reliance": 1,
             "patience": 0.9, "seed": 1}
    refused(lambda: designs.Market.draw(**(sound | change)), *words)


# --- Words -----------------------------------------------------------------------------------------------------------


def test_a_shown_effect_is_not_called_open():
    clear = replace(AGORA, treated_after=[rate + 3 for rate in AGORA.treated_after])
    assert "not shown" in words.about_intervals(AGORA)
    assert "not shown" not in words.about_intervals(clear)


def test_two_cities_against_two_have_no_ends_and_the_sentence_says_so():
    few = designs.Cities([12, 12], [13, 13.5], [11, 11], [11.5, 12], 1_000, 8, 6)
    assert "no end on either side" in words.about_intervals(few)


def test_the_memo_forbids_the_number_of_before_and_after(market):
    memo = words.memo(AGORA, WORLD, 8, duel(market))
    assert "Do not say +1.1" in memo
    assert "not shown yet" in memo
    assert "draw a coin" in memo.split("**Do:**")[1].split("\n\n")[0]


@pytest.mark.parametrize(("shift", "word"), [(3, "keep it"), (-3, "take it back")])
def test_the_memo_follows_a_shown_effect(market, shift, word):
    moved = replace(AGORA, treated_after=[rate + shift for rate in AGORA.treated_after])
    memo = words.memo(moved, WORLD, 8, duel(market))
    assert word in memo
    assert "not shown" not in memo


def test_a_switchback_of_nothing_or_without_a_trace_is_not_called_wrong():
    alarms = {"messages": 0.5, "blocks": 0.05}
    assert "precise and wrong" in words.about_blocks(TEST, alarms)
    for test in (replace(TEST, effect=0.0), replace(TEST, half_life=0)):
        assert "wrong" not in words.about_blocks(test, alarms)


def test_two_equal_orders_are_said_not_to_differ(market):
    same = designs.Duel(market, market.ranked(), market.ranked())
    assert "no number of sessions" in words.about_sessions(same, 2_000_000)


@pytest.mark.parametrize(("value", "text"), [(2e-7, "below 0.001"), (0.0301, "= 0.030"), (0.1385, "= 0.14")])
def test_p_values_read_like_words(value, text):
    assert words.p_text(value) == text


@pytest.mark.parametrize(("number", "text"), [(1_041_316, "1,040,000"), (23_666, "23,700"), (419, "419"),
                                              (np.inf, "no number")])
def test_sessions_have_three_digits(number, text):
    assert words.sessions(number) == text
