"""The threshold tool as a report, on scores of other people."""

import math
import random

import pytest
from reporting import Tool

THRESHOLD = Tool(
    "choose-a-threshold",
    {
        "items": int,
        "positives": int,
        "base_rate": float,
        "auc": float,
        "calibration": str,
        "cut": float,
        "raw_cut": (float, type(None)),
        "caught": float,
        "missed": float,
        "wrongly_hit": float,
        "wrong_share": (float, type(None)),
        "cost": float,
        "ratio_from": float,
        "ratio_to": float,
        "stakeholders": list,
        "review_band": (list, type(None)),
        "notes": list,
    },
    frozenset({"use_cut", "settle_costs", "recalibrate", "collect_more", "no_cut"}),
)
NAMED = "score=risk label=fraud"


def orders(count: int = 1_500, curve=lambda p: p, name=lambda fraud: str(int(fraud))) -> str:
    """Orders with a risk and whether they were fraud; curve: from the chance of fraud to the risk shown."""
    chance = random.Random(count)
    lines = ["order,risk,fraud,country,stands_for"]
    for order in range(count):
        p = chance.betavariate(0.4, 2)
        fraud = chance.random() < p
        lines.append(f"o{order},{curve(p):.5f},{name(fraud)},{'AT' if order % 3 else 'DE'},{1 + order % 4}")
    return "\n".join(lines)


def test_a_calibrated_score_and_its_prices(tmp_path):
    answer = THRESHOLD.made(
        tmp_path, orders(),
        f"{NAMED} group=country cost_false_positive=8 cost_false_negative=60 unit=euros review_cost=2",
    )
    assert (answer["decision"], answer["calibration"], answer["items"]) == ("use_cut", "none", 1_500)
    assert answer["cut"] == pytest.approx(8 / 68)
    assert answer["raw_cut"] == pytest.approx(8 / 68, abs=0.02)
    assert answer["review_band"] == pytest.approx([2 / 60, 1 - 2 / 8])
    assert answer["caught_low"] < answer["caught"] < answer["caught_high"]
    assert answer["stakeholders"] == []


def test_weights_words_and_scores_that_are_no_probabilities(tmp_path):
    def points(p: float) -> float:
        return 600 + 40 * math.log(max(p, 1e-4) / (1 - p))

    content = orders(curve=points, name=lambda fraud: "chargeback" if fraud else "paid")
    answer = THRESHOLD.made(
        tmp_path, content, f'{NAMED} positive=chargeback weight=stands_for stakeholders="finance=1, trust=40"'
    )
    assert answer["decision"] == "settle_costs"
    assert answer["raw_cut"] == pytest.approx(600, abs=15)  # where p is one half
    assert [one["name"] for one in answer["stakeholders"]] == ["trust", "finance"]
    assert any("not probabilities" in note for note in answer["notes"])


def test_a_label_that_can_be_read_in_two_ways_is_refused(tmp_path):
    content = orders(40, name=lambda fraud: "chargeback" if fraud else "paid")
    message = THRESHOLD.refused(tmp_path, content, NAMED)
    assert message == (
        "theirs.csv, column 'fraud': holds 'chargeback', 'paid', and positive does not say which of them counts. "
        "Set positive, for example to 'chargeback'."
    )


def test_a_price_of_nothing_is_refused(tmp_path):
    message = THRESHOLD.refused(tmp_path, orders(40), f"{NAMED} cost_false_negative=0")
    assert message == "Parameter cost_false_negative is 0.0. Give a number above 0."
