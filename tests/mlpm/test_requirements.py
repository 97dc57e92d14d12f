"""An acceptance test and its slices: the notes' numbers, exact fractions, and sentences true for any input."""

import json
import math
import re
from fractions import Fraction
from math import comb

import pytest
import vl_convert
from scipy import stats

from mlpm import InputError, requirements
from mlpm.charts import stored
from mlpm.proportions import Acceptance
from mlpm.requirements import DECISIONS, VERDICTS, Study, figures, words
from titles import title_of

SLICES = {
    "furniture": (110, 106), "clothes": (95, 91), "electronics": (85, 82), "shops": (30, 29),
    "first listings": (50, 36), "garden": (30, 28),
}
AGORA = Study(0.9, 400, 372, SLICES)
CASES = {
    "accept_except": AGORA,
    "accept": Study(0.9, 400, 395, {"a|b": (200, 198), "<c>": (200, 197)}, hoped=0.99, sorry=0.8),
    "more": Study(0.9, 20, 20, {}),
    "silent": Study(0.9, 400, 372, SLICES, spoken=0.04, floor=0.3),
    "reject": Study(0.9, 400, 340, SLICES | {"furniture": (110, 74)}),
}


def tail(least, trials, share):
    """P(at least `least` of `trials`), in fractions."""
    share = Fraction(share)
    return sum(comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(least, trials + 1))


# --- The gate -----------------------------------------------------------------------------------------------------


def test_the_test_of_the_notes():
    """372 of 400 hold 90 of 100; truly at 93 passes 55 times, at 95, 97 times."""
    assert AGORA.verdict == "holds"
    assert AGORA.low == pytest.approx(0.901, abs=5e-4)
    passes = AGORA.gate().set_index("truth").passes
    assert [round(passes[truth], 2) for truth in (0.93, 0.95)] == [0.55, 0.97]
    assert passes[0.87] == pytest.approx(float(tail(372, 400, Fraction(87, 100))))


@pytest.mark.parametrize(("right", "found"), [(372, "holds"), (371, "open"), (348, "misses"), (349, "open")])
def test_every_verdict_is_reached_at_its_edge(right, found):
    """SciPy's interval of 348 of 400 ends at .8992, of 349 at .9014."""
    interval = stats.binomtest(right, 400).proportion_ci(method="wilson")
    assert requirements.verdict(Acceptance(0.9, 400), right) == found
    assert found in VERDICTS
    assert (interval.low >= 0.9, interval.high < 0.9) == (found == "holds", found == "misses")


def test_items_needed_grow_as_the_line_comes_near():
    items = AGORA.items().set_index("truth")["items"]
    assert items.is_monotonic_decreasing
    assert items[0.95] == 254
    assert tail(Acceptance(0.9, 254).least, 254, Fraction(95, 100)) >= Fraction(8, 10)
    assert AGORA.items().days.tolist() == [math.ceil(n / 50) for n in items]


def test_a_line_for_one_user():
    """Five times at 90 of 100: 1 − .9^5 = 41 of 100 meet a wrong one; at 99, 5; at today's 60, 92."""
    use = AGORA.use().set_index("share")
    assert [round(100 * use.meets[share]) for share in (0.6, 0.9, 0.99)] == [92, 41, 5]
    assert use["items"].isna().tolist() == [True, False, False, False, False]
    assert use["items"][0.9] == 254
    assert use["items"][0.99] == pytest.approx(2717, abs=1)  # at .995, by the same exact binomial


# --- Slices -------------------------------------------------------------------------------------------------------


def test_an_average_that_holds_hides_a_slice_that_misses():
    found = AGORA.by_slice().set_index("slice")
    assert AGORA.missing == ["first listings"]
    assert found.verdict.to_dict() == {
        "furniture": "holds", "clothes": "open", "electronics": "holds", "shops": "open", "first listings": "misses",
        "garden": "open",
    }
    assert AGORA.rest == (350, 336)


def test_a_slice_of_thirty_cannot_pass():
    """30 of 30 has a lower end of 30 / (30 + 1.96²) = .887."""
    found = AGORA.by_slice().set_index("slice")
    assert found.least.isna().to_dict()["garden"]
    assert found.passes["garden"] == 0
    assert stats.binomtest(30, 30).proportion_ci(method="wilson").low == pytest.approx(0.8865, abs=5e-5)


def test_chances_of_slices_multiply():
    two = Study(0.9, 800, 760, {"a": (400, 380), "b": (400, 380)})
    one = float(tail(372, 400, Fraction(95, 100)))
    assert two.all_pass == pytest.approx(one**2)
    alarm = 1 - float(tail(349, 400, Fraction(95, 100)))
    assert two.any_alarm(0.95) == pytest.approx(1 - (1 - alarm) ** 2, abs=1e-12)
    on_line = 1 - float(tail(349, 400, Fraction(9, 10)))
    assert two.any_alarm(0.9) == pytest.approx(1 - (1 - on_line) ** 2)
    assert two.by_slice().caught[0] == pytest.approx(1 - float(tail(349, 400, Fraction(8, 10))))
    assert AGORA.all_pass == 0


def test_items_so_that_every_slice_passes():
    """Each of six has to pass with .8 ** (1 / 6) = .9635."""
    each = AGORA.each_slice
    assert tail(Acceptance(0.9, each).least, each, Fraction(95, 100)) ** 6 >= Fraction(8, 10)
    assert each > AGORA.needed
    assert CASES["more"].each_slice is None


@pytest.mark.parametrize(
    ("slices", "says"),
    [
        ({"a": (399, 372)}, "adds up to 372 of 399"), ({"a": (0, 0)}, "slices, judged of 'a'"),
        ({"a": (400, 401)}, "slices, right of 'a'"),
    ],
)
def test_slices_that_do_not_add_up_are_refused(slices, says):
    with pytest.raises(InputError, match=re.escape(says)):
        Study(0.9, 400, 372, slices)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"line": 90}, "line"), ({"judged": 0}, "judged"), ({"right": 401}, "right"), ({"hoped": 0.9}, "hoped"),
        ({"sorry": 0.95}, "sorry"), ({"chance": 80}, "chance"), ({"monthly": 0}, "monthly"),
        ({"months": 1.5}, "months"), ({"bad_slice": 80}, "bad_slice"), ({"per_day": 0}, "per_day"),
        ({"fallen": "low"}, "fallen"), ({"spoken": 31}, "spoken"), ({"floor": -0.1}, "floor"),
    ],
)
def test_parameters_that_mean_nothing_are_refused(wrong, named):
    with pytest.raises(InputError, match=rf"Parameters? .*({named})") as refusal:
        Study(**{"line": 0.9, "judged": 400, "right": 372, "slices": {}} | wrong)
    assert "\n" not in str(refusal.value)


def test_slices_are_read_from_a_line_of_text():
    assert requirements.read_slices("first listings: 36/50, shops: 29/30") == {
        "first listings": (50, 36), "shops": (30, 29),
    }
    assert requirements.read_slices(" ") == {}


@pytest.mark.parametrize(
    ("text", "part"),
    [("shops 29/30", "shops 29/30"), ("a: 1/2, b: 3", "b: 3"), ("a: 1/2, a: 1/3", "a: 1/3"), ("a: 1.5/2", "a: 1.5/2"),
     (": 1/2", ": 1/2"), ({"a": (1, 2)}, "")],
)
def test_a_line_of_slices_that_cannot_be_read_is_refused(text, part):
    with pytest.raises(InputError, match=re.escape(f"{part}") + ".*name: right/judged"):
        requirements.read_slices(text)


# --- After launch -------------------------------------------------------------------------------------------------


def test_the_launch_test_repeated_sends_good_models_home():
    one = float(tail(372, 400, Fraction(95, 100)))
    assert AGORA.fails_once == pytest.approx(1 - one**12)
    alarm = 1 - float(tail(349, 400, Fraction(95, 100)))
    assert AGORA.false_alarm(0.95) == pytest.approx(12 * alarm, rel=1e-3)
    assert AGORA.false_alarm(0.9) == pytest.approx(0.316, abs=5e-4)  # a chance of .0311 each month, summed by hand
    seen = 1 - float(tail(349, 400, Fraction(85, 100)))
    assert [AGORA.noticed(1), AGORA.noticed(2)] == pytest.approx([seen, 1 - (1 - seen) ** 2])


# --- The other error, and a second try ----------------------------------------------------------------------------


def test_a_line_met_by_silence_is_no_pass():
    """372 of 400 hold; said about 4 of 100 cases with a floor of 30, they do not count."""
    assert Study(0.9, 400, 372, {}, spoken=0.3, floor=0.3).decision == "accept"
    assert CASES["silent"].decision == "silent"
    assert "said too seldom" in words.memo(CASES["silent"], "x")
    assert "ten safe cases" in words.about_floor(AGORA)


def test_a_second_try_is_sized_by_what_was_seen():
    """93 of 100 cannot tell; truly at 93 it takes 740, whatever was hoped for. At 90 of 100 no number would do."""
    study = Study(0.9, 100, 93, {})
    assert (study.again, study.needed) == (740, 254)
    assert "740 new items" in words.memo(study, "x")
    level = Study(0.9, 100, 90, {})
    assert level.again is None
    assert "no better than the line" in words.memo(level, "x")


# --- Decision, words, charts --------------------------------------------------------------------------------------


def test_every_decision_is_reached():
    assert {name: case.decision for name, case in CASES.items()} == dict(zip(CASES, CASES, strict=True))
    assert set(CASES) == set(DECISIONS)


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_reads_right_for_any_input(name):
    study = CASES[name]
    memo = words.memo(study, "usually <b>answers</b>")
    said = [
        words.about_use(study), words.about_verdict(study), words.about_gate(study), words.about_items(study),
        words.about_slices(study), words.about_months(study), memo,
    ]
    for text in said:
        assert not re.search(r"\b(nan|inf|None|NA)\b|  | [,.]|\.\.|np\.|{|<b>|<c>", text), text
    starts = {"accept_except": "**Accept", "accept": "**Accept", "more": "**Do not decide", "reject": "**Do not accept",
              "silent": "**Do not accept"}
    assert memo.startswith(starts[name])
    assert ("but not for first listings" in memo) == (name == "accept_except")


@pytest.mark.parametrize("name", CASES)
def test_every_chart_says_its_finding(name):
    for figure in (figures.gate_figure, figures.slices_figure):
        title_of(figure(CASES[name]))


def test_the_title_counts_the_slices_on_each_side_of_the_line():
    rows = [{"verdict": verdict} for verdict in ("open", "holds", "open", "misses", "holds")]
    said = "Against the line of 90 of 100, of 4 slices 1 holds, 2 cannot tell and 1 misses."
    assert figures._slices_point(rows, 0.9) == said


@pytest.mark.parametrize(("judged", "right", "hoped"), [(400, 372, 0.95), (400, 372, 0.93), (100, 93, 0.97)])
def test_what_the_page_computes_is_the_exact_chance(judged, right, hoped):
    """The slider's chart has no binomial: its series must give the number that SciPy gives, to the shown digit."""
    study = Study(0.9, judged, right, {}, hoped=hoped)
    spec = stored(figures.gate_figure(study).to_dict())
    drawn = vl_convert.vegalite_to_svg(json.dumps(spec))
    shown = re.search(rf"truly {100 * hoped:g}: (\d+) of 100 pass", drawn)
    assert int(shown[1]) == round(100 * stats.binom.sf(study.test.least - 1, judged, hoped))
    assert f"needs {study.test.least} of {judged}" in drawn


def test_the_slider_for_slices_multiplies():
    spec = stored(figures.gate_figure(Study(0.9, 400, 372, {})).to_dict())
    spec["params"] = [param | ({"value": 12} if param["name"] == "slices" else {}) for param in spec["params"]]
    assert "truly 95: 69 of 100 pass" in vl_convert.vegalite_to_svg(json.dumps(spec))
