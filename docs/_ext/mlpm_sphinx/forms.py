"""From the source of a template to the files people fill in: one source, an empty and a filled form, no second copy.

A template is a page. After its box comes the form: standing text, and in it what Agora filled in.

    [a few words]{.fill}           in a sentence or a table cell
    :::{div} fill … :::            whole paragraphs or lists
    [12]{.total}                   the sum of the filled numbers above it in the column, since the last total

The filled form is the text as it stands, the empty one has a blank for each fill. Both are written as Markdown, and
from that as DOCX (pandoc) or, where people fill in tables, as XLSX (XlsxWriter): a sheet for each table.
"""

import io
import os
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import pypandoc
import xlsxwriter
from lxml import etree
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

BOX = re.compile(r"^```\{template\}\n```\n", re.M)
REASONS = "## Why it looks like this"
BLANK = "[…]"
SOURCE_LINE = "From the ML PM Handbook, CC BY 4.0."
BLOCK = re.compile(r"^:::\{div\} fill\n(.*?)\n:::$", re.M | re.S)
ROLE = re.compile(r"(\s*)\{([\w:-]+)\}`([^`]+)`")
TITLE = re.compile(r"^# (.+)$", re.M)
# Files are the same on every machine and day: what is inside decides whether they changed.
THE_DAY = datetime(2026, 1, 1)


@dataclass(frozen=True)
class Words:
    """Where the form's references get their words from: what a role points to → what a reader reads."""

    glued: Callable[[str], str]
    title: Callable[[str], str]
    fact: Callable[[str], str]


@dataclass(frozen=True)
class Cell:
    """A cell of a form's table. kind: text, fill or total; filled, empty: what each form shows."""

    kind: str
    filled: str
    empty: str


@dataclass(frozen=True)
class Block:
    """A part of a form: a heading, a table, or prose as it reads in the filled and in the empty form."""

    kind: str
    filled: str = ""
    empty: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()


# --- Reading the source -------------------------------------------------------------------------------------------


def markup(source: str) -> str:
    """Return a template's form, marks and roles included: its title, then what stands between the box and the reasons.

    ValueError: there is no box, no title, or a mark that is not closed.
    """
    title, box = TITLE.search(source), BOX.search(source)
    if title is None or box is None:
        raise ValueError("a template has a title and, above the form, the box ```{template}```")
    body = source[box.end() :].partition(REASONS)[0].strip()
    return f"{title[0]}\n\n{body}\n"


def without_roles(text: str, words: Words) -> str:
    """Replace every role by what a reader would read; a citation goes."""

    def plain(match: re.Match) -> str:
        space, role, target = match.groups()
        explicit = re.fullmatch(r"(.+?)\s*<(.+)>", target)
        if role == "cite":
            return ""
        if role == "glue:text":
            return space + words.glued(target)
        if role == "fact":
            return space + words.fact(target)
        if role == "term":
            return space + (explicit[1] if explicit else target)
        if role == "ref":
            return space + (explicit[1] if explicit else words.title(target))
        raise ValueError(f"a form cannot carry the role {{{role}}}")

    return ROLE.sub(plain, text)


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Find the marks in a text: start, end and class of each `[…]{.class}`, outermost only."""
    depth: list[int] = []
    for match in re.finditer(r"\[|\](\{\.(fill|total)\})?", text):
        if match[0] == "[":
            depth.append(match.start())
        elif depth:
            start = depth.pop()
            if match[2] and not depth:
                yield start, match.end(), match[2]


def written(text: str, blank: bool) -> str:
    """Write a text without its marks: as it was filled in, or with a blank for each fill and nothing for a total."""
    text = BLOCK.sub(BLANK if blank else r"\1", text)
    done, parts = 0, []
    for start, end, kind in spans(text):
        inner = text[start + 1 : text.rindex("]", start, end)]
        parts += [text[done:start], ("" if kind == "total" else BLANK) if blank else inner]
        done = end
    text = "".join([*parts, text[done:]])
    if re.search(r"\{\.(fill|total)\}|\{div\} fill", text):
        raise ValueError("a mark is not closed: [words]{.fill}, or :::{div} fill … ::: with lines of their own")
    return text


def _row(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _cell(text: str) -> Cell:
    found = list(spans(text))
    whole = len(found) == 1 and found[0][:2] == (0, len(text))
    kind = found[0][2] if whole else "fill" if found else "text"
    return Cell(kind, written(text, False), "" if whole else written(text, True))


def markdown(text: str, blank: bool) -> str:
    """Return the form without roles as Markdown; a cell that is one blank is left empty."""
    lines = []
    for line in written(text, blank).splitlines():
        if blank and line.startswith("|"):
            line = re.sub(rf"(?<=\|)\s*{re.escape(BLANK)}\s*(?=\|)", "  ", line)
        lines.append(line)
    return "\n".join(lines).strip() + f"\n\n{SOURCE_LINE}\n"


def blocks(text: str) -> Iterator[Block]:
    """Cut a form without roles into headings, tables and prose."""
    for part in re.split(r"\n{2,}", BLOCK.sub(lambda block: block[0].replace("\n\n", "\n\x00\n"), text.strip())):
        part = part.replace("\n\x00\n", "\n\n")
        lines = part.splitlines()
        if part.startswith("#"):
            yield Block("heading", part.lstrip("# "), part.lstrip("# "))
        elif len(lines) > 1 and all(line.startswith("|") for line in lines):
            rows = [_row(line) for line in [lines[0], *lines[2:]]]
            yield Block("table", rows=tuple(tuple(map(_cell, row)) for row in rows))
        else:
            yield Block("prose", written(part, False), written(part, True))


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a ZIP of files by name: the same bytes for the same files, whatever the clock says."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, THE_DAY.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# --- DOCX ---------------------------------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _pandoc(*arguments: str, given: bytes = b"") -> bytes:
    day = {"SOURCE_DATE_EPOCH": str(int(THE_DAY.timestamp()))}
    command = [pypandoc.get_pandoc_path(), *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=True, env=os.environ | day).stdout


@cache
def look() -> bytes:
    """Pandoc's own look, with lines around the cells of a table: people write into them."""
    old = zipfile.ZipFile(io.BytesIO(_pandoc("--print-default-data-file", "reference.docx")))
    styles = etree.fromstring(old.read("word/styles.xml"))
    (table,) = styles.xpath("//w:style[@w:styleId='Table']/w:tblPr", namespaces={"w": _W.strip("{}")})
    borders = etree.Element(f"{_W}tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = {f"{_W}val": "single", f"{_W}sz": "4", f"{_W}color": "8A8F94"}
        etree.SubElement(borders, f"{_W}{side}", line)
    table.insert(1, borders)  # the schema wants it before the margins of the cells
    for size in styles.xpath("//w:docDefaults//w:sz | //w:docDefaults//w:szCs", namespaces={"w": _W.strip("{}")}):
        size.set(f"{_W}val", "21")
    return zipped({name: old.read(name) for name in old.namelist()} | {"word/styles.xml": etree.tostring(styles)})


def docx(form: str, folder: Path) -> bytes:
    """Make a Word document of a form's Markdown. folder: where pandoc finds the look."""
    reference = folder / "reference.docx"
    reference.write_bytes(look())
    try:
        return _pandoc("-f", "gfm", "-t", "docx", "--reference-doc", str(reference), given=form.encode())
    finally:
        reference.unlink()


# --- XLSX ---------------------------------------------------------------------------------------------------------

WIDEST, NARROWEST = 60, 9  # characters of a column


def _plain(text: str) -> str:
    """Markdown's emphasis, code and links as plain words: a cell shows them as they are."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    return re.sub(r"(\*\*|`)(.+?)\1", r"\2", re.sub(r"(?<![*\w])\*([^*]+)\*(?![*\w])", r"\1", text)).replace("\\", "")


def _unwrapped(text: str) -> str:
    """Join the lines of a paragraph; list items keep theirs."""
    return re.sub(r"(?<=\S)\n(?!\s|[-*] |\d+\. )", " ", text)


def _number(text: str) -> int | float | None:
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return None
    return float(text) if "." in text else int(text)


def _sheet_name(title: str, taken: set[str]) -> str:
    name = base = re.sub(r"[\[\]:*?/\\']", "", _plain(title)).strip()[:31] or "Form"
    for number in range(2, 100):
        if name.casefold() not in taken:
            break
        name = f"{base[:28]} {number}"
    taken.add(name.casefold())
    return name


def _write_cell(sheet: Worksheet, at: tuple[int, int], cell: Cell, blank: bool, formats: dict, top: int) -> None:
    text = _plain(cell.empty if blank else cell.filled)
    if cell.kind == "total":
        column = f"{xl_rowcol_to_cell(top, at[1])}:{xl_rowcol_to_cell(at[0] - 1, at[1])}"
        value = 0 if blank else _number(_plain(cell.filled))
        sheet.write_formula(*at, f"=SUM({column})", formats["total"], value)
    elif not text:
        sheet.write_blank(*at, None, formats[cell.kind])
    elif _number(text) is not None:
        # As many decimals as the page shows: 0.500 stays 0.500.
        decimals = len(text.partition(".")[2])
        sheet.write_number(*at, _number(text), formats[f"{cell.kind} {decimals}" if decimals else cell.kind])
    else:
        sheet.write_string(*at, text, formats[cell.kind])


def _write_table(sheet: Worksheet, rows: tuple[tuple[Cell, ...], ...], blank: bool, formats: dict) -> None:
    head, *body = rows
    for column, cell in enumerate(head):
        sheet.write_string(0, column, _plain(cell.filled), formats["head"])
        longest = max(len(_plain(row[column].filled)) for row in rows)
        sheet.set_column(column, column, min(max(longest + 2, NARROWEST), WIDEST))
        top = 1
        limits = re.search(r"\b(\d+)\s*(?:–|-|to)\s*(\d+)\b", cell.filled)
        for number, row in enumerate(body, start=1):
            _write_cell(sheet, (number, column), row[column], blank, formats, top)
            if row[column].kind == "total":
                top = number + 1
            elif limits and row[column].kind == "fill":
                rule = {"validate": "integer", "criteria": "between"}
                sheet.data_validation(
                    number, column, number, column,
                    rule | {"minimum": int(limits[1]), "maximum": int(limits[2]), "error_title": "Out of the scale"},
                )
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def xlsx(form: str, blank: bool) -> bytes:
    """Make a workbook of a form without roles: first a sheet with its words, then one for each table."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": THE_DAY})
    wrap = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C9C4B8"}
    fill = wrap | {"bg_color": "#FBE7BD", "locked": False}
    formats = {
        "text": book.add_format(wrap),
        "fill": book.add_format(fill),
        "total": book.add_format(wrap | {"bold": True}),
        "head": book.add_format(wrap | {"bold": True, "bg_color": "#EAF1F5"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "prose": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    for decimals in range(1, 7):
        for kind, style in (("text", wrap), ("fill", fill)):
            formats[f"{kind} {decimals}"] = book.add_format(style | {"num_format": f"0.{'0' * decimals}"})
    about = book.add_worksheet("Read me")
    about.set_column(0, 0, 100)
    heading, line, taken = "Form", 0, {"read me"}
    for block in blocks(form):
        if block.kind == "table":
            name = _sheet_name(heading, taken)
            about.write_string(line, 0, f"→ sheet “{name}”", formats["prose"])
            _write_table(book.add_worksheet(name), block.rows, blank, formats)
        else:
            heading = block.filled if block.kind == "heading" else heading
            style = formats["title" if block.kind == "heading" else "prose"]
            about.write_string(line, 0, _unwrapped(_plain(block.empty if blank else block.filled)), style)
        line += 1
    about.write_string(line + 1, 0, SOURCE_LINE, formats["prose"])
    book.close()
    return file.getvalue()
