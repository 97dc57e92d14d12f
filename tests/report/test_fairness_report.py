"""The fairness tool as a report, on scores of other people."""

import math
import random

import pytest
from reporting import Tool

FAIRNESS = Tool(
    "choose-a-fairness-goal",
    {
        "goal": (str, type(None)),
        "threshold": float,
        "items": int,
        "reference": (str, type(None)),
        "groups": list,
        "gaps": list,
        "policies": list,
        "too_small": list,
        "notes": list,
    },
    frozenset({
        "too_few", "label_the_rest", "choose_goal", "mend_score", "change_cut", "collect_more", "keep_cut",
    }),
)
NAMED = "score=risk label=default group=region threshold=0.4"


def loans(regions: dict[str, tuple[int, float]], curve=lambda p: p, kept=lambda p: True) -> str:
    """Loans with a risk and whether they defaulted; regions: name → how many, and how risky they are."""
    chance = random.Random(len(regions))
    lines = ["loan,risk,default,region"]
    for region, (count, level) in regions.items():
        for loan in range(count):
            p = chance.betavariate(4 * level, 4 * (1 - level))
            if kept(p):
                lines.append(f"{region}{loan},{curve(p):.5f},{int(chance.random() < p)},{region}")
    return "\n".join(lines)


def test_three_regions_before_anybody_has_chosen(tmp_path):
    answer = FAIRNESS.made(
        tmp_path, loans({"north": (1_500, 0.3), "south": (900, 0.15), "isles": (40, 0.2), "": (300, 0.3)}),
        f"{NAMED} cost_false_positive=300 cost_false_negative=2000 unit=euros",
    )
    assert (answer["decision"], answer["goal"], answer["reference"]) == ("choose_goal", None, "north")
    assert [one["name"] for one in answer["groups"]] == ["north", "south", "(none)"]
    assert answer["too_small"] == [{"name": "isles", "rows": 40}]
    assert {one["measure"] for one in answer["gaps"]} == {"selected", "caught", "hit", "right", "meaning"}
    assert len(answer["policies"]) == 7


def test_a_score_that_is_true_to_risk_and_in_points(tmp_path):
    """One curve for all: the same score means the same, so errors cannot be alike."""
    content = loans(
        {"north": (2_500, 0.4), "south": (2_500, 0.15)}, curve=lambda p: 600 + 40 * math.log(max(p, 1e-4) / (1 - p))
    )
    answer = FAIRNESS.made(
        tmp_path, content,
        'score=risk label=default group=region threshold=590 reference=south goal="equal false alarms"',
    )
    assert answer["decision"] == "change_cut"
    gaps = {one["measure"]: one for one in answer["gaps"]}
    assert gaps["hit"]["verdict"] == "shown"
    assert gaps["meaning"]["low"] < 1 < gaps["meaning"]["high"]
    reached = next(one for one in answer["policies"] if one["goal"] == "equal false alarms")
    assert reached["cuts"][0] < 590 < reached["cuts"][1]


def test_labels_of_those_acted_on_only(tmp_path):
    content = loans({"north": (900, 0.6), "south": (900, 0.5)}, kept=lambda p: p >= 0.4)
    content += "\nlast,0.1,0,north\n"
    answer = FAIRNESS.made(tmp_path, content, f'{NAMED} goal="equal odds"')
    assert (answer["decision"], answer["gaps"], answer["policies"]) == ("label_the_rest", [], [])


def test_one_group_large_enough(tmp_path):
    answer = FAIRNESS.made(tmp_path, loans({"north": (900, 0.4), "south": (60, 0.4)}), f'{NAMED} goal="equal odds"')
    assert answer["decision"] == "too_few"


@pytest.mark.parametrize(("settings", "message"), [
    ("score=risk label=default group=area threshold=0.4",
     "theirs.csv: there is no column 'area'. Set group to the column that says which group a row belongs to."),
    (f"{NAMED} goal=fair",
     "Parameter goal is 'fair'. Give one of equal selection, equal catch, equal false alarms, equal odds, equal "
     "precision, equal meaning, or nothing while nobody has chosen."),
])
def test_what_cannot_be_meant_is_refused(tmp_path, settings, message):
    assert FAIRNESS.refused(tmp_path, loans({"north": (200, 0.4), "south": (200, 0.4)}), settings) == message
