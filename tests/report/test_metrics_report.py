"""The model review as a report, on scores of other people."""

import math
import random

import pytest
from reporting import Tool

REVIEW = Tool(
    "read-model-metrics",
    {
        "rule": str, "items": int, "positives": int, "base_rate": float, "threshold": float, "recall": float,
        "recall_low": float, "precision": float, "precision_high": float, "hit_share": float, "auc": float,
        "accuracy": float, "always_no": float, "per": int, "caught": int, "missed": int, "hit": int, "passed": int,
        "other_base_rate": float, "other_precision": float, "calibration": str, "claims": list,
        "claim_rate": (float, type(None)), "slices": list, "notes": list,
    },
    frozenset({"may_say", "ranks_only", "name_slice", "correct_claim", "collect_more"}),
)
NAMED = "score=risk label=fraud"


def orders(count: int = 1_500, show=lambda p: p, name=lambda fraud: str(int(fraud))) -> str:
    chance = random.Random(count)
    lines = ["order,risk,fraud,country,stands_for"]
    for order in range(count):
        p = chance.betavariate(0.4, 2)
        country, fraud = "AT" if order % 3 else "DE", name(chance.random() < p)
        lines.append(f"o{order},{show(p):.5f},{fraud},{country},{1 + order % 4}")
    return "\n".join(lines)


def test_an_honest_score_and_no_claim(tmp_path):
    answer = REVIEW.made(tmp_path, orders(1_800), f"{NAMED} group=country threshold=0.4")
    assert (answer["decision"], answer["calibration"], answer["items"]) == ("may_say", "none", 1_800)
    assert answer["claims"] == []
    assert answer["claim_rate"] is None
    assert sorted(one["name"] for one in answer["slices"]) == ["AT", "DE"]
    assert answer["caught"] + answer["missed"] + answer["hit"] + answer["passed"] == answer["per"]


def test_weights_words_points_and_a_claim_of_another_mix(tmp_path):
    content = orders(
        show=lambda p: 600 + 40 * math.log(max(p, 1e-4) / (1 - p)), name=lambda fraud: "chargeback" if fraud else "paid"
    )
    answer = REVIEW.made(
        tmp_path, content,
        f"{NAMED} positive=chargeback weight=stands_for threshold=570 base_rate=0.02 claimed_precision=0.9",
    )
    assert answer["decision"] == "correct_claim"
    assert answer["base_rate"] == pytest.approx(0.02)
    assert answer["claim_rate"] > 0.02
    assert answer["claims"][0]["verdict"] == "too high"
    assert any("not probabilities" in note for note in answer["notes"])


def test_a_threshold_nobody_reaches_is_refused(tmp_path):
    message = REVIEW.refused(tmp_path, "risk,fraud\n0.1,0\n0.2,1\n0.4,0\n0.3,1\n", f"{NAMED} threshold=0.6")
    assert message == (
        "Parameter threshold is 0.6, and no row is acted on: theirs.csv has scores from 0.1 to 0.4. "
        "Give the score from which on the product acts."
    )


def test_a_claim_in_percent_is_refused(tmp_path):
    message = REVIEW.refused(tmp_path, orders(200), f"{NAMED} claimed_recall=82")
    assert message == "Parameter claimed_recall is 82.0. Give a share from 0 to 1, such as 0.82."
