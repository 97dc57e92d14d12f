"""What a handful of interviews can say: published bounds, exact fractions, and sentences true for any input."""

import json
import re
from fractions import Fraction
from math import comb

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mlpm import InputError, discovery
from mlpm.charts import stored
from mlpm.discovery import DECISIONS, Silence, Study, Talks, figures, words
from titles import title_of

AGORA = Study(Talks(8, 0), Talks(8, 6), 0.2, Silence(0.4, 5, 2000, 160), accepts=0.5, volunteers=0.6)
CASES = {
    "switch": AGORA,
    "go_on": Study(Talks(8, 8), Talks(1, 0), 0.2, Silence(0.01, 1, 1, 0)),
    "drop": Study(Talks(40, 1), Talks(3, 1), 0.2, Silence(0.4, 2, 10, 1)),
    "ask": Study(Talks(10, 3), Talks(3, 1), 0.2, Silence(0.99, 2, 10, 10)),
}


# --- Talks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "percent"), [(8, 31), (20, 14)])
def test_none_of_n_leaves_the_published_share(asked, percent):
    assert Talks(asked, 0).largest == pytest.approx(1 - 0.05 ** (1 / asked))
    assert round(100 * Talks(asked, 0).largest) == percent


def test_the_interval_is_wilsons():
    found = stats.binomtest(6, 8).proportion_ci(method="wilson")
    assert Talks(8, 6).interval == pytest.approx((found.low, found.high))


def test_who_comes_and_who_speaks_up_change_what_silence_means():
    """By hand, in fractions: of 1,000 users 200 have it; half as many of them come; 60 of 100 of those speak."""
    share = Fraction(3, 5) * Fraction(100, 100 + 800)
    talks = Talks(8, 0, accepts=0.5, volunteers=0.6)
    assert talks.heard(0.2) == pytest.approx(float(share))
    assert talks.users(float(share)) == pytest.approx(0.2)
    assert talks.unheard(0.2) == pytest.approx(float((1 - share) ** 8))


@given(st.floats(0, 1), st.floats(0.1, 5), st.floats(0.1, 1))
def test_heard_and_users_are_each_others_inverse(share, accepts, volunteers):
    talks = Talks(8, 0, accepts, volunteers)
    assert talks.users(talks.heard(share)) == pytest.approx(share, abs=1e-6)


def test_nobody_has_it_more_often_than_everybody():
    assert Talks(8, 6, volunteers=0.3).largest == 1
    assert Talks(8, 8).largest == 1


@pytest.mark.parametrize(("asked", "drop", "build"), [(8, -1, 4), (13, -1, 6), (14, 0, 6), (22, 1, 9), (100, 13, 28)])
def test_counts_that_settle_a_fifth(asked, drop, build):
    """drop: at most so many would be a surprise (binomial, in fractions). build: Wilson's lower end, SciPy's."""
    fifth = Fraction(1, 5)

    def at_most(most):
        return sum(comb(asked, k) * fifth**k * (1 - fifth) ** (asked - k) for k in range(most + 1))

    def low(hits):
        return stats.binomtest(hits, asked).proportion_ci(method="wilson").low

    (row,) = discovery.decided_by(0.2, [asked]).itertuples(index=False)
    assert (row.drop, row.build) == (drop, build)
    assert at_most(drop) < 0.05 <= at_most(drop + 1)
    assert low(build - 1) < 0.2 <= low(build)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ((0, 0), "asked"), ((8, 9), "raised"), ((8, -1), "raised"), ((8, 1.5), "raised"), (("8", 0), "asked"),
        ((8, 0, 0), "accepts"), ((8, 0, 1, 0), "volunteers"), ((8, 0, 1, 60), "volunteers"),
    ],
)
def test_talks_that_cannot_be_are_refused(wrong, named):
    with pytest.raises(InputError, match=f"Parameter {named} is"):
        Talks(*wrong)


# --- Counts -------------------------------------------------------------------------------------------------------


def test_what_a_buyer_meets_by_chance():
    """0.4 unanswered: of two messages at least one in 64 of 100, both in 16; of five, all in 0.4 ** 5."""
    silence = AGORA.silence
    assert (silence.meets(2), silence.nobody(2)) == pytest.approx((0.64, 0.16))
    assert silence.nobody(5) == pytest.approx(0.01024)
    assert silence.times == pytest.approx(0.08 / 0.01024)
    assert silence.clusters
    assert not Silence(0.4, 5, 2000, 22).clusters  # 1.1 of 100


@pytest.mark.parametrize(
    ("wrong", "named"),
    [((0, 5, 10, 1), "unanswered"), ((40, 5, 10, 1), "unanswered"), ((0.4, 0, 10, 1), "messages"),
     ((0.4, 5, 0, 0), "wrote"), ((0.4, 5, 10, 11), "silent")],
)
def test_counts_that_cannot_be_are_refused(wrong, named):
    with pytest.raises(InputError, match=f"Parameter {named} is"):
        Silence(*wrong)


# --- The decision -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("solution", "other", "decision"),
    [
        ((0.2, 0.9), (0.4, 0.9), "go_on"),   # on the line is enough
        ((0.0, 0.3), (0.4, 0.9), "switch"),
        ((0.0, 0.1), (0.4, 0.9), "switch"),
        ((0.0, 0.1), (0.0, 0.9), "drop"),
        ((0.0, 0.2), (0.1, 0.9), "ask"),     # below the line, not on it, is few
    ],
)
def test_every_decision_is_reached(solution, other, decision):
    assert discovery.decide(solution, other, 0.2) == decision


def test_the_cases_reach_all_of_them():
    assert {name: case.decision for name, case in CASES.items()} == dict(zip(CASES, CASES, strict=True))
    assert set(CASES) == set(DECISIONS)


def test_how_many_more_interviews():
    """Fourteen silent ones put a fifth out of question; with one who raised it, 22."""
    assert (AGORA.silent_in_all, AGORA.weeks) == (14, 2)
    assert Study(Talks(8, 1), Talks(8, 6), 0.2, AGORA.silence).silent_in_all == 22
    assert CASES["drop"].silent_in_all is None


def test_both_assumptions_off():
    """Of the interviewed 31 of 100 may have raised it, so 52 have it, so 52 / (52 + 24) of the users."""
    largest = AGORA.what_if().set_index("what")["largest"]
    come = (1 - 0.05 ** (1 / 8)) / 0.6
    assert largest["both"] == pytest.approx(come / (come + 0.5 * (1 - come)))
    assert largest.is_monotonic_increasing


def test_how_many_with_a_grudge_may_come_before_the_other_pain_is_in_doubt():
    """If they come that many times as often, the low end of 6 of 8 is the line."""
    unlike = Talks(8, 6, accepts=AGORA.grudge)
    assert unlike.interval[0] == pytest.approx(AGORA.line)
    assert 2.7 < AGORA.grudge < 2.8  # Wilson's 0.409: 0.409 ÷ 0.591 × 4 = 2.77
    assert CASES["ask"].grudge is None


# --- Words and charts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_reads_right_for_any_input(name):
    study = CASES[name]
    memo = words.memo(study, "a <b>new</b> order", "it | does *not* fit", "nobody answers")
    said = [
        words.about_silence(study, "pain"), words.about_rounds(study), words.about_what_if(study, "nobody answers"),
        words.about_counts(study, "other"), memo,
    ]
    for text in said:
        assert not re.search(r"\b(nan|inf|None of 0)\b|(?<=[a-z] )None|  | [,.]|\.\.|np\.|{|<b>", text), text
    starts = {"go_on": "**Go on", "switch": "**Put", "drop": "**Drop", "ask": "**Do not decide"}
    assert memo.startswith(starts[name])


@pytest.mark.parametrize("name", CASES)
def test_every_chart_can_be_drawn_and_says_its_finding(name):
    for figure in (figures.silence_figure, figures.rounds_figure, figures.counts_figure):
        spec = stored(figure(CASES[name]).to_dict())
        title_of(figure(CASES[name]))
        assert not re.search(r"\bnan\b", spec["description"])


@pytest.mark.parametrize(
    ("asked", "raised", "accepts", "volunteers"),
    [(8, 0, 1, 1), (8, 2, 1, 1), (40, 12, 1, 1), (3, 3, 1, 1), (8, 0, 0.5, 0.6)],
)
def test_what_the_page_computes_is_the_exact_bound(asked, raised, accepts, volunteers):
    """The slider's chart sums the binomial on a grid of 0.2 of 100: within that of SciPy's bound."""
    study = Study(Talks(asked, raised), Talks(8, 6), 0.2, AGORA.silence)
    spec = stored(figures.silence_figure(study).to_dict())
    moved = {"come": accepts, "say": 100 * volunteers}
    spec["params"] = [param | {"value": moved.get(param["name"], param["value"])} for param in spec["params"]]
    drawn = vl_convert.vegalite_to_svg(json.dumps(spec))
    shown = re.search(r"up to (\d+) of 100 users may have it", drawn)
    assert int(shown[1]) == pytest.approx(100 * Talks(asked, raised, accepts, volunteers).largest, abs=0.71)
    assert f"{raised} of {asked} raised it" in drawn
