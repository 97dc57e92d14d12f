"""The monitoring tool as a report, on logs of other people."""

import random
from datetime import date, timedelta

import pytest
from reporting import Tool

DRIFT = Tool(
    "monitor-and-respond",
    {
        "rows_before": int, "rows": int, "spans": int, "slices": list, "alarms": int, "first_alarm": (dict, type(None)),
        "missing_the_line": list, "blind": list, "false_alarms_a_year": (int, float), "mix": (str, type(None)),
        "notes": list,
    },
    frozenset({"act", "look", "not_enough", "quiet"}),
)
NAMED = "day=at score=risk label=outcome positive=paid slices=region ripe_after=0 required=0 act_from=600"


def loans(weeks: int = 12, per_day: int = 60, south=lambda week, p: p, share=lambda week: 0.4) -> str:
    """Points for each loan and whether it was paid; south: what becomes of a chance there, share: of the rows."""
    chance = random.Random(per_day)
    lines = ["at;risk;outcome;region;clerk"]
    for number in range(7 * weeks):
        day, week = date(2026, 1, 5) + timedelta(days=number), number // 7
        for __ in range(per_day):
            p = chance.betavariate(4, 2)
            region = "south" if chance.random() < share(week) else "north"
            true = south(week, p) if region == "south" else p
            late = chance.random() < 0.1
            outcome = "" if late else "paid" if chance.random() < true else "lost"
            lines.append(f"{day}T09:30;{200 + 800 * p:.0f};{outcome};{region};c{chance.randrange(9)}")
    return "\n".join(lines)


def test_a_region_that_stops_paying(tmp_path):
    content = loans(south=lambda week, p: p * (0.7 if week >= 8 else 1))
    answer = DRIFT.made(tmp_path, content, f"{NAMED} side=below current_from=2026-03-02")
    assert (answer["decision"], answer["rule"]) == ("act", "alarm")
    assert answer["first_alarm"]["slice"] == "south"
    assert answer["first_alarm"]["from"] == "2026-03-02"
    assert {one["name"] for one in answer["slices"]} == {"all together", "north", "south"}


def test_nothing_happened_and_it_would_have_rung(tmp_path):
    answer = DRIFT.made(tmp_path, loans(), f'{NAMED} current_from=""')
    assert (answer["decision"], answer["alarms"], answer["spans"]) == ("quiet", 0, 4)
    assert 0 < answer["false_alarms_a_year"] <= 1


def test_no_labels_and_another_mix(tmp_path):
    content = loans(share=lambda week: 0.4 if week < 8 else 0.55)
    answer = DRIFT.made(tmp_path, content, 'day=at score=risk label="" slices=region current_from="" act_from=600')
    assert (answer["decision"], answer["mix"]) == ("look", "moved")
    assert answer["slices"][0]["came"] is None


def test_one_day_looks_without_slices(tmp_path):
    named = NAMED.replace("slices=region", 'slices=""')
    answer = DRIFT.made(tmp_path, loans(weeks=3, per_day=40), f'{named} days=1 drop=0.05 current_from=""')
    assert (answer["decision"], answer["rule"]) == ("not_enough", "blind")
    assert len(answer["slices"]) == 1


@pytest.mark.parametrize(("settings", "message"), [
    (f"{NAMED} current_from=2027-01-01",
     "Parameter current_from is 2027-01-01, and theirs.csv, column 'at' runs from 2026-01-05 to 2026-01-25. Give a day "
     "after the first and up to the last one."),
    (NAMED.replace("positive=paid", "positive="),
     "theirs.csv, column 'outcome', row 2 (line 3): 'lost' is neither yes nor no"),
])
def test_what_cannot_be_meant_is_refused(tmp_path, settings, message):
    assert DRIFT.refused(tmp_path, loans(weeks=3, per_day=3), settings).startswith(message)
