"""A template is one source: its page, its empty and filled form, and each file say the same words."""

import io
import re
import zipfile

import openpyxl
import pytest
from lxml import etree, html

from building import CHAPTER, MATTER, Project, glued
from mlpm_sphinx import forms, front_matter, templates
from repository import ROOT

SOURCE = """---
template: T07
form: xlsx
minutes: 20
chapter: talk
summary: A form that is only here to be filled in, with a table, a sum, words in a line and words in a block.
---

(t-trial)=
# A trial

What it is for.

```{template}
```

## How much: hours/week

Write with your manager. *Count, do not guess.*

| question | score (0–3) | evidence |
|---|---:|---|
| How often? | [2]{.fill} | [Two of **ten** \\| see {ref}`talk`]{.fill} |
| How long? | [1]{.fill} | seen on [Monday]{.fill} |
| **Sum** | [3]{.total} | |

## Words

The [lead of [all] raters]{.fill} answers {cite}`cohen` within
[{glue:text}`/notebooks/tool.ipynb::hours:.1f`]{.fill} hours.

:::{div} fill
First what we do.

- one
- two
:::

## Why it looks like this

Because.
"""
FILLED = """# A trial

## How much: hours/week

Write with your manager. *Count, do not guess.*

| question | score (0–3) | evidence |
|---|---:|---|
| How often? | 2 | Two of **ten** \\| see Talk first |
| How long? | 1 | seen on Monday |
| **Sum** | 3 | |

## Words

The lead of [all] raters answers within
2.5 hours.

First what we do.

- one
- two

From the ML PM Handbook, CC BY 4.0.
"""
EMPTY = """# A trial

## How much: hours/week

Write with your manager. *Count, do not guess.*

| question | score (0–3) | evidence |
|---|---:|---|
| How often? |  |  |
| How long? |  | seen on […] |
| **Sum** |  | |

## Words

The […] answers within
[…] hours.

[…]

From the ML PM Handbook, CC BY 4.0.
"""
WORDS = forms.Words(
    glued={"/notebooks/tool.ipynb::hours:.1f": "2.5"}.__getitem__,
    title={"talk": "Talk first"}.__getitem__,
    fact={"ai-act": "applies (as of 2026-11-22)"}.__getitem__,
)
TEMPLATES = [path for path in sorted((ROOT / "docs/resources/templates").glob("*.md")) if path.stem != "index"]


@pytest.fixture(scope="module")
def form() -> str:
    return forms.without_roles(forms.markup(SOURCE), WORDS)


# --- From one source ----------------------------------------------------------------------------------------------


def test_the_filled_form_reads_as_it_was_filled_in(form):
    assert forms.markdown(form, blank=False) == FILLED


def test_a_fact_takes_its_date_into_a_form():
    assert forms.without_roles("The duty {fact}`ai-act`.", WORDS) == "The duty applies (as of 2026-11-22)."


def test_the_empty_form_has_a_blank_for_every_fill(form):
    assert forms.markdown(form, blank=True) == EMPTY


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (("[Monday]{.fill}", "Monday]{.fill}"), "a mark is not closed"),
        (("[Monday]{.fill}", "{math}`x`"), r"a form cannot carry the role \{math\}"),
        ((":::\n\n## Why", "\n\n## Why"), "a mark is not closed"),
        (("```{template}\n```\n", ""), "the box"),
    ],
)
def test_what_cannot_become_a_form_is_refused(fault, message):
    with pytest.raises(ValueError, match=message):
        forms.written(forms.without_roles(forms.markup(SOURCE.replace(*fault)), WORDS), blank=True)


def words_of_docx(file: bytes) -> list[str]:
    document = etree.fromstring(zipfile.ZipFile(io.BytesIO(file)).read("word/document.xml"))
    w = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    paragraphs = ["".join(p.xpath(".//w:t/text()", namespaces=w)) for p in document.xpath("//w:p", namespaces=w)]
    return " ".join(paragraphs).split()


def words_of_markdown(text: str) -> list[str]:
    """What a reader sees of Markdown as simple as a form's."""
    text = re.sub(r"^\|[-:| ]+\|$|^#+ |^\s*(?:[-*]|\d+\.) (?=\S)|\*\*|`", "", text, flags=re.M)
    text = re.sub(r"(?<![*\w])\*([^*]+)\*(?![*\w])", r"\1", text.replace("\\|", "\x00"))
    return text.replace("|", " ").replace("\x00", "|").replace("\\", "").split()


@pytest.mark.parametrize("blank", [True, False])
def test_word_says_what_the_markdown_says(form, tmp_path, blank):
    text = forms.markdown(form, blank)
    assert words_of_docx(forms.docx(text, tmp_path)) == words_of_markdown(text)
    assert list(tmp_path.iterdir()) == []


def test_excel_has_a_sheet_for_each_table(form):
    book = openpyxl.load_workbook(io.BytesIO(forms.xlsx(form, blank=False)))
    assert book.sheetnames == ["Read me", "How much hoursweek"]
    rows = list(book["How much hoursweek"].iter_rows(values_only=True))
    assert rows == [
        ("question", "score (0–3)", "evidence"),
        ("How often?", 2, "Two of ten | see Talk first"),
        ("How long?", 1, "seen on Monday"),
        ("Sum", "=SUM(B2:B3)", None),
    ]
    (rule, _) = book["How much hoursweek"].data_validations.dataValidation
    assert (rule.type, rule.formula1, rule.formula2) == ("whole", "0", "3")
    said = [row[0] for row in book["Read me"].iter_rows(values_only=True)]
    assert "The lead of [all] raters answers within 2.5 hours." in said


def test_an_empty_sheet_keeps_its_questions_and_its_sums(form):
    book = openpyxl.load_workbook(io.BytesIO(forms.xlsx(form, blank=True)))
    rows = list(book["How much hoursweek"].iter_rows(min_row=2, values_only=True))
    assert rows == [("How often?", None, None), ("How long?", None, "seen on […]"), ("Sum", "=SUM(B2:B3)", None)]


def test_a_sum_that_was_never_opened_shows_its_value(form):
    book = openpyxl.load_workbook(io.BytesIO(forms.xlsx(form, blank=False)), data_only=True)
    assert book["How much hoursweek"]["B4"].value == 3


def test_two_runs_write_the_same_bytes(form, tmp_path):
    assert forms.xlsx(form, blank=True) == forms.xlsx(form, blank=True)
    text = forms.markdown(form, blank=True)
    assert forms.docx(text, tmp_path) == forms.docx(text, tmp_path)


# --- In a site ----------------------------------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path) -> Project:
    project = Project(tmp_path)
    project.notebook("tool", glued("hours", 2.5))
    pages = ("docs/talk", "notebooks/tool", "docs/resources/templates/trial", "docs/resources/templates/index")
    toctree = "\n".join(["```{toctree}", *pages, "```"])
    lists = "```{template-list} delivery\n```\n\n```{template-archive}\n```"
    project.write("index.md", f"{MATTER}# A book\n\n{toctree}\n")
    project.write("docs/talk.md", f"{CHAPTER}(talk)=\n# Talk first\n\nWords.\n")
    project.write("docs/resources/templates/index.md", f"{MATTER}# Templates\n\n{lists}\n")
    project.write("docs/resources/templates/trial.md", SOURCE.replace(" {cite}`cohen`", ""))
    return project


def test_a_site_offers_the_form_in_four_files(book):
    built = book.build()
    assert (built.said, built.code) == ("", 0)
    folder = built.html / "docs/resources/templates"
    page = (folder / "trial.html").read_text(encoding="utf-8")
    for name in ("trial.md", "trial.xlsx", "trial-agora.md", "trial-agora.xlsx"):
        assert f'href="{name}"' in page
        assert (folder / name).stat().st_size > 0
    assert (folder / "trial.md").read_text(encoding="utf-8") == EMPTY
    assert (folder / "trial-agora.md").read_text(encoding="utf-8") == FILLED


def test_the_gallery_offers_each_form_and_all_in_one_file(book):
    built = book.build()
    folder = built.html / "docs/resources/templates"
    entry = html.parse(folder / "index.html").xpath("//div[contains(@class, 'template-entry')]")[0]
    said = " ".join(entry.text_content().split())
    assert said.startswith("A trial, 20 minutes, for Talk first. A form that is only here")
    assert entry.xpath(".//a/@href") == [
        "trial.html#t-trial", "../../talk.html#talk", "trial.md", "trial.xlsx", "trial-agora.md", "trial-agora.xlsx",
    ]  # fmt: skip
    with zipfile.ZipFile(folder / "ml-pm-templates.zip") as packed:
        assert packed.testzip() is None
        forms_in_it = {"empty/trial.md", "empty/trial.xlsx", "filled-in/trial-agora.md", "filled-in/trial-agora.xlsx"}
        assert set(packed.namelist()) == {"README.txt"} | forms_in_it
        assert packed.read("empty/trial.md").decode() == EMPTY
        assert packed.read("filled-in/trial-agora.xlsx") == (folder / "trial-agora.xlsx").read_bytes()
    before = (folder / "ml-pm-templates.zip").read_bytes()
    (folder / "ml-pm-templates.zip").unlink()
    book.build()
    assert (folder / "ml-pm-templates.zip").read_bytes() == before


def test_a_part_without_templates_is_told(book):
    book.write("docs/resources/templates/index.md", f"{MATTER}# Templates\n\n```{{template-list}} career\n```\n")
    assert "no template belongs to a chapter with skill: career" in book.build().said


def test_all_templates_of_the_handbook_are_in_the_gallery_and_in_the_archive(site):
    folder = site.html / "docs/resources/templates"
    links = html.parse(folder / "index.html").xpath("//div[contains(@class, 'template-entry')]//a/@href")
    sources = [path for path in (ROOT / "docs/resources/templates").glob("*.md") if path.stem != "index"]
    with zipfile.ZipFile(folder / "ml-pm-templates.zip") as packed:
        names = set(packed.namelist())
        numbers = set()
        for path in sources:
            matter = front_matter.read(path)
            numbers.add(matter["template"])
            for suffix in ("md", matter["form"]):
                for stem, kind in ((path.stem, "empty"), (f"{path.stem}-agora", "filled-in")):
                    assert f"{stem}.{suffix}" in links
                    assert packed.read(f"{kind}/{stem}.{suffix}") == (folder / f"{stem}.{suffix}").read_bytes()
                    names.discard(f"{kind}/{stem}.{suffix}")
    assert names == {"README.txt"}
    assert numbers == {f"T{number:02d}" for number in range(1, 40)}


def test_a_form_that_did_not_change_is_not_made_again(book):
    first = book.build()
    file = first.html / "docs/resources/templates/trial.xlsx"
    before = file.stat().st_mtime_ns
    book.build()
    assert file.stat().st_mtime_ns == before
    book.notebook("tool", glued("hours", 3.5))
    book.build()
    filled = file.with_name("trial-agora.md").read_text(encoding="utf-8")
    assert "within\n3.5 hours" in filled
    assert file.stat().st_mtime_ns == before  # the empty form shows no number


def test_a_fault_in_a_form_is_a_warning_that_names_the_page(book):
    book.write("docs/resources/templates/trial.md", SOURCE.replace("{cite}`cohen`", "{math}`x`"))
    built = book.build()
    assert "docs/resources/templates/trial.md: WARNING: a form cannot carry the role {math}" in built.said


def test_a_wrong_key_of_a_template_is_named(book):
    book.write("docs/resources/templates/trial.md", SOURCE.replace("minutes: 20", "minutes: many"))
    assert "front matter: minutes is 'many', not whole minutes to fill it in" in book.build().said


def shown(cell) -> str:
    """A cell as a spreadsheet shows it, with the decimals its format asks for."""
    decimals = re.fullmatch(r"0\.(0+)", cell.number_format)
    return f"{cell.value:.{len(decimals[1])}f}" if decimals else str(cell.value)


# --- The handbook's own -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_template_says_the_same_in_every_file(site, path):
    folder = site.html / "docs/resources/templates"
    (kind,) = re.findall(r"^form: (\w+)$", path.read_text(encoding="utf-8"), re.M)
    for name in (path.stem, f"{path.stem}-agora"):
        words = words_of_markdown((folder / f"{name}.md").read_text(encoding="utf-8"))
        file = (folder / f"{name}.{kind}").read_bytes()
        if kind == "docx":
            assert words_of_docx(file) == words
        else:
            said = " ".join(
                shown(cell)
                for sheet in openpyxl.load_workbook(io.BytesIO(file), data_only=True)
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None
            )
            assert set(words) - set(said.split()) <= {"0"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_empty_template_is_shorter_than_what_agora_made_of_it(site, path):
    folder = site.html / "docs/resources/templates"
    empty, filled = ((folder / f"{name}.md").read_text(encoding="utf-8") for name in (path.stem, f"{path.stem}-agora"))
    assert len(words_of_markdown(empty)) + 40 < len(words_of_markdown(filled))
    assert forms.BLANK not in filled
    assert not re.search(r"\{[.\w:]+\}|:::", empty + filled)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_total_is_the_sum_of_what_was_filled_in(site, path):
    """A sheet computes its sums; the page states them: they are the same."""
    form = forms.without_roles(forms.markup(path.read_text(encoding="utf-8")), templates.words(ROOT))
    for block in forms.blocks(form):
        for column in range(len(block.rows[0]) if block.rows else 0):
            total = 0.0
            for row in block.rows[1:]:
                text = row[column].filled
                if row[column].kind == "total":
                    assert float(text) == pytest.approx(total), (path.stem, row)
                    total = 0.0
                elif re.fullmatch(r"-?\d+(\.\d+)?", text):
                    total += float(text)


def test_there_are_templates():
    assert len(TEMPLATES) >= 9
