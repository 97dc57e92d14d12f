"""The same in every group named beforehand: each as if it were alone, counted with all others, and compared by Q."""

from dataclasses import replace

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_experiment import close, typed

from mlpm import InputError, experiment, tables
from mlpm.experiment import segment_words, words
from mlpm.experiment.plan import Metric
from mlpm.experiment.segments import Comparison, _q
from titles import title_of

ASKED = {"variant": "v", "control": "old", "proportions": "bought", "means": "spent", "ratios": "spent/visits",
         "covariates": "spent:before", "guardrails": "wait:lower:0.1", "segments": "country, device"}


@pytest.fixture(scope="module")
def buyers():
    """3,000 buyers of three variants; what they spend rises on phones only, and only with the newest version."""
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"v": rng.choice(["old", "new", "newer"], 3000)})
    frame["country"] = rng.choice(["AT", "CH", "DE"], 3000, p=[0.2, 0.2, 0.6])
    frame["device"] = rng.choice(["phone", "desk"], 3000)
    frame["before"] = rng.gamma(2, 10, 3000)
    frame["visits"] = rng.poisson(3, 3000) + 1
    frame["spent"] = frame.before + rng.normal(30, 5, 3000)
    frame.loc[(frame.v == "newer") & (frame.device == "phone"), "spent"] += 3
    frame["bought"] = (rng.random(3000) < 0.3).astype(int)
    frame["wait"] = rng.normal(400, 50, 3000)
    return frame


def analyzed(frame, **parameters):
    plan = experiment.plan(**ASKED | parameters)
    table = typed(frame)
    moments = experiment.moments(table, plan)
    groups = experiment.segments(table, plan, moments)
    return plan, moments, groups, experiment.examine(moments, plan, groups.units)


@pytest.mark.parametrize("changed", [{}, {"sequential": "always"}, {"looks": 4}, {"missing": "drop"}])
def test_each_group_is_judged_as_if_it_were_alone(buyers, changed):
    """Equal to a run on the rows of that group, for every metric that can win; the guardrail is not asked."""
    _, _, groups, _ = analyzed(buyers, **changed)
    assert len(groups.comparisons) == (3 + 2) * 3 * 2
    for segment in ("country", "device"):
        for value, part in buyers.groupby(segment):
            plan = experiment.plan(**ASKED | changed | {"segments": ""})
            alone = {(e.metric.name, e.variant): e
                     for e in experiment.compare(plan, experiment.moments(typed(part), plan), power=False)}
            mine = [one for one in groups.comparisons if (one.segment, one.value) == (segment, value)]
            assert [(one.metric.name, one.variant) for one in mine] == [
                (name, v) for name in ("bought", "spent", "spent/visits") for v in ("new", "newer")]
            for one in mine:
                expected = alone[one.metric.name, one.variant]
                assert one.estimate.difference == close(expected.difference, 1e-10)
                assert one.estimate.p_value == close(expected.p_value, 1e-8)
                assert one.estimate.difference_low == close(expected.difference_low, 1e-9)
                assert one.estimate.units == expected.units


def test_holm_counts_all_comparisons_of_all_segments(buyers):
    """Sorted p times 30, 29, …, never falling (Holm 1979)."""
    _, _, groups, _ = analyzed(buyers)
    p = np.array([one.estimate.p_value for one in groups.comparisons])
    order = np.argsort(p)
    stepped = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    adjusted = np.array([one.estimate.p_value_adjusted for one in groups.comparisons])
    assert adjusted[order] == close(stepped, 1e-12)
    assert len(p) == 30


# Thirteen trials of the BCG vaccine against tuberculosis (Colditz et al. 1994): cases and others, vaccinated and not.
BCG = [(4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
       (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232),
       (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825)]


def test_heterogeneity_is_the_published_q():
    """Q = 152.2330 on 12 degrees of freedom for the log risk ratios: R metafor = Stata metan."""
    metric, found = Metric("risk", "mean"), []
    for i, (a, b, c, d) in enumerate(BCG):
        ratio, variance = np.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
        estimate = experiment.Estimate(metric, "new", 0.0, ratio, ratio)
        found.append(Comparison("trial", str(i), metric, "new", estimate, variance**0.5))
    q = _q("trial", metric, "new", found)
    assert q.q == pytest.approx(152.2330, abs=5e-5)
    assert q.degrees == 12


def test_q_of_two_groups_is_the_test_of_their_difference(buyers):
    """z² of the interaction: the difference between two differences over its error."""
    _, _, groups, _ = analyzed(buyers, covariates="")
    q = next(one for one in groups.heterogeneity
             if (one.segment, one.metric.name, one.variant) == ("device", "spent", "newer"))
    cells = buyers.groupby(["device", "v"]).spent.agg(["mean", "var", "count"])
    difference = {device: cells.loc[(device, "newer"), "mean"] - cells.loc[(device, "old"), "mean"]
                  for device in ("phone", "desk")}
    four = cells[cells.index.get_level_values("v") != "new"]
    z = (difference["phone"] - difference["desk"]) / (four["var"] / four["count"]).sum() ** 0.5
    assert q.q == close(z**2, 1e-9)
    assert q.p_value == close(2 * stats.norm.sf(abs(z)), 1e-8)
    assert q.degrees == 1


def test_a_group_with_too_few_units_has_no_interval(buyers):
    one_each = buyers.groupby("v").head(1).index
    buyers = buyers.assign(country=buyers.country.where(~buyers.index.isin(one_each), "LI"))
    _, _, groups, _ = analyzed(buyers, segments="country")
    of = [one for one in groups.comparisons if one.value == "LI"]
    assert of
    assert all(one.estimate is None for one in of)
    frame = segment_words.segments_frame(groups)
    assert frame.loc[frame.segment == "country = LI", "interval"].eq("–").all()
    assert all(one.degrees == 2 for one in groups.heterogeneity)
    assert {one.record()["p_value"] for one in of} == {None}


def test_units_that_lack_a_segment_are_a_group(buyers):
    device = buyers.device.astype(object).where(buyers.index % 5 > 0, None)
    _, _, groups, _ = analyzed(buyers.assign(device=device), segments="device")
    assert [value for _, value, _ in groups.units] == ["(no value)", "desk", "phone"]
    assert sum(sum(units.values()) for _, _, units in groups.units) == 3000


def test_a_nearly_empty_denominator_is_no_answer_in_its_group_alone(buyers):
    still = buyers.assign(visits=buyers.visits.where(buyers.country != "CH", 0))
    _, _, groups, _ = analyzed(still, segments="country")
    none = {(one.value, one.metric.name) for one in groups.comparisons if one.estimate is None}
    assert none == {("CH", "spent/visits")}


def test_clusters_stay_together(buyers):
    """A group's clusters are those of its rows: equal to a run on these rows."""
    frame = buyers.assign(house=("h" + (buyers.index // 4).astype(str)))
    frame[["v", "country", "device"]] = frame.groupby("house")[["v", "country", "device"]].transform("first")
    _, moments, groups, _ = analyzed(frame, cluster="house", proportions="bought", covariates="")
    plan = experiment.plan(**ASKED | {"cluster": "house", "covariates": "", "segments": ""})
    part = experiment.moments(typed(frame[frame.country == "DE"]), plan)
    alone = {(e.metric.name, e.variant): e for e in experiment.compare(plan, part, power=False)}
    for one in groups.comparisons:
        if one.value == "DE":
            assert one.estimate.p_value == close(alone[one.metric.name, one.variant].p_value, 1e-8)
    assert dict.fromkeys(moments.units, 0) | dict(groups.units[2][2]) == part.units
    crossing = frame.assign(device=buyers.device)
    with pytest.raises(InputError, match=r"column 'house': 'h\d+' has rows in two groups of 'device', 'desk' and 'pho"):
        analyzed(crossing, cluster="house", covariates="")


# --- Health within groups ------------------------------------------------------------------------------------------


def test_the_sample_ratio_is_asked_in_every_group(buyers):
    """Pearson's chi-square for each value by scipy, Holm over the five of them."""
    *_, health = analyzed(buyers)
    p = []
    for check in health.segments:
        counts = buyers[buyers[check.segment] == check.value].v.value_counts()
        p.append(stats.chisquare(counts).pvalue)
        assert check.ratio.p_value == close(p[-1], 1e-9)
    smallest = min(range(5), key=lambda i: p[i])
    assert health.segments[smallest].p_value_adjusted == close(5 * p[smallest], 1e-9)
    assert not health.alarm


def test_a_mismatch_within_one_group_makes_every_result_invalid(buyers):
    """Half of one group's new version is lost and found in another: the whole looks even."""
    lost = buyers[(buyers.v == "new") & (buyers.country == "AT")].index[::2]
    moved = buyers.assign(country=buyers.country.where(~buyers.index.isin(lost), "DE"))
    plan, moments, groups, health = analyzed(moved, segments="country")
    assert not health.ratio.alarm
    decision = experiment.decide(plan, experiment.compare(plan, moments, power=False), health)
    assert decision.decision == "invalid"
    text = words.memo(plan, decision, health, [], segment_words.memo_sentence(plan, groups, health))
    counts = moved[moved.country == "AT"].v.value_counts()
    named = f"`country` = `AT` (`old` {counts['old']}, `new` {counts['new']}, `newer` {counts['newer']})"
    assert f"**Invalid: read no result.** **Sample ratio mismatch within segments:** {named}" in text
    assert "By segment" not in text
    assert experiment.segments_figure(plan, groups, health) is None
    assert segment_words.memo_sentence(plan, groups, health) == ""
    says = segment_words.segments_sentence(plan, groups, health)
    assert says == "The test is invalid: no result is read in any group, either."


# --- What is refused and what is said ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (["AT"] * 3000, "column 'country': every row is 'AT'. Name a column that tells units apart."),
        ([str(i % 21) for i in range(3000)], "column 'country': more than 20 different values. Name a column with few"),
    ],
)
def test_a_segment_that_is_none_is_refused(buyers, values, says):
    with pytest.raises(InputError) as refusal:
        analyzed(buyers.assign(country=values))
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_without_segments_there_is_nothing_but_advice(buyers):
    plan, _, groups, health = analyzed(buyers, segments="")
    assert groups == experiment.Segments([], [], [])
    assert experiment.segments_figure(plan, groups, health) is None
    assert segment_words.memo_sentence(plan, groups, health) == ""
    assert segment_words.segments_sentence(plan, groups, health).startswith("No segments were named")


def test_the_memo_says_what_stands_out_and_that_it_is_a_hypothesis(buyers):
    plan, _, groups, health = analyzed(buyers)
    text = segment_words.memo_sentence(plan, groups, health)
    assert text.startswith("By segment: Holm's correction looks at 30 comparisons within segments together: ")
    assert "`spent` where `device` is `phone`, in `newer` (+" in text
    assert "Effects differ by more than chance explains: `spent` by `device` in `newer` (Q = " in text
    assert "A segment that was named after somebody saw results is a hypothesis, whatever its p" in text
    assert "None" not in text


def test_where_nothing_stands_out_it_says_so(buyers):
    plan, _, groups, health = analyzed(buyers[buyers.v != "newer"], means="", covariates="", ratios="")
    text = segment_words.segments_sentence(plan, groups, health)
    assert "5 comparisons within segments together: none stands out." in text
    assert "Nothing shows that an effect differs between the groups of a segment." in text


def test_a_single_group_with_units_cannot_differ(buyers):
    two = buyers.assign(device=["phone", "phone", *["desk"] * 2998])
    plan, _, groups, health = analyzed(two[two.v != "newer"], segments="device")
    assert "Whether effects differ between groups cannot be tested." in segment_words.segments_sentence(
        plan, groups, health)
    assert segment_words.heterogeneity_frame(groups).Q.tolist() == ["–"] * 3


@pytest.mark.parametrize("changed", [{}, {"segments": "device", "means": "", "ratios": "", "covariates": ""}])
@pytest.mark.parametrize("variants", [("old", "new"), ("old", "new", "newer")])
def test_the_charts_title_counts_what_stands_out(buyers, changed, variants):
    plan, _, groups, health = analyzed(buyers[buyers.v.isin(variants)], **changed)
    figure = experiment.segments_figure(plan, groups, health)
    shown, found = len(groups.comparisons), len(segment_words.outstanding(plan, groups))
    which = f"{found} stand{'s' * (found == 1)}" if found else "none stands"
    assert title_of(figure) == f"Of {shown} comparisons within segments {which} out"


def test_the_title_holds_for_none_one_and_all(buyers):
    plan, _, groups, _ = analyzed(buyers, segments="device", means="", ratios="", covariates="")

    def said(*adjusted):
        found = [replace(one, estimate=replace(one.estimate, p_value_adjusted=p))
                 for one, p in zip(groups.comparisons, adjusted, strict=False)]
        return segment_words.title(plan, replace(groups, comparisons=found))

    assert said() == "Of 0 comparisons within segments none stands out."
    assert said(0.01) == "Of 1 comparison within segments 1 stands out."
    assert said(0.01, 0.3) == "Of 2 comparisons within segments 1 stands out."
    assert said(0.01, 0.02) == "Of 2 comparisons within segments all stand out."


def test_a_chart_of_many_groups_draws_the_largest(buyers):
    letters = buyers.assign(country=[f"c{min(i % 40, 19):02d}" for i in range(3000)])
    plan, _, groups, health = analyzed(letters, segments="country")
    description = experiment.segments_figure(plan, groups, health).to_dict()["description"]
    assert "The 40 with most units of 120 are drawn." in description
    assert " c19 · newer · spent: " in description


# --- What leaves the engine ----------------------------------------------------------------------------------------


def test_neither_queries_nor_results_grow_with_the_rows(buyers, monkeypatch):
    """Everything at once: gaps, clusters, covariates, segments; 1,000 clusters and 4,000."""
    fetched = []
    fetch = ibis.Table.to_pyarrow

    def counted(self, *arguments, **options):
        found = fetch(self, *arguments, **options)
        fetched.append(len(found))
        return found

    monkeypatch.setattr(ibis.Table, "to_pyarrow", counted)
    sizes = []
    for times in (1, 4):
        frame = pd.concat([buyers.assign(house=[f"{i}h{j // 3}" for j in buyers.index]) for i in range(times)])
        frame[["v", "country", "device"]] = frame.groupby("house")[["v", "country", "device"]].transform("first")
        frame = frame.reset_index(drop=True)
        frame["spent"] = frame.spent.where(frame.index % 11 > 0).astype("Float64")
        fetched.clear()
        analyzed(frame, cluster="house", missing="drop", covariates="spent:before+wait", guardrails="")
        sizes.append(list(fetched))
    assert sizes[0] == sizes[1]
    assert max(sizes[0]) <= 3 * 20
    assert len(sizes[0]) <= 20


def test_the_gate_reads_segments_as_text(tmp_path, buyers):
    buyers.assign(device=buyers.device.map({"phone": "1", "desk": ""})).to_csv(tmp_path / "b.csv", index=False)
    plan = experiment.plan(**ASKED)
    table = tables.read(tmp_path / "b.csv", plan.columns, key=plan.key)
    groups = experiment.segments(table, plan, experiment.moments(table, plan))
    assert [value for segment, value, _ in groups.units if segment == "device"] == ["(no value)", "1"]
