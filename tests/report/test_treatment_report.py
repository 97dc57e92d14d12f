"""The treatment policy as a report: other people's scores, actions and labels, and what is refused."""

import random

import pytest
from reporting import Tool

TREATMENT = Tool(
    "design-the-gray-area",
    {
        "items": int,
        "violating": int,
        "actions": list,
        "never_used": list,
        "policies": list,
        "harm": float,
        "saving": (float, type(None)),
        "weights": list,
        "hit": list,
    },
    frozenset({"adopt_bands", "one_cut_is_enough", "recalibrate_first", "collect_more"}),
)
NAMED = "score=risk label=verdict positive=spam"


def messages(rows: int, sharpness: float = 1.0) -> str:
    """Messages with a score that is the chance of spam to a power, from senders on two kinds of device."""
    chance = random.Random(rows)
    lines = ["id;risk;verdict;device"]
    for number in range(rows):
        p = chance.betavariate(0.2, 1.2)
        verdict = "spam" if chance.random() < p else "ham"
        lines.append(f"m{number};{p ** sharpness:.6f};{verdict};{'phone' if chance.random() < 0.6 else 'desktop'}")
    return "\n".join(lines)


def test_other_actions_other_names_and_a_group(tmp_path):
    harms = "harms='pass: 0/100, warn: 3/40, hold: 8/20, drop: 25/0'"
    answer = TREATMENT.made(tmp_path, messages(3000), f"{NAMED} group=device reviewed=hold {harms}")
    assert answer["actions"][0]["action"] == "pass"
    assert [round(one["from_probability"], 6) for one in answer["actions"][1:]] == [0.047619, 0.2, 0.459459]
    assert sum(one["items"] for one in answer["actions"]) == pytest.approx(1000)
    assert {one["group"] for one in answer["hit"]} == {"phone", "desktop"}
    assert answer["decision"] == "adopt_bands"


def test_a_score_that_production_takes_for_a_probability(tmp_path):
    answer = TREATMENT.made(tmp_path, messages(3000, 0.4), f"{NAMED} score_is=probability")
    assert answer["decision"] == "recalibrate_first"
    assert answer["hit"] == []


def test_a_few_labels_are_not_enough(tmp_path):
    answer = TREATMENT.made(tmp_path, messages(120), NAMED)
    assert (answer["decision"], answer["rule"]) == ("collect_more", "too_few")


def test_a_harm_table_that_cannot_be_read_is_refused(tmp_path):
    message = TREATMENT.refused(tmp_path, messages(120), f"{NAMED} harms='pass: 0/1, drop'")
    assert message == (
        "Parameter harms: 'drop' is not an action with two harms or shares that are not negative. "
        "Write name: decent/violating, such as show: 0/1, cover: .15/.25, hide: .60/0."
    )
