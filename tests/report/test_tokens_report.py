"""The cost tool as a report, on logs of other people: other names, fewer columns, and what only it refuses."""

import random

import pytest
from reporting import Tool

TOKENS = Tool(
    "count-cost-and-latency",
    {
        "tasks": int,
        "calls": int,
        "turns": int,
        "handed_over": int,
        "model_per_task": float,
        "people_per_task": float,
        "cost_per_task": dict,
        "cost_per_solved_task": dict,
        "worth_of_a_point": float,
        "waiting_ms": dict,
    },
    frozenset({"measure_more", "stop", "cut_waiting", "cut_tokens", "raise_resolution"}),
)
NAMED = (
    "task=session outcome=end solved=ok handed=human input_tokens=prompt output_tokens=completion latency=ms "
    "prices='big 3 15; tiny 0.3 1.2'"
)


def sessions(tasks: int, handed: float, prompt: int = 2_000, models: str = "") -> str:
    """Sessions of three calls; the end stands in the last row of each."""
    chance = random.Random(tasks)
    lines = ["session;prompt;completion;ms;end" + (";who" if models else "")]
    for task in range(tasks):
        end = "human" if chance.random() < handed else "ok"
        who = models.split()[task % 2] if models else ""
        if who == "tiny" and chance.random() < 0.1:
            end = "vanished"
        for call in range(3):
            last = end if call == 2 else ""
            numbers = prompt + chance.randrange(500), 200 + chance.randrange(300), chance.randrange(300, 4000)
            lines.append(";".join(map(str, [f"S{task}", *numbers, last, *([who] if models else [])])))
    return "\n".join(lines)


def test_a_log_with_five_columns(tmp_path):
    answer = TOKENS.made(tmp_path, sessions(300, 0.3), NAMED)
    assert answer["decision"] == "raise_resolution"
    assert (answer["tasks"], answer["calls"], answer["turns"]) == (300, 900, 300)
    assert answer["hit_share"] is None
    assert answer["cascade"] is None
    assert answer["waiting_ms"]["call"]["p95"]["value"] > 0
    # 300 turns cannot bound a p99: it is not told.
    assert answer["waiting_ms"]["turn"]["p99"]["value"] is None
    assert answer["waiting_ms"]["turn"]["p99"]["needed"] == 368


def test_a_log_of_two_models_measures_its_cascade(tmp_path):
    answer = TOKENS.made(tmp_path, sessions(400, 0.2, models="big tiny"), f"{NAMED} model=who small=tiny")
    assert answer["cascade"]["measured"] is True
    assert answer["neither"] > 0
    assert answer["cascade"]["slips_allowed"] > 0


def test_huge_prompts_and_cheap_people_cut_tokens(tmp_path):
    answer = TOKENS.made(tmp_path, sessions(300, 0.1, prompt=60_000), f"{NAMED} person=3")
    assert answer["decision"] == "cut_tokens"
    assert answer["model_per_task"] > answer["people_per_task"]


def test_a_model_dearer_than_people_is_stopped(tmp_path):
    answer = TOKENS.made(tmp_path, sessions(300, 0.1, prompt=60_000), f"{NAMED} person=0.3")
    assert answer["decision"] == "stop"


@pytest.mark.parametrize(
    ("content", "settings", "message"),
    [
        (sessions(40, 0.3), NAMED.replace("handed=human", "handed=person").replace("solved=ok", "solved=yes"),
         "theirs.csv, column 'end': says neither 'yes' nor 'person'. It says 'ok', 'human'. Set solved and "
         "handed to the words it uses."),
        (sessions(40, 0.3, models="big huge"), f"{NAMED} model=who",
         "theirs.csv, column 'who': 'huge' has no price (60 such rows). Add huge to prices, which names big, tiny."),
        (sessions(40, 0.3), f"{NAMED} cached=prompt",
         "Parameters input_tokens and cached both name the column 'prompt'. Each needs one of its own."),
        (sessions(40, 0.3).replace("S0;", "S0;-"), NAMED,
         "theirs.csv, column 'prompt', row 1 (line 2): '-2449' is below 0 (3 such rows). Correct the value or "
         "leave the row out."),
    ],
)
def test_a_wrong_log_or_input_is_refused(tmp_path, content, settings, message):
    assert TOKENS.refused(tmp_path, content, settings) == message
