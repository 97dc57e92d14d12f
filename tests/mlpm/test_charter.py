"""Who decides what: states of a decision, agreement beyond luck, what is settled first, and what a wrong file is told.

Expected numbers are worked out by hand, as fractions beside each test, or come from another implementation: scipy's
normal quantile in the formula of Fleiss, Cohen and Everitt (Psychological Bulletin 72, 1969), the library
`krippendorff`, scikit-free counting in plain Python. None is this package's own output.
"""

import time
from fractions import Fraction
from itertools import combinations

import duckdb
import ibis
import krippendorff
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from mlpm import InputError, charter
from mlpm.agora.role_marks import MARKS, marks
from mlpm.charter import wording
from mlpm.charter.study import codes
from repository import ROOT
from titles import title_of

AGORA = marks().rename(columns={"marked_by": "marker"})


SAME = {f"d{n}": "PM PM" if n % 2 else "EM EM" for n in range(12)}


def counted(frame: pd.DataFrame, **options) -> charter.Marks:
    columns = {name: [None if pd.isna(value) else value for value in frame[name]] for name in frame.columns}
    types = {"stake": pa.float64()}
    rows = pa.table({name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()})
    return charter.count(ibis.memtable(rows), **options)


def long(decisions: dict[str, str], markers: str = "PM EM", **columns) -> pd.DataFrame:
    """A frame of marks from {decision: "PM EM"}, one word a marker, `-` for an empty mark."""
    rows = [
        {"decision": decision, "marker": marker, "decides": None if word == "-" else word}
        for decision, words in decisions.items() for marker, word in zip(markers.split(), words.split(), strict=True)
    ]
    return pd.DataFrame(rows).assign(**columns)


def table(cells) -> dict[str, str]:
    """Decisions for a 2 × 2 table, the first marker in rows: roles PM and EM."""
    return {
        f"{a}{b}{n:02d}": f"{a} {b}"
        for row, a in zip(cells, ("PM", "EM"), strict=True) for times, b in zip(row, ("PM", "EM"), strict=True)
        for n in range(times)
    }


def standard_error(cells) -> float:
    """Fleiss, Cohen and Everitt 1969, equation 13, from exact fractions."""
    n = sum(map(sum, cells))
    p = [[Fraction(cell, n) for cell in row] for row in cells]
    rows, columns = [sum(row) for row in p], [sum(column) for column in zip(*p, strict=True)]
    size = range(len(p))
    observed = sum(p[i][i] for i in size)
    expected = sum(rows[i] * columns[i] for i in size)
    first = sum(p[i][i] * ((1 - expected) - (rows[i] + columns[i]) * (1 - observed)) ** 2 for i in size)
    second = (1 - observed) ** 2 * sum(p[i][j] * (columns[i] + rows[j]) ** 2 for i in size for j in size if i != j)
    third = (observed * expected - 2 * expected + observed) ** 2
    return float((first + second - third) / (n * (1 - expected) ** 4)) ** 0.5


# --- Agreement ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "same", "expected", "kappa", "error"),
    [
        # 12 of 20 match, each gives 10 to each role: (12/20 − 1/2) / (1/2) = 1/5.
        ([[6, 4], [4, 6]], 12, Fraction(1, 2), Fraction(1, 5), 0.22),
        # 9 of 10 match; 6 and 5 of 10 go to the first role: 6/10 · 5/10 + 4/10 · 5/10 = 1/2.
        ([[5, 1], [0, 4]], 9, Fraction(1, 2), Fraction(4, 5), 0.19),
        ([[3, 2], [1, 14]], 17, Fraction(5 * 4 + 15 * 16, 400), None, None),
    ],
)
def test_kappa_of_two_people_is_that_of_the_hand(cells, same, expected, kappa, error):
    (pair,) = charter.pairs(counted(long(table(cells))).ratings).itertuples()
    n = sum(map(sum, cells))
    kappa = kappa or (Fraction(same, n) - expected) / (1 - expected)
    assert (pair.same, pair.decisions) == (same, n)
    assert pair.expected == pytest.approx(float(expected), abs=1e-12)
    assert pair.kappa == pytest.approx(float(kappa), abs=1e-12)
    half = stats.norm.ppf(0.975) * standard_error(cells)
    assert pair.low == pytest.approx(max(-1, float(kappa) - half), abs=1e-9)
    assert pair.high == pytest.approx(min(1, float(kappa) + half), abs=1e-9)
    if error:
        assert round(standard_error(cells), 2) == error


def test_where_all_marks_match_there_is_no_interval():
    (pair,) = charter.pairs(counted(long(table([[5, 0], [0, 5]]))).ratings).itertuples()
    assert pair.kappa == 1
    assert np.isnan(pair.low)
    assert np.isnan(pair.high)


def test_where_one_role_takes_everything_kappa_is_undefined():
    found = charter.analyze(counted(long(table([[12, 0], [0, 0]]))))
    assert np.isnan(found.pairs.kappa[0])
    assert found.alpha.value is None
    assert found.decision == "sign"
    assert "undefined" in wording.about_agreement(found)


def test_alpha_is_that_of_the_library():
    found = charter.analyze(counted(AGORA.drop(columns="settled")))
    codes = {"PM": 0, "EM": 1, "Ops": 2}
    data = [[codes[row[1 + place]] for row in MARKS] for place in range(3)]
    assert found.alpha.value == pytest.approx(krippendorff.alpha(data, level_of_measurement="nominal"), abs=1e-9)
    # 10 decisions with three matching pairs, 9 with one, 1 with none: (30 + 9) / 60.
    assert found.observed == pytest.approx(39 / 60, abs=1e-12)
    assert found.alpha.low < found.alpha.value < found.alpha.high


def test_decisions_for_an_interval_follow_the_square_root():
    found = charter.analyze(counted(AGORA.drop(columns="settled")))
    half = (found.alpha.high - found.alpha.low) / 2
    assert found.decisions_for(half) == 20
    assert found.decisions_for(half / 2) == 80


# --- States and claims --------------------------------------------------------------------------------------------

EACH = {
    "agreed": "PM PM PM",
    "agreed on one who did not mark": "Legal Legal Legal",
    "several": "PM EM PM",
    "nobody": "EM PM PM",
    "one": "EM EM Ops",
    "unnamed": "PM - -",
    "nothing": "- - -",
}


def test_each_decision_is_in_its_state():
    found = counted(long(EACH, "PM EM Ops"))
    states = dict(zip(found.decisions.decision, found.decisions.state, strict=True))
    # EM claims the fifth, and operations claims it too: two claims.
    assert states == {
        "agreed": "agreed", "agreed on one who did not mark": "agreed", "several": "several", "nobody": "nobody",
        "one": "several", "unnamed": "unnamed", "nothing": "unnamed",
    }
    assert found.states == {"agreed": 2, "settled": 0, "several": 2, "nobody": 1, "one": 0, "unnamed": 2}
    assert (found.total, found.shared, found.conflicts) == (7, 5, 3)
    assert found.absent == ["Legal"]


def test_one_claim_against_other_names_is_a_state_of_its_own():
    found = counted(long({"a": "PM PM Ops", "b": "EM PM Ops", "c": "PM PM PM"}, "PM EM Ops"))
    assert found.states["several"] == 1
    assert found.states["one"] == 1
    assert dict(zip(found.decisions.decision, found.decisions.state, strict=True))["b"] == "one"


def test_claims_are_counted_as_by_hand():
    """Agora: PM and EM claim ten each; what nobody contradicts, and what is left to a role, from the list itself."""
    found = counted(AGORA)
    roles = ("PM", "EM", "Ops")
    hand = {}
    for place, role in enumerate(roles):
        own = [row for row in MARKS if row[1 + place] == role]
        granted = [row for row in own if set(row[1:4]) == {role}]
        left = [row for row in MARKS if row[1 + place] != role and role in row[1:4]]
        hand[role] = (len(own), len(granted), len(left))
    assert hand == {"PM": (10, 4, 4), "EM": (10, 6, 4), "Ops": (3, 0, 0)}
    assert {row.role: (row.claims, row.granted, row.left) for row in found.claims().itertuples()} == hand
    given = {(row.marker, row.role): row.decisions for row in found.division().itertuples()}
    assert given == {(m, r): sum(row[1 + p] == r for row in MARKS) for p, m in enumerate(roles) for r in roles}


def test_agora_tells_its_story():
    found = charter.analyze(counted(AGORA.drop(columns="settled")), unit="€")
    pm_em = found.pairs[found.pairs.marker_1.isin(["PM", "EM"]) & found.pairs.marker_2.isin(["PM", "EM"])].iloc[0]
    assert (pm_em.same, pm_em.decisions, pm_em.kappa) == (12, 20, pytest.approx(0.2))
    assert found.decision == "settle_first"
    between = {row.roles: row.conflicts for row in found.between.itertuples()}
    assert between == {("EM", "PM"): 7, ("PM", "Ops"): 2, ("EM", "PM", "Ops"): 1}
    assert found.conflicts.decision[0] == "What each error costs"
    after = charter.analyze(counted(AGORA), unit="€")
    assert after.decision == "sign"
    assert after.marks.after == {"PM": 9, "EM": 9, "Ops": 2}
    assert "Nobody comes out with more than was claimed" in wording.about_settlement(after)


def test_an_even_trade_of_decisions_may_be_an_uneven_one_of_stakes():
    found = charter.analyze(counted(AGORA), unit="€")
    # By hand, from the mean stakes: engineering claimed 60 + 50 + 40 + 20 + 15 + 13 + 12 + 9 + 8 + 7 thousand.
    assert found.marks.stakes == {
        "EM": (234_000, 129_000), "Ops": (45_000, 20_000), "PM": (257_000, 250_000),
    }
    assert "*EM* gives up most, €105,000" in wording.about_settlement(found)


def test_without_stakes_only_decisions_are_counted():
    found = charter.analyze(counted(AGORA.drop(columns="stake")))
    assert found.marks.stakes is None
    assert "at stake" not in wording.about_settlement(found)


def test_a_role_that_takes_what_nobody_claimed_gives_up_nothing():
    frame = long({f"d{n}": "EM EM" for n in range(10)} | {"x": "EM PM"}).assign(settled=None, stake=3.0)
    frame.loc[frame.decision == "x", "settled"] = "PM"
    found = charter.analyze(counted(frame))
    assert found.marks.stakes == {"EM": (30.0, 30.0), "PM": (0.0, 3.0)}
    assert "gives up" not in wording.about_settlement(found)


def test_a_role_that_gains_is_named():
    frame = long({f"d{n}": "EM EM" for n in range(10)} | {"x": "PM EM"}).assign(settled=None)
    frame.loc[frame.decision.isin(["d0", "x"]), "settled"] = "PM"
    found = charter.analyze(counted(frame))
    assert found.marks.after == {"EM": 9, "PM": 2}  # PM claimed one
    assert "*PM* comes out with more than claimed" in wording.about_settlement(found)


def test_what_is_still_open_belongs_to_nobody():
    frame = long({f"d{n}": "EM EM" for n in range(10)} | {"x": "PM EM", "y": "PM -"}).assign(settled=None)
    frame.loc[frame.decision == "d0", "settled"] = "PM"
    assert counted(frame).after == {"EM": 9, "PM": 1}


# --- What comes first ---------------------------------------------------------------------------------------------


def test_stake_comes_first_then_difference_then_date():
    frame = long({"low": "PM EM PM", "wide": "PM EM Ops", "late": "PM EM PM", "soon": "PM EM PM", "fine": "PM PM PM"},
                 "PM EM Ops")
    frame["stake"] = frame.decision.map({"low": 1.0, "wide": 5.0, "late": 5.0, "soon": 5.0, "fine": 9.0})
    frame["due"] = frame.decision.map({"late": "2027-02-01", "soon": "2027-01-31"})
    found = charter.analyze(counted(frame), meeting_minutes=35, minutes_each=10)
    assert found.conflicts.decision.tolist() == ["wide", "soon", "late", "low"]
    assert found.agenda.decision.tolist() == ["wide", "soon", "late"]
    assert found.agenda.minute.tolist() == [0, 10, 20]
    assert found.stake_share == pytest.approx(15 / 16)


def test_the_stake_is_the_mean_of_what_each_wrote():
    frame = long({"a": "PM EM", "b": "PM PM"}).assign(stake=[10.0, 30.0, 1.0, None])
    assert counted(frame).decisions.set_index("decision").stake.to_dict() == {"a": 20.0, "b": 1.0}


def test_without_stakes_nothing_speaks_of_them():
    found = charter.analyze(counted(long(SAME | {"d1": "PM EM"})))
    assert found.stake_share is None
    assert "at stake" not in wording.memo(found) + wording.about_agenda(found)
    assert "stake" not in wording.agenda_table(found).columns


# --- The decision -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shared", "conflicts", "unnamed", "low", "room", "answer"),
    [
        (9, 0, 0, 1.0, 6, ("collect_more", "few")),
        (10, 0, 0, None, 6, ("sign", "no_conflict")),
        (10, 0, 1, 1.0, 6, ("collect_more", "unnamed")),
        (20, 7, 0, 0.0, 6, ("redraw", "luck")),
        (20, 7, 0, None, 6, ("redraw", "luck")),
        (20, 7, 0, 0.01, 6, ("settle_first", "conflicts")),
        (20, 6, 0, -0.2, 6, ("settle_first", "conflicts")),
        (20, 1, 5, 0.8, 6, ("settle_first", "conflicts")),
    ],
)
def test_the_first_rule_that_fits_decides(shared, conflicts, unnamed, low, room, answer):
    assert charter.decide(shared, conflicts, unnamed, low, room) == answer


@pytest.mark.parametrize(
    ("decisions", "answer", "says"),
    [
        (SAME, "sign", "**Sign it.** Each of 12 decisions has one name."),
        (SAME | {"d1": "PM EM"}, "settle_first", "**Settle 1 decision before you sign anything.**"),
        # Twelve of twenty, each ten: what two people agree on could be luck.
        (table([[6, 4], [4, 6]]), "redraw", "**Draw the charter anew; do not argue it line by line.** 8 of 20"),
        (dict(list(SAME.items())[:9]), "collect_more", "**Mark more decisions before you conclude anything.**"),
        (SAME | {"new": "PM -"}, "collect_more", "**Collect 1 more name before you sign.**"),
        ({"only": "PM EM"}, "collect_more", "**Mark more decisions before you conclude anything.** 1 decision has"),
    ],
)
def test_every_decision_can_be_reached(decisions, answer, says):
    found = charter.analyze(counted(long(decisions)))
    assert found.decision == answer
    memo = wording.memo(found)
    assert says in memo
    assert len(memo) > 100
    for draw in (charter.marks_figure, charter.division_figure, charter.agreement_figure):
        title_of(draw(found))
    result = found.result()
    assert result["decision"] == answer
    assert set(result["conflicts"]) == {d for d, words in decisions.items() if len(set(words.split()) - {"-"}) > 1}


@pytest.mark.parametrize(("meeting", "answer"), [(79, "redraw"), (80, "settle_first")])
def test_eight_conflicts_need_eighty_minutes(meeting, answer):
    found = charter.analyze(counted(long(table([[6, 4], [4, 6]]))), meeting_minutes=meeting, minutes_each=10)
    assert (found.marks.conflicts, found.decision) == (8, answer)
    assert len(found.agenda) == meeting // 10


def test_settled_conflicts_are_no_conflicts():
    frame = long(table([[6, 4], [4, 6]])).assign(settled=None)
    differ = frame.decision.str.startswith("PMEM") | frame.decision.str.startswith("EMPM")
    frame.loc[differ, "settled"] = "EM"
    found = charter.analyze(counted(frame))
    assert (found.decision, found.marks.conflicts, found.marks.states["settled"]) == ("sign", 0, 8)
    assert found.marks.after == {"EM": 14, "PM": 6}


# --- The reader's words -------------------------------------------------------------------------------------------


def test_roles_that_differ_in_case_or_blanks_are_one():
    frame = long({"a": "pm PM", "b": "P\u00a0M EM".replace("\u00a0", ""), "c": "EM em", "d": "PM PM", "e": "EM EM"})
    found = counted(frame)
    assert found.ratings.labels == ["EM", "PM"]
    assert found.states["agreed"] == 4
    assert "'PM' and 'pm' are one role, written 'PM' here." in found.notes
    assert "'EM' and 'em' are one role, written 'EM' here." in found.notes


def test_words_for_nobody_name_nobody():
    found = counted(long({"a": "nobody EM", "b": "? Nobody", "c": "PM PM", "d": "EM unclear"}))
    assert found.states == {"agreed": 1, "settled": 0, "several": 0, "nobody": 0, "one": 0, "unnamed": 3}
    assert found.blanks == 4
    assert "4 marks name nobody." in found.notes


def test_a_slip_is_noted_and_an_absent_role_too():
    found = counted(long({"a": "Opps Ops", "b": "Legal Legal", "c": "PM PM", "d": "Ops Ops"}, "PM Ops"))
    assert "'Opps' is named in 1 mark and looks like 'Ops': correct it if it is a slip." in found.notes
    assert "'Legal' is named in 2 marks and did not mark: ask whether they know." in found.notes


def test_people_may_mark_under_their_own_names():
    """Two product managers who both claim a decision for their one role do not contradict each other."""
    frame = long({"a": "PM PM EM", "b": "PM EM EM", "c": "EM EM EM"}, "Ana Bo Cy")
    found = counted(frame.assign(role=frame.marker.map({"Ana": "PM", "Bo": "PM", "Cy": "EM"})))
    assert found.role_of == {"Ana": "PM", "Bo": "PM", "Cy": "EM"}
    assert {row.role: (row.claims, row.granted, row.left) for row in found.claims().itertuples()} == {
        "PM": (2, 0, 0), "EM": (3, 1, 0),
    }
    assert found.states["several"] == 2


def test_somebody_who_names_nobody_is_left_out_and_said():
    found = counted(long({"a": "PM PM -", "b": "PM EM -"}, "PM EM Ops"))
    assert found.ratings.raters == ["EM", "PM"]
    assert "Ops named nobody for any decision, and is left out of the agreement." in found.notes


def test_a_readers_words_stay_words():
    found = charter.analyze(counted(long({f"*d{n}* | <b>": "P_M E_M" for n in range(12)}, "P_M E_M")))
    memo = wording.memo(found)
    assert "<b>" not in memo
    assert "| " not in memo


def test_the_order_of_rows_and_markers_changes_nothing():
    one = charter.analyze(counted(AGORA)).result()
    two = charter.analyze(counted(AGORA.sample(frac=1, random_state=3))).result()
    assert one == two


def test_names_get_short_forms_that_differ():
    names = ["Product management", "Engineering", "Eng", "PM", "Ops", "Legal", "Data science", "Engine room"]
    assert codes(names) == {
        "Product management": "Pro", "Engineering": "Engi", "Eng": "Eng", "PM": "PM", "Ops": "Ops", "Legal": "Leg",
        "Data science": "DS", "Engine room": "ER",
    }


@given(st.lists(st.text(alphabet="ab c-é", min_size=1, max_size=9), max_size=12))
@example(["abcx", "abc", "abcd", "abcdefg", "abcde"])
def test_no_two_names_share_a_short_form(names):
    short = codes(names)
    assert set(short) == set(names)
    assert len(set(short.values())) == len(short)


def test_charts_say_what_their_short_forms_mean():
    found = charter.analyze(counted(long(SAME, "PM Engineering").assign(decides="Engineering")))
    assert wording.about_short(found) == " In the charts: Eng *Engineering*."
    assert wording.about_short(charter.analyze(counted(AGORA))) == ""


def test_the_titles_of_the_charts_follow_the_marks():
    def titles(decisions):
        found = charter.analyze(counted(long(decisions)))
        return [title_of(draw(found)) for draw in (charter.marks_figure, charter.agreement_figure)]

    assert titles(SAME)[0] == "No decision has more than one name"
    assert titles(SAME | {"d1": "PM EM"})[0] == "1 of 12 decisions has more than one name"
    luck = titles(table([[6, 4], [4, 6]]))
    assert luck[0] == "8 of 20 decisions have more than one name"
    assert "cannot be told from luck" in luck[1]
    assert "is told from luck" in titles(SAME | {"d1": "PM EM"})[1]
    kept = title_of(charter.division_figure(charter.analyze(counted(long(dict.fromkeys("abc", "PM PM"))))))
    assert kept == "PM keeps most for the own role, 3 of 3 decisions"
    both = title_of(charter.division_figure(charter.analyze(counted(long(dict.fromkeys("abc", "PM EM"))))))
    assert both == "2 people keep most for the own role, 3 decisions each"


# --- Wrong files --------------------------------------------------------------------------------------------------


def refused(frame: pd.DataFrame) -> str:
    with pytest.raises(InputError) as problem:
        counted(frame)
    assert "\n" not in str(problem.value)
    return str(problem.value)


def test_one_person_is_not_a_charter():
    message = refused(long({"a": "PM", "b": "EM"}, "PM"))
    assert message == (
        "marks, column 'marker': every mark is by 'PM'. Have a second person mark the same decisions, without showing "
        "these marks."
    )


def test_two_people_who_share_no_decision_are_refused():
    message = refused(pd.DataFrame({"decision": ["a", "b"], "marker": ["PM", "EM"], "decides": ["PM", "EM"]}))
    assert "no decision has a name from two people" in message


def test_a_person_with_two_roles_is_refused():
    message = refused(long({"a": "PM PM", "b": "PM PM"}, "Ana Bo").assign(role=["PM", "EM", "EM", "EM"]))
    assert "'Ana' is 'EM' and 'PM' (1 such)" in message


def test_a_date_that_is_none_is_refused():
    message = refused(long({"a": "PM PM"}).assign(due="31.12.2026"))
    assert "column 'due': '31.12.2026' is not a date (1 such). Write dates like 2026-01-31." in message


def test_two_settled_names_for_one_decision_are_refused():
    message = refused(long({"a": "PM PM"}).assign(settled=["PM", "EM"]))
    assert "decision 'a' is settled for 'EM' and for 'PM'" in message


def test_sentences_in_place_of_roles_are_refused():
    message = refused(long({f"d{n}": f"because{n} PM" for n in range(50)}))
    assert "names 51 different roles" in message


def test_a_file_with_a_decision_marked_twice_is_refused(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text("d,m,w\na,PM,PM\na,EM,PM\na,PM,EM\n")
    with pytest.raises(InputError, match=r"marks.csv, columns 'd' and 'm', row 3 \(line 4\): 'a, PM' is there already"):
        charter.read(path, decision="d", marker="m", decides="w")


def test_one_column_for_two_parts_is_refused(tmp_path):
    with pytest.raises(InputError, match="Parameters marker and decides both name the column 'm'"):
        charter.read(tmp_path / "x.csv", decision="d", marker="m", decides="m")


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"meeting_minutes": 0}, "meeting_minutes is 0"),
        ({"minutes_each": float("nan")}, "minutes_each is nan"),
        ({"minutes_each": 90}, "not one conflict fits"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(setting, says):
    with pytest.raises(InputError, match=says):
        charter.analyze(counted(long(SAME)), **setting)


# --- Many marks ---------------------------------------------------------------------------------------------------


def test_half_a_million_marks_stay_in_the_engine(tmp_path):
    """20,000 decisions by 25 people: counts come from the engine, the agenda from its first rows."""
    path = tmp_path / "many.parquet"
    duckdb.sql(f"""COPY (SELECT 'decision ' || i // 25 AS decision, 'R' || i % 25 AS marked_by,
        'R' || CASE WHEN i // 25 % 4 = 0 THEN i % 25 % 2 ELSE i // 25 % 25 END AS decides,
        (i // 25)::DOUBLE AS stake FROM range(500000) t(i)) TO '{path}' (FORMAT parquet)""")
    begun = time.process_time()
    found = charter.analyze(charter.read(path, decision="decision", marker="marked_by", decides="decides",
                                         stake="stake"))
    assert time.process_time() - begun < 20
    assert found.marks.total == 20_000
    # Every fourth decision is split between R0 and R1; each of the two marks its own role on half of them or none.
    assert found.marks.conflicts == 5_000
    assert len(found.marks.decisions) == 200
    assert found.conflicts.decision[0] == "decision 19996"


def test_pairs_are_counted_as_in_plain_python():
    rng = np.random.default_rng(5)
    roles = np.array(["R0", "R1", "R2", "R3"])
    marks_ = {f"d{n}": roles[rng.integers(0, 4, 4)] for n in range(40)}
    found = charter.pairs(counted(long({d: " ".join(m) for d, m in marks_.items()}, " ".join(roles))).ratings)
    hand = {
        (roles[a], roles[b]): sum(m[a] == m[b] for m in marks_.values()) for a, b in combinations(range(4), 2)
    }
    assert {(row.marker_1, row.marker_2): row.same for row in found.itertuples()} == hand


# --- The form -----------------------------------------------------------------------------------------------------


def test_the_signed_page_holds_what_the_meeting_settled():
    """The template's charter has a D in each line, and each role as many as the example's file gives it."""
    page = (ROOT / "docs/resources/templates/role-charter.md").read_text(encoding="utf-8")
    charter_ = page.split("## Charter")[1].split("## Before and after")[0]
    rows = [[cell.strip().removesuffix("{.fill}").strip("[]") for cell in line.strip("|").split("|")]
            for line in charter_.splitlines() if line.startswith("| [")]
    ds = {"PM": 1, "EM": 2, "Ops": 3}
    signed = {row[0]: [role for role, place in ds.items() if row[place] == "D"] for row in rows}
    assert all(len(roles) == 1 for roles in signed.values())
    settled = {row[0]: row[-1] or row[1] for row in MARKS}
    assert {name.removesuffix(" after a test"): roles[0] for name, roles in signed.items()} == settled
    differed = {row[0].removesuffix(" after a test") for row in rows if row[-1].startswith("yes")}
    assert differed == {row[0] for row in MARKS if len(set(row[1:4])) > 1}


def test_the_marks_in_the_form_are_those_of_the_file():
    page = (ROOT / "docs/resources/templates/role-charter.md").read_text(encoding="utf-8")
    part = page.split("## Marks of one person")[1].split("## Charter")[0]
    rows = [[cell.strip().removesuffix("{.fill}").strip("[]") for cell in line.strip("|").split("|")]
            for line in part.splitlines() if line.startswith("| ") and "[PM]{.fill}" in line]
    given = {(row[0] if row[1] == "the same" else row[1]): (row[3], row[4], row[5].replace("–", "")) for row in rows}
    assert given == {row[0]: (row[1], str(row[4]), row[7]) for row in MARKS}
