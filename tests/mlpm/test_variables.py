"""Variables of a new job: the value of knowing agrees with a decision tree worked out by hand, and the plan is best."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from mlpm import InputError
from mlpm.paint import title
from mlpm.variables import Study, Variable, order_figure, value_of_knowing, words, worth_figure
from mlpm.variables import read as read_columns

ROWS = [
    ("label supply", 5, 5, 0.5, 60_000, 20_000, 1_500, 4),
    ("user trust", 4, 5, 0.4, 80_000, 24_000, 2_500, 3),
    ("traffic", 4, 3, 0.4, 20_000, 40_000, 1_000, 2),
    ("legal notice", 2, 5, 0.1, 100_000, 5_000, 250, 0.5),
]
COLUMNS = ("uncertain", "impact", "chance", "loss", "remedy", "look", "days")


def read(rows) -> list[Variable]:
    names, *values = zip(*rows, strict=True)
    return read_columns(", ".join(names), **dict(zip(COLUMNS, values, strict=True)))


def tree(chance: Fraction, loss: int, remedy: int) -> Fraction:
    """The decision tree: best action before the state is known, against the best action in each state."""
    states = {True: chance, False: 1 - chance}  # bad, fine
    cost = {("go on", True): loss, ("go on", False): 0, ("guard", True): remedy, ("guard", False): remedy}
    before = min(sum(p * cost[action, state] for state, p in states.items()) for action in ("go on", "guard"))
    after = sum(p * min(cost[action, state] for action in ("go on", "guard")) for state, p in states.items())
    return before - after


@pytest.mark.parametrize("chance", [Fraction(n, 10) for n in range(11)])
@pytest.mark.parametrize(("loss", "remedy"), [(60_000, 20_000), (20_000, 60_000), (5_000, 5_000), (0, 9), (9, 0)])
def test_the_value_of_knowing_is_that_of_the_tree(chance, loss, remedy):
    assert float(value_of_knowing(float(chance), loss, remedy)) == pytest.approx(float(tree(chance, loss, remedy)))


def test_knowing_is_worth_most_where_going_on_and_the_remedy_cost_the_same():
    chances = np.linspace(0, 1, 1001)
    assert chances[np.argmax(value_of_knowing(chances, 80_000, 24_000))] == pytest.approx(24 / 80)


def test_the_corner_and_the_worth_differ():
    found = Study(read(ROWS), 10)
    assert [v.name for v in found.corner] == ["label supply", "user trust"]
    assert [v.name for v in found.by_worth] == ["user trust", "label supply", "legal notice", "traffic"]


def test_the_plan_is_the_best_set_that_fits():
    rows = [(str(n), 3, 3, 0.5, 10_000 + 900 * n, 7_000, 100, 1 + n % 4) for n in range(8)]
    for days in (1, 3.5, 7, 30):
        found = Study(read(rows), days)
        sets = [c for size in range(9) for c in combinations(found.variables, size) if sum(v.days for v in c) <= days]
        best = max(sum(v.net for v in chosen) for chosen in sets)
        assert sum(v.net for v in found.plan) == pytest.approx(best)
        assert sum(v.days for v in found.plan) <= days


def test_a_look_that_costs_more_than_it_gains_is_not_taken():
    assert "traffic" not in [v.name for v in Study(read(ROWS), 100).plan]


def test_without_error_the_first_three_are_certain():
    shares = Study(read(ROWS), 10).among_first(3, 1.0)
    assert shares == {"label supply": 1.0, "user trust": 1.0, "legal notice": 1.0, "traffic": 0.0}


def test_wrong_guesses_blur_the_order():
    shares = Study(read(ROWS), 10).among_first(1, 3.0)
    assert sum(shares.values()) == pytest.approx(1)
    assert 0.3 < shares["user trust"] < 1
    assert shares == Study(read(ROWS), 10).among_first(1, 3.0)  # the seed is fixed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({1: 0}, "uncertain of label supply is 0. Give a rank from 1 to 5"),
        ({2: 4.5}, "impact of label supply is 4.5. Give a whole number"),
        ({3: 50}, "chance of label supply is 50. Give a share from 0 to 1, such as 0.5"),
        ({4: -1}, "loss of label supply is -1. Give euros, 0 or more"),
        ({7: 0}, "days of label supply is 0. Give working days"),
        ({0: " "}, "names is .*Give two names or more, separated by commas"),
        ({0: "User Trust"}, "names has 'User Trust' twice"),
    ],
)
def test_a_wrong_value_is_refused_with_its_remedy(change, message):
    first = [change.get(at, value) for at, value in enumerate(ROWS[0])]
    with pytest.raises(InputError, match=message):
        read([tuple(first), *ROWS[1:]])


@pytest.mark.parametrize(("loss", "size"), [([1, 2], "2"), ("1, 2, 3", "'1, 2, 3'"), (7, "7")])
def test_a_list_of_another_length_is_refused(loss, size):
    columns = dict(zip(COLUMNS, list(zip(*ROWS, strict=True))[1:], strict=True)) | {"loss": loss}
    with pytest.raises(InputError, match=f"loss has {size} values for 4 names. Give one for each name"):
        read_columns("a, b, c, d", **columns)


def test_one_variable_is_no_list():
    with pytest.raises(InputError, match="Give two names or more"):
        read_columns("label supply")


def test_the_memo_says_so_when_no_look_pays():
    rows = [("a", 5, 5, 1.0, 10, 1, 5, 1), ("b", 1, 1, 0.0, 10, 1, 5, 1)]
    assert words.memo(Study(read(rows), 5), 2).startswith("**Find out nothing first.**")


def test_the_memo_names_what_does_not_fit():
    said = words.memo(Study(read(ROWS), 3), 2)
    assert said.startswith("**Find out about *user trust* first.**")
    assert "Not in these days: *label supply* and *legal notice*." in said
    assert "Knowing more about *traffic* is worth nothing" in said


def test_an_empty_corner_is_said():
    low = Variable("x", 3, 5, 0.1, 1, 1, 1, 1)
    assert words.about_corner(Study([low], 1)).startswith("No variable has 4 or more on both ranks")


def test_charts_hold_negative_gains():
    chart = order_figure(Study(read(ROWS), 10)).to_dict()
    low, high = chart["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert low <= -1_000
    # The amount of a loss stands on the right of zero: on the left it would cover the name.
    rows = next(iter(chart["datasets"].values()))
    assert all(row["stands"] == max(row["net"], 0) for row in rows)
    assert chart["layer"][1]["encoding"]["x"]["field"] == "stands"
    assert high > 11_900
    assert "Sliders" in worth_figure("trust", 0.4, 80_000, 24_000).to_dict()["description"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (ROWS, "Finding out about user trust gains most, €11,900, though 1 variable ranks higher"),
        (ROWS[1:3], "Finding out about user trust gains most, €11,900, and nothing ranks higher"),
        ([("a", 5, 5, 1.0, 10, 1, 5, 1), ("b", 1, 1, 0.0, 10, 1, 5, 1)],
         "No look at any of the variables is worth what "),
    ],
    ids=["outranked", "first by both", "no look pays"],
)
def test_the_title_of_the_order_says_whether_ranks_find_it(rows, said):
    chart = order_figure(Study(read(rows), 10)).to_dict()
    assert title(chart).startswith(said)
    assert ("they do not fall" in chart["description"]) == (rows is ROWS)


@pytest.mark.parametrize(
    ("bet", "said"),
    [
        (("trust", 0.4, 80_000, 24_000),
         "Knowing about trust is worth €14,400 where it turns out bad in 40 of 100 cases"),
        (("trust", 1, 5, 9), "Knowing about trust is worth nothing where it turns out bad in 100 of 100 cases"),
        (("St. Really? A name far longer than thirty", 0.001, 8e9, 1e6),
         "Knowing about St Really A name far lo… is worth €9"),
    ],
    ids=["worth it", "nothing to find out", "a long name"],
)
def test_the_title_of_the_worth_follows_the_bet(bet, said):
    assert title(worth_figure(*bet).to_dict()).startswith(said)
