"""Who is first, how sure that is, and which number to find out before.

Expected numbers are exact fractions over finite distributions, worked out beside each test, the closed form of the
triangular distribution, or an independent enumeration. RICE is McBride's formula (Intercom, 2016).
"""

import ast
import math
import re
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mlpm import priority
from mlpm.paint import title
from mlpm.priority import Idea, Listing, Spread, words
from refusing import refused
from repository import ROOT, notebook, tagged

A = ("learned order", (18_000, 20_000, 22_000), (0.75, 1, 1.25), (0.6, 0.8, 0.9), (3, 4, 6))
B = ("price hint", (2_000, 3_000, 5_000), (1, 3, 3), (0.3, 0.5, 0.7), (1.5, 2, 2.5))
C = ("search alerts", (50_000, 60_000, 65_000), (0.4, 0.5, 0.6), (0.6, 0.8, 0.9), (4, 6, 10))


def fixed(name, reach, impact, confidence, effort):
    return priority.idea("idea", (name, (reach,) * 3, (impact,) * 3, (confidence,) * 3, (effort,) * 3))


def study(*rows, capacity=8, people=4, earned=None):
    ideas = tuple(row if isinstance(row, Idea) else priority.idea("idea", row) for row in rows)
    return priority.Study(Listing(ideas, 4000), capacity, people, earned or (0.5,) * len(ideas))


def few(name, reward, effort):
    """An idea whose reward and effort take a few values: {value: probability}; impact and confidence are 1."""
    known = Spread(np.array([1.0]), np.array([1.0]))
    one, other = (
        Spread(np.array(list(values), float), np.array(list(values.values()), float)) for values in (reward, effort)
    )
    ranges = [(min(s.points), s.points[0], max(s.points)) for s in (one, known, known, other)]
    return Idea(name, tuple(ranges), (one, known, known, other))


HALF = Fraction(1, 2)
UNCERTAIN = (
    few("A", {2: HALF, 10: HALF}, {1: HALF, 3: HALF}),
    few("B", {4: HALF, 6: HALF}, {2: Fraction(1)}),
    few("C", {0: Fraction(3, 4), 24: Fraction(1, 4)}, {2: HALF, 4: HALF}),
)


# --- Scores and places ---------------------------------------------------------------------------------------------


def test_the_case_scores_as_a_spreadsheet_has_it():
    """20,000 × 1 × .8 ÷ 4; 3,000 × 3 × .5 ÷ 2; 60,000 × .5 × .8 ÷ 6."""
    assert [priority.idea("idea", row).score for row in (A, B, C)] == pytest.approx([4000, 2250, 4000])


def test_the_published_order():
    projects = [("A", 1000, 2, 0.8, 4), ("B", 500, 3, 0.5, 1), ("C", 4000, 1, 0.5, 8), ("D", 200, 3, 1, 1)]
    rows = [fixed(*project) for project in projects]
    assert [idea.score for idea in rows] == pytest.approx([400, 750, 250, 600])
    assert [idea.mean_score for idea in rows] == pytest.approx([400, 750, 250, 600])
    assert "".join(rows[i].name for i in np.argsort([-idea.score for idea in rows])) == "BDAC"


def test_a_mean_of_ratios_is_not_a_ratio_of_means():
    """E[ratio] 4, 5/2, 9/4; E[reward] ÷ E[effort] 6/2, 5/2, 6/3."""
    assert [idea.mean_score for idea in UNCERTAIN] == pytest.approx([4, 5 / 2, 9 / 4])
    assert [idea.ratio_of_means for idea in UNCERTAIN] == pytest.approx([3, 5 / 2, 2])


def test_places_over_random_futures():
    """Exactly 29/64, 21/64 and 14/64 are first, ties split evenly."""
    ranks = Listing(UNCERTAIN, 200_000).ranks
    assert ranks.sum(axis=0) == pytest.approx([1, 1, 1])
    assert ranks.sum(axis=1) == pytest.approx([1, 1, 1])
    assert ranks[:, 0] == pytest.approx([29 / 64, 21 / 64, 14 / 64], abs=0.004)


def test_the_effort_of_c_decides_in_one_future_of_three():
    """Uniform from 4 to 10, ahead below 6: (6 - 4) ÷ 6. Triangular 4, 6, 10 gives the same: (likely - low) ÷ width."""
    efforts = np.linspace(4, 10, 600_001)
    assert (60_000 * 0.5 * 0.8 / efforts > 4000).mean() == pytest.approx(1 / 3, abs=1e-5)
    assert stats.triang(2 / 6, loc=4, scale=6).cdf(6) == pytest.approx(1 / 3)
    rival = fixed("A", 20_000, 1, 0.8, 4)
    c = priority.idea("idea", ("C", (60_000,) * 3, (0.5,) * 3, (0.8,) * 3, (4, 6, 10)))
    assert Listing((rival, c), 100_000).ranks[1, 0] == pytest.approx(1 / 3, abs=0.006)


@settings(deadline=None, max_examples=30)
@given(st.tuples(*[st.floats(0.5, 40)] * 3).map(sorted).filter(lambda ends: ends[2] - ends[0] > 0.01))
def test_the_points_stand_for_the_triangle(ends):
    low, likely, high = ends
    other = stats.triang((likely - low) / (high - low), loc=low, scale=high - low)
    spread = priority.spread(*ends)
    assert spread.mean == pytest.approx(other.mean(), rel=1e-4)
    assert spread.inverse == pytest.approx(other.expect(lambda x: 1 / x), rel=1e-3)


# --- What is worth narrowing ---------------------------------------------------------------------------------------


def test_worth_of_one_number_by_hand():
    """First: A, 4. Its reward known: 2 × 2/3 = 4/3 or 20/3; at 4/3 B's 5/2 is better: 1/2 × (5/2 - 4/3) = 7/12.

    Its effort known: 6 or 2; at 2, B: 1/2 × (5/2 - 2) = 1/4. B's reward: 2 or 3, never above 4: 0. C's reward: 0 or
    24 × 3/8 = 9: 1/4 × (9 - 4) = 5/4. C's effort: 6/2 = 3 or 6/4: 0.
    """
    listing = Listing(UNCERTAIN)
    assert listing.first == 0
    found = {(i, k): listing.knowing(i, k) for i in range(3) for k in (0, 3)}
    worth, changes = zip(*(found[at] for at in ((0, 0), (0, 3), (1, 0), (2, 0), (2, 3))), strict=True)
    assert worth == pytest.approx([7 / 12, 1 / 4, 0, 5 / 4, 0])
    assert changes == pytest.approx([1 / 2, 1 / 2, 0, 1 / 4, 0])


def test_the_score_once_effort_is_known():
    """12 for 1 month or 4: 12 or 3, mean 7.5; the other idea has 6: 1/2 × (6 - 3)."""
    listing = Listing((few("A", {12: Fraction(1)}, {1: HALF, 4: HALF}), fixed("B", 6, 1, 1, 1)))
    assert listing.ideas[0].given(3) == pytest.approx([12, 3])
    assert listing.knowing(0, 3) == pytest.approx((1.5, 0.5))


def test_one_number_is_never_worth_more_than_all():
    """E max over the 64 futures, exactly, less 4."""
    futures = [
        (float(pa * ea * pb * pc * ec), max(a / e, b / 2, c / f))
        for a, pa in ((2, HALF), (10, HALF)) for e, ea in ((1, HALF), (3, HALF)) for b, pb in ((4, HALF), (6, HALF))
        for c, pc in ((0, Fraction(3, 4)), (24, Fraction(1, 4))) for f, ec in ((2, HALF), (4, HALF))
    ]
    assert sum(p for p, _ in futures) == 1
    everything = sum(p * best for p, best in futures) - 4
    listing = Listing(UNCERTAIN, 200_000)
    assert listing.everything() == pytest.approx(everything, abs=0.03)
    assert max(listing.knowing(i, k)[0] for i in range(3) for k in range(4)) <= everything


def test_the_widest_range_need_not_be_the_one_to_narrow():
    inputs = study(A, B, C).inputs
    widest = inputs.loc[(inputs.high / inputs.low).idxmax()]
    assert (widest.idea, widest.input, widest.worth) == ("price hint", "impact", 0)
    assert (inputs.idea[0], inputs.input[0]) == ("search alerts", "effort")
    assert len(inputs) == 12


# --- What an order costs, and what fits ------------------------------------------------------------------------------

number = st.integers(1, 30).map(float)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(number, number), min_size=2, max_size=4))
def test_reward_over_effort_loses_least_to_waiting(rows):
    """Independent arithmetic over all orders; a quarter's reward a third a month, two people."""
    ideas = [fixed(f"I{i}", reward, 1, 1, effort) for i, (reward, effort) in enumerate(rows)]

    def lost(order):
        total = at = 0.0
        for i in order:
            at += rows[i][1] / 2
            total += rows[i][0] / 3 * at
        return total

    by_ratio = sorted(ideas, key=lambda idea: -idea.ratio_of_means)
    least = min(lost(order) for order in permutations(range(len(rows))))
    assert priority.lost_to_waiting(by_ratio, 2) == pytest.approx(least)
    frame = priority.orders(ideas, 2)
    assert len(frame) == math.factorial(len(rows))
    assert frame["lost"][0] == pytest.approx(least)
    assert frame["more"][0] == 0


def test_a_rank_is_not_a_plan():
    """Eight months: A 16,000 in 4, B 4,500 in 2, C 24,000 in 6; by ratio A, then B, but C alone is more."""
    rows = [fixed("A", 20_001, 1, 0.8, 4), fixed("B", 3_000, 3, 0.5, 2), fixed("C", 60_000, 0.5, 0.8, 6)]
    best, picked = priority.sets(rows, 7)
    assert (best, picked) == (["C"], ["A", "B"])
    assert priority.sets(rows, 10)[0] == ["A", "C"]
    assert priority.sets(rows, 1)[0] == []


def test_what_fits_counts_confidence():
    """100 × .2 against 50 × .9, one month for either."""
    assert priority.sets([fixed("likely", 50, 1, 0.9, 1), fixed("large", 100, 1, 0.2, 1)], 1)[0] == ["likely"]


def test_evidence_settles_a_tie():
    """At .59, .33, .33: 2,950, 1,485, 1,650; C needs 2,950 × 6 ÷ 30,000 = .59."""
    table = study(A, B, C, earned=(0.59, 0.33, 0.33)).evidence().set_index("idea")
    assert table.after.tolist() == pytest.approx([2950, 1485, 1650])
    assert table.needs["search alerts"] == pytest.approx(0.59)
    assert table.needs["price hint"] == pytest.approx(2950 * 2 / 9000)


def test_the_confidence_of_the_case_is_what_three_yeses_leave():
    """retire-the-four-risks computes it; here it is an input, and may not drift away from it."""
    glued = {
        output.metadata["scrapbook"]["name"]: output.data["application/papermill.record/text/plain"]
        for cell in notebook(ROOT / "notebooks/retire-the-four-risks.ipynb").cells if cell.cell_type == "code"
        for output in cell.outputs if "scrapbook" in output.get("metadata", {})
    }
    (cell,) = tagged(ROOT / "notebooks/weigh-effort-and-reward.ipynb", "parameters")
    earned = ast.literal_eval(re.search(r"^earned = (\(.*?\))", cell.source, re.M)[1])
    assert earned[0] == pytest.approx(float(glued["after_all_100"]) / 100, abs=0.005)


# --- Words, charts, refusals -----------------------------------------------------------------------------------------

NOTHING = fixed("nothing", 0, 1, 1, 1)
CASES = {
    "the case": study(A, B, C, earned=(0.59, 0.33, 0.33)),
    "no ranges": study(fixed("one", 10, 1, 1, 1), fixed("two", 5, 1, 1, 1)),
    "a tie": study(fixed("one", 10, 1, 1, 1), fixed("two", 10, 1, 1, 1)),
    "nothing brings anything": study(NOTHING, fixed("zero", 5, 0, 1, 1)),
    "no confidence earned": study(A, B, earned=(0.0, 0.0)),
    "nothing fits": study(A, C, capacity=1),
    "no capacity": study(A, C, capacity=0),
    "five, marked up": study(A, B, C, fixed("a|b *c* 'd'", 9, 1, 1, 1), fixed("<e>_f_", 8, 1, 1, 2)),
    "zero is possible": study(("zero", (0, 1, 2), (0, 1, 2), (0, 0.5, 1), (1, 2, 3)), fixed("one", 1, 1, 0.3, 1)),
}


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_reads_right_for_any_list(name):
    here = CASES[name]
    said = [
        words.scores(here), words.ranks(here), words.means(here), words.narrow(here), words.waiting(here),
        words.fits(here), words.evidence(here), words.memo(here),
    ]
    for text in said:
        assert text == text.strip()
        for wrong in ("nan", "None", "inf", "  ", "**.", " ,", " .", "..", "np.", "{", "<e>", "–"):
            assert wrong not in text, text
    assert said[-1].startswith(("**First:", "**Nothing comes first"))
    for figure in (priority.ranks_figure, priority.scores_figure, priority.narrow_figure, priority.effort_figure):
        assert "NaN" not in vl_convert.vegalite_to_svg(figure(here).to_dict() | {"width": 340})


def titles(here):
    draw = (priority.ranks_figure, priority.scores_figure, priority.narrow_figure, priority.effort_figure)
    return [title(figure(here).to_dict()) for figure in draw]


LONG = "St. Really? A name far longer than thirty letters. Yes"


@pytest.mark.parametrize(
    ("here", "said"),
    [
        (CASES["no ranges"], [
            "In every one of 4,000 futures one is first",
            "By likely values one leads with 10 to 5, and neither has a ra",
            "No single number could change what comes first",
            "At its known effort two is ahead of its rival in 0 of 100",
        ]),
        (CASES["nothing brings anything"], [
            "No idea brings anything, so which of them is first is", "No idea brings anything by its likely values",
            "No single number", "Whatever its effort, zero has no rival that scores anything",
        ]),
        (study(A, B, C, fixed("D", 3_700, 1, 1, 1)), [
            "No idea is first in half of the futures; D comes nearest, with 37 of 100",
            "By likely values the first two ideas tie at 4,000, and their ranges overlap",
            "Most worth knowing is the effort of search alerts", "At 4 to 10 person-months search alerts is ahead",
        ]),
        (study(fixed("one", 100, 1, 1, 1), ("two", (98,) * 3, (1,) * 3, (0.9, 1, 1), (1,) * 3)), [
            "In every one of 4,000 futures one is first",
            "By likely values the first two ideas tie at 100 and 98, and their ranges do not overlap",
            "No single number could", "At its known effort two is ahead of its rival in 0 of 100",
        ]),
        (study(*((f"{LONG}{row[0]}", *row[1:]) for row in (A, B, C))), [
            "In 56 of 100 futures St Really A name far longer t… is first, in 41 of 100 the runner-up",
            "By likely values",
            "Most worth knowing is the effort of St Really A name far longer t…: 209 RICE a person-month",
            "At 4 to 10 person-months St Really A name far longer t… is ahead of its rival in 33 of 100 futures",
        ]),
    ],
    ids=["no ranges", "nothing", "none in half", "near tie", "long names"],
)
def test_the_titles_follow_the_list(here, said):
    for text, start in zip(titles(here), said, strict=True):
        assert text.startswith(start)
        assert 35 <= len(text) < 120


def test_the_memo_of_the_case():
    memo = words.memo(CASES["the case"])
    assert "**First: *learned order*.**" in memo
    assert "*learned order* and *search alerts* tie" in memo
    assert "the effort of *search alerts*" in memo


def drawn(spec, **sliders):
    """The words of a painted chart with sliders moved."""
    for parameter in spec["params"]:
        parameter["value"] = sliders.get(parameter["name"], parameter.get("value"))
    return " ".join(re.findall(r">([^<>]+)</text>", vl_convert.vegalite_to_svg(spec | {"width": 672})))


@pytest.mark.parametrize(
    ("low", "likely", "high", "sure"),
    [(4, 6, 10, 80), (4, 6, 10, 100), (4, 4, 10, 80), (2, 7, 8, 60), (7, 8, 9, 80), (1, 2, 3, 80), (5, 5, 5, 80),
     (10, 6, 4, 80)],
)
def test_the_sliders_compute_what_scipy_does(low, likely, high, sure):
    said = drawn(priority.effort_figure(CASES["the case"]).to_dict(), low=low, likely=likely, high=high, sure=sure)
    a, m, b = sorted((low, likely, high))
    tie = 30_000 * sure / 100 / 4000
    chance = stats.triang((m - a) / (b - a), loc=a, scale=b - a).cdf(tie) if b > a else float(tie >= a)
    assert f"search alerts ahead in {100 * chance:.0f} of 100" in said


BAD = [
    (lambda: priority.idea("idea_1", ("x", 1, 2, 3)), ["Parameter idea_1", "(low, likely, high)"]),
    (lambda: priority.idea("idea_1", ("x", (1, 2, 3), (1, 2, 3), (60, 80, 90), (1, 2, 3))),
     ["idea_1 (confidence)", "0 to 1"]),
    (lambda: priority.idea("idea_1", ("x", (3, 2, 1), (1, 2, 3), (0, 0, 1), (1, 2, 3))),
     ["idea_1 (reach)", "in this order"]),
    (lambda: priority.idea("idea_1", ("x", (1, 2, 3), (1, 2, 3), (0, 0, 1), (0, 2, 3))), ["effort", "above 0"]),
    (lambda: Listing((NOTHING,)), ["Two ideas or more"]),
    (lambda: Listing((NOTHING, NOTHING)), ["same name"]),
    (lambda: study(A, B, earned=(0.5,)), ["Parameter earned is (0.5,)", "2 ideas"]),
    (lambda: study(A, B, earned=(50, 0.5)), ["Parameter earned is 50", "0.5"]),
    (lambda: study(A, B, capacity=-1), ["Parameter capacity is -1"]),
    (lambda: study(A, B, people=0), ["Parameter people is 0"]),
]


@pytest.mark.parametrize(("call", "said"), BAD)
def test_what_cannot_be_meant_is_refused_in_one_line(call, said):
    refused(call, *said)
