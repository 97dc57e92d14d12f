"""A page made of services. Expected values: integrals, simulated calls and workers, fractions, the path by hand."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from mlpm import backend, charts
from mlpm.backend import words
from mlpm.reliability import Latency
from refusing import refused
from titles import title_of

PAGE, QUICK, LARGE = backend.Page(360_000, 0.002, 12, 64), Latency(80, 400), Latency(250, 1500)
SPLIT = backend.Split(12, 4, 0.999, 0.06, 10, 6, 4, 10, 40, 500)


# --- The limit -------------------------------------------------------------------------------------------------------


def test_waiting_is_priced_by_the_mean():
    law = stats.lognorm(math.log(5) / stats.norm.ppf(0.99), scale=80)
    assert PAGE.waiting(QUICK) == pytest.approx(360_000 * 0.002 / 100 * law.mean())
    assert PAGE.net(QUICK, 7_200) == pytest.approx(7_200 - PAGE.waiting(QUICK))


def test_the_net_of_a_limit_is_that_of_simulated_calls():
    times = np.random.default_rng(4).lognormal(math.log(250), LARGE.sigma, 1_000_000)
    expected = 9_000 * np.mean(times <= 600) - 7.2 * np.mean(np.minimum(times, 600))
    assert PAGE.net(LARGE, 9_000, 600) == pytest.approx(expected, rel=0.003)


@pytest.mark.parametrize(("latency", "gain"), [(QUICK, 7_200), (LARGE, 9_000), (Latency(30, 3_000), 4_000)])
def test_the_limit_is_the_shortest_that_keeps_the_gain(latency, gain):
    grid = np.exp(np.linspace(math.log(5), math.log(100_000), 4_000))
    nets = np.array([PAGE.net(latency, gain, at) for at in grid])
    limit = PAGE.limit(latency, gain)
    first = grid[np.argmax(nets >= 0.99 * nets.max())]
    assert limit == pytest.approx(first, rel=0.01)


def test_a_model_that_never_pays_has_no_limit():
    assert PAGE.limit(Latency(2_000, 6_000), 100) is None
    assert "take the rule" in words.about_limit(PAGE, Latency(2_000, 6_000), 100, 30_000)


def test_a_model_that_hangs_takes_the_workers():
    """Arrivals at an even pace, each holding a worker for thirty seconds, until none is free."""
    free_from, full = [], None
    for n in range(2_000):
        now = n / 12
        free_from = [end for end in free_from if end > now]
        if len(free_from) == 64:
            full = now
            break
        free_from.append(now + 30)
    assert PAGE.full_after(30_000) == pytest.approx(full, abs=1 / 12)
    assert PAGE.held(30_000) == 360
    assert PAGE.full_after(400) is None


@given(st.floats(10, 5_000))
def test_workers_run_out_exactly_where_more_are_held_than_there_are(limit):
    assert (PAGE.full_after(limit) is None) == (12 * limit / 1000 < 64)


# --- Splitting -------------------------------------------------------------------------------------------------------


def test_what_one_program_and_many_services_cost():
    assert SPLIT.down_split == pytest.approx(float(720 * (1 - Fraction(999, 1000) ** 4)))
    assert SPLIT.down_whole == pytest.approx(0.72)
    assert SPLIT.held_up == pytest.approx(float(1 - Fraction(94, 100) ** 10))
    assert SPLIT.people_split == 24
    assert SPLIT.premium == 40_000


# --- Words and figures -----------------------------------------------------------------------------------------------


def test_the_words_hold_the_published_figures():
    text = words.about_series(0.999, 4, 2, 2, 0.1)
    assert "99.6006%" in text
    assert "2.9 hours" in text
    assert "43 minutes of one" in text
    assert "18 of 100" in words.about_tail(0.01, 20)
    assert "99.95 of 100" in words.about_tail(0.01, 20)
    assert "243 calls" in words.about_retries(3, 5)
    assert "2,500 arrive twice" in words.about_events(500_000, 0.005)


def memo(**changes) -> str:
    given = {
        "page": PAGE, "fast": QUICK, "gain": 7_200, "slow": LARGE, "slow_gain": 9_000, "default": 30_000,
        "available": 0.999, "services": 4, "soft": 2, "tries": 3, "layers": 3, "split": SPLIT,
    }
    return words.memo(**given | changes)


@pytest.mark.parametrize(("changes", "says"), [
    ({}, "Do not split"),
    ({"split": backend.Split(2, 2, 0.999, 0.06, 10, 6, 2, 10, 40, 500)}, "Splitting costs no more"),
    ({"gain": 10}, "Do not call this model"),
    ({"default": 500}, "enough workers are left"),
    ({"soft": 1}, "without its model"),
    ({"soft": 4}, "instead of 2.9 hours"),
])
def test_the_memo_answers_every_case(changes, says):
    text = memo(**changes)
    assert says in text
    assert "nan" not in text
    assert "None" not in text


def test_durations_are_told_in_what_people_count_in():
    assert [words.hours(value) for value in (2.87, 0.72, 0.0007)] == ["2.9 hours", "43 minutes", "3 seconds"]


def test_the_page_computes_what_python_computes():
    drawn = charts.svg(backend.downtime_figure(0.999, 4, 2).to_dict(), "a")
    assert "all needed: 2.9 h" in drawn
    assert "with fallbacks: 1.4 h" in drawn
    drawn = charts.svg(backend.tail_figure(0.01, 20).to_dict(), "b")
    assert "20 calls: 18 of 100 pages" in drawn
    assert "502 of 1,000,000" in drawn
    drawn = charts.svg(backend.limit_figure(PAGE, QUICK, 7_200, 400).to_dict(), "c")
    late, area = QUICK.slower(400), integrate.quad(QUICK.slower, 0, 400)[0]
    assert f"€{7_200 * (1 - late) - 7.2 * area:,.0f} a month" in drawn
    assert "the rule instead: 1.0 of 100" in drawn


def test_the_titles_of_the_charts_are_their_findings():
    """0.999 to the fourth of 720 hours; 0.99 to the twentieth."""
    down = title_of(backend.downtime_figure(0.999, 4, 2))
    assert down == "Of 4 services in a row, each up 99.9% of the time, one or more is down for 2.9 hours a month"
    tail = title_of(backend.tail_figure(0.01, 20))
    assert tail == "With 20 calls, each slow 10 times in 1,000, 18 of 100 pages wait for a slow one"
    assert title_of(backend.limit_figure(PAGE, QUICK, 7_200, 400)).endswith("with 1 of 100 answered by the rule")


def test_the_path_names_every_station_in_order():
    drawn = charts.svg(backend.path_figure({"4": "80 ms"}).to_dict(), "d")
    places = [drawn.index(word) for word in ("1  browser", "2  gateway", "3  features", "4  model", "5  page")]
    assert places == sorted(places)
    assert all(word in drawn for word in ("6  event", "7  queue", "8  log", "9  label join", "10  retrain", "80 ms"))


@pytest.mark.parametrize("wrong", [
    lambda: backend.Page(-1, 0.002, 12, 64), lambda: backend.Page(1, 2, 12, 64), lambda: backend.Page(1, 0.1, 0, 64),
    lambda: backend.Page(1, 0.1, 12, 0), lambda: backend.Split(0, 4, 0.999, 0.06, 10, 6, 4, 10, 40, 500),
    lambda: backend.Split(12, 4, 99.9, 0.06, 10, 6, 4, 10, 40, 500),
])
def test_what_cannot_be_meant_is_refused(wrong):
    refused(wrong, "Parameter")
