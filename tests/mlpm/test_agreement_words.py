"""Every sentence, chart and answer is true for any file, and the memo begins with the decision."""

import functools
import json
import re

import krippendorff
import numpy as np
import pandas as pd
import pytest
from test_agreement import BINARY, FOUR_CODERS, PATIENTS, counted, long, raters_of

from mlpm import InputError, agreement
from mlpm.outputs import rounded
from titles import title_of


def analyzed(frame, level="nominal", required=0.80, **options):
    ratings = counted(frame, level, **options)
    return agreement.analyze(ratings, required_alpha=required, cost_per_label=0.125, seed=1)


def one_hard_group():
    easy, hard = raters_of([1, 1, 1], 150, 2), raters_of([0.6, 0.6, 0.6], 60, 3)
    return pd.concat([easy.assign(group="easy"), hard.assign(group="hard", item="h" + hard.item)])


STORIES = {
    "train": (raters_of([0.99, 0.99, 0.99], 300, 1), {}),
    "fix_guideline": (raters_of([0.85, 0.85, 0.85], 300, 2), {}),
    "fix, two raters": (raters_of([0.85, 0.85], 300, 2), {}),
    "fix, no group stands out": (raters_of([0.85, 0.85, 0.85], 300, 2).assign(group=lambda d: d.item.str[-1]), {}),
    "fix, one group stands out": (one_hard_group(), {}),
    "fix, too many to relabel at once": (raters_of([0.7, 0.7, 0.7], 1500, 2), {}),
    "retrain_raters": (raters_of([0.99, 0.99, 0.60], 300, 3), {}),
    "retrain, twenty raters": (raters_of([0.99] * 18 + [0.5] * 2, 200, 3), {"required": 0.9}),
    "collect_more": (FOUR_CODERS, {}),
    "collect, on the line": (FOUR_CODERS, {"required": 0.743}),
    "one label": (long("aaaa", "aaaa"), {}),
    "perfect": (long("ab" * 20, "ab" * 20), {}),
    "ordinal": (FOUR_CODERS, {"level": "ordinal"}),
    "interval": (PATIENTS, {"level": "interval"}),
    "odd names": (raters_of([0.8, 0.8], 50, 5).replace({"label": {"a": "<b>|*yes*", "b": "$no_"}}), {}),
}


@functools.cache
def told(story):
    frame, options = STORIES[story]
    return analyzed(frame, **options)


each_story = pytest.mark.parametrize("found", [pytest.param(story, id=story) for story in STORIES], indirect=True)


@pytest.fixture
def found(request):
    return told(request.param)


@each_story
def test_every_sentence_can_be_read_for_any_file(found):
    words = [getattr(agreement.wording, name)(found) for name in dir(agreement.wording) if name.startswith("about_")]
    for text in [*words, agreement.wording.memo(found)]:
        assert text.rstrip().endswith((".", "|"))
        assert not re.search(r"nan|None|\binf\b|  |\.\.|-0\.|<b>|(?<![\d,.])(1 items|1 labels|0 more)", text), text


FIELDS = [
    "items", "raters", "ratings", "labels", "percent_agreement", "krippendorff_alpha", "krippendorff_alpha_low",
    "krippendorff_alpha_high", "fleiss_kappa", "gwet_ac1", "decision",
]


@each_story
def test_the_answer_for_machines_has_its_fields_and_a_reason_for_each_gap(found):
    answer = json.loads(json.dumps(rounded(found.result())))
    assert list(answer)[: len(FIELDS)] == FIELDS
    for name in ("percent_agreement", "krippendorff_alpha", "fleiss_kappa", "gwet_ac1"):
        assert (answer[name] is None) <= bool(answer["reasons"].get(name))
    assert (answer["krippendorff_alpha_low"] is None) <= ("krippendorff_alpha" in answer["reasons"])
    assert all(isinstance(value, (int, float, str)) for value in found.numbers().values())


@each_story
def test_every_chart_can_be_drawn_for_any_file(found):
    for chart in (agreement.coefficients_figure(found), agreement.conflicts_figure(found)):
        assert "nan" not in chart.description
        title_of(chart)


def test_the_titles_of_the_charts_are_their_findings():
    """Kappa by hand: 0.96 and 0.5 by chance is 0.46/0.5; 0.96 and 0.9232 by chance is 0.0368/0.0768."""
    said = title_of(agreement.paradox_figure())
    assert said == (
        "Agreeing on 96 of 100 items is a kappa of 0.92 at an even split, 0.48 where 4 are rare and both say so on 2")
    assert title_of(agreement.paradox_figure(0.9, 0.02)).endswith("with only 2 rare, so many conflicts cannot be")
    assert title_of(agreement.paradox_figure(0.9, 0.0)).endswith("with only 0 rare, so many conflicts cannot be")
    assert title_of(agreement.paradox_figure(1.0, 0.0)).endswith("undefined where all labels are the same")
    assert ", −0.05 where 5 are rare and both say so on 0" in title_of(agreement.paradox_figure(0.9, 0.05))
    hard = told("fix, one group stands out")
    assert title_of(agreement.conflicts_figure(hard)).startswith("Most conflicts are in hard: ")
    assert title_of(agreement.coefficients_figure(hard)).startswith("Alpha is ")


def test_a_group_is_hot_when_it_has_far_more_than_its_share():
    assert told("fix, one group stands out").hot_group.group == "hard"
    assert "guideline says about *hard*" in agreement.wording.memo(told("fix, one group stands out"))
    assert told("fix, no group stands out").hot_group is None


def test_alpha_within_the_hot_group_has_the_interval_of_its_own_items():
    found = told("fix, one group stands out")
    frame = one_hard_group()
    frame = frame[frame.group == "hard"]
    codes = frame.assign(code=frame.label.map({"a": 0.0, "b": 1.0})).pivot(index="rater", columns="item", values="code")
    rng = np.random.default_rng(5)
    drawn = [
        krippendorff.alpha(codes.to_numpy()[:, rng.integers(codes.shape[1], size=codes.shape[1])],
                           level_of_measurement="nominal")
        for _ in range(1000)
    ]
    assert (found.hot_alpha.low, found.hot_alpha.high) == pytest.approx(np.percentile(drawn, [2.5, 97.5]), abs=0.02)
    assert found.hot_alpha.value == pytest.approx(found.groups.set_index("group").alpha["hard"])
    assert told("fix_guideline").hot_alpha is None


def test_groups_can_be_quoted_with_what_they_hold():
    frame = one_hard_group()
    split = frame.groupby(["group", "item"]).label.nunique().gt(1).groupby("group").agg(["sum", "size"])
    numbers = told("fix, one group stands out").numbers()
    for place in (1, 2):
        conflicts, items = split.loc[numbers[f"group_{place}"]]
        assert (numbers[f"group_{place}_conflicts"], numbers[f"group_{place}_items"]) == (conflicts, items)
    assert numbers["group_1_conflicts"] >= numbers["group_2_conflicts"]
    assert "group_1" not in told("fix_guideline").numbers()


def test_the_interval_says_that_it_takes_raters_as_given():
    """Of three raters one guesses: without r3 the others agree nearly always, and the sentence shows the range."""
    found = told("retrain_raters")
    without = {
        name: krippendorff.alpha(
            found_frame.pivot(index="rater", columns="item", values="code").to_numpy(), level_of_measurement="nominal"
        )
        for name in ("r1", "r2", "r3")
        for found_frame in [
            STORIES["retrain_raters"][0].query("rater != @name").assign(code=lambda d: (d.label == "a") * 1.0)
        ]
    }
    low, high = (f"{end:.2f}" for end in (min(without.values()), max(without.values())))
    assert f"leave one of them out, and alpha is {low} to {high}." in agreement.wording.about_alpha(found)
    assert "leave one of them out" not in agreement.wording.about_alpha(told("fix, two raters"))


def test_agreement_is_not_sold_as_correctness():
    assert "not that they read right" in agreement.wording.memo(told("train"))
    assert "on fresh items" in agreement.wording.memo(told("fix_guideline"))


def test_many_items_are_not_relabeled_before_a_trial():
    assert "have 600 of them labeled again" in agreement.wording.memo(told("fix, too many to relabel at once"))
    assert "have 600" not in agreement.wording.memo(told("fix_guideline"))


def test_the_memo_begins_with_the_decision():
    starts = {
        "train": "**Train on", "fix_guideline": "**Do not train yet: fix", "collect_more": "**Collect more",
        "retrain_raters": "**Do not train a model yet",
    }
    decided = [told(story) for story in STORIES]
    assert {found.decision for found in decided} == set(agreement.DECISIONS) == set(starts)
    for found in decided:
        assert agreement.wording.memo(found).startswith(starts[found.decision])


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("required_alpha", 80), ("required_alpha", "0.8"), ("required_alpha", True), ("cost_per_label", -1),
     ("cost_per_label", float("nan")), ("seed", 1.5), ("seed", -1)],
)
def test_a_parameter_without_sense_is_refused(parameter, value):
    given = {"required_alpha": 0.8, "cost_per_label": 1, "seed": 1} | {parameter: value}
    with pytest.raises(InputError, match=parameter):
        agreement.analyze(counted(BINARY), **given)


def test_the_published_numbers_of_the_notebook_are_met():
    table = agreement.published()
    assert table.published.tolist() == table.here.tolist()
    assert len(table) == 8
