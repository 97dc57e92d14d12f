"""What a labeling job takes, and what decides. Expected values: hand arithmetic, exact sums, other libraries."""

import re
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import comb

import krippendorff
import numpy as np
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from mlpm import InputError, charts
from mlpm.agora.labels import labels
from mlpm.agreement.decision import majority_accuracy
from mlpm.operations import (
    DECISIONS,
    Limits,
    Plan,
    Week,
    bill_figure,
    gold,
    gold_figure,
    headcount_figure,
    judge,
    pace_figure,
    quality,
    words,
    work,
)
from mlpm.paint import title

AGORA = Plan()
# Nothing is short and the standard is met.
CALM = replace(AGORA, conflict_rate=0.05, raters=20, expert_hours=40, budget=200_000)

# --- Labels, hours, heads, dates --------------------------------------------------------------------------------------


def test_three_labels_two_plus_one_and_two():
    """200,000 × 3 × 25 s × €18/h = €75,000; with a third label where 12 of 100 differ, 2.12 labels: €53,000."""
    found = work.compare(200_000, 25, 18, 0.12, 0).set_index("scheme")
    assert found.cost.tolist() == pytest.approx([75_000, 53_000, 50_000])
    assert found.labels.tolist() == pytest.approx([600_000, 424_000, 400_000])
    assert found.per_usable.tolist() == pytest.approx([0.375, 0.265, 0.25 / 0.88])


@given(st.floats(0.001, 0.5), st.floats(0, 0.4))
def test_two_labels_without_a_third_cost_more_for_each_usable_item(conflicts, dropped):
    """2 / (1 − c) > 2 + c for every c above 0."""
    found = work.compare(1000, 25, 18, conflicts, dropped).set_index("scheme").per_usable
    assert found["two"] > found["two plus one"]


def test_two_thousand_items_a_day_are_twenty_nine_hours():
    assert AGORA.pace == 2000
    assert AGORA.day_hours == pytest.approx(2000 * 2.12 * 25 / 3600)
    assert round(AGORA.day_hours) == 29


@pytest.mark.parametrize(
    ("hours", "cap", "share", "minutes"),
    [(5, 90, 0.5, 180), (5, 90, 0.3, 300), (5, 90, 0.2, 300), (5, 90, 1, 90), (5, 90, 0, 300), (1, 90, 1, 60)],
)
def test_the_cap_shortens_a_day_only_where_it_is_spent_first(hours, cap, share, minutes):
    assert work.labeling_minutes(hours, cap, share) == pytest.approx(minutes)


def test_people_are_whole():
    assert work.people_needed(600, 100) == 6
    assert work.people_needed(601, 100) == 7
    assert work.people_needed(0.1 + 0.2, 0.1) == 3  # not four, for the last digit of a float
    assert work.people_needed(600, 0) == np.inf


def by_calendar(begin, days):
    """The last of so many Mondays to Fridays, counted one by one."""
    day = date.fromisoformat(begin)
    while True:
        days -= day.weekday() < 5
        if not days:
            return str(day)
        day += timedelta(days=1)


def test_a_hundred_working_days_end_on_the_due_date():
    assert work.working_days("2027-01-04", "2027-05-21") == 100
    assert work.finish("2027-01-04", 100) == by_calendar("2027-01-04", 100) == "2027-05-21"


@settings(max_examples=30)
@given(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(1, 300))
def test_finish_is_the_calendar_s(begin, days):
    assert work.finish(str(begin), days) == by_calendar(str(begin), days)


def test_heads_by_hand():
    """180 minutes less 7.5 of gold, on 85 of 100 days: 146.625. 1,766.7 minutes a day ÷ that = 12.05: 13 raters."""
    assert AGORA.gold.items * 25 / 60 / 5 == 7.5
    assert AGORA.item_minutes == pytest.approx((180 - 7.5) * 0.85)
    assert AGORA.needed == 13
    assert AGORA.uncapped_needed == 8  # 1,766.7 ÷ ((300 − 7.5) × 0.85) = 7.1
    assert AGORA.days_with(5) == 241  # 176,667 minutes ÷ (5 × 146.625) = 240.98
    assert AGORA.finish_with(5) == by_calendar("2027-01-04", 241)


def test_a_share_below_which_the_cap_is_not_felt():
    """90 minutes are 30 of 100 in a day of five hours."""
    assert AGORA.free_share == 0.3
    assert not replace(AGORA, hot_share=0.30).capped
    assert replace(AGORA, hot_share=0.31).capped


def test_the_hot_end_of_agora_s_stream():
    """Scores like Beta(0.1, 0.9): at .118 or above lie 20 of 100 comments, 45 of 100 of them bullying."""
    scores = stats.beta(0.1, 0.9)
    above = integrate.quad(scores.pdf, 0.118, 1)[0]
    bullying = integrate.quad(lambda score: score * scores.pdf(score), 0.118, 1)[0]
    assert above == pytest.approx(0.205, abs=0.001)
    assert bullying / above == pytest.approx(AGORA.hot_bullying, abs=0.005)
    assert (0.1 - bullying) / (1 - above) == pytest.approx(AGORA.rest_bullying, abs=0.002)
    assert 8000 * above == pytest.approx(AGORA.hot_supply, abs=50)


# --- Conflicts, alpha, errors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("both", "differ", "neither"), [(40, 40, 320), (100, 20, 80), (900, 1200, 7900)])
def test_alpha_from_conflicts_is_krippendorff_s(both, differ, neither):
    """The library, on two labels for each item; the closed form leaves out the term 1 − 1/n."""
    items = both + differ + neither
    table = np.array([[1] * both + [1] * differ + [0] * neither, [1] * both + [0] * differ + [0] * neither])
    library = krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
    share = (2 * both + differ) / (2 * items)
    assert quality.alpha(differ / items, share) == pytest.approx(library, abs=1.5 / items)


def test_conflicts_allowed_is_where_alpha_meets_the_standard():
    """2 × .23 × .77 × .2 = .0708; and back."""
    allowed = quality.conflicts_allowed(0.8, 0.23)
    assert allowed == pytest.approx(0.07084)
    assert quality.alpha(allowed, 0.23) == pytest.approx(0.8)


@pytest.mark.parametrize("error", [0.0, 0.05, 0.1, 0.3, 0.5])
def test_errors_and_conflicts_lead_to_each_other(error):
    conflicts = 2 * error * (1 - error)
    assert quality.rater_error(conflicts) == pytest.approx(error)
    assert quality.wrong_labels(conflicts) == pytest.approx(1 - majority_accuracy(1 - error, 3))


def test_haste_adds_its_share_at_twice_the_pace():
    assert quality.hasty_conflicts(12.5, 25, 0.12, 0.3) == pytest.approx(0.42)
    assert quality.hasty_conflicts(20, 25, 0.12, 0.3) == pytest.approx(0.195)
    assert quality.hasty_conflicts(25, 25, 0.12, 0.3) == 0.12
    assert quality.hasty_conflicts(250, 25, 0.12, 0.3) == 0.0
    assert quality.hasty_conflicts(1, 25, 0.12, 0.3) == 0.5


def test_a_faster_pace_by_hand():
    """20 s: 2.195 labels × 20 s × €22.50/h = €0.27438; e = .10949, wrong e²(3 − 2e) = .03334, at €3 €0.10001."""
    row = quality.pace(20, 25, 0.12, 0.3, 22.5, 3).iloc[0]
    assert row.time == pytest.approx(0.274375)
    e = (1 - (1 - 0.39) ** 0.5) / 2
    assert row.wrong == pytest.approx(e**2 * (3 - 2 * e))
    assert row.cost == pytest.approx(0.274375 + 3 * row.wrong)


# --- Gold items -------------------------------------------------------------------------------------------------------


def tail(items, most, share):
    """P(at most so many right), as an exact fraction."""
    return sum(comb(items, k) * share**k * (1 - share) ** (items - k) for k in range(most + 1))


def exact_power(items, usual, dropped, false_alarm):
    flag = max((k for k in range(items + 1) if tail(items, k, usual) <= false_alarm), default=-1)
    return flag, tail(items, flag, dropped)


@pytest.mark.parametrize(("false_alarm", "items", "flag_at"), [("0.05", 59, 52), ("0.01", 90, 79)])
def test_gold_items_by_exact_sums(false_alarm, items, flag_at):
    usual, dropped = Fraction("0.95"), Fraction("0.85")
    found = gold.needed(0.95, 0.85, float(false_alarm), 0.8)
    assert (found.items, found.flag_at) == (items, flag_at)
    alarm, wanted = Fraction(false_alarm), Fraction("0.8")
    flag, power = exact_power(items, usual, dropped, alarm)
    assert (flag, float(power)) == (flag_at, pytest.approx(found.power))
    assert float(tail(items, flag, usual)) == pytest.approx(found.false_alarm)
    assert exact_power(items - 1, usual, dropped, alarm)[1] < wanted  # so it is the last gap that counts
    assert all(exact_power(more, usual, dropped, alarm)[1] >= wanted for more in range(items, items + 40))
    assert exact_power(found.luckiest, usual, dropped, alarm)[1] >= wanted
    assert all(exact_power(less, usual, dropped, alarm)[1] < wanted for less in range(1, found.luckiest))


def test_a_false_alarm_rate_met_exactly_is_used():
    """Two items, each right in half of the cases: both wrong in exactly 1/4 of weeks."""
    assert gold.tests([2], 0.5, 0.1, 0.25).flag_at.tolist() == [0]
    assert gold.tests([2], 0.5, 0.1, 0.2499).flag_at.tolist() == [-1]
    assert gold.tests([2], 0.5, 0.1, 0.2499).power.tolist() == [0]


def test_flags_add_up_over_weeks_and_people():
    found = gold.Gold(90, 79, 0.005, 0.81, 82)
    assert found.ever(20) == pytest.approx(1 - 0.995**20)
    assert found.any_of(13) == pytest.approx(1 - 0.995**13)


def test_a_drift_on_a_rare_label_hides_in_the_whole():
    """Dev, planted in the pilot: from week 3 lets most bullying pass."""
    found = gold.against_others(labels(), "Dev", 3, "bullying")
    frame = labels()
    same, pairs, caught, said = 0, 0, 0, 0
    for _, item in frame[frame.week >= 3].groupby("comment"):
        mine = item[item.rater == "Dev"].label.tolist()
        for other in item[item.rater != "Dev"].label if mine else []:
            pairs, same = pairs + 1, same + (other == mine[0])
            said, caught = said + (other == "bullying"), caught + (other == "bullying" == mine[0])
    assert found.loc["since"].tolist() == [same, pairs, caught, said]
    assert found.loc["since", "caught"] / found.loc["since", "said"] < 0.2 < found.loc["before", "caught"] / 60
    text = words.drift(found, "Dev", "bullying", AGORA)
    assert f"**{gold.needed(22 / 35, 2 / 23, 0.01, 0.8).items}**" in text


@pytest.mark.parametrize(("usual", "dropped"), [(0.85, 0.95), (0.9, 0.9), (1.0, 0.9), (0.9, 0.0), (0.9, 0.899)])
def test_a_drop_that_is_none_or_too_small_is_refused(usual, dropped):
    with pytest.raises(InputError, match=r"dropped_to|gold items"):
        gold.needed(usual, dropped)


# --- The whole plan ---------------------------------------------------------------------------------------------------


def test_the_bill_by_hand():
    """One label a minute at €60 an hour makes a euro: every part is a count."""
    plan = Plan(
        items=1000, begin="2027-01-04", due="2027-02-12", seconds=60, wage=60, conflict_rate=0, raters=1,
        labeling_hours=5, absence=0, cap_minutes=60, hot_share=0.5, pause_share=0.5, other_work=0.25, training_hours=3,
        adjudicated=0.1, adjudication_minutes=2, dropped=0, expert_wage=120, lead_hours=1, checks_hours=2,
        gold_minutes=4, usual_correct=0.95, dropped_to=0.5, false_alarm=0.05, budget=0,
    )  # fmt: skip
    gold_items = plan.gold.items
    assert plan.minutes == 120
    minutes = 120 - gold_items / 5
    assert plan.needed == 1  # 2,000 minutes in 30 days
    days = -(-2000 // minutes)
    weeks = days / 5
    expected = {
        "labeling time": 2000, "breaks and talk": 1000 + 0.5 * weeks * gold_items, "training": 180,
        "labeling gold items": weeks * gold_items, "making gold items": weeks * gold_items * 4 * 2,
        "adjudication": 100 * 2 * 2, "checks by the lead": 240 * weeks, "management": 120 * weeks,
        "hours without work": 3 * days * 0.75 * 60,
    }  # fmt: skip
    assert dict(zip(plan.bill.part, plan.bill.euros, strict=True)) == pytest.approx(expected)
    assert plan.cost == pytest.approx(sum(expected.values()))
    assert plan.cost_per_usable == pytest.approx(plan.cost / 1000)
    assert plan.bill.part[0] == "labeling time"
    assert plan.bill.euros[1:].is_monotonic_decreasing


def test_what_runs_short_is_ranked_by_load():
    """Experts: 10,000 items × 3% × 3 min = 15 h, and 90 gold items × 6 min = 9 h; there are 10 h."""
    found = AGORA.resources.set_index("resource")
    assert found.need["experts"] == pytest.approx(24)
    assert found.need["hot queue"] == pytest.approx(1000)
    assert AGORA.resources.load.is_monotonic_decreasing
    assert AGORA.short.resource.tolist() == ["raters", "experts", "budget"]
    assert replace(CALM, hot_supply=999).short.resource.tolist() == ["hot queue"]
    assert replace(CALM, hot_supply=1000).short.empty


@pytest.mark.parametrize(
    ("plan", "decision"),
    [
        (AGORA, "hold"), (CALM, "start"), (replace(CALM, raters=5), "clear"), (replace(CALM, budget=0), "clear"),
        (replace(CALM, expert_hours=0), "clear"), (replace(CALM, conflict_rate=0.0708), "start"),
        (replace(CALM, conflict_rate=0.0709), "hold"), (replace(CALM, hot_share=0, conflict_rate=0.01), "hold"),
    ],
)
def test_every_decision_is_reached(plan, decision):
    assert plan.decision == decision
    assert decision in DECISIONS


def test_levers_change_one_thing_and_never_the_cap():
    table = AGORA.levers().set_index("change")
    assert "cap" not in " ".join(table.index)
    assert table.needed.tolist() == [13, 8, 11, 10, 12]
    later = replace(AGORA, due="2027-06-18")
    assert table.cost["due four weeks later"] == pytest.approx(later.cost)
    assert table.found["as planned"] == pytest.approx(200_000 * 0.98 * 0.23)
    assert table.found.iloc[1] == pytest.approx(200_000 * 0.98 * (0.3 * 0.45 + 0.7 * 0.01))
    # Nothing to gain from the mix, and the standard is met.
    assert len(replace(CALM, hot_share=0.2, conflict_rate=0.03).levers()) == 3


def test_nights_cost_hours_and_labels():
    found = work.nights(hours=8, weeks=4, wage=60, items_a_week=1000, open_share=0.1, relabel=0.25)
    assert found == {"hours": 32, "paid": 1920, "again": 400, "again_cost": 100}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"absence": 15}, "absence"), ({"absence": 0.6}, "absence"), ({"conflict_rate": 12}, "conflict_rate"),
        ({"items": 0}, "items"), ({"seconds": "25"}, "seconds"), ({"raters": 0}, "raters"), ({"raters": 2.5}, "raters"),
        ({"begin": "04.01.2027"}, "begin"), ({"due": "2026-12-31"}, "due"), ({"cap_minutes": 0}, "cap_minutes"),
        ({"dropped_to": 0.97}, "dropped_to"), ({"budget": float("nan")}, "budget"), ({"power": 1}, "power"),
        ({"hot_share": 50}, "hot_share"), ({"due": "2027-01-03", "begin": "2027-01-02"}, "due"),
        ({"dropped_to": 0.94}, "Gold items"),
    ],
)
def test_inputs_that_cannot_be_meant_are_refused(wrong, named):
    with pytest.raises(InputError) as refusal:
        replace(AGORA, **wrong)
    assert named in str(refusal.value)
    assert "\n" not in str(refusal.value)


# --- The week ---------------------------------------------------------------------------------------------------------

WEEK = Week(
    usable=9800, both_bullying=55, differ=4, both_fine=541, gold=90, correct=(88, 86, 84), conflicts=1000, late=50,
    euros=5000, hot_minutes=(90, 75), versions=1, most_asked=2,
)  # fmt: skip
LIMITS = Limits.of(AGORA)


def test_a_good_week_asks_for_nothing():
    table = judge(WEEK, LIMITS)
    assert table.state.tolist() == ["green"] * 7
    assert "cancel the meeting" in words.scorecard(table)


def test_limits_are_the_plan_s():
    assert LIMITS.usable == pytest.approx(0.9 * 10_000 * 0.98)
    assert LIMITS.per_usable == pytest.approx(1.1 * AGORA.cost_per_usable)
    assert (LIMITS.alpha, LIMITS.flag_at, LIMITS.minutes) == (0.8, 79, 90)


@pytest.mark.parametrize(
    ("change", "line", "state"),
    [
        ({"usable": 8819, "euros": 4000}, 0, "act"), ({"differ": 60}, 1, "act"), ({"differ": 19}, 1, "wait"),
        ({"both_bullying": 0, "differ": 0, "both_fine": 600}, 1, "act"), ({"correct": (88, 79)}, 2, "act"),
        ({"correct": (88, 80)}, 2, "green"), ({"late": 51}, 3, "act"), ({"late": 0, "conflicts": 0}, 3, "green"),
        ({"euros": 6000}, 4, "act"), ({"hot_minutes": (20, 91)}, 5, "act"), ({"versions": 2}, 6, "act"),
        ({"most_asked": 3}, 6, "act"),
    ],
)
def test_each_line_has_its_limit(change, line, state):
    table = judge(replace(WEEK, **change), LIMITS)
    assert table.state[line] == state
    assert set(table.state.drop(line)) == {"green"}
    said = words.scorecard(table)
    assert (table.tile[line] in said) == (state == "act")


def test_the_week_s_alpha_is_the_library_s():
    table = np.array([[1] * 55 + [1] * 4 + [0] * 541, [1] * 55 + [0] * 4 + [0] * 541])
    assert WEEK.agreement().value == pytest.approx(
        krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
    )


# --- Sentences and charts ---------------------------------------------------------------------------------------------

CASES = {
    "agora": AGORA,
    "calm": CALM,
    "no cap felt": replace(CALM, hot_share=0.1, conflict_rate=0.01),
    "worse than chance": replace(AGORA, hot_share=0, rest_bullying=0.05, conflict_rate=0.3),
    "one label only": replace(AGORA, hot_share=0, rest_bullying=0, conflict_rate=0.3),
    "one rater, one week": replace(AGORA, items=100, raters=1, due="2027-01-08", conflict_rate=0),
    "speed for nothing": replace(AGORA, haste=0, wrong_cost=0),
    "huge": replace(AGORA, items=5_000_000),
}


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_reads_right_for_any_job(name):
    plan = CASES[name]
    said = [words.work, words.standard, words.bill, words.people, words.gold, words.speed, words.levers, words.memo]
    for text in [function(plan) for function in said]:
        assert text == text.strip()
        for wrong in ("nan", "None", "inf ", "  ", " ,", " .", "..", "np.", "{", "-0"):
            assert wrong not in re.sub(r"\d{4}-\d\d-\d\d", "DAY", text), text
    memo = words.memo(plan)
    start = {"hold": "**Hold the batches", "clear": "**Clear the way", "start": "**Start on"}[plan.decision]
    assert memo.startswith(start)
    assert ("**First bottleneck.**" in memo) == (plan.decision != "start")
    assert ("**First bottleneck.** The guideline" in memo) == (plan.decision == "hold")
    assert "**Not for sale.**" in memo


@pytest.mark.parametrize("name", CASES)
def test_every_chart_is_described_and_drawn(name):
    for draw in (bill_figure, headcount_figure, pace_figure, gold_figure):
        spec = charts.stored(draw(CASES[name]).to_dict())
        assert "NaN" not in vl_convert.vegalite_to_svg(spec | {"width": 340})
        assert "nan" not in spec["description"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("agora", [
            "Labeling time takes 49 of 100 euros of a job that costs €107,397",
            "Under a cap of 90 minutes a day the date takes 13 raters, without it 8, and the team has 5",
            "Labeling in 20 instead of 25 seconds saves no cent an item, with 33 of 1,000 labels wrong instead of 12",
            "From 90 gold items a week on, a drop from 95 to 85 of 100 right is noticed in 80 of 100 weeks",
        ]),
        ("worse than chance", [
            "Labeling time takes 55 of 100 euros of a job that costs €104,045",
            "The date takes 8 raters, as a cap of 90 minutes a day shortens nobody's day, and the team has 5",
            "Labeling in 20 instead of 25 seconds costs €0.14 an item more, with 156 of 1,000 labels wrong instead of "
            "89",
            "From 90 gold items a week on, a drop from 95 to 85 of 100 right is noticed in 80 of 100 weeks",
        ]),
        ("speed for nothing", [
            "Labeling time takes 49 of 100 euros of a job that costs €107,397",
            "Under a cap of 90 minutes a day the date takes 13 raters, without it 8, and the team has 5",
            "Labeling in 20 instead of 25 seconds saves €0.06 an item, with 12 of 1,000 labels wrong, as before",
            "From 90 gold items a week on, a drop from 95 to 85 of 100 right is noticed in 80 of 100 weeks",
        ]),
    ],
)
def test_the_titles_follow_the_job(name, said):
    draw = (bill_figure, headcount_figure, pace_figure, gold_figure)
    assert [title(figure(CASES[name]).to_dict()) for figure in draw] == said


def test_one_gold_item_is_one():
    sharp = replace(AGORA, usual_correct=0.99, dropped_to=0.001, false_alarm=0.05)
    assert title(gold_figure(sharp).to_dict()).startswith("From 1 gold item a week on, a drop from 99 to 0.1 of 100")


def drawn(spec, **sliders):
    """The words of a painted chart with sliders moved."""
    for parameter in spec["params"]:
        parameter["value"] = sliders.get(parameter["name"], parameter.get("value"))
    return " ".join(re.findall(r">([^<>]+)</text>", vl_convert.vegalite_to_svg(spec | {"width": 672})))


@pytest.mark.parametrize(("cap", "hot", "hours"), [(90, 50, 5), (60, 50, 5), (90, 30, 5), (120, 100, 4), (300, 5, 7)])
def test_the_sliders_of_the_headcount_chart_compute_what_python_does(cap, hot, hours):
    plan = replace(AGORA, cap_minutes=cap, hot_share=hot / 100, labeling_hours=hours)
    said = drawn(headcount_figure(AGORA).to_dict(), cap=cap, hot=hot, hours=hours)
    assert f"with the cap: {plan.minutes / 60:.1f} h a day, {plan.needed} raters" in said
    assert f"{plan.uncapped_needed} raters" in said
    assert f"capped: {plan.days_with(5) / 5:.0f} weeks" in said


@pytest.mark.parametrize(("haste", "repair"), [(30, 3), (0, 3), (30, 10), (60, 0)])
def test_the_sliders_of_the_pace_chart_compute_what_python_does(haste, repair):
    said = drawn(pace_figure(AGORA).to_dict(), haste=haste, repair=repair)
    grid = np.linspace(10, 40, 61)
    found = quality.pace(grid, 25, 0.12, haste / 100, 22.5, repair)
    best = found.sort_values("cost", kind="stable").iloc[0]
    assert f"cheapest at {best.seconds:.0f} s: €{best.cost:.2f}, {1000 * best.wrong:.0f} wrong of 1,000" in said
    assert f"now at 25 s: €{0.33125 + repair * AGORA.wrong:.2f}, 12 wrong of 1,000" in said


def test_the_memo_of_agora_names_what_is_cleared():
    memo = words.memo(AGORA)
    for part in ("13 raters", "2027-05-12", "8 more raters", "30 of 100 items", "2027-12-06", "14 more hours"):
        assert part in memo
    # The cap leaves 13 × (5 − 3) × 0.85 hours a day.
    assert "Other work, at the same pay, for the 22.1 hours" in memo
    assert "Other work" not in words.memo(CASES["no cap felt"])
