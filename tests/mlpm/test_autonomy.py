"""The ladder of permissions. Expected values: fractions, binomial tails written out, the rule of three."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mlpm import autonomy, charts
from mlpm.autonomy import words
from mlpm.autonomy.ladder import caught_if
from mlpm.reliability import Repeats, Step
from refusing import refused
from titles import title_of

QUICK = autonomy.Approval("a click in 20 seconds", 20, 40, 9)
READ = autonomy.Approval("a read of 4 minutes", 240, 40, 34)
SMALL = autonomy.Action("refund up to €30", 1200, 18, 30, 20, 400, 3)
LARGE = autonomy.Action("refund up to €200", 280, 85, 200, 5, 60, 1)
BANK = autonomy.Action("new bank details", 60, 600, None, 5, 40, 0)
STEP, RUNS = Step(0.95, 0.8, 0.02, 2, 0.3), Repeats((0, 0, 1, 3, 7, 6, 5, 3, 25))


def ladder(**changes) -> autonomy.Ladder:
    given = {"approvals": (QUICK, READ), "hourly": 30, "person": 4, "extra": 4, "notice": 2, "bearable": 2000}
    return autonomy.Ladder(**given | changes)


def test_what_each_way_costs():
    costs = ladder().costs(LARGE, 0.02)
    harm = Fraction(2, 100) * 89
    expected = [harm, Fraction(30 * 20, 3600) + harm * Fraction(31, 40), 2 + harm * Fraction(6, 40), 4]
    assert list(costs.values()) == pytest.approx([float(value) for value in expected])


@given(st.floats(0, 1))
def test_alone_is_cheapest_up_to_the_break_even(wrong):
    costs, line = ladder().costs(SMALL, wrong), ladder().break_even(SMALL)
    others = min(cost for name, cost in costs.items() if name != "alone")
    assert (costs["alone"] <= others + 1e-9) if wrong <= line else (costs["alone"] > others - 1e-9)


def test_the_break_even_by_hand():
    assert ladder().break_even(SMALL) == pytest.approx(float(Fraction(1, 6) / (22 * Fraction(9, 40))))
    blind = autonomy.Approval("a stamp", 5, 20, 0)
    assert ladder(approvals=(blind,)).break_even(LARGE) == pytest.approx(4 / 89)


def test_what_can_go_before_somebody_notices():
    assert ladder().exposure(SMALL) == 30 * 20 * 2
    assert ladder().exposure(BANK) is None
    assert not ladder().bounded(BANK)


@pytest.mark.parametrize(("action", "changes", "way"), [
    (SMALL, {}, "alone"),
    (SMALL, {"bearable": 1000}, "a click in 20 seconds"),   # too much could go: the cheapest of the others
    (LARGE, {}, "a read of 4 minutes"),
    (LARGE, {"person": 3}, "a person"),
    (LARGE, {"hourly": 300, "person": 400}, "alone"),       # no look is worth its price
    (BANK, {}, "never"),
    (autonomy.Action("refund", 10, 18, 30, 20, 0, 0), {"person": 8}, "a read of 4 minutes"),  # nothing judged yet
])
def test_every_rung_is_reached(action, changes, way):
    assert ladder(**changes).way(action) == way


def test_evidence_is_the_rule_of_three_by_price():
    line = ladder().break_even(SMALL)
    silent = ladder().silent(SMALL)
    assert (1 - line) ** silent <= 0.05 < (1 - line) ** (silent - 1)
    assert silent == pytest.approx(3 / line, rel=0.03)
    needed = ladder().needed(LARGE)
    limit = ladder().break_even(LARGE)
    assert stats.binom.cdf(1, needed, limit) <= 0.05 < stats.binom.cdf(1, needed - 1, limit)
    assert ladder().needed(BANK) is None


def test_proven_is_what_needed_asks_for():
    needed = ladder().needed(LARGE)
    just = autonomy.Action("refund up to €200", 280, 85, 200, 5, needed, 1)
    short = autonomy.Action("refund up to €200", 280, 85, 200, 5, needed - 1, 1)
    assert ladder().proven(just)
    assert not ladder().proven(short)
    assert ladder().way(just) == "alone"


def test_an_approval_rate_fits_a_good_eye_and_a_coin():
    assert caught_if(0.95, 0.02) == (pytest.approx(0.05), 1.0)
    assert caught_if(0.95, 0.10) == (pytest.approx(0.05), pytest.approx(0.5))
    assert caught_if(0.95, 0) == (pytest.approx(0.05), 1.0)


def test_the_audit_stops_a_healthy_agent_in_one_week_of_a_hundred():
    audit = autonomy.Audit(100, 0.0075)

    def from_on(count, share):
        return sum(math.comb(100, k) * share**k * (1 - share) ** (100 - k) for k in range(count, 101))

    assert from_on(audit.line, 0.0075) <= 0.01 < from_on(audit.line - 1, 0.0075)
    assert audit.closes(0.034) == pytest.approx(from_on(audit.line, 0.034))
    assert autonomy.Audit(50, 0).line == 1


def test_an_audit_has_a_price_beside_what_it_watches():
    assert autonomy.Audit(100, 0.0075).price(READ, 30) == 100 * 2
    assert ladder().week(SMALL, 0.0075) == pytest.approx(1200 * 0.0075 * 22 * 7 / 30)
    text = words.about_audit(autonomy.Audit(100, 0.0075), SMALL, ladder())
    assert "costs €200 a week" in text
    assert "lose €46" in text


def test_a_rung_above_its_line_opens_only_for_a_better_agent():
    assert ladder().to_come(LARGE) == pytest.approx((ladder().needed(LARGE) - 60) / 60)
    assert ladder().to_come(BANK) is None
    assert "better than counted" in words.about_ladder(ladder(), (LARGE,))
    good = autonomy.Action("refund up to €200", 280, 85, 200, 5, 300, 1)  # 1 of 300 is below the line, not yet shown
    assert "better than counted" not in words.about_ladder(ladder(), (good,))


def test_a_month_is_the_sum_of_its_requests():
    prices = ladder()
    alone = 1200 * Fraction(3, 400) * 22 + 280 * Fraction(1, 60) * 89
    assert prices.month((SMALL, LARGE, BANK), "alone") == pytest.approx(float(alone))
    assert prices.month((SMALL, LARGE, BANK), "a person") == 4 * 1480
    mixed = 1200 * Fraction(3, 400) * 22 + 280 * (2 + Fraction(1, 60) * 89 * Fraction(6, 40))
    assert prices.month((SMALL, LARGE, BANK)) == pytest.approx(float(mixed))


# --- Words and figures -----------------------------------------------------------------------------------------------


def test_the_words_of_the_chain_hold_the_published_products():
    text = words.about_chain(STEP, 0.99, 20, 6)
    assert "36 of 100 tasks" in text
    assert "82 of 100" in text
    assert "99.47" in text  # 0.9 ** (1 / 20)


@pytest.mark.parametrize("actions", [
    (SMALL, LARGE, BANK), (BANK,), (LARGE,), (autonomy.Action("reply", 5, 0, 0, 1, 0, 0),),
    (autonomy.Action("refund", 10, 18, 30, 2000, 5000, 0),),
])
def test_the_memo_names_every_action_and_never_nothing(actions):
    prices = ladder()
    text = words.memo(prices, actions, RUNS, 8, STEP, 20, autonomy.Audit(100, 0.0075))
    text += words.about_ladder(prices, actions) + words.about_month(prices, actions)
    assert all(one.name.lower() in text.lower() for one in actions)
    assert "nan" not in text
    assert "None" not in text


def test_a_rung_that_is_proven_but_not_bounded_says_so():
    wide = autonomy.Action("refund up to €30", 1200, 18, 30, 200, 400, 3)
    assert "lower the limit" in words.about_ladder(ladder(), (wide,))


def test_every_figure_has_a_name_and_its_finding():
    whole = autonomy.chain_figure(STEP, 20).to_dict()
    assert "36 of 100 come out right" in whole["description"]
    runs = autonomy.pass_figure(RUNS, 0.5, 0.6).to_dict()
    assert "8 times in a row 50 of 100 (36 to 64)" in runs["description"]
    ways = autonomy.ways_figure(ladder(), LARGE).to_dict()
    assert "a read of 4 minutes €2.22" in ways["description"]
    for spec in (whole, runs, ways):
        assert charts.describe(spec)
    for figure in (autonomy.chain_figure(STEP, 1), autonomy.pass_figure(RUNS, 0.5, 0.6),
                   autonomy.ways_figure(ladder(), LARGE)):
        title_of(figure)


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (autonomy.chain_figure(STEP, 1),
         "Of tasks of 1 step, each right in 95 of 100, 95 of 100 come out right unchecked"),
        # Of thirty without a failure one in ten may fail: 1 − 0.05^(1/30).
        (autonomy.pass_figure(Repeats((0, 30)), 0.5, 0.6), "Solved once are 100 of 100 (90 to 100) tasks"),
        (autonomy.ways_figure(ladder(), replace(LARGE, name="a refund. Of any kind! And then some more letters")),
         "Cheapest for a refund Of any kind And then… is a click in 20 seconds at €1.32 a request"),
        (autonomy.ways_figure(ladder(person=1.32 / 2, hourly=0, extra=0), replace(LARGE, amount=0.0, cap=1)),
         "Cheapest for refund up to €200 are 3 of 4 ways, at €0.00 a request"),
    ],
)
def test_titles_are_true_of_odd_cases(figure, said):
    assert title_of(figure) == said


def test_the_page_computes_what_python_computes():
    """The words that Vega draws for the first position of the sliders are those of the package."""
    drawn = charts.svg(autonomy.chain_figure(STEP, 20).to_dict(), "a")
    assert "right in 63 of 100" in drawn  # the step by hand in test_reliability, to the twentieth power
    assert "right in 36 of 100" in drawn
    assert "wrong, unseen, in 24 of 100" in drawn
    drawn = charts.svg(autonomy.pass_figure(RUNS, 0.5, 0.6).to_dict(), "b")
    assert "mix: 51 of 100, once 80" in drawn
    assert "all alike: 17 of 100" in drawn
    drawn = charts.svg(autonomy.ways_figure(ladder(), LARGE).to_dict(), "c")
    for cost in ladder().costs(LARGE, 1 / 60).values():
        assert f"€{cost:.2f}" in drawn


@pytest.mark.parametrize("wrong", [
    lambda: autonomy.Approval("click", -1, 40, 9), lambda: autonomy.Approval("click", 20, 40, 41),
    lambda: autonomy.Action("refund", 10, 40, 30, 20, 10, 0), lambda: autonomy.Action("refund", 10, 20, 30, 20, 3, 4),
    lambda: ladder(approvals=()), lambda: ladder(hourly=-3), lambda: autonomy.Audit(0, 0.1),
    lambda: caught_if(95, 0.1),
])
def test_what_cannot_be_meant_is_refused(wrong):
    refused(wrong, "Parameter")
