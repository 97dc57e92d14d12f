"""Every chapter has the form of the template, so that a reader knows where to look and a contributor what to write."""

import re
from pathlib import Path

import pytest

from editor import Remark, line_at, line_in, line_with, quoted, report, without
from mlpm_sphinx.front_matter import problems
from repository import CHAPTERS, PAGES, ROOT, front_matter

FIRST = "Scenario"
LAST = ["Worked example", "Common mistake", "Check yourself", "Take away", "Further reading"]
WHERE = "A reader knows from the other chapters where to look."
MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)
FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.M | re.S)
NOT_PROSE = [
    re.compile(r"```.*?```", re.S),                 # code, directives
    re.compile(r"{[\w:-]+}`[^`]*`|`[^`]*`"),        # roles, literals
    re.compile(r"(?<=\])\([^)]*\)"),                # link targets
]

Section = tuple[str, int]  # its text, and the line of its heading


def body(path: Path) -> str:
    """A page without its front matter, on the lines where it is in the file."""
    return without(MATTER, path.read_text(encoding="utf-8"))


def headings(path: Path) -> list[Section]:
    text = without(FENCED, body(path))
    return [(found[1], line_at(text, found.start())) for found in re.finditer(r"^## (.+)$", text, re.M)]


def section(path: Path, title: str) -> Section | None:
    """The text under a heading; None if there is no such heading, which is a finding of its own."""
    text = body(path)
    found = re.search(rf"^## {re.escape(title)}$", text, re.M)
    return found and (text[found.end() :].split("\n## ")[0], line_at(text, found.start()))


def notebook_of(path: Path) -> str | None:
    """The notebook that a chapter names; None if it has none."""
    stem = front_matter(path).get("notebook", "none")
    return None if stem == "none" else stem


# --- From a chapter to remarks ------------------------------------------------------------------------------------


def in_front_matter(path: Path) -> list[Remark]:
    return [
        Remark(path, line_with(path, f"{key}:"), f"In the front matter, `{key}` {problem}.",
               "The box on top, the search and the lists of chapters are made from it.",
               "correct it between the two lines of --- at the top of the file")
        for key, problem in problems(front_matter(path))
    ]


def opening(path: Path) -> list[Remark]:
    box = r"(```|:::)+ ?{in-this-chapter}"
    if re.match(rf"\s*\({path.stem}\)=\n# [A-Z][^\n]+\n\n(?!#|```|:::)[^#]+?\n\n{box}", body(path)):
        return []
    text = body(path)
    first = line_at(text, len(text) - len(text.lstrip()))
    return [Remark(path, first, "It does not open with label, title, decision and box.", WHERE,
                   f"write ({path.stem})=, under it # and the title in sentence case, an empty line, one paragraph on "
                   "the decision that the reader will be able to take, an empty line, and ```{in-this-chapter} with "
                   "its closing ```")]


def order(path: Path) -> list[Remark]:
    found = headings(path)
    titles = [title for title, _ in found]
    remarks = [
        Remark(path, None, f"The section ## {title} is missing.", WHERE,
               f"add it; the order is {FIRST}, three to five sections of your own, {', '.join(LAST)}")
        for title in (FIRST, *LAST) if title not in titles
    ]
    if not remarks and titles[:1] != [FIRST]:
        remarks.append(Remark(path, found[0][1], f"It begins with ## {titles[0]}.", WHERE, f"begin with ## {FIRST}"))
    if not remarks and titles[-5:] != LAST:
        place = next(line for (title, line), due in zip(found[-5:], LAST, strict=True) if title != due)
        remarks.append(Remark(path, place, "The last five sections stand in another order.", WHERE,
                              f"end with {', '.join(LAST)}, in this order"))
    rules = len(titles[1:-5])
    if not 3 <= rules <= 5:
        remarks.append(Remark(path, None, f"Between {FIRST} and {LAST[0]} stand {rules} sections, not three to five.",
                              "Each holds one rule, and nobody takes away more of them.",
                              "split, merge or cut sections until each holds one rule with its reason"))
    return remarks


def length(path: Path) -> list[Remark]:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if 150 <= lines <= 300:
        return []
    return [Remark(path, None, f"It has {lines} lines, not 150 to 300.", "A chapter is read in one sitting.",
                   "cut what could stand in any handbook, or split it" if lines > 300 else
                   "add what a reader needs to act: a table, a case, an exception")]


def exercises(path: Path) -> list[Remark]:
    text = body(path)
    asked = [(found[1], line_at(text, found.start()))
             for found in re.finditer(r"{exercise}.*\n:label: (\S+)", text)]
    solved = [(found[1], line_at(text, found.start()))
              for found in re.finditer(r"{solution} (\S+)\n:class: dropdown", text)]
    labels, solutions = [label for label, _ in asked], [label for label, _ in solved]
    remarks = []
    if not 2 <= len(asked) <= 3:
        number = f"{len(asked)} exercises" if len(asked) != 1 else "one exercise"
        remarks.append(Remark(path, line_with(path, "## Check yourself"),
                              f"It has {number if asked else 'no exercise'}, not two or three.",
                              "Without them a reader cannot find out whether the chapter arrived.",
                              "under ## Check yourself write ```{exercise} with a title, and in the next line "
                              f":label: {path.stem}-exercise-1"))
    remarks += [
        Remark(path, line, f"The exercise {label} has no solution.", "A reader who is stuck stays stuck.",
               f"write ```{{solution}} {label} under it, and in the next line :class: dropdown")
        for label, line in asked if label not in solutions
    ] + [
        Remark(path, line, f"This is the solution of {label}, and there is no exercise of that label.",
               "Nobody can find it.", "give both the same label")
        for label, line in solved if label not in labels
    ] + [
        Remark(path, line, f"The label {label} does not begin with {path.stem}-exercise-.",
               "Labels are shared by the whole book, and two chapters could choose the same one.",
               f"name it {path.stem}-exercise-1 (or -2, -3), in its solution too")
        for label, line in asked if not label.startswith(f"{path.stem}-exercise-")
    ]
    if not remarks and labels != solutions:
        remarks.append(Remark(path, solved[0][1], "Exercises and solutions are not in the same order, each once.",
                              "A reader opens the wrong answer.", "put each solution under its exercise"))
    return remarks


def take_away(path: Path) -> list[Remark]:
    if not (found := section(path, "Take away")):
        return []
    text, line = found
    bullets = re.findall(r"^- (.+)$", text, re.M)
    remarks = []
    if not 3 <= len(bullets) <= 5:
        remarks.append(Remark(path, line, f"The take-away has {len(bullets)} bullets, not three to five.",
                              "It is what somebody remembers on Monday.",
                              "keep what changes a decision, a line with - for each"))
    if bullets and not bullets[-1].startswith("Next:"):
        remarks.append(Remark(path, line_in(body(path), f"- {bullets[-1]}"),
                              f"The last bullet, {quoted(bullets[-1])}, does not lead on.",
                              "A reader wants to know where to go from here.",
                              'end with a bullet "Next: …" that links the next chapter with {ref}'))
    return remarks


def use_of_notebook(path: Path) -> list[Remark]:
    if not (stem := notebook_of(path)):
        return []
    file = ROOT / "notebooks" / f"{stem}.ipynb"
    if not file.exists():
        return [Remark(path, line_with(path, "notebook:"),
                       f"It names the notebook {stem}, and notebooks/{stem}.ipynb does not exist.",
                       "The box on top links to it.",
                       "correct the name, write the notebook (`make chapter` lays one out), or set notebook: none")]
    remarks = []
    example = section(path, "Worked example")
    if example and f"/notebooks/{stem}.ipynb::" not in example[0]:
        remarks.append(Remark(path, example[1], f"The worked example takes no number from notebooks/{stem}.ipynb.",
                              "Its figures would stay when the notebook changes.",
                              f"write figures as {{glue:text}}`/notebooks/{stem}.ipynb::name:.2f`, with a name that "
                              "the notebook gives to outputs.glue"))
    if f"{{chart}} /notebooks/{stem}.ipynb#" not in body(path):
        remarks.append(Remark(path, example and example[1], f"It shows no chart of notebooks/{stem}.ipynb.",
                              "A reader should see the finding.",
                              f"write ```{{chart}} /notebooks/{stem}.ipynb#name-of-the-chart, a caption, and ```"))
    return remarks


def typed_figures(path: Path) -> list[Remark]:
    """Digits in the worked example of a chapter with a notebook; one without shows its arithmetic in full."""
    if not (stem := notebook_of(path)) or not (found := section(path, "Worked example")):
        return []
    prose, start = found
    for pattern in NOT_PROSE:
        prose = without(pattern, prose)
    return [
        Remark(path, start - 1 + line_at(prose, figure.start()),
               f'The figure "{figure[0].strip()}" is typed, in a worked example that has a notebook.',
               "It would stay when the notebook changes, and then the page is wrong.",
               f"give it to outputs.glue in the notebook and write {{glue:text}}`/notebooks/{stem}.ipynb::name:.2f`"
               + ("; if it is the 100 of a count, write: of a hundred" if figure[0].strip() == "100" else ""))
        for figure in re.finditer(r"\d+(?:[.,]\d+)*\s?%?", prose)
    ]


def reading(path: Path) -> list[Remark]:
    """Each source has its reason in the library (tests/book/test_sources.py), or one for this chapter by its key."""
    if not (found := section(path, "Further reading")):
        return []
    text, start = found
    blocks = list(re.finditer(r"^```{reading}\n(?::more: [^\n]*\n)?(.*?)^```", text, re.M | re.S))
    if len(blocks) != 1:
        return [Remark(path, start, f"Further reading holds {len(blocks)} lists of the kind ```{{reading}}, not one.",
                       "The list takes titles and reasons from the bibliography.",
                       "write ```{reading}, a key of docs/resources/references.bib in each line, and ```")]
    entries = re.sub(r"\n +", " ", blocks[0][1]).splitlines()
    keys = [entry.partition("|")[0].strip() for entry in entries]
    where = {key: start - 1 + line_in(text, key) for key in keys}
    first = start - 1 + line_at(text, blocks[0].start())
    remarks = [
        Remark(path, where[key], f"{key} is listed {keys.count(key)} times.", "A reader would see it so.",
               "keep one of them") for key in dict.fromkeys(keys) if keys.count(key) > 1
    ] + [
        Remark(path, where[key], f"The reason beside {key} is shorter than 30 letters.",
               "A reader decides by it whether to open the source.",
               "say what it is good for in this chapter, or drop the bar: then the reason in the bibliography shows")
        for key, entry in zip(keys, entries, strict=True)
        if "|" in entry and len(entry.partition("|")[2].strip()) < 30
    ]
    if not 3 <= len(entries) <= 8:
        remarks.append(Remark(path, first, f"Further reading lists {len(entries)} sources, not three to eight.",
                              "Fewer leave a reader alone, and nobody opens more.", "add some, or keep the best"))
    if "{cite}" in text:
        remarks.append(Remark(path, start - 1 + line_in(text, "{cite}"), "Further reading holds a {cite}.",
                              "Its sources are listed by their keys, with reasons from the bibliography.",
                              "put the key into the list ```{reading}, or move the sentence up into a section"))
    return remarks


# --- All chapters -------------------------------------------------------------------------------------------------

COMPUTED = [path for path in CHAPTERS if notebook_of(path)]
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
each_computed_chapter = pytest.mark.parametrize("path", COMPUTED, ids=lambda path: path.stem)


def test_there_are_chapters():
    assert len(CHAPTERS) >= 4
    assert len(COMPUTED) >= 3


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_its_front_matter_says_what_it_must(path):
    report(in_front_matter(path))


@each_chapter
def test_it_opens_with_label_title_decision_and_box(path):
    report(opening(path))


@each_chapter
def test_the_sections_stand_in_order(path):
    report(order(path))


@each_chapter
def test_its_length_is_a_sitting(path):
    report(length(path))


@each_chapter
def test_every_exercise_has_its_solution(path):
    report(exercises(path))


@each_chapter
def test_the_take_away_is_short_and_leads_on(path):
    report(take_away(path))


@each_computed_chapter
def test_the_notebook_it_names_exists_and_is_used(path):
    report(use_of_notebook(path))


@each_computed_chapter
def test_no_figure_of_the_worked_example_is_typed(path):
    report(typed_figures(path))


@each_chapter
def test_its_reading_comes_from_the_library(path):
    report(reading(path))
