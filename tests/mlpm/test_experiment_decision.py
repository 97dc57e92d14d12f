"""From estimates to a word, and from a file to a memo: every decision the tool can take."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_experiment import close, moments_of

from mlpm import experiment, tables
from mlpm.experiment import words
from mlpm.experiment.plan import Metric

# --- Verdicts ------------------------------------------------------------------------------------------------------

HEALTHY = experiment.Health(experiment.sample_ratio({"old": 1000, "new": 1000}))
MISMATCHED = experiment.Health(experiment.sample_ratio({"old": 1000, "new": 1300}))
WIN = {"relative": 0.03, "relative_low": 0.01, "relative_high": 0.05, "p_value_adjusted": 0.004}
LOSS = {"relative": -0.03, "relative_low": -0.05, "relative_high": -0.01, "p_value_adjusted": 0.004}
FLAT = {"relative": 0.001, "relative_low": -0.002, "relative_high": 0.004, "p_value_adjusted": 0.5}
WIDE = {"relative": 0.02, "relative_low": -0.04, "relative_high": 0.08, "p_value_adjusted": 0.5}
REAL_BUT_SMALL = {"relative": 0.004, "relative_low": 0.001, "relative_high": 0.007, "p_value_adjusted": 0.01}
SMALL_ESTIMATE = {"relative": 0.008, "relative_low": 0.001, "relative_high": 0.015, "p_value_adjusted": 0.02}
SAFE = {"relative": 0.005, "relative_low": -0.005, "relative_high": 0.015}
NEAR = {"relative": 0.01, "relative_low": -0.005, "relative_high": 0.025}
HARM = {"relative": 0.05, "relative_low": 0.03, "relative_high": 0.07}
UNKNOWN = {"relative": None, "relative_low": None, "relative_high": None, "p_value_adjusted": None}
REVENUE, COST = Metric("revenue", "mean"), Metric("cost", "mean", "lower")
LATENCY, RETURNS = Metric("latency", "mean", "lower", 0.02), Metric("returns", "mean", "higher", 0.02)


def estimate(metric, values, variant="new"):
    change = values["relative"] or 0.0
    return experiment.Estimate(metric, variant, 100.0, 100.0 * (1 + change), 100.0 * change, **values)


def mirrored(values):
    """The same change where less is better."""
    low, high = -values["relative_high"], -values["relative_low"]
    return values | {"relative": -values["relative"], "relative_low": low, "relative_high": high}


A_PLAN = experiment.plan(variant="v", control="old", means="revenue", minimum_effect=0.01)


@pytest.mark.parametrize(
    ("metric", "values", "word"),
    [
        (REVENUE, WIN, "better"),
        (REVENUE, LOSS, "worse"),
        (REVENUE, FLAT, "too_small"),
        (REVENUE, REAL_BUT_SMALL, "too_small"),
        (REVENUE, SMALL_ESTIMATE, "unclear"),
        (REVENUE, WIDE, "unclear"),
        (REVENUE, UNKNOWN, "unclear"),
        (REVENUE, WIN | {"p_value_adjusted": 0.06}, "unclear"),
        (COST, mirrored(WIN), "better"),
        (COST, mirrored(LOSS), "worse"),
        (COST, mirrored(FLAT), "too_small"),
        (LATENCY, SAFE, "holds"),
        (LATENCY, NEAR, "unclear"),
        (LATENCY, HARM, "breached"),
        (LATENCY, mirrored(HARM), "holds"),
        (LATENCY, UNKNOWN, "unclear"),
        (RETURNS, mirrored(SAFE), "holds"),
        (RETURNS, mirrored(NEAR), "unclear"),
        (RETURNS, mirrored(HARM), "breached"),
    ],
)
def test_each_verdict_is_reached(metric, values, word):
    found = experiment.decide(A_PLAN, [estimate(metric, values)], HEALTHY)
    assert [e.verdict for e in found.estimates] == [word]


@pytest.mark.parametrize(
    ("estimates", "word"),
    [
        ([(REVENUE, WIN)], "ship"),
        ([(REVENUE, WIN), (LATENCY, SAFE)], "ship"),
        ([(REVENUE, WIN), (COST, WIDE), (LATENCY, SAFE)], "ship"),
        ([(LATENCY, SAFE)], "ship"),  # a change that only has to do no harm
        ([(REVENUE, WIN), (LATENCY, NEAR)], "run_longer"),
        ([(REVENUE, WIN), (LATENCY, UNKNOWN)], "run_longer"),
        ([(REVENUE, WIDE), (LATENCY, SAFE)], "run_longer"),
        ([(REVENUE, FLAT), (COST, WIDE)], "run_longer"),
        ([(REVENUE, UNKNOWN)], "run_longer"),
        ([(LATENCY, NEAR)], "run_longer"),
        ([(REVENUE, WIN), (LATENCY, HARM)], "stop"),
        ([(REVENUE, WIN), (COST, mirrored(LOSS))], "stop"),
        ([(REVENUE, FLAT), (LATENCY, SAFE)], "stop"),
        ([(REVENUE, FLAT), (COST, mirrored(FLAT)), (LATENCY, NEAR)], "stop"),
        ([(LATENCY, HARM)], "stop"),
    ],
)
def test_each_decision_is_reached(estimates, word):
    assert experiment.decide(A_PLAN, [estimate(*e) for e in estimates], HEALTHY).decision == word


def test_a_mismatch_makes_every_result_invalid():
    found = experiment.decide(A_PLAN, [estimate(REVENUE, WIN), estimate(LATENCY, SAFE)], MISMATCHED)
    assert found.decision == "invalid"
    assert {e.verdict for e in found.estimates} == {"invalid"}


def test_a_covariate_that_differs_before_the_test_makes_every_result_invalid():
    plan = experiment.plan(variant="v", control="old", means="revenue", covariates="revenue:before")
    rng = np.random.default_rng(1)
    arms = {}
    for variant, mean in (("old", 9), ("new", 10)):
        arms[variant] = moments_of(pd.DataFrame(rng.normal(mean, 1, (500, 2)), columns=["revenue", "before"]))
    moments = experiment.Moments({"old": 500, "new": 500}, {}, {"revenue": arms, "before": arms})
    health = experiment.examine(moments, plan)
    assert [check.alarm for check in health.balance] == [True]
    assert experiment.decide(plan, experiment.compare(plan, moments), health).decision == "invalid"


@pytest.mark.parametrize(
    ("first", "second", "word", "chosen"),
    [
        (WIN, FLAT, "ship", "new"),
        (FLAT, WIN, "ship", "newer"),
        (WIN, WIN | {"relative": 0.04}, "ship", "newer"),
        (WIDE, LOSS, "run_longer", None),
        (FLAT, LOSS, "stop", None),
    ],
)
def test_the_best_variant_decides(first, second, word, chosen):
    found = experiment.decide(A_PLAN, [estimate(REVENUE, first), estimate(REVENUE, second, "newer")], HEALTHY)
    assert (found.decision, found.chosen) == (word, chosen)


def test_the_title_of_all_intervals_counts_the_verdicts():
    def said(*verdicts):
        return words.tally([replace(estimate(REVENUE, WIN), verdict=verdict) for verdict in verdicts])

    assert said() == "Nothing can be compared."
    assert said("unclear") == "Of 1 comparison 1 is unclear."
    assert said("better", "holds", "holds", "too_small") == "Of 4 comparisons 1 is better, 2 hold and 1 is too small."


def test_looks_take_their_price():
    """p = .045 wins a test that was read once, and not one that was read five times (2·(1 − Φ(2.040073)) = .0413)."""
    found = [estimate(REVENUE, WIN | {"p_value_adjusted": 0.045})]
    assert experiment.decide(A_PLAN, found, HEALTHY).decision == "ship"
    assert experiment.decide(replace(A_PLAN, looks=5), found, HEALTHY).decision == "run_longer"


# --- The whole way, from a file ------------------------------------------------------------------------------------


def answer(path, **parameters) -> experiment.Decision:
    plan = experiment.plan(**parameters)
    moments = experiment.moments(tables.read(path, plan.columns, key=plan.key), plan)
    return experiment.decide(plan, experiment.compare(plan, moments), experiment.examine(moments, plan))


def test_cookie_cats_from_rows_to_the_word(tmp_path):
    """90,189 rows with the published counts: seven-day retention falls, so the gate stays at level 30."""
    arms = [("gate_30", 44700, 8502), ("gate_40", 45489, 8279)]
    frame = pd.concat(pd.DataFrame({"version": v, "returned": [True] * k + [False] * (n - k)}) for v, n, k in arms)
    frame.to_csv(tmp_path / "cookie-cats.csv", index=False)
    found = answer(tmp_path / "cookie-cats.csv", variant="version", control="gate_30", proportions="returned")
    (only,) = found.estimates
    assert only.p_value == close(0.00155424998)
    assert (only.difference_low, only.difference_high) == pytest.approx((-0.013281941, -0.003121303), abs=1e-9)
    assert found.decision == "stop"


def test_four_variants_and_a_ratio_from_parquet(tmp_path):
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"arm": rng.choice(list("wxyz"), 8000), "visits": rng.poisson(3, 8000) + 1})
    frame["spent"] = frame.visits * rng.gamma(2, 3, 8000) * np.where(frame.arm == "y", 1.1, 1)
    frame.to_parquet(tmp_path / "four.parquet")
    found = answer(tmp_path / "four.parquet", variant="arm", control="w", ratios="spent/visits")
    assert list(found.variants) == ["x", "y", "z"]
    assert found.chosen == "y"


def test_a_metric_that_never_varies_has_no_p_value(tmp_path):
    frame = pd.DataFrame({"v": list("aabb"), "same": 5, "never": 0, "y": [1, 2, 3, 4]})
    frame.to_csv(tmp_path / "flat.csv", index=False)
    found = answer(tmp_path / "flat.csv", variant="v", control="a", means="same, y", proportions="never")
    by_name = {e.metric.name: e for e in found.estimates}
    assert by_name["same"].p_value is by_name["never"].p_value is None
    assert by_name["y"].p_value_adjusted == by_name["y"].p_value


def test_the_record_holds_the_fields_of_the_report():
    fields = (
        "metric kind variant control treatment difference difference_low difference_high p_value p_value_adjusted "
        "adjusted_by_covariate guardrail margin verdict control_units treatment_units missing design_effect widened"
    )
    assert " ".join(estimate(REVENUE, WIN).record()) == fields


# --- Words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("estimates", "opening", "says"),
    [
        ([(REVENUE, WIN), (LATENCY, SAFE)], "**Ship `new`.**", "by 0.5%, at worst +1.5%, within the 2.0% you allow"),
        ([(LATENCY, SAFE)], "**Ship `new`.**", "Nothing had to win here"),
        ([(REVENUE, WIN), (LATENCY, NEAR)], "**Run longer; do not ship yet.**", "about 2,300 would settle `latency`"),
        ([(REVENUE, UNKNOWN)], "**Run longer; do not ship yet.**", "nothing can be tested"),
        ([(REVENUE, WIN), (LATENCY, HARM)], "**Stop.**", "at best +3.0%, beyond the 2.0% you allow"),
        ([(RETURNS, mirrored(HARM))], "**Stop.**", "fell by 5.0%, at best −3.0%, beyond the 2.0% you allow"),
        ([(REVENUE, LOSS)], "**Stop.**", "Turn it off."),
        ([(REVENUE, FLAT)], "**Stop.**", "less than you said is worth having"),
    ],
)
def test_the_memo_says_the_decision_first_and_its_reason(estimates, opening, says):
    tested = [replace(estimate(*e), p_value=e[1].get("p_value_adjusted")) for e in estimates]
    found = experiment.decide(A_PLAN, tested, HEALTHY)
    text = experiment.words.memo(A_PLAN, found, HEALTHY)
    assert text.startswith(opening)
    assert says in text
    assert not {"None", "nan", "inf"} & set(text.replace("`", " ").split())


def test_the_memo_of_a_mismatch_quotes_no_result():
    found = experiment.decide(A_PLAN, [estimate(REVENUE, WIN)], MISMATCHED)
    text = experiment.words.memo(A_PLAN, found, MISMATCHED)
    assert text.startswith("**Invalid: read no result.** **Sample ratio mismatch.**")
    assert "revenue" not in text


def test_a_small_chance_is_said_as_a_count():
    assert [experiment.words.chance(p) for p in (0.614, 0.0086, 1.82e-6)] == ["61 of 100", "1 of 120", "1 of 550,000"]


def test_what_the_decision_hangs_on_is_one_sentence():
    plans = [("as planned", "ship"), ("without covariates", "run_longer"), ("with 20 looks", "ship")]
    says = "What the decision hangs on: it stays `ship` with 20 looks; it would be `run_longer` without covariates."
    assert experiment.words.what_if_sentence(plans) == says
