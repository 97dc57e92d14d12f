"""What date may be promised, and what goes if it is fixed.

The plan's published figures (P50 16.4, P85 19.1, …) are checked against an independent computation: each triangle's
distribution function on a lattice of 1/50 week, convolved with the others; with common delays, conditional on the
common score z, F(x | z) = Φ((Φ⁻¹(F(x)) − √ρ z) / √(1 − ρ)), integrated over z by the trapezoidal rule. Nothing there is
random and nothing of the package is used.
"""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy import stats

from mlpm import charts, schedule
from mlpm.paint import title
from mlpm.schedule import throughput, words
from mlpm.schedule.futures import chance, quantile
from refusing import refused

TASKS = {
    "data access": (1, 1.5, 6), "rule": (1, 2, 3), "model": (2, 4, 10), "evaluation": (1, 2, 4),
    "integration": (2, 3, 7),
}
WEEKLY = (4, 2, 5, 0, 3, 6, 1, 4, 3, 2)
GOOD = {
    "tasks": TASKS, "research": "model", "beside": "integration", "date": 13, "target": 0.8, "together": 0.5, "box": 4,
    "weekly": WEEKLY, "items": 36,
}


@pytest.fixture(scope="module")
def study() -> schedule.Study:
    return schedule.Study(**GOOD)


# --- The independent computation -----------------------------------------------------------------------------------

STEP = 0.02
EDGES = (np.arange(2048) + 0.5) * STEP  # a lattice point k stands for the weeks from (k − ½) to (k + ½) steps


def below(weeks, part=1.0, box=np.inf):
    """P(part × task ≤ edge), the task cut off at the box."""
    low, likely, high = (part * w for w in weeks)
    if high == 0 or box == 0:
        return np.ones_like(EDGES)
    inside = stats.triang((likely - low) / (high - low), loc=low, scale=high - low).cdf(EDGES)
    return np.where(box <= EDGES, 1.0, inside)


def conditional(cdf, together, z):
    """P(task ≤ edge | common score z)."""
    score = stats.norm.ppf(np.clip(cdf, 1e-300, 1 - 1e-16))
    given = stats.norm.cdf((score - np.sqrt(together) * z) / np.sqrt(1 - together))
    return np.where(cdf >= 1, 1.0, given * (cdf > 0))


def lattice(plan, together=0.0, beside=()):
    """P(the plan ends by edge). plan: name → P(task ≤ edge)."""
    if together:
        nodes = np.linspace(-8, 8, 161)
        weights = stats.norm.pdf(nodes)
        weights /= weights.sum()
    else:
        nodes, weights = [0.0], [1.0]
    total = np.zeros_like(EDGES)
    for z, weight in zip(nodes, weights, strict=True):
        given = plan
        if together:
            given = {name: conditional(cdf, together, z) for name, cdf in plan.items()}
        stages = [cdf for name, cdf in given.items() if name not in beside]
        if beside:
            stages.append(np.prod([given[name] for name in beside], axis=0))  # both must end
        spectrum = np.prod([np.fft.rfft(np.diff(stage, prepend=0), 4096) for stage in stages], axis=0)
        total += weight * np.cumsum(np.fft.irfft(spectrum, 4096)[:2048])
    return total


def by(total, weeks):
    return np.interp(weeks, EDGES, total)


def at(total, share):
    return np.interp(share, total, EDGES)


WHOLE = {name: below(weeks) for name, weeks in TASKS.items()}
HALF = WHOLE | {"model": below(TASKS["model"], 0.5)}
NONE = WHOLE | {"model": below(TASKS["model"], 0)}
BOX = WHOLE | {"model": below(TASKS["model"], 1, 4)}


@pytest.mark.parametrize(("together", "p50", "p85", "likely"), [(0.0, 16.4, 19.1, 0.04), (0.5, 16.2, 20.8, 0.16)])
def test_the_date_is_that_of_the_published_plan_and_of_a_convolution(study, together, p50, p85, likely):
    row = study.readings.loc["together" if together else "independent"]
    assert (round(row.p50, 1), round(row.p85, 1), round(row.by_likely, 2)) == (p50, p85, likely)
    total = lattice(WHOLE, together)
    assert (row.p50, row.p85) == pytest.approx((at(total, 0.5), at(total, 0.85)), abs=0.02)
    assert row.by_likely == pytest.approx(by(total, 12.5), abs=0.001)


@pytest.mark.parametrize(
    ("name", "plan", "beside", "published"),
    [
        ("all", WHOLE, (), 0.07), ("half", HALF, (), 0.35), ("none", NONE, (), 0.85), ("box", BOX, (), None),
        ("beside", WHOLE, ("model", "integration"), None), ("box beside", BOX, ("model", "integration"), None),
    ],
)
def test_each_way_to_keep_the_date_is_that_of_a_convolution(study, name, plan, beside, published):
    row = study.plans.loc[name]
    if published:
        assert round(row.by_date, 2) == published
    assert row.by_date == pytest.approx(by(lattice(plan, 0, beside), 13), abs=0.0015)
    assert row.together == pytest.approx(by(lattice(plan, 0.5, beside), 13), abs=0.0015)
    assert row.p85 == pytest.approx(at(lattice(plan, 0, beside), 0.85), abs=0.03)


def test_no_shown_digit_depends_on_the_seed():
    for seed in (1, 2):
        finish = schedule.draw(TASKS, 0.5, seed=seed).finish()
        assert (chance(finish, 12.5), chance(finish, 13)) == pytest.approx((0.1592, 0.1998), abs=0.001)
        assert quantile(finish, 0.85) == pytest.approx(20.775, abs=0.02)


# --- Futures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("together", [0.0, 0.3, 0.9])
def test_delays_move_together_as_far_as_was_asked(together):
    """Spearman's correlation of a Gaussian copula is 6/π asin(ρ/2) (Kruskal, 1958), for any pair of triangles."""
    weeks = schedule.draw(TASKS, together, 14).weeks
    expected = 6 / np.pi * np.arcsin(together / 2)
    found = stats.spearmanr(weeks).statistic[np.triu_indices(5, 1)]
    assert found == pytest.approx(np.full(10, expected), abs=0.02)


def test_one_cause_for_all_delays_makes_quantiles_add_up():
    finish = schedule.draw(TASKS, 1.0).finish()
    triangles = [stats.triang((m - a) / (b - a), loc=a, scale=b - a) for a, m, b in TASKS.values()]
    assert quantile(finish, 0.85) == pytest.approx(sum(triangle.ppf(0.85) for triangle in triangles), abs=0.01)


def test_a_task_without_a_range_takes_its_weeks():
    futures = schedule.draw({"a": (2, 2, 2), "b": (0, 0, 3)}, 0.5, 8)
    assert (futures.task("a") == 2).all()
    assert futures.finish({"b": 0}) == pytest.approx(2)
    assert futures.finish(box={"b": 1}).max() == 3
    assert (futures.finish(beside=("a", "b")) == np.maximum(2, futures.task("b"))).all()


# --- What the plan is made of --------------------------------------------------------------------------------------


def test_what_the_average_adds_is_an_exact_fraction(study):
    """(low + likely + high) / 3 − likely."""
    exact = [Fraction(4, 3), Fraction(0), Fraction(4, 3), Fraction(1, 3), Fraction(1)]
    assert study.parts["adds"].tolist() == pytest.approx([float(part) for part in exact])
    assert (study.likely, study.mean) == (12.5, pytest.approx(16.5))


def test_a_settled_task_is_one_without_a_range(study):
    for task in TASKS:
        settled = WHOLE | {task: np.heaviside(EDGES - TASKS[task][1], 1.0)}
        found = study.parts.set_index("task").loc[task, "settled"]
        assert found == pytest.approx(by(lattice(settled), 13), abs=0.002)


def test_two_tasks_at_once_are_on_time_together_as_often_as_both_chances_allow(study):
    """P(model ≤ 4) = 2²/(8 × 2) = 1/4, P(integration ≤ 4) = 1 − 3²/(5 × 4) = 11/20; both: 11/80."""
    found = study.merge
    assert (found["one"], found["other"]) == pytest.approx((1 / 4, 11 / 20), abs=1e-4)
    assert found["both"] == pytest.approx(11 / 80, abs=1e-4)
    later = 1 - WHOLE["model"] * WHOLE["integration"]
    assert found["mean"] == pytest.approx(later.sum() * STEP, abs=0.002)
    assert found["saved"] + found["mean"] == pytest.approx(16 / 3 + 4, abs=0.001)
    assert found["mean"] > found["longer"] > found["likely"]


def test_the_share_kept_and_the_longest_box_reach_the_target_and_no_more(study):
    kept = WHOLE | {"model": below(TASKS["model"], study.kept)}
    assert by(lattice(kept), 13) == pytest.approx(0.8, abs=0.002)
    boxed = WHOLE | {"model": below(TASKS["model"], 1, study.longest_box)}
    assert by(lattice(boxed, 0, ("model", "integration")), 13) == pytest.approx(0.8, abs=0.002)
    assert 4.3 < study.longest_box < 4.4


def test_an_earlier_date_is_that_of_a_convolution(study):
    settled = np.heaviside(EDGES - 1.5, 1.0)
    less = NONE | {"integration": below(TASKS["integration"], 0.5)}
    plans = {
        "early_all": WHOLE, "early_none": NONE, "early_less": less,
        "early_settled": NONE | {"data access": settled}, "early_both": less | {"data access": settled},
    }
    found = study.replanned(11, "data access")
    for name, plan in plans.items():
        assert found[name] == pytest.approx(by(lattice(plan), 11), abs=0.003), name


def test_with_room_for_everything_nothing_is_cut():
    roomy = schedule.Study(**GOOD | {"date": 40})
    assert (roomy.kept, roomy.longest_box) == (1.0, 10)


def test_a_date_that_nothing_saves():
    hopeless = schedule.Study(**GOOD | {"date": 6})
    assert (hopeless.kept, hopeless.longest_box) == (None, None)
    assert words.memo(hopeless).startswith("**Do not promise week 6.**")


# --- Past weeks ----------------------------------------------------------------------------------------------------


def test_the_chance_of_items_is_that_of_every_sequence_of_weeks():
    weekly = (0, 1, 3)
    for items, weeks in ((1, 1), (3, 2), (4, 3), (6, 4)):
        every = [sum(sequence) >= items for sequence in product(weekly, repeat=weeks)]
        exact = Fraction(sum(every), len(every))
        assert schedule.chance_of_items(weekly, items, weeks) == pytest.approx(float(exact), abs=1e-12)


def test_a_promise_from_counts_is_the_first_week_that_is_sure_enough():
    for share in (0.5, 0.85):
        weeks = schedule.weeks_for_items(WEEKLY, 36, share)
        assert schedule.chance_of_items(WEEKLY, 36, weeks) >= share
        assert schedule.chance_of_items(WEEKLY, 36, weeks - 1) < share
    assert throughput.at_the_mean(WEEKLY, 36) == 12
    assert schedule.weeks_for_items((2, 2), 7, 0.99) == 4


# --- Parameters and sentences --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tasks": {"a": (1, 2, 3)}}, "Give at least two tasks"),
        ({"tasks": TASKS | {"model": (4, 2, 10)}}, "Parameter guesses of 'model' is (4, 2, 10)"),
        ({"tasks": TASKS | {"model": (0, 0, 0)}}, "Parameter guesses of 'model' is (0, 0, 0)"),
        ({"research": "modell"}, "Parameter research is 'modell'. Give the name of a task"),
        ({"beside": "model"}, "Parameter beside is 'model', as is research"),
        ({"date": -1}, "Parameter date is -1"),
        ({"target": 80}, "such as 0.8"),
        ({"target": 1}, "Parameter target is 1"),
        ({"together": -0.2}, "Parameter together is -0.2"),
        ({"box": "four"}, "Parameter box is 'four'"),
        ({"weekly": (3,)}, "Parameter weekly is (3,)"),
        ({"weekly": (0, 0)}, "only zeros"),
        ({"weekly": (2, -1)}, "Parameter weekly is -1"),
        ({"items": 0}, "Parameter items is 0"),
        ({"items": 1_000_000}, "a whole number, 1 to 2,000"),
        ({"weekly": (3, 1_000_000)}, "whole numbers, 0 to 2,000"),
        ({"date": 1e9}, "weeks from today, 0 to 1,000"),
        ({"tasks": TASKS | {"model": (2, 4, 1e9)}}, "three numbers from 0 to 1000"),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_refused(wrong, said):
    refused(lambda: schedule.Study(**GOOD | wrong), said)


def test_names_and_guesses_belong_together():
    assert schedule.named(tuple(TASKS), tuple(TASKS.values())) == TASKS
    refused(lambda: schedule.named(("a", "b"), ((1, 2, 3),)), "Parameter guesses has 1 entries for 2 names")
    refused(lambda: schedule.named(5, ()), "Parameter names is 5. Give a list")
    refused(lambda: schedule.named(("a", "b"), "ab"), "Parameter guesses is 'ab'. Give a list")
    refused(lambda: schedule.named(("a", "a"), ((1, 2, 3),) * 2), "a name of its own")


CASES = {
    "the plan": {},
    "nothing together": {"together": 0},
    "everything fits": {"date": 30},
    "box too long": {"box": 7},
    "hopeless": {"date": 6},
    "no ranges": {"tasks": {"a|b": (2, 2, 2), "c": (1, 1, 1)}, "research": "c", "beside": "a|b", "date": 3, "box": 1},
    "early": {"tasks": {"a": (1, 5, 5), "c": (1, 3, 3)}, "research": "c", "beside": "a", "date": 7, "box": 2},
    "half a year": {"tasks": {name: tuple(10 * w for w in TASKS[name]) for name in TASKS}, "date": 130.3, "box": 40},
}
HEADS = {
    "the plan": "**Promise week 13 without", "everything fits": "**Promise everything by week 30",
    "box too long": "**Promise week 13 without *model*.**", "hopeless": "**Do not promise week 6",
}


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_reads_right_for_any_plan(name):
    study = schedule.Study(**GOOD | CASES[name])
    said = [
        words.about_date(study), words.about_parts(study), words.about_plans(study), words.about_merge(study),
        words.about_box(study), words.about_counted(study), words.memo(study),
    ]
    for text in said:
        assert text == text.strip()
        for wrong in ("nan", "None", "inf", "  ", "**.", " ,", " .", "..", "np.", "{", "-0", "a|b"):
            assert wrong not in text, text
    assert said[-1].startswith(HEADS.get(name, "**"))
    for figure in (schedule.date_figure, schedule.tasks_figure, schedule.box_figure):
        spec = charts.stored(figure(study).to_dict())
        assert len(spec["description"]) >= 40
        assert "nan" not in spec["description"]


LONG = "St. Really? A name far longer than thirty letters"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (CASES["no ranges"], [
            "Week 3 holds in 100 of 100 futures with all of c, in 100 without it",
            "On average the work takes 3.0 weeks, just what its likely values add up to",
            "Given 1 week, c is done in 100 of 100 futures, and week 3 holds in 100",
        ]),
        (CASES["early"], [
            "Week 7 holds in 81 of 100 futures with all of c, in 100 without it",
            "On average the work takes 6.0 weeks, 2.0 less than its likely values add up to",
            "Given 2 weeks, c is done in 25 of 100 futures, and week 7 holds in 100",
        ]),
        ({"tasks": {"a": (1, 1, 1), LONG: (2, 4, 10), "z": (1, 2, 3)}, "research": LONG, "beside": "a", "date": 13.2}, [
            "Week 13.2 holds in more than 99 of 100 futures with all of St Really A name far lo…, in 100 without it",
            "On average the work takes 8.3 weeks, 1.3 more than its likely values add up to",
            "Given 4 weeks, St Really A name fa… is done in 25 of 100 futures, and week 13.2 holds in 100",
        ]),
    ],
    ids=["no ranges", "early", "a long name"],
)
def test_the_titles_follow_the_plan(changes, said):
    plan = schedule.Study(**GOOD | changes)
    assert [title(figure(plan).to_dict()) for figure in (
        schedule.date_figure, schedule.tasks_figure, schedule.box_figure)] == said


def test_the_date_is_a_position_of_its_slider():
    for date in (13, 13.3, 2, 40):
        study = schedule.Study(**GOOD | {"date": date})
        spec = schedule.date_figure(study).to_dict()
        (rows,) = (data for data in spec["datasets"].values() if "key" in data[0])
        (param,) = (param for param in spec["params"] if param["name"] == "date")
        assert param["bind"]["min"] <= date <= param["bind"]["max"]
        assert any(row["week"] == pytest.approx(date) for row in rows)
