"""A metric tree, the scores of key results, and a proxy that turns.

Expected numbers are the notes' and the case's arithmetic shown beside the test, published intervals, an independent
simulation, or brute force over orders. None is this package's own output.
"""

import math
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpm import outcomes, paint
from mlpm.outcomes import words
from refusing import refused

NODES = [
    outcomes.Node("search sessions", 2_000_000, 2_060_000, "marketing"),
    outcomes.Node("contacts per session", 0.25, 0.26, "designer"),
    outcomes.Node("answered within a day", 0.60, 0.68, "rule and model"),
    outcomes.Node("orders per answer", 0.20, 0.205, "seller support"),
    outcomes.Node("euros per order", 6, 6),
]
TREE = outcomes.Tree(NODES)
THEN = [2_040_000, 0.2512, 0.656, 0.192, 6]
KR1 = outcomes.KeyResult("messages without an answer", 40, 32, 34.4)
KR2 = outcomes.KeyResult("orders", 12, 13, 12.6)
LOGGED = outcomes.KeyResult("answers with a time", 92, 99.5, 99.1, "committed")
MARKET = outcomes.Market()

positive = st.floats(0.001, 1e6)


# --- The tree --------------------------------------------------------------------------------------------------------


def test_the_tree_of_the_case():
    """2,000,000 × .25 × .60 × .20 × 6 = 360,000; one percent of any node is 3,600."""
    assert TREE.value == pytest.approx(360_000)
    assert list(TREE.worth()["one_percent"]) == pytest.approx([3_600] * 5)


def test_a_point_is_worth_more_where_there_are_few():
    """60 to 61 of 100 is 360,000 ÷ 60 = 6,000; 20 to 21 is 18,000; sessions are no share and have no points."""
    points = TREE.worth()["one_point"]
    assert points[2] == pytest.approx(6_000)
    assert points[3] == pytest.approx(18_000)
    assert math.isnan(points[0])


def test_a_reach_is_worth_its_part_of_the_outcome():
    """60 to 68 of 100: 360,000 × 8 ÷ 60 = 48,000."""
    assert TREE.worth()["gain"][2] == pytest.approx(48_000)
    assert "most is in *answered within a day*" in words.about_worth(TREE)


@given(st.lists(st.tuples(positive, positive), min_size=2, max_size=6))
def test_parts_add_up_to_the_change(pairs):
    tree = outcomes.Tree([outcomes.Node(str(k), now, now) for k, (now, _) in enumerate(pairs)])
    then = [value for _, value in pairs]
    moved = tree.what_moved(then)
    change = math.prod(then) - tree.value
    assert moved["part"].sum() == pytest.approx(change, rel=1e-6, abs=1e-6 * (tree.value + math.prod(then)))


def test_parts_do_not_depend_on_the_order_of_the_nodes():
    parts = TREE.what_moved(THEN).set_index("node")["part"]
    for order in permutations(range(4)):
        order = [*order, 4]
        tree = outcomes.Tree([NODES[k] for k in order])
        again = tree.what_moved([THEN[k] for k in order]).set_index("node")["part"]
        assert again[parts.index].to_list() == pytest.approx(parts.to_list())


def test_the_quarter_of_the_case():
    """2,040,000 × .2512 × .656 × .192 × 6 = 387,263.4…; a node that stayed has no part; ups and downs by sign."""
    moved = TREE.what_moved(THEN).set_index("node")
    assert moved["part"].sum() == pytest.approx(2_040_000 * 0.2512 * 0.656 * 0.192 * 6 - 360_000)
    assert moved.loc["euros per order", "part"] == 0
    assert moved.loc["orders per answer", "part"] < 0 < moved.loc["answered within a day", "part"]
    assert moved.loc["answered within a day", "change"] == pytest.approx(0.056 / 0.6)


def test_two_nodes_that_cancel_out_have_equal_and_opposite_parts():
    """Twice as many, each half as likely: nothing changed, ± ln 2 × the outcome."""
    tree = outcomes.Tree([outcomes.Node("a", 100, 100), outcomes.Node("b", 0.4, 0.4)])
    assert list(tree.what_moved([200, 0.2])["part"]) == pytest.approx([40 * math.log(2), -40 * math.log(2)])


# --- Key results -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "target", "result", "score"),
    [
        (18, 14, 15.2, 0.70),      # the notes: (18 − 15.2) ÷ 4
        (40, 32, 34.4, 0.70),      # the case: 5.6 ÷ 8
        (12, 13, 12.6, 0.60),      # upward: .6 ÷ 1
        (40, 32, 42, 0.0),         # backward is 0, not negative
        (12, 13, 14, 1.0),         # beyond is 1
        (-5, 5, 0, 0.5),
    ],
)
def test_scores_in_both_directions(start, target, result, score):
    assert outcomes.KeyResult("it", start, target, result).score == pytest.approx(score)


def test_what_is_expected_depends_on_the_kind():
    assert KR1.met
    assert not replace(KR1, kind="committed").met
    assert not LOGGED.met
    assert replace(LOGGED, result=99.5).met
    assert not KR2.met


def test_the_mean_is_of_stretch_goals_only():
    assert outcomes.mean_score([KR1, KR2, LOGGED]) == pytest.approx(0.65)
    assert outcomes.mean_score([LOGGED]) is None


def test_the_interval_of_a_score_is_the_interval_of_the_share():
    """Published: 81 of 263 is 25.53% to 36.62% (Wilson; Newcombe 1998, table I). From 40 down to 20."""
    result = outcomes.KeyResult("it", 40, 20, 100 * 81 / 263, cases=263)
    low, high = result.interval
    assert low == pytest.approx((40 - 36.62) / 20, abs=5e-4)
    assert high == pytest.approx((40 - 25.53) / 20, abs=5e-4)
    assert KR1.interval == pytest.approx((0.7, 0.7))


def test_few_cases_cannot_score_a_quarter():
    """34.4 of 100 on 400 cases: ± 1.96 × √(.344 × .656 ÷ 400) = ± 4.66 points, of the 8 between start and target."""
    low, high = replace(KR1, cases=400).interval
    assert high - low == pytest.approx(2 * 4.66 / 8, abs=0.02)
    assert KR1.cases_needed(0.2) == pytest.approx(1.96**2 * 0.344 * 0.656 / 0.008**2, rel=1e-3)
    assert "the quarter cannot be scored" in words.about_noise(KR1, 400)


def test_guardrails_hold_on_the_safe_side():
    assert outcomes.Guardrail("latency", 2, 0.7).holds
    assert outcomes.Guardrail("latency", 2, 2).holds
    assert not outcomes.Guardrail("latency", 2, 2.1).holds
    assert outcomes.Guardrail("answers", 60, 61, most=False).holds
    assert not outcomes.Guardrail("answers", 60, 59, most=False).holds


# --- The proxy -------------------------------------------------------------------------------------------------------


def test_the_market_begins_where_the_case_stands():
    for market in (MARKET, replace(MARKET, shops=0), replace(MARKET, shops=0.3, seed=7)):
        start = market.path().iloc[0]
        assert (start["answered"], start["orders"], start["per_answer"]) == pytest.approx((60, 12, 20))


def test_the_proxy_goes_up_and_orders_turn():
    path, turn, back = MARKET.path(), MARKET.parting(), MARKET.back()
    assert (np.diff(path["quick"]) > -0.05).all()
    assert 0.1 < turn["weight"] < back["weight"] < 1
    assert path["orders"].iloc[-1] < 12 < turn["orders"]
    assert path["quick"].iloc[-1] > 1.5 * path["quick"][0]


def test_the_market_agrees_with_one_played_out_by_chance():
    """Pages, messages, answers and orders drawn one by one, by other code: within three standard errors."""
    random = np.random.default_rng(1)
    answers, quick, orders = MARKET._chances
    who = MARKET._who
    wanted = quick + 0.1 * who["noise"]
    score = 0.5 * who["match"] + 0.5 * ((wanted - wanted.mean()) / wanted.std())[who["shown"]]
    place, n = np.array([60, 30, 20, 15, 12]) / 137, 200_000
    search = random.integers(0, len(score), n)
    rank = random.choice(5, size=n, p=place)
    at = np.argsort(-score, axis=1)[search, rank]
    seller = who["shown"][search, at]
    answered = random.random(n) < answers[seller]
    ordered = answered & (random.random(n) < orders[search, at])
    hour = random.random(n) < quick[seller]
    row = MARKET.path().set_index("weight").loc[0.5]
    for found, expected in ((answered, row["answered"]), (ordered, row["orders"]), (hour, row["quick"])):
        share = expected / 100
        assert found.mean() == pytest.approx(share, abs=3.5 * math.sqrt(share * (1 - share) / n))


def test_who_gets_no_message_is_poisson():
    """With all messages spread evenly, e^−3 of sellers would get none; today nearly so, at the end far from it."""
    path = MARKET.path()
    assert 100 * math.exp(-3) < path["alone"][0] < 100 * math.exp(-3) + 6
    assert path["alone"].iloc[-1] > 50


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_more_shops_make_it_turn_sooner_whoever_is_in_the_market(seed):
    few, many = (outcomes.Market(shops, seed=seed) for shops in (0.03, 0.3))
    assert few.parting()["weight"] > many.parting()["weight"]
    assert few.path()["orders"].iloc[-1] > many.path()["orders"].iloc[-1]


def test_a_proxy_closer_to_the_outcome_gets_further():
    assert MARKET.parting("by a person")["orders"] > MARKET.parting()["orders"] + 1
    assert MARKET.parting("by a person")["weight"] > MARKET.parting()["weight"]


def test_what_a_forecast_would_promise_is_not_kept():
    path, turn = MARKET.path(), MARKET.parting()
    assert MARKET.slope() > 0
    assert turn["orders"] < 12 + MARKET.slope() * (turn["quick"] - path["quick"][0])


def test_guardrails_stop_at_the_first_weight_beyond_their_limit():
    path = MARKET.path()
    stops = MARKET.stops([
        outcomes.Guard("alone", "alone", 12), outcomes.Guard("worth", "per_answer", 19, most=False),
        outcomes.Guard("never", "alone", 99),
    ]).set_index("name")
    at = stops.loc["alone", "weight"]
    assert path.loc[path["weight"] < at, "alone"].max() <= 12 < path.loc[path["weight"] == at, "alone"].iloc[0]
    at = stops.loc["worth", "weight"]
    assert path.loc[path["weight"] < at, "per_answer"].min() >= 19
    assert math.isnan(stops.loc["never", "weight"])


# --- Refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: outcomes.Node("rate", 0, 1), ["now of 'rate'", "above 0"]),
        (lambda: outcomes.Tree(NODES[:1]), ["at least two nodes"]),
        (lambda: outcomes.Tree([NODES[0], NODES[0]]), ["different names"]),
        (lambda: TREE.what_moved([1, 2]), ["5 nodes have 2 values"]),
        (lambda: TREE.what_moved([1, 2, 3, 4, -1]), ["'euros per order' at the end"]),
        (lambda: replace(KR1, target=40), ["starts at its target"]),
        (lambda: replace(KR1, kind="moonshot"), ["moonshot", "stretch or committed"]),
        (lambda: replace(KR1, result=120, cases=10), ["ends at 120", "or no cases"]),
        (lambda: replace(KR1, start="many"), ["start of 'messages without an answer'"]),
        (lambda: KR1.cases_needed(0), ["width"]),
        (lambda: outcomes.Guardrail("latency", None, 1), ["limit of 'latency'"]),
        (lambda: outcomes.Market(shops=12), ["shops", "0.12"]),
        (lambda: MARKET.path("likes"), ["likes", "within an hour"]),
        (lambda: MARKET.stops([outcomes.Guard("it", "mood", 1)]), ["mood", "per_answer"]),
    ],
)
def test_what_cannot_be_meant_is_refused(call, said):
    refused(call, *said)


# --- Words and charts ------------------------------------------------------------------------------------------------

HELD, BROKEN = outcomes.Guardrail("latency", 2, 0.7), outcomes.Guardrail("latency", 2, 3)


@pytest.mark.parametrize(
    ("results", "guardrails", "begins"),
    [
        ([KR1, KR2, LOGGED], [HELD], "**1 of 3 key results are where we expected"),
        ([KR1], [HELD], "**Every key result is where we expected it"),
        ([KR1], [BROKEN], "**We do not claim this quarter.** Did not hold: *latency*."),
    ],
)
def test_the_memo_says_first_whether_it_counts(results, guardrails, begins):
    assert words.memo(TREE, THEN, results, guardrails, MARKET).startswith(begins)


def test_sentences_follow_the_numbers():
    assert "= **0.70**; 0.7 or more is a good end." in words.about_scores([KR1])
    assert "missed, and to be explained" in words.about_scores([LOGGED])
    assert "Mean" not in words.about_scores([LOGGED])
    assert "Up: answered within a day" not in words.about_moved(TREE, [node.now for node in NODES])
    assert "There they part." in words.about_path(MARKET)
    assert words.about_path(replace(MARKET, shops=0.6)).startswith("No weight on answers within an hour")
    assert "not claimed" in words.about_guardrails([BROKEN])
    assert words.about_guardrails([HELD]).startswith("The guardrail holds")
    assert words.about_guardrails([HELD] * 3).startswith("All 3 guardrails hold")
    assert "may have been bought" in words.about_guardrails([])
    assert "watch the wrong thing" in words.about_stops(MARKET.stops([outcomes.Guard("never", "alone", 99)]))
    still = outcomes.Tree([replace(node, reach=node.now) for node in NODES])
    assert "Nobody who was asked believes" in words.about_worth(still)


@pytest.mark.parametrize("shops", [0, 0.12, 0.6])
def test_charts_draw_whatever_the_inputs(shops):
    market = replace(MARKET, shops=shops)
    for chart in (
        outcomes.what_moved_figure(TREE, THEN), outcomes.what_moved_figure(TREE, [node.now for node in NODES]),
        outcomes.scores_figure([KR1, replace(KR2, cases=400), LOGGED]), outcomes.sliders_figure(TREE),
        outcomes.path_figure(market, [outcomes.Guard("alone", "alone", 12)]),
    ):
        spec = chart.to_dict()
        assert len(spec["description"]) > 80
        assert "nan" not in spec["description"].split()
        assert "<svg" in paint.svg(spec, "x")


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (THEN, "The outcome moved by +€27,263 a month; the largest part is +€33,"),
        ([node.now for node in NODES], "No node moved, so the outcome stays what it was"),
        ([1_000_000, 0.5, 0.6, 0.2, 6], "Nodes moved, but the outcome did not; the largest part is −€"),
        ([2_000_000, 0.25, 0.6, 0.1, 6], "The outcome moved by −€180,000 a month; the largest part is −€180,000 from"),
    ],
)
def test_the_title_of_what_moved_follows_the_change(then, said):
    assert paint.title(outcomes.what_moved_figure(TREE, then).to_dict()).startswith(said)


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([KR1, KR2, LOGGED], "1 of 3 key results got as far as expected; furthest off is orders, at 0.60 of the way"),
        ([KR1, replace(KR2, cases=400)], "1 of 2 key results got as far as expected, but for 1 of them the count is"),
        ([KR1], "The only key result got as far as expected"),
        ([replace(KR2, result=11)], "The only key result fell short of what was expected, at 0.00 of the way"),
        ([KR1, replace(KR2, result=13)], "2 of 2 key results got as far as expected; the least of them stands at 0.70"),
        ([KR1, replace(KR2, name="a very long name. " * 9)], "1 of 2 key results got as far as expected; furthest"),
    ],
)
def test_the_title_of_the_scores_counts_what_was_met(results, said):
    text = paint.title(outcomes.scores_figure(results).to_dict())
    assert text.startswith(said)
    assert len(text) < 120


def test_the_titles_follow_the_market_and_what_is_believed():
    assert "then fall to" in paint.title(outcomes.path_figure(MARKET, []).to_dict())
    crowded = outcomes.path_figure(replace(MARKET, shops=0.6), []).to_dict()
    assert paint.title(crowded).startswith("No weight on fast answers brings more orders than today's")
    still = outcomes.Tree([replace(node, reach=node.now) for node in NODES])
    assert paint.title(outcomes.sliders_figure(still).to_dict()) == (
        "No node is believed to get any higher than it is today")
    believed = paint.title(outcomes.sliders_figure(TREE).to_dict())
    assert believed == "Of +€87,976 a month believed possible, +€50,364 would come from answered within a day"
