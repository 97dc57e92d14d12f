"""A fact that can expire is one row; a page shows its value with the day it was looked up; a date breaks no build."""

import re
import subprocess
import sys
from datetime import date

import pytest

from building import Project
from mlpm_sphinx import facts
from repository import ROOT

ROW = """[art-50]
area = "ai-act"
claim = "The notice"
value = "applies since 2026-08-02"
as_of = 2026-11-22
next_check = 2027-02-22
source = "act"
confidence = "reported"
changed = ["2026-07-27: not delayed"]
"""
SUMMARY = "---\nsummary: A sentence that says what the page is about in enough words to be worth a line.\n---\n"
KNOWN = facts.load(ROOT)


def test_every_source_is_in_the_bibliography():
    sources = (ROOT / "docs/resources/references.bib").read_text(encoding="utf-8")
    assert {fact.source for fact in KNOWN.values()} <= set(re.findall(r"^@\w+\{(\S+),$", sources, re.M))


def test_every_row_is_used_by_a_page():
    """A fact no page shows is not kept up."""
    pages = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))
    used = set(re.findall(r"\{fact\}`([\w-]+)`", pages))
    for listed in re.findall(r"^`{3}\{facts\} (.+?)\n`{3}", pages, re.M | re.S):
        used |= set(listed.split())
    assert set(KNOWN) - used == set()


def test_nobody_looked_in_the_future():
    assert [fact.key for fact in KNOWN.values() if fact.as_of > date.today()] == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('claim = "The notice"', ""), "[art-50] needs claim: one line of text"),
        (('"applies since 2026-08-02"', '""'), "[art-50] needs value: one line of text"),
        (("= 2026-11-22", '= "2026-11-22"'), "[art-50] needs as_of: a date such as 2026-11-22, without quotes"),
        (("2027-02-22", "2026-11-22"), "[art-50] is to be checked on 2026-11-22, which is not after 2026-11-22"),
        (('"reported"', '"sure"'), "[art-50] needs confidence: one of read, reported, unsure"),
        (('"ai-act"', '"law"'), "[art-50] needs area: one of ai-act, data-protection"),
        (("claim =", "fact ="), "[art-50] has 'fact', which is not one of area"),
        (("2026-07-27: not", "July 2026: not"), '[art-50] needs changed: a list of texts such as "2026-07-27: what'),
        (("[art-50]\n", "x = 3\n[art-50]\n"), "[x] is not a table"),
        (("= 2026-11-22", "= soon"), "docs/resources/facts.toml: Invalid"),
    ],
)
def test_a_faulty_row_is_named_with_its_remedy(change, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        facts.parse(ROW.replace(*change))


def test_the_longest_overdue_comes_first():
    later = ROW.replace("art-50", "later").replace("2027-02-22", "2027-03-01")
    rows = facts.parse(later + ROW)
    assert [fact.key for fact in facts.overdue(rows, date(2027, 3, 2))] == ["art-50", "later"]
    assert facts.overdue(rows, date(2027, 2, 22)) == []  # the day itself is in time


def test_the_command_lists_what_is_due_and_ends_well(tmp_path):
    path = tmp_path / facts.FILE
    path.parent.mkdir(parents=True)
    path.write_text(ROW.replace("2026-11-22", "2020-01-01").replace("2027-02-22", "2020-02-02"), encoding="utf-8")
    command = [sys.executable, "-c", "from mlpm_sphinx import facts; facts.main()"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "2020-02-02  [art-50] The notice: applies since 2026-08-02 (as of 2020-01-01, act)",
        "1 of 1 facts are past their next check.",
    ]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("facts"))
    project.write("docs/resources/references.bib", "@misc{act,\n  title = {The act},\n  year = {2024},\n}\n")
    project.write(facts.FILE, ROW)
    project.write("index.md", f"{SUMMARY}(front)=\n# Front\n\nThe notice {{fact}}`art-50`; and {{fact}}`art-51`.\n\n"
                  "```{facts} art-50\n```\n\n```{bibliography}\n```\n\n```{toctree}\ndocs/table\n```\n")
    project.write("docs/table.md", f"{SUMMARY}(facts)=\n# Facts\n\n```{{facts-table}}\n```\n")
    return project.build()


def test_the_date_stands_beside_the_claim_and_leads_to_the_row(built):
    page = re.sub(r'<span class="day">([\d-]+)</span>', r"\1", built.page("index.html"))
    link = r'since 2026-08-02 <span class="as-of"><a [^>]*href="docs/table\.html#fact-art-50"><[^>]*>as of 2026-11-22<'
    assert len(re.findall(link, page)) == 2  # in the sentence and in the list


def test_the_table_says_how_sure_when_again_and_what_changed(built):
    page = re.sub(r"<[^>]+>", "", built.page("docs/table.html"))
    assert "As of 2026-11-22, as reported by others" in page
    assert "to be checked by 2027-02-22" in page
    assert "2026-07-27, The notice: not delayed." in page


def test_an_unknown_key_is_a_warning_that_names_it(built):
    assert built.code != 0
    assert "docs/resources/facts.toml has no row [art-51]: add it, or correct the key" in built.said
