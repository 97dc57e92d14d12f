"""mlpm.evals: expected values are published numbers, exact fractions, the generator's form or an independent count."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mlpm import evals
from mlpm.agora import judged_answers
from mlpm.evals import correct, figures, wording
from mlpm.evals.correct import NOTHING, Corrected, from_apart, from_within
from mlpm.evals.decision import NOT_USABLE, OPEN, USABLE
from mlpm.proportions import wilson
from mlpm.scores import Share, against_rest, gap, share
from refusing import refused

CASE = (820, 180), (46, 4), (10, 40)  # of 1,000 judged; of 50 known good; of 50 known bad: passed and failed


def answers(read: dict, unread: tuple[int, int] = (0, 0)) -> list[dict]:
    """read: (judge, person) → rows; unread: the judge's passes and fails that nobody read."""
    rows = [{"judge": judge, "person": person} for (judge, person), count in read.items() for __ in range(count)]
    return rows + [{"judge": judge, "person": ""} for judge, count in zip(("pass", "fail"), unread, strict=True)
                   for __ in range(count)]


def file(tmp_path, rows, name="answers.csv"):
    path = tmp_path / name
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def study(tmp_path, rows, chosen="random", columns=None, **options):
    found = evals.read(file(tmp_path, rows), judge="judge", human="person", chosen=chosen, **columns or {})
    return evals.analyze(found, **options)


@pytest.fixture(scope="module")
def agora(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agora")
    for name, make in judged_answers.FILES.items():
        make().to_csv(folder / name, index=False)
    columns = {"judge": "judge", "human": "person", "error": "error", "group": "topic", "answer": "answer"}
    apart = evals.read(folder / "agora-judged-answers.csv", chosen="apart", other="colleague", **columns)
    within = evals.read(folder / "agora-read-answers.csv", chosen="by judge", **columns)
    pairs = evals.read_pairs("agora-answer-pairs.csv", folder / "agora-judged-answers.csv", a_first="a_first",
                             b_first="b_first")
    return evals.analyze(apart, severe="wrong policy", pairs=pairs), evals.analyze(within, severe="wrong policy")


def calculated(steps: list[dict], sliders: dict) -> dict:
    """A chart's `calculate` steps, worked out as Vega does; text is left out."""
    row = {}
    for step in steps:
        formula = step["calculate"]
        if "format(" in formula:
            continue
        chosen = re.fullmatch(r"(.+?) \? (.+) : (.+)", formula)
        formula = "({1}) if ({0}) else ({2})".format(*chosen.groups()) if chosen else formula
        formula = re.sub(r"datum\.(\w+)", r"row['\1']", formula).replace("&&", "and")
        known = {"row": row, "sqrt": math.sqrt, "pow": pow, "min": min, "max": max, **sliders}
        row[step["as"]] = eval(formula, {"__builtins__": {}}, known)  # our own chart's text
    return row


# --- The corrected rate -------------------------------------------------------------------------------------------


def test_rogan_gladen_is_the_published_formula():
    """(0.82 + 0.80 − 1) / (0.92 + 0.80 − 1) = 31/36."""
    assert evals.rogan_gladen(0.82, 0.92, 0.80) == pytest.approx(31 / 36)


def test_the_case_has_the_interval_of_an_independent_bootstrap():
    found = from_apart(*CASE, seed=7)
    rng = np.random.default_rng(123)
    p, t, s = (rng.binomial(n, q, 200_000) / n for n, q in ((1_000, 0.82), (50, 0.92), (50, 0.80)))
    low, high = np.percentile(np.clip((p + s - 1) / (t + s - 1), 0, 1), [2.5, 97.5])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.005)
    assert (round(found.value, 2), round(found.low, 2), round(found.high, 2)) == (0.86, 0.77, 0.98)
    assert from_apart(*CASE, seed=7) == found


def test_the_interval_of_a_set_apart_holds_the_truth_in_about_nine_of_ten():
    """Not in 95 of 100: a percentile bootstrap of shares near the end is short, and the notebook says so."""
    rng, held, runs = np.random.default_rng(5), 0, 400
    for run in range(runs):
        judged, good, bad = rng.binomial(1_000, 0.86 * 0.92 + 0.14 * 0.2), rng.binomial(50, 0.92), rng.binomial(50, 0.2)
        found = from_apart((judged, 1_000 - judged), (good, 50 - good), (bad, 50 - bad), seed=run)
        held += found.low <= 0.86 <= found.high
    assert 0.88 < held / runs < 0.97


def test_the_chart_computes_fiellers_interval(agora):
    """The roots of (n − θd)² = z² var(n − θd), found by a solver; and near the bootstrap's 77 to 98."""
    from scipy.optimize import brentq

    p, t, s, z = 0.82, 0.92, 0.80, 1.959964

    def apart(value):
        spread = p * (1 - p) / 1_000 + (1 - value) ** 2 * s * (1 - s) / 50 + value**2 * t * (1 - t) / 50
        return (p + s - 1 - value * (t + s - 1)) ** 2 - z**2 * spread

    low, high = brentq(apart, 0.5, 0.86), brentq(apart, 0.87, 1.2)
    assert (low, high) == pytest.approx((0.77, 0.975), abs=0.01)
    found = calculated(figures.correction_figure(agora[0]).to_dict()["layer"][0]["transform"],
                       {"passed": 82, "tpr": 92, "tnr": 80, "good": 50, "bad": 50, "judged": 1_000})
    assert (found["low"], found["high"]) == pytest.approx((100 * low, 100 * high), abs=1e-4)


def test_a_judge_that_may_be_a_coin_corrects_nothing():
    assert from_apart((820, 180), (30, 20), (25, 25), seed=1) == NOTHING
    assert from_apart((820, 180), (9, 0), (0, 50), seed=1) == NOTHING  # nine known good answers are too few
    assert (NOTHING.low, NOTHING.high, NOTHING.possible) == (0, 1, False)


def test_a_perfect_set_does_not_make_a_perfect_judge():
    """None of 50 wrong resamples to none: without Jeffreys' half it would be the interval of a judge without error."""
    found = from_apart((820, 180), (50, 0), (0, 50), seed=1)
    low, high = stats.beta.ppf([0.025, 0.975], 820, 180)
    assert found.high > high + 0.01
    assert found.high - found.low > 1.2 * (high - low)


def test_what_leaves_0_to_1_is_cut_off_and_counted():
    found = from_apart((990, 10), (46, 4), (10, 40), seed=1)
    assert (found.value, found.high) == (1, 1)
    assert found.outside > 0.5


def test_within_one_stratum_is_wilsons_interval():
    low, high = wilson(45, 50)
    found = from_within((200, 0), ((45, 5), (0, 0)))
    assert (found.value, found.low, found.high) == pytest.approx((0.9, float(low), float(high)))


def test_within_both_is_the_weighted_share():
    """0.82 · 93/96 + 0.18 · 21/57."""
    found = from_within((820, 180), ((93, 3), (21, 36)))
    assert found.value == pytest.approx(0.82 * 93 / 96 + 0.18 * 21 / 57)
    assert (round(found.low, 2), round(found.high, 2)) == (0.81, 0.89)


def test_few_judged_answers_widen_the_interval_within():
    """The share of passes is counted, too: 0.82 of 100 is known to about ± 8, and moves the rate by 93/96 − 21/57."""
    few, many = (from_within((82 * n, 18 * n), ((93, 3), (21, 36))) for n in (1, 1_000))
    assert few.value == pytest.approx(many.value)
    low, __ = wilson(82, 100)
    assert few.value - few.low == pytest.approx(
        math.hypot(many.value - many.low, (93 / 96 - 21 / 57) * (0.82 - float(low))), abs=1e-3)


def test_the_interval_within_holds_the_truth():
    rng, held, runs = np.random.default_rng(6), 0, 2_000
    right, wrong = 0.86 * 0.92 / 0.8192, 0.86 * 0.08 / 0.1808
    for __ in range(runs):
        passed, one, two = rng.binomial(1_000, 0.8192), rng.binomial(96, right), rng.binomial(57, wrong)
        found = from_within((passed, 1_000 - passed), ((one, 96 - one), (two, 57 - two)))
        held += found.low <= 0.86 <= found.high
    assert 0.94 < held / runs < 0.985


def test_rates_are_weighted_where_fails_were_read_more_often():
    """Of 820 passes 93/96 are good, of 180 fails 21/57: those are the counts the judge's rates are made of."""
    tpr, tnr = correct.weighted_rates((820, 180), ((93, 3), (21, 36)), seed=1)
    good, missed = 820 * 93 / 96, 180 * 21 / 57
    caught, let = 180 * 36 / 57, 820 * 3 / 96
    assert tpr.value == pytest.approx(good / (good + missed))
    assert tnr.value == pytest.approx(caught / (caught + let))
    assert tpr.value > 93 / 114  # as read, it looks worse than it is
    assert tpr.low < tpr.value < tpr.high


# --- Agreement ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "kappa", "error"), [
    ([[20, 5], [10, 15]], 0.400000, 0.126996),
    ([[40, 9], [6, 45]], 0.699519, 0.071394),  # Feinstein and Cicchetti 1990: the same 85 of 100 agree …
    ([[80, 10], [5, 5]], 0.318182, 0.133457),  # … and kappa is another, as most are of one kind
    ([[45, 15], [25, 15]], 0.130435, 0.098662),
    ([[25, 35], [5, 35]], 0.259259, 0.077160),
    ([[118, 5], [2, 0]], -0.023392, 0.012287),
])
def test_kappa_gives_the_published_tables(table, kappa, error):
    found = evals.kappa(table)
    assert found.value == pytest.approx(kappa, abs=1e-6)
    assert (found.high - found.low) / 2 / 1.959964 == pytest.approx(error, abs=1e-6)


def test_kappa_without_a_second_verdict_is_not_defined():
    assert math.isnan(evals.kappa([[50, 0], [0, 0]]).value)
    assert math.isnan(evals.kappa([[40, 10], [0, 0]]).value)


def test_kappa_depends_on_the_mix():
    """Half and half it is TPR + TNR − 1; and the skewed table of Feinstein and Cicchetti from its own rates."""
    assert evals.kappa_at(0.5, 0.92, 0.80) == pytest.approx(0.72)
    assert evals.kappa_at(0.9, 80 / 90, 0.5) == pytest.approx(0.318182, abs=1e-6)
    assert evals.kappa_at(0.86, 0.92, 0.80) < 0.72


# --- What to read -------------------------------------------------------------------------------------------------


def test_at_random_is_the_usual_formula():
    """1.96² · 0.25 / 0.05² = 384.1."""
    alone = evals.readings(0.05, 1_000, 0.5, 0.9, 0.8)[1]
    assert (alone.first, alone.second) == (385, None)


def test_the_fewest_known_answers_are_found_by_trying_all():
    target = (0.05 / 1.959964) ** 2
    good, tpr, tnr, judged = 0.8611111, 0.92, 0.80, 1_000
    passed = good * tpr + (1 - good) * (1 - tnr)
    first, second = np.meshgrid(np.arange(2, 700), np.arange(2, 400), indexing="ij")
    variance = (
        passed * (1 - passed) / judged + good**2 * tpr * (1 - tpr) / first + (1 - good) ** 2 * tnr * (1 - tnr) / second
    ) / (tpr + tnr - 1) ** 2
    fewest = int((first + second)[variance <= target].min())
    assert evals.readings(0.05, judged, good, tpr, tnr)[2].count == pytest.approx(fewest, abs=1)


def test_reading_what_was_planned_gives_the_margin():
    within = evals.readings(0.04, 1_000, 0.8611111, 0.92, 0.80)[0]
    right, wrong = 0.8611111 * 0.92 / 0.82, 0.8611111 * 0.08 / 0.18
    rng = np.random.default_rng(3)
    values = rng.binomial(1_000, 0.82, 100_000) / 1_000
    values = values * rng.binomial(within.first, right, 100_000) / within.first + (1 - values) * rng.binomial(
        within.second, wrong, 100_000) / within.second
    assert 1.96 * values.std() == pytest.approx(0.04, rel=0.02)


def test_a_small_judged_sample_cannot_be_saved_by_reading_a_set():
    assert evals.readings(0.02, 200, 0.86, 0.92, 0.80)[2].count is None


def test_a_plan_has_the_range_that_its_readings_leave(tmp_path):
    """42 of 50 good: the rate may be 37/50 to 47/50, so p (1 − p) (1.96 / 0.04)² lies between 136 and 462."""
    rows = answers({("pass", "pass"): 42, ("pass", "fail"): 8}, (950, 0))
    found = study(tmp_path, rows).reading(correct.ALONE)
    low, high = stats.binom.ppf([0.975, 0.025], 50, 0.84) / 50
    ends = [p * (1 - p) * (1.959964 / 0.04) ** 2 for p in (low, high)]
    assert (found.low, found.high) == pytest.approx(ends, rel=0.02)
    assert found.low < found.count < found.high
    many = study(tmp_path, answers({("pass", "pass"): 840, ("pass", "fail"): 160})).reading(correct.ALONE)
    assert many.count == found.count
    assert many.high - many.low < (found.high - found.low) / 3


def test_a_range_without_an_end_is_said(agora):
    """With 50 of each TNR may be 0.67, and then 1,000 judged answers are too few for ± 4 by known answers."""
    apart, __ = agora
    one = apart.reading(correct.KNOWN)
    assert evals.readings(0.04, 1_000, 0.86, 0.85, 0.67)[2].count is None
    assert (one.high, wording.ends(one)) == (None, f"{one.low:,} or more")
    assert f"it takes {wording.ends(apart.shortest)}" in wording.about_reading(apart)
    assert apart.shortest.low < apart.shortest.count < apart.shortest.high
    assert "Keep time for the larger number" in wording.about_reading(apart)
    exact = evals.analyze(apart.judged, margin=0.02)
    assert (exact.shortest.road, exact.shortest.high) == (correct.BY_VERDICT, None)
    assert "or more. Read half, and plan again" in wording.about_reading(exact)
    assert evals.readings(0.04, 1_000, 0.86, 0.92, 0.80)[0].low is None  # no resamples, no range


def test_plans_of_many_rates_are_the_plans_of_each():
    good, tpr, tnr = np.array([0.5, 0.86, 0.99, 0.7]), np.array([0.9, 0.92, 1.0, 0.5]), np.array([0.8, 0.8, 0.6, 0.5])
    many = correct.plans(0.04, 1_000, good, tpr, tnr)
    for place, rates in enumerate(zip(good, tpr, tnr, strict=True)):
        for one in evals.readings(0.04, 1_000, *rates):
            total = many[one.road][:, place].sum()
            assert total == (math.inf if one.count is None else one.count)


def test_to_meet_a_rare_error(tmp_path):
    """0.99 ** 299 < 0.05 < 0.99 ** 298; 59 for one in twenty."""
    rows = answers({("pass", "pass"): 80, ("fail", "fail"): 20})
    assert study(tmp_path, rows, rare=0.01).to_meet == 299
    assert study(tmp_path, rows, rare=0.05).to_meet == 59


# --- Comparisons --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("consistent", "published"), [(52, 0.65), (62, 0.775)])
def test_order_gives_the_published_consistency(consistent, published):
    """80 questions: GPT-4 kept its verdict in 65.0%, with examples in the prompt in 77.5% (Zheng et al. 2023)."""
    found = evals.Pairs({("a", "a"): consistent - 10, ("b", "b"): 6, ("tie", "tie"): 4, ("a", "b"): 80 - consistent})
    assert 1 - found.order.value == pytest.approx(published)


def test_tie_rules_are_fractions():
    found = evals.Pairs({("a", "a"): 84, ("b", "b"): 46, ("tie", "tie"): 12, ("a", "b"): 40, ("b", "a"): 10,
                         ("a", "tie"): 8})
    assert (found.count, found.wins, found.losses, found.ties) == (200, 84, 46, 70)
    assert found.ties_out.value == pytest.approx(84 / 130)
    assert found.ties_half.value == pytest.approx((84 + 35) / 200)
    assert found.wins_only.value == pytest.approx(84 / 200)
    assert found.asked_once.value == pytest.approx(132 / 188)
    assert (found.first, found.second, found.half, found.inconsistent) == (40, 10, 8, 58)
    assert found.order_p_value == pytest.approx(2 * stats.binom.cdf(10, 50, 0.5))
    assert found.better == "a"


def test_half_wins_are_as_sure_as_their_variance():
    """Without ties it is Wilson's interval; with them narrower, as halves vary less."""
    plain = evals.Pairs({("a", "a"): 60, ("b", "b"): 40})
    assert (plain.ties_half.low, plain.ties_half.high) == pytest.approx((plain.ties_out.low, plain.ties_out.high))
    tied = evals.Pairs({("a", "a"): 35, ("b", "b"): 15, ("tie", "tie"): 50})
    assert tied.ties_half.value == plain.ties_half.value == 0.6
    assert tied.ties_half.high - tied.ties_half.low < plain.ties_half.high - plain.ties_half.low
    z, spread = 1.959964, math.sqrt((35 * 0.4**2 + 50 * 0.1**2 + 15 * 0.6**2) / 100**2)
    assert tied.ties_half.high == pytest.approx(0.6 + z * spread, abs=0.01)


def test_only_ties_decide_nothing():
    found = evals.Pairs({("tie", "tie"): 30, ("a", "b"): 5})
    assert (found.better, found.ties_half.value) == ("", 0.5)
    assert math.isnan(found.ties_out.value)
    assert "cannot tell" in wording.about_pairs(found)
    assert evals.Pairs({("b", "b"): 30, ("a", "a"): 2}).better == "b"


def test_comparisons_are_read_beside_the_data(tmp_path):
    data = file(tmp_path, answers({("pass", "pass"): 3}))
    file(tmp_path, [{"x": "A", "y": "b"}, {"x": "Tie", "y": "TIE"}], "other.csv")
    found = evals.read_pairs("other.csv", data, a_first="x", b_first="y")
    assert found.counts == {("a", "b"): 1, ("tie", "tie"): 1}
    assert evals.read_pairs("", data, a_first="x", b_first="y") is None
    refused(lambda: evals.read_pairs("../other.csv", data, a_first="x", b_first="y"), "path", "name alone")
    refused(lambda: evals.read_pairs("other.csv", data, a_first="x", b_first="x"), "a_first", "b_first")
    file(tmp_path, [{"x": "A", "y": "left"}], "odd.csv")
    refused(lambda: evals.read_pairs("odd.csv", data, a_first="x", b_first="y"), "odd.csv", "'y'", "left", "or tie")


# --- The file -----------------------------------------------------------------------------------------------------


def test_counts_of_a_file(tmp_path):
    rows = answers({("pass", "pass"): 7, ("pass", "fail"): 2, ("fail", "pass"): 1, ("fail", "fail"): 5}, (20, 10))
    for row in rows[:3]:
        row["judge"] = "PASS"
    found = study(tmp_path, rows)
    assert found.table == [[7, 2], [1, 5]]
    assert found.judged.by_judge == (29, 16)
    assert (found.read, found.same, found.good, found.bad) == (15, 12, (7, 1), (2, 5))
    assert study(tmp_path, rows, chosen="apart").judged.by_judge == (20, 10)


def test_verdicts_may_be_ones_and_zeros(tmp_path):
    rows = [{"judge": int(row["judge"] == "pass"), "person": {"pass": 1, "fail": 0, "": None}[row["person"]]}
            for row in answers({("pass", "pass"): 7, ("pass", "fail"): 2, ("fail", "fail"): 5}, (20, 10))]
    assert study(tmp_path, rows, columns={"good": ""}).table == [[7, 2], [0, 5]]


def test_other_ways_to_count_do_not_change_the_answer(tmp_path):
    rows = answers({("pass", "pass"): 46, ("pass", "fail"): 10, ("fail", "pass"): 4, ("fail", "fail"): 40}, (820, 180))
    one = study(tmp_path, rows, chosen="apart").result()
    assert study(tmp_path, rows[::-1], chosen="apart").result() == one
    assert one["pass_rate"][0] == pytest.approx(31 / 36)


@pytest.mark.parametrize(("change", "chosen", "words"), [
    (lambda rows: rows[0].update(judge="unsure"), "random", ("'judge'", "unsure", "pass or fail")),
    (lambda rows: [row.update(judge="ok") for row in rows], "random", ("'judge'", "never says 'pass'", "'ok'")),
    (lambda rows: [row.update(person="") for row in rows], "random", ("'person'", "is empty")),
    (lambda rows: [row.update(person="pass") for row in rows], "apart", ("'person'", "chosen=random")),
    (lambda rows: [row.update(person="") for row in rows if row["judge"] == "fail"], "by judge",
     ("'person'", "the judge failed", "some of both")),
    (lambda rows: None, "half", ("chosen", "by judge", "apart")),
])
def test_what_cannot_be_counted_is_refused(tmp_path, change, chosen, words):
    rows = answers({("pass", "pass"): 7, ("fail", "fail"): 3}, (5, 5))
    change(rows)
    refused(lambda: study(tmp_path, rows, chosen), *words)


def test_columns_that_cannot_be_meant_are_refused(tmp_path):
    rows = [row | {"note": f"note {number}"} for number, row in enumerate(answers({("pass", "pass"): 70}))]
    rows[0]["judge"] = "fail"
    path = file(tmp_path, rows)
    read = {"judge": "judge", "human": "person", "chosen": "random"}
    refused(lambda: evals.read(path, **read, error="note"), "'note'", "70", "names, not notes")
    refused(lambda: evals.read(path, **read | {"human": "judge"}), "judge and human", "'judge'")
    refused(lambda: evals.read(path, **read | {"human": ""}), "human", "empty")
    refused(lambda: evals.read(path, **read, answer="person"), "'person'")
    found = evals.read(path, **read)
    refused(lambda: evals.analyze(found, severe="tone"), "severe", "'tone'", "Set error")
    refused(lambda: evals.analyze(found, required=80), "required", "0.8")
    refused(lambda: evals.analyze(found, margin=0), "margin")


def test_errors_of_good_answers_and_second_verdicts_without_a_first_are_noted(tmp_path):
    rows = answers({("pass", "pass"): 5, ("fail", "fail"): 5}, (5, 5))
    for row in rows:
        row |= {"error": "tone", "second": "pass"}
    found = study(tmp_path, rows, columns={"error": "error", "other": "second"})
    assert found.coded == 5
    assert found.read_twice == 10
    assert len(found.judged.notes) == 2


# --- Errors -------------------------------------------------------------------------------------------------------


def test_the_judges_blind_spot_is_found(agora):
    """Missed handoff: 8 of 15 pass, and 2 of 35 others; Fisher's exact p = 0.0004, times four types."""
    apart, __ = agora
    assert stats.fisher_exact([[8, 7], [2, 33]], alternative="greater").pvalue * 4 < 0.05
    assert apart.blind_spot.name == "missed handoff"
    assert apart.tnr_without("wrong policy").value == pytest.approx(22 / 30)


def test_no_blind_spot_where_chance_would_do(tmp_path):
    rows = answers({("pass", "fail"): 4, ("fail", "fail"): 16, ("pass", "pass"): 20})
    for number, row in enumerate(rows):
        row["error"] = ("tone", "tool")[number % 2] if row["person"] == "fail" else ""
    assert study(tmp_path, rows, columns={"error": "error"}).blind_spot is None


def test_failures_the_judge_missed_stand_for_more(agora):
    """3 of 96 of 820 passes and 11 of 57 of 180 fails are missed handoffs, 0 and 15 tone: read, tone is ahead."""
    __, within = agora
    assert [one.name for one in within.types[:2]] == ["missed handoff", "tone"]
    assert within.types[0].weight == pytest.approx(820 * 3 / 96 + 180 * 11 / 57)
    assert within.types[0].rows < within.types[1].rows
    assert within.rate_of("wrong policy").value == pytest.approx(0.18 * 2 / 57)


def test_new_types_are_guessed_from_those_met_once(tmp_path):
    """Good 1953: two of ten failures are of a type met once."""
    rows = [row | {"error": error} for row, error in zip(
        answers({("fail", "fail"): 10}), [*"aaaabbbb", "c", "d"], strict=True)]
    rows += [row | {"error": ""} for row in answers({("pass", "pass"): 10})]
    found = study(tmp_path, rows, columns={"error": "error"})
    assert found.unseen_share == pytest.approx(0.2)
    assert "20 of 100 will be of a type nobody has seen" in wording.about_types(found)


def test_a_set_apart_says_nothing_about_how_often(agora):
    apart, within = agora
    assert apart.rate_of("wrong policy") is None
    assert "cannot be said" in wording.about_severe(apart)
    assert within.rate_of("wrong policy").high < 0.05


# --- Slices -------------------------------------------------------------------------------------------------------


def sliced(tmp_path, counts: dict[str, tuple[int, int]]):
    """counts: slice → the judge's passes and fails; two answers of each kind are read."""
    rows = [{"judge": judge, "person": judge if number < 2 else "", "topic": name}
            for name, both in counts.items() for judge, count in zip(("pass", "fail"), both, strict=True)
            for number in range(count)]
    return study(tmp_path, rows, columns={"group": "topic"})


def test_the_worst_slice_is_held_against_chance_as_a_library_does(agora):
    """Fisher's exact test of each slice against the others, corrected by Holm's method, finds the same."""
    from statsmodels.stats.multitest import multipletests

    apart, __ = agora
    total = np.array([sum(one.passed for one in apart.slices), sum(one.rows - one.passed for one in apart.slices)])
    p_values = []
    for one in apart.slices:
        here = np.array([one.passed, one.rows - one.passed])
        p_values.append(stats.fisher_exact([here, total - here], alternative="less").pvalue)
    assert list(multipletests(p_values, method="holm")[0]) == [True, False, False]
    assert [one.fewer for one in apart.slices] == [True, False, False]
    said = wording.about_slices(apart)
    assert "beyond chance**, with all 3 slices looked at: 7.9 to 21 of 100 fewer" in said
    assert apart.slices[0].gap.value == pytest.approx(231 / 320 - 589 / 680)


def test_the_worst_of_equal_slices_is_seldom_called_worse():
    """Six equal slices: looking at all, one is called worse in about 2.5 of 100 files, not in 14 (1 − 0.975⁶)."""
    rng, called, naive, runs = np.random.default_rng(11), 0, 0, 500
    for __ in range(runs):
        passed = rng.binomial(100, 0.8, 6)
        called += min(one.high for one in against_rest([(one, 100 - one) for one in passed])) < 0
        naive += any(gap(share(one, 100 - one), share(passed.sum() - one, 500 - passed.sum() + one)).high < 0
                     for one in passed)
    assert called / runs < 0.05
    assert naive / runs > 0.08


def test_slices_that_may_be_equal_are_not_ranked(tmp_path):
    found = sliced(tmp_path, {"a": (70, 30), "b": (80, 20), "c": (78, 22), "d": (82, 18)})
    assert not any(one.fewer for one in found.slices)
    assert "**Whether it is worse than the others, these counts cannot tell**, with all 4 slices looked at" in (
        wording.about_slices(found))
    assert [one["fewer_beyond_chance"] for one in found.result()["slices"]] == [False] * 4


def test_two_slices_are_one_comparison(tmp_path):
    """17 points with 80 answers each: beyond chance for one look, at 95%, and not for two."""
    found = sliced(tmp_path, {"a": (50, 30), "b": (62, 18)})
    assert found.slices[0].fewer
    assert "**That is beyond chance**: " in wording.about_slices(found)
    assert not sliced(tmp_path, {"a": (50, 30), "b": (31, 9), "c": (31, 9)}).slices[0].fewer


def test_a_handful_is_not_the_worst_slice_while_a_large_one_is(tmp_path):
    found = sliced(tmp_path, {"few": (2, 2), "many": (300, 200), "rest": (900, 100)})
    assert (found.slices[0].name, found.slices[0].fewer, found.slices[1].fewer) == ("few", False, True)
    assert "That may be chance, with all 3 slices looked at; beyond it, the judge passes fewer in *many*" in (
        wording.about_slices(found))


# --- The decision -------------------------------------------------------------------------------------------------

GOOD, MIDDLE, BAD = Corrected(0.9, 0.85, 0.95), Corrected(0.85, 0.75, 0.95), Corrected(0.7, 0.6, 0.79)
RARE, UNSURE, OFTEN = Corrected(0.01, 0.0, 0.04), Corrected(0.04, 0.01, 0.09), Corrected(0.2, 0.1, 0.3)


@pytest.mark.parametrize(("rate", "judge", "through", "severe", "decision"), [
    (GOOD, USABLE, True, [], "ship"),
    (GOOD, OPEN, False, [RARE], "ship"),
    (GOOD, NOT_USABLE, False, [], "ship"),
    (GOOD, NOT_USABLE, True, [], "judge_not_usable"),
    (MIDDLE, NOT_USABLE, False, [], "judge_not_usable"),
    (BAD, USABLE, True, [], "fix_first"),
    (GOOD, USABLE, False, [OFTEN], "fix_first"),
    (GOOD, USABLE, False, [UNSURE], "read_more"),
    (GOOD, USABLE, True, [None], "read_more"),
    (MIDDLE, USABLE, True, [], "read_more"),
    (NOTHING, OPEN, True, [], "read_more"),
])
def test_every_decision(rate, judge, through, severe, decision):
    assert evals.decide(rate=rate, required=0.8, judge=judge, through_judge=through, severe=severe,
                        severe_at_most=0.05) == decision


@pytest.mark.parametrize(("power", "word"), [
    (Share(0.72, 0.55, 0.82), USABLE), (Share(0.6, 0.4, 0.8), OPEN), (Share(0.2, 0.0, 0.4), NOT_USABLE),
])
def test_the_judge_is_held_against_its_interval(power, word):
    assert evals.judge_verdict(power) == word


def test_a_judge_that_passes_everything_leaves_what_people_read(tmp_path):
    """42 of 50 read at random are good: the judge goes, Wilson's interval stays, and so does the plan without it."""
    found = study(tmp_path, answers({("pass", "pass"): 42, ("pass", "fail"): 8}, (950, 0)))
    low, high = wilson(42, 50)
    assert found.decision == "judge_not_usable"
    assert found.result()["pass_rate"] == pytest.approx([0.84, float(low), float(high)])
    said = wording.memo(found)
    assert "What people read stands without it. Of 100 answers **84 (71 to 92)** are good, 80 were required" in said
    assert [one.road for one in found.readings] == [correct.ALONE]
    assert f"it takes {found.reading(correct.ALONE).count}" in said
    assert "the way that is left" in wording.about_reading(found)
    clear = study(tmp_path, answers({("pass", "pass"): 195, ("pass", "fail"): 5}, (800, 0)))
    assert clear.decision == "ship"


def test_a_judge_like_a_coin_leaves_nothing_of_a_set_apart(tmp_path):
    """A set of its own does not say how many are good: then no number stands without the judge."""
    coin = {("pass", "pass"): 50, ("fail", "pass"): 50, ("pass", "fail"): 50, ("fail", "fail"): 50}
    found = study(tmp_path, answers(coin, (500, 500)), chosen="apart")
    assert found.readings == []
    assert "What people read stands" not in wording.memo(found)


def test_what_is_open_beside_a_rate_that_is_enough_is_said(tmp_path):
    rows = answers({("pass", "pass"): 95, ("fail", "fail"): 5})
    for row in rows:
        row["error"] = "tone" if row["person"] == "fail" else ""
    found = study(tmp_path, rows, columns={"error": "error"}, severe="tone", severe_at_most=0.06)
    assert (found.decision, found.rate.low > 0.8) == ("read_more", True)
    assert "whether an error that may not happen is rare enough, these readings cannot tell" in wording.memo(found)


def test_every_decision_is_reached_by_a_file(tmp_path):
    coin = {("pass", "pass"): 50, ("fail", "pass"): 50, ("pass", "fail"): 50, ("fail", "fail"): 50}
    sharp = {("pass", "pass"): 195, ("fail", "pass"): 5, ("pass", "fail"): 5, ("fail", "fail"): 195}
    few = {("pass", "pass"): 12, ("fail", "pass"): 3, ("pass", "fail"): 5, ("fail", "fail"): 10}
    reached = {
        study(tmp_path, answers(table, unread), chosen="apart").decision
        for table, unread in ((coin, (500, 500)), (sharp, (950, 50)), (sharp, (500, 500)), (few, (820, 180)))
    }
    assert reached == set(evals.DECISIONS)


# --- Agora --------------------------------------------------------------------------------------------------------


def test_the_case_stands_in_the_files(agora):
    frame = judged_answers.judged_answers()
    unread = frame[frame.person == ""]
    assert (len(unread), (unread.judge == "pass").sum()) == (1_000, 820)
    known = frame[frame.person != ""]
    assert known.groupby(["person", "judge"]).size().to_dict() == {
        ("pass", "pass"): 46, ("pass", "fail"): 4, ("fail", "pass"): 10, ("fail", "fail"): 40}
    early = known[(known.first_look == "fail") & (known.read_on == "2026-07-27")]
    assert early.error.replace("", "pass").value_counts().to_dict() == {
        "wrong policy": 7, "missed handoff": 5, "tone": 3, "pass": 3, "tool": 2}
    assert judged_answers.read_answers().drop(columns=["person", "error"]).equals(
        unread[["answer", "topic", "judge"]].reset_index(drop=True))


def test_agora_reads_more_and_then_ships(agora):
    apart, within = agora
    assert (apart.decision, within.decision) == ("read_more", "ship")
    assert (apart.tpr.value, apart.tnr.value) == (0.92, 0.80)
    assert (round(apart.rate.low, 2), round(apart.rate.high, 2)) == (0.77, 0.98)
    alone = apart.same_number_alone
    assert alone.high - alone.low < apart.rate.high - apart.rate.low
    planned = apart.readings[0]
    assert (planned.first, planned.second) == (sum(within.table[0]), sum(within.table[1]))


def test_sentences_speak_of_any_file(tmp_path, agora):
    """No sentence fails for want of errors, slices, second readers, comparisons or a usable judge."""
    files = [
        study(tmp_path, answers({("pass", "pass"): 12, ("fail", "fail"): 2}, (0, 3))),
        study(tmp_path, answers({("pass", "pass"): 50}, (10, 0))),
        study(tmp_path, answers({("pass", "pass"): 5, ("fail", "fail"): 5}, (5, 5)), chosen="apart"),
        study(tmp_path, answers({("pass", "pass"): 30, ("fail", "pass"): 20, ("pass", "fail"): 30,
                                 ("fail", "fail"): 20}, (90, 10)), chosen="apart"),
        *agora,
    ]
    for found in files:
        said = [getattr(wording, name)(found) for name in dir(wording) if name.startswith("about_")
                and name != "about_pairs"]
        said.append(wording.memo(found))
        assert all("nan" not in text.split() and "None" not in text for text in said)
        assert all(isinstance(value, (int, float, str)) for value in found.numbers().values())


# --- Failures without a type --------------------------------------------------------------------------------------


def uncoded(tmp_path, typed: int):
    """820 passes and 180 fails; 200 and 60 read by verdict, with 8 and 40 failures, `typed` of them with a type."""
    read = {("pass", "pass"): 192, ("pass", "fail"): 8, ("fail", "pass"): 20, ("fail", "fail"): 40}
    rows = answers(read, (620, 120))
    failures = [row for row in rows if row["person"] == "fail"]
    for place, row in enumerate(failures):
        row["error"] = ("policy" if place < 2 else "tone") if place < typed else ""
    return study(tmp_path, rows, "by judge", {"error": "error"}, severe="policy")


def test_failures_without_a_type_may_each_be_severe(tmp_path):
    """By hand: 8 of 200 passed and 40 of 60 failed may be severe, .82 × .04 + .18 × .667 = .153: far above .05."""
    found = uncoded(tmp_path, 5)
    assert found.untyped == 43
    assert found.severe_rates["policy"].value == pytest.approx(0.82 * 2 / 200)
    assert found.severe_rates["policy"].high > 0.153
    assert found.decision == "read_more"
    assert "43 failures without a type may each be one" in wording.about_severe(found)
    assert "43 failures that were read have none" in wording.about_types(found)


def test_with_every_type_named_the_same_readings_ship(tmp_path):
    found = uncoded(tmp_path, 48)
    assert found.untyped == 0
    assert found.decision == "ship"
    assert "without a type" not in wording.about_severe(found)


def test_where_nobody_called_an_answer_bad_nothing_is_said_of_bad_ones(tmp_path):
    found = study(tmp_path, answers({("pass", "pass"): 40, ("fail", "pass"): 5}, (300, 50)))
    said = wording.about_agreement(found)
    assert "Nobody called an answer bad" in said
    assert "not defined" not in said
