"""The holdout tool as a report, on event logs of other people."""

import random
from datetime import date, timedelta

import pytest
from reporting import Tool

IMPACT = Tool(
    "measure-and-learn",
    {
        "holdout_users": int,
        "exposed_users": int,
        "effect": (float, type(None)),
        "effect_low": (float, type(None)),
        "effect_high": (float, type(None)),
        "sample_ratio_p": (float, type(None)),
        "announced_sum": (float, type(None)),
        "expected_of_wins": (float, type(None)),
        "activation": (float, type(None)),
        "back": (float, type(None)),
        "guardrails": list,
        "tiles": list,
        "notes": list,
    },
    frozenset(
        {"start_holdout", "investigate", "report_harm", "report_holdout", "report_no_gain", "keep_measuring"}
    ),
)
NAMED = "user=account time=at event=what activation=report outcome=invoice"
HELD = "group=arm held=control"
START = date(2025, 1, 6)


def accounts(count: int = 600, gain: float = 0.4, share: float = 0.05) -> str:
    """Accounts that sign up over twenty weeks, report and pay. gain: what those with the launches pay more."""
    chance = random.Random(count)
    lines = ["at;account;what;amount;arm;country"]

    def add(account, day, what, amount="", arm=""):
        lines.append(f"{START + timedelta(days=day)} 09:{chance.randrange(60):02d};{account};{what};{amount};{arm};AT")

    for account in range(count):
        arm = "control" if chance.random() < share else "launched"
        day = chance.randrange(140)
        add(f"a{account}", day, "signup", arm=arm)
        if chance.random() < 0.6:
            add(f"a{account}", day + chance.randrange(10), "report", arm=arm)
        if chance.random() < 0.5:
            add(f"a{account}", day + 40, "report", arm=arm)
        paid = chance.gauss(100, 10) * (1 + gain * (arm == "launched"))
        add(f"a{account}", day + 1, "invoice", f"{paid:.2f}", arm)
    return "\n".join(lines)


def test_a_log_with_a_holdout_and_announced_wins(tmp_path):
    answer = IMPACT.made(
        tmp_path, accounts(1_000),
        f'{NAMED} {HELD} value=amount first=signup back=report minimum=0.02 unit=invoices wins="speed: 12, search: 9" '
        "tried=10 activation_floor=0.3",
    )
    assert answer["decision"] == "report_holdout"
    assert answer["effect_low"] < 0.4 < answer["effect_high"]
    assert answer["announced_sum"] == pytest.approx(0.21)
    assert answer["expected_of_wins"] < 0.21
    assert 0.4 < answer["activation"] < 0.7
    assert {tile["state"] for tile in answer["tiles"]} >= {"fine", "no rule"}


def test_a_log_without_a_holdout_asks_for_one(tmp_path):
    answer = IMPACT.made(tmp_path, accounts(), f"{NAMED} value=amount first=signup guardrails=report:users:0.99")
    assert (answer["decision"], answer["effect"], answer["holdout_users"]) == ("start_holdout", None, 0)
    assert [rail["verdict"] for rail in answer["guardrails"]] == ["holds"]


def test_a_split_that_is_not_the_draw_stops_the_report(tmp_path):
    answer = IMPACT.made(tmp_path, accounts(share=0.2), f"{NAMED} {HELD} value=amount")
    assert answer["decision"] == "investigate"
    assert answer["alarms"] == ["the holdout is not the share that was drawn"]


def test_outcomes_that_are_only_counted(tmp_path):
    answer = IMPACT.made(tmp_path, accounts(), f"{NAMED} {HELD}")
    assert answer["decision"] == "keep_measuring"


def test_an_event_that_is_not_there_is_refused_with_the_nearest(tmp_path):
    message = IMPACT.refused(tmp_path, accounts(20), f"{NAMED} {HELD} first=sign_up")
    assert message == (
        "theirs.csv, column 'what': no row is 'sign_up', which first names. Did you mean 'signup'? "
        "There are 'invoice', 'signup', 'report'."
    )


def test_a_day_that_could_be_another_is_refused(tmp_path):
    content = accounts(20).replace("2025-01-", "01/2025/", 1)
    message = IMPACT.refused(tmp_path, content, NAMED)
    assert message.startswith("theirs.csv, column 'at', row ")
    assert message.endswith("is not a date of the calendar (1 such row). Write dates like 2026-03-02, or times like "
                            "2026-03-02 23:10.")
