"""Nothing, a rule, a model or a call: what each brings over time, the bars, the chances, the decision.

Expected numbers are arithmetic shown beside the test, exact fractions of a triangular distribution, or brute force over
months. None is this package's own output.
"""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpm import fit, paint
from mlpm.fit import words
from refusing import refused
from titles import title_of

# Agora's search: 2,000,000 sessions × €0.18 = €360,000 a month.
SEARCH = fit.Setting(volume=2_000_000, stake=0.18, months=36, week=2_500, error=6)
RULE = fit.Option("rule", SEARCH, (0, 0.02, 0.05), build=2, months=1, upkeep=0.2, wrong=50e-6, baseline="doing nothing")
MODEL = fit.Option("model", SEARCH, (-0.01, 0.01, 0.05), build=24, months=7, upkeep=1, bills=800, wrong=25e-6)
CALL = fit.Option("API call", SEARCH, (-0.01, 0.005, 0.04), build=4, months=2, upkeep=0.4, price=0.003, wrong=25e-6)
STUDY = fit.Study(RULE, [MODEL, CALL], test=1_800)

# The spam of the notes: 10,000 items a day at €0.02; the model catches 16 of 100 more for €180,000 a year.
SPAM = fit.Setting(volume=10_000 * 365 / 12, stake=0.02, months=12)
SPAM_RULE = fit.Option("rule", SPAM, (0.62, 0.62, 0.62), baseline="doing nothing")
SPAM_MODEL = fit.Option("model", SPAM, (0.16, 0.16, 0.16), bills=15_000)


# --- What it costs and brings ----------------------------------------------------------------------------------------


def test_one_percent_pays_for_running_the_model():
    """2,500 + 800 + 2,000,000 × 25 ÷ 1,000,000 × 6 = 3,600 a month; 3,600 ÷ 360,000 = 1%; × 12 = 43,200."""
    assert MODEL.running == pytest.approx(3_600)
    assert 12 * MODEL.running == pytest.approx(43_200)
    assert MODEL.keeps == pytest.approx(0.01)


def test_building_raises_the_bar():
    """24 × 2,500 = 60,000 over 36 − 7 = 29 months: 60,000 ÷ (29 × 360,000) on top of 1%."""
    assert MODEL.pays == pytest.approx(float(Fraction(1, 100) + Fraction(60_000, 29 * 360_000)))


def test_the_spam_case_of_the_notes():
    """1,600 × 0.02 × 365 = 11,680 a year against 180,000; 180,000 ÷ (1,600 × 365) = 0.308 an item."""
    assert 12 * SPAM.base * 0.16 == pytest.approx(11_680)
    assert SPAM_MODEL.value(0.16) == pytest.approx(11_680 - 180_000)
    assert SPAM_MODEL.stake_needed(0.16) == pytest.approx(180_000 / (1_600 * 365))
    assert SPAM_MODEL.pays > 1
    assert fit.Study(SPAM_RULE, [SPAM_MODEL]).decision == "rule"


def test_value_is_the_sum_of_its_months():
    gain, total = 0.03, 0.0
    for month in range(1, 37):
        total += 360_000 * gain - 3_600 if month > 7 else -60_000 / 7
    assert MODEL.value(gain) == pytest.approx(total)
    assert MODEL.course(gain)[-1] == pytest.approx(total)
    assert MODEL.course(gain)[7] == pytest.approx(-60_000)
    assert MODEL.course(gain)[0] == 0


def test_an_option_that_is_never_live_only_costs():
    late = replace(MODEL, months=40)
    assert late.value(0.05) == -60_000
    assert late.pays is None
    assert late.volume_needed(0.05) is late.stake_needed(0.05) is late.price_allowed(0.05) is None


@given(st.floats(0.002, 0.05), st.floats(0, 50), st.integers(0, 30), st.floats(0, 3), st.floats(0, 0.0001))
def test_at_each_bar_the_value_is_zero(gain, build, months, upkeep, price):
    option = replace(MODEL, build=build, months=months, upkeep=upkeep, price=price)
    assert option.value(option.pays) == pytest.approx(0, abs=1e-6)
    assert option.monthly(option.keeps) == pytest.approx(0, abs=1e-6)
    stake = option.stake_needed(gain)
    assert replace(option, setting=replace(SEARCH, stake=stake)).value(gain) == pytest.approx(0, abs=1e-6)
    if (volume := option.volume_needed(gain)) is not None and volume > 1:
        assert replace(option, setting=replace(SEARCH, volume=volume)).value(gain) == pytest.approx(0, abs=1e-6)
    if (weeks := option.build_allowed(gain)) is not None:
        assert replace(option, build=weeks).value(gain) == pytest.approx(0, abs=1e-6)
    if (allowed := option.price_allowed(gain)) is not None:
        assert replace(option, price=allowed).value(gain) == pytest.approx(0, abs=1e-6)


def test_a_call_that_loses_on_each_decision_pays_at_no_volume():
    """0.18 × 0.01 = 0.0018 won against 0.003 paid."""
    assert CALL.volume_needed(0.01) is None
    assert CALL.build_allowed(0.01) is None
    assert CALL.months_needed(0.01) is None


def test_paid_back_in_the_first_month_that_is_enough():
    """At 3%: 10,800 − 3,600 = 7,200 a month; 60,000 ÷ 7,200 = 8.3, so 9 months after 7."""
    assert MODEL.months_needed(0.03) == 16
    assert MODEL.course(0.03)[15] < 0 < MODEL.course(0.03)[16]
    assert replace(MODEL, build=0, months=0).months_needed(0.03) == 0


# --- What is believed of the gain ------------------------------------------------------------------------------------


def test_chances_of_a_triangular_belief():
    """Low −1, likely 1, high 5: above x ≥ 1 it is (5 − x)² ÷ 24; below x ≤ 1, (x + 1)² ÷ 12."""
    belief = fit.Belief(MODEL)
    pays = Fraction(100) * (Fraction(1, 100) + Fraction(60_000, 29 * 360_000))
    assert belief.above(0) == pytest.approx(11 / 12)
    assert belief.above(0.01) == pytest.approx(16 / 24)
    assert belief.above(MODEL.pays) == pytest.approx(float((5 - pays) ** 2 / 24))
    assert belief.above(-0.01) == belief.above(-0.5) == 1
    assert belief.above(0.06) == belief.above(None) == 0


def test_what_a_switch_and_knowledge_are_worth():
    """The mean above a bar b ≥ 1 is (5 − b)³ ÷ 72 points; a point is 3,600 a month for 29 months."""
    belief, point = fit.Belief(MODEL), 29 * 3_600
    pays = 100 * MODEL.pays
    assert belief.expected == pytest.approx(29 * (360_000 * 0.05 / 3 - 3_600) - 60_000)
    assert belief.with_switch == pytest.approx(point * 64 / 72 - 60_000)
    assert belief.informed == pytest.approx(point * (5 - pays) ** 3 / 72)
    assert belief.knowing == pytest.approx(belief.informed - belief.with_switch)


@pytest.mark.parametrize("bar", [-0.02, -0.01, 0.0, 0.004, 0.01, 0.02, 0.049, 0.05, 0.07])
def test_what_is_above_a_bar_agrees_with_a_numerical_integral(bar):
    belief = fit.Belief(MODEL)
    steps = [-0.01 + (k + 0.5) * 0.06 / 60_000 for k in range(60_000)]
    expected = sum(max(0.0, gain - bar) * density(gain) for gain in steps) * 0.06 / 60_000
    assert belief.over(bar) == pytest.approx(expected, abs=1e-9)


def density(gain: float) -> float:
    """Of the triangle −1%, 1%, 5%: height 2 ÷ 0.06 at 1%."""
    return 2 / 0.06 * ((gain + 0.01) / 0.02 if gain < 0.01 else (0.05 - gain) / 0.04)


@given(
    st.lists(st.floats(-0.2, 0.2), min_size=3, max_size=3).map(sorted), st.floats(0, 60), st.floats(0, 4),
    st.integers(0, 35),
)
def test_more_choice_is_never_worth_less(gain, build, upkeep, months):
    belief = fit.Belief(replace(MODEL, gain=tuple(gain), build=build, upkeep=upkeep, months=months))
    assert belief.with_switch >= belief.expected - 1e-3
    assert belief.informed >= belief.with_switch - 1e-3
    assert belief.informed >= 0
    assert belief.knowing >= 0


def test_a_gain_that_is_known_leaves_nothing_to_find_out():
    belief = fit.Belief(replace(MODEL, gain=(0.03, 0.03, 0.03)))
    assert belief.expected == pytest.approx(29 * 7_200 - 60_000)
    assert belief.informed == pytest.approx(belief.expected)
    assert belief.knowing == pytest.approx(0, abs=1e-6)
    assert belief.above(0.03) == 1
    assert belief.above(0.031) == 0


# --- The decision ----------------------------------------------------------------------------------------------------


def test_find_out_where_knowing_is_worth_more_than_the_test():
    assert STUDY.decision == "find_out"
    assert STUDY.best.option.name == "model"


def test_build_where_the_test_costs_more_than_it_can_bring():
    knowing = fit.Belief(MODEL).knowing
    assert replace(STUDY, options=[MODEL], test=knowing - 1).decision == "find_out"
    assert replace(STUDY, options=[MODEL], test=knowing + 1).decision == "build"


def test_stay_with_the_rule_where_nothing_on_top_can_pay():
    assert replace(STUDY, options=[replace(MODEL, gain=(-0.01, 0, 0.01))]).decision == "rule"
    assert replace(STUDY, options=[replace(MODEL, months=40)]).decision == "rule"


def test_do_nothing_where_neither_pays():
    bad = replace(RULE, gain=(0, 0, 0.001))
    assert replace(STUDY, rule=bad, options=[replace(MODEL, gain=(-0.01, 0, 0.01))]).decision == "nothing"
    # What comes on top would pay, but not for the rule below it.
    costly = replace(RULE, gain=(0, 0, 0), bills=50_000)
    assert replace(STUDY, rule=costly).decision == "nothing"


def test_the_best_option_is_the_one_worth_most_once_it_may_be_tested():
    cheap = replace(CALL, price=0.0001, gain=(0, 0.01, 0.05))
    assert replace(STUDY, options=[MODEL, cheap]).best.option.name == "API call"


def test_the_price_of_the_test_counts_when_options_are_compared():
    """Known at 2%, the model brings 29 × 3,600 − 60,000 = 44,400; the guess 32,800, or 58,000 less the test."""
    sure = replace(MODEL, name="sure", gain=(0.02, 0.02, 0.02))
    study = replace(STUDY, options=[MODEL, sure])
    assert study.best.option.name == "model"
    assert replace(study, test=30_000).best.option.name == "sure"


def test_what_would_have_to_be_true():
    needs = STUDY.needs().set_index(["option", "input"])["needed"]
    assert needs["model", "gain"] == MODEL.pays
    assert needs["model", "decisions a month"] == pytest.approx((3_300 + 60_000 / 29) / (0.18 * 0.05 / 3 - 0.00015))
    assert needs["API call", "decisions a month"] is None
    assert ("model", "euros a call") not in needs.index


# --- Refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: replace(SEARCH, volume=0), ["volume", "above 0"]),
        (lambda: replace(SEARCH, stake=-1), ["stake", "above 0"]),
        (lambda: replace(SEARCH, months=0), ["months", "1 or more"]),
        (lambda: replace(SEARCH, week=-1), ["week", "0 or more"]),
        (lambda: replace(MODEL, gain=(0.05, 0.01, 0)), ["gain of the model", "in this order"]),
        (lambda: replace(MODEL, gain=(1, 2, 5)), ["gain of the model", "from -1 to 1"]),
        (lambda: replace(MODEL, months=2.5), ["months of the model", "whole number"]),
        (lambda: replace(MODEL, bills=-1), ["bills of the model"]),
        (lambda: replace(MODEL, wrong=25), ["wrong of the model", "0.25"]),
        (lambda: fit.Study(RULE, []), ["at least one"]),
        (lambda: replace(STUDY, test=-5), ["test", "0 or more"]),
    ],
)
def test_what_cannot_be_meant_is_refused(call, said):
    refused(call, *said)


# --- Words and charts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.01, "1.0%"), (0.0157, "1.6%"), (0.0031, "0.31%"), (-0.01, "−1.0%"), (0, "0.0%"), (0.16, "16%"), (None, "–")],
)
def test_a_share_has_the_digits_it_needs(share, text):
    assert words.percent(share) == text


def test_amounts_are_no_more_exact_than_they_can_be():
    assert words.amount(268_512) == "€269,000"
    assert words.amount(9_600) == "€9,600"
    assert words.amount(-115_400) == "−€115,000"
    assert words.amount(None) == "–"
    assert words.number(1_883_847.5) == "1,880,000"
    assert words.number(0.0013029) == "0.0013"


CASES = {
    "find_out": STUDY,
    "build": replace(STUDY, test=1e6),
    "rule": replace(STUDY, options=[replace(MODEL, gain=(-0.01, 0, 0.01))]),
    "nothing": replace(STUDY, rule=replace(RULE, gain=(0, 0, 0)), options=[replace(MODEL, gain=(-0.01, 0, 0.01))]),
}


@pytest.mark.parametrize("decision", fit.DECISIONS)
def test_the_memo_says_the_decision_first(decision):
    study = CASES[decision]
    assert study.decision == decision
    first = words.memo(study).split("**")[1]
    begins = {
        "nothing": "Do nothing yet", "rule": "Ship the rule, and stop there", "find_out": "Ship the rule; find out",
        "build": "Ship the rule, then build the model",
    }
    assert first.startswith(begins[decision])
    assert "Not the API call: it would have to win 2.1%" in words.memo(STUDY)
    assert ("a test for €1,800" in words.memo(study)) == (decision == "find_out")


def test_sentences_follow_the_numbers():
    assert "€43,200 a year" in words.about_stake(STUDY)
    assert "**1.0%**" in words.about_bars(STUDY)
    assert "**1.6%**" in words.about_bars(STUDY)
    assert "It loses on each" in words.about_calls(STUDY)
    assert "No option here is paid by the call." in words.about_calls(replace(STUDY, options=[MODEL]))
    assert "lose €115,000" in words.about_values(STUDY)
    known = replace(STUDY, options=[SPAM_MODEL], rule=SPAM_RULE)
    assert "to pay for that." in words.about_bars(known)


@pytest.mark.parametrize("study", [*CASES.values(), fit.Study(SPAM_RULE, [SPAM_MODEL])])
def test_charts_draw_whatever_the_inputs(study):
    for chart in (fit.time_figure(study), fit.chance_figure(study.best), fit.volume_figure(study)):
        spec = chart.to_dict()
        assert len(spec["description"]) > 80
        title_of(chart)
        assert "nan" not in spec["description"].lower()
        assert "<svg" in paint.svg(spec, "x")


def test_the_titles_of_the_charts_are_their_findings():
    assert title_of(fit.time_figure(STUDY)) == "After 36 months the model has brought €9,600 more than the rule alone"
    assert title_of(fit.chance_figure(STUDY.best)).startswith("The model is worth building in ")
    assert title_of(fit.volume_figure(STUDY)).startswith("At its likely gain the model pays from ")
    only_calls = replace(STUDY, options=[CALL])
    assert title_of(fit.volume_figure(only_calls)) == "At the likely gains none of the options pays at any volume"
    assert title_of(fit.time_figure(only_calls)) == "After 36 months nothing has brought more than the rule alone"


# --- What the pain is made of ----------------------------------------------------------------------------------------

CAUSES = {"away": (14, "rule"), "sold": (9, "incentive"), "vacation": (3, "fact"), "around": (14, "prediction")}


def test_causes_are_counted_by_what_reaches_them():
    """Published: Wilson's interval of 263 cases with 81 is 25.5% to 36.6% (Newcombe 1998, table I)."""
    table = fit.causes.table({"one": (81, "prediction"), "two": (100, "rule"), "three": (82, "rule")})
    assert list(table["kind"]) == ["rule", "prediction"]
    assert list(table["cases"]) == [182, 81]
    assert table["low"][1] == pytest.approx(0.2553, abs=5e-5)
    assert table["high"][1] == pytest.approx(0.3662, abs=5e-5)
    assert table["causes"][0] == "two, three"


def test_a_prediction_reaches_no_more_than_its_causes():
    text = words.about_causes(fit.causes.table(CAUSES))
    assert text.startswith("Of 40 cases read, 14 need a prediction: 35 of 100 (22 to 50).")
    assert "making it pay, or cost nothing, to do the right thing (9)" in text
    assert "Do not begin with a model" in words.about_causes(fit.causes.table({"away": (14, "rule")}))


@pytest.mark.parametrize(
    ("causes", "said"),
    [
        ({}, ["causes", "empty"]),
        ({"away": (0, "rule")}, ["causes", "no case"]),
        ({"away": (1.5, "rule")}, ["away", "whole number"]),
        ({"away": (3, "magic")}, ["magic", "prediction"]),
    ],
)
def test_causes_that_cannot_be_meant_are_refused(causes, said):
    refused(lambda: fit.causes.table(causes), *said)
