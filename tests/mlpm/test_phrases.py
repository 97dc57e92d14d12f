"""Small words every notebook's sentences share."""

import math

import pytest

from mlpm.phrases import euros

AMOUNTS = {53_000.4: "€53,000", 10: "€10", 9.996: "€10", 9.99: "€9.99", 5: "€5.00", 0: "€0.00", -0.4: "−€0.40",
           -523.2: "−€523", -0.001: "€0.00", math.inf: "–", math.nan: "–"}


@pytest.mark.parametrize(("amount", "text"), AMOUNTS.items())
def test_an_amount_is_whole_from_ten_up(amount, text):
    assert euros(amount) == text


@pytest.mark.parametrize(("amount", "text"), {5: "€5", 0: "€0", 0.26: "€0.26", -3: "−€3"}.items())
def test_a_whole_amount_may_go_without_cents(amount, text):
    assert euros(amount, cents=False) == text
