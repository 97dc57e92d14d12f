"""What four risks multiply to, what it is worth to know one of them, and which test comes first.

Expected numbers are exact fractions worked out beside each test from EVPPI(X) = E_X max_d E[payoff | X] - max_d
E[payoff] (Raiffa and Schlaifer, Applied Statistical Decision Theory, 1961), or come from an independent enumeration.
None is this package's own output.
"""

import re
from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpm import risks
from mlpm.paint import title
from mlpm.risks import Bet, Risk, words
from refusing import refused

NAMES = ("value", "usability", "feasibility", "viability")
REFERENCE = dict(zip(NAMES, (0.6, 0.9, 0.8, 0.75), strict=True))
CASE = {"value": 0.5, "usability": 0.8, "feasibility": 0.7, "viability": 0.9}


def bet(chances=REFERENCE, worth=1000, cost=250, together=0.0, **tests):
    """A bet; tests: name=(cost, sensitivity, false alarm), otherwise free and never wrong."""
    return Bet(tuple(Risk(name, p, *tests.get(name, ())) for name, p in chances.items()), worth, cost, together)


def study(of, record=(), polite=(0.95, 0.8), too_high=0.1):
    return risks.Study(of, polite, too_high, risks.record(record))


# --- One bet -------------------------------------------------------------------------------------------------------


def test_the_product_and_the_bet():
    assert bet().joint == pytest.approx(81 / 250)
    assert bet().build == pytest.approx(74)
    assert bet(worth=600).build == pytest.approx(-55.6)
    assert bet(worth=600).now == 0


@pytest.mark.parametrize(
    ("worth", "expected", "everything"),
    [
        (1000, {"value": 100, "usability": 25, "feasibility": 50, "viability": 62.5}, 169),
        (600, {"value": 44.4, "usability": 0, "feasibility": 0, "viability": 6.9}, 113.4),
    ],
)
def test_uncertain_is_not_worth_knowing(worth, expected, everything):
    """At 1000, building is the default and EVPPI = 250 (1 - p); at 600 it is not: p × max(gain if it holds, 0)."""
    here = bet(worth=worth)
    assert {risk.name: here.perfect(risk) for risk in here.risks} == pytest.approx(expected, abs=1e-9)
    assert here.everything == pytest.approx(everything)


def test_an_imperfect_test_of_value():
    """P(yes) .6, beliefs .8 and .3, payoffs 182 and -88: .6 × 182 - 74 = 35.2."""
    here = bet(value=(10, 0.8, 0.3))
    row = here.table().set_index("risk").loc["value"]
    assert (row["sample"], row.left) == pytest.approx((35.2, 25.2))
    assert risks.follow(here, ["value"]).value == pytest.approx(0.6 * 182 - 10)


def test_the_case_of_the_ranking_change():
    """.5 × .8 × .7 × .9 = .252; 210,000 × .252 - 60,000; .5 × (210,000 × .504 - 60,000) - 1,800."""
    here = bet(CASE, 210_000, 60_000, value=(1800,))
    assert here.joint == pytest.approx(0.252)
    assert here.build == pytest.approx(-7080)
    assert risks.follow(here, ["value"]).value == pytest.approx(21_120)


def test_break_even_is_where_building_pays_nothing():
    here = bet(CASE, 210_000, 60_000)
    assert here.enough == pytest.approx(2 / 7)
    value, *_, viability = here.risks
    assert here.break_even(value) == pytest.approx((2 / 7) / 0.504)
    assert here.believed(value, here.break_even(value)).build == pytest.approx(0, abs=1e-6)
    assert np.isnan(here.break_even(viability))  # 210,000 × .28 is less than 60,000, viability certain


def test_a_test_pays_until_it_says_yes_too_often():
    """.9 × 52,920 - 60,000 × (.45 + .5 f) = 1,800 at f = .6276."""
    here = bet(CASE, 210_000, 60_000, value=(1800, 0.9, 0.2))
    assert here.most_polite(here.risks[0]) == pytest.approx((0.9 * 52_920 - 27_000 - 1800) / 30_000)
    dear = bet(CASE, 210_000, 60_000, value=(22_921, 1.0, 0.2))
    assert np.isnan(dear.most_polite(dear.risks[0]))  # even certainty is worth 22,920


# --- What binds the risks --------------------------------------------------------------------------------------------

chance = st.integers(1, 99).map(lambda n: n / 100)


@settings(deadline=None)
@given(st.lists(chance, min_size=2, max_size=4), st.floats(0, 1))
def test_a_common_cause_leaves_each_chance_as_it_is(chances, together):
    here = bet(dict(zip(NAMES, chances, strict=False)), together=together)
    assert here.chances.sum() == pytest.approx(1)
    assert (here.chances >= -1e-12).all()
    assert here.chances @ here.worlds == pytest.approx(chances)
    low, high = here.bounds
    assert low - 1e-9 <= here.joint <= high + 1e-9


def test_the_bounds_are_reached():
    """Fréchet: one cause gives the smallest chance; the product lies between."""
    assert bet(together=1).joint == pytest.approx(0.6)
    assert bet(together=0.5).joint == pytest.approx((0.6 + 0.324) / 2)
    assert bet().bounds == pytest.approx((0.05, 0.6))  # .6 + .9 + .8 + .75 - 3


@settings(deadline=None, max_examples=40)
@given(st.lists(chance, min_size=4, max_size=4), st.sampled_from([0.0, 0.3, 1.0]), st.integers(260, 2000))
def test_value_of_information_is_that_of_every_world(chances, together, worth):
    """List the sixteen worlds; decide once for each answer about one risk."""
    here = bet(dict(zip(NAMES, chances, strict=True)), worth, together=together, usability=(0, 0.8, 0.3))
    payoff = np.array([worth - 250.0 if all(world) else -250.0 for world in here.worlds])
    prior = max(here.chances @ payoff, 0)
    for i, risk in enumerate(here.risks):
        yes = np.where(here.worlds[:, i], risk.sensitivity, risk.false_alarm)
        informed = sum(max((here.chances * said) @ payoff, 0) for said in (yes, 1 - yes))
        assert here.sample(risk) == pytest.approx(informed - prior, abs=1e-6)


# --- The order of tests ----------------------------------------------------------------------------------------------

tests = st.tuples(chance, st.integers(0, 50), st.sampled_from([0.8, 0.9, 1.0]), st.sampled_from([0.0, 0.2, 0.3]))


@settings(deadline=None, max_examples=60)
@given(st.lists(tests, min_size=4, max_size=4))
def test_cheap_and_deadly_first_spends_least(rows):
    """Independent arithmetic: sum of cost × product of the chances that the tests before said yes, over all orders."""
    here = Bet(tuple(Risk(name, *row) for name, row in zip(NAMES, rows, strict=True)), 1000, 250)

    def spent(order):
        total, alive = 0.0, 1.0
        for name in order:
            p, cost, sensitivity, false_alarm = rows[NAMES.index(name)]
            total += cost * alive
            alive *= sensitivity * p + false_alarm * (1 - p)
        return total

    least = min(spent(order) for order in permutations(NAMES))
    assert risks.follow(here, risks.by_index(here)).spent == pytest.approx(least)
    frame = risks.orders(here, NAMES)
    assert len(frame) == 24
    assert frame["spent"].min() == pytest.approx(least)
    assert (frame["value"] + frame["spent"]).std() == pytest.approx(0, abs=1e-6)  # the order moves the cost only


def test_two_tests_by_hand():
    """Worth 100, cost 50. Value .5 for 1, then usability .8 for 2: -1 + .5 × (-2 + .8 × 50) = 18."""
    here = bet({"value": 0.5, "usability": 0.8}, 100, 50, value=(1,), usability=(2,))
    plan = risks.best(here)
    assert (plan.path, plan.end, plan.deadly) == (["value", "usability"], "build", True)
    assert plan.value == pytest.approx(18)
    assert plan.starting("usability") == pytest.approx(-2 + 0.8 * (-1 + 0.5 * 50))
    assert plan.after(value=False) == "stop"
    way = risks.follow(here, plan.path)
    assert (way.stops, way.spent, way.built, way.works, way.lost) == (
        pytest.approx((0.5, 0.1)), pytest.approx(2), pytest.approx(0.4), pytest.approx(0.4), pytest.approx(0)
    )


def test_a_test_before_can_make_the_next_one_worth_it():
    """Alone a test of viability changes nothing; after a yes on value it can stop what would be built."""
    here = bet(CASE, 210_000, 60_000, value=(1800, 0.9, 0.2), viability=(500, 0.98, 0.1),
               usability=(99_999,), feasibility=(99_999,))
    assert here.sample(here.risks[3]) == 0
    assert risks.best(here).path == ["value", "viability"]


def test_a_no_need_not_be_the_end():
    """A free, weak test of value says no: belief .4, building -50; certainty about usability, for 1, brings 75 - 1."""
    here = bet({"value": 0.5, "usability": 0.5}, 1000, 250, value=(0, 0.6, 0.4), usability=(1,))
    plan = risks.best(here)
    assert plan.after(value=False) == "usability"
    assert plan.after(value=False, usability=True) == "build"


@pytest.mark.parametrize(
    ("worth", "cost", "first"), [(1000, 10, "build"), (300, 250, "stop"), (1000, 250, "value")]
)
def test_every_first_step_can_be_the_answer(worth, cost, first):
    here = bet(worth=worth, cost=cost, **dict.fromkeys(NAMES, (40, 1.0, 0.0)))
    assert risks.best(here).first == first


@settings(deadline=None, max_examples=40)
@given(st.lists(tests, min_size=3, max_size=3), st.sampled_from([0.0, 0.4]), st.integers(100, 2000))
def test_no_sequence_beats_the_plan(rows, together, worth):
    names = NAMES[:3]
    here = Bet(tuple(Risk(name, *row) for name, row in zip(names, rows, strict=True)), worth, 250, together)
    plan = risks.best(here)
    assert len(risks.ways(here)) == 1 + 3 + 6 + 6
    assert plan.value >= max(way.value for way in risks.ways(here)) - 1
    assert plan.value >= here.now - 1
    if plan.path and plan.deadly:
        assert risks.follow(here, plan.path).value == pytest.approx(plan.value, abs=0.1)


def test_the_first_step_changes_where_it_is_said_to():
    here = bet(CASE, 210_000, 60_000, value=(1800, 0.9, 0.2), usability=(2500, 0.8, 0.3),
               feasibility=(5000, 0.9, 0.2), viability=(500, 0.98, 0.1))
    found = risks.first_step_holds(here, "value")
    value = here.risks[0]
    assert risks.best(here.believed(value, found["low"])).first == risks.best(here).first
    assert risks.best(here.believed(value, found["low"] - 0.01)).first == found["below"] == "stop"
    assert risks.best(here.believed(value, found["high"] + 0.01)).first == found["above"]
    assert risks.first_step_holds(here, "usability")["above"] is None


def test_the_worth_from_which_something_pays():
    """One risk at .5, cost 50: a perfect test for 1 pays from .5 × (worth - 50) = 1; building at once from 100."""
    assert risks.least_worth(bet({"value": 0.5}, 1000, 50, value=(1,))) == pytest.approx(52, abs=0.6)
    assert risks.least_worth(bet({"value": 0.5}, 10, 50, value=(99,))) == pytest.approx(100, abs=0.6)
    assert np.isnan(risks.least_worth(bet({"value": 0.0})))


# --- The record ------------------------------------------------------------------------------------------------------


def test_a_record_by_hand():
    """Two assumptions at .9, one at .5, none of them held: .1 × .1 × .5."""
    record = risks.record(((0.9, 2, 0), (0.5, 1, 0)))
    assert (record.asked, record.held, record.expected) == (3, 0, pytest.approx(2.3))
    assert record.luck == pytest.approx(0.005)
    assert record.too_high == pytest.approx(2.3 / 3)


def test_twenty_at_eighty():
    """P(X ≤ 11 | 20, .8) = .0100 (binomial table)."""
    assert risks.record(((0.8, 20, 11),)).luck == pytest.approx(0.0100, abs=5e-5)


# --- Words, charts, refusals -----------------------------------------------------------------------------------------

CASES = {
    "the case": bet(CASE, 210_000, 60_000, value=(1800, 0.9, 0.2), usability=(2500, 0.8, 0.3),
                    feasibility=(5000, 0.9, 0.2), viability=(500, 0.98, 0.1)),
    "one cause": bet(CASE, 210_000, 60_000, 0.5, value=(1800, 0.9, 0.2)),
    "build at once": bet(worth=1000, cost=10, **dict.fromkeys(NAMES, (40,))),
    "never": bet(worth=300, cost=250, **dict.fromkeys(NAMES, (40,))),
    "worth less than it costs": bet(worth=100, cost=250),
    "nothing costs anything": bet(worth=100, cost=0),
    "impossible": bet({**REFERENCE, "value": 0.0}, **dict.fromkeys(NAMES, (40,))),
    "certain": bet(dict.fromkeys(NAMES, 1.0), **dict.fromkeys(NAMES, (40,))),
    "tests that say nothing": bet(**dict.fromkeys(NAMES, (1, 0.5, 0.5))),
    "free tests": bet(),
    "a no is not the end": bet(dict.fromkeys(NAMES, 0.6), 3000, 250, value=(0, 0.6, 0.4), usability=(1,)),
}


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_reads_right_for_any_bet(name):
    here = study(CASES[name], record=((0.9, 8, 5),) if name == "the case" else ())
    said = [
        words.odds(here), words.knowing(here), words.plan(here), words.hundred(here), words.polite(here),
        words.causes(here), words.guesses(here), words.memo(here),
    ]
    for text in said:
        assert text == text.strip()
        for wrong in ("nan", "None", "inf", "  ", " ,", " .", "..", "np.", "{", "–,"):
            assert wrong not in text, text
    first = risks.best(here.bet).first
    opening = {"build": "**Build it", "stop": "**Drop it"}.get(first, f"**Before anybody builds, test {first}")
    assert said[-1].startswith(opening)
    for figure in (risks.knowing_figure, risks.orders_figure, risks.hundred_figure, risks.beliefs_figure):
        assert "NaN" not in vl_convert.vegalite_to_svg(figure(here).to_dict() | {"width": 340})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("build at once", [
            "Knowing about value is worth most: €4 for certain, €4 by a test for €40",
            "Not one of 64 sequences brings more than no test, which is worth +€314",
            "The best plan builds all of 100 such ideas untested, with 68 failures",
            "With value at 60 of 100, asking first is worth +€278 and building now +€314",
        ]),
        ("never", [
            "No answer about one risk alone would change what you do",
            "Not one of 64 sequences brings more than no test, which is worth €0",
            "The best plan builds none of 100 such ideas, of which 32 would have worked",
            "With value at 60 of 100, asking first is worth −€40 and building now −€153",
        ]),
        ("free tests", [
            "Knowing about value is worth most: €100 for certain, €100 by a test for €0",
            "The best of 64 sequences begins with value and is worth +€243, against +€74 without a test",
            "Stopped at the first no, the best plan builds 32 of 100 such ideas, with 0 failures instead of 68",
            "With value at 60 of 100, asking first is worth +€174 and building now +€74",
        ]),
    ],
)
def test_the_titles_follow_the_bet(name, said):
    draw = (risks.knowing_figure, risks.orders_figure, risks.hundred_figure, risks.beliefs_figure)
    assert [title(figure(study(CASES[name])).to_dict()) for figure in draw] == said


def test_a_record_that_is_bad_luck_and_one_that_is_not():
    here = CASES["the case"]
    assert "could be luck" in words.guesses(study(here, ((0.9, 8, 6),)))
    assert "more than luck" in words.guesses(study(here, ((0.8, 20, 11),)))
    assert "no sign of optimism" in words.guesses(study(here, ((0.5, 4, 3),)))


def drawn(spec, **sliders):
    """The words of a painted chart with sliders moved."""
    for parameter in spec["params"]:
        parameter["value"] = sliders.get(parameter["name"], parameter.get("value"))
    return " ".join(re.findall(r">([^<>]+)</text>", vl_convert.vegalite_to_svg(spec | {"width": 672})))


def test_a_test_that_never_says_yes_moves_nobody():
    assert "It never says yes, and is worth €0." in words.polite(study(bet(), polite=(0, 0)))


@pytest.mark.parametrize(
    ("usability", "worth", "wrong", "together"), list(product((80, 30), (210, 400), (20, 60), (0, 0.5)))
)
def test_the_sliders_compute_what_python_does(usability, worth, wrong, together):
    here = replace(CASES["the case"], together=together)
    here = here.believed(here.risks[0], 0.4)
    said = drawn(risks.beliefs_figure(study(here)).to_dict(), usability=usability, worth=worth, wrong=wrong)
    moved = {**CASE, "value": 0.4, "usability": usability / 100}
    then = bet(moved, 1000 * worth, 60_000, together, value=(1800, 0.9, wrong / 100))
    asked = then.now + then.sample(then.risks[0]) - 1800
    if together == 0 or risks.best(here).first == "value":
        assert f"build now: {then.build:+,.0f}".replace("-", "−") in said
        assert f"ask first: {asked:+,.0f}".replace("-", "−") in said


BAD = [
    (lambda: risks.four(value=(0.5, 1), usability=(1, 0, 1, 0), feasibility=(1, 0, 1, 0), viability=(1, 0, 1, 0)),
     ["Parameter value is (0.5, 1)", "cost of its test"]),
    (lambda: Risk("value", 50), ["value (chance that it holds)", "such as 0.5"]),
    (lambda: Risk("value", 0.5, -1), ["value (cost of its test)", "0 or more"]),
    (lambda: Risk("value", 0.5, 0, 0.2, 0.8), ["value", "Swap the two"]),
    (lambda: bet(worth=-1), ["Parameter worth is -1"]),
    (lambda: bet(together=2), ["Parameter together is 2"]),
    (lambda: risks.record(((0.5, 3),)), ["record has a row", "how many of them held"]),
    (lambda: risks.record(((0.5, 3, 4),)), ["4 of 3 held"]),
    (lambda: risks.record(0.5), ["Parameter record is 0.5"]),
    (lambda: risks.record(((0.5, 1_000_000, 3),)), ["a whole number, 0 to 10,000"]),
    (lambda: study(bet(), polite=0.9), ["Parameter polite is 0.9"]),
    (lambda: study(bet(), too_high=10), ["Parameter too_high is 10", "0.1"]),
]


@pytest.mark.parametrize(("call", "said"), BAD)
def test_what_cannot_be_meant_is_refused_in_one_line(call, said):
    refused(call, *said)
