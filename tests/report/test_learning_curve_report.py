"""The learning-curve tool on other people's files."""

import pytest
from reporting import Tool

TOOL = Tool(
    "estimate-data-quantity",
    {
        "runs": int,
        "sizes": int,
        "floor": float,
        "exponent": float,
        "items_needed": (float, type(None)),
        "items_needed_low": (float, type(None)),
        "items_needed_high": (float, type(None)),
        "horizon": float,
        "reachable": str,
        "reason": str,
        "measure_next": (str, type(None)),
        "asked": list,
    },
    frozenset({"collect", "measure_more", "change_the_problem", "enough"}),
)
THEIRS = "size=n error=accuracy measure=accuracy run= test="


def accuracies(runs: int = 3) -> str:
    """An exact curve with a floor of 0.1, and a scatter of half a point around it; semicolons, another order."""
    lines = ["accuracy;model;n"]
    for size in (3200, 100, 400, 800, 1600, 200):
        for run in range(runs):
            error = 0.1 + 1.2 * size**-0.5 + 0.005 * (run - (runs - 1) / 2)
            lines.append(f"{1 - error:.4f};bert;{size}")
    return "\n".join(lines)


def test_a_curve_of_accuracies(tmp_path):
    answer = TOOL.made(tmp_path, accuracies(), f"{THEIRS} target=0.11")
    assert (answer["runs"], answer["sizes"], answer["horizon"]) == (18, 6, 32_000)
    assert answer["floor"] == pytest.approx(0.1, abs=0.002)
    # 0.01 = 1.2 / √n
    assert answer["items_needed"] == pytest.approx(14_400, rel=0.1)
    assert answer["items_needed_low"] < answer["items_needed"]
    page = (tmp_path / "_build" / "reports" / "estimate-data-quantity.html").read_text()
    assert "Agora" not in page
    assert "bullying" not in page


def test_single_runs_with_standard_errors_and_a_target_below_the_floor(tmp_path):
    rows = "\n".join(f"{n},{0.2 + 2 / n**0.5:.4f},0.004" for n in (100, 200, 400, 800, 1600))
    settings = "size=n error=e run= test= standard_error=se target=0.05 asked=0.5,0.21"
    answer = TOOL.made(tmp_path, f"n,e,se\n{rows}\n", settings)
    assert (answer["decision"], answer["reachable"], answer["items_needed"]) == ("change_the_problem", "no", None)
    assert [other["decision"] for other in answer["asked"]] == ["enough", "measure_more"]


def test_three_sizes_and_a_curve_that_rises(tmp_path):
    answer = TOOL.made(tmp_path, "n,e\n100,0.2\n200,0.21\n400,0.23\n", "size=n error=e run= test=")
    assert answer["decision"] == "measure_more"
    assert answer["reason"] == "too_few"


def test_percentages_are_refused(tmp_path):
    message = TOOL.refused(tmp_path, "n,e\n100,20\n200,18.5\n400,17\n", "size=n error=e run= test=")
    assert message == (
        "theirs.csv, column 'e', row 1: '20' is above 1 (3 such rows). Write shares: 0.125, not 12.5 for 12.5%."
    )


def test_two_sizes_are_refused(tmp_path):
    message = TOOL.refused(tmp_path, "n,e\n100,0.2\n200,0.18\n200,0.19\n", "size=n error=e run= test=")
    assert message.startswith("theirs.csv, column 'n': holds 2 training sizes (100 and 200)")


def test_a_target_in_percent_is_refused(tmp_path):
    message = TOOL.refused(tmp_path, accuracies(1), f"{THEIRS} target=10")
    assert message == "Parameter target is 10.0. Give a share from 0 to 1, such as 0.1."
