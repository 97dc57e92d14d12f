"""mlpm.targeting: expected values are exact arithmetic, published counts and intervals, or small files made by hand."""

import math
import re
from fractions import Fraction

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mlpm import targeting
from mlpm.agora import seller_offer
from mlpm.charts import stored
from mlpm.paint import title
from mlpm.targeting import Amount, Terms, decision, figures, listings, pilot, wording
from refusing import refused

PRICES = {"margin": 120.0, "cost_per_contact": 8.0, "saved": (0.1, 0.2, 0.3)}
MONTHS = {"fixed_cost": 5_000.0, "running_cost": 500.0, "round_months": 3.0}
# Hillstrom's e-mail test: visits of those with a men's and with a women's mail, and of those with none, as if the two
# mails were two groups of one score. Counts and Newcombe's intervals as computed with R.
HILLSTROM = {"mens": (21_307, 3_894), "womens": (21_387, 3_238), "none": (21_306, 2_262)}


@pytest.fixture
def read(tmp_path):
    def write_and_read(frame, **options):
        path = tmp_path / "theirs.csv"
        pd.DataFrame(frame).to_csv(path, index=False)
        return targeting.read(path, **options)

    return write_and_read


TABLE = {"group": "group", "customers": "customers", "outcomes": "left"}
ARMS = "t, t_out, c, c_out"


def notes(**terms):
    """The handbook's notes: 1,000, 2,000, 5,000 and 10,000 highest scores hold 450, 750, 1,200 and 1,750 leavers."""
    groups = targeting.groups(["a", "b", "c", "d"], [1_000, 1_000, 3_000, 5_000], [450, 300, 450, 550])
    return targeting.analyze(groups, Terms(**PRICES | terms))


def piloted(arms, customers=(1_000, 1_000), outcomes=(400, 300), names=("a", "b"), **terms):
    """Groups with a pilot; arms: for each group treated, their outcomes, control, their outcomes."""
    groups = targeting.groups(names, customers, outcomes, pilot=np.transpose(arms))
    return targeting.analyze(groups, Terms(**PRICES | terms))


@pytest.fixture(scope="module")
def agora(tmp_path_factory):
    path = tmp_path_factory.mktemp("agora") / "agora-seller-groups.csv"
    seller_offer.seller_groups().to_csv(path, index=False)
    groups = targeting.read(
        path, group="group", customers="sellers", outcomes="left", pilot="offered, offered_left, alone, alone_left"
    )
    return targeting.analyze(groups, Terms(**PRICES | MONTHS), people="sellers")


# --- The notes ----------------------------------------------------------------------------------------------------


def test_profit_by_cut_is_that_of_the_notes():
    assert notes().cuts.profit.tolist() == pytest.approx([2_800, 2_000, -11_200, -38_000])
    assert notes().cuts.cases.tolist() == [450, 750, 1_200, 1_750]


def test_the_last_group_has_to_reach_the_break_even_not_the_average():
    found = notes()
    assert found.terms.break_even_rate == pytest.approx(float(Fraction(8) / (Fraction(1, 5) * 120)))
    assert (found.best.contacted, found.best.profit) == (1_000, pytest.approx(2_800))
    assert found.next.rate == 0.3 < found.terms.break_even_rate
    # The first 2,000 hold 37.5 of 100, more than 33, and still should not be contacted to the end.
    assert found.top_average.contacted == 2_000
    assert found.top_average.cases / found.top_average.contacted > found.terms.break_even_rate


def test_no_average_hides_a_loss_where_every_group_pays():
    groups = targeting.groups(["a", "b"], [1_000, 1_000], [450, 400])
    assert targeting.analyze(groups, Terms(**PRICES)).top_average is None


def test_upper_end_of_everything_open_by_the_month():
    found = notes(**MONTHS)
    assert found.highest == pytest.approx(found.cuts.high.max() / 3 - 500 - 5_000 / 12)
    measured = piloted([(1_000, 380, 1_000, 400), (1_000, 150, 1_000, 300)], customers=(1_000, 2_000), **MONTHS)
    gains = 120 * measured.cautious.high - 8
    assert measured.highest == pytest.approx((1_000 * max(gains[0], 0) + 2_000 * gains[1]) / 3 - 500 - 5_000 / 12)


def test_what_the_share_saved_would_have_to_be():
    assert notes().saved_needed == pytest.approx(8 / (120 * 0.45))
    assert notes().best_at(0.3) == (1, pytest.approx(120 * 0.3 * 750 - 16_000))
    assert notes().best_at(0.1) == (-1, 0.0)


def test_range_is_built_from_both_ends():
    low, high = stats.binomtest(450, 1_000).proportion_ci(method="wilson")
    first = notes().cuts.iloc[0]
    assert first.low == pytest.approx(120 * 0.1 * 1_000 * low - 8_000)
    assert first.high == pytest.approx(120 * 0.3 * 1_000 * high - 8_000)


def test_counts_of_two_groups_add_up_as_independent_ones_do():
    ends = [stats.binomtest(hits, 1_000).proportion_ci(method="wilson") for hits in (450, 300)]
    down = math.hypot(450 - 1_000 * ends[0].low, 300 - 1_000 * ends[1].low)
    fixed = notes(saved=(0.2, 0.2, 0.2)).cuts.iloc[1]
    assert fixed.low == pytest.approx(120 * 0.2 * (750 - down) - 16_000)


def test_month_takes_off_what_the_score_costs_anyway():
    net = notes(**MONTHS).planned_net
    assert net.value == pytest.approx(float(Fraction(2_800, 3) - 500 - Fraction(5_000, 12)))


def test_harm_raises_the_bar_and_can_eat_the_profit():
    harmless, harmful = notes(), notes(harm=0.02)
    assert harmless.harm_that_eats_it == pytest.approx(2_800 / (120 * 550))
    assert harmful.cuts.profit[0] == pytest.approx(2_800 - 120 * 0.02 * 550)
    bar = harmful.terms.break_even_rate
    assert harmful.terms.gain(bar) == pytest.approx(0)
    assert notes(harm=harmless.harm_that_eats_it).cuts.profit[0] == pytest.approx(0)


def test_only_those_who_accept_are_paid_for():
    found = notes(cost_per_contact=0.5, cost_per_acceptance=25.0, acceptance=0.3)
    assert found.terms.unit_cost == pytest.approx(0.5 + 0.3 * 25)
    assert found.cuts.profit[3] == pytest.approx(42_000 - 80_000)


def test_capacity_ends_the_list_inside_a_group():
    found = notes(saved=(0.3, 0.5, 0.6), capacity=1_500)
    assert found.cuts.contacted.tolist() == [1_000, 1_500]
    assert found.cuts.cases.tolist() == [450, 600]
    assert found.cuts.profit[1] == pytest.approx(120 * 0.5 * 600 - 12_000)


def test_a_larger_population_scales_counts_and_not_risks():
    groups = targeting.groups(["a", "b"], [1_000, 1_000], [450, 300]).of_population(20_000)
    found = targeting.analyze(groups, Terms(**PRICES))
    assert found.cuts.profit.tolist() == pytest.approx([28_000, 20_000])
    assert groups.rate.tolist() == [0.45, 0.3]
    # Ten times the customers do not make a share better known.
    assert found.cuts.low[0] == pytest.approx(10 * notes().cuts.low[0])


def test_look_by_a_person_is_chows():
    most, band = notes(look_cost=4.0).terms.look
    assert most == pytest.approx(8 * 16 / 24)
    assert band == pytest.approx((4 / 16, 1 - 4 / 8))
    assert notes(look_cost=6.0).terms.look[1] is None
    assert notes(saved=(0.0, 0.05, 0.1)).terms.look == (0.0, None)


def test_a_group_in_which_nothing_can_pay():
    groups = targeting.groups(["a", "b"], [1_000, 90_000], [450, 3_250])
    assert targeting.analyze(groups, Terms(**PRICES)).hopeless == [1]  # 120 × 0.036 < 8


# --- The pilot ----------------------------------------------------------------------------------------------------


def test_effects_are_newcombes_on_hillstroms_counts():
    arms = [(*HILLSTROM[mail], *HILLSTROM["none"]) for mail in ("mens", "womens")]
    effects = pilot.effects(piloted(arms).groups)
    assert (-effects.value).tolist() == pytest.approx([0.076590, 0.045233], abs=5e-7)
    assert (-effects.high).tolist() == pytest.approx([0.069953, 0.038894], abs=5e-7)
    assert (-effects.low).tolist() == pytest.approx([0.083227, 0.051574], abs=5e-7)


def test_homogeneity_is_the_squared_difference_of_two_groups():
    found = piloted([(500, 60, 500, 100), (400, 90, 600, 120)])
    shares = [((60 + 1) / 502, 502, (100 + 1) / 502, 502), ((90 + 1) / 402, 402, (120 + 1) / 602, 602)]
    effect = [c - t for t, __, c, __ in shares]
    variance = [t * (1 - t) / n + c * (1 - c) / m for t, n, c, m in shares]
    z = (effect[0] - effect[1]) / math.sqrt(sum(variance))
    assert found.same_everywhere == pytest.approx(2 * stats.norm.sf(abs(z)))


def test_arms_by_one_lot_and_arms_that_somebody_chose():
    even = [(1_000, 100, 1_000, 150), (500, 50, 500, 80)]
    chosen = [(1_200, 100, 800, 150), (400, 50, 600, 80)]
    assert piloted(even).balance == 1.0
    # Kohavi, Tang and Xu's sample ratio 821,588 : 815,482, against an even group of any size, stays what it is.
    assert piloted(chosen).balance == pytest.approx(
        stats.chi2_contingency([[1_200, 400], [800, 600]], correction=False).pvalue)
    assert not piloted(chosen).balanced
    assert (piloted(chosen).decision, piloted(chosen).rule) == ("run_a_pilot", "uneven")
    groups = piloted(chosen).groups
    assert targeting.analyze(groups, Terms(**PRICES), uneven_by_design=True).balanced


def test_sizes_of_a_pilot_agree_with_r():
    # power.prop.test(p1, p2, power = .8): 14750.790 for .10 and .11; 80681.380 for .02 and .022.
    assert pilot.per_arm(0.11, 0.01) == 14_751
    assert pilot.per_arm(0.022, 0.002) == 80_682
    # The same without pooling, normal: 14748.045.
    assert pilot.per_arm_beyond(0.11, 0.01, 0.0) == 14_749
    assert pilot.per_arm(0.05, 0.06) == math.inf
    assert pilot.per_arm_beyond(0.3, 0.05, 0.05) == math.inf


def test_a_pilot_takes_both_arms_from_one_group():
    assert (notes().rounds(500), notes().rounds(501)) == (1, 2)
    assert notes().rounds(math.inf) == math.inf


def test_square_and_add_is_the_interval_of_a_difference_turned_round():
    total = pilot.square_and_add([2.0, 0.0, 1.0], [1.0, 9.0, 3.0], [0.5, 8.0, 2.0], [2.0, 9.5, 3.5])
    assert total == pytest.approx((5.0, 5 - math.hypot(1, 1), 5 + math.hypot(2, 0.5)))


def test_bonferroni_for_the_groups():
    assert pilot.even_for_groups(4) == pytest.approx(1 - 0.05 / 4)
    found = piloted([(1_000, 300, 1_000, 400), (1_000, 290, 1_000, 300)])
    assert found.cautious.low[0] < found.effects.low[0]


def test_a_moved_risk_is_noticed():
    arms = [(1_000, 300, 1_000, 300), (1_000, 290, 1_000, 300)]
    assert piloted(arms, outcomes=(300, 300)).aged == pytest.approx(1.0)
    moved = piloted(arms, outcomes=(400, 300))
    z = 0.1 / math.sqrt(0.35 * 0.65 * 2 / 1_000)
    assert moved.aged == pytest.approx(stats.chi2.sf(z**2, 2))
    assert "moved" in wording.about_pilot(moved)


def test_profit_as_measured_by_hand():
    found = piloted([(1_000, 380, 1_000, 400), (1_000, 150, 1_000, 300)])
    assert found.measured.gain.tolist() == pytest.approx([120 * 0.02 - 8, 120 * 0.15 - 8])
    assert found.chosen.tolist() == [0, 1_000]
    assert found.profit.value == pytest.approx(10_000)
    low = found.effects.low[1]
    assert found.profit.low == pytest.approx(1_000 * (120 * low - 8))
    assert found.holds == pytest.approx((120 * low, 8 / low))
    assert found.pilot_net == pytest.approx(1_000 * (120 * 0.02 - 8) + 1_000 * (120 * 0.15 - 8))
    assert found.worth_of_score == pytest.approx(10_000 - (2_400 + 18_000 - 16_000))


@pytest.mark.parametrize(("treated", "control", "shows"), [
    (150, 300, "pays"), (380, 300, "harms"), (298, 300, "no use seen"), (230, 300, "helps, may pay"),
    (270, 300, "open"),
])
def test_what_a_group_shows(treated, control, shows):
    """A contact pays from 6.7 in 100 on; intervals of 1,000 in each arm are about 4 wide to each side."""
    found = piloted([(1_000, treated, 1_000, control), (1_000, 300, 1_000, 300)])
    assert found.measured.shows[0] == shows


def test_help_that_surely_does_not_pay():
    found = piloted([(50_000, 14_000, 50_000, 15_000), (50_000, 15_000, 50_000, 15_000)])
    assert found.measured.shows[0] == "helps, does not pay"


def test_capacity_takes_the_groups_that_bring_most():
    arms = [(1_000, 250, 1_000, 400), (1_000, 50, 1_000, 300)]
    found = piloted(arms, capacity=1_200)
    assert found.chosen.tolist() == [200, 1_000]
    assert found.contact[0] == "top"


def test_curve_of_outcomes_prevented():
    curve = piloted([(1_000, 380, 1_000, 400), (1_000, 150, 1_000, 300)], customers=(1_000, 4_000)).gains_curve
    risk, effect = (curve[curve.order == order] for order in ("risk", "effect"))
    assert risk.contacted.tolist() == [0, 1_000, 5_000]
    assert risk.prevented.tolist() == pytest.approx([0, 20, 620])
    assert effect.prevented.tolist() == pytest.approx([0, 600, 620])


def test_counting_who_stayed():
    found = piloted([(1_000, 380, 1_000, 400), (1_000, 150, 1_000, 300)])
    stayed, saved, claimed = found.counted_as_saved
    assert (stayed, saved, claimed) == pytest.approx((850, 150, 120 * 850 - 8_000))
    stayed, saved, __ = notes().counted_as_saved
    assert (stayed, saved) == pytest.approx((550 + 90, 90))


# --- Agora --------------------------------------------------------------------------------------------------------


def test_agora_holds_the_counts_of_the_notes():
    table = seller_offer.seller_groups()
    assert table.sellers.cumsum().tolist() == [1_000, 2_000, 5_000, 10_000, 100_000]
    assert table.left.cumsum().tolist()[:4] == [450, 750, 1_200, 1_750]


def test_agora_risk_and_effect_disagree_beyond_chance(agora):
    top, best, gap = agora.disagreement
    assert (top["group"], best["group"]) == ("first 1,000", "second 1,000")
    assert gap.low > 0
    assert agora.measured.shows.tolist()[1] == "pays"
    assert agora.measured.shows.tolist()[3] == "harms"
    assert (agora.decision, agora.chosen_names) == ("contact_groups", ["second 1,000"])


def test_agora_assumed_right_on_average_and_wrong_for_everybody(agora):
    assert agora.saved_by(agora.cuts.iloc[1]).value == pytest.approx(0.2, abs=0.03)
    assert agora.cut_as_measured(agora.cuts.iloc[0]).high < 0
    assert agora.cut_as_measured(agora.cuts.iloc[4]) is None


def test_the_same_pilot_as_rows_and_as_counts(read, agora):
    rows = read(seller_offer.seller_pilot(), score="score", outcome="left", treated="offered", groups=4)
    for part in ("treated", "treated_outcomes", "control", "control_outcomes"):
        assert getattr(rows, part).tolist() == getattr(agora.groups, part)[:4].tolist()
    assert rows.base.tolist() == [1_000] * 4


# --- Files --------------------------------------------------------------------------------------------------------


def test_cumulative_counts_and_counts_by_group_are_one_table(read):
    each = pd.DataFrame({"group": list("abc"), "customers": [10, 20, 70], "left": [5, 4, 3],
                         "t": [4, 8, None], "t_out": [1, 2, None], "c": [4, 8, None], "c_out": [2, 3, None]})
    summed = each.assign(**{column: each[column].cumsum() for column in each.columns[1:]})
    one = read(each, **TABLE, pilot=ARMS)
    other = read(summed, **TABLE, pilot=ARMS, cumulative=True)
    for part in ("customers", "outcomes", "treated", "treated_outcomes", "control", "control_outcomes"):
        assert getattr(one, part).tolist() == getattr(other, part).tolist()
    assert one.piloted.tolist() == [True, True, False]


def test_customers_are_cut_into_equal_groups_and_ties_stay_together(read):
    frame = pd.DataFrame({"score": [9, 8, 8, 8, 7, 6, 5, 4, 3, 2], "left": [1, 1, 0, 1, 0, 0, 1, 0, 0, 0]})
    found = read(frame, score="score", outcome="left", groups=5)
    assert found.customers.tolist() == [4, 2, 2, 2]
    assert found.outcomes.tolist() == [3, 0, 1, 0]
    assert any("Equal scores stay together" in note for note in found.notes)


def test_rows_of_an_engine_are_put_in_order(tmp_path):
    address = tmp_path / "crm.ddb"
    with duckdb.connect(str(address)) as con:
        con.execute("CREATE TABLE lift AS FROM (VALUES (10, 90, 1), (2, 20, 4), (1, 10, 5)) t(decile, n, gone)")
    options = {"group": "decile", "customers": "n", "outcomes": "gone", "engine": f"duckdb://{address}"}
    assert targeting.read("lift", **options).names == ["1", "2", "10"]


def test_risk_is_counted_on_the_untreated(read):
    frame = pd.DataFrame({"score": [4, 4, 4, 4, 1, 1, 1, 1], "left": [1, 0, 1, 1, 0, 0, 1, 0],
                          "mailed": [1, 1, 0, None, 1, 0, 0, None]})
    found = read(frame, score="score", outcome="left", treated="mailed", groups=2)
    assert found.base.tolist() == [2, 3]
    assert found.outcomes.tolist() == [2, 1]
    assert found.control.tolist() == [1, 2]
    assert found.treated_outcomes.tolist() == [1, 0]
    assert pilot.aged(found) == 1.0


def test_a_million_rows_leave_the_engine_as_ten(tmp_path):
    rng = np.random.default_rng(1)
    score = rng.random(1_000_000)
    path = tmp_path / "many.parquet"
    pd.DataFrame({"score": score, "left": (rng.random(len(score)) < score).astype(int)}).to_parquet(path)
    found = targeting.read(path, score="score", outcome="left")
    assert found.customers.tolist() == [100_000] * 10
    assert found.rate.tolist() == pytest.approx(np.arange(0.95, 0, -0.1), abs=0.01)


ROW = {"group": ["a", "b"], "customers": [10, 20], "left": [5, 4]}


@pytest.mark.parametrize(("frame", "options", "words"), [
    ({**ROW, "left": [11, 4]}, TABLE, ("theirs.csv, column 'left', row 1", "'11' is more than the 10", "cumulative")),
    ({**ROW, "customers": [20, 10]}, TABLE | {"cumulative": True}, ("column 'customers', row 2", "falls after 20")),
    ({**ROW, "customers": [20, 20]}, TABLE | {"cumulative": True}, ("column 'customers', row 2", "adds nobody")),
    (ROW, TABLE | {"cumulative": True}, ("column 'left', row 2", "'4' falls after 5", "cumulative to False")),
    ({**ROW, "group": ["a", "a"]}, TABLE, ("column 'group', row 2", "'a' is there already")),
    ({**ROW, "left": [0, 0]}, TABLE, ("nothing to prevent",)),
    ({**ROW, "left": [-1, 0]}, TABLE, ("'-1' is below 0",)),
    ({**ROW, "customers": [0, 20]}, TABLE, ("'0' is below 1",)),
    ({"group": ["a"], "customers": [10], "left": [5]}, TABLE, ("holds one group",)),
    (ROW, TABLE | {"cumulative": "yes"}, ("cumulative is 'yes'",)),
    (ROW, TABLE | {"pilot": "t, c"}, ("pilot names 2 columns", "Name four")),
    (ROW, TABLE | {"outcomes": ""}, ("Parameter outcomes is empty",)),
    (ROW, TABLE | {"outcomes": "customers"}, ("customers and outcomes both name the column 'customers'",)),
    ({**ROW, "t": [4, 4], "t_out": [5, 1], "c": [4, 4], "c_out": [1, 1]}, TABLE | {"pilot": ARMS},
     ("column 't_out', row 1", "'5' is more than the 4 in column 't'")),
    ({**ROW, "t": [4, 4], "t_out": [1, 1], "c": [0, 0], "c_out": [0, 0]}, TABLE | {"pilot": ARMS},
     ("column 't'", "no group has both arms")),
    ({"group": range(60), "customers": [10] * 60, "left": [1] * 60}, TABLE, ("holds 60 groups",)),
    ({"score": [1, 2, 3], "left": [0, 2, 1]}, {"score": "score", "outcome": "left"},
     ("column 'left', row 2", "'2' is neither yes nor no")),
    ({"score": [1, 2, 3], "left": [0, 0, 0]}, {"score": "score", "outcome": "left"}, ("nothing to prevent",)),
    ({"score": [1, 1, 1], "left": [0, 1, 1]}, {"score": "score", "outcome": "left"}, ("gives one group",)),
    ({"score": [1, 2, 3], "left": [0, 1, 1], "mailed": [1, 1, 1]},
     {"score": "score", "outcome": "left", "treated": "mailed"}, ("column 'mailed'", "holds 1 and no 0")),
    ({"score": [1, 2, 3, 4], "left": [0, 1, 1, 0], "mailed": [0, 0, 1, 1]},
     {"score": "score", "outcome": "left", "treated": "mailed", "groups": 2}, ("leaves nobody untreated", "3 to 4")),
    ({"score": [1, 2], "left": [0, 1]}, {"score": "score", "outcome": "left", "groups": 1}, ("groups is 1",)),
    ({"score": [1, 2], "left": [0, 1]}, {"score": "score"}, ("Parameter outcome is empty",)),
])
def test_what_a_reader_can_get_wrong_is_refused(read, frame, options, words):
    refused(lambda: read(frame, **options), *words)


@pytest.mark.parametrize(("given", "words"), [
    ({"margin": 0}, ("margin is 0", "after the costs")),
    ({"cost_per_contact": -8}, ("cost_per_contact is -8",)),
    ({"cost_per_contact": 0}, ("both 0",)),
    ({"saved": (0.3, 0.2, 0.1)}, ("saved is (0.3, 0.2, 0.1)",)),
    ({"saved": (10, 20, 30)}, ("saved",)),
    ({"harm": 5}, ("such as 0.05",)),
    ({"round_months": 0}, ("round_months is 0",)),
    ({"capacity": -1}, ("capacity is -1",)),
])
def test_prices_that_cannot_be_meant_are_refused(given, words):
    refused(lambda: Terms(**PRICES | given), *words)


def test_more_saved_than_accept_is_refused():
    refused(lambda: notes(cost_per_acceptance=25.0, acceptance=0.05), "acceptance is 0.05", "0.09")


def test_a_lone_arm_and_an_upside_down_table_are_noted(read):
    frame = {"group": list("ab"), "customers": [100, 100], "left": [5, 40],
             "t": [40, 40], "t_out": [1, 2], "c": [40, 0], "c_out": [2, 0]}
    found = read(frame, **TABLE, pilot=ARMS)
    assert found.piloted.tolist() == [True, False]
    assert any("Only one arm ran in b" in note for note in found.notes)
    assert any("highest risk on top" in note for note in found.notes)


# --- Decisions ----------------------------------------------------------------------------------------------------

GOOD, BAD = Amount(5.0, 1.0, 9.0), Amount(5.0, -1.0, 9.0)


@pytest.mark.parametrize(("given", "answer"), [
    ({"balanced": False}, ("run_a_pilot", "uneven")),
    ({"balanced": False, "piloted": False}, ("contact_top", "range")),
    ({"highest": 0.0}, ("do_not_contact", "measured")),
    ({"highest": 0.0, "piloted": False}, ("do_not_contact", "range")),
    ({}, ("contact_top", "measured")),
    ({"chosen": "groups"}, ("contact_groups", "measured")),
    ({"chosen": "everybody"}, ("contact_everybody", "measured")),
    ({"net": BAD}, ("run_a_pilot", "open")),
    ({"net": None}, ("run_a_pilot", "open")),
    ({"net": BAD, "piloted": False}, ("run_a_pilot", "assumed")),
    ({"net": None, "piloted": False}, ("run_a_pilot", "assumed")),
])
def test_the_first_rule_that_fits_decides(given, answer):
    case = {"piloted": True, "balanced": True, "highest": 9.0, "net": GOOD, "chosen": "top"} | given
    assert decision.decide(**case) == answer


CASES = {
    "assumed": notes,
    "top": lambda: notes(saved=(0.25, 0.3, 0.4)),
    "everybody": lambda: notes(cost_per_contact=1.0, saved=(0.5, 0.6, 0.7)),
    "nobody": lambda: notes(saved=(0.01, 0.02, 0.03)),
    "nothing_saved": lambda: notes(saved=(0.0, 0.0, 0.0)),
    "no_cut_pays_yet": lambda: notes(saved=(0.05, 0.1, 0.3), running_cost=200.0),
    "groups": lambda: piloted([(1_000, 380, 1_000, 400), (1_000, 150, 1_000, 300)]),
    "open": lambda: piloted([(100, 30, 100, 40), (100, 28, 100, 30)]),
    "lost": lambda: piloted([(5_000, 2_000, 5_000, 2_000), (5_000, 1_500, 5_000, 1_500)]),
    "uneven": lambda: piloted([(1_200, 100, 800, 150), (400, 50, 600, 80)]),
    "small_arms_pay": lambda: piloted([(1_000, 150, 1_000, 400), (1_000, 50, 1_000, 300)]),
}
ANSWERS = {
    "assumed": "run_a_pilot", "top": "contact_top", "everybody": "contact_everybody", "nobody": "do_not_contact",
    "nothing_saved": "do_not_contact", "no_cut_pays_yet": "run_a_pilot", "groups": "contact_groups",
    "open": "run_a_pilot", "lost": "do_not_contact", "uneven": "run_a_pilot", "small_arms_pay": "contact_everybody",
}


@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_answer_can_be_told_and_drawn(name):
    found = CASES[name]()
    assert found.decision == ANSWERS[name]
    said = [wording.memo(found)] + [
        getattr(wording, part)(found) for part in dir(wording) if part.startswith("about_")
    ]
    for text in said:
        assert not any(word in text for word in ("nan", "inf ", "None", "np.", "€-", "--")), text
    for chart in (figures.profit_figure, figures.saved_figure, figures.effects_figure, figures.gains_figure):
        drawn = chart(found)
        assert drawn is None or len(stored(drawn.to_dict())["description"]) > 40
    assert listings.cuts(found).data.count("\n") > 2
    assert listings.prices(found).data
    assert found.result()["decision"] in decision.DECISIONS
    assert all(isinstance(value, str) or math.isfinite(value) for value in found.numbers().values())


def test_every_decision_is_reached():
    assert set(ANSWERS.values()) == set(decision.DECISIONS)


def test_memo_names_euros_a_month_and_what_it_hangs_on(agora):
    memo = wording.memo(agora)
    month = (120 * (302 - 153) - 8_000) / 3 - 500 - 5_000 / 12
    assert f"€{month:,.0f}" in memo
    assert "What it hangs on" in memo
    assert "Still open" in memo
    assert "Measured: −€5,960" in memo


def test_memo_without_a_pilot_says_that_the_share_is_assumed():
    memo = wording.memo(notes())
    assert "nobody has measured" in memo
    assert f"**{notes().per_arm:,} in each arm**" in memo
    assert notes().per_arm == pilot.per_arm(0.45, 8 / 120)


def test_a_readers_names_are_not_markup():
    found = piloted([(1_000, 380, 1_000, 400), (1_000, 150, 1_000, 300)], names=("<b>", "*x*|"))
    assert "<b>" not in wording.memo(found)
    assert "*x*|" not in wording.memo(found)


@pytest.mark.parametrize(
    ("name", "effects", "gains"),
    [
        ("open", "In none of 2 groups are contacts shown to pay",
         "2,000 contacts prevent 120 (−62 to 298), which may be chance"),
        ("uneven", figures.UNEVEN[:-1], figures.UNEVEN[:-1]),
        ("groups", "Contacts pay in 1 of 2 groups, in b, where 100 prevent 15",
         "and no smaller cut is seen to prevent more"),
        ("small_arms_pay", "Contacts pay in 2 of 2 groups, such as a", "and no smaller cut is seen"),
    ],
)
def test_the_titles_of_a_pilot_follow_what_it_shows(name, effects, gains):
    found = CASES[name]()
    assert title(figures.effects_figure(found).to_dict()).startswith(effects)
    assert gains in title(figures.gains_figure(found).to_dict())


def test_the_titles_say_where_groups_are_harmed_or_nobody_is_kept():
    harmed = piloted([(5_000, 1_000, 5_000, 2_000), (5_000, 2_500, 5_000, 1_500)], names=("x" * 99, "b. c"))
    effects = title(figures.effects_figure(harmed).to_dict())
    assert re.fullmatch(r"Contacts pay in 1 of 2 groups, in x+…, where 100 prevent 20 \(18 to 22\), "
                        "and harm in 1", effects)
    gains = title(figures.gains_figure(harmed).to_dict())
    assert gains == "By risk, the first 1,000 contacts prevent 200 (182 to 217), and all 2,000 only 0"
    worse = piloted([(5_000, 2_500, 5_000, 2_000)], customers=(1_000,), outcomes=(400,), names=("a",))
    assert title(figures.effects_figure(worse).to_dict()) == "In the only group of the pilot, contacts do harm"
    assert "no cut is seen to prevent more than contacting nobody" in title(figures.gains_figure(worse).to_dict())


@pytest.mark.parametrize(
    ("terms", "cut", "said"),
    [
        ({}, "€120 each, the first 1,000 pay best, €2,800 a round", "10 to 30 given lie on both sides of that"),
        ({"saved": (0.2, 0.2, 0.2)}, "the first 1,000 pay best, €2,800 a round", "the 20 given lies above that"),
        ({"saved": (0.0, 0.01, 0.02)}, "€120 each, no cut pays", "the 0.0 to 2.0 given lie below that"),
        ({"margin": 9.0}, "no cut pays", "The first 1,000 would not pay even if all were saved"),
    ],
)
def test_the_titles_of_the_cuts_follow_the_prices(terms, cut, said):
    found = notes(**terms)
    assert title(figures.profit_figure(found).to_dict()).endswith(cut)
    assert title(figures.saved_figure(found).to_dict()).endswith(said)
