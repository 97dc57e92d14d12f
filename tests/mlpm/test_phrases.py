"""Small words every notebook's sentences share."""

import math

import pytest

from mlpm.phrases import euros, hundredth, safe, short, within
from mlpm.proportions import Interval

AMOUNTS = {53_000.4: "€53,000", 10: "€10", 9.996: "€10", 9.99: "€9.99", 5: "€5.00", 0: "€0.00", -0.4: "−€0.40",
           -523.2: "−€523", -0.001: "€0.00", math.inf: "–", math.nan: "–"}


@pytest.mark.parametrize(("amount", "text"), AMOUNTS.items())
def test_an_amount_is_whole_from_ten_up(amount, text):
    assert euros(amount) == text


@pytest.mark.parametrize(("amount", "text"), {5: "€5", 0: "€0", 0.26: "€0.26", -3: "−€3"}.items())
def test_a_whole_amount_may_go_without_cents(amount, text):
    assert euros(amount, cents=False) == text


@pytest.mark.parametrize(("share", "text"), {0.86: "86", 0.0995: "10", 0.0994: "9.9", 0: "0", 0.0004: "0", 0.006: "0.6",
                                             -0.002: "−0.2", -0.0001: "0", 1: "100", math.nan: "–"}.items())
def test_a_share_of_100_has_a_decimal_below_ten(share, text):
    assert hundredth(share) == text


def test_an_interval_of_100_and_a_word_of_a_readers_own():
    assert within(Interval(0.0941, 0.02, 0.11)) == "9.4 (2.0 to 11)"
    assert safe("a*b") == "*a&#42;b*"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Word list", "Word list"), ("St. Pölten, really?", "St Pölten, really"), (" a \n b ", "a b"), ("?", "“?”"),
        ("v2.1", "v2.1"), ("a" * 30, "a" * 30), ("a" * 31, "a" * 29 + "…"), ("a" * 28 + " bcd", "a" * 28 + "…"),
    ],
)
def test_a_name_in_a_title_is_short_and_does_not_end_it(name, text):
    assert short(name) == text
