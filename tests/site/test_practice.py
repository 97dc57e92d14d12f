"""Interview prompts and the ten lines are written once; the practice page and the sheet say the same words."""

import re

import pytest
from lxml import html

from building import Project
from mlpm_sphinx import practice
from repository import ROOT

PROMPTS = """
## Product sense

(prompt-one)=
### One & only

> What do you do
> with "this"?

*Listens for:* nothing.

```{model-answer}
I would *not*.
```

## People

(prompt-two)=
### Two

> And then?

"""
RUBRIC = """
(interview-rubric)=
## Score

Words before the table.

| line | 0 sounds like | 3 sounds like |
|---|---|---|
| Objective | "better" | a number |
| Risk | nothing | the one that ends it |

| another | table |
|---|---|
| x | y |
"""


def test_cards_are_read_in_order_with_their_round():
    assert practice.cards(PROMPTS) == [
        practice.Card("prompt-one", "Product sense", "One & only", 'What do you do with "this"?'),
        practice.Card("prompt-two", "People", "Two", "And then?"),
    ]


def test_the_rubric_is_the_first_table_under_its_label():
    assert practice.rubric(RUBRIC) == [
        practice.Line("Objective", '"better"', "a number"),
        practice.Line("Risk", "nothing", "the one that ends it"),
    ]


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        (practice.cards, PROMPTS.replace("> And then?\n", "And then?\n"), r"\(prompt-two\)= has no card"),
        (practice.cards, "# Nothing\n", "has no prompt"),
        (practice.rubric, RUBRIC.replace("(interview-rubric)=", ""), "no table"),
        (practice.rubric, "(interview-rubric)=\n## Score\n", "no table"),
        (practice.rubric, RUBRIC.replace('| "better" ', ""), "three columns"),
    ],
)
def test_what_cannot_be_read_is_named(parse, text, message):
    with pytest.raises(ValueError, match=message):
        parse(text)


SUMMARY = "---\nsummary: A sentence that says what the page is about in enough words to be worth a line.\n---\n"


@pytest.fixture
def book(tmp_path) -> Project:
    project = Project(tmp_path)
    pages = ["interview-prompts", "pass-the-interviews", "practice-interviews"]
    toctree = "\n".join(f"docs/career/{page}" for page in pages)
    project.write("index.md", f"{SUMMARY}# A book\n\n```{{toctree}}\n{toctree}\n```\n")
    project.write("docs/career/interview-prompts.md", f"{SUMMARY}# Prompts\n{PROMPTS}")
    project.write("docs/career/pass-the-interviews.md", f"{SUMMARY}# Interviews\n{RUBRIC}")
    blocks = "```{practice-desk}\nOn paper.\n```\n\n```{practice-cards}\n```\n\n```{practice-lines}\n```\n"
    project.write("docs/career/practice-interviews.md", f"{SUMMARY}# Practice\n\n{blocks}")
    return project


def page(built, name: str) -> html.HtmlElement:
    return html.fromstring(built.page(f"docs/career/{name}.html"))


def test_the_page_shows_cards_lines_and_a_desk_that_waits_for_its_script(book):
    built = book.build()
    assert (built.said, built.code) == ("", 0)
    document = page(built, "practice-interviews")
    assert [" ".join(item.text_content().split()) for item in document.xpath("//article//ol/li[p/a]")] == [
        'One & only: What do you do with “this”?', "Two: And then?",
    ]
    assert document.xpath("//article//ol/li/p/a/@href") == [
        "interview-prompts.html#prompt-one", "interview-prompts.html#prompt-two",
    ]
    (desk,) = document.xpath("//div[@class='practice-desk'][@hidden]")
    assert desk.xpath(".//option[@value]/@data-href") == [
        "interview-prompts.html#prompt-one", "interview-prompts.html#prompt-two",
    ]
    assert desk.xpath(".//option/@data-text") == ['What do you do with "this"?', "And then?"]
    assert desk.xpath(".//legend/text()") == ["Objective", "Risk"]
    assert len(desk.xpath(".//input[@type='radio']")) == 8
    assert document.xpath("//script[contains(@src, 'practice.js')]")


def test_no_other_page_loads_the_script(book):
    built = book.build()
    for name in ("interview-prompts", "pass-the-interviews"):
        assert "practice." not in "".join(page(built, name).xpath("//script/@src | //link[@rel='stylesheet']/@href"))


def test_an_answer_opens_on_request(book):
    (answer,) = page(book.build(), "interview-prompts").xpath("//details[@class='solution-box']")
    assert answer.xpath("./summary/text()") == ["A model answer, in full"]
    assert answer.xpath("string(./p)") == "I would not."


def test_a_changed_prompt_changes_the_practice_page(book):
    book.build()
    book.write("docs/career/interview-prompts.md", f"{SUMMARY}# Prompts\n{PROMPTS.replace('And then?', 'And now?')}")
    assert "And now?" in book.build().page("docs/career/practice-interviews.html")


def test_a_prompt_without_words_is_a_warning_that_names_the_page(book):
    book.write("docs/career/interview-prompts.md", f"{SUMMARY}# Prompts\n{PROMPTS.replace('> And', 'And')}")
    assert "docs/career/interview-prompts.md: (prompt-two)= has no card" in book.build().said


# --- The handbook's own -------------------------------------------------------------------------------------------


def source(page: str) -> str:
    return (ROOT / f"{page}.md").read_text(encoding="utf-8")


def answers() -> list[str]:
    """The model answers, without their roles."""
    text = re.sub(r"{(?!model)[\w:-]+}`[^`]*`", "…", source(practice.PROMPTS))
    return re.findall(r"```{model-answer}\n(.*?)\n```", text, re.S)


def test_twenty_prompts_have_a_model_answer_of_three_minutes():
    words = [len(answer.split()) for answer in answers()]
    assert len(words) == len(practice.cards(source(practice.PROMPTS))) == 20
    assert [count for count in words if not 250 <= count <= 400] == []


def test_no_two_answers_share_a_phrase_of_six_words():
    seen = {}
    for number, answer in enumerate(answers()):
        words = re.findall(r"[\w’']+", answer.casefold())
        for at in range(len(words) - 5):
            phrase = " ".join(words[at : at + 6])
            assert seen.setdefault(phrase, number) == number, phrase


def test_every_answer_ends_at_the_chapter_that_works_it_out():
    for answer in re.findall(r"```{model-answer}\n(.*?)\n```", source(practice.PROMPTS), re.S):
        assert "{ref}`" in answer.split("\n\n")[-1], answer[:60]


def test_the_sheet_has_the_ten_lines_in_their_order():
    names = [line.name for line in practice.rubric(source(practice.RUBRIC))]
    sheet = source("docs/resources/templates/interview-sheet")
    assert len(names) == 10
    assert re.findall(r"^\| ([A-Z][^|*]+) \| \[\d\]{\.fill}", sheet, re.M) == names


def test_the_worked_example_scores_every_line():
    names = [line.name for line in practice.rubric(source(practice.RUBRIC))]
    rows = re.findall(r"^\| ([^|]+) \| (\d) \| (\d) \|", source(practice.RUBRIC), re.M)
    assert [name for name, _, _ in rows] == names
    totals = [sum(int(row[column]) for row in rows) for column in (1, 2)]
    assert totals == [int(total) for total in re.findall(r"= \*\*(\d+)\*\*", source(practice.RUBRIC))]
