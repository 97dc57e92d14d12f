"""What a red team's silence proves. Expected values: fractions, binomial tails by hand, a chain and a play-out that
know nothing of each other."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpm import autonomy, charts, redteam
from mlpm.redteam import words
from refusing import refused
from titles import title_of

NAMES = ("asks in other words", "a stranger's text", "a false story", "the same again", "in pieces", "many turns")
WEEK = redteam.Campaign(tuple(map(redteam.AttackClass, NAMES, (90, 60, 60, 40, 30, 20))), 48)
LOCK, LAYERS = redteam.Lock(10, 6, 7), redteam.Layers(300, 24, 30, 7)


def exposure(**changes) -> redteam.Exposure:
    given = {
        "lock": LOCK, "amount": 18, "extra": 4, "cap": 30, "limit": 10, "notice": 2, "strays": 1800, "learners": 4,
        "unseen": 100, "leak": 0.2,
    }
    return redteam.Exposure(**given | changes)


# --- Attempts and bounds ----------------------------------------------------------------------------------------------


def test_silence_in_300_is_the_rule_of_three():
    assert WEEK.tried == 300
    assert 0.99**300 < 0.05  # a share of 1 of 100 would have shown, 95 times of 100
    assert (1 - WEEK.pooled) ** 300 == pytest.approx(0.05)
    assert WEEK.pooled == pytest.approx(3 / 300, rel=0.01)


def test_59_attempts_say_below_5_of_100():
    assert 0.95**59 <= 0.05 < 0.95**58
    assert WEEK.needed(0.05) == 59
    assert 0.95**94 <= 0.05 / 6 < 0.95**93
    assert WEEK.needed(0.05, at_once=True) == 94


def test_one_success_in_300_by_the_binomial_tail():
    one = redteam.Campaign((redteam.AttackClass("all", 300, 1),), 300)
    share = one.pooled
    assert (1 - share) ** 300 + 300 * share * (1 - share) ** 299 == pytest.approx(0.05)


def test_an_attacker_chooses_the_class_tried_least():
    assert WEEK.weakest.name == "many turns"
    assert (1 - WEEK.alone(WEEK.weakest)) ** 20 == pytest.approx(0.05)
    assert (1 - WEEK.at_once(WEEK.weakest)) ** 20 == pytest.approx(0.05 / 6)
    assert WEEK.missing(0.05) == {"the same again": 19, "in pieces": 29, "many turns": 39}


@given(st.lists(st.tuples(st.integers(1, 200), st.floats(0, 1)), min_size=1, max_size=6))
def test_the_gate_opens_on_a_bad_class_in_at_most_5_of_100_without_sharing_out(classes):
    """An intersection-union test: some class worse than its own bound, and yet silence everywhere."""
    silence = math.prod((1 - share) ** tried for tried, share in classes)
    worse = any(share > 1 - 0.05 ** (1 / tried) for tried, share in classes)
    assert silence <= 0.05 + 1e-9 or not worse


@given(st.lists(st.tuples(st.integers(1, 200), st.floats(0, 0.99)), min_size=1, max_size=6))
def test_the_pooled_bound_is_safe_for_classes_that_differ(classes):
    tried = sum(count for count, _ in classes)
    average = sum(count * share for count, share in classes) / tried
    assert math.prod((1 - share) ** count for count, share in classes) <= (1 - average) ** tried + 1e-12


def test_variants_of_one_idea_count_once_at_worst():
    assert (1 - WEEK.by_ideas) ** 48 == pytest.approx(0.05)


# --- Who learns -------------------------------------------------------------------------------------------------------


def test_the_share_that_gets_through_by_hand():
    one = Fraction(1, 6)
    expected = sum(math.comb(10, fits) * one**fits * (1 - one) ** (10 - fits) for fits in range(7, 11))
    assert LOCK.share == pytest.approx(float(expected))
    assert LOCK.drawn(300) == pytest.approx(1 - (1 - float(expected)) ** 300)


def test_two_choices_by_hand():
    """Two choices of two options, both must fit: in at once 1/4; else from one that fits 1/2, from none leak."""
    lock, leak = redteam.Lock(2, 2, 2), 0.5
    first, second, third = lock.learned(leak, 3)
    assert first == pytest.approx(1 / 4)
    # One fits (1/2): half of the changes take the other choice, which then fits. None fits (1/4): every change helps.
    assert second == pytest.approx(1 / 4 + 1 / 2 * 1 / 2)
    assert third == pytest.approx(1 / 4 + 1 / 2 * 3 / 4 + 1 / 4 * leak * 1 / 2)


@pytest.mark.parametrize(("leak", "tries"), [(0.2, 300), (1.0, 40), (0.5, 60)])
def test_the_chain_agrees_with_the_play_out(leak, tries):
    found = LOCK.simulate(leak, 20_000, tries, 1)
    chance = LOCK.learned(leak, tries)[-1]
    error = math.sqrt(chance * (1 - chance) / 20_000)
    assert (found > 0).mean() == pytest.approx(chance, abs=4 * error)


def test_who_draws_agrees_with_the_play_out():
    drawn = redteam.Lock(6, 3, 5).simulate_drawn(5_000, 40, 1)
    chance = float(redteam.Lock(6, 3, 5).drawn(40))
    assert (drawn > 0).mean() == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / 5_000))


def test_nothing_given_away_is_nothing_learned():
    assert LOCK.learned(0, 300) == pytest.approx(LOCK.drawn(np.arange(1, 301)))


def test_the_median_is_the_first_try_of_one_half():
    found = LOCK.learned(0.2, 1_000)
    assert found[LOCK.median(0.2) - 2] < 0.5 <= found[LOCK.median(0.2) - 1]
    assert (1 - LOCK.share) ** LOCK.median(0) <= 0.5 < (1 - LOCK.share) ** (LOCK.median(0) - 1)
    assert redteam.Lock(40, 9, 40).median(0.01, 2_000) is None


def test_the_same_seed_plays_the_same():
    assert (LOCK.simulate(0.2, 50, 100, 7) == LOCK.simulate(0.2, 50, 100, 7)).all()


# --- Layers and loss --------------------------------------------------------------------------------------------------


def test_layers_that_fail_apart_multiply():
    assert LAYERS.apart == pytest.approx(float(Fraction(24 * 30, 300)))
    assert LAYERS.passes_too == pytest.approx(7 / 24)
    assert LAYERS.passes == pytest.approx(0.1)


def test_the_chance_of_so_many_past_both_is_hypergeometric():
    ways = sum(math.comb(30, both) * math.comb(270, 24 - both) for both in range(7, 25))
    assert LAYERS.by_chance == pytest.approx(ways / math.comb(300, 24))


def test_what_can_go_is_the_ladder_of_the_agent():
    action = autonomy.Action("refund up to €30", 1200, 18, 30, 10, 400, 3)
    ladder = autonomy.Ladder((autonomy.Approval("a click", 20, 40, 9),), 30, 4, 4, 2, 2000)
    assert exposure().gone == ladder.exposure(action) == 600


def test_a_year_of_strays_and_of_those_who_learn():
    assert exposure().stray(0.01) == pytest.approx(1800 * 22 / 100)
    assert exposure().learned == pytest.approx(4 * 600 * LOCK.learned(0.2, 100)[-1])
    assert exposure(learners=0).learned == 0


def test_each_lever_is_moved_alone():
    levers = exposure().levers()
    assert levers["the cap"].gone == levers["actions an hour"].gone == levers["hours until it is stopped"].gone == 300
    assert levers["tries until somebody looks"].way_in == pytest.approx(LOCK.learned(0.2, 50)[-1])
    assert levers["what answers give away"].way_in == pytest.approx(LOCK.learned(0.1, 100)[-1])
    assert words.best_lever(exposure()) == min(levers, key=lambda name: levers[name].learned)


# --- Words, figures, refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("campaign", [
    WEEK,
    redteam.Campaign((redteam.AttackClass("all", 1),), 1),
    redteam.Campaign((redteam.AttackClass("a", 300, 1), redteam.AttackClass("b", 20, 20)), 30),
    redteam.Campaign((redteam.AttackClass("a", 3000),), 3000),
])
@pytest.mark.parametrize("layers", [LAYERS, redteam.Layers(300, 24, 30, 0), redteam.Layers(10, 10, 10, 10)])
def test_sentences_hold_for_other_weeks(campaign, layers):
    text = words.about_campaign(campaign, 0.05) + words.about_layers(layers)
    for leak in (0, 1.0):
        one = exposure(leak=leak, unseen=1, learners=1)
        text += words.about_loss(campaign, one, 100) + words.memo(campaign, 0.05, layers, one, 100)
        text += words.about_levers(one)
        found, drawn = LOCK.simulate(leak, 3, 5, 1), LOCK.simulate_drawn(3, 5, 1)
        text += words.about_learner(LOCK, leak, 5, found, drawn)
    assert "nan" not in text
    assert "None of None" not in text
    assert "inf " not in text


def test_the_levers_stand_beside_what_is():
    table = words.lever_table(exposure())
    assert list(table["gone"]) == [600, 600, 600, 300, 300, 300]
    assert "whoever attacks" in words.about_levers(exposure())
    assert "no opinion about attackers" in words.about_levers(exposure(leak=1, unseen=600))


def test_a_success_is_a_way_in_and_not_a_rate():
    one = redteam.Campaign((redteam.AttackClass("all", 300, 1),), 300)
    assert "a way in, not a rate" in words.about_campaign(one, 0.05)
    assert words.memo(one, 0.05, LAYERS, exposure(), 2000).startswith("**Do not open.**")
    assert words.memo(WEEK, 0.05, LAYERS, exposure(), 2000).startswith("**Say this, and no more.**")


def test_every_figure_has_a_name_and_its_finding():
    assert "13.9 of 100" in redteam.attempts_figure(WEEK).to_dict()["description"]
    learner = redteam.learner_figure(LOCK, 0.2, 300).to_dict()
    assert "8 of 100 attackers who draw" in learner["description"]
    layers = redteam.layers_figure(LAYERS).to_dict()
    assert "23 (11 to 47) get past both" in layers["description"]
    gone = redteam.gone_figure(exposure(), 2000).to_dict()
    assert "€600" in gone["description"]
    for spec in (learner, layers, gone):
        assert charts.describe(spec)
    for figure in (redteam.attempts_figure(WEEK), redteam.learner_figure(LOCK, 0.2, 300),
                   redteam.layers_figure(LAYERS), redteam.gone_figure(exposure(), 2000)):
        title_of(figure)


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        # Exact bounds: 1 − 0.05^(1/900); the Clopper-Pearson bound of 1 of 3, statsmodels: 0.8646.
        (redteam.attempts_figure(redteam.Campaign((redteam.AttackClass("a", 900),), 3)),
         "After 900 attempts without a success, at most 0.33 of 100 attacks like them succeed, at 95% confidence"),
        (redteam.attempts_figure(redteam.Campaign(tuple(map(redteam.AttackClass, "ab", (3, 900), (1, 0))), 3)),
         "After 3 attempts with 1 success, at most 86.5 of 100 attacks like them succeed, at 95% confidence"),
        (redteam.learner_figure(LOCK, 0.0, 1),
         "By try 20, 1 of 100 attackers who draw are in, and fewer than 1 of 100 who learn from 10 of 100 answers"),
        (redteam.layers_figure(redteam.Layers(300, 24, 30, 3)),
         "Of 1,000 attempts 10 (3 to 29) get past both filters, not told from the 8 if these failed apart"),
        (redteam.layers_figure(redteam.Layers(300, 1, 1, 0)),
         "Of 1,000 attempts 0 (0 to 13) get past both filters, not told from the fewer than 1 if these failed apart"),
        (redteam.gone_figure(exposure(notice=1), 20),
         "Stopped after 1 hour, one way in has cost at most €300, above the €20 bearable"),
        (redteam.gone_figure(exposure(notice=0), 2000),
         "Stopped at once, one way in has cost at most €0.00, within the €2,000 bearable"),
    ],
)
def test_titles_are_true_of_odd_cases(figure, said):
    assert title_of(figure) == said


def test_the_page_computes_what_python_computes():
    """The words that Vega draws for the first position of the sliders are those of the package."""
    drawn = charts.svg(redteam.attempts_figure(WEEK).to_dict(), "a")
    assert f"none, one class alone: {100 * (1 - 0.05 ** (1 / 20)):.1f} of 100" in drawn
    assert f"none, all of 6 at once: {100 * (1 - (0.05 / 6) ** (1 / 20)):.1f} of 100" in drawn
    assert "one success: 21.6 of 100" in drawn  # (1 − p)²⁰ + 20 p (1 − p)¹⁹ = .05 at p = .2161
    drawn = charts.svg(redteam.learner_figure(LOCK, 0.2, 300).to_dict(), "b")
    assert f"who learns: {100 * LOCK.learned(0.2, 300)[-1]:.0f} of 100 in by try 300" in drawn
    assert f"who draws: {100 * LOCK.drawn(300):.0f} of 100 in by try 300" in drawn
    drawn = charts.svg(redteam.layers_figure(LAYERS).to_dict(), "c")
    for past in (80, 8, 23):
        assert f">{past}<" in drawn
    drawn = charts.svg(redteam.gone_figure(exposure(), 2000).to_dict(), "d")
    assert "one way in, at most: €600" in drawn
    assert f"a year, on average: €{exposure().learned:.0f}" in drawn


@pytest.mark.parametrize(("call", "said"), [
    (lambda: redteam.AttackClass("a", 0), "attempts of a"),
    (lambda: redteam.AttackClass("a", 3, 4), "at most its attempts"),
    (lambda: redteam.Campaign((), 1), "at least one"),
    (lambda: redteam.Campaign((redteam.AttackClass("a", 3),), 4), "at most the attempts"),
    (lambda: redteam.Lock(5, 1, 2), "options"),
    (lambda: redteam.Lock(5, 3, 6), "1 to 5"),
    (lambda: redteam.Lock(5, 3, 3).learned(20, 3), "0.2"),
    (lambda: redteam.Layers(10, 0, 3, 0), "Give 1 to 10"),
    (lambda: redteam.Layers(10, 8, 8, 3), "Give 6 to 8"),
    (lambda: exposure(cap=5), "cap"),
    (lambda: exposure(notice=-1), "notice"),
    (lambda: exposure(unseen=0), "unseen"),
])
def test_what_cannot_be_meant_is_refused_in_one_line(call, said):
    refused(call, said)
