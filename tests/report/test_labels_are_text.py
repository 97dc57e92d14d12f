"""Nothing in a reader's file is ever interpreted: a browser shows it, in text and in charts, and runs none of it."""

import csv
import json
import shlex
from pathlib import Path

import pytest
from looking import look
from lxml import html
from reporting import report

pytestmark = pytest.mark.browser

LONG = "x" * 10_000
# As they stand in the file → as a reader sees them: a letter that acts is shown by its number.
LABELS = {
    "<script>alert(1)</script>": None,
    "</script><img src=x onerror=alert(2)>": None,
    "[l](javascript:alert(3))": None,
    "=cmd()": None,
    "{{x}}": None,
    "${x}": None,
    "%s": None,
    "datum['x'] + \"]\\": None,
    "'+alert(4)+'": None,
    "שלום עולם": None,
    "\u202egnihton": "⟨U+202E⟩gnihton",
    "🦜🏴‍☠️ parrot of a name so long that a chart has to cut it short somewhere 🦜🦜🦜🦜🦜🦜🦜🦜": None,
    "\x1b[31mred": "⟨U+001B⟩[31mred",
    LONG: None,
}
SHOWN = {label: shown or label for label, shown in LABELS.items()}
# Vega reads dots and brackets in the name of a field as a path into its data.
COLUMNS = ["u<b>", 'arm["x"]', "a.b[0]", "datum['x']", "it's ${x} \\ %s"]
# Each arm costs the tool a comparison for each metric.
BEGIN = ("<s", "</s", "{{", "datum", "\u202e", "🦜", "\x1b")
ARMS = ["=cmd()", *(label for label in LABELS if label.startswith(BEGIN))]


def write(path: Path, header: list[str], rows: list[list]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def ratings(folder: Path) -> list[str]:
    """Every label, by raters and in groups of the same names; each second item is in conflict."""
    labels = list(LABELS)
    rows = []
    for item in range(8 * len(labels)):
        here, there = labels[item % len(labels)], labels[(item + 1) % len(labels)]
        for rater in range(2):
            said = there if rater and item % 2 else here
            rows.append([f"i{item}", labels[(item + rater) % len(labels)], said, here])
    write(folder / "labels.csv", ["item", 'ra.ter["x"]', "label", "group's"], rows)
    return ["--data", "labels.csv", "--set", shlex.join(["item=item", 'rater=ra.ter["x"]', "group=group's"])]


def experiment(folder: Path) -> list[str]:
    rows = [
        [f"u{unit}", ARMS[unit % len(ARMS)], int(unit % 3 == 0), unit % 7 + unit % len(ARMS), 1 + unit % 4]
        for unit in range(40 * len(ARMS))
    ]
    write(folder / "units.csv", COLUMNS, rows)
    unit, variant, bought, visits, spent = COLUMNS
    named = {
        "unit": unit, "variant": variant, "control": "=cmd()", "proportions": bought, "means": "",
        "ratios": f"{spent}/{visits}", "covariates": "",
    }
    return ["--data", "units.csv", "--set", shlex.join(f"{name}={value}" for name, value in named.items())]


FILES = {"measure-label-agreement": ratings, "analyze-an-experiment": experiment}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The two main tools on files of such labels: stem → its folder, and what a browser shows of the page."""
    places = {}
    for stem, write_file in FILES.items():
        folder = tmp_path_factory.mktemp("hostile")
        ran = report(stem, folder, *write_file(folder))
        assert ran.code == 0, ran.stderr
        places[stem] = ran.folder
    seen = look(*(place / f"{stem}.html" for stem, place in places.items()))
    return {stem: (place, one) for (stem, place), one in zip(places.items(), seen, strict=True)}


each = pytest.mark.parametrize("stem", FILES)


@each
def test_no_script_of_theirs_runs_and_nothing_is_asked_for(made, stem):
    __, seen = made[stem]
    assert (seen.dialogs, seen.complaints, seen.asked) == ([], [], [])


@each
def test_every_label_is_shown_as_it_stands(made, stem):
    __, seen = made[stem]
    there = " ".join(seen.text.split())
    labels = LABELS if stem == "measure-label-agreement" else ARMS
    assert [label for label in labels if " ".join(SHOWN[label].split()) not in there] == []


@each
def test_every_chart_lives_and_draws_their_words(made, stem):
    __, seen = made[stem]
    assert seen.sleeping == 0
    assert len([label for label in SHOWN.values() if any(label in words for words in seen.drawn)]) >= 5


@each
def test_the_page_holds_no_element_of_theirs(made, stem):
    place, __ = made[stem]
    page = html.fromstring((place / f"{stem}.html").read_bytes())
    assert page.xpath("//img | //iframe | //object | //embed | //form | //base | //@*[starts-with(name(), 'on')]") == []
    assert [link for link in page.xpath("//@href") if not link.startswith(("https://", "data:,", "#"))] == []
    assert len(page.xpath("//script[not(@type='application/json')]")) == 1


@each
def test_nothing_leaves_the_paper(made, stem):
    __, seen = made[stem]
    assert seen.outside == []
    assert set(map(tuple, seen.paper)) == {(595, 842)}


def test_the_answer_holds_the_labels_themselves(made):
    place, __ = made["analyze-an-experiment"]
    answer = json.loads((place / "analyze-an-experiment.json").read_text(encoding="utf-8"))
    assert {metric["variant"] for metric in answer["metrics"]} == set(ARMS[1:])
    assert sorted(answer["report"]["reads"][0]["columns"]) == sorted(COLUMNS)
