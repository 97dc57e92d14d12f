"""Twelve questions: the verdict, how far it can be trusted, and that the page says what the code says.

Probabilities are checked against a full enumeration of answers in exact fractions, written here without convolutions;
scores of the example are those of the chapter's notes (3, 4 and 10 of 12).
"""

import re
from collections import Counter
from fractions import Fraction
from itertools import product

import pytest
import vl_convert

from mlpm import InputError, paint, role
from mlpm.charts import stored
from mlpm.role import wording
from mlpm.role.doubt import even, score
from mlpm.role.questions import SCALES
from mlpm.role.verdict import READ, TITLES
from repository import ROOT

AGORA = {"research": [0, 0, 1, 2], "compute": [0, 1, 2, 1], "business": [3, 3, 2, 2]}
HAVE = {"strategy": 2, "delivery": 3, "influencing": 2, "tech": 6}


def of(research: int, compute: int, business: int) -> role.Role:
    return role.Role({"research": even(research), "compute": even(compute), "business": even(business)})


# --- The questions ------------------------------------------------------------------------------------------------


def test_there_are_four_questions_a_scale_with_four_answers_each():
    assert [question.number for question in role.QUESTIONS] == list(range(1, 13))
    assert Counter(question.scale for question in role.QUESTIONS) == dict.fromkeys(SCALES, 4)
    assert all(len(question.answers) == 4 for question in role.QUESTIONS)


def test_an_answer_fits_a_phone():
    for question in role.QUESTIONS:
        assert all(len(answer) <= 40 for answer in question.answers), question
        assert len(question.text) <= 130


# --- The verdict --------------------------------------------------------------------------------------------------


def test_agora_is_business():
    scored = role.Role(AGORA)
    assert list(scored.scores.values()) == [3, 4, 10]
    assert (scored.verdict, scored.lead) == ("business", 6)
    assert scored.by_question == [0, 0, 1, 2, 0, 1, 2, 1, 3, 3, 2, 2]


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [
        ((4, 4, 4), "undefined"),
        ((0, 0, 0), "undefined"),
        ((5, 2, 2), "research"),
        ((5, 3, 2), "research+compute"),
        ((2, 8, 5), "compute"),
        ((2, 8, 6), "compute+business"),
        ((6, 2, 8), "research+business"),
        ((5, 6, 7), "research+compute+business"),
        ((12, 12, 12), "research+compute+business"),
        ((9, 12, 0), "compute"),
        ((10, 12, 0), "research+compute"),
        ((0, 2, 5), "business"),
    ],
)
def test_ties_and_borders(scores, verdict):
    assert of(*scores).verdict == verdict


def test_every_verdict_can_be_reached_and_leads_somewhere():
    reached = {of(*scores).verdict for scores in product(range(13), repeat=3)}
    assert reached == set(role.VERDICTS) == set(READ)
    for stems in READ.values():
        assert len(stems) >= 2
        assert set(stems) <= set(TITLES)


@pytest.mark.parametrize(
    "answers", [[0, 1, 2], [0, 1, 2, 4], [0, 1, 2, -1], [0, 1, 2, 1.5], "0123", None, [0, 1, 2, True]]
)
def test_answers_that_are_none_are_refused(answers):
    with pytest.raises(InputError, match=r"Parameter compute is .*\. Give four answers of 0, 1, 2 or 3"):
        role.Role({**AGORA, "compute": answers})


# --- The doubt ----------------------------------------------------------------------------------------------------


def enumerated(answers, off: Fraction) -> dict[int, Fraction]:
    """Score → probability, over the 81 ways in which four answers can be right, one up or one down."""
    chance: dict[int, Fraction] = Counter()
    for steps in product((0, 1, -1), repeat=4):
        weight = Fraction(1)
        for step in steps:
            weight *= off / 2 if step else 1 - off
        chance[sum(min(3, max(0, answer + step)) for answer, step in zip(answers, steps, strict=True))] += weight
    return chance


def rule(scores) -> str:
    """The verdict, written a second time."""
    top = max(scores)
    near = [name for name, points in zip(SCALES, scores, strict=True) if points > top - 3]
    return "+".join(near) if top >= 5 else "undefined"


@pytest.mark.parametrize("off", [Fraction(1, 2), Fraction(3, 10)])
@pytest.mark.parametrize("answers", [AGORA, {**AGORA, "business": [2, 2, 2, 1]}, {**AGORA, "business": [1, 1, 1, 1]}])
def test_doubt_is_the_sum_over_every_combination(answers, off):
    scored = role.Role(answers)
    sums = [enumerated(answers[scale], off) for scale in SCALES]
    verdicts: dict[str, Fraction] = Counter()
    another_leader = Fraction(0)
    first = max(range(3), key=lambda place: list(scored.scores.values())[place])
    for scores in product(*sums):
        weight = sums[0][scores[0]] * sums[1][scores[1]] * sums[2][scores[2]]
        verdicts[rule(scores)] += weight
        if scores[first] <= max(scores[place] for place in range(3) if place != first):
            another_leader += weight
    found = role.doubt(scored, float(off))
    assert sum(verdicts.values()) == 1
    assert found.verdicts == pytest.approx({name: float(share) for name, share in verdicts.items()}, abs=1e-12)
    assert found.another_verdict == pytest.approx(float(1 - verdicts[scored.verdict]), abs=1e-12)
    assert found.another_leader == pytest.approx(float(another_leader), abs=1e-12)
    assert found.agree == pytest.approx(float(sum(share**2 for share in verdicts.values())), abs=1e-12)


def test_the_mean_of_two_is_enumerated_too():
    off = Fraction(1, 2)
    pooled = []
    for scale in SCALES:
        one, both = enumerated(AGORA[scale], off), Counter()
        for (a, p), (b, q) in product(one.items(), repeat=2):
            both[Fraction(a + b, 2)] += p * q
        pooled.append(both)
    same = sum(
        pooled[0][scores[0]] * pooled[1][scores[1]] * pooled[2][scores[2]]
        for scores in product(*pooled) if rule(scores) == "business"
    )
    assert role.doubt(role.Role(AGORA), 0.5).another_verdict_of_two == pytest.approx(float(1 - same), abs=1e-12)


def test_who_never_errs_always_agrees():
    found = role.doubt(role.Role(AGORA), 0)
    assert (found.another_verdict, found.another_leader, found.agree) == (0, 0, 1)
    assert found.verdicts == {"business": 1}


def test_a_score_stays_on_its_scale():
    """Four zeros: each goes up with a quarter, never below; the sum is binomial."""
    assert score([0, 0, 0, 0], 0.5)[:5] == pytest.approx([(81, 108, 54, 12, 1)[k] / 256 for k in range(5)])
    assert score([0, 0, 0, 0], 0.5).sum() == pytest.approx(1)


def test_lines_apart_are_counted_by_hand():
    """Two scorers are two apart on a line if one goes up and the other down: 2 · ¼ · ¼; at an end of it never."""
    inner = sum(0 < answer < 3 for answers in AGORA.values() for answer in answers)
    assert inner == 7
    assert role.lines_apart(role.Role(AGORA), 0.5) == pytest.approx(inner / 8)
    assert role.lines_apart(role.Role(AGORA), 0.5, by=3) == 0


def test_wishing_turns_the_verdict():
    wished = role.lean(role.Role(AGORA), "research")
    assert list(wished.scores.values()) == [7, 4, 6]
    assert wished.verdict == "research+business"
    assert role.lean(of(3, 4, 12), "business").scores["business"] == 12


@pytest.mark.parametrize("off", [-0.1, 1.1, "half", True])
def test_a_share_that_is_none_is_refused(off):
    with pytest.raises(InputError, match="off_by_one"):
        role.doubt(role.Role(AGORA), off)


# --- Skills -------------------------------------------------------------------------------------------------------


def test_the_gap_to_close_first():
    table = role.gaps("business", HAVE)
    assert table.area.tolist() == ["strategy", "influencing", "delivery", "tech"]
    assert table.gap.tolist() == [4, 3, 2, -2]


def test_of_equal_gaps_strategy_comes_first():
    assert role.gaps("business", {"strategy": 5, "delivery": 4, "influencing": 4, "tech": 3}).area[0] == "strategy"


def test_two_jobs_ask_for_the_larger():
    assert role.needs("compute+business") == {"strategy": 6, "delivery": 5, "influencing": 5, "tech": 6}
    assert role.needs("undefined") == {"strategy": 6, "delivery": 5, "influencing": 5, "tech": 6}


def test_a_sum_that_is_none_is_refused():
    with pytest.raises(InputError, match="Parameter tech is 7"):
        role.gaps("business", {**HAVE, "tech": 7})


# --- Adverts ------------------------------------------------------------------------------------------------------


def test_the_adverts_land_where_the_chapter_says():
    table = role.scored().set_index("advert")
    assert {name: rule(tuple(row)) for name, row in table[list(SCALES)].iterrows()} == {
        "A": "research", "B": "compute", "C": "business",
    }
    assert table.loc["B"].tolist() == [2, 11, 0, 7]


CHAPTER = ROOT / "docs/traps/diagnose-your-role.md"
FORM = ROOT / "docs/resources/templates/role-scorecard.md"


@pytest.mark.parametrize("path", [CHAPTER, FORM], ids=lambda path: path.stem)
def test_the_printed_questions_are_those_of_the_page(path):
    words = " ".join(path.read_text(encoding="utf-8").split())
    for question in role.QUESTIONS:
        assert question.text in words, question.number
        for points, answer in enumerate(question.answers):
            assert f"{points} {answer}" in words or f"| {answer} |" in words, (question.number, answer)


def test_each_signal_is_a_quotation():
    words = " ".join(CHAPTER.read_text(encoding="utf-8").split())
    for signals in role.ADVERTS.values():
        for quoted, number, points in signals:
            assert words.count(quoted) >= 2, quoted  # in the advert and in the solution
            assert 1 <= number <= 12
            assert 0 <= points <= 3


# --- The page -----------------------------------------------------------------------------------------------------


def painted(chart) -> str:
    """A chart as Vega draws it: what it works out stands in the picture."""
    return vl_convert.vegalite_to_svg(stored(chart.to_dict()) | {"width": 400})


@pytest.mark.parametrize(
    "scores", [(3, 4, 10), (4, 4, 4), (11, 0, 0), (2, 11, 0), (5, 3, 2), (6, 2, 8), (2, 8, 6), (5, 6, 7), (9, 12, 0)]
)
def test_the_page_says_what_the_code_says(scores):
    scored = of(*scores)
    svg = painted(role.scorecard_figure(scored))
    title, _ = role.VERDICTS[scored.verdict]
    assert title in svg
    for points in scores:
        assert f"{points} of 12" in svg
    ahead = re.search(r"ahead by (\d+)", svg)
    assert (int(ahead[1]) if ahead else None) == (scored.lead if scored.verdict in SCALES else None)
    assert TITLES[READ[scored.verdict][0]] in svg


def test_the_titles_of_the_pictures_are_their_findings():
    title = paint.title(role.scorecard_figure(role.Role(AGORA)).to_dict())
    assert title == "The twelve answers come to Research 3, Computation 4, Business 10: Business value"
    assert paint.title(role.skills_figure("business", HAVE).to_dict()) == (
        "The widest gap is Strategy: the job asks 6 points of 6, you have 2"
    )
    able = paint.title(role.skills_figure("business", dict.fromkeys(HAVE, 6)).to_dict())
    assert able == "You have what the job asks in all four areas"


def test_the_page_asks_all_twelve():
    spec = role.scorecard_figure(role.Role(AGORA)).to_dict()
    asked = [param for param in spec["params"] if "bind" in param]
    assert [param["name"] for param in asked] == [f"q{number}" for number in range(1, 13)]
    assert [param["value"] for param in asked] == role.Role(AGORA).by_question
    assert all(param["bind"]["options"] == [0, 1, 2, 3] for param in asked)


def test_the_gap_in_the_page_is_that_of_the_code():
    svg = painted(role.skills_figure("business", HAVE))
    for said in ("gap 4, close first", "gap 3", "gap 2", "2 to spare"):
        assert said in svg


@pytest.mark.parametrize("scores", [(4, 4, 4), (3, 4, 10), (5, 6, 7), (6, 2, 8), (2, 8, 6), (5, 3, 2)])
def test_every_sentence_stands_for_any_role(scores):
    scored = of(*scores)
    for text in (wording.about_verdict(scored), wording.about_doubt(scored, 0.5), wording.about_lean(scored),
                 wording.about_skills(scored, HAVE), wording.memo(scored, 0.3, HAVE)):
        assert len(text) > 40
        assert "  " not in text
    assert role.VERDICTS[scored.verdict][0] in wording.memo(scored, 0.5, HAVE)
    jobs = scored.verdict.count("+") + 1
    says = wording.about_verdict(scored)
    assert (f"leads by {scored.lead}" in says) == (scored.verdict in SCALES)
    assert (f"these are {jobs} jobs" in says) == (jobs > 1)
