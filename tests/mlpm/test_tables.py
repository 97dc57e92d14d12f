"""The gate: what a reader's file may look like, and the one line that says what is wrong when it may not."""

import contextlib
import gc
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from mlpm import InputError
from mlpm.tables import Day, Flag, Label, Number, Table, Text, error, named, names, read
from refusing import refused

LABELS = {"item": Text(), "label": Text()}
LATIN_1 = "item,label\nc1,fine\nc2,café\n".encode("latin-1")


@pytest.fixture
def file(tmp_path):
    """Write a reader's file and return its path."""

    def write(content: str | bytes, name: str = "labels.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refusal(*arguments, **options) -> str:
    """The message of a refusal for one fault: one line that never shows where the file is."""
    (line,) = refusals(*arguments, **options)
    return line


def refusals(*arguments, **options) -> list[str]:
    """The lines of a refusal, one for each fault."""
    with pytest.raises(InputError) as caught:
        read(*arguments, **options)
    lines = str(caught.value).split("\n")
    for line in lines:
        assert "/" not in line.replace("N/A", "").replace("://", "")
        assert line.endswith((".", "?"))
    return lines


def values(table: Table, column: str) -> list:
    return [None if pd.isna(value) else value for value in table.frame()[column]]


# --- What is accepted ---------------------------------------------------------------------------------------------

ACCEPTED = {
    "commas": "item,label\nc1,fine\nc2,bad\n",
    "semicolons": "item;label\nc1;fine\nc2;bad\n",
    "tabs": "item\tlabel\nc1\tfine\nc2\tbad\n",
    "bars": "item|label\nc1|fine\nc2|bad\n",
    "byte order mark": b"\xef\xbb\xbfitem,label\nc1,fine\nc2,bad\n",
    "UTF-16 little end": b"\xff\xfe" + "item,label\nc1,fine\nc2,bad\n".encode("utf-16-le"),
    "UTF-16 big end": b"\xfe\xff" + "item;label\r\nc1;fine\r\nc2;bad\r\n".encode("utf-16-be"),
    "Windows line ends": "item,label\r\nc1,fine\r\nc2,bad\r\n",
    "old Mac line ends": "item,label\rc1,fine\rc2,bad\r",
    "mixed line ends": "item,label\r\nc1,fine\nc2,bad\r\n",
    "no last line end": "item,label\nc1,fine\nc2,bad",
    "blank lines": "\n \nitem,label\nc1,fine\n\nc2,bad\n\n",
    "blanks around everything": " item , label\n c1 ,\tfine\nc2\u00a0,\u200bbad \n",
    "quotes": '"item","label"\n"c1","fine"\n"c2","bad"\n',
    "other columns, other order": "note,label,x,x,item\n,fine,,,c1\nn,bad,,,c2\n",
}


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_readable_file_gives_the_same_rows(file, content):
    table = read(file(content), LABELS)
    assert table.frame().to_dict("list") == {"item": ["c1", "c2"], "label": ["fine", "bad"]}
    assert (table.name, table.count, table.notes) == ("labels.csv", 2, [])


@pytest.mark.parametrize(
    "name",
    [
        "my labels.csv",
        'it\'s "mine".csv',
        "cost $HOME `id`; x.csv",
        "a*b?[c]{d}.csv",
        "a*.csv",
        "étiquettes-标签.csv",
        "no-ending",
        "-v",
    ],
)
def test_any_file_name_is_a_file_name(file, name):
    file("item,label\nother,file\n", "ab.csv")  # what `a*.csv` would also match as a pattern
    table = read(file(ACCEPTED["commas"], name), LABELS)
    assert (table.name, table.count) == (name, 2)


@pytest.mark.parametrize(
    "column",
    ['a "quoted" name', "it's", "x; DROP TABLE file; --", "a{b}", "%s ?", "标签", "select", "self", "row"],
)
def test_any_column_name_is_a_column_name(file, column):
    quoted = column.replace('"', '""')
    table = read(file(f'item,"{quoted}"\nc1,fine\nc2,bad\n'), {"item": Text(), column: Text()}, key=["item", column])
    assert values(table, column) == ["fine", "bad"]


def test_what_a_value_holds_stays_a_value(file):
    table = read(file('item,label\nc1,"a ""b"", c"\nc2,"two\nlines; DROP"\n'), LABELS)
    assert values(table, "label") == ['a "b", c', "two\nlines; DROP"]


def test_identifiers_keep_their_leading_zeros_and_their_digits(file):
    table = read(file("item,label\n007,1\n12345678901234567890123,0\n"), LABELS)
    assert values(table, "item") == ["007", "12345678901234567890123"]


def test_columns_have_the_types_asked_for(file):
    kinds = {"a": Text(), "b": Number(), "c": Number(whole=True), "d": Flag()}
    table = read(file("a,b,c,d\n1,2,3,1\n"), kinds)
    assert {name: str(kind) for name, kind in table.rows.schema().items()} == {
        "a": "string",
        "b": "float64",
        "c": "int64",
        "d": "boolean",
    }


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("-0.5", -0.5),
        (".5", 0.5),
        ("5.", 5),
        ("+1e3", 1000),
        ("1E-3", 0.001),
        (" 7\u00a0", 7),
        ("1.234", 1.234),
    ],
)
def test_numbers_are_read_as_written(file, text, number):
    assert values(read(file(f"x\n{text}\n"), {"x": Number()}), "x") == [number]


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("3.0", 3), ("1e3", 1000), ("9007199254740993", 9007199254740993)]
)
def test_whole_numbers_keep_every_digit(file, text, number):
    assert values(read(file(f"x\n{text}\n"), {"x": Number(whole=True)}), "x") == [number]


def test_flags_are_read_in_any_case(file):
    table = read(file("x\n1\n0\nTRUE\nfalse\nYes\nno\n1.0\n0.0\n"), {"x": Flag()})
    assert values(table, "x") == [True, False] * 4


@pytest.mark.parametrize(
    "text",
    ["2026-03-02", " 2026-03-02\u00a0", "2026-03-02 23:10", "2026-03-02T00:30:00Z", "2026-03-02 23:10:59.25+05:30"],
)
def test_a_day_is_the_day_as_written(file, text):
    table = read(file(f"x\n{text}\n"), {"x": Day()})
    assert (values(table, "x"), str(table.rows.schema()["x"])) == ([date(2026, 3, 2)], "date")


def test_days_of_a_typed_table_are_days(tmp_path):
    times = pd.to_datetime(["2026-03-02 23:50", "2026-03-03 00:10"])
    pd.DataFrame({"time": times, "day": times.date}).to_parquet(tmp_path / "events.parquet")
    table = read(tmp_path / "events.parquet", {"time": Day(), "day": Day()})
    assert values(table, "time") == values(table, "day") == [date(2026, 3, 2), date(2026, 3, 3)]


@pytest.mark.parametrize("text", ["03.04.2026", "2026-02-30", "20260302", "1772409600", "2026-03", "2026-03-02 noon"])
def test_what_could_be_another_day_is_refused(file, text):
    assert refusal(file(f"x,y\n2024-02-29,a\n{text},b\n"), {"x": Day()}).startswith(
        f"labels.csv, column 'x', row 2 (line 3): '{text}' is not a date of the calendar (1 such row). Write dates"
    )


def test_limits_are_included(file):
    assert read(file("x\n0\n1\n"), {"x": Number(low=0, high=1)}).count == 2


def test_rows_keep_the_order_of_the_file(file):
    lines = [f"c{i},{i}" for i in range(300_000)]
    frame = read(file("item,n\n" + "\n".join(lines)), {"item": Text(), "n": Number(whole=True)}).frame()
    assert frame.n.tolist() == list(range(300_000))


# --- Missing values -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["NA", "N/A", "null", "NULL", "None", "NaN", "nan", "-", "#N/A"])
@pytest.mark.parametrize("kind", [Text, Number, Flag])
def test_words_for_missing_count_as_missing_and_are_said(file, kind, word):
    path = file(f"x,y\n1,a\n{word},b\n")
    table = read(path, {"x": kind(missing="keep")})
    assert values(table, "x")[1] is None
    assert table.notes == [f"Column 'x': '{word}' counts as missing (1 such row)."]
    assert f"labels.csv, column 'x', row 2 (line 3): '{word}' counts as missing (1 such row)." in refusal(
        path, {"x": kind()}
    )


def test_a_label_called_none_is_a_label(file):
    assert values(read(file("item,label\nc1,none\n"), LABELS), "label") == ["none"]
    assert "write it another way" in refusal(file("item,label\nc1,None\n"), LABELS)


@pytest.mark.parametrize("kind", [Text, Number, Flag])
def test_an_empty_value_is_missing(file, kind):
    path = file('x,y\n1,a\n  ,b\n"",c\n')
    assert values(read(path, {"x": kind(missing="keep")}), "x")[1:] == [None, None]
    assert refusal(path, {"x": kind()}) == (
        "labels.csv, column 'x', row 2 (line 3): the value is missing (2 such rows). Fill it in or leave the row out."
    )


def test_a_column_may_be_missing_altogether(file):
    table = read(file("item,x\nc1,\nc2,\n"), {"item": Text(), "x": Number(missing="keep")})
    assert values(table, "x") == [None, None]


# --- Notes --------------------------------------------------------------------------------------------------------


def test_spellings_that_differ_in_case_or_blanks_are_noted(file):
    table = read(file("item,label\n1,Bad\n2,bad\n3,bad \n4,not  bad\n5,not bad\n6,good\n"), LABELS)
    assert table.notes == [
        "Column 'label': 'bad' (2 rows) and 'Bad' (1 row) differ only in case or blanks and count as different.",
        "Column 'label': 'not␣␣bad' (1 row) and 'not bad' (1 row) differ only in case or blanks and count as "
        "different.",
    ]


def test_many_spellings_are_summed_up(file):
    rows = "".join(f"x{i},{i}\nX{i},{i}\n" for i in range(6))
    notes = read(file("item,label\n" + rows), LABELS).notes
    assert len(notes) == 4
    assert notes[-1] == "Column 'item': 3 more values have such twins."


# --- What is refused ----------------------------------------------------------------------------------------------

REFUSED = {
    "zero bytes": (b"", "labels.csv: is empty (0 bytes). Export the data again."),
    "blanks only": (b" \n\t\n", "labels.csv: holds nothing but blanks."),
    "header only": (b"item,label\n", "labels.csv: has column names and no rows. Add the data below the names."),
    "Excel": (b"PK\x03\x04\x14\x00", "labels.csv: is an Excel workbook or a zip archive. Save the sheet as CSV UTF-8."),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1", "labels.csv: is an Excel workbook. Save the sheet as CSV UTF-8."),
    "gzip": (b"\x1f\x8b\x08\x00", "labels.csv: is compressed. Unpack it first."),
    "PDF": (b"%PDF-1.7\n", "labels.csv: is a PDF. Export the data as CSV UTF-8."),
    "binary": (b"\x7fELF\x00\x01", "labels.csv: is not text. Export the data as CSV UTF-8."),
    "Latin-1": (LATIN_1, "labels.csv, row 2 (line 3): is not UTF-8 text (1 such row). Save it as CSV UTF-8."),
    "Latin-1 header": (
        "item,label,é\nc1,a,b\n".encode("latin-1"),
        "labels.csv: is not UTF-8 text. Save it as CSV UTF-8.",
    ),
    "half a UTF-16 character": (
        b"\xff\xfe" + "item,label\nc1,a\n".encode("utf-16-le") + b"\x00",
        "labels.csv: is not UTF-8 text. Save it as CSV UTF-8.",
    ),
    "unclosed quote": (
        b'item,label\nc1,fine\nc2,"bad\nc3,fine\n',
        "labels.csv, row 2 (line 3): a quotation mark is opened and not closed (1 such row). Close it",
    ),
    "text after a quote": (
        b'item,label\nc1,"so" fine\n',
        "labels.csv, row 1 (line 2): a quotation mark is opened and not closed (1 such row).",
    ),
    "short row": (
        b"item,label\nc1,fine\n\nc2\nc3\n",
        "labels.csv, row 2 (line 4): the row has fewer values than the header has names (2 such rows).",
    ),
    "long row": (
        b'item,label\n"c\n1",fine\nc2,bad, very\n',
        "labels.csv, row 2 (line 4): the row has more values than the header has names (1 such row). Quote",
    ),
    "endless row": (
        b"item,label\nc1," + b"x" * 2_100_000 + b"\n",
        "labels.csv, row 1 (line 2): the row is longer than 2 MB (1 such row). Look for a",
    ),
    "column twice": (b"item,label,label\nc1,a,b\n", "labels.csv, column 'label': the header has this name twice."),
    "missing column": (
        b"Item,label,note\nc1,a,b\n",
        "labels.csv: there is no column 'item'. Did you mean 'Item'? The columns are: Item, label, note.",
    ),
}


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_file_is_refused_in_one_line(file, content, message):
    assert refusal(file(content), LABELS).startswith(message)


def test_every_missing_column_is_named(file):
    assert refusals(file("Item,Lable,note\nc1,a,b\n"), LABELS | {"day": Day()}) == [
        "labels.csv: there is no column 'item'. Did you mean 'Item'? The columns are: Item, Lable, note. Name the "
        "right one in the notebook's inputs.",
        "labels.csv: there is no column 'label'. Did you mean 'Lable'?",
        "labels.csv: there is no column 'day'.",
    ]
    assert refusals(file("1,2\n3,4\n"), LABELS)[0].startswith(
        "labels.csv: there is no column 'item'. The columns are: 1, 2.")


def test_all_faults_are_told_together_and_the_most_important_first(file):
    rows = ["c1,a,1,yes", "c1,a,x,yes", "c3", "c4,Bad,-1,maybe", "c5,NA,1,no", "c6,bad,1e999,no", "c7,bad,two,perhaps"]
    kinds = {"item": Text(), "label": Label(), "x": Number(low=0), "y": Flag()}
    assert refusals(file("item,label,x,y\n" + "\n".join(rows)), kinds, key=["item"]) == [
        "labels.csv, row 3 (line 4): the row has fewer values than the header has names (1 such row). Complete the row "
        "or remove it.",
        "labels.csv, column 'x', row 2 (line 3): 'x' is not a number (2 such rows). Write numbers like 12.5.",
        "labels.csv, column 'y', row 4 (line 5): 'maybe' is neither yes nor no (2 such rows). Write 1 or 0, true or "
        "false, yes or no.",
        "labels.csv, column 'x', row 6 (line 7): '1e999' is not a finite number (1 such row). Write the number or "
        "leave the row out.",
        "labels.csv, column 'x', row 4 (line 5): '-1' is below 0 (1 such row). Correct the value or leave the row out.",
        "labels.csv, column 'label', row 5 (line 6): 'NA' counts as missing (1 such row). Fill in the value or leave "
        "the row out; if it is a real value, write it another way.",
        "labels.csv, column 'label': spellings differ only in case or blanks: 'bad' (2 rows) and 'Bad' (1 row). Write "
        "each word one way, or set merge_spellings=yes to count them as one.",
    ]


def test_a_repeated_key_is_told_beside_other_faults(file):
    assert refusals(file("x,y\na,1\nb,2\na,z\n"), {"x": Text(), "y": Number()}, key=["x"]) == [
        "labels.csv, column 'y', row 3 (line 4): 'z' is not a number (1 such row). Write numbers like 12.5.",
        "labels.csv, column 'x', row 3 (line 4): 'a' is there already (1 such row). Keep one row for each.",
    ]


def test_many_faults_are_cut_short(file):
    columns = [f"c{i}" for i in range(12)]
    lines = refusals(file(",".join(columns) + "\n" + ",".join("x" * 12) + "\n"), dict.fromkeys(columns, Number()))
    assert len(lines) == 9
    assert lines[-1] == "labels.csv: 4 more faults. Mend these first."


def test_a_row_is_counted_with_the_rows_that_could_not_be_read(file):
    path = file('x,y\n1,a\n1\n\n1,"b\nb"\n1,c,c\nz,d\n')
    assert refusals(path, {"x": Number(), "y": Text()})[-1].startswith("labels.csv, column 'x', row 5 (line 8): 'z'")


# --- Decimal commas -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("texts", "numbers"), [
    (["12,5", "3", "-0,25"], [12.5, 3, -0.25]),
    (["0,125", "7"], [0.125, 7]),  # no thousand begins with 0
    (["1,234", "1,2"], [1.234, 1.2]),  # one clear comma tells what the others are
    ([",5", "1234,5678"], [0.5, 1234.5678]),
])
def test_a_comma_that_can_only_be_a_decimal_point_is_one(file, texts, numbers):
    table = read(file("x;y\n" + "".join(f"{text};a\n" for text in texts)), {"x": Number(), "y": Text()})
    assert values(table, "x") == numbers
    assert table.notes == ["Column 'x': a comma is the decimal point."]


@pytest.mark.parametrize(("texts", "message"), [
    (["1,234", "12,345"], "'1,234' has a thousands separator or a decimal comma (2 such rows). Write numbers like"),
    (["12,5", "1.5"], "'12,5' has a decimal comma (1 such row). Write numbers with a point, like 12.5."),
    (["1.234,5", "7"], "'1.234,5' has a thousands separator or a decimal comma (1 such row)."),
    (["1,234,567", "7"], "'1,234,567' has a thousands separator or a decimal comma (1 such row)."),
    (["12,5", "abc"], "'abc' is not a number (1 such row)."),
])
def test_a_comma_that_could_be_anything_else_is_refused(file, texts, message):
    path = file("x;y\n" + "".join(f"{text};a\n" for text in texts))
    assert message in refusal(path, {"x": Number(), "y": Text()})


# --- Words spelled in several ways --------------------------------------------------------------------------------

SPELLED = "label\nfine\nFine\nfine\nfine \nbad\nBAD\nBAD\nnot fine\n"


def test_labels_that_differ_only_in_case_or_blanks_are_refused(file):
    assert refusal(file(SPELLED), {"label": Label()}) == (
        "labels.csv, column 'label': spellings differ only in case or blanks: 'fine' (2 rows), 'Fine' (1 row) and "
        "'fine␣' (1 row); 'BAD' (2 rows) and 'bad' (1 row). Write each word one way, or set merge_spellings=yes to "
        "count them as one."
    )


def test_labels_are_written_alike_on_the_reader_s_word_and_it_is_said(file):
    table = read(file(SPELLED), {"label": Label()}, merge_spellings=True)
    assert values(table, "label") == ["fine"] * 4 + ["BAD"] * 3 + ["not fine"]
    assert table.notes == [
        "Column 'label': 3 rows of another spelling counted: 'Fine' (1 row) and 'fine␣' (1 row) as 'fine'; 'bad' "
        "(1 row) as 'BAD'."
    ]


def test_the_same_blanks_everywhere_are_no_second_spelling(file):
    assert values(read(file("label\n fine \n fine \n"), {"label": Label()}), "label") == ["fine", "fine"]


def test_gaps_in_labels_survive_the_merging(file):
    table = read(file("label,x\na,1\nA,2\n,3\n"), {"label": Label(missing="keep")}, merge_spellings=True)
    assert values(table, "label") == ["A", "A", None]


def test_labels_of_an_engine_s_table_are_merged_as_well(warehouse):
    with duckdb.connect(warehouse.removeprefix("duckdb://")) as con:
        con.execute("INSERT INTO labels VALUES ('c3', 'Fine', 1.0), ('c4', 'fine ', 1.0)")
    assert "'fine␣' (2 rows) and 'Fine' (1 row)" in refusal("labels", {"label": Label()}, engine=warehouse)
    table = read("labels", {"label": Label()}, engine=warehouse, merge_spellings=True)
    assert sorted(values(table, "label")) == ["bad", "fine", "fine", "fine"]


WRONG_VALUES = {
    "thousands": (Number(), "1,234,567.5", "'1,234,567.5' has a thousands separator or a decimal comma (1 such row)."),
    "Swiss thousands": (Number(), "1'234", "'1'234' has a thousands separator or a decimal comma (1 such row)."),
    "German number": (Number(), "1.234,56", "'1.234,56' has a thousands separator or a decimal comma (1 such row)."),
    "ambiguous comma": (Number(), "1,500", "'1,500' has a thousands separator or a decimal comma (1 such row)."),
    "word": (Number(), "abc", "'abc' is not a number (1 such row). Write numbers like 12.5."),
    "percent": (Number(), "12%", "'12%' is not a number (1 such row)."),
    "underscore": (Number(), "1_0", "'1_0' is not a number (1 such row)."),
    "hexadecimal": (Number(), "0x1F", "'0x1F' is not a number (1 such row)."),
    "date": (Number(), "2026-11-22", "'2026-11-22' is not a number (1 such row)."),
    "infinity": (Number(), "-Infinity", "'-Infinity' is not a finite number (1 such row). Write the number or leave"),
    "overflow": (Number(), "1e999", "'1e999' is not a finite number (1 such row)."),
    "below": (Number(low=0), "-3", "'-3' is below 0 (1 such row). Correct the value or leave the row out."),
    "above": (Number(low=0, high=1.5), "1.75", "'1.75' is above 1.5 (1 such row)."),
    "fraction": (Number(whole=True), "2.5", "'2.5' is not a whole number (1 such row). Write whole numbers like 12."),
    "huge": (
        Number(whole=True),
        "99999999999999999999",
        "'99999999999999999999' has too many digits for a whole number",
    ),
    "huge float": (Number(whole=True), "1e30", "'1e30' has too many digits for a whole number (1 such row)."),
    "flag": (Flag(), "maybe", "'maybe' is neither yes nor no (1 such row). Write 1 or 0, true or false, yes or no."),
    "flag 2": (Flag(), "2", "'2' is neither yes nor no (1 such row)."),
    "long": (Number(), "x" * 99, f"'{'x' * 59}…' is not a number (1 such row)."),
    "control": (Number(), "a\x1b[31m\nb", "'a [31m b' is not a number (1 such row)."),
}


@pytest.mark.parametrize(("kind", "text", "message"), WRONG_VALUES.values(), ids=WRONG_VALUES.keys())
def test_a_wrong_value_is_refused_with_its_place(file, kind, text, message):
    path = file(f'x,y\n1,a\n\n1,b\n"{text}",c\n')
    assert refusal(path, {"x": kind}).startswith(f"labels.csv, column 'x', row 3 (line 5): {message}")


def test_all_rows_with_the_fault_are_counted(file):
    path = file("item,effort\na,1\nb,two\nc,three\nd,NA\n", "slices.csv")
    assert refusals(path, {"item": Text(), "effort": Number()}) == [
        "slices.csv, column 'effort', row 2 (line 3): 'two' is not a number (2 such rows). Write numbers like 12.5.",
        "slices.csv, column 'effort', row 4 (line 5): 'NA' counts as missing (1 such row). Fill in the value or leave "
        "the row out.",
    ]


def test_a_bad_cell_far_down_is_found(file):
    rows = [f"c{i},{i}" for i in range(400_000)]
    rows[323_456] = 'c,"1\n2"'
    path = file("item,x\n" + "\n".join(rows))
    message = "labels.csv, column 'x', row 323457 (line 323458): '1 2' is not a number (1 such row)."
    assert refusal(path, {"item": Text(), "x": Number()}).startswith(message)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b"c1", "labels.csv, row 323457 (line 323458): the row has fewer values"),
        (b"c1,caf\xe9", "labels.csv, row 323457 (line 323458): is not UTF-8 text (1 such row)."),
        (b'c1,"open', "labels.csv, row 323457 (line 323458): a quotation mark is opened and not closed"),
    ],
)
def test_a_bad_row_far_down_is_found(file, bad, message):
    rows = [b"c%d,fine" % i for i in range(400_000)]
    rows[323_456] = bad
    assert refusal(file(b"item,label\n" + b"\n".join(rows) + b"\n"), LABELS).startswith(message)


def test_a_repeated_key_is_refused_at_its_second_row(file):
    path = file("item,rater,label\nc1,r1,a\nc1,r2,a\nc2,r1,b\nc1,r1,b\nc2,r1,b\nc2,r1,b\n")
    kinds = {"item": Text(), "rater": Text(), "label": Text()}
    assert refusal(path, kinds, key=["item", "rater"]) == (
        "labels.csv, columns 'item' and 'rater', row 4 (line 5): 'c1, r1' is there already (3 such rows). "
        "Keep one row for each."
    )
    assert read(path, kinds).count == 6


def test_a_missing_key_repeats_nothing(file):
    assert read(file("x,y\n,1\n,1\n2,1\n"), {"x": Number(missing="keep")}, key=["x"]).count == 3


def test_names_that_differ_only_in_case_are_refused(file):
    message = refusal(file("id,ID\n1,2\n"), {"id": Text(), "ID": Text()})
    assert (
        message == "labels.csv, columns 'id' and 'ID': the names differ only in case. Rename one of them in the data."
    )


def test_many_columns_are_not_all_listed(file):
    header = ",".join(f"column_{i}" for i in range(500))
    message = refusal(file(f"{header}\n{header}\n"), {"label": Text()})
    assert "column_11 and 488 more." in message
    assert len(message) < 400


def test_no_such_file_names_the_nearest(file, tmp_path):
    file("x", "agora-labels.csv")
    assert refusal(tmp_path / "agora-label.csv", LABELS) == (
        "agora-label.csv: there is no such file. Did you mean 'agora-labels.csv'?"
    )
    assert (
        refusal(tmp_path / "nowhere" / "x.csv", LABELS)
        == "x.csv: there is no such file. Check the name and the folder."
    )


def test_what_is_no_file_is_refused(tmp_path):
    assert refusal(tmp_path, LABELS).endswith(": is a folder without a Parquet file. Name a CSV or Parquet file in it.")
    assert refusal("", LABELS) == "No data is given. Set DATA to a CSV or Parquet file."
    assert refusal("x" * 5000, LABELS).endswith(
        "cannot be opened (File name too long). Check its name and your right to read it."
    )
    assert refusal("x\0y", LABELS).startswith("x y: there is no such file.")
    assert refusal("https://example.org/labels.csv", LABELS).startswith("labels.csv: there is no such file.")


def test_a_zip_named_csv_is_refused(tmp_path):
    path = tmp_path / "book.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert refusal(path, LABELS).startswith("book.csv: is an Excel workbook or a zip archive.")


# --- Parquet ------------------------------------------------------------------------------------------------------


@pytest.fixture
def parquet(tmp_path):
    def write(name: str = "labels.parquet", **columns):
        path = tmp_path / name
        pd.DataFrame(columns).to_parquet(path, index=False)
        return path

    return write


def test_parquet_is_typed_as_asked(parquet):
    path = parquet(a=[7, 8], b=[7.0, None], c=["1.5", " 2 "], d=[True, False], e=["yes", "no"], f=[1, 0])
    kinds = {"a": Text(), "b": Text(missing="keep"), "c": Number(), "d": Number(), "e": Flag(), "f": Flag()}
    table = read(path, kinds)
    assert [values(table, name) for name in "abcdef"] == [
        ["7", "8"],
        ["7", None],
        [1.5, 2.0],
        [1.0, 0.0],
        [True, False],
        [True, False],
    ]


def test_not_a_number_in_parquet_is_missing(tmp_path):
    path = tmp_path / "labels.parquet"
    duckdb.sql(f"COPY (SELECT unnest(['1.5', 'nan'])::DOUBLE AS x) TO '{path}'")
    assert values(read(path, {"x": Number(missing="keep")}), "x") == [1.5, None]
    assert values(read(path, {"x": Text(missing="keep")}), "x") == ["1.5", None]
    assert "row 2: the value is missing (1 such row)." in refusal(path, {"x": Number()})


def test_parquet_is_known_by_its_content(parquet):
    assert read(parquet("labels.csv", item=["a"], label=["b "]), LABELS).frame().label.tolist() == ["b"]


@pytest.mark.parametrize(
    ("column", "kind", "message"),
    [
        (["1.5", "2,5"], Number(), "row 2: '2,5' has a decimal comma (1 such row)."),
        ([1.0, float("inf")], Number(), "row 2: 'inf' is not a finite number (1 such row)."),
        ([1.0, None], Number(), "row 2: the value is missing (1 such row)."),
        ([1.0, 2.5], Number(whole=True), "row 2: '2.5' is not a whole number (1 such row)."),
        ([1, 2], Number(high=1), "row 2: '2' is above 1 (1 such row)."),
        (["a", "  "], Text(), "row 2: the value is missing (1 such row)."),
        (["a", "NA"], Text(), "row 2: 'NA' counts as missing (1 such row)."),
        ([1.0, 2.0], Flag(), "row 2: '2' is neither yes nor no (1 such row)."),
        (
            pd.to_datetime(["2026-11-22", "2026-11-23"]),
            Number(),
            "row 1: '2026-11-22 00:00:00' is not a number (2 such rows).",
        ),
    ],
)
def test_parquet_is_checked_like_text(parquet, column, kind, message):
    assert refusal(parquet(x=column), {"x": kind}).startswith(f"labels.parquet, column 'x', {message}")


def test_a_repeated_key_in_parquet_is_refused(parquet):
    path = parquet(item=["a", "b", "a"], label=["x", "y", "x"])
    assert "columns 'item' and 'label', row 3: 'a, x' is there already" in refusal(path, LABELS, key=["item", "label"])


def test_parquet_notes_and_missing_columns(parquet):
    path = parquet(item=["a", "b", "c"], label=["Yes", "yes", "NA"])
    notes = read(path, {"label": Text(missing="keep")}).notes
    assert len(notes) == 2
    assert refusal(path, {"lable": Text()}).startswith(
        "labels.parquet: there is no column 'lable'. Did you mean 'label'? The columns are: item, label."
    )
    assert refusal(parquet(item=[], label=[]), LABELS).startswith("labels.parquet: has column names and no rows.")


def test_a_broken_parquet_file_is_refused(parquet, file):
    whole = parquet(item=["a"] * 1000, label=["b"] * 1000).read_bytes()
    message = ": is not a Parquet file that can be read. Export it again."
    for name, content in {
        "half": whole[: len(whole) // 2],
        "text": b"item,label\na,b\n",
        "hole": b"PAR1" + b"\0" * 90,
    }.items():
        assert refusal(file(content, f"{name}.parquet"), LABELS) == f"{name}.parquet{message}"
    scratched = whole[:20] + b"\xff" * 40 + whole[60:]
    assert refusal(file(scratched, "scratched.parquet"), LABELS) == f"scratched.parquet{message}"


# --- An engine's table --------------------------------------------------------------------------------------------


@pytest.fixture
def warehouse(tmp_path):
    path = tmp_path / "house of $data's.ddb"
    with duckdb.connect(str(path)) as con:
        con.execute(
            "CREATE TABLE labels AS SELECT * FROM (VALUES ('c1', 'fine ', 1.5), ('c2', 'bad', 2.5)) t(item, label, x)"
        )
        con.execute("CREATE SCHEMA archive; CREATE TABLE archive.labels AS FROM labels LIMIT 1")
    return f"duckdb://{path}"


def test_a_table_of_an_engine_passes_the_same_gate(warehouse):
    table = read("labels", LABELS | {"x": Number(low=0)}, engine=warehouse, key=["item"])
    assert table.frame().to_dict("list") == {"item": ["c1", "c2"], "label": ["fine", "bad"], "x": [1.5, 2.5]}
    assert (table.name, table.count) == ("labels", 2)
    assert read("archive.labels", LABELS, engine=warehouse).count == 1


@pytest.mark.parametrize(("table", "columns"), [("lables", LABELS), ("labels", {"x": Number(low=2)})])
def test_a_refusal_lets_the_database_go(warehouse, table, columns):
    """DuckDB opens a file for writing only if nobody in the process still reads from it."""
    with pytest.raises(InputError) as refused:  # what it holds, its traceback holds
        read(table, columns, engine=warehouse)
    duckdb.connect(warehouse.removeprefix("duckdb://")).close()
    assert refused.value


def test_a_bad_table_is_refused(warehouse):
    assert refusal("labels", {"x": Number(low=2)}, engine=warehouse) == (
        "labels, column 'x': '1.5' is below 2 (1 such row). Correct the value or leave the row out."
    )
    assert refusal("labels", {"y": Number()}, engine=warehouse).startswith("labels: there is no column 'y'.")
    assert refusal("lables", LABELS, engine=warehouse) == (
        "lables: engine 'duckdb://' has no such table. Did you mean 'labels'? Its tables are: labels."
    )


def test_an_engine_that_is_not_there_is_refused(tmp_path):
    for engine in ("nonsense", "nosuch://host/x", "postgres://me:secret@127.0.0.1:1/db"):
        message = refusal("labels", LABELS, engine=engine)
        assert "cannot be reached" in message
        assert "secret" not in message
    assert refusal("labels", LABELS, engine=f"duckdb://{tmp_path}/new.ddb").startswith(
        "new.ddb: there is no such file."
    )
    assert not (tmp_path / "new.ddb").exists()
    (tmp_path / "text.ddb").write_text("not a database")
    assert "cannot be reached" in refusal("labels", LABELS, engine=f"duckdb://{tmp_path}/text.ddb")


def test_an_engine_that_cannot_check_is_refused(tmp_path):
    path = tmp_path / "labels.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as con:
        con.execute("CREATE TABLE labels (item TEXT, label TEXT, x TEXT)")
    message = refusal("labels", {"x": Number()}, engine=f"sqlite://{path}")
    assert message.startswith("labels: engine 'sqlite://' cannot check it (OperationNotDefinedError). Export the table")


# --- The rest -----------------------------------------------------------------------------------------------------


def test_names_are_split_at_commas():
    assert names(" revenue, visits ,,x y ") == ["revenue", "visits", "x y"]
    assert names(" ") == []


def test_columns_have_roles_of_their_own():
    assert named({"size": "n", "error": "e", "run": ""}, ("size", "error")) == {"size": "n", "error": "e"}
    refused(lambda: named({"size": "n", "error": ""}, ("size", "error")), "Parameter error is empty. Name the column.")
    refused(lambda: named({"a": "x", "b": "y", "c": "y"}), "Parameters b and c both name the column 'y'. Each")
    refused(lambda: named({"a": "x", "b": "x", "c": "x"}), "Parameters a, b and c all name the column 'x'")
    refused(lambda: named({"in": "", "out": "y"}, ("in",), {"in": "input_tokens"}), "Parameter input_tokens is empty")


def test_the_house_format():
    assert str(error("slices.csv", "effort", "is not a number (1 such row)", "Write numbers like 12.5", 3, "abc")) == (
        "slices.csv, column 'effort', row 3: 'abc' is not a number (1 such row). Write numbers like 12.5."
    )
    assert str(error("slices.csv", None, "has one slice.", "Add another.")) == "slices.csv: has one slice. Add another."


def test_nothing_is_left_beside_the_file(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = read(file(ACCEPTED["mixed line ends"]), LABELS)
    assert [path.name for path in tmp_path.iterdir()] == ["labels.csv"]
    (spill,) = table.rows.get_backend().con.execute("SELECT current_setting('temp_directory')").fetchone()
    assert Path(spill).parent == Path(tempfile.gettempdir())
    del table
    gc.collect()
    assert not Path(spill).exists()


def test_a_million_rows_take_little_memory(tmp_path):
    path = tmp_path / "million.csv"
    duckdb.sql(
        f"COPY (SELECT 'item' || i // 5 AS item, 'rater' || i % 5 AS rater, ['fine', 'bad'][1 + i % 2] AS label, "
        f"i / 7 AS x FROM range(1000000) t(i)) TO '{path}'"
    )
    program = (
        "import re, sys; from mlpm.tables import *;"
        "t = read(sys.argv[1], dict(item=Text(), rater=Text(), label=Text(), x=Number()), key=['item', 'rater']);"
        "print(t.count, re.search(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    count, peak = map(int, done.stdout.split())
    assert count == 1_000_000
    # The kernel's own mark of this program: getrusage would also count what pytest held when it started it.
    assert peak * 1024 < 700e6
