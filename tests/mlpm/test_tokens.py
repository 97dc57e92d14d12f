"""What a solved task costs and how long somebody waits: against the case's own figures, exact fractions and tables.

Nothing here is this package's own output. Ranks of order statistics are held against the published table of intervals
for a median and against the binomial's own sums; the clustered interval against its definition in NumPy; the counts of
the engine against pandas.
"""

import json
import math
import re
from dataclasses import replace
from fractions import Fraction
from statistics import NormalDist

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mlpm import InputError, charts, tokens
from mlpm.agora.model_calls import model_calls
from mlpm.tokens import figures, study, tails, wording
from mlpm.tokens.prices import hits_needed
from titles import title_of

COLUMNS = tokens.Columns(
    "conversation", "outcome", "input_tokens", "output_tokens", "latency_ms", "cacheable_tokens", "cached_tokens",
    "first_token_ms", "", "call", "turn", "step",
)
LIST = "large 1 5 0.1 1; small 0.2 1 0.02 0.2"


def memtable(frame: pd.DataFrame) -> ibis.Table:
    return ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))


def agora(frame: pd.DataFrame | None = None, **given) -> tokens.Log:
    """The example, counted as a clean table."""
    names = {name: role for role, name in vars(COLUMNS).items() if name}
    rows = (model_calls() if frame is None else frame).rename(columns=names)[list(names.values())]
    rows["turn"] = rows["turn"].astype(str)
    return tokens.count(memtable(rows), tokens.read_prices(LIST), **{"streams": 2, **given})


@pytest.fixture(scope="module")
def log() -> tokens.Log:
    return agora()


@pytest.fixture(scope="module")
def found(log) -> tokens.Findings:
    return tokens.analyze(log, tokens.read_prices(LIST), tokens.Inputs(small="small", limit=20_000))


def calls(*rows, **prices) -> tokens.Log:
    """A small log: rows of task, outcome, input, output, latency, turn, step."""
    frame = pd.DataFrame(rows, columns=["task", "outcome", "input", "output", "latency", "turn", "step"])
    return tokens.count(memtable(frame), tokens.read_prices(prices.get("prices", "large 1 5")))


# --- Prices -------------------------------------------------------------------------------------------------------


def test_the_month_of_the_case():
    """200,000 calls of 3,000 and 400 tokens at 1 and 5 a million: 1,000; 2,500 cached at 80% hits and 10%: 640."""
    price = tokens.read_prices("large 1 5 0.1 1")["large"]
    assert tokens.cost(price, 200_000, 3_000, 0, 400) == pytest.approx(1_000)
    assert tokens.cost(price, 200_000, 500, 2_500, 400) == pytest.approx(1_000)
    assert tokens.cost(price, 200_000, 500, 2_500, 400, 0.8) == pytest.approx(640)


def test_writing_replaces_the_price_of_input_and_is_not_added_to_it():
    price = tokens.read_prices("x 1 5 0.1 1.25")["x"]
    assert tokens.cost(price, 1_000_000, 0, 1, 0, 0.5) == pytest.approx(0.5 * 0.1 + 0.5 * 1.25)


def test_prices_left_out_are_those_of_input():
    found = tokens.read_prices("a 2 8; b 1 4 0.5")
    assert (found["a"].cached, found["a"].written) == (2, 2)
    assert (found["b"].cached, found["b"].written) == (0.5, 1)


def test_a_cache_pays_from_the_hits_on_that_pay_for_the_writing():
    """Writing 1.25, reading 0.1: h · 0.9 = (1 − h) · 0.25, so h = 0.25 / 1.15."""
    price = tokens.read_prices("x 1 5 0.1 1.25")["x"]
    assert hits_needed(price) == pytest.approx(float(Fraction(25, 115)))
    least = hits_needed(price)
    assert tokens.cost(price, 1, 0, 1e6, 0, least) == pytest.approx(tokens.cost(price, 1, 0, 1e6, 0))
    assert hits_needed(tokens.read_prices("x 1 5 0.1 1")["x"]) == 0
    assert math.isinf(hits_needed(tokens.read_prices("x 1 5 1 2")["x"]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Parameter prices is empty."),
        ("large 1", "Parameter prices: 'large 1' is not a model and its prices."),
        ("large 1 5 0.1 1 7", "is not a model and its prices."),
        ("large 1 -5", "is not a model and its prices."),
        ("large one 5", "is not a model and its prices."),
        ("a 1 5; a 1 5", "Parameter prices names 'a' twice."),
    ],
)
def test_a_wrong_price_list_is_refused(text, message):
    with pytest.raises(InputError, match=re.escape(message)):
        tokens.read_prices(text)


# --- What a point is worth ----------------------------------------------------------------------------------------


def test_points_and_dearer_models_of_the_case():
    assert tokens.per_point(4) == pytest.approx(0.04)
    assert 2 * tokens.per_point(4) == pytest.approx(0.08)
    assert tokens.dearer(4, 4, 0.064) == pytest.approx(3.5)
    assert tokens.dearer(4, 4, 0.1) == pytest.approx(2.6)
    assert math.isinf(tokens.dearer(4, 4, 0))


def test_tasks_to_see_by_cohens_formula():
    """Cohen (1988): n = 2 · ((z₁₋α⸝₂ + z₁₋β) / h)², h the difference of arcsines. The far tail adds nothing here."""
    z = NormalDist().inv_cdf
    h = 2 * math.asin(math.sqrt(0.38)) - 2 * math.asin(math.sqrt(0.34))
    assert tokens.tasks_to_see(0.38, 4) == math.ceil(2 * ((z(0.975) + z(0.8)) / h) ** 2)
    assert math.isnan(tokens.tasks_to_see(0, 4))


def test_a_cascade_in_exact_fractions():
    """A fifth of the price, 70 of 100 kept: 0.064 − 0.0128 − 0.3 · 0.064 = 0.032; 2 slips of 100 at 4 euros: 0.08."""
    found = tokens.cascade(0.0128, 0.064, 0.7, 2, 4)
    assert found.saved == pytest.approx(float(Fraction(32, 1000)))
    assert found.net == pytest.approx(float(Fraction(32, 1000) - Fraction(8, 100)))
    assert found.slips_allowed == pytest.approx(0.8)


@given(st.floats(0.01, 2), st.floats(0.01, 1), st.floats(0, 1))
def test_a_cascade_saves_model_cost_if_the_price_ratio_is_below_the_share_kept(large, ratio, keeps):
    if abs(ratio - keeps) > 1e-9:
        assert (tokens.cascade(ratio * large, large, keeps, 0, 4).saved > 0) == (ratio < keeps)


# --- Waiting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "times"), [(0.5, 6), (0.95, 72), (0.99, 368), (0.999, 3688)])
def test_the_fewest_times_that_bound_a_quantile(share, times):
    """share ** n ≤ 0.025, by definition."""
    assert tokens.needed(share) == times
    assert share**times <= 0.025 < share ** (times - 1)
    assert tokens.ranks(times, share) is not None
    assert tokens.ranks(times - 1, share) is None


@pytest.mark.parametrize(("n", "low", "high"), [(6, 1, 6), (10, 2, 9), (20, 6, 15), (50, 18, 33), (100, 40, 61)])
def test_ranks_for_a_median(n, low, high):
    """Conover, Practical Nonparametric Statistics: the classic table of intervals for a median, 95% or more."""
    assert tokens.ranks(n, 0.5) == (low, high)


@settings(deadline=None)
@given(st.integers(6, 3_000), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_ranks_hold_the_quantile_in_at_least_95_of_100_samples(n, share):
    held = tokens.ranks(n, share)
    if held:
        low, high = held
        assert stats.binom.cdf(high - 1, n, share) - stats.binom.cdf(low - 1, n, share) >= 0.95 - 1e-12


def times(task, value) -> ibis.Table:
    return memtable(pd.DataFrame({"task": np.asarray(task).astype(str), "value": np.asarray(value, float)}))


def test_p99_is_not_told_from_fifty_calls():
    p50, p95, p99 = tails.quantiles(times(range(50), range(50)))
    assert (p50.value, p50.low, p50.high) == (24, 17, 32)  # the 25th, 18th and 33rd
    assert (p95.value, p99.value, p99.needed) == (None, None, 368)


def test_the_median_of_seven_is_the_fourth():
    (median,) = tails.quantiles(times(range(7), range(7)), (0.5,))
    assert (median.value, median.low, median.high) == (3, 0, 6)


def test_independent_times_get_the_ranks_of_all_of_them():
    n = 1_000
    (p99,) = tails.quantiles(times(range(n), np.random.default_rng(1).permutation(n)), (0.99,))
    low, high = tokens.ranks(n, 0.99)
    assert (p99.value, p99.low, p99.high, p99.effective) == (989, low - 1, high - 1, n)


def test_ten_times_the_same_task_tells_little_more_than_one():
    """All times of a task equal: as many independent times as tasks, but for the factor T / (T − 1)."""
    task = np.repeat(np.arange(400), 10)
    (median,) = tails.quantiles(times(task, task), (0.5,))
    assert median.effective == math.floor(4_000 / (10 * 400 / 399))
    (p99,) = tails.quantiles(times(np.repeat(np.arange(300), 10), np.repeat(np.arange(300), 10)), (0.99,))
    assert p99.value is None
    assert p99.needed == math.ceil(368 * 10 * 300 / 299)


def test_the_design_effect_by_its_definition(log):
    frame = model_calls()
    for tail in log.tails["call"]:
        above = frame.latency_ms > np.sort(frame.latency_ms)[math.ceil(tail.share * 4_000) - 1]
        p = above.mean()
        per = above.groupby(frame.conversation).agg(["sum", "count"])
        variance = ((per["sum"] - p * per["count"]) ** 2).sum() * 200 / 199 / 4_000**2
        assert tail.effective == math.floor(4_000 / max(1, variance / (p * (1 - p) / 4_000)) + 1e-9)


def test_calls_of_one_step_wait_for_the_slowest_and_steps_add_up():
    log = calls(
        ("a", "solved", 1, 1, 100, "1", 1), ("a", "solved", 1, 1, 300, "1", 1), ("a", "solved", 1, 1, 50, "1", 2),
        ("b", "solved", 1, 1, 7, "1", 1),
    )
    turns = log.tails["turn"]
    assert turns[0].times == 2
    value = tails.quantiles(times(["a", "b"], [350, 7]), (0.5,))
    assert [one.times for one in value] == [2]
    assert tails._at(times(["a", "b"], [350, 7]), [2]) == [350]


def test_turns_of_the_example_against_pandas(log):
    frame = model_calls()
    slowest = frame.groupby(["conversation", "turn", "step"]).latency_ms.max()
    turn = np.sort(slowest.groupby(["conversation", "turn"]).sum())
    assert [one.value for one in log.tails["turn"]] == [turn[499], turn[949], turn[989]]
    before = slowest[slowest.index.get_level_values("step") < 2].groupby(["conversation", "turn"]).sum()
    answer = frame[frame.call == "answer"].set_index(["conversation", "turn"]).first_token_ms
    word = np.sort(before + answer)
    assert [one.value for one in log.tails["first word"]] == [word[499], word[949], word[989]]


def test_turns_that_hold_a_slow_call_against_pandas(log):
    frame = model_calls()
    slow = frame.latency_ms > np.sort(frame.latency_ms)[3_959]
    assert log.hot == frame[slow].groupby(["conversation", "turn"]).ngroups


# --- The example --------------------------------------------------------------------------------------------------


def test_the_sample_is_the_case_exactly(found):
    """0.10 uncached, 0.064 cached, 1.52 for people, 15.2 times the uncached model."""
    assert (found.log.calls, found.log.tasks, found.log.turns) == (4_000, 200, 1_000)
    assert found.plain == pytest.approx(0.10, abs=1e-12)
    assert found.model == pytest.approx(0.064, abs=1e-12)
    assert found.people == pytest.approx(1.52)
    assert found.people / found.plain == pytest.approx(15.2)
    assert found.log.hits == pytest.approx(0.8)
    assert found.whole.value == pytest.approx(1.584)
    assert found.per_solved.value == pytest.approx(316.8 / 192)
    assert (found.extra(found.plain), found.extra(found.model)) == (pytest.approx(0.2), pytest.approx(0.128))


def test_the_intervals_of_cost_against_numpy(found):
    frame = model_calls()
    bill = (
        (frame.input_tokens - frame.cacheable_tokens) + 0.1 * frame.cached_tokens
        + (frame.cacheable_tokens - frame.cached_tokens) + 5 * frame.output_tokens
    ) / 1e6
    task = bill.groupby(frame.conversation).sum()
    end = frame.groupby("conversation").outcome.first()
    cost = (task + 4.0 * (end == "handed over")).to_numpy()
    done = (end != "gave up").to_numpy()
    wide = stats.t.ppf(0.975, 199)
    half = wide * cost.std(ddof=1) / math.sqrt(200)
    assert (found.whole.low, found.whole.high) == pytest.approx((cost.mean() - half, cost.mean() + half))
    ratio = cost.sum() / done.sum()
    half = wide * (cost - ratio * done).std(ddof=1) * math.sqrt(200) / done.sum()
    assert (found.per_solved.low, found.per_solved.high) == pytest.approx((ratio - half, ratio + half))
    ranked = np.sort(task)[::-1]
    assert found.carried(10) == pytest.approx(ranked[:20].sum() / ranked.sum())
    assert found.half_carried_by == math.ceil((np.searchsorted(ranked.cumsum(), ranked.sum() / 2) + 1) / 2)


def test_the_parts_add_up_to_the_bill(found):
    assert sum(found.parts().values()) == pytest.approx(found.model)
    assert found.kinds.part.sum() == pytest.approx(1)
    assert found.kinds.calls.sum() == 4_000


def test_every_missed_hit_is_the_distance_to_a_full_cache(found):
    price = found.prices["large"]
    full = tokens.cost(price, 4_000, 500, 2_500, 400, 1.0) / 200
    lever = found.levers[found.levers.lever.str.contains("missed")].task.item()
    assert lever == pytest.approx(found.model - full)


# --- Other logs ---------------------------------------------------------------------------------------------------


def test_a_log_without_cache_columns_plans_one_at_the_given_hits():
    names = {name: role for role, name in vars(COLUMNS).items() if name}
    frame = model_calls().rename(columns=names).drop(columns=["cached", "kind", "step", "turn", "first"])
    log = tokens.count(memtable(frame), tokens.read_prices(LIST), hits=0.8)
    f = tokens.analyze(log, tokens.read_prices(LIST), tokens.Inputs(small="small"))
    assert (f.model, f.plain, f.held) == (pytest.approx(0.1), pytest.approx(0.1), pytest.approx(0.064))
    assert not log.measured
    assert log.turns == 200
    # Nothing runs at the same time as far as the log knows: a task takes the sum of its calls.
    assert log.tails["turn"][0].value == np.sort(model_calls().groupby("conversation").latency_ms.sum())[99]
    assert "a cache is a plan" in wording.about_log(f)


def test_a_cascade_comes_from_the_log_where_both_models_worked_alone():
    rows = [(f"s{i}", "solved" if i < 60 else "handed over" if i < 95 else "gave up", 1e6, 0, 1, "1", 1)
            for i in range(100)]
    rows += [(f"l{i}", "solved" if i < 80 else "handed over" if i < 98 else "gave up", 1e6, 0, 1, "1", 1)
             for i in range(100)]
    frame = pd.DataFrame(rows, columns=["task", "outcome", "input", "output", "latency", "turn", "step"])
    frame["model"] = np.where(frame.task.str.startswith("s"), "small", "large")
    prices = tokens.read_prices("large 1 5; small 0.2 1")
    f = tokens.analyze(tokens.count(memtable(frame), prices), prices, tokens.Inputs(small="small", keeps=0.1))
    c = f.cascade
    assert c.measured
    assert (c.small, c.large, c.keeps) == pytest.approx((0.2, 1.0, 0.65))
    assert c.slips == pytest.approx(3)  # 5 of 100 lost by the small one, 2 by the large one
    assert c.saved == pytest.approx(1 - 0.2 - 0.35)


def test_running_and_unsolved_costs_are_in_the_whole(found):
    f = tokens.analyze(found.log, found.prices, replace(found.inputs, unsolved=10, running=5_000))
    assert f.whole.value == pytest.approx(1.584 + 0.04 * 10 + 0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cacheable_tokens": 9_999}, "'cacheable_tokens' and 'input_tokens': of task 'c001' says 9999 of"),
        ({"outcome": "done"}, "says neither 'solved' nor 'handed over'. It says 'done'. Set solved and handed to"),
        ({"outcome": None}, "column 'outcome': is empty in all rows of 200 tasks, such as 'c001'."),
    ],
)
def test_a_log_that_contradicts_itself_is_refused(change, message):
    frame = model_calls().assign(**change)
    frame["outcome"] = frame.outcome.astype("string")
    with pytest.raises(InputError, match=re.escape(message)):
        agora(frame, columns=COLUMNS, name="calls.csv")


def test_two_ends_of_a_task_are_refused():
    frame = model_calls()
    frame.loc[0, "outcome"] = "gave up"
    with pytest.raises(InputError, match=re.escape("tells two ends of task 'c001', 'gave up' and")):
        agora(frame, columns=COLUMNS)


def test_calls_that_cost_nothing_are_refused():
    with pytest.raises(InputError, match=re.escape("calls, columns 'input' and 'output': add up to no cost at all.")):
        calls(("a", "solved", 0.0, 0.0, 1, "1", 1))


def test_an_end_in_one_row_of_a_task_is_enough(found):
    frame = model_calls()
    frame.loc[frame.conversation.duplicated(), "outcome"] = None
    assert agora(frame).ended("handed") == 76


def test_a_model_without_a_price_is_refused():
    names = {name: role for role, name in vars(COLUMNS).items() if name}
    frame = model_calls().rename(columns=names).assign(model="tiny")
    with pytest.raises(InputError, match=re.escape("'tiny' has no price (4,000 such rows). Add tiny to prices, which")):
        tokens.count(memtable(frame), tokens.read_prices(LIST), columns=replace(COLUMNS, model="model"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"person": 0}, "Parameter person is 0."),
        ({"times": 0.5}, "Parameter times is 0.5. Give 1 or more"),
        ({"keeps": 70}, "Parameter keeps is 70. Give a share from 0 to 1, such as 0.7."),
        ({"slips": -1}, "Parameter slips is -1."),
    ],
)
def test_an_input_that_cannot_be_meant_is_refused(given, message):
    with pytest.raises(InputError, match=re.escape(message)):
        tokens.Inputs(**given)


def test_a_small_model_without_a_price_is_refused(log):
    with pytest.raises(InputError, match=r"Parameter small is 'tiny', which has no price\. Name one of"):
        tokens.analyze(log, tokens.read_prices(LIST), tokens.Inputs(small="tiny"))


# --- Decisions ----------------------------------------------------------------------------------------------------

GOOD = {"tasks": 200, "saved": (2, 3), "turn": (14_000, 18_000), "limit": 20_000, "model": 0.06, "fallback": (1.2, 1.8)}


@pytest.mark.parametrize(
    ("change", "decision"),
    [
        ({}, ("raise_resolution", "people_larger")),
        ({"tasks": 29}, ("measure_more", "too_few")),
        ({"saved": (-2, -1)}, ("stop", "dearer_than_people")),
        ({"saved": (-1, 1)}, ("measure_more", "saving_unclear")),
        ({"limit": 13_000}, ("cut_waiting", "over_limit")),
        ({"limit": 16_000}, ("raise_resolution", "people_larger")),  # the interval holds the limit
        ({"limit": 0, "turn": (99_000, 99_000)}, ("raise_resolution", "people_larger")),
        ({"turn": (None, None), "limit": 1}, ("raise_resolution", "people_larger")),
        ({"model": 2}, ("cut_tokens", "model_larger")),
        ({"model": 1.5}, ("measure_more", "larger_unclear")),
    ],
)
def test_every_rule_takes_its_decision(change, decision):
    assert tokens.decide(**GOOD | change) == decision
    assert decision[0] in tokens.DECISIONS


@pytest.mark.parametrize(
    ("inputs", "decision"),
    [
        ({}, "raise_resolution"),
        ({"limit": 10_000}, "cut_waiting"),
        ({"running": 50_000}, "stop"),
        ({"running": 23_500}, "measure_more"),
        ({"person": 0.14}, "cut_tokens"),
    ],
)
def test_a_memo_is_written_for_every_decision(log, inputs, decision):
    f = tokens.analyze(log, tokens.read_prices(LIST), tokens.Inputs(small="small", **inputs))
    assert f.decision == decision
    memo = wording.memo(f)
    assert memo.startswith(wording.HEADS[f.rule])
    assert "nan" not in memo
    for say in (wording.about_cost, wording.about_point, wording.about_levers, wording.about_cascade):
        assert "nan" not in say(f)


def test_every_rule_has_a_headline():
    rules = {tokens.decide(**GOOD | change)[1] for change in ({}, {"tasks": 1}, {"saved": (-2, -1)}, {"limit": 1},
             {"saved": (-1, 1)}, {"model": 2}, {"model": 1.5})}
    assert rules == set(wording.HEADS)


# --- Words and charts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0.064, "€0.064"), (0.1, "€0.10"), (0.0032, "€0.0032"), (1.584, "€1.58"), (-0.048, "−€0.048"), (15_840, "€15,840"),
     (0, "€0.00"), (math.inf, "–")],
)
def test_small_amounts_keep_three_digits(amount, text):
    assert wording.money(amount) == text


@pytest.mark.parametrize("figure", [tokens.cost_figure, tokens.few_figure, tokens.point_figure, tokens.cascade_figure,
                                    tokens.waiting_figure])
def test_every_figure_draws_and_says_its_finding(found, figure):
    chart = figure(found)
    assert len(chart.description) > 80
    title_of(chart)
    assert "<svg" in charts.svg(chart.to_dict(), "c", 640)


def test_the_titles_follow_the_findings():
    wait = [{"what": "a turn", "quantile": "p99", "value": 2.0, "text": "2.0 s"},
            {"what": "a call", "quantile": "p50", "value": 1.0, "text": "1.0 s"}]
    assert figures._waiting_point(wait) == "A turn takes 2.0 s at p99, the longest wait of all."
    few = [{"what": "a call", "quantile": "p50", "value": 1.0, "text": figures.TOO_FEW}]
    assert figures._waiting_point(few) == "Too few waiting times were measured to say how long people wait."
    assert figures._cascade_point(2, None) == "Whether a small model first would save anything is not known."


def drawn(chart, **sliders) -> str:
    """The words of a chart as it stands with its sliders elsewhere."""
    spec = json.loads(chart.to_json())
    for param in spec["params"]:
        param["value"] = sliders.get(param["name"], param.get("value"))
    spec["width"] = 640
    return " ".join(re.findall(r"<text[^>]*>([^<]+)</text>", vl_convert.vegalite_to_svg(spec)))


def test_the_sliders_compute_what_python_computes(found):
    text = drawn(tokens.cost_figure(found))
    assert "model €0.064 · all €1.58 a task" in text
    assert "€1.65 a solved task; people alone €4.00" in text
    assert "model €0.100 · all €1.62" in drawn(tokens.cost_figure(found), hits=0)
    assert "model €0.055 · all €1.57" in drawn(tokens.cost_figure(found), hits=100)
    text = drawn(tokens.point_figure(found))
    assert "as billed: up to 3.5 times, pays" in text
    assert "without a cache: up to 2.6 times, does not pay" in text
    text = drawn(tokens.cascade_figure(found))
    assert "pays below 0.80 slips of 100" in text
    assert "saves €0.032 of model, loses €0.080" in text


def test_numbers_and_result_are_plain_and_finite(found):
    values = tokens.numbers(found)
    assert all(isinstance(value, (int, float, str)) for value in values.values())
    answer = tokens.result(found)
    assert answer["decision"] == "raise_resolution"
    assert answer["waiting_ms"]["turn"]["p95"]["value"] == values["turn_p95"] * 1_000
    assert study.CONFIDENCE == 0.95
