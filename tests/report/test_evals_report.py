"""The evals tool as a report, on judged answers of other people."""

import random

import pytest
from reporting import Tool, refusal, report

EVALS = Tool(
    "evaluate-an-llm",
    {
        "judge": str,
        "answers": int,
        "passed_by_judge": int,
        "read": int,
        "table": list,
        "pass_rate": list,
        "error_types": list,
        "severe": list,
        "slices": list,
        "readings": list,
        "comparisons": (dict, type(None)),
        "notes": list,
    },
    frozenset({"ship", "fix_first", "judge_not_usable", "read_more"}),
)
NAMED = 'judge="model says" human=gold good=OK'


def replies(count: int, good: float, tpr: float, tnr: float, read: float, seed: int) -> str:
    """Replies with a judge's verdict; a share of them read by a person, with a topic that has a bar in its name."""
    chance = random.Random(seed)
    lines = ["id;model says;gold;why;topic"]
    for number in range(count):
        fine = chance.random() < good
        says = chance.random() < (tpr if fine else 1 - tnr)
        seen = chance.random() < read
        why = chance.choice(["made up", "rude", "too long"]) if seen and not fine else ""
        gold = ("ok" if fine else "bad") if seen else ""
        lines.append(f"r{number};{'OK' if says else 'bad'};{gold};{why};{chance.choice(['tax|fees', 'visa'])}")
    return "\n".join(lines)


def test_a_random_sample_ships(tmp_path):
    answer = EVALS.made(tmp_path, replies(20_000, 0.95, 0.9, 0.8, 0.05, 1),
                        f"{NAMED} error=why group=topic answer=id severe=rude required=0.9 pairs=")
    assert (answer["decision"], answer["judge"], answer["answers"]) == ("ship", "usable", 20_000)
    assert answer["pass_rate"][1] < 0.95 < answer["pass_rate"][2]
    assert [one["name"] for one in answer["severe"]] == ["rude"]
    assert len(answer["slices"]) == 2
    assert answer["comparisons"] is None


def test_a_product_that_misses_the_line(tmp_path):
    answer = EVALS.made(tmp_path, replies(3_000, 0.6, 0.9, 0.8, 0.1, 2), f'{NAMED} chosen="by judge"')
    assert (answer["decision"], answer["error_types"]) == ("fix_first", [])


def test_a_judge_like_a_coin_and_comparisons_beside_the_file(tmp_path):
    known = replies(400, 0.5, 0.5, 0.5, 1, 3)
    content = known + "\n" + "\n".join(replies(1_000, 0.8, 0.5, 0.5, 0, 4).splitlines()[1:])
    (tmp_path / "versus.csv").write_text("left,right\n" + "A,A\n" * 30 + "B,A\n" * 20 + "tie,B\n" * 5)
    answer = EVALS.made(tmp_path, content, f"{NAMED} chosen=apart pairs=versus.csv a_first=left b_first=right")
    assert (answer["decision"], answer["judge"], answer["answers"]) == ("judge_not_usable", "not usable", 1_000)
    assert (answer["comparisons"]["count"], answer["comparisons"]["ties"]) == (55, 25)


def test_few_readings_ask_for_more(tmp_path):
    answer = EVALS.made(tmp_path, replies(500, 0.85, 0.9, 0.8, 0.08, 5), NAMED)
    assert answer["decision"] == "read_more"
    assert [one["road"] for one in answer["readings"]][1] == "at random, no judge"


@pytest.mark.parametrize(("settings", "message"), [
    (f"{NAMED} chosen=half",
     "Parameter chosen is 'half'. Say how the answers that people read were chosen: random, by judge (at random within "
     "the judge's passes and within its fails) or apart (a set of its own)."),
    (f"{NAMED} pairs=other.csv", None),
])
def test_what_cannot_be_meant_is_refused(tmp_path, settings, message):
    (tmp_path / "theirs.csv").write_text(replies(100, 0.8, 0.9, 0.8, 0.5, 6))
    said = refusal(report("evaluate-an-llm", tmp_path, "--data", "theirs.csv", "--set", settings))
    assert said == message if message else "other.csv" in said
