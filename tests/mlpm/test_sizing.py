"""Sizes against R's, Dunnett's and rpact's numbers, other libraries, brute force, simulation; never our own output."""

import math
import re
import warnings
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import power_proportions_2indep
from tea_tasting.aggr import Aggregates
from tea_tasting.metrics import Mean, RatioOfMeans

from mlpm import InputError, charts, sizing
from mlpm.agora.traffic import traffic
from mlpm.paint import title
from mlpm.sizing import Design, Guardrail, Plan, Spread, Traffic, words

AGORA = {
    "unit": "buyer", "day": "date", "share_of_units": 0.1, "metric": "revenue", "weeks_before": 2, "looks": 3,
    "metrics_that_can_win": 3, "guardrail": "latency_ms", "guardrail_margin": 0.02, "guardrail_harm": 0.005,
    "value_a_month": 360_000.0, "running_cost_a_month": 3_600.0,
}
COUNTED = {"day": "day", "count": "users", "kind": "proportion", "baseline": 0.04, "minimum_effect": 0.05}


def written(folder, frame: pd.DataFrame, name: str = "theirs.csv"):
    frame.to_csv(folder / name, index=False)
    return folder / name


def plan_of(path, **parameters) -> Plan:
    asked = sizing.question(**parameters)
    return Plan(asked, sizing.read(path, asked))


def counts_file(folder, daily: float, days: int = 56):
    return written(folder, pd.DataFrame({"day": range(1, days + 1), "users": [daily * d for d in range(1, days + 1)]}))


@pytest.fixture(scope="module")
def agora(tmp_path_factory) -> Plan:
    return plan_of(written(tmp_path_factory.mktemp("agora"), traffic(), "agora-traffic.csv"), **AGORA)


# --- Units for an effect ------------------------------------------------------------------------------------------
# Per arm, alpha .05 two-sided, power .8. R 4.2: power.prop.test; pwr::pwr.2p.test; the unpooled z test; Evan Miller's
# calculator, which Udacity's course quotes as 25,835 and 27,413.

SIZES = {
    (0.10, 0.11): (14750.790, 14744.105, 14748.045, 14312.856),
    (0.05, 0.055): (31233.438, 31217.423, 31230.692, 30244.405),
    (0.02, 0.022): (80681.380, 80637.230, 80678.635, 78039.017),
    (0.20625, 0.21625): (26154.967, 26152.810, 26152.222, 25834.700),
    (0.1093125, 0.1168125): (27983.913, 27977.854, 27981.168, 27413.338),
    (0.53, 0.54): (39050.922, 39050.678, 39048.177, None),  # Miller flips p above one half
}


@pytest.mark.parametrize(("old", "new"), SIZES)
def test_four_calculators_are_met_to_the_digit(old, new):
    pooled, arcsine, unpooled, miller = SIZES[old, new]
    found = list(sizing.answers(Design("proportion", old, 0), new / old - 1).values())
    assert found[0] == pytest.approx(pooled, abs=1e-3)
    assert found[1] == pytest.approx(unpooled, abs=1e-3)
    assert found[2] == pytest.approx(arcsine, abs=1e-3)
    assert miller is None or found[3] == pytest.approx(miller, abs=1e-3)


@pytest.mark.parametrize(("standardized", "units"), [(0.2, 393.4057), (0.5, 63.76561)])
def test_means_take_the_t_tests_units(standardized, units):
    """R power.t.test gives 393.4067 and 63.7658: it leaves out the far tail."""
    assert Design("mean", 1.0, 1.0).units(standardized) / 2 == pytest.approx(units, abs=1e-4)
    assert sizing.answers(Design("mean", 1.0, 1.0), 0.2)["rule of thumb, 16 σ²/δ²"] == pytest.approx(400)


def test_the_sums_of_the_chapter():
    rare, often = Design("proportion", 0.04, 0), Design("proportion", 0.10, 0)
    assert math.ceil(rare.units(0.05) / 2) == 154_304
    assert sizing.answers(rare, 0.05)["rule of thumb, 16 p(1 − p)/δ²"] == pytest.approx(153_600)
    assert rare.units(0.05) / 50_000 == pytest.approx(6.2, abs=0.05)
    assert round(often.units(0.03) / 2, -3) == 159_000
    assert math.ceil(often.units(0.03) / 20_000) == 16


def test_tea_tasting_asks_for_the_same_units():
    """Cookie Cats, day 7, +5% relative, both arms: 54,938 by tea-tasting's solve_power."""
    p = (8_502 + 8_279) / (44_700 + 45_489)
    assert Design("mean", p, ((1 - p) / p) ** 0.5).units(0.05) == pytest.approx(54_938, abs=2)


@pytest.mark.parametrize("split", [(0.5, 0.5), (0.9, 0.1), (0.25, 0.75)])
@pytest.mark.parametrize(("alpha", "power"), [(0.05, 0.8), (0.01, 0.9)])
def test_means_with_covariate_and_split_equal_tea_tasting(split, alpha, power):
    moments = Aggregates(1000, {"y": 20.0, "x": 30.0}, {"y": 400.0, "x": 900.0}, {("x", "y"): 0.7 * 20 * 30})
    ours = Design("mean", 20.0, 1.0, correlation=0.7, alpha=alpha, power=power, split=split).units(0.03)
    test = Mean("y", "x", alpha=alpha, ratio=split[1] / split[0], rel_effect_size=0.03, n_obs=math.ceil(ours))
    theirs = test.solve_power_from_aggregates(moments, "power")[0].power
    assert theirs == pytest.approx(power, abs=5e-4)  # its degrees of freedom are Welch's


@pytest.mark.parametrize("split", [(0.5, 0.5), (0.9, 0.1), (0.2, 0.8)])
def test_proportions_have_the_asked_power_at_any_split(split):
    design = Design("proportion", 0.1, 0, power=0.85, split=split)
    units = design.units(0.08)
    found = power_proportions_2indep(
        0.008, 0.1, split[1] * units, ratio=split[0] / split[1], alpha=0.05, return_results=False
    )
    assert found == pytest.approx(0.85, abs=1e-6)
    assert design.chance(0.08, units) == pytest.approx(0.85, abs=1e-6)


def test_the_smallest_treatment_sets_the_size():
    design = Design("proportion", 0.1, 0, split=(0.5, 0.3, 0.2))
    units = design.units(0.08)
    assert units == pytest.approx(Design("proportion", 0.1, 0, split=(5 / 7, 2 / 7)).units(0.08) / 0.7)
    assert design.per_arm(units) == pytest.approx(0.2 * units)


def test_a_covariate_cuts_the_units_by_its_squared_correlation():
    """The tiny example of the CUPED reference: within-arm variance cut 97.3317%."""
    rho = 0.9733165212649946**0.5
    for kind in ("mean", "proportion"):
        plain = Design(kind, 0.3, 1.5)
        assert replace(plain, correlation=rho).units(0.01) / plain.units(0.01) == pytest.approx(1 - 0.973317, rel=1e-3)
    # the paper: half the variance, half the users
    assert replace(plain, correlation=0.5**0.5).units(0.01) / plain.units(0.01) == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize(("bounds", "times"), [("obrien-fleming", 1.028411), ("pocock", 1.228573)])
def test_looks_inflate_as_in_rpact(bounds, times):
    """rpact, five looks at equal steps, two-sided .05, power .8."""
    one = Design("proportion", 0.1, 0)
    assert replace(one, looks=5, bounds=bounds).units(0.1) / one.units(0.1) == pytest.approx(times, abs=5e-5)


def test_comparisons_share_alpha():
    one = Design("mean", 1, 1)
    assert replace(one, comparisons=4).units(0.1) == replace(one, alpha=0.0125).units(0.1)


@pytest.mark.parametrize(("treatments", "z"), [(1, 1.96), (2, 2.21), (3, 2.35), (4, 2.44), (5, 2.51), (9, 2.69)])
def test_dunnetts_table(treatments, z):
    """Dunnett 1964, two-sided 5%, infinite degrees of freedom."""
    assert sizing.dunnett((1 / (treatments + 1),) * (treatments + 1)) == pytest.approx(z, abs=0.0051)


@pytest.mark.parametrize(
    ("kind", "baseline", "variation"), [("mean", 60, 1.2), ("ratio", 13, 0.96), ("proportion", 0.3, 1.53)]
)
@pytest.mark.parametrize(("looks", "comparisons"), [(1, 1), (3, 3)])
def test_smallest_effect_and_chance_invert_units(kind, baseline, variation, looks, comparisons):
    design = Design(kind, baseline, variation, correlation=0.5, looks=looks, comparisons=comparisons)
    smallest = design.smallest_effect(14_000)
    assert design.units(smallest) == pytest.approx(14_000, rel=1e-6)
    assert design.chance(smallest, 14_000) == pytest.approx(0.8, abs=2e-3)
    assert design.smallest_effect(56_000) == pytest.approx(smallest / 2, rel=0.03)


def test_effects_out_of_the_world_are_none_and_never_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Design("mean", 1, 1).smallest_effect(6) is None
        assert Design("proportion", 0.9, 0.33).smallest_effect(50) is None
        assert Design("proportion", 0.9, 0.33).units(0.2) == math.inf
        assert sizing.answers(Design("proportion", 0.9, 0.33), 0.2) == {}
        assert Design("mean", 1, 1).units(500) == 8
        assert Design("mean", 1, 30).units(1e-5) > 1e13


def test_a_win_of_a_small_effect_is_overstated_as_in_simulation():
    design = Design("mean", 1, 1.2, correlation=0.85, comparisons=3)
    drift = 0.01 / (1.2 * (1 - 0.85**2) ** 0.5) * 3_500**0.5
    z = np.random.default_rng(1).normal(drift, 1, 4_000_000)
    wins = z[z > stats.norm.isf(0.05 / 6)]
    assert design.chance(0.01, 14_000) == pytest.approx(len(wins) / 4_000_000, rel=0.01)
    assert design.overstated(0.01, 14_000) == pytest.approx(wins.mean() / drift, rel=0.01)
    assert design.overstated(0.1, 14_000) == pytest.approx(1, abs=0.01)


def test_the_interval_reaches_as_far_as_welchs():
    design = Design("mean", 60, 1.2)
    assert design.reach(14_000) == pytest.approx(1.959964 * 1.2 * (2 / 7_000) ** 0.5, rel=1e-6)
    # three O'Brien–Fleming looks: 2.004036 the last time (rpact)
    assert replace(design, looks=3).reach(14_000) / design.reach(14_000) == pytest.approx(2.004036 / 1.959964, rel=1e-6)


@pytest.mark.parametrize("harm", [-0.01, 0.0, 0.005])
def test_the_guardrail_is_a_one_sided_test_of_the_margin(harm):
    guardrail = Guardrail(0.35, 0.02, harm, Design("mean", 1, 1, split=(0.6, 0.4)))
    options = {"alpha": 0.025, "ratio": 1.5, "alternative": "larger"}
    theirs = NormalIndPower().solve_power((0.02 - harm) / 0.35, power=0.8, **options)
    assert guardrail.units() == pytest.approx(theirs / 0.4, rel=1e-6)
    assert guardrail.chance(theirs / 0.4) == pytest.approx(0.8, abs=1e-6)
    # three looks: the last is judged at 2.004036, not 1.96
    looks = Guardrail(0.35, 0.02, harm, Design("mean", 1, 1, looks=3))
    assert looks.units() == pytest.approx(4 * ((2.004036 + 0.841621) * 0.35 / (0.02 - harm)) ** 2, rel=1e-5)


# --- Traffic, by brute force --------------------------------------------------------------------------------------


def visits(seed: int = 3, units: int = 300, days: int = 35) -> pd.DataFrame:
    """Some units most days, some seldom: one row per visit, several a day."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.6, 0.5, units)
    visits = rng.poisson(rate[:, None], (units, days))
    unit, day = np.nonzero(visits)
    again = np.repeat(np.arange(len(unit)), visits[unit, day])
    frame = pd.DataFrame({"user": unit[again], "day": np.datetime64("2026-03-02") + day[again]})
    frame["spent"] = rng.gamma(2, 5 * (0.5 + rate[frame.user]))
    frame["pages"] = 1 + rng.poisson(2, len(frame))
    frame["bought"] = (rng.random(len(frame)) < 0.2).astype(int)
    frame["wait"] = rng.lognormal(0, 0.3, len(frame))
    return frame.sample(frac=1, random_state=1)


def window(frame: pd.DataFrame, start: int, weeks: int, before: int, columns, how="sum") -> pd.DataFrame:
    """Per unit, by pandas: what it did in a window and in the weeks before it."""
    elapsed = (frame.day - pd.Timestamp("2026-03-02")).dt.days - 7 * start
    inside = frame[(elapsed >= 0) & (elapsed < 7 * weeks)].groupby("user")[columns].agg(how)
    earlier = frame[(elapsed < 0) & (elapsed >= -7 * before)].groupby("user")[columns].agg(how)
    return inside.join(earlier.add_suffix("_before")).fillna(0)


def test_distinct_units_are_those_a_person_would_count(tmp_path):
    frame = visits()
    plan = plan_of(written(tmp_path, frame), unit="user", day="day", metric="spent", share_of_units=0.25)
    elapsed = (frame.day - pd.Timestamp("2026-03-02")).dt.days
    for number, curve in enumerate(plan.traffic.curves):
        counted = [
            frame[(elapsed >= 7 * number) & (elapsed < 7 * number + d)].user.nunique()
            for d in range(1, 36 - 7 * number)
        ]
        assert list(curve) == [4 * c for c in counted]
    week = np.mean([curve[6] for curve in plan.traffic.curves])
    assert plan.distinct(1) == pytest.approx(week)
    last = np.diff(plan.traffic.curves[0])[-7:].mean()
    assert plan.distinct(6) == pytest.approx(plan.distinct(5) + 7 * last)


@pytest.mark.parametrize(("kind", "metric"), [("mean", "spent"), ("ratio", "spent/pages"), ("proportion", "bought")])
def test_spreads_are_the_moments_of_full_weeks(tmp_path, kind, metric):
    frame = visits()
    plan = plan_of(written(tmp_path, frame), unit="user", day="day", kind=kind, metric=metric, weeks_before=1)
    columns = metric.split("/")
    assert [s.weeks for s in plan.traffic.spreads] == [1, 2, 3, 4]
    for spread in plan.traffic.spreads:
        starts = list(range(5 - spread.weeks, 0, -1))[:3]
        expected = []
        for start in starts:
            units = window(frame, start, spread.weeks, 1, columns, "max" if kind == "proportion" else "sum")
            x, before = units[columns[0]], units[f"{columns[0]}_before"]
            value = x.mean()
            if kind == "ratio":  # linearized, as the delta method does
                y, earlier = units[columns[1]], units[f"{columns[1]}_before"]
                value = x.mean() / y.mean()
                x = (x - value * y) / y.mean()
                before = (before - before.mean() / earlier.mean() * earlier) / earlier.mean()
            expected.append((len(units), value, x.std() / value, np.corrcoef(x, before)[0, 1]))
        found = (spread.units, spread.baseline, spread.variation, spread.correlation)
        assert found == pytest.approx(tuple(np.mean(expected, axis=0)), rel=1e-9)
        assert spread.windows == len(starts)


def test_a_guardrail_is_meaned_per_unit(tmp_path):
    frame = visits()
    frame.loc[frame.index[::7], "wait"] = np.nan
    options = {"unit": "user", "day": "day", "guardrail": "wait", "guardrail_margin": 0.05}
    path = written(tmp_path, frame)
    found = plan_of(path, metric="spent", **options).traffic.spreads[-1].guardrail
    per_unit = frame.groupby("user").wait.mean().dropna()
    assert found == pytest.approx(per_unit.std() / per_unit.mean(), rel=1e-9)
    given = plan_of(path, baseline=10.0, spread=12.0, **options)
    assert given.guardrail(2).variation == pytest.approx(given.traffic.guardrail)
    assert given.traffic.spreads == []


def test_rows_may_be_visits_or_days_and_days_may_be_times(tmp_path):
    frame = visits()
    daily = frame.groupby(["user", "day"], as_index=False)[["spent"]].sum()
    by_visit, by_day = (
        plan_of(written(tmp_path, f[["user", "day", "spent"]], name), unit="user", day="day", metric="spent")
        for f, name in ((frame, "visits.csv"), (daily, "days.csv"))
    )
    timed = frame.assign(day=frame.day + pd.to_timedelta(np.arange(len(frame)) % 24, unit="h"))
    timed.to_parquet(tmp_path / "times.parquet")
    by_time = plan_of(tmp_path / "times.parquet", unit="user", day="day", metric="spent")
    for other in (by_day, by_time):
        assert list(other.traffic.newcomers) == list(by_visit.traffic.newcomers)
        assert other.traffic.spreads[0].variation == pytest.approx(by_visit.traffic.spreads[0].variation)


def test_a_table_of_an_engine_is_read_where_it_is(tmp_path):
    path = written(tmp_path, visits())
    with duckdb.connect(str(tmp_path / "shop.ddb")) as con:
        con.execute(f"CREATE TABLE visits AS SELECT * FROM read_csv('{path}')")
    asked = sizing.question(unit="user", day="day", metric="spent", weeks_before=1)
    engine = f"duckdb://{tmp_path}/shop.ddb"
    found, filed = sizing.read("visits", asked, engine=engine), sizing.read(path, asked)
    assert list(found.newcomers) == list(filed.newcomers)
    assert found.spreads[-1].correlation == pytest.approx(filed.spreads[-1].correlation, rel=1e-9)


def test_counts_of_days_are_taken_as_they_are(tmp_path):
    frame = pd.DataFrame({"day": [1, 3, 7, 14], "users": [100, 200, 400, 500]})
    found = plan_of(written(tmp_path, frame), **COUNTED).traffic
    assert [found.distinct(d) for d in (1, 2, 3, 5, 14)] == pytest.approx([100, 150, 200, 300, 500])
    assert found.distinct(21) == pytest.approx(600)
    assert found.days_for(300) == pytest.approx(5)
    assert found.days_for(700) == pytest.approx(28)
    assert found.notes == ["10 of 14 days have no row; their counts lie on the line between neighbors."]


def test_nobody_new_means_never(tmp_path):
    frame = pd.DataFrame({"day": range(1, 15), "users": [500] * 14})
    assert plan_of(written(tmp_path, frame), **COUNTED).traffic.days_for(501) == math.inf


def test_gaps_and_a_day_cut_off_are_noted(tmp_path):
    frame = visits()
    frame = frame[(frame.day != "2026-03-10") & ~((frame.day == "2026-04-05") & (frame.user % 3 > 0))]
    notes = " ".join(plan_of(written(tmp_path, frame), unit="user", day="day", metric="spent").traffic.notes)
    assert "Days without a row: 1, the first 2026-03-10." in notes
    assert "The last day, 2026-04-05, has" in notes


def test_a_short_file_has_no_covariate_and_says_so(tmp_path):
    frame = visits(days=14)
    plan = plan_of(written(tmp_path, frame), unit="user", day="day", metric="spent", weeks_before=2, correlation=0.3)
    assert any("too short for 2 weeks before" in note for note in plan.traffic.notes)
    assert plan.now.correlation == 0.3


# --- Simulation: does a plan keep its promise where units return? -------------------------------------------------


def _season(rng, units: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who came on which day of six weeks, what they spent and how many pages they saw."""
    rate = 0.25 * rng.gamma(0.8, 1.25, units)
    came = rng.random((units, 42)) < 1 - np.exp(-rate[:, None])
    pages = came * (1 + rng.poisson(2, (units, 42)))
    return came, came * rng.gamma(2, 4 * (0.3 + rate[:, None]), (units, 42)), pages


@pytest.mark.parametrize(("kind", "before"), [("mean", 2), ("mean", 0), ("ratio", 0)])
def test_the_promised_power_is_kept(tmp_path, kind, before):
    rng = np.random.default_rng(12)
    came, spent, pages = _season(rng, 15_000)  # the file: large, so that the luck of its spread stays out
    unit, day = np.nonzero(came)
    frame = pd.DataFrame({
        "user": unit, "day": np.datetime64("2026-03-02") + day, "spent": spent[unit, day], "pages": pages[unit, day]
    })
    metric = "spent/pages" if kind == "ratio" else "spent"
    plan = plan_of(written(tmp_path, frame), unit="user", day="day", kind=kind, metric=metric, weeks_before=before)
    smallest = plan.now.smallest_effect(plan.units_allowed / 5)
    wins, tests = 0, 400
    for _ in range(tests):
        came, spent, pages = _season(rng, 3_000)
        seen = came[:, 14:28].any(axis=1)
        treated = rng.random(seen.sum()) < 0.5
        x, b, y = (v[seen].sum(axis=1) for v in (spent[:, 14:28], spent[:, :14], pages[:, 14:28]))
        # added, so that both arms vary alike, as the formula has it; on the ratio's scale, for a ratio
        x = x + treated * smallest * plan.now.baseline * (y if kind == "ratio" else 1)
        names = ("x", "b", "y")
        arms = [
            Aggregates(
                int(arm.sum()),
                {n: float(v[arm].mean()) for n, v in zip(names, (x, b, y), strict=True)},
                {n: float(v[arm].var(ddof=1)) for n, v in zip(names, (x, b, y), strict=True)},
                {
                    ("b", "x"): float(np.cov(x[arm], b[arm])[0, 1]), ("x", "y"): float(np.cov(x[arm], y[arm])[0, 1]),
                    ("b", "y"): float(np.cov(b[arm], y[arm])[0, 1]),
                },
            )
            for arm in (~treated, treated)
        ]
        test = RatioOfMeans("x", "y") if kind == "ratio" else Mean("x", "b" if before else None)
        found = test.analyze_aggregates(*arms)
        wins += found.pvalue < 0.05 and found.effect_size > 0
    assert wins / tests == pytest.approx(0.8, abs=0.06)


# --- The plan -----------------------------------------------------------------------------------------------------


def test_agora_is_what_the_experiments_own_data_said(agora):
    """The analysis of the test: 14,000 buyers, smallest effect 3.1%, 69,000 per variant for 1%, covariate 3.7 times."""
    assert agora.units_allowed == pytest.approx(14_000, rel=0.02)
    assert agora.smallest_alone == pytest.approx(0.031, abs=0.002)
    assert replace(agora.now, comparisons=1).units(0.01) / 2 == pytest.approx(69_000, rel=0.1)
    assert 1 / agora.now.kept == pytest.approx(3.7, abs=0.1)
    assert agora.now.baseline == pytest.approx(60, abs=1)
    assert agora.distinct(4) < 1.3 * agora.distinct(2)
    assert agora.decision == "not_detectable"
    assert agora.bound_by == "metric"
    assert agora.asked.break_even == pytest.approx(0.01)
    assert agora.value_a_year == pytest.approx(43_200)


def test_agora_would_have_multiplied_wrongly(agora):
    assert agora.days_by_multiplying == pytest.approx(agora.units_needed / (agora.units_allowed / 14))
    assert agora.days_needed > 5 * agora.days_by_multiplying


@pytest.mark.parametrize(("weeks", "word"), [(2, "run"), (3, "run_longer_than_allowed"), (math.inf, "not_detectable")])
def test_one_word_follows_from_the_weeks(weeks, word):
    assert sizing.decide(weeks, 2) == word


@pytest.mark.parametrize(("daily", "word", "weeks"), [
    (50_000, "run", 2), (15_000, "run_longer_than_allowed", 3), (1_000, "not_detectable", math.inf)
])
def test_every_decision_is_reached(tmp_path, daily, word, weeks):
    """308,608 units in all: 6.2 days at 50,000 are two full weeks, 20.6 at 15,000 are three."""
    plan = plan_of(counts_file(tmp_path, daily), **COUNTED)
    assert (plan.decision, plan.weeks_needed, plan.weeks_for_metric) == (word, weeks, weeks)
    assert plan.days_needed == pytest.approx(308_607.7 / daily, rel=1e-5)
    said = {"run": "Run it", "run_longer_than_allowed": "Not in 2 weeks: 3 full weeks", "not_detectable": "Not detect"}
    assert words.memo(plan).startswith(f"**{said[word]}")


def test_sixteen_days_are_three_full_weeks(tmp_path):
    plan = plan_of(counts_file(tmp_path, 20_000), **COUNTED | {"baseline": 0.1, "minimum_effect": 0.03})
    assert math.ceil(plan.days_needed) == 16
    assert plan.weeks_needed == 3


def test_a_guardrail_can_be_what_takes_the_weeks(tmp_path):
    path = counts_file(tmp_path, 50_000)
    guard = {"guardrail_margin": 0.01, "guardrail_spread": 1.0}
    # 4 ((1.959964 + .841621) / (.01 − harm))² = 313,955 without harm, 1,255,820 at half the margin
    assert plan_of(path, **COUNTED, **guard).decision == "run"
    longer = plan_of(path, **COUNTED, **guard, guardrail_harm=0.005)
    assert longer.guardrail_units == pytest.approx(1_255_820, rel=1e-4)
    assert (longer.decision, longer.weeks_needed, longer.bound_by) == ("run_longer_than_allowed", 4, "guardrail")
    never = plan_of(path, **COUNTED, **guard, guardrail_harm=0.009)
    assert (never.decision, never.bound_by) == ("not_detectable", "guardrail")
    assert "can show that the guardrail holds in 80 of 100" in words.memo(never)


def test_costs_differ_in_one_thing_each(agora):
    times = agora.costs.set_index("plan").times
    z = stats.norm.isf
    assert times["one comparison"] == pytest.approx(
        ((z(0.025) + z(0.2)) / (z(0.05 / 6) + z(0.2))) ** 2, rel=0.01
    )
    assert times["split 9:1"] == pytest.approx(0.25 / (0.9 * 0.1), rel=1e-3)
    assert times["without the covariate"] == pytest.approx(1 / agora.now.kept, rel=1e-3)
    assert times["one more variant"] > 1.5
    assert agora.costs.plan.is_unique


def test_longer_windows_are_metrics_of_their_own():
    spreads = [Spread(1, 3, 100, 10, 1.0, 0.5), Spread(3, 1, 150, 30, 1.5, 0.6)]
    found = Traffic(np.full(28, 10.0), [], spreads, rows=1)
    assert [found.spread(weeks).weeks for weeks in (1, 2, 3, 8)] == [1, 1, 3, 3]
    plan = Plan(sizing.question(unit="u", metric="x"), found)
    assert [plan.measured(weeks) for weeks in (3, 4)] == [True, False]


# --- Words and charts ---------------------------------------------------------------------------------------------


def every_plan(folder):
    """Plans of every shape a reader may bring."""
    frame, linear = written(folder, visits()), counts_file(folder / "counts", 20_000)
    base = {"unit": "user", "day": "day"}
    yield plan_of(frame, **base, metric="spent", weeks_before=1, guardrail="wait", guardrail_margin=0.05)
    yield plan_of(frame, **base, kind="ratio", metric="spent/pages", looks=4, bounds="pocock", split="9:1")
    yield plan_of(frame, **base, kind="proportion", metric="bought", minimum_effect=0.6, split="1:1:1")
    yield plan_of(frame, **base, kind="proportion", metric="bought", minimum_effect=0.2, weeks_before=1)
    yield plan_of(frame, **base, baseline=20.0, spread=40.0, value_a_month=1e6)
    yield plan_of(linear, **COUNTED, correlation=0.1, value_a_month=5e5, running_cost_a_month=5e4)
    yield plan_of(linear, **COUNTED, metrics_that_can_win=5, weeks_allowed=8, weeks_longest=26)
    yield plan_of(linear, **COUNTED, guardrail_margin=0.01, guardrail_spread=2.0, weeks_allowed=3)
    yield plan_of(linear, **COUNTED | {"baseline": 0.999, "minimum_effect": 0.001})
    tiny = pd.DataFrame({"day": range(1, 8), "users": [3] * 7})
    yield plan_of(written(folder / "counts", tiny, "tiny.csv"), **COUNTED)


def test_sentences_and_charts_hold_for_any_plan(tmp_path):
    (tmp_path / "counts").mkdir()
    for plan in every_plan(tmp_path):
        text = " ".join(words.every_sentence(plan))
        assert not re.search(r"\b(nan|inf|None|NaN)\b", text), text
        assert "  " not in text
        for table in (words.weeks_table(plan), words.costs_table(plan)):
            assert len(table.columns) <= 5
            assert not table.map(lambda cell: bool(re.search(r"nan|inf\b", str(cell)))).any(axis=None)
        for make in (sizing.units_figure, sizing.chance_figure, sizing.weeks_slider, sizing.proportion_slider):
            chart = make(plan)
            assert "nan" not in chart.description
            spec = charts.stored(chart.to_dict())
            assert 34 < len(title(spec)) < 120, title(spec)
            charts.svg(spec, "c")
        assert plan.result()["decision"] in sizing.DECISIONS
        assert all(math.isfinite(v) for v in plan.numbers().values() if isinstance(v, float))


def drawn(chart) -> str:
    return re.sub(r"<[^>]+>", " ", charts.svg(charts.stored(chart.to_dict()), "c"))


def test_sliders_say_what_the_library_says(agora):
    assert "154,304 per arm" in drawn(sizing.proportion_slider(agora))
    assert "6.2 days: run 2 full weeks" in drawn(sizing.proportion_slider(agora))
    told = drawn(sizing.weeks_slider(agora))
    assert f"2 weeks: {agora.smallest:.1%}. 1% takes more than 8 weeks" in told.replace("1.0%", "1%")


@pytest.mark.parametrize(("harm", "said"), [
    (0.0, "does not change"), (-0.05, "gets better by 5%"), (0.01, "gets worse by 1%"),
])
def test_a_guardrail_moves_in_words(tmp_path, harm, said):
    plan = plan_of(counts_file(tmp_path, 1_000), **COUNTED, guardrail_spread=0.3, guardrail_margin=0.02,
                   guardrail_harm=harm)
    assert f"If it truly {said}, 2 weeks" in words.about_guardrail(plan)


def test_a_fall_is_called_one(tmp_path):
    plan = plan_of(counts_file(tmp_path, 1_000), **COUNTED, better="lower")
    assert "To find a fall of 5% in 80 of 100 tests" in words.memo(plan)


def test_small_words():
    assert [words.percent(x) for x in (0.03423, 0.0025, 0.3, 1.4, None)] == ["3.4%", "0.25%", "30.0%", "140%", "–"]
    assert [words.given(x) for x in (0.01, 0.005, 0.125)] == ["1%", "0.5%", "12.5%"]
    assert [words.time(x) for x in (6.17, 16, 1560, math.inf)] == ["6.2 days", "16 days", "more than 4 years", "never"]
    assert words.of_100(0.9999) == "more than 99 of 100"
    assert words.whole(154303.87) == "154,304"


# --- Bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("parameters", "said"), [
    ({"day": ""}, "Parameter day is empty"),
    ({}, "Parameter unit and count are both empty"),
    ({"unit": "u", "count": "c"}, "Parameter unit and count are both named"),
    ({"unit": "u", "kind": "median"}, "Parameter kind is 'median'. Write one of: proportion, mean, ratio."),
    ({"unit": "u", "metric": "a/b"}, "Parameter metric is 'a/b', and kind is 'mean'. Name one column."),
    ({"unit": "u", "metric": "a", "kind": "ratio"}, "Name two columns like revenue/visits."),
    ({"unit": "u", "metric": "u"}, "Column 'u' is named for two things"),
    ({"count": "c", "metric": "a"}, "a file of counts holds no metric"),
    ({"unit": "u", "kind": "proportion"}, "Parameter baseline is 0.0. Give the control's share"),
    ({"unit": "u", "baseline": 3.0}, "Parameter spread is 0.0"),
    ({"unit": "u", "metric": "a", "power": 80}, "Parameter power is 80"),
    ({"unit": "u", "metric": "a", "minimum_effect": 0}, "Parameter minimum_effect is 0"),
    ({"unit": "u", "metric": "a", "split": "50%"}, "Parameter split is '50%'. Write 1:1, 9:1 or 1:1:1, control first."),
    ({"unit": "u", "metric": "a", "split": "1:0"}, "Parameter split is '1:0'"),
    ({"unit": "u", "metric": "a", "looks": 0}, "Parameter looks is 0"),
    ({"unit": "u", "metric": "a", "bounds": "haybittle"}, "Parameter bounds is 'haybittle'"),
    ({"unit": "u", "metric": "a", "weeks_allowed": 1}, "Give them in rising order."),
    ({"unit": "u", "metric": "a", "guardrail": "g"}, "Parameter guardrail_margin is 0, and there is a guardrail"),
    ({"unit": "u", "metric": "a", "guardrail_spread": 0.3}, "Parameter guardrail_margin is 0"),
    ({"unit": "u", "metric": "a", "guardrail": "g", "guardrail_margin": 0.02, "guardrail_harm": 0.02},
     "not below the margin of 0.02"),
    ({"unit": "u", "metric": "a", "share_of_units": 10}, "Parameter share_of_units is 10"),
])
def test_parameters_that_cannot_be_meant_are_refused(parameters, said):
    with pytest.raises(InputError) as refusal:
        sizing.question(**parameters)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(("content", "parameters", "said"), [
    ("user,day,x\na,07.09.2026,1\n", {}, "theirs.csv, column 'day', row 1: '07.09.2026' is not a day (1 such row)"),
    ("user,day,x\na,2026-09-07,1\na,2026-09-31,1\n", {}, "column 'day', row 2: '2026-09-31' is not a day"),
    ("user,day,x\na,2026-09-07,1\na,2026-09-09,1\n", {}, "column 'day': covers 3 days. Bring full weeks"),
    ("user,day,x\na,2026-09-07,\n", {}, "column 'x', row 1 (line 2): the value is missing"),
    ("user,day,x\na,2026-09-07,2\n", {"kind": "proportion"}, "'2' is neither yes nor no"),
    ("day,n\n1,5\n2,4\n", None, "column 'n': falls at day 2, to 4"),
    ("day,n\n1,5\n1,6\n", None, "column 'day': day 1 is there twice"),
    ("day,n\n0,5\n", None, "'0' is below 1"),
    ("day,n\n1,5\n2,6\n", None, "covers 2 days"),
    ("day,n\n1,0\n7,0\n", None, "is 0 on every day"),
])
def test_files_that_cannot_be_meant_are_refused(tmp_path, content, parameters, said):
    (tmp_path / "theirs.csv").write_text(content)
    asked = {"day": "day", "count": "n", "kind": "proportion", "baseline": 0.1} if parameters is None else (
        {"unit": "user", "day": "day", "metric": "x"} | parameters)
    with pytest.raises(InputError, match=re.escape(said)):
        plan_of(tmp_path / "theirs.csv", **asked)


def test_an_effect_beyond_all_units_is_refused(tmp_path):
    with pytest.raises(InputError, match=re.escape("Parameter minimum_effect is 0.5: it would lift a share of 0.8")):
        plan_of(counts_file(tmp_path, 10), **COUNTED | {"baseline": 0.8, "minimum_effect": 0.5})


@pytest.mark.parametrize(("change", "said"), [
    (lambda f: f.assign(spent=0.0), "column 'spent': is 0 per unit on average"),
    (lambda f: f[f.user < 20], "A spread takes 30 or more"),
    (lambda f: f.drop_duplicates(["user"]).assign(spent=5.0), "is the same for every unit"),
])
def test_metrics_without_a_spread_are_refused(tmp_path, change, said):
    with pytest.raises(InputError, match=re.escape(said)):
        plan_of(written(tmp_path, change(visits())), unit="user", day="day", metric="spent")


# --- Inputs at the edge of what can be meant ----------------------------------------------------------------------


@pytest.mark.parametrize(("old", "effect", "units"), [(0.10, 0.1, 13494.9), (0.80, 0.3, None), (0.04, 0.5, 1140.5)])
def test_where_less_is_better_a_share_falls(old, effect, units):
    """A fall from .10 to .09 takes fewer units than a rise to .11; from .80 a share can fall by 30% and cannot rise."""
    fall = Design("proportion", baseline=old, variation=1.0, sign=-1)
    new, z, b = old * (1 - effect), stats.norm.isf(0.025), stats.norm.isf(0.2)
    mean = (old + new) / 2
    both = old * (1 - old) + new * (1 - new)
    by_hand = (z * (2 * mean * (1 - mean)) ** 0.5 + b * both**0.5) ** 2 / (old - new) ** 2
    found = fall.units(effect) / 2
    assert found == pytest.approx(by_hand, rel=1e-6)
    assert units is None or found == pytest.approx(units, rel=1e-3)
    assert fall.chance(effect, fall.units(effect)) == pytest.approx(0.8, abs=1e-6)
    assert fall.smallest_effect(fall.units(effect)) == pytest.approx(effect, rel=1e-6)
    assert fall.units(1.0) == math.inf
    answers = list(sizing.answers(fall, effect).values())
    assert answers[0] == pytest.approx(found)
    assert answers[1] == pytest.approx((z + b) ** 2 * both / (old - new) ** 2)


def test_a_harm_is_excluded_in_so_many_tests_and_not_always():
    """The mean interval ends at the reach, so a harm of that size is excluded in one test of two."""
    design, units = Design("mean", 1.0, 1.2, looks=3), 14_000
    error, rng = 1.2 * (2 / 7_000) ** 0.5, np.random.default_rng(4)
    low_ends = rng.normal(0, error, 200_000) - 2.004036 * error
    assert (low_ends > -design.reach(units)).mean() == pytest.approx(0.5, abs=0.01)
    assert (low_ends > -design.excluded(units)).mean() == pytest.approx(0.8, abs=0.01)


def test_a_win_is_overstated_at_a_lopsided_split_as_in_simulation():
    design, units = Design("proportion", 0.9, 1 / 3, split=(0.99, 0.01)), 6_000
    rng, worlds = np.random.default_rng(5), 200_000
    old, new = rng.binomial(5_940, 0.9, worlds) / 5_940, rng.binomial(60, 0.98, worlds) / 60
    pooled = (60 * new + 5_940 * old) / 6_000
    z = (new - old) / np.sqrt(pooled * (1 - pooled) * (1 / 60 + 1 / 5_940))
    told = (new - old)[z > stats.norm.isf(0.025)].mean() / 0.08
    assert design.overstated(0.08 / 0.9, units) == pytest.approx(told, rel=0.05)
    tiny = replace(design, baseline=0.9).overstated(0.1, 140)
    assert math.isfinite(tiny)
    assert tiny > 1


@pytest.mark.parametrize("parameters", [
    {"kind": "mean", "baseline": 1.0, "spread": 1e-3, "minimum_effect": 1e-5},
    {"kind": "mean", "baseline": 1e-6, "spread": 1e6, "minimum_effect": 1e-5},
    {"kind": "mean", "baseline": 1.0, "spread": 1.0, "alpha": 0.5, "power": 0.5},
    {"kind": "mean", "baseline": 1.0, "spread": 1.0, "split": ":".join(50 * "1"), "metrics_that_can_win": 200,
     "looks": 20},
    {"kind": "proportion", "baseline": 1e-6, "minimum_effect": 0.01},
    {"kind": "proportion", "baseline": 1e-6, "minimum_effect": 10},
    {"kind": "proportion", "baseline": 0.99, "minimum_effect": 1e-3},
    {"kind": "proportion", "baseline": 0.99, "minimum_effect": 0.5, "better": "lower"},
])
@pytest.mark.parametrize("daily", [1, 1_000, 10**9])
def test_no_size_is_too_small_or_too_large(tmp_path, daily, parameters):
    plan = plan_of(counts_file(tmp_path, daily, 14), day="day", count="users", **parameters)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        said = " ".join(words.every_sentence(plan)) + " ".join(words.weeks_table(plan).astype(str).to_numpy().ravel())
        for chart in (sizing.units_figure, sizing.chance_figure, sizing.weeks_slider, sizing.proportion_slider):
            chart(plan)
    assert "nan" not in said
    assert all(math.isfinite(value) for value in plan.numbers().values() if not isinstance(value, str))
    assert plan.smallest is None or plan.now.units(plan.smallest) <= 1.001 * plan.units_allowed


def test_a_count_that_starts_late_is_refused(tmp_path):
    path = written(tmp_path, pd.DataFrame({"day": range(1, 22), "users": [0] * 9 + list(range(100, 1300, 100))}))
    with pytest.raises(InputError, match="'users': is 0 for the first week"):
        plan_of(path, **COUNTED)


def test_a_covariate_that_tells_everything_is_refused(tmp_path):
    """Rows that repeat a property of the user are no metric: what never changes cannot be changed by a test."""
    days = pd.date_range("2026-05-04", periods=28).strftime("%Y-%m-%d")
    frame = pd.DataFrame([(user, day, 1 + user % 7) for user in range(60) for day in days], columns=["u", "d", "age"])
    with pytest.raises(InputError, match="'age': is told by the weeks before"):
        plan_of(written(tmp_path, frame), unit="u", day="d", metric="age", weeks_before=1)


def titles(plan: Plan) -> list[str]:
    makes = (sizing.units_figure, sizing.chance_figure, sizing.weeks_slider, sizing.proportion_slider)
    return [title(charts.stored(make(plan).to_dict())) for make in makes]


def test_titles_follow_what_the_weeks_can_show(tmp_path, agora):
    """Too few units, enough of them, and so few that no change is large enough."""
    assert titles(agora)[:3] == [
        "2 weeks bring 14,179 distinct units, but the minimum effect of 1% takes 166,066",
        "Tests of 2 weeks call a true change of 1% a win in 7 of 100 cases, one of 3.4% in 80 of 100",
        "Tests of 2 weeks find a change of 3.4% in 80 of 100 cases; finding 1% takes more than 8 weeks",
    ]
    assert titles(plan_of(counts_file(tmp_path, 50_000), **COUNTED)) == [
        "2 weeks bring 700,000 distinct units, enough for the minimum effect of 5%, which takes 308,608",
        "Tests of 2 weeks call a true change of 5% a win in 99 of 100 cases, one of 3.3% in 80 of 100",
        "Tests of 2 weeks find a change of 3.3% in 80 of 100 cases; finding 5% takes 2 weeks",
        "At a baseline of 4%, a rise of 5% takes 154,304 units per arm, 6.2 days at 50,000 a day",
    ]
    tiny = written(tmp_path, pd.DataFrame({"day": range(1, 8), "users": [3] * 7}), "tiny.csv")
    assert titles(plan_of(tiny, **COUNTED, weeks_least=1, weeks_allowed=1))[:3] == [
        "1 week brings 3 distinct units, but the minimum effect of 5% takes 308,608",
        "Tests of 1 week call a true change of 5% a win in 3 of 100 cases",
        "No change is so large that tests of 1 week find it in 80 of 100 cases; finding 5% takes more than 8 weeks",
    ]
