"""The planning tool as a report, on the traffic of other people."""

import random

import pytest
from reporting import Tool

TOOL = Tool(
    "plan-an-experiment",
    {
        "bound_by": str,
        "weeks_needed": (int, float, type(None)),
        "weeks_allowed": int,
        "formula": str,
        "baseline": float,
        "variation": float,
        "correlation": float,
        "minimum_effect": float,
        "units_needed": (int, type(None)),
        "units_per_arm": (int, type(None)),
        "units_available": float,
        "smallest_effect": (float, type(None)),
        "chance_of_minimum": float,
        "guardrail_chance": (float, type(None)),
        "false_wins": float,
        "weeks": list,
        "notes": list,
    },
    frozenset({"run", "run_longer_than_allowed", "not_detectable"}),
)
COUNTS = 'unit="" count=n day=d kind=proportion metric="" guardrail="" share_of_units=1 looks=1 '
COUNTS += "metrics_that_can_win=1 "


def counts(daily: int, days: int = 56) -> str:
    return "d;n\n" + "\n".join(f"{day};{daily * day}" for day in range(1, days + 1))


def shop(users: int = 400, days: int = 42) -> str:
    """Some users most days, some seldom, one row a visit; no name of the example anywhere."""
    chance = random.Random(users)
    lines = ["ts,uid,paid,seconds"]
    for user in range(users):
        rate = chance.betavariate(0.7, 3)
        for day in range(days):
            if chance.random() < rate:
                when = f"2026-0{5 + day // 30}-{1 + day % 30:02d} 10:{day:02d}:00"
                lines.append(f"{when},u{user},{int(chance.random() < 0.3)},{chance.lognormvariate(1, 0.4):.3f}")
    return "\n".join(lines)


@pytest.mark.parametrize(("daily", "decision", "weeks"), [
    (50_000, "run", 2), (15_000, "run_longer_than_allowed", 3), (1_000, "not_detectable", None)
])
def test_counts_of_a_site_whose_users_never_return(tmp_path, daily, decision, weeks):
    """4 of 100, five percent more: 154,304 per arm (R's power.prop.test 154,303.9)."""
    answer = TOOL.made(tmp_path, counts(daily), f"{COUNTS}baseline=0.04 minimum_effect=0.05")
    assert (answer["decision"], answer["weeks_needed"], answer["units_per_arm"]) == (decision, weeks, 154_304)
    page = (tmp_path / "_build" / "reports" / "plan-an-experiment.html").read_text()
    assert "Agora" not in page
    assert "buyer" not in page


def test_visits_with_times_a_proportion_and_a_guardrail(tmp_path):
    answer = TOOL.made(
        tmp_path, shop(),
        'unit=uid day=ts kind=proportion metric=paid share_of_units=1 minimum_effect=0.4 split=2:1 guardrail=seconds '
        "guardrail_margin=0.1 looks=1 metrics_that_can_win=1 weeks_before=1",
    )
    assert answer["decision"] in TOOL.decisions
    assert 0 < answer["baseline"] < 1
    assert answer["weeks"][0]["units"] < answer["weeks"][3]["units"] < 400
    assert 0 < answer["guardrail_chance"] < 1


def test_a_day_that_is_none_is_refused(tmp_path):
    message = TOOL.refused(
        tmp_path, "uid,ts,paid\na,01/05/2026,1\n", "unit=uid day=ts kind=proportion metric=paid guardrail="
    )
    assert message == (
        "theirs.csv, column 'ts', row 1: '01/05/2026' is not a day (1 such row). Write days like 2026-09-07."
    )


def test_an_effect_in_percent_is_refused(tmp_path):
    message = TOOL.refused(tmp_path, counts(1_000), f"{COUNTS}baseline=0.04 minimum_effect=50")
    assert message.startswith("Parameter minimum_effect is 50.0. Give a share of the control above 0")
