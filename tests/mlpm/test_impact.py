"""What the launches did together, counted from events: cohorts, the holdout, and what is left of announced wins."""

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower
from tea_tasting.aggr import Aggregates

from mlpm import charts, impact
from mlpm.agora.buyer_events import buyer_events
from mlpm.impact import Columns, Win, analyze, ask, claim, decide, left_of, read, size, spread, wording
from mlpm.impact.cohorts import cohorts
from mlpm.impact.question import read_guardrails, read_wins
from mlpm.impact.study import rail
from mlpm.paint import title
from refusing import refused

COLUMNS = Columns("user", "time", "event", "value", "group")
ASKED = {"first": "join", "activation": "write", "back": "visit", "outcome": "order", "held": "held"}
ASKED |= {"holdout_share": 0.5}
START = date(2026, 3, 2)  # a Monday
EXAMPLE = Path(impact.__file__).parents[2] / "data" / "agora-buyer-events.csv"
WINS = "order: 3.0, alerts: 2.6, price hint: 2.4, photos: 2.2, reminder: 2.0, speed: 1.8"
ENDS = "0.8 to 5.3, 0.5 to 4.7, 0.4 to 4.4, 0.2 to 4.2, 0.1 to 3.9, 0.1 to 3.5"


def asked(**changes) -> impact.Question:
    return ask(**(ASKED | changes))


def events(*rows: tuple) -> pd.DataFrame:
    """Rows of (user, days since START, event, value, group)."""
    frame = pd.DataFrame(rows, columns=["user", "time", "event", "value", "group"])
    frame["time"] = [START + timedelta(days=days) for days in frame.time]
    return frame


def written(folder: Path, frame: pd.DataFrame) -> Path:
    frame.to_csv(folder / "events.csv", index=False)
    return folder / "events.csv"


def trade(
    exposed: int = 400, held: int = 400, gain: float = 0.0, noise: float = 0.4, before: float = 0.0, seed: int = 3
) -> pd.DataFrame:
    """Users who all join on day 60, have ordered before it and order after it. before: the exposed's lead then."""
    rng = np.random.default_rng(seed)
    rows = []
    for group, users, factor in (("held", held, 1.0), ("new", exposed, 1.0 + gain)):
        habit = rng.gamma(9, 1 / 9, users)
        for n in range(users):
            user, lead = f"{group}{n}", 1 + before * (group == "new")
            rows += [
                (user, n % 50, "order", 10 * habit[n] * lead * rng.gamma(9, 1 / 9), group),
                (user, 60 + n % 7, "join", 0, group),
                (user, 70 + n % 7, "order", 10 * habit[n] * factor * rng.normal(1, noise), group),
                (user, 90 + n % 7, "order", 10 * habit[n] * factor * rng.normal(1, noise), group),
                (user, 61 + n % 9, "write" if n % 2 else "visit", 0, group),
            ]
    return events(*rows)


SINCE = {"first": "", "began": str(START + timedelta(days=60)), "outcome_from": str(START + timedelta(days=60))}


def analyzed(folder: Path, frame: pd.DataFrame, **changes) -> impact.Findings:
    question = asked(**(SINCE | {"back_from": 1, "back_to": 9} | changes))
    columns = COLUMNS if question.held else dataclasses.replace(COLUMNS, group="")
    return analyze(read(written(folder, frame), columns, question), question)


@pytest.fixture(scope="module")
def example() -> impact.Findings:
    question = ask(
        first="first_search", activation="contact", back="search", outcome="order", began="2026-01-05",
        outcome_from="2026-09-28", held="1", sampled=0.12, activation_floor=0.5, back_floor=0.3,
        guardrails="complaint:users:0.06, page_ms:mean:430", wins=WINS, win_intervals=ENDS, tried=40, margin=0.15,
    )
    return analyze(read(EXAMPLE, Columns("buyer", "day", "event", "value", "holdout"), question), question)


# --- Counting -----------------------------------------------------------------------------------------------------


def test_days_are_counted_from_first_use_and_both_ends_are_in(tmp_path):
    rows = [(f"u{days}", 0, "join", 0, "new") for days in (0, 7, 8)]
    rows += [(f"u{days}", days, "write", 0, "new") for days in (0, 7, 8)]
    rows += [(f"v{days}", 0, "join", 0, "new") for days in (27, 28, 55, 56)]
    rows += [(f"v{days}", days, "visit", 0, "new") for days in (27, 28, 55, 56)]
    rows += [(f"w{n}", 0, "order", 5, "held") for n in range(2)]
    log = read(written(tmp_path, events(*rows)), COLUMNS, asked())
    assert log.cohorts.to_dict("records") == [{"week": START, "users": 7, "activated": 2, "returned": 2}]
    assert log.unseen == 2


def test_a_week_begins_on_monday_and_holds_the_exposed_only(tmp_path):
    rows = [("a", 6, "join", 0, "new"), ("b", 7, "join", 0, "new"), ("c", 7, "join", 0, "held")]
    rows += [(user, 8, event, 1, group) for user, group in (("b", "new"), ("c", "held"), ("d", "held"))
             for event in ("write", "visit", "order")]
    log = read(written(tmp_path, events(*rows)), COLUMNS, asked())
    assert log.cohorts[["week", "users"]].to_dict("list") == {
        "week": [START, START + timedelta(days=7)], "users": [1, 1]}


def test_a_cohort_is_mature_when_its_youngest_user_has_had_every_day(tmp_path, example):
    for days, mature in ((7, True), (8, False)):
        one = cohorts(dataclasses.replace(example.log, until=date(2026, 8, 9) + timedelta(days=7)), "activated", days)
        assert bool(one.frame.mature.iloc[0]) is mature  # the first cohort ends on 2026-08-09
    assert example.back.young.week.iloc[0] == date(2026, 9, 28)
    assert example.back.next_look == date(2026, 11, 28)  # 2026-10-04 and 55 days


def test_young_cohorts_never_enter_a_share(example):
    mature = example.back.frame[example.back.frame.mature]
    assert example.back.recent.users + example.back.earlier.users == mature.users.sum()
    assert example.back.recent.hits + example.back.earlier.hits == mature.hits.sum()


def test_the_counts_are_those_of_another_way_to_count(example):
    log = buyer_events()
    log["day"] = pd.to_datetime(log.day)
    first = log[log.event == "first_search"].groupby("buyer").day.min()
    age = (log.day - log.buyer.map(first)).dt.days
    wrote = log[(log.event == "contact") & age.between(0, 7) & (log.holdout == 0)].buyer.nunique()
    came = log[(log.event == "search") & age.between(28, 55) & (log.holdout == 0)].buyer.nunique()
    assert (example.log.cohorts.activated.sum(), example.log.cohorts.returned.sum()) == (wrote, came)
    orders = log[(log.event == "order") & (log.day >= "2026-09-28")]
    spent = orders.groupby("buyer").value.sum().reindex(log.buyer.unique(), fill_value=0).astype(float)
    held = log.groupby("buyer").holdout.first().reindex(spent.index) == 1
    assert (example.log.users("holdout"), example.log.users("exposed")) == (held.sum(), (~held).sum())
    assert example.plain.control == pytest.approx(spent[held].mean())
    welch = stats.ttest_ind(spent[~held], spent[held], equal_var=False)
    assert example.plain.p_value == pytest.approx(welch.pvalue)
    interval = welch.confidence_interval()
    assert (example.plain.difference_low, example.plain.difference_high) == pytest.approx((interval.low, interval.high))


def test_a_table_of_an_engine_gives_the_same(tmp_path, example):
    path = tmp_path / "w.ddb"
    with duckdb.connect(path) as con:
        con.execute(f"CREATE TABLE e AS SELECT buyer, day::TIMESTAMP AS day, event, value, holdout FROM '{EXAMPLE}'")
    columns = Columns("buyer", "day", "event", "value", "holdout")
    log = read("e", columns, example.question, engine=f"duckdb://{path}")
    found = analyze(log, example.question)
    assert found.log.cohorts.equals(example.log.cohorts)
    assert found.effect.relative == pytest.approx(example.effect.relative, rel=1e-9)


def test_what_lies_between_the_draw_and_the_outcome_counts_in_neither(tmp_path):
    users = (("a", "new"), ("b", "new"), ("c", "held"), ("d", "held"))
    orders = ((0, 1.0), (10, 10.0), (20, 100.0), (39, 1_000.0))
    rows = [(user, day, "order", value, group) for user, group in users for day, value in orders]
    rows += [("a", 40, "write", 0, "new"), ("a", 41, "visit", 0, "new")]
    days = {"began": str(START + timedelta(days=5)), "outcome_from": str(START + timedelta(days=20))}
    found = read(written(tmp_path, events(*rows)), COLUMNS, asked(first="", **days)).moments["holdout"]
    assert [found.mean(column) for column in ("before", "value", "early", "late")] == [1, 1_100, 100, 1_000]


def test_users_in_both_groups_are_left_out_when_they_are_few(tmp_path):
    frame = trade()
    frame.loc[frame.index[0], "group"] = "new"  # one row of one user who is held out
    found = analyzed(tmp_path, frame)
    assert found.log.mixed == 1
    assert found.log.users("holdout") == 399
    assert "1 of 800 users are in both groups and left out." in found.log.notes


def test_without_a_value_column_the_outcome_is_counted(tmp_path):
    question = asked(**SINCE)
    columns = dataclasses.replace(COLUMNS, value="")
    log = read(written(tmp_path, trade()), columns, question)
    assert log.moments["holdout"].mean("value") == 2


# --- The holdout --------------------------------------------------------------------------------------------------


def test_what_users_did_before_is_taken_off(example):
    """The adjusted difference is the plain one less theta times the difference before (Deng et al. 2013)."""
    held, exposed = (example.log.moments[group] for group in ("holdout", "exposed"))
    both = held + exposed
    theta = both.cov("value", "before") / both.var("before")
    lead = exposed.mean("before") - held.mean("before")
    assert example.effect.difference == pytest.approx(example.plain.difference - theta * lead)
    assert example.effect.relative == pytest.approx(0.08, abs=0.0005)
    assert example.effect.relative_high < 0.14


def test_the_change_between_the_halves_counts_users_once():
    """Against a bootstrap over users whose halves hang together."""
    rng = np.random.default_rng(11)
    columns = ["early", "late", "before"]

    def users(count: int, early: float, late: float) -> np.ndarray:
        habit = rng.gamma(2, 0.5, count)
        noise = rng.gamma(6, 1 / 6, (count, 3))
        return noise * np.column_stack([habit * early, habit**2 * late, habit])

    def moments(rows: np.ndarray) -> Aggregates:
        cov = np.cov(rows.T)
        pairs = {tuple(sorted((columns[i], columns[j]))): cov[i, j] for i in range(3) for j in range(i)}
        return Aggregates(len(rows), dict(zip(columns, rows.mean(axis=0), strict=True)),
                          dict(zip(columns, np.diag(cov), strict=True)), pairs)

    held, exposed = users(500, 1.0, 1.0), users(900, 1.2, 1.1)
    for covariate in (None, "before"):
        found = impact.fading(moments(held), moments(exposed), covariate)
        draws = [[moments(arm[rng.integers(0, len(arm), len(arm))]) for arm in (held, exposed)] for _ in range(400)]
        again = [impact.fading(*draw, covariate).change for draw in draws]
        assert (found.high - found.low) / 2 / stats.norm.isf(0.025) == pytest.approx(np.std(again), rel=0.1)
        assert found.change == pytest.approx(found.late.relative - found.early.relative)


def test_the_cost_is_what_the_held_out_would_have_brought(example):
    assert example.cost[0] == pytest.approx(0.15 * example.effect.difference * 943 * 30 / 56)
    assert example.population == pytest.approx(943 + 2246 / 0.12)


def test_the_share_expected_in_a_thinned_file_is_larger():
    assert asked(holdout_share=0.05, sampled=0.12).expected_share == pytest.approx(0.05 / (0.05 + 0.95 * 0.12))
    assert asked(holdout_share=0.05).expected_share == pytest.approx(0.05)


def test_a_mean_guardrail_counts_users_not_events():
    """Each user has two events alike: the error is that of 50 users, not of 100 events."""
    per_user = np.random.default_rng(1).normal(400, 40, 50)
    sums, spread_of_sums = 2 * per_user, np.var(2 * per_user, ddof=1)
    arm = Aggregates(50, {"has_0": 1.0, "count_0": 2.0, "sum_0": sums.mean()},
                     {"has_0": 0.0, "count_0": 0.0, "sum_0": spread_of_sums}, {("count_0", "sum_0"): 0.0})
    found = rail(arm, 0, read_guardrails("ms:mean:380")[0])
    assert (found.value, found.verdict) == (pytest.approx(per_user.mean()), "breached")
    assert found.high - found.value == pytest.approx(stats.norm.isf(0.025) * np.std(per_user, ddof=1) / 50**0.5)


@pytest.mark.parametrize(("hits", "verdict"), [(30, "holds"), (65, "near"), (95, "breached")])
def test_a_guardrail_is_judged_by_its_whole_interval(hits, verdict):
    """Limit 6 of 100 of 1,000 users; Wilson: 30 is 2.1 to 4.3, 65 is 5.1 to 8.2, 95 is 7.8 to 11.5."""
    share = hits / 1_000
    arm = Aggregates(1_000, {"has_0": share, "count_0": 1.0, "sum_0": 1.0}, {}, {})
    assert rail(arm, 0, read_guardrails("complaint:users:0.06")[0]).verdict == verdict


# --- Announced wins -----------------------------------------------------------------------------------------------


def test_wins_add_up_and_multiply():
    found = claim(read_wins("a: 10, b: 20%, c: −5.0"))
    assert found.total == pytest.approx(0.25)
    assert found.product == pytest.approx(1.1 * 1.2 * 0.95 - 1)
    assert (found.low, found.expected) == (None, None)


def test_wins_are_read_with_their_intervals():
    assert read_wins("order: +3.0 (0.8 to 5.3), alerts: 2.5 (-0.1, 5.1)") == (
        Win("order", pytest.approx(0.03), pytest.approx(0.008), pytest.approx(0.053)),
        Win("alerts", pytest.approx(0.025), pytest.approx(-0.001), pytest.approx(0.051)),
    )
    assert read_wins("order: 3, alerts: 2.5", "0.8 to 5.3, -0.1 to 5.1")[1] == read_wins("alerts: 2.5 (-0.1 to 5.1)")[0]
    assert read_wins("") == ()


@pytest.mark.parametrize(("tried", "left"), [(40, 0.7204), (60, 0.5725), (30, 0.8156)])
def test_what_is_left_of_a_win_follows_from_the_share_that_won(tried, left):
    """1 − (z / 1.96)² with z = 1.0364 for 6 of 40 (0.15), 1.2816 for 6 of 60 (0.10), 0.8416 for 6 of 30 (0.20)."""
    for error in (0.001, 0.5):
        assert left_of(np.full(6, error), 6 / tried) == pytest.approx(np.full(6, left), abs=5e-5)


def test_luck_alone_leaves_nothing_and_no_picking_takes_nothing():
    errors = np.array([0.01, 0.02])
    assert left_of(errors, 0.025).tolist() == [0, 0]
    assert left_of(errors, 0.6).tolist() == [1, 1]
    assert spread(errors, 0.02) == 0


def test_the_discount_is_what_a_simulation_and_the_published_bias_say():
    """Lee and Shen (2018): the sum of winners exceeds the truth by Σ σ φ((σ b − a) / σ) over all tests, on average."""
    rng = np.random.default_rng(5)
    errors = rng.uniform(0.005, 0.02, 400_000)
    truth = rng.normal(0, 0.009, errors.size)
    seen = truth + errors * rng.normal(size=errors.size)
    won = seen > 1.96 * errors
    left = left_of(errors[:5_000], won[:5_000].mean())
    ours = 1 - (left * seen[:5_000])[won[:5_000]].sum() / seen[:5_000][won[:5_000]].sum()
    simulated = 1 - truth[won].sum() / seen[won].sum()
    published = (errors * stats.norm.pdf(1.96 - truth / errors)).sum() / seen[won].sum()
    assert simulated == pytest.approx(published, rel=0.01)
    assert ours == pytest.approx(simulated, rel=0.05)


def test_six_wins_of_forty_tests_are_worth_ten_percent_not_fourteen(example):
    assert example.claim.total == pytest.approx(0.14)
    assert example.claim.expected == pytest.approx(0.10, abs=0.001)
    assert example.gap_to_expected[1] < 0 < example.gap_to_expected[2]


# --- How small it can be ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.01, 0.05, 0.3])
def test_the_effect_found_is_that_of_the_library(share):
    held = share * 20_000
    effect = NormalIndPower().solve_power(nobs1=held, alpha=0.05, power=0.8, ratio=(20_000 - held) / held)
    assert size.found(share, 20_000, 0.7) == pytest.approx(0.7 * effect, rel=1e-4)
    assert size.smallest(size.found(share, 20_000, 0.7), 20_000, 0.7) == pytest.approx(share)


def test_some_effects_are_too_small_for_any_holdout():
    assert size.smallest(0.001, 1_000, 1.0) is None
    assert size.smallest(0.0, 1_000, 1.0) is None


# --- The decision -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "options", "word"),
    [
        (None, None, {"holdout": False, "alarms": True}, "start_holdout"),
        (0.02, 0.06, {"alarms": True}, "investigate"),
        (-0.06, -0.02, {}, "report_harm"),
        (0.001, 0.06, {}, "report_holdout"),
        (-0.01, 0.005, {}, "report_no_gain"),
        (-0.02, 0.03, {}, "keep_measuring"),
        (None, None, {}, "keep_measuring"),
    ],
)
def test_the_decision_follows_the_rules(low, high, options, word):
    assert decide(low, high, 0.01, **options) == word
    assert word in impact.DECISIONS


@pytest.mark.parametrize(
    ("kind", "changes", "word"),
    [
        ({"gain": 0.3}, {}, "report_holdout"),
        ({"gain": -0.3}, {}, "report_harm"),
        ({"noise": 0.05, "seed": 4}, {"minimum": 0.2}, "report_no_gain"),
        ({"noise": 0.9, "seed": 4}, {}, "keep_measuring"),
        ({"gain": 0.3}, {"held": ""}, "start_holdout"),
        ({"exposed": 400, "held": 250, "gain": 0.3}, {}, "investigate"),
        ({"gain": 0.3, "before": 0.3}, {}, "investigate"),
        ({"gain": 0.3}, {"guardrails": "write:users:0.2"}, "investigate"),
    ],
    ids=["gain", "harm", "no gain", "too wide", "nobody held out", "ratio", "unlike before", "guardrail"],
)
def test_every_decision_is_reached_from_events(tmp_path, kind, changes, word):
    found = analyzed(tmp_path, trade(**kind), **changes)
    assert found.decision == word
    text = wording.memo(found, "euros")
    assert text.startswith("**")
    assert not {"None", "nan"} & set(text.split())
    assert impact.result(found)["decision"] == word
    impact.numbers(found)
    drawn = [impact.claims_figure(found), impact.size_figure(found), impact.rails_figure(found)]
    drawn.append(impact.cohort_figure(found.back, "back", "New users back", 0.2))
    for chart in drawn:
        assert chart is None or charts.svg(charts.stored(chart.to_dict()), "t")


def test_an_outcome_that_is_nothing_is_not_divided_by(tmp_path):
    frame = trade()
    frame.loc[frame.event == "order", "value"] = 0.0
    found = analyzed(tmp_path, frame, wins="a: 2")
    assert (found.decision, found.effect.relative) == ("keep_measuring", None)
    assert "not clearly above zero" in wording.memo(found, "euros")
    assert impact.size_figure(found) is None
    frame.loc[frame.event == "order", "value"] = 1.0
    frame = frame[(frame.event != "order") | (frame.time < START + timedelta(days=80))]
    found = analyzed(tmp_path, frame)  # one order each: nothing varies
    assert found.effect.relative is None
    assert wording.dashboard(found).now.tolist()[2] == "–"


def test_a_tile_without_a_rule_is_named(example, tmp_path):
    found = analyzed(tmp_path, trade(gain=0.3))
    states = {tile.name: tile.state for tile in impact.tiles(found)}
    assert states["write within 7 days"] == "no rule"
    assert "Without a rule" in wording.about_dashboard(found)
    assert {tile.state for tile in impact.tiles(example)} <= {"act", "watch", "fine", "wait"}


@pytest.mark.parametrize(("floor", "state"), [(0.3, "fine"), (0.5, "watch"), (0.7, "act")])
def test_a_tile_acts_when_its_whole_interval_is_under_the_floor(example, floor, state):
    """95 of 195 in the last four mature cohorts: 49 of 100, 42 to 56."""
    question = dataclasses.replace(example.question, activation_floor=floor)
    assert impact.tiles(dataclasses.replace(example, question=question))[0].state == state


def test_cohorts_that_are_all_too_young_wait(tmp_path):
    found = analyzed(tmp_path, trade(gain=0.3), back_to=200, back_floor=0.2)
    tile = impact.tiles(found)[1]
    assert (tile.value, tile.state) == (None, "wait")
    assert "every one is too young" in wording.about_cohorts(found.back, "came back")
    spec = charts.stored(impact.cohort_figure(found.back, "back", "New users back", 0.2).to_dict())
    assert charts.svg(spec, "t")
    assert title(spec) == "No cohort is old enough yet to say anything"


def test_a_log_without_new_users_has_no_cohorts(tmp_path):
    frame = trade()
    frame = frame[(frame.event != "join") | (frame.group == "held")]
    frame = frame[(frame.event != "order") | (frame.time >= START + timedelta(days=69))]
    frame = frame[~frame.event.isin(["write", "visit"]) | (frame.time >= START + timedelta(days=68))]
    found = analyzed(tmp_path, frame, first="join", began="", outcome_from="")
    assert len(found.log.cohorts) == 0
    assert "there are no cohorts" in wording.about_cohorts(found.activation, "wrote")
    assert impact.cohort_figure(found.activation, "activation", "New users", 0.5) is None
    assert wording.memo(found, "orders")


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ({"gain": -0.3}, {"wins": "a: 2"},
         "Of +2.0% announced, luck in 5 tests would leave +1.6%; the holdout shows −33"),
        ({"noise": 0.9, "seed": 4}, {"wins": "a: 2", "tried": 1},
         "luck in 1 test leaves +2.0%; the holdout's +5.4% may"),
        ({"gain": 0.3}, {"held": "", "wins": "a: 2"}, "would leave +1.6%; what arrived is not known"),
        ({"exposed": 400, "held": 250, "gain": 0.3}, {"wins": "a: 2"}, "; the holdout cannot be read"),
        ({"gain": 0.3}, {}, "The launches changed the outcome by +23.9% (+17.5% to +30.6%) against the holdout"),
        ({"noise": 0.9, "seed": 4}, {}, "The holdout cannot tell whether the launches changed the outcome"),
    ],
    ids=["loss", "may be chance", "nobody held out", "ratio", "no wins", "no wins, too wide"],
)
def test_the_title_of_the_claims_follows_the_holdout(tmp_path, kind, changes, said):
    text = title(impact.claims_figure(analyzed(tmp_path, trade(**kind), **changes)).to_dict())
    assert said in text
    assert len(text) < 120


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("write:users:0.2, visit:users:0.9", "1 of 2 guardrails is over its limit, at 226% of it or more"),
        ("write:users:0.1, visit:users:0.1", "2 of 2 guardrails are over their limits, one at 451% or more"),
        ("write:users:0.5", "The only guardrail may be over its limit, at up to 110% of it"),
        ("write:users:0.9", "The only guardrail keeps its limit, at 61% of it or less"),
    ],
)
def test_the_title_of_the_guardrails_counts_what_is_over(tmp_path, limits, said):
    assert title(impact.rails_figure(analyzed(tmp_path, trade(gain=0.3), guardrails=limits)).to_dict()) == said


@pytest.mark.parametrize(
    ("floor", "said"),
    [
        (0.3, ", above the floor of 30"), (0.5, " and cannot be told from the floor of 50"),
        (0.7, ", below the floor of 70"), (0.0, " and cannot be told from those before, 52 of 100"),
    ],
)
def test_the_title_of_the_cohorts_follows_the_floor(example, floor, said):
    chart = impact.cohort_figure(example.activation, "activation", "New users", floor).to_dict()
    assert title(chart) == f"The last 4 mature cohorts stand at 49 of 100 users{said}"


def test_the_memo_of_the_example_says_what_to_report(example):
    text = wording.memo(example, "euros")
    assert text.startswith("**Report +8.0% (+3.9% to +12.3%) for all launches together, not the +14.0%")
    assert "being picked explains the gap" in text
    assert wording.about_cohorts(example.back, "came back").endswith("they would make it 23 of 100.")


# --- What is refused ----------------------------------------------------------------------------------------------


def given(folder: Path, frame: pd.DataFrame, **changes):
    return lambda: read(written(folder, frame), COLUMNS, asked(**changes))


def test_days_that_cannot_be_read_are_refused(tmp_path):
    frame = trade(4, 4).astype({"time": str})
    frame.loc[1, "time"] = "03/05/2026"
    refused(given(tmp_path, frame), "column 'time', row 2 (line 3): '03/05/2026' is not a date")


def test_unknown_events_are_refused_with_the_nearest(tmp_path):
    refused(given(tmp_path, trade(4, 4), activation="wrote"), "no row is 'wrote', which activation names", "'write'?")
    refused(given(tmp_path, trade(4, 4), guardrails="fuss:users:0.1"), "which guardrails names", "There are 'order'")


def test_one_kind_of_event_is_refused(tmp_path):
    frame = trade(4, 4)
    refused(given(tmp_path, frame[frame.event == "order"]), "every row is 'order': one kind of event")


def test_a_holdout_nobody_is_in_is_refused(tmp_path):
    refused(given(tmp_path, trade(4, 4), held="hold"), "no row is 'hold', so nobody is held", "Did you mean 'held'?")
    refused(given(tmp_path, trade(4, 4), held=""), "Parameter held is empty", "'held'")
    frame = trade(4, 4)
    refused(given(tmp_path, frame[frame.group == "held"]), "every row is 'held': nobody has the launches")
    refused(given(tmp_path, trade(4, 1), first=""), "the group 'holdout' has one user")


def test_many_users_in_both_groups_are_refused(tmp_path):
    frame = trade(4, 4)
    frame.loc[frame.index[0], "group"] = "new"
    refused(given(tmp_path, frame), "'held0' is in both groups, as 1 of 8 users are")


def test_a_first_use_that_is_not_first_is_refused(tmp_path):
    refused(given(tmp_path, trade(40, 40)), "'join' is not the first event of 80 of the 80 users who have it")


def test_dates_of_the_future_are_refused(tmp_path):
    frame = trade(400, 400)
    late = events(("new1", 900, "order", 5, "new"))
    both = pd.concat([frame, late])
    refused(given(tmp_path, both, first=""), "'2028-08-18' lies 804 days after nearly all other rows")
    refused(given(tmp_path, frame, first="", until="2026-06-01"), "is after until, 2026-06-01", "such rows")
    refused(given(tmp_path, frame, first="", until="2027-06-01"), "Parameter until is 2027-06-01, but the log ends")


def test_days_of_the_holdout_lie_in_the_log_and_in_order(tmp_path):
    refused(given(tmp_path, trade(4, 4), first="", began="2025-01-01"), "began is 2025-01-01, outside the log")
    refused(
        given(tmp_path, trade(4, 4), first="", began="2026-05-04", outcome_from="2026-04-06"),
        "began is 2026-05-04, after outcome_from",
    )


def test_an_outcome_without_its_value_is_refused(tmp_path):
    frame = trade(4, 4)
    frame.loc[frame.index[0], "value"] = None
    refused(given(tmp_path, frame), "column 'value': is missing for 'order' (1 such row)")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"activation": ""}, "Parameter activation is empty"),
        ({"wins": "new order 3"}, "'new order 3' is not a launch"),
        ({"wins": "a: 3 (4 to 6)"}, "lies outside its own interval"),
        ({"wins": "a: 3, a: 2"}, "'a' is named twice"),
        ({"wins": "a: 3, b: 2", "win_intervals": "1 to 5"}, "holds 1 intervals for 2 wins"),
        ({"wins": "a: 3", "win_intervals": "1-5"}, "'1-5' is no interval"),
        ({"wins": "a: 3, b: 2", "tried": 1}, "Parameter tried is 1, but wins names 2 launches"),
        ({"guardrails": "complaint:0.06"}, "'complaint:0.06' is not a guardrail"),
        ({"guardrails": "complaint:users:6"}, "is not a guardrail"),
        ({"guardrails": "a:mean:6, a:users:0.1"}, "'a' is named twice"),
        ({"began": "5 January"}, "Give a day like 2026-03-02"),
        ({"back_from": 30, "back_to": 20}, "Parameter back_to is 20"),
        ({"holdout_share": 5}, "Parameter holdout_share is 5"),
        ({"sampled": 0}, "Parameter sampled is 0"),
        ({"back_floor": 30}, "such as 0.3"),
    ],
)
def test_parameters_that_cannot_be_meant_are_refused(changes, words):
    refused(lambda: asked(**changes), words)


def test_columns_are_named_and_not_twice(tmp_path):
    path = written(tmp_path, trade(4, 4))
    refused(lambda: read(path, Columns("", "time", "event"), asked()), "Parameter user is empty")
    refused(lambda: read(path, Columns("user", "time", "time"), asked()), "time and event both name the column 'time'")


# --- What was read ------------------------------------------------------------------------------------------------


def test_a_tally_says_how_little_twenty_can_say():
    """Wilson for 6 of 20 is 14.5% to 51.9%; of 20 none leaves up to 1 − 0.05^(1/20) = 13.9%."""
    counts = impact.read_voices("auto-reply then silence: 6, settled: 11", 20)
    frame = impact.tally(counts, 20)
    assert frame.theme.tolist() == ["settled", "auto-reply then silence"]
    assert (frame.low[1], frame.high[1]) == (pytest.approx(0.1455, abs=5e-5), pytest.approx(0.5190, abs=5e-5))
    assert impact.unheard(20) == pytest.approx(1 - 0.05 ** (1 / 20))
    assert "Of 20 items read, 11 show *settled*" in wording.about_voices(frame, 20)
    assert "Nothing was read" in wording.about_voices(impact.tally({}, 0), 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [("no answer 7", "is not a theme"), ("a: 3, a: 2", "named twice"), ("a: 21", "is more than the 20")],
)
def test_voices_that_cannot_be_meant_are_refused(text, words):
    refused(lambda: impact.read_voices(text, 20), words)
