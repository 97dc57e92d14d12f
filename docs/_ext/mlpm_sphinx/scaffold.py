"""Lay out a new chapter: its page, its notebook, its template and its lines in the tables of contents (make chapter).

The page is the published chapter template with its labels and front matter exchanged, so that whoever writes has an
example to overwrite in every section. Every file passes the handbook's checks as it stands, except the one that looks
for what is still the template's (tests/book/test_placeholders.py).
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import nbformat

from mlpm_sphinx.front_matter import SKILLS
from mlpm_sphinx.templates import FOLDER as TEMPLATES

MARK = "WRITE THIS"  # stands wherever a new file wants words of its own
SOURCE = "docs/contribute/chapter-template.md"
_CHART = """\
rows = pd.DataFrame({"count": [count, 2 * count], "euros": [total, 2 * total]})
bars = alt.Chart(rows).mark_bar().encode(x="euros:Q", y="count:N").properties(width="container")
charts.figure(
    bars, "STEM-total",
    f"MARK: {count} things cost {total:.0f} euros. The bars are the euros for that many, and for twice as many.",
)"""
KEBAB = r"[a-z][a-z0-9]*(-[a-z0-9]+)+"


class RefusalError(Exception):
    """What was asked for cannot be laid out; the text says what to mend."""


def folder_of(root: Path, part: str) -> Path:
    """Return the folder of a part, like `delivery`. RefusalError: there is no such part."""
    places = (root / "docs" / part, root / "docs" / "skills" / part)
    found = [folder for folder in places if (folder / "index.md").is_file()]
    if part not in SKILLS or not found:
        raise RefusalError(f"PART is {part!r}. Give one of {', '.join(SKILLS)}.")
    return found[0]


def chapter(root: Path, stem: str, part: str, *, computed: bool, template: bool, today: date) -> str:
    """Return the page of a new chapter: the published template's, with everything that is its own exchanged."""
    text = (root / SOURCE).read_text(encoding="utf-8")
    matter = {
        "skill": part, "traps": "none",
        "you_will": f"{MARK}, beginning with a verb; a second thing; a third", "you_need": f"{MARK}",
        "minutes": "15", "last_reviewed": today.isoformat(), "reviewed_by": "authors",
        "notebook": stem if computed else "none", "template": f"{stem}-form" if template else "none",
        "summary": f"{MARK} in one sentence of 70 to 160 characters, which search engines show under the title.",
    }
    page = re.sub(r"\A---\n.*?\n---\n", "", text, count=1, flags=re.S)
    example = re.search(r"^````md worked-example\n(.*?)^````\n", page, re.M | re.S)
    page = page.replace("(chapter-template)=", f"({stem})=").replace("chapter-template-exercise", f"{stem}-exercise")
    page = re.sub(r"^# .+$", f"# {title(stem)}", page, count=1, flags=re.M)
    # The template says in italics what belongs into a section.
    page = re.sub(r"^(## [^\n]+\n\n)\*([A-Z].*?)\*\n\n", rf"\1*{MARK}: \2*\n\n", page, flags=re.M | re.S)
    if computed:
        told = example[1].replace("scope-an-mvp", stem)
        page = re.sub(r"(^## Worked example\n\n\*.*?\*\n\n).*?(?=^## )", lambda found: f"{found[1]}{told}\n", page,
                      count=1, flags=re.M | re.S)
    head = "".join(f"{key}: {value}\n" for key, value in matter.items())
    return f"---\n{head}---\n{page}"


def title(stem: str) -> str:
    return stem.replace("-", " ").capitalize()


def notebook(stem: str) -> nbformat.NotebookNode:
    """Return a small notebook with every part that the checks ask for; it has to be run."""
    told, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    cells = [
        told(f"({stem}-notebook)=\n# {title(stem)}\n\n{MARK}: what somebody gets who fills in the inputs, in one "
             f"sentence. It goes with the chapter {{ref}}`{stem}`."),
        code("import altair as alt\nimport pandas as pd\n\nfrom mlpm import charts, checks, outputs"),
        told("## Inputs"),
        code("price = 4.0  # euros for one thing, made up for the example\ncount = 25  # things, a whole number",
             metadata={"tags": ["parameters"]}),
        code('checks.number("price", price, 0, meaning="euros, 0 or more")\nchecks.count("count", count, 1)\n'
             "total = price * count\noutputs.glue(total=total, count=count)"),
        told(f"## {MARK}: what the chart shows"),
        code(_CHART.replace("STEM", stem).replace("MARK", MARK)),
        told("## Memo"),
        code(f'outputs.memo(f"{MARK}: the decision, and what it hangs on. {{count}} things cost {{total:.0f}} euros.")',
             metadata={"tags": ["memo"]}),
        told(f"## Change the inputs\n\n{MARK}: what a reader should try first, and what it does to the memo."),
        told(f"## How this was computed\n\n{MARK}: the formula and its source."),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def template_page(root: Path, stem: str) -> str:
    """Return the page of a new template: the form that the contributors' page shows, under the next free number."""
    told = "".join(path.read_text(encoding="utf-8") for path in sorted((root / SOURCE).parent.glob("*.md")))
    form = re.search(r"^```md\n(The \[operations lead\].*?)^```\n", told, re.M | re.S)[1]
    pages = (path.read_text(encoding="utf-8") for path in (root / TEMPLATES).glob("*.md"))
    number = 1 + max(int(found) for page in pages for found in re.findall(r"^template: T(\d\d)$", page, re.M))
    return (
        f"---\ntemplate: T{number:02d}\nform: docx\nminutes: 30\nchapter: {stem}\n"
        f"summary: {MARK} in one sentence of 70 to 160 characters, which search engines show under the title.\n---\n\n"
        f"(t-{stem}-form)=\n# {title(stem)}\n\n{MARK}: when somebody fills this in, and who reads it.\n\n"
        f"```{{template}}\n```\n\n{form}\n## Why it looks like this\n\n{MARK}: what each field prevents.\n"
    )


def with_line(index: Path, line: str) -> str:
    """Return a page with a line at the end of its last table of contents that has lines of the same folder.

    RefusalError: the page has no table of contents.
    """
    text = index.read_text(encoding="utf-8")
    found = list(re.finditer(r"^(`{3,}){toctree}\n.*?(?=^\1$)", text, re.M | re.S))
    alike = [one for one in found if f"\n{line.rpartition('/')[0]}/" in one[0]] or found
    if not alike:
        raise RefusalError(f"{index} has no toctree to put the new page into.")
    end = alike[-1].end()
    return f"{text[:end]}{line}\n{text[end:]}"


def lay_out(root: Path, asked: Mapping[str, str], today: date | None = None) -> list[Path]:
    """Write the files of a new chapter and return them; writes nothing if anything is wrong.

    asked: STEM, PART, NOTEBOOK (yes, or no) and TEMPLATE (no, or yes). RefusalError: says what to mend.
    """
    stem, part = asked.get("STEM", ""), asked.get("PART", "")
    wants = {}
    for name, usual in (("NOTEBOOK", "yes"), ("TEMPLATE", "no")):
        if (asked.get(name) or usual) not in ("yes", "no"):
            raise RefusalError(f"{name} is {asked[name]!r}. Give yes or no.")
        wants[name] = (asked.get(name) or usual) == "yes"
    if not re.fullmatch(KEBAB, stem):
        raise RefusalError(
            f"STEM is {stem!r}. Give a verb phrase in small letters with hyphens, like price-a-mistake: it becomes the "
            "chapter's file, label and address.")
    folder = folder_of(root, part)
    taken = [*(root / "docs").rglob(f"{stem}.md"), *(root / "notebooks").glob(f"{stem}.ipynb")]
    taken += (root / TEMPLATES).glob(f"{stem}-form.md") if wants["TEMPLATE"] else []
    if taken:
        raise RefusalError(f"{taken[0].relative_to(root)} is there already. Choose another STEM.")
    files = {
        folder / f"{stem}.md": chapter(root, stem, part, computed=wants["NOTEBOOK"], template=wants["TEMPLATE"],
                                       today=today or date.today()),
        folder / "index.md": with_line(folder / "index.md", stem),
    }
    if wants["NOTEBOOK"]:
        files[root / "notebooks" / f"{stem}.ipynb"] = nbformat.writes(notebook(stem)) + "\n"
        files[root / "index.md"] = with_line(root / "index.md", f"notebooks/{stem}")
    if wants["TEMPLATE"]:
        files[root / TEMPLATES / f"{stem}-form.md"] = template_page(root, stem)  # their list finds it by itself
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def main() -> None:
    """Lay out what make was asked for, run the notebook, and say what to do next."""
    root = Path.cwd()
    asked = {name: os.environ.get(f"CHAPTER_{name}", "") for name in ("STEM", "PART", "NOTEBOOK", "TEMPLATE")}
    try:
        written = lay_out(root, asked)
    except RefusalError as refusal:
        sys.exit(f"{refusal}\nUsage: make chapter STEM=price-a-mistake PART=delivery [NOTEBOOK=no] [TEMPLATE=yes]")
    books = [path for path in written if path.suffix == ".ipynb"]
    failed = books and _first_run(books)
    print("Written:", *(f"  {path.relative_to(root)}" for path in written), sep="\n")
    print(f"Now replace everything under {MARK}. `make live` shows the page while you write, `make check` says what is "
          "left.")
    if failed:
        sys.exit(f"Its notebook could not be run, so it stands there without outputs:\n{failed}")


def _first_run(books: list[Path]) -> str:
    """Store what the notebooks give, as `make outputs` does; return what pytest says if a second run disagrees."""
    run = [sys.executable, "-m", "pytest", "-q", *books]
    subprocess.run([*run, "--nb-force-regen"], capture_output=True)  # ends with 1 for having stored something
    again = subprocess.run(run, capture_output=True, text=True)
    return (again.stdout + again.stderr).strip() if again.returncode else ""


if __name__ == "__main__":
    main()
