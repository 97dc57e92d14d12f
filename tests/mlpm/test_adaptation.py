"""When tuning, retrieval or machines of one's own repay themselves: against the case, exact sums and closed forms.

Nothing here is this package's own output. Months are held against the case's 6,000,000 calls and 30 months and against
sums in exact fractions; the fall in prices against the geometric series; machines against a search over whole calls.
"""

import json
import math
import re
from dataclasses import replace
from fractions import Fraction

import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpm import InputError, adaptation
from mlpm.adaptation import words
from mlpm.paint import title
from mlpm.tokens import read_prices

PRICE = read_prices("large 1 5 0.1 1")["large"]
TRAFFIC = adaptation.Traffic(200_000, 500, 2_500, 400, PRICE)
BASE = adaptation.Tuning(TRAFFIC, 12_000, 2_000)
FACTS = adaptation.Knowledge(50_000, 40_000, 1_200, PRICE, 0.0002, 250, 3_000, 4, 0.8)
MACHINES = adaptation.Machines(0.0032, 2_500, 2.5, 3, 1, 1_250)
CHANGED = {"hits": 0.8, "times": 1.2, "retune": 3_000, "every": 6, "falls": 0.5, "growth": 0.05}


def tuned(**changed) -> adaptation.Tuning:
    """The case with some assumptions changed, of the tuning or of its traffic."""
    of_traffic = {name: changed.pop(name) for name in list(changed) if hasattr(TRAFFIC, name)}
    return replace(BASE, traffic=replace(TRAFFIC, **of_traffic), **changed)


# --- Tuning -------------------------------------------------------------------------------------------------------


def test_the_case_of_six_million_calls():
    """12,000 euros; 2,000 tokens at 1 euro a million are 0.002 a call: 6,000,000 calls, 30 months at 200,000."""
    assert pytest.approx(0.002) == BASE.saving
    assert BASE.calls_to_repay == pytest.approx(6_000_000)
    assert BASE.months == 30
    assert BASE.balance()[29] == pytest.approx(0, abs=1e-6)


def test_a_cached_token_saves_a_quarter_of_what_the_proposal_says():
    """80 of 100 at a tenth, the others in full: 0.28 of the price; 2,000 such tokens are 0.00056 euros."""
    cached = tuned(hits=0.8)
    assert cached.saving == pytest.approx(float(Fraction(28, 100) * 2_000 / 1_000_000))
    assert cached.calls_to_repay == pytest.approx(12_000 / 0.00056)
    assert cached.months == math.ceil(12_000 / 112)


def test_a_dearer_tuned_model_in_exact_fractions():
    """Now 500 + 2,500 + 5 · 400 = 5,000 millionths, tuned 3,000: 1.2 times 3,000 leaves 1,400; 5/3 leaves nothing."""
    assert tuned(times=1.2).saving == pytest.approx(0.0014)
    assert BASE.dearest == pytest.approx(5 / 3)
    assert tuned(times=2).months is None
    assert math.isinf(tuned(times=2).calls_to_repay)


@pytest.mark.parametrize("growth", [Fraction(1, 20), Fraction(1, 10), Fraction(0)])
def test_growth_month_by_month_in_exact_fractions(growth):
    saved, month = Fraction(0), 0
    while saved < 12_000:
        saved += 400 * (1 + growth) ** month
        month += 1
    assert tuned(growth=float(growth)).months == month


def test_retuning_twice_a_year_costs_more_than_it_saves():
    """Six months save 2,400 euros and tuning again costs 3,000: the best balance is that of the sixth month."""
    again = tuned(retune=3_000, every=6)
    assert again.months is None
    assert again.most == pytest.approx(-12_000 + 2_400)
    assert again.balance()[6] == pytest.approx(-12_000 + 7 * 400 - 3_000)


def test_prices_that_fall_to_a_tenth_a_year_end_as_a_geometric_series():
    falling = tuned(falls=0.1)
    assert falling.months is None
    assert falling.most == pytest.approx(-12_000 + 400 / (1 - 0.1 ** (1 / 12)), abs=1e-3)


def test_the_bearable_fall_is_the_line_between_ever_and_never():
    bearable = BASE.bearable_fall
    assert bearable == pytest.approx((1 - 400 / 12_000) ** 12)
    assert 400 / (1 - bearable ** (1 / 12)) == pytest.approx(12_000)
    assert tuned(falls=bearable - 0.02).months is None
    assert tuned(falls=bearable + 0.02).months is not None
    assert tuned(setup=300).bearable_fall == 0
    assert math.isinf(tuned(times=3).bearable_fall)


@settings(deadline=None)
@given(st.floats(0.05, 1), st.floats(-0.02, 0.05), st.floats(100, 50_000))
def test_repaid_means_that_the_savings_so_far_reach_the_setup(falls, growth, setup):
    one = tuned(falls=falls, growth=growth, setup=setup)
    total = 0.0
    for month in range(240):
        total += 400 * (1 + growth) ** month * falls ** (month / 12)
        if total >= setup - 1e-6:
            assert one.months == month + 1
            return
    assert one.months is None


def test_the_cases_change_one_assumption_each():
    table = adaptation.cases(BASE, **CHANGED)
    assert list(table.months.fillna(0)) == [30, 108, 43, 0, 0, 19, 0]
    assert len(table.case.unique()) == 7


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"saved": 3_000}, "Parameter saved is 3000. Give tokens a call, at most those that repeat."),
        ({"growth": 5}, "Parameter growth is 5. Give a share a month"),
        ({"hits": 80}, "Parameter hits is 80. Give a share from 0 to 1, such as 0.8."),
        ({"falls": 0}, "Parameter falls is 0. Give what a price is after a year"),
        ({"calls": 0}, "Parameter calls is 0."),
    ],
)
def test_an_input_that_cannot_be_meant_is_refused(given, message):
    with pytest.raises(InputError, match=re.escape(message)):
        tuned(**given)


# --- Facts that change --------------------------------------------------------------------------------------------


def test_three_ways_to_bring_facts_in_whole_euros():
    """40,000 tokens at 0.28 of 1 euro a million, 50,000 times: 560; 1,200 at 1: 60; search 10, index 250. 4 · 3,000."""
    assert [FACTS.month(way) for way in adaptation.knowledge.WAYS] == pytest.approx([560, 320, 12_000])
    assert replace(FACTS, hits=None).month("all in the prompt") == pytest.approx(2_000)


def test_retrieval_costs_less_from_the_calls_on_that_pay_for_the_index():
    """A call saves 0.0112 − 0.0012 − 0.0002 = 0.0098 euros; the index costs 250."""
    calls = float(250 / Fraction(98, 10_000))
    assert FACTS.calls_for_retrieval == pytest.approx(calls)
    even = replace(FACTS, calls=calls)
    assert even.month("retrieval") == pytest.approx(even.month("all in the prompt"))
    assert math.isinf(replace(FACTS, text=3_000).calls_for_retrieval)


# --- Machines -----------------------------------------------------------------------------------------------------


def test_machines_of_the_case():
    """One serves, one stands by: 2 · 2,500 + 1,250 = 6,250 euros; at 0.0032 a call that is 1,953,125 calls."""
    assert MACHINES.capacity == 2.5 * 3600 * 730
    assert float(MACHINES.month(200_000)) == 6_250
    assert MACHINES.break_even == pytest.approx(1_953_125)
    assert MACHINES.full(200_000) == pytest.approx(200_000 / (2 * 6_570_000))


def test_steps_come_at_the_calls_that_fill_a_machine_at_the_peak():
    edge = MACHINES.capacity / 3
    assert [int(MACHINES.needed(calls)) for calls in (1, edge, edge + 1, 2 * edge + 1)] == [2, 2, 3, 4]


@settings(deadline=None, max_examples=60)
@given(st.floats(0.0005, 0.02), st.integers(500, 9_000), st.floats(1, 8), st.integers(0, 2))
def test_the_break_even_is_the_first_of_a_search(price, machine, peak, spare):
    m = adaptation.Machines(price, machine, 2.5, peak, spare, 1_000)
    step = MACHINES.capacity / 60
    grid = [n * step for n in range(1, 4_000)]
    found = next((calls for calls in grid if m.month(calls) <= m.elsewhere(calls)), math.inf)
    if math.isfinite(found):
        assert m.break_even <= found + 1e-6
        assert float(m.month(m.break_even)) <= float(m.elsewhere(m.break_even)) * (1 + 1e-9)
    else:
        assert m.break_even > grid[-1] or math.isinf(m.break_even)


def test_a_full_machine_that_costs_more_than_its_calls_never_pays():
    assert math.isinf(replace(MACHINES, price=0.0005).break_even)


# --- Words and charts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "start"),
    [
        ({}, "**Do not tune.** It repays itself after 30 months; you asked for 12."),
        ({"times": 3}, "**Do not tune.** It repays itself never; you asked for 12."),
        ({"setup": 2_000}, "**Tune only if what the proposal assumes is shown first.** It repays itself after 5 mon"),
        ({"setup": 100}, "**Tune, if the evaluation says the answers are as good.** It repays itself after 1 month;"),
    ],
)
def test_the_memo_decides(changed, start):
    one = tuned(**changed)
    memo = words.memo(one, adaptation.cases(one, **CHANGED), FACTS, MACHINES, 12)
    assert memo.startswith(start)
    assert "nan" not in memo
    assert "inf" not in memo


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "Retrieve the passages"),
        ({"calls": 1_000}, "Put all of the text into the prompt"),
        ({"changes": 0}, "on paper"),
    ],
)
def test_the_memo_says_how_to_bring_facts(facts, said):
    memo = words.memo(BASE, adaptation.cases(BASE, **CHANGED), replace(FACTS, **facts), MACHINES, 12)
    assert said in memo


def test_the_memo_weighs_machines():
    cases = adaptation.cases(BASE, **CHANGED)
    assert "take 9.8 times today's calls" in words.memo(BASE, cases, FACTS, MACHINES, 12)
    assert "would cost less" in words.memo(BASE, cases, FACTS, replace(MACHINES, price=0.1), 12)
    assert "never cost less" in words.memo(BASE, cases, FACTS, replace(MACHINES, price=0.0005), 12)


def drawn(chart, **sliders) -> str:
    """The words of a chart as it stands with its sliders elsewhere."""
    spec = json.loads(chart.to_json())
    for param in spec["params"]:
        param["value"] = sliders.get(param["name"], param.get("value"))
    spec["width"] = 640
    return " ".join(re.findall(r"<text[^>]*>([^<]+)</text>", vl_convert.vegalite_to_svg(spec)))


def test_the_sliders_compute_what_python_computes():
    chart = adaptation.tuning_figure(BASE, 0.8)
    assert "repaid after 30 months" in drawn(chart)
    assert "repaid after 43 months" in drawn(chart, times=1.2)
    assert "repaid after 19 months" in drawn(chart, growth=5)
    assert "saves 0.56 euros in 1,000 calls today" in drawn(chart, hits=80)
    assert f"not repaid in five years: best {tuned(falls=0.1).balance(60).max():,.0f}".replace("-", "−") in drawn(
        chart, falls=10
    )
    text = drawn(adaptation.knowledge_figure(FACTS))
    assert all(amount in text for amount in ("€560", "€320", "€12,000"))
    assert "€2,000" in drawn(adaptation.knowledge_figure(FACTS), hits=0)
    text = drawn(adaptation.machines_figure(MACHINES, 200_000))
    assert "machines pay from about 1.95 million calls" in text
    assert "own machines: €6,250" in text
    assert "price per call: €640" in text


def test_every_figure_says_its_finding():
    for chart in (
        adaptation.tuning_figure(BASE, 0.8), adaptation.knowledge_figure(FACTS),
        adaptation.machines_figure(MACHINES, 200_000),
    ):
        assert len(chart.description) > 80


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (adaptation.tuning_figure(tuned(times=3), 0.8),
         "Tuning for €12,000 is not repaid within 20 years at 200,000 ca"),
        (adaptation.tuning_figure(tuned(setup=0), 0.8),
         "Tuning for €0 is repaid after 1 month at 200,000 calls a month"),
        (adaptation.knowledge_figure(replace(FACTS, changes=0)),
         "The cheapest way to bring the facts is tuning at each change at €0 a month; next is retrieval at €320"),
        (adaptation.knowledge_figure(replace(FACTS, calls=1_000)),
         "The cheapest way to bring the facts is all in the prompt at €11 a month; next is retrieval at €251"),
        (adaptation.machines_figure(replace(MACHINES, price=0.0005), 200_000),
         "Own machines never pay, however many calls a month there are; at 200,000 they cost €6,250 instead of €100"),
        (adaptation.machines_figure(replace(MACHINES, price=0.1), 200_000),
         "Own machines first pay at 62,500 calls a month; at 200,000 they cost €6,250 instead of €20,000"),
    ],
    ids=["never repaid", "for nothing", "nothing changes", "few calls", "never pay", "pay today"],
)
def test_the_titles_follow_the_case(chart, said):
    assert title(chart.to_dict()).startswith(said)


def test_a_cache_that_takes_nothing_of_the_saving_is_not_said_to():
    assert "72 of 100 euros of the saving are gone" in adaptation.tuning_figure(BASE, 0.8).description
    assert "gone" not in adaptation.tuning_figure(tuned(hits=0.9), 0.8).description
    assert "gone" not in adaptation.tuning_figure(tuned(times=3), 0.8).description
    assert "gone" not in adaptation.tuning_figure(tuned(saved=0), 0.8).description
