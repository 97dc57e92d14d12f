"""The targeting tool as a report, on customers of other people."""

import random

from reporting import Tool

TARGETING = Tool(
    "price-a-prediction",
    {
        "customers": float,
        "groups": int,
        "break_even_rate": float,
        "break_even_effect": float,
        "best_cut": float,
        "best_cut_profit": float,
        "everybody_profit": float,
        "saved_needed": float,
        "contact": list,
        "contacted": float,
        "net_per_month": (float, type(None)),
        "highest_net_per_month": float,
        "cuts": list,
        "effects": list,
        "notes": list,
    },
    frozenset({"contact_top", "contact_groups", "contact_everybody", "do_not_contact", "run_a_pilot"}),
)
LIFT = "group=decile customers=mailed outcomes=churned"


def subscribers(chosen: bool = False, rows: int = 6_000) -> str:
    """Subscribers with a risk in percent; a call saves half of the leavers. chosen: by an agent, not by a lot."""
    chance = random.Random(rows)
    lines = ["id;risk;gone;called"]
    for row in range(rows):
        risk = 100 * chance.random() ** 2
        called = chance.random() < (risk / 100 if chosen else 0.5)
        gone = chance.random() < risk / 100 * (0.5 if called else 1)
        lines.append(f"s{row};{risk:.2f};{'yes' if gone else 'no'};{int(called)}")
    return "\n".join(lines)


def test_a_cumulative_lift_table_without_a_pilot(tmp_path):
    content = "decile,mailed,churned\n1,1000,450\n2,2000,750\n3,5000,1200\n4,10000,1750\n"
    answer = TARGETING.made(tmp_path, content, f"{LIFT} cumulative=True margin=120 cost_per_contact=8")
    assert [cut["profit"] for cut in answer["cuts"]] == [2_800, 2_000, -11_200, -38_000]
    assert (answer["decision"], answer["rule"], answer["effects"]) == ("run_a_pilot", "assumed", [])
    assert answer["best_cut"] == 1_000


def test_one_row_a_customer_with_a_pilot(tmp_path):
    settings = "score=risk outcome=gone treated=called groups=5 margin=100 cost_per_contact=10 people=subscribers"
    answer = TARGETING.made(tmp_path, subscribers(), settings)
    assert answer["decision"] == "contact_top"
    assert (answer["groups"], answer["customers"]) == (5, 6_000)
    assert answer["effects"][0]["shows"] == "pays"
    assert answer["profit_low"] < answer["profit"] < answer["profit_high"]


def test_a_pilot_in_which_somebody_chose_is_not_used(tmp_path):
    settings = "score=risk outcome=gone treated=called groups=5 margin=100 cost_per_contact=10"
    answer = TARGETING.made(tmp_path, subscribers(chosen=True), settings)
    assert (answer["decision"], answer["rule"]) == ("run_a_pilot", "uneven")
    assert answer["balance_p_value"] < 0.001


def test_cumulative_counts_that_fall_are_refused(tmp_path):
    content = "decile,mailed,churned\n1,1000,450\n2,2000,300\n"
    message = TARGETING.refused(tmp_path, content, f"{LIFT} cumulative=True")
    assert message == (
        "theirs.csv, column 'churned', row 2: '300' falls after 450, and cumulative counts rise. Put the highest risk "
        "first, or set cumulative to False."
    )


def test_an_outcome_that_is_neither_yes_nor_no_is_refused(tmp_path):
    message = TARGETING.refused(tmp_path, "risk,gone\n3,1\n2,2\n1,0\n", "score=risk outcome=gone")
    assert message == (
        "theirs.csv, column 'gone', row 2 (line 3): '2' is neither yes nor no (1 such row). Write 1 or 0, true or "
        "false, yes or no."
    )


def test_a_negative_cost_is_refused(tmp_path):
    content = "decile,mailed,churned\n1,1000,450\n2,1000,300\n"
    message = TARGETING.refused(tmp_path, content, f"{LIFT} cost_per_contact=-8")
    assert message == "Parameter cost_per_contact is -8.0. Give euros, 0 or more."
