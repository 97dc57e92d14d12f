"""The review tool as a report, on logs of other people: other names, fewer columns, and what only it refuses."""

import random

import pytest
from reporting import Tool

REVIEW = Tool(
    "keep-a-human-in-the-loop",
    {
        "reviews": int,
        "audited": int,
        "reviewers": int,
        "review_cost": float,
        "band": (dict, type(None)),
        "queue_today": dict,
        "queue_planned": dict,
        "override_rate": float,
        "rubber_stamps": list,
        "peak_reviewers": int,
    },
    frozenset({"review_band", "no_review", "fix_review_first", "collect_more"}),
)
MODERATED = "score=p verdict=said truth=audit positive=remove"


def tickets(right: float, rows: int = 900) -> str:
    """Posts a model scores from 0 to 1; reviewers are right so often, and a third is not audited."""
    chance = random.Random(rows)
    lines = ["p;said;audit;when;who"]
    for row in range(rows):
        score = chance.random()
        bad = chance.random() < score
        said = bad if chance.random() < right else not bad
        audit = "" if row % 3 == 0 else "remove" if bad else "keep"
        lines.append(f"{score:.2f};{'remove' if said else 'keep'};{audit};{9 + row % 9};agent {row % 4}")
    return "\n".join(lines)


def test_a_log_with_three_columns_and_words(tmp_path):
    answer = REVIEW.made(tmp_path, tickets(0.95), MODERATED)
    assert answer["decision"] == "review_band"
    assert (answer["reviews"], answer["audited"], answer["reviewers"]) == (900, 600, 0)
    assert answer["follows_wrong_seen"] is not None
    assert answer["follows_wrong_hidden"] is None
    # The log is taken for one day, and all of it for what is reviewed today.
    assert answer["queue_today"]["items_per_day"] == 900
    assert answer["band"]["net_per_day_low"] > 0


def test_people_who_toss_a_coin_are_not_worth_a_review(tmp_path):
    answer = REVIEW.made(tmp_path, tickets(0.5), f"{MODERATED} reviewer=who hour=when items_per_day=5000")
    assert answer["decision"] == "no_review"
    assert answer["band"] is None
    assert answer["reviewers"] == 4
    assert answer["queue_today"]["backlog_grows_per_day"] > 0
    assert 9 <= answer["peak_hour"] <= 17


@pytest.mark.parametrize(
    ("content", "settings", "message"),
    [
        (tickets(0.9), f"{MODERATED}d", "theirs.csv, column 'said': never says 'removed'. It says 'remove', 'keep'. "
         "Set positive to the word for a violation."),
        (tickets(0.9).replace(";9;", ";24;", 1), f"{MODERATED} hour=when", "theirs.csv, column 'when', row 1 (line 2): "
         "'24' is above 23 (1 such row). Correct the value or leave the row out."),
        (tickets(0.9), f"{MODERATED} reviewed=0.2-0.8", "Parameter reviewed ends at 0.2, which is no edge of a band. "
         "Add 0.2 to bands."),
        (tickets(0.9), f"{MODERATED} shifts='9 to 5'", "Parameter shifts: '9 to 5' is not a span of hours. Write "
         "start-end, such as 9-17: 3."),
    ],
)
def test_a_wrong_log_or_input_is_refused(tmp_path, content, settings, message):
    assert REVIEW.refused(tmp_path, content, settings) == message
