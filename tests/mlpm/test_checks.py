"""A calculator's parameter that cannot be meant is refused in one line that names it and says what to give."""

import pytest

from mlpm import checks
from refusing import refused


@pytest.mark.parametrize("value", [0, 1, 0.35])
def test_a_share_passes_through(value):
    assert checks.share("right", value) == value


@pytest.mark.parametrize("value", [-0.1, 1.01, float("nan"), float("inf"), "0.3", None, True])
def test_what_is_no_share_is_refused(value):
    refused(lambda: checks.share("right", value), "Parameter right is", "Give a share from 0 to 1")


def test_a_percentage_is_met_with_its_share():
    refused(lambda: checks.share("right", 85), "right is 85", "such as 0.85")


@pytest.mark.parametrize("value", [2.5, -1, "3", True, float("inf")])
def test_what_is_no_count_is_refused(value):
    refused(lambda: checks.count("uses", value, least=0), "Parameter uses is", "a whole number, 0 or more")


def test_a_count_has_a_least():
    assert checks.count("uses", 1, least=1) == 1
    refused(lambda: checks.count("uses", 0, least=1), "1 or more")


def test_a_span_comes_back_in_order():
    assert checks.span("rate", [1, 2, 3]) == (1, 2, 3)
    assert checks.span("rate", (2, 2, 2)) == (2, 2, 2)


@pytest.mark.parametrize("values", [(1, 3, 2), (1, 2), 5, "123", (1, "2", 3), (-1, 0, 1), (0, 1, 11), (True, 1, 1)])
def test_what_is_no_span_is_refused(values):
    refused(lambda: checks.span("rate", values, 0, 10), "Parameter rate is", "low, likely and high in this order")
