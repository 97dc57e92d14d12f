"""Does a human in the loop help, and can the queue hold: against published numbers, exact fractions and other programs.

Nothing here is this package's own output. Erlang C is held against two textbooks' worked examples, a published
workforce example, its definition in exact fractions and the stable recursion; the simulation against Kiefer and
Wolfowitz's recursion (1955) on the same draws; the shift plan against every plan there is.
"""

import itertools
import math
import re
from dataclasses import replace
from fractions import Fraction

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mlpm import InputError, charts, review
from mlpm.agora.review_log import PROFILE, review_log
from mlpm.review import day, errors, queue, wording
from mlpm.treatment.harms import read_harms
from titles import title_of

AGORA = "show: 0/1, rank last: .08/.40, cover: .15/.25, hide: .60/0"
PAIR = "show: 0/1, hide: .60/0"

# --- A steady queue -----------------------------------------------------------------------------------------------


def erlang_c(load: Fraction, servers: int) -> Fraction:
    """By definition: a^c/c! · c/(c − a) over the sum of all states."""
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(load**k / math.factorial(k) for k in range(servers)) + last)


def test_the_workforce_example_of_a_hundred_calls_in_half_an_hour():
    """callcentrehelper.com's worked example; digits as in the documentation of pyworkforce, which computes it too."""
    found = review.needed(200, 180, share=0.8, within=20, busy=0.85)
    assert (found.load, found.reviewers, queue.on_shift(found.reviewers, 0.3)) == (10, 14, 20)
    assert found.waits == pytest.approx(0.1741319335950498, abs=1e-12)
    assert found.within(20) == pytest.approx(0.8883500191794669, abs=1e-12)
    assert found.busy == pytest.approx(0.7142857142857143, abs=1e-12)


@pytest.mark.parametrize(("servers", "waits", "hours"), [(2, 0.245, 0.018), (3, 0.058, 0.002), (4, 0.011, 0.0)])
def test_the_multiple_server_worksheet(servers, waits, hours):
    """Cengage Learning's worksheet "Multiple Server Queueing Model" with 10 arrivals and 12 services an hour."""
    found = review.wait(10, 300, servers)
    assert round(found.waits, 3) == waits
    assert round(found.mean / 3600, 3) == hours


def test_bronson_problem_24_6():
    """Bronson, Operations Research (1982): three servers, 300 arrivals a year, two days a service."""
    year = 365 * 24
    found = review.wait(300 / year, 2 * 24 * 3600, 3)
    assert round(found.mean / 3600 / year, 6) == 0.001175
    assert round(found.mean / 3600 * 300 / year, 3) == 0.352


@pytest.mark.parametrize(("load", "servers"), [("1/2", 1), ("2/3", 2), ("5/6", 2), ("29/10", 3), ("15", 16)])
def test_erlang_c_is_its_definition(load, servers):
    exact = erlang_c(Fraction(load), servers)
    assert review.erlang_c(float(Fraction(load)), servers) == pytest.approx(float(exact), rel=1e-10)


@settings(deadline=None)
@given(st.floats(0.01, 3000), st.integers(1, 3000))
def test_erlang_b_is_the_stable_recursion(load, servers):
    """B(c) = a B(c − 1) / (c + a B(c − 1)), from B(0) = 1."""
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    if servers > load / 2 and blocked > 1e-250:
        assert review.erlang_b(load, servers) == pytest.approx(blocked, rel=1e-7)


def test_a_queue_of_six_hundred_an_hour():
    """600 items an hour at 90 seconds: 15 busy reviewers; 19 at 80% load; 16 meet four hours on steady arrivals."""
    assert queue.load(600, 90) == 15
    assert review.needed(600, 90, share=0.9, within=4 * 3600, busy=0.8).reviewers == 19
    bare = review.needed(600, 90, share=0.9, within=4 * 3600)
    assert bare.reviewers == 16
    # C from the definition; a mean wait of C · s / (c − a); 1 − C exp(−(c − a) t / s) begun in time.
    waits = float(erlang_c(Fraction(15), 16))
    assert bare.mean == pytest.approx(waits * 90, rel=1e-9)
    assert bare.within(60) == pytest.approx(1 - waits * math.exp(-60 / 90), rel=1e-9)


def test_too_few_reviewers_grow_a_queue():
    found = review.wait(600, 90, 14)
    assert (found.waits, found.mean, found.within(3600)) == (None, None, None)
    assert found.grows == pytest.approx(40)  # 600 − 14 × 40
    assert review.wait(600, 90, 15).grows == 0
    assert review.wait(600, 90, 15).waits is None  # as much work as time: no steady state
    with pytest.raises(ValueError, match="without end"):
        review.erlang_c(15, 15)


@pytest.mark.parametrize("arrivals", [0, 1, 37, 600, 5000])
def test_one_reviewer_fewer_would_not_do(arrivals):
    found = review.needed(arrivals, 90, share=0.95, within=30, busy=0.9)
    assert found.within(30) >= 0.95
    assert found.busy <= 0.9 + 1e-9
    if found.reviewers > 1:
        fewer = review.wait(arrivals, 90, found.reviewers - 1)
        assert fewer.waits is None or fewer.within(30) < 0.95 or fewer.busy > 0.9


def test_the_simulation_serves_like_kiefer_and_wolfowitz():
    """Same arrivals, same times: each item takes the server that is free first."""
    rng = np.random.default_rng(3)
    moments = np.sort(rng.random(2000) * 24)
    takes = rng.exponential(3 / 90, 2000)
    free, begun = np.zeros(3), []
    for moment, take in zip(moments, takes, strict=True):
        place = free.argmin()
        begun.append(max(moment, free[place]))
        free[place] = begun[-1] + take
    found = day._served(moments, takes, np.full(24 * 5, 3))
    assert found == pytest.approx(np.array(begun), abs=1e-9)


@pytest.mark.parametrize(("arrivals", "seconds", "reviewers"), [(60, 50, 1), (200, 180, 12), (99, 60, 2)])
def test_the_simulation_agrees_with_the_formula(arrivals, seconds, reviewers):
    exact = review.wait(arrivals, seconds, reviewers)
    drawn = review.simulate(
        np.full(24, arrivals), np.full(24, reviewers), review.Pace(seconds), within=1, days=60, seed=11
    )
    assert drawn.mean_low <= exact.mean / 60 <= drawn.mean_high
    assert drawn.share_low <= exact.within(60) <= drawn.share_high
    assert drawn.items == pytest.approx(60 * 24 * arrivals, rel=0.02)


# --- A day --------------------------------------------------------------------------------------------------------


def test_shifts_and_hours_are_read():
    people = review.on_shift(review.read_shifts("9-17: 3, 22-6: 2"))
    assert people.tolist() == [2] * 6 + [0] * 3 + [3] * 8 + [0] * 5 + [2] * 2
    assert review.read_open("0-24").all()
    assert np.flatnonzero(review.read_open("22-2")).tolist() == [0, 1, 22, 23]


@pytest.mark.parametrize("text", ["", "9-17", "9-17: 0", "9-17: two", "17: 3", "9-9: 1", "25-3: 1", "9-17: 2.5"])
def test_shifts_that_cannot_be_meant_are_refused(text):
    with pytest.raises(InputError, match="Parameter shifts"):
        review.read_shifts(text)


def test_a_backlog_by_hand():
    """Ten an hour around the clock, one person 8-16 at 40 an hour: 160 wait at 8, gone 160 / 30 hours later."""
    people = review.on_shift([(8, 16, 1)])
    found = review.fluid(np.full(24, 10.0), people, review.Pace(90))
    second = found.items[24:48]
    assert second[7] == pytest.approx(160)
    assert second[8:14] == pytest.approx([130, 100, 70, 40, 10, 0])
    assert found.grows == 0
    # What comes at 16 o'clock is begun at 8; what comes at 8 o'clock stands behind 160 items: four hours of work.
    assert found.longest == pytest.approx(16, abs=0.02)
    assert found.opened == pytest.approx(4, abs=0.02)


def test_a_backlog_that_grows():
    found = review.fluid(np.full(24, 10.0), review.on_shift([(8, 16, 1)]), review.Pace(120, away=0.2), days=4)
    assert found.grows == pytest.approx(240 - 8 * 24)
    assert np.diff(found.items[23::24])[1:] == pytest.approx([48, 48])
    assert (found.longest, found.opened) == (None, None)


def test_forty_thousand_items_and_twenty_reviewers():
    """The chapter's sum: 20 × 400 = 8,000 of 40,000, so four of five stay unreviewed."""
    people = np.zeros(24, dtype=int)
    people[8:16] = 20
    pace = review.Pace(60, away=1 - 400 / 480)
    assert people.sum() * pace.per_hour == pytest.approx(8_000)
    assert review.fluid(np.full(24, 40_000 / 24), people, pace).grows == pytest.approx(32_000)


def every_plan(opened, length, most):
    """All sets of shifts with at most so many people a shift, by paid hours."""
    begins = range(len(opened) - length + 1)
    plans = itertools.product(range(most + 1), repeat=len(begins))
    return sorted(
        ([(opened[b], opened[b] + length, n) for b, n in zip(begins, counts, strict=True) if n] for counts in plans),
        key=lambda shifts: sum(n for *_, n in shifts),
    )


@pytest.mark.parametrize(("within", "seed", "night"), [(1, 1, 1), (2, 2, 1), (3, 3, 1), (2, 5, 2), (3, 6, 3)])
def test_no_cheaper_shifts_keep_the_promise(within, seed, night):
    """Open 8-16, shifts of four hours: each of the 3^5 plans is tried in the fluid model."""
    rng = np.random.default_rng(seed)
    arrivals = np.where((np.arange(24) < 8) | (np.arange(24) >= 16), night, 6 if night == 1 else 0.3) * rng.random(24)
    opened, pace = review.read_open("8-16"), review.Pace(900)
    found = review.plan(arrivals, pace, opened=opened, within=within, share=0.9, busy=1.0, length=4)

    def keeps(people, tolerance=0.0):
        backlog = review.fluid(arrivals, people, pace, opened=opened)
        return not backlog.grows and backlog.opened <= within + tolerance

    assert keeps(found.people, 0.02)  # the fluid is a little slow in an hour in which a backlog ends
    cheaper = [
        shifts for shifts in every_plan(np.flatnonzero(opened), 4, 2)
        if shifts and 4 * sum(n for *_, n in shifts) < found.paid
    ]
    assert cheaper
    assert not any(keeps(review.on_shift(shifts)) for shifts in cheaper)


def test_what_comes_at_night_is_there_at_the_opening():
    """16 items at 3 and 16 at noon, four an hour a person, two hours to go.

    The night takes four person-hours from 8 to 10, noon as many from 12 to 15; no shift of four hours serves both. What
    is idle from 15 to 16 does not count for the night that comes after it.
    """
    arrivals = np.zeros(24)
    arrivals[[3, 12]] = 16
    found = review.plan(arrivals, review.Pace(900), opened=review.read_open("8-16"), within=2, share=0.9, busy=1.0,
                        length=4)
    assert found.paid == 16
    assert found.people[8:10].sum() >= 4
    assert found.people[12:15].sum() >= 4


def test_an_hour_with_no_time_to_catch_up_is_sized_by_erlang_c():
    arrivals = np.full(24, 200.0)
    found = review.plan(arrivals, review.Pace(180), opened=review.read_open("0-24"), within=20 / 3600, share=0.8,
                        busy=0.85)
    assert found.people.tolist() == [14] * 24
    away = review.plan(arrivals, review.Pace(180, away=0.3), opened=review.read_open("0-24"), within=20 / 3600,
                       share=0.8, busy=0.85)
    assert away.people.tolist() == [20] * 24


def test_the_plan_holds_when_single_items_are_drawn():
    arrivals = np.array(PROFILE) / sum(PROFILE) * 900
    pace, opened = review.Pace(60, away=0.3), review.read_open("8-24")
    found = review.plan(arrivals, pace, opened=opened, within=2, share=0.9, busy=0.8)
    assert all(start >= 8 and end <= 24 for start, end, _ in found.shifts)
    drawn = review.simulate(arrivals, found.people, pace, within=120, days=40, seed=5, opened=opened)
    assert drawn.share_low > 0.95


def test_a_shift_longer_than_the_day_is_refused():
    with pytest.raises(InputError, match="shift_hours is 8, longer than the 4 open hours"):
        review.plan(np.ones(24), review.Pace(60), opened=review.read_open("20-24"), within=1, share=0.9, busy=1.0)


def test_items_nobody_comes_for_are_counted():
    drawn = review.simulate(np.full(24, 5.0), np.zeros(24, dtype=int), review.Pace(60), within=60, days=3, seed=1)
    assert drawn.share == 0
    assert drawn.left == pytest.approx(480, abs=90)
    rare = review.simulate(np.full(24, 0.01), np.ones(24, dtype=int), review.Pace(60), within=60, days=30, seed=1)
    assert rare.share == 1


# --- Counting -----------------------------------------------------------------------------------------------------


def rows(*kinds, **constant) -> ibis.Table:
    """A table of reviews: (times, score, verdict, truth, more columns) repeated."""
    table = []
    for times, score, verdict, truth, *more in kinds:
        given = {"score": score, "verdict": verdict, "truth": truth, **constant, **(more[0] if more else {})}
        table += [given] * times
    flags = {name: [None if row[name] is None else bool(row[name]) for row in table]
             for name in ("verdict", "truth", "seen") if name in table[0]}
    return ibis.memtable(pa.table({name: flags.get(name, [row[name] for row in table]) for name in table[0]}))


def counted(*kinds, edges=(0.0, 0.5, 1.0), cut=0.5, harms=PAIR, **constant):
    priced = review.prices(read_harms(harms), 10.0)
    return review.count(rows(*kinds, **constant), edges=edges, cut=cut, switches=priced.switches), priced


def test_cells_hold_every_count():
    log, _ = counted(
        (3, 0.2, 0, 0, {"seconds": 5.0, "hour": 7, "weight": 2.0}),
        (2, 0.5, 1, None, {"seconds": 40.0, "hour": 20, "weight": 1.0}),
        (1, 1.0, 1, 1, {"seconds": 4_000.0, "hour": 20, "weight": 1.0}),
    )
    cells = log.cells
    assert cells.band.tolist() == [0, 1, 1]
    assert cells.model.tolist() == [False, True, True]
    assert cells.truth.tolist() == [0, -1, 1]
    assert cells.rows.tolist() == [3, 2, 1]
    assert cells.weight.tolist() == [6, 2, 1]
    assert cells.timed.tolist() == [3, 2, 0]
    assert cells.seconds.tolist() == [15, 80, 0]
    assert cells.hasty.tolist() == [3, 0, 0]
    assert log.volumes.tolist() == [6, 3]
    assert log.hours[7].tolist() == [6, 0]
    assert log.hours[20].tolist() == [0, 3]
    assert (log.grid[20], log.grid[50], log.grid[99]) == (6, 2, 1)
    assert log.notes == ["1 review stayed open for more than 15 minutes: interrupted, so left out of the mean time."]


COLUMNS = review.Columns("score", "verdict", "truth")
READ = {"edges": (0.0, 0.5, 1.0), "cut": 0.5}


def test_words_for_yes_and_tables_of_an_engine_are_read(tmp_path):
    path = tmp_path / "x.ddb"
    with duckdb.connect(path) as con:
        con.execute("CREATE TABLE r AS SELECT * FROM (VALUES (0.1, 'keep', 'keep'), (0.9, 'remove', NULL), "
                    "(0.8, 'keep', 'remove')) t(score, verdict, truth)")
    log = review.read("r", COLUMNS, **READ, positive="remove", engine=f"duckdb://{path}")
    assert log.cells.verdict.tolist() == [False, False, True]
    assert log.cells.truth.tolist() == [0, 1, -1]


@pytest.mark.parametrize(
    ("content", "settings", "message"),
    [
        ("0.5,keep,keep", {"positive": "remove"}, "column 'verdict': never says 'remove'. It says 'keep'"),
        ("1.5,1,1", {}, "column 'score', row 1 (line 2): '1.5' is above 1"),
        ("0.5,maybe,1", {}, "'maybe' is neither yes nor no"),
        ("0.5,,1", {}, "column 'verdict', row 1 (line 2): the value is missing"),
        ("0.5,1,", {}, "column 'truth': no row has a truth"),
        ("0.5,1,1", {"cut": 50}, "Parameter cut is 50. Give a share from 0 to 1, such as 0.5."),
    ],
)
def test_a_wrong_log_is_refused(tmp_path, content, settings, message):
    (tmp_path / "r.csv").write_text(f"score,verdict,truth\n{content}\n")
    with pytest.raises(InputError) as refused:
        review.read(tmp_path / "r.csv", COLUMNS, **(READ | settings))
    assert message in str(refused.value)


def test_an_item_judged_twice_is_refused(tmp_path):
    (tmp_path / "r.csv").write_text("id,score,verdict,truth\na,0.5,1,1\na,0.5,0,1\n")
    with pytest.raises(InputError, match="'a' is there already"):
        review.read(tmp_path / "r.csv", review.Columns("score", "verdict", "truth", item="id"), **READ)


def test_one_column_in_two_roles_is_refused(tmp_path):
    with pytest.raises(InputError, match="Parameters score and verdict both name the column 'a'"):
        review.read(tmp_path / "r.csv", review.Columns("a", "a", "truth"), **READ)


@pytest.mark.parametrize("text", ["0.5, 0.2", "a", "0.2, 1.5", "0.2, 0.2", "-0.1"])
def test_bands_that_do_not_rise_are_refused(text):
    with pytest.raises(InputError, match="Parameter bands"):
        review.read_edges(text)


def test_edges_are_read():
    assert review.read_edges("0, 0.25, 0.7, 1") == (0, 0.25, 0.7, 1)
    assert review.read_edges("") == (0, 1)


# --- Errors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hits", "trials", "low", "high"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)])
def test_wilson_as_published(hits, trials, low, high):
    """Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3."""
    found = review.Share(hits, trials)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_the_difference_of_two_shares_as_published():
    """Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10: 56/70 − 48/80."""
    value_, low, high = errors.difference(review.Share(56, 70), review.Share(48, 80))
    assert (round(value_, 4), round(low, 4), round(high, 4)) == (0.2, 0.0524, 0.3339)


def test_pairs_follow_the_binomial():
    exact = 2 * sum(Fraction(math.comb(12, k), 2**12) for k in range(3))
    assert review.Pair(10, 2).p == pytest.approx(float(exact))
    assert review.Pair(0, 0).p is None


# 100 audited reviews at .3 (the model says no) and .8 (it says yes), half of them with its verdict in sight.
TRIAL = (
    (30, 0.3, 0, 0, {"seen": 1}), (10, 0.3, 0, 1, {"seen": 1}),
    (5, 0.3, 1, 1, {"seen": 1}), (5, 0.8, 0, 1, {"seen": 1}),
    (20, 0.3, 0, 0, {"seen": 0}), (4, 0.3, 0, 1, {"seen": 0}),
    (16, 0.3, 1, 1, {"seen": 0}), (10, 0.8, 0, 0, {"seen": 0}),
)


def test_errors_by_band_are_counted():
    log, _ = counted(*TRIAL)
    cells = log.cells
    low, high, every = errors.by_band(log, cells[cells.seen], cells[~cells.seen])
    assert (low.model, low.done, low.own) == (review.Share(35, 85), review.Share(10, 45), review.Share(4, 40))
    assert (low.done_pair, low.own_pair) == (review.Pair(5, 0), review.Pair(16, 0))
    assert (high.model, high.done, high.own) == (review.Share(10, 15), review.Share(5, 5), review.Share(0, 10))
    assert (high.done_pair, high.own_pair) == (review.Pair(0, 5), review.Pair(10, 0))
    assert every.model == review.Share(45, 100)
    assert low.score == pytest.approx(0.3)
    assert low.violating == review.Share(35, 85)


def test_following_is_counted():
    log, _ = counted(*TRIAL)
    found = review.following(log.cells)
    assert (found.wrong_shown, found.wrong_own) == (review.Share(10, 15), review.Share(4, 30))
    assert (found.right_shown, found.right_own) == (review.Share(30, 35), review.Share(20, 20))
    assert found.pulled[0] == pytest.approx(10 / 15 - 4 / 30)


def test_overrides_are_counted():
    log, _ = counted(*TRIAL, (7, 0.9, 0, None, {"seen": 1}))
    shown = log.cells[log.cells.seen]
    found = review.overrides(shown)
    assert found.rate == review.Share(5 + 5 + 7, 57)
    assert found.right == review.Share(5, 10)


def reviewed_by(**people):
    """name → (hasty, slow and agreeing, slow and differing) reviews of decent items at .2."""
    kinds = []
    for name, (hasty, same, other) in people.items():
        kinds += [
            (hasty, 0.2, 0, 0, {"reviewer": name, "seconds": 2.0}),
            (same, 0.2, 0, 0, {"reviewer": name, "seconds": 50.0}),
            (other, 0.2, 1, 0, {"reviewer": name, "seconds": 50.0}),
        ]
    return counted(*kinds)[0]


def test_who_does_not_read_shows_both_signs():
    log = reviewed_by(stamp=(80, 20, 0), quick=(80, 0, 20), agrees=(0, 100, 0), careful=(5, 75, 20), new=(12, 0, 0))
    found = review.reviewers(log).set_index("reviewer")
    assert found.index[found.stamps].tolist() == ["stamp"]
    assert found.loc["quick", ["hasty", "overrides"]].tolist() == [0.8, 0.2]
    assert found.loc["stamp", "seconds"] == pytest.approx((80 * 2 + 20 * 50) / 100)
    assert found.loc["careful", "wrong"] == 0.2


def test_without_reviewers_nobody_stamps():
    assert review.reviewers(counted(*TRIAL)[0]).empty


# --- Worth --------------------------------------------------------------------------------------------------------


def test_a_gain_by_hand():
    """At .3 the model shows: 40 decent, of them 10 hidden by reviewers, and 20 bullying, of them 5 missed."""
    log, priced = counted((30, 0.3, 0, 0), (10, 0.3, 1, 0), (15, 0.3, 1, 1), (5, 0.3, 0, 1))
    found = review.gain(log.cells, priced)
    saved = np.repeat([0.0, -6.0, 10.0, 0.0], [30, 10, 15, 5])  # euros, at ten a unit
    assert (found.without, found.reviewed) == pytest.approx((200 / 60, 110 / 60))
    assert found.mean == pytest.approx(saved.mean())
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.95, 59, saved.mean(), stats.sem(saved)))
    assert found.rows == 60


def test_a_mild_action_is_what_a_review_has_to_beat():
    """At .5 covering costs .15 or .25 a unit; showing or hiding by the verdict of the model .60 or nothing."""
    log, priced = counted((20, 0.5, 0, 0), (20, 0.5, 1, 1), harms=AGORA)
    assert [action.name for action in priced.actions] == ["show", "rank last", "cover", "hide"]
    assert priced.switches == pytest.approx((2 / 17, 7 / 22, 9 / 14))
    assert (priced.yes.name, priced.no.name) == ("hide", "show")
    assert review.gain(log.cells, priced).mean == pytest.approx(10 * (0.15 + 0.25) / 2)
    assert review.gain(log.cells, priced, against="model").mean == pytest.approx(10 * 0.60 / 2)


def test_few_rows_have_no_gain():
    log, priced = counted((29, 0.3, 0, 0))
    assert review.gain(log.cells, priced) == review.Gain("", 29)


def gains(*means, error=0.1):
    return [review.Gain(str(i), 100, 1.0, 1.0, m, error, m - 2 * error, m + 2 * error) for i, m in enumerate(means)]


ITEMS = np.array([100.0, 50.0, 40.0, 10.0])


def test_the_best_window_is_the_run_that_brings_most():
    found = review.best_window(gains(0.1, 0.9, 0.2, 0.8), ITEMS, 0.3, 1e9)
    # .9 and .8 with the .2 between them: 50 × .6 − 40 × .1 + 10 × .5 = 31, more than 50 × .6 = 30 alone.
    assert (found.first, found.last, found.items) == (1, 3, 100)
    assert found.net == pytest.approx(31)
    half = 1.96 * math.sqrt(50**2 + 40**2 + 10**2) * 0.1
    assert (found.low, found.high) == pytest.approx((31 - half, 31 + half))


def test_capacity_narrows_the_window():
    assert review.best_window(gains(0.1, 0.9, 0.2, 0.8), ITEMS, 0.3, 60).last == 1
    part = review.best_window(gains(0.1, 0.9, 0.2, 0.1), ITEMS, 0.3, 25)
    assert (part.first, part.last, part.share) == (1, 1, 0.5)
    assert part.net == pytest.approx(15)


def test_a_window_that_loses_is_said_to_lose():
    found = review.best_window(gains(0.1, 0.2, 0.1, 0.1), ITEMS, 0.3, 1e9)
    assert (found.first, found.last) == (3, 3)
    assert found.net == pytest.approx(-2)
    assert review.best_window([review.Gain("a", 3)] * 4, ITEMS, 0.3, 1e9) is None


def test_a_band_nobody_audited_is_not_sent_to_review():
    found = review.best_window([*gains(0.9), review.Gain("1", 5), *gains(0.5, 0.9)], ITEMS, 0.3, 1e9)
    assert (found.first, found.last) == (0, 0)


# --- The decision -------------------------------------------------------------------------------------------------


def win(net, half=1.0):
    return review.Window(0, 0, 10.0, net, net - half, net + half)


@pytest.mark.parametrize(
    ("in_use", "repaired", "known", "decision", "rule"),
    [
        (None, None, [], "collect_more", "too_few"),
        (win(2), None, gains(0.9), "review_band", "pays"),
        (win(2), win(5), gains(0.9), "review_band", "pays"),
        (win(0.5), win(5), gains(0.9), "fix_review_first", "would_pay"),
        (None, win(5), gains(0.9), "fix_review_first", "would_pay"),
        (win(-5), win(-5), gains(0.05, 0.0), "no_review", "never_pays"),
        (win(-5), None, gains(0.0), "no_review", "never_pays"),
        (win(0.5), win(0.5), gains(0.0, 0.35), "collect_more", "cannot_tell"),
        (win(-0.5), None, gains(0.2), "collect_more", "cannot_tell"),
    ],
)
def test_the_first_rule_that_fits_wins(in_use, repaired, known, decision, rule):
    assert review.decide(in_use, repaired, known, 0.3) == (decision, rule)
    assert decision in review.DECISIONS


def test_rows_to_tell():
    """A half-width of 2 around 1: four times the rows halve it, so it then ends at zero."""
    assert review.rows_to_tell(100, win(1, 2)) == 400
    assert review.rows_to_tell(100, win(0)) is None


# --- All of it ----------------------------------------------------------------------------------------------------

INPUTS = {
    "items_per_day": 1000, "other_per_day": 10, "audit": 0.01, "reviewed": "0-1", "handling": 60.0, "shifts": "9-17: 4",
    "shift_hours": 8, "open_hours": "8-24", "away": 0.3, "busy": 0.8, "within": 120.0, "answered": 0.9, "wage": 18.0,
    "harm_price": 10.0, "floor": 10.0, "seed": 7,
}


def analyzed(*kinds, harms=PAIR, given=None, **constant):
    log, priced = counted(*kinds, harms=harms, **constant)
    return review.analyze(log, priced, review.Inputs(**(INPUTS | (given or {}))))


GOOD = ((300, 0.3, 0, 0), (100, 0.3, 1, 1), (10, 0.3, 1, 0), (400, 0.9, 1, 1), (40, 0.9, 1, 0))
STUDIES = {
    "review_band": (GOOD, {}),
    "no_review": (((300, 0.02, 0, 0), (60, 0.02, 1, 0), (400, 0.97, 1, 1), (60, 0.97, 0, 1)), {}),
    "fix_review_first": (
        tuple((n, s, 0, t, {"seen": 1}) for n, s, _, t in GOOD) + tuple((*kind, {"seen": 0}) for kind in GOOD), {}),
    "collect_more": (((27, 0.3, 0, 0), (3, 0.3, 1, 1), (3, 0.3, 1, 0)), {}),
}


@pytest.mark.parametrize("decision", STUDIES)
def test_every_decision_is_reached_and_written(decision):
    kinds, given_ = STUDIES[decision]
    found = analyzed(*kinds, given=given_)
    assert found.decision == decision
    memo = wording.memo(found)
    assert memo.startswith("**")
    said = [memo, *(getattr(wording, name)(found) for name in dir(wording) if name.startswith("about_"))]
    assert not re.search(r"\bnan\b|None|inf\b", " ".join(said))
    assert ("**Band.**" in memo) == (decision in ("review_band", "fix_review_first"))
    review.numbers(found)
    assert review.result(found)["decision"] == decision


def test_too_few_audits_are_not_judged():
    found = analyzed((20, 0.3, 1, 1), (20, 0.9, 1, 1))
    assert (found.decision, found.rule) == ("collect_more", "too_few")
    assert "No band has 30 reviews" in wording.memo(found)


def test_a_log_without_extras_says_what_stays_unseen():
    found = analyzed(*GOOD, given={"items_per_day": 0})
    said = wording.about_log(found)
    assert "does not tell who saw" in said
    assert "peaks stay unseen" in said
    assert "the 850 items of the log are taken for one day" in said
    assert review.following_figure(found) is None


def test_a_score_that_is_no_probability_is_said():
    found = analyzed((300, 0.3, 0, 0), (300, 0.3, 1, 1), (400, 0.9, 1, 1), (40, 0.9, 1, 0))
    assert found.uncalibrated == ["0–.5"]
    assert "calibrate it" in wording.memo(found)


def test_seconds_come_from_those_who_read():
    kinds = [(n, s, v, t, {"reviewer": "a", "seconds": 90.0}) for n, s, v, t in GOOD]
    kinds += [(400, 0.3, 0, 0, {"reviewer": "b", "seconds": 1.0})]
    found = analyzed(*kinds, given={"handling": 0})
    assert found.stamps == ["b"]
    assert found.seconds == 90
    # 40 an hour, 70% of it at the queue, 80% of that planned with.
    assert found.priced.review == pytest.approx(18 / (40 * 0.7 * 0.8))
    with pytest.raises(InputError, match="handling is 0 and the log has no seconds"):
        analyzed(*GOOD, given={"handling": 0})


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"reviewed": "0.1-0.7"}, "reviewed ends at 0.1, which is no edge of a band. Add 0.1 to bands."),
        ({"reviewed": "0.5"}, "Parameter reviewed is '0.5'"),
        ({"away": 1}, "Parameter away is 1"),
        ({"audit": 5}, "Parameter audit is 5. Give a share from 0 to 1, such as 0.05."),
        ({"within": 0}, "Parameter within is 0"),
        ({"seed": -1}, "Parameter seed is -1"),
        ({"shift_hours": 25}, "Parameter shift_hours is 25"),
        ({"open_hours": "8"}, "Parameter open_hours: '8' is not a span"),
    ],
)
def test_inputs_that_cannot_be_meant_are_refused(given_, message):
    with pytest.raises(InputError) as refused:
        analyzed(*GOOD, given=given_)
    assert message in str(refused.value)


def test_capacity_is_what_appeals_and_the_audit_leave():
    """4 people × 8 h × 42 an hour × 80% = 1,075; two bands with 1,000 items fit, and with 200 appeals only one."""
    able = 0.8 * 4 * 8 * 42
    all_pay = ((300, 0.3, 0, 0), (100, 0.3, 1, 1), (400, 0.9, 1, 1), (100, 0.9, 0, 0))
    free = analyzed(*all_pay).in_use
    assert (free.first, free.last, free.items) == (0, 1, 1000)
    narrow = analyzed(*all_pay, given={"other_per_day": 200}).in_use
    assert narrow.first == narrow.last
    few = analyzed(*all_pay, given={"items_per_day": 5_000}).in_use
    assert few.items * few.share == pytest.approx(able - 10 - 50)


@pytest.fixture(scope="module")
def agora():
    """The example as the notebook reads it."""
    priced = review.prices(read_harms(AGORA), 10.0)
    names = {"comment": "item", "stands_for": "weight"}
    frame = review_log().rename(columns=names).drop(columns="item")
    for column in ("seen", "verdict", "truth"):
        frame[column] = frame[column].astype(bool)
    table = ibis.memtable(pa.Table.from_pandas(frame))
    log = review.count(table, edges=review.read_edges("0.1, 0.25, 0.4, 0.55, 0.7, 0.85"), cut=0.375,
                       switches=priced.switches)
    given_ = INPUTS | {"items_per_day": 8000, "other_per_day": 120, "reviewed": "0.1-0.7", "away": 0.25}
    return review.analyze(log, priced, review.Inputs(**given_))


def test_the_example_shows_what_was_planted(agora):
    assert agora.decision == "fix_review_first"
    assert agora.label(agora.repaired) == ".25 to .7"
    assert agora.stamps == ["r05"]
    assert agora.measured == pytest.approx(60, abs=1.5)
    log = review_log()
    assert sum(one.rows for one in agora.repaired_gains) == ((log.seen == 0) & (log.reviewer != "r05")).sum()
    assert sum(one.rows for one in agora.gains) == (log.seen == 1).sum()
    # Adopted unread in 30 of 100 and 55 of 100 cases, on top of what reviewers would have got wrong themselves.
    for one, adopts in zip(agora.following[1:], (0.30, 0.55), strict=True):
        assert one.wrong_shown.low < adopts + (1 - adopts) * one.wrong_own.value < one.wrong_shown.high
    # The stream is Beta(0.1, 0.9), 8,000 a day.
    beta = stats.beta(0.1, 0.9)
    assert agora.items == pytest.approx(8000 * np.diff(beta.cdf([0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1])), abs=1)
    assert agora.errors[-1].violating.trials == len(review_log())
    assert not agora.uncalibrated
    assert agora.now.backlog.grows > 0
    assert agora.planned.paid == agora.now.paid
    assert agora.today.high < 0 < agora.today_against_model.low


@pytest.mark.parametrize("within", [60.0, 240.0, 480.0])
def test_a_plan_keeps_its_promise_when_items_are_drawn(agora, within):
    """The fluid alone would let every fourth item be late at four hours."""
    found = review.analyze(agora.log, agora.priced, replace(agora.inputs, within=within))
    assert found.planned.simulated.share_low >= 0.9


# --- Charts that move ---------------------------------------------------------------------------------------------


def texts(chart, **params):
    """What a chart writes when its sliders stand elsewhere."""
    spec = chart.to_dict()
    for param in spec["params"]:
        param["value"] = params.get(param["name"], param.get("value"))
    return " | ".join(re.findall(r"<text[^>]*>([^<]+)</text>", charts.svg(charts.stored(spec), "t")))


@pytest.mark.parametrize(
    ("come", "takes", "staff", "minutes"), [(99, 60, 3, 1), (200, 180, 14, 2), (40, 90, 2, 1), (10, 30, 20, 5)]
)
def test_the_queue_in_the_page_is_erlang_c(come, takes, staff, minutes):
    said = texts(review.queue_figure(99, 60, 1, 0.8, 3), come=come, takes=takes, staff=staff, minutes=minutes)
    exact = review.wait(come, takes, staff)
    assert f"{exact.within(60 * minutes):.1%} begun within {minutes} min" in said
    assert f"busy {exact.busy:.0%}, mean wait {exact.mean:.0f} s" in said


def test_the_titles_of_the_charts_follow_the_findings(agora):
    assert title_of(review.queue_figure(99, 60, 1, 0.8, 2)).startswith("With 2 reviewers ")
    assert title_of(review.queue_figure(99, 60, 1, 0.8, 1)) == "With 1 reviewer the queue grows by 39 items an hour"
    shown, own = agora.following[0].wrong_shown, agora.following[0].wrong_own
    assert f"{100 * shown.hits / shown.trials:.0f} of 100 wrong verdicts they see" in title_of(
        review.following_figure(agora)
    )
    assert f"give {100 * own.hits / own.trials:.0f} of themselves" in title_of(review.following_figure(agora))
    assert title_of(review.backlog_figure(agora)).startswith("The backlog of today grows by ")


def test_a_queue_that_grows_in_the_page():
    said = texts(review.queue_figure(99, 60, 1, 0.8, 3), come=150, takes=60, staff=2)
    assert "unstable: the queue grows by" in said
    assert "30 items an hour" in said


def test_the_band_in_the_page_holds_what_the_log_holds(agora):
    chart = review.band_figure(agora)
    assert f"holds: {agora.repaired.items:,.0f} items of the band" in texts(chart)
    wide = agora.items[1:5].sum() + 120 + 0.01 * (agora.items.sum() - agora.items[1:5].sum())
    able = 32 * 45 * 0.8
    assert f"does not hold: {wide - able:,.0f} a day too many" in texts(chart, low=0.1)
    assert "does not hold" not in texts(chart, low=0.1, paid=60)


def test_every_chart_can_be_drawn(agora):
    found = [review.errors_figure, review.following_figure, review.value_figure, review.backlog_figure,
             review.shifts_figure, review.band_figure]
    for draw in found:
        charts.svg(charts.stored(draw(agora).to_dict()), "t")
    for kinds, given_ in STUDIES.values():
        other = analyzed(*kinds, given=given_)
        for draw in found:
            chart = draw(other)
            if chart is not None:
                title_of(chart)
                charts.svg(charts.stored(chart.to_dict()), "t")
