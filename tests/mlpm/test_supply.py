"""Examples a day, whom reports leave out, and what a plan of sources brings.

Expected numbers are arithmetic shown beside the test, exact fractions, brute force over every case, or published
(Wilson's intervals: Newcombe, Statistics in Medicine 17, 1998, table I). None is this package's own output.
"""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpm import paint, supply
from mlpm.supply import words
from refusing import refused
from titles import title_of

FUNNEL = supply.Funnel(5_000_000, (0.0001, 0.0002, 0.0003), (0.3, 0.35, 0.4), (0.6, 0.7, 0.8))
TRUE, PROPENSITY = (0.5, 0.35, 0.15), (4, 1, 0.5)


def source(kind="reports", items=700, share=0.35, cost=0.265, starts="2026-11-30"):
    return supply.Source(kind, items, share, cost, starts)


def plan(**changes):
    fields = {
        "funnel": FUNNEL, "items": 250_000 / 7, "prevalence": 0.024, "target": 200_000, "horizon": 90,
        "changes": {"ask": (0.9, 1.4, 1.0, 2), "stop twins": (0.7, 1.0, 1 / 0.7, 1)},
        "groups": ("regulars", "newcomers", "slang"), "true_mix": TRUE, "propensity": PROPENSITY, "random_share": 0.01,
        "sources": [source(), source("random", 357, 0.024), source("appeals", 134, 0.31, 0, "2026-12-14")],
        "what": "bullying comments", "seed": 5,
    }
    return supply.Plan(**fields | changes)


# --- The funnel ------------------------------------------------------------------------------------------------------


def test_the_worked_number_of_the_chapter():
    """5,000,000 × 0.0002 = 1,000; × 0.35 = 350; × 0.7 = 245; 200,000 ÷ 245 = 816.3."""
    assert FUNNEL.reports == pytest.approx(1000)
    assert FUNNEL.usable == pytest.approx(245)
    assert FUNNEL.to_label == pytest.approx(700)
    assert FUNNEL.days(200_000, 0)[0] == pytest.approx(200_000 / 245)


def test_futures_have_the_mean_of_independent_triangles():
    """The mean of a triangle is a third of low + likely + high; means of independent factors multiply."""
    funnel = supply.Funnel(1e6, (0.001, 0.002, 0.006), (0.1, 0.2, 0.9), (0.5, 0.5, 0.5))
    found = funnel.futures(3).mean()
    assert found["reports"] == pytest.approx(1e6 * 0.003, rel=0.01)
    assert found["usable examples"] == pytest.approx(1e6 * 0.003 * 0.4 * 0.5, rel=0.01)


def test_a_stage_without_a_range_has_none():
    table = supply.Funnel(1000, (0.1, 0.1, 0.1), (0.5, 0.5, 0.5), (0.2, 0.2, 0.2)).table(0)
    assert table["a_day"].tolist() == pytest.approx([1000, 100, 50, 10])
    assert (table["low"].to_numpy() == pytest.approx(table["a_day"].to_numpy()))
    assert (table["high"].to_numpy() == pytest.approx(table["a_day"].to_numpy()))


def test_the_quick_end_of_the_days_belongs_to_the_rich_end_of_the_flow():
    likely, early, late = FUNNEL.days(1000, 1)
    assert early < likely < late
    low, high = FUNNEL.futures(1)["usable examples"].quantile([0.1, 0.9])
    assert (early, late) == (1000 / high, 1000 / low)


def test_the_same_seed_draws_the_same_futures():
    assert FUNNEL.futures(2).equals(FUNNEL.futures(2))
    assert not FUNNEL.futures(2).equals(FUNNEL.futures(3))


def test_a_tenth_is_worth_the_same_everywhere_and_a_point_is_not():
    found = supply.sensitivity(FUNNEL, existing=2450.0)
    for row, stage in zip(found.itertuples(), ("report_rate", "valid_share", "unique_share"), strict=True):
        assert row.tenth == pytest.approx(FUNNEL.changed(**{stage: 1.1}).usable - 245)
    # 0.03%, 36%, 71% in place of 0.02%, 35%, 70%
    assert found["point"].tolist() == pytest.approx([367.5 - 245, 252 - 245, 248.5 - 245])
    assert found["room"].tolist() == pytest.approx([10, 1 / 0.35, 1 / 0.7])


def test_no_stage_has_more_room_than_there_is_to_find():
    assert supply.sensitivity(FUNNEL, existing=490.0)["room"].tolist() == pytest.approx([2, 2, 1 / 0.7])
    assert supply.sensitivity(FUNNEL, existing=245.0)["room"].tolist() == pytest.approx([1, 1, 1])


def test_changes_are_ordered_by_what_a_week_brings_and_may_bring_nothing():
    found = supply.measures(FUNNEL, {"none": (0.7, 1, 1 / 0.7, 1), "big": (2, 1, 1, 10), "small": (1.2, 1, 1, 1)})
    assert found["measure"].tolist() == ["small", "big", "none"]
    assert found["gain"].tolist() == pytest.approx([49, 245, 0], abs=1e-9)


def test_a_share_does_not_pass_one():
    assert FUNNEL.changed(unique_share=3).unique_share == (1.0, 1.0, 1.0)
    (row,) = supply.measures(FUNNEL, {"all": (1, 10, 10, 1)}).itertuples()
    assert row.usable == pytest.approx(1000)


# --- Who reports whom ------------------------------------------------------------------------------------------------


def test_kish_on_weights_worked_by_hand():
    """Fifty items of weight 1 and fifty of weight 2: 150² ÷ 250 = 90. Equal weights lose nothing."""
    assert supply.effective_size([1] * 50 + [2] * 50) == pytest.approx(90)
    assert supply.effective_size([1, 2], [50, 50]) == pytest.approx(90)
    assert supply.effective_size([3, 3, 3]) == pytest.approx(3)


def test_the_reported_mix_and_its_worth_are_exact():
    true = [Fraction(1, 2), Fraction(7, 20), Fraction(3, 20)]
    reported = [t * k for t, k in zip(true, (4, 1, Fraction(1, 2)), strict=True)]
    reported = [r / sum(reported) for r in reported]
    worth = 1 / sum(t * t / r for t, r in zip(true, reported, strict=True))
    assert supply.reported_mix(TRUE, PROPENSITY) == pytest.approx([float(r) for r in reported])
    assert supply.kept(TRUE, supply.reported_mix(TRUE, PROPENSITY)) == pytest.approx(float(worth))
    # The same from the definition, on a thousand items and their weights.
    weights = np.repeat([float(t / r) for t, r in zip(true, reported, strict=True)], [825, 144, 31])
    assert supply.effective_size(weights) == pytest.approx(1000 * float(worth), rel=0.01)


def test_groups_find_together_what_reports_find():
    table = supply.groups(("a", "b", "c"), TRUE, PROPENSITY, recall=0.2)
    assert table["found"] @ table["true"] == pytest.approx(0.2)
    assert (table["found"] / table["found"].iloc[1]).tolist() == pytest.approx([4, 1, 0.5])
    assert table["weight"] @ table["reported"] == pytest.approx(1)
    # 7 × .2 ÷ (7 × .2 + .8) = 64% of the reports, 0.3 × 64% ÷ 20% = 95% of all: possible.
    assert supply.groups("abc", (0.2, 0.4, 0.4), (7, 1, 1), 0.3)["found"].max() == pytest.approx(0.3 * 1.4 / 2.2 / 0.2)


def test_what_balances_a_mix_is_added_to_the_thin_groups_alone():
    """80 and 20 of 100 reported, half and half in truth: 60 more of the second."""
    assert supply.to_balance([0.5, 0.5], [0.8, 0.2], 100) == pytest.approx([0, 60])


def test_a_random_sample_is_worth_more_than_its_number_beside_reports():
    """40 and 10 of 50 reports, 50 and 50 of a hundred random ones: 90 and 60, worth 1 ÷ (.25/90 + .25/60) = 144."""
    assert supply.after_random([0.5, 0.5], [0.8, 0.2], 50, 100) == pytest.approx(144)
    alone = 50 * supply.kept([0.5, 0.5], [0.8, 0.2])
    assert alone == pytest.approx(32)  # 1 ÷ (.25/40 + .25/10)
    assert alone + 100 < 144


@settings(deadline=None)
@given(st.lists(st.integers(1, 50), min_size=2, max_size=5), st.data(), st.floats(1, 1000), st.floats(0, 1000))
def test_random_examples_never_add_less_than_their_number(parts, data, reports, random):
    true = np.array(parts) / sum(parts)
    propensity = data.draw(st.lists(st.floats(0.1, 10), min_size=len(parts), max_size=len(parts)))
    mix = supply.reported_mix(true, propensity)
    both = supply.after_random(true, mix, reports, random)
    assert reports * supply.kept(true, mix) + random <= both * (1 + 1e-9)
    assert both <= (reports + random) * (1 + 1e-9)


# --- The random sample -----------------------------------------------------------------------------------------------


def test_the_size_of_a_sample_is_the_textbook_one():
    """1.96² × 0.5 × 0.5 ÷ 0.05² = 384.1; 1.96² × 0.024 × 0.976 ÷ 0.005² = 3,599.2."""
    assert supply.size(0.5, 0.05) == 385
    assert supply.size(0.024, 0.005) == 3600


@pytest.mark.parametrize(
    ("found", "looked_at", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_are_the_published_ones(found, looked_at, low, high):
    assert supply.interval(found, looked_at) == pytest.approx((low, high), abs=5e-5)


def test_two_lists_count_right_when_independent_and_short_when_alike():
    """Of 1,000, lists that hold 300 and 200 at random share 60; lists that prefer the same cases share more."""
    assert supply.lincoln_petersen(300, 200, 60) == pytest.approx(1000)
    assert supply.lincoln_petersen(300, 200, 120) == pytest.approx(500)


def test_silence_by_counting_worlds():
    """Prior 1/10, one viewer in four reports. Three silent views: 1/10 × 27/64 against 9/10."""
    bad, fine = Fraction(1, 10) * Fraction(27, 64), Fraction(9, 10)
    assert supply.after_silence(0.1, 0.25, 3) == pytest.approx(float(bad / (bad + fine)))
    assert supply.after_silence(0.1, 0.25, 0) == pytest.approx(0.1)


def test_the_report_chance_is_reports_by_views_of_what_deserves_them():
    assert supply.report_chance(350, 5_000_000, 0.024) == pytest.approx(350 / 120_000)


def test_group_chances_average_to_the_common_one():
    found = plan()
    chances = np.array(found.group_report_chance())
    assert chances @ np.array(TRUE) == pytest.approx(350 / 120_000)
    assert (chances / chances[1]).tolist() == pytest.approx([4, 1, 0.5])


# --- Sources ---------------------------------------------------------------------------------------------------------


def test_what_one_example_costs():
    """Two labels and a tenth at €0.125 for each of 100 items; 35 are usable: 26.25 ÷ 35."""
    assert source(items=100, cost=2.1 * 0.125).cost_per_positive == pytest.approx(0.75)
    assert source(items=100, cost=2.1 * 0.125).cost == pytest.approx(26.25)
    assert source(share=0).cost_per_positive is None


def test_independent_sources_together_by_listing_every_item():
    """Of 60 items a source finds 30, one 20, one 12; independent: list the eight cases each item may be in."""
    flow = supply.together([source("reports", 30, 1), source("gray_area", 20, 1), source("random", 12, 1)], 60)
    chance = [0.5, 1 / 3, 0.2]
    missed = sum(
        np.prod([c if found else 1 - c for c, found in zip(chance, case, strict=True)])
        for case in product([0, 1], repeat=3) if not any(case)
    )
    assert flow.independent == pytest.approx(60 * (1 - missed))
    assert (flow.least, flow.most) == (30, 60)  # 62 would be more than there are


def test_the_past_adds_to_what_a_day_brings():
    flow = supply.together([source("reports", 100, 0.3), source("archive", 1000, 0.1)], 60)
    assert (flow.least, flow.independent, flow.most) == pytest.approx((130, 130, 130))


def test_a_source_counts_from_its_first_day():
    """Ten days: 10 a day from the first, half of all 20; another 10 a day, independent, from the fifth day on."""
    early, late = source("reports", 10, 1, 2, "2026-11-30"), source("gray_area", 10, 1, 1, "2026-12-04")
    total, cost = supply.by_day([late, early], 20, 10)
    assert (total.least, total.independent, total.most) == pytest.approx((100, 4 * 10 + 6 * 15, 4 * 10 + 6 * 20))
    assert cost == pytest.approx(10 * 20 + 6 * 10)


def test_a_source_that_starts_after_the_end_brings_and_costs_nothing():
    total, cost = supply.by_day([source("reports", 10, 1, 2), source("archive", 9, 1, 5, "2027-11-30")], 20, 10)
    assert total.most == pytest.approx(100)
    assert cost == pytest.approx(200)


def test_the_cheapest_example_comes_first():
    table = supply.table([source("random", 100, 0.024), source("reports"), source("appeals", 9, 0.5, 0)])
    assert table["source"].tolist() == ["Appeals", "Reports", "Random sample"]


# --- The plan --------------------------------------------------------------------------------------------------------


def test_what_exists_bounds_what_can_be_found():
    """250,000 ÷ 7 × 0.024 = 857.1 a day: 200,000 take 233.3 days if nothing is missed; 245 of them are 28.6%."""
    found = plan()
    assert found.existing == pytest.approx(6000 / 7)
    assert found.perfect_days == pytest.approx(200_000 * 7 / 6000)
    assert found.recall == pytest.approx(245 * 7 / 6000)
    assert found.random_week == pytest.approx(2500)


PLANS = {
    "more than exists": ({}, "**Not 200,000 bullying comments in 90 days"),
    "too slow": ({"target": 50_000}, "**Reports alone are too slow.**"),
    "enough": ({"target": 10_000}, "**Reports are enough in number"),
    "no change helps": ({"changes": {"worse": (0.5, 1, 1, 1)}}, "**Not 200,000"),
    "alike": ({"propensity": (1, 1, 1)}, "**Not 200,000"),
    "no ranges": ({"funnel": supply.Funnel(5e6, (2e-4,) * 3, (0.35,) * 3, (0.7,) * 3)}, "**Not 200,000"),
    "tiny": (
        {"funnel": supply.Funnel(100, (0.01,) * 3, (0.5,) * 3, (0.5,) * 3), "items": 20, "target": 1}, "**Reports are"
    ),
    "one source": ({"sources": [source("random", 10, 0.0)]}, "**Not 200,000"),
    "markup": ({"what": "<b>a|b*", "groups": ("a|b", "*x*", "<i>")}, "**Not 200,000"),
}


@pytest.mark.parametrize("name", PLANS)
def test_every_sentence_reads_right_whatever_the_inputs(name):
    changes, head = PLANS[name]
    found = plan(**changes)
    said = [
        words.about_funnel(found), words.about_stages(found), words.about_measures(found), words.about_existing(found),
        words.about_sample(found, 0.5, 10), words.about_two_lists(found, 150, 75), words.about_groups(found),
        words.about_top_up(found), words.about_silence(found), words.about_sources(found), words.memo(found),
    ]
    for text in said:
        assert text == text.strip()
        for wrong in ("nan", "None", "inf ", "  ", " .", " ,", "..", "np.", "{", "<b>", "<i>", "-0"):
            assert wrong not in text, text
    assert said[-1].startswith(head)
    assert ("What we build first" in said[-1]) == (name != "no change helps")


def test_two_lists_are_judged_by_the_sample():
    assert "overlap is too large" in words.about_two_lists(plan(), 150, 75)
    assert "overlap is too small" in words.about_two_lists(plan(), 150, 20)
    assert "the two agree" in words.about_two_lists(plan(), 150, 150 * plan().recall)


def test_a_test_set_of_reports_flatters_the_model():
    """Half and half in truth, 80 and 20 reported: a model that finds 90% and 40% seems to find 80%, and finds 65%."""
    found = plan(groups=("a", "b"), true_mix=(0.5, 0.5), propensity=(4, 1))
    assert words.tested(found, (0.9, 0.4)) == pytest.approx((0.8, 0.65))
    assert "seems to find **80 of 100**" in words.about_test(found, (0.9, 0.4))
    assert "looks as good as it is" in words.about_test(found, (0.7, 0.7))
    refused(lambda: words.tested(found, (0.9,)), "Parameter finds has 1 values", "each of 2 groups")
    refused(lambda: words.tested(found, (0.9, 40)), "Parameter finds is 40", "such as 0.4")


def test_charts_compute_in_the_page_what_the_tables_say():
    """Painted by Vega from the sliders' start values; the numbers are those of the tests above."""
    found = plan()
    for figure in (supply.days_figure, supply.reporters_figure, supply.silence_figure, supply.sources_figure):
        title_of(figure(found))
    painted = {
        figure: "".join(paint.svg(figure(found).to_dict(), "x"))
        for figure in (supply.days_figure, supply.reporters_figure, supply.silence_figure, supply.sources_figure)
    }
    assert "reports: 245 a day, 816 days" in painted[supply.days_figure]
    assert "nothing missed: 857 a day, 233 days" in painted[supply.days_figure]
    assert "1,000 reports count as 532" in painted[supply.reporters_figure]  # 1 ÷ 1.87936…, as fractions above
    assert "true 50%, reported 82%" in painted[supply.reporters_figure]
    # Regulars report 4 ÷ 2.425 times the average of 350 in 120,000; 300 silent views leave 0.024 × (1 − q)^300.
    assert "0.6% regulars" in painted[supply.silence_figure]
    assert "paid · 42 a day" in painted[supply.sources_figure]


LOPSIDED = supply.Funnel(5e6, (2e-4, 2e-4, 9e-4), (0.35,) * 3, (0.7,) * 3)
TINY = supply.Funnel(100, (2e-6,) * 3, (0.35,) * 3, (0.7,) * 3)
LONG = "those who write. In a dialect that nobody here reads"


@pytest.mark.parametrize(
    ("figure", "changes", "said", "unsaid"),
    [
        # 5,000,000 × 0.0002 × 0.35 × 0.7 = 245; a triangle from 0.0002 to 0.0009 has its lowest tenth below
        # 9 − 7 × √0.9 = 2.36 in 10,000, 289 a day: the range leaves the likely number out.
        ("stages", {}, "Of 5,000,000 views a day 245 likely end as usable examples, in 80 of 100 futures", "245 ("),
        ("stages", {"funnel": LOPSIDED}, "a day 245 likely end as usable examples, in 80 of 100 futures 28", "245 to"),
        ("stages", {"funnel": TINY}, "Of 100 views a day fewer than 0.1 likely end", "futures"),
        # A day: 200,000 ÷ 245 = 816; the rarest target, 1 ÷ 245, within the first; 245 ÷ 245 on the first.
        ("days", {}, "the target of 200,000 is met after 816 days, in 80 of 100 futures", "816 to"),
        ("days", {"target": 1}, "the target of 1 is met after less than a day", "0 day"),
        ("days", {"target": 245, "funnel": replace(LOPSIDED, report_rate=(2e-4,) * 3)}, "after 1 day", "futures"),
        # 0.5 × 4 of 0.5 × 4 + 0.35 + 0.15 × 0.5 = 2.425 is 82 of 100.
        ("reporters", {}, "82 of 100 reports are regulars, 50 of what there is", "alike"),
        ("reporters", {"propensity": (1, 1, 1)}, "Reports have the true mix of the groups", "regulars"),
        ("reporters", {"propensity": (1, 1, 1.01)}, "Reports have the true mix of the groups", "slang"),
        # 0.002 × 5 of 0.002 × 5 + 0.998 = 1.008 is 1 of 100.
        ("reporters", {"groups": (LONG, "b"), "true_mix": (0.002, 0.998), "propensity": (5, 1), "funnel": TINY},
         "1 of 100 reports are those who write In a dialect…, 0.2 of what there is", "nobody"),
        # Slang reports 0.5 ÷ 2.425 of 350 in 120,000: (1 − 0.0006)^300 of 2.4% is 2.0%.
        ("silence", {}, "After 300 silent views the chance is still 2.0% slang, from 2.4% before", "every"),
        ("silence", {"propensity": (1, 1, 1)}, "in every group, from 2.4% before", "regulars"),
        # 0.000002 × 0.35 ÷ 0.0001 × 0.5 ÷ 2.425 = 0.00144; (1 − 0.00144)^300 = 0.65.
        ("silence", {"prevalence": 1e-4, "funnel": TINY, "items": 200}, "still 0.006% slang, from 0.01% b", "0.0%"),
        ("sources", {}, "cheapest from Appeals and dearest from Random sample, at €11", "€0.76"),
        ("sources", {"sources": [source(cost=0), source("appeals", cost=0), source("random", 357, 0.024)]},
         "cheapest from Reports and Appeals and dearest from Random sample, at €11", "each"),
        ("sources", {"sources": [source()]}, "From Reports alone a usable example costs €0.76 of labeling", "every"),
        ("sources", {"sources": [source(), source("appeals")]}, "From each of 2 sources a usable", "cheapest"),
        ("sources", {"sources": [source(cost=0)]}, "From Reports alone a usable example costs no labeling", "€"),
        ("sources", {"sources": [source(share=0)]}, "No source brings a usable example", "€"),
    ],
)
def test_titles_are_true_of_odd_plans(figure, changes, said, unsaid):
    title = title_of(getattr(supply, f"{figure}_figure")(plan(**changes)))
    assert said in title
    assert unsaid not in title


def test_small_values_start_the_sliders_where_the_titles_take_them_from():
    """100 × 0.02 × 0.0035 × 0.7 = 0.0049 a day: the target of 1 in 204 days. 0.1 × 0.2 of 0.92 is 2.2 of 100."""
    few = plan(funnel=replace(TINY, report_rate=(0.02,) * 3, valid_share=(0.0035,) * 3), target=1)
    assert "reports: fewer than 0.1 a day, 204 days" in "".join(paint.svg(supply.days_figure(few).to_dict(), "x"))
    assert "after 204 days" in title_of(supply.days_figure(few))
    rare = plan(groups=("a", "b"), true_mix=(0.1, 0.9), propensity=(0.2, 1))
    assert "true 10%, reported 2.2%" in "".join(paint.svg(supply.reporters_figure(rare).to_dict(), "x"))
    unpaid = supply.sources_figure(plan(sources=[source(items=0)])).to_dict()
    assert "€0.76 · 0 a day" in unpaid["description"]


# --- What wrong parameters are told ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"report_rate": (0.1, 0.2, 1.5)}, ("Parameter report_rate", "low, likely and high")),
        ({"valid_share": (30, 35, 40)}, ("Parameter valid_share", "from 0 to 1")),
        ({"unique_share": (0, 0, 0.5)}, ("Parameter unique_share is likely 0", "drop the channel")),
        ({"views": 0}, ("Parameter views is 0",)),
    ],
)
def test_a_funnel_that_cannot_be_meant_is_refused(changes, said):
    refused(lambda: replace(FUNNEL, **changes), *said)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"prevalence": 0}, ("Parameter prevalence",)),
        ({"prevalence": 0.001}, ("The funnel brings 245", "only 35.71", "Measure")),
        ({"target": 0}, ("Parameter target",)),
        ({"horizon": -1}, ("Parameter horizon",)),
        ({"items": "many"}, ("Parameter items",)),
        ({"random_share": 2}, ("Parameter random_share",)),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused(changes, said):
    refused(lambda: plan(**changes), *said)


def test_more_reports_than_views_are_refused():
    """0.01 × 0.5 of views bring a valid report, 0.01 are of positives: 0.5 a view; × 30 ÷ (0.2 × 30 + 0.8) = 2.2."""
    found = plan(
        funnel=supply.Funnel(1e6, (0.01,) * 3, (0.5,) * 3, (0.05,) * 3), items=1e5, prevalence=0.01,
        groups=("a", "b"), true_mix=(0.2, 0.8), propensity=(30, 1),
    )
    refused(found.group_report_chance, "Group 'a' would have 2.21 valid", "more than one")


@pytest.mark.parametrize(
    ("true", "propensity", "said"),
    [
        ((0.5, 0.6, 0.1), PROPENSITY, ("true_mix adds up to 1.2",)),
        ((1, 0, 0), PROPENSITY, ("Parameter true_mix is 0",)),
        (TRUE, (4, 1, 0), ("Parameter propensity is 0", "no weight")),
        (TRUE, (4, 1), ("differ in length",)),
        # Of reports 9 × .2 ÷ (9 × .2 + .8) = 69% are a; of all a, 0.3 × 69% ÷ 20% = 104%.
        ((0.2, 0.4, 0.4), (9, 1, 1), ("more of group 'a' reported than there is",)),
    ],
)
def test_groups_that_cannot_be_meant_are_refused(true, propensity, said):
    refused(lambda: supply.groups(("a", "b", "c"), true, propensity, 0.3), *said)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"share": 35}, ("reports positive_share is 35", "such as 0.35")),
        ({"items": -1}, ("reports items",)),
        ({"cost": -1}, ("reports cost_per_item",)),
        ({"starts": "30.11.2026"}, ("Parameter starts is '30.11.2026' for reports", "such as 2026-11-30")),
        ({"starts": None}, ("Parameter starts is None",)),
    ],
)
def test_a_source_that_cannot_be_meant_is_refused(changes, said):
    refused(lambda: source(**changes), *said)


def test_a_change_that_cannot_be_meant_is_refused():
    refused(lambda: supply.measures(FUNNEL, {"mine": (1, 1, 1, 0)}), "Parameter mine is 0", "person-weeks")
    refused(lambda: supply.measures(FUNNEL, {"mine": (-1, 1, 1, 1)}), "Parameter mine is -1")
