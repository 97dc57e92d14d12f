"""The order of answers in a plan: exact fractions by enumeration, and arithmetic shown in the chapter."""

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mlpm import phases
from mlpm.phases import words
from mlpm.phases.plan import read_added
from refusing import refused
from titles import title_of

STEPS = phases.read_phases("discovery, plan, build, test", "2, 1, 5, 2", "1, 1, 2, 3")
CHANCES = {"value": 0.5, "usability": 0.8, "feasibility": 0.75, "viability": 0.9}
LATE = phases.Plan(
    "late", STEPS, {"value": "test", "usability": "test", "feasibility": "build", "viability": "test"}, CHANCES, 1_000
)
EARLY = replace(
    LATE, name="early", added={"discovery": 600},
    place={"value": "discovery", "usability": "plan", "feasibility": "build", "viability": "plan"},
)


def brute_force(late, early, share) -> Fraction:
    """Expected spending by walking through the phases in every world: an independent way round, in fractions."""
    share, names = Fraction(share), [step.name for step in early.phases]
    costs = [Fraction(s.person_weeks) * 1_000 + Fraction(early.added.get(s.name, 0)) for s in early.phases]
    total = Fraction(0)
    for holds in itertools.product([True, False], repeat=4):
        for sees in itertools.product([True, False], repeat=4):
            weight, spent, running = Fraction(1), Fraction(0), True
            for risk, ok, seen in zip(phases.RISKS, holds, sees, strict=True):
                chance = Fraction(str(early.chances[risk]))
                weight *= (chance if ok else 1 - chance) * (share if seen else 1 - share)
            for name, cost in zip(names, costs, strict=True):
                if running:
                    spent += cost
                for risk, ok, seen in zip(phases.RISKS, holds, sees, strict=True):
                    earlier = names.index(early.place[risk]) < names.index(late.place[risk])
                    heard = early.place[risk] if seen or not earlier else late.place[risk]
                    if not ok and heard == name:
                        running = False
            total += weight * spent
    return total


def test_money_is_spent_until_the_no():
    assert LATE.costs == pytest.approx([2_000, 1_000, 10_000, 6_000])
    assert LATE.spent == pytest.approx([2_000, 3_000, 13_000, 19_000])
    assert LATE.entered == pytest.approx([1, 1, 1, 0.75])
    # 2,000 + 1,000 + 10,000, and 6,000 in three of four cases
    assert LATE.expected_cost == pytest.approx(17_500)
    assert LATE.success == pytest.approx(0.27)
    assert LATE.wasted == pytest.approx(17_500 - 0.27 * 19_000)
    # half of the ideas end after 2,600; of the rest 72 in 100 are built
    assert EARLY.expected_cost == pytest.approx(2_600 + 0.5 * 1_000 + 0.36 * 10_000 + 0.27 * 6_000)
    assert EARLY.net(100_000) == pytest.approx(27_000 - EARLY.expected_cost)


@pytest.mark.parametrize("share", ["0", "1/5", "1/2", "4/5", "1"])
def test_tests_that_miss_agree_with_enumeration(share):
    exact = brute_force(LATE, EARLY, share)
    assert phases.caught(EARLY, LATE, float(Fraction(share))) == pytest.approx(float(exact), rel=1e-12)


def test_a_perfect_early_test_is_the_moved_plan_and_a_blind_one_the_plan_as_drawn():
    assert phases.caught(EARLY, LATE, 1.0) == pytest.approx(EARLY.expected_cost)
    assert phases.caught(EARLY, LATE, 0.0) == pytest.approx(LATE.expected_cost + 600)


def test_a_question_asked_later_is_answered_where_it_is_asked():
    later = replace(LATE, name="later", place=LATE.place | {"feasibility": "test"})
    assert phases.caught(later, LATE, 0.0) == pytest.approx(later.expected_cost)


def test_money_agrees_with_simulated_initiatives():
    rng = np.random.default_rng(1)
    fails = {risk: rng.random(200_000) > chance for risk, chance in CHANCES.items()}
    names = [step.name for step in STEPS]
    ends = np.full(200_000, len(names) - 1)
    for risk, place in EARLY.place.items():
        ends = np.where(fails[risk], np.minimum(ends, names.index(place)), ends)
    spent = np.array([2_600, 3_600, 13_600, 19_600])[ends]
    assert EARLY.expected_cost == pytest.approx(spent.mean(), abs=4 * spent.std() / np.sqrt(200_000))


def test_the_table_says_what_ends_where():
    table = EARLY.table().set_index("phase")
    assert table.answers.to_dict() == {
        "discovery": "value", "plan": "usability, viability", "build": "feasibility", "test": "–"
    }
    assert table.until_week.tolist() == [2, 3, 8, 10]
    assert table.ends_here.tolist() == pytest.approx([0.5, 0.14, 0.09, 0])


def test_sentences_follow_the_sign():
    assert "The order *early* saves €" in words.about_orders(LATE, EARLY, 50_000)
    assert "costs €" in words.about_orders(EARLY, LATE, 50_000)
    assert "changes nothing" in words.about_orders(LATE, LATE, 50_000)
    assert words.memo(LATE, EARLY, 100_000).startswith("**Ask earlier.** Move value to *discovery*")
    assert words.memo(EARLY, LATE, 100_000).startswith("**Keep the order.**")
    assert "**do not start**" in words.memo(LATE, EARLY, 1_000)
    assert "**go on**" in words.memo(LATE, EARLY, 100_000)


def test_how_good_an_early_test_has_to_be():
    saved = LATE.expected_cost - EARLY.expected_cost
    assert saved > 0
    dear = replace(EARLY, added={"discovery": 600 + saved})
    assert words.about_missed(LATE, dear, 1).startswith("However good")
    assert words.about_missed(LATE, replace(EARLY, added={}), 1).startswith("An early test need not be perfect")
    cheap = replace(EARLY, phases=phases.read_phases("discovery, plan, build, test", "1, 1, 5, 2", "1, 1, 2, 3"))
    assert words.about_missed(LATE, cheap, 1).startswith("Even early tests that notice nothing")


def test_what_cannot_be_meant_is_refused():
    refused(lambda: phases.read_phases("a, a", "1, 1", "1, 1"), "phases", "name of its own")
    refused(lambda: phases.read_phases("a, b", "1", "1, 1"), "weeks", "1 number", "2 phases")
    refused(lambda: phases.read_phases("a, b", "1, two", "1, 1"), "weeks", "'two'")
    refused(lambda: phases.read_phases("a, b", "1, -2", "1, 1"), "weeks", "-2")
    in_percent = "value: 50, usability: 1, feasibility: 1, viability: 1"
    refused(lambda: phases.read_shares("chances", in_percent), "value", "0.5")
    refused(lambda: phases.read_shares("chances", "value: 0.5"), "chances", "usability, feasibility and viability")
    refused(lambda: phases.read_places("drawn", "value: nowhere", STEPS), "drawn", "'value: nowhere'", "discovery")
    refused(lambda: phases.read_places("drawn", "value: plan, value: plan", STEPS), "drawn", "once")
    refused(lambda: read_added("added", "lunch: 3", STEPS), "added", "'lunch: 3'")
    assert read_added("added", "", STEPS) == {}


def test_the_title_says_what_the_other_order_costs():
    """The costs are those of the walk by hand above."""
    cost, other = (f"€{plan.expected_cost:,.0f}" for plan in (LATE, EARLY))
    spending = phases.spending_figure
    assert title_of(spending(LATE, EARLY)) == (
        f"In another order the same questions cost {other} instead of {cost} on average"
    )
    assert title_of(spending(LATE, LATE)) == f"Both orders of the questions cost {cost} on average"
